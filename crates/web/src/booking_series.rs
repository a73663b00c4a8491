//! Bookings that repeat: what repeats is typed, every one of them is looked at with the conflicts first, and
//! only then are they booked; and the page of a series, where several are given up at once.

use crate::booking::{self, Draft, said, told, when};
use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, post, say};
use access::Act;
use app::No;
use app::booking::{BookingView, CancelSeries, InstanceTold, SeriesAsk, SeriesEnded, SeriesMade};
use app::booking::{InstanceKept, WeekView};
use base::{BookingId, InstrumentId, Refusal, Span, limits};
use calendar::recurrence::INSTANCES_MAX;
use calendar::zone::add_days;
use calendar::{Every, Recurrence, Until, Weekdays, Zone};
use edge::{Reply, Request, Route};
use instruments::series::{Mode, Scope};
use look::{
    Choice, Column, Crumb, Field, Form, Kind, Look, PageHead, Row, Section, Table, Tone, Width,
    actions, button, button_named, checkboxes, date_field, radios, select, text_area, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/instruments/{id}/series", Act::BookTime, blank),
    post("/instruments/{id}/series", Act::BookTime, book),
    get("/bookings/{id}/series", Act::LookAtBooking, show),
    post("/bookings/{id}/series", Act::ChangeBooking, give_up),
];

/// How it repeats, in the order of the choice.
const EVERY: [&str; 5] = ["days", "weeks", "months", "nth", "last"];

/// What was typed of the repetition.
struct Repeats {
    every: String,
    step: String,
    /// Monday is 1.
    weekdays: Vec<u8>,
    until: String,
    count: String,
}

impl Repeats {
    fn read(request: &Request) -> Self {
        let form = &request.form;
        let text = |name: &str| form.get(name).trim().to_owned();
        let days = form.all("weekdays").into_iter().filter_map(|day| day.parse().ok());
        Self {
            every: text("every"),
            step: text("step"),
            weekdays: days.filter(|day| (1..=7).contains(day)).collect(),
            until: text("until"),
            count: text("count"),
        }
    }

    fn proposed() -> Self {
        let (every, step) = ("weeks".to_owned(), "1".to_owned());
        Self { every, step, weekdays: Vec::new(), until: String::new(), count: String::new() }
    }

    /// The rule of it; the weekday of the first booking counts where none was chosen.
    fn rule(&self, zone: &Zone, first: Span) -> Result<Recurrence, Vec<Refusal>> {
        let date = zone.date(first.start());
        let every = self.every(date);
        let until = self.until();
        match (every, until) {
            (Ok(every), Ok(until)) => Ok(Recurrence { every, until }),
            (every, until) => Err([every.err(), until.err()].into_iter().flatten().collect()),
        }
    }

    fn every(&self, date: base::Date) -> Result<Every, Refusal> {
        let step = number("step", &self.step)?;
        let own = u8::try_from(date.weekday().to_monday_one_offset()).unwrap_or(1);
        let days = if self.weekdays.is_empty() { vec![own] } else { self.weekdays.clone() };
        let mask = days.iter().fold(0, |mask, day| mask | (1 << (day - 1)));
        // The first seven days of a month hold the first of each weekday, the next seven the second.
        let nth = (date.day() - 1) / 7 + 1;
        match self.every.as_str() {
            "days" => Ok(Every::Days(step)),
            "weeks" => Ok(Every::Weeks(step, Weekdays(mask))),
            "months" => Ok(Every::Months(step)),
            "nth" => Ok(Every::MonthsNth(step, nth)),
            "last" => Ok(Every::MonthsNth(step, -1)),
            _ => Err(Refusal::invalid("choice-unknown").on("every").term("field", "field-every")),
        }
    }

    fn until(&self) -> Result<Until, Refusal> {
        match (self.until.as_str(), self.count.as_str()) {
            ("", "") => Err(Refusal::invalid("series-no-end").on("count")),
            (_, "") => base::time::read_date(&self.until).map(Until::Date).ok_or_else(|| {
                Refusal::invalid("date-unreadable").on("until").term("field", "field-until")
            }),
            ("", _) => number("count", &self.count).map(Until::Count),
            _ => Err(Refusal::invalid("series-two-ends").on("count")),
        }
    }
}

