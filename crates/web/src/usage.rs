//! Uses: the page at an instrument where one begins and ends, the list, the page of one.

use crate::booking::when;
use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, moment, post, say, stamp, zoned};
use crate::tariff::{class_name, yuan};
use access::Act;
use app::No;
use app::usage::{Kiosk, Running, StartUse, StopUse, UseRow, UseView};
use base::{InstrumentId, OrganisationId, Refusal, UseId, limits};
use calendar::Zone;
use edge::{Reply, Request, Route};
use instruments::sheet::Mode;
use instruments::start::Pass;
use instruments::tariff::Way;
use instruments::usage::Source;
use look::{
    Choice, Column, Crumb, Field, Form, Look, PageHead, Pager, PostButton, Section, Table, Tone,
    Width, actions, button, checkboxes, link_button, post_button, select, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/kiosk/{id}", Act::LookAtInstrument, kiosk),
    post("/kiosk/{id}", Act::StartUse, start),
    get("/kiosk/{id}/label", Act::LookAtInstrument, label),
    get(link::USES, Act::ListUses, list),
    get("/uses/{id}", Act::LookAtUse, show),
    post("/uses/{id}/end", Act::StopUse, stop),
];

fn kiosk(request: &Request) -> Result<Reply, No> {
    at_instrument(request, request.id("id")?, &[])
}

/// The page at the instrument: who is on it, and one button.
fn at_instrument(request: &Request, id: InstrumentId, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().kiosk(&request.asker, id)?;
    let (name, name_lang) = view.instrument.sheet.name.best(lang);
    let seats = usize::try_from(view.instrument.sheet.seats()).unwrap_or(usize::MAX);
    let is_full = view.running.len() >= seats;
    let tag = match is_full {
        true => look::state_tag(Tone::Live, &say(request, "usage-kiosk-taken")),
        false => look::state_tag(Tone::Ok, &say(request, "usage-kiosk-free")),
    };
    let own = view
        .running
        .iter()
        .any(|it| request.me.as_ref().is_some_and(|me| me.person.id == it.kept.person));
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &link::instrument(id), text: name }],
            kind: &say(request, "usage-kiosk-kind"),
            title: name,
            title_lang: Some(name_lang),
            tags: vec![tag],
            reference: view.instrument.reference.as_str(),
            ..PageHead::default()
        }))
        @if is_full || own || view.customers.is_empty() { (look::error_summary(lang, errors)) }
        (crate::qualification::way_out(request, id, errors))
        @for it in &view.running { (running(request, it)) }
        @if request.me.is_none() {
            (look::notice(lang, Tone::Info, html! {
                p { (say(request, "usage-kiosk-sign-in")) }
                p { (link_button(&look::address::with("/sign-in", "next", &link::kiosk(id)), &say(request, "usage-kiosk-to-sign-in"), Look::Primary)) }
            }))
        } @else if view.customers.is_empty() {
            (look::notice(lang, Tone::Wait, html! { p { (say(request, "usage-kiosk-no-customer")) } }))
        } @else if !is_full && !own {
            (begin(request, &view, errors))
        }
        @if request.me.is_some() && view.instrument.takes_bookings() {
            p { a href=(format!("{}/booking", link::kiosk(id))) { (say(request, "booking-now-send")) } }
        }
        @if matches!(view.instrument.mode(), Mode::Queue | Mode::Hybrid) {
            p { a href=(link::instrument_part(id, "queue")) { (say(request, "turn-page-short")) } }
        }
        (prices(request, &view))
        @if view.is_staff {
            p.small { a href=(link::instrument_part(id, "relay")) { (say(request, "relay-page-title")) } }
        }
        p.small { a href={ (crate::upkeep::here(id)) "#report" } { (say(request, "upkeep-report")) } }
        p.small { a href=(format!("{}/label", link::kiosk(id))) { (say(request, "usage-kiosk-label")) } }
    };
    let page = Page::new(request, name.to_owned()).section(Section::Share);
    let page = page.highest(&view.instrument.label, say(request, "usage-kiosk-kind"));
    Ok(page.personal().at(link::kiosk(id)).failed(errors).reply(content))
}

