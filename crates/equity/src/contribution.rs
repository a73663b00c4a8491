//! Technology contributed for shares: how many, and which of them are the inventors'.

use crate::flaw::{Flaw, Flaws};
use crate::price::Price;
use crate::{LINE_MAX, Minor, Shares, rates};
use base::Date;
use ledger::rounding::{Rate, Rounding};
use ledger::split::split;

/// A parameter of law or scheme with its days and source; both days count.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Floor {
    pub from: Date,
    #[serde(default)]
    pub until: Option<Date>,
    #[serde(with = "rates::text")]
    pub rate: Rate,
    pub source: String,
}

/// The row in force on a day; of several the one that began last.
pub fn floor_on(rows: &[Floor], on: Date) -> Option<&Floor> {
    let live = rows.iter().filter(|it| it.from <= on && it.until.is_none_or(|last| on <= last));
    live.max_by_key(|it| it.from)
}

/// What is contributed, by whom, and how the reward is divided.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Contribution {
    pub on: Date,
    /// The value both sides agreed on.
    pub value: Minor,
    pub price: Price,
    /// Who contributes: the owner of the technology.
    pub owner: String,
    /// The inventors' part of the shares.
    #[serde(with = "rates::text")]
    pub reward: Rate,
    /// Inventors with their recorded weights, in their order.
    pub inventors: Vec<(String, u64)>,
}

/// The shares that come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allotted {
    pub shares: Shares,
    /// Of the value, what does not come to a whole share: paid in money or given up, as agreed.
    pub left: Minor,
    pub reward: Shares,
    /// The owner first, then the inventors in their order; they sum to the shares.
    pub parts: Vec<(String, Shares)>,
    /// The floor that was kept.
    pub floor: Rate,
    pub source: String,
}

impl Contribution {
    /// The shares and whose they are. The inventors' part is rounded up: a floor in law.
    ///
    /// Errors: no floor in force, a reward under it, nobody to reward, sums out of range, or a
    /// value of less than one share.
    pub fn allot(&self, floors: &[Floor]) -> Result<Allotted, Vec<Flaw>> {
        let mut flaws = Flaws::default();
        self.price.flaws("price", &mut flaws);
        flaws.when(self.price.minor == 0, "price.minor", "beyond");
        flaws.when(!(1..=LINE_MAX).contains(&self.value), "value", "beyond");
        flaws.when(!rates::is_part(self.reward), "reward", "beyond");
        flaws.when(self.owner.is_empty(), "owner", "absent");
        let floor = floor_on(floors, self.on);
        flaws.when(floor.is_none(), "floors", "absent");
        flaws.when(floor.is_some_and(|it| self.reward < it.rate), "reward", "under-floor");
        let weights: Vec<u64> = self.inventors.iter().map(|(_, weight)| *weight).collect();
        let is_owed = self.reward > rates::zero();
        flaws.when(is_owed && weights.iter().all(|it| *it == 0), "inventors", "absent");
        for (n, (key, _)) in self.inventors.iter().enumerate() {
            let mut others = self.inventors.iter().take(n).map(|(key, _)| key);
            let is_twice = others.any(|other| other == key) || *key == self.owner;
            flaws.when(is_twice, format!("inventors.{n}"), "twice");
        }
        flaws.or(())?;
        let bought = self.price.buys(self.value).filter(|(shares, _)| *shares <= LINE_MAX);
        let Some((shares, left)) = bought else { return Err(beyond()) };
        if shares == 0 {
            return Err(beyond());
        }
        let reward = self.reward.of(shares, Rounding::Ceiling).ok_or_else(beyond)?;
        let own = [(self.owner.clone(), shares - reward)];
        let parts = split(reward, &weights).unwrap_or_else(|| vec![0; weights.len()]);
        let names = self.inventors.iter().map(|(key, _)| key.clone());
        let floor = floor.expect("asked above");
        Ok(Allotted {
            shares,
            left,
            reward,
            parts: own.into_iter().chain(names.zip(parts)).collect(),
            floor: floor.rate,
            source: floor.source.clone(),
        })
    }
}

fn beyond() -> Vec<Flaw> {
    vec![Flaw { field: "value".to_owned(), code: "beyond" }]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        base::time::read_date(text).expect("a date")
    }

    fn rate(text: &str) -> Rate {
        Rate::parse(text).expect("a rate")
    }

    fn floors() -> Vec<Floor> {
        let row = |from: &str, until: Option<&str>, share: &str| Floor {
            from: date(from),
            until: until.map(date),
            rate: rate(share),
            source: format!("row of {from}"),
        };
        vec![row("1996-10-01", Some("2015-09-30"), "0.2"), row("2015-10-01", None, "0.5")]
    }

    fn contribution() -> Contribution {
        Contribution {
            on: date("2026-03-01"),
            value: 300_000_050,
            price: Price::new(300, 2),
            owner: "institute".into(),
            reward: rate("0.5"),
            inventors: vec![("wu".into(), 5), ("li".into(), 3), ("he".into(), 2)],
        }
    }

    #[test]
    fn shares_are_divided_whole_and_the_floor_is_rounded_up() {
        let it = contribution().allot(&floors()).expect("allotted");
        // 3,000,000.50 at 1.50: two million shares, and half a yuan is left.
        assert_eq!((it.shares, it.left, it.reward), (2_000_000, 50, 1_000_000));
        let parts: Vec<Shares> = it.parts.iter().map(|(_, shares)| *shares).collect();
        assert_eq!(parts, [1_000_000, 500_000, 300_000, 200_000]);
        let odd = Contribution { value: 1_050, ..contribution() };
        let it = odd.allot(&floors()).expect("allotted");
        assert_eq!((it.shares, it.reward), (7, 4));
        assert_eq!(it.parts.iter().map(|(_, shares)| shares).sum::<Shares>(), 7);
    }

    #[test]
    fn the_floor_is_that_of_the_day() {
        let low = Contribution { reward: rate("0.3"), ..contribution() };
        let under = vec![Flaw { field: "reward".into(), code: "under-floor" }];
        assert_eq!(low.allot(&floors()), Err(under));
        let early = Contribution { on: date("2015-09-30"), ..low.clone() };
        assert_eq!(early.allot(&floors()).map(|it| it.source).as_deref(), Ok("row of 1996-10-01"));
        let before = Contribution { on: date("1990-01-01"), ..low };
        let absent = vec![Flaw { field: "floors".into(), code: "absent" }];
        assert_eq!(before.allot(&floors()), Err(absent));
        let tiny = Contribution { value: 1, ..contribution() };
        assert_eq!(tiny.allot(&floors()), Err(beyond()));
    }
}
