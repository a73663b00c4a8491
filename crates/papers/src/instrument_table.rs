//! Instruments in tables: our own columns out and in, the columns of UNIQUIP and of the PNNL and
//! NEMO collections in; and single records of PIDINST.
//!
//! What is exported reads back unchanged, except people, pictures and parts, which no table carries.

mod columns;
mod fixture;

pub use columns::{choices, heads, sheet};

use crate::annotate::{Sheet as Rows, sheets};
use crate::cell::{Cell, Form, Row};
use crate::pidinst;
use crate::source::Source;
use base::time::read_date;
use base::{Bilingual, Currency, Money};
use columns::{Column, column_of};
use instruments::capability::{Capability, Range};
use instruments::place::Point;
use instruments::sheet::{Carrier, Condition, Contact, Funds, Kind, Maker, Mode, Origin, Sheet};
use std::collections::BTreeMap;
use trading::intake::{Place, Problem};

/// Rows looked at to find the heads.
const HEAD_ROWS: usize = 30;
/// Instruments of one file at most.
pub const ROWS_MAX: usize = 5_000;

/// What a file holds.
#[derive(Debug, Default)]
pub struct Read {
    /// Each with its line in the file.
    pub rows: Vec<(u64, Sheet)>,
    /// Rows that are no instrument; their problems say why.
    pub left_out: Vec<LeftOut>,
    pub problems: Vec<Problem>,
    /// Whether nothing in it is such a file.
    pub is_unsupported: bool,
}

/// A row that could not be read: its line, and what it says of its number and its name.
#[derive(Debug, Default)]
pub struct LeftOut {
    pub file: String,
    pub line: u64,
    pub asset: String,
    pub name: Bilingual,
}

impl LeftOut {
    /// Whether a problem is one of this row.
    pub fn has(&self, problem: &Problem) -> bool {
        problem.line == self.line && problem.file == self.file
    }
}

/// Columns that are known, each with its head as the file has it.
type Columns = BTreeMap<usize, (Column, String)>;

/// Reads a file of instruments: a workbook or text with separators, PIDINST as XML or JSON, or a
/// collection of NEMO.
pub fn read(source: &Source, name: &str) -> Read {
    let lower = name.to_lowercase();
    let whole = Place { file: name.to_owned(), line: 0 };
    let mut read = Read::default();
    if lower.ends_with(".xml") || lower.ends_with(".json") {
        records(source, &whole, &mut read);
    } else {
        let mut has_table = false;
        for rows in sheets(source, name).unwrap_or_default() {
            has_table |= table(&rows, &mut read);
        }
        read.is_unsupported = !has_table;
    }
    if read.is_unsupported {
        read.problems.push(Problem::new("instrument-no-table", &whole));
    }
    if read.rows.len() > ROWS_MAX {
        read.rows.truncate(ROWS_MAX);
        read.problems.push(Problem::new("instrument-too-many", &whole).with("most", ROWS_MAX));
    }
    read
}

/// One record of PIDINST, or a collection.
fn records(source: &Source, whole: &Place, read: &mut Read) {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let opened = source.open().and_then(|reader| reader.take(64 << 20).read_to_end(&mut bytes));
    if opened.is_err() {
        read.is_unsupported = true;
        return;
    }
    if let Some(rows) = fixture::read(&bytes) {
        read.rows = rows;
        return;
    }
    let found = match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => pidinst::read_json(&bytes),
        _ => pidinst::read_xml(&bytes),
    };
    match found {
        Ok(record) => read.rows.push((1, record.sheet())),
        Err(pidinst::NotPidinst::Unreadable) => read.is_unsupported = true,
        Err(pidinst::NotPidinst::Lacks(paths)) => {
            let problem = Problem::new("instrument-record-lacks", whole);
            read.problems.push(problem.with("fields", paths.join(", ")));
        }
    }
}

