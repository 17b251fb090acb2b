use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
#[cfg(feature = "nfc")]
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::document;
use crate::model::Id;
use crate::tempo::{parse_date, parse_timestamp};
use crate::validate::{Context, Problem};
use crate::{Competencia, Valor};

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum Tipo {
    /// An opaque identifier.
    Id,
    /// Text, with its limits in characters.
    Texto {
        /// Minimum.
        min: usize,
        /// Maximum.
        max: usize,
    },
    /// A Brazilian document, kept in its canonical form.
    Documento(document::Tipo),
    /// An https address.
    Url,
    /// An exact decimal.
    Decimal {
        /// How many decimal places it has at most.
        casas: u32,
        /// The least value.
        minimo: Minimo,
        /// The greatest value.
        maximo: Option<i64>,
    },
    /// A whole number within limits.
    Inteiro {
        /// Minimum.
        min: i64,
        /// Maximum.
        max: i64,
    },
    /// A truth value.
    Booleano,
    /// A civil date.
    Data,
    /// An instant.
    DataHora,
    /// A month.
    Competencia,
    /// One of the names; a name the platform adds later is kept.
    Enum(&'static [&'static str]),
    /// An object of its own.
    Objeto(&'static Esquema),
    /// A list.
    Lista(&'static Regra),
    /// Free names and texts.
    Mapa,
}

/// The least value of a decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Minimo {
    /// Anything.
    Livre,
    /// Zero or more.
    Zero,
    /// More than zero.
    Positivo,
}

/// What a field holds and who fills it.
#[derive(Debug, Clone, Copy)]
pub struct Regra {
    /// What it holds.
    pub tipo: Tipo,
    /// Whether an include must have it.
    pub obrigatorio: bool,
    /// Whether only the platform fills it.
    pub resposta: bool,
    /// Whether it is personal data (LGPD), and so never printed in clear.
    pub pessoal: bool,
}

impl Regra {
    const fn new(tipo: Tipo) -> Self {
        Self { tipo, obrigatorio: false, resposta: false, pessoal: false }
    }
    pub(super) const fn id() -> Self {
        Self::new(Tipo::Id)
    }
    pub(super) const fn texto(min: usize, max: usize) -> Self {
        Self::new(Tipo::Texto { min, max })
    }
    pub(super) const fn documento(tipo: document::Tipo) -> Self {
        Self::new(Tipo::Documento(tipo))
    }
    pub(super) const fn url() -> Self {
        Self::new(Tipo::Url)
    }
    pub(super) const fn decimal(casas: u32, minimo: Minimo) -> Self {
        Self::new(Tipo::Decimal { casas, minimo, maximo: None })
    }
    pub(super) const fn percentual() -> Self {
        Self::new(Tipo::Decimal { casas: 4, minimo: Minimo::Zero, maximo: Some(100) })
    }
    pub(super) const fn inteiro(min: i64, max: i64) -> Self {
        Self::new(Tipo::Inteiro { min, max })
    }
    pub(super) const fn booleano() -> Self {
        Self::new(Tipo::Booleano)
    }
    pub(super) const fn data() -> Self {
        Self::new(Tipo::Data)
    }
    pub(super) const fn data_hora() -> Self {
        Self::new(Tipo::DataHora)
    }
    pub(super) const fn competencia() -> Self {
        Self::new(Tipo::Competencia)
    }
    pub(super) const fn opcao(nomes: &'static [&'static str]) -> Self {
        Self::new(Tipo::Enum(nomes))
    }
    pub(super) const fn objeto(esquema: &'static Esquema) -> Self {
        Self::new(Tipo::Objeto(esquema))
    }
    pub(super) const fn lista(item: &'static Regra) -> Self {
        Self::new(Tipo::Lista(item))
    }
    pub(super) const fn mapa() -> Self {
        Self::new(Tipo::Mapa)
    }
    pub(super) const fn obrigatorio(mut self) -> Self {
        self.obrigatorio = true;
        self
    }
    pub(super) const fn resposta(mut self) -> Self {
        self.resposta = true;
        self
    }
    pub(super) const fn pessoal(mut self) -> Self {
        self.pessoal = true;
        self
    }
}

/// One field of a model.
#[derive(Debug, Clone, Copy)]
pub struct Campo {
    /// Its name in JSON and TypeScript.
    pub nome: &'static str,
    /// Its name in Rust and Python.
    pub snake: &'static str,
    /// What it holds and who fills it.
    pub regra: Regra,
    /// Its documentation.
    pub doc: &'static str,
}

