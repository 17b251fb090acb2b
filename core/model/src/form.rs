//! The form of a record's JSON where it is not that of its model: other names, other places, other spellings of values.
//!
//! Nothing here knows who says so. A [`Form`] is a tree of names, made once, and a function that converts a value.

use std::borrow::Cow;

use crate::{FieldType, Schema, Value};

/// One step into JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The member of an object.
    Name(Box<str>),
    /// The first item of a list.
    First,
}

/// How records are written that do not have the form of their model.
pub trait Form {
    /// The members of a record.
    fn members(&self) -> &Node;

    /// Converts a value of the field at `place` to what the model reads. Of a field that is a list, `kind` is the type of
    /// the list or of one item, as `value` is. Returns whether the form knows the value: a word may be none of its words.
    fn decode(&self, place: &[usize], kind: FieldType, value: &mut Value<'_>) -> bool;

    /// The form of the objects in the list at `place`.
    fn items(&self, place: &[usize]) -> Option<&dyn Form>;
}

/// The place of a field: its index in the schema of the record, then that in the schema of the object inside, and so on.
pub type FieldPlace = Box<[usize]>;

/// A member of a record's JSON, with the members inside it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Node {
    /// The members inside, in the order in which they were added, which is the usual order of the JSON.
    names: Vec<(Box<str>, Self)>,
    /// The first item, if the member is a list that is read by its first item.
    pub first: Option<Box<Self>>,
    /// The fields that are read from here. What is inside is read only if there are none.
    pub fields: Vec<FieldPlace>,
    /// The object of the model at this place. It keeps the unknown members.
    pub object: Option<FieldPlace>,
}

impl Node {
    /// Calls `tell` with the node at `steps`. Makes the node if it does not exist yet.
    pub fn at(&mut self, steps: &[Step], tell: impl FnOnce(&mut Self)) {
        match steps.split_first() {
            None => tell(self),
            Some((Step::First, rest)) => self.first.get_or_insert_default().at(rest, tell),
            Some((Step::Name(name), rest)) => {
                let at = self.names.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
                    self.names.push((name.clone(), Self::default()));
                    self.names.len() - 1
                });
                if let Some((_, child)) = self.names.get_mut(at) {
                    child.at(rest, tell);
                }
            }
        }
    }

    /// The child called `name`, with its index. Most members come in the usual order, some of which are left out, so those
    /// from the index `next` on are looked at first.
    #[must_use]
    pub fn child(&self, name: &str, next: usize) -> Option<(usize, &Self)> {
        let (before, after) = self.names.split_at_checked(next).unwrap_or((&self.names, &[]));
        let (at, (_, child)) = after
            .iter()
            .zip(next..)
            .chain(before.iter().zip(0..))
            .map(|(member, at)| (at, member))
            .find(|(_, (known, _))| **known == *name)?;
        Some((at, child))
    }

    /// The place of a field that is read from this node or from one below it.
    #[must_use]
    pub fn any(&self) -> Option<&FieldPlace> {
        let below = || self.names.iter().find_map(|(_, child)| child.any());
        self.fields.first().or_else(below).or_else(|| self.first.as_ref()?.any())
    }
}

/// Marks a member that no field has, but whose name is that of a field of the model, which is somewhere else.
pub const CLASH: &str = "$";

/// The name under which a record keeps the member `name`, which no field has.
#[must_use]
pub fn unknown_name<'a>(schema: &'static Schema, name: Cow<'a, str>) -> Cow<'a, str> {
    if schema.field(&name).is_some() { Cow::Owned([CLASH, &name].concat()) } else { name }
}