/// Whether the rows are such a table; its instruments go into `read`.
fn table(rows: &Rows, read: &mut Read) -> bool {
    let heads = rows.rows.iter().take(HEAD_ROWS).position(|row| {
        let known: Vec<_> = row.cells.iter().filter_map(|cell| column_of(&cell.text)).collect();
        known.len() >= 2 && (known.contains(&Column::NameEn) || known.contains(&Column::NameZh))
    });
    let Some(heads) = heads else { return false };
    let at = |line: u64| Place { file: rows.file.clone(), line };
    let head = &rows.rows[heads];
    let mut columns = Columns::new();
    for (place, cell) in head.cells.iter().enumerate() {
        let text = cell.text.trim();
        match column_of(text) {
            Some(Column::Other) => {}
            Some(column) if columns.values().any(|(known, _)| *known == column) => {
                let problem = Problem::warn("column-repeated", &at(head.line)).with("head", text);
                read.problems.push(problem.on(text));
            }
            Some(column) => {
                columns.insert(place, (column, text.to_owned()));
            }
            None if text.is_empty() => {}
            None => {
                let problem = Problem::warn("column-unknown", &at(head.line)).with("head", text);
                read.problems.push(problem.on(text));
            }
        }
    }
    let numbers = columns.values().find(|(column, _)| *column == Column::Asset);
    for row in &rows.rows[heads + 1..] {
        if row.is_blank() || column_of(row.first()).is_some_and(|it| it != Column::Other) {
            continue;
        }
        let place = at(row.line);
        match one(row, &columns, &place) {
            Ok(sheet) => {
                if let Some((_, head)) = numbers.filter(|_| sheet.numbers.asset.is_empty()) {
                    let problem = Problem::warn("instrument-without-number", &place);
                    read.problems.push(problem.with("head", head).on("asset"));
                }
                read.rows.push((row.line, sheet));
            }
            Err(problems) => {
                read.left_out.push(left_out(row, &columns, &place));
                read.problems.extend(problems);
            }
        }
    }
    true
}

fn left_out(row: &Row, columns: &Columns, at: &Place) -> LeftOut {
    let text = |wanted: Column| {
        let place =
            columns.iter().find(|(_, (column, _))| *column == wanted).map(|(place, _)| *place);
        let cell = place.and_then(|place| row.cells.get(place));
        cell.map(|cell| cell.text.trim().to_owned()).unwrap_or_default()
    };
    let name = Bilingual::new(text(Column::NameEn), text(Column::NameZh));
    LeftOut { file: at.file.clone(), line: row.line, asset: text(Column::Asset), name }
}

/// One row as a sheet.
fn one(row: &Row, columns: &Columns, at: &Place) -> Result<Sheet, Vec<Problem>> {
    if let Some(problem) = &row.broken {
        return Err(vec![problem.clone()]);
    }
    let mut problems = Vec::new();
    let mut sheet = Sheet { seats: 1, ..Sheet::default() };
    let mut point = (String::new(), String::new());
    let mut contact = Contact::default();
    for (place, (column, head)) in columns {
        let Some(cell) = row.cells.get(*place) else { continue };
        let text = crate::csv_in::undefused(cell.text.trim()).to_owned();
        if text.is_empty() {
            continue;
        }
        let wrong = |code| {
            let number = u64::try_from(place + 1).unwrap_or(0);
            let problem = Problem::new(code, at).at_column(number).with("found", &text);
            problem.with("head", head).on(column.field())
        };
        match column {
            Column::Latitude => point.0 = text,
            Column::Longitude => point.1 = text,
            Column::Contact => contact.name = told(&text),
            Column::Phone => contact.phone = text,
            Column::Email => contact.email = text,
            Column::Commissioned => match day(cell, &text) {
                Some(on) => sheet.commissioned = Some(on),
                None => problems.push(wrong("cell-date-unreadable")),
            },
            Column::Value | Column::ValueWan => match money(&text, *column) {
                Some(value) => sheet.value = Some(value),
                None => problems.push(wrong("cell-amount-unreadable")),
            },
            Column::Seats => match text.parse() {
                Ok(seats) => sheet.seats = seats,
                Err(_) => problems.push(wrong("cell-number-unreadable")),
            },
            _ => {
                if !put(&mut sheet, *column, &text) {
                    problems.push(wrong("choice-unknown"));
                }
            }
        }
    }
    if !point.0.is_empty() || !point.1.is_empty() {
        sheet.place.point = Point::parse(&point.0, &point.1);
        if sheet.place.point.is_none() {
            let found = format!("{}, {}", point.0, point.1);
            problems.push(Problem::new("instrument-point", at).with("found", found).on("latitude"));
        }
    }
    if contact != Contact::default() {
        sheet.contacts.push(contact);
    }
    if problems.is_empty() { Ok(sheet) } else { Err(problems) }
}

