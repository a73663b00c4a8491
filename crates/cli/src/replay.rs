//! Files of rules, lots and bids, run through the engine.
//!
//! Decimals are read digit by digit and never become floats: amounts are counted in the smallest
//! unit that any of them needs, times in the smallest tick.

mod bids;
mod decimal;
mod lots;
mod rules;

use ::auction::{Bidder, Entry, Event, Flaw, Input, Lot, Outcome, Rules, Side, Unit};
use base::{Instant, Refusal};
use bids::Bid;
use decimal::{Decimal, Scale};
use lots::Row;
use rules::Read;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Digits that amounts may have behind the point.
const AMOUNT_DIGITS_MAX: u32 = 12;
/// Digits of a price in the answer, at least.
const AMOUNT_DIGITS_MIN: u32 = 2;
/// Ticks of the finest clock that fit, with room for sums.
const TICKS_MAX: i128 = 100_000_000_000_000_000;
/// A second has at least a million ticks: the timetables of rounds are written in microseconds.
const TICK_DIGITS: std::ops::RangeInclusive<u32> = 6..=12;

/// The three files, with the names they are spoken of by.
pub(crate) struct Files<'a> {
    pub names: [String; 3],
    pub rules: &'a [u8],
    pub lots: &'a [u8],
    pub bids: &'a [u8],
}

/// A reason about one line of a file.
pub(crate) fn on_line(code: &'static str, file: &str, line: u64) -> Refusal {
    Refusal::invalid(code).text("file", file).text("line", line.to_string())
}

/// The document of the answer, or what is wrong and in which line.
pub(crate) fn replay(files: &Files<'_>) -> Result<Value, Refusal> {
    let [rules_name, lots_name, bids_name] = &files.names;
    let rules = rules::read(files.rules, rules_name)?;
    let rows = lots::read(files.lots, lots_name)?;
    let bids = bids::read(files.bids, bids_name, &rows)?;
    let amounts = rules.amounts().chain(rows.iter().flat_map(Row::amounts));
    let amounts = amounts.chain(bids.iter().map(|bid| &bid.amount));
    let money = Scale::of(amounts, AMOUNT_DIGITS_MIN..=AMOUNT_DIGITS_MAX);
    let times = rules.times().chain(rows.iter().flat_map(Row::times));
    let times = times.chain(bids.iter().map(|bid| &bid.time));
    let clock = Scale::fitting(times, TICK_DIGITS, TICKS_MAX);
    let mut by_lot: Vec<Vec<&Bid>> = vec![Vec::new(); rows.len()];
    for bid in &bids {
        by_lot.get_mut(bid.lot).expect("a bid names a lot that is there").push(bid);
    }
    let mut numbers = Numbers::default();
    let mut lots = Vec::new();
    for (row, mut bids) in rows.iter().zip(by_lot) {
        bids.sort_by(|a, b| a.time.cmp(&b.time).then(a.line.cmp(&b.line)));
        let lot = One { files, rules: &rules, row, bids: &bids, money, clock };
        lots.push(lot.run(&mut numbers)?);
    }
    Ok(json!({ "lots": lots }))
}

/// Bidders by number: the engine knows no names.
#[derive(Default)]
struct Numbers<'a> {
    names: Vec<&'a str>,
    by_name: HashMap<&'a str, u32>,
}

impl<'a> Numbers<'a> {
    fn of(&mut self, name: &'a str) -> Bidder {
        let next = u32::try_from(self.names.len()).expect("a file has fewer lines");
        let number = *self.by_name.entry(name).or_insert(next);
        if number == next {
            self.names.push(name);
        }
        Bidder(number)
    }

    fn name(&self, bidder: Bidder) -> &'a str {
        let place = usize::try_from(bidder.0).unwrap_or(usize::MAX);
        self.names.get(place).copied().unwrap_or("")
    }
}

/// One lot to run.
struct One<'f, 'a> {
    files: &'f Files<'f>,
    rules: &'f Read,
    row: &'f Row,
    bids: &'f [&'a Bid],
    money: Scale,
    clock: Scale,
}

