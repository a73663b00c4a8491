//! Money on the page of a contract: payments, what came in, royalties, reports of sales.

use crate::contract_part::{chosen, date, money, said};
use crate::form::ticket;
use crate::link;
use crate::page::say;
use app::contract::ContractView;
use base::Currency;
use contract::kept::{Owed, Payment, Source};
use contract::plan::Due;
use edge::Request;
use look::{
    Column, Field, Form, Look, Table, Tone, Width, actions, button, date_field, sum_field,
    text_field,
};
use maud::{Markup, html};

/// What is due, what came in, and how it was divided.
pub fn payments(request: &Request, view: &ContractView) -> Markup {
    let lang = request.lang;
    let currency = view.kept.current().price.currency;
    let titles =
        ["contract-pay-what", "contract-pay-due", "contract-pay-amount", "contract-pay-paid"]
            .map(|key| say(request, key));
    let rows = view.owed.iter().map(|it| owed(request, view, it).into()).collect();
    let came: Vec<look::Row> =
        view.payments.iter().map(|it| came(request, view, it).into()).collect();
    let came_titles = [
        "contract-pay-number",
        "contract-pay-what",
        "contract-pay-from",
        "contract-pay-amount",
        "contract-pay-split",
    ]
    .map(|key| say(request, key));
    let title = say(request, "contract-pay-title");
    let came_title = say(request, "contract-pay-came");
    look::part(
        "payments",
        &title,
        html! {
            (look::table(&Table {
                lang,
                caption: &title,
                is_caption_hidden: true,
                columns: vec![
                    Column::text("what", &titles[0]),
                    Column::text("due", &titles[1]),
                    Column::figures("amount", &titles[2], currency.code()),
                    Column::figures("paid", &titles[3], currency.code()),
                ],
                rows,
                is_cards: true,
                ..Table::default()
            }))
            @if owes(view) {
                p { (said(request, "contract-pay-how", "reference", view.kept.reference.to_string())) }
            }
            @if !view.payments.is_empty() {
                (look::table(&Table {
                    lang,
                    caption: &came_title,
                    columns: vec![
                        Column::text("number", &came_titles[0]),
                        Column::text("what", &came_titles[1]),
                        Column::text("from", &came_titles[2]),
                        Column::figures("amount", &came_titles[3], currency.code()),
                        Column::text("split", &came_titles[4]),
                    ],
                    rows: came,
                    is_cards: true,
                    ..Table::default()
                }))
            }
            @if view.offers.pay { (pay_form(request, view)) }
        },
    )
}

/// Whether the reader's own side has to pay something that is due on a day.
fn owes(view: &ContractView) -> bool {
    let is_payer = matches!(view.own, Some((_, contract::Side::Acquirer)));
    let is_open = |it: &Owed| matches!(it.expected.due, Due::On(_)) && it.paid < it.expected.amount;
    is_payer && view.owed.iter().any(is_open)
}

/// What a payment is called: an instalment by its place in the plan, a royalty by its period.
pub fn what(request: &Request, view: &ContractView, key: &str) -> String {
    if let Some(n) = key.strip_prefix("royalty-").and_then(|n| n.parse::<u32>().ok()) {
        return said(request, "contract-pay-royalty", "n", (n + 1).to_string());
    }
    match key {
        "deposit" => say(request, "contract-pay-deposit"),
        "balance" => say(request, "contract-pay-balance"),
        _ => {
            let all = &view.kept.current().price.instalments;
            let n = all.iter().position(|it| it.key == key).map_or(0, |at| at + 1);
            said(request, "contract-pay-instalment", "n", n.to_string())
        }
    }
}

fn owed(request: &Request, view: &ContractView, it: &Owed) -> Vec<Markup> {
    let currency = view.kept.current().price.currency;
    let due = match &it.expected.due {
        Due::On(on) => date(request, *on),
        Due::WaitsForSignature => say(request, "contract-pay-after-signature"),
        Due::WaitsForMilestone(_) => say(request, "contract-pay-after-milestone"),
    };
    let is_paid = it.paid >= it.expected.amount;
    vec![
        html! { (what(request, view, &it.expected.key)) },
        html! { (due) " "
            @if it.is_late { (look::tag(Tone::Live, &say(request, "contract-pay-late"))) }
            @if is_paid { (look::tag(Tone::Ok, &say(request, "contract-pay-done"))) }
        },
        html! { (money(request, currency, it.expected.amount)) },
        html! { (money(request, currency, it.paid)) },
    ]
}

fn came(request: &Request, view: &ContractView, it: &Payment) -> Vec<Markup> {
    let currency = view.kept.current().price.currency;
    let from = match &it.source {
        Source::Bank { reference, .. } => {
            said(request, "contract-pay-by-bank", "reference", reference.clone())
        }
        Source::Deposit => say(request, "contract-pay-by-deposit"),
    };
    let href = link::contract_part(view.kept.id, &format!("payments/{}", it.n));
    let state = if it.split.is_some() { "contract-pay-divided" } else { "contract-pay-undivided" };
    vec![
        html! { (it.n) },
        html! { (what(request, view, &it.what)) },
        html! { (from) " · " (date(request, it.value_date)) },
        html! { (money(request, currency, it.amount)) },
        html! {
            @if view.offers.income { a href=(href) { (say(request, state)) } }
            @else { (say(request, state)) }
        },
    ]
}

/// What may be paid now: everything in the plan, and every period that a royalty is owed for.
fn payable(request: &Request, view: &ContractView) -> Vec<(String, String)> {
    let open = |it: &&Owed| it.paid < it.expected.amount;
    let plan = view.owed.iter().filter(open).map(|it| it.expected.key.clone());
    let dues = view.royalties.iter().flat_map(|it| it.dues.iter());
    let periods = dues.filter(|(due, paid)| due.due > *paid);
    let periods = periods.map(|(due, _)| format!("royalty-{}", due.period.number));
    plan.chain(periods).map(|key| (key.clone(), what(request, view, &key))).collect()
}

