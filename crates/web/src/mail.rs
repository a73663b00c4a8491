//! The outbox, for those who look after the machines: letters without what they say.

use crate::form::{Ticket, reasons, ticket};
use crate::link;
use crate::page::{Page, get, moment, post, say, stamp, zoned};
use access::Act;
use app::No;
use app::mail::list::Outbox;
use app::mail::{LetterRow, RetryLetter, State, TestMail};
use base::{LetterId, Refusal, limits};
use edge::{Reply, Request, Route};
use look::{
    Column, Crumb, Field, Form, Kind, Look, PageHead, Pager, PostButton, Tab, Table, Tone, Width,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::OPERATIONS_MAIL, Act::ListLetters, show),
    post(link::OPERATIONS_MAIL_TEST, Act::TestMail, test),
    post("/operations/mail/{id}/retry", Act::RetryLetter, retry),
];

fn show(request: &Request) -> Result<Reply, No> {
    page(request, "", &[])
}

fn page(request: &Request, typed: &str, problems: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let state = State::parse(request.query.get("state"));
    let before = LetterId::parse(request.query.get("before")).ok();
    let page = request.city().outbox(&request.asker, lang, state, before, limits::PAGE_ROWS)?;
    let ticket = ticket(request);
    let title = say(request, "mail-outbox-title");
    let above = say(request, "standing-title");
    let next = page.next.map(|id| {
        let here = address(state);
        look::address::with(&here, "before", &id.to_string())
    });
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::OPERATIONS, text: &above }],
            title: &title,
            lead: Some(html! { (say(request, "mail-outbox-lead")) }),
            ..PageHead::default()
        }))
        (told(request))
        (place(request, &page))
        (tabs(request, &page, state))
        @if state == Some(State::GivenUp) && !page.rows.is_empty() {
            p.quiet { (say(request, "mail-outbox-given-up-help")) }
        }
        (table(request, &page.rows, &ticket))
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
        @if page.is_sending {
            (look::sheet(&say(request, "mail-test-title"), test_form(request, typed, problems)))
        }
    };
    Ok(Page::new(request, &title).at(address(state)).failed(problems).personal().reply(content))
}

fn address(state: Option<State>) -> String {
    match state {
        None => link::OPERATIONS_MAIL.to_owned(),
        Some(state) => look::address::with(link::OPERATIONS_MAIL, "state", state.word()),
    }
}

/// What was just done, said once more by the address.
fn told(request: &Request) -> Markup {
    let key = match request.query.get("done") {
        "retry" => "mail-retried",
        "test" => "mail-test-queued",
        _ => return html! {},
    };
    look::notice(request.lang, Tone::Ok, html! { p { (say(request, key)) } })
}

/// Where letters go, or what to do so that they do.
fn place(request: &Request, page: &Outbox) -> Markup {
    let is_demo = request.city().row().is_ok_and(|row| row.demo);
    match &page.place {
        _ if is_demo => {
            let text = say(request, "mail-outbox-demo");
            look::notice(request.lang, Tone::Info, html! { p { (text) } })
        }
        None => {
            let text = say(request, "mail-outbox-off");
            look::notice(request.lang, Tone::Wait, html! { p { (text) } })
        }
        Some(place) => {
            let args = [("server", place.as_str().into())];
            let text = words::say_with(request.lang, "mail-outbox-on", &args);
            html! { p.quiet { (text) } }
        }
    }
}

fn tabs(request: &Request, page: &Outbox, chosen: Option<State>) -> Markup {
    let n = |state: State| {
        let found = page.counts.iter().find(|(known, _)| *known == state);
        found.map_or(0, |(_, n)| usize::try_from(*n).unwrap_or(usize::MAX))
    };
    let all: usize = State::ALL.into_iter().map(n).sum();
    let mut rows = vec![(None, say(request, "mail-outbox-all"), all)];
    rows.extend(State::ALL.into_iter().map(|state| {
        let text = say(request, &format!("mail-state-{}", state.word()));
        (Some(state), text, n(state))
    }));
    let hrefs: Vec<String> = rows.iter().map(|(state, ..)| address(*state)).collect();
    let tabs: Vec<Tab<'_>> = rows
        .iter()
        .zip(&hrefs)
        .map(|((state, text, count), href)| Tab {
            href,
            text,
            count: Some(*count),
            is_current: *state == chosen,
        })
        .collect();
    look::tabs(request.lang, &say(request, "mail-outbox-tabs"), &tabs)
}

