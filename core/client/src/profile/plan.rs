//! The wire form of the values of one model, computed when a profile is loaded: a slot for each field, by index, and a
//! tree of the names of the wire. A profile without differences has no plans.

use std::borrow::Cow;
use std::fmt::Write as _;

use smartbill_documents::Names;
use smartbill_model::validate::{Finding, Problem, Severity};
use smartbill_model::{Field, FieldType, Schema, Value};

use crate::profile::JsonPath;
use crate::profile::codec::{Code, Unwritable};
use crate::profile::json_path::{Members, Step};

/// Marks a member of an answer with the name of a model's field that the profile maps elsewhere.
pub(super) const CLASH: &str = "$";

/// The greatest number of unmapped words that a record reports.
const UNMAPPED: usize = 20;

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

/// A member of the wire, with the members inside it.
#[derive(Debug, Clone, Default, PartialEq)]
struct Node {
    /// The members inside, in the order of the model, which is the usual order of answers.
    names: Vec<(Box<str>, Self)>,
    /// The indices of the members, sorted by name.
    sorted: Vec<usize>,
    first: Option<Box<Self>>,
    /// The fields that are read from here, by index.
    fields: Vec<Place>,
    /// The object of the model at this place. It keeps the unknown members.
    object: Option<usize>,
}

/// The index of a field, and of a field inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place(usize, Option<usize>);

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
        for (i, slot) in slots.iter().enumerate() {
            if slot.write == Writing::Refused {
                continue;
            }
            match &slot.kind {
                Kind::Inside(inside) => {
                    wire.at(&slot.path.0, |node| node.object = Some(i));
                    for (j, slot) in inside.iter().enumerate().filter(|(_, slot)| slot.write != Writing::Refused) {
                        wire.at(&slot.path.0, |node| node.fields.push(Place(i, Some(j))));
                    }
                }
                _ => wire.at(&slot.path.0, |node| node.fields.push(Place(i, None))),
            }
        }
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

    /// Converts a value from the wire to the form that its model reads.
    pub(super) fn decode<'a>(&self, schema: &'static Schema, value: Value<'a>, found: &mut Unmapped) -> Value<'a> {
        self.read(schema, value, At::TOP, found)
    }

    fn read<'a>(&self, schema: &'static Schema, value: Value<'a>, at: At<'_>, found: &mut Unmapped) -> Value<'a> {
        let Value::Object(members) = value else { return value };
        let mut reading = Reading { plan: self, schema, fields: Vec::with_capacity(members.len()), at, found };
        let rest = reading.members(&self.wire, members);
        let mut fields = reading.fields;
        fields.extend(rest.into_iter().map(|(name, value)| (unknown(schema, name), value)));
        Value::Object(fields)
    }

    fn slot(&self, place: Place) -> Option<&Slot> {
        let slot = self.slots.get(place.0)?;
        match (place.1, &slot.kind) {
            (None, _) => Some(slot),
            (Some(j), Kind::Inside(inside)) => inside.get(j),
            _ => None,
        }
    }

    /// The field that the member `name` of a record holds, completely or in part.
    pub(super) fn field(&self, schema: &'static Schema, name: &str) -> Option<&'static Field> {
        let place = self.wire.child(name, 0)?.1.any()?;
        schema.fields.get(place.0)
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
            let field = |place: Place| schema.fields.get(place.0);
            // Of two fields at one place, the one that the client gives is meant.
            let given = |place: &&Place| field(**place).is_some_and(|field| !field.rule.response);
            let place = child.fields.iter().find(given).or_else(|| child.fields.first());
            let Some((place, field)) = place.and_then(|place| Some((*place, field(*place)?))) else {
                match child.object.and_then(|object| field(Place(object, None))) {
                    Some(object) => object.name.clone_into(&mut pending),
                    None => join(&mut pending, segment),
                }
                continue;
            };
            pending.clear();
            join(&mut out, field.name);
            let inside = field.rule.kind.inside();
            if let Some(field) = place.1.and_then(|j| inside?.fields.get(j)) {
                join(&mut out, field.name);
            }
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

/// The name of a member that no field has.
fn unknown<'a>(schema: &'static Schema, name: Cow<'a, str>) -> Cow<'a, str> {
    if schema.field(&name).is_some() { Cow::Owned([CLASH, &name].concat()) } else { name }
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

/// The words of an answer that the profile does not map, as findings of the record.
#[derive(Debug, Default)]
pub(crate) struct Unmapped(pub(crate) Vec<Finding>);

impl Unmapped {
    fn add(&mut self, at: At<'_>, options: Names) {
        if self.0.len() < UNMAPPED {
            let problem = Problem::InvalidOption { options, nearest: None };
            self.0.push(Finding::new(at.path(), Severity::Warning, problem));
        }
    }
}

/// A record while it is read from the wire.
struct Reading<'p, 'a, 'f> {
    plan: &'p Plan,
    schema: &'static Schema,
    fields: Members<'a>,
    at: At<'f>,
    found: &'f mut Unmapped,
}

impl<'a> Reading<'_, 'a, '_> {
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
                self.field(*place, value.clone());
            }
            self.field(*last, value);
            return None;
        }
        match (value, node.object) {
            (Value::Object(members), object) => {
                let rest = self.members(node, members);
                let Some(object) = object else { return (!rest.is_empty()).then_some(Value::Object(rest)) };
                let (inside, schema) = self.inside(object)?;
                inside.extend(rest.into_iter().map(|(name, value)| (unknown(schema, name), value)));
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
                let name = self.schema.fields.get(object)?.name;
                self.fields.push((name.into(), value));
                None
            }
            (value, None) => Some(value),
        }
    }

    /// The members of the model's object `index`. Makes the object if it does not exist yet.
    fn inside(&mut self, index: usize) -> Option<(&mut Members<'a>, &'static Schema)> {
        let field = self.schema.fields.get(index)?;
        let schema = field.rule.kind.inside()?;
        // The object that was begun last usually continues.
        let at = self.fields.iter().rposition(|(known, _)| known == field.name).unwrap_or_else(|| {
            self.fields.push((field.name.into(), Value::Object(Vec::with_capacity(schema.fields.len()))));
            self.fields.len() - 1
        });
        match self.fields.get_mut(at) {
            Some((_, Value::Object(members))) => Some((members, schema)),
            _ => None,
        }
    }

    fn field(&mut self, place: Place, value: Value<'a>) {
        let Some((slot, field)) = self.plan.slot(place).zip(self.schema.fields.get(place.0)) else { return };
        let at = At { before: Some(&self.at), name: field.name, index: None };
        let Some(inner) = place.1 else {
            let value = read_value(&slot.kind, field.rule.kind, value, at, self.found);
            self.fields.push((field.name.into(), value));
            return;
        };
        let Some(field) = inner_field(field, inner) else { return };
        let at = At { before: Some(&at), name: field.name, index: None };
        let value = read_value(&slot.kind, field.rule.kind, value, at, self.found);
        if let Some((members, _)) = self.inside(place.0) {
            members.push((field.name.into(), value));
        }
    }
}

