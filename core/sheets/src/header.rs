use std::borrow::Cow;
use std::collections::BTreeMap;

use smartbill_model::Value;
use smartbill_model::validate::clip;

use super::beside;
use super::cell::{Cell, INVISIBLE, Row, column_letter};
use super::compound;
use super::convert::{self, Context, DateOrder, DecimalSign};
use super::dialect::{self, Dialects};

use super::finding::SheetError;
use super::flows::{Column, Conversion, Flow, Role};
use super::guess;
use super::mapping::{Extra, JoinedColumns, Mapping, Together};
use super::months::{self, MonthColumns};
use super::names::{most_similar, normalize, words};
use super::options::{Joined, ReadOptions};
use super::row::text_len;
use super::sheet::Rows;

/// The number of rows in which a header is searched. Titles, filters and blank rows may come before it.
pub(super) const TITLE_ROWS: usize = 40;

/// The headers that our own report adds. When a report is imported again, all of them except the last are ignored.
pub(super) const REPORT_COLUMNS: [&str; 4] =
    ["[smartbill] situação", "[smartbill] código", "[smartbill] mensagem", "[smartbill] ID"];

/// What a quantity counts.
const UNITS: [&str; 13] = ["m3", "m", "k", "kwh", "wh", "kg", "l", "litro", "h", "hora", "min", "minuto", "un"];

/// The mapping of the header, and the options with the additions of its dialect.
pub(super) struct Located {
    pub(super) mapping: Mapping,
    pub(super) options: ReadOptions,
}

/// Reads up to the header, and leaves `rows` at the first row below it.
pub(super) fn locate(rows: &mut Rows<'_>, flow: &'static Flow, options: &ReadOptions) -> Result<Located, SheetError> {
    let mut rows_read: Vec<Row> = Vec::new();
    while rows_read.len() < TITLE_ROWS {
        match rows.next() {
            Some(row) => rows_read.push(row?),
            None => break,
        }
    }
    if rows_read.iter().all(Row::empty) {
        return Err(SheetError::new("planilha_vazia", vec![("sheet", rows.sheet().to_owned())]));
    }
    let (names, dialects) = (Names::of(flow), Dialects::of(flow, options.dialect.as_ref())?);
    let plain = Selection::new(flow, &names, options);
    // The row, or pair of rows, that names the most fields. Of equals the first one counts, because data comes below
    // the header.
    let mut best: Option<(usize, usize, Vec<String>)> = None;
    for (index, row) in rows_read.iter().enumerate() {
        let single: Vec<String> = row.cells.iter().map(header_of).collect();
        let mut candidates = vec![(plain.in_dialect(&single, &dialects).score(&single), index, single)];
        if let Some(following) = rows_read.get(index + 1).filter(|s| s.number == row.number + 1) {
            let lower: Vec<String> = following.cells.iter().map(header_of).collect();
            let double = two_rows(row, following, &plain.in_dialect(&lower, &dialects));
            candidates.push((plain.in_dialect(&double, &dialects).score(&double), index + 1, double));
        }
        for (score, last, headers) in candidates {
            if score > 0 && !beside::holds_data(&headers) && best.as_ref().is_none_or(|(greater, ..)| score > *greater)
            {
                best = Some((score, last, headers));
            }
        }
    }
    let Some((_, last, headers)) = best else {
        return Err(no_header(&rows_read, rows.sheet(), flow));
    };
    let number = rows_read.get(last).map_or(0, |l| l.number);
    let mut below = rows_read.split_off(last + 1);
    dialects.check(dialects.recognized(&headers), &headers)?;
    let selection = plain.in_dialect(&headers, &dialects);
    let mut mapping = selection.map_columns(headers, number, rows.sheet(), &below)?;
    leave_out(&mut mapping, &below, &selection);
    judge_columns(&mut mapping, &mut below, rows)?;
    rows.give_back(below);
    Ok(Located { mapping, options: selection.options.into_owned() })
}

/// Maps the headers of rows that do not come from a file.
pub(super) fn given(headers: Vec<String>, flow: &'static Flow, options: &ReadOptions) -> Result<Located, SheetError> {
    let (names, dialects) = (Names::of(flow), Dialects::of(flow, options.dialect.as_ref())?);
    dialects.check(dialects.recognized(&headers), &headers)?;
    let selection = Selection::new(flow, &names, options).in_dialect(&headers, &dialects);
    let mapping = selection.map_columns(headers, 0, "", &[])?;
    Ok(Located { mapping, options: selection.options.into_owned() })
}

