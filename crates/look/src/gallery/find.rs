//! Samples: the start page, results, a thing.

use super::{Sample, crumb, pick};
use crate::*;
use base::{Label, Lang};
use maud::{Markup, html};

/// The start page.
pub(super) fn home(lang: Lang) -> Sample {
    let t = |en, zh| pick(lang, en, zh);
    let scope = |text, count, is_current| Scope { text, count, href: "/search", is_current };
    let scopes = [
        scope(t("Everything", "全部"), None, true),
        scope(t("Technologies", "技术"), Some(1_482), false),
        scope(t("Instruments", "仪器"), Some(1_066), false),
        scope(t("Experts", "专家"), Some(214), false),
        scope(t("Needs", "需求"), Some(97), false),
        scope(t("Policies", "政策"), Some(33), false),
    ];
    let figure =
        |value, unit, label, change| Figure { value, unit, label, change, ..Figure::default() };
    let figures = [
        figure("321", t("", "家"), t("accredited enterprises", "认定企业"), None),
        figure(t("¥150 bn", "1,500"), t("", "亿元"), t("their output, 2017", "2017年产值"), None),
        figure(
            "71",
            "%",
            t("of needs answered within 10 days", "需求10日内得到答复"),
            Some(Change::Up("6%")),
        ),
        figure("1,599", t("h", "小时"), t("per instrument and year", "每台仪器年使用"), None),
    ];
    let days = [
        9, 14, 12, 4, 3, 17, 21, 18, 16, 22, 6, 5, 19, 24, 20, 26, 23, 7, 4, 22, 28, 25, 27, 31, 9,
        6, 27, 33, 30, 36,
    ];
    let sentence = t("508 acts in the last 30 days, 36 of them today", "近30天办理508件，今日36件");
    Sample {
        name: "home",
        title: t("Start", "首页"),
        section: None,
        is_error: false,
        has_own_search: true,
        content: html! {
            (hero(&Hero {
                lang,
                question: t("What does your work need next?", "您的工作\u{200b}下一步\u{200b}需要什么？"),
                search: "/search",
                suggest: "/suggest",
                query: "",
                scopes: &scopes,
                examples_title: t("Try", "试试"),
                examples: &[
                    (t("non-destructive testing of blades", "叶片无损检测"), "/search?q=a"),
                    (t("vibration table, 40 kN, next week", "40 kN振动台 下周"), "/search?q=b"),
                    (t("loan for a first order", "首单贷款"), "/search?q=c"),
                ],
                figures: &figures,
                as_of: t("As of 1 March 2026, 14:03 (+08:00)", "截至2026年3月1日 14:03（+08:00）"),
                pulse: Some(pulse(sentence, &days)),
            }))
            (latest(lang))
        },
    }
}

fn latest(lang: Lang) -> Markup {
    let t = |en, zh| pick(lang, en, zh);
    let item =
        |title, facts, tag| NewsItem { href: "/technologies/1", title, lang: None, tag, facts };
    let released = [
        item(
            t("Laser cladding powder for nickel alloy blades", "镍基合金叶片激光熔覆粉末"),
            t(
                "Gas turbine institute · TRL 7 · licence or sale",
                "燃气涡轮研究院 · 成熟度7 · 可许可或转让",
            ),
            None,
        ),
        item(
            t("Low-noise wind-tunnel balance", "低噪声风洞天平"),
            t("Aerodynamics centre · TRL 8 · open licence", "空气动力中心 · 成熟度8 · 开放许可"),
            None,
        ),
        item(
            t("Rare-earth getter for vacuum tubes", "真空管用稀土吸气剂"),
            t("Institute of physics · TRL 6 · joint venture", "物理研究所 · 成熟度6 · 作价入股"),
            None,
        ),
    ];
    let needs = [
        item(
            t("Coating that survives 1,150 °C for 500 h", "耐受1150℃、500小时的涂层"),
            t("Up to ¥800,000 · three matches proposed", "预算80万元以内 · 已推荐3项"),
            Some((Tone::Wait, t("2 days left", "剩2天"))),
        ),
        item(
            t("Vibration test up to 40 kN, next month", "40 kN振动试验，下月"),
            t("Shown without name", "匿名发布"),
            None,
        ),
    ];
    let live = [
        item(
            t("Auction: pulsed-power switch, 3 patents", "竞价：脉冲功率开关，3件专利"),
            t("¥1,240,000 · 7 bidders · 04:12 left", "124万元 · 7位竞买人 · 剩04:12"),
            Some((Tone::Live, t("live", "进行中"))),
        ),
        item(
            t("Launch: results of the year, materials", "年度成果发布会：材料"),
            t("Expo hall 2 · 14:00", "二号展厅 · 14:00"),
            Some((Tone::Info, t("Thursday", "周四"))),
        ),
    ];
    let more = t("All of them", "查看全部");
    let column = |title, items| News { title, more_href: "/search", more, items, empty: "" };
    news(&[
        column(t("Newly released", "最新解密发布"), &released),
        column(t("Needs without an answer", "等待答复的需求"), &needs),
        column(t("Happening now", "正在进行"), &live),
    ])
}

