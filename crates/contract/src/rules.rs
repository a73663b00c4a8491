//! Rules of an organisation about the division of what a technology brings in.
//!
//! All numbers are parameters: who declares them names the source and the day from which they hold.

use crate::flaw::{Flaw, Flaws};
use crate::income::{Claimant, Division, Withholding};
use crate::rates;
use base::{Bilingual, Date};
use ledger::rounding::{Rate, Rounding};

/// The rules.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Rules {
    /// The inventors' part of net income.
    #[serde(with = "rates::text")]
    pub inventors_rate: Rate,
    #[serde(with = "rates::rounding")]
    pub inventors_rounding: Rounding,
    /// The least part the law leaves to them.
    #[serde(with = "rates::text")]
    pub floor: Rate,
    /// The least part of the inventors' part that goes to the main contributors.
    #[serde(with = "rates::text")]
    pub main_floor: Rate,
    /// Institute, department, office, fund; the rest goes by these weights, in this order.
    pub others: Vec<Other>,
    /// What is withheld from an inventor's part.
    #[serde(default)]
    pub withheld: Option<Withholding>,
}

/// A claimant that is no person.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Other {
    /// Such as `institute`, unique within the rules.
    pub key: String,
    pub name: Bilingual,
    pub weight: u64,
}

/// Rules as they were declared. Nothing here is changed later; newer rules follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// From 1, within one organisation.
    pub n: u64,
    /// The first day on which contracts are signed that they hold for.
    pub from: Date,
    /// The law, statute or resolution they are taken from.
    pub source: String,
    pub rules: Rules,
}

/// An inventor with the recorded share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inventor {
    pub key: String,
    pub weight: u64,
}

impl Rules {
    /// The division among these inventors. Where one has the most, that one is the main contributor.
    pub fn division(&self, inventors: &[Inventor]) -> Division {
        let most = inventors.iter().map(|it| it.weight).max().unwrap_or(0);
        let claimant = |it: &Inventor| Claimant {
            key: it.key.clone(),
            weight: it.weight,
            is_main: it.weight == most,
            withheld: self.withheld.clone(),
            waits: None,
        };
        let other = |it: &Other| Claimant {
            key: it.key.clone(),
            weight: it.weight,
            is_main: false,
            withheld: None,
            waits: None,
        };
        Division {
            inventors_rate: self.inventors_rate,
            inventors_rounding: self.inventors_rounding,
            floor: self.floor,
            main_floor: self.main_floor,
            inventors: inventors.iter().map(claimant).collect(),
            others: self.others.iter().map(other).collect(),
        }
    }

    /// Everything to mend before they are declared.
    pub fn flaws(&self) -> Vec<Flaw> {
        let mut flaws = Flaws::default();
        for (n, it) in self.others.iter().enumerate() {
            flaws.when(it.name.is_empty(), format!("others.{n}.name"), "absent");
            flaws.when(it.weight == 0, format!("others.{n}.weight"), "beyond");
            let is_key = crate::party::is_key(&it.key);
            flaws.when(!is_key, format!("others.{n}.key"), "unreadable");
        }
        flaws.when(self.others.len() > crate::terms::PARTS_MAX, "others", "too-many");
        // One inventor stands for all: who they are is known with each technology.
        let one = Inventor { key: "-".into(), weight: 1 };
        let mut all = flaws.0;
        all.extend(self.division(&[one]).flaws().into_iter().map(|flaw| {
            // What is withheld from the one is withheld from everybody.
            match flaw.field.starts_with("inventors.") {
                true => Flaw { field: "withheld".into(), ..flaw },
                false => flaw,
            }
        }));
        all
    }
}

/// The rules in force on a day: of those that hold by then the last declared.
pub fn in_force(all: &[Declared], on: Date) -> Option<&Declared> {
    all.iter().filter(|it| it.from <= on).max_by_key(|it| (it.from, it.n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::income::Band;

    fn rate(text: &str) -> Rate {
        Rate::parse(text).expect("a rate")
    }

    fn rules() -> Rules {
        Rules {
            inventors_rate: rate("0.7"),
            inventors_rounding: Rounding::Ceiling,
            floor: rate("0.5"),
            main_floor: rate("0"),
            others: vec![
                Other {
                    key: "institute".into(),
                    name: Bilingual::new("Institute", "院"),
                    weight: 2,
                },
                Other { key: "unit".into(), name: Bilingual::new("Unit", "所"), weight: 1 },
            ],
            withheld: Some(Withholding {
                allowance: 0,
                counted: rate("0.5"),
                bands: vec![Band { from: 0, rate: rate("0.2") }],
                rounding: Rounding::HalfUp,
            }),
        }
    }

    #[test]
    fn every_unit_is_placed_by_the_rules() {
        let inventors = [
            Inventor { key: "wu".into(), weight: 600_000 },
            Inventor { key: "li".into(), weight: 400_000 },
        ];
        let divided = rules().division(&inventors).divide(100_001, &[]).expect("in range");
        let gross: Vec<i64> = divided.payouts.iter().map(|it| it.gross).collect();
        assert_eq!(gross, [42_001, 28_000, 20_000, 10_000]);
        assert_eq!(divided.payouts[0].withheld, 4_200);
        assert_eq!(divided.payouts[2].withheld, 0);
    }

    #[test]
    fn rules_under_the_floor_and_half_written_ones_are_told() {
        let fields = |rules: &Rules| {
            rules
                .flaws()
                .into_iter()
                .map(|it| format!("{} {}", it.field, it.code))
                .collect::<Vec<_>>()
        };
        assert_eq!(fields(&rules()), Vec::<String>::new());
        let mut wrong = rules();
        wrong.inventors_rate = rate("0.4");
        wrong.others[1].key = "institute".into();
        wrong.others[0].weight = 0;
        wrong.withheld.as_mut().expect("one").bands.clear();
        assert_eq!(
            fields(&wrong),
            [
                "others.0.weight beyond",
                "inventors_rate under-floor",
                "withheld beyond",
                "others.1.key twice",
            ]
        );
    }

    #[test]
    fn the_last_rules_that_hold_count() {
        let date = |text: &str| base::time::read_date(text).expect("a date");
        let of = |n, from: &str| Declared {
            n,
            from: date(from),
            source: "the law".into(),
            rules: rules(),
        };
        let all = [of(1, "2026-01-01"), of(2, "2027-01-01"), of(3, "2026-01-01")];
        let found = |on: &str| in_force(&all, date(on)).map(|it| it.n);
        assert_eq!(found("2025-12-31"), None);
        assert_eq!(found("2026-06-01"), Some(3));
        assert_eq!(found("2027-01-01"), Some(2));
    }
}
