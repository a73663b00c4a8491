//! Trustees of a sealed lot: each registers the public half of a key before bidding opens and
//! publishes the private half after the end.

use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::lot::{LotChanged, find, thing_of, told};
use access::{Act as A, Thing};
use base::{Class, Instant, Lang, LotId, OrganisationId, PersonId, Refusal, Value};
use sealed::{KeyRefused, NotTrustees, Opening, OpeningState, PublicKey, TrusteeKey, Trustees};
use std::collections::BTreeSet;
use store::Hold;
use store::{StoreError, Tx};
use trading::lot::{BidderState, Lot, LotBidder, LotState, Terms};
use trading::sealing::{Listed, Seat, Trustee, not_sealed};

/// The lot as a matter of the one who asks, if that is one of its trustees.
fn thing_for_trustee(lot: &Lot, seat: Option<(usize, Seat)>) -> Thing {
    Thing { person: seat.map(|(_, seat)| seat.person), ..thing_of(lot) }
}

fn own_seat(cx: &Cx<'_, '_>, lot: &Lot) -> Option<(usize, Seat)> {
    lot.terms.way.sealing()?.seat_of(cx.actor.person?)
}

/// Organisations that do not bid because somebody of theirs keeps a key: those that answer for a
/// trustee, and every other in which one holds a place.
pub(crate) fn conflicted(
    tx: &mut Tx<'_>,
    lot: &Lot,
    now: Instant,
) -> Result<BTreeSet<OrganisationId>, StoreError> {
    let mut houses = BTreeSet::new();
    let Some(sealing) = lot.terms.way.sealing() else { return Ok(houses) };
    for seat in sealing.trustees.iter().take(sealed::TRUSTEES_MAX) {
        houses.insert(seat.organisation);
        let places = store::person::roles(tx, seat.person, now)?;
        houses.extend(places.into_iter().map(|(_, organisation, _)| organisation));
    }
    Ok(houses)
}

/// The refusal of a bidder of whose house somebody keeps a key.
pub(crate) fn keeps_a_key() -> Refusal {
    Refusal::new(Class::Refused, "lot-trustee-bids")
}

/// What stands against the trustees that terms name: each works for the organisation named, and
/// none for the seller or for somebody who takes part.
pub(crate) fn seat_faults(
    tx: &mut Tx<'_>,
    terms: &Terms,
    (owner, bidders): (OrganisationId, &[LotBidder]),
    now: Instant,
) -> Result<Vec<Refusal>, StoreError> {
    let mut no = Vec::new();
    let Some(sealing) = terms.way.sealing() else { return Ok(no) };
    let takes_part =
        |it: &&LotBidder| matches!(it.state, BidderState::Asked | BidderState::Admitted);
    let bidders: Vec<&LotBidder> = bidders.iter().filter(takes_part).collect();
    for (n, seat) in (1_u64..).zip(sealing.trustees.iter().take(sealed::TRUSTEES_MAX)) {
        let places = store::person::roles(tx, seat.person, now)?;
        if !places.iter().any(|(_, organisation, _)| *organisation == seat.organisation) {
            let refusal = Refusal::new(Class::Refused, "lot-trustee-not-there");
            no.push(refusal.on("trustees").number("place", n));
        }
        if seat.organisation == owner {
            let refusal = Refusal::new(Class::Refused, "lot-trustee-sells");
            no.push(refusal.on("trustees").number("place", n));
        }
        let is_of = |it: &LotBidder| {
            it.person == seat.person
                || it.organisation == seat.organisation
                || places.iter().any(|(_, organisation, _)| *organisation == it.organisation)
        };
        if bidders.iter().any(|it| is_of(it)) {
            let refusal = Refusal::new(Class::Refused, "lot-trustee-takes-part");
            no.push(refusal.on("trustees").number("place", n));
        }
    }
    Ok(no)
}

