//! One's own account: who one is here, where one is signed in, which keys there are.

use crate::form::{Ticket, ticket};
use crate::page::{Page, get, me_enrolling, post, say, stamp, zoned};
use crate::{key, link};
use access::Act;
use app::account::{EndOtherSessions, EndSession, Session};
use app::person::Me;
use app::{No, Who};
use base::{Clearance, SessionId};
use edge::{Reply, Request, Route};
use look::{Column, Look, PageHead, PostButton, Table, Tone};
use maud::{Markup, html};

/// The routes of the account itself.
pub static ROUTES: &[Route] = &[
    get(link::ACCOUNT, Act::ListOwnSessions, show),
    post("/account/sessions/{id}/end", Act::EndSession, end_session),
    post(link::ACCOUNT_SESSIONS_END, Act::EndSession, end_others),
];

fn show(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let me = me_enrolling(request)?;
    let (sessions, tokens) = request.city().own_account(&request.asker)?;
    let factor = request.city().own_factor(&request.asker)?;
    let history = request.city().own_history(&request.asker)?;
    let identities = request.city().own_identities(&request.asker)?;
    // Before a second factor is enrolled the account shows what it needs for that alone.
    let telephone = match me.actor.must_enrol {
        true => None,
        false => request.city().own_telephone(&request.asker)?,
    };
    let ticket = ticket(request);
    let title = say(request, "account-title");
    let name = me.person.name.best(lang).0;
    let changed = request.query.get("changed") == "1";
    let content = html! {
        (look::page_head(&PageHead { lang, kind: &title, title: name, ..PageHead::default() }))
        @if changed {
            (look::notice(lang, Tone::Ok, html! { p { (say(request, "account-changed")) } }))
        }
        (look::sheet(&say(request, "account-me-title"), who(request, me, telephone.as_deref())))
        (look::sheet(&say(request, "account-sessions-title"), html! {
            p.quiet { (say(request, "account-sessions-lead")) }
            (sessions_table(request, &sessions, &ticket))
            @if sessions.len() > 1 {
                (look::post_button(&PostButton {
                    action: link::ACCOUNT_SESSIONS_END,
                    csrf: &ticket.csrf,
                    key: &ticket.key,
                    text: &say(request, "account-sessions-end"),
                    look: Look::Plain,
                    values: &[],
                }))
            }
        }))
        (look::sheet(&say(request, "factor-title"), crate::factor::state(request, &factor, &ticket)))
        (crate::identity::state(request, &identities, &ticket))
        (look::sheet(&say(request, "account-change-password-title"), html! {
            @if identities.has_password {
                p { (say(request, "account-change-password-lead")) }
                (look::link_button(
                    link::ACCOUNT_PASSWORD, &say(request, "account-change-password"), Look::Plain,
                ))
            } @else {
                p { (say(request, "identity-no-password")) }
            }
        }))
        (look::sheet(&say(request, "account-keys-title"), html! {
            p { (say(request, "account-keys-lead")) }
            (key::table(request, &tokens, &ticket))
            (look::link_button(link::ACCOUNT_KEYS, &say(request, "account-key-new"), Look::Plain))
        }))
        (look::sheet(&say(request, "mail-wishes-title"), html! {
            p { (say(request, "mail-wishes-lead")) }
            (look::link_button(link::ACCOUNT_MAIL, &say(request, "mail-wishes-open"), Look::Plain))
        }))
        (look::sheet(&say(request, "notice-title"), crate::notice::history(request, &history)))
        (look::sheet(&say(request, "notice-looks-title"), crate::notice::looks(request, &history)))
        (look::sheet(&say(request, "personal-title"), html! {
            p { (say(request, "personal-account-lead")) }
            div.row {
                (look::link_button(link::ACCOUNT_DATA, &say(request, "personal-open"), Look::Plain))
                (look::link_button(
                    link::ACCOUNT_ERASURE, &say(request, "erasure-link"), Look::Plain,
                ))
            }
        }))
    };
    Ok(Page::new(request, &title).personal().reply(content))
}

fn who(request: &Request, me: &Me, telephone: Option<&str>) -> Markup {
    let lang = request.lang;
    let roles = html! {
        @if me.roles.is_empty() { (say(request, "account-no-role")) }
        @for (organisation, name, role) in &me.roles {
            p {
                (words::say(lang, &format!("role-{}", role.word()))) " · "
                a href=(link::organisation(*organisation)) { (name.best(lang).0) }
            }
        }
    };
    look::facts(&[
        (
            &say(request, "account-email"),
            html! {
                (me.person.email) " "
                a href=(link::ACCOUNT_ADDRESS) { (say(request, "address-open")) }
            },
        ),
        (
            &say(request, "telephone-number"),
            html! {
                (telephone.map_or_else(|| say(request, "telephone-none"), str::to_owned)) " "
                a href=(link::ACCOUNT_TELEPHONE) { (say(request, "telephone-open")) }
            },
        ),
        (&say(request, "account-roles"), roles),
        (&say(request, "account-clearance"), clearance(request, &me.actor.clearance)),
    ])
}

