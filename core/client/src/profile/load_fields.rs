use std::ops::Range;

use smartbill_documents::Names;
use smartbill_model::field::nearest;
use smartbill_model::{
    Cliente, ClientesFilter, Cobranca, CobrancasFilter, Consumo, ConsumosFilter, Contrato, ContratoAction,
    ContratosFilter, Field, FieldType, Schema, Servico, ServicosFilter,
};
use toml::Spanned;
use toml::de::DeValue;

use crate::profile::JsonPath;
use crate::profile::codec::{
    BooleanEncoding, Code, DateEncoding, DecimalEncoding, Encoding, IdEncoding, InstantEncoding, MonthEncoding,
};
use crate::profile::enums::{ENUMS, of_field};
use crate::profile::plan::{Kind, Plan, Slot, Slots, Writing};
use crate::profile::source::{Entry, Table, shown};
use crate::profile::word::Word;

/// The filters, by the name of their listing.
pub(super) const FILTERS: [(&str, &Schema); 5] = [
    ("clientes", ClientesFilter::SCHEMA),
    ("servicos", ServicosFilter::SCHEMA),
    ("contratos", ContratosFilter::SCHEMA),
    ("consumos", ConsumosFilter::SCHEMA),
    ("cobrancas", CobrancasFilter::SCHEMA),
];

/// The models that are sent or received as a whole.
const MODELS: [&Schema; 6] =
    [Cliente::SCHEMA, Servico::SCHEMA, Contrato::SCHEMA, Consumo::SCHEMA, Cobranca::SCHEMA, ContratoAction::SCHEMA];

/// The key for all fields that are not named.
const REST: &str = "*";

type Words = Vec<(&'static str, Word)>;

/// The differences of one field from its own name and the general encoding.
#[derive(Clone)]
struct Given {
    span: Range<usize>,
    path: Option<JsonPath>,
    sent: Option<JsonPath>,
    write: Writing,
    code: Option<Code>,
    inside: Vec<(usize, Self)>,
}

/// The settings of a profile for the fields of one model.
struct Section {
    model: &'static str,
    fields: Vec<(usize, Given)>,
    /// Whether the platform has no other fields.
    closed: bool,
}

/// The data from which the slots are made.
struct Builder<'s> {
    snake: bool,
    encoding: Encoding,
    sections: Vec<Section>,
    values: Vec<(&'static str, Words)>,
    root: &'s Table<'s>,
}

/// Reads the wire form of values. Returns no plan if nothing differs.
pub(super) fn read(root: &Table<'_>) -> Vec<Plan> {
    let mut encoding = Encoding::PLAIN;
    let snake = root.table("encoding").is_some_and(|table| read_encoding(&table, &mut encoding));
    let values = root.table("values").map(|table| read_values(&table)).unwrap_or_default();
    let mut sections = Vec::new();
    if let Some(table) = root.table("fields") {
        let models = all_models();
        for (key, value) in table.entries() {
            let name = key.get_ref().as_ref();
            let Some(schema) = models.iter().find(|schema| schema.name == name) else {
                let near = nearest(name, models.iter().map(|schema| schema.name));
                root.source.unknown(&key.span(), ("modelo desconhecido", "unknown model"), name, near);
                continue;
            };
            sections.extend(root.source.table(name, value).map(|table| read_section(&table, schema, false)));
        }
    }
    if let Some(table) = root.table("filters") {
        for (key, value) in table.entries() {
            let name = key.get_ref().as_ref();
            let Some((_, schema)) = FILTERS.iter().find(|(listing, _)| *listing == name) else {
                let near = nearest(name, FILTERS.iter().map(|(listing, _)| *listing));
                root.source.unknown(&key.span(), ("listagem desconhecida", "unknown listing"), name, near);
                continue;
            };
            sections.extend(root.source.table(name, value).map(|table| read_section(&table, schema, true)));
        }
    }
    if !snake && encoding == Encoding::PLAIN && sections.is_empty() && values.is_empty() {
        return Vec::new();
    }
    let builder = Builder { snake, encoding, sections, values, root };
    let filters = FILTERS.iter().map(|(_, schema)| *schema);
    MODELS.into_iter().chain(filters).map(|schema| builder.plan(schema)).collect()
}

/// Every model that is sent or received, including those inside others.
fn all_models() -> Vec<&'static Schema> {
    fn add(schema: &'static Schema, found: &mut Vec<&'static Schema>) {
        if !found.iter().any(|e| e.name == schema.name) {
            found.push(schema);
            schema.fields.iter().filter_map(|c| c.rule.kind.inside()).for_each(|e| add(e, found));
        }
    }
    let mut found = Vec::new();
    for schema in MODELS {
        add(schema, &mut found);
    }
    found
}

