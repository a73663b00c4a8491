//! What stands between the reader and an instrument, whatever time they choose: what is not done yet, and
//! what quotas count. Asked for the whole search at once, and only where some rule wants to know.

use super::Lanes;
use crate::act::Stop;
use crate::city::Rx;
use base::{Date, InstrumentId, OrganisationId, PersonId, Span};
use calendar::Zone;
use instruments::policy::{Own, Person};
use instruments::problem::Code;
use instruments::qualification::{Grant, Standing, best};
use instruments::quota::{Counted, Quota, What, Who};
use instruments::rules::Rules;
use instruments::setting::Level;
use std::collections::{BTreeMap, BTreeSet};
use store::booking::{Bookable, Place, Whose};
use store::booking_rule::{Known, known_of};

/// What is known of somebody who is signed in.
#[derive(Default)]
pub(super) struct Trust {
    known: Known,
    grants: BTreeMap<InstrumentId, Grant>,
    /// Units with which an organisation of theirs has an agreement, from one day to another.
    agreements: Vec<(OrganisationId, Date, Date)>,
    /// Bookings that count for quotas: the own ones, and those of the one organisation they stand for.
    own: Vec<(InstrumentId, Own)>,
    house: Option<Vec<(InstrumentId, Own)>>,
    /// Where the instruments of those bookings belong.
    places: BTreeMap<InstrumentId, Place>,
}

/// Whether any rule counts what a person, or their organisation, booked.
pub(super) fn counts(lanes: &Lanes, who: &[Who]) -> bool {
    let mut quotas = lanes.rules.iter().flat_map(|rules| &rules.quotas.value);
    quotas.any(|quota| who.contains(&quota.who))
}

/// The time whose bookings quotas have to know for a search.
pub(super) fn reach(lanes: &Lanes, within: Span, now: base::Instant) -> Span {
    let zones = lanes.boards.iter().map(|(zone, _)| zone);
    let quotas = || lanes.rules.iter().flat_map(|rules| &rules.quotas.value);
    let each = zones.flat_map(|zone| quotas().map(move |it| it.reach(zone, within, now)));
    each.fold(within, |one, other| {
        Span::new(one.start().min(other.start()), one.end().max(other.end())).unwrap_or(one)
    })
}

impl Trust {
    /// `own` are the own bookings in reach of the quotas.
    pub(super) fn load(
        rx: &mut Rx<'_, '_>,
        (person, units): (PersonId, &BTreeSet<OrganisationId>),
        (all, lanes): (&[Bookable], &Lanes),
        (own, within): (&[(InstrumentId, Own)], Span),
    ) -> Result<Self, Stop> {
        let rules = || lanes.rules.iter();
        let known = known_of(rx.tx, person, rx.now)?;
        let grants = match rules().any(|it| it.needs_qualification.value) {
            true => store::booking_rule::grants_of(rx.tx, person)?,
            false => BTreeMap::new(),
        };
        let houses: BTreeSet<OrganisationId> = rx.actor.roles.iter().map(|(id, _)| *id).collect();
        let is_outside = all.iter().any(|it| !units.contains(&it.owner));
        let agreements = match is_outside && rules().any(|it| it.needs_agreement.value) {
            true => store::agreement::units_of(rx.tx, &houses)?,
            false => Vec::new(),
        };
        // Who stands for several names one as they book; until then nothing is counted for any.
        let only = if houses.len() == 1 { houses.first().copied() } else { None };
        let house = match only.filter(|_| counts(lanes, &[Who::Group, Who::Organisation])) {
            Some(house) => {
                let here = (InstrumentId::from_bits(0), reach(lanes, within, rx.now));
                let whose = Whose::Organisation(house);
                Some(store::booking::counted(rx.tx, &whose, here, None)?)
            }
            None => None,
        };
        let own = if counts(lanes, &[Who::Person]) { own.to_vec() } else { Vec::new() };
        let booked = own.iter().chain(house.iter().flatten()).map(|(id, _)| *id);
        let booked: BTreeSet<InstrumentId> = booked.collect();
        let is_wide = |quota: &Quota| matches!(quota.what, What::Group | What::Unit);
        let places = match rules().flat_map(|it| &it.quotas.value).any(is_wide) {
            true => store::booking::places(rx.tx, &booked)?,
            false => BTreeMap::new(),
        };
        Ok(Self { known, grants, agreements, own, house, places })
    }

