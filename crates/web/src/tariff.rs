//! Tariffs of an instrument: what is valid, what comes, and the form of a new one.

use crate::form::{above, at, reasons, ticket};
use crate::link;
use crate::listing_money::read_money;
use crate::page::{Page, get, post, say};
use access::Act;
use app::No;
use app::tariff::{EXTERNAL, EndTariff, INTERNAL, SetTariff, Tariffs};
use base::{Bilingual, Currency, InstrumentId, Money, Refusal};
use edge::{Reply, Request, Route};
use instruments::tariff::{
    Days, Kept, Late, LateFee, Missed, Mode, Step, Tariff, Unit, Way, Window,
};
use look::{
    Choice, Column, Crumb, Field, Form, Look, PageHead, PostButton, Section, Table, Tone, Width,
    actions, button, date_field, fieldset, post_button, select, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/instruments/{id}/tariffs", Act::LookAtInstrument, show),
    post("/instruments/{id}/tariffs", Act::SetTariff, set),
    post("/instruments/{id}/tariffs/{tariff}/end", Act::SetTariff, end),
];

/// An amount in the city's currency.
pub fn yuan(request: &Request, minor: i64) -> String {
    words::money(request.lang, Money::new(minor, Currency::CNY))
}

/// The name of a class of customers; what a unit named itself stays as it is.
pub fn class_name(request: &Request, class: &str) -> String {
    match class {
        INTERNAL | EXTERNAL => say(request, &format!("tariff-class-{class}")),
        own => own.to_owned(),
    }
}

fn show(request: &Request) -> Result<Reply, No> {
    page(request, request.id("id")?, &[])
}

fn page(request: &Request, id: InstrumentId, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().tariffs(&request.asker, id)?;
    let name = view.instrument.sheet.name.best(lang).0;
    let title = say(request, "tariff-title");
    let here = link::tariffs(id);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &link::instrument(id), text: name }],
            title: &title,
            lead: Some(html! { (say(request, "tariff-lead")) }),
            ..PageHead::default()
        }))
        (above(request, errors, &[(view.may_set, &here)]))
        (table(request, &view, &title))
        @if view.may_set {
            (look::part("new", &say(request, "tariff-new"), form(request, &view, at(request, errors, &here))))
        }
    };
    let page = Page::new(request, &title).section(Section::Share).at(link::tariffs(id));
    Ok(page.highest(&view.instrument.label, &title).failed(errors).reply(content))
}

fn table(request: &Request, view: &Tariffs, caption: &str) -> Markup {
    let mut heads = vec!["class", "price", "rules", "days"];
    if view.may_set {
        heads.push("end");
    }
    let titles: Vec<String> =
        heads.iter().map(|key| say(request, &format!("tariff-column-{key}"))).collect();
    let columns = titles.iter().map(|title| Column::text("", title)).collect();
    look::table(&Table {
        lang: request.lang,
        caption,
        is_caption_hidden: true,
        columns,
        rows: view.tariffs.iter().map(|it| row(request, view, it)).collect(),
        empty: Some(none(request, &view.instrument.sheet.rates)),
        is_cards: true,
        ..Table::default()
    })
}

/// What is said where no price is counted: the owner's own words, else that use is free.
pub fn none(request: &Request, rates: &Bilingual) -> Markup {
    match rates.best(request.lang).0 {
        "" => look::empty(&say(request, "tariff-none"), html! {}),
        words => html! { p { (say(request, "estimate-in-words")) } p { strong { (words) } } },
    }
}

