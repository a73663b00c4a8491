//! Parts of the pages of ventures: who holds what, what has to be announced first, holders.

use crate::form::ticket;
use crate::link;
use crate::page::{moment, say};
use app::venture::VentureView;
use base::{Money, Refusal};
use edge::Request;
use equity::duty::{Act as Step, Needs};
use look::{
    Choice, Column, Field, Form, Look, PostButton, Row, Table, Tone, actions, button, post_button,
    select, text_field,
};
use maud::{Markup, html};
use trading::venture::{Standing, Venture};

/// An amount in the venture's currency.
pub fn money(request: &Request, it: &Venture, minor: i64) -> String {
    words::money(request.lang, Money::new(minor, it.currency))
}

/// A sentence with one value.
pub fn said(request: &Request, key: &str, name: &str, value: String) -> String {
    words::say_with(request.lang, key, &[(name, value.into())])
}

/// A count of shares; what is reckoned wider than a row never leaves its bounds.
pub fn count(request: &Request, shares: i128) -> String {
    words::number(request.lang, i64::try_from(shares).unwrap_or(i64::MAX))
}

/// The word of a step with the state's assets.
pub fn word_of(step: Step) -> &'static str {
    match step {
        Step::Contribute => "contribute",
        Step::Sell => "sell",
        Step::Thin => "thin",
        Step::Reward => "reward",
    }
}

/// What a row of law asks for, as a sentence.
pub fn needs(request: &Request, needs: &Needs) -> String {
    match needs {
        Needs::Notice { days, working } => {
            let key =
                if *working { "venture-needs-notice" } else { "venture-needs-notice-calendar" };
            words::say_with(request.lang, key, &[("count", usize::from(*days).into())])
        }
        Needs::Approval { body } => said(request, "venture-needs-approval", "body", body.clone()),
        Needs::Valuation { months } => {
            said(request, "venture-needs-valuation", "months", months.to_string())
        }
    }
}

/// A holder with a link to its statement.
pub fn holder(request: &Request, view: &VentureView, key: &str) -> Markup {
    let name = view.name(key);
    let found = view.holders.iter().find(|it| it.holder.key() == key);
    html! {
        @match found {
            Some(it) => a href=(link::venture_holder(view.venture().id, it.holder.n)) {
                (name.best(request.lang).0)
            },
            None => (name.best(request.lang).0),
        }
        @if found.is_some_and(|it| it.holder.is_state) {
            " " (look::tag(Tone::Info, &say(request, "venture-holder-state")))
        }
    }
}

/// Who holds what, of issued and of everything that is promised.
pub fn shares_table(request: &Request, view: &VentureView) -> Markup {
    let heads = ["holder", "issued", "part", "options", "waiting", "full"]
        .map(|key| say(request, &format!("venture-shares-{key}")));
    let columns = heads
        .iter()
        .enumerate()
        .map(|(n, head)| match n {
            0 => Column::text("holder", head),
            _ => Column::figures("", head, ""),
        })
        .collect();
    let part = |key: &str| view.shares.parts(key).unwrap_or_default();
    let rows: Vec<Row> = view
        .shares
        .lines
        .iter()
        .map(|line| {
            let (issued, full) = part(&line.holder);
            Row::from(vec![
                holder(request, view, &line.holder),
                html! { (count(request, line.issued)) },
                html! { (issued) "%" },
                html! { (count(request, line.earned + line.unearned)) },
                html! { (count(request, line.waiting)) },
                html! { (full) "%" },
            ])
        })
        .collect();
    let sum =
        |of: fn(&equity::view::Line) -> i128| -> i128 { view.shares.lines.iter().map(of).sum() };
    let total = Row::from(vec![
        html! { (say(request, "venture-shares-total")) },
        html! { (count(request, view.shares.issued())) },
        html! {},
        html! { (count(request, sum(|it| it.earned + it.unearned))) },
        html! { (count(request, sum(|it| it.waiting))) },
        html! { (count(request, view.shares.full())) },
    ]);
    let id = view.venture().id;
    let csv = link::venture_part(id, "register.csv");
    let xlsx = link::venture_part(id, "register.xlsx");
    let names = [say(request, "table-export-csv"), say(request, "table-export-xlsx")];
    let exports = [
        look::Export { text: &names[0], href: &csv },
        look::Export { text: &names[1], href: &xlsx },
    ];
    let pool = said(request, "venture-shares-pool", "shares", count(request, view.shares.pool));
    look::table(&Table {
        lang: request.lang,
        caption: &say(request, "venture-page-shares"),
        is_caption_hidden: true,
        columns,
        rows,
        total: Some(total),
        empty: Some(look::empty(&say(request, "venture-shares-none"), html! {})),
        exports: &exports,
        note: Some(html! {
            (said(request, "venture-shares-as-of", "date", words::date(request.lang, view.today)))
            " " (pool)
        }),
        is_cards: true,
        ..Table::default()
    })
}

