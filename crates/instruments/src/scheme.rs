//! Schemes of evaluation: indicators as declared formulas with dated parameters.
//!
//! A published figure keeps the scheme's version and every input, so that it can be counted again
//! after the scheme has changed. Scores are hundredths of a point.

use crate::words_of;
use base::{Date, Refusal};
use ledger::rounding::Rounding;
use std::collections::BTreeMap;

/// Indicators of one scheme.
pub const INDICATORS_MAX: usize = 50;

words_of! {
    /// What a score comes to in words.
    Band {
        Excellent = "excellent",
        Good = "good",
        Passing = "passing",
        Failing = "failing",
    }

    /// How a score is cut.
    Cut {
        Hundredths = "hundredths",
        /// Whole points, what is begun does not count.
        WholePoints = "whole-points",
    }
}

/// A set of indicators from a day on.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Scheme {
    pub code: String,
    pub version: u32,
    pub from: Date,
    /// What is not an input of each instrument or unit: base hours, thresholds.
    pub parameters: BTreeMap<String, i64>,
    pub indicators: Vec<Indicator>,
    /// Points in hundredths from which on a band begins: excellent, good, passing.
    pub bands: [i64; 3],
}

/// One indicator: the sum of its terms, over that of its base, times the points, within the cap,
/// times its weight.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Indicator {
    pub code: String,
    pub terms: Vec<Term>,
    /// Empty for one.
    pub base: Vec<Term>,
    /// Points for a quotient of one, as a fraction.
    pub points: [i64; 2],
    /// Points at most, before the weight.
    pub cap: i64,
    pub weight_bp: u32,
    pub cut: Cut,
}

/// An input or parameter with its factor, as a fraction.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Term {
    pub name: String,
    pub times: i64,
    pub over: i64,
}

impl Term {
    /// An input that counts `times / over`.
    pub fn new(name: &str, times: i64, over: i64) -> Self {
        Self { name: name.to_owned(), times, over }
    }
}

/// What is known of one instrument or unit, by name.
pub type Inputs = BTreeMap<String, i64>;

/// A score with everything it was counted from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Score {
    pub scheme: String,
    pub version: u32,
    pub inputs: Inputs,
    /// By indicator, in the scheme's order.
    pub parts: Vec<(String, i64)>,
    pub total: i64,
    pub band: Band,
}

impl Scheme {
    /// Counts a score; an input that is not there names itself.
    pub fn score(&self, inputs: &Inputs) -> Result<Score, Refusal> {
        let mut parts = Vec::with_capacity(self.indicators.len());
        for indicator in &self.indicators {
            parts.push((indicator.code.clone(), self.points(indicator, inputs)?));
        }
        let total = parts.iter().map(|(_, points)| points).sum();
        let (scheme, version, inputs) = (self.code.clone(), self.version, inputs.clone());
        Ok(Score { scheme, version, inputs, parts, total, band: self.band(total) })
    }

    /// The band of a score.
    pub fn band(&self, total: i64) -> Band {
        let [excellent, good, passing] = self.bands;
        match total {
            total if total >= excellent => Band::Excellent,
            total if total >= good => Band::Good,
            total if total >= passing => Band::Passing,
            _ => Band::Failing,
        }
    }

    fn points(&self, indicator: &Indicator, inputs: &Inputs) -> Result<i64, Refusal> {
        let top = self.sum(&indicator.terms, inputs)?;
        let base = match indicator.base.as_slice() {
            [] => Fraction(1, 1),
            terms => self.sum(terms, inputs)?,
        };
        if base.0 <= 0 {
            // Nothing of nothing is no merit: 0 of 0 hours scores 0.
            return Ok(0);
        }
        let [times, over] = indicator.points.map(i128::from);
        let exact = (|| {
            let points = top.times(Fraction(base.1, base.0))?.times(Fraction(times, over))?;
            let cap = Fraction(i128::from(indicator.cap), 1);
            let capped = if points.0 > cap.0.checked_mul(points.1)? { cap } else { points };
            capped.times(Fraction(i128::from(indicator.weight_bp), 10_000))
        })();
        let places = match indicator.cut {
            Cut::Hundredths => exact.and_then(|it| it.hundredths(Rounding::HalfUp)),
            Cut::WholePoints => exact.and_then(Fraction::whole).map(|points| points * 100),
        };
        places.map(|it| it.max(0)).ok_or_else(|| Refusal::invalid("scheme-out-of-range"))
    }

