//! Our own columns and our own lines of JSON.

use crate::cell::{Cell, Form, Row, is_rounded};
use crate::codes::{self, Fault};
use crate::columns::{Column, Shape};
use crate::items::{self, Piece};
use crate::read::{Options, Out, Outcome, Refused, refused};
use crate::table::Layout;
use crate::text::half_width;
use base::{Date, time};
use std::io::Read;
use trading::intake::{Place, Problem, Record, StubFacts};
use trading::{Content, ExportCategory, Proof, Stage, TransferMode};

/// The shape that our lines name first.
pub(crate) const LINE_SHAPE: &str = "bellwether-technology-1";

/// Reads a row, or gives every reason why it is no record.
pub(crate) fn record(
    layout: &Layout,
    row: &Row,
    at: &Place,
    options: &Options,
) -> Result<Record, Vec<Problem>> {
    let mut reader = Reader { layout, at, options, problems: Vec::new(), warnings: Vec::new() };
    let mut record = Record { at: at.clone(), ..Record::default() };
    if row.is_hidden {
        reader.warnings.push(Problem::warn("row-hidden", at));
    }
    for (place, cell) in row.cells.iter().enumerate() {
        let Some(column) = layout.columns.get(place).copied().flatten() else { continue };
        if cell.text.trim().is_empty() {
            continue;
        }
        let spot = Spot { place, column };
        reader.remark_form(&spot, cell);
        if reader.is_spoilt(&spot, cell) {
            continue;
        }
        if let Err((code, found)) = reader.fill(&mut record, &spot, cell) {
            let problem = reader.problem(code, &spot).with("found", found);
            reader.problems.push(problem);
        }
    }
    if record.content.title.is_empty() {
        reader.problems.push(Problem::new("record-without-title", at).on("title_zh"));
    }
    if record.content.trl.as_ref().is_some_and(|trl| trl.level == 0)
        && !reader.problems.iter().any(|problem| problem.field == "trl")
    {
        reader.problems.push(Problem::new("level-missing", at).on("trl"));
    }
    if reader.problems.is_empty() {
        record.stub_facts.field.clone_from(&record.content.field);
        if record.stub_facts.reference.is_empty() {
            record.stub_facts.reference.clone_from(&record.key);
        }
        record.warnings = reader.warnings;
        Ok(record)
    } else {
        Err(reader.problems)
    }
}

struct Spot {
    place: usize,
    column: &'static Column,
}

