//! Events of several lots as their keepers and bidders use them: announced and changed with their lots in
//! an order, openings set one after the other, taken back; and one form to ask for several lots.

use crate::form::{bilingual, reasons, ticket};
use crate::link;
use crate::lot_terms::seconds_of_day;
use crate::page::{Page, get, moment, post, say};
use access::Act;
use app::No;
use app::lot_event::{
    AnnounceLotEvent, EventLot, LotEventView, ReviseLotEvent, ScheduleLotEvent, WithdrawLotEvent,
};
use base::text::field_term;
use base::time::{at_hour, half_width, read_date};
use base::{Instant, LotEventId, LotId, OrganisationId, Refusal, limits};
use edge::{Fields, Reply, Request, Route};
use look::{
    Choice, Crumb, Field, Form, Kind, Look, PageHead, Section, Tone, Width, actions,
    bilingual_field, button, checkboxes, date_field, fieldset, notice, select, text_field,
};
use maud::{Markup, html};
use trading::lot::{Lot, LotState};
use trading::lot_event::Content;

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::LOT_EVENT_NEW, Act::KeepLotEvents, blank),
    post(link::LOT_EVENT_NEW, Act::KeepLotEvents, announce),
    get("/auctions/events/{id}/revision", Act::KeepLotEvents, revision),
    post("/auctions/events/{id}/revision", Act::KeepLotEvents, revise),
    post("/auctions/events/{id}/schedule", Act::KeepLotEvents, schedule),
    post("/auctions/events/{id}/withdrawal", Act::KeepLotEvents, withdraw),
    get("/auctions/events/{id}/registration", Act::RegisterForLot, registration),
    post("/auctions/events/{id}/registration", Act::RegisterForLot, register),
];

/// One lot that a form offers: with its title.
struct Row {
    lot: Lot,
    title: String,
}

/// Lots that may come into an event: those it has, and announced ones without an event.
fn rows(request: &Request, view: Option<&LotEventView>) -> Result<Vec<Row>, No> {
    let lang = request.lang;
    let of = |it: &EventLot| Row { lot: it.lot.clone(), title: it.title.best(lang).0.to_owned() };
    let mut rows: Vec<Row> = view.iter().flat_map(|view| &view.lots).map(of).collect();
    let states = &[LotState::Announced];
    let found = request.city().lots(&request.asker, states, None, limits::PAGE_ROWS_MAX)?;
    for row in found.rows {
        let is_known = rows.iter().any(|known| known.lot.id == row.lot.id);
        if !is_known && request.city().event_of_lot(&request.asker, row.lot.id)?.is_none() {
            rows.push(Row { title: row.title.best(lang).0.to_owned(), lot: row.lot });
        }
    }
    Ok(rows)
}

fn keeps(request: &Request) -> Result<(), No> {
    let page = request.city().lot_events(&request.asker, None, 1)?;
    if page.keeps { Ok(()) } else { Err(Refusal::not_found().into()) }
}

/// The lots that were given a place, in their order; a place that is no number is refused.
fn chosen(form: &Fields) -> Result<Vec<LotId>, Vec<Refusal>> {
    let (mut found, mut no) = (Vec::new(), Vec::new());
    for (name, typed) in &form.0 {
        let Some(id) = name.strip_prefix("place.") else { continue };
        let typed: String = typed.trim().chars().map(half_width).collect();
        let Ok(id) = id.parse::<LotId>() else { continue };
        match typed.parse::<u32>() {
            _ if typed.is_empty() => {}
            Ok(place) => found.push((place, id)),
            Err(_) => {
                let refusal = Refusal::invalid("number-unreadable").on(name.clone());
                no.push(refusal.term("field", field_term("lots")));
            }
        }
    }
    found.sort();
    if no.is_empty() { Ok(found.into_iter().map(|(_, id)| id).collect()) } else { Err(no) }
}

