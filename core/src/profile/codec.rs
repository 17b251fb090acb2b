use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::decimal::ler as parse_decimal;
use crate::model::{
    AcaoContrato, Campo, Cliente, Cobranca, Consumo, Contrato, Esquema, FiltroClientes, FiltroCobrancas,
    FiltroConsumos, FiltroContratos, FiltroServicos, Servico, Tipo,
};
use crate::profile::{DateEncoding, DecimalEncoding, Encoding, MonthEncoding, Profile};
use crate::{Competencia, Valor};

/// The wire names of one model's fields.
#[derive(Debug, Clone)]
pub(super) struct Nomes {
    /// In the order of [`Esquema::campos`].
    pub(super) wire: Vec<String>,
    /// Nothing in this model, or inside it, looks different on the wire.
    pub(super) same: bool,
}

/// Marks a field of an answer that bears the name of a model's field without being it (that field is renamed).
const CLASH: char = '$';

impl Profile {
    /// A model's value as it stands on the wire. Costs nothing where nothing differs.
    #[must_use]
    pub fn encode<'a>(&'a self, esquema: &Esquema, valor: Valor<'a>) -> Valor<'a> {
        let Some(nomes) = self.names.get(esquema.nome).filter(|n| !n.same) else {
            return valor;
        };
        let Valor::Objeto(campos) = valor else {
            return valor;
        };
        let encoded = campos.into_iter().map(|(nome, valor)| match position(esquema, &nome) {
            Some((i, campo)) => {
                let wire = nomes.wire.get(i).map_or(nome, |wire| Cow::Borrowed(wire.as_str()));
                (wire, self.encode_value(campo.regra.tipo, valor))
            }
            None => match nome.strip_prefix(CLASH) {
                Some(rest) if esquema.campo(rest).is_some() => (Cow::Owned(rest.to_owned()), valor),
                _ => (nome, valor),
            },
        });
        Valor::Objeto(encoded.collect())
    }

    /// A value from the wire as its model reads it. Costs nothing where nothing differs.
    #[must_use]
    pub fn decode<'a>(&self, esquema: &Esquema, valor: Valor<'a>) -> Valor<'a> {
        let Some(nomes) = self.names.get(esquema.nome).filter(|n| !n.same) else {
            return valor;
        };
        let Valor::Objeto(campos) = valor else {
            return valor;
        };
        let decoded = campos.into_iter().map(|(wire, valor)| match nomes.field(esquema, &wire) {
            Some(campo) => (Cow::Borrowed(campo.nome), self.decode_value(campo.regra.tipo, valor)),
            None if esquema.campo(&wire).is_some() => (Cow::Owned(format!("{CLASH}{wire}")), valor),
            None => (wire, valor),
        });
        Valor::Objeto(decoded.collect())
    }

    /// The field of `esquema` that is called `wire` on the wire.
    pub(super) fn field_of(&self, esquema: &Esquema, wire: &str) -> Option<&'static Campo> {
        self.names.get(esquema.nome)?.field(esquema, wire)
    }

    /// The name on the wire of the field `nome` of `esquema`.
    #[must_use]
    pub fn wire_name<'a>(&'a self, esquema: &Esquema, nome: &'a str) -> &'a str {
        let wire = position(esquema, nome).and_then(|(i, _)| self.names.get(esquema.nome)?.wire.get(i));
        wire.map_or(nome, String::as_str)
    }

    /// A model's path, such as `itens[0].servicoId`, in the names of the wire.
    #[must_use]
    pub fn wire_path(&self, esquema: &'static Esquema, path: &str) -> String {
        walk(esquema, path, |esquema, nome| {
            (self.wire_name(esquema, nome).to_owned(), esquema.campo(nome).map(|c| c.regra.tipo))
        })
    }

    /// A path in the names of the wire, in the model's own names.
    #[must_use]
    pub fn model_path(&self, esquema: &'static Esquema, path: &str) -> String {
        walk(esquema, path, |esquema, wire| match self.field_of(esquema, wire) {
            Some(campo) => (campo.nome.to_owned(), Some(campo.regra.tipo)),
            None => (wire.to_owned(), None),
        })
    }

    fn encode_value<'a>(&'a self, tipo: Tipo, valor: Valor<'a>) -> Valor<'a> {
        match (tipo, valor) {
            (Tipo::Objeto(esquema), valor) => self.encode(esquema, valor),
            (Tipo::Lista(item), Valor::Lista(itens)) => {
                Valor::Lista(itens.into_iter().map(|v| self.encode_value(item.tipo, v)).collect())
            }
            (Tipo::Decimal { casas, .. }, Valor::Decimal(v)) => self.encode_decimal(casas, v),
            (Tipo::Data, Valor::Data(d)) => encode_date(self.encoding.date, d),
            (Tipo::Competencia, Valor::Competencia(c)) => encode_month(self.encoding.month, c),
            (Tipo::Booleano, Valor::Booleano(b)) if self.encoding.boolean_sn => {
                Valor::Texto(if b { "S" } else { "N" }.into())
            }
            (_, valor) => valor,
        }
    }

    fn encode_decimal<'a>(&self, casas: u32, v: Decimal) -> Valor<'a> {
        let digits = |v: Decimal| Valor::Numero(v.to_string().into());
        match self.encoding.decimal {
            DecimalEncoding::Text => Valor::Decimal(v),
            DecimalEncoding::Cents if casas == MONEY_PLACES => {
                // An amount too large for its cents to fit never leaves a checked model; it stays an exact number.
                v.checked_mul(Decimal::ONE_HUNDRED).map_or(Valor::Decimal(v), |cents| digits(cents.normalize()))
            }
            DecimalEncoding::Cents | DecimalEncoding::Number => digits(v),
        }
    }

    fn decode_value<'a>(&self, tipo: Tipo, valor: Valor<'a>) -> Valor<'a> {
        match (tipo, valor) {
            (Tipo::Objeto(esquema), valor) => self.decode(esquema, valor),
            (Tipo::Lista(item), Valor::Lista(itens)) => {
                Valor::Lista(itens.into_iter().map(|v| self.decode_value(item.tipo, v)).collect())
            }
            (Tipo::Decimal { casas: MONEY_PLACES, .. }, valor) if self.encoding.decimal == DecimalEncoding::Cents => {
                decode_cents(valor)
            }
            (Tipo::Data, Valor::Texto(t)) => decode_date(self.encoding.date, &t).map_or(Valor::Texto(t), Valor::Data),
            (Tipo::Competencia, Valor::Texto(t)) => {
                decode_month(self.encoding.month, &t).map_or(Valor::Texto(t), Valor::Competencia)
            }
            (_, valor) => valor,
        }
    }
}