const DATES: [(&str, DateEncoding); 6] = [
    ("iso", DateEncoding::Iso),
    ("dd/mm/yyyy", DateEncoding::DayMonthYear),
    ("mm/dd/yyyy", DateEncoding::MonthDayYear),
    ("yyyymmdd", DateEncoding::Digits),
    ("datetime", DateEncoding::DateTime),
    ("unix", DateEncoding::Unix),
];

const MONTHS: [(&str, MonthEncoding); 3] =
    [("iso", MonthEncoding::Iso), ("mm/yyyy", MonthEncoding::MonthYear), ("yyyymm", MonthEncoding::Digits)];

const INSTANTS: [(&str, InstantEncoding); 2] = [("iso", InstantEncoding::Iso), ("unix", InstantEncoding::Unix)];

const DECIMALS: [(&str, DecimalEncoding); 4] = [
    ("string", DecimalEncoding::Text),
    ("number", DecimalEncoding::Number),
    ("comma", DecimalEncoding::Comma),
    ("cents", DecimalEncoding::Cents),
];

const BOOLEANS: [(&str, BooleanEncoding); 3] =
    [("native", BooleanEncoding::Native), ("s/n", BooleanEncoding::Letters), ("1/0", BooleanEncoding::Digits)];

const IDS: [(&str, IdEncoding); 2] = [("string", IdEncoding::Text), ("integer", IdEncoding::Integer)];

/// Reads the general encoding. Returns whether names are in snake_case.
fn read_encoding(table: &Table<'_>, encoding: &mut Encoding) -> bool {
    table.only(&["date", "absent_date", "month", "instant", "decimal", "boolean", "id", "case"]);
    table.choice("date", &DATES, &mut encoding.date);
    encoding.absent_date = table.text("absent_date").map(|(text, _)| text.to_owned());
    table.choice("month", &MONTHS, &mut encoding.month);
    table.choice("instant", &INSTANTS, &mut encoding.instant);
    table.choice("decimal", &DECIMALS, &mut encoding.decimal);
    table.choice("boolean", &BOOLEANS, &mut encoding.boolean);
    table.choice("id", &IDS, &mut encoding.id);
    let mut snake = false;
    table.choice("case", &[("camel", false), ("snake", true)], &mut snake);
    snake
}

/// Reads the words of the enums.
fn read_values(table: &Table<'_>) -> Vec<(&'static str, Words)> {
    let mut values = Vec::new();
    for (key, value) in table.entries() {
        let name = key.get_ref().as_ref();
        let Some((own, names, _)) = ENUMS.iter().find(|(own, ..)| *own == name) else {
            let near = nearest(name, ENUMS.iter().map(|(own, ..)| *own));
            table.source.unknown(&key.span(), ("lista de valores desconhecida", "unknown values"), name, near);
            continue;
        };
        values.extend(table.source.table(name, value).map(|table| (*own, read_words(&table, *names))));
    }
    values
}

fn read_words(table: &Table<'_>, names: Names) -> Words {
    let mut words: Words = Vec::new();
    for (key, value) in table.entries() {
        let name = key.get_ref().as_ref();
        let Some(own) = names.iter().find(|own| *own == name) else {
            table.source.unknown(
                &key.span(),
                ("valor desconhecido", "unknown value"),
                name,
                nearest(name, names.iter()),
            );
            continue;
        };
        for word in table.source.words(value) {
            if let Some((other, _)) = words.iter().find(|(_, known)| known.text() == word.text()) {
                let word = shown(&word.text());
                table.source.error(
                    &value.span(),
                    format!("`{other}` e `{own}` têm ambos a palavra `{word}`"),
                    format!("`{other}` and `{own}` both have the word `{word}`"),
                );
                continue;
            }
            words.push((own, word));
        }
    }
    words
}

