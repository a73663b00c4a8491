//! Rows of a table, whatever file they come from.

use base::Date;
use trading::intake::Problem;

/// What a cell holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    #[default]
    Text,
    /// A number, written as decimal text.
    Number,
    Date(Date),
    Flag,
    /// `#N/A` and its kind.
    Wrong,
}

/// One cell as its text, with what a reader has to know of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) form: Form,
    /// The value of a formula.
    pub(crate) is_formula: bool,
    /// Filled in from the first cell of a merged range.
    pub(crate) is_merged: bool,
    /// A number of more than 15 digits: a spreadsheet has lost the last ones.
    pub(crate) has_lost_digits: bool,
}

impl Cell {
    /// A cell of a text file.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// One row, with its number in the file or sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) cells: Vec<Cell>,
    pub(crate) is_hidden: bool,
    /// The row cannot be read at all.
    pub(crate) broken: Option<Problem>,
}

impl Row {
    /// Whether nothing stands in it.
    pub(crate) fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.text.trim().is_empty())
    }

    /// The first text in it.
    pub(crate) fn first(&self) -> &str {
        self.cells.iter().map(|cell| cell.text.trim()).find(|text| !text.is_empty()).unwrap_or("")
    }
}

/// A text written like a number that a spreadsheet has rounded: `1.2E+17`.
pub(crate) fn is_rounded(text: &str) -> bool {
    let Some((front, back)) = text.trim().split_once(['E', 'e']) else { return false };
    let Some(exponent) = back.strip_prefix('+') else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(exponent) && digits(&front.replacen('.', "", 1))
}
