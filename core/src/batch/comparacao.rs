use std::str::FromStr;

use futures_util::stream::{StreamExt, iter};

use super::comparar::{Diferenca, comparar};
use super::consulta::{Consulta, consultar};
use super::donos::conferir_donos;
use super::envio::ler;
use super::fonte::WITHOUT_IDENTITY;
use super::importar::Prazo;
use super::journal::Journal;
use super::linha::{Achada, Decidido, Decisao, ProblemaDaLinha};
use super::listing::{Read, Shown, read_whole};
use super::recurso::{Importavel, chaves, documento_da_chave, id_da_chave};
use crate::client::{CallOptions, Client};
use crate::model::Id;
use crate::profile::Promise;
use crate::transport::Host;
use crate::{Competencia, Error};

/// How many lookups by key run at once.
const CONSULTAS: usize = 8;

/// The journal's note of the months that its rows belong to.
pub(crate) const COMPETENCIAS: &str = "competencias";

/// Finds out which rows the platform has already, by the fewest requests: the pages of a listing, narrowed to the
/// months of the rows where that can be done, or one request for each row where there are fewer rows than pages.
///
/// Rows that nothing tells from others are refused where another import of them would not be noticed, unless
/// `allow_unidentified`: all of them, or those that look like a record of the platform's.
pub(crate) async fn comparar_com_a_plataforma<M: Importavel, H: Host>(
    client: &Client<H>,
    prazo: &Prazo<'_, H>,
    journal: &mut Journal,
    allow_unidentified: bool,
    avancar: &mut (dyn FnMut(u64, Option<u64>) -> Result<(), Error> + Send),
) -> Result<(), Error> {
    conferir_donos::<M, H>(client, journal).await?;
    let keyed = client.profile().endpoint(M::INCLUIR).promise == Promise::IdempotencyKey;
    if !allow_unidentified && !keyed {
        journal.refuse_unidentified(&unprotected())?;
    }
    let look_for_alike = !allow_unidentified && journal.has_unidentified()?;
    let esperando = journal.contar()?.pendentes;
    let com_chave = !journal.chaves_em_espera(0, 1)?.is_empty();
    if esperando > 0 && (com_chave || look_for_alike) {
        let filtros = filtros::<M>(&competencias(journal)?);
        let (mut vistos, mut primeira) = (0, filtros.len() == 1 && !look_for_alike);
        let mut missed = false;
        for filtro in &filtros {
            let mut visit = |shown: Shown<M>| {
                let Shown::Page(pagina, total) = shown else {
                    // What was found was seen; only what was not found may have been missed.
                    return Ok(look_for_alike || !journal.chaves_em_espera(0, 1)?.is_empty());
                };
                let tamanho = u64::try_from(pagina.len()).unwrap_or(u64::MAX);
                let total = total.filter(|_| filtros.len() == 1);
                if std::mem::take(&mut primeira) && total.is_some_and(|total| esperando < total / tamanho.max(1)) {
                    return Ok(false);
                }
                vistos += tamanho;
                decidir(journal, &pagina)?;
                if look_for_alike {
                    refuse_alike(journal, &pagina)?;
                }
                avancar(vistos, total)?;
                prazo.conferir()?;
                Ok(true)
            };
            match read_whole::<M, H>(client, filtro, &folhear(client), &mut visit).await? {
                Read::Whole => {}
                Read::Shifting => missed = true,
                Read::Left => return por_chave::<M, H>(client, prazo, journal, esperando, avancar).await,
            }
        }
        if missed {
            if look_for_alike {
                journal.refuse_unidentified(&unprotected())?;
            }
            return por_chave::<M, H>(client, prazo, journal, esperando, avancar).await;
        }
    }
    journal.concluir_comparacao()
}

/// Rejects the rows without an identity that look like one of `registros`.
fn refuse_alike<M: Importavel>(journal: &mut Journal, registros: &[M]) -> Result<(), Error> {
    let mut alike = Vec::new();
    for registro in registros.iter().filter(|r| !r.removido()) {
        let Some(likeness) = registro.likeness() else {
            continue;
        };
        for (numero, dados) in journal.alike(&likeness)? {
            if ler::<M>(&dados)?.looks_like(registro) {
                alike.push((numero, looks_repeated(registro.id())));
            }
        }
    }
    alike.sort_by_key(|(numero, _)| *numero);
    alike.dedup_by_key(|(numero, _)| *numero);
    journal.rejeitar(&alike)
}

/// The code of a row without an identity that looks like a record of the platform's.
pub(crate) const LOOKS_REPEATED: &str = "parece_repetida";

fn looks_repeated(id: Option<&Id>) -> ProblemaDaLinha {
    let id = id.map(ToString::to_string).unwrap_or_default();
    ProblemaDaLinha::novo(
        None,
        LOOKS_REPEATED,
        format!(
            "sem código externo, e igual ao registro `{id}` da plataforma; informe o código, ou peça `allow_unidentified` se é outro registro"
        ),
        format!(
            "without an external code, and like the platform's record `{id}`; give the code, or ask for `allow_unidentified` if it is another record"
        ),
    )
}

/// What is wrong with a row without an identity where nothing protects it from being included twice.
fn unprotected() -> ProblemaDaLinha {
    ProblemaDaLinha::novo(
        None,
        WITHOUT_IDENTITY,
        "sem código externo, e a plataforma não protege de uma segunda inclusão; informe o código, ou peça `allow_unidentified` para incluir assim mesmo",
        "without an external code, and the platform does not protect it from being included twice; give the code, or ask for `allow_unidentified` to include it all the same",
    )
}

