//! Reads JSON into the rows of records that are somewhere inside it, or in another form than that of their model.

use smartbill_documents::Mode;

use crate::form::{Form, Node, Step, unknown_name};
use crate::json::{DEPTH, FIELD_COST, ITEM_COST, JsonError, LIST_COST, OBJECT_COST, Reader};
use crate::json_records::ListItem;
use crate::read::{RowBuilder, list_of};
use crate::validate::{Context, Intent, Options, Problem, Report};
use crate::value::{Entries, Row};
use crate::{FieldType, Rule, Schema, Value};

/// Where the JSON of a list has its records, and in which form.
#[derive(Clone, Copy)]
pub struct ListPlace<'p> {
    /// The place of the list. JSON that is a list itself is the list in any case.
    pub list: &'p [Step],
    /// The place of the record in an item. An item that has no object there is the record itself.
    pub record: &'p [Step],
    /// The form of the records. That of the model if `None`.
    pub form: Option<&'p dyn Form>,
}

/// A record that may be inside other JSON, and the JSON around it.
#[derive(Debug)]
pub struct RecordInside<'a> {
    /// The record. `None` if there is no object where it should be.
    pub row: Option<Row<'a>>,
    /// The findings about the record.
    pub report: Report,
    /// The JSON around the record, or the whole JSON if there is no record. `Null` if there is nothing around it.
    pub rest: Value<'a>,
}

/// How the records of an answer are read.
const ANSWER: Options = Options { mode: Mode::Lenient, intent: Intent::Response, today: None };

impl Schema {
    /// Reads the records of an answer, as [`Schema::read`] does, wherever they are and in whatever form. Gives each to
    /// `take` when it is read. Returns whether there is a list, and what is around it. The values take at most `memory`
    /// bytes.
    ///
    /// # Errors
    /// If the bytes are not one JSON value, or if the values would take more memory; maybe after some items.
    pub fn read_items_at<'a>(
        &'static self,
        json: &'a [u8],
        place: ListPlace<'_>,
        memory: usize,
        take: &mut dyn FnMut(ListItem<'a>),
    ) -> Result<(bool, Value<'a>), JsonError> {
        Reader::read_all(json, memory, true, |reader| {
            let mut items = |reader: &mut Reader<'a>, depth| reader.answered(self, place, depth, take);
            if reader.start()? == b'[' {
                items(reader, DEPTH)?;
                return Some((true, Value::Null));
            }
            let (found, rest) = reader.inside(place.list, b'[', DEPTH, &mut items)?;
            Some((found, rest.unwrap_or(Value::Null)))
        })
    }

    /// Reads the record at `place` of an answer, as [`Schema::read`] does. The values take at most `memory` bytes.
    ///
    /// # Errors
    /// If the bytes are not one JSON value, or if the values would take more memory.
    pub fn read_record_at<'a>(
        &'static self,
        json: &'a [u8],
        place: &[Step],
        form: Option<&dyn Form>,
        memory: usize,
    ) -> Result<RecordInside<'a>, JsonError> {
        let mut ctx = Context::new(ANSWER);
        let (row, rest) =
            Reader::read_all(json, memory, true, |reader| reader.row_inside(self, place, form, DEPTH, &mut ctx))?;
        Ok(RecordInside { row, report: ctx.report, rest: rest.unwrap_or(Value::Null) })
    }
}

impl<'a> Reader<'a> {
    /// Reads a value that has something at `path`, a list or an object that begins with `opens`, which `read` reads.
    /// Returns whether it is there, and what is around it, or the whole value. Of several members with one name the first
    /// counts that leads there.
    fn inside(
        &mut self,
        path: &[Step],
        opens: u8,
        depth: u32,
        read: &mut dyn FnMut(&mut Self, u32) -> Option<()>,
    ) -> Option<(bool, Option<Value<'a>>)> {
        let start = self.start()?;
        let mut found = false;
        let around = match (path.split_first(), start) {
            (None, _) if start == opens => {
                read(self, depth)?;
                return Some((true, None));
            }
            (Some((Step::Name(sought), path)), b'{') => {
                let mut around: Entries<'a> = Vec::new();
                let depth = self.deeper(depth)?;
                self.take_memory(OBJECT_COST)?;
                self.members(|reader, name| {
                    reader.take_memory(FIELD_COST)?;
                    let value = if !found && *name == **sought {
                        let (here, value) = reader.inside(path, opens, depth, read)?;
                        found = here;
                        value
                    } else {
                        Some(reader.value(depth)?)
                    };
                    around.extend(value.map(|value| (name, value)));
                    Some(())
                })?;
                Value::Object(around)
            }
            (Some((Step::First, path)), b'[') => {
                let (mut around, mut first) = (Vec::new(), true);
                let depth = self.deeper(depth)?;
                self.take_memory(LIST_COST)?;
                self.elements(|reader| {
                    reader.take_memory(ITEM_COST)?;
                    if std::mem::take(&mut first) {
                        let (here, value) = reader.inside(path, opens, depth, read)?;
                        found = here;
                        around.extend(value);
                    } else {
                        around.push(reader.value(depth)?);
                    }
                    Some(())
                })?;
                Value::List(around)
            }
            _ => self.value(depth)?,
        };
        Some((found, Some(around)))
    }

