use std::io::Write;

use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, IgnoreError, Workbook, Worksheet, XlsxError,
};

use super::csv_saida::escrita;
use super::{Escrito, Falha, buscar, data, decimal, mes, texto_simples};
use crate::Valor;
use crate::planilha::fluxo::{Coluna, Conversao, Fluxo};

/// The most rows a sheet of Excel has, its header included.
const LINHAS_DO_EXCEL: u32 = 1_048_576;

/// The cell formats of every workbook we write.
pub(in crate::planilha) struct Estilos {
    pub(in crate::planilha) cabecalho: Format,
    pub(in crate::planilha) texto: Format,
    pub(in crate::planilha) dinheiro: Format,
    pub(in crate::planilha) dinheiro_fino: Format,
    pub(in crate::planilha) numero: Format,
    pub(in crate::planilha) data: Format,
    pub(in crate::planilha) mes: Format,
}

impl Estilos {
    pub(in crate::planilha) fn novos() -> Self {
        Self {
            cabecalho: Format::new()
                .set_bold()
                .set_background_color(Color::RGB(0x1F_4E_79))
                .set_font_color(Color::White)
                .set_border_bottom(FormatBorder::Thin)
                .set_align(FormatAlign::VerticalCenter),
            texto: Format::new().set_num_format("@"),
            dinheiro: Format::new().set_num_format("R$ #,##0.00;[Red]-R$ #,##0.00"),
            // Unit prices may be fractions of a centavo, which must not be rounded out of sight.
            dinheiro_fino: Format::new().set_num_format("R$ #,##0.00########;[Red]-R$ #,##0.00########"),
            numero: Format::new().set_num_format("#,##0.00####"),
            data: Format::new().set_num_format("dd/mm/yyyy"),
            mes: Format::new().set_num_format("mm/yyyy"),
        }
    }

    /// The format in which a column of this conversion is shown.
    pub(in crate::planilha) fn da_coluna(&self, conversao: Conversao) -> &Format {
        match conversao {
            Conversao::Decimal => &self.numero,
            Conversao::Dinheiro => &self.dinheiro,
            Conversao::Data => &self.data,
            Conversao::Competencia => &self.mes,
            _ => &self.texto,
        }
    }
}

/// A workbook of one sheet, whose rows leave memory as they are written.
pub(in crate::planilha) struct Livro {
    pasta: Workbook,
    fluxo: &'static Fluxo,
    estilos: Estilos,
    proxima: u32,
}

impl Livro {
    pub(in crate::planilha) fn novo(fluxo: &'static Fluxo) -> Result<Self, Falha> {
        let mut livro = Workbook::new();
        livro.set_properties(&propriedades(fluxo.titulo));
        #[cfg(not(target_arch = "wasm32"))]
        let planilha = livro.add_worksheet_with_constant_memory().map_err(|e| falha_xlsx(&e))?;
        #[cfg(target_arch = "wasm32")]
        let planilha = livro.add_worksheet();
        let estilos = Estilos::novos();
        (|| {
            planilha.set_name(fluxo.titulo)?.set_freeze_panes(1, 0)?;
            for (indice, coluna) in (0_u16..).zip(fluxo.escritas()) {
                planilha.set_column_width(indice, largura(coluna))?;
            }
            for (indice, coluna) in (0_u16..).zip(fluxo.escritas()) {
                planilha.write_string_with_format(0, indice, coluna.rotulo, &estilos.cabecalho)?;
            }
            Ok(())
        })()
        .map_err(|e| falha_xlsx(&e))?;
        Ok(Self { pasta: livro, fluxo, estilos, proxima: 1 })
    }

    pub(in crate::planilha) fn registro(&mut self, registro: &Valor<'_>) -> Result<(), Falha> {
        if self.proxima >= LINHAS_DO_EXCEL {
            return Err(Falha::nova("planilha_cheia", vec![("limite", LINHAS_DO_EXCEL.to_string())]));
        }
        let planilha = self.pasta.worksheet_from_index(0).map_err(|e| falha_xlsx(&e))?;
        for (indice, coluna) in (0_u16..).zip(self.fluxo.escritas()) {
            if let Some(valor) = buscar(registro, coluna.campo) {
                escrever_celula(planilha, (self.proxima, indice), valor, coluna.conversao, &self.estilos)
                    .map_err(|e| falha_xlsx(&e))?;
            }
        }
        self.proxima += 1;
        Ok(())
    }

