use std::borrow::Cow;

use smartbill_model::error::Error;
use smartbill_model::validate::Intent;
use smartbill_model::{Contrato, ContratoAction, Id, Model, Value};

use crate::api;
use crate::api::{
    Action, Call, Changeable, Gettable, Includable, Input, Operation, Record, ResourceModel, ValueRecord, Written,
};
use crate::client::pager::Pager;
use crate::client::{CallOptions, Client};
use crate::transport::Host;

/// What became of one contract of several.
#[derive(Debug)]
pub struct BatchItem<R = Contrato> {
    /// The contract.
    pub id: Id,
    /// What was done, or why not.
    pub outcome: Result<Written<R>, Error>,
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
    pub async fn incluir<M: Includable>(
        &self,
        input: impl Into<Input<'_, M>>,
        options: &CallOptions,
    ) -> Result<Written<M>, Error> {
        let model = input.into().validar(M::INCLUIR, Intent::Incluir, self.check_options(options))?;
        self.written(Call::new(M::INCLUIR, None, Some(&model.value())), options).await
    }

    /// Changes the fields given in `input`, and empties those named in `clear`.
    ///
    /// # Errors
    /// As [`Client::incluir`].
    pub async fn alterar<M: Changeable>(
        &self,
        id: &str,
        input: impl Into<Input<'_, M>>,
        clear: &[&str],
        options: &CallOptions,
    ) -> Result<Written<M>, Error> {
        let check_options = self.check_options(options);
        api::check_id(M::ALTERAR, id, check_options)?;
        let model = input.into().validar(M::ALTERAR, Intent::Alterar, check_options)?;
        let body = model.value();
        let call = Call { clear, ..Call::new(M::ALTERAR, Some(id), Some(&body)) };
        self.written(call, options).await
    }

    /// Removes a customer (who becomes inactive) or usage that is not billed.
    ///
    /// # Errors
    /// As [`Client::incluir`].
    pub async fn remover<M: Changeable>(&self, id: &str, options: &CallOptions) -> Result<Written<M>, Error> {
        self.written(Call::new(M::REMOVER, Some(id), None), options).await
    }

    /// Gets one record.
    ///
    /// # Errors
    /// Of kind `NotFound` when there is none, or what the platform or the network answered.
    pub async fn obter<M: Gettable>(&self, id: &str, options: &CallOptions) -> Result<M, Error> {
        self.obtained(M::OBTER, id, options).await
    }