fn read_section(table: &Table<'_>, schema: &'static Schema, filter: bool) -> Section {
    let mut section = Section { model: schema.name, fields: Vec::new(), closed: false };
    for (key, value) in table.entries() {
        if key.get_ref() == REST {
            section.closed = value.get_ref().as_bool() == Some(false);
            if !section.closed {
                table.source.wrong_type(value, "`false`", "`false`");
            }
            continue;
        }
        section.fields.extend(read_field(table, (key, value), schema, filter));
    }
    if section.closed && !filter && !section.fields.iter().any(|(i, _)| schema.fields.get(*i).is_some_and(is_id)) {
        let has_id = schema.fields.iter().any(is_id);
        if has_id {
            table.error_here(
                "com `\"*\" = false`, o campo `id` precisa ser nomeado",
                "with `\"*\" = false`, the field `id` must be named",
            );
        }
    }
    section
}

fn is_id(field: &Field) -> bool {
    field.name == "id"
}

fn read_field(
    table: &Table<'_>,
    (key, value): Entry<'_>,
    schema: &'static Schema,
    filter: bool,
) -> Option<(usize, Given)> {
    let source = table.source;
    let name = key.get_ref().as_ref();
    let index = schema.index(name);
    let Some((index, field)) = index.and_then(|i| Some((i, schema.fields.get(i)?))) else {
        source.unknown(&key.span(), ("campo desconhecido", "unknown field"), name, schema.nearest_name(name));
        return None;
    };
    let mut given =
        Given { span: value.span(), path: None, sent: None, write: Writing::Sent, code: None, inside: Vec::new() };
    let path = |value: &Spanned<DeValue<'_>>| {
        if !filter {
            return source.member(value);
        }
        let name = source.name(value)?;
        let path = JsonPath::parameter(name);
        if path.is_none() {
            source.invalid_name(&value.span(), name);
        }
        path
    };
    match value.get_ref() {
        DeValue::Boolean(false) => given.write = Writing::Refused,
        DeValue::Table(_) => {
            let table = source.table(name, value)?;
            let mut known = vec!["name", "as", "values", "send"];
            let within = field.rule.kind.inside().filter(|_| !filter);
            for (key, value) in table.entries() {
                let part = key.get_ref().as_ref();
                match (part, within) {
                    ("name", _) => given.path = path(value),
                    ("send", _) if value.get_ref().as_bool() == Some(false) => given.write = Writing::Dropped,
                    // An object has no place of its own.
                    ("send", None) if !filter && value.get_ref().as_str().is_some() => {
                        given.sent = source.member(value);
                    }
                    ("send", _) => source.wrong_type(value, "`false` ou um caminho", "`false` or a path"),
                    ("as", None) => given.code = read_code(&table, field),
                    ("values", None) => given.code = read_own_words(&table, field),
                    (_, Some(within)) => given.inside.extend(read_field(&table, (key, value), within, false)),
                    _ => {}
                }
            }
            if within.is_none() {
                known.retain(|key| !key.is_empty());
                table.only(&known);
            }
        }
        _ => given.path = Some(path(value)?),
    }
    Some((index, given))
}

/// The type of a field, or of the items if it is a list.
fn of_items(kind: FieldType) -> FieldType {
    if let FieldType::List(item) = kind { item.kind } else { kind }
}

fn read_code(table: &Table<'_>, field: &Field) -> Option<Code> {
    let (text, span) = table.text("as")?;
    let mut encoding = Encoding::PLAIN;
    let source = table.source;
    let kind = of_items(field.rule.kind);
    match kind {
        FieldType::Decimal { .. } => {
            // A field with this setting is in cents, whatever its number of places.
            return source.one_of("as", text, &span, &DECIMALS).map(|decimal| match decimal {
                DecimalEncoding::Text => Code::Same,
                DecimalEncoding::Number => Code::Number,
                DecimalEncoding::Comma => Code::Comma,
                DecimalEncoding::Cents => Code::Cents,
            });
        }
        FieldType::Date => encoding.date = source.one_of("as", text, &span, &DATES)?,
        FieldType::Competencia => encoding.month = source.one_of("as", text, &span, &MONTHS)?,
        FieldType::DateTime => encoding.instant = source.one_of("as", text, &span, &INSTANTS)?,
        FieldType::Boolean => encoding.boolean = source.one_of("as", text, &span, &BOOLEANS)?,
        FieldType::Id => encoding.id = source.one_of("as", text, &span, &IDS)?,
        _ => {
            let name = field.name;
            source.error(
                &span,
                format!("`as` não vale para o campo `{name}`"),
                format!("`as` does not go with the field `{name}`"),
            );
            return None;
        }
    }
    Some(Code::of(kind, &encoding))
}

