//! Booking time: the week of an instrument as a list of days, and the form that a free time opens.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, post, say};
use access::Act;
use app::No;
use app::booking::{BookAsk, Checked, Estimate, Piece, WeekView};
use base::{Bilingual, Instant, InstrumentId, OrganisationId, PersonId, Refusal, Span, VoucherId};
use calendar::{Spans, Zone};
use edge::{Reply, Request, Route};
use instruments::problem::{Code, Pass, Problem};
use jiff::civil::Time;
use look::{
    Choice, Crumb, Field, Form, Look, PageHead, Section, Tone, Width, actions, button,
    button_named, checkboxes, select, text_area, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/instruments/{id}/week", Act::LookAtInstrument, week),
    get("/instruments/{id}/bookings/new", Act::BookTime, blank),
    post("/instruments/{id}/bookings", Act::BookTime, book),
];

/// Minutes that the form proposes where the rules name no more.
const PROPOSED_MINUTES: i64 = 60;

/// A text with one or more values.
pub fn said(request: &Request, key: &str, args: &[(&str, words::Arg)]) -> String {
    words::say_with(request.lang, key, args)
}

/// A moment as the form has it: of the site's own clock.
pub fn typed(zone: &Zone, at: Instant) -> String {
    let wall = zone.civil(at);
    format!("{} {:02}:{:02}", wall.date(), wall.hour(), wall.minute())
}

/// Reads a date and a time of the site's own clock.
pub fn read_wall(zone: &Zone, field: &'static str, text: &str) -> Result<Instant, Refusal> {
    let unread =
        || Refusal::invalid("date-unreadable").on(field).term("field", "booking-field-start");
    let plain: String = text.trim().chars().map(base::time::half_width).collect();
    let plain = plain.replace('T', " ");
    let (date, time) = plain.rsplit_once(' ').ok_or_else(unread)?;
    let date = base::time::read_date(date).ok_or_else(unread)?;
    let (hour, minute) = time.split_once(':').ok_or_else(unread)?;
    let (hour, minute) = (hour.parse::<i8>(), minute.parse::<i8>());
    let (Ok(hour), Ok(minute)) = (hour, minute) else { return Err(unread()) };
    if (hour, minute) == (24, 0) {
        return Ok(zone.at_minute(date, 1440));
    }
    let time = Time::new(hour, minute, 0, 0).map_err(|_| unread())?;
    Ok(zone.at(date.to_datetime(time)))
}

/// From when until when, in the site's own time.
pub fn clocks(zone: &Zone, span: Span) -> (String, String) {
    let clock = |at: Instant| words::clock(at, zone.offset_minutes(at));
    let end = clock(span.end());
    // The end of a day is its midnight and not the next one's beginning.
    let end = if end == "00:00" { "24:00".to_owned() } else { end };
    (clock(span.start()), end)
}

fn week(request: &Request) -> Result<Reply, No> {
    let day = request.query.get("day");
    let day = if day.is_empty() { None } else { base::time::read_date(day) };
    let view = request.city().instrument_week(&request.asker, request.id("id")?, day)?;
    let lang = request.lang;
    let it = &view.instrument;
    let (name, _) = it.sheet.name.best(lang);
    let title = said(request, "booking-page-week", &[("name", name.to_owned().into())]);
    let back = link::instrument(it.id);
    let at = |days: i64| {
        let day = calendar::zone::add_days(view.monday, days).to_string();
        look::address::with(&link::instrument_part(it.id, "week"), "day", &day)
    };
    let mut acts: Vec<Markup> = next_free(request, &view).into_iter().collect();
    if request.me.is_none() {
        let here = link::sign_in(&link::instrument_part(it.id, "week"));
        acts.push(look::link_button(&here, &say(request, "booking-page-sign-in"), Look::Second));
    }
    let zone = words::zone(view.zone.offset_minutes(view.span.start()));
    let may_wait = view.may_book && request.me.is_some();
    let has_taken = view.pieces.iter().any(|piece| piece.booking.is_none());
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &back, text: name }],
            kind: &say(request, "booking-page-week-kind"),
            title: &title,
            lead: Some(html! { p { (said(request, "booking-page-zone", &[("zone", zone.into())])) } }),
            actions: acts,
            ..PageHead::default()
        }))
        (training(request, &view))
        nav.row aria-label=(say(request, "booking-page-weeks")) {
            (look::link_button(&at(-7), &say(request, "booking-page-earlier"), Look::Plain))
            (look::link_button(&at(7), &say(request, "booking-page-later"), Look::Plain))
        }
        (days(request, &view))
        @if may_wait && has_taken { p.small.quiet { (say(request, "booking-page-taken-hint")) } }
        (besides(request, &view))
    };
    Ok(Page::new(request, &title).section(Section::Share).personal().reply(content))
}

