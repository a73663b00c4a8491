//! Parts of the page of a contract: what comes next, money, milestones, reports, history.

use crate::form::ticket;
use crate::link;
use crate::page::{moment, say};
use app::contract::{ContractOffers, ContractView};
use base::{Currency, Date, Money};
use contract::kept::{Moved, Owed, Payment, Source};
use contract::milestone::{Milestone, Standing};
use contract::plan::Due;
use contract::{Side, Terms};
use edge::Request;
use look::{
    Choice, Column, Field, Form, Look, PostButton, Table, Tone, Width, actions, button,
    button_named, date_field, money_field, select, text_field,
};
use maud::{Markup, html};

/// A sum in the contract's currency, in words of the reader.
pub fn money(request: &Request, currency: Currency, minor: i64) -> String {
    words::money(request.lang, Money::new(minor, currency))
}

/// The whole price.
pub fn total(request: &Request, terms: &Terms) -> String {
    money(request, terms.price.currency, terms.price.total().unwrap_or(0))
}

pub fn date(request: &Request, on: Date) -> String {
    words::date(request.lang, on)
}

fn said(request: &Request, key: &str, name: &str, value: String) -> String {
    words::say_with(request.lang, key, &[(name, value.into())])
}

/// What a party is called.
fn party_name(request: &Request, view: &ContractView, key: &str) -> String {
    match view.kept.side_of(key) {
        Some(Side::Provider) => view.provider.best(request.lang).0.to_owned(),
        Some(Side::Acquirer) => view.acquirer.best(request.lang).0.to_owned(),
        None => say(request, "contract-page-office"),
    }
}

/// Who the parties are and what it is about.
pub fn facts(request: &Request, view: &ContractView) -> Markup {
    let lang = request.lang;
    let (kept, terms) = (&view.kept, view.kept.current());
    let org = |id, name: &base::Bilingual| {
        html! { a href=(link::organisation(id)) { (name.best(lang).0) } }
    };
    let title = terms.subject.title.best(lang).0;
    let technology = html! { a href=(link::technology(kept.technology)) { (title) } };
    let digest = kept.life.version(kept.life.latest()).map(|it| it.digest.to_string());
    let deducted = terms.price.technology_amount().unwrap_or(0);
    let filing = store_state(&kept.filing);
    let mut rows: Vec<(String, Markup)> = vec![
        (
            "contract-field-kind".into(),
            html! { (say(request, &format!("contract-kind-{}", terms.kind.code()))) },
        ),
        (
            "contract-field-mode".into(),
            html! { (say(request, &format!("contract-mode-{}", terms.mode.code()))) },
        ),
        ("contract-side-provider".into(), org(kept.provider, &view.provider)),
        ("contract-side-acquirer".into(), org(kept.acquirer, &view.acquirer)),
        ("contract-page-technology".into(), technology),
        ("contract-page-price".into(), html! { (total(request, terms)) }),
        (
            "contract-page-technology-amount".into(),
            html! { (money(request, terms.price.currency, deducted)) },
        ),
    ];
    if let Some((lot, reference, _)) = &view.lot {
        rows.push((
            "contract-page-lot".into(),
            html! { a href=(link::auction(*lot)) { (reference.to_string()) } },
        ));
    }
    if let Some((deal, reference)) = &view.deal {
        rows.push((
            "deal-page-kind".into(),
            html! { a href=(link::deal(*deal)) { (reference.to_string()) } },
        ));
    }
    if let Some(on) = kept.signed_on {
        rows.push(("contract-page-signed".into(), html! { (date(request, on)) }));
        rows.push((
            "contract-filing-title".into(),
            html! { (say(request, &format!("contract-filing-{filing}"))) },
        ));
    }
    if let Some(digest) = digest {
        rows.push(("contract-page-digest".into(), html! { code.small { (digest) } }));
    }
    if view.offers.income {
        let text = say(request, "contract-income-title");
        rows.push((
            "contract-page-income".into(),
            html! { a href=(link::income(kept.provider)) { (text) } },
        ));
    }
    html! {
        dl.facts { @for (key, value) in &rows { div { dt { (say(request, key)) } dd { (value) } } } }
    }
}

/// The word of a registration's state.
pub fn store_state(filing: &contract::filing::Filing) -> &'static str {
    app::contract::filing_state(filing)
}

/// What comes next, as one panel with the buttons for it.
pub fn next_step(request: &Request, view: &ContractView) -> Markup {
    let lang = request.lang;
    let kept = &view.kept;
    let awaited = kept.life.awaited();
    let offers = &view.offers;
    let until = kept.life.offer().and_then(|it| it.until);
    let is_draft = kept.state() == "draft";
    html! {
        section.sheet.stack #next {
            h2 { (say(request, "contract-page-next")) }
            @if !awaited.is_empty() {
                ul {
                    @for it in &awaited {
                        li {
                            (party_name(request, view, &it.party)) " · "
                            (say(request, if it.is_turn { "contract-page-to-sign" } else { "contract-page-to-sign-later" }))
                        }
                    }
                }
                @if let Some(until) = until {
                    p.small { (said(request, "contract-page-offer-until", "at", moment(request, until))) }
                }
            } @else {
                p { (say(request, &format!("contract-next-{}", kept.state()))) }
            }
            @if let Some((_, _, until)) = view.lot.as_ref().filter(|_| kept.bound.is_none()) {
                (look::notice(lang, Tone::Wait, html! {
                    (said(request, "contract-page-award-until", "at", moment(request, *until)))
                }))
            }
            @if offers.sign { (sign_form(request, view)) }
            @if offers.offer { (offer_form(request, view, is_draft)) }
        }
    }
}

