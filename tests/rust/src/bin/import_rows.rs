//! An import in a process of its own, so that it can be killed: `import-rows JOB`, a file with a [`Job`].
//!
//! It prints a line for every step that it takes, and writes what became of every row when it comes to its end.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use smartbill_core::batch::{Estado, Evento, Fonte, Importacao, Importavel, OpcoesDeImportacao, Ritmo, importar};
use smartbill_core::client::{Client, ClientOptions, Limit};
use smartbill_core::model::{Cliente, Consumo};
use smartbill_core::planilha::Opcoes;
use smartbill_core::retry::RetryPolicy;
use smartbill_core::transport::{HttpOptions, ReqwestHost};
use smartbill_core::{Error, Idioma};
use smartbill_tests::platform::TOKEN;
use smartbill_tests::process::{Ending, Job, RowEnding};
use smartbill_tests::promise::profile_with;

fn main() -> ExitCode {
    let Some(job) = std::env::args().nth(1).and_then(|path| std::fs::read(path).ok()) else {
        eprintln!("import-rows: give the file with the job");
        return ExitCode::FAILURE;
    };
    let job: Job = match serde_json::from_slice(&job) {
        Ok(job) => job,
        Err(wrong) => {
            eprintln!("import-rows: {wrong}");
            return ExitCode::FAILURE;
        }
    };
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return ExitCode::FAILURE;
    };
    let ending = runtime.block_on(async {
        match job.resource.as_str() {
            "clientes" => run::<Cliente>(&job).await,
            _ => run::<Consumo>(&job).await,
        }
    });
    let ending = ending.unwrap_or_else(|e| Ending { error: Some(e.to_string()), ..Ending::default() });
    let whole = ending.error.is_none();
    let written = serde_json::to_vec(&ending).is_ok_and(|text| std::fs::write(&job.result, text).is_ok());
    if whole && written { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn run<M: Importavel>(job: &Job) -> Result<Ending, Error> {
    let options = ClientOptions {
        token: Some(TOKEN.into()),
        idioma: Idioma::En,
        profile: profile_with(&job.promise),
        attempt: Limit::After(Duration::from_millis(job.attempt)),
        retry: RetryPolicy {
            base: Duration::from_millis(20),
            cap: Duration::from_millis(200),
            ..RetryPolicy::default()
        },
        ..ClientOptions::new(job.url.clone())
    };
    let host = ReqwestHost::new(&HttpOptions { no_proxy: true, ..HttpOptions::default() })?;
    let client = Client::new(options, host)?;
    let ritmo = Ritmo { por_segundo: job.rate, concorrencia: job.at_once, ..Ritmo::default() };
    let opcoes = OpcoesDeImportacao {
        journal: Some(job.journal.clone()),
        ritmo,
        allow_unidentified: true,
        ..OpcoesDeImportacao::default()
    };
    let fonte = Fonte::Arquivo { caminho: job.source.clone(), opcoes: Opcoes::default() };
    let mut say = |event: Evento<'_>| {
        let mut output = std::io::stdout().lock();
        // Whoever listened is gone; the import goes on.
        let _ = writeln!(output, "{} {}", event.fase.name(), event.feitas).and_then(|()| output.flush());
        Ok(())
    };
    let importacao = importar::<M, _>(&client, fonte, &opcoes, &mut say).await?;
    ending(&importacao)
}

fn ending(importacao: &Importacao) -> Result<Ending, Error> {
    let mut rows = Vec::new();
    let mut after = 0;
    loop {
        let page = importacao.journal.pagina(&[], after, 500)?;
        let Some(last) = page.last() else { break };
        after = last.numero;
        rows.extend(page.iter().map(|row| RowEnding {
            number: row.numero,
            state: row.estado.name().to_owned(),
            code: row.codigo.clone().unwrap_or_default(),
        }));
    }
    let open = rows.iter().filter(|row| row.state == Estado::Pendente.name()).count();
    let stopped = importacao.parada.as_ref().map(|why| why.code().to_owned());
    Ok(Ending { error: None, stopped, open, rows })
}