/// That the instrument asks for training, before anybody fills in a form in vain.
fn training(request: &Request, view: &WeekView) -> Markup {
    let rules = &view.rules;
    let asks = rules.needs_qualification.value
        || rules.needs_notice.value
        || !rules.trainings.value.is_empty();
    html! {
        @if asks && !view.is_staff {
            p {
                (say(request, "booking-page-training")) " "
                a href=(link::instrument_part(view.instrument.id, "qualifications")) {
                    (say(request, "booking-page-training-link"))
                }
            }
        }
    }
}

/// The first time of the week that is free for as long as the form proposes, as the one button.
fn next_free(request: &Request, view: &WeekView) -> Option<Markup> {
    if !view.may_book && request.me.is_some() {
        return None;
    }
    let minutes = proposed_minutes(view);
    let starts = |span: &Span| {
        let start = view.rules.grid.value.next_start(&view.zone, span.start());
        Span::new(start, calendar::zone::plus_minutes(start, minutes))
            .filter(|asked| asked.end() <= span.end())
    };
    let found = free_time(view, view.span).as_slice().iter().find_map(starts)?;
    let date = view.zone.date(found.start());
    let (from, to) = clocks(&view.zone, found);
    let args = [
        ("day", words::weekday(request.lang, date).into()),
        ("from", from.into()),
        ("to", to.into()),
    ];
    let text = words::say_with(request.lang, "booking-page-next-free", &args);
    let address = link::instrument_part(view.instrument.id, "bookings/new");
    let address = look::address::with(&address, "start", &typed(&view.zone, found.start()));
    Some(look::link_button(&address, &text, Look::Primary))
}

/// How long a booking is that the form proposes.
pub fn proposed_minutes(view: &WeekView) -> i64 {
    let minutes = i64::from(view.rules.least_minutes.value).max(PROPOSED_MINUTES);
    let most = i64::from(view.rules.most_minutes.value);
    if most > 0 { minutes.min(most) } else { minutes }
}

/// What else one may want here, after the times themselves.
fn besides(request: &Request, view: &WeekView) -> Markup {
    let id = view.instrument.id;
    let mut ways: Vec<(String, &str)> = Vec::new();
    if request.me.is_some() && view.may_book {
        ways.push((link::instrument_part(id, "series"), "booking-series-short"));
        ways.push((link::instrument_part(id, "waits/new"), "wait-page-join"));
        ways.push((link::instrument_part(id, "bookings/import"), "booking-import-short"));
    }
    if request.me.is_some() {
        let feed = look::address::with(link::CALENDARS, "instrument", &id.to_string());
        ways.push((feed, "booking-page-calendars"));
    }
    if view.is_staff {
        ways.push((link::instrument_part(id, "waits"), "wait-page-who-short"));
    }
    ways.push((link::instrument_part(id, "rules"), "rule-page-title"));
    html! { p.row { @for (href, key) in &ways { a href=(href) { (say(request, key)) } } } }
}

/// Time in a span that is open, not past, not out of service and not taken at every seat.
fn free_time(view: &WeekView, span: Span) -> Spans {
    let down: Spans = view.outages.iter().map(|outage| outage.span).collect();
    let past = Span::new(span.start(), view.now.max(span.start()));
    let past: Spans = past.into_iter().collect();
    view.open.within(span).without(&full(view)).without(&down).without(&past)
}

