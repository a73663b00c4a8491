//! Somebody leaves: who takes over what is open, asked before the place or the account ends.

use crate::form::Ticket;
use crate::page::say;
use app::person::PersonChanged;
use base::{PersonId, Refusal};
use edge::Request;
use look::{Field, Form, Kind, Look, Tone, Width};
use maud::{Markup, html};

/// The form in a question that ends something: a successor may be named.
pub fn form(request: &Request, action: &str, text: &str, ticket: &Ticket) -> Markup {
    let form = Form::new(request.lang, action, &ticket.csrf, &ticket.key);
    form.view(html! {
        (look::text_field(&form, &Field {
            name: "successor",
            label: &say(request, "person-successor"),
            hint: &say(request, "person-successor-hint"),
            kind: Kind::Email,
            width: Width::Half,
            autocomplete: "off",
            is_optional: true,
            ..Field::default()
        }))
        (look::button(text, Look::Danger))
    })
}

/// Who was named; an address that nobody has is refused.
pub fn successor(request: &Request) -> Result<Option<PersonId>, Refusal> {
    let typed = request.form.get("successor").trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let unknown = || Refusal::invalid("person-successor-unknown").on("successor");
    request.city().person_named(typed).map(Some).map_err(|_| unknown())
}

/// The address that tells what became of the tasks.
pub fn told(address: &str, done: &PersonChanged) -> String {
    let mut address = look::address::with(address, "changed", "1");
    for (name, n) in [("back", done.tasks.n_back), ("passed", done.tasks.n_to_successor)] {
        if n > 0 {
            address = look::address::with(&address, name, &n.to_string());
        }
    }
    address
}

/// What became of the tasks, as the address tells it.
pub fn outcome(request: &Request) -> Markup {
    let n = |name: &str| request.query.get(name).parse::<usize>().unwrap_or(0);
    let lines = [("person-tasks-passed", n("passed")), ("person-tasks-back", n("back"))];
    html! {
        @if lines.iter().any(|(_, n)| *n > 0) {
            (look::notice(request.lang, Tone::Info, html! {
                @for (key, n) in lines.iter().filter(|(_, n)| *n > 0) {
                    p { (words::say_with(request.lang, key, &[("count", (*n).into())])) }
                }
            }))
        }
    }
}
