//! Joint requests for a new standard: the list, the form, the page where others join and the office
//! answers.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, moment, post, say, stamp, zoned};
use crate::technology_form::{allowed, required};
use access::Act;
use app::No;
use app::joint_request::{
    AnswerJointRequest, JoinJointRequest, JointRequestRow, JointRequestView, OpenJointRequest,
};
use base::{Bilingual, JointRequestId, OrganisationId, Refusal, limits};
use edge::{Reply, Request, Route};
use instruments::joint_request::{Firm, State};
use look::{
    Choice, Column, Crumb, Field, Form, Look, PageHead, Pager, Row, Section, Table, Tone, Width,
    actions, button, button_named, link_button, select, text_area, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::JOINT_REQUESTS, Act::ListJointRequests, list),
    get(link::JOINT_REQUEST_NEW, Act::OpenJointRequest, blank),
    post(link::JOINT_REQUESTS, Act::OpenJointRequest, open),
    get("/standard-requests/{id}", Act::LookAtJointRequest, show),
    post("/standard-requests/{id}/firms", Act::JoinJointRequest, join),
    post("/standard-requests/{id}/answers", Act::AnswerJointRequest, answer),
];

type Choices = Vec<(OrganisationId, Bilingual)>;

fn state_tag(request: &Request, state: State) -> Markup {
    let tone = match state {
        State::Open => Tone::Info,
        State::Accepted => Tone::Ok,
        State::Declined => Tone::Plain,
    };
    look::state_tag(tone, &say(request, &format!("joint-request-state-{state}")))
}

fn list(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let lang = request.lang;
    let before = match request.query.get("before") {
        "" => None,
        typed => Some(typed.parse::<JointRequestId>().map_err(|_| Refusal::not_found())?),
    };
    let found = request.city().joint_requests(&request.asker, before, limits::PAGE_ROWS)?;
    let title = say(request, "joint-request-title");
    let next =
        found.next.map(|id| look::address::with(link::JOINT_REQUESTS, "before", &id.to_string()));
    let mut acts = Vec::new();
    if found.may_open {
        acts.push(link_button(
            link::JOINT_REQUEST_NEW,
            &say(request, "joint-request-new"),
            Look::Primary,
        ));
    }
    let heads = ["title", "organisation", "firms", "state"]
        .map(|key| (key, say(request, &format!("joint-request-column-{key}"))));
    let columns = heads.iter().map(|(key, head)| match *key {
        "firms" => Column::figures(key, head, ""),
        _ => Column::text(key, head),
    });
    let line = |it: &JointRequestRow| {
        Row::from(vec![
            html! { a href=(link::joint_request(it.request.id)) { (it.request.title) } },
            html! { (it.organisation.best(lang).0) },
            html! { (words::number(lang, i64::try_from(it.n_firms).unwrap_or(i64::MAX))) },
            state_tag(request, it.request.state),
        ])
    };
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::STANDARDS, text: &say(request, "standard-page-title") }],
            title: &title,
            lead: Some(html! { p { (say(request, "joint-request-lead")) } }),
            actions: acts,
            ..PageHead::default()
        }))
        (look::table(&Table {
            lang,
            caption: &title,
            is_caption_hidden: true,
            columns: columns.collect(),
            rows: found.rows.iter().map(line).collect(),
            empty: Some(look::empty(&say(request, "joint-request-none"), html! {})),
            is_cards: true,
            ..Table::default()
        }))
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
    };
    Ok(Page::new(request, &title).section(Section::Share).personal().reply(content))
}

fn choices(request: &Request) -> Result<Choices, No> {
    allowed(request, request.me.is_some())?;
    let own = request.city().joint_request_choices(&request.asker)?;
    allowed(request, !own.is_empty())?;
    Ok(own)
}

fn blank(request: &Request) -> Result<Reply, No> {
    let own = choices(request)?;
    Ok(form_page(request, &own, &[]))
}

