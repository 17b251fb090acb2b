//! How deep the tables of a TOML text are, told from its tokens alone, for the readers of all TOML that people write.

use std::ops::Range;

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

/// The greatest depth of tables and lists inside one another. A profile needs five levels, and no other text more.
pub const DEEPEST: usize = 32;

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
