//! Reading by the table: one walk over a value, whatever its model, that leaves it canonical.
//!
//! Nothing here knows a model's type. A model is made from what this leaves; validation needs no more than this.

use std::borrow::Cow;

use jiff::civil::Date;
use rust_decimal::Decimal;
#[cfg(feature = "nfc")]
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::escrita::{aparar, inicio, inteiro as inteiro_texto, letras, sem_caixa};
use crate::model::campo::nearest;
use crate::model::{Esquema, Minimo, Regra, Tipo};
use crate::tempo::{parse_date, parse_timestamp};
use crate::validate::{Context, Intent, Options, Problem, Report};
use crate::{Competencia, Nomes, Valor, decimal, document};

/// The entries of an object.
pub(crate) type Entradas<'a> = Vec<(Cow<'a, str>, Valor<'a>)>;

impl Esquema {
    /// Reads and checks `valor` whole, and gives it as it would be sent: texts trimmed, documents without mask,
    /// numbers exact, absent fields left out.
    ///
    /// # Errors
    /// The report, when it has an error. On success the report holds the warnings.
    pub fn validar<'a>(&'static self, valor: Valor<'a>, options: Options) -> Result<(Valor<'a>, Report), Report> {
        let (entradas, report) = self.conferir(valor, options)?;
        Ok((Valor::Objeto(presentes(entradas)), report))
    }

    /// The same with an entry for every field of the table, in its order.
    pub(crate) fn conferir<'a>(
        &'static self,
        valor: Valor<'a>,
        options: Options,
    ) -> Result<(Entradas<'a>, Report), Report> {
        let mut ctx = Context::new(options);
        let lido = self.ler(valor, &mut ctx);
        if let Some(entradas) = &lido {
            (self.regras)(&Canonico(entradas), &mut ctx);
        }
        match lido {
            Some(entradas) if ctx.report.is_valid() => Ok((entradas, ctx.report)),
            _ => Err(ctx.report),
        }
    }

    /// Reads `valor` as an object of this table, recording every violation of a single field: one entry per field,
    /// in the table's order and `Nulo` where absent, then what the platform sent and the table does not have.
    /// `None` when it is no object at all.
    pub(crate) fn ler<'a>(&'static self, valor: Valor<'a>, ctx: &mut Context) -> Option<Entradas<'a>> {
        let entradas = match valor {
            Valor::Objeto(entradas) => entradas,
            outro => {
                wrong_type("object", &outro, ctx);
                return None;
            }
        };
        let mut lidas = Vec::with_capacity(self.campos.len());
        lidas.extend(self.nomes().map(|nome| (Cow::Borrowed(nome), Valor::Nulo)));
        let (mut vistos, mut ditos) = (0_u64, 0_u64);
        let mut proximo = 0;
        for (nome, mut valor) in entradas {
            // Objects mostly come in the order of the table, so the next field is looked at first.
            let palpite = lidas
                .get(proximo)
                .is_some_and(|(campo, _)| proximo < self.campos.len() && *campo == nome)
                .then_some(proximo);
            let Some(indice) = palpite.or_else(|| self.indice(&nome)) else {
                self.desconhecido(nome, valor, &mut lidas, ctx);
                continue;
            };
            proximo = indice + 1;
            let (Some(campo), Some((nome, lida))) = (self.campos.get(indice), lidas.get_mut(indice)) else {
                continue;
            };
            let len = ctx.enter(nome);
            let found = ctx.found();
            let visto = 1 << indice;
            if vistos & visto != 0 {
                ctx.error(Problem::DuplicateField);
            } else if !matches!(valor, Valor::Nulo) && ler(&mut valor, &campo.regra, ctx) {
                *lida = valor;
            }
            vistos |= visto;
            if ctx.found() > found {
                ditos |= visto;
            }
            ctx.leave(len);
        }
        self.obrigatorios(&lidas, ditos, ctx);
        if ctx.at_root() {
            ctx.remember(ditos);
        }
        Some(lidas)
    }

    fn desconhecido<'a>(&self, nome: Cow<'a, str>, valor: Valor<'a>, lidas: &mut Entradas<'a>, ctx: &mut Context) {
        if ctx.is_response() {
            lidas.push((nome, valor));
            return;
        }
        let nearest = if ctx.may_suggest() { self.mais_proximo(&nome) } else { None };
        let given = inicio(&nome);
        let len = ctx.enter(given);
        ctx.error(Problem::UnknownField { name: given.to_owned(), nearest });
        ctx.leave(len);
    }

    /// `ditos`: the fields that something was said about already.
    fn obrigatorios(&self, lidas: &Entradas<'_>, ditos: u64, ctx: &mut Context) {
        // A change names only what changes; but an item or an address inside it is given whole.
        let exige = match ctx.options.intent {
            Intent::Incluir => true,
            Intent::Alterar => !ctx.at_root(),
            Intent::Resposta => false,
        };
        for (indice, (campo, (nome, lida))) in self.campos.iter().zip(lidas).enumerate() {
            let falta = exige && campo.regra.obrigatorio && matches!(lida, Valor::Nulo);
            if falta && ditos >> indice & 1 == 0 {
                ctx.error_at(nome, Problem::Required);
            }
        }
    }
}

