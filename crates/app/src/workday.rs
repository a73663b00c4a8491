//! Working days: the office has another word on a day than the public calendar, everybody reads it, and
//! time limits counted in working days move with it, each in an act of its own.

use crate::act::{About, Act, Cx, No, Stop, offers};
use crate::asker::Asker;
use crate::city::City;
use crate::lot::{LotChanged, find, thing_of, told};
use access::{Act as A, Thing};
use base::{
    Becomes, Bilingual, Class, Date, Instant, Label, LotId, Reference, Refusal, WorkingDays,
};
use store::{Hold, StoreError, Tx};
use trading::lot::{Lot, LotState};
use trading::workday::{Change, Recount, calendar, change, recount};

/// Time limits that a page tells.
const RECOUNTS_MAX: usize = 200;

/// The calendar as it stands, and the number of its last change.
pub(crate) fn days(tx: &mut Tx<'_>) -> Result<(WorkingDays, u64), StoreError> {
    let changes = store::workday::changes(tx)?;
    let last = changes.last().map_or(0, |it| it.n);
    Ok((calendar(&changes, last), last))
}

/// What a word on a day tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct WorkdayChanged {
    pub n: u64,
    pub day: String,
    pub becomes: Becomes,
}

/// Makes a day that has not begun one of rest or of work, or takes such a word back.
#[derive(serde::Serialize)]
pub struct ChangeWorkday {
    pub day: Date,
    pub becomes: Becomes,
    pub reason: Bilingual,
}

impl Act for ChangeWorkday {
    const ACT: A = A::KeepWorkdays;
    type Facts = Vec<Change>;
    type Plan = Change;
    type Outcome = WorkdayChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Vec<Change>, Stop> {
        Ok(store::workday::changes(cx.tx)?)
    }

    fn thing(&self, _: &Vec<Change>) -> Thing {
        Thing::open()
    }

    fn decide(&self, before: Vec<Change>, cx: &Cx<'_, '_>) -> Result<Change, Vec<Refusal>> {
        change(&before, (self.day, self.becomes), &self.reason, cx.now)
    }

    fn save(&self, it: Change, cx: &mut Cx<'_, '_>) -> Result<WorkdayChanged, Stop> {
        if !store::workday::add(cx.tx, &it, cx.actor.person)? {
            return Err(StoreError::Retry("another day was named meanwhile".to_owned()).into());
        }
        let day = it.day.to_string();
        let label = Label::public();
        let about = About {
            thing: day.clone(),
            version: it.n,
            owner: None,
            label: &label,
            state: it.becomes.word(),
        };
        let body = serde_json::json!({ "day": day, "becomes": it.becomes, "reason": it.reason });
        cx.event("workday-changed", about, body);
        Ok(WorkdayChanged { n: it.n, day, becomes: it.becomes })
    }
}

/// Counts the time to sign of one sold lot anew, after words on days that it was counted without.
#[derive(serde::Serialize)]
pub(crate) struct RecountAward {
    pub lot: LotId,
}

impl Act for RecountAward {
    const ACT: A = A::TendLots;
    type Facts = (Lot, Vec<Change>);
    type Plan = (Lot, Vec<Recount>);
    type Outcome = LotChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.lot)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        Ok((find(cx, self.lot)?, store::workday::changes(cx.tx)?))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(
        &self,
        (lot, changes): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let last = changes.last().map_or(0, |it| it.n);
        if lot.state != LotState::Sold || lot.days_seen >= last {
            return Err(vec![Refusal::new(Class::Conflict, "lot-award-over")]);
        }
        let moved = recount(&changes, lot.days_seen, Instant::from_micros(0), lot.award_until);
        let until = moved.last().map_or(lot.award_until, |(_, _, after)| *after);
        let of = |(n, before, after)| Recount { lot: lot.id, n, at: cx.now, before, after };
        let moved = moved.into_iter().map(of).collect();
        Ok((Lot { award_until: until, days_seen: last, ..lot }, moved))
    }

    fn save(&self, (lot, moved): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        store::lot::end(cx.tx, &lot)?;
        for it in &moved {
            store::workday::add_recount(cx.tx, it)?;
            let body = serde_json::json!({
                "change": it.n,
                "before": it.before.rfc3339(),
                "after": it.after.rfc3339(),
            });
            told(cx, &lot, "lot-award-recounted", body);
        }
        Ok(LotChanged::of(&lot))
    }
}

/// A time limit that moved, of a lot that the reader may see.
#[derive(Clone, Debug)]
pub struct Moved {
    pub reference: Reference,
    pub recount: Recount,
}

/// The words of the office on days, as everybody reads them.
#[derive(Clone, Debug)]
pub struct Workdays {
    /// In their order.
    pub changes: Vec<Change>,
    /// The newest first.
    pub moved: Vec<Moved>,
    /// Whether the reader has a word on days.
    pub keeps: bool,
    pub now: Instant,
}

impl City {
    /// Words on days, and the time limits that moved with them.
    pub fn workdays(&self, asker: &Asker) -> Result<Workdays, No> {
        self.read(asker, |rx| {
            rx.may(A::LookAtWorkdays, &Thing::open())?;
            let mut moved = Vec::new();
            for recount in store::workday::newest(rx.tx, RECOUNTS_MAX)? {
                let Some(lot) = store::lot::find(rx.tx, recount.lot)? else { continue };
                if offers(&rx.actor, A::LookAtLot, &thing_of(&lot)) {
                    moved.push(Moved { reference: lot.reference, recount });
                }
            }
            Ok(Workdays {
                changes: store::workday::changes(rx.tx)?,
                moved,
                keeps: offers(&rx.actor, A::KeepWorkdays, &Thing::open()),
                now: rx.now,
            })
        })
    }

    /// Changes a day and counts what depends on it anew; what a node leaves over the timer takes up.
    pub fn change_workday(&self, asker: &Asker, act: ChangeWorkday) -> Result<WorkdayChanged, No> {
        let done = self.perform(asker, act)?;
        for no in [self.tend_lots().err(), self.tend_deals().err()].into_iter().flatten() {
            tracing::warn!(%no, "time limits are counted anew later");
        }
        Ok(done)
    }
}