/// The list of trustees with their keys, in the places of the terms; none while a key is missing.
pub(crate) fn list_of(tx: &mut Tx<'_>, lot: &Lot) -> Result<Option<Trustees>, StoreError> {
    let Some(sealing) = lot.terms.way.sealing() else { return Ok(None) };
    let known = store::sealing::trustees(tx, lot.id)?;
    let mut list = Vec::new();
    for seat in &sealing.trustees {
        let found = known.iter().find(|it| it.person == seat.person);
        let key = found.and_then(|it| PublicKey::parse(&it.public_key));
        let (Some(key), Some(house)) = (key, store::organisation::find(tx, seat.organisation)?)
        else {
            return Ok(None);
        };
        // The house and not the person: a list that is kept for ever names nobody.
        let name = house.profile.name.best(Lang::En).0.trim().to_owned();
        list.push(sealed::Trustee { name, key });
    }
    Ok(Trustees::new(&lot.reference.to_string(), sealing.threshold, list).ok())
}

/// The list of a lot as it was published.
pub(crate) fn published(
    tx: &mut Tx<'_>,
    lot: LotId,
) -> Result<Option<(Listed, Trustees)>, StoreError> {
    let Some(listed) = store::sealing::listed(tx, lot)? else { return Ok(None) };
    let trustees = Trustees::parse(&listed.list)
        .map_err(|_| StoreError::Damaged(format!("the trustees of {lot}")))?;
    Ok(Some((listed, trustees)))
}

/// Registers the public half of the own key for a lot; a later one takes its place, until the rules
/// are frozen.
#[derive(serde::Serialize)]
pub struct RegisterTrusteeKey {
    pub lot: LotId,
    /// Base64 of 32 bytes, or the line that `bellwether bid key` prints.
    pub key: String,
}

impl RegisterTrusteeKey {
    fn public(&self) -> Option<PublicKey> {
        let typed = self.key.trim();
        let typed = typed.strip_prefix("trustee ").unwrap_or(typed);
        PublicKey::parse(typed.split_whitespace().next().unwrap_or(""))
    }
}

impl Act for RegisterTrusteeKey {
    const ACT: A = A::RegisterTrusteeKey;
    type Facts = (Lot, Option<(usize, Seat)>, Vec<Trustee>);
    type Plan = (Lot, Trustee, usize);
    type Outcome = LotChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.lot)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let lot = find(cx, self.lot)?;
        let seat = own_seat(cx, &lot);
        Ok((lot, seat, store::sealing::trustees(cx.tx, self.lot)?))
    }

    fn thing(&self, (lot, seat, _): &Self::Facts) -> Thing {
        thing_for_trustee(lot, *seat)
    }

    fn decide(
        &self,
        (lot, seat, known): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let (place, seat) = seat.ok_or_else(|| vec![not_sealed()])?;
        let mut no = Vec::new();
        if !lot.is_changeable(cx.now) {
            let refusal = Refusal::new(Class::Refused, "lot-keys-frozen");
            no.push(refusal.with("at", Value::At(lot.terms.frozen_from())));
        }
        let unfit =
            |code| Refusal::invalid(code).on("trustee_key").term("field", "field-trustee-key");
        let public = self.public();
        match public {
            None => no.push(unfit("lot-key-unreadable")),
            Some(key) => no.extend(is_unfit(key).then(|| unfit("lot-key-unfit"))),
        }
        let text = public.map(|key| key.to_string()).unwrap_or_default();
        if known.iter().any(|it| it.person != seat.person && it.public_key == text) {
            no.push(unfit("lot-key-shared"));
        }
        if !no.is_empty() {
            return Err(no);
        }
        let trustee = Trustee {
            lot: lot.id,
            person: seat.person,
            organisation: seat.organisation,
            public_key: text,
            registered_at: cx.now,
            secret: None,
            published_at: None,
            n_early: 0,
        };
        Ok((lot, trustee, place))
    }

    fn save(&self, (lot, it, place): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        store::sealing::register(cx.tx, &it)?;
        let body = serde_json::json!({ "place": place, "key": it.public_key });
        told(cx, &lot, "lot-key-registered", body);
        Ok(LotChanged::of(&lot))
    }
}

