//! Tables in HTML pages, which many a system writes and calls `.xls` because Excel opens them.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use html5gum::emitters::default::{DefaultEmitter, StartTag};
use html5gum::{IoReader, Token, Tokenizer};

use super::celula::{Celula, Linha};
use super::leitor::Fonte;
use super::limites::Limites;
use super::mescladas::Regiao;
use super::problema::Falha;
use super::texto::{Decodificador, composto, leitura};

/// How many times the text of a row one tag may be: a picture may be written into it.
const TAG: u64 = 8;

/// The rows of all the tables of a page, one after another, as they are read.
pub(super) struct LinhasHtml<'a> {
    tokens: Tokenizer<IoReader<Bounded<'a>>, DefaultEmitter>,
    /// Bytes that the token being read has taken; one token is had in memory whole.
    taken: Arc<AtomicUsize>,
    limites: Limites,
    numero: u32,
    /// Bytes of text in the row so far.
    bytes: usize,
    /// The row being read; none between rows.
    linha: Option<Vec<Celula>>,
    /// The text of the cell being read; none between cells.
    texto: Option<String>,
    /// How many columns the cell being read takes.
    largura: usize,
    /// Columns that cells of earlier rows take, and down to which row.
    ocupadas: Vec<(usize, u32)>,
    regioes: Vec<Regiao>,
}

impl<'a> LinhasHtml<'a> {
    pub(super) fn abrir(fonte: Box<dyn Fonte + 'a>, limites: &Limites) -> Result<Self, Falha> {
        let mut emissor = DefaultEmitter::default();
        // So that the text of a style sheet is no markup.
        emissor.naively_switch_states(true);
        let taken = Arc::new(AtomicUsize::new(0));
        let most = usize::try_from(limites.bytes_por_linha.saturating_mul(TAG)).unwrap_or(usize::MAX);
        let page = Bounded { page: Decodificador::da_pagina(fonte)?, taken: Arc::clone(&taken), most };
        Ok(Self {
            tokens: Tokenizer::new_with_emitter(IoReader::new(page), emissor),
            taken,
            limites: *limites,
            numero: 0,
            bytes: 0,
            linha: None,
            texto: None,
            largura: 1,
            ocupadas: Vec::new(),
            regioes: Vec::new(),
        })
    }

    /// Cells that reach down, found since the last time they were asked for.
    pub(super) fn regioes(&mut self) -> Vec<Regiao> {
        std::mem::take(&mut self.regioes)
    }

    pub(super) fn ler(&mut self) -> Result<Option<Linha>, Falha> {
        loop {
            self.taken.store(0, Ordering::Relaxed);
            let Some(token) = self.tokens.next() else {
                return self.fechar_linha();
            };
            let pronta = match token.map_err(|e: io::Error| self.unreadable(&e))? {
                Token::StartTag(tag) => self.abre(&tag)?,
                Token::EndTag(tag) => match tag.name.as_slice() {
                    b"td" | b"th" => self.fechar_celula().map(|()| None)?,
                    b"tr" | b"table" => self.fechar_linha()?,
                    _ => None,
                },
                Token::String(texto) => self.escrever(&texto.value).map(|()| None)?,
                _ => None,
            };
            if pronta.is_some() {
                return Ok(pronta);
            }
        }
    }

    fn unreadable(&self, error: &io::Error) -> Falha {
        if error.kind() == io::ErrorKind::InvalidData { self.too_long() } else { leitura(error) }
    }

    fn too_long(&self) -> Falha {
        Falha::nova("linha_longa_demais", vec![("linha", self.numero.to_string())])
    }

    /// What a tag begins; a row that it ends, for few pages close what they open.
    fn abre(&mut self, tag: &StartTag<()>) -> Result<Option<Linha>, Falha> {
        match tag.name.as_slice() {
            b"tr" => {
                let anterior = self.fechar_linha()?;
                self.numero = self.numero.saturating_add(1);
                self.ocupadas.retain(|(_, ate)| *ate >= self.numero);
                self.linha = Some(Vec::new());
                self.bytes = 0;
                return Ok(anterior);
            }
            b"td" | b"th" => {
                self.fechar_celula()?;
                self.abrir_celula(inteiro(tag, b"colspan"), inteiro(tag, b"rowspan"));
            }
            b"br" | b"p" | b"div" => self.escrever(b" ")?,
            _ => {}
        }
        Ok(None)
    }