/// Puts a text where its column means; false for a word that is not known.
fn put(sheet: &mut Sheet, column: Column, text: &str) -> bool {
    let own = || text.to_owned();
    match column {
        Column::NameEn => match is_han(text) && sheet.name.zh.is_empty() {
            // A name of one column is in the language of its characters.
            true => sheet.name.zh = own(),
            false => sheet.name.en = own(),
        },
        Column::NameZh => sheet.name.zh = own(),
        Column::DescriptionEn => match is_han(text) && sheet.description.zh.is_empty() {
            true => sheet.description.zh = own(),
            false => sheet.description.en = own(),
        },
        Column::DescriptionZh => sheet.description.zh = own(),
        Column::Model => sheet.model = own(),
        Column::Class => sheet.class = own(),
        // A kind in words says nothing about a class; it is found by it all the same.
        Column::KindWords => sheet.fields = told(text),
        Column::Maker => sheet.makers = vec![Maker { name: own(), ..maker(sheet) }],
        Column::Country => sheet.makers = vec![Maker { country: own(), ..maker(sheet) }],
        Column::Serial => sheet.numbers.serial = own(),
        Column::Asset => sheet.numbers.asset = own(),
        Column::National => sheet.numbers.national = own(),
        Column::Persistent => sheet.numbers.persistent = own(),
        Column::Department => sheet.department = told(text),
        Column::Site => sheet.place.site = told(text),
        Column::Building => sheet.place.building = told(text),
        Column::Room => sheet.place.room = own(),
        Column::Address => sheet.place.address = told(text),
        Column::Region => sheet.place.region = own(),
        Column::Zone => sheet.place.zone = own(),
        Column::Group => sheet.group = own(),
        Column::Indicators => sheet.indicators = told(text),
        Column::Functions => sheet.functions = told(text),
        Column::Services => sheet.services = told(text),
        Column::Results => sheet.results = told(text),
        Column::Rates => sheet.rates = told(text),
        Column::Notice => sheet.notice = told(text),
        Column::Training => sheet.training = told(text),
        Column::Fields => sheet.fields = told(text),
        Column::Measures => sheet.capabilities = listed(text).map(capability).collect(),
        Column::Technique => {
            let it = Capability { parameter: told(text), ..Capability::default() };
            sheet.capabilities.push(it);
        }
        Column::State => {
            sheet.condition = match text.to_lowercase().as_str() {
                "active" => Condition::Sound,
                "broken" | "offline" => Condition::AwaitsRepair,
                "inactive" => Condition::AwaitsScrapping,
                _ => {
                    return choice(text, "instrument-condition", Condition::ALL, Condition::word)
                        .map(|it| sheet.condition = it)
                        .is_some();
                }
            };
        }
        Column::Mode => {
            return set(&mut sheet.mode, text, "instrument-mode", Mode::ALL, Mode::word);
        }
        Column::Kind => {
            return set(&mut sheet.kind, text, "instrument-kind", Kind::ALL, Kind::word);
        }
        Column::Origin => {
            return set(&mut sheet.origin, text, "instrument-origin", Origin::ALL, Origin::word);
        }
        Column::Funds => {
            return set(&mut sheet.funds, text, "instrument-funds", Funds::ALL, Funds::word);
        }
        Column::Carrier => {
            return set(
                &mut sheet.carrier,
                text,
                "instrument-carrier",
                Carrier::ALL,
                Carrier::word,
            );
        }
        _ => {}
    }
    true
}

