//! The text of a contract: both languages on one sheet to print, and two versions side by side.

use crate::link;
use crate::page::{Page, get, say};
use access::Act;
use app::No;
use app::contract::VersionView;
use base::{Bilingual, ContractId, Lang, Refusal};
use contract::compare::{Change, Line, compare};
use contract::document::Document;
use edge::{Reply, Request, Route};
use look::{Crumb, PageHead, Section, Tone};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/contracts/{id}/text", Act::LookAtContract, text),
    get("/contracts/{id}/comparison", Act::LookAtContract, comparison),
];

/// A version that the address names; the last one where it names none.
fn version(request: &Request, id: ContractId, name: &str) -> Result<VersionView, No> {
    let n = match request.query.get(name) {
        "" => None,
        typed => Some(typed.parse::<u32>().map_err(|_| Refusal::not_found())?),
    };
    request.city().contract_version(&request.asker, id, n)
}

/// The language in which it is read: one of them, or both.
fn langs(request: &Request) -> Vec<Lang> {
    match request.query.get("in") {
        "en" => vec![Lang::En],
        "zh" => vec![Lang::Zh],
        _ => vec![request.lang, request.lang.other()],
    }
}

fn text(request: &Request) -> Result<Reply, No> {
    let id = request.id("id")?;
    let lang = request.lang;
    let view = version(request, id, "version")?;
    let kept = &view.kept;
    let here = link::contract(id);
    let reference = kept.reference.to_string();
    let title = say(request, "contract-text-title");
    let n = [("n", view.n.to_string().into())];
    let address = link::contract_part(id, "text");
    let address = look::address::with(&address, "version", &view.n.to_string());
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &here, text: &reference }],
            title: view.document.title.best(lang).0,
            tags: vec![crate::contract::state_tag(request, kept.state())],
            label: Some(&kept.label),
            reference: &reference,
            lead: Some(html! { (words::say_with(lang, "contract-page-version", &n)) " · "
                (say(request, "contract-text-print")) }),
            ..PageHead::default()
        }))
        p.row {
            @for (word, key) in [("", "contract-text-both"), ("en", "contract-text-en"), ("zh", "contract-text-zh")] {
                a href=(look::address::and(&address, "in", word)) { (say(request, key)) }
            }
        }
        @for lang in langs(request) { (sheet(lang, &view.document)) }
        (signatures(request, &view))
    };
    let page = Page::new(request, &title).section(Section::Trade).label(&kept.label, &title);
    Ok(page.personal().reply(content))
}

fn sheet(lang: Lang, document: &Document) -> Markup {
    let get = |text: &Bilingual| text.best(lang).0.to_owned();
    html! {
        section.sheet.stack lang=(lang.tag()) {
            h2 { (get(&document.title)) }
            p { (document.reference) }
            @for clause in &document.clauses {
                h3 { (clause.number) " " (get(&clause.heading)) }
                @for it in &clause.paragraphs {
                    p { @if clause.paragraphs.len() > 1 { (it.number) " " } (get(&it.text)) }
                }
            }
        }
    }
}

/// The digest that is signed, and who signed under it when.
fn signatures(request: &Request, view: &VersionView) -> Markup {
    let life = &view.kept.life;
    let offer = life.offer().filter(|it| it.version == view.n).map(|it| &it.signatures);
    let bound = life.bound().filter(|it| it.version == view.n).map(|it| &it.signatures);
    let digest = life.version(view.n).map(|it| it.digest.to_string()).unwrap_or_default();
    let name = |key: &str| {
        let party = view.terms.parties.iter().find(|it| it.key == key);
        party.map(|it| it.name.best(request.lang).0.to_owned()).unwrap_or_default()
    };
    look::sheet(
        &say(request, "contract-text-signatures"),
        html! {
            p.small { (say(request, "contract-page-digest")) " " code { (digest) } }
            @match bound.or(offer) {
                Some(all) if !all.is_empty() => {
                    ul {
                        @for it in all {
                            li { (name(&it.party)) " · " (crate::page::moment(request, it.at)) }
                        }
                    }
                }
                _ => p.quiet { (say(request, "contract-text-unsigned")) },
            }
        },
    )
}

