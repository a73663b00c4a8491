//! Letters about auctions: to trustees whose key is wanted, to bidders who were outbid, won or lost or
//! have to agree again, whose deposit moved, and to the seller.
//!
//! A letter names the auction by its reference and nobody by name; amounts and standings are on the
//! page, for whoever may see them.

use super::{AUCTION, Fact, Letter, OUTBID, REMINDER, TASK, To};
use crate::lot::Ended;
use access::Role;
use base::{Instant, LotId, OrganisationId, PersonId};
use std::collections::BTreeMap;
use store::log::Entry;
use store::{StoreError, Tx};
use trading::lot::{BidderState, Deposit, Lot, LotBidder, LotState, Way};

/// People of one role of the seller that are told.
const PEOPLE_MAX: usize = 20;
/// Who is outbid again and again within an hour is told once.
const OUTBID_SECONDS: i64 = 3_600;

/// Bids that were taken in together: where thousands come in a second, nobody is told of each of them.
pub(super) struct Rushes(BTreeMap<String, (u64, u64)>);

/// The first bid of each lot among these entries by its number, and the last by its place in the log.
pub(super) fn rushes(entries: &[&Entry]) -> Rushes {
    let mut all: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for entry in entries.iter().filter(|it| it.header.kind == "lot-entry") {
        let rush = all.entry(entry.header.thing.clone()).or_insert((entry.header.version, 0));
        rush.1 = entry.seq;
    }
    Rushes(all)
}

impl Rushes {
    /// The number of the first bid that an entry speaks for; none where a later one speaks for it.
    pub(super) fn first(&self, entry: &Entry) -> Option<u64> {
        if entry.header.kind != "lot-entry" {
            return Some(entry.header.version);
        }
        let (first, last) = self.0.get(&entry.header.thing)?;
        (*last == entry.seq).then_some(*first)
    }
}

/// The letters of an entry about a lot, and of the bids before it since the first one that it speaks
/// for.
pub(super) fn letters(
    tx: &mut Tx<'_>,
    (entry, first): (&Entry, u64),
    now: Instant,
) -> Result<Vec<Letter>, StoreError> {
    let Ok(id) = LotId::parse(&entry.header.thing) else { return Ok(Vec::new()) };
    let Some(lot) = store::lot::find(tx, id)? else { return Ok(Vec::new()) };
    match entry.header.kind.as_str() {
        "lot-announced" => Ok(named(&lot, entry)),
        "lot-revised" => {
            let mut all = named(&lot, entry);
            all.extend(changed(tx, &lot, entry)?);
            Ok(all)
        }
        "lot-entry" => outbid(tx, &lot, (entry, first)),
        "lot-ended" => ended(tx, &lot, entry, now),
        "lot-award-moved" => moved(tx, &lot, entry, now),
        "lot-award-recounted" => recounted(tx, &lot, entry, now),
        "lot-deposit-released" | "lot-deposit-applied" | "lot-deposit-forfeited" => {
            deposit(tx, &lot, entry)
        }
        "lot-bidder-admitted" | "lot-bidder-refused" | "lot-bidder-excluded" => {
            decided(tx, &lot, entry)
        }
        "lot-cancellation-asked" => pending(tx, &lot, entry),
        _ => Ok(Vec::new()),
    }
}

fn about(letter: Letter, lot: &Lot) -> Letter {
    letter.fact("reference", &lot.reference).path(format!("/auctions/{}", lot.id))
}

/// One letter to the person who bids for somebody, but not on what they did themselves.
fn to_bidder(lot: &Lot, it: &LotBidder, entry: &Entry, text: &str) -> Option<Letter> {
    let cause = format!("entry:{}:{}", entry.seq, it.alias);
    let letter = about(Letter::new(&AUCTION, To::Person(it.person), cause, text), lot);
    (entry.header.actor != Some(it.person)).then_some(letter)
}

