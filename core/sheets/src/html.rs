//! Reads tables in HTML pages, which many systems write and call `.xls` because Excel opens them.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use html5gum::emitters::default::{DefaultEmitter, StartTag};
use html5gum::{IoReader, Token, Tokenizer};

use super::cell::{Cell, Row};
use super::csv::RowDecoder;
use super::finding::SheetError;
use super::merged::Region;
use super::options::Limits;
use super::source::{Source, reading};
use super::text::composed;

/// The greatest length of a tag, as a multiple of the greatest length of a row's text. A picture may be embedded in a
/// tag.
const TAG: u64 = 8;

/// The rows of all the tables of a page, one after another.
pub(super) struct HtmlRows<'a> {
    tokens: Tokenizer<IoReader<Bounded<'a>>, DefaultEmitter>,
    /// The number of bytes of the current token. A whole token is held in memory.
    taken: Arc<AtomicUsize>,
    limits: Limits,
    number: u32,
    /// The number of bytes of text in the current row.
    bytes: usize,
    /// The current row. `None` between rows.
    row: Option<Vec<Cell>>,
    /// Whether the current row is not shown.
    hidden: bool,
    /// The text of the current cell. `None` between cells.
    text: Option<String>,
    /// The number of columns of the current cell.
    width: usize,
    /// The columns that cells of earlier rows occupy, each with its last row.
    occupied: Vec<(usize, u32)>,
    regions: Vec<Region>,
}

impl<'a> HtmlRows<'a> {
    pub(super) fn open(source: Box<dyn Source + 'a>, limits: &Limits) -> Result<Self, SheetError> {
        let mut emitter = DefaultEmitter::default();
        // With this, the text of a style sheet is not read as markup.
        emitter.naively_switch_states(true);
        let taken = Arc::new(AtomicUsize::new(0));
        let most = usize::try_from(limits.bytes_per_row.saturating_mul(TAG)).unwrap_or(usize::MAX);
        let page = Bounded { page: RowDecoder::from_page(source)?, taken: Arc::clone(&taken), most };
        Ok(Self {
            tokens: Tokenizer::new_with_emitter(IoReader::new(page), emitter),
            taken,
            limits: *limits,
            number: 0,
            bytes: 0,
            row: None,
            hidden: false,
            text: None,
            width: 1,
            occupied: Vec::new(),
            regions: Vec::new(),
        })
    }

    /// The cells that span several rows, found since the last call.
    pub(super) fn regions(&mut self) -> Vec<Region> {
        std::mem::take(&mut self.regions)
    }

    pub(super) fn read(&mut self) -> Result<Option<Row>, SheetError> {
        loop {
            self.taken.store(0, Ordering::Relaxed);
            let Some(token) = self.tokens.next() else {
                return self.close_row();
            };
            let ready = match token.map_err(|e: io::Error| self.unreadable(&e))? {
                Token::StartTag(tag) => self.opens(&tag)?,
                Token::EndTag(tag) => match tag.name.as_slice() {
                    b"td" | b"th" => self.close_cell().map(|()| None)?,
                    b"tr" | b"table" => self.close_row()?,
                    _ => None,
                },
                Token::String(text) => self.write(&text.value).map(|()| None)?,
                _ => None,
            };
            if ready.is_some() {
                return Ok(ready);
            }
        }
    }

    fn unreadable(&self, error: &io::Error) -> SheetError {
        if error.kind() == io::ErrorKind::InvalidData { self.too_long() } else { reading(error) }
    }

    fn too_long(&self) -> SheetError {
        SheetError::new("linha_longa_demais", vec![("row", self.number.to_string())])
    }

    /// Handles an opening tag. Returns the row that it ends, because few pages close the elements that they open.
    fn opens(&mut self, tag: &StartTag<()>) -> Result<Option<Row>, SheetError> {
        match tag.name.as_slice() {
            b"tr" => {
                let previous = self.close_row()?;
                self.number = self.number.saturating_add(1);
                self.occupied.retain(|(_, until)| *until >= self.number);
                self.row = Some(Vec::new());
                self.hidden = is_hidden(tag);
                self.bytes = 0;
                return Ok(previous);
            }
            b"td" | b"th" => {
                self.close_cell()?;
                self.open_cell(integer(tag, b"colspan"), integer(tag, b"rowspan"));
            }
            b"br" | b"p" | b"div" => self.write(b" ")?,
            _ => {}
        }
        Ok(None)
    }

    fn open_cell(&mut self, width: u32, height: u32) {
        let Some(row) = &mut self.row else {
            return;
        };
        while self.occupied.iter().any(|(column, _)| *column == row.len()) {
            row.push(Cell::Empty);
        }
        self.width = usize::try_from(width.min(self.limits.columns)).unwrap_or(1);
        if height > 1 {
            let (column, last) = (row.len(), self.number.saturating_add(height - 1));
            let unused = usize::try_from(self.limits.columns).unwrap_or(0).saturating_sub(self.occupied.len());
            self.occupied.extend((column..column + self.width).take(unused).map(|column| (column, last)));
            self.regions.push(Region { first: self.number, last, column, last_column: column });
        }
        self.text = Some(String::new());
    }

    fn write(&mut self, slice: &[u8]) -> Result<(), SheetError> {
        let Some(text) = &mut self.text else {
            return Ok(());
        };
        text.push_str(&String::from_utf8_lossy(slice));
        self.bytes = self.bytes.saturating_add(slice.len());
        if u64::try_from(self.bytes).unwrap_or(u64::MAX) > self.limits.bytes_per_row {
            return Err(self.too_long());
        }
        Ok(())
    }

