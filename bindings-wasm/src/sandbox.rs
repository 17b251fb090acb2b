//! `smartbill-automation/sandbox`: the platform's stand-in, in the page. The instant of each request comes from JavaScript.

use jiff::{SignedDuration, Timestamp};
use smartbill_core::profile::Profile;
use smartbill_core::{Error, ErrorKind, Message, Valor};
use smartbill_sandbox::{Conexao, Pedido, Resposta, Service, TOKEN};
use wasm_bindgen::prelude::*;

use crate::ponte::{desempacotar, erro, opcao};

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

#[wasm_bindgen]
impl Simulador {
    /// A stand-in with packed options; `agora` is in milliseconds.
    #[wasm_bindgen(constructor)]
    pub fn new(opcoes: &[u8], agora: f64) -> Result<Simulador, JsValue> {
        let [opcoes] = desempacotar(opcoes)?;
        let campos = if let Valor::Objeto(campos) = opcoes { campos } else { Vec::new() };
        let (mut token, mut perfil, mut exemplos) = (TOKEN.to_owned(), Profile::padrao(), true);
        for (nome, valor) in &campos {
            match (&**nome, valor) {
                (_, Valor::Nulo) => {}
                ("token", Valor::Texto(t)) => token = t.to_string(),
                ("profile", Valor::Texto(t)) => perfil = Profile::from_toml(t, "profile").map_err(|e| erro(&e))?,
                ("exemplos", Valor::Booleano(v)) => exemplos = *v,
                _ => return Err(opcao(nome, "`token`, `profile`, `agora`, `exemplos`")),
            }
        }
        let mut service = Service::new(perfil, token, instante(agora)?);
        if exemplos {
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

    /// Bills one month; the summary as JSON.
    pub fn faturar(&mut self, competencia: &str, agora: f64) -> Result<String, JsValue> {
        let competencia = competencia.parse().map_err(|_| opcao("competencia", "`AAAA-MM`"))?;
        let resumo = self.0.faturar(competencia, instante(agora)?);
        Ok(resumo_json(&resumo))
    }

    /// Moves the clock to `destino`, or on by `dias` where there is none, and gives `[instant, summary]` as JSON.
    pub fn avancar(&mut self, destino: Option<f64>, dias: f64, agora: f64) -> Result<String, JsValue> {
        let agora = instante(agora)?;
        let destino = if let Some(destino) = destino {
            instante(destino)?
        } else {
            #[expect(clippy::cast_possible_truncation, reason = "days are whole, and the cast saturates")]
            let passo = SignedDuration::try_from_hours((dias as i64).saturating_mul(24));
            let destino = passo.and_then(|passo| self.0.relogio(agora).checked_add(passo).ok());
            destino.ok_or_else(|| opcao("dias", "at most ten years"))?
        };
        let resumo = self.0.avancar(destino, agora).ok_or_else(|| {
            let pt = "o relógio só anda para a frente, no máximo dez anos por vez";
            erro(&Error::new(
                ErrorKind::Configuration,
                Message::new(pt, "the clock moves forward only, at most ten years at a time"),
            ))
        })?;
        Ok(format!("[{},{}]", Valor::DataHora(self.0.relogio(agora)).to_json(), resumo_json(&resumo)))
    }

    /// What time it is in there.
    pub fn relogio(&mut self, agora: f64) -> Result<String, JsValue> {
        Ok(Valor::DataHora(self.0.relogio(instante(agora)?)).to_json())
    }

    /// Forgets everything.
    pub fn reiniciar(&mut self, agora: f64) -> Result<(), JsValue> {
        self.0.reiniciar(instante(agora)?);
        Ok(())
    }
}

fn resumo_json(resumo: &smartbill_sandbox::Resumo) -> String {
    let numero = |n: u64| Valor::Numero(n.to_string().into());
    Valor::Objeto(vec![
        ("cobrancas".into(), numero(resumo.cobrancas)),
        ("consumos".into(), numero(resumo.consumos)),
        ("valor".into(), Valor::Decimal(resumo.valor)),
    ])
    .to_json()
}

fn instante(ms: f64) -> Result<Timestamp, JsValue> {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds are whole, and the cast saturates")]
    let instante = Timestamp::from_millisecond(ms as i64);
    instante.map_err(|_| opcao("agora", "an instant"))
}
