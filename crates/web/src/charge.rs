//! Statements: months, their lines, one line with how it was counted, disputes and decisions.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, me, moment, post, say};
use crate::tariff::{class_name, yuan};
use access::Act;
use app::No;
use app::charge::{ChargeView, DecideAdjustment, DisputeCharge, Statement};
use base::{ChargeId, Instant, OrganisationId, Refusal, Span};
use edge::{Reply, Request, Route};
use instruments::adjustment::{self, Wish};
use instruments::charge::{Kept, Part, State};
use instruments::voucher::Chain;
use look::{
    Choice, Column, Crumb, Field, Form, Look, PageHead, Section, Table, Tone, Width, actions,
    button_named, radios, text_area, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::STATEMENTS, Act::ListCharges, months),
    get("/statements/{unit}/{customer}/{month}", Act::ListCharges, statement),
    get("/charges/{id}", Act::LookAtCharge, show),
    post("/charges/{id}/disputes", Act::DisputeCharge, dispute),
    post("/charges/{id}/decisions", Act::DecideAdjustment, decide),
];

/// A moment as a field takes it: `2026-03-05 15:30`.
pub fn typed_moment(at: Instant, offset_minutes: i32) -> String {
    let wall = at.datetime_at(offset_minutes);
    format!("{} {:02}:{:02}", wall.date(), wall.hour(), wall.minute())
}

/// Reads a day with a time of the city.
pub fn read_moment(
    typed: &str,
    offset_minutes: i32,
    field: &'static str,
) -> Result<Instant, Refusal> {
    let unread = || {
        let refusal = Refusal::invalid("date-unreadable").on(field);
        refusal.term("field", base::text::field_term(field))
    };
    let plain: String = typed.trim().chars().map(base::time::half_width).collect();
    let (day, time) = plain.split_once([' ', 'T']).ok_or_else(unread)?;
    let date = base::time::read_date(day).ok_or_else(unread)?;
    let (hour, minute) = time.trim().split_once(':').ok_or_else(unread)?;
    let (hour, minute): (i64, i64) =
        (hour.parse().map_err(|_| unread())?, minute.parse().map_err(|_| unread())?);
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) {
        return Err(unread());
    }
    let first = crate::form::moment_of(date, offset_minutes).ok_or_else(unread)?;
    Ok(first.plus_seconds(hour * 3_600 + minute * 60))
}

fn months(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let lang = request.lang;
    let all = request.city().statements(&request.asker)?;
    let title = say(request, "charge-statements");
    let heads = ["month", "unit", "customer", "lines", "pays"]
        .map(|key| (key, say(request, &format!("charge-column-{key}"))));
    let columns = heads.iter().map(|(key, head)| match *key {
        "lines" | "pays" => Column::figures(key, head, ""),
        _ => Column::text(key, head),
    });
    let rows = all.iter().map(|it| {
        let kept = &it.kept;
        look::Row::from(vec![
            html! { a href=(link::statement(kept.unit, kept.customer, &kept.month)) { (month_name(request, &kept.month)) } },
            html! { (it.unit.best(lang).0) },
            html! { (it.customer.best(lang).0) },
            html! { (words::number(lang, i64::try_from(kept.lines).unwrap_or(i64::MAX))) },
            html! {
                (yuan(request, kept.pays))
                @if kept.disputed != 0 {
                    br; span.small.quiet { (say(request, "charge-sum-disputed")) " " (yuan(request, kept.disputed)) }
                }
            },
        ])
    });
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::USES, text: &say(request, "usage-title") }],
            title: &title,
            lead: Some(html! { (say(request, "charge-statements-lead")) }),
            ..PageHead::default()
        }))
        (look::table(&Table {
            lang,
            caption: &title,
            is_caption_hidden: true,
            columns: columns.collect(),
            rows: rows.collect(),
            empty: Some(look::empty(&say(request, "charge-none"), html! {})),
            is_cards: true,
            ..Table::default()
        }))
    };
    Ok(Page::new(request, &title).section(Section::Share).personal().reply(content))
}

fn month_name(request: &Request, month: &str) -> String {
    let first = base::time::read_date(&format!("{month}-01"));
    first.map_or_else(|| month.to_owned(), |day| words::month(request.lang, day))
}

