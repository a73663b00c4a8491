//! One technology: what it does, how far it is, whose it is, how to get it.
//!
//! The reader came to understand it in three sentences, to judge rights and maturity, and to take
//! the next step; the owner came to keep it current.

use crate::form::ticket;
use crate::link;
use crate::page::{Page, moment};
use crate::refused::PAGE;
use crate::technology_part as part;
use crate::{export, search_hit, technology_side as side};
use access::Act;
use app::No;
use app::technology::View;
use base::TechnologyId;
use edge::{Body, Reply, Request, Route};
use look::{
    Crumb, Look, PageHead, PostButton, Section, Tone, aside_split, link_button, notice, page_head,
    post_button, tag,
};
use maud::{Markup, html};
use trading::technology::State;

/// The routes of this file.
pub static ROUTES: &[Route] = &[Route {
    method: "GET",
    path: "/technologies/{id}",
    act: Act::LookAtTechnology,
    body: Body::None,
    face: &PAGE,
    run: show,
}];

/// Alike technologies that are named.
const ALIKE: usize = 5;
/// Acts whose success the page tells when the browser comes back from them.
const TOLD: [&str; 10] = [
    "created",
    "revised",
    "unchanged",
    "confirmed",
    "withdrawn",
    "labelled",
    "listed",
    "relisted",
    "unlisted",
    "referenced",
];

fn show(request: &Request) -> Result<Reply, No> {
    if let Some(id) = request.param("id").strip_suffix(".xml") {
        let unknown = |_| No::from(base::Refusal::not_found());
        return export::st96(request, TechnologyId::parse(id).map_err(unknown)?);
    }
    let id: TechnologyId = request.id("id")?;
    let view = request.city().technology(&request.asker, id)?;
    let lang = request.lang;
    let technology = &view.technology;
    let title = title(request, &view);
    let alike = alike(request, &view);
    let kind = words::say(lang, "technology-page-kind");
    let content = html! {
        (head(request, &view, &title, &kind))
        (notices(request, &view))
        (aside_split(part::main(request, &view, alike.as_ref()), side::aside(request, &view)))
    };
    let mut page = Page::new(request, &title).section(Section::Find);
    let alike_label = alike.as_ref().map(|page| &page.label);
    let label = alike_label.map_or_else(
        || technology.label.clone(),
        |label| technology.label.least_upper_bound(label),
    );
    if !label.is_public() {
        page = page.label(&label, kind);
    }
    let is_open = label.is_public() && technology.state == State::Confirmed;
    if is_open {
        let about = technology.content.summary.best(lang).0;
        page = page.indexed(about).json_ld(side::json_ld(request, &view));
    }
    Ok(page.reply(content))
}

/// The title as shown; a stub has none.
pub fn title(request: &Request, view: &View) -> String {
    match view.technology.content.title.best(request.lang).0 {
        "" => search_hit::withheld(request.lang, view.technology.reference.as_str()),
        title => title.to_owned(),
    }
}

/// What is alike; a page does not fail for want of it.
fn alike(request: &Request, view: &View) -> Option<app::search::Page> {
    if view.technology.state == State::Stub {
        return None;
    }
    let found = request.city().similar(&request.asker, view.technology.id, ALIKE);
    found.ok().filter(|page| !page.rows.is_empty())
}

fn head(request: &Request, view: &View, title: &str, kind: &str) -> Markup {
    let lang = request.lang;
    let technology = &view.technology;
    let content = &technology.content;
    let (_, title_lang) = content.title.best(lang);
    let other = if title_lang == lang { content.title.get(lang.other()) } else { "" };
    let list = words::say(lang, "search-technologies");
    let has_title = !content.title.is_empty();
    page_head(&PageHead {
        lang,
        crumbs: &[Crumb { href: link::TECHNOLOGIES, text: &list }],
        kind,
        title,
        title_lang: has_title.then_some(title_lang),
        title_other: other,
        tags: tags(request, view),
        label: Some(&technology.label),
        reference: technology.reference.as_str(),
        lead: (!content.summary.is_empty()).then(|| part::text(lang, &content.summary)),
        actions: actions(request, view),
    })
}

fn tags(request: &Request, view: &View) -> Vec<Markup> {
    let lang = request.lang;
    let technology = &view.technology;
    let mut tags = vec![search_hit::state(lang, technology.state.word())];
    if let Some(trl) = &technology.content.trl {
        let level = [("level", usize::from(trl.level).into())];
        tags.push(tag(Tone::Info, &words::say_with(lang, "technology-trl", &level)));
    }
    if technology.content.invented {
        tags.push(tag(Tone::Wait, &words::say(lang, "label-invented")));
    }
    let (shown, missing) = (lang, technology.content.title.get(lang).is_empty());
    if missing && !technology.content.title.is_empty() {
        tags.push(look::other_language(shown, lang.other()));
    }
    tags
}

/// Whether the reader speaks for somebody who could contract over an offer of this technology.
fn drafts_contract(request: &Request, view: &View) -> bool {
    let is_open = |it: &trading::Listing| {
        it.state == trading::ListingState::Offered && it.mode != trading::DealMode::Auction
    };
    let speaks = request.me.as_ref().is_some_and(|me| {
        use access::Role::{FirmAdministrator, FirmMember, TransferOfficer};
        me.actor.holds(&[FirmAdministrator, FirmMember, TransferOfficer])
    });
    speaks && view.listings.iter().any(is_open)
}

