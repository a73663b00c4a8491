//! Complaints against a lot, and the standstill they bring: the lot stands still from acceptance on,
//! its award from the moment they come in; what was lost in time is given back at the end.

use crate::act::{Act, Cx, Stop};
use crate::lot::desk::go_on;
use crate::lot::enter::{Via, enter_or_refuse};
use crate::lot::{LotChanged, find, organisation_of, thing_for, thing_of, told};
use access::{Act as A, Thing};
use auction::Input;
use base::{Class, ComplaintId, LotId, OrganisationId, Refusal};
use store::Hold;
use trading::complaint::{Complaint, ComplaintMove, ComplaintState, OPEN_MAX, checked};
use trading::lot::{Lot, LotBidder, LotState};

/// Complains for an organisation that takes part, or wanted to.
#[derive(serde::Serialize)]
pub struct LodgeComplaint {
    pub lot: LotId,
    pub organisation: OrganisationId,
    pub text: String,
}

/// What is known of a lot and its complaints.
pub struct Facts {
    lot: Lot,
    bidder: Option<LotBidder>,
    all: Vec<Complaint>,
}

fn load(
    cx: &mut Cx<'_, '_>,
    id: LotId,
    organisation: Option<OrganisationId>,
) -> Result<Facts, Stop> {
    let lot = find(cx, id)?;
    let bidder = match organisation {
        Some(named) => organisation_of(cx, id, Some(named))?.1,
        None => None,
    };
    let all = store::complaint::of_lot(cx.tx, id)?;
    Ok(Facts { lot, bidder, all })
}

fn over(lot: &Lot) -> Option<Refusal> {
    let is_live = matches!(lot.state, LotState::Announced | LotState::Open | LotState::Sold);
    (!is_live).then(|| Refusal::new(Class::Conflict, "complaint-too-late"))
}

impl Act for LodgeComplaint {
    const ACT: A = A::LodgeComplaint;
    type Facts = Facts;
    type Plan = (Lot, Complaint);
    type Outcome = LotChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.lot)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Facts, Stop> {
        load(cx, self.lot, Some(self.organisation))
    }

    fn thing(&self, facts: &Facts) -> Thing {
        thing_for(&facts.lot, self.organisation)
    }

    fn decide(&self, facts: Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = Vec::from_iter(over(&facts.lot));
        if facts.bidder.is_none() {
            no.push(Refusal::new(Class::Refused, "complaint-not-a-bidder"));
        }
        let open = || facts.all.iter().filter(|it| it.state.stops_award());
        if open().any(|it| it.organisation == self.organisation) {
            no.push(Refusal::new(Class::Conflict, "complaint-known"));
        }
        if open().count() >= OPEN_MAX {
            no.push(Refusal::new(Class::Refused, "complaint-full").number("most", OPEN_MAX));
        }
        let text = checked("complaint", &self.text, true).map_err(|fault| no.push(fault));
        let Some(person) = cx.actor.person else {
            return Err(vec![Refusal::new(Class::SignIn, "sign-in-required")]);
        };
        let (Ok(text), true) = (text, no.is_empty()) else { return Err(no) };
        let since = open().map(|it| it.stands_since).min();
        let complaint = Complaint {
            id: cx.city.with_chance(|chance| ComplaintId::new(cx.now, chance)),
            lot: self.lot,
            organisation: self.organisation,
            person,
            text,
            state: ComplaintState::Pending,
            reply: String::new(),
            lodged_at: cx.now,
            stands_since: since.unwrap_or(cx.now),
            stopped_since: None,
            changed_at: cx.now,
            version: 1,
        };
        Ok((facts.lot, complaint))
    }

    fn save(&self, (lot, it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        store::complaint::add(cx.tx, &it)?;
        tell(cx, &lot, &it);
        Ok(LotChanged::of(&lot))
    }
}

/// That one came in or moved is told; who complains and of what is not.
fn tell(cx: &mut Cx<'_, '_>, lot: &Lot, it: &Complaint) {
    let body = serde_json::json!({ "complaint": it.id, "state": it.state.word() });
    told(cx, lot, "lot-complaint-moved", body);
}

/// A complaint of a lot, and the move that is made, with what it does to the lot.
pub struct Moving {
    lot: Lot,
    it: Complaint,
    before: ComplaintState,
    others: Vec<Complaint>,
}

fn moving(
    facts: Facts,
    id: ComplaintId,
    made: ComplaintMove,
    reply: &str,
) -> Result<Moving, Vec<Refusal>> {
    let Facts { lot, mut all, .. } = facts;
    let at = all.iter().position(|it| it.id == id).ok_or_else(|| vec![Refusal::not_found()])?;
    let mut it = all.remove(at);
    let before = it.state;
    let mut no = Vec::new();
    match before.after(made) {
        Some(state) => it.state = state,
        None => no.push(Refusal::new(Class::Conflict, "complaint-moved")),
    }
    match checked("reply", reply, made.needs_reply()) {
        Ok(reply) if !reply.is_empty() => it.reply = reply,
        Ok(_) => {}
        Err(fault) => no.push(fault),
    }
    if no.is_empty() { Ok(Moving { lot, it, before, others: all }) } else { Err(no) }
}

