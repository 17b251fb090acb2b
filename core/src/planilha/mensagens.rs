use super::problema::Parametros;
use crate::{Idioma, system};

/// Code, pt-BR, English. `{nome}` is replaced by the parameter of that name.
const MENSAGENS: &[(&str, &str, &str)] = &[
    // Files.
    ("arquivo_vazio", "o arquivo está vazio", "the file is empty"),
    (
        "arquivo_corrompido",
        "o arquivo parece {formato}, mas está danificado; abra-o e salve-o de novo",
        "the file looks like {formato} but is damaged; open it and save it again",
    ),
    (
        "arquivo_grande_demais",
        "o arquivo tem {tamanho} bytes, acima do limite de {limite}",
        "the file has {tamanho} bytes, above the limit of {limite}",
    ),
    (
        "descompactado_grande_demais",
        "o arquivo descompactado teria {tamanho} bytes, acima do limite de {limite}",
        "the file would take {tamanho} bytes decompressed, above the limit of {limite}",
    ),
    (
        "memoria_demais",
        "o arquivo ocuparia mais de {limite} bytes de memória; divida-o, ou salve-o como .csv, que se lê aos poucos",
        "the file would take more than {limite} bytes of memory; split it, or save it as .csv, which is read bit by bit",
    ),
    ("linhas_demais", "a planilha tem mais de {limite} linhas", "the sheet has more than {limite} rows"),
    ("colunas_demais", "a linha {linha} tem mais de {limite} colunas", "row {linha} has more than {limite} columns"),
    (
        "planilha_com_senha",
        "a planilha está protegida por senha ({encontrado}); salve uma cópia sem senha",
        "the spreadsheet is protected by a password ({encontrado}); save a copy without one",
    ),
    (
        "xls_antigo",
        "o arquivo é do {encontrado}; salve-o como .xlsx ou .csv",
        "the file is from {encontrado}; save it as .xlsx or .csv",
    ),
    (
        "html_renomeado",
        "o arquivo é uma {encontrado} com extensão de planilha; abra-o no Excel e salve como .xlsx",
        "the file is a {encontrado} named as a spreadsheet; open it in Excel and save it as .xlsx",
    ),
    (
        "html_sem_tabela",
        "o arquivo é uma página HTML sem nenhuma tabela, talvez uma mensagem de erro do sistema que o gerou",
        "the file is an HTML page without a table, perhaps an error message of the system that made it",
    ),
    (
        "linha_longa_demais",
        "a linha {linha} tem mais texto do que cabe numa linha de planilha",
        "row {linha} has more text than fits into a row of a spreadsheet",
    ),
    (
        "texto_longo_demais",
        "há em {parte} um texto de mais de {limite} bytes; uma célula do Excel tem no máximo 32.767 caracteres",
        "{parte} holds a text of more than {limite} bytes; a cell of Excel has at most 32,767 characters",
    ),
    (
        "linha_repetida_demais",
        "a linha {linha} se repete {vezes} vezes; apague o que foi preenchido abaixo do último registro",
        "row {linha} is repeated {vezes} times; delete what was filled in below the last record",
    ),
    (
        "planilha_xml_2003",
        "o arquivo é uma {encontrado}; abra-o no Excel e salve como .xlsx",
        "the file is a {encontrado}; open it in Excel and save it as .xlsx",
    ),
    (
        "nao_e_planilha",
        "o arquivo não é uma planilha: {encontrado}; use .xlsx, .xls, .xlsb, .ods ou .csv",
        "the file is not a spreadsheet: {encontrado}; use .xlsx, .xls, .xlsb, .ods or .csv",
    ),
    ("leitura_falhou", "não foi possível ler o arquivo: {sistema}", "the file cannot be read: {sistema}"),
    ("escrita_falhou", "não foi possível escrever o arquivo: {sistema}", "the file cannot be written: {sistema}"),
    (
        "planilha_cheia",
        "uma planilha do Excel tem no máximo {limite} linhas; exporte em .csv",
        "a sheet of Excel has at most {limite} rows; export as .csv",
    ),
    (
        "aspas_abertas",
        "as aspas abertas na linha {linha} nunca se fecham; dobre as aspas do texto ou retire-as",
        "the quotes opened in row {linha} never close; double the quotes in the text or remove them",
    ),
    // Sheets and headers.
    ("planilha_vazia", "a planilha `{planilha}` está vazia", "the sheet `{planilha}` is empty"),
    (
        "aba_inexistente",
        "não há planilha `{aba}`; existem: {existentes}",
        "there is no sheet `{aba}`; there are: {existentes}",
    ),
    (
        "cabecalho_nao_encontrado",
        "nenhum cabeçalho reconhecido na planilha `{planilha}`; esperado: {esperado}; encontrado nas linhas {encontrado}",
        "no recognisable header in sheet `{planilha}`; expected: {esperado}; found in rows {encontrado}",
    ),
    (
        "coluna_obrigatoria_ausente",
        "falta coluna obrigatória na planilha `{planilha}`: {colunas}; cabeçalhos encontrados na linha {linha}: {encontrados}",
        "a required column is missing in sheet `{planilha}`: {colunas}; headers found in row {linha}: {encontrados}",
    ),
    (
        "coluna_duplicada",
        "as colunas {primeira} (`{cabecalho_primeira}`) e {segunda} (`{cabecalho_segunda}`) da planilha `{planilha}` são ambas `{campo}`; renomeie uma ou informe o mapa de colunas",
        "columns {primeira} (`{cabecalho_primeira}`) and {segunda} (`{cabecalho_segunda}`) of sheet `{planilha}` are both `{campo}`; rename one or give a column map",
    ),
    (
        "mapa_campo_desconhecido",
        "o mapa de colunas cita o campo `{campo}`, que não existe; o mais próximo é `{proximo}`",
        "the column map names the field `{campo}`, which does not exist; the nearest is `{proximo}`",
    ),
    (
        "mapa_cabecalho_ausente",
        "o mapa de colunas cita o cabeçalho `{cabecalho}`, que não está na planilha; há: {encontrados}",
        "the column map names the header `{cabecalho}`, which is not in the sheet; there are: {encontrados}",
    ),
    // Cells.
    ("formula_com_erro", "a fórmula da célula resultou em `{erro}`", "the cell's formula resulted in `{erro}`"),
    (
        "formula_sem_valor",
        "a célula tem uma fórmula sem valor calculado; abra o arquivo no Excel e salve-o",
        "the cell has a formula with no computed value; open the file in Excel and save it",
    ),
    (
        "texto_ausente",
        "o arquivo não guarda o texto desta célula; abra-o no Excel, confira a célula e salve-o",
        "the file does not hold the text of this cell; open it in Excel, check the cell and save it",
    ),
    (
        "caracteres_perdidos",
        "letras de `{valor}` se perderam numa troca de codificação; exporte o arquivo de novo em UTF-8 ou corrija o texto",
        "letters of `{valor}` were lost in a change of encoding; export the file again as UTF-8 or mend the text",
    ),
    (
        "precisao_perdida",
        "`{valor}` perdeu dígitos ao ser tratado como número; formate a coluna como texto e digite de novo",
        "`{valor}` lost digits when it was taken for a number; format the column as text and type it again",
    ),
    ("decimal_invalido", "`{valor}` não é um número", "`{valor}` is not a number"),
    ("decimal_grande_demais", "`{valor}` tem dígitos demais", "`{valor}` has too many digits"),
    ("decimal_ambiguo", "`{valor}` tanto pode ser milhar como decimal", "`{valor}` could be thousands or a fraction"),
    ("decimal_com_ponto", "`{valor}` usa ponto decimal; use vírgula", "`{valor}` uses a decimal point; use a comma"),
    ("decimal_formato_ingles", "`{valor}` está no formato inglês", "`{valor}` is in the English format"),
    (
        "numero_virou_data",
        "a célula é uma data (`{valor}`), não um número; o Excel pode ter convertido o que foi digitado",
        "the cell is a date (`{valor}`), not a number; Excel may have converted what was typed",
    ),
    (
        "numero_virou_hora",
        "a célula é uma hora (`{valor}`), não um número; formate a coluna como número e digite a quantidade",
        "the cell is a time (`{valor}`), not a number; format the column as a number and type the quantity",
    ),
    ("data_invalida", "`{valor}` não é uma data; use dd/mm/aaaa", "`{valor}` is not a date; use dd/mm/yyyy"),
    ("data_inexistente", "a data {data} não existe", "the date {data} does not exist"),
    (
        "data_formato_americano",
        "`{valor}` está na ordem mês/dia; use dd/mm/aaaa",
        "`{valor}` is in month/day order; use dd/mm/yyyy",
    ),
    ("data_sem_separador", "`{valor}` foi lida como {data}", "`{valor}` was read as {data}"),
    (
        "data_de_serial",
        "`{valor}` foi lido como número de série de data do Excel",
        "`{valor}` was read as an Excel serial date",
    ),
    ("ano_de_dois_digitos", "o ano de `{valor}` foi lido como {ano}", "the year of `{valor}` was read as {ano}"),
    ("hora_ignorada", "a hora de `{valor}` foi ignorada", "the time in `{valor}` was ignored"),
    ("competencia_invalida", "`{valor}` não é uma competência; use mm/aaaa", "`{valor}` is not a month; use mm/yyyy"),
    (
        "competencia_com_dia",
        "`{valor}` é um dia, e a competência é um mês",
        "`{valor}` is a day, and a month is needed",
    ),
    ("booleano_invalido", "`{valor}` não é sim nem não; use S ou N", "`{valor}` is neither yes nor no; use S or N"),
    ("opcao_invalida", "`{valor}` não é uma destas opções: {opcoes}", "`{valor}` is none of: {opcoes}"),
    (
        "zeros_restaurados",
        "zeros à esquerda restaurados em `{valor}`: {documento}",
        "leading zeros restored in `{valor}`: {documento}",
    ),
    (
        "documento_ambiguo",
        "`{valor}` é válido como CPF ({cpf}) e como CNPJ ({cnpj}); foi lido como CPF",
        "`{valor}` is valid as a CPF ({cpf}) and as a CNPJ ({cnpj}); it was read as a CPF",
    ),
    (
        "documento_incompleto",
        "`{valor}` tem {digitos} dígitos, e com zeros à esquerda não forma CPF nem CNPJ válido",
        "`{valor}` has {digitos} digits, and with leading zeros makes no valid CPF or CNPJ",
    ),
    (
        "documento_nao_inteiro",
        "`{valor}` é um número quebrado ou negativo, não um documento",
        "`{valor}` is a fraction or negative, not a document",
    ),
    (
        "documento_tipo_de_celula",
        "a célula (`{valor}`) não guarda texto nem número",
        "the cell (`{valor}`) holds neither text nor a number",
    ),
    (
        "duas_colunas_preenchidas",
        "outra coluna da mesma linha já informa este campo, com outro valor",
        "another column of the same row already gives this field, with another value",
    ),
    ("linha_duplicada", "`{valor}` já está na linha {outra_linha}", "`{valor}` is already in row {outra_linha}"),
    (
        "celula_mesclada",
        "a célula faz parte de uma mesclagem, e não dá para saber que valor cabe a esta linha; desfaça a mesclagem",
        "the cell is part of a merged one, and nobody can tell which value is this row's; unmerge it",
    ),
    (
        "mojibake_desfeito",
        "os acentos de `{valor}` vinham trocados no arquivo (UTF-8 lido como Windows-1252) e foram refeitos",
        "the accents of `{valor}` were garbled in the file (UTF-8 read as Windows-1252) and were restored",
    ),
    (
        "linha_de_exemplo",
        "esta é a linha de exemplo do modelo; apague-a se não for um registro seu",
        "this is the example row of the template; delete it unless it is a record of yours",
    ),
    (
        "aspas_soltas",
        "as aspas abertas em `{valor}` não se fecham no fim da célula; dobre as aspas do texto ou retire-as",
        "the quotes opened in `{valor}` do not close at the end of the cell; double the quotes in the text or remove them",
    ),
    (
        "celulas_demais",
        "a linha tem mais células do que o cabeçalho, até `{valor}`; ponha entre aspas o texto que contém o separador",
        "the row has more cells than the header, up to `{valor}`; put the text that holds the separator in quotes",
    ),
    (
        "celula_sem_cabecalho",
        "`{valor}` está numa coluna sem cabeçalho e não foi lido",
        "`{valor}` is in a column without a header and was not read",
    ),
    (
        "limpar_obrigatorio",
        "`[limpar]` não pode esvaziar um campo obrigatório",
        "`[limpar]` cannot empty a required field",
    ),
];

