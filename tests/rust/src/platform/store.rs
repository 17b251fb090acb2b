//! The records of a platform, and its log on disk, from which they are restored after the platform was killed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::plan::Plan;

/// A record, by the names of the wire.
pub type Record = Map<String, Value>;

/// The contents of a request.
#[derive(Debug, Clone)]
pub(super) struct Work {
    pub(super) operation: &'static str,
    pub(super) id: Option<String>,
    pub(super) body: Record,
    pub(super) key: Option<String>,
}

/// A write that was executed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// What was done.
    pub operation: String,
    /// The record: the company's own code for it, or a substitute.
    pub identity: String,
    /// The platform's identifier of the record.
    pub id: String,
    /// The idempotency key of the request.
    pub key: Option<String>,
    /// Whether the write changed anything.
    pub changed: bool,
}

/// An answer that is stored under a key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) request: String,
    pub(super) status: u16,
    pub(super) body: Value,
}

/// One line of the log: everything that one request changed.
#[derive(Serialize, Deserialize)]
struct Line {
    tenant: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    effect: Option<Effect>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    record: Option<Record>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kept: Option<Kept>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

/// The account of one customer of the platform, usually for one test.
#[derive(Default)]
pub(super) struct Tenant {
    pub(super) plan: Plan,
    /// The records, by resource and identifier. Identifiers grow with time.
    pub(super) records: BTreeMap<String, BTreeMap<String, Record>>,
    /// The number of records with each of the company's own codes, by resource.
    codes: HashMap<(String, String), usize>,
    pub(super) effects: Vec<Effect>,
    pub(super) keys: HashMap<String, Kept>,
    pub(super) in_flight: HashSet<String>,
    /// The number of writes in progress.
    pub(super) working: usize,
    /// The number of requests that fitted each rule.
    pub(super) met: Vec<u32>,
    /// How often each request was seen.
    pub(super) seen: HashMap<String, u32>,
    /// The number of pages that were asked for, by resource.
    pub(super) pages: HashMap<&'static str, u32>,
    /// The number of requests, by operation.
    pub(super) requests: BTreeMap<String, u64>,
    /// The idempotency keys that were received, in order, each once.
    pub(super) keys_seen: Vec<String>,
    next_id: u64,
}

/// The truth about a platform, whatever its answers said.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    /// All writes that were executed, in order.
    pub effects: Vec<Effect>,
    /// The records, by resource.
    pub records: BTreeMap<String, Vec<Record>>,
    /// The number of requests since the start, by operation.
    pub requests: BTreeMap<String, u64>,
    /// The idempotency keys received since the start, each once.
    pub keys_seen: Vec<String>,
}

impl Truth {
    /// The number of records of `resource` with each identity.
    #[must_use]
    pub fn count(&self, resource: &str) -> BTreeMap<String, usize> {
        let mut count = BTreeMap::new();
        for record in self.records.get(resource).into_iter().flatten() {
            *count.entry(identity(resource, record)).or_default() += 1;
        }
        count
    }

    /// How often `operation` was executed for each identity.
    #[must_use]
    pub fn done(&self, operation: &str) -> BTreeMap<String, usize> {
        self.tally(|effect| effect.operation == operation)
    }

    /// How often `operation` changed anything, for each identity.
    #[must_use]
    pub fn changed(&self, operation: &str) -> BTreeMap<String, usize> {
        self.tally(|effect| effect.operation == operation && effect.changed)
    }

    fn tally(&self, of: impl Fn(&Effect) -> bool) -> BTreeMap<String, usize> {
        let mut tally = BTreeMap::new();
        for effect in self.effects.iter().filter(|effect| of(effect)) {
            *tally.entry(effect.identity.clone()).or_default() += 1;
        }
        tally
    }

    /// The number of all requests.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests.values().sum()
    }
}

/// The company's identity of a record: its code, or the text that the tests give to records without one.
#[must_use]
pub fn identity(resource: &str, record: &Record) -> String {
    let names: &[&str] = match resource {
        "consumos" => &["idExterno", "descricao", "id"],
        "clientes" => &["codigoExterno", "cpfCnpj", "nome", "id"],
        _ => &["codigoExterno", "codigo", "descricao", "id"],
    };
    let text = |name: &&str| record.get(*name).and_then(Value::as_str);
    names.iter().find_map(text).unwrap_or_default().to_owned()
}

