//! No value is changed in silence: what a file says wrongly, or what could be read in two ways, is told.

use smartbill_core::planilha::{Arquivo, Celula, Opcoes, Registro, Severidade, fluxo};
use smartbill_core::{Idioma, Modo, Valor};

fn customers(csv: impl Into<Vec<u8>>, mode: Modo) -> Vec<Registro> {
    let options = Opcoes { modo: mode, ..Opcoes::default() };
    let mut file = Arquivo::de_bytes(csv, "clientes.csv", &options).unwrap();
    file.registros(&fluxo::CLIENTES).unwrap().map(Result::unwrap).collect()
}

fn strict(csv: impl Into<Vec<u8>>) -> Vec<Registro> {
    customers(csv, Modo::Estrito)
}

fn text<'r>(record: &'r Registro, field: &str) -> &'r str {
    match record.campo(field) {
        Some(Valor::Texto(text)) => text,
        None => "",
        other => panic!("{other:?}"),
    }
}

fn told(record: &Registro) -> Vec<(&str, &'static str, Severidade)> {
    record.problemas.iter().map(|p| (p.coluna.as_deref().unwrap_or(""), p.codigo, p.severidade)).collect()
}

#[test]
fn b2_a_stray_quote_never_makes_one_customer_of_two() {
    let csv = "Código;Nome;CPF/CNPJ;Cidade;UF\n\
               1;\"Bar do Zé;11222333000181;Rio;RJ\n\
               2;Casa \"Nova\";52998224725;São Paulo;SP\n\
               3;\"Bar \"do\" Zé\";11444777000161;Rio;RJ\n";
    let rows = strict(csv);
    assert_eq!(rows.iter().map(|r| r.linha).collect::<Vec<_>>(), [2, 3, 4]);
    assert_eq!(told(&rows[0]), [("B", "aspas_soltas", Severidade::Erro)]);
    assert_eq!(text(&rows[0], "cpfCnpj"), "11222333000181");
    assert_eq!(text(&rows[1], "nome"), "Casa \"Nova\"");
    assert_eq!(text(&rows[1], "cpfCnpj"), "52998224725");
    assert_eq!(told(&rows[1]), []);
    assert_eq!(told(&rows[2]), [("B", "aspas_soltas", Severidade::Erro)]);
    assert_eq!(text(&rows[2], "nome"), "Bar \"do\" Zé");
    assert!(rows[0].problemas[0].mensagem(Idioma::PtBr).starts_with("as aspas abertas em `\"Bar do Zé` não se fecham"));
    let rows = customers(csv, Modo::Leniente);
    assert_eq!(told(&rows[2]), [("B", "aspas_soltas", Severidade::Aviso)]);
}

#[test]
fn a_cell_beyond_the_header_is_told() {
    let rows =
        strict("Código;CPF;Nome;Bairro;Município\n1;52998224725;Zé;Centro; Norte;Rio\n2;11144477735;Ana;Sul;Rio;;\n");
    assert_eq!(told(&rows[0]), [("F", "celulas_demais", Severidade::Erro)]);
    assert_eq!(told(&rows[1]), []);
    // A column that has no header is left out, which is said; nothing has moved.
    let rows = strict("Código;CPF;;Nome\n1;52998224725;x;Zé\n2;11144477735;;Ana\n");
    assert_eq!(told(&rows[0]), [("C", "celula_sem_cabecalho", Severidade::Aviso)]);
    assert_eq!(told(&rows[1]), []);
    let page = "<table><tr><td>Nome<td>CPF<tr><td>Zé<td>52998224725<td>nota ao lado</table>";
    assert_eq!(told(&strict(page)[0]), [("C", "celula_sem_cabecalho", Severidade::Aviso)]);
}

#[test]
fn letters_that_were_lost_are_told() {
    for csv in [
        "Código;Nome;CPF\n1;Jo\u{FFFD}o;52998224725\n".as_bytes().to_vec(),
        // A mark of UTF-8, and then Windows-1252.
        b"\xEF\xBB\xBFC\xC3\xB3digo;Nome;CPF\n1;Jo\xE3o;52998224725\n".to_vec(),
        "\u{FEFF}Código;Nome;CPF\n1;João;52998224725\n"
            .encode_utf16()
            .flat_map(|unit| {
                // The second half of a letter without the first.
                if unit == u16::from(b'J') { 0xDC00_u16.to_le_bytes() } else { unit.to_le_bytes() }
            })
            .collect(),
    ] {
        assert_eq!(told(&strict(csv.clone())[0]), [("B", "caracteres_perdidos", Severidade::Erro)]);
        assert_eq!(told(&customers(csv, Modo::Leniente)[0]), [("B", "caracteres_perdidos", Severidade::Aviso)]);
    }
}

#[test]
fn words_of_errors_are_never_values() {
    for word in ["#N/D", "#N/A", "#REF!", "#VALOR!", "#DIV/0!", "#NOME?", "#NULO!", "#NUM!", "#VALUE!", "Err:502"] {
        let csv = format!("Código;Nome;CPF;Cidade\n1;{word};52998224725; {word} \n");
        let rows = strict(csv);
        let error = |column| (column, "formula_com_erro", Severidade::Erro);
        assert_eq!(told(&rows[0]), [error("B"), error("D")], "{word}");
        assert_eq!(rows[0].campo("nome"), None);
        let page = format!("<table><tr><td>Nome<td>CPF<tr><td>{word}<td>52998224725</table>");
        assert_eq!(told(&strict(page)[0]), [error("A")], "{word}");
    }
    assert_eq!(told(&strict("Código;Nome;CPF\n1;Loja #1;52998224725\n")[0]), []);
}

#[test]
fn times_are_never_quantities() {
    use smartbill_core::planilha::Conversao::{Data, Decimal, Dinheiro, Texto};
    use smartbill_core::planilha::convert::{Contexto, celula};
    let code =
        |cell: &Celula, conversion| celula(cell, conversion, Contexto::default(), &mut Vec::new()).unwrap_err().codigo;
    for days in [1.5, 0.0625, 0.0] {
        let cell = Celula::Time(days);
        assert_eq!(code(&cell, Decimal), "numero_virou_hora");
        assert_eq!(code(&cell, Dinheiro), "numero_virou_hora");
        assert_eq!(code(&cell, Data), "data_invalida");
    }
    let shown = celula(&Celula::Time(1.5), Texto, Contexto::default(), &mut Vec::new()).unwrap();
    assert_eq!(shown, Some(Valor::Texto("36:00".into())));
}
