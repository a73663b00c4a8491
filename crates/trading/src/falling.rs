//! Lots with a falling price: whoever stops it may be outbid by sealed bids of the others, and has a
//! last word.

use auction::{Hybrid, Mode};
use base::Refusal;

/// The longest of each part, in seconds.
pub const PART_SECONDS_MAX: u32 = 86_400;
/// Falls of a price at most.
pub const STAGES_MAX: u32 = 1_000;

const SECOND_US: i64 = 1_000_000;

/// The timetable and the falls. Spans are in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Falling {
    /// Before the first price is shown.
    pub pause_s: u32,
    /// Falls after the initial price.
    pub n_stages: u32,
    pub stage_s: u32,
    /// What each stage takes off, in basis points of the initial price.
    pub fall_bp: u32,
    pub sealed_pause_s: u32,
    pub sealed_s: u32,
    pub best_pause_s: u32,
    pub best_s: u32,
}

impl Falling {
    pub(crate) fn mode(&self) -> Mode {
        Mode::Hybrid(self.rules())
    }

    fn rules(&self) -> Hybrid {
        let us = |seconds: u32| i64::from(seconds) * SECOND_US;
        Hybrid {
            pause_us: us(self.pause_s),
            n_stages: self.n_stages,
            stage_us: us(self.stage_s),
            fall_bp: self.fall_bp,
            sealed_pause_us: us(self.sealed_pause_s),
            sealed_us: us(self.sealed_s),
            best_pause_us: us(self.best_pause_s),
            best_us: us(self.best_s),
        }
    }

    /// The price shown in a stage, in minor units.
    pub fn price(&self, initial: i64, stage: u32) -> i64 {
        self.rules().price(initial, stage)
    }

    /// How long the price falls at most, from the opening.
    pub fn falls_s(&self) -> i64 {
        i64::from(self.pause_s) + (i64::from(self.n_stages) + 1) * i64::from(self.stage_s)
    }

    /// How long the parts after the click take.
    pub fn after_s(&self) -> i64 {
        let parts = [self.sealed_pause_s, self.sealed_s, self.best_pause_s, self.best_s];
        parts.iter().map(|part| i64::from(*part)).sum()
    }

    /// Everything that the engine does not say of the rules by itself.
    pub(crate) fn faults(&self, runs_s: i64) -> Vec<Refusal> {
        let mut no = Vec::new();
        let parts = [
            self.pause_s,
            self.stage_s,
            self.sealed_pause_s,
            self.sealed_s,
            self.best_pause_s,
            self.best_s,
        ];
        if parts.iter().any(|part| *part > PART_SECONDS_MAX) || self.n_stages > STAGES_MAX {
            let refusal = Refusal::invalid("lot-falling-too-long").on("falling");
            no.push(refusal.number("seconds", u64::from(PART_SECONDS_MAX)));
        }
        if runs_s != self.falls_s() {
            let refusal = Refusal::invalid("lot-falling-end").on("closes");
            no.push(refusal.number("seconds", self.falls_s()));
        }
        no
    }
}

impl Default for Falling {
    /// 80 falls of one percent, five minutes each.
    fn default() -> Self {
        Self {
            pause_s: 30,
            n_stages: 80,
            stage_s: 300,
            fall_bp: 100,
            sealed_pause_s: 20,
            sealed_s: 600,
            best_pause_s: 20,
            best_s: 300,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_timetable_is_that_of_the_engine() {
        let falling = Falling::default();
        assert_eq!(falling.rules(), Hybrid::default());
        assert_eq!((falling.falls_s(), falling.after_s()), (30 + 81 * 300, 940));
        assert_eq!((falling.price(33, 1), falling.price(33, 80)), (33, 7));
    }

    #[test]
    fn the_planned_end_is_that_of_the_falls() {
        let falling = Falling::default();
        let codes = |runs_s| -> Vec<String> {
            falling.faults(runs_s).iter().map(|no| no.code.to_string()).collect()
        };
        assert_eq!(codes(falling.falls_s()), Vec::<String>::new());
        assert_eq!(codes(1), ["lot-falling-end"]);
        let long = Falling { best_s: PART_SECONDS_MAX + 1, ..falling };
        assert_eq!(long.faults(long.falls_s())[0].code, "lot-falling-too-long");
    }
}