fn row(request: &Request, view: &Tariffs, it: &Kept) -> look::Row {
    let tariff = &it.tariff;
    let tag = if tariff.is_valid_on(view.today) {
        look::state_tag(Tone::Ok, &say(request, "tariff-valid"))
    } else if tariff.from > view.today {
        look::state_tag(Tone::Wait, &say(request, "tariff-later"))
    } else {
        look::state_tag(Tone::Plain, &say(request, "tariff-past"))
    };
    let from = words::date(request.lang, tariff.from);
    let days = match tariff.until.and_then(|until| until.yesterday().ok()) {
        Some(last) if last >= tariff.from => words::date_range(request.lang, tariff.from, last),
        _ => words::say_with(request.lang, "tariff-since", &[("date", from.into())]),
    };
    let mut cells = vec![
        html! {
            (class_name(request, &tariff.class)) br;
            span.small.quiet { (say(request, &format!("tariff-way-{}", tariff.way))) }
        },
        prices(request, tariff),
        rules(request, tariff),
        html! { (tag) br; span.small { (days) } },
    ];
    if view.may_set {
        let forms = ticket(request);
        let action = format!("{}/{}/end", link::tariffs(it.instrument), it.id);
        let until = view.today.to_string();
        let can_end = tariff.until.is_none_or(|until| until > view.today);
        cells.push(html! {
            @if can_end {
                (post_button(&PostButton {
                    action: &action, csrf: &forms.csrf, key: &forms.key,
                    text: &say(request, "tariff-end"), look: Look::Plain,
                    values: &[("until", &until)],
                }))
            }
        });
    }
    look::Row::from(cells)
}

fn prices(request: &Request, tariff: &Tariff) -> Markup {
    let unit = say(request, &format!("tariff-per-{}", tariff.unit));
    html! {
        @for step in &tariff.steps {
            p {
                (yuan(request, step.price)) " " (unit)
                @if step.from_minutes > 0 {
                    " " span.small.quiet {
                        (words::say_with(request.lang, "tariff-step-from", &[("hours", words::decimal(request.lang, i64::from(step.from_minutes) * 10 / 60, 1).into())]))
                    }
                }
            }
        }
        @for window in &tariff.windows {
            p.small { (window_text(request, window)) }
        }
    }
}

/// A reduction as a sentence.
fn window_text(request: &Request, window: &Window) -> String {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    words::say_with(
        request.lang,
        &format!("tariff-window-{}", window.days),
        &[
            ("from", clock(window.from).into()),
            ("until", clock(window.until).into()),
            ("off", words::percent(request.lang, i64::from(window.off_bp)).into()),
        ],
    )
}

fn rules(request: &Request, tariff: &Tariff) -> Markup {
    let mut rows = vec![say(request, &format!("tariff-mode-{}", tariff.mode))];
    let amounts = [
        ("setup", tariff.setup),
        ("minimum", tariff.minimum),
        ("subsidy", tariff.subsidy),
        ("staff", tariff.staff),
    ];
    for (key, minor) in amounts.into_iter().filter(|(_, minor)| *minor > 0) {
        let money = yuan(request, minor);
        let key = format!("tariff-rule-{key}");
        rows.push(words::say_with(request.lang, &key, &[("amount", money.into())]));
    }
    if tariff.missed == Missed::Booked {
        rows.push(say(request, "tariff-rule-missed"));
    }
    if let Some(late) = tariff.late {
        let hours = i64::from(late.within_minutes) / 60;
        let key = format!("tariff-rule-late-{}", late.fee);
        let amount = yuan(request, late.amount);
        let args = [("hours", hours.into()), ("amount", amount.into())];
        rows.push(words::say_with(request.lang, &key, &args));
    }
    html! { @for row in &rows { p.small { (row) } } }
}

fn choices<'a>(names: &'a [(String, String)], typed: &str) -> Vec<Choice<'a>> {
    let is_known = names.iter().any(|(value, _)| value == typed);
    names
        .iter()
        .enumerate()
        .map(|(n, (value, text))| Choice {
            value,
            text,
            hint: "",
            is_chosen: value == typed || (!is_known && n == 0),
        })
        .collect()
}

fn named(request: &Request, prefix: &str, words: &[&str]) -> Vec<(String, String)> {
    let of = |word: &&str| ((*word).to_owned(), say(request, &format!("{prefix}-{word}")));
    words.iter().map(of).collect()
}

