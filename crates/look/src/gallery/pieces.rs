//! Samples: what went wrong, and the small pieces that the other pages do not show.

use super::{Sample, pick};
use crate::*;
use base::{Class, Label, Lang, Level};
use maud::{Markup, html};

/// A page that is not here.
pub(super) fn trouble(lang: Lang) -> Sample {
    let error = ErrorPage { lang, class: Some(Class::NotFound), home: "/", ..ErrorPage::default() };
    Sample {
        name: "trouble",
        title: pick(lang, "This page is not here", "找不到这个页面"),
        section: None,
        is_error: false,
        has_own_search: false,
        content: error_page(&error),
    }
}

/// The small pieces.
pub(super) fn pieces(lang: Lang) -> Sample {
    let t = |en, zh| pick(lang, en, zh);
    Sample {
        name: "pieces",
        title: t("Small pieces", "小部件"),
        section: None,
        is_error: false,
        has_own_search: false,
        content: html! {
            (page_head(&PageHead { lang, title: t("Small pieces", "小部件"), ..PageHead::default() }))
            (sheet(t("Buttons", "按钮"), html! {
                (actions(&[
                    link_button("/a", t("Book Tuesday 09:00", "预约周二09:00"), Look::Primary),
                    link_button("/a", t("Another time", "其他时间"), Look::Second),
                    link_button("/a", t("Compare", "比较"), Look::Plain),
                    link_button("/a", t("Bid ¥1,260,000", "出价126万元"), Look::Live),
                    link_button("/a", t("Delete the draft", "删除草稿"), Look::Danger),
                ]))
            }))
            (sheet(t("States and labels", "状态与可见级别"), html! {
                div.row {
                    (state_tag(
                        Tone::Ok,
                        t("Settled", "已完成"),
                    )) (state_tag(Tone::Wait, t("Waits", "等待中")))
                    (state_tag(Tone::Live, t("Live", "进行中"))) (state_tag(Tone::Info, t("New", "新")))
                    (state_tag(Tone::Plain, t("Draft", "草稿")))
                }
                div.row { @for level in Level::ALL { (label_badge(lang, &Label::at(level))) } }
            }))
            (notices(lang))
            (progress(&Progress {
                lang,
                href: "/runs/1",
                title: t("Reading 1,284 records", "正在读取1,284条记录"),
                done: 812,
                total: 1_284,
                is_finished: false,
                detail: t("790 new, 20 unchanged, 2 wrong so far.", "目前新增790条，未变20条，错误2条。"),
            }))
            (empty(t("No needs yet", "还没有需求"), html! {
                p { (t(
                    "Firms write here what they look for. Be the first.",
                    "企业在这里发布需求，您可以第一个发布。",
                )) }
                (link_button("/needs/new", t("Publish a need", "发布需求"), Look::Primary))
            }))
            (look_recorded(lang))
            (room(lang))
            (week(lang))
        },
    }
}

fn notices(lang: Lang) -> Markup {
    let t = |en, zh| pick(lang, en, zh);
    html! {
        (notice(
            lang,
            Tone::Ok,
            html! { p { (t("Your deposit of ¥60,000.00 was released.", "您的保证金¥60,000.00已退还。")) } },
        ))
        (notice(
            lang,
            Tone::Wait,
            html! { p { (t("The licence of the laboratory ends in 20 days.", "实验室资质20天后到期。")) } },
        ))
        (notice(
            lang,
            Tone::Live,
            html! { p { (t("Connection lost, prices may be old.", "连接中断，价格可能已过时。")) } },
        ))
    }
}

fn room(lang: Lang) -> Markup {
    let t = |en, zh| pick(lang, en, zh);
    html! {
        div.room {
            (sheet("", html! {
                p.row { (state_tag(Tone::Live, t("live", "进行中")))
                    span.quiet { (t(
                        "Lot 3 · pulsed-power switch, 3 patents",
                        "3号标的 · 脉冲功率开关，3件专利",
                    )) } }
                p.price { (t("¥1,240,000", "124万元")) }
                p.row { span.clock { "04:12" } span.quiet.small { (t(
                    "server time 14:55:48",
                    "服务器时间14:55:48",
                )) } }
                (actions(&[link_button("/bid", t("Bid ¥1,260,000", "出价126万元"), Look::Live)]))
            }))
            (sheet(t("Bids", "出价"), html! {
                ul.bids {
                    li { span { (t("Bidder 5", "5号")) } span { "¥1,240,000" } }
                    li.me { span { (t("You, bidder 2", "您，2号")) } span { "¥1,220,000" } }
                    li { span { (t("Bidder 5", "5号")) } span { "¥1,200,000" } }
                }
            }))
        }
    }
}

fn week(lang: Lang) -> Markup {
    let t = |en, zh| pick(lang, en, zh);
    let (free, taken) = (t("free", "可约"), t("taken", "已约"));
    let out = t("calibration", "校准");
    let heads = [
        "",
        t("Mon 4", "周一 4"),
        t("Tue 5", "周二 5"),
        t("Wed 6", "周三 6"),
        t("Thu 7", "周四 7"),
        t("Fri 8", "周五 8"),
    ];
    html! {
        div.week role="region" tabindex="0" aria-label=(t("Week", "一周")) {
            @for head in heads { div.h { (head) } }
            div.h { "09" }
            div.busy { (taken) }
            div.free { (free) }
            div.out { (out) }
            div.busy { (taken) }
            div.free { (free) }
            div.h { "11" }
            div.busy { (taken) }
            div.free { (free) }
            div.out { (out) }
            div.mine { (t("you", "您")) }
            div.busy { (taken) }
        }
    }
}
