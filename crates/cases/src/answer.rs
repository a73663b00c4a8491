//! Answers to what a step asks, as JSON: read strictly, kept clean.

use crate::process::{Ask, AskKind, ChecklistItem, Step};
use crate::refuse;
use base::limits::{NAME_CHARS_MAX, PARTS_MAX};
use base::{Date, Refusal, text};
use serde_json::{Map, Value};

/// What a checklist item may be answered with.
pub const MARKS: [&str; 3] = ["met", "not-met", "undecided"];

/// Parts of one percent: four digits behind the point.
const PARTS_PER_PERCENT: u64 = 10_000;

/// The answers as they are kept, and every reason why they cannot be.
///
/// An absent answer, `null`, an empty text and an empty object are the same: not answered.
pub(crate) fn read(
    step: &Step,
    answers: &Map<String, Value>,
) -> (Map<String, Value>, Vec<Refusal>) {
    let mut kept = Map::new();
    let mut reasons = Vec::new();
    for ask in step.asks {
        match answers.get(ask.name).filter(|answer| !is_empty(answer)) {
            Some(answer) => match read_one(ask, answer) {
                Ok(answer) => drop(kept.insert(ask.name.to_owned(), answer)),
                Err(found) => reasons.extend(found),
            },
            None if ask.required => reasons.push(refuse::answer_missing(ask)),
            None => {}
        }
    }
    let is_asked = |name: &str| step.asks.iter().any(|ask| ask.name == name);
    let unknown = answers.keys().filter(|name| !is_asked(name));
    reasons.extend(unknown.map(|name| refuse::answer_unknown(name)));
    (kept, reasons)
}

fn is_empty(answer: &Value) -> bool {
    match answer {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Object(parts) => parts.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => false,
    }
}

fn read_one(ask: &Ask, answer: &Value) -> Result<Value, Vec<Refusal>> {
    let malformed = || vec![refuse::answer_malformed(ask)];
    let words = answer.as_str().map(str::trim);
    match ask.kind {
        AskKind::Text { max_chars } => {
            let typed = answer.as_str().ok_or_else(malformed)?;
            text::block(ask.name, typed, max_chars).map(Value::String).map_err(|one| vec![one])
        }
        AskKind::YesNo => answer.as_bool().map(Value::Bool).ok_or_else(malformed),
        AskKind::Choice(choices) => {
            words.filter(|word| choices.contains(word)).map(Value::from).ok_or_else(malformed)
        }
        AskKind::Date => {
            let is_date =
                |typed: &&str| typed.parse::<Date>().is_ok_and(|date| date.to_string() == **typed);
            words.filter(is_date).map(Value::from).ok_or_else(malformed)
        }
        AskKind::Number { min, max } => {
            let number = answer.as_i64().ok_or_else(malformed)?;
            let refused = || vec![refuse::answer_out_of_range(ask, (min, max), number)];
            (min..=max).contains(&number).then(|| number.into()).ok_or_else(refused)
        }
        AskKind::Share100 => {
            shares(ask, answer.as_object().ok_or_else(malformed)?).map_err(|one| vec![one])
        }
        AskKind::Checklist(items) => {
            checklist(ask, items, answer.as_object().ok_or_else(malformed)?)
        }
    }
}

fn shares(ask: &Ask, parts: &Map<String, Value>) -> Result<Value, Refusal> {
    if parts.len() > PARTS_MAX {
        return Err(refuse::shares_too_many(ask, PARTS_MAX, parts.len()));
    }
    let mut sum = 0;
    for (to, share) in parts {
        let is_clean = !to.is_empty() && text::line(ask.name, to, NAME_CHARS_MAX)? == *to;
        let read = share.as_str().filter(|_| is_clean).and_then(parts_of_percent);
        sum +=
            read.ok_or_else(|| refuse::answer_malformed(ask).on(format!("{}.{to}", ask.name)))?;
    }
    if sum != 100 * PARTS_PER_PERCENT {
        return Err(refuse::shares_not_100(ask, percent(sum)));
    }
    Ok(Value::Object(parts.clone()))
}

/// Reads `33.3333`; `None` above 100, without digits, or with more than four behind the point.
fn parts_of_percent(typed: &str) -> Option<u64> {
    let (whole, part) = typed.split_once('.').unwrap_or((typed, "0"));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let shaped = (1..=3).contains(&whole.len()) && (1..=4).contains(&part.len());
    if !shaped || !is_digits(whole) || !is_digits(part) {
        return None;
    }
    let parts = format!("{whole}{part:0<4}").parse().ok()?;
    (parts <= 100 * PARTS_PER_PERCENT).then_some(parts)
}

/// `99.9999`, without zeros at the end.
fn percent(parts: u64) -> String {
    let (whole, part) = (parts / PARTS_PER_PERCENT, parts % PARTS_PER_PERCENT);
    let text = format!("{whole}.{part:04}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn checklist(
    ask: &Ask,
    items: &[ChecklistItem],
    marks: &Map<String, Value>,
) -> Result<Value, Vec<Refusal>> {
    let field = |item: &str| format!("{}.{item}", ask.name);
    let mut reasons = Vec::new();
    for item in items {
        match marks.get(item.name) {
            Some(mark) if mark.as_str().is_some_and(|mark| MARKS.contains(&mark)) => {}
            Some(_) => reasons.push(refuse::answer_malformed(ask).on(field(item.name))),
            None if ask.required => {
                reasons.push(refuse::answer_missing(ask).on(field(item.name)));
            }
            None => {}
        }
    }
    let is_item = |name: &str| items.iter().any(|item| item.name == name);
    let unknown = marks.keys().filter(|name| !is_item(name));
    reasons.extend(unknown.map(|name| refuse::answer_unknown(&field(name))));
    if reasons.is_empty() { Ok(Value::Object(marks.clone())) } else { Err(reasons) }
}
