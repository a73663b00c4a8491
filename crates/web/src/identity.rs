//! Signing in by an identity of another provider: away, back, linked, unlinked.

use crate::form::Ticket;
use crate::link;
use crate::page::{Page, get, me, me_enrolling, moment, post, say};
use crate::sign_in::{self, HALF, Typed, opened};
use access::Act;
use app::No;
use app::account::Entered;
use app::identity::{
    AWAY_SECONDS, AcceptByIdentity, Back, Begun, Brought, Errand, LinkIdentity, OwnIdentities,
    Provider, SignInByIdentity, UnlinkIdentity,
};
use base::{IdentityId, Refusal};
use edge::{Reply, Request, Route};
use look::{Crumb, Look, PageHead, PostButton, Tone};
use maud::{Markup, html};
use parties::factor::HALF_SECONDS;

/// The routes of identities.
pub static ROUTES: &[Route] = &[
    get("/sign-in/with/{provider}", Act::SignIn, away),
    get("/sign-in/with/{provider}/back", Act::SignIn, back),
    get("/set-password/{secret}/with/{provider}", Act::SetPassword, accept),
    get("/account/identities/with/{provider}", Act::LinkIdentity, show_link),
    post("/account/identities/{id}/removal", Act::UnlinkIdentity, unlink),
];

/// The cookie of a browser that was sent to a provider.
const AWAY: &str = "away";

/// Away to a provider for signing in. It is a link and no form: browsers hold the redirects of a
/// form to our own pages.
fn away(request: &Request) -> Result<Reply, No> {
    let next = request.query.get("next");
    if request.header("sec-fetch-site") == "cross-site" {
        // Whoever signs in presses a button of ours.
        return Ok(Reply::see_other(link::sign_in(next)));
    }
    let next = if next.is_empty() { "" } else { link::own(next) };
    let onward = (next, request.query.get("anew") == "1");
    match begin(request, Errand::SignIn, onward) {
        Ok(begun) => Ok(sent(request, &begun, Reply::see_other(begun.address.as_str()))),
        Err(no) => refused(request, next, no),
    }
}

fn begin(request: &Request, errand: Errand, onward: (&str, bool)) -> Result<Begun, No> {
    let known = (request.param("provider"), request.secret(AWAY));
    request.city().begin_identity(&request.asker, known, errand, onward)
}

fn sent(request: &Request, begun: &Begun, reply: Reply) -> Reply {
    reply.with_cookie(request.secret_cookie(AWAY, &begun.cookie, Some(AWAY_SECONDS)))
}

/// Away with an invitation, to link an identity instead of setting a password.
fn accept(request: &Request) -> Result<Reply, No> {
    let errand = request.city().accept_errand(request.param("secret"))?;
    let begun = begin(request, errand, ("", true))?;
    Ok(sent(request, &begun, Reply::see_other(begun.address.as_str())))
}

/// The page before linking; its link leads away.
fn show_link(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let lang = request.lang;
    let provider = request.city().identity_provider(request.param("provider"))?;
    let name = provider.settings().shown.best(lang).0.to_owned();
    let errand = request.city().link_errand(&request.asker)?;
    let begun = begin(request, errand, (link::ACCOUNT, true));
    let title = words::say_with(lang, "identity-link-title", &[("name", name.as_str().into())]);
    let account = say(request, "account-title");
    let lead = words::say_with(lang, "identity-link-lead", &[("name", name.as_str().into())]);
    let head = PageHead {
        lang,
        crumbs: &[Crumb { href: link::ACCOUNT, text: &account }],
        title: &title,
        lead: Some(html! { (lead) }),
        ..PageHead::default()
    };
    let cancel = look::link_button(link::ACCOUNT, &say(request, "identity-cancel"), Look::Plain);
    let go = |address: &str| {
        let text = words::say_with(lang, "identity-go", &[("name", name.as_str().into())]);
        look::actions(&[look::link_button(address, &text, Look::Primary), cancel.clone()])
    };
    match begun {
        Ok(begun) => {
            let content = html! { (look::page_head(&head)) (go(&begun.address)) };
            let page = Page::new(request, &title).personal();
            Ok(sent(request, &begun, page.reply(content)))
        }
        Err(no) => {
            let reasons = look::error_summary(lang, &no.0);
            let content = html! { (look::page_head(&head)) (reasons) (look::actions(&[cancel])) };
            Ok(Page::new(request, &title).personal().failed(&no.0).reply(content))
        }
    }
}