/// Results of a search.
pub(super) fn results(lang: Lang) -> Sample {
    let t = |en, zh| pick(lang, en, zh);
    let (chips, panel) = narrow(lang);
    Sample {
        name: "results",
        title: t("Results", "搜索结果"),
        section: Some(Section::Find),
        is_error: false,
        has_own_search: false,
        content: html! {
            (page_head(&PageHead {
                lang,
                title: t("Testing of turbine blades", "涡轮叶片检测"),
                ..PageHead::default()
            }))
            (aside_split(html! { (chips) (found(lang)) }, panel))
        },
    }
}

fn found(lang: Lang) -> Markup {
    let t = |en, zh| pick(lang, en, zh);
    let title = t(
        "Phased-array testing of turbine blade roots without dismounting",
        "涡轮叶片榫头原位相控阵无损检测方法",
    );
    let mark = t("turbine blade", "涡轮叶片");
    let at = title.find(mark).unwrap_or(0);
    let why: Vec<String> = [
        t("“turbine blade” in the title", "标题含“涡轮叶片”"),
        t("same class G01N 29", "同类G01N 29"),
        t("TRL 8, asked: 6 and above", "成熟度8，要求不低于6"),
        t("owner answered 4 of 5 needs", "权利人已答复4/5项需求"),
    ]
    .map(str::to_owned)
    .into();
    let hits = html! {
        (Hit {
            lang,
            href: "/technologies/1",
            title: Some(marked(title, &[(at, at + mark.len())])),
            title_other: t("涡轮叶片榫头原位相控阵无损检测方法", "Phased-array testing of turbine blade roots"),
            facts: t(
                "Gas turbine institute · patent in force until 2038 · confirmed 12 days ago",
                "燃气涡轮研究院 · 专利有效期至2038年 · 12天前确认",
            ),
            why: &why,
            state: Some(state_tag(Tone::Ok, t("Released", "已解密发布"))),
            terms: t("Licence from ¥60,000 a year", "许可费6万元/年起"),
            ..Hit::default()
        }.view())
        (Hit {
            lang,
            href: "/instruments/1",
            kind: t("Instrument", "仪器"),
            title: Some(html! { (t("Industrial CT, 450 kV", "工业CT，450 kV")) }),
            facts: t(
                "Free Tuesday 13:00–17:00 · ¥420/h · voucher accepted · training: half a day",
                "周二13:00–17:00可约 · 420元/小时 · 可用创新券 · 需半天培训",
            ),
            action: Some(link_button("/instruments/1", t("Book", "预约"), Look::Second)),
            ..Hit::default()
        }.view())
        (Hit {
            lang,
            href: "/technologies/3",
            title: Some(html! {
                (t("发动机叶片电涡流在线检测装置", "In-line eddy-current inspection of engine blades"))
            }),
            title_lang: Some(lang.other()),
            facts: t("University of science and technology · TRL 5", "科技大学 · 成熟度5"),
            state: Some(other_language(lang, lang.other())),
            ..Hit::default()
        }.view())
    };
    html! {
        (look_order(lang))
        (crate::results(lang, 182, true, hits))
        (pager(
            lang,
            &Pager::Numbered { address: "/search?q=a&page=3", page: 3, page_rows: 25, total: 182 },
        ))
    }
}

fn look_order(lang: Lang) -> Markup {
    let t = |en, zh| pick(lang, en, zh);
    tabs(
        lang,
        t("results", "结果"),
        &[
            Tab {
                href: "/search",
                text: t("Everything", "全部"),
                count: Some(215),
                is_current: false,
            },
            Tab {
                href: "/search",
                text: t("Technologies", "技术"),
                count: Some(182),
                is_current: true,
            },
            Tab {
                href: "/search",
                text: t("Instruments", "仪器"),
                count: Some(24),
                is_current: false,
            },
            Tab {
                href: "/search", text: t("Experts", "专家"), count: Some(9), is_current: false
            },
        ],
    )
}

