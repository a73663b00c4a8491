//! Organisations: the list, and the public page of one with what it has.

use crate::link;
use crate::page::{Page, get, may, name, say};
use crate::search_hit::Hits;
use access::{Act, Thing};
use app::No;
use app::gather::Marker;
use app::organisation::View;
use app::search::Ask;
use base::{OrganisationId, Refusal, limits};
use edge::{Reply, Request, Route};
use look::{Column, Crumb, Look, PageHead, Pager, Section, Table, Tone};
use maud::{Markup, html};
use parties::{Organisation, OrganisationKind};
use search::Filters;

/// The routes that show organisations.
pub static ROUTES: &[Route] = &[
    get(link::ORGANISATIONS, Act::ListOrganisations, list),
    get("/organisations/{id}", Act::LookAtOrganisation, show),
];

/// Technologies shown on the page of their owner.
const TECHNOLOGIES_SHOWN: usize = 10;

fn list(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let after = match request.query.get("after") {
        "" => String::new(),
        text => OrganisationId::parse(text).map_err(|_| Refusal::not_found())?.to_string(),
    };
    let rows = limits::PAGE_ROWS;
    let typed = request.query.get("q").trim();
    let city = request.city();
    let mut found = match typed {
        "" => city.organisations(&request.asker, &after, rows + 1)?,
        typed => city.find_organisations(&request.asker, typed, &after, rows + 1)?,
    };
    let has_more = found.len() > rows;
    found.truncate(rows);
    let next = found.last().filter(|_| has_more).map(|last| {
        let last = last.id.to_string();
        let named: &[(&str, &str)] = &[("q", typed), ("after", &last)];
        let from = usize::from(typed.is_empty());
        look::address::build(link::ORGANISATIONS, &named[from..])
    });
    let title = say(request, "organisation-list-title");
    let lead = say(request, "organisation-list-lead");
    let mut acts = Vec::new();
    if may(request, Act::CreateOrganisation, &Thing::open()) {
        let text = say(request, "organisation-new");
        acts.push(look::link_button(link::ORGANISATION_NEW, &text, Look::Primary));
    }
    if may(request, Act::ImportOrganisations, &Thing::open()) {
        let text = say(request, "register-title");
        acts.push(look::link_button(link::REGISTER_IMPORT, &text, Look::Plain));
    }
    if may(request, Act::ListApplications, &Thing::open()) {
        let text = say(request, "registration-list-short");
        acts.push(look::link_button(link::REGISTRATIONS, &text, Look::Plain));
    } else {
        let text = say(request, "registration-offer-act");
        acts.push(look::link_button(link::REGISTER, &text, Look::Plain));
    }
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(html! { (lead) }), actions: acts, ..PageHead::default()
        }))
        (find(request, typed))
        @if !typed.is_empty() && found.is_empty() {
            p { (words::say_with(lang, "organisation-find-none", &[("typed", typed.into())])) }
        } @else {
            (table(request, &title, &found))
        }
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
    };
    let page = Page::new(request, &title).section(Section::Find).indexed(lead);
    Ok(page.reply(content))
}

/// The box in which a name is typed.
fn find(request: &Request, typed: &str) -> Markup {
    let hint = say(request, "organisation-find-hint");
    html! {
        form.row method="get" action=(link::ORGANISATIONS) role="search" aria-label=(hint) {
            label.sr for="organisation-q" { (hint) }
            input id="organisation-q" type="search" name="q" value=(typed) placeholder=(hint)
                maxlength="200" autocomplete="off";
            button.btn.plain.small type="submit" { (say(request, "organisation-find")) }
            @if !typed.is_empty() {
                a href=(link::ORGANISATIONS) { (say(request, "organisation-find-all")) }
            }
        }
    }
}

/// The kind of an organisation in words.
pub fn kind(request: &Request, organisation: &Organisation) -> String {
    say(request, &format!("organisation-kind-{}", organisation.profile.kind.word()))
}

