use std::borrow::Cow;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::decimal::{self, ler as parse_decimal};
use crate::model::{Campo, Esquema, Tipo};
use crate::profile::{DateEncoding, DecimalEncoding, Encoding, MonthEncoding, OTHER_PROFILES, Profile};
use crate::tempo::parse_date;
use crate::{Competencia, Valor, escrita};

/// The names of fields on the wire, where they are not the models' own.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Nomes {
    /// Every name that is not given below is in `snake_case`.
    pub(super) snake: bool,
    /// The renamed fields: by model, each field's own name and its name on the wire.
    pub(super) renames: Vec<(String, Vec<(String, String)>)>,
}

/// The wire names of one model's fields.
#[derive(Clone, Copy)]
pub(super) struct NomesDe<'p> {
    esquema: &'static Esquema,
    snake: bool,
    renames: &'p [(String, String)],
}

/// Marks a field of an answer that bears the name of a model's field without being it (that field is renamed).
const CLASH: &str = "$";

impl Encoding {
    /// As the models have it.
    pub(super) const PLAIN: Self =
        Self { date: DateEncoding::Iso, month: MonthEncoding::Iso, decimal: DecimalEncoding::Text, boolean_sn: false };
}

impl Profile {
    /// Whether every value looks on the wire as in the models, so that there is nothing to do.
    fn is_plain(&self) -> bool {
        !OTHER_PROFILES || (!self.names.snake && self.names.renames.is_empty() && self.encoding == Encoding::PLAIN)
    }

    /// A model's value as it stands on the wire. Costs nothing where nothing differs.
    #[must_use]
    pub fn encode<'a>(&'a self, esquema: &'static Esquema, valor: Valor<'a>) -> Valor<'a> {
        if self.is_plain() {
            return valor;
        }
        let Valor::Objeto(campos) = valor else {
            return valor;
        };
        let nomes = self.names.of(esquema);
        let encoded = campos.into_iter().map(|(nome, valor)| match esquema.campo(&nome) {
            Some(campo) => (Cow::Borrowed(nomes.wire(campo)), self.encode_value(campo.regra.tipo, valor)),
            None => match nome.strip_prefix(CLASH) {
                Some(rest) if esquema.campo(rest).is_some() => (Cow::Owned(rest.to_owned()), valor),
                _ => (nome, valor),
            },
        });
        Valor::Objeto(encoded.collect())
    }

    /// A value from the wire as its model reads it. Costs nothing where nothing differs.
    #[must_use]
    pub fn decode<'a>(&self, esquema: &'static Esquema, valor: Valor<'a>) -> Valor<'a> {
        if self.is_plain() {
            return valor;
        }
        let Valor::Objeto(campos) = valor else {
            return valor;
        };
        let nomes = self.names.of(esquema);
        let decoded = campos.into_iter().map(|(wire, valor)| match nomes.field(&wire) {
            Some(campo) => (Cow::Borrowed(campo.nome), self.decode_value(campo.regra.tipo, valor)),
            None if esquema.campo(&wire).is_some() => (Cow::Owned([CLASH, &wire].concat()), valor),
            None => (wire, valor),
        });
        Valor::Objeto(decoded.collect())
    }

    /// The field of `esquema` that is called `wire` on the wire.
    pub(crate) fn field_of(&self, esquema: &'static Esquema, wire: &str) -> Option<&'static Campo> {
        self.names.of(esquema).field(wire)
    }

    /// The name on the wire of the field `nome` of `esquema`.
    #[must_use]
    pub fn wire_name<'a>(&'a self, esquema: &'static Esquema, nome: &'a str) -> &'a str {
        if self.is_plain() {
            return nome;
        }
        esquema.campo(nome).map_or(nome, |campo| self.names.of(esquema).wire(campo))
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
        if self.is_plain() {
            return path.to_owned();
        }
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

    fn encode_decimal<'a>(&self, casas: u8, v: Decimal) -> Valor<'a> {
        let digits = |v: Decimal| Valor::Numero(decimal::texto(v, None).into());
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
    pub(super) fn of(&self, esquema: &'static Esquema) -> NomesDe<'_> {
        let renames = self.renames.iter().find(|(modelo, _)| modelo == esquema.nome);
        NomesDe { esquema, snake: self.snake, renames: renames.map_or(&[], |(_, renames)| renames) }
    }
}

impl<'p> NomesDe<'p> {
    pub(super) fn wire(self, campo: &Campo) -> &'p str {
        let renamed = self.renames.iter().find(|(nome, _)| nome == campo.nome);
        renamed.map_or(if self.snake { campo.snake } else { campo.nome }, |(_, wire)| wire)
    }

    fn field(self, wire: &str) -> Option<&'static Campo> {
        if let Some((nome, _)) = self.renames.iter().find(|(_, w)| w == wire) {
            return self.esquema.campo(nome);
        }
        let campo = self.esquema.campos.iter().find(|c| wire == if self.snake { c.snake } else { c.nome })?;
        // The name that a renamed field had is free for others.
        (!self.renames.iter().any(|(nome, _)| nome == campo.nome)).then_some(campo)
    }
}

