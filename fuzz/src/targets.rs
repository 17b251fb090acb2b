//! One function for each target: bytes in, and whatever must hold of them asserted.

use std::future::Future;
use std::io::{Cursor, Read, Seek, SeekFrom, Write as _};
use std::pin::pin;
use std::sync::OnceLock;
use std::task::{Context, Poll, Waker};

use jiff::Timestamp;
use smartbill_core::api::{Operation, PageRecord, Request, Response};
use smartbill_core::batch::Plan;
use smartbill_core::client::{CallOptions, Client, ClientOptions};
use smartbill_core::document::{Checked, DocumentKind};
use smartbill_core::model::{
    Cliente, ClientesFilter, Cobranca, CobrancasFilter, Consumo, Contrato, ContratoAction, Model, Schema, Servico,
};
use smartbill_core::profile::{Credential, Profile};
use smartbill_core::retry::RetryPolicy;
use smartbill_core::sheets::{Flow, Limits, Months, Output, ReadOptions, Row, SheetError, SheetFile, Writer, flows};
use smartbill_core::transport::{Function, Host};
use smartbill_core::validate::{Intent, Options};
use smartbill_core::{Error, Language, Mode, Value};
use smartbill_sandbox::{RawRequest, Service, TOKEN};
use zip::write::SimpleFileOptions;

use super::memory::most_held;

const MODES: [Mode; 2] = [Mode::Strict, Mode::Lenient];

/// A profile as different from the default as one can be.
const FOREIGN: &str = include_str!("../../tests/rust/tests/data/acme.toml");

/// The first byte chooses among `choices`; what follows it.
fn choose<T: Copy>(choices: &[T], data: &[u8]) -> Option<(T, Vec<u8>)> {
    let (first, rest) = data.split_first()?;
    Some((*choices.get(usize::from(*first) % choices.len())?, rest.to_vec()))
}

fn now() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap_or_default()
}

/// Documents: a kind, and a text.
pub fn documents(data: &[u8]) {
    let Some((kind, text)) = choose(DocumentKind::ALL, data) else { return };
    let Ok(text) = std::str::from_utf8(&text) else { return };
    for mode in MODES {
        for uf in [None, Some("SP"), Some("BA")] {
            let found = kind.validar(text, mode, uf);
            assert_eq!(found.valid, found.reason.is_none());
            let code = kind.validar_column(std::iter::once(Some(text)), mode, uf).first().copied().flatten();
            assert_eq!(code, found.reason.map(|reason| reason.code()));
            if let Some(canonical) = found.value.filter(|_| found.valid) {
                let again = kind.validar(&canonical, Mode::Lenient, uf);
                assert_eq!((again.reason, again.value.as_ref()), (None, Some(&canonical)), "{kind:?} {text:?}");
                // Lenient mode reads whatever strict mode reads, with the same value.
                assert!(kind.validar(text, Mode::Lenient, uf).valid, "{kind:?} {text:?}");
            }
        }
    }
    assert_eq!(kind.valid(text), kind.validar(text, Mode::Strict, None).valid);
    let clean = kind.strip(text);
    assert_eq!(kind.strip(&clean), clean);
    // Formatting must not change the document.
    if let Some(formatted) = kind.format(text) {
        let (first, back) = (kind.validar(text, Mode::Lenient, None), kind.validar(&formatted, Mode::Lenient, None));
        // A barcode is formatted as its typed line.
        let bars = |found: &Checked| found.fields.iter().find(|(name, _)| *name == "codigoDeBarras").cloned();
        let same = if kind == DocumentKind::Boleto { bars(&first) == bars(&back) } else { first.value == back.value };
        assert!(same && back.valid, "{kind:?} {text:?} {formatted:?}");
        assert_eq!(kind.format(&formatted).as_ref(), Some(&formatted));
    }
}

