//! The words by which cases are found: of their names, their notes, reasons and answers.
//!
//! A word leads to cases whatever their label; who may see them is a condition of the same
//! statement, see [`having`].

use crate::filter::Composer;
use crate::{Composed, StoreError, Tx, args, statements};
use base::CaseId;

statements! {
    WITHOUT = "select id from cases where is_worded = $1 order by id limit $2";
    FORGET = "delete from case_words where case_id = $1";
    DONE = "update cases set is_worded = $2 where id = $1";
}

/// A word that is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    Whole(String),
    /// Any word that begins so.
    Begins(String),
}

/// Words written in one statement: few enough for the places of both engines.
const WORDS_AT_ONCE: usize = 400;

/// Adds words to a case; those it has already are left.
pub fn add(tx: &mut Tx<'_>, case: CaseId, words: &[String]) -> Result<(), StoreError> {
    for words in words.chunks(WORDS_AT_ONCE) {
        let mut composer = Composer::default();
        let id = composer.bind(case);
        let rows: Vec<String> =
            words.iter().map(|word| format!("({}, {id})", composer.bind(word))).collect();
        let sql = format!(
            "insert into case_words (word, case_id) values {} \
             on conflict (word, case_id) do nothing",
            rows.join(", ")
        );
        tx.run_composed(&Composed { sql, args: composer.args })?;
    }
    Ok(())
}

/// Cases that have no words yet.
pub fn without(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<CaseId>, StoreError> {
    tx.rows(&WITHOUT, args![false, limit])?
        .iter()
        .map(|row| row.parsed(0, |text| CaseId::parse(text).ok()))
        .collect()
}

/// Takes a case back to where it was before words were kept; [`without`] gives it again.
pub fn forget(tx: &mut Tx<'_>, case: CaseId) -> Result<(), StoreError> {
    tx.later(&FORGET, args![case])?;
    tx.later(&DONE, args![case, false])
}

/// Remembers that a case has its words.
pub fn done(tx: &mut Tx<'_>, case: CaseId) -> Result<(), StoreError> {
    tx.later(&DONE, args![case, true])
}

/// Conditions that the case of this column has every word.
pub(crate) fn having(composer: &mut Composer, column: &str, terms: &[Term]) -> Vec<String> {
    terms
        .iter()
        .map(|term| {
            let wanted = match term {
                Term::Whole(word) => format!("w.word = {}", composer.bind(word)),
                Term::Begins(start) => {
                    let (from, to) = (composer.bind(start), composer.bind(after(start)));
                    format!("w.word >= {from} and w.word < {to}")
                }
            };
            format!("{column} in (select w.case_id from case_words w where {wanted})")
        })
        .collect()
}

/// The first text after all that begin so, in the order of code points.
fn after(start: &str) -> String {
    format!("{start}\u{10ffff}")
}
