//! `sandbox/openapi.yaml` is written from the core's own tables and the default profile, and holds what the sandbox
//! really answers. `UPDATE=1 cargo test -p smartbill-tests --test sandbox_openapi` writes it anew.

#![expect(clippy::unwrap_used, clippy::panic, reason = "the helpers are part of the tests")]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_core::api::{Method, Operation, Resource};
use smartbill_core::model::{
    AcaoContrato, Campo, Cliente, Cobranca, Consumo, Contrato, Esquema, FiltroClientes, FiltroCobrancas,
    FiltroConsumos, FiltroContratos, FiltroServicos, Minimo, Regra, Servico, Tipo,
};
use smartbill_core::profile::{PageStyle, Profile, Promise};
use smartbill_core::{Competencia, Valor};
use smartbill_sandbox::{Pedido, Service, TOKEN};

const ARQUIVO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sandbox/openapi.yaml");

type No = Valor<'static>;

fn objeto<const N: usize>(campos: [(&str, No); N]) -> No {
    Valor::Objeto(campos.into_iter().map(|(nome, valor)| (nome.to_owned().into(), valor)).collect())
}

fn texto(t: impl Into<String>) -> No {
    Valor::Texto(t.into().into())
}

fn lista(itens: impl IntoIterator<Item = No>) -> No {
    Valor::Lista(itens.into_iter().collect())
}

fn inteiro(n: usize) -> No {
    Valor::Inteiro(i64::try_from(n).unwrap())
}

fn com<const N: usize>(no: No, mais: [(&str, No); N]) -> No {
    let (Valor::Objeto(mut campos), Valor::Objeto(mais)) = (no, objeto(mais)) else { panic!("not an object") };
    campos.extend(mais);
    Valor::Objeto(campos)
}

fn referencia(nome: &str) -> No {
    objeto([("$ref", texto(format!("#/components/schemas/{nome}")))])
}

fn doc(texto: &str) -> String {
    texto.split_whitespace().collect::<Vec<_>>().join(" ")
}

// --- the document -------------------------------------------------------------------------------------------------

fn documento(perfil: &Profile) -> No {
    let mut esquemas = Vec::new();
    for esquema in [
        Cliente::ESQUEMA,
        Servico::ESQUEMA,
        Contrato::ESQUEMA,
        AcaoContrato::ESQUEMA,
        Consumo::ESQUEMA,
        Cobranca::ESQUEMA,
    ] {
        descrever(perfil, esquema, &mut esquemas);
    }
    for (nome, esquema) in problema() {
        esquemas.push((nome.to_owned().into(), esquema));
    }
    let mut caminhos: Vec<(std::borrow::Cow<'static, str>, No)> = Vec::new();
    for operacao in Operation::ALL {
        let caminho = format!("{}{}", perfil.base_path(), perfil.endpoint(*operacao).path);
        let metodo = perfil.endpoint(*operacao).method.as_str().to_lowercase();
        let descrita = operacao_descrita(perfil, *operacao);
        // `obter` and `listar` of the charges' kind share nothing: two operations never share method and path.
        match caminhos.iter_mut().find(|(c, _)| *c == caminho) {
            Some((_, Valor::Objeto(metodos))) => metodos.push((metodo.into(), descrita)),
            _ => caminhos.push((caminho.into(), Valor::Objeto(vec![(metodo.into(), descrita)]))),
        }
    }
    objeto([
        ("openapi", texto("3.1.0")),
        (
            "info",
            objeto([
                ("title", texto("smartbill-automation: default wire profile")),
                ("version", texto(env!("CARGO_PKG_VERSION"))),
                (
                    "description",
                    texto(
                        "The default wire profile of smartbill-automation, as its sandbox speaks it. The vendor's \
                         own wire format is not public: this is the project's own assumption, and no reference of \
                         the vendor's API. Generated; edit the models or the profile instead.",
                    ),
                ),
            ]),
        ),
        ("servers", lista([objeto([("url", texto("http://127.0.0.1:8080")), ("description", texto("sandbox"))])])),
        ("security", lista([objeto([("token", lista([]))])])),
        ("paths", Valor::Objeto(caminhos)),
        (
            "components",
            objeto([
                (
                    "securitySchemes",
                    objeto([("token", objeto([("type", texto("http")), ("scheme", texto("bearer"))]))]),
                ),
                ("schemas", Valor::Objeto(esquemas)),
            ]),
        ),
    ])
}

/// Adds the schema of a model and of the models inside it.
fn descrever(perfil: &Profile, esquema: &'static Esquema, esquemas: &mut Vec<(std::borrow::Cow<'static, str>, No)>) {
    if esquemas.iter().any(|(nome, _)| nome == esquema.nome) {
        return;
    }
    let posicao = esquemas.len();
    let principal = esquema.campo("id").is_some_and(|c| c.regra.resposta);
    let propriedades = esquema.campos.iter().map(|campo| {
        let mut no = do_tipo(&campo.regra.tipo);
        if campo.regra.resposta {
            no = com(no, [("readOnly", Valor::Booleano(true))]);
        }
        (perfil.wire_name(esquema, campo.nome).to_owned().into(), com(no, [("description", texto(doc(campo.doc)))]))
    });
    let mut no = objeto([
        ("type", texto("object")),
        ("description", texto(doc(esquema.doc))),
        ("properties", Valor::Objeto(propriedades.collect())),
        ("additionalProperties", Valor::Booleano(false)),
    ]);
    // An item or an address is given whole; of a resource, what an include needs is said there.
    let obrigatorios = nomes_obrigatorios(perfil, esquema);
    if !principal && !obrigatorios.is_empty() {
        no = com(no, [("required", lista(obrigatorios))]);
    }
    esquemas.insert(posicao, (esquema.nome.into(), no));
    for campo in esquema.campos {
        if let Some(dentro) = dentro(&campo.regra.tipo) {
            descrever(perfil, dentro, esquemas);
        }
    }
}

