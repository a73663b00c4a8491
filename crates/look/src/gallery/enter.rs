//! Samples: a form with its errors, answers to check, the page after the act.

use super::{Sample, pick};
use crate::*;
use base::{Bilingual, Currency, Lang, Refusal};
use maud::{Markup, html};

/// A form that failed.
pub(super) fn offer(lang: Lang) -> Sample {
    let t = |en, zh| pick(lang, en, zh);
    let errors = [
        Refusal::invalid("number-out-of-range")
            .on("trl")
            .term("field", "field-trl")
            .number("least", 1)
            .number("most", 9),
        Refusal::invalid("field-required").on("summary.en").term("field", "field-summary-en"),
        Refusal::invalid("date-unreadable").on("valid_from").term("field", "field-valid-from"),
    ];
    let form = Form::new(lang, "/technologies", "token", "key").with_errors(&errors).with_files();
    Sample {
        name: "offer",
        title: t("Offer a technology", "发布技术"),
        section: Some(Section::Trade),
        is_error: true,
        has_own_search: false,
        content: html! {
            (page_head(&PageHead {
                lang,
                title: t("Offer a technology", "发布技术"),
                lead: Some(html! {
                    (t("Takes about ten minutes. You can save and return.", "约需十分钟，可随时保存。"))
                }),
                ..PageHead::default()
            }))
            (form.view(html! { (what(lang, &form)) (who(lang, &form)) (terms(lang, &form)) }))
        },
    }
}

fn what(lang: Lang, form: &Form<'_>) -> Markup {
    let t = |en, zh| pick(lang, en, zh);
    let title = Bilingual::new("Phased-array testing of blade roots", "叶片榫头相控阵检测方法");
    let summary = Bilingual::new("", "不拆卸叶片即可检出裂纹。");
    html! {
        (bilingual_field(
            form,
            &Field { name: "title", most: Some(300), ..Field::default() },
            &title,
        ))
        (bilingual_field(
            form,
            &Field {
                name: "summary",
                lines: Some(4),
                hint: t("What it does, for whom, what it replaces.", "做什么、给谁用、替代什么。"),
                ..Field::default()
            },
            &summary,
        ))
        (text_field(
            form,
            &Field {
                name: "trl",
                value: "12",
                kind: Kind::Number,
                width: Width::Tiny,
                hint: t("From 1 to 9", "1至9"),
                ..Field::default()
            },
        ))
        (checkboxes(form, &Field {
            name: "way",
            label: t("Ways to get it", "合作方式"),
            ..Field::default()
        }, &[
            Choice {
                value: "licence",
                text: t("Licence", "许可"),
                hint: t("You stay the owner.", "权利仍归您所有。"),
                is_chosen: true,
            },
            Choice { value: "sale", text: t("Sale", "转让"), ..Choice::default() },
            Choice { value: "shares", text: t("Joint venture", "作价入股"), ..Choice::default() },
        ]))
    }
}

fn who(lang: Lang, form: &Form<'_>) -> Markup {
    let t = |en, zh| pick(lang, en, zh);
    let row = |index: usize, name: &str, share: &str| {
        let (of, part) = (format!("inventors.{index}.name"), format!("inventors.{index}.share"));
        html! {
            (text_field(
                form,
                &Field { name: &of, value: name, autocomplete: "name", ..Field::default() },
            ))
            (text_field(
                form,
                &Field {
                    name: &part,
                    value: share,
                    unit: "%",
                    kind: Kind::Number,
                    width: Width::Tiny,
                    ..Field::default()
                },
            ))
        }
    };
    let bodies =
        [row(0, t("Wu Lei", "吴磊"), "60"), row(1, t("Alimjan Tursun", "阿里木江·吐尔逊"), "40")];
    html! {
        (rows(form, &Rows {
            name: "inventors",
            title: t("Inventors", "发明人"),
            what: t("inventor", "发明人"),
            hint: t("Shares add up to 100 %.", "份额合计100%。"),
            most: 100,
        }, &bodies))
    }
}