    /// Reads the items of an answer's list.
    fn answered(
        &mut self,
        schema: &'static Schema,
        place: ListPlace<'_>,
        depth: u32,
        take: &mut dyn FnMut(ListItem<'a>),
    ) -> Option<()> {
        let mut read = |reader: &mut Self, depth, ctx: &mut Context| {
            let start = reader.position();
            let (row, _) = reader.row_inside(schema, place.record, place.form, depth, ctx)?;
            if let Some(row) = row {
                return Some(Value::Row(row));
            }
            reader.back_to(start);
            match place.form {
                Some(form) if reader.start()? == b'{' => reader.placed_row(schema, form, depth, ctx).map(Value::Row),
                _ => reader.record(schema, depth, ctx),
            }
        };
        self.items(schema, ANSWER, depth, &mut read, take)
    }

    /// Reads a value with a record at `path`, if an object is there. Also returns what is around the record.
    fn row_inside(
        &mut self,
        schema: &'static Schema,
        path: &[Step],
        form: Option<&dyn Form>,
        depth: u32,
        ctx: &mut Context,
    ) -> Option<(Option<Row<'a>>, Option<Value<'a>>)> {
        let mut row = None;
        let (_, around) = self.inside(path, b'{', depth, &mut |reader, depth| {
            row = Some(match form {
                Some(form) => reader.placed_row(schema, form, depth, ctx)?,
                None => reader.row(schema, depth, ctx)?,
            });
            Some(())
        })?;
        Some((row, around))
    }

    /// Reads a record in another form than that of its model.
    fn placed_row(
        &mut self,
        schema: &'static Schema,
        form: &dyn Form,
        depth: u32,
        ctx: &mut Context,
    ) -> Option<Row<'a>> {
        let depth = self.deeper(depth)?;
        let mut parts = Parts { builder: RowBuilder::new(schema), schema, inside: Vec::new() };
        let rest = self.placed(form, form.members(), &mut parts, depth, ctx)?;
        parts.keep(rest, ctx);
        self.end(&mut parts, ctx)
    }

