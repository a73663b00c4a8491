//! Who bids: organisations ask, agree to the terms, are admitted or refused, and may be shut out.

use crate::act::{Act, Cx, Stop};
use crate::lot::enter::{Via, enter_bidder, enter_or_refuse};
use crate::lot::trustee::{conflicted, keeps_a_key};
use crate::lot::{
    BIDDERS_MAX, LotChanged, bidder_of, find, organisation_of, thing_for, thing_of, told_in_private,
};
use access::{Act as A, Thing};
use auction::{Bidder, Input};
use base::{Class, LotId, OrganisationId, PersonId, Refusal, limits};
use std::collections::BTreeSet;
use store::{Hold, StoreError, Tx};
use trading::lot::{BidderState, Deposit, Lot, LotBidder};
use trading::sealing::SealState;

/// What stands against a buyer by the rules of export, if anything does.
pub(crate) fn export_fault(
    tx: &mut Tx<'_>,
    lot: &Lot,
    organisation: OrganisationId,
) -> Result<Option<Refusal>, StoreError> {
    let technology = store::technology::find(tx, lot.technology)?;
    let house = store::organisation::find(tx, organisation)?;
    let (Some(technology), Some(house)) = (technology, house) else { return Ok(None) };
    let export = &technology.content.export;
    if export.fits(&house.profile.credit_code) {
        return Ok(None);
    }
    let category = format!("technology-export-{}", export.category.word());
    Ok(Some(Refusal::new(Class::Refused, "lot-export-unfit").term("category", category)))
}

/// Asks to bid for an organisation, and agrees to the terms as they are.
#[derive(serde::Serialize)]
pub struct RegisterForLot {
    pub lot: LotId,
    pub organisation: OrganisationId,
    /// The version of the terms that are agreed to.
    pub terms: u64,
    /// Whether it is willing to wait, with its deposit, should it come second.
    pub stands_by: bool,
}

impl Act for RegisterForLot {
    const ACT: A = A::RegisterForLot;
    type Facts = (Lot, Vec<LotBidder>, Vec<Refusal>);
    type Plan = (Lot, LotBidder);
    type Outcome = LotChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.lot)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let lot = find(cx, self.lot)?;
        let unfit = export_fault(cx.tx, &lot, self.organisation)?;
        let controlled = crate::control::controlled(cx.tx, self.organisation, lot.owner)?;
        let is_torn = conflicted(cx.tx, &lot, cx.now)?.contains(&self.organisation);
        let torn = is_torn.then(keeps_a_key);
        let fell = crate::lot::default::against(cx.tx, &lot, self.organisation, cx.now)?;
        let unfit = unfit.into_iter().chain(controlled).chain(torn).chain(fell).collect();
        Ok((lot, store::lot::bidders(cx.tx, self.lot, BIDDERS_MAX)?, unfit))
    }

    fn thing(&self, (lot, ..): &Self::Facts) -> Thing {
        thing_for(lot, self.organisation)
    }

    fn decide(
        &self,
        (lot, known, unfit): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = unfit;
        if !lot.takes_bidders(cx.now) {
            no.push(crate::lot::announce::over(&lot));
        }
        if self.organisation == lot.owner {
            no.push(Refusal::new(Class::Refused, "lot-own"));
        }
        if known.iter().any(|it| it.organisation == self.organisation) {
            no.push(Refusal::new(Class::Conflict, "lot-bidder-known"));
        }
        if known.len() >= BIDDERS_MAX {
            no.push(Refusal::new(Class::Refused, "lot-full").number("most", BIDDERS_MAX));
        }
        if self.terms != lot.terms_version {
            no.push(Refusal::new(Class::Conflict, "lot-terms-changed"));
        }
        let Some(person) = cx.actor.person else {
            return Err(vec![Refusal::new(Class::SignIn, "sign-in-required")]);
        };
        if !no.is_empty() {
            return Err(no);
        }
        let taken: BTreeSet<Bidder> = known.iter().map(|it| Bidder(it.alias)).collect();
        let alias = cx.city.with_chance(|chance| Bidder::draw(&taken, chance));
        let it = self.bidder(alias, person, cx);
        Ok((lot, it))
    }

    fn save(&self, (lot, it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        store::lot::add_bidder(cx.tx, &it)?;
        told_in_private(cx, &lot, &it, "lot-bidder-asked");
        Ok(LotChanged::of(&lot))
    }
}

