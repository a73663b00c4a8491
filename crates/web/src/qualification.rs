//! What one needs before an instrument can be booked, and how it is got: asked for with one press. For
//! its people who asked, who has it, and who may not book.

use crate::booking::said;
use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, moment, post, say};
use access::Act;
use app::No;
use app::booking::{AskTraining, ConfirmNotice, OwnTrust, Reputation, TrustView, Trusting};
use base::{Instant, InstrumentId, PersonId, Refusal};
use edge::{Reply, Request, Route};
use instruments::booking::CREDIT_DAYS;
use instruments::training::{Needed, counts_until};
use look::{
    Column, Crumb, Look, PageHead, PostButton, Section, Table, Tone, link_button, post_button,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/instruments/{id}/qualifications", Act::LookAtInstrument, show),
    post("/instruments/{id}/training-requests", Act::BookTime, ask),
    post("/instruments/{id}/notice", Act::BookTime, confirm),
];

/// The page of an instrument's training.
pub fn here(id: InstrumentId) -> String {
    link::instrument_part(id, "qualifications")
}

/// The form in which staff gives somebody something.
pub fn form_of(id: InstrumentId, person: PersonId, course: &str) -> String {
    let address = look::address::with(&format!("{}/new", here(id)), "person", &person.to_string());
    if course.is_empty() { address } else { look::address::and(&address, "course", course) }
}

fn show(request: &Request) -> Result<Reply, No> {
    page(request, request.id("id")?, &[])
}

fn page(request: &Request, id: InstrumentId, no: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().qualifications(&request.asker, id)?;
    let name = view.instrument.sheet.name.best(lang).0;
    let title = say(request, "qualification-page-title");
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &link::instrument(id), text: name }],
            title: &title,
            lead: Some(html! { p { (say(request, "qualification-page-lead")) } }),
            actions: acts(request, &view),
            ..PageHead::default()
        }))
        (look::error_summary(lang, no))
        @match &view.own {
            Some(own) => (own_part(request, &view, own)),
            None => {
                @if request.me.is_none() {
                    (look::notice(lang, Tone::Info, html! {
                        p { (say(request, "qualification-page-sign-in")) }
                        p { (link_button(&link::sign_in(&here(id)), &say(request, "booking-page-sign-in"), Look::Primary)) }
                    }))
                }
            }
        }
        @if let Some(staff) = &view.staff { (staff_part(request, &view, staff)) }
    };
    let page = Page::new(request, &title).section(Section::Share).at(here(id));
    Ok(page.highest(&view.instrument.label, &title).personal().failed(no).reply(content))
}

fn acts(request: &Request, view: &TrustView) -> Vec<Markup> {
    if view.staff.is_none() {
        return Vec::new();
    }
    let id = view.instrument.id;
    let (new, blocks) = (format!("{}/new", here(id)), link::instrument_part(id, "blocks"));
    vec![
        link_button(&new, &say(request, "qualification-page-give"), Look::Second),
        link_button(&blocks, &say(request, "qualification-page-blocks"), Look::Plain),
    ]
}

/// What a thing that is needed is called.
pub fn course_name(request: &Request, course: &str) -> String {
    match course {
        "" => say(request, "qualification-at-instrument"),
        code => said(request, "qualification-course", &[("course", code.to_owned().into())]),
    }
}

/// The way out where training is what refuses: one link to where it is asked for.
pub fn way_out(request: &Request, id: InstrumentId, no: &[Refusal]) -> Markup {
    let codes = [
        "booking-not-qualified",
        "booking-training-missing",
        "booking-notice-unread",
        "booking-feedback-due",
        "booking-credit-low",
        "use-not-qualified",
        "use-training-missing",
    ];
    let is_training = no.iter().any(|refusal| codes.contains(&refusal.code.as_ref()));
    html! {
        @if is_training {
            (look::notice(request.lang, Tone::Wait, html! {
                p { (say(request, "qualification-way-out")) }
                p { (link_button(&here(id), &say(request, "qualification-way-out-link"), Look::Primary)) }
            }))
        }
    }
}