/// Who looks after the seller's lots.
fn owners(
    tx: &mut Tx<'_>,
    owner: OrganisationId,
    now: Instant,
) -> Result<Vec<PersonId>, StoreError> {
    store::mail::holders(tx, Some(owner), Role::TransferOfficer.word(), now, PEOPLE_MAX)
}

/// Trustees hear once of each lot that they are named for.
fn named(lot: &Lot, entry: &Entry) -> Vec<Letter> {
    let Some(sealing) = lot.terms.way.sealing() else { return Vec::new() };
    let others = sealing.trustees.iter().filter(|seat| Some(seat.person) != entry.header.actor);
    let letter = |person| {
        let cause = format!("lot-trustee:{}", lot.id);
        let letter = Letter::new(&TASK, To::Person(person), cause, "lot-trustee");
        about(letter, lot).fact("due", lot.terms.frozen_from())
    };
    others.map(|seat| letter(seat.person)).collect()
}

/// Whoever has asked has to agree to what was changed.
fn changed(tx: &mut Tx<'_>, lot: &Lot, entry: &Entry) -> Result<Vec<Letter>, StoreError> {
    let all = store::lot::bidders(tx, lot.id, crate::lot::BIDDERS_MAX)?;
    let live = |it: &&LotBidder| matches!(it.state, BidderState::Asked | BidderState::Admitted);
    let letter = |it: &LotBidder| {
        let letter = to_bidder(lot, it, entry, "lot-terms")?;
        Some(letter.fact("due", lot.terms.frozen_from()))
    };
    Ok(all.iter().filter(live).filter_map(letter).collect())
}

/// Who led before the first of these bids and does not after the last.
fn outbid(
    tx: &mut Tx<'_>,
    lot: &Lot,
    (entry, first): (&Entry, u64),
) -> Result<Vec<Letter>, StoreError> {
    if lot.terms.way != Way::English {
        return Ok(Vec::new());
    }
    let mut stood = |before: u64| -> Result<Option<(Option<u32>, Instant)>, StoreError> {
        let seen = store::lot::shown_before(tx, lot.id, Some(before), 1)?;
        Ok(seen.first().map(|it| (it.leader, it.ends_at)))
    };
    let (before, after) = (stood(first)?, stood(entry.header.version + 1)?);
    let (Some((Some(alias), _)), Some((Some(leads), ends_at))) = (before, after) else {
        return Ok(Vec::new());
    };
    if alias == leads {
        return Ok(Vec::new());
    }
    let Some(it) = store::lot::bidder_of_alias(tx, lot.id, alias)? else { return Ok(Vec::new()) };
    if it.state != BidderState::Admitted {
        return Ok(Vec::new());
    }
    let hour = entry.header.at.micros() / 1_000_000 / OUTBID_SECONDS;
    let cause = format!("outbid:{}:{hour}", lot.id);
    let letter = Letter::new(&OUTBID, To::Person(it.person), cause, "lot-outbid");
    Ok(vec![about(letter, lot).fact("at", ends_at).until(ends_at)])
}

/// Everybody who took part, and the seller, hear how it ended.
fn ended(
    tx: &mut Tx<'_>,
    lot: &Lot,
    entry: &Entry,
    now: Instant,
) -> Result<Vec<Letter>, StoreError> {
    let Some(ended) = Ended::read(&lot.outcome) else { return Ok(Vec::new()) };
    let how = Fact::Term(format!("lot-how-{}", ended.how));
    let (winner, standby) = (ended.winner.map(|it| it.0), ended.standby.map(|it| it.0));
    let mut letters = Vec::new();
    for it in store::lot::bidders(tx, lot.id, crate::lot::BIDDERS_MAX)? {
        let text = match it.alias {
            _ if !matches!(it.state, BidderState::Admitted | BidderState::Asked) => continue,
            alias if winner == Some(alias) => "lot-won",
            alias if standby == Some(alias) && it.stands_by => "lot-second",
            _ if winner.is_some() && it.is_entered => "lot-lost",
            _ if winner.is_none() => "lot-over",
            _ => continue,
        };
        let letter = to_bidder(lot, &it, entry, text);
        letters.extend(letter.map(|it| it.fact("until", lot.award_until).fact("how", how.clone())));
    }
    let text = if winner.is_some() { "lot-sold" } else { "lot-over" };
    for person in owners(tx, lot.owner, now)? {
        if entry.header.actor != Some(person) {
            let cause = format!("entry:{}", entry.seq);
            let letter = about(Letter::new(&AUCTION, To::Person(person), cause, text), lot);
            letters.push(letter.fact("until", lot.award_until).fact("how", how.clone()));
        }
    }
    Ok(letters)
}

