use std::borrow::Cow;

use crate::Valor;
use crate::api::{
    self, Acao, Alteravel, Entrada, Gravado, Incluivel, Obtivel, Operation, Pedido, Recurso, Registro, ValueRecord,
};
use crate::client::pager::Pager;
use crate::client::{CallOptions, Client};
use crate::error::Error;
use crate::model::{AcaoContrato, Contrato, Id, Modelo};
use crate::transport::Host;
use crate::validate::Intent;

/// What became of one contract of several.
#[derive(Debug)]
pub struct ItemLote<R = Contrato> {
    /// The contract.
    pub id: Id,
    /// What was done, or why not.
    pub resultado: Result<Gravado<R>, Error>,
}

impl<H: Host> Client<H> {
    /// Adds a customer, a contract or usage.
    ///
    /// Sent again after an answer got lost, or told that such a record exists, it reads the record of this code back: one
    /// that says the same is `already_done`, another one an error of kind `Conflict`.
    ///
    /// # Errors
    /// Of kind `Validation` before anything is sent; otherwise what the platform or the network answered, with the
    /// outcome.
    pub async fn incluir<M: Incluivel>(
        &self,
        entrada: impl Into<Entrada<'_, M>>,
        options: &CallOptions,
    ) -> Result<Gravado<M>, Error> {
        let modelo = entrada.into().validar(M::INCLUIR, Intent::Incluir, self.regime(options))?;
        self.gravado(Pedido::novo(M::INCLUIR, None, Some(&modelo.valor())), options).await
    }

    /// Changes the fields given in `entrada`, and empties those named in `limpar`.
    ///
    /// # Errors
    /// As [`Client::incluir`].
    pub async fn alterar<M: Alteravel>(
        &self,
        id: &str,
        entrada: impl Into<Entrada<'_, M>>,
        limpar: &[&str],
        options: &CallOptions,
    ) -> Result<Gravado<M>, Error> {
        let regime = self.regime(options);
        api::check_id(M::ALTERAR, id, regime)?;
        let modelo = entrada.into().validar(M::ALTERAR, Intent::Alterar, regime)?;
        let corpo = modelo.valor();
        let pedido = Pedido { limpar, ..Pedido::novo(M::ALTERAR, Some(id), Some(&corpo)) };
        self.gravado(pedido, options).await
    }

    /// Removes a customer (who becomes inactive) or usage that is not billed.
    ///
    /// # Errors
    /// As [`Client::incluir`].
    pub async fn remover<M: Alteravel>(&self, id: &str, options: &CallOptions) -> Result<Gravado<M>, Error> {
        self.gravado(Pedido::novo(M::REMOVER, Some(id), None), options).await
    }

    /// Gets one record.
    ///
    /// # Errors
    /// Of kind `NotFound` when there is none, or what the platform or the network answered.
    pub async fn obter<M: Obtivel>(&self, id: &str, options: &CallOptions) -> Result<M, Error> {
        self.obtido(M::OBTER, id, options).await
    }

