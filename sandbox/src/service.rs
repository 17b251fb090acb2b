//! The wire around the platform: a request and an instant in, an answer out. Nothing here waits, reads a clock or
//! opens a socket.

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use smartbill_core::api::{Acao, Operation};
use smartbill_core::error::FieldError;
use smartbill_core::model::{
    AcaoContrato, Cliente, Consumo, Contrato, Esquema, FiltroClientes, FiltroCobrancas, FiltroConsumos,
    FiltroContratos, FiltroServicos, Modelo, Servico,
};
use smartbill_core::profile::{ErrorBody, Profile, Promise, Recorte};
use smartbill_core::validate::Intent;
use smartbill_core::{Competencia, Idioma, Valor};

use crate::controle;
use crate::erro::Erro;
use crate::falhas::{Conexao, Falha, Golpe, Plano};
use crate::idempotencia::{Chaves, Conhecida, Guardada, Impressao};
use crate::plataforma::{Plataforma, Resultado, Resumo};
use crate::semente;

/// The token that a sandbox takes where none is chosen.
pub const TOKEN: &str = "sandbox";

/// How many bytes a key or a request identifier may have.
const MAIOR_CHAVE: usize = 255;

/// A request as it came.
#[derive(Debug, Clone, Copy)]
pub struct Pedido<'a> {
    /// The HTTP method.
    pub metodo: &'a str,
    /// Path and query string, as on the request line.
    pub alvo: &'a str,
    /// Header names in lower case, and values.
    pub cabecalhos: &'a [(String, String)],
    /// The body.
    pub corpo: &'a [u8],
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Resposta {
    /// The HTTP status.
    pub status: u16,
    /// Header names in lower case, and values.
    pub cabecalhos: Vec<(String, String)>,
    /// The body.
    pub corpo: Bytes,
    /// What the transport must do with it, if a fault plan says so.
    pub falha: Option<Falha>,
}

/// The sandbox: the platform's API without network, clock or account.
pub struct Service {
    pub(crate) perfil: Profile,
    token: String,
    pub(crate) plataforma: Plataforma,
    chaves: Chaves,
    pub(crate) plano: Plano,
    /// How far the sandbox's clock is ahead of the caller's.
    pub(crate) adiantado: SignedDuration,
    pub(crate) pedidos: u64,
    pub(crate) repeticoes: u64,
    /// Whether it began with the sample services, as it does again after a reset.
    semeado: bool,
    /// Whether the control endpoints want the token as well.
    pub(crate) guarded: bool,
}

/// What an operation did: status, what the result header says, and the body.
struct Feito {
    status: u16,
    resultado: Option<Resultado>,
    corpo: Bytes,
}

impl<'a> Pedido<'a> {
    fn cabecalho(&self, nome: &str) -> Option<&'a str> {
        self.cabecalhos.iter().find(|(n, _)| n.eq_ignore_ascii_case(nome)).map(|(_, v)| v.as_str())
    }

    pub(crate) fn idioma(&self) -> Idioma {
        let ingles = self.cabecalho("accept-language").is_some_and(|v| v.trim_start().starts_with("en"));
        if ingles { Idioma::En } else { Idioma::PtBr }
    }
}

impl Service {
    /// An empty platform that speaks `perfil` and takes `token`; `agora` is its first instant.
    #[must_use]
    pub fn new(perfil: Profile, token: impl Into<String>, agora: Timestamp) -> Self {
        Self {
            perfil,
            token: token.into(),
            plataforma: Plataforma::nova(agora),
            chaves: Chaves::default(),
            plano: Plano::default(),
            adiantado: SignedDuration::ZERO,
            pedidos: 0,
            repeticoes: 0,
            semeado: false,
            guarded: false,
        }
    }

    /// Forgets everything: records, keys, faults, and how far the clock was moved. The sample services come back if
    /// they were there.
    pub fn reiniciar(&mut self, agora: Timestamp) {
        let (semeado, guarded, endereco) = (self.semeado, self.guarded, self.plataforma.endereco.take());
        *self = Self::new(self.perfil.clone(), std::mem::take(&mut self.token), agora);
        self.guarded = guarded;
        self.plataforma.endereco = endereco;
        if semeado {
            self.semear();
        }
    }

