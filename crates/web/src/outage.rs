//! Outages of an instrument: which there are, for its people the form of a new one and its end.

use crate::booking::{read_wall, said, typed, when};
use crate::form::{above, at, reasons, ticket};
use crate::link;
use crate::page::{Page, get, post, say};
use access::Act;
use app::No;
use app::booking::{DeclareOutage, EndOutage, Outage, OutagesView};
use base::{InstrumentId, Refusal};
use edge::{Reply, Request, Route};
use instruments::outage::{Kind, Over, Reach};
use look::{
    Choice, Column, Crumb, Field, Form, Look, PageHead, PostButton, Section, Table, Tone, Width,
    actions, button, select, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/instruments/{id}/outages", Act::LookAtInstrument, show),
    post("/instruments/{id}/outages", Act::DeclareOutage, declare),
    post("/instruments/{id}/outages/{outage}/end", Act::DeclareOutage, end),
];

fn here(id: InstrumentId) -> String {
    link::instrument_part(id, "outages")
}

fn show(request: &Request) -> Result<Reply, No> {
    page(request, request.id("id")?, &[])
}

fn page(request: &Request, id: InstrumentId, no: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().outages(&request.asker, id)?;
    let name = view.instrument.sheet.name.best(lang).0;
    let title = say(request, "outage-page-title");
    let address = here(id);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &link::instrument(id), text: name }],
            title: &title,
            lead: Some(html! { p { (say(request, "outage-page-lead")) } }),
            ..PageHead::default()
        }))
        (above(request, no, &[(view.may_declare, &address)]))
        @if request.query.get("done") == "declared" {
            @let n = request.query.get("displaced").parse::<i64>().unwrap_or(0);
            (look::notice(lang, Tone::Ok, html! {
                p { (said(request, "outage-page-declared", &[("count", n.into())])) }
            }))
        }
        (table(request, &view, &title))
        @if view.may_declare {
            (look::part("new", &say(request, "outage-page-new"), form(request, &view, no)))
        }
    };
    let page = Page::new(request, &title).section(Section::Share).at(here(id));
    Ok(page.highest(&view.instrument.label, &title).personal().failed(no).reply(content))
}

fn table(request: &Request, view: &OutagesView, caption: &str) -> Markup {
    let keys: &[&str] = match view.may_declare {
        true => &["when", "what", "state", "end"],
        false => &["when", "what", "state"],
    };
    let heads: Vec<String> =
        keys.iter().map(|key| say(request, &format!("outage-column-{key}"))).collect();
    look::table(&Table {
        lang: request.lang,
        caption,
        is_caption_hidden: true,
        columns: heads.iter().map(|head| Column::text("", head)).collect(),
        rows: view.outages.iter().map(|it| row(request, view, it)).collect(),
        empty: Some(look::empty(&say(request, "outage-page-none"), html! {})),
        is_cards: true,
        ..Table::default()
    })
}

fn row(request: &Request, view: &OutagesView, it: &Outage) -> look::Row {
    let kind = say(request, &format!("outage-kind-{}", it.kind.code()));
    let tag = if it.span.end() <= view.now {
        look::state_tag(Tone::Plain, &say(request, "outage-state-over"))
    } else if it.span.start() > view.now {
        look::state_tag(Tone::Wait, &say(request, "outage-state-ahead"))
    } else {
        look::state_tag(Tone::Live, &say(request, "outage-state-now"))
    };
    let mut cells = vec![
        html! { (when(request, &view.zone, it.span)) },
        html! {
            (it.title) br;
            span.small.quiet { (kind) " · " (say(request, &format!("outage-reach-{}", it.reach.code()))) }
        },
        tag,
    ];
    if view.may_declare {
        // What follows from another outage ends with that one.
        let can_end = it.span.end() > view.now && it.cause.is_none();
        let (forms, version) = (ticket(request), it.version.to_string());
        let action = format!("{}/{}/end", here(view.instrument.id), it.id);
        let key = if it.span.start() > view.now { "outage-call-off" } else { "outage-end-now" };
        cells.push(html! {
            @if can_end {
                (look::post_button(&PostButton {
                    action: &action,
                    csrf: &forms.csrf,
                    key: &forms.key,
                    text: &say(request, key),
                    look: Look::Plain,
                    values: &[("version", &version)],
                }))
            }
        });
    }
    look::Row { cells, ..look::Row::default() }
}

