//! Fault plans: which faults occur, where and how often. The same seed gives the same faults on every run.

use std::time::Duration;

use smartbill_core::Value;
use smartbill_core::api::Operation;

/// The effect of a fault on an answer. A `fetch` or a server carries it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The delay of the answer.
    pub delay: Duration,
    /// The fault of the connection.
    pub connection: ConnectionFault,
}

/// The fault of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionFault {
    /// The answer is sent normally.
    Normal,
    /// The connection breaks without an answer.
    Drop,
    /// The connection breaks after this many bytes of the body.
    Truncate(usize),
    /// The body comes in pieces of this many bytes, with a pause before each.
    Drip {
        /// Bytes in a piece.
        bytes: usize,
        /// The pause.
        pause: Duration,
    },
}

/// One kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FaultKind {
    Latency,
    RateLimit,
    Error,
    DropBefore,
    DropAfter,
    Truncated,
    Malformed,
    Drip,
}

const KINDS: &[(&str, FaultKind)] = &[
    ("latency", FaultKind::Latency),
    ("rate_limit", FaultKind::RateLimit),
    ("error", FaultKind::Error),
    ("drop_before", FaultKind::DropBefore),
    ("drop_after", FaultKind::DropAfter),
    ("truncated", FaultKind::Truncated),
    ("malformed", FaultKind::Malformed),
    ("drip", FaultKind::Drip),
];

/// One rule of a plan.
#[derive(Debug, Clone)]
struct Rule {
    kind: FaultKind,
    /// The operation. `None` means all operations.
    operation: Option<Operation>,
    /// The chance, in millionths.
    chance: u64,
    /// How many more times the fault occurs.
    times: u64,
    /// The number of requests that pass before the fault can occur.
    after: u64,
    ms: u64,
    retry_after: u64,
    status: u16,
    random: Splitmix,
}

/// The plan's decision about one request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct FaultDecision {
    pub(crate) delay: Duration,
    pub(crate) hit: Option<Hit>,
}

/// The fault of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hit {
    /// 429, before the work.
    RateLimit { retry_after: u64 },
    /// 5xx, before the work.
    Error { status: u16 },
    /// The connection breaks before the work.
    DropBefore,
    /// The work is done, and then the connection breaks.
    DropAfter,
    /// The work is done, and half of the answer arrives.
    Truncated,
    /// The work is done, and the answer is not JSON.
    Malformed,
    /// The work is done, and the answer arrives in small pieces.
    Drip { pause: Duration },
}

/// The rules, in the order in which they are applied.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    rules: Vec<Rule>,
    pub(crate) hits: u64,
}

impl Plan {
    /// Reads `{"seed": 1, "rules": [{"kind": "drop_after", "operation": "consumos.incluir", "chance": 0.1}]}`.
    ///
    /// The members of a rule are `kind` (latency, rate_limit, error, drop_before, drop_after, truncated, malformed,
    /// drip), `operation` (by default all), `chance` (0 to 1, by default 1), `times` (how often at most), `after` (how
    /// many requests pass first), `ms` (for latency and drip), `retryAfter` (for rate_limit, in seconds) and `status`
    /// (for error).
    ///
    /// The error is the place that cannot be read.
    pub(crate) fn read(plan: &Value<'_>) -> Result<Self, String> {
        let Value::Object(fields) = plan else { return Err("plan".to_owned()) };
        if let Some((name, _)) = fields.iter().find(|(n, _)| !["seed", "rules"].contains(&n.as_ref())) {
            return Err(name.to_string());
        }
        let seed = plan.field("seed").map_or(Some(0), integer).ok_or("seed")?;
        let rules = match plan.field("rules") {
            None => &Vec::new(),
            Some(Value::List(rules)) => rules,
            Some(_) => return Err("rules".to_owned()),
        };
        let rules = (0_u64..)
            .zip(rules)
            // Each rule has its own random numbers, so the faults of one operation do not depend on the others.
            .map(|(i, r)| Rule::read(r, seed.wrapping_add(i << 32)).map_err(|field| format!("rules[{i}].{field}")))
            .collect::<Result<_, _>>()?;
        Ok(Self { rules, hits: 0 })
    }

    /// Decides the faults of this request. Delays add up. Of the other faults, the first that occurs counts.
    pub(crate) fn decide(&mut self, operation: Operation) -> FaultDecision {
        let mut decision = FaultDecision::default();
        for rule in &mut self.rules {
            if rule.operation.is_some_and(|op| op != operation) || !rule.hits() {
                continue;
            }
            let pause = Duration::from_millis(rule.ms);
            let hit = match rule.kind {
                FaultKind::Latency => {
                    decision.delay = decision.delay.saturating_add(pause);
                    self.hits += 1;
                    continue;
                }
                FaultKind::RateLimit => Hit::RateLimit { retry_after: rule.retry_after },
                FaultKind::Error => Hit::Error { status: rule.status },
                FaultKind::DropBefore => Hit::DropBefore,
                FaultKind::DropAfter => Hit::DropAfter,
                FaultKind::Truncated => Hit::Truncated,
                FaultKind::Malformed => Hit::Malformed,
                FaultKind::Drip => Hit::Drip { pause },
            };
            if decision.hit.is_none() {
                decision.hit = Some(hit);
                self.hits += 1;
            }
        }
        decision
    }
}

