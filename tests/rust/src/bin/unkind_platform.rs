//! Runs the unkind platform in a separate process, so that it can be killed.
//!
//! `unkind-platform [--plan FILE] [--log FILE] [--port N] [--other URL] [--events]`. The first line of its output is
//! `listening PORT`. With `--events`, one line follows for each request, commit and answer.

use std::io::Write as _;
use std::net::TcpListener;
use std::process::ExitCode;

use smartbill_tests::platform::{Event, Options, Plan, run};

fn main() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(wrong) => {
            eprintln!("unkind-platform: {wrong}");
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<(), Box<dyn std::error::Error>> {
    let mut options = Options::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--plan" => options.plan = serde_json::from_slice::<Plan>(&std::fs::read(value()?)?)?,
            "--log" => options.log = Some(value()?.into()),
            "--port" => options.port = Some(value()?.parse()?),
            "--other" => options.other = value()?,
            "--events" => options.listener = Some(Box::new(|event: Event| say(event.word()))),
            _ => return Err(format!("unknown argument `{argument}`").into()),
        }
    }
    options.port = options.port.or_else(lasting_port);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(run(options, |port| say(&format!("listening {port}"))))?)
}

/// A free port outside the range that the system gives to connections, so that it is still free after a restart.
fn lasting_port() -> Option<u16> {
    let first = u16::try_from(std::process::id() % 12_000).unwrap_or(0);
    (0..12_000).map(|n| 20_000 + (first + n) % 12_000).find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
}

fn say(line: &str) {
    let mut output = std::io::stdout().lock();
    // If the reader of the output is gone, the platform continues.
    let _ = writeln!(output, "{line}").and_then(|()| output.flush());
}
