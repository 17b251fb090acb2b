use smartbill_core::Message;
use smartbill_core::api::Action;
use smartbill_core::model::{Contrato, ContratoAction, Id, SituacaoCliente, SituacaoServico};

use crate::collection;
use crate::contratos::{Done, RefusedAction, StoredContrato};
use crate::platform::{Effect, Platform};
use crate::refusal::Refusal;

impl Platform {
    pub(crate) fn contrato_incluir(&mut self, mut contrato: Contrato) -> Result<(Contrato, Effect), Refusal> {
        if let Some(code) = &contrato.codigo_externo
            && let Some(other) = self.store.contratos.by_external(code)
        {
            self.duplicates += 1;
            return Err(Refusal::repeated(Contrato::SCHEMA, "codigoExterno", &collection::id(other)));
        }
        not_simulated(&contrato)?;
        let cliente = self.cliente_of(&contrato)?;
        let mut servicos = Vec::with_capacity(contrato.itens.len());
        for (i, item) in contrato.itens.iter_mut().enumerate() {
            let hit = self.servico_by(item.servico_id.as_ref(), item.servico_codigo.as_deref());
            let hit = hit.and_then(|index| Some((index, self.store.servicos.get(index)?)));
            let (index, servico) =
                hit.filter(|(_, s)| s.situacao != Some(SituacaoServico::Inativo)).ok_or_else(|| {
                    let field = if item.servico_id.is_some() { "servicoId" } else { "servicoCodigo" };
                    reference(Contrato::SCHEMA, &format!("itens[{i}].{field}"), "o serviço", "service")
                })?;
            item.servico_id.clone_from(&servico.id);
            item.servico_codigo.clone_from(&servico.codigo);
            servicos.push(index);
        }
        contrato.data_contratacao = Some(self.today);
        contrato.criado_em = Some(self.now);
        contrato.alterado_em = Some(self.now);
        let index = self.store.contratos.next();
        if let Some(code) = &contrato.codigo_externo {
            self.store.contratos.display_name(code, index);
        }
        self.store.contratos.push(StoredContrato::new(contrato, cliente, servicos));
        Ok((self.contrato_at(index)?, Effect::Created))
    }

    fn cliente_of(&self, contrato: &Contrato) -> Result<u32, Refusal> {
        let clientes = &self.store.clientes;
        let (field, hit) = match (&contrato.cliente_id, &contrato.cliente_codigo_externo) {
            (Some(id), _) => ("clienteId", clientes.by_id(id.as_str())),
            (None, code) => ("clienteCodigoExterno", code.as_deref().and_then(|c| clientes.by_external(c))),
        };
        let active = |i: &u32| clientes.get(*i).is_some_and(|c| c.situacao != Some(SituacaoCliente::Inativo));
        hit.filter(active).ok_or_else(|| reference(Contrato::SCHEMA, field, "o cliente", "customer"))
    }

    pub(crate) fn contrato_act(
        &mut self,
        id: &str,
        action: Action,
        request: &ContratoAction,
    ) -> Result<(Contrato, Effect), Refusal> {
        let index = self.contrato(id)?;
        let (today, now) = (self.today, self.now);
        let does_not_exist = || Refusal::not_found("o contrato", "contract");
        let contrato = self.store.contratos.get_mut(index).ok_or_else(does_not_exist)?;
        let done = contrato.act(action, request, today).map_err(|refusal| refuse(&refusal))?;
        let outcome = if done == Done::Nothing {
            Effect::AlreadyDone
        } else {
            contrato.model.alterado_em = Some(now);
            Effect::Changed
        };
        Ok((self.contrato_at(index)?, outcome))
    }

    /// The index of the contract with the identifier `id`.
    pub(crate) fn contrato(&self, id: &str) -> Result<u32, Refusal> {
        self.store.contratos.by_id(id).ok_or_else(|| Refusal::not_found("o contrato", "contract"))
    }

    /// The contract at `index` as of today.
    pub(crate) fn contrato_at(&self, index: u32) -> Result<Contrato, Refusal> {
        let stored = self.store.contratos.get(index);
        let stored = stored.ok_or_else(|| Refusal::not_found("o contrato", "contract"))?;
        let code = self.store.clientes.get(stored.cliente).and_then(|c| c.codigo_externo.as_deref());
        Ok(stored.respond(index, code, self.today))
    }

    /// The index of the contract with this identifier or external code.
    pub(super) fn contrato_by(&self, id: Option<&Id>, code: Option<&str>) -> Option<u32> {
        match (id, code) {
            (Some(id), _) => self.store.contratos.by_id(id.as_str()),
            (None, Some(code)) => self.store.contratos.by_external(code),
            (None, None) => None,
        }
    }
}

/// Refuses a field that the sandbox would accept but ignore: a price adjustment by an index, whose future values nobody
/// knows.
fn not_simulated(contrato: &Contrato) -> Result<(), Refusal> {
    let given = [
        ("indiceReajuste", contrato.indice_reajuste.is_some()),
        ("dataProximoReajuste", contrato.data_proximo_reajuste.is_some()),
    ];
    let Some((field, _)) = given.into_iter().find(|(_, given)| *given) else { return Ok(()) };
    Err(Refusal::field(
        Contrato::SCHEMA,
        field,
        "nao_simulado",
        "a sandbox não reajusta preços, pois não tem a série do índice; deixe o campo de fora",
        "the sandbox adjusts no prices, since it has no series of the index; leave the field out",
    ))
}

/// The refusal of a reference to a record that does not exist or is not in use.
pub(super) fn reference(schema: &'static smartbill_core::model::Schema, path: &str, pt: &str, en: &str) -> Refusal {
    Refusal::field(
        schema,
        path,
        "nao_encontrado",
        format!("{pt} não existe ou está inativo"),
        format!("no such {en}, or it is inactive"),
    )
}

fn refuse(refusal: &RefusedAction) -> Refusal {
    let schema = ContratoAction::SCHEMA;
    match refusal {
        RefusedAction::Transition(situacao) => Refusal::new(
            409,
            "transicao_invalida",
            format!("o contrato está em `{situacao}`, que não permite esta ação"),
            format!("the contract is in `{situacao}`, which does not allow this action"),
        ),
        RefusedAction::NoReason => {
            Refusal::field(schema, "motivo", "obrigatorio", "campo obrigatório", "required field")
        }
        RefusedAction::Before(other) => {
            let message =
                Message::new(format!("não pode ser anterior a `{other}`"), format!("must not be before `{other}`"));
            Refusal::field(schema, "data", "ordem_das_datas", message.pt, message.en)
        }
        RefusedAction::EmptySuspension => Refusal::field(
            schema,
            "suspenderAte",
            "ordem_das_datas",
            "deve ser posterior ao início da suspensão",
            "must be after the suspension begins",
        ),
    }
}
