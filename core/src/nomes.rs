use crate::escrita::partes;

/// Names in one text, a `|` between them, because a page downloads the address and the length of each text apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nomes(pub(crate) &'static str);

/// The [`Nomes`] of some literals.
macro_rules! nomes {
    ($primeiro:literal $(, $outro:literal)* $(,)?) => {
        $crate::Nomes(concat!($primeiro $(, "|", $outro)*))
    };
}
pub(crate) use nomes;

impl Nomes {
    /// The text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// One after the other.
    pub fn iter(self) -> impl Iterator<Item = &'static str> + Clone {
        partes(self.0)
    }

    /// The place of a name, worked out while compiling: one that is not there does not compile.
    #[expect(clippy::panic, clippy::indexing_slicing, reason = "a wrong name must not compile")]
    pub(crate) const fn posicao(self, nome: &str) -> usize {
        let (texto, nome) = (self.0.as_bytes(), nome.as_bytes());
        let (mut lugar, mut inicio) = (0, 0);
        while inicio < texto.len() {
            let mut fim = inicio;
            let mut igual = true;
            while fim < texto.len() && texto[fim] != b'|' {
                igual = igual && fim - inicio < nome.len() && texto[fim] == nome[fim - inicio];
                fim += 1;
            }
            if igual && fim - inicio == nome.len() {
                return lugar;
            }
            lugar += 1;
            inicio = fim + 1;
        }
        panic!("no such name")
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_found_in_their_text() {
        let nomes = nomes!("um", "dois", "umdois");
        assert_eq!(nomes.iter().collect::<Vec<_>>(), ["um", "dois", "umdois"]);
        assert_eq!(nomes!("só").iter().collect::<Vec<_>>(), ["só"]);
        for (lugar, nome) in nomes.iter().enumerate() {
            assert_eq!(nomes.posicao(nome), lugar);
        }
    }
}
