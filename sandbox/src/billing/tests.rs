//! All amounts were computed by hand. The arithmetic is beside each.

use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use smartbill_core::api::Action;
use smartbill_core::model::{
    Agregacao, Cliente, Cobranca, Consumo, Contrato, ContratoAction, Desconto, Faixa, Id, ItemContrato, MesVencimento,
    MomentoCobranca, Periodicidade, Servico, SituacaoConsumo, SituacaoServico, TipoCobranca, TipoDesconto,
};
use smartbill_core::{Competencia, Value};

use crate::platform::{Platform, start_of_day};

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn month(text: &str) -> Competencia {
    text.parse().unwrap()
}

fn servico(code: &str, kind: TipoCobranca, value: &str) -> Servico {
    Servico {
        codigo: Some(code.into()),
        nome: Some(code.into()),
        tipo_cobranca: Some(kind),
        valor_unitario: Some(d(value)),
        situacao: Some(SituacaoServico::Ativo),
        ..Servico::default()
    }
}

fn item(code: &str, quantidade: &str) -> ItemContrato {
    ItemContrato { servico_codigo: Some(code.into()), quantidade: Some(d(quantidade)), ..ItemContrato::default() }
}

fn desconto(kind: TipoDesconto, value: &str, until: Option<Date>) -> Desconto {
    Desconto { tipo: Some(kind), valor: Some(d(value)), ate: until, ..Desconto::default() }
}

/// A platform on 2026-01-05 with one customer.
struct Scenario(Platform);

impl Scenario {
    fn new(servicos: Vec<Servico>) -> Self {
        let mut p = Platform::new(start_of_day(date(2026, 1, 5)).unwrap());
        for s in servicos {
            p.servico(s);
        }
        p.cliente_incluir(Cliente { nome: Some("Ana".into()), ..Cliente::default() }).unwrap();
        Self(p)
    }

    /// Includes and activates a monthly contract that begins on 2026-01-01, with changes by `adjustment`. Returns its
    /// id.
    fn contrato(&mut self, items: Vec<ItemContrato>, adjustment: impl FnOnce(&mut Contrato)) -> String {
        let mut c = Contrato {
            cliente_id: Some(Id("1".into())),
            itens: items,
            data_inicio: Some(date(2026, 1, 1)),
            periodicidade: Some(Periodicidade::Mensal),
            dia_vencimento: Some(10),
            ..Contrato::default()
        };
        adjustment(&mut c);
        let (c, _) = self.0.contrato_incluir(c).unwrap();
        let id = c.id.unwrap().0;
        self.act(&id, Action::Ativar, None);
        id
    }

    fn act(&mut self, id: &str, action: Action, date: Option<Date>) {
        let request = ContratoAction { motivo: Some("m".into()), data: date, ..ContratoAction::default() };
        self.0.contrato_act(id, action, &request).unwrap();
    }

    fn usage(&mut self, contrato: &str, servico: &str, competencia: &str, quantidade: &str) -> Consumo {
        self.usage_with(contrato, servico, competencia, quantidade, |_| {})
    }

    fn usage_with(
        &mut self,
        contrato: &str,
        servico: &str,
        competencia: &str,
        quantidade: &str,
        adjustment: impl FnOnce(&mut Consumo),
    ) -> Consumo {
        let mut c = Consumo {
            contrato_id: Some(Id(contrato.into())),
            servico_codigo: Some(servico.into()),
            competencia: Some(month(competencia)),
            quantidade: Some(d(quantidade)),
            ..Consumo::default()
        };
        adjustment(&mut c);
        self.0.consumo_incluir(&c).unwrap().0
    }

    /// Bills `competencia`, and returns the charges.
    fn faturar(&mut self, competencia: &str) -> Vec<Cobranca> {
        let before = self.0.store.cobrancas.next();
        self.0.faturar(month(competencia));
        (before..self.0.store.cobrancas.next()).filter_map(|i| self.0.cobranca_at(i)).collect()
    }