fn nomes_obrigatorios(perfil: &Profile, esquema: &'static Esquema) -> Vec<No> {
    let obrigatorios = esquema.campos.iter().filter(|c| c.regra.obrigatorio);
    obrigatorios.map(|c| texto(perfil.wire_name(esquema, c.nome))).collect()
}

fn dentro(tipo: &Tipo) -> Option<&'static Esquema> {
    match tipo {
        Tipo::Objeto(esquema) => Some(esquema),
        Tipo::Lista(Regra { tipo, .. }) => dentro(tipo),
        _ => None,
    }
}

fn do_tipo(tipo: &Tipo) -> No {
    let string = || ("type", texto("string"));
    match tipo {
        Tipo::Id | Tipo::Documento(_) => objeto([string()]),
        Tipo::Texto { min, max } => {
            objeto([string(), ("minLength", inteiro((*min).into())), ("maxLength", inteiro((*max).into()))])
        }
        Tipo::Url => objeto([string(), ("format", texto("uri"))]),
        Tipo::Decimal { casas, minimo, .. } => {
            let sinal = if *minimo == Minimo::Livre { "-?" } else { "" };
            let pattern = format!("^{sinal}\\d+(\\.\\d{{1,{casas}}}0*)?$");
            objeto([string(), ("format", texto("decimal")), ("pattern", texto(pattern))])
        }
        Tipo::Inteiro { min, max } => objeto([
            ("type", texto("integer")),
            ("minimum", Valor::Inteiro((*min).into())),
            ("maximum", Valor::Inteiro((*max).into())),
        ]),
        Tipo::Booleano => objeto([("type", texto("boolean"))]),
        Tipo::Data => objeto([string(), ("format", texto("date"))]),
        Tipo::DataHora => objeto([string(), ("format", texto("date-time"))]),
        Tipo::Competencia => {
            objeto([string(), ("format", texto("month")), ("pattern", texto("^\\d{4}-(0[1-9]|1[0-2])$"))])
        }
        Tipo::Enum(nomes) => objeto([string(), ("enum", lista(nomes.iter().map(texto)))]),
        Tipo::Objeto(esquema) => referencia(esquema.nome),
        Tipo::Lista(item) => objeto([("type", texto("array")), ("items", do_tipo(&item.tipo))]),
        Tipo::Mapa => {
            objeto([("type", texto("object")), ("additionalProperties", objeto([("type", texto("string"))]))])
        }
    }
}

