//! Pure conversions of one cell, or of the text in it, to a typed value.

mod data;
mod decimal;
mod documento;

pub use data::{competencia, data_do_serial, data_ptbr};
pub use decimal::decimal_ptbr;

use std::borrow::Cow;

use super::cabecalho::normalizar;
use super::celula::{Celula, INVISIVEIS, Numero, is_error_word};
use super::fluxo::Conversao;
use super::problema::{Parametros, Severidade};
use crate::document::{Tipo, Uf};
use crate::{Idioma, Modo, Valor};

/// Something to be said about a value: why it cannot be read, or what was done so that it could.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Achado {
    /// A stable code.
    pub codigo: &'static str,
    /// What the message quotes.
    pub parametros: Parametros,
    /// Whether the value is rejected.
    pub severidade: Severidade,
    /// A value that would be accepted, where one can be told.
    pub sugestao: Option<String>,
}

impl Achado {
    pub(super) fn erro(codigo: &'static str) -> Self {
        Self { codigo, parametros: Vec::new(), severidade: Severidade::Erro, sugestao: None }
    }

    pub(super) fn aviso(codigo: &'static str) -> Self {
        Self { severidade: Severidade::Aviso, ..Self::erro(codigo) }
    }

    pub(super) fn com(mut self, nome: &'static str, valor: impl Into<String>) -> Self {
        self.parametros.push((nome, valor.into()));
        self
    }

    pub(super) fn sugerindo(mut self, sugestao: impl Into<String>) -> Self {
        self.sugestao = Some(sugestao.into());
        self
    }

    /// The message for a person.
    #[must_use]
    pub fn mensagem(&self, idioma: Idioma) -> String {
        super::mensagens::mensagem(self.codigo, &self.parametros, idioma)
    }
}

/// What a conversion needs to know besides the cell.
#[derive(Debug, Clone, Copy, Default)]
pub struct Contexto {
    /// How forgiving to be.
    pub modo: Modo,
    /// Numbers in text have a decimal point.
    pub decimal_com_ponto: bool,
    /// Serial dates count from 1904.
    pub sistema_1904: bool,
    /// The document meant by digits that are a valid CPF and a valid CNPJ alike, where the header or the row tells.
    pub documento: Option<Tipo>,
    /// The state that the row names.
    pub uf: Option<Uf>,
}

/// Converts one cell; `None` is an empty one.
///
/// # Errors
/// What is wrong with the cell. What was merely unusual is added to `avisos`.
pub fn celula(
    celula: &Celula,
    conversao: Conversao,
    contexto: Contexto,
    avisos: &mut Vec<Achado>,
) -> Result<Option<Valor<'static>>, Achado> {
    match celula {
        Celula::Erro(erro) => return Err(Achado::erro("formula_com_erro").com("erro", erro.clone())),
        Celula::FormulaSemValor => return Err(Achado::erro("formula_sem_valor")),
        Celula::Mesclada => return Err(Achado::erro("celula_mesclada")),
        Celula::Missing => return Err(Achado::erro("texto_ausente")),
        Celula::Texto(text) => text_as_value(text, contexto.modo, avisos)?,
        _ => {}
    }
    if celula.vazia() {
        return Ok(None);
    }
    if let Celula::Texto(bruto) = celula
        && tracos(bruto, conversao)
    {
        return Ok(None);
    }
    match conversao {
        Conversao::Texto => texto(celula).map(|t| t.map(|t| Valor::Texto(t.into()))),
        Conversao::Decimal | Conversao::Dinheiro => {
            decimal::converter(celula, contexto, avisos).map(|d| Some(Valor::Decimal(d)))
        }
        Conversao::Data => data::converter(celula, contexto, avisos).map(|d| Some(Valor::Data(d))),
        Conversao::Competencia => {
            data::converter_competencia(celula, contexto, avisos).map(|c| Some(Valor::Competencia(c)))
        }
        Conversao::Booleano => booleano(celula).map(|b| Some(Valor::Booleano(b))),
        Conversao::CpfCnpj => {
            documento::cpf_cnpj(celula, contexto.documento, avisos).map(|t| Some(Valor::Texto(t.into())))
        }
        Conversao::InscricaoEstadual => {
            documento::inscricao_estadual(celula, contexto.uf, avisos).map(|t| Some(Valor::Texto(t.into())))
        }
        Conversao::Cep => documento::cep(celula, avisos).map(|t| Some(Valor::Texto(t.into()))),
        Conversao::Ibge => documento::digitos(celula).map(|t| Some(Valor::Texto(t.into()))),
        Conversao::Opcao(opcoes) => opcao(celula, opcoes).map(|t| Some(Valor::Texto(t.into()))),
    }
}

