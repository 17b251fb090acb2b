//! Lists of names.

/// A list of names, in an order that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Names(pub &'static [&'static str]);

/// Makes [`Names`] from literals.
#[macro_export]
#[doc(hidden)]
macro_rules! names {
    ($($name:literal),+ $(,)?) => {
        $crate::Names(&[$($name),+])
    };
}

impl Names {
    /// Iterates over the names.
    pub fn iter(self) -> impl Iterator<Item = &'static str> + Clone {
        self.0.iter().copied()
    }

    /// The position of a name. In a constant, a name that is not in the list does not compile.
    ///
    /// # Panics
    /// At run time, if there is no such name.
    #[expect(clippy::panic, clippy::indexing_slicing, reason = "a wrong name must not compile")]
    #[must_use]
    pub const fn position(self, name: &str) -> usize {
        let mut place = 0;
        while place < self.0.len() {
            if equal(self.0[place].as_bytes(), name.as_bytes()) {
                return place;
            }
            place += 1;
        }
        panic!("no such name")
    }
}

/// Whether two texts are equal, for constants.
#[expect(clippy::indexing_slicing, reason = "the lengths are compared first")]
const fn equal(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut place = 0;
    while place < one.len() {
        if one[place] != other[place] {
            return false;
        }
        place += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_found_in_their_list() {
        let names = names!("um", "dois", "umdois");
        assert_eq!(names.iter().collect::<Vec<_>>(), ["um", "dois", "umdois"]);
        assert_eq!(names!("só").iter().collect::<Vec<_>>(), ["só"]);
        for (place, name) in names.iter().enumerate() {
            assert_eq!(names.position(name), place);
        }
    }
}