/// The second becomes the first; the seller hears of every move.
fn moved(
    tx: &mut Tx<'_>,
    lot: &Lot,
    entry: &Entry,
    now: Instant,
) -> Result<Vec<Letter>, StoreError> {
    let body = entry.body_json();
    let made = body["move"].as_str().unwrap_or("");
    let Some(ended) = Ended::read(&lot.outcome) else { return Ok(Vec::new()) };
    let failed = matches!(made, "expire" | "reject");
    let mut letters = Vec::new();
    if failed && body["award"] == "standby" {
        let second = ended.standby.map(|(alias, _)| alias);
        let it = match second {
            Some(alias) => store::lot::bidder_of_alias(tx, lot.id, alias)?,
            None => None,
        };
        let letter = it.and_then(|it| to_bidder(lot, &it, entry, "lot-won"));
        letters.extend(letter.map(|it| it.fact("until", lot.award_until)));
    }
    if failed {
        for person in owners(tx, lot.owner, now)? {
            let cause = format!("entry:{}", entry.seq);
            let letter = Letter::new(&AUCTION, To::Person(person), cause, "lot-award");
            letters.push(about(letter, lot));
        }
    }
    Ok(letters)
}

/// The time to sign moved with a day that the office changed: whoever has the award, whoever waits as
/// the second and the seller hear of it, each once for the moment that counts now.
fn recounted(
    tx: &mut Tx<'_>,
    lot: &Lot,
    entry: &Entry,
    now: Instant,
) -> Result<Vec<Letter>, StoreError> {
    let body = entry.body_json();
    let after = body["after"].as_str().and_then(Instant::parse_rfc3339);
    // Of several days that were followed at once, the last one tells where the time ends, and the first
    // where it ended before.
    let all = store::workday::of_lot(tx, lot.id)?;
    let last = all.last().filter(|it| after == Some(it.after) && it.after == lot.award_until);
    let (Some(last), Some(ended)) = (last, Ended::read(&lot.outcome)) else {
        return Ok(Vec::new());
    };
    if lot.state != LotState::Sold {
        return Ok(Vec::new());
    }
    let first = all.iter().find(|it| it.at == last.at).unwrap_or(last);
    let (before, after) = (first.before, last.after);
    let mut people = Vec::new();
    let held = crate::lot::holder(lot);
    let second = ended.standby.map(|(alias, _)| alias).filter(|_| lot.award != "standby");
    for alias in held.into_iter().chain(second) {
        let found = store::lot::bidder_of_alias(tx, lot.id, alias)?;
        // A second who does not wait is not concerned.
        let waits = |it: &LotBidder| held == Some(alias) || it.stands_by;
        people.extend(found.filter(waits).map(|it| it.person));
    }
    people.extend(owners(tx, lot.owner, now)?);
    let letter = |person| {
        let cause = format!("recount:{}:{}", lot.id, after.micros());
        let letter = Letter::new(&AUCTION, To::Person(person), cause, "lot-recounted");
        about(letter, lot).fact("before", before).fact("until", after)
    };
    Ok(people.into_iter().map(letter).collect())
}