/// A profile: what is loaded must serve both ends of the wire.
pub fn profile(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let profile = match Profile::from_toml(text, "fuzz.toml") {
        Ok(profile) => profile,
        Err(error) => {
            for language in [Language::PtBr, Language::En] {
                let message = error.message(language);
                assert!(message.starts_with("fuzz.toml:") && !message.contains('\n'), "{message}");
            }
            return;
        }
    };
    let _ = profile.credentials("segredo-123:b:c:d");
    assert!(profile.base_path().is_empty() || profile.base_path().starts_with('/'));
    if profile.servable().is_err() {
        return;
    }
    for operation in Operation::ALL.iter().filter(|operation| profile.supports(**operation)) {
        let endpoint = profile.endpoint(*operation);
        let path = profile.path(*operation, operation.takes_id().then_some("a/b ç"));
        assert!(path.starts_with('/') && !path.contains("//") && !path.contains('\\'), "{path}");
        let (_, id) = profile.match_route(endpoint.method.as_str(), &path).unwrap_or_else(|| panic!("no route {path}"));
        assert!(id.is_none_or(|id| id == "a/b ç"));
    }
    // A record that a server writes must survive reading and writing.
    let answers = profile.of_answers();
    let there = |sent: &Cliente| {
        let wire = answers.encode(Cliente::SCHEMA, sent.value()).to_json();
        let Ok(read) = Value::from_json(wire.as_bytes()) else { panic!("the wire is no JSON: {wire}") };
        let options = Options { intent: Intent::Response, ..Options::default() };
        Cliente::validar(profile.decode(Cliente::SCHEMA, read), options).unwrap_or_default().0
    };
    let first = there(&sample());
    assert_eq!(there(&first).value().to_json(), first.value().to_json());
    let mut service = Service::new(&profile, TOKEN, now());
    service.seed();
    let (mut headers, mut query) = (Vec::new(), String::new());
    for credential in profile.credentials(service.token()) {
        match credential {
            Credential::Header(name, value) => headers.push((name, value)),
            Credential::Query(name, value) => query.extend(["&", &name, "=", &value]),
            Credential::Body(..) => {}
        }
    }
    for operation in Operation::ALL {
        let target = [&profile.path(*operation, Some("1")), "?", &query].concat();
        let method = profile.endpoint(*operation).method.as_str();
        let request = RawRequest { method, target: &target, headers: &headers, body: data };
        assert!(service.handle(&request, now()).status < 500, "{method} {target}");
    }
}

fn sample() -> Cliente {
    let text = r#"{"codigoExterno":"C-1","nome":"Padaria Aurora","cpfCnpj":"11222333000181","optanteSimples":true,
        "dataNascimento":"1990-12-31","endereco":{"cep":"01310100","uf":"SP"},"tags":["a","b"]}"#;
    let value = Value::from_json(text.as_bytes()).unwrap_or(Value::Null);
    Cliente::validar(value, Options { intent: Intent::Response, ..Options::default() }).unwrap_or_default().0
}

/// The default, a profile as different from it as one can be, and those of platforms.
pub const PROFILES: [&str; 7] = [
    Profile::DEFAULT,
    FOREIGN,
    include_str!("../../profiles/asaas.toml"),
    include_str!("../../profiles/iugu.toml"),
    include_str!("../../profiles/lago.toml"),
    include_str!("../../profiles/omie.toml"),
    include_str!("../../profiles/vindi.toml"),
];

fn profile_at(index: u8) -> Option<&'static Profile> {
    static LOADED: OnceLock<Vec<Profile>> = OnceLock::new();
    let load = |text| Profile::from_toml(text, "fuzz.toml").unwrap_or_else(|e| panic!("{e}"));
    LOADED.get_or_init(|| PROFILES.into_iter().map(load).collect()).get(usize::from(index) % PROFILES.len())
}

const STATUSES: [u16; 16] = [200, 201, 202, 204, 302, 400, 401, 404, 407, 409, 422, 429, 500, 503, 100, 999];

/// An answer: operation, status and profile, then headers, a line each, then a NUL and the body.
pub fn answers(data: &[u8]) {
    let [operation, status, profile, rest @ ..] = data else { return };
    let Some(profile) = profile_at(*profile) else { return };
    let Some(operation) = Operation::ALL.get(usize::from(*operation) % Operation::ALL.len()).copied() else { return };
    let status = STATUSES.get(usize::from(*status) % STATUSES.len()).copied().unwrap_or(200);
    let end = rest.iter().position(|b| *b == 0).unwrap_or(0);
    let (head, body) = (rest.get(..end).unwrap_or_default(), rest.get(end..).unwrap_or_default());
    let headers = String::from_utf8_lossy(head);
    let headers: Vec<(String, String)> = headers
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let body = body.strip_prefix(b"\0").unwrap_or(body).to_vec();
    let length = data.len();
    let answer = Response { status, headers, body: body.into() };
    let host = Function::new(now(), 7, move |_: &Request, _| Ok(answer.clone()));
    let options = ClientOptions {
        token: Some(if profile.token_parts() > 1 { "segredo-123:segredo-456" } else { "segredo-123" }.into()),
        profile: profile.clone(),
        retry: RetryPolicy::NEVER,
        ..ClientOptions::new("https://api.example.com")
    };
    let Ok(client) = Client::new(options, host) else { panic!("the client's options are sound") };
    let most = most_held(|| ask(&client, operation));
    // An object of three bytes takes some hundreds. The memory may grow only in proportion to the answer.
    assert!(most <= (1 << 20) + 1_000 * length, "{most} bytes for an answer of {length}");
}

