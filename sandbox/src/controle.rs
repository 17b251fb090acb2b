//! The endpoints under `/sandbox/`: what a test or a person does to the platform from outside its API.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use smartbill_core::model::{Cobranca, Modelo};
use smartbill_core::{Competencia, Valor};

use crate::consumos::Estado as EstadoConsumo;
use crate::erro::Erro;
use crate::falhas::Plano;
use crate::plataforma::{Resumo, inicio_do_dia, mais_dias};
use crate::service::{Pedido, Resposta, Service, em_json, json};

/// How many records of one resource there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Contagem {
    /// Records, without those removed.
    pub total: usize,
    /// Records removed.
    pub removidos: usize,
    /// Records whose external code an earlier one has already; there must be none.
    pub repetidos: usize,
}

/// What the sandbox holds and has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Estado {
    /// Customers.
    pub clientes: Contagem,
    /// Services.
    pub servicos: Contagem,
    /// Contracts.
    pub contratos: Contagem,
    /// Usage.
    pub consumos: Contagem,
    /// Usage that is billed.
    pub consumos_faturados: usize,
    /// Charges.
    pub cobrancas: Contagem,
    /// Requests answered.
    pub pedidos: u64,
    /// Answers given again to an idempotency key.
    pub repeticoes: u64,
    /// Includes that named an external code already known.
    pub inclusoes_repetidas: u64,
    /// Faults that struck.
    pub falhas: u64,
}

impl Contagem {
    /// Counts records, each with its external code if it has one and whether it is removed.
    fn de<'a>(registros: impl Iterator<Item = (Option<&'a str>, bool)>) -> Self {
        let mut contagem = Self::default();
        let mut vistos: HashSet<&str> = HashSet::new();
        for (codigo, removido) in registros {
            if removido {
                contagem.removidos += 1;
                continue;
            }
            contagem.total += 1;
            contagem.repetidos += usize::from(codigo.is_some_and(|c| !vistos.insert(c)));
        }
        contagem
    }

    fn valor(self) -> Valor<'static> {
        objeto([
            ("total", numero(self.total)),
            ("removidos", numero(self.removidos)),
            ("repetidos", numero(self.repetidos)),
        ])
    }
}

impl Service {
    /// Counts what there is; external codes are counted record by record, not by the index that keeps them unique.
    #[must_use]
    pub fn estado(&self) -> Estado {
        use smartbill_core::model::SituacaoCliente::Inativo;
        let store = &self.plataforma.store;
        let clientes = store.clientes.iter();
        let consumos = || store.consumos.iter().map(|(_, l)| l);
        Estado {
            clientes: Contagem::de(clientes.map(|(_, c)| (c.codigo_externo.as_deref(), c.situacao == Some(Inativo)))),
            servicos: Contagem::de(store.servicos.iter().map(|(_, s)| (s.codigo.as_deref(), false))),
            contratos: Contagem::de(store.contratos.iter().map(|(_, c)| (c.modelo.codigo_externo.as_deref(), false))),
            consumos: Contagem::de(consumos().map(|l| (l.id_externo.as_deref(), l.estado == EstadoConsumo::Removido))),
            consumos_faturados: consumos().filter(|l| matches!(l.estado, EstadoConsumo::Faturado(_))).count(),
            cobrancas: Contagem::de(store.cobrancas.iter().map(|(_, c)| (c.codigo_externo.as_deref(), false))),
            pedidos: self.pedidos,
            repeticoes: self.repeticoes,
            inclusoes_repetidas: self.plataforma.repetidos,
            falhas: self.plano.golpes,
        }
    }

    /// Replaces the fault plan; `{}` ends all faults. The text is JSON, as `POST /sandbox/falhas` takes it:
    /// `{"semente": 1, "regras": [{"tipo": "queda_depois", "operacao": "consumos.incluir", "chance": 0.1}]}`.
    ///
    /// # Errors
    /// The place in the plan that cannot be read.
    pub fn falhas(&mut self, plano: &str) -> Result<(), String> {
        let plano = Valor::from_json(plano.as_bytes()).map_err(|_| "plano".to_owned())?;
        self.plano = Plano::ler(&plano)?;
        Ok(())
    }

    /// Records a payment of the charge `id`, of all that is owed or of `valor`; whether it was accepted.
    pub fn pagar(&mut self, id: &str, valor: Option<Decimal>, agora: Timestamp) -> Option<Cobranca> {
        self.relogio(agora);
        self.plataforma.cobranca_pagar(id, valor, None).ok()
    }
}

