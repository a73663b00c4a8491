//! Listings in tables: the terms on which a technology is offered.

use crate::filter::Composer;
use crate::{Composed, Row, StoreError, Tx, args, statements};
use base::{ListingId, Reference, TechnologyId};
use trading::listing::{DealMode, Listing, ListingState, Terms};

statements! {
    ADD = "insert into listings (id, reference, technology, state, terms, mode, version, changed_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)";
    CHANGE = "update listings set state = $3, terms = $4, mode = $5, version = $6, changed_at = $7
              where id = $1 and version = $2";
    FIND = "select id, reference, technology, state, terms, mode, version, changed_at
            from listings where id = $1";
    OF_TECHNOLOGY = "select id, reference, technology, state, terms, mode, version, changed_at
                     from listings where technology = $1 order by id limit 200";
    COUNT_OFFERED = "select count(*) from listings where state = 'offered'";
}

/// The terms as stored, with the reason of a withdrawal.
#[derive(serde::Serialize, serde::Deserialize)]
struct StoredTerms {
    terms: Terms,
    #[serde(default)]
    reason: String,
}

/// Adds a listing.
pub fn add(tx: &mut Tx<'_>, listing: &Listing) -> Result<(), StoreError> {
    let row = [
        listing.id.into(),
        (&listing.reference).into(),
        listing.technology.into(),
        listing.state.word().into(),
        stored(listing),
        listing.mode.word().into(),
        listing.version.into(),
        listing.changed_at.into(),
    ];
    tx.later(&ADD, &row)?;
    note_deal_modes(tx, listing.technology)
}

/// Changes a listing that is still at version `before`.
pub fn change(tx: &mut Tx<'_>, before: u64, listing: &Listing) -> Result<bool, StoreError> {
    let row = [
        listing.id.into(),
        before.into(),
        listing.state.word().into(),
        stored(listing),
        listing.mode.word().into(),
        listing.version.into(),
        listing.changed_at.into(),
    ];
    let changed = tx.run(&CHANGE, &row)? == 1;
    if changed {
        note_deal_modes(tx, listing.technology)?;
    }
    Ok(changed)
}

/// One listing.
pub fn find(tx: &mut Tx<'_>, id: ListingId) -> Result<Option<Listing>, StoreError> {
    tx.row(&FIND, args![id])?.as_ref().map(read).transpose()
}

/// The listings of a technology in the order they were made.
pub fn of_technology(tx: &mut Tx<'_>, id: TechnologyId) -> Result<Vec<Listing>, StoreError> {
    tx.rows(&OF_TECHNOLOGY, args![id])?.iter().map(read).collect()
}

/// What is on offer of these technologies, in the order it was made: for lists, in one question.
pub fn offered_of(tx: &mut Tx<'_>, ids: &[TechnologyId]) -> Result<Vec<Listing>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let chosen = composer.any_of("technology", ids);
    let sql = format!(
        "select id, reference, technology, state, terms, mode, version, changed_at \
         from listings where state = 'offered' and {chosen} order by id"
    );
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

/// How many are offered; for operators only.
pub fn count_offered(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.row(&COUNT_OFFERED, &[])?.map_or(Ok(0), |row| row.count(0))
}

fn stored(listing: &Listing) -> crate::Value {
    crate::json(&StoredTerms {
        terms: listing.terms.clone(),
        reason: listing.state.reason().to_owned(),
    })
}

/// The row of the technology names the modes on offer, so that lists need no second question.
fn note_deal_modes(tx: &mut Tx<'_>, id: TechnologyId) -> Result<(), StoreError> {
    let mut modes: Vec<&str> = of_technology(tx, id)?
        .iter()
        .filter(|listing| matches!(listing.state, ListingState::Offered))
        .map(|listing| listing.mode.word())
        .collect();
    modes.sort_unstable();
    modes.dedup();
    crate::technology::set_deal_modes(tx, id, &modes.join(" "))
}

fn read(row: &Row) -> Result<Listing, StoreError> {
    let StoredTerms { terms, reason } = row.json(4)?;
    Ok(Listing {
        id: row.parsed(0, |text| ListingId::parse(text).ok())?,
        reference: row.parsed(1, Reference::parse)?,
        technology: row.parsed(2, |text| TechnologyId::parse(text).ok())?,
        state: row.parsed(3, |word| ListingState::parse(word, &reason))?,
        terms,
        mode: row.parsed(5, DealMode::parse)?,
        version: row.count(6)?,
        changed_at: row.instant(7)?,
    })
}
