//! Tables as text, with true line numbers and a bound on every row.

use crate::cell::{Cell, Row};
use crate::columns::HEAD_ROWS;
use crate::read::{Out, Outcome, Refused};
use crate::table::Table;
use std::cell::Cell as Count;
use std::io::{self, Cursor, Read};
use std::rc::Rc;
use trading::intake::{Place, Problem};

/// Bytes of one row, line breaks inside quotation marks included.
const ROW_BYTES_MAX: u64 = 16 << 20;
/// Cells of one row.
const CELLS_MAX: usize = 2_000;
/// What is looked at to see the separator.
const SNIFF_BYTES: u64 = 32 << 10;

/// Reads the table of a text already in UTF-8.
pub(crate) fn read(from: impl Read, file: &str, out: &mut Out<'_>) {
    let mut table = Table::new(file, false, out);
    rows(from, file, &mut |row| table.row(row));
    if let Some(found) = table.end() {
        let at = Place { file: file.to_owned(), line: 1 };
        let problems = vec![Problem::new("columns-unknown", &at).with("found", found)];
        out.refuse(Refused { at, outcome: Outcome::Unsupported, problems });
    }
}

/// Hands every row over, until one is answered with `false` or the rest cannot be read.
pub(crate) fn rows(mut from: impl Read, file: &str, each: &mut dyn FnMut(Row) -> bool) {
    let mut head = Vec::new();
    if let Err(error) = from.by_ref().take(SNIFF_BYTES).read_to_end(&mut head) {
        each(broken_row(&Place { file: file.to_owned(), line: 0 }, &error.into()));
        return;
    }
    let delimiter = delimiter(&String::from_utf8_lossy(&head));
    let spent = Rc::new(Count::new(0));
    let whole = Cursor::new(head).chain(from);
    let guarded =
        Guard { from: whole, spent: Rc::clone(&spent), after_return: false, is_ended: false };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(guarded);
    let mut record = csv::ByteRecord::new();
    loop {
        let at = Place { file: file.to_owned(), line: reader.position().line() };
        spent.set(0);
        match reader.read_byte_record(&mut record) {
            Ok(false) => return,
            Ok(true) => {
                // Blank lines before a row belong to no row: its line is counted from its end.
                let lines = record.iter().flatten().filter(|byte| **byte == b'\n').count();
                let lines = u64::try_from(lines).unwrap_or(0) + 1;
                let line = reader.position().line().saturating_sub(lines).max(at.line);
                if !each(row(&record, &Place { line, ..at })) {
                    return;
                }
            }
            // Where the next row begins cannot be known any more.
            Err(error) => {
                each(broken_row(&at, &error));
                return;
            }
        }
    }
}

fn broken_row(at: &Place, error: &csv::Error) -> Row {
    let problem = match error.kind() {
        csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            Problem::new("row-too-long", at).with("most", ROW_BYTES_MAX)
        }
        _ => Problem::new("file-unreadable", at).with("why", error),
    };
    Row { line: at.line, broken: Some(problem), ..Row::default() }
}

/// The separator that the first lines use most evenly: a comma, a semicolon or a tab.
fn delimiter(head: &str) -> u8 {
    let lines: Vec<&str> =
        head.lines().filter(|line| !line.trim().is_empty()).take(HEAD_ROWS).collect();
    let most = |mark: char| lines.iter().map(|line| line.matches(mark).count()).max().unwrap_or(0);
    let (comma, semicolon, tab) = (most(','), most(';'), most('\t'));
    if tab > comma && tab > semicolon {
        b'\t'
    } else if semicolon > comma {
        b';'
    } else {
        b','
    }
}