fn number(field: &'static str, typed: &str) -> Result<u16, Refusal> {
    let plain: String = typed.chars().map(base::time::half_width).collect();
    plain.parse().map_err(|_| {
        let refusal = Refusal::invalid("number-unreadable").on(field);
        refusal.term("field", base::text::field_term(field))
    })
}

/// What the page shows besides the form.
enum Shown<'a> {
    Nothing,
    /// What would become of each.
    Looked(&'a SeriesMade),
    Booked(&'a SeriesMade),
}

fn week(request: &Request) -> Result<WeekView, No> {
    let id: InstrumentId = request.id("id")?;
    request.city().instrument_week(&request.asker, id, None)
}

fn blank(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let view = week(request)?;
    let draft = booking::proposed(request, &view);
    Ok(page(request, &view, (&draft, &Repeats::proposed()), (&[], &Shown::Nothing)))
}

fn book(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let view = week(request)?;
    let (draft, repeats) = (booking::read(request), Repeats::read(request));
    let typed = (&draft, &repeats);
    let first = booking::ask_of(request, &view, &draft);
    // Of a time that cannot be read the rule is looked at all the same: all that is wrong is told at once.
    let span = first.as_ref().ok().and_then(|ask| Span::new(ask.start, ask.end));
    let rule = repeats.rule(&view.zone, span.unwrap_or(view.span));
    let (first, repeats_by) = match (first, rule) {
        (Ok(first), Ok(rule)) => (first, rule),
        (first, rule) => {
            let all = [first.err(), rule.err()].into_iter().flatten().flatten();
            return Ok(page(request, &view, typed, (&all.collect::<Vec<_>>(), &Shown::Nothing)));
        }
    };
    let (mode, is_rehearsal) = match request.form.get("do") {
        "all" => (Mode::AllOrNothing, false),
        "skip" => (Mode::SkipConflicts, false),
        _ => (Mode::SkipConflicts, true),
    };
    let ask = SeriesAsk { first, repeats: repeats_by, mode, is_rehearsal };
    match request.city().book_series(&request.keyed(), ask) {
        // Somebody took a time since it was looked at: what stands now is shown instead.
        Ok(made) if is_rehearsal || made.n_booked == 0 => {
            Ok(page(request, &view, typed, (&[], &Shown::Looked(&made))))
        }
        Ok(made) => Ok(page(request, &view, typed, (&[], &Shown::Booked(&made)))),
        Err(no) => {
            let no: Vec<Refusal> = reasons(no)?.into_iter().map(in_form).collect();
            Ok(page(request, &view, typed, (&no, &Shown::Nothing)))
        }
    }
}

/// What is wrong with a rule, at the field of the form in which it was typed.
fn in_form(no: Refusal) -> Refusal {
    let field = match no.code.as_ref() {
        "series-step" => "step",
        "series-days" => "weekdays",
        "series-too-many" | "series-ends" => "count",
        _ => return no,
    };
    no.on(field)
}

fn page(
    request: &Request,
    view: &WeekView,
    typed: (&Draft, &Repeats),
    (no, shown): (&[Refusal], &Shown<'_>),
) -> Reply {
    let lang = request.lang;
    let it = &view.instrument;
    let (name, _) = it.sheet.name.best(lang);
    let title = said(request, "booking-series-title", &[("name", name.to_owned().into())]);
    let back = link::instrument_part(it.id, "week");
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &back, text: name }],
            title: &title,
            lead: Some(html! { p { (said(request, "booking-series-lead", &[("most", INSTANCES_MAX.into())])) } }),
            ..PageHead::default()
        }))
        (crate::qualification::way_out(request, it.id, no))
        @match shown {
            Shown::Booked(made) => {
                (look::notice(lang, Tone::Ok, html! {
                    p { (said(request, "booking-series-done", &[("count", count(made.n_booked).into())])) }
                }))
                (instances(request, view, made))
                p { a href=(link::BOOKINGS) { (say(request, "booking-page-own")) } }
            }
            Shown::Looked(made) => { (looked(request, view, made)) (form(request, view, typed, (no, Some(made)))) }
            Shown::Nothing => { (form(request, view, typed, (no, None))) }
        }
    };
    let here = link::instrument_part(it.id, "series");
    let page = Page::new(request, &title).section(Section::Share).at(here).personal();
    if no.is_empty() { page.reply(content) } else { page.failed(no).reply(content) }
}

