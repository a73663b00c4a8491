//! Putting a text forward for release: a new result, a technology as it stands, a text sent back.

use crate::case_matter::{labelled, side_by_side};
use crate::file::brought;
use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, may, me, say};
use crate::refused::PAGE;
use crate::release_form as questions;
use crate::technology_draft::{Draft, at_fields};
use crate::technology_fields as fields;
use crate::technology_form::{Sheet, allowed, also, required};
use access::{Act, Thing};
use app::No;
use app::case::{CaseMoved, View};
use app::release::{DiscloseResult, HandInAgain, ProposeRelease};
use base::{Bilingual, Label, Level, OrganisationId, Refusal};
use edge::{Body, Reply, Request, Route};
use look::{Crumb, Field, Form, Look, PageHead, Section, Tone, actions, button, notice, page_head};
use maud::{Markup, html};
use trading::technology::{Content, Technology};

const fn route(
    method: &'static str,
    path: &'static str,
    act: Act,
    run: fn(&Request) -> Result<Reply, No>,
) -> Route {
    // Long texts in Chinese triple as form fields; parts of a multipart body do not.
    Route { method, path, act, body: Body::Files, face: &PAGE, run }
}

const RELEASE: &str = "/technologies/{id}/release";
const AMENDMENT: &str = "/cases/{id}/amendment";

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    route("GET", link::DISCLOSURE_NEW, Act::DiscloseResult, blank),
    route("GET", link::DISCLOSURES, Act::DiscloseResult, to_form),
    route("POST", link::DISCLOSURES, Act::DiscloseResult, disclose),
    route("GET", RELEASE, Act::ProposeRelease, proposal),
    route("POST", RELEASE, Act::ProposeRelease, propose),
    route("GET", AMENDMENT, Act::HandInAgain, amendment),
    route("POST", AMENDMENT, Act::HandInAgain, amend),
];

/// The levels that material can have until its release.
const UNTIL_RELEASE: [Level; 2] = [Level::Members, Level::Restricted];

/// The organisations for which the reader may do this.
pub fn owners(request: &Request, act: Act) -> Vec<(OrganisationId, Bilingual)> {
    let Some(me) = &request.me else { return Vec::new() };
    let mut owners: Vec<(OrganisationId, Bilingual)> = me
        .roles
        .iter()
        .filter(|(id, _, _)| may(request, act, &Thing::of(*id)))
        .map(|(id, name, _)| (*id, name.clone()))
        .collect();
    owners.sort_by_key(|(id, _)| *id);
    owners.dedup_by_key(|(id, _)| *id);
    words::sort_by_name(request.lang, &mut owners, |(_, name)| name.best(request.lang).0);
    owners
}

fn to_form(_: &Request) -> Result<Reply, No> {
    Ok(Reply::see_other(link::DISCLOSURE_NEW))
}

/// Back to the case that was opened or moved.
fn to_case(done: &CaseMoved, told: &str) -> Reply {
    Reply::see_other(look::address::with(&link::case(done.case), "done", told))
}

fn blank(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let owners = owners(request, Act::DiscloseResult);
    allowed(request, !owners.is_empty())?;
    let mut draft = Draft::default();
    draft.put("owner", request.query.get("owner"));
    draft.put("label", Level::Members.word());
    draft.change_rows("add:inventors");
    draft.change_rows("add:rights");
    Ok(disclosure_page(request, &draft, &owners, &[]))
}