fn actions(request: &Request, view: &View) -> Vec<Markup> {
    let lang = request.lang;
    let id = view.technology.id;
    let say = |key: &str| words::say(lang, key);
    let mut actions = Vec::new();
    let offers = view.offers;
    if offers.confirm {
        let drafted = view.technology.state == State::Drafted;
        let ticket = ticket(request);
        let version = view.technology.version.to_string();
        let key = if drafted { "technology-page-confirm" } else { "technology-page-confirm-again" };
        actions.push(post_button(&PostButton {
            action: &link::technology_confirmation(id),
            csrf: &ticket.csrf,
            key: &ticket.key,
            text: &say(key),
            look: if drafted || view.is_stale { Look::Primary } else { Look::Second },
            values: &[("version", &version)],
        }));
    }
    let act = |href: String, key: &str, look| link_button(&href, &say(key), look);
    if offers.revise {
        actions.push(act(link::technology_revision(id), "technology-page-revise", Look::Second));
    }
    if crate::release::may_propose(request, &view.technology) {
        actions.push(act(link::technology_release(id), "release-propose", Look::Second));
    }
    if view.view == "public" && view.technology.state == State::Confirmed {
        actions.push(act(link::technology_enquiry(id), "enquiry-ask", Look::Primary));
    }
    if drafts_contract(request, view) {
        let draft = format!("{}/contract", link::technology(id));
        actions.push(act(draft, "contract-draft-title", Look::Second));
    }
    if offers.list && view.technology.state == State::Confirmed {
        actions.push(act(link::listing_new(id), "technology-page-list", Look::Second));
    }
    if offers.raise_label {
        actions.push(act(link::technology_label(id), "technology-page-raise", Look::Plain));
    }
    if offers.withdraw {
        actions.push(act(
            link::technology_withdrawal(id),
            "technology-page-withdraw",
            Look::Danger,
        ));
    }
    actions
}

fn notices(request: &Request, view: &View) -> Markup {
    let lang = request.lang;
    let technology = &view.technology;
    let day = |at: base::Instant| {
        let offset = request.city().settings().utc_offset_minutes;
        words::date(lang, at.date_at(offset))
    };
    let told = TOLD.into_iter().find(|told| *told == request.query.get("done"));
    let told = told.filter(|_| request.me.is_some());
    let say = |key: &str| words::say(lang, key);
    let line = |tone: Tone, text: String| notice(lang, tone, html! { p { (text) } });
    html! {
        (crate::emergency::above(request, view.entered))
        @if let Some(told) = told {
            div role="status" {
                (line(Tone::Ok, say(&format!("technology-page-done-{told}"))))
            }
        }
        @match &technology.state {
            State::Withdrawn { reason } => {
                (notice(lang, Tone::Live, html! {
                    p { (words::say_with(lang, "technology-page-withdrawn",
                        &[("at", moment(request, technology.changed_at).into())])) }
                    @if reason == "undo" { p { (say("technology-page-withdrawn-undo")) } }
                    @else if !reason.is_empty() { p { (reason) } }
                }))
            },
            State::Stub => { (line(Tone::Wait, say("technology-page-stub"))) },
            State::Drafted => { (line(Tone::Wait, say("technology-page-draft"))) },
            State::Confirmed => {
                @if view.is_stale {
                    @let last = technology.confirmed_at.unwrap_or(technology.changed_at);
                    (line(Tone::Wait, words::say_with(lang, "technology-page-stale",
                        &[("date", day(last).into())])))
                }
            },
        }
        (review(request, view))
        @if !view.is_indexed && told.is_some() {
            p.quiet.small { (say("technology-page-indexing")) }
        }
        @if view.offers.see_looks {
            p.small { a href=(link::technology_looks(technology.id)) {
                (say("technology-page-looks"))
            } }
        }
    }
}

/// How the review of it stands, for whoever may see its case.
fn review(request: &Request, view: &View) -> Markup {
    let lang = request.lang;
    let id = view.technology.id.to_string();
    let rows = app::case::Wanted {
        process: Some(trading::release::NAME),
        thing: Some(&id),
        ..app::case::Wanted::default()
    };
    let wanted = app::case::CasesWanted { rows, ..app::case::CasesWanted::default() };
    let is_inside = request.me.is_some() && view.view != "public";
    // A page does not fail for want of it.
    let found = is_inside.then(|| request.city().cases(&request.asker, &wanted, None, 1).ok());
    let found = found.flatten().and_then(|page| page.rows.into_iter().next());
    html! {
        @if let Some(row) = found {
            @let state = crate::case_facts::state_name(lang, row.process, &row.state);
            (notice(lang, Tone::Info, html! {
                p {
                    (words::say_with(lang, "release-state", &[("state", state.into())])) " "
                    a href=(link::case(row.id)) { (words::say(lang, "release-state-link")) }
                }
            }))
        }
    }
}