    /// Bills `competencia`, and returns the amount of the one charge, or `None` if there is no charge.
    fn total(&mut self, competencia: &str) -> Option<String> {
        let cobrancas = self.faturar(competencia);
        assert!(cobrancas.len() <= 1);
        cobrancas.first().map(|c| c.valor_liquido.unwrap().to_string())
    }

    fn advance_to(&mut self, until: Date) {
        self.0.advance(start_of_day(until).unwrap());
    }
}

#[test]
fn fixed_items_are_quantity_times_price_rounded_half_up() {
    let mut scenario =
        Scenario::new(vec![servico("A", TipoCobranca::Fixo, "10.005"), servico("B", TipoCobranca::Fixo, "0.333")]);
    let mut b = item("B", "1.5");
    b.valor_unitario = Some(d("0.35"));
    scenario.contrato(vec![item("A", "3"), b], |_| {});
    let c = scenario.faturar("2026-01").remove(0);
    // A: 3 × 10.005 = 30.015 → 30.02 (half up). B: 1.5 × 0.35 (the contract's price) = 0.525 → 0.53. Sum 30.55.
    let values: Vec<_> = c.itens.iter().map(|i| i.valor.unwrap().to_string()).collect();
    assert_eq!(values, ["30.02", "0.53"]);
    assert_eq!(c.valor_liquido, Some(d("30.55")));
    assert_eq!(c.saldo, Some(d("30.55")));
    // Due on the 10th of the month after: 2026-02-10 is a Tuesday.
    assert_eq!(c.data_vencimento, Some(date(2026, 2, 10)));
}

#[test]
fn the_same_month_is_never_billed_twice() {
    let mut scenario = Scenario::new(vec![servico("A", TipoCobranca::Fixo, "100")]);
    scenario.contrato(vec![item("A", "1")], |_| {});
    assert_eq!(scenario.total("2026-01").as_deref(), Some("100.00"));
    assert_eq!(scenario.total("2026-01"), None);
    // The clock passes the first of February: January is billed already.
    scenario.advance_to(date(2026, 2, 2));
    assert_eq!(scenario.0.store.cobrancas.next(), 1);
    // And the first of March: February is not.
    scenario.advance_to(date(2026, 3, 1));
    assert_eq!(scenario.0.store.cobrancas.next(), 2);
    assert_eq!(scenario.total("2026-02"), None);
}

#[test]
fn a_month_begun_or_ended_inside_is_billed_by_days() {
    let mut scenario = Scenario::new(vec![servico("A", TipoCobranca::Fixo, "100")]);
    // Begins on the 17th of January: 17 to 31 are 15 of 31 days. 100 × 15 / 31 = 48.387… → 48.39.
    scenario.contrato(vec![item("A", "1")], |c| c.data_inicio = Some(date(2026, 1, 17)));
    assert_eq!(scenario.total("2026-01").as_deref(), Some("48.39"));
    // Ends on the 10th of February, that day included: 10 of 28 days. 100 × 10 / 28 = 35.714… → 35.71.
    let mut scenario = Scenario::new(vec![servico("A", TipoCobranca::Fixo, "100")]);
    scenario.contrato(vec![item("A", "1")], |c| c.data_fim = Some(date(2026, 2, 10)));
    assert_eq!(scenario.total("2026-02").as_deref(), Some("35.71"));
    assert_eq!(scenario.total("2026-03"), None);
}

