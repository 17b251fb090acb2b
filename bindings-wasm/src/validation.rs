//! `smartbill-automation/validation`: models and documents checked, nothing sent.

use smartbill_core::document::{Motivo, Tipo, ValorCampo};
use smartbill_core::model::{Cliente, Cobranca, Consumo, Contrato, Servico};
use smartbill_core::validate::{Intent, Options, Problem, Report, Severity, Violation};
use smartbill_core::{Idioma, Modo, ObjetoJson, Valor, parse_date};
use wasm_bindgen::prelude::*;

use crate::ponte::{Leitor, opcao, violacao};

/// Validates a packed record of the model called `modelo` with its packed options: the outcome as JSON.
#[wasm_bindgen]
pub fn validar(modelo: &str, entrada: &[u8]) -> Result<String, JsValue> {
    let (lido, opcoes) = conferir(modelo, entrada)?;
    Ok(desfecho(lido, opcoes.idioma))
}

/// The same, where only the verdict is wanted.
#[wasm_bindgen]
pub fn valido(modelo: &str, entrada: &[u8]) -> Result<bool, JsValue> {
    conferir(modelo, entrada).map(|(lido, _)| lido.is_ok())
}

type Lido<'a> = Result<(Valor<'a>, Report), Report>;

fn conferir<'a>(modelo: &str, entrada: &'a [u8]) -> Result<(Lido<'a>, Opcoes), JsValue> {
    let modelos = [Cliente::ESQUEMA, Contrato::ESQUEMA, Consumo::ESQUEMA, Servico::ESQUEMA, Cobranca::ESQUEMA];
    let esquema = modelos.into_iter().find(|esquema| esquema.nome == modelo);
    let esquema = esquema.ok_or_else(|| opcao("modelo", "`Cliente`, `Contrato`, `Consumo`, `Servico`, `Cobranca`"))?;
    let (valor, opcoes) = desempacotar(entrada)?;
    let options = Options { modo: opcoes.modo, intent: opcoes.intent, hoje: opcoes.hoje };
    Ok((esquema.validar(valor, options), opcoes))
}

/// The outcome for a packed value that should have been a text, with packed options.
#[wasm_bindgen]
pub fn texto_esperado(entrada: &[u8]) -> Result<String, JsValue> {
    let (valor, opcoes) = desempacotar(entrada)?;
    let problem = Problem::WrongType { expected: "string", found: valor.tipo().to_owned() };
    let violation = Violation { path: String::new(), problem, severity: Severity::Error };
    Ok(desfecho(Err(Report { violations: vec![violation] }), opcoes.idioma))
}

fn desempacotar(entrada: &[u8]) -> Result<(Valor<'_>, Opcoes), JsValue> {
    let mut leitor = Leitor { bytes: entrada };
    let valor = leitor.valor().unwrap_or(Valor::Nulo);
    Ok((valor, Opcoes::ler(&mut leitor)?))
}

fn desfecho(lido: Lido<'_>, idioma: Idioma) -> String {
    let (valor, report) = match lido {
        Ok((valor, report)) => (Some(valor), report),
        Err(report) => (None, report),
    };
    let mut resposta = ObjetoJson::default();
    resposta.campo("valido", &Valor::Booleano(valor.is_some()));
    if let Some(valor) = &valor {
        resposta.campo("valor", valor);
    }
    let (mut erros, mut avisos) = (Vec::new(), Vec::new());
    for v in &report.violations {
        let lista = if v.severity == Severity::Error { &mut erros } else { &mut avisos };
        lista.push(violacao(v, idioma));
    }
    resposta.objetos("erros", &erros);
    resposta.objetos("avisos", &avisos);
    resposta.fim()
}

/// The codes of the reasons, a `|` between them: [`coluna`] gives a place among them, from 1.
#[wasm_bindgen]
#[must_use]
pub fn motivos() -> String {
    Motivo::CODIGOS.as_str().to_owned()
}

/// The number by which the functions below know the document called `nome`.
#[wasm_bindgen]
pub fn tipo(nome: &str) -> Result<usize, JsValue> {
    let numero = Tipo::ALL.iter().position(|tipo| tipo.name() == nome);
    numero.ok_or_else(|| opcao("tipo", "`cpf`, `cnpj`…"))
}

/// Everything that can be said of a document, as JSON, by packed options.
#[wasm_bindgen]
pub fn documento(tipo: usize, texto: &str, opcoes: &[u8]) -> Result<Option<String>, JsValue> {
    let opcoes = Opcoes::ler(&mut Leitor { bytes: opcoes })?;
    Ok(Tipo::ALL.get(tipo).map(|tipo| descrever(*tipo, texto, &opcoes)))
}

/// Whether a text is a valid document in strict mode.
#[wasm_bindgen]
#[must_use]
pub fn documento_valido(tipo: usize, texto: &str) -> bool {
    Tipo::ALL.get(tipo).is_some_and(|tipo| tipo.valido(texto))
}

