//! Lines of statements: looked at by both sides, disputed by the customer, changed by another person
//! through a reversing line.

use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::instrument;
use crate::ledger::holds_on;
use crate::usage::{Charging, Delivered, books, label, reprice};
use access::{Act as A, Thing};
use base::{
    AccountId, AdjustmentId, Bilingual, ChargeId, Class, Date, Instant, InstrumentId,
    OrganisationId, Reference, Refusal, Span, UseId, WorkingDays, limits,
};
use instruments::adjustment::{self, Limits, State as Asked, Wish};
use instruments::charge::{Kept, State};
use instruments::usage::Kept as Use;
use ledger::account::Shown;
use std::collections::BTreeSet;
use store::Hold;

/// What a change of a line tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ChargeChanged {
    pub charge: ChargeId,
    pub adjustment: AdjustmentId,
    pub state: String,
    /// The line that stands in its place.
    pub instead: Option<ChargeId>,
}

/// What access judges of a line: its customer owns it, the unit is its desk.
pub(crate) fn thing_of(it: &Kept) -> Thing {
    Thing {
        owner: Some(it.customer),
        desk: Some(it.unit),
        person: Some(it.person),
        label: label(),
        ..Thing::default()
    }
}

fn find(cx: &mut Cx<'_, '_>, id: ChargeId) -> Result<Kept, Stop> {
    Ok(store::charge::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
}

fn told(cx: &mut Cx<'_, '_>, it: &Kept, kind: &str, body: serde_json::Value) {
    let label = label();
    let about = About {
        thing: it.id.to_string(),
        version: 0,
        owner: Some(it.customer),
        label: &label,
        state: it.state.word(),
    };
    cx.event(kind, about, body);
}

/// Asks that a line be changed; it is frozen until somebody of the unit decides.
#[derive(serde::Serialize)]
pub struct DisputeCharge {
    pub charge: ChargeId,
    pub wish: Wish,
    pub reason: String,
}

impl Act for DisputeCharge {
    const ACT: A = A::DisputeCharge;
    type Facts = Kept;
    type Plan = (Kept, adjustment::Kept);
    type Outcome = ChargeChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.charge)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Kept, Stop> {
        find(cx, self.charge)
    }

    fn thing(&self, it: &Kept) -> Thing {
        thing_of(it)
    }

    fn decide(&self, mut it: Kept, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let today = WorkingDays::china().date(cx.now);
        let mut no = Vec::new();
        if it.state != State::Posted {
            no.push(Refusal::new(Class::Conflict, "charge-not-posted"));
        }
        let days = (it.day, today);
        let asked = adjustment::ask(&self.wish, &self.reason, days, Limits::default(), cx.now);
        no.extend(asked.err().unwrap_or_default());
        let reason = base::text::block("reason", &self.reason, limits::SUMMARY_CHARS_MAX);
        no.extend(reason.as_ref().err().cloned());
        let is_use = UseId::parse(&it.subject).is_ok();
        if !is_use && matches!(self.wish, Wish::Span(_)) {
            no.push(Refusal::invalid("charge-no-span").on("wish"));
        }
        let (Some(me), Ok(reason), []) = (cx.actor.person, reason, no.as_slice()) else {
            return Err(no);
        };
        it.state = State::Disputed;
        let asked = adjustment::Kept {
            id: cx.city.with_chance(|chance| AdjustmentId::new(cx.now, chance)),
            charge: it.id,
            wish: self.wish.clone(),
            reason,
            asked_by: me,
            asked_at: cx.now,
            state: Asked::Asked,
            decided_by: None,
            decided_at: None,
            note: String::new(),
        };
        Ok((it, asked))
    }

    fn save(&self, (it, asked): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<ChargeChanged, Stop> {
        if !store::charge::set_state(cx.tx, it.id, (State::Posted, State::Disputed))? {
            return Err(Refusal::new(Class::Conflict, "charge-not-posted").into());
        }
        store::charge::add_adjustment(cx.tx, &asked)?;
        told(cx, &it, "charge-disputed", serde_json::json!({ "adjustment": asked.id }));
        let (charge, adjustment) = (it.id, asked.id);
        let state = it.state.word().to_owned();
        Ok(ChargeChanged { charge, adjustment, state, instead: None })
    }
}

/// Decides about a request: never its author, never the one who caused the line.
#[derive(serde::Serialize)]
pub struct DecideAdjustment {
    pub charge: ChargeId,
    pub adjustment: AdjustmentId,
    pub grants: bool,
    pub note: String,
    #[serde(skip)]
    accounts: BTreeSet<AccountId>,
}

impl DecideAdjustment {
    pub fn new(charge: ChargeId, adjustment: AdjustmentId, grants: bool, note: &str) -> Self {
        let (note, accounts) = (note.to_owned(), BTreeSet::new());
        Self { charge, adjustment, grants, note, accounts }
    }
}

/// A line in dispute, the request, and what would price it anew.
pub struct Matter {
    line: Kept,
    asked: adjustment::Kept,
    again: Option<(Charging, Use)>,
}

impl Act for DecideAdjustment {
    const ACT: A = A::DecideAdjustment;
    type Facts = Matter;
    type Plan = Matter;
    type Outcome = ChargeChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let id = self.charge;
        let found = city.store().read(|tx| {
            let Some(line) = store::charge::find(tx, id)? else { return Ok(None) };
            let paid = store::voucher::of_subject(tx, &line.subject)?;
            Ok::<_, store::StoreError>(Some((line, paid.map(|it| it.voucher))))
        })?;
        if let Some((line, voucher)) = found {
            self.accounts = books::accounts((line.unit, line.customer), voucher);
        }
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        let mut holds = holds_on(&self.accounts);
        holds.push(Hold::on(self.charge));
        holds
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Matter, Stop> {
        let line = find(cx, self.charge)?;
        let asked = store::charge::adjustment(cx.tx, self.adjustment)?;
        let asked = asked.filter(|it| it.charge == line.id).ok_or_else(Refusal::not_found)?;
        let used = match UseId::parse(&line.subject) {
            Ok(id) => store::usage::find(cx.tx, id)?,
            Err(_) => None,
        };
        let again = match (&asked.wish, used) {
            (Wish::Span(span), Some(used)) => {
                let found = instrument::find(cx, used.instrument)?;
                let who = (used.organisation, span.start());
                Some((Charging::load(cx, found, who, used.voucher)?, used))
            }
            _ => None,
        };
        Ok(Matter { line, asked, again })
    }

    fn thing(&self, matter: &Matter) -> Thing {
        thing_of(&matter.line)
    }

    fn decide(&self, mut matter: Matter, cx: &Cx<'_, '_>) -> Result<Matter, Vec<Refusal>> {
        let me = cx.actor.person.ok_or_else(|| vec![Refusal::not_found()])?;
        let involved = [matter.asked.asked_by, matter.line.person];
        adjustment::decide(matter.asked.state, &involved, me).map_err(|no| vec![no])?;
        let note = base::text::block("note", &self.note, limits::SUMMARY_CHARS_MAX);
        let note = note.map_err(|no| vec![no])?;
        if !self.grants && note.is_empty() {
            return Err(vec![Refusal::invalid("adjustment-reason-missing").on("note")]);
        }
        let asked = &mut matter.asked;
        asked.state = if self.grants { Asked::Granted } else { Asked::Declined };
        (asked.decided_by, asked.decided_at, asked.note) = (Some(me), Some(cx.now), note);
        Ok(matter)
    }

    fn save(&self, matter: Matter, cx: &mut Cx<'_, '_>) -> Result<ChargeChanged, Stop> {
        let Matter { mut line, asked, again } = matter;
        if !store::charge::decide(cx.tx, &asked)? {
            return Err(Refusal::new(Class::Conflict, "adjustment-decided").into());
        }
        let mut instead = None;
        if self.grants {
            let again = again.as_ref().map(|(charging, used)| (charging, span_of(used, &asked)));
            let again = again.as_ref().map(|(charging, it)| (*charging, it));
            instead = reprice(cx, &line, again)?.map(|new| new.id);
            line.state = State::Reversed;
        } else {
            store::charge::set_state(cx.tx, line.id, (State::Disputed, State::Posted))?;
            line.state = State::Posted;
        }
        let body = serde_json::json!({ "adjustment": asked.id, "granted": self.grants });
        told(cx, &line, "charge-decided", body);
        let state = line.state.word().to_owned();
        Ok(ChargeChanged { charge: line.id, adjustment: asked.id, state, instead })
    }
}

/// The use as it shall have been.
fn span_of<'a>(used: &'a Use, asked: &adjustment::Kept) -> Delivered<'a> {
    let span: Option<Span> = match &asked.wish {
        Wish::Span(span) => Some(*span),
        Wish::Waive => None,
    };
    Delivered { used: span, ..Delivered::of(used) }
}

