//! Rooms: those of an owner, one of them with what one may do in it, the one an instrument stands in.

use crate::booking::{read_wall, typed, when};
use crate::booking_rule::{read_windows, windows_text, windows_words};
use crate::form::{above, at, reasons, ticket};
use crate::link;
use crate::outage::choices;
use crate::page::{Page, get, post, say};
use access::Act;
use app::No;
use app::area::{
    AdmitPerson, AreaView, BookArea, CancelAreaBooking, CreateArea, EnterArea, LeaveArea,
    PlaceInstrument, ReviseArea,
};
use base::{AreaId, Bilingual, InstrumentId, OrganisationId, PersonId, Refusal};
use edge::{Reply, Request, Route};
use instruments::area::{Area, Sheet};
use look::{
    Choice, Column, Crumb, Field, Form, Kind, Look, PageHead, PostButton, Section, Table, Width,
    actions, button, checkboxes, select, text_area, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/organisations/{id}/areas", Act::LookAtArea, list),
    post("/organisations/{id}/areas", Act::KeepAreas, create),
    get("/areas/{id}", Act::LookAtArea, show),
    post("/areas/{id}", Act::KeepAreas, revise),
    post("/areas/{id}/entrants", Act::KeepAreas, admit),
    post("/areas/{id}/entrants/end", Act::KeepAreas, shut_out),
    post("/areas/{id}/bookings", Act::BookArea, book),
    post("/areas/{id}/bookings/{booking}/cancellation", Act::BookArea, cancel),
    post("/areas/{id}/presence", Act::BookArea, enter),
    post("/areas/{id}/presence/end", Act::BookArea, leave),
    get("/instruments/{id}/area", Act::LookAtInstrument, stands),
    post("/instruments/{id}/area", Act::KeepAreas, put),
];

fn name_of<'a>(request: &Request, name: &'a Bilingual) -> &'a str {
    name.best(request.lang).0
}

fn hours_text(request: &Request, sheet: &Sheet) -> String {
    if sheet.hours.is_always() {
        return say(request, "rule-always");
    }
    let all = windows_words(request, &sheet.hours);
    words::list(request.lang, &all.iter().map(String::as_str).collect::<Vec<_>>())
}

fn people(request: &Request, n: u16) -> String {
    match n {
        0 => say(request, "rule-none"),
        n => words::number(request.lang, i64::from(n)),
    }
}

fn list(request: &Request) -> Result<Reply, No> {
    list_page(request, &[])
}

fn list_page(request: &Request, no: &[Refusal]) -> Result<Reply, No> {
    let id: OrganisationId = request.id("id")?;
    let view = request.city().areas(&request.asker, id)?;
    let owner = name_of(request, &view.owner_name);
    let title = say(request, "area-page-list");
    let heads = ["name", "capacity", "hours"].map(|key| say(request, &format!("area-{key}")));
    let row = |it: &Area| {
        look::Row::from(vec![
            html! { a href=(link::area(it.id)) { (name_of(request, &it.sheet.name)) } },
            html! { (people(request, it.sheet.capacity)) },
            html! { (hours_text(request, &it.sheet)) },
        ])
    };
    let here = link::areas(id);
    let content = html! {
        (look::page_head(&PageHead {
            lang: request.lang,
            crumbs: &[Crumb { href: &link::organisation(id), text: owner }],
            kind: owner,
            title: &title,
            lead: Some(html! { p { (say(request, "area-page-lead")) } }),
            ..PageHead::default()
        }))
        (above(request, no, &[(view.may_keep, &here)]))
        (look::table(&Table {
            lang: request.lang,
            caption: &title,
            is_caption_hidden: true,
            columns: heads.iter().map(|head| Column::text("", head)).collect(),
            rows: view.areas.iter().map(row).collect(),
            empty: Some(look::empty(&say(request, "area-page-none"), html! {})),
            is_cards: true,
            ..Table::default()
        }))
        @if view.may_keep {
            (look::part("new", &say(request, "area-page-new"), {
                let draft = Draft::of(request, &Sheet::default(), 0);
                form(request, &here, &draft, (&view.areas, None), no)
            }))
        }
    };
    let page = Page::new(request, &title).section(Section::Share).at(link::areas(id)).personal();
    Ok(page.failed(no).reply(content))
}

/// What stands in the form of a room: as kept, or as it was sent.
struct Draft {
    name: Bilingual,
    capacity: String,
    parent: String,
    hours: String,
    zone: String,
    counts_staff: bool,
    needs_booking: bool,
    least_present: String,
    version: u64,
}

