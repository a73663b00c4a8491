//! Reading rules and entries back out of a protocol.
//!
//! The reader is generous where it can be: the text is written anew afterwards and compared, so
//! nothing that is spelt in another way passes.

use super::{DIGEST, FIRST_LINE, Limits, PROTOCOL_BYTES_MAX, entry};
use crate::entry::Entry;
use crate::flaw::Flaw;
use crate::rules::{
    Admission, English, Hybrid, Lot, Mode, Pricing, Replacing, Rounds, Rules, Sealed, SoftClose,
    Stretch, Unit,
};
use crate::side::{Minor, Side};
use crate::step::{Step, Steps};
use base::Instant;
use std::str::FromStr;

/// Why a text is no protocol, or one that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// More bytes than are read.
    TooLong,
    /// The line is not what stands there in a protocol.
    Unreadable { line: usize },
    /// Rules that no event can have been opened with.
    Rules(Vec<Flaw>),
    /// The line says something else than the engine does.
    Differs { line: usize, expected: String, found: String },
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLong => write!(f, "The text has more than {PROTOCOL_BYTES_MAX} bytes."),
            Self::Unreadable { line } => write!(f, "Line {line} cannot be read."),
            Self::Rules(flaws) => {
                let fields: Vec<&str> = flaws.iter().map(|flaw| flaw.field.as_str()).collect();
                write!(f, "The rules are flawed: {}.", fields.join(", "))
            }
            Self::Differs { line, expected, found } => {
                write!(f, "Line {line} says \"{found}\", recomputed it says \"{expected}\".")
            }
        }
    }
}

impl std::error::Error for Wrong {}

pub(super) fn read(text: &str) -> Result<(Rules, Limits, Vec<Entry>), Wrong> {
    if text.len() > PROTOCOL_BYTES_MAX {
        return Err(Wrong::TooLong);
    }
    let mut lines = Lines { lines: text.lines(), n: 0 };
    let read = all(&mut lines);
    read.ok_or(Wrong::Unreadable { line: lines.n.max(1) })
}

/// The rules in a text that ends with them.
pub(super) fn read_rules(text: &str) -> Option<Rules> {
    let ended = format!("{text}entries 0\n");
    let mut lines = Lines { lines: ended.lines(), n: 0 };
    let (rules, _) = rules(&mut lines)?;
    lines.next().is_none().then_some(rules)
}

fn all(lines: &mut Lines<'_>) -> Option<(Rules, Limits, Vec<Entry>)> {
    (lines.next()? == FIRST_LINE).then_some(())?;
    let limits = lines.value("limits")?;
    let limits = Limits::ALL.into_iter().find(|it| it.word() == limits)?;
    lines.value("rules")?;
    let (rules, n_entries) = rules(lines)?;
    let mut entries = Vec::new();
    for _ in 0..n_entries {
        entries.push(entry::read(lines.next()?, &rules.unit)?);
    }
    (lines.next()? == "results").then_some(())?;
    // Results are worked out anew; here they only have to end.
    while let Some(line) = lines.next() {
        if line.starts_with(DIGEST) {
            return lines.next().is_none().then_some((rules, limits, entries));
        }
    }
    None
}

/// The rules and how many entries follow them.
fn rules(lines: &mut Lines<'_>) -> Option<(Rules, usize)> {
    lines.next()?;
    let name = lines.value("name")?.to_owned();
    let side = match lines.value("side")? {
        "sale" => Side::Sale,
        "purchase" => Side::Purchase,
        _ => return None,
    };
    let (code, digits) = lines.value("unit")?.split_once(' ')?;
    let unit = Unit { code: code.to_owned(), digits: digits.parse().ok()? };
    (unit.digits <= 12).then_some(())?;
    let mode = mode(lines, &unit)?;
    let admission = match lines.value("admission")? {
        "open" => Admission::Open,
        "listed" => Admission::Listed,
        _ => return None,
    };
    let bidders_min = lines.number("bidders-min")?;
    let edits_until = match lines.value("edits-until")? {
        "-" => None,
        typed => Some(instant(typed)?),
    };
    let is_joined = lines.yes("joined")?;
    let mut lots = Vec::new();
    let n_entries = loop {
        let line = lines.next()?;
        if let Some(n) = line.strip_prefix("entries ") {
            break n.parse().ok()?;
        }
        let (_, name) = line.strip_prefix("lot ")?.split_once(' ')?;
        lots.push(lot(lines, name, &unit)?);
    };
    let rules =
        Rules { name, side, unit, mode, admission, bidders_min, edits_until, is_joined, lots };
    Some((rules, n_entries))
}