    pub(in crate::planilha) fn terminar<W: Write + Send>(mut self, mut destino: W) -> Result<(W, Escrito), Falha> {
        let ultima_coluna = u16::try_from(self.fluxo.escritas().count().saturating_sub(1)).unwrap_or(u16::MAX);
        let planilha = self.pasta.worksheet_from_index(0).map_err(|e| falha_xlsx(&e))?;
        (|| {
            planilha.autofilter(0, 0, self.proxima - 1, ultima_coluna)?;
            // Documents are text on purpose; Excel need not point at each of them.
            planilha.ignore_error_range(0, 0, self.proxima - 1, ultima_coluna, IgnoreError::NumberStoredAsText)?;
            Ok(())
        })()
        .map_err(|e| falha_xlsx(&e))?;
        self.pasta.save_to_writer(&mut destino).map_err(|e| falha_xlsx(&e))?;
        Ok((destino, Escrito { linhas: u64::from(self.proxima - 1), substituidos: 0 }))
    }
}

/// Writes one value in the type of its column; text is never taken for a formula.
pub(in crate::planilha) fn escrever_celula(
    planilha: &mut Worksheet,
    (linha, coluna): (u32, u16),
    valor: &Valor<'_>,
    conversao: Conversao,
    estilos: &Estilos,
) -> Result<(), XlsxError> {
    let formato = estilos.da_coluna(conversao);
    match conversao {
        Conversao::Decimal | Conversao::Dinheiro => {
            if let Some(exato) = decimal(valor).map(|d| d.normalize())
                // A cell holds 15 digits; a longer number stays whole as text.
                && exato.mantissa().unsigned_abs() < 1_000_000_000_000_000
                && let Some(numero) = exato.to_f64()
            {
                let fino = conversao == Conversao::Dinheiro && exato.scale() > 2;
                let formato = if fino { &estilos.dinheiro_fino } else { formato };
                planilha.write_number_with_format(linha, coluna, numero, formato)?;
                return Ok(());
            }
        }
        Conversao::Data => {
            if let Some(dia) = data(valor).and_then(excel) {
                planilha.write_datetime_with_format(linha, coluna, dia, formato)?;
                return Ok(());
            }
        }
        Conversao::Competencia => {
            if let Some(dia) = mes(valor).and_then(|m| excel(m.primeiro_dia())) {
                planilha.write_datetime_with_format(linha, coluna, dia, formato)?;
                return Ok(());
            }
        }
        _ => {}
    }
    let texto = texto_simples(valor);
    if !texto.is_empty() {
        planilha.write_string_with_format(linha, coluna, texto_que_cabe(&texto), &estilos.texto)?;
    }
    Ok(())
}

/// Dates that Excel can hold; earlier ones are written as text.
fn excel(dia: jiff::civil::Date) -> Option<ExcelDateTime> {
    let ano = u16::try_from(dia.year()).ok().filter(|ano| *ano >= 1901)?;
    ExcelDateTime::from_ymd(ano, u8::try_from(dia.month()).ok()?, u8::try_from(dia.day()).ok()?).ok()
}

/// A cell holds 32,767 characters, as Excel counts them (UTF-16).
pub(in crate::planilha) fn texto_que_cabe(texto: &str) -> String {
    const MAXIMO: usize = 32_767;
    if texto.len() <= MAXIMO || texto.encode_utf16().count() <= MAXIMO {
        return texto.to_owned();
    }
    let mut usados = 1;
    let mut cortado: String = texto
        .chars()
        .take_while(|c| {
            usados += c.len_utf16();
            usados <= MAXIMO
        })
        .collect();
    cortado.push('…');
    cortado
}

pub(in crate::planilha) fn largura(coluna: &Coluna) -> f64 {
    let minima = match coluna.conversao {
        Conversao::Data | Conversao::Competencia | Conversao::Cep | Conversao::Booleano => 12,
        Conversao::Decimal | Conversao::Dinheiro | Conversao::Ibge | Conversao::Opcao(_) => 15,
        Conversao::CpfCnpj | Conversao::InscricaoEstadual => 20,
        Conversao::Texto => match coluna.campo {
            "endereco.uf" => 6,
            "nome" | "nomeFantasia" | "clienteNome" | "email" | "endereco.logradouro" | "descricao" => 36,
            "boleto.linhaDigitavel" | "pix.copiaECola" => 50,
            _ => 16,
        },
    };
    let rotulo = u32::try_from(coluna.rotulo.chars().count()).unwrap_or(0) + 4;
    f64::from(rotulo.max(minima))
}

/// A fixed date of creation: the same records make the same bytes, and the core reads no clock.
pub(in crate::planilha) fn propriedades(titulo: &str) -> DocProperties {
    let propriedades = DocProperties::new().set_title(titulo).set_author("smartbill-automation");
    match ExcelDateTime::from_ymd(2000, 1, 1) {
        Ok(data) => propriedades.set_creation_datetime(&data),
        Err(_) => propriedades,
    }
}

pub(in crate::planilha) fn falha_xlsx(erro: &XlsxError) -> Falha {
    escrita(match erro {
        XlsxError::IoError(erro) => Some(erro),
        _ => None,
    })
}