fn tone(state: State) -> Tone {
    match state {
        State::Waiting => Tone::Wait,
        State::Sent => Tone::Ok,
        State::GivenUp => Tone::Live,
        State::Dropped => Tone::Plain,
    }
}

/// What went wrong last: our own sentence, or the words of the server.
pub fn error(request: &Request, row: &LetterRow) -> Markup {
    let is_ours = row.error.starts_with("mail-error-");
    let said = if is_ours { say(request, &row.error) } else { row.error.clone() };
    html! {
        (said)
        @if row.state == State::Waiting && row.attempts > 0 {
            @let args = [("at", moment(request, row.next_at).into())];
            p.quiet.small { (words::say_with(request.lang, "mail-next", &args)) }
        }
    }
}

fn table(request: &Request, rows: &[LetterRow], ticket: &Ticket) -> Markup {
    let lang = request.lang;
    let heads = ["to", "subject", "state", "attempts", "made", "error", "act"];
    let titles = heads.map(|head| {
        let title = say(request, &format!("mail-column-{head}"));
        if head == "made" { zoned(request, &title) } else { title }
    });
    let columns = heads.iter().zip(&titles).map(|(key, title)| match *key {
        "attempts" => Column::figures(key, title, ""),
        _ => Column::text(key, title),
    });
    let row = |row: &LetterRow| {
        let state = say(request, &format!("mail-state-{}", row.state.word()));
        let kind = say(request, &format!("mail-kind-{}", row.kind));
        look::Row::from(vec![
            html! {
                @if !row.name.is_empty() { p { (row.name.best(lang).0) } }
                p.small { (row.address) }
            },
            html! { div { p { (row.subject) } p.quiet.small { (kind) } } },
            look::state_tag(tone(row.state), &state),
            html! { (words::number(lang, i64::try_from(row.attempts).unwrap_or(i64::MAX))) },
            stamp(request, row.created_at),
            error(request, row),
            html! {
                @if matches!(row.state, State::Waiting | State::GivenUp) && row.attempts > 0 {
                    (look::post_button(&PostButton {
                        action: &link::letter_retry(row.id),
                        csrf: &ticket.csrf,
                        key: &format!("{}-{}", ticket.key, row.id),
                        text: &say(request, "mail-retry"),
                        look: Look::Plain,
                        values: &[],
                    }))
                }
            },
        ])
    };
    look::table(&Table {
        lang,
        caption: &say(request, "mail-outbox-title"),
        is_caption_hidden: true,
        columns: columns.collect(),
        rows: rows.iter().map(row).collect(),
        empty: Some(html! { p.quiet { (say(request, "mail-outbox-empty")) } }),
        is_cards: true,
        ..Table::default()
    })
}

fn test_form(request: &Request, typed: &str, problems: &[Refusal]) -> Markup {
    let ticket = ticket(request);
    let form = Form::new(request.lang, link::OPERATIONS_MAIL_TEST, &ticket.csrf, &ticket.key);
    let form = form.with_errors(problems);
    form.view(html! {
        (look::text_field(&form, &Field {
            name: "address", value: typed, kind: Kind::Email, width: Width::Half,
            label: &say(request, "mail-test-address"), ..Field::default()
        }))
        (look::actions(&[look::button(&say(request, "mail-test-send"), Look::Second)]))
    })
}

fn test(request: &Request) -> Result<Reply, No> {
    let address = request.form.get("address").trim().to_owned();
    let act = TestMail { address: address.clone(), lang: request.lang };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(done("test")),
        Err(no) => page(request, &address, &reasons(no)?),
    }
}

fn retry(request: &Request) -> Result<Reply, No> {
    let letter: LetterId = request.id("id")?;
    request.city().perform(&request.keyed(), RetryLetter { letter })?;
    Ok(done("retry"))
}

fn done(what: &str) -> Reply {
    Reply::see_other(look::address::with(link::OPERATIONS_MAIL, "done", what))
}
