use crate::api::Method;
use crate::profile::names::Names;
use crate::profile::{Auth, Encoding, Endpoint, ErrorShape, ListShape, PageStyle, Pagination, Profile, Promise};

impl Profile {
    /// The embedded default: this project's own assumption of the wire format.
    #[must_use]
    pub fn built_in() -> Self {
        // What `default.toml` says, without reading it: a page without a profile of its own does without a TOML parser. A
        // test holds the two together.
        // In the order of `Operation::ALL`.
        let endpoints = [
            (Method::Post, "/clientes", Promise::NaturalKey),
            (Method::Post, "/clientes/{id}", Promise::NaturalKey),
            (Method::Delete, "/clientes/{id}", Promise::NaturalKey),
            (Method::Get, "/clientes/{id}", Promise::None),
            (Method::Get, "/clientes", Promise::None),
            (Method::Get, "/servicos/{id}", Promise::None),
            (Method::Get, "/servicos", Promise::None),
            (Method::Post, "/contratos", Promise::NaturalKey),
            (Method::Post, "/contratos/{id}/ativar", Promise::NaturalKey),
            (Method::Post, "/contratos/{id}/desativar", Promise::NaturalKey),
            (Method::Post, "/contratos/{id}/suspender", Promise::NaturalKey),
            (Method::Post, "/contratos/{id}/cancelar", Promise::NaturalKey),
            (Method::Get, "/contratos/{id}", Promise::None),
            (Method::Get, "/contratos", Promise::None),
            (Method::Post, "/consumos", Promise::NaturalKey),
            (Method::Put, "/consumos/{id}", Promise::NaturalKey),
            (Method::Delete, "/consumos/{id}", Promise::NaturalKey),
            (Method::Get, "/consumos/{id}", Promise::None),
            (Method::Get, "/consumos", Promise::None),
            (Method::Get, "/cobrancas", Promise::None),
        ];
        let endpoints = endpoints.map(|(method, path, promise)| Endpoint { method, path: path.to_owned(), promise });
        Self {
            name: "default".to_owned(),
            base_path: "/api/v1".to_owned(),
            auth: Auth::Bearer,
            idempotency_header: "idempotency-key".to_owned(),
            replayed_header: "idempotent-replayed".to_owned(),
            result_header: "x-resultado".to_owned(),
            endpoints: endpoints.into(),
            pagination: Pagination {
                style: PageStyle::Page { first: 1, page: "pagina".to_owned(), size: "tamanhoPagina".to_owned() },
                default_size: 50,
                max_size: 100,
            },
            list: ListShape::Meta,
            list_items: "data".to_owned(),
            errors: ErrorShape::Problem,
            encoding: Encoding::PLAIN,
            names: Names::default(),
        }
    }
}