    /// Adds the sample services, `INTERNET-100`, `SUPORTE`, `INSTALACAO`, `API-CHAMADAS`, `ARMAZENAMENTO` and `SMS`;
    /// those that exist are kept.
    pub fn semear(&mut self) {
        self.semeado = true;
        semente::semear(&mut self.plataforma);
    }

    /// Tells at which address the sandbox answers, without a `/` at its end; charges then say where their QR image is.
    #[cfg(feature = "qr")]
    pub fn responder_em(&mut self, endereco: impl Into<String>) {
        self.plataforma.endereco = Some(endereco.into());
    }

    /// Adds a service of the caller's own.
    pub fn servico(&mut self, servico: Servico) {
        self.plataforma.servico(servico);
    }

    /// Bills every contract for `competencia`; what was billed before is not billed again.
    pub fn faturar(&mut self, competencia: Competencia, agora: Timestamp) -> Resumo {
        self.passar(agora);
        self.plataforma.faturar(competencia)
    }

    /// What time it is in the sandbox.
    pub fn relogio(&mut self, agora: Timestamp) -> Timestamp {
        self.passar(agora);
        self.plataforma.agora
    }

    /// Moves the sandbox's clock forward to `destino`: contracts that fall due on the way are billed. `None` when
    /// `destino` is in its past, or more than ten years ahead.
    pub fn avancar(&mut self, destino: Timestamp, agora: Timestamp) -> Option<Resumo> {
        const DEZ_ANOS: SignedDuration = SignedDuration::from_hours(24 * 3653);
        self.passar(agora);
        let passo = self.plataforma.agora.duration_until(destino);
        if passo.is_negative() || passo > DEZ_ANOS {
            return None;
        }
        self.adiantado = agora.duration_until(destino);
        Some(self.plataforma.avancar(destino))
    }

    /// Lets the sandbox's clock follow the caller's.
    fn passar(&mut self, agora: Timestamp) {
        // Answers show instants to the millisecond.
        let agora = Timestamp::from_millisecond(agora.as_millisecond()).unwrap_or(agora);
        let agora = agora.checked_add(self.adiantado).unwrap_or(agora);
        self.plataforma.avancar(agora);
    }

    /// Answers one request, at the caller's instant `agora`.
    pub fn handle(&mut self, pedido: &Pedido<'_>, agora: Timestamp) -> Resposta {
        self.passar(agora);
        self.pedidos += 1;
        let (caminho, consulta) = pedido.alvo.split_once('?').unwrap_or((pedido.alvo, ""));
        let resposta = if caminho.starts_with("/sandbox/") {
            controle::atender(self, pedido, (caminho, consulta), agora)
        } else {
            self.atender(pedido, caminho, consulta)
        };
        self.identified(resposta, pedido)
    }

    /// Refuses a request that the transport does not let in.
    #[cfg(feature = "server")]
    pub(crate) fn turn_away(&mut self, erro: &Erro, pedido: &Pedido<'_>) -> Resposta {
        self.pedidos += 1;
        let resposta = self.recusar(erro, pedido.idioma());
        self.identified(resposta, pedido)
    }

    /// The answer with the identifier of its request, the caller's own where there is one.
    fn identified(&self, mut resposta: Resposta, pedido: &Pedido<'_>) -> Resposta {
        let id = pedido.cabecalho("x-request-id").filter(|id| !id.is_empty() && id.len() <= MAIOR_CHAVE);
        let id = id.map_or_else(|| format!("sandbox-{:08x}", self.pedidos), str::to_owned);
        resposta.cabecalhos.push(("x-request-id".to_owned(), id));
        resposta
    }