fn problema() -> [(&'static str, No); 2] {
    let string = || objeto([("type", texto("string"))]);
    [
        (
            "Problema",
            objeto([
                ("type", texto("object")),
                ("description", texto("A refusal, after RFC 7807.")),
                (
                    "properties",
                    objeto([
                        ("type", string()),
                        ("title", com(string(), [("description", texto("Stable code."))])),
                        ("status", objeto([("type", texto("integer"))])),
                        ("detail", com(string(), [("description", texto("One sentence."))])),
                        ("violacoes", objeto([("type", texto("array")), ("items", referencia("Violacao"))])),
                    ]),
                ),
                ("required", lista(["type", "title", "status", "detail"].map(texto))),
                ("additionalProperties", Valor::Booleano(false)),
            ]),
        ),
        (
            "Violacao",
            objeto([
                ("type", texto("object")),
                ("description", texto("What is wrong with one field.")),
                (
                    "properties",
                    objeto([
                        ("codigo", com(string(), [("description", texto("Stable code."))])),
                        ("razao", com(string(), [("description", texto("One sentence."))])),
                        ("propriedade", com(string(), [("description", texto("Path, such as itens[0].quantidade."))])),
                    ]),
                ),
                ("required", lista(["codigo", "razao", "propriedade"].map(texto))),
                ("additionalProperties", Valor::Booleano(false)),
            ]),
        ),
    ]
}

fn modelo(operacao: Operation) -> &'static Esquema {
    match operacao.resource() {
        Resource::Clientes => Cliente::ESQUEMA,
        Resource::Servicos => Servico::ESQUEMA,
        Resource::Contratos => Contrato::ESQUEMA,
        Resource::Consumos => Consumo::ESQUEMA,
        Resource::Cobrancas => Cobranca::ESQUEMA,
    }
}

fn filtro(operacao: Operation) -> Option<&'static Esquema> {
    match operacao {
        Operation::ClientesListar => Some(FiltroClientes::ESQUEMA),
        Operation::ServicosListar => Some(FiltroServicos::ESQUEMA),
        Operation::ContratosListar => Some(FiltroContratos::ESQUEMA),
        Operation::ConsumosListar => Some(FiltroConsumos::ESQUEMA),
        Operation::CobrancasListar => Some(FiltroCobrancas::ESQUEMA),
        _ => None,
    }
}

fn corpo_pedido(perfil: &Profile, operacao: Operation) -> Option<No> {
    let esquema = modelo(operacao);
    match operacao {
        Operation::ClientesIncluir | Operation::ContratosIncluir | Operation::ConsumosIncluir => Some(objeto([(
            "allOf",
            lista([referencia(esquema.nome), objeto([("required", lista(nomes_obrigatorios(perfil, esquema)))])]),
        )])),
        Operation::ClientesAlterar | Operation::ConsumosAlterar => Some(referencia(esquema.nome)),
        Operation::ContratosAtivar
        | Operation::ContratosDesativar
        | Operation::ContratosSuspender
        | Operation::ContratosCancelar => Some(referencia(AcaoContrato::ESQUEMA.nome)),
        _ => None,
    }
}

fn incluir(operacao: Operation) -> bool {
    matches!(operacao, Operation::ClientesIncluir | Operation::ContratosIncluir | Operation::ConsumosIncluir)
}

fn resposta(perfil: &Profile, operacao: Operation) -> No {
    let esquema = modelo(operacao);
    let registro = objeto([(
        "allOf",
        lista([referencia(esquema.nome), objeto([("required", lista([texto(perfil.wire_name(esquema, "id"))]))])]),
    )]);
    if filtro(operacao).is_none() {
        return registro;
    }
    let contador = || objeto([("type", texto("integer"))]);
    let meta = objeto([
        ("type", texto("object")),
        (
            "properties",
            objeto([("current_page", contador()), ("total_pages", contador()), ("total_count", contador())]),
        ),
        ("required", lista(["current_page", "total_pages", "total_count"].map(texto))),
        ("additionalProperties", Valor::Booleano(false)),
    ]);
    objeto([
        ("type", texto("object")),
        ("properties", objeto([("data", objeto([("type", texto("array")), ("items", registro)])), ("meta", meta)])),
        ("required", lista(["data", "meta"].map(texto))),
        ("additionalProperties", Valor::Booleano(false)),
    ])
}

