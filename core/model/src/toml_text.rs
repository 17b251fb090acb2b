//! What the readers of all TOML that people write have in common: how deep its tables are, told from its tokens alone,
//! and where in it a mistake is.

use std::ops::Range;

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use crate::validate::clip;

/// The greatest depth of tables and lists inside one another. A profile needs five levels, and no other text more.
pub const DEEPEST: usize = 32;

/// A place in a text, as a person finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// The key or the table of the line in backticks and after a comma, or nothing. A value is not shown, for it may be
    /// a secret, and neither is a line that is not TOML at all.
    pub near: String,
}

/// The place of the byte `at`. What a parser says is in English, so that in other languages the place has to do.
#[must_use]
pub fn place(text: &str, at: usize) -> Place {
    let before = text.get(..at).unwrap_or_default();
    let (_, row) = before.rsplit_once('\n').unwrap_or(("", before));
    let start = before.len() - row.len();
    let whole = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default().trim();
    let of_header = |c: char| c.is_alphanumeric() || "[]._- ".contains(c);
    let shown = match whole.split_once('=') {
        Some((key, _)) => key.trim_end(),
        None if whole.starts_with('[') && whole.chars().all(of_header) => whole,
        None => "",
    };
    let near = if shown.is_empty() { String::new() } else { format!(", `{}`", clip(shown)) };
    Place { line: before.matches('\n').count() + 1, column: row.chars().count() + 1, near }
}

/// The first place at which tables and lists are deeper than that. A parser takes stack for each level, and so does
/// whatever reads what it has made: a text of some kilobytes would end the process.
#[must_use]
pub fn too_deep(text: &str) -> Option<Range<usize>> {
    // The levels at which the open brackets began, and the level of the key or the value here.
    let (mut open, mut depth) = (Vec::new(), 0);
    for token in Source::new(text).lex() {
        match token.kind() {
            TokenKind::Dot => depth += 1,
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => {
                depth += 1;
                open.push(depth);
            }
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => depth = open.pop().unwrap_or_default(),
            TokenKind::Comma => depth = open.last().copied().unwrap_or_default(),
            TokenKind::Newline if open.is_empty() => depth = 0,
            _ => {}
        }
        if depth > DEEPEST {
            let span = token.span();
            return Some(span.start()..span.end());
        }
    }
    None
}