fn count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn n_free(made: &SeriesMade) -> usize {
    made.instances.iter().filter(|one| one.problems.is_empty()).count()
}

fn looked(request: &Request, view: &WeekView, made: &SeriesMade) -> Markup {
    let (fine, all) = (n_free(made), made.instances.len());
    let tone = if fine == all { Tone::Ok } else { Tone::Wait };
    let counts = [("fine", fine.into()), ("all", all.into())];
    html! {
        (look::notice(request.lang, tone, html! { p { (said(request, "booking-series-counts", &counts)) } }))
        (instances(request, view, made))
    }
}

/// Every one of them: what cannot be had comes first.
fn instances(request: &Request, view: &WeekView, made: &SeriesMade) -> Markup {
    let lang = request.lang;
    let mut all: Vec<&InstanceTold> = made.instances.iter().collect();
    all.sort_by_key(|one| one.problems.is_empty());
    let row = |it: &&InstanceTold| {
        let span = Span::new(it.starts_at, it.ends_at);
        let time = span.filter(|span| view.zone.date(span.start()) == it.on);
        let (tone, key) = match (it.booking, it.problems.is_empty()) {
            (Some(_), _) => (Tone::Ok, "booking-series-booked"),
            (None, true) => (Tone::Ok, "booking-import-fine"),
            (None, false) => (Tone::Live, "booking-import-refused"),
        };
        let time = match time {
            Some(span) => when(request, &view.zone, span),
            None => words::date(lang, it.on),
        };
        Row::from(vec![
            html! {
                @match it.booking {
                    Some(id) => a href=(link::booking(id)) { (time) },
                    None => (time),
                }
                br; span.small.quiet { (words::weekday(lang, it.on)) }
            },
            html! {
                (look::state_tag(tone, &say(request, key)))
                (told(&it.problems))
                @for problem in &it.problems {
                    br; span.small { (words::refusal(lang, &problem.refusal()).text) }
                }
            },
        ])
    };
    let heads = ["when", "outcome"].map(|key| say(request, &format!("booking-import-head-{key}")));
    look::table(&Table {
        lang,
        caption: &say(request, "booking-series-rows"),
        is_caption_hidden: true,
        columns: heads.iter().map(|head| Column::text("", head)).collect(),
        rows: all.iter().map(row).collect(),
        is_cards: true,
        ..Table::default()
    })
}

fn form(
    request: &Request,
    view: &WeekView,
    (draft, repeats): (&Draft, &Repeats),
    (no, looked): (&[Refusal], Option<&SeriesMade>),
) -> Markup {
    let fresh = ticket(request);
    let address = link::instrument_part(view.instrument.id, "series");
    let form = Form::new(request.lang, &address, &fresh.csrf, &fresh.key).with_errors(no);
    // The price of what stands in the form, as on the form of one booking.
    let known = booking::ask_of(request, view, draft).ok();
    let known = known.and_then(|ask| request.city().booking_estimate(&request.asker, &ask).ok());
    let (estimate, vouchers) = known.map_or((None, Vec::new()), |(told, all)| (Some(told), all));
    form.view(html! {
        (booking::fields(request, view, &form, draft))
        (repetition(request, view, &form, repeats))
        (crate::estimate::voucher(request, &form, (&vouchers, &draft.voucher)))
        @if let Some(told) = &estimate {
            p.small.quiet { (say(request, "booking-series-price")) }
            (crate::estimate::sheet(request, told))
        }
        (actions(&presses(request, looked)))
    })
}

