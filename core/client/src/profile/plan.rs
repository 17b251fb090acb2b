//! The wire form of the values of one model, computed when a profile is loaded: a slot for each field, by index, and a
//! tree of the names of the wire. A profile without differences has no plans.

use std::borrow::Cow;
use std::fmt::Write as _;

use smartbill_model::form::{CLASH, FieldPlace, Form, Node, Step, unknown_name};
use smartbill_model::{Field, FieldType, Schema, Value};

use crate::profile::JsonPath;
use crate::profile::codec::{Code, Unwritable};
use crate::profile::json_path::Members;

/// The wire form of a model.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub(super) model: &'static str,
    pub(super) slots: Slots,
    wire: Node,
}

/// The fields of a model, in the order of its table.
pub(super) type Slots = Vec<Slot>;

/// The wire form of one field.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slot {
    /// The place of the field, from the top of the record or of the item of a list.
    pub(super) path: JsonPath,
    /// Where it goes in requests, where that is another place.
    pub(super) sent: Option<JsonPath>,
    /// The path as text.
    name: String,
    pub(super) write: Writing,
    pub(super) kind: Kind,
}

/// Whether a field is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// The field is sent.
    Sent,
    /// The field is left out, without an error.
    Dropped,
    /// The platform has no such field. A value for it is an error.
    Refused,
}

/// The content of a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Scalar(Code),
    /// An object whose fields have paths from the top of the record.
    Inside(Slots),
    /// An object inside a list, with paths of its own.
    Model(Box<Plan>),
    List(Box<Self>),
}

/// The reason why a value cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unsendable {
    /// The field, in the model's own names.
    pub(crate) path: String,
    pub(crate) reason: Reason,
}

/// The reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The platform has no such field.
    Field,
    /// The profile has no word for this value.
    Word,
    /// The profile has several words for this value, of which a filter takes one.
    Words,
    /// The amount is not a whole number of cents.
    Cents,
    /// The platform's identifiers are integers, and this one is not.
    Integer,
    /// The identifier and a field of the record have this place of the wire, and different values.
    Place,
}

impl Slot {
    pub(super) fn new(path: JsonPath, kind: Kind) -> Self {
        Self { name: path.to_string(), path, sent: None, write: Writing::Sent, kind }
    }

    /// Where it is written.
    pub(super) fn written(&self) -> &JsonPath {
        self.sent.as_ref().unwrap_or(&self.path)
    }
}

impl Plan {
    pub(super) fn new(schema: &'static Schema, slots: Slots) -> Self {
        let mut wire = Node::default();
        add_places(&slots, &[], &mut wire);
        Self { model: schema.name, slots, wire }
    }

