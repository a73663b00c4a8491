//! One line for an entry and its answer.

use super::words;
use crate::entry::{Bidder, Entry, Extension, Input, LotTerms, Taken};
use crate::event::Event;
use crate::refused::Refused;
use crate::rules::Unit;
use crate::side::Minor;
use base::Instant;
use std::fmt::Write;

/// What stands between an entry and its answer.
const ANSWER: &str = " => ";

pub(super) fn write(
    entry: &Entry,
    answer: &Result<Taken, Refused>,
    event: &Event,
    to: &mut String,
) -> std::fmt::Result {
    let unit = &event.rules().unit;
    write!(to, "{} {} ", entry.sequence, entry.received.rfc3339())?;
    input(&entry.input, unit, to)?;
    to.push_str(ANSWER);
    match answer {
        Ok(taken) => accepted(taken, unit, to)?,
        Err(refused) => {
            write!(to, "refused {}", refused.code.word())?;
            if let Some(needed) = refused.needed {
                write!(to, ", needed {}", unit.decimal(needed))?;
            }
            if let Some(at) = refused.at {
                write!(to, ", time {}", at.rfc3339())?;
            }
        }
    }
    writeln!(to)
}

fn accepted(taken: &Taken, unit: &Unit, to: &mut String) -> std::fmt::Result {
    write!(to, "accepted")?;
    if let Some(price) = taken.price {
        write!(to, ", price {}", unit.decimal(price))?;
    }
    if let Some(leader) = taken.leader {
        write!(to, ", leader {leader}")?;
    }
    match taken.extension {
        Extension::None => {}
        Extension::AtTheEdge => write!(to, ", no extension at the edge")?,
        Extension::AtTheCap => write!(to, ", no extension at the cap")?,
        Extension::Moved { from, to: end } => {
            write!(to, ", end moved from {} to {}", from.rfc3339(), end.rfc3339())?;
        }
    }
    if taken.is_silent {
        write!(to, ", silent")?;
    }
    for (bidder, amount) in &taken.automatic {
        write!(to, ", automatic {bidder} {}", unit.decimal(*amount))?;
    }
    Ok(())
}

fn input(input: &Input, unit: &Unit, to: &mut String) -> std::fmt::Result {
    match input {
        Input::Admit { bidder, rank: None } => write!(to, "admit bidder {bidder}"),
        Input::Admit { bidder, rank: Some(rank) } => {
            write!(to, "admit bidder {bidder} rank {rank}")
        }
        Input::HoldDeposit { lot, bidder } => by(to, "hold-deposit", *lot, *bidder),
        Input::FreeDeposit { lot, bidder } => by(to, "free-deposit", *lot, *bidder),
        Input::Bid { lot, bidder, amount, stage } => {
            by(to, "bid", *lot, *bidder)?;
            write!(to, " amount {}", unit.decimal(*amount))?;
            stage.map_or(Ok(()), |stage| write!(to, " stage {stage}"))
        }
        Input::Seal { lot, bidder, commitment } => {
            by(to, "seal", *lot, *bidder)?;
            write!(to, " commitment ")?;
            commitment.iter().try_for_each(|byte| write!(to, "{byte:02x}"))
        }
        Input::Open { lot, sealed, amount } => {
            write!(to, "open lot {} entry {sealed} ", lot.saturating_add(1))?;
            match amount {
                Ok(amount) => write!(to, "amount {}", unit.decimal(*amount)),
                Err(why) => write!(to, "failed {}", words::unopened(*why)),
            }
        }
        Input::Buy { lot, bidder } => by(to, "buy", *lot, *bidder),
        Input::TakeBack { lot, bidder } => by(to, "take-back", *lot, *bidder),
        Input::Confirm { lot, bidder } => by(to, "confirm", *lot, *bidder),
        Input::Edit { lot, terms } => {
            let reserve = terms.reserve.map_or_else(|| "-".to_owned(), |it| unit.decimal(it));
            let start = unit.decimal(terms.start);
            write!(to, "edit lot {} start {start} reserve {reserve}", lot.saturating_add(1))
        }
        Input::Exclude { bidder } => write!(to, "exclude bidder {bidder}"),
        Input::Halt { lot } => write!(to, "halt lot {}", lot.saturating_add(1)),
        Input::GoOn { lot } => write!(to, "go-on lot {}", lot.saturating_add(1)),
        Input::Withdraw { lot } => write!(to, "withdraw lot {}", lot.saturating_add(1)),
        Input::CallOff { lot, why } => {
            write!(to, "call-off lot {} why {}", lot.saturating_add(1), words::call_off(*why))
        }
        Input::Return { lot, away_since } => {
            write!(to, "return lot {} away-since {}", lot.saturating_add(1), away_since.rfc3339())
        }
        Input::Reveal { lot, reserve, salt } => {
            let sum = unit.decimal(*reserve);
            write!(to, "reveal lot {} reserve {sum} salt ", lot.saturating_add(1))?;
            salt.iter().try_for_each(|byte| write!(to, "{byte:02x}"))
        }
        Input::Close { lot } => write!(to, "close lot {}", lot.saturating_add(1)),
    }
}

