use smartbill_model::error::Error;
use smartbill_model::{Contrato, ContratoAction, Id, Value};

use crate::api;
use crate::api::{Action, Call, Changeable, FromPage, Gettable, Includable, Input, Operation, ResourceModel, Written};
use crate::client::pager::Pager;
use crate::client::{CallOptions, Client};
use crate::transport::Host;

/// The result for one contract of several.
#[derive(Debug)]
pub struct BatchItem<R = Contrato> {
    /// The contract's identifier.
    pub id: Id,
    /// The result of the write, or its error.
    pub outcome: Result<Written<R>, Error>,
}

impl<H: Host> Client<H> {
    /// Adds a customer, a contract or usage.
    ///
    /// If an answer got lost, or the platform says that the record exists, the client reads back the record with this
    /// code. If it has the same values, the effect is `already_done`. If not, the error is of kind `Conflict`.
    ///
    /// # Errors
    /// Of kind `Validation` before anything is sent. Otherwise the failure of the platform or the network, with the
    /// outcome.
    pub async fn incluir<M: Includable>(
        &self,
        input: impl Into<Input<'_, M>>,
        options: &CallOptions,
    ) -> Result<Written<M>, Error> {
        self.write(M::INCLUIR, None, input.into().value(), &[], options).await
    }

    /// Changes the fields given in `input`, and empties those named in `clear`.
    ///
    /// # Errors
    /// The same as those of [`Client::incluir`].
    pub async fn alterar<M: Changeable>(
        &self,
        id: &str,
        input: impl Into<Input<'_, M>>,
        clear: &[&str],
        options: &CallOptions,
    ) -> Result<Written<M>, Error> {
        self.write(M::ALTERAR, Some(id), input.into().value(), clear, options).await
    }

    /// Removes a customer (who becomes inactive) or usage that is not billed.
    ///
    /// # Errors
    /// The same as those of [`Client::incluir`].
    pub async fn remover<M: Changeable>(&self, id: &str, options: &CallOptions) -> Result<Written<M>, Error> {
        self.write(M::REMOVER, Some(id), Value::Null, &[], options).await
    }

    /// Gets one record.
    ///
    /// # Errors
    /// Of kind `NotFound` if there is none. Otherwise the failure of the platform or the network.
    pub async fn obter<M: Gettable>(&self, id: &str, options: &CallOptions) -> Result<M, Error> {
        self.get(M::OBTER, id, options).await
    }

    /// Begins a listing. [`Pager::next`] reads its pages one by one.
    ///
    /// # Errors
    /// Of kind `Validation` if the filter is wrong.
    pub fn listar<'a, M: ResourceModel>(
        &self,
        filter: impl Into<Input<'a, M::Filter>>,
        options: &CallOptions,
    ) -> Result<Pager<M>, Error> {
        self.list(M::LISTAR, filter.into().value(), options)
    }

    /// Resumes a listing at a [`Pager::cursor`] of this process or another.
    ///
    /// # Errors
    /// Of kind `Configuration` if the cursor does not belong to such a listing.
    pub fn resume<M: ResourceModel>(&self, cursor: &str, options: &CallOptions) -> Result<Pager<M>, Error> {
        self.resume_list(M::LISTAR, cursor, options)
    }

    /// Finds the record with `key` as the company's own identifier.
    ///
    /// # Errors
    /// The failure of the platform or the network.
    pub async fn locate<M: Includable>(&self, key: &str, options: &CallOptions) -> Result<Option<M>, Error> {
        let found = self.search::<M>(M::LISTAR, key, options).await?;
        Ok(found.into_iter().next())
    }

    /// Activates contracts, or resumes suspended ones, one after another. Each has its own result.
    ///
    /// # Errors
    /// Of kind `Validation` if the parameters are wrong. Nothing was sent then.
    pub async fn ativar(
        &self,
        ids: &[Id],
        action: impl Into<Input<'_, ContratoAction>>,
        options: &CallOptions,
    ) -> Result<Vec<BatchItem>, Error> {
        self.write_each(Operation::ContratosAtivar, ids, action.into().value(), options).await
    }

    /// Deactivates contracts, one after another. Each has its own result.
    ///
    /// # Errors
    /// The same as those of [`Client::ativar`].
    pub async fn desativar(
        &self,
        ids: &[Id],
        action: impl Into<Input<'_, ContratoAction>>,
        options: &CallOptions,
    ) -> Result<Vec<BatchItem>, Error> {
        self.write_each(Operation::ContratosDesativar, ids, action.into().value(), options).await
    }

    /// Suspends a contract.
    ///
    /// # Errors
    /// The same as those of [`Client::incluir`].
    pub async fn suspender(
        &self,
        id: &str,
        action: impl Into<Input<'_, ContratoAction>>,
        options: &CallOptions,
    ) -> Result<Written<Contrato>, Error> {
        self.act(Action::Suspender, id, action, options).await
    }

    /// Ends a contract for good. This needs a reason.
    ///
    /// # Errors
    /// The same as those of [`Client::incluir`].
    pub async fn cancelar(
        &self,
        id: &str,
        action: impl Into<Input<'_, ContratoAction>>,
        options: &CallOptions,
    ) -> Result<Written<Contrato>, Error> {
        self.act(Action::Cancelar, id, action, options).await
    }

    /// Performs `action` on one contract.
    ///
    /// # Errors
    /// The same as those of [`Client::incluir`].
    pub async fn act(
        &self,
        action: Action,
        id: &str,
        input: impl Into<Input<'_, ContratoAction>>,
        options: &CallOptions,
    ) -> Result<Written<Contrato>, Error> {
        self.write(action.operation(), Some(id), input.into().value(), &[], options).await
    }
}

