//! Whether the answer to a write is the answer to this write.

use smartbill_documents::Mode;
use smartbill_documents::text::eq_ignore_case;
use smartbill_model::validate::{Context, Intent, Options};
use smartbill_model::{REFERENCES, Row, Schema, Value};

use crate::api::Call;

/// The field that shows that an answer's record is not the one that `call` wrote. `None` if no field does.
///
/// The answer to a write that names its record has that identifier. A new record has the code, the document and the
/// references that were sent. The platform may write them in its own way, with a mask, spaces or another case, and may
/// leave them out.
pub(super) fn differing_field(call: Call<'_>, schema: &'static Schema, row: &Row<'_>) -> Option<&'static str> {
    let answered = |name: &str| schema.value(row, name).and_then(Value::text).filter(|text| !text.trim().is_empty());
    if let Some((sent, answered)) = call.id.zip(answered("id")) {
        return (!alike(sent, answered)).then_some("id");
    }
    let differs = |name: &str| {
        let sent = call.body.and_then(|body| body.field(name)?.text());
        sent.zip(answered(name)).is_some_and(|(sent, answered)| {
            canonical(schema, name, answered).is_some_and(|answered| !alike(sent, &answered))
        })
    };
    for name in [call.operation.resource().key().unwrap_or_default(), "cpfCnpj"] {
        if differs(name) {
            return Some(name);
        }
    }
    for (id, code) in REFERENCES {
        for name in [id, code] {
            if differs(name) {
                return Some(name);
            }
        }
    }
    None
}

/// A text of an answer in the form in which the model would send it. `None` if it is invalid, such as a document with
/// asterisks in it.
fn canonical(schema: &'static Schema, name: &str, text: &str) -> Option<String> {
    let mut ctx = Context::new(Options { mode: Mode::Lenient, intent: Intent::Alterar, today: None });
    let value = schema.field(name)?.rule.read(Value::Text(text.to_owned().into()), &mut ctx);
    value.text().filter(|_| ctx.report.is_valid()).map(str::to_owned)
}

/// The same but for spaces and the case of letters.
fn alike(a: &str, b: &str) -> bool {
    let joined = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    eq_ignore_case(&joined(a), &joined(b))
}
