//! One's own keys of the programming interface: made, told once, ended.

use crate::form::{Ticket, reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, moment, post, say};
use access::{Act, Scope};
use app::No;
use app::account::{CreateToken, RevokeToken, Token, TokenCreated};
use base::time::half_width;
use base::{Refusal, TokenId, limits};
use edge::{Reply, Request, Route};
use look::{
    Choice, Column, Confirmation, Crumb, Field, Form, Kind, Look, PageHead, PostButton, Table,
    Tone, Width,
};
use maud::{Markup, html};

/// The routes of keys.
pub static ROUTES: &[Route] = &[
    get(link::ACCOUNT_KEYS, Act::CreateToken, show),
    post(link::ACCOUNT_KEYS, Act::CreateToken, create),
    post("/account/keys/{id}/end", Act::RevokeToken, end),
];

/// Days that a key lasts unless something else is asked.
const DAYS: i64 = 90;

/// What the form asks.
struct Draft {
    name: String,
    days: String,
    scopes: Vec<Scope>,
}

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let scopes = vec![Scope::TechnologiesRead, Scope::PartiesRead];
    let draft = Draft { name: String::new(), days: DAYS.to_string(), scopes };
    Ok(page(request, &draft, &[]))
}

fn create(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let scopes = request.form.all("scopes").into_iter().filter_map(Scope::parse).collect();
    let draft = Draft {
        name: request.form.get("name").trim().to_owned(),
        days: request.form.get("days").chars().map(half_width).collect(),
        scopes,
    };
    let Ok(days) = draft.days.trim().parse() else {
        let unread = Refusal::invalid("number-unreadable").on("days").term("field", "field-days");
        return Ok(page(request, &draft, &[unread]));
    };
    let act = CreateToken {
        person: None,
        name: draft.name.clone(),
        scopes: draft.scopes.iter().copied().collect(),
        days,
    };
    match request.city().perform(&request.keyed(), act) {
        Ok(done) => Ok(told(request, &draft.name, &done)),
        // Too wide a scope is said at the form, where it can be left out.
        Err(no) if no.0.iter().all(|refusal| refusal.field.is_some()) => {
            Ok(page(request, &draft, &no.0))
        }
        Err(no) => Ok(page(request, &draft, &reasons(no)?)),
    }
}

fn end(request: &Request) -> Result<Reply, No> {
    let token: TokenId = request.id("id")?;
    request.city().perform(&request.keyed(), RevokeToken { token })?;
    Ok(Reply::see_other(look::address::with(link::ACCOUNT, "changed", "1")))
}

fn scope_text(request: &Request, scope: Scope) -> String {
    say(request, &format!("account-scope-{}", scope.word().replace(':', "-")))
}

fn page(request: &Request, draft: &Draft, reasons: &[Refusal]) -> Reply {
    let lang = request.lang;
    let ticket = ticket(request);
    let form = Form::new(lang, link::ACCOUNT_KEYS, &ticket.csrf, &ticket.key).with_errors(reasons);
    let title = say(request, "account-key-new");
    let account = say(request, "account-title");
    let texts = Scope::ALL.map(|scope| scope_text(request, scope));
    let choices: Vec<Choice<'_>> = Scope::ALL
        .iter()
        .zip(&texts)
        .map(|(scope, text)| Choice {
            value: scope.word(),
            text,
            hint: scope.word(),
            is_chosen: draft.scopes.contains(scope),
        })
        .collect();
    let most = parties::session::TOKEN_DAYS_MAX;
    let days = words::say_with(lang, "account-key-days-hint", &[("most", most.into())]);
    let body = html! {
        (look::text_field(&form, &Field {
            name: "name", value: &draft.name, width: Width::Half,
            label: &say(request, "account-key-name"),
            hint: &say(request, "account-key-name-hint"),
            most: Some(limits::NAME_CHARS_MAX), ..Field::default()
        }))
        (look::checkboxes(&form, &Field {
            name: "scopes", label: &say(request, "account-key-scopes"), ..Field::default()
        }, &choices))
        (look::text_field(&form, &Field {
            name: "days", value: &draft.days, kind: Kind::Number, width: Width::Tiny,
            label: &say(request, "account-key-days"), hint: &days, ..Field::default()
        }))
        (look::actions(&[look::button(&say(request, "account-key-create"), Look::Primary)]))
    };
    let head = PageHead {
        lang,
        crumbs: &[Crumb { href: link::ACCOUNT, text: &account }],
        title: &title,
        lead: Some(html! { (say(request, "account-keys-lead")) }),
        ..PageHead::default()
    };
    let content = html! { (look::page_head(&head)) (form.view(body)) };
    Page::new(request, &title).failed(reasons).reply(content)
}

/// The page that tells the secret, once: sent again with its key, the act no longer knows it.
fn told(request: &Request, name: &str, done: &TokenCreated) -> Reply {
    let lang = request.lang;
    let title = words::say_with(lang, "account-key-created", &[("name", name.into())]);
    let ends = [("at", moment(request, done.ends_at).into())];
    let secret = html! {
        @if done.secret.is_empty() {
            p { (say(request, "account-key-told-before")) }
        } @else {
            p { (look::copy_id(lang, &done.secret)) }
            (look::notice(lang, Tone::Wait, html! { p { (say(request, "account-key-once")) } }))
        }
        p { (words::say_with(lang, "account-until", &ends)) }
    };
    let back = look::link_button(link::ACCOUNT, &say(request, "account-title"), Look::Plain);
    let content = look::confirmation(&Confirmation {
        lang,
        title: &title,
        reference: "",
        at: &moment(request, request.now),
        next: secret,
        actions: vec![back],
    });
    Page::new(request, &title).at(link::ACCOUNT).personal().reply(content)
}

/// Keys with their scopes, last use and end.
pub fn table(request: &Request, tokens: &[Token], ticket: &Ticket) -> Markup {
    let lang = request.lang;
    let heads = ["name", "scopes", "used", "ends", "act"];
    let titles = heads.map(|head| say(request, &format!("account-key-{head}")));
    let columns = heads.iter().zip(&titles).map(|(key, title)| Column::text(key, title)).collect();
    let rows = tokens.iter().filter(|token| request.now < token.ends_at).map(|token| {
        let scopes: Vec<String> =
            token.scopes.iter().map(|scope| scope_text(request, *scope)).collect();
        let used = match token.used_at.micros() {
            0 => say(request, "account-key-never"),
            _ => moment(request, token.used_at),
        };
        look::Row::from(vec![
            html! { (token.name) },
            html! { (words::list(lang, &scopes)) },
            html! { (used) },
            html! { (moment(request, token.ends_at)) },
            end_button(request, token, ticket),
        ])
    });
    look::table(&Table {
        lang,
        caption: &say(request, "account-keys-title"),
        is_caption_hidden: true,
        columns,
        rows: rows.collect(),
        empty: Some(html! { p.quiet { (say(request, "account-keys-none")) } }),
        is_cards: true,
        ..Table::default()
    })
}

fn end_button(request: &Request, token: &Token, ticket: &Ticket) -> Markup {
    let name = [("name", token.name.as_str().into())];
    let lang = request.lang;
    look::confirm(&look::Confirm {
        lang,
        open: &say(request, "account-key-end"),
        title: &words::say_with(lang, "account-key-end-title", &name),
        text: html! { p { (say(request, "account-key-end-text")) } },
        act: look::post_button(&PostButton {
            action: &link::key_end(token.id),
            csrf: &ticket.csrf,
            key: &ticket.key,
            text: &say(request, "account-key-end"),
            look: Look::Danger,
            values: &[],
        }),
    })
}
