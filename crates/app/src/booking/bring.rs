//! Existing bookings out of a calendar's text: every row is judged as any other booking, beside those
//! before it, and what cannot be had is told. Kept are all rows or none, or those that can be had.

use super::make::made;
use super::scene::{For, Scene, Wanted, counted_names, rules_of};
use super::{BookAsk, told};
use crate::account::sign_in_required;
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::instrument;
use access::{Act as A, Thing};
use base::{BookingId, Instant, InstrumentId, PersonId, Refusal, Span, limits};
use calendar::Zone;
use calendar::ical::{Found, Status, Unreadable, events};
use calendar::seats::Taken;
use instruments::Instrument;
use instruments::accessory::{Lent, gathered};
use instruments::booking::Booking;
use instruments::policy::judge;
use instruments::problem::{Code, Problem};
use instruments::series::Mode;
use std::collections::{BTreeMap, BTreeSet};
use store::Hold;

/// Rows of one calendar at most.
pub const ROWS_MAX: usize = 500;

/// One time of a calendar.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CalendarRow {
    /// The line its event begins in.
    pub line: usize,
    /// From when until when; without one it cannot be read.
    pub span: Option<(Instant, Instant)>,
    pub purpose: String,
    /// For whom, by mail address; the asker where it names nobody.
    pub email: String,
    /// Why it is no booking, as a term; empty where it may be one.
    pub fault: String,
}

/// What becomes, or would become, of a row.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CalendarRowTold {
    pub row: CalendarRow,
    pub booking: Option<BookingId>,
    /// Whether it can be had.
    pub is_fine: bool,
    pub problems: Vec<Problem>,
}

/// What becomes of a calendar.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CalendarBrought {
    pub rows: Vec<CalendarRowTold>,
    pub n_booked: u64,
}

/// The rows of a calendar's text; what was cancelled is none. Repetitions are spread out.
pub fn calendar_rows(text: &str, zone: &Zone) -> Result<Vec<CalendarRow>, Refusal> {
    let found = events(text, zone).map_err(|why| match why {
        Unreadable::TooLarge | Unreadable::TooMany => many(),
        Unreadable::Line(line) => {
            Refusal::invalid("booking-import-line").on("file").number("line", line)
        }
    })?;
    let rows = found.iter().filter(|event| event.status != Status::Cancelled);
    let rows: Vec<CalendarRow> = rows.flat_map(|event| spread(event, zone)).collect();
    if rows.len() > ROWS_MAX { Err(many()) } else { Ok(rows) }
}

fn many() -> Refusal {
    Refusal::invalid("booking-import-many").on("file").number("most", ROWS_MAX)
}

fn spread(event: &Found, zone: &Zone) -> Vec<CalendarRow> {
    let row = |span: Option<Span>, fault: &str| CalendarRow {
        line: event.line,
        span: span.map(|span| (span.start(), span.end())),
        purpose: event.summary.chars().take(limits::SUMMARY_CHARS_MAX).collect(),
        email: event.attendee.clone(),
        fault: fault.to_owned(),
    };
    match (event.span, &event.repeats) {
        (None, _) => vec![row(None, "booking-import-unread")],
        (span, None) => vec![row(span, "")],
        (span, Some(Err(_))) => vec![row(span, "booking-import-repeats")],
        (Some(first), Some(Ok(repeats))) => match repeats.spans(zone, first) {
            Err(_) => vec![row(Some(first), "booking-import-repeats")],
            Ok(all) => all
                .into_iter()
                .map(|(_, span)| match span {
                    Some(span) => row(Some(span), ""),
                    None => row(None, "booking-import-unread"),
                })
                .collect(),
        },
    }
}

/// Books the rows of a calendar on an instrument, or only tells what would become of each.
#[derive(serde::Serialize)]
pub struct BringBookings {
    pub instrument: InstrumentId,
    pub rows: Vec<CalendarRow>,
    pub mode: Mode,
    pub is_rehearsal: bool,
    /// What shall be lent with each of them.
    pub accessories: Vec<Lent>,
    #[serde(skip)]
    holds: Vec<String>,
}

