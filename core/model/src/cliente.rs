use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use smartbill_documents::text::{chars, eq_ignore_case};
use smartbill_documents::{Cep, DocumentKind as Doc, Mode, Municipio};

use crate::record::field;
use crate::validate::rules::mismatch;
use crate::validate::{Context, Intent, Problem};
use crate::value::Row;
use crate::{Id, Rule as R};

open_enum! {
    /// Whether a customer is a person, a company, or foreign.
    TipoPessoa {
        /// A natural person, identified by CPF.
        Fisica = "FISICA",
        /// A company, identified by CNPJ.
        Juridica = "JURIDICA",
        /// Established abroad; has neither.
        Estrangeiro = "ESTRANGEIRO",
    }
}

open_enum! {
    /// Whether a customer pays ICMS, with the codes of the NF-e layout.
    IndicadorIe {
        /// Registered; the state registration is required.
        Contribuinte = "1",
        /// Exempt; the state registration is `ISENTO`.
        Isento = "2",
        /// Not registered, as persons usually are.
        NaoContribuinte = "9",
    }
}

open_enum! {
    /// Whether a customer is in use.
    SituacaoCliente {
        /// In use.
        Ativo = "ATIVO",
        /// Removed, kept for the record.
        Inativo = "INATIVO",
    }
}

model! {
    /// A Brazilian address.
    Endereco {
        /// Street, avenue, square (2 to 60 characters, the limit of the NF-e).
        logradouro "logradouro": Option<String> => R::text(2, 60).personal();
        /// House number; `S/N` where there is none.
        numero "numero": Option<String> => R::text(1, 60).personal();
        /// Flat, floor, block.
        complemento "complemento": Option<String> => R::text(1, 60).personal();
        /// Neighbourhood.
        bairro "bairro": Option<String> => R::text(1, 60).personal();
        /// Postal code, 8 digits.
        cep "cep": Option<String> => R::documento(Doc::Cep).personal();
        /// State, two letters.
        uf "uf": Option<String> => R::documento(Doc::Uf);
        /// Municipality, by name.
        municipio "municipio": Option<String> => R::text(2, 60);
        /// Municipality, by its 7-digit IBGE code.
        codigo_ibge "codigoIbge": Option<String> => R::documento(Doc::Municipio);
        /// Country by its BACEN code; `1058` is Brazil.
        pais "pais": Option<String> => R::text(1, 4);
    }
}

model! {
    /// A customer: who is billed.
    Cliente {
        /// Identifier given by the platform.
        id "id": Option<Id> => R::id().response();
        /// The customer's code in the company's own system; unique, and the key of an upsert.
        codigo_externo "codigoExterno": Option<String> => R::text(1, 60);
        /// Person, company or foreign; derived from the document where it is left out.
        tipo_pessoa "tipoPessoa": Option<crate::TipoPessoa> => R::option(TipoPessoa::NAMES);
        /// Name, or registered company name (razão social).
        nome "nome": Option<String> => R::text(2, 225).required().personal();
        /// Trade name.
        nome_fantasia "nomeFantasia": Option<String> => R::text(1, 60).personal();
        /// CPF (11 digits) or CNPJ (14 characters, possibly with letters), without punctuation.
        cpf_cnpj "cpfCnpj": Option<String> => R::documento(Doc::CpfCnpj).personal();
        /// State registration, or `ISENTO`; checked against the state of the address.
        inscricao_estadual "inscricaoEstadual": Option<String> => R::text(2, 20);
        /// Whether the customer pays ICMS: `1` yes, `2` exempt, `9` no.
        indicador_ie "indicadorIe": Option<crate::IndicadorIe> => R::option(IndicadorIe::NAMES);
        /// Municipal registration.
        inscricao_municipal "inscricaoMunicipal": Option<String> => R::text(1, 15);
        /// SUFRAMA registration, 8 or 9 digits.
        inscricao_suframa "inscricaoSuframa": Option<String> => R::text(8, 9);
        /// Main e-mail address.
        email "email": Option<String> => R::documento(Doc::Email).personal();
        /// Further e-mail addresses.
        emails_adicionais "emailsAdicionais": Vec<String> => R::list(&R::documento(Doc::Email)).personal();
        /// Telephone, kept as `+55` and digits.
        telefone "telefone": Option<String> => R::documento(Doc::Telefone).personal();
        /// Mobile telephone, kept as `+55` and digits.
        celular "celular": Option<String> => R::documento(Doc::Telefone).personal();
        /// Address.
        endereco "endereco": Option<Endereco> => R::object(Endereco::SCHEMA);
        /// Billing address, where it is another.
        endereco_cobranca "enderecoCobranca": Option<Endereco> => R::object(Endereco::SCHEMA);
        /// Date of birth; persons only.
        data_nascimento "dataNascimento": Option<Date> => R::date().personal();
        /// Whether the company is under Simples Nacional.
        optante_simples "optanteSimples": Option<bool> => R::boolean();
        /// Whether the company pays ICMS.
        contribuinte "contribuinte": Option<bool> => R::boolean();
        /// Whether the platform notifies the customer; true by default.
        notificar "notificar": Option<bool> => R::boolean();
        /// Free notes.
        observacoes "observacoes": Option<String> => R::text(1, 500).personal();
        /// Labels.
        tags "tags": Vec<String> => R::list(&R::text(1, 60));
        /// Group.
        grupo "grupo": Option<String> => R::text(1, 60);
        /// Whether it is in use; removing makes it inactive.
        situacao "situacao": Option<crate::SituacaoCliente> => R::option(SituacaoCliente::NAMES).response();
        /// When it was created.
        criado_em "criadoEm": Option<Timestamp> => R::datetime().response();
        /// When it was last changed.
        alterado_em "alteradoEm": Option<Timestamp> => R::datetime().response();
    }
    rules = rules
}

