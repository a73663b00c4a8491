//! Certificates: a page to print, and the public page that says whether it still holds.

use crate::link;
use crate::page::{Page, get, moment, say};
use access::Act;
use app::No;
use app::certificate::{Certificate, Found, Standing};
use base::{Bilingual, Class, Lang, TechnologyId};
use edge::{Cache, Reply, Request, Route};
use look::{Crumb, PageHead, Section, Tone, qr};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/technologies/{id}/certificate", Act::LookAtTechnology, certificate),
    get("/verify/{reference}", Act::LookAtTechnology, verify),
];

fn certificate(request: &Request) -> Result<Reply, No> {
    let id: TechnologyId = request.id("id")?;
    let paper = request.city().certificate(&request.asker, id)?;
    let lang = request.lang;
    let title = say(request, "certificate-title");
    let thing = link::technology(id);
    let of = crate::technology::title(request, &paper.view);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &thing, text: &of }],
            title: &title,
            reference: paper.view.technology.reference.as_str(),
            lead: Some(html! { (say(request, "certificate-print")) }),
            ..PageHead::default()
        }))
        // Both languages on one sheet: who reads the paper is not who printed it.
        @for lang in [lang, lang.other()] {
            section lang=(lang.tag()) { (look::sheet(&words::say(lang, "certificate-says"),
                facts(request, lang, &paper))) }
        }
        (look::sheet(&say(request, "certificate-check"), check(request, &paper)))
    };
    Ok(Page::new(request, title).section(Section::Find).reply(content))
}

fn both(lang: Lang, text: &Bilingual) -> Markup {
    let (shown, found) = text.best(lang);
    html! { span lang=[(found != lang).then(|| found.tag())] { (shown) } }
}

fn facts(request: &Request, lang: Lang, paper: &Certificate) -> Markup {
    let say = |key: &str| words::say(lang, key);
    let technology = &paper.view.technology;
    let offset = request.city().settings().utc_offset_minutes;
    let at = words::date_time(lang, paper.confirmed_at, offset);
    look::facts(&[
        (&say("certificate-technology"), both(lang, &technology.content.title)),
        (&say("certificate-owner"), both(lang, &paper.view.owner.profile.name)),
        (&say("certificate-reference"), html! { code { (technology.reference.as_str()) } }),
        (&say("certificate-version"), html! { (technology.version) }),
        (&say("certificate-confirmed"), html! { (at) }),
        (&say("certificate-digest"), html! { code { (short(&paper.digest)) } }),
    ])
}

/// The first half of a hash in groups of four, to be compared by eye.
fn short(digest: &str) -> String {
    let parts: Vec<&str> = (0..8).filter_map(|n| digest.get(4 * n..4 * n + 4)).collect();
    parts.join(" ")
}

fn check(request: &Request, paper: &Certificate) -> Markup {
    let technology = &paper.view.technology;
    let path = link::verify(technology.reference.as_str(), technology.version);
    let address = format!("{}{path}", request.origin());
    html! {
        p { (say(request, "certificate-scan")) }
        (qr(request.lang, &address))
        p { a href=(path) { (say(request, "certificate-check-now")) } }
        @if let Some((size, root, at)) = &paper.checkpoint {
            @let args = [
                ("size", size.to_string().into()),
                ("root", root.as_str().into()),
                ("at", moment(request, *at).into()),
            ];
            p.small.quiet { (words::say_with(request.lang, "certificate-log", &args)) }
        }
    }
}

fn verify(request: &Request) -> Result<Reply, No> {
    let version = request.query.get("version");
    let wanted = match version {
        "" => Ok(None),
        text => text.parse().map(Some),
    };
    // A version that is no number is on no paper of ours.
    let found = match wanted {
        Ok(wanted) => request.city().check_certificate(request.param("reference"), wanted),
        Err(_) => Err(base::Refusal::not_found().into()),
    };
    match found {
        Ok(found) => Ok(answer(request, &found)),
        Err(no) if no.class() == Class::NotFound => Ok(nothing(request)),
        Err(no) => Err(no),
    }
}

fn head(request: &Request, title: &str) -> Markup {
    look::page_head(&PageHead { lang: request.lang, title, ..PageHead::default() })
}

/// Hidden, never ours, mistyped: one page for all.
fn nothing(request: &Request) -> Reply {
    let title = say(request, "certificate-verify-title");
    let content = html! {
        (head(request, &title))
        (look::notice(request.lang, Tone::Live, html! {
            p { strong { (say(request, "certificate-not-ours")) } }
            p { (say(request, "certificate-not-ours-help")) }
        }))
    };
    Page::new(request, title).status(404).reply(content)
}

fn answer(request: &Request, found: &Found) -> Reply {
    let lang = request.lang;
    let title = say(request, "certificate-verify-title");
    let dated = |key: &str, at: base::Instant| {
        words::say_with(lang, key, &[("at", moment(request, at).into())])
    };
    let (tone, said) = match found.standing {
        Standing::Valid => (Tone::Ok, say(request, "certificate-valid")),
        Standing::Changed(at) => (Tone::Wait, dated("certificate-changed", at)),
        Standing::Withdrawn(at) => (Tone::Live, dated("certificate-withdrawn", at)),
    };
    let mut rows = vec![
        (say(request, "certificate-technology"), both(lang, &found.title)),
        (say(request, "certificate-owner"), both(lang, &found.owner)),
        (say(request, "certificate-reference"), html! { code { (found.reference.as_str()) } }),
        (say(request, "certificate-version"), html! { (found.version) }),
    ];
    if let (Standing::Valid, Some(at)) = (&found.standing, found.confirmed_at) {
        rows.push((say(request, "certificate-confirmed"), html! { (moment(request, at)) }));
    }
    let rows: Vec<(&str, Markup)> =
        rows.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    let content = html! {
        (head(request, &title))
        (look::notice(lang, tone, html! { p { strong { (said) } } }))
        (look::facts(&rows))
        p { a href=(link::technology(found.id)) { (say(request, "certificate-see")) } }
        p.quiet.small { (say(request, "certificate-compare")) }
    };
    // What holds now may not hold in a minute: nobody keeps this page.
    Page::new(request, title).personal().reply(content).kept(Cache::Never)
}