/// The company's own code of a record.
fn code<'r>(resource: &str, record: &'r Record) -> Option<&'r str> {
    record.get(if resource == "consumos" { "idExterno" } else { "codigoExterno" })?.as_str()
}

/// All tenants, and the log.
pub(super) struct Store {
    pub(super) tenants: HashMap<String, Tenant>,
    log: Option<File>,
}

impl Store {
    /// Opens a store whose first tenant has `plan`, and continues from the log at `path`.
    pub(super) fn open(plan: Plan, path: Option<&Path>) -> io::Result<Self> {
        let mut store = Self { tenants: HashMap::new(), log: None };
        store.tenant("").begin(plan);
        let Some(path) = path else { return Ok(store) };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => String::new(),
            Err(e) => return Err(e),
        };
        // A process that was killed in the middle of a line has not answered about it.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        for line in text.get(..whole).unwrap_or_default().lines() {
            store.take_in(serde_json::from_str(line)?);
        }
        let log = OpenOptions::new().create(true).append(true).open(path)?;
        log.set_len(u64::try_from(whole).unwrap_or(u64::MAX))?;
        store.log = Some(log);
        Ok(store)
    }

    /// The tenant called `name`. It is made if it does not exist.
    pub(super) fn tenant(&mut self, name: &str) -> &mut Tenant {
        self.tenants.entry(name.to_owned()).or_default()
    }

    /// Writes the changes of a request to the log, and applies them.
    pub(super) fn commit(
        &mut self,
        tenant: &str,
        done: Option<(Effect, Record)>,
        kept: Option<(String, Kept)>,
    ) -> io::Result<()> {
        let (effect, record) = done.unzip();
        let (key, kept) = kept.unzip();
        let line = Line { tenant: tenant.to_owned(), effect, record, kept, key };
        if let Some(log) = &mut self.log {
            let text = serde_json::to_string(&line)? + "\n";
            // A process that is killed loses nothing that it wrote. Only a power failure does.
            log.write_all(text.as_bytes())?;
        }
        self.take_in(line);
        Ok(())
    }

    fn take_in(&mut self, line: Line) {
        let tenant = self.tenant(&line.tenant);
        if let (Some(effect), Some(record)) = (line.effect, line.record) {
            tenant.apply(&effect, record);
            tenant.effects.push(effect);
        }
        if let (Some(key), Some(kept)) = (line.key, line.kept) {
            tenant.keys.insert(key, kept);
        }
    }
}

impl Tenant {
    /// Begins again under `plan`, with the records of the plan.
    pub(super) fn begin(&mut self, plan: Plan) {
        *self = Self { met: vec![0; plan.rules.len()], ..Self::default() };
        for (resource, records) in &plan.records {
            for record in records.as_array().into_iter().flatten().filter_map(Value::as_object) {
                self.place(resource, record.clone());
            }
        }
        self.plan = plan;
    }

    /// Continues under `plan`, with the present records.
    pub(super) fn go_on(&mut self, plan: Plan) {
        self.met = vec![0; plan.rules.len()];
        self.plan = plan;
    }

    /// Ends one piece of work. A tenant that was dropped meanwhile has none.
    pub(super) fn rest(&mut self) {
        self.working = self.working.saturating_sub(1);
    }

    pub(super) fn truth(&self) -> Truth {
        Truth {
            effects: self.effects.clone(),
            records: self.records.iter().map(|(name, all)| (name.clone(), all.values().cloned().collect())).collect(),
            requests: self.requests.clone(),
            keys_seen: self.keys_seen.clone(),
        }
    }

