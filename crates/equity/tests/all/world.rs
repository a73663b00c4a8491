//! A company that the tests share.

use base::Date;
use equity::class::{Class, Conversion, Participation, Preference};
use equity::event::{Allotment, Event, Limits, Round, Transfer, What};
use equity::grant::{Grant, Vesting};
use equity::tranche::{OnMiss, Tranche};
use equity::{Minor, Price, Shares, Table};
use ledger::rounding::Rate;

pub fn date(text: &str) -> Date {
    base::time::read_date(text).expect("a date")
}

pub fn rate(text: &str) -> Rate {
    Rate::parse(text).expect("a rate")
}

pub fn event(on: &str, what: What) -> Event {
    Event { on: date(on), what }
}

pub fn preferred(key: &str, price: Price, rank: u32, participation: Participation) -> Class {
    let conversion = Conversion::ONE_TO_ONE;
    let multiple = rate("1");
    let preference = Preference { price, multiple, rank, participation, conversion };
    Class { key: key.into(), preference: Some(preference), authorised: None }
}

pub fn allot(holder: &str, shares: Shares, paid: Minor) -> Allotment {
    Allotment { holder: holder.into(), shares, paid, is_technology: false }
}

pub fn round(name: &str, class: &str, price: Price, allotments: Vec<Allotment>) -> What {
    let (name, class) = (name.to_owned(), class.to_owned());
    What::Round { round: Round { name, class, price, allotments, tranches: Vec::new() } }
}

pub fn define(class: Class) -> What {
    What::Define { class }
}

pub fn tranche(key: &str, holder: &str, shares: Shares, due: &str, on_miss: OnMiss) -> Tranche {
    Tranche {
        key: key.into(),
        holder: holder.into(),
        class: "common".into(),
        shares,
        paid: shares,
        milestone: "a pilot runs".into(),
        due: date(due),
        on_miss,
    }
}

pub fn grant(key: &str, holder: &str, shares: Shares) -> Grant {
    Grant {
        key: key.into(),
        pool: "staff".into(),
        holder: holder.into(),
        shares,
        strike: Price::new(2, 1),
        vesting: Vesting { start: date("2026-02-01"), cliff_months: 12, months: 48 },
        until: date("2036-02-01"),
    }
}

pub fn transfer(from: &str, to: &str, shares: Shares) -> Transfer {
    Transfer {
        from: from.into(),
        to: to.into(),
        class: "common".into(),
        shares,
        price: 0,
        offered: None,
        waived: Vec::new(),
    }
}

/// Founders and the institute 8 million, a pool of 2 million, a seed and an A round.
pub fn company() -> Vec<Event> {
    let one = Price::new(1, 1);
    let five = Price::new(5, 1);
    vec![
        event("2026-01-01", define(Class::ordinary("common"))),
        event("2026-01-01", define(preferred("seed", five, 2, Participation::None))),
        event(
            "2026-01-01",
            round(
                "founding",
                "common",
                one,
                vec![
                    allot("wu", 4_000_000, 4_000_000),
                    allot("li", 1_000_000, 1_000_000),
                    Allotment { is_technology: true, ..allot("institute", 3_000_000, 3_000_000) },
                ],
            ),
        ),
        event(
            "2026-02-01",
            What::Pool { pool: "staff".into(), class: "common".into(), shares: 2_000_000 },
        ),
        event("2026-02-01", What::Grant { grant: grant("g1", "he", 480_000) }),
        event(
            "2026-06-01",
            round("seed", "seed", five, vec![allot("fund", 2_500_000, 12_500_000)]),
        ),
    ]
}

pub fn table(events: &[Event]) -> Table {
    let table = Table::replay(events).expect("every event fits");
    assert_eq!(table.audit(), []);
    table
}

pub fn limits(days: u32, most: &str) -> What {
    What::Limit { limits: Limits { pre_emption_days: days, holder_max: rate(most) } }
}
