use smartbill_model::error::Error;
use smartbill_model::{Contrato, ContratoAction, Id, Value};

use crate::api;
use crate::api::{Action, Call, Changeable, FromPage, Gettable, Includable, Input, Operation, ResourceModel, Written};
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
        self.write(M::INCLUIR, None, input.into().value(), &[], options).await
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
        self.write(M::ALTERAR, Some(id), input.into().value(), clear, options).await
    }

    /// Removes a customer (who becomes inactive) or usage that is not billed.
    ///
    /// # Errors
    /// As [`Client::incluir`].
    pub async fn remover<M: Changeable>(&self, id: &str, options: &CallOptions) -> Result<Written<M>, Error> {
        self.write(M::REMOVER, Some(id), Value::Null, &[], options).await
    }

    /// Gets one record.
    ///
    /// # Errors
    /// Of kind `NotFound` when there is none, or what the platform or the network answered.
    pub async fn obter<M: Gettable>(&self, id: &str, options: &CallOptions) -> Result<M, Error> {
        self.get(M::OBTER, id, options).await
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
        self.list(M::LISTAR, filter.into().value(), options)
    }

    /// Takes a listing up again where [`Pager::cursor`] left it, in this process or another.
    ///
    /// # Errors
    /// Of kind `Configuration`, when the cursor is not one of this listing's.
    pub fn resume<M: ResourceModel>(&self, cursor: &str, options: &CallOptions) -> Result<Pager<M>, Error> {
        self.resume_list(M::LISTAR, cursor, options)
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
        self.write_each(Operation::ContratosAtivar, ids, action.into().value(), options).await
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
        self.write_each(Operation::ContratosDesativar, ids, action.into().value(), options).await
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
        self.write(action.operation(), Some(id), input.into().value(), &[], options).await
    }
}

/// The same by operation, for whoever learns at run time what is asked for; the operations above are made of these. `R` is
/// a model, or [`PageRecord`](crate::api::PageRecord), which holds a record of any.
impl<H: Host> Client<H> {
    /// Adds, changes, removes, or acts on one contract.
    ///
    /// # Errors
    /// As [`Client::incluir`].
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

    /// Acts on contracts one after another; each has its own result.
    ///
    /// # Errors
    /// As [`Client::ativar`].
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
            // One key names one contract's change; the caller's, given to several, needs the contract in it.
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
    /// As [`Client::obter`].
    pub async fn get<R: FromPage>(&self, operation: Operation, id: &str, options: &CallOptions) -> Result<R, Error> {
        let request =
            api::build_request(self.profile(), Call::new(operation, Some(id), None), self.check_options(options))?;
        self.read(request, options).await.map(R::one)
    }

    /// Begins a listing.
    ///
    /// # Errors
    /// As [`Client::listar`].
    pub fn list<R: FromPage>(
        &self,
        operation: Operation,
        filter: Value<'_>,
        options: &CallOptions,
    ) -> Result<Pager<R>, Error> {
        let filter = api::check(operation, filter, self.check_options(options))?;
        Pager::new(operation, filter.into_owned(), options, &self.options)
    }

    /// Takes a listing up again.
    ///
    /// # Errors
    /// As [`Client::resume`].
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