    /// Converts a model's value to its wire form.
    pub(super) fn encode<'a>(
        &'a self,
        schema: &'static Schema,
        value: Value<'a>,
        wrong: &mut Vec<Unsendable>,
    ) -> Value<'a> {
        let Value::Object(fields) = value else { return value };
        let mut members = Vec::with_capacity(fields.len());
        write(&self.slots, schema, &JsonPath::default(), fields, &mut members, At::TOP, wrong);
        Value::Object(members)
    }

    /// Converts a value from the wire to the form that its model reads. The words that the plan does not map are kept;
    /// only a reader of answers counts them.
    pub(super) fn decode<'a>(&self, schema: &'static Schema, value: Value<'a>) -> Value<'a> {
        let Value::Object(members) = value else { return value };
        let mut reading = Reading { plan: self, schema, fields: Vec::with_capacity(members.len()) };
        let rest = reading.members(&self.wire, members);
        let mut fields = reading.fields;
        fields.extend(rest.into_iter().map(|(name, value)| (unknown_name(schema, name), value)));
        Value::Object(fields)
    }

    fn slot(&self, place: &[usize]) -> Option<&Slot> {
        let (first, rest) = place.split_first()?;
        rest.iter().try_fold(self.slots.get(*first)?, |slot, index| match &slot.kind {
            Kind::Inside(inside) => inside.get(*index),
            _ => None,
        })
    }

    /// The field that the member `name` of a record holds, completely or in part.
    pub(super) fn field(&self, schema: &'static Schema, name: &str) -> Option<&'static Field> {
        schema.fields.get(*self.wire.child(name, 0)?.1.any()?.first()?)
    }

    /// The name of the field `name` on the wire.
    pub(super) fn wire_name(&self, schema: &'static Schema, name: &str) -> Option<&str> {
        self.slots.get(schema.index(name)?).map(|slot| slot.name.as_str())
    }

    /// The identifier `id` in its wire form.
    pub(super) fn encode_id<'a>(&'a self, schema: &'static Schema, id: &'a str) -> (Value<'a>, Option<Unwritable>) {
        let value = Value::Text(id.into());
        match schema.index("id").and_then(|i| self.slots.get(i)).map(|slot| &slot.kind) {
            Some(Kind::Scalar(code)) => code.encode(value),
            _ => (value, None),
        }
    }

    /// Whether the field `name` is sent.
    pub(super) fn sends(&self, schema: &'static Schema, name: &str) -> bool {
        let slot = schema.index(name).and_then(|i| self.slots.get(i));
        slot.is_none_or(|slot| slot.write == Writing::Sent)
    }

    /// Whether the field at `path` is read; what is inside a field that is not read is not either.
    pub(super) fn reads(&self, schema: &'static Schema, path: &str) -> bool {
        let (mut slots, mut schema) = (Some(&self.slots), Some(schema));
        for name in path.split('.') {
            let here = schema.and_then(|schema| Some((schema.index(name)?, schema)));
            let Some((index, fields)) = here else { return true };
            let Some(slot) = slots.and_then(|slots| slots.get(index)) else { return true };
            if slot.write == Writing::Refused {
                return false;
            }
            let kind = if let Kind::List(item) = &slot.kind { item } else { &slot.kind };
            slots = match kind {
                Kind::Inside(slots) => Some(slots),
                Kind::Model(plan) => Some(&plan.slots),
                _ => None,
            };
            schema = fields.fields.get(index).and_then(|field| field.rule.kind.inside());
        }
        true
    }

    /// The place in requests of the field `name`.
    pub(super) fn place(&self, schema: &'static Schema, name: &str) -> Option<&JsonPath> {
        self.slots.get(schema.index(name)?).map(Slot::written)
    }

    /// Converts a model's path to the names of the wire.
    pub(super) fn wire_path(&self, schema: &'static Schema, path: &str) -> String {
        let (mut slots, mut schema) = (&self.slots, Some(schema));
        let mut out = String::new();
        // The place of the object that the path has reached. The paths of its fields begin at the top of the record.
        let (mut base, mut inside) = (String::new(), String::new());
        for segment in path.split('.') {
            let (name, index) = indexed(segment);
            let here = schema.and_then(|schema| Some((schema.index(name)?, schema)));
            let Some((slot, field)) = here.and_then(|(i, schema)| Some((slots.get(i)?, schema.fields.get(i)?))) else {
                schema = None;
                join(&mut inside, name);
                inside.push_str(index);
                continue;
            };
            inside.clone_from(&slot.name);
            inside.push_str(index);
            schema = field.rule.kind.inside();
            match &slot.kind {
                Kind::Inside(fields) => slots = fields,
                Kind::List(item) => {
                    if let Kind::Model(plan) = item.as_ref() {
                        join(&mut base, &inside);
                        inside.clear();
                        slots = &plan.slots;
                    }
                }
                _ => schema = None,
            }
        }
        out.push_str(&base);
        join(&mut out, &inside);
        out
    }

    /// Converts a path of the wire to the model's own names.
    pub(super) fn model_path(&self, schema: &'static Schema, path: &str) -> String {
        let mut out = String::new();
        // The object that the path has reached. It is written once a field in it is named.
        let mut pending = String::new();
        let (mut plan, mut node, mut schema) = (self, Some(&self.wire), schema);
        for segment in path.split('.') {
            let (name, index) = indexed(segment);
            let child = node.and_then(|node| node.child(name, 0)).map(|(_, child)| child);
            node = child.map(|child| match &child.first {
                Some(first) if child.fields.is_empty() && !index.is_empty() => first,
                _ => child,
            });
            let Some(child) = node else {
                join(&mut out, &std::mem::take(&mut pending));
                join(&mut out, segment);
                continue;
            };
            // Of two fields at one place, the one that the client gives is meant.
            let given = |place: &&FieldPlace| {
                place.first().and_then(|i| schema.fields.get(*i)).is_some_and(|field| !field.rule.response)
            };
            let place = child.fields.iter().find(given).or_else(|| child.fields.first());
            let Some((place, field)) = place.and_then(|place| Some((place, field_at(schema, place)?))) else {
                match &child.object {
                    Some(object) => {
                        pending.clear();
                        join_names(&mut pending, schema, object);
                    }
                    None => join(&mut pending, segment),
                }
                continue;
            };
            pending.clear();
            join_names(&mut out, schema, place);
            let inside = field.rule.kind.inside();
            out.push_str(if matches!(field.rule.kind, FieldType::List(_)) { index } else { "" });
            if let (Some(Kind::List(item)), Some(inside)) = (plan.slot(place).map(|slot| &slot.kind), inside)
                && let Kind::Model(of_item) = item.as_ref()
            {
                (plan, node, schema) = (of_item, Some(&of_item.wire), inside);
            }
        }
        join(&mut out, &pending);
        out
    }

    /// Adds the last wire names of the personal fields to `names`.
    pub(super) fn personal<'p>(&'p self, schema: &'static Schema, names: &mut Vec<&'p str>) {
        personal(&self.slots, schema, names);
    }
}

