//! Fault plans: what goes wrong, where and how often, the same on every run with the same seed.

use std::time::Duration;

use smartbill_core::Valor;
use smartbill_core::api::Operation;

/// What the transport does with an answer; a `fetch` or a server carries it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Falha {
    /// How long the answer waits.
    pub atraso: Duration,
    /// What happens on the connection.
    pub conexao: Conexao,
}

/// What happens on the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conexao {
    /// The answer goes through.
    Normal,
    /// The connection breaks without an answer.
    Cair,
    /// The connection breaks after this many bytes of the body.
    Truncar(usize),
    /// The body comes in pieces of this many bytes, with a pause before each.
    Gotejar {
        /// Bytes in a piece.
        bytes: usize,
        /// The pause.
        pausa: Duration,
    },
}

/// One kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tipo {
    Latencia,
    Limite,
    Erro,
    QuedaAntes,
    QuedaDepois,
    Truncado,
    Malformado,
    Gotejamento,
}

const TIPOS: &[(&str, Tipo)] = &[
    ("latencia", Tipo::Latencia),
    ("limite", Tipo::Limite),
    ("erro", Tipo::Erro),
    ("queda_antes", Tipo::QuedaAntes),
    ("queda_depois", Tipo::QuedaDepois),
    ("truncado", Tipo::Truncado),
    ("malformado", Tipo::Malformado),
    ("gotejamento", Tipo::Gotejamento),
];

/// One line of a plan.
#[derive(Debug, Clone)]
struct Regra {
    tipo: Tipo,
    /// All operations where none is named.
    operacao: Option<Operation>,
    /// Out of a million.
    chance: u64,
    /// How many more times it strikes.
    vezes: u64,
    /// How many requests pass before it may strike.
    apos: u64,
    ms: u64,
    retry_after: u64,
    status: u16,
    sorte: Splitmix,
}

/// What a plan decided about one request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Sorteio {
    pub(crate) atraso: Duration,
    pub(crate) golpe: Option<Golpe>,
}

/// What strikes a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Golpe {
    /// 429, before the work.
    Limite { retry_after: u64 },
    /// 5xx, before the work.
    Erro { status: u16 },
    /// The connection breaks before the work.
    QuedaAntes,
    /// The work is done, and the connection breaks.
    QuedaDepois,
    /// The work is done, and half of the answer arrives.
    Truncado,
    /// The work is done, and the answer is no JSON.
    Malformado,
    /// The work is done, and the answer drips.
    Gotejamento { pausa: Duration },
}

/// What goes wrong, in the order in which it is asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plano {
    regras: Vec<Regra>,
    pub(crate) golpes: u64,
}

impl Plano {
    /// Reads `{"semente": 1, "regras": [{"tipo": "queda_depois", "operacao": "consumos.incluir", "chance": 0.1}]}`.
    ///
    /// Of each rule: `tipo` (latencia, limite, erro, queda_antes, queda_depois, truncado, malformado, gotejamento),
    /// `operacao` (all where left out), `chance` (0 to 1; 1 where left out), `vezes` (how often at most), `apos` (how
    /// many requests pass first), `ms` (latencia and gotejamento), `retryAfter` (limite, in seconds), `status` (erro).
    ///
    /// The error is the place that cannot be read.
    pub(crate) fn ler(plano: &Valor<'_>) -> Result<Self, String> {
        let Valor::Objeto(campos) = plano else { return Err("plano".to_owned()) };
        if let Some((nome, _)) = campos.iter().find(|(n, _)| !["semente", "regras"].contains(&n.as_ref())) {
            return Err(nome.to_string());
        }
        let semente = plano.campo("semente").map_or(Some(0), inteiro).ok_or("semente")?;
        let regras = match plano.campo("regras") {
            None => &Vec::new(),
            Some(Valor::Lista(regras)) => regras,
            Some(_) => return Err("regras".to_owned()),
        };
        let regras = (0_u64..)
            .zip(regras)
            // A stream of its own for each rule: what happens to one operation does not depend on the others.
            .map(|(i, r)| Regra::ler(r, semente.wrapping_add(i << 32)).map_err(|campo| format!("regras[{i}].{campo}")))
            .collect::<Result<_, _>>()?;
        Ok(Self { regras, golpes: 0 })
    }

    /// What strikes this request. Delays add up; of the rest the first that strikes counts.
    pub(crate) fn sortear(&mut self, operacao: Operation) -> Sorteio {
        let mut sorteio = Sorteio::default();
        for regra in &mut self.regras {
            if regra.operacao.is_some_and(|op| op != operacao) || !regra.acerta() {
                continue;
            }
            let pausa = Duration::from_millis(regra.ms);
            let golpe = match regra.tipo {
                Tipo::Latencia => {
                    sorteio.atraso = sorteio.atraso.saturating_add(pausa);
                    self.golpes += 1;
                    continue;
                }
                Tipo::Limite => Golpe::Limite { retry_after: regra.retry_after },
                Tipo::Erro => Golpe::Erro { status: regra.status },
                Tipo::QuedaAntes => Golpe::QuedaAntes,
                Tipo::QuedaDepois => Golpe::QuedaDepois,
                Tipo::Truncado => Golpe::Truncado,
                Tipo::Malformado => Golpe::Malformado,
                Tipo::Gotejamento => Golpe::Gotejamento { pausa },
            };
            if sorteio.golpe.is_none() {
                sorteio.golpe = Some(golpe);
                self.golpes += 1;
            }
        }
        sorteio
    }
}

