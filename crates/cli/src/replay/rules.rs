//! The rules of a replay, as TOML: kind, proxy, steps, window_s, cap_s.
//!
//! Numbers are taken as they are spelt, not as the floats that TOML would make of them.

use super::decimal::{Decimal, Scale};
use super::on_line;
use ::auction::{
    English, Hybrid, Minor, Mode, Pricing, Replacing, Rounds, Sealed, SoftClose, Step, Steps,
    Stretch,
};
use base::Refusal;
use toml::de::{DeTable, DeValue};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    English,
    FirstPrice,
    SecondPrice,
    ThreeRounds,
    Hybrid,
}

/// Kinds by the names they may have.
const KINDS: [(&str, Kind); 11] = [
    ("english", Kind::English),
    ("first-price", Kind::FirstPrice),
    ("sealed-first-price", Kind::FirstPrice),
    ("sealed", Kind::FirstPrice),
    ("second-price", Kind::SecondPrice),
    ("sealed-second-price", Kind::SecondPrice),
    ("vickrey", Kind::SecondPrice),
    ("three-rounds", Kind::ThreeRounds),
    ("three-round", Kind::ThreeRounds),
    ("hybrid", Kind::Hybrid),
    ("dutch", Kind::Hybrid),
];

/// The rules as read.
pub(super) struct Read {
    kind: Kind,
    is_proxy: bool,
    steps: Vec<(Decimal, Decimal)>,
    window: Option<Decimal>,
    cap: Option<Decimal>,
    /// The line of the steps, for complaints.
    pub(super) steps_line: u64,
}

impl Read {
    pub(super) fn amounts(&self) -> impl Iterator<Item = &Decimal> + Clone {
        self.steps.iter().flat_map(|(from, step)| [from, step])
    }

    pub(super) fn times(&self) -> impl Iterator<Item = &Decimal> + Clone {
        self.window.iter().chain(&self.cap)
    }

    pub(super) fn mode(&self, money: Scale, clock: Scale, file: &str) -> Result<Mode, Refusal> {
        let steps = || self.steps(money, file);
        let seconds =
            |it: &Decimal, key: &str| clock.units(it).ok_or_else(|| it.unusable(file, 1, key));
        let sealed = |pricing| Mode::Sealed(Sealed { pricing, replacing: Replacing::Allowed });
        Ok(match self.kind {
            Kind::English => {
                let window = self.window.as_ref().map(|it| seconds(it, "window_s")).transpose()?;
                let cap_us = self.cap.as_ref().map(|it| seconds(it, "cap_s")).transpose()?;
                // A window of nothing holds no bid: it extends as little as none.
                let soft_close = window.filter(|us| *us != 0).map(|window_us| SoftClose {
                    window_us,
                    stretch: Stretch::Reset,
                    cap_us,
                    extensions_max: None,
                });
                let (is_proxy, steps) = (self.is_proxy, steps()?);
                Mode::English(English { is_proxy, steps, soft_close, running_us_min: 0 })
            }
            Kind::FirstPrice => sealed(Pricing::First),
            Kind::SecondPrice => sealed(Pricing::Second { n_winners: 1 }),
            Kind::ThreeRounds => {
                let rounds = Rounds::sale(steps()?);
                Mode::Rounds(Rounds {
                    pause_us: clock.of_micros(rounds.pause_us),
                    turn_us: clock.of_micros(rounds.turn_us),
                    between_us: clock.of_micros(rounds.between_us),
                    ..rounds
                })
            }
            Kind::Hybrid => {
                let hybrid = Hybrid::default();
                Mode::Hybrid(Hybrid {
                    pause_us: clock.of_micros(hybrid.pause_us),
                    stage_us: clock.of_micros(hybrid.stage_us),
                    sealed_pause_us: clock.of_micros(hybrid.sealed_pause_us),
                    sealed_us: clock.of_micros(hybrid.sealed_us),
                    best_pause_us: clock.of_micros(hybrid.best_pause_us),
                    best_us: clock.of_micros(hybrid.best_us),
                    ..hybrid
                })
            }
        })
    }

    /// The table of steps; without one, a raise is one unit.
    fn steps(&self, money: Scale, file: &str) -> Result<Steps, Refusal> {
        let units = |it: &Decimal| -> Result<Minor, Refusal> {
            money.units(it).ok_or_else(|| it.unusable(file, self.steps_line, "steps"))
        };
        if self.steps.is_empty() {
            return Ok(Steps::one(Step::Fixed(1)));
        }
        let bands = self.steps.iter();
        let bands = bands.map(|(from, step)| Ok((units(from)?, Step::Fixed(units(step)?))));
        bands.collect::<Result<Vec<_>, Refusal>>().map(Steps::new)
    }
}

pub(super) fn read(bytes: &[u8], file: &str) -> Result<Read, Refusal> {
    let wrong =
        |line: u64, found: String| on_line("auction-file-rules", file, line).text("found", found);
    let text = std::str::from_utf8(bytes).map_err(|error| wrong(1, error.to_string()))?;
    let line_at = |place: usize| {
        let before = text.as_bytes().iter().take(place).filter(|byte| **byte == b'\n').count();
        u64::try_from(before).unwrap_or(u64::MAX).saturating_add(1)
    };
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(span.start));
        wrong(line, error.message().to_owned())
    })?;
    let mut kind = None;
    let mut read = Read {
        kind: Kind::English,
        is_proxy: false,
        steps: Vec::new(),
        window: None,
        cap: None,
        steps_line: 1,
    };
    for (key, value) in table.get_ref() {
        let line = line_at(key.span().start);
        let odd = || wrong(line, key.get_ref().to_string());
        let value = value.get_ref();
        match key.get_ref().as_ref() {
            "kind" => {
                let typed = value.as_str().ok_or_else(odd)?;
                let plain = typed.replace('_', "-");
                let known = KINDS.iter().find(|(name, _)| *name == plain);
                kind = Some(known.ok_or_else(|| wrong(line, format!("kind = \"{typed}\"")))?.1);
            }
            "proxy" => read.is_proxy = value.as_bool().ok_or_else(odd)?,
            "steps" => {
                read.steps = steps(value).ok_or_else(odd)?;
                read.steps_line = line;
            }
            "window_s" => read.window = Some(decimal(value).ok_or_else(odd)?),
            "cap_s" => read.cap = Some(decimal(value).ok_or_else(odd)?),
            _ => return Err(odd()),
        }
    }
    read.kind = kind.ok_or_else(|| wrong(1, "kind".to_owned()))?;
    Ok(read)
}

fn steps(value: &DeValue<'_>) -> Option<Vec<(Decimal, Decimal)>> {
    let band = |band: &DeValue<'_>| {
        let pair: Vec<Decimal> =
            band.as_array()?.iter().map(|it| decimal(it.get_ref())).collect::<Option<_>>()?;
        let [from, step] = <[Decimal; 2]>::try_from(pair).ok()?;
        Some((from, step))
    };
    value.as_array()?.iter().map(|it| band(it.get_ref())).collect()
}

/// A number of whichever spelling, or a text that holds one.
fn decimal(value: &DeValue<'_>) -> Option<Decimal> {
    match value {
        DeValue::Integer(it) if it.radix() == 10 => Decimal::parse(it.as_str()),
        DeValue::Float(it) => Decimal::parse(it.as_str()),
        DeValue::String(it) => Decimal::parse(it),
        _ => None,
    }
}
