use crate::Valor;
use crate::api::{self, Acao, Alteravel, Entrada, Gravado, Incluivel, Obtivel, Recurso, Request, Response, Resultado};
use crate::client::pager::Pager;
use crate::client::{Call, CallOptions, Client, Failed, Limit};
use crate::error::{Error, ErrorKind};
use crate::model::{AcaoContrato, Contrato, Id, diferencas};
use crate::profile::Recorte;
use crate::retry::{Failure, Safety};
use crate::transport::Host;
use crate::validate::{Intent, Options};

/// What became of one contract of several.
#[derive(Debug)]
pub struct ItemLote {
    /// The contract.
    pub id: Id,
    /// What was done, or why not.
    pub resultado: Result<Gravado<Contrato>, Error>,
}

impl<H: Host> Client<H> {
    /// Adds a customer, a contract or usage.
    ///
    /// # Errors
    /// Of kind `Validation` before anything is sent; otherwise what the platform or the network answered, with the
    /// outcome.
    pub async fn incluir<M: Incluivel>(
        &self,
        entrada: impl Into<Entrada<'_, M>>,
        options: &CallOptions,
    ) -> Result<Gravado<M>, Error> {
        let (request, modelo) = api::incluir(self.profile(), entrada.into(), self.regime(options))?;
        let modelo: &M = &modelo;
        let chave = modelo.chave();
        let call = self.begin(options, Safety::of(self.profile(), M::INCLUIR, chave.is_some()));
        let request = self.keyed(request, &call, chave);
        let read = |response: &Response| api::gravado::<M>(self.profile(), M::INCLUIR, None, response);
        match (call.safety, chave) {
            (Safety::ReadBack, Some(chave)) => self.incluir_lendo(call, request, modelo, chave, options, read).await,
            _ => Ok(self.run(call, request, read).await?),
        }
    }

    /// Adds under a natural key: before anything is sent a second time, the record is looked for.
    async fn incluir_lendo<M: Incluivel>(
        &self,
        mut call: Call<'_>,
        request: Request,
        modelo: &M,
        chave: &str,
        options: &CallOptions,
        read: impl Fn(&Response) -> Result<Gravado<M>, Error>,
    ) -> Result<Gravado<M>, Error> {
        let request = self.authorized(request);
        loop {
            let failed = match self.attempt(&mut call, &request, &read).await {
                Ok(gravado) => return Ok(gravado),
                Err(failed) => failed,
            };
            // The platform says that the record exists: perhaps by an earlier attempt of this very call.
            let repeated = failed.maybe_done && failed.error.kind() == ErrorKind::Conflict;
            if !repeated && !self.pause(&call, &failed).await {
                return Err(failed.into());
            }
            if !call.maybe_done {
                continue;
            }
            let left = call.deadline.map(|deadline| deadline.saturating_sub(self.host().monotonic()));
            let total = Some(left.map_or(Limit::Infinite, Limit::After));
            let found = self.localizar::<M>(chave, &CallOptions { total, ..options.clone() }).await;
            match found {
                Ok(Some(registro)) if diferencas(&registro, modelo).is_empty() => {
                    return Ok(Gravado { resultado: Resultado::AlreadyDone, registro });
                }
                // It did not arrive: send it again.
                Ok(None) if !repeated => {}
                // Somebody else's record under the same key, or no way to know.
                _ => return Err(failed.into()),
            }
        }
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
        let request = api::alterar(self.profile(), id, entrada.into(), limpar, self.regime(options))?;
        let call = self.begin(options, Safety::of(self.profile(), M::ALTERAR, true));
        let request = self.keyed(request, &call, None);
        let read = |response: &Response| api::gravado(self.profile(), M::ALTERAR, Some(id), response);
        Ok(self.run(call, request, read).await?)
    }

    /// Removes a customer (who becomes inactive) or usage that is not billed.
    ///
    /// # Errors
    /// As [`Client::incluir`].
    pub async fn remover<M: Alteravel>(&self, id: &str, options: &CallOptions) -> Result<Gravado<M>, Error> {
        let request = api::por_id(self.profile(), M::REMOVER, id, self.regime(options))?;
        let call = self.begin(options, Safety::of(self.profile(), M::REMOVER, true));
        let request = self.keyed(request, &call, None);
        let read = |response: &Response| api::gravado(self.profile(), M::REMOVER, Some(id), response);
        match self.run(call, request, read).await {
            // An earlier attempt, whose answer was lost, has removed it.
            Err(Failed { failure: Failure::Status(404 | 410), maybe_done: true, .. }) => {
                let registro = M::validar(Valor::Objeto(vec![("id".into(), Valor::Texto(id.into()))]), RESPONSE);
                let registro = registro.map(|(registro, _)| registro).unwrap_or_default();
                Ok(Gravado { resultado: Resultado::AlreadyDone, registro })
            }
            other => Ok(other?),
        }
    }

