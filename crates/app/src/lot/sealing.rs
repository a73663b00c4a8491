//! What a reader may see of a sealed lot: trustees and their list; the own receipts; and, once they
//! are open, all bids with their files.

use crate::act::{No, Stop};
use crate::asker::Asker;
use crate::city::{City, Rx};
use crate::lot::reading::{allowed, names, own_alias};
use crate::lot::unseal::is_unopened;
use crate::lot::{BIDDERS_MAX, trustee};
use base::{Bilingual, Instant, LotId, OrganisationId, PersonId, Refusal};
use trading::lot::Lot;
use trading::sealing::{Listed, Seal, Sealing, Trustee, not_sealed};

/// Receipts of one bidder that are shown.
const RECEIPTS_MAX: usize = 20;

/// One trustee.
#[derive(Clone, Debug)]
pub struct SeatView {
    /// Counted from 1.
    pub place: usize,
    pub organisation: OrganisationId,
    pub organisation_name: Bilingual,
    pub name: Bilingual,
    /// The public half, once it is registered.
    pub public_key: Option<String>,
    /// When the private half was published.
    pub published_at: Option<Instant>,
    /// How often it was shown too early.
    pub n_early: u64,
    /// Whether it is the reader.
    pub is_own: bool,
}

impl SeatView {
    /// The fingerprint of the registered key; empty before.
    pub fn fingerprint(&self) -> String {
        let key = self.public_key.as_deref().and_then(sealed::PublicKey::parse);
        key.map(sealed::PublicKey::fingerprint).unwrap_or_default()
    }
}

/// A sealed lot as this reader may see it.
#[derive(Clone, Debug)]
pub struct SealingView {
    pub lot: Lot,
    pub terms: Sealing,
    pub seats: Vec<SeatView>,
    /// The list as it was published before bidding opened.
    pub listed: Option<Listed>,
    /// Until when a threshold of keys has to be in.
    pub until: Instant,
    /// Bids that stand.
    pub n_bids: usize,
    /// The number under which the reader bids, where it may.
    pub number: Option<u32>,
    /// The own receipts, newest first.
    pub own: Vec<Seal>,
    /// The version that the next own bid carries.
    pub next_version: u32,
    /// Every bid that stood at the end, once they are open; empty before.
    pub bids: Vec<Seal>,
    pub now: Instant,
}

impl SealingView {
    /// How many private halves are in.
    pub fn have(&self) -> usize {
        self.seats.iter().filter(|seat| seat.published_at.is_some()).count()
    }
}

fn seats(rx: &mut Rx<'_, '_>, terms: &Sealing, known: &[Trustee]) -> Result<Vec<SeatView>, Stop> {
    let people: Vec<PersonId> = terms.trustees.iter().map(|seat| seat.person).collect();
    let houses: Vec<OrganisationId> = terms.trustees.iter().map(|it| it.organisation).collect();
    let people = store::person::names_of(rx.tx, &people)?;
    let houses = names(rx, &houses)?;
    let me = rx.actor.person;
    let view = |(place, seat): (usize, &trading::sealing::Seat)| {
        let found = known.iter().find(|it| it.person == seat.person);
        SeatView {
            place,
            organisation: seat.organisation,
            organisation_name: houses.get(&seat.organisation).cloned().unwrap_or_default(),
            name: people.get(&seat.person).cloned().unwrap_or_default(),
            public_key: found.map(|it| it.public_key.clone()),
            published_at: found.and_then(|it| it.published_at),
            n_early: found.map_or(0, |it| it.n_early),
            is_own: me == Some(seat.person),
        }
    };
    Ok((1..).zip(&terms.trustees).map(view).collect())
}

fn sealing_of(lot: &Lot) -> Result<Sealing, Stop> {
    Ok(lot.terms.way.sealing().cloned().ok_or_else(not_sealed)?)
}

impl City {
    /// The sealing of a lot whose bids are sealed.
    pub fn lot_sealing(&self, asker: &Asker, id: LotId) -> Result<SealingView, No> {
        self.read(asker, |rx| {
            let (lot, _) = allowed(rx, id)?;
            let terms = sealing_of(&lot)?;
            let known = store::sealing::trustees(rx.tx, id)?;
            let seats = seats(rx, &terms, &known)?;
            let listed = store::sealing::listed(rx.tx, id)?;
            let is_open = listed.as_ref().is_some_and(|it| it.opened_at.is_some());
            let all = store::sealing::seals(rx.tx, id, BIDDERS_MAX)?;
            let n_bids = all.len();
            let bids = all.into_iter().filter(|seal| is_open && !is_unopened(seal)).collect();
            let number = own_alias(rx, &lot)?;
            let (own, last) = match number {
                Some(alias) => (
                    store::sealing::seals_of(rx.tx, id, alias, RECEIPTS_MAX)?,
                    store::sealing::last_version(rx.tx, id, alias)?,
                ),
                None => (Vec::new(), 0),
            };
            Ok(SealingView {
                until: terms.until(lot.course.ends_at),
                next_version: last.saturating_add(1),
                now: rx.now,
                lot,
                terms,
                seats,
                listed,
                n_bids,
                number,
                own,
                bids,
            })
        })
    }

    /// The file of a sealed bid, by its entry: once the bids are open, for everybody.
    pub fn lot_seal_file(&self, asker: &Asker, id: LotId, entry: u64) -> Result<String, No> {
        self.read(asker, |rx| {
            allowed(rx, id)?;
            let listed = store::sealing::listed(rx.tx, id)?;
            listed.and_then(|it| it.opened_at).ok_or_else(Refusal::not_found)?;
            let all = store::sealing::seals(rx.tx, id, BIDDERS_MAX)?;
            let seal = all.into_iter().find(|seal| seal.entry == entry);
            let seal = seal.ok_or_else(Refusal::not_found)?;
            let file = store::sealing::file(rx.tx, id, seal.bidder, seal.version)?;
            Ok(file.ok_or_else(Refusal::not_found)?)
        })
    }

    /// The published private half of the trustee at a place, as a file.
    pub fn lot_key_file(&self, asker: &Asker, id: LotId, place: usize) -> Result<String, No> {
        self.read(asker, |rx| {
            let (lot, _) = allowed(rx, id)?;
            let terms = sealing_of(&lot)?;
            let seat = place.checked_sub(1).and_then(|at| terms.trustees.get(at));
            let seat = seat.ok_or_else(Refusal::not_found)?;
            let known = store::sealing::trustees(rx.tx, id)?;
            let found = known.into_iter().find(|it| it.person == seat.person);
            Ok(found.and_then(|it| it.secret).ok_or_else(Refusal::not_found)?)
        })
    }

    /// The list of trustees as it will be published, while keys still come in: none before all are
    /// in.
    pub fn lot_trustees(&self, asker: &Asker, id: LotId) -> Result<String, No> {
        self.read(asker, |rx| {
            let (lot, _) = allowed(rx, id)?;
            sealing_of(&lot)?;
            if let Some(listed) = store::sealing::listed(rx.tx, id)? {
                return Ok(listed.list);
            }
            let list = trustee::list_of(rx.tx, &lot)?.ok_or_else(Refusal::not_found)?;
            Ok(list.to_string())
        })
    }
}
