//! Registering a firm: the public form, the link that confirms the address, the office's list.

use crate::file::{self, brought};
use crate::form::{bilingual, reasons, ticket};
use crate::link;
use crate::page::{Page, get, may, me, moment, name, post, say};
use access::{Act, Thing};
use app::No;
use app::registration::{Apply, ConfirmRegistration, LinkApplication, LinkView, RegisterFirm};
use base::{ApplicationId, Bilingual, Reference, Refusal, limits};
use edge::{Fields, Reply, Request, Route};
use look::{
    Choice, Column, Confirmation, Field, Form, Kind, Look, PageHead, Pager, PostButton, Section,
    Table, Tone, Width,
};
use maud::{Markup, html};
use parties::registration::{Application, EVIDENCE_CHARS_MAX};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::REGISTER, Act::RegisterFirm, show),
    // Who is signed in hands evidence in with it; strangers send words alone.
    file::post(link::REGISTER, Act::RegisterFirm, send),
    get("/register/{secret}", Act::ConfirmRegistration, show_link),
    post("/register/{secret}", Act::ConfirmRegistration, confirm),
    get(link::REGISTRATIONS, Act::ListApplications, list),
    post("/registrations/{id}/link", Act::LinkApplication, make_link),
];

fn show(request: &Request) -> Result<Reply, No> {
    Ok(page(request, &request.form, &[]))
}

fn typed(request: &Request) -> Application {
    Application {
        credit_code: request.form.get("credit_code").to_owned(),
        name: bilingual(&request.form, "firm"),
        evidence: request.form.get("evidence").to_owned(),
        organisation: None,
    }
}

fn send(request: &Request) -> Result<Reply, No> {
    let form = &request.form;
    if request.me.is_some() {
        return apply(request);
    }
    let act = RegisterFirm::new(
        typed(request),
        contact(form.get("name")),
        (form.get("email"), form.get("password")),
        request.lang,
        form.get("agrees") == "yes",
    );
    match request.city().perform(&request.keyed(), act) {
        Ok(done) => Ok(sent(request, &done.email, &moment(request, done.ends_at))),
        Err(no) => Ok(page(request, form, &reasons(no)?)),
    }
}

/// By somebody who is signed in: what was handed in before an error stays with the form.
fn apply(request: &Request) -> Result<Reply, No> {
    let brought = brought(request)?;
    let carried = brought.carried(&request.form);
    if brought.is_only_removed {
        return Ok(page(request, &carried, &brought.refused));
    }
    // What was typed is judged first, so that the terms are asked for with everything else.
    let agrees = request.form.get("agrees") == "yes";
    if !agrees || !brought.refused.is_empty() {
        let mut all = typed(request).checked().err().unwrap_or_default();
        all.extend(brought.refused);
        if !agrees {
            all.push(Refusal::invalid("registration-agreement").on("agrees"));
        }
        return Ok(page(request, &carried, &all));
    }
    let act = Apply { application: typed(request), documents: brought.ids };
    match request.city().perform(&request.keyed(), act) {
        Ok(done) => Ok(case_sent(request, &done.reference)),
        Err(no) => Ok(page(request, &carried, &reasons(no)?)),
    }
}

/// A name of one field: written with Han characters it is the Chinese one.
fn contact(typed: &str) -> Bilingual {
    let is_han = |c: char| ('\u{3400}'..='\u{9fff}').contains(&c) || c > '\u{1ffff}';
    if typed.chars().any(is_han) { Bilingual::new("", typed) } else { Bilingual::new(typed, "") }
}

