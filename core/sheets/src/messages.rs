use smartbill_documents::catalogue::Catalogue;
use smartbill_documents::language::Texts;
use smartbill_documents::{Language, system, texts};
use smartbill_model::validate;

const TEXTS: &[Texts] = &[
    // Files.
    texts!("arquivo_vazio", "o arquivo está vazio", "the file is empty"),
    texts!(
        "arquivo_corrompido",
        "o arquivo parece {format}, mas está danificado; abra-o e salve-o de novo",
        "the file looks like {format} but is damaged; open it and save it again",
    ),
    texts!(
        "arquivo_grande_demais",
        "o arquivo tem {size} bytes, acima do limite de {limit} (`bytes` de `limits`)",
        "the file has {size} bytes, above the limit of {limit} (`bytes` of `limits`)",
    ),
    texts!(
        "descompactado_grande_demais",
        "o arquivo descompactado teria {size} bytes, acima do limite de {limit} (`unpacked` de `limits`)",
        "the file would take {size} bytes decompressed, above the limit of {limit} (`unpacked` of `limits`)",
    ),
    texts!(
        "memoria_demais",
        "o arquivo ocuparia mais de {limit} bytes de memória (`memory` de `limits`); divida-o, ou salve-o como .csv, que se lê aos poucos",
        "the file would take more than {limit} bytes of memory (`memory` of `limits`); split it, or save it as .csv, which is read bit by bit",
    ),
    texts!(
        "tabela_grande_demais",
        "a tabela ocuparia mais de {limit} bytes de memória; aumente `memory` de `limits`, ou divida o arquivo",
        "the table would take more than {limit} bytes of memory; raise `memory` of `limits`, or split the file",
    ),
    texts!(
        "linha_fora_de_ordem",
        "a linha {row} da planilha vem depois da linha {last}: o arquivo está danificado; abra-o e salve-o de novo",
        "row {row} of the sheet comes after row {last}: the file is damaged; open it and save it again",
    ),
    texts!(
        "meses_so_de_consumos",
        "`[months]` do mapa é só para consumos; tire-o",
        "`[months]` of the mapping is for consumos only; take it out",
    ),
    texts!(
        "meses_invalidos",
        "`{name}` de `[months]` não vale: o ano vai de 1900 a 2199, e um medidor tem de 1 a 12 dígitos, com `reading = true`",
        "`{name}` of `[months]` cannot be: the year is from 1900 to 2199, and a meter has 1 to 12 digits, with `reading = true`",
    ),
    texts!(
        "meses_ausentes",
        "a planilha não tem colunas de meses, como `Fev/26` ou `02/2026`: precisa de uma, e de duas se são leituras; diga quais são em `columns` de `[months]`",
        "the sheet has no columns of months, such as `Fev/26` or `02/2026`: it needs one, and two if they are readings; name them in `columns` of `[months]`",
    ),
    texts!(
        "meses_demais",
        "a planilha tem mais de {limit} colunas de meses; diga em `columns` de `[months]` quais valem",
        "the sheet has more than {limit} columns of months; name those that count in `columns` of `[months]`",
    ),
    texts!(
        "mes_sem_ano",
        "o cabeçalho `{header}` não diz o ano; diga-o em `[months]`, como `year = 2026`",
        "the header `{header}` does not say the year; say it in `[months]`, such as `year = 2026`",
    ),
    texts!(
        "mes_ilegivel",
        "o cabeçalho `{header}`, de `[months]`, não é um mês, como `Fev/26`, `02/2026` ou `Fev`",
        "the header `{header}`, in `[months]`, is no month, such as `Fev/26`, `02/2026` or `Fev`",
    ),
    texts!(
        "mes_repetido",
        "os cabeçalhos `{first_header}` e `{second_header}` são do mesmo mês, {month}; diga em `columns` de `[months]` quais valem",
        "the headers `{first_header}` and `{second_header}` are of one month, {month}; name those that count in `columns` of `[months]`",
    ),
    texts!(
        "coluna_junto_de_meses",
        "a coluna `{header}` não pode ser `{field}`, que as colunas de meses dizem; tire-a do mapa",
        "the column `{header}` cannot be `{field}`, which the columns of months say; take it out of the mapping",
    ),
    texts!(
        "linhas_demais",
        "a planilha tem mais de {limit} linhas (`rows` de `limits`)",
        "the sheet has more than {limit} rows (`rows` of `limits`)",
    ),
    texts!(
        "colunas_demais",
        "a linha {row} tem mais de {limit} colunas (`columns` de `limits`)",
        "row {row} has more than {limit} columns (`columns` of `limits`)",
    ),
    texts!(
        "planilha_com_senha",
        "a planilha está protegida por senha, e nenhuma que a abra foi informada; informe-a em `password` (`--senha` na linha de comando)",
        "the spreadsheet is protected by a password, and none that opens it was given; give it as `password` (`--senha` in the command line)",
    ),
    texts!(
        "protecao_nao_lida",
        "a planilha está protegida por senha de um modo que não se lê ({found}); abra-a e salve uma cópia sem senha",
        "the spreadsheet is protected by a password in a way that is not read ({found}); open it and save a copy without one",
    ),
    texts!(
        "xls_antigo",
        "o arquivo é do {kind}; salve-o como .xlsx ou .csv",
        "the file is from {kind}; save it as .xlsx or .csv",
    ),
    texts!(
        "html_renomeado",
        "o arquivo é {kind} com extensão de planilha; abra-o no Excel e salve como .xlsx",
        "the file is {kind} named as a spreadsheet; open it in Excel and save it as .xlsx",
    ),
    texts!(
        "html_sem_tabela",
        "o arquivo é uma página HTML sem nenhuma tabela, talvez uma mensagem de erro do sistema que o gerou",
        "the file is an HTML page without a table, perhaps an error message of the system that made it",
    ),
    texts!(
        "linha_longa_demais",
        "a linha {row} tem mais texto do que cabe numa linha de planilha (`bytes_per_row` de `limits`)",
        "row {row} has more text than fits into a row of a spreadsheet (`bytes_per_row` of `limits`)",
    ),
    texts!(
        "texto_longo_demais",
        "há em {part} um texto de mais de {limit} bytes (`bytes_per_row` de `limits`); uma célula do Excel tem no máximo 32.767 caracteres",
        "{part} holds a text of more than {limit} bytes (`bytes_per_row` of `limits`); a cell of Excel has at most 32,767 characters",
    ),
    texts!(
        "linha_repetida_demais",
        "a linha {row} se repete {times} vezes; apague o que foi preenchido abaixo do último registro",
        "row {row} is repeated {times} times; delete what was filled in below the last record",
    ),
    texts!(
        "nao_e_planilha",
        "o arquivo não é uma planilha: {kind}; use .xlsx, .xls, .xlsb, .ods ou .csv",
        "the file is not a spreadsheet: {kind}; use .xlsx, .xls, .xlsb, .ods or .csv",
    ),
    texts!(
        "zip_com_varias",
        "o arquivo ZIP tem mais de uma planilha: {found}; deixe uma só nele, ou informe-as uma a uma",
        "the ZIP archive holds more than one spreadsheet: {found}; leave one in it, or give them one by one",
    ),
    texts!("leitura_falhou", "não foi possível ler o arquivo: {sistema}", "the file cannot be read: {sistema}"),
    texts!(
        "leitura_interrompida",
        "a leitura do arquivo parou por um defeito deste programa, e as linhas que faltam não foram lidas; informe os mantenedores",
        "the reading of the file stopped by a fault of this program, and the remaining rows were not read; tell the maintainers",
    ),
    texts!("escrita_falhou", "não foi possível escrever o arquivo: {sistema}", "the file cannot be written: {sistema}"),
    texts!(
        "extensao_nao_gravada",
        "`{file}` não pode ser gravado: a extensão pode ser {extensions}",
        "`{file}` cannot be written: its extension may be {extensions}",
    ),
    texts!(
        "planilha_cheia",
        "uma planilha do Excel tem no máximo {limit} linhas; exporte em .csv",
        "a sheet of Excel has at most {limit} rows; export as .csv",
    ),
    texts!(
        "aspas_abertas",
        "as aspas abertas na linha {row} nunca se fecham; dobre as aspas do texto ou retire-as",
        "the quotes opened in row {row} never close; double the quotes in the text or remove them",
    ),
    // Sheets and headers.
    texts!("planilha_vazia", "a planilha `{sheet}` está vazia", "the sheet `{sheet}` is empty"),
    texts!(
        "aba_inexistente",
        "não há planilha `{sheet}`; existem: {existing}",
        "there is no sheet `{sheet}`; there are: {existing}",
    ),
    texts!(
        "arquivo_sem_abas",
        "o arquivo ({format}) não tem abas, e não há como saber se é a tabela da aba `{sheet}`; tire `sheet`, ou informe o arquivo que a tem",
        "the file ({format}) has no sheets, and nobody can tell whether it is the table of the sheet `{sheet}`; leave out `sheet`, or give the file that has it",
    ),
    texts!(
        "cabecalho_nao_encontrado",
        "nenhum cabeçalho reconhecido na planilha `{sheet}`; esperado: {expected}; encontrado nas linhas {found}",
        "no recognisable header in sheet `{sheet}`; expected: {expected}; found in rows {found}",
    ),
    texts!(
        "coluna_obrigatoria_ausente",
        "falta coluna obrigatória na planilha `{sheet}`: {columns}; cabeçalhos encontrados na linha {row}: {all_found}",
        "a required column is missing in sheet `{sheet}`: {columns}; headers found in row {row}: {all_found}",
    ),
    texts!(
        "colunas_de_meses",
        "a planilha `{sheet}` não tem coluna de quantidade, e tem colunas de meses: {found}; diga em `[months]` do mapa se as células são consumos ou leituras",
        "the sheet `{sheet}` has no column of a quantity, and has columns of months: {found}; say in `[months]` of the mapping whether their cells are usage or readings",
    ),
    texts!(
        "coluna_duplicada",
        "as colunas {first} (`{first_header}`) e {second} (`{second_header}`) da planilha `{sheet}` são ambas `{field}`; renomeie uma ou informe o mapa de colunas",
        "columns {first} (`{first_header}`) and {second} (`{second_header}`) of sheet `{sheet}` are both `{field}`; rename one or give a column map",
    ),
    texts!(
        "mapa_ilegivel",
        "o mapa não pode ser lido: algo na linha {line}, coluna {column}{near}, não é uma tabela `columns`, `values`, `defaults`, `joined` ou `deleted` em TOML",
        "the mapping cannot be read: something in line {line}, column {column}{near}, is no table `columns`, `values`, `defaults`, `joined` or `deleted` in TOML",
    ),
    texts!(
        "mapa_fundo",
        "o mapa não pode ser lido: na linha {line} há mais de {limit} tabelas ou listas uma dentro da outra",
        "the mapping cannot be read: in line {line} more than {limit} tables or lists are inside one another",
    ),
    texts!(
        "toml_fundo",
        "`{file}`, linha {line}: mais de {limit} tabelas ou listas uma dentro da outra",
        "`{file}`, line {line}: more than {limit} tables or lists inside one another",
    ),
    texts!(
        "toml_ilegivel",
        "`{file}`, linha {line}, coluna {column}{near}: isto não é TOML, ou não é do tipo que se espera ali",
        "`{file}`, line {line}, column {column}{near}: this is no TOML, or not of the type that is expected there",
    ),
    texts!(
        "nome_desconhecido",
        "`{file}`, linha {line}: `{name}` não existe; o mais próximo é `{nearest}`",
        "`{file}`, line {line}: there is no `{name}`; the nearest is `{nearest}`",
    ),
    texts!(
        "layout_posicao",
        "`{file}`, linha {line}: `start` e `length` contam de 1 a {limit}",
        "`{file}`, line {line}: `start` and `length` count from 1 to {limit}",
    ),
    texts!(
        "layout_sem_texto",
        "o layout `{file}` é de texto em colunas fixas, e o arquivo é {format}",
        "the layout `{file}` is of text in fixed columns, and the file is {format}",
    ),
    texts!(
        "dialeto_sem_fluxo",
        "`{file}`, linha {line}: diga antes em `flow` de que são as colunas: `clientes`, `consumos` ou `cobrancas`",
        "`{file}`, line {line}: say before in `flow` what the columns are of: `clientes`, `consumos` or `cobrancas`",
    ),
    texts!(
        "dialeto_sem_coluna_principal",
        "`{file}`, linha {line}: diga em `columns` qual das colunas juntas é `{field}`",
        "`{file}`, line {line}: say in `columns` which of the joined columns is `{field}`",
    ),
    texts!(
        "dialeto_desconhecido",
        "não há dialeto `{name}` para {flow}; o mais próximo é `{nearest}`; o seu se informa num arquivo",
        "there is no dialect `{name}` for {flow}; the nearest is `{nearest}`; your own is given in a file",
    ),
    texts!(
        "dialeto_de_outro_fluxo",
        "o dialeto `{file}` é de {flow}, e a planilha é lida como {asked}",
        "the dialect `{file}` is of {flow}, and the sheet is read as {asked}",
    ),
    texts!(
        "dialeto_nao_reconhecido",
        "a planilha não tem os cabeçalhos do dialeto `{name}`; há: {all_found}",
        "the sheet does not have the headers of the dialect `{name}`; there are: {all_found}",
    ),
    texts!(
        "padrao_invalido",
        "o padrão `{default}` não é um valor de `{field}`; escreva-o como uma célula o diria",
        "the default `{default}` is no value of `{field}`; write it as a cell would say it",
    ),
    texts!(
        "mapa_campo_desconhecido",
        "não há campo `{field}`; o mais próximo é `{nearest}`",
        "there is no field `{field}`; the nearest is `{nearest}`",
    ),
    texts!(
        "mapa_sem_coluna_principal",
        "o mapa junta colunas em `{field}`; diga em `columns` qual delas é `{field}`",
        "the mapping joins columns in `{field}`; say in `columns` which of them is `{field}`",
    ),
    texts!(
        "mapa_cabecalho_ausente",
        "não há cabeçalho `{header}` na planilha; há: {all_found}",
        "there is no header `{header}` in the sheet; there are: {all_found}",
    ),
    // Cells.
    texts!("formula_com_erro", "a fórmula da célula resultou em `{error}`", "the cell's formula resulted in `{error}`"),
    texts!(
        "formula_sem_valor",
        "a célula tem uma fórmula sem valor calculado; abra o arquivo no Excel e salve-o",
        "the cell has a formula with no computed value; open the file in Excel and save it",
    ),
    texts!(
        "texto_ausente",
        "o arquivo não guarda o texto desta célula; abra-o no Excel, confira a célula e salve-o",
        "the file does not hold the text of this cell; open it in Excel, check the cell and save it",
    ),
    texts!(
        "caracteres_perdidos",
        "letras de `{value}` se perderam numa troca de codificação; exporte o arquivo de novo em UTF-8 ou corrija o texto",
        "letters of `{value}` were lost in a change of encoding; export the file again as UTF-8 or mend the text",
    ),
    texts!(
        "precisao_perdida",
        "`{value}` perdeu dígitos ao ser tratado como número; formate a coluna como texto e digite de novo",
        "`{value}` lost digits when it was taken for a number; format the column as text and type it again",
    ),
    texts!("decimal_invalido", "`{value}` não é um número", "`{value}` is not a number"),
    texts!("decimal_grande_demais", "`{value}` tem dígitos demais", "`{value}` has too many digits"),
    texts!(
        "decimal_ambiguo",
        "`{value}` tanto pode ser milhar como decimal",
        "`{value}` could be thousands or a fraction"
    ),
    texts!(
        "decimal_com_virgula",
        "`{value}` usa vírgula decimal, e os outros números da coluna usam ponto; use um só sinal na coluna",
        "`{value}` uses a decimal comma, and the other numbers of the column a point; use one sign in the column",
    ),
    texts!(
        "decimal_com_ponto",
        "`{value}` usa ponto decimal; use vírgula",
        "`{value}` uses a decimal point; use a comma"
    ),
    texts!("decimal_formato_ingles", "`{value}` está no formato inglês", "`{value}` is in the English format"),
    texts!(
        "numero_virou_data",
        "a célula é uma data (`{value}`), não um número; o Excel pode ter convertido o que foi digitado",
        "the cell is a date (`{value}`), not a number; Excel may have converted what was typed",
    ),
    texts!(
        "numero_virou_hora",
        "a célula é uma hora (`{value}`), não um número; formate a coluna como número e digite a quantidade",
        "the cell is a time (`{value}`), not a number; format the column as a number and type the quantity",
    ),
    texts!("data_invalida", "`{value}` não é uma data; use dd/mm/aaaa", "`{value}` is not a date; use dd/mm/yyyy"),
    texts!("data_inexistente", "a data {date} não existe", "the date {date} does not exist"),
    texts!(
        "data_formato_americano",
        "`{value}` está na ordem mês/dia; use dd/mm/aaaa",
        "`{value}` is in month/day order; use dd/mm/yyyy",
    ),
    texts!(
        "data_mes_primeiro",
        "`{value}` foi lida como {date}, pois as datas da coluna estão na ordem mês/dia",
        "`{value}` was read as {date}, since the dates of the column are in month/day order",
    ),
    texts!(
        "data_em_outra_ordem",
        "`{value}` está na ordem dia/mês, e outras datas da coluna, na ordem mês/dia; use dd/mm/aaaa em todas",
        "`{value}` is in day/month order, and other dates of the column in month/day order; use dd/mm/yyyy in all",
    ),
    texts!("data_sem_separador", "`{value}` foi lida como {date}", "`{value}` was read as {date}"),
    texts!(
        "data_de_serial",
        "`{value}` foi lido como número de série de data do Excel",
        "`{value}` was read as an Excel serial date",
    ),
    texts!(
        "ano_de_dois_digitos",
        "o ano de `{value}` foi lido como {year}",
        "the year of `{value}` was read as {year}"
    ),
    texts!("hora_ignorada", "a hora de `{value}` foi ignorada", "the time in `{value}` was ignored"),
    texts!(
        "competencia_invalida",
        "`{value}` não é uma competência; use mm/aaaa",
        "`{value}` is not a month; use mm/yyyy"
    ),
    texts!(
        "competencia_com_dia",
        "`{value}` é um dia, e a competência é um mês",
        "`{value}` is a day, and a month is needed",
    ),
    texts!(
        "booleano_invalido",
        "`{value}` não é sim nem não; use S ou N",
        "`{value}` is neither yes nor no; use S or N"
    ),
    texts!("opcao_invalida", "`{value}` não é uma destas opções: {options}", "`{value}` is none of: {options}"),
    texts!(
        "zeros_restaurados",
        "zeros à esquerda restaurados em `{value}`: {documento}",
        "leading zeros restored in `{value}`: {documento}",
    ),
    texts!(
        "documento_noutra_forma",
        "`{value}` foi lido como {documento}, pelos dígitos verificadores",
        "`{value}` was read as {documento}, by its check digits",
    ),
    texts!(
        "zeros_a_mais",
        "`{value}` foi lido como o CPF {documento}, com zeros à esquerda a mais",
        "`{value}` was read as the CPF {documento}, with leading zeros too many",
    ),
    texts!(
        "telefones_na_mesma_celula",
        "a célula tem mais de um telefone; `{part}` foi lido como o outro número do cliente",
        "the cell holds more than one telephone; `{part}` was read as the customer's other number",
    ),
    texts!(
        "palavras_junto_do_telefone",
        "`{part}` ficou de fora; só o número foi lido",
        "`{part}` was left out; only the number was read",
    ),
    texts!(
        "telefone_deixado_de_fora",
        "`{part}` ficou de fora; outro telefone da célula foi lido",
        "`{part}` was left out; another telephone in the cell was read",
    ),
    texts!(
        "emails_na_mesma_celula",
        "a célula tem mais de um e-mail; o primeiro é o principal, e os outros são adicionais",
        "the cell holds more than one e-mail address; the first is the main one, the others are further ones",
    ),
    texts!(
        "email_deixado_de_fora",
        "`{part}` não é um e-mail e ficou de fora; os outros da célula foram lidos",
        "`{part}` is no e-mail address and was left out; the others in the cell were read",
    ),
    texts!(
        "ibge_completado",
        "`{value}` foi completado com os dois dígitos da UF da linha",
        "`{value}` was completed by the two digits of the row's state",
    ),
    texts!(
        "documento_ambiguo",
        "`{value}` é válido como CPF ({cpf}) e como CNPJ ({cnpj}); foi lido como CPF",
        "`{value}` is valid as a CPF ({cpf}) and as a CNPJ ({cnpj}); it was read as a CPF",
    ),
    texts!(
        "documento_incompleto",
        "`{value}` tem {digits} dígitos, e com zeros à esquerda não forma CPF nem CNPJ válido",
        "`{value}` has {digits} digits, and with leading zeros makes no valid CPF or CNPJ",
    ),
    texts!(
        "documento_nao_inteiro",
        "`{value}` é um número quebrado ou negativo, não um documento",
        "`{value}` is a fraction or negative, not a document",
    ),
    texts!(
        "documento_tipo_de_celula",
        "a célula (`{value}`) não guarda texto nem número",
        "the cell (`{value}`) holds neither text nor a number",
    ),
    texts!(
        "duas_colunas_preenchidas",
        "outra coluna da mesma linha já informa este campo, com outro valor",
        "another column of the same row already gives this field, with another value",
    ),
    texts!(
        "leitura_anterior_ausente",
        "falta a leitura de {month}, da qual se conta este consumo; escreva-a",
        "the reading of {month}, from which this usage is counted, is missing; write it",
    ),
    texts!(
        "leitura_menor",
        "a leitura é menor que a do mês anterior, {before}; corrija uma das duas",
        "the reading is lower than that of the month before, {before}; mend one of them",
    ),
    texts!("leitura_negativa", "uma leitura não pode ser negativa; corrija-a", "a reading cannot be negative; mend it"),
    texts!(
        "leitura_anterior_em_duvida",
        "o consumo se conta de {before}, uma leitura que está em dúvida; confira as duas",
        "the usage is counted from {before}, a reading that is in doubt; look at both",
    ),
    texts!(
        "leitura_acima_do_medidor",
        "a leitura não cabe no medidor, que recomeça em {limit}; corrija-a, ou `digits` de `[months]`",
        "the reading is more than the meter shows, which begins anew at {limit}; mend it, or `digits` of `[months]`",
    ),
    texts!(
        "medidor_recomecou",
        "o medidor recomeçou do zero; confira o consumo",
        "the meter began anew; look whether the usage is right",
    ),
    texts!("linha_duplicada", "`{value}` já está na linha {other_row}", "`{value}` is already in row {other_row}"),
    texts!(
        "celula_mesclada",
        "a célula faz parte de uma mesclagem, e não dá para saber que valor cabe a esta linha; desfaça a mesclagem",
        "the cell is part of a merged one, and nobody can tell which value is this row's; unmerge it",
    ),
    texts!(
        "mojibake_desfeito",
        "os acentos de `{value}` vinham trocados no arquivo (UTF-8 lido como Windows-1252) e foram refeitos",
        "the accents of `{value}` were garbled in the file (UTF-8 read as Windows-1252) and were restored",
    ),
    texts!(
        "linha_de_exemplo",
        "`{value}` é o código da linha de exemplo do modelo; confira se é o deste registro",
        "`{value}` is the code of the template's example row; look whether it is this record's",
    ),
    texts!(
        "aspas_soltas",
        "as aspas abertas em `{value}` não se fecham no fim da célula; dobre as aspas do texto ou retire-as",
        "the quotes opened in `{value}` do not close at the end of the cell; double the quotes in the text or remove them",
    ),
    texts!(
        "celulas_demais",
        "a linha tem mais células do que o cabeçalho, até `{value}`; ponha entre aspas o texto que contém o separador",
        "the row has more cells than the header, up to `{value}`; put the text that holds the separator in quotes",
    ),
    texts!(
        "tipo_contradiz_documento",
        "a coluna não foi lida como `{field}`: a maioria das suas primeiras células contradiz o CPF ou CNPJ da linha, do qual o tipo é deduzido",
        "the column was not read as `{field}`: most of its first cells contradict the CPF or CNPJ of their row, from which the kind is deduced",
    ),
    texts!(
        "numero_fora_do_endereco",
        "a coluna não foi lida como `{field}` do endereço: não está junto das outras colunas dele; se for, informe o mapa de colunas",
        "the column was not read as `{field}` of the address: it does not stand beside its other columns; if it is that, give a column map",
    ),
    texts!(
        "coluna_deixada_de_fora",
        "a coluna não foi lida como `{field}`: nenhuma das suas primeiras células é um valor desse campo",
        "the column was not read as `{field}`: none of its first cells is a value of that field",
    ),
    texts!(
        "coluna_preterida",
        "a coluna não foi lida: `{field}` é a coluna `{other}`; se não for assim, informe o mapa de colunas",
        "the column was not read: `{field}` is the column `{other}`; if it is not, give a column map",
    ),
    texts!(
        "coluna_com_ponto",
        "os números da coluna têm ponto decimal, e assim foram lidos: `10.5` é dez e meio",
        "the numbers of the column have a decimal point, and were read so: `10.5` is ten and a half",
    ),
    texts!(
        "coluna_de_reserva",
        "a coluna só é lida como `{field}` onde `{other}` está vazia; se não for assim, informe o mapa de colunas",
        "the column is read as `{field}` only where `{other}` is empty; if it is not that, give a column map",
    ),
    texts!(
        "coluna_de_emails",
        "os e-mails da coluna são adicionais ao de `{other}`; se não for assim, informe o mapa de colunas",
        "the e-mails of the column are additional to that of `{other}`; if they are not, give a column map",
    ),
    texts!(
        "coluna_da_empresa",
        "a coluna é lida como `{field}` onde o documento é um CNPJ, ou `{other}` está vazia; se não for assim, informe o mapa de colunas",
        "the column is read as `{field}` where the document is a CNPJ, or `{other}` is empty; if it is not that, give a column map",
    ),
    texts!(
        "rg_de_pessoa",
        "a coluna não é lida onde o documento é um CPF, pois ali é um RG; se não for assim, informe o mapa de colunas",
        "the column is not read where the document is a CPF, since it is an RG there; if it is not, give a column map",
    ),
    texts!(
        "endereco_dividido",
        "o endereço de `{value}` foi dividido em suas partes; confira-as",
        "the address in `{value}` was split into its parts; look whether they are right",
    ),
    texts!(
        "coluna_com_documento",
        "o CPF ou CNPJ foi lido de dentro das células da coluna; se não for o do cliente, informe o mapa de colunas",
        "the CPF or CNPJ was read from within the cells of the column; if it is not the customer's, give a column map",
    ),
    texts!(
        "coluna_com_codigo_e_nome",
        "a coluna foi lida como código externo e nome, pelo traço entre eles; se não for assim, informe o mapa de colunas",
        "the column was read as external code and name, by the dash between them; if it is not, give a column map",
    ),
    texts!(
        "celula_sem_cabecalho",
        "`{value}` está numa coluna sem cabeçalho e não foi lido",
        "`{value}` is in a column without a header and was not read",
    ),
    texts!(
        "limpar_obrigatorio",
        "`[limpar]` não pode esvaziar um campo obrigatório",
        "`[limpar]` cannot empty a required field",
    ),
];