/// The refusals of an operation.
fn recusas(operacao: Operation) -> Vec<(&'static str, &'static str)> {
    let mut recusas = Vec::new();
    if corpo_pedido(&Profile::padrao(), operacao).is_some() {
        recusas.push(("400", "The body is not JSON."));
    }
    recusas.push(("401", "The token is not accepted."));
    if operacao.takes_id() {
        recusas.push(("404", "No such record."));
    }
    if operacao.is_write() {
        recusas.push(("409", "The record's state, or another record with its external code, does not allow it."));
    }
    if operacao.is_write() || filtro(operacao).is_some() {
        recusas.push(("422", "Something sent is wrong; or an idempotency key was used with another body."));
    }
    recusas.push(("429", "Too many requests; Retry-After says when to come back."));
    recusas.push(("5XX", "The server failed."));
    recusas
}

fn operacao_descrita(perfil: &Profile, operacao: Operation) -> No {
    let endpoint = perfil.endpoint(operacao);
    let json = |esquema: No| objeto([("application/json", objeto([("schema", esquema)]))]);
    let cabecalho =
        |descricao: &str| objeto([("description", texto(descricao)), ("schema", objeto([("type", texto("string"))]))]);
    let mut parametros = Vec::new();
    let mut parametro = |nome: &str, onde: &str, obrigatorio: bool, esquema: No, descricao: String| {
        parametros.push(objeto([
            ("name", texto(nome)),
            ("in", texto(onde)),
            ("required", Valor::Booleano(obrigatorio)),
            ("schema", esquema),
            ("description", texto(descricao)),
        ]));
    };
    let string = || objeto([("type", texto("string"))]);
    if operacao.takes_id() {
        parametro("id", "path", true, string(), "Identifier given by the platform.".into());
    }
    if let Some(filtro) = filtro(operacao) {
        for campo in filtro.campos {
            let Campo { nome, regra, doc: sobre, .. } = campo;
            parametro(perfil.wire_name(filtro, nome), "query", false, do_tipo(&regra.tipo), doc(sobre));
        }
        let paginas = perfil.pagination();
        let PageStyle::Page { first, page, size } = &paginas.style else { panic!("the default profile has pages") };
        let numero = |min: u64, max: Option<u32>, padrao: u64| {
            let n = |n: u64| Valor::Inteiro(i64::try_from(n).unwrap());
            let no = objeto([("type", texto("integer")), ("minimum", n(min)), ("default", n(padrao))]);
            max.map_or_else(|| no.clone(), |max| com(no.clone(), [("maximum", n(max.into()))]))
        };
        parametro(page, "query", false, numero(*first, None, *first), "Page number.".into());
        let tamanho = numero(1, Some(paginas.max_size), paginas.default_size.into());
        parametro(size, "query", false, tamanho, "Records in a page.".into());
    }
    if operacao.is_write() && endpoint.promise != Promise::None {
        let descricao = "The work of one key is done once a day; the same key with another body is refused.";
        let esquema = com(string(), [("minLength", inteiro(1)), ("maxLength", inteiro(255))]);
        parametro(perfil.idempotency_header(), "header", false, esquema, descricao.into());
    }
    let mut cabecalhos = vec![("x-request-id".to_owned().into(), cabecalho("Identifies the request."))];
    if operacao.is_write() {
        let feito = cabecalho("What was done: created, updated, unchanged or already_done.");
        cabecalhos.push((perfil.result_header().to_owned().into(), feito));
        let repetida = cabecalho("`true` on an answer given before to the same key.");
        cabecalhos.push((perfil.replayed_header().to_owned().into(), repetida));
    }
    let sucesso = |descricao: &str| {
        objeto([
            ("description", texto(descricao)),
            ("headers", Valor::Objeto(cabecalhos.clone())),
            ("content", json(resposta(perfil, operacao))),
        ])
    };
    let mut respostas: Vec<(std::borrow::Cow<'static, str>, No)> = Vec::new();
    if operacao != Operation::ConsumosIncluir && incluir(operacao) {
        respostas.push(("201".into(), sucesso("Added.")));
    } else if incluir(operacao) {
        respostas.push(("200".into(), sucesso("The same record was there already.")));
        respostas.push(("201".into(), sucesso("Added.")));
    } else {
        respostas.push(("200".into(), sucesso("Done.")));
    }
    for (status, descricao) in recusas(operacao) {
        let no = objeto([("description", texto(descricao)), ("content", json(referencia("Problema")))]);
        respostas.push((status.into(), no));
    }
    let mut campos = vec![
        ("operationId".into(), texto(operacao.name())),
        ("tags".into(), lista([texto(operacao.resource().name())])),
        ("summary".into(), texto(resumo(operacao))),
    ];
    if !parametros.is_empty() {
        campos.push(("parameters".into(), lista(parametros)));
    }
    if let Some(corpo) = corpo_pedido(perfil, operacao) {
        let obrigatorio = incluir(operacao);
        let no = objeto([("required", Valor::Booleano(obrigatorio)), ("content", json(corpo))]);
        campos.push(("requestBody".into(), no));
    }
    campos.push(("responses".into(), Valor::Objeto(respostas)));
    Valor::Objeto(campos)
}

fn resumo(operacao: Operation) -> &'static str {
    match operacao {
        Operation::ClientesIncluir => "Adds a customer.",
        Operation::ClientesAlterar => "Changes a customer: what is left out is kept, what is null is cleared.",
        Operation::ClientesRemover => "Makes a customer inactive.",
        Operation::ClientesObter => "Gets a customer.",
        Operation::ClientesListar => "Lists customers.",
        Operation::ServicosObter => "Gets a service.",
        Operation::ServicosListar => "Lists services.",
        Operation::ContratosIncluir => "Adds a contract.",
        Operation::ContratosAtivar => "Activates a contract, or resumes a suspended one.",
        Operation::ContratosDesativar => "Deactivates a contract.",
        Operation::ContratosSuspender => "Suspends a contract.",
        Operation::ContratosCancelar => "Cancels a contract for good.",
        Operation::ContratosObter => "Gets a contract.",
        Operation::ContratosListar => "Lists contracts.",
        Operation::ConsumosIncluir => "Adds usage.",
        Operation::ConsumosAlterar => {
            "Changes usage that is not billed: what is left out is kept, what is null is cleared."
        }
        Operation::ConsumosRemover => "Removes usage that is not billed.",
        Operation::ConsumosObter => "Gets a record of usage.",
        Operation::ConsumosListar => "Lists usage; removed records only where they are asked for.",
        Operation::CobrancasListar => "Lists charges.",
    }
}