/// One row for each day: what is free, taken and out of service, in the order of the day. So it reads
/// on a phone as it does on a desk, and every free time is a link.
fn days(request: &Request, view: &WeekView) -> Markup {
    let rows = (0..7).map(|n| {
        let date = calendar::zone::add_days(view.monday, n);
        let day = view.zone.day(date);
        let cells = vec![
            html! {
                strong { (words::weekday(request.lang, date)) } br;
                span.small.quiet { (words::date(request.lang, date)) }
            },
            html! { div.row { (pieces(request, view, day)) } },
        ];
        look::Row { cells, ..look::Row::default() }
    });
    let (day, times) = (say(request, "booking-page-day"), say(request, "booking-page-times"));
    look::table(&look::Table {
        lang: request.lang,
        caption: &say(request, "booking-page-days"),
        is_caption_hidden: true,
        columns: vec![look::Column::text("day", &day), look::Column::text("times", &times)],
        rows: rows.collect(),
        is_cards: true,
        ..look::Table::default()
    })
}

/// What stands in a day.
enum Stands<'a> {
    Free(Span),
    Taken(Span, Vec<&'a Piece>),
    Out(Span, &'a str),
}

fn pieces(request: &Request, view: &WeekView, day: Span) -> Markup {
    let mut all: Vec<Stands<'_>> = Vec::new();
    all.extend(free_time(view, day).as_slice().iter().map(|span| Stands::Free(*span)));
    for piece in view.pieces.iter().filter(|piece| piece.span.overlaps(day)) {
        let span = calendar::spans::common(piece.span, day).expect("it overlaps");
        all.push(Stands::Taken(span, vec![piece]));
    }
    for outage in view.outages.iter().filter(|outage| outage.span.overlaps(day)) {
        let span = calendar::spans::common(outage.span, day).expect("it overlaps");
        all.push(Stands::Out(span, &outage.title));
    }
    all.sort_by_key(|one| match one {
        Stands::Free(span) | Stands::Taken(span, _) | Stands::Out(span, _) => span.start(),
    });
    html! {
        @if all.is_empty() {
            @let key = if day.end() <= view.now { "booking-page-over" } else { "booking-page-closed" };
            span.quiet { (say(request, key)) }
        }
        @for one in &all { (piece(request, view, one)) }
    }
}

/// The time in which every seat is taken.
fn full(view: &WeekView) -> Spans {
    let spans: Vec<Span> = view.pieces.iter().map(|piece| piece.span).collect();
    Spans::of_depth(&spans, view.seats.into())
}

fn piece(request: &Request, view: &WeekView, one: &Stands<'_>) -> Markup {
    let text = |key: &str, span: Span, more: &[(&str, words::Arg)]| {
        let (from, to) = clocks(&view.zone, span);
        let mut args: Vec<(&str, words::Arg)> = vec![("from", from.into()), ("to", to.into())];
        args.extend(more.iter().cloned());
        words::say_with(request.lang, key, &args)
    };
    match one {
        Stands::Free(span) => {
            let free = text("booking-page-free", *span, &[]);
            let grid = view.rules.grid.value.next_start(&view.zone, span.start());
            let address = link::instrument_part(view.instrument.id, "bookings/new");
            let address = look::address::with(&address, "start", &typed(&view.zone, grid));
            match view.may_book || request.me.is_none() {
                true => html! { (look::link_button(&address, &free, Look::Second)) " " },
                false => html! { (look::tag(Tone::Ok, &free)) " " },
            }
        }
        Stands::Taken(span, pieces) => {
            let piece = pieces[0];
            let name = piece.person.as_ref().map(|name| name.best(request.lang).0.to_owned());
            let text = match (piece.is_own, name) {
                (true, _) => text("booking-page-mine", *span, &[]),
                (_, Some(person)) => text("booking-page-of", *span, &[("person", person.into())]),
                _ => text("booking-page-taken", *span, &[]),
            };
            let tone = match (piece.is_own, piece.is_pending) {
                (_, true) => Tone::Wait,
                (true, _) => Tone::Info,
                _ => Tone::Plain,
            };
            match piece.booking {
                Some(id) => html! { a href=(link::booking(id)) { (look::tag(tone, &text)) } " " },
                None if view.may_book
                    && !piece.is_own
                    && view.seats == 1
                    && span.end() > view.now =>
                {
                    let address = link::instrument_part(view.instrument.id, "waits/new");
                    let (start, end) = (piece.span.start().max(view.now), piece.span.end());
                    let address = look::address::with(&address, "start", &typed(&view.zone, start));
                    let address = look::address::and(&address, "end", &typed(&view.zone, end));
                    let wait = say(request, "wait-page-join-this");
                    html! { a href=(address) title=(wait) { (look::tag(tone, &text)) } " " }
                }
                None => html! { (look::tag(tone, &text)) " " },
            }
        }
        Stands::Out(span, title) => {
            let title = (*title).to_owned();
            html! { (look::tag(Tone::Live, &text("booking-page-out", *span, &[("title", title.into())]))) " " }
        }
    }
}

/// What was typed into the form.
#[derive(Default)]
pub struct Draft {
    /// Whose it shall be, as staff typed it; the reader's where it is empty.
    pub person: String,
    pub start: String,
    pub end: String,
    pub purpose: String,
    pub project: String,
    pub organisation: String,
    pub voucher: String,
    pub reason: String,
    pub asks: bool,
    pub passes: Vec<Code>,
    /// Names of accessories, and how many as typed.
    pub accessories: Vec<(String, String)>,
}

fn blank(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let id: InstrumentId = request.id("id")?;
    let view = request.city().instrument_week(&request.asker, id, None)?;
    Ok(form_page(request, &view, &proposed(request, &view), (&[], None)))
}

/// What a form proposes: the time that was pressed, or the next one of the grid.
pub fn proposed(request: &Request, view: &WeekView) -> Draft {
    let start = request.query.get("start");
    let at = read_wall(&view.zone, "start", start)
        .unwrap_or_else(|_| view.rules.grid.value.next_start(&view.zone, view.now));
    Draft {
        start: typed(&view.zone, at),
        end: typed(&view.zone, calendar::zone::plus_minutes(at, proposed_minutes(view))),
        // What the choice shows first is what the price is told for.
        organisation: own_organisations(request)
            .first()
            .map(|(id, _)| id.to_string())
            .unwrap_or_default(),
        ..Draft::default()
    }
}

/// What was sent.
pub fn read(request: &Request) -> Draft {
    let form = &request.form;
    let text = |name: &str| form.get(name).to_owned();
    let passes = form.all("passes").into_iter().filter_map(Code::parse).collect();
    Draft {
        person: text("person"),
        start: text("start"),
        end: text("end"),
        purpose: text("purpose"),
        project: text("project"),
        organisation: text("organisation"),
        voucher: text("voucher"),
        reason: text("reason"),
        asks: form.get("asks") == "yes",
        passes,
        accessories: crate::accessory::typed(request),
    }
}

/// Whose the booking shall be, where staff name somebody.
fn person_of(request: &Request, view: &WeekView, typed: &str) -> Result<Option<PersonId>, Refusal> {
    let unknown = |_| Refusal::invalid("person-unknown").on("person").text("found", typed.trim());
    match typed.trim() {
        "" => Ok(None),
        // Whoever books for nobody else is not told who is known here.
        _ if !view.is_staff => Err(Problem::new(Code::NotAllowed).refusal().on("person")),
        named => request.city().person_named(named).map(Some).map_err(unknown),
    }
}

/// What was typed as it is asked for, or all that cannot be read.
pub fn ask_of(request: &Request, view: &WeekView, draft: &Draft) -> Result<BookAsk, Vec<Refusal>> {
    let (id, zone) = (view.instrument.id, &view.zone);
    let person = person_of(request, view, &draft.person);
    let (start, end) = (read_wall(zone, "start", &draft.start), read_wall(zone, "end", &draft.end));
    let organisation = match draft.organisation.as_str() {
        // Somebody else books for their own organisation, not for one of the reader's.
        _ if !draft.person.trim().is_empty() => Ok(None),
        "" => Ok(None),
        typed => OrganisationId::parse(typed).map(Some).map_err(|_| {
            let refusal = Refusal::invalid("choice-unknown").on("organisation");
            refusal.term("field", "field-organisation")
        }),
    };
    let voucher = match draft.voucher.as_str() {
        "" => Ok(None),
        typed => VoucherId::parse(typed).map(Some).map_err(|_| {
            let refusal = Refusal::invalid("choice-unknown").on("voucher");
            refusal.term("field", "field-voucher")
        }),
    };
    let accessories = crate::accessory::asked(&draft.accessories);
    match ((start, end, person), organisation, voucher, accessories) {
        ((Ok(start), Ok(end), Ok(person)), Ok(organisation), Ok(voucher), Ok(lent)) => {
            Ok(BookAsk {
                accessories: lent,
                person,
                organisation,
                voucher,
                purpose: draft.purpose.clone(),
                project: draft.project.clone(),
                passes: draft.passes.clone(),
                reason: draft.reason.clone(),
                asks: draft.asks,
                ..BookAsk::new(id, start, end)
            })
        }
        ((start, end, person), organisation, voucher, lent) => {
            let first = [start.err(), end.err(), person.err()];
            let all = first.into_iter().chain([organisation.err(), voucher.err(), lent.err()]);
            Err(all.flatten().collect())
        }
    }
}

fn book(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let id: InstrumentId = request.id("id")?;
    let view = request.city().instrument_week(&request.asker, id, None)?;
    let draft = read(request);
    let ask = match ask_of(request, &view, &draft) {
        Ok(ask) => ask,
        Err(no) => return Ok(form_page(request, &view, &draft, (&no, None))),
    };
    if request.form.get("do") == "check" {
        let checked = request.city().check_booking(&request.asker, &ask)?;
        let mut no: Vec<Refusal> = checked.verdict.problems.iter().map(Problem::refusal).collect();
        no.extend_from_slice(checked.estimate.against());
        return Ok(form_page(request, &view, &draft, (&no, Some(&checked))));
    }
    match request.city().book(&request.keyed(), ask.clone()) {
        Ok(done) => {
            let address = link::booking(done.booking);
            Ok(Reply::see_other(look::address::with(&address, "done", &done.state)))
        }
        Err(no) => {
            let no = reasons(no)?;
            let checked = request.city().check_booking(&request.asker, &ask).ok();
            Ok(form_page(request, &view, &draft, (&no, checked.as_ref())))
        }
    }
}

fn form_page(
    request: &Request,
    view: &WeekView,
    draft: &Draft,
    (no, checked): (&[Refusal], Option<&Checked>),
) -> Reply {
    let lang = request.lang;
    let it = &view.instrument;
    let (name, _) = it.sheet.name.best(lang);
    let title = said(request, "booking-page-form", &[("name", name.to_owned().into())]);
    // The price of what stands in the form, be it unread or refused for other reasons.
    let known = ask_of(request, view, draft).ok();
    let known = known.and_then(|ask| request.city().booking_estimate(&request.asker, &ask).ok());
    let (estimate, vouchers) = known.map_or((None, Vec::new()), |(told, all)| (Some(told), all));
    let back = link::instrument_part(it.id, "week");
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &back, text: name }],
            title: &title,
            lead: Some(html! { p { (say(request, "booking-page-form-lead")) } }),
            ..PageHead::default()
        }))
        (crate::qualification::way_out(request, it.id, no))
        @if no.is_empty() { (training(request, view)) }
        @if let Some(checked) = checked {
            (told(&checked.verdict.problems))
        }
        (answer(request, view, no, checked))
        (form(request, view, draft, (no, checked), (estimate.as_ref(), &vouchers)))
        @let series = link::instrument_part(it.id, "series");
        p { a href=(look::address::with(&series, "start", &draft.start)) { (say(request, "booking-series-short")) } }
    };
    Page::new(request, &title).section(Section::Share).at(back).failed(no).reply(content)
}

