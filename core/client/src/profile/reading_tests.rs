//! Answers in the form of a profile, read from their text.

use proptest::prelude::*;
use smartbill_model::validate::{Context, Finding, Intent, Options, Severity};
use smartbill_model::{Cliente, Cobranca, JsonError, JsonProblem, RecordInside, Row, Schema, Value};

use crate::profile::Profile;

/// Fields in every kind of place: in objects that the model does not have, in the first item of a list, in an object of
/// the model from several places, in an object inside such an object, and two in one place.
const PROFILE: &str = r#"
[encoding]
decimal = "cents"
date = "dd/mm/yyyy"
absent_date = "00/00/0000"
[fields.Cobranca]
id = "key"
codigoExterno = "key"
clienteId = "customer.id"
clienteNome = "customer.name"
dataVencimento = "due"
valorOriginal = "amount"
situacao = { name = "state", values = { PAGA = ["paid", 1], EM_ABERTO = false } }
links = "urls"
boleto.url = "slips[0].url"
boleto.nossoNumero = "slip_number"
boleto.linhaDigitavel = "slip.line"
retencoes.ir.valor = "taxes.ir"
itens = { name = "lines", quantidade = "qty", descricao = "text.short", servicoId = "customer" }
"#;

const RESPONSE: Options = Options { mode: smartbill_documents::Mode::Lenient, intent: Intent::Response, today: None };

fn profile() -> Profile {
    Profile::from_toml(PROFILE, "x").unwrap()
}

fn read<'a>(profile: &Profile, schema: &'static Schema, json: &'a [u8]) -> Result<RecordInside<'a>, JsonError> {
    schema.read_record_at(json, &[], profile.form(schema), 128 << 20)
}

/// The record as JSON, and the paths and codes of its findings.
fn read_charge(json: &str) -> (String, Vec<(String, String)>) {
    let read = read(&profile(), Cobranca::SCHEMA, json.as_bytes()).unwrap();
    let found = read.report.findings.iter().map(|finding| (finding.path.clone(), finding.code().to_owned())).collect();
    (Cobranca::SCHEMA.object(read.row.unwrap()).to_json(), found)
}

#[test]
fn members_are_read_in_any_order() {
    let members = [
        r#""key":7"#,
        r#""customer":{"name":"Maria","id":9}"#,
        r#""slips":[{"url":"https://x.example/1"}]"#,
        r#""slip_number":12"#,
        r#""boleto":{"codigoBarras":"001"}"#,
        r#""slip":{"line":"00190"}"#,
        r#""taxes":{"ir":150}"#,
        r#""retencoes":{"ir":{"retido":true}}"#,
        r#""lines":[{"text":{"short":"Internet"},"qty":2,"valor":990}]"#,
        r#""due":"15/10/2026""#,
        r#""amount":1050"#,
        r#""state":"paid""#,
        r#""urls":["https://x.example/2"]"#,
    ];
    let expected = (
        r#"{"id":"7","codigoExterno":"7","clienteId":"9","clienteNome":"Maria","itens":[{"descricao":"Internet","quantidade":"2","valor":"9.90"}],"dataVencimento":"2026-10-15","valorOriginal":"10.50","retencoes":{"ir":{"valor":"1.50","retido":true}},"situacao":"PAGA","boleto":{"nossoNumero":"12","linhaDigitavel":"00190","codigoBarras":"001","url":"https://x.example/1"},"links":["https://x.example/2"]}"#
            .to_owned(),
        Vec::new(),
    );
    for turn in 0..members.len() {
        let mut turned = members;
        turned.rotate_left(turn);
        assert_eq!(read_charge(&format!("{{{}}}", turned.join(","))), expected, "{turn}");
        turned.reverse();
        assert_eq!(read_charge(&format!("{{ {} }}", turned.join(" ,\n"))), expected, "{turn}");
    }
}

#[test]
fn unknown_members_of_every_level_are_kept() {
    let json = r#"{"novo":1,"customer":{"id":9,"tier":"gold"},"slips":[{"bank":1},{"url":"u"}],"slip":{"line":null,"x":[]},
        "boleto":{"url":"theirs","cor":"azul"},"numero_documento":"A","situacao":"theirs","taxes":null,"state":null,
        "lines":[{"novo":{},"quantidade":1,"text":{"long":"L"}}],"nfse":{"novo":2}}"#;
    let (record, found) = read_charge(json);
    assert_eq!(
        record,
        r#"{"clienteId":"9","itens":[{"novo":{},"$quantidade":1,"text":{"long":"L"}}],"boleto":{"$url":"theirs","cor":"azul"},"nfse":{"novo":2},"novo":1,"customer":{"tier":"gold"},"slips":[{"bank":1},{"url":"u"}],"slip":{"x":[]},"$numero_documento":"A","$situacao":"theirs"}"#
    );
    assert_eq!(found, []);
}

