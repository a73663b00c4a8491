//! The rows of law that ventures follow: waiting periods, approvals, valuations, the inventors' least part.
//! Everybody reads them; the office enters them, each with its days and its source.

use crate::contract_part::chosen;
use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, may, me, post, say};
use crate::venture_part::said;
use access::{Act, Thing};
use app::No;
use app::venture::SetVentureRules;
use base::{Currency, Date, Money, Refusal};
use edge::{Fields, Reply, Request, Route};
use equity::contribution::Floor;
use equity::duty::{Act as Step, Duty, Needs};
use look::{Column, Crumb, Field, Form, Look, PageHead, Section, actions, button, link_button};
use maud::{Markup, html};
use trading::venture::Rules;

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::VENTURE_RULES, Act::LookAtVentureRules, rules),
    get("/ventures/rules/form", Act::SetVentureRules, form),
    post(link::VENTURE_RULES, Act::SetVentureRules, set),
];

/// Where the form is.
const FORM: &str = "/ventures/rules/form";
/// Empty rows that a form offers beyond those that are filled.
const SPARE: usize = 2;
const STEPS: [(Step, &str); 4] = [
    (Step::Contribute, "contribute"),
    (Step::Sell, "sell"),
    (Step::Thin, "thin"),
    (Step::Reward, "reward"),
];
/// What a row may ask for; the first two are notices in working and in calendar days.
const NEEDS: [&str; 4] = ["working", "calendar", "approval", "valuation"];
/// Values of rows are sums in yuan.
const YUAN: Currency = Currency::CNY;

fn rules(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let rules = request.city().venture_rules(&request.asker)?;
    let sets = may(request, Act::SetVentureRules, &Thing::open());
    let title = say(request, "venture-rules-title");
    let all = say(request, "venture-page-title");
    let edit = || link_button(FORM, &say(request, "venture-rules-change"), Look::Second);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::VENTURES, text: &all }],
            title: &title,
            lead: Some(html! { (say(request, "venture-rules-lead")) }),
            actions: sets.then(edit).into_iter().collect(),
            ..PageHead::default()
        }))
        (table(request, &rules, &title))
    };
    Ok(Page::new(request, &title).section(Section::Trade).personal().reply(content))
}

fn table(request: &Request, rules: &Rules, title: &str) -> Markup {
    let lang = request.lang;
    let days = |from, until: Option<Date>| match until {
        Some(until) => words::date_range(lang, from, until),
        None => said(request, "venture-rules-since", "date", words::date(lang, from)),
    };
    let heads = ["what", "needs", "size", "days", "source"]
        .map(|key| say(request, &format!("venture-rules-{key}")));
    let columns: Vec<Column<'_>> = heads.iter().map(|head| Column::text("", head)).collect();
    let duties = rules.duties.iter().map(|it| {
        look::Row::from(vec![
            html! { (say(request, &format!("venture-act-{}", crate::venture_part::word_of(it.act)))) },
            html! { (crate::venture_part::needs(request, &it.needs)) },
            html! { (size(request, it)) },
            html! { (days(it.from, it.until)) },
            html! { (it.source) },
        ])
    });
    let floors = rules.floors.iter().map(|it| {
        look::Row::from(vec![
            html! { (say(request, "venture-rules-floor")) },
            html! { (equity::as_percent(it.rate)) },
            html! {},
            html! { (days(it.from, it.until)) },
            html! { (it.source) },
        ])
    });
    look::table(&look::Table {
        lang,
        caption: title,
        is_caption_hidden: true,
        columns,
        rows: duties.chain(floors).collect(),
        is_cards: true,
        ..look::Table::default()
    })
}

/// From which value on, and below which, a row holds.
fn size(request: &Request, it: &Duty) -> String {
    let money = |minor| words::money(request.lang, Money::new(minor, YUAN));
    let from = (it.value_min > 0)
        .then(|| said(request, "venture-rules-from-value", "value", money(it.value_min)));
    let under =
        it.value_under.map(|top| said(request, "venture-rules-under-value", "value", money(top)));
    let both: Vec<String> = from.into_iter().chain(under).collect();
    both.join(" · ")
}

fn form(request: &Request) -> Result<Reply, No> {
    me(request)?;
    if !may(request, Act::SetVentureRules, &Thing::open()) {
        return Err(Refusal::not_found().into());
    }
    let rules = request.city().venture_rules(&request.asker)?;
    Ok(form_page(request, &typed(&rules), &[]))
}