/// The problems in the engine's own order, for programs and tests; people read them above the form.
pub fn told(problems: &[Problem]) -> Markup {
    html! { div hidden data-problems=(instruments::problem::told(problems)) {} }
}

/// What a check found, and free times nearby.
fn answer(request: &Request, view: &WeekView, no: &[Refusal], checked: Option<&Checked>) -> Markup {
    let Some(checked) = checked else { return html! {} };
    let verdict = &checked.verdict;
    let lines = |problems: &[Problem]| {
        html! {
            ul { @for it in problems { li { (words::refusal(request.lang, &it.refusal()).text) } } }
        }
    };
    html! {
        @if no.is_empty() && verdict.is_fine() {
            (look::notice(request.lang, Tone::Ok, html! {
                p { (say(request, "booking-page-form-fine")) }
                @if !verdict.asked.is_empty() {
                    p { (say(request, "booking-page-form-asked")) }
                    (lines(&verdict.asked))
                }
                (lines(&verdict.warnings))
            }))
        }
        @if verdict.problems.iter().any(|problem| matches!(problem.code, Code::Overlap | Code::OverCapacity)) {
            @let address = link::instrument_part(view.instrument.id, "waits/new");
            @let address = look::address::with(&address, "start", request.form.get("start"));
            @let address = look::address::and(&address, "end", request.form.get("end"));
            (actions(&[look::link_button(&address, &say(request, "wait-page-join-this"), Look::Second)]))
        }
        @if !checked.free.is_empty() {
            (look::part("near", &say(request, "booking-page-form-near"), html! {
                div.row {
                    @for span in &checked.free {
                        @let address = link::instrument_part(view.instrument.id, "bookings/new");
                        @let address = look::address::with(&address, "start", &typed(&view.zone, span.start()));
                        (look::link_button(&address, &when(request, &view.zone, *span), Look::Second)) " "
                    }
                }
            }))
        }
    }
}

