//! Guesses the field of a header that is not a known name, from the words in it: `CPF do Cliente`, `NM_BAIRRO`,
//! `Celular/WhatsApp`, `DTNASC`.

use super::flows::Column;
use super::names::{normalize, words};

/// The greatest number of words and of letters. A longer header is a sentence, not a name.
const MOST_WORDS: usize = 6;
const LONGEST: usize = 60;

/// Words that mean no field by themselves: `Número do Cliente` is not the number of a house.
const GENERIC: [&str; 11] =
    ["numero", "id", "codigo", "tipo", "data", "valor", "chave", "documento", "item", "nome", "estadual"];

/// Words that add nothing to some fields, before or after the field's own name.
struct Beside {
    words: &'static [&'static str],
    /// Fields; one that ends with a dot stands for all inside it.
    fields: &'static [&'static str],
    /// Whether they make a field of a word that alone says nothing: `Valor da Parcela`, `Data/Hora`.
    of_generic: bool,
}

/// Owners of the value. They are always the record itself.
const OWNERS: Beside = Beside {
    words: &[
        "aluno",
        "assinante",
        "associado",
        "cliente",
        "clientes",
        "condomino",
        "consumidor",
        "cooperado",
        "destinatario",
        "devedor",
        "paciente",
        "pagador",
        "parceiro",
        "sacado",
        "segurado",
        "titular",
        "tomador",
    ],
    fields: &[
        "nome",
        "clienteNome",
        "nomeFantasia",
        "cpfCnpj",
        "clienteCpfCnpj",
        "inscricaoEstadual",
        "inscricaoMunicipal",
        "email",
        "ddd",
        "telefone",
        "celular",
        "endereco.",
        "dataNascimento",
        "observacoes",
        "codigoExterno",
    ],
    of_generic: false,
};

const BEFORE: [Beside; 10] = [
    Beside {
        words: &["nome", "nm", "ds", "desc", "descricao"],
        fields: &[
            "nome",
            "clienteNome",
            "nomeFantasia",
            "email",
            "telefone",
            "observacoes",
            "endereco.logradouro",
            "endereco.bairro",
            "endereco.municipio",
            "endereco.complemento",
        ],
        of_generic: false,
    },
    Beside {
        words: &["numero", "nu"],
        fields: &[
            "cpfCnpj",
            "clienteCpfCnpj",
            "endereco.cep",
            "telefone",
            "celular",
            "ddd",
            "inscricaoEstadual",
            "inscricaoMunicipal",
            "quantidade",
            "contratoCodigoExterno",
            "contratoNumero",
            "idExterno",
            "nfse.numero",
        ],
        of_generic: false,
    },
    Beside { words: &["sigla", "sg", "sgl"], fields: &["endereco.uf"], of_generic: false },
    Beside { words: &["codigo"], fields: &["endereco.cep"], of_generic: false },
    Beside {
        words: &["fl", "flag", "ind", "indicador", "sn", "opt"],
        fields: &["optanteSimples", "tipoPessoa"],
        of_generic: false,
    },
    Beside { words: &["doc", "documento"], fields: &["cpfCnpj", "clienteCpfCnpj"], of_generic: false },
    Beside { words: &["tx", "txt"], fields: &["observacoes"], of_generic: false },
    Beside { words: &["total"], fields: &["quantidade"], of_generic: false },
    Beside { words: &["endereco"], fields: &["email", "endereco."], of_generic: false },
    // What shops call the address of the invoice, beside that of delivery.
    Beside {
        words: &["billing"],
        fields: &[
            "nome",
            "cpfCnpj",
            "inscricaoEstadual",
            "email",
            "telefone",
            "celular",
            "endereco.",
            "dataNascimento",
        ],
        of_generic: true,
    },
];

