use smartbill_model::form::Form;
use smartbill_model::{Field, FieldType, Schema, Value};

use crate::profile::plan::{Plan, Unsendable};
use crate::profile::{JsonPath, Profile};

impl Profile {
    /// The wire form of `schema`. `None` if it has the form of the model.
    fn plan(&self, schema: &'static Schema) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.model == schema.name)
    }

    /// Converts a model's value to its wire form. Costs nothing if nothing differs.
    #[must_use]
    pub fn encode<'a>(&'a self, schema: &'static Schema, value: Value<'a>) -> Value<'a> {
        self.encode_checked(schema, value).0
    }

    /// Converts a model's value as [`Profile::encode`] does. Also returns the parts that cannot be sent to the
    /// platform.
    pub(crate) fn encode_checked<'a>(
        &'a self,
        schema: &'static Schema,
        value: Value<'a>,
    ) -> (Value<'a>, Vec<Unsendable>) {
        let mut wrong = Vec::new();
        match self.plan(schema) {
            Some(plan) => (plan.encode(schema, value, &mut wrong), wrong),
            None => (value, wrong),
        }
    }

    /// The identifier `id` of a record of `schema` in its wire form. `None` if it is not a possible identifier.
    pub(crate) fn encode_id<'a>(&'a self, schema: &'static Schema, id: &'a str) -> Option<Value<'a>> {
        match self.plan(schema).map(|plan| plan.encode_id(schema, id)) {
            Some((value, None)) => Some(value),
            Some(_) => None,
            None => Some(Value::Text(id.into())),
        }
    }

    /// Converts a value from the wire to the form that its model reads. Costs nothing if nothing differs.
    #[must_use]
    pub fn decode<'a>(&self, schema: &'static Schema, value: Value<'a>) -> Value<'a> {
        match self.plan(schema) {
            Some(plan) => plan.decode(schema, value),
            None => value,
        }
    }

    /// The form of the records of `schema` in answers. `None` if it is that of the model.
    pub(crate) fn form(&self, schema: &'static Schema) -> Option<&dyn Form> {
        self.plan(schema).map(|plan| -> &dyn Form { plan })
    }

    /// The field of `schema` that the member `wire` holds, completely or in part.
    pub(crate) fn field_of(&self, schema: &'static Schema, wire: &str) -> Option<&'static Field> {
        match self.plan(schema) {
            Some(plan) => plan.field(schema, wire),
            None => schema.fields.iter().find(|field| field.name == wire),
        }
    }

    /// The wire name of the field `name` of `schema`, with dots if it is inside another member.
    #[must_use]
    pub fn wire_name<'a>(&'a self, schema: &'static Schema, name: &'a str) -> &'a str {
        self.plan(schema).and_then(|plan| plan.wire_name(schema, name)).unwrap_or(name)
    }

    /// The place of the field `name` of `schema` on the wire. `None` if it is a member with its own name.
    pub(crate) fn wire_place(&self, schema: &'static Schema, name: &str) -> Option<&JsonPath> {
        self.plan(schema)?.place(schema, name)
    }

    /// Whether the platform accepts the field `name` of `schema`.
    #[must_use]
    pub fn sends(&self, schema: &'static Schema, name: &str) -> bool {
        self.plan(schema).is_none_or(|plan| plan.sends(schema, name))
    }

    /// Whether the platform has the field at `path` of `schema`, such as `itens.servicoId`.
    pub(crate) fn reads(&self, schema: &'static Schema, path: &str) -> bool {
        self.plan(schema).is_none_or(|plan| plan.reads(schema, path))
    }

    /// Converts a model's path, such as `itens[0].servicoId`, to the names of the wire.
    #[must_use]
    pub fn wire_path(&self, schema: &'static Schema, path: &str) -> String {
        self.plan(schema).map_or_else(|| path.to_owned(), |plan| plan.wire_path(schema, path))
    }

    /// Converts a path in the names of the wire to the model's own names.
    #[must_use]
    pub fn model_path(&self, schema: &'static Schema, path: &str) -> String {
        self.plan(schema).map_or_else(|| path.to_owned(), |plan| plan.model_path(schema, path))
    }

    /// Adds the names under which a body may hold personal data: the platform's and the model's own.
    pub(crate) fn personal_names<'p>(&'p self, schema: &'static Schema, names: &mut Vec<&'p str>) {
        if let Some(plan) = self.plan(schema) {
            plan.personal(schema, names);
            return;
        }
        for field in schema.fields {
            if field.rule.personal {
                names.push(field.name);
            }
            let kind = if let FieldType::List(item) = field.rule.kind { item.kind } else { field.rule.kind };
            if let Some(inside) = kind.inside() {
                self.personal_names(inside, names);
            }
        }
    }
}