struct Reader<'r> {
    layout: &'r Layout,
    at: &'r Place,
    options: &'r Options,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&self, code: &'static str, spot: &Spot) -> Problem {
        let head = self.layout.heads.get(spot.place).map_or(spot.column.key, String::as_str);
        let problem = Problem::new(code, self.at).on(spot.column.key);
        let column = u64::try_from(spot.place + 1).unwrap_or(0);
        problem.at_column(column).with("head", head)
    }

    fn warn(&mut self, code: &'static str, spot: &Spot, found: &str) {
        let problem = self.problem(code, spot).with("found", found);
        self.warnings.push(Problem { warning: true, ..problem });
    }

    /// Says how a cell was meant, where that may surprise.
    fn remark_form(&mut self, spot: &Spot, cell: &Cell) {
        if cell.is_formula {
            self.warn("cell-formula", spot, &cell.text);
        }
        if cell.is_merged {
            self.warn("cell-merged", spot, &cell.text);
        }
        let is_code = matches!(spot.column.shape, Shape::Code);
        if is_code && cell.form == Form::Number && !cell.has_lost_digits {
            self.warn("code-as-number", spot, &cell.text);
        }
        let counted = matches!(spot.column.shape, Shape::Code | Shape::Level | Shape::Date);
        if counted && half_width(&cell.text) != cell.text {
            self.warn("full-width", spot, &cell.text);
        }
    }

    /// Whether the cell cannot hold what its writer put there.
    fn is_spoilt(&mut self, spot: &Spot, cell: &Cell) -> bool {
        let is_told = spot.column.shape == Shape::Told;
        let rounded = matches!(spot.column.shape, Shape::Code | Shape::List)
            && is_rounded(&half_width(&cell.text));
        let code = if cell.form == Form::Wrong {
            "cell-error"
        } else if (cell.has_lost_digits || rounded) && !is_told {
            "digits-lost"
        } else {
            return false;
        };
        let problem = self.problem(code, spot).with("found", &cell.text);
        self.problems.push(problem);
        true
    }

    fn fill(&mut self, record: &mut Record, spot: &Spot, cell: &Cell) -> Result<(), Fault> {
        let text = cell.text.trim();
        let content = &mut record.content;
        match spot.column.shape {
            Shape::Line | Shape::Block => put_text(content, spot.column.key, text),
            Shape::Code if spot.column.key == "phone" => content.contact.phone = text.to_owned(),
            Shape::Code => record.key = half_width(text),
            Shape::Choice(_) => put_choice(content, spot.column.key, text)?,
            Shape::Date => {
                let on = self.date(spot, cell)?;
                content.trl.get_or_insert_default().on = Some(on);
            }
            Shape::Level => content.trl.get_or_insert_default().level = level(text)?,
            Shape::Flag => {
                let is_so = flag(text)?;
                match spot.column.key {
                    "invented" => content.invented = is_so,
                    _ if is_so => content.trl.get_or_insert_default().assessed = true,
                    _ => {}
                }
            }
            Shape::Field => content.field = self.field(text)?,
            Shape::Inventors => content.inventors = codes::read_inventors(text)?,
            Shape::Rights => content.rights = codes::read_rights(text)?,
            Shape::Classes => content.classes = codes::read_classes(text),
            Shape::List => content.related = codes::read_list(text),
            Shape::Titles => content.other_titles = codes::read_titles(text)?,
            Shape::Told if spot.column.key == "reference" => {
                record.stub_facts.reference = text.to_owned();
            }
            Shape::Told if spot.column.key == "owner" => {
                record.owner_hint = Some(codes::by_script(text));
            }
            Shape::Told => {}
        }
        Ok(())
    }

    fn field(&self, text: &str) -> Result<String, Fault> {
        if self.options.fields.fields().is_empty() {
            return Ok(text.to_owned());
        }
        let found = self.options.fields.find(text);
        found.map(|field| field.key.clone()).ok_or_else(|| ("field-unknown", text.to_owned()))
    }

    fn date(&mut self, spot: &Spot, cell: &Cell) -> Result<Date, Fault> {
        let text = cell.text.trim();
        match cell.form {
            Form::Date(on) => Ok(on),
            Form::Number => {
                let on = day_of_serial(text, self.layout.is_1904)
                    .or_else(|| time::read_date(text))
                    .ok_or_else(|| ("cell-date-unreadable", text.to_owned()))?;
                self.warn("date-as-number", spot, &on.to_string());
                Ok(on)
            }
            _ => time::read_date(text).ok_or_else(|| ("cell-date-unreadable", text.to_owned())),
        }
    }
}

/// The day of a spreadsheet's number, for days from 1954 to 2119.
fn day_of_serial(text: &str, is_1904: bool) -> Option<Date> {
    let days: i64 = text.parse().ok().filter(|days| (18_200..80_000).contains(days))?;
    // Day 1 is 1900-01-01, and a 29 February 1900 is counted that never was.
    let (year, month, day) = if is_1904 { (1904, 1, 1) } else { (1899, 12, 30) };
    Date::new(year, month, day).ok()?.checked_add(jiff::Span::new().days(days)).ok()
}

fn put_text(content: &mut Content, key: &str, text: &str) {
    let (stem, lang) = key.rsplit_once('_').unwrap_or((key, ""));
    let both = match stem {
        "title" => &mut content.title,
        "summary" => &mut content.summary,
        "description" => &mut content.description,
        "applications" => &mut content.applications,
        "benefits" => &mut content.benefits,
        "keywords" => &mut content.keywords,
        "encumbrances" => &mut content.encumbrances,
        "notes" => &mut content.notes,
        "export_notes" => &mut content.export.notes,
        "contact" => &mut content.contact.name,
        "trl_evidence" => &mut content.trl.get_or_insert_default().evidence,
        _ => {
            content.contact.email = text.to_owned();
            return;
        }
    };
    match lang {
        "zh" => both.zh = text.to_owned(),
        _ => both.en = text.to_owned(),
    }
}

