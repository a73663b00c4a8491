//! Adding an organisation, and keeping what is said about it current.

use crate::form::{bilingual, reasons, ticket};
use crate::link;
use crate::page::{Page, get, may, me, post, say};
use access::{Act, Thing};
use app::No;
use app::organisation::{CreateOrganisation, ReviseOrganisation};
use base::{Class, OrganisationId, Refusal, limits};
use edge::{Fields, Reply, Request, Route};
use look::{Choice, Crumb, Field, Form, Look, PageHead, Tone, Width};
use maud::{Markup, html};
use parties::organisation::{OrganisationKind, Profile};

/// The routes that change organisations.
pub static ROUTES: &[Route] = &[
    get(link::ORGANISATION_NEW, Act::CreateOrganisation, show_new),
    post(link::ORGANISATIONS, Act::CreateOrganisation, create),
    get("/organisations/{id}/revision", Act::ReviseOrganisation, show_revision),
    post("/organisations/{id}/revision", Act::ReviseOrganisation, revise),
];

/// What the form asks, as typed.
struct Draft {
    /// `None` until one is chosen.
    kind: Option<OrganisationKind>,
    profile: Profile,
    /// Other spellings, one a line; asked of a new organisation only.
    aliases: String,
    version: u64,
}

/// What the form is for.
#[derive(Clone, Copy)]
enum Purpose {
    New,
    Revision(OrganisationId),
}

fn empty() -> Profile {
    Profile {
        kind: OrganisationKind::Firm,
        name: base::Bilingual::default(),
        short: base::Bilingual::default(),
        credit_code: String::new(),
        region: base::Bilingual::default(),
        about: base::Bilingual::default(),
        invented: false,
    }
}

fn read(fields: &Fields, invented: bool) -> Draft {
    let code = fields.get("credit_code").chars().map(base::time::half_width);
    let code: String = code.filter(|c| !c.is_whitespace()).collect();
    let kind = OrganisationKind::parse(fields.get("kind"));
    Draft {
        kind,
        profile: Profile {
            kind: kind.unwrap_or(OrganisationKind::Firm),
            name: bilingual(fields, "name"),
            short: bilingual(fields, "short"),
            credit_code: code.to_uppercase(),
            region: bilingual(fields, "region"),
            about: bilingual(fields, "about"),
            invented,
        },
        aliases: fields.get("aliases").to_owned(),
        version: fields.get("version").parse().unwrap_or(0),
    }
}

fn kind_missing(draft: &Draft) -> Option<Refusal> {
    let missing = Refusal::invalid("field-required").on("kind").term("field", "field-kind");
    draft.kind.is_none().then_some(missing)
}

fn show_new(request: &Request) -> Result<Reply, No> {
    me(request)?;
    if !may(request, Act::CreateOrganisation, &Thing::open()) {
        return Err(Refusal::new(Class::NotAllowed, "not-allowed").into());
    }
    let draft = Draft { kind: None, profile: empty(), aliases: String::new(), version: 0 };
    Ok(page(request, Purpose::New, &draft, &[]))
}

fn create(request: &Request) -> Result<Reply, No> {
    // Whatever is added to a demonstration is invented.
    let draft = read(&request.form, request.city().row()?.demo);
    if let Some(missing) = kind_missing(&draft) {
        let mut all = vec![missing];
        all.extend(draft.profile.problems());
        return Ok(page(request, Purpose::New, &draft, &all));
    }
    let aliases = draft.aliases.lines().map(str::trim).filter(|line| !line.is_empty());
    let act = CreateOrganisation {
        profile: draft.profile.clone(),
        aliases: aliases.map(str::to_owned).collect(),
    };
    match request.city().perform(&request.keyed(), act) {
        Ok(done) => Ok(Reply::see_other(link::organisation(done.organisation))),
        Err(no) => Ok(page(request, Purpose::New, &draft, &reasons(no)?)),
    }
}

fn show_revision(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let id: OrganisationId = request.id("id")?;
    let view = request.city().organisation(&request.asker, id)?;
    if !view.may_revise {
        return Err(Refusal::new(Class::NotAllowed, "not-allowed").into());
    }
    let organisation = view.organisation;
    let draft = Draft {
        kind: Some(organisation.profile.kind),
        profile: organisation.profile,
        aliases: String::new(),
        version: organisation.version,
    };
    Ok(page(request, Purpose::Revision(id), &draft, &[]))
}

fn revise(request: &Request) -> Result<Reply, No> {
    let id: OrganisationId = request.id("id")?;
    let purpose = Purpose::Revision(id);
    let mut draft = read(&request.form, false);
    if let Some(missing) = kind_missing(&draft) {
        let mut all = vec![missing];
        all.extend(draft.profile.problems());
        return Ok(page(request, purpose, &draft, &all));
    }
    let act = ReviseOrganisation {
        organisation: id,
        version: draft.version,
        profile: draft.profile.clone(),
    };
    match request.city().perform(&request.keyed(), act) {
        Ok(done) => Ok(Reply::see_other(link::organisation(done.organisation))),
        Err(no) => {
            let reasons = reasons(no)?;
            let is_late = reasons.iter().any(|refusal| refusal.code == "version-conflict");
            if !is_late {
                return Ok(page(request, purpose, &draft, &reasons));
            }
            // Somebody was faster: what they wrote stands beside what was typed here, and sending
            // again builds on theirs.
            let now = request.city().organisation(&request.asker, id)?.organisation;
            draft.version = now.version;
            let changes = differences(request, &now.profile, &draft.profile);
            Ok(page_with(request, purpose, &draft, &reasons, changes))
        }
    }
}