// --- YAML ---------------------------------------------------------------------------------------------------------

fn yaml(no: &No) -> String {
    let mut saida = "# Generated from the core's tables; see tests/rust/tests/sandbox_openapi.rs.\n".to_owned();
    bloco(no, 0, &mut saida);
    saida
}

fn bloco(no: &No, recuo: usize, saida: &mut String) {
    let margem = " ".repeat(recuo);
    match no {
        Valor::Objeto(campos) => {
            for (nome, valor) in campos {
                let _ = write!(saida, "{margem}{}:", escalar(nome));
                valor_yaml(valor, recuo, saida);
            }
        }
        Valor::Lista(itens) => {
            for item in itens {
                let mut dentro = String::new();
                bloco(item, recuo + 2, &mut dentro);
                match item {
                    // The first line stands beside the dash.
                    Valor::Objeto(_) => {
                        let _ = write!(saida, "{margem}- {}", dentro.trim_start());
                    }
                    item => {
                        let _ = writeln!(saida, "{margem}- {}", em_linha(item));
                    }
                }
            }
        }
        _ => unreachable!("a document is made of objects and lists"),
    }
}

fn valor_yaml(valor: &No, recuo: usize, saida: &mut String) {
    match valor {
        Valor::Objeto(campos) if !campos.is_empty() => {
            saida.push('\n');
            bloco(valor, recuo + 2, saida);
        }
        Valor::Lista(itens) if itens.iter().any(|i| matches!(i, Valor::Objeto(_))) => {
            saida.push('\n');
            bloco(valor, recuo + 2, saida);
        }
        valor => {
            let _ = writeln!(saida, " {}", em_linha(valor));
        }
    }
}