/// Without the fields that are absent.
fn presentes(mut entradas: Entradas<'_>) -> Entradas<'_> {
    entradas.retain_mut(|(_, valor)| {
        deixar_presentes(valor);
        !matches!(valor, Valor::Nulo)
    });
    entradas
}

fn deixar_presentes(valor: &mut Valor<'_>) {
    match valor {
        Valor::Objeto(entradas) => *entradas = presentes(std::mem::take(entradas)),
        Valor::Lista(itens) => itens.retain_mut(|item| {
            deixar_presentes(item);
            !matches!(item, Valor::Nulo)
        }),
        _ => {}
    }
}

/// What [`Esquema::ler`] leaves, for the rules to look at; a field is known by its place in the table.
#[derive(Clone, Copy)]
pub(crate) struct Canonico<'v, 'a>(pub(crate) &'v Entradas<'a>);

/// The place of a field in its model's table; a name that it does not have does not compile.
macro_rules! campo {
    ($modelo:ident . $nome:literal) => {
        const { <$crate::model::$modelo>::ESQUEMA.nomes.posicao($nome) }
    };
}
pub(crate) use campo;

impl<'v, 'a> Canonico<'v, 'a> {
    /// The field, `Nulo` where absent.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    pub(crate) fn valor(self, campo: usize) -> &'v Valor<'a> {
        self.0.get(campo).map_or(&Valor::Nulo, |(_, valor)| valor)
    }

    pub(crate) fn tem(self, campo: usize) -> bool {
        !matches!(self.valor(campo), Valor::Nulo)
    }

    pub(crate) fn texto(self, campo: usize) -> Option<&'v str> {
        self.valor(campo).texto()
    }

    pub(crate) fn decimal(self, campo: usize) -> Option<Decimal> {
        match self.valor(campo) {
            Valor::Decimal(v) => Some(*v),
            _ => None,
        }
    }

    pub(crate) fn data(self, campo: usize) -> Option<Date> {
        match self.valor(campo) {
            Valor::Data(v) => Some(*v),
            _ => None,
        }
    }

    pub(crate) fn objeto(self, campo: usize) -> Option<Self> {
        Self::de(self.valor(campo))
    }

    pub(crate) fn lista(self, campo: usize) -> &'v [Valor<'a>] {
        match self.valor(campo) {
            Valor::Lista(itens) => itens,
            _ => &[],
        }
    }

    pub(crate) fn de(valor: &'v Valor<'a>) -> Option<Self> {
        match valor {
            Valor::Objeto(entradas) => Some(Self(entradas)),
            _ => None,
        }
    }
}

