//! Tries a profile on the platform. Each reading operation is called once for a few records. The result tells what was
//! sent, what came, and what of it was understood. Nothing is written.

use smartbill_documents::Message;
use smartbill_documents::text::join;
use smartbill_model::error::{Error, ErrorKind};
use smartbill_model::{Row, Schema, Value};

use crate::api;
use crate::api::{Bounds, Call, Operation, Page, PageRecord, Request, Resource, Response};
use crate::client::drift::{DriftCounts, DriftKind, below, shown_path};
use crate::client::{CallOptions, Client, DriftEntry};
use crate::profile::{PageRequest, percent_encode};
use crate::transport::Host;

/// The number of records to ask a listing for.
const RECORDS: u32 = 3;

/// The greatest number of member names in a result, and the depth to which they are searched.
const MEMBERS: usize = 200;
const DEEPEST: usize = 5;

/// The result of one operation.
#[derive(Debug)]
pub struct OperationTest {
    /// The operation, such as `clientes.listar`.
    pub operation: Operation,
    /// How it went.
    pub result: TestResult,
    /// The request. `None` if nothing was sent.
    pub sent: Option<SentRequest>,
    /// The HTTP status of the answer.
    pub status: Option<u16>,
    /// The names of the members of the answer, dotted. `[]` stands for the items of a list. There are no values.
    pub members: Vec<String>,
    /// The number of records in the answer.
    pub records: usize,
    /// The fields that were read, each with its path on the wire.
    pub understood: Vec<(String, String)>,
    /// The fields of the profile that no record had, each with its path on the wire.
    pub missing: Vec<(String, String)>,
    /// The fields that could not be read, each with the stable code of the reason.
    pub unreadable: Vec<(String, String)>,
    /// The members without a field, and the words that the profile does not map.
    pub drift: Vec<DriftEntry>,
}

/// How an operation went.
#[derive(Debug)]
pub enum TestResult {
    /// Every field that came was read.
    Understood,
    /// The answer was read, but words are not mapped or fields could not be read.
    Partial,
    /// The call failed, or the answer does not match the profile.
    Failed(Error),
    /// The operation was not called, for this reason.
    Skipped(Message),
}

impl TestResult {
    /// The stable name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Understood => "understood",
            Self::Partial => "partial",
            Self::Failed(_) => "failed",
            Self::Skipped(_) => "skipped",
        }
    }
}

/// A request without secrets and personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentRequest {
    /// The HTTP method.
    pub method: &'static str,
    /// The path as the profile has it, with `{id}` for the identifier, and the query.
    pub target: String,
    /// The headers, with `***` for the token.
    pub headers: Vec<(String, String)>,
    /// The body, with `***` for the token and `{id}` for the identifier.
    pub body: Option<String>,
}

impl OperationTest {
    fn new(operation: Operation, result: TestResult) -> Self {
        Self {
            operation,
            result,
            sent: None,
            status: None,
            members: Vec::new(),
            records: 0,
            understood: Vec::new(),
            missing: Vec::new(),
            unreadable: Vec::new(),
            drift: Vec::new(),
        }
    }

    fn skipped(operation: Operation, pt: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(operation, TestResult::Skipped(Message::new(pt, en)))
    }
}

impl<H: Host> Client<H> {
    /// Asks the platform for a few records of each resource, by listing them and then getting the first one, and tells of
    /// each operation how the profile fares. Nothing is written: the writes are told as skipped. Each request is sent
    /// once. A platform that is out of reach, or does not accept the token, is not asked again.
    ///
    /// ```
    /// # use smartbill_client::client::{CallOptions, Client};
    /// # async fn tell(client: &Client<impl smartbill_client::transport::Host>) {
    /// for test in client.test_profile(&CallOptions::default()).await {
    ///     println!("{}: {}", test.operation, test.result.name());
    /// }
    /// # }
    /// ```
    pub async fn test_profile(&self, options: &CallOptions) -> Vec<OperationTest> {
        use Resource::{Clientes, Cobrancas, Consumos, Contratos, Servicos};
        let mut tests = Vec::new();
        // The identifiers that listings gave, which the paths of others may need.
        let mut known = Vec::new();
        let mut stopped = false;
        for resource in [Clientes, Servicos, Contratos, Consumos, Cobrancas] {
            for operation in [Some(resource.listar()), resource.obter()].into_iter().flatten() {
                let test = if stopped {
                    OperationTest::skipped(operation, "a plataforma não respondeu antes", "the platform failed before")
                } else {
                    self.test(operation, &mut known, options).await
                };
                stopped |= matches!(&test.result, TestResult::Failed(error) if matches!(
                    error.kind(),
                    ErrorKind::Connection | ErrorKind::Timeout | ErrorKind::Authentication | ErrorKind::Configuration
                ));
                tests.push(test);
            }
        }
        let writes = Operation::ALL.iter().copied().filter(|operation| operation.is_write());
        tests.extend(writes.map(|operation| {
            if self.profile().supports(operation) {
                OperationTest::skipped(
                    operation,
                    "escreve, e nada é escrito aqui",
                    "it writes, and nothing is written here",
                )
            } else {
                unsupported(operation)
            }
        }));
        tests
    }