/// One call of `operation`, whatever is answered.
fn ask(client: &Client<impl Host>, operation: Operation) {
    let call = CallOptions::default();
    if operation.is_listing() {
        let Ok(mut pager) = client.list::<PageRecord>(operation, Value::Object(Vec::new()), &call) else { return };
        let page = at_once(pager.next(client));
        if let Some(cursor) = pager.cursor() {
            assert!(client.resume_list::<PageRecord>(operation, &cursor, &call).is_ok(), "{cursor}");
        }
        check(page.map(|_| ()));
    } else if operation.action().is_some() {
        let Ok(action) = Value::from_json(br#"{"motivo":"fim"}"#) else { return };
        let done = at_once(client.write_each::<PageRecord>(operation, &["1".into()], action, &call));
        check(done.and_then(|items| items.into_iter().try_for_each(|item| item.outcome.map(|_| ()))));
    } else if operation.is_write() {
        let id = operation.takes_id().then_some("1");
        let sent = match operation {
            Operation::ContratosIncluir => {
                r#"{"clienteId":"1","dataInicio":"2026-01-01","periodicidade":"MENSAL","diaVencimento":5,
                    "itens":[{"servicoId":"1","quantidade":1}]}"#
            }
            Operation::ConsumosIncluir | Operation::ConsumosAlterar => {
                r#"{"contratoId":"1","servicoId":"1","competencia":"2026-01","quantidade":1}"#
            }
            _ => r#"{"nome":"Padaria Aurora","cpfCnpj":"11222333000181","codigoExterno":"C-1"}"#,
        };
        let Ok(sent) = Value::from_json(sent.as_bytes()) else { return };
        check(at_once(client.write::<PageRecord>(operation, id, sent, &[], &call)).map(|_| ()));
    } else {
        check(at_once(client.get::<PageRecord>(operation, "1", &call)).map(|_| ()));
    }
}

/// An error is small, one line, and holds no token.
fn check(result: Result<(), Error>) {
    let Err(error) = result else { return };
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("segredo-123") && shown.len() < 200_000, "{shown}");
    assert!(!error.to_string().contains('\n'), "{error}");
    assert!(error.details().operation.is_some());
}

/// A future over [`Function`] never has to wait.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a function host never waits"),
    }
}

/// What the bytes of a sheet are put into. A file within a zip would seldom survive a change of its bytes, since they
/// would have to be compressed and summed up anew.
#[derive(Debug, Clone, Copy)]
pub enum Container {
    /// Nothing: they are the file.
    Bare,
    /// `content.xml` of an .ods.
    Ods,
    /// The sheet of an .xlsx.
    XlsxSheet,
    /// The shared strings of an .xlsx.
    XlsxStrings,
    /// The styles of an .xlsx.
    XlsxStyles,
    /// The sheet of an .xlsb.
    XlsbSheet,
    /// The shared strings of an .xlsb.
    XlsbStrings,
    /// The workbook of an .xlsb.
    XlsbWorkbook,
}

/// In the order in which the first byte chooses them.
pub const CONTAINERS: [Container; 8] = [
    Container::Bare,
    Container::Ods,
    Container::XlsxSheet,
    Container::XlsxStrings,
    Container::XlsxStyles,
    Container::XlsbSheet,
    Container::XlsbStrings,
    Container::XlsbWorkbook,
];

