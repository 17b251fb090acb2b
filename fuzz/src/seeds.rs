//! The seeds of the targets, from the fixtures and vectors of the tests.

use std::collections::BTreeSet;
use std::fs;
use std::io::Result;
use std::path::Path;

use smartbill_core::document::DocumentKind;

use super::targets::{CONTAINERS, MODELS};

/// Readings in columns of months.
const METERS: &str =
    "Contrato;Serviço;ID;Dez anterior;Jan;Fev/26;03/2026\nCT;S;A;10;15,5;15,5;12\nCT;S;B;99950;30;;40\n";

/// The inputs that a target starts from.
pub type Inputs = Vec<Vec<u8>>;

/// The seeds of each target; `root` is the repository's.
///
/// # Errors
/// When a file cannot be read.
pub fn all(root: &Path) -> Result<Vec<(&'static str, Inputs)>> {
    let vectors = files(&root.join("tests/vectors"), &["json"])?;
    let sheets = files(&root.join("tests/fixtures/sheets"), &["xls", "xlsx", "xlsb", "ods", "html", "dbf", "xml"])?;
    let csv = files(&root.join("tests/fixtures/sheets"), &["csv", "txt"])?;
    let profiles = ["core/client/src/profile", "tests/rust/tests/data", "profiles"];
    let profiles = profiles.iter().map(|folder| files(&root.join(folder), &["toml"])).collect::<Result<Vec<_>>>()?;
    let profiles: Inputs = profiles.into_iter().flatten().map(|(_, file)| file).collect();

    let mut documents = Vec::new();
    let mut models = Vec::new();
    for (name, json) in &vectors {
        let kind = DocumentKind::ALL.iter().position(|kind| kind.name() == name);
        let texts: BTreeSet<Vec<u8>> = strings(json).into_iter().filter(|text| text.len() <= 600).collect();
        for (i, text) in texts.iter().enumerate() {
            documents.push(with(kind.unwrap_or(i % DocumentKind::ALL.len()), text));
        }
        if name == "modelos" || name == "many_findings" {
            let objects: BTreeSet<Vec<u8>> = objects(json).into_iter().filter(|object| object.len() <= 4_000).collect();
            for (i, object) in objects.iter().enumerate() {
                models.extend((0..MODELS.len()).filter(|model| model % 3 == i % 3).map(|model| with(model, object)));
            }
        }
    }
    let small = sheets.iter().filter(|(_, file)| file.len() < 20_000);
    let mut workbooks: Vec<Vec<u8>> = small.map(|(_, file)| with(0, file)).collect();
    for (i, container) in CONTAINERS.iter().enumerate() {
        workbooks.extend(container.part().map(|bytes| with(i, &bytes)));
    }
    Ok(vec![
        ("documents", documents),
        ("profile", profiles),
        ("answers", answers()),
        ("sheets", workbooks),
        ("csv", csv.into_iter().map(|(_, file)| file).chain([METERS.as_bytes().to_vec()]).collect()),
        ("sandbox", SANDBOX.iter().map(|text| text.replace('|', "\0").into_bytes()).collect()),
        ("models", models),
    ])
}

/// Writes the seeds of `target` into the folder that cargo-fuzz reads.
///
/// # Panics
/// When they cannot be read or written. Without seeds a fuzzer finds little.
#[allow(dead_code, reason = "the tests of a stable compiler keep no corpus")]
pub fn write(target: &str) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = here.join("corpus").join(target);
    let seeds = all(&here.join("..")).unwrap_or_else(|e| panic!("no seeds: {e}"));
    let seeds = seeds.into_iter().filter(|(name, _)| *name == target).flat_map(|(_, seeds)| seeds);
    fs::create_dir_all(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for (i, seed) in seeds.enumerate() {
        let file = folder.join(format!("seed-{i:04}"));
        fs::write(&file, seed).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    }
}

/// `bytes` after the byte that chooses among the kinds of a target.
fn with(choice: usize, bytes: &[u8]) -> Vec<u8> {
    let mut seed = vec![u8::try_from(choice).unwrap_or_default()];
    seed.extend_from_slice(bytes);
    seed
}

/// The files of `folder` that end so, each after its name without the ending, in alphabetical order.
fn files(folder: &Path, endings: &[&str]) -> Result<Vec<(String, Vec<u8>)>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    let ends = |path: &Path| path.extension().and_then(|e| e.to_str()).is_some_and(|e| endings.contains(&e));
    let name = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    paths.iter().filter(|path| ends(path)).map(|path| Ok((name(path), fs::read(path)?))).collect()
}

/// Every text in a JSON file.
fn strings(json: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    walk(&serde_json::from_slice(json).unwrap_or_default(), &mut |value| {
        found.extend(value.as_str().map(|text| text.as_bytes().to_vec()));
    });
    found
}

/// Every object in a JSON file.
fn objects(json: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    walk(&serde_json::from_slice(json).unwrap_or_default(), &mut |value| {
        if value.is_object() {
            found.push(value.to_string().into_bytes());
        }
    });
    found
}

fn walk(value: &serde_json::Value, see: &mut impl FnMut(&serde_json::Value)) {
    see(value);
    match value {
        serde_json::Value::Array(items) => items.iter().for_each(|item| walk(item, see)),
        serde_json::Value::Object(fields) => fields.values().for_each(|field| walk(field, see)),
        _ => {}
    }
}

