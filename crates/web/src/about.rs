//! Short pages of text: what this place is, how things are done, what is kept about readers.

use crate::link;
use crate::page::{Page, get, say};
use access::Act;
use app::No;
use edge::{Reply, Request, Route};
use look::{Look, PageHead};
use maud::{Markup, html};

/// The routes of the texts. They are open to everybody, as the log is.
pub static ROUTES: &[Route] = &[
    get(link::ABOUT, Act::ReadLog, about),
    get(link::HELP, Act::ReadLog, help),
    get(link::PRIVACY, Act::ReadLog, privacy),
    get(link::ACCESSIBILITY, Act::ReadLog, accessibility),
];

/// A page of parts: `about-<page>-title`, its lead, and for each part a title and a text.
fn text(request: &Request, page: &str, parts: &[&str], below: Markup) -> Reply {
    let lang = request.lang;
    let title = say(request, &format!("about-{page}-title"));
    let lead = say(request, &format!("about-{page}-lead"));
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(html! { (lead) }), ..PageHead::default()
        }))
        @for part in parts {
            (look::part(part, &say(request, &format!("about-{page}-{part}")), html! {
                p { (say(request, &format!("about-{page}-{part}-text"))) }
            }))
        }
        (below)
        (office(request))
    };
    Page::new(request, title).indexed(lead).reply(content)
}

/// Who can help, on each of these pages in the same place.
fn office(request: &Request) -> Markup {
    let lang = request.lang;
    let is_named = !request.city().settings().contact.is_empty();
    let office = request.city().office().unwrap_or_default();
    let (name, other) = crate::page::name(&office.name, lang);
    let (hours, told) = crate::page::name(&office.hours, lang);
    let (phone, email) = (&office.phone, &office.email);
    let mut rows: Vec<(String, Markup)> = Vec::new();
    if !name.is_empty() {
        rows.push((
            say(request, if is_named { "about-office-name" } else { "about-office-operator" }),
            html! { span lang=[other.map(base::Lang::tag)] { (name) } },
        ));
    }
    if !phone.is_empty() {
        let digits: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        let row = html! { a href={ "tel:" (digits) } { (phone) } };
        rows.push((say(request, "about-office-phone"), row));
    }
    if !email.is_empty() {
        let row = html! { a href={ "mailto:" (email) } { (email) } };
        rows.push((say(request, "about-office-email"), row));
    }
    if !hours.is_empty() {
        let row = html! { span lang=[told.map(base::Lang::tag)] { (hours) } };
        rows.push((say(request, "about-office-hours"), row));
    }
    let rows: Vec<(&str, Markup)> =
        rows.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    look::part(
        "office",
        &say(request, "about-office"),
        html! {
            @if !is_named { p { (say(request, "about-office-none")) } }
            (look::facts(&rows))
        },
    )
}

fn about(request: &Request) -> Result<Reply, No> {
    let row = request.city().row()?;
    let name = base::Bilingual::new(row.name_en.as_str(), row.name_zh.as_str());
    let city = html! {
        (look::facts(&[
            (&say(request, "about-city"), html! { (name.best(request.lang).0) }),
            (&say(request, "about-log-name"), html! { code { (row.origin) } }),
        ]))
        (crate::home::published(request))
        (look::actions(&[
            look::link_button(link::LOG, &say(request, "log-title"), Look::Plain),
            look::link_button(link::HELP, &say(request, "about-help-title"), Look::Plain),
        ]))
    };
    Ok(text(request, "place", &["what", "who", "trust", "later"], city))
}

fn help(request: &Request) -> Result<Reply, No> {
    let parts = ["find", "get", "offer", "import", "labels", "signed-in", "problem"];
    Ok(text(request, "help", &parts, html! {}))
}

fn privacy(request: &Request) -> Result<Reply, No> {
    let parts = ["account", "looks", "network", "cookies", "log", "rights"];
    Ok(text(request, "privacy", &parts, html! {}))
}

fn accessibility(request: &Request) -> Result<Reply, No> {
    Ok(text(request, "accessibility", &["aim", "done", "gaps", "tell"], html! {}))
}
