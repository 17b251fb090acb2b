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
                doc: concat!($($doc, "\n"),*),
                campos: &[ $( $crate::model::Campo {
                    nome: $json,
                    snake: stringify!($campo),
                    regra: $regra,
                    doc: concat!($($cdoc, "\n"),*),
                }, )* ],
            };
        }

        impl $crate::model::Modelo for $nome {
            const ESQUEMA: &'static $crate::model::Esquema = $nome::ESQUEMA;

            fn ler(valor: $crate::Valor<'_>, ctx: &mut $crate::validate::Context) -> Option<Self> {
                let campos = match valor {
                    $crate::Valor::Objeto(campos) => campos,
                    outro => return $crate::model::campo::wrong_type("object", &outro, ctx),
                };
                let mut lido = Self::default();
                let mut vistos = [false; Self::ESQUEMA.campos.len()];
                for (nome, valor) in campos {
                    let indice = Self::ESQUEMA.campos.iter().position(|c| c.nome == nome || c.snake == nome);
                    let Some((indice, campo)) = indice.and_then(|i| Some((i, Self::ESQUEMA.campos.get(i)?))) else {
                        $crate::model::macros::desconhecido(Self::ESQUEMA, nome, valor, &mut lido.extras, ctx);
                        continue;
                    };
                    if $crate::model::macros::ja_visto(&mut vistos, indice, campo, ctx) {
                        continue;
                    }
                    ctx.at(campo.nome, |ctx| match campo.snake {
                        $( stringify!($campo) => {
                            if let Some(v) = $crate::model::TipoCampo::ler(valor, &campo.regra, ctx) {
                                lido.$campo = v;
                            }
                        } )*
                        _ => {}
                    });
                }
                $crate::model::macros::obrigatorios(Self::ESQUEMA, ctx, |snake| match snake {
                    $( stringify!($campo) => $crate::model::TipoCampo::valor(&lido.$campo).is_some(), )*
                    _ => true,
                });
                Some(lido)
            }

            fn valor(&self) -> $crate::Valor<'_> {
                let mut campos = Vec::new();
                $( if let Some(v) = $crate::model::TipoCampo::valor(&self.$campo) {
                    campos.push((std::borrow::Cow::Borrowed($json), v));
                } )*
                for (nome, valor) in &self.extras {
                    campos.push((std::borrow::Cow::Borrowed(nome.as_str()), valor.clone()));
                }
                $crate::Valor::Objeto(campos)
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
                match nome {
                    $( $texto => Self::$var, )*
                    outro => Self::Desconhecida(outro.to_owned()),
                }
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
use crate::model::{Campo, Esquema, Tipo};
use crate::validate::{Context, Intent, Problem};

pub(crate) fn desconhecido(
    esquema: &'static Esquema,
    nome: Cow<'_, str>,
    valor: Valor<'_>,
    extras: &mut BTreeMap<String, Valor<'static>>,
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

pub(crate) fn ja_visto(vistos: &mut [bool], indice: usize, campo: &Campo, ctx: &mut Context) -> bool {
    let Some(visto) = vistos.get_mut(indice) else {
        return true;
    };
    if std::mem::replace(visto, true) {
        ctx.at(campo.nome, |ctx| ctx.error(Problem::DuplicateField));
        return true;
    }
    false
}

pub(crate) fn obrigatorios(esquema: &Esquema, ctx: &mut Context, presente: impl Fn(&str) -> bool) {
    // A change names only what changes; but an item or an address inside it is given whole.
    let exige = match ctx.options.intent {
        Intent::Incluir => true,
        Intent::Alterar => !ctx.at_root(),
        Intent::Resposta => false,
    };
    for campo in esquema.campos {
        if exige && campo.regra.obrigatorio && !presente(campo.snake) && !ctx.has_violation_at(campo.nome) {
            ctx.at(campo.nome, |ctx| ctx.error(Problem::Required));
        }
    }
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