fn own_part(request: &Request, view: &TrustView, own: &OwnTrust) -> Markup {
    let lang = request.lang;
    let id = view.instrument.id;
    let has_all = own.needed.iter().all(|one| one.is_there)
        && own.has_read != Some(false)
        && own.has_agreement != Some(false)
        && own.access_ends.is_none_or(|ends| ends > view.now)
        && !own.is_barred
        && own.unanswered.is_empty()
        && least_missed(view, own).is_none();
    let training = view.instrument.sheet.training.best(lang).0;
    html! {
        @if let Some(until) = own.blocked {
            (look::notice(lang, Tone::Live, html! {
                p {
                    @match until {
                        Some(until) => (said(request, "qualification-blocked-until", &[("until", moment(request, until).into())])),
                        None => (say(request, "qualification-blocked")),
                    }
                }
            }))
        } @else if has_all {
            (look::notice(lang, Tone::Ok, html! {
                @match (own.needed.is_empty(), training.is_empty()) {
                    (true, true) => { p { (say(request, "qualification-nothing-needed")) } },
                    (true, false) => { p { (say(request, "qualification-told")) } p { (training) } },
                    (false, _) => { p { (say(request, "qualification-all-there")) } },
                }
                @if view.instrument.takes_bookings() {
                    p { (link_button(&link::instrument_part(id, "week"), &say(request, "booking-page-book"), Look::Primary)) }
                }
            }))
        }
        (standing(request, view, own))
        (unanswered(request, own))
        (reputation(request, view, own))
        @if !own.needed.is_empty() {
            (look::part("needed", &say(request, "qualification-needed"), html! {
                (needed(request, view, own))
                @if !training.is_empty() { p.small.quiet { (training) } }
            }))
        }
        @if let Some(has_read) = own.has_read { (notice(request, view, has_read)) }
    }
}

/// What the owner and the city know of the reader: the end of access, an agreement, a barred country.
fn standing(request: &Request, view: &TrustView, own: &OwnTrust) -> Markup {
    let ends = own.access_ends.map(|ends| {
        let is_over = ends <= view.now;
        let key = if is_over { "qualification-access-ended" } else { "qualification-access-until" };
        let tone = if is_over { Tone::Live } else { Tone::Info };
        (tone, said(request, key, &[("until", moment(request, ends).into())]))
    });
    let agreement = own.has_agreement.map(|has| match has {
        true => (Tone::Ok, say(request, "qualification-agreement")),
        false => (Tone::Live, say(request, "qualification-agreement-missing")),
    });
    let barred = own.is_barred.then(|| (Tone::Live, say(request, "qualification-barred")));
    html! {
        @for (tone, text) in [ends, agreement, barred].into_iter().flatten() {
            (look::notice(request.lang, tone, html! { p { (text) } }))
        }
    }
}

/// Uses of which they are asked and have said nothing.
fn unanswered(request: &Request, own: &OwnTrust) -> Markup {
    let Some(first) = own.unanswered.first() else { return html! {} };
    let count = [("count", own.unanswered.len().into())];
    look::notice(
        request.lang,
        Tone::Wait,
        html! {
            p { (words::say_with(request.lang, "feedback-due", &count)) }
            p { (link_button(&crate::feedback::address(*first), &say(request, "feedback-give"), Look::Second)) }
        },
    )
}

/// What the reputation lacks, where it does.
fn least_missed(view: &TrustView, own: &OwnTrust) -> Option<u32> {
    let found = own.reputation.map(|it| it.conduct.credit())?;
    Some(found).filter(|found| *found < view.rules.least_credit.value)
}