#[test]
fn a_suspension_takes_its_days_off() {
    let mut scenario = Scenario::new(vec![servico("A", TipoCobranca::Fixo, "90")]);
    let id = scenario.contrato(vec![item("A", "1")], |_| {});
    scenario.advance_to(date(2026, 4, 25));
    // Suspended on April the 11th, active again on the 21st: 1 to 10 and 21 to 30 are 20 of 30 days. 90 × 20/30 = 60.
    scenario.act(&id, Action::Suspender, Some(date(2026, 4, 11)));
    scenario.act(&id, Action::Ativar, Some(date(2026, 4, 21)));
    assert_eq!(scenario.total("2026-04").as_deref(), Some("60.00"));
    // Cancelled on May the 16th: 15 of 31 days. 90 × 15 / 31 = 43.548… → 43.55.
    scenario.advance_to(date(2026, 5, 16));
    scenario.act(&id, Action::Cancelar, None);
    assert_eq!(scenario.total("2026-05").as_deref(), Some("43.55"));
    assert_eq!(scenario.total("2026-06"), None);
}

#[test]
fn the_part_used_is_left_out_where_the_change_asks_for_it() {
    let mut scenario = Scenario::new(vec![servico("A", TipoCobranca::Fixo, "90")]);
    let id = scenario.contrato(vec![item("A", "1")], |_| {});
    let request =
        ContratoAction { motivo: Some("m".into()), cobrar_proporcional: Some(false), ..ContratoAction::default() };
    scenario.0.contrato_act(&id, Action::Cancelar, &request).unwrap();
    assert_eq!(scenario.total("2026-01"), None);
}

#[test]
fn usage_is_summed_less_franchise_over_tiers() {
    let faixas =
        [("0", Some("100"), "0.50", None), ("100", Some("500"), "0.30", Some("5")), ("500", None, "0.10", None)].map(
            |(from, until, unit_price, fixed)| Faixa {
                de: Some(d(from)),
                ate: until.map(d),
                valor_unitario: Some(d(unit_price)),
                valor_fixo: fixed.map(d),
                ..Faixa::default()
            },
        );
    let metered = Servico {
        quantidade_incluida: Some(d("50")),
        faixas: faixas.to_vec(),
        ..servico("API", TipoCobranca::Consumo, "0")
    };
    let mut scenario = Scenario::new(vec![metered]);
    let id = scenario.contrato(vec![item("API", "1")], |_| {});
    scenario.usage(&id, "API", "2026-01", "400.5");
    let last = scenario.usage(&id, "API", "2026-01", "249.5");
    // 650 − 50 = 600. 100 × 0.50 = 50; 400 × 0.30 + 5 = 125; 100 × 0.10 = 10. Sum 185.
    assert_eq!(scenario.total("2026-01").as_deref(), Some("185.00"));
    let last_id = last.id.unwrap().0;
    let faturado = scenario.0.consumo(&last_id).unwrap();
    assert_eq!(faturado.situacao, Some(SituacaoConsumo::Faturado));
    assert_eq!(faturado.cobranca_id, Some(Id("1".into())));
    // Usage that was billed cannot be changed.
    let change = Value::Object(vec![("quantidade".into(), Value::Integer(1))]);
    assert_eq!(scenario.0.consumo_alterar(&last_id, &change).unwrap_err().status, 409);
    assert_eq!(scenario.0.consumo_remover(&last_id).unwrap_err().status, 409);
}

#[test]
fn usage_that_comes_late_is_billed_next_at_what_it_adds() {
    let metered = Servico {
        quantidade_incluida: Some(d("100")),
        valor_minimo: Some(d("20")),
        ..servico("SMS", TipoCobranca::Consumo, "0.10")
    };
    let mut scenario = Scenario::new(vec![metered]);
    let id = scenario.contrato(vec![item("SMS", "1")], |_| {});
    scenario.usage(&id, "SMS", "2026-01", "250");
    // 250 − 100 = 150 × 0.10 = 15, below the minimum of 20.
    assert_eq!(scenario.total("2026-01").as_deref(), Some("20.00"));
    scenario.usage(&id, "SMS", "2026-01", "30");
    assert_eq!(scenario.total("2026-01"), None);
    // January is 280 now: 180 × 0.10 = 18, still the minimum: nothing more. February has no usage: its minimum, 20.
    let c = scenario.faturar("2026-02").remove(0);
    assert_eq!(c.valor_liquido, Some(d("20.00")));
    assert_eq!(c.itens.len(), 2);
    scenario.usage(&id, "SMS", "2026-01", "120");
    // January is 400: 300 × 0.10 = 30, less the 20 charged: 10 more. March: 20. Sum 30.
    assert_eq!(scenario.total("2026-03").as_deref(), Some("30.00"));
}

