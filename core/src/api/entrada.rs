use std::borrow::Cow;

use crate::api::Operation;
use crate::error::Error;
use crate::model::{Esquema, Modelo, REFERENCES, Tipo};
use crate::validate::{Intent, Options};
use crate::{Idioma, Modo, Valor};
use jiff::civil::Date;

/// What an operation is given: a model or a value in any language, checked before anything is sent.
#[derive(Debug)]
pub enum Entrada<'a, M> {
    /// A model. What only the platform fills is left out, so a record that was read can be sent back.
    Modelo(&'a M),
    /// A value; a name that the model does not know is a violation.
    Valor(Valor<'a>),
    /// A model that [`Modelo::validar`] made just now; it is not checked again.
    Validado(&'a M),
}

impl<'a, M> From<&'a M> for Entrada<'a, M> {
    fn from(modelo: &'a M) -> Self {
        Self::Modelo(modelo)
    }
}

impl<'a, M> From<Valor<'a>> for Entrada<'a, M> {
    fn from(valor: Valor<'a>) -> Self {
        Self::Valor(valor)
    }
}

/// What checking an input needs to know.
#[derive(Debug, Clone, Copy, Default)]
pub struct Regime {
    /// Strict or lenient.
    pub modo: Modo,
    /// The language of errors.
    pub idioma: Idioma,
    /// Today in the company's time zone; rules about the present are skipped without it.
    pub hoje: Option<Date>,
}

impl<'a, M: Modelo> Entrada<'a, M> {
    /// The model, checked.
    ///
    /// # Errors
    /// Of kind `Validation`, with every violation.
    pub fn validar(self, operation: Operation, intent: Intent, regime: Regime) -> Result<Cow<'a, M>, Error> {
        let valor = match self {
            Self::Validado(modelo) => return Ok(Cow::Borrowed(modelo)),
            Self::Modelo(modelo) => {
                let valor = modelo.valor();
                let read = valor.campo("id").is_some();
                let mut valor = enviavel(M::ESQUEMA, valor);
                if read {
                    keep_identifiers(&mut valor);
                }
                valor
            }
            Self::Valor(valor) => valor,
        };
        let options = Options { modo: regime.modo, intent, hoje: regime.hoje };
        match M::validar(valor, options) {
            Ok((modelo, _)) => Ok(Cow::Owned(modelo)),
            Err(report) => Err(Error::validation(report).with(|d| {
                d.idioma = regime.idioma;
                d.operation = Some(operation.name());
            })),
        }
    }
}

/// The value without what only the platform fills.
pub(crate) fn enviavel<'a>(esquema: &Esquema, valor: Valor<'a>) -> Valor<'a> {
    let Valor::Objeto(campos) = valor else {
        return valor;
    };
    let kept = campos.into_iter().filter_map(|(nome, valor)| {
        let regra = esquema.campo(&nome)?.regra;
        (!regra.resposta).then(|| (nome, enviavel_dentro(regra.tipo, valor)))
    });
    Valor::Objeto(kept.collect())
}

fn enviavel_dentro(tipo: Tipo, valor: Valor<'_>) -> Valor<'_> {
    match (tipo, valor) {
        (Tipo::Objeto(esquema), valor) => enviavel(esquema, valor),
        (Tipo::Lista(item), Valor::Lista(itens)) => {
            Valor::Lista(itens.into_iter().map(|v| enviavel_dentro(item.tipo, v)).collect())
        }
        (_, valor) => valor,
    }
}

/// The platform answers both the identifier and the code of what a record refers to, and takes one of them.
fn keep_identifiers(valor: &mut Valor<'_>) {
    match valor {
        Valor::Objeto(campos) => {
            for (id, code) in REFERENCES {
                if campos.iter().any(|(nome, _)| nome == id) {
                    campos.retain(|(nome, _)| nome != code);
                }
            }
            for (_, valor) in campos {
                keep_identifiers(valor);
            }
        }
        Valor::Lista(itens) => itens.iter_mut().for_each(keep_identifiers),
        _ => {}
    }
}
