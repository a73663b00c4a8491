//! Letters about deals and contracts, to whoever speaks for a party: whose turn it is, what the other
//! side did. A letter names the reference and what happened, and nothing that was agreed.

use super::{DEAL, Fact, Letter, To};
use crate::city::City;
use ::contract::Side as Party;
use ::contract::kept::Kept;
use access::{Act as A, Thing};
use base::{ContractId, DealId, Instant, OrganisationId, PersonId};
use std::collections::BTreeSet;
use store::log::Entry;
use store::{StoreError, Tx};
use trading::deal::{Deal, Side};

/// People of one role that are told.
const PEOPLE_MAX: usize = 50;

/// Those who speak for an organisation and may see this, but not who did it.
pub(super) fn speakers(
    tx: &mut Tx<'_>,
    city: &City,
    organisation: OrganisationId,
    (act, thing): (A, &Thing),
    (but, now): (Option<PersonId>, Instant),
) -> Result<Vec<PersonId>, StoreError> {
    let mut people: BTreeSet<PersonId> = BTreeSet::new();
    for role in crate::contract::SPEAKERS {
        let of = Some(organisation);
        people.extend(store::mail::holders(tx, of, role.word(), now, PEOPLE_MAX)?);
    }
    let mut found = Vec::new();
    for person in people.into_iter().filter(|person| Some(*person) != but) {
        let who = crate::Who::Person(person);
        let actor = crate::asker::resolve(tx, who, now, city.settings().second_factor)?;
        if crate::act::may(&actor, act, thing).is_ok() {
            found.push(person);
        }
    }
    Ok(found)
}

/// A letter about a deal.
pub(super) fn about_deal(deal: &Deal, person: PersonId, cause: &str, text: &str) -> Letter {
    Letter::new(&DEAL, To::Person(person), cause, text)
        .fact("reference", &deal.reference)
        .fact("at", deal.until)
        .path(format!("/deals/{}", deal.id))
}

/// A letter about a contract.
pub(super) fn about_contract(kept: &Kept, person: PersonId, cause: &str, text: &str) -> Letter {
    Letter::new(&DEAL, To::Person(person), cause, text)
        .fact("reference", &kept.reference)
        .path(format!("/contracts/{}", kept.id))
}

/// What a move in a deal tells its sides.
pub(super) fn of_deal(
    tx: &mut Tx<'_>,
    city: &City,
    entry: &Entry,
    now: Instant,
) -> Result<Vec<Letter>, StoreError> {
    let Ok(id) = DealId::parse(&entry.header.thing) else { return Ok(Vec::new()) };
    let Some(deal) = store::deal::find(tx, id)? else { return Ok(Vec::new()) };
    let body = entry.body_json();
    let kind = body["move"].as_str().unwrap_or_default();
    // What was replaced since is told by its own entry.
    let is_last = deal.version == entry.header.version;
    let (sides, text): (&[Side], &str) = match kind {
        "offer" | "recount" if !is_last => return Ok(Vec::new()),
        "offer" if deal.n_offers > 1 => (&[deal.offered_by.other()], "deal-countered"),
        "offer" => (&[Side::Owner], "deal-offer"),
        "accept" => (&[Side::Owner], "deal-accepted"),
        "recount" => (&[Side::Owner, Side::Counterparty], "deal-recounted"),
        // The contract tells it.
        "sign" | "contract-abandoned" => return Ok(Vec::new()),
        _ => (&[Side::Owner, Side::Counterparty], "deal-moved"),
    };
    let cause = format!("entry:{}", entry.seq);
    let mut letters = Vec::new();
    for side in sides {
        let party = deal.party(*side);
        let thing = crate::deal::thing_for(&deal, party);
        let told = (entry.header.actor, now);
        for person in speakers(tx, city, party, (A::LookAtDeal, &thing), told)? {
            let letter = about_deal(&deal, person, &cause, text);
            letters.push(letter.fact("what", Fact::Term(format!("deal-move-{kind}"))));
        }
    }
    Ok(letters)
}

/// What happened to a contract, told to its parties.
pub(super) fn of_contract(
    tx: &mut Tx<'_>,
    city: &City,
    entry: &Entry,
    now: Instant,
) -> Result<Vec<Letter>, StoreError> {
    let Ok(id) = ContractId::parse(&entry.header.thing) else { return Ok(Vec::new()) };
    let Some(kept) = store::contract::find(tx, id)? else { return Ok(Vec::new()) };
    let body = entry.body_json();
    let kind = body["move"].as_str().unwrap_or_default();
    let both = [Party::Provider, Party::Acquirer];
    let cause = format!("entry:{}", entry.seq);
    match kind {
        // Whoever is next is told, once for each offer and turn.
        "offered" | "signed" => return to_sign(tx, city, &kept, (entry.header.actor, now)),
        // What nobody has to act upon is read on the page.
        "revised" | "deposit-set" | "divided" | "filing-filled" => return Ok(Vec::new()),
        _ => {}
    }
    let text = match kind {
        "bound" => "contract-bound",
        "drafted" => "contract-drafted",
        _ => "contract-moved",
    };
    // Both sides hear of it, but not who did it themselves.
    let mut letters = Vec::new();
    for side in both {
        let party = organisation_of(&kept, side);
        let thing = crate::contract::thing_of(&kept);
        let told = (entry.header.actor.filter(|_| kind != "bound"), now);
        for person in speakers(tx, city, party, (A::LookAtContract, &thing), told)? {
            let letter = about_contract(&kept, person, &cause, text);
            letters.push(letter.fact("what", Fact::Term(format!("contract-move-{kind}"))));
        }
    }
    Ok(letters)
}

/// The organisation of a side.
pub(super) fn organisation_of(kept: &Kept, side: Party) -> OrganisationId {
    match side {
        Party::Provider => kept.provider,
        _ => kept.acquirer,
    }
}

/// Whose turn it is to sign, each told once for an offer.
fn to_sign(
    tx: &mut Tx<'_>,
    city: &City,
    kept: &Kept,
    told: (Option<PersonId>, Instant),
) -> Result<Vec<Letter>, StoreError> {
    let Some(offer) = kept.life.offer() else { return Ok(Vec::new()) };
    let thing = crate::contract::thing_of(kept);
    let mut letters = Vec::new();
    for it in kept.life.awaited().into_iter().filter(|it| it.is_turn) {
        let Some(side) = kept.side_of(&it.party) else { continue };
        let party = organisation_of(kept, side);
        let cause = format!("sign:{}:{}:{}", kept.id, offer.at.micros(), it.party);
        for person in speakers(tx, city, party, (A::LookAtContract, &thing), told)? {
            let letter = match offer.until {
                Some(until) => {
                    about_contract(kept, person, &cause, "contract-to-sign-until").fact("at", until)
                }
                None => about_contract(kept, person, &cause, "contract-to-sign"),
            };
            letters.push(letter);
        }
    }
    Ok(letters)
}
