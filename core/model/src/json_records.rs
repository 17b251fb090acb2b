//! Reads JSON directly into the rows of records, without a tree of values between them.

use crate::form::{Form, Node, Step, unknown_name};
use crate::json::{DEPTH, FIELD_COST, ITEM_COST, JsonError, LIST_COST, MEMORY, OBJECT_COST, Reader};
use crate::read::{RowBuilder, list_of};
use crate::validate::{Context, Intent, Options, Problem, Report};
use crate::value::{Entries, Row};
use crate::{FieldType, Record, Rule, Schema, Value};

/// A list of records, and the members beside the list.
#[derive(Debug)]
pub struct RecordList<'a> {
    /// The list. `None` if there is no list where it should be.
    pub items: Option<Vec<ListItem<'a>>>,
    /// The members beside the list, or the whole JSON if there is no list.
    pub rest: Value<'a>,
}

/// One item of a list of records.
#[derive(Debug)]
pub struct ListItem<'a> {
    /// The record. `None` if the item is not an object.
    pub row: Option<Row<'a>>,
    /// The findings about the item.
    pub report: Report,
    /// The item's JSON.
    pub json: &'a str,
}

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

impl Schema {
    /// Reads the JSON of one record and checks the whole record, as [`Schema::validar`] does.
    ///
    /// # Errors
    /// The outer error: the bytes are not one JSON value, or it would take more than 128 MiB. The inner error: the
    /// report, if it has an error.
    pub fn validar_json<'a>(
        &'static self,
        json: &'a [u8],
        options: Options,
    ) -> Result<Result<(Record<'a>, Report), Report>, JsonError> {
        Reader::read_all(json, MEMORY, false, |reader| {
            let mut ctx = Context::new(options);
            let record = reader.record(self, None, DEPTH, &mut ctx)?;
            Some(self.judge(record.into_row(), ctx))
        })
    }

    /// Reads the JSON of one record as [`Schema::read`] does, and checks nothing over several fields.
    ///
    /// # Errors
    /// When the bytes are not one JSON value, or it would take more than 128 MiB.
    pub fn read_json<'a>(&'static self, json: &'a [u8], ctx: &mut Context) -> Result<Option<Row<'a>>, JsonError> {
        Reader::read_all(json, MEMORY, false, |reader| Some(reader.record(self, None, DEPTH, ctx)?.into_row()))
    }

    /// Reads the JSON of a list of records: a list, or an object that has a list under `member`. The values take at
    /// most `memory` bytes. Records of an answer ([`Intent::Response`]) are only read; other records are checked
    /// completely.
    ///
    /// # Errors
    /// If the bytes are not one JSON value, or if the values would take more memory.
    pub fn read_list<'a>(
        &'static self,
        json: &'a [u8],
        member: &str,
        options: Options,
        memory: usize,
    ) -> Result<RecordList<'a>, JsonError> {
        let mut items = Vec::new();
        let (found, rest) = self.read_items(json, member, options, memory, &mut |item| items.push(item))?;
        Ok(RecordList { items: found.then_some(items), rest })
    }

    /// Reads a list as [`Schema::read_list`] does, and gives each item to `take` when it is read, so that a long list need
    /// not be kept. Returns whether there is a list, and the members beside it.
    ///
    /// # Errors
    /// As [`Schema::read_list`], maybe after some items.
    pub fn read_items<'a>(
        &'static self,
        json: &'a [u8],
        member: &str,
        options: Options,
        memory: usize,
        take: &mut dyn FnMut(ListItem<'a>),
    ) -> Result<(bool, Value<'a>), JsonError> {
        let list = [Step::Name(member.into())];
        self.read_items_at(json, ListPlace { list: &list, record: &[], form: None }, options, memory, take)
    }

    /// Reads a list as [`Schema::read_items`] does, with its records at any place and in any form.
    ///
    /// # Errors
    /// As [`Schema::read_items`].
    pub fn read_items_at<'a>(
        &'static self,
        json: &'a [u8],
        place: ListPlace<'_>,
        options: Options,
        memory: usize,
        take: &mut dyn FnMut(ListItem<'a>),
    ) -> Result<(bool, Value<'a>), JsonError> {
        Reader::read_all(json, memory, options.intent == Intent::Response, |reader| {
            let mut items = |reader: &mut Reader<'a>, depth| reader.items(self, place, options, depth, take);
            if reader.start()? == b'[' {
                items(reader, DEPTH)?;
                return Some((true, Value::Null));
            }
            let (found, rest) = reader.inside(place.list, b'[', DEPTH, &mut items)?;
            Some((found, rest.unwrap_or(Value::Null)))
        })
    }

    /// Reads the record at `place` of JSON, as [`Schema::read`] does. The values take at most `memory` bytes.
    ///
    /// # Errors
    /// If the bytes are not one JSON value, or if the values would take more memory.
    pub fn read_record_at<'a>(
        &'static self,
        json: &'a [u8],
        place: &[Step],
        form: Option<&dyn Form>,
        options: Options,
        memory: usize,
    ) -> Result<RecordInside<'a>, JsonError> {
        let mut ctx = Context::new(options);
        let (row, rest) = Reader::read_all(json, memory, options.intent == Intent::Response, |reader| {
            reader.row_inside(self, place, form, DEPTH, &mut ctx)
        })?;
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

    fn items(
        &mut self,
        schema: &'static Schema,
        place: ListPlace<'_>,
        options: Options,
        depth: u32,
        take: &mut dyn FnMut(ListItem<'a>),
    ) -> Option<()> {
        let depth = self.deeper(depth)?;
        self.elements(|reader| {
            reader.take_memory(size_of::<ListItem<'_>>())?;
            reader.start()?;
            let start = reader.position();
            let mut ctx = Context::new(options);
            let mut row = None;
            if !place.record.is_empty() {
                row = reader.row_inside(schema, place.record, place.form, depth, &mut ctx)?.0;
            }
            if row.is_none() {
                reader.back_to(start);
                row = reader.record(schema, place.form, depth, &mut ctx)?.into_row();
            }
            let json = reader.since(start)?;
            take(if options.intent == Intent::Response {
                ListItem { row, report: ctx.report, json }
            } else {
                match schema.judge(row, ctx) {
                    Ok((record, report)) => ListItem { row: Some(record.into_row()), report, json },
                    Err(report) => ListItem { row: None, report, json },
                }
            });
            Some(())
        })
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
            row = Some(reader.row(schema, form, depth, ctx)?);
            Some(())
        })?;
        Some((row, around))
    }

    /// Reads the next record. Returns `Null` and records a finding if the next value is not an object.
    fn record(
        &mut self,
        schema: &'static Schema,
        form: Option<&dyn Form>,
        depth: u32,
        ctx: &mut Context,
    ) -> Option<Value<'a>> {
        if self.start()? == b'{' {
            return self.row(schema, form, depth, ctx).map(Value::Row);
        }
        let value = self.value(depth)?;
        Some(schema.read(value, ctx).map_or(Value::Null, Value::Row))
    }

    fn row(
        &mut self,
        schema: &'static Schema,
        form: Option<&dyn Form>,
        depth: u32,
        ctx: &mut Context,
    ) -> Option<Row<'a>> {
        let depth = self.deeper(depth)?;
        self.take_memory(OBJECT_COST)?;
        let mut builder = RowBuilder::new(schema);
        let row = if let Some(form) = form {
            let mut parts = Parts { builder, schema, inside: Vec::new() };
            let rest = self.placed(form, form.members(), &mut parts, depth, ctx)?;
            parts.keep(rest, ctx);
            self.end(parts, ctx)?
        } else {
            self.members(|reader, name| {
                let Some((index, field)) = builder.find(&name) else {
                    reader.take_memory(FIELD_COST)?;
                    let value = reader.value(depth)?;
                    builder.unknown(name, value, ctx);
                    return Some(());
                };
                let place = builder.enter(index, field, ctx);
                let value = if place.repeated || reader.start()? == b'n' {
                    reader.value(depth)?;
                    Value::Null
                } else {
                    reader.field(place.rule, None, depth, ctx)?
                };
                builder.leave(place, value, ctx);
                Some(())
            })?;
            builder.end(ctx)
        };
        self.take_memory(size_of_val(row.values()))?;
        Some(row)
    }

    /// Reads the value of a field, or of an item of a list, by its rule, and by the form if it has another than the
    /// model's. Returns `Null` if the value cannot be used.
    fn field(
        &mut self,
        rule: &'static Rule,
        form: Option<(&dyn Form, &[usize])>,
        depth: u32,
        ctx: &mut Context,
    ) -> Option<Value<'a>> {
        match (rule.kind, self.start()?) {
            (FieldType::Object(schema), b'{') => {
                let form = form.and_then(|(form, place)| form.items(place));
                self.row(schema, form, depth, ctx).map(Value::Row)
            }
            (FieldType::List(item), b'[') => {
                let depth = self.deeper(depth)?;
                let mut items = Vec::new();
                self.elements(|reader| {
                    reader.take_memory(ITEM_COST)?;
                    let len = ctx.enter_index(items.len());
                    items.push(reader.field(item, form, depth, ctx)?);
                    ctx.leave(len);
                    Some(())
                })?;
                Some(list_of(items, ctx))
            }
            (kind, start) => {
                let mut value = self.value(depth)?;
                if let Some((form, place)) = form {
                    let known = form.decode(place, kind, &mut value);
                    if let (false, FieldType::Enum(options)) = (known, kind) {
                        ctx.warn(Problem::InvalidOption { options, nearest: None });
                    }
                    // What the form writes for an absent value.
                    if start != b'n' && matches!(value, Value::Null) {
                        return Some(value);
                    }
                }
                Some(rule.read(value, ctx))
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
            self.field(field.rule, Some((form, place)), depth, ctx)?
        };
        part.builder.leave(field, value, ctx);
        if !before.is_empty() {
            ctx.leave(here);
        }
        Some(())
    }

    /// Ends a record and the objects inside it.
    fn end(&mut self, parts: Parts<'a>, ctx: &mut Context) -> Option<Row<'a>> {
        let Parts { mut builder, schema, inside } = parts;
        for (index, part) in inside {
            let place = builder.enter(index, schema.fields.get(index)?, ctx);
            let row = self.end(part, ctx)?;
            self.take_memory(OBJECT_COST + size_of_val(row.values()))?;
            builder.leave(place, Value::Row(row), ctx);
        }
        Some(builder.end(ctx))
    }
}