fn statement(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let lang = request.lang;
    let unit: OrganisationId = request.id("unit")?;
    let customer: OrganisationId = request.id("customer")?;
    let month = request.param("month").to_owned();
    let found = request.city().service_statement(&request.asker, (unit, customer), &month)?;
    let title = month_name(request, &month);
    let all = say(request, "charge-statements");
    let lead = words::say_with(
        lang,
        "charge-statement-lead",
        &[
            ("customer", found.customer.1.best(lang).0.to_owned().into()),
            ("unit", found.unit.1.best(lang).0.to_owned().into()),
        ],
    );
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::STATEMENTS, text: &all }],
            kind: &say(request, "charge-statement"),
            title: &title,
            lead: Some(html! { (lead) }),
            ..PageHead::default()
        }))
        @if found.owed.is_none() {
            (look::notice(lang, Tone::Info, html! { p { (say(request, "charge-statement-own")) } }))
        }
        (sums(request, &found))
        (lines_named(request, &found))
    };
    Ok(Page::new(request, &title).section(Section::Share).personal().reply(content))
}

fn sums(request: &Request, found: &Statement) -> Markup {
    let owed = found.owed.as_ref().map(|it| ("owed", it.balance));
    let rows: Vec<(String, String)> = [("pays", found.pays), ("disputed", found.disputed)]
        .into_iter()
        .chain(owed)
        .map(|(key, minor)| (say(request, &format!("charge-sum-{key}")), yuan(request, minor)))
        .collect();
    let figures: Vec<look::Figure<'_>> = rows
        .iter()
        .map(|(label, value)| look::Figure { value, label, ..look::Figure::default() })
        .collect();
    look::figures(request.lang, &figures)
}

fn lines_named(request: &Request, found: &Statement) -> Markup {
    let named: Vec<(&Kept, &str)> =
        found.lines.iter().map(|(line, name)| (line, name.best(request.lang).0)).collect();
    lines_table(request, &named)
}

/// Lines of one use or order.
pub fn lines(request: &Request, lines: &[Kept]) -> Markup {
    let named: Vec<(&Kept, &str)> = lines.iter().map(|line| (line, "")).collect();
    lines_table(request, &named)
}

/// A column of what comes off the list price, shown where a line has some of it.
type Off = (&'static str, fn(&Chain) -> i64);
const OFF: [Off; 3] = [
    ("discount", |chain| chain.class_discount),
    ("subsidy", |chain| chain.subsidy),
    ("voucher", |chain| chain.voucher),
];

fn lines_table(request: &Request, lines: &[(&Kept, &str)]) -> Markup {
    let off: Vec<Off> = OFF
        .into_iter()
        .filter(|(_, of)| lines.iter().any(|(line, _)| of(&line.chain) != 0))
        .collect();
    let keys = ["line", "day", "list"].into_iter().chain(off.iter().map(|(key, _)| *key));
    let heads: Vec<(&str, String)> = keys
        .chain(["pays", "state"])
        .map(|key| (key, say(request, &format!("charge-column-{key}"))))
        .collect();
    let columns = heads.iter().map(|(key, head)| match *key {
        "line" | "day" | "state" => Column::text(key, head),
        _ => Column::figures(key, head, ""),
    });
    look::table(&Table {
        lang: request.lang,
        caption: &say(request, "charge-lines"),
        is_caption_hidden: true,
        columns: columns.collect(),
        rows: lines.iter().map(|line| row(request, *line, &off)).collect(),
        is_cards: true,
        ..Table::default()
    })
}

fn row(request: &Request, (line, name): (&Kept, &str), off: &[Off]) -> look::Row {
    let chain = line.chain;
    let money = |minor: i64| html! { (yuan(request, minor)) };
    let mut cells = vec![
        html! {
            a href=(link::charge(line.id)) { code { (line.reference) } }
            @if !name.is_empty() { br; span.small { (name) } }
            @if !line.project.is_empty() { br; span.small.quiet { (line.project) } }
        },
        html! {
            (words::date(request.lang, line.day))
            @if let Some(part) = line.line.parts.first() {
                br; span.small.quiet { (used_at(request, part.span)) }
            }
        },
        money(chain.list),
    ];
    cells.extend(off.iter().map(|(_, of)| money(-of(&chain))));
    cells.extend([money(chain.pays), state_tag(request, line.state)]);
    look::Row::from(cells)
}

/// When it was used, so that lines of one instrument are told apart.
fn used_at(request: &Request, span: Span) -> String {
    let at = moment(request, span.start());
    words::say_with(request.lang, "charge-used-at", &[("at", at.into())])
}

fn state_tag(request: &Request, state: State) -> Markup {
    let tone = match state {
        State::Posted => Tone::Ok,
        State::Disputed => Tone::Wait,
        State::Reversed | State::Reversal => Tone::Plain,
    };
    look::state_tag(tone, &say(request, &format!("charge-state-{state}")))
}

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    page(request, request.id("id")?, &[])
}

