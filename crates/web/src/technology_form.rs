//! Writing a technology: the form of a new one, and of its next version.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::Page;
use crate::refused::PAGE;
use crate::technology_draft::{Draft, at_fields};
use crate::technology_fields as fields;
use crate::versions::changes;
use access::Act;
use app::No;
use app::technology::{CreateTechnology, ReviseTechnology, View};
use base::{Bilingual, Class, Label, Level, OrganisationId, Refusal, TechnologyId};
use edge::{Body, Reply, Request, Route};
use look::{
    Crumb, Form, Look, PageHead, Section, Tone, actions, button, link_button, notice, page_head,
    sheet,
};
use maud::{Markup, html};
use trading::Proof;
use trading::technology::Content;
use trading::technology::change::{self, CreateFacts, Facts};

const fn route(
    method: &'static str,
    path: &'static str,
    act: Act,
    run: fn(&Request) -> Result<Reply, No>,
) -> Route {
    // Long texts in Chinese triple as form fields; parts of a multipart body do not.
    Route { method, path, act, body: Body::Upload, face: &PAGE, run }
}

const NEW: &str = "/technologies/new";
const REVISION: &str = "/technologies/{id}/revision";

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    route("GET", NEW, Act::CreateTechnology, blank),
    route("POST", link::TECHNOLOGIES, Act::CreateTechnology, create),
    route("GET", REVISION, Act::ReviseTechnology, revision),
    route("POST", REVISION, Act::ReviseTechnology, revise),
];

/// A yes, or the no that fits: somebody unknown signs in, others may not.
pub fn allowed(request: &Request, is_allowed: bool) -> Result<(), No> {
    match (is_allowed, &request.me) {
        (true, _) => Ok(()),
        (false, None) => Err(Refusal::new(Class::SignIn, "sign-in-required").into()),
        (false, Some(_)) => Err(Refusal::new(Class::NotAllowed, "not-allowed").into()),
    }
}

/// What a form of a technology is drawn from.
pub struct Sheet<'a> {
    pub request: &'a Request,
    pub draft: &'a Draft,
    /// Organisations to choose from; of a new technology only.
    pub owners: Option<&'a [(OrganisationId, Bilingual)]>,
}

fn blank(request: &Request) -> Result<Reply, No> {
    let owners = owners(request)?;
    let mut draft = Draft::default();
    draft.put("owner", request.query.get("owner"));
    draft.put("label", Level::Members.word());
    draft.change_rows("add:inventors");
    draft.change_rows("add:rights");
    Ok(new_page(request, &draft, &owners, &[]))
}

fn owners(request: &Request) -> Result<Vec<(OrganisationId, Bilingual)>, No> {
    allowed(request, request.me.is_some())?;
    let mut owners = request.city().own_organisations(&request.asker)?;
    allowed(request, !owners.is_empty())?;
    words::sort_by_name(request.lang, &mut owners, |(_, name)| name.best(request.lang).0);
    Ok(owners)
}

fn create(request: &Request) -> Result<Reply, No> {
    let owners = owners(request)?;
    let mut draft = Draft(request.form.clone());
    if draft.change_rows(request.form.get("do")) {
        return Ok(new_page(request, &draft, &owners, &[]));
    }
    draft.compact();
    let (content, mut refusals) = draft.content(&Content::default());
    let owner = OrganisationId::parse(draft.get("owner")).ok();
    if owner.is_none() {
        refusals.push(required("owner"));
    }
    let level = Level::parse(draft.get("label"));
    if level.is_none() {
        refusals.push(required("label"));
    }
    if !refusals.is_empty() {
        also(&mut refusals, decided_new(request, &draft, &content, level));
    } else if let (Some(owner), Some(level)) = (owner, level) {
        let act = CreateTechnology {
            owner,
            content,
            label: Some(Label::at(level)),
            key: draft.get("key").trim().to_owned(),
            public_source: draft.get("public_source").trim().to_owned(),
        };
        match request.city().perform(&request.keyed(), act) {
            Ok(done) => return Ok(back(done.technology, "created")),
            Err(no) => refusals = reasons(no)?,
        }
    }
    Ok(new_page(request, &draft, &owners, &at_fields(refusals)))
}

/// What the city would say to what could be read: told together with what could not, so that
/// nobody has to mend a form twice.
fn decided_new(
    request: &Request,
    draft: &Draft,
    content: &Content,
    level: Option<Level>,
) -> Vec<Refusal> {
    let city = request.city();
    let source = draft.get("public_source").trim().to_owned();
    let ask = change::CreateTechnology {
        id: TechnologyId::from_bits(0),
        reference: city.reference("TE", request.now),
        owner: OrganisationId::from_bits(0),
        key: None,
        content: content.clone(),
        label: Some(Label::at(level.unwrap_or(Level::Members))),
        proof: if source.is_empty() { Proof::None } else { Proof::Source { text: source } },
        source: None,
    };
    let facts = CreateFacts { fields: city.fields(), key_taken: false, marking_released: false };
    change::create(&facts, ask, request.now).err().unwrap_or_default()
}

fn decided_next(
    request: &Request,
    view: &View,
    (version, content): (u64, Content),
) -> Vec<Refusal> {
    let fields = request.city().fields();
    let technology = &view.technology;
    let facts = Facts { technology, fields, marking_released: false, has_desk: false };
    let ask = change::ReviseTechnology { version, content, source: None };
    change::revise(&facts, ask, request.now).err().unwrap_or_default()
}

/// Adds reasons at fields that have none yet.
pub fn also(refusals: &mut Vec<Refusal>, more: Vec<Refusal>) {
    for refusal in more {
        if !refusals.iter().any(|known| known.field == refusal.field) {
            refusals.push(refusal);
        }
    }
}