    async fn test(
        &self,
        operation: Operation,
        known: &mut Vec<(&'static str, String)>,
        options: &CallOptions,
    ) -> OperationTest {
        if !self.profile().supports(operation) {
            return unsupported(operation);
        }
        let reference = reference(operation.resource());
        let id = known.iter().find(|(name, _)| *name == reference).map(|(_, id)| id.clone());
        let id = if operation.is_listing() { None } else { id };
        if operation.takes_id() && id.is_none() {
            return OperationTest::skipped(operation, "não há um registro para obter", "there is no record to get");
        }
        let request = match self.question(operation, id.as_deref(), known, options) {
            Ok(request) => request,
            Err(result) => return OperationTest::new(operation, result),
        };
        let mut test = OperationTest::new(operation, TestResult::Understood);
        test.sent = Some(self.shown_request(&request, id.as_deref()));
        let page = match self.answer(&request, options, &mut test).await {
            Ok(page) => page,
            Err(error) => {
                let error = error.with(|d| {
                    d.operation = Some(operation.name());
                    d.language = options.language.unwrap_or(self.options.language);
                });
                test.result = TestResult::Failed(error);
                return test;
            }
        };
        self.tell(&page, &mut test);
        let records = <PageRecord as api::FromPage>::all(page);
        if let Some(id) =
            records.iter().find_map(|record| record.field("id")?.text()).filter(|_| operation.is_listing())
        {
            known.push((reference, id.to_owned()));
        }
        test
    }

    /// The request for `operation`, or why there is none.
    fn question(
        &self,
        operation: Operation,
        id: Option<&str>,
        known: &[(&'static str, String)],
        options: &CallOptions,
    ) -> Result<Request, TestResult> {
        let (profile, check_options) = (self.profile(), self.check_options(options));
        let mut filter = Vec::new();
        for name in profile.path_fields(operation) {
            let Some((name, id)) = known.iter().find(|(known, _)| *known == name) else {
                let message = Message::fill(
                    "o caminho precisa de `{name}`, que não se conhece",
                    "the path needs `{name}`, which is not known",
                    &[("name", name.to_owned())],
                );
                return Err(TestResult::Skipped(message));
            };
            filter.push(((*name).into(), Value::Text(id.clone().into())));
        }
        let request = if operation.is_listing() {
            let pagination = profile.pagination();
            let size = RECORDS.min(pagination.max_size);
            let page_request = PageRequest { start: 0, size };
            api::listar(profile, operation, Value::Object(filter), page_request, None, check_options)
        } else {
            api::build_request(profile, Call::new(operation, id, None), check_options)
        };
        request.map(|request| self.authorized(request)).map_err(TestResult::Failed)
    }

    async fn answer(&self, request: &Request, options: &CallOptions, test: &mut OperationTest) -> Result<Page, Error> {
        let response = self.send_once(request, options).await?;
        test.status = Some(response.status);
        test.members = self.members(&response);
        let bounds = Bounds::new(self.options.max_body_bytes, RECORDS);
        let call = Call::new(request.operation, None, None);
        api::read(self.profile(), call, &response, bounds, &self.secrets()).map(|(_, page)| page)
    }

    /// What of a page was understood, and what was not.
    fn tell(&self, page: &Page, test: &mut OperationTest) {
        let (profile, operation) = (self.profile(), test.operation);
        let schema = operation.model();
        let counts = DriftCounts::default();
        counts.add(profile, &self.secrets(), operation, page);
        test.drift = counts.seen().entries;
        test.records = page.len();
        let mut present = Vec::new();
        for row in page.rows() {
            fields_of(schema, "", row, &mut present);
        }
        for finding in page.findings() {
            let path = without_indices(&finding.path);
            // A word that is not mapped is told already.
            let unmapped = finding.code() == "opcao_invalida";
            if !unmapped && !test.unreadable.iter().any(|(known, code)| known == &path && code == finding.code()) {
                test.unreadable.push((path, finding.code().to_owned()));
            }
        }
        let mut all = Vec::new();
        every_field(schema, "", &mut all);
        for path in all.into_iter().filter(|path| profile.reads(schema, path)) {
            let wire = profile.wire_path(schema, &path);
            let came = test.unreadable.iter().any(|(known, _)| *known == path);
            if present.contains(&path) {
                test.understood.push((path, wire));
            } else if !came && test.records > 0 {
                test.missing.push((path, wire));
            }
        }
        let unmapped = test.drift.iter().any(|entry| entry.kind == DriftKind::UnmappedWord);
        if unmapped || !test.unreadable.is_empty() {
            test.result = TestResult::Partial;
        }
    }

    /// The names of the members of an answer.
    fn members(&self, response: &Response) -> Vec<String> {
        let memory = self.options.max_body_bytes.saturating_mul(8);
        let mut names = Vec::new();
        if response.body.len() <= self.options.max_body_bytes
            && let Ok(body) = Value::from_json_within(&response.body, memory)
        {
            member_names(&body, "", DEEPEST, &mut names);
        }
        let mut shown: Vec<String> = Vec::new();
        for name in names {
            let name = shown_path(&name, &self.secrets()).into_owned();
            if !shown.contains(&name) {
                shown.push(name);
            }
        }
        shown
    }

    fn shown_request(&self, request: &Request, id: Option<&str>) -> SentRequest {
        let mut encoded = String::new();
        percent_encode(id.unwrap_or_default(), &mut encoded);
        let secrets = self.secrets();
        let hidden = |text: &str| secrets.hide(text).into_owned();
        let mut target = self.profile().path(request.operation, None);
        if let Some((_, query)) = request.target.split_once('?') {
            let pairs = query.split('&').map(|pair| match pair.split_once('=') {
                Some((name, value)) if id.is_some() && value == encoded => [name, "={id}"].concat(),
                _ => hidden(pair),
            });
            target.push('?');
            target.push_str(&pairs.collect::<Vec<_>>().join("&"));
        }
        let body = request.body.as_deref().map(|body| match Value::from_json(body) {
            Ok(value) => secrets.hide_in(without_id(value, id)).to_json(),
            Err(_) => hidden(&String::from_utf8_lossy(body)),
        });
        SentRequest {
            method: request.method.as_str(),
            target,
            headers: request.headers.iter().map(|(name, value)| (name.clone(), hidden(value))).collect(),
            body,
        }
    }
}

fn unsupported(operation: Operation) -> OperationTest {
    let (pt, en) = ("o perfil diz que a plataforma não tem", "the profile says that the platform lacks it");
    OperationTest::skipped(operation, pt, en)
}

/// The field by which others refer to a record of `resource`.
fn reference(resource: Resource) -> &'static str {
    match resource {
        Resource::Clientes => "clienteId",
        Resource::Servicos => "servicoId",
        Resource::Contratos => "contratoId",
        Resource::Consumos => "consumoId",
        Resource::Cobrancas => "cobrancaId",
    }
}

/// `value` with `{id}` wherever it says the identifier.
fn without_id<'a>(value: Value<'a>, id: Option<&str>) -> Value<'a> {
    match value {
        Value::Text(text) | Value::Number(text) if Some(text.as_ref()) == id => Value::Text("{id}".into()),
        Value::List(items) => Value::List(items.into_iter().map(|item| without_id(item, id)).collect()),
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name, without_id(value, id))).collect())
        }
        value => value,
    }
}