/// What a file is that is no spreadsheet.
const KINDS: &[Texts] = &[
    texts!("7z", "um arquivo compactado 7-Zip", "a 7-Zip archive"),
    texts!("binary", "um arquivo binário desconhecido", "a binary file of an unknown kind"),
    texts!("doc", "um documento do Word (.doc)", "a Word document (.doc)"),
    texts!("docx", "um documento do Word (.docx)", "a Word document (.docx)"),
    texts!(
        "excel4",
        "Excel 4 com várias planilhas, gráfico ou macro (BIFF2 a BIFF4)",
        "Excel 4 with several sheets, a chart or a macro (BIFF2 to BIFF4)",
    ),
    texts!("exe", "um programa executável", "a program"),
    texts!("gif", "uma imagem GIF", "a GIF image"),
    texts!("gzip", "um arquivo compactado gzip", "a gzip archive"),
    texts!("jpeg", "uma imagem JPEG", "a JPEG image"),
    texts!("json", "JSON", "JSON"),
    texts!("mhtml", "uma página HTML arquivada (MHTML)", "an archived HTML page (MHTML)"),
    texts!("msg", "uma mensagem do Outlook (.msg)", "an Outlook message (.msg)"),
    texts!("ole2", "um arquivo OLE2 sem planilha", "an OLE2 file without a sheet"),
    texts!(
        "opendocument",
        "um documento OpenDocument que não é planilha",
        "an OpenDocument file that is not a spreadsheet",
    ),
    texts!("parquet", "um arquivo Parquet", "a Parquet file"),
    texts!("pdf", "um documento PDF", "a PDF document"),
    texts!("png", "uma imagem PNG", "a PNG image"),
    texts!("ppt", "uma apresentação do PowerPoint (.ppt)", "a PowerPoint presentation (.ppt)"),
    texts!("pptx", "uma apresentação do PowerPoint (.pptx)", "a PowerPoint presentation (.pptx)"),
    texts!("rar", "um arquivo compactado RAR", "a RAR archive"),
    texts!("rtf", "um documento RTF", "an RTF document"),
    texts!("sqlite", "um banco de dados SQLite", "an SQLite database"),
    texts!("xml", "um arquivo XML", "an XML file"),
    texts!("zip", "um arquivo ZIP sem planilha", "a ZIP archive without a spreadsheet"),
];