/// Whether a key leads to nothing, as the engine says of a list with it.
fn is_unfit(key: PublicKey) -> bool {
    let other = TrusteeKey::from_seed("-", &[1; 32]).map(|it| it.public());
    let trustee = |name: &str, key| sealed::Trustee { name: name.to_owned(), key };
    let list = vec![trustee("1", key), trustee("2", other.unwrap_or(key))];
    matches!(Trustees::new("-", 2, list), Err(NotTrustees::BadKey))
}

/// What a trustee is told.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct KeyAnswer {
    pub lot: LotId,
    /// The place in the list.
    pub place: usize,
    /// How many private halves are in, and how many open the bids.
    pub have: usize,
    pub need: u8,
    pub refused: Option<Refusal>,
}

/// Publishes the private half of the own key: after the end, not before. One that comes too early is
/// refused, and that is kept; the key is not.
#[derive(serde::Serialize)]
pub struct PublishTrusteeKey {
    pub lot: LotId,
    /// The text of the file of `bellwether bid key`.
    pub file: String,
}

/// What is known when a private half comes in.
pub struct Keyring {
    lot: Lot,
    seat: Option<(usize, Seat)>,
    known: Vec<Trustee>,
    list: Option<(Listed, Trustees)>,
}

/// What becomes of a private half.
pub struct Judged {
    lot: Lot,
    place: usize,
    person: PersonId,
    have: usize,
    need: u8,
    secret: Result<String, Refusal>,
}

impl Keyring {
    /// The opening as the halves that are in left it.
    fn opening(&self, trustees: &Trustees) -> Option<Opening> {
        let sealing = self.lot.terms.way.sealing()?;
        let ends = self.lot.course.ends_at;
        let mut opening = Opening::new(trustees.clone(), ends, sealing.until(ends));
        for it in &self.known {
            let key = it.secret.as_deref().and_then(TrusteeKey::parse);
            if let (Some(key), Some(at)) = (key, it.published_at) {
                // It was taken then; a later halt does not take it back.
                let _ = opening.hand_in(key, at.max(ends));
            }
        }
        Some(opening)
    }
}

impl Act for PublishTrusteeKey {
    const ACT: A = A::PublishTrusteeKey;
    type Facts = Keyring;
    type Plan = Judged;
    type Outcome = KeyAnswer;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.lot)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Keyring, Stop> {
        let lot = find(cx, self.lot)?;
        let seat = own_seat(cx, &lot);
        let known = store::sealing::trustees(cx.tx, self.lot)?;
        let list = published(cx.tx, self.lot)?;
        Ok(Keyring { lot, seat, known, list })
    }

    fn thing(&self, ring: &Keyring) -> Thing {
        thing_for_trustee(&ring.lot, ring.seat)
    }

    fn decide(&self, ring: Keyring, cx: &Cx<'_, '_>) -> Result<Judged, Vec<Refusal>> {
        let (place, seat) = ring.seat.ok_or_else(|| vec![not_sealed()])?;
        let refused = |code| Refusal::new(Class::Refused, code).on("file");
        let key = TrusteeKey::parse(&self.file.replace("\r\n", "\n"));
        let Some(key) = key else {
            let no = Refusal::invalid("lot-key-file-unreadable").on("file");
            return Err(vec![no.term("field", "field-file")]);
        };
        let mut judged = Judged {
            place,
            person: seat.person,
            have: 0,
            need: 0,
            secret: Ok(key.secret_text()),
            lot: ring.lot.clone(),
        };
        let Some((listed, trustees)) = &ring.list else {
            judged.secret = Err(early(&ring.lot));
            return Ok(judged);
        };
        let is_over = !matches!(ring.lot.state, LotState::Open) && listed.opened_at.is_none();
        if is_over {
            return Err(vec![crate::lot::announce::over(&ring.lot)]);
        }
        let mut opening = ring.opening(trustees).ok_or_else(|| vec![not_sealed()])?;
        if trustees.place_of(&key).is_some_and(|its| usize::from(its) != place) {
            return Err(vec![refused("lot-key-of-another")]);
        }
        // A lot that stands still goes on: its bidding has not ended.
        if ring.lot.course.is_halted {
            judged.secret = Err(early(&ring.lot));
            return Ok(judged);
        }
        match opening.hand_in(key, cx.now) {
            Ok(_) => {}
            Err(KeyRefused::Early { .. }) => judged.secret = Err(early(&ring.lot)),
            Err(KeyRefused::Late { until }) => {
                return Err(vec![refused("lot-key-late").with("at", Value::At(until))]);
            }
            Err(KeyRefused::Unknown) => return Err(vec![refused("lot-key-unknown")]),
            Err(KeyRefused::Repeated) => {
                return Err(vec![Refusal::new(Class::Conflict, "lot-key-repeated").on("file")]);
            }
        }
        judged.need = trustees.threshold();
        judged.have = opening.keys().len();
        Ok(judged)
    }

    fn save(&self, judged: Judged, cx: &mut Cx<'_, '_>) -> Result<KeyAnswer, Stop> {
        let Judged { lot, place, person, have, need, secret } = judged;
        let refused = match secret {
            Ok(secret) => {
                if !store::sealing::publish(cx.tx, lot.id, person, &secret, cx.now)? {
                    return Err(Refusal::new(Class::Conflict, "lot-key-repeated").into());
                }
                let body = serde_json::json!({ "place": place, "have": have, "need": need });
                told(cx, &lot, "lot-key-published", body);
                None
            }
            Err(refusal) => {
                store::sealing::count_early(cx.tx, lot.id, person)?;
                told(cx, &lot, "lot-key-early", serde_json::json!({ "place": place }));
                Some(refusal)
            }
        };
        Ok(KeyAnswer { lot: lot.id, place, have, need, refused })
    }
}