/// Validates a column by packed options: texts one after the other, and how long each is. For each 0, or the number of
/// its reason from 1; nothing if not all of them are ASCII, for then JavaScript counts otherwise.
#[wasm_bindgen]
pub fn coluna(tipo: usize, textos: &str, tamanhos: &[u32], opcoes: &[u8]) -> Result<Option<Vec<u8>>, JsValue> {
    let opcoes = Opcoes::ler(&mut Leitor { bytes: opcoes })?;
    if !textos.is_ascii() {
        return Ok(None);
    }
    let mut resto = textos;
    let itens = tamanhos.iter().map(|tamanho| {
        let (texto, depois) = resto.split_at_checked(*tamanho as usize)?;
        resto = depois;
        Some(texto)
    });
    Ok(Tipo::ALL.get(tipo).map(|tipo| tipo.numerar_coluna(itens, opcoes.modo, opcoes.uf.as_deref())))
}

/// The text with its official mask, if it is valid in lenient mode.
#[wasm_bindgen]
#[must_use]
pub fn formatar(tipo: usize, texto: &str) -> Option<String> {
    Tipo::ALL.get(tipo)?.formatar(texto)
}

/// The text without mask characters, whether it is valid or not.
#[wasm_bindgen]
#[must_use]
pub fn limpar(tipo: usize, texto: &str) -> Option<String> {
    Tipo::ALL.get(tipo).map(|tipo| tipo.limpar(texto))
}

fn descrever(tipo: Tipo, texto: &str, opcoes: &Opcoes) -> String {
    let lido = tipo.validar(texto, opcoes.modo, opcoes.uf.as_deref());
    let mut avisos = (Vec::new(), Vec::new());
    for aviso in &lido.avisos {
        avisos.0.push(aviso.codigo().to_owned());
        avisos.1.push(aviso.mensagem(opcoes.idioma));
    }
    let mut resposta = ObjetoJson::default();
    resposta.campo("valido", &Valor::Booleano(lido.valido));
    resposta.texto("motivo", lido.motivo.as_ref().map(Motivo::codigo));
    resposta.texto("valor", lido.valor.as_deref());
    resposta.texto("mensagem", lido.motivo.as_ref().map(|motivo| motivo.mensagem(opcoes.idioma)).as_deref());
    resposta.texto("removido", lido.removido.as_deref());
    resposta.textos("avisos", &avisos.0);
    resposta.textos("mensagensAvisos", &avisos.1);
    let mut campos = ObjetoJson::default();
    for (nome, valor) in &lido.campos {
        match valor {
            ValorCampo::Texto(texto) => campos.texto(nome, Some(texto)),
            ValorCampo::Lista(textos) => campos.textos(nome, textos),
            ValorCampo::Booleano(valor) => campos.campo(nome, &Valor::Booleano(*valor)),
            ValorCampo::Decimal(valor) => campos.campo(nome, &Valor::Decimal(*valor)),
            ValorCampo::Data(data) => campos.campo(nome, &Valor::Data(*data)),
        }
    }
    resposta.json("campos", &campos.fim());
    resposta.fim()
}

/// What every validation takes besides the value.
#[derive(Default)]
struct Opcoes {
    modo: Modo,
    intent: Intent,
    hoje: Option<jiff::civil::Date>,
    idioma: Idioma,
    uf: Option<String>,
}

impl Opcoes {
    /// Reads the option bag.
    ///
    /// # Errors
    /// An option that is unknown or has a value it cannot have.
    fn ler(leitor: &mut Leitor<'_>) -> Result<Self, JsValue> {
        let mut opcoes = Self::default();
        let campos = match leitor.valor() {
            Some(Valor::Nulo) => return Ok(opcoes),
            Some(Valor::Objeto(campos)) => campos,
            _ => return Err(opcao("options", "{ modo, intent, hoje, idioma, uf }")),
        };
        for (nome, valor) in &campos {
            if matches!(valor, Valor::Nulo) {
                continue;
            }
            if valor.texto().and_then(|texto| opcoes.por(nome, texto)).is_none() {
                let usar = USAR.iter().find(|(opcao, _)| opcao == nome);
                let usar = usar.map_or("`modo`, `intent`, `hoje`, `idioma`, `uf`", |(_, usar)| usar);
                return Err(opcao(nome, usar));
            }
        }
        Ok(opcoes)
    }

    /// Sets one option, if there is one of that name and it can be that.
    fn por(&mut self, nome: &str, texto: &str) -> Option<()> {
        match nome {
            "modo" => self.modo = Modo::from_name(texto)?,
            "intent" => {
                self.intent = match texto {
                    "incluir" => Intent::Incluir,
                    "alterar" => Intent::Alterar,
                    _ => return None,
                }
            }
            "hoje" => self.hoje = Some(parse_date(texto)?),
            "idioma" => self.idioma = Idioma::from_name(texto)?,
            "uf" => self.uf = Some(texto.to_owned()),
            _ => return None,
        }
        Some(())
    }
}

/// What each option can be.
const USAR: [(&str, &str); 5] = [
    ("modo", "`estrito`, `leniente`"),
    ("intent", "`incluir`, `alterar`"),
    ("hoje", "`AAAA-MM-DD`"),
    ("idioma", "`pt-BR`, `en`"),
    ("uf", "`SP`"),
];
