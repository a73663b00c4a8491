//! Division of income: institute, department, inventors; every minor unit is placed.
//!
//! Net income is what came in less the costs named for it. The inventors' part is rounded up
//! where the rule says so, since the law sets a floor; the rest goes to the other claimants by
//! largest remainder; the inventors' part is divided by their recorded shares the same way.
//!
//! Invariant: receipt = costs covered + Σ gross, and gross = net + withheld for everybody.

use crate::flaw::{Flaw, Flaws};
use crate::{Minor, rates};
use ledger::rounding::{Rate, Rounding};
use ledger::split::split;

/// Who divides, agreed before the deal. Rates are of net income.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Division {
    #[serde(with = "rates::text")]
    pub inventors_rate: Rate,
    #[serde(with = "rates::rounding")]
    pub inventors_rounding: Rounding,
    /// The least part the law leaves to the inventors; a parameter with a date elsewhere.
    #[serde(with = "rates::text")]
    pub floor: Rate,
    /// The least part of the inventors' part that goes to the main contributors.
    #[serde(with = "rates::text")]
    pub main_floor: Rate,
    pub inventors: Vec<Claimant>,
    /// Institute, department, office, fund: with whole-number weights of the rest, in their order.
    pub others: Vec<Claimant>,
}

/// Somebody who gets a part.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Claimant {
    /// Its account or person, such as `institute` or an id.
    pub key: String,
    pub weight: u64,
    /// A main contributor; means nothing outside the inventors.
    #[serde(default)]
    pub is_main: bool,
    #[serde(default)]
    pub withheld: Option<Withholding>,
    /// Why the payment waits in a named account: heirs, a bank account unknown.
    #[serde(default)]
    pub waits: Option<String>,
}

/// Taxes withheld from a part; all of it parameters.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Withholding {
    /// What is free of it.
    pub allowance: Minor,
    /// The part of the rest that is taxed at all: a half for some rewards.
    #[serde(with = "rates::text")]
    pub counted: Rate,
    /// Bands of the counted sum, each from a bound upward at its rate; the first is from zero.
    pub bands: Vec<Band>,
    #[serde(with = "rates::rounding")]
    pub rounding: Rounding,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Band {
    pub from: Minor,
    #[serde(with = "rates::text")]
    pub rate: Rate,
}

/// A posted line that is taken off first: patent costs, costs of the transfer, turnover taxes.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Cost {
    pub what: String,
    pub amount: Minor,
}

/// What comes of one receipt.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Divided {
    pub receipt: Minor,
    /// Costs, and what of them this receipt covers; the rest is carried to the next.
    pub costs: Minor,
    pub covered: Minor,
    pub carried: Minor,
    pub net: Minor,
    pub inventors_part: Minor,
    /// Inventors first, then the others, in their order.
    pub payouts: Vec<Payout>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Payout {
    pub key: String,
    pub is_inventor: bool,
    pub gross: Minor,
    pub withheld: Minor,
    pub net: Minor,
    pub waits: Option<String>,
}

impl Division {
    /// Everything that has to be mended before anything is divided by it.
    pub fn flaws(&self) -> Vec<Flaw> {
        let mut flaws = Flaws::default();
        for (name, rate) in [
            ("inventors_rate", self.inventors_rate),
            ("floor", self.floor),
            ("main_floor", self.main_floor),
        ] {
            flaws.when(!rates::is_part(rate), name, "beyond");
        }
        flaws.when(self.inventors_rate < self.floor, "inventors_rate", "under-floor");
        let rounds_down = matches!(self.inventors_rounding, Rounding::Down | Rounding::Floor);
        let is_at_floor = self.inventors_rate == self.floor && self.floor > rates::zero();
        // A floor that is rounded down is broken by a cent.
        flaws.when(is_at_floor && rounds_down, "inventors_rounding", "under-floor");
        let is_some = self.inventors_rate > rates::zero();
        let is_whole = self.inventors_rate == rates::whole();
        flaws.when(is_some && weight(&self.inventors) == 0, "inventors", "absent");
        flaws.when(!is_whole && weight(&self.others) == 0, "others", "absent");
        self.main_contributors(&mut flaws);
        let lists = [("inventors", &self.inventors), ("others", &self.others)];
        let mut keys: Vec<&str> = Vec::new();
        for (name, list) in lists {
            for (n, it) in list.iter().enumerate() {
                flaws.when(it.key.is_empty(), format!("{name}.{n}.key"), "absent");
                flaws.when(keys.contains(&it.key.as_str()), format!("{name}.{n}.key"), "twice");
                keys.push(&it.key);
                let field = format!("{name}.{n}.withheld");
                flaws.when(it.withheld.as_ref().is_some_and(|it| !it.is_fine()), field, "beyond");
            }
        }
        flaws.0
    }