fn open(request: &Request) -> Result<Reply, No> {
    let own = choices(request)?;
    let typed = |name: &str| request.form.get(name).to_owned();
    let Ok(organisation) = request.form.get("organisation").parse() else {
        return Ok(form_page(request, &own, &[required("organisation")]));
    };
    let act = OpenJointRequest { organisation, title: typed("title"), reason: typed("reason") };
    match request.city().perform(&request.keyed(), act) {
        Ok(done) => Ok(Reply::see_other(link::joint_request(done.request))),
        Err(no) => Ok(form_page(request, &own, &reasons(no)?)),
    }
}

fn organisation(request: &Request, form: &Form<'_>, own: &[(OrganisationId, Bilingual)]) -> Markup {
    let lang = request.lang;
    let typed = request.form.get("organisation");
    let named: Vec<(String, &str)> =
        own.iter().map(|(id, name)| (id.to_string(), name.best(lang).0)).collect();
    let choices: Vec<Choice<'_>> = named
        .iter()
        .map(|(value, text)| Choice { value, text, hint: "", is_chosen: value == typed })
        .collect();
    html! {
        @if let [(only, name)] = named.as_slice() {
            input type="hidden" name="organisation" value=(only);
            p { (words::say_with(lang, "usage-kiosk-for", &[("name", (*name).into())])) }
        } @else {
            (select(form, &Field { name: "organisation", label: &say(request, "usage-field-organisation"), width: Width::Half, ..Field::default() }, &choices))
        }
    }
}

fn form_page(request: &Request, own: &[(OrganisationId, Bilingual)], errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let title = say(request, "joint-request-new");
    let forms = ticket(request);
    let form = Form::new(lang, link::JOINT_REQUESTS, &forms.csrf, &forms.key).with_errors(errors);
    let all = say(request, "joint-request-title");
    let reason = say(request, "joint-request-field-reason");
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::JOINT_REQUESTS, text: &all }],
            title: &title,
            lead: Some(html! { p { (say(request, "joint-request-new-lead")) } }),
            ..PageHead::default()
        }))
        (form.view(html! {
            (organisation(request, &form, own))
            (text_field(&form, &Field { name: "title", label: &say(request, "joint-request-field-title"), value: request.form.get("title"), most: Some(limits::TITLE_CHARS_MAX), ..Field::default() }))
            (text_area(&form, &Field { name: "reason", label: &reason, value: request.form.get("reason"), lines: Some(5), most: Some(limits::SUMMARY_CHARS_MAX), ..Field::default() }))
            (actions(&[button(&say(request, "joint-request-open"), Look::Primary)]))
        }))
    };
    let page = Page::new(request, &title).section(Section::Share).at(link::JOINT_REQUEST_NEW);
    page.personal().failed(errors).reply(content)
}

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    page(request, &[])
}

fn page(request: &Request, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().joint_request(&request.asker, request.id("id")?)?;
    let it = &view.row.request;
    let all = say(request, "joint-request-title");
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::JOINT_REQUESTS, text: &all }],
            kind: &say(request, "joint-request-kind"),
            title: &it.title,
            tags: vec![state_tag(request, it.state)],
            reference: it.reference.as_str(),
            lead: Some(html! { p { (view.row.organisation.best(lang).0) " · " (moment(request, it.asked_at)) } }),
            ..PageHead::default()
        }))
        (look::error_summary(lang, errors))
        (look::aside_split(
            html! {
                (look::part("why", &say(request, "joint-request-field-reason"), html! { p { (it.reason) } }))
                @if it.state != State::Open {
                    (look::part("answer", &say(request, "joint-request-answer"), answered(request, &view)))
                }
                (look::part("firms", &say(request, "joint-request-firms"), firms(request, &view)))
            },
            html! {
                @if !view.may_join.is_empty() { (join_form(request, &view, errors)) }
                @if view.may_answer { (answer_form(request, &view, errors)) }
            },
        ))
    };
    let page = Page::new(request, &it.title).section(Section::Share).personal();
    Ok(page.at(link::joint_request(it.id)).failed(errors).reply(content))
}

