//! Which payment a line of a statement is: by order number, then by amount, account and days.
//!
//! A line that fits two payments, and a payment that fits two lines, fit none: somebody looks. Several
//! payments may be told one order number, as those of one contract are: then the amount says which of
//! them it is, and of equal ones the first.

use crate::statement::Line;
use base::Date;
use std::collections::BTreeSet;

/// A payment that is expected, in or out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Whatever its owner calls it.
    pub id: String,
    /// The order number that whoever pays was told to name.
    pub order: Option<String>,
    /// Above zero what shall come in, below zero what shall go out.
    pub minor: i64,
    pub counterparty_account: Option<String>,
    /// The days on which it may be booked, both counted.
    pub days: (Date, Date),
}

/// What a line is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matched {
    /// The payment of this place among the expected ones.
    ByOrder(usize),
    ByAmount(usize),
    /// Its order number is known, its amount is another: the payment of this place.
    AmountDiffers(usize),
    /// Its reference was seen before.
    Seen,
    /// It fits so many payments.
    Ambiguous(usize),
    Unknown,
}

impl Matched {
    /// The payment it settles.
    pub fn payment(&self) -> Option<usize> {
        match self {
            Self::ByOrder(place) | Self::ByAmount(place) => Some(*place),
            _ => None,
        }
    }
}

/// What each line is; `seen` are references of lines that were taken before. A payment is settled
/// by one line.
pub fn match_lines(lines: &[Line], expected: &[Expected], seen: &BTreeSet<String>) -> Vec<Matched> {
    let is_seen = |line: &Line| line.reference.as_ref().is_some_and(|own| seen.contains(own));
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    let mut matched: Vec<Option<Matched>> =
        lines.iter().map(|line| is_seen(line).then_some(Matched::Seen)).collect();
    for (line, place) in lines.iter().zip(&mut matched) {
        if place.is_none() {
            *place = by_order(line, expected, &taken);
        }
        taken.extend(place.as_ref().and_then(Matched::payment));
    }
    let fits: Vec<Vec<usize>> = lines
        .iter()
        .zip(&matched)
        .map(|(line, place)| match place {
            Some(_) => Vec::new(),
            None => by_amount(line, expected, &taken),
        })
        .collect();
    let n_lines_of = |payment: usize| fits.iter().filter(|fits| fits.contains(&payment)).count();
    let settle = |fits: &Vec<usize>| match fits.as_slice() {
        [] => Matched::Unknown,
        [only] if n_lines_of(*only) == 1 => Matched::ByAmount(*only),
        many => Matched::Ambiguous(many.len()),
    };
    matched
        .into_iter()
        .zip(&fits)
        .map(|(place, fits)| place.unwrap_or_else(|| settle(fits)))
        .collect()
}

/// By the order number, given as such or as a word of the text; what goes out is no payment of what shall
/// come in.
fn by_order(line: &Line, expected: &[Expected], taken: &BTreeSet<usize>) -> Option<Matched> {
    let is_named =
        |order: &str| line.order.as_deref() == Some(order) || has_word(&line.text, order);
    let named: Vec<usize> = expected
        .iter()
        .enumerate()
        .filter(|(place, payment)| {
            !taken.contains(place)
                && payment.minor.signum() == line.minor.signum()
                && payment.order.as_deref().is_some_and(is_named)
        })
        .map(|(place, _)| place)
        .collect();
    let first = *named.first()?;
    if named.iter().any(|place| expected[*place].order != expected[first].order) {
        return Some(Matched::Ambiguous(named.len()));
    }
    let same = named.iter().find(|place| expected[**place].minor == line.minor);
    Some(same.map_or(Matched::AmountDiffers(first), |place| Matched::ByOrder(*place)))
}

fn by_amount(line: &Line, expected: &[Expected], taken: &BTreeSet<usize>) -> Vec<usize> {
    let Some(account) = line.counterparty_account.as_deref().map(plain) else {
        return Vec::new();
    };
    let day = line.booked_on.unwrap_or(line.value_date);
    let fits = |payment: &Expected| {
        payment.minor == line.minor
            && payment.counterparty_account.as_deref().map(plain) == Some(account.clone())
            && payment.days.0 <= day
            && day <= payment.days.1
    };
    let all = expected.iter().enumerate();
    all.filter(|(place, payment)| !taken.contains(place) && fits(payment))
        .map(|(place, _)| place)
        .collect()
}

/// Whether a text holds a word and not merely the letters of it.
fn has_word(text: &str, word: &str) -> bool {
    let inner = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    !word.is_empty()
        && text.match_indices(word).any(|(at, found)| {
            !inner(text[..at].chars().next_back())
                && !inner(text[at + found.len()..].chars().next())
        })
}

fn plain(account: &str) -> String {
    account.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_ascii_uppercase()
}
