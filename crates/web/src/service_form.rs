//! Asking for a service: of one unit, or of several whose answers are compared or who each do a part.

use crate::form::{reasons, ticket};
use crate::form_rows::{self, Group};
use crate::link;
use crate::page::{Page, get, may, post, say};
use crate::technology_form::{allowed, required};
use access::{Act, Thing};
use app::No;
use app::instrument::SearchAsk;
use app::item::ItemAsk;
use app::service_order::{Choices, RequestService, Wanted};
use base::{InstrumentId, Label, Level, Refusal, TestItemId, limits};
use edge::{Fields, Reply, Request, Route};
use instruments::find::Question;
use instruments::service_order::{Manner, Rest, SAMPLES_MAX, Sample};
use instruments::service_record::Purpose;
use look::{
    Choice, Crumb, Field, Form, Kind, Look, PageHead, Rows, Section, Width, actions, button,
    checkboxes, radios, select, text_area, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::SERVICE_ORDER_NEW, Act::RequestService, blank),
    post(link::SERVICE_ORDERS, Act::RequestService, send),
    get(link::EXCHANGE_NEW, Act::RequestService, blank_exchange),
    post(link::SERVICE_REQUESTS, Act::RequestService, send_exchange),
];

const GROUPS: [Group; 1] = [("samples", "label")];
/// Rows of samples in one form; each row may stand for several alike.
const ROWS_MAX: usize = 50;
/// What is asked of a sample beside its name, number and amount.
const MORE: [&str; 3] = ["form", "hazard", "storage"];
/// Tests and instruments offered to choose from.
const OFFERED: usize = 30;

/// One order, or one request to several.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kinds {
    One,
    Several,
}

impl Kinds {
    fn action(self) -> &'static str {
        match self {
            Self::One => link::SERVICE_ORDERS,
            Self::Several => link::SERVICE_REQUESTS,
        }
    }

    fn blank(self) -> &'static str {
        match self {
            Self::One => link::SERVICE_ORDER_NEW,
            Self::Several => link::EXCHANGE_NEW,
        }
    }
}

/// Whether the reader may order for some organisation, so that a link to the form leads somewhere.
pub fn may_order(request: &Request) -> bool {
    let Some(me) = &request.me else { return false };
    let label = Label::at(Level::Members);
    let of = |id| Thing { owner: Some(id), label: label.clone(), ..Thing::default() };
    me.actor.roles.iter().any(|(id, _)| may(request, Act::RequestService, &of(*id)))
}

fn choices(request: &Request) -> Result<Choices, No> {
    allowed(request, request.me.is_some())?;
    let choices = request.city().service_choices(&request.asker)?;
    allowed(request, !choices.customers.is_empty())?;
    Ok(choices)
}

fn blank(request: &Request) -> Result<Reply, No> {
    first(request, Kinds::One)
}

fn blank_exchange(request: &Request) -> Result<Reply, No> {
    first(request, Kinds::Several)
}

fn first(request: &Request, kinds: Kinds) -> Result<Reply, No> {
    let choices = choices(request)?;
    let mut typed = Fields::default();
    for name in ["item", "instrument"] {
        for value in request.query.all(name) {
            typed.0.push((name.to_owned(), value.to_owned()));
        }
    }
    typed.0.push(("q".to_owned(), request.query.get("q").to_owned()));
    form_rows::change(&mut typed, &GROUPS, "add:samples", ROWS_MAX);
    page(request, kinds, (&choices, &typed), &[])
}

fn send(request: &Request) -> Result<Reply, No> {
    sent(request, Kinds::One)
}

fn send_exchange(request: &Request) -> Result<Reply, No> {
    sent(request, Kinds::Several)
}