    /// Gets one record.
    ///
    /// # Errors
    /// Of kind `NotFound` when there is none, or what the platform or the network answered.
    pub async fn obter<M: Obtivel>(&self, id: &str, options: &CallOptions) -> Result<M, Error> {
        let request = api::por_id(self.profile(), M::OBTER, id, self.regime(options))?;
        let call = self.begin(options, Safety::Repeatable);
        Ok(self.run(call, request, |response| api::registro(self.profile(), M::OBTER, response)).await?)
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
        let regime = self.regime(options);
        let filtro = filtro.into().validar(M::LISTAR, Intent::Incluir, regime)?.into_owned();
        Pager::new(filtro, options, &self.options)
    }

    /// Takes a listing up again where [`Pager::cursor`] left it, in this process or another.
    ///
    /// # Errors
    /// Of kind `Configuration`, when the cursor is not one of this listing's.
    pub fn retomar<M: Recurso>(&self, cursor: &str, options: &CallOptions) -> Result<Pager<M>, Error> {
        Pager::resume(cursor, options, &self.options)
    }

    /// One page of a listing.
    pub(super) async fn pagina<M: Recurso>(
        &self,
        filtro: &M::Filtro,
        recorte: Recorte,
        options: &CallOptions,
    ) -> Result<api::Pagina<M>, Error> {
        let request = api::listar::<M>(self.profile(), filtro, recorte);
        let call = self.begin(options, Safety::Repeatable);
        Ok(self.run(call, request, |response| api::pagina(self.profile(), response)).await?)
    }

    /// Finds the record that has `chave` as the company's own identifier.
    ///
    /// # Errors
    /// What the platform or the network answered.
    pub async fn localizar<M: Incluivel>(&self, chave: &str, options: &CallOptions) -> Result<Option<M>, Error> {
        let valor = Valor::Objeto(vec![(M::CHAVE.into(), Valor::Texto(chave.into()))]);
        let filtro = Entrada::<M::Filtro>::Valor(valor).validar(M::LISTAR, Intent::Incluir, self.regime(options))?;
        let recorte = Recorte { inicio: 0, tamanho: self.profile().pagination().default_size };
        let pagina = self.pagina::<M>(&filtro, recorte, options).await?;
        // A platform that does not know the filter answers with everything.
        Ok(pagina.itens.into_iter().find(|registro| registro.chave() == Some(chave)))
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
        self.lote(Acao::Ativar, ids, acao.into(), options).await
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
        self.lote(Acao::Desativar, ids, acao.into(), options).await
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
        let parametros = api::checar(acao, entrada.into(), self.regime(options))?;
        self.agir_checado(acao, id, &parametros, options).await
    }

    async fn lote(
        &self,
        acao: Acao,
        ids: &[Id],
        entrada: Entrada<'_, AcaoContrato>,
        options: &CallOptions,
    ) -> Result<Vec<ItemLote>, Error> {
        let parametros = api::checar(acao, entrada, self.regime(options))?;
        let mut itens = Vec::with_capacity(ids.len());
        for id in ids {
            // One key names one contract's change; the caller's, given to several, needs the contract in it.
            let key = options.idempotency_key.as_ref().filter(|_| ids.len() > 1).map(|key| format!("{key}:{id}"));
            let key = key.or_else(|| options.idempotency_key.clone());
            let options = CallOptions { idempotency_key: key, ..options.clone() };
            let resultado = self.agir_checado(acao, id.as_str(), &parametros, &options).await;
            itens.push(ItemLote { id: id.clone(), resultado });
        }
        Ok(itens)
    }

    async fn agir_checado(
        &self,
        acao: Acao,
        id: &str,
        parametros: &AcaoContrato,
        options: &CallOptions,
    ) -> Result<Gravado<Contrato>, Error> {
        let (operation, regime) = (acao.operation(), self.regime(options));
        let request = api::agir(self.profile(), acao, id, parametros, regime)?;
        if options.estrito {
            let contrato = self.obter::<Contrato>(id, options).await?;
            api::orientar(acao, &contrato, parametros.data, regime)?;
        }
        let call = self.begin(options, Safety::of(self.profile(), operation, true));
        let request = self.keyed(request, &call, None);
        let read = |response: &Response| api::gravado(self.profile(), operation, Some(id), response);
        Ok(self.run(call, request, read).await?)
    }
}

const RESPONSE: Options = Options { modo: crate::Modo::Leniente, intent: Intent::Resposta, hoje: None };
