//! The sample services.

use rust_decimal::Decimal;
use smartbill_core::model::{Agregacao, Faixa, Servico, SituacaoServico, TipoCobranca};

use crate::platform::Platform;

/// Adds the sample services that are not there yet.
pub(crate) fn seed(platform: &mut Platform) {
    for servico in servicos() {
        let exists = servico.codigo.as_deref().is_some_and(|c| platform.store.servicos.by_external(c).is_some());
        if !exists {
            platform.servico(servico);
        }
    }
}

fn servicos() -> [Servico; 6] {
    let reais = |cents: i64| Some(Decimal::new(cents, 2));
    let servico = |code: &str, name: &str, kind: TipoCobranca, unidade: &str| Servico {
        codigo: Some(code.to_owned()),
        nome: Some(name.to_owned()),
        tipo_cobranca: Some(kind),
        unidade: Some(unidade.to_owned()),
        situacao: Some(SituacaoServico::Ativo),
        ..Servico::default()
    };
    let faixa = |from: i64, until: Option<i64>, tenths_of_cent: i64| Faixa {
        de: Some(Decimal::from(from)),
        ate: until.map(Decimal::from),
        valor_unitario: Some(Decimal::new(tenths_of_cent, 3)),
        ..Faixa::default()
    };
    [
        Servico {
            valor_unitario: reais(9990),
            codigo_lc116: Some("1.05".to_owned()),
            ..servico("INTERNET-100", "Internet 100 Mbps", TipoCobranca::Fixo, "UN")
        },
        Servico {
            valor_unitario: reais(15_000),
            codigo_lc116: Some("1.07".to_owned()),
            ..servico("SUPORTE", "Suporte técnico", TipoCobranca::Fixo, "UN")
        },
        Servico { valor_unitario: reais(25_000), ..servico("INSTALACAO", "Instalação", TipoCobranca::Unico, "UN") },
        Servico {
            agregacao: Some(Agregacao::Soma),
            quantidade_incluida: Some(Decimal::from(1000)),
            faixas: vec![faixa(0, Some(10_000), 50), faixa(10_000, Some(100_000), 30), faixa(100_000, None, 10)],
            ..servico("API-CHAMADAS", "Chamadas de API", TipoCobranca::Consumo, "UN")
        },
        Servico {
            valor_unitario: reais(49),
            agregacao: Some(Agregacao::Maximo),
            ..servico("ARMAZENAMENTO", "Armazenamento", TipoCobranca::Consumo, "GB")
        },
        Servico {
            valor_unitario: reais(12),
            valor_minimo: reais(1500),
            agregacao: Some(Agregacao::Soma),
            ..servico("SMS", "Mensagens SMS", TipoCobranca::Consumo, "UN")
        },
    ]
}
