//! Bookings that repeat: the form, every time judged before anything is booked, and what was booked.
//!
//! Nothing is kept between the steps: the form carries what was typed, and each step judges anew.

use crate::accessory;
use crate::booking::{
    self, Draft, ask_of, organisations, own_organisations, proposed_minutes, said, told, typed,
    when,
};
use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, post, say};
use access::Act;
use app::No;
use app::booking::{InstanceTold, SeriesAsk, SeriesMade, WeekView};
use base::{InstrumentId, Refusal, Span};
use calendar::recurrence::INSTANCES_MAX;
use calendar::{Every, Recurrence, Until, Weekdays};
use edge::{Reply, Request, Route};
use instruments::series::Mode;
use look::{
    Choice, Column, Crumb, Field, Form, Look, PageHead, Row, Section, Table, Tone, Width, actions,
    button, button_named, checkboxes, date_field, radios, select, text_area, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/instruments/{id}/bookings/series", Act::BookTime, blank),
    post("/instruments/{id}/bookings/series", Act::BookTime, answer),
];

/// How many times the form proposes.
const PROPOSED_TIMES: &str = "4";

/// What was typed besides the first time.
struct Typed {
    repeats: String,
    step: String,
    weekdays: Vec<u8>,
    times: String,
    until: String,
    mode: String,
}

fn week(request: &Request) -> Result<WeekView, No> {
    request.city().instrument_week(&request.asker, request.id("id")?, None)
}

fn blank(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let view = week(request)?;
    let start = booking::read_wall(&view.zone, "start", request.query.get("start"));
    let start = start.unwrap_or_else(|_| view.rules.grid.value.next_start(&view.zone, view.now));
    let end = calendar::zone::plus_minutes(start, proposed_minutes(&view));
    let first = Draft {
        start: typed(&view.zone, start),
        end: typed(&view.zone, end),
        organisation: own_organisations(request)
            .first()
            .map(|(id, _)| id.to_string())
            .unwrap_or_default(),
        ..Draft::default()
    };
    let repeats = Typed {
        repeats: "weeks".to_owned(),
        step: "1".to_owned(),
        weekdays: Vec::new(),
        times: PROPOSED_TIMES.to_owned(),
        until: String::new(),
        mode: Mode::SkipConflicts.code().to_owned(),
    };
    Ok(page(request, &view, (&first, &repeats), (&[], None)))
}

fn read(request: &Request) -> Typed {
    let text = |name: &str| request.form.get(name).trim().to_owned();
    Typed {
        repeats: text("repeats"),
        step: text("step"),
        weekdays: request.form.all("weekdays").iter().filter_map(|it| it.parse().ok()).collect(),
        times: text("times"),
        until: text("until"),
        mode: text("mode"),
    }
}

/// What was typed as a rule of repetition, or everything that cannot be read.
fn repeats_of(it: &Typed, start: Option<base::Date>) -> Result<Recurrence, Vec<Refusal>> {
    let mut no = Vec::new();
    let mut number = |name: &'static str, text: &str| {
        let plain: String = text.chars().map(base::time::half_width).collect();
        plain.parse::<u16>().unwrap_or_else(|_| {
            let refusal = Refusal::invalid("number-unreadable").on(name);
            no.push(refusal.term("field", format!("booking-series-field-{name}")));
            0
        })
    };
    let step = number("step", &it.step);
    let until = match it.until.as_str() {
        "" => Some(Until::Count(number("times", &it.times))),
        text => base::time::read_date(text).map(Until::Date),
    };
    let first = start.map(|date| date.weekday()).map_or(Weekdays(0), Weekdays::one);
    let days = it.weekdays.iter().filter(|day| (1..=7).contains(*day));
    let days = days.fold(first.0, |mask, day| mask | (1 << (day - 1)));
    let every = match it.repeats.as_str() {
        "days" => Every::Days(step),
        "months" => Every::Months(step),
        _ => Every::Weeks(step, Weekdays(days)),
    };
    if until.is_none() {
        let refusal = Refusal::invalid("date-unreadable").on("until");
        no.push(refusal.term("field", "booking-series-field-until"));
    }
    match until {
        Some(until) if no.is_empty() => Ok(Recurrence { every, until }),
        _ => Err(no),
    }
}

