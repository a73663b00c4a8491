//! The register in the city's books: shares of a company are a book of their own.
//!
//! Issued shares move from *unissued* to their holder, shares taken back return there, a transfer
//! moves between holders, a tranche that waits for its milestone is a hold (ledger.md 13.6). Ids of
//! accounts and holds follow from venture, holder and class, so that nothing is opened or held twice;
//! whoever posts holds the venture, and an account is written only as the version it was read in.

use crate::act::{About, Cx, Stop};
use crate::ledger::{leg_id, post};
use base::{AccountId, OrganisationId, Refusal, TransferId, VentureId};
use equity::dividend::Payment;
use equity::tranche::Fate;
use equity::{Table, What};
use ledger::{
    Amount, Ask, Asked, Book, Code, Evidence, Flags, Grade, Limit, OpenAccount, Purpose,
    References, Side,
};
use std::collections::BTreeSet;
use store::ledger::Kept;
use trading::venture::{Entry, Register, Venture};

const ISSUED: Code = Code(140);
const RETIRED: Code = Code(141);
const TRANSFERRED: Code = Code(142);
const PROMISED: Code = Code(143);
const DIVIDEND: Code = Code(144);
const WITHHELD: Code = Code(145);

fn derived(parts: &[&str]) -> u128 {
    use sha2::{Digest, Sha256};
    let digest =
        parts.iter().fold(Sha256::new(), |all, part| all.chain_update(part).chain_update([0]));
    digest.finalize().iter().take(16).fold(0, |bits, byte| (bits << 8) | u128::from(*byte))
}

/// What a company has not issued of a class.
pub fn unissued_account(venture: VentureId, class: &str) -> AccountId {
    AccountId::from_bits(derived(&["unissued", &venture.to_string(), class]))
}

/// The shares of a holder of one class.
pub fn share_account(venture: VentureId, holder: &str, class: &str) -> AccountId {
    AccountId::from_bits(derived(&["shares", &venture.to_string(), holder, class]))
}

/// What dividends owe to a holder.
pub fn payable_account(venture: VentureId, holder: &str) -> AccountId {
    AccountId::from_bits(derived(&["dividend-payable", &venture.to_string(), holder]))
}

fn dividend_account(venture: VentureId) -> AccountId {
    AccountId::from_bits(derived(&["dividend", &venture.to_string()]))
}

fn tax_account(venture: VentureId) -> AccountId {
    AccountId::from_bits(derived(&["dividend-tax", &venture.to_string()]))
}

/// The hold of a tranche.
fn tranche_hold(venture: VentureId, key: &str) -> TransferId {
    TransferId::from_bits(derived(&["tranche", &venture.to_string(), key]))
}

/// The book of a company's shares.
fn book(venture: &Venture) -> Book {
    let name = format!("SHR:{}", venture.reference);
    Book::parse(&name).expect("a reference is a short plain name")
}

/// What an entry does to shares.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Move {
    Issue { holder: String, class: String, shares: i64 },
    Retire { holder: String, class: String, shares: i64 },
    Transfer { from: String, to: String, class: String, shares: i64 },
    Promise { tranche: String, holder: String, class: String, shares: i64 },
    Post { tranche: String, shares: i64 },
    Void { tranche: String },
}

/// The moves between two tables: what the entry between them did.
fn moves(event: &What, before: &Table, after: &Table) -> Vec<Move> {
    let mut found = Vec::new();
    if let What::Transfer { transfer: it } = event {
        let (from, to, class) = (it.from.clone(), it.to.clone(), it.class.clone());
        return vec![Move::Transfer { from, to, class, shares: it.shares }];
    }
    for (key, held) in &after.tranches {
        let it = &held.tranche;
        let was = before.tranches.get(key).map(|it| &it.fate);
        match (was, &held.fate) {
            (None, _) => found.push(Move::Promise {
                tranche: key.clone(),
                holder: it.holder.clone(),
                class: it.class.clone(),
                shares: it.shares,
            }),
            (Some(Fate::Waiting { .. }), Fate::Posted { shares, .. }) if *shares > 0 => {
                found.push(Move::Post { tranche: key.clone(), shares: *shares });
            }
            (Some(Fate::Waiting { .. }), Fate::Posted { .. } | Fate::Void { .. }) => {
                found.push(Move::Void { tranche: key.clone() });
            }
            _ => {}
        }
    }
    // The hold of a tranche carries its shares itself.
    if matches!(event, What::Accept { .. } | What::Miss { .. }) {
        return found;
    }
    for ((holder, class), at) in &after.positions {
        let shares = at.shares - before.position(holder, class).shares;
        let (holder, class) = (holder.clone(), class.clone());
        match shares {
            0 => {}
            1.. => found.push(Move::Issue { holder, class, shares }),
            _ => found.push(Move::Retire { holder, class, shares: -shares }),
        }
    }
    found
}