fn em_linha(no: &No) -> String {
    match no {
        Valor::Texto(t) => escalar(t),
        Valor::Lista(itens) => format!("[{}]", itens.iter().map(em_linha).collect::<Vec<_>>().join(", ")),
        no => no.to_json(),
    }
}

/// A plain word as it is, anything else in quotes.
fn escalar(texto: &str) -> String {
    let plano = texto.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && texto.chars().all(|c| c.is_ascii_alphanumeric() || "/_-.{}".contains(c))
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&texto.to_lowercase().as_str());
    if plano { texto.to_owned() } else { Valor::Texto(texto.into()).to_json() }
}

// --- holding it against answers -----------------------------------------------------------------------------------

/// What is wrong with `valor` under `esquema`.
fn conferir(raiz: &No, esquema: &No, valor: &Valor<'_>, onde: &str, erros: &mut Vec<String>) {
    if let Some(alvo) = esquema.campo("$ref").and_then(Valor::texto) {
        let nome = alvo.rsplit('/').next().unwrap();
        let alvo = raiz.campo("components").and_then(|c| c.campo("schemas")?.campo(nome));
        return conferir(raiz, alvo.unwrap_or_else(|| panic!("no schema {nome}")), valor, onde, erros);
    }
    if let Some(Valor::Lista(todos)) = esquema.campo("allOf") {
        for esquema in todos {
            conferir(raiz, esquema, valor, onde, erros);
        }
    }
    if let (Some(Valor::Lista(nomes)), Valor::Objeto(_)) = (esquema.campo("required"), valor) {
        for nome in nomes.iter().filter_map(Valor::texto) {
            if valor.campo(nome).is_none() {
                erros.push(format!("{onde}: lacks `{nome}`"));
            }
        }
    }
    let Some(tipo) = esquema.campo("type").and_then(Valor::texto) else { return };
    match (tipo, valor) {
        ("object", Valor::Objeto(campos)) => {
            for (nome, valor) in campos {
                let onde = format!("{onde}.{nome}");
                match (esquema.campo("properties").and_then(|p| p.campo(nome)), esquema.campo("additionalProperties")) {
                    (Some(esquema), _) | (None, Some(esquema @ Valor::Objeto(_))) => {
                        conferir(raiz, esquema, valor, &onde, erros);
                    }
                    _ => erros.push(format!("{onde}: not described")),
                }
            }
        }
        ("array", Valor::Lista(itens)) => {
            let esquema = esquema.campo("items").unwrap();
            itens.iter().enumerate().for_each(|(i, v)| conferir(raiz, esquema, v, &format!("{onde}[{i}]"), erros));
        }
        ("string", Valor::Texto(t)) => {
            let formato = esquema.campo("format").and_then(Valor::texto);
            let certo = match formato {
                Some("decimal") => t.parse::<Decimal>().is_ok(),
                Some("date") => t.len() == 10 && t.parse::<Date>().is_ok(),
                Some("date-time") => t.parse::<Timestamp>().is_ok(),
                Some("month") => t.parse::<Competencia>().is_ok(),
                Some("uri") => t.starts_with("https://") || t.starts_with("http://127.0.0.1"),
                _ => true,
            };
            let limite = |nome: &str| match esquema.campo(nome) {
                Some(Valor::Inteiro(n)) => usize::try_from(*n).ok(),
                _ => None,
            };
            let tamanho = t.chars().count();
            let cabe =
                limite("minLength").is_none_or(|n| tamanho >= n) && limite("maxLength").is_none_or(|n| tamanho <= n);
            let opcao = match esquema.campo("enum") {
                Some(Valor::Lista(nomes)) => nomes.iter().any(|n| n.texto() == Some(t)),
                _ => true,
            };
            if !(certo && cabe && opcao) {
                erros.push(format!("{onde}: `{t}` does not fit"));
            }
        }
        ("integer", Valor::Inteiro(_)) | ("boolean", Valor::Booleano(_)) => {}
        ("integer", Valor::Numero(n)) if n.parse::<i64>().is_ok() => {}
        (tipo, valor) => erros.push(format!("{onde}: expected {tipo}, found {}", valor.tipo())),
    }
}

