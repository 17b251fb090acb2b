/// Declares a model: a struct, its table of fields, and the one door by which it is read.
macro_rules! modelo {
    (
        $(#[doc = $doc:literal])*
        $nome:ident {
            $( $(#[doc = $cdoc:literal])* $campo:ident $json:literal: $tipo:ty => $regra:expr; )*
        }
        $( regras = $regras:path )?
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Default, PartialEq)]
        pub struct $nome {
            $( $(#[doc = $cdoc])* pub $campo: $tipo, )*
            /// Fields that the platform sent and this version does not know, as they came.
            pub extras: std::collections::BTreeMap<String, $crate::Valor<'static>>,
            /// Fields of the platform's answer that could not be read, and are absent here. Those of a record inside
            /// another are with the whole.
            pub findings: Vec<$crate::validate::Violation>,
        }

        impl $nome {
            /// Everything about its fields.
            pub const ESQUEMA: &'static $crate::model::Esquema = &$crate::model::Esquema {
                nome: stringify!($nome),
                doc: $crate::model::macros::doc(concat!($($doc, "\n"),*)),
                nomes: $crate::nomes::nomes!($($json),*),
                campos: &[ $( $crate::model::Campo {
                    #[cfg(feature = "api")]
                    nome: $json,
                    #[cfg(feature = "api")]
                    snake: stringify!($campo),
                    regra: $regra,
                    #[cfg(feature = "docs")]
                    doc: concat!($($cdoc, "\n"),*),
                }, )* ],
                regras: modelo!(@regras $($regras)?),
            };
        }

        // Reading remembers in the bits of one number which fields it has met.
        const _: () = assert!($nome::ESQUEMA.campos.len() <= u64::BITS as usize);

        impl $crate::model::Modelo for $nome {
            const ESQUEMA: &'static $crate::model::Esquema = $nome::ESQUEMA;

            fn de(entradas: $crate::model::leitura::Entradas<'_>) -> Self {
                let mut lido = Self::default();
                $crate::model::macros::preencher(&mut lido, entradas);
                lido
            }

            fn valor(&self) -> $crate::Valor<'_> {
                $crate::model::macros::valor_objeto(Self::ESQUEMA, self)
            }

            fn campo(&self, snake: &str) -> Option<$crate::Valor<'_>> {
                match snake {
                    $( stringify!($campo) => $crate::model::TipoCampo::valor(&self.$campo), )*
                    _ => None,
                }
            }

            fn extras(&self) -> &std::collections::BTreeMap<String, $crate::Valor<'static>> {
                &self.extras
            }

            fn findings(&self) -> &[$crate::validate::Violation] {
                &self.findings
            }

            fn annotate(&mut self, findings: Vec<$crate::validate::Violation>) {
                self.findings = findings;
            }
        }

        impl $crate::model::macros::Campos for $nome {
            fn campos(&self) -> (Vec<&dyn $crate::model::TipoCampo>, &$crate::model::macros::Extras) {
                (vec![$( &self.$campo ),*], &self.extras)
            }

            fn campos_mut(&mut self) -> (Vec<&mut dyn $crate::model::TipoCampo>, &mut $crate::model::macros::Extras) {
                (vec![$( &mut self.$campo ),*], &mut self.extras)
            }
        }

        impl $crate::model::tipo_campo::Escalar for $nome {
            fn de(valor: $crate::Valor<'_>) -> Option<Self> {
                match valor {
                    $crate::Valor::Objeto(entradas) => Some($crate::model::Modelo::de(entradas)),
                    _ => None,
                }
            }
            fn valor(&self) -> $crate::Valor<'_> {
                $crate::model::Modelo::valor(self)
            }
        }

        impl std::fmt::Debug for $nome {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::model::macros::mascarado(Self::ESQUEMA, &$crate::model::Modelo::valor(self), f)
            }
        }
    };
    (@regras) => { |_, _| {} };
    (@regras $regras:path) => { |canonico, ctx| $regras(*canonico, ctx) };
}

