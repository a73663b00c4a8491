//! Plain tables as files: what a page lists, with what it says of itself before it.

use crate::csv_in::defused;
use crate::export::{fitting, properties};
use base::Instant;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// A table to be saved.
pub struct Plain<'a> {
    /// The name of its sheet.
    pub sheet: &'a str,
    /// The name of the sheet that says what the table holds.
    pub about: &'a str,
    /// What it holds, each a name and a value.
    pub lines: &'a [(String, String)],
    pub heads: &'a [String],
    pub rows: &'a [Vec<String>],
    pub as_of: Instant,
}

impl Plain<'_> {
    /// The table as a workbook; no cell is a formula.
    pub fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        book.set_properties(&properties(self.as_of)?);
        let bold = Format::new().set_bold();
        let sheet = book.add_worksheet();
        sheet.set_name(self.sheet)?;
        sheet.set_freeze_panes(1, 0)?;
        for (place, head) in (0_u16..).zip(self.heads) {
            sheet.set_column_width(place, 22)?;
            sheet.write_string_with_format(0, place, head, &bold)?;
        }
        for (line, row) in (1_u32..).zip(self.rows) {
            for (place, cell) in (0_u16..).zip(row).filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string(line, place, fitting(&defused(cell)))?;
            }
        }
        let about = book.add_worksheet();
        about.set_name(self.about)?;
        about.set_column_width(0, 24)?.set_column_width(1, 80)?;
        for (line, (name, value)) in (0_u32..).zip(self.lines) {
            about.write_string_with_format(line, 0, name, &bold)?;
            about.write_string(line, 1, fitting(&defused(value)))?;
        }
        book.save_to_buffer()
    }
}