fn running(request: &Request, it: &Running) -> Markup {
    let kept = &it.kept;
    let forms = ticket(request);
    let since = moment(request, kept.started_at);
    let lasted = words::say_with(request.lang, "usage-since", &[("at", since.into())]);
    html! {
        (look::sheet(&say(request, "usage-kiosk-running"), html! {
            @if let Some(person) = &it.person { p { (person.best(request.lang).0) } }
            p { (lasted) }
            @if it.may_stop {
                (actions(&[post_button(&PostButton {
                    action: &format!("{}/end", link::use_(kept.id)),
                    csrf: &forms.csrf,
                    key: &forms.key,
                    text: &say(request, "usage-stop"),
                    look: Look::Primary,
                    values: &[],
                })]))
            }
        }))
    }
}

fn begin(request: &Request, view: &Kiosk, errors: &[Refusal]) -> Markup {
    let lang = request.lang;
    let forms = ticket(request);
    let action = link::kiosk(view.instrument.id);
    let form = Form::new(lang, &action, &forms.csrf, &forms.key).with_errors(errors);
    let typed = request.form.get("organisation");
    let names: Vec<(String, &str)> =
        view.customers.iter().map(|(id, name)| (id.to_string(), name.best(lang).0)).collect();
    let customers: Vec<Choice<'_>> = names
        .iter()
        .map(|(value, text)| Choice { value, text, hint: "", is_chosen: value == typed })
        .collect();
    let ids: Vec<(String, &str)> =
        view.vouchers.iter().map(|(id, text)| (id.to_string(), text.as_str())).collect();
    let none = say(request, "usage-kiosk-no-voucher");
    let mut vouchers = vec![Choice { value: "", text: &none, hint: "", is_chosen: ids.is_empty() }];
    let held = view.vouchers.iter().position(|(id, _)| Some(*id) == view.held);
    // What the booking holds, else the first: a voucher that pays a part is what a customer would choose.
    vouchers.extend(ids.iter().enumerate().map(|(n, (value, text))| Choice {
        value,
        text,
        hint: "",
        is_chosen: held.map_or(n == 0, |held| held == n),
    }));
    html! {
        (look::part("begin", &say(request, "usage-kiosk-begin"), form.view(html! {
            @if let [(only, name)] = names.as_slice() {
                input type="hidden" name="organisation" value=(only);
                @if let Some((booking, span)) = &view.booked {
                    p {
                        @let key = if view.is_due { "usage-kiosk-booked" } else { "usage-kiosk-booked-later" };
                        @let zone = Zone::named(view.instrument.zone()).unwrap_or_else(Zone::china);
                        (say(request, key)) " "
                        a href=(link::booking(*booking)) { (when(request, &zone, *span)) }
                    }
                }
                p { (words::say_with(lang, "usage-kiosk-for", &[("name", (*name).into())])) }
            } @else {
                (select(&form, &Field { name: "organisation", label: &say(request, "usage-field-organisation"), ..Field::default() }, &customers))
            }
            (text_field(&form, &Field {
                name: "project", label: &say(request, "usage-field-project"), is_optional: true,
                value: request.form.get("project"), width: Width::Half, ..Field::default()
            }))
            @if !ids.is_empty() {
                (select(&form, &Field { name: "voucher", label: &say(request, "usage-field-voucher"), ..Field::default() }, &vouchers))
            }
            (passes(request, view, &form))
            (actions(&[button(&say(request, "usage-start"), Look::Primary)]))
        })))
    }
}

