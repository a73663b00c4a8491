//! Steps of an order in the pages: the next one as the one button, side exits below it, and what was
//! sent.

use crate::file;
use crate::form::{reasons, ticket};
use crate::link;
use crate::listing_money::read_money;
use crate::page::{post, say};
use crate::service_order::{page, step_name};
use access::Act;
use app::No;
use app::service_order::{AnswerOrder, OrderView, WorkOnOrder};
use base::{Currency, FileId, Refusal, ServiceOrderId};
use edge::{Fields, Reply, Request, Route};
use instruments::charge::Samples;
use instruments::item::Mark;
use instruments::service::{Doing, Quote};
use instruments::service_order::{Opinion, Side, State, Step};
use instruments::tariff::Counted;
use look::{
    Choice, Field, Form, Kind, Look, Width, actions, button, checkboxes, radios, select, text_area,
    text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    post("/service-orders/{id}/answers", Act::AnswerService, answer),
    post("/service-orders/{id}/work", Act::WorkOnService, work),
    file::post("/service-orders/{id}/reports", Act::WorkOnService, report),
];

/// The next step where it is the reader's, else whose it is.
pub fn next(request: &Request, view: &OrderView, errors: &[Refusal]) -> Markup {
    let order = &view.row.order;
    let title = say(request, "service-next");
    let Some(step) = view.row.next else {
        if order.may_unit_close(view.now) && view.may_work {
            return look::sheet(&title, form(request, view, (Side::Unit, Step::Close), errors));
        }
        let Some(side) = order.state.turn() else { return html! {} };
        return look::sheet(
            &title,
            html! {
                p { (say(request, &format!("service-awaits-{side}"))) }
            },
        );
    };
    let side = order.state.turn().unwrap_or_default();
    html! {
        div id="next" {
            (look::sheet(&title, html! {
                p { (say(request, &format!("service-hint-{step}"))) }
                (form(request, view, (side, step), errors))
            }))
        }
    }
}

/// What else may be done: another price, and the ways out.
pub fn exits(request: &Request, view: &OrderView) -> Markup {
    let state = view.row.order.state;
    let mut steps: Vec<(Side, Step)> = Vec::new();
    let is_open = matches!(state, State::Submitted | State::Approved | State::Quoted);
    if view.may_work && is_open && view.row.next != Some(Step::Quote) {
        steps.push((Side::Unit, Step::Quote));
    }
    if view.may_work && is_open {
        steps.push((Side::Unit, Step::Reject));
    }
    if view.may_work && state == State::Received {
        steps.push((Side::Unit, Step::Return));
    }
    if view.may_answer && (is_open || state == State::Accepted) {
        steps.push((Side::Customer, Step::Cancel));
    }
    html! {
        @for step in steps {
            details {
                summary { (step_name(request, step.1)) "…" }
                (form(request, view, step, &[]))
            }
        }
    }
}

fn address(id: ServiceOrderId, (side, step): (Side, Step)) -> String {
    let part = match (side, step) {
        (_, Step::Report) => "reports",
        (Side::Unit, _) => "work",
        _ => "answers",
    };
    link::service_order_part(id, part)
}

fn form(
    request: &Request,
    view: &OrderView,
    (side, step): (Side, Step),
    errors: &[Refusal],
) -> Markup {
    let order = &view.row.order;
    let forms = ticket(request);
    let action = address(order.id, (side, step));
    // Errors are shown once, on top of the page; the form shows those of its own fields.
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    let form = if step == Step::Report { form.with_files() } else { form };
    let tone = match step {
        Step::Reject | Step::Cancel | Step::Return => Look::Danger,
        _ => Look::Primary,
    };
    let typed = if errors.is_empty() { Fields::default() } else { request.form.clone() };
    form.view(html! {
        input type="hidden" name="version" value=(order.version);
        input type="hidden" name="step" value=(step.word());
        (body(request, view, (&form, step), &typed))
        (actions(&[button(&step_name(request, step), tone)]))
    })
}

fn body(
    request: &Request,
    view: &OrderView,
    (form, step): (&Form<'_>, Step),
    typed: &Fields,
) -> Markup {
    let line = |name: &'static str, label: &str, is_optional: bool| {
        let label = say(request, label);
        text_field(
            form,
            &Field { name, label: &label, value: typed.get(name), is_optional, ..Field::default() },
        )
    };
    let long = |name: &'static str, label: &str, is_optional: bool| {
        let label = say(request, label);
        text_area(
            form,
            &Field {
                name,
                label: &label,
                value: typed.get(name),
                is_optional,
                lines: Some(3),
                ..Field::default()
            },
        )
    };
    match step {
        Step::Quote => quote(request, view, form, typed),
        Step::Accept if view.may_answer && view.row.order.state == State::Quoted => {
            take(request, view, form)
        }
        Step::Receive => line("stands", "service-field-stands", false),
        Step::Finish => finish(request, view, form),
        Step::Report => html! {
            (file::field(request, form, typed, false))
            @if !view.marks.is_empty() { (marks(request, view, form)) }
            @else { p.small { (say(request, "service-no-marks")) } }
        },
        Step::Clear => line("note", "service-field-note", true),
        Step::Close => html! {
            (opinions(request, form))
            (long("word", "service-field-word", true))
        },
        Step::Reject | Step::Return => long("reason", "service-field-reason", false),
        Step::Cancel => long("reason", "service-field-reason", true),
        _ => html! {},
    }
}

