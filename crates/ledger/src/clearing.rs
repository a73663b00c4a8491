//! Clearing: which payment settles which invoice. Whether something is paid is read from here.
//!
//! A clearing is a record between two legs on one account, never a change of either; it is undone
//! by a counter-record alone.

use crate::{Amount, Why};
use base::{AccountId, Date, TransferId};

/// A leg that waits to be settled: an invoice on one side, a payment on the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub transfer: TransferId,
    pub account: AccountId,
    /// Who owes or paid it: an organisation's id as text.
    pub party: String,
    pub amount: Amount,
    /// What was cleared of it so far.
    pub cleared: Amount,
    pub due: Option<Date>,
}

impl Item {
    /// What is left of it.
    pub fn open(&self) -> Amount {
        self.amount.less(self.cleared)
    }
}

/// So much of a payment settles so much of an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clearing {
    pub item: TransferId,
    pub payment: TransferId,
    pub amount: Amount,
}

/// Settles so much of an item by a payment.
///
/// # Errors
/// [`Why::WrongParty`], then [`Why::NotOpen`], then [`Why::OverClears`].
pub fn clear(item: &Item, payment: &Item, amount: Amount) -> Result<Clearing, Why> {
    if item.party != payment.party || item.account != payment.account {
        return Err(Why::WrongParty);
    }
    if item.transfer == payment.transfer
        || item.open() == Amount::ZERO
        || payment.open() == Amount::ZERO
    {
        return Err(Why::NotOpen);
    }
    if amount == Amount::ZERO || amount > item.open() || amount > payment.open() {
        return Err(Why::OverClears);
    }
    Ok(Clearing { item: item.transfer, payment: payment.transfer, amount })
}

/// The open items by how late they are on a day: not due, 1–30, 31–60, 61–90, more than 90 days.
pub fn ageing(items: &[Item], on: Date) -> [i128; 5] {
    let mut sums = [0; 5];
    for item in items {
        let late = item.due.map_or(0, |due| (on - due).get_days());
        let at = match late {
            ..=0 => 0,
            1..=30 => 1,
            31..=60 => 2,
            61..=90 => 3,
            _ => 4,
        };
        sums[at] += i128::from(item.open().minor());
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(bits: u128, party: &str, amount: i64, cleared: i64) -> Item {
        Item {
            transfer: TransferId::from_bits(bits),
            account: AccountId::from_bits(1),
            party: party.to_owned(),
            amount: Amount::new(amount).expect("an amount"),
            cleared: Amount::new(cleared).expect("an amount"),
            due: Date::new(2026, 3, 31).ok(),
        }
    }

    #[test]
    fn no_more_is_cleared_than_is_open_on_either_side() {
        let check = |item: &Item, payment: &Item, amount: i64, want: Result<(), Why>| {
            let amount = Amount::new(amount).expect("an amount");
            assert_eq!(clear(item, payment, amount).map(|_| ()), want);
        };
        let invoice = item(1, "org_a", 100, 30);
        check(&invoice, &item(2, "org_a", 80, 0), 70, Ok(()));
        check(&invoice, &item(2, "org_a", 80, 0), 71, Err(Why::OverClears));
        check(&invoice, &item(2, "org_a", 80, 20), 61, Err(Why::OverClears));
        check(&invoice, &item(2, "org_a", 80, 0), 0, Err(Why::OverClears));
        check(&invoice, &item(2, "org_b", 80, 0), 10, Err(Why::WrongParty));
        check(&invoice, &item(2, "org_a", 80, 80), 10, Err(Why::NotOpen));
        check(&item(1, "org_a", 100, 100), &item(2, "org_a", 80, 0), 10, Err(Why::NotOpen));
        check(&invoice, &invoice, 10, Err(Why::NotOpen));
    }

    #[test]
    fn ageing_counts_what_is_open() {
        let items = [item(1, "a", 100, 30), item(2, "b", 50, 0)];
        let on = |month, day| Date::new(2026, month, day).expect("a day");
        assert_eq!(ageing(&items, on(3, 31)), [120, 0, 0, 0, 0]);
        assert_eq!(ageing(&items, on(4, 1)), [0, 120, 0, 0, 0]);
        assert_eq!(ageing(&items, on(4, 30)), [0, 120, 0, 0, 0]);
        assert_eq!(ageing(&items, on(5, 1)), [0, 0, 120, 0, 0]);
        assert_eq!(ageing(&items, on(6, 30)), [0, 0, 0, 0, 120]);
    }
}