fn personal<'p>(slots: &'p [Slot], schema: &'static Schema, names: &mut Vec<&'p str>) {
    for (slot, field) in slots.iter().zip(schema.fields) {
        if field.rule.personal {
            names.extend(slot.path.last_name());
            names.push(field.name);
        }
        let kind = if let Kind::List(item) = &slot.kind { item } else { &slot.kind };
        match (kind, field.rule.kind.inside()) {
            (Kind::Inside(slots), Some(inside)) => personal(slots, inside, names),
            (Kind::Model(plan), Some(inside)) => personal(&plan.slots, inside, names),
            _ => {}
        }
    }
}

/// Adds the places of `slots`, which are the fields of the object at `before`.
fn add_places(slots: &[Slot], before: &[usize], wire: &mut Node) {
    for (i, slot) in slots.iter().enumerate().filter(|(_, slot)| slot.write != Writing::Refused) {
        let place: FieldPlace = before.iter().copied().chain([i]).collect();
        if let Kind::Inside(inside) = &slot.kind {
            add_places(inside, &place, wire);
            wire.at(&slot.path.0, |node| node.object = Some(place));
        } else {
            wire.at(&slot.path.0, |node| node.fields.push(place));
        }
    }
}

/// The field at `place` of a record of `schema`.
fn field_at(schema: &'static Schema, place: &[usize]) -> Option<&'static Field> {
    let (last, before) = place.split_last()?;
    let inside = before.iter().try_fold(schema, |schema, i| schema.fields.get(*i)?.rule.kind.inside())?;
    inside.fields.get(*last)
}

/// Adds the names of the fields that lead to `place`.
fn join_names(out: &mut String, schema: &'static Schema, place: &[usize]) {
    for i in 1..=place.len() {
        join(out, place.get(..i).and_then(|place| field_at(schema, place)).map_or("", |field| field.name));
    }
}

/// Splits a step of a path into `name` and `[n]`.
fn indexed(segment: &str) -> (&str, &str) {
    segment.find('[').and_then(|at| segment.split_at_checked(at)).unwrap_or((segment, ""))
}

fn join(out: &mut String, name: &str) {
    if !out.is_empty() && !name.is_empty() {
        out.push('.');
    }
    out.push_str(name);
}

/// The place of a value in its model, for messages.
#[derive(Clone, Copy)]
struct At<'s> {
    before: Option<&'s At<'s>>,
    name: &'s str,
    index: Option<usize>,
}

impl At<'_> {
    const TOP: At<'static> = At { before: None, name: "", index: None };

    fn path(&self) -> String {
        let mut out = self.before.map(At::path).unwrap_or_default();
        join(&mut out, self.name);
        if let Some(index) = self.index {
            // Writing into a String cannot fail.
            let _ = write!(out, "[{index}]");
        }
        out
    }
}

