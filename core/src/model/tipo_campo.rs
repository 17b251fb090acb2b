//! The types that a model's fields have, made from what the table's reading left and written back.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::model::Id;
use crate::{Competencia, Valor};

/// A type that a field can have.
pub trait TipoCampo {
    /// Takes a value that the reading by the table left for it.
    fn receber(&mut self, valor: Valor<'_>);

    /// The field as a value; `None` when absent.
    fn valor(&self) -> Option<Valor<'_>>;
}

/// A type that a field, or an item of a list, holds one of.
pub trait Escalar: Sized {
    /// Made of a value that the reading by the table left; `None` only where the table names another type.
    fn de(valor: Valor<'_>) -> Option<Self>;
    /// It as a value.
    fn valor(&self) -> Valor<'_>;
}

impl<T: Escalar> TipoCampo for Option<T> {
    fn receber(&mut self, valor: Valor<'_>) {
        *self = T::de(valor);
    }

    fn valor(&self) -> Option<Valor<'_>> {
        self.as_ref().map(T::valor)
    }
}

impl<T: Escalar> TipoCampo for Vec<T> {
    fn receber(&mut self, valor: Valor<'_>) {
        if let Valor::Lista(itens) = valor {
            self.extend(itens.into_iter().filter_map(T::de));
        }
    }

    fn valor(&self) -> Option<Valor<'_>> {
        (!self.is_empty()).then(|| Valor::Lista(self.iter().map(T::valor).collect()))
    }
}

impl TipoCampo for BTreeMap<String, String> {
    fn receber(&mut self, valor: Valor<'_>) {
        if let Valor::Objeto(entradas) = valor {
            self.extend(entradas.into_iter().filter_map(|(nome, valor)| Some((nome.into_owned(), String::de(valor)?))));
        }
    }

    fn valor(&self) -> Option<Valor<'_>> {
        let campos = || self.iter().map(|(k, v)| (Cow::Borrowed(k.as_str()), Valor::Texto(v.into()))).collect();
        (!self.is_empty()).then(|| Valor::Objeto(campos()))
    }
}

impl Escalar for String {
    fn de(valor: Valor<'_>) -> Option<Self> {
        match valor {
            Valor::Texto(texto) => Some(texto.into_owned()),
            _ => None,
        }
    }

    fn valor(&self) -> Valor<'_> {
        Valor::Texto(self.as_str().into())
    }
}

impl Escalar for Id {
    fn de(valor: Valor<'_>) -> Option<Self> {
        String::de(valor).map(Self)
    }

    fn valor(&self) -> Valor<'_> {
        Valor::Texto(self.0.as_str().into())
    }
}

/// The types that a value holds as they are.
macro_rules! escalares {
    ($($tipo:ty = $variante:ident,)*) => { $(
        impl Escalar for $tipo {
            fn de(valor: Valor<'_>) -> Option<Self> {
                match valor {
                    Valor::$variante(v) => Some(v),
                    _ => None,
                }
            }

            fn valor(&self) -> Valor<'_> {
                Valor::$variante(*self)
            }
        }
    )* };
}

escalares! {
    Decimal = Decimal,
    i64 = Inteiro,
    bool = Booleano,
    Date = Data,
    Timestamp = DataHora,
    Competencia = Competencia,
}
