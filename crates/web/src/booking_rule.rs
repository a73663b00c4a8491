//! The rules of booking an instrument: those in force with the level each comes from, and for its people
//! the form of what its own level sets. What is left empty is inherited.

use crate::form::{above, at, reasons, ticket};
use crate::link;
use crate::outage::{choices, named};
use crate::page::{Page, get, post, say};
use crate::rule_list;
use access::Act;
use app::No;
use app::booking::{RulesView, SetBookingRules, Target};
use base::{InstrumentId, Refusal};
use calendar::hours::Window;
use calendar::{Hours, Weekdays};
use edge::{Reply, Request, Route};
use instruments::rules::Layer;
use instruments::setting::Level;
use look::{
    Column, Crumb, Field, Form, Look, PageHead, Section, Table, Tone, Width, actions, button,
    fieldset, select, text_area, text_field,
};
use maud::{Markup, html};
use serde_json::{Map, Value, json};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/instruments/{id}/rules", Act::LookAtInstrument, show),
    post("/instruments/{id}/rules", Act::SetBookingRules, set),
];

/// Rules that are numbers, in the groups in which the form asks for them.
const NUMBERS: &[(&str, &[&str])] = &[
    (
        "length",
        &["least_minutes", "most_minutes", "setup_minutes", "cleanup_minutes", "gap_minutes"],
    ),
    (
        "notice",
        &[
            "horizon_days",
            "notice_minutes",
            "edit_notice_minutes",
            "cancel_notice_minutes",
            "late_cancel_minutes",
            "decide_hours",
            "offer_minutes",
        ],
    ),
    ("count", &["day_count", "future_count", "future_minutes", "least_credit"]),
    (
        "use",
        &[
            "early_minutes",
            "missed_after_minutes",
            "late_minutes",
            "left_early_minutes",
            "overtime_minutes",
        ],
    ),
];
/// Rules that are a yes or a no.
const CHOICES: &[&str] = &[
    "needs_booking",
    "needs_qualification",
    "needs_notice",
    "needs_agreement",
    "needs_project",
    "asks_feedback",
    "may_ask",
    "may_transfer",
    "over_midnight",
    "no_self_overlap",
    "lost_counts",
];
/// Rules that are lists of words.
const LISTS: &[&str] = &["trainings", "barred"];
/// Rules that are windows of the week.
const WINDOWS: &[&str] = &["hours", "site_hours"];

fn here(id: InstrumentId) -> String {
    link::instrument_part(id, "rules")
}

fn show(request: &Request) -> Result<Reply, No> {
    page(request, request.id("id")?, &[])
}

fn page(request: &Request, id: InstrumentId, no: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().booking_rules(&request.asker, id)?;
    let name = view.instrument.sheet.name.best(lang).0;
    let title = say(request, "rule-page-title");
    let address = here(id);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &link::instrument(id), text: name }],
            title: &title,
            lead: Some(html! { p { (say(request, "rule-page-lead")) } }),
            ..PageHead::default()
        }))
        (above(request, no, &[(view.may_set, &address)]))
        @if request.query.get("done") == "set" {
            (look::notice(lang, Tone::Ok, html! { p { (say(request, "rule-page-done")) } }))
        }
        (rules(request, &view, &title))
        @if view.may_set {
            (look::part("own", &say(request, "rule-page-own"), form(request, &view, no)))
        }
    };
    let page = Page::new(request, &title).section(Section::Share).at(here(id));
    Ok(page.highest(&view.instrument.label, &title).personal().failed(no).reply(content))
}