const AFTER: [Beside; 10] = [
    Beside { words: &["1"], fields: &["nome"], of_generic: true },
    Beside {
        words: &["2", "3", "adicional", "adicionais", "secundario", "alternativo"],
        fields: &["email"],
        of_generic: false,
    },
    Beside {
        words: &[
            "1",
            "principal",
            "contato",
            "comercial",
            "residencial",
            "cobranca",
            "financeiro",
            "responsavel",
            "boleto",
            "corporativo",
            "envio",
            "particular",
            "pessoal",
            "nf",
            "nfe",
            "nfs",
            "nfse",
            "para",
            "com",
            "ddd",
        ],
        fields: &["email", "telefone", "celular", "ddd"],
        of_generic: false,
    },
    Beside {
        words: &["1", "principal", "comercial", "residencial", "cobranca", "endereco"],
        fields: &["endereco."],
        of_generic: false,
    },
    Beside {
        words: &[
            "kwh",
            "k",
            "wh",
            "m3",
            "mes",
            "total",
            "faturado",
            "faturada",
            "faturados",
            "faturadas",
            "medido",
            "medida",
            "utilizado",
            "utilizada",
            "utilizados",
            "utilizadas",
            "consumido",
            "consumidos",
            "consumidas",
            "trabalhadas",
            "apurado",
            "apurada",
            "executada",
            "realizada",
            "servida",
            "usado",
            "usada",
            "itens",
        ],
        fields: &["quantidade"],
        of_generic: false,
    },
    Beside {
        words: &["titulo", "boleto", "fatura", "parcela", "conta", "cobranca"],
        fields: &["situacao", "saldo", "valorOriginal", "boleto.linhaDigitavel"],
        of_generic: true,
    },
    Beside { words: &["faturado", "consumo", "item", "bruto"], fields: &["valor"], of_generic: true },
    Beside { words: &["gerais", "geral"], fields: &["observacoes"], of_generic: false },
    Beside { words: &["hora"], fields: &["dataConsumo"], of_generic: true },
    Beside {
        words: &["r", "rs", "reais"],
        fields: &[
            "valorUnitario",
            "valor",
            "valorOriginal",
            "valorDesconto",
            "valorJuros",
            "valorMulta",
            "valorPago",
            "saldo",
        ],
        of_generic: true,
    },
];

/// Words that may stand beside a name and add nothing: companies have the one document, people the other.
const NEUTRAL: [(&str, &str); 1] = [("rg", "inscricaoEstadual")];

/// The parts of words that old databases join into one.
const PIECES: [(&str, &str); 64] = [
    ("abe", "aberto"),
    ("bairro", "bairro"),
    ("bai", "bairro"),
    ("celular", "celular"),
    ("cel", "celular"),
    ("cep", "cep"),
    ("cgc", "cgc"),
    ("cidade", "cidade"),
    ("cid", "cidade"),
    ("cliente", "cliente"),
    ("cli", "cliente"),
    ("cnpj", "cnpj"),
    ("codigo", "codigo"),
    ("cod", "codigo"),
    ("contrato", "contrato"),
    ("contr", "contrato"),
    ("cpf", "cpf"),
    ("data", "data"),
    ("dt", "data"),
    ("email", "email"),
    ("emissao", "emissao"),
    ("emi", "emissao"),
    ("end", "endereco"),
    ("estadual", "estadual"),
    ("est", "estadual"),
    ("fantasia", "fantasia"),
    ("fan", "fantasia"),
    ("fone", "telefone"),
    ("ibge", "ibge"),
    ("id", "id"),
    ("inscr", "inscricao"),
    ("insc", "inscricao"),
    ("ins", "inscricao"),
    ("municipal", "municipal"),
    ("municipio", "municipio"),
    ("mun", "municipio"),
    ("nascimento", "nascimento"),
    ("nasc", "nascimento"),
    ("nome", "nome"),
    ("nom", "nome"),
    ("nm", "nome"),
    ("num", "numero"),
    ("nr", "numero"),
    ("ori", "original"),
    ("pagamento", "pagamento"),
    ("pag", "pagamento"),
    ("pessoa", "pessoa"),
    ("prod", "produto"),
    ("qtde", "quantidade"),
    ("qtd", "quantidade"),
    ("razao", "razao"),
    ("raz", "razao"),
    ("serv", "servico"),
    ("social", "social"),
    ("soc", "social"),
    ("telefone", "telefone"),
    ("tel", "telefone"),
    ("tip", "tipo"),
    ("tp", "tipo"),
    ("tit", "titulo"),
    ("tot", "total"),
    ("uf", "uf"),
    ("venc", "vencimento"),
    ("vlr", "valor"),
];