/// A booking with its seats.
type Made = (Booking, Vec<Taken>);

/// What the rows are judged by: a scene for each person.
pub struct Facts {
    it: Instrument,
    thing: Thing,
    /// For whom each row is; the scene of each of them.
    people: Vec<Option<PersonId>>,
    scenes: BTreeMap<PersonId, Scene>,
}

impl Act for BringBookings {
    const ACT: A = A::BookTime;
    type Facts = Facts;
    type Plan = (CalendarBrought, Vec<Made>, Instrument);
    type Outcome = CalendarBrought;

    fn holds(&self) -> Vec<Hold> {
        let mut holds = vec![Hold::on(self.instrument)];
        holds.extend(self.holds.iter().map(Hold::on));
        holds
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Facts, Stop> {
        let it = instrument::find(cx, self.instrument)?;
        let thing = instrument::thing_of(&it, &cx.actor);
        let me = cx.actor.person.ok_or_else(sign_in_required)?;
        let people = people_of(cx.tx, &self.rows, me)?;
        let reach = reach(&self.rows, cx.now);
        let lent = gathered(&self.accessories)?;
        let mut scenes = BTreeMap::new();
        let distinct: BTreeSet<PersonId> = people.iter().flatten().copied().collect();
        for person in distinct {
            if let Ok(named) = For::load(cx.tx, (person, None, ""), &cx.actor, cx.now)? {
                let accessories = lent.as_slice();
                let wanted = Wanted { accessories, ..Wanted::new(&cx.actor, reach) };
                let scene = Scene::load(cx.tx, it.clone(), named, &wanted, cx.now)?;
                scenes.insert(person, scene);
            }
        }
        Ok(Facts { it, thing, people, scenes })
    }

    fn thing(&self, facts: &Facts) -> Thing {
        facts.thing.clone()
    }

    fn decide(&self, facts: Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        if self.rows.len() > ROWS_MAX {
            return Err(vec![many()]);
        }
        let Facts { it, people, mut scenes, .. } = facts;
        let may_name = super::is_staff(&it, &cx.actor) || super::is_manager(&it, &cx.actor);
        let (mut rows, mut all) = (Vec::new(), Vec::new());
        for (row, person) in self.rows.iter().zip(people) {
            let (told, made) = one(&mut scenes, (it.id, row, may_name), person, cx)?;
            rows.push(told);
            all.push(made);
        }
        let is_whole = rows.iter().all(|row| row.is_fine);
        let keeps = !self.is_rehearsal && (is_whole || self.mode == Mode::SkipConflicts);
        let made: Vec<Made> = all.into_iter().flatten().filter(|_| keeps).collect();
        if !keeps {
            rows.iter_mut().for_each(|row| row.booking = None);
        }
        let n_booked = u64::try_from(made.len()).unwrap_or(u64::MAX);
        Ok((CalendarBrought { rows, n_booked }, made, it))
    }

    fn save(
        &self,
        (brought, made, it): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<CalendarBrought, Stop> {
        for (booking, pieces) in &made {
            store::booking::add(cx.tx, booking, pieces)?;
            told(cx, &it, booking, "booking-made");
        }
        Ok(brought)
    }
}

/// Judges one row beside those before it.
fn one(
    scenes: &mut BTreeMap<PersonId, Scene>,
    (instrument, row, may_name): (InstrumentId, &CalendarRow, bool),
    person: Option<PersonId>,
    cx: &Cx<'_, '_>,
) -> Result<(CalendarRowTold, Option<Made>), Vec<Refusal>> {
    let refused = |fault: &str, problems: Vec<Problem>| {
        let row = CalendarRow { fault: fault.to_owned(), ..row.clone() };
        (CalendarRowTold { row, booking: None, is_fine: false, problems }, None)
    };
    let (Some((start, end)), true) = (row.span, row.fault.is_empty()) else {
        let bad = row.span.is_none().then(|| Problem::new(Code::BadSpan));
        return Ok(refused(&row.fault, bad.into_iter().collect()));
    };
    let Some(person) = person else {
        // Who may book for oneself alone is not told which addresses the city knows.
        return Ok(match may_name {
            true => refused("booking-import-nobody", Vec::new()),
            false => refused("", vec![Problem::new(Code::NotAllowed)]),
        });
    };
    let mut ask = BookAsk::new(instrument, start, end);
    (ask.person, ask.purpose) = (Some(person), row.purpose.clone());
    let Some(scene) = scenes.get_mut(&person) else {
        return Ok(refused("booking-import-nobody", Vec::new()));
    };
    let verdict = judge(&scene.facts(), &ask.ask(), cx.now);
    if !verdict.is_fine() {
        return Ok(refused("", verdict.problems));
    }
    let booking = made(scene, &ask, &verdict, cx)?;
    let Ok(pieces) = scene.place(booking.span) else {
        return Ok(refused("", vec![Problem::new(Code::Overlap)]));
    };
    for (own, scene) in scenes.iter_mut() {
        if *own == person { scene.note(&pieces, booking.span) } else { scene.hold(&pieces) }
    }
    let row = row.clone();
    let told =
        CalendarRowTold { row, booking: Some(booking.id), is_fine: true, problems: Vec::new() };
    Ok((told, Some((booking, pieces))))
}

/// For whom each row is: whoever has its address, or the asker; nobody where no one has it.
fn people_of(
    tx: &mut store::Tx<'_>,
    rows: &[CalendarRow],
    me: PersonId,
) -> Result<Vec<Option<PersonId>>, store::StoreError> {
    let mut known: BTreeMap<&str, Option<PersonId>> = BTreeMap::new();
    let mut people = Vec::new();
    for row in rows {
        let person = match (row.email.as_str(), known.get(row.email.as_str()).copied()) {
            ("", _) => Some(me),
            (_, Some(person)) => person,
            (email, None) => {
                let found = store::person::by_email(tx, &email.to_lowercase())?;
                let person = found.map(|(person, _)| person.id);
                known.insert(email, person);
                person
            }
        };
        people.push(person);
    }
    Ok(people)
}

/// The time that all rows lie in.
fn reach(rows: &[CalendarRow], now: Instant) -> Span {
    let spans = rows.iter().filter_map(|row| row.span);
    let from = spans.clone().map(|(from, _)| from).min().unwrap_or(now);
    let until = spans.map(|(_, until)| until).max().unwrap_or(now);
    let minute = from.plus_seconds(60);
    Span::new(from, until.max(minute)).expect("it ends a minute later at least")
}

impl City {
    /// Books the rows of a calendar, or only tells what would become of each.
    pub fn bring_bookings(
        &self,
        asker: &Asker,
        instrument: InstrumentId,
        (rows, accessories): (Vec<CalendarRow>, Vec<Lent>),
        (mode, is_rehearsal): (Mode, bool),
    ) -> Result<CalendarBrought, No> {
        let holds = self.read(asker, |rx| {
            let Some(it) = store::instrument::find(rx.tx, instrument)? else {
                return Ok(Vec::new());
            };
            let me = rx.actor.person.ok_or_else(sign_in_required)?;
            let (rules, _) = rules_of(rx.tx, &it)?;
            let actor = rx.actor.clone();
            let distinct: BTreeSet<PersonId> =
                people_of(rx.tx, &rows, me)?.into_iter().flatten().collect();
            let mut names = Vec::new();
            for person in distinct {
                if let Ok(named) = For::load(rx.tx, (person, None, ""), &actor, rx.now)? {
                    names.extend(counted_names(&it, &rules, &named));
                }
            }
            Ok(names)
        })?;
        self.perform(
            asker,
            BringBookings { instrument, rows, mode, is_rehearsal, accessories, holds },
        )
    }
}
