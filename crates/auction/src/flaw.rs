//! What is wrong with rules, before anybody bids under them.

use crate::rules::{Admission, Lot, Micros, Mode, Pricing, Rules};
use crate::side::Side;
use crate::step::{Step, Steps};

/// Lots of one event.
const LOTS_MAX: usize = 10_000;
/// Bands of one step table.
const BANDS_MAX: usize = 1_000;
/// Turns of a round and stages of a falling price.
const STAGES_MAX: u32 = 10_000;
/// No span is longer, so that a sum of a few of them stays far from overflow; a replay may count
/// in finer ticks than microseconds.
const SPAN_US_MAX: Micros = Micros::MAX / 32;

/// One thing to mend in rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The field, such as `lots.0.deposit`.
    pub field: String,
    /// `zero`, `out-of-order`, `too-many`, `too-short`, `too-long`, `unreadable`, `beyond`, `absent`.
    pub code: &'static str,
}

struct Flaws(Vec<Flaw>);

impl Flaws {
    fn when(&mut self, is_wrong: bool, field: impl Into<String>, code: &'static str) {
        if is_wrong {
            self.0.push(Flaw { field: field.into(), code });
        }
    }
}

impl Rules {
    /// Everything that has to be mended before an event can open; empty where nothing has to.
    pub fn flaws(&self) -> Vec<Flaw> {
        let mut flaws = Flaws(Vec::new());
        flaws.when(!is_line(&self.name), "name", "unreadable");
        let code = &self.unit.code;
        let is_code =
            !code.is_empty() && code.len() <= 8 && code.bytes().all(|b| b.is_ascii_graphic());
        flaws.when(!is_code, "unit", "unreadable");
        flaws.when(self.unit.digits > 12, "unit", "beyond");
        flaws.when(!(1..=2).contains(&self.bidders_min), "bidders_min", "beyond");
        flaws.when(self.lots.is_empty(), "lots", "absent");
        flaws.when(self.lots.len() > LOTS_MAX, "lots", "too-many");
        mode(self, &mut flaws);
        for (n, lot) in self.lots.iter().take(LOTS_MAX).enumerate() {
            lot_flaws(self, n, lot, &mut flaws);
        }
        flaws.0
    }
}

fn lot_flaws(rules: &Rules, n: usize, lot: &Lot, flaws: &mut Flaws) {
    let field = |name: &str| format!("lots.{n}.{name}");
    let side = rules.side;
    flaws.when(!is_line(&lot.name), field("name"), "unreadable");
    flaws.when(lot.start < 0, field("start"), "beyond");
    let is_under = |price: i64| side.value(price) < side.value(lot.start) || price <= 0;
    // A falling price passes under its start by intention.
    let is_falling = matches!(rules.mode, Mode::Hybrid(_));
    flaws.when(lot.reserve.is_some_and(|price| price < 0), field("reserve"), "beyond");
    let is_low = !is_falling && lot.reserve.is_some_and(|price| price > 0 && is_under(price));
    flaws.when(is_low, field("reserve"), "beyond");
    // Where the price follows from limits or is opened after the end, it does not tell the reserve.
    let hides = matches!(rules.mode, Mode::English(_) | Mode::Sealed(_)) && lot.reserve.is_none();
    flaws.when(lot.commitment.is_some() && !hides, field("commitment"), "beyond");
    flaws.when(lot.buy_now.is_some_and(is_under), field("buy_now"), "beyond");
    let buys = lot.buy_now.is_some() && !matches!(rules.mode, Mode::English(_));
    flaws.when(buys, field("buy_now"), "beyond");
    // A deposit is asked for or it is not: zero is neither.
    flaws.when(lot.deposit.is_some_and(|sum| sum <= 0), field("deposit"), "zero");
    let asks = lot.deposit.is_some() && rules.admission == Admission::Open;
    flaws.when(asks, field("deposit"), "beyond");
    let runs_us = lot.closes.micros().saturating_sub(lot.opens.micros());
    let has_own_timetable = matches!(rules.mode, Mode::Rounds(_) | Mode::Hybrid(_));
    flaws.when(runs_us <= 0 && !has_own_timetable, field("closes"), "out-of-order");
    flaws.when(runs_us > SPAN_US_MAX, field("closes"), "too-long");
    if let Mode::English(english) = &rules.mode {
        let is_short = runs_us > 0 && runs_us < english.running_us_min;
        flaws.when(is_short, field("closes"), "too-short");
    }
}

fn mode(rules: &Rules, flaws: &mut Flaws) {
    let mut span = |name: &str, us: Micros, least: Micros| {
        flaws.when(us < least, name, "too-short");
        flaws.when(us > SPAN_US_MAX, name, "too-long");
    };
    match &rules.mode {
        Mode::English(english) => {
            span("mode.running", english.running_us_min, 0);
            if let Some(soft) = &english.soft_close {
                span("mode.window", soft.window_us, 1);
                span("mode.cap", soft.cap_us.unwrap_or(0), 0);
            }
            steps(&english.steps, flaws);
        }
        Mode::Rounds(rounds) => {
            span("mode.pause", rounds.pause_us, 0);
            span("mode.turn", rounds.turn_us, 1);
            span("mode.between", rounds.between_us, 0);
            flaws.when(!(1..=STAGES_MAX).contains(&rounds.n_rounds), "mode.rounds", "beyond");
            steps(&rounds.steps, flaws);
        }
        Mode::Hybrid(hybrid) => {
            for (name, us, least) in [
                ("mode.pause", hybrid.pause_us, 0),
                ("mode.stage", hybrid.stage_us, 1),
                ("mode.sealed_pause", hybrid.sealed_pause_us, 0),
                ("mode.sealed", hybrid.sealed_us, 1),
                ("mode.best_pause", hybrid.best_pause_us, 0),
                ("mode.best", hybrid.best_us, 1),
            ] {
                span(name, us, least);
            }
            let fall = u64::from(hybrid.fall_bp) * u64::from(hybrid.n_stages);
            flaws.when(hybrid.n_stages > STAGES_MAX, "mode.stages", "too-many");
            flaws.when(hybrid.fall_bp == 0 || fall > 10_000, "mode.fall", "beyond");
            flaws.when(rules.side == Side::Purchase, "side", "beyond");
        }
        Mode::Sealed(sealed) => {
            let none = matches!(sealed.pricing, Pricing::Second { n_winners: 0 });
            flaws.when(none, "mode.winners", "zero");
        }
    }
    let joins = rules.is_joined && !matches!(rules.mode, Mode::English(_));
    flaws.when(joins, "joined", "beyond");
}

fn steps(steps: &Steps, flaws: &mut Flaws) {
    let bands = steps.bands();
    flaws.when(bands.is_empty(), "steps", "absent");
    flaws.when(bands.len() > BANDS_MAX, "steps", "too-many");
    for (n, (from, step)) in bands.iter().enumerate() {
        let is_nothing = match step {
            Step::Fixed(sum) => *sum <= 0,
            Step::Share(basis_points) => *basis_points == 0,
        };
        flaws.when(is_nothing, format!("steps.{n}"), "zero");
        let before = n.checked_sub(1).and_then(|before| bands.get(before));
        let is_out_of_order = before.is_some_and(|(before, _)| before >= from);
        flaws.when(*from < 0 || is_out_of_order, format!("steps.{n}"), "out-of-order");
    }
}

/// Whether a text is one line of moderate length without control characters or outer blanks.
fn is_line(text: &str) -> bool {
    text.trim() == text && text.len() <= 1_000 && !text.chars().any(is_odd)
}

fn is_odd(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}
