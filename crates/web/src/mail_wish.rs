//! Which letters one wants, the letters one got, and the page that a letter's own link opens.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, post, say, stamp, zoned};
use access::Act;
use app::No;
use app::mail::{KINDS, Kind, LetterRow, SetMailWishes, StopMail, Wish};
use base::{PersonId, Refusal};
use edge::{Reply, Request, Route};
use look::{Choice, Column, Crumb, Field, Form, Look, PageHead, PostButton, Table, Tone};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::ACCOUNT_MAIL, Act::SetMailWishes, show),
    post(link::ACCOUNT_MAIL, Act::SetMailWishes, set),
    get(link::MAIL_STOP, Act::StopMail, show_stop),
    post(link::MAIL_STOP, Act::StopMail, stop),
];

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let wishes = request.city().mail_wishes(&request.asker)?;
    page(request, &wishes, &[])
}

fn page(
    request: &Request,
    wishes: &[(&'static Kind, Wish)],
    problems: &[Refusal],
) -> Result<Reply, No> {
    let lang = request.lang;
    let letters = request.city().own_letters(&request.asker, lang)?;
    let title = say(request, "mail-wishes-title");
    let account = say(request, "account-title");
    let ticket = ticket(request);
    let form = Form::new(lang, link::ACCOUNT_MAIL, &ticket.csrf, &ticket.key).with_errors(problems);
    let always: Vec<String> = KINDS
        .iter()
        .filter(|kind| !kind.may_stop && ["invitation", "security"].contains(&kind.name))
        .map(|kind| say(request, &format!("mail-kind-{}", kind.name)))
        .collect();
    let always = [("kinds", always.join(" · ").into())];
    let body = html! {
        @for (kind, wish) in wishes { (choice(request, &form, kind, *wish)) }
        p.quiet { (words::say_with(lang, "mail-wishes-always", &always)) }
        (look::actions(&[look::button(&say(request, "mail-wishes-save"), Look::Primary)]))
    };
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::ACCOUNT, text: &account }],
            title: &title,
            lead: Some(html! { (say(request, "mail-wishes-lead")) }),
            ..PageHead::default()
        }))
        @if request.query.get("done") == "1" {
            (look::notice(lang, Tone::Ok, html! { p { (say(request, "mail-wishes-saved")) } }))
        }
        (form.view(body))
        (look::sheet(&say(request, "mail-wishes-recent"), table(request, &letters)))
    };
    Ok(Page::new(request, &title).at(link::ACCOUNT_MAIL).failed(problems).personal().reply(content))
}

fn choice(request: &Request, form: &Form<'_>, kind: &Kind, wish: Wish) -> Markup {
    let texts = Wish::ALL.map(|one| say(request, &format!("mail-wish-{}", one.word())));
    let choices: Vec<Choice<'_>> = Wish::ALL
        .iter()
        .zip(&texts)
        .map(|(one, text)| Choice { value: one.word(), text, hint: "", is_chosen: *one == wish })
        .collect();
    let label = say(request, &format!("mail-kind-{}", kind.name));
    look::radios(form, &Field { name: kind.name, label: &label, ..Field::default() }, &choices)
}

fn table(request: &Request, rows: &[LetterRow]) -> Markup {
    let heads = ["subject", "state", "made"];
    let titles = heads.map(|head| {
        let title = say(request, &format!("mail-column-{head}"));
        if head == "made" { zoned(request, &title) } else { title }
    });
    let columns = heads.iter().zip(&titles).map(|(key, title)| Column::text(key, title)).collect();
    let row = |row: &LetterRow| {
        look::Row::from(vec![
            html! { (row.subject) },
            html! { (say(request, &format!("mail-state-{}", row.state.word()))) },
            stamp(request, row.created_at),
        ])
    };
    look::table(&Table {
        lang: request.lang,
        caption: &say(request, "mail-wishes-recent"),
        is_caption_hidden: true,
        columns,
        rows: rows.iter().map(row).collect(),
        empty: Some(html! { p.quiet { (say(request, "mail-wishes-none")) } }),
        is_cards: true,
        ..Table::default()
    })
}

fn set(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let chosen = KINDS.iter().filter_map(|kind| {
        let wish = Wish::parse(request.form.get(kind.name))?;
        Some((kind.name.to_owned(), wish))
    });
    let act = SetMailWishes { wishes: chosen.collect() };
    match request.city().perform(&request.keyed(), act) {
        Ok(()) => Ok(Reply::see_other(look::address::with(link::ACCOUNT_MAIL, "done", "1"))),
        Err(no) => {
            let wishes = request.city().mail_wishes(&request.asker)?;
            page(request, &wishes, &reasons(no)?)
        }
    }
}

/// A link in a letter only shows this page: programs that look into letters open every link.
fn show_stop(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let title = say(request, "mail-stop-title");
    let name = request.query.get("kind");
    let kind = Kind::of(name).filter(|kind| kind.may_stop).ok_or_else(Refusal::not_found)?;
    let ticket = ticket(request);
    let args = [("kind", say(request, &format!("mail-kind-{}", kind.name)).into())];
    let content = html! {
        (look::page_head(&PageHead { lang, title: &title, ..PageHead::default() }))
        @if request.query.get("done") == "1" {
            (look::notice(lang, Tone::Ok, html! { p { (say(request, "mail-stopped")) } }))
        } @else {
            p { (words::say_with(lang, "mail-stop-lead", &args)) }
            (look::post_button(&PostButton {
                action: link::MAIL_STOP,
                csrf: &ticket.csrf,
                key: &ticket.key,
                text: &say(request, "mail-stop-press"),
                look: Look::Primary,
                values: &[
                    ("person", request.query.get("person")),
                    ("kind", kind.name),
                    ("mark", request.query.get("mark")),
                ],
            }))
        }
    };
    Ok(Page::new(request, &title).personal().reply(content))
}

fn stop(request: &Request) -> Result<Reply, No> {
    // A mail program posts to the address as it stands in the letter (RFC 8058).
    let is_press = request.form.get("List-Unsubscribe") == "One-Click";
    let said = if is_press { &request.query } else { &request.form };
    let person = PersonId::parse(said.get("person")).map_err(|_| Refusal::not_found())?;
    let kind = said.get("kind").to_owned();
    let act = StopMail { person, kind: kind.clone(), mark: said.get("mark").to_owned() };
    request.city().perform(&request.keyed(), act)?;
    let here = look::address::with(link::MAIL_STOP, "kind", &kind);
    Ok(Reply::see_other(look::address::with(&here, "done", "1")))
}
