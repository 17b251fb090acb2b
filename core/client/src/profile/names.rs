use smartbill_model::{Field, Schema};

/// The names of fields on the wire, where they are not the models' own.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Names {
    /// Every name that is not given below is in `snake_case`.
    pub(super) snake: bool,
    /// The renamed fields: by model, each field's own name and its name on the wire.
    pub(super) renames: Vec<(String, Vec<(String, String)>)>,
}

/// The wire names of one model's fields.
#[derive(Clone, Copy)]
pub(super) struct NamesOf<'p> {
    schema: &'static Schema,
    snake: bool,
    renames: &'p [(String, String)],
}

impl Names {
    pub(super) fn of(&self, schema: &'static Schema) -> NamesOf<'_> {
        let renames = self.renames.iter().find(|(model, _)| model == schema.name);
        NamesOf { schema, snake: self.snake, renames: renames.map_or(&[], |(_, renames)| renames) }
    }
}

impl<'p> NamesOf<'p> {
    pub(super) fn wire(self, field: &Field) -> &'p str {
        let renamed = self.renames.iter().find(|(name, _)| name == field.name);
        renamed.map_or(if self.snake { field.snake } else { field.name }, |(_, wire)| wire)
    }

    pub(super) fn field(self, wire: &str) -> Option<&'static Field> {
        if let Some((name, _)) = self.renames.iter().find(|(_, w)| w == wire) {
            return self.schema.field(name);
        }
        let field = self.schema.fields.iter().find(|c| wire == if self.snake { c.snake } else { c.name })?;
        // The name that a renamed field had is free for others.
        (!self.renames.iter().any(|(name, _)| name == field.name)).then_some(field)
    }
}