impl RegisterForLot {
    fn bidder(&self, alias: Bidder, person: PersonId, cx: &Cx<'_, '_>) -> LotBidder {
        LotBidder {
            lot: self.lot,
            organisation: self.organisation,
            alias: alias.0,
            person,
            state: BidderState::Asked,
            reason: String::new(),
            rank: None,
            agreed: self.terms,
            stands_by: self.stands_by,
            is_entered: false,
            deposit: Deposit::None,
            n_deposits: 0,
            hold: None,
            version: 1,
            asked_at: cx.now,
        }
    }
}

/// Agrees to terms that were changed.
#[derive(serde::Serialize)]
pub struct AgreeToLot {
    pub lot: LotId,
    pub organisation: OrganisationId,
    pub terms: u64,
}

impl Act for AgreeToLot {
    const ACT: A = A::AgreeToLot;
    type Facts = (Lot, LotBidder);
    type Plan = (Lot, LotBidder);
    type Outcome = LotChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.lot)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let lot = find(cx, self.lot)?;
        let (_, it) = organisation_of(cx, self.lot, Some(self.organisation))?;
        Ok((lot, it.ok_or_else(Refusal::not_found)?))
    }

    fn thing(&self, (lot, it): &Self::Facts) -> Thing {
        thing_for(lot, it.organisation)
    }

    fn decide(&self, (lot, it): Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        if !lot.takes_bidders(cx.now) {
            return Err(vec![crate::lot::announce::over(&lot)]);
        }
        if self.terms != lot.terms_version {
            return Err(vec![Refusal::new(Class::Conflict, "lot-terms-changed")]);
        }
        Ok((lot, LotBidder { agreed: self.terms, ..it }))
    }

    fn save(&self, (mut lot, mut it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        enter_bidder(cx, &mut lot, &mut it, Via::Room)?;
        store::lot::change_bidder(cx.tx, &it)?;
        told_in_private(cx, &lot, &it, "lot-bidder-agreed");
        Ok(LotChanged::of(&lot))
    }
}

/// Admits a bidder, perhaps with a priority right, or refuses it with a reason.
#[derive(serde::Serialize)]
pub struct DecideBidder {
    pub lot: LotId,
    pub bidder: u32,
    pub admits: bool,
    /// The rank of a priority right, 1 the highest.
    pub rank: Option<u8>,
    pub reason: String,
}

/// A reason that is needed, and one line of moderate length.
pub(crate) fn reason_faults(reason: &str, is_needed: bool) -> Vec<Refusal> {
    let (length, most) = (reason.trim().chars().count(), limits::NAME_CHARS_MAX);
    let mut no = Vec::new();
    if is_needed && length == 0 {
        no.push(Refusal::invalid("field-required").on("reason").term("field", "field-reason"));
    }
    if length > most {
        let no_more = Refusal::invalid("text-too-long").on("reason").term("field", "field-reason");
        no.push(no_more.number("most", most).number("found", length));
    }
    if reason.chars().any(char::is_control) {
        let odd = Refusal::invalid("text-control-character").on("reason");
        no.push(odd.term("field", "field-reason"));
    }
    no
}

