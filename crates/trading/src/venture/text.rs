//! Bounds of every text in what is kept: found by walking the stored shape, so that none is left out.

use base::{Refusal, limits, text};
use serde_json::Value;

/// Texts that are too long or hold what cannot be shown, each at its field.
pub fn check_texts<T: serde::Serialize>(shape: &T) -> Vec<Refusal> {
    let value = serde_json::to_value(shape).expect("our own shapes have text keys");
    let mut no = Vec::new();
    walk(&value, &mut Vec::new(), &mut no);
    no
}

fn walk(value: &Value, path: &mut Vec<String>, no: &mut Vec<Refusal>) {
    match value {
        Value::String(typed) => {
            let most = limits::SUMMARY_CHARS_MAX;
            if text::line("", typed, most).is_err() {
                let unfit = Refusal::invalid("venture-text-unfit").on(field(path));
                no.push(unfit.number("most", most));
            }
        }
        Value::Array(all) => {
            for (n, one) in all.iter().enumerate() {
                path.push(n.to_string());
                walk(one, path, no);
                path.pop();
            }
        }
        Value::Object(all) => {
            for (name, one) in all {
                path.push(name.clone());
                walk(one, path, no);
                path.pop();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The field as forms name it: `what.round.round.name` is `round.name`, `cost.yes.items` is
/// `cost.items`.
fn field(path: &[String]) -> String {
    let skipped = if path.first().is_some_and(|it| it == "what") { 2 } else { 0 };
    let own = path.iter().skip(skipped).filter(|it| !matches!(it.as_str(), "yes" | "no"));
    own.map(String::as_str).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use equity::{Event, What};

    #[test]
    fn a_text_is_found_wherever_it_stands() {
        let event = Event {
            on: base::time::read_date("2026-03-02").expect("a day"),
            what: What::Accept { tranche: "a\u{7}b".to_owned() },
        };
        let found = check_texts(&event);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].field.as_deref(), Some("tranche"));
        let path = ["cost", "yes", "items", "0", "what"].map(str::to_owned);
        assert_eq!(field(&path), "cost.items.0.what");
    }
}
