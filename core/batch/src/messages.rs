//! The sentences about rows. They are above those about cells.

use smartbill_documents::catalogue::Catalogue;
use smartbill_documents::language::Texts;
use smartbill_documents::texts;
use smartbill_model::validate::{Finding, Severity};

/// The catalogue of all findings about rows, with those of the crates beneath.
pub(crate) static CATALOGUE: Catalogue =
    Catalogue { texts: TEXTS, word: |_, _, _| None, beneath: Some(&smartbill_sheets::CATALOGUE) };

/// An error about a row.
pub(crate) fn row_error(code: &'static str) -> Finding {
    Finding::of(&CATALOGUE, code, Severity::Error)
}

/// The code of a row that nothing distinguishes from others.
pub(crate) const WITHOUT_IDENTITY: &str = "sem_codigo_externo";

/// The code of a row without an identity that looks like a record of the platform.
pub(crate) const LOOKS_REPEATED: &str = "parece_repetida";

/// The code of a row that can only change a record, if the platform was not asked whether it has the record.
pub(crate) const ONLY_TO_ALTERAR: &str = "so_para_alterar";

const TEXTS: &[Texts] = &[
    texts!("limpar_obrigatorio", "`{field}` não pode ser limpo", "`{field}` cannot be emptied"),
    texts!(
        "sem_codigo_externo",
        "sem código externo; importada de novo, nada a distingue de uma linha nova",
        "no external code; imported again, nothing tells this row from a new one",
    ),
    texts!(
        "sem_codigo_externo",
        "sem código externo não há como saber se a plataforma já tem este registro; informe-o, ou use `{operation}`",
        "without an external code nobody can tell whether the platform has this record; give it, or use `{operation}`",
    ),
    texts!(
        "sem_codigo_externo",
        "sem código externo, e a plataforma não protege de uma segunda inclusão; informe o código, ou peça `{option}` para incluir assim mesmo",
        "without an external code, and the platform does not protect it from being included twice; give the code, or ask for `{option}` to include it all the same",
    ),
    texts!(
        "sem_codigo_externo",
        "sem código externo e sem {document}, dos quais um basta; importada de novo, nada a distingue de uma linha nova",
        "no external code and no {document}, either of which serves; imported again, nothing tells this row from a new one",
    ),
    texts!(
        "sem_codigo_externo",
        "sem código externo e sem {document} não há como saber se a plataforma já tem este registro; informe um dos dois, ou use `{operation}`",
        "without an external code and a {document} nobody can tell whether the platform has this record; give either, or use `{operation}`",
    ),
    texts!(
        "sem_codigo_externo",
        "sem código externo e sem {document}, e a plataforma não protege de uma segunda inclusão; informe um dos dois, ou peça `{option}` para incluir assim mesmo",
        "no external code and no {document}, and the platform does not protect it from being included twice; give either, or ask for `{option}` to include it all the same",
    ),
    texts!(
        "sem_codigo_externo",
        "sem código externo, o lote `{batch}` poderia incluí-la duas vezes; informe o código",
        "without an external code the batch `{batch}` could include it twice; give the code",
    ),
    texts!(
        "parece_repetida",
        "sem código externo, e igual ao registro `{id}` da plataforma; informe o código, ou peça `{option}` se é outro registro",
        "without an external code, and like the platform's record `{id}`; give the code, or ask for `{option}` if it is another record",
    ),
    texts!(
        "parece_repetida",
        "sem código externo nem {document}, e igual ao registro `{id}` da plataforma; informe um dos dois, ou peça `{option}` se é outro registro",
        "with neither an external code nor a {document}, and like the platform's record `{id}`; give either, or ask for `{option}` if it is another record",
    ),
    texts!(
        "id_inexistente",
        "a plataforma não tem o registro `{id}` sob o código desta linha; apague o ID para incluí-la como nova",
        "the platform has no record `{id}` under this row's code; delete the ID to include it as new",
    ),
    texts!(
        "id_de_outro_registro",
        "o registro `{id}` da plataforma é outro, não o desta linha; apague o ID para incluí-la como nova",
        "the platform's record `{id}` is another one, not this row's; delete the ID to include it as new",
    ),
    texts!(
        "documento_ambiguo",
        "a plataforma tem mais de um registro com este documento; informe o código externo",
        "the platform has more than one record with this document; give the external code",
    ),
    texts!("contrato_de_outro_cliente", "o contrato é de outro cliente", "the contract belongs to another customer",),
    texts!(
        "linha_identica",
        "igual à linha {other_row}, e sem código externo: são dois registros",
        "the same as row {other_row}, and without an external code: they are two records",
    ),
    texts!(
        "linha_identica",
        "igual à linha {other_row}, e sem código externo nem {document}: são dois registros",
        "the same as row {other_row}, with neither an external code nor a {document}: they are two records",
    ),
    texts!("linha_duplicada", "repete a linha {other_row}", "repeats row {other_row}"),
    texts!(
        "so_para_alterar",
        "só serve para alterar um registro que já existe; para incluir um novo, falta",
        "good only for changing a record that exists; a new one lacks",
    ),
    texts!(
        "desconhecido",
        "enviada, e nenhuma resposta diz o que aconteceu; execute de novo com o mesmo journal para saber",
        "sent, and no answer tells what became of it; run again with the same journal to find out",
    ),
    texts!(
        "desconhecido_sem_codigo",
        "enviada sem resposta, e sem código externo não há como procurá-la; confira na plataforma antes de reenviar",
        "sent without an answer, and without an external code it cannot be looked up; check the platform before sending it again",
    ),
    texts!(
        "tentativas_esgotadas",
        "o registro muda na plataforma enquanto a linha é enviada; tente de novo",
        "the record changes on the platform while the row is being sent; try again",
    ),
];