/// One answer of each kind, for every operation, under the profiles in turn.
fn answers() -> Vec<Vec<u8>> {
    const ANSWERS: [(u8, &str, &str); 16] = [
        (0, "", r#"{"data":[{"id":"1","nome":"Ana"},{"id":2}],"meta":{"current_page":1,"total_pages":2}}"#),
        (0, "", r#"{"parametros":{"paginacao":{"paginaAtual":0,"quantidadeDePaginas":1}},"itens":[{"id":"1"}]}"#),
        (
            0,
            "x-resultado: unchanged\n",
            r#"{"id":"1","valorOriginal":10.50,"dataVencimento":"0000-00-00","itens":[{}]}"#,
        ),
        (1, "location: /api/v1/clientes/7\nidempotent-replayed: true\n", ""),
        (0, "content-type: application/json; charset=iso-8859-1\n", "{\"nome\":\"Jos\u{e9}\"}"),
        (
            5,
            "x-request-id: r\n",
            r#"{"errors":[{"code":"invalid","description":"CPF 123.456.789-09","field":"cpfCnpj"}]}"#,
        ),
        (10, "", r#"{"type":"https://x/y","title":"t","detail":"d","violacoes":[{"razao":"r","propriedade":"nome"}]}"#),
        (12, "", r#"{"faultcode":"SOAP-ENV:Server","faultstring":"ERROR"}"#),
        (10, "", r#"{"status":422,"error":"e","code":"c","error_details":{"nome":["blank","short"]}}"#),
        (6, "content-type: text/html\n", "<html><title>Bearer segredo-123</title>segredo-123</html>"),
        (11, "retry-after: Sun, 06 Nov 1994 08:49:37 GMT\n", "[]"),
        (4, "location: //evil.example/\n", ""),
        // Under Lago, Omie, Vindi and Asaas.
        (
            0,
            "",
            r#"{"meta":{"total_pages":2,"current_page":1},"customer":{"external_id":"c","address_line1":"a","x":{}},
            "invoices":[{"lago_id":"i","customer":{"external_id":"c","name":"n"},"total_amount_cents":"1050"}]}"#,
        ),
        (
            0,
            "",
            r#"{"conta_receber_cadastro":[{"codigo_lancamento_omie":7,"data_vencimento":"31/02/2026","status_titulo":"NOVO"}],
            "codigo_cliente_omie":7,"endereco":"Rua A","endereco":"Rua B","inativo":"S","total_de_paginas":1}"#,
        ),
        (
            0,
            "",
            r#"{"customer":{"id":7,"phones":[{"number":"1"},{}],"address":{"street":null}},"bills":[{"customer":{"id":1},
            "charges":[{"print_url":"u"},5],"due_at":"2026-10-15T00:00:00-03:00"}]}"#,
        ),
        (0, "", r#"{"hasMore":true,"data":[null,{"deleted":true,"address":"Rua A","postalCode":5,"state":{}}]}"#),
    ];
    let mut all = Vec::new();
    for operation in 0..20_u8 {
        for (i, (status, headers, body)) in ANSWERS.iter().enumerate() {
            let profile = match i {
                0..12 => i % 2,
                12..15 => i - 8,
                _ => 2,
            };
            let profile = u8::try_from(profile).unwrap_or_default();
            all.push([&[operation, *status, profile], headers.as_bytes(), b"\0", body.as_bytes()].concat());
        }
    }
    all
}

/// Sessions; a `|` stands for the NUL between two requests.
const SANDBOX: [&str; 4] = [
    "POST /api/v1/clientes\nidempotency-key: k\n\n{\"nome\":\"Ana\",\"cpfCnpj\":\"12345678909\",\"codigoExterno\":\"C\"}\
     |GET /api/v1/clientes?pagina=1&tamanhoPagina=10|GET /api/v1/clientes/1|DELETE /api/v1/clientes/1",
    "POST /api/v1/clientes\n\n{\"nome\":\"Ana\",\"cpfCnpj\":\"12345678909\"}|POST /api/v1/contratos\n\n{\"clienteId\":\"1\",\
     \"dataInicio\":\"2026-01-01\",\"periodicidade\":\"MENSAL\",\"diaVencimento\":5,\"multaPercentual\":\"2\",\"itens\":[{\"servicoId\":\"1\",\
     \"quantidade\":\"1\"},{\"servicoCodigo\":\"API-CHAMADAS\",\"quantidade\":1}]}|POST /api/v1/contratos/1/ativar|POST /api/v1/consumos\n\n\
     {\"contratoId\":\"1\",\"servicoCodigo\":\"API-CHAMADAS\",\"competencia\":\"2026-09\",\"quantidade\":\"7.5\"}|POST /sandbox/faturar\n\n\
     {\"competencia\":\"2026-09\"}|GET /api/v1/cobrancas|POST /sandbox/clock\n\n{\"dias\":40}|GET /api/v1/cobrancas?situacao=VENCIDA\
     |POST /sandbox/cobrancas/1/pay\n\n{\"valor\":\"1.00\"}|GET /sandbox/state",
    "POST /sandbox/faults\n\n{\"semente\":1,\"regras\":[{\"tipo\":\"limite\",\"operacao\":\"servicos.listar\",\"vezes\":1}]}\
     |GET /api/v1/servicos|GET /sandbox/faults|POST /sandbox/reset",
    "PATCH /api/v1/clientes|GET /sandbox/cobrancas/1/qr.svg|POST /sandbox/clock\n\n{\"data\":\"2030-01-01\"}|PUT /api/v1/consumos/1",
];