impl<'a> One<'_, 'a> {
    fn run(&self, numbers: &mut Numbers<'a>) -> Result<Value, Refusal> {
        let rules = self.rules()?;
        let mut event = Event::open(rules).map_err(|flaws| self.flawed(&flaws))?;
        let mut refused: Vec<(u64, &str)> = Vec::new();
        let mut lines: HashMap<u64, u64> = HashMap::new();
        for (sequence, bid) in (1..).zip(self.bids) {
            let [_, _, file] = &self.files.names;
            let amount = self
                .money
                .units(&bid.amount)
                .ok_or_else(|| bid.amount.unusable(file, bid.line, "amount"))?;
            let us = self.ticks(&bid.time, file, bid.line, "time")?;
            let input = Input::Bid { lot: 0, bidder: numbers.of(&bid.bidder), amount, stage: None };
            let entry = Entry { sequence, received: Instant::from_micros(us), input };
            lines.insert(sequence, bid.line);
            if let Err(why) = event.apply(&entry) {
                refused.push((bid.line, why.code.word()));
            }
        }
        // The last entry comes after every end that extensions could have reached.
        let close = Entry {
            sequence: u64::MAX,
            received: Instant::from_micros(i64::MAX),
            input: Input::Close { lot: 0 },
        };
        event.apply(&close).expect("every lot is over at the end of time");
        let line_of = |sequence: &u64| lines.get(sequence).copied().unwrap_or(0);
        let invalid = event.invalid(0);
        refused.extend(invalid.iter().map(|it| (line_of(&it.sequence), it.code.word())));
        refused.sort_unstable();
        Ok(self.answer(&event, &refused, numbers))
    }

    fn answer(&self, event: &Event, refused: &[(u64, &str)], numbers: &Numbers<'_>) -> Value {
        let winner = match event.outcome(0) {
            Some(Outcome::Sold(sale)) => sale.winners.first().copied(),
            _ => None,
        };
        let end = event.end(0).map_or(0, Instant::micros);
        let refused: Vec<Value> =
            refused.iter().map(|(line, code)| json!({ "line": line, "code": code })).collect();
        json!({
            "lot": self.row.lot,
            "winner": winner.map(|it| numbers.name(it.bidder)),
            "price": winner.map(|it| self.money.decimal(it.price, AMOUNT_DIGITS_MIN)),
            "end": number(&self.clock.decimal(end, 0)),
            "refused": refused,
        })
    }

    fn rules(&self) -> Result<Rules, Refusal> {
        let [rules_file, lots_file, _] = &self.files.names;
        let row = self.row;
        let amount = |decimal: &Decimal, column: &str| {
            let units = self.money.units(decimal);
            units.ok_or_else(|| decimal.unusable(lots_file, row.line, column))
        };
        let ticks =
            |decimal: &Decimal, column: &str| self.ticks(decimal, lots_file, row.line, column);
        let start = amount(&row.opening_price, "opening_price")?;
        let reserve = row.reserve.as_ref().map(|it| amount(it, "reserve")).transpose()?;
        let lot = Lot {
            name: String::new(),
            start,
            // A reserve that the opening price covers already reserves nothing.
            reserve: reserve.filter(|reserve| *reserve > start),
            commitment: None,
            opens: Instant::from_micros(ticks(&row.opens, "opens")?),
            closes: Instant::from_micros(ticks(&row.closes, "closes")?),
            buy_now: None,
            deposit: None,
        };
        Ok(Rules {
            name: String::new(),
            side: Side::Sale,
            unit: Unit { code: "-".to_owned(), digits: self.money.digits_u8() },
            mode: self.rules.mode(self.money, self.clock, rules_file)?,
            admission: ::auction::Admission::Open,
            bidders_min: 1,
            edits_until: None,
            is_joined: false,
            lots: vec![lot],
        })
    }

    fn ticks(&self, of: &Decimal, file: &str, line: u64, column: &str) -> Result<i64, Refusal> {
        self.clock.floor(of).ok_or_else(|| of.unusable(file, line, column))
    }

    fn flawed(&self, flaws: &[Flaw]) -> Refusal {
        let [rules_file, lots_file, _] = &self.files.names;
        let of_lot = |flaw: &&Flaw| flaw.field.starts_with("lots.");
        if let Some(flaw) = flaws.iter().find(of_lot) {
            let column = match flaw.field.rsplit('.').next().unwrap_or("") {
                "start" => "opening_price",
                other => other,
            };
            let reason = on_line("auction-file-lot-flawed", lots_file, self.row.line);
            return reason.text("found", format!("{column} ({})", flaw.code));
        }
        let found: Vec<String> =
            flaws.iter().map(|flaw| format!("{} ({})", flaw.field, flaw.code)).collect();
        on_line("auction-file-rules", rules_file, self.rules.steps_line)
            .text("found", found.join(", "))
    }
}

/// A decimal text as a JSON number.
fn number(decimal: &str) -> Value {
    serde_json::from_str(decimal).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests;