/// The rows as the fields of the form.
fn typed(rules: &Rules) -> Fields {
    let mut all: Vec<(String, String)> = Vec::new();
    let day = |on: Option<Date>| on.map(|on| on.to_string()).unwrap_or_default();
    for (n, it) in rules.duties.iter().enumerate() {
        let step = STEPS.iter().find(|(step, _)| *step == it.act).map_or("", |(_, word)| word);
        let (needs, much) = match &it.needs {
            Needs::Notice { days, working: true } => ("working", days.to_string()),
            Needs::Notice { days, working: false } => ("calendar", days.to_string()),
            Needs::Approval { body } => ("approval", body.clone()),
            Needs::Valuation { months } => ("valuation", months.to_string()),
        };
        let sum = |minor: i64| Money::new(minor, YUAN).decimal();
        let least = if it.value_min > 0 { sum(it.value_min) } else { String::new() };
        for (part, value) in [
            ("key", it.key.clone()),
            ("step", step.to_owned()),
            ("needs", needs.to_owned()),
            ("much", much),
            ("value_min", least),
            ("value_under", it.value_under.map(sum).unwrap_or_default()),
            ("from", it.from.to_string()),
            ("until", day(it.until)),
            ("source", it.source.clone()),
        ] {
            all.push((format!("rows.{n}.{part}"), value));
        }
    }
    for (n, it) in rules.floors.iter().enumerate() {
        for (part, value) in [
            ("rate", contract::rates::percent(it.rate)),
            ("from", it.from.to_string()),
            ("until", day(it.until)),
            ("source", it.source.clone()),
        ] {
            all.push((format!("floors.{n}.{part}"), value));
        }
    }
    Fields(all)
}

/// How many rows of a kind were typed.
fn n_rows(fields: &Fields, kind: &str, mark: &str) -> usize {
    let filled = |n: &usize| !fields.get(&format!("{kind}.{n}.{mark}")).trim().is_empty();
    let last = (0..trading::venture::RULES_MAX).rev().find(filled);
    last.map_or(0, |n| n + 1)
}

fn form_page(request: &Request, fields: &Fields, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let title = say(request, "venture-rules-change");
    let rules = say(request, "venture-rules-title");
    let forms = ticket(request);
    let form = Form::new(lang, link::VENTURE_RULES, &forms.csrf, &forms.key).with_errors(errors);
    let n_duties = n_rows(fields, "rows", "key") + SPARE;
    let n_floors = n_rows(fields, "floors", "rate") + 1;
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::VENTURE_RULES, text: &rules }],
            title: &title,
            lead: Some(html! { (say(request, "venture-rules-change-lead")) }),
            ..PageHead::default()
        }))
        (form.view(html! {
            @for n in 0..n_duties { (duty_fields(request, &form, fields, n)) }
            @for n in 0..n_floors { (floor_fields(request, &form, fields, n)) }
            (actions(&[
                button(&say(request, "venture-rules-set"), Look::Primary),
                html! { a href=(link::VENTURE_RULES) { (say(request, "button-cancel")) } },
            ]))
        }))
    };
    let page = Page::new(request, &title).section(Section::Trade).at(FORM).personal();
    page.failed(errors).reply(content)
}

/// One field of a row under its label.
fn field(request: &Request, form: &Form<'_>, fields: &Fields, name: &str, key: &str) -> Markup {
    let label = say(request, &format!("venture-rules-field-{key}"));
    let hint = match key {
        "much" | "key" => say(request, &format!("venture-rules-field-{key}-hint")),
        _ => String::new(),
    };
    let is_optional = matches!(key, "until" | "value_min" | "value_under");
    let of = Field {
        name,
        label: &label,
        hint: &hint,
        value: fields.get(name),
        is_optional,
        width: look::Width::Half,
        ..Field::default()
    };
    match key {
        "source" => look::text_area(form, &Field { width: look::Width::default(), ..of }),
        "from" | "until" => look::date_field(form, &of),
        _ => look::text_field(form, &of),
    }
}

fn duty_fields(request: &Request, form: &Form<'_>, fields: &Fields, n: usize) -> Markup {
    let name = |part: &str| format!("rows.{n}.{part}");
    let legend = match fields.get(&name("key")) {
        "" => say(request, "venture-rules-row-new"),
        key => said(request, "venture-rules-row", "name", key.to_owned()),
    };
    let steps: Vec<(String, String)> = STEPS
        .iter()
        .map(|(_, word)| ((*word).to_owned(), say(request, &format!("venture-act-{word}"))))
        .collect();
    let needs: Vec<(String, String)> = NEEDS
        .iter()
        .map(|word| ((*word).to_owned(), say(request, &format!("venture-rules-needs-{word}"))))
        .collect();
    let put = |key: &str| field(request, form, fields, &name(key), key);
    look::fieldset(
        &legend,
        "",
        html! {
            (put("key"))
            (chosen(form, &name("step"), &say(request, "venture-rules-what"), &steps, fields.get(&name("step"))))
            (chosen(form, &name("needs"), &say(request, "venture-rules-needs"), &needs, fields.get(&name("needs"))))
            (put("much"))
            (put("value_min"))
            (put("value_under"))
            (put("from"))
            (put("until"))
            (put("source"))
        },
    )
}

fn floor_fields(request: &Request, form: &Form<'_>, fields: &Fields, n: usize) -> Markup {
    let name = |part: &str| format!("floors.{n}.{part}");
    let put = |key: &str| field(request, form, fields, &name(key), key);
    look::fieldset(
        &say(request, "venture-rules-floor"),
        "",
        html! {
            (put("rate"))
            (put("from"))
            (put("until"))
            (put("source"))
        },
    )
}

