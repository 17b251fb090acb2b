use smartbill_core::Valor;
use smartbill_core::model::{Cliente, Id, SituacaoCliente, TipoPessoa};

use crate::erro::Erro;
use crate::plataforma::{Plataforma, Resultado};
use crate::store;

impl Plataforma {
    pub(crate) fn cliente_incluir(&mut self, mut cliente: Cliente) -> Result<(Cliente, Resultado), Erro> {
        if let Some(codigo) = &cliente.codigo_externo
            && let Some(outro) = self.store.clientes.por_externo(codigo)
        {
            self.repetidos += 1;
            return Err(Erro::repetido(Cliente::ESQUEMA, "codigoExterno", &store::id(outro)));
        }
        let indice = self.store.clientes.proximo();
        cliente.id = Some(Id(store::id(indice)));
        cliente.situacao = Some(SituacaoCliente::Ativo);
        cliente.criado_em = Some(self.agora);
        cliente.alterado_em = Some(self.agora);
        derivar(&mut cliente);
        if let Some(codigo) = &cliente.codigo_externo {
            self.store.clientes.nomear(codigo, indice);
        }
        self.store.clientes.push(cliente.clone());
        Ok((cliente, Resultado::Criado))
    }

    /// Changes what `mudanca` names. A customer that was removed comes back: the API has no other door for that.
    pub(crate) fn cliente_alterar(&mut self, id: &str, mudanca: &Valor<'_>) -> Result<(Cliente, Resultado), Erro> {
        let (indice, atual) = self.cliente(id)?;
        let mut novo = self.mesclado(atual, mudanca)?;
        novo.id.clone_from(&atual.id);
        novo.situacao = Some(SituacaoCliente::Ativo);
        novo.criado_em = atual.criado_em;
        novo.alterado_em = atual.alterado_em;
        derivar(&mut novo);
        if novo == *atual {
            return Ok((novo, Resultado::Igual));
        }
        if let Some(codigo) = &novo.codigo_externo
            && let Some(outro) = self.store.clientes.por_externo(codigo).filter(|outro| *outro != indice)
        {
            return Err(Erro::repetido(Cliente::ESQUEMA, "codigoExterno", &store::id(outro)));
        }
        let antigo = atual.codigo_externo.clone().filter(|c| Some(c) != novo.codigo_externo.as_ref());
        if let Some(antigo) = antigo {
            self.store.clientes.esquecer_nome(&antigo);
        }
        if let Some(codigo) = &novo.codigo_externo {
            self.store.clientes.nomear(codigo, indice);
        }
        novo.alterado_em = Some(self.agora);
        if let Some(guardado) = self.store.clientes.get_mut(indice) {
            guardado.clone_from(&novo);
        }
        Ok((novo, Resultado::Alterado))
    }

    /// Makes a customer inactive; the record stays.
    pub(crate) fn cliente_remover(&mut self, id: &str) -> Result<(Cliente, Resultado), Erro> {
        let (indice, atual) = self.cliente(id)?;
        if atual.situacao == Some(SituacaoCliente::Inativo) {
            return Ok((atual.clone(), Resultado::JaFeito));
        }
        let mut novo = atual.clone();
        novo.situacao = Some(SituacaoCliente::Inativo);
        novo.alterado_em = Some(self.agora);
        if let Some(guardado) = self.store.clientes.get_mut(indice) {
            guardado.clone_from(&novo);
        }
        Ok((novo, Resultado::Alterado))
    }

    pub(crate) fn cliente(&self, id: &str) -> Result<(u32, &Cliente), Erro> {
        let achado = self.store.clientes.por_id(id).and_then(|i| Some((i, self.store.clientes.get(i)?)));
        achado.ok_or_else(|| Erro::nao_encontrado("o cliente", "customer"))
    }
}

/// Fills what follows from the document.
fn derivar(cliente: &mut Cliente) {
    if cliente.tipo_pessoa.is_none() {
        cliente.tipo_pessoa = cliente.cpf_cnpj.as_ref().and_then(|documento| match documento.len() {
            11 => Some(TipoPessoa::Fisica),
            14 => Some(TipoPessoa::Juridica),
            _ => None,
        });
    }
}