/// The column that a header means. `named` finds the column of a normalized name.
pub(super) fn column(header: &str, named: &impl Fn(&str) -> Option<&'static Column>) -> Option<&'static Column> {
    if header.len() > LONGEST {
        return None;
    }
    let words: Vec<String> = words(header).into_iter().map(first_of_some).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    meaning(&words, named).or_else(|| match words.as_slice() {
        [word] => pieces(word, &mut Vec::new(), named),
        _ => None,
    })
}

/// Removes the number of the first of several: `TELEFONE01`, `EMAIL1`.
fn first_of_some(word: String) -> String {
    let bare = word.trim_end_matches('1').trim_end_matches('0');
    match bare.len() {
        0 if word == "01" => "1".to_owned(),
        2.. if bare == "uf" || bare.len() > 2 && bare.chars().all(char::is_alphabetic) => normalize(bare),
        _ => word,
    }
}

fn meaning(words: &[&str], named: &impl Fn(&str) -> Option<&'static Column>) -> Option<&'static Column> {
    if words.is_empty() || words.len() > MOST_WORDS {
        return None;
    }
    if let Some(column) = named(&words.concat()) {
        return Some(column);
    }
    let said = |rest: &[&str]| !rest.is_empty() && !matches!(rest, [word] if GENERIC.contains(word));
    if let [rest @ .., last] = words {
        let mut beside = AFTER
            .iter()
            .chain([&OWNERS])
            .filter(|beside| beside.words.contains(last) && (beside.of_generic || said(rest)));
        if let Some(column) = beside.find_map(|beside| meaning(rest, named).filter(|column| beside.has(column))) {
            return Some(column);
        }
    }
    if let [first, rest @ ..] = words {
        let mut beside = BEFORE.iter().chain([&OWNERS]).filter(|beside| beside.words.contains(first) && said(rest));
        if let Some(column) = beside.find_map(|beside| meaning(rest, named).filter(|column| beside.has(column))) {
            return Some(column);
        }
    }
    in_two(words, named).or_else(|| other_order(words, named))
}

impl Beside {
    fn has(&self, column: &Column) -> bool {
        let of = |field: &&str| *field == column.field || field.ends_with('.') && column.field.starts_with(field);
        self.fields.iter().any(of)
    }
}

/// `Celular/WhatsApp`, `UF_ESTADO`: two names of one field.
fn in_two(words: &[&str], named: &impl Fn(&str) -> Option<&'static Column>) -> Option<&'static Column> {
    (1..words.len()).find_map(|at| {
        let (one, other) = words.split_at_checked(at)?;
        let (one, other) = (one.concat(), other.concat());
        let neutral = |word: &str, column: &Column| NEUTRAL.contains(&(word, column.field));
        match (named(&one), named(&other)) {
            (Some(column), Some(same)) if column.field == same.field => Some(column),
            // A number under `Fone/WhatsApp` may be either.
            (Some(column), Some(other)) if [column.field, other.field] == ["telefone", "celular"] => Some(column),
            (Some(other), Some(column)) if [column.field, other.field] == ["telefone", "celular"] => Some(column),
            (Some(column), None) if neutral(&other, column) => Some(column),
            (None, Some(column)) if neutral(&one, column) => Some(column),
            _ => None,
        }
    })
}

/// `CONTRATO_ID`, `Contrato Nº`, `Código Município IBGE`: the words of a name in another order.
fn other_order(words: &[&str], named: &impl Fn(&str) -> Option<&'static Column>) -> Option<&'static Column> {
    match words {
        [a, b] => named(&[*b, *a].concat()),
        [a, b, c] => [[a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]]
            .iter()
            .find_map(|[a, b, c]| named(&[**a, **b, **c].concat())),
        _ => None,
    }
}

/// `DTNASC`, `INSCRESTADUAL`: a word made of parts of words.
fn pieces<'w>(
    rest: &'w str,
    words: &mut Vec<&'w str>,
    named: &impl Fn(&str) -> Option<&'static Column>,
) -> Option<&'static Column> {
    if rest.is_empty() {
        return if words.len() > 1 { meaning(words, named) } else { None };
    }
    if words.len() == MOST_WORDS {
        return None;
    }
    let mut begins = PIECES.iter().filter_map(|(piece, word)| Some((rest.strip_prefix(piece)?, *word)));
    begins.find_map(|(rest, word)| {
        words.push(word);
        let column = pieces(rest, words, named);
        words.pop();
        column
    })
}
