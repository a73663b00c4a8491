//! What auctions and contracts wait for from the reader, on the desk: one line each, with its time limit and
//! the page on which it is done.

use crate::link;
use crate::page::{moment, say};
use app::due::{Due, Place};
use edge::Request;
use maud::{Markup, html};

/// The part of the desk; nothing where nothing waits.
pub fn on_desk(request: &Request, dues: &[Due]) -> Markup {
    if dues.is_empty() {
        return html! {};
    }
    look::part(
        "dues",
        &say(request, "due-title"),
        html! {
            ul {
                @for due in dues {
                    li {
                        a href=(place(due)) { (say(request, &format!("due-{}", due.act.word()))) }
                        " · " code { (due.reference) }
                        @if let Some(at) = due.until {
                            " · " (words::say_with(request.lang, "due-until", &[("at", moment(request, at).into())]))
                        }
                    }
                }
            }
        },
    )
}

fn place(due: &Due) -> String {
    match due.place {
        Place::Lot(id) => link::auction(id),
        Place::Contract(id) => link::contract(id),
    }
}