/// Judges every time, and books them where that was pressed.
fn answer(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let id: InstrumentId = request.id("id")?;
    let view = week(request)?;
    let (first, repeats) = (booking::read(request), read(request));
    let asked = ask_of(id, &view.zone, &first);
    let start = asked.as_ref().ok().map(|ask| view.zone.date(ask.start));
    let (ask, rule) = match (asked, repeats_of(&repeats, start)) {
        (Ok(ask), Ok(rule)) => (ask, rule),
        (ask, rule) => {
            let no: Vec<Refusal> =
                [ask.err(), rule.err()].into_iter().flatten().flatten().collect();
            return Ok(page(request, &view, (&first, &repeats), (&no, None)));
        }
    };
    let mode = Mode::parse(&repeats.mode).unwrap_or(Mode::SkipConflicts);
    let is_rehearsal = request.form.get("do") != "book";
    let ask = SeriesAsk { first: ask, repeats: rule, mode, is_rehearsal };
    match request.city().book_series(&request.keyed(), ask) {
        Ok(made) if made.n_booked > 0 => Ok(booked(request, &view, &made)),
        Ok(made) => Ok(page(request, &view, (&first, &repeats), (&[], Some(&made)))),
        Err(no) => Ok(page(request, &view, (&first, &repeats), (&reasons(no)?, None))),
    }
}

fn whole(request: &Request, view: &WeekView, no: &[Refusal], body: &Markup) -> Reply {
    let (name, _) = view.instrument.sheet.name.best(request.lang);
    let title = said(request, "booking-series-title", &[("name", name.to_owned().into())]);
    let back = link::instrument_part(view.instrument.id, "week");
    let content = html! {
        (look::page_head(&PageHead {
            lang: request.lang,
            crumbs: &[Crumb { href: &back, text: name }],
            title: &title,
            lead: Some(html! { p { (say(request, "booking-series-lead")) } }),
            ..PageHead::default()
        }))
        (body)
    };
    let here = link::instrument_part(view.instrument.id, "bookings/series");
    let page = Page::new(request, &title).section(Section::Share).at(here).personal();
    page.failed(no).reply(content)
}

fn booked(request: &Request, view: &WeekView, made: &SeriesMade) -> Reply {
    let count = [("count", usize::try_from(made.n_booked).unwrap_or(usize::MAX).into())];
    let body = html! {
        (look::notice(request.lang, Tone::Ok, html! {
            p { (said(request, "booking-series-done", &count)) }
            p { a href=(link::BOOKINGS) { (say(request, "booking-page-own")) } }
        }))
        (instances(request, view, &made.instances))
    };
    whole(request, view, &[], &body)
}

fn page(
    request: &Request,
    view: &WeekView,
    (first, repeats): (&Draft, &Typed),
    (no, judged): (&[Refusal], Option<&SeriesMade>),
) -> Reply {
    let n_fine = judged.map_or(0, |it| it.instances.iter().filter(|it| is_fine(it)).count());
    let body = html! {
        @if let Some(made) = judged {
            @let n_all = made.instances.len();
            @let counts = [("fine", n_fine.into()), ("all", n_all.into())];
            @let tone = if n_fine == n_all { Tone::Ok } else { Tone::Wait };
            (look::notice(request.lang, tone, html! {
                p { (said(request, "booking-series-counts", &counts)) }
            }))
            (instances(request, view, &made.instances))
        }
        (crate::qualification::way_out(request, view.instrument.id, no))
        (form(request, view, (first, repeats), (no, n_fine)))
    };
    whole(request, view, no, &body)
}

fn is_fine(it: &InstanceTold) -> bool {
    it.problems.is_empty()
}

