//! Instruments: the list that answers what one wants measured, and the page of one.

use crate::form::ticket;
use crate::instrument_part as part;
use crate::instrument_record;
use crate::instrument_search::{Wanted, mode_name, panel};
use crate::link;
use crate::page::{Page, get, may, say};
use access::{Act, Thing};
use app::No;
use app::instrument::{Found, FoundPage, InstrumentView};
use base::{Bilingual, InstrumentId, Lang, limits};
use edge::{Reply, Request, Route};
use instruments::Instrument;
use instruments::instrument::State;
use look::{Confirm, Crumb, Hit, Look, PageHead, Pager, PostButton, Section, Tone};
use maud::{Markup, html};

/// The routes that show instruments.
pub static ROUTES: &[Route] = &[
    get(link::INSTRUMENTS, Act::ListInstruments, list),
    get("/instruments/{id}", Act::LookAtInstrument, show),
    get("/instruments/{id}/pictures/{file}", Act::LookAtInstrument, picture),
    get("/instruments/{id}/versions", Act::LookAtInstrument, versions),
];

fn list(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let wanted = Wanted::read(&request.query);
    let found = request.city().instruments(&request.asker, &wanted.ask(lang))?;
    let title = match wanted.words.as_str() {
        "" => say(request, "instrument-page-title"),
        typed => words::say_with(lang, "instrument-page-results", &[("words", typed.into())]),
    };
    let (chips, filters) = panel(request, &wanted, &found);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            title: &title,
            lead: Some(html! { p { (say(request, "instrument-page-lead")) } }),
            actions: list_actions(request, &wanted),
            ..PageHead::default()
        }))
        (search_box(request, &wanted.words))
        (look::aside_split(html! { (chips) (hits(request, &wanted, &found)) }, filters))
    };
    let mut page = Page::new(request, &title).section(Section::Share).query(&wanted.words);
    if wanted == (Wanted { page: 1, kilometres: wanted.kilometres, ..Wanted::default() }) {
        page = page.indexed(say(request, "instrument-page-description"));
    }
    Ok(page.own_search().reply(content))
}

fn list_actions(request: &Request, wanted: &Wanted) -> Vec<Markup> {
    let mut actions = vec![
        look::link_button(link::FREE_TIME, &say(request, "booking-page-find-free"), Look::Second),
        look::link_button(
            link::INSTRUMENTS_WEEK,
            &say(request, "booking-page-all-week"),
            Look::Plain,
        ),
    ];
    let enters = |(owner, _): &(base::OrganisationId, access::Role)| {
        may(request, Act::CreateInstrument, &Thing::of(*owner))
    };
    if request.me.as_ref().is_some_and(|me| me.actor.roles.iter().any(enters)) {
        let new = say(request, "instrument-page-new");
        actions.push(look::link_button(link::INSTRUMENT_NEW, &new, Look::Second));
        let import = say(request, "instrument-page-import");
        actions.push(look::link_button(crate::instrument_import::IMPORT, &import, Look::Plain));
    }
    let review = crate::instrument_review::address(wanted);
    actions.push(look::link_button(&review, &say(request, "instrument-review-short"), Look::Plain));
    let export = wanted.below("/instruments.xlsx");
    actions.push(look::link_button(&export, &say(request, "instrument-page-export"), Look::Plain));
    actions
}

/// The one box in which is said what one wants measured.
pub fn search_box(request: &Request, typed: &str) -> Markup {
    let what = say(request, "instrument-page-search");
    html! {
        form.ask role="search" method="get" action=(link::INSTRUMENTS) {
            input type="search" name="q" value=(typed) autocomplete="off" aria-label=(what)
                placeholder=(what) maxlength=(limits::QUERY_CHARS_MAX)
                aria-describedby="search-hint";
            button.btn type="submit" { (say(request, "instrument-page-find")) }
        }
        p.small.quiet #search-hint { (say(request, "instrument-page-search-hint")) }
    }
}

fn hits(request: &Request, wanted: &Wanted, found: &FoundPage) -> Markup {
    let lang = request.lang;
    if found.rows.is_empty() {
        return look::empty(
            &say(request, "instrument-page-none"),
            html! {
                p { (say(request, "instrument-page-none-hint")) }
                p { a href=(link::INSTRUMENTS) { (say(request, "instrument-page-none-all")) } }
                p { a href=(link::SERVICES) { (say(request, "home-share-services")) } }
            },
        );
    }
    let address = wanted.address();
    let rows = html! { @for row in &found.rows { (hit(request, row)) } };
    html! {
        @if found.lacks_words {
            (look::notice(lang, Tone::Info, html! { p { (say(request, "instrument-page-most-words")) } }))
        }
        (look::results(lang, found.total, true, rows))
        (look::pager(lang, &Pager::Numbered {
            address: &address,
            page: found.page,
            page_rows: limits::PAGE_ROWS,
            total: found.total,
        }))
    }
}