impl Nomes {
    fn field(&self, esquema: &Esquema, wire: &str) -> Option<&'static Campo> {
        let i = self.wire.iter().position(|w| w == wire)?;
        esquema.campos.get(i)
    }
}

/// A decimal with two places is an amount of money (domain.md 2); prices of a unit have more.
const MONEY_PLACES: u32 = 2;

/// Every model that travels, without those inside them.
pub(super) const ROOTS: [&Esquema; 11] = [
    Cliente::ESQUEMA,
    Servico::ESQUEMA,
    Contrato::ESQUEMA,
    Consumo::ESQUEMA,
    Cobranca::ESQUEMA,
    AcaoContrato::ESQUEMA,
    FiltroClientes::ESQUEMA,
    FiltroServicos::ESQUEMA,
    FiltroContratos::ESQUEMA,
    FiltroConsumos::ESQUEMA,
    FiltroCobrancas::ESQUEMA,
];

/// Every model that travels, by name.
pub(super) fn all_models() -> BTreeMap<&'static str, &'static Esquema> {
    fn add(esquema: &'static Esquema, found: &mut BTreeMap<&'static str, &'static Esquema>) {
        if found.insert(esquema.nome, esquema).is_none() {
            esquema.campos.iter().filter_map(|c| inner(c.regra.tipo)).for_each(|e| add(e, found));
        }
    }
    let mut found = BTreeMap::new();
    for e in ROOTS {
        add(e, &mut found);
    }
    found
}

/// The model inside a field.
fn inner(tipo: Tipo) -> Option<&'static Esquema> {
    match tipo {
        Tipo::Objeto(esquema) => Some(esquema),
        Tipo::Lista(item) => inner(item.tipo),
        _ => None,
    }
}

/// Whether `esquema` and all inside it look on the wire as in the model.
pub(super) fn looks_the_same(
    esquema: &Esquema,
    names: &BTreeMap<&'static str, Vec<String>>,
    encoding: Encoding,
) -> bool {
    let plain = names.get(esquema.nome).is_none_or(|w| w.iter().zip(esquema.campos).all(|(w, c)| w == c.nome));
    plain && esquema.campos.iter().all(|c| value_looks_the_same(c.regra.tipo, names, encoding))
}