/// An account that is opened unless it is open.
struct Opening {
    id: AccountId,
    book: Book,
    purpose: Purpose,
    owner: OrganisationId,
    subject: String,
    limit: Limit,
}

fn ensure(cx: &mut Cx<'_, '_>, it: Opening) -> Result<(), Stop> {
    if store::ledger::account(cx.tx, it.id)?.is_some() {
        return Ok(());
    }
    let operator = store::city::office(cx.tx)?.map(|id| id.to_string()).unwrap_or_default();
    let opening = OpenAccount {
        id: it.id,
        book: Some(it.book.clone()),
        purpose: Some(it.purpose),
        owner: Some(it.owner.to_string()),
        subject: Some(it.subject.clone()),
        side: Side::Credit,
        limit: it.limit,
        bank: None,
    };
    let account = opening.decide(None, &operator, cx.now).map_err(crate::ledger::refused)?;
    let label = crate::ledger::label();
    let kept = Kept { account, owner: it.owner, label: label.clone() };
    store::ledger::add_account(cx.tx, &kept)?;
    let body = serde_json::json!({
        "book": it.book.to_string(),
        "purpose": it.purpose.code(),
        "subject": it.subject,
    });
    let about = About {
        thing: it.id.to_string(),
        version: 0,
        owner: Some(it.owner),
        label: &label,
        state: "",
    };
    cx.event("ledger-account-opened", about, body);
    Ok(())
}

/// Who answers for the account of a holder: its organisation, or the company for a person.
fn owner_of(register: &Register, holder: &str) -> OrganisationId {
    let found = register.holders.iter().find(|it| it.key() == holder);
    found.and_then(|it| it.organisation).unwrap_or(register.venture.company)
}

fn ensure_shares(
    cx: &mut Cx<'_, '_>,
    register: &Register,
    (holder, class): (&str, &str),
) -> Result<AccountId, Stop> {
    let it = &register.venture;
    let id = share_account(it.id, holder, class);
    let opening = Opening {
        id,
        book: book(it),
        purpose: Purpose::Shares,
        owner: owner_of(register, holder),
        subject: format!("{} {holder} {class}", it.id),
        limit: Limit::DebitsWithinCredits,
    };
    ensure(cx, opening)?;
    Ok(id)
}

fn ensure_unissued(
    cx: &mut Cx<'_, '_>,
    register: &Register,
    class: &str,
) -> Result<AccountId, Stop> {
    let it = &register.venture;
    let id = unissued_account(it.id, class);
    let opening = Opening {
        id,
        book: book(it),
        purpose: Purpose::Shares,
        owner: it.company,
        subject: format!("{} {class}", it.id),
        // Its balance is what was issued, with the sign turned.
        limit: Limit::Free,
    };
    ensure(cx, opening)?;
    Ok(id)
}

fn amount(shares: i64) -> Result<Amount, Refusal> {
    Amount::new(shares).ok_or_else(|| Refusal::invalid("venture-beyond").on("shares"))
}

/// Posts what an entry does to shares, as one chain.
pub(super) fn post_entry(
    cx: &mut Cx<'_, '_>,
    register: &Register,
    entry: &Entry,
    (before, after): (&Table, &Table),
) -> Result<(), Stop> {
    let mut asks = Vec::new();
    for (n, one) in moves(&entry.event.what, before, after).into_iter().enumerate() {
        let id = leg_id(cx.act, &format!("shares {} {n}", entry.n));
        asks.push(ask(cx, register, id, &one)?);
    }
    chain(cx, asks)
}

fn ask(cx: &mut Cx<'_, '_>, register: &Register, id: TransferId, one: &Move) -> Result<Ask, Stop> {
    let venture = register.venture.id;
    let book = book(&register.venture);
    Ok(match one {
        Move::Issue { holder, class, shares } => {
            let from = ensure_unissued(cx, register, class)?;
            let to = ensure_shares(cx, register, (holder, class))?;
            Ask::single(id, (from, to), amount(*shares)?, (book, ISSUED))
        }
        Move::Retire { holder, class, shares } => {
            let from = ensure_shares(cx, register, (holder, class))?;
            let to = ensure_unissued(cx, register, class)?;
            Ask::single(id, (from, to), amount(*shares)?, (book, RETIRED))
        }
        Move::Transfer { from, to, class, shares } => {
            let from = ensure_shares(cx, register, (from, class))?;
            let to = ensure_shares(cx, register, (to, class))?;
            Ask::single(id, (from, to), amount(*shares)?, (book, TRANSFERRED))
        }
        Move::Promise { tranche, holder, class, shares } => {
            let from = ensure_unissued(cx, register, class)?;
            let to = ensure_shares(cx, register, (holder, class))?;
            let hold = tranche_hold(venture, tranche);
            Ask::single(hold, (from, to), amount(*shares)?, (book, PROMISED)).pending(0)
        }
        Move::Post { tranche, shares } => {
            let hold = tranche_hold(venture, tranche);
            Ask::post(id, hold, Asked::Exactly(amount(*shares)?))
        }
        Move::Void { tranche } => Ask::void(id, tranche_hold(venture, tranche)),
    })
}