    fn atender(&mut self, pedido: &Pedido<'_>, caminho: &str, consulta: &str) -> Resposta {
        let idioma = pedido.idioma();
        if !self.authenticated(pedido, consulta) {
            return self.recusar(&Erro::not_authenticated(), idioma);
        }
        let Some((operacao, id)) = self.perfil.match_route(pedido.metodo, caminho) else {
            return self.recusar(&Erro::no_route(&self.perfil.methods_at(caminho)), idioma);
        };
        let sorteio = self.plano.sortear(operacao);
        let falha = |conexao| Some(Falha { atraso: sorteio.atraso, conexao });
        let antes = match sorteio.golpe {
            Some(Golpe::Limite { retry_after }) => {
                let erro = Erro::new(429, "muitos_pedidos", "pedidos demais; espere", "too many requests; wait")
                    .with_header("retry-after", retry_after.to_string());
                Some((self.recusar(&erro, idioma), Conexao::Normal))
            }
            Some(Golpe::Erro { status }) => {
                let erro = Erro::new(status, "erro_interno", "falha do servidor", "the server failed");
                Some((self.recusar(&erro, idioma), Conexao::Normal))
            }
            Some(Golpe::QuedaAntes) => Some((em_json(503, Bytes::new()), Conexao::Cair)),
            _ => None,
        };
        if let Some((resposta, conexao)) = antes {
            return Resposta { falha: falha(conexao), ..resposta };
        }
        let mut resposta = self.executar(operacao, id.as_deref(), pedido, consulta);
        let tamanho = resposta.corpo.len();
        let conexao = match sorteio.golpe {
            Some(Golpe::QuedaDepois) => Conexao::Cair,
            Some(Golpe::Truncado) => Conexao::Truncar(tamanho / 2),
            Some(Golpe::Gotejamento { pausa }) => Conexao::Gotejar { bytes: tamanho.div_ceil(8).max(1), pausa },
            Some(Golpe::Malformado) => {
                let meio = resposta.corpo.slice(..tamanho / 2);
                resposta.corpo = [meio.as_ref(), b"<!-- "].concat().into();
                Conexao::Normal
            }
            _ => Conexao::Normal,
        };
        if sorteio.atraso.is_zero() && conexao == Conexao::Normal {
            return resposta;
        }
        Resposta { falha: falha(conexao), ..resposta }
    }

    /// Whether the request shows the token.
    pub(crate) fn authenticated(&self, pedido: &Pedido<'_>, consulta: &str) -> bool {
        self.perfil.authenticates(&self.token, |nome| pedido.cabecalho(nome), consulta)
    }

    /// Does the work once per idempotency key, where the profile has a use for one.
    fn executar(&mut self, operacao: Operation, id: Option<&str>, pedido: &Pedido<'_>, consulta: &str) -> Resposta {
        let idioma = pedido.idioma();
        let le_chave = operacao.is_write() && self.perfil.endpoint(operacao).promise != Promise::None;
        let chave = pedido.cabecalho(self.perfil.idempotency_header()).filter(|_| le_chave);
        let impressao = Impressao::de([operacao.name().as_bytes(), id.unwrap_or_default().as_bytes(), pedido.corpo]);
        if let Some(chave) = chave {
            if chave.is_empty() || chave.len() > MAIOR_CHAVE {
                let pt = "a chave de idempotência deve ter de 1 a 255 caracteres";
                let en = "the idempotency key must have 1 to 255 characters";
                return self.recusar(&Erro::new(422, "chave_invalida", pt, en), idioma);
            }
            match self.chaves.consultar(chave, impressao, self.plataforma.agora) {
                Conhecida::Nova => {}
                Conhecida::Igual(guardada) => {
                    self.repeticoes += 1;
                    let mut resposta = self.responder(&guardada);
                    resposta.cabecalhos.push((self.perfil.replayed_header().to_owned(), "true".to_owned()));
                    return resposta;
                }
                Conhecida::Outra => {
                    let pt = "a chave de idempotência já foi usada com outro conteúdo";
                    let en = "the idempotency key was used before with another body";
                    return self.recusar(&Erro::new(422, "chave_reutilizada", pt, en), idioma);
                }
            }
        }
        match self.operar(operacao, id.unwrap_or_default(), pedido, consulta) {
            Ok(feito) => {
                let resultado = feito.resultado.map(Resultado::nome);
                let guardada = Guardada { status: feito.status, resultado, corpo: feito.corpo };
                if let Some(chave) = chave {
                    self.chaves.guardar(chave, impressao, guardada.clone(), self.plataforma.agora);
                }
                self.responder(&guardada)
            }
            Err(erro) => self.recusar(&erro, idioma),
        }
    }