    /// Begins a listing, whose pages are read one by one with [`Pager::next`].
    ///
    /// # Errors
    /// Of kind `Validation`, when the filter is wrong.
    pub fn listar<'a, M: Recurso>(
        &self,
        filtro: impl Into<Entrada<'a, M::Filtro>>,
        options: &CallOptions,
    ) -> Result<Pager<M>, Error> {
        let filtro = filtro.into().validar(M::LISTAR, Intent::Incluir, self.regime(options))?;
        Pager::new(M::LISTAR, filtro.valor().into_owned(), options, &self.options)
    }

    /// Takes a listing up again where [`Pager::cursor`] left it, in this process or another.
    ///
    /// # Errors
    /// Of kind `Configuration`, when the cursor is not one of this listing's.
    pub fn retomar<M: Recurso>(&self, cursor: &str, options: &CallOptions) -> Result<Pager<M>, Error> {
        Pager::resume(M::LISTAR, cursor, options, &self.options)
    }

    /// Finds the record that has `chave` as the company's own identifier.
    ///
    /// # Errors
    /// What the platform or the network answered.
    pub async fn localizar<M: Incluivel>(&self, chave: &str, options: &CallOptions) -> Result<Option<M>, Error> {
        let found = self.search::<M>(M::LISTAR, chave, options).await?;
        Ok(found.into_iter().next())
    }

    /// Activates contracts, or resumes suspended ones, one after another; each has its own result.
    ///
    /// # Errors
    /// Of kind `Validation`, when the parameters are wrong; nothing was sent then.
    pub async fn ativar(
        &self,
        ids: &[Id],
        acao: impl Into<Entrada<'_, AcaoContrato>>,
        options: &CallOptions,
    ) -> Result<Vec<ItemLote>, Error> {
        let parametros = self.parametros(Acao::Ativar, acao.into(), options)?;
        Ok(self.lote(Operation::ContratosAtivar, ids, &parametros.valor(), options).await)
    }

    /// Deactivates contracts, one after another; each has its own result.
    ///
    /// # Errors
    /// As [`Client::ativar`].
    pub async fn desativar(
        &self,
        ids: &[Id],
        acao: impl Into<Entrada<'_, AcaoContrato>>,
        options: &CallOptions,
    ) -> Result<Vec<ItemLote>, Error> {
        let parametros = self.parametros(Acao::Desativar, acao.into(), options)?;
        Ok(self.lote(Operation::ContratosDesativar, ids, &parametros.valor(), options).await)
    }

    /// Suspends a contract.
    ///
    /// # Errors
    /// As [`Client::incluir`].
    pub async fn suspender(
        &self,
        id: &str,
        acao: impl Into<Entrada<'_, AcaoContrato>>,
        options: &CallOptions,
    ) -> Result<Gravado<Contrato>, Error> {
        self.agir(Acao::Suspender, id, acao, options).await
    }

    /// Ends a contract for good; needs a reason.
    ///
    /// # Errors
    /// As [`Client::incluir`].
    pub async fn cancelar(
        &self,
        id: &str,
        acao: impl Into<Entrada<'_, AcaoContrato>>,
        options: &CallOptions,
    ) -> Result<Gravado<Contrato>, Error> {
        self.agir(Acao::Cancelar, id, acao, options).await
    }

    /// Does `acao` to one contract.
    ///
    /// # Errors
    /// As [`Client::incluir`].
    pub async fn agir(
        &self,
        acao: Acao,
        id: &str,
        entrada: impl Into<Entrada<'_, AcaoContrato>>,
        options: &CallOptions,
    ) -> Result<Gravado<Contrato>, Error> {
        let parametros = self.parametros(acao, entrada.into(), options)?;
        self.gravado(Pedido::novo(acao.operation(), Some(id), Some(&parametros.valor())), options).await
    }

    fn parametros<'a>(
        &self,
        acao: Acao,
        entrada: Entrada<'a, AcaoContrato>,
        options: &CallOptions,
    ) -> Result<Cow<'a, AcaoContrato>, Error> {
        let (operation, regime) = (acao.operation(), self.regime(options));
        let parametros = entrada.validar(operation, Intent::Incluir, regime)?;
        api::checar(operation, &parametros.valor(), regime)?;
        Ok(parametros)
    }

    async fn gravado<R: Registro>(&self, pedido: Pedido<'_>, options: &CallOptions) -> Result<Gravado<R>, Error> {
        let mut lidos = R::lidos(pedido.operation);
        let resultado = self.gravar(pedido, options, &mut lidos).await?;
        Ok(Gravado { resultado, registro: R::um(lidos) })
    }

    async fn obtido<R: Registro>(&self, operation: Operation, id: &str, options: &CallOptions) -> Result<R, Error> {
        let request = api::pedir(self.profile(), Pedido::novo(operation, Some(id), None), self.regime(options))?;
        let mut lidos = R::lidos(operation);
        self.buscar(request, options, &mut lidos).await?;
        Ok(R::um(lidos))
    }

    async fn lote<R: Registro>(
        &self,
        operation: Operation,
        ids: &[Id],
        parametros: &Valor<'_>,
        options: &CallOptions,
    ) -> Vec<ItemLote<R>> {
        let mut itens = Vec::with_capacity(ids.len());
        for id in ids {
            // One key names one contract's change; the caller's, given to several, needs the contract in it.
            let key =
                options.idempotency_key.as_ref().filter(|_| ids.len() > 1).map(|key| [key, ":", id.as_str()].concat());
            let key = key.or_else(|| options.idempotency_key.clone());
            let options = CallOptions { idempotency_key: key, ..options.clone() };
            let pedido = Pedido::novo(operation, Some(id.as_str()), Some(parametros));
            itens.push(ItemLote { id: id.clone(), resultado: self.gravado(pedido, &options).await });
        }
        itens
    }
}

/// The same over values, for hosts that have no types for the models.
impl<H: Host> Client<H> {
    /// Adds, changes, removes, or acts on one contract.
    ///
    /// # Errors
    /// As [`Client::incluir`].
    pub async fn gravar_valor(
        &self,
        operation: Operation,
        id: Option<&str>,
        dados: Valor<'_>,
        limpar: &[&str],
        options: &CallOptions,
    ) -> Result<Gravado<ValueRecord>, Error> {
        let regime = self.regime(options);
        if operation.changes() {
            api::check_id(operation, id.unwrap_or_default(), regime)?;
        }
        let corpo = if operation.removes() { None } else { Some(api::conferir(operation, dados, regime)?) };
        self.gravado(Pedido { limpar, ..Pedido::novo(operation, id, corpo.as_ref()) }, options).await
    }

    /// Acts on contracts one after another; each has its own result.
    ///
    /// # Errors
    /// As [`Client::ativar`].
    pub async fn lote_valores(
        &self,
        operation: Operation,
        ids: &[Id],
        dados: Valor<'_>,
        options: &CallOptions,
    ) -> Result<Vec<ItemLote<ValueRecord>>, Error> {
        let parametros = api::conferir(operation, dados, self.regime(options))?;
        Ok(self.lote(operation, ids, &parametros, options).await)
    }

    /// Gets one record.
    ///
    /// # Errors
    /// As [`Client::obter`].
    pub async fn obter_valor(
        &self,
        operation: Operation,
        id: &str,
        options: &CallOptions,
    ) -> Result<ValueRecord, Error> {
        self.obtido(operation, id, options).await
    }

    /// Begins a listing.
    ///
    /// # Errors
    /// As [`Client::listar`].
    pub fn listar_valores(
        &self,
        operation: Operation,
        filtro: Valor<'_>,
        options: &CallOptions,
    ) -> Result<Pager<ValueRecord>, Error> {
        let filtro = api::conferir(operation, filtro, self.regime(options))?;
        Pager::new(operation, filtro.into_owned(), options, &self.options)
    }

    /// Takes a listing up again.
    ///
    /// # Errors
    /// As [`Client::retomar`].
    pub fn retomar_valores(
        &self,
        operation: Operation,
        cursor: &str,
        options: &CallOptions,
    ) -> Result<Pager<ValueRecord>, Error> {
        Pager::resume(operation, cursor, options, &self.options)
    }
}