/// Posts transfers as one chain; nothing where there are none.
fn chain(cx: &mut Cx<'_, '_>, mut asks: Vec<Ask>) -> Result<(), Stop> {
    let Some(last) = asks.len().checked_sub(1) else { return Ok(()) };
    for ask in &mut asks[..last] {
        ask.flags = ask.flags.and(Flags::LINKED);
    }
    let named: BTreeSet<AccountId> =
        asks.iter().flat_map(|ask| [ask.debit, ask.credit]).flatten().collect();
    post(cx, &asks, &named).map(|_| ())
}

/// Records what a dividend owes to each holder: the company's word, until a bank shows the payment.
pub(super) fn post_dividend(
    cx: &mut Cx<'_, '_>,
    register: &Register,
    n: u64,
    payments: &[Payment],
) -> Result<(), Stop> {
    let it = &register.venture;
    let money = Book::Money(it.currency);
    let from = dividend_account(it.id);
    let opening = |id, purpose, owner, what: &str, limit| Opening {
        id,
        book: Book::Money(it.currency),
        purpose,
        owner,
        subject: format!("{} {what}", it.id),
        limit,
    };
    ensure(cx, opening(from, Purpose::Dividend, it.company, "dividends", Limit::Free))?;
    let refs = |leg: &str| {
        let reference = format!("{} {n} {leg}", it.reference);
        References {
            evidence: Some(Evidence { grade: Grade::E0, reference }),
            ..References::default()
        }
    };
    let mut asks = Vec::new();
    for (place, payment) in payments.iter().enumerate() {
        let (to, owner) =
            (payable_account(it.id, &payment.holder), owner_of(register, &payment.holder));
        let limit = Limit::DebitsWithinCredits;
        ensure(cx, opening(to, Purpose::Payable, owner, &payment.holder, limit))?;
        let legs = [(to, payment.net, DIVIDEND), (tax_account(it.id), payment.withheld, WITHHELD)];
        for (leg, (to, sum, code)) in legs.into_iter().enumerate().filter(|(_, it)| it.1 > 0) {
            if code == WITHHELD {
                let limit = Limit::DebitsWithinCredits;
                ensure(cx, opening(to, Purpose::Payable, it.company, "tax", limit))?;
            }
            let id = leg_id(cx.act, &format!("dividend {n} {place} {leg}"));
            let one = Ask::single(id, (from, to), amount(sum)?, (money.clone(), code));
            asks.push(Ask { refs: refs(&format!("{} {leg}", payment.holder)), ..one });
        }
    }
    chain(cx, asks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use equity::Event;

    /// A founding, a tranche, a transfer, a miss: each does what it says to the books.
    #[test]
    fn moves_are_what_lies_between_two_tables() {
        let story = serde_json::json!([
            { "on": "2026-01-01", "what": { "define": { "class": { "key": "ordinary" } } } },
            { "on": "2026-01-01", "what": { "round": { "round": {
                "name": "founding", "class": "ordinary", "price": { "minor": 1, "shares": 1 },
                "allotments": [{ "holder": "h1", "shares": 60, "paid": 60 }],
                "tranches": [{ "key": "m1", "holder": "h2", "class": "ordinary", "shares": 40,
                    "paid": 40, "milestone": "a pilot", "due": "2026-02-01",
                    "on_miss": { "reduce": { "to": "0.5" } } }] } } } },
            { "on": "2026-01-02", "what": { "transfer": { "transfer": {
                "from": "h1", "to": "h2", "class": "ordinary", "shares": 10, "price": 5 } } } },
            { "on": "2026-02-02", "what": { "miss": { "tranche": "m1" } } },
            { "on": "2026-02-03", "what": { "buy-back": {
                "holder": "h1", "class": "ordinary", "shares": 50, "paid": 50 } } },
        ]);
        let events: Vec<Event> = serde_json::from_value(story).expect("events");
        let mut table = Table::default();
        let mut told = Vec::new();
        for event in &events {
            let before = table.clone();
            table.apply(event).expect("it fits");
            told.push(format!("{:?}", moves(&event.what, &before, &table)));
        }
        let want = [
            "[]",
            "[Promise { tranche: \"m1\", holder: \"h2\", class: \"ordinary\", shares: 40 }, \
             Issue { holder: \"h1\", class: \"ordinary\", shares: 60 }]",
            "[Transfer { from: \"h1\", to: \"h2\", class: \"ordinary\", shares: 10 }]",
            "[Post { tranche: \"m1\", shares: 20 }]",
            "[Retire { holder: \"h1\", class: \"ordinary\", shares: 50 }]",
        ];
        assert_eq!(told, want);
    }
}
