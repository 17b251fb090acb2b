use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    Boleto, BrCode, Cep, ChaveDfe, Cnpj, Cpf, CpfCnpj, Email, InscricaoEstadual, Municipio, Notice, PixChave, Reason,
    Segmento, Telefone, TelefoneClass, Uf, email,
};
use crate::Mode;
use crate::dates::date_text;
use crate::text::counts;

/// The value of one of a document's own fields.
#[derive(Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// A text.
    Text(String),
    /// Several texts.
    List(Vec<String>),
    /// Yes or no.
    Boolean(bool),
    /// An exact number.
    Decimal(Decimal),
    /// A calendar date.
    Date(Date),
}

/// The result of validating a text.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// Whether the text is a valid document.
    pub valid: bool,
    /// The reason why the text is not valid. `None` if it is valid.
    pub reason: Option<Reason>,
    /// The canonical text. `None` if the text is not valid.
    pub value: Option<String>,
    /// The characters that lenient mode removed or changed. `None` if strict mode accepts the text as it is.
    pub removed: Option<String>,
    /// Notices about a document that is valid nonetheless.
    pub notices: Vec<Notice>,
    /// The document's own fields, by their camelCase names.
    pub fields: Vec<(&'static str, FieldValue)>,
}

/// Values may be personal data, so only the kind of value is printed.
impl std::fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text(***)",
            Self::List(_) => "List(***)",
            Self::Boolean(_) => "Boolean(***)",
            Self::Decimal(_) => "Decimal(***)",
            Self::Date(_) => "Date(***)",
        })
    }
}

/// Values may be personal data, so only the verdict and the names of the fields are printed.
impl std::fmt::Debug for Checked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let fields: Vec<&str> = self.fields.iter().map(|(name, _)| *name).collect();
        f.debug_struct("Checked")
            .field("valid", &self.valid)
            .field("reason", &self.reason)
            .field("notices", &self.notices)
            .field("fields", &fields)
            .finish_non_exhaustive()
    }
}

impl Checked {
    fn field(&mut self, name: &'static str, value: FieldValue) {
        self.fields.push((name, value));
    }

    fn text(&mut self, name: &'static str, text: &str) {
        self.field(name, FieldValue::Text(text.to_owned()));
    }

    fn optional(&mut self, name: &'static str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    fn boolean(&mut self, name: &'static str, value: bool) {
        self.field(name, FieldValue::Boolean(value));
    }

    fn list<T>(&mut self, name: &'static str, items: &[T], text: impl Fn(&T) -> String) {
        let mut texts = Vec::new();
        for item in items {
            texts.push(text(item));
        }
        self.field(name, FieldValue::List(texts));
    }

    fn amount(&mut self, value: Option<Decimal>) {
        if let Some(value) = value {
            self.field("quantia", FieldValue::Decimal(value));
        }
    }

    fn notice(&mut self, applies: bool, notice: Notice) {
        if applies {
            self.notices.push(notice);
        }
    }

    /// A CEP or telephone of another state is a warning: both may differ from the address for good reasons.
    fn other_uf(&mut self, expected: Option<Uf>, uf: Option<Uf>) {
        if let (Some(expected), Some(uf)) = (expected, uf) {
            self.notice(expected != uf, Notice::DivergentUf { uf });
        }
    }
}

/// The question put to a document: its text, the mode, and the state it should belong to.
pub(super) struct Query<'t> {
    pub(super) text: &'t str,
    pub(super) mode: Mode,
    pub(super) uf: Option<Uf>,
}

/// What every kind of document offers, so that one dispatch over the kinds serves every question.
pub(super) trait Documento {
    /// The canonical text, which for some documents depends on the text that was read.
    fn canonical<'d>(&'d self, _: &Query<'d>) -> &'d str;

    /// The text with its official mask.
    fn formatted(&self) -> String;

    /// Adds the document's own fields and warnings.
    fn describe(&self, query: &Query<'_>, checked: &mut Checked);
}

/// Implements the two methods that most documents have under the same names.
macro_rules! text_and_mask {
    () => {
        fn canonical<'d>(&'d self, _: &Query<'d>) -> &'d str {
            self.as_str()
        }

        fn formatted(&self) -> String {
            self.format()
        }
    };
}

impl Documento for Cpf {
    text_and_mask!();

