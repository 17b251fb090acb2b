//! `smartbill-automation/sandbox`: the platform's stand-in, in the page. The instant of each request comes from JavaScript.

use jiff::{SignedDuration, Timestamp};
use smartbill_core::profile::Profile;
use smartbill_core::{Error, ErrorKind, Message, Valor};
use smartbill_sandbox::{Conexao, Pedido, Resposta, Service, TOKEN};
use wasm_bindgen::prelude::*;

use crate::opcoes::{Bolsa, Formas};
use crate::ponte::{erro, opcao};

/// The stand-in; `npm/src/sandbox.js` gives it its JavaScript shape.
#[wasm_bindgen]
pub struct Simulador(Service);

/// An answer on its way to a `Response`.
#[wasm_bindgen]
pub struct Respondido(Resposta);

#[wasm_bindgen]
impl Respondido {
    /// The HTTP status.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// Names and values, one after the other.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn cabecalhos(&self) -> Vec<String> {
        self.0.cabecalhos.iter().flat_map(|(nome, valor)| [nome.clone(), valor.clone()]).collect()
    }

    /// The body.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn corpo(&self) -> Vec<u8> {
        self.0.corpo.to_vec()
    }

    /// How many milliseconds a fault plan holds the answer back.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn atraso(&self) -> f64 {
        self.0.falha.as_ref().map_or(0.0, |falha| falha.atraso.as_secs_f64() * 1000.0)
    }

    /// After how many bytes of the body a fault plan breaks the connection; -1 before any answer.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn queda(&self) -> Option<f64> {
        match self.0.falha.as_ref()?.conexao {
            Conexao::Cair => Some(-1.0),
            #[expect(clippy::cast_precision_loss, reason = "a body is far below 2^53 bytes")]
            Conexao::Truncar(bytes) => Some(bytes as f64),
            Conexao::Normal | Conexao::Gotejar { .. } => None,
        }
    }

    /// How a fault plan lets the body drip: bytes in a piece, and milliseconds before each.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn goteira(&self) -> Option<Vec<f64>> {
        match self.0.falha.as_ref()?.conexao {
            #[expect(clippy::cast_precision_loss, reason = "a body is far below 2^53 bytes")]
            Conexao::Gotejar { bytes, pausa } => Some(vec![bytes as f64, pausa.as_secs_f64() * 1000.0]),
            _ => None,
        }
    }
}

/// The clock is JavaScript's business.
const OPCOES: Formas = &[
    ("token", "`sandbox`"),
    ("profile", "TOML"),
    ("agora", "`2026-01-31T12:00:00Z`"),
    ("exemplos", "`true`, `false`"),
];

#[wasm_bindgen]
impl Simulador {
    /// A stand-in; `agora` is in milliseconds.
    #[wasm_bindgen(constructor)]
    pub fn new(opcoes: JsValue, agora: f64) -> Result<Simulador, JsValue> {
        let opcoes = Bolsa::opcoes(opcoes, OPCOES)?;
        let perfil = match opcoes.ler::<String>("profile")? {
            Some(texto) => Profile::from_toml(&texto, "profile").map_err(|e| erro(&e))?,
            None => Profile::padrao(),
        };
        let token = opcoes.ler("token")?.unwrap_or_else(|| TOKEN.to_owned());
        let mut service = Service::new(perfil, token, instante(agora)?);
        if opcoes.ler("exemplos")?.unwrap_or(true) {
            service.semear();
        }
        Ok(Self(service))
    }

    /// Answers one request; `cabecalhos` are names and values, one after the other.
    pub fn atender(
        &mut self,
        metodo: &str,
        alvo: &str,
        cabecalhos: Vec<String>,
        corpo: &[u8],
        agora: f64,
    ) -> Result<Respondido, JsValue> {
        let mut nomes_e_valores = cabecalhos.into_iter();
        let mut cabecalhos = Vec::new();
        while let (Some(nome), Some(valor)) = (nomes_e_valores.next(), nomes_e_valores.next()) {
            cabecalhos.push((nome, valor));
        }
        let pedido = Pedido { metodo, alvo, cabecalhos: &cabecalhos, corpo };
        Ok(Respondido(self.0.handle(&pedido, instante(agora)?)))
    }

    /// Bills one month; what it did, as JSON.
    pub fn faturar(&mut self, competencia: &str, agora: f64) -> Result<String, JsValue> {
        let competencia = competencia.parse().map_err(|_| opcao("competencia", "`AAAA-MM`"))?;
        let resumo = self.0.faturar(competencia, instante(agora)?);
        let numero = |n: u64| Valor::Numero(n.to_string().into());
        Ok(Valor::Objeto(vec![
            ("cobrancas".into(), numero(resumo.cobrancas)),
            ("consumos".into(), numero(resumo.consumos)),
            ("valor".into(), Valor::Decimal(resumo.valor)),
        ])
        .to_json())
    }

    /// Moves the clock to `destino`, or on by `dias` where there is none; what time it is then, as JSON.
    pub fn avancar(&mut self, destino: Option<f64>, dias: f64, agora: f64) -> Result<String, JsValue> {
        let agora = instante(agora)?;
        let destino = if let Some(destino) = destino {
            instante(destino)?
        } else {
            #[expect(clippy::cast_possible_truncation, reason = "days are whole, and the cast saturates")]
            let passo = SignedDuration::try_from_hours((dias as i64).saturating_mul(24));
            let destino = passo.and_then(|passo| self.0.relogio(agora).checked_add(passo).ok());
            destino.ok_or_else(|| opcao("dias", "`{ dias: 30 }`"))?
        };
        self.0.avancar(destino, agora).ok_or_else(|| {
            let pt = "o relógio só anda para a frente, no máximo dez anos por vez";
            erro(&Error::new(
                ErrorKind::Configuration,
                Message::new(pt, "the clock moves forward only, at most ten years at a time"),
            ))
        })?;
        Ok(Valor::DataHora(self.0.relogio(agora)).to_json())
    }

    /// Forgets everything.
    pub fn reiniciar(&mut self, agora: f64) -> Result<(), JsValue> {
        self.0.reiniciar(instante(agora)?);
        Ok(())
    }
}

fn instante(ms: f64) -> Result<Timestamp, JsValue> {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds are whole, and the cast saturates")]
    let instante = Timestamp::from_millisecond(ms as i64);
    instante.map_err(|_| opcao("agora", "`2026-01-31T12:00:00Z`"))
}
