//! Service records: what was delivered to whom, one row for each use or order that closed.
//!
//! A row never changes. What is wrong in it is taken back by a reversing row, and a right one
//! follows.

use crate::national::{self, Row};
use crate::service_order::Opinion;
use crate::tariff::Way;
use crate::usage::Strength;
use crate::words_of;
use base::{Class, InstrumentId, OrganisationId, Refusal, ServiceRecordId, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Sources of funds that the platform numbers, from 1 to this; the last stands for none.
pub const FUND_SOURCES: u8 = 17;

words_of! {
    /// What a service was for, in the words of the national platform.
    Purpose {
        Research = "research",
        Development = "development",
        Teaching = "teaching",
        Other = "other",
    }

    /// What the hours were spent on.
    Kind {
        Service = "service",
        Teaching = "teaching",
        Training = "training",
        Maintenance = "maintenance",
    }
}

/// A row as kept.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Record {
    pub id: ServiceRecordId,
    pub instrument: Option<InstrumentId>,
    pub unit: OrganisationId,
    /// Who was served.
    pub customer: Option<OrganisationId>,
    pub kind: Kind,
    pub way: Way,
    pub purpose: Purpose,
    /// From the first minute of preparation to the last of clearing up.
    pub span: Span,
    pub preparation_minutes: u32,
    pub clearing_minutes: u32,
    pub samples: u32,
    /// Minor units of the city's currency, by who paid.
    pub paid_customer: i64,
    pub paid_unit: i64,
    pub paid_voucher: i64,
    /// Customers of another legal entity.
    pub is_external: bool,
    pub fund_source: u8,
    pub has_agreement: bool,
    pub opinion: Option<Opinion>,
    pub strength: Evidence,
    /// The row that this one takes back.
    pub reverses: Option<ServiceRecordId>,
}

words_of! {
    /// How strong the evidence of the hours is.
    Evidence {
        Strong = "strong",
        Supporting = "supporting",
        Weak = "weak",
    }
}

impl From<Strength> for Evidence {
    fn from(strength: Strength) -> Self {
        match strength {
            Strength::Strong => Self::Strong,
            Strength::Supporting => Self::Supporting,
            Strength::Weak => Self::Weak,
        }
    }
}

impl Record {
    /// Everything that was paid, whoever paid it.
    pub fn amount(&self) -> i64 {
        self.paid_customer + self.paid_unit + self.paid_voucher
    }

    /// The row that takes this one back: the same service with amounts turned round.
    ///
    /// Refuses for a row that is itself a reversal, and for one that was taken back.
    pub fn reversal(&self, id: ServiceRecordId, was_reversed: bool) -> Result<Self, Refusal> {
        if was_reversed || self.reverses.is_some() {
            return Err(Refusal::new(Class::Conflict, "record-reversed"));
        }
        Ok(Self {
            id,
            reverses: Some(self.id),
            paid_customer: -self.paid_customer,
            paid_unit: -self.paid_unit,
            paid_voucher: -self.paid_voucher,
            ..self.clone()
        })
    }

    /// What the row knows by itself of the platform's list; names are added by who knows them.
    pub fn row(&self) -> Row {
        let minutes = self.span.end().seconds_since(self.span.start()) / 60;
        let yes = |is: bool, yes: &str, no: &str| if is { yes } else { no }.to_owned();
        let money = base::Money::new(self.amount(), base::Currency::CNY);
        let mut row = BTreeMap::from([
            ("id", self.id.to_string()),
            ("amount", money.decimal()),
            ("start", local(self.span.start())),
            ("end", local(self.span.end())),
            ("hours", hundredths(minutes * 100 / 60)),
            ("way", way_word(self.way).to_owned()),
            ("customer_kind", yes(self.is_external, "外部", "内部")),
            ("purpose", purpose_word(self.purpose).to_owned()),
            ("fund_source", self.fund_source.to_string()),
            ("agreement", yes(self.has_agreement, "是", "否")),
            ("place_kind", yes(self.way == Way::Own, "单位内", "单位内")),
        ]);
        if let Some(opinion) = self.opinion {
            row.insert("opinion", opinion_word(opinion).to_owned());
        }
        row
    }
}