fn inner_field(field: &Field, index: usize) -> Option<&'static Field> {
    field.rule.kind.inside()?.fields.get(index)
}

fn read_value<'a>(kind: &Kind, model: FieldType, value: Value<'a>, at: At<'_>, found: &mut Unmapped) -> Value<'a> {
    match (kind, model, value) {
        (Kind::List(item), FieldType::List(rule), Value::List(items)) => {
            let items = items.into_iter().enumerate().map(|(i, value)| {
                let at = At { index: Some(i), ..at };
                read_value(item, rule.kind, value, at, found)
            });
            Value::List(items.collect())
        }
        (Kind::Model(plan), FieldType::Object(schema), value) => plan.read(schema, value, at, found),
        (Kind::Scalar(code), model, value) => {
            let (value, unmapped) = code.decode(model, value);
            if let (true, FieldType::Enum(names)) = (unmapped, model) {
                found.add(at, names);
            }
            value
        }
        (_, _, value) => value,
    }
}

impl Node {
    /// Calls `tell` with the node at `steps`. Makes the node if it does not exist yet.
    fn at(&mut self, steps: &[Step], tell: impl FnOnce(&mut Self)) {
        match steps.split_first() {
            None => tell(self),
            Some((Step::First, rest)) => self.first.get_or_insert_default().at(rest, tell),
            Some((Step::Name(name), rest)) => {
                let at = self.position(name).unwrap_or_else(|place| {
                    self.sorted.insert(place, self.names.len());
                    self.names.push((name.clone(), Self::default()));
                    self.names.len() - 1
                });
                if let Some((_, child)) = self.names.get_mut(at) {
                    child.at(rest, tell);
                }
            }
        }
    }

    /// The index of `name`, or the index at which to insert it.
    fn position(&self, name: &str) -> Result<usize, usize> {
        let known = |at: &usize| self.names.get(*at).map_or("", |(known, _)| known);
        let place = self.sorted.binary_search_by(|at| known(at).cmp(name))?;
        self.sorted.get(place).copied().ok_or(place)
    }

    /// The child called `name`, with its index. `guess` is looked at first.
    fn child(&self, name: &str, guess: usize) -> Option<(usize, &Self)> {
        let at = match self.names.get(guess) {
            Some((known, _)) if known.as_ref() == name => guess,
            _ => self.position(name).ok()?,
        };
        self.names.get(at).map(|(_, child)| (at, child))
    }

    /// A field that is read from this node or from one below it.
    fn any(&self) -> Option<Place> {
        let below = || self.names.iter().find_map(|(_, child)| child.any());
        self.fields.first().copied().or_else(below).or_else(|| self.first.as_ref()?.any())
    }
}