fn read_own_words(table: &Table<'_>, field: &Field) -> Option<Code> {
    let words = table.table("values")?;
    let FieldType::Enum(names) = of_items(field.rule.kind) else {
        let name = field.name;
        words.error_here(
            format!("`values` não vale para o campo `{name}`"),
            format!("`values` does not go with the field `{name}`"),
        );
        return None;
    };
    Some(Code::Words(read_words(&words, names)))
}

impl Builder<'_> {
    fn plan(&self, schema: &'static Schema) -> Plan {
        let slots = self.slots(schema, &JsonPath::default(), None);
        self.check(schema, &slots);
        Plan::new(schema, slots)
    }

    /// Makes the slots of an object at `base`. `local` has the settings of the surrounding model for its fields, and
    /// the path at which their paths begin.
    fn slots(&self, schema: &'static Schema, base: &JsonPath, local: Option<(&[(usize, Given)], &JsonPath)>) -> Slots {
        let section = self.sections.iter().find(|section| section.model == schema.name);
        let slot = |(i, field): (usize, &Field)| {
            let of = |fields: &[(usize, Given)]| fields.iter().find(|(j, _)| *j == i).map(|(_, given)| given.clone());
            let here = local.and_then(|(fields, from)| of(fields).map(|given| (given, from)));
            let here = here.or_else(|| section.and_then(|section| of(&section.fields)).map(|given| (given, base)));
            let own = if self.snake { field.snake } else { field.name };
            let named = here.as_ref().and_then(|(given, from)| given.path.as_ref().map(|path| (path, *from)));
            let path = match named {
                Some((path, from)) => JsonPath(from.0.iter().chain(&path.0).cloned().collect()),
                None => base.below(own),
            };
            let inside = here.as_ref().map(|(given, from)| (given.inside.as_slice(), *from));
            let kind = self.kind(schema, field, field.rule.kind, &path, inside, here.as_ref().map(|(given, _)| given));
            let mut slot = Slot::new(path, kind);
            slot.sent = here.as_ref().and_then(|(given, from)| {
                let sent = given.sent.as_ref()?;
                Some(JsonPath(from.0.iter().chain(&sent.0).cloned().collect()))
            });
            // If the surrounding model has settings for some fields of an object, the object has no other fields.
            let closed = section.is_some_and(|section| section.closed)
                || local.is_some_and(|(fields, _)| !fields.is_empty() && self.closes(schema));
            slot.write = match here {
                Some((given, _)) => given.write,
                None if closed => Writing::Refused,
                None => Writing::Sent,
            };
            slot
        };
        schema.fields.iter().enumerate().map(slot).collect()
    }

    /// Whether an object inside another has only the fields that the outer model names.
    fn closes(&self, schema: &'static Schema) -> bool {
        !self.sections.iter().any(|section| section.model == schema.name)
            && self.sections.iter().any(|section| section.closed)
    }

    fn kind(
        &self,
        schema: &'static Schema,
        field: &Field,
        kind: FieldType,
        path: &JsonPath,
        inside: Option<(&[(usize, Given)], &JsonPath)>,
        given: Option<&Given>,
    ) -> Kind {
        match kind {
            FieldType::Object(inner) if path.is_whole() => {
                let local = inside.map(|(fields, _)| (fields, path));
                Kind::Model(Box::new(Plan::new(inner, self.checked(inner, local))))
            }
            FieldType::Object(inner) => Kind::Inside(self.slots(inner, path, inside)),
            FieldType::List(item) => {
                Kind::List(Box::new(self.kind(schema, field, item.kind, &JsonPath::default(), inside, given)))
            }
            kind => {
                let own = of_field(schema.name, field.name);
                let words = self.values.iter().find(|(name, _)| Some(*name) == own);
                let general = || match words {
                    Some((_, words)) => Code::Words(words.clone()),
                    None => Code::of(kind, &self.encoding),
                };
                Kind::Scalar(given.and_then(|given| given.code.clone()).unwrap_or_else(general))
            }
        }
    }

    fn checked(&self, schema: &'static Schema, local: Option<(&[(usize, Given)], &JsonPath)>) -> Slots {
        let slots = self.slots(schema, &JsonPath::default(), local);
        self.check(schema, &slots);
        slots
    }

    /// Checks that each place has only one field. Two are allowed if the platform itself fills one of them.
    fn check(&self, schema: &'static Schema, slots: &[Slot]) {
        let mut leaves = Vec::new();
        leaves_of(schema, slots, "", &mut leaves);
        let span = |leaf: &Leaf<'_>| {
            let sections = self
                .sections
                .iter()
                .filter(|section| section.model == leaf.schema.name || section.model == schema.name);
            let all =
                sections.flat_map(|section| section.fields.iter().map(move |(i, given)| (section.model, *i, given)));
            let own = |(model, i, given): (&str, usize, &Given)| {
                let field = leaf.schema.fields.get(i).map(|field| field.name);
                if model == leaf.schema.name && field == Some(leaf.field) {
                    return given.path.is_some().then(|| given.span.clone());
                }
                let inside =
                    given.inside.iter().find(|(j, _)| leaf.schema.fields.get(*j).is_some_and(|f| f.name == leaf.field));
                inside.map(|(_, given)| given.span.clone())
            };
            all.into_iter().find_map(own)
        };
        for a in leaves.iter().filter(|leaf| leaf.slot.sent.is_some()) {
            let (own, name) = (&a.name, a.slot.written().to_string());
            let written = leaves.iter().filter(|b| b.slot.write == Writing::Sent && b.name != a.name && !b.response);
            let clash = written.filter(|b| b.slot.written().leads_through(a.slot.written())).map(|b| &b.name).next();
            if let Some(other) = clash {
                self.root.source.error(
                    &span(a).unwrap_or(0..0),
                    format!("`{own}` e `{other}` têm ambos o lugar `{name}` nos pedidos"),
                    format!("`{own}` and `{other}` both have the place `{name}` in requests"),
                );
            }
        }
        for (i, a) in leaves.iter().enumerate() {
            let clash = leaves.iter().skip(i + 1).find(|b| {
                let shared = a.slot.path == b.slot.path && (a.response || b.response);
                a.slot.path.leads_through(&b.slot.path) && !shared
            });
            let Some(b) = clash else { continue };
            let (first, second, span) = match (span(a), span(b)) {
                (Some(span), _) => (a, b, span),
                (None, Some(span)) => (b, a, span),
                (None, None) => continue,
            };
            let (own, other, name) = (&first.name, &second.name, first.slot.path.to_string());
            if first.slot.path == second.slot.path {
                self.root.source.error(
                    &span,
                    format!("`{own}` e `{other}` têm ambos o nome `{name}`"),
                    format!("`{own}` and `{other}` are both named `{name}`"),
                );
            } else {
                let there = second.slot.path.to_string();
                self.root.source.error(
                    &span,
                    format!("`{own}` está em `{name}`, e `{other}` em `{there}`: um ficaria dentro do outro"),
                    format!("`{own}` is at `{name}`, and `{other}` at `{there}`: one would be inside the other"),
                );
            }
        }
    }
}

/// A field that is written to one place.
struct Leaf<'s> {
    schema: &'static Schema,
    field: &'static str,
    /// The name from the top of the record.
    name: String,
    response: bool,
    slot: &'s Slot,
}

fn leaves_of<'s>(schema: &'static Schema, slots: &'s [Slot], before: &str, leaves: &mut Vec<Leaf<'s>>) {
    for (slot, field) in slots.iter().zip(schema.fields).filter(|(slot, _)| slot.write != Writing::Refused) {
        let name = if before.is_empty() { field.name.to_owned() } else { [before, ".", field.name].concat() };
        match (&slot.kind, field.rule.kind.inside()) {
            (Kind::Inside(slots), Some(inside)) => leaves_of(inside, slots, &name, leaves),
            _ => leaves.push(Leaf { schema, field: field.name, name, response: field.rule.response, slot }),
        }
    }
}