fn content(form: &Fields) -> Content {
    Content {
        name: bilingual(form, "name"),
        text: bilingual(form, "text"),
        place: bilingual(form, "place"),
    }
}

fn blank(request: &Request) -> Result<Reply, No> {
    keeps(request)?;
    form_page(request, None, &Content::default(), &Fields::default(), &[])
}

fn announce(request: &Request) -> Result<Reply, No> {
    let content = content(&request.form);
    let done = chosen(&request.form).map_err(No).and_then(|lots| {
        let act = AnnounceLotEvent { content: content.clone(), lots };
        request.city().perform(&request.keyed(), act)
    });
    match done {
        Ok(done) => Ok(Reply::see_other(link::lot_event(done.event))),
        Err(no) => form_page(request, None, &content, &request.form, &reasons(no)?),
    }
}

fn seen(request: &Request) -> Result<LotEventView, No> {
    let view = request.city().lot_event(&request.asker, request.id("id")?)?;
    if view.keeps { Ok(view) } else { Err(Refusal::not_found().into()) }
}

fn revision(request: &Request) -> Result<Reply, No> {
    let view = seen(request)?;
    let content = view.event.content.clone();
    let places = (1..).zip(&view.lots);
    let fields = places.map(|(n, it): (u32, _)| (format!("place.{}", it.lot.id), n.to_string()));
    form_page(request, Some(&view), &content, &Fields(fields.collect()), &[])
}

fn version(request: &Request) -> u64 {
    request.form.get("version").parse().unwrap_or(0)
}

fn revise(request: &Request) -> Result<Reply, No> {
    let event: LotEventId = request.id("id")?;
    let content = content(&request.form);
    let done = chosen(&request.form).map_err(No).and_then(|lots| {
        let content = content.clone();
        let act = ReviseLotEvent { event, version: version(request), content, lots };
        request.city().perform(&request.keyed(), act)
    });
    match done {
        Ok(_) => Ok(Reply::see_other(link::lot_event(event))),
        Err(no) => {
            let view = seen(request)?;
            form_page(request, Some(&view), &content, &request.form, &reasons(no)?)
        }
    }
}

/// The form of an event; below it, for one that is there, when its lots open.
fn form_page(
    request: &Request,
    view: Option<&LotEventView>,
    content: &Content,
    fields: &Fields,
    errors: &[Refusal],
) -> Result<Reply, No> {
    let lang = request.lang;
    let rows = rows(request, view)?;
    let (all, events) = (say(request, "lot-page-title"), say(request, "lot-event-title"));
    let (action, title, act, back) = match view {
        Some(view) => (
            link::lot_event_part(view.event.id, "revision"),
            say(request, "lot-event-revise"),
            say(request, "lot-event-save"),
            link::lot_event(view.event.id),
        ),
        None => (
            link::LOT_EVENT_NEW.to_owned(),
            say(request, "lot-event-new"),
            say(request, "lot-event-announce"),
            link::LOT_EVENTS.to_owned(),
        ),
    };
    // Each form says what is wrong with it alone.
    let of_times =
        |no: &Refusal| matches!(no.field.as_deref(), Some("first" | "first_time" | "gap"));
    let (timed, other): (Vec<Refusal>, Vec<Refusal>) = errors.iter().cloned().partition(of_times);
    let forms = ticket(request);
    let form = Form::new(lang, &action, &forms.csrf, &forms.key).with_errors(&other);
    let field = |name: &'static str, is_optional: bool, lines: Option<u8>| {
        bilingual_field(
            &form,
            &Field { name, is_optional, lines, ..Field::default() },
            match name {
                "name" => &content.name,
                "text" => &content.text,
                _ => &content.place,
            },
        )
    };
    let crumbs = [
        Crumb { href: link::AUCTIONS, text: &all },
        Crumb { href: link::LOT_EVENTS, text: &events },
    ];
    let content = html! {
        (look::page_head(&PageHead { lang, crumbs: &crumbs, title: &title, ..PageHead::default() }))
        (form.view(html! {
            @if let Some(view) = view { input type="hidden" name="version" value=(view.event.version); }
            (field("name", false, None)) (field("text", true, Some(4))) (field("place", true, None))
            (fieldset(&say(request, "lot-event-lots"), &say(request, "lot-event-lots-hint"),
                places(request, &form, &rows, fields)))
            (actions(&[button(&act, Look::Primary), look::link_button(&back, &say(request, "button-cancel"), Look::Plain)]))
        }))
        @if let Some(view) = view { (schedule_view(request, view, &timed)) }
    };
    let page = Page::new(request, &title).section(Section::Trade).at(action.clone());
    Ok(page.personal().failed(errors).reply(content))
}

