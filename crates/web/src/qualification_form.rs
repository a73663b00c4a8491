//! Forms of an instrument's people: what somebody gets, is declined or loses; who may not book.

use crate::form::{above, at, reasons, ticket};
use crate::link;
use crate::outage::{choices, named};
use crate::page::{Page, get, moment, post, say};
use crate::qualification::{course_name, here, list};
use access::Act;
use app::No;
use app::booking::{
    AnswerTraining, BlockPerson, GrantQualification, SetAccess, TrainPerson, TrustView, Trusting,
    UnblockPerson, WithdrawQualification,
};
use base::time::read_date;
use base::{Instant, InstrumentId, PersonId, Refusal};
use calendar::Zone;
use edge::{Reply, Request, Route};
use instruments::qualification::{Grade, Way};
use instruments::setting::Level;
use look::{
    Choice, Crumb, Field, Form, Look, PageHead, PostButton, Section, Width, actions, button,
    button_named, checkboxes, date_field, post_button, select, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/instruments/{id}/qualifications/new", Act::QualifyPeople, blank),
    post("/instruments/{id}/qualifications", Act::QualifyPeople, give),
    get("/instruments/{id}/blocks", Act::QualifyPeople, blocks),
    post("/instruments/{id}/blocks", Act::QualifyPeople, block),
    post("/instruments/{id}/blocks/end", Act::QualifyPeople, unblock),
    post("/instruments/{id}/access", Act::QualifyPeople, set_access),
];

fn refused(code: &'static str, field: &'static str) -> Refusal {
    Refusal::invalid(code).on(field).term("field", base::text::field_term(field))
}

/// The person whose mail address or id was typed.
fn person(request: &Request) -> Result<PersonId, Refusal> {
    let typed = request.form.get("person").trim();
    let found = request.city().person_named(typed);
    found.map_err(|_| Refusal::invalid("person-unknown").on("person").text("found", typed))
}

/// The end of a day at the site, where one was typed.
fn day_end(
    request: &Request,
    zone: &Zone,
    field: &'static str,
) -> Result<Option<Instant>, Refusal> {
    match request.form.get(field).trim() {
        "" => Ok(None),
        typed => {
            let day = read_date(typed).ok_or_else(|| refused("date-unreadable", field))?;
            Ok(Some(zone.at_minute(day, 1440)))
        }
    }
}

fn zone_of(view: &TrustView) -> Zone {
    Zone::named(view.instrument.zone()).unwrap_or_else(Zone::china)
}

fn blank(request: &Request) -> Result<Reply, No> {
    let query = &request.query;
    let typed = (query.get("person"), query.get("course"));
    form_page(request, request.id("id")?, typed, &[])
}

fn form_page(
    request: &Request,
    id: InstrumentId,
    (person, course): (&str, &str),
    no: &[Refusal],
) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().qualifications(&request.asker, id)?;
    let Some(staff) = &view.staff else { return Err(Refusal::not_found().into()) };
    let named = PersonId::parse(person).ok();
    let asked =
        staff.requests.iter().find(|(it, _)| Some(it.person) == named && it.course == course);
    let known = staff.people.iter().find(|(it, _)| Some(it.person) == named);
    let name = asked.map(|(_, name)| name).or(known.map(|(_, name)| name));
    let title = course_name(request, course);
    let back = here(id);
    let kind = say(request, "qualification-page-title");
    let address = here(id);
    let forms = ticket(request);
    let form = Form::new(lang, &address, &forms.csrf, &forms.key).with_errors(no);
    let has_grant = course.is_empty() && known.is_some_and(|(it, _)| it.grant.withdrawn.is_none());
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[
                Crumb { href: &link::instrument(id), text: view.instrument.sheet.name.best(lang).0 },
                Crumb { href: &back, text: &kind },
            ],
            kind: &kind,
            title: &title,
            lead: name.map(|name| html! { p { (name.best(lang).0) } }),
            ..PageHead::default()
        }))
        @if let Some((it, _)) = asked.filter(|(it, _)| !it.note.is_empty()) { p { (it.note) } }
        (form.view(html! {
            @match name {
                Some(_) => { input type="hidden" name="person" value=(person); }
                None => (text_field(&form, &Field {
                    name: "person", label: &say(request, "qualification-field-person"),
                    hint: &say(request, "qualification-field-person-hint"), value: person,
                    width: Width::Half, ..Field::default()
                })),
            }
            (what(request, &form, &view, (course, name.is_some())))
            (date_field(&form, &Field {
                name: "ends", label: &say(request, "qualification-field-ends"), is_optional: true,
                value: request.form.get("ends"), ..Field::default()
            }))
            (text_field(&form, &Field {
                name: "reason", label: &say(request, "qualification-field-reason"),
                hint: &say(request, "qualification-field-reason-hint"),
                value: request.form.get("reason"), ..Field::default()
            }))
            (actions(&[
                button_named(&say(request, "qualification-grant"), Look::Primary, "do", "grant"),
                html! {
                    @if asked.is_some() {
                        (button_named(&say(request, "qualification-decline"), Look::Plain, "do", "decline"))
                    }
                    @if has_grant {
                        (button_named(&say(request, "qualification-take-back"), Look::Plain, "do", "withdraw"))
                    }
                },
            ]))
        }))
    };
    let page = Page::new(request, &title).section(Section::Share).at(address.clone());
    Ok(page.highest(&view.instrument.label, &title).personal().failed(no).reply(content))
}

