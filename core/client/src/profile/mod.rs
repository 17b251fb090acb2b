//! The wire profile: the form of requests and answers, as data.
//!
//! The vendor's format is not public, so a TOML file describes paths, names and encodings. The embedded default profile
//! is this project's own assumption. A profile works in both directions: the client writes requests and reads answers
//! with it, and a server such as the sandbox reads requests and writes answers.

mod ascii;
mod asked;
mod codec;
mod default;
mod enums;
mod envelope;
mod form;
mod format;
mod json_path;
mod load;
mod load_fields;
mod load_operations;
mod plan;
mod query;
mod route;
mod servable;
mod sides;
mod source;
mod wire;
mod word;

pub use ascii::escape;
pub(crate) use ascii::{base64, percent_encode};
pub use asked::{Asked, Received, Unread};
pub use envelope::{ErrorBody, List};
pub use format::{
    Auth, Credential, Endpoint, ErrorShape, ListShape, Next, OAuth2, PageStyle, Pagination, Profile, Promise,
};
pub(crate) use format::{ErrorPlaces, IdPlace, Reset, Shape};
pub use json_path::JsonPath;
pub(crate) use plan::{Reason, Unsendable};
pub use query::PageRequest;
pub(crate) use query::{push, push_all, text as query_text};

#[cfg(test)]
mod reading_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub use tests::FOREIGN;
