//! Bulletins as everybody reads them, and for officers how each stands.

use crate::link;
use crate::page::{Page, get, moment, name, say, stamp, zoned};
use access::Act;
use app::No;
use app::bulletin::deliver::OpenBulletin;
use app::bulletin::{Bulletin, Count, Item, State, View};
use base::{BulletinId, limits};
use edge::{Reply, Request, Route};
use look::{Column, Crumb, Hit, Look, PageHead, Pager, Section, Table, Tone};
use maud::{Markup, html};

/// The routes that show bulletins.
pub static ROUTES: &[Route] = &[
    get(link::BULLETINS, Act::ListBulletins, list),
    get("/bulletins/{id}", Act::LookAtBulletin, show),
    get("/bulletins/{id}/opening/{secret}", Act::OpenBulletin, open),
];

fn list(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let after = request.query.get("after");
    let found = request.city().bulletins(&request.asker, after, limits::PAGE_ROWS)?;
    let offices = request.city().bulletin_offices(&request.asker)?;
    let title = say(request, "bulletin-title");
    let lead = say(request, "bulletin-lead");
    let mut actions = Vec::new();
    if !offices.is_empty() {
        let new = say(request, "bulletin-new");
        actions.push(look::link_button(link::BULLETIN_NEW, &new, Look::Primary));
    }
    let subscribe = say(request, "bulletin-subscribe");
    actions.push(look::link_button(link::SUBSCRIPTIONS, &subscribe, Look::Second));
    let next = found.next.map(|after| look::address::with(link::BULLETINS, "after", &after));
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(html! { (lead) }), actions, ..PageHead::default()
        }))
        @if !found.prepared.is_empty() {
            (look::part("prepared", &say(request, "bulletin-prepared"),
                prepared(request, &found.prepared)))
        }
        @if found.sent.is_empty() {
            (look::empty(&say(request, "bulletin-none"), html! {
                p { (say(request, "bulletin-none-hint")) }
            }))
        } @else {
            @for bulletin in &found.sent { (one(request, bulletin)) }
        }
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
    };
    let page = Page::new(request, &title).section(Section::Find);
    Ok(page.indexed(lead).reply(content))
}

fn one(request: &Request, bulletin: &Bulletin) -> Markup {
    let lang = request.lang;
    let (title, title_lang) = bulletin.draft.title.best(lang);
    let offset = request.city().settings().utc_offset_minutes;
    let intro: String = bulletin.draft.intro.best(lang).0.chars().take(280).collect();
    Hit {
        lang,
        href: &link::bulletin(bulletin.id),
        title: Some(html! { (title) }),
        title_lang: Some(title_lang),
        passage: Some(html! { (intro) }),
        facts: &words::date(lang, bulletin.sent_at.date_at(offset)),
        ..Hit::default()
    }
    .view()
}

/// How a bulletin stands, in words.
pub fn state(request: &Request, bulletin: &Bulletin) -> Markup {
    let tone = match bulletin.state {
        State::Draft => Tone::Plain,
        State::Scheduled => Tone::Wait,
        State::Sent => Tone::Ok,
        State::Withdrawn => Tone::Live,
    };
    look::state_tag(tone, &say(request, &format!("bulletin-state-{}", bulletin.state.word())))
}

fn prepared(request: &Request, rows: &[Bulletin]) -> Markup {
    let lang = request.lang;
    let heads = ["name", "state", "due", "changed"];
    let mut titles = heads.map(|head| say(request, &format!("bulletin-head-{head}")));
    titles[2] = zoned(request, &titles[2]);
    titles[3] = zoned(request, &titles[3]);
    let columns = heads.iter().zip(&titles).map(|(key, title)| Column::text(key, title)).collect();
    let row = |one: &Bulletin| {
        let (title, other) = name(&one.draft.title, lang);
        look::Row::from(vec![
            html! { a href=(link::bulletin(one.id)) lang=[other.map(base::Lang::tag)] { (title) } },
            state(request, one),
            html! { @if one.state == State::Scheduled { (stamp(request, one.due_at)) } @else { "–" } },
            html! { (stamp(request, one.changed_at)) },
        ])
    };
    look::table(&Table {
        lang,
        caption: &say(request, "bulletin-prepared"),
        is_caption_hidden: true,
        columns,
        rows: rows.iter().map(row).collect(),
        is_cards: true,
        ..Table::default()
    })
}