#[test]
fn usage_taken_back_late_is_a_credit_that_outlives_a_charge() {
    let mut scenario =
        Scenario::new(vec![servico("GB", TipoCobranca::Consumo, "1"), servico("A", TipoCobranca::Fixo, "30")]);
    let id = scenario.contrato(vec![item("GB", "1"), item("A", "1")], |_| {});
    scenario.usage(&id, "GB", "2026-01", "100");
    assert_eq!(scenario.total("2026-01").as_deref(), Some("130.00"));
    scenario.usage_with(&id, "GB", "2026-01", "-80", |c| c.estorno = Some(true));
    // January is 20 now, 80 less than charged. February: 30 − 80 = −50: a charge of nothing and a credit of 50.
    assert_eq!(scenario.total("2026-02").as_deref(), Some("0.00"));
    // March: 30 − 30 of the credit. April: 30 − the 20 left.
    assert_eq!(scenario.total("2026-03").as_deref(), Some("0.00"));
    let c = scenario.faturar("2026-04").remove(0);
    assert_eq!(c.valor_liquido, Some(d("10.00")));
    assert_eq!(c.valor_abatimento, Some(d("20.00")));
    assert_eq!(c.valor_original, Some(d("30.00")));
}

#[test]
fn each_aggregation_makes_one_quantity_of_a_month() {
    let metered =
        |code: &str, agregacao| Servico { agregacao: Some(agregacao), ..servico(code, TipoCobranca::Consumo, "1") };
    // Records of 5 (group a, day 3), 9 (group b, day 20), 4 (group a, day 10).
    for (agregacao, expected) in [
        (Agregacao::Soma, "18.00"),
        (Agregacao::Contagem, "3.00"),
        (Agregacao::Maximo, "9.00"),
        (Agregacao::Unico, "2.00"),
        // The record of the latest day counts, whatever the order of the records.
        (Agregacao::Ultimo, "9.00"),
    ] {
        let mut scenario = Scenario::new(vec![metered("M", agregacao.clone())]);
        let id = scenario.contrato(vec![item("M", "1")], |_| {});
        for (quantidade, group, day) in [("5", "a", 3), ("9", "b", 20), ("4", "a", 10)] {
            scenario.usage_with(&id, "M", "2026-01", quantidade, |c| {
                c.grupo = Some(group.into());
                c.data_consumo = Some(date(2026, 1, day));
            });
        }
        assert_eq!(scenario.total("2026-01").as_deref(), Some(expected), "{agregacao}");
    }
}

#[test]
fn a_record_that_names_its_price_is_billed_at_it() {
    let mut scenario = Scenario::new(vec![servico("GB", TipoCobranca::Consumo, "1")]);
    let id = scenario.contrato(vec![item("GB", "1")], |_| {});
    scenario.usage(&id, "GB", "2026-01", "10");
    scenario.usage_with(&id, "GB", "2026-01", "3", |c| c.valor_unitario = Some(d("2.335")));
    scenario.usage_with(&id, "GB", "2026-01", "7", |c| c.valor = Some(d("5.55")));
    // 10 × 1 + (3 × 2.335 = 7.005 → 7.01) + 5.55 = 22.56.
    assert_eq!(scenario.total("2026-01").as_deref(), Some("22.56"));
}