fn answered(request: &Request, view: &JointRequestView) -> Markup {
    let it = &view.row.request;
    html! {
        p { (it.answer) }
        @if !it.standard.is_empty() {
            p { a href=(look::address::with(link::STANDARDS, "q", &it.standard)) { (it.standard) } }
        }
        @if let Some(at) = it.answered_at { p.small.quiet { (moment(request, at)) } }
    }
}

fn firms(request: &Request, view: &JointRequestView) -> Markup {
    let lang = request.lang;
    let heads = ["organisation", "word", "joined"].map(|key| {
        let text = say(request, &format!("joint-request-column-{key}"));
        if key == "joined" { zoned(request, &text) } else { text }
    });
    let row = |(firm, name): &(Firm, Bilingual)| {
        Row::from(vec![
            html! { (name.best(lang).0) },
            html! { (firm.word) },
            html! { (stamp(request, firm.joined_at)) },
        ])
    };
    look::table(&Table {
        lang,
        caption: &say(request, "joint-request-firms"),
        is_caption_hidden: true,
        columns: heads.iter().map(|head| Column::text("", head)).collect(),
        rows: view.firms.iter().map(row).collect(),
        is_cards: true,
        ..Table::default()
    })
}

fn join_form(request: &Request, view: &JointRequestView, errors: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let action = format!("{}/firms", link::joint_request(view.row.request.id));
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    let value = if errors.is_empty() { "" } else { request.form.get("word") };
    look::sheet(&say(request, "joint-request-join"), form.view(html! {
        (organisation(request, &form, &view.may_join))
        (text_field(&form, &Field { name: "word", label: &say(request, "joint-request-field-word"), value, is_optional: true, ..Field::default() }))
        (actions(&[button(&say(request, "joint-request-join"), Look::Primary)]))
    }))
}

fn answer_form(request: &Request, view: &JointRequestView, errors: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let action = format!("{}/answers", link::joint_request(view.row.request.id));
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    let typed = |name: &str| if errors.is_empty() { "" } else { request.form.get(name) };
    look::sheet(&say(request, "joint-request-answer"), form.view(html! {
        input type="hidden" name="version" value=(view.row.request.version);
        (text_area(&form, &Field { name: "answer", label: &say(request, "joint-request-answer"), value: typed("answer"), lines: Some(4), ..Field::default() }))
        (text_field(&form, &Field { name: "standard", label: &say(request, "joint-request-field-standard"), value: typed("standard"), is_optional: true, width: Width::Half, ..Field::default() }))
        (actions(&[
            button_named(&say(request, "joint-request-accept"), Look::Primary, "do", "accept"),
            button_named(&say(request, "joint-request-decline"), Look::Second, "do", "decline"),
        ]))
    }))
}

fn join(request: &Request) -> Result<Reply, No> {
    let id: JointRequestId = request.id("id")?;
    let Ok(organisation) = request.form.get("organisation").parse() else {
        return page(request, &[required("organisation")]);
    };
    let word = request.form.get("word").to_owned();
    let act = JoinJointRequest { request: id, organisation, word };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(Reply::see_other(link::joint_request(id))),
        Err(no) => page(request, &reasons(no)?),
    }
}

fn answer(request: &Request) -> Result<Reply, No> {
    let id: JointRequestId = request.id("id")?;
    let typed = |name: &str| request.form.get(name).to_owned();
    let act = AnswerJointRequest {
        request: id,
        version: request.form.get("version").parse().unwrap_or(0),
        accepts: request.form.get("do") == "accept",
        answer: typed("answer"),
        standard: typed("standard"),
    };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(Reply::see_other(link::joint_request(id))),
        Err(no) => page(request, &reasons(no)?),
    }
}