/// Writes the move, and what follows for the lot and its award.
fn settle(cx: &mut Cx<'_, '_>, moving: Moving) -> Result<LotChanged, Stop> {
    let Moving { mut lot, mut it, before, others } = moving;
    let stopped = others.iter().filter(|it| it.state.stops_lot());
    let stopped = stopped.filter_map(|it| it.stopped_since).min();
    let has_other_award = others.iter().any(|it| it.state.stops_award());
    let pending = crate::lot::cancellation::pending(cx, lot.id)?;
    let is_appeal = pending.as_ref().is_some_and(|asked| asked.is_appealed_by(it.lodged_at));
    let wins = is_appeal && it.state == ComplaintState::Satisfied;
    if wins {
        // What it asked for follows by itself: the cancellation falls.
        it.state = ComplaintState::Resolved;
    }
    it.changed_at = cx.now;
    if it.state.stops_lot() && !before.stops_lot() {
        it.stopped_since = Some(stopped.unwrap_or(cx.now));
    }
    if !store::complaint::change(cx.tx, &it)? {
        return Err(Refusal::new(Class::Conflict, "complaint-moved").into());
    }
    let is_stopped = others.iter().any(|it| it.state.stops_lot());
    let begins = it.state.stops_lot() && !before.stops_lot() && stopped.is_none();
    let ends = !it.state.stops_lot() && before.stops_lot() && stopped.is_none();
    match lot.state {
        LotState::Open if begins && !lot.course.is_halted => {
            enter_or_refuse(cx, &mut lot, Input::Halt { lot: 0 }, Via::Desk)?;
        }
        // A cancellation keeps it standing still until it falls, and gives that time back then.
        LotState::Announced | LotState::Open if pending.is_some() => {}
        LotState::Open if ends && lot.course.is_halted => go_on(cx, &mut lot)?,
        // Nobody could open it meanwhile: everything moves by as long.
        LotState::Announced if ends => {
            let since = it.stopped_since.unwrap_or(cx.now);
            crate::lot::cancellation::shift(cx, &mut lot, since)?;
        }
        LotState::Sold if before.stops_award() && !it.state.stops_award() && !has_other_award => {
            let (days, _) = crate::workday::days(cx.tx)?;
            let n = u16::try_from(lot.terms.sign_days).unwrap_or(u16::MAX);
            let began = days.before(lot.award_until, n);
            let stood = cx.now.seconds_since(it.stands_since.max(began)).max(0);
            lot.award_until = lot.award_until.plus_seconds(stood);
            lot.changed_at = cx.now;
            store::lot::end(cx.tx, &lot)?;
        }
        _ => {}
    }
    if let Some(asked) = pending.filter(|_| wins) {
        crate::lot::cancellation::fall(cx, &mut lot, asked, is_stopped)?;
    }
    tell(cx, &lot, &it);
    Ok(LotChanged::of(&lot))
}

/// The office takes a complaint up, dismisses it, decides it, or notes that it was acted on.
#[derive(serde::Serialize)]
pub struct MoveComplaint {
    pub lot: LotId,
    pub complaint: ComplaintId,
    /// `accept`, `dismiss`, `satisfy`, `decline` or `resolve`.
    pub to: String,
    pub reply: String,
}

impl Act for MoveComplaint {
    const ACT: A = A::MoveComplaint;
    type Facts = Facts;
    type Plan = Moving;
    type Outcome = LotChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.lot)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Facts, Stop> {
        load(cx, self.lot, None)
    }

    fn thing(&self, facts: &Facts) -> Thing {
        thing_of(&facts.lot)
    }

    fn decide(&self, facts: Facts, cx: &Cx<'_, '_>) -> Result<Moving, Vec<Refusal>> {
        let made = ComplaintMove::parse(&self.to).filter(|it| *it != ComplaintMove::Withdraw);
        let Some(made) = made else {
            let no = Refusal::invalid("choice-unknown").on("to");
            return Err(vec![no.term("field", "field-decision")]);
        };
        let moving = moving(facts, self.complaint, made, &self.reply)?;
        // Nobody decides in a matter of their own house, on either side.
        let is_own = |id: OrganisationId| cx.actor.roles.iter().any(|(own, _)| *own == id);
        if is_own(moving.it.organisation) || is_own(moving.lot.owner) {
            return Err(vec![Refusal::new(Class::Refused, "complaint-own-house")]);
        }
        Ok(moving)
    }

    fn save(&self, moving: Moving, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        settle(cx, moving)
    }
}

/// Whoever complained takes it back.
#[derive(serde::Serialize)]
pub struct WithdrawComplaint {
    pub lot: LotId,
    pub complaint: ComplaintId,
    pub organisation: OrganisationId,
}

impl Act for WithdrawComplaint {
    const ACT: A = A::WithdrawComplaint;
    type Facts = Facts;
    type Plan = Moving;
    type Outcome = LotChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.lot)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Facts, Stop> {
        load(cx, self.lot, None)
    }

    fn thing(&self, facts: &Facts) -> Thing {
        thing_for(&facts.lot, self.organisation)
    }

    fn decide(&self, facts: Facts, _: &Cx<'_, '_>) -> Result<Moving, Vec<Refusal>> {
        let moving = moving(facts, self.complaint, ComplaintMove::Withdraw, "")?;
        if moving.it.organisation != self.organisation {
            return Err(vec![Refusal::not_found()]);
        }
        Ok(moving)
    }

    fn save(&self, moving: Moving, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        settle(cx, moving)
    }
}

/// Why nothing happens to an award now.
pub(crate) fn standstill(cx: &mut Cx<'_, '_>, lot: LotId) -> Result<Option<Refusal>, Stop> {
    let stands = store::complaint::stands(cx.tx, lot)?;
    Ok(stands.then(|| Refusal::new(Class::Conflict, "lot-standstill")))
}

/// Whether the lot itself stands still.
pub(crate) fn is_stopped(cx: &mut Cx<'_, '_>, lot: LotId) -> Result<bool, Stop> {
    let all = store::complaint::of_lot(cx.tx, lot)?;
    Ok(all.iter().any(|it| it.state.stops_lot()))
}