/// What was typed, with the places of the rows that count.
struct Read {
    rules: Rules,
    rows: Vec<usize>,
    floors: Vec<usize>,
}

fn set(request: &Request) -> Result<Reply, No> {
    let done = read(&request.form).and_then(|read| {
        let act = SetVentureRules { rules: read.rules.clone() };
        let done = request.city().perform(&request.keyed(), act);
        done.map_err(|no| No(no.0.into_iter().map(|it| placed(it, &read)).collect()))
    });
    match done {
        Ok(_) => Ok(Reply::see_other(link::VENTURE_RULES)),
        Err(no) => {
            let errors = reasons(no)?;
            Ok(form_page(request, &request.form, &errors))
        }
    }
}

/// A reason at the place where its row was typed: empty rows between do not count.
fn placed(no: Refusal, read: &Read) -> Refusal {
    let Some(at) = no.field.clone() else { return no };
    let mut parts = at.splitn(3, '.');
    let (Some(kind), Some(n), Some(part)) = (parts.next(), parts.next(), parts.next()) else {
        return no;
    };
    let places = if kind == "floors" { &read.floors } else { &read.rows };
    match n.parse::<usize>().ok().and_then(|n| places.get(n)) {
        Some(place) => no.on(format!("{kind}.{place}.{part}")),
        None => no,
    }
}

fn read(fields: &Fields) -> Result<Read, No> {
    let mut no = Vec::new();
    let mut found = Read { rules: Rules::default(), rows: Vec::new(), floors: Vec::new() };
    for n in 0..n_rows(fields, "rows", "key") {
        if fields.get(&format!("rows.{n}.key")).trim().is_empty() {
            continue;
        }
        found.rules.duties.extend(read_duty(fields, n, &mut no));
        found.rows.push(n);
    }
    for n in 0..n_rows(fields, "floors", "rate") {
        let text = |part: &str| fields.get(&format!("floors.{n}.{part}")).trim();
        if text("rate").is_empty() {
            continue;
        }
        let rate = contract::rates::read_percent(text("rate"));
        if rate.is_none() {
            no.push(Refusal::invalid("venture-rate-unreadable").on(format!("floors.{n}.rate")));
        }
        let from = day(fields, &format!("floors.{n}.from"), &mut no);
        let until = last_day(fields, &format!("floors.{n}.until"), &mut no);
        if let (Some(rate), Some(from)) = (rate, from) {
            found.rules.floors.push(Floor { from, until, rate, source: text("source").to_owned() });
        }
        found.floors.push(n);
    }
    if no.is_empty() { Ok(found) } else { Err(No(no)) }
}

fn day(fields: &Fields, name: &str, no: &mut Vec<Refusal>) -> Option<Date> {
    let found = base::time::read_date(fields.get(name));
    if found.is_none() {
        no.push(Refusal::invalid("venture-day-unreadable").on(name.to_owned()));
    }
    found
}

fn last_day(fields: &Fields, name: &str, no: &mut Vec<Refusal>) -> Option<Date> {
    match fields.get(name).trim() {
        "" => None,
        _ => day(fields, name, no),
    }
}

fn read_duty(fields: &Fields, n: usize, no: &mut Vec<Refusal>) -> Option<Duty> {
    let name = |part: &str| format!("rows.{n}.{part}");
    let text = |part: &str| fields.get(&name(part)).trim().to_owned();
    let sum = |part: &str, no: &mut Vec<Refusal>| match text(part).as_str() {
        "" => None,
        typed => {
            let found = crate::listing_money::read_money(typed, YUAN).ok().flatten();
            if found.is_none() {
                no.push(Refusal::invalid("venture-money-unreadable").on(name(part)));
            }
            found.map(|money| money.minor)
        }
    };
    let (value_min, value_under) = (sum("value_min", no), sum("value_under", no));
    let number = |no: &mut Vec<Refusal>| {
        let found = text("much").parse::<u16>().ok();
        if found.is_none() {
            no.push(Refusal::invalid("venture-number-unreadable").on(name("much")));
        }
        found
    };
    let needs = match text("needs").as_str() {
        "working" => number(no).map(|days| Needs::Notice { days, working: true }),
        "calendar" => number(no).map(|days| Needs::Notice { days, working: false }),
        "valuation" => number(no).map(|months| Needs::Valuation { months: u32::from(months) }),
        "approval" => Some(Needs::Approval { body: text("much") }),
        _ => {
            no.push(Refusal::invalid("venture-unknown").on(name("needs")));
            None
        }
    };
    let step = STEPS.iter().find(|(_, word)| *word == text("step")).map(|(step, _)| *step);
    if step.is_none() {
        no.push(Refusal::invalid("venture-unknown").on(name("step")));
    }
    let from = day(fields, &name("from"), no);
    let until = last_day(fields, &name("until"), no);
    Some(Duty {
        key: text("key"),
        act: step?,
        value_min: value_min.unwrap_or(0),
        value_under,
        from: from?,
        until,
        needs: needs?,
        source: text("source"),
    })
}
