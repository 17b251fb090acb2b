use smartbill_documents::DocumentKind;
use smartbill_model::Value;
use smartbill_model::validate::{Finding, Spared};

/// What becomes of `value`, an optional field that breaks the rule of `finding`, so that its record can go without it;
/// `uf` is the state of the record.
#[must_use]
pub fn spared(finding: &Finding, value: &Value<'_>, uf: Option<&str>) -> Spared {
    let kind = finding.param("documento").and_then(DocumentKind::from_name);
    let mended = kind.zip(value.text()).and_then(|(kind, text)| kind.mended(text, uf).filter(|mended| mended != text));
    mended.map_or(Spared::LeftOut, Spared::ReadAs)
}