/// Makes the value of a field, or of an item of a list, canonical; false where nothing usable was given.
fn ler(valor: &mut Valor<'_>, regra: &'static Regra, ctx: &mut Context) -> bool {
    match regra.tipo {
        Tipo::Id => texto(valor, &const { Regra::texto(1, 200) }, ctx),
        Tipo::Texto { .. } | Tipo::Documento(_) | Tipo::Url => texto(valor, regra, ctx),
        Tipo::Decimal { casas, minimo, maximo } => {
            let Some(lido) = numero(valor, ctx) else {
                return false;
            };
            if !ctx.is_response() {
                check_decimal(lido, casas.into(), minimo, maximo.map(u32::from), ctx);
            }
            *valor = Valor::Decimal(lido);
            true
        }
        Tipo::Inteiro { min, max } => inteiro(valor, min.into(), max.into(), ctx),
        Tipo::Booleano => {
            let lido = match valor {
                Valor::Booleano(v) => *v,
                // "S" / "N" is how Brazilian ERPs and several platforms write it (domain.md 2.1).
                Valor::Texto(t) if sem_caixa(t, "S") => true,
                Valor::Texto(t) if sem_caixa(t, "N") => false,
                _ => return wrong_type("boolean", valor, ctx),
            };
            *valor = Valor::Booleano(lido);
            true
        }
        Tipo::Data => {
            let lido = tempo(valor, Tipo::Data, ctx);
            // The empty dates of Delphi (1899-12-30), .NET and Python (0001-01-01).
            if lido && !regra.any_date && !ctx.is_response() && matches!(valor, Valor::Data(dia) if dia.year() < 1900) {
                ctx.error(Problem::ImprobableDate);
            }
            lido
        }
        Tipo::DataHora | Tipo::Competencia => tempo(valor, regra.tipo, ctx),
        Tipo::Enum(nomes) => opcao(valor, nomes, ctx),
        Tipo::Objeto(esquema) => match esquema.ler(std::mem::replace(valor, Valor::Nulo), ctx) {
            Some(mut entradas) => {
                // Fields that are absent at the end take no memory: an input may have very many objects.
                if !ctx.is_response() {
                    let ultima = entradas.iter().rposition(|(_, valor)| !matches!(valor, Valor::Nulo));
                    entradas.truncate(ultima.map_or(0, |ultima| ultima + 1));
                    entradas.shrink_to_fit();
                }
                *valor = Valor::Objeto(entradas);
                true
            }
            None => false,
        },
        Tipo::Lista(item) => {
            let Valor::Lista(itens) = valor else {
                return wrong_type("array", valor, ctx);
            };
            let mut algum = false;
            for (i, valor) in itens.iter_mut().enumerate() {
                let len = ctx.enter_index(i);
                if ler(valor, item, ctx) {
                    algum = true;
                } else {
                    // Its place stays until the rules, too, have named the places of the others.
                    *valor = Valor::Nulo;
                }
                ctx.leave(len);
            }
            if ctx.is_response() {
                itens.retain(|valor| !matches!(valor, Valor::Nulo));
            }
            algum
        }
        Tipo::Mapa => {
            let Valor::Objeto(entradas) = valor else {
                return wrong_type("object", valor, ctx);
            };
            entradas.retain_mut(|(nome, valor)| {
                let len = ctx.enter(inicio(nome));
                let lido = texto(valor, &const { Regra::texto(0, 500) }, ctx);
                ctx.leave(len);
                lido
            });
            !entradas.is_empty()
        }
    }
}

/// Records that a value is of no type that its field can hold, and is so of no use.
fn wrong_type(expected: &'static str, found: &Valor<'_>, ctx: &mut Context) -> bool {
    ctx.error(Problem::WrongType { expected, found: found.tipo().to_owned() });
    false
}

