//! Workbooks of the Office Open XML form, row by row.
//!
//! Formulas give the value they last had; hidden sheets are left out, hidden rows are taken; a
//! merged cell counts for every row it covers. Each of these is said.

use crate::cell::{Cell, Form, Row};
use crate::csv_in::undefused;
use crate::hidden::HiddenRows;
use crate::read::{Out, Outcome, Refused};
use crate::source::ReadSeek;
use crate::table::Table;
use crate::template::LISTS;
use base::{Date, Lang};
use calamine::{DataRef, Dimensions, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};
use std::collections::{BTreeSet, HashMap};
use trading::intake::{Place, Problem};

/// Columns looked at.
const COLUMNS_MAX: u32 = 2_000;
/// Rows of a sheet that is given back with its problems.
const GIVEN_BACK_ROWS_MAX: usize = 200_000;
/// Whole numbers from here on have digits that a spreadsheet does not keep.
const EXACT_MAX: f64 = 1e15;

/// Reads every visible sheet that has heads we know.
pub(crate) fn read(reader: impl ReadSeek, file: &str, hidden: &HiddenRows, out: &mut Out<'_>) {
    let at = Place { file: file.to_owned(), line: 0 };
    let mut book = match Xlsx::new(reader) {
        Ok(book) => book,
        Err(error) => {
            let problems = vec![Problem::new("workbook-broken", &at).with("why", error)];
            out.refuse(Refused { at, outcome: Outcome::Unsupported, problems });
            return;
        }
    };
    if book.has_1904_epoch() {
        out.remark(Problem::warn("workbook-1904", &at));
    }
    let sheets = book.sheets_metadata().to_vec();
    let (mut n_read, mut heads) = (0, Vec::new());
    for sheet in sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
        if sheet.visible != SheetVisible::Visible {
            if sheet.name == LISTS {
                continue;
            }
            out.remark(Problem::warn("sheet-hidden", &at).with("sheet", &sheet.name));
            continue;
        }
        let place = format!("{file}#{}", sheet.name);
        let hidden = hidden.get(&sheet.name).cloned().unwrap_or_default();
        match read_sheet(&mut book, (&sheet.name, &place), hidden, out) {
            Ok(None) => n_read += 1,
            Ok(Some(found)) => {
                if is_ours(&sheet.name) {
                    continue;
                }
                out.remark(Problem::warn("sheet-left-out", &at).with("sheet", &sheet.name));
                heads.push(found);
            }
            Err(problem) => {
                let at = Place { file: place, line: problem.line };
                let problems = vec![problem];
                out.refuse(Refused { at, outcome: Outcome::Rejected, problems });
                n_read += 1;
            }
        }
        if !out.is_going() {
            return;
        }
    }
    if n_read == 0 {
        let found = heads.into_iter().find(|found| !found.is_empty()).unwrap_or_default();
        let problems = vec![Problem::new("columns-unknown", &at).with("found", found)];
        out.refuse(Refused { at, outcome: Outcome::Unsupported, problems });
    }
}

/// Whether the sheet is one of those that we put beside the table ourselves.
fn is_ours(name: &str) -> bool {
    let keys = ["technology-export-about", "technology-template-notes"];
    Lang::ALL.iter().any(|lang| keys.iter().any(|key| words::say(*lang, key) == name))
}

/// Reads a sheet; gives back its first line when nothing in it looks like our heads.
fn read_sheet<R: ReadSeek>(
    book: &mut Xlsx<R>,
    (name, file): (&str, &str),
    hidden: BTreeSet<u32>,
    out: &mut Out<'_>,
) -> Result<Option<String>, Problem> {
    let at = Place { file: file.to_owned(), line: 0 };
    let mut table = Table::new(file, book.has_1904_epoch(), out);
    let read = each_row(book, name, hidden, &mut |row| table.row(row));
    read.map_err(|error| Problem::new("workbook-broken", &at).with("why", error))?;
    Ok(table.end())
}

/// Every sheet as rows, whatever they hold; `None` for what is no workbook.
pub(crate) fn sheets(reader: impl ReadSeek, each: &mut dyn FnMut(&str, Vec<Row>)) -> Option<()> {
    let mut book = Xlsx::new(reader).ok()?;
    for sheet in book.sheets_metadata().to_vec() {
        if sheet.typ != SheetType::WorkSheet || sheet.visible != SheetVisible::Visible {
            continue;
        }
        let mut rows = Vec::new();
        let mut keep = |row| {
            rows.push(row);
            rows.len() < GIVEN_BACK_ROWS_MAX
        };
        each_row(&mut book, &sheet.name, BTreeSet::new(), &mut keep).ok()?;
        each(&sheet.name, rows);
    }
    Some(())
}