fn put_choice(content: &mut Content, key: &str, text: &str) -> Result<(), Fault> {
    let unknown = || ("choice-unknown", text.to_owned());
    match key {
        "stage" => {
            let stage = codes::word_or_name(text, "technology-stage", Stage::ALL, Stage::word);
            content.stage = Some(stage.ok_or_else(unknown)?);
        }
        "mode" => {
            let all = TransferMode::ALL;
            let mode = codes::word_or_name(text, "technology-mode", all, TransferMode::word);
            content.mode = Some(mode.ok_or_else(unknown)?);
        }
        _ => {
            let all = ExportCategory::ALL;
            let found = codes::word_or_name(text, "technology-export", all, ExportCategory::word);
            content.export.category = found.ok_or_else(unknown)?;
        }
    }
    Ok(())
}

fn level(text: &str) -> Result<u8, Fault> {
    let plain = half_width(text).to_uppercase();
    let plain = plain.trim().trim_start_matches("TRL").trim().trim_end_matches('级');
    let level = plain.parse().ok().filter(|level| (1..=9).contains(level));
    level.ok_or_else(|| ("level-unreadable", text.to_owned()))
}

fn flag(text: &str) -> Result<bool, Fault> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "是" | "√" => Ok(true),
        "no" | "n" | "false" | "0" | "否" => Ok(false),
        _ => Err(("flag-unreadable", text.to_owned())),
    }
}

/// A line of our own export, as far as it is read back.
#[derive(serde::Deserialize)]
struct Line {
    shape: String,
    #[serde(default)]
    reference: String,
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    owner: Option<base::Bilingual>,
    #[serde(default)]
    state: String,
    content: Content,
}

/// Reads our own export, one object a line.
pub(crate) fn lines(from: impl Read, file: &str, out: &mut Out<'_>) {
    items::lines(from, &mut |piece| {
        let mut is_stub = false;
        let read = of_piece(piece, file, |bytes, at| {
            let line: Line =
                serde_json::from_slice(bytes).map_err(|error| json_problem(&error, at))?;
            if line.shape != LINE_SHAPE {
                let problem = Problem::new("shape-unknown", at).on("shape");
                return Err(problem.with("found", line.shape).with("known", LINE_SHAPE));
            }
            is_stub = line.state == "stub";
            let key = line.key.unwrap_or_default();
            let reference = if line.reference.is_empty() { key.clone() } else { line.reference };
            let field = line.content.field.clone();
            Ok(Record {
                key,
                at: at.clone(),
                stub_facts: StubFacts { reference, date: None, field },
                content: line.content,
                proof: Proof::None,
                owner_hint: line.owner,
                ..Record::default()
            })
        });
        match read {
            Ok(record) if record.content.title.is_empty() => {
                let (outcome, code) = match is_stub {
                    true => (Outcome::Skipped, "row-stub"),
                    false => (Outcome::Rejected, "record-without-title"),
                };
                out.refuse(refused(outcome, code, &record.at))
            }
            Ok(record) => out.record(record),
            Err(refused) => out.refuse(refused),
        }
    });
}

/// The record of a piece of JSON, or what is wrong with the piece.
pub(crate) fn of_piece(
    piece: Piece,
    file: &str,
    read: impl FnOnce(&[u8], &Place) -> Result<Record, Problem>,
) -> Result<Record, Refused> {
    let place = |line: u64| Place { file: file.to_owned(), line };
    let (at, problem) = match piece {
        Piece::Whole { line, bytes } => {
            let at = place(line);
            match read(&bytes, &at) {
                Ok(record) => return Ok(record),
                Err(problem) => (at, problem),
            }
        }
        Piece::TooLong { line } => {
            let at = place(line);
            let problem = Problem::new("item-too-long", &at).with("most", items::ITEM_BYTES_MAX);
            (at, problem)
        }
        Piece::Broken { line } => {
            let at = place(line);
            let problem = Problem::new("json-broken", &at);
            (at, problem)
        }
        Piece::Unreadable { line, why } => {
            let at = place(line);
            let problem = Problem::new("file-unreadable", &at).with("why", why);
            (at, problem)
        }
    };
    Err(Refused { at, outcome: Outcome::Rejected, problems: vec![problem] })
}

/// What a JSON reader found wrong; its lines count inside the object.
pub(crate) fn json_problem(error: &serde_json::Error, at: &Place) -> Problem {
    let inner = u64::try_from(error.line()).unwrap_or(1).saturating_sub(1);
    let at = Place { file: at.file.clone(), line: at.line.saturating_add(inner) };
    let column = u64::try_from(error.column()).unwrap_or(0);
    Problem::new("json-unreadable", &at).at_column(column).with("why", error)
}