fn texto(valor: &mut Valor<'_>, regra: &Regra, ctx: &mut Context) -> bool {
    let mut texto = match valor {
        Valor::Texto(texto) => std::mem::take(texto),
        // Servers and ERPs write codes as numbers; an integer has one spelling, so nothing is lost.
        Valor::Inteiro(n) => Cow::Owned(inteiro_texto(*n)),
        #[cfg(feature = "api")]
        Valor::Numero(n) if n.bytes().all(|b| b.is_ascii_digit()) => std::mem::take(n),
        // A text has no parts: what is in an object or a list is not what it would say.
        Valor::Objeto(_) | Valor::Lista(_) => return wrong_type("string", valor, ctx),
        _ if ctx.is_response() => Cow::Owned(valor.to_json()),
        _ => return wrong_type("string", valor, ctx),
    };
    if !ctx.is_response() {
        limpar(&mut texto);
        if texto.is_empty() {
            return false;
        }
        check_text(&texto, regra, ctx);
        if let Tipo::Documento(tipo) = regra.tipo {
            read_document(&mut texto, tipo, ctx);
        }
    }
    *valor = Valor::Texto(texto);
    true
}

/// Trimmed and in NFC; copies only where something changes.
fn limpar(texto: &mut Cow<'_, str>) {
    #[cfg(feature = "nfc")]
    if !is_nfc(texto) {
        *texto = Cow::Owned(texto.trim().nfc().collect());
    }
    match texto {
        Cow::Borrowed(texto) => *texto = aparar(texto, char::is_whitespace),
        Cow::Owned(dono) if aparar(dono, char::is_whitespace).len() < dono.len() => {
            *dono = aparar(dono, char::is_whitespace).to_owned();
        }
        Cow::Owned(_) => {}
    }
}

