//! Reads JSON directly into the rows of records, without a tree of values between them.

use crate::json::{DEPTH, FIELD_COST, ITEM_COST, JsonError, MEMORY, OBJECT_COST, Reader};
use crate::read::{RowBuilder, list_of};
use crate::validate::{Context, Intent, Options, Report};
use crate::value::{Entries, Row};
use crate::{FieldType, Record, Rule, Schema, Value};

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
            let record = reader.record(self, DEPTH, &mut ctx)?;
            Some(self.judge(record.into_row(), ctx))
        })
    }

    /// Reads the JSON of one record as [`Schema::read`] does, and checks nothing over several fields.
    ///
    /// # Errors
    /// When the bytes are not one JSON value, or it would take more than 128 MiB.
    pub fn read_json<'a>(&'static self, json: &'a [u8], ctx: &mut Context) -> Result<Option<Row<'a>>, JsonError> {
        Reader::read_all(json, MEMORY, false, |reader| Some(reader.record(self, DEPTH, ctx)?.into_row()))
    }

    /// Reads the JSON of a list of records: a list, or an object that has a list under `member`. The values take at
    /// most `memory` bytes. Records of an answer ([`Intent::Response`]) are only read; other records are checked
    /// completely. Gives each item to `take` when it is read, so that a long list need not be kept. Returns whether there
    /// is a list, and the members beside it, or the whole JSON if there is no list.
    ///
    /// # Errors
    /// If the bytes are not one JSON value, or if the values would take more memory; maybe after some items.
    pub fn read_items<'a>(
        &'static self,
        json: &'a [u8],
        member: &str,
        options: Options,
        memory: usize,
        take: &mut dyn FnMut(ListItem<'a>),
    ) -> Result<(bool, Value<'a>), JsonError> {
        Reader::read_all(json, memory, options.intent == Intent::Response, |reader| {
            reader.record_list(self, member, options, take)
        })
    }
}