#[test]
fn of_repeated_members_the_first_counts_and_the_others_are_told() {
    let json = r#"{"amount":100,"amount":200,"customer":{"id":1,"id":2},"customer":{"name":"Maria","id":3},"slip_number":1,
        "slip_number":null,"novo":1,"novo":2,"boleto":{},"boleto":{"codigoBarras":"1"}}"#;
    let (record, found) = read_charge(json);
    assert_eq!(
        record,
        r#"{"clienteId":"1","clienteNome":"Maria","valorOriginal":"1.00","boleto":{"nossoNumero":"1","codigoBarras":"1"},"novo":1,"novo":2}"#
    );
    let repeated = ["valorOriginal", "clienteId", "clienteId", "boleto.nossoNumero"];
    assert_eq!(found, repeated.map(|path| (path.to_owned(), "campo_repetido".to_owned())));
}

#[test]
fn what_is_not_where_the_profile_has_it_is_told_and_hides_nothing_else() {
    for (json, record, found) in [
        // No object where the model has one. Its other fields come from elsewhere.
        (r#"{"boleto":5,"slip_number":1}"#, r#"{"boleto":{"nossoNumero":"1"}}"#, vec![("boleto", "tipo_invalido")]),
        (r#"{"slip_number":1,"boleto":[5]}"#, r#"{"boleto":{"nossoNumero":"1"}}"#, vec![("boleto", "tipo_invalido")]),
        (
            r#"{"retencoes":{"ir":true},"taxes":{"ir":1}}"#,
            r#"{"retencoes":{"ir":{"valor":"0.01"}}}"#,
            vec![("retencoes.ir", "tipo_invalido")],
        ),
        // No object where the profile looks into one.
        (
            r#"{"customer":5,"slips":{"url":"u"},"slip":[1]}"#,
            r#"{"customer":5,"slips":{"url":"u"},"slip":[1]}"#,
            vec![],
        ),
        (r#"{"slips":[],"customer":{},"slip":null}"#, "{}", vec![]),
        (r#"{"slips":[5,6]}"#, r#"{"slips":[5,6]}"#, vec![]),
        (r#"{"slips":[null,6]}"#, r#"{"slips":[6]}"#, vec![]),
        // Values that the profile cannot read.
        (
            r#"{"amount":"muito","due":"31/02/2026","lines":5,"urls":"u"}"#,
            "{}",
            vec![
                ("valorOriginal", "numero_invalido"),
                ("dataVencimento", "data_invalida"),
                ("itens", "tipo_invalido"),
                ("links", "tipo_invalido"),
            ],
        ),
        (
            r#"{"due":"00/00/0000","amount":null,"lines":[null,7,{"qty":{}}]}"#,
            r#"{"itens":[{}]}"#,
            vec![
                ("itens[0]", "tipo_invalido"),
                ("itens[1]", "tipo_invalido"),
                ("itens[2].quantidade", "tipo_invalido"),
            ],
        ),
        // Words that the profile does not have; one is a word of the model.
        (r#"{"state":"PAGA"}"#, r#"{"situacao":"$PAGA"}"#, vec![("situacao", "opcao_invalida")]),
        (r#"{"state":"lost"}"#, r#"{"situacao":"lost"}"#, vec![("situacao", "opcao_invalida")]),
        (r#"{"state":true}"#, r#"{"situacao":"true"}"#, vec![("situacao", "opcao_invalida")]),
        (r#"{"state":false}"#, r#"{"situacao":"EM_ABERTO"}"#, vec![]),
        (r#"{"state":"1"}"#, r#"{"situacao":"PAGA"}"#, vec![]),
    ] {
        let found =
            found.into_iter().map(|(path, code): (&str, &str)| (path.to_owned(), code.to_owned())).collect::<Vec<_>>();
        let (read, findings) = read_charge(json);
        assert_eq!((read.as_str(), findings), (record, found), "{json}");
    }
}

#[test]
fn hostile_json_is_refused_at_every_place() {
    let profile = profile();
    let problem = |json: &str| read(&profile, Cobranca::SCHEMA, json.as_bytes()).err().map(|e| e.problem);
    let deep = |open: &str, close: &str| [open, &"[".repeat(127), &"]".repeat(127), close].concat();
    for (open, close) in [
        ("{\"key\":", "}"),
        ("{\"customer\":{\"id\":", "}}"),
        ("{\"customer\":{\"x\":", "}}"),
        ("{\"slips\":[{\"url\":", "}]}"),
        ("{\"slips\":[1,", "]}"),
        ("{\"lines\":[{\"qty\":", "}]}"),
        ("{\"state\":", "}"),
        ("{\"boleto\":", "}"),
    ] {
        assert_eq!(problem(&deep(open, close)), Some(JsonProblem::TooDeep), "{open}");
        assert_eq!(problem(open), Some(JsonProblem::Malformed), "{open}");
    }
    // Each object takes the memory of its row, whether it is written as one or not.
    let item = r#"{"text":{"short":"x"}}"#;
    let json = format!("{{\"lines\":[{}]}}", vec![item; 20_000].join(","));
    let memory = 8 * json.len();
    let form = profile.form(Cobranca::SCHEMA);
    let refused = Cobranca::SCHEMA.read_record_at(json.as_bytes(), &[], form, memory);
    assert_eq!(refused.err().map(|e| e.problem), Some(JsonProblem::TooLarge));
    let flat = Profile::from_toml("[fields.Cliente]\nendereco.cep = \"zip\"", "x").unwrap();
    let memory = |json: &str| {
        let form = flat.form(Cliente::SCHEMA);
        let fits = |memory: &usize| Cliente::SCHEMA.read_record_at(json.as_bytes(), &[], form, *memory).is_ok();
        (0..10_000).find(fits).unwrap()
    };
    assert!(memory(r#"{"zip":"1"}"#) >= memory(r#"{"endereco":{}}"#));
    assert!(memory(r#"{"zip":"1"}"#) > 1_000);
}

/// A value of JSON, with the names of its members.
#[derive(Debug, Clone)]
enum Json {
    Leaf(&'static str),
    List(Vec<Self>),
    Object(Vec<(&'static str, Self)>),
}

impl Json {
    fn write(&self, out: &mut String) {
        match self {
            Self::Leaf(text) => out.push_str(text),
            Self::List(items) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    out.push_str(if i > 0 { " , " } else { "" });
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (i, (name, value)) in members.iter().enumerate() {
                    out.push_str(if i > 0 { "," } else { "" });
                    out.extend(["\"", name, "\": "]);
                    // A value that is no object where the model has one is read otherwise from a tree.
                    match value {
                        Self::Leaf(_) | Self::List(_) if OBJECTS.contains(name) => out.push_str("null"),
                        value => value.write(out),
                    }
                }
                out.push('}');
            }
        }
    }
}

const OBJECTS: [&str; 4] = ["boleto", "retencoes", "ir", "nfse"];

fn json() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "null",
        "true",
        "false",
        "1",
        "12",
        "-1.50",
        r#""paid""#,
        r#""PAGA""#,
        r#""31/01/2026""#,
        r#""00/00/0000""#,
        r#""2026-01-31""#,
        r#"" a\u0301b\n""#,
        r#""""#,
    ]);
    let names = prop::sample::select(vec![
        "key",
        "customer",
        "id",
        "name",
        "due",
        "amount",
        "state",
        "urls",
        "slips",
        "url",
        "slip_number",
        "slip",
        "line",
        "taxes",
        "ir",
        "valor",
        "lines",
        "qty",
        "text",
        "short",
        "boleto",
        "codigoBarras",
        "retencoes",
        "nfse",
        "numero",
        "novo",
        "situacao",
        "cliente_nome",
        "du\\u0065",
    ]);
    let json = leaf.prop_map(Json::Leaf).prop_recursive(5, 60, 8, move |inner| {
        let members = prop::collection::vec((names.clone(), inner.clone()), 0..8).prop_map(Json::Object);
        prop_oneof![1 => prop::collection::vec(inner, 0..4).prop_map(Json::List), 4 => members]
    });
    json.prop_map(|json| {
        let mut out = String::new();
        json.write(&mut out);
        out
    })
}

/// The record that is read from a tree, and its findings.
fn by_tree(profile: &Profile, json: &str) -> (Option<Row<'static>>, Vec<Finding>) {
    let value = Value::from_json_within(json.as_bytes(), 128 << 20).unwrap();
    let mut ctx = Context::new(RESPONSE);
    let row = Cobranca::SCHEMA.read(profile.decode(Cobranca::SCHEMA, value), &mut ctx);
    (row.map(Row::into_owned), ctx.report.findings)
}

proptest! {
    #[test]
    fn records_are_read_from_text_as_from_a_tree(json in json()) {
        let profile = profile();
        let (row, mut expected) = by_tree(&profile, &json);
        if row.is_none() {
            prop_assert_eq!(read(&profile, Cobranca::SCHEMA, json.as_bytes()).unwrap().row, None);
            return Ok(());
        }
        let read = read(&profile, Cobranca::SCHEMA, json.as_bytes()).unwrap();
        prop_assert_eq!(read.row.map(Row::into_owned), row);
        prop_assert_eq!(read.rest, Value::Null);
        // Only a reader of answers tells the words that the profile does not have.
        let unmapped = |finding: &Finding| finding.code() == "opcao_invalida";
        let (words, mut found): (Vec<_>, Vec<_>) = read.report.findings.into_iter().partition(unmapped);
        prop_assert!(words.iter().all(|finding| finding.severity == Severity::Warning));
        let key = |finding: &Finding| (finding.path.clone(), finding.code().to_owned());
        found.sort_by_key(key);
        expected.sort_by_key(key);
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn what_is_no_json_is_refused_where_a_tree_refuses_it(
        json in json(),
        cut in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = json.into_bytes();
        let at = cut.index(bytes.len());
        bytes[at] = byte;
        let tree = Value::from_json_within(&bytes, 128 << 20).map(|_| ());
        prop_assert_eq!(read(&profile(), Cobranca::SCHEMA, &bytes).map(|_| ()), tree);
    }
}
