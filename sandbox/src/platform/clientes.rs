use smartbill_core::Value;
use smartbill_core::model::{Cliente, Id, SituacaoCliente, TipoPessoa};

use crate::collection;
use crate::platform::{Effect, Platform};
use crate::refusal::Refusal;

impl Platform {
    pub(crate) fn cliente_incluir(&mut self, mut cliente: Cliente) -> Result<(Cliente, Effect), Refusal> {
        if let Some(code) = &cliente.codigo_externo
            && let Some(other) = self.store.clientes.by_external(code)
        {
            self.duplicates += 1;
            return Err(Refusal::repeated(Cliente::SCHEMA, "codigoExterno", &collection::id(other)));
        }
        let index = self.store.clientes.next();
        cliente.id = Some(Id(collection::id(index)));
        cliente.situacao = Some(SituacaoCliente::Ativo);
        cliente.criado_em = Some(self.now);
        cliente.alterado_em = Some(self.now);
        derive(&mut cliente);
        if let Some(code) = &cliente.codigo_externo {
            self.store.clientes.display_name(code, index);
        }
        self.store.clientes.push(cliente.clone());
        Ok((cliente, Effect::Created))
    }

    /// Changes the fields in `change`. A removed customer becomes active again, because the API has no other operation
    /// for that.
    pub(crate) fn cliente_alterar(&mut self, id: &str, change: &Value<'_>) -> Result<(Cliente, Effect), Refusal> {
        let (index, current) = self.cliente(id)?;
        let mut new = self.merged(current, change)?;
        new.id.clone_from(&current.id);
        new.situacao = Some(SituacaoCliente::Ativo);
        new.criado_em = current.criado_em;
        new.alterado_em = current.alterado_em;
        derive(&mut new);
        if new == *current {
            return Ok((new, Effect::Equal));
        }
        if let Some(code) = &new.codigo_externo
            && let Some(other) = self.store.clientes.by_external(code).filter(|other| *other != index)
        {
            return Err(Refusal::repeated(Cliente::SCHEMA, "codigoExterno", &collection::id(other)));
        }
        let old = current.codigo_externo.clone().filter(|c| Some(c) != new.codigo_externo.as_ref());
        if let Some(old) = old {
            self.store.clientes.forget_name(&old);
        }
        if let Some(code) = &new.codigo_externo {
            self.store.clientes.display_name(code, index);
        }
        new.alterado_em = Some(self.now);
        if let Some(stored) = self.store.clientes.get_mut(index) {
            stored.clone_from(&new);
        }
        Ok((new, Effect::Changed))
    }

    /// Makes a customer inactive. The record stays.
    pub(crate) fn cliente_remover(&mut self, id: &str) -> Result<(Cliente, Effect), Refusal> {
        let (index, current) = self.cliente(id)?;
        if current.situacao == Some(SituacaoCliente::Inativo) {
            return Ok((current.clone(), Effect::AlreadyDone));
        }
        let mut new = current.clone();
        new.situacao = Some(SituacaoCliente::Inativo);
        new.alterado_em = Some(self.now);
        if let Some(stored) = self.store.clientes.get_mut(index) {
            stored.clone_from(&new);
        }
        Ok((new, Effect::Changed))
    }

    pub(crate) fn cliente(&self, id: &str) -> Result<(u32, &Cliente), Refusal> {
        let hit = self.store.clientes.by_id(id).and_then(|i| Some((i, self.store.clientes.get(i)?)));
        hit.ok_or_else(|| Refusal::not_found("o cliente", "customer"))
    }
}

/// Fills the fields that follow from the document.
fn derive(cliente: &mut Cliente) {
    if cliente.tipo_pessoa.is_none() {
        cliente.tipo_pessoa = cliente.cpf_cnpj.as_ref().and_then(|documento| match documento.len() {
            11 => Some(TipoPessoa::Fisica),
            14 => Some(TipoPessoa::Juridica),
            _ => None,
        });
    }
}
