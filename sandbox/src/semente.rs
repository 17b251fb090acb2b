//! The sample services.

use rust_decimal::Decimal;
use smartbill_core::model::{Agregacao, Faixa, Servico, SituacaoServico, TipoCobranca};

use crate::plataforma::Plataforma;

/// Adds the sample services that are not there yet.
pub(crate) fn semear(plataforma: &mut Plataforma) {
    for servico in servicos() {
        let existe = servico.codigo.as_deref().is_some_and(|c| plataforma.store.servicos.por_externo(c).is_some());
        if !existe {
            plataforma.servico(servico);
        }
    }
}

fn servicos() -> [Servico; 6] {
    let reais = |centavos: i64| Some(Decimal::new(centavos, 2));
    let servico = |codigo: &str, nome: &str, tipo: TipoCobranca, unidade: &str| Servico {
        codigo: Some(codigo.to_owned()),
        nome: Some(nome.to_owned()),
        tipo_cobranca: Some(tipo),
        unidade: Some(unidade.to_owned()),
        situacao: Some(SituacaoServico::Ativo),
        ..Servico::default()
    };
    let faixa = |de: i64, ate: Option<i64>, decimos_de_centavo: i64| Faixa {
        de: Some(Decimal::from(de)),
        ate: ate.map(Decimal::from),
        valor_unitario: Some(Decimal::new(decimos_de_centavo, 3)),
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