    fn close_cell(&mut self) -> Result<(), SheetError> {
        let (Some(text), Some(row)) = (self.text.take(), &mut self.row) else {
            return Ok(());
        };
        if row.len() + self.width > usize::try_from(self.limits.columns).unwrap_or(usize::MAX) {
            return Err(SheetError::new(
                "colunas_demais",
                vec![("row", self.number.to_string()), ("limit", self.limits.columns.to_string())],
            ));
        }
        let text = text.split(|c: char| c.is_whitespace() || c == '\u{1A}').filter(|p| !p.is_empty());
        let text = text.collect::<Vec<_>>().join(" ");
        row.push(if text.is_empty() { Cell::Empty } else { Cell::Text(composed(&text).into_owned()) });
        row.resize(row.len() + self.width - 1, Cell::Empty);
        Ok(())
    }

    fn close_row(&mut self) -> Result<Option<Row>, SheetError> {
        self.close_cell()?;
        Ok(self.row.take().map(|cells| Row { number: self.number, cells, hidden: self.hidden }))
    }
}

/// A reader that refuses to give more than a number of bytes for one token.
struct Bounded<'a> {
    page: RowDecoder<'a>,
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

/// Whether a row is not shown. Excel reads and writes a hidden row as one without height, and without display.
fn is_hidden(tag: &StartTag<()>) -> bool {
    let attribute = |name: &[u8]| tag.attributes.get(name).map(|value| String::from_utf8_lossy(&value.value));
    let zero = |length: &str| {
        let number = length.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%').trim_end();
        number.parse::<f64>().is_ok_and(|number| number == 0.0)
    };
    let style = attribute(b"style").unwrap_or_default().to_ascii_lowercase();
    let hides = |declaration: &str| {
        let (name, value) = declaration.split_once(':').unwrap_or_default();
        let value = value.trim().trim_end_matches("!important").trim_end();
        match name.trim() {
            "display" => value == "none",
            "visibility" => matches!(value, "collapse" | "hidden"),
            "mso-hide" => value == "all",
            "height" => zero(value),
            _ => false,
        }
    };
    attribute(b"hidden").is_some()
        || attribute(b"height").is_some_and(|height| zero(height.trim()))
        || style.split(';').any(hides)
}

/// The number in an attribute, or 1 if it is missing or invalid.
fn integer(tag: &StartTag<()>, name: &[u8]) -> u32 {
    let value = tag.attributes.get(name).and_then(|v| std::str::from_utf8(&v.value).ok());
    value.and_then(|v| v.trim().parse().ok()).filter(|n| *n > 0).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn rows(page: &str) -> Vec<(u32, Vec<String>)> {
        let mut reader = HtmlRows::open(Box::new(Cursor::new(page.as_bytes().to_vec())), &Limits::default()).unwrap();
        let mut all = Vec::new();
        while let Some(row) = reader.read().unwrap() {
            all.push((row.number, row.cells.iter().map(Cell::show).collect()));
        }
        all
    }

    #[test]
    fn tables_of_pages_that_close_nothing() {
        let page = "<html><style>td { color: <red> }</style><table><tr><th>C&oacute;digo<TH>Raz\u{e3}o&nbsp;Social\
                      <tr><td>1<td>  Jo\u{e3}o\n  da <b>Silva</b><br>&amp; Cia</table><p>fim</p>";
        assert_eq!(
            rows(page),
            [
                (1, vec!["Código".to_owned(), "Razão Social".to_owned()]),
                (2, vec!["1".to_owned(), "João da Silva & Cia".to_owned()]),
            ]
        );
        assert_eq!(rows("<html><body>Erro 500</body></html>"), []);
    }

    #[test]
    fn rows_that_are_not_shown_are_told() {
        let hidden = |attributes: &str| {
            let page = format!("<table><tr {attributes}><td>A<tr><td>B</table>");
            let mut reader = HtmlRows::open(Box::new(Cursor::new(page.into_bytes())), &Limits::default()).unwrap();
            let rows: Vec<Row> = std::iter::from_fn(|| reader.read().unwrap()).collect();
            assert_eq!((rows.len(), rows[1].hidden), (2, false), "{attributes}");
            rows[0].hidden
        };
        for attributes in [
            "style='display:none'",
            "STYLE=\"mso-height-source:userset; DISPLAY : None !important\"",
            "height=0 style='display:none;mso-height-source:userset'",
            "hidden",
            "hidden=''",
            "style='mso-hide:all'",
            "style='height:0'",
            "style='height:0.0pt;mso-height-source:userset'",
            "height=\"0\"",
            "style=visibility:collapse",
        ] {
            assert!(hidden(attributes), "{attributes}");
        }
        for attributes in [
            "",
            "height=20 style='height:15.0pt;mso-height-source:userset'",
            "style='mso-hide:none;display:table-row'",
            "style='line-height:0;min-height:0'",
            "style='height:auto'",
            "class=hidden",
            "height=''",
        ] {
            assert!(!hidden(attributes), "{attributes}");
        }
    }

    #[test]
    fn cells_that_span_move_what_stands_beside_them() {
        let page = "<table><tr><td colspan=3>Título</tr><tr><td rowspan=2>A</td><td>1</td><td>2</td></tr>\
                      <tr><td>3</td><td>4</td></tr><tr><td>B</td></tr></table>";
        let cells: Vec<Vec<String>> = rows(page).into_iter().map(|(_, c)| c).collect();
        assert_eq!(cells, [vec!["Título", "", ""], vec!["A", "1", "2"], vec!["", "3", "4"], vec!["B"]]);
    }
}