/// First a look at each; then what can be had, all of it or without what cannot.
fn presses(request: &Request, looked: Option<&SeriesMade>) -> Vec<Markup> {
    let again = |look| button_named(&say(request, "booking-series-look"), look, "do", "look");
    let Some(made) = looked else { return vec![again(Look::Primary)] };
    let (fine, all) = (n_free(made), made.instances.len());
    let mut presses = Vec::new();
    if fine == all {
        let text = said(request, "booking-series-all", &[("count", all.into())]);
        presses.push(button_named(&text, Look::Primary, "do", "all"));
    } else if fine > 0 {
        let counts = [("count", fine.into()), ("rest", (all - fine).into())];
        let text = said(request, "booking-series-skip", &counts);
        presses.push(button_named(&text, Look::Primary, "do", "skip"));
    }
    presses.push(again(Look::Plain));
    presses
}

fn repetition(request: &Request, view: &WeekView, form: &Form<'_>, typed: &Repeats) -> Markup {
    let label = |key: &str| say(request, &format!("booking-series-{key}"));
    let texts = EVERY.map(|key| label(&format!("every-{key}")));
    let choices: Vec<Choice<'_>> = EVERY
        .iter()
        .zip(&texts)
        .map(|(value, text)| Choice {
            value,
            text,
            is_chosen: typed.every == *value,
            ..Choice::default()
        })
        .collect();
    let names: Vec<(String, String)> = (0u8..7)
        .map(|n| {
            let date = add_days(view.monday, i64::from(n));
            ((n + 1).to_string(), words::weekday(request.lang, date))
        })
        .collect();
    let days: Vec<Choice<'_>> = names
        .iter()
        .zip(1u8..)
        .map(|((value, text), day)| Choice {
            value,
            text,
            is_chosen: typed.weekdays.contains(&day),
            ..Choice::default()
        })
        .collect();
    html! {
        (select(form, &Field { name: "every", label: &label("every"), width: Width::Half, ..Field::default() }, &choices))
        (text_field(form, &Field { name: "step", label: &label("step"), hint: &label("step-hint"), value: &typed.step, kind: Kind::Number, width: Width::Tiny, ..Field::default() }))
        (checkboxes(form, &Field { name: "weekdays", label: &label("weekdays"), hint: &label("weekdays-hint"), is_optional: true, ..Field::default() }, &days))
        (text_field(form, &Field { name: "count", label: &label("count"), hint: &label("count-hint"), value: &typed.count, kind: Kind::Number, is_optional: true, width: Width::Tiny, ..Field::default() }))
        (date_field(form, &Field { name: "until", label: &label("until"), value: &typed.until, is_optional: true, ..Field::default() }))
    }
}

/// On the page of a booking: the way to the others of its series.
pub fn on_booking(request: &Request, view: &BookingView) -> Option<Markup> {
    view.booking.series?;
    let address = link::booking_part(view.booking.id, "series");
    Some(html! { a href=(address) { (say(request, "booking-series-of")) } })
}

fn show(request: &Request) -> Result<Reply, No> {
    series_page(request, &[], None)
}

fn series_page(
    request: &Request,
    no: &[Refusal],
    ended: Option<&SeriesEnded>,
) -> Result<Reply, No> {
    let lang = request.lang;
    let id: BookingId = request.id("id")?;
    let view = request.city().booking(&request.asker, id)?;
    let all = request.city().booking_series(&request.asker, id)?;
    if all.is_empty() {
        return Err(Refusal::not_found().into());
    }
    let (name, _) = view.instrument.best(lang);
    let title = say(request, "booking-series-of");
    let back = link::booking(id);
    let reference = view.booking.reference.to_string();
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[
                Crumb { href: link::BOOKINGS, text: &say(request, "booking-page-own") },
                Crumb { href: &back, text: &reference },
            ],
            kind: name,
            title: &title,
            ..PageHead::default()
        }))
        @if let Some(ended) = ended { (told_of(request, &all, ended)) }
        @if !view.may_change { (look::error_summary(lang, no)) }
        (crate::booking_one::table(request, &title, &all, "person"))
        @if view.may_change { (give_up_form(request, &view, no)) }
    };
    let here = link::booking_part(id, "series");
    let page = Page::new(request, &title).section(Section::Share).at(here).personal();
    Ok(if no.is_empty() { page.reply(content) } else { page.failed(no).reply(content) })
}