/// A line with everything asked about it.
#[derive(Clone, Debug)]
pub struct ChargeView {
    pub charge: Kept,
    pub instrument: Bilingual,
    pub unit: Bilingual,
    pub customer: Bilingual,
    pub person: Bilingual,
    pub adjustments: Vec<adjustment::Kept>,
    /// The credit note that took it back, and the line that stands in its place.
    pub reversal: Option<(ChargeId, Reference)>,
    pub instead: Option<(ChargeId, Reference)>,
    /// The last day on which it may be disputed.
    pub last_day: Date,
    pub may_dispute: bool,
    pub may_decide: bool,
    pub now: Instant,
}

/// A month of a customer at a unit.
#[derive(Clone, Debug)]
pub struct Month {
    pub kept: store::charge::Month,
    pub unit: Bilingual,
    pub customer: Bilingual,
}

/// A monthly statement.
#[derive(Clone, Debug)]
pub struct Statement {
    pub unit: (OrganisationId, Bilingual),
    pub customer: (OrganisationId, Bilingual),
    pub month: String,
    pub lines: Vec<(Kept, Bilingual)>,
    /// Everything that counts; what is disputed is counted apart.
    pub pays: i64,
    pub disputed: i64,
    /// What the books say is owed altogether; nothing for who sees the own lines alone.
    pub owed: Option<Shown>,
}