fn page(request: &Request, typed: &Fields, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let ticket = ticket(request);
    let form = Form::new(lang, link::REGISTER, &ticket.csrf, &ticket.key).with_errors(errors);
    let form = if request.me.is_some() { form.with_files() } else { form };
    let title = say(request, "registration-title");
    let lead = say(request, "registration-lead");
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(html! { (lead) }), ..PageHead::default()
        }))
        @if let Some(me) = &request.me {
            (look::notice(lang, Tone::Info, html! { p { (words::say_with(
                lang, "registration-signed-in", &[("name", name(&me.person.name, lang).0.into())],
            )) } }))
        }
        (form.view(html! {
            (look::fieldset(&say(request, "registration-firm"), "", firm(request, &form)))
            @if request.me.is_some() {
                (look::fieldset(
                    &say(request, "registration-files"),
                    &say(request, "registration-files-hint"),
                    file::field(request, &form, typed, true),
                ))
            } @else {
                (look::fieldset(&say(request, "registration-person"), "", person(request, &form)))
            }
            (terms(request, &form))
            (look::actions(&[look::button(&say(request, "registration-send"), Look::Primary)]))
        }))
    };
    let page = Page::new(request, title).section(Section::Trade).at(link::REGISTER);
    if errors.is_empty() {
        page.personal().reply(content)
    } else {
        page.failed(errors).reply(content)
    }
}

fn firm(request: &Request, form: &Form<'_>) -> Markup {
    let text = |key: &str| say(request, &format!("registration-{key}"));
    let value = |name: &str| request.form.get(name);
    let most = Some(limits::NAME_CHARS_MAX);
    html! {
        (look::text_field(form, &Field {
            name: "credit_code", value: value("credit_code"), hint: &text("code-hint"),
            width: Width::Half, autocomplete: "off", ..Field::default()
        }))
        (look::text_field(form, &Field {
            name: "firm.zh", label: &text("name-zh"), hint: &text("name-zh-hint"),
            value: value("firm.zh"), lang: Some(base::Lang::Zh), most,
            autocomplete: "organization", ..Field::default()
        }))
        (look::text_field(form, &Field {
            name: "firm.en", label: &text("name-en"), value: value("firm.en"), is_optional: true,
            lang: Some(base::Lang::En), most, ..Field::default()
        }))
        (look::text_area(form, &Field {
            name: "evidence", hint: &text("evidence-hint"), value: value("evidence"),
            most: Some(EVIDENCE_CHARS_MAX), lines: Some(6), ..Field::default()
        }))
    }
}

fn person(request: &Request, form: &Form<'_>) -> Markup {
    let text = |key: &str| say(request, &format!("registration-{key}"));
    let value = |name: &str| request.form.get(name);
    html! {
        (look::text_field(form, &Field {
            name: "name", label: &text("contact"), value: value("name"), width: Width::Half,
            most: Some(limits::NAME_CHARS_MAX), autocomplete: "name", ..Field::default()
        }))
        (look::text_field(form, &Field {
            name: "email", hint: &text("email-hint"), value: value("email"), kind: Kind::Email,
            width: Width::Half, autocomplete: "username", ..Field::default()
        }))
        (crate::password::new_password(request, form, "password"))
    }
}

fn terms(request: &Request, form: &Form<'_>) -> Markup {
    let text = say(request, "registration-agrees-text");
    let is_chosen = request.form.get("agrees") == "yes";
    let choice = Choice { value: "yes", text: &text, hint: "", is_chosen };
    let label = say(request, "registration-agrees");
    look::checkboxes(form, &Field { name: "agrees", label: &label, ..Field::default() }, &[choice])
}

fn sent(request: &Request, email: &str, ends: &str) -> Reply {
    let lang = request.lang;
    let title = say(request, "registration-sent-title");
    let told = [("email", email.to_owned().into()), ("at", ends.to_owned().into())];
    let content = look::confirmation(&Confirmation {
        lang,
        title: &title,
        reference: "",
        at: &moment(request, request.now),
        next: html! {
            p { (words::say_with(lang, "registration-sent-next", &told)) }
            p { (say(request, "registration-sent-then")) }
            p.quiet { (say(request, "registration-sent-same")) }
        },
        actions: vec![look::link_button(link::HOME, &say(request, "error-home"), Look::Plain)],
    });
    Page::new(request, title).at(link::REGISTER).personal().reply(content)
}