    fn abrir_celula(&mut self, largura: u32, altura: u32) {
        let Some(linha) = &mut self.linha else {
            return;
        };
        while self.ocupadas.iter().any(|(coluna, _)| *coluna == linha.len()) {
            linha.push(Celula::Vazia);
        }
        self.largura = usize::try_from(largura.min(self.limites.colunas)).unwrap_or(1);
        if altura > 1 {
            let (coluna, ultima) = (linha.len(), self.numero.saturating_add(altura - 1));
            let livres = usize::try_from(self.limites.colunas).unwrap_or(0).saturating_sub(self.ocupadas.len());
            self.ocupadas.extend((coluna..coluna + self.largura).take(livres).map(|coluna| (coluna, ultima)));
            self.regioes.push(Regiao { primeira: self.numero, ultima, coluna });
        }
        self.texto = Some(String::new());
    }

    fn escrever(&mut self, trecho: &[u8]) -> Result<(), Falha> {
        let Some(texto) = &mut self.texto else {
            return Ok(());
        };
        texto.push_str(&String::from_utf8_lossy(trecho));
        self.bytes = self.bytes.saturating_add(trecho.len());
        if u64::try_from(self.bytes).unwrap_or(u64::MAX) > self.limites.bytes_por_linha {
            return Err(self.too_long());
        }
        Ok(())
    }

    fn fechar_celula(&mut self) -> Result<(), Falha> {
        let (Some(texto), Some(linha)) = (self.texto.take(), &mut self.linha) else {
            return Ok(());
        };
        if linha.len() + self.largura > usize::try_from(self.limites.colunas).unwrap_or(usize::MAX) {
            return Err(Falha::nova(
                "colunas_demais",
                vec![("linha", self.numero.to_string()), ("limite", self.limites.colunas.to_string())],
            ));
        }
        let texto = texto.split(|c: char| c.is_whitespace() || c == '\u{1A}').filter(|p| !p.is_empty());
        let texto = texto.collect::<Vec<_>>().join(" ");
        linha.push(if texto.is_empty() { Celula::Vazia } else { Celula::Texto(composto(&texto).into_owned()) });
        linha.resize(linha.len() + self.largura - 1, Celula::Vazia);
        Ok(())
    }

    fn fechar_linha(&mut self) -> Result<Option<Linha>, Falha> {
        self.fechar_celula()?;
        Ok(self.linha.take().map(|celulas| Linha { numero: self.numero, celulas }))
    }
}

/// Refuses to give more than so many bytes for one token.
struct Bounded<'a> {
    page: Decodificador<'a>,
    taken: Arc<AtomicUsize>,
    most: usize,
}

impl Read for Bounded<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.page.read(into)?;
        if self.taken.fetch_add(read, Ordering::Relaxed).saturating_add(read) > self.most {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "token too long"));
        }
        Ok(read)
    }
}

/// A count in an attribute, 1 where it is missing or makes no sense.
fn inteiro(tag: &StartTag<()>, nome: &[u8]) -> u32 {
    let valor = tag.attributes.get(nome).and_then(|v| std::str::from_utf8(&v.value).ok());
    valor.and_then(|v| v.trim().parse().ok()).filter(|n| *n > 0).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn linhas(pagina: &str) -> Vec<(u32, Vec<String>)> {
        let mut leitor =
            LinhasHtml::abrir(Box::new(Cursor::new(pagina.as_bytes().to_vec())), &Limites::default()).unwrap();
        let mut todas = Vec::new();
        while let Some(linha) = leitor.ler().unwrap() {
            todas.push((linha.numero, linha.celulas.iter().map(Celula::mostrar).collect()));
        }
        todas
    }

    #[test]
    fn tables_of_pages_that_close_nothing() {
        let pagina = "<html><style>td { color: <red> }</style><table><tr><th>C&oacute;digo<TH>Raz\u{e3}o&nbsp;Social\
                      <tr><td>1<td>  Jo\u{e3}o\n  da <b>Silva</b><br>&amp; Cia</table><p>fim</p>";
        assert_eq!(
            linhas(pagina),
            [
                (1, vec!["Código".to_owned(), "Razão Social".to_owned()]),
                (2, vec!["1".to_owned(), "João da Silva & Cia".to_owned()]),
            ]
        );
        assert_eq!(linhas("<html><body>Erro 500</body></html>"), []);
    }

    #[test]
    fn cells_that_span_move_what_stands_beside_them() {
        let pagina = "<table><tr><td colspan=3>Título</tr><tr><td rowspan=2>A</td><td>1</td><td>2</td></tr>\
                      <tr><td>3</td><td>4</td></tr><tr><td>B</td></tr></table>";
        let celulas: Vec<Vec<String>> = linhas(pagina).into_iter().map(|(_, c)| c).collect();
        assert_eq!(celulas, [vec!["Título", "", ""], vec!["A", "1", "2"], vec!["", "3", "4"], vec!["B"]]);
    }
}
