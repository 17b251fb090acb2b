use super::checked::{Documento, Query, removed};
use super::{
    Boleto, BrCode, Cep, ChaveDfe, Checked, Cnpj, Cpf, CpfCnpj, Email, InscricaoEstadual, Municipio, PixChave, Reason,
    Telefone, TelefoneClass, Uf, brcode, email, pix_chave,
};
use crate::Mode;

/// A kind of document, chosen at run time. The bindings use the documents through this type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DocumentKind {
    /// A person's taxpayer number.
    Cpf,
    /// A company's taxpayer number.
    Cnpj,
    /// A taxpayer number of either kind.
    CpfCnpj,
    /// A state's taxpayer registration (inscrição estadual).
    Ie,
    /// A postal code.
    Cep,
    /// A state.
    Uf,
    /// The IBGE code of a municipality.
    Municipio,
    /// A telephone number.
    Telefone,
    /// An e-mail address.
    Email,
    /// A payment slip: linha digitável of 47 or 48 digits, or barcode of 44.
    Boleto,
    /// A PIX key.
    PixChave,
    /// The text of a PIX QR.
    Brcode,
    /// The access key of an electronic fiscal document.
    ChaveDfe,
}

impl DocumentKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Cpf,
        Self::Cnpj,
        Self::CpfCnpj,
        Self::Ie,
        Self::Cep,
        Self::Uf,
        Self::Municipio,
        Self::Telefone,
        Self::Email,
        Self::Boleto,
        Self::PixChave,
        Self::Brcode,
        Self::ChaveDfe,
    ];

    /// Returns the kind with this name, such as `"cpf"` or `"chave_dfe"`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// Returns the name that [`DocumentKind::from_name`] reads.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpf => "cpf",
            Self::Cnpj => "cnpj",
            Self::CpfCnpj => "cpf_cnpj",
            Self::Ie => "ie",
            Self::Cep => "cep",
            Self::Uf => "uf",
            Self::Municipio => "municipio",
            Self::Telefone => "telefone",
            Self::Email => "email",
            Self::Boleto => "boleto",
            Self::PixChave => "pix_chave",
            Self::Brcode => "brcode",
            Self::ChaveDfe => "chave_dfe",
        }
    }

    /// The names of all the fields that [`Checked::fields`] may have for this kind. No name is also a field of
    /// [`Checked`], because the bindings show both side by side.
    #[must_use]
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Cpf => &["regiaoFiscal", "ufs"],
            Self::Cnpj => &["alfanumerico", "raiz", "ordem", "matriz"],
            Self::CpfCnpj => &["tipo", "regiaoFiscal", "ufs", "alfanumerico", "raiz", "ordem", "matriz"],
            Self::Ie => &["isento", "uf", "produtorRural", "formaNova", "ufs"],
            Self::Cep | Self::Municipio => &["uf"],
            Self::Uf => &["nome", "codigoIbge", "exterior"],
            Self::Telefone => &["classe", "ddd", "uf", "e164", "sugestao"],
            Self::Email => &["local", "dominio"],
            Self::Boleto => &[
                "tipo",
                "linhaDigitavel",
                "codigoDeBarras",
                "banco",
                "segmento",
                "quantia",
                "fatorVencimento",
                "vencimentos",
                "campoLivre",
            ],
            Self::PixChave => &["tipo"],
            Self::Brcode => &[
                "tipo",
                "chave",
                "tipoChave",
                "url",
                "recorrencia",
                "quantia",
                "nome",
                "cidade",
                "cep",
                "txid",
                "info",
                "unicoUso",
                "categoria",
                "crc",
            ],
            Self::ChaveDfe => &["uf", "anoMes", "modelo", "serie", "numero", "documento", "emitente", "tipoEmissao"],
        }
    }

    /// Validates a text and returns everything known about it. `uf` is the state it should belong to.
    #[must_use]
    pub fn validar(self, text: &str, mode: Mode, uf: Option<&str>) -> Checked {
        let mut checked = Checked::default();
        let parsed = uf.map(|uf| Uf::parse(uf, Mode::Lenient)).transpose().or(Err(Reason::InvalidUf)).and_then(|uf| {
            let query = Query { text, mode, uf };
            self.read(&query, &mut |documento| {
                checked.value = Some(documento.canonical(&query).to_owned());
                documento.describe(&query, &mut checked);
            })?;
            Ok(mode == Mode::Lenient && self.check(text, Mode::Strict, uf).is_err())
        });
        debug_assert!(checked.fields.iter().all(|(name, _)| self.fields().contains(name)));
        match parsed {
            Err(reason) => checked.reason = Some(reason),
            Ok(changed) => {
                checked.valid = true;
                if changed {
                    let value = checked.value.as_deref().unwrap_or_default();
                    checked.removed = removed(text, comparable(self, text, value));
                }
            }
        }
        checked
    }

    /// The canonical text alone.
    ///
    /// # Errors
    /// The reason why the text is not such a document.
    pub fn canonical(self, text: &str, mode: Mode) -> Result<String, Reason> {
        let mut canonical = String::new();
        let query = Query { text, mode, uf: None };
        self.read(&query, &mut |documento| canonical.push_str(documento.canonical(&query)))?;
        Ok(canonical)
    }

    /// Returns the strict form of a text that only lenient mode accepts: `88.495-000` becomes `88495000`. A mobile
    /// number from before 2016 gets its ninth digit. `uf` is the state it should belong to.
    #[must_use]
    pub fn mended(self, text: &str, uf: Option<&str>) -> Option<String> {
        let uf = uf.and_then(|uf| Uf::parse(uf, Mode::Lenient).ok());
        let mended = if self == Self::Telefone {
            let telefone = Telefone::parse(text, Mode::Lenient).ok()?;
            let whole = telefone.suggestion().filter(|_| telefone.class() == TelefoneClass::Legacy);
            whole.as_ref().unwrap_or(&telefone).as_str().to_owned()
        } else {
            let mut canonical = String::new();
            let query = Query { text, mode: Mode::Lenient, uf };
            self.read(&query, &mut |documento| canonical.push_str(documento.canonical(&query))).ok()?;
            canonical
        };
        self.check(&mended, Mode::Strict, uf).is_ok().then_some(mended)
    }

    /// Reads a document of this kind and passes it to `use_it`.
    fn read(self, query: &Query<'_>, use_it: &mut dyn FnMut(&dyn Documento)) -> Result<(), Reason> {
        let &Query { text, mode, uf } = query;
        match self {
            Self::Cpf => give(&Cpf::parse(text, mode), use_it),
            Self::Cnpj => give(&Cnpj::parse(text, mode), use_it),
            Self::CpfCnpj => give(&CpfCnpj::parse(text, mode), use_it),
            Self::Ie => give(&ie(text, mode, uf), use_it),
            Self::Cep => give(&Cep::parse(text, mode), use_it),
            Self::Uf => give(&Uf::parse(text, mode), use_it),
            Self::Municipio => give(&of_state(Municipio::parse(text, mode), uf), use_it),
            Self::Telefone => give(&Telefone::parse(text, mode), use_it),
            Self::Email => give(&Email::parse(text, mode), use_it),
            Self::Boleto => give(&Boleto::parse(text, mode), use_it),
            Self::PixChave => give(&PixChave::parse(text, mode), use_it),
            Self::Brcode => give(&BrCode::parse(text, mode), use_it),
            Self::ChaveDfe => give(&ChaveDfe::parse(text, mode), use_it),
        }
    }

    /// Returns the reason why a text is not valid. `uf` is the state it should belong to.
    #[must_use]
    pub fn reason(self, text: &str, mode: Mode, uf: Option<&str>) -> Option<Reason> {
        match uf.map(|uf| Uf::parse(uf, Mode::Lenient)).transpose() {
            Ok(uf) => self.check(text, mode, uf).err(),
            Err(_) => Some(Reason::InvalidUf),
        }
    }

    /// Whether a text is valid in strict mode. This is the fastest check: it does not allocate.
    #[must_use]
    pub fn valid(self, text: &str) -> bool {
        self.check(text, Mode::Strict, None).is_ok()
    }

    /// The text with its official mask, if it is valid in lenient mode.
    #[must_use]
    pub fn format(self, text: &str) -> Option<String> {
        // Without a state, there is a mask only if all possible states write it in the same way.
        if self == Self::Ie {
            return only_mask(text);
        }
        let mut formatted = None;
        let query = Query { text, mode: Mode::Lenient, uf: None };
        self.read(&query, &mut |documento| formatted = Some(documento.formatted())).ok()?;
        formatted
    }

    /// The text without mask characters, whether it is valid or not.
    #[must_use]
    pub fn strip(self, text: &str) -> String {
        match self {
            Self::Cpf => Cpf::strip(text),
            Self::Cnpj => Cnpj::strip(text),
            Self::CpfCnpj => CpfCnpj::strip(text),
            Self::Ie => InscricaoEstadual::strip(text),
            Self::Cep => Cep::strip(text),
            Self::Uf => Uf::strip(text),
            Self::Municipio => Municipio::strip(text),
            Self::Telefone => Telefone::strip(text),
            Self::Email => Email::strip(text),
            Self::Boleto => Boleto::strip(text),
            Self::PixChave => PixChave::strip(text),
            Self::Brcode => BrCode::strip(text),
            Self::ChaveDfe => ChaveDfe::strip(text),
        }
    }

    /// Validates a column in one pass. Returns for each item the code of its reason, or nothing if it is valid. A
    /// missing item is `empty`.
    pub fn validar_column<'t>(
        self,
        texts: impl Iterator<Item = Option<&'t str>>,
        mode: Mode,
        uf: Option<&str>,
    ) -> Vec<Option<&'static str>> {
        let codes: Vec<_> = Reason::CODES.iter().collect();
        let code = |number: u8| usize::from(number).checked_sub(1).and_then(|i| codes.get(i)).copied();
        self.number_column(texts, mode, uf).into_iter().map(code).collect()
    }

    /// Validates a column as [`DocumentKind::validar_column`] does, but returns one byte for each item: 0 if it is
    /// valid, else the position of its code in [`Reason::CODES`], from 1.
    pub fn number_column<'t>(
        self,
        texts: impl Iterator<Item = Option<&'t str>>,
        mode: Mode,
        uf: Option<&str>,
    ) -> Vec<u8> {
        let uf = uf.map(|uf| Uf::parse(uf, Mode::Lenient)).transpose();
        // Most refused items of a column have the same reason as the one before.
        let mut last = ("", 0);
        let mut number_of = |reason: Reason| {
            let code = reason.code();
            if !std::ptr::eq(code, last.0) {
                let number = (1..).zip(Reason::CODES.iter()).find(|(_, known)| *known == code);
                last = (code, number.map_or(u8::MAX, |(number, _)| number));
            }
            last.1
        };
        texts
            .map(|text| match (text, uf) {
                (_, Err(_)) => number_of(Reason::InvalidUf),
                (None, _) => number_of(Reason::Empty),
                (Some(text), Ok(uf)) => self.check(text, mode, uf).map_or_else(&mut number_of, |()| 0),
            })
            .collect()
    }

    /// Checks a text without allocating.
    ///
    /// # Errors
    /// The reason why the text is not valid.
    pub fn check(self, text: &str, mode: Mode, uf: Option<Uf>) -> Result<(), Reason> {
        match self {
            Self::Email => email::check(text, mode).map(drop),
            Self::PixChave => pix_chave::check(text, mode).map(drop),
            Self::Brcode => brcode::check(text, mode).map(drop),
            // The other kinds are read without an allocation.
            _ => self.read(&Query { text, mode, uf }, &mut |_| ()),
        }
    }
}

