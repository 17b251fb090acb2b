//! Why the operating system does not give a file or a connection, in this library's words: its own are in one language, and differ.

use std::io::{self, ErrorKind};

use crate::{Language, Message};

/// The errors that a person can act on: code, Portuguese, English.
const REASONS: [(ErrorKind, &str, &str, &str); 14] = [
    (ErrorKind::NotFound, "nao_existe", "não existe esse arquivo ou pasta", "there is no such file or folder"),
    (ErrorKind::PermissionDenied, "sem_permissao", "o sistema nega a permissão", "the system denies the permission"),
    (ErrorKind::IsADirectory, "pasta", "é uma pasta, não um arquivo", "it is a folder, not a file"),
    (
        ErrorKind::NotADirectory,
        "nao_e_pasta",
        "o caminho passa por um arquivo como se fosse pasta",
        "the path goes through a file as if it were a folder",
    ),
    (ErrorKind::StorageFull, "disco_cheio", "o disco está cheio", "the disk is full"),
    (ErrorKind::QuotaExceeded, "cota_esgotada", "a cota de disco acabou", "the disk quota is used up"),
    (ErrorKind::ReadOnlyFilesystem, "somente_leitura", "o disco é somente de leitura", "the disk is read-only"),
    (ErrorKind::ConnectionRefused, "recusada", "a conexão foi recusada", "the connection was refused"),
    (
        ErrorKind::ConnectionReset,
        "encerrada",
        "o outro lado encerrou a conexão",
        "the other side closed the connection",
    ),
    (ErrorKind::ConnectionAborted, "abortada", "a conexão caiu", "the connection was lost"),
    (ErrorKind::BrokenPipe, "interrompida", "o outro lado encerrou a conexão", "the other side closed the connection"),
    (ErrorKind::HostUnreachable, "sem_rota", "não há rota até o servidor", "there is no route to the host"),
    (ErrorKind::AddrInUse, "em_uso", "outro programa usa esta porta", "another program uses this port"),
    (ErrorKind::NetworkUnreachable, "sem_rede", "a rede está fora de alcance", "the network is unreachable"),
];

/// The code of an error: one of those above, or the number that the system gives.
#[must_use]
pub fn code(error: &io::Error) -> String {
    let known = REASONS.iter().find(|(kind, ..)| *kind == error.kind());
    let number = || error.raw_os_error().map_or_else(String::new, |number| number.to_string());
    known.map_or_else(number, |(_, code, ..)| (*code).to_owned())
}

/// The sentence for a [`code`].
#[must_use]
pub fn sentence(code: &str, language: Language) -> String {
    let known = REASONS.iter().find(|(_, known, ..)| *known == code);
    match known {
        Some((_, _, pt, en)) => language.choose(pt, en).to_owned(),
        None if code.is_empty() => {
            language.choose("o sistema não disse por quê", "the system does not say why").to_owned()
        }
        None => [language.choose("erro do sistema número ", "system error number "), code].concat(),
    }
}

/// The reason why the operating system refuses a file, as part of a sentence.
#[must_use]
pub fn refusal(error: &io::Error) -> Message {
    let code = code(error);
    Message::new(sentence(&code, Language::PtBr), sentence(&code, Language::En))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_speaks_no_language_of_its_own() {
        let missing = std::fs::File::open("/nowhere/at/all.xlsx").unwrap_err();
        assert_eq!(refusal(&missing).en, "there is no such file or folder");
        assert_eq!(refusal(&missing).pt, "não existe esse arquivo ou pasta");
        for (kind, code, pt, en) in REASONS {
            let said = refusal(&kind.into());
            assert_eq!((said.pt.as_str(), said.en.as_str()), (pt, en), "{code}");
        }
        assert_eq!(refusal(&io::Error::from_raw_os_error(5_000)).pt, "erro do sistema número 5000");
        assert_eq!(refusal(&io::Error::other("words of somebody else")).en, "the system does not say why");
    }
}
