//! `smartbill-sandbox`: the sandbox as a server.

use std::process::ExitCode;

use smartbill_core::profile::Profile;
use smartbill_sandbox::server::{Options, Sandbox};

const HELP: &str = "\
smartbill-sandbox: a stand-in of the Smartbill platform for development and tests

  --porta N       port on 127.0.0.1 (default 8080; 0 takes a free one)
  --perfil FILE   wire profile, a TOML file (default: the embedded one)
  --token TEXT    the token that it takes (default: sandbox)
  --ajuda         this text";

fn main() -> ExitCode {
    let options = match read(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("smartbill-sandbox: {message}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match Sandbox::start(options) {
        Ok(sandbox) => {
            println!("{}", sandbox.url());
            loop {
                std::thread::park();
            }
        }
        Err(error) => {
            eprintln!("smartbill-sandbox: cannot listen: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Reads the options of the command line. Returns `None` if only help is asked for.
fn read(mut args: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options { port: 8080, ..Options::default() };
    while let Some(name) = args.next() {
        if ["--ajuda", "--help", "-h"].contains(&name.as_str()) {
            return Ok(None);
        }
        let mut value = || args.next().ok_or_else(|| format!("`{name}` needs a value"));
        match name.as_str() {
            "--porta" => options.port = value()?.parse().map_err(|_| "`--porta` needs a port number".to_owned())?,
            "--token" => options.token = value()?,
            "--perfil" => {
                let file = value()?;
                let text = std::fs::read_to_string(&file).map_err(|e| format!("cannot read `{file}`: {e}"))?;
                let profile = Profile::from_toml(&text, &file).map_err(|e| e.to_string())?;
                profile.servable().map_err(|e| e.to_string())?;
                options.profile = profile;
            }
            _ => return Err(format!("unknown option `{name}`")),
        }
    }
    Ok(Some(options))
}