impl Flow {
    /// The column that each header names, in the dialect that the options name or the headers show.
    #[must_use]
    pub fn by_headers(&'static self, headers: &[String], options: &ReadOptions) -> Vec<Option<&'static Column>> {
        let (names, dialects) = (Names::of(self), Dialects::of(self, options.dialect.as_ref()));
        let options = ReadOptions::default();
        let selection = Selection::new(self, &names, &options);
        let selection = dialects.map_or(selection.clone(), |dialects| selection.in_dialect(headers, &dialects));
        let claimed = selection.claimed(headers);
        let field = |header: &String| match selection.meaning(header, &claimed)? {
            Target::Field(column) => Some(column),
            Target::Outside => None,
        };
        headers.iter().map(field).collect()
    }
}

/// Leaves out columns that have their own set of words (such as the kind of person) and whose header was only a guess
/// (`TIPO_CLIENTE`), if none of the first cells has such a word, or most of them contradict the document (`F` is a final
/// consumer in Protheus). Then it is another system's column with that name.
/// Yes-or-no columns are never left out: without its `estorno`, a row that takes usage back would be billed. A bare
/// `Número` away from the address is left out too.
fn leave_out(mapping: &mut Mapping, rows: &[Row], selection: &Selection<'_>) {
    let guessed = |index: usize, column: &Column| {
        let header = mapping.headers.get(index).map_or("", String::as_str);
        let told = selection.options.values.iter().any(|(field, _)| field == column.field);
        let choice = matches!(column.conversion, Conversion::Choice(_)) && !column.required;
        choice && !told && selection.is_guess(header, column)
    };
    let digits = |row: &Row| {
        let mut documents = mapping.columns.iter().filter(|(_, c)| c.field == "cpfCnpj").map(|(i, _)| row.cell(*i));
        documents.find(|cell| !cell.empty()).map(|cell| cell.show().bytes().filter(u8::is_ascii_digit).count())
    };
    let contradicts = |row: &Row, kind: &Value<'_>| {
        let (company, person) = (["FISICA", "ESTRANGEIRO"], ["JURIDICA", "ESTRANGEIRO"]);
        match digits(row) {
            Some(14) => kind.text().is_some_and(|kind| company.contains(&kind)),
            Some(11) => kind.text().is_some_and(|kind| person.contains(&kind)),
            _ => false,
        }
    };
    let why = |(index, column): (usize, &'static Column)| {
        if selection.numbers_something_else(&mapping.headers, index, column) {
            return Some("numero_fora_do_endereco");
        }
        if !guessed(index, column) {
            return None;
        }
        let (all, read) = read_cells(rows, index, column);
        let wrong = read.iter().filter(|(row, kind)| kind.as_ref().is_some_and(|kind| contradicts(row, kind)));
        match () {
            () if all > 0 && read.is_empty() => Some("coluna_deixada_de_fora"),
            () if column.field == "tipoPessoa" && wrong.count() * 2 > all => Some("tipo_contradiz_documento"),
            () => None,
        }
    };
    let (mut left_out, mut columns) = (Vec::new(), Vec::new());
    for column in &mapping.columns {
        match why(*column) {
            Some(code) => left_out.push((column.0, column.1, code)),
            None => columns.push(*column),
        }
    }
    mapping.left_out = left_out;
    mapping.columns = columns;
    for (index, ..) in &mapping.left_out {
        let header = mapping.headers.get(*index).cloned().unwrap_or_default();
        mapping.extras.push(Extra { index: *index, header });
    }
    mapping.extras.sort_by_key(|extra| extra.index);
}

/// The number of cells that a column has, and the rows of those that the field of `column` can hold, with their values.
fn read_cells<'r>(rows: &'r [Row], index: usize, column: &Column) -> (usize, Vec<(&'r Row, Option<Value<'static>>)>) {
    let filled = || rows.iter().filter(|row| !row.cell(index).empty());
    let read = |row: &'r Row| {
        let value = convert::cell(row.cell(index), column.conversion, Context::default(), &mut Vec::new());
        Some((row, value.ok()?))
    };
    (filled().count(), filled().filter_map(read).collect())
}

/// Finds the columns of dates in the American order, and those of numbers with a decimal point. Where all cells of the
/// first rows could be either, as in a sheet that is sorted by its dates, more rows are read, and added to `below`.
fn judge_columns(mapping: &mut Mapping, below: &mut Vec<Row>, rows: &mut Rows<'_>) -> Result<(), SheetError> {
    /// The greatest number of rows that are read for this, and of bytes of their text.
    const MOST: usize = 10_000;
    const MOST_BYTES: usize = 4 << 20;
    let of = |kinds: [Conversion; 2]| {
        let columns = mapping.columns.iter().filter(move |(_, column)| kinds.contains(&column.conversion));
        columns.map(|(index, _)| *index).collect::<Vec<_>>()
    };
    let mut orders: Vec<(usize, Option<DateOrder>)> =
        of([Conversion::Date, Conversion::Competencia]).into_iter().map(|index| (index, None)).collect();
    // With the number of cells that show a point. One alone may be a slip.
    let mut signs: Vec<(usize, Option<DecimalSign>, u32)> =
        of([Conversion::Decimal, Conversion::Money]).into_iter().map(|index| (index, None, 0)).collect();
    let (mut next, mut bytes) = (0, 0);
    loop {
        while let Some(row) = below.get(next) {
            next += 1;
            bytes += row.cells.iter().map(text_len).sum::<usize>();
            // Where both are in one column, nothing is known about the other cells.
            for (index, order) in &mut orders {
                match (convert::date_order(row.cell(*index)), &order) {
                    (None, _) | (Some(DateOrder::Ambiguous), Some(_)) | (_, Some(DateOrder::DayFirst)) => {}
                    (found, _) => *order = found,
                }
            }
            for (index, sign, points) in &mut signs {
                let found = convert::decimal_sign(row.cell(*index));
                *points += u32::from(found == Some(DecimalSign::Point));
                match (found, &sign) {
                    (None, _) | (Some(DecimalSign::Ambiguous), Some(_)) | (_, Some(DecimalSign::Comma)) => {}
                    (found, _) => *sign = found,
                }
            }
        }
        let undecided = orders.iter().any(|(_, order)| *order == Some(DateOrder::Ambiguous))
            || signs.iter().any(|(_, sign, points)| match sign {
                Some(DecimalSign::Ambiguous) => true,
                Some(DecimalSign::Point) => *points < 2,
                _ => false,
            });
        if !undecided || next >= MOST || bytes >= MOST_BYTES {
            break;
        }
        match rows.next() {
            Some(row) => below.push(row?),
            None => break,
        }
    }
    let american = orders.into_iter().filter(|(_, order)| *order == Some(DateOrder::MonthFirst));
    mapping.month_first = american.map(|(index, _)| index).collect();
    let with_point = signs.into_iter().filter(|(_, sign, points)| *sign == Some(DecimalSign::Point) && *points >= 2);
    mapping.decimal_point = with_point.map(|(index, ..)| index).collect();
    Ok(())
}