/// The course, or the level at the instrument; a choice of both where nobody is named.
fn what(
    request: &Request,
    form: &Form<'_>,
    view: &TrustView,
    (course, is_named): (&str, bool),
) -> Markup {
    let typed = request.form.get("grade");
    let grades = named(request, "qualification-grade", vec!["full", "office_hours", "supervised"]);
    let hint = say(request, "qualification-field-grade-hint");
    let mut courses = vec![(String::new(), say(request, "qualification-at-instrument"))];
    let codes = &view.rules.trainings.value;
    courses.extend(codes.iter().map(|code| (code.clone(), course_name(request, code))));
    html! {
        @if is_named || codes.is_empty() {
            input type="hidden" name="course" value=(course);
        } @else {
            (select(form, &Field { name: "course", label: &say(request, "qualification-field-course"), ..Field::default() }, &choices(&courses, course)))
        }
        @if course.is_empty() {
            (select(form, &Field { name: "grade", label: &say(request, "qualification-field-grade"), hint: &hint, ..Field::default() }, &choices(&grades, typed)))
        }
    }
}

fn give(request: &Request) -> Result<Reply, No> {
    let id: InstrumentId = request.id("id")?;
    let view = request.city().qualifications(&request.asker, id)?;
    let (form, city) = (&request.form, request.city());
    let course = form.get("course").to_owned();
    let reason = form.get("reason").to_owned();
    let ends = day_end(request, &zone_of(&view), "ends");
    let done: Result<(), No> = match (person(request), ends, form.get("do")) {
        (Ok(person), Ok(_), "decline") => {
            let act =
                AnswerTraining { instrument: id, person, course: course.clone(), answer: reason };
            city.perform(&request.keyed(), act).map(|_| ())
        }
        (Ok(person), Ok(_), "withdraw") => {
            let act = WithdrawQualification { instrument: id, person, reason };
            city.perform(&request.keyed(), act).map(|_| ())
        }
        (Ok(person), Ok(ends), _) if !course.is_empty() => {
            let act = TrainPerson { instrument: id, person, course: course.clone(), ends };
            city.perform(&request.keyed(), act).map(|_| ())
        }
        (Ok(person), Ok(ends), _) => {
            let grade = Grade::parse(form.get("grade")).unwrap_or(Grade::Full);
            let act = GrantQualification {
                instrument: id,
                person,
                grade,
                way: Way::Staff,
                lives_days: 0,
                ends,
                hours: match grade {
                    // Office hours are when the instrument is open.
                    Grade::OfficeHours => view.rules.hours.value.clone(),
                    _ => calendar::Hours::default(),
                },
                reason,
            };
            city.perform(&request.keyed(), act).map(|_| ())
        }
        (person, ends, _) => Err(No([person.err(), ends.err()].into_iter().flatten().collect())),
    };
    match done {
        Ok(()) => Ok(Reply::see_other(here(id))),
        Err(no) => {
            let no = reasons(no)?;
            let typed = form.get("person").to_owned();
            form_page(request, id, (&typed, &course), &no)
        }
    }
}