fn lot(lines: &mut Lines<'_>, name: &str, unit: &Unit) -> Option<Lot> {
    let maybe = |typed: &str| match typed {
        "-" => Some(None),
        typed => unit.read(typed).map(Some),
    };
    let start = unit.read(lines.value("start")?)?;
    let typed = lines.value("reserve")?;
    let (reserve, commitment) = match typed.strip_prefix("hidden ") {
        Some(typed) => (None, Some(hash(typed)?)),
        None => (maybe(typed)?, None),
    };
    Some(Lot {
        name: name.to_owned(),
        start,
        reserve,
        commitment,
        opens: instant(lines.value("opens")?)?,
        closes: instant(lines.value("closes")?)?,
        buy_now: maybe(lines.value("buy-now")?)?,
        deposit: maybe(lines.value("deposit")?)?,
    })
}

fn mode(lines: &mut Lines<'_>, unit: &Unit) -> Option<Mode> {
    Some(match lines.value("mode")? {
        "english" => Mode::English(English {
            is_proxy: lines.yes("proxy")?,
            steps: steps(lines.value("steps")?, unit)?,
            soft_close: soft_close(lines.value("soft-close")?)?,
            running_us_min: lines.number("running-us-min")?,
        }),
        "rounds" => Mode::Rounds(Rounds {
            n_rounds: lines.number("rounds")?,
            pause_us: lines.number("pause-us")?,
            turn_us: lines.number("turn-us")?,
            between_us: lines.number("between-us")?,
            steps: steps(lines.value("steps")?, unit)?,
        }),
        "hybrid" => Mode::Hybrid(Hybrid {
            pause_us: lines.number("pause-us")?,
            n_stages: lines.number("stages")?,
            stage_us: lines.number("stage-us")?,
            fall_bp: lines.number("fall-bp")?,
            sealed_pause_us: lines.number("sealed-pause-us")?,
            sealed_us: lines.number("sealed-us")?,
            best_pause_us: lines.number("best-pause-us")?,
            best_us: lines.number("best-us")?,
        }),
        "sealed" => {
            let pricing = match lines.value("pricing")? {
                "first" => Pricing::First,
                typed => {
                    let n_winners = typed.strip_prefix("second ")?.parse().ok()?;
                    Pricing::Second { n_winners }
                }
            };
            let replacing = match lines.value("replacing")? {
                "allowed" => Replacing::Allowed,
                "final" => Replacing::Final,
                _ => return None,
            };
            Mode::Sealed(Sealed { pricing, replacing })
        }
        _ => return None,
    })
}

fn soft_close(typed: &str) -> Option<Option<SoftClose>> {
    if typed == "-" {
        return Some(None);
    }
    let mut parts = typed.split(' ');
    let window_us = parts.next()?.parse().ok()?;
    let stretch = match parts.next()? {
        "reset" => Stretch::Reset,
        "add" => Stretch::Add,
        _ => return None,
    };
    let cap_us = match parts.next()? {
        "-" => None,
        typed => Some(typed.parse().ok()?),
    };
    let extensions_max = match parts.next()? {
        "-" => None,
        typed => Some(typed.parse().ok()?),
    };
    Some(Some(SoftClose { window_us, stretch, cap_us, extensions_max }))
}

fn steps(typed: &str, unit: &Unit) -> Option<Steps> {
    let band = |band: &str| {
        let (from, step) = band.split_once('=')?;
        let step = match step.strip_suffix("bp") {
            Some(share) => Step::Share(share.parse().ok()?),
            None => Step::Fixed(unit.read(step)?),
        };
        Some((unit.read(from)?, step))
    };
    typed.split(' ').map(band).collect::<Option<Vec<_>>>().map(Steps::new)
}

/// RFC 3339, or bare microseconds where a year has more digits than that has room for.
pub(super) fn instant(typed: &str) -> Option<Instant> {
    Instant::parse_rfc3339(typed).or_else(|| typed.parse().ok().map(Instant::from_micros))
}

/// 64 hexadecimal digits.
pub(super) fn hash(typed: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    (typed.len() == 64 && typed.is_ascii()).then_some(())?;
    for (n, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(typed.get(2 * n..2 * n + 2)?, 16).ok()?;
    }
    Some(bytes)
}

impl Unit {
    /// Reads an amount that has all its digits.
    pub(crate) fn read(&self, typed: &str) -> Option<Minor> {
        let digits = usize::from(self.digits);
        let (whole, part) = typed.split_once('.').unwrap_or((typed, ""));
        (part.len() == digits && part.bytes().all(|b| b.is_ascii_digit())).then_some(())?;
        format!("{whole}{part}").parse().ok()
    }
}

struct Lines<'a> {
    lines: std::str::Lines<'a>,
    /// The number of the line that was read last.
    n: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<&'a str> {
        self.n += 1;
        self.lines.next()
    }

    /// What stands after the name of a line.
    fn value(&mut self, name: &str) -> Option<&'a str> {
        self.next()?.strip_prefix(name)?.strip_prefix(' ')
    }

    fn number<T: FromStr>(&mut self, name: &str) -> Option<T> {
        self.value(name)?.parse().ok()
    }

    fn yes(&mut self, name: &str) -> Option<bool> {
        match self.value(name)? {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        }
    }
}