fn sent(request: &Request, kinds: Kinds) -> Result<Reply, No> {
    let choices = choices(request)?;
    let mut typed = request.form.clone();
    if form_rows::change(&mut typed, &GROUPS, request.form.get("do"), ROWS_MAX) {
        return page(request, kinds, (&choices, &typed), &[]);
    }
    form_rows::compact(&mut typed, &GROUPS);
    let mut no = Vec::new();
    let samples = samples(&typed, &mut no);
    let customer = typed.get("customer").parse().ok();
    if customer.is_none() {
        no.push(required("customer"));
    }
    let mut wanted: Vec<Wanted> = Vec::new();
    let items = typed.all("item").into_iter().filter_map(|id| id.parse::<TestItemId>().ok());
    wanted.extend(items.map(|id| Wanted { item: Some(id), ..Wanted::default() }));
    let used = typed.all("instrument").into_iter().filter_map(|id| id.parse::<InstrumentId>().ok());
    let what = typed.get("what").to_owned();
    wanted.extend(used.map(|id| Wanted {
        instrument: Some(id),
        what: what.clone(),
        ..Wanted::default()
    }));
    if let (Some(customer), true) = (customer, no.is_empty()) {
        let act = RequestService {
            customer,
            title: typed.get("title").to_owned(),
            project: typed.get("project").to_owned(),
            purpose: Purpose::parse(typed.get("purpose")).unwrap_or_default(),
            note: typed.get("note").to_owned(),
            is_urgent: typed.get("urgent") == "1",
            manner: Manner::parse(typed.get("manner")).unwrap_or(Manner::Each),
            wanted,
            samples,
            voucher: typed.get("voucher").parse().ok(),
        };
        match request.city().perform(&request.keyed(), act) {
            Ok(done) => {
                let one = done.orders.first().map(|(id, _)| link::service_order(*id));
                let to = done.request.map(link::service_request).or(one);
                return Ok(Reply::see_other(to.unwrap_or_else(|| link::SERVICE_ORDERS.to_owned())));
            }
            Err(refused) => no = reasons(refused)?,
        }
    }
    if typed.rows("samples").is_empty() {
        form_rows::change(&mut typed, &GROUPS, "add:samples", ROWS_MAX);
    }
    page(request, kinds, (&choices, &typed), &no)
}

/// Samples as typed; a row may stand for several that are alike.
fn samples(typed: &Fields, no: &mut Vec<Refusal>) -> Vec<Sample> {
    let mut all = Vec::new();
    for n in typed.rows("samples") {
        let field = format!("samples.{n}.count");
        let part = |name: &str| typed.get(&format!("samples.{n}.{name}")).to_owned();
        let plain: String = part("count").trim().chars().map(base::time::half_width).collect();
        let count: usize = match plain.is_empty() {
            true => 1,
            false => plain.parse().unwrap_or_else(|_| {
                let unread = Refusal::invalid("number-unreadable").on(field.clone());
                no.push(unread.term("field", base::text::field_term(&field)));
                1
            }),
        };
        let label = part("label");
        // One more than may be is enough to be told so.
        for k in 1..=count.min(SAMPLES_MAX + 1) {
            all.push(Sample {
                label: if count > 1 { format!("{label} {k}") } else { label.clone() },
                material: part("material"),
                form: part("form"),
                amount: part("amount"),
                hazard: part("hazard"),
                storage: part("storage"),
                rest: Rest::parse(&part("rest")).unwrap_or_default(),
                succeeded: None,
            });
        }
    }
    all
}

fn page(
    request: &Request,
    kinds: Kinds,
    (choices, typed): (&Choices, &Fields),
    errors: &[Refusal],
) -> Result<Reply, No> {
    let lang = request.lang;
    let (key, lead) = match kinds {
        Kinds::One => ("service-new", "service-new-lead"),
        Kinds::Several => ("service-exchange", "service-exchange-lead"),
    };
    let title = say(request, key);
    let forms = ticket(request);
    let form = Form::new(lang, kinds.action(), &forms.csrf, &forms.key).with_errors(errors);
    let what = match kinds {
        Kinds::One => wanted(request, typed)?,
        Kinds::Several => offered(request, &form, typed)?,
    };
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::SERVICES, text: &say(request, "item-title") }],
            title: &title,
            lead: Some(html! { p { (say(request, lead)) } }),
            ..PageHead::default()
        }))
        @if kinds == Kinds::Several { (search(request, typed)) }
        (form.view(html! {
            (what)
            (rows(request, &form, typed, errors))
            (asked(request, &form, (choices, kinds), typed))
            (actions(&[button(&say(request, "service-do-submit"), Look::Primary)]))
        }))
    };
    let mut here = kinds.blank().to_owned();
    for name in ["item", "instrument"] {
        for value in typed.all(name) {
            here = look::address::and(&here, name, value);
        }
    }
    let page = Page::new(request, &title).section(Section::Share).at(here);
    let page = if kinds == Kinds::Several { page.own_search() } else { page };
    Ok(page.personal().failed(errors).reply(content))
}