    fn main_contributors(&self, flaws: &mut Flaws) {
        let main = self.inventors.iter().filter(|it| it.is_main);
        let of_main: u128 = main.map(|it| u128::from(it.weight)).sum();
        let (Some(least), all) = (rates::parts(self.main_floor), weight(&self.inventors)) else {
            return;
        };
        // Parts are of 10¹², weights of at most a hundred people: the products stay in range.
        let is_under = of_main.saturating_mul(1_000_000_000_000) < all.saturating_mul(least.into());
        flaws.when(is_under, "inventors", "main-under-floor");
    }

    /// Divides a receipt; costs beyond it are carried to the next one.
    ///
    /// Errors: the flaws of the division, a negative receipt or cost, or sums out of range.
    pub fn divide(&self, receipt: Minor, costs: &[Cost]) -> Result<Divided, Vec<Flaw>> {
        let mut flaws = Flaws(self.flaws());
        flaws.when(receipt < 0, "receipt", "beyond");
        for (n, cost) in costs.iter().enumerate() {
            flaws.when(cost.amount < 0, format!("costs.{n}.amount"), "beyond");
        }
        let sum = costs.iter().try_fold(0_i64, |sum, cost| sum.checked_add(cost.amount));
        flaws.when(sum.is_none(), "costs", "too-large");
        flaws.or(())?;
        let costs = sum.expect("asked above");
        let covered = costs.min(receipt);
        let net = receipt - covered;
        let (inventors_part, gross) = self.gross(net).ok_or_else(|| too_large("receipt"))?;
        let payouts = self.claimants().zip(gross).map(|((is_inventor, claimant), gross)| {
            let withheld = claimant.withheld.as_ref().map_or(Some(0), |it| it.of(gross))?;
            Some(Payout {
                key: claimant.key.clone(),
                is_inventor,
                gross,
                withheld,
                net: gross - withheld,
                waits: claimant.waits.clone(),
            })
        });
        let payouts: Option<Vec<Payout>> = payouts.collect();
        let payouts = payouts.ok_or_else(|| too_large("withheld"))?;
        let carried = costs - covered;
        Ok(Divided { receipt, costs, covered, carried, net, inventors_part, payouts })
    }

    /// The inventors' part, and what everybody gets before taxes.
    fn gross(&self, net: Minor) -> Option<(Minor, Vec<Minor>)> {
        let part = self.inventors_rate.of(net, self.inventors_rounding)?.clamp(0, net);
        let weights = |list: &[Claimant]| list.iter().map(|it| it.weight).collect::<Vec<_>>();
        let inventors = split(part, &weights(&self.inventors));
        let others = split(net - part, &weights(&self.others));
        // Where a list is empty its part is nothing, unless a rounding left a unit for nobody.
        let or_none = |parts: Option<Vec<Minor>>, sum: Minor, n: usize| {
            parts.or_else(|| (sum == 0).then(|| vec![0; n]))
        };
        let mut all = or_none(inventors, part, self.inventors.len())?;
        all.extend(or_none(others, net - part, self.others.len())?);
        Some((part, all))
    }

