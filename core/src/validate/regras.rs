//! The rules that involve several fields of a model (domain.md section 2).

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::Modo;
use crate::document::{self, Cep, Municipio, Tipo};
use crate::model::{
    Cliente, Cobranca, Consumo, Contrato, Endereco, IndicadorIe, ItemContrato, Servico, TipoCobranca, TipoDesconto,
    TipoPessoa,
};
use crate::tempo::DateText;
use crate::validate::{Context, Intent, Problem};

/// `quantidade × valor unitário` in whole cents, half away from zero, as a person rounds money.
#[must_use]
pub(crate) fn cents(v: Decimal) -> Decimal {
    v.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
}

pub(crate) fn cliente(c: &Cliente, ctx: &mut Context) {
    person(c, ctx);
    for (nome, endereco) in [("endereco", &c.endereco), ("enderecoCobranca", &c.endereco_cobranca)] {
        if let Some(endereco) = endereco {
            ctx.at(nome, |ctx| address(endereco, ctx));
        }
    }
    state_registration(c, ctx);
    if let Some(suframa) = &c.inscricao_suframa
        && !suframa.bytes().all(|b| b.is_ascii_digit())
    {
        ctx.at("inscricaoSuframa", |ctx| {
            ctx.error(Problem::WrongType { expected: "digits", found: "string".into() });
        });
    }
    let mut seen: BTreeSet<&str> = c.email.iter().map(String::as_str).collect();
    for (i, email) in c.emails_adicionais.iter().enumerate() {
        if !seen.insert(email) {
            ctx.at("emailsAdicionais", |ctx| ctx.at_index(i, |ctx| ctx.error(Problem::Repeated)));
        }
    }
}

fn person(c: &Cliente, ctx: &mut Context) {
    let foreign = c.tipo_pessoa == Some(TipoPessoa::Estrangeiro);
    match (&c.cpf_cnpj, &c.tipo_pessoa) {
        (Some(documento), Some(tipo)) => {
            let expected = match documento.len() {
                11 => TipoPessoa::Fisica,
                14 => TipoPessoa::Juridica,
                // Neither: the document's own rule has spoken already.
                _ => return,
            };
            if foreign {
                ctx.at("cpfCnpj", |ctx| ctx.error_if_strict(Problem::NotApplicable { other: "tipoPessoa" }));
            } else if *tipo != expected {
                let expected = Some(expected.to_string());
                ctx.at("tipoPessoa", |ctx| ctx.error(Problem::Mismatch { other: "cpfCnpj", expected }));
            }
        }
        (None, _) if ctx.options.intent == Intent::Incluir && !foreign && !ctx.has_violation_at("cpfCnpj") => {
            ctx.at("cpfCnpj", |ctx| ctx.error(Problem::Required));
        }
        _ => {}
    }
    if let Some(nascimento) = c.data_nascimento {
        ctx.at("dataNascimento", |ctx| {
            if ctx.options.hoje.is_some_and(|hoje| nascimento > hoje) {
                ctx.error(Problem::InFuture);
            }
            if c.cpf_cnpj.as_ref().is_some_and(|d| d.len() == 14) {
                ctx.warn(Problem::NotApplicable { other: "tipoPessoa" });
            }
        });
    }
    // domain.md 2.1: a name above 60 characters does not fit an NF-e; it is cut there, so somebody should look.
    if let Some(len) = c.nome.as_ref().map(|n| n.chars().count()).filter(|len| (61..=225).contains(len)) {
        ctx.at("nome", |ctx| ctx.warn(Problem::TooLong { max: 60, len }));
    }
}

/// CEP, UF and IBGE code must tell of one state. The CEP against the UF is a warning: ranges get exceptions.
fn address(e: &Endereco, ctx: &mut Context) {
    let abroad = e.uf.as_deref() == Some("EX");
    let Some(uf) = e.uf.as_deref().filter(|_| !abroad) else {
        return;
    };
    if let Some(cep) = e.cep.as_deref()
        && let Some(expected) = Cep::parse(cep, Modo::Leniente).ok().map(|cep| cep.uf())
        && expected.as_str() != uf
    {
        let expected = Some(expected.as_str().to_owned());
        ctx.at("cep", |ctx| ctx.warn(Problem::Mismatch { other: "uf", expected }));
    }
    if let Some(codigo) = e.codigo_ibge.as_deref()
        && let Some(expected) = Municipio::parse(codigo, Modo::Leniente).ok().map(|m| m.uf())
        && expected.as_str() != uf
    {
        ctx.at("codigoIbge", |ctx| ctx.error(Problem::Mismatch { other: "uf", expected: None }));
    }
}