impl Regra {
    fn ler(regra: &Valor<'_>, semente: u64) -> Result<Self, String> {
        const CAMPOS: [&str; 8] = ["tipo", "operacao", "chance", "vezes", "apos", "ms", "retryAfter", "status"];
        let Valor::Objeto(campos) = regra else { return Err("tipo".to_owned()) };
        if let Some((nome, _)) = campos.iter().find(|(n, _)| !CAMPOS.contains(&n.as_ref())) {
            return Err(nome.to_string());
        }
        let tipo = regra.campo("tipo").and_then(Valor::texto);
        let tipo = tipo.and_then(|t| TIPOS.iter().find(|(nome, _)| *nome == t)).ok_or("tipo")?.1;
        let operacao = match regra.campo("operacao") {
            None | Some(Valor::Nulo) => None,
            Some(nome) => Some(nome.texto().and_then(Operation::from_name).ok_or("operacao")?),
        };
        let numero = |nome: &str, padrao: u64| match regra.campo(nome) {
            None | Some(Valor::Nulo) => Ok(padrao),
            Some(valor) => inteiro(valor).ok_or_else(|| nome.to_owned()),
        };
        let status = numero("status", 503)?;
        Ok(Self {
            tipo,
            operacao,
            chance: regra.campo("chance").map_or(Some(MILHAO), chance).ok_or("chance")?,
            vezes: numero("vezes", u64::MAX)?,
            apos: numero("apos", 0)?,
            ms: numero("ms", 100)?,
            retry_after: numero("retryAfter", 1)?,
            status: u16::try_from(status).ok().filter(|s| (500..=599).contains(s)).ok_or("status")?,
            sorte: Splitmix(semente),
        })
    }

    fn acerta(&mut self) -> bool {
        if self.apos > 0 {
            self.apos -= 1;
            return false;
        }
        let acerta = self.vezes > 0 && self.sorte.proximo() % MILHAO < self.chance;
        if acerta {
            self.vezes -= 1;
        }
        acerta
    }
}

const MILHAO: u64 = 1_000_000;

/// A probability from 0 to 1, in millionths.
fn chance(valor: &Valor<'_>) -> Option<u64> {
    use rust_decimal::Decimal;
    let lida: Decimal = match valor {
        Valor::Inteiro(n) => Decimal::from(*n),
        Valor::Numero(t) | Valor::Texto(t) => t.parse().ok()?,
        Valor::Decimal(d) => *d,
        _ => return None,
    };
    if lida < Decimal::ZERO || lida > Decimal::ONE {
        return None;
    }
    u64::try_from(lida.checked_mul(Decimal::from(MILHAO))?.round()).ok()
}

fn inteiro(valor: &Valor<'_>) -> Option<u64> {
    match valor {
        Valor::Inteiro(n) => u64::try_from(*n).ok(),
        Valor::Numero(t) | Valor::Texto(t) => t.parse().ok(),
        _ => None,
    }
}

/// The generator of Steele, Lea and Flood: small, and good enough to draw lots.
#[derive(Debug, Clone)]
struct Splitmix(u64);

impl Splitmix {
    fn proximo(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plano(json: &str) -> Result<Plano, String> {
        Plano::ler(&Valor::from_json(json.as_bytes()).unwrap())
    }

    #[test]
    fn the_same_seed_strikes_the_same_requests() {
        let json =
            r#"{"semente": 7, "regras": [{"tipo": "queda_depois", "operacao": "consumos.incluir", "chance": 0.25}]}"#;
        let sortear = |com_outras: bool| {
            let mut p = plano(json).unwrap();
            let mut golpes = Vec::new();
            for _ in 0..1000 {
                if com_outras {
                    assert_eq!(p.sortear(Operation::ClientesIncluir), Sorteio::default());
                }
                golpes.push(p.sortear(Operation::ConsumosIncluir).golpe.is_some());
            }
            golpes
        };
        let golpes = sortear(false);
        assert_eq!(golpes, sortear(true));
        let quantos = golpes.iter().filter(|g| **g).count();
        assert!((200..300).contains(&quantos), "{quantos}");
    }

    #[test]
    fn rules_count_and_say_what_they_cannot_read() {
        let mut p = plano(r#"{"regras": [{"tipo": "erro", "status": 502, "apos": 1, "vezes": 2}]}"#).unwrap();
        let golpes: Vec<_> = (0..4).map(|_| p.sortear(Operation::CobrancasListar).golpe).collect();
        let erro = Some(Golpe::Erro { status: 502 });
        assert_eq!(golpes, [None, erro, erro, None]);
        for (json, onde) in [
            (r#"{"regras": [{"tipo": "fogo"}]}"#, "regras[0].tipo"),
            (r#"{"regras": [{"tipo": "erro", "status": 404}]}"#, "regras[0].status"),
            (r#"{"regras": [{"tipo": "erro", "chance": 2}]}"#, "regras[0].chance"),
            (r#"{"regras": [{"tipo": "erro", "operacao": "x"}]}"#, "regras[0].operacao"),
            (r#"{"regras": [{"tipo": "erro", "nada": 1}]}"#, "regras[0].nada"),
            (r#"{"plano": []}"#, "plano"),
        ] {
            assert_eq!(plano(json).unwrap_err(), onde);
        }
    }
}
