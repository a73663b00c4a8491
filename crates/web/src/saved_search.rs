//! Saved searches: the list, one with what is new in it, and the end of its alerts by a link.

use crate::form::ticket;
use crate::link;
use crate::page::{Page, get, me, moment, post, say, stamp, zoned};
use crate::search_filter::Wanted;
use crate::search_hit::Hits;
use access::Act;
use app::No;
use app::gather::Marker;
use app::saved_search::{
    MarkSavedSearchSeen, RemoveSavedSearch, SavedRow, SavedSearch, SavedView, StopSavedSearch,
};
use base::{Instant, OrganisationId, SavedSearchId};
use edge::{Reply, Request, Route};
use look::{Column, Confirm, Crumb, Look, PageHead, PostButton, Section, Table, Tone};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The routes that show saved searches.
pub static ROUTES: &[Route] = &[
    get(link::SAVED_SEARCHES, Act::ListSavedSearches, list),
    get("/searches/{id}", Act::LookAtSavedSearch, show),
    post("/searches/{id}/reading", Act::MarkSavedSearchSeen, seen),
    post("/searches/{id}/removal", Act::RemoveSavedSearch, remove),
    get("/searches/{id}/stop", Act::StopSavedSearch, show_stop),
    post("/searches/{id}/stop", Act::StopSavedSearch, stop),
];

/// The search as one line of words.
pub fn sentence(request: &Request, search: &SavedSearch) -> String {
    let wanted = Wanted::of(&search.question);
    let mut owners = BTreeMap::new();
    for owner in wanted.owners.iter().filter_map(|id| OrganisationId::parse(id).ok()) {
        if let Ok(view) = request.city().organisation(&request.asker, owner) {
            owners.insert(owner.to_string(), view.organisation.profile.name);
        }
    }
    wanted.sentence(request.lang, request.city().fields(), &owners)
}

/// How often it tells, in words.
fn pace(request: &Request, search: &SavedSearch) -> String {
    match search.is_paused {
        true => say(request, "saved-search-paused"),
        false => say(request, &format!("saved-search-{}", search.frequency.word())),
    }
}

fn list(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    me(request)?;
    let rows = request.city().saved_searches(&request.asker)?;
    let title = say(request, "saved-search-title");
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            title: &title,
            lead: Some(html! { (say(request, "saved-search-lead")) }),
            actions: vec![look::link_button(
                link::SEARCH, &say(request, "saved-search-find"), Look::Plain,
            )],
            ..PageHead::default()
        }))
        (table(request, &title, &rows))
    };
    Ok(Page::new(request, &title).section(Section::Find).personal().reply(content))
}

fn table(request: &Request, caption: &str, rows: &[SavedRow]) -> Markup {
    let lang = request.lang;
    let heads = ["name", "new", "alerts", "since"];
    let mut titles = heads.map(|head| say(request, &format!("saved-search-head-{head}")));
    titles[3] = zoned(request, &titles[3]);
    let columns = heads.iter().zip(&titles).map(|(key, title)| Column::text(key, title)).collect();
    let row = |row: &SavedRow| {
        let search = &row.search;
        look::Row::from(vec![
            html! { a href=(link::saved_search(search.id)) { (search.name) } },
            html! {
                @if row.n_new > 0 { (look::tag(Tone::Info, &new_text(request, row.n_new))) }
                @else { (say(request, "saved-search-nothing-new")) }
            },
            html! { (pace(request, search)) },
            html! { (stamp(request, search.created_at)) },
        ])
    };
    look::table(&Table {
        lang,
        caption,
        is_caption_hidden: true,
        columns,
        rows: rows.iter().map(row).collect(),
        empty: Some(look::empty(
            &say(request, "saved-search-none"),
            html! { p { (say(request, "saved-search-none-hint")) } },
        )),
        is_cards: true,
        ..Table::default()
    })
}

fn new_text(request: &Request, n: usize) -> String {
    words::say_with(request.lang, "saved-search-new", &[("count", n.into())])
}

/// The part of the desk: searches in which something is new, without saying what.
pub fn on_desk(request: &Request) -> Result<Markup, No> {
    let mut rows = request.city().saved_searches(&request.asker)?;
    rows.retain(|row| row.n_new > 0);
    if rows.is_empty() {
        return Ok(html! {});
    }
    let body = html! {
        ul {
            @for row in &rows {
                li {
                    a href=(link::saved_search(row.search.id)) { (row.search.name) }
                    " · " (new_text(request, row.n_new))
                }
            }
        }
        p { a href=(link::SAVED_SEARCHES) { (say(request, "saved-search-all")) } }
    };
    Ok(look::part("searches", &say(request, "saved-search-desk-title"), body))
}

