//! Findings as the journal and a plan hold them: codes and parameters, no sentence.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smartbill_documents::catalogue::{MESSAGE, MESSAGE_EN};
use smartbill_model::validate::{Finding, Place, Severity, Spared};

use super::messages::CATALOGUE;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored<'a> {
    code: Cow<'a, str>,
    #[serde(default, alias = "field", skip_serializing_if = "Option::is_none")]
    path: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    warning: bool,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    params: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    suggestion: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    left_out: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    read_as: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sheet: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    row: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    column: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    header: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Cow<'a, str>>,
    /// Earlier versions wrote sentences.
    #[serde(default, skip_serializing)]
    pt: Option<String>,
    #[serde(default, skip_serializing)]
    en: Option<String>,
}

impl<'a> From<&'a Finding> for Stored<'a> {
    fn from(finding: &'a Finding) -> Self {
        let place = finding.place.as_deref();
        Self {
            code: finding.code().into(),
            path: (!finding.path.is_empty()).then(|| finding.path.as_str().into()),
            warning: !finding.is_error(),
            params: finding.params.iter().map(|(name, value)| ((&**name).into(), value.as_str().into())).collect(),
            suggestion: finding.suggestion.as_deref().map(Into::into),
            left_out: matches!(finding.spared.as_deref(), Some(Spared::LeftOut)),
            read_as: match finding.spared.as_deref() {
                Some(Spared::ReadAs(text)) => Some(text.into()),
                _ => None,
            },
            sheet: place.map(|place| place.sheet.as_str().into()),
            row: place.map(|place| place.row),
            column: place.and_then(|place| place.column.as_deref()).map(Into::into),
            header: place.and_then(|place| place.header.as_deref()).map(Into::into),
            value: place.map(|place| place.value.as_str()).filter(|value| !value.is_empty()).map(Into::into),
            pt: None,
            en: None,
        }
    }
}

impl Stored<'_> {
    fn finding(self) -> Finding {
        let owned = |text: Cow<'_, str>| text.into_owned();
        let severity = if self.warning { Severity::Warning } else { Severity::Error };
        let mut finding = Finding::of(&CATALOGUE, self.code.into_owned(), severity);
        finding.path = self.path.map(owned).unwrap_or_default();
        finding.params = self.params.into_iter().map(|(name, value)| (Cow::Owned(owned(name)), owned(value))).collect();
        finding.params.extend(self.pt.map(|pt| (MESSAGE.into(), pt)));
        finding.params.extend(self.en.map(|en| (MESSAGE_EN.into(), en)));
        finding.suggestion = self.suggestion.map(|text| owned(text).into());
        finding.spared = match self.read_as {
            Some(text) => Some(Spared::ReadAs(owned(text)).into()),
            None => self.left_out.then(|| Spared::LeftOut.into()),
        };
        if self.row.is_none() && self.column.is_none() {
            return finding;
        }
        let place = Place {
            sheet: self.sheet.map(owned).unwrap_or_default(),
            row: self.row.unwrap_or_default(),
            column: self.column.map(owned),
            header: self.header.map(owned),
            value: self.value.map(owned).unwrap_or_default(),
        };
        finding.placed(place, &CATALOGUE)
    }
}

/// Findings as JSON. `None` if there are none.
pub(crate) fn to_json_text(findings: &[Finding]) -> Option<String> {
    let stored: Vec<_> = findings.iter().map(Stored::from).collect();
    (!stored.is_empty()).then(|| serde_json::to_string(&stored).unwrap_or_default())
}

/// The findings that [`to_json_text`] wrote.
pub(crate) fn from_json_text(text: Option<String>) -> Vec<Finding> {
    let stored: Vec<Stored<'_>> = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    stored.into_iter().map(Stored::finding).collect()
}

pub(crate) fn serialize<S: Serializer>(findings: &[Finding], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(findings.iter().map(Stored::from))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Finding>, D::Error> {
    let stored = Vec::<Stored<'_>>::deserialize(deserializer)?;
    Ok(stored.into_iter().map(Stored::finding).collect())
}