fn show(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let id: BulletinId = request.id("id")?;
    let view = request.city().bulletin(&request.asker, id)?;
    let bulletin = &view.bulletin;
    let (title, other) = name(&bulletin.draft.title, lang);
    let list = say(request, "bulletin-title");
    let intro = bulletin.draft.intro.best(lang).0;
    let mut tags = Vec::new();
    if view.is_officer {
        tags.push(state(request, bulletin));
    }
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::BULLETINS, text: &list }],
            kind: &say(request, "bulletin-one"),
            title: &title,
            title_lang: other,
            tags,
            reference: bulletin.reference.as_str(),
            actions: crate::bulletin_act::actions(request, &view),
            ..PageHead::default()
        }))
        @if bulletin.state == State::Sent {
            p.quiet { (words::say_with(lang, "bulletin-sent-at", &[
                ("at", moment(request, bulletin.sent_at).into()),
            ])) }
        }
        @for paragraph in intro.split("\n\n") { p { (paragraph) } }
        (results(request, &view))
        @if view.is_officer { (crate::bulletin_act::desk(request, &view)) }
    };
    let mut page = Page::new(request, &title).section(Section::Find);
    page = match view.is_officer {
        true => page.personal(),
        false => page.indexed(intro),
    };
    Ok(page.reply(content))
}

/// The results of a bulletin, or what will be asked for them.
fn results(request: &Request, view: &View) -> Markup {
    let n = view.items.len();
    let title = words::say_with(request.lang, "bulletin-results", &[("count", n.into())]);
    look::part(
        "results",
        &title,
        html! {
            @for item in &view.items { (result(request, item)) }
            @if view.items.is_empty() { p.quiet { (say(request, "bulletin-results-none")) } }
            @if view.is_officer && view.n_gone > 0 {
                (look::notice(request.lang, Tone::Wait, html! {
                    p { (words::say_with(request.lang, "bulletin-gone", &[
                        ("count", view.n_gone.into()),
                    ])) }
                }))
            }
        },
    )
}

fn result(request: &Request, item: &Item) -> Markup {
    let lang = request.lang;
    let (title, title_lang) = item.title.best(lang);
    let (passage, passage_lang) = item.summary.summary.best(lang);
    let tag = (passage_lang != lang).then(|| passage_lang.tag());
    Hit {
        lang,
        href: &link::technology(item.summary.id),
        title: Some(html! { (title) }),
        title_lang: Some(title_lang),
        passage: Some(html! { span lang=[tag] { (passage) } }),
        facts: item.owner_name.best(lang).0,
        ..Hit::default()
    }
    .view()
}

/// Letters and openings of each department.
pub fn counts(request: &Request, counts: &[Count]) -> Markup {
    let lang = request.lang;
    let heads = ["department", "letters", "openings"];
    let titles = heads.map(|head| say(request, &format!("bulletin-count-{head}")));
    let columns = vec![
        Column::text("department", &titles[0]),
        Column::figures("letters", &titles[1], ""),
        Column::figures("openings", &titles[2], ""),
    ];
    let number = |n: u64| words::number(lang, i64::try_from(n).unwrap_or(i64::MAX));
    let row = |name: String, sent: u64, opened: u64| {
        look::Row::from(vec![
            html! { (name) },
            html! { (number(sent)) },
            html! { (number(opened)) },
        ])
    };
    let named = |count: &Count| match &count.organisation {
        Some((_, name)) => name.best(lang).0.to_owned(),
        None => say(request, "bulletin-count-subscribers"),
    };
    let rows = counts.iter().map(|one| row(named(one), one.n_sent, one.n_opened)).collect();
    let all = |of: fn(&Count) -> u64| counts.iter().map(of).sum::<u64>();
    let total = row(say(request, "bulletin-count-all"), all(|c| c.n_sent), all(|c| c.n_opened));
    look::table(&Table {
        lang,
        caption: &say(request, "bulletin-counts"),
        is_caption_hidden: true,
        columns,
        rows,
        total: Some(total),
        note: Some(html! { (say(request, "bulletin-count-note")) }),
        ..Table::default()
    })
}

/// The link of a letter: counted the first time, and on to the page.
fn open(request: &Request) -> Result<Reply, No> {
    let bulletin: BulletinId = request.id("id")?;
    // A look at the head of the page only opens nothing.
    if request.method == "GET" {
        let secret = request.param("secret").to_owned();
        request.city().perform(&request.asker, OpenBulletin { bulletin, secret })?;
    }
    Ok(Reply::see_other(link::bulletin(bulletin)))
}
