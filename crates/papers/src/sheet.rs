//! Plain tables as files: what a page shows, as CSV or as the sheets of a workbook.
//!
//! Texts that a spreadsheet would run are defused; numbers are numbers, so that they can be summed.

use crate::csv_in::defused;
use crate::export::{excel_day, fitting, properties};
use base::{Date, Instant, Money};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use std::io;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Number(i64),
    Day(Date),
    Money(Money),
}

/// A table with its name and heads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// At most 31 characters of it stand on its tab.
    pub name: String,
    pub heads: Vec<String>,
    pub rows: Vec<Vec<Value>>,
}

impl Value {
    fn plain(&self) -> String {
        match self {
            Self::Text(text) => defused(text).into_owned(),
            Self::Number(number) => number.to_string(),
            Self::Day(day) => day.to_string(),
            Self::Money(sum) => sum.decimal(),
        }
    }
}

/// Tables one below the other as CSV: UTF-8 with its mark, RFC 4180.
pub fn sheets_csv(about: &[(String, String)], sheets: &[Sheet]) -> io::Result<Vec<u8>> {
    let mut to = b"\xEF\xBB\xBF".to_vec();
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .terminator(csv::Terminator::CRLF)
        .from_writer(&mut to);
    for (name, value) in about {
        writer.write_record([defused(name).as_ref(), defused(value).as_ref()])?;
    }
    for sheet in sheets {
        writer.write_record([""; 2])?;
        writer.write_record([defused(&sheet.name).as_ref(), ""])?;
        writer.write_record(sheet.heads.iter().map(|head| defused(head).into_owned()))?;
        for row in &sheet.rows {
            writer.write_record(row.iter().map(Value::plain))?;
        }
    }
    writer.flush()?;
    drop(writer);
    Ok(to)
}

/// A workbook: what it holds on the first sheet, where anything is said of it, then every table on its own.
pub fn sheets_xlsx(
    about: (&str, &[(String, String)]),
    sheets: &[Sheet],
    as_of: Instant,
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&properties(as_of)?);
    let bold = Format::new().set_bold();
    if !about.1.is_empty() {
        let first = book.add_worksheet();
        first.set_name(tab(about.0))?;
        first.set_column_width(0, 24)?.set_column_width(1, 80)?;
        for (line, (name, value)) in (0_u32..).zip(about.1) {
            first.write_string_with_format(line, 0, name, &bold)?;
            first.write_string(line, 1, fitting(&defused(value)))?;
        }
    }
    for sheet in sheets {
        let page = book.add_worksheet();
        page.set_name(tab(&sheet.name))?;
        for (place, head) in (0_u16..).zip(&sheet.heads) {
            page.write_string_with_format(0, place, head, &bold)?;
            page.set_column_width(place, 18)?;
        }
        page.set_freeze_panes(1, 1)?;
        for (line, row) in (1_u32..).zip(&sheet.rows) {
            for (place, value) in (0_u16..).zip(row) {
                write(page, (line, place), value)?;
            }
        }
    }
    book.save_to_buffer()
}

fn write(page: &mut Worksheet, at: (u32, u16), value: &Value) -> Result<(), XlsxError> {
    match value {
        Value::Text(text) if text.is_empty() => {}
        Value::Text(text) => {
            page.write_string(at.0, at.1, fitting(&defused(text)))?;
        }
        // A spreadsheet keeps fifteen digits: what has more is a text.
        Value::Number(number) if number.unsigned_abs() < 1_000_000_000_000_000 => {
            let format = Format::new().set_num_format("#,##0");
            page.write_number_with_format(at.0, at.1, exact(*number), &format)?;
        }
        Value::Day(on) => {
            let format = Format::new().set_num_format("yyyy-mm-dd");
            page.write_datetime_with_format(at.0, at.1, &excel_day(*on)?, &format)?;
        }
        Value::Number(_) | Value::Money(_) => {
            page.write_string(at.0, at.1, value.plain())?;
        }
    }
    Ok(())
}

/// A whole number of at most fifteen digits, as a spreadsheet has it.
fn exact(number: i64) -> f64 {
    let (high, low) = (number / 1_000_000_000, number % 1_000_000_000);
    let part = |n: i64| f64::from(i32::try_from(n).expect("nine digits or less"));
    part(high) * 1e9 + part(low)
}

/// A name that a tab takes: 31 characters, none of those it forbids.
fn tab(name: &str) -> String {
    let plain = name.chars().filter(|c| !"[]:*?/\\'".contains(*c));
    plain.take(31).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Currency;

    fn sheet() -> Sheet {
        Sheet {
            name: "Shares: all".to_owned(),
            heads: vec!["Holder".to_owned(), "Shares".to_owned(), "Paid".to_owned()],
            rows: vec![vec![
                Value::Text("=1+1".to_owned()),
                Value::Number(123_456_789_012_345),
                Value::Money(Money::new(123_450, Currency::CNY)),
            ]],
        }
    }

    #[test]
    fn a_table_is_defused_and_counts_are_whole() {
        let about = [("As of".to_owned(), "2026-03-02".to_owned())];
        let bytes = sheets_csv(&about, &[sheet()]).expect("written");
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert!(text.contains("\r\n'=1+1,123456789012345,1234.50\r\n"), "{text}");
        assert!(text.starts_with("\u{feff}As of,2026-03-02\r\n"), "{text}");
        let at = Instant::parse_rfc3339("2026-03-02T01:00:00Z").expect("a moment");
        let one = sheets_xlsx(("About", &about), &[sheet()], at).expect("written");
        let two = sheets_xlsx(("About", &about), &[sheet()], at).expect("written");
        assert_eq!(one, two, "equal tables are equal files");
        assert_eq!(&one[..2], b"PK");
    }

    #[test]
    fn fifteen_digits_stay_whole() {
        for number in [0, 7, -7, 999_999_999, 1_000_000_000, 999_999_999_999_999] {
            assert_eq!(format!("{:.0}", exact(number)), number.to_string());
        }
    }
}
