//! The log of the city: its newest checkpoint, how anybody can check it, and who looked at what.

use crate::link;
use crate::page::{Page, get, may, moment, say, stamp, zoned};
use crate::person::openable;
use access::{Act, Thing};
use app::No;
use app::looks::Look;
use base::{Refusal, TechnologyId};
use edge::{Cache, Reply, Request, Route};
use look::{Column, Crumb, PageHead, Pager, Table, Tone};
use maud::{Markup, html};

/// The routes of the log.
pub static ROUTES: &[Route] = &[
    get(link::LOG, Act::ReadLog, show),
    get(link::LOG_CHECKPOINT, Act::ReadLog, checkpoint),
    get(link::LOG_KEY, Act::ReadLog, key),
    get(link::LOG_LOOKS, Act::ListLooks, looks),
];

fn show(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let city = request.city();
    let point = city.last_checkpoint()?;
    let key = city.verifier_key()?.to_string();
    let title = say(request, "log-title");
    let lead = say(request, "log-lead");
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(html! { (lead) }), actions: looks_link(request),
            ..PageHead::default()
        }))
        (look::sheet(&say(request, "log-checkpoint-title"), html! {
            p { (say(request, "log-checkpoint-lead")) }
            @match &point {
                None => { p.quiet { (say(request, "log-checkpoint-none")) } }
                Some(point) => {
                    (look::facts(&[
                        (&say(request, "log-size"), html! { (number(request, point.size)) }),
                        (&say(request, "log-signed-at"), html! { (moment(request, point.at)) }),
                    ]))
                    pre.scroll tabindex="0" { code { (point.note) } }
                    p { a href=(link::LOG_CHECKPOINT) { (say(request, "log-checkpoint-file")) } }
                }
            }
        }))
        (look::sheet(&say(request, "log-key-title"), html! {
            p { (say(request, "log-key-lead")) }
            p { (look::copy_id(lang, &key)) }
            p { a href=(link::LOG_KEY) { (say(request, "log-key-file")) } }
        }))
        (look::sheet(&say(request, "log-verify-title"), html! {
            p { (say(request, "log-verify-lead")) }
            pre.scroll tabindex="0" { code { (commands(request.origin())) } }
            p { (say(request, "log-verify-answer")) }
            p.quiet { (say(request, "log-verify-more")) }
        }))
        (look::sheet(&say(request, "log-kept-title"), html! {
            p { (say(request, "log-kept-text")) }
        }))
    };
    Ok(Page::new(request, &title).indexed(lead).reply(content))
}

fn number(request: &Request, n: u64) -> String {
    words::number(request.lang, i64::try_from(n).unwrap_or(i64::MAX))
}

fn looks_link(request: &Request) -> Vec<Markup> {
    if !may_look(request) {
        return Vec::new();
    }
    vec![look::link_button(link::LOG_LOOKS, &say(request, "log-looks-title"), look::Look::Plain)]
}

fn may_look(request: &Request) -> bool {
    let roles = request.me.as_ref().map_or(&[][..], |me| me.roles.as_slice());
    let mut things = roles.iter().map(|(id, _, _)| Thing::of(*id)).chain([Thing::open()]);
    things.any(|thing| may(request, Act::ListLooks, &thing))
}

/// Checks the signature with nothing but a shell and OpenSSL 3: the key and the checkpoint are
/// signed notes (C2SP), whose Ed25519 key and signature follow a few bytes of header.
fn commands(origin: &str) -> String {
    [
        &format!("curl -s {origin}{} > checkpoint", link::LOG_CHECKPOINT),
        &format!("curl -s {origin}{} > verifier-key", link::LOG_KEY),
        "sed '/^$/,$d' checkpoint > signed-text",
        "grep -m 1 '^— ' checkpoint | cut -d ' ' -f 3 | base64 -d | tail -c 64 > signature",
        r"(printf '\060\052\060\005\006\003\053\145\160\003\041\000'",
        " cut -d + -f 3- verifier-key | base64 -d | tail -c 32) > key.der",
        "openssl pkeyutl -verify -pubin -keyform DER -inkey key.der \\",
        "  -rawin -in signed-text -sigfile signature",
    ]
    .join("\n")
}

fn checkpoint(request: &Request) -> Result<Reply, No> {
    let point = request.city().last_checkpoint()?.ok_or_else(Refusal::not_found)?;
    Ok(Reply::new("text/plain; charset=utf-8", point.note).kept(Cache::Revalidate))
}

fn key(request: &Request) -> Result<Reply, No> {
    let key = format!("{}\n", request.city().verifier_key()?);
    Ok(Reply::new("text/plain; charset=utf-8", key).kept(Cache::Revalidate))
}

fn looks(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let about = match request.query.get("technology") {
        "" => None,
        text => Some(TechnologyId::parse(text).map_err(|_| Refusal::not_found())?),
    };
    let before = request.query.get("before").parse().ok();
    let rows = base::limits::PAGE_ROWS;
    let page = request.city().looks(&request.asker, about, before, rows)?;
    let title = say(request, "log-looks-title");
    let log = say(request, "log-title");
    let next = page
        .next
        .map(|seq| look::address::with(&request.path_and_query, "before", &seq.to_string()));
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, crumbs: &[Crumb { href: link::LOG, text: &log }],
            lead: Some(html! { (say(request, "log-looks-lead")) }), ..PageHead::default()
        }))
        @if let Some(id) = about {
            (look::notice(lang, Tone::Info, html! {
                p {
                    a href=(link::technology(id)) { (say(request, "log-looks-one")) } " "
                    a href=(link::LOG_LOOKS) { (say(request, "log-looks-all")) }
                }
            }))
        }
        (looks_table(request, &page.rows))
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
    };
    Ok(Page::new(request, &title).personal().reply(content))
}

fn looks_table(request: &Request, rows: &[Look]) -> Markup {
    let heads = ["at", "person", "network", "things", "number"];
    let titles = heads.map(|head| {
        let title = say(request, &format!("log-look-{head}"));
        if head == "at" { zoned(request, &title) } else { title }
    });
    let people = openable(request, rows.iter().filter_map(|one| one.person.as_ref()));
    let columns = heads.iter().zip(&titles).map(|(key, title)| Column::text(key, title)).collect();
    let row = |one: &Look| {
        look::Row::from(vec![
            stamp(request, one.at),
            html! {
                @match &one.person {
                    None => (say(request, "shell-nobody")),
                    Some((id, name)) if people.contains(id) => {
                        a href=(link::person(*id)) { (name.best(request.lang).0) }
                    },
                    Some((_, name)) => (name.best(request.lang).0),
                }
            },
            html! { code { (one.network) } },
            html! {
                @for (id, reference) in &one.things {
                    a href=(link::technology(*id)) { code { (reference.as_str()) } } " "
                }
            },
            html! { (number(request, one.seq)) },
        ])
    };
    look::table(&Table {
        lang: request.lang,
        caption: &say(request, "log-looks-title"),
        is_caption_hidden: true,
        columns,
        rows: rows.iter().map(row).collect(),
        empty: Some(look::empty(&say(request, "log-looks-none"), html! {})),
        ..Table::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_name_this_city() {
        let text = commands("https://city.example");
        assert!(text.contains("https://city.example/log/checkpoint"));
        assert!(text.contains("https://city.example/log/key") && text.lines().count() == 8);
    }
}