    /// Begins a listing, whose pages are read one by one with [`Pager::next`].
    ///
    /// # Errors
    /// Of kind `Validation`, when the filter is wrong.
    pub fn listar<'a, M: ResourceModel>(
        &self,
        filter: impl Into<Input<'a, M::Filter>>,
        options: &CallOptions,
    ) -> Result<Pager<M>, Error> {
        let filter = filter.into().validar(M::LISTAR, Intent::Incluir, self.check_options(options))?;
        Pager::new(M::LISTAR, filter.value().into_owned(), options, &self.options)
    }

    /// Takes a listing up again where [`Pager::cursor`] left it, in this process or another.
    ///
    /// # Errors
    /// Of kind `Configuration`, when the cursor is not one of this listing's.
    pub fn resume<M: ResourceModel>(&self, cursor: &str, options: &CallOptions) -> Result<Pager<M>, Error> {
        Pager::resume(M::LISTAR, cursor, options, &self.options)
    }

    /// Finds the record that has `key` as the company's own identifier.
    ///
    /// # Errors
    /// What the platform or the network answered.
    pub async fn locate<M: Includable>(&self, key: &str, options: &CallOptions) -> Result<Option<M>, Error> {
        let found = self.search::<M>(M::LISTAR, key, options).await?;
        Ok(found.into_iter().next())
    }

    /// Activates contracts, or resumes suspended ones, one after another; each has its own result.
    ///
    /// # Errors
    /// Of kind `Validation`, when the parameters are wrong; nothing was sent then.
    pub async fn ativar(
        &self,
        ids: &[Id],
        action: impl Into<Input<'_, ContratoAction>>,
        options: &CallOptions,
    ) -> Result<Vec<BatchItem>, Error> {
        let params = self.params(Action::Ativar, action.into(), options)?;
        Ok(self.batch(Operation::ContratosAtivar, ids, &params.value(), options).await)
    }

    /// Deactivates contracts, one after another; each has its own result.
    ///
    /// # Errors
    /// As [`Client::ativar`].
    pub async fn desativar(
        &self,
        ids: &[Id],
        action: impl Into<Input<'_, ContratoAction>>,
        options: &CallOptions,
    ) -> Result<Vec<BatchItem>, Error> {
        let params = self.params(Action::Desativar, action.into(), options)?;
        Ok(self.batch(Operation::ContratosDesativar, ids, &params.value(), options).await)
    }

    /// Suspends a contract.
    ///
    /// # Errors
    /// As [`Client::incluir`].
    pub async fn suspender(
        &self,
        id: &str,
        action: impl Into<Input<'_, ContratoAction>>,
        options: &CallOptions,
    ) -> Result<Written<Contrato>, Error> {
        self.act(Action::Suspender, id, action, options).await
    }

    /// Ends a contract for good; needs a reason.
    ///
    /// # Errors
    /// As [`Client::incluir`].
    pub async fn cancelar(
        &self,
        id: &str,
        action: impl Into<Input<'_, ContratoAction>>,
        options: &CallOptions,
    ) -> Result<Written<Contrato>, Error> {
        self.act(Action::Cancelar, id, action, options).await
    }

    /// Does `action` to one contract.
    ///
    /// # Errors
    /// As [`Client::incluir`].
    pub async fn act(
        &self,
        action: Action,
        id: &str,
        input: impl Into<Input<'_, ContratoAction>>,
        options: &CallOptions,
    ) -> Result<Written<Contrato>, Error> {
        let params = self.params(action, input.into(), options)?;
        self.written(Call::new(action.operation(), Some(id), Some(&params.value())), options).await
    }

    fn params<'a>(
        &self,
        action: Action,
        input: Input<'a, ContratoAction>,
        options: &CallOptions,
    ) -> Result<Cow<'a, ContratoAction>, Error> {
        let (operation, check_options) = (action.operation(), self.check_options(options));
        let params = input.validar(operation, Intent::Incluir, check_options)?;
        api::check_action(operation, &params.value(), check_options)?;
        Ok(params)
    }

    async fn written<R: Record>(&self, call: Call<'_>, options: &CallOptions) -> Result<Written<R>, Error> {
        let mut collected = R::collected(call.operation);
        let outcome = self.write(call, options, &mut collected).await?;
        Ok(Written { outcome, record: R::one(collected) })
    }

    async fn obtained<R: Record>(&self, operation: Operation, id: &str, options: &CallOptions) -> Result<R, Error> {
        let request =
            api::build_request(self.profile(), Call::new(operation, Some(id), None), self.check_options(options))?;
        let mut collected = R::collected(operation);
        self.read(request, options, &mut collected).await?;
        Ok(R::one(collected))
    }

    async fn batch<R: Record>(
        &self,
        operation: Operation,
        ids: &[Id],
        params: &Value<'_>,
        options: &CallOptions,
    ) -> Vec<BatchItem<R>> {
        let mut items = Vec::with_capacity(ids.len());
        for id in ids {
            // One key names one contract's change; the caller's, given to several, needs the contract in it.
            let key =
                options.idempotency_key.as_ref().filter(|_| ids.len() > 1).map(|key| [key, ":", id.as_str()].concat());
            let key = key.or_else(|| options.idempotency_key.clone());
            let options = CallOptions { idempotency_key: key, ..options.clone() };
            let call = Call::new(operation, Some(id.as_str()), Some(params));
            items.push(BatchItem { id: id.clone(), outcome: self.written(call, &options).await });
        }
        items
    }
}

/// The same over values, for hosts that have no types for the models.
impl<H: Host> Client<H> {
    /// Adds, changes, removes, or acts on one contract.
    ///
    /// # Errors
    /// As [`Client::incluir`].
    pub async fn write_value(
        &self,
        operation: Operation,
        id: Option<&str>,
        data: Value<'_>,
        clear: &[&str],
        options: &CallOptions,
    ) -> Result<Written<ValueRecord>, Error> {
        let check_options = self.check_options(options);
        if operation.changes() {
            api::check_id(operation, id.unwrap_or_default(), check_options)?;
        }
        let body = if operation.removes() { None } else { Some(api::check(operation, data, check_options)?) };
        self.written(Call { clear, ..Call::new(operation, id, body.as_ref()) }, options).await
    }

    /// Acts on contracts one after another; each has its own result.
    ///
    /// # Errors
    /// As [`Client::ativar`].
    pub async fn batch_values(
        &self,
        operation: Operation,
        ids: &[Id],
        data: Value<'_>,
        options: &CallOptions,
    ) -> Result<Vec<BatchItem<ValueRecord>>, Error> {
        let params = api::check(operation, data, self.check_options(options))?;
        Ok(self.batch(operation, ids, &params, options).await)
    }

    /// Gets one record.
    ///
    /// # Errors
    /// As [`Client::obter`].
    pub async fn obter_value(
        &self,
        operation: Operation,
        id: &str,
        options: &CallOptions,
    ) -> Result<ValueRecord, Error> {
        self.obtained(operation, id, options).await
    }

    /// Begins a listing.
    ///
    /// # Errors
    /// As [`Client::listar`].
    pub fn listar_values(
        &self,
        operation: Operation,
        filter: Value<'_>,
        options: &CallOptions,
    ) -> Result<Pager<ValueRecord>, Error> {
        let filter = api::check(operation, filter, self.check_options(options))?;
        Pager::new(operation, filter.into_owned(), options, &self.options)
    }

    /// Takes a listing up again.
    ///
    /// # Errors
    /// As [`Client::resume`].
    pub fn resume_values(
        &self,
        operation: Operation,
        cursor: &str,
        options: &CallOptions,
    ) -> Result<Pager<ValueRecord>, Error> {
        Pager::resume(operation, cursor, options, &self.options)
    }
}
