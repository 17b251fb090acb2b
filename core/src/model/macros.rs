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
        }

        impl $nome {
            /// Everything about its fields.
            pub const ESQUEMA: &'static $crate::model::Esquema = &$crate::model::Esquema {
                nome: stringify!($nome),
                doc: $crate::model::macros::doc(concat!($($doc, "\n"),*)),
                campos: &[ $( $crate::model::Campo {
                    nome: $json,
                    snake: stringify!($campo),
                    regra: $regra,
                    doc: $crate::model::macros::doc(concat!($($cdoc, "\n"),*)),
                }, )* ],
            };
        }

        impl $crate::model::Modelo for $nome {
            const ESQUEMA: &'static $crate::model::Esquema = $nome::ESQUEMA;

            fn ler(valor: $crate::Valor<'_>, ctx: &mut $crate::validate::Context) -> Option<Self> {
                let mut lido = Self::default();
                $crate::model::macros::ler_objeto(Self::ESQUEMA, &mut lido, valor, ctx).then_some(lido)
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

            $( fn regras(&self, ctx: &mut $crate::validate::Context) { $regras(self, ctx); } )?
        }

        impl $crate::model::macros::Campos for $nome {
            fn campos(&self) -> (Vec<&dyn $crate::model::TipoCampo>, &$crate::model::macros::Extras) {
                (vec![$( &self.$campo ),*], &self.extras)
            }

            fn campos_mut(&mut self) -> (Vec<&mut dyn $crate::model::TipoCampo>, &mut $crate::model::macros::Extras) {
                (vec![$( &mut self.$campo ),*], &mut self.extras)
            }
        }

        impl $crate::model::campo::Escalar for $nome {
            fn ler(valor: $crate::Valor<'_>, _: &$crate::model::Regra, ctx: &mut $crate::validate::Context) -> Option<Self> {
                <Self as $crate::model::Modelo>::ler(valor, ctx)
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
            pub const NOMES: &'static [&'static str] = &[$($texto),*];

            /// What the names stand for, in the same order.
            const CONHECIDAS: &'static [Self] = &[$(Self::$var),*];

            /// The name, as in JSON.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$var => $texto, )*
                    Self::Desconhecida(nome) => nome,
                }
            }

            /// The option called `nome`, `Desconhecida` when there is none.
            #[must_use]
            pub fn from_name(nome: &str) -> Self {
                let indice = Self::NOMES.iter().position(|n| *n == nome);
                let conhecida = indice.and_then(|i| Self::CONHECIDAS.get(i)).cloned();
                conhecida.unwrap_or_else(|| Self::Desconhecida(nome.to_owned()))
            }
        }

        impl std::fmt::Display for $nome {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::model::campo::Escalar for $nome {
            fn ler(valor: $crate::Valor<'_>, _: &$crate::model::Regra, ctx: &mut $crate::validate::Context) -> Option<Self> {
                $crate::model::macros::ler_opcao(valor, Self::NOMES, ctx).map(|nome| Self::from_name(&nome))
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
use crate::model::campo::{nearest, wrong_type};
use crate::model::{Esquema, Tipo, TipoCampo};
use crate::validate::{Context, Intent, Problem};

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

/// Reads an object into `modelo`; false when `valor` is none.
pub(crate) fn ler_objeto(
    esquema: &'static Esquema,
    modelo: &mut dyn Campos,
    valor: Valor<'_>,
    ctx: &mut Context,
) -> bool {
    let entradas = match valor {
        Valor::Objeto(entradas) => entradas,
        outro => {
            ctx.error(Problem::WrongType { expected: "object", found: outro.tipo().to_owned() });
            return false;
        }
    };
    let (mut campos, extras) = modelo.campos_mut();
    let mut vistos = vec![false; campos.len()];
    let mut proximo = 0;
    for (nome, valor) in entradas {
        // Objects mostly come in the order of the table, so the next field is looked at first.
        let indice = esquema.indice(&nome, proximo);
        let achado = indice.and_then(|i| Some((i, esquema.campos.get(i)?, campos.get_mut(i)?, vistos.get_mut(i)?)));
        let Some((indice, campo, destino, visto)) = achado else {
            desconhecido(esquema, nome, valor, extras, ctx);
            continue;
        };
        proximo = indice + 1;
        ctx.at(campo.nome, |ctx| {
            if std::mem::replace(visto, true) {
                ctx.error(Problem::DuplicateField);
            } else {
                destino.ler(valor, &campo.regra, ctx);
            }
        });
    }
    obrigatorios(esquema, &campos, ctx);
    true
}

fn desconhecido(
    esquema: &'static Esquema,
    nome: Cow<'_, str>,
    valor: Valor<'_>,
    extras: &mut Extras,
    ctx: &mut Context,
) {
    if ctx.is_response() {
        extras.insert(nome.into_owned(), valor.into_owned());
        return;
    }
    let nearest = esquema.mais_proximo(&nome);
    // A name as long as a book must not make a message as long.
    let given: String = nome.chars().take(60).collect();
    ctx.at(&given.clone(), |ctx| ctx.error(Problem::UnknownField { name: given, nearest }));
}

fn obrigatorios(esquema: &Esquema, campos: &[&mut dyn TipoCampo], ctx: &mut Context) {
    // A change names only what changes; but an item or an address inside it is given whole.
    let exige = match ctx.options.intent {
        Intent::Incluir => true,
        Intent::Alterar => !ctx.at_root(),
        Intent::Resposta => false,
    };
    for (campo, lido) in esquema.campos.iter().zip(campos) {
        if exige && campo.regra.obrigatorio && lido.valor().is_none() && !ctx.has_violation_at(campo.nome) {
            ctx.at(campo.nome, |ctx| ctx.error(Problem::Required));
        }
    }
}

/// The model as an object, absent fields left out.
pub(crate) fn valor_objeto<'a>(esquema: &'static Esquema, modelo: &'a dyn Campos) -> Valor<'a> {
    let (campos, extras) = modelo.campos();
    let mut entradas = Vec::with_capacity(campos.len() + extras.len());
    for (campo, lido) in esquema.campos.iter().zip(campos) {
        entradas.extend(lido.valor().map(|valor| (Cow::Borrowed(campo.nome), valor)));
    }
    entradas.extend(extras.iter().map(|(nome, valor)| (Cow::Borrowed(nome.as_str()), valor.clone())));
    Valor::Objeto(entradas)
}

pub(crate) fn ler_opcao(valor: Valor<'_>, nomes: &'static [&'static str], ctx: &mut Context) -> Option<String> {
    let texto = match valor {
        Valor::Texto(texto) => texto,
        Valor::Inteiro(n) => Cow::Owned(n.to_string()),
        Valor::Numero(n) => Cow::Owned(n.into_owned()),
        outro => return wrong_type("string", &outro, ctx),
    };
    if nomes.contains(&&*texto) || ctx.is_response() {
        return Some(texto.into_owned());
    }
    let texto = texto.trim();
    if texto.is_empty() {
        return None;
    }
    if let Some(nome) = nomes.iter().find(|n| n.eq_ignore_ascii_case(texto)) {
        return Some((*nome).to_owned());
    }
    ctx.error(Problem::InvalidOption { options: nomes, nearest: nearest(texto, nomes.iter().copied()) });
    None
}

/// `Debug` with personal data masked: the first character of a text, and nothing of anything else.
pub(crate) fn mascarado(esquema: &Esquema, valor: &Valor<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Valor::Objeto(campos) = valor else {
        return f.write_str("…");
    };
    let mut saida = f.debug_struct(esquema.nome);
    for (nome, valor) in campos {
        match esquema.campo(nome) {
            Some(campo) if campo.regra.pessoal => saida.field(campo.snake, &format_args!("***")),
            Some(campo) => saida.field(campo.snake, &Mascarado(campo.regra.tipo, valor)),
            None => saida.field(nome, &format_args!("…")),
        };
    }
    saida.finish()
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
