use crate::api::Operation;
use crate::profile::format::{ErrorPlaces, ListPlaces};
use crate::profile::{Auth, Endpoint, ErrorShape, JsonPath, ListShape, PageStyle, Pagination, Profile, Promise};

impl Profile {
    /// The embedded default profile as TOML, with a comment on every setting. Copy it to begin a new profile.
    pub const DEFAULT: &str = include_str!("default.toml");

    /// The embedded default profile: this project's own assumption of the wire format.
    #[must_use]
    pub fn built_in() -> Self {
        // The contents of `default.toml`, written in code, so that a page without a profile of its own needs no TOML
        // parser. A test compares the two.
        let endpoint = |operation: &Operation| Endpoint {
            method: operation.method(),
            path: operation.path().to_owned(),
            promise: if operation.is_write() { Promise::NaturalKey } else { Promise::None },
            shape: None,
        };
        Self {
            name: "default".to_owned(),
            base_path: "/api/v1".to_owned(),
            auth: Auth::Bearer,
            idempotency_header: "idempotency-key".to_owned(),
            replayed_header: "idempotent-replayed".to_owned(),
            result_header: "x-resultado".to_owned(),
            headers: Vec::new(),
            endpoints: Operation::ALL.iter().map(endpoint).collect(),
            pagination: Pagination {
                style: PageStyle::Page { first: 1, page: "pagina".to_owned(), size: "tamanhoPagina".to_owned() },
                default_size: 50,
                max_size: 100,
            },
            list: ListShape::Meta,
            list_places: ListPlaces { items: JsonPath::name("data"), total: None, more: None, pages: None },
            errors: ErrorShape::Problem,
            error_places: ErrorPlaces::default(),
            rate_limit: None,
            plans: Vec::new(),
        }
    }
}