/// Everything about the fields of a model.
#[derive(Debug)]
pub struct Esquema {
    /// The model's name, such as `Cliente`.
    pub nome: &'static str,
    /// Its documentation.
    pub doc: &'static str,
    /// Its fields, in order.
    pub campos: &'static [Campo],
}

impl Esquema {
    /// The index of the field called `nome`, in camelCase or snake_case; the one at `palpite` is looked at first.
    pub(crate) fn indice(&self, nome: &str, palpite: usize) -> Option<usize> {
        let chamado = |c: &Campo| c.nome == nome || c.snake == nome;
        if self.campos.get(palpite).is_some_and(chamado) {
            return Some(palpite);
        }
        self.campos.iter().position(chamado)
    }

    /// The field called `nome`, in camelCase or snake_case.
    #[must_use]
    pub fn campo(&self, nome: &str) -> Option<&'static Campo> {
        self.campos.iter().find(|c| c.nome == nome || c.snake == nome)
    }

    /// The name nearest to `nome`, if one is near enough to be a slip of the pen.
    #[must_use]
    pub fn mais_proximo(&self, nome: &str) -> Option<&'static str> {
        nearest(nome, self.campos.iter().map(|c| c.nome))
    }
}

/// The candidate nearest to `name` by edits, ignoring case and underscores.
pub(crate) fn nearest(name: &str, candidates: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let fold = |s: &str| s.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect::<String>();
    // A name is short; what is longer is no slip of the pen, and comparing it would cost its length.
    if name.len() > 64 {
        return None;
    }
    let name = fold(name);
    candidates
        .map(|c| (strsim::osa_distance(&name, &fold(c)), c))
        .filter(|(d, c)| *d <= c.len() / 3)
        .min_by_key(|(d, _)| *d)
        .map(|(_, c)| c)
}

/// A type that a field can have.
pub trait TipoCampo {
    /// Reads the field, recording what is wrong with it; left as it is where nothing usable was given.
    fn ler(&mut self, valor: Valor<'_>, regra: &Regra, ctx: &mut Context);

    /// The field as a value; `None` when absent.
    fn valor(&self) -> Option<Valor<'_>>;
}

impl<T: Escalar> TipoCampo for Option<T> {
    fn ler(&mut self, valor: Valor<'_>, regra: &Regra, ctx: &mut Context) {
        if valor != Valor::Nulo
            && let Some(lido) = T::ler(valor, regra, ctx)
        {
            *self = Some(lido);
        }
    }

    fn valor(&self) -> Option<Valor<'_>> {
        self.as_ref().map(T::valor)
    }
}

impl<T: Escalar> TipoCampo for Vec<T> {
    fn ler(&mut self, valor: Valor<'_>, regra: &Regra, ctx: &mut Context) {
        let Tipo::Lista(item) = regra.tipo else {
            return;
        };
        match valor {
            Valor::Nulo => {}
            Valor::Lista(itens) => {
                for (i, valor) in itens.into_iter().enumerate() {
                    self.extend(ctx.at_index(i, |ctx| T::ler(valor, item, ctx)));
                }
            }
            outro => {
                wrong_type::<()>("array", &outro, ctx);
            }
        }
    }

    fn valor(&self) -> Option<Valor<'_>> {
        (!self.is_empty()).then(|| Valor::Lista(self.iter().map(T::valor).collect()))
    }
}

impl TipoCampo for BTreeMap<String, String> {
    fn ler(&mut self, valor: Valor<'_>, _: &Regra, ctx: &mut Context) {
        match valor {
            Valor::Nulo => {}
            Valor::Objeto(campos) => {
                for (nome, valor) in campos {
                    let texto = ctx.at(&nome, |ctx| String::ler(valor, &Regra::texto(0, 500), ctx));
                    self.extend(texto.map(|t| (nome.into_owned(), t)));
                }
            }
            outro => {
                wrong_type::<()>("object", &outro, ctx);
            }
        }
    }

    fn valor(&self) -> Option<Valor<'_>> {
        let campos = || self.iter().map(|(k, v)| (Cow::Borrowed(k.as_str()), Valor::Texto(v.into()))).collect();
        (!self.is_empty()).then(|| Valor::Objeto(campos()))
    }
}

