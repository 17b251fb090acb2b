//! Pseudo-random numbers that are the same in every run, and valid documents by number.

/// A source of pseudo-random numbers. The same seed gives the same numbers.
#[derive(Debug)]
pub struct Dice(pub u64);

impl Dice {
    /// A number below `below`.
    pub fn roll(&mut self, below: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(self.0 >> 33).unwrap_or(0) % below
    }

    /// An index below `below`.
    pub fn index(&mut self, below: u32) -> usize {
        usize::try_from(self.roll(below)).unwrap_or(0)
    }
}

/// Returns a valid CPF for each number.
#[must_use]
pub fn cpf(n: usize) -> String {
    let base = format!("{:09}", 100_000_000 + n);
    let digit = |text: &str| {
        let weights = (2..=text.len() + 1).rev();
        let sum: usize = text.bytes().map(|b| usize::from(b - b'0')).zip(weights).map(|(d, w)| d * w).sum();
        if sum % 11 < 2 { 0 } else { 11 - sum % 11 }
    };
    let first = format!("{base}{}", digit(&base));
    format!("{first}{}", digit(&first))
}