/// The text of a header cell on one line.
fn header_of(cell: &Cell) -> String {
    /// Longer texts are data, and their beginning is enough for a quote.
    const LONGEST: usize = 300;
    let text = match cell {
        Cell::Text(text) => text.chars().take(LONGEST).collect(),
        other => other.show(),
    };
    let clean: String = text.chars().filter(|c| !INVISIBLE.contains(c)).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The headers of two rows that form a pair: the lower name if it is clear by itself, and otherwise the group and the
/// name joined.
fn two_rows(upper: &Row, lower: &Row, selection: &Selection<'_>) -> Vec<String> {
    let width = upper.cells.len().max(lower.cells.len());
    let mut groups: Vec<String> = Vec::with_capacity(width);
    let mut headers: Vec<String> = Vec::with_capacity(width);
    for i in 0..width {
        // A line that somebody drew above the header is no group.
        let above =
            Some(header_of(upper.cell(i))).filter(|above| above.contains(char::is_alphanumeric)).unwrap_or_default();
        let low = header_of(lower.cell(i));
        // A merged group stores its text only in its first cell. A text in parentheses explains how to fill the column
        // in, and so does the text after it: `(opcional) (texto e número - 60)`.
        let group = match above.split(['(', '[']).next() {
            Some(group) if !above.is_empty() => group.trim_end().to_owned(),
            _ => groups.last().cloned().unwrap_or_default(),
        };
        let together = [format!("{group} {low}"), format!("{low} {group}")];
        let joined = together.into_iter().find(|joined| !group.is_empty() && selection.field(joined).is_some());
        headers.push(if low.is_empty() { above } else { joined.unwrap_or(low) });
        groups.push(group);
    }
    set_apart(&mut headers, &groups, selection);
    headers
}

/// If the columns of a group repeat fields that columns outside all groups already name, the group is about something
/// else, such as an address of delivery. Those of its columns get the group's name before their own.
fn set_apart(headers: &mut [String], groups: &[String], selection: &Selection<'_>) {
    let fields: Vec<Option<&Column>> = headers.iter().map(|header| selection.field(header)).collect();
    let named = |column: &Column| {
        let mut places = fields.iter().zip(groups);
        places.any(|(other, group)| group.is_empty() && other.is_some_and(|other| other.field == column.field))
    };
    let again = |column: &Column, group: &String| !group.is_empty() && named(column);
    let places = fields.iter().zip(groups).filter_map(|(column, group)| Some(((*column)?, group)));
    let foreign: Vec<&String> =
        places.filter(|(column, group)| !column.several && again(column, group)).map(|(_, group)| group).collect();
    for ((header, column), group) in headers.iter_mut().zip(&fields).zip(groups) {
        if foreign.contains(&group) && column.is_some_and(|column| again(column, group)) {
            *header = format!("{group} {header}");
        }
    }
}

fn no_header(rows_read: &[Row], sheet: &str, flow: &Flow) -> SheetError {
    let found = rows_read
        .iter()
        .filter(|row| !row.empty())
        .take(3)
        .map(|row| {
            let cells: Vec<String> = row.cells.iter().filter(|c| !c.empty()).take(6).map(shape).collect();
            format!("{}: `{}`", row.number, cells.join(" | "))
        })
        .collect::<Vec<_>>()
        .join(", ");
    let expected = flow.columns.iter().filter(|c| c.required).map(|c| format!("`{}`", c.label)).collect::<Vec<_>>();
    SheetError::new(
        "cabecalho_nao_encontrado",
        vec![("sheet", sheet.to_owned()), ("found", found), ("expected", expected.join(", "))],
    )
}

/// The form of a cell without its content. If there is no header, the rows hold people's data.
fn shape(cell: &Cell) -> String {
    let shape = |c: char| match c {
        _ if c.is_uppercase() => 'X',
        _ if c.is_alphabetic() => 'x',
        _ if c.is_numeric() => '9',
        _ => c,
    };
    clip(&cell.show()).chars().map(shape).collect()
}

/// The normalized names of the fields of a flow.
struct Names {
    own: BTreeMap<String, &'static Column>,
    /// The names that count only if no other header means the field.
    vague: BTreeMap<String, &'static Column>,
    /// What the known systems call them; a header of one may stand in a file of another.
    of_systems: BTreeMap<String, &'static Column>,
    /// The columns of our own report.
    of_report: [String; 4],
}

impl Names {
    fn of(flow: &'static Flow) -> Self {
        let mut names = BTreeMap::new();
        // Labels and field names come before synonyms, so that a synonym of one column never takes another column's
        // name.
        for column in flow.columns {
            let leaf = column.field.rsplit('.').next().unwrap_or(column.field);
            let field = (column.role != Role::Identifier).then_some([column.field, leaf]);
            for name in std::iter::once(column.label).chain(field.into_iter().flatten()) {
                names.entry(normalize(name)).or_insert(column);
            }
        }
        for column in flow.columns {
            for name in column.synonyms {
                names.entry(normalize(name)).or_insert(column);
            }
        }
        let vague =
            flow.columns.iter().flat_map(|column| column.vague.iter().map(move |name| (normalize(name), column)));
        let of_systems = dialect::names(flow).into_iter().filter_map(|(name, field)| Some((name, flow.column(field)?)));
        let of_report = REPORT_COLUMNS.map(normalize);
        Self { own: names, vague: vague.collect(), of_systems: of_systems.collect(), of_report }
    }

    /// The column that a header means without being its name.
    fn guess(&self, header: &str) -> Option<&'static Column> {
        let named = |key: &str| self.own.get(key).or_else(|| self.vague.get(key)).or_else(|| self.of_systems.get(key));
        guess::column(header, &|key| named(key).copied()).or_else(|| self.cut(header))
    }

    /// The column of a name of which a table of dBase keeps the first ten letters, as in `NOME_FANTA`.
    fn cut(&self, header: &str) -> Option<&'static Column> {
        const LETTERS: usize = 10;
        /// `NOME_DO_CO` may be anybody's.
        const SHORTEST: usize = 4;
        let plain = header.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if header.len() != LETTERS || !plain || words(header).last().is_none_or(|last| last.len() < SHORTEST) {
            return None;
        }
        let key = normalize(header);
        // A name that ends with a whole word may be that: `REFERENCIA` is not `Referência Externa`.
        let inside = |name: &str, column: &Column| {
            let mut length = 0;
            let written = column.synonyms.iter().chain([&column.label]).find(|written| normalize(written) == name);
            let mut words = written.map(|written| words(written)).unwrap_or_default().into_iter();
            written.is_some() && !words.any(|word| (length += word.len(), length == key.len()).1)
        };
        let names = self.own.range(key.clone()..).take_while(|(name, _)| name.starts_with(&key));
        let mut columns = names.filter(|(name, column)| inside(name, column)).map(|(_, column)| *column);
        let found = columns.next()?;
        columns.all(|other| other.field == found.field).then_some(found)
    }
}