/// What staff may let pass at this instrument, and why.
fn passes(request: &Request, view: &Kiosk, form: &Form<'_>) -> Markup {
    let mut open = Vec::new();
    if view.has_relay {
        open.push(Pass::Relay);
    }
    if matches!(view.instrument.mode(), Mode::Queue | Mode::Hybrid) {
        open.push(Pass::Turn);
    }
    if !view.is_staff || open.is_empty() {
        return html! {};
    }
    let typed: Vec<Pass> = request.form.all("passes").into_iter().filter_map(Pass::parse).collect();
    let texts: Vec<String> =
        open.iter().map(|pass| say(request, &format!("usage-pass-{pass}"))).collect();
    let choices: Vec<Choice<'_>> = open
        .iter()
        .zip(&texts)
        .map(|(pass, text)| Choice {
            value: pass.word(),
            text,
            is_chosen: typed.contains(pass),
            ..Choice::default()
        })
        .collect();
    let (label, reason) =
        (say(request, "usage-field-passes"), say(request, "booking-field-reason"));
    html! {
        (checkboxes(form, &Field { name: "passes", label: &label, is_optional: true, ..Field::default() }, &choices))
        (text_field(form, &Field { name: "reason", label: &reason, value: request.form.get("reason"), is_optional: true, ..Field::default() }))
    }
}

fn prices(request: &Request, view: &Kiosk) -> Markup {
    let rows: Vec<(String, Markup)> = view
        .tariffs
        .iter()
        .filter(|it| it.tariff.way == Way::Own)
        .map(|it| {
            let price = it.tariff.steps.first().map_or(0, |step| step.price);
            let unit = say(request, &format!("tariff-per-{}", it.tariff.unit));
            (class_name(request, &it.tariff.class), html! { (yuan(request, price)) " " (unit) })
        })
        .collect();
    let named: Vec<(&str, Markup)> =
        rows.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    let href = link::tariffs(view.instrument.id);
    html! {
        (look::sheet(&say(request, "usage-kiosk-prices"), html! {
            @if named.is_empty() { (crate::tariff::none(request, &view.instrument.sheet.rates)) }
            @else { (look::facts(&named)) }
            p.small { a href=(href) { (say(request, "tariff-all")) } }
        }))
    }
}

/// A label to print and put on the instrument.
fn label(request: &Request) -> Result<Reply, No> {
    let id: InstrumentId = request.id("id")?;
    let lang = request.lang;
    let view = request.city().kiosk(&request.asker, id)?;
    let (name, name_lang) = view.instrument.sheet.name.best(lang);
    let address = format!("{}{}", request.origin(), link::kiosk(id));
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &link::kiosk(id), text: name }],
            kind: &say(request, "usage-kiosk-label"),
            title: name,
            title_lang: Some(name_lang),
            reference: view.instrument.reference.as_str(),
            lead: Some(html! { (say(request, "usage-label-lead")) }),
            ..PageHead::default()
        }))
        (look::qr(lang, &address))
    };
    let page = Page::new(request, name.to_owned()).section(Section::Share);
    Ok(page.highest(&view.instrument.label, say(request, "usage-kiosk-kind")).reply(content))
}

fn start(request: &Request) -> Result<Reply, No> {
    let id: InstrumentId = request.id("id")?;
    let unknown = || {
        No::from(
            Refusal::invalid("choice-unknown")
                .on("organisation")
                .term("field", "field-organisation"),
        )
    };
    let organisation: Result<OrganisationId, No> =
        request.form.get("organisation").parse().map_err(|_| unknown());
    let done = organisation.and_then(|organisation| {
        let act = StartUse {
            instrument: id,
            organisation,
            project: request.form.get("project").to_owned(),
            way: Way::Own,
            source: Source::Kiosk,
            voucher: request.form.get("voucher").parse().ok(),
            passes: request.form.all("passes").into_iter().filter_map(Pass::parse).collect(),
            reason: request.form.get("reason").to_owned(),
        };
        request.city().start_use(&request.keyed(), act)
    });
    match done {
        Ok(_) => Ok(Reply::see_other(link::kiosk(id))),
        Err(no) => at_instrument(request, id, &reasons(no)?),
    }
}