impl Draft {
    fn of(request: &Request, sheet: &Sheet, version: u64) -> Self {
        let form = &request.form;
        if form.get("version").is_empty() {
            let number = |n: u16| if n == 0 { String::new() } else { n.to_string() };
            return Self {
                name: sheet.name.clone(),
                capacity: number(sheet.capacity),
                parent: sheet.parent.map(|id| id.to_string()).unwrap_or_default(),
                hours: windows_text(&sheet.hours),
                zone: sheet.zone.clone(),
                counts_staff: sheet.counts_staff,
                needs_booking: sheet.needs_booking,
                least_present: number(sheet.least_present),
                version,
            };
        }
        let text = |name: &str| form.get(name).to_owned();
        let rules = form.all("rules");
        Self {
            name: Bilingual::new(text("name.en"), text("name.zh")),
            capacity: text("capacity"),
            parent: text("parent"),
            hours: text("hours"),
            zone: text("zone"),
            counts_staff: rules.contains(&"counts_staff"),
            needs_booking: rules.contains(&"needs_booking"),
            least_present: text("least_present"),
            version: text("version").parse().unwrap_or(0),
        }
    }

    fn read(&self, request: &Request) -> Result<Sheet, No> {
        let mut no = Vec::new();
        let mut number = |name: &str, typed: &str| {
            let plain: String = typed.trim().chars().map(base::time::half_width).collect();
            if plain.is_empty() {
                return 0;
            }
            plain.parse().unwrap_or_else(|_| {
                let refusal = Refusal::invalid("number-unreadable").on(name.to_owned());
                no.push(refusal.term("field", base::text::field_term(name)));
                0
            })
        };
        let capacity = number("capacity", &self.capacity);
        let least_present = number("least_present", &self.least_present);
        let parent = match self.parent.as_str() {
            "" => None,
            typed => Some(AreaId::parse(typed).unwrap_or_else(|_| AreaId::from_bits(0))),
        };
        let hours = read_windows(&self.hours).unwrap_or_else(|| {
            let refusal = Refusal::invalid("booking-rule-unsound").on("hours");
            no.push(refusal.text("rule", say(request, "area-hours")));
            calendar::Hours::default()
        });
        if !no.is_empty() {
            return Err(No(no));
        }
        Ok(Sheet {
            name: self.name.clone(),
            capacity,
            parent,
            hours,
            counts_staff: self.counts_staff,
            needs_booking: self.needs_booking,
            least_present,
            zone: self.zone.clone(),
        })
    }
}

fn form(
    request: &Request,
    action: &str,
    draft: &Draft,
    (all, own): (&[Area], Option<AreaId>),
    no: &[Refusal],
) -> Markup {
    let fresh = ticket(request);
    let form = Form::new(request.lang, action, &fresh.csrf, &fresh.key)
        .with_errors(at(request, no, action));
    let label = |key: &str| say(request, &format!("area-{key}"));
    let mut rooms = vec![(String::new(), say(request, "area-parent-none"))];
    let others = all.iter().filter(|it| Some(it.id) != own);
    rooms.extend(others.map(|it| (it.id.to_string(), name_of(request, &it.sheet.name).to_owned())));
    let (staff, booking) = (label("counts-staff"), label("needs-booking"));
    let rules = [
        ("counts_staff", &staff, draft.counts_staff),
        ("needs_booking", &booking, draft.needs_booking),
    ]
    .map(|(value, text, is_chosen)| Choice { value, text, is_chosen, ..Choice::default() });
    let number = |name: &str, key: &str, value: &str| {
        let (label, hint) = (label(key), label(&format!("{key}-hint")));
        text_field(
            &form,
            &Field {
                name,
                label: &label,
                hint: &hint,
                value,
                kind: Kind::Number,
                is_optional: true,
                width: Width::Short,
                ..Field::default()
            },
        )
    };
    form.view(html! {
        input type="hidden" name="version" value=(draft.version);
        (text_field(&form, &Field { name: "name.en", label: &label("name-en"), value: &draft.name.en, is_optional: true, width: Width::Half, ..Field::default() }))
        (text_field(&form, &Field { name: "name.zh", label: &label("name-zh"), value: &draft.name.zh, is_optional: true, width: Width::Half, ..Field::default() }))
        (number("capacity", "capacity", &draft.capacity))
        (select(&form, &Field { name: "parent", label: &label("parent"), is_optional: true, ..Field::default() }, &choices(&rooms, &draft.parent)))
        (text_area(&form, &Field { name: "hours", label: &label("hours"), hint: &say(request, "rule-hours-hint"), value: &draft.hours, is_optional: true, lines: Some(3), ..Field::default() }))
        (text_field(&form, &Field { name: "zone", label: &label("zone"), hint: &label("zone-hint"), value: &draft.zone, is_optional: true, width: Width::Short, ..Field::default() }))
        (checkboxes(&form, &Field { name: "rules", label: &label("rules"), is_optional: true, ..Field::default() }, &rules))
        (number("least_present", "least-present", &draft.least_present))
        (actions(&[button(&say(request, "area-save"), Look::Primary)]))
    })
}