/// What one order asks for: tests and instruments that were chosen before.
fn wanted(request: &Request, typed: &Fields) -> Result<Markup, No> {
    let lang = request.lang;
    let mut lines: Vec<(&str, String, String, String, String)> = Vec::new();
    for value in typed.all("item") {
        let Ok(id) = value.parse::<TestItemId>() else { continue };
        let view = request.city().test_item(&request.asker, id)?;
        let text = crate::item::title(request, &view.row.item.sheet);
        let price = crate::item::price(request, &view.row.item.sheet);
        let unit = view.row.unit.best(lang).0.to_owned();
        lines.push((
            "item",
            value.to_owned(),
            text,
            link::service(id),
            format!("{unit} · {price}"),
        ));
    }
    let mut has_instrument = false;
    for value in typed.all("instrument") {
        let Ok(id) = value.parse::<InstrumentId>() else { continue };
        let view = request.city().instrument(&request.asker, id)?;
        let text = view.instrument.sheet.name.best(lang).0.to_owned();
        let quoted = say(request, "item-quoted");
        lines.push(("instrument", value.to_owned(), text, link::instrument(id), quoted));
        has_instrument = true;
    }
    let label = say(request, "service-field-what");
    let action = link::SERVICE_ORDERS;
    let bare = Form::new(lang, action, "", "");
    Ok(look::part(
        "wanted",
        &say(request, "service-asked"),
        html! {
            ul {
                @for (name, value, text, href, more) in &lines {
                    li {
                        a href=(href) { (text) } " " span.small.quiet { (more) }
                        input type="hidden" name=(name) value=(value);
                    }
                }
            }
            @if lines.is_empty() { p { a href=(link::SERVICES) { (say(request, "service-find")) } } }
            @if has_instrument {
                (text_field(&bare, &Field { name: "what", label: &label, value: typed.get("what"), is_optional: true, ..Field::default() }))
            }
        },
    ))
}

/// The search for laboratories that can do it, on top of the form.
fn search(request: &Request, typed: &Fields) -> Markup {
    let what = say(request, "item-search");
    html! {
        form.ask role="search" method="get" action=(link::EXCHANGE_NEW) {
            input type="search" name="q" value=(typed.get("q")) autocomplete="off" aria-label=(what)
                placeholder=(what) maxlength=(limits::QUERY_CHARS_MAX);
            @for name in ["item", "instrument"] {
                @for value in typed.all(name) { input type="hidden" name=(name) value=(value); }
            }
            button.btn type="submit" { (say(request, "instrument-page-find")) }
        }
    }
}