fn terms(lang: Lang, form: &Form<'_>) -> Markup {
    let t = |en, zh| pick(lang, en, zh);
    html! {
        (fieldset(t("Terms", "条件"), "", html! {
            (money_field(
                form,
                &Field { name: "price", value: "60000", ..Field::default() },
                Currency::CNY,
            ))
            (date_field(
                form,
                &Field { name: "valid_from", value: "2026-13-1", ..Field::default() },
            ))
            (select(form, &Field {
                name: "district",
                is_optional: true,
                width: Width::Half,
                source: t("From the register, 1 March 2026", "来自登记信息，2026年3月1日"),
                ..Field::default()
            }, &[
                Choice {
                    value: "1",
                    text: t("Fucheng", "涪城"),
                    is_chosen: true,
                    ..Choice::default()
                },
                Choice { value: "2", text: t("Youxian", "游仙"), ..Choice::default() },
            ]))
            (radios(form, &Field { name: "level", ..Field::default() }, &[
                Choice {
                    value: "public",
                    text: t("Public", "公开"),
                    hint: t("Everybody may read this.", "所有人均可查看。"),
                    is_chosen: true,
                },
                Choice {
                    value: "members",
                    text: t("Members", "成员可见"),
                    hint: t("Each look is recorded.", "查看均有记录。"),
                    is_chosen: false,
                },
            ]))
            (text_area(
                form,
                &Field {
                    name: "note",
                    is_optional: true,
                    most: Some(1_000),
                    lines: Some(3),
                    ..Field::default()
                },
            ))
            (file_field(form, &FileField {
                field: Field { name: "files", is_optional: true, ..Field::default() },
                accept: ".pdf,.xlsx,.png",
                bytes_max: 64 * 1_048_576,
                is_several: true,
                kept: &[KeptFile {
                    name: t("test report.pdf", "检测报告.pdf"),
                    bytes: 1_482_113,
                    hash: "6e340b9cffb37a989ca544e6bb780a2c",
                    remove: "remove:files:0",
                }],
            }))
        }))
        (actions(&[
            button(t("Save and go on", "保存并继续"), Look::Primary),
            button_named(t("Save and return later", "保存，稍后再填"), Look::Plain, "do", "later"),
        ]))
    }
}

/// Answers to check.
pub(super) fn check(lang: Lang) -> Sample {
    let t = |en, zh| pick(lang, en, zh);
    let answer = |name, value, change_href| Answer { name, value, change_href };
    Sample {
        name: "check",
        title: t("Check your answers", "核对填写内容"),
        section: Some(Section::Trade),
        is_error: false,
        has_own_search: false,
        content: html! {
            (page_head(&PageHead {
                lang,
                title: t("Check your answers", "核对填写内容"),
                ..PageHead::default()
            }))
            (answers(lang, t("The technology", "技术"), &[
                answer(
                    t("Title", "标题"),
                    Some(html! { (t("Phased-array testing of blade roots", "叶片榫头相控阵检测方法")) }),
                    "/edit/1",
                ),
                answer(t("Technology readiness level", "技术成熟度"), Some(html! { "8" }), "/edit/2"),
                answer(t("Summary in English", "英文摘要"), None, "/edit/3"),
                answer(t("Price", "价格"), Some(html! { "¥60,000.00" }), "/edit/4"),
            ]))
            (actions(&[
                post_button(&PostButton {
                    action: "/technologies/1/publication",
                    csrf: "token",
                    key: "key",
                    text: t("Publish this technology", "发布这项技术"),
                    ..PostButton::default()
                }),
                html! { a href="/edit" { (t("Go back to the draft", "返回草稿")) } },
            ]))
        },
    }
}

/// After the act.
pub(super) fn done(lang: Lang) -> Sample {
    let t = |en, zh| pick(lang, en, zh);
    Sample {
        name: "done",
        title: t("Published", "已发布"),
        section: Some(Section::Trade),
        is_error: false,
        has_own_search: false,
        content: confirmation(&Confirmation {
            lang,
            title: t("The technology is published", "技术已发布"),
            reference: "TE-2026-7K3QXM-4",
            at: t("1 March 2026, 14:03 (+08:00)", "2026年3月1日 14:03（+08:00）"),
            next: html! {
                p { (t(
                    "Firms with a fitting need are told today. You hear from us on each \
                     answer, at the latest on 15 March.",
                    "今天会通知有匹配需求的企业。每有答复都会通知您，最迟3月15日。",
                )) }
            },
            actions: vec![
                link_button("/technologies/1", t("Look at it", "查看"), Look::Second),
                html! { a href="/desk" { (t("Back to my desk", "返回工作台")) } },
            ],
        }),
    }
}