fn create(request: &Request) -> Result<Reply, No> {
    let owner: OrganisationId = request.id("id")?;
    let draft = Draft::of(request, &Sheet::default(), 0);
    let done = draft
        .read(request)
        .and_then(|sheet| request.city().perform(&request.keyed(), CreateArea { owner, sheet }));
    match done {
        Ok(done) => Ok(Reply::see_other(link::area(done.area))),
        Err(no) => list_page(request, &reasons(no)?),
    }
}

fn show(request: &Request) -> Result<Reply, No> {
    page(request, request.id("id")?, &[])
}

fn page(request: &Request, id: AreaId, no: &[Refusal]) -> Result<Reply, No> {
    let view = request.city().area(&request.asker, id)?;
    let area = &view.area;
    let (name, name_lang) = area.sheet.name.best(request.lang);
    let list = say(request, "area-page-list");
    let here = link::area(id);
    let (bookings, people) = (format!("{here}/bookings"), format!("{here}/entrants"));
    let keeps = view.may_keep;
    let forms = [(true, bookings.as_str()), (keeps, people.as_str()), (keeps, here.as_str())];
    let content = html! {
        (look::page_head(&PageHead {
            lang: request.lang,
            crumbs: &[Crumb { href: &link::areas(area.owner), text: &list }],
            kind: &say(request, "area-page-one"),
            title: name,
            title_lang: Some(name_lang),
            ..PageHead::default()
        }))
        (above(request, no, &forms))
        (look::aside_split(
            html! {
                (facts(request, &view))
                (own(request, &view))
                @if view.may_keep { (entrants(request, &view, no)) }
            },
            html! {
                (presence(request, &view))
                (look::sheet(&say(request, "area-book"), book_form(request, &view, no)))
            },
        ))
        @if view.may_keep {
            (look::part("change", &say(request, "area-page-change"), {
                let draft = Draft::of(request, &area.sheet, area.version);
                form(request, &here, &draft, (&view.all, Some(id)), no)
            }))
        }
    };
    let page = Page::new(request, name).section(Section::Share).at(link::area(id)).personal();
    Ok(page.failed(no).reply(content))
}

fn facts(request: &Request, view: &AreaView) -> Markup {
    let sheet = &view.area.sheet;
    let word = |is| say(request, if is { "rule-yes" } else { "rule-no" });
    let mut rows: Vec<(String, Markup)> = vec![
        (
            say(request, "area-owner"),
            html! {
                a href=(link::organisation(view.area.owner)) { (name_of(request, &view.owner_name)) }
            },
        ),
        (say(request, "area-capacity"), html! { (people(request, sheet.capacity)) }),
        (say(request, "area-hours"), html! { (hours_text(request, sheet)) }),
        (say(request, "area-zone"), html! { (view.zone.name()) }),
        (say(request, "area-needs-booking"), html! { (word(sheet.needs_booking)) }),
        (say(request, "area-counts-staff"), html! { (word(sheet.counts_staff)) }),
        (
            say(request, "area-present"),
            html! {
                (words::number(request.lang, i64::try_from(view.present).unwrap_or(i64::MAX)))
            },
        ),
    ];
    if sheet.least_present > 1 {
        let least = html! { (people(request, sheet.least_present)) };
        rows.push((say(request, "area-least-present"), least));
    }
    if !view.around.is_empty() {
        rows.push((say(request, "area-parent"), html! {
            @for it in &view.around { a href=(link::area(it.id)) { (name_of(request, &it.sheet.name)) } " " }
        }));
    }
    if !view.instruments.is_empty() {
        rows.push((
            say(request, "area-instruments"),
            html! {
                ul { @for (id, name) in &view.instruments {
                    li { a href=(link::instrument(*id)) { (name_of(request, name)) } }
                } }
            },
        ));
    }
    let rows: Vec<(&str, Markup)> =
        rows.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    look::facts(&rows)
}

fn post_button(request: &Request, action: &str, key: &str, values: &[(&str, &str)]) -> Markup {
    let fresh = ticket(request);
    look::post_button(&PostButton {
        action,
        csrf: &fresh.csrf,
        key: &fresh.key,
        text: &say(request, key),
        look: Look::Plain,
        values,
    })
}