/// The reputation with the owner, where a rule asks for one, with everything that counts in it.
fn reputation(request: &Request, view: &TrustView, own: &OwnTrust) -> Markup {
    let Some(Reputation { conduct, level }) = own.reputation else { return html! {} };
    let lang = request.lang;
    let counted = |(word, n, _): &(&str, u64, u64)| {
        let key = format!("feedback-credit-{word}");
        let count = [("count", i64::try_from(*n).unwrap_or(i64::MAX).into())];
        (*n > 0).then(|| words::say_with(lang, &key, &count))
    };
    let told = |key: &str, all: &[(&str, u64, u64)]| {
        let lines: Vec<String> = all.iter().filter_map(counted).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let list = words::list(lang, &lines);
        let values = [("days", CREDIT_DAYS.into()), ("list", list.into())];
        (!lines.is_empty()).then(|| said(request, key, &values))
    };
    let both = [
        told("feedback-credit-gains", &conduct.gains()),
        told("feedback-credit-costs", &conduct.costs()),
    ];
    let tone = if least_missed(view, own).is_some() { Tone::Live } else { Tone::Info };
    let (found, least) = (i64::from(conduct.credit()), i64::from(view.rules.least_credit.value));
    let level = level.map(|(level, people)| {
        let values = [("level", i64::from(level).into()), ("people", people.into())];
        said(request, "feedback-credit-level", &values)
    });
    html! {
        (look::notice(lang, tone, html! {
            p {
                (said(request, "feedback-credit", &[("found", found.into()), ("least", least.into())]))
                @if let Some(level) = level { " " (level) }
            }
            @for text in both.into_iter().flatten() { p.small { (text) } }
        }))
    }
}

fn needed(request: &Request, view: &TrustView, own: &OwnTrust) -> Markup {
    let keys = ["what", "state", "ask"];
    let heads = keys.map(|key| say(request, &format!("qualification-column-{key}")));
    let id = view.instrument.id;
    let row = |one: &Needed| {
        let until = match one.course.as_str() {
            "" => own.grant.as_ref().and_then(counts_until),
            code => own.courses.iter().find(|it| it.code == code).and_then(|it| it.ends_at),
        };
        let (tone, key) = match (one.is_there, one.is_asked, &one.declined) {
            (true, ..) => (Tone::Ok, "there"),
            (_, true, _) => (Tone::Wait, "asked"),
            (.., Some(_)) => (Tone::Live, "declined"),
            _ => (Tone::Live, "missing"),
        };
        let forms = ticket(request);
        let cells = vec![
            html! { (course_name(request, &one.course)) },
            html! {
                (look::state_tag(tone, &say(request, &format!("qualification-state-{key}"))))
                @if one.is_there {
                    @if let Some(until) = until {
                        br; span.small.quiet { (said(request, "qualification-until", &[("until", moment(request, until).into())])) }
                    }
                }
                @if let Some(answer) = one.declined.as_ref().filter(|_| !one.is_asked) {
                    br; span.small { (answer) }
                }
            },
            html! {
                @if !one.is_there && !one.is_asked {
                    (post_button(&PostButton {
                        action: &link::instrument_part(id, "training-requests"),
                        csrf: &forms.csrf,
                        key: &forms.key,
                        text: &say(request, "qualification-ask"),
                        look: Look::Primary,
                        values: &[("course", &one.course)],
                    }))
                }
            },
        ];
        look::Row { cells, ..look::Row::default() }
    };
    look::table(&Table {
        lang: request.lang,
        caption: &say(request, "qualification-needed"),
        is_caption_hidden: true,
        columns: heads.iter().map(|head| Column::text("", head)).collect(),
        rows: own.needed.iter().map(row).collect(),
        is_cards: true,
        ..Table::default()
    })
}