pub(crate) fn atender(
    service: &mut Service,
    pedido: &Pedido<'_>,
    (caminho, consulta): (&str, &str),
    agora: Timestamp,
) -> Resposta {
    // A page shows the image of a charge by its address alone.
    #[cfg(feature = "qr")]
    if let Some(imagem) = imagem(service, pedido, caminho) {
        return imagem;
    }
    if service.guarded && !service.authenticated(pedido, consulta) {
        return service.recusar(&Erro::not_authenticated(), pedido.idioma());
    }
    match controlar(service, pedido, caminho, agora) {
        Ok(valor) => em_json(200, valor.to_json().into()),
        Err(erro) => service.recusar(&erro, pedido.idioma()),
    }
}

fn controlar(
    service: &mut Service,
    pedido: &Pedido<'_>,
    caminho: &str,
    agora: Timestamp,
) -> Result<Valor<'static>, Erro> {
    let endpoint = caminho.strip_prefix("/sandbox/").unwrap_or_default();
    let allowed = methods(endpoint);
    if !allowed.contains(&pedido.metodo) {
        return Err(Erro::no_route(allowed));
    }
    let vazio = pedido.corpo.iter().all(u8::is_ascii_whitespace);
    let corpo = if vazio { Valor::Objeto(Vec::new()) } else { json(pedido.corpo)? };
    match (pedido.metodo, endpoint) {
        ("POST", "reiniciar") => {
            service.reiniciar(agora);
            Ok(estado(service))
        }
        ("POST", "semear") => {
            service.semear();
            Ok(estado(service))
        }
        ("GET", "estado") => Ok(estado(service)),
        ("GET", "relogio") => Ok(relogio(service, None)),
        ("POST", "relogio") => {
            let destino = destino(&corpo, service.plataforma.agora)?;
            let passado = || {
                invalido(
                    "agora",
                    "o relógio só anda para a frente, até dez anos por vez",
                    "the clock moves forward only, ten years at a time at most",
                )
            };
            let resumo = service.avancar(destino, agora).ok_or_else(passado)?;
            Ok(relogio(service, Some(resumo)))
        }
        ("POST", "faturar") => {
            let competencia = texto(&corpo, "competencia").and_then(|t| t.parse::<Competencia>().ok());
            let competencia = competencia
                .ok_or_else(|| invalido("competencia", "competência inválida; use AAAA-MM", "expected YYYY-MM"))?;
            let resumo = service.faturar(competencia, agora);
            let mut campos = vec![("competencia".into(), Valor::Competencia(competencia))];
            campos.extend(do_resumo(resumo));
            Ok(Valor::Objeto(campos))
        }
        ("POST", "falhas") => {
            service.plano = Plano::ler(&corpo).map_err(|campo| {
                invalido(&campo, "o plano de falhas não pode ser lido", "the fault plan cannot be read")
            })?;
            Ok(objeto([("falhas", numero(0_usize))]))
        }
        ("GET", "falhas") => Ok(objeto([("falhas", Valor::Numero(service.plano.golpes.to_string().into()))])),
        (_, resto) => match resto.strip_prefix("cobrancas/").and_then(|r| r.strip_suffix("/pagar")) {
            Some(id) => pagar(service, id, &corpo),
            None => Err(Erro::no_route(&[])),
        },
    }
}

/// The methods that an endpoint has; none where there is no such endpoint. Images have answered before.
fn methods(endpoint: &str) -> &'static [&'static str] {
    match endpoint {
        "reiniciar" | "semear" | "faturar" => &["POST"],
        "relogio" | "falhas" => &["GET", "POST"],
        "estado" => &["GET"],
        _ if endpoint.starts_with("cobrancas/") && endpoint.ends_with("/pagar") => &["POST"],
        _ => &[],
    }
}

/// The QR image of a charge's BR Code.
#[cfg(feature = "qr")]
fn imagem(service: &Service, pedido: &Pedido<'_>, caminho: &str) -> Option<Resposta> {
    use smartbill_core::Modo;
    use smartbill_core::document::BrCode;
    let (id, arquivo) =
        caminho.strip_prefix("/sandbox/cobrancas/")?.split_once('/').filter(|_| pedido.metodo == "GET")?;
    let cobrancas = &service.plataforma.store.cobrancas;
    let codigo = cobrancas.get(cobrancas.por_id(id)?)?.pix.as_ref()?.copia_e_cola.as_deref()?;
    let codigo = BrCode::parse(codigo, Modo::Estrito).ok()?;
    let (tipo, corpo) = match arquivo {
        "qr.svg" => ("image/svg+xml", codigo.qr_svg(LADO).into_bytes()),
        "qr.png" => ("image/png", codigo.qr_png(ESCALA)),
        _ => return None,
    };
    let cabecalhos = vec![("content-type".to_owned(), tipo.to_owned())];
    Some(Resposta { status: 200, cabecalhos, corpo: corpo.into(), falha: None })
}

