//! What the rules of several models share.

use crate::validate::{Context, Intent, Problem};

/// What another field tells is something else.
pub(crate) fn mismatch(other: &'static str, expected: &str) -> Problem {
    Problem::Mismatch { other, expected: Some(expected.to_owned()) }
}

/// Exactly one of two ways to refer to another resource.
pub(crate) fn one_of(given: [bool; 2], names: [&'static str; 2], ctx: &mut Context) {
    let [first, other] = names;
    match given {
        [false, false] => ctx.error_at(first, Problem::OneOf { fields: names }),
        [true, true] => ctx.error_at(first, Problem::Exclusive { other }),
        _ => {}
    }
}

/// The same, but a change may leave both alone.
pub(crate) fn reference(given: [bool; 2], names: [&'static str; 2], ctx: &mut Context) {
    match ctx.options.intent {
        Intent::Alterar if given == [false, false] => {}
        // A record read from the platform carries both; sent back, the identifier counts.
        Intent::Response => {}
        _ => one_of(given, names, ctx),
    }
}
