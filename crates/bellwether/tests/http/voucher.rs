//! A voucher for the walks in which one pays.

use app::ledger::OpenAccount;
use app::voucher::{FundProgramme, IssueVoucher};
use base::OrganisationId;
use instruments::voucher::Terms;
use ledger::account::{BankAccount, Keeps};
use ledger::{Book, Limit, Purpose};
use worlds::World;

/// A voucher of a firm that pays a half: so many minor units at most of a claim, and so many in all,
/// out of a programme that lies at a bank of this organisation.
pub fn voucher(
    world: &World,
    (owner, firm): (OrganisationId, OrganisationId),
    (cap_claim, amount): (i64, i64),
) -> String {
    let city = &world.city;
    let bank = OpenAccount {
        account: city.new_account_id(),
        book: Book::Money(base::Currency::CNY),
        purpose: Purpose::Bank,
        owner,
        subject: String::new(),
        limit: Limit::Free,
        bank: Some(BankAccount {
            institution: "Bank of Mianyang".to_owned(),
            holder: owner.to_string(),
            keeps: Keeps::Deposits,
            masked_number: "6222 **** 0188".to_owned(),
            is_custodian: true,
        }),
    };
    let bank = city.perform(&world.operator(), bank).expect("a bank").account;
    let programme = "Innovation 2026".to_owned();
    let fund = FundProgramme {
        programme: programme.clone(),
        bank,
        amount: 100_000,
        reference: "B-1".to_owned(),
        value_date: None,
    };
    city.perform(&world.operator(), fund).expect("funded");
    let terms = Terms {
        holder: firm,
        share_bp: 5_000,
        cap_claim,
        cap_year: amount,
        kinds: Vec::new(),
        units: Vec::new(),
        last: base::Date::new(2099, 12, 31).expect("a day"),
    };
    let voucher = city.new_voucher_id();
    let act = IssueVoucher { programme, terms, amount, voucher };
    city.perform(&world.operator(), act).expect("issued");
    voucher.to_string()
}
