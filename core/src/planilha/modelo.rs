//! The template of a flow: headers with notes, lists to choose from, and one example row.

use std::io::Write;

use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Note, Workbook, Worksheet, XlsxError};

use super::celula::Celula;
use super::convert::{self, Contexto};
use super::escrever::{Estilos, escrever_celula, falha_xlsx, largura, propriedades};
use super::fluxo::{Coluna, Conversao, Fluxo};
use super::problema::Falha;
use crate::document::Uf;

/// Down to which row the template helps with lists and text formats.
const LINHAS_PREPARADAS: u32 = 10_000;

/// Writes an empty workbook for `fluxo` to be filled in by a person, and read by our own importer.
///
/// # Errors
/// When the output refuses it.
pub fn modelo<W: Write + Send>(fluxo: &'static Fluxo, mut destino: W) -> Result<W, Falha> {
    montar(fluxo).and_then(|mut livro| livro.save_to_writer(&mut destino)).map_err(|e| falha_xlsx(&e))?;
    Ok(destino)
}

fn montar(fluxo: &'static Fluxo) -> Result<Workbook, XlsxError> {
    let mut livro = Workbook::new();
    livro.set_properties(&propriedades(fluxo.titulo));
    let estilos = Estilos::novos();
    let planilha = livro.add_worksheet();
    planilha.set_name(fluxo.titulo)?.set_freeze_panes(1, 0)?;
    for (indice, coluna) in (0_u16..).zip(fluxo.preenchidas()) {
        preparar(planilha, indice, coluna, &estilos)?;
    }
    let instrucoes = livro.add_worksheet();
    instrucoes.set_name("Instruções")?.set_freeze_panes(1, 0)?;
    instruir(instrucoes, fluxo, &estilos)?;
    Ok(livro)
}

fn preparar(planilha: &mut Worksheet, indice: u16, coluna: &Coluna, estilos: &Estilos) -> Result<(), XlsxError> {
    planilha.set_column_width(indice, largura(coluna))?;
    // Documents typed into a text column keep their zeros.
    planilha.set_column_format(indice, estilos.da_coluna(coluna.conversao))?;
    let rotulo = if coluna.obrigatoria { format!("{}*", coluna.rotulo) } else { coluna.rotulo.to_owned() };
    planilha.write_string_with_format(0, indice, rotulo, &estilos.cabecalho)?;
    let nota = nota(coluna);
    if !nota.is_empty() {
        planilha.insert_note(0, indice, &Note::new(nota).add_author_prefix(false))?;
    }
    let opcoes = opcoes(coluna);
    if !opcoes.is_empty() {
        let lista = DataValidation::new().allow_list_strings(&opcoes)?;
        planilha.add_data_validation(1, indice, LINHAS_PREPARADAS, indice, &lista)?;
    }
    let exemplo = Celula::Texto(coluna.exemplo.to_owned());
    if let Ok(Some(valor)) = convert::celula(&exemplo, coluna.conversao, Contexto::default(), &mut Vec::new()) {
        escrever_celula(planilha, (1, indice), &valor, coluna.conversao, estilos)?;
    }
    Ok(())
}

fn nota(coluna: &Coluna) -> String {
    let obrigatoria = if coluna.obrigatoria { "Obrigatória" } else { "" };
    [obrigatoria, coluna.nota].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(". ")
}

/// What a cell of the column may be chosen from.
fn opcoes(coluna: &Coluna) -> Vec<&'static str> {
    match coluna.conversao {
        Conversao::Opcao(opcoes) => {
            opcoes.iter().filter(|(nome, valor)| nome == valor).map(|(_, valor)| *valor).collect()
        }
        Conversao::Booleano => vec!["S", "N"],
        _ if coluna.campo == "endereco.uf" => Uf::ESTADOS.iter().map(|uf| uf.sigla()).collect(),
        _ => Vec::new(),
    }
}

fn instruir(planilha: &mut Worksheet, fluxo: &Fluxo, estilos: &Estilos) -> Result<(), XlsxError> {
    let texto = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (coluna, (titulo, largura)) in
        (0_u16..).zip([("Coluna", 28), ("Obrigatória", 14), ("Formato", 26), ("Como preencher", 70)])
    {
        planilha.set_column_width(coluna, largura)?;
        planilha.write_string_with_format(0, coluna, titulo, &estilos.cabecalho)?;
    }
    let mut linha = 1;
    for coluna in fluxo.preenchidas() {
        let obrigatoria = if coluna.obrigatoria { "sim" } else { "não" };
        for (indice, conteudo) in (0_u16..).zip([coluna.rotulo, obrigatoria, formato(coluna.conversao), coluna.nota]) {
            planilha.write_string_with_format(linha, indice, conteudo, &texto)?;
        }
        linha += 1;
    }
    for conselho in [
        "Apague a linha de exemplo antes de importar.",
        "A ordem das colunas não importa, e colunas a mais são ignoradas na importação.",
        "Numa alteração, a célula vazia mantém o que há; escreva [limpar] para esvaziar o campo.",
    ] {
        linha += 1;
        planilha.write_string(linha, 0, conselho)?;
    }
    Ok(())
}

fn formato(conversao: Conversao) -> &'static str {
    match conversao {
        Conversao::Texto | Conversao::InscricaoEstadual => "texto",
        Conversao::Decimal => "número, como 1.234,56",
        Conversao::Dinheiro => "valor em reais, como 1.234,56",
        Conversao::Data => "data, dd/mm/aaaa",
        Conversao::Competencia => "mês, mm/aaaa",
        Conversao::Booleano => "S ou N",
        Conversao::CpfCnpj => "CPF ou CNPJ",
        Conversao::Cep => "CEP, 00000-000",
        Conversao::Ibge => "7 dígitos",
        Conversao::Opcao(_) => "uma das opções da lista",
    }
}