fn blocks(request: &Request) -> Result<Reply, No> {
    blocks_page(request, request.id("id")?, &[])
}

fn blocks_page(request: &Request, id: InstrumentId, no: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().qualifications(&request.asker, id)?;
    let Some(staff) = &view.staff else { return Err(Refusal::not_found().into()) };
    let address = link::instrument_part(id, "blocks");
    let title = say(request, "qualification-page-blocks");
    let back = here(id);
    let rows = staff.blocks.iter().map(|(it, name)| {
        let forms = ticket(request);
        let of_unit = if it.level == Level::Unit { "yes" } else { "" };
        let may_end = staff.is_manager || it.level == Level::Instrument;
        let (person, end) = (it.person.to_string(), format!("{address}/end"));
        vec![
            html! { (name.best(lang).0) br; span.small.quiet { (it.reason) } },
            html! { (say(request, &format!("qualification-block-{}", it.level.code()))) },
            html! { @if let Some(until) = it.until { (moment(request, until)) } @else { (say(request, "qualification-for-good")) } },
            html! {
                @if may_end {
                    (post_button(&PostButton {
                        action: &end,
                        csrf: &forms.csrf,
                        key: &forms.key,
                        text: &say(request, "qualification-unblock"),
                        look: Look::Plain,
                        values: &[("person", &person), ("is_of_unit", of_unit)],
                    }))
                }
            },
        ]
    });
    let rows = rows.collect();
    let forms = ticket(request);
    let form =
        Form::new(lang, &address, &forms.csrf, &forms.key).with_errors(at(request, no, &address));
    let access_address = link::instrument_part(id, "access");
    let kind = say(request, "qualification-page-title");
    let whole = [Choice {
        value: "yes",
        text: &say(request, "qualification-field-unit"),
        is_chosen: request.form.get("is_of_unit") == "yes",
        ..Choice::default()
    }];
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[
                Crumb { href: &link::instrument(id), text: view.instrument.sheet.name.best(lang).0 },
                Crumb { href: &back, text: &kind },
            ],
            kind: &kind,
            title: &title,
            lead: Some(html! { p { (say(request, "qualification-blocks-lead")) } }),
            ..PageHead::default()
        }))
        (above(request, no, &[(true, &address), (staff.is_manager, &access_address)]))
        (list(request, "blocks", ["person", "where", "until", "do"], rows))
        (look::part("new", &say(request, "qualification-block-new"), form.view(html! {
            (text_field(&form, &Field {
                name: "person", label: &say(request, "qualification-field-person"),
                hint: &say(request, "qualification-field-person-hint"),
                value: request.form.get("person"), width: Width::Half, ..Field::default()
            }))
            (date_field(&form, &Field {
                name: "until", label: &say(request, "qualification-field-until"), is_optional: true,
                value: request.form.get("until"), ..Field::default()
            }))
            (text_field(&form, &Field {
                name: "reason", label: &say(request, "qualification-field-reason"),
                value: request.form.get("reason"), ..Field::default()
            }))
            @if staff.is_manager {
                (checkboxes(&form, &Field { name: "is_of_unit", label: &say(request, "qualification-field-where"), is_optional: true, ..Field::default() }, &whole))
            }
            (actions(&[button(&say(request, "qualification-block"), Look::Danger)]))
        })))
        @if staff.is_manager { (access(request, id, staff, no)) }
    };
    let page = Page::new(request, &title).section(Section::Share).at(address.clone());
    Ok(page.highest(&view.instrument.label, &title).personal().failed(no).reply(content))
}

fn block(request: &Request) -> Result<Reply, No> {
    let id: InstrumentId = request.id("id")?;
    let view = request.city().qualifications(&request.asker, id)?;
    let until = day_end(request, &zone_of(&view), "until");
    let done = match (person(request), until) {
        (Ok(person), Ok(until)) => {
            let act = BlockPerson {
                instrument: id,
                person,
                is_of_unit: request.form.get("is_of_unit") == "yes",
                until,
                reason: request.form.get("reason").to_owned(),
            };
            request.city().perform(&request.keyed(), act).map(|_| ())
        }
        (person, until) => Err(No([person.err(), until.err()].into_iter().flatten().collect())),
    };
    back_to_blocks(request, id, done)
}