fn comparison(request: &Request) -> Result<Reply, No> {
    let id = request.id("id")?;
    let lang = request.lang;
    let (old, new) = (version(request, id, "old")?, version(request, id, "new")?);
    let found = compare(&old.document, &new.document);
    let here = link::contract(id);
    let reference = new.kept.reference.to_string();
    let title = say(request, "contract-compare-title");
    let args = [("old", old.n.to_string().into()), ("new", new.n.to_string().into())];
    let get = |text: &Bilingual| text.best(lang).0.to_owned();
    let names: Vec<(String, String, String)> = found
        .terms
        .iter()
        .map(|it| (term(request, &it.name), get(&it.old), get(&it.new)))
        .collect();
    let rows: Vec<(&str, &str, &str)> =
        names.iter().map(|(name, old, new)| (name.as_str(), old.as_str(), new.as_str())).collect();
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &here, text: &reference }],
            title: &title,
            label: Some(&new.kept.label),
            lead: Some(html! { (words::say_with(lang, "contract-compare-lead", &args)) }),
            ..PageHead::default()
        }))
        @if found.is_same() { p { (say(request, "contract-compare-same")) } }
        (look::part("terms", &say(request, "contract-compare-terms"), look::diff_rows(lang, &rows)))
        (look::part("clauses", &say(request, "contract-compare-clauses"), html! {
            @for it in &found.clauses { (clause(request, it, (&old.document, &new.document))) }
        }))
    };
    let page = Page::new(request, &title).section(Section::Trade).label(&new.kept.label, &title);
    Ok(page.personal().reply(content))
}

/// A term by its name in the form where it has one.
fn term(request: &Request, name: &str) -> String {
    let parts: Vec<&str> = name.split('.').filter(|part| part.parse::<u32>().is_err()).collect();
    let key = format!("contract-field-{}", parts.join("-").replace('_', "-"));
    if words::has(&key) { say(request, &key) } else { name.to_owned() }
}

fn clause(request: &Request, it: &Change, (old, new): (&Document, &Document)) -> Markup {
    let lang = request.lang;
    let heading = |document: &Document, key: &str| {
        let found = document.clauses.iter().find(|it| it.key == key);
        found.map(|it| it.heading.best(lang).0.to_owned()).unwrap_or_default()
    };
    let tag = |tone, key: &str| look::tag(tone, &say(request, key));
    match it {
        Change::Kept { key, new: n, .. } => html! {
            p.quiet { (n) " " (heading(new, key)) " · " (say(request, "contract-compare-kept")) }
        },
        Change::Added { key, new: n } => html! {
            section.sheet { h3 { (n) " " (heading(new, key)) } (tag(Tone::Ok, "contract-compare-added"))
                (paragraphs(lang, new, key)) }
        },
        Change::Removed { key, old: n } => html! {
            section.sheet { h3 { (n) " " (heading(old, key)) } (tag(Tone::Live, "contract-compare-removed"))
                (paragraphs(lang, old, key)) }
        },
        Change::Changed { key, new: n, paragraphs, .. } => html! {
            section.sheet {
                h3 { (n) " " (heading(new, key)) }
                (tag(Tone::Wait, "contract-compare-changed"))
                @for line in paragraphs { (one_line(lang, line)) }
            }
        },
    }
}

fn paragraphs(lang: Lang, document: &Document, key: &str) -> Markup {
    let found = document.clauses.iter().find(|it| it.key == key);
    html! { @for it in found.iter().flat_map(|it| it.paragraphs.iter()) { p { (it.text.best(lang).0) } } }
}

fn one_line(lang: Lang, line: &Line) -> Markup {
    match line {
        Line::Kept(text) => html! { p.quiet { (text.best(lang).0) } },
        Line::Added(text) => html! { p { (look::diff(lang, "", text.best(lang).0)) } },
        Line::Removed(text) => html! { p { (look::diff(lang, text.best(lang).0, "")) } },
    }
}
