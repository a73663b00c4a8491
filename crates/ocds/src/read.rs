//! JSON values of a text with the lines they begin on.

use serde_json::{Deserializer, Value};

/// Every value of a text with its line, from 1: of each line its own where the first one holds a whole
/// value (JSON Lines), else one value after the other. What is not JSON is given as the parser's words;
/// among lines the next one goes on, else the text ends there.
pub(crate) fn values(text: &str, mut take: impl FnMut(usize, Result<Value, String>)) {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    if serde_json::from_str::<Value>(first).is_ok() {
        for (n, own) in (1..).zip(text.lines()) {
            line(n, own, &mut take);
        }
        return;
    }
    let mut values = Deserializer::from_str(text).into_iter::<Value>();
    // The line of the place that was looked at last, so that no part of the text is counted twice.
    let (mut at, mut n) = (0, 1);
    loop {
        let rest = text.get(values.byte_offset()..).unwrap_or("");
        let from = text.len() - rest.trim_start().len();
        n += text.get(at..from).unwrap_or("").matches('\n').count();
        at = from;
        match values.next() {
            None => return,
            Some(Ok(value)) => take(n, Ok(value)),
            Some(Err(fault)) => return take(n.max(fault.line()), Err(fault.to_string())),
        }
    }
}

/// The value of one line; an empty one has none.
pub(crate) fn line(n: usize, line: &str, mut take: impl FnMut(usize, Result<Value, String>)) {
    if !line.trim().is_empty() {
        take(n, serde_json::from_str(line).map_err(|fault| fault.to_string()));
    }
}