/// Every duty of the step that comes next, with what can be done about it.
pub fn duties(request: &Request, view: &VentureView) -> Markup {
    html! {
        @for it in &view.duties { (duty(request, view, it)) }
        @if view.offers.notice || view.offers.settle {
            @for it in others(view) { (other(request, view, it)) }
        }
    }
}

/// Rows of law for other steps, whose notices can be given at any time.
fn others(view: &VentureView) -> impl Iterator<Item = &equity::duty::Duty> {
    let is_next = |key: &str| view.duties.iter().any(|it| it.duty.key == key);
    view.register.rules.duties.iter().filter(move |it| !is_next(&it.key))
}

fn heading(request: &Request, duty: &equity::duty::Duty) -> Markup {
    html! {
        p {
            strong { (say(request, &format!("venture-act-{}", word_of(duty.act)))) } " · "
            (needs(request, &duty.needs))
        }
        p.small.quiet { (duty.source) }
    }
}

fn duty(request: &Request, view: &VentureView, it: &Standing) -> Markup {
    let (tone, key) = match it.code {
        None => (Tone::Ok, "venture-duty-met".to_owned()),
        Some(code) => (Tone::Wait, format!("venture-duty-{code}")),
    };
    html! {
        div.sheet.stack {
            div.row { (look::state_tag(tone, &say(request, &key))) }
            (heading(request, &it.duty))
            @if let Some(began) = it.began {
                p { (said(request, "venture-duty-began", "at", moment(request, began))) }
            }
            @if let Some(ends) = it.ends {
                p { (said(request, "venture-duty-ends", "at", moment(request, ends))) }
            }
            @for note in view.register.notes.iter().filter(|note| note.duty == it.duty.key && !note.reason.is_empty()) {
                p.small { (say(request, &format!("venture-note-{}", note.kind.word()))) " · " (note.reason) }
            }
            (acts(request, view, &it.duty, (it.began.is_some(), it.open_objections > 0)))
        }
    }
}

fn other(request: &Request, view: &VentureView, duty: &equity::duty::Duty) -> Markup {
    let given = view.register.notes.iter().any(|note| note.duty == duty.key);
    html! {
        details {
            summary { (say(request, &format!("venture-act-{}", word_of(duty.act)))) " · " (needs(request, &duty.needs)) }
            p.small.quiet { (duty.source) }
            (acts(request, view, duty, (given, given)))
        }
    }
}

