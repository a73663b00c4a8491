//! Writing about an instrument: the form of a new one, of its next version, and what happens to it
//! as a whole.

use crate::file::{self, Brought};
use crate::form::{reasons, ticket};
use crate::instrument_draft::Draft;
use crate::instrument_fields as fields;
use crate::link;
use crate::page::{Page, get, post, say};
use crate::technology_form::{allowed, required};
use access::Act;
use app::No;
use app::instrument::{CreateInstrument, InstrumentView, MoveInstrument, ReviseInstrument};
use base::{Bilingual, InstrumentId, OrganisationId, PersonId, Refusal};
use edge::{Reply, Request, Route};
use instruments::Sheet;
use instruments::instrument::Move;
use look::{Crumb, Form, Look, PageHead, Section, Tone, actions, button};
use maud::html;

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::INSTRUMENT_NEW, Act::CreateInstrument, blank),
    file::post(link::INSTRUMENTS, Act::CreateInstrument, create),
    get("/instruments/{id}/revision", Act::ReviseInstrument, revision),
    file::post("/instruments/{id}/revision", Act::ReviseInstrument, revise),
    post("/instruments/{id}/moves", Act::MoveInstrument, moves),
];

/// What the form is drawn from.
pub struct Drawn<'a> {
    pub request: &'a Request,
    pub draft: &'a Draft,
    /// Owners to choose from; of a new instrument only.
    pub owners: Option<&'a [(OrganisationId, Bilingual)]>,
    /// People who may be named as its staff.
    pub people: &'a [(PersonId, Bilingual)],
    /// The owner's other instruments.
    pub others: &'a [(InstrumentId, Bilingual)],
    /// The sheet as it stands, whose pictures may be kept.
    pub before: &'a Sheet,
}

fn blank(request: &Request) -> Result<Reply, No> {
    let owners = owners(request)?;
    let mut draft = Draft::of(&Sheet::default());
    draft.put("owner", request.query.get("owner"));
    draft.put("zone", instruments::place::ZONE);
    for group in ["capabilities", "makers", "contacts"] {
        draft.change_rows(&format!("add:{group}"));
    }
    Ok(new_page(request, &draft, &owners, &[]))
}

fn owners(request: &Request) -> Result<Vec<(OrganisationId, Bilingual)>, No> {
    allowed(request, request.me.is_some())?;
    let mut owners = request.city().instrument_owners(&request.asker)?;
    allowed(request, !owners.is_empty())?;
    words::sort_by_name(request.lang, &mut owners, |(_, name)| name.best(request.lang).0);
    Ok(owners)
}

fn create(request: &Request) -> Result<Reply, No> {
    let owners = owners(request)?;
    let brought = file::brought(request)?;
    let mut draft = Draft(brought.carried(&request.form));
    if draft.change_rows(request.form.get("do")) || brought.is_only_removed {
        return Ok(new_page(request, &draft, &owners, &[]));
    }
    draft.compact();
    let (sheet, mut no) = draft.sheet(&Sheet::default(), &brought.ids);
    no.extend(brought.refused);
    let owner = OrganisationId::parse(draft.get("owner")).ok();
    if owner.is_none() {
        no.push(required("owner"));
    }
    if let (Some(owner), true) = (owner, no.is_empty()) {
        let is_hidden = draft.get("hidden") == "1";
        let act = CreateInstrument { owner, is_hidden, sheet };
        match request.city().perform(&request.keyed(), act) {
            Ok(done) => return Ok(back(done.instrument, "created")),
            Err(refused) => no = reasons(refused)?,
        }
    }
    Ok(new_page(request, &draft, &owners, &no))
}

fn back(id: InstrumentId, done: &str) -> Reply {
    Reply::see_other(look::address::with(&link::instrument(id), "done", done))
}

fn new_page(
    request: &Request,
    draft: &Draft,
    owners: &[(OrganisationId, Bilingual)],
    errors: &[Refusal],
) -> Reply {
    let lang = request.lang;
    let title = say(request, "instrument-page-new");
    let all = say(request, "instrument-page-title");
    let forms = ticket(request);
    let form = Form::new(lang, link::INSTRUMENTS, &forms.csrf, &forms.key)
        .with_files()
        .with_errors(errors);
    let before = Sheet::default();
    let drawn =
        Drawn { request, draft, owners: Some(owners), people: &[], others: &[], before: &before };
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::INSTRUMENTS, text: &all }],
            title: &title,
            lead: Some(html! { p { (say(request, "instrument-form-lead")) } }),
            ..PageHead::default()
        }))
        (form.view(html! {
            (fields::all(&form, &drawn))
            (actions(&[button(&say(request, "instrument-form-create"), Look::Primary)]))
        }))
    };
    let page = Page::new(request, &title).section(Section::Share).at(link::INSTRUMENT_NEW);
    page.personal().failed(errors).reply(content)
}

