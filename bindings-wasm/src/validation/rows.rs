//! Packed JavaScript objects straight into the rows of records, with no tree of values between the two.

use smartbill_core::Value;
use smartbill_core::model::{FieldType, Record, Row, RowBuilder, Rule, Schema, list_of};
use smartbill_core::validate::{Context, Options, Report};

use crate::bridge::{LIST, OBJECT, Reader};

impl<'a> Reader<'a> {
    /// Reads and checks the record that comes next; `None` where the marks are none.
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

    /// The object of `count` fields that was begun.
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

    /// The value of a field, or of an item of a list, as its rule has it; `Null` where nothing usable comes.
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