    fn claimants(&self) -> impl Iterator<Item = (bool, &Claimant)> {
        let inventors = self.inventors.iter().map(|it| (true, it));
        inventors.chain(self.others.iter().map(|it| (false, it)))
    }
}

impl Withholding {
    fn is_fine(&self) -> bool {
        let is_ordered = self.bands.windows(2).all(|pair| pair[0].from < pair[1].from);
        let starts = self.bands.first().is_some_and(|band| band.from == 0);
        let are_parts = self.bands.iter().all(|band| rates::is_part(band.rate));
        self.allowance >= 0 && rates::is_part(self.counted) && is_ordered && starts && are_parts
    }

    /// The tax on a part: each band's rate on what lies in it, added before one rounding.
    ///
    /// `None` where it is out of range. Never more than the part.
    pub fn of(&self, gross: Minor) -> Option<Minor> {
        let rest = gross.saturating_sub(self.allowance).max(0);
        let counted = self.counted.of(rest, Rounding::Down)?;
        let mut scaled: i128 = 0;
        for (n, band) in self.bands.iter().enumerate() {
            let until = self.bands.get(n + 1).map_or(counted, |next| next.from.min(counted));
            let inside = until.saturating_sub(band.from).max(0);
            scaled =
                scaled.checked_add(i128::from(inside) * i128::from(rates::parts(band.rate)?))?;
        }
        self.rounding.quotient(scaled, 1_000_000_000_000).map(|tax| tax.clamp(0, gross))
    }
}

fn weight(list: &[Claimant]) -> u128 {
    list.iter().map(|it| u128::from(it.weight)).sum()
}

