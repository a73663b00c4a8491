//! Bookings that repeat: every instance is judged by all rules, in one act, and told.

use super::make::{BookAsk, made, text_faults};
use super::scene::{For, Scene, Wanted};
use super::{beneficiary, fund, told};
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::instrument;
use crate::ledger::holds_on;
use access::{Act as A, Thing};
use base::{AccountId, BookingId, Date, Instant, Refusal, SeriesId, Span};
use calendar::Recurrence;
use calendar::recurrence::Unsound;
use calendar::seats::Taken;
use instruments::Instrument;
use instruments::accessory::gathered;
use instruments::booking::Booking;
use instruments::policy::judge;
use instruments::problem::{Code, Problem};
use instruments::series::{Instance, Mode, booked};
use std::collections::BTreeSet;
use store::Hold;

/// What repeats, and what happens where an instance cannot be had.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct SeriesAsk {
    /// The first instance.
    pub first: BookAsk,
    pub repeats: Recurrence,
    pub mode: Mode,
    /// Judges and tells every instance, and books none.
    pub is_rehearsal: bool,
}

/// One instance as its asker is told of it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct InstanceTold {
    pub on: Date,
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// The booking, where it was made.
    pub booking: Option<BookingId>,
    pub problems: Vec<Problem>,
}

/// What a series tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SeriesMade {
    pub series: SeriesId,
    pub n_booked: u64,
    pub instances: Vec<InstanceTold>,
}

/// Books the instances of a series: all of them, or those that can be had.
#[derive(serde::Serialize)]
pub struct BookSeries {
    pub ask: SeriesAsk,
    #[serde(skip)]
    holds: Vec<String>,
    #[serde(skip)]
    accounts: BTreeSet<AccountId>,
}

/// What a series is decided from.
pub struct Facts {
    scene: Result<Scene, Refusal>,
    spans: Result<Vec<(Date, Option<Span>)>, Unsound>,
    /// What stands against the voucher that was named.
    against: Vec<Refusal>,
    thing: Thing,
}

/// An instance that is booked, with its seats.
type Made = (Booking, Vec<Taken>);

impl BookSeries {
    fn spans(&self, it: &Instrument) -> Result<Vec<(Date, Option<Span>)>, Unsound> {
        let zone = calendar::Zone::named(it.zone()).unwrap_or_else(calendar::Zone::china);
        self.ask.repeats.spans(&zone, self.ask.first.span())
    }
}

impl Act for BookSeries {
    const ACT: A = A::BookTime;
    type Facts = Facts;
    type Plan = (SeriesMade, Vec<Made>, Instrument);
    type Outcome = SeriesMade;

    fn holds(&self) -> Vec<Hold> {
        let mut holds = vec![Hold::on(self.ask.first.instrument)];
        holds.extend(self.holds.iter().map(Hold::on));
        holds.extend(holds_on(&self.accounts));
        holds
    }