fn maker(sheet: &Sheet) -> Maker {
    sheet.makers.first().cloned().unwrap_or_default()
}

fn set<T: Copy>(
    into: &mut T,
    text: &str,
    stem: &str,
    all: &[T],
    word: fn(T) -> &'static str,
) -> bool {
    choice(text, stem, all, word).map(|it| *into = it).is_some()
}

/// A choice by its word, or by its name in either language.
fn choice<T: Copy>(text: &str, stem: &str, all: &[T], word: fn(T) -> &'static str) -> Option<T> {
    let typed = text.trim().to_lowercase();
    all.iter().copied().find(|one| {
        let key = format!("{stem}-{}", word(*one));
        word(*one) == typed
            || base::Lang::ALL.iter().any(|lang| words::say(*lang, &key).to_lowercase() == typed)
    })
}

fn is_han(text: &str) -> bool {
    text.chars().any(instruments::term::is_han)
}

/// A text of a cell: `English / 中文`, or one of them.
pub(crate) fn told(text: &str) -> Bilingual {
    if let Some((first, second)) = text.split_once(" / ")
        && is_han(first) != is_han(second)
    {
        return match is_han(first) {
            true => Bilingual::new(second, first),
            false => Bilingual::new(first, second),
        };
    }
    match is_han(text) {
        true => Bilingual::new("", text),
        false => Bilingual::new(text, ""),
    }
}

/// A text as its cell, so that [`told`] reads it back.
pub(crate) fn cell_of(text: &Bilingual) -> String {
    match (text.en.as_str(), text.zh.as_str()) {
        (en, "") => en.to_owned(),
        ("", zh) => zh.to_owned(),
        (en, zh) => format!("{en} / {zh}"),
    }
}

/// Quantities of a cell: each on a line of its own, or apart by semicolons.
fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', ';', '；']).map(str::trim).filter(|part| !part.is_empty())
}

/// `parameter | object | from | to | unit | precision | standards`; what is left out is empty.
fn capability(text: &str) -> Capability {
    let parts: Vec<&str> = text.split(['|', '｜']).map(str::trim).collect();
    let part = |at: usize| parts.get(at).copied().unwrap_or_default();
    Capability {
        parameter: told(part(0)),
        object: told(part(1)),
        range: Range { from: part(2).to_owned(), to: part(3).to_owned(), unit: part(4).to_owned() },
        precision: told(part(5)),
        standards: part(6)
            .split([',', '，', '、'])
            .map(str::trim)
            .filter(|number| !number.is_empty())
            .map(str::to_owned)
            .collect(),
        ..Capability::default()
    }
}

/// The same as a line of a cell.
pub(crate) fn line_of(it: &Capability) -> String {
    let plain = |text: String| text.replace(['|', ';', '\n'], " ");
    let parts = [
        plain(cell_of(&it.parameter)),
        plain(cell_of(&it.object)),
        plain(it.range.from.clone()),
        plain(it.range.to.clone()),
        plain(it.range.unit.clone()),
        plain(cell_of(&it.precision)),
        plain(it.standards.join(", ")),
    ];
    parts.join(" | ").trim_end_matches([' ', '|']).to_owned()
}

fn day(cell: &Cell, text: &str) -> Option<base::Date> {
    match cell.form {
        Form::Date(day) => Some(day),
        _ => read_date(text.split([' ', 'T']).next().unwrap_or_default()),
    }
}

/// An amount in yuan, or in ten thousands of them where the column says so.
fn money(text: &str, column: Column) -> Option<Money> {
    let plain: String = text.chars().filter(|c| !matches!(c, ',' | '，' | '¥' | '￥')).collect();
    let (plain, code) = match plain.split_once(' ') {
        Some((amount, code)) => (amount.to_owned(), Currency::parse(code.trim())?),
        None => (plain, Currency::CNY),
    };
    let value = Money::parse(&plain, code).ok()?;
    match column {
        Column::ValueWan => Some(Money::new(value.minor.checked_mul(10_000)?, code)),
        _ => Some(value),
    }
}

#[cfg(test)]
mod tests;