fn form(request: &Request, view: &OutagesView, no: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let action = here(view.instrument.id);
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key)
        .with_errors(at(request, no, &action));
    let was = |name: &str, proposed: String| match request.form.get(name) {
        "" => proposed,
        text => text.to_owned(),
    };
    let minute = 60_000_000;
    let now = base::Instant::from_micros(view.now.micros() / minute * minute);
    let start = was("start", typed(&view.zone, now));
    let end = was("end", typed(&view.zone, now.plus_seconds(4 * 3_600)));
    let label = |key: &str| say(request, &format!("outage-field-{key}"));
    let kinds = named(request, "outage-kind", Kind::ALL.map(Kind::code).to_vec());
    let reaches = named(request, "outage-reach", vec!["whole", "part"]);
    let overs = named(request, "outage-over", vec!["refuse", "displace"]);
    let hint = say(request, "booking-page-hint-time");
    form.view(html! {
        (text_field(&form, &Field { name: "title", label: &label("title"), value: request.form.get("title"), ..Field::default() }))
        (text_field(&form, &Field { name: "start", label: &label("start"), hint: &hint, value: &start, width: Width::Half, ..Field::default() }))
        (text_field(&form, &Field { name: "end", label: &label("end"), value: &end, width: Width::Half, ..Field::default() }))
        (select(&form, &Field { name: "kind", label: &label("kind"), ..Field::default() }, &choices(&kinds, request.form.get("kind"))))
        (select(&form, &Field { name: "reach", label: &label("reach"), ..Field::default() }, &choices(&reaches, request.form.get("reach"))))
        (select(&form, &Field { name: "over", label: &label("over"), ..Field::default() }, &choices(&overs, request.form.get("over"))))
        (actions(&[button(&say(request, "outage-declare"), Look::Primary)]))
    })
}

/// Words with their names, for a choice.
pub fn named(request: &Request, prefix: &str, words: Vec<&str>) -> Vec<(String, String)> {
    let of = |word: &str| (word.to_owned(), say(request, &format!("{prefix}-{word}")));
    words.into_iter().map(of).collect()
}

/// A choice of named words; the first where nothing is chosen.
pub fn choices<'a>(names: &'a [(String, String)], typed: &str) -> Vec<Choice<'a>> {
    let is_known = names.iter().any(|(value, _)| value == typed);
    let of = |(n, (value, text)): (usize, &'a (String, String))| Choice {
        value,
        text,
        is_chosen: value == typed || (!is_known && n == 0),
        ..Choice::default()
    };
    names.iter().enumerate().map(of).collect()
}

fn declare(request: &Request) -> Result<Reply, No> {
    let id: InstrumentId = request.id("id")?;
    let view = request.city().outages(&request.asker, id)?;
    let read = |name| read_wall(&view.zone, name, request.form.get(name));
    let unknown = |field: &'static str| {
        Refusal::invalid("choice-unknown").on(field).term("field", base::text::field_term(field))
    };
    let kind = Kind::parse(request.form.get("kind")).ok_or_else(|| unknown("kind"));
    let reach = Reach::parse(request.form.get("reach")).ok_or_else(|| unknown("reach"));
    let over = Over::parse(request.form.get("over")).ok_or_else(|| unknown("over"));
    let done = match (read("start"), read("end"), kind, reach, over) {
        (Ok(start), Ok(end), Ok(kind), Ok(reach), Ok(over)) => {
            let title = request.form.get("title");
            let mut act = DeclareOutage::new(id, title, (start, end), over);
            (act.kind, act.reach) = (kind, reach);
            act.is_planned = start > view.now;
            request.city().perform(&request.keyed(), act)
        }
        (start, end, kind, reach, over) => {
            Err(No([start.err(), end.err(), kind.err(), reach.err(), over.err()]
                .into_iter()
                .flatten()
                .collect()))
        }
    };
    match done {
        Ok(done) => {
            // What runs is ended at once; the timer does it too.
            if let Err(no) = request.city().halt_uses() {
                tracing::warn!(%no, "uses are ended by the timer");
            }
            let address = look::address::with(&here(id), "done", "declared");
            let displaced = done.displaced.to_string();
            Ok(Reply::see_other(look::address::and(&address, "displaced", &displaced)))
        }
        Err(no) => page(request, id, &reasons(no)?),
    }
}

fn end(request: &Request) -> Result<Reply, No> {
    let id: InstrumentId = request.id("id")?;
    let version = request.form.get("version").parse().unwrap_or(0);
    let act = EndOutage { outage: request.id("outage")?, version };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(Reply::see_other(here(id))),
        Err(no) => page(request, id, &reasons(no)?),
    }
}