fn sign_form(request: &Request, view: &ContractView) -> Markup {
    let forms = ticket(request);
    let id = view.kept.id;
    let action = link::contract_part(id, "signature");
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    let digest = view.kept.life.offer().and_then(|it| view.kept.life.version(it.version));
    let digest = digest.map(|it| it.digest.to_string()).unwrap_or_default();
    html! {
        (form.view(html! {
            p { (say(request, "contract-page-sign-lead")) " "
                a href=(link::contract_part(id, "text")) { (say(request, "contract-page-read")) } }
            p.small { code { (digest) } }
            input type="hidden" name="digest" value=(digest);
            (actions(&[button(&say(request, "contract-page-sign"), Look::Primary)]))
        }))
    }
}

fn offer_form(request: &Request, view: &ContractView, is_draft: bool) -> Markup {
    let forms = ticket(request);
    let action = link::contract_part(view.kept.id, "offer");
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    let key = if is_draft { "contract-page-offer" } else { "contract-page-offer-amendment" };
    html! {
        (form.view(html! {
            input type="hidden" name="version" value=(view.kept.version);
            (date_field(&form, &Field {
                name: "until", is_optional: true, label: &say(request, "contract-field-offer-until"),
                hint: &say(request, "contract-field-offer-until-hint"), ..Field::default()
            }))
            (actions(&[button(&say(request, key), Look::Primary)]))
        }))
    }
}

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
                (money_field(&form, &Field {
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

/// A choice among texts that were made before, by value.
pub fn chosen(
    form: &Form<'_>,
    name: &str,
    label: &str,
    all: &[(String, String)],
    value: &str,
) -> Markup {
    let is_known = all.iter().any(|(it, _)| it == value);
    let choices: Vec<Choice<'_>> = all
        .iter()
        .enumerate()
        .map(|(n, (it, text))| Choice {
            value: it,
            text,
            hint: "",
            is_chosen: if is_known { it == value } else { n == 0 },
        })
        .collect();
    select(form, &Field { name, label, ..Field::default() }, &choices)
}

/// Milestones with how they stand, and what the own side may say of each.
pub fn milestones(request: &Request, view: &ContractView) -> Markup {
    let all = &view.kept.current().milestones;
    if all.is_empty() {
        return html! {};
    }
    look::part(
        "milestones",
        &say(request, "contract-milestone-title"),
        html! { @for it in all { (milestone(request, view, it)) } },
    )
}

fn milestone(request: &Request, view: &ContractView, it: &Milestone) -> Markup {
    let lang = request.lang;
    let standing = it.standing(view.kept.happened(&it.key), view.today);
    let (tone, key, on) = match standing {
        Standing::Open => (Tone::Wait, "open", it.due),
        Standing::Late { .. } => (Tone::Live, "late", it.due),
        Standing::Delivered { answer_by } => (Tone::Wait, "delivered", answer_by),
        Standing::Unanswered { since } => (Tone::Live, "unanswered", since),
        Standing::Accepted { on } => (Tone::Ok, "accepted", on),
    };
    let side = view.own.as_ref().map(|(_, side)| *side);
    let delivers = view.offers.mark
        && side == Some(Side::Provider)
        && matches!(standing, Standing::Open | Standing::Late { .. });
    let answers = view.offers.mark
        && side == Some(Side::Acquirer)
        && matches!(standing, Standing::Delivered { .. } | Standing::Unanswered { .. });
    let forms = ticket(request);
    let action = link::contract_part(view.kept.id, "milestones");
    let form = Form::new(lang, &action, &forms.csrf, &forms.key);
    html! {
        section.sheet.stack {
            h3 { (it.title.best(lang).0) }
            p { (look::tag(tone, &said(request, &format!("contract-milestone-{key}"), "on", date(request, on)))) }
            p.small { (it.acceptance.best(lang).0) }
            @if delivers || answers {
                (form.view(html! {
                    input type="hidden" name="milestone" value=(it.key);
                    @if delivers {
                        (actions(&[button_named(&say(request, "contract-milestone-deliver"), Look::Primary, "do", "delivered")]))
                    } @else {
                        (text_field(&form, &Field {
                            name: "why", is_optional: true, label: &say(request, "contract-field-why"),
                            hint: &say(request, "contract-milestone-why-hint"), ..Field::default()
                        }))
                        (actions(&[
                            button_named(&say(request, "contract-milestone-accept"), Look::Primary, "do", "accepted"),
                            button_named(&say(request, "contract-milestone-reject"), Look::Danger, "do", "rejected"),
                        ]))
                    }
                }))
            }
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
        money_field(
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

/// Everything else a party may do, folded away.
pub fn turns(request: &Request, view: &ContractView) -> Markup {
    let ContractOffers {
        refuse,
        withdraw,
        abandon,
        perform,
        notify,
        settle,
        end,
        end_for_breach,
        ..
    } = view.offers;
    if ![refuse, withdraw, abandon, perform, notify, settle, end].contains(&true) {
        return html! {};
    }
    let one = |is: bool, word: &str, has_text: bool, tone: Look| {
        if is {
            turn(request, view, word, has_text, tone)
        } else {
            html! {}
        }
    };
    look::part(
        "turns",
        &say(request, "contract-turn-title"),
        html! {
            (one(perform, "perform", false, Look::Primary))
            (one(settle, "settle", false, Look::Primary))
            (one(refuse, "refuse", true, Look::Danger))
            (one(withdraw, "withdraw", true, Look::Danger))
            (one(abandon, "abandon", true, Look::Danger))
            (one(notify, "notify", true, Look::Danger))
            (one(end_for_breach, "end-breach", true, Look::Danger))
            (one(end, "end-agreement", true, Look::Danger))
            (one(end, "end-law", true, Look::Danger))
        },
    )
}

fn turn(request: &Request, view: &ContractView, word: &str, has_text: bool, tone: Look) -> Markup {
    let forms = ticket(request);
    let action = link::contract_part(view.kept.id, "turns");
    let text = say(request, &format!("contract-turn-{word}"));
    let lead = say(request, &format!("contract-turn-{word}-lead"));
    if !has_text {
        let post = PostButton {
            action: &action,
            csrf: &forms.csrf,
            key: &forms.key,
            text: &text,
            look: tone,
            values: &[("turn", word)],
        };
        return html! { div.stack { p { (lead) } (look::post_button(&post)) } };
    }
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    html! {
        details.part {
            summary { (text) }
            (form.view(html! {
                p { (lead) }
                input type="hidden" name="turn" value=(word);
                (text_field(&form, &Field {
                    name: "why", label: &say(request, "contract-field-why"), ..Field::default()
                }))
                (actions(&[button(&text, tone)]))
            }))
        }
    }
}

/// What happened, newest first.
pub fn history(request: &Request, view: &ContractView) -> Markup {
    look::part(
        "history",
        &say(request, "contract-page-history"),
        html! {
            ul.stack { @for it in &view.moves { (moved(request, view, it)) } }
        },
    )
}

fn moved(request: &Request, view: &ContractView, it: &Moved) -> Markup {
    let lang = request.lang;
    let person = it.person.and_then(|id| view.people.get(&id)).map(|name| name.best(lang).0);
    let side = match it.party.is_empty() {
        true => None,
        false => Some(party_name(request, view, &it.party)),
    };
    html! {
        li {
            strong { (say(request, &format!("contract-move-{}", it.kind))) }
            @if !it.text.is_empty() { " · " (it.text) }
            br;
            span.small.quiet {
                (moment(request, it.at))
                @if let Some(person) = person { " · " (person) }
                @if let Some(side) = side { " · " (side) }
            }
        }
    }
}

/// The versions of the text, each to be read, and each beside the one before it.
pub fn versions(request: &Request, view: &ContractView) -> Markup {
    let kept = &view.kept;
    let bound = kept.life.bound().map(|it| it.version);
    let text = link::contract_part(kept.id, "text");
    let compared = link::contract_part(kept.id, "comparison");
    let latest = kept.life.latest();
    html! {
        ol.stack {
            @for n in (1..=latest).rev() {
                @let it = kept.life.version(n);
                li value=(n) {
                    a href=(look::address::with(&text, "version", &n.to_string())) {
                        (said(request, "contract-page-version", "n", n.to_string()))
                    }
                    @if bound == Some(n) { " " (look::tag(Tone::Ok, &say(request, "contract-page-binds"))) }
                    @if n > 1 {
                        " · "
                        @let old = look::address::with(&compared, "old", &(n - 1).to_string());
                        a href=(look::address::and(&old, "new", &n.to_string())) {
                            (say(request, "contract-page-compare"))
                        }
                    }
                    @if let Some(it) = it {
                        br; span.small.quiet { (moment(request, it.at)) @if !it.why.is_empty() { " · " (it.why) } }
                    }
                }
            }
        }
    }
}

/// Files that hang on it.
pub fn documents(request: &Request, view: &ContractView) -> Markup {
    if view.documents.is_empty() {
        return html! {};
    }
    look::sheet(
        &say(request, "contract-page-documents"),
        html! {
            ul {
                @for file in &view.documents {
                    li {
                        a href=(format!("/files/{}", file.id)) { (file.name) }
                        " " span.small.quiet { (words::bytes(request.lang, file.bytes)) }
                    }
                }
            }
        },
    )
}