#[test]
fn discounts_are_taken_off_until_their_day() {
    let mut scenario =
        Scenario::new(vec![servico("A", TipoCobranca::Fixo, "33.35"), servico("B", TipoCobranca::Fixo, "50")]);
    let mut a = item("A", "1");
    a.desconto = Some(desconto(TipoDesconto::Percentual, "10", Some(date(2026, 2, 15))));
    let mut b = item("B", "2");
    b.desconto = Some(desconto(TipoDesconto::Valor, "12.50", None));
    scenario.contrato(vec![a, b], |_| {});
    let c = scenario.faturar("2026-02").remove(0);
    // A: 10 % of 33.35 = 3.335 → 3.34; 30.01. B: 100 − 12.50 = 87.50. Sum 133.35 − 15.84 = 117.51.
    assert_eq!(c.valor_original, Some(d("133.35")));
    assert_eq!(c.valor_desconto, Some(d("15.84")));
    assert_eq!(c.valor_liquido, Some(d("117.51")));
    // March begins after A's last day: 33.35 + 87.50.
    assert_eq!(scenario.total("2026-03").as_deref(), Some("120.85"));
}

#[test]
fn what_is_charged_once_is_charged_once() {
    let mut scenario =
        Scenario::new(vec![servico("I", TipoCobranca::Unico, "250"), servico("A", TipoCobranca::Fixo, "10")]);
    // In full, also in a month begun on its last day: 250 + 10 × 1/31 = 0.322… → 0.32.
    scenario.contrato(vec![item("I", "1"), item("A", "1")], |c| c.data_inicio = Some(date(2026, 1, 31)));
    assert_eq!(scenario.total("2026-01").as_deref(), Some("250.32"));
    assert_eq!(scenario.total("2026-02").as_deref(), Some("10.00"));
}

#[test]
fn longer_periods_are_billed_in_their_month_only() {
    let new =
        || Scenario::new(vec![servico("A", TipoCobranca::Fixo, "300"), servico("GB", TipoCobranca::Consumo, "1")]);
    // Afterwards: January to March in March; usage waits for it.
    let mut scenario = new();
    let id =
        scenario.contrato(vec![item("A", "1"), item("GB", "1")], |c| c.periodicidade = Some(Periodicidade::Trimestral));
    scenario.usage(&id, "GB", "2026-01", "7");
    assert_eq!(scenario.total("2026-01"), None);
    assert_eq!(scenario.total("2026-02"), None);
    assert_eq!(scenario.total("2026-03").as_deref(), Some("307.00"));
    assert_eq!(scenario.total("2026-04"), None);
    // Before: January to March in January, begun on the 16th: (16/31 + 1 + 1) / 3 × 300 = 251.612… → 251.61.
    let mut scenario = new();
    scenario.contrato(vec![item("A", "1")], |c| {
        c.periodicidade = Some(Periodicidade::Trimestral);
        c.momento_cobranca = Some(MomentoCobranca::Antecipado);
        c.data_inicio = Some(date(2026, 1, 16));
    });
    assert_eq!(scenario.total("2026-01").as_deref(), Some("251.61"));
    assert_eq!(scenario.total("2026-02"), None);
    assert_eq!(scenario.total("2026-04").as_deref(), Some("300.00"));
    // A year billed afterwards that ends in March is billed in March: (31 + 28 days, then 15 of 31) of 12 months:
    // (1 + 1 + 15/31) / 12 × 300 = 62.096… → 62.10.
    let mut scenario = new();
    scenario.contrato(vec![item("A", "1")], |c| {
        c.periodicidade = Some(Periodicidade::Anual);
        c.data_fim = Some(date(2026, 3, 15));
    });
    assert_eq!(scenario.total("2026-02"), None);
    assert_eq!(scenario.total("2026-03").as_deref(), Some("62.10"));
    assert_eq!(scenario.total("2026-12"), None);
}

