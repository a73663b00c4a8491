//! Payments of a contract: what came in at a bank, and the deposit of an award.
//!
//! Money moves to an account of the contract and stays there until it is divided.

use crate::act::{Act, Cx, No, Stop};
use crate::city::City;
use crate::contract::{ContractChanged, find, office_thing, save};
use crate::ledger::{Opening, Wanted, ensure_account, holds_on, post};
use crate::lot::{derived, payable_account};
use ::contract::kept::{Kept, Payment, Source};
use access::{Act as A, Thing};
use base::{AccountId, Class, ContractId, Currency, Date, Money, Refusal, TransferId};
use ledger::{Amount, Ask, Book, Code, Evidence, Grade, Purpose, References};
use std::collections::BTreeSet;
use store::Hold;
use store::ledger::Kept as Account;
use trading::lot::Lot;

/// Paid by bank, and the deposit of an award that became part of the price.
const PAID: Code = Code(150);
const FROM_DEPOSIT: Code = Code(151);
/// What begins the key of a royalty's payment; the number of its period follows.
pub(crate) const ROYALTY: &str = "royalty-";

/// What a contract brought in and nobody has divided yet.
pub fn income_account(contract: ContractId) -> AccountId {
    AccountId::from_bits(derived(&["contract-income", &contract.to_string()]))
}

/// A transfer about a payment of a contract.
pub(super) fn transfer(contract: ContractId, payment: u64, what: &str) -> TransferId {
    let (contract, payment) = (contract.to_string(), payment.to_string());
    TransferId::from_bits(derived(&["contract", &contract, &payment, what]))
}

pub(super) fn open_income(cx: &mut Cx<'_, '_>, kept: &Kept, of: Currency) -> Result<(), Stop> {
    let opening = Opening {
        purpose: Purpose::Royalty,
        owner: kept.provider,
        currency: of,
        subject: kept.id.to_string(),
    };
    ensure_account(cx, income_account(kept.id), &opening)
}

pub(super) fn amount(minor: i64) -> Result<Amount, Refusal> {
    let unfit = || Refusal::invalid("contract-flaw-beyond").on("amount");
    Amount::new(minor).filter(|_| minor > 0).ok_or_else(unfit)
}

/// The deposit that an award set against the price is the first payment of its contract.
pub(super) fn set_deposit(
    cx: &mut Cx<'_, '_>,
    kept: &Kept,
    lot: &Lot,
    held: &BTreeSet<AccountId>,
) -> Result<(), Stop> {
    let owed = payable_account(lot.id);
    let Some(sum) = lot.terms.deposit.filter(|sum| *sum > 0 && held.contains(&owed)) else {
        return Ok(());
    };
    open_income(cx, kept, lot.terms.currency)?;
    let n = 1 + store::contract_money::payments(cx.tx, kept.id)?.len() as u64;
    let ask = Ask::single(
        transfer(kept.id, n, "deposit"),
        (owed, income_account(kept.id)),
        amount(sum)?,
        (Book::Money(lot.terms.currency), FROM_DEPOSIT),
    );
    post(cx, &[ask], held)?;
    let payment = Payment {
        n,
        what: super::prefill::DEPOSIT.to_owned(),
        amount: sum,
        source: Source::Deposit,
        value_date: crate::contract::today(cx),
        at: cx.now,
        split: None,
    };
    store::contract_money::add_payment(cx.tx, kept.id, &payment)?;
    let text = Money::new(sum, lot.terms.currency).decimal();
    crate::contract::happened(cx, kept, "deposit-set", "", &text)
}

/// Confirms that a payment of a contract came in, as a bank's reference shows.
#[derive(serde::Serialize)]
pub struct ConfirmPayment {
    pub contract: ContractId,
    /// The key of an instalment, or `royalty-3` for a period.
    pub what: String,
    /// Minor units of the contract's currency.
    pub amount: i64,
    /// The account at a bank where it came in.
    pub bank: AccountId,
    /// The bank's own reference of the payment; it counts once.
    pub reference: String,
    pub value_date: Option<Date>,
}

impl ConfirmPayment {
    fn accounts(&self) -> BTreeSet<AccountId> {
        BTreeSet::from([self.bank, income_account(self.contract)])
    }
}

/// Whether the contract owes anything of that name.
fn is_owed(kept: &Kept, what: &str) -> bool {
    let price = &kept.current().price;
    let period = what.strip_prefix(ROYALTY).and_then(|n| n.parse().ok());
    match (period, &price.royalty) {
        (Some(n), Some(royalty)) => royalty.period(n).is_some(),
        _ => price.instalments.iter().any(|it| it.key == what),
    }
}