/// Quantities that a row of a list names.
const MEASURES_SHOWN: usize = 4;

/// One instrument in a list.
pub fn hit(request: &Request, found: &Found) -> Markup {
    let lang = request.lang;
    let it = &found.instrument;
    let (title, title_lang) = it.sheet.name.best(lang);
    let other = other_name(&it.sheet.name, title_lang);
    let mut facts = vec![
        ("owner", found.owner_name.best(lang).0.into()),
        ("mode", mode_name(lang, it.mode()).into()),
    ];
    let key = match found.metres {
        Some(metres) => {
            facts.push(("far", far(lang, metres).into()));
            "instrument-page-row-far"
        }
        None => "instrument-page-row",
    };
    let measures: Vec<&str> = it
        .sheet
        .capabilities
        .iter()
        .take(MEASURES_SHOWN)
        .map(|it| it.parameter.best(lang).0)
        .collect();
    let passage = (!measures.is_empty()).then(|| {
        let what = words::list(lang, &measures);
        html! { (words::say_with(lang, "instrument-page-measures", &[("what", what.into())])) }
    });
    Hit {
        lang,
        href: &link::instrument(it.id),
        title: Some(html! { (title) }),
        title_lang: Some(title_lang),
        title_other: other,
        passage,
        facts: &words::say_with(lang, key, &facts),
        state: Some(state_tag(request, it)),
        terms: &it.sheet.model,
        ..Hit::default()
    }
    .view()
}

/// The name in the other language, where there is one and it is another.
fn other_name(name: &Bilingual, shown_in: Lang) -> &str {
    let other = name.get(shown_in.other());
    if other == name.get(shown_in) { "" } else { other }
}

/// How far it is, in words.
pub fn far(lang: Lang, metres: u64) -> String {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    match metres {
        0..1_000 => {
            let metres = words::number(lang, number(metres));
            words::say_with(lang, "instrument-page-metres", &[("metres", metres.into())])
        }
        _ => {
            let km = words::decimal(lang, number(metres / 100), 1);
            words::say_with(lang, "instrument-page-kilometres", &[("km", km.into())])
        }
    }
}

/// Where it stands, in a word; of one in use also how well it works, where not well.
pub fn state_tag(request: &Request, it: &Instrument) -> Markup {
    use instruments::sheet::Condition;
    let tone = match it.state() {
        State::Hidden => Tone::Wait,
        State::Listed => Tone::Ok,
        State::Retired => Tone::Plain,
    };
    if it.state() == State::Listed && it.sheet.condition != Condition::Sound {
        let key = format!("instrument-condition-{}", it.sheet.condition.word());
        return look::state_tag(Tone::Wait, &say(request, &key));
    }
    let key = format!("instrument-state-{}", it.state().word());
    look::state_tag(tone, &say(request, &key))
}

fn show(request: &Request) -> Result<Reply, No> {
    let view = request.city().instrument(&request.asker, request.id("id")?)?;
    Ok(instrument_record::negotiated(request, &view).unwrap_or_else(|| page(request, &view)))
}

fn page(request: &Request, view: &InstrumentView) -> Reply {
    let lang = request.lang;
    let it = &view.instrument;
    let (title, title_lang) = it.sheet.name.best(lang);
    let all = say(request, "instrument-page-title");
    let reference = it.reference.to_string();
    let mut tags = vec![state_tag(request, it)];
    if it.sheet.invented {
        tags.push(look::tag(Tone::Plain, &say(request, "instrument-page-invented")));
    }
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::INSTRUMENTS, text: &all }],
            kind: &say(request, "instrument-page-kind"),
            title,
            title_lang: Some(title_lang),
            title_other: other_name(&it.sheet.name, title_lang),
            tags,
            reference: &reference,
            lead: Some(html! { (part::paragraphs(lang, &it.sheet.description)) }),
            actions: actions(request, view),
            ..PageHead::default()
        }))
        (done(request))
        (standing(request, it))
        (look::aside_split(
            html! {
                (part::pictures(request, it))
                (part::capabilities(request, view))
                (part::about(request, it))
                (part::rates(request, it))
                (crate::item::on_instrument(request, it))
                (part::rules(request, it, view.offers.revise))
                (part::similar(request, view))
            },
            html! {
                (part::contacts(request, view))
                (part::place(request, view))
                (part::facts(request, view))
                (part::ties(request, view))
                (part::machine(request, view))
            },
        ))
    };
    let record = instrument_record::record(request, view).json_ld();
    let page = Page::new(request, title).section(Section::Share).json_ld(record.to_string());
    let is_public = it.state() != State::Hidden && it.label.is_public();
    let page = match is_public && view.view == "public" && request.me.is_none() {
        true => {
            page.indexed(it.sheet.description.best(lang).0.chars().take(200).collect::<String>())
        }
        false => page.personal(),
    };
    page.reply(content)
}