/// Declares an open enumeration: the names known today, and whatever the platform adds later.
macro_rules! opcoes {
    ( $(#[doc = $doc:literal])* $nome:ident { $( $(#[doc = $vdoc:literal])* $var:ident = $texto:literal, )* } ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $nome {
            $( $(#[doc = $vdoc])* $var, )*
            /// A name that this version does not know, as it came.
            Desconhecida(String),
        }

        impl $nome {
            /// The names known today.
            pub const NOMES: $crate::Nomes = $crate::nomes::nomes!($($texto),*);

            /// What the names stand for, in the same order.
            const CONHECIDAS: &'static [Self] = &[$(Self::$var),*];

            /// The name, as in JSON.
            #[must_use]
            pub const fn as_str(&self) -> &str {
                match self {
                    $( Self::$var => $texto, )*
                    Self::Desconhecida(nome) => nome.as_str(),
                }
            }

            /// The option called `nome`, `Desconhecida` when there is none.
            #[must_use]
            pub fn from_name(nome: &str) -> Self {
                let indice = Self::NOMES.iter().position(|n| n == nome);
                let conhecida = indice.and_then(|i| Self::CONHECIDAS.get(i)).cloned();
                conhecida.unwrap_or_else(|| Self::Desconhecida(nome.to_owned()))
            }
        }

        impl std::fmt::Display for $nome {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::model::tipo_campo::Escalar for $nome {
            fn de(valor: $crate::Valor<'_>) -> Option<Self> {
                valor.texto().map(Self::from_name)
            }
            fn valor(&self) -> $crate::Valor<'_> {
                $crate::Valor::Texto(self.as_str().into())
            }
        }
    };
}

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use crate::Valor;
use crate::model::leitura::Entradas;
use crate::model::{Campo, Esquema, Tipo, TipoCampo};

/// The documentation itself, or nothing where nobody reads it.
pub(crate) const fn doc(texto: &'static str) -> &'static str {
    if cfg!(feature = "docs") { texto } else { "" }
}

/// The fields that a model has none for, as they came.
pub(crate) type Extras = BTreeMap<String, Valor<'static>>;

/// The fields of a model in the order of its table. What does not depend on their types is written once, over this,
/// and not once per model: in the browser a model then costs a few hundred bytes.
pub(crate) trait Campos {
    fn campos(&self) -> (Vec<&dyn TipoCampo>, &Extras);
    fn campos_mut(&mut self) -> (Vec<&mut dyn TipoCampo>, &mut Extras);
}

/// Moves what [`Esquema::ler`] left into a model.
pub(crate) fn preencher(modelo: &mut dyn Campos, entradas: Entradas<'_>) {
    let (campos, extras) = modelo.campos_mut();
    let mut entradas = entradas.into_iter();
    for (campo, (_, valor)) in campos.into_iter().zip(&mut entradas) {
        if valor != Valor::Nulo {
            campo.receber(valor);
        }
    }
    extras.extend(entradas.map(|(nome, valor)| (nome.into_owned(), valor.into_owned())));
}

/// The model as an object, absent fields left out.
pub(crate) fn valor_objeto<'a>(esquema: &'static Esquema, modelo: &'a dyn Campos) -> Valor<'a> {
    let (campos, extras) = modelo.campos();
    let mut entradas = Vec::with_capacity(campos.len() + extras.len());
    for (nome, lido) in esquema.nomes().zip(campos) {
        entradas.extend(lido.valor().map(|valor| (Cow::Borrowed(nome), valor)));
    }
    entradas.extend(extras.iter().map(|(nome, valor)| (Cow::Borrowed(nome.as_str()), valor.clone())));
    Valor::Objeto(entradas)
}

/// `Debug` with personal data masked: the first character of a text, and nothing of anything else.
pub(crate) fn mascarado(esquema: &Esquema, valor: &Valor<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Valor::Objeto(campos) = valor else {
        return f.write_str("…");
    };
    let mut saida = f.debug_struct(esquema.nome);
    for (nome, valor) in campos {
        match esquema.campo(nome) {
            Some(campo) if campo.regra.pessoal => saida.field(rotulo(campo, nome), &format_args!("***")),
            Some(campo) => saida.field(rotulo(campo, nome), &Mascarado(campo.regra.tipo, valor)),
            None => saida.field(nome, &format_args!("…")),
        };
    }
    saida.finish()
}

/// The name that a Rust programmer knows a field by.
#[cfg(feature = "api")]
fn rotulo<'a>(campo: &'a Campo, _: &'a str) -> &'a str {
    campo.snake
}

#[cfg(not(feature = "api"))]
fn rotulo<'a>(_: &'a Campo, nome: &'a str) -> &'a str {
    nome
}

struct Mascarado<'a>(Tipo, &'a Valor<'a>);

impl fmt::Debug for Mascarado<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, self.1) {
            (Tipo::Objeto(esquema), valor) => mascarado(esquema, valor, f),
            (Tipo::Lista(item), Valor::Lista(itens)) => {
                f.debug_list().entries(itens.iter().map(|v| Mascarado(item.tipo, v))).finish()
            }
            (_, Valor::Texto(t)) => write!(f, "{t:?}"),
            (_, valor) => f.write_str(valor.to_json().trim_matches('"')),
        }
    }
}
