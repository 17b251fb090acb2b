//! A profile as a server follows it: the form in which it reads records, and the form in which it writes them.

use smartbill_model::form::CLASH;
use smartbill_model::{Cobranca, FieldType, Schema};

use crate::api::Operation;
use crate::profile::codec::Code;
use crate::profile::plan::{Kind, Plan, Slot, Slots, Writing};
use crate::profile::word::Word;
use crate::profile::{JsonPath, Profile};

/// What a server does with a record.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Reads,
    Writes,
}

/// A field that has one place.
struct Leaf<'s> {
    index: usize,
    inner: Option<usize>,
    name: &'static str,
    response: bool,
    path: &'s JsonPath,
}

impl Profile {
    /// This profile as a server reads requests by it. A field is where a client writes it, and a field that no client
    /// writes is unknown.
    #[must_use]
    pub fn of_requests(&self) -> Self {
        self.of_side(Side::Reads)
    }

    /// This profile as a server writes answers by it. A field is where a client reads it, also one that no client
    /// writes. A field that the platform lacks is left out. A value without a word is written as `$` and its own name,
    /// which a client takes for a word that it does not know.
    #[must_use]
    pub fn of_answers(&self) -> Self {
        self.of_side(Side::Writes)
    }

    /// The field with the same place as `id`, if a record of `schema` is named by one of its own fields.
    #[must_use]
    pub fn named_by(&self, schema: &'static Schema) -> Option<&'static str> {
        let plan = self.plans.iter().find(|plan| plan.model == schema.name)?;
        let leaves = leaves(&plan.slots, schema);
        let id = leaves.iter().find(|leaf| leaf.name == "id" && leaf.inner.is_none())?;
        let others = leaves.iter().filter(|leaf| leaf.name != "id" && leaf.path == id.path);
        others.min_by_key(|leaf| leaf.response).map(|leaf| leaf.name)
    }

    fn of_side(&self, side: Side) -> Self {
        let schemas = || Operation::ALL.iter().flat_map(|operation| [operation.model(), operation.input()]);
        let turned = |plan: &Plan| match schemas().find(|schema| schema.name == plan.model) {
            Some(schema) => of_plan(plan, schema, side),
            None => plan.clone(),
        };
        Self { plans: self.plans.iter().map(turned).collect(), ..self.clone() }
    }
}

fn of_plan(plan: &Plan, schema: &'static Schema, side: Side) -> Plan {
    let mut slots = of_slots(&plan.slots, schema, side);
    for (index, inner) in without_place(&slots, schema, side) {
        let slot = match (slots.get_mut(index), inner) {
            (Some(Slot { kind: Kind::Inside(inside), .. }), Some(inner)) => inside.get_mut(inner),
            (slot, _) => slot,
        };
        if let Some(slot) = slot {
            slot.write = Writing::Refused;
        }
    }
    Plan::new(schema, slots)
}

fn of_slots(slots: &Slots, schema: &'static Schema, side: Side) -> Slots {
    let turned = |(slot, field): (&Slot, &smartbill_model::Field)| {
        let path = if side == Side::Reads { slot.written() } else { &slot.path };
        let write = match (slot.write, side) {
            (Writing::Dropped, Side::Reads) => Writing::Refused,
            (Writing::Dropped, Side::Writes) => Writing::Sent,
            (write, _) => write,
        };
        let mut turned = Slot::new(path.clone(), of_kind(&slot.kind, field.rule.kind, side));
        turned.write = write;
        turned
    };
    slots.iter().zip(schema.fields).map(turned).collect()
}

fn of_kind(kind: &Kind, model: FieldType, side: Side) -> Kind {
    match (kind, model) {
        (Kind::Inside(slots), FieldType::Object(inside)) => Kind::Inside(of_slots(slots, inside, side)),
        (Kind::Model(plan), FieldType::Object(inside)) => Kind::Model(Box::new(of_plan(plan, inside, side))),
        (Kind::List(item), FieldType::List(rule)) => Kind::List(Box::new(of_kind(item, rule.kind, side))),
        (Kind::Scalar(Code::Words(words)), FieldType::Enum(names)) if side == Side::Writes => {
            let without = names.iter().filter(|own| !words.iter().any(|(known, _)| known == own));
            let marked = without.map(|own| (own, Word::Text([CLASH, own].concat())));
            Kind::Scalar(Code::Words(words.iter().cloned().chain(marked).collect()))
        }
        (kind, _) => kind.clone(),
    }
}

fn leaves<'s>(slots: &'s Slots, schema: &'static Schema) -> Vec<Leaf<'s>> {
    let mut found = Vec::new();
    for (index, (slot, field)) in slots.iter().zip(schema.fields).enumerate() {
        let leaf = |slot: &'s Slot, field: &smartbill_model::Field, inner| Leaf {
            index,
            inner,
            name: field.name,
            response: field.rule.response,
            path: &slot.path,
        };
        match (&slot.kind, field.rule.kind.inside()) {
            _ if slot.write == Writing::Refused => {}
            (Kind::Inside(inside), Some(schema)) => {
                let inside = inside.iter().zip(schema.fields).enumerate();
                let has_place = inside.filter(|(_, (slot, _))| slot.write != Writing::Refused);
                found.extend(has_place.map(|(inner, (slot, field))| leaf(slot, field, Some(inner))));
            }
            _ => found.push(leaf(slot, field, None)),
        }
    }
    found
}

/// The fields that give up their place to another field: one that only the platform fills to one that the client gives,
/// and otherwise the later to the earlier.
fn without_place(slots: &Slots, schema: &'static Schema, side: Side) -> Vec<(usize, Option<usize>)> {
    let leaves = leaves(slots, schema);
    // A charge has no field that a client gives.
    let made = schema.name == Cobranca::SCHEMA.name;
    let mut lost = Vec::new();
    for (i, a) in leaves.iter().enumerate() {
        for b in leaves.iter().skip(i + 1) {
            let shared = if side == Side::Reads { a.path.leads_through(b.path) } else { a.path == b.path };
            if shared {
                let without = if a.response && !b.response && !made { a } else { b };
                lost.push((without.index, without.inner));
            }
        }
    }
    lost
}
