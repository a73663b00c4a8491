//! The words of cases: what is written down of a move and a name, and what a reader typed.
//!
//! They lie in rows and not in the index: a case is found the moment it is written, is hidden the
//! moment its label rises, and no word of a text under review leaves the database. Who may see a
//! case is a condition of the same statement, so that hidden and absent cannot be told apart.

use super::reading::title_of;
use super::{MOVES_MAX, Said};
use crate::act::No;
use crate::city::City;
use base::CaseId;
use matching::analysis::{Kind, RunKind, analyse};
use std::collections::BTreeSet;
use store::case::Case;
use store::case_word::Term;
use store::{StoreError, Tx};

/// Words kept of one text.
const WORDS_MAX: usize = 2_000;
/// Words looked for at once.
const TERMS_MAX: usize = 16;
/// A beginning shorter than this finds whole words alone.
const BEGINNING_CHARS_MIN: usize = 3;
/// Cases worded in one go after an upgrade.
const CASES_AT_ONCE: usize = 50;

/// The words of a text, each once.
pub fn words_of(text: &str) -> BTreeSet<String> {
    let tokens = analyse(text);
    let mut words = BTreeSet::new();
    for run in tokens.runs().iter().filter(|run| run.kind != RunKind::Stop) {
        let of = tokens.of(run);
        let last = of.last().map(|token| token.position);
        for token in of {
            // Pairs hold every character but the last of a run, and that one stands for itself.
            let is_inner = token.kind == Kind::Single && Some(token.position) != last;
            if !is_inner && token.kind != Kind::Part && words.len() < WORDS_MAX {
                words.insert(tokens.term(token).to_owned());
            }
        }
    }
    words
}

/// What a reader typed, as terms that a case must all have. The last word may be a beginning. A
/// text without any word is a term that no case has.
pub fn terms_of(typed: &str) -> Vec<Term> {
    if typed.trim().is_empty() {
        return Vec::new();
    }
    let tokens = analyse(typed);
    let runs: Vec<_> = tokens.runs().iter().filter(|run| run.kind != RunKind::Stop).collect();
    let mut terms = Vec::new();
    for (at, run) in runs.iter().enumerate() {
        let is_last = at + 1 == runs.len();
        let of = tokens.of(run);
        match run.kind {
            RunKind::Han => {
                let pairs = of.iter().filter(|token| token.kind == Kind::Pair);
                let pairs: Vec<Term> =
                    pairs.map(|token| Term::Whole(tokens.term(token).to_owned())).collect();
                // One character alone begins a pair, or stands at the end of a run.
                let alone = of.first().filter(|_| pairs.is_empty());
                terms.extend(alone.map(|token| Term::Begins(tokens.term(token).to_owned())));
                terms.extend(pairs);
            }
            RunKind::Word | RunKind::Technical | RunKind::Stop => {
                let whole = of.iter().find(|token| matches!(token.kind, Kind::Word | Kind::Whole));
                terms.extend(whole.map(|token| {
                    let word = tokens.term(token).to_owned();
                    if is_last && word.chars().count() >= BEGINNING_CHARS_MIN {
                        Term::Begins(word)
                    } else {
                        Term::Whole(word)
                    }
                }));
            }
        }
    }
    terms.truncate(TERMS_MAX);
    if terms.is_empty() { vec![Term::Whole(String::new())] } else { terms }
}

/// Writes down the words of what a case is called.
fn naming(case: &Case) -> BTreeSet<String> {
    let title = title_of(case);
    let mut text = format!("{}\n{}\n{}", case.reference, title.en, title.zh);
    if case.running.process == trading::enquiry::NAME
        && let Some(asked) = crate::enquiry::enquiry_of(case)
    {
        text.push_str(&format!("\n{}\n{}\n{}", asked.name, asked.organisation, asked.message));
    }
    if let Some(application) = crate::registration::application_of(case) {
        text.push_str(&format!("\n{}", application.credit_code));
    }
    words_of(&text)
}

/// Writes down the words of a move, and of the case's name where the move may have changed it.
pub(crate) fn add(tx: &mut Tx<'_>, case: &Case, said: &Said) -> Result<(), StoreError> {
    let is_step = said.kind == "step";
    let mut words = match is_step || said.kind == "opened" {
        true => naming(case),
        false => BTreeSet::new(),
    };
    words.extend(words_of(&said.reason));
    if is_step {
        words.extend(answered(&said.answers));
    }
    let words: Vec<String> = words.into_iter().collect();
    store::case_word::add(tx, case.id, &words)
}

/// The words of the texts among answers.
fn answered(answers: &serde_json::Map<String, serde_json::Value>) -> BTreeSet<String> {
    answers.values().filter_map(serde_json::Value::as_str).flat_map(words_of).collect()
}

fn word(tx: &mut Tx<'_>, id: CaseId) -> Result<(), StoreError> {
    let Some(case) = store::case::find(tx, id)? else { return Ok(()) };
    let mut words = naming(&case);
    for it in store::case::moves(tx, id, MOVES_MAX)? {
        words.extend(words_of(&it.reason));
        if it.kind == "step" {
            words.extend(it.answers.as_object().map(answered).unwrap_or_default());
        }
    }
    let words: Vec<String> = words.into_iter().collect();
    store::case_word::add(tx, id, &words)?;
    store::case_word::done(tx, id)
}

impl City {
    /// Gives their words to cases from before words were kept; says how many.
    pub fn word_cases(&self) -> Result<u64, No> {
        let mut n = 0;
        loop {
            let waiting = self.store().read(|tx| store::case_word::without(tx, CASES_AT_ONCE))?;
            if waiting.is_empty() {
                return Ok(n);
            }
            n += u64::try_from(waiting.len()).unwrap_or(0);
            self.store()
                .write("word cases", move |tx| waiting.iter().try_for_each(|id| word(tx, *id)))?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(text: &str, typed: &str) -> bool {
        let words = words_of(text);
        terms_of(typed).iter().all(|term| match term {
            Term::Whole(word) => words.contains(word),
            Term::Begins(start) => words.iter().any(|word| word.starts_with(start.as_str())),
        })
    }

    #[test]
    fn words_find_what_was_written() {
        let text = "Quiet pumps for 电动机冷却 RR-2026-7K3QXM-4";
        for typed in ["pump", "Quiet PUMPS", "pum", "冷却", "电动", "机", "却", "rr-2026-7k3qxm-4"]
        {
            assert!(finds(text, typed), "{typed}");
        }
        assert!(finds(text, "電動機"), "traditional characters");
        assert!(finds(text, "RR-2026-7K3"), "the beginning of a reference");
        for typed in ["motor", "却冷", "热", "pump motor", "...", "RR-2027"] {
            assert!(!finds(text, typed), "{typed}");
        }
        assert!(terms_of("  ").is_empty(), "nothing typed filters nothing");
        assert!(terms_of(&"word ".repeat(99)).len() <= TERMS_MAX);
    }
}