/// A rule in force: its name, the level it comes from, its value.
type Told = (&'static str, Option<Level>, Value);

/// What somebody set stands first; what is as everywhere in the city is folded below it.
fn rules(request: &Request, view: &RulesView, title: &str) -> Markup {
    let (own, usual): (Vec<Told>, Vec<Told>) =
        view.rules.told().into_iter().partition(|(_, level, _)| level.is_some());
    let count = [("count", usual.len().into())];
    let more = words::say_with(request.lang, "rule-page-usual", &count);
    html! {
        @if own.is_empty() {
            p { (say(request, "rule-page-none-own")) }
        } @else {
            (table(request, &own, title))
        }
        @if !usual.is_empty() {
            details open[own.is_empty()] {
                summary { (more) }
                (table(request, &usual, &more))
            }
        }
    }
}

fn table(request: &Request, told: &[Told], caption: &str) -> Markup {
    let heads = ["rule", "value", "level"].map(|key| say(request, &format!("rule-column-{key}")));
    let rows = told.iter().map(|(name, level, value)| {
        let level = match level {
            None => say(request, "rule-level-city"),
            Some(level) => say(request, &format!("rule-level-{}", level.code())),
        };
        let cells = vec![
            html! { (say(request, &format!("rule-{name}"))) },
            html! { (value_text(request, name, value)) },
            html! { span.quiet { (level) } },
        ];
        look::Row { cells, ..look::Row::default() }
    });
    look::table(&Table {
        lang: request.lang,
        caption,
        is_caption_hidden: true,
        columns: heads.iter().map(|head| Column::text("", head)).collect(),
        rows: rows.collect(),
        is_cards: true,
        ..Table::default()
    })
}

/// A value as a reader understands it.
fn value_text(request: &Request, name: &str, value: &Value) -> String {
    if let Some(text) = rule_list::told(request, name, value) {
        return text;
    }
    match (name, value) {
        (_, Value::Bool(is)) => say(request, if *is { "rule-yes" } else { "rule-no" }),
        ("approval", value) => approval_text(request, value),
        ("grid", value) => {
            let of = |key: &str| value.get(key).and_then(Value::as_i64).unwrap_or(0);
            let args = [("start", of("start").into()), ("length", of("length").into())];
            words::say_with(request.lang, "rule-grid-value", &args)
        }
        ("hours" | "site_hours", value) => match windows_words(request, &hours_of(value)) {
            all if all.is_empty() => say(request, "rule-always"),
            all => words::list(request.lang, &all.iter().map(String::as_str).collect::<Vec<_>>()),
        },
        (name, Value::Number(n)) => {
            let n = n.as_i64().unwrap_or(0);
            let is_limit = !matches!(
                name,
                "setup_minutes"
                    | "cleanup_minutes"
                    | "early_minutes"
                    | "late_minutes"
                    | "left_early_minutes"
                    | "overtime_minutes"
            );
            let unit = ["minutes", "hours", "days"].into_iter().find(|unit| name.ends_with(unit));
            match unit {
                _ if n == 0 && is_limit => say(request, "rule-none"),
                Some(unit) => {
                    let key = format!("rule-in-{unit}");
                    words::say_with(request.lang, &key, &[("count", n.into())])
                }
                None => words::number(request.lang, n),
            }
        }
        (_, Value::Array(all)) if all.is_empty() => say(request, "rule-none"),
        (_, Value::Array(all)) if all.iter().all(Value::is_string) => {
            let all: Vec<&str> = all.iter().filter_map(Value::as_str).collect();
            words::list(request.lang, &all)
        }
        _ => say(request, "rule-set"),
    }
}

fn approval_text(request: &Request, value: &Value) -> String {
    match value.get("over").and_then(Value::as_i64) {
        Some(minutes) => {
            words::say_with(request.lang, "rule-approval-over-of", &[("minutes", minutes.into())])
        }
        None => {
            let word = value.as_str().unwrap_or("never");
            say(request, &format!("rule-approval-{word}"))
        }
    }
}

/// The days of a window, Monday is 1; and whether they are a run that its ends name.
fn days_of(window: &Window) -> (Vec<i8>, bool) {
    let days: Vec<i8> = window.days.each().map(|day| day.to_monday_one_offset()).collect();
    let is_run = days.len() > 2 && days.windows(2).all(|two| two[0] + 1 == two[1]);
    (days, is_run)
}

/// From when to when, as in the form.
fn clocks(window: &Window) -> String {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    format!("{}-{}", clock(window.from), clock(window.to))
}

fn hours_of(value: &Value) -> Hours {
    serde_json::from_value(value.clone()).unwrap_or_default()
}

/// Windows of the week, one a line: `1-5 09:00-17:00`, Monday is 1.
pub fn windows_text(hours: &Hours) -> String {
    let line = |window: &Window| {
        let (days, is_run) = days_of(window);
        let days = match (is_run, days.first(), days.last()) {
            (true, Some(first), Some(last)) => format!("{first}-{last}"),
            _ => days.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
        };
        format!("{days} {}", clocks(window))
    };
    hours.windows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The same as people say it: `Monday–Friday 09:00–17:00`.
pub fn windows_words(request: &Request, hours: &Hours) -> Vec<String> {
    let lang = request.lang;
    // Any Monday.
    let monday = calendar::Zone::monday(request.now.date_at(0));
    let name = |day: i8| {
        let date = calendar::zone::add_days(monday, i64::from(day) - 1);
        words::weekday(lang, date)
    };
    let line = |window: &Window| {
        let (days, is_run) = days_of(window);
        let days = match (is_run, days.first(), days.last()) {
            (true, Some(first), Some(last)) => format!("{}–{}", name(*first), name(*last)),
            _ => {
                let names: Vec<String> = days.iter().map(|day| name(*day)).collect();
                words::list(lang, &names.iter().map(String::as_str).collect::<Vec<_>>())
            }
        };
        format!("{days} {}", clocks(window).replace('-', "–"))
    };
    hours.windows.iter().map(line).collect()
}

/// What was typed, as hours; nothing where it cannot be read.
pub fn read_windows(text: &str) -> Option<Hours> {
    let clock = |text: &str| {
        let (hour, minute) = text.trim().split_once(':')?;
        let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
    };
    let days = |text: &str| {
        let mut bits = 0_u8;
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last): (u8, u8) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
            if !(1..=7).contains(&first) || !(first..=7).contains(&last) {
                return None;
            }
            bits |= (first..=last).fold(0, |all, day| all | 1 << (day - 1));
        }
        Some(Weekdays(bits))
    };
    let mut windows = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let plain: String = line.chars().map(base::time::half_width).collect();
        let (on, times) = plain.split_once(' ')?;
        let (from, to) = times.split_once('-')?;
        windows.push(Window { days: days(on)?, from: clock(from)?, to: clock(to)?, grid: None });
    }
    Some(Hours { windows })
}

