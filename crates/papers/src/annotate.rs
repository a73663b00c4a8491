//! The uploaded table given back with its problems: an error column, wrong cells coloured and
//! commented.
//!
//! Values, sheets, column order and hidden state are kept; fonts, widths and formulas are not,
//! because no library at hand changes a workbook in place.

use crate::cell::{Cell, Form, Row};
use crate::csv_in::defused;
use crate::export::{excel_day, fitting, properties};
use crate::kind::{HEAD_BYTES, Kind, detect};
use crate::source::Source;
use crate::{csv_in, workbook};
use base::{Instant, Lang};
use rust_xlsxwriter::{Format, Note, Workbook, Worksheet, XlsxError};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use trading::intake::Problem;

/// Rows that are given back.
const ROWS_MAX: usize = 200_000;

/// Gives the table back with its problems; `None` for files that are no tables. With `only_wrong`
/// only the first lines and the rows that have problems are kept.
pub fn annotated_workbook(
    original: &Source,
    name: &str,
    problems: &[Problem],
    lang: Lang,
    only_wrong: bool,
) -> Option<Result<Vec<u8>, XlsxError>> {
    let sheets = sheets(original, name)?;
    Some(write(sheets, problems, lang, only_wrong))
}

/// A sheet with the name that problems call it by.
pub(crate) struct Sheet {
    pub(crate) file: String,
    name: String,
    pub(crate) rows: Vec<Row>,
}

pub(crate) fn sheets(original: &Source, name: &str) -> Option<Vec<Sheet>> {
    let mut reader = original.open().ok()?;
    let mut head = Vec::new();
    let most = u64::try_from(HEAD_BYTES).ok()?;
    reader.by_ref().take(most).read_to_end(&mut head).ok()?;
    match detect(&head, name) {
        Kind::Workbook => {
            reader.rewind().ok()?;
            let mut sheets = Vec::new();
            workbook::sheets(reader, &mut |sheet, rows| {
                let file = format!("{name}#{sheet}");
                sheets.push(Sheet { file, name: sheet.to_owned(), rows });
            })?;
            Some(sheets)
        }
        Kind::Table | Kind::NasaPatents => {
            let encoding = crate::text::encoding(&head);
            let mut rows = Vec::new();
            csv_in::rows(encoding.decoding(Cursor::new(head).chain(reader)), name, &mut |row| {
                rows.push(row);
                rows.len() < ROWS_MAX
            });
            Some(vec![Sheet { file: name.to_owned(), name: "1".to_owned(), rows }])
        }
        _ => None,
    }
}

fn write(
    sheets: Vec<Sheet>,
    problems: &[Problem],
    lang: Lang,
    only_wrong: bool,
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&properties(Instant::from_micros(1_767_225_600_000_000))?);
    for sheet in sheets {
        let mut by_line: BTreeMap<u64, Vec<&Problem>> = BTreeMap::new();
        for problem in problems.iter().filter(|problem| problem.file == sheet.file) {
            by_line.entry(problem.line).or_default().push(problem);
        }
        let first = by_line.keys().next().copied().unwrap_or(u64::MAX);
        let to = book.add_worksheet();
        to.set_name(&sheet.name)?;
        let width = sheet.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let errors = u16::try_from(width).unwrap_or(u16::MAX - 1);
        to.set_column_width(errors, 60)?;
        let bold = Format::new().set_bold();
        to.write_string_with_format(0, errors, words::say(lang, "problem-column"), &bold)?;
        let mut line = 0;
        for row in &sheet.rows {
            let told = by_line.get(&row.line).map(Vec::as_slice).unwrap_or_default();
            // Everything above the first problem may be heads.
            if only_wrong && told.is_empty() && row.line >= first.min(3) {
                continue;
            }
            let place = if only_wrong { line } else { place_of(row.line) };
            write_row(to, place, row, told)?;
            write_problems(to, place, errors, told, lang)?;
            line = place + 1;
        }
    }
    book.save_to_buffer()
}

fn place_of(line: u64) -> u32 {
    u32::try_from(line.saturating_sub(1)).unwrap_or(u32::MAX)
}

fn write_row(
    to: &mut Worksheet,
    line: u32,
    row: &Row,
    problems: &[&Problem],
) -> Result<(), XlsxError> {
    for (place, cell) in (0_u16..).zip(&row.cells) {
        let number = u64::from(place) + 1;
        let wrong = problems.iter().find(|problem| problem.column == number);
        let mut format = Format::new();
        if let Some(problem) = wrong {
            let colour = if problem.warning { 0xFF_F2_CC_u32 } else { 0xF8_CB_AD_u32 };
            format = format.set_background_color(colour);
        }
        write_cell(to, (line, place), cell, format)?;
    }
    if row.is_hidden {
        to.set_row_hidden(line)?;
    }
    Ok(())
}

fn write_cell(
    to: &mut Worksheet,
    (line, place): (u32, u16),
    cell: &Cell,
    format: Format,
) -> Result<(), XlsxError> {
    match cell.form {
        Form::Date(on) => {
            let format = format.set_num_format("yyyy-mm-dd");
            to.write_datetime_with_format(line, place, &excel_day(on)?, &format)?;
        }
        Form::Number if !cell.has_lost_digits => match cell.text.parse::<f64>() {
            Ok(number) => {
                to.write_number_with_format(line, place, number, &format)?;
            }
            Err(_) => {
                to.write_string_with_format(line, place, &cell.text, &format)?;
            }
        },
        _ => {
            to.write_string_with_format(line, place, fitting(&defused(&cell.text)), &format)?;
        }
    }
    Ok(())
}

fn write_problems(
    to: &mut Worksheet,
    line: u32,
    errors: u16,
    problems: &[&Problem],
    lang: Lang,
) -> Result<(), XlsxError> {
    if problems.is_empty() {
        return Ok(());
    }
    let mut by_column: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for problem in problems {
        let place = u16::try_from(problem.column.saturating_sub(1)).unwrap_or(u16::MAX);
        if problem.column > 0 && place < errors {
            by_column.entry(place).or_default().push(crate::sentence(lang, problem));
        }
    }
    for (place, sentences) in by_column {
        let note = Note::new(sentences.join("\n")).set_author("").add_author_prefix(false);
        to.insert_note(line, place, &note.set_width(300))?;
    }
    let all: Vec<String> = problems.iter().map(|problem| crate::sentence(lang, problem)).collect();
    let colour = Format::new().set_text_wrap().set_background_color(0xFC_E4_D6_u32);
    to.write_string_with_format(line, errors, fitting(&all.join("\n")), &colour)?;
    Ok(())
}
