//! The upkeep of an instrument: its calibrations for everybody, what is wrong with it and a form to say so for
//! whoever may book it, plans and records for its people.

use crate::booking::said;
use crate::form::{reasons, ticket};
use crate::link;
use crate::outage::{choices, named};
use crate::page::{Page, get, moment, post, say};
use access::Act;
use app::No;
use app::upkeep::{EndUpkeepPlan, PlanUpkeep, RecordUpkeep, ReportFault, SettleFault, UpkeepView};
use base::{Date, InstrumentId, Refusal, UpkeepPlanId, limits};
use edge::{Reply, Request, Route};
use instruments::upkeep::{CERTIFICATE_CHARS_MAX, Fault, FaultState, Kind, Plan, Record};
use instruments::upkeep::{Standing, standing};
use look::{
    Choice, Column, Crumb, Field, Form, Look, PageHead, PostButton, Row, Section, Table, Tone,
    Width, actions, button, button_named, checkboxes, date_field, select, text_area, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/instruments/{id}/upkeep", Act::LookAtInstrument, show),
    post("/instruments/{id}/upkeep/plans", Act::KeepUpkeep, plan),
    post("/instruments/{id}/upkeep/plans/{plan}/end", Act::KeepUpkeep, end),
    post("/instruments/{id}/upkeep/records", Act::KeepUpkeep, record),
    post("/instruments/{id}/faults", Act::ReportFault, report),
    post("/instruments/{id}/faults/{fault}/answer", Act::KeepUpkeep, settle),
];

/// The page.
pub fn here(id: InstrumentId) -> String {
    link::instrument_part(id, "upkeep")
}

fn below(id: InstrumentId, part: &str) -> String {
    format!("{}/{part}", here(id))
}

/// The forms of the page, so that what was typed and what was wrong stand in the one that was sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sent {
    Nothing,
    Plan,
    Record,
    Fault,
    /// One of the presses beside a row.
    Row,
}

fn show(request: &Request) -> Result<Reply, No> {
    page(request, &[], Sent::Nothing)
}

fn page(request: &Request, no: &[Refusal], sent: Sent) -> Result<Reply, No> {
    let lang = request.lang;
    let id: InstrumentId = request.id("id")?;
    let view = request.city().instrument_upkeep(&request.asker, id)?;
    let name = view.instrument.sheet.name.best(lang).0;
    let title = say(request, "upkeep-title");
    let of = |form: Sent| if sent == form { no } else { &[] };
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &link::instrument(id), text: name }],
            kind: name,
            title: &title,
            lead: Some(html! { p { (say(request, "upkeep-lead")) } }),
            ..PageHead::default()
        }))
        @if sent == Sent::Row { (look::error_summary(lang, no)) }
        (done(request))
        (calibrated(request, &view))
        (faults(request, &view))
        @if view.may_report && view.instrument.retired.is_none() {
            (look::part("report", &say(request, "upkeep-report"), fault_form(request, id, of(Sent::Fault))))
        } @else if request.me.is_none() {
            p { a href=(link::sign_in(&here(id))) { (say(request, "upkeep-sign-in")) } }
        }
        @if view.may_keep { (plans(request, &view)) }
        (records(request, &view))
        @if view.may_keep {
            (look::part("record", &say(request, "upkeep-record"), record_form(request, &view, of(Sent::Record))))
            (look::part("plan", &say(request, "upkeep-plan"), plan_form(request, id, of(Sent::Plan))))
        }
    };
    let page = Page::new(request, &title).section(Section::Share).at(here(id));
    Ok(page.highest(&view.instrument.label, &title).personal().failed(no).reply(content))
}

fn done(request: &Request) -> Markup {
    let word = request.query.get("done");
    html! {
        @if ["reported", "settled", "recorded", "planned", "ended"].contains(&word) {
            (look::notice(request.lang, Tone::Ok, html! { p { (say(request, &format!("upkeep-done-{word}"))) } }))
        }
    }
}

