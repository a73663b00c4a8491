//! What its owner does to a technology beside writing it: confirming, withdrawing, raising its
//! label.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::Page;
use crate::refused::PAGE;
use crate::technology_draft::{Draft, at_fields};
use crate::technology_form::{allowed, back, revision_page};
use access::Act;
use app::No;
use app::technology::{ConfirmTechnology, RaiseLabel, View, WithdrawTechnology};
use base::label::is_label_word;
use base::text::field_term;
use base::{Class, Label, Level, Refusal, TechnologyId, limits};
use edge::{Body, Reply, Request, Route};
use look::{
    Choice, Crumb, Field, Form, Look, PageHead, Section, Tone, Width, actions, button, notice,
    page_head, radios, text_area, text_field,
};
use maud::{Markup, html};
use std::collections::BTreeSet;

const fn route(
    method: &'static str,
    path: &'static str,
    act: Act,
    run: fn(&Request) -> Result<Reply, No>,
) -> Route {
    let body = if matches!(method.as_bytes(), b"GET") { Body::None } else { Body::Form };
    Route { method, path, act, body, face: &PAGE, run }
}

const CONFIRMATION: &str = "/technologies/{id}/confirmation";
const WITHDRAWAL: &str = "/technologies/{id}/withdrawal";
const LABEL: &str = "/technologies/{id}/label";

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    route("GET", CONFIRMATION, Act::ConfirmTechnology, to_thing),
    route("POST", CONFIRMATION, Act::ConfirmTechnology, confirm),
    route("GET", WITHDRAWAL, Act::WithdrawTechnology, withdrawal),
    route("POST", WITHDRAWAL, Act::WithdrawTechnology, withdraw),
    route("GET", LABEL, Act::RaiseLabel, label),
    route("POST", LABEL, Act::RaiseLabel, raise),
];

fn view(request: &Request) -> Result<View, No> {
    request.city().technology(&request.asker, request.id("id")?)
}

fn version(request: &Request, view: &View) -> u64 {
    request.form.get("version").parse().unwrap_or(view.technology.version)
}

/// Confirming has no page of its own: reloading after a refusal leads back to the thing.
fn to_thing(request: &Request) -> Result<Reply, No> {
    let id: TechnologyId = request.id("id")?;
    Ok(Reply::see_other(link::technology(id)))
}

/// Confirms; what is missing for it is asked in the form of the next version.
fn confirm(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    // Whether it is allowed is judged by the act, so that a known key repeats its answer.
    let id = view.technology.id;
    let act = ConfirmTechnology { technology: id, version: version(request, &view) };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(back(id, "confirmed")),
        Err(no) => {
            let errors = at_fields(reasons(no)?);
            let mut draft = Draft::of(&view.technology.content);
            draft.put("version", &version(request, &view).to_string());
            Ok(revision_page(request, &view, &draft, &errors))
        }
    }
}

/// A small form about one technology.
struct Small<'a> {
    request: &'a Request,
    view: &'a View,
    /// The last part of its keys: `withdrawal`.
    noun: &'a str,
    action: String,
    look: Look,
}

impl Small<'_> {
    fn reply(&self, errors: &[Refusal], body: impl FnOnce(&Form<'_>) -> Markup) -> Reply {
        let request = self.request;
        let lang = request.lang;
        let technology = &self.view.technology;
        let say = |part: &str| words::say(lang, &format!("technology-page-{}{part}", self.noun));
        let of = crate::technology::title(request, self.view);
        let thing = link::technology(technology.id);
        let list = words::say(lang, "search-technologies");
        let ticket = ticket(request);
        let form = Form::new(lang, &self.action, &ticket.csrf, &ticket.key).with_errors(errors);
        let title = say("-title");
        let version = technology.version.to_string();
        let content = html! {
            (page_head(&PageHead {
                lang,
                crumbs: &[
                    Crumb { href: link::TECHNOLOGIES, text: &list },
                    Crumb { href: &thing, text: &of },
                ],
                title: &title,
                label: Some(&technology.label),
                reference: technology.reference.as_str(),
                lead: Some(html! { p { strong { (of) } } }),
                ..PageHead::default()
            }))
            (notice(lang, Tone::Wait, html! { p { (say("-hint")) } }))
            (form.view(html! {
                input type="hidden" name="version" value=(version);
                (body(&form))
                (actions(&[
                    button(&say("-act"), self.look),
                    html! { a href=(thing) { (words::say(lang, "button-cancel")) } },
                ]))
            }))
        };
        let mut page =
            Page::new(request, title).section(Section::Trade).at(self.action.clone()).personal();
        if !technology.label.is_public() {
            page = page.label(&technology.label, words::say(lang, "technology-page-kind"));
        }
        page.failed(errors).reply(content)
    }
}

