//! Working days: what the office says of single days, for everybody; the form of the office.

use crate::form::{bilingual, reasons, ticket};
use crate::link;
use crate::page::{Page, get, moment, post, say};
use access::Act;
use app::No;
use app::lot::LotView;
use app::workday::{ChangeWorkday, Workdays};
use base::time::read_date;
use base::{Becomes, Refusal};
use edge::{Reply, Request, Route};
use look::{
    Choice, Column, Field, Form, Look, PageHead, Section, Table, Tone, actions, bilingual_field,
    button, date_field, notice, select,
};
use maud::{Markup, html};
use trading::workday::Change;

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::WORKDAYS, Act::LookAtWorkdays, show),
    post(link::WORKDAYS, Act::KeepWorkdays, enter),
];

fn show(request: &Request) -> Result<Reply, No> {
    page(request, &[])
}

fn page(request: &Request, errors: &[Refusal]) -> Result<Reply, No> {
    let all = request.city().workdays(&request.asker)?;
    let title = say(request, "workday-title");
    let content = html! {
        (look::page_head(&PageHead {
            lang: request.lang, title: &title, lead: Some(html! { (say(request, "workday-lead")) }),
            ..PageHead::default()
        }))
        p { (say(request, "workday-limits")) }
        @if all.keeps { (form(request, errors)) }
        (changes(request, &all))
    };
    let page = Page::new(request, &title).section(Section::Trade).at(link::WORKDAYS);
    Ok(page.personal().failed(errors).reply(content))
}

fn becomes(request: &Request, it: Becomes) -> String {
    say(request, &format!("workday-becomes-{}", it.word()))
}

fn form(request: &Request, errors: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let form = Form::new(request.lang, link::WORKDAYS, &forms.csrf, &forms.key).with_errors(errors);
    let texts = Becomes::ALL.map(|it| (it.word(), becomes(request, it)));
    let typed = request.form.get("becomes");
    let choices: Vec<Choice<'_>> = texts
        .iter()
        .map(|(value, text)| Choice { value, text, hint: "", is_chosen: *value == typed })
        .collect();
    look::part(
        "enter",
        &say(request, "workday-enter"),
        form.view(html! {
            (date_field(&form, &Field { name: "day", value: request.form.get("day"), ..Field::default() }))
            (select(&form, &Field { name: "becomes", ..Field::default() }, &choices))
            (bilingual_field(&form, &Field { name: "reason", ..Field::default() },
                &bilingual(&request.form, "reason")))
            (actions(&[button(&say(request, "workday-enter"), Look::Primary)]))
        }),
    )
}

/// Every word on a day, the newest first, with the time limits that moved with it.
fn changes(request: &Request, all: &Workdays) -> Markup {
    let lang = request.lang;
    let title = say(request, "workday-changes");
    let heads = ["day", "becomes", "reason", "said", "moved"]
        .map(|key| (key, say(request, &format!("workday-column-{key}"))));
    let moved = |n: u64| {
        let own: Vec<_> = all.moved.iter().filter(|it| it.recount.n == n).collect();
        html! {
            @if own.is_empty() { "–" }
            @for it in own {
                div.small {
                    a href=(link::auction(it.recount.lot)) { (it.reference) } " "
                    (moment(request, it.recount.before)) " → " (moment(request, it.recount.after))
                }
            }
        }
    };
    let row = |it: &Change| {
        let (reason, reason_lang) = it.reason.best(lang);
        look::Row::from(vec![
            html! { (words::date(lang, it.day)) },
            html! { (becomes(request, it.becomes)) },
            html! { span lang=(reason_lang.tag()) { (reason) } },
            html! { (moment(request, it.at)) },
            moved(it.n),
        ])
    };
    look::table(&Table {
        lang,
        caption: &title,
        columns: heads.iter().map(|(key, head)| Column::text(key, head)).collect(),
        rows: all.changes.iter().rev().map(row).collect(),
        empty: Some(look::empty(&say(request, "workday-none"), html! {})),
        is_cards: true,
        ..Table::default()
    })
}

fn enter(request: &Request) -> Result<Reply, No> {
    let form = &request.form;
    let mut no = Vec::new();
    let day = read_date(form.get("day").trim());
    if day.is_none() {
        no.push(Refusal::invalid("date-unreadable").on("day").term("field", "field-day"));
    }
    let becomes = Becomes::parse(form.get("becomes"));
    if becomes.is_none() {
        no.push(Refusal::invalid("choice-unknown").on("becomes").term("field", "field-becomes"));
    }
    let (Some(day), Some(becomes)) = (day, becomes) else { return page(request, &no) };
    let act = ChangeWorkday { day, becomes, reason: bilingual(form, "reason") };
    match request.city().change_workday(&request.keyed(), act) {
        Ok(_) => Ok(Reply::see_other(link::WORKDAYS.to_owned())),
        Err(no) => page(request, &reasons(no)?),
    }
}

/// That the time to sign of a lot moved, from when to when and why.
pub fn recounts(request: &Request, view: &LotView) -> Markup {
    let lang = request.lang;
    if view.recounts.is_empty() {
        return html! {};
    }
    let said = |recount: &trading::workday::Recount, change: &Change| {
        let args = [
            ("day", words::date(lang, change.day).into()),
            ("becomes", becomes(request, change.becomes).into()),
            ("reason", change.reason.best(lang).0.to_owned().into()),
            ("before", moment(request, recount.before).into()),
            ("after", moment(request, recount.after).into()),
        ];
        words::say_with(lang, "workday-recounted", &args)
    };
    notice(
        lang,
        Tone::Info,
        html! {
            @for (recount, change) in &view.recounts { p { (said(recount, change)) } }
            p.small { a href=(link::WORKDAYS) { (say(request, "workday-title")) } }
        },
    )
}