/// The message of `codigo` with its parameters in place.
pub(super) fn mensagem(codigo: &str, parametros: &Parametros, idioma: Idioma) -> String {
    let Some((_, pt, en)) = MENSAGENS.iter().find(|(nome, ..)| *nome == codigo) else {
        return codigo.to_owned();
    };
    let modelo = match idioma {
        Idioma::PtBr => pt,
        Idioma::En => en,
    };
    let mut texto = String::with_capacity(modelo.len() + 32);
    let mut resto = *modelo;
    // One pass, so that a value that contains `{…}` is not taken for a parameter.
    while let Some((antes, depois)) = resto.split_once('{') {
        texto.push_str(antes);
        let Some((nome, fim)) = depois.split_once('}') else {
            break;
        };
        if let Some((_, valor)) = parametros.iter().find(|(n, _)| *n == nome) {
            match nome {
                "sistema" => texto.push_str(&system::sentence(valor, idioma)),
                _ => texto.push_str(valor),
            }
        }
        resto = fim;
    }
    texto.push_str(resto);
    texto
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_quote_the_same_parameters() {
        let nomes = |texto: &str| {
            let mut nomes: Vec<String> =
                texto.split('{').skip(1).filter_map(|p| p.split_once('}')).map(|(n, _)| n.to_owned()).collect();
            nomes.sort();
            nomes
        };
        let mut codigos: Vec<&str> = MENSAGENS.iter().map(|(codigo, ..)| *codigo).collect();
        for (codigo, pt, en) in MENSAGENS {
            assert_eq!(nomes(pt), nomes(en), "{codigo}");
            assert!(!pt.ends_with('.') && !en.ends_with('.'), "{codigo}");
        }
        let quantos = codigos.len();
        codigos.sort_unstable();
        codigos.dedup();
        assert_eq!(codigos.len(), quantos);
    }

    #[test]
    fn what_the_system_says_is_told_in_the_language_asked_for() {
        let full = super::super::texto::leitura(&std::io::ErrorKind::StorageFull.into());
        assert_eq!(full.mensagem(Idioma::En), "the file cannot be read: the disk is full");
        assert_eq!(full.mensagem(Idioma::PtBr), "não foi possível ler o arquivo: o disco está cheio");
        let unknown = super::super::texto::leitura(&std::io::Error::from_raw_os_error(5_000));
        assert_eq!(unknown.mensagem(Idioma::PtBr), "não foi possível ler o arquivo: erro do sistema número 5000");
    }

    #[test]
    fn every_code_in_the_sources_has_a_message() {
        let fontes = [
            include_str!("biff/mod.rs"),
            include_str!("cabecalho.rs"),
            include_str!("cfb.rs"),
            include_str!("detect.rs"),
            include_str!("html.rs"),
            include_str!("ods.rs"),
            include_str!("package.rs"),
            include_str!("row.rs"),
            include_str!("shared.rs"),
            include_str!("xlsb.rs"),
            include_str!("xlsx.rs"),
            include_str!("xml.rs"),
            include_str!("leitor.rs"),
            include_str!("mescladas.rs"),
            include_str!("registros.rs"),
            include_str!("texto.rs"),
            include_str!("convert/mod.rs"),
            include_str!("convert/data.rs"),
            include_str!("convert/decimal.rs"),
            include_str!("convert/documento.rs"),
        ];
        for fonte in fontes {
            for marca in ["Falha::nova(", "Achado::erro(", "Achado::aviso("] {
                for trecho in fonte.split(marca).skip(1) {
                    let Some(codigo) = trecho.trim_start().strip_prefix('"').and_then(|t| t.split('"').next()) else {
                        continue;
                    };
                    assert!(MENSAGENS.iter().any(|(nome, ..)| *nome == codigo), "no message for `{codigo}`");
                }
            }
        }
    }
}