fn show(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    me(request)?;
    let id: SavedSearchId = request.id("id")?;
    let view = request.city().saved_search(&request.asker, id)?;
    let search = &view.search;
    let list = say(request, "saved-search-title");
    let pace = pace(request, search);
    let tone = if search.is_paused { Tone::Wait } else { Tone::Ok };
    let here = Wanted::of(&search.question).address(link::SEARCH);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::SAVED_SEARCHES, text: &list }],
            kind: &say(request, "saved-search-one"),
            title: &search.name,
            tags: vec![look::state_tag(tone, &pace)],
            lead: Some(html! { (sentence(request, search)) }),
            actions: vec![
                look::link_button(&here, &say(request, "saved-search-open"), Look::Primary),
            ],
            ..PageHead::default()
        }))
        (new(request, &view))
        (crate::saved_search_form::settings(request, search, &[]))
        (removal(request, id))
    };
    let page = Page::new(request, &search.name).section(Section::Find).personal();
    Ok(page.highest(&view.new.label, &list).reply(content))
}

fn new(request: &Request, view: &SavedView) -> Markup {
    let lang = request.lang;
    let marker = Marker::new(&view.search.question.words);
    let hits = Hits {
        lang,
        tree: request.city().fields(),
        marker: &marker,
        offset_minutes: request.city().settings().utc_offset_minutes,
    };
    let since = moment(request, view.search.looked_at);
    let since = words::say_with(lang, "saved-search-since", &[("at", since.into())]);
    let ticket = ticket(request);
    look::part(
        "new",
        &say(request, "saved-search-new-title"),
        html! {
            p.quiet { (since) }
            @if view.new.rows.is_empty() { p { (say(request, "saved-search-nothing-new")) } }
            @else {
                (hits.view(&view.new.rows))
                (look::post_button(&PostButton {
                    action: &link::saved_search_part(view.search.id, "reading"),
                    csrf: &ticket.csrf,
                    key: &ticket.key,
                    text: &say(request, "saved-search-mark-seen"),
                    look: Look::Second,
                    values: &[("until", &request.now.micros().to_string())],
                }))
            }
        },
    )
}

fn removal(request: &Request, id: SavedSearchId) -> Markup {
    let ticket = ticket(request);
    look::confirm(&Confirm {
        lang: request.lang,
        open: &say(request, "saved-search-remove"),
        title: &say(request, "saved-search-remove-title"),
        text: html! { p { (say(request, "saved-search-remove-text")) } },
        act: look::post_button(&PostButton {
            action: &link::saved_search_part(id, "removal"),
            csrf: &ticket.csrf,
            key: &ticket.key,
            text: &say(request, "saved-search-remove-press"),
            look: Look::Danger,
            values: &[],
        }),
    })
}

fn seen(request: &Request) -> Result<Reply, No> {
    let search: SavedSearchId = request.id("id")?;
    let until = Instant::from_micros(request.form.get("until").parse().unwrap_or(0));
    request.city().perform(&request.keyed(), MarkSavedSearchSeen { search, until })?;
    Ok(Reply::see_other(link::saved_search(search)))
}

fn remove(request: &Request) -> Result<Reply, No> {
    let search: SavedSearchId = request.id("id")?;
    request.city().perform(&request.keyed(), RemoveSavedSearch { search })?;
    Ok(Reply::see_other(link::SAVED_SEARCHES))
}

/// A link in a letter only shows this page, the same for every address: programs that look into
/// letters open every link.
fn show_stop(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let id: SavedSearchId = request.id("id")?;
    let title = say(request, "saved-search-stop-title");
    let ticket = ticket(request);
    let action = app::saved_search::stop_path(id);
    let content = html! {
        (look::page_head(&PageHead { lang, title: &title, ..PageHead::default() }))
        @if request.query.get("done") == "1" {
            (look::notice(lang, Tone::Ok, html! { p { (say(request, "saved-search-stopped")) } }))
        } @else {
            p { (say(request, "saved-search-stop-lead")) }
            (look::post_button(&PostButton {
                action: &action,
                csrf: &ticket.csrf,
                key: &ticket.key,
                text: &say(request, "saved-search-stop-press"),
                look: Look::Primary,
                values: &[("mark", request.query.get("mark"))],
            }))
        }
    };
    Ok(Page::new(request, &title).personal().reply(content))
}

fn stop(request: &Request) -> Result<Reply, No> {
    let search: SavedSearchId = request.id("id")?;
    // A mail program posts to the address as it stands in the letter.
    let marks = [request.form.get("mark"), request.query.get("mark")];
    let mark = marks.into_iter().find(|mark| !mark.is_empty()).unwrap_or("").to_owned();
    request.city().perform(&request.keyed(), StopSavedSearch { search, mark })?;
    let here = app::saved_search::stop_path(search);
    Ok(Reply::see_other(look::address::with(&here, "done", "1")))
}