fn quote(request: &Request, view: &OrderView, form: &Form<'_>, typed: &Fields) -> Markup {
    let known = view.row.order.matter.quote.as_ref();
    let listed = view.row.order.matter.lines.first().and_then(|line| line.prices);
    let prices = known.map(|quote| quote.prices).or(listed);
    let money = |of: fn(&Samples) -> i64| {
        let minor = prices.as_ref().map(of).filter(|minor| *minor > 0);
        minor.map(|minor| base::Money::new(minor, Currency::CNY).decimal()).unwrap_or_default()
    };
    let field = |name: &'static str, label: &str, value: &str, unit: &str, is_optional: bool| {
        let label = say(request, label);
        let value = if typed.has(name) { typed.get(name) } else { value };
        let kind = if name == "days" { Kind::Number } else { Kind::Text };
        text_field(
            form,
            &Field {
                name,
                label: &label,
                value,
                unit,
                kind,
                is_optional,
                width: Width::Short,
                ..Field::default()
            },
        )
    };
    let days = view.row.order.days();
    let days = if days == 0 { String::new() } else { days.to_string() };
    let named: Vec<(&str, String)> = Counted::ALL
        .iter()
        .map(|it| (it.word(), say(request, &format!("item-counted-{it}"))))
        .collect();
    let chosen = prices.map(|it| it.counted).unwrap_or_default();
    let counted: Vec<Choice<'_>> = named
        .iter()
        .map(|(value, text)| Choice { value, text, hint: "", is_chosen: *value == chosen.word() })
        .collect();
    html! {
        (field("price", "service-field-price", &money(|it| it.price), "¥", false))
        (field("minimum", "item-column-minimum", &money(|it| it.minimum), "¥", true))
        (field("days", "service-field-days", &days, &say(request, "item-days-unit"), false))
        (radios(form, &Field { name: "counted", ..Field::default() }, &counted))
        (text_area(form, &Field {
            name: "note", label: &say(request, "service-field-note"), value: typed.get("note"),
            is_optional: true, lines: Some(3), ..Field::default()
        }))
    }
}

fn take(request: &Request, view: &OrderView, form: &Form<'_>) -> Markup {
    if view.vouchers.is_empty() {
        return html! {};
    }
    let none = say(request, "usage-kiosk-no-voucher");
    let named = view.row.order.voucher;
    let ids: Vec<(String, &str, bool)> = view
        .vouchers
        .iter()
        .map(|(id, text)| (id.to_string(), text.as_str(), Some(*id) == named))
        .collect();
    let mut choices = vec![Choice { value: "", text: &none, hint: "", is_chosen: named.is_none() }];
    choices.extend(ids.iter().map(|(value, text, is_chosen)| Choice {
        value,
        text,
        hint: "",
        is_chosen: *is_chosen,
    }));
    select(form, &Field { name: "voucher", is_optional: true, ..Field::default() }, &choices)
}

fn finish(request: &Request, view: &OrderView, form: &Form<'_>) -> Markup {
    let named: Vec<(String, String)> = view
        .samples
        .iter()
        .map(|it| (it.kept.place.to_string(), format!("{} {}", it.kept.code, it.kept.sample.label)))
        .collect();
    let choices: Vec<Choice<'_>> = named
        .iter()
        .map(|(value, text)| Choice { value, text, hint: "", is_chosen: true })
        .collect();
    let label = say(request, "service-field-succeeded");
    let field = Field { name: "succeeded", label: &label, is_optional: true, ..Field::default() };
    html! {
        input type="hidden" name="n" value=(view.samples.len());
        (checkboxes(form, &field, &choices))
    }
}

fn marks(request: &Request, view: &OrderView, form: &Form<'_>) -> Markup {
    let named: Vec<(&str, String)> =
        view.marks.iter().map(|it| (it.word(), say(request, &format!("item-mark-{it}")))).collect();
    let choices: Vec<Choice<'_>> = named
        .iter()
        .map(|(value, text)| Choice { value, text, hint: "", is_chosen: true })
        .collect();
    let label = say(request, "service-report-marks");
    checkboxes(
        form,
        &Field { name: "mark", label: &label, is_optional: true, ..Field::default() },
        &choices,
    )
}

