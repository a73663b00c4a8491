//! What stands beside a technology: ways to get it, whom to ask, where it comes from, how to cite.

use crate::link;
use crate::page::moment;
use crate::technology_part::{named, text};
use crate::{export, listing};
use app::technology::View;
use edge::Request;
use look::{copy_id, qr, sheet};
use maud::{Markup, html};
use trading::listing::ListingState;
use trading::technology::{ExportCategory, Right, State};

/// The side column.
pub fn aside(request: &Request, view: &View) -> Markup {
    let lang = request.lang;
    let say = |key: &str| words::say(lang, key);
    html! {
        (sheet(&say("technology-page-ways"), listing::ways(request, view)))
        (ventures(request, view))
        (sheet(&say("technology-page-owner"), owner(request, view)))
        @if view.technology.state != State::Stub {
            (sheet(&say("technology-page-export"), export_terms(request, view)))
        }
        (sheet(&say("technology-page-record"), record(request, view)))
        (sheet(&say("technology-page-cite"), cite(request, view)))
    }
}

/// The ventures that the reader may see, and for the owner the way to another.
fn ventures(request: &Request, view: &View) -> Markup {
    let id = view.technology.id;
    let known = match request.me {
        Some(_) => request.city().ventures_of(&request.asker, id).unwrap_or_default(),
        None => Vec::new(),
    };
    let may_open = view.offers.list && view.technology.state == State::Confirmed;
    if known.is_empty() && !may_open {
        return html! {};
    }
    let body = html! {
        @for it in &known {
            p { a href=(link::venture(it.id)) { (it.reference) } " "
                (crate::venture::state_tag(request, it)) }
        }
        @if may_open {
            p { a href=(link::venture_new(id)) { (words::say(request.lang, "venture-link")) } }
        }
    };
    sheet(&words::say(request.lang, "venture-page-title"), body)
}

fn owner(request: &Request, view: &View) -> Markup {
    let lang = request.lang;
    let (name, found) = view.owner.profile.name.best(lang);
    let contact = &view.technology.content.contact;
    let (holder, holder_in) = view.technology.content.holder.best(lang);
    html! {
        p { a href=(link::organisation(view.owner.id)) lang=[(found != lang).then(|| found.tag())]
            { (name) } }
        @if !holder.is_empty() {
            p {
                span.quiet { (words::say(lang, "technology-page-holder")) } " "
                span lang=[(holder_in != lang).then(|| holder_in.tag())] { (holder) }
            }
        }
        @if contact.is_reachable() || !contact.name.is_empty() {
            @if !contact.name.is_empty() {
                p {
                    span.quiet { (words::say(lang, "technology-page-contact")) } " "
                    (contact.name.best(lang).0)
                }
            }
            @if !contact.phone.is_empty() {
                p { a href={ "tel:" (dialled(&contact.phone)) } { (contact.phone) } }
            }
            @if !contact.email.is_empty() { p { a href=(mail(view)) { (contact.email) } } }
        }
    }
}

fn dialled(phone: &str) -> String {
    phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}

/// A letter to the contact that names the reference and nothing else.
pub fn mail(view: &View) -> String {
    let to = &view.technology.content.contact.email;
    let subject = view.technology.reference.as_str();
    look::address::build(&format!("mailto:{to}"), &[("subject", subject)])
}

fn export_terms(request: &Request, view: &View) -> Markup {
    let lang = request.lang;
    let export = &view.technology.content.export;
    let word = export.category.word();
    let name = words::say(lang, &format!("technology-export-{word}"));
    html! {
        p { strong { (name) } }
        @if export.category != ExportCategory::Free {
            p.small { (words::say(lang, &format!("technology-page-export-{word}"))) }
        }
        (text(lang, &export.notes))
    }
}