/// A span with its day.
pub fn when(request: &Request, zone: &Zone, span: Span) -> String {
    let (from, to) = clocks(zone, span);
    let day = words::date(request.lang, zone.date(span.start()));
    let last = calendar::zone::plus_minutes(span.end(), -1);
    if zone.date(last) == zone.date(span.start()) {
        let args = [("day", day.into()), ("from", from.into()), ("to", to.into())];
        return said(request, "booking-page-span", &args);
    }
    let until = words::date(request.lang, zone.date(last));
    let args =
        [("day", day.into()), ("from", from.into()), ("last", until.into()), ("to", to.into())];
    said(request, "booking-page-span-days", &args)
}

fn form(
    request: &Request,
    view: &WeekView,
    draft: &Draft,
    (no, checked): (&[Refusal], Option<&Checked>),
    (estimate, vouchers): (Option<&Estimate>, &[(VoucherId, String)]),
) -> Markup {
    let lang = request.lang;
    let fresh = ticket(request);
    let address = link::instrument_part(view.instrument.id, "bookings");
    let form = Form::new(lang, &address, &fresh.csrf, &fresh.key).with_errors(no);
    let asks = [Choice {
        value: "yes",
        text: &say(request, "booking-page-form-asks"),
        is_chosen: draft.asks,
        ..Choice::default()
    }];
    form.view(html! {
        (fields(request, view, &form, draft))
        @if view.rules.may_ask.value && !view.is_staff && (!no.is_empty() || draft.asks) {
            (checkboxes(&form, &Field { name: "asks", label: &say(request, "booking-page-form-asks-label"), is_optional: true, ..Field::default() }, &asks))
        }
        @if view.is_staff { (passes(request, &form, draft, checked)) }
        (crate::estimate::voucher(request, &form, (vouchers, &draft.voucher)))
        @if let Some(told) = estimate { (crate::estimate::sheet(request, told)) }
        (actions(&[
            button(&say(request, "booking-page-form-send"), Look::Primary),
            button_named(&say(request, "booking-page-form-check"), Look::Plain, "do", "check"),
        ]))
    })
}