/// A type that a field, or an item of a list, holds one of.
pub trait Escalar: Sized {
    /// Reads it, recording what is wrong.
    fn ler(valor: Valor<'_>, regra: &Regra, ctx: &mut Context) -> Option<Self>;
    /// It as a value.
    fn valor(&self) -> Valor<'_>;
}

pub(crate) fn wrong_type<T>(expected: &'static str, found: &Valor<'_>, ctx: &mut Context) -> Option<T> {
    ctx.error(Problem::WrongType { expected, found: found.tipo().to_owned() });
    None
}

impl Escalar for String {
    fn ler(valor: Valor<'_>, regra: &Regra, ctx: &mut Context) -> Option<Self> {
        let texto = match valor {
            Valor::Texto(texto) => texto,
            // Servers and ERPs write codes as numbers; an integer has one spelling, so nothing is lost.
            Valor::Inteiro(n) => Cow::Owned(n.to_string()),
            Valor::Numero(n) if n.bytes().all(|b| b.is_ascii_digit()) => Cow::Owned(n.into_owned()),
            valor if ctx.is_response() => Cow::Owned(valor.to_json()),
            outro => return wrong_type("string", &outro, ctx),
        };
        if ctx.is_response() {
            return Some(texto.into_owned());
        }
        let texto = limpar(texto);
        if texto.is_empty() {
            return None;
        }
        check_text(&texto, regra, ctx);
        if let Tipo::Documento(tipo) = regra.tipo {
            return Some(read_document(texto, tipo, ctx));
        }
        Some(texto.into_owned())
    }

    fn valor(&self) -> Valor<'_> {
        Valor::Texto(self.as_str().into())
    }
}

/// Trimmed and in NFC; copies only where something changes.
fn limpar(texto: Cow<'_, str>) -> Cow<'_, str> {
    let aparado = texto.trim();
    #[cfg(feature = "nfc")]
    if !is_nfc(aparado) {
        return Cow::Owned(aparado.nfc().collect());
    }
    if aparado.len() == texto.len() { texto } else { Cow::Owned(aparado.to_owned()) }
}

fn check_text(texto: &str, regra: &Regra, ctx: &mut Context) {
    match regra.tipo {
        Tipo::Texto { min, max } => {
            let len = texto.chars().count();
            if len < min {
                ctx.error(Problem::TooShort { min });
            } else if len > max {
                ctx.error(Problem::TooLong { max, len });
            }
            if texto.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
                ctx.error(Problem::ControlCharacter);
            }
        }
        Tipo::Url if !texto.starts_with("https://") => ctx.error(Problem::InvalidUrl),
        _ => {}
    }
}

/// The canonical form, or the text as it came with the reason recorded.
fn read_document(texto: Cow<'_, str>, tipo: document::Tipo, ctx: &mut Context) -> String {
    let resultado = tipo.validar(&texto, ctx.options.modo, None);
    match (resultado.valor, resultado.motivo) {
        (Some(canonico), None) => canonico,
        (_, Some(motivo)) => {
            ctx.error(Problem::Document { tipo, motivo });
            texto.into_owned()
        }
        (None, None) => texto.into_owned(),
    }
}

impl Escalar for Id {
    fn ler(valor: Valor<'_>, _: &Regra, ctx: &mut Context) -> Option<Self> {
        let texto = <String as Escalar>::ler(valor, &Regra::texto(1, 200), ctx)?;
        Some(Self(texto))
    }

    fn valor(&self) -> Valor<'_> {
        Valor::Texto(self.0.as_str().into())
    }
}

impl Escalar for Decimal {
    fn ler(valor: Valor<'_>, regra: &Regra, ctx: &mut Context) -> Option<Self> {
        let lido = match valor {
            Valor::Decimal(v) => Some(v),
            Valor::Inteiro(v) => Some(v.into()),
            Valor::Numero(digits) => parse_decimal(&digits),
            Valor::Texto(texto) if texto.trim().is_empty() => return None,
            Valor::Texto(texto) => parse_decimal(texto.trim()),
            Valor::Flutuante(v) if v.is_finite() => {
                let Some(texto) = digits_beyond_doubt(v) else {
                    ctx.error(Problem::InexactNumber);
                    return None;
                };
                parse_decimal(&texto)
            }
            Valor::Flutuante(_) => None,
            outro => return wrong_type("decimal", &outro, ctx),
        };
        let Some(v) = lido else {
            ctx.error(Problem::InvalidNumber);
            return None;
        };
        if !ctx.is_response() {
            check_decimal(v, regra, ctx);
        }
        Some(v)
    }