fn record(request: &Request, view: &View) -> Markup {
    let lang = request.lang;
    let technology = &view.technology;
    let say = |key: &str| words::say(lang, key);
    let mut rows: Vec<(String, Markup)> = Vec::new();
    let version = technology.version.to_string();
    rows.push((
        say("technology-page-version"),
        html! {
            (version) " · " a href=(link::technology_versions(technology.id))
                { (say("technology-page-history")) }
        },
    ));
    rows.push((say("technology-page-changed"), html! { (moment(request, technology.changed_at)) }));
    if let Some(at) = technology.confirmed_at {
        rows.push((say("technology-page-confirmed"), html! { (moment(request, at)) }));
    }
    let is_owner = view.view != "public";
    if let Some(key) = technology.key.as_ref().filter(|_| is_owner) {
        rows.push((say("technology-page-key"), html! { (key) }));
    }
    if let Some(source) = &technology.source {
        if !source.name.is_empty() {
            rows.push((say("technology-page-source"), html! { (source.name) }));
        }
        if is_owner && !source.file.is_empty() {
            let line =
                [("file", source.file.as_str().into()), ("line", source.line.to_string().into())];
            let place = words::say_with(lang, "technology-page-file-line", &line);
            rows.push((
                say("technology-page-file"),
                html! {
                    @match source.import {
                        Some(import) => { a href=(link::import(import)) { (place) } },
                        None => (place),
                    }
                },
            ));
        }
    }
    html! {
        (named(rows))
        @if technology.content.rights.iter().any(Right::is_published)
            && technology.state == State::Confirmed {
            p.small { a href=(export::st96_href(technology.id)) rel="nofollow" {
                (say("technology-page-st96"))
            } }
        }
    }
}

fn cite(request: &Request, view: &View) -> Markup {
    let lang = request.lang;
    let technology = &view.technology;
    let address = format!("{}{}", request.origin(), link::technology(technology.id));
    let offset = request.city().settings().utc_offset_minutes;
    let title = crate::technology::title(request, view);
    let citation = words::say_with(
        lang,
        "technology-page-citation",
        &[
            ("owner", view.owner.profile.name.best(lang).0.into()),
            ("title", title.into()),
            ("reference", technology.reference.as_str().into()),
            ("version", technology.version.to_string().into()),
            ("date", words::date(lang, technology.changed_at.date_at(offset)).into()),
            ("address", address.as_str().into()),
        ],
    );
    html! {
        p.small { (copy_id(lang, &citation)) }
        @if technology.state == State::Confirmed
            && technology.confirmed_at.is_some()
            && technology.label.is_public() {
            p.small { a href=(link::technology_certificate(technology.id)) {
                (words::say(lang, "technology-page-certificate"))
            } }
        }
        (qr(lang, &address))
    }
}

/// Structured data for search engines, for public technologies only.
pub fn json_ld(request: &Request, view: &View) -> String {
    let lang = request.lang;
    let technology = &view.technology;
    let content = &technology.content;
    let address = format!("{}{}", request.origin(), link::technology(technology.id));
    let (title, title_lang) = content.title.best(lang);
    let owner = format!("{}{}", request.origin(), link::organisation(view.owner.id));
    let is_offered = |state: &ListingState| matches!(state, ListingState::Offered);
    let offers: Vec<serde_json::Value> = view
        .listings
        .iter()
        .filter(|listing| is_offered(&listing.state))
        .map(|listing| {
            let mut offer = serde_json::json!({
                "@type": "Offer",
                "identifier": listing.reference.as_str(),
                "availability": "https://schema.org/InStock",
                "url": address,
            });
            if let Some(price) = listing.terms.price {
                offer["price"] = price.decimal().into();
                offer["priceCurrency"] = price.currency.code().into();
            }
            offer
        })
        .collect();
    let mut about = serde_json::json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": address,
        "url": address,
        "name": title,
        "inLanguage": title_lang.tag(),
        "description": content.summary.best(lang).0,
        "identifier": technology.reference.as_str(),
        "brand": {
            "@type": "Organization",
            "name": view.owner.profile.name.best(lang).0,
            "url": owner,
        },
        "dateModified": technology.changed_at.rfc3339(),
    });
    if !offers.is_empty() {
        about["offers"] = offers.into();
    }
    if !content.keywords.is_empty() {
        about["keywords"] = content.keywords.best(lang).0.into();
    }
    about.to_string()
}
