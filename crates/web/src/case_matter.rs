//! What a case is about: a text under review beside what would be told of it, or an enquiry.

use crate::case_facts::field_name;
use crate::page::{Page, name, say};
use crate::technology_part::{named, right_number};
use crate::{link, versions};
use app::case::View;
use base::{Bilingual, Label, Lang, Level};
use edge::Request;
use look::{Tone, label_badge, notice, part, sheet, tag};
use maud::{Markup, html};
use trading::release::{CUTTABLE, Disclosure, Matter};
use trading::technology::Content;

/// The matter of a case, as its readers see it.
pub fn matter(request: &Request, view: &View) -> Markup {
    match view.process.name {
        trading::release::NAME => match app::release::matter_of(&view.case) {
            Some(matter) => review(request, view, &matter),
            None => html! {},
        },
        trading::enquiry::NAME => enquiry(request, view),
        parties::registration::NAME | parties::registration::JOINING_NAME => {
            crate::registration_matter::matter(request, view)
        }
        _ => html! {},
    }
}

/// Who asked, where a case was opened for somebody not signed in.
pub fn asker(view: &View) -> Option<String> {
    let is_enquiry = view.process.name == trading::enquiry::NAME;
    let asked = is_enquiry.then(|| app::enquiry::enquiry_of(&view.case)).flatten()?;
    Some(asked.name).filter(|name| !name.is_empty())
}

/// The title of a case where its matter has one.
pub fn title(lang: Lang, view: &View) -> Option<(String, Option<Lang>)> {
    if view.process.name == trading::release::NAME {
        let matter = app::release::matter_of(&view.case)?;
        return Some(name(&matter.content.title, lang)).filter(|(title, _)| !title.is_empty());
    }
    if let Some(application) = app::registration::application_of(&view.case) {
        return Some(name(&application.name, lang)).filter(|(title, _)| !title.is_empty());
    }
    let (_, _, title) = view.technology.as_ref()?;
    Some(name(title, lang)).filter(|(title, _)| !title.is_empty())
}

fn enquiry(request: &Request, view: &View) -> Markup {
    let Some(asked) = app::enquiry::enquiry_of(&view.case) else { return html! {} };
    let mut rows = vec![(say(request, "enquiry-from"), html! { (asked.name) })];
    if !asked.organisation.is_empty() {
        rows.push((say(request, "enquiry-of"), html! { (asked.organisation) }));
    }
    if !asked.email.is_empty() {
        let subject = view.case.reference.as_str();
        let mail =
            look::address::build(&format!("mailto:{}", asked.email), &[("subject", subject)]);
        rows.push((say(request, "enquiry-mail"), html! { a href=(mail) { (asked.email) } }));
    }
    part(
        "matter",
        &say(request, "enquiry-matter"),
        html! {
            (named(rows))
            blockquote.diff { (asked.message) }
        },
    )
}

fn review(request: &Request, view: &View, matter: &Matter) -> Markup {
    let is_redacted = matter.is_redacted();
    part(
        "matter",
        &say(request, "release-matter"),
        html! {
            (labels(request, view, matter))
            @if is_redacted {
                (notice(request.lang, Tone::Wait, html! { p { (say(request, "release-redacted")) } }))
            }
            (side_by_side(request, &matter.content, Some(&matter.cut)))
            (disclosure(request, view, &matter.disclosure))
        },
    )
}

fn labels(request: &Request, view: &View, matter: &Matter) -> Markup {
    let lang = request.lang;
    let badge = |label: &Label| label_badge(lang, label);
    let proposed = Level::parse(&matter.disclosure.proposed);
    let mut rows = vec![
        (say(request, "release-label-now"), badge(&view.case.label)),
        (
            say(request, "release-label-proposed"),
            html! { @if let Some(level) = proposed { (badge(&Label::at(level))) } },
        ),
        (
            say(request, "release-label-agreed"),
            html! {
                @match &matter.agreed {
                    Some(label) => (badge(label)),
                    None => { span.quiet { (say(request, "release-label-open")) } },
                }
            },
        ),
    ];
    if let Some(day) = matter.not_before {
        rows.push((say(request, "release-not-before"), html! { (words::date(lang, day)) }));
    }
    if let Some(day) = matter.disclosure.planned_on {
        let name = field_name(lang, "disclosure.planned_on");
        rows.push((name, html! { (words::date(lang, day)) }));
    }
    if let Some(id) = matter.released_as {
        let href = link::technology(id);
        rows.push((say(request, "release-as"), html! { a href=(href) { code { (id) } } }));
    }
    html! { h3 { (say(request, "release-labels")) } (named(rows)) }
}

