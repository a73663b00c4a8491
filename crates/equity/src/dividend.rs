//! Dividends: who gets how much of a sum, by the table of the record day.

use crate::flaw::{Flaw, Flaws};
use crate::price::Price;
use crate::table::{Table, one};
use crate::{LINE_MAX, Minor, rates};
use ledger::rounding::{Rate, Rounding};
use ledger::split::split;
use std::collections::BTreeMap;

/// A sum to be paid out.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Declared {
    pub total: Minor,
    /// Classes that are paid first, so much for their shares, in this order.
    #[serde(default)]
    pub first: Vec<First>,
    /// Classes that share in the rest, as ordinary shares.
    pub rest: Vec<String>,
    /// Tax withheld from a holder.
    #[serde(default)]
    pub withheld: BTreeMap<String, Withheld>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct First {
    pub class: String,
    pub each: Price,
}

/// A rate on what a holder gets, halves up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Withheld(#[serde(with = "rates::text")] pub Rate);

/// What a holder gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    pub holder: String,
    pub gross: Minor,
    pub withheld: Minor,
    pub net: Minor,
}

/// Divides a sum among the holders of a table, in the order of their entry; waiting tranches and
/// options get nothing. The gross sums come to the total, always.
///
/// Errors: an unknown class, a sum below nothing, or nobody to pay.
pub fn divide(table: &Table, declared: &Declared) -> Result<Vec<Payment>, Vec<Flaw>> {
    let mut flaws = Flaws::default();
    flaws.when(!(0..=LINE_MAX).contains(&declared.total), "total", "beyond");
    for (n, it) in declared.first.iter().enumerate() {
        flaws.when(!table.classes.contains_key(&it.class), format!("first.{n}.class"), "unknown");
        it.each.flaws(&format!("first.{n}.each"), &mut flaws);
    }
    for (n, class) in declared.rest.iter().enumerate() {
        flaws.when(!table.classes.contains_key(class), format!("rest.{n}"), "unknown");
        let is_twice = declared.rest.iter().take(n).any(|other| other == class);
        flaws.when(is_twice, format!("rest.{n}"), "twice");
    }
    for (holder, it) in &declared.withheld {
        flaws.when(!rates::is_part(it.0), format!("withheld.{holder}"), "beyond");
    }
    flaws.or(())?;
    let mut gross = vec![0; table.holders.len()];
    let mut left = declared.total;
    for it in &declared.first {
        let weights = weights(table, |class| class == it.class, false);
        let due = it.each.cost(table.issued(&it.class)).unwrap_or(Minor::MAX);
        let sum = due.min(left);
        if let Some(parts) = split(sum, &weights) {
            add(&mut gross, &parts);
            left -= sum;
        }
    }
    let weights = weights(table, |class| declared.rest.iter().any(|it| it == class), true);
    match split(left, &weights) {
        Some(parts) => add(&mut gross, &parts),
        None if left == 0 => {}
        None => return Err(one("rest", "nobody")),
    }
    let payments = table.holders.iter().zip(gross).filter(|(_, gross)| *gross > 0);
    Ok(payments.map(|(holder, gross)| payment(declared, holder, gross)).collect())
}

fn payment(declared: &Declared, holder: &str, gross: Minor) -> Payment {
    let rate = declared.withheld.get(holder).map_or_else(rates::zero, |it| it.0);
    let withheld = rate.of(gross, Rounding::HalfUp).unwrap_or(gross).clamp(0, gross);
    Payment { holder: holder.to_owned(), gross, withheld, net: gross - withheld }
}

/// Shares of every holder in the chosen classes.
fn weights(table: &Table, chosen: impl Fn(&str) -> bool, as_ordinary: bool) -> Vec<u64> {
    let of = |holder: &String| {
        let own = table.positions.iter().filter(|((it, class), _)| it == holder && chosen(class));
        let shares = own.map(|((_, class), position)| {
            let class = table.classes.get(class).filter(|_| as_ordinary);
            let shares = class.map_or(Some(position.shares), |it| it.as_ordinary(position.shares));
            u64::try_from(shares.unwrap_or(0)).unwrap_or(0)
        });
        shares.sum()
    };
    table.holders.iter().map(of).collect()
}

fn add(to: &mut [Minor], parts: &[Minor]) {
    for (sum, part) in to.iter_mut().zip(parts) {
        *sum += part;
    }
}
