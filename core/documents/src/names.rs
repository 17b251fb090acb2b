//! Lists of names, stored compactly.

use crate::text::parts;

/// A list of names in one text, separated by `|`. It is one text because a page downloads the address and the length of
/// each text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Names(pub &'static str);

/// Makes [`Names`] from literals.
#[macro_export]
#[doc(hidden)]
macro_rules! names {
    ($first:literal $(, $other:literal)* $(,)?) => {
        $crate::Names(concat!($first $(, "|", $other)*))
    };
}

impl Names {
    /// All names as one text, separated by `|`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// Iterates over the names.
    pub fn iter(self) -> impl Iterator<Item = &'static str> + Clone {
        parts(self.0)
    }

    /// The position of a name. In a constant, a name that is not in the list does not compile.
    ///
    /// # Panics
    /// At run time, if there is no such name.
    #[expect(clippy::panic, clippy::indexing_slicing, reason = "a wrong name must not compile")]
    #[must_use]
    pub const fn position(self, name: &str) -> usize {
        let (text, name) = (self.0.as_bytes(), name.as_bytes());
        let (mut place, mut start) = (0, 0);
        while start < text.len() {
            let mut end = start;
            let mut equal = true;
            while end < text.len() && text[end] != b'|' {
                equal = equal && end - start < name.len() && text[end] == name[end - start];
                end += 1;
            }
            if equal && end - start == name.len() {
                return place;
            }
            place += 1;
            start = end + 1;
        }
        panic!("no such name")
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_found_in_their_text() {
        let names = names!("um", "dois", "umdois");
        assert_eq!(names.iter().collect::<Vec<_>>(), ["um", "dois", "umdois"]);
        assert_eq!(names!("só").iter().collect::<Vec<_>>(), ["só"]);
        for (place, name) in names.iter().enumerate() {
            assert_eq!(names.position(name), place);
        }
    }
}
