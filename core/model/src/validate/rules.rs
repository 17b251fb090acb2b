//! Rules that several models share.

use crate::validate::{Context, Intent, Problem};

/// Makes the problem of a value that contradicts another field.
pub(crate) fn mismatch(other: &'static str, expected: &str) -> Problem {
    Problem::Mismatch { other, expected: Some(expected.to_owned()) }
}

/// Requires exactly one of two ways to refer to another resource.
pub(crate) fn one_of(given: [bool; 2], names: [&'static str; 2], ctx: &mut Context) {
    let [first, other] = names;
    match given {
        [false, false] => ctx.error_at(first, Problem::OneOf { fields: names }),
        [true, true] => ctx.error_at(first, Problem::Exclusive { other }),
        _ => {}
    }
}

/// Requires one of two ways as [`one_of`] does, but a change may leave both out.
pub(crate) fn reference(given: [bool; 2], names: [&'static str; 2], ctx: &mut Context) {
    match ctx.options.intent {
        Intent::Alterar if given == [false, false] => {}
        // A record read from the platform has both. When it is sent back, the identifier counts.
        Intent::Response => {}
        _ => one_of(given, names, ctx),
    }
}
