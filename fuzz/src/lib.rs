//! What is fuzzed, and from where it begins. `tests/rust/tests/fuzz_corpus.rs` runs the same on a stable compiler.

pub mod memory;
pub mod seeds;
pub mod targets;