fn stop(request: &Request) -> Result<Reply, No> {
    let id: UseId = request.id("id")?;
    let note = request.form.get("note");
    let act = match request.form.get("ended_at").trim() {
        "" => Ok(StopUse::new(id)),
        typed => {
            let offset = request.city().settings().utc_offset_minutes;
            crate::charge::read_moment(typed, offset, "ended_at")
                .map(|at| StopUse::at(id, at, note))
        }
    };
    let done = act.map_err(No::from).and_then(|act| request.city().stop_use(&request.keyed(), act));
    match done {
        Ok(_) => Ok(Reply::see_other(link::use_(id))),
        Err(no) => page(request, id, &reasons(no)?),
    }
}

fn list(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let lang = request.lang;
    let before = match request.query.get("before") {
        "" => None,
        typed => Some(typed.parse::<UseId>().map_err(|_| Refusal::not_found())?),
    };
    let instrument = match request.query.get("instrument") {
        "" => None,
        typed => Some(typed.parse::<InstrumentId>().map_err(|_| Refusal::not_found())?),
    };
    let found = request.city().uses(&request.asker, (instrument, before), limits::PAGE_ROWS)?;
    let title = say(request, "usage-title");
    let here = match instrument {
        None => link::USES.to_owned(),
        Some(id) => look::address::with(link::USES, "instrument", &id.to_string()),
    };
    let next = found.next.map(|id| look::address::and(&here, "before", &id.to_string()));
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            title: &title,
            lead: Some(html! { (say(request, "usage-lead")) }),
            actions: vec![link_button(link::STATEMENTS, &say(request, "charge-statements"), Look::Second)],
            ..PageHead::default()
        }))
        (table(request, &title, &found.rows))
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
    };
    Ok(Page::new(request, &title).section(Section::Share).personal().reply(content))
}

fn state(request: &Request, it: &UseRow) -> Markup {
    match (it.kept.stopped_at, it.proposed) {
        (Some(_), _) => look::state_tag(Tone::Plain, &say(request, "usage-state-over")),
        (None, Some(_)) => look::state_tag(Tone::Live, &say(request, "usage-state-unfinished")),
        (None, None) => look::state_tag(Tone::Ok, &say(request, "usage-state-running")),
    }
}

/// What was booked, and how the use kept to it.
fn booked(request: &Request, it: &UseRow) -> Markup {
    html! {
        @if let (Some(span), Some(id)) = (it.booked, it.kept.booking) {
            a href=(link::booking(id)) { (stamp(request, span.start())) "–" (stamp(request, span.end())) }
            @if let Some(how) = it.punctuality {
                br; span.small.quiet { (say(request, &format!("booking-kept-{}", how.code()))) }
            }
        }
    }
}

fn table(request: &Request, caption: &str, rows: &[UseRow]) -> Markup {
    let heads = ["instrument", "person", "booked", "start", "stop", "state"].map(|key| {
        let text = say(request, &format!("usage-column-{key}"));
        if matches!(key, "booked" | "start" | "stop") { zoned(request, &text) } else { text }
    });
    let columns = heads.iter().map(|head| Column::text("", head)).collect();
    let line = |it: &UseRow| {
        look::Row::from(vec![
            html! { a href=(link::use_(it.kept.id)) { (it.instrument.best(request.lang).0) } },
            html! { (it.person.best(request.lang).0) br; span.small.quiet { (it.organisation.best(request.lang).0) } },
            html! { (booked(request, it)) },
            html! { (stamp(request, it.kept.started_at)) },
            html! { @if let Some(at) = it.kept.stopped_at { (stamp(request, at)) } },
            state(request, it),
        ])
    };
    look::table(&Table {
        lang: request.lang,
        caption,
        is_caption_hidden: true,
        columns,
        rows: rows.iter().map(line).collect(),
        empty: Some(look::empty(
            &say(request, "usage-none"),
            html! { p { (say(request, "usage-none-hint")) } },
        )),
        is_cards: true,
        ..Table::default()
    })
}

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    page(request, request.id("id")?, &[])
}