/// Every time with what stands against it: what was booked first, then those that cannot be had.
fn instances(request: &Request, view: &WeekView, all: &[InstanceTold]) -> Markup {
    let lang = request.lang;
    let mut sorted: Vec<&InstanceTold> = all.iter().collect();
    sorted.sort_by_key(|it| (it.booking.is_none(), is_fine(it), it.starts_at));
    let row = |it: &&InstanceTold| {
        let span = Span::new(it.starts_at, it.ends_at);
        let (tone, key) = match (it.booking, is_fine(it)) {
            (Some(_), _) => (Tone::Ok, "booking-series-booked"),
            (None, true) => (Tone::Ok, "booking-import-fine"),
            (None, false) => (Tone::Live, "booking-import-refused"),
        };
        let text = html! {
            (words::weekday(lang, it.on)) " "
            @if let Some(span) = span { (when(request, &view.zone, span)) }
        };
        Row::from(vec![
            match it.booking {
                Some(id) => html! { a href=(link::booking(id)) { (text) } },
                None => text,
            },
            html! {
                div {
                    (look::state_tag(tone, &say(request, key)))
                    (told(&it.problems))
                    @for problem in &it.problems {
                        br; span.small { (words::refusal(lang, &problem.refusal()).text) }
                    }
                }
            },
        ])
    };
    let heads = ["when", "outcome"].map(|key| say(request, &format!("booking-import-head-{key}")));
    look::table(&Table {
        lang,
        caption: &say(request, "booking-series-all"),
        is_caption_hidden: true,
        columns: heads.iter().map(|head| Column::text("", head)).collect(),
        rows: sorted.iter().map(row).collect(),
        is_cards: true,
        ..Table::default()
    })
}

fn form(
    request: &Request,
    view: &WeekView,
    (first, repeats): (&Draft, &Typed),
    (no, n_fine): (&[Refusal], usize),
) -> Markup {
    let fresh = ticket(request);
    let address = link::instrument_part(view.instrument.id, "bookings/series");
    let form = Form::new(request.lang, &address, &fresh.csrf, &fresh.key).with_errors(no);
    let label = |key: &str| say(request, &format!("booking-field-{key}"));
    let own = |key: &str| say(request, &format!("booking-series-field-{key}"));
    let hint = say(request, "booking-page-hint-time");
    let wide = |name: &'static str, value: &str, label: &str, hint: &str| {
        let width = Width::Half;
        text_field(&form, &Field { name, label, hint, value, width, ..Field::default() })
    };
    let short = |name: &'static str, value: &str, hint: &str| {
        let (label, width) = (own(name), Width::Short);
        let is_optional = !hint.is_empty();
        let field =
            Field { name, label: &label, hint, value, is_optional, width, ..Field::default() };
        text_field(&form, &field)
    };
    let most = said(request, "booking-series-field-times-hint", &[("most", INSTANCES_MAX.into())]);
    let (last_label, last_hint) = (own("until"), own("until-hint"));
    form.view(html! {
        (wide("start", &first.start, &label("start"), &hint))
        (wide("end", &first.end, &label("end"), ""))
        (unit(request, &form, repeats))
        (short("step", &repeats.step, ""))
        (days(request, &form, repeats))
        (short("times", &repeats.times, &most))
        (date_field(&form, &Field { name: "until", label: &last_label, hint: &last_hint, value: &repeats.until, is_optional: true, ..Field::default() }))
        (organisations(request, &form, first))
        (text_area(&form, &Field { name: "purpose", label: &label("purpose"), value: &first.purpose, is_optional: true, lines: Some(2), ..Field::default() }))
        (text_field(&form, &Field { name: "project", label: &label("project"), value: &first.project, is_optional: !view.rules.needs_project.value, width: Width::Half, ..Field::default() }))
        (accessory::fields(request, &form, (&accessory::of(view), &first.accessories)))
        (ways(request, &form, repeats))
        (actions(&buttons(request, n_fine)))
    })
}

