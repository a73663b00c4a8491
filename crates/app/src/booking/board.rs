//! The week of every instrument at once: what is taken and out of service, and of whom nothing.

use super::reading::{BOOKABLE_MAX, folded};
use crate::act::No;
use crate::asker::Asker;
use crate::city::City;
use access::Act as A;
use base::{Bilingual, Date, InstrumentId, OrganisationId, Span};
use calendar::Zone;
use calendar::zone::add_days;
use std::collections::{BTreeMap, BTreeSet};

/// A week of one instrument among all.
#[derive(Clone, Debug)]
pub struct BoardRow {
    pub instrument: InstrumentId,
    pub name: Bilingual,
    pub owner: OrganisationId,
    pub owner_name: Bilingual,
    pub seats: u16,
    /// The IANA zone of its site.
    pub zone: String,
    /// What is booked, in order; and whether somebody has to agree to it first.
    pub taken: Vec<(Span, bool)>,
    /// When nobody can use it, in order.
    pub outages: Vec<Span>,
}

impl BoardRow {
    /// Minutes of a day that are taken on any seat: seats that are taken together count once.
    pub fn minutes_taken(&self, day: Span) -> i64 {
        let taken: calendar::Spans = self.taken.iter().map(|(span, _)| *span).collect();
        taken
            .within(day)
            .as_slice()
            .iter()
            .map(|span| span.end().seconds_since(span.start()) / 60)
            .sum()
    }
}

/// The week of all instruments that a reader may see and that take bookings.
#[derive(Clone, Debug)]
pub struct Board {
    pub monday: Date,
    /// The week in the zone of the city.
    pub span: Span,
    pub rows: Vec<BoardRow>,
}

impl City {
    /// The week of a day over all instruments whose names or measured things hold these words, by
    /// name; of one owner where it is named. As many statements for a thousand as for one.
    pub fn board(
        &self,
        asker: &Asker,
        (words, owner): (&str, Option<OrganisationId>),
        day: Option<Date>,
    ) -> Result<Board, No> {
        self.read(asker, |rx| {
            let filter = rx.filter(A::ListInstruments)?;
            let zone = Zone::china();
            let monday = Zone::monday(day.unwrap_or_else(|| zone.date(rx.now)));
            let span = zone.dates(monday, add_days(monday, 7));
            let all = store::booking::bookable(rx.tx, &filter, &folded(words), BOOKABLE_MAX)?;
            let mut taken: BTreeMap<InstrumentId, Vec<(Span, bool)>> = BTreeMap::new();
            for shown in store::booking::week(rx.tx, span)? {
                let is_pending = shown.state == instruments::booking::State::Pending;
                taken.entry(shown.instrument).or_default().push((shown.span, is_pending));
            }
            let mut outages: BTreeMap<InstrumentId, Vec<Span>> = BTreeMap::new();
            for (id, span) in store::booking_rule::all_outages(rx.tx, span)? {
                outages.entry(id).or_default().push(span);
            }
            let owners: BTreeSet<OrganisationId> = all.iter().map(|it| it.owner).collect();
            let owners: Vec<OrganisationId> = owners.into_iter().collect();
            let names = store::organisation::names_of(rx.tx, &owners)?;
            let row = |it: store::booking::Bookable| BoardRow {
                owner_name: names.get(&it.owner.to_string()).cloned().unwrap_or_default(),
                taken: taken.remove(&it.id).unwrap_or_default(),
                outages: outages.remove(&it.id).unwrap_or_default(),
                instrument: it.id,
                name: it.name,
                owner: it.owner,
                seats: it.seats,
                zone: it.zone,
            };
            let all = all.into_iter().filter(|it| owner.is_none_or(|owner| owner == it.owner));
            let mut rows: Vec<BoardRow> = all.map(row).collect();
            rows.sort_by(|a, b| (&a.name.en, a.instrument).cmp(&(&b.name.en, b.instrument)));
            Ok(Board { monday, span, rows })
        })
    }
}
