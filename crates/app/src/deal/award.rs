//! What follows an award: its contract, and what becomes of the other deals on the same technology.

use super::{find, keep};
use crate::act::{Cx, Stop};
use ::contract::kept::Kept;
use base::{DealId, Lang, Refusal};
use store::{StoreError, Tx};
use trading::deal::{Deal, DealState, fall, is_exclusive, note, rival, sign};

/// A sentence in both languages, as a reason that every reader can read.
pub(super) fn said(key: &str) -> String {
    let [en, zh] = [Lang::En, Lang::Zh].map(|lang| words::say(lang, key));
    format!("{zh} / {en}")
}

/// The contract of a deal that was not given up.
pub(crate) fn contract_of(tx: &mut Tx<'_>, deal: DealId) -> Result<Option<Kept>, StoreError> {
    let all = store::contract::of_deal(tx, deal)?;
    Ok(all.into_iter().find(|it| it.state() != "abandoned"))
}

/// The contract of a deal binds both.
pub(crate) fn signed(cx: &mut Cx<'_, '_>, id: DealId) -> Result<(), Stop> {
    let deal = sign(find(cx, id)?, cx.now)?;
    keep(cx, &deal, ("sign", "contract")).map(|_| ())
}

/// The draft of its contract was given up by a side, or the contract that was signed has ended.
pub(crate) fn contract_failed(
    cx: &mut Cx<'_, '_>,
    (id, side): (DealId, &'static str),
    is_ended: bool,
    reason: &str,
) -> Result<(), Stop> {
    let deal = find(cx, id)?;
    if !is_ended {
        let deal = note(deal, reason, cx.now);
        return keep(cx, &deal, ("contract-abandoned", side)).map(|_| ());
    }
    match fall(deal, reason, cx.now) {
        Some(deal) => keep(cx, &deal, ("contract-ended", side)).map(|_| ()),
        None => Ok(()),
    }
}

/// Nobody else may have the whole right when it is given.
pub(crate) fn rival_of(live: &[Deal], own: Option<DealId>) -> Option<Refusal> {
    let mut firm = live.iter().filter(|it| it.state.is_firm() && is_exclusive(it.terms.licence));
    let other = firm.find(|it| Some(it.id) != own)?;
    let given = Refusal::new(base::Class::Conflict, "deal-right-given");
    Some(given.text("reference", other.reference.as_str()))
}

/// The whole right was given: whoever else talks about the technology has nothing to talk about.
pub(crate) fn given(cx: &mut Cx<'_, '_>, kept: &Kept) -> Result<(), Stop> {
    for deal in store::deal::live(cx.tx, kept.technology)? {
        let is_open = matches!(deal.state, DealState::Talking | DealState::Reserved);
        let is_whole = deal.state != DealState::Signed && is_exclusive(deal.terms.licence);
        if Some(deal.id) == kept.deal || !(is_open || is_whole) {
            continue;
        }
        if let Some(deal) = fall(deal, &said("deal-right-gone"), cx.now) {
            keep(cx, &deal, ("given", "contract"))?;
        }
    }
    Ok(())
}

/// What time made firm, unless somebody else got the whole right meanwhile.
pub(super) fn or_fallen(before: Deal, passed: Deal, live: &[Deal], now: base::Instant) -> Deal {
    if passed.state.is_firm() && rival(&passed, live).is_some() {
        return fall(before, &said("deal-right-gone"), now).unwrap_or(passed);
    }
    passed
}