    fn valor(&self) -> Valor<'_> {
        Valor::Decimal(*self)
    }
}

/// The shortest digits that are this double and no other, unless they are the noise of an operation: a double holds
/// 15 decimal digits exactly, and a number beyond 10^16 is written with an exponent.
///
/// serde_json has the digits anyway; those of `core::fmt` would be a second set, with its tables.
fn digits_beyond_doubt(v: f64) -> Option<String> {
    let mut texto = serde_json::Number::from_f64(v)?.to_string();
    if texto.ends_with(".0") {
        texto.truncate(texto.len() - 2);
    }
    let (mantissa, expoente) = texto.split_once('e').unwrap_or((&texto, "-0"));
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    (expoente.starts_with('-') && digits <= 15 + usize::from(v.abs() < 1.0)).then_some(texto)
}

/// Digits with an optional sign, point and exponent, if a decimal holds them exactly.
///
/// `rust_decimal` reads more forms than JSON and the models have, rounds some, and takes 16 kB of wasm for it.
pub(crate) fn parse_decimal(texto: &str) -> Option<Decimal> {
    if texto.len() > 64 {
        return None;
    }
    let (negativo, resto) = texto.strip_prefix('-').map_or((false, texto), |resto| (true, resto));
    let (digitos, expoente) = match resto.split_once(['e', 'E']) {
        Some((digitos, expoente)) => (digitos, parse_exponent(expoente)?),
        None => (resto, 0),
    };
    let (inteiro, fracao) = match digitos.split_once('.') {
        Some((_, "")) => return None,
        Some(partes) => partes,
        None => (digitos, ""),
    };
    if inteiro.is_empty() {
        return None;
    }
    let mut n = 0_i128;
    for b in inteiro.bytes().chain(fracao.bytes()) {
        let digito = b.is_ascii_digit().then(|| i128::from(b - b'0'))?;
        n = n.checked_mul(10)?.checked_add(digito)?;
    }
    let mut escala = i32::try_from(fracao.len()).ok()? - expoente;
    while escala < 0 && n != 0 {
        n = n.checked_mul(10)?;
        escala += 1;
    }
    // Zeros at the end of the fraction are given up only where the number does not fit with them.
    while (escala > 28 || n > MAIOR_MANTISSA) && escala > 0 && n % 10 == 0 {
        n /= 10;
        escala -= 1;
    }
    let escala = u32::try_from(escala.max(0)).ok()?;
    Decimal::try_from_i128_with_scale(if negativo { -n } else { n }, escala).ok()
}

/// The 96 bits of a decimal.
const MAIOR_MANTISSA: i128 = (1 << 96) - 1;

fn parse_exponent(texto: &str) -> Option<i32> {
    let digitos = texto.strip_prefix(['+', '-']).unwrap_or(texto);
    let formado = (1..=3).contains(&digitos.len()) && digitos.bytes().all(|b| b.is_ascii_digit());
    if formado { texto.parse().ok() } else { None }
}

fn check_decimal(v: Decimal, regra: &Regra, ctx: &mut Context) {
    let Tipo::Decimal { casas, minimo, maximo } = regra.tipo else {
        return;
    };
    match minimo {
        Minimo::Zero if v.is_sign_negative() && !v.is_zero() => ctx.error(Problem::TooSmall { min: 0 }),
        Minimo::Positivo if v.is_sign_negative() || v.is_zero() => ctx.error(Problem::NotPositive),
        _ => {}
    }
    if let Some(max) = maximo.filter(|max| v > Decimal::from(*max)) {
        ctx.error(Problem::TooLarge { max });
    }
    if v.normalize().scale() > casas {
        ctx.error(Problem::TooManyPlaces { max: casas });
    }
}

impl Escalar for i64 {
    fn ler(valor: Valor<'_>, regra: &Regra, ctx: &mut Context) -> Option<Self> {
        let lido = match &valor {
            Valor::Inteiro(v) => Some(*v),
            Valor::Decimal(v) if v.is_integer() => i64::try_from(v.trunc()).ok(),
            Valor::Numero(t) | Valor::Texto(t) => t.trim().parse().ok(),
            #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
            Valor::Flutuante(v) if v.fract() == 0.0 && v.abs() < 9e15 => Some(*v as i64),
            _ => None,
        };
        let Some(v) = lido else {
            return wrong_type("integer", &valor, ctx);
        };
        if let Tipo::Inteiro { min, max } = regra.tipo
            && !ctx.is_response()
        {
            if v < min {
                ctx.error(Problem::TooSmall { min });
            } else if v > max {
                ctx.error(Problem::TooLarge { max });
            }
        }
        Some(v)
    }