/// Back from a provider, with whatever the browser was sent for.
fn back(request: &Request) -> Result<Reply, No> {
    let query = &request.query;
    let brought = Brought {
        state: query.get("state"),
        code: query.get("code"),
        issuer: query.get("iss"),
        error: query.get("error"),
    };
    let known = (request.param("provider"), request.secret(AWAY));
    let found = request.city().identity_back(&request.asker, known, &brought);
    let reply = match found {
        Ok(back) => arrived(request, back)?,
        // An unknown provider is no page; everything else says how to begin anew.
        Err(no) if no.class() == base::Class::NotFound => return Err(no),
        Err(no) => refused(request, "", no)?,
    };
    Ok(reply.with_cookie(request.secret_cookie(AWAY, "", Some(0))))
}

fn arrived(request: &Request, back: Back) -> Result<Reply, No> {
    let Back { errand, next, proven } = back;
    let agent = request.header("user-agent");
    let entered = match errand {
        Errand::Link { .. } => {
            let act = LinkIdentity::new(&request.asker, errand, proven);
            return match request.city().perform(&request.asker, act) {
                Ok(_) => Ok(Reply::see_other(look::address::with(&next, "changed", "1"))),
                // Somebody who was away for long proves it again, and then goes away again.
                Err(no) if no.0.iter().any(|refusal| refusal.code == "proof-required") => {
                    let again = link::identity_link(request.param("provider"));
                    Ok(Reply::see_other(link::proof(&again)))
                }
                Err(no) => refused(request, &next, no),
            };
        }
        Errand::SignIn => {
            request.city().perform(&request.asker, SignInByIdentity::new(proven, agent))
        }
        Errand::Accept { link } => {
            request.city().perform(&request.asker, AcceptByIdentity::new(link, proven, agent))
        }
    };
    match entered {
        Ok(Entered::In(done)) => Ok(opened(request, &next, None, &done)),
        Ok(Entered::HalfWay(half)) => {
            let kept = request.secret_cookie(HALF, &half.secret, Some(HALF_SECONDS));
            Ok(Reply::see_other(link::sign_in_code(&next)).with_cookie(kept))
        }
        Err(no) => refused(request, &next, no),
    }
}

/// What went wrong, where somebody can begin anew: at the account, or at signing in.
fn refused(request: &Request, next: &str, no: No) -> Result<Reply, No> {
    let says = |code: &str| no.0.iter().any(|refusal| refusal.code == code);
    let is_elsewhere = matches!(no.class(), base::Class::SignIn | base::Class::NotFound);
    if says("proof-required") || says("factor-required") || is_elsewhere {
        return Err(no);
    }
    if request.me.is_none() {
        let typed = Typed { next, ..Typed::default() };
        return Ok(sign_in::page(request, &typed, &no.0));
    }
    Ok(problem_page(request, &no.0))
}

/// The reasons for somebody who is signed in already.
fn problem_page(request: &Request, reasons: &[Refusal]) -> Reply {
    let lang = request.lang;
    let title = say(request, "identity-title");
    let account = say(request, "account-title");
    let head = PageHead {
        lang,
        crumbs: &[Crumb { href: link::ACCOUNT, text: &account }],
        title: &title,
        ..PageHead::default()
    };
    let content = html! {
        (look::page_head(&head))
        (look::error_summary(lang, reasons))
        (look::actions(&[look::link_button(link::ACCOUNT, &account, Look::Plain)]))
    };
    Page::new(request, &title).personal().at(link::ACCOUNT).failed(reasons).reply(content)
}

fn unlink(request: &Request) -> Result<Reply, No> {
    me_enrolling(request)?;
    let identity: IdentityId = request.id("id")?;
    let act = UnlinkIdentity::new(&request.asker, identity);
    match request.city().perform(&request.keyed(), act) {
        Ok(()) => Ok(Reply::see_other(look::address::with(link::ACCOUNT, "changed", "1"))),
        Err(no) if no.0.iter().any(|refusal| refusal.code == "identity-last") => {
            Ok(problem_page(request, &no.0))
        }
        Err(no) => Err(no),
    }
}