fn unblock(request: &Request) -> Result<Reply, No> {
    let id: InstrumentId = request.id("id")?;
    let done = person(request).map_err(No::from).and_then(|person| {
        let is_of_unit = request.form.get("is_of_unit") == "yes";
        let act = UnblockPerson { instrument: id, person, is_of_unit };
        request.city().perform(&request.keyed(), act).map(|_| ())
    });
    back_to_blocks(request, id, done)
}

fn back_to_blocks(request: &Request, id: InstrumentId, done: Result<(), No>) -> Result<Reply, No> {
    match done {
        Ok(()) => Ok(Reply::see_other(link::instrument_part(id, "blocks"))),
        Err(no) => blocks_page(request, id, &reasons(no)?),
    }
}

/// Until when people have access to every instrument of the unit, and the form that sets it.
fn access(request: &Request, id: InstrumentId, staff: &Trusting, no: &[Refusal]) -> Markup {
    let address = link::instrument_part(id, "access");
    let rows = staff.access.iter().map(|(it, name)| {
        let forms = ticket(request);
        let person = it.person.to_string();
        vec![
            html! { (name.best(request.lang).0) },
            html! { (it.reason) },
            html! { (moment(request, it.ends)) },
            html! { (post_button(&PostButton {
                action: &address,
                csrf: &forms.csrf,
                key: &forms.key,
                text: &say(request, "qualification-access-free"),
                look: Look::Plain,
                values: &[("access_person", &person), ("access_reason", &it.reason)],
            })) },
        ]
    });
    let rows = rows.collect();
    let forms = ticket(request);
    let form = Form::new(request.lang, &address, &forms.csrf, &forms.key)
        .with_errors(at(request, no, &address));
    let typed = |name: &'static str| request.form.get(name);
    html! {
        (look::part("access", &say(request, "qualification-access"), html! {
            p { (say(request, "qualification-access-lead")) }
            (list(request, "access", ["person", "why", "until", "do"], rows))
            (form.view(html! {
                (text_field(&form, &Field {
                    name: "access_person", label: &say(request, "qualification-field-person"),
                    hint: &say(request, "qualification-field-person-hint"),
                    value: typed("access_person"), width: Width::Half, ..Field::default()
                }))
                (date_field(&form, &Field {
                    name: "access_ends", label: &say(request, "qualification-field-until"),
                    value: typed("access_ends"), ..Field::default()
                }))
                (text_field(&form, &Field {
                    name: "access_reason", label: &say(request, "qualification-field-reason"),
                    value: typed("access_reason"), ..Field::default()
                }))
                (actions(&[button_named(&say(request, "qualification-access-set"), Look::Plain, "do", "set")]))
            }))
        }))
    }
}

fn set_access(request: &Request) -> Result<Reply, No> {
    let id: InstrumentId = request.id("id")?;
    let view = request.city().qualifications(&request.asker, id)?;
    let typed = request.form.get("access_person").trim();
    let unknown = || Refusal::invalid("person-unknown").on("access_person").text("found", typed);
    let person = request.city().person_named(typed).map_err(|_| unknown());
    let is_set = request.form.get("do") == "set";
    let ends = match day_end(request, &zone_of(&view), "access_ends") {
        Ok(None) if is_set => Err(refused("field-required", "access_ends")),
        ends => ends,
    };
    let done = match (person, ends) {
        (Ok(person), Ok(ends)) => {
            let reason = request.form.get("access_reason").to_owned();
            let act = SetAccess { instrument: id, person, ends, reason };
            request.city().perform(&request.keyed(), act).map(|_| ())
        }
        (person, ends) => Err(No([person.err(), ends.err()].into_iter().flatten().collect())),
    };
    // The form's own fields begin with what it is about: there are two forms on the page.
    let on_form = |mut one: Refusal| {
        one.field = one.field.map(|field| match field.starts_with("access_") {
            true => field,
            false => format!("access_{field}"),
        });
        one
    };
    back_to_blocks(request, id, done.map_err(|no| No(no.0.into_iter().map(on_form).collect())))
}
