use std::borrow::Cow;

use super::recurso::Importavel;
use crate::Valor;
use crate::model::{Mudanca, diferencas};

/// What separates a row from the record that the platform has.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Diferenca {
    /// Field by field; a field to be emptied has `Valor::Nulo` as its new value.
    pub(crate) mudancas: Vec<Mudanca>,
    /// What to send: the whole row, its objects completed with what the platform has, emptied fields as null.
    pub(crate) corpo: Valor<'static>,
}

/// Compares `novo` (and the fields in `limpar`) with the platform's record; `None` when there is nothing to change.
pub(crate) fn comparar<M: Importavel>(atual: &M, novo: &M, limpar: &[String]) -> Option<Diferenca> {
    let atual_valor = atual.valor();
    let mut mudancas: Vec<Mudanca> = diferencas(atual, novo);
    // A row names a record that is wanted, so one that is out of use comes back.
    if let Some(situacao) = atual.fora_de_uso() {
        let (de, para) = (Valor::Texto(situacao.into()), Valor::Texto("ATIVO".into()));
        mudancas.push(Mudanca { campo: "situacao".to_owned(), de: Some(de), para });
    }
    for campo in limpar {
        if let Some(de) = em(&atual_valor, campo) {
            mudancas.push(Mudanca { campo: campo.clone(), de: Some(de.clone().into_owned()), para: Valor::Nulo });
        }
    }
    if mudancas.is_empty() {
        return None;
    }
    Some(Diferenca { mudancas, corpo: corpo(&atual_valor, novo.valor(), limpar) })
}

/// Objects are sent whole, so what the row leaves out of one is filled in from the platform's record.
fn corpo(atual: &Valor<'_>, novo: Valor<'_>, limpar: &[String]) -> Valor<'static> {
    let Valor::Objeto(campos) = novo.into_owned() else {
        return Valor::Objeto(Vec::new());
    };
    let mut corpo: Vec<(Cow<'static, str>, Valor<'static>)> = campos
        .into_iter()
        .map(|(nome, valor)| match (valor, atual.campo(&nome)) {
            (Valor::Objeto(dentro), Some(Valor::Objeto(de))) => {
                let valor = Valor::Objeto(sobrepor(de, dentro));
                (nome, valor)
            }
            (valor, _) => (nome, valor),
        })
        .collect();
    for caminho in limpar {
        match caminho.split_once('.') {
            None => {
                corpo.retain(|(nome, _)| nome != caminho);
                corpo.push((Cow::Owned(caminho.clone()), Valor::Nulo));
            }
            Some((fora, dentro)) => {
                if !corpo.iter().any(|(nome, _)| nome == fora)
                    && let Some(de @ Valor::Objeto(_)) = atual.campo(fora)
                {
                    corpo.push((Cow::Owned(fora.to_owned()), de.clone().into_owned()));
                }
                if let Some((_, Valor::Objeto(campos))) = corpo.iter_mut().find(|(nome, _)| nome == fora) {
                    campos.retain(|(nome, _)| nome != dentro);
                }
            }
        }
    }
    Valor::Objeto(corpo)
}

fn sobrepor(
    de: &[(Cow<'_, str>, Valor<'_>)],
    novo: Vec<(Cow<'static, str>, Valor<'static>)>,
) -> Vec<(Cow<'static, str>, Valor<'static>)> {
    let mut campos: Vec<_> =
        de.iter().map(|(nome, valor)| (Cow::Owned(nome.clone().into_owned()), valor.clone().into_owned())).collect();
    for (nome, valor) in novo {
        match campos.iter_mut().find(|(n, _)| *n == nome) {
            Some((_, antigo)) => *antigo = valor,
            None => campos.push((nome, valor)),
        }
    }
    campos
}

fn em<'v>(valor: &'v Valor<'v>, caminho: &str) -> Option<&'v Valor<'v>> {
    caminho.split('.').try_fold(valor, |valor, nome| valor.campo(nome))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Cliente, Consumo, Modelo};
    use crate::validate::{Intent, Options};

    fn ler<M: Modelo>(json: &str, intent: Intent) -> M {
        M::validar(Valor::from_json(json.as_bytes()).unwrap(), Options { intent, ..Options::default() }).unwrap().0
    }

    const ATUAL: &str = r#"{"id":"9","codigoExterno":"C1","nome":"Padaria Aurora","email":"a@example.com",
        "endereco":{"logradouro":"Rua A","numero":"1","cep":"01310100"},"situacao":"ATIVO"}"#;

    #[test]
    fn an_equal_row_changes_nothing_and_what_it_leaves_out_is_kept() {
        let atual: Cliente = ler(ATUAL, Intent::Resposta);
        let novo: Cliente = ler(r#"{"codigoExterno":"C1","nome":"Padaria Aurora"}"#, Intent::Alterar);
        assert_eq!(comparar(&atual, &novo, &[]), None);
        assert_eq!(comparar(&atual, &novo, &["observacoes".into()]), None);
    }

    #[test]
    fn a_changed_row_is_sent_whole_with_its_objects_completed() {
        let atual: Cliente = ler(ATUAL, Intent::Resposta);
        let novo: Cliente = ler(r#"{"codigoExterno":"C1","endereco":{"logradouro":"Rua B"}}"#, Intent::Alterar);
        let d = comparar(&atual, &novo, &["email".into(), "endereco.numero".into()]).unwrap();
        let campos: Vec<_> = d.mudancas.iter().map(|m| m.campo.as_str()).collect();
        assert_eq!(campos, ["endereco.logradouro", "email", "endereco.numero"]);
        assert_eq!(
            d.corpo.to_json(),
            r#"{"codigoExterno":"C1","endereco":{"logradouro":"Rua B","cep":"01310100"},"email":null}"#
        );
    }

    #[test]
    fn a_contract_told_by_identifier_alone_is_no_difference() {
        let atual: Consumo =
            ler(r#"{"id":"1","idExterno":"K","contratoId":"7","servicoId":"8","quantidade":"2.50"}"#, Intent::Resposta);
        let novo: Consumo = ler(
            r#"{"idExterno":"K","contratoCodigoExterno":"CT","servicoCodigo":"S","quantidade":"2.5"}"#,
            Intent::Alterar,
        );
        assert_eq!(comparar(&atual, &novo, &[]), None);
    }
}