/// How many were given up, and which were not and why.
fn told_of(request: &Request, all: &[BookingView], ended: &SeriesEnded) -> Markup {
    let lang = request.lang;
    let time = |kept: &InstanceKept| {
        let found = all.iter().find(|view| view.booking.id == kept.booking)?;
        let zone = Zone::named(&found.zone).unwrap_or_else(Zone::china);
        Some(when(request, &zone, found.booking.span))
    };
    let tone = if ended.kept.is_empty() { Tone::Ok } else { Tone::Wait };
    look::notice(
        lang,
        tone,
        html! {
            p { (said(request, "booking-series-ended", &[("count", ended.cancelled.len().into())])) }
            @for kept in &ended.kept {
                p {
                    (time(kept).unwrap_or_default())
                    @for why in &kept.why { " " (words::refusal(lang, why).text) }
                }
            }
        },
    )
}

fn give_up_form(request: &Request, view: &BookingView, no: &[Refusal]) -> Markup {
    let fresh = ticket(request);
    let address = link::booking_part(view.booking.id, "series");
    let form = Form::new(request.lang, &address, &fresh.csrf, &fresh.key).with_errors(no);
    let scopes = [Scope::ThisAndLater, Scope::All];
    let zone = Zone::named(&view.zone).unwrap_or_else(Zone::china);
    let day = words::date(request.lang, zone.date(view.booking.span.start()));
    let texts = scopes.map(|scope| {
        let key = format!("booking-series-scope-{}", scope.code());
        said(request, &key, &[("day", day.clone().into())])
    });
    let typed = request.form.get("scope");
    let choices: Vec<Choice<'_>> = scopes
        .iter()
        .zip(&texts)
        .map(|(scope, text)| Choice {
            value: scope.code(),
            text,
            is_chosen: typed == scope.code() || (typed.is_empty() && *scope == Scope::ThisAndLater),
            ..Choice::default()
        })
        .collect();
    let (scope, reason) =
        (say(request, "booking-series-scope"), say(request, "booking-field-reason"));
    look::sheet(
        &say(request, "booking-series-give-up"),
        form.view(html! {
            input type="hidden" name="version" value=(view.booking.version);
            (radios(&form, &Field { name: "scope", label: &scope, ..Field::default() }, &choices))
            (text_area(&form, &Field { name: "reason", label: &reason, value: request.form.get("reason"), is_optional: true, lines: Some(2), most: Some(limits::SUMMARY_CHARS_MAX), ..Field::default() }))
            (actions(&[button(&say(request, "booking-series-give-up-send"), Look::Danger)]))
        }),
    )
}

fn give_up(request: &Request) -> Result<Reply, No> {
    let id: BookingId = request.id("id")?;
    let version = request.form.get("version").parse().unwrap_or(0);
    let Some(scope) = Scope::parse(request.form.get("scope")) else {
        let no = Refusal::invalid("choice-unknown").on("scope").term("field", "field-scope");
        return series_page(request, &[no], None);
    };
    let act = CancelSeries::new((id, version), scope, request.form.get("reason"));
    match request.city().perform(&request.keyed(), act) {
        Ok(ended) => {
            // What giving them up costs is settled at once; the timer does it too.
            for booking in &ended.cancelled {
                request.city().settle_booking_of(*booking);
            }
            series_page(request, &[], Some(&ended))
        }
        Err(no) => series_page(request, &reasons(no)?, None),
    }
}