/// A record while it is read, with the objects inside it: the members of the JSON may hold their fields in any order.
struct Parts<'a> {
    builder: RowBuilder<'a>,
    schema: &'static Schema,
    inside: Vec<(usize, Self)>,
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
            self.inside.push((*index, Self { builder: RowBuilder::new(schema), schema, inside: Vec::new() }));
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Cliente, Cobranca, Contrato};

    const SCHEMAS: [&Schema; 3] = [Cliente::SCHEMA, Contrato::SCHEMA, Cobranca::SCHEMA];

    fn by_tree(schema: &'static Schema, json: &str, options: Options) -> (Option<Row<'static>>, Report) {
        let value = Value::from_json_within(json.as_bytes(), MEMORY).unwrap();
        if options.intent == Intent::Response {
            let mut ctx = Context::new(options);
            let row = schema.read(value, &mut ctx);
            return (row.map(Row::into_owned), ctx.report);
        }
        match schema.validar(value, options) {
            Ok((record, report)) => (Some(record.into_row().into_owned()), report),
            Err(report) => (None, report),
        }
    }

    /// Values of all kinds under known and unknown names, in any order, some names twice.
    fn json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("null".to_owned()),
            Just("true".to_owned()),
            Just(r#""S""#.to_owned()),
            Just("12".to_owned()),
            Just("-1.50".to_owned()),
            Just(r#""2026-01-31""#.to_owned()),
            Just(r#""2026-02-31""#.to_owned()),
            Just(r#""2026-01""#.to_owned()),
            Just(r#"" a\u0301b\n""#.to_owned()),
            Just(r#""529.982.247-25""#.to_owned()),
            Just(r#""ATIVO""#.to_owned()),
            Just(r#""""#.to_owned()),
        ];
        let names = prop_oneof![
            Just("id"),
            Just("nome"),
            Just("cpf_cnpj"),
            Just("cpfCnpj"),
            Just("endereco"),
            Just("cep"),
            Just("tags"),
            Just("emailsAdicionais"),
            Just("itens"),
            Just("quantidade"),
            Just("valorUnitario"),
            Just("desconto"),
            Just("boleto"),
            Just("valor"),
            Just("links"),
            Just("dataInicio"),
            Just("competencia"),
            Just("situacao"),
            Just("novo"),
            Just("nom\\u0065"),
        ];
        leaf.prop_recursive(4, 40, 8, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(" , "))),
                prop::collection::vec((names.clone(), inner), 0..8).prop_map(|members| {
                    let members: Vec<_> = members.into_iter().map(|(name, v)| format!("\"{name}\": {v}")).collect();
                    format!("{{{}}}", members.join(","))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn rows_are_read_from_text_as_from_a_tree(json in json(), schema in 0..3_usize, response in any::<bool>()) {
            let schema = SCHEMAS[schema];
            let intent = if response { Intent::Response } else { Intent::Incluir };
            let options = Options { intent, ..Options::default() };
            let list = format!("{{\"x\":1,\"data\":[{json}],\"total\":2}}");
            let read = schema.read_list(list.as_bytes(), "data", options, MEMORY).unwrap();
            prop_assert_eq!(read.rest.to_json(), r#"{"x":1,"total":2}"#);
            let item = read.items.unwrap().pop().unwrap();
            let (row, report) = by_tree(schema, &json, options);
            prop_assert_eq!(item.json, json.as_str());
            prop_assert_eq!(&item.report, &report);
            prop_assert_eq!(item.row.map(Row::into_owned), row.clone());
            if !response {
                let alone = schema.validar_json(json.as_bytes(), options).unwrap();
                prop_assert_eq!(alone.as_ref().map_or_else(|r| r, |(_, r)| r), &report);
                prop_assert_eq!(alone.ok().map(|(record, _)| record.into_row().into_owned()), row);
            }
        }

        #[test]
        fn what_is_no_json_is_refused_where_a_tree_refuses_it(
            json in json(),
            cut in any::<prop::sample::Index>(),
            byte in any::<u8>(),
        ) {
            let mut bytes = format!("[{json}]").into_bytes();
            let at = cut.index(bytes.len());
            bytes[at] = byte;
            let options = Options { intent: Intent::Response, ..Options::default() };
            let tree = Value::from_json_within(&bytes, MEMORY).map(|_| ());
            for schema in SCHEMAS {
                prop_assert_eq!(schema.read_list(&bytes, "data", options, MEMORY).map(|_| ()), tree);
            }
        }
    }

    #[test]
    fn a_list_that_is_not_where_it_should_be_is_none() {
        let options = Options { intent: Intent::Response, ..Options::default() };
        for json in [r#"{"dados":[{"id":1}]}"#, r#"{"data":{"id":1}}"#, "null", "3", r#""data""#] {
            let read = Cliente::SCHEMA.read_list(json.as_bytes(), "data", options, MEMORY).unwrap();
            assert!(read.items.is_none(), "{json}");
            assert_eq!(read.rest.to_json(), json);
        }
        let twice = br#"{"data":[{"id":1}],"data":[2]}"#;
        let read = Cliente::SCHEMA.read_list(twice, "data", options, MEMORY).unwrap();
        assert_eq!((read.items.unwrap().len(), read.rest.to_json()), (1, r#"{"data":[2]}"#.to_owned()));
    }

    #[test]
    fn rows_that_would_take_too_much_memory_are_refused() {
        let options = Options { intent: Intent::Response, ..Options::default() };
        // With the last field of a charge, the row is as long as its schema.
        let item = r#"{"alteradoEm":"2026-01-01T00:00:00Z"}"#;
        let list = format!("[{}]", vec![item; 50_000].join(","));
        let read = Cobranca::SCHEMA.read_list(list.as_bytes(), "data", options, 8 * list.len());
        assert_eq!(read.err().map(|e| e.problem), Some(crate::JsonProblem::TooLarge));
    }
}