    /// Whether they may not book it at all.
    pub(super) fn is_blocked(&self, it: &Bookable) -> bool {
        self.known.blocks.iter().any(|(level, thing)| match level {
            Level::Platform => true,
            Level::Unit => *thing == it.owner.to_string(),
            Level::Instrument => *thing == it.id.to_string(),
            Level::Group => false,
        })
    }

    fn standing(&self, it: &Bookable, (rules, zone): (&Rules, &Zone), span: Span) -> Standing {
        if !rules.needs_qualification.value {
            return Standing::Good;
        }
        let grants = self.grants.get(&it.id).map(std::slice::from_ref).unwrap_or_default();
        best(grants, zone, &rules.days.value, span)
    }

    /// What they have to do before they book it, at that time or any other.
    pub(super) fn lacks(
        &self,
        it: &Bookable,
        place: (&Rules, &Zone),
        (span, is_external): (Span, bool),
    ) -> Vec<Code> {
        let (rules, zone) = place;
        let is_done = |code: &String| {
            let ends = self.known.trainings.get(&(it.owner, code.clone()));
            ends.is_some_and(|ends| ends.is_none_or(|ends| ends >= span.end()))
        };
        let standing = self.standing(it, place, span);
        let last = zone.date(base::Instant::from_micros(span.end().micros() - 1));
        let agreed = |(unit, from, until): &(OrganisationId, Date, Date)| {
            *unit == it.owner && *from <= last && last <= *until
        };
        let needs_agreement = rules.needs_agreement.value && is_external;
        let all = [
            (Code::TrainingMissing, !rules.trainings.value.iter().all(is_done)),
            (Code::NotQualified, matches!(standing, Standing::Missing | Standing::TooLow)),
            (Code::AgreementMissing, needs_agreement && !self.agreements.iter().any(agreed)),
            (Code::FeedbackDue, rules.asks_feedback.value && self.known.owed.contains(&it.owner)),
        ];
        all.into_iter().filter(|(_, is_so)| *is_so).map(|(code, _)| code).collect()
    }

    /// The person as a time of it is judged, besides what is lacking at any time.
    pub(super) fn person(
        &self,
        it: &Bookable,
        place: (&Rules, &Zone),
        (span, is_external): (Span, bool),
    ) -> Person {
        let standing = match self.standing(it, place, span) {
            Standing::Missing | Standing::TooLow => Standing::Good,
            of_time => of_time,
        };
        let access_ends = self.known.access.get(&it.owner).copied();
        Person { access_ends, standing, ..Person::plain(is_external) }
    }

    /// The quotas of an instrument with what counts for them.
    pub(super) fn quotas(&self, it: &Bookable, rules: &Rules) -> Vec<(Quota, Vec<Counted>)> {
        let near = |id: &InstrumentId, is_of_group: bool| {
            let is_apart = is_of_group && !it.group.is_empty();
            self.places.get(id).is_some_and(|place| {
                place.owner == it.owner && (!is_apart || place.group == it.group)
            })
        };
        let is_among = |what: What, id: &InstrumentId| match what {
            What::Instrument => *id == it.id,
            What::Group => near(id, true),
            What::Unit => near(id, false),
            What::All => true,
        };
        let of = |quota: &Quota| {
            let all = match quota.who {
                Who::Person => &self.own,
                Who::Group | Who::Organisation => self.house.as_ref()?,
                Who::Project => return None,
            };
            let counts = |(id, own): &&(InstrumentId, Own)| {
                own.state.counts(rules.lost_counts.value) && is_among(quota.what, id)
            };
            let counted = all.iter().filter(counts).map(|(_, own)| Counted { span: own.span });
            Some((quota.clone(), counted.collect()))
        };
        rules.quotas.value.iter().filter_map(of).collect()
    }
}