fn table(request: &Request, caption: &str, rows: &[Organisation]) -> Markup {
    let lang = request.lang;
    let heads = ["name", "kind", "region", "reference"];
    let titles = heads.map(|head| say(request, &format!("organisation-{head}")));
    let columns = heads.iter().zip(&titles).map(|(key, title)| Column::text(key, title)).collect();
    let row = |one: &Organisation| {
        let (shown, other) = name(&one.profile.name, lang);
        look::Row::from(vec![
            html! {
                a href=(link::organisation(one.id)) lang=[other.map(base::Lang::tag)] { (shown) }
                @if one.profile.invented { " " (invented(request)) }
                @if one.verified_at.is_none() { " " (standing(request, one)) }
            },
            html! { (kind(request, one)) },
            html! { (one.profile.region.best(lang).0) },
            html! { code { (one.reference.as_str()) } },
        ])
    };
    look::table(&Table {
        lang,
        caption,
        is_caption_hidden: true,
        columns,
        rows: rows.iter().map(row).collect(),
        empty: Some(look::empty(&say(request, "organisation-list-empty"), html! {})),
        is_cards: true,
        ..Table::default()
    })
}

/// Whether the city's office was satisfied that the organisation is what it says.
pub fn standing(request: &Request, organisation: &Organisation) -> Markup {
    if organisation.merged_into.is_some() {
        return look::tag(Tone::Wait, &say(request, "merger-tag"));
    }
    match organisation.verified_at {
        Some(_) => look::state_tag(Tone::Ok, &say(request, "organisation-verified")),
        None => look::state_tag(Tone::Wait, &say(request, "organisation-unverified")),
    }
}

/// The mark of what exists in the demonstration only.
pub fn invented(request: &Request) -> Markup {
    look::tag(Tone::Wait, &say(request, "label-invented"))
}

fn show(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let id: OrganisationId = request.id("id")?;
    let view = request.city().organisation(&request.asker, id)?;
    let profile = &view.organisation.profile;
    let (title, other) = name(&profile.name, lang);
    let list = say(request, "organisation-list-title");
    let about = profile.about.best(lang).0;
    let mut tags = vec![look::tag(Tone::Plain, &kind(request, &view.organisation))];
    if profile.invented {
        tags.push(invented(request));
    }
    tags.push(standing(request, &view.organisation));
    let leads = crate::merger::leads(request, &view.organisation)?;
    let ask = Ask {
        filters: Filters { owners: vec![id.to_string()], ..Filters::default() },
        limit: TECHNOLOGIES_SHOWN,
        ..Ask::default()
    };
    let has = request.city().search(&request.asker, &ask)?;
    let label = has.label.clone();
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::ORGANISATIONS, text: &list }],
            kind: &say(request, "organisation-one"),
            title: &title,
            title_lang: other,
            title_other: if other.is_none() { profile.name.get(lang.other()) } else { "" },
            tags,
            reference: view.organisation.reference.as_str(),
            actions: acts(request, &view),
            ..PageHead::default()
        }))
        (leads)
        @if !about.is_empty() { p.lead { (about) } }
        @if view.organisation.verified_at.is_none() && request.me.is_none() {
            p {
                (say(request, "organisation-claim")) " "
                a href=(link::REGISTER) { (say(request, "registration-offer-act")) }
            }
        }
        (facts(request, &view.organisation))
        (technologies(request, id, &has))
    };
    let page = Page::new(request, &title).section(Section::Find).highest(&label, &title);
    Ok(page.indexed(about).reply(content))
}

