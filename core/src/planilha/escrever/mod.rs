//! Writing: one row at a time, in memory that does not grow with the number of rows.

mod csv_saida;
mod xlsx_saida;

use std::io::Write;

use rust_decimal::Decimal;

pub(super) use csv_saida::Texto;
pub(super) use xlsx_saida::{Estilos, escrever_celula, falha_xlsx, largura, propriedades, texto_que_cabe};

use super::fluxo::{Conversao, Fluxo};
use super::problema::Falha;
use crate::Valor;

/// What kind of file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Saida {
    /// An Excel workbook, with typed cells.
    #[default]
    Xlsx,
    /// Text separated by `;` with decimal commas, in UTF-8 with a mark so that Excel sees the accents.
    CsvUtf8,
    /// The same in Windows-1252, for systems that know nothing else.
    CsvWindows1252,
}

impl Saida {
    /// Tells by the extension of a file name; anything but `.csv` and `.txt` is a workbook.
    #[must_use]
    pub fn por_extensao(nome: &str) -> Self {
        let extensao = nome.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        if matches!(extensao.as_str(), "csv" | "txt") { Self::CsvUtf8 } else { Self::Xlsx }
    }
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Escrito {
    /// Rows, the header not counted.
    pub linhas: u64,
    /// Characters that Windows-1252 does not have, written as the nearest letter or as `?`.
    pub substituidos: u64,
}

/// Writes the records of a flow, each a [`Valor`] object as the models give it.
pub struct Escritor<W: Write + Send> {
    corpo: Corpo<W>,
    fluxo: &'static Fluxo,
}

enum Corpo<W: Write + Send> {
    Xlsx(Box<xlsx_saida::Livro>, W),
    Csv(Box<Texto<W>>),
}

impl<W: Write + Send> Escritor<W> {
    /// Begins the file with its header row.
    ///
    /// # Errors
    /// When the output refuses it.
    pub fn novo(fluxo: &'static Fluxo, saida: Saida, destino: W) -> Result<Self, Falha> {
        let corpo = match saida {
            Saida::Xlsx => Corpo::Xlsx(Box::new(xlsx_saida::Livro::novo(fluxo)?), destino),
            Saida::CsvUtf8 => Corpo::Csv(Box::new(Texto::novo(destino, false)?)),
            Saida::CsvWindows1252 => Corpo::Csv(Box::new(Texto::novo(destino, true)?)),
        };
        let mut escritor = Self { corpo, fluxo };
        if let Corpo::Csv(texto) = &mut escritor.corpo {
            texto.linha(fluxo.escritas().map(|c| c.rotulo.to_owned()))?;
        }
        Ok(escritor)
    }

    /// Writes one record.
    ///
    /// # Errors
    /// When the output refuses it, or a sheet is full.
    pub fn registro(&mut self, registro: &Valor<'_>) -> Result<(), Falha> {
        match &mut self.corpo {
            Corpo::Xlsx(livro, _) => livro.registro(registro),
            Corpo::Csv(texto) => {
                texto.linha(self.fluxo.escritas().map(|c| em_texto(buscar(registro, c.campo), c.conversao)))
            }
        }
    }

