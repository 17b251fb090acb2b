//! Reading back: whether the platform has what a write asked for.

use jiff::civil::Date;

use crate::Valor;
use crate::api::{self, Destino, Operation, Pedido, Registro, Resource, ValueRecord};
use crate::client::answer::Found;
use crate::client::{CallOptions, Client, Pager};
use crate::error::{Error, ErrorKind};
use crate::model::iguais;
use crate::transport::Host;

impl<H: Host> Client<H> {
    /// Reads back what `pedido` was to write: the record `id`, where it names one, or else the one that has `code`. What
    /// is found to be as asked goes to `destino`.
    pub(super) async fn look(
        &self,
        pedido: Pedido<'_>,
        id: Option<&str>,
        code: Option<&str>,
        options: &CallOptions,
        destino: &mut dyn Destino,
    ) -> Found {
        let looked = match (id.zip(pedido.operation.resource().obter()), code) {
            (Some((id, obter)), _) => self.look_by_id(pedido, id, obter, options).await,
            (None, Some(code)) => self.look_by_code(pedido, code, options).await,
            (None, None) => return Found::Unclear,
        };
        match looked {
            Ok((Found::Same, record)) => {
                api::receber(record.value, destino);
                destino.annotate(record.findings);
                Found::Same
            }
            // What could not be read of it may be just what was asked for.
            Ok((_, record)) if !record.findings.is_empty() => Found::Unclear,
            Ok((found, _)) => found,
            Err(e) if e.kind() == ErrorKind::NotFound && pedido.operation.removes() => {
                let known = id.map(|id| ("id".into(), Valor::Texto(id.to_owned().into())));
                api::receber(Valor::Objeto(known.into_iter().collect()), destino);
                Found::Same
            }
            Err(e) if e.kind() == ErrorKind::NotFound => Found::Absent,
            Err(_) => Found::Unclear,
        }
    }

    async fn look_by_id(
        &self,
        pedido: Pedido<'_>,
        id: &str,
        obter: Operation,
        options: &CallOptions,
    ) -> Result<(Found, ValueRecord), Error> {
        let request = api::pedir(self.profile(), Pedido::novo(obter, Some(id), None), self.regime(options))?;
        let mut lidos = ValueRecord::lidos(obter);
        self.buscar(request, options, &mut lidos).await?;
        let record = ValueRecord::um(lidos);
        let found = match pedido.id {
            Some(_) => changed(pedido, &record.value, self.hoje()),
            // What was added under this key before: as it was, or changed since.
            None if in_use(obter.resource(), &record.value) => Found::Same,
            None => Found::Absent,
        };
        Ok((found, record))
    }

    /// Of the records that have `code`, the one in use, if there is one: what is out of use may have given its code away.
    async fn look_by_code(
        &self,
        pedido: Pedido<'_>,
        code: &str,
        options: &CallOptions,
    ) -> Result<(Found, ValueRecord), Error> {
        let (operation, resource) = (pedido.operation, pedido.operation.resource());
        let mut records = self.search::<ValueRecord>(resource.listar(), code, options).await?;
        let best = records.iter().position(|record| in_use(resource, &record.value)).unwrap_or(0);
        if records.is_empty() {
            return Ok((Found::Absent, ValueRecord { value: Valor::Nulo, findings: Vec::new() }));
        }
        let record = records.swap_remove(best);
        let same =
            in_use(resource, &record.value) && pedido.corpo.is_some_and(|corpo| has(&record.value, operation, corpo));
        Ok((if same { Found::Same } else { Found::Different }, record))
    }

    /// Every record that bears the company's own `code`. A platform that does not know the filter lists everything, so
    /// that all pages are read.
    pub(super) async fn search<R: Registro>(
        &self,
        listar: Operation,
        code: &str,
        options: &CallOptions,
    ) -> Result<Vec<R>, Error> {
        let name = listar.resource().chave().unwrap_or_default();
        let filtro = Valor::Objeto(vec![(name.into(), Valor::Texto(code.to_owned().into()))]);
        let filtro = api::conferir(listar, filtro, self.regime(options))?;
        let options = CallOptions { tamanho_pagina: None, max_paginas: None, ..options.clone() };
        let mut pager = Pager::<R>::new(listar, filtro.into_owned(), &options, self.options())?;
        let mut found = Vec::new();
        while let Some(page) = pager.next(self).await? {
            found.extend(page.into_iter().filter(|record| record.says(name, code)));
            if pager.seems_whole() {
                break;
            }
        }
        Ok(found)
    }
}

/// Whether what `pedido` asked of the record that it names is there.
fn changed(pedido: Pedido<'_>, record: &Valor<'_>, hoje: Date) -> Found {
    let Pedido { operation, corpo, limpar, .. } = pedido;
    let there = if let Some(acao) = operation.acao() {
        match api::shows(acao, record, corpo, hoje) {
            Some(there) => there,
            None => return Found::Unclear,
        }
    } else if operation.removes() {
        !in_use(operation.resource(), record)
    } else {
        let emptied = |name: &&str| record.campo(operation.entrada().campo(name).map_or(*name, |c| c.nome)).is_none();
        corpo.is_some_and(|corpo| has(record, operation, corpo)) && limpar.iter().all(emptied)
    };
    if there { Found::Same } else { Found::Absent }
}

/// Whether `record` says what `corpo` says, of all that can be sent.
fn has(record: &Valor<'_>, operation: Operation, corpo: &Valor<'_>) -> bool {
    iguais(record, &api::enviavel(operation.entrada(), corpo.clone()))
}

/// Whether a record is more than a memory of one that was removed or ended.
fn in_use(resource: Resource, record: &Valor<'_>) -> bool {
    let ended: &[&str] = match resource {
        Resource::Clientes => &["INATIVO"],
        Resource::Consumos => &["REMOVIDO"],
        Resource::Contratos => &["CANCELADO", "EXPIRADO"],
        Resource::Servicos | Resource::Cobrancas => &[],
    };
    record.campo("situacao").and_then(Valor::texto).is_none_or(|situacao| !ended.contains(&situacao))
}