    fn sum(&self, terms: &[Term], inputs: &Inputs) -> Result<Fraction, Refusal> {
        let mut sum = Fraction(0, 1);
        for term in terms {
            let known = inputs.get(&term.name).or_else(|| self.parameters.get(&term.name));
            let lacks = || Refusal::invalid("scheme-input-missing").text("input", &term.name);
            let value = i128::from(*known.ok_or_else(lacks)?);
            let one = Fraction(value * i128::from(term.times), i128::from(term.over).max(1));
            sum = sum.plus(one).ok_or_else(|| Refusal::invalid("scheme-out-of-range"))?;
        }
        Ok(sum)
    }
}

/// Numerator and denominator above zero.
#[derive(Clone, Copy)]
struct Fraction(i128, i128);

impl Fraction {
    fn reduced(self) -> Self {
        let (mut a, mut b) = (self.0.unsigned_abs(), self.1.unsigned_abs());
        while b > 0 {
            (a, b) = (b, a % b);
        }
        let divisor = i128::try_from(a.max(1)).unwrap_or(1);
        Self(self.0 / divisor, self.1 / divisor)
    }

    fn times(self, other: Self) -> Option<Self> {
        let (a, b) = (self.reduced(), other.reduced());
        Some(Self(a.0.checked_mul(b.0)?, a.1.checked_mul(b.1)?).reduced())
    }

    fn plus(self, other: Self) -> Option<Self> {
        let top = self.0.checked_mul(other.1)?.checked_add(other.0.checked_mul(self.1)?)?;
        Some(Self(top, self.1.checked_mul(other.1)?).reduced())
    }

    fn hundredths(self, rounding: Rounding) -> Option<i64> {
        rounding.quotient(self.0.checked_mul(100)?, self.1)
    }

    fn whole(self) -> Option<i64> {
        Rounding::Floor.quotient(self.0, self.1)
    }
}

/// The efficiency form of universities for an instrument (教高司条函[2000]010): hours 35, people 20,
/// results 25, income 15, functions 5 %; subtotals within 100 points.
pub fn university_form(from: Date) -> Scheme {
    let part = |code: &str, terms, base, points, weight_bp| {
        let (code, cap, cut) = (code.to_owned(), 100, Cut::Hundredths);
        Indicator { code, terms, base, points, cap, weight_bp, cut }
    };
    let hours = vec![Term::new("effective_minutes", 1, 60)];
    let people =
        vec![Term::new("independent", 10, 1), Term::new("guided", 3, 1), Term::new("shown", 1, 30)];
    let results = vec![Term::new("results_points", 1, 1)];
    let income = vec![Term::new("income_points", 1, 1)];
    let functions = vec![Term::new("functions_points", 1, 1)];
    Scheme {
        code: "university".to_owned(),
        version: 1,
        from,
        parameters: BTreeMap::from([
            ("quota_general".to_owned(), 1_400),
            ("quota_special".to_owned(), 800),
        ]),
        indicators: vec![
            part("hours", hours, vec![Term::new("quota", 1, 1)], [100, 1], 3_500),
            part("people", people, Vec::new(), [1, 1], 2_000),
            part("results", results, Vec::new(), [1, 1], 2_500),
            part("income", income, Vec::new(), [1, 1], 1_500),
            part("functions", functions, Vec::new(), [1, 1], 500),
        ],
        bands: [9_000, 7_500, 6_000],
    }
}

