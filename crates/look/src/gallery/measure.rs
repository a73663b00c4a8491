//! Samples: figures and charts.

use super::{Sample, pick};
use crate::*;
use base::Lang;
use maud::{Markup, html};

/// The dashboard.
pub(super) fn dashboard(lang: Lang) -> Sample {
    let t = |en, zh| pick(lang, en, zh);
    let tile = |value, unit, label, change, note| Figure {
        value,
        unit,
        label,
        change,
        note,
        href: "/measure/rows",
    };
    Sample {
        name: "measure",
        title: t("The city in figures", "城市数据"),
        section: Some(Section::Measure),
        is_error: false,
        has_own_search: false,
        content: html! {
            (page_head(&PageHead {
                lang,
                title: t("The city in figures", "城市数据"),
                lead: Some(html! {
                    (t(
                        "Released on 31 March 2026. Every figure opens to the rows behind it.",
                        "2026年3月31日发布，每个数字均可查看明细。",
                    ))
                }),
                ..PageHead::default()
            }))
            (figures(lang, &[
                tile(
                    "134.2",
                    "",
                    t("integration index", "融合指数"),
                    Some(Change::Up("4.1")),
                    t("2025, final", "2025年，最终数"),
                ),
                tile(
                    "321",
                    t("", "家"),
                    t("accredited enterprises", "认定企业"),
                    Some(Change::Up("12")),
                    t("2025, final", "2025年，最终数"),
                ),
                tile(
                    "9.45",
                    t("", "件"),
                    t("patents per 10,000 people", "每万人专利数"),
                    Some(Change::Same),
                    t("2025, preliminary", "2025年，初步数"),
                ),
                tile(
                    "1,599",
                    t("h", "小时"),
                    t("per instrument", "单台仪器机时"),
                    Some(Change::Down("2%")),
                    t("2025, revised", "2025年，修订数"),
                ),
            ]))
            (aside_split(index(lang), sheet("", deals(lang))))
            (modes(lang))
        },
    }
}

fn index(lang: Lang) -> Markup {
    let t = |en, zh| pick(lang, en, zh);
    line(&Chart {
        lang,
        name: "index",
        sentence: t(
            "The index rose from 100 in 2020 to 134.2 in 2025.",
            "指数由2020年的100升至2025年的134.2。",
        ),
        category: t("Year", "年份"),
        categories: (2020..2026).map(|year| year.to_string()).collect(),
        series: vec![Series {
            name: t("Index", "指数"),
            values: [1000, 1062, 1131, 1189, 1289, 1342].map(Some).into(),
        }],
        unit: t("2020 = 100", "2020年=100"),
        digits: 1,
        csv: "/measure/index.csv",
        method: "/measure/method",
        note: t("as of 31 March 2026, final", "截至2026年3月31日，最终数"),
    })
}

fn deals(lang: Lang) -> Markup {
    let t = |en, zh| pick(lang, en, zh);
    bars(&Chart {
        lang,
        name: "deals",
        sentence: t("Institutes sold most to firms.", "成交以院所向企业转让为主。"),
        category: t("Mode of transfer", "转移方式"),
        categories: vec![
            t("Institute to firm", "院所到企业").into(),
            t("Inside an institute", "院所内部").into(),
            t("Between institutes", "院所之间").into(),
            t("Firm to public programme", "企业到公共项目").into(),
        ],
        series: vec![Series {
            name: t("Deals", "成交"),
            values: vec![Some(214), Some(96), Some(41), None],
        }],
        unit: t("deals, 2025", "2025年成交件数"),
        csv: "/measure/deals.csv",
        ..Chart::default()
    })
}

fn modes(lang: Lang) -> Markup {
    let t = |en, zh| pick(lang, en, zh);
    columns(&Chart {
        lang,
        name: "modes",
        sentence: t("Licences overtook sales in 2023.", "2023年起许可超过转让。"),
        category: t("Year", "年份"),
        categories: (2021..2026).map(|year| year.to_string()).collect(),
        series: vec![
            Series {
                name: t("Licences", "许可"),
                values: [61, 80, 112, 139, 166].map(Some).into(),
            },
            Series { name: t("Sales", "转让"), values: [88, 92, 95, 101, 97].map(Some).into() },
            Series {
                name: t("Joint ventures", "作价入股"),
                values: [12, 15, 14, 22, 31].map(Some).into(),
            },
        ],
        unit: t("contracts", "合同数"),
        csv: "/measure/modes.csv",
        method: "/measure/method",
        ..Chart::default()
    })
}
