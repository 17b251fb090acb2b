use smartbill_core::Message;
use smartbill_core::api::Acao;
use smartbill_core::model::{AcaoContrato, Contrato, Id, SituacaoCliente, SituacaoServico};

use crate::contratos::{ContratoGuardado, Feito, Recusa};
use crate::erro::Erro;
use crate::plataforma::{Plataforma, Resultado};
use crate::store;

impl Plataforma {
    pub(crate) fn contrato_incluir(&mut self, mut contrato: Contrato) -> Result<(Contrato, Resultado), Erro> {
        if let Some(codigo) = &contrato.codigo_externo
            && let Some(outro) = self.store.contratos.por_externo(codigo)
        {
            self.repetidos += 1;
            return Err(Erro::repetido(Contrato::ESQUEMA, "codigoExterno", &store::id(outro)));
        }
        not_simulated(&contrato)?;
        let cliente = self.cliente_do(&contrato)?;
        let mut servicos = Vec::with_capacity(contrato.itens.len());
        for (i, item) in contrato.itens.iter_mut().enumerate() {
            let achado = self.servico_por(item.servico_id.as_ref(), item.servico_codigo.as_deref());
            let achado = achado.and_then(|indice| Some((indice, self.store.servicos.get(indice)?)));
            let (indice, servico) =
                achado.filter(|(_, s)| s.situacao != Some(SituacaoServico::Inativo)).ok_or_else(|| {
                    let campo = if item.servico_id.is_some() { "servicoId" } else { "servicoCodigo" };
                    referencia(Contrato::ESQUEMA, &format!("itens[{i}].{campo}"), "o serviço", "service")
                })?;
            item.servico_id.clone_from(&servico.id);
            item.servico_codigo.clone_from(&servico.codigo);
            servicos.push(indice);
        }
        contrato.data_contratacao = Some(self.hoje);
        contrato.criado_em = Some(self.agora);
        contrato.alterado_em = Some(self.agora);
        let indice = self.store.contratos.proximo();
        if let Some(codigo) = &contrato.codigo_externo {
            self.store.contratos.nomear(codigo, indice);
        }
        self.store.contratos.push(ContratoGuardado::novo(contrato, cliente, servicos));
        Ok((self.contrato_em(indice)?, Resultado::Criado))
    }

    fn cliente_do(&self, contrato: &Contrato) -> Result<u32, Erro> {
        let clientes = &self.store.clientes;
        let (campo, achado) = match (&contrato.cliente_id, &contrato.cliente_codigo_externo) {
            (Some(id), _) => ("clienteId", clientes.por_id(id.as_str())),
            (None, codigo) => ("clienteCodigoExterno", codigo.as_deref().and_then(|c| clientes.por_externo(c))),
        };
        let ativo = |i: &u32| clientes.get(*i).is_some_and(|c| c.situacao != Some(SituacaoCliente::Inativo));
        achado.filter(ativo).ok_or_else(|| referencia(Contrato::ESQUEMA, campo, "o cliente", "customer"))
    }

    pub(crate) fn contrato_agir(
        &mut self,
        id: &str,
        acao: Acao,
        pedido: &AcaoContrato,
    ) -> Result<(Contrato, Resultado), Erro> {
        let indice = self.contrato(id)?;
        let (hoje, agora) = (self.hoje, self.agora);
        let nao_existe = || Erro::nao_encontrado("o contrato", "contract");
        let contrato = self.store.contratos.get_mut(indice).ok_or_else(nao_existe)?;
        let feito = contrato.agir(acao, pedido, hoje).map_err(|recusa| recusar(&recusa))?;
        let resultado = if feito == Feito::Nada {
            Resultado::JaFeito
        } else {
            contrato.modelo.alterado_em = Some(agora);
            Resultado::Alterado
        };
        Ok((self.contrato_em(indice)?, resultado))
    }

    /// The index of the contract that `id` names.
    pub(crate) fn contrato(&self, id: &str) -> Result<u32, Erro> {
        self.store.contratos.por_id(id).ok_or_else(|| Erro::nao_encontrado("o contrato", "contract"))
    }

    /// The contract at `indice`, as it is answered today.
    pub(crate) fn contrato_em(&self, indice: u32) -> Result<Contrato, Erro> {
        let guardado = self.store.contratos.get(indice);
        let guardado = guardado.ok_or_else(|| Erro::nao_encontrado("o contrato", "contract"))?;
        let codigo = self.store.clientes.get(guardado.cliente).and_then(|c| c.codigo_externo.as_deref());
        Ok(guardado.responder(indice, codigo, self.hoje))
    }

    /// The contract that a reference names, by identifier or by external code.
    pub(super) fn contrato_por(&self, id: Option<&Id>, codigo: Option<&str>) -> Option<u32> {
        match (id, codigo) {
            (Some(id), _) => self.store.contratos.por_id(id.as_str()),
            (None, Some(codigo)) => self.store.contratos.por_externo(codigo),
            (None, None) => None,
        }
    }
}

/// What would be taken and never done: prices are adjusted by an index, whose months to come nobody has.
fn not_simulated(contrato: &Contrato) -> Result<(), Erro> {
    let given = [
        ("indiceReajuste", contrato.indice_reajuste.is_some()),
        ("dataProximoReajuste", contrato.data_proximo_reajuste.is_some()),
    ];
    let Some((campo, _)) = given.into_iter().find(|(_, given)| *given) else { return Ok(()) };
    Err(Erro::campo(
        Contrato::ESQUEMA,
        campo,
        "nao_simulado",
        "a sandbox não reajusta preços, pois não tem a série do índice; deixe o campo de fora",
        "the sandbox adjusts no prices, since it has no series of the index; leave the field out",
    ))
}

/// A reference that names nothing in use.
pub(super) fn referencia(esquema: &'static smartbill_core::model::Esquema, caminho: &str, pt: &str, en: &str) -> Erro {
    Erro::campo(
        esquema,
        caminho,
        "nao_encontrado",
        format!("{pt} não existe ou está inativo"),
        format!("no such {en}, or it is inactive"),
    )
}

fn recusar(recusa: &Recusa) -> Erro {
    let esquema = AcaoContrato::ESQUEMA;
    match recusa {
        Recusa::Transicao(situacao) => Erro::new(
            409,
            "transicao_invalida",
            format!("o contrato está em `{situacao}`, que não permite esta ação"),
            format!("the contract is in `{situacao}`, which does not allow this action"),
        ),
        Recusa::SemMotivo => Erro::campo(esquema, "motivo", "obrigatorio", "campo obrigatório", "required field"),
        Recusa::Antes(outro) => {
            let mensagem =
                Message::new(format!("não pode ser anterior a `{outro}`"), format!("must not be before `{outro}`"));
            Erro::campo(esquema, "data", "ordem_das_datas", mensagem.pt, mensagem.en)
        }
        Recusa::SuspensaoVazia => Erro::campo(
            esquema,
            "suspenderAte",
            "ordem_das_datas",
            "deve ser posterior ao início da suspensão",
            "must be after the suspension begins",
        ),
    }
}