fn case_sent(request: &Request, reference: &Reference) -> Reply {
    let title = say(request, "registration-sent-case");
    let content = look::confirmation(&Confirmation {
        lang: request.lang,
        title: &title,
        reference: reference.as_str(),
        at: &moment(request, request.now),
        next: html! { p { (say(request, "registration-sent-case-next")) } },
        actions: vec![follow(request, reference)],
    });
    Page::new(request, title).at(link::REGISTER).personal().reply(content)
}

fn follow(request: &Request, reference: &Reference) -> Markup {
    let case = format!("{}/{}", link::CASES, reference.as_str());
    look::link_button(&case, &say(request, "registration-follow"), Look::Primary)
}

/// Shows a form and nothing else: a mail scanner that follows the link confirms nothing.
fn show_link(request: &Request) -> Result<Reply, No> {
    let view = request.city().application_of_link(&request.asker, request.param("secret"))?;
    Ok(link_page(request, &view, &[]))
}

fn confirm(request: &Request) -> Result<Reply, No> {
    let secret = request.param("secret");
    let act = ConfirmRegistration::new(secret, request.form.get("password"));
    match request.city().perform(&request.asker, act) {
        Ok(done) => Ok(confirmed(request, &done.reference)),
        Err(no) => {
            let reasons = reasons(no)?;
            let view = request.city().application_of_link(&request.asker, secret)?;
            Ok(link_page(request, &view, &reasons))
        }
    }
}

fn link_page(request: &Request, view: &LinkView, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let here = link::registration_link(request.param("secret"));
    let ticket = ticket(request);
    let form = Form::new(lang, &here, &ticket.csrf, &ticket.key).with_errors(errors);
    let title = say(request, "registration-link-title");
    let which = if view.has_account { "registration-link-known" } else { "registration-link-new" };
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(html! { (say(request, "registration-link-lead")) }),
            ..PageHead::default()
        }))
        @match &view.case {
            Some(reference) => {
                (look::notice(lang, Tone::Ok, html! { p { (words::say_with(
                    lang, "registration-link-done",
                    &[("reference", reference.as_str().to_owned().into())],
                )) } }))
                (look::actions(&[follow(request, reference)]))
            },
            None => {
                (crate::technology_part::named(said(request, &view.application)))
                (form.view(html! {
                    (look::text_field(&form, &Field {
                        name: "password", hint: &say(request, which), kind: Kind::Password,
                        width: Width::Half, autocomplete: "current-password", ..Field::default()
                    }))
                    (look::actions(&[
                        look::button(&say(request, "registration-link-confirm"), Look::Primary),
                    ]))
                }))
                p.quiet { (say(request, "registration-link-not-mine")) }
            },
        }
    };
    let page = Page::new(request, title).at(here.as_str());
    if errors.is_empty() {
        page.personal().reply(content)
    } else {
        page.failed(errors).reply(content)
    }
}

/// What was said about the firm, as a list.
pub fn said(request: &Request, it: &Application) -> Vec<(String, Markup)> {
    let mut rows = Vec::new();
    let mut add = |key: &str, text: &str| {
        if !text.is_empty() {
            rows.push((crate::case_facts::field_name(request.lang, key), html! { (text) }));
        }
    };
    add("firm.zh", &it.name.zh);
    add("firm.en", &it.name.en);
    if !it.credit_code.is_empty() {
        let code = html! { code { (it.credit_code) } };
        rows.insert(0, (say(request, "organisation-credit-code"), code));
    }
    if !it.evidence.is_empty() {
        let key = crate::case_facts::field_name(request.lang, "evidence");
        rows.push((key, html! { span.diff { (it.evidence) } }));
    }
    rows
}

