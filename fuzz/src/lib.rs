//! The targets of the fuzzers, and their seeds. `tests/rust/tests/fuzz_corpus.rs` runs the same on a stable compiler.

pub mod memory;
pub mod seeds;
pub mod targets;