/// The rules by which a header names a field: first the caller's settings, then the dialect, then label, field and
/// synonyms.
#[derive(Clone)]
struct Selection<'a> {
    flow: &'static Flow,
    names: &'a Names,
    /// The field of each normalized header, by the caller's settings and the dialect.
    columns: Vec<(String, String)>,
    /// The dialect's system, and the headers that the dialect maps.
    dialect: Option<(String, Vec<String>)>,
    /// Field → the field that says it where no cell does, as the dialect has it.
    otherwise: Vec<(&'static str, &'static str)>,
    options: Cow<'a, ReadOptions>,
}

enum Target {
    Field(&'static Column),
    Outside,
}

impl<'a> Selection<'a> {
    fn new(flow: &'static Flow, names: &'a Names, options: &'a ReadOptions) -> Self {
        Self {
            flow,
            names,
            columns: columns_said(options),
            dialect: None,
            otherwise: Vec::new(),
            options: Cow::Borrowed(options),
        }
    }

    /// The rules with those of the headers' dialect added, if they have one.
    fn in_dialect(&self, headers: &[String], dialects: &Dialects) -> Self {
        let Some(dialect) = dialects.recognized(headers) else {
            return self.clone();
        };
        let options = dialect.applied(&self.options, headers);
        let columns = columns_said(&options);
        let own = columns.iter().filter(|column| !self.columns.contains(column)).map(|(header, _)| header.clone());
        let field = |name: &str| self.flow.column(name).map(|column| column.field);
        let otherwise = dialect.otherwise.iter().filter_map(|(one, other)| Some((field(one)?, field(other)?)));
        let name = dialect.name.clone();
        let dialect = Some((name, own.collect()));
        let otherwise = otherwise.collect();
        Self { flow: self.flow, names: self.names, columns, dialect, otherwise, options: Cow::Owned(options) }
    }

    /// Whether the dialect maps the header.
    fn of_dialect(&self, header: &str) -> bool {
        self.dialect.as_ref().is_some_and(|(_, headers)| headers.contains(&normalize(header)))
    }

    /// Whether `header` means `column` only by a synonym, neither by its own name nor by the caller's settings.
    fn is_guess(&self, header: &str, column: &Column) -> bool {
        let key = normalize(header);
        let own = [column.label, column.field, column.field.rsplit('.').next().unwrap_or_default()];
        !own.iter().any(|name| normalize(name) == key) && !self.is_said(header)
    }

    /// Whether the caller or the dialect says what the header means.
    fn is_said(&self, header: &str) -> bool {
        let key = normalize(header);
        self.columns.iter().any(|(from, _)| *from == key)
    }

    /// The fields that a clear header claims, so that a vague header does not claim them too.
    fn claimed(&self, headers: &[String]) -> Vec<&'static str> {
        let vague = |header: &String| self.names.vague.contains_key(&normalize(header)) || self.guessed(header);
        let plain = headers.iter().filter(|header| !vague(header));
        plain.filter_map(|header| self.field(header)).map(|column| column.field).collect()
    }

    /// Whether a header means what it does only by the names that it is made of.
    fn guessed(&self, header: &str) -> bool {
        self.known(header).is_none()
    }

    fn target(&self, header: &str) -> Option<Target> {
        self.known(header).or_else(|| self.names.guess(header).map(Target::Field))
    }

    /// What a header means by its name, or because somebody says so.
    fn known(&self, header: &str) -> Option<Target> {
        let key = normalize(header);
        if key.is_empty() {
            return None;
        }
        if let Some((_, field)) = self.columns.iter().find(|(from, _)| *from == key) {
            return Some(self.flow.column(field).map_or(Target::Outside, Target::Field));
        }
        if let Some(column) = self.names.own.get(&key).or_else(|| self.names.vague.get(&key)) {
            return Some(Target::Field(column));
        }
        if self.names.of_report.contains(&key) {
            return Some(Target::Outside);
        }
        // "Valor (R$)", "Vencimento (dd/mm/aaaa)": the text in parentheses is a remark.
        if !header.contains(['(', ')', '[', ']']) {
            return None;
        }
        let without_parentheses = normalize(&without_remark(header));
        let column = self.names.own.get(&without_parentheses).filter(|_| without_parentheses != key)?;
        self.is_remark(header, column).then_some(Target::Field(column))
    }

    /// Whether what stands in parentheses only explains the column. Of a column with words of its own it is those words
    /// (`F/J`), or another name of it; `Tipo (Lista de Preços)` is another column.
    fn is_remark(&self, header: &str, column: &Column) -> bool {
        let remark = header.split_once(['(', '[']).map_or("", |(_, remark)| remark);
        let units = || words(remark).iter().any(|word| UNITS.contains(&word.as_str()));
        let options = match column.conversion {
            Conversion::Choice(options) => options,
            // `Consumo (R$)` is no quantity, and `Valor (R$/m³)` is what one costs.
            Conversion::Decimal => return !remark.contains("R$"),
            Conversion::Money => return column.field != "valor" || !units(),
            _ => return true,
        };
        let remark = remark.trim_end_matches([')', ']']);
        let key = normalize(remark);
        let named = || self.names.own.get(&key).is_some_and(|other| other.field == column.field);
        let option = |word: &str| options.iter().any(|(option, _)| normalize(option) == normalize(word));
        let to_fill = ["obrigatorio", "opcional"].iter().any(|word| key.starts_with(word));
        to_fill || named() || remark.split(['/', ',', '|', ';']).all(option)
    }

    /// The meaning of a header beside others, which have claimed their fields. A vague header whose field is claimed
    /// may belong to another column, such as `DDD Telefone` beside `Telefone`.
    fn meaning(&self, header: &str, claimed: &[&'static str]) -> Option<Target> {
        let key = normalize(header);
        match self.names.vague.get(&key).filter(|_| !self.is_said(header)) {
            Some(column) if !claimed.contains(&column.field) => Some(Target::Field(column)),
            Some(_) => self.names.own.get(&key).map(|column| Target::Field(column)),
            None => self.known(header).or_else(|| {
                let free = |column: &&Column| !claimed.contains(&column.field) || beside::guessed_too(header, column);
                self.names.guess(header).filter(free).map(Target::Field)
            }),
        }
    }

    fn field(&self, header: &str) -> Option<&'static Column> {
        match self.target(header)? {
            Target::Field(column) => Some(column),
            Target::Outside => None,
        }
    }