/// First every time is looked at; then as many are booked as can be had.
fn buttons(request: &Request, n_fine: usize) -> Vec<Markup> {
    let look_at = say(request, "booking-series-look");
    if n_fine == 0 {
        return vec![button(&look_at, Look::Primary)];
    }
    let book = said(request, "booking-series-book", &[("count", n_fine.into())]);
    vec![
        button_named(&book, Look::Primary, "do", "book"),
        button_named(&look_at, Look::Second, "do", "look"),
    ]
}

fn unit(request: &Request, form: &Form<'_>, repeats: &Typed) -> Markup {
    let units = ["weeks", "days", "months"];
    let texts = units.map(|key| say(request, &format!("booking-series-{key}")));
    let choices: Vec<Choice<'_>> = units
        .iter()
        .zip(&texts)
        .map(|(value, text)| Choice {
            value,
            text,
            is_chosen: *value == repeats.repeats,
            ..Choice::default()
        })
        .collect();
    let label = say(request, "booking-series-field-repeats");
    let field = Field { name: "repeats", label: &label, width: Width::Half, ..Field::default() };
    select(form, &field, &choices)
}

fn days(request: &Request, form: &Form<'_>, repeats: &Typed) -> Markup {
    // Any Monday, for the names of the days.
    let monday = base::Date::constant(2026, 3, 2);
    let named: Vec<(String, String)> = (0..7)
        .map(|n| {
            let day = calendar::zone::add_days(monday, n);
            ((n + 1).to_string(), words::weekday(request.lang, day))
        })
        .collect();
    let choices: Vec<Choice<'_>> = named
        .iter()
        .map(|(value, text)| Choice {
            value,
            text,
            is_chosen: value.parse().is_ok_and(|day: u8| repeats.weekdays.contains(&day)),
            ..Choice::default()
        })
        .collect();
    let label = say(request, "booking-series-field-weekdays");
    let hint = say(request, "booking-series-field-weekdays-hint");
    let field = Field {
        name: "weekdays",
        label: &label,
        hint: &hint,
        is_optional: true,
        ..Field::default()
    };
    checkboxes(form, &field, &choices)
}

fn ways(request: &Request, form: &Form<'_>, repeats: &Typed) -> Markup {
    let (skip, all) = (say(request, "booking-import-skip"), say(request, "booking-import-all"));
    let chosen = Mode::parse(&repeats.mode).unwrap_or(Mode::SkipConflicts);
    let way = |mode: Mode, text| Choice {
        value: mode.code(),
        text,
        is_chosen: mode == chosen,
        ..Choice::default()
    };
    let choices = [way(Mode::SkipConflicts, &skip), way(Mode::AllOrNothing, &all)];
    let label = say(request, "booking-series-field-mode");
    radios(form, &Field { name: "mode", label: &label, ..Field::default() }, &choices)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was typed, with the first time on a Wednesday, as a rule or as the fields that are wrong.
    fn check(typed: [&str; 4], weekdays: &[u8], expect: &str) {
        let [repeats, step, times, until] = typed.map(str::to_owned);
        let mode = String::new();
        let typed = Typed { repeats, step, weekdays: weekdays.to_vec(), times, until, mode };
        let read = repeats_of(&typed, Some(base::Date::constant(2026, 3, 4)));
        let told = match read {
            Ok(rule) => format!("{:?} {:?}", rule.every, rule.until),
            Err(no) => no.iter().map(|it| it.field.to_string()).collect::<Vec<_>>().join(" "),
        };
        assert_eq!(told, expect);
    }

    #[test]
    fn what_is_typed_is_a_rule_or_names_its_fields() {
        check(["weeks", "1", "4", ""], &[], "Weeks(1, Weekdays(4)) Count(4)");
        check(["weeks", "２", "4", ""], &[1], "Weeks(2, Weekdays(5)) Count(4)");
        check(["days", "3", "4", "2026-03-31"], &[1], "Days(3) Date(2026-03-31)");
        check(["months", "1", "12", ""], &[], "Months(1) Count(12)");
        check(["days", "", "often", ""], &[], "step times");
        check(["days", "1", "often", "soon"], &[], "until");
    }
}
