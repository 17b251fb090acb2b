//! `smartbill-automation/validation`: models and documents checked, nothing sent.
//!
//! Only numbers cross this boundary. What goes in is written by JavaScript at [`lugar`], and what comes out is read by
//! it at [`saida`]: a call makes no allocation for its arguments, and a page downloads no code that converts them.

use smartbill_core::document::{Motivo, Tipo, ValorCampo};
use smartbill_core::model::{Cliente, Cobranca, Consumo, Contrato, Esquema, Servico};
use smartbill_core::validate::{Intent, Options, Problem, Report, Severity, Violation};
use smartbill_core::{Idioma, Modo, ObjetoJson, Valor, parse_date};
use wasm_bindgen::prelude::*;

use crate::MEMORIA;
use crate::ponte::{Leitor, recusada, violacao};

/// Makes room for so many bytes of input and gives its address.
#[wasm_bindgen]
#[must_use]
pub fn lugar(tamanho: usize) -> *mut u8 {
    MEMORIA.lugar(tamanho)
}

/// The first `tamanho` bytes of the input, at the beginning of a call.
#[expect(unsafe_code, reason = "the module's memory begins anew")]
fn entrada(tamanho: usize) -> &'static [u8] {
    // SAFETY: JavaScript makes one call after the other, each begins here, and no static keeps anything allocated.
    unsafe { MEMORIA.recomecar(tamanho) }
}

/// The address of the last answer, until the next call.
#[wasm_bindgen]
#[must_use]
pub fn saida() -> *const u8 {
    MEMORIA.saida.get()
}

/// What [`responder`] gives where there is no answer.
const NADA: i32 = i32::MIN;

/// What a function answers, if it has an answer; or the option that it refuses.
type Resposta = Result<Option<Vec<u8>>, ObjetoJson>;

/// Answers from the first `tamanho` bytes of the input: the length of the answer, or [`NADA`] where there is none. The
/// length of a refused option is made negative and less 1.
fn responder(tamanho: usize, usar: &dyn Fn(&[u8]) -> Resposta) -> i32 {
    let (bytes, erro) = match usar(entrada(tamanho)) {
        Ok(None) => return NADA,
        Ok(Some(resposta)) => (resposta, false),
        Err(opcao) => (opcao.fim().into_bytes(), true),
    };
    let tamanho = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
    MEMORIA.saida.set(bytes.leak().as_ptr());
    if erro { -1 - tamanho } else { tamanho }
}

/// Validates a packed record with its packed options: the outcome as JSON, or, where only the verdict is wanted, an
/// empty answer for a valid one and none for another. What is of no model should have been a text.
#[wasm_bindgen]
#[must_use]
pub fn modelo(indice: usize, tamanho: usize, completo: bool) -> i32 {
    responder(tamanho, &|entrada| validar(MODELOS.get(indice).copied(), entrada, completo))
}

/// As `npm/src/validation.js` numbers them.
const MODELOS: [&Esquema; 5] =
    [Cliente::ESQUEMA, Contrato::ESQUEMA, Consumo::ESQUEMA, Servico::ESQUEMA, Cobranca::ESQUEMA];

fn validar(esquema: Option<&'static Esquema>, entrada: &[u8], completo: bool) -> Resposta {
    let mut leitor = Leitor { bytes: entrada };
    let valor = leitor.valor().unwrap_or(Valor::Nulo);
    let opcoes = Opcoes::ler(&mut leitor)?;
    let options = Options { modo: opcoes.modo, intent: opcoes.intent, hoje: opcoes.hoje };
    let lido = if let Some(esquema) = esquema {
        esquema.validar(valor, options)
    } else {
        let problem = Problem::WrongType { expected: "string", found: valor.tipo().to_owned() };
        let violation = Violation { path: String::new(), problem, severity: Severity::Error };
        Err(Report { violations: vec![violation] })
    };
    let (valor, report) = match lido {
        Ok((valor, report)) => (Some(valor), report),
        Err(report) => (None, report),
    };
    if !completo {
        return Ok(valor.map(|_| Vec::new()));
    }
    let mut resposta = ObjetoJson::default();
    resposta.campo("valido", &Valor::Booleano(valor.is_some()));
    if let Some(valor) = &valor {
        resposta.campo("valor", valor);
    }
    let (mut erros, mut avisos) = (Vec::new(), Vec::new());
    for v in &report.violations {
        let lista = if v.severity == Severity::Error { &mut erros } else { &mut avisos };
        lista.push(violacao(v, opcoes.idioma));
    }
    resposta.objetos("erros", &erros);
    resposta.objetos("avisos", &avisos);
    Ok(Some(resposta.fim().into_bytes()))
}