fn confirmed(request: &Request, reference: &Reference) -> Reply {
    let title = say(request, "registration-confirmed-title");
    let case = format!("{}/{}", link::CASES, reference.as_str());
    let (href, text) = match &request.me {
        Some(_) => (case, say(request, "registration-follow")),
        None => (link::sign_in(&case), say(request, "account-sign-in")),
    };
    let content = look::confirmation(&Confirmation {
        lang: request.lang,
        title: &title,
        reference: reference.as_str(),
        at: &moment(request, request.now),
        next: html! { p { (say(request, "registration-confirmed-next")) } },
        actions: vec![look::link_button(&href, &text, Look::Primary)],
    });
    Page::new(request, title).at(link::REGISTER).personal().reply(content)
}

fn list(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let lang = request.lang;
    let after = match request.query.get("after") {
        "" => String::new(),
        text => ApplicationId::parse(text).map_err(|_| Refusal::not_found())?.to_string(),
    };
    let rows = limits::PAGE_ROWS;
    let mut found = request.city().applications(&request.asker, &after, rows + 1)?;
    let has_more = found.len() > rows;
    found.truncate(rows);
    let next = found
        .last()
        .filter(|_| has_more)
        .map(|last| look::address::with(link::REGISTRATIONS, "after", &last.id.to_string()));
    let title = say(request, "registration-list-title");
    let heads = ["firm", "code", "contact", "ends"];
    let titles = heads.map(|head| say(request, &format!("registration-list-{head}")));
    let mut columns: Vec<Column<'_>> =
        heads.iter().zip(&titles).map(|(key, title)| Column::text(key, title)).collect();
    let act = say(request, "registration-link-make");
    columns.push(Column::text("act", &act));
    let row = |it: &app::registration::Waiting| {
        look::Row::from(vec![
            html! { (name(&it.application.name, lang).0) },
            html! { code { (it.application.credit_code) } },
            html! { (name(&it.name, lang).0) " · " (it.email) },
            html! { (moment(request, it.ends_at)) },
            html! {
                @if may(request, Act::LinkApplication, &Thing::open()) {
                    (look::post_button(&PostButton {
                        action: &link::registration_renewal(it.id),
                        csrf: &request.csrf,
                        key: &request.fresh_key(),
                        text: &act,
                        look: Look::Plain,
                        values: &[],
                    }))
                }
            },
        ])
    };
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(html! { (say(request, "registration-list-lead")) }),
            ..PageHead::default()
        }))
        (look::table(&Table {
            lang,
            caption: &title,
            is_caption_hidden: true,
            columns,
            rows: found.iter().map(row).collect(),
            empty: Some(look::empty(&say(request, "registration-list-empty"), html! {})),
            is_cards: true,
            ..Table::default()
        }))
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
    };
    Ok(Page::new(request, &title).personal().reply(content))
}

fn make_link(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let application: ApplicationId = request.id("id")?;
    let done = request.city().perform(&request.keyed(), LinkApplication { application })?;
    let title = say(request, "registration-link-made");
    let next = html! {
        @match &done.link_secret {
            Some(secret) => {
                p { (say(request, "person-link-lead")) }
                p { (look::copy_id(lang, &format!(
                    "{}{}", request.origin(), link::registration_link(secret),
                ))) }
                (look::notice(lang, Tone::Wait, html! { p { (words::say_with(
                    lang, "person-link-once", &[("at", moment(request, done.ends_at).into())],
                )) } }))
            }
            None => p { (say(request, "person-link-told")) }
        }
    };
    let list = say(request, "registration-list-title");
    let content = look::confirmation(&Confirmation {
        lang,
        title: &title,
        reference: "",
        at: &moment(request, request.now),
        next,
        actions: vec![look::link_button(link::REGISTRATIONS, &list, Look::Plain)],
    });
    Ok(Page::new(request, &title).at(link::REGISTRATIONS).personal().reply(content))
}