fn opinions(request: &Request, form: &Form<'_>) -> Markup {
    let named: Vec<(&str, String)> = Opinion::ALL
        .iter()
        .map(|it| (it.word(), say(request, &format!("service-opinion-{it}"))))
        .collect();
    let choices: Vec<Choice<'_>> = named
        .iter()
        .map(|(value, text)| Choice { value, text, hint: "", is_chosen: false })
        .collect();
    radios(form, &Field { name: "opinion", ..Field::default() }, &choices)
}

fn unread(field: &'static str, code: &'static str) -> Refusal {
    Refusal::invalid(code).on(field).term("field", base::text::field_term(field))
}

/// What was sent, or everything that cannot be read.
fn read(request: &Request, file: Option<FileId>) -> Result<Doing, Vec<Refusal>> {
    let form = &request.form;
    let text = |name: &str| form.get(name).to_owned();
    let Some(step) = Step::parse(form.get("step")) else {
        return Err(vec![unread("step", "choice-unknown")]);
    };
    Ok(match step {
        Step::Quote => Doing::Quote(read_quote(form)?),
        Step::Accept => Doing::Accept { voucher: form.get("voucher").parse().ok() },
        Step::Receive => Doing::Receive { stands: text("stands") },
        Step::Start => Doing::Start,
        Step::Finish => {
            let n: usize = form.get("n").parse().unwrap_or(0);
            let good = form.all("succeeded");
            let succeeded = (0..n).map(|place| good.contains(&place.to_string().as_str()));
            Doing::Finish { succeeded: succeeded.collect() }
        }
        Step::Report => {
            let marks = form.all("mark").into_iter().filter_map(Mark::parse).collect();
            Doing::Report { file, marks }
        }
        Step::Clear => Doing::Clear { note: text("note") },
        Step::Close => {
            Doing::Close { opinion: Opinion::parse(form.get("opinion")), word: text("word") }
        }
        Step::Reject => Doing::Reject { reason: text("reason") },
        Step::Cancel => Doing::Cancel { reason: text("reason") },
        Step::Return => Doing::Return { reason: text("reason") },
        Step::Submit | Step::Approve => return Err(vec![unread("step", "choice-unknown")]),
    })
}

fn read_quote(form: &Fields) -> Result<Quote, Vec<Refusal>> {
    let mut no = Vec::new();
    let [price, minimum] =
        ["price", "minimum"].map(|field| match read_money(form.get(field), Currency::CNY) {
            Ok(None) if field == "price" => {
                no.push(crate::technology_form::required("price"));
                0
            }
            Ok(found) => found.map_or(0, |money| money.minor),
            Err(()) => {
                no.push(unread(field, "money-unreadable"));
                0
            }
        });
    let days: String = form.get("days").trim().chars().map(base::time::half_width).collect();
    let days = days.parse().unwrap_or_else(|_| {
        no.push(unread("days", "number-unreadable"));
        1
    });
    let counted = Counted::parse(form.get("counted")).unwrap_or_default();
    let prices = Samples { price, minimum, counted, urgent_bp: 0 };
    let note = form.get("note").to_owned();
    if no.is_empty() { Ok(Quote { prices, days, note }) } else { Err(no) }
}

fn version(request: &Request) -> u64 {
    request.form.get("version").parse().unwrap_or(0)
}

fn answer(request: &Request) -> Result<Reply, No> {
    let id: ServiceOrderId = request.id("id")?;
    let done = read(request, None).map_err(No).and_then(|doing| {
        request.city().perform(&request.keyed(), AnswerOrder::new(id, version(request), doing))
    });
    back(request, id, done.map(|_| ()))
}

fn work(request: &Request) -> Result<Reply, No> {
    let id: ServiceOrderId = request.id("id")?;
    let done = read(request, None).map_err(No).and_then(|doing| {
        request.city().perform(&request.keyed(), WorkOnOrder::new(id, version(request), doing))
    });
    back(request, id, done.map(|_| ()))
}

fn report(request: &Request) -> Result<Reply, No> {
    let id: ServiceOrderId = request.id("id")?;
    let brought = file::brought(request)?;
    if !brought.refused.is_empty() || brought.is_only_removed {
        return page(request, id, &brought.refused);
    }
    let done = read(request, brought.ids.first().copied()).map_err(No).and_then(|doing| {
        request.city().perform(&request.keyed(), WorkOnOrder::new(id, version(request), doing))
    });
    back(request, id, done.map(|_| ()))
}

fn back(request: &Request, id: ServiceOrderId, done: Result<(), No>) -> Result<Reply, No> {
    match done {
        Ok(()) => Ok(Reply::see_other(link::service_order(id))),
        Err(no) => page(request, id, &reasons(no)?),
    }
}