fn value_looks_the_same(tipo: Tipo, names: &BTreeMap<&'static str, Vec<String>>, encoding: Encoding) -> bool {
    match tipo {
        Tipo::Objeto(esquema) => looks_the_same(esquema, names, encoding),
        Tipo::Lista(item) => value_looks_the_same(item.tipo, names, encoding),
        Tipo::Decimal { .. } => encoding.decimal == DecimalEncoding::Text,
        Tipo::Data => encoding.date == DateEncoding::Iso,
        Tipo::Competencia => encoding.month == MonthEncoding::Iso,
        Tipo::Booleano => !encoding.boolean_sn,
        _ => true,
    }
}

fn position(esquema: &Esquema, nome: &str) -> Option<(usize, &'static Campo)> {
    esquema.campos.iter().enumerate().find(|(_, c)| c.nome == nome)
}

/// Maps each name of a path, carrying indices over.
fn walk(
    esquema: &'static Esquema,
    path: &str,
    rename: impl Fn(&'static Esquema, &str) -> (String, Option<Tipo>),
) -> String {
    let mut out = String::with_capacity(path.len());
    let mut here = Some(esquema);
    for segment in path.split('.') {
        let (name, index) = segment.find('[').map_or((segment, ""), |i| segment.split_at(i));
        if !out.is_empty() {
            out.push('.');
        }
        let (name, tipo) = here.map_or((name.to_owned(), None), |esquema| rename(esquema, name));
        here = tipo.and_then(inner);
        out.push_str(&name);
        out.push_str(index);
    }
    out
}

fn encode_date<'a>(encoding: DateEncoding, d: Date) -> Valor<'a> {
    let (year, month, day) = (d.year(), d.month(), d.day());
    match encoding {
        DateEncoding::Iso => Valor::Data(d),
        DateEncoding::DayMonthYear => Valor::Texto(format!("{day:02}/{month:02}/{year:04}").into()),
        DateEncoding::MonthDayYear => Valor::Texto(format!("{month:02}/{day:02}/{year:04}").into()),
    }
}

/// `None` leaves the text to the model, which reads ISO and refuses the rest.
fn decode_date(encoding: DateEncoding, text: &str) -> Option<Date> {
    let mut parts = text.trim().split('/');
    let (a, b, year) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |s: &str, len| s.len() == len && s.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || !digits(a, 2) || !digits(b, 2) || !digits(year, 4) {
        return None;
    }
    let (day, month) = match encoding {
        DateEncoding::Iso => return None,
        DateEncoding::DayMonthYear => (a, b),
        DateEncoding::MonthDayYear => (b, a),
    };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn encode_month<'a>(encoding: MonthEncoding, c: Competencia) -> Valor<'a> {
    let (year, month) = (c.ano(), c.mes());
    match encoding {
        MonthEncoding::Iso => Valor::Competencia(c),
        MonthEncoding::MonthYear => Valor::Texto(format!("{month:02}/{year:04}").into()),
        MonthEncoding::Digits => Valor::Texto(format!("{year:04}{month:02}").into()),
    }
}

fn decode_month(encoding: MonthEncoding, text: &str) -> Option<Competencia> {
    let text = text.trim();
    let (year, month) = match encoding {
        MonthEncoding::Iso => return None,
        MonthEncoding::MonthYear => text.split_once('/').map(|(month, year)| (year, month))?,
        MonthEncoding::Digits => text.split_at_checked(4)?,
    };
    format!("{year}-{month}").parse().ok()
}

fn decode_cents(valor: Valor<'_>) -> Valor<'_> {
    let cents = match &valor {
        Valor::Inteiro(v) => Some(Decimal::from(*v)),
        Valor::Numero(digits) => parse_decimal(digits),
        Valor::Texto(text) => parse_decimal(text.trim()),
        Valor::Decimal(v) => Some(*v),
        _ => return valor,
    };
    // Moving the point is exact; digits that do not fit must not be read as reais instead.
    let reais = cents.and_then(|mut v| v.set_scale(v.scale() + MONEY_PLACES).ok().map(|()| v));
    reais.map_or_else(|| Valor::Texto(format!("{} cents", valor.to_json()).into()), Valor::Decimal)
}