fn disclose(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let owners = owners(request, Act::DiscloseResult);
    allowed(request, !owners.is_empty())?;
    let brought = brought(request)?;
    let mut draft = Draft(brought.carried(&request.form));
    if draft.change_rows(request.form.get("do")) || brought.is_only_removed {
        return Ok(disclosure_page(request, &draft, &owners, &brought.refused));
    }
    draft.compact();
    let (content, mut refusals) = draft.content(&Content::default());
    refusals.extend(brought.refused);
    let (told, unread) = questions::read(&draft);
    refusals.extend(unread);
    let owner = OrganisationId::parse(draft.get("owner")).ok();
    if owner.is_none() {
        refusals.push(required("owner"));
    }
    let label = Level::parse(draft.get("label")).map(Label::at);
    if let (Some(owner), true) = (owner, refusals.is_empty()) {
        let key = draft.get("key").trim().to_owned();
        let act =
            DiscloseResult { owner, key, content, label, disclosure: told, documents: brought.ids };
        match request.city().perform(&request.keyed(), act) {
            Ok(done) => return Ok(to_case(&done, "opened")),
            Err(no) => refusals = reasons(no)?,
        }
    } else {
        also(&mut refusals, marked(&content));
    }
    Ok(disclosure_page(request, &draft, &owners, &at_fields(refusals)))
}

/// Evidence for the reviewers; nobody else ever sees it.
fn evidence(request: &Request, form: &Form<'_>, draft: &Draft) -> Markup {
    look::fieldset(
        &say(request, "release-group-evidence"),
        &say(request, "release-group-evidence-hint"),
        crate::file::field(request, form, &draft.0, true),
    )
}

/// Secret markings in what could be read are told at once.
fn marked(content: &Content) -> Vec<Refusal> {
    trading::marking::in_content(content)
}

fn disclosure_page(
    request: &Request,
    draft: &Draft,
    owners: &[(OrganisationId, Bilingual)],
    errors: &[Refusal],
) -> Reply {
    let lang = request.lang;
    let ticket = ticket(request);
    let form = Form::new(lang, link::DISCLOSURES, &ticket.csrf, &ticket.key)
        .with_files()
        .with_errors(errors);
    let sheet = Sheet { request, draft, owners: Some(owners) };
    let title = say(request, "release-disclose-title");
    let list = say(request, "case-title");
    let content = html! {
        (page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::CASES, text: &list }],
            title: &title,
            lead: Some(html! { p { (say(request, "release-disclose-lead")) } }),
            ..PageHead::default()
        }))
        (no_secrets(request, errors))
        (form.view(html! {
            (fields::saves(lang))
            (fields::whose(&form, &sheet))
            (fields::content(&form, &sheet))
            (look::fieldset(&say(request, "release-group-audience"),
                &say(request, "release-group-audience-hint"),
                fields::levels(&form, "label", &UNTIL_RELEASE, draft.get("label"), "")))
            (questions::fields(request, &form, draft))
            (evidence(request, &form, draft))
            (actions(&[button(&say(request, "release-disclose-act"), Look::Primary)]))
        }))
    };
    Page::new(request, title)
        .section(Section::Trade)
        .at(link::DISCLOSURE_NEW)
        .personal()
        .failed(errors)
        .reply(content)
}

/// Nothing secret here; where something looked like it, the way that is open.
fn no_secrets(request: &Request, errors: &[Refusal]) -> Markup {
    let is_marked = errors.iter().any(|no| no.code == trading::marking::CODE);
    let tone = if is_marked { Tone::Live } else { Tone::Wait };
    let may_register = !owners(request, Act::RegisterStub).is_empty();
    notice(
        request.lang,
        tone,
        html! {
            p {
                (say(request, "release-no-secrets")) " "
                @if may_register {
                    a href=(link::STUB_NEW) { (say(request, "release-stub-instead")) }
                } @else { (say(request, "release-stub-ask")) }
            }
        },
    )
}

/// Whether a technology came out of a review: its text changes by a review alone.
pub fn is_reviewed(technology: &Technology) -> bool {
    technology.source.as_ref().is_some_and(|source| source.review.is_some())
}

/// Whether proposing it makes sense: what is public already, by another proof, needs no release.
pub fn may_propose(request: &Request, technology: &Technology) -> bool {
    let thing = app::technology::thing_of(technology);
    let is_done = technology.label.is_public() && !is_reviewed(technology);
    !is_done && may(request, Act::ProposeRelease, &thing)
}

/// The form shows the text to be written where there is none, or where it may not be revised.
fn writes(request: &Request, technology: &Technology) -> bool {
    let is_asked = request.query.get("text") == "new" || request.form.has("text");
    is_asked || is_reviewed(technology) || technology.content.title.is_empty()
}