/// A number beside each lot: its place in the order, or nothing.
fn places(request: &Request, form: &Form<'_>, rows: &[Row], fields: &Fields) -> Markup {
    html! {
        @if rows.is_empty() { p.quiet { (say(request, "lot-event-no-lots")) } }
        div id="f-lots" tabindex="-1" {
            @for row in rows {
                @let name = format!("place.{}", row.lot.id);
                @let hint = moment(request, row.lot.terms.opens);
                (text_field(form, &Field {
                    name: &name, label: &row.title, hint: &hint, value: fields.get(&name),
                    is_optional: true, kind: Kind::Number, width: Width::Tiny, ..Field::default()
                }))
            }
        }
    }
}

fn schedule_view(request: &Request, view: &LotEventView, errors: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let action = link::lot_event_part(view.event.id, "schedule");
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_errors(errors);
    let offset = request.city().settings().utc_offset_minutes;
    let first = view.span().map_or(view.now, |(from, _)| from);
    let typed = |name: &str, usual: String| match request.form.get(name) {
        "" => usual,
        typed => typed.to_owned(),
    };
    let (date, clock) = (first.date_at(offset).to_string(), words::clock(first, offset));
    let (date, clock, gap) =
        (typed("first", date), typed("first_time", clock), typed("gap", "30".to_owned()));
    let (time, hint) = (say(request, "lot-form-time"), say(request, "lot-form-time-hint"));
    look::part(
        "schedule",
        &say(request, "lot-event-schedule"),
        form.view(html! {
            p { (say(request, "lot-event-schedule-lead")) }
            input type="hidden" name="version" value=(view.event.version);
            div.row {
                (date_field(&form, &Field { name: "first", value: &date, ..Field::default() }))
                (text_field(&form, &Field {
                    name: "first_time", label: &time, hint: &hint, value: &clock, width: Width::Tiny,
                    ..Field::default()
                }))
                (text_field(&form, &Field {
                    name: "gap", unit: &say(request, "lot-form-minutes"), value: &gap,
                    width: Width::Tiny, kind: Kind::Number, ..Field::default()
                }))
            }
            (actions(&[button(&say(request, "lot-event-schedule-act"), Look::Primary)]))
        }),
    )
}

/// The first opening and the minutes between two, as they were typed.
fn stagger(request: &Request) -> Result<(Instant, u32), Vec<Refusal>> {
    let form = &request.form;
    let plain = |name: &str| form.get(name).trim().chars().map(half_width).collect::<String>();
    let no = |code: &'static str, name: &'static str, term: &str| {
        Refusal::invalid(code).on(name).term("field", field_term(term))
    };
    let date = read_date(form.get("first")).ok_or_else(|| no("date-unreadable", "first", "first"));
    let clock = seconds_of_day(&plain("first_time"));
    let clock = clock.ok_or_else(|| no("time-unreadable", "first_time", "first"));
    let minutes = plain("gap").parse::<u32>().ok().and_then(|it| it.checked_mul(60));
    let gap = minutes.ok_or_else(|| no("number-unreadable", "gap", "gap"));
    match (date, clock, gap) {
        (Ok(date), Ok(clock), Ok(gap)) => {
            let offset = request.city().settings().utc_offset_minutes;
            let midnight = at_hour(date, 0, offset).unwrap_or(Instant::from_micros(0));
            Ok((midnight.plus_seconds(clock), gap))
        }
        (date, clock, gap) => {
            Err([date.err(), clock.err(), gap.err()].into_iter().flatten().collect())
        }
    }
}