fn pay_form(request: &Request, view: &ContractView) -> Markup {
    let open = payable(request, view);
    if open.is_empty() {
        return html! {};
    }
    if view.banks.is_empty() {
        return html! { p.small { (say(request, "lot-desk-no-bank")) } };
    }
    let forms = ticket(request);
    let action = link::contract_part(view.kept.id, "payments");
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    let banks: Vec<(String, String)> =
        view.banks.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let currency = view.kept.current().price.currency;
    html! {
        details.part open[request.method == "POST"] {
            summary { (say(request, "contract-pay-confirm")) }
            (form.view(html! {
                (chosen(&form, "what", &say(request, "contract-pay-what"), &open, request.form.get("what")))
                (sum_field(&form, &Field {
                    name: "amount", label: &say(request, "contract-pay-amount"),
                    value: request.form.get("amount"), ..Field::default()
                }, currency))
                (chosen(&form, "bank", &say(request, "contract-pay-bank"), &banks, request.form.get("bank")))
                (text_field(&form, &Field {
                    name: "reference", hint: &say(request, "lot-desk-reference-hint"),
                    value: request.form.get("reference"), ..Field::default()
                }))
                (date_field(&form, &Field {
                    name: "value_date", is_optional: true, label: &say(request, "contract-pay-value-date"),
                    value: request.form.get("value_date"), ..Field::default()
                }))
                (actions(&[button(&say(request, "contract-pay-came-in"), Look::Primary)]))
            }))
        }
    }
}

/// What is owed by period, what was reported, what to ask.
pub fn royalties(request: &Request, view: &ContractView) -> Markup {
    let Some(found) = &view.royalties else { return html! {} };
    let lang = request.lang;
    let currency = view.kept.current().price.currency;
    let titles = [
        "contract-royalty-period",
        "contract-royalty-report",
        "contract-royalty-base",
        "contract-royalty-due",
        "contract-pay-paid",
    ]
    .map(|key| say(request, key));
    let rows = found
        .dues
        .iter()
        .map(|(due, paid)| {
            let reported = match due.reported {
                Some(on) => date(request, on),
                None => said(
                    request,
                    "contract-royalty-until",
                    "on",
                    date(request, due.period.report_by),
                ),
            };
            let span = words::date_range(lang, due.period.from, due.period.until);
            vec![
                html! { (due.period.number + 1) " · " (span) },
                html! { (reported) },
                html! { (money(request, currency, due.base)) },
                html! { (money(request, currency, due.due)) },
                html! { (money(request, currency, *paid)) },
            ]
            .into()
        })
        .collect();
    let title = say(request, "contract-royalty-title");
    look::part(
        "royalties",
        &title,
        html! {
            (look::table(&Table {
                lang,
                caption: &title,
                is_caption_hidden: true,
                columns: vec![
                    Column::text("period", &titles[0]),
                    Column::text("report", &titles[1]),
                    Column::figures("base", &titles[2], currency.code()),
                    Column::figures("due", &titles[3], currency.code()),
                    Column::figures("paid", &titles[4], currency.code()),
                ],
                rows,
                empty: Some(html! { p.quiet { (say(request, "contract-royalty-none")) } }),
                is_cards: true,
                ..Table::default()
            }))
            @if !found.questions.is_empty() {
                (look::notice(lang, Tone::Wait, html! {
                    p { strong { (say(request, "contract-audit-title")) } }
                    ul { @for it in &found.questions { li { (question(request, currency, it)) } } }
                }))
            }
            @if view.offers.report { (report_form(request, view)) }
        },
    )
}

fn question(request: &Request, currency: Currency, it: &contract::audit::Question) -> String {
    use contract::audit::Asked;
    // Days are days; everything else is a sum.
    let shown = |n: i64| match it.asked {
        Asked::Missing | Asked::Late | Asked::Early => n.to_string(),
        _ => money(request, currency, n),
    };
    words::say_with(
        request.lang,
        &format!("contract-audit-{}", it.asked.code()),
        &[
            ("period", (i64::from(it.period) + 1).to_string().into()),
            ("found", shown(it.found).into()),
            ("expected", shown(it.expected).into()),
        ],
    )
}

fn report_form(request: &Request, view: &ContractView) -> Markup {
    let forms = ticket(request);
    let action = link::contract_part(view.kept.id, "reports");
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    let currency = view.kept.current().price.currency;
    let sum = |name: &'static str, key: &str| {
        sum_field(
            &form,
            &Field {
                name,
                label: &say(request, key),
                is_optional: name != "gross",
                value: request.form.get(name),
                ..Field::default()
            },
            currency,
        )
    };
    html! {
        details.part {
            summary { (say(request, "contract-royalty-report-now")) }
            (form.view(html! {
                (text_field(&form, &Field {
                    name: "period", label: &say(request, "contract-royalty-number"), width: Width::Tiny,
                    value: request.form.get("period"), ..Field::default()
                }))
                (sum("gross", "contract-royalty-gross"))
                (sum("deductions", "contract-royalty-deductions"))
                (text_field(&form, &Field {
                    name: "units", label: &say(request, "contract-royalty-units"), width: Width::Short,
                    is_optional: true, value: request.form.get("units"), ..Field::default()
                }))
                (sum("profit", "contract-royalty-profit"))
                (actions(&[button(&say(request, "contract-royalty-send"), Look::Primary)]))
            }))
        }
    }
}