fn by(to: &mut String, what: &str, lot: usize, bidder: Bidder) -> std::fmt::Result {
    write!(to, "{what} lot {} bidder {bidder}", lot.saturating_add(1))
}

/// Reads the part of a line before its answer; answers are worked out anew.
pub(super) fn read(line: &str, unit: &Unit) -> Option<Entry> {
    let (asked, _) = line.split_once(ANSWER)?;
    let mut words = Words { rest: asked.split(' '), unit };
    let sequence = words.next()?.parse().ok()?;
    let received = words.instant()?;
    let input = read_input(&mut words)?;
    words.rest.next().is_none().then_some(Entry { sequence, received, input })
}

fn read_input(words: &mut Words<'_>) -> Option<Input> {
    let what = words.next()?;
    if matches!(what, "admit" | "exclude") {
        let bidder = words.bidder()?;
        let ranked = |words: &mut Words<'_>| match words.next() {
            None => Some(None),
            Some("rank") => Some(Some(words.next()?.parse().ok()?)),
            Some(_) => None,
        };
        return match what {
            "admit" => Some(Input::Admit { bidder, rank: ranked(words)? }),
            _ => Some(Input::Exclude { bidder }),
        };
    }
    let lot = words.after("lot")?.parse::<usize>().ok()?.checked_sub(1)?;
    Some(match what {
        "hold-deposit" => Input::HoldDeposit { lot, bidder: words.bidder()? },
        "free-deposit" => Input::FreeDeposit { lot, bidder: words.bidder()? },
        "bid" => {
            let bidder = words.bidder()?;
            let amount = words.amount("amount")?;
            let stage = match words.next() {
                None => None,
                Some("stage") => Some(words.next()?.parse().ok()?),
                Some(_) => return None,
            };
            Input::Bid { lot, bidder, amount, stage }
        }
        "seal" => {
            let bidder = words.bidder()?;
            let commitment = super::read::hash(words.after("commitment")?)?;
            Input::Seal { lot, bidder, commitment }
        }
        "open" => {
            let sealed = words.after("entry")?.parse().ok()?;
            let amount = match words.next()? {
                "amount" => Ok(words.unit.read(words.rest.next()?)?),
                "failed" => Err(words::read_unopened(words.next()?)?),
                _ => return None,
            };
            Input::Open { lot, sealed, amount }
        }
        "buy" => Input::Buy { lot, bidder: words.bidder()? },
        "take-back" => Input::TakeBack { lot, bidder: words.bidder()? },
        "confirm" => Input::Confirm { lot, bidder: words.bidder()? },
        "edit" => {
            let start = words.amount("start")?;
            let reserve = match words.after("reserve")? {
                "-" => None,
                typed => Some(words.unit.read(typed)?),
            };
            Input::Edit { lot, terms: LotTerms { start, reserve } }
        }
        "halt" => Input::Halt { lot },
        "go-on" => Input::GoOn { lot },
        "withdraw" => Input::Withdraw { lot },
        "call-off" => Input::CallOff { lot, why: words::read_call_off(words.after("why")?)? },
        "return" => {
            (words.next()? == "away-since").then_some(())?;
            Input::Return { lot, away_since: words.instant()? }
        }
        "reveal" => {
            let reserve = words.amount("reserve")?;
            let salt = super::read::hash(words.after("salt")?)?;
            Input::Reveal { lot, reserve, salt }
        }
        "close" => Input::Close { lot },
        _ => return None,
    })
}

/// The words of a line, one after the other.
struct Words<'a> {
    rest: std::str::Split<'a, char>,
    unit: &'a Unit,
}

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<&'a str> {
        self.rest.next()
    }

    /// The word after this one.
    fn after(&mut self, name: &str) -> Option<&'a str> {
        let is_named = self.next()? == name;
        is_named.then(|| self.next()).flatten()
    }

    fn bidder(&mut self) -> Option<Bidder> {
        self.after("bidder")?.parse().ok().map(Bidder)
    }

    fn amount(&mut self, name: &str) -> Option<Minor> {
        let typed = self.after(name)?;
        self.unit.read(typed)
    }

    fn instant(&mut self) -> Option<Instant> {
        super::read::instant(self.next()?)
    }
}
