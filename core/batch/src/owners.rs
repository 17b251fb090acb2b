use std::collections::HashMap;

use smartbill_client::client::Client;
use smartbill_client::transport::Host;
use smartbill_model::validate::Finding;
use smartbill_model::{Cliente, ClientesFilter, Contrato, ContratosFilter, Error, Id};

use super::journal::Journal;
use super::listing::{Read, Shown, listing_options, read_whole, shifting};
use super::messages::row_error;
use super::resource::Importable;
use super::stored::read;

/// Rejects usage if the source names a customer to whom the contract does not belong, because it would be billed to the
/// wrong customer. If the platform does not have the contract, the platform itself refuses the row.
pub(crate) async fn check_owners<M: Importable, H: Host>(
    client: &Client<H>,
    journal: &mut Journal,
) -> Result<(), Error> {
    const BATCH: usize = 1_000;
    let mut rows = journal.with_owner(0, BATCH)?;
    if rows.is_empty() {
        return Ok(());
    }
    let owners = owners(client).await?;
    while let Some((last, ..)) = rows.last() {
        let last = *last;
        let mut foreign = Vec::new();
        for (number, data, documento) in &rows {
            let model = read::<M>(data)?;
            let owner = model.contrato().and_then(|contrato| owners.get(contrato));
            if owner.is_some_and(|owner| owner != documento) {
                foreign.push((*number, of_another_cliente()));
            }
        }
        journal.reject(&foreign)?;
        rows = journal.with_owner(last, BATCH)?;
    }
    Ok(())
}

/// The customer's document of each contract, by the contract's identifier and by its code.
async fn owners<H: Host>(client: &Client<H>) -> Result<HashMap<String, String>, Error> {
    let options = listing_options(client);
    let mut documentos: HashMap<String, String> = HashMap::new();
    let mut visit = |shown: Shown<Cliente>| {
        let Shown::Page(clientes, _) = shown else {
            return Ok(true);
        };
        for cliente in clientes {
            if let (Some(Id(id)), Some(documento)) = (cliente.id, cliente.cpf_cnpj) {
                documentos.insert(id, documento);
            }
        }
        Ok(true)
    };
    if read_whole::<Cliente, H>(client, &ClientesFilter::default(), &options, &mut visit).await? == Read::Shifting {
        return Err(shifting());
    }
    let mut owners = HashMap::new();
    let mut visit = |shown: Shown<Contrato>| {
        let Shown::Page(contratos, _) = shown else {
            return Ok(true);
        };
        for contrato in contratos {
            let Some(documento) = contrato.cliente_id.as_ref().and_then(|id| documentos.get(id.as_str())) else {
                continue;
            };
            let names = contrato.id.map(|id| id.0).into_iter().chain(contrato.codigo_externo);
            owners.extend(names.map(|name| (name, documento.clone())));
        }
        Ok(true)
    };
    if read_whole::<Contrato, H>(client, &ContratosFilter::default(), &options, &mut visit).await? == Read::Shifting {
        return Err(shifting());
    }
    Ok(owners)
}

fn of_another_cliente() -> Finding {
    row_error("contrato_de_outro_cliente").at("clienteCpfCnpj")
}