/// Refuses text that stands where a value got lost: the word of an error (`#N/D`), or characters that did not survive a
/// change of encoding.
fn text_as_value(text: &str, mode: Modo, warnings: &mut Vec<Achado>) -> Result<(), Achado> {
    let trimmed = text.trim();
    if trimmed.starts_with(['#', 'E']) && is_error_word(trimmed) {
        return Err(Achado::erro("formula_com_erro").com("erro", trimmed));
    }
    if !text.is_ascii() && text.contains(char::REPLACEMENT_CHARACTER) {
        if mode == Modo::Estrito {
            return Err(Achado::erro("caracteres_perdidos"));
        }
        warnings.push(Achado::aviso("caracteres_perdidos"));
    }
    Ok(())
}

/// A lone dash, which people write for "nothing" in every column except free text (`R$ -` is Excel's zero).
fn tracos(texto: &str, conversao: Conversao) -> bool {
    if conversao == Conversao::Texto {
        return false;
    }
    let limpo = aparar(texto);
    let limpo = limpo.strip_prefix("R$").unwrap_or(&limpo).trim();
    !limpo.is_empty() && limpo.chars().all(|c| matches!(c, '-' | '–' | '—'))
}

/// The text with every kind of space at its ends removed, and no-break spaces inside turned into plain ones.
pub(super) fn aparar(texto: &str) -> Cow<'_, str> {
    if texto.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return Cow::Borrowed(texto.trim_matches(' '));
    }
    let limpo: String = texto
        .chars()
        .filter(|c| !INVISIVEIS.contains(c) && *c != '\u{AD}')
        .map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c })
        .collect();
    Cow::Owned(limpo.trim().to_owned())
}

/// The text of a cell, also of one that a spreadsheet program took for a number or a date.
///
/// An apostrophe that marks the content as text (`'00123`) is not part of it.
pub(super) fn texto(celula: &Celula) -> Result<Option<String>, Achado> {
    let limpo = match celula {
        Celula::Numero(numero) => numero_como_texto(*numero)?,
        Celula::Texto(bruto) => {
            let limpo = aparar(bruto);
            if notacao_cientifica(&limpo) {
                return Err(Achado::erro("precisao_perdida"));
            }
            sem_apostrofo(&limpo).to_owned()
        }
        outra => outra.mostrar(),
    };
    Ok((!limpo.is_empty()).then_some(limpo))
}

/// An apostrophe is dropped only before what a program could have taken for a number or a formula.
pub(super) fn sem_apostrofo(texto: &str) -> &str {
    match texto.strip_prefix('\'') {
        Some(resto) if resto.starts_with(|c: char| c.is_ascii_digit()) => resto,
        // A line break before the sign has become a space.
        Some(resto) if resto.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) => {
            resto.trim_start()
        }
        _ => texto,
    }
}

/// A code or document kept in a numeric cell: beyond 15 digits a spreadsheet has already put zeros for what it lost.
pub(super) fn numero_como_texto(numero: Numero) -> Result<String, Achado> {
    if !numero.valor.is_finite() || numero.valor.abs() >= 1e15 {
        return Err(Achado::erro("precisao_perdida"));
    }
    Ok(Celula::Numero(numero).mostrar())
}

/// `1,23457E+13`: what is left of a long number that went through a spreadsheet program as text.
pub(super) fn notacao_cientifica(texto: &str) -> bool {
    let Some((mantissa, expoente)) = texto.split_once("E+").or_else(|| texto.split_once("e+")) else {
        return false;
    };
    (1..=3).contains(&expoente.len())
        && expoente.bytes().all(|b| b.is_ascii_digit())
        && mantissa.bytes().any(|b| b.is_ascii_digit())
        && mantissa.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.' | b'-'))
}