    /// The number of different fields that the headers name. A single one is not a header, unless the flow requires no
    /// more.
    fn score(&self, headers: &[String]) -> usize {
        let mut fields: Vec<&str> = headers.iter().filter_map(|c| self.field(c)).map(|c| c.field).collect();
        fields.sort_unstable();
        fields.dedup();
        let required = fields.iter().any(|field| self.flow.column(field).is_some_and(|c| c.required));
        if fields.len() >= 2 || required { fields.len() } else { 0 }
    }

    /// # Errors
    /// If what is said of the columns names a field or a header that does not exist.
    fn check_said(&self, headers: &[String]) -> Result<(), SheetError> {
        let mapped = self.columns.iter().map(|(_, field)| field.as_str()).filter(|field| !field.is_empty());
        let values = self.options.values.iter().map(|(field, _)| field.as_str());
        let mut fields = mapped.chain(values).chain(self.options.joined.iter().map(|(field, _)| field.as_str()));
        if let Some(field) = fields.find(|field| self.flow.column(field).is_none()) {
            let field = clip(field);
            let nearest = most_similar(&field, self.flow.columns.iter().map(|c| c.field)).unwrap_or_default();
            return Err(SheetError::new(
                "mapa_campo_desconhecido",
                vec![("field", field), ("nearest", nearest.to_owned())],
            ));
        }
        for (from, _) in &self.columns {
            if !headers.iter().any(|c| normalize(c) == *from) {
                let original =
                    headers.iter().filter(|c| !c.is_empty()).map(|c| format!("`{}`", clip(c))).collect::<Vec<_>>();
                let joined = self.options.joined.iter().flat_map(|(_, joined)| &joined.columns);
                let mut said = self.options.columns.iter().map(|(header, _)| header).chain(joined);
                let said = said.find(|header| normalize(header) == *from).unwrap_or(from);
                return Err(SheetError::new(
                    "mapa_cabecalho_ausente",
                    vec![("header", clip(said)), ("all_found", original.join(", "))],
                ));
            }
        }
        Ok(())
    }