    fn read_committed(&self) -> bool {
        self.accounts.is_empty()
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Facts, Stop> {
        let first = &self.ask.first;
        let it = instrument::find(cx, first.instrument)?;
        let thing = instrument::thing_of(&it, &cx.actor);
        let spans = self.spans(&it);
        let person = beneficiary(first.person, &cx.actor)?;
        let named = (person, first.organisation, first.project.as_str());
        let mut against = Vec::new();
        let scene = match For::load(cx.tx, named, &cx.actor, cx.now)? {
            Ok(named) => {
                let last = spans.iter().flatten().filter_map(|(_, span)| *span).next_back();
                let span = first.span();
                let end = last.map_or(span.end(), Span::end).max(span.end());
                let reach = Span::new(span.start(), end).unwrap_or(span);
                let lent = gathered(&first.accessories)?;
                let accessories = lent.as_slice();
                let wanted = Wanted { accessories, ..Wanted::new(&cx.actor, reach) };
                let mut scene = Scene::load(cx.tx, it, named, &wanted, cx.now)?;
                if first.voucher.is_some() {
                    against = fund::judge(cx, &mut scene, (span, first.voucher))?;
                }
                Ok(scene)
            }
            Err(no) => Err(no),
        };
        Ok(Facts { scene, spans, against, thing })
    }

    fn thing(&self, facts: &Facts) -> Thing {
        facts.thing.clone()
    }

    fn decide(&self, facts: Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let first = &self.ask.first;
        let passes = (!first.passes.is_empty(), first.reason.as_str());
        let mut no = text_faults(&first.purpose, &first.project, passes);
        if first.end <= first.start {
            no.push(Problem::new(Code::BadSpan).refusal());
        }
        no.extend(facts.against);
        let spans = facts.spans.map_err(|why| no.push(unsound(why))).unwrap_or_default();
        let mut scene = match facts.scene {
            Ok(scene) if no.is_empty() => scene,
            Ok(_) => return Err(no),
            Err(refusal) => {
                no.insert(0, refusal);
                return Err(no);
            }
        };
        let series = cx.city.with_chance(|chance| SeriesId::new(cx.now, chance));
        let (mut instances, mut all) = (Vec::new(), Vec::new());
        for (on, span) in spans {
            let (instance, made) = one(&mut scene, first, (on, span), series, cx)?;
            instances.push(instance);
            all.push(made);
        }
        let wanted = match self.ask.is_rehearsal {
            true => Vec::new(),
            false => booked(self.ask.mode, &instances),
        };
        let told = instances.into_iter().enumerate().map(|(n, instance)| {
            let span = instance.span.unwrap_or_else(|| first.span());
            let made = all[n].as_ref().filter(|_| wanted.contains(&n));
            InstanceTold {
                on: instance.on,
                starts_at: span.start(),
                ends_at: span.end(),
                booking: made.map(|(booking, _)| booking.id),
                problems: instance.problems,
            }
        });
        let instances: Vec<InstanceTold> = told.collect();
        let made: Vec<Made> = all
            .into_iter()
            .enumerate()
            .filter(|(n, _)| wanted.contains(n))
            .filter_map(|(_, made)| made)
            .collect();
        let n_booked = u64::try_from(made.len()).unwrap_or(u64::MAX);
        Ok((SeriesMade { series, n_booked, instances }, made, scene.it))
    }

    fn save(
        &self,
        (outcome, made, it): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<SeriesMade, Stop> {
        for (booking, pieces) in &made {
            store::booking::add(cx.tx, booking, pieces)?;
            if let Some(voucher) = self.ask.first.voucher {
                fund::name(cx, (&it, booking), voucher)?;
            }
            told(cx, &it, booking, "booking-made");
        }
        Ok(outcome)
    }
}

/// Judges one instance, and takes its time in the scene where it can be had, so that the next one is
/// judged beside it.
fn one(
    scene: &mut Scene,
    first: &BookAsk,
    (on, span): (Date, Option<Span>),
    series: SeriesId,
    cx: &Cx<'_, '_>,
) -> Result<(Instance, Option<Made>), Vec<Refusal>> {
    let Some(time) = span else {
        let problems = vec![Problem::new(Code::BadSpan)];
        return Ok((Instance { on, span, problems }, None));
    };
    let ask = BookAsk { start: time.start(), end: time.end(), ..first.clone() };
    let verdict = judge(&scene.facts(), &ask.ask(), cx.now);
    let pieces = match verdict.is_fine() {
        true => scene.place(time).ok(),
        false => None,
    };
    let Some(pieces) = pieces else {
        return Ok((Instance { on, span, problems: verdict.problems }, None));
    };
    let booking = Booking { series: Some(series), ..made(scene, &ask, &verdict, cx)? };
    scene.note(&pieces, time);
    Ok((Instance { on, span, problems: Vec::new() }, Some((booking, pieces))))
}

fn unsound(why: Unsound) -> Refusal {
    let code = match why {
        Unsound::Step => "series-step",
        Unsound::Days => "series-days",
        Unsound::TooMany => "series-too-many",
        Unsound::Ends => "series-ends",
    };
    let refusal = Refusal::invalid(code).on("repeats");
    refusal.number("most", calendar::recurrence::INSTANCES_MAX)
}

impl City {
    /// Books the instances of a series, or only tells what would become of each.
    pub fn book_series(&self, asker: &Asker, ask: SeriesAsk) -> Result<SeriesMade, No> {
        let (holds, accounts) = self.booking_holds(asker, &ask.first)?;
        self.perform(asker, BookSeries { ask, holds, accounts })
    }
}
