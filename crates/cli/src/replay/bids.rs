//! The bids of a replay: lot, time, bidder, amount.

use super::decimal::{Decimal, unusable};
use super::lots::{Row, each};
use super::on_line;
use base::Refusal;
use std::collections::HashMap;

const COLUMNS: [&str; 4] = ["lot", "time", "bidder", "amount"];

/// One bid and the line it stands in.
pub(super) struct Bid {
    pub line: u64,
    /// The place of its lot among the lots.
    pub lot: usize,
    pub time: Decimal,
    pub bidder: String,
    pub amount: Decimal,
}

pub(super) fn read(bytes: &[u8], file: &str, lots: &[Row]) -> Result<Vec<Bid>, Refusal> {
    let places: HashMap<&str, usize> =
        lots.iter().enumerate().map(|(place, row)| (row.lot.as_str(), place)).collect();
    let mut bids = Vec::new();
    each(bytes, file, COLUMNS, |line, [lot, time, bidder, amount]| {
        let number = |typed: &str, column| {
            Decimal::parse(typed).ok_or_else(|| unusable(typed, file, line, column))
        };
        let place = places
            .get(lot)
            .copied()
            .ok_or_else(|| on_line("auction-file-lot-unknown", file, line).text("found", lot))?;
        bids.push(Bid {
            line,
            lot: place,
            time: number(time, "time")?,
            bidder: bidder.to_owned(),
            amount: number(amount, "amount")?,
        });
        Ok(())
    })?;
    Ok(bids)
}
