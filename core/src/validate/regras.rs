//! The rules that involve several fields of a model (domain.md section 2).
//!
//! They look at what the reading by the table left, not at the typed models: so they hold where no model is made.

use std::cmp::Ordering::{Equal, Greater};
use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::decimal::{self, comparar, maior, produto_em_centavos};
use crate::document::{Cep, Municipio, Tipo};
use crate::escrita::{letras, sem_caixa};
use crate::model::leitura::{Canonico, campo};
use crate::model::{IndicadorIe, TipoCobranca, TipoDesconto, TipoPessoa};
use crate::validate::{Context, Intent, Problem};
use crate::{Modo, Valor};

pub(crate) fn cliente(c: Canonico<'_, '_>, ctx: &mut Context) {
    person(c, ctx);
    let enderecos =
        [("endereco", campo!(Cliente."endereco")), ("enderecoCobranca", campo!(Cliente."enderecoCobranca"))];
    for (nome, campo) in enderecos {
        if let Some(endereco) = c.objeto(campo) {
            let len = ctx.enter(nome);
            address(endereco, ctx);
            ctx.leave(len);
        }
    }
    state_registration(c, ctx);
    if let Some(suframa) = c.texto(campo!(Cliente."inscricaoSuframa"))
        && !suframa.bytes().all(|b| b.is_ascii_digit())
    {
        ctx.error_at("inscricaoSuframa", Problem::WrongType { expected: "digits", found: "string".into() });
    }
    repeated_emails(c, ctx);
}

fn repeated_emails(c: Canonico<'_, '_>, ctx: &mut Context) {
    let mut seen = BTreeSet::new();
    seen.extend(c.texto(campo!(Cliente."email")));
    for (i, email) in c.lista(campo!(Cliente."emailsAdicionais")).iter().enumerate() {
        let Some(email) = email.texto() else { continue };
        if !seen.insert(email) {
            let len = ctx.enter("emailsAdicionais");
            ctx.at_index(i, |ctx| ctx.error(Problem::Repeated));
            ctx.leave(len);
        }
    }
}

fn person(c: Canonico<'_, '_>, ctx: &mut Context) {
    // One that is wrong tells of no kind: it still wears its mask, and a CPF with it is as long as a CNPJ.
    let documento = c.texto(campo!(Cliente."cpfCnpj")).filter(|_| !ctx.was_said(campo!(Cliente."cpfCnpj")));
    let tipo = c.texto(campo!(Cliente."tipoPessoa"));
    let foreign = tipo == Some(const { TipoPessoa::Estrangeiro.as_str() });
    match (documento, tipo) {
        (Some(documento), Some(tipo)) => {
            let expected = match documento.len() {
                11 => const { TipoPessoa::Fisica.as_str() },
                14 => const { TipoPessoa::Juridica.as_str() },
                // Neither: the document's own rule has spoken already.
                _ => return,
            };
            if foreign {
                ctx.at("cpfCnpj", |ctx| ctx.error_if_strict(Problem::NotApplicable { other: "tipoPessoa" }));
            } else if tipo != expected {
                ctx.error_at("tipoPessoa", mismatch("cpfCnpj", expected));
            }
        }
        (None, _) if ctx.options.intent == Intent::Incluir && !foreign && !ctx.was_said(campo!(Cliente."cpfCnpj")) => {
            ctx.error_at("cpfCnpj", Problem::Required);
        }
        _ => {}
    }
    if let Some(nascimento) = c.data(campo!(Cliente."dataNascimento")) {
        if ctx.options.hoje.is_some_and(|hoje| nascimento > hoje) {
            ctx.error_at("dataNascimento", Problem::InFuture);
        }
        if documento.is_some_and(|d| d.len() == 14) {
            ctx.warn_at("dataNascimento", Problem::NotApplicable { other: "tipoPessoa" });
        }
    }
    // domain.md 2.1: a name above 60 characters does not fit an NF-e; it is cut there, so somebody should look.
    let nome = c.texto(campo!(Cliente."nome")).unwrap_or_default();
    let len = letras(nome);
    if (61..=225).contains(&len) {
        ctx.warn_at("nome", Problem::TooLong { max: 60, len });
    }
}

/// CEP, UF and IBGE code must tell of one state. The CEP against the UF is a warning: ranges get exceptions.
fn address(e: Canonico<'_, '_>, ctx: &mut Context) {
    let Some(uf) = e.texto(campo!(Endereco."uf")).filter(|uf| *uf != "EX") else {
        return;
    };
    if let Some(cep) = e.texto(campo!(Endereco."cep"))
        && let Ok(cep) = Cep::parse(cep, Modo::Leniente)
        && cep.uf().as_str() != uf
    {
        ctx.warn_at("cep", mismatch("uf", cep.uf().as_str()));
    }
    if let Some(codigo) = e.texto(campo!(Endereco."codigoIbge"))
        && let Ok(municipio) = Municipio::parse(codigo, Modo::Leniente)
        && municipio.uf().as_str() != uf
    {
        ctx.error_at("codigoIbge", Problem::Mismatch { other: "uf", expected: None });
    }
}