    fn describe(&self, _: &Query<'_>, checked: &mut Checked) {
        checked.field("regiaoFiscal", FieldValue::Text(counts(self.regiao_fiscal().into())));
        checked.list("ufs", self.ufs(), Uf::format);
    }
}

impl Documento for Cnpj {
    text_and_mask!();

    fn describe(&self, _: &Query<'_>, checked: &mut Checked) {
        checked.boolean("alfanumerico", self.alfanumerico());
        checked.text("raiz", self.raiz());
        checked.text("ordem", self.order());
        checked.boolean("matriz", self.matriz());
    }
}

impl Documento for CpfCnpj {
    text_and_mask!();

    fn describe(&self, query: &Query<'_>, checked: &mut Checked) {
        let (kind, documento): (_, &dyn Documento) = match self {
            Self::Cpf(cpf) => ("cpf", cpf),
            Self::Cnpj(cnpj) => ("cnpj", cnpj),
        };
        checked.text("tipo", kind);
        documento.describe(query, checked);
    }
}

impl Documento for InscricaoEstadual {
    text_and_mask!();

    fn describe(&self, query: &Query<'_>, checked: &mut Checked) {
        let &Query { text, mode, uf } = query;
        checked.boolean("isento", self.isento());
        let Some(uf) = uf else {
            let mut ufs = Vec::new();
            Self::in_each_uf(text, mode, &mut |other| {
                // Mato Grosso puts zeros back, so the text is canonical only if all possible states agree on it.
                if other.as_str() != self.as_str() {
                    checked.value = Some(Self::strip(text));
                }
                ufs.push(other.uf().format());
                true
            });
            checked.field("ufs", FieldValue::List(ufs));
            return;
        };
        checked.text("uf", uf.sigla());
        checked.boolean("produtorRural", self.produtor_rural());
        checked.optional("formaNova", self.forma_nova().as_ref().map(Self::as_str));
        checked.notice(self.future_serie(), Notice::FutureSerie);
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let completed = !self.isento() && uf == Uf::MT && digits < self.as_str().len();
        checked.notice(completed, Notice::ZerosCompleted);
    }
}

impl Documento for Cep {
    text_and_mask!();

    fn describe(&self, query: &Query<'_>, checked: &mut Checked) {
        checked.text("uf", self.uf().sigla());
        checked.other_uf(query.uf, Some(self.uf()));
    }
}

impl Documento for Uf {
    text_and_mask!();

    fn describe(&self, _: &Query<'_>, checked: &mut Checked) {
        checked.text("nome", self.name());
        checked.field("codigoIbge", FieldValue::Text(counts(self.codigo_ibge().into())));
        checked.boolean("exterior", *self == Self::EX);
    }
}

impl Documento for Municipio {
    text_and_mask!();

    fn describe(&self, _: &Query<'_>, checked: &mut Checked) {
        checked.text("uf", self.uf().sigla());
    }
}

impl Documento for Telefone {
    text_and_mask!();

    fn describe(&self, query: &Query<'_>, checked: &mut Checked) {
        let class = self.class();
        checked.text("classe", class.name());
        checked.optional("ddd", self.ddd());
        checked.optional("uf", self.uf().map(Uf::sigla));
        checked.optional("e164", self.e164());
        checked.optional("sugestao", self.suggestion().as_ref().map(Self::as_str));
        checked.notice(class == TelefoneClass::Legacy, Notice::CelularWithoutNinthDigit);
        checked.notice(class == TelefoneClass::Sme, Notice::TrunkingOrLegacy);
        // Area code 61 also serves towns of Goiás.
        let surroundings = self.ddd() == Some("61") && query.uf == Some(Uf::GO);
        if !surroundings {
            checked.other_uf(query.uf, self.uf());
        }
    }
}

impl Documento for Email {
    text_and_mask!();