fn early(lot: &Lot) -> Refusal {
    let no = Refusal::new(Class::Refused, "lot-key-early").on("file");
    no.with("at", Value::At(lot.course.ends_at))
}

impl City {
    /// The seat of a trustee, by a mail address and the organisation that answers for it; without an
    /// organisation the only one where they hold a place. Nobody, somebody who works elsewhere and
    /// somebody of several organisations look the same.
    pub fn seat_named(&self, mail: &str, organisation: &str) -> Result<Seat, No> {
        let unknown = || Refusal::new(Class::Refused, "lot-trustee-unknown");
        let person = self.person_named(mail).map_err(|_| unknown())?;
        let named = match organisation {
            "" => None,
            typed => Some(self.organisation_named(typed).map_err(|_| unknown())?),
        };
        let now = self.now();
        let places = self.store().read(|tx| store::person::roles(tx, person, now))?;
        let mut houses: Vec<OrganisationId> = places.into_iter().map(|(_, id, _)| id).collect();
        houses.sort_unstable();
        houses.dedup();
        let house = match (named, houses.as_slice()) {
            (Some(named), houses) if houses.contains(&named) => named,
            (None, [only]) => *only,
            _ => return Err(unknown().into()),
        };
        Ok(Seat { person, organisation: house })
    }

    /// Publishes a private half, and opens the bids where it was the one that was missing.
    pub fn publish_key(&self, asker: &Asker, act: PublishTrusteeKey) -> Result<KeyAnswer, No> {
        let lot = act.lot;
        let answer = self.perform(asker, act)?;
        if let Some(refused) = answer.refused {
            return Err(refused.into());
        }
        if answer.have >= usize::from(answer.need) {
            // What hinders it now, the timer does.
            let _ = self.unseal(lot);
        }
        Ok(answer)
    }
}

/// Where the opening of a lot stands.
pub(crate) fn state_of(
    lot: &Lot,
    trustees: &Trustees,
    known: &[Trustee],
    now: Instant,
) -> Option<(OpeningState, Vec<TrusteeKey>)> {
    let ring = Keyring { lot: lot.clone(), seat: None, known: known.to_vec(), list: None };
    let opening = ring.opening(trustees)?;
    Some((opening.state(now), opening.keys().to_vec()))
}