    fn operar(&mut self, op: Operation, id: &str, pedido: &Pedido<'_>, consulta: &str) -> Result<Feito, Erro> {
        match op {
            Operation::ClientesIncluir => {
                let cliente = self.plataforma.ler::<Cliente>(self.corpo(Cliente::ESQUEMA, pedido)?, Intent::Incluir)?;
                let feito = self.plataforma.cliente_incluir(cliente)?;
                Ok(self.escrito(&feito))
            }
            Operation::ClientesAlterar => {
                let mudanca = self.mudanca::<Cliente>(pedido)?;
                let feito = self.plataforma.cliente_alterar(id, &mudanca)?;
                Ok(self.escrito(&feito))
            }
            Operation::ClientesRemover => {
                let feito = self.plataforma.cliente_remover(id)?;
                Ok(self.escrito(&feito))
            }
            Operation::ClientesObter => Ok(self.lido(self.plataforma.cliente(id)?.1)),
            Operation::ClientesListar => {
                let (filtro, recorte) = self.filtro::<FiltroClientes>(consulta)?;
                let indices = self.plataforma.clientes_listar(&filtro);
                Ok(self.lista(&indices, recorte, |p, i| p.store.clientes.get(i).cloned()))
            }
            Operation::ServicosObter => {
                let servicos = &self.plataforma.store.servicos;
                let servico = servicos.por_id(id).and_then(|i| servicos.get(i));
                Ok(self.lido(servico.ok_or_else(|| Erro::nao_encontrado("o serviço", "service"))?))
            }
            Operation::ServicosListar => {
                let (filtro, recorte) = self.filtro::<FiltroServicos>(consulta)?;
                let indices = self.plataforma.servicos_listar(&filtro);
                Ok(self.lista(&indices, recorte, |p, i| p.store.servicos.get(i).cloned()))
            }
            Operation::ContratosIncluir => {
                let contrato =
                    self.plataforma.ler::<Contrato>(self.corpo(Contrato::ESQUEMA, pedido)?, Intent::Incluir)?;
                let feito = self.plataforma.contrato_incluir(contrato)?;
                Ok(self.escrito(&feito))
            }
            Operation::ContratosAtivar => self.agir(id, Acao::Ativar, pedido),
            Operation::ContratosDesativar => self.agir(id, Acao::Desativar, pedido),
            Operation::ContratosSuspender => self.agir(id, Acao::Suspender, pedido),
            Operation::ContratosCancelar => self.agir(id, Acao::Cancelar, pedido),
            Operation::ContratosObter => {
                let indice = self.plataforma.contrato(id)?;
                Ok(self.lido(&self.plataforma.contrato_em(indice)?))
            }
            Operation::ContratosListar => {
                let (filtro, recorte) = self.filtro::<FiltroContratos>(consulta)?;
                let indices = self.plataforma.contratos_listar(&filtro);
                Ok(self.lista(&indices, recorte, |p, i| p.contrato_em(i).ok()))
            }
            Operation::ConsumosIncluir => {
                let consumo = self.plataforma.ler::<Consumo>(self.corpo(Consumo::ESQUEMA, pedido)?, Intent::Incluir)?;
                let feito = self.plataforma.consumo_incluir(&consumo)?;
                Ok(self.escrito(&feito))
            }
            Operation::ConsumosAlterar => {
                let mudanca = self.mudanca::<Consumo>(pedido)?;
                let feito = self.plataforma.consumo_alterar(id, &mudanca)?;
                Ok(self.escrito(&feito))
            }
            Operation::ConsumosRemover => {
                let feito = self.plataforma.consumo_remover(id)?;
                Ok(self.escrito(&feito))
            }
            Operation::ConsumosObter => Ok(self.lido(&self.plataforma.consumo(id)?)),
            Operation::ConsumosListar => {
                let (filtro, recorte) = self.filtro::<FiltroConsumos>(consulta)?;
                let indices = self.plataforma.consumos_listar(&filtro);
                Ok(self.lista(&indices, recorte, |p, i| p.consumo_em(i).ok()))
            }
            Operation::CobrancasListar => {
                let (filtro, recorte) = self.filtro::<FiltroCobrancas>(consulta)?;
                let indices = self.plataforma.cobrancas_listar(&filtro);
                Ok(self.lista(&indices, recorte, Plataforma::cobranca_em))
            }
        }
    }

    fn agir(&mut self, id: &str, acao: Acao, pedido: &Pedido<'_>) -> Result<Feito, Erro> {
        let corpo = self.corpo(AcaoContrato::ESQUEMA, pedido)?;
        let parametros = self.plataforma.ler::<AcaoContrato>(corpo, Intent::Incluir)?;
        let feito = self.plataforma.contrato_agir(id, acao, &parametros)?;
        Ok(self.escrito(&feito))
    }