impl Act for DecideBidder {
    const ACT: A = A::DecideBidder;
    type Facts = (Lot, LotBidder, Vec<Refusal>);
    type Plan = (Lot, LotBidder);
    type Outcome = LotChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.lot)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let (lot, it) = (find(cx, self.lot)?, bidder_of(cx, self.lot, self.bidder)?);
        let unfit = export_fault(cx.tx, &lot, it.organisation)?;
        let is_torn = conflicted(cx.tx, &lot, cx.now)?.contains(&it.organisation);
        let fell = crate::lot::default::against(cx.tx, &lot, it.organisation, cx.now)?;
        let unfit = unfit.into_iter().chain(is_torn.then(keeps_a_key)).chain(fell).collect();
        Ok((lot, it, unfit))
    }

    fn thing(&self, (lot, ..): &Self::Facts) -> Thing {
        thing_of(lot)
    }

    fn decide(
        &self,
        (lot, it, unfit): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = reason_faults(&self.reason, !self.admits);
        // What is ruled may have changed since they asked.
        no.extend(unfit.into_iter().filter(|_| self.admits));
        if !lot.takes_bidders(cx.now) {
            no.push(crate::lot::announce::over(&lot));
        }
        if it.state != BidderState::Asked {
            no.push(Refusal::new(Class::Conflict, "lot-bidder-decided"));
        }
        // Whoever admits is not of the bidder's own house.
        if cx.actor.roles.iter().any(|(own, _)| *own == it.organisation) {
            no.push(Refusal::new(Class::Refused, "lot-own-bidder"));
        }
        if self.rank.is_some_and(|rank| rank == 0 || rank > 9) {
            no.push(Refusal::invalid("lot-rank-unfit").on("rank"));
        }
        if !no.is_empty() {
            return Err(no);
        }
        let state = if self.admits { BidderState::Admitted } else { BidderState::Refused };
        let reason = self.reason.trim().to_owned();
        Ok((lot, LotBidder { state, reason, rank: self.rank.filter(|_| self.admits), ..it }))
    }

    fn save(&self, (mut lot, mut it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        enter_bidder(cx, &mut lot, &mut it, Via::Desk)?;
        store::lot::change_bidder(cx.tx, &it)?;
        let kind = if self.admits { "lot-bidder-admitted" } else { "lot-bidder-refused" };
        told_in_private(cx, &lot, &it, kind);
        Ok(LotChanged::of(&lot))
    }
}

/// Shuts a bidder out of a running lot: its offers are taken out in the open, with a reason.
#[derive(serde::Serialize)]
pub struct ExcludeBidder {
    pub lot: LotId,
    pub bidder: u32,
    pub reason: String,
}

impl Act for ExcludeBidder {
    const ACT: A = A::ExcludeBidder;
    type Facts = (Lot, LotBidder);
    type Plan = (Lot, LotBidder);
    type Outcome = LotChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.lot)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        Ok((find(cx, self.lot)?, bidder_of(cx, self.lot, self.bidder)?))
    }

    fn thing(&self, (lot, _): &Self::Facts) -> Thing {
        thing_of(lot)
    }

    fn decide(&self, (lot, it): Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = reason_faults(&self.reason, true);
        if !lot.is_live(cx.now) {
            no.push(crate::lot::announce::over(&lot));
        }
        if it.state != BidderState::Admitted {
            no.push(Refusal::new(Class::Refused, "lot-not-admitted"));
        }
        if !no.is_empty() {
            return Err(no);
        }
        let reason = self.reason.trim().to_owned();
        Ok((lot, LotBidder { state: BidderState::Excluded, reason, ..it }))
    }

    fn save(&self, (mut lot, it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<LotChanged, Stop> {
        if it.is_entered {
            let input = Input::Exclude { bidder: Bidder(it.alias) };
            enter_or_refuse(cx, &mut lot, input, Via::Desk)?;
        }
        if lot.terms.way.sealing().is_some() {
            store::sealing::end_seal(cx.tx, lot.id, it.alias, SealState::Excluded)?;
        }
        store::lot::change_bidder(cx.tx, &it)?;
        told_in_private(cx, &lot, &it, "lot-bidder-excluded");
        Ok(LotChanged::of(&lot))
    }
}