/// The state registration against the address's state, and against the indicator (domain.md 2.1 and 3.6).
fn state_registration(c: &Cliente, ctx: &mut Context) {
    let ie = c.inscricao_estadual.as_deref();
    let uf = c.endereco.as_ref().and_then(|e| e.uf.as_deref());
    let exempt = ie.is_some_and(|ie| ie.eq_ignore_ascii_case("ISENTO"));
    if let Some(ie) = ie
        && let Some(motivo) = Tipo::Ie.validar(ie, ctx.options.modo, uf).motivo
    {
        ctx.at("inscricaoEstadual", |ctx| ctx.error(Problem::Document { tipo: Tipo::Ie, motivo }));
    }
    let mismatch = |expected: &str| Problem::Mismatch { other: "indicadorIe", expected: Some(expected.into()) };
    ctx.at("inscricaoEstadual", |ctx| match (&c.indicador_ie, ie) {
        (Some(IndicadorIe::Contribuinte), None) => ctx.error(Problem::Required),
        (Some(IndicadorIe::Contribuinte), Some(_)) if exempt => {
            ctx.error(Problem::Mismatch { other: "indicadorIe", expected: None });
        }
        (Some(IndicadorIe::Isento), Some(_)) if !exempt => ctx.error(mismatch("ISENTO")),
        (Some(IndicadorIe::Isento), None) => ctx.warn(mismatch("ISENTO")),
        _ => {}
    });
}

pub(crate) fn servico(s: &Servico, ctx: &mut Context) {
    let mut previous = Some(Decimal::ZERO);
    let mut sound = true;
    for faixa in &s.faixas {
        sound &= previous.is_some() && faixa.de == previous;
        sound &= faixa.ate.is_none_or(|ate| Some(ate) > faixa.de);
        previous = faixa.ate;
    }
    if !sound {
        ctx.at("faixas", |ctx| ctx.error(Problem::Tiers));
    }
    if !s.faixas.is_empty() && matches!(s.tipo_cobranca, Some(TipoCobranca::Fixo | TipoCobranca::Unico)) {
        ctx.at("faixas", |ctx| ctx.error(Problem::NotApplicable { other: "tipoCobranca" }));
    }
    // Lei Complementar 116, art. 8 and 8-A: ISS between 2 % and 5 %.
    if s.aliquota_iss.is_some_and(|a| a > Decimal::from(5)) {
        ctx.at("aliquotaIss", |ctx| ctx.warn(Problem::AboveLegal { max: "5%" }));
    }
}

pub(crate) fn contrato(c: &Contrato, ctx: &mut Context) {
    let names = ["clienteId", "clienteCodigoExterno"];
    reference([c.cliente_id.is_some(), c.cliente_codigo_externo.is_some()], names, ctx);
    for (i, item) in c.itens.iter().enumerate() {
        ctx.at("itens", |ctx| ctx.at_index(i, |ctx| contract_item(item, ctx)));
    }
    if let (Some(inicio), Some(fim)) = (c.data_inicio, c.data_fim)
        && fim < inicio
    {
        ctx.at("dataFim", |ctx| ctx.error(Problem::Before { other: "dataInicio" }));
    }
    // Código de Defesa do Consumidor, art. 52 § 1: a fine of at most 2 %.
    if c.multa_percentual.is_some_and(|m| m > Decimal::TWO) {
        ctx.at("multaPercentual", |ctx| ctx.warn(Problem::AboveLegal { max: "2%" }));
    }
    if c.juros_mes_percentual.is_some_and(|j| j > Decimal::ONE) {
        ctx.at("jurosMesPercentual", |ctx| ctx.warn(Problem::AboveLegal { max: "1%" }));
    }
}