    /// The body in the model's own names; an empty one says nothing.
    fn corpo<'p>(&self, esquema: &'static Esquema, pedido: &Pedido<'p>) -> Result<Valor<'p>, Erro> {
        if pedido.corpo.iter().all(u8::is_ascii_whitespace) {
            return Ok(Valor::Objeto(Vec::new()));
        }
        Ok(self.perfil.decode(esquema, json(pedido.corpo)?))
    }

    /// A change: checked by itself first, so that its violations are those of what was sent.
    fn mudanca<'p, M: Modelo>(&self, pedido: &Pedido<'p>) -> Result<Valor<'p>, Erro> {
        let mudanca = self.corpo(M::ESQUEMA, pedido)?;
        self.plataforma.ler::<M>(mudanca.clone(), Intent::Alterar)?;
        Ok(mudanca)
    }

    fn filtro<F: Modelo>(&self, consulta: &str) -> Result<(F, Recorte), Erro> {
        let (valor, recorte) = self.perfil.decode_query(F::ESQUEMA, consulta).map_err(|nome| {
            Erro::new(
                422,
                "parametro_invalido",
                format!("o parâmetro `{nome}` não pode ser lido"),
                format!("the parameter `{nome}` cannot be read"),
            )
        })?;
        Ok((self.plataforma.ler(valor, Intent::Incluir)?, recorte))
    }

    fn escrito<M: Modelo>(&self, (modelo, resultado): &(M, Resultado)) -> Feito {
        let status = if *resultado == Resultado::Criado { 201 } else { 200 };
        Feito { status, resultado: Some(*resultado), ..self.lido(modelo) }
    }

    fn lido<M: Modelo>(&self, modelo: &M) -> Feito {
        let corpo = self.perfil.encode(M::ESQUEMA, modelo.valor()).to_json().into();
        Feito { status: 200, resultado: None, corpo }
    }

    fn lista<M: Modelo>(
        &self,
        indices: &[u32],
        recorte: Recorte,
        obter: impl Fn(&Plataforma, u32) -> Option<M>,
    ) -> Feito {
        let total = indices.len();
        let inicio = usize::try_from(recorte.inicio).unwrap_or(usize::MAX).min(total);
        let fim = inicio.saturating_add(recorte.tamanho as usize).min(total);
        let pagina = indices.get(inicio..fim).unwrap_or_default();
        let modelos: Vec<M> = pagina.iter().filter_map(|i| obter(&self.plataforma, *i)).collect();
        let itens = modelos.iter().map(|m| self.perfil.encode(M::ESQUEMA, m.valor())).collect();
        let total = u64::try_from(total).unwrap_or(u64::MAX);
        let corpo = self.perfil.encode_list(itens, recorte, total).to_json().into();
        Feito { status: 200, resultado: None, corpo }
    }

    fn responder(&self, guardada: &Guardada) -> Resposta {
        let mut resposta = em_json(guardada.status, guardada.corpo.clone());
        let nome = || self.perfil.result_header().to_owned();
        resposta.cabecalhos.extend(guardada.resultado.map(|r| (nome(), r.to_owned())));
        resposta
    }

    /// A refusal in the profile's own shape.
    pub(crate) fn recusar(&self, erro: &Erro, idioma: Idioma) -> Resposta {
        let fields: Vec<FieldError> = erro
            .campos
            .iter()
            .map(|c| FieldError {
                path: c.caminho.clone(),
                code: Some(c.codigo.to_owned()),
                message: c.mensagem.get(idioma).to_owned(),
            })
            .collect();
        let corpo =
            ErrorBody { status: erro.status, code: erro.codigo, message: erro.mensagem.get(idioma), fields: &fields };
        let corpo = self.perfil.encode_error(erro.esquema, corpo).to_json();
        let mut resposta = em_json(erro.status, corpo.into());
        if let Some(header) = &erro.header {
            let (name, value) = header.as_ref();
            resposta.cabecalhos.push(((*name).to_owned(), value.clone()));
        }
        resposta
    }
}

/// An answer with a JSON body.
pub(crate) fn em_json(status: u16, corpo: Bytes) -> Resposta {
    let cabecalhos = vec![("content-type".to_owned(), "application/json".to_owned())];
    Resposta { status, cabecalhos, corpo, falha: None }
}

/// The JSON value in `corpo`.
pub(crate) fn json(corpo: &[u8]) -> Result<Valor<'_>, Erro> {
    Valor::from_json(corpo)
        .map_err(|_| Erro::new(400, "json_invalido", "o corpo não é JSON válido", "the body is not valid JSON"))
}