/// An .xlsx by hand, every part of it as plain as it can be.
const XLSX: [(&str, &[u8]); 7] = [
    (
        "[Content_Types].xml",
        br#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Clientes" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    ),
    (
        "xl/worksheets/sheet1.xml",
        br#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:C3"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row><row r="2"><c r="A2" t="s"><v>3</v></c><c r="B2" t="inlineStr"><is><t>11.222.333/0001-81</t></is></c><c r="C2" s="1"><v>45000.5</v></c></row><row r="3"><c r="A3" t="str"><f>A2</f><v>x</v></c><c r="B3" t="e"><v>#N/A</v></c><c r="C3" t="b"><v>1</v></c></row></sheetData><mergeCells count="1"><mergeCell ref="A3:B3"/></mergeCells></worksheet>"#,
    ),
    (
        "xl/sharedStrings.xml",
        br#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="4" uniqueCount="4"><si><t>Nome</t></si><si><t xml:space="preserve">CPF/CNPJ</t></si><si><r><t>Data de </t></r><r><t>Nascimento</t></r></si><si><t>Padaria &amp; Cia</t></si></sst>"#,
    ),
    (
        "xl/styles.xml",
        br#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy;@"/></numFmts><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>"#,
    ),
];

impl Container {
    /// The name of the part that the bytes become.
    fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Bare => return None,
            Self::Ods => "content.xml",
            Self::XlsxSheet => "xl/worksheets/sheet1.xml",
            Self::XlsxStrings => "xl/sharedStrings.xml",
            Self::XlsxStyles => "xl/styles.xml",
            Self::XlsbSheet => "xl/worksheets/sheet1.bin",
            Self::XlsbStrings => "xl/sharedStrings.bin",
            Self::XlsbWorkbook => "xl/workbook.bin",
        })
    }

    /// The parts of a workbook of this kind.
    fn parts(self) -> Vec<(String, Vec<u8>)> {
        const ODS: &[u8] = include_bytes!("../../tests/fixtures/sheets/clientes.ods");
        const XLSB: &[u8] = include_bytes!("../../tests/fixtures/sheets/consumos.xlsb");
        let packed = match self {
            Self::Bare => return Vec::new(),
            Self::XlsxSheet | Self::XlsxStrings | Self::XlsxStyles => {
                return XLSX.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
            }
            Self::Ods => ODS,
            Self::XlsbSheet | Self::XlsbStrings | Self::XlsbWorkbook => XLSB,
        };
        unpack(packed).unwrap_or_else(|e| panic!("{self:?}: {e}"))
    }

    /// The bytes that the part has in a sound workbook.
    pub fn part(self) -> Option<Vec<u8>> {
        let name = self.name()?;
        self.parts().into_iter().find(|(part, _)| part == name).map(|(_, bytes)| bytes)
    }

    /// The workbook with `bytes` for its part.
    fn fill(self, bytes: Vec<u8>) -> Vec<u8> {
        let Some(name) = self.name() else { return bytes };
        let mut parts = self.parts();
        let part = parts.iter_mut().find(|(part, _)| part == name);
        part.unwrap_or_else(|| panic!("{self:?} has no `{name}`")).1 = bytes;
        pack(&parts).unwrap_or_else(|e| panic!("{self:?}: {e}"))
    }
}

fn unpack(file: &[u8]) -> zip::result::ZipResult<Vec<(String, Vec<u8>)>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(file))?;
    let mut parts = Vec::new();
    for i in 0..archive.len() {
        let mut part = archive.by_index(i)?;
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes)?;
        parts.push((part.name()?.into_owned(), bytes));
    }
    Ok(parts)
}