/// What the own level sets, by name.
fn own_values(view: &RulesView) -> Map<String, Value> {
    let own = serde_json::to_value(&view.own).unwrap_or_default();
    own.as_object().cloned().unwrap_or_default()
}

fn form(request: &Request, view: &RulesView, no: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let action = here(view.instrument.id);
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key)
        .with_errors(at(request, no, &action));
    let own = own_values(view);
    let is_sent = !request.form.get("version").is_empty();
    let value = |name: &str| own.get(name).and_then(|set| set.get("value")).cloned();
    let was = |name: &str, kept: String| match is_sent {
        true => request.form.get(name).to_owned(),
        false => kept,
    };
    let text = |name: &'static str, kept: String| {
        let (label, value) = (say(request, &format!("rule-{name}")), was(name, kept));
        text_field(
            &form,
            &Field {
                name,
                label: &label,
                value: &value,
                is_optional: true,
                width: Width::Half,
                ..Field::default()
            },
        )
    };
    let number = |name: &'static str| {
        let kept = value(name).and_then(|value| value.as_i64()).map(|n| n.to_string());
        text(name, kept.unwrap_or_default())
    };
    let listed = |name: &'static str| {
        let kept = value(name).and_then(|value| value.as_array().cloned()).unwrap_or_default();
        let all: Vec<&str> = kept.iter().filter_map(Value::as_str).collect();
        text(name, all.join(", "))
    };
    let grid = |key: &str| {
        let kept = value("grid").and_then(|value| value.get(key).and_then(Value::as_i64));
        kept.map(|n| n.to_string()).unwrap_or_default()
    };
    html! {
        p.small.quiet { (say(request, "rule-form-lead")) }
        (form.view(html! {
            input type="hidden" name="version" value=(view.version);
            (fieldset(&say(request, "rule-group-who"), "", html! {
                @for name in CHOICES { (yes_or_no(request, &form, name, was(name, kept_bool(value(name))))) }
                (approval(request, &form, value("approval"), is_sent))
                @for name in LISTS { (listed(name)) }
            }))
            (fieldset(&say(request, "rule-group-hours"), "", html! {
                @for name in WINDOWS {
                    @let kept = value(name).map(|value| windows_text(&hours_of(&value))).unwrap_or_default();
                    @let text = was(name, kept);
                    (text_area(&form, &Field {
                        name, label: &say(request, &format!("rule-{name}")), value: &text,
                        hint: &say(request, "rule-hours-hint"), is_optional: true, lines: Some(3),
                        ..Field::default()
                    }))
                }
                (text("grid_start", grid("start")))
                (text("grid_length", grid("length")))
            }))
            @for (group, names) in NUMBERS {
                (fieldset(&say(request, &format!("rule-group-{group}")), "", html! {
                    @for name in *names { (number(name)) }
                }))
            }
            (rule_list::form(request, &form, &view.own, is_sent))
            (actions(&[button(&say(request, "rule-set-button"), Look::Primary)]))
        }))
    }
}

fn kept_bool(value: Option<Value>) -> String {
    match value.and_then(|value| value.as_bool()) {
        Some(true) => "yes".to_owned(),
        Some(false) => "no".to_owned(),
        None => String::new(),
    }
}

fn yes_or_no(request: &Request, form: &Form<'_>, name: &'static str, chosen: String) -> Markup {
    let label = say(request, &format!("rule-{name}"));
    let mut names = vec![(String::new(), say(request, "rule-inherit"))];
    names.extend(named(request, "rule", vec!["yes", "no"]));
    select(form, &Field { name, label: &label, ..Field::default() }, &choices(&names, &chosen))
}

