//! The rules that involve several fields of a model (domain.md section 2).
//!
//! They look at what the reading by the table left, not at the typed models: so they hold where no model is made.

use std::cmp::Ordering::{Equal, Greater};
use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::decimal::{self, compare, greater, product_in_cents};
use crate::document::{Cep, DocumentKind, Municipio};
use crate::model::read::{Canonical, field};
use crate::model::{IndicadorIe, TipoCobranca, TipoDesconto, TipoPessoa};
use crate::text::{chars, eq_ignore_case};
use crate::validate::{Context, Intent, Problem};
use crate::{Mode, Value};

pub(crate) fn cliente(c: Canonical<'_, '_>, ctx: &mut Context) {
    person(c, ctx);
    let addresses =
        [("endereco", field!(Cliente."endereco")), ("enderecoCobranca", field!(Cliente."enderecoCobranca"))];
    for (name, field) in addresses {
        if let Some(endereco) = c.object(field) {
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

fn repeated_emails(c: Canonical<'_, '_>, ctx: &mut Context) {
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

fn person(c: Canonical<'_, '_>, ctx: &mut Context) {
    // One that is wrong tells of no kind: it still wears its mask, and a CPF with it is as long as a CNPJ.
    let documento = c.text(field!(Cliente."cpfCnpj")).filter(|_| !ctx.was_said(field!(Cliente."cpfCnpj")));
    let kind = c.text(field!(Cliente."tipoPessoa"));
    let foreign = kind == Some(const { TipoPessoa::Estrangeiro.as_str() });
    match (documento, kind) {
        (Some(documento), Some(kind)) => {
            let expected = match documento.len() {
                11 => const { TipoPessoa::Fisica.as_str() },
                14 => const { TipoPessoa::Juridica.as_str() },
                // Neither: the document's own rule has spoken already.
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
    // domain.md 2.1: a name above 60 characters does not fit an NF-e; it is cut there, so somebody should look.
    let name = c.text(field!(Cliente."nome")).unwrap_or_default();
    let len = chars(name);
    if (61..=225).contains(&len) {
        ctx.warn_at("nome", Problem::TooLong { max: 60, len });
    }
}

/// CEP, UF and IBGE code must tell of one state. The CEP against the UF is a warning: ranges get exceptions.
fn address(e: Canonical<'_, '_>, ctx: &mut Context) {
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

/// The state registration against the address's state, and against the indicator (domain.md 2.1 and 3.6).
fn state_registration(c: Canonical<'_, '_>, ctx: &mut Context) {
    let ie = c.text(field!(Cliente."inscricaoEstadual"));
    let indicator = c.text(field!(Cliente."indicadorIe"));
    let uf = c.object(field!(Cliente."endereco")).and_then(|e| e.text(field!(Endereco."uf")));
    let len = ctx.enter("inscricaoEstadual");
    if let Some(ie) = ie
        && let Some(reason) = DocumentKind::Ie.reason(ie, ctx.options.mode, uf)
    {
        ctx.error(Problem::Document { kind: DocumentKind::Ie, reason });
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

fn mismatch(other: &'static str, expected: &str) -> Problem {
    Problem::Mismatch { other, expected: Some(expected.to_owned()) }
}

pub(crate) fn servico(s: Canonical<'_, '_>, ctx: &mut Context) {
    let faixas = s.list(field!(Servico."faixas"));
    let mut previous = Some(Decimal::ZERO);
    let mut sound = true;
    for faixa in faixas.iter().filter_map(Canonical::from_value) {
        let (from, until) = (faixa.decimal(field!(Faixa."de")), faixa.decimal(field!(Faixa."ate")));
        sound &= from.zip(previous).is_some_and(|(from, previous)| compare(from, previous) == Equal);
        sound &= until.is_none_or(|until| from.is_none_or(|from| compare(until, from) == Greater));
        previous = until;
    }
    if !sound {
        ctx.error_at("faixas", Problem::Tiers);
    }
    let kind = s.text(field!(Servico."tipoCobranca"));
    let by_usage =
        kind != Some(const { TipoCobranca::Fixo.as_str() }) && kind != Some(const { TipoCobranca::Unico.as_str() });
    if !faixas.is_empty() && !by_usage {
        ctx.error_at("faixas", Problem::NotApplicable { other: "tipoCobranca" });
    }
    // Lei Complementar 116, art. 8 and 8-A: ISS between 2 % and 5 %.
    if s.decimal(field!(Servico."aliquotaIss")).is_some_and(|a| greater(a, 5)) {
        ctx.warn_at("aliquotaIss", Problem::AboveLegal { max: "5%" });
    }
}

pub(crate) fn contrato(c: Canonical<'_, '_>, ctx: &mut Context) {
    let given = [c.has(field!(Contrato."clienteId")), c.has(field!(Contrato."clienteCodigoExterno"))];
    reference(given, ["clienteId", "clienteCodigoExterno"], ctx);
    let items = ctx.enter("itens");
    for (i, item) in c.list(field!(Contrato."itens")).iter().enumerate() {
        let Some(item) = Canonical::from_value(item) else { continue };
        let len = ctx.enter_index(i);
        contract_item(item, ctx);
        ctx.leave(len);
    }
    ctx.leave(items);
    if let (Some(start), Some(end)) = (c.date(field!(Contrato."dataInicio")), c.date(field!(Contrato."dataFim")))
        && end < start
    {
        ctx.error_at("dataFim", Problem::Before { other: "dataInicio" });
    }
    // Código de Defesa do Consumidor, art. 52 § 1: a fine of at most 2 %.
    if c.decimal(field!(Contrato."multaPercentual")).is_some_and(|m| greater(m, 2)) {
        ctx.warn_at("multaPercentual", Problem::AboveLegal { max: "2%" });
    }
    if c.decimal(field!(Contrato."jurosMesPercentual")).is_some_and(|j| greater(j, 1)) {
        ctx.warn_at("jurosMesPercentual", Problem::AboveLegal { max: "1%" });
    }
}

fn contract_item(item: Canonical<'_, '_>, ctx: &mut Context) {
    let given = [item.has(field!(ItemContrato."servicoId")), item.has(field!(ItemContrato."servicoCodigo"))];
    one_of(given, ["servicoId", "servicoCodigo"], ctx);
    let Some(desconto) = item.object(field!(ItemContrato."desconto")) else {
        return;
    };
    let Some(value) = desconto.decimal(field!(Desconto."valor")) else {
        return;
    };
    let kind = desconto.text(field!(Desconto."tipo"));
    let problem = if kind == Some(const { TipoDesconto::Percentual.as_str() }) {
        greater(value, 100).then_some(Problem::TooLarge { max: 100 })
    } else if kind != Some(const { TipoDesconto::Valor.as_str() }) {
        None
    } else if decimal::places(value) > 2 {
        Some(Problem::TooManyPlaces { max: 2 })
    } else {
        let factors =
            (item.decimal(field!(ItemContrato."valorUnitario")), item.decimal(field!(ItemContrato."quantidade")));
        let gross = factors.0.zip(factors.1).and_then(|(v, q)| product_in_cents(v, q));
        let above = gross.is_some_and(|gross| compare(value, gross) == Greater);
        above.then_some(Problem::Mismatch { other: "valorUnitario", expected: None })
    };
    if let Some(problem) = problem {
        let len = ctx.enter("desconto");
        ctx.error_at("valor", problem);
        ctx.leave(len);
    }
}

/// Exactly one of two ways to refer to another resource; none may be enough when a change leaves both alone.
fn reference(given: [bool; 2], names: [&'static str; 2], ctx: &mut Context) {
    match ctx.options.intent {
        Intent::Alterar if given == [false, false] => {}
        // A record read from the platform carries both; sent back, the identifier counts.
        Intent::Response => {}
        _ => one_of(given, names, ctx),
    }
}

fn one_of(given: [bool; 2], names: [&'static str; 2], ctx: &mut Context) {
    let [first, other] = names;
    match given {
        [false, false] => ctx.error_at(first, Problem::OneOf { fields: names }),
        [true, true] => ctx.error_at(first, Problem::Exclusive { other }),
        _ => {}
    }
}

pub(crate) fn consumo(c: Canonical<'_, '_>, ctx: &mut Context) {
    let contrato = [c.has(field!(Consumo."contratoId")), c.has(field!(Consumo."contratoCodigoExterno"))];
    reference(contrato, ["contratoId", "contratoCodigoExterno"], ctx);
    let servico = [c.has(field!(Consumo."servicoId")), c.has(field!(Consumo."servicoCodigo"))];
    reference(servico, ["servicoId", "servicoCodigo"], ctx);
    let competencia = match c.value(field!(Consumo."competencia")) {
        Value::Competencia(competencia) => Some(*competencia),
        _ => None,
    };
    let day = c.date(field!(Consumo."dataConsumo"));
    if ctx.options.intent == Intent::Incluir
        && competencia.is_none()
        && day.is_none()
        && !ctx.was_said(field!(Consumo."competencia"))
        && !ctx.was_said(field!(Consumo."dataConsumo"))
    {
        ctx.error_at("competencia", Problem::OneOf { fields: ["competencia", "dataConsumo"] });
    }
    let quantidade = c.decimal(field!(Consumo."quantidade"));
    let refund = matches!(c.value(field!(Consumo."estorno")), Value::Boolean(true));
    if quantidade.is_some_and(|q| !greater(q, 0)) && !refund {
        ctx.error_at("quantidade", Problem::NotPositive);
    }
    let value = c.decimal(field!(Consumo."valor"));
    if let (Some(quantidade), Some(unit_price), Some(value)) =
        (quantidade, c.decimal(field!(Consumo."valorUnitario")), value)
    {
        let expected = product_in_cents(quantidade, unit_price);
        if expected.is_none_or(|expected| compare(expected, value) != Equal) {
            let expected = expected.map(|e| decimal::text(e, Some(2)));
            ctx.error_at("valor", Problem::Mismatch { other: "valorUnitario", expected });
        }
    }
    let Some(day) = day else { return };
    if ctx.options.today.is_some_and(|today| day > today) {
        ctx.warn_at("dataConsumo", Problem::InFuture);
    }
    let month = crate::Competencia::of(day);
    if competencia.is_some_and(|competencia| competencia != month) {
        ctx.warn_at("competencia", mismatch("dataConsumo", &month.text()));
    }
}

/// A charge checks its own typeable line against its amount and due date (warnings: the bank decides).
#[cfg(feature = "payments")]
pub(crate) fn cobranca(c: Canonical<'_, '_>, ctx: &mut Context) {
    let Some(boleto) = c.object(field!(Cobranca."boleto")) else {
        return;
    };
    let Some(row) = boleto.text(field!(Boleto."linhaDigitavel")) else {
        return;
    };
    let Ok(parsed) = crate::document::Boleto::parse(row, Mode::Lenient) else {
        return;
    };
    let len = ctx.enter("boleto");
    let amount = boleto
        .decimal(field!(Boleto."valor"))
        .or_else(|| c.decimal(field!(Cobranca."saldo")))
        .or_else(|| c.decimal(field!(Cobranca."valorLiquido")));
    if let (Some(written), Some(amount)) = (parsed.value(), amount)
        && compare(written, amount) != Equal
    {
        ctx.warn_at("linhaDigitavel", mismatch("valor", &decimal::text(amount, Some(2))));
    }
    let due = boleto.date(field!(Boleto."vencimento")).or_else(|| c.date(field!(Cobranca."dataVencimento")));
    if let Some(due) = due
        && let Some(written) = parsed.vencimento(due)
        && written != due
    {
        ctx.warn_at("linhaDigitavel", mismatch("vencimento", &crate::dates::date_text(due)));
    }
    ctx.leave(len);
}

/// Who does not check a boleto has nothing to compare.
#[cfg(not(feature = "payments"))]
pub(crate) fn cobranca(_: Canonical<'_, '_>, _: &mut Context) {}