/// Tests and instruments that fit the search, to choose several of.
fn offered(request: &Request, form: &Form<'_>, typed: &Fields) -> Result<Markup, No> {
    let lang = request.lang;
    let text = typed.get("q");
    let ask = ItemAsk { text: text.to_owned(), page: 1, page_rows: OFFERED, ..ItemAsk::default() };
    let found = request.city().test_items(&request.asker, &ask)?;
    let chosen = typed.all("item");
    let mut tests: Vec<(String, String, String)> = Vec::new();
    let mut add = |row: &app::item::ItemRow| {
        let sheet = &row.item.sheet;
        let facts = [
            row.unit.best(lang).0.to_owned(),
            sheet.standard.clone(),
            crate::item::price(request, sheet),
            row.rating.map(|it| crate::item::rated(request, it)).unwrap_or_default(),
        ];
        let facts: Vec<String> = facts.into_iter().filter(|it| !it.is_empty()).collect();
        tests.push((
            row.item.id.to_string(),
            crate::item::title(request, sheet),
            facts.join(" · "),
        ));
    };
    for value in &chosen {
        if let Ok(id) = value.parse::<TestItemId>() {
            add(&request.city().test_item(&request.asker, id)?.row);
        }
    }
    for row in found.rows.iter().filter(|row| !chosen.contains(&row.item.id.to_string().as_str())) {
        add(row);
    }
    let items: Vec<Choice<'_>> = tests
        .iter()
        .map(|(value, text, hint)| Choice {
            value,
            text,
            hint,
            is_chosen: chosen.contains(&value.as_str()),
        })
        .collect();
    let used = instruments(request, typed)?;
    let picked = typed.all("instrument");
    let instruments: Vec<Choice<'_>> = used
        .iter()
        .map(|(value, text, hint)| Choice {
            value,
            text,
            hint,
            is_chosen: picked.contains(&value.as_str()),
        })
        .collect();
    let (label, other) =
        (say(request, "service-choose-tests"), say(request, "service-choose-instruments"));
    let what = say(request, "service-field-what");
    Ok(html! {
        input type="hidden" name="q" value=(text);
        @if items.is_empty() && instruments.is_empty() { p { (say(request, "item-none")) } }
        @if !items.is_empty() {
            (checkboxes(form, &Field { name: "item", label: &label, is_optional: true, ..Field::default() }, &items))
        }
        @if !instruments.is_empty() {
            (checkboxes(form, &Field { name: "instrument", label: &other, is_optional: true, ..Field::default() }, &instruments))
            (text_field(form, &Field { name: "what", label: &what, value: typed.get("what"), is_optional: true, ..Field::default() }))
        }
    })
}

fn instruments(request: &Request, typed: &Fields) -> Result<Vec<(String, String, String)>, No> {
    let lang = request.lang;
    let chosen = typed.all("instrument");
    let mut all = Vec::new();
    for value in &chosen {
        if let Ok(id) = value.parse::<InstrumentId>() {
            let view = request.city().instrument(&request.asker, id)?;
            let text = view.instrument.sheet.name.best(lang).0.to_owned();
            all.push(((*value).to_owned(), text, String::new()));
        }
    }
    let text = typed.get("q");
    if text.is_empty() {
        return Ok(all);
    }
    let question = Question { text: text.to_owned(), ..Question::default() };
    let ask = SearchAsk { question, lang, page: 1, page_rows: OFFERED / 3, ..SearchAsk::default() };
    for found in request.city().instruments(&request.asker, &ask)?.rows {
        let value = found.instrument.id.to_string();
        if !chosen.contains(&value.as_str()) {
            let text = found.instrument.sheet.name.best(lang).0.to_owned();
            all.push((value, text, found.owner_name.best(lang).0.to_owned()));
        }
    }
    Ok(all)
}

