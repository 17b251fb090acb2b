//! `smartbill-automation/sandbox`: a simulation of the platform in the page. JavaScript gives the instant of each
//! request.

use jiff::{SignedDuration, Timestamp};
use smartbill_core::profile::Profile;
use smartbill_core::{Error, ErrorKind, Message, Value};
use smartbill_sandbox::{Answer, ConnectionFault, RawRequest, Service, TOKEN};
use wasm_bindgen::prelude::*;

use crate::bridge::{error, option};
use crate::options::{OptionBag, Shapes};

/// The simulation. `npm/src/sandbox.ts` has its JavaScript interface.
#[wasm_bindgen]
pub struct Simulator(Service);

/// An answer, to be made into a `Response`.
#[wasm_bindgen]
pub struct Reply(Answer);

#[wasm_bindgen]
impl Reply {
    /// The HTTP status.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// The header names and values, one after the other.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn headers(&self) -> Vec<String> {
        self.0.headers.iter().flat_map(|(name, value)| [name.clone(), value.clone()]).collect()
    }

    /// The body.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        self.0.body.to_vec()
    }

    /// The delay of the answer by a fault plan, in milliseconds.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn delay(&self) -> f64 {
        self.0.fault.as_ref().map_or(0.0, |fault| fault.delay.as_secs_f64() * 1000.0)
    }

    /// The number of bytes of the body after which a fault plan breaks the connection. -1 means before any answer.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn cut(&self) -> Option<f64> {
        match self.0.fault.as_ref()?.connection {
            ConnectionFault::Drop => Some(-1.0),
            #[expect(clippy::cast_precision_loss, reason = "a body is far below 2^53 bytes")]
            ConnectionFault::Truncate(bytes) => Some(bytes as f64),
            ConnectionFault::Normal | ConnectionFault::Drip { .. } => None,
        }
    }

    /// The pieces of the body by a fault plan: bytes in a piece, and milliseconds before each.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn drip(&self) -> Option<Vec<f64>> {
        match self.0.fault.as_ref()?.connection {
            #[expect(clippy::cast_precision_loss, reason = "a body is far below 2^53 bytes")]
            ConnectionFault::Drip { bytes, pause } => Some(vec![bytes as f64, pause.as_secs_f64() * 1000.0]),
            _ => None,
        }
    }
}

/// The clock is not an option here, because JavaScript keeps it.
const OPTIONS: Shapes =
    &[("token", "`sandbox`"), ("profile", "TOML"), ("now", "`2026-01-31T12:00:00Z`"), ("seed", "`true`, `false`")];

#[wasm_bindgen]
impl Simulator {
    /// Makes a simulation. `now` is in milliseconds.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue, now: f64) -> Result<Simulator, JsValue> {
        let options = OptionBag::options(options, OPTIONS)?;
        let profile = match options.read::<String>("profile")? {
            Some(text) => Profile::from_toml(&text, "profile").map_err(|e| error(&e))?,
            None => Profile::built_in(),
        };
        profile.servable().map_err(|e| error(&e))?;
        let token = options.read("token")?.unwrap_or_else(|| TOKEN.to_owned());
        let mut service = Service::new(&profile, token, instant(now)?);
        if options.read("seed")?.unwrap_or(true) {
            service.seed();
        }
        Ok(Self(service))
    }

    /// The token that requests must have.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn token(&self) -> String {
        self.0.token().to_owned()
    }

    /// Answers one request. `headers` has names and values, one after the other.
    pub fn handle(
        &mut self,
        method: &str,
        target: &str,
        headers: Vec<String>,
        body: &[u8],
        now: f64,
    ) -> Result<Reply, JsValue> {
        let mut names_and_values = headers.into_iter();
        let mut headers = Vec::new();
        while let (Some(name), Some(value)) = (names_and_values.next(), names_and_values.next()) {
            headers.push((name, value));
        }
        let request = RawRequest { method, target, headers: &headers, body };
        Ok(Reply(self.0.handle(&request, instant(now)?)))
    }

    /// Bills one month. Returns the result as JSON.
    pub fn faturar(&mut self, competencia: &str, now: f64) -> Result<String, JsValue> {
        let competencia = competencia.parse().map_err(|_| option("competencia", "`AAAA-MM`"))?;
        let summary = self.0.faturar(competencia, instant(now)?);
        let number = |n: u64| Value::Number(n.to_string().into());
        Ok(Value::Object(vec![
            ("cobrancas".into(), number(summary.cobrancas)),
            ("consumos".into(), number(summary.consumos)),
            ("amount".into(), Value::Decimal(summary.value)),
        ])
        .to_json())
    }

    /// Moves the clock to `target`, or forward by `days` if there is no target. Returns the new time as JSON.
    pub fn advance(&mut self, target: Option<f64>, days: f64, now: f64) -> Result<String, JsValue> {
        let now = instant(now)?;
        let target = if let Some(target) = target {
            instant(target)?
        } else {
            #[expect(clippy::cast_possible_truncation, reason = "days are whole, and the cast saturates")]
            let step = SignedDuration::try_from_hours((days as i64).saturating_mul(24));
            let target = step.and_then(|step| self.0.clock(now).checked_add(step).ok());
            target.ok_or_else(|| option("days", "`{ days: 30 }`"))?
        };
        self.0.advance(target, now).ok_or_else(|| {
            let pt = "o relógio só anda para a frente, no máximo dez anos por vez";
            error(&Error::new(
                ErrorKind::Configuration,
                Message::new(pt, "the clock moves forward only, at most ten years at a time"),
            ))
        })?;
        Ok(Value::DateTime(self.0.clock(now)).to_json())
    }

    /// Drops all records.
    pub fn reset(&mut self, now: f64) -> Result<(), JsValue> {
        self.0.reset(instant(now)?);
        Ok(())
    }
}

fn instant(ms: f64) -> Result<Timestamp, JsValue> {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds are whole, and the cast saturates")]
    let instant = Timestamp::from_millisecond(ms as i64);
    instant.map_err(|_| option("now", "`2026-01-31T12:00:00Z`"))
}