fn form(request: &Request, view: &Tariffs, errors: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let action = link::tariffs(view.instrument.id);
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_errors(errors);
    let typed = |name: &str| request.form.get(name).to_owned();
    let today = view.today.to_string();
    let from = match request.form.get("from") {
        "" => today,
        typed => typed.to_owned(),
    };
    let words_of = |all: &[&'static str], name: &str, prefix: &str| {
        let names = named(request, prefix, all);
        let label = say(request, &format!("tariff-field-{name}"));
        let chosen = typed(name);
        let field = match name {
            "mode" => "mode",
            "way" => "way",
            _ => "unit",
        };
        select(
            &form,
            &Field { name: field, label: &label, ..Field::default() },
            &choices(&names, &chosen),
        )
    };
    let money = |name: &'static str, is_optional: bool| {
        let (label, value) = (say(request, &format!("tariff-field-{name}")), typed(name));
        text_field(
            &form,
            &Field {
                name,
                label: &label,
                value: &value,
                is_optional,
                width: Width::Short,
                unit: "¥",
                ..Field::default()
            },
        )
    };
    let text = |name: &'static str, unit: &str| {
        let (label, value) = (say(request, &format!("tariff-field-{name}")), typed(name));
        text_field(
            &form,
            &Field {
                name,
                label: &label,
                value: &value,
                is_optional: true,
                width: Width::Short,
                unit,
                ..Field::default()
            },
        )
    };
    let modes: Vec<&str> = Mode::ALL.iter().map(|it| it.word()).collect();
    let ways: Vec<&str> = Way::ALL.iter().map(|it| it.word()).collect();
    let units: Vec<&str> = Unit::ALL.iter().map(|it| it.word()).collect();
    let class = match request.form.get("class") {
        "" => EXTERNAL,
        typed => typed,
    };
    form.view(html! {
        (text_field(&form, &Field {
            name: "class", label: &say(request, "tariff-field-class"), value: class,
            hint: &say(request, "tariff-field-class-hint"), width: Width::Half, ..Field::default()
        }))
        (words_of(&ways, "way", "tariff-way"))
        (words_of(&modes, "mode", "tariff-mode"))
        (date_field(&form, &Field { name: "from", label: &say(request, "tariff-field-from"), value: &from, ..Field::default() }))
        (money("price", false))
        (words_of(&units, "unit", "tariff-per"))
        (fieldset(&say(request, "tariff-more"), "", html! {
            (money("setup", true))
            (money("minimum", true))
            (money("subsidy", true))
            (money("staff", true))
            (text("evening_from", ""))
            (text("evening_until", ""))
            (text("evening_off", "%"))
            (text("rest_off", "%"))
            (text("late_hours", ""))
            (money("late_amount", true))
        }))
        (actions(&[button(&say(request, "tariff-set"), Look::Primary)]))
    })
}

fn set(request: &Request) -> Result<Reply, No> {
    let instrument: InstrumentId = request.id("id")?;
    let done = read(request).map_err(No).and_then(|tariff| {
        request.city().perform(&request.keyed(), SetTariff { instrument, tariff })
    });
    back(request, instrument, done.map(|_| ()))
}

fn end(request: &Request) -> Result<Reply, No> {
    let instrument: InstrumentId = request.id("id")?;
    let tariff = request.id("tariff")?;
    let unread = || No::from(unreadable("until", "date-unreadable"));
    let until = base::time::read_date(request.form.get("until")).ok_or_else(unread);
    let done = until.and_then(|until| {
        request.city().perform(&request.keyed(), EndTariff { instrument, tariff, until })
    });
    back(request, instrument, done.map(|_| ()))
}

fn back(request: &Request, id: InstrumentId, done: Result<(), No>) -> Result<Reply, No> {
    match done {
        Ok(()) => Ok(Reply::see_other(link::tariffs(id))),
        Err(no) => page(request, id, &reasons(no)?),
    }
}

