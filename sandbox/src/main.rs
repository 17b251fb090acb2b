//! `smartbill-sandbox`: the sandbox as a server.

use std::process::ExitCode;

use smartbill_core::profile::Profile;
use smartbill_sandbox::server::{Options, Sandbox};

const AJUDA: &str = "\
smartbill-sandbox: a stand-in of the Smartbill platform for development and tests

  --porta N       port on 127.0.0.1 (default 8080; 0 takes a free one)
  --perfil FILE   wire profile, a TOML file (default: the embedded one)
  --token TEXT    the token that it takes (default: sandbox)
  --ajuda         this text";

fn main() -> ExitCode {
    let options = match ler(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{AJUDA}");
            return ExitCode::SUCCESS;
        }
        Err(mensagem) => {
            eprintln!("smartbill-sandbox: {mensagem}\n\n{AJUDA}");
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
        Err(erro) => {
            eprintln!("smartbill-sandbox: cannot listen: {erro}");
            ExitCode::FAILURE
        }
    }
}

/// The options on the command line; none when only help is asked for.
fn ler(mut args: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options { porta: 8080, ..Options::default() };
    while let Some(nome) = args.next() {
        if ["--ajuda", "--help", "-h"].contains(&nome.as_str()) {
            return Ok(None);
        }
        let mut valor = || args.next().ok_or_else(|| format!("`{nome}` needs a value"));
        match nome.as_str() {
            "--porta" => options.porta = valor()?.parse().map_err(|_| "`--porta` needs a port number".to_owned())?,
            "--token" => options.token = valor()?,
            "--perfil" => {
                let arquivo = valor()?;
                let texto = std::fs::read_to_string(&arquivo).map_err(|e| format!("cannot read `{arquivo}`: {e}"))?;
                options.perfil = Profile::from_toml(&texto, &arquivo).map_err(|e| e.to_string())?;
            }
            _ => return Err(format!("unknown option `{nome}`")),
        }
    }
    Ok(Some(options))
}