    /// Reads the value of the field at `place`, or of an item of its list. Returns `Null` if the value cannot be used.
    fn decoded(
        &mut self,
        rule: &'static Rule,
        form: &dyn Form,
        place: &[usize],
        depth: u32,
        ctx: &mut Context,
    ) -> Option<Value<'a>> {
        match (rule.kind, self.start()?) {
            (FieldType::Object(schema), b'{') if let Some(form) = form.items(place) => {
                self.placed_row(schema, form, depth, ctx).map(Value::Row)
            }
            (FieldType::List(item), b'[') => {
                let depth = self.deeper(depth)?;
                let mut items = Vec::new();
                self.elements(|reader| {
                    reader.take_memory(ITEM_COST)?;
                    let len = ctx.enter_index(items.len());
                    items.push(reader.decoded(item, form, place, depth, ctx)?);
                    ctx.leave(len);
                    Some(())
                })?;
                Some(list_of(items, ctx))
            }
            (kind, start) => {
                let mut value = self.value(depth)?;
                let known = form.decode(place, kind, &mut value);
                if let (false, FieldType::Enum(options)) = (known, kind) {
                    ctx.warn(Problem::InvalidOption { options, nearest: None });
                }
                // What the form writes for an absent value.
                let absent = start != b'n' && matches!(value, Value::Null);
                Some(if absent { value } else { rule.read(value, ctx) })
            }
        }
    }

    /// Reads the members of an object at `node` of a form into the record. Returns the members without a field.
    fn placed(
        &mut self,
        form: &dyn Form,
        node: &Node,
        parts: &mut Parts<'a>,
        depth: u32,
        ctx: &mut Context,
    ) -> Option<Entries<'a>> {
        let mut rest = Vec::new();
        let mut next = 0;
        self.members(|reader, name| {
            let value = if let Some((at, child)) = node.child(&name, next) {
                next = at + 1;
                if let [place] = child.fields.as_slice() {
                    return reader.placed_field(form, place, parts, depth, ctx);
                }
                let value = reader.placed_value(form, child, parts, depth, ctx)?;
                if matches!(value, Value::Null) {
                    return Some(());
                }
                value
            } else {
                reader.value(depth)?
            };
            reader.take_memory(FIELD_COST)?;
            rest.push((name, value));
            Some(())
        })?;
        Some(rest)
    }

    /// Reads the value at `node`. Returns the part without a field, or `Null` if nothing is left.
    fn placed_value(
        &mut self,
        form: &dyn Form,
        node: &Node,
        parts: &mut Parts<'a>,
        depth: u32,
        ctx: &mut Context,
    ) -> Option<Value<'a>> {
        let start = self.start()?;
        let position = self.position();
        if !node.fields.is_empty() {
            for place in &node.fields {
                self.back_to(position);
                self.placed_field(form, place, parts, depth, ctx)?;
            }
            return Some(Value::Null);
        }
        match (start, &node.first, &node.object) {
            (b'{', _, object) => {
                let depth = self.deeper(depth)?;
                let rest = self.placed(form, node, parts, depth, ctx)?;
                let Some(object) = object else {
                    self.take_memory(OBJECT_COST)?;
                    return Some(if rest.is_empty() { Value::Null } else { Value::Object(rest) });
                };
                let here = ctx.depth();
                parts.at(object, ctx)?.keep(rest, ctx);
                ctx.leave(here);
                Some(Value::Null)
            }
            (b'[', Some(node), _) => {
                let depth = self.deeper(depth)?;
                self.take_memory(LIST_COST)?;
                let (mut rest, mut first) = (Vec::new(), true);
                self.elements(|reader| {
                    let value = if std::mem::take(&mut first) {
                        match reader.placed_value(form, node, parts, depth, ctx)? {
                            Value::Null => return Some(()),
                            value => value,
                        }
                    } else {
                        reader.value(depth)?
                    };
                    reader.take_memory(ITEM_COST)?;
                    rest.push(value);
                    Some(())
                })?;
                Some(if rest.is_empty() { Value::Null } else { Value::List(rest) })
            }
            (b'n', ..) => self.value(depth),
            (_, _, object) => {
                let value = self.value(depth)?;
                let Some((last, before)) = object.as_ref().and_then(|object| object.split_last()) else {
                    return Some(value);
                };
                // The value is not an object, so the model refuses it.
                let here = ctx.depth();
                let field = parts.at(before, ctx)?.schema.fields.get(*last)?;
                ctx.at(field.name, |ctx| field.rule.read(value, ctx));
                ctx.leave(here);
                Some(Value::Null)
            }
        }
    }

    fn placed_field(
        &mut self,
        form: &dyn Form,
        place: &[usize],
        parts: &mut Parts<'a>,
        depth: u32,
        ctx: &mut Context,
    ) -> Option<()> {
        let (last, before) = place.split_last()?;
        let here = ctx.depth();
        let part = if before.is_empty() { parts } else { parts.at(before, ctx)? };
        let field = part.builder.enter(*last, part.schema.fields.get(*last)?, ctx);
        let value = if field.repeated || self.start()? == b'n' {
            self.value(depth)?;
            Value::Null
        } else {
            self.decoded(field.rule, form, place, depth, ctx)?
        };
        part.builder.leave(field, value, ctx);
        if !before.is_empty() {
            ctx.leave(here);
        }
        Some(())
    }

    /// Ends a record and the objects inside it.
    fn end(&mut self, parts: &mut Parts<'a>, ctx: &mut Context) -> Option<Row<'a>> {
        for (index, part) in &mut parts.inside {
            let place = parts.builder.enter(*index, parts.schema.fields.get(*index)?, ctx);
            let row = self.end(part, ctx)?;
            parts.builder.leave(place, Value::Row(row), ctx);
        }
        let row = parts.builder.end(ctx);
        self.take_memory(OBJECT_COST + size_of_val(row.values()))?;
        Some(row)
    }
}

/// A record while it is read, with the objects inside it: the members of the JSON may hold their fields in any order.
struct Parts<'a> {
    builder: RowBuilder<'a>,
    schema: &'static Schema,
    /// In boxes, since a builder is large.
    inside: Vec<(usize, Box<Self>)>,
}

impl<'a> Parts<'a> {
    /// The object at `place`, which is also added to the path. Makes the object if it does not exist yet.
    fn at(&mut self, place: &[usize], ctx: &mut Context) -> Option<&mut Self> {
        let Some((index, rest)) = place.split_first() else { return Some(self) };
        let field = self.schema.fields.get(*index)?;
        ctx.enter(field.name);
        // The object that was begun last usually continues.
        let known = self.inside.iter().rposition(|(known, _)| known == index);
        let at = if let Some(at) = known {
            at
        } else {
            let schema = field.rule.kind.inside()?;
            self.inside.push((*index, Box::new(Self { builder: RowBuilder::new(schema), schema, inside: Vec::new() })));
            self.inside.len() - 1
        };
        self.inside.get_mut(at)?.1.at(rest, ctx)
    }

    /// Keeps members that no field has.
    fn keep(&mut self, members: Entries<'a>, ctx: &mut Context) {
        for (name, value) in members {
            self.builder.unknown(unknown_name(self.schema, name), value, ctx);
        }
    }
}