fn pack(parts: &[(String, Vec<u8>)]) -> zip::result::ZipResult<Vec<u8>> {
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        archive.start_file(name.as_str(), stored)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

fn sheet_options() -> ReadOptions {
    let limits = Limits {
        bytes: 4 << 20,
        unpacked: 8 << 20,
        rows: 20_000,
        bytes_per_row: 1 << 16,
        memory: 16 << 20,
        ..Limits::default()
    };
    ReadOptions { limits, ..ReadOptions::default() }
}

/// A workbook: the container, and the bytes in it.
pub fn sheets(data: &[u8]) {
    let Some((container, bytes)) = choose(&CONTAINERS, data) else { return };
    rows(&container.fill(bytes), "fuzz.xlsx");
}

/// A text file.
pub fn csv(data: &[u8]) {
    rows(data, "fuzz.csv");
}

/// Every sheet of a file as rows, and what it is first taken for as records of customers and of usage.
fn rows(bytes: &[u8], name: &str) {
    let options = sheet_options();
    let most = most_held(|| {
        let (whole, drops) = (Cursor::new(bytes.to_vec()), Drops(Cursor::new(bytes.to_vec()), 0));
        let read = sheet_rows(SheetFile::from_source(Box::new(whole), name, &options), &options);
        let again = sheet_rows(SheetFile::from_source(Box::new(drops), name, &options), &options);
        // Damage after the last row that was asked for may be found or not. A cell may hold a NaN, which equals nothing.
        assert!(
            damaged(&read) || damaged(&again) || read == again || format!("{read:?}") == format!("{again:?}"),
            "{read:?}\n{again:?}"
        );
    });
    // Twice the memory of the rows of four sheets, and that of reading.
    assert!(most < 160 << 20, "{most} bytes");
    records::<Cliente>(bytes, name, &options, &flows::CLIENTES);
    records::<Consumo>(bytes, name, &options, &flows::CONSUMOS);
    let months = Months { year: Some(2026), reading: true, digits: Some(5), ..Months::default() };
    let options = ReadOptions { months: Some(months), ..options };
    accepted::<Consumo>(bytes, name, &options, &flows::CONSUMOS);
}

/// A file that comes a few bytes at a time, as from a slow disk.
struct Drops(Cursor<Vec<u8>>, usize);

impl Read for Drops {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        self.1 = self.1 % 61 + 1;
        let some = self.1.min(into.len());
        self.0.read(into.get_mut(..some).unwrap_or_default())
    }
}

impl Seek for Drops {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

/// What is read of a file: the rows of its sheets, each list ending with what stopped the reading.
type Sheets = Result<Vec<Vec<Result<Row, SheetError>>>, SheetError>;

/// What is said of a damaged file.
const DAMAGE: [&str; 2] = ["arquivo_corrompido", "linha_fora_de_ordem"];

fn damaged(read: &Sheets) -> bool {
    match read {
        Ok(sheets) => sheets.iter().flatten().any(|row| matches!(row, Err(f) if DAMAGE.contains(&f.code))),
        Err(fault) => DAMAGE.contains(&fault.code),
    }
}

/// The rows of the first sheets.
fn sheet_rows(file: Result<SheetFile, SheetError>, options: &ReadOptions) -> Sheets {
    let mut file = file.inspect_err(said)?;
    let mut sheets = Vec::new();
    for sheet in file.sheets().iter().take(4) {
        let mut rows = Vec::new();
        match file.rows(&sheet.name) {
            Ok(lines) => {
                for line in lines {
                    let stop = line.is_err();
                    rows.push(line);
                    if stop {
                        break;
                    }
                }
            }
            Err(fault) => rows.push(Err(fault)),
        }
        let numbers: Vec<u32> = rows.iter().flatten().map(|line| line.number).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
        assert!(numbers.len() <= usize::try_from(options.limits.rows).unwrap_or(usize::MAX));
        rows.iter().filter_map(|row| row.as_ref().err()).for_each(said);
        sheets.push(rows);
    }
    Ok(sheets)
}

/// A message is one line, and says everything it promises.
fn said(fault: &SheetError) {
    for language in [Language::PtBr, Language::En] {
        let message = fault.message(language);
        assert!(message.len() > fault.code.len() && message.len() < 2_000, "{message:?}");
        assert!(!message.contains(['\n', '\r']) && !message.ends_with('.'), "{message:?}");
    }
}

/// Rows as records; those that are accepted are written and read again.
fn records<M: Model>(bytes: &[u8], name: &str, options: &ReadOptions, flow: &'static Flow) {
    let accepted = accepted::<M>(bytes, name, options, flow);
    let Ok(mut out) = Writer::new(flow, Output::CsvUtf8, Vec::new()) else { panic!("memory takes a header") };
    for record in &accepted {
        assert!(out.record(&record.value()).is_ok());
    }
    let Ok((written, _)) = out.finish() else { panic!("memory takes a file") };
    let again = self::accepted::<M>(&written, "again.csv", options, flow);
    let json = |records: &[M]| records.iter().map(|record| plain(record.value()).to_json()).collect::<Vec<_>>();
    assert_eq!(json(&accepted), json(&again), "{}", String::from_utf8_lossy(&written));
}

/// The value without the zeros that end its numbers: 0.1 is written as money, 0,10.
fn plain(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Decimal(number) => Value::Decimal(number.normalize()),
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(name, value)| (name, plain(value))).collect()),
        Value::List(items) => Value::List(items.into_iter().map(plain).collect()),
        value => value,
    }
}