/// The buttons of a duty: notice, objection, settlement, approval.
fn acts(
    request: &Request,
    view: &VentureView,
    duty: &equity::duty::Duty,
    (has_begun, is_open): (bool, bool),
) -> Markup {
    let (lang, id) = (request.lang, view.venture().id);
    let forms = ticket(request);
    let is_notice = matches!(duty.needs, Needs::Notice { .. });
    let with_reason = |part: &str, key: &str| {
        let action = link::venture_part(id, part);
        let form = Form::new(lang, &action, &forms.csrf, &forms.key);
        form.view(html! {
            input type="hidden" name="duty" value=(duty.key);
            (text_field(&form, &Field {
                name: "reason", label: &say(request, "venture-field-reason"),
                most: Some(base::limits::SUMMARY_CHARS_MAX), ..Field::default()
            }))
            (actions(&[button(&say(request, key), Look::Second)]))
        })
    };
    html! {
        @if is_notice && view.offers.notice && !is_open {
            (post_button(&PostButton {
                action: &link::venture_part(id, "notice"),
                csrf: &forms.csrf,
                key: &request.fresh_key(),
                text: &say(request, if has_begun { "venture-duty-notice-again" } else { "venture-duty-notice" }),
                look: if has_begun { Look::Plain } else { Look::Second },
                values: &[("duty", &duty.key)],
            }))
        }
        @if is_notice && has_begun && view.offers.object {
            details { summary { (say(request, "venture-duty-object-open")) } (with_reason("objection", "venture-duty-object")) }
        }
        @if is_notice && is_open && view.offers.settle {
            details { summary { (say(request, "venture-duty-settle-open")) } (with_reason("settlement", "venture-duty-settle")) }
        }
        @if matches!(duty.needs, Needs::Approval { .. }) && view.offers.settle {
            (post_button(&PostButton {
                action: &link::venture_part(id, "settlement"),
                csrf: &forms.csrf,
                key: &request.fresh_key(),
                text: &say(request, "venture-duty-approve"),
                look: Look::Second,
                values: &[("duty", &duty.key), ("approved", "yes")],
            }))
        }
    }
}

/// The holders entered so far, and the form for one more.
pub fn holders(request: &Request, view: &VentureView, errors: &[Refusal]) -> Markup {
    let lang = request.lang;
    html! {
        ul {
            @for it in &view.holders {
                li {
                    (holder(request, view, &it.holder.key())) " "
                    span.small.quiet { (it.holder.key()) }
                }
            }
        }
        @if view.offers.holder {
            @let forms = ticket(request);
            @let action = link::venture_part(view.venture().id, "holders");
            @let form = Form::new(lang, &action, &forms.csrf, &forms.key).with_errors(errors);
            @let people = request.city().venture_people(&request.asker, view.venture().id).unwrap_or_default();
            @let people: Vec<(String, String)> = people.iter().map(|(id, name)| (id.to_string(), name.best(lang).0.to_owned())).collect();
            @let none = say(request, "venture-holder-nobody");
            details open[!errors.is_empty()] {
                summary { (say(request, "venture-holder-new")) }
                (form.view(html! {
                    (text_field(&form, &Field {
                        name: "holder", label: &say(request, "venture-field-organisation"),
                        hint: &say(request, "venture-field-organisation-hint"),
                        value: request.form.get("holder"), is_optional: true, ..Field::default()
                    }))
                    @if !people.is_empty() {
                        @let choices: Vec<Choice<'_>> = std::iter::once(Choice { value: "", text: &none, hint: "", is_chosen: true })
                            .chain(people.iter().map(|(id, name)| Choice { value: id, text: name, hint: "", is_chosen: false }))
                            .collect();
                        (select(&form, &Field {
                            name: "person", label: &say(request, "venture-field-person"), is_optional: true,
                            hint: &say(request, "venture-field-person-hint"), ..Field::default()
                        }, &choices))
                    }
                    (look::bilingual_field(&form, &Field {
                        name: "name", label: &say(request, "venture-field-name"), is_optional: true,
                        hint: &say(request, "venture-field-name-hint"), ..Field::default()
                    }, &crate::form::bilingual(&request.form, "name")))
                    (look::checkboxes(&form, &Field {
                        name: "is_state", label: &say(request, "venture-field-state"), is_optional: true,
                        ..Field::default()
                    }, &[Choice { value: "yes", text: &say(request, "venture-field-state-yes"), hint: "", is_chosen: false }]))
                    (actions(&[button(&say(request, "venture-holder-enter"), Look::Second)]))
                }))
            }
        }
    }
}