/// Until when a certificate counts, as a tag with its day.
pub fn tag(request: &Request, last: Date, today: Date) -> Markup {
    let (tone, key) = match standing(last, today) {
        Standing::Good => (Tone::Ok, "upkeep-until"),
        Standing::Soon => (Tone::Wait, "upkeep-until"),
        Standing::Over => (Tone::Live, "upkeep-over"),
    };
    let day = words::date(request.lang, last);
    look::state_tag(tone, &said(request, key, &[("day", day.into())]))
}

/// The calibration that counts, in the sheet of facts of an instrument.
pub fn fact(request: &Request, it: &Record, today: Date) -> Markup {
    html! {
        a href=(here(it.instrument)) { (words::date(request.lang, it.done)) }
        @if let Some(until) = it.until { " " (tag(request, until, today)) }
    }
}

fn calibrated(request: &Request, view: &UpkeepView) -> Markup {
    let Some(it) = &view.calibrated else {
        return html! { p.quiet { (say(request, "upkeep-uncalibrated")) } };
    };
    let rows = [
        (say(request, "upkeep-column-done"), html! { (words::date(request.lang, it.done)) }),
        (
            say(request, "upkeep-column-until"),
            html! {
                @match it.until {
                    Some(until) => (tag(request, until, view.today)),
                    None => (say(request, "upkeep-until-none")),
                }
            },
        ),
        (say(request, "upkeep-column-certificate"), html! { (it.certificate) }),
        (say(request, "upkeep-column-by"), html! { (it.by) }),
    ];
    let rows: Vec<(&str, Markup)> =
        rows.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    look::sheet(&say(request, "upkeep-calibrated"), look::facts(&rows))
}

fn table(request: &Request, caption: &str, heads: &[&str], rows: Vec<Row>) -> Markup {
    let heads: Vec<String> =
        heads.iter().map(|key| say(request, &format!("upkeep-column-{key}"))).collect();
    look::table(&Table {
        lang: request.lang,
        caption,
        is_caption_hidden: true,
        columns: heads.iter().map(|head| Column::text("", head)).collect(),
        rows,
        is_cards: true,
        ..Table::default()
    })
}

fn faults(request: &Request, view: &UpkeepView) -> Markup {
    if !view.may_report {
        return html! {};
    }
    let title = say(request, "upkeep-faults");
    if view.faults.is_empty() {
        return look::part(
            "faults",
            &title,
            html! { p.quiet { (say(request, "upkeep-faults-none")) } },
        );
    }
    let rows = view.faults.iter().map(|it| fault_row(request, view, it)).collect();
    look::part("faults", &title, table(request, &title, &["said", "since", "state"], rows))
}

fn fault_row(request: &Request, view: &UpkeepView, it: &Fault) -> Row {
    let tone = match it.state {
        FaultState::Open if it.is_stopped => Tone::Live,
        FaultState::Open => Tone::Wait,
        FaultState::Mended => Tone::Ok,
        FaultState::Dismissed => Tone::Plain,
    };
    let who = view.names.get(&it.person).map(|name| name.best(request.lang).0.to_owned());
    let is_own = view.me == Some(it.person);
    Row::from(vec![
        html! {
            (it.said)
            @if it.is_stopped { br; span.small { strong { (say(request, "upkeep-stopped")) } } }
            @if let Some(who) = who { br; span.small.quiet { (who) } }
            @else if is_own { br; span.small.quiet { (say(request, "upkeep-own")) } }
        },
        html! { (moment(request, it.reported_at)) },
        html! {
            (look::state_tag(tone, &say(request, &format!("upkeep-fault-{}", it.state))))
            @if !it.answer.is_empty() { br; (it.answer) }
            @if view.may_keep && it.state == FaultState::Open { (settle_form(request, it)) }
        },
    ])
}

fn settle_form(request: &Request, it: &Fault) -> Markup {
    let fresh = ticket(request);
    let action = format!("{}/{}/answer", link::instrument_part(it.instrument, "faults"), it.id);
    let form = Form::new(request.lang, &action, &fresh.csrf, &fresh.key);
    let label = say(request, "upkeep-field-answer");
    form.view(html! {
        input type="hidden" name="version" value=(it.version);
        (text_field(&form, &Field {
            name: &format!("answer_{}", it.id), label: &label, is_optional: true,
            most: Some(limits::SUMMARY_CHARS_MAX), ..Field::default()
        }))
        (actions(&[
            button_named(&say(request, "upkeep-do-mended"), Look::Second, "state", "mended"),
            button_named(&say(request, "upkeep-do-dismissed"), Look::Plain, "state", "dismissed"),
        ]))
    })
}