/// One button for each provider, where there are any.
pub fn buttons(request: &Request, next: &str, is_carrying: bool) -> Markup {
    let providers = &request.city().settings().identities;
    if providers.is_empty() {
        return html! {};
    }
    let address = |name: &str| link::identity_sign_in(name, next, false);
    let body = html! {
        p { (say(request, "identity-sign-in-lead")) }
        @if is_carrying { p { (say(request, "identity-carries-not")) } }
        (row(request, &every(request), address, "identity-sign-in-with"))
    };
    look::sheet(&say(request, "identity-sign-in-title"), body)
}

/// The same for an invitation.
pub fn accept_buttons(request: &Request, secret: &str) -> Markup {
    let providers = &request.city().settings().identities;
    if providers.is_empty() || request.city().accept_errand(secret).is_err() {
        return html! {};
    }
    let address = |name: &str| link::identity_accept(secret, name);
    let body = html! {
        p { (say(request, "identity-accept-lead")) }
        (row(request, &every(request), address, "identity-accept-with"))
    };
    look::sheet(&say(request, "identity-sign-in-title"), body)
}

/// The same for a fresh proof, for people who are linked to a provider.
pub fn proof_buttons(request: &Request, next: &str) -> Markup {
    let own = request.city().own_identities(&request.asker).unwrap_or_default();
    let is_linked = |issuer: &String| own.linked.iter().any(|(linked, _)| linked.issuer == *issuer);
    let providers = request.city().settings().identities.iter();
    let providers: Vec<_> =
        providers.filter(|provider| is_linked(&provider.settings().issuer)).collect();
    if providers.is_empty() {
        return html! {};
    }
    let address = |name: &str| link::identity_sign_in(name, next, true);
    let body = html! {
        p { (say(request, "identity-proof-lead")) }
        (row(request, &providers, address, "identity-sign-in-again"))
    };
    look::sheet(&say(request, "identity-sign-in-title"), body)
}

fn every(request: &Request) -> Vec<&Provider> {
    request.city().settings().identities.iter().collect()
}

fn row(
    request: &Request,
    providers: &[&Provider],
    address: impl Fn(&str) -> String,
    words: &str,
) -> Markup {
    let lang = request.lang;
    html! {
        div.row {
            @for provider in providers {
                @let known = provider.settings();
                @let name = known.shown.best(lang).0;
                (look::link_button(
                    &address(&known.name),
                    &words::say_with(lang, words, &[("name", name.into())]),
                    Look::Plain,
                ))
            }
        }
    }
}

/// The part of the account page; nothing where there are neither providers nor identities.
pub fn state(request: &Request, own: &OwnIdentities, ticket: &Ticket) -> Markup {
    let lang = request.lang;
    let providers = &request.city().settings().identities;
    if providers.is_empty() && own.linked.is_empty() {
        return html! {};
    }
    let body = html! {
        p { (say(request, "identity-lead")) }
        @if own.linked.is_empty() { p.quiet { (say(request, "identity-none")) } }
        @for (identity, provider) in &own.linked {
            @let name = provider.as_ref().map_or(identity.issuer.as_str(), |name| name.best(lang).0);
            @let shown = if identity.shown.is_empty() { &identity.subject } else { &identity.shown };
            @let since = moment(request, identity.linked_at);
            div.row {
                span {
                    (name) " · " (shown)
                    span.quiet { " · "
                        (words::say_with(lang, "identity-since", &[("at", since.into())])) }
                    @if provider.is_none() {
                        " " (look::tag(Tone::Wait, &say(request, "identity-provider-gone")))
                    }
                }
                (look::post_button(&PostButton {
                    action: &link::identity_removal(identity.id),
                    csrf: &ticket.csrf,
                    key: &ticket.key,
                    text: &words::say_with(lang, "identity-unlink", &[("name", name.into())]),
                    look: Look::Plain,
                    values: &[],
                }))
            }
        }
        (row(request, &every(request), link::identity_link, "identity-link"))
    };
    look::sheet(&say(request, "identity-title"), body)
}