fn bidder(tx: &mut Tx<'_>, lot: &Lot, entry: &Entry) -> Result<Option<LotBidder>, StoreError> {
    let body = entry.body_json();
    let alias = body["bidder"].as_u64().and_then(|alias| u32::try_from(alias).ok());
    match alias {
        Some(alias) => store::lot::bidder_of_alias(tx, lot.id, alias),
        None => Ok(None),
    }
}

/// What became of a deposit, as the entry says it: the row may have moved on.
fn deposit(tx: &mut Tx<'_>, lot: &Lot, entry: &Entry) -> Result<Vec<Letter>, StoreError> {
    let word = entry.header.kind.trim_start_matches("lot-deposit-").to_owned();
    let Some(it) = bidder(tx, lot, entry)? else { return Ok(Vec::new()) };
    let known = Deposit::parse(&word).is_some();
    let letter = to_bidder(lot, &it, entry, "lot-deposit").filter(|_| known);
    let what = Fact::Term(format!("lot-deposit-{word}"));
    Ok(letter.map(|letter| letter.fact("what", what)).into_iter().collect())
}

/// Whether somebody takes part.
fn decided(tx: &mut Tx<'_>, lot: &Lot, entry: &Entry) -> Result<Vec<Letter>, StoreError> {
    let word = entry.header.kind.trim_start_matches("lot-bidder-").to_owned();
    let Some(it) = bidder(tx, lot, entry)? else { return Ok(Vec::new()) };
    let what = Fact::Term(format!("lot-bidder-{word}"));
    let letter = to_bidder(lot, &it, entry, "lot-bidder");
    Ok(letter.map(|letter| letter.fact("what", what)).into_iter().collect())
}

/// Everybody who takes part may appeal against a cancellation that was asked for.
fn pending(tx: &mut Tx<'_>, lot: &Lot, entry: &Entry) -> Result<Vec<Letter>, StoreError> {
    let body = entry.body_json();
    let until = body["until"].as_str().and_then(Instant::parse_rfc3339);
    let all = store::lot::bidders(tx, lot.id, crate::lot::BIDDERS_MAX)?;
    let live = |it: &&LotBidder| matches!(it.state, BidderState::Asked | BidderState::Admitted);
    let letter = |it: &LotBidder| {
        let letter = to_bidder(lot, it, entry, "lot-cancellation")?;
        Some(letter.fact("due", until.unwrap_or(entry.header.at)))
    };
    Ok(all.iter().filter(live).filter_map(letter).collect())
}

/// What a trustee is reminded of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyCall {
    /// To register the public half before the list is frozen.
    Register,
    /// Bidding has ended: to publish the private half.
    Publish,
    /// The time for it is running out.
    Deadline,
}

impl KeyCall {
    /// The word of the row that says that it was called.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Publish => "publish",
            Self::Deadline => "deadline",
        }
    }
}

/// The letters that call the keys of these people in.
pub(crate) fn calls(lot: &Lot, call: KeyCall, people: &[PersonId]) -> Vec<Letter> {
    let sealing = lot.terms.way.sealing();
    let due = match call {
        KeyCall::Register => lot.terms.frozen_from(),
        KeyCall::Publish | KeyCall::Deadline => {
            sealing.map_or(lot.course.ends_at, |it| it.until(lot.course.ends_at))
        }
    };
    let kind = if call == KeyCall::Publish { &TASK } else { &REMINDER };
    // A halt moves the end: then it is called again.
    let cause = format!("lot-key:{}:{}:{}", call.word(), lot.id, lot.course.ends_at.micros());
    let text = format!("lot-key-{}", call.word());
    let letter = |person: &PersonId| {
        let letter = Letter::new(kind, To::Person(*person), &*cause, &text);
        about(letter, lot).fact("due", due).until(due)
    };
    people.iter().map(letter).collect()
}