fn notice(request: &Request, view: &TrustView, has_read: bool) -> Markup {
    let forms = ticket(request);
    let id = view.instrument.id;
    look::part(
        "notice",
        &say(request, "instrument-page-notice"),
        html! {
            (crate::instrument_part::paragraphs(request.lang, &view.instrument.sheet.notice))
            @if has_read {
                p { (look::state_tag(Tone::Ok, &say(request, "qualification-notice-read"))) }
            } @else {
                (post_button(&PostButton {
                    action: &link::instrument_part(id, "notice"),
                    csrf: &forms.csrf,
                    key: &forms.key,
                    text: &say(request, "qualification-notice-confirm"),
                    look: Look::Primary,
                    values: &[],
                }))
            }
        },
    )
}

fn staff_part(request: &Request, view: &TrustView, staff: &Trusting) -> Markup {
    let id = view.instrument.id;
    let open = |person: PersonId, course: &str| {
        let text = say(request, "qualification-open");
        link_button(&form_of(id, person, course), &text, Look::Second)
    };
    let stamp = |at: Option<Instant>| match at {
        Some(at) => moment(request, at),
        None => String::new(),
    };
    let requests: Vec<Vec<Markup>> = staff
        .requests
        .iter()
        .map(|(it, name)| {
            vec![
                html! { (name.best(request.lang).0) },
                html! { (course_name(request, &it.course)) @if !it.note.is_empty() { br; span.small.quiet { (it.note) } } },
                html! { (moment(request, it.asked_at)) },
                open(it.person, &it.course),
            ]
        })
        .collect();
    let people: Vec<Vec<Markup>> = staff
        .people
        .iter()
        .map(|(it, name)| {
            let grade = match it.grant.withdrawn {
                Some(_) => look::state_tag(Tone::Plain, &say(request, "qualification-withdrawn")),
                None => html! { (say(request, &format!("qualification-grade-{}", it.grant.grade.code()))) },
            };
            vec![
                html! { (name.best(request.lang).0) },
                grade,
                html! { (stamp(counts_until(&it.grant))) },
                open(it.person, ""),
            ]
        })
        .collect();
    let courses: Vec<Vec<Markup>> = staff
        .courses
        .iter()
        .map(|(it, name)| {
            vec![
                html! { (name.best(request.lang).0) },
                html! { (it.code) },
                html! { (stamp(it.ends_at)) },
                html! { (moment(request, it.done_at)) },
            ]
        })
        .collect();
    html! {
        (look::part("requests", &say(request, "qualification-requests"), list(request, "requests", ["person", "what", "asked", "do"], requests)))
        (look::part("people", &say(request, "qualification-people"), list(request, "people", ["person", "grade", "until", "do"], people)))
        @if !courses.is_empty() {
            (look::part("courses", &say(request, "qualification-courses"), list(request, "courses", ["person", "what", "until", "done"], courses)))
        }
    }
}

/// A list of people with one key of words.
pub fn list(request: &Request, what: &str, keys: [&str; 4], rows: Vec<Vec<Markup>>) -> Markup {
    let heads = keys.map(|key| say(request, &format!("qualification-column-{key}")));
    look::table(&Table {
        lang: request.lang,
        caption: &say(request, &format!("qualification-{what}")),
        is_caption_hidden: true,
        columns: heads.iter().map(|head| Column::text("", head)).collect(),
        rows: rows.into_iter().map(look::Row::from).collect(),
        empty: Some(look::empty(&say(request, &format!("qualification-{what}-none")), html! {})),
        is_cards: true,
        ..Table::default()
    })
}

fn ask(request: &Request) -> Result<Reply, No> {
    let id: InstrumentId = request.id("id")?;
    let act = AskTraining {
        instrument: id,
        course: request.form.get("course").to_owned(),
        note: request.form.get("note").to_owned(),
    };
    back(request, id, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn confirm(request: &Request) -> Result<Reply, No> {
    let id: InstrumentId = request.id("id")?;
    let act = ConfirmNotice { instrument: id };
    back(request, id, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn back(request: &Request, id: InstrumentId, done: Result<(), No>) -> Result<Reply, No> {
    match done {
        Ok(()) => Ok(Reply::see_other(here(id))),
        Err(no) => page(request, id, &reasons(no)?),
    }
}