/// A decimal with two places is an amount of money (domain.md 2); prices of a unit have more.
const MONEY_PLACES: u8 = 2;

/// The model inside a field.
pub(super) fn inner(tipo: Tipo) -> Option<&'static Esquema> {
    match tipo {
        Tipo::Objeto(esquema) => Some(esquema),
        Tipo::Lista(item) => inner(item.tipo),
        _ => None,
    }
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
        let index = segment.find('[').and_then(|i| segment.get(i..)).unwrap_or_default();
        let name = segment.strip_suffix(index).unwrap_or(segment);
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
    let (day, month) = (d.day().unsigned_abs(), d.month().unsigned_abs());
    let (a, b) = match encoding {
        DateEncoding::Iso => return Valor::Data(d),
        DateEncoding::DayMonthYear => (day, month),
        DateEncoding::MonthDayYear => (month, day),
    };
    let mut text = String::with_capacity(10);
    for n in [a, b] {
        escrita::push_digitos(&mut text, n.into(), 2);
        text.push('/');
    }
    escrita::push_digitos(&mut text, d.year().unsigned_abs().into(), 4);
    Valor::Texto(text.into())
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
    parse_date(&[year, "-", month, "-", day].concat())
}

fn encode_month<'a>(encoding: MonthEncoding, c: Competencia) -> Valor<'a> {
    let ((year, year_width), (month, month_width)) = ((c.ano(), 4), (i16::from(c.mes()), 2));
    let (first, between, second) = match encoding {
        MonthEncoding::Iso => return Valor::Competencia(c),
        MonthEncoding::MonthYear => ((month, month_width), "/", (year, year_width)),
        MonthEncoding::Digits => ((year, year_width), "", (month, month_width)),
    };
    let mut text = String::with_capacity(7);
    escrita::push_digitos(&mut text, first.0.unsigned_abs().into(), first.1);
    text.push_str(between);
    escrita::push_digitos(&mut text, second.0.unsigned_abs().into(), second.1);
    Valor::Texto(text.into())
}

fn decode_month(encoding: MonthEncoding, text: &str) -> Option<Competencia> {
    let text = text.trim();
    let (year, month) = match encoding {
        MonthEncoding::Iso => return None,
        MonthEncoding::MonthYear => text.split_once('/').map(|(month, year)| (year, month))?,
        MonthEncoding::Digits => text.split_at_checked(4)?,
    };
    [year, "-", month].concat().parse().ok()
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
    let reais = cents.and_then(|mut v| v.set_scale(v.scale() + u32::from(MONEY_PLACES)).ok().map(|()| v));
    reais.map_or_else(|| Valor::Texto([&valor.to_json(), " cents"].concat().into()), Valor::Decimal)
}