fn own(request: &Request, view: &AreaView) -> Markup {
    let zone = &view.zone;
    html! {
        @if !view.own.is_empty() {
            (look::part("own", &say(request, "area-own"), html! {
                @for it in &view.own {
                    div.row {
                        (when(request, zone, it.span)) " "
                        @if it.span.end() > view.now {
                            @let action = format!("{}/bookings/{}/cancellation", link::area(it.area), it.id);
                            (post_button(request, &action, "area-cancel", &[("seen", &it.version.to_string())]))
                        }
                    }
                }
            }))
        }
    }
}

fn presence(request: &Request, view: &AreaView) -> Markup {
    let here = format!("{}/presence", link::area(view.area.id));
    let (text, action, key) = match view.is_present {
        true => ("area-is-here", format!("{here}/end"), "area-leave"),
        false => ("area-is-away", here, "area-enter"),
    };
    look::sheet(
        &say(request, "area-presence"),
        html! { p { (say(request, text)) } (post_button(request, &action, key, &[])) },
    )
}

fn book_form(request: &Request, view: &AreaView, no: &[Refusal]) -> Markup {
    let fresh = ticket(request);
    let action = format!("{}/bookings", link::area(view.area.id));
    let form = Form::new(request.lang, &action, &fresh.csrf, &fresh.key)
        .with_errors(at(request, no, &action));
    let zone = &view.zone;
    let hour = 3_600_000_000;
    let next = base::Instant::from_micros((view.now.micros() / hour + 1) * hour);
    let was = |name: &str, at| match request.form.get(name) {
        "" => typed(zone, at),
        text => text.to_owned(),
    };
    let (start, end) = (was("start", next), was("end", next.plus_seconds(7_200)));
    let (from, until) = (say(request, "booking-field-start"), say(request, "booking-field-end"));
    let hint = say(request, "booking-page-hint-time");
    form.view(html! {
        (text_field(&form, &Field { name: "start", label: &from, hint: &hint, value: &start, width: Width::Half, ..Field::default() }))
        (text_field(&form, &Field { name: "end", label: &until, value: &end, width: Width::Half, ..Field::default() }))
        (actions(&[button(&say(request, "area-book-send"), Look::Primary)]))
    })
}

fn entrants(request: &Request, view: &AreaView, no: &[Refusal]) -> Markup {
    let fresh = ticket(request);
    let action = format!("{}/entrants", link::area(view.area.id));
    let form = Form::new(request.lang, &action, &fresh.csrf, &fresh.key)
        .with_errors(at(request, no, &action));
    let (person, reason) = (say(request, "area-person"), say(request, "booking-field-reason"));
    let end = format!("{action}/end");
    look::part(
        "entrants",
        &say(request, "area-entrants"),
        html! {
            p.small.quiet { (say(request, "area-entrants-lead")) }
            @for (it, name) in &view.entrants {
                div.row {
                    (name_of(request, name)) " " span.quiet { (it.reason) } " "
                    (post_button(request, &end, "area-shut-out", &[("who", &it.person.to_string())]))
                }
            }
            (form.view(html! {
                (text_field(&form, &Field { name: "person", label: &person, value: request.form.get("person"), width: Width::Half, ..Field::default() }))
                (text_field(&form, &Field { name: "reason", label: &reason, value: request.form.get("reason"), width: Width::Half, ..Field::default() }))
                (actions(&[button(&say(request, "area-let-in"), Look::Second)]))
            }))
        },
    )
}

/// Back to the room, or its page with the reasons.
fn back<T>(request: &Request, id: AreaId, done: Result<T, No>) -> Result<Reply, No> {
    match done {
        Ok(_) => Ok(Reply::see_other(link::area(id))),
        Err(no) => page(request, id, &reasons(no)?),
    }
}

fn revise(request: &Request) -> Result<Reply, No> {
    let id: AreaId = request.id("id")?;
    let draft = Draft::of(request, &Sheet::default(), 0);
    let done = draft.read(request).and_then(|sheet| {
        request.city().perform(&request.keyed(), ReviseArea::new(id, draft.version, sheet))
    });
    back(request, id, done)
}

fn admit(request: &Request) -> Result<Reply, No> {
    let area: AreaId = request.id("id")?;
    let named = request.city().person_named(request.form.get("person"));
    let named = named.map_err(|_| {
        let refusal = Refusal::invalid("person-unknown").on("person");
        No(vec![refusal.text("found", request.form.get("person"))])
    });
    let done = named.and_then(|person| {
        let reason = request.form.get("reason").to_owned();
        let act = AdmitPerson { area, person, is_let_in: true, reason };
        request.city().perform(&request.keyed(), act)
    });
    back(request, area, done)
}