fn fault_form(request: &Request, id: InstrumentId, no: &[Refusal]) -> Markup {
    let fresh = ticket(request);
    let action = link::instrument_part(id, "faults");
    let form = Form::new(request.lang, &action, &fresh.csrf, &fresh.key).with_errors(no);
    let label = |key: &str| say(request, &format!("upkeep-field-{key}"));
    let stopped = [Choice {
        value: "yes",
        text: &say(request, "upkeep-stopped-choice"),
        is_chosen: request.form.get("stopped") == "yes",
        ..Choice::default()
    }];
    form.view(html! {
        (text_area(&form, &Field {
            name: "trouble", label: &label("trouble"), hint: &say(request, "upkeep-trouble-hint"),
            value: request.form.get("trouble"), lines: Some(3), most: Some(limits::SUMMARY_CHARS_MAX),
            ..Field::default()
        }))
        (checkboxes(&form, &Field { name: "stopped", label: &label("stopped"), is_optional: true, ..Field::default() }, &stopped))
        (actions(&[button(&say(request, "upkeep-do-report"), Look::Primary)]))
    })
}

fn kind_of(request: &Request, kind: Kind) -> String {
    say(request, &format!("upkeep-kind-{kind}"))
}

fn plans(request: &Request, view: &UpkeepView) -> Markup {
    let title = say(request, "upkeep-plans");
    if view.plans.is_empty() {
        return look::part(
            "plans",
            &title,
            html! { p.quiet { (say(request, "upkeep-plans-none")) } },
        );
    }
    let rows = view.plans.iter().map(|it| plan_row(request, view, it)).collect();
    look::part("plans", &title, table(request, &title, &["what", "due", "end"], rows))
}

fn rhythm(request: &Request, it: &Plan) -> String {
    match it.every_months {
        0 => say(request, "upkeep-once"),
        months => said(request, "upkeep-every", &[("count", i64::from(months).into())]),
    }
}

fn plan_row(request: &Request, view: &UpkeepView, it: &Plan) -> Row {
    let fresh = ticket(request);
    let action = below(it.instrument, &format!("plans/{}/end", it.id));
    let version = it.version.to_string();
    let due = it.due.map(|due| {
        let (tone, key) = match standing(due, view.today) {
            Standing::Good => (Tone::Plain, "upkeep-due-on"),
            Standing::Soon => (Tone::Wait, "upkeep-due-on"),
            Standing::Over => (Tone::Live, "upkeep-due-since"),
        };
        let day = words::date(request.lang, due);
        look::state_tag(tone, &said(request, key, &[("day", day.into())]))
    });
    Row::from(vec![
        html! { (it.title) br; span.small.quiet { (kind_of(request, it.kind)) " · " (rhythm(request, it)) } },
        html! { @if let Some(due) = due { (due) } },
        look::post_button(&PostButton {
            action: &action,
            csrf: &fresh.csrf,
            key: &fresh.key,
            text: &say(request, "upkeep-do-end"),
            look: Look::Plain,
            values: &[("version", &version)],
        }),
    ])
}

fn records(request: &Request, view: &UpkeepView) -> Markup {
    if view.records.is_empty() {
        return html! {};
    }
    let title = say(request, "upkeep-records");
    let row = |it: &Record| {
        Row::from(vec![
            html! { (words::date(request.lang, it.done)) },
            html! {
                (kind_of(request, it.kind))
                @if !it.note.is_empty() { br; span.small { (it.note) } }
            },
            html! { (it.by) },
            html! {
                @if !it.certificate.is_empty() { code { (it.certificate) } }
                @if let Some(until) = it.until {
                    br; span.small.quiet { (said(request, "upkeep-until", &[("day", words::date(request.lang, until).into())])) }
                }
            },
        ])
    };
    let rows = view.records.iter().map(row).collect();
    look::part(
        "records",
        &title,
        table(request, &title, &["done", "kind", "by", "certificate"], rows),
    )
}

