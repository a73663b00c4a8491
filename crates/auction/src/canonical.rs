//! The one written form of rules: a line for each thing, in a fixed order.
//!
//! The digest of rules is the SHA-256 of this text, so it holds everything that decides.

use crate::rules::{
    Admission, Digest, Lot, Mode, Pricing, Replacing, Rules, SoftClose, Stretch, Unit,
};
use crate::side::{Minor, Side};
use crate::step::{Step, Steps};
use sha2::{Digest as _, Sha256};
use std::fmt::Write;

/// The first line of the text.
const FIRST_LINE: &str = "bellwether auction rules 1";

impl Rules {
    /// The canonical text; equal rules have equal texts.
    pub fn text(&self) -> String {
        let mut text = String::new();
        write(self, &mut text).expect("a string takes every text");
        text
    }

    /// The digest of the canonical text.
    pub fn digest(&self) -> Digest {
        Digest(Sha256::digest(self.text().as_bytes()).into())
    }
}

impl Unit {
    /// An amount as a decimal text with all its digits.
    pub fn decimal(&self, amount: Minor) -> String {
        let digits = usize::from(self.digits);
        let sign = if amount < 0 { "-" } else { "" };
        let plain = format!("{:0>width$}", amount.unsigned_abs(), width = digits + 1);
        let (whole, part) = plain.split_at(plain.len() - digits);
        let point = if digits == 0 { "" } else { "." };
        format!("{sign}{whole}{point}{part}")
    }
}

fn write(rules: &Rules, to: &mut String) -> std::fmt::Result {
    let unit = &rules.unit;
    writeln!(to, "{FIRST_LINE}")?;
    writeln!(to, "name {}", rules.name)?;
    let side = match rules.side {
        Side::Sale => "sale",
        Side::Purchase => "purchase",
    };
    writeln!(to, "side {side}")?;
    writeln!(to, "unit {} {}", unit.code, unit.digits)?;
    mode(&rules.mode, unit, to)?;
    let admission = match rules.admission {
        Admission::Open => "open",
        Admission::Listed => "listed",
    };
    writeln!(to, "admission {admission}")?;
    writeln!(to, "bidders-min {}", rules.bidders_min)?;
    let edits = rules.edits_until.map_or_else(|| "-".to_owned(), base::Instant::rfc3339);
    writeln!(to, "edits-until {edits}")?;
    writeln!(to, "joined {}", yes(rules.is_joined))?;
    rules.lots.iter().enumerate().try_for_each(|(n, it)| lot(n, it, unit, to))
}

fn mode(mode: &Mode, unit: &Unit, to: &mut String) -> std::fmt::Result {
    match mode {
        Mode::English(english) => {
            writeln!(to, "mode english")?;
            writeln!(to, "proxy {}", yes(english.is_proxy))?;
            steps(&english.steps, unit, to)?;
            soft_close(english.soft_close.as_ref(), to)?;
            writeln!(to, "running-us-min {}", english.running_us_min)
        }
        Mode::Rounds(rounds) => {
            writeln!(to, "mode rounds")?;
            writeln!(to, "rounds {}", rounds.n_rounds)?;
            writeln!(to, "pause-us {}", rounds.pause_us)?;
            writeln!(to, "turn-us {}", rounds.turn_us)?;
            writeln!(to, "between-us {}", rounds.between_us)?;
            steps(&rounds.steps, unit, to)
        }
        Mode::Hybrid(hybrid) => {
            writeln!(to, "mode hybrid")?;
            writeln!(to, "pause-us {}", hybrid.pause_us)?;
            writeln!(to, "stages {}", hybrid.n_stages)?;
            writeln!(to, "stage-us {}", hybrid.stage_us)?;
            writeln!(to, "fall-bp {}", hybrid.fall_bp)?;
            writeln!(to, "sealed-pause-us {}", hybrid.sealed_pause_us)?;
            writeln!(to, "sealed-us {}", hybrid.sealed_us)?;
            writeln!(to, "best-pause-us {}", hybrid.best_pause_us)?;
            writeln!(to, "best-us {}", hybrid.best_us)
        }
        Mode::Sealed(sealed) => {
            writeln!(to, "mode sealed")?;
            match sealed.pricing {
                Pricing::First => writeln!(to, "pricing first")?,
                Pricing::Second { n_winners } => writeln!(to, "pricing second {n_winners}")?,
            }
            let replacing = match sealed.replacing {
                Replacing::Allowed => "allowed",
                Replacing::Final => "final",
            };
            writeln!(to, "replacing {replacing}")
        }
    }
}

fn soft_close(soft: Option<&SoftClose>, to: &mut String) -> std::fmt::Result {
    let Some(soft) = soft else { return writeln!(to, "soft-close -") };
    let stretch = match soft.stretch {
        Stretch::Reset => "reset",
        Stretch::Add => "add",
    };
    let number = |it: Option<i64>| it.map_or_else(|| "-".to_owned(), |it| it.to_string());
    let (cap, most) = (number(soft.cap_us), number(soft.extensions_max.map(i64::from)));
    writeln!(to, "soft-close {} {stretch} {cap} {most}", soft.window_us)
}

fn steps(steps: &Steps, unit: &Unit, to: &mut String) -> std::fmt::Result {
    write!(to, "steps")?;
    for (from, step) in steps.bands() {
        match step {
            Step::Fixed(sum) => write!(to, " {}={}", unit.decimal(*from), unit.decimal(*sum))?,
            Step::Share(bp) => write!(to, " {}={bp}bp", unit.decimal(*from))?,
        }
    }
    writeln!(to)
}

fn lot(n: usize, lot: &Lot, unit: &Unit, to: &mut String) -> std::fmt::Result {
    let amount = |it: Option<Minor>| it.map_or_else(|| "-".to_owned(), |it| unit.decimal(it));
    writeln!(to, "lot {} {}", n + 1, lot.name)?;
    writeln!(to, "start {}", unit.decimal(lot.start))?;
    match &lot.commitment {
        Some(commitment) => {
            write!(to, "reserve hidden ")?;
            commitment.iter().try_for_each(|byte| write!(to, "{byte:02x}"))?;
            writeln!(to)?;
        }
        None => writeln!(to, "reserve {}", amount(lot.reserve))?,
    }
    writeln!(to, "opens {}", lot.opens.rfc3339())?;
    writeln!(to, "closes {}", lot.closes.rfc3339())?;
    writeln!(to, "buy-now {}", amount(lot.buy_now))?;
    writeln!(to, "deposit {}", amount(lot.deposit))
}

fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}