fn approval(request: &Request, form: &Form<'_>, value: Option<Value>, is_sent: bool) -> Markup {
    let over = value.as_ref().and_then(|value| value.get("over")).and_then(Value::as_i64);
    let word = match (&value, over) {
        (_, Some(_)) => "over".to_owned(),
        (Some(value), None) => value.as_str().unwrap_or_default().to_owned(),
        (None, None) => String::new(),
    };
    let (word, minutes) = match is_sent {
        true => {
            let form = &request.form;
            (form.get("approval").to_owned(), form.get("approval_minutes").to_owned())
        }
        false => (word, over.map(|minutes| minutes.to_string()).unwrap_or_default()),
    };
    let mut names = vec![(String::new(), say(request, "rule-inherit"))];
    names.extend(named(request, "rule-approval", vec!["never", "always", "external", "over"]));
    let label = say(request, "rule-approval");
    html! {
        (select(form, &Field { name: "approval", label: &label, ..Field::default() }, &choices(&names, &word)))
        (text_field(form, &Field {
            name: "approval_minutes", label: &say(request, "rule-approval_minutes"), value: &minutes,
            is_optional: true, width: Width::Half, ..Field::default()
        }))
    }
}

/// What was typed over what the level set.
fn read(request: &Request, view: &RulesView) -> Result<Layer, Vec<Refusal>> {
    let (form, mut own, mut no) = (&request.form, own_values(view), Vec::new());
    let unsound = |name: &str| {
        let refusal = Refusal::invalid("booking-rule-unsound").on(name.to_owned());
        refusal.text("rule", say(request, &format!("rule-{name}")))
    };
    let mut put = |name: &str, value: Option<Value>| match value {
        // A lock that was set stays.
        Some(value) => {
            let set = own.entry(name.to_owned()).or_insert_with(|| json!({}));
            if let Some(set) = set.as_object_mut() {
                set.insert("value".to_owned(), value);
            }
        }
        None => {
            own.remove(name);
        }
    };
    let whole = |text: &str| {
        let plain: String = text.trim().chars().map(base::time::half_width).collect();
        if plain.is_empty() { Some(None) } else { plain.parse::<u32>().ok().map(Some) }
    };
    for name in NUMBERS.iter().flat_map(|(_, names)| names.iter()) {
        match whole(form.get(name)) {
            Some(n) => put(name, n.map(Value::from)),
            None => no.push(unsound(name)),
        }
    }
    for name in CHOICES {
        put(
            name,
            match form.get(name) {
                "yes" => Some(json!(true)),
                "no" => Some(json!(false)),
                _ => None,
            },
        );
    }
    for name in LISTS {
        let all: Vec<String> = form
            .get(name)
            .split([',', '，', '、'])
            .map(|one| one.trim().to_owned())
            .filter(|one| !one.is_empty())
            .collect();
        put(name, (!all.is_empty()).then(|| json!(all)));
    }
    for name in WINDOWS {
        match read_windows(form.get(name)) {
            Some(hours) if hours.windows.is_empty() => put(name, None),
            Some(hours) => put(name, serde_json::to_value(hours).ok()),
            None => no.push(unsound(name)),
        }
    }
    match (whole(form.get("grid_start")), whole(form.get("grid_length"))) {
        (Some(None), Some(None)) => put("grid", None),
        (Some(Some(start)), Some(Some(length))) => {
            put("grid", Some(json!({ "start": start, "length": length })));
        }
        _ => no.push(unsound("grid_start")),
    }
    match (form.get("approval"), whole(form.get("approval_minutes"))) {
        ("over", Some(Some(minutes))) => put("approval", Some(json!({ "over": minutes }))),
        ("over", _) => no.push(unsound("approval_minutes")),
        (word @ ("never" | "always" | "external"), _) => put("approval", Some(json!(word))),
        _ => put("approval", None),
    }
    for (field, rule) in rule_list::read(form, &mut put) {
        let refusal = Refusal::invalid("booking-rule-unsound").on(field);
        no.push(refusal.text("rule", say(request, &format!("rule-{rule}"))));
    }
    if !no.is_empty() {
        return Err(no);
    }
    serde_json::from_value(Value::Object(own)).map_err(|_| vec![unsound("grid_start")])
}

fn set(request: &Request) -> Result<Reply, No> {
    let id: InstrumentId = request.id("id")?;
    let view = request.city().booking_rules(&request.asker, id)?;
    let done = read(request, &view).map_err(No).and_then(|rules| {
        let version = request.form.get("version").parse().unwrap_or(0);
        let act = SetBookingRules { target: Target::Instrument(id), version, rules };
        request.city().perform(&request.keyed(), act)
    });
    match done {
        Ok(_) => Ok(Reply::see_other(look::address::with(&here(id), "done", "set"))),
        Err(no) => page(request, id, &reasons(no)?),
    }
}