fn page(request: &Request, id: ChargeId, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().charge(&request.asker, id)?;
    let line = &view.charge;
    let title = yuan(request, line.chain.pays);
    let all = say(request, "charge-statements");
    let month = month_name(request, &line.month());
    // The reasons stand at the form that was sent.
    let is_decision = !request.form.get("adjustment").is_empty();
    let (asking, deciding): (&[Refusal], &[Refusal]) = match is_decision || !view.may_dispute {
        true => (&[], errors),
        false => (errors, &[]),
    };
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[
                Crumb { href: link::STATEMENTS, text: &all },
                Crumb { href: &link::statement(line.unit, line.customer, &line.month()), text: &month },
            ],
            kind: &say(request, "charge-kind"),
            title: &title,
            tags: vec![state_tag(request, line.state)],
            reference: line.reference.as_str(),
            ..PageHead::default()
        }))
        @if !view.may_dispute && !view.may_decide { (look::error_summary(lang, errors)) }
        (done(request, &view))
        (look::aside_split(
            html! {
                (look::part("counted", &say(request, "charge-counted"), counted(request, line)))
                (look::part("chain", &say(request, "charge-chain"), chain(request, line)))
                @if !view.adjustments.is_empty() {
                    (look::part("requests", &say(request, "charge-requests"), requests(request, &view)))
                }
                @if view.may_decide { (decide_form(request, &view, deciding)) }
                @if view.may_dispute { (dispute_form(request, &view, asking)) }
            },
            html! { (look::sheet(&say(request, "charge-facts"), facts(request, &view))) },
        ))
    };
    let page = Page::new(request, &title).section(Section::Share).personal();
    Ok(page.at(link::charge(id)).failed(errors).reply(content))
}

/// What was just done, and what follows from it; of a line that was taken back, where to.
fn done(request: &Request, view: &ChargeView) -> Markup {
    let lang = request.lang;
    let to = |key: &str, (id, reference): &(ChargeId, base::Reference)| {
        html! { " " (say(request, key)) " " a href=(link::charge(*id)) { code { (reference) } } }
    };
    html! {
        @if request.query.get("done") == "asked" && view.charge.state == State::Disputed {
            (look::notice(lang, Tone::Ok, html! {
                p { (words::say_with(lang, "charge-done-asked", &[("unit", view.unit.best(lang).0.to_owned().into())])) }
            }))
        }
        @if let Some(note) = &view.reversal {
            (look::notice(lang, Tone::Info, html! {
                p {
                    (say(request, "charge-taken-back")) (to("charge-credit-note", note))
                    @if let Some(instead) = &view.instead { (to("charge-instead", instead)) }
                }
            }))
        }
    }
}

/// Every part with its minutes, price and reduction.
fn counted(request: &Request, line: &Kept) -> Markup {
    let lang = request.lang;
    let heads = ["span", "minutes", "price", "share"]
        .map(|key| (key, say(request, &format!("charge-part-{key}"))));
    let columns = heads.iter().map(|(key, head)| match *key {
        "span" => Column::text(key, head),
        _ => Column::figures(key, head, ""),
    });
    let row = |part: &Part| {
        let unit = say(request, &format!("tariff-per-{}", part.unit));
        look::Row::from(vec![
            html! { (moment(request, part.span.start())) },
            html! { (words::number(lang, i64::from(part.minutes))) },
            html! { (yuan(request, part.price)) " " (unit) },
            html! {
                @match part.free {
                    Some(why) => (say(request, &format!("charge-free-{why}"))),
                    None => (words::percent(lang, i64::from(part.share_bp))),
                }
            },
        ])
    };
    // What is no time on an instrument has no minutes to show.
    if line.line.parts.is_empty() && !line.line.extras.is_empty() {
        return html! { p { (say(request, "charge-by-samples")) } };
    }
    html! {
        p { (words::say_with(lang, "charge-mode", &[("mode", say(request, &format!("tariff-mode-{}", line.line.mode)).into()), ("class", class_name(request, &line.class).into())])) }
        (look::table(&Table {
            lang,
            caption: &say(request, "charge-counted"),
            is_caption_hidden: true,
            columns: columns.collect(),
            rows: line.line.parts.iter().map(row).collect(),
            empty: Some(html! { p { (say(request, "charge-no-minutes")) } }),
            is_cards: true,
            ..Table::default()
        }))
    }
}