/// What is set, and the panel.
fn narrow(lang: Lang) -> (Markup, Markup) {
    let t = |en, zh| pick(lang, en, zh);
    let choice = |value: &str, text: &str, count, is_set| FacetChoice {
        value: value.into(),
        text: text.into(),
        count,
        is_set,
    };
    let owner = Facet {
        title: t("Owner", "权利人"),
        name: "owner",
        shown: 3,
        choices: vec![
            choice("1", t("Gas turbine institute", "燃气涡轮研究院"), 61, true),
            choice("2", t("Aerodynamics centre", "空气动力中心"), 48, false),
            choice("3", t("University of science and technology", "科技大学"), 37, false),
            choice("4", t("Institute of physics", "物理研究所"), 12, false),
        ],
    };
    let way = Facet {
        title: t("Way to get it", "合作方式"),
        name: "way",
        shown: 4,
        choices: vec![
            choice("licence", t("Licence", "许可"), 120, false),
            choice("sale", t("Sale", "转让"), 54, false),
            choice("shares", t("Joint venture", "作价入股"), 8, false),
        ],
    };
    let filters = Filters {
        lang,
        action: "/search",
        kept: &[("q", "turbine blade")],
        chips: &[
            Chip { text: t("TRL 6 and above", "成熟度不低于6"), remove_href: "/search?q=a" },
            Chip {
                text: t("Gas turbine institute", "燃气涡轮研究院"), remove_href: "/search?q=a"
            },
        ],
        clear_href: "/search?q=a",
        unknown: &["colour"],
        body: html! {
            (owner.view(lang)) (way.view(lang))
            (range_facet(lang, t("Price, ¥", "价格（元）"), "price", ("", "200000")))
        },
    };
    (filter_chips(&filters), filter_panel(&filters))
}

/// A thing.
pub(super) fn technology(lang: Lang) -> Sample {
    let t = |en, zh| pick(lang, en, zh);
    let ways = sheet(t("Ways to get it", "合作方式"), ways(lang));
    Sample {
        name: "technology",
        title: t("Phased-array testing of blade roots", "榫头相控阵检测方法"),
        section: Some(Section::Find),
        is_error: false,
        has_own_search: false,
        content: aside_split(html! { (thing_head(lang)) (rights(lang)) }, ways),
    }
}

fn thing_head(lang: Lang) -> Markup {
    let t = |en, zh| pick(lang, en, zh);
    let (en, zh) = (
        "Phased-array testing of turbine blade roots without dismounting",
        "涡轮叶片榫头原位相控阵无损检测方法",
    );
    page_head(&PageHead {
        lang,
        crumbs: &[crumb(lang), Crumb { href: "/technologies", text: t("Technologies", "技术") }],
        kind: t("Technology", "技术"),
        title: t(en, zh),
        title_other: t(zh, en),
        tags: vec![
            state_tag(Tone::Ok, t("Released", "已解密发布")),
            tag(Tone::Info, t("Licence or joint venture", "可许可 · 可作价入股")),
        ],
        label: Some(&Label::public()),
        reference: "TE-2026-7K3QXM-4",
        lead: Some(html! {
            (t(
                "Finds cracks of 0.3 mm in blade roots without taking the blades off. \
                 One blade takes 6 minutes, not 40. Tried by three firms, with a third \
                 party’s report.",
                "不拆卸叶片即可检出榫头0.3 mm级裂纹，单片检测时间由40分钟降至6分钟。\
                 已在3家企业试用，附第三方检测报告。",
            ))
        }),
        actions: vec![
            link_button("/talks", t("Propose talks", "提出洽谈"), Look::Primary),
            link_button("/follow", t("Follow", "关注"), Look::Second),
            html! { a href="/compare" { (t("Compare", "比较")) } },
            html! { a href="/cite" { (t("Cite", "引用")) } },
        ],
        ..PageHead::default()
    })
}

fn rights(lang: Lang) -> Markup {
    let t = |en, zh| pick(lang, en, zh);
    let right = |number: &str, state: &str| {
        Row::from(vec![
            html! { a href="/patents/1" { (number) } },
            html! { (state) },
            html! { (t("Gas turbine institute", "燃气涡轮研究院")) },
        ])
    };
    let export = t(
        "Export needs a licence (catalogue of 2023, item 12).",
        "本技术出口须经许可（2023年目录第12项）。",
    );
    html! {
        h2 { (t("Rights", "权利")) }
        (table(&Table {
            lang,
            caption: t("Rights of this technology", "本技术的权利"),
            is_caption_hidden: true,
            columns: vec![
                Column::text("number", t("Patent", "专利号")),
                Column::text("status", t("State", "状态")),
                Column::text("owner", t("Owner", "权利人")),
            ],
            rows: vec![
                right("CN 114 235 961 B", t("in force until 3 May 2038", "有效期至2038年5月3日")),
                right("CN 112 903 814 A", t("under examination", "审查中")),
            ],
            is_cards: true,
            note: Some(html! { (t("As of 1 March 2026", "截至2026年3月1日")) }),
            ..Table::default()
        }))
        (notice(lang, Tone::Info, html! { p { (export) } }))
    }
}

fn ways(lang: Lang) -> Markup {
    let t = |en, zh| pick(lang, en, zh);
    let exclusive = t("by agreement, 15 days of notice", "面议，需公示15日");
    let auction = t("from ¥1,200,000 on 20 May", "起价120万元，5月20日开拍");
    html! {
        (facts(&[
            (t("Licence", "普通许可"), html! { (t("¥60,000 a year", "6万元/年")) }),
            (t("Exclusive", "独占许可"), html! { (exclusive) }),
            (t("Auction", "竞价转让"), html! { (auction) }),
        ]))
        (qr(lang, "https://city.example/t/7K3QXM"))
    }
}