/// A sheet of open sharing: external share (10 points at 10 %), return on value (15 at 20 %), mean
/// hours (1 for each 100, at most 15).
pub fn sharing_sheet(from: Date, cut: Cut) -> Scheme {
    let part = |code: &str, terms, base, points, cap, cut| Indicator {
        code: code.to_owned(),
        terms,
        base,
        points,
        cap,
        weight_bp: 10_000,
        cut,
    };
    let share = vec![Term::new("external_minutes", 1, 1)];
    let back = vec![Term::new("income_internal", 1, 1), Term::new("income_external", 3, 2)];
    let mean = vec![Term::new("effective_minutes", 1, 6_000)];
    let all = vec![Term::new("effective_minutes", 1, 1)];
    let value = vec![Term::new("value", 1, 1)];
    let count = vec![Term::new("instruments", 1, 1)];
    let exact = Cut::Hundredths;
    Scheme {
        code: "sharing".to_owned(),
        version: 1,
        from,
        parameters: BTreeMap::new(),
        indicators: vec![
            part("share", share, all, [100, 1], 10, exact),
            part("return", back, value, [75, 1], 15, exact),
            part("mean", mean, count, [1, 1], 15, cut),
        ],
        bands: [3_600, 3_000, 2_400],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> Date {
        "2026-01-01".parse().expect("a date")
    }

    fn inputs(rows: &[(&str, i64)]) -> Inputs {
        rows.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
    }

    fn form(minutes: i64, quota: i64) -> Inputs {
        inputs(&[
            ("effective_minutes", minutes),
            ("quota", quota),
            ("independent", 6),
            ("guided", 10),
            ("shown", 60),
            ("results_points", 80),
            ("income_points", 140),
            ("functions_points", 0),
        ])
    }

    #[test]
    fn the_university_form() {
        let scheme = university_form(day());
        let score = scheme.score(&form(1_120 * 60, 1_400)).expect("all inputs");
        let parts: Vec<i64> = score.parts.iter().map(|(_, points)| *points).collect();
        assert_eq!(parts, [2_800, 1_840, 2_000, 1_500, 0]);
        assert_eq!((score.total, score.band), (8_140, Band::Good));
        let special = scheme.score(&form(1_000 * 60, 800)).expect("all inputs");
        assert_eq!(special.parts[0].1, 3_500);
        let bands = [9_000, 8_999, 7_499, 5_999].map(|total| scheme.band(total));
        assert_eq!(bands, [Band::Excellent, Band::Good, Band::Passing, Band::Failing]);
    }

    #[test]
    fn the_sharing_sheet() {
        let of = |cut| {
            let known = inputs(&[
                ("external_minutes", 120 * 60),
                ("effective_minutes", 1_500 * 60),
                ("income_internal", 6_000_000),
                ("income_external", 10_000_000),
                ("value", 150_000_000),
                ("instruments", 1),
            ]);
            sharing_sheet(day(), cut).score(&known).expect("all inputs").parts
        };
        assert_eq!((of(Cut::Hundredths)[0].1, of(Cut::Hundredths)[1].1), (800, 1_050));
        assert_eq!(of(Cut::Hundredths)[2].1, 1_500);
        let mean = |cut| {
            let known = inputs(&[
                ("external_minutes", 0),
                ("effective_minutes", 1_240 * 60),
                ("income_internal", 0),
                ("income_external", 0),
                ("value", 0),
                ("instruments", 1),
            ]);
            sharing_sheet(day(), cut).score(&known).expect("all inputs").parts[2].1
        };
        assert_eq!((mean(Cut::Hundredths), mean(Cut::WholePoints)), (1_240, 1_200));
    }

    #[test]
    fn an_old_figure_is_counted_again_from_what_was_stored() {
        let old = university_form(day());
        let score = old.score(&form(1_120 * 60, 1_400)).expect("all inputs");
        let text = serde_json::to_string(&(&old, &score)).expect("both are written");
        let mut new = Scheme { version: 2, ..old };
        new.indicators[0].weight_bp = 5_000;
        let (kept, published): (Scheme, Score) =
            serde_json::from_str(&text).expect("both are read");
        assert_eq!(kept.score(&published.inputs), Ok(published.clone()));
        assert_ne!(new.score(&published.inputs).map(|it| it.total), Ok(published.total));
    }

    #[test]
    fn a_missing_input_names_itself_and_nothing_of_nothing_is_nothing() {
        let refusal = university_form(day()).score(&Inputs::new()).expect_err("no inputs");
        assert_eq!(refusal.code, "scheme-input-missing");
        let mut known = form(0, 0);
        known.insert("effective_minutes".to_owned(), 0);
        let score = university_form(day()).score(&known).expect("all inputs");
        assert_eq!(score.parts[0].1, 0);
    }
}
