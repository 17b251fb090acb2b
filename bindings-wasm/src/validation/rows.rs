//! Reads packed JavaScript objects directly into the rows of records, without a tree of values between them.

use smartbill_core::Value;
use smartbill_core::model::{FieldType, Record, Row, RowBuilder, Rule, Schema, list_of};
use smartbill_core::validate::{Context, Options, Report};

use crate::bridge::{LIST, OBJECT, Reader};

impl<'a> Reader<'a> {
    /// Reads and checks the next record. `None` if the bytes are not a packed value.
    pub(crate) fn check(
        &mut self,
        schema: &'static Schema,
        options: Options,
    ) -> Option<Result<(Record<'a>, Report), Report>> {
        let mut ctx = Context::new(options);
        let row = match self.begin(OBJECT) {
            Some(count) => Some(self.row(schema, count, &mut ctx)?),
            None => schema.read(self.value()?, &mut ctx),
        };
        Some(schema.judge(row, ctx))
    }

    /// Reads the `count` fields of an object.
    fn row(&mut self, schema: &'static Schema, count: u32, ctx: &mut Context) -> Option<Row<'a>> {
        let mut builder = RowBuilder::new(schema);
        for _ in 0..count {
            let name = self.name()?;
            let Some((index, field)) = builder.find(name) else {
                builder.unknown(name.into(), self.value()?, ctx);
                continue;
            };
            let place = builder.enter(index, field, ctx);
            let value = if place.repeated || self.is_null() {
                self.value()?;
                Value::Null
            } else {
                self.field(place.rule, ctx)?
            };
            builder.leave(place, value, ctx);
        }
        Some(builder.end(ctx))
    }

    /// Reads the value of a field, or of an item of a list, by its rule. An unusable value becomes `Null`.
    fn field(&mut self, rule: &'static Rule, ctx: &mut Context) -> Option<Value<'a>> {
        match rule.kind {
            FieldType::Object(schema) => {
                if let Some(count) = self.begin(OBJECT) {
                    return self.row(schema, count, ctx).map(Value::Row);
                }
            }
            FieldType::List(item) => {
                if let Some(count) = self.begin(LIST) {
                    let mut items = Vec::new();
                    for _ in 0..count {
                        let path = ctx.enter_index(items.len());
                        items.push(self.field(item, ctx)?);
                        ctx.leave(path);
                    }
                    return Some(list_of(items, ctx));
                }
            }
            _ => {}
        }
        let value = self.value()?;
        Some(rule.read(value, ctx))
    }
}