/// The parts of a text, in the order of its page, each with what stands in it.
fn parts(lang: Lang, request: &Request, content: &Content) -> Vec<(String, String, Markup)> {
    let mut rows: Vec<(String, String, Markup)> = Vec::new();
    for (name, text) in content.texts() {
        if !text.is_empty() {
            rows.push((name.to_owned(), versions::label(lang, name), both(text)));
        }
    }
    let mut add = |key: &str, body: Markup| {
        rows.push((key.to_owned(), versions::label(lang, key), body));
    };
    if !content.inventors.is_empty() {
        add(
            "inventors",
            html! {
                ul {
                    @for inventor in &content.inventors {
                        li {
                            (inventor.name.best(lang).0)
                            @if let Some(share) = inventor.share { " · " (share) "%" }
                        }
                    }
                }
            },
        );
    }
    if !content.rights.is_empty() {
        add(
            "rights",
            html! {
                ul {
                    @for right in &content.rights {
                        li {
                            (words::say(lang, &format!("technology-right-{}", right.kind.word())))
                            " " (right_number(right)) " · "
                            (words::say(lang, &format!("technology-status-{}", right.status.word())))
                        }
                    }
                }
            },
        );
    }
    if !content.field.is_empty() {
        let field = crate::search_filter::field_name(lang, request.city().fields(), &content.field);
        add("field", html! { (field) });
    }
    if let Some(trl) = &content.trl {
        let level = [("level", usize::from(trl.level).into())];
        add(
            "trl",
            html! { (words::say_with(lang, "technology-trl", &level)) (both(&trl.evidence)) },
        );
    }
    let export = words::say(lang, &format!("technology-export-{}", content.export.category.word()));
    add("export.category", html! { (export) (both(&content.export.notes)) });
    rows
}

/// A text in every language that it has.
fn both(text: &Bilingual) -> Markup {
    html! {
        @for lang in Lang::ALL {
            @let side = text.get(lang);
            @if !side.is_empty() { div.diff lang=(lang.tag()) { (side) } }
        }
    }
}

/// The whole text as handed in; with cuts also what would be told, part by part.
pub fn side_by_side(request: &Request, content: &Content, cut: Option<&[String]>) -> Markup {
    let lang = request.lang;
    let rows = parts(lang, request, content);
    let is_cut = |key: &str| {
        CUTTABLE.contains(&key) && cut.is_some_and(|cut| cut.iter().any(|part| part == key))
    };
    let caption = say(request, "release-matter");
    let text = say(request, if cut.is_some() { "release-handed-in" } else { "release-text" });
    html! {
        div.scroll role="region" tabindex="0" aria-label=(caption) {
            table.cards.diffs {
                caption.sr { (caption) }
                thead {
                    tr {
                        th scope="col" { (say(request, "release-part")) }
                        th scope="col" { (text) }
                        @if cut.is_some() { th scope="col" { (say(request, "release-told")) } }
                    }
                }
                tbody {
                    @for (key, name, body) in &rows {
                        tr {
                            th scope="row" { (name) }
                            td data-title=(text) { div { (body) } }
                            @if cut.is_some() {
                                td data-title=(say(request, "release-told")) {
                                    @if is_cut(key) { (tag(Tone::Live, &say(request, "release-cut"))) }
                                    @else { div { (body) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn disclosure(request: &Request, view: &View, told: &Disclosure) -> Markup {
    let lang = request.lang;
    let rows = [
        ("disclosure.funding", &told.funding),
        ("disclosure.prior_publication", &told.prior_publication),
        ("disclosure.third_parties", &told.third_parties),
        ("disclosure.export", &told.export),
    ];
    let rows = rows.map(|(key, text)| (field_name(lang, key), html! { span.diff { (text) } }));
    let who = view.opener.best(lang).0;
    sheet(
        &say(request, "release-answers"),
        html! {
            (named(rows.into_iter().collect()))
            @if told.declared {
                p { (words::say_with(lang, "release-declared", &[("name", who.into())])) }
            }
        },
    )
}

/// The page with the label of what it shows.
pub fn labelled<'r>(request: &Request, page: Page<'r>, label: &Label) -> Page<'r> {
    if label.is_public() { page } else { page.label(label, say(request, "case-kind")) }
}