/// When, for whom and what for, and what is lent: what every form of a booking asks.
pub fn fields(request: &Request, view: &WeekView, form: &Form<'_>, draft: &Draft) -> Markup {
    let label = |key: &str| say(request, &format!("booking-field-{key}"));
    let hint = say(request, "booking-page-hint-time");
    let whose = say(request, "booking-page-hint-person");
    html! {
        (text_field(form, &Field { name: "start", label: &label("start"), hint: &hint, value: &draft.start, width: Width::Half, ..Field::default() }))
        (text_field(form, &Field { name: "end", label: &label("end"), value: &draft.end, width: Width::Half, ..Field::default() }))
        @if view.is_staff {
            (text_field(form, &Field { name: "person", label: &label("person"), hint: &whose, value: &draft.person, is_optional: true, width: Width::Half, ..Field::default() }))
        }
        (organisations(request, form, draft))
        (text_area(form, &Field { name: "purpose", label: &label("purpose"), value: &draft.purpose, is_optional: true, lines: Some(2), ..Field::default() }))
        (text_field(form, &Field { name: "project", label: &label("project"), value: &draft.project, is_optional: !view.rules.needs_project.value, width: Width::Half, ..Field::default() }))
        (crate::accessory::fields(request, form, (&crate::accessory::of(view), &draft.accessories)))
    }
}