fn contract_item(item: &ItemContrato, ctx: &mut Context) {
    let names = ["servicoId", "servicoCodigo"];
    one_of([item.servico_id.is_some(), item.servico_codigo.is_some()], names, ctx);
    if let Some(desconto) = &item.desconto
        && let Some(valor) = desconto.valor
    {
        ctx.at("desconto", |ctx| {
            ctx.at("valor", |ctx| match desconto.tipo {
                Some(TipoDesconto::Percentual) if valor > Decimal::ONE_HUNDRED => {
                    ctx.error(Problem::TooLarge { max: 100 });
                }
                Some(TipoDesconto::Valor) if valor.normalize().scale() > 2 => {
                    ctx.error(Problem::TooManyPlaces { max: 2 });
                }
                Some(TipoDesconto::Valor) => {
                    let gross = item.valor_unitario.zip(item.quantidade).and_then(|(v, q)| v.checked_mul(q)).map(cents);
                    if gross.is_some_and(|gross| valor > gross) {
                        ctx.error(Problem::Mismatch { other: "valorUnitario", expected: None });
                    }
                }
                _ => {}
            });
        });
    }
}

/// Exactly one of two ways to refer to another resource; none may be enough when a change leaves both alone.
fn reference(given: [bool; 2], names: [&'static str; 2], ctx: &mut Context) {
    match ctx.options.intent {
        Intent::Alterar if given == [false, false] => {}
        // A record read from the platform carries both; sent back, the identifier counts.
        Intent::Resposta => {}
        _ => one_of(given, names, ctx),
    }
}

fn one_of(given: [bool; 2], names: [&'static str; 2], ctx: &mut Context) {
    let [first, other] = names;
    match given {
        [false, false] => ctx.at(first, |ctx| ctx.error(Problem::OneOf { fields: names })),
        [true, true] => ctx.at(first, |ctx| ctx.error(Problem::Exclusive { other })),
        _ => {}
    }
}

pub(crate) fn consumo(c: &Consumo, ctx: &mut Context) {
    let names = ["contratoId", "contratoCodigoExterno"];
    reference([c.contrato_id.is_some(), c.contrato_codigo_externo.is_some()], names, ctx);
    reference([c.servico_id.is_some(), c.servico_codigo.is_some()], ["servicoId", "servicoCodigo"], ctx);
    if ctx.options.intent == Intent::Incluir
        && c.competencia.is_none()
        && c.data_consumo.is_none()
        && !ctx.has_violation_at("competencia")
        && !ctx.has_violation_at("dataConsumo")
    {
        let fields = ["competencia", "dataConsumo"];
        ctx.at("competencia", |ctx| ctx.error(Problem::OneOf { fields }));
    }
    let refund = c.estorno == Some(true);
    if c.quantidade.is_some_and(|q| q <= Decimal::ZERO) && !refund {
        ctx.at("quantidade", |ctx| ctx.error(Problem::NotPositive));
    }
    if let (Some(quantidade), Some(unitario), Some(valor)) = (c.quantidade, c.valor_unitario, c.valor) {
        let expected = quantidade.checked_mul(unitario).map(cents);
        if expected != Some(valor) {
            let expected = expected.map(|e| format!("{e:.2}"));
            ctx.at("valor", |ctx| ctx.error(Problem::Mismatch { other: "valorUnitario", expected }));
        }
    }
    if let Some(data) = c.data_consumo {
        if ctx.options.hoje.is_some_and(|hoje| data > hoje) {
            ctx.at("dataConsumo", |ctx| ctx.warn(Problem::InFuture));
        }
        if let Some(competencia) = c.competencia
            && crate::Competencia::of(data) != competencia
        {
            let expected = Some(crate::Competencia::of(data).to_string());
            ctx.at("competencia", |ctx| ctx.warn(Problem::Mismatch { other: "dataConsumo", expected }));
        }
    }
}

/// A charge checks its own typeable line against its amount and due date (warnings: the bank decides).
pub(crate) fn cobranca(c: &Cobranca, ctx: &mut Context) {
    let Some(boleto) = &c.boleto else { return };
    let Some(linha) = boleto.linha_digitavel.as_deref() else {
        return;
    };
    let Ok(lido) = document::Boleto::parse(linha, Modo::Leniente) else {
        return;
    };
    ctx.at("boleto", |ctx| {
        ctx.at("linhaDigitavel", |ctx| {
            let amount = boleto.valor.or(c.saldo).or(c.valor_liquido);
            if let (Some(written), Some(amount)) = (lido.valor(), amount)
                && written != amount
            {
                let expected = Some(format!("{amount:.2}"));
                ctx.warn(Problem::Mismatch { other: "valor", expected });
            }
            if let Some(due) = boleto.vencimento.or(c.data_vencimento)
                && let Some(written) = lido.vencimento(due)
                && written != due
            {
                ctx.warn(Problem::Mismatch { other: "vencimento", expected: Some(DateText(due).to_string()) });
            }
        });
    });
}