#[test]
fn weeks_are_billed_in_the_month_in_which_they_end() {
    let mut scenario = Scenario::new(vec![servico("A", TipoCobranca::Fixo, "70")]);
    // Weeks from Thursday the 1st: 1–7, 8–14, 15–21, 22–28 end in January: 4 × 70.
    scenario.contrato(vec![item("A", "1")], |c| c.periodicidade = Some(Periodicidade::Semanal));
    assert_eq!(scenario.total("2026-01").as_deref(), Some("280.00"));
    // 29 Jan–4 Feb, 5–11, 12–18, 19–25 end in February.
    assert_eq!(scenario.total("2026-02").as_deref(), Some("280.00"));
}

#[test]
fn cycles_end_what_is_fixed() {
    let mut scenario =
        Scenario::new(vec![servico("A", TipoCobranca::Fixo, "10"), servico("GB", TipoCobranca::Consumo, "1")]);
    let id = scenario.contrato(vec![item("A", "1"), item("GB", "1")], |c| c.ciclos = Some(2));
    assert_eq!(scenario.total("2026-01").as_deref(), Some("10.00"));
    assert_eq!(scenario.total("2026-02").as_deref(), Some("10.00"));
    assert_eq!(scenario.total("2026-03"), None);
    scenario.usage(&id, "GB", "2026-03", "4");
    assert_eq!(scenario.total("2026-03").as_deref(), Some("4.00"));
}

#[test]
fn the_clock_bills_what_falls_due() {
    let mut scenario =
        Scenario::new(vec![servico("A", TipoCobranca::Fixo, "10"), servico("GB", TipoCobranca::Consumo, "1")]);
    let after = scenario.contrato(vec![item("A", "1"), item("GB", "1")], |_| {});
    let before = scenario.contrato(vec![item("A", "2"), item("GB", "1")], |c| {
        c.momento_cobranca = Some(MomentoCobranca::Antecipado);
        c.mes_vencimento = Some(MesVencimento::Corrente);
    });
    scenario.usage(&after, "GB", "2026-01", "3");
    scenario.usage(&before, "GB", "2026-01", "3");
    scenario.usage(&before, "GB", "2026-02", "5");
    scenario.advance_to(date(2026, 2, 1));
    let cobrancas: Vec<_> = (0..scenario.0.store.cobrancas.next()).filter_map(|i| scenario.0.cobranca_at(i)).collect();
    let summary: Vec<_> = cobrancas
        .iter()
        .map(|c| {
            let who = c.contrato_id.clone().unwrap().0;
            (who, c.competencia.unwrap().to_string(), c.valor_liquido.unwrap().to_string())
        })
        .collect();
    let row = |who: &str, month: &str, value: &str| (who.to_owned(), month.to_owned(), value.to_owned());
    assert_eq!(
        summary,
        [
            // Afterwards: January's fixed 10 and usage 3.
            row(&after, "2026-01", "13.00"),
            // Before: January, which no run had billed yet, 20; then February's 20 with January's usage 3. The usage
            // of February waits for its month to end.
            row(&before, "2026-01", "20.00"),
            row(&before, "2026-02", "23.00"),
        ]
    );
    // Due on the 10th of February; the day after, what is not paid is overdue.
    assert_eq!(cobrancas[2].situacao.as_ref().unwrap().as_str(), "EM_ABERTO");
    scenario.advance_to(date(2026, 2, 11));
    assert_eq!(scenario.0.cobranca_at(2).unwrap().situacao.unwrap().as_str(), "VENCIDA");
    scenario.0.cobranca_pay("3", Some(d("20")), None).unwrap();
    assert_eq!(scenario.0.cobranca_at(2).unwrap().situacao.unwrap().as_str(), "PAGA_PARCIAL");
    let settled = scenario.0.cobranca_pay("3", None, None).unwrap();
    assert_eq!((settled.situacao.unwrap().as_str(), settled.saldo), ("PAGA", Some(d("0.00"))));
    assert_eq!(scenario.0.cobranca_pay("3", None, None).unwrap_err().status, 409);
}

#[test]
fn a_customer_that_was_removed_is_not_billed() {
    let mut scenario = Scenario::new(vec![servico("A", TipoCobranca::Fixo, "10")]);
    scenario.contrato(vec![item("A", "1")], |_| {});
    scenario.0.cliente_remover("1").unwrap();
    assert_eq!(scenario.total("2026-01"), None);
}