/// Rows that stand: neither taken back nor taking back.
pub fn standing(rows: &[Record]) -> Vec<&Record> {
    let gone: BTreeSet<ServiceRecordId> = rows.iter().filter_map(|row| row.reverses).collect();
    rows.iter().filter(|row| row.reverses.is_none() && !gone.contains(&row.id)).collect()
}

/// Columns a row lacks, with the names that its keeper added.
pub fn missing(row: &Row) -> Vec<&'static national::Field> {
    national::missing(national::List::Record.fields(), row)
}

/// The wall clock of China, as the platform takes it.
fn local(at: base::Instant) -> String {
    let wall = at.datetime_at(480);
    format!("{} {:02}:{:02}", wall.date(), wall.hour(), wall.minute())
}

fn hundredths(hours: i64) -> String {
    format!("{}.{:02}", hours / 100, hours % 100)
}

fn way_word(way: Way) -> &'static str {
    match way {
        Way::Own => "占用",
        Way::Technical => "技术",
        Way::Commissioned => "委托",
        Way::Remote => "远程共享",
        Way::Other => "其他",
    }
}

fn purpose_word(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Research => "科学研究",
        Purpose::Development => "科技开发",
        Purpose::Teaching => "教学",
        Purpose::Other => "其他",
    }
}

fn opinion_word(opinion: Opinion) -> &'static str {
    match opinion {
        Opinion::VeryContent => "非常满意",
        Opinion::Content => "满意",
        Opinion::Fair => "一般",
        Opinion::Poor => "较差",
        Opinion::VeryPoor => "极差",
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use base::Instant;

    pub(crate) fn record(id: u128, from: &str, until: &str) -> Record {
        let at = |text: &str| Instant::parse_rfc3339(text).expect("a moment");
        Record {
            id: ServiceRecordId::from_bits(id),
            instrument: Some(InstrumentId::from_bits(1)),
            unit: OrganisationId::from_bits(1),
            customer: Some(OrganisationId::from_bits(2)),
            kind: Kind::Service,
            way: Way::Own,
            purpose: Purpose::Development,
            span: Span::new(at(from), at(until)).expect("a span"),
            preparation_minutes: 0,
            clearing_minutes: 0,
            samples: 0,
            paid_customer: 6_000,
            paid_unit: 2_000,
            paid_voucher: 4_000,
            is_external: true,
            fund_source: FUND_SOURCES,
            has_agreement: true,
            opinion: Some(Opinion::Content),
            strength: Evidence::Strong,
            reverses: None,
        }
    }

    fn sample() -> Record {
        record(1, "2026-03-05T15:00:00+08:00", "2026-03-05T16:20:00+08:00")
    }

    #[test]
    fn a_row_is_taken_back_once_and_its_reversal_never() {
        let row = sample();
        let back = row.reversal(ServiceRecordId::from_bits(2), false).expect("a first time");
        assert_eq!((back.amount(), back.reverses), (-12_000, Some(row.id)));
        assert!(row.reversal(ServiceRecordId::from_bits(3), true).is_err());
        assert!(back.reversal(ServiceRecordId::from_bits(3), false).is_err());
        let right = Record { id: ServiceRecordId::from_bits(3), paid_customer: 1, ..row.clone() };
        let rows = [row, back, right.clone()];
        assert_eq!(standing(&rows), [&right]);
        assert_eq!(rows.iter().map(Record::amount).sum::<i64>(), right.amount());
    }

    #[test]
    fn a_row_says_what_it_lacks_for_the_platform() {
        let mut row = sample().row();
        assert_eq!((row["hours"].as_str(), row["amount"].as_str()), ("1.33", "120.00"));
        assert_eq!((row["start"].as_str(), row["way"].as_str()), ("2026-03-05 15:00", "占用"));
        let lacks: Vec<&str> = missing(&row).iter().map(|field| field.key).collect();
        let names = ["instrument", "instrument_number", "content", "applicant", "phone", "unit"];
        assert_eq!(lacks, names);
        for name in names {
            row.insert(name, "x".to_owned());
        }
        assert!(missing(&row).is_empty());
    }
}
