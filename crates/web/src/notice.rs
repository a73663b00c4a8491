//! What happened to one's own account: on the desk until it was read, on the account page always.

use crate::account::device;
use crate::form::ticket;
use crate::link;
use crate::page::{moment, post, say};
use access::Act;
use app::No;
use app::notice::{AcknowledgeNotices, History, Notice};
use base::Lang;
use edge::{Reply, Request, Route};
use look::{Column, Look, PostButton, Table, Tone};
use maud::{Markup, html};

/// The route that says that notices were read.
pub static ROUTES: &[Route] = &[post(link::ACCOUNT_NOTICES, Act::AcknowledgeNotices, acknowledge)];

/// Notices that a page shows.
const SHOWN_MAX: usize = 20;

/// The part of the desk; nothing where nothing happened.
pub fn on_desk(request: &Request, notices: &[Notice]) -> Markup {
    let Some(newest) = notices.first() else { return html! {} };
    let lang = request.lang;
    let title = words::say_with(lang, "notice-desk-title", &[("count", notices.len().into())]);
    let body = html! {
        p.quiet { (say(request, "notice-desk-lead")) " "
            a href=(link::ACCOUNT) { (say(request, "account-title")) } }
        (list(request, notices))
        (read_button(request, newest.seq))
    };
    look::part("notices", &title, body)
}

/// The part of the account page.
pub fn history(request: &Request, history: &History) -> Markup {
    let newest = history.notices.iter().find(|notice| notice.is_unread);
    html! {
        @if history.notices.is_empty() { p.quiet { (say(request, "notice-none")) } }
        @else { p.quiet { (say(request, "notice-lead")) } }
        (list(request, &history.notices))
        @if let Some(newest) = newest { (read_button(request, newest.seq)) }
    }
}

fn read_button(request: &Request, until: u64) -> Markup {
    let ticket = ticket(request);
    look::post_button(&PostButton {
        action: link::ACCOUNT_NOTICES,
        csrf: &ticket.csrf,
        key: &ticket.key,
        text: &say(request, "notice-read"),
        look: Look::Plain,
        values: &[("until", &until.to_string())],
    })
}

fn list(request: &Request, notices: &[Notice]) -> Markup {
    let lang = request.lang;
    html! {
        @if !notices.is_empty() {
            ul {
                @for notice in notices.iter().take(SHOWN_MAX) {
                    li {
                        @if let Some(id) = notice.emergency {
                            a href=(link::emergency(id)) { (sentence(lang, notice)) }
                        } @else {
                            (sentence(lang, notice))
                        }
                        " · " (moment(request, notice.at))
                        @let by = notice.by.as_ref();
                        @if let Some((_, name)) = by.filter(|by| is_other(request, by)) {
                            " · " (words::say_with(lang, "notice-by", &[
                                ("name", name.best(lang).0.into()),
                            ]))
                        }
                        @if notice.is_unread {
                            " " (look::tag(Tone::Info, &say(request, "notice-unread")))
                        }
                    }
                }
            }
        }
    }
}

/// Whether it was somebody else, whose name is known here.
fn is_other(request: &Request, by: &(base::PersonId, base::Bilingual)) -> bool {
    !by.1.is_empty() && request.me.as_ref().is_none_or(|me| me.person.id != by.0)
}

fn sentence(lang: Lang, notice: &Notice) -> String {
    if notice.kind != "signed-in" {
        return words::say(lang, &format!("event-{}", notice.kind));
    }
    let key = if notice.new == "device" { "device" } else { "network" };
    let device = match device(&notice.agent) {
        name if name.is_empty() => words::say(lang, "account-session-unknown"),
        name => name,
    };
    let values = [("device", device.into()), ("network", notice.network.as_str().into())];
    words::say_with(lang, &format!("notice-signed-in-{key}"), &values)
}

/// Who looked at the reader's own data.
pub fn looks(request: &Request, history: &History) -> Markup {
    let lang = request.lang;
    let heads = ["who", "view", "at"];
    let titles = heads.map(|head| say(request, &format!("notice-looks-{head}")));
    let columns = heads.iter().zip(&titles).map(|(key, title)| Column::text(key, title)).collect();
    let rows = history.looks.iter().take(SHOWN_MAX).map(|look| {
        let who = look.by.as_ref().map(|(_, name)| name.best(lang).0.to_owned());
        let view = match look.view.as_str() {
            view @ ("officer" | "colleague" | "owner") => {
                say(request, &format!("notice-view-{view}"))
            }
            _ => String::new(),
        };
        look::Row::from(vec![
            html! { (who.unwrap_or_default()) },
            html! { (view) },
            html! { (moment(request, look.at)) },
        ])
    });
    html! {
        p.quiet { (say(request, "notice-looks-lead")) }
        (look::table(&Table {
            lang,
            caption: &say(request, "notice-looks-title"),
            is_caption_hidden: true,
            columns,
            rows: rows.collect(),
            empty: Some(html! { p.quiet { (say(request, "notice-looks-none")) } }),
            is_cards: true,
            ..Table::default()
        }))
    }
}

fn acknowledge(request: &Request) -> Result<Reply, No> {
    let until = request.form.get("until").parse().unwrap_or(0);
    let act = AcknowledgeNotices { until };
    request.city().perform(&request.keyed(), act)?;
    let back = link::own_referer(request.header("referer"), request.origin());
    Ok(Reply::see_other(if back == link::ACCOUNT { link::ACCOUNT } else { link::DESK }))
}