#[test]
fn every_charge_has_payment_strings_that_hold() {
    use smartbill_core::Mode;
    use smartbill_core::document::{Boleto, BrCode};
    let mut scenario = Scenario::new(vec![servico("A", TipoCobranca::Fixo, "1234.5")]);
    scenario.contrato(vec![item("A", "1")], |c| c.dia_vencimento = Some(31));
    let c = scenario.faturar("2026-01").remove(0);
    let (boleto, pix) = (c.boleto.unwrap(), c.pix.unwrap());
    let parsed = Boleto::parse(&boleto.linha_digitavel.unwrap(), Mode::Strict).unwrap();
    assert_eq!(parsed.value(), Some(d("1234.50")));
    // 2026-02-28 is a Saturday: Monday the 2nd of March.
    assert_eq!(parsed.vencimento(date(2026, 3, 1)), Some(date(2026, 3, 2)));
    assert_eq!(parsed.codigo_de_barras(), boleto.codigo_barras.unwrap());
    let parsed = BrCode::parse(&pix.copia_e_cola.unwrap(), Mode::Strict).unwrap();
    assert_eq!((parsed.value(), parsed.txid()), (Some(d("1234.50")), pix.txid.as_deref()));
}

#[test]
fn amounts_beyond_all_reason_do_not_panic() {
    let mut scenario = Scenario::new(vec![servico("GB", TipoCobranca::Consumo, "79228162514264337593543950335")]);
    let id = scenario.contrato(vec![item("GB", "1")], |_| {});
    scenario.usage(&id, "GB", "2026-01", "79228162514264337593543950335");
    scenario.usage(&id, "GB", "2026-01", "79228162514264337593543950335");
    assert!(scenario.total("2026-01").is_some());
}

/// A charge of 100.00 for January, issued on the 1st of February and due on Tuesday the 10th.
fn charge_of_a_hundred(adjustment: impl FnOnce(&mut Contrato)) -> Scenario {
    let mut scenario = Scenario::new(vec![servico("A", TipoCobranca::Fixo, "100")]);
    scenario.contrato(vec![item("A", "1")], adjustment);
    scenario.advance_to(date(2026, 2, 1));
    let cobranca = scenario.0.cobranca_at(0).unwrap();
    assert_eq!((cobranca.data_vencimento, cobranca.saldo), (Some(date(2026, 2, 10)), Some(d("100.00"))));
    scenario
}

/// The fine, the interest and the amount owed.
fn owed(cobranca: &Cobranca) -> [Option<String>; 3] {
    [cobranca.valor_multa, cobranca.valor_juros, cobranca.saldo].map(|v| v.map(|v| v.to_string()))
}

fn texts(values: [&str; 3]) -> [Option<String>; 3] {
    values.map(|v| (!v.is_empty()).then(|| v.to_owned()))
}

#[test]
fn what_is_overdue_owes_a_fine_once_and_interest_by_the_day() {
    let mut scenario = charge_of_a_hundred(|c| {
        c.multa_percentual = Some(d("2"));
        c.juros_mes_percentual = Some(d("1"));
    });
    for (day, expected) in [
        (date(2026, 2, 10), ["", "", "100.00"]),
        // One day: 100 × 1 % / 30 = 0.0333…
        (date(2026, 2, 11), ["2.00", "0.03", "102.03"]),
        // Fifteen days: 0.50.
        (date(2026, 2, 25), ["2.00", "0.50", "102.50"]),
        // Twenty-eight: 0.9333…
        (date(2026, 3, 10), ["2.00", "0.93", "102.93"]),
    ] {
        scenario.advance_to(day);
        assert_eq!(owed(&scenario.0.cobranca_at(0).unwrap()), texts(expected), "{day}");
    }
    // Paid whole as of the 25th of February.
    let settled = scenario.0.cobranca_pay("1", None, Some(date(2026, 2, 25))).unwrap();
    assert_eq!((owed(&settled), settled.valor_pago), (texts(["2.00", "0.50", "0.00"]), Some(d("102.50"))));
    assert_eq!(settled.valor_liquido, Some(d("100.00")));
    scenario.advance_to(date(2026, 6, 1));
    assert_eq!(owed(&scenario.0.cobranca_at(0).unwrap()), texts(["2.00", "0.50", "0.00"]));
}