/// Reads `S`/`N`, `Sim`/`Não`, `1`/`0`, `V`/`F`, `Verdadeiro`/`Falso`, `X`.
fn booleano(celula: &Celula) -> Result<bool, Achado> {
    let invalido = || Achado::erro("booleano_invalido");
    match celula {
        Celula::Booleano(valor) => Ok(*valor),
        Celula::Numero(numero) if numero.valor == 0.0 => Ok(false),
        #[expect(clippy::float_cmp, reason = "exactly one is what a cell that means yes holds")]
        Celula::Numero(numero) if numero.valor == 1.0 => Ok(true),
        Celula::Texto(texto) => match normalizar(&aparar(texto)).as_str() {
            "s" | "sim" | "y" | "yes" | "1" | "v" | "verdadeiro" | "true" | "x" | "ativo" => Ok(true),
            // `N` alone is what the header rules take for "numero".
            "numero" | "nao" | "0" | "f" | "falso" | "false" | "inativo" => Ok(false),
            _ => Err(invalido()),
        },
        _ => Err(invalido()),
    }
}

fn opcao(celula: &Celula, opcoes: &[(&'static str, &'static str)]) -> Result<&'static str, Achado> {
    let texto = texto(celula)?.unwrap_or_default();
    let chave = normalizar(&texto);
    opcoes.iter().find(|(nome, _)| normalizar(nome) == chave).map(|(_, valor)| *valor).ok_or_else(|| {
        let mut valores: Vec<&str> = opcoes.iter().map(|(_, valor)| *valor).collect();
        valores.dedup();
        valores.sort_unstable();
        valores.dedup();
        Achado::erro("opcao_invalida").com("opcoes", valores.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converter(texto: &str, conversao: Conversao) -> Result<Option<Valor<'static>>, &'static str> {
        celula(&Celula::Texto(texto.into()), conversao, Contexto::default(), &mut Vec::new()).map_err(|a| a.codigo)
    }

    #[test]
    fn booleans() {
        for sim in ["S", "sim", "SIM", "1", "x", "Verdadeiro", " V "] {
            assert_eq!(converter(sim, Conversao::Booleano), Ok(Some(Valor::Booleano(true))), "{sim}");
        }
        for nao in ["N", "n", "Não", "nao", "0", "FALSO", "F"] {
            assert_eq!(converter(nao, Conversao::Booleano), Ok(Some(Valor::Booleano(false))), "{nao}");
        }
        assert_eq!(converter("talvez", Conversao::Booleano), Err("booleano_invalido"));
        assert_eq!(converter("", Conversao::Booleano), Ok(None));
    }

    #[test]
    fn text_loses_its_apostrophe_but_not_its_own() {
        assert_eq!(sem_apostrofo("'＝1"), "＝1");
        assert_eq!(sem_apostrofo("' a"), "' a");
        let texto = |t: &str| match converter(t, Conversao::Texto) {
            Ok(Some(Valor::Texto(t))) => t.into_owned(),
            outro => panic!("{outro:?}"),
        };
        assert_eq!(texto("'00123"), "00123");
        assert_eq!(texto("'=A1"), "=A1");
        assert_eq!(texto("'t Hooft"), "'t Hooft");
        assert_eq!(texto("\u{A0}São\u{A0}Paulo \t"), "São Paulo");
        assert_eq!(converter("1,23457E+13", Conversao::Texto), Err("precisao_perdida"));
        assert_eq!(texto("12E3"), "12E3");
    }

    #[test]
    fn dashes_are_empty_except_in_text() {
        assert_eq!(converter("-", Conversao::Data), Ok(None));
        assert_eq!(converter(" R$ - ", Conversao::Dinheiro), Ok(None));
        assert_eq!(converter("-", Conversao::Texto), Ok(Some(Valor::Texto("-".into()))));
    }

    #[test]
    fn numbers_become_text_as_the_cell_shows_them() {
        let de = |valor, zeros| {
            celula(&Celula::Numero(Numero { valor, zeros }), Conversao::Texto, Contexto::default(), &mut Vec::new())
        };
        assert_eq!(de(42.0, 0), Ok(Some(Valor::Texto("42".into()))));
        assert_eq!(de(42.0, 6), Ok(Some(Valor::Texto("000042".into()))));
        assert_eq!(de(1e15, 0).unwrap_err().codigo, "precisao_perdida");
    }
}
