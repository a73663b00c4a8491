//! What uses and orders do to the books: what a customer owes a unit, what vouchers pay.
//!
//! Accounts have ids that follow from their parties, transfers from the line or redemption they are
//! about, so that a repeated act moves nothing twice.

use crate::act::{Cx, Stop};
use crate::ledger::{Opening, ensure_account, post};
use crate::lot::derived;
use base::{AccountId, Currency, OrganisationId, RedemptionId, Refusal, TransferId, VoucherId};
use instruments::charge::Kept;
use instruments::voucher::{KeptRedemption, Stage};
use ledger::{Amount, Ask, Asked, Book, Code, Purpose};
use std::collections::BTreeSet;

const CHARGED: Code = Code(130);
const TAKEN_BACK: Code = Code(131);
const VOUCHER_HELD: Code = Code(134);
const VOUCHER_PAID: Code = Code(135);
const VOUCHER_RETURNED: Code = Code(136);

/// The currency in which services are charged.
pub(crate) const CURRENCY: Currency = Currency::CNY;

/// What a customer owes a unit.
pub fn owed_account(unit: OrganisationId, customer: OrganisationId) -> AccountId {
    let parts = ["service-owed", &unit.to_string(), &customer.to_string()];
    AccountId::from_bits(derived(&parts))
}

/// What a unit earned by its services.
pub fn earned_account(unit: OrganisationId) -> AccountId {
    AccountId::from_bits(derived(&["service-earned", &unit.to_string()]))
}

/// What is set aside for a voucher.
pub fn voucher_account(voucher: VoucherId) -> AccountId {
    AccountId::from_bits(derived(&["voucher", &voucher.to_string()]))
}

/// What vouchers owe a unit.
pub fn claims_account(unit: OrganisationId) -> AccountId {
    AccountId::from_bits(derived(&["voucher-claims", &unit.to_string()]))
}

/// The accounts that charging a customer of a unit may change.
pub(crate) fn accounts(
    (unit, customer): (OrganisationId, OrganisationId),
    voucher: Option<VoucherId>,
) -> BTreeSet<AccountId> {
    let mut all = BTreeSet::from([owed_account(unit, customer), earned_account(unit)]);
    if let Some(voucher) = voucher {
        all.extend([voucher_account(voucher), claims_account(unit)]);
    }
    all
}

fn transfer(parts: &[&str]) -> TransferId {
    TransferId::from_bits(derived(parts))
}

fn amount(minor: i64) -> Result<Amount, Refusal> {
    Amount::new(minor).ok_or_else(|| Refusal::invalid("tariff-amount"))
}

fn opening(purpose: Purpose, owner: OrganisationId, subject: String) -> Opening {
    Opening { purpose, owner, currency: CURRENCY, subject }
}

/// Posts what the customer pays of a line; of a reversal, back. Nothing where it is nothing.
pub(crate) fn post_line(cx: &mut Cx<'_, '_>, line: &Kept) -> Result<(), Stop> {
    let (owed, earned) = (owed_account(line.unit, line.customer), earned_account(line.unit));
    let held = BTreeSet::from([owed, earned]);
    let (unit, customer) = (line.unit, line.customer);
    ensure_account(cx, owed, &opening(Purpose::Receivable, unit, customer.to_string()))?;
    ensure_account(cx, earned, &opening(Purpose::Payable, unit, "services".to_owned()))?;
    let minor = line.chain.pays;
    if minor == 0 {
        return Ok(());
    }
    let (accounts, code) = match minor > 0 {
        true => ((owed, earned), CHARGED),
        false => ((earned, owed), TAKEN_BACK),
    };
    let id = transfer(&["charge", &line.id.to_string()]);
    let sum = amount(minor.checked_abs().unwrap_or(i64::MAX))?;
    post(cx, &[Ask::single(id, accounts, sum, (Book::Money(CURRENCY), code))], &held)?;
    Ok(())
}

/// One use of a voucher, as the books know it.
pub(crate) struct OfVoucher {
    pub redemption: RedemptionId,
    pub voucher: VoucherId,
    pub unit: OrganisationId,
    pub amount: i64,
}

impl OfVoucher {
    fn held(&self) -> BTreeSet<AccountId> {
        BTreeSet::from([voucher_account(self.voucher), claims_account(self.unit)])
    }

    fn id(&self, what: &str) -> TransferId {
        transfer(&["redemption", &self.redemption.to_string(), what])
    }

    /// Pays at once, or holds until the order is settled.
    pub(crate) fn take(&self, cx: &mut Cx<'_, '_>, stage: Stage) -> Result<(), Stop> {
        let claims = claims_account(self.unit);
        let subject = "voucher-claims".to_owned();
        ensure_account(cx, claims, &opening(Purpose::Payable, self.unit, subject))?;
        let accounts = (voucher_account(self.voucher), claims);
        let book = Book::Money(CURRENCY);
        let sum = amount(self.amount)?;
        let ask = match stage {
            Stage::Held => {
                Ask::single(self.id("hold"), accounts, sum, (book, VOUCHER_HELD)).pending(0)
            }
            _ => Ask::single(self.id("paid"), accounts, sum, (book, VOUCHER_PAID)),
        };
        post(cx, &[ask], &self.held()).map(|_| ())
    }

    /// The redemption as kept.
    pub(crate) fn of(kept: &KeptRedemption) -> Self {
        let (redemption, voucher, unit) = (kept.id, kept.voucher, kept.unit);
        Self { redemption, voucher, unit, amount: kept.redemption.amount }
    }

    /// Pays what is held, or a smaller part of it; the rest is free again.
    pub(crate) fn pay_held(&self, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        let sum = Asked::Exactly(amount(self.amount)?);
        let ask = Ask::post(self.id("post"), self.id("hold"), sum);
        post(cx, &[ask], &self.held()).map(|_| ())
    }

    /// Frees what is held.
    pub(crate) fn free_held(&self, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        let ask = Ask::void(self.id("void"), self.id("hold"));
        post(cx, &[ask], &self.held()).map(|_| ())
    }

    /// Gives back a part of what was paid.
    pub(crate) fn give_back(&self, cx: &mut Cx<'_, '_>, minor: i64) -> Result<(), Stop> {
        if minor <= 0 {
            return Ok(());
        }
        let accounts = (claims_account(self.unit), voucher_account(self.voucher));
        let book = (Book::Money(CURRENCY), VOUCHER_RETURNED);
        let ask = Ask::single(self.id("back"), accounts, amount(minor)?, book);
        post(cx, &[ask], &self.held()).map(|_| ())
    }
}

/// Lets go of what a booking held of a voucher.
pub(crate) fn release(cx: &mut Cx<'_, '_>, held: &KeptRedemption) -> Result<(), Stop> {
    OfVoucher::of(held).free_held(cx)?;
    let mut next = held.clone();
    next.redemption.stage = Stage::Released;
    match store::voucher::change_redemption(cx.tx, &next, held.version)? {
        true => Ok(()),
        false => Err(Refusal::new(base::Class::Conflict, "version-conflict").into()),
    }
}