impl City {
    /// One line.
    pub fn charge(&self, asker: &Asker, id: ChargeId) -> Result<ChargeView, No> {
        self.read(asker, |rx| {
            let charge = store::charge::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let thing = thing_of(&charge);
            rx.may(A::LookAtCharge, &thing).map_err(|_| Refusal::not_found())?;
            let may = |act| crate::act::offers(&rx.actor, act, &thing);
            let (disputes, decides) = (may(A::DisputeCharge), may(A::DecideAdjustment));
            let last_day = Limits::default().last_day(charge.day);
            let today = WorkingDays::china().date(rx.now);
            let instrument = match charge.instrument {
                Some(id) => store::instrument::find(rx.tx, id)?,
                None => None,
            };
            let both = [charge.unit, charge.customer];
            let names = store::organisation::names_of(rx.tx, &both)?;
            let name = |id: OrganisationId| names.get(&id.to_string()).cloned().unwrap_or_default();
            let person = store::person::names_of(rx.tx, &[charge.person])?.remove(&charge.person);
            let adjustments = store::charge::adjustments(rx.tx, id)?;
            let (reversal, instead) = after(rx.tx, &charge)?;
            let me = rx.actor.person;
            let waits = |it: &adjustment::Kept| {
                it.state == Asked::Asked && me != Some(it.asked_by) && me != Some(charge.person)
            };
            Ok(ChargeView {
                instrument: instrument.map(|it| it.sheet.name).unwrap_or_default(),
                unit: name(charge.unit),
                customer: name(charge.customer),
                person: person.unwrap_or_default(),
                may_dispute: disputes && charge.state == State::Posted && today <= last_day,
                may_decide: decides && adjustments.iter().any(waits),
                adjustments,
                reversal,
                instead,
                last_day,
                now: rx.now,
                charge,
            })
        })
    }

