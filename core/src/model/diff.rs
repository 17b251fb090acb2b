use crate::Valor;
use crate::model::Modelo;

/// The two names of what a record refers to: the platform's identifier, and the company's own code.
pub(crate) const REFERENCES: [(&str, &str); 3] =
    [("clienteId", "clienteCodigoExterno"), ("contratoId", "contratoCodigoExterno"), ("servicoId", "servicoCodigo")];

/// One field that differs between two states of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Mudanca {
    /// The field, such as `endereco.cep`.
    pub campo: String,
    /// What the platform has; absent when it has nothing.
    pub de: Option<Valor<'static>>,
    /// What is wanted.
    pub para: Valor<'static>,
}

/// The fields of `novo` that differ from `atual`; a field that `novo` leaves out is kept, so it never differs.
#[must_use]
pub fn diferencas<M: Modelo>(atual: &M, novo: &M) -> Vec<Mudanca> {
    let mut mudancas = Vec::new();
    comparar(&atual.valor(), &novo.valor(), &mut String::new(), &mut mudancas);
    mudancas
}

fn comparar(atual: &Valor<'_>, novo: &Valor<'_>, caminho: &mut String, mudancas: &mut Vec<Mudanca>) {
    let Valor::Objeto(campos) = novo else { return };
    for (nome, para) in campos {
        let len = caminho.len();
        if len > 0 {
            caminho.push('.');
        }
        caminho.push_str(nome);
        let de = atual.campo(nome);
        match (de, para) {
            (Some(de @ Valor::Objeto(_)), Valor::Objeto(_)) => comparar(de, para, caminho, mudancas),
            (Some(de), para) if iguais(de, para) => {}
            // A record that tells what it refers to by its other name alone cannot be compared.
            (None, _) if other_name(nome).is_some_and(|outro| atual.campo(outro).is_some()) => {}
            _ => mudancas.push(Mudanca {
                campo: caminho.clone(),
                de: de.cloned().map(Valor::into_owned),
                para: para.clone().into_owned(),
            }),
        }
        caminho.truncate(len);
    }
}

fn other_name(nome: &str) -> Option<&'static str> {
    REFERENCES.iter().find_map(|(id, codigo)| match nome {
        nome if nome == *id => Some(*codigo),
        nome if nome == *codigo => Some(*id),
        _ => None,
    })
}

/// Equality of meaning: `10.5` and `10.50` are the same amount, and a list is compared item by item under the same
/// rule as the whole, so that fields the platform added to an item are no difference.
pub(crate) fn iguais(de: &Valor<'_>, para: &Valor<'_>) -> bool {
    match (de, para) {
        (Valor::Lista(a), Valor::Lista(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| iguais(a, b)),
        (Valor::Objeto(_), Valor::Objeto(_)) => {
            let mut mudancas = Vec::new();
            comparar(de, para, &mut String::new(), &mut mudancas);
            mudancas.is_empty()
        }
        _ => de == para,
    }
}
