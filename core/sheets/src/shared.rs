//! The texts that the cells of a workbook share, and the limit of the memory that a workbook may take.

use super::finding::SheetError;
use super::text::composed;

/// Counts the memory for one file, so that the file is refused before the memory is allocated.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Budget {
    left: u64,
    limit: u64,
}

impl Budget {
    pub(super) fn new(limit: u64) -> Self {
        Self { left: limit, limit }
    }

    /// Takes `bytes` from the rest.
    pub(super) fn take(&mut self, bytes: usize) -> Result<(), SheetError> {
        match self.left.checked_sub(u64::try_from(bytes).unwrap_or(u64::MAX)) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(SheetError::new("memoria_demais", vec![("limit", self.limit.to_string())])),
        }
    }
}

/// The number of texts in a block. Blocks never grow, so no memory is copied and taken twice.
const PER_BLOCK: usize = 256;

/// Texts by number, stored one after another in large blocks. A million short texts take little more than their
/// letters.
#[derive(Debug, Default)]
pub(super) struct SharedTexts {
    blocks: Vec<Block>,
}

#[derive(Debug, Default)]
struct Block {
    letters: String,
    /// The end of each text.
    ends: Vec<u32>,
}

impl SharedTexts {
    /// Adds the next text, in normal form C.
    pub(super) fn push(&mut self, text: &str, budget: &mut Budget) -> Result<(), SheetError> {
        let text = composed(text);
        // The text, its end, and the spare room of the blocks.
        budget.take(text.len() + size_of::<u64>())?;
        if self.blocks.last().is_none_or(|block| block.ends.len() == PER_BLOCK) {
            budget.take(size_of::<Block>())?;
            self.blocks.push(Block { letters: String::new(), ends: Vec::with_capacity(PER_BLOCK) });
        }
        if let Some(block) = self.blocks.last_mut() {
            block.letters.push_str(&text);
            block.ends.push(u32::try_from(block.letters.len()).unwrap_or(u32::MAX));
            if block.ends.len() == PER_BLOCK {
                block.letters.shrink_to_fit();
            }
        }
        Ok(())
    }

    pub(super) fn get(&self, number: usize) -> Option<&str> {
        let block = self.blocks.get(number / PER_BLOCK)?;
        let within = number % PER_BLOCK;
        let end = usize::try_from(*block.ends.get(within)?).ok()?;
        let start = within.checked_sub(1).and_then(|before| block.ends.get(before)).copied().unwrap_or(0);
        block.letters.get(usize::try_from(start).ok()?..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_by_their_numbers() {
        let mut budget = Budget::new(1 << 20);
        let mut texts = SharedTexts::default();
        for number in 0..3000 {
            texts.push(&"é".repeat(number % 7), &mut budget).unwrap();
        }
        texts.push("Sa\u{303}o", &mut budget).unwrap();
        for number in 0..3000 {
            assert_eq!(texts.get(number), Some("é".repeat(number % 7).as_str()));
        }
        assert_eq!(texts.get(3000), Some("São"));
        assert_eq!(texts.get(3001), None);
        assert_eq!(SharedTexts::default().get(0), None);
    }

    #[test]
    fn a_budget_is_kept() {
        let mut budget = Budget::new(100);
        let mut texts = SharedTexts::default();
        let mut taken = 0;
        let refused = loop {
            match texts.push("x", &mut budget) {
                Ok(()) => taken += 1,
                Err(refused) => break refused,
            }
        };
        assert_eq!(refused.code, "memoria_demais");
        assert!(taken < 6);
    }
}