/// Writes the fields of an object at `here` into the members of the record.
fn write<'a>(
    slots: &'a [Slot],
    schema: &'static Schema,
    here: &JsonPath,
    fields: Members<'a>,
    record: &mut Members<'a>,
    at: At<'_>,
    wrong: &mut Vec<Unsendable>,
) {
    let mut next = 0;
    for (name, value) in fields {
        // Models are written in the order of their tables, so the next field is looked at first.
        let guess = schema.fields.iter().skip(next).position(|field| field.name == name).map(|i| i + next);
        let index = guess.or_else(|| schema.index(&name));
        let Some((slot, field)) = index.and_then(|i| Some((slots.get(i)?, schema.fields.get(i)?))) else {
            let name = match name.strip_prefix(CLASH) {
                Some(rest) if schema.field(rest).is_some() => Cow::Owned(rest.to_owned()),
                _ => name,
            };
            put_unknown(here, record, name, value);
            continue;
        };
        next = index.map_or(next, |i| i + 1);
        let at = At { before: Some(&at), name: field.name, index: None };
        match (slot.write, &slot.kind, value) {
            (Writing::Dropped, ..) | (Writing::Refused, _, Value::Null) => {}
            (Writing::Refused, ..) => wrong.push(Unsendable { path: at.path(), reason: Reason::Field }),
            (Writing::Sent, Kind::Inside(inside), Value::Object(fields)) => {
                if let (Some(schema), false) = (field.rule.kind.inside(), fields.is_empty()) {
                    write(inside, schema, &slot.path, fields, record, at, wrong);
                } else {
                    slot.path.put(record, Value::Object(Vec::new()));
                }
            }
            (Writing::Sent, kind, value) => {
                // A search by one of several words would find only a part of the wanted records.
                if let (true, Kind::Scalar(code), Value::Text(text)) = (is_filter(schema), kind, &value)
                    && !code.other_words(text).is_empty()
                {
                    wrong.push(Unsendable { path: at.path(), reason: Reason::Words });
                }
                let value = write_value(kind, field.rule.kind, value, at, wrong);
                slot.written().put(record, value);
            }
        }
    }
}

/// Whether a model is a filter. Its name tells.
fn is_filter(schema: &Schema) -> bool {
    schema.name.ends_with("Filter")
}

/// Puts a member that the model does not have back to its place.
fn put_unknown<'a>(here: &JsonPath, record: &mut Members<'a>, name: Cow<'a, str>, value: Value<'a>) {
    let mut members = record;
    for step in &here.0 {
        let Step::Name(step) = step else { return };
        let at = members.iter().position(|(known, _)| **known == **step).unwrap_or_else(|| {
            members.push((Cow::Owned(step.to_string()), Value::Object(Vec::new())));
            members.len() - 1
        });
        let Some((_, Value::Object(inside))) = members.get_mut(at) else { return };
        members = inside;
    }
    members.push((name, value));
}

fn write_value<'a>(
    kind: &'a Kind,
    model: FieldType,
    value: Value<'a>,
    at: At<'_>,
    wrong: &mut Vec<Unsendable>,
) -> Value<'a> {
    match (kind, model, value) {
        (Kind::List(item), FieldType::List(rule), Value::List(items)) => {
            let mut written = Vec::with_capacity(items.len());
            for (i, value) in items.into_iter().enumerate() {
                // A search by one value wants the records with any of the platform's words for it.
                let others = match (item.as_ref(), &value) {
                    (Kind::Scalar(code), Value::Text(text)) => code.other_words(text),
                    _ => Vec::new(),
                };
                written.push(write_value(item, rule.kind, value, At { index: Some(i), ..at }, wrong));
                written.extend(others);
            }
            Value::List(written)
        }
        (Kind::Model(plan), FieldType::Object(schema), Value::Object(fields)) => {
            let mut members = Vec::with_capacity(fields.len());
            write(&plan.slots, schema, &JsonPath::default(), fields, &mut members, at, wrong);
            Value::Object(members)
        }
        (Kind::Scalar(code), _, value) => {
            let (value, why) = code.encode(value);
            if let Some(why) = why {
                let reason = match why {
                    Unwritable::Cents => Reason::Cents,
                    Unwritable::Integer => Reason::Integer,
                    Unwritable::Word => Reason::Word,
                };
                wrong.push(Unsendable { path: at.path(), reason });
            }
            value
        }
        (_, _, value) => value,
    }
}

impl Form for Plan {
    fn members(&self) -> &Node {
        &self.wire
    }

    fn decode(&self, place: &[usize], kind: FieldType, value: &mut Value<'_>) -> bool {
        match (self.slot(place).map(|slot| &slot.kind), kind) {
            (Some(Kind::List(item)), kind) if !matches!(kind, FieldType::List(_)) => item.decode(kind, value),
            (Some(slot), kind) => slot.decode(kind, value),
            (None, _) => true,
        }
    }

    fn items(&self, place: &[usize]) -> Option<&dyn Form> {
        match &self.slot(place)?.kind {
            Kind::List(item) => match item.as_ref() {
                Kind::Model(plan) => Some(plan.as_ref()),
                _ => None,
            },
            _ => None,
        }
    }
}

