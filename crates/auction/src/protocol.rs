//! The record of an event: rules, every entry with its answer, and the results, in one text.
//!
//! It is written for people to read and for a machine to check: [`check`] reads rules and entries
//! out of it, runs the engine again, writes the text anew and compares the two to the byte. So a
//! changed answer, a changed result and a changed entry are all found; that the whole was not
//! written anew by somebody else is what a signature over its digest says.
//!
//! Bidders are numbers here. Under proxy rules a whole record holds limits, the winner's too, and is
//! for auditors; [`write_public`] shows of each limit only what the room has seen of it.

mod entry;
mod read;
mod withhold;
mod words;

use crate::entry::{Entry, Taken};
use crate::event::Event;
use crate::flaw::Flaw;
use crate::outcome::{Fate, Outcome, Sale, TieBreak, Winner};
use crate::refused::Refused;
use crate::rules::{Digest, Rules, Unit};
use sha2::{Digest as _, Sha256};
use std::fmt::Write;

pub use read::Wrong;

/// The first line.
pub(crate) const FIRST_LINE: &str = "bellwether auction protocol 1";
/// What begins the last line: the digest of everything before it.
pub(crate) const DIGEST: &str = "digest sha256 ";
/// Bytes of a protocol that are read.
pub const PROTOCOL_BYTES_MAX: usize = 64 << 20;

/// What a protocol that is whole says.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The digest of the text, which is what a seal signs.
    pub digest: Digest,
    pub n_entries: usize,
    /// The event as it stands after the last entry.
    pub event: Event,
}

/// Runs the entries under the rules and writes the record.
pub fn write(rules: Rules, entries: &[Entry]) -> Result<String, Vec<Flaw>> {
    Ok(run(rules, entries, Limits::Whole)?.0)
}

/// The same for everybody to read: of a limit it holds what the room has seen, and the same results
/// follow from it.
pub fn write_public(rules: Rules, entries: &[Entry]) -> Result<String, Vec<Flaw>> {
    let kept = withhold::withhold(&rules, entries)?;
    Ok(run(rules, &kept, Limits::AsSeen)?.0)
}

/// Reads a record, runs it again, and compares.
pub fn check(text: &str) -> Result<Checked, Wrong> {
    let (rules, limits, entries) = read::read(text)?;
    let (again, event) = run(rules, &entries, limits).map_err(Wrong::Rules)?;
    if let Some(line) = first_difference(text, &again) {
        return Err(Wrong::Differs { line, expected: nth(&again, line), found: nth(text, line) });
    }
    Ok(Checked { digest: digest_of(text), n_entries: entries.len(), event })
}

/// The digest of a whole protocol.
pub fn digest_of(text: &str) -> Digest {
    Digest(Sha256::digest(text.as_bytes()).into())
}

/// The line of one entry with its answer, after the event took it: what is kept of it.
pub fn line(entry: &Entry, answer: &Result<Taken, Refused>, event: &Event) -> String {
    let mut text = String::new();
    entry::write(entry, answer, event, &mut text).expect("a string takes every text");
    text.truncate(text.trim_end().len());
    text
}

/// Reads the entry out of its line; the answer is worked out anew.
pub fn read_line(line: &str, unit: &Unit) -> Option<Entry> {
    entry::read(line, unit)
}

/// Reads rules out of their canonical text; nothing that is spelt in another way passes.
pub fn read_rules(text: &str) -> Option<Rules> {
    let rules = read::read_rules(text)?;
    (rules.text() == text).then_some(rules)
}

fn nth(text: &str, line: usize) -> String {
    text.lines().nth(line - 1).unwrap_or("").chars().take(500).collect()
}

/// The number of the first line in which two texts differ.
fn first_difference(one: &str, other: &str) -> Option<usize> {
    if one == other {
        return None;
    }
    let alike = |(a, b): &(&str, &str)| a == b;
    Some(1 + one.split('\n').zip(other.split('\n')).take_while(alike).count())
}

/// How much of a limit a record holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limits {
    Whole,
    AsSeen,
}

impl Limits {
    const ALL: [Self; 2] = [Self::Whole, Self::AsSeen];

    fn word(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::AsSeen => "as seen in the room",
        }
    }
}

fn run(rules: Rules, entries: &[Entry], limits: Limits) -> Result<(String, Event), Vec<Flaw>> {
    let mut text = format!("{FIRST_LINE}\nlimits {}\n", limits.word());
    let mut event = Event::open(rules)?;
    write_all(&mut event, entries, &mut text).expect("a string takes every text");
    Ok((text, event))
}

fn write_all(event: &mut Event, entries: &[Entry], to: &mut String) -> std::fmt::Result {
    writeln!(to, "rules sha256 {}", event.digest())?;
    to.push_str(&event.rules().text());
    writeln!(to, "entries {}", entries.len())?;
    for entry in entries {
        let answer = event.apply(entry);
        entry::write(entry, &answer, event, to)?;
    }
    writeln!(to, "results")?;
    for lot in 0..event.rules().lots.len() {
        result(event, lot, to)?;
    }
    let digest = digest_of(to);
    writeln!(to, "{DIGEST}{digest}")
}

fn result(event: &Event, lot: usize, to: &mut String) -> std::fmt::Result {
    let place = lot + 1;
    match event.outcome(lot) {
        None => writeln!(to, "lot {place} open")?,
        Some(outcome) => {
            let word = words::outcome(outcome);
            let end = event.end(lot).expect("the lot is one of the event's").rfc3339();
            writeln!(to, "lot {place} {word}, end {end}")?;
        }
    }
    if let Some(Outcome::Sold(sale)) = event.outcome(lot) {
        sold(sale, &event.rules().unit, to)?;
    }
    for invalid in event.invalid(lot) {
        let code = invalid.code.word();
        writeln!(to, "invalid entry {} bidder {} {code}", invalid.sequence, invalid.bidder)?;
    }
    for (bidder, fate) in event.fates(lot) {
        let fate = match fate {
            Fate::TowardsPrice => "towards-price",
            Fate::Waiting => "waiting",
            Fate::Released => "released",
        };
        writeln!(to, "deposit bidder {bidder} {fate}")?;
    }
    Ok(())
}

fn sold(sale: &Sale, unit: &Unit, to: &mut String) -> std::fmt::Result {
    let winner = |it: &Winner| format!("bidder {} price {}", it.bidder, unit.decimal(it.price));
    for it in &sale.winners {
        writeln!(to, "winner {}", winner(it))?;
    }
    if let Some(standby) = &sale.standby {
        writeln!(to, "standby {}", winner(standby))?;
    }
    match sale.tie {
        Some(TieBreak::Priority) => writeln!(to, "tie broken by priority"),
        Some(TieBreak::Earlier) => writeln!(to, "tie broken by arrival"),
        None => Ok(()),
    }
}