fn schedule(request: &Request) -> Result<Reply, No> {
    let event: LotEventId = request.id("id")?;
    let done = stagger(request).map_err(No).and_then(|(first, gap_s)| {
        let act = ScheduleLotEvent { event, version: version(request), first, gap_s };
        request.city().perform(&request.keyed(), act)
    });
    match done {
        Ok(_) => Ok(Reply::see_other(link::lot_event(event))),
        Err(no) => {
            let view = seen(request)?;
            let errors = reasons(no)?;
            let places = (1..).zip(&view.lots);
            let fields =
                places.map(|(n, it): (u32, _)| (format!("place.{}", it.lot.id), n.to_string()));
            let content = view.event.content.clone();
            form_page(request, Some(&view), &content, &Fields(fields.collect()), &errors)
        }
    }
}

fn withdraw(request: &Request) -> Result<Reply, No> {
    let event: LotEventId = request.id("id")?;
    let act = WithdrawLotEvent { event, version: version(request) };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(Reply::see_other(link::lot_event(event))),
        Err(no) => {
            let view = seen(request)?;
            Ok(crate::lot_event::page(request, &view, &reasons(no)?))
        }
    }
}

fn registration(request: &Request) -> Result<Reply, No> {
    let view = request.city().lot_event(&request.asker, request.id("id")?)?;
    Ok(registration_page(request, &view, &[], &[]))
}

/// What became of the wish for one lot.
type Done = (LotId, Result<(), Vec<Refusal>>);

fn registration_page(
    request: &Request,
    view: &LotEventView,
    done: &[Done],
    errors: &[Refusal],
) -> Reply {
    let lang = request.lang;
    let title = say(request, "lot-event-register");
    let (name, name_lang) = view.event.content.name.best(lang);
    let here = link::lot_event(view.event.id);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &here, text: name }],
            title: &title,
            title_lang: None,
            lead: Some(html! { span lang=(name_lang.tag()) { (name) } }),
            ..PageHead::default()
        }))
        (look::error_summary(lang, errors))
        (told(request, view, done))
        @if view.houses.is_empty() {
            (look::empty(&say(request, "lot-event-register-none"), html! {
                p { (say(request, "lot-event-register-none-hint")) }
            }))
        } @else { (registration_form(request, view, errors)) }
        p { a href=(here) { (say(request, "lot-event-back")) } }
    };
    let action = link::lot_event_part(view.event.id, "registration");
    Page::new(request, &title)
        .section(Section::Trade)
        .at(action)
        .personal()
        .failed(errors)
        .reply(content)
}

fn told(request: &Request, view: &LotEventView, done: &[Done]) -> Markup {
    let title = |id: LotId| {
        let found = view.lots.iter().find(|it| it.lot.id == id);
        found.map_or_else(String::new, |it| it.title.best(request.lang).0.to_owned())
    };
    html! {
        @for (lot, answer) in done {
            @match answer {
                Ok(()) => (notice(request.lang, Tone::Ok, html! {
                    p { strong { (title(*lot)) } " " (say(request, "lot-event-asked")) }
                })),
                Err(no) => (notice(request.lang, Tone::Wait, html! {
                    p { strong { (title(*lot)) } }
                    @for refusal in no {
                        @let said = words::refusal(request.lang, refusal);
                        p { (said.text) } @if let Some(help) = said.help { p.small { (help) } }
                    }
                })),
            }
        }
    }
}