fn chain(request: &Request, line: &Kept) -> Markup {
    let (it, chain) = (&line.line, line.chain);
    let mut rows = vec![("time", it.time), ("setup", it.setup), ("minimum", it.raised)];
    // What is nothing, or the list price again, needs no row.
    rows.retain(|(_, minor)| *minor != 0 && *minor != chain.list);
    let extras = it.extras.iter().map(|extra| (extra.label.clone(), extra.amount));
    let mut named: Vec<(String, i64)> = rows
        .into_iter()
        .map(|(key, minor)| (say(request, &format!("charge-of-{key}")), minor))
        .collect();
    named.extend(extras);
    let steps = [
        ("list", chain.list),
        ("discount", -chain.class_discount),
        ("subsidy", -chain.subsidy),
        ("voucher", -chain.voucher),
        ("pays", chain.pays),
    ];
    let shown =
        steps.into_iter().filter(|(key, minor)| *minor != 0 || matches!(*key, "list" | "pays"));
    named.extend(shown.map(|(key, minor)| (say(request, &format!("charge-column-{key}")), minor)));
    let facts: Vec<(&str, Markup)> = named
        .iter()
        .map(|(name, minor)| (name.as_str(), html! { span.n { (yuan(request, *minor)) } }))
        .collect();
    look::facts(&facts)
}

fn facts(request: &Request, view: &ChargeView) -> Markup {
    let lang = request.lang;
    let line = &view.charge;
    let mut rows: Vec<(&str, Markup)> = vec![
        ("unit", html! { (view.unit.best(lang).0) }),
        ("customer", html! { (view.customer.best(lang).0) }),
        ("person", html! { (view.person.best(lang).0) }),
        ("day", html! { (words::date(lang, line.day)) }),
    ];
    if let Some(id) = line.instrument {
        rows.insert(
            0,
            (
                "instrument",
                html! { a href=(link::instrument(id)) { (view.instrument.best(lang).0) } },
            ),
        );
    }
    // What it is for: a use, or a booking that nobody used.
    if let Ok(id) = base::UseId::parse(&line.subject) {
        let text = say(request, "charge-for-use");
        rows.push(("for", html! { a href=(link::use_(id)) { (text) } }));
    } else if let Ok(id) = base::BookingId::parse(&line.subject) {
        let text = say(request, "charge-for-booking");
        rows.push(("for", html! { a href=(link::booking(id)) { (text) } }));
    } else if let Ok(id) = base::ServiceOrderId::parse(&line.subject) {
        let href = link::service_order(id);
        rows.push(("order", html! { a href=(href) { (say(request, "charge-order-open")) } }));
    }
    if let Some(id) = line.reverses {
        rows.push((
            "reverses",
            html! { a href=(link::charge(id)) { (say(request, "charge-reverses")) } },
        ));
    }
    let rows: Vec<(String, Markup)> = rows
        .into_iter()
        .map(|(key, value)| (say(request, &format!("charge-column-{key}")), value))
        .collect();
    let named: Vec<(&str, Markup)> =
        rows.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    look::facts(&named)
}

fn requests(request: &Request, view: &ChargeView) -> Markup {
    let offset = request.city().settings().utc_offset_minutes;
    let wish = |it: &adjustment::Kept| match &it.wish {
        Wish::Waive => say(request, "charge-wish-waive"),
        Wish::Span(span) => {
            let from = typed_moment(span.start(), offset);
            let until = typed_moment(span.end(), offset);
            let args = [("from", from.into()), ("until", until.into())];
            words::say_with(request.lang, "charge-wish-was", &args)
        }
    };
    html! {
        @for it in &view.adjustments {
            @let (tone, at) = match it.state {
                adjustment::State::Asked => (Tone::Wait, it.asked_at),
                adjustment::State::Granted => (Tone::Ok, it.decided_at.unwrap_or(it.asked_at)),
                _ => (Tone::Plain, it.decided_at.unwrap_or(it.asked_at)),
            };
            div.stack {
                p {
                    (look::state_tag(tone, &say(request, &format!("charge-request-{}", it.state))))
                    " " span.small.quiet { (moment(request, at)) }
                }
                p { strong { (wish(it)) } " · " (it.reason) }
                @if !it.note.is_empty() {
                    p { (say(request, "charge-answer")) " " (it.note) }
                }
            }
        }
    }
}

