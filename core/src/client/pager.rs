use std::fmt;
use std::marker::PhantomData;

use crate::api::{self, Operation, Regime, Registro};
use crate::busca::inteiro;
use crate::client::{CallOptions, Client, ClientOptions};
use crate::error::{Error, ErrorKind};
use crate::profile::{PageStyle, Recorte};
use crate::transport::Host;
use crate::{Message, Valor, escrita};

/// A listing on its way: reads one page at a time, and can be stored between two pages.
#[derive(Clone)]
pub struct Pager<R> {
    estado: Estado,
    records: PhantomData<fn() -> R>,
}

/// What does not depend on the type of the records.
#[derive(Clone)]
struct Estado {
    operation: Operation,
    /// Checked.
    filtro: Valor<'static>,
    options: CallOptions,
    max_paginas: u32,
    tamanho: u32,
    /// Where the next page begins.
    inicio: u64,
    /// How many records came so far.
    recebidos: u64,
    paginas: u32,
    total: Option<u64>,
    /// The pages seen, by their records.
    vistas: Vec<u64>,
    /// Tells each record of the last page from others.
    records: Vec<u64>,
    /// Whether the last page held fewer records than asked for, and nothing said that more follow.
    short: bool,
    fim: bool,
}

impl<R> fmt::Debug for Pager<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The filter may hold personal data.
        f.debug_struct("Pager").field("operation", &self.estado.operation).finish_non_exhaustive()
    }
}

impl<R: Registro> Pager<R> {
    pub(super) fn new(
        operation: Operation,
        filtro: Valor<'static>,
        call: &CallOptions,
        options: &ClientOptions,
    ) -> Result<Self, Error> {
        Ok(Self { estado: Estado::new(operation, filtro, call, options)?, records: PhantomData })
    }

    pub(super) fn resume(
        operation: Operation,
        cursor: &str,
        call: &CallOptions,
        options: &ClientOptions,
    ) -> Result<Self, Error> {
        Ok(Self { estado: Estado::resume(operation, cursor, call, options)?, records: PhantomData })
    }

    /// The next page; `None` after the last. After an error, the same page is asked for again.
    ///
    /// # Errors
    /// What the platform or the network answered; of kind `Response`, when the platform repeats a page or there are
    /// more pages than allowed.
    pub async fn next<H: Host>(&mut self, client: &Client<H>) -> Result<Option<Vec<R>>, Error> {
        let estado = &mut self.estado;
        if estado.fim {
            return Ok(None);
        }
        estado.may_go_on(client.options())?;
        let recorte = Recorte { inicio: estado.inicio, tamanho: estado.tamanho };
        let mut lidos = R::lidos(estado.operation);
        let lido = client.pagina(estado.operation, &estado.filtro, recorte, &estado.options, &mut lidos).await?;
        estado.advance(&lido, client.options())?;
        estado.short = lido.contagem < estado.tamanho.into() && (lido.tem_mais, lido.total) == (None, None);
        estado.records = lido.records;
        Ok((lido.contagem > 0).then(|| R::todos(lidos)))
    }

    /// Whether nothing suggests that another page follows: the last one was short, and the platform says nothing of more.
    pub(crate) fn seems_whole(&self) -> bool {
        self.estado.fim || self.estado.short
    }

    /// What tells each record of the last page from all others, in their order.
    #[cfg(feature = "batch")]
    pub(crate) fn records(&self) -> &[u64] {
        &self.estado.records
    }

    /// How many records the listing has, if the platform said so.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.estado.total
    }

    /// Where the listing stands, as text that [`Client::retomar`] reads; `None` after the last page. It holds the
    /// filter.
    #[must_use]
    pub fn cursor(&self) -> Option<String> {
        self.estado.cursor()
    }
}

impl Estado {
    fn new(
        operation: Operation,
        filtro: Valor<'static>,
        call: &CallOptions,
        options: &ClientOptions,
    ) -> Result<Self, Error> {
        let pagination = options.profile.pagination();
        let tamanho = call.tamanho_pagina.unwrap_or(pagination.default_size);
        let max = pagination.max_size;
        if !(1..=max).contains(&tamanho) {
            let message = Message::frase(
                "`tamanho_pagina` deve ser de 1 a {max}",
                "`tamanho_pagina` must be from 1 to {max}",
                &[("max", escrita::inteiro(max.into()))],
            );
            return Err(failure(ErrorKind::Configuration, operation, call, options, message));
        }
        Ok(Self {
            operation,
            filtro,
            options: call.clone(),
            max_paginas: call.max_paginas.unwrap_or(options.max_paginas),
            tamanho,
            inicio: 0,
            recebidos: 0,
            paginas: 0,
            total: None,
            vistas: Vec::new(),
            records: Vec::new(),
            short: false,
            fim: false,
        })
    }