fn unreadable(field: &'static str, code: &'static str) -> Refusal {
    Refusal::invalid(code).on(field).term("field", base::text::field_term(field))
}

/// Reads the form, or says all that cannot be read.
fn read(request: &Request) -> Result<Tariff, Vec<Refusal>> {
    let mut no = Vec::new();
    let mut money = |field: &'static str| match read_money(request.form.get(field), Currency::CNY) {
        Ok(found) => found.map_or(0, |money| money.minor),
        Err(()) => {
            no.push(unreadable(field, "money-unreadable"));
            0
        }
    };
    let price = money("price");
    let [setup, minimum, subsidy, staff, late] =
        ["setup", "minimum", "subsidy", "staff", "late_amount"].map(&mut money);
    let mut number = |field: &'static str, read: &dyn Fn(&str) -> Option<u32>| {
        let typed = request.form.get(field).trim();
        if typed.is_empty() {
            return None;
        }
        let found = read(typed);
        if found.is_none() {
            no.push(unreadable(field, "number-unreadable"));
        }
        found
    };
    let clock = |typed: &str| {
        let (hour, minute) = typed.split_once([':', '：'])?;
        let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
    };
    let percent = |typed: &str| {
        let rate = contract::rates::read_percent(typed)?;
        rate.round(4, ledger::rounding::Rounding::HalfUp).and_then(|bp| u32::try_from(bp).ok())
    };
    let whole = |typed: &str| typed.parse::<u32>().ok().filter(|hours| *hours <= 24 * 60);
    let evening = [number("evening_from", &clock), number("evening_until", &clock)];
    let (evening_off, rest_off) = (number("evening_off", &percent), number("rest_off", &percent));
    let late_hours = number("late_hours", &whole);
    let from = base::time::read_date(request.form.get("from"));
    if from.is_none() {
        no.push(unreadable("from", "date-unreadable"));
    }
    // What was typed half is told, and not left out.
    let typed = |field: &str| !request.form.get(field).trim().is_empty();
    let evening_fields = ["evening_from", "evening_until", "evening_off"];
    let has_evening = evening_fields.iter().any(|field| typed(field));
    let needed = [("price", true), ("late_hours", typed("late_amount"))];
    let needed = needed.into_iter().chain(evening_fields.map(|field| (field, has_evening)));
    for (field, is_needed) in needed {
        if is_needed && !typed(field) {
            no.push(unreadable(field, "field-required"));
        }
    }
    let (Some(from), []) = (from, no.as_slice()) else { return Err(no) };
    let minute = |minute: u32| u16::try_from(minute).unwrap_or(u16::MAX);
    let mut windows = Vec::new();
    if let Some(off_bp) = rest_off {
        windows.push(Window { days: Days::NonWorking, from: 0, until: 1_440, off_bp });
    }
    if let ([Some(from), Some(until)], Some(off_bp)) = (evening, evening_off) {
        let (from, until) = (minute(from), minute(until));
        windows.push(Window { days: Days::Every, from, until, off_bp });
    }
    let amount = late;
    let fee = if amount > 0 { LateFee::Fixed } else { LateFee::Booked };
    let late = late_hours.map(|hours| Late { within_minutes: hours * 60, fee, amount });
    Ok(Tariff {
        class: request.form.get("class").trim().to_owned(),
        way: Way::parse(request.form.get("way")).unwrap_or_default(),
        mode: Mode::parse(request.form.get("mode")).unwrap_or_default(),
        from,
        until: None,
        unit: Unit::parse(request.form.get("unit")).unwrap_or_default(),
        steps: vec![Step { from_minutes: 0, price }],
        windows,
        setup,
        minimum,
        subsidy,
        staff,
        missed: Missed::Nothing,
        late,
        bills_buffers: false,
    })
}
