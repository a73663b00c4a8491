//! Templates of contracts: read, taken as a base, and put in place by the office.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, moment, post, say};
use access::Act;
use app::No;
use app::contract::{SaveTemplate, Templates};
use base::Refusal;
use edge::{Reply, Request, Route};
use look::{Crumb, Field, Form, Look, PageHead, Section, actions, button, text_area, text_field};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::CONTRACT_TEMPLATES, Act::LookAtTemplates, list),
    post(link::CONTRACT_TEMPLATES, Act::SaveTemplate, save),
    get("/contract-templates/{name}/{n}", Act::LookAtTemplates, source),
];

fn list(request: &Request) -> Result<Reply, No> {
    page(request, &[])
}

fn page(request: &Request, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let found = request.city().contract_templates(&request.asker)?;
    let title = say(request, "contract-template-title");
    let all = say(request, "contract-page-title");
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::CONTRACTS, text: &all }],
            title: &title,
            lead: Some(html! { (say(request, "contract-template-lead")) }),
            ..PageHead::default()
        }))
        (versions(request, &found))
        @if found.saves { (form(request, &found, errors)) }
    };
    let page = Page::new(request, &title).section(Section::Trade).at(link::CONTRACT_TEMPLATES);
    Ok(page.personal().failed(errors).reply(content))
}

fn address(name: &str, n: u64) -> String {
    format!("{}/{name}/{n}", link::CONTRACT_TEMPLATES)
}

fn versions(request: &Request, found: &Templates) -> Markup {
    html! {
        ul.stack {
            @for it in &found.all {
                li {
                    a href=(address(&it.name, it.n)) {
                        (it.name) " · "
                        (words::say_with(request.lang, "contract-page-version", &[("n", it.n.to_string().into())]))
                    }
                    @if it.n == 0 { " · " (say(request, "contract-template-built-in")) }
                    @else { " · " (moment(request, it.at)) }
                    @if !it.note.is_empty() { " · " (it.note) }
                }
            }
        }
    }
}

fn form(request: &Request, found: &Templates, errors: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let form = Form::new(request.lang, link::CONTRACT_TEMPLATES, &forms.csrf, &forms.key)
        .with_errors(errors);
    let last = found.all.iter().find(|it| it.name == app::contract::STANDARD_NAME);
    let kept = last.map(|it| it.source.as_str()).unwrap_or_default();
    let value = if request.method == "POST" { request.form.get("source") } else { kept };
    look::part(
        "save",
        &say(request, "contract-template-new"),
        form.view(html! {
            (text_area(&form, &Field {
                name: "source", label: &say(request, "contract-template-source"),
                hint: &say(request, "contract-template-source-hint"), value, lines: Some(24),
                ..Field::default()
            }))
            (text_field(&form, &Field {
                name: "note", label: &say(request, "contract-template-note"), is_optional: true,
                value: request.form.get("note"), ..Field::default()
            }))
            (actions(&[button(&say(request, "contract-template-save"), Look::Primary)]))
        }),
    )
}

fn save(request: &Request) -> Result<Reply, No> {
    // Browsers send two characters for the end of a line.
    let source = request.form.get("source").replace("\r\n", "\n");
    let act = SaveTemplate { source, note: request.form.get("note").to_owned() };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(Reply::see_other(link::CONTRACT_TEMPLATES)),
        Err(no) => {
            let errors = reasons(no)?;
            page(request, &errors)
        }
    }
}

fn source(request: &Request) -> Result<Reply, No> {
    let n = request.param("n").parse().map_err(|_| Refusal::not_found())?;
    let kept = request.city().contract_template(&request.asker, request.param("name"), n)?;
    Ok(Reply::new("text/plain; charset=utf-8", kept.source))
}
