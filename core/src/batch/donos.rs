use std::collections::HashMap;

use super::comparacao::folhear;
use super::envio::ler;
use super::journal::Journal;
use super::linha::ProblemaDaLinha;
use super::listing::{Read, Shown, read_whole, shifting};
use super::recurso::Importavel;
use crate::Error;
use crate::client::Client;
use crate::model::{Cliente, Contrato, FiltroClientes, FiltroContratos, Id};
use crate::transport::Host;

/// Rejects usage whose customer, where the source names one, is not the one that its contract belongs to: it would be
/// billed to somebody else. A contract that the platform does not have is left for the platform to refuse.
pub(crate) async fn conferir_donos<M: Importavel, H: Host>(
    client: &Client<H>,
    journal: &mut Journal,
) -> Result<(), Error> {
    const LOTE: usize = 1_000;
    let mut linhas = journal.com_dono(0, LOTE)?;
    if linhas.is_empty() {
        return Ok(());
    }
    let donos = donos(client).await?;
    while let Some((ultima, ..)) = linhas.last() {
        let ultima = *ultima;
        let mut alheias = Vec::new();
        for (numero, dados, documento) in &linhas {
            let modelo = ler::<M>(dados)?;
            let dono = modelo.contrato().and_then(|contrato| donos.get(contrato));
            if dono.is_some_and(|dono| dono != documento) {
                alheias.push((*numero, de_outro_cliente()));
            }
        }
        journal.rejeitar(&alheias)?;
        linhas = journal.com_dono(ultima, LOTE)?;
    }
    Ok(())
}

/// The document of the customer of each contract, by the contract's identifier and by its code.
async fn donos<H: Host>(client: &Client<H>) -> Result<HashMap<String, String>, Error> {
    let opcoes = folhear(client);
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
    if read_whole::<Cliente, H>(client, &FiltroClientes::default(), &opcoes, &mut visit).await? == Read::Shifting {
        return Err(shifting());
    }
    let mut donos = HashMap::new();
    let mut visit = |shown: Shown<Contrato>| {
        let Shown::Page(contratos, _) = shown else {
            return Ok(true);
        };
        for contrato in contratos {
            let Some(documento) = contrato.cliente_id.as_ref().and_then(|id| documentos.get(id.as_str())) else {
                continue;
            };
            let nomes = contrato.id.map(|id| id.0).into_iter().chain(contrato.codigo_externo);
            donos.extend(nomes.map(|nome| (nome, documento.clone())));
        }
        Ok(true)
    };
    if read_whole::<Contrato, H>(client, &FiltroContratos::default(), &opcoes, &mut visit).await? == Read::Shifting {
        return Err(shifting());
    }
    Ok(donos)
}

fn de_outro_cliente() -> ProblemaDaLinha {
    ProblemaDaLinha::novo(
        Some("clienteCpfCnpj"),
        "contrato_de_outro_cliente",
        "o contrato é de outro cliente",
        "the contract belongs to another customer",
    )
}