struct Prova {
    perfil: Profile,
    documento: No,
    service: Service,
    vistos: BTreeSet<(&'static str, u16)>,
}

impl Prova {
    fn operacao(&self, operacao: Operation) -> &No {
        let endpoint = self.perfil.endpoint(operacao);
        let caminho = format!("{}{}", self.perfil.base_path(), endpoint.path);
        let caminhos = self.documento.campo("paths").unwrap();
        caminhos.campo(&caminho).and_then(|c| c.campo(&endpoint.method.as_str().to_lowercase())).unwrap()
    }

    /// Does `operacao` and holds request and answer against the document; the answer's status.
    fn fazer(&mut self, operacao: Operation, id: &str, consulta: &str, corpo: &str, token: &str) -> u16 {
        let alvo = format!("{}{consulta}", self.perfil.path(operacao, Some(id)));
        let metodo = self.perfil.endpoint(operacao).method;
        let cabecalhos = vec![("authorization".to_owned(), format!("Bearer {token}"))];
        let pedido = Pedido { metodo: metodo.as_str(), alvo: &alvo, cabecalhos: &cabecalhos, corpo: corpo.as_bytes() };
        let r = self.service.handle(&pedido, "2026-01-05T12:00:00Z".parse().unwrap());
        let descrita = self.operacao(operacao);
        let mut erros = Vec::new();
        if let (200 | 201, Some(pedido), false) = (r.status, descrita.campo("requestBody"), corpo.is_empty()) {
            assert!(metodo != Method::Get);
            let valor = Valor::from_json(corpo.as_bytes()).unwrap();
            conferir(&self.documento, esquema_de(pedido), &valor, "request", &mut erros);
        }
        let respostas = descrita.campo("responses").unwrap();
        let classe = format!("{}XX", r.status / 100);
        let resposta = respostas.campo(&r.status.to_string()).or_else(|| respostas.campo(&classe));
        let resposta = resposta.unwrap_or_else(|| panic!("{operacao}: {} is not described", r.status));
        let valor = Valor::from_json(&r.corpo).unwrap();
        conferir(&self.documento, esquema_de(resposta), &valor, "answer", &mut erros);
        for (nome, _) in r.cabecalhos.iter().filter(|(n, _)| n.starts_with("x-") && r.status < 300) {
            assert!(resposta.campo("headers").unwrap().campo(nome).is_some(), "{operacao}: {nome} is not described");
        }
        assert!(erros.is_empty(), "{operacao} {}: {erros:#?}\n{}", r.status, valor.to_json());
        self.vistos.insert((operacao.name(), r.status));
        r.status
    }
}

fn esquema_de(no: &No) -> &No {
    no.campo("content").and_then(|c| c.campo("application/json")?.campo("schema")).unwrap()
}

#[test]
fn the_file_is_what_the_tables_say() {
    let novo = yaml(&documento(&Profile::padrao()));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(ARQUIVO, &novo).unwrap();
    }
    let escrito = std::fs::read_to_string(ARQUIVO).unwrap_or_default().replace("\r\n", "\n");
    assert!(escrito == novo, "sandbox/openapi.yaml is out of date; run this test with UPDATE=1");
}