fn record_form(request: &Request, view: &UpkeepView, no: &[Refusal]) -> Markup {
    let fresh = ticket(request);
    let action = below(view.instrument.id, "records");
    let form = Form::new(request.lang, &action, &fresh.csrf, &fresh.key).with_errors(no);
    let typed = |name: &str| request.form.get(name);
    let label = |key: &str| say(request, &format!("upkeep-field-{key}"));
    let mut whats: Vec<(String, String)> = view
        .plans
        .iter()
        .map(|it| {
            let args =
                [("title", it.title.clone().into()), ("kind", kind_of(request, it.kind).into())];
            (it.id.to_string(), said(request, "upkeep-by-plan", &args))
        })
        .collect();
    whats.extend(named(request, "upkeep-kind", Kind::ALL.iter().map(|kind| kind.word()).collect()));
    let today = view.today.to_string();
    let done_on = if typed("done_on").is_empty() { today.as_str() } else { typed("done_on") };
    form.view(html! {
        (select(&form, &Field { name: "what", label: &label("what"), ..Field::default() }, &choices(&whats, typed("what"))))
        (date_field(&form, &Field { name: "done_on", label: &label("done_on"), value: done_on, ..Field::default() }))
        (text_field(&form, &Field { name: "done_by", label: &label("done_by"), hint: &say(request, "upkeep-by-hint"), value: typed("done_by"), width: Width::Half, most: Some(limits::NAME_CHARS_MAX), ..Field::default() }))
        (text_field(&form, &Field { name: "certificate", label: &label("certificate"), hint: &say(request, "upkeep-certificate-hint"), value: typed("certificate"), is_optional: true, width: Width::Half, most: Some(CERTIFICATE_CHARS_MAX), ..Field::default() }))
        (date_field(&form, &Field { name: "valid_until", label: &label("valid_until"), value: typed("valid_until"), is_optional: true, ..Field::default() }))
        (text_area(&form, &Field { name: "note", label: &label("note"), hint: &say(request, "upkeep-note-hint"), value: typed("note"), is_optional: true, lines: Some(2), most: Some(limits::SUMMARY_CHARS_MAX), ..Field::default() }))
        (actions(&[button(&say(request, "upkeep-do-record"), Look::Primary)]))
    })
}

fn plan_form(request: &Request, id: InstrumentId, no: &[Refusal]) -> Markup {
    let fresh = ticket(request);
    let action = below(id, "plans");
    let form = Form::new(request.lang, &action, &fresh.csrf, &fresh.key).with_errors(no);
    let typed = |name: &str| request.form.get(name);
    let label = |key: &str| say(request, &format!("upkeep-field-{key}"));
    let kinds = named(request, "upkeep-kind", Kind::ALL.iter().map(|kind| kind.word()).collect());
    let months = if typed("every_months").is_empty() { "12" } else { typed("every_months") };
    form.view(html! {
        (text_field(&form, &Field { name: "title", label: &label("title"), value: typed("title"), most: Some(limits::TITLE_CHARS_MAX), ..Field::default() }))
        (select(&form, &Field { name: "kind", label: &label("kind"), width: Width::Half, ..Field::default() }, &choices(&kinds, typed("kind"))))
        (text_field(&form, &Field { name: "every_months", label: &label("every_months"), hint: &say(request, "upkeep-months-hint"), value: months, width: Width::Tiny, kind: look::Kind::Number, ..Field::default() }))
        (date_field(&form, &Field { name: "due", label: &label("due"), value: typed("due"), ..Field::default() }))
        (actions(&[button(&say(request, "upkeep-do-plan"), Look::Second)]))
    })
}

