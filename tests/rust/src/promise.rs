//! Profiles for tests.

use smartbill_core::profile::Profile;

/// The promises that a profile can make of a write.
pub const PROMISES: [&str; 3] = ["idempotency_key", "natural_key", "none"];

/// The default profile, but with `promise` for every write.
///
/// # Panics
/// If there is no such promise.
#[must_use]
pub fn profile_with(promise: &str) -> Profile {
    use smartbill_core::api::Operation;
    let mut toml = String::from("name = \"test\"\n[operations]\n");
    for operation in Operation::ALL.iter().filter(|operation| operation.is_write()) {
        toml.push_str(&format!("\"{operation}\".promise = \"{promise}\"\n"));
    }
    Profile::from_toml(&toml, "test.toml").unwrap()
}