fn done(request: &Request) -> Markup {
    let word = request.query.get("done");
    let is_known = ["created", "revised", "unchanged", "moved"].contains(&word);
    html! {
        @if is_known {
            (look::notice(request.lang, Tone::Ok, html! {
                p { (say(request, &format!("instrument-page-done-{word}"))) }
            }))
        }
    }
}

fn standing(request: &Request, it: &Instrument) -> Markup {
    let lang = request.lang;
    html! {
        @if it.is_hidden {
            (look::notice(lang, Tone::Wait, html! { p { (say(request, "instrument-page-hidden-note")) } }))
        }
        @if let Some(day) = it.retired {
            (look::notice(lang, Tone::Info, html! {
                p { (words::say_with(lang, "instrument-page-retired-note",
                    &[("day", words::date(lang, day).into())])) }
            }))
        }
    }
}

fn actions(request: &Request, view: &InstrumentView) -> Vec<Markup> {
    let it = &view.instrument;
    let lang = request.lang;
    let mut actions = Vec::new();
    if matches!(it.mode(), instruments::sheet::Mode::Queue | instruments::sheet::Mode::Hybrid) {
        let queue = link::instrument_part(it.id, "queue");
        actions.push(look::link_button(&queue, &say(request, "turn-page-short"), Look::Second));
    }
    if it.takes_bookings() {
        let week = link::instrument_part(it.id, "week");
        actions.push(look::link_button(&week, &say(request, "booking-page-book"), Look::Primary));
    }
    if view.offers.revise {
        let edit = link::instrument_part(it.id, "revision");
        actions.push(look::link_button(&edit, &say(request, "instrument-page-edit"), Look::Second));
    }
    if it.retired.is_none() {
        let text = say(request, "usage-kiosk-kind");
        actions.push(look::link_button(&link::kiosk(it.id), &text, Look::Second));
    }
    if !view.offers.moves {
        return actions;
    }
    let version = it.version.to_string();
    let address = link::instrument_part(it.id, "moves");
    let button = |to: &str, look: Look| {
        let forms = ticket(request);
        look::post_button(&PostButton {
            action: &address,
            csrf: &forms.csrf,
            key: &forms.key,
            text: &say(request, &format!("instrument-page-{to}")),
            look,
            values: &[("to", to), ("version", &version)],
        })
    };
    let asked = |to: &str| {
        look::confirm(&Confirm {
            lang,
            open: &say(request, &format!("instrument-page-{to}")),
            title: &say(request, &format!("instrument-page-{to}-ask")),
            text: html! { p { (say(request, &format!("instrument-page-{to}-text"))) } },
            act: button(to, Look::Danger),
        })
    };
    actions.push(if it.is_hidden { button("show", Look::Second) } else { asked("hide") });
    actions.push(match it.retired {
        Some(_) => button("restore", Look::Plain),
        None => asked("retire"),
    });
    actions
}

/// A picture, for whoever sees the instrument: signed in or not.
fn picture(request: &Request) -> Result<Reply, No> {
    let id: InstrumentId = request.id("id")?;
    let opened = request.city().instrument_picture(&request.asker, id, request.id("file")?)?;
    Ok(Reply::stored(opened, true))
}

fn versions(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let id: InstrumentId = request.id("id")?;
    let view = request.city().instrument(&request.asker, id)?;
    let rows = request.city().instrument_versions(&request.asker, id)?;
    let (name, name_lang) = view.instrument.sheet.name.best(lang);
    let title = say(request, "instrument-page-history");
    let all = say(request, "instrument-page-title");
    let thing = link::instrument(id);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[
                Crumb { href: link::INSTRUMENTS, text: &all },
                Crumb { href: &thing, text: name },
            ],
            title: &title,
            ..PageHead::default()
        }))
        ol.stack reversed {
            @for row in &rows {
                @let n = row.version.to_string();
                li {
                    strong { (words::say_with(lang, "instrument-page-version", &[("version", n.into())])) }
                    " " (look::tag(Tone::Plain, &say(request, &format!("instrument-state-{}", row.state))))
                    p.small.quiet {
                        (crate::page::moment(request, row.at))
                        @if let Some(person) = &row.person { " · " (person.best(lang).0) }
                    }
                }
            }
        }
    };
    let _ = name_lang;
    Ok(Page::new(request, &title).section(Section::Share).personal().reply(content))
}
