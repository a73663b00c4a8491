//! What a user says of a use: a short form on its page, a hint on the page of its booking, and the list
//! for the people of an instrument.

use crate::booking::said;
use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, moment, post, say, stamp};
use access::Act;
use app::No;
use app::booking::BookingView;
use app::feedback::GiveFeedback;
use app::usage::UseView;
use base::{InstrumentId, Refusal, UseId};
use edge::{Reply, Request, Route};
use instruments::feedback::{Asked, DUE_HOURS, Feedback};
use instruments::service_order::Opinion;
use look::{
    Choice, Column, Crumb, Field, Form, Look, PageHead, Section, Table, Tone, actions, button,
    link_button, radios, text_area, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    post("/uses/{id}/feedback", Act::GiveFeedback, give),
    get("/instruments/{id}/feedback", Act::ListFeedback, list),
];

/// Where it is answered.
pub fn address(id: UseId) -> String {
    format!("{}#feedback", link::use_(id))
}

/// On the page of a use: the form for its user, and what was said for everybody who sees the use.
pub fn on_use(request: &Request, view: &UseView, errors: &[Refusal]) -> Markup {
    let Some(asked) = &view.row.feedback else { return html! {} };
    let title = say(request, "feedback-one");
    match &asked.answer {
        Some((at, said)) => {
            look::part("feedback", &title, answer(request, said, &moment(request, *at)))
        }
        None if view.may_answer => look::part("feedback", &title, form(request, asked, errors)),
        None => html! {},
    }
}

/// On the page of a booking that was used: the way to the form.
pub fn on_booking(request: &Request, view: &BookingView) -> Markup {
    let asked = view.used.and_then(|used| used.asked).filter(|_| view.is_own);
    html! {
        @if let Some(id) = asked {
            (look::notice(request.lang, Tone::Wait, html! {
                p { (say(request, "feedback-wanted")) }
                p { (link_button(&address(id), &say(request, "feedback-give"), Look::Second)) }
            }))
        }
    }
}

fn form(request: &Request, asked: &Asked, errors: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let action = format!("{}/feedback", link::use_(asked.id));
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_errors(errors);
    let typed = &request.form;
    let opinions: Vec<(&str, String)> = Opinion::ALL
        .iter()
        .map(|it| (it.word(), say(request, &format!("service-opinion-{it}"))))
        .collect();
    let opinions: Vec<Choice<'_>> = opinions
        .iter()
        .map(|(value, text)| {
            let is_chosen = typed.get("opinion") == *value;
            Choice { value, text, hint: "", is_chosen }
        })
        .collect();
    let orders = ["yes", "no"].map(|it| (it, say(request, &format!("feedback-order-{it}"))));
    let orders: Vec<Choice<'_>> = orders
        .iter()
        .map(|(value, text)| {
            let is_chosen = typed.get("in_order") == *value;
            Choice { value, text, hint: "", is_chosen }
        })
        .collect();
    let label = |name: &str| say(request, &format!("feedback-field-{name}"));
    let until = asked.asked_at.plus_seconds(DUE_HOURS * 3_600);
    html! {
        p { (said(request, "feedback-until", &[("until", moment(request, until).into())])) }
        (form.view(html! {
            (radios(&form, &Field { name: "opinion", label: &label("opinion"), ..Field::default() }, &opinions))
            (radios(&form, &Field { name: "in_order", label: &label("in_order"), ..Field::default() }, &orders))
            (text_field(&form, &Field {
                name: "problem", label: &label("problem"), hint: &say(request, "feedback-problem-hint"),
                value: typed.get("problem"), is_optional: true, ..Field::default()
            }))
            (text_area(&form, &Field {
                name: "note", label: &label("note"), value: typed.get("note"), is_optional: true,
                lines: Some(3), ..Field::default()
            }))
            (actions(&[button(&say(request, "feedback-send"), Look::Primary)]))
        }))
    }
}

/// How content they were, whether all was in order, and their words.
fn answer(request: &Request, it: &Feedback, at: &str) -> Markup {
    html! {
        p {
            (say(request, &format!("service-opinion-{}", it.opinion))) " · "
            (order(request, it)) " "
            span.small.quiet { (at) }
        }
        (words_of(it))
    }
}

fn order(request: &Request, it: &Feedback) -> Markup {
    match it.is_in_order {
        true => look::state_tag(Tone::Ok, &say(request, "feedback-order-yes")),
        false => look::state_tag(Tone::Live, &say(request, "feedback-order-no")),
    }
}

fn words_of(it: &Feedback) -> Markup {
    html! {
        @if !it.problem.is_empty() { p { strong { (it.problem) } } }
        @if !it.note.is_empty() { p { (it.note) } }
    }
}

fn list(request: &Request) -> Result<Reply, No> {
    let id: InstrumentId = request.id("id")?;
    let lang = request.lang;
    let view = request.city().instrument_feedback(&request.asker, id)?;
    let name = view.instrument.sheet.name.best(lang).0;
    let title = say(request, "feedback-title");
    let heads = ["when", "person", "opinion", "order", "words"];
    let heads = heads.map(|key| say(request, &format!("feedback-column-{key}")));
    let rows = view.answers.iter().filter_map(|(it, person)| {
        let (at, said) = it.answer.as_ref()?;
        Some(look::Row::from(vec![
            html! { a href=(link::use_(it.id)) { (stamp(request, *at)) } },
            html! { (person.best(lang).0) },
            html! { (say(request, &format!("service-opinion-{}", said.opinion))) },
            order(request, said),
            words_of(said),
        ]))
    });
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &link::instrument(id), text: name }],
            title: &title,
            lead: Some(html! { p { (say(request, "feedback-lead")) } }),
            ..PageHead::default()
        }))
        (look::table(&Table {
            lang,
            caption: &title,
            is_caption_hidden: true,
            columns: heads.iter().map(|head| Column::text("", head)).collect(),
            rows: rows.collect(),
            empty: Some(look::empty(&say(request, "feedback-none"), html! {})),
            is_cards: true,
            ..Table::default()
        }))
    };
    let page = Page::new(request, &title).section(Section::Share);
    Ok(page.highest(&view.instrument.label, &title).personal().reply(content))
}

fn give(request: &Request) -> Result<Reply, No> {
    let id: UseId = request.id("id")?;
    let done = read(request).map_err(No).and_then(|feedback| {
        request.city().perform(&request.keyed(), GiveFeedback { id, feedback })
    });
    match done {
        Ok(_) => Ok(Reply::see_other(address(id))),
        Err(no) => crate::usage::page(request, id, &reasons(no)?),
    }
}

/// What was sent, or everything that is missing.
fn read(request: &Request) -> Result<Feedback, Vec<Refusal>> {
    let form = &request.form;
    let missing = |field: &'static str| {
        Refusal::invalid("field-required").on(field).term("field", base::text::field_term(field))
    };
    let opinion = Opinion::parse(form.get("opinion"));
    let is_in_order = match form.get("in_order") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let (problem, note) = (form.get("problem").to_owned(), form.get("note").to_owned());
    match (opinion, is_in_order) {
        (Some(opinion), Some(is_in_order)) => Ok(Feedback { opinion, is_in_order, problem, note }),
        (opinion, order) => {
            let no = [
                opinion.is_none().then(|| missing("opinion")),
                order.is_none().then(|| missing("in_order")),
            ];
            Err(no.into_iter().flatten().collect())
        }
    }
}