fn row(record: &csv::ByteRecord, at: &Place) -> Row {
    let mut row = Row { line: at.line, ..Row::default() };
    if record.len() > CELLS_MAX {
        let problem = Problem::new("row-too-wide", at).with("most", CELLS_MAX);
        row.broken = Some(problem.with("found", record.len()));
        return row;
    }
    for (place, bytes) in record.iter().enumerate() {
        match std::str::from_utf8(bytes) {
            Ok(text) => row.cells.push(Cell::text(undefused(text))),
            Err(error) => {
                let column = u64::try_from(place + 1).unwrap_or(0);
                let problem = Problem::new("not-utf8", at).at_column(column);
                let first = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
                row.broken = Some(problem.with("first", format!("{first:02X}")));
                return row;
            }
        }
    }
    row
}

/// What a spreadsheet would run or compute when a cell begins with it.
const DANGEROUS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '−', '＝', '＋', '－', '＠'];

/// Whether a cell of this text would be run, be it behind apostrophes.
fn is_dangerous(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(DANGEROUS)
}

/// The text with one apostrophe before it if a spreadsheet would run it.
pub(crate) fn defused(text: &str) -> std::borrow::Cow<'_, str> {
    if is_dangerous(text) { format!("'{text}").into() } else { text.into() }
}

/// The text as it was before `defused`.
pub(crate) fn undefused(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_dangerous(text) => rest,
        _ => text,
    }
}

/// Fails when more bytes are drawn for one row than a row may have, and makes all line ends one,
/// so that lines are counted alike whatever system wrote them.
struct Guard<R> {
    from: R,
    spent: Rc<Count<u64>>,
    after_return: bool,
    is_ended: bool,
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        loop {
            let n = self.from.read(to)?;
            if n == 0
                && !self.is_ended
                && let Some(slot) = to.first_mut()
            {
                // Every row ends in a line end, so that its first line can be counted back.
                self.is_ended = true;
                *slot = b'\n';
                return Ok(1);
            }
            let spent = self.spent.get().saturating_add(u64::try_from(n).unwrap_or(u64::MAX));
            self.spent.set(spent);
            if spent > ROW_BYTES_MAX {
                return Err(io::Error::from(io::ErrorKind::FileTooLarge));
            }
            let n_kept = self.one_line_end(to.get_mut(..n).unwrap_or_default());
            if n_kept > 0 || n == 0 {
                return Ok(n_kept);
            }
        }
    }
}

impl<R> Guard<R> {
    fn one_line_end(&mut self, bytes: &mut [u8]) -> usize {
        if !self.after_return && !bytes.contains(&b'\r') {
            return bytes.len();
        }
        let mut kept = 0;
        for place in 0..bytes.len() {
            let Some(byte) = bytes.get(place).copied() else { break };
            let is_second = self.after_return && byte == b'\n';
            self.after_return = byte == b'\r';
            if is_second {
                continue;
            }
            if let Some(slot) = bytes.get_mut(kept) {
                *slot = if byte == b'\r' { b'\n' } else { byte };
            }
            kept += 1;
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_defused_reads_back() {
        for text in ["=1+1", "'=1", "''@x", "-5", "\tx", "−5", "＝A1", "plain", "'quoted'", "'", ""]
        {
            assert_eq!(undefused(&defused(text)), text);
            assert!(!defused(text).starts_with(DANGEROUS));
        }
        assert_eq!(defused("=1"), "'=1");
        assert_eq!(defused("it's"), "it's");
    }

    #[test]
    fn the_separator_is_seen() {
        assert_eq!(delimiter("a,b;c,d\n"), b',');
        assert_eq!(delimiter("a;b;c\n1,5;2;3"), b';');
        assert_eq!(delimiter("a\tb\n"), b'\t');
    }

    #[test]
    fn lines_are_counted_alike_with_every_line_end() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "1,\"x", "y\"", "", "2,z"].join(end);
            let mut found = Vec::new();
            rows(text.as_bytes(), "a", &mut |row| {
                found.push((row.line, row.cells.last().map(|cell| cell.text.clone())));
                true
            });
            let cell = |text: &str| Some(text.to_owned());
            assert_eq!(found, [(1, cell("b")), (2, cell("x\ny")), (5, cell("z"))], "{end:?}");
        }
    }
}