impl Rule {
    fn read(rule: &Value<'_>, seed: u64) -> Result<Self, String> {
        const FIELDS: [&str; 8] = ["kind", "operation", "chance", "times", "after", "ms", "retryAfter", "status"];
        let Value::Object(fields) = rule else { return Err("kind".to_owned()) };
        if let Some((name, _)) = fields.iter().find(|(n, _)| !FIELDS.contains(&n.as_ref())) {
            return Err(name.to_string());
        }
        let kind = rule.field("kind").and_then(Value::text);
        let kind = kind.and_then(|t| KINDS.iter().find(|(name, _)| *name == t)).ok_or("kind")?.1;
        let operation = match rule.field("operation") {
            None | Some(Value::Null) => None,
            Some(name) => Some(name.text().and_then(Operation::from_name).ok_or("operation")?),
        };
        let number = |name: &str, default: u64| match rule.field(name) {
            None | Some(Value::Null) => Ok(default),
            Some(value) => integer(value).ok_or_else(|| name.to_owned()),
        };
        let status = number("status", 503)?;
        Ok(Self {
            kind,
            operation,
            chance: rule.field("chance").map_or(Some(MILLION), chance).ok_or("chance")?,
            times: number("times", u64::MAX)?,
            after: number("after", 0)?,
            ms: number("ms", 100)?,
            retry_after: number("retryAfter", 1)?,
            status: u16::try_from(status).ok().filter(|s| (500..=599).contains(s)).ok_or("status")?,
            random: Splitmix(seed),
        })
    }

    fn hits(&mut self) -> bool {
        if self.after > 0 {
            self.after -= 1;
            return false;
        }
        let hits = self.times > 0 && self.random.next() % MILLION < self.chance;
        if hits {
            self.times -= 1;
        }
        hits
    }
}

const MILLION: u64 = 1_000_000;

/// A probability from 0 to 1, in millionths.
fn chance(value: &Value<'_>) -> Option<u64> {
    use rust_decimal::Decimal;
    let parsed: Decimal = match value {
        Value::Integer(n) => Decimal::from(*n),
        Value::Number(t) | Value::Text(t) => t.parse().ok()?,
        Value::Decimal(d) => *d,
        _ => return None,
    };
    if parsed < Decimal::ZERO || parsed > Decimal::ONE {
        return None;
    }
    u64::try_from(parsed.checked_mul(Decimal::from(MILLION))?.round()).ok()
}

fn integer(value: &Value<'_>) -> Option<u64> {
    match value {
        Value::Integer(n) => u64::try_from(*n).ok(),
        Value::Number(t) | Value::Text(t) => t.parse().ok(),
        _ => None,
    }
}

/// The generator of Steele, Lea and Flood. It is small, and random enough for this use.
#[derive(Debug, Clone)]
struct Splitmix(u64);

impl Splitmix {
    fn next(&mut self) -> u64 {
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

    fn plan(json: &str) -> Result<Plan, String> {
        Plan::read(&Value::from_json(json.as_bytes()).unwrap())
    }

    #[test]
    fn the_same_seed_strikes_the_same_requests() {
        let json = r#"{"seed": 7, "rules": [{"kind": "drop_after", "operation": "consumos.incluir", "chance": 0.25}]}"#;
        let decide = |with_others: bool| {
            let mut p = plan(json).unwrap();
            let mut hits = Vec::new();
            for _ in 0..1000 {
                if with_others {
                    assert_eq!(p.decide(Operation::ClientesIncluir), FaultDecision::default());
                }
                hits.push(p.decide(Operation::ConsumosIncluir).hit.is_some());
            }
            hits
        };
        let hits = decide(false);
        assert_eq!(hits, decide(true));
        let count = hits.iter().filter(|g| **g).count();
        assert!((200..300).contains(&count), "{count}");
    }

    #[test]
    fn rules_count_and_say_what_they_cannot_read() {
        let mut p = plan(r#"{"rules": [{"kind": "error", "status": 502, "after": 1, "times": 2}]}"#).unwrap();
        let hits: Vec<_> = (0..4).map(|_| p.decide(Operation::CobrancasListar).hit).collect();
        let error = Some(Hit::Error { status: 502 });
        assert_eq!(hits, [None, error, error, None]);
        for (json, place) in [
            (r#"{"rules": [{"kind": "fire"}]}"#, "rules[0].kind"),
            (r#"{"rules": [{"kind": "error", "status": 404}]}"#, "rules[0].status"),
            (r#"{"rules": [{"kind": "error", "chance": 2}]}"#, "rules[0].chance"),
            (r#"{"rules": [{"kind": "error", "operation": "x"}]}"#, "rules[0].operation"),
            (r#"{"rules": [{"kind": "error", "nothing": 1}]}"#, "rules[0].nothing"),
            (r#"{"plan": []}"#, "plan"),
        ] {
            assert_eq!(plan(json).unwrap_err(), place);
        }
    }
}
