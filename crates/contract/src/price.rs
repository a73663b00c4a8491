//! What is paid: sums bound to days, signature or milestones, a royalty, shares of a company.

use crate::flaw::Flaws;
use crate::kind::{Deduction, codes};
use crate::party::is_key;
use crate::{Minor, Royalty, rates};
use base::{Bilingual, Currency, Date};
use ledger::rounding::Rate;

/// The price of a contract.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Price {
    pub currency: Currency,
    /// One is a lump sum.
    #[serde(default)]
    pub instalments: Vec<Instalment>,
    #[serde(default)]
    pub royalty: Option<Royalty>,
    #[serde(default)]
    pub equity: Option<Equity>,
    /// Parts of the fixed sum that are no technology.
    #[serde(default)]
    pub deductions: Vec<NotTechnology>,
}

/// One fixed payment.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Instalment {
    pub key: String,
    pub amount: Minor,
    pub when: When,
}

/// What makes a payment due.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    On {
        date: Date,
    },
    /// Days after the last signature.
    Signed {
        days: u32,
    },
    /// Days after a milestone is accepted.
    Accepted {
        milestone: String,
        days: u32,
    },
}

/// Shares of a company in place of money; the cap table is another engine's.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Equity {
    pub company: Bilingual,
    /// Part of the company after the issue.
    #[serde(with = "rates::text")]
    pub part: Rate,
    /// What the parties hold it to be worth.
    pub value: Minor,
}

/// A part of the price that carries no technology.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NotTechnology {
    pub kind: Deduction,
    pub amount: Minor,
}

codes! {
    /// The forms of payment, as registration and statistics tell them apart.
    Form {
        Lump = "lump-sum",
        Instalments = "instalments",
        Royalty = "royalty",
        /// An entry sum and a royalty.
        Mixed = "entry-and-royalty",
        Equity = "equity",
        /// Shares beside money.
        EquityAndMoney = "equity-and-money",
        None = "none",
    }
}

impl Price {
    /// The fixed sum: instalments and the value of shares. A royalty is not in it.
    ///
    /// `None` where it grows out of range; terms without flaws never do.
    pub fn total(&self) -> Option<Minor> {
        let money = self.instalments.iter().map(|it| it.amount);
        money
            .chain(self.equity.iter().map(|it| it.value))
            .try_fold(0_i64, |sum, next| sum.checked_add(next))
    }

    /// What is taken off for equipment and the like.
    pub fn deducted(&self) -> Option<Minor> {
        self.deductions.iter().try_fold(0_i64, |sum, it| sum.checked_add(it.amount))
    }

    /// The technology transaction amount (trading.md 10): what carries the relief of taxes.
    pub fn technology_amount(&self) -> Option<Minor> {
        self.total()?.checked_sub(self.deducted()?)
    }

    /// How it is paid.
    pub fn form(&self) -> Form {
        match (self.instalments.len(), &self.royalty, &self.equity) {
            (0, None, None) => Form::None,
            (0, None, Some(_)) => Form::Equity,
            (_, _, Some(_)) => Form::EquityAndMoney,
            (0, Some(_), None) => Form::Royalty,
            (_, Some(_), None) => Form::Mixed,
            (1, None, None) => Form::Lump,
            (_, None, None) => Form::Instalments,
        }
    }

    pub(crate) fn flaws(&self, milestones: &[crate::Milestone], flaws: &mut Flaws) {
        for (n, it) in self.instalments.iter().enumerate() {
            let field = |name: &str| format!("price.instalments.{n}.{name}");
            flaws.when(!is_key(&it.key), field("key"), "unreadable");
            let is_twice = self.instalments.iter().take(n).any(|other| other.key == it.key);
            flaws.when(is_twice, field("key"), "twice");
            flaws.when(it.amount <= 0, field("amount"), "beyond");
            if let When::Accepted { milestone, .. } = &it.when {
                let is_known = milestones.iter().any(|other| other.key == *milestone);
                flaws.when(!is_known, field("milestone"), "unknown");
            }
            let days = match it.when {
                When::On { .. } => 0,
                When::Signed { days } | When::Accepted { days, .. } => days,
            };
            flaws.when(days > DAYS_MAX, field("days"), "beyond");
        }
        for (n, it) in self.deductions.iter().enumerate() {
            flaws.when(it.amount <= 0, format!("price.deductions.{n}.amount"), "beyond");
        }
        if let Some(equity) = &self.equity {
            flaws.when(equity.company.is_empty(), "price.equity.company", "absent");
            let is_part = rates::is_part(equity.part) && equity.part > rates::zero();
            flaws.when(!is_part, "price.equity.part", "beyond");
            flaws.when(equity.value < 0, "price.equity.value", "beyond");
        }
        if let Some(royalty) = &self.royalty {
            royalty.flaws(flaws);
        }
        flaws.when(self.form() == Form::None, "price", "absent");
        match (self.total(), self.technology_amount()) {
            (Some(_), Some(technology)) => {
                flaws.when(technology < 0, "price.deductions", "beyond");
            }
            _ => flaws.when(true, "price", "too-large"),
        }
    }
}

/// Ten years: what is due later names a date.
const DAYS_MAX: u32 = 3_660;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equipment_is_no_technology() {
        let price = Price {
            currency: Currency::CNY,
            instalments: vec![Instalment {
                key: "all".into(),
                amount: 100_000_000,
                when: When::Signed { days: 10 },
            }],
            royalty: None,
            equity: None,
            deductions: vec![NotTechnology { kind: Deduction::Equipment, amount: 30_000_000 }],
        };
        assert_eq!(price.total(), Some(100_000_000));
        assert_eq!(price.technology_amount(), Some(70_000_000));
        assert_eq!(price.form(), Form::Lump);
        let mut flaws = Flaws::default();
        price.flaws(&[], &mut flaws);
        assert_eq!(flaws.0, []);
        let mut wrong = price.clone();
        wrong.deductions[0].amount = 100_000_001;
        wrong.instalments.push(Instalment {
            key: "all".into(),
            amount: 0,
            when: When::Accepted { milestone: "m9".into(), days: 0 },
        });
        let mut flaws = Flaws::default();
        wrong.flaws(&[], &mut flaws);
        let found: Vec<String> =
            flaws.0.iter().map(|it| format!("{} {}", it.field, it.code)).collect();
        assert_eq!(
            found,
            [
                "price.instalments.1.key twice",
                "price.instalments.1.amount beyond",
                "price.instalments.1.milestone unknown",
                "price.deductions beyond",
            ]
        );
    }
}
