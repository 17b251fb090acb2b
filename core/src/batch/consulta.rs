use super::listing::{Read, Shown, read_whole, shifting};
use super::recurso::{Importavel, chaves, codigo_da_chave, documento_da_chave, id_da_chave};
use crate::client::{CallOptions, Client};
use crate::transport::Host;
use crate::{Error, ErrorKind};

/// What the platform has under a key.
pub(crate) enum Consulta<M> {
    /// The row has no key to look for.
    SemChave,
    /// Nothing.
    Ausente,
    /// This.
    Presente(Box<M>),
}

/// Looks a record up by the business identity of its row. Every page is read: a platform that does not know the
/// filter answers with everything, and what is not among it, once it was read whole, is not there.
pub(crate) async fn consultar<M: Importavel, H: Host>(
    client: &Client<H>,
    chave: Option<&str>,
) -> Result<Consulta<M>, Error> {
    let Some(chave) = chave else {
        return Ok(Consulta::SemChave);
    };
    if let Some(id) = id_da_chave(chave) {
        return match client.obter::<M>(id, &CallOptions::default()).await {
            Ok(registro) if !registro.removido() => Ok(Consulta::Presente(Box::new(registro))),
            Err(e) if e.kind() != ErrorKind::NotFound => Err(e),
            _ => Ok(Consulta::Ausente),
        };
    }
    let filtro = M::filtro_por_chave(codigo_da_chave(chave), documento_da_chave(chave));
    let mut found = None;
    let mut visit = |shown: Shown<M>| {
        let Shown::Page(page, _) = shown else {
            return Ok(true);
        };
        let wanted = |record: &M| !record.removido() && chaves(record).iter().flatten().any(|c| c == chave);
        found = page.into_iter().find(wanted);
        Ok(found.is_none())
    };
    let read = read_whole::<M, H>(client, &filtro, &CallOptions::default(), &mut visit).await?;
    match (found, read) {
        (Some(record), _) => Ok(Consulta::Presente(Box::new(record))),
        (None, Read::Shifting) => Err(shifting()),
        (None, _) => Ok(Consulta::Ausente),
    }
}