impl Kind {
    /// Converts a single value. Returns false if it is a word that the profile does not map.
    fn decode(&self, kind: FieldType, value: &mut Value<'_>) -> bool {
        if let Self::Scalar(code) = self { code.decode(kind, value) } else { true }
    }
}

/// A record while it is read from the wire.
struct Reading<'p, 'a> {
    plan: &'p Plan,
    schema: &'static Schema,
    fields: Members<'a>,
}

impl<'a> Reading<'_, 'a> {
    /// Reads the members of an object. Returns the members without a field.
    fn members(&mut self, node: &Node, members: Members<'a>) -> Members<'a> {
        let mut rest = Vec::new();
        let mut next = 0;
        for (name, value) in members {
            match node.child(&name, next) {
                None => rest.push((name, value)),
                Some((at, child)) => {
                    next = at + 1;
                    rest.extend(self.value(child, value).map(|value| (name, value)));
                }
            }
        }
        rest
    }

    /// Reads the value at `node`. Returns the part without a field.
    fn value(&mut self, node: &Node, value: Value<'a>) -> Option<Value<'a>> {
        if let Some((last, others)) = node.fields.split_last() {
            for place in others {
                self.field(place, value.clone());
            }
            self.field(last, value);
            return None;
        }
        match (value, &node.object) {
            (Value::Object(members), object) => {
                let rest = self.members(node, members);
                let Some(object) = object else { return (!rest.is_empty()).then_some(Value::Object(rest)) };
                let (inside, schema) = inside(self.schema, &mut self.fields, object)?;
                inside.extend(rest.into_iter().map(|(name, value)| (unknown_name(schema, name), value)));
                None
            }
            (Value::List(items), _) if node.first.is_some() => {
                let mut items = items.into_iter();
                let first = node.first.as_ref().zip(items.next()).and_then(|(node, value)| self.value(node, value));
                let rest: Vec<_> = first.into_iter().chain(items).collect();
                (!rest.is_empty()).then_some(Value::List(rest))
            }
            (Value::Null, _) => None,
            // The value is not an object, so the model refuses it.
            (value, Some(object)) => {
                self.put(object, value);
                None
            }
            (value, None) => Some(value),
        }
    }

    fn field(&mut self, place: &[usize], value: Value<'a>) {
        let Some((slot, field)) = self.plan.slot(place).zip(field_at(self.schema, place)) else { return };
        self.put(place, read_value(&slot.kind, field.rule.kind, value));
    }

    /// Puts a value at `place`.
    fn put(&mut self, place: &[usize], value: Value<'a>) {
        let Some((last, before)) = place.split_last() else { return };
        if let Some((members, schema)) = inside(self.schema, &mut self.fields, before)
            && let Some(field) = schema.fields.get(*last)
        {
            members.push((field.name.into(), value));
        }
    }
}

/// The members of the object at `place` of a record, of which `members` are the members. Makes the object if it does not
/// exist yet.
fn inside<'m, 'a>(
    schema: &'static Schema,
    members: &'m mut Members<'a>,
    place: &[usize],
) -> Option<(&'m mut Members<'a>, &'static Schema)> {
    let Some((index, rest)) = place.split_first() else { return Some((members, schema)) };
    let field = schema.fields.get(*index)?;
    let schema = field.rule.kind.inside()?;
    // The object that was begun last usually continues.
    let at = members.iter().rposition(|(known, value)| known == field.name && matches!(value, Value::Object(_)));
    let at = at.unwrap_or_else(|| {
        members.push((field.name.into(), Value::Object(Vec::with_capacity(schema.fields.len()))));
        members.len() - 1
    });
    match members.get_mut(at) {
        Some((_, Value::Object(members))) => inside(schema, members, rest),
        _ => None,
    }
}

fn read_value<'a>(kind: &Kind, model: FieldType, value: Value<'a>) -> Value<'a> {
    match (kind, model, value) {
        (Kind::List(item), FieldType::List(rule), Value::List(items)) => {
            Value::List(items.into_iter().map(|value| read_value(item, rule.kind, value)).collect())
        }
        (Kind::Model(plan), FieldType::Object(schema), value) => plan.decode(schema, value),
        (kind, model, mut value) => {
            kind.decode(model, &mut value);
            value
        }
    }
}