impl<'a> Reader<'a> {
    fn record_list(
        &mut self,
        schema: &'static Schema,
        member: &str,
        options: Options,
        take: &mut dyn FnMut(ListItem<'a>),
    ) -> Option<(bool, Value<'a>)> {
        let mut read = |reader: &mut Self, depth, ctx: &mut Context| reader.record(schema, depth, ctx);
        match self.start()? {
            b'[' => {
                self.items(schema, options, DEPTH, &mut read, take)?;
                Some((true, Value::Null))
            }
            b'{' => {
                let mut found = false;
                let mut rest: Entries<'a> = Vec::new();
                let depth = self.deeper(DEPTH)?;
                self.take_memory(OBJECT_COST)?;
                self.members(|reader, name| {
                    if name == member && !found && reader.start()? == b'[' {
                        found = true;
                        reader.items(schema, options, depth, &mut read, take)?;
                    } else {
                        reader.take_memory(FIELD_COST)?;
                        rest.push((name, reader.value(depth)?));
                    }
                    Some(())
                })?;
                Some((found, Value::Object(rest)))
            }
            _ => Some((false, self.value(DEPTH)?)),
        }
    }

    /// Reads a list whose items `read` reads, as a row or as `Null`, each with its own report.
    pub(crate) fn items(
        &mut self,
        schema: &'static Schema,
        options: Options,
        depth: u32,
        read: &mut dyn FnMut(&mut Self, u32, &mut Context) -> Option<Value<'a>>,
        take: &mut dyn FnMut(ListItem<'a>),
    ) -> Option<()> {
        let depth = self.deeper(depth)?;
        let mut ctx = Context::new(options);
        self.elements(|reader| {
            reader.take_memory(size_of::<ListItem<'_>>())?;
            reader.start()?;
            let start = reader.position();
            let row = read(reader, depth, &mut ctx)?.into_row();
            let json = reader.since(start)?;
            take(if options.intent == Intent::Response {
                ListItem { row, report: ctx.next_input(), json }
            } else {
                match schema.judge(row, std::mem::replace(&mut ctx, Context::new(options))) {
                    Ok((record, report)) => ListItem { row: Some(record.into_row()), report, json },
                    Err(report) => ListItem { row: None, report, json },
                }
            });
            Some(())
        })
    }

    /// Reads the next record. Returns `Null` and records a finding if the next value is not an object.
    pub(crate) fn record(&mut self, schema: &'static Schema, depth: u32, ctx: &mut Context) -> Option<Value<'a>> {
        if self.start()? == b'{' {
            return self.row(schema, depth, ctx).map(Value::Row);
        }
        let value = self.value(depth)?;
        Some(schema.read(value, ctx).map_or(Value::Null, Value::Row))
    }

    pub(crate) fn row(&mut self, schema: &'static Schema, depth: u32, ctx: &mut Context) -> Option<Row<'a>> {
        let depth = self.deeper(depth)?;
        self.take_memory(OBJECT_COST)?;
        let mut builder = RowBuilder::new(schema);
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
                reader.field(place.rule, depth, ctx)?
            };
            builder.leave(place, value, ctx);
            Some(())
        })?;
        let row = builder.end(ctx);
        self.take_memory(size_of_val(row.values()))?;
        Some(row)
    }

    /// Reads the value of a field, or of an item of a list, by its rule. Returns `Null` if the value cannot be used.
    fn field(&mut self, rule: &'static Rule, depth: u32, ctx: &mut Context) -> Option<Value<'a>> {
        match (rule.kind, self.start()?) {
            (FieldType::Object(schema), b'{') => self.row(schema, depth, ctx).map(Value::Row),
            (FieldType::List(item), b'[') => {
                let depth = self.deeper(depth)?;
                let mut items = Vec::new();
                self.elements(|reader| {
                    reader.take_memory(ITEM_COST)?;
                    let len = ctx.enter_index(items.len());
                    items.push(reader.field(item, depth, ctx)?);
                    ctx.leave(len);
                    Some(())
                })?;
                Some(list_of(items, ctx))
            }
            _ => {
                let value = self.value(depth)?;
                Some(rule.read(value, ctx))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Cliente, Cobranca, Contrato};

    const SCHEMAS: [&Schema; 3] = [Cliente::SCHEMA, Contrato::SCHEMA, Cobranca::SCHEMA];

    /// The items, if there is a list, and what is beside it.
    type Read<'a> = Result<(Option<Vec<ListItem<'a>>>, Value<'a>), JsonError>;

    fn read_list<'a>(schema: &'static Schema, json: &'a [u8], options: Options, memory: usize) -> Read<'a> {
        let mut items = Vec::new();
        let (found, rest) = schema.read_items(json, "data", options, memory, &mut |item| items.push(item))?;
        Ok((found.then_some(items), rest))
    }

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
            let (items, rest) = read_list(schema, list.as_bytes(), options, MEMORY).unwrap();
            prop_assert_eq!(rest.to_json(), r#"{"x":1,"total":2}"#);
            let item = items.unwrap().pop().unwrap();
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
                prop_assert_eq!(read_list(schema, &bytes, options, MEMORY).map(|_| ()), tree);
            }
        }
    }

    #[test]
    fn a_list_that_is_not_where_it_should_be_is_none() {
        let options = Options { intent: Intent::Response, ..Options::default() };
        for json in [r#"{"dados":[{"id":1}]}"#, r#"{"data":{"id":1}}"#, "null", "3", r#""data""#] {
            let (items, rest) = read_list(Cliente::SCHEMA, json.as_bytes(), options, MEMORY).unwrap();
            assert!(items.is_none(), "{json}");
            assert_eq!(rest.to_json(), json);
        }
        let twice = br#"{"data":[{"id":1}],"data":[2]}"#;
        let (items, rest) = read_list(Cliente::SCHEMA, twice, options, MEMORY).unwrap();
        assert_eq!((items.unwrap().len(), rest.to_json()), (1, r#"{"data":[2]}"#.to_owned()));
    }

    #[test]
    fn rows_that_would_take_too_much_memory_are_refused() {
        let options = Options { intent: Intent::Response, ..Options::default() };
        // With the last field of a charge, the row is as long as its schema.
        let item = r#"{"alteradoEm":"2026-01-01T00:00:00Z"}"#;
        let list = format!("[{}]", vec![item; 50_000].join(","));
        let read = read_list(Cobranca::SCHEMA, list.as_bytes(), options, 8 * list.len());
        assert_eq!(read.err().map(|e| e.problem), Some(crate::JsonProblem::TooLarge));
    }
}
