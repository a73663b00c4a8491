//! What a case of a firm is about: what was said, and what the city knows of the code.

use crate::link;
use crate::page::{name, say};
use crate::registration::said;
use crate::technology_part::named;
use app::case::View;
use edge::Request;
use look::{Tone, notice, part};
use maud::{Markup, html};

/// The matter of a registration or a joining, as its readers see it.
pub fn matter(request: &Request, view: &View) -> Markup {
    let lang = request.lang;
    let Some(application) = app::registration::application_of(&view.case) else {
        return html! {};
    };
    let standing = request.city().registration_standing(&request.asker, view).unwrap_or_default();
    let is_registration = view.process.name == parties::registration::NAME;
    let is_kept =
        standing.holder.as_ref().is_some_and(|(.., has_administrator)| *has_administrator);
    let mut rows = said(request, &application);
    if !standing.email.is_empty() {
        let subject = view.case.reference.as_str();
        let mail =
            look::address::build(&format!("mailto:{}", standing.email), &[("subject", subject)]);
        rows.push((
            say(request, "registration-mail"),
            html! { a href=(mail) { (standing.email) } },
        ));
    }
    let holder = match &standing.holder {
        None => html! { (say(request, "registration-holder-none")) },
        Some((id, named, _)) => html! {
            a href=(link::organisation(*id)) { (name(named, lang).0) }
            @if is_registration {
                " · " (say(request, if is_kept { "registration-holder-kept" } else { "registration-holder-free" }))
            }
        },
    };
    rows.push((say(request, "registration-holder"), holder));
    if !standing.rivals.is_empty() {
        let rivals = html! {
            ul {
                @for (id, reference, state) in &standing.rivals {
                    li {
                        a href=(link::case(*id)) { code { (reference.as_str()) } } " · "
                        (crate::case_facts::state_name(lang, view.process, state))
                    }
                }
            }
        };
        rows.push((say(request, "registration-rivals"), rivals));
    }
    let is_open = view.case.ended_at.is_none();
    let warning = match (is_registration && is_kept && is_open, view.view) {
        (false, _) => None,
        (true, "opener") => Some("registration-decided-for-applicant"),
        (true, _) => Some("registration-decided-elsewhere"),
    };
    part(
        "matter",
        &say(request, "registration-matter"),
        html! {
            @if let Some(key) = warning { (notice(lang, Tone::Wait, html! { p { (say(request, key)) } })) }
            (named(rows))
        },
    )
}