fn proposal(request: &Request) -> Result<Reply, No> {
    let view = request.city().technology(&request.asker, request.id("id")?)?;
    let thing = app::technology::thing_of(&view.technology);
    allowed(request, may(request, Act::ProposeRelease, &thing))?;
    let mut draft = Draft::of(&view.technology.content);
    if view.technology.content.inventors.is_empty() {
        draft.change_rows("add:inventors");
    }
    draft.put("version", &view.technology.version.to_string());
    Ok(proposal_page(request, &view, &draft, &[]))
}

fn propose(request: &Request) -> Result<Reply, No> {
    let view = request.city().technology(&request.asker, request.id("id")?)?;
    let thing = app::technology::thing_of(&view.technology);
    allowed(request, may(request, Act::ProposeRelease, &thing))?;
    let brought = brought(request)?;
    let mut draft = Draft(brought.carried(&request.form));
    if draft.change_rows(request.form.get("do")) || brought.is_only_removed {
        return Ok(proposal_page(request, &view, &draft, &brought.refused));
    }
    let (disclosure, mut refusals) = questions::read(&draft);
    refusals.extend(brought.refused);
    let content = writes(request, &view.technology).then(|| {
        draft.compact();
        let (content, unread) = draft.content(&view.technology.content);
        refusals.extend(unread);
        content
    });
    if refusals.is_empty() {
        let technology = view.technology.id;
        let version = draft.get("version").parse().unwrap_or(0);
        let act =
            ProposeRelease { technology, version, content, disclosure, documents: brought.ids };
        match request.city().perform(&request.keyed(), act) {
            Ok(done) => return Ok(to_case(&done, "opened")),
            Err(no) => refusals = reasons(no)?,
        }
    }
    Ok(proposal_page(request, &view, &draft, &at_fields(refusals)))
}

fn proposal_page(
    request: &Request,
    view: &app::technology::View,
    draft: &Draft,
    errors: &[Refusal],
) -> Reply {
    let lang = request.lang;
    let technology = &view.technology;
    let address = link::technology_release(technology.id);
    let thing = link::technology(technology.id);
    let of = crate::technology::title(request, view);
    let ticket = ticket(request);
    let form =
        Form::new(lang, &address, &ticket.csrf, &ticket.key).with_files().with_errors(errors);
    let title = say(request, "release-propose-title");
    let list = say(request, "search-technologies");
    // After a conflict the text shown is the one of now, and that is what is put forward.
    let now = technology.version.to_string();
    let is_conflict = errors.iter().any(|no| no.code == "version-conflict");
    let version = if is_conflict { now.as_str() } else { draft.get("version") };
    let is_written = writes(request, technology);
    let lead = if is_written { "release-propose-new-lead" } else { "release-propose-lead" };
    let other = look::address::with(&address, "text", "new");
    let other = look::link_button(&other, &say(request, "release-propose-new"), Look::Plain);
    let sheet = Sheet { request, draft, owners: None };
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
            lead: Some(html! { p { (say(request, lead)) } }),
            actions: if is_written { Vec::new() } else { vec![other] },
            ..PageHead::default()
        }))
        (no_secrets(request, errors))
        @if !is_written {
            (look::part("text", &say(request, "release-text"),
                side_by_side(request, &technology.content, None)))
        }
        (form.view(html! {
            (fields::saves(lang))
            input type="hidden" name="version" value=(version);
            @if is_written {
                input type="hidden" name="text" value="new";
                (fields::content(&form, &sheet))
            }
            (questions::fields(request, &form, draft))
            (evidence(request, &form, draft))
            (actions(&[
                button(&say(request, "release-propose-act"), Look::Primary),
                html! { a href=(thing) { (say(request, "button-cancel")) } },
            ]))
        }))
    };
    let page = Page::new(request, title).section(Section::Trade).at(address.as_str()).personal();
    labelled(request, page, &technology.label).failed(errors).reply(content)
}