    /// Makes the changes of others before page number `page` of `resource` is answered.
    pub(super) fn change(&mut self, resource: &str, page: u32) {
        let changes = self.plan.changes.clone();
        for change in changes.into_iter().filter(|c| c.resource == resource && c.before_page == page) {
            let gone = self.records.get(resource).into_iter().flatten();
            let gone = gone.filter(|(_, record)| change.remove.contains(&identity(resource, record)));
            for id in gone.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
                self.take_away(resource, &id);
            }
            for record in change.add {
                self.place(resource, record);
            }
        }
    }

    /// Stores a record under its identifier, or under a new one.
    fn place(&mut self, resource: &str, mut record: Record) {
        let id = record.get("id").and_then(Value::as_str).map_or_else(|| self.take_id(), str::to_owned);
        self.next_id = self.next_id.max(id.parse().unwrap_or(0));
        record.insert("id".to_owned(), id.clone().into());
        self.take_away(resource, &id);
        if let Some(code) = code(resource, &record) {
            *self.codes.entry((resource.to_owned(), code.to_owned())).or_default() += 1;
        }
        self.records.entry(resource.to_owned()).or_default().insert(id, record);
    }

    fn take_away(&mut self, resource: &str, id: &str) {
        let record = self.records.get_mut(resource).and_then(|all| all.remove(id));
        if let Some(code) = record.as_ref().and_then(|record| code(resource, record))
            && let Some(count) = self.codes.get_mut(&(resource.to_owned(), code.to_owned()))
        {
            *count -= 1;
        }
    }

    fn take_id(&mut self) -> String {
        self.next_id += 1;
        format!("{:06}", self.next_id)
    }

    fn apply(&mut self, effect: &Effect, record: Record) {
        let resource = effect.operation.split('.').next().unwrap_or_default();
        if effect.operation == "consumos.remover" {
            self.take_away(resource, &effect.id);
        } else {
            self.place(resource, record);
        }
    }

    pub(super) fn find(&self, resource: &str, id: &str) -> Option<&Record> {
        self.records.get(resource)?.get(id)
    }

    /// Executes a write. Returns the effect, the record and the status, or the status and body of a refusal.
    pub(super) fn work(&mut self, work: &Work) -> Result<(Effect, Record, u16), (u16, Value)> {
        let (resource, verb) = work.operation.split_once('.').unwrap_or_default();
        let refuse = |status: u16, code: &str, message: &str| {
            Err((status, json!({"title": code, "status": status, "detail": message, "code": code})))
        };
        let effect = |record: &Record, changed: bool| Effect {
            operation: work.operation.to_owned(),
            identity: identity(resource, record),
            id: record.get("id").and_then(Value::as_str).unwrap_or_default().to_owned(),
            key: work.key.clone(),
            changed,
        };
        if verb == "incluir" {
            let code = code(resource, &work.body).map(|code| (resource.to_owned(), code.to_owned()));
            let taken = code.and_then(|code| self.codes.get(&code)).is_some_and(|count| *count > 0);
            if self.plan.unique && taken {
                return refuse(409, "codigo_em_uso", "ja existe um registro com este codigo");
            }
            let mut record = work.body.clone();
            record.insert("id".to_owned(), self.take_id().into());
            let state = match resource {
                "clientes" => "ATIVO",
                "contratos" => "INATIVO",
                _ => "PENDENTE",
            };
            record.insert("situacao".to_owned(), state.into());
            return Ok((effect(&record, true), record, 201));
        }
        let Some(old) = work.id.as_deref().and_then(|id| self.find(resource, id)) else {
            return refuse(404, "nao_encontrado", "nao encontrado");
        };
        let mut record = old.clone();
        let state = old.get("situacao").and_then(Value::as_str).unwrap_or_default();
        let next = match (resource, verb, state) {
            ("clientes", "remover", "INATIVO") => return refuse(404, "nao_encontrado", "nao encontrado"),
            ("clientes", "alterar", _) | ("contratos", "ativar", "INATIVO" | "SUSPENSO") => "ATIVO",
            ("clientes", "remover", _) | ("contratos", "desativar", "ATIVO" | "SUSPENSO") => "INATIVO",
            ("contratos", "suspender", "ATIVO") => "SUSPENSO",
            ("contratos", "cancelar", "ATIVO" | "SUSPENSO" | "INATIVO") => "CANCELADO",
            ("contratos", _, state) => {
                return refuse(422, "transicao_invalida", &format!("o contrato ja esta {state}"));
            }
            (_, "remover", _) => "REMOVIDO",
            _ => "PENDENTE",
        };
        record.insert("situacao".to_owned(), next.into());
        if verb == "alterar" {
            for (name, value) in &work.body {
                if value.is_null() {
                    record.remove(name);
                } else {
                    record.insert(name.clone(), value.clone());
                }
            }
        }
        let changed = record != *old;
        Ok((effect(&record, changed), record, 200))
    }
}
