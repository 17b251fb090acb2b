//! `smartbill-automation/profile`: what it has besides the client that reads profiles.

use smartbill_core::profile::Profile;
use wasm_bindgen::prelude::*;

/// The embedded default as TOML.
#[wasm_bindgen]
#[must_use]
pub fn default_profile() -> String {
    Profile::DEFAULT.to_owned()
}
