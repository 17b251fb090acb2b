//! What a sheet looks like, as far as a report keeps it.

use super::merged::Region;

/// The greatest number of runs of columns that are kept: that of the columns of Excel.
const MOST_RUNS: usize = 16_384;

/// The width in pixels of a digit in the usual font, in which Excel measures columns.
const DIGIT: f64 = 7.0;

/// The greatest width of a column, in digits.
const WIDEST: f64 = 255.0;

/// The look of a sheet.
#[derive(Debug, Default)]
pub(super) struct Look {
    pub(super) columns: Vec<ColumnRun>,
    pub(super) merged: Vec<Region>,
}

/// Adjacent columns that look the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ColumnRun {
    /// The first column, from 0.
    pub(super) first: u32,
    pub(super) last: u32,
    /// The width in pixels, if it is not the usual one.
    pub(super) width: Option<u32>,
    pub(super) hidden: bool,
}

impl Look {
    /// Adds a run. Runs beyond the number that Excel can have are dropped.
    pub(super) fn push(&mut self, run: ColumnRun) {
        if self.columns.len() < MOST_RUNS {
            self.columns.push(run);
        }
    }

    /// The runs of the first `width` columns, by column.
    pub(super) fn by_column(&self, width: usize) -> Vec<Option<ColumnRun>> {
        let mut columns = vec![None; width];
        for run in &self.columns {
            let (first, last) = (usize::try_from(run.first), usize::try_from(run.last));
            if let (Ok(first), Ok(last)) = (first, last)
                && let Some(own) = columns.get_mut(first..width.min(last.saturating_add(1)))
            {
                own.fill(Some(*run));
            }
        }
        columns
    }
}

/// The pixels of a width in digits. `None` if no column has it.
pub(super) fn pixels_of_digits(width: f64) -> Option<u32> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range was checked")]
    (width > 0.0 && width <= WIDEST).then(|| (width * DIGIT).round() as u32)
}

/// The pixels of a length such as `2.258cm`, at 96 in an inch.
pub(super) fn pixels_of_length(length: &str) -> Option<u32> {
    let (number, unit) = length.trim().split_at_checked(length.trim().len().checked_sub(2)?)?;
    let per_inch = match unit {
        "in" => 1.0,
        "cm" => 2.54,
        "mm" => 25.4,
        "pt" => 72.0,
        _ => return None,
    };
    pixels_of_digits(number.parse::<f64>().ok()? / per_inch * 96.0 / DIGIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_pixels() {
        assert_eq!(pixels_of_digits(9.140_625), Some(64));
        assert_eq!([0.0, -1.0, f64::NAN, f64::INFINITY, 256.0].map(pixels_of_digits), [None; 5]);
        assert_eq!(pixels_of_length("1in"), Some(96));
        assert_eq!(pixels_of_length(" 2.258cm"), Some(85));
        assert_eq!(["", "cm", "é", "2.2", "1e9cm", "10em"].map(pixels_of_length), [None; 6]);
    }

    #[test]
    fn runs_end_where_the_sheet_does() {
        let run = |first, last, hidden| ColumnRun { first, last, width: None, hidden };
        let mut look = Look::default();
        for run in [run(1, u32::MAX, false), run(2, 2, true), run(9, 3, true), run(70, 80, true)] {
            look.push(run);
        }
        let hidden: Vec<_> = look.by_column(4).iter().map(|run| run.map(|run| run.hidden)).collect();
        assert_eq!(hidden, [None, Some(false), Some(true), Some(false)]);
    }
}