fn check_text(texto: &str, regra: &Regra, ctx: &mut Context) {
    match regra.tipo {
        Tipo::Texto { min, max } => {
            let (min, max, len) = (min.into(), max.into(), letras(texto));
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
fn read_document(texto: &mut Cow<'_, str>, tipo: document::Tipo, ctx: &mut Context) {
    match tipo.canonico(texto, ctx.options.modo) {
        Ok(canonico) if *texto != canonico => *texto = Cow::Owned(canonico),
        Ok(_) => {}
        Err(motivo) => ctx.error(Problem::Document { tipo, motivo }),
    }
}

fn numero(valor: &Valor<'_>, ctx: &mut Context) -> Option<Decimal> {
    let mut inexact = false;
    let lido = match valor {
        Valor::Decimal(v) => Some(*v),
        Valor::Inteiro(v) => Some((*v).into()),
        #[cfg(feature = "api")]
        Valor::Numero(digits) => decimal::ler(digits),
        Valor::Texto(texto) => {
            let texto = aparar(texto, char::is_whitespace);
            if texto.is_empty() {
                return None;
            }
            decimal::ler(texto)
        }
        Valor::Flutuante(v) => {
            inexact = v.is_finite();
            decimal::de_flutuante(*v)
        }
        _ => {
            wrong_type("decimal", valor, ctx);
            return None;
        }
    };
    if lido.is_none() {
        ctx.error(if inexact { Problem::InexactNumber } else { Problem::InvalidNumber });
    }
    lido
}

fn check_decimal(v: Decimal, casas: u32, minimo: Minimo, maximo: Option<u32>, ctx: &mut Context) {
    match minimo {
        Minimo::Zero if v.is_sign_negative() && !v.is_zero() => ctx.error(Problem::TooSmall { min: 0 }),
        Minimo::Positivo if v.is_sign_negative() || v.is_zero() => ctx.error(Problem::NotPositive),
        _ => {}
    }
    if let Some(max) = maximo.filter(|max| decimal::maior(v, *max)) {
        ctx.error(Problem::TooLarge { max: max.into() });
    }
    if decimal::casas(v) > casas {
        ctx.error(Problem::TooManyPlaces { max: casas });
    }
}

fn inteiro(valor: &mut Valor<'_>, min: i64, max: i64, ctx: &mut Context) -> bool {
    let lido = match valor {
        Valor::Inteiro(v) => Some(*v),
        Valor::Decimal(v) => decimal::inteiro(*v),
        #[cfg(feature = "api")]
        Valor::Numero(t) => digitos(t),
        Valor::Texto(t) => digitos(aparar(t, char::is_whitespace)),
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        Valor::Flutuante(v) if v.fract() == 0.0 && v.abs() < 9e15 => Some(*v as i64),
        _ => None,
    };
    let Some(v) = lido else {
        return wrong_type("integer", valor, ctx);
    };
    if !ctx.is_response() {
        if v < min {
            ctx.error(Problem::TooSmall { min });
        } else if v > max {
            ctx.error(Problem::TooLarge { max });
        }
    }
    *valor = Valor::Inteiro(v);
    true
}

/// A whole number with its sign, as `i64` is written.
fn digitos(texto: &str) -> Option<i64> {
    let (negativo, digitos) = match texto.as_bytes() {
        [b'-', resto @ ..] => (true, resto),
        [b'+', resto @ ..] | resto => (false, resto),
    };
    let mut n = 0_i64;
    for byte in digitos {
        let digito = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
        n = n.checked_mul(10)?.checked_sub(digito)?;
    }
    if digitos.is_empty() {
        return None;
    }
    if negativo { Some(n) } else { n.checked_neg() }
}

/// A date, an instant or a month.
fn tempo(valor: &mut Valor<'_>, tipo: Tipo, ctx: &mut Context) -> bool {
    let expected = match tipo {
        Tipo::Data => "date",
        Tipo::DataHora => "datetime",
        _ => "month",
    };
    let lido = match (&*valor, tipo) {
        (Valor::Data(_), Tipo::Data)
        | (Valor::DataHora(_), Tipo::DataHora)
        | (Valor::Competencia(_), Tipo::Competencia) => return true,
        (Valor::Data(dia), Tipo::Competencia) => Competencia::new(dia.year(), dia.month()).map(Valor::Competencia),
        (Valor::Texto(texto), _) => {
            let texto = aparar(texto, char::is_whitespace);
            if texto.is_empty() {
                return false;
            }
            match tipo {
                Tipo::Data => parse_date(texto).map(Valor::Data),
                Tipo::DataHora => parse_timestamp(texto).map(Valor::DataHora),
                _ => texto.parse().ok().map(Valor::Competencia),
            }
        }
        _ => return wrong_type(expected, valor, ctx),
    };
    let Some(lido) = lido else {
        ctx.error(match tipo {
            Tipo::Data => Problem::InvalidDate,
            Tipo::DataHora => Problem::InvalidDateTime,
            _ => Problem::InvalidMonth,
        });
        return false;
    };
    *valor = lido;
    true
}

fn opcao(valor: &mut Valor<'_>, nomes: Nomes, ctx: &mut Context) -> bool {
    let texto = match valor {
        Valor::Texto(texto) => std::mem::take(texto),
        #[cfg(feature = "api")]
        Valor::Numero(texto) => std::mem::take(texto),
        Valor::Inteiro(n) => Cow::Owned(inteiro_texto(*n)),
        _ => return wrong_type("string", valor, ctx),
    };
    let lido = if nomes.iter().any(|nome| nome == texto) || ctx.is_response() {
        texto
    } else {
        let texto = aparar(&texto, char::is_whitespace);
        if texto.is_empty() {
            return false;
        }
        let Some(nome) = nomes.iter().find(|n| sem_caixa(n, texto)) else {
            let nearest = if ctx.may_suggest() { nearest(texto, nomes.iter()) } else { None };
            ctx.error(Problem::InvalidOption { options: nomes, nearest });
            return false;
        };
        Cow::Borrowed(nome)
    };
    *valor = Valor::Texto(lido);
    true
}