/// The refusal of a field that stayed empty.
pub fn required(name: &'static str) -> Refusal {
    Refusal::invalid("field-required").on(name).term("field", base::text::field_term(name))
}

/// Back to the technology, which says what was done.
pub fn back(id: TechnologyId, done: &str) -> Reply {
    Reply::see_other(look::address::with(&link::technology(id), "done", done))
}

fn new_page(
    request: &Request,
    draft: &Draft,
    owners: &[(OrganisationId, Bilingual)],
    errors: &[Refusal],
) -> Reply {
    let lang = request.lang;
    let title = words::say(lang, "technology-page-new");
    let list = words::say(lang, "search-technologies");
    let ticket = ticket(request);
    let form = Form::new(lang, link::TECHNOLOGIES, &ticket.csrf, &ticket.key)
        .with_files()
        .with_errors(errors);
    let sheet = Sheet { request, draft, owners: Some(owners) };
    let content = html! {
        (page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::TECHNOLOGIES, text: &list }],
            title: &title,
            lead: Some(html! { p { (words::say(lang, "technology-page-new-lead")) } }),
            actions: vec![link_button(
                &link::import_new(),
                &words::say(lang, "technology-page-import-instead"),
                Look::Plain,
            )],
            ..PageHead::default()
        }))
        (notice(lang, Tone::Wait, html! { p { (words::say(lang, "technology-page-no-secrets")) } }))
        (form.view(html! {
            (fields::all(&form, &sheet))
            (actions(&[button(&words::say(lang, "technology-page-save-draft"), Look::Primary)]))
        }))
    };
    Page::new(request, title)
        .section(Section::Trade)
        .at(link::technology_new())
        .personal()
        .failed(errors)
        .reply(content)
}

fn revision(request: &Request) -> Result<Reply, No> {
    let view = request.city().technology(&request.asker, request.id("id")?)?;
    allowed(request, view.offers.revise)?;
    let mut draft = Draft::of(&view.technology.content);
    draft.put("version", &view.technology.version.to_string());
    Ok(revision_page(request, &view, &draft, &[]))
}

fn revise(request: &Request) -> Result<Reply, No> {
    let id: TechnologyId = request.id("id")?;
    let view = request.city().technology(&request.asker, id)?;
    allowed(request, view.offers.revise)?;
    let mut draft = Draft(request.form.clone());
    if draft.change_rows(request.form.get("do")) {
        return Ok(revision_page(request, &view, &draft, &[]));
    }
    draft.compact();
    let (content, mut refusals) = draft.content(&view.technology.content);
    let version = draft.get("version").parse().unwrap_or(0);
    if !refusals.is_empty() {
        also(&mut refusals, decided_next(request, &view, (version, content)));
    } else {
        let note = draft.get("note").trim().to_owned();
        let act = ReviseTechnology { technology: id, version, content, note };
        match request.city().perform(&request.keyed(), act) {
            Ok(done) if done.changed => return Ok(back(id, "revised")),
            Ok(_) => return Ok(back(id, "unchanged")),
            Err(no) => refusals = reasons(no)?,
        }
    }
    Ok(revision_page(request, &view, &draft, &at_fields(refusals)))
}

/// The form of the next version: what was typed, or what stands there, with the reasons why it
/// could not be saved or confirmed.
pub fn revision_page(request: &Request, view: &View, draft: &Draft, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let id = view.technology.id;
    let of = crate::technology::title(request, view);
    let title = words::say(lang, "technology-page-revision");
    let list = words::say(lang, "search-technologies");
    let ticket = ticket(request);
    let address = link::technology_revision(id);
    let thing = link::technology(id);
    let form =
        Form::new(lang, &address, &ticket.csrf, &ticket.key).with_files().with_errors(errors);
    let sheet = Sheet { request, draft, owners: None };
    let is_conflict = errors.iter().any(|error| error.code == "version-conflict");
    // Saving again after a conflict writes over what the other saved, knowingly.
    let now = view.technology.version.to_string();
    let version = if is_conflict { now.as_str() } else { draft.get("version") };
    let head = page_head(&PageHead {
        lang,
        crumbs: &[
            Crumb { href: link::TECHNOLOGIES, text: &list },
            Crumb { href: &thing, text: &of },
        ],
        title: &title,
        label: Some(&view.technology.label),
        reference: view.technology.reference.as_str(),
        ..PageHead::default()
    });
    let content = html! {
        (head)
        @if is_conflict { (conflict(request, view, draft)) }
        (form.view(html! {
            input type="hidden" name="version" value=(version);
            (fields::all(&form, &sheet))
            (fields::note(&form, draft))
            (actions(&[
                button(&words::say(lang, "technology-page-save-version"), Look::Primary),
                html! { a href=(thing) { (words::say(lang, "button-cancel")) } },
            ]))
        }))
    };
    let mut page = Page::new(request, title).section(Section::Trade).at(address.clone()).personal();
    if !view.technology.label.is_public() {
        page = page.label(&view.technology.label, words::say(lang, "technology-page-kind"));
    }
    page.failed(errors).reply(content)
}

/// What the other changed meanwhile.
fn conflict(request: &Request, view: &View, draft: &Draft) -> Markup {
    let lang = request.lang;
    let seen = draft.get("version").parse().unwrap_or(0);
    let technology = &view.technology;
    let compared =
        request.city().compare_versions(&request.asker, technology.id, seen, technology.version);
    let title = words::say(lang, "technology-page-conflict");
    sheet(
        &title,
        html! {
            p { (words::say(lang, "technology-page-conflict-hint")) }
            @if let Ok(compared) = compared { (changes(request, &compared.changes)) }
            p { a href=(link::technology_versions(technology.id)) {
                (words::say(lang, "technology-page-history"))
            } }
        },
    )
}