    /// Ends the file and gives back the output.
    ///
    /// # Errors
    /// When the output refuses it.
    pub fn terminar(self) -> Result<(W, Escrito), Falha> {
        match self.corpo {
            Corpo::Xlsx(livro, destino) => livro.terminar(destino),
            Corpo::Csv(texto) => texto.terminar(),
        }
    }
}

/// The value at a path such as `endereco.cep`.
pub(super) fn buscar<'v, 'a>(valor: &'v Valor<'a>, caminho: &str) -> Option<&'v Valor<'a>> {
    match caminho.split_once('.') {
        Some((primeiro, resto)) => buscar(valor.campo(primeiro)?, resto),
        None => valor.campo(caminho),
    }
}

/// The exact decimal in a value.
pub(super) fn decimal(valor: &Valor<'_>) -> Option<Decimal> {
    match valor {
        Valor::Decimal(valor) => Some(*valor),
        Valor::Inteiro(valor) => Some(Decimal::from(*valor)),
        Valor::Numero(texto) | Valor::Texto(texto) => texto.parse().ok(),
        _ => None,
    }
}

/// The date in a value.
pub(super) fn data(valor: &Valor<'_>) -> Option<jiff::civil::Date> {
    match valor {
        Valor::Data(data) => Some(*data),
        Valor::Texto(texto) => texto.parse().ok(),
        _ => None,
    }
}

/// The month in a value.
pub(super) fn mes(valor: &Valor<'_>) -> Option<crate::Competencia> {
    match valor {
        Valor::Competencia(mes) => Some(*mes),
        Valor::Texto(texto) => texto.parse().ok(),
        _ => None,
    }
}

/// A value as a person in Brazil writes it, and as our own importer reads it.
pub(super) fn em_texto(valor: Option<&Valor<'_>>, conversao: Conversao) -> String {
    let Some(valor) = valor else {
        return String::new();
    };
    match conversao {
        Conversao::Decimal | Conversao::Dinheiro => {
            if let Some(decimal) = decimal(valor) {
                return decimal_com_virgula(decimal, conversao);
            }
        }
        Conversao::Data => {
            if let Some(data) = data(valor) {
                return data.strftime("%d/%m/%Y").to_string();
            }
        }
        Conversao::Competencia => {
            if let Some(mes) = mes(valor) {
                return format!("{:02}/{:04}", mes.mes(), mes.ano());
            }
        }
        _ => {}
    }
    // Text that a spreadsheet would run as a formula is made harmless; numbers above never come here.
    texto_neutro(&texto_simples(valor))
}

/// Any value as plain text.
pub(super) fn texto_simples(valor: &Valor<'_>) -> String {
    match valor {
        Valor::Nulo | Valor::Estranho(_) => String::new(),
        Valor::Booleano(true) => "Sim".to_owned(),
        Valor::Booleano(false) => "Não".to_owned(),
        Valor::Inteiro(v) => v.to_string(),
        Valor::Decimal(v) => v.to_string().replace('.', ","),
        Valor::Flutuante(v) => v.to_string().replace('.', ","),
        Valor::Numero(v) | Valor::Texto(v) => v.to_string(),
        Valor::Data(v) => v.strftime("%d/%m/%Y").to_string(),
        Valor::DataHora(v) => v.to_string(),
        Valor::Competencia(v) => format!("{:02}/{:04}", v.mes(), v.ano()),
        Valor::Lista(itens) => itens.iter().map(texto_simples).collect::<Vec<_>>().join(", "),
        Valor::Objeto(_) => valor.to_json(),
    }
}

fn decimal_com_virgula(valor: Decimal, conversao: Conversao) -> String {
    let mut valor = valor.normalize();
    if conversao == Conversao::Dinheiro && valor.scale() < 2 {
        valor.rescale(2);
    }
    valor.to_string().replace('.', ",")
}

/// Text beginning as a formula gets an apostrophe before it, which the importer takes off again; a plain negative
/// number is left alone.
pub(super) fn texto_neutro(texto: &str) -> String {
    // Excel takes signs of full width for plain ones, and looks for them after line breaks.
    let perigoso = texto.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let numero = texto.strip_prefix('-').is_some_and(|resto| {
        resto.starts_with(|c: char| c.is_ascii_digit())
            && resto.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','))
    });
    if perigoso && !numero { format!("'{texto}") } else { texto.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_made_harmless_and_negatives_are_not_touched() {
        for (texto, neutro) in [
            ("=1+1", "'=1+1"),
            ("+5511987654321", "'+5511987654321"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
            ("-10,50", "-10,50"),
            ("-", "'-"),
            ("\tx", "'\tx"),
            ("Padaria = Pão", "Padaria = Pão"),
            ("＝1+1", "'＝1+1"),
            ("＋1", "'＋1"),
            ("－1", "'－1"),
            ("＠SUM(A1)", "'＠SUM(A1)"),
            ("\n=1+1", "'\n=1+1"),
            ("\r\n=1+1", "'\r\n=1+1"),
        ] {
            assert_eq!(texto_neutro(texto), neutro);
        }
    }
}