    fn resume(operation: Operation, cursor: &str, call: &CallOptions, options: &ClientOptions) -> Result<Self, Error> {
        let wrong = || {
            let message = Message::new("o cursor não é desta listagem", "the cursor does not belong to this listing");
            failure(ErrorKind::Configuration, operation, call, options, message)
        };
        let valor = Valor::from_json(cursor.as_bytes()).map_err(|_| wrong())?;
        let number = |nome: &str| match valor.campo(nome) {
            Some(Valor::Inteiro(n)) => u64::try_from(*n).ok(),
            Some(Valor::Numero(n)) => inteiro(n),
            _ => None,
        };
        let own = valor.campo("operacao").and_then(Valor::texto) == Some(operation.name());
        let filtro = valor.campo("filtro").cloned().filter(|_| own && number("versao") == Some(1)).ok_or_else(wrong)?;
        let filtro = api::conferir(operation, filtro, Regime::default()).map_err(|_| wrong())?;
        let tamanho = number("tamanho").and_then(|n| u32::try_from(n).ok()).ok_or_else(wrong)?;
        let call = CallOptions { tamanho_pagina: Some(tamanho), ..call.clone() };
        let mut estado = Self::new(operation, filtro.into_owned(), &call, options)?;
        estado.inicio = number("inicio").ok_or_else(wrong)?;
        estado.recebidos = number("recebidos").ok_or_else(wrong)?;
        estado.vistas.extend(number("ultima"));
        Ok(estado)
    }

    /// Whether one more page may be asked for.
    fn may_go_on(&self, client: &ClientOptions) -> Result<(), Error> {
        if self.paginas < self.max_paginas {
            return Ok(());
        }
        let message = Message::frase(
            "a listagem passa do limite de {n} páginas; aumente `max_paginas` ou retome pelo cursor",
            "the listing goes beyond the limit of {n} pages; raise `max_paginas` or resume by the cursor",
            &[("n", escrita::inteiro(self.max_paginas.into()))],
        );
        Err(failure(ErrorKind::Response, self.operation, &self.options, client, message))
    }

    /// Steps over a page that was read.
    fn advance(&mut self, pagina: &api::Lido, client: &ClientOptions) -> Result<(), Error> {
        let count = pagina.contagem;
        if count > 0 && self.vistas.contains(&pagina.impressao) {
            let message = Message::new(
                "a plataforma repetiu uma página da listagem",
                "the platform answered the same page of the listing twice",
            );
            return Err(failure(ErrorKind::Response, self.operation, &self.options, client, message));
        }
        self.vistas.push(pagina.impressao);
        self.paginas += 1;
        self.recebidos = self.recebidos.saturating_add(count);
        self.total = pagina.total.or(self.total);
        self.inicio = self.inicio.saturating_add(match client.profile.pagination().style {
            PageStyle::Page { .. } => self.tamanho.into(),
            // A server may hold pages smaller than asked for.
            PageStyle::Offset { .. } => count,
        });
        // A short page is no end by itself, for the same reason; an empty one is.
        let told = match (pagina.tem_mais, pagina.total) {
            (Some(more), _) => !more,
            (None, Some(total)) => self.recebidos >= total,
            (None, None) => false,
        };
        self.fim = told || count == 0;
        Ok(())
    }

    fn cursor(&self) -> Option<String> {
        if self.fim {
            return None;
        }
        let number = |n: u64| Valor::Numero(escrita::natural(n).into());
        let mut campos = vec![
            ("versao".into(), number(1)),
            ("operacao".into(), Valor::Texto(self.operation.name().into())),
            ("filtro".into(), self.filtro.clone()),
            ("tamanho".into(), number(self.tamanho.into())),
            ("inicio".into(), number(self.inicio)),
            ("recebidos".into(), number(self.recebidos)),
        ];
        campos.extend(self.vistas.last().map(|ultima| ("ultima".into(), number(*ultima))));
        Some(Valor::Objeto(campos).to_json())
    }
}

fn failure(
    kind: ErrorKind,
    operation: Operation,
    call: &CallOptions,
    options: &ClientOptions,
    message: Message,
) -> Error {
    Error::new(kind, message).with(|d| {
        d.operation = Some(operation.name());
        d.idioma = call.idioma.unwrap_or(options.idioma);
    })
}