/// The same operations for callers that choose them at run time. The typed operations above call these. `R` is a model,
/// or [`PageRecord`](crate::api::PageRecord), which holds a record of any schema.
impl<H: Host> Client<H> {
    /// Adds, changes, removes, or performs an action on one contract.
    ///
    /// # Errors
    /// The same as those of [`Client::incluir`].
    pub async fn write<R: FromPage>(
        &self,
        operation: Operation,
        id: Option<&str>,
        data: Value<'_>,
        clear: &[&str],
        options: &CallOptions,
    ) -> Result<Written<R>, Error> {
        let check_options = self.check_options(options);
        if operation.changes() {
            api::check_id(operation, id.unwrap_or_default(), check_options)?;
        }
        let body = if operation.removes() { None } else { Some(api::check(operation, data, check_options)?) };
        self.written(Call { clear, ..Call::new(operation, id, body.as_ref()) }, options).await
    }

    /// Performs an action on contracts, one after another. Each has its own result.
    ///
    /// # Errors
    /// The same as those of [`Client::ativar`].
    pub async fn write_each<R: FromPage>(
        &self,
        operation: Operation,
        ids: &[Id],
        data: Value<'_>,
        options: &CallOptions,
    ) -> Result<Vec<BatchItem<R>>, Error> {
        let params = api::check(operation, data, self.check_options(options))?;
        let mut items = Vec::with_capacity(ids.len());
        for id in ids {
            // A key belongs to one contract's change. If the caller's key serves several contracts, each contract's
            // identifier is added to it.
            let key =
                options.idempotency_key.as_ref().filter(|_| ids.len() > 1).map(|key| [key, ":", id.as_str()].concat());
            let key = key.or_else(|| options.idempotency_key.clone());
            let options = CallOptions { idempotency_key: key, ..options.clone() };
            let call = Call::new(operation, Some(id.as_str()), Some(&params));
            items.push(BatchItem { id: id.clone(), outcome: self.written(call, &options).await });
        }
        Ok(items)
    }

    /// Gets one record.
    ///
    /// # Errors
    /// The same as those of [`Client::obter`].
    pub async fn get<R: FromPage>(&self, operation: Operation, id: &str, options: &CallOptions) -> Result<R, Error> {
        let request =
            api::build_request(self.profile(), Call::new(operation, Some(id), None), self.check_options(options))?;
        self.read(request, options).await.map(R::one)
    }

    /// Begins a listing.
    ///
    /// # Errors
    /// The same as those of [`Client::listar`].
    pub fn list<R: FromPage>(
        &self,
        operation: Operation,
        filter: Value<'_>,
        options: &CallOptions,
    ) -> Result<Pager<R>, Error> {
        let filter = api::check(operation, filter, self.check_options(options))?;
        Pager::new(operation, filter.into_owned(), options, &self.options)
    }

    /// Resumes a listing.
    ///
    /// # Errors
    /// The same as those of [`Client::resume`].
    pub fn resume_list<R: FromPage>(
        &self,
        operation: Operation,
        cursor: &str,
        options: &CallOptions,
    ) -> Result<Pager<R>, Error> {
        Pager::resume(operation, cursor, options, &self.options)
    }

    async fn written<R: FromPage>(&self, call: Call<'_>, options: &CallOptions) -> Result<Written<R>, Error> {
        let (outcome, page) = self.send(call, options).await?;
        Ok(Written { outcome, record: R::one(page) })
    }
}