    fn map_columns(&self, headers: Vec<String>, row: u32, sheet: &str, below: &[Row]) -> Result<Mapping, SheetError> {
        self.check_said(&headers)?;
        let months =
            self.options.months.as_ref().map(|months| months::find(months, self.flow, &headers)).transpose()?;
        let mut columns: Vec<(usize, &'static Column)> = Vec::new();
        let mut extras: Vec<Extra> = Vec::new();
        let mut passed_over: Vec<(usize, &'static Column)> = Vec::new();
        let mut reserves: Vec<(usize, &'static Column)> = Vec::new();
        let together = self.together(&headers, below);
        let claimed = self.claimed(&headers);
        let of_dialect: Vec<usize> = (0..).zip(&headers).filter(|(_, h)| self.of_dialect(h)).map(|(i, _)| i).collect();
        let of_fields: Vec<&str> =
            of_dialect.iter().filter_map(|i| self.field(headers.get(*i)?)).map(|c| c.field).collect();
        for (index, header) in headers.iter().enumerate() {
            if together.iter().any(|(pair, _)| pair.other == index) {
                continue;
            }
            // Of two columns for the same field, the one with the system's own name counts.
            let counts = |column: &Column| {
                let further = column.several || self.is_said(header) || beside::additional(column, header);
                further || !of_fields.contains(&column.field)
            };
            let meaning = self.meaning_at(&headers, index, below, &claimed);
            let meaning = meaning.filter(|target| !matches!(target, Target::Field(column) if !counts(column)));
            let meaning = match (&months, meaning) {
                (Some(months), meaning) => self.beside_months(index, header, months, meaning)?,
                (None, meaning) => meaning,
            };
            match meaning {
                Some(Target::Field(column)) => {
                    let joined = self.options.joined.iter().any(|(field, _)| field == column.field);
                    let mut taken = columns.iter_mut().filter(|(_, c)| c.field == column.field);
                    if let Some((other, _)) = taken.next().filter(|_| !column.several && !joined) {
                        if let Some(first) = self.read_first(&headers, *other, index, column) {
                            let second = if first == index { std::mem::replace(other, index) } else { index };
                            reserves.push((second, column));
                            continue;
                        }
                        let by_name = self.preferred(&headers, *other, index, column);
                        let other_column =
                            match by_name.or_else(|| self.by_cells(&headers, below, *other, index, column)) {
                                Some(preferred) if preferred == index => std::mem::replace(other, index),
                                Some(_) => index,
                                None => return Err(duplicated(&headers, *other, index, column.field, row, sheet)),
                            };
                        passed_over.push((other_column, column));
                        extras.push(unread(&headers, other_column));
                        continue;
                    }
                    columns.push((index, column));
                }
                Some(Target::Outside) => {}
                None if header.is_empty() => {}
                None => {
                    let duplicates = extras.iter().filter(|e| e.header == *header).count();
                    let single =
                        if duplicates > 0 { format!("{header} ({})", column_letter(index)) } else { header.clone() };
                    extras.push(Extra { index, header: single });
                }
            }
        }
        // A telephone after a second `DDD` would get the area code of the first.
        let (aside, reserves): (Vec<_>, Vec<_>) = reserves.into_iter().partition(|(i, _)| after_ddd(&headers, *i));
        extras.extend(aside.iter().map(|(index, _)| unread(&headers, *index)));
        passed_over.extend(aside);
        columns.extend(&reserves);
        let (together, alone): (Vec<_>, Vec<_>) =
            together.into_iter().partition(|(pair, _)| columns.iter().any(|(index, _)| *index == pair.main));
        columns.extend(together.iter().map(|(pair, column)| (pair.other, *column)));
        extras.extend(alone.iter().map(|(pair, _)| unread(&headers, pair.other)));
        columns.sort_by_key(|(index, _)| *index);
        extras.sort_by_key(|extra| extra.index);
        let code_and_name = self.code_and_name(&mut columns, &headers, below);
        let within = self.document_within(&mut columns, &headers, below);
        let place = |header: &str| headers.iter().position(|other| normalize(other) == normalize(header));
        let deleted = self.options.deleted.as_ref().and_then(|d| Some((place(&d.column)?, d.mark.trim().to_owned())));
        let marks = |index| deleted.as_ref().is_some_and(|(place, _)| *place == index);
        extras.retain(|extra| ![code_and_name, within].contains(&Some(extra.index)) && !marks(extra.index));
        self.check_required(&columns, &headers, months.as_ref(), row, sheet)?;
        let joined = self.joined(&headers);
        if let Some((field, _)) = self.options.joined.iter().find(|(f, _)| !joined.iter().any(|j| j.field == f)) {
            return Err(SheetError::new("mapa_sem_coluna_principal", vec![("field", clip(field))]));
        }
        Ok(Mapping {
            header_row: row,
            columns,
            code_and_name,
            document_within: within,
            joined,
            deleted,
            months,
            dialect: self.dialect.as_ref().map(|(name, _)| name.clone()),
            of_dialect,
            otherwise: self.otherwise.clone(),
            month_first: Vec::new(),
            decimal_point: Vec::new(),
            extras,
            left_out: Vec::new(),
            passed_over,
            reserves: reserves.into_iter().map(|(index, _)| index).collect(),
            together: together.into_iter().map(|(pair, _)| pair).collect(),
            headers,
        })
    }

    /// What the header of a column means by its name, its place and its cells.
    fn meaning_at(&self, headers: &[String], index: usize, below: &[Row], claimed: &[&'static str]) -> Option<Target> {
        let header = headers.get(index)?;
        let vague = || !self.is_said(header) && self.names.vague.contains_key(&normalize(header));
        let meaning = self.by_place(headers, index).unwrap_or_else(|| self.meaning(header, claimed));
        meaning.filter(|target| match target {
            Target::Field(column) if column.field == "nome" && vague() => beside::holds_name(index, headers, below),
            // `Nº Documento` beside `Documento` is another one.
            Target::Field(column) if column.field == "cpfCnpj" && vague() => {
                let twice = headers.iter().filter(|header| self.field(header).is_some_and(|c| c.field == "cpfCnpj"));
                let (all, read) = read_cells(below, index, column);
                twice.count() < 2 || all == 0 || !read.is_empty()
            }
            _ => true,
        })
    }

    /// The columns that stand beside another and say its field with it.
    fn together(&self, headers: &[String], below: &[Row]) -> Vec<(Together, &'static Column)> {
        let mut found: Vec<(Together, &'static Column)> = Vec::new();
        for (main, header) in headers.iter().enumerate().filter(|_| self.flow.lenient) {
            let Some(column) = self.field(header).filter(|c| !found.iter().any(|(_, of)| of.field == c.field)) else {
                continue;
            };
            let Some((other, before)) = beside::other_of(column.field, header, headers, below) else { continue };
            let said = headers.get(other).and_then(|header| self.known(header));
            let free = said.is_none_or(|target| matches!(target, Target::Field(of) if of.field == column.field));
            if other != main && free {
                found.push((Together { main, other, before }, column));
            }
        }
        found
    }

    /// What a header means by those beside it. Of several columns `DDD` each is of the telephone after it, and a `Número`
    /// after one is the telephone's. `Some(None)` is no field.
    #[expect(clippy::option_option, reason = "no field is another answer than none by the place")]
    fn by_place(&self, headers: &[String], index: usize) -> Option<Option<Target>> {
        let header = headers.get(index)?;
        if !self.flow.lenient || self.is_said(header) {
            return None;
        }
        let field_at = |index: usize| headers.get(index).and_then(|header| self.field(header)).map(|c| c.field);
        let target = |field: &str| self.flow.column(field).map(Target::Field);
        match normalize(header).as_str() {
            "ddd" if headers.iter().filter(|header| normalize(header) == "ddd").count() > 1 => {
                // Of two telephones only the first has its area code read.
                let before = |field: &str| (0..index).any(|at| after_ddd(headers, at) && field_at(at) == Some(field));
                Some(match field_at(index + 1) {
                    Some("telefone") if !before("telefone") => target("ddd"),
                    Some("celular") if !before("celular") => target("dddCelular"),
                    _ => None,
                })
            }
            "numero" if index > 0 && field_at(index - 1) == Some("ddd") => {
                let other = headers.iter().any(|header| self.field(header).is_some_and(|c| c.field == "telefone"));
                Some(if other { None } else { target("telefone") })
            }
            _ => None,
        }
    }

    /// Which of two columns is read first, where the other may be read in the rows in which it is empty.
    fn read_first(&self, headers: &[String], first: usize, second: usize, column: &Column) -> Option<usize> {
        let [one, other] = [first, second].map(|index| headers.get(index).map(String::as_str).unwrap_or_default());
        if !self.flow.lenient || !beside::in_reserve(column) || one == other {
            return None;
        }
        let rank = |header: &str| match normalize(header) {
            _ if column.field == "nome" => beside::rank(header),
            key if key == normalize(column.label) => 0,
            key if self.names.own.contains_key(&key) => 1,
            _ => 2,
        };
        match (self.is_said(one), self.is_said(other)) {
            (true, false) => Some(first),
            (false, true) => Some(second),
            _ if after_ddd(headers, second) => Some(first),
            _ if rank(one) > rank(other) => Some(second),
            _ => (rank(one) < rank(other) || column.field != "nome").then_some(first),
        }
    }

    /// What a header means beside columns of months: no field where it is one of them, or where they say that field
    /// themselves, as it is with a sum of the months.
    fn beside_months(
        &self,
        index: usize,
        header: &str,
        months: &MonthColumns,
        meaning: Option<Target>,
    ) -> Result<Option<Target>, SheetError> {
        let of_month = months.columns.iter().any(|(column, _)| *column == index);
        match meaning {
            Some(Target::Field(column)) if of_month || months::FIELDS.contains(&column.field) => {
                if self.is_said(header) {
                    let params = vec![("header", clip(header)), ("field", column.field.to_owned())];
                    return Err(SheetError::new("coluna_junto_de_meses", params));
                }
                Ok(of_month.then_some(Target::Outside))
            }
            _ if of_month => Ok(Some(Target::Outside)),
            meaning => Ok(meaning),
        }
    }

    /// Which of two columns says a field better, where one of them does. A code says what is billed, and a name does not. Of
    /// what a customer may lack or is known by otherwise, the field's own name says more than another word for it, and
    /// `Endereço` more than `Endereço de Cobrança`; of two headers that are no names the first is enough.
    fn preferred(&self, headers: &[String], first: usize, second: usize, column: &Column) -> Option<usize> {
        let [one, other] = [first, second].map(|index| headers.get(index).map(String::as_str).unwrap_or_default());
        if one == other || self.is_said(one) || self.is_said(other) {
            return None;
        }
        let [a, b] = [one, other].map(normalize);
        let code_of = |code: &str, name: &str| ["codigo", "numero"].iter().any(|w| code.strip_prefix(w) == Some(name));
        if code_of(&a, &b) || code_of(&b, &a) {
            return Some(if a.len() > b.len() { first } else { second });
        }
        if !self.flow.lenient {
            return None;
        }
        let label = normalize(column.label);
        if self.guessed(other) || a == label {
            return Some(first);
        }
        let begins = self.flow.spares(column.field) && a != b;
        match () {
            () if b == label => Some(second),
            () if begins && b.starts_with(&a) => Some(first),
            () if begins && a.starts_with(&b) => Some(second),
            () => None,
        }
    }

    /// Which of two columns whose headers say the same is the field's: the one whose cells it can hold, where it can hold
    /// none of the other's, or else the one that stands among the other columns of an address. Never for a field that a
    /// record must have.
    fn by_cells(
        &self,
        headers: &[String],
        below: &[Row],
        first: usize,
        second: usize,
        column: &'static Column,
    ) -> Option<usize> {
        let header = |index: usize| headers.get(index).map(String::as_str).unwrap_or_default();
        let said = self.is_said(header(first)) || self.is_said(header(second));
        if said || !self.flow.lenient || column.required || self.flow.unique.contains(&column.field) {
            return None;
        }
        let one_of = |one: bool, other: bool| match (one, other) {
            (true, false) => Some(first),
            (false, true) => Some(second),
            _ => None,
        };
        let [one, other] = [first, second].map(|index| {
            let (all, read) = read_cells(below, index, column);
            (read.len(), all)
        });
        let [all, none] = [|(good, of): (usize, usize)| good == of && of > 0, |(good, _)| good == 0];
        let told = one_of(all(one) && none(other), all(other) && none(one));
        told.or_else(|| one_of(self.among(headers, first, column), self.among(headers, second, column)))
    }

    /// Whether a bare `Número` numbers something else than a house, such as a document: it is not among the columns of the
    /// address.
    fn numbers_something_else(&self, headers: &[String], index: usize, column: &Column) -> bool {
        let header = headers.get(index).map(String::as_str).unwrap_or_default();
        let bare = self.flow.lenient && column.field == "endereco.numero" && normalize(header) == "numero";
        bare && !self.is_said(header) && !self.among(headers, index, column)
    }

    /// Whether a column of a part of an address stands among columns of other parts: at most one other column between.
    fn among(&self, headers: &[String], index: usize, column: &Column) -> bool {
        let Some((group, _)) = column.field.split_once('.') else { return false };
        let near = headers.iter().enumerate().filter(|(other, _)| (1..=2).contains(&other.abs_diff(index)));
        near.filter_map(|(_, header)| self.field(header)?.field.split_once('.')).any(|(other, _)| other == group)
    }

    /// The joined columns whose main column, the one that feeds the field, is present.
    fn joined(&self, headers: &[String]) -> Vec<JoinedColumns> {
        let place = |header: &str| headers.iter().position(|other| normalize(other) == normalize(header));
        let one = |(field, joined): &(String, Joined)| {
            let said = |header: &String| {
                let mut columns = self.options.columns.iter();
                columns.any(|(known, target)| target == field && normalize(known) == normalize(header))
            };
            let main = joined.columns.iter().find(|header| said(header))?;
            Some(JoinedColumns {
                field: self.flow.column(field)?.field,
                main: place(main)?,
                parts: joined.columns.iter().filter_map(|header| place(header)).collect(),
                separator: joined.separator.clone(),
            })
        };
        self.options.joined.iter().filter_map(one).collect()
    }

    /// The column with code and name in one cell, if no other column has either of them. Its header and nearly all of
    /// its first cells must look like that. A name with a number before it is not enough.
    fn code_and_name(
        &self,
        columns: &mut Vec<(usize, &'static Column)>,
        headers: &[String],
        below: &[Row],
    ) -> Option<usize> {
        const HEADERS: [&str; 6] =
            ["Empresa", "Cliente", "Código - Nome", "Código/Razão Social", "Nome", "Razão Social"];
        const FEWEST: usize = 3;
        let feeds = |field: &str| columns.iter().find(|(_, column)| column.field == field).map(|(index, _)| *index);
        let (name, code) = (self.flow.column("nome")?, self.flow.column("codigoExterno")?);
        if feeds(code.field).is_some() {
            return None;
        }
        let taken = feeds("nome");
        let is_it = |index: &usize, header: &str| {
            taken.is_none_or(|taken| taken == *index) && HEADERS.iter().any(|name| normalize(name) == normalize(header))
        };
        let (index, _) = headers.iter().enumerate().find(|(index, header)| is_it(index, header))?;
        let cells = || below.iter().map(|row| row.cell(index)).filter(|cell| !cell.empty());
        let compound =
            cells().filter(|cell| matches!(cell, Cell::Text(text) if compound::code_and_name(text).is_some()));
        let (compound, all) = (compound.count(), cells().count());
        // Nine in ten are enough, because rows that were added by hand may lack the code.
        if all < FEWEST || compound * 10 < all * 9 {
            return None;
        }
        columns.retain(|(other, _)| *other != index);
        columns.extend([(index, code), (index, name)]);
        columns.sort_by_key(|(index, _)| *index);
        Some(index)
    }

    /// The column whose cells have the document among other words, if none has it alone: that of the name, or one whose
    /// header says so. Nearly all of its first cells must have one.
    fn document_within(
        &self,
        columns: &mut Vec<(usize, &'static Column)>,
        headers: &[String],
        below: &[Row],
    ) -> Option<usize> {
        const WORDS: [&str; 7] = ["documento", "documentos", "doc", "cpf", "cnpj", "cgc", "dados"];
        const FEWEST: usize = 3;
        let feeds = |field: &str| columns.iter().find(|(_, column)| column.field == field).map(|(index, _)| *index);
        let document = self.flow.column("cpfCnpj").filter(|column| feeds(column.field).is_none())?;
        let has_word = |header: &String| words(header).iter().any(|word| WORDS.contains(&word.as_str()));
        let free = |index: usize| !columns.iter().any(|(other, _)| *other == index);
        let named = headers.iter().enumerate().filter(|(index, header)| {
            free(*index) && !self.is_said(header) && has_word(header) && !beside::of_another(header)
        });
        let name = feeds("nome").filter(|index| headers.get(*index).is_some_and(|header| !beside::of_another(header)));
        let mut candidates = named.map(|(index, _)| index).chain(name);
        let found = candidates.find(|index| {
            let cells = || below.iter().map(|row| row.cell(*index)).filter(|cell| !cell.empty());
            let with =
                cells().filter(|cell| matches!(cell, Cell::Text(text) if compound::document_within(text).is_some()));
            let (with, all) = (with.count(), cells().count());
            all >= FEWEST && with * 10 >= all * 9
        })?;
        columns.push((found, document));
        columns.sort_by_key(|(index, _)| *index);
        Some(found)
    }

    fn check_required(
        &self,
        columns: &[(usize, &'static Column)],
        headers: &[String],
        months: Option<&MonthColumns>,
        row: u32,
        sheet: &str,
    ) -> Result<(), SheetError> {
        let has = |field: &str| {
            months.is_some() && matches!(field, "competencia" | "quantidade")
                || columns.iter().any(|(_, c)| c.field == field)
                || self.options.defaults.iter().any(|(name, _)| name == field)
        };
        let mut missing: Vec<String> = Vec::new();
        for column in self.flow.columns.iter().filter(|c| c.required && !has(c.field)) {
            missing.push(self.missing(column, columns, headers));
        }
        for group in self.flow.one_of.iter().filter(|group| !group.iter().any(|field| has(field))) {
            let labels: Vec<_> =
                group.iter().filter_map(|c| self.flow.column(c)).map(|c| format!("`{}`", c.label)).collect();
            missing.push(labels.join(" / "));
        }
        if missing.is_empty() {
            return Ok(());
        }
        let filled = headers.iter().filter(|c| !c.is_empty());
        let found: Vec<String> = filled.map(|c| format!("`{}`", clip(c))).collect();
        let of_months = months::named(headers);
        if !has("quantidade") && self.flow.column("quantidade").is_some() && of_months.len() > 1 {
            let params = vec![("sheet", sheet.to_owned()), ("found", of_months.join(", "))];
            return Err(SheetError::new("colunas_de_meses", params));
        }
        Err(SheetError::new(
            "coluna_obrigatoria_ausente",
            vec![
                ("sheet", sheet.to_owned()),
                ("row", row.to_string()),
                ("columns", missing.join(", ")),
                ("all_found", found.join(", ")),
            ],
        ))
    }

    /// The missing column, with the unclaimed header that is most similar to it.
    fn missing(&self, column: &'static Column, columns: &[(usize, &'static Column)], headers: &[String]) -> String {
        let unused: Vec<(String, &String)> = headers
            .iter()
            .enumerate()
            .filter(|(i, c)| !c.is_empty() && !columns.iter().any(|(used, _)| used == i))
            .map(|(_, c)| (normalize(c), c))
            .collect();
        let names = self.names.own.iter().filter(|(_, c)| c.field == column.field).map(|(name, _)| name.as_str());
        let nearest = names
            .flat_map(|name| unused.iter().map(move |(free, c)| (strsim::jaro_winkler(name, free), *c)))
            .max_by(|(a, _), (b, _)| a.total_cmp(b))
            .filter(|(similarity, _)| *similarity > 0.8);
        match nearest {
            Some((_, header)) => format!("`{}` (≈ `{header}`?)", column.label),
            None => format!("`{}`", column.label),
        }
    }
}

/// Whether a column stands after one that is only called `DDD`.
fn after_ddd(headers: &[String], index: usize) -> bool {
    index > 0 && headers.get(index - 1).is_some_and(|header| normalize(header) == "ddd")
}

/// A column that is kept but not read.
fn unread(headers: &[String], index: usize) -> Extra {
    Extra { index, header: headers.get(index).cloned().unwrap_or_default() }
}

/// What is wrong with a sheet of which two columns are one field.
fn duplicated(headers: &[String], first: usize, second: usize, field: &str, row: u32, sheet: &str) -> SheetError {
    let header = |index: usize| headers.get(index).cloned().unwrap_or_default();
    SheetError::new(
        "coluna_duplicada",
        vec![
            ("sheet", sheet.to_owned()),
            ("row", row.to_string()),
            ("first", column_letter(first)),
            ("first_header", header(first)),
            ("second", column_letter(second)),
            ("second_header", header(second)),
            ("field", field.to_owned()),
        ],
    )
}

/// The field of each normalized header, by the options. Joined columns feed one field.
fn columns_said(options: &ReadOptions) -> Vec<(String, String)> {
    let mut columns: Vec<(String, String)> =
        options.columns.iter().map(|(from, to)| (normalize(from), to.clone())).collect();
    for (field, joined) in &options.joined {
        for header in &joined.columns {
            let key = normalize(header);
            if !columns.iter().any(|(known, _)| *known == key) {
                columns.push((key, field.clone()));
            }
        }
    }
    columns
}

fn without_remark(header: &str) -> String {
    let mut depth = 0_u32;
    header
        .chars()
        .filter(|c| {
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_columns_of_a_flow_claim_one_name() {
        for flow in
            [&super::super::flows::CLIENTES, &super::super::flows::CONSUMOS, &super::super::flows::CONTAS_A_RECEBER]
        {
            let mut owners = std::collections::BTreeMap::new();
            for column in flow.columns {
                let own = column.synonyms.iter().chain([&column.label]).map(|name| (false, name));
                for (vague, name) in own.chain(column.vague.iter().map(|name| (true, name))) {
                    let other = owners.insert((vague, normalize(name)), column.field);
                    assert!(other.is_none_or(|o| o == column.field), "{}: `{name}` is claimed twice", flow.name);
                }
            }
        }
    }
}