/// The state registration against the address's state, and against the indicator (domain.md 2.1 and 3.6).
fn state_registration(c: Canonico<'_, '_>, ctx: &mut Context) {
    let ie = c.texto(campo!(Cliente."inscricaoEstadual"));
    let indicador = c.texto(campo!(Cliente."indicadorIe"));
    let uf = c.objeto(campo!(Cliente."endereco")).and_then(|e| e.texto(campo!(Endereco."uf")));
    let len = ctx.enter("inscricaoEstadual");
    if let Some(ie) = ie
        && let Some(motivo) = Tipo::Ie.motivo(ie, ctx.options.modo, uf)
    {
        ctx.error(Problem::Document { tipo: Tipo::Ie, motivo });
    }
    let exempt = ie.map(|ie| sem_caixa(ie, "ISENTO"));
    if indicador == Some(const { IndicadorIe::Contribuinte.as_str() }) {
        match exempt {
            None => ctx.error(Problem::Required),
            Some(true) => ctx.error(Problem::Mismatch { other: "indicadorIe", expected: None }),
            Some(false) => {}
        }
    } else if indicador == Some(const { IndicadorIe::Isento.as_str() }) {
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

pub(crate) fn servico(s: Canonico<'_, '_>, ctx: &mut Context) {
    let faixas = s.lista(campo!(Servico."faixas"));
    let mut previous = Some(Decimal::ZERO);
    let mut sound = true;
    for faixa in faixas.iter().filter_map(Canonico::de) {
        let (de, ate) = (faixa.decimal(campo!(Faixa."de")), faixa.decimal(campo!(Faixa."ate")));
        sound &= de.zip(previous).is_some_and(|(de, previous)| comparar(de, previous) == Equal);
        sound &= ate.is_none_or(|ate| de.is_none_or(|de| comparar(ate, de) == Greater));
        previous = ate;
    }
    if !sound {
        ctx.error_at("faixas", Problem::Tiers);
    }
    let tipo = s.texto(campo!(Servico."tipoCobranca"));
    let por_consumo =
        tipo != Some(const { TipoCobranca::Fixo.as_str() }) && tipo != Some(const { TipoCobranca::Unico.as_str() });
    if !faixas.is_empty() && !por_consumo {
        ctx.error_at("faixas", Problem::NotApplicable { other: "tipoCobranca" });
    }
    // Lei Complementar 116, art. 8 and 8-A: ISS between 2 % and 5 %.
    if s.decimal(campo!(Servico."aliquotaIss")).is_some_and(|a| maior(a, 5)) {
        ctx.warn_at("aliquotaIss", Problem::AboveLegal { max: "5%" });
    }
}

pub(crate) fn contrato(c: Canonico<'_, '_>, ctx: &mut Context) {
    let given = [c.tem(campo!(Contrato."clienteId")), c.tem(campo!(Contrato."clienteCodigoExterno"))];
    reference(given, ["clienteId", "clienteCodigoExterno"], ctx);
    let itens = ctx.enter("itens");
    for (i, item) in c.lista(campo!(Contrato."itens")).iter().enumerate() {
        let Some(item) = Canonico::de(item) else { continue };
        let len = ctx.enter_index(i);
        contract_item(item, ctx);
        ctx.leave(len);
    }
    ctx.leave(itens);
    if let (Some(inicio), Some(fim)) = (c.data(campo!(Contrato."dataInicio")), c.data(campo!(Contrato."dataFim")))
        && fim < inicio
    {
        ctx.error_at("dataFim", Problem::Before { other: "dataInicio" });
    }
    // Código de Defesa do Consumidor, art. 52 § 1: a fine of at most 2 %.
    if c.decimal(campo!(Contrato."multaPercentual")).is_some_and(|m| maior(m, 2)) {
        ctx.warn_at("multaPercentual", Problem::AboveLegal { max: "2%" });
    }
    if c.decimal(campo!(Contrato."jurosMesPercentual")).is_some_and(|j| maior(j, 1)) {
        ctx.warn_at("jurosMesPercentual", Problem::AboveLegal { max: "1%" });
    }
}

fn contract_item(item: Canonico<'_, '_>, ctx: &mut Context) {
    let given = [item.tem(campo!(ItemContrato."servicoId")), item.tem(campo!(ItemContrato."servicoCodigo"))];
    one_of(given, ["servicoId", "servicoCodigo"], ctx);
    let Some(desconto) = item.objeto(campo!(ItemContrato."desconto")) else {
        return;
    };
    let Some(valor) = desconto.decimal(campo!(Desconto."valor")) else {
        return;
    };
    let tipo = desconto.texto(campo!(Desconto."tipo"));
    let problem = if tipo == Some(const { TipoDesconto::Percentual.as_str() }) {
        maior(valor, 100).then_some(Problem::TooLarge { max: 100 })
    } else if tipo != Some(const { TipoDesconto::Valor.as_str() }) {
        None
    } else if decimal::casas(valor) > 2 {
        Some(Problem::TooManyPlaces { max: 2 })
    } else {
        let factors =
            (item.decimal(campo!(ItemContrato."valorUnitario")), item.decimal(campo!(ItemContrato."quantidade")));
        let gross = factors.0.zip(factors.1).and_then(|(v, q)| produto_em_centavos(v, q));
        let above = gross.is_some_and(|gross| comparar(valor, gross) == Greater);
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
        Intent::Resposta => {}
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

pub(crate) fn consumo(c: Canonico<'_, '_>, ctx: &mut Context) {
    let contrato = [c.tem(campo!(Consumo."contratoId")), c.tem(campo!(Consumo."contratoCodigoExterno"))];
    reference(contrato, ["contratoId", "contratoCodigoExterno"], ctx);
    let servico = [c.tem(campo!(Consumo."servicoId")), c.tem(campo!(Consumo."servicoCodigo"))];
    reference(servico, ["servicoId", "servicoCodigo"], ctx);
    let competencia = match c.valor(campo!(Consumo."competencia")) {
        Valor::Competencia(competencia) => Some(*competencia),
        _ => None,
    };
    let dia = c.data(campo!(Consumo."dataConsumo"));
    if ctx.options.intent == Intent::Incluir
        && competencia.is_none()
        && dia.is_none()
        && !ctx.was_said(campo!(Consumo."competencia"))
        && !ctx.was_said(campo!(Consumo."dataConsumo"))
    {
        ctx.error_at("competencia", Problem::OneOf { fields: ["competencia", "dataConsumo"] });
    }
    let quantidade = c.decimal(campo!(Consumo."quantidade"));
    let refund = matches!(c.valor(campo!(Consumo."estorno")), Valor::Booleano(true));
    if quantidade.is_some_and(|q| !maior(q, 0)) && !refund {
        ctx.error_at("quantidade", Problem::NotPositive);
    }
    let valor = c.decimal(campo!(Consumo."valor"));
    if let (Some(quantidade), Some(unitario), Some(valor)) =
        (quantidade, c.decimal(campo!(Consumo."valorUnitario")), valor)
    {
        let expected = produto_em_centavos(quantidade, unitario);
        if expected.is_none_or(|expected| comparar(expected, valor) != Equal) {
            let expected = expected.map(|e| decimal::texto(e, Some(2)));
            ctx.error_at("valor", Problem::Mismatch { other: "valorUnitario", expected });
        }
    }
    let Some(dia) = dia else { return };
    if ctx.options.hoje.is_some_and(|hoje| dia > hoje) {
        ctx.warn_at("dataConsumo", Problem::InFuture);
    }
    let mes = crate::Competencia::of(dia);
    if competencia.is_some_and(|competencia| competencia != mes) {
        ctx.warn_at("competencia", mismatch("dataConsumo", &mes.texto()));
    }
}

/// A charge checks its own typeable line against its amount and due date (warnings: the bank decides).
#[cfg(feature = "pagamentos")]
pub(crate) fn cobranca(c: Canonico<'_, '_>, ctx: &mut Context) {
    let Some(boleto) = c.objeto(campo!(Cobranca."boleto")) else {
        return;
    };
    let Some(linha) = boleto.texto(campo!(Boleto."linhaDigitavel")) else {
        return;
    };
    let Ok(lido) = crate::document::Boleto::parse(linha, Modo::Leniente) else {
        return;
    };
    let len = ctx.enter("boleto");
    let amount = boleto
        .decimal(campo!(Boleto."valor"))
        .or_else(|| c.decimal(campo!(Cobranca."saldo")))
        .or_else(|| c.decimal(campo!(Cobranca."valorLiquido")));
    if let (Some(written), Some(amount)) = (lido.valor(), amount)
        && comparar(written, amount) != Equal
    {
        ctx.warn_at("linhaDigitavel", mismatch("valor", &decimal::texto(amount, Some(2))));
    }
    let due = boleto.data(campo!(Boleto."vencimento")).or_else(|| c.data(campo!(Cobranca."dataVencimento")));
    if let Some(due) = due
        && let Some(written) = lido.vencimento(due)
        && written != due
    {
        ctx.warn_at("linhaDigitavel", mismatch("vencimento", &crate::tempo::date_text(due)));
    }
    ctx.leave(len);
}

/// Who does not check a boleto has nothing to compare.
#[cfg(not(feature = "pagamentos"))]
pub(crate) fn cobranca(_: Canonico<'_, '_>, _: &mut Context) {}
