//! Whole files: real ones where they are at hand, hostile ones made here, and round trips.

mod hostile;
mod real;
mod round_trip;
mod sheets;

use crate::{Item, Options, Outcome, Reading, Source, read};
use std::collections::BTreeMap;

/// Everything in a file, and what is said of it as a whole.
pub(super) fn items(source: impl Into<Source>, name: &str) -> (Vec<Item>, Vec<String>) {
    items_with(source, name, &Options::default())
}

pub(super) fn items_with(
    source: impl Into<Source>,
    name: &str,
    options: &Options,
) -> (Vec<Item>, Vec<String>) {
    let mut reading: Reading = read(source, name, options);
    let items: Vec<Item> = reading.by_ref().collect();
    let remarks = reading.remarks().iter().map(|problem| problem.code.to_string()).collect();
    check_sentences(&items);
    (items, remarks)
}

/// Every problem has a sentence in both languages with all its values.
fn check_sentences(items: &[Item]) {
    for item in items {
        let problems = match item {
            Ok(record) => &record.warnings,
            Err(refused) => &refused.problems,
        };
        for problem in problems {
            for lang in base::Lang::ALL {
                let sentence = crate::sentence(lang, problem);
                let whole = !sentence.contains(['⟦', '{']);
                assert!(whole, "{}: {sentence}", problem.code);
            }
        }
    }
}

/// How often each warning was given beside a record.
pub(super) fn warnings(items: &[Item]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for record in items.iter().flatten() {
        for warning in &record.warnings {
            *counts.entry(warning.code.to_string()).or_insert(0) += 1;
        }
    }
    counts
}

/// `line:code` of everything that became no record.
pub(super) fn refusals(items: &[Item]) -> String {
    let told: Vec<String> = items
        .iter()
        .filter_map(|item| item.as_ref().err())
        .map(|refused| {
            let mark = match refused.outcome {
                Outcome::Rejected => "",
                Outcome::Unsupported => "?",
                Outcome::Repeated => "=",
                Outcome::Skipped => "-",
            };
            let code = |problem: &crate::Problem| format!("{}:{}", problem.line, problem.code);
            let codes: Vec<String> = refused.problems.iter().map(code).collect();
            format!("{mark}{}", codes.join("+"))
        })
        .collect();
    told.join(" ")
}

#[test]
fn every_complaint_of_the_patent_reader_has_its_sentence() {
    for code in patents::Code::all() {
        assert!(words::has(&format!("problem-{}", code.name())), "{}", code.name());
    }
}