/// What stands there now, and what was typed.
fn differences(request: &Request, now: &Profile, typed: &Profile) -> Markup {
    let pairs = [
        ("field-name-en", &now.name.en, &typed.name.en),
        ("field-name-zh", &now.name.zh, &typed.name.zh),
        ("organisation-short", &now.short.en, &typed.short.en),
        ("organisation-short", &now.short.zh, &typed.short.zh),
        ("organisation-credit-code", &now.credit_code, &typed.credit_code),
        ("organisation-region", &now.region.en, &typed.region.en),
        ("organisation-region", &now.region.zh, &typed.region.zh),
        ("organisation-about", &now.about.en, &typed.about.en),
        ("organisation-about", &now.about.zh, &typed.about.zh),
    ];
    let named: Vec<(String, &String, &String)> = pairs
        .into_iter()
        .filter(|(_, now, typed)| now != typed)
        .map(|(key, now, typed)| (say(request, key), now, typed))
        .collect();
    let rows: Vec<(&str, &str, &str)> = named
        .iter()
        .map(|(name, now, typed)| (name.as_str(), now.as_str(), typed.as_str()))
        .collect();
    look::diff_rows(request.lang, &rows)
}

fn page(request: &Request, purpose: Purpose, draft: &Draft, reasons: &[Refusal]) -> Reply {
    page_with(request, purpose, draft, reasons, html! {})
}

fn page_with(
    request: &Request,
    purpose: Purpose,
    draft: &Draft,
    reasons: &[Refusal],
    changes: Markup,
) -> Reply {
    let lang = request.lang;
    let ticket = ticket(request);
    let (action, here, title, verb) = match purpose {
        Purpose::New => (
            link::organisations(),
            link::ORGANISATION_NEW.to_owned(),
            say(request, "organisation-new"),
            say(request, "organisation-create"),
        ),
        Purpose::Revision(id) => (
            link::organisation_revision(id),
            link::organisation_revision(id),
            say(request, "organisation-revise"),
            say(request, "organisation-save"),
        ),
    };
    let list = say(request, "organisation-list-title");
    let form = Form::new(lang, &action, &ticket.csrf, &ticket.key).with_errors(reasons);
    let body = html! {
        @if let Purpose::Revision(_) = purpose {
            input type="hidden" name="version" value=(draft.version);
        }
        (fields(request, &form, draft, purpose))
        (look::actions(&[look::button(&verb, Look::Primary)]))
    };
    let head = PageHead {
        lang,
        crumbs: &[Crumb { href: link::ORGANISATIONS, text: &list }],
        title: &title,
        lead: Some(html! { (say(request, "organisation-form-lead")) }),
        ..PageHead::default()
    };
    let content = html! {
        (look::page_head(&head))
        @if reasons.iter().any(|refusal| refusal.code == "version-conflict") {
            (look::notice(lang, Tone::Wait, html! {
                p { (say(request, "organisation-conflict")) }
            }))
            (changes)
        }
        (form.view(body))
    };
    Page::new(request, &title).at(here).failed(reasons).reply(content)
}

fn fields(request: &Request, form: &Form<'_>, draft: &Draft, purpose: Purpose) -> Markup {
    let profile = &draft.profile;
    let kinds = OrganisationKind::ALL
        .map(|kind| (kind, say(request, &format!("organisation-kind-{}", kind.word()))));
    let choices: Vec<Choice<'_>> = kinds
        .iter()
        .map(|(kind, text)| Choice {
            value: kind.word(),
            text,
            hint: "",
            is_chosen: draft.kind == Some(*kind),
        })
        .collect();
    let text = |key: &str| say(request, &format!("organisation-{key}"));
    html! {
        (look::select(form, &Field { name: "kind", width: Width::Half, ..Field::default() },
            &choices))
        (look::bilingual_field(form, &Field {
            name: "name", most: Some(limits::NAME_CHARS_MAX), hint: &text("name-hint"),
            ..Field::default()
        }, &profile.name))
        (look::bilingual_field(form, &Field {
            name: "short", label: &text("short"), is_optional: true,
            most: Some(limits::NAME_CHARS_MAX), ..Field::default()
        }, &profile.short))
        (look::text_field(form, &Field {
            name: "credit_code", value: &profile.credit_code, is_optional: true,
            hint: &text("credit-code-hint"), width: Width::Half, ..Field::default()
        }))
        (look::bilingual_field(form, &Field {
            name: "region", label: &text("region"), is_optional: true,
            most: Some(limits::NAME_CHARS_MAX), ..Field::default()
        }, &profile.region))
        (look::bilingual_field(form, &Field {
            name: "about", label: &text("about"), is_optional: true, lines: Some(5),
            most: Some(limits::SUMMARY_CHARS_MAX * 2), ..Field::default()
        }, &profile.about))
        @if let Purpose::New = purpose {
            (look::text_area(form, &Field {
                name: "aliases", label: &text("aliases"), hint: &text("aliases-hint"),
                value: &draft.aliases, is_optional: true, lines: Some(4), ..Field::default()
            }))
        }
    }
}
