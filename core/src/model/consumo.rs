use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::Competencia;
use crate::model::Minimum::{Any, Zero};
use crate::model::{Id, Rule as R};

open_enum! {
    /// Whether usage was billed.
    SituacaoConsumo {
        /// Not billed yet; it can be changed.
        Pendente = "PENDENTE",
        /// Billed; it can no longer be changed.
        Faturado = "FATURADO",
        /// Removed.
        Removido = "REMOVIDO",
    }
}

model! {
    /// Metered usage of one service of one contract.
    Consumo {
        /// Identifier given by the platform.
        id "id": Option<Id> => R::id().response();
        /// The record's identifier in the company's own system; unique, and what makes sending it twice harmless.
        id_externo "idExterno": Option<String> => R::text(1, 100);
        /// The contract, by the platform's identifier.
        contrato_id "contratoId": Option<Id> => R::id();
        /// The contract, by the company's own code.
        contrato_codigo_externo "contratoCodigoExterno": Option<String> => R::text(1, 60);
        /// The service, by the platform's identifier.
        servico_id "servicoId": Option<Id> => R::id();
        /// The service, by its code.
        servico_codigo "servicoCodigo": Option<String> => R::text(1, 60);
        /// The month it belongs to; taken from `dataConsumo` where it is left out.
        competencia "competencia": Option<Competencia> => R::competencia();
        /// The day it happened.
        data_consumo "dataConsumo": Option<Date> => R::date();
        /// How much, with up to 6 decimal places; zero or less only when `estorno` is true.
        quantidade "quantidade": Option<Decimal> => R::decimal(6, Any).required();
        /// Whether this takes back earlier usage.
        estorno "estorno": Option<bool> => R::boolean();
        /// Price of a unit in reais; the contract's own where it is left out.
        valor_unitario "valorUnitario": Option<Decimal> => R::decimal(10, Zero);
        /// Total in reais; must be quantity × price where both are given.
        valor "valor": Option<Decimal> => R::decimal(2, Any);
        /// Description.
        descricao "descricao": Option<String> => R::text(1, 255);
        /// Complement of the description.
        complemento "complemento": Option<String> => R::text(1, 255);
        /// Group, for the aggregation by distinct groups.
        grupo "grupo": Option<String> => R::text(1, 60);
        /// Free properties.
        propriedades "propriedades": BTreeMap<String, String> => R::columns();
        /// Whether it was billed.
        faturado "faturado": Option<bool> => R::boolean().response();
        /// The charge that billed it.
        cobranca_id "cobrancaId": Option<Id> => R::id().response();
        /// Pending, billed or removed.
        situacao "situacao": Option<SituacaoConsumo> => R::option(SituacaoConsumo::NAMES).response();
        /// When it was created.
        criado_em "criadoEm": Option<Timestamp> => R::datetime().response();
        /// When it was last changed.
        alterado_em "alteradoEm": Option<Timestamp> => R::datetime().response();
    }
    rules = crate::validate::rules::consumo
}