/// The names of the members of `value`, which is at `at`, and of what is inside them.
fn member_names(value: &Value<'_>, at: &str, depth: usize, names: &mut Vec<String>) {
    if names.len() >= MEMBERS {
        return;
    }
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let path = below(at, name);
                // An item of a list may have what another lacks.
                if names.len() < MEMBERS && !names.contains(&path) {
                    names.push(path.clone());
                }
                if depth > 0 {
                    member_names(value, &path, depth - 1, names);
                }
            }
        }
        Value::List(items) => {
            let at = [at, "[]"].concat();
            for item in items.iter().take(3) {
                member_names(item, &at, depth, names);
            }
        }
        _ => {}
    }
}

/// The paths of the fields of `row` that have a value, without the indices of lists.
fn fields_of(schema: &'static Schema, at: &str, row: &Row<'_>, present: &mut Vec<String>) {
    for (field, value) in schema.present(row) {
        let path = below(at, field.name);
        let rows: Vec<_> = match value {
            Value::List(items) => items.iter().filter_map(Value::row).collect(),
            value => value.row().into_iter().collect(),
        };
        match field.rule.kind.inside() {
            Some(inside) => rows.into_iter().for_each(|row| fields_of(inside, &path, row, present)),
            None if !present.contains(&path) => present.push(path),
            None => {}
        }
    }
}

/// The paths of all fields.
fn every_field(schema: &'static Schema, at: &str, all: &mut Vec<String>) {
    for field in schema.fields {
        let path = below(at, field.name);
        match field.rule.kind.inside() {
            Some(inside) => every_field(inside, &path, all),
            None => all.push(path),
        }
    }
}

/// `itens[0].servicoId` as `itens.servicoId`.
fn without_indices(path: &str) -> String {
    let parts: Vec<_> = path.split('.').map(|part| part.split('[').next().unwrap_or_default()).collect();
    join(&parts, ".")
}

#[cfg(test)]
mod tests;