fn dispute_form(request: &Request, view: &ChargeView, errors: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let action = format!("{}/disputes", link::charge(view.charge.id));
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_errors(errors);
    let last = words::date(request.lang, view.last_day);
    let typed = request.form.get("wish");
    // What is about no time can only be taken back as a whole.
    let is_use = base::UseId::parse(&view.charge.subject).is_ok();
    let texts = ["waive", "span"].map(|key| (key, say(request, &format!("charge-wish-{key}"))));
    let choices: Vec<Choice<'_>> = texts
        .iter()
        .map(|(value, text)| Choice {
            value,
            text,
            hint: "",
            is_chosen: *value == typed || (typed.is_empty() && *value == "waive"),
        })
        .collect();
    let offset = request.city().settings().utc_offset_minutes;
    let parts = &view.charge.line.parts;
    // The times that were counted stand there, so that only what is wrong is typed.
    let began = parts.first().map(|part| typed_moment(part.span.start(), offset));
    let ended = parts.last().map(|part| typed_moment(part.span.end(), offset));
    let moment = |name: &'static str, counted: Option<&String>| {
        let label = say(request, &format!("charge-field-{}", name.trim_start_matches("use_")));
        let hint = say(request, "charge-field-moment-hint");
        let value = match (request.form.get(name), counted) {
            ("", Some(counted)) if typed.is_empty() => counted,
            (text, _) => text,
        };
        text_field(
            &form,
            &Field {
                name,
                label: &label,
                hint: &hint,
                value,
                is_optional: true,
                width: Width::Half,
                ..Field::default()
            },
        )
    };
    html! {
        (look::sheet(&say(request, "charge-dispute"), form.view(html! {
            p.small { (words::say_with(request.lang, "charge-dispute-until", &[("date", last.into())])) }
            @if is_use {
                (radios(&form, &Field { name: "wish", label: &say(request, "charge-field-wish"), ..Field::default() }, &choices))
                (moment("began", began.as_ref()))
                (moment("use_ended", ended.as_ref()))
            } @else {
                input type="hidden" name="wish" value="waive";
                p { (say(request, "charge-wish-waive")) }
            }
            (text_area(&form, &Field {
                name: "reason", label: &say(request, "charge-field-reason"), lines: Some(3),
                value: request.form.get("reason"), ..Field::default()
            }))
            (actions(&[look::button(&say(request, "charge-dispute-send"), Look::Second)]))
        })))
    }
}

fn decide_form(request: &Request, view: &ChargeView, errors: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let action = format!("{}/decisions", link::charge(view.charge.id));
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_errors(errors);
    let asked = adjustment::State::Asked;
    let open = view.adjustments.iter().find(|it| it.state == asked);
    let id = open.map(|it| it.id.to_string()).unwrap_or_default();
    html! {
        (look::sheet(&say(request, "charge-decide"), form.view(html! {
            input type="hidden" name="adjustment" value=(id);
            (text_area(&form, &Field {
                name: "note", label: &say(request, "charge-field-note"), lines: Some(2),
                is_optional: true, value: request.form.get("note"), ..Field::default()
            }))
            (actions(&[
                button_named(&say(request, "charge-grant"), Look::Primary, "do", "grant"),
                button_named(&say(request, "charge-decline"), Look::Plain, "do", "decline"),
            ]))
        })))
    }
}

fn wish(request: &Request) -> Result<Wish, Vec<Refusal>> {
    if request.form.get("wish") != "span" {
        return Ok(Wish::Waive);
    }
    let offset = request.city().settings().utc_offset_minutes;
    let from = read_moment(request.form.get("began"), offset, "began");
    let until = read_moment(request.form.get("use_ended"), offset, "ended");
    match (from, until) {
        (Ok(from), Ok(until)) => Span::new(from, until)
            .map(Wish::Span)
            .ok_or_else(|| vec![Refusal::invalid("charge-span-backwards").on("use_ended")]),
        (from, until) => Err([from.err(), until.err()].into_iter().flatten().collect()),
    }
}

fn back(request: &Request, id: ChargeId, done: Result<&str, No>) -> Result<Reply, No> {
    match done {
        Ok(word) => Ok(Reply::see_other(look::address::with(&link::charge(id), "done", word))),
        Err(no) => page(request, id, &reasons(no)?),
    }
}

fn dispute(request: &Request) -> Result<Reply, No> {
    let charge: ChargeId = request.id("id")?;
    let reason = request.form.get("reason").to_owned();
    let done = wish(request).map_err(No).and_then(|wish| {
        let act = DisputeCharge { charge, wish, reason };
        request.city().perform(&request.keyed(), act).map(|_| "asked")
    });
    back(request, charge, done)
}

fn decide(request: &Request) -> Result<Reply, No> {
    let charge: ChargeId = request.id("id")?;
    let adjustment = request.form.get("adjustment").parse().map_err(|_| Refusal::not_found())?;
    let grants = request.form.get("do") == "grant";
    let act = DecideAdjustment::new(charge, adjustment, grants, request.form.get("note"));
    back(request, charge, request.city().perform(&request.keyed(), act).map(|_| "decided"))
}