/// The own organisations, in the order of the choice.
pub fn own_organisations(request: &Request) -> Vec<(OrganisationId, Bilingual)> {
    let Some(me) = &request.me else { return Vec::new() };
    let mut own: Vec<(OrganisationId, Bilingual)> =
        me.roles.iter().map(|(id, name, _)| (*id, name.clone())).collect();
    own.sort_by_key(|(id, _)| *id);
    own.dedup_by_key(|(id, _)| *id);
    own
}

/// The own organisations, where there is a choice.
pub fn organisations(request: &Request, form: &Form<'_>, draft: &Draft) -> Markup {
    let own = own_organisations(request);
    if own.len() < 2 {
        return html! {};
    }
    let ids: Vec<String> = own.iter().map(|(id, _)| id.to_string()).collect();
    let choices: Vec<Choice<'_>> = own
        .iter()
        .zip(&ids)
        .map(|((_, name), id)| Choice {
            value: id,
            text: name.best(request.lang).0,
            is_chosen: *id == draft.organisation,
            ..Choice::default()
        })
        .collect();
    let label = say(request, "booking-field-organisation");
    select(form, &Field { name: "organisation", label: &label, ..Field::default() }, &choices)
}

/// What staff may set aside, of what stands in the way now.
fn passes(request: &Request, form: &Form<'_>, draft: &Draft, checked: Option<&Checked>) -> Markup {
    let Some(checked) = checked else { return html! {} };
    let open: Vec<&Problem> = checked
        .verdict
        .problems
        .iter()
        .chain(&checked.verdict.warnings)
        .filter(|problem| problem.code.pass() != Pass::Nobody)
        .collect();
    if open.is_empty() {
        return html! {};
    }
    let texts: Vec<String> =
        open.iter().map(|problem| words::refusal(request.lang, &problem.refusal()).text).collect();
    let choices: Vec<Choice<'_>> = open
        .iter()
        .zip(&texts)
        .map(|(problem, text)| Choice {
            value: problem.code.code(),
            text,
            is_chosen: draft.passes.contains(&problem.code),
            ..Choice::default()
        })
        .collect();
    let label = say(request, "booking-page-form-passes");
    let reason = say(request, "booking-field-reason");
    html! {
        (checkboxes(form, &Field { name: "passes", label: &label, is_optional: true, ..Field::default() }, &choices))
        (text_field(form, &Field { name: "reason", label: &reason, value: &draft.reason, is_optional: true, ..Field::default() }))
    }
}