    /// Months with lines that the reader may see, newest first.
    pub fn statements(&self, asker: &Asker) -> Result<Vec<Month>, No> {
        self.read(asker, |rx| {
            rx.actor.person.ok_or_else(crate::account::sign_in_required)?;
            let filter = rx.filter(A::ListCharges)?;
            let months = store::charge::months(rx.tx, &filter, limits::PAGE_ROWS_MAX)?;
            let mut all: Vec<OrganisationId> =
                months.iter().flat_map(|it| [it.unit, it.customer]).collect();
            all.sort_unstable();
            all.dedup();
            let names = store::organisation::names_of(rx.tx, &all)?;
            let name = |id: OrganisationId| names.get(&id.to_string()).cloned().unwrap_or_default();
            let of = |kept: store::charge::Month| Month {
                unit: name(kept.unit),
                customer: name(kept.customer),
                kept,
            };
            Ok(months.into_iter().map(of).collect())
        })
    }

    /// The statement of a customer at a unit for a month such as `2026-03`.
    pub fn service_statement(
        &self,
        asker: &Asker,
        (unit, customer): (OrganisationId, OrganisationId),
        month: &str,
    ) -> Result<Statement, No> {
        self.read(asker, |rx| {
            let thing = Thing {
                owner: Some(customer),
                desk: Some(unit),
                label: label(),
                ..Thing::default()
            };
            let is_whole = rx.may(A::ListCharges, &thing).is_ok();
            let only = match is_whole {
                true => None,
                false => Some(rx.actor.person.ok_or_else(Refusal::not_found)?),
            };
            // A member of the customer sees what this member caused, as in the list of months.
            let mut kept = store::charge::statement(rx.tx, customer, (unit, month), only)?;
            kept.retain(|line| is_whole || rx.may(A::LookAtCharge, &thing_of(line)).is_ok());
            if kept.is_empty() {
                return Err(Refusal::not_found().into());
            }
            let names = store::organisation::names_of(rx.tx, &[unit, customer])?;
            let name = |id: OrganisationId| names.get(&id.to_string()).cloned().unwrap_or_default();
            let sum = |is: fn(&Kept) -> bool| -> i64 {
                kept.iter().filter(|it| is(it)).map(|it| it.chain.pays).sum()
            };
            let (pays, disputed) =
                (sum(|it| it.state != State::Disputed), sum(|it| it.state == State::Disputed));
            let owed = match is_whole {
                true => Some(owed(rx.tx, (unit, customer))?),
                false => None,
            };
            let used: BTreeSet<InstrumentId> = kept.iter().filter_map(|it| it.instrument).collect();
            let used: Vec<InstrumentId> = used.into_iter().collect();
            let known = store::instrument::these(rx.tx, &used)?;
            let named = |line: Kept| {
                let instrument = line.instrument.and_then(|id| known.get(&id));
                let name = instrument.map(|it| it.sheet.name.clone()).unwrap_or_default();
                (line, name)
            };
            let lines = kept.into_iter().map(named).collect();
            Ok(Statement {
                unit: (unit, name(unit)),
                customer: (customer, name(customer)),
                month: month.to_owned(),
                lines,
                pays,
                disputed,
                owed,
            })
        })
    }
}

type Named = Option<(ChargeId, Reference)>;

/// What became of a line that was taken back: its credit note, and the line that came with it.
fn after(tx: &mut store::Tx<'_>, line: &Kept) -> Result<(Named, Named), store::StoreError> {
    if line.state != State::Reversed {
        return Ok((None, None));
    }
    let all = store::charge::of_subject(tx, &line.subject)?;
    let note = all.iter().find(|it| it.reverses == Some(line.id));
    let came_with = |it: &&Kept| {
        it.reverses.is_none() && it.id != line.id && note.is_some_and(|note| note.at == it.at)
    };
    let instead = all.iter().find(came_with);
    let named = |it: &Kept| (it.id, it.reference.clone());
    Ok((note.map(named), instead.map(named)))
}

/// What the books say that a customer owes a unit.
fn owed(
    tx: &mut store::Tx<'_>,
    (unit, customer): (OrganisationId, OrganisationId),
) -> Result<Shown, store::StoreError> {
    let account = store::ledger::account(tx, books::owed_account(unit, customer))?;
    let shown = |it: store::ledger::Kept| it.account.state.counters.shown(it.account.side);
    Ok(account.map_or_else(Shown::default, shown))
}