fn withdrawal(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    allowed(request, view.offers.withdraw)?;
    Ok(withdrawal_page(request, &view, &[]))
}

fn withdraw(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    // Whether it is allowed is judged by the act, so that a known key repeats its answer.
    let id = view.technology.id;
    let reason = request.form.get("reason").trim().to_owned();
    let act = WithdrawTechnology { technology: id, version: version(request, &view), reason };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(back(id, "withdrawn")),
        Err(no) => Ok(withdrawal_page(request, &view, &reasons(no)?)),
    }
}

fn withdrawal_page(request: &Request, view: &View, errors: &[Refusal]) -> Reply {
    let action = link::technology_withdrawal(view.technology.id);
    let small = Small { request, view, noun: "withdrawal", action, look: Look::Danger };
    small.reply(errors, |form| {
        text_area(
            form,
            &Field {
                name: "reason",
                hint: &words::say(form.lang, "technology-page-withdrawal-reason"),
                value: request.form.get("reason"),
                most: Some(limits::SUMMARY_CHARS_MAX),
                lines: Some(3),
                ..Field::default()
            },
        )
    })
}

fn label(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    allowed(request, view.offers.raise_label)?;
    Ok(label_page(request, &view, &[]))
}

fn raise(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    // Whether it is allowed is judged by the act, so that a known key repeats its answer.
    let id = view.technology.id;
    let errors = match read_label(request, &view.technology.label) {
        Ok(label) => {
            let act = RaiseLabel { technology: id, version: version(request, &view), label };
            match request.city().perform(&request.keyed(), act) {
                Ok(_) => return Ok(back(id, "labelled")),
                Err(no) => reasons(no)?,
            }
        }
        Err(errors) => errors,
    };
    Ok(label_page(request, &view, &errors))
}

/// The label that was asked for; what the old one protects stays protected.
fn read_label(request: &Request, before: &Label) -> Result<Label, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let level = Level::parse(request.form.get("level"));
    if level.is_none() {
        let term = field_term("level");
        refusals.push(Refusal::invalid("field-required").on("level").term("field", term));
    }
    let mut set = |name: &'static str| -> BTreeSet<String> {
        let typed = request.form.get(name);
        let words = typed.split([',', '，', ';', '；', ' ', '、', '\n']).map(str::trim);
        let words: BTreeSet<String> =
            words.filter(|word| !word.is_empty()).map(str::to_uppercase).collect();
        if let Some(wrong) = words.iter().find(|word| !is_label_word(word)) {
            refusals.push(
                Refusal::new(Class::Invalid, "label-word-unreadable").on(name).text("found", wrong),
            );
        }
        words
    };
    let (compartments, jurisdictions) = (set("compartments"), set("jurisdictions"));
    match level {
        Some(level) if refusals.is_empty() => {
            let jurisdictions = (!jurisdictions.is_empty()).then_some(jurisdictions);
            let asked = Label { level, compartments, jurisdictions, ..Label::default() };
            Ok(before.least_upper_bound(&asked))
        }
        _ => Err(refusals),
    }
}

fn label_page(request: &Request, view: &View, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let action = link::technology_label(view.technology.id);
    let before = &view.technology.label;
    let named: Vec<(&str, String, String)> = Level::ALL
        .into_iter()
        .filter(|level| *level >= before.level)
        .map(|level| {
            let hint = words::say(lang, &format!("label-level-{}-hint", level.word()));
            (level.word(), words::level(lang, level), hint)
        })
        .collect();
    let typed = match request.form.get("level") {
        "" => before.level.word(),
        typed => typed,
    };
    let choices: Vec<Choice<'_>> = named
        .iter()
        .map(|(value, text, hint)| Choice { value, text, hint, is_chosen: *value == typed })
        .collect();
    let small = Small { request, view, noun: "labelling", action, look: Look::Primary };
    small.reply(errors, |form| {
        let line = |name: &'static str| {
            text_field(
                form,
                &Field {
                    name,
                    hint: &words::say(lang, &format!("technology-page-{name}-hint")),
                    value: request.form.get(name),
                    is_optional: true,
                    width: Width::Half,
                    autocomplete: "off",
                    ..Field::default()
                },
            )
        };
        html! {
            (radios(form, &Field { name: "level", ..Field::default() }, &choices))
            (line("compartments"))
            (line("jurisdictions"))
        }
    })
}
