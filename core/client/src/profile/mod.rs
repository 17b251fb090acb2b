//! The wire profile: how requests and answers look, as data (design 5).
//!
//! The vendor's format is not public, so paths, names and encodings are a TOML file. The embedded default is this
//! project's own assumption. A profile works in both directions: the client writes requests and reads answers with
//! it, a server such as the sandbox reads requests and writes answers.

mod ascii;
mod codec;
mod default;
mod envelope;
mod format;
mod load;
mod names;
mod query;
mod route;

pub use ascii::escape;
pub(crate) use ascii::{base64, percent_encode};
pub use envelope::{ErrorBody, List};
pub use format::{
    Auth, Credential, DateEncoding, DecimalEncoding, Encoding, Endpoint, ErrorShape, ListShape, MonthEncoding,
    PageStyle, Pagination, Profile, Promise,
};
pub use query::PageRequest;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub use tests::FOREIGN;