/// What somebody is cleared for, in words.
pub fn clearance(request: &Request, given: &Clearance) -> Markup {
    let lang = request.lang;
    let jurisdiction = Some(&given.jurisdiction).filter(|code| !code.is_empty());
    let groups: [(&str, Vec<&String>); 3] = [
        ("field-compartments", given.compartments.iter().collect()),
        ("field-lists", given.lists.iter().collect()),
        ("field-jurisdiction", jurisdiction.into_iter().collect()),
    ];
    html! {
        (words::level(lang, given.level))
        @for (kind, words) in groups.iter().filter(|(_, words)| !words.is_empty()) {
            " · " (say(request, kind))
            @for word in words { " " code { (word) } }
        }
        @if let Some(to) = given.valid_to {
            // The end is the first moment outside; people name the last day inside.
            @let offset = request.city().settings().utc_offset_minutes;
            @let last = words::date(lang, to.plus_seconds(-1).date_at(offset));
            p.quiet.small { (words::say_with(lang, "account-until", &[("at", last.into())])) }
        }
    }
}

fn sessions_table(request: &Request, sessions: &[Session], ticket: &Ticket) -> Markup {
    let lang = request.lang;
    let heads = ["device", "network", "since", "seen", "act"];
    let titles = heads.map(|head| {
        let title = say(request, &format!("account-session-{head}"));
        if matches!(head, "since" | "seen") { zoned(request, &title) } else { title }
    });
    let columns = heads.iter().zip(&titles).map(|(key, title)| Column::text(key, title)).collect();
    let rows = sessions.iter().map(|session| {
        let is_this = request.asker.who == Who::Session(session.id);
        let end = if is_this { "shell-sign-out" } else { "account-session-end" };
        let agent = device(&session.agent);
        let agent = if agent.is_empty() { say(request, "account-session-unknown") } else { agent };
        let cells = vec![
            html! {
                (agent)
                @if is_this { " " (look::tag(Tone::Info, &say(request, "account-session-this"))) }
            },
            html! { code { (session.network) } },
            stamp(request, session.created_at),
            stamp(request, session.times.seen_at),
            look::post_button(&PostButton {
                action: &link::session_end(session.id),
                csrf: &ticket.csrf,
                key: &ticket.key,
                text: &say(request, end),
                look: Look::Plain,
                values: &[],
            }),
        ];
        look::Row { cells, is_marked: is_this, choose: None }
    });
    look::table(&Table {
        lang,
        caption: &say(request, "account-sessions-title"),
        is_caption_hidden: true,
        columns,
        rows: rows.collect(),
        is_cards: true,
        ..Table::default()
    })
}

/// Browser and system out of the line that browsers send, as far as people know them.
pub fn device(agent: &str) -> String {
    let known = |list: &[(&str, &str)]| {
        list.iter().find(|(mark, _)| agent.contains(mark)).map_or("", |(_, name)| name).to_owned()
    };
    let browser = known(&[
        ("MicroMessenger/", "WeChat"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = known(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("HarmonyOS", "HarmonyOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    let parts: Vec<String> =
        [browser, system].into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { agent.chars().take(60).collect() } else { parts.join(" · ") }
}

fn end_session(request: &Request) -> Result<Reply, No> {
    let session: SessionId = request.id("id")?;
    request.city().perform(&request.keyed(), EndSession { session })?;
    if request.asker.who == Who::Session(session) {
        let gone = request.secret_cookie("session", "", Some(0));
        return Ok(Reply::see_other(link::HOME).with_cookie(gone));
    }
    Ok(Reply::see_other(link::ACCOUNT))
}

fn end_others(request: &Request) -> Result<Reply, No> {
    request.city().perform(&request.keyed(), EndOtherSessions::new(&request.asker))?;
    Ok(Reply::see_other(look::address::with(link::ACCOUNT, "changed", "1")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_have_names_people_know() {
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like \
                       Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0";
        assert_eq!(device(windows), "Edge · Windows");
        assert_eq!(device("curl/8.5.0"), "curl");
        assert_eq!(device("something else"), "something else");
        assert_eq!(device(""), "");
    }
}
