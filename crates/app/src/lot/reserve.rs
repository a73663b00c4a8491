//! Hidden reserves: sealed beside the terms that commit to them, revealed before the lot closes.
//!
//! The sum is in no row, page, entry or log line before the end; who has the rows alone opens nothing.

use crate::act::{Cx, Stop};
use crate::lot::enter::{Via, enter_or_refuse};
use crate::seal::{Sealer, read, written};
use auction::Input;
use base::{Class, LotId, Refusal};
use store::StoreError;
use trading::lot::{Lot, Terms};

/// What the seal is bound to, beside the lot.
const SEAL: &str = "hidden reserve";

fn sealer(cx: &Cx<'_, '_>) -> Result<Sealer, Stop> {
    Sealer::of(cx.city).map_err(|no| Stop::Refused(no.0))
}

/// What stands against terms that hide a reserve and set none.
pub(super) fn missing(terms: &Terms) -> Option<Refusal> {
    let is_set = terms.hidden.as_ref().is_none_or(|hidden| hidden.sum.is_some());
    (!is_set).then(absent)
}

fn absent() -> Refusal {
    Refusal::invalid("lot-hidden-absent").on("hidden_reserve")
}

/// Commits the terms of a lot to the reserve that they set; what is to be kept of it, sealed.
pub(super) fn draw(cx: &mut Cx<'_, '_>, lot: &mut Lot) -> Result<Option<String>, Stop> {
    let name = lot.reference.to_string();
    let unit = lot.terms.rules(&name).unit;
    let Some(hidden) = lot.terms.hidden.as_mut() else { return Ok(None) };
    let sum = hidden.sum.take().ok_or_else(absent)?;
    let salt = cx.city.with_chance(|chance| chance.bytes32());
    hidden.hash = store::log::hex(&auction::commit(&name, &name, &unit, sum, &salt));
    let open = format!("{sum} {}", store::log::hex(&salt));
    let nonce = cx.city.with_chance(|chance| chance.bytes32());
    let sealed = sealer(cx)?.seal(SEAL, lot.id, open.as_bytes(), nonce)?;
    Ok(Some(written(&sealed)))
}

/// Keeps what is sealed for a lot, in the place of what was there; or forgets that.
pub(super) fn keep(cx: &mut Cx<'_, '_>, lot: LotId, sealed: Option<String>) -> Result<(), Stop> {
    match sealed {
        Some(sealed) => store::reserve::keep(cx.tx, lot, &sealed)?,
        None => store::reserve::forget(cx.tx, lot)?,
    }
    Ok(())
}

/// The sum and the salt that are kept sealed for a lot.
pub(super) fn kept(cx: &mut Cx<'_, '_>, lot: LotId) -> Result<Option<(i64, [u8; 32])>, Stop> {
    let Some(text) = store::reserve::sealed(cx.tx, lot)? else { return Ok(None) };
    let sealer = sealer(cx)?;
    let opened = read(&text).and_then(|sealed| sealer.open(SEAL, lot, &sealed));
    let found = opened.and_then(|open| parse(&String::from_utf8(open).ok()?));
    Ok(Some(found.ok_or_else(|| StoreError::Damaged(format!("the hidden reserve of {lot}")))?))
}

fn parse(open: &str) -> Option<(i64, [u8; 32])> {
    let (sum, salt) = open.split_once(' ')?;
    let mut bytes = [0; 32];
    for (n, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(salt.get(2 * n..2 * n + 2)?, 16).ok()?;
    }
    Some((sum.parse().ok()?, bytes))
}

/// Reveals the reserve of a lot whose end has passed, where it hides one: the entry opens it for
/// everybody.
pub(super) fn reveal(cx: &mut Cx<'_, '_>, lot: &mut Lot) -> Result<(), Stop> {
    if lot.terms.hidden.is_none() {
        return Ok(());
    }
    let lost = || Refusal::new(Class::Unknown, "lot-reserve-lost");
    let (reserve, salt) = kept(cx, lot.id)?.ok_or_else(lost)?;
    enter_or_refuse(cx, lot, Input::Reveal { lot: 0, reserve, salt }, Via::Timer)?;
    Ok(store::reserve::reveal(cx.tx, lot.id, reserve, &store::log::hex(&salt))?)
}