/// A case whose text the reader may hand in again.
fn returned(request: &Request) -> Result<View, No> {
    me(request)?;
    let view = request.city().case(&request.asker, request.id("id")?)?;
    Ok(view)
}

fn may_amend(view: &View) -> bool {
    let is_review = view.process.name == trading::release::NAME;
    is_review && view.offered.iter().any(|it| it.step.name == "hand-in")
}

fn amendment(request: &Request) -> Result<Reply, No> {
    let view = returned(request)?;
    allowed(request, may_amend(&view))?;
    let matter = app::release::matter_of(&view.case).ok_or_else(Refusal::not_found)?;
    let mut draft = Draft::of(&matter.content);
    questions::put(&mut draft, &matter.disclosure);
    draft.put("version", &view.case.running.version.to_string());
    Ok(amendment_page(request, &view, &draft, &[]))
}

fn amend(request: &Request) -> Result<Reply, No> {
    let view = returned(request)?;
    let matter = app::release::matter_of(&view.case).ok_or_else(Refusal::not_found)?;
    let brought = brought(request)?;
    let mut draft = Draft(brought.carried(&request.form));
    if draft.change_rows(request.form.get("do")) || brought.is_only_removed {
        return Ok(amendment_page(request, &view, &draft, &brought.refused));
    }
    draft.compact();
    let (content, mut refusals) = draft.content(&matter.content);
    let (disclosure, unread) = questions::read(&draft);
    refusals.extend(unread);
    refusals.extend(brought.refused);
    if refusals.is_empty() {
        let act = HandInAgain {
            case: view.case.id,
            version: draft.get("version").parse().unwrap_or(0),
            content,
            disclosure,
            reason: draft.get("reason").trim().to_owned(),
            documents: brought.ids,
        };
        match request.city().perform(&request.keyed(), act) {
            Ok(done) => return Ok(to_case(&done, "again")),
            Err(no) => refusals = reasons(no)?,
        }
    }
    Ok(amendment_page(request, &view, &draft, &at_fields(refusals)))
}

fn amendment_page(request: &Request, view: &View, draft: &Draft, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let address = link::case_amendment(view.case.id);
    let case = link::case(view.case.id);
    let ticket = ticket(request);
    let form =
        Form::new(lang, &address, &ticket.csrf, &ticket.key).with_files().with_errors(errors);
    let sheet = Sheet { request, draft, owners: None };
    let title = say(request, "release-amend-title");
    let list = say(request, "case-title");
    let sent_back = view.moves.iter().find(|it| it.step == "send-back" || it.step == "take-back");
    let now = view.case.running.version.to_string();
    let is_conflict = errors.iter().any(crate::case::is_conflict);
    let version = if is_conflict { now.as_str() } else { draft.get("version") };
    let content = html! {
        (page_head(&PageHead {
            lang,
            crumbs: &[
                Crumb { href: link::CASES, text: &list },
                Crumb { href: &case, text: view.case.reference.as_str() },
            ],
            title: &title,
            label: Some(&view.case.label),
            reference: view.case.reference.as_str(),
            ..PageHead::default()
        }))
        @if let Some(it) = sent_back {
            (notice(lang, Tone::Wait, html! {
                p { (say(request, "release-amend-lead")) }
                p.diff { (it.reason) }
            }))
        }
        (no_secrets(request, errors))
        (form.view(html! {
            (fields::saves(lang))
            input type="hidden" name="version" value=(version);
            (fields::content(&form, &sheet))
            (questions::fields(request, &form, draft))
            (evidence(request, &form, draft))
            (look::text_area(&form, &Field {
                name: "reason",
                label: &say(request, "release-amend-note"),
                value: draft.get("reason"),
                is_optional: true,
                lines: Some(2),
                ..Field::default()
            }))
            (actions(&[
                button(&say(request, "release-amend-act"), Look::Primary),
                html! { a href=(case) { (say(request, "button-cancel")) } },
            ]))
        }))
    };
    let page = Page::new(request, title).at(address.as_str()).personal();
    labelled(request, page, &view.case.label).failed(errors).reply(content)
}