#[test]
fn a_part_paid_late_stops_the_interest() {
    let mut scenario = charge_of_a_hundred(|c| c.juros_mes_percentual = Some(d("3")));
    scenario.advance_to(date(2026, 2, 20));
    // Ten days: 100 × 3 % × 10 / 30 = 1.00.
    let part = scenario.0.cobranca_pay("1", Some(d("41.00")), None).unwrap();
    assert_eq!(owed(&part), texts(["", "1.00", "60.00"]));
    scenario.advance_to(date(2026, 5, 20));
    assert_eq!(owed(&scenario.0.cobranca_at(0).unwrap()), texts(["", "1.00", "60.00"]));
}

#[test]
fn who_pays_early_and_whole_pays_less() {
    let with_desconto = || charge_of_a_hundred(|c| c.desconto_antecipacao = Some(d("5")));
    let mut scenario = with_desconto();
    let settled = scenario.0.cobranca_pay("1", None, Some(date(2026, 2, 9))).unwrap();
    assert_eq!(
        (settled.valor_desconto, settled.valor_pago, settled.saldo),
        (Some(d("5.00")), Some(d("95.00")), Some(d("0.00")))
    );
    // There is no discount on the due date itself, nor for a partial payment.
    let mut scenario = with_desconto();
    let settled = scenario.0.cobranca_pay("1", None, Some(date(2026, 2, 10))).unwrap();
    assert_eq!((settled.valor_desconto, settled.valor_pago), (None, Some(d("100.00"))));
    let mut scenario = with_desconto();
    let part = scenario.0.cobranca_pay("1", Some(d("50")), Some(date(2026, 2, 2))).unwrap();
    assert_eq!((part.valor_desconto, part.saldo), (None, Some(d("50.00"))));
}

#[test]
fn what_is_not_simulated_is_refused() {
    let mut scenario = Scenario::new(vec![servico("A", TipoCobranca::Fixo, "100")]);
    let contrato = Contrato { cliente_id: Some(Id("1".into())), itens: vec![item("A", "1")], ..Contrato::default() };
    for (field, contrato) in [
        ("indiceReajuste", Contrato { indice_reajuste: Some("IPCA".into()), ..contrato.clone() }),
        ("dataProximoReajuste", Contrato { data_proximo_reajuste: Some(date(2027, 1, 1)), ..contrato.clone() }),
    ] {
        let error = scenario.0.contrato_incluir(contrato).unwrap_err();
        assert_eq!((error.status, error.fields[0].path.as_str(), &*error.fields[0].code), (422, field, "nao_simulado"));
    }
    assert!(scenario.0.contrato_incluir(contrato).is_ok());
}

#[test]
fn franchise_and_minimum_hold_whole_for_a_month_begun_inside() {
    let metered = Servico {
        quantidade_incluida: Some(d("100")),
        valor_minimo: Some(d("20")),
        ..servico("U", TipoCobranca::Consumo, "0.50")
    };
    let mut scenario = Scenario::new(vec![metered]);
    let id = scenario.contrato(vec![item("U", "1")], |c| c.data_inicio = Some(date(2026, 1, 25)));
    scenario.usage(&id, "U", "2026-01", "110");
    // (110 − 100) × 0.50 = 5.00, below the minimum of 20.00; neither is by days.
    assert_eq!(scenario.total("2026-01").as_deref(), Some("20.00"));
}