pub(crate) fn page(request: &Request, id: UseId, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().use_view(&request.asker, id)?;
    let title = view.row.instrument.best(lang).0.to_owned();
    let all = say(request, "usage-title");
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::USES, text: &all }],
            kind: &say(request, "usage-kind"),
            title: &title,
            tags: vec![state(request, &view.row)],
            ..PageHead::default()
        }))
        (look::error_summary(lang, errors))
        (look::aside_split(
            html! {
                (look::part("facts", &say(request, "usage-facts"), facts(request, &view)))
                (crate::feedback::on_use(request, &view, errors))
                @if !view.charges.is_empty() {
                    (look::part("charges", &say(request, "usage-charges"), crate::charge::lines(request, &view.charges)))
                }
            },
            html! { @if view.may_stop { (ending(request, &view, errors)) } },
        ))
    };
    let page = Page::new(request, &title).section(Section::Share).personal();
    Ok(page.at(link::use_(id)).failed(errors).reply(content))
}

fn facts(request: &Request, view: &UseView) -> Markup {
    let kept = &view.row.kept;
    let lang = request.lang;
    let mut rows = vec![
        ("person", html! { (view.row.person.best(lang).0) }),
        ("organisation", html! { (view.row.organisation.best(lang).0) }),
        ("start", html! { (moment(request, kept.started_at)) }),
    ];
    if let Some(at) = kept.stopped_at {
        rows.push(("stop", html! { (moment(request, at)) }));
    }
    if let (Some(span), Some(id)) = (view.row.booked, kept.booking) {
        let how =
            view.row.punctuality.map(|how| say(request, &format!("booking-kept-{}", how.code())));
        rows.push((
            "booked",
            html! {
                a href=(link::booking(id)) { (moment(request, span.start())) " – " (moment(request, span.end())) }
                @if let Some(how) = how { " " span.quiet { (how) } }
            },
        ));
    }
    if !kept.project.is_empty() {
        rows.push(("project", html! { (kept.project) }));
    }
    rows.push(("source", html! { (say(request, &format!("usage-source-{}", kept.source))) }));
    if !kept.note.is_empty() {
        rows.push(("note", html! { (kept.note) }));
    }
    let rows: Vec<(String, Markup)> = rows
        .into_iter()
        .map(|(key, value)| (say(request, &format!("usage-column-{key}")), value))
        .collect();
    let named: Vec<(&str, Markup)> =
        rows.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    look::facts(&named)
}

/// Ending it: one button, and for staff the moment at which it really ended.
fn ending(request: &Request, view: &UseView, errors: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let action = format!("{}/end", link::use_(view.row.kept.id));
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_errors(errors);
    let offset = request.city().settings().utc_offset_minutes;
    let proposed = view.row.proposed.map(|at| crate::charge::typed_moment(at, offset));
    let proposed = proposed.unwrap_or_default();
    html! {
        (look::sheet(&say(request, "usage-ending"), form.view(html! {
            @if view.is_staff {
                (text_field(&form, &Field {
                    name: "ended_at", label: &say(request, "usage-field-ended"), is_optional: true,
                    hint: &say(request, "usage-field-ended-hint"),
                    value: match request.form.get("ended_at") { "" => &proposed, typed => typed },
                    ..Field::default()
                }))
                (text_field(&form, &Field {
                    name: "note", label: &say(request, "usage-field-note"), is_optional: true,
                    value: request.form.get("note"), ..Field::default()
                }))
            }
            (actions(&[button(&say(request, "usage-stop"), Look::Primary)]))
        })))
    }
}