fn too_large(field: &str) -> Vec<Flaw> {
    vec![Flaw { field: field.to_owned(), code: "too-large" }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::Dice;

    fn rate(text: &str) -> Rate {
        Rate::parse(text).expect("a rate")
    }

    fn claimant(key: &str, weight: u64) -> Claimant {
        Claimant { key: key.into(), weight, is_main: false, withheld: None, waits: None }
    }

    fn division() -> Division {
        let mut first = claimant("wu", 5);
        first.is_main = true;
        Division {
            inventors_rate: rate("0.5"),
            inventors_rounding: Rounding::Ceiling,
            floor: rate("0.5"),
            main_floor: rate("0.5"),
            inventors: vec![first, claimant("li", 3), claimant("he", 2)],
            others: vec![claimant("institute", 1)],
        }
    }

    fn gross(divided: &Divided) -> Vec<Minor> {
        divided.payouts.iter().map(|it| it.gross).collect()
    }

    #[test]
    fn the_vector_of_the_ledger_page() {
        let costs = [Cost { what: "annuities".into(), amount: 1_234_567 }];
        let divided = division().divide(10_000_000, &costs).expect("in range");
        assert_eq!((divided.net, divided.inventors_part), (8_765_433, 4_382_717));
        assert_eq!(gross(&divided), [2_191_359, 1_314_815, 876_543, 4_382_716]);
        // 100.00 to three equal inventors.
        let mut three = division();
        three.inventors_rate = rate("1");
        three.main_floor = rate("0.3");
        three.inventors.iter_mut().for_each(|it| it.weight = 1);
        let divided = three.divide(10_000, &[]).expect("in range");
        assert_eq!(gross(&divided), [3_334, 3_333, 3_333, 0]);
        let divided = division().divide(1, &[]).expect("in range");
        assert_eq!(gross(&divided), [1, 0, 0, 0]);
    }

    #[test]
    fn costs_beyond_the_receipt_are_carried() {
        let costs = [Cost { what: "annuities".into(), amount: 150 }];
        let divided = division().divide(100, &costs).expect("in range");
        assert_eq!((divided.covered, divided.carried, divided.net), (100, 50, 0));
        assert_eq!(gross(&divided), [0, 0, 0, 0]);
    }

    #[test]
    fn taxes_are_parameters_and_come_in_bands() {
        let tax = Withholding {
            allowance: 5_000,
            counted: rate("0.5"),
            bands: vec![
                Band { from: 0, rate: rate("0.03") },
                Band { from: 10_000, rate: rate("0.1") },
            ],
            rounding: Rounding::HalfUp,
        };
        assert_eq!(tax.of(4_000), Some(0));
        // Counted (25,000 − 5,000) ÷ 2 = 10,000 at 3 %.
        assert_eq!(tax.of(25_000), Some(300));
        assert_eq!(tax.of(25_002), Some(300));
        assert_eq!(tax.of(45_000), Some(300 + 1_000));
        let mut with = division();
        with.inventors[0].withheld = Some(tax.clone());
        with.inventors[1].waits = Some("heirs".into());
        let divided = with.divide(100_000, &[]).expect("in range");
        let first = &divided.payouts[0];
        assert_eq!((first.gross, first.withheld, first.net), (25_000, 300, 24_700));
        assert_eq!(divided.payouts[1].waits.as_deref(), Some("heirs"));
        with.inventors[0].withheld = Some(Withholding { bands: Vec::new(), ..tax });
        assert_eq!(with.flaws(), [Flaw { field: "inventors.0.withheld".into(), code: "beyond" }]);
    }

    #[test]
    fn floors_are_kept() {
        let check = |change: fn(&mut Division), field: &str, code: &'static str| {
            let mut it = division();
            change(&mut it);
            assert_eq!(it.flaws(), [Flaw { field: field.into(), code }]);
            assert!(it.divide(100, &[]).is_err());
        };
        check(|it| it.inventors_rate = rate("0.499999999999"), "inventors_rate", "under-floor");
        check(|it| it.inventors_rounding = Rounding::Down, "inventors_rounding", "under-floor");
        check(|it| it.inventors[0].weight = 4, "inventors", "main-under-floor");
        check(|it| it.others.clear(), "others", "absent");
        check(|it| it.others[0].key = "li".into(), "others.0.key", "twice");
        assert_eq!(division().flaws(), []);
    }

    #[test]
    fn every_cent_is_placed() {
        let mut dice = Dice::new(31);
        for _ in 0..20_000 {
            let mut it = division();
            it.floor = rate("0");
            it.main_floor = rate("0");
            it.inventors_rate = rate(&format!("0.{:04}", dice.below(10_000)));
            it.inventors_rounding = *dice.pick(&Rounding::ALL);
            it.inventors = (0..=dice.below(6))
                .map(|n| claimant(&format!("i{n}"), 1 + dice.roll() % 100))
                .collect();
            it.others = (0..=dice.below(4))
                .map(|n| claimant(&format!("o{n}"), 1 + dice.roll() % 100))
                .collect();
            it.inventors[0].withheld = Some(Withholding {
                allowance: i64::try_from(dice.below(1_000)).expect("small"),
                counted: rate("0.5"),
                bands: vec![Band { from: 0, rate: rate("0.2") }],
                rounding: *dice.pick(&Rounding::ALL),
            });
            let small = |dice: &mut Dice| i64::try_from(dice.roll() >> dice.below(63) >> 2);
            let receipt = small(&mut dice).expect("small");
            let cost = Cost { what: "all".into(), amount: small(&mut dice).expect("small") };
            let divided = it.divide(receipt, &[cost]).expect("in range");
            let sum = |of: fn(&Payout) -> Minor| divided.payouts.iter().map(of).sum::<Minor>();
            assert_eq!(divided.covered + sum(|it| it.gross), receipt, "{it:?}");
            assert_eq!(sum(|it| it.net) + sum(|it| it.withheld), sum(|it| it.gross));
            assert_eq!(divided.covered + divided.carried, divided.costs);
            let inventors = divided.payouts.iter().filter(|it| it.is_inventor);
            assert_eq!(inventors.map(|it| it.gross).sum::<Minor>(), divided.inventors_part);
            assert!(divided.payouts.iter().all(|it| it.net >= 0 && it.withheld >= 0));
        }
    }
}
