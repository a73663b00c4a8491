//! Samples: a case with its steps, a long list.

use super::{Sample, pick};
use crate::*;
use base::{Label, Lang, Level};
use maud::{Markup, html};

/// A case.
pub(super) fn case(lang: Lang) -> Sample {
    let t = |en, zh| pick(lang, en, zh);
    let label = Label::at(Level::Members);
    let step = |name, detail, state| Step { name, detail, state };
    Sample {
        name: "case",
        title: t("Release review RZ-2026-7K3QXM-4", "解密审查 RZ-2026-7K3QXM-4"),
        section: Some(Section::Trade),
        is_error: false,
        has_own_search: false,
        content: html! {
            (page_head(&PageHead {
                lang,
                kind: t("Case", "事项"),
                title: t("Release review of a pulsed-power switch", "脉冲功率开关解密审查"),
                tags: vec![state_tag(Tone::Wait, t("Waits for you until 16 May", "待您办理，截止5月16日"))],
                label: Some(&label),
                reference: "RZ-2026-7K3QXM-4",
                ..PageHead::default()
            }))
            (steps(lang, &[
                step(t("Disclosed", "已申报"), t("3 May", "5月3日"), StepState::Done),
                step(t("Subject review", "专业审查"), t("9 May", "5月9日"), StepState::Done),
                step(
                    t("Confidentiality review", "保密审查"),
                    t("due 16 May, 4 working days", "5月16日截止，剩4个工作日"),
                    StepState::Now,
                ),
                step(t("Decision", "决定"), "", StepState::Later),
                step(t("Listed", "挂牌"), "", StepState::Later),
            ]))
            (aside_split(html! {
                h2 { (t("What changed", "修改内容")) }
                (diff_rows(lang, &[
                    (
                        t("Summary", "摘要"),
                        t("A switch for 40 kV pulses.", "用于40千伏脉冲的开关。"),
                        t("A solid-state switch for 60 kV pulses.", "用于60千伏脉冲的固态开关。"),
                    ),
                    (t("TRL", "成熟度"), "6", "7"),
                ]))
                p { (diff(
                    lang,
                    t("Released after two years.", "两年后解密。"),
                    t("Released at once, after two reviews.", "经两轮审查后立即解密。"),
                )) }
                (confirm(&Confirm {
                    lang,
                    open: t("Withdraw …", "撤回……"),
                    title: t("Withdraw this review?", "确定撤回这次审查吗？"),
                    text: html! {
                        p { (t(
                            "Reviewers stop working on it. You can propose it again.",
                            "审查人员将停止工作，您可以重新申报。",
                        )) }
                    },
                    act: post_button(&PostButton {
                        action: "/cases/1/withdrawal",
                        csrf: "token",
                        key: "key",
                        text: t("Withdraw the review", "撤回审查"),
                        look: Look::Danger,
                        ..PostButton::default()
                    }),
                }))
            }, sheet(t("History", "历史"), history(lang))))
        },
    }
}

fn history(lang: Lang) -> Markup {
    let t = |en, zh| pick(lang, en, zh);
    let event = |at, who, text: &str, log_number| Event {
        at,
        machine_at: "2026-05-12T09:14:00+08:00",
        who,
        text: html! { (text) },
        log_number,
    };
    timeline(
        lang,
        &[
            event(
                t("12 May, 09:14", "5月12日 09:14"),
                t("Zhang Wei", "张伟"),
                t("Asked for the clause that allows release.", "要求注明允许解密的条款。"),
                "4,182",
            ),
            event(
                t("9 May, 16:40", "5月9日 16:40"),
                t("Chen Jing", "陈静"),
                t("Subject review: agrees.", "专业审查：同意。"),
                "4,101",
            ),
            event(
                t("3 May, 11:02", "5月3日 11:02"),
                t("Li Na", "李娜"),
                t("Disclosed the result.", "申报成果。"),
                "3,977",
            ),
        ],
    )
}

/// A long list.
pub(super) fn list(lang: Lang) -> Sample {
    let t = |en, zh| pick(lang, en, zh);
    let (before, after) = (Some("/listings?before=a"), Some("/listings?after=b"));
    let start = link_button("/listings/new", t("List a technology", "挂牌技术"), Look::Primary);
    Sample {
        name: "list",
        title: t("Listings", "挂牌"),
        section: Some(Section::Trade),
        is_error: false,
        has_own_search: false,
        content: html! {
            (page_head(&PageHead {
                lang,
                title: t("Listings", "挂牌"),
                actions: vec![start],
                ..PageHead::default()
            }))
            (listings(lang))
            (pager(lang, &Pager::Keyset { previous: before, next: after }))
        },
    }
}

fn listings(lang: Lang) -> Markup {
    let t = |en, zh| pick(lang, en, zh);
    let sort = |key| address::with("/listings", "sort", key);
    let as_of = t("As of 1 March 2026, 14:03 (+08:00)", "截至2026年3月1日 14:03（+08:00）");
    let cells = [t("Total", "合计"), "", "", "1,620,000.00", ""];
    table(&Table {
        lang,
        caption: t("Listings, cheapest last", "挂牌，价格从高到低"),
        columns: vec![
            Column::text("name", t("Technology", "技术")).sorted_by(sort("name"), None),
            Column::text("owner", t("Owner", "权利人")),
            Column { is_numeric: true, ..Column::text("trl", t("TRL", "成熟度")) },
            Column::figures("price", t("Price", "价格"), t("¥", "元"))
                .sorted_by(sort("price"), Some(Direction::Down)),
            Column::text("state", t("State", "状态")),
        ],
        rows: listing_rows(lang),
        total: Some(Row::from(cells.map(|text| html! { (text) }).to_vec())),
        exports: &[
            Export { text: "CSV", href: "/listings.csv" },
            Export { text: "Excel", href: "/listings.xlsx" },
        ],
        note: Some(html! { (as_of) }),
        is_cards: true,
        memory: "listings",
        ..Table::default()
    })
}

fn listing_rows(lang: Lang) -> Vec<Row> {
    let t = |en, zh| pick(lang, en, zh);
    let row = |name: &str, owner: &str, trl: &str, price: &str, state: Markup| Row {
        cells: vec![
            html! { a href="/listings/1" { (name) } },
            html! { (owner) },
            html! { (trl) },
            html! { (price) },
            state,
        ],
        is_marked: price.len() > 10,
        choose: Some(("1".into(), name.into())),
    };
    let physics = t("Institute of physics", "物理研究所");
    let switch = t("Pulsed-power switch, 3 patents", "脉冲功率开关，3件专利");
    let auction = state_tag(Tone::Live, t("Auction", "竞价中"));
    let withdrawn = state_tag(Tone::Plain, t("Withdrawn", "已撤回"));
    let offered = state_tag(Tone::Ok, t("Offered", "挂牌中"));
    let review = state_tag(Tone::Wait, t("In review", "审查中"));
    let institute = t("Gas turbine institute", "燃气涡轮研究院");
    let centre = t("Aerodynamics centre", "空气动力中心");
    vec![
        row(switch, physics, "7", "1,240,000.00", auction),
        row(t("Rare-earth getter", "稀土吸气剂"), physics, "6", "320,000.00", withdrawn),
        row(t("Laser cladding powder", "激光熔覆粉末"), institute, "7", "60,000.00", offered),
        row(t("Wind-tunnel balance", "风洞天平"), centre, "8", "–", review),
    ]
}