    fn valor(&self) -> Valor<'_> {
        Valor::Inteiro(*self)
    }
}

impl Escalar for bool {
    fn ler(valor: Valor<'_>, _: &Regra, ctx: &mut Context) -> Option<Self> {
        match valor {
            Valor::Booleano(v) => Some(v),
            // "S" / "N" is how Brazilian ERPs and several platforms write it (domain.md 2.1).
            Valor::Texto(t) if t.eq_ignore_ascii_case("S") => Some(true),
            Valor::Texto(t) if t.eq_ignore_ascii_case("N") => Some(false),
            outro => wrong_type("boolean", &outro, ctx),
        }
    }

    fn valor(&self) -> Valor<'_> {
        Valor::Booleano(*self)
    }
}

impl Escalar for Date {
    fn ler(valor: Valor<'_>, _: &Regra, ctx: &mut Context) -> Option<Self> {
        let lida = match valor {
            Valor::Data(v) => Some(v),
            Valor::Texto(t) if t.trim().is_empty() => return None,
            Valor::Texto(t) => parse_date(t.trim()),
            outro => return wrong_type("date", &outro, ctx),
        };
        if lida.is_none() {
            ctx.error(Problem::InvalidDate);
        }
        lida
    }

    fn valor(&self) -> Valor<'_> {
        Valor::Data(*self)
    }
}

impl Escalar for Timestamp {
    fn ler(valor: Valor<'_>, _: &Regra, ctx: &mut Context) -> Option<Self> {
        let lida = match valor {
            Valor::DataHora(v) => Some(v),
            Valor::Texto(t) if t.trim().is_empty() => return None,
            Valor::Texto(t) => parse_timestamp(t.trim()),
            outro => return wrong_type("datetime", &outro, ctx),
        };
        if lida.is_none() {
            ctx.error(Problem::InvalidDateTime);
        }
        lida
    }

    fn valor(&self) -> Valor<'_> {
        Valor::DataHora(*self)
    }
}

impl Escalar for Competencia {
    fn ler(valor: Valor<'_>, _: &Regra, ctx: &mut Context) -> Option<Self> {
        let lida = match valor {
            Valor::Competencia(v) => Some(v),
            Valor::Data(d) => Some(Self::of(d)),
            Valor::Texto(t) if t.trim().is_empty() => return None,
            Valor::Texto(t) => t.trim().parse().ok(),
            outro => return wrong_type("month", &outro, ctx),
        };
        if lida.is_none() {
            ctx.error(Problem::InvalidMonth);
        }
        lida
    }

    fn valor(&self) -> Valor<'_> {
        Valor::Competencia(*self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decimals_are_read_exactly_or_not_at_all() {
        for (texto, esperado) in [
            ("0", "0"),
            ("-0.10", "-0.10"),
            ("007.50", "7.50"),
            ("1e2", "100"),
            ("1.5E-3", "0.0015"),
            ("12.5e+1", "125"),
            ("0e999", "0"),
            ("79228162514264337593543950335", "79228162514264337593543950335"),
            ("1.00000000000000000000000000000000000000", "1.0000000000000000000000000000"),
        ] {
            assert_eq!(parse_decimal(texto).unwrap().to_string(), esperado, "{texto}");
        }
        for ruim in [
            "",
            "-",
            "--1",
            "+1",
            ".5",
            "1.",
            "1.e5",
            "1e",
            "1e+",
            "1e1234",
            "1_0",
            "1,5",
            " 1",
            "NaN",
            "inf",
            "0x1",
            "１",
            "79228162514264337593543950336",
            "1e-29",
            "1e40",
            "0.12345678901234567890123456789",
        ] {
            assert_eq!(parse_decimal(ruim), None, "{ruim}");
        }
    }

    proptest! {
        #[test]
        fn decimals_are_read_as_rust_decimal_does(n in any::<i64>(), escala in 0_u32..=28) {
            let d = Decimal::from_i128_with_scale(n.into(), escala);
            let lido = parse_decimal(&d.to_string()).unwrap();
            prop_assert_eq!((lido, lido.scale()), (d, d.scale()));
        }
    }
}
