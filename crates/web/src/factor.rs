//! One's own second factor: set up with a telephone, replaced, removed; recovery codes.

use crate::form::{Ticket, reasons, ticket};
use crate::link;
use crate::page::{Page, get, me_enrolling, moment, post, say};
use access::Act;
use app::No;
use app::factor::{EnrolFactor, FactorDraft, OwnFactor, RemoveFactor, RenewRecoveryCodes};
use base::{Class, Refusal};
use edge::{Reply, Request, Route};
use look::{Confirm, Crumb, Field, Form, Look, PageHead, PostButton, Tone, Width};
use maud::{Markup, html};

/// The routes of one's own second factor.
pub static ROUTES: &[Route] = &[
    get(link::ACCOUNT_FACTOR, Act::EnrolFactor, show),
    post(link::ACCOUNT_FACTOR, Act::EnrolFactor, enrol),
    post(link::ACCOUNT_FACTOR_REMOVAL, Act::RemoveFactor, remove),
    post(link::ACCOUNT_RECOVERY_CODES, Act::RenewRecoveryCodes, renew),
];

/// Recovery codes left, below which the page asks to make new ones.
const FEW_CODES: u64 = 3;

/// The part of the account page: whether there is one, and what can be done.
pub fn state(request: &Request, own: &OwnFactor, ticket: &Ticket) -> Markup {
    let lang = request.lang;
    let Some((since, left)) = own.enrolled else {
        return html! {
            p { (say(request, "factor-none")) " " (say(request, "factor-lead")) }
            @if own.is_needed { p { (say(request, "factor-needed-here")) } }
            (look::link_button(link::ACCOUNT_FACTOR, &say(request, "factor-enrol"), Look::Plain))
        };
    };
    let count = [("count", usize::try_from(left).unwrap_or(usize::MAX).into())];
    let since = [("at", moment(request, since).into())];
    html! {
        @if let Some(recovery) = &own.recovery {
            (look::notice(lang, Tone::Wait, html! {
                p { (say(request, "factor-recovery-own")) }
                p { (recovery.reason) }
                (look::post_button(&PostButton {
                    action: &link::person_recovery_refusal(recovery.person),
                    csrf: &ticket.csrf,
                    key: &ticket.key,
                    text: &say(request, "factor-recovery-refuse"),
                    look: Look::Plain,
                    values: &[("started_at", &recovery.started_at.micros().to_string())],
                }))
            }))
        }
        p.row {
            (look::state_tag(Tone::Ok, &say(request, "factor-state-on")))
            span { (words::say_with(lang, "factor-since", &since)) }
            span { (words::say_with(lang, "factor-codes-left", &count)) }
        }
        @if left < FEW_CODES {
            (look::notice(lang, Tone::Wait, html! { p { (say(request, "factor-codes-few")) } }))
        }
        div.row.actions {
            (look::link_button(link::ACCOUNT_FACTOR, &say(request, "factor-replace"), Look::Plain))
            (ask(request, ticket, "factor-renew", link::ACCOUNT_RECOVERY_CODES, Look::Primary))
            @if !own.is_needed {
                (ask(request, ticket, "factor-remove", link::ACCOUNT_FACTOR_REMOVAL, Look::Danger))
            }
        }
        @if own.is_needed { p.quiet { (say(request, "factor-needed-here")) } }
    }
}

/// A question with the sentences `<key>`, `<key>-title`, `<key>-text`, and a button that does it.
fn ask(request: &Request, ticket: &Ticket, key: &str, action: &str, look: Look) -> Markup {
    look::confirm(&Confirm {
        lang: request.lang,
        open: &say(request, key),
        title: &say(request, &format!("{key}-title")),
        text: html! { p { (say(request, &format!("{key}-text"))) } },
        act: look::post_button(&PostButton {
            action,
            csrf: &ticket.csrf,
            key: &ticket.key,
            text: &say(request, key),
            look,
            values: &[],
        }),
    })
}

/// The name under which programs list the code.
fn issuer(request: &Request) -> Result<String, No> {
    let row = request.city().row()?;
    let name = base::Bilingual::new(row.name_en.clone(), row.name_zh.clone());
    Ok(name.best(request.lang).0.to_owned())
}

fn show(request: &Request) -> Result<Reply, No> {
    me_enrolling(request)?;
    let draft = request.city().factor_draft(&request.asker, "", &issuer(request)?)?;
    page(request, &draft, request.query.get("next"), &[])
}

