//! Files in and out: patents, spreadsheets, JSON, archives.
//!
//! A file's kind is seen from its content, never asked for. Reading is a stream: one bad record
//! costs itself only and is reported with file, line, column and field; the counts add up to the
//! input. What is exported reads back unchanged.
//!
//! Invariants: memory is bounded whatever bytes come; nothing is fetched from outside; a text that
//! looks marked as a secret is rejected without being repeated; cells that a spreadsheet would run
//! are defused.
//!
//! Absent on purpose: HTTP, SQL, a clock, the decision what becomes of a record (see
//! `trading::intake::standing` and `app`), PDF.

mod annotate;
mod archive;
mod cell;
mod codes;
mod columns;
mod csv_in;
mod export;
mod finish;
mod hidden;
pub mod instrument_table;
mod items;
mod kind;
mod nasa;
mod own;
pub mod pidinst;
mod plain;
mod read;
mod register;
mod sheet;
mod software;
mod source;
mod table;
mod template;
mod text;
mod workbook;

pub use annotate::annotated_workbook;
pub use columns::{Column, columns, guess_mapping};
pub use export::{Exported, Head, csv_rows, export_csv, export_jsonl, export_st96, export_xlsx};
pub use kind::{Kind, detect};
pub use plain::Plain;
pub use read::{Item, Options, Outcome, Reading, Refused, read, read_each};
pub use register::{Firm, Register, read_register};
pub use sheet::{Sheet, Value as SheetValue, sheets_csv, sheets_xlsx};
pub use source::Source;
pub use template::{template, template_csv};
pub use trading::intake::{Entry, Problem, Record, standing};

use base::Lang;

/// The sentence of a problem: what is wrong and what to do about it.
pub fn sentence(lang: Lang, problem: &Problem) -> String {
    let args: Vec<(&str, words::Arg)> = problem
        .values
        .iter()
        .map(|(name, value)| (name.as_ref(), arg(lang, name, value)))
        .collect();
    words::say_with(lang, &format!("problem-{}", problem.code), &args)
}

fn arg(lang: Lang, name: &str, value: &str) -> words::Arg {
    let named = |key: String| match words::has(&key) {
        true => words::say(lang, &key).into(),
        false => value.into(),
    };
    match name {
        "pattern" => named(format!("technology-marking-{value}")),
        "field" => named(base::text::field_term(value)),
        "most" | "expected" | "line" => match value.parse::<i64>() {
            Ok(number) => number.into(),
            Err(_) => value.into(),
        },
        _ => value.into(),
    }
}

#[cfg(test)]
mod tests;