    fn describe(&self, _: &Query<'_>, checked: &mut Checked) {
        checked.text("local", self.local());
        checked.text("dominio", self.dominio());
        let size = self.as_str().len();
        checked.notice(size > email::MAX_NOTA_FISCAL, Notice::LongForNotaFiscal);
        checked.notice(size > email::MAX_PIX, Notice::LongForPix);
    }
}

impl Documento for Boleto {
    fn canonical<'d>(&'d self, query: &Query<'d>) -> &'d str {
        // A field for the barcode keeps the barcode: the form that was read is canonical.
        let bars = query.text.bytes().filter(u8::is_ascii_digit).count() == 44;
        if bars { self.codigo_de_barras() } else { self.linha_digitavel() }
    }

    fn formatted(&self) -> String {
        self.format()
    }

    fn describe(&self, _: &Query<'_>, checked: &mut Checked) {
        checked.text("tipo", if self.arrecadacao() { "arrecadacao" } else { "bancario" });
        checked.text("linhaDigitavel", self.linha_digitavel());
        checked.text("codigoDeBarras", self.codigo_de_barras());
        checked.optional("banco", self.banco());
        checked.optional("segmento", self.segmento().map(Segmento::name));
        checked.amount(self.value());
        if let Some(fator) = self.fator_vencimento() {
            checked.text("fatorVencimento", fator);
            checked.list("vencimentos", &self.vencimentos(), |day| date_text(*day));
        }
        checked.optional("campoLivre", self.campo_livre());
        checked.notice(self.value_without_fator(), Notice::ValueWithoutFator);
    }
}

impl Documento for PixChave {
    text_and_mask!();

    fn describe(&self, _: &Query<'_>, checked: &mut Checked) {
        checked.text("tipo", self.kind());
        checked.notice(self.outside_plan(), Notice::TelefoneOutsidePlan);
    }
}

impl Documento for BrCode {
    text_and_mask!();

    fn describe(&self, _: &Query<'_>, checked: &mut Checked) {
        let collected = self.fields();
        checked.text("tipo", if collected.url.is_some() { "dinamico" } else { "estatico" });
        checked.optional("chave", collected.key);
        let key = collected.key.and_then(|key| PixChave::parse(key, Mode::Lenient).ok());
        checked.optional("tipoChave", key.as_ref().map(PixChave::kind));
        checked.optional("url", collected.url);
        checked.optional("recorrencia", collected.recorrencia);
        checked.amount(collected.value());
        checked.text("nome", collected.name);
        checked.text("cidade", collected.cidade);
        checked.optional("cep", collected.cep);
        checked.optional("txid", collected.txid());
        checked.optional("info", collected.info);
        checked.boolean("unicoUso", collected.unico_uso);
        checked.text("categoria", collected.categoria);
        checked.text("crc", self.crc());
        checked.notices = collected.notices();
    }
}

impl Documento for ChaveDfe {
    text_and_mask!();

    fn describe(&self, query: &Query<'_>, checked: &mut Checked) {
        checked.text("uf", self.uf().sigla());
        checked.field("anoMes", FieldValue::Text(self.ano_mes()));
        checked.text("modelo", self.model());
        checked.text("serie", self.serie());
        checked.text("numero", self.number());
        let (documento, emitente) = (self.modelo_name(), self.emitente());
        checked.optional("documento", documento);
        checked.optional("emitente", emitente.as_ref().map(CpfCnpj::as_str));
        checked.optional("tipoEmissao", self.tipo_emissao());
        checked.notice(emitente.is_none(), Notice::InvalidEmitente);
        checked.notice(documento.is_none(), Notice::UnknownModelo);
        checked.other_uf(query.uf, Some(self.uf()));
    }
}

/// Returns the characters of `text` that are not in `value`, in order. Both texts are walked from the end, because a
/// document puts zeros or `+55` back at the beginning.
pub(super) fn removed(text: &str, value: &str) -> Option<String> {
    let mut expected_bytes = value.chars().rev();
    let mut expected = expected_bytes.next();
    let mut outside = Vec::new();
    for ch in text.chars().rev() {
        let equal = expected == Some(ch);
        if expected.is_some_and(|expected| expected.eq_ignore_ascii_case(&ch)) {
            expected = expected_bytes.next();
        }
        if !equal {
            outside.push(ch);
        }
    }
    let mut removed = String::new();
    while let Some(ch) = outside.pop() {
        removed.push(ch);
    }
    Some(removed).filter(|removed| !removed.is_empty())
}