/// The side of an SVG image, and of a module of a PNG image, in pixels.
#[cfg(feature = "qr")]
const LADO: u16 = 320;
#[cfg(feature = "qr")]
const ESCALA: u8 = 6;

fn pagar(service: &mut Service, id: &str, corpo: &Valor<'_>) -> Result<Valor<'static>, Erro> {
    let valor = match corpo.campo("valor") {
        None | Some(Valor::Nulo) => None,
        Some(Valor::Texto(t) | Valor::Numero(t)) => {
            Some(Decimal::from_str_exact(t).map_err(|_| invalido("valor", "número inválido", "invalid number"))?)
        }
        Some(_) => return Err(invalido("valor", "número inválido", "invalid number")),
    };
    let data = match texto(corpo, "data") {
        None => None,
        Some(t) => Some(t.parse::<Date>().map_err(|_| invalido("data", "data inválida", "invalid date"))?),
    };
    let cobranca = service.plataforma.cobranca_pagar(id, valor, data)?;
    Ok(service.perfil.encode(Cobranca::ESQUEMA, cobranca.valor()).into_owned())
}

/// Where the clock goes: an instant (`agora`), the beginning of a day (`data`), or so many days ahead (`dias`).
fn destino(corpo: &Valor<'_>, agora: Timestamp) -> Result<Timestamp, Erro> {
    let destino = if let Some(texto) = texto(corpo, "agora") {
        texto.parse().ok()
    } else if let Some(texto) = texto(corpo, "data") {
        texto.parse().ok().and_then(inicio_do_dia)
    } else {
        match corpo.campo("dias") {
            Some(Valor::Numero(n)) => n.parse().ok().and_then(|dias| mais_dias(agora, dias)),
            Some(Valor::Inteiro(dias)) => mais_dias(agora, *dias),
            _ => None,
        }
    };
    destino.ok_or_else(|| {
        invalido(
            "agora",
            "informe `agora` (RFC 3339), `data` (AAAA-MM-DD) ou `dias`",
            "give `agora` (RFC 3339), `data` (YYYY-MM-DD) or `dias`",
        )
    })
}

fn relogio(service: &Service, resumo: Option<Resumo>) -> Valor<'static> {
    let p = &service.plataforma;
    let mut campos = vec![("agora".into(), Valor::DataHora(p.agora)), ("hoje".into(), Valor::Data(p.hoje))];
    campos.extend(resumo.into_iter().flat_map(do_resumo));
    Valor::Objeto(campos)
}

fn do_resumo(resumo: Resumo) -> [(std::borrow::Cow<'static, str>, Valor<'static>); 3] {
    let total = crate::faturamento::centavos(resumo.valor);
    [
        ("cobrancas".into(), Valor::Numero(resumo.cobrancas.to_string().into())),
        ("consumos".into(), Valor::Numero(resumo.consumos.to_string().into())),
        ("valorTotal".into(), Valor::Decimal(total)),
    ]
}

fn estado(service: &Service) -> Valor<'static> {
    let e = service.estado();
    let contador = |n: u64| Valor::Numero(n.to_string().into());
    objeto([
        ("clientes", e.clientes.valor()),
        ("servicos", e.servicos.valor()),
        ("contratos", e.contratos.valor()),
        ("consumos", e.consumos.valor()),
        ("consumosFaturados", numero(e.consumos_faturados)),
        ("cobrancas", e.cobrancas.valor()),
        ("pedidos", contador(e.pedidos)),
        ("repeticoes", contador(e.repeticoes)),
        ("inclusoesRepetidas", contador(e.inclusoes_repetidas)),
        ("falhas", contador(e.falhas)),
    ])
}

fn texto<'a>(corpo: &'a Valor<'_>, nome: &str) -> Option<&'a str> {
    corpo.campo(nome).and_then(Valor::texto)
}

fn numero(n: usize) -> Valor<'static> {
    Valor::Numero(n.to_string().into())
}

fn objeto<const N: usize>(campos: [(&'static str, Valor<'static>); N]) -> Valor<'static> {
    Valor::Objeto(campos.into_iter().map(|(nome, valor)| (nome.into(), valor)).collect())
}

fn invalido(campo: &str, pt: &str, en: &str) -> Erro {
    Erro::new(422, "pedido_invalido", format!("`{campo}`: {pt}"), format!("`{campo}`: {en}"))
}