/// A day that was typed; what is empty is none, and missing where one is needed.
fn day(
    request: &Request,
    (field, is_needed): (&'static str, bool),
    no: &mut Vec<Refusal>,
) -> Option<Date> {
    let typed = request.form.get(field).trim();
    if typed.is_empty() && !is_needed {
        return None;
    }
    let found = base::time::read_date(typed);
    if found.is_none() {
        let code = if typed.is_empty() { "field-required" } else { "date-unreadable" };
        let refusal = Refusal::invalid(code).on(field);
        no.push(refusal.term("field", base::text::field_term(field)));
    }
    found
}

fn unknown(field: &'static str) -> Refusal {
    Refusal::invalid("choice-unknown").on(field).term("field", base::text::field_term(field))
}

fn back(request: &Request, word: &str) -> Result<Reply, No> {
    Ok(Reply::see_other(look::address::with(&here(request.id("id")?), "done", word)))
}

fn version(request: &Request) -> u64 {
    request.form.get("version").parse().unwrap_or(0)
}

fn plan(request: &Request) -> Result<Reply, No> {
    let instrument: InstrumentId = request.id("id")?;
    let mut no = Vec::new();
    let kind = Kind::parse(request.form.get("kind"));
    if kind.is_none() {
        no.push(unknown("kind"));
    }
    let typed = request.form.get("every_months").trim();
    let plain: String = typed.chars().map(base::time::half_width).collect();
    let months = plain.parse::<u32>().ok();
    if months.is_none() {
        let refusal = Refusal::invalid("number-unreadable").on("every_months");
        no.push(refusal.term("field", "field-every-months"));
    }
    let due = day(request, ("due", true), &mut no);
    let (Some(kind), Some(every_months), Some(due)) = (kind, months, due) else {
        return page(request, &no, Sent::Plan);
    };
    let title = request.form.get("title").to_owned();
    let act = PlanUpkeep { instrument, kind, title, every_months, due };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => back(request, "planned"),
        Err(no) => page(request, &reasons(no)?, Sent::Plan),
    }
}

fn end(request: &Request) -> Result<Reply, No> {
    let act = EndUpkeepPlan { plan: request.id("plan")?, version: version(request) };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => back(request, "ended"),
        Err(no) => page(request, &reasons(no)?, Sent::Row),
    }
}

fn record(request: &Request) -> Result<Reply, No> {
    let instrument: InstrumentId = request.id("id")?;
    let mut no = Vec::new();
    let what = request.form.get("what");
    let (plan, kind) = (UpkeepPlanId::parse(what).ok(), Kind::parse(what));
    if plan.is_none() && kind.is_none() {
        no.push(unknown("what"));
    }
    let done = day(request, ("done_on", true), &mut no);
    let until = day(request, ("valid_until", false), &mut no);
    let Some(done) = done.filter(|_| no.is_empty()) else {
        return page(request, &no, Sent::Record);
    };
    let text = |name: &str| request.form.get(name).to_owned();
    let act = RecordUpkeep {
        instrument,
        plan,
        kind: kind.unwrap_or_default(),
        done,
        by: text("done_by"),
        certificate: text("certificate"),
        until,
        note: text("note"),
    };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => back(request, "recorded"),
        // The form asks for the plan and the kind in one.
        Err(no) => {
            let no: Vec<Refusal> = reasons(no)?;
            let in_form = |it: Refusal| match it.field.as_deref() {
                Some("plan") => it.on("what"),
                _ => it,
            };
            page(request, &no.into_iter().map(in_form).collect::<Vec<_>>(), Sent::Record)
        }
    }
}

fn report(request: &Request) -> Result<Reply, No> {
    let instrument: InstrumentId = request.id("id")?;
    let said = request.form.get("trouble").to_owned();
    let is_stopped = request.form.get("stopped") == "yes";
    let act = ReportFault { instrument, said, is_stopped };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => back(request, "reported"),
        Err(no) => page(request, &reasons(no)?, Sent::Fault),
    }
}

fn settle(request: &Request) -> Result<Reply, No> {
    let fault = request.id("fault")?;
    let answer = request.form.get(&format!("answer_{fault}")).to_owned();
    let Some(state) = FaultState::parse(request.form.get("state")) else {
        return page(request, &[unknown("state")], Sent::Row);
    };
    let act = SettleFault { fault, version: version(request), state, answer };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => back(request, "settled"),
        Err(no) => page(request, &reasons(no)?, Sent::Row),
    }
}
