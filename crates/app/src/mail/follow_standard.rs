//! Letters about a standard that was changed, to those who follow it.

use super::{ALERT, Fact, Letter, To};
use base::StandardId;
use store::log::Entry;
use store::{StoreError, Tx};

/// People who are told of one change.
const PEOPLE_MAX: usize = 5_000;

/// One letter for each follower, for one version; a standard is public.
pub(super) fn letters(tx: &mut Tx<'_>, entry: &Entry) -> Result<Vec<Letter>, StoreError> {
    let Ok(id) = StandardId::parse(&entry.header.thing) else { return Ok(Vec::new()) };
    let Some(standard) = store::standard::find(tx, id)? else { return Ok(Vec::new()) };
    let facts = standard.facts;
    let letter = |person| {
        Letter::new(&ALERT, To::Person(person), format!("entry:{}", entry.seq), "standard")
            .fact("number", facts.number.as_str())
            .fact("title", facts.title.clone())
            .fact("status", Fact::Term(format!("standard-status-{}", facts.status.word())))
            .path(format!("/standards/{id}"))
    };
    Ok(store::standard::followers(tx, id, PEOPLE_MAX)?.into_iter().map(letter).collect())
}