/// The first records of a file that could be sent.
fn accepted<M: Model>(bytes: &[u8], name: &str, options: &ReadOptions, flow: &'static Flow) -> Vec<M> {
    let mut accepted = Vec::new();
    let Ok(mut file) = SheetFile::from_bytes(bytes, name, options).inspect_err(said) else { return accepted };
    let Ok(mut records) = file.records(flow).inspect_err(said) else { return accepted };
    while let Some(Ok(mut record)) = records.next() {
        let checked = records.validar::<M>(&mut record, Options::default());
        // A rejected record has a reason, in both languages.
        assert!(checked.is_some() || !record.accepted(), "{record:?}");
        for problem in &record.findings {
            for language in [Language::PtBr, Language::En] {
                assert!(!problem.message(language).contains(['\n', '\r']), "{}", problem.message(language));
            }
        }
        if let Some(model) = checked.filter(|_| record.accepted() && accepted.len() < 100) {
            accepted.push(model);
        }
    }
    accepted
}

/// Requests to the sandbox, a NUL between them: a line of method and target, headers, an empty line, the body.
pub fn sandbox(data: &[u8]) {
    let mut service = Service::new(&Profile::built_in(), TOKEN, now());
    service.seed();
    for (i, request) in data.split(|b| *b == 0).take(30).enumerate() {
        let end = request.windows(2).position(|pair| pair == b"\n\n");
        let (head, body) = end.map_or((request, &[][..]), |at| (&request[..at], &request[at + 2..]));
        let head = String::from_utf8_lossy(head);
        let mut lines = head.lines();
        let Some((method, target)) = lines.next().and_then(|line| line.split_once(' ')) else { continue };
        let mut headers = vec![("authorization".to_owned(), format!("Bearer {TOKEN}"))];
        let own = lines.filter_map(|line| line.split_once(": "));
        headers.extend(own.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())));
        let asked = RawRequest { method, target, headers: &headers, body };
        let at = now() + jiff::SignedDuration::from_secs(i.try_into().unwrap_or(0));
        let answer = service.handle(&asked, at);
        assert!((200..600).contains(&answer.status), "{}", answer.status);
        // A fault plan may answer anything. Without one the sandbox never answers 5xx.
        let faults = service.state().faults > 0;
        assert!(faults || answer.status < 500, "{} {head}", answer.status);
        let json = answer.headers.iter().any(|(name, value)| name == "content-type" && value.ends_with("json"));
        assert!(faults || !json || serde_json::from_slice::<serde_json::Value>(&answer.body).is_ok());
        assert!(faults || answer.status < 400 || json, "{} {head}", answer.status);
    }
    // No two records may have the same identifier.
    let state = service.state();
    for count in [state.clientes, state.servicos, state.contratos, state.consumos, state.cobrancas] {
        assert_eq!(count.duplicates, 0);
    }
}

/// In the order in which the first byte chooses them.
pub const MODELS: [&Schema; 8] = [
    Cliente::SCHEMA,
    Servico::SCHEMA,
    Contrato::SCHEMA,
    Consumo::SCHEMA,
    Cobranca::SCHEMA,
    ContratoAction::SCHEMA,
    ClientesFilter::SCHEMA,
    CobrancasFilter::SCHEMA,
];

/// JSON: a model, or a plan, in every mode; what is accepted is accepted again as it was written.
pub fn models(data: &[u8]) {
    let Some((model, text)) = choose(&MODELS, data) else { return };
    if let Ok(text) = std::str::from_utf8(&text)
        && let Ok(plan) = Plan::from_json(text)
    {
        assert_eq!(Plan::from_json(&plan.to_json()).ok().as_ref(), Some(&plan));
        assert!(!plan.text(Language::PtBr, 10, true).is_empty());
    }
    let Ok(read) = Value::from_json(&text) else { return };
    for mode in MODES {
        for intent in [Intent::Incluir, Intent::Alterar, Intent::Response] {
            let options = Options { mode, intent, today: Some(jiff::civil::date(2026, 11, 28)) };
            let Ok((written, _)) = model.validar(read.clone(), options) else { continue };
            let json = written.to_json();
            let again = Value::from_json(json.as_bytes()).unwrap_or_else(|e| panic!("{e}: {json}"));
            let (again, _) = model.validar(again, options).unwrap_or_else(|report| panic!("{json}: {report:?}"));
            assert_eq!(again.to_json(), json);
        }
    }
}
