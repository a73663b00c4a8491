//! The last step of every reader: texts repaired and bounded, markings refused.

use crate::read::Options;
use crate::text;
use base::limits::{
    KEY_CHARS_MAX, NAME_CHARS_MAX, SUMMARY_CHARS_MAX, TEXT_CHARS_MAX, TITLE_CHARS_MAX,
};
use base::{Bilingual, Value};
use trading::intake::{Place, Problem, Record};
use trading::marking;

/// Makes a record fit to be kept, or says why it is not.
pub(crate) fn finish(mut record: Record, options: &Options) -> Result<Record, Vec<Problem>> {
    let mut tidy = Tidy { at: record.at.clone(), warnings: Vec::new() };
    let content = &mut record.content;
    tidy.both(&mut content.title, "title", (true, TITLE_CHARS_MAX));
    tidy.both(&mut content.summary, "summary", (true, SUMMARY_CHARS_MAX));
    tidy.both(&mut content.description, "description", (false, TEXT_CHARS_MAX));
    tidy.both(&mut content.applications, "applications", (false, TEXT_CHARS_MAX));
    tidy.both(&mut content.benefits, "benefits", (false, TEXT_CHARS_MAX));
    tidy.both(&mut content.keywords, "keywords", (true, TEXT_CHARS_MAX));
    tidy.both(&mut content.encumbrances, "encumbrances", (false, TEXT_CHARS_MAX));
    tidy.both(&mut content.notes, "notes", (false, TEXT_CHARS_MAX));
    tidy.both(&mut content.export.notes, "export_notes", (false, TEXT_CHARS_MAX));
    tidy.both(&mut content.contact.name, "contact", (true, NAME_CHARS_MAX));
    if let Some(trl) = &mut content.trl {
        tidy.both(&mut trl.evidence, "trl_evidence", (false, TEXT_CHARS_MAX));
    }
    for inventor in &mut content.inventors {
        tidy.both(&mut inventor.name, "inventors", (true, NAME_CHARS_MAX));
    }
    for title in content.other_titles.values_mut() {
        tidy.one(title, "other_titles", (true, SUMMARY_CHARS_MAX));
    }
    for class in &mut content.classes {
        tidy.one(&mut class.scheme, "classes", (true, 16));
        tidy.one(&mut class.symbol, "classes", (true, 64));
    }
    for right in &mut content.rights {
        tidy.one(&mut right.office, "rights", (true, NAME_CHARS_MAX));
        tidy.one(&mut right.number, "rights", (true, NAME_CHARS_MAX));
        tidy.one(&mut right.code, "rights", (true, 16));
        tidy.one(&mut right.application, "rights", (true, NAME_CHARS_MAX));
        tidy.one(&mut right.checked, "rights", (true, SUMMARY_CHARS_MAX));
    }
    for related in &mut content.related {
        tidy.one(related, "related", (true, NAME_CHARS_MAX));
    }
    tidy.one(&mut content.contact.phone, "phone", (true, NAME_CHARS_MAX));
    tidy.one(&mut content.contact.email, "email", (true, NAME_CHARS_MAX));
    tidy.one(&mut record.key, "key", (true, KEY_CHARS_MAX));
    record.warnings.append(&mut tidy.warnings);
    if options.marking_released {
        return Ok(record);
    }
    let problems = markings(&record);
    if problems.is_empty() { Ok(record) } else { Err(problems) }
}

/// Every field that looks marked as a secret; the texts are not repeated.
fn markings(record: &Record) -> Vec<Problem> {
    let mut problems = Vec::new();
    for refusal in marking::in_content(&record.content) {
        let field = refusal.field.clone().unwrap_or_default();
        let pattern = refusal.values.iter().find_map(|(name, value)| match value {
            Value::Term(key) if name == "pattern" => Some(key.as_str()),
            _ => None,
        });
        let pattern = pattern.unwrap_or_default().trim_start_matches("technology-marking-");
        problems.push(found(&record.at, &field, pattern));
    }
    for (field, text) in [("key", &record.key), ("file", &record.at.file)] {
        if let Some(pattern) = marking::find(text) {
            problems.push(found(&record.at, field, pattern.word()));
        }
    }
    problems
}

fn found(at: &Place, field: &str, pattern: &str) -> Problem {
    Problem::new("marking-found", at).on(field).with("field", field).with("pattern", pattern)
}

struct Tidy {
    at: Place,
    warnings: Vec<Problem>,
}

impl Tidy {
    fn both(&mut self, both: &mut Bilingual, field: &str, shape: (bool, usize)) {
        self.one(&mut both.en, field, shape);
        self.one(&mut both.zh, field, shape);
    }

    fn one(&mut self, value: &mut String, field: &str, (is_line, most): (bool, usize)) {
        if value.is_empty() {
            return;
        }
        if let Some(repaired) = text::repaired(value) {
            *value = repaired;
            self.warn(Problem::warn("text-repaired", &self.at).on(field));
        }
        if value.contains('\r') {
            *value = value.replace("\r\n", "\n").replace('\r', "\n");
        }
        if value.chars().any(is_unfit) {
            value.retain(|c| !is_unfit(c));
            self.warn(Problem::warn("control-character-removed", &self.at).on(field));
        }
        // Without control characters and without a bound nothing is left to refuse.
        let read = if is_line { base::text::line } else { base::text::block };
        if let Ok(plain) = read(field, value, usize::MAX) {
            *value = plain;
        }
        if value.chars().count() > most {
            *value = value.chars().take(most.saturating_sub(1)).collect();
            value.truncate(value.trim_end().len());
            value.push('…');
            self.warn(Problem::warn("text-shortened", &self.at).on(field).with("most", most));
        }
    }

    fn warn(&mut self, problem: Problem) {
        if !self.warnings.contains(&problem) {
            self.warnings.push(problem);
        }
    }
}

fn is_unfit(c: char) -> bool {
    let turns = matches!(u32::from(c), 0x202a..=0x202e | 0x2066..=0x2069);
    turns || (c.is_control() && c != '\n' && c != '\t')
}
