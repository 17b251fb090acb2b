//! The tests of the crates together, and the Rust example; see `tests/`.
