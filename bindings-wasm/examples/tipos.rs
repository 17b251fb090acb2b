//! Writes `npm/src/modelos.d.ts` from the tables of the models, so that TypeScript cannot disagree with the core.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use smartbill_core::document::{Motivo, Tipo as Documento};
use smartbill_core::model::{
    AcaoContrato, Cliente, Cobranca, Consumo, Contrato, Esquema, FiltroClientes, FiltroCobrancas, FiltroConsumos,
    FiltroContratos, FiltroServicos, Regra, Servico, Tipo,
};
use smartbill_core::{ErrorKind, Outcome};

fn main() {
    let mut saida = String::from("// Written by `npm run tipos` from the tables of the core; not edited by hand.\n\n");
    saida.push_str(CABECALHO);
    let mut feitos = BTreeSet::new();
    let entrada = [Cliente::ESQUEMA, Contrato::ESQUEMA, Consumo::ESQUEMA, AcaoContrato::ESQUEMA];
    let filtros = [
        FiltroClientes::ESQUEMA,
        FiltroServicos::ESQUEMA,
        FiltroContratos::ESQUEMA,
        FiltroConsumos::ESQUEMA,
        FiltroCobrancas::ESQUEMA,
    ];
    for esquema in entrada.into_iter().chain([Servico::ESQUEMA, Cobranca::ESQUEMA]).chain(filtros) {
        interface(&mut saida, esquema, &mut feitos);
    }
    uniao(&mut saida, "DocumentoTipo", "A kind of document.", Documento::ALL.iter().map(|t| t.name()));
    uniao(&mut saida, "Motivo", "Why a text is not a valid document.", Motivo::CODIGOS.iter());
    uniao(
        &mut saida,
        "ErrorCode",
        "What went wrong, by what the caller can do about it.",
        ErrorKind::ALL.map(ErrorKind::code),
    );
    let outcomes = [Outcome::NotSent, Outcome::Rejected, Outcome::Unknown].map(Outcome::name);
    uniao(&mut saida, "Outcome", "What a failed write did on the platform.", outcomes);
    print!("{saida}");
}

const CABECALHO: &str = "\
/** An exact decimal, such as `\"1234.56\"`: never a binary fraction. */
export type DecimalText = string;
/** A civil date, `\"AAAA-MM-DD\"`. */
export type DateText = string;
/** An instant, RFC 3339, such as `\"2026-01-31T12:00:00Z\"`. */
export type DateTimeText = string;
/** A month, `\"AAAA-MM\"`. */
export type MonthText = string;
/** One of the names known today, or one that the platform adds later. */
export type Open<T extends string> = T | (string & {});

";

fn interface(saida: &mut String, esquema: &'static Esquema, feitos: &mut BTreeSet<&'static str>) {
    if !feitos.insert(esquema.nome) {
        return;
    }
    for campo in esquema.campos {
        if let Some(filho) = aninhado(&campo.regra) {
            interface(saida, filho, feitos);
        }
    }
    doc(saida, "", esquema.doc, &[]);
    let _ = writeln!(saida, "export interface {} {{", esquema.nome);
    for campo in esquema.campos {
        doc(saida, "  ", campo.doc, &notas(&campo.regra));
        let _ = writeln!(saida, "  {}?: {} | undefined;", campo.nome, tipo(&campo.regra));
    }
    saida.push_str("}\n\n");
}

fn aninhado(regra: &Regra) -> Option<&'static Esquema> {
    match regra.tipo {
        Tipo::Objeto(esquema) => Some(esquema),
        Tipo::Lista(item) => aninhado(item),
        _ => None,
    }
}

fn tipo(regra: &Regra) -> String {
    match regra.tipo {
        Tipo::Id | Tipo::Texto { .. } | Tipo::Documento(_) | Tipo::Url => "string".into(),
        Tipo::Decimal { .. } => "DecimalText".into(),
        Tipo::Inteiro { .. } => "number".into(),
        Tipo::Booleano => "boolean".into(),
        Tipo::Data => "DateText".into(),
        Tipo::DataHora => "DateTimeText".into(),
        Tipo::Competencia => "MonthText".into(),
        Tipo::Enum(nomes) => {
            format!("Open<{}>", nomes.iter().map(|n| format!("\"{n}\"")).collect::<Vec<_>>().join(" | "))
        }
        Tipo::Objeto(esquema) => esquema.nome.into(),
        Tipo::Lista(item) => {
            let item = tipo(item);
            if item.contains(' ') { format!("({item})[]") } else { format!("{item}[]") }
        }
        Tipo::Mapa => "Record<string, string>".into(),
    }
}

fn notas(regra: &Regra) -> Vec<String> {
    let mut notas = Vec::new();
    if regra.obrigatorio {
        notas.push("Required when including.".to_owned());
    }
    if regra.resposta {
        notas.push("Filled by the platform.".to_owned());
    }
    match regra.tipo {
        Tipo::Texto { min: 0 | 1, max } => notas.push(format!("At most {max} characters.")),
        Tipo::Texto { min, max } => notas.push(format!("{min} to {max} characters.")),
        Tipo::Decimal { casas, .. } => notas.push(format!("At most {casas} decimal places.")),
        Tipo::Inteiro { min, max } => notas.push(format!("{min} to {max}.")),
        _ => {}
    }
    notas
}

fn doc(saida: &mut String, margem: &str, texto: &str, notas: &[String]) {
    let mut linhas: Vec<&str> = texto.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    linhas.extend(notas.iter().map(String::as_str));
    match linhas.as_slice() {
        [] => {}
        [linha] => drop(writeln!(saida, "{margem}/** {linha} */")),
        linhas => {
            let _ = writeln!(saida, "{margem}/**");
            for linha in linhas {
                let _ = writeln!(saida, "{margem} * {linha}");
            }
            let _ = writeln!(saida, "{margem} */");
        }
    }
}

fn uniao<'a>(saida: &mut String, nome: &str, texto: &str, opcoes: impl IntoIterator<Item = &'a str>) {
    let opcoes: Vec<_> = opcoes.into_iter().map(|o| format!("\n  | \"{o}\"")).collect();
    let _ = writeln!(saida, "/** {texto} */\nexport type {nome} ={};\n", opcoes.concat());
}
