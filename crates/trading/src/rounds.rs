//! Lots in rounds: opening offers that nobody sees, then turns, the lowest offer first.

use auction::{Mode, Steps};
use base::Refusal;

/// Rounds of one lot at most.
pub const ROUNDS_MAX: u32 = 9;
/// The longest pause or turn, in seconds.
pub const PART_SECONDS_MAX: u32 = 86_400;
/// The shortest turn, in seconds: time to read, to type and to press.
pub const TURN_SECONDS_MIN: u32 = 10;
/// Opening offers are taken for ten minutes at least and sixty days at most, in seconds.
pub const OFFERS_SECONDS: (u32, u32) = (600, 60 * 86_400);
/// Bidders for whom the end is planned: with more of them it is later.
const PLANNED_BIDDERS: u32 = 2;

const SECOND_US: i64 = 1_000_000;

/// The timetable. Spans are in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Rounds {
    /// How long before the opening the opening offers are taken.
    pub offers_s: u32,
    pub n_rounds: u32,
    /// Before the first turn.
    pub pause_s: u32,
    pub turn_s: u32,
    /// Between two rounds.
    pub between_s: u32,
}

impl Rounds {
    pub(crate) fn mode(&self, steps: Steps) -> Mode {
        Mode::Rounds(self.rules(steps))
    }

    fn rules(&self, steps: Steps) -> auction::Rounds {
        let us = |seconds: u32| i64::from(seconds) * SECOND_US;
        auction::Rounds {
            n_rounds: self.n_rounds,
            pause_us: us(self.pause_s),
            turn_us: us(self.turn_s),
            between_us: us(self.between_s),
            steps,
        }
    }

    /// How long the turns of so many bidders take from the opening, in seconds.
    pub fn length_s(&self, n_bidders: u32) -> i64 {
        self.rules(Steps::new(Vec::new())).length_us(n_bidders) / SECOND_US
    }

    /// The same for the end that is planned: that of two bidders.
    pub fn planned_s(&self) -> i64 {
        self.length_s(PLANNED_BIDDERS)
    }

    /// Everything that the engine does not say of the rules by itself.
    pub(crate) fn faults(&self, runs_s: i64) -> Vec<Refusal> {
        let mut no = Vec::new();
        let mut within = |field: &'static str, s: u32, (least, most): (u32, u32)| {
            if !(least..=most).contains(&s) {
                let refusal = Refusal::invalid("lot-rounds-span").on(field);
                let refusal = refusal.number("least", u64::from(least));
                no.push(refusal.number("most", u64::from(most)));
            }
        };
        within("rounds_offers", self.offers_s, OFFERS_SECONDS);
        within("rounds_turn", self.turn_s, (TURN_SECONDS_MIN, PART_SECONDS_MAX));
        within("rounds_pause", self.pause_s, (0, PART_SECONDS_MAX));
        within("rounds_between", self.between_s, (0, PART_SECONDS_MAX));
        if !(1..=ROUNDS_MAX).contains(&self.n_rounds) {
            let refusal = Refusal::invalid("lot-rounds-number").on("rounds");
            no.push(refusal.number("most", u64::from(ROUNDS_MAX)));
        }
        if no.is_empty() && runs_s != self.planned_s() {
            let refusal = Refusal::invalid("lot-rounds-end").on("closes");
            no.push(refusal.number("seconds", self.planned_s()));
        }
        no
    }
}

impl Default for Rounds {
    /// Three rounds of turns of three minutes after five, offers during the day before.
    fn default() -> Self {
        Self { offers_s: 86_400, n_rounds: 3, pause_s: 300, turn_s: 180, between_s: 180 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_timetable_is_that_of_the_engine() {
        let steps = Steps::new(vec![(0, auction::Step::Fixed(1))]);
        assert_eq!(Rounds::default().rules(steps.clone()), auction::Rounds::sale(steps));
        // auctions.md 4.6: eleven minutes, and nine for each bidder.
        assert_eq!(Rounds::default().length_s(4), (11 + 9 * 4) * 60);
        assert_eq!(Rounds::default().planned_s(), 29 * 60);
    }

    #[test]
    fn every_span_has_its_bounds() {
        #[track_caller]
        fn check(change: impl FnOnce(&mut Rounds), want: &[(&str, &str)]) {
            let mut rounds = Rounds::default();
            change(&mut rounds);
            let found = rounds.faults(rounds.planned_s());
            let found: Vec<(&str, &str)> = found
                .iter()
                .map(|no| (no.field.as_deref().unwrap_or(""), no.code.as_ref()))
                .collect();
            assert_eq!(found, want);
        }
        check(|_| {}, &[]);
        check(|it| it.offers_s = 599, &[("rounds_offers", "lot-rounds-span")]);
        check(|it| it.turn_s = 9, &[("rounds_turn", "lot-rounds-span")]);
        check(|it| it.pause_s = PART_SECONDS_MAX + 1, &[("rounds_pause", "lot-rounds-span")]);
        check(|it| it.between_s = PART_SECONDS_MAX + 1, &[("rounds_between", "lot-rounds-span")]);
        check(|it| it.n_rounds = 0, &[("rounds", "lot-rounds-number")]);
        check(|it| it.n_rounds = ROUNDS_MAX + 1, &[("rounds", "lot-rounds-number")]);
        let short = Rounds::default().faults(1);
        assert_eq!(
            short.iter().map(|no| no.code.to_string()).collect::<Vec<_>>(),
            ["lot-rounds-end"]
        );
    }
}
