//! Terms that the tests share.

use base::{Bilingual, Currency, Date};
use contract::kind::{Exclusivity, Forum, Holder, Kind, Mode, OnMiss, RightKind};
use contract::price::{Instalment, Price, When};
use contract::royalty::{Base, Every, Royalty};
use contract::terms::{Breach, Confidentiality, Disputes, Grant, Results, Right, Subject, Terms};
use contract::{Milestone, Party, Side};
use ledger::rounding::{Rate, Rounding};

pub fn date(text: &str) -> Date {
    base::time::read_date(text).expect("a date")
}

pub fn rate(text: &str) -> Rate {
    Rate::parse(text).expect("a rate")
}

/// Terms of a kind, with all that it needs and nothing that it must not have.
pub fn terms(kind: Kind) -> Terms {
    let gives_right = matches!(kind, Kind::Transfer | Kind::Licence);
    let right = Right {
        kind: RightKind::Patent,
        number: "202111286633.X".into(),
        title: Bilingual::new("Fibre sensor", "光纤传感器"),
    };
    let grant = Grant {
        exclusivity: Exclusivity::Sole,
        territory: Bilingual::new("mainland China", "中国大陆"),
        field_of_use: Bilingual::new("bridges", "桥梁"),
        may_sublicense: false,
    };
    let results = Results { owner: Holder::Provider, risk: Holder::Joint, may_other_use: true };
    Terms {
        kind,
        mode: Mode::InstituteToFirm,
        reference: "HT-2026-0001".into(),
        parties: vec![
            Party::new("a", Side::Provider, Bilingual::new("Institute of Optics", "光学研究所")),
            Party::new("b", Side::Acquirer, Bilingual::new("Fucheng Sensors", "涪城传感")),
        ],
        subject: Subject {
            title: Bilingual::new("Fibre sensor", "光纤传感器"),
            description: Bilingual::new("a sensor of strain.", "应变传感器。"),
            technology: None,
            listing: None,
            rights: if gives_right { vec![right] } else { Vec::new() },
            field: "electronics".into(),
        },
        price: Price {
            currency: Currency::CNY,
            instalments: vec![
                Instalment {
                    key: "entry".into(),
                    amount: 60_000_000,
                    when: When::Signed { days: 10 },
                },
                Instalment {
                    key: "proof".into(),
                    amount: 40_000_000,
                    when: When::Accepted { milestone: "m1".into(), days: 15 },
                },
            ],
            royalty: gives_right.then(royalty),
            equity: None,
            deductions: Vec::new(),
        },
        grant: (kind == Kind::Licence).then_some(grant),
        results: (!gives_right).then_some(results),
        from: date("2026-04-01"),
        until: (kind != Kind::Transfer).then(|| date("2031-03-31")),
        delivery: Bilingual::new("drawings and two days of training", "图纸及两天培训"),
        milestones: vec![Milestone {
            key: "m1".into(),
            title: Bilingual::new("First sensor", "首台传感器"),
            due: date("2026-10-01"),
            acceptance: Bilingual::new("error under 1 %", "误差小于百分之一"),
            answer_days: 10,
            is_tacit: true,
            on_miss: OnMiss::MayEnd,
        }],
        improvements: Holder::Maker,
        confidentiality: Some(Confidentiality { years: Some(5), matter: Bilingual::default() }),
        breach: Breach { cure_days: 30, penalty_day: rate("0.0005"), penalty_max: rate("0.1") },
        disputes: Disputes {
            forum: Forum::Arbitration,
            place: Bilingual::new("Mianyang Arbitration Commission", "绵阳仲裁委员会"),
            talk_days: 30,
        },
        is_title_warranted: true,
        attachments: Vec::new(),
        special: Bilingual::default(),
    }
}

fn royalty() -> Royalty {
    Royalty {
        base: Base::NetSales,
        rate: rate("0.03"),
        rounding: Rounding::HalfUp,
        every: Every::Year,
        from: date("2026-04-01"),
        until: Some(date("2031-03-31")),
        report_days: 30,
        pay_days: 15,
        minimum_year: Some(8_000_000),
        cap_year: None,
        cap_total: None,
        deductible: rate("0.1"),
    }
}
