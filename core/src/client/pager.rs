use crate::api::Recurso;
use crate::client::{CallOptions, Client, ClientOptions};
use crate::error::{Error, ErrorKind};
use crate::model::Modelo;
use crate::profile::{PageStyle, Recorte};
use crate::transport::Host;
use crate::validate::Options;
use crate::{Message, Valor};

/// A listing on its way: reads one page at a time, and can be stored between two pages.
#[derive(Debug, Clone)]
pub struct Pager<M: Recurso> {
    filtro: M::Filtro,
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
    fim: bool,
}

impl<M: Recurso> Pager<M> {
    pub(super) fn new(filtro: M::Filtro, call: &CallOptions, options: &ClientOptions) -> Result<Self, Error> {
        let pagination = options.profile.pagination();
        let tamanho = call.tamanho_pagina.unwrap_or(pagination.default_size);
        let max = pagination.max_size;
        if !(1..=max).contains(&tamanho) {
            let pt = format!("`tamanho_pagina` deve ser de 1 a {max}");
            return Err(wrong::<M>(call, options, pt, format!("`tamanho_pagina` must be from 1 to {max}")));
        }
        Ok(Self {
            filtro,
            options: call.clone(),
            max_paginas: call.max_paginas.unwrap_or(options.max_paginas),
            tamanho,
            inicio: 0,
            recebidos: 0,
            paginas: 0,
            total: None,
            vistas: Vec::new(),
            fim: false,
        })
    }

    pub(super) fn resume(cursor: &str, call: &CallOptions, options: &ClientOptions) -> Result<Self, Error> {
        let wrong = || {
            let pt = "o cursor não é desta listagem";
            wrong::<M>(call, options, pt, "the cursor does not belong to this listing")
        };
        let valor = Valor::from_json(cursor.as_bytes()).map_err(|_| wrong())?;
        let number = |nome: &str| match valor.campo(nome) {
            Some(Valor::Inteiro(n)) => u64::try_from(*n).ok(),
            Some(Valor::Numero(n)) => n.parse().ok(),
            _ => None,
        };
        let known = valor.campo("versao") == Some(&Valor::Numero("1".into())) || number("versao") == Some(1);
        let own = valor.campo("operacao").and_then(Valor::texto) == Some(M::LISTAR.name());
        let filtro = valor.campo("filtro").cloned().filter(|_| known && own).ok_or_else(wrong)?;
        let (filtro, _) = M::Filtro::validar(filtro, Options::default()).map_err(|_| wrong())?;
        let tamanho = number("tamanho").and_then(|n| u32::try_from(n).ok()).ok_or_else(wrong)?;
        let call = CallOptions { tamanho_pagina: Some(tamanho), ..call.clone() };
        let mut pager = Self::new(filtro, &call, options)?;
        pager.inicio = number("inicio").ok_or_else(wrong)?;
        pager.recebidos = number("recebidos").ok_or_else(wrong)?;
        pager.vistas.extend(number("ultima"));
        Ok(pager)
    }

    /// The next page; `None` after the last. After an error, the same page is asked for again.
    ///
    /// # Errors
    /// What the platform or the network answered; of kind `Response`, when the platform repeats a page or there are
    /// more pages than allowed.
    pub async fn next<H: Host>(&mut self, client: &Client<H>) -> Result<Option<Vec<M>>, Error> {
        if self.fim {
            return Ok(None);
        }
        if self.paginas >= self.max_paginas {
            let n = self.max_paginas;
            return Err(wrong_answer::<M>(
                &self.options,
                client.options(),
                format!("a listagem passa do limite de {n} páginas; aumente `max_paginas` ou retome pelo cursor"),
                format!("the listing goes beyond the limit of {n} pages; raise `max_paginas` or resume by the cursor"),
            ));
        }
        let recorte = Recorte { inicio: self.inicio, tamanho: self.tamanho };
        let pagina = client.pagina::<M>(&self.filtro, recorte, &self.options).await?;
        let count = u64::try_from(pagina.itens.len()).unwrap_or(u64::MAX);
        if count > 0 && self.vistas.contains(&pagina.impressao) {
            return Err(wrong_answer::<M>(
                &self.options,
                client.options(),
                "a plataforma repetiu uma página da listagem",
                "the platform answered the same page of the listing twice",
            ));
        }
        self.vistas.push(pagina.impressao);
        self.paginas += 1;
        self.recebidos = self.recebidos.saturating_add(count);
        self.total = pagina.total.or(self.total);
        self.inicio = self.inicio.saturating_add(match client.profile().pagination().style {
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
        Ok((count > 0).then_some(pagina.itens))
    }

    /// How many records the listing has, if the platform said so.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// Where the listing stands, as text that [`Client::retomar`] reads; `None` after the last page. It holds the
    /// filter.
    #[must_use]
    pub fn cursor(&self) -> Option<String> {
        if self.fim {
            return None;
        }
        let number = |n: u64| Valor::Numero(n.to_string().into());
        let mut campos = vec![
            ("versao".into(), number(1)),
            ("operacao".into(), Valor::Texto(M::LISTAR.name().into())),
            ("filtro".into(), self.filtro.valor()),
            ("tamanho".into(), number(self.tamanho.into())),
            ("inicio".into(), number(self.inicio)),
            ("recebidos".into(), number(self.recebidos)),
        ];
        campos.extend(self.vistas.last().map(|ultima| ("ultima".into(), number(*ultima))));
        Some(Valor::Objeto(campos).to_json())
    }
}

fn wrong<M: Recurso>(
    call: &CallOptions,
    options: &ClientOptions,
    pt: impl Into<String>,
    en: impl Into<String>,
) -> Error {
    failure::<M>(ErrorKind::Configuration, call, options, Message::new(pt, en))
}

fn wrong_answer<M: Recurso>(
    call: &CallOptions,
    options: &ClientOptions,
    pt: impl Into<String>,
    en: impl Into<String>,
) -> Error {
    failure::<M>(ErrorKind::Response, call, options, Message::new(pt, en))
}

fn failure<M: Recurso>(kind: ErrorKind, call: &CallOptions, options: &ClientOptions, message: Message) -> Error {
    Error::new(kind, message).with(|d| {
        d.operation = Some(M::LISTAR.name());
        d.idioma = call.idioma.unwrap_or(options.idioma);
    })
}
