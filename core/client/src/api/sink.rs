//! Records with and without a Rust type of their own. What sends and reads is written once over both: a host such as
//! JavaScript, which moves values only, needs no model's code at all.

use smartbill_model::validate::{Context, Violation};
use smartbill_model::{
    Cliente, ClientesFilter, Cobranca, CobrancasFilter, Consumo, ConsumosFilter, Contrato, ContratoAction,
    ContratosFilter, FieldType, Model, Schema, Servico, ServicosFilter, Value,
};

use crate::api::{Operation, Resource};

impl Operation {
    /// The table of what it answers with.
    #[must_use]
    pub fn model(self) -> &'static Schema {
        match self.resource() {
            Resource::Clientes => Cliente::SCHEMA,
            Resource::Servicos => Servico::SCHEMA,
            Resource::Contratos => Contrato::SCHEMA,
            Resource::Consumos => Consumo::SCHEMA,
            Resource::Cobrancas => Cobranca::SCHEMA,
        }
    }

    /// The table of what it is given: a filter, the parameters of an action, or a record.
    #[must_use]
    pub fn input(self) -> &'static Schema {
        match self.resource() {
            _ if self.action().is_some() => ContratoAction::SCHEMA,
            _ if !self.is_listing() => self.model(),
            Resource::Clientes => ClientesFilter::SCHEMA,
            Resource::Servicos => ServicosFilter::SCHEMA,
            Resource::Contratos => ContratosFilter::SCHEMA,
            Resource::Consumos => ConsumosFilter::SCHEMA,
            Resource::Cobrancas => CobrancasFilter::SCHEMA,
        }
    }
}

/// Where the records of an answer go as they are read.
pub trait Sink: Send {
    /// Forgets what came so far: the answer is asked for again.
    fn reset(&mut self);

    /// Takes one record; false when it is none.
    fn accept(&mut self, value: Value<'_>, ctx: &mut Context) -> bool;

    /// Takes what could not be read of the last record.
    fn annotate(&mut self, findings: Vec<Violation>);
}

/// What a client gives back: a model, or its value.
pub trait Record: Sized {
    /// Collects them.
    type Collected: Sink;

    /// An empty collection for the answers of `operation`.
    fn collected(operation: Operation) -> Self::Collected;

    /// What was collected.
    fn all(collected: Self::Collected) -> Vec<Self>;

    /// The one record that was collected.
    fn one(collected: Self::Collected) -> Self;

    /// Whether its field `name` is the text `text`.
    fn says(&self, name: &str, text: &str) -> bool;
}

impl<M: Model> Sink for Vec<M> {
    fn reset(&mut self) {
        self.clear();
    }

    fn accept(&mut self, value: Value<'_>, ctx: &mut Context) -> bool {
        let answer = M::read(value, ctx);
        let hit = answer.is_some();
        self.extend(answer);
        hit
    }

    fn annotate(&mut self, findings: Vec<Violation>) {
        if let Some(last) = self.last_mut() {
            last.annotate(findings);
        }
    }
}

impl<M: Model> Record for M {
    type Collected = Vec<M>;

    fn collected(_: Operation) -> Vec<M> {
        Vec::new()
    }

    fn all(collected: Vec<M>) -> Vec<M> {
        collected
    }

    fn one(mut collected: Vec<M>) -> M {
        collected.pop().unwrap_or_default()
    }

    fn says(&self, name: &str, text: &str) -> bool {
        self.value().field(name).and_then(Value::text) == Some(text)
    }
}

/// A record as a value.
#[derive(Clone, PartialEq)]
pub struct ValueRecord {
    /// Its fields.
    pub value: Value<'static>,
    /// What of the platform's answer could not be read, and is absent.
    pub findings: Vec<Violation>,
}

/// Records as values.
pub struct Values {
    schema: &'static Schema,
    items: Vec<ValueRecord>,
}

impl Sink for Values {
    fn reset(&mut self) {
        self.items.clear();
    }

    fn accept(&mut self, value: Value<'_>, ctx: &mut Context) -> bool {
        let answer = self.schema.read(value, ctx);
        let hit = answer.is_some();
        self.items.extend(answer.map(|entries| ValueRecord {
            value: present(self.schema, Value::Object(entries)).into_owned(),
            findings: Vec::new(),
        }));
        hit
    }

    fn annotate(&mut self, findings: Vec<Violation>) {
        if let Some(last) = self.items.last_mut() {
            last.findings = findings;
        }
    }
}

/// What [`Schema::read`] left, without the fields that are absent; what the table does not have stays as it came.
fn present<'a>(schema: &Schema, value: Value<'a>) -> Value<'a> {
    let Value::Object(entries) = value else {
        return value;
    };
    let mut fields = schema.fields.iter();
    let present = entries.into_iter().filter_map(|(name, value)| match fields.next() {
        Some(field) => (value != Value::Null).then(|| (name, present_inside(field.rule.kind, value))),
        None => Some((name, value)),
    });
    Value::Object(present.collect())
}

fn present_inside(kind: FieldType, value: Value<'_>) -> Value<'_> {
    match (kind, value) {
        (FieldType::Object(schema), value) => present(schema, value),
        (FieldType::List(item), Value::List(items)) => {
            Value::List(items.into_iter().map(|v| present_inside(item.kind, v)).collect())
        }
        (_, value) => value,
    }
}

impl Record for ValueRecord {
    type Collected = Values;

    fn collected(operation: Operation) -> Values {
        Values { schema: operation.model(), items: Vec::new() }
    }

    fn all(collected: Values) -> Vec<Self> {
        collected.items
    }

    fn one(mut collected: Values) -> Self {
        collected.items.pop().unwrap_or(Self { value: Value::Null, findings: Vec::new() })
    }

    fn says(&self, name: &str, text: &str) -> bool {
        self.value.field(name).and_then(Value::text) == Some(text)
    }
}
