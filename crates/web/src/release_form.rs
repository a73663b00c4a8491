//! The questions that go with a text put forward for release.

use crate::page::say;
use crate::technology_draft::Draft;
use crate::technology_fields::levels;
use base::time::read_date;
use base::{Level, Refusal, limits};
use edge::Request;
use look::{Choice, Field, Form, checkboxes, date_field, fieldset, text_area};
use maud::{Markup, html};
use trading::release::Disclosure;

/// The questions for the reviewers, and the declaration.
pub fn fields(request: &Request, form: &Form<'_>, draft: &Draft) -> Markup {
    let long = |name: &'static str, hint: &str| {
        let hint = say(request, &format!("release-{hint}-hint"));
        text_area(
            form,
            &Field {
                name,
                hint: &hint,
                value: draft.get(name),
                most: Some(limits::SUMMARY_CHARS_MAX),
                lines: Some(2),
                ..Field::default()
            },
        )
    };
    let proposed = draft.get("disclosure.proposed");
    let hint = say(request, "release-proposed-hint");
    html! {
        (fieldset(&say(request, "release-group-disclosure"),
            &say(request, "release-group-disclosure-hint"), html! {
            (levels(form, "disclosure.proposed", &Level::ALL, proposed, &hint))
            (long("disclosure.funding", "funding"))
            (long("disclosure.prior_publication", "prior"))
            (date_field(form, &Field {
                name: "disclosure.planned_on",
                hint: &say(request, "release-planned-hint"),
                value: draft.get("disclosure.planned_on"),
                is_optional: true,
                ..Field::default()
            }))
            (long("disclosure.third_parties", "third"))
            (long("disclosure.export", "export"))
        }))
        (checkboxes(form, &Field {
            name: "disclosure.declared",
            hint: &say(request, "release-declare-hint"),
            ..Field::default()
        }, &[Choice {
            value: "1",
            text: &say(request, "release-declare"),
            is_chosen: draft.get("disclosure.declared") == "1",
            ..Choice::default()
        }]))
    }
}

/// What was answered, and what cannot be read.
pub fn read(draft: &Draft) -> (Disclosure, Vec<Refusal>) {
    let text = |name: &str| draft.get(&format!("disclosure.{name}")).to_owned();
    let typed = draft.get("disclosure.planned_on").trim();
    let planned_on = read_date(typed);
    let name = "disclosure.planned_on";
    let unread = (planned_on.is_none() && !typed.is_empty()).then(|| {
        Refusal::invalid("date-unreadable").on(name).term("field", base::text::field_term(name))
    });
    let told = Disclosure {
        proposed: text("proposed"),
        funding: text("funding"),
        prior_publication: text("prior_publication"),
        planned_on,
        third_parties: text("third_parties"),
        export: text("export"),
        declared: text("declared") == "1",
    };
    (told, unread.into_iter().collect())
}

/// Puts what was answered before into a form. The declaration is made anew each time.
pub fn put(draft: &mut Draft, told: &Disclosure) {
    let day = told.planned_on.map_or_else(String::new, |day| day.to_string());
    for (name, value) in [
        ("proposed", &told.proposed),
        ("funding", &told.funding),
        ("prior_publication", &told.prior_publication),
        ("planned_on", &day),
        ("third_parties", &told.third_parties),
        ("export", &told.export),
    ] {
        draft.put(&format!("disclosure.{name}"), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_read_back_and_are_declared_anew() {
        let told = Disclosure {
            proposed: "public".to_owned(),
            funding: "none".to_owned(),
            prior_publication: "none".to_owned(),
            planned_on: read_date("2026-12-01"),
            third_parties: "none".to_owned(),
            export: "no list".to_owned(),
            declared: true,
        };
        let mut draft = Draft::default();
        put(&mut draft, &told);
        assert_eq!(read(&draft), (Disclosure { declared: false, ..told }, Vec::new()));
        draft.put("disclosure.planned_on", "soon");
        assert_eq!(read(&draft).1[0].code, "date-unreadable");
    }
}