fn asked(
    request: &Request,
    form: &Form<'_>,
    (choices, kinds): (&Choices, Kinds),
    typed: &Fields,
) -> Markup {
    let lang = request.lang;
    let named: Vec<(String, &str)> =
        choices.customers.iter().map(|(id, name)| (id.to_string(), name.best(lang).0)).collect();
    let customers: Vec<Choice<'_>> = named
        .iter()
        .map(|(value, text)| Choice {
            value,
            text,
            hint: "",
            is_chosen: value == typed.get("customer"),
        })
        .collect();
    let none = say(request, "usage-kiosk-no-voucher");
    let ids: Vec<(String, &str)> =
        choices.vouchers.iter().map(|(id, text)| (id.to_string(), text.as_str())).collect();
    let mut vouchers = vec![Choice {
        value: "",
        text: &none,
        hint: "",
        is_chosen: typed.get("voucher").is_empty(),
    }];
    vouchers.extend(ids.iter().map(|(value, text)| Choice {
        value,
        text,
        hint: "",
        is_chosen: value == typed.get("voucher"),
    }));
    let manners: Vec<(&str, String)> = Manner::ALL
        .iter()
        .map(|it| (it.word(), say(request, &format!("service-manner-{it}"))))
        .collect();
    let manner = Manner::parse(typed.get("manner")).unwrap_or(Manner::Compare);
    let manners: Vec<Choice<'_>> = manners
        .iter()
        .map(|(value, text)| Choice { value, text, hint: "", is_chosen: *value == manner.word() })
        .collect();
    let urgent = say(request, "service-urgent-hint");
    let field = |name: &'static str, width: Width| {
        let label = say(request, &format!("service-field-{name}"));
        text_field(
            form,
            &Field {
                name,
                label: &label,
                value: typed.get(name),
                is_optional: true,
                width,
                ..Field::default()
            },
        )
    };
    let urgent_label = say(request, "service-urgent");
    let note = say(request, "service-field-request-note");
    html! {
        @if kinds == Kinds::Several {
            (radios(form, &Field { name: "manner", label: &say(request, "service-manner"), ..Field::default() }, &manners))
        }
        @if let [(only, name)] = named.as_slice() {
            input type="hidden" name="customer" value=(only);
            p { (words::say_with(lang, "usage-kiosk-for", &[("name", (*name).into())])) }
        } @else {
            (select(form, &Field { name: "customer", label: &say(request, "service-field-customer"), ..Field::default() }, &customers))
        }
        (field("title", Width::Full))
        (field("project", Width::Half))
        @if !ids.is_empty() {
            (select(form, &Field { name: "voucher", ..Field::default() }, &vouchers))
        }
        (checkboxes(form, &Field { name: "urgent", label: &urgent_label, is_optional: true, ..Field::default() }, &[Choice {
            value: "1", text: &urgent, hint: "", is_chosen: typed.get("urgent") == "1",
        }]))
        (text_area(form, &Field { name: "note", label: &note, value: typed.get("note"), is_optional: true, lines: Some(3), ..Field::default() }))
    }
}

fn rows(request: &Request, form: &Form<'_>, typed: &Fields, errors: &[Refusal]) -> Markup {
    let rests: Vec<(&str, String)> = Rest::ALL
        .iter()
        .map(|it| (it.word(), say(request, &format!("service-rest-{it}"))))
        .collect();
    let body = |n: usize| {
        let name = |part: &str| format!("samples.{n}.{part}");
        let line = |part: &str, width: Width, is_optional: bool| {
            let (name, label) = (name(part), say(request, &format!("service-field-{part}")));
            let kind = if part == "count" { Kind::Number } else { Kind::Text };
            text_field(
                form,
                &Field {
                    name: &name,
                    label: &label,
                    value: typed.get(&name),
                    kind,
                    width,
                    is_optional,
                    ..Field::default()
                },
            )
        };
        let is_used = |n: usize| {
            let name = |part: &str| format!("samples.{n}.{part}");
            let is_wrong = |name: &str| errors.iter().any(|it| it.field.as_deref() == Some(name));
            MORE.iter().any(|part| !typed.get(&name(part)).is_empty() || is_wrong(&name(part)))
        };
        let rest = name("rest");
        let choices: Vec<Choice<'_>> = rests
            .iter()
            .map(|(value, text)| Choice {
                value,
                text,
                hint: "",
                is_chosen: *value == typed.get(&rest),
            })
            .collect();
        html! {
            (line("label", Width::Half, false))
            (line("count", Width::Tiny, true))
            (line("material", Width::Half, true))
            (line("amount", Width::Short, true))
            (select(form, &Field { name: &rest, label: &say(request, "service-field-rest"), width: Width::Half, ..Field::default() }, &choices))
            // What few samples need stays folded until it is used, or wrong.
            details open[is_used(n)] {
                summary { (say(request, "service-sample-more")) }
                div.fields {
                    @for part in MORE { (line(part, Width::Half, true)) }
                }
            }
        }
    };
    let bodies: Vec<Markup> = typed.rows("samples").into_iter().map(body).collect();
    look::rows(
        form,
        &Rows {
            name: "samples",
            title: &say(request, "service-samples"),
            what: &say(request, "service-sample-one"),
            hint: &say(request, "service-samples-hint"),
            most: ROWS_MAX,
        },
        &bodies,
    )
}
