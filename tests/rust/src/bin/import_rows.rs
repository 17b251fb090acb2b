//! Runs an import in a separate process, so that it can be killed: `import-rows JOB`. `JOB` is a file with a [`Job`].
//!
//! It prints a line for each step, and writes the outcome of every row at its end.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use smartbill_core::batch::{ImportOptions, ImportResult, Importable, Pace, Progress, RowState, Source, importar};
use smartbill_core::client::{Client, ClientOptions, Limit};
use smartbill_core::model::{Cliente, Consumo};
use smartbill_core::retry::RetryPolicy;
use smartbill_core::sheets::ReadOptions;
use smartbill_core::transport::http::{HttpOptions, ReqwestHost};
use smartbill_core::{Error, Language};
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

async fn run<M: Importable>(job: &Job) -> Result<Ending, Error> {
    let options = ClientOptions {
        token: Some(TOKEN.into()),
        language: Language::En,
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
    let pace = Pace { rate: job.rate, concurrency: job.at_once, ..Pace::default() };
    let import_options = ImportOptions {
        journal: Some(job.journal.clone()),
        pace,
        allow_unidentified: true,
        ..ImportOptions::default()
    };
    let source = Source::SheetFile { path: job.source.clone(), options: ReadOptions::default() };
    let mut say = |event: Progress<'_>| {
        let mut output = std::io::stdout().lock();
        // If the reader of the output is gone, the import continues.
        let _ = writeln!(output, "{} {}", event.phase.name(), event.done).and_then(|()| output.flush());
        Ok(())
    };
    let import = importar::<M, _>(&client, source, &import_options, &mut say).await?;
    ending(&import)
}

fn ending(import: &ImportResult) -> Result<Ending, Error> {
    let mut rows = Vec::new();
    let mut after = 0;
    loop {
        let page = import.journal.page(&[], after, 500)?;
        let Some(last) = page.last() else { break };
        after = last.number;
        rows.extend(page.iter().map(|row| RowEnding {
            number: row.number,
            state: row.state.name().to_owned(),
            code: row.code.clone().unwrap_or_default(),
        }));
    }
    let open = rows.iter().filter(|row| row.state == RowState::Pending.name()).count();
    let stopped = import.stopped.as_ref().map(|why| why.code().to_owned());
    Ok(Ending { error: None, stopped, open, rows })
}