fn registration_form(request: &Request, view: &LotEventView, errors: &[Refusal]) -> Markup {
    let lang = request.lang;
    let forms = ticket(request);
    let action = link::lot_event_part(view.event.id, "registration");
    let form = Form::new(lang, &action, &forms.csrf, &forms.key).with_errors(errors);
    let houses: Vec<(String, String)> = view
        .houses
        .iter()
        .map(|(id, name)| (id.to_string(), name.best(lang).0.to_owned()))
        .collect();
    let houses: Vec<Choice<'_>> = houses
        .iter()
        .enumerate()
        .map(|(n, (id, name))| Choice { value: id, text: name, hint: "", is_chosen: n == 0 })
        .collect();
    let open: Vec<(String, String, String)> = view
        .lots
        .iter()
        .filter(|it| !it.register.is_empty())
        .map(|it| {
            let value = format!("{} {}", it.lot.id, it.lot.terms_version);
            (value, it.title.best(lang).0.to_owned(), hint(request, it))
        })
        .collect();
    let lots: Vec<Choice<'_>> = open
        .iter()
        .map(|(value, text, hint)| Choice { value, text, hint, is_chosen: false })
        .collect();
    let (waits, waits_hint) =
        (say(request, "lot-page-stands-by"), say(request, "lot-page-stands-by-hint"));
    let standby = [Choice { value: "yes", text: &waits, hint: &waits_hint, is_chosen: true }];
    form.view(html! {
        p { (say(request, "lot-event-register-lead")) }
        (select(&form, &Field { name: "organisation", ..Field::default() }, &houses))
        (checkboxes(&form, &Field { name: "lots", label: &say(request, "lot-event-lots"), ..Field::default() }, &lots))
        (checkboxes(&form, &Field {
            name: "stands_by", label: &say(request, "lot-page-second"), is_optional: true, ..Field::default()
        }, &standby))
        (actions(&[button(&say(request, "lot-event-ask"), Look::Primary)]))
    })
}

/// When a lot opens, and its deposit.
fn hint(request: &Request, it: &EventLot) -> String {
    let opens = moment(request, it.lot.terms.opens);
    match it.lot.terms.deposit {
        None => opens,
        Some(sum) => {
            let sum = words::money(request.lang, it.lot.terms.money(sum));
            let args = [("at", opens.into()), ("sum", sum.into())];
            words::say_with(request.lang, "lot-event-row-hint", &args)
        }
    }
}

fn register(request: &Request) -> Result<Reply, No> {
    let event: LotEventId = request.id("id")?;
    let lots: Vec<(LotId, u64)> = request
        .form
        .all("lots")
        .iter()
        .filter_map(|value| {
            let (id, version) = value.split_once(' ')?;
            Some((id.parse().ok()?, version.parse().ok()?))
        })
        .collect();
    let required = |field: &'static str, term: &str| {
        Refusal::invalid("field-required").on(field).term("field", field_term(term))
    };
    let organisation = request.form.get("organisation").parse::<OrganisationId>().ok();
    let view = |request: &Request| request.city().lot_event(&request.asker, event);
    let Some(organisation) = organisation.filter(|_| !lots.is_empty()) else {
        let mut no = Vec::new();
        if organisation.is_none() {
            no.push(required("organisation", "organisation"));
        }
        if lots.is_empty() {
            no.push(required("lots", "lots"));
        }
        return Ok(registration_page(request, &view(request)?, &[], &no));
    };
    let stands_by = request.form.get("stands_by") == "yes";
    let found =
        request.city().register_for_lots(&request.keyed(), (organisation, stands_by), &lots);
    let mut done = Vec::with_capacity(found.len());
    for (lot, answer) in found {
        match answer {
            Ok(_) => done.push((lot, Ok(()))),
            Err(no) => done.push((lot, Err(reasons(no)?))),
        }
    }
    Ok(registration_page(request, &view(request)?, &done, &[]))
}
