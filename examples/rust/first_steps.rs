//! A customer and a contract go in, then a month of usage from a spreadsheet; charges come back.
//!
//! Runs on the sandbox, in this process: `cargo run -p smartbill-first-steps`.

use std::error::Error;

use futures_util::{TryStreamExt, pin_mut};
use smartbill_core::batch::{ImportOptions, Source, importar};
use smartbill_core::client::{CallOptions, Client};
use smartbill_core::model::{
    Cliente, Cobranca, CobrancasFilter, Consumo, Contrato, ContratoAction, ItemContrato, Periodicidade,
};
use smartbill_core::sheets::ReadOptions;
use smartbill_core::{Competencia, Language};
use smartbill_sandbox::TOKEN;
use smartbill_sandbox::server::{Options, Sandbox};

const SHEET: &str = "\
Id Externo;Contrato;Serviço;Competência;Quantidade
U-1;CT-1;API-CHAMADAS;out/2026;1.200,5
U-2;CT-1;API-CHAMADAS;10/2026;300
U-3;CT-1;API-CHAMADAS;10/2026;muitas
";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start(Options::default())?;
    let client = Client::builder(sandbox.url()).token(TOKEN).build()?;
    let default = CallOptions::default();

    let cliente = Cliente {
        codigo_externo: Some("ERP-001".into()),
        nome: Some("Padaria Estrela do Norte Ltda".into()),
        cpf_cnpj: Some("12.ABC.345/01DE-35".into()),
        ..Cliente::default()
    };
    let cliente = client.incluir(&cliente, &default).await?;
    println!("{}: {:?}", cliente.outcome.name(), cliente.record.id);

    let contrato = Contrato {
        codigo_externo: Some("CT-1".into()),
        cliente_codigo_externo: Some("ERP-001".into()),
        data_inicio: Some("2026-10-01".parse()?),
        periodicidade: Some(Periodicidade::Mensal),
        dia_vencimento: Some(10),
        itens: vec![ItemContrato {
            servico_codigo: Some("API-CHAMADAS".into()),
            quantidade: Some(1.into()),
            ..ItemContrato::default()
        }],
        ..Contrato::default()
    };
    let contrato = client.incluir(&contrato, &default).await?.record;
    let ids: Vec<_> = contrato.id.into_iter().collect();
    for item in client.ativar(&ids, &ContratoAction::default(), &default).await? {
        println!("contract {} is {:?}", item.id, item.outcome?.record.situacao);
    }

    let source = Source::Bytes { bytes: SHEET.into(), name: "consumos.csv".into(), options: ReadOptions::default() };
    let import_options = ImportOptions::default();
    let import = importar::<Consumo, _>(&client, source, &import_options, &mut |_| Ok(())).await?;
    println!("{} included, {} rejected", import.counts.created, import.counts.rejected);
    for row in import.journal.page(&[], 0, 100)? {
        for finding in row.findings {
            println!("row {}: {}", row.number, finding.message(Language::En));
        }
    }

    let october: Competencia = "2026-10".parse()?;
    sandbox.service().faturar(october, jiff::Timestamp::now());
    let filter = CobrancasFilter { competencia: Some(october), ..CobrancasFilter::default() };
    let cobrancas = client.listar::<Cobranca>(&filter, &default)?.stream(&client);
    pin_mut!(cobrancas);
    while let Some(cobranca) = cobrancas.try_next().await? {
        println!("charge {:?}: R$ {:?}", cobranca.numero, cobranca.valor_liquido);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_runs() -> Result<(), Box<dyn std::error::Error>> {
        super::main()
    }
}