/// What keeps so much from being a payment of a contract.
pub(crate) fn payment_faults(
    kept: &Kept,
    payments: &[Payment],
    (what, minor): (&str, i64),
) -> Vec<Refusal> {
    let mut no = Vec::new();
    // What was owed before the end may still come in after it.
    if kept.bound.is_none() {
        no.push(Refusal::new(Class::Refused, "contract-not-signed"));
    }
    if kept.bound.is_some() && !is_owed(kept, what) {
        no.push(Refusal::invalid("contract-nothing-owed").on("what"));
    }
    no.extend(amount(minor).err());
    if payments.len() >= store::contract_money::PAYMENTS_MAX {
        let most = store::contract_money::PAYMENTS_MAX;
        no.push(Refusal::new(Class::Refused, "contract-payments-full").number("most", most));
    }
    no
}

/// A payment that came in: the money moves to the contract from where it stands, and the contract tells it.
pub(crate) fn take_in(
    cx: &mut Cx<'_, '_>,
    kept: &mut Kept,
    payment: &Payment,
    (from, refs, held): (AccountId, References, &BTreeSet<AccountId>),
) -> Result<(ContractChanged, TransferId), Stop> {
    let currency = kept.current().price.currency;
    open_income(cx, kept, currency)?;
    let id = transfer(kept.id, payment.n, "paid");
    let accounts = (from, income_account(kept.id));
    let ask = Ask::single(id, accounts, amount(payment.amount)?, (Book::Money(currency), PAID));
    post(cx, &[Ask { refs, ..ask }], held)?;
    store::contract_money::add_payment(cx.tx, kept.id, payment)?;
    let text = format!("{} {}", payment.what, Money::new(payment.amount, currency).decimal());
    Ok((save(cx, kept, "paid", "", &text)?, id))
}

impl Act for ConfirmPayment {
    const ACT: A = A::ConfirmPayment;
    type Facts = (Kept, Vec<Payment>, Option<Account>);
    type Plan = (Kept, Payment);
    type Outcome = ContractChanged;

    fn holds(&self) -> Vec<Hold> {
        let mut holds = holds_on(&self.accounts());
        holds.push(Hold::on(self.contract));
        holds
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let kept = find(cx, self.contract)?;
        let payments = store::contract_money::payments(cx.tx, kept.id)?;
        Ok((kept, payments, store::ledger::account(cx.tx, self.bank)?))
    }

    fn thing(&self, (kept, ..): &Self::Facts) -> Thing {
        office_thing(kept)
    }

    fn decide(
        &self,
        (kept, payments, bank): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = payment_faults(&kept, &payments, (&self.what, self.amount));
        let book = Book::Money(kept.current().price.currency);
        if !bank.is_some_and(|it| it.account.is_bank() && it.account.book == book) {
            no.push(Refusal::invalid("lot-bank-unfit").on("bank"));
        }
        let length = self.reference.trim().chars().count();
        if !(1..=base::limits::NAME_CHARS_MAX).contains(&length)
            || self.reference.chars().any(char::is_control)
        {
            no.push(Refusal::invalid("ledger-proof-unfit").on("reference"));
        }
        if !no.is_empty() {
            return Err(no);
        }
        let reference = self.reference.trim().to_owned();
        let payment = Payment {
            n: 1 + payments.len() as u64,
            what: self.what.clone(),
            amount: self.amount,
            source: Source::Bank { account: self.bank, reference },
            value_date: self.value_date.unwrap_or_else(|| crate::contract::today(cx)),
            at: cx.now,
            split: None,
        };
        Ok((kept, payment))
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<ContractChanged, Stop> {
        let (mut kept, payment) = plan;
        let reference = self.reference.trim().to_owned();
        let refs = References {
            evidence: Some(Evidence { grade: Grade::E2, reference }),
            value_date: self.value_date,
            ..References::default()
        };
        let from = (self.bank, refs, &self.accounts());
        take_in(cx, &mut kept, &payment, from).map(|(changed, _)| changed)
    }
}

/// The accounts of banks that fit a contract's currency, for a clerk to choose from.
pub(super) fn banks(
    city: &City,
    asker: &crate::Asker,
    currency: Currency,
) -> Result<Vec<(AccountId, String)>, No> {
    let wanted = Wanted { purpose: Some(Purpose::Bank), ..Wanted::default() };
    let all = city.ledger_accounts(asker, wanted, base::limits::PAGE_ROWS_MAX)?;
    let of_bank = |found: &crate::ledger::Account| {
        let bank = found.account.bank.as_ref()?;
        let fits = found.account.book == Book::Money(currency);
        fits.then(|| (found.account.id, format!("{} {}", bank.institution, bank.masked_number)))
    };
    Ok(all.rows.iter().filter_map(of_bank).collect())
}