fn rules(c: &Row<'_>, ctx: &mut Context) {
    person(c, ctx);
    let addresses =
        [("endereco", field!(Cliente."endereco")), ("enderecoCobranca", field!(Cliente."enderecoCobranca"))];
    for (name, field) in addresses {
        if let Some(endereco) = c.row(field) {
            let len = ctx.enter(name);
            address(endereco, ctx);
            ctx.leave(len);
        }
    }
    state_registration(c, ctx);
    if let Some(suframa) = c.text(field!(Cliente."inscricaoSuframa"))
        && !suframa.bytes().all(|b| b.is_ascii_digit())
    {
        ctx.error_at("inscricaoSuframa", Problem::WrongType { expected: "digits", found: "string".into() });
    }
    repeated_emails(c, ctx);
}

fn repeated_emails(c: &Row<'_>, ctx: &mut Context) {
    let mut seen = BTreeSet::new();
    seen.extend(c.text(field!(Cliente."email")));
    for (i, email) in c.list(field!(Cliente."emailsAdicionais")).iter().enumerate() {
        let Some(email) = email.text() else { continue };
        if !seen.insert(email) {
            let len = ctx.enter("emailsAdicionais");
            ctx.at_index(i, |ctx| ctx.error(Problem::Repeated));
            ctx.leave(len);
        }
    }
}

fn person(c: &Row<'_>, ctx: &mut Context) {
    // An invalid document does not tell its kind: it keeps its mask, and a CPF with its mask is as long as a CNPJ.
    let documento = c.text(field!(Cliente."cpfCnpj")).filter(|_| !ctx.was_said(field!(Cliente."cpfCnpj")));
    let kind = c.text(field!(Cliente."tipoPessoa"));
    let foreign = kind == Some(const { TipoPessoa::Estrangeiro.as_str() });
    match (documento, kind) {
        (Some(documento), Some(kind)) => {
            let expected = match documento.len() {
                11 => const { TipoPessoa::Fisica.as_str() },
                14 => const { TipoPessoa::Juridica.as_str() },
                // The length is of neither document, and the document's own rule has already reported that.
                _ => return,
            };
            if foreign {
                ctx.at("cpfCnpj", |ctx| ctx.error_if_strict(Problem::NotApplicable { other: "tipoPessoa" }));
            } else if kind != expected {
                ctx.error_at("tipoPessoa", mismatch("cpfCnpj", expected));
            }
        }
        (None, _) if ctx.options.intent == Intent::Incluir && !foreign && !ctx.was_said(field!(Cliente."cpfCnpj")) => {
            ctx.error_at("cpfCnpj", Problem::Required);
        }
        _ => {}
    }
    if let Some(born) = c.date(field!(Cliente."dataNascimento")) {
        if ctx.options.today.is_some_and(|today| born > today) {
            ctx.error_at("dataNascimento", Problem::InFuture);
        }
        if documento.is_some_and(|d| d.len() == 14) {
            ctx.warn_at("dataNascimento", Problem::NotApplicable { other: "tipoPessoa" });
        }
    }
    // An NF-e cuts a name above 60 characters, so somebody should look at it.
    let name = c.text(field!(Cliente."nome")).unwrap_or_default();
    let len = chars(name);
    if (61..=225).contains(&len) {
        ctx.warn_at("nome", Problem::TooLong { max: 60, len });
    }
}

/// CEP, UF and IBGE code must agree on one state. A CEP that contradicts the UF is only a warning, because the ranges
/// have exceptions.
fn address(e: &Row<'_>, ctx: &mut Context) {
    let Some(uf) = e.text(field!(Endereco."uf")).filter(|uf| *uf != "EX") else {
        return;
    };
    if let Some(cep) = e.text(field!(Endereco."cep"))
        && let Ok(cep) = Cep::parse(cep, Mode::Lenient)
        && cep.uf().as_str() != uf
    {
        ctx.warn_at("cep", mismatch("uf", cep.uf().as_str()));
    }
    if let Some(code) = e.text(field!(Endereco."codigoIbge"))
        && let Ok(municipio) = Municipio::parse(code, Mode::Lenient)
        && municipio.uf().as_str() != uf
    {
        ctx.error_at("codigoIbge", Problem::Mismatch { other: "uf", expected: None });
    }
}

/// Checks the state registration against the state of the address and against the indicator.
fn state_registration(c: &Row<'_>, ctx: &mut Context) {
    let ie = c.text(field!(Cliente."inscricaoEstadual"));
    let indicator = c.text(field!(Cliente."indicadorIe"));
    let uf = c.row(field!(Cliente."endereco")).and_then(|e| e.text(field!(Endereco."uf")));
    let len = ctx.enter("inscricaoEstadual");
    if let Some(ie) = ie
        && let Some(reason) = Doc::Ie.reason(ie, ctx.options.mode, uf)
    {
        ctx.error(Problem::Document { kind: Doc::Ie, reason });
    }
    let exempt = ie.map(|ie| eq_ignore_case(ie, "ISENTO"));
    if indicator == Some(const { IndicadorIe::Contribuinte.as_str() }) {
        match exempt {
            None => ctx.error(Problem::Required),
            Some(true) => ctx.error(Problem::Mismatch { other: "indicadorIe", expected: None }),
            Some(false) => {}
        }
    } else if indicator == Some(const { IndicadorIe::Isento.as_str() }) {
        match exempt {
            None => ctx.warn(mismatch("indicadorIe", "ISENTO")),
            Some(false) => ctx.error(mismatch("indicadorIe", "ISENTO")),
            Some(true) => {}
        }
    }
    ctx.leave(len);
}