/// Passes the document by reference, because moving it costs more than reading it.
fn give<D: Documento>(parsed: &Result<D, Reason>, use_it: &mut dyn FnMut(&dyn Documento)) -> Result<(), Reason> {
    match parsed {
        Ok(documento) => {
            use_it(documento);
            Ok(())
        }
        Err(reason) => Err(*reason),
    }
}

/// A municipality is part of its state, so another state is an error here.
fn of_state(parsed: Result<Municipio, Reason>, uf: Option<Uf>) -> Result<Municipio, Reason> {
    let municipio = parsed?;
    match uf {
        Some(uf) if uf != municipio.uf() => Err(Reason::DivergentUf { uf: municipio.uf() }),
        _ => Ok(municipio),
    }
}

/// Without a state, reads the text as a registration of the first state that accepts it.
fn ie(text: &str, mode: Mode, uf: Option<Uf>) -> Result<InscricaoEstadual, Reason> {
    let Some(uf) = uf else {
        let mut first = None;
        InscricaoEstadual::in_each_uf(text, mode, &mut |ie| {
            first = Some(ie);
            false
        });
        return first.ok_or_else(|| in_no_uf(text));
    };
    InscricaoEstadual::parse(text, uf, mode)
}

/// Returns the reason if it is the same in every state, and otherwise only that no state accepts the text.
fn in_no_uf(text: &str) -> Reason {
    match InscricaoEstadual::parse(text, Uf::SP, Mode::Lenient) {
        Err(reason @ (Reason::Empty | Reason::Alphabet { .. })) => reason,
        _ => Reason::NoUf,
    }
}

fn only_mask(text: &str) -> Option<String> {
    let (mut mask, mut only) = (None, true);
    InscricaoEstadual::in_each_uf(text, Mode::Lenient, &mut |ie| {
        let formatted = ie.format();
        only = mask.get_or_insert_with(|| formatted.clone()) == &formatted;
        only
    });
    mask.filter(|_| only)
}

/// The part of a telephone to compare with the text that was read: with `+55` or without it, as the text has it.
fn comparable<'v>(kind: DocumentKind, text: &str, value: &'v str) -> &'v str {
    match value.strip_prefix("+55") {
        Some(national) if kind == DocumentKind::Telefone && !text.bytes().any(|byte| byte == b'+') => national,
        _ => value,
    }
}