fn acts(request: &Request, view: &View) -> Vec<Markup> {
    let id = view.organisation.id;
    let mut acts = Vec::new();
    if view.organisation.merged_into.is_some() {
        return acts;
    }
    if view.may_revise {
        let text = say(request, "organisation-revise");
        acts.push(look::link_button(&link::organisation_revision(id), &text, Look::Plain));
    }
    if view.may_see_people {
        let text = say(request, "organisation-people");
        acts.push(look::link_button(&link::colleagues(id), &text, Look::Plain));
    }
    let is_agency = view.organisation.profile.kind == OrganisationKind::Agency;
    if !is_agency && may(request, Act::MergeOrganisations, &Thing::of(id)) {
        let text = say(request, "merger-open");
        acts.push(look::link_button(&link::merger(id), &text, Look::Plain));
    }
    if may(request, Act::KeepControls, &Thing::open()) {
        let text = say(request, "control-title");
        acts.push(look::link_button(&link::controllers(id), &text, Look::Plain));
    }
    if may(request, Act::ListAgreements, &Thing::of(id)) {
        let text = say(request, "agreement-title");
        acts.push(look::link_button(&link::agreements(id), &text, Look::Plain));
    }
    if may(request, Act::ListWebhooks, &Thing::of(id)) {
        let text = say(request, "webhook-title");
        acts.push(look::link_button(&link::webhooks(id), &text, Look::Plain));
    }
    if may(request, Act::InviteColleague, &Thing::of(id)) {
        let text = say(request, "colleague-invite");
        acts.push(look::link_button(&link::colleague_new(id), &text, Look::Plain));
    } else if may(request, Act::CreatePerson, &Thing::of(id)) {
        let text = say(request, "person-new");
        acts.push(look::link_button(&link::organisation_invitation(id), &text, Look::Plain));
    }
    acts
}

fn facts(request: &Request, organisation: &Organisation) -> Markup {
    let lang = request.lang;
    let profile = &organisation.profile;
    let short = profile.short.best(lang).0;
    let region = profile.region.best(lang).0;
    let labels = ["short", "region", "credit-code", "changed"]
        .map(|fact| say(request, &format!("organisation-{fact}")));
    let [short_label, region_label, code_label, changed_label] = &labels;
    let mut facts: Vec<(&str, Markup)> = Vec::new();
    if !short.is_empty() {
        facts.push((short_label, html! { (short) }));
    }
    if !region.is_empty() {
        facts.push((region_label, html! { (region) }));
    }
    if !profile.credit_code.is_empty() {
        facts.push((code_label, look::copy_id(lang, &profile.credit_code)));
    }
    let from_register =
        ["industry", "founded", "source"].map(|fact| say(request, &format!("organisation-{fact}")));
    let [industry_label, founded_label, source_label] = &from_register;
    if !organisation.industry.is_empty() {
        facts.push((industry_label, html! { (organisation.industry) }));
    }
    if let Some(day) = base::time::read_date(&organisation.founded_on) {
        facts.push((founded_label, html! { (words::date(lang, day)) }));
    }
    if !organisation.source.is_empty() {
        facts.push((source_label, html! { (organisation.source) }));
    }
    let offset = request.city().settings().utc_offset_minutes;
    let changed = words::date(lang, organisation.changed_at.date_at(offset));
    facts.push((changed_label, html! { (changed) }));
    look::facts(&facts)
}

fn technologies(request: &Request, id: OrganisationId, has: &app::search::Page) -> Markup {
    let lang = request.lang;
    let total = usize::try_from(has.total).unwrap_or(usize::MAX);
    let title = words::say_with(lang, "organisation-technologies", &[("count", total.into())]);
    let marker = Marker::new("");
    let hits = Hits {
        lang,
        tree: request.city().fields(),
        marker: &marker,
        offset_minutes: request.city().settings().utc_offset_minutes,
    };
    let all = link::search_within("", "owner", &id.to_string());
    look::part(
        "technologies",
        &title,
        html! {
            @if has.rows.is_empty() {
                p.quiet { (say(request, "organisation-technologies-none")) }
            } @else {
                (hits.view(&has.rows))
            }
            @if total > has.rows.len() {
                p { a href=(all) { (say(request, "organisation-technologies-all")) } }
            }
        },
    )
}