fn revision(request: &Request) -> Result<Reply, No> {
    let view = request.city().instrument(&request.asker, request.id("id")?)?;
    allowed(request, view.offers.revise)?;
    let mut draft = Draft::of(&view.instrument.sheet);
    draft.put("version", &view.instrument.version.to_string());
    revision_page(request, &view, &draft, &[])
}

fn revise(request: &Request) -> Result<Reply, No> {
    let id: InstrumentId = request.id("id")?;
    let view = request.city().instrument(&request.asker, id)?;
    allowed(request, view.offers.revise)?;
    let brought: Brought = file::brought(request)?;
    let mut draft = Draft(brought.carried(&request.form));
    if draft.change_rows(request.form.get("do")) || brought.is_only_removed {
        return revision_page(request, &view, &draft, &[]);
    }
    draft.compact();
    let before = &view.instrument.sheet;
    let (sheet, mut no) = draft.sheet(before, &brought.ids);
    no.extend(brought.refused);
    if no.is_empty() {
        let version = draft.get("version").parse().unwrap_or(0);
        let act = ReviseInstrument { instrument: id, version, sheet };
        match request.city().perform(&request.keyed(), act) {
            Ok(done) if done.changed => return Ok(back(id, "revised")),
            Ok(_) => return Ok(back(id, "unchanged")),
            Err(refused) => no = reasons(refused)?,
        }
    }
    revision_page(request, &view, &draft, &no)
}

fn revision_page(
    request: &Request,
    view: &InstrumentView,
    draft: &Draft,
    errors: &[Refusal],
) -> Result<Reply, No> {
    let lang = request.lang;
    let it = &view.instrument;
    let title = say(request, "instrument-form-revision");
    let all = say(request, "instrument-page-title");
    let (name, _) = it.sheet.name.best(lang);
    let (address, thing) = (link::instrument_part(it.id, "revision"), link::instrument(it.id));
    let forms = ticket(request);
    let form = Form::new(lang, &address, &forms.csrf, &forms.key).with_files().with_errors(errors);
    let is_conflict = errors.iter().any(|error| error.code == "version-conflict");
    // Saving again after a conflict writes over what the other saved, knowingly.
    let now = it.version.to_string();
    let version = if is_conflict { now.as_str() } else { draft.get("version") };
    let (people, others) = request.city().instrument_choices(&request.asker, it.id)?;
    let drawn =
        Drawn { request, draft, owners: None, people: &people, others: &others, before: &it.sheet };
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[
                Crumb { href: link::INSTRUMENTS, text: &all },
                Crumb { href: &thing, text: name },
            ],
            title: &title,
            reference: it.reference.as_str(),
            ..PageHead::default()
        }))
        @if is_conflict {
            (look::notice(lang, Tone::Wait, html! {
                p { (say(request, "instrument-form-conflict")) }
                p { a href=(link::instrument_part(it.id, "versions")) {
                    (say(request, "instrument-page-history"))
                } }
            }))
        }
        (form.view(html! {
            input type="hidden" name="version" value=(version);
            (fields::all(&form, &drawn))
            (actions(&[
                button(&say(request, "button-save"), Look::Primary),
                html! { a href=(thing) { (say(request, "button-cancel")) } },
            ]))
        }))
    };
    let page = Page::new(request, &title).section(Section::Share).at(address.clone());
    Ok(page.personal().failed(errors).reply(content))
}

fn moves(request: &Request) -> Result<Reply, No> {
    let instrument: InstrumentId = request.id("id")?;
    let today = request.now.date_at(request.city().settings().utc_offset_minutes);
    let to = match request.form.get("to") {
        "show" => Move::Show,
        "hide" => Move::Hide,
        "retire" => Move::Retire(today),
        "restore" => Move::Restore,
        _ => return Err(Refusal::invalid("choice-unknown").on("to").into()),
    };
    let version = request.form.get("version").parse().unwrap_or(0);
    request.city().perform(&request.keyed(), MoveInstrument { instrument, version, to })?;
    Ok(back(instrument, "moved"))
}