fn shut_out(request: &Request) -> Result<Reply, No> {
    let area: AreaId = request.id("id")?;
    let person = PersonId::parse(request.form.get("who")).map_err(|_| Refusal::not_found())?;
    let act = AdmitPerson { area, person, is_let_in: false, reason: String::new() };
    back(request, area, request.city().perform(&request.keyed(), act))
}

fn book(request: &Request) -> Result<Reply, No> {
    let id: AreaId = request.id("id")?;
    let zone = request.city().area(&request.asker, id)?.zone;
    let read = |name| read_wall(&zone, name, request.form.get(name));
    let done = match (read("start"), read("end")) {
        (Ok(start), Ok(end)) => {
            request.city().perform(&request.keyed(), BookArea::new(id, (start, end)))
        }
        (start, end) => Err(No([start.err(), end.err()].into_iter().flatten().collect())),
    };
    back(request, id, done)
}

fn cancel(request: &Request) -> Result<Reply, No> {
    let seen = request.form.get("seen").parse().unwrap_or(0);
    let act = CancelAreaBooking::new(request.id("booking")?, seen);
    back(request, request.id("id")?, request.city().perform(&request.keyed(), act))
}

fn enter(request: &Request) -> Result<Reply, No> {
    let id: AreaId = request.id("id")?;
    back(request, id, request.city().perform(&request.keyed(), EnterArea::new(id)))
}

fn leave(request: &Request) -> Result<Reply, No> {
    let area: AreaId = request.id("id")?;
    back(request, area, request.city().perform(&request.keyed(), LeaveArea { area }))
}

fn stands(request: &Request) -> Result<Reply, No> {
    stands_page(request, &[])
}

fn stands_page(request: &Request, no: &[Refusal]) -> Result<Reply, No> {
    let id: InstrumentId = request.id("id")?;
    let view = request.city().instrument_area(&request.asker, id)?;
    let it = &view.instrument;
    let (name, here) = (name_of(request, &it.sheet.name), link::instrument_part(id, "area"));
    let title = say(request, "area-page-stands");
    let content = html! {
        (look::page_head(&PageHead {
            lang: request.lang,
            crumbs: &[Crumb { href: &link::instrument(id), text: name }],
            title: &title,
            ..PageHead::default()
        }))
        (above(request, no, &[(view.may_keep, &here)]))
        @if view.around.is_empty() {
            p { (say(request, "area-stands-none")) }
        } @else {
            ul { @for area in &view.around {
                li { a href=(link::area(area.id)) { (name_of(request, &area.sheet.name)) } " " span.quiet { (hours_text(request, &area.sheet)) } }
            } }
        }
        @if view.may_keep { (put_form(request, (&here, it.owner), (&view.all, it.area), no)) }
    };
    let page = Page::new(request, &title).section(Section::Share).at(here);
    Ok(page.highest(&it.label, &title).personal().failed(no).reply(content))
}

fn put_form(
    request: &Request,
    (action, owner): (&str, OrganisationId),
    (all, chosen): (&[Area], Option<AreaId>),
    no: &[Refusal],
) -> Markup {
    let fresh = ticket(request);
    let form = Form::new(request.lang, action, &fresh.csrf, &fresh.key)
        .with_errors(at(request, no, action));
    let mut rooms = vec![(String::new(), say(request, "area-parent-none"))];
    rooms.extend(
        all.iter().map(|it| (it.id.to_string(), name_of(request, &it.sheet.name).to_owned())),
    );
    let chosen = chosen.map(|id| id.to_string()).unwrap_or_default();
    html! {
        (form.view(html! {
            (select(&form, &Field { name: "area", label: &say(request, "area-page-one"), is_optional: true, ..Field::default() }, &choices(&rooms, &chosen)))
            (actions(&[button(&say(request, "area-save"), Look::Primary)]))
        }))
        p { a href=(link::areas(owner)) { (say(request, "area-page-keep")) } }
    }
}

fn put(request: &Request) -> Result<Reply, No> {
    let instrument: InstrumentId = request.id("id")?;
    let area = match request.form.get("area") {
        "" => None,
        typed => Some(AreaId::parse(typed).unwrap_or_else(|_| AreaId::from_bits(0))),
    };
    let act = PlaceInstrument { instrument, area };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(Reply::see_other(link::instrument_part(instrument, "area"))),
        Err(no) => stands_page(request, &reasons(no)?),
    }
}