fn enrol(request: &Request) -> Result<Reply, No> {
    me_enrolling(request)?;
    let (sealed, next) = (request.form.get("draft"), request.form.get("next"));
    let act = EnrolFactor::new(&request.asker, sealed, request.form.get("one_time_code"));
    match request.city().perform(&request.keyed(), act) {
        Ok(done) => {
            let title = say(request, "factor-done-title");
            let reply = codes_page(request, &title, &done.recovery_codes, next);
            if done.secret.is_empty() {
                return Ok(reply);
            }
            Ok(reply.with_cookie(request.secret_cookie("session", &done.secret, None)))
        }
        Err(no) if no.class() == Class::Invalid => {
            let issuer = issuer(request)?;
            let draft = request.city().factor_draft(&request.asker, sealed, &issuer)?;
            page(request, &draft, next, &no.0)
        }
        Err(no) => Err(no),
    }
}

fn page(
    request: &Request,
    draft: &FactorDraft,
    next: &str,
    reasons: &[Refusal],
) -> Result<Reply, No> {
    let lang = request.lang;
    let ticket = ticket(request);
    let own = request.city().own_factor(&request.asker)?;
    let must = me_enrolling(request)?.actor.must_enrol;
    let form =
        Form::new(lang, link::ACCOUNT_FACTOR, &ticket.csrf, &ticket.key).with_errors(reasons);
    let (title, lead) = match (must, own.enrolled.is_some()) {
        (true, _) => ("factor-must-title", "factor-must-lead"),
        (false, true) => ("factor-replace", "factor-replace-lead"),
        (false, false) => ("factor-enrol", "factor-lead"),
    };
    let title = say(request, title);
    let account = say(request, "account-title");
    let body = html! {
        input type="hidden" name="draft" value=(draft.sealed);
        input type="hidden" name="next" value=(next);
        (look::text_field(&form, &Field {
            name: "one_time_code", hint: &say(request, "factor-code-hint-enrol"), width: Width::Short,
            autocomplete: "one-time-code", ..Field::default()
        }))
        (look::actions(&[look::button(&say(request, "factor-confirm"), Look::Primary)]))
    };
    let head = PageHead {
        lang,
        crumbs: &[Crumb { href: link::ACCOUNT, text: &account }],
        title: &title,
        lead: Some(html! { (say(request, lead)) }),
        ..PageHead::default()
    };
    let content = html! {
        (look::page_head(&head))
        (look::part("scan", &say(request, "factor-step-scan"), html! {
            p { (say(request, "factor-step-scan-text")) }
            p { (look::copy_id(lang, &draft.written)) }
            (look::qr_alone(&draft.address, &say(request, "factor-step-scan")))
        }))
        (look::part("code-part", &say(request, "factor-step-code"), html! {
            p { (say(request, "factor-step-code-text")) }
            (form.view(body))
        }))
    };
    Ok(Page::new(request, &title)
        .personal()
        .at(link::ACCOUNT_FACTOR)
        .failed(reasons)
        .reply(content))
}

fn remove(request: &Request) -> Result<Reply, No> {
    request.city().perform(&request.keyed(), RemoveFactor::new(&request.asker))?;
    Ok(Reply::see_other(look::address::with(link::ACCOUNT, "changed", "1")))
}

fn renew(request: &Request) -> Result<Reply, No> {
    match request.city().perform(&request.keyed(), RenewRecoveryCodes) {
        Ok(done) => {
            let title = say(request, "factor-codes-renewed-title");
            Ok(codes_page(request, &title, &done.codes, link::ACCOUNT))
        }
        Err(no) => {
            reasons(no.clone())?;
            Err(no)
        }
    }
}

/// The page that tells recovery codes, once, fit for a sheet of paper.
fn codes_page(request: &Request, title: &str, codes: &[String], next: &str) -> Reply {
    let lang = request.lang;
    let next = if next.is_empty() { link::ACCOUNT } else { link::own(next) };
    let head = PageHead { lang, title, ..PageHead::default() };
    let content = html! {
        (look::page_head(&head))
        (look::part("codes", &say(request, "factor-codes-title"), html! {
            @if codes.is_empty() {
                p { (say(request, "factor-codes-told")) }
            } @else {
                (look::notice(lang, Tone::Wait, html! { p { (say(request, "factor-codes-lead")) } }))
                ol { @for code in codes { li { code { (code) } } } }
            }
        }))
        (look::actions(&[look::link_button(next, &say(request, "factor-go-on"), Look::Primary)]))
    };
    Page::new(request, title).at(link::ACCOUNT).personal().reply(content)
}