/// The codes of the reasons, a `|` between them: [`coluna`] gives a place among them, from 1.
#[wasm_bindgen]
#[must_use]
pub fn motivos() -> i32 {
    responder(0, &|_| Ok(Some(Motivo::CODIGOS.as_str().as_bytes().to_vec())))
}

/// Everything that can be said of a document, as JSON: packed options, and then the text.
#[wasm_bindgen]
#[must_use]
pub fn documento(indice: usize, tamanho: usize) -> i32 {
    responder(tamanho, &|entrada| {
        let mut leitor = Leitor { bytes: entrada };
        let opcoes = Opcoes::ler(&mut leitor)?;
        Ok(Tipo::ALL.get(indice).map(|tipo| descrever(*tipo, utf8(leitor.bytes), &opcoes).into_bytes()))
    })
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

/// Whether a text is a valid document in strict mode.
#[wasm_bindgen]
#[must_use]
pub fn valido(indice: usize, tamanho: usize) -> bool {
    // Not by way of an answer, whose place alone would take a tenth of the time.
    Tipo::ALL.get(indice).is_some_and(|tipo| tipo.valido(utf8(entrada(tamanho))))
}

/// Validates a column: packed options, how long each of its texts is (32 bits), and the texts one after the other. For
/// each 0, or the number of its reason from 1; no answer if not all of them are ASCII, for then JavaScript counts
/// otherwise.
#[wasm_bindgen]
#[must_use]
pub fn coluna(indice: usize, tamanho: usize, quantos: usize) -> i32 {
    responder(tamanho, &|entrada| {
        let mut leitor = Leitor { bytes: entrada };
        let opcoes = Opcoes::ler(&mut leitor)?;
        let (tamanhos, textos) = leitor.bytes.split_at_checked(4 * quantos).unwrap_or_default();
        let Some(mut resto) = std::str::from_utf8(textos).ok().filter(|textos| textos.is_ascii()) else {
            return Ok(None);
        };
        let itens = tamanhos.as_chunks().0.iter().map(|bytes| {
            let (texto, depois) = resto.split_at_checked(u32::from_le_bytes(*bytes) as usize)?;
            resto = depois;
            Some(texto)
        });
        Ok(Tipo::ALL.get(indice).map(|tipo| tipo.numerar_coluna(itens, opcoes.modo, opcoes.uf.as_deref())))
    })
}

/// The text with its official mask, if it is valid in lenient mode.
#[wasm_bindgen]
#[must_use]
pub fn formatar(indice: usize, tamanho: usize) -> i32 {
    responder(tamanho, &|entrada| {
        Ok(Tipo::ALL.get(indice).and_then(|tipo| tipo.formatar(utf8(entrada))).map(String::into_bytes))
    })
}

/// The text without mask characters, whether it is valid or not.
#[wasm_bindgen]
#[must_use]
pub fn limpar(indice: usize, tamanho: usize) -> i32 {
    responder(tamanho, &|entrada| Ok(Tipo::ALL.get(indice).map(|tipo| tipo.limpar(utf8(entrada)).into_bytes())))
}

/// JavaScript's encoder writes nothing else.
fn utf8(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
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
    fn ler(leitor: &mut Leitor<'_>) -> Result<Self, ObjetoJson> {
        let mut opcoes = Self::default();
        let campos = match leitor.valor() {
            Some(Valor::Nulo) => return Ok(opcoes),
            Some(Valor::Objeto(campos)) => campos,
            _ => return Err(recusada("options", "{ modo, intent, hoje, idioma, uf }")),
        };
        for (nome, valor) in &campos {
            if matches!(valor, Valor::Nulo) {
                continue;
            }
            if valor.texto().and_then(|texto| opcoes.por(nome, texto)).is_none() {
                let usar = USAR.iter().find(|(opcao, _)| opcao == nome);
                let usar = usar.map_or("`modo`, `intent`, `hoje`, `idioma`, `uf`", |(_, usar)| usar);
                return Err(recusada(nome, usar));
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