/// The sentences of files and cells, above those of rules.
pub static CATALOGUE: Catalogue = Catalogue { texts: TEXTS, word, beneath: Some(&validate::CATALOGUE) };

fn word(name: &str, value: &str, language: Language) -> Option<String> {
    match name {
        "sistema" => Some(system::sentence(value, language)),
        "kind" => {
            let kind = KINDS.iter().find(|kind| kind.code == value)?;
            Some(language.choose(kind.pt, kind.en).to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn both_languages_quote_the_same_parameters() {
        let names = |text: &str| {
            let mut names: Vec<String> =
                text.split('{').skip(1).filter_map(|p| p.split_once('}')).map(|(n, _)| n.to_owned()).collect();
            names.sort();
            names
        };
        let mut codes: Vec<&str> = TEXTS.iter().map(|texts| texts.code).collect();
        for Texts { code, pt, en } in TEXTS {
            assert_eq!(names(pt), names(en), "{code}");
            assert!(!pt.ends_with('.') && !en.ends_with('.'), "{code}");
        }
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count);
    }

    #[test]
    fn what_the_system_says_is_told_in_the_language_asked_for() {
        let full = crate::source::reading(&std::io::ErrorKind::StorageFull.into());
        assert_eq!(full.message(Language::En), "the file cannot be read: the disk is full");
        assert_eq!(full.message(Language::PtBr), "não foi possível ler o arquivo: o disco está cheio");
        let unknown = crate::source::reading(&std::io::Error::from_raw_os_error(5_000));
        assert_eq!(unknown.message(Language::PtBr), "não foi possível ler o arquivo: erro do sistema número 5000");
    }

    #[test]
    fn another_kind_of_file_is_told_in_the_language_asked_for() {
        let says = |bytes: &[u8], language| crate::detect(bytes).unwrap_err().message(language);
        let pdf = says(b"%PDF-1.7\n", Language::En);
        assert_eq!(pdf, "the file is not a spreadsheet: a PDF document; use .xlsx, .xls, .xlsb, .ods or .csv");
        let page = b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<table></table>";
        let (pt, en) = (says(page, Language::PtBr), says(page, Language::En));
        assert!(pt.starts_with("o arquivo é uma página HTML arquivada (MHTML) com"), "{pt}");
        assert!(en.starts_with("the file is an archived HTML page (MHTML) named"), "{en}");
        let old = says(&[9, 4, 6, 0, 0, 0, 0, 1], Language::En);
        assert!(old.starts_with("the file is from Excel 4 with several sheets"), "{old}");
    }

    #[test]
    fn every_kind_of_other_file_has_its_words() {
        let files: [&[u8]; 13] = [
            b"%PDF-1.7\n",
            b"{\\rtf1",
            b"\x89PNG",
            b"\xFF\xD8\xFF",
            b"GIF89a",
            b"\x1F\x8B",
            b"7z\xBC\xAF\x27\x1C",
            b"Rar!",
            b"SQLite format 3\0",
            b"PAR1",
            b"MZ\0\0",
            b"<?xml version='1.0'?><x/>",
            b"\0\x01\x02\x03binary",
        ];
        for bytes in files {
            let fault = crate::detect(bytes).unwrap_err();
            let kind = fault.params.iter().find(|(name, _)| *name == "kind").map(|(_, kind)| kind.as_str()).unwrap();
            assert!(KINDS.iter().any(|texts| texts.code == kind), "no words for `{kind}`");
        }
        let source = include_str!("detect.rs");
        for kind in source.split("other(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(KINDS.iter().any(|texts| texts.code == kind), "no words for `{kind}`");
        }
    }

    #[test]
    fn every_code_in_the_sources_has_a_message() {
        let mut sources = Vec::new();
        let mut waiting = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        while let Some(folder) = waiting.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    waiting.push(path);
                } else if !path.ends_with("messages.rs") {
                    sources.push(fs::read_to_string(path).unwrap());
                }
            }
        }
        assert!(sources.iter().any(|source| source.contains("SheetError::new(\"arquivo_corrompido\"")));
        for source in sources {
            for mark in ["SheetError::new(", "cell_error(", "cell_warning("] {
                for slice in source.split(mark).skip(1) {
                    let Some(code) = slice.trim_start().strip_prefix('"').and_then(|t| t.split('"').next()) else {
                        continue;
                    };
                    assert!(TEXTS.iter().any(|texts| texts.code == code), "no message for `{code}`");
                }
            }
        }
    }
}