/// Pages as large as the platform gives, as many as there are.
pub(crate) fn folhear<H: Host>(client: &Client<H>) -> CallOptions {
    CallOptions {
        tamanho_pagina: Some(client.profile().pagination().max_size),
        max_paginas: Some(u32::MAX),
        ..CallOptions::default()
    }
}

async fn por_chave<M: Importavel, H: Host>(
    client: &Client<H>,
    prazo: &Prazo<'_, H>,
    journal: &mut Journal,
    esperando: u64,
    avancar: &mut (dyn FnMut(u64, Option<u64>) -> Result<(), Error> + Send),
) -> Result<(), Error> {
    let mut cursor = 0;
    let mut feitas = 0;
    loop {
        let chaves = journal.chaves_em_espera(cursor, 64)?;
        let Some((ultima, _)) = chaves.last() else {
            return journal.concluir_comparacao();
        };
        cursor = *ultima;
        feitas += u64::try_from(chaves.len()).unwrap_or(u64::MAX);
        let mut consultas = iter(chaves)
            .map(|(_, chave)| async move { consultar::<M, H>(client, Some(&chave)).await })
            .buffer_unordered(CONSULTAS);
        let mut achados = Vec::new();
        while let Some(consulta) = consultas.next().await {
            if let Consulta::Presente(registro) = consulta? {
                achados.push(*registro);
            }
        }
        decidir(journal, &achados)?;
        avancar(feitas, Some(esperando))?;
        prazo.conferir()?;
    }
}

/// One filter for each month where the rows name few months, one for everything otherwise.
pub(crate) fn filtros<M: Importavel>(meses: &[String]) -> Vec<M::Filtro> {
    let filtros: Option<Vec<M::Filtro>> =
        meses.iter().map(|mes| M::filtro_por_competencia(Competencia::from_str(mes).ok()?)).collect();
    filtros.filter(|f| !f.is_empty()).unwrap_or_else(|| vec![M::Filtro::default()])
}

/// The months of the rows in the journal, if they are few.
pub(crate) fn competencias(journal: &Journal) -> Result<Vec<String>, Error> {
    let meses = journal.meta(COMPETENCIAS)?.unwrap_or_default();
    Ok(meses.split(',').filter(|m| !m.is_empty()).map(str::to_owned).collect())
}

fn decidir<M: Importavel>(journal: &mut Journal, registros: &[M]) -> Result<(), Error> {
    let mut decisoes = Vec::new();
    for registro in registros.iter().filter(|r| !r.removido()) {
        for (achada, chave) in achadas(journal, registro)? {
            let como = match confrontar(&achada, &chave, registro)? {
                Confronto::Ignorado => continue,
                Confronto::Incerto(problema) => Decidido::Rejeitado(vec![problema]),
                Confronto::Igual => Decidido::Inalterado,
                Confronto::Diferente(diferenca) => Decidido::Alterar(diferenca.corpo.to_json()),
            };
            decisoes.push(Decisao { numero: achada.numero, id: registro.id().map(ToString::to_string), como });
        }
    }
    journal.decidir(&decisoes)
}

/// The rows that may mean this record, by code and by document, each with the key that says so.
pub(crate) fn achadas<M: Importavel>(journal: &Journal, registro: &M) -> Result<Vec<(Achada, String)>, Error> {
    let mut achadas = Vec::new();
    for chave in chaves(registro).into_iter().flatten() {
        if let Some(achada) = journal.por_chave(&chave)? {
            achadas.push((achada, chave));
        }
    }
    Ok(achadas)
}

/// How a row stands to a record that it may mean.
pub(crate) enum Confronto {
    /// It was matched with another record before this one.
    Ignorado,
    /// It does not say which record it means, or says it of one that it cannot be.
    Incerto(ProblemaDaLinha),
    Igual,
    Diferente(Diferenca),
}

pub(crate) fn confrontar<M: Importavel>(achada: &Achada, chave: &str, registro: &M) -> Result<Confronto, Error> {
    if achada.id.is_some() && achada.id.as_deref() != registro.id().map(Id::as_str) {
        // A code is unique on the platform; a document may not be.
        let por_codigo = documento_da_chave(chave).is_none();
        return Ok(if por_codigo { Confronto::Ignorado } else { Confronto::Incerto(documento_ambiguo()) });
    }
    let novo: M = ler(&achada.corpo.dados)?;
    if let Some(id) = id_da_chave(chave)
        && !novo.pode_ser(registro)
    {
        return Ok(Confronto::Incerto(id_de_outro(id)));
    }
    Ok(comparar(registro, &novo, &achada.corpo.limpar).map_or(Confronto::Igual, Confronto::Diferente))
}

/// What is wrong with a row whose identifier the platform does not have, or has for a record unlike it.
fn id_de_outro(id: &str) -> ProblemaDaLinha {
    ProblemaDaLinha::novo(
        None,
        "id_de_outro_registro",
        format!("o registro `{id}` da plataforma é outro, não o desta linha; apague o ID para incluí-la como nova"),
        format!("the platform's record `{id}` is another one, not this row's; delete the ID to include it as new"),
    )
}

pub(crate) fn id_inexistente(id: &str) -> ProblemaDaLinha {
    ProblemaDaLinha::novo(
        None,
        "id_inexistente",
        format!(
            "a plataforma não tem o registro `{id}` sob o código desta linha; apague o ID para incluí-la como nova"
        ),
        format!("the platform has no record `{id}` under this row's code; delete the ID to include it as new"),
    )
}

fn documento_ambiguo() -> ProblemaDaLinha {
    ProblemaDaLinha::novo(
        Some("cpfCnpj"),
        "documento_ambiguo",
        "a plataforma tem mais de um registro com este documento; informe o código externo",
        "the platform has more than one record with this document; give the external code",
    )
}
