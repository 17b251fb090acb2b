use std::cmp::Ordering::{Equal, Greater};

use rust_decimal::Decimal;
use smartbill_documents::decimal::{compare, greater};

use crate::Minimum::Zero;
use crate::record::field;
use crate::validate::{Context, Problem};
use crate::value::Row;
use crate::{Id, Rule as R, Value};

open_enum! {
    /// How a service is charged.
    TipoCobranca {
        /// A fixed price every period.
        Fixo = "FIXO",
        /// By metered usage.
        Consumo = "CONSUMO",
        /// Once.
        Unico = "UNICO",
    }
}

open_enum! {
    /// How the usage of a month becomes one quantity.
    Agregacao {
        /// Sum of the quantities.
        Soma = "SOMA",
        /// How many records.
        Contagem = "CONTAGEM",
        /// The largest quantity.
        Maximo = "MAXIMO",
        /// How many distinct groups.
        Unico = "UNICO",
        /// The last quantity of the month.
        Ultimo = "ULTIMO",
    }
}

open_enum! {
    /// Whether a service is in use.
    SituacaoServico {
        /// In use.
        Ativo = "ATIVO",
        /// No longer sold.
        Inativo = "INATIVO",
    }
}

model! {
    /// One tier of a price list; tiers are contiguous, and only the last is open.
    Faixa {
        /// Lower bound: the tier holds what is above it.
        de "de": Option<Decimal> => R::decimal(6, Zero).required();
        /// Upper bound, included; absent in the last tier.
        ate "ate": Option<Decimal> => R::decimal(6, Zero);
        /// Price of a unit inside this tier.
        valor_unitario "valorUnitario": Option<Decimal> => R::decimal(10, Zero);
        /// Fixed amount added once when this tier is reached.
        valor_fixo "valorFixo": Option<Decimal> => R::decimal(2, Zero);
    }
}

model! {
    /// Taxes withheld, each in percent.
    Retencoes {
        /// Imposto de Renda.
        ir "ir": Option<Decimal> => R::percent();
        /// PIS.
        pis "pis": Option<Decimal> => R::percent();
        /// COFINS.
        cofins "cofins": Option<Decimal> => R::percent();
        /// CSLL.
        csll "csll": Option<Decimal> => R::percent();
        /// INSS.
        inss "inss": Option<Decimal> => R::percent();
        /// ISS.
        iss "iss": Option<Decimal> => R::percent();
    }
}

model! {
    /// A service that contracts sell. Read-only: services are kept in the platform's own screens.
    Servico {
        /// Identifier given by the platform.
        id "id": Option<Id> => R::id().response();
        /// The service's code.
        codigo "codigo": Option<String> => R::text(1, 60);
        /// The service's code in the company's own system.
        codigo_externo "codigoExterno": Option<String> => R::text(1, 60);
        /// Name.
        nome "nome": Option<String> => R::text(1, 255).required();
        /// Description.
        descricao "descricao": Option<String> => R::text(1, 500);
        /// Fixed, by usage, or once.
        tipo_cobranca "tipoCobranca": Option<crate::TipoCobranca> => R::option(TipoCobranca::NAMES).required();
        /// Unit, such as `UN`, `GB` or `H`.
        unidade "unidade": Option<String> => R::text(1, 6);
        /// Price of a unit, in reais.
        valor_unitario "valorUnitario": Option<Decimal> => R::decimal(10, Zero);
        /// Quantity included in the price (franquia).
        quantidade_incluida "quantidadeIncluida": Option<Decimal> => R::decimal(6, Zero);
        /// The least that a period is charged, in reais.
        valor_minimo "valorMinimo": Option<Decimal> => R::decimal(2, Zero);
        /// How usage becomes one quantity.
        agregacao "agregacao": Option<crate::Agregacao> => R::option(Agregacao::NAMES);
        /// Price by quantity.
        faixas "faixas": Vec<Faixa> => R::list(&R::object(Faixa::SCHEMA));
        /// Service code of Lei Complementar 116, `dd.dd`.
        codigo_lc116 "codigoLC116": Option<String> => R::text(4, 5);
        /// Service code of the municipality.
        codigo_servico_municipio "codigoServicoMunicipio": Option<String> => R::text(1, 20);
        /// CNAE, 7 digits.
        cnae "cnae": Option<String> => R::text(7, 7);
        /// NBS code, 9 digits.
        codigo_nbs "codigoNBS": Option<String> => R::text(9, 9);
        /// ISS rate, in percent.
        aliquota_iss "aliquotaIss": Option<Decimal> => R::percent();
        /// Taxes withheld.
        retencoes "retencoes": Option<Retencoes> => R::object(Retencoes::SCHEMA);
        /// Whether it is in use.
        situacao "situacao": Option<crate::SituacaoServico> => R::option(SituacaoServico::NAMES).response();
    }
    rules = rules
}

fn rules(s: &Row<'_>, ctx: &mut Context) {
    let faixas = s.list(field!(Servico."faixas"));
    let mut previous = Some(Decimal::ZERO);
    let mut sound = true;
    for faixa in faixas.iter().filter_map(Value::row) {
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