fn each_row<R: ReadSeek>(
    book: &mut Xlsx<R>,
    name: &str,
    hidden: BTreeSet<u32>,
    each: &mut dyn FnMut(Row) -> bool,
) -> Result<(), calamine::XlsxError> {
    let merges = book.merge_cells_by_sheet_name(name).unwrap_or_default();
    let mut rows = Rows { merges: Merges::new(merges), hidden, row: None };
    let mut cells = book.worksheet_cells_reader(name)?;
    while let Some(found) = cells.next_cell_with_formula_metadata()? {
        let (line, column) = found.pos;
        if column >= COLUMNS_MAX {
            continue;
        }
        let mut cell = cell(&found.value);
        cell.is_formula = found.formula.is_some();
        if let Some(row) = rows.put(line, column, cell)
            && !each(row)
        {
            return Ok(());
        }
    }
    if let Some(row) = rows.last() {
        each(row);
    }
    Ok(())
}

/// Cells gathered into rows.
struct Rows {
    merges: Merges,
    hidden: BTreeSet<u32>,
    row: Option<(u32, Vec<Cell>)>,
}

impl Rows {
    /// Takes a cell, and gives the row before it when a new one begins.
    fn put(&mut self, line: u32, column: u32, cell: Cell) -> Option<Row> {
        let ready = match &self.row {
            Some((open, _)) if *open != line => self.last(),
            _ => None,
        };
        let (_, cells) = self.row.get_or_insert_with(|| (line, Vec::new()));
        let place = usize::try_from(column).unwrap_or(0);
        if cells.len() <= place {
            cells.resize(place + 1, Cell::default());
        }
        if let Some(slot) = cells.get_mut(place) {
            *slot = cell;
        }
        ready
    }

    fn last(&mut self) -> Option<Row> {
        let (line, mut cells) = self.row.take()?;
        self.merges.fill(line, &mut cells);
        let number = u64::from(line) + 1;
        let is_hidden = self.hidden.contains(&line);
        Some(Row { line: number, cells, is_hidden, broken: None })
    }
}

/// Merged ranges of several rows: what stands in the first row counts for all.
struct Merges {
    ranges: Vec<Dimensions>,
    value_by_start: HashMap<(u32, u32), Cell>,
}

impl Merges {
    fn new(mut ranges: Vec<Dimensions>) -> Self {
        ranges.retain(|range| range.end.0 > range.start.0 && range.start.1 < COLUMNS_MAX);
        ranges.sort_unstable();
        Self { ranges, value_by_start: HashMap::new() }
    }

    fn fill(&mut self, line: u32, cells: &mut Vec<Cell>) {
        // Ranges that ended above are not looked at again.
        self.ranges.retain(|range| range.end.0 >= line);
        for range in self.ranges.iter().take_while(|range| range.start.0 <= line) {
            let place = usize::try_from(range.start.1).unwrap_or(0);
            if cells.len() <= place {
                cells.resize(place + 1, Cell::default());
            }
            let Some(slot) = cells.get_mut(place) else { continue };
            if range.start.0 == line {
                self.value_by_start.insert(range.start, slot.clone());
            } else if let Some(value) = self.value_by_start.get(&range.start)
                && slot.text.is_empty()
            {
                *slot = Cell { is_merged: true, ..value.clone() };
            }
        }
    }
}

fn cell(value: &DataRef<'_>) -> Cell {
    let text = |text: &str| Cell::text(undefused(text));
    match value {
        DataRef::Empty => Cell::default(),
        DataRef::String(found) | DataRef::DurationIso(found) => text(found),
        DataRef::SharedString(found) => text(found),
        DataRef::Int(number) => Cell {
            text: number.to_string(),
            form: Form::Number,
            has_lost_digits: number.unsigned_abs() >= 1_000_000_000_000_000,
            ..Cell::default()
        },
        DataRef::Float(number) => Cell {
            text: if number.fract() == 0.0 { format!("{number:.0}") } else { number.to_string() },
            form: Form::Number,
            has_lost_digits: number.abs() >= EXACT_MAX,
            ..Cell::default()
        },
        DataRef::Bool(flag) => Cell { text: flag.to_string(), form: Form::Flag, ..Cell::default() },
        DataRef::DateTime(moment) => date_cell(moment),
        DataRef::DateTimeIso(found) => {
            let day = found.split('T').next().and_then(base::time::read_date);
            match day {
                Some(day) => {
                    Cell { text: day.to_string(), form: Form::Date(day), ..Cell::default() }
                }
                None => text(found),
            }
        }
        DataRef::Error(error) => {
            Cell { text: error.to_string(), form: Form::Wrong, ..Cell::default() }
        }
    }
}

fn date_cell(moment: &ExcelDateTime) -> Cell {
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    let part = |part: u8| i8::try_from(part).unwrap_or(0);
    let date =
        i16::try_from(year).ok().and_then(|year| Date::new(year, part(month), part(day)).ok());
    match date {
        Some(date) if moment.is_datetime() => {
            Cell { text: date.to_string(), form: Form::Date(date), ..Cell::default() }
        }
        _ => Cell { text: moment.as_f64().to_string(), form: Form::Number, ..Cell::default() },
    }
}