#[test]
fn every_answer_of_the_sandbox_is_described() {
    use Operation as O;
    let perfil = Profile::padrao();
    let mut service = Service::new(perfil.clone(), TOKEN, "2026-01-05T12:00:00Z".parse().unwrap());
    service.semear();
    let mut prova = Prova { documento: documento(&perfil), perfil, service, vistos: BTreeSet::new() };
    let cliente = r#"{"codigoExterno":"C1","nome":"Ana Lima","cpfCnpj":"12345678909","email":"ana@example.com",
        "tags":["a"],"endereco":{"cep":"01310100","uf":"SP"},"dataNascimento":"1990-01-31","notificar":true}"#;
    let contrato = r#"{"codigoExterno":"CT1","clienteCodigoExterno":"C1","dataInicio":"2026-01-01","ciclos":12,
        "periodicidade":"MENSAL","diaVencimento":10,"formaPagamento":"PIX","itens":[
        {"servicoCodigo":"INTERNET-100","quantidade":"2","desconto":{"tipo":"PERCENTUAL","valor":"10"}},
        {"servicoCodigo":"API-CHAMADAS","quantidade":"1"}]}"#;
    let consumo = r#"{"idExterno":"U1","contratoCodigoExterno":"CT1","servicoCodigo":"API-CHAMADAS",
        "competencia":"2026-01","dataConsumo":"2026-01-03","quantidade":"1500.5","propriedades":{"a":"b"}}"#;
    let motivo = r#"{"motivo":"férias"}"#;
    for (operacao, id, consulta, corpo, status) in [
        (O::ClientesIncluir, "", "", cliente, 201),
        (O::ClientesIncluir, "", "", cliente, 409),
        (O::ClientesIncluir, "", "", r#"{"nome":"A"}"#, 422),
        (O::ClientesIncluir, "", "", "{", 400),
        (O::ClientesAlterar, "1", "", r#"{"nomeFantasia":"Ana"}"#, 200),
        (O::ClientesAlterar, "9", "", "{}", 404),
        (O::ClientesObter, "1", "", "", 200),
        (O::ClientesListar, "", "?nome=ana&tamanhoPagina=1", "", 200),
        (O::ClientesListar, "", "?nada=1", "", 422),
        (O::ServicosListar, "", "", "", 200),
        (O::ServicosObter, "4", "", "", 200),
        (O::ServicosObter, "99", "", "", 404),
        (O::ContratosIncluir, "", "", contrato, 201),
        (O::ContratosSuspender, "1", "", motivo, 409),
        (O::ContratosAtivar, "1", "", "", 200),
        (O::ConsumosIncluir, "", "", consumo, 201),
        (O::ConsumosIncluir, "", "", consumo, 200),
        (O::ConsumosAlterar, "1", "", r#"{"grupo":"g"}"#, 200),
        (O::ConsumosObter, "1", "", "", 200),
        (O::ConsumosListar, "", "?competencia=2026-01", "", 200),
        (O::ConsumosRemover, "1", "", "", 200),
        (O::ConsumosIncluir, "", "", consumo, 201),
        (O::ContratosSuspender, "1", "", motivo, 200),
        (O::ContratosDesativar, "1", "", "", 200),
        (O::ContratosAtivar, "1", "", "", 200),
        (O::ContratosObter, "1", "", "", 200),
        (O::ContratosListar, "", "?situacao=ATIVO", "", 200),
    ] {
        assert_eq!(prova.fazer(operacao, id, consulta, corpo, TOKEN), status, "{operacao} {corpo}");
    }
    let agora: Timestamp = "2026-01-05T12:00:00Z".parse().unwrap();
    prova.service.faturar("2026-01".parse().unwrap(), agora);
    for (operacao, id, corpo, status) in [
        (O::CobrancasListar, "", "", 200),
        (O::ConsumosAlterar, "2", "{}", 409),
        (O::ContratosCancelar, "1", motivo, 200),
        (O::ClientesRemover, "1", "", 200),
    ] {
        assert_eq!(prova.fazer(operacao, id, "", corpo, TOKEN), status, "{operacao}");
    }
    for operacao in O::ALL {
        assert!(prova.vistos.iter().any(|(nome, s)| *nome == operacao.name() && *s < 300), "{operacao} was not tried");
        assert_eq!(prova.fazer(*operacao, "1", "", "", "outro"), 401);
        prova.service.falhas(r#"{"regras": [{"tipo": "limite"}]}"#).unwrap();
        assert_eq!(prova.fazer(*operacao, "1", "", "", TOKEN), 429);
        prova.service.falhas(r#"{"regras": [{"tipo": "erro"}]}"#).unwrap();
        assert_eq!(prova.fazer(*operacao, "1", "", "", TOKEN), 503);
        prova.service.falhas("{}").unwrap();
    }
}

/// The checker itself sees what it should.
#[test]
fn the_checker_is_not_blind() {
    let documento = documento(&Profile::padrao());
    let conferir = |json: &str| {
        let mut erros = Vec::new();
        conferir(&documento, &referencia("Contrato"), &Valor::from_json(json.as_bytes()).unwrap(), "x", &mut erros);
        erros.len()
    };
    assert_eq!(conferir(r#"{"ciclos":1,"dataInicio":"2026-01-01"}"#), 0);
    assert_eq!(conferir(r#"{"ciclos":"1","dataInicio":"2026-02-30","nada":1,"periodicidade":"X","itens":[{}]}"#), 5);
}
