//! Income: how a payment is divided, step by step; rules with their source; statements.

use crate::contract_act::{sum, typed_day};
use crate::contract_part::{date, money};
use crate::form::{bilingual, reasons, ticket};
use crate::link;
use crate::page::{Page, get, may, moment, post, say};
use access::{Act, Thing};
use app::No;
use app::contract::{DeclareIncomeRules, DivideIncome, IncomeView, Planned, beneficiary_account};
use base::{ContractId, Currency, OrganisationId, Refusal};
use contract::income::{Band, Cost, Withholding};
use contract::kept::Part;
use contract::rates;
use contract::rules::{Declared, Other, Rules};
use edge::{Reply, Request, Route};
use ledger::rounding::{Rate, Rounding};
use look::{
    Column, Crumb, Field, Form, Look, PageHead, Section, Table, Tone, Width, actions,
    bilingual_field, button, button_named, date_field, sum_field, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/contracts/{id}/payments/{n}", Act::LookAtIncome, plan),
    post("/contracts/{id}/payments/{n}", Act::DivideIncome, divide),
    get("/organisations/{id}/income", Act::LookAtIncome, income),
    post("/organisations/{id}/income", Act::DeclareIncomeRules, declare),
];

/// Lines for costs in the form.
const N_COSTS: usize = 3;
/// Lines for claimants in the form of rules.
const N_OTHERS: usize = 4;

fn number(request: &Request) -> Result<u64, No> {
    Ok(request.param("n").parse().map_err(|_| Refusal::not_found())?)
}

/// The costs of the form, or what cannot be read of them.
fn costs(request: &Request, currency: Currency) -> Result<Vec<Cost>, Vec<Refusal>> {
    let mut no = Vec::new();
    let mut found = Vec::new();
    let names: [&str; N_COSTS] = ["costs.0.amount", "costs.1.amount", "costs.2.amount"];
    for (n, name) in names.into_iter().enumerate() {
        let what = request.form.get(&format!("costs.{n}.what")).trim().to_owned();
        match sum(request, name, currency, &mut no) {
            Some(amount) => found.push(Cost { what, amount }),
            None if !what.is_empty() && no.is_empty() => {
                let refusal = Refusal::invalid("field-required").on(name);
                no.push(refusal.term("field", "field-amount"));
            }
            None => {}
        }
    }
    if no.is_empty() { Ok(found) } else { Err(no) }
}

fn plan(request: &Request) -> Result<Reply, No> {
    let id = request.id("id")?;
    plan_page(request, id, number(request)?, (&[], &[]))
}

fn plan_page(
    request: &Request,
    id: ContractId,
    n: u64,
    (costs, errors): (&[Cost], &[Refusal]),
) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().contract(&request.asker, id)?;
    let planned = request.city().income_plan(&request.asker, id, n, costs);
    let mut all: Vec<Refusal> = errors.to_vec();
    let planned = match planned {
        Ok(planned) => Some(planned),
        Err(no) => {
            all.extend(reasons(no)?);
            None
        }
    };
    let currency = view.kept.current().price.currency;
    let here = link::contract(id);
    let reference = view.kept.reference.to_string();
    let title = words::say_with(lang, "contract-split-title", &[("n", n.to_string().into())]);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &here, text: &reference }],
            title: &title,
            label: Some(&view.kept.label),
            lead: Some(html! { (say(request, "contract-split-lead")) }),
            ..PageHead::default()
        }))
        (look::error_summary(lang, &all))
        @if let Some(planned) = &planned {
            @let is_posted = planned.payment.split.is_some();
            @if is_posted {
                (look::notice(lang, Tone::Ok, html! { (say(request, "contract-split-posted")) }))
            } @else if !view.offers.divide {
                (look::notice(lang, Tone::Info, html! { (say(request, "contract-split-waits")) }))
            }
            (steps(request, planned, currency))
            (parts_table(request, planned, currency, view.kept.provider))
            @if is_posted && may(request, Act::DraftOrder, &Thing::open()) {
                (payable(request, planned, currency, view.kept.provider))
            }
            @if view.offers.divide && !is_posted { (split_form(request, id, n, currency)) }
        } @else {
            p { a href=(link::income(view.kept.provider)) { (say(request, "contract-income-title")) } }
            @if view.offers.divide { (split_form(request, id, n, currency)) }
        }
    };
    let page = Page::new(request, &title).section(Section::Trade).label(&view.kept.label, &title);
    let page = page.at(link::contract_part(id, &format!("payments/{n}")));
    Ok(page.personal().failed(errors).reply(content))
}

/// From what came in to what is divided, line by line.
fn steps(request: &Request, planned: &Planned, currency: Currency) -> Markup {
    let lang = request.lang;
    let divided = &planned.split.divided;
    let line = |key: &str, minor: i64| (say(request, key), money(request, currency, minor));
    let mut rows = vec![line("contract-split-receipt", divided.receipt)];
    for cost in &planned.split.costs {
        let what = match cost.what.as_str() {
            "carried" => say(request, "contract-split-carried-in"),
            what => what.to_owned(),
        };
        let text = words::say_with(lang, "contract-split-cost", &[("what", what.into())]);
        rows.push((text, money(request, currency, -cost.amount)));
    }
    if divided.carried > 0 {
        rows.push(line("contract-split-carried", divided.carried));
    }
    rows.push(line("contract-split-net", divided.net));
    let rate = format!("{}%", rates::percent(planned.rules.inventors_rate));
    let part = words::say_with(lang, "contract-split-inventors", &[("rate", rate.into())]);
    rows.push((part, money(request, currency, divided.inventors_part)));
    rows.push(line("contract-split-others", divided.net - divided.inventors_part));
    let source = words::say_with(
        lang,
        "contract-split-source",
        &[("source", planned.source.clone().into()), ("from", date(request, planned.from).into())],
    );
    html! {
        section.sheet.stack {
            dl.facts { @for (name, value) in &rows { div { dt { (name) } dd { (value) } } } }
            p.small { (source) }
        }
    }
}

/// Who gets what, and what is withheld of it.
fn parts_table(
    request: &Request,
    planned: &Planned,
    currency: Currency,
    owner: OrganisationId,
) -> Markup {
    let lang = request.lang;
    let caption = say(request, "contract-split-parts");
    let titles = [
        "contract-split-who",
        "contract-split-share",
        "contract-split-gross",
        "contract-split-withheld",
        "contract-split-nett",
    ]
    .map(|key| say(request, key));
    // Each is a share of its own part: of the inventors', or of the others'.
    let others = &planned.rules.others;
    let whole = others.iter().map(|it| it.weight).sum::<u64>().max(1);
    let percent = |parts: u64| format!("{}.{:04}%", parts / 10_000, parts % 10_000);
    let weight = |key: &str| {
        let other = others.iter().find(|it| it.key == key);
        let other = other.map(|it| percent(it.weight.saturating_mul(1_000_000) / whole));
        let share = planned.shares.get(key).map(|parts| percent(*parts));
        share.or(other).unwrap_or_default()
    };
    let is_posted = planned.payment.split.is_some();
    let rows = planned
        .split
        .divided
        .payouts
        .iter()
        .map(|it| {
            let name = planned.split.names.get(&it.key);
            let name = name.map(|it| it.best(lang).0.to_owned()).unwrap_or_default();
            let statement = look::address::with(&link::income(owner), "beneficiary", &it.key);
            vec![
                html! { @if is_posted { a href=(statement) { (name) } } @else { (name) } },
                html! { (weight(&it.key)) },
                html! { (money(request, currency, it.gross)) },
                html! { (money(request, currency, it.withheld)) },
                html! { (money(request, currency, it.net)) },
            ]
            .into()
        })
        .collect();
    let sums = |of: fn(&contract::income::Payout) -> i64| {
        planned.split.divided.payouts.iter().map(of).sum::<i64>()
    };
    let total = vec![
        html! { (say(request, "contract-split-sum")) },
        html! {},
        html! { (money(request, currency, sums(|it| it.gross))) },
        html! { (money(request, currency, sums(|it| it.withheld))) },
        html! { (money(request, currency, sums(|it| it.net))) },
    ];
    look::table(&Table {
        lang,
        caption: &caption,
        columns: vec![
            Column::text("who", &titles[0]),
            Column::figures("share", &titles[1], ""),
            Column::figures("gross", &titles[2], currency.code()),
            Column::figures("withheld", &titles[3], currency.code()),
            Column::figures("net", &titles[4], currency.code()),
        ],
        rows,
        total: Some(total.into()),
        is_cards: true,
        ..Table::default()
    })
}

/// What is owed to each is paid by an order, which begins at its account.
fn payable(
    request: &Request,
    planned: &Planned,
    currency: Currency,
    owner: OrganisationId,
) -> Markup {
    let payouts = planned.split.divided.payouts.iter().filter(|it| it.net > 0);
    look::part(
        "pay-out",
        &say(request, "contract-split-pay"),
        html! {
            p { (say(request, "contract-split-pay-lead")) }
            ul {
                @for it in payouts {
                    @let account = beneficiary_account(owner, currency, &it.key);
                    @let name = planned.split.names.get(&it.key).map(|it| it.best(request.lang).0);
                    li {
                        a href=(link::ledger_account(account)) { (name.unwrap_or_default()) } " · "
                        (money(request, currency, it.net))
                    }
                }
            }
        },
    )
}

fn split_form(request: &Request, id: ContractId, n: u64, currency: Currency) -> Markup {
    let forms = ticket(request);
    let action = link::contract_part(id, &format!("payments/{n}"));
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    html! {
        (form.view(html! {
            p { (say(request, "contract-split-costs")) }
            @for n in 0..N_COSTS {
                @let (what, amount) = (format!("costs.{n}.what"), format!("costs.{n}.amount"));
                (text_field(&form, &Field {
                    name: &what, label: &say(request, "contract-split-cost-what"), is_optional: true,
                    value: request.form.get(&what), ..Field::default()
                }))
                (sum_field(&form, &Field {
                    name: &amount, label: &say(request, "contract-pay-amount"), is_optional: true,
                    value: request.form.get(&amount), ..Field::default()
                }, currency))
            }
            (actions(&[
                button_named(&say(request, "contract-split-post"), Look::Primary, "do", "post"),
                button_named(&say(request, "contract-split-look"), Look::Second, "do", "look"),
            ]))
        }))
    }
}

fn divide(request: &Request) -> Result<Reply, No> {
    let id: ContractId = request.id("id")?;
    let n = number(request)?;
    let view = request.city().contract(&request.asker, id)?;
    let currency = view.kept.current().price.currency;
    let costs = match costs(request, currency) {
        Ok(costs) => costs,
        Err(no) => return plan_page(request, id, n, (&[], &no)),
    };
    if request.form.get("do") == "look" {
        return plan_page(request, id, n, (&costs, &[]));
    }
    let act = DivideIncome::new(id, n, costs.clone());
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(Reply::see_other(link::contract_part(id, &format!("payments/{n}")))),
        Err(no) => {
            let errors = reasons(no)?;
            plan_page(request, id, n, (&costs, &errors))
        }
    }
}

fn income(request: &Request) -> Result<Reply, No> {
    income_page(request, request.id("id")?, &[])
}

fn income_page(request: &Request, id: OrganisationId, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let beneficiary = request.query.get("beneficiary");
    let key = Some(beneficiary).filter(|it| !it.is_empty());
    let view = request.city().income(&request.asker, id, key)?;
    let here = link::organisation(id);
    let of = view.name.best(lang).0.to_owned();
    let income = link::income(id);
    let whole = say(request, "contract-income-title");
    let (title, crumbs) = match key.and_then(|_| view.parts.first()) {
        Some(part) => {
            let name = part.name.best(lang).0.to_owned();
            let title = words::say_with(lang, "contract-income-of", &[("name", name.into())]);
            (title, vec![Crumb { href: &here, text: &of }, Crumb { href: &income, text: &whole }])
        }
        None => (whole.clone(), vec![Crumb { href: &here, text: &of }]),
    };
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &crumbs,
            title: &title,
            lead: Some(html! { (say(request, "contract-income-lead")) }),
            ..PageHead::default()
        }))
        (look::error_summary(lang, errors))
        (statement(request, &view, key.is_some()))
        @if key.is_none() {
            (look::part("rules", &say(request, "contract-rules-title"), html! {
                @if view.rules.is_empty() { p.quiet { (say(request, "contract-rules-none")) } }
                @for it in &view.rules { (rules(request, it)) }
                @if view.declares { (rules_form(request, &view)) }
            }))
        }
    };
    let page = Page::new(request, &title).section(Section::Trade);
    Ok(page.at(income.clone()).personal().failed(errors).reply(content))
}

/// What came, line by line, with sums by currency.
fn statement(request: &Request, view: &IncomeView, is_of_one: bool) -> Markup {
    let lang = request.lang;
    let caption = say(request, "contract-income-statement");
    let titles = [
        "contract-income-at",
        "contract-split-who",
        "contract-page-kind",
        "contract-split-gross",
        "contract-split-withheld",
        "contract-split-nett",
    ]
    .map(|key| say(request, key));
    let rows = view.parts.iter().map(|it| part(request, view, it, is_of_one).into()).collect();
    let currency = view.parts.first().map_or(Currency::CNY, |it| it.currency);
    let of_one = || view.parts.iter().filter(|it| it.currency == currency);
    let is_same = of_one().count() == view.parts.len();
    let sum = |of: fn(&Part) -> i64| money(request, currency, of_one().map(of).sum());
    let total = is_same.then(|| {
        vec![
            html! { (say(request, "contract-split-sum")) },
            html! {},
            html! {},
            html! { (sum(|it| it.gross)) },
            html! { (sum(|it| it.withheld)) },
            html! { (sum(|it| it.net)) },
        ]
        .into()
    });
    look::table(&Table {
        lang,
        caption: &caption,
        columns: vec![
            Column::text("at", &titles[0]),
            Column::text("who", &titles[1]),
            Column::text("contract", &titles[2]),
            Column::figures("gross", &titles[3], ""),
            Column::figures("withheld", &titles[4], ""),
            Column::figures("net", &titles[5], ""),
        ],
        rows,
        total,
        empty: Some(look::empty(&say(request, "contract-income-none"), html! {})),
        is_cards: true,
        ..Table::default()
    })
}

fn part(request: &Request, view: &IncomeView, it: &Part, is_of_one: bool) -> Vec<Markup> {
    let name = it.name.best(request.lang).0;
    let income = link::income(view.organisation);
    let statement = look::address::with(&income, "beneficiary", &it.beneficiary);
    let reference = view.references.get(&it.contract).map(ToString::to_string).unwrap_or_default();
    let split = link::contract_part(it.contract, &format!("payments/{}", it.payment));
    vec![
        html! { (moment(request, it.at)) },
        html! { @if is_of_one { (name) } @else { a href=(statement) { (name) } } },
        html! { a href=(split) { (reference) } },
        html! { (money(request, it.currency, it.gross)) },
        html! { (money(request, it.currency, it.withheld)) },
        html! { (money(request, it.currency, it.net)) },
    ]
}

fn rules(request: &Request, it: &Declared) -> Markup {
    let lang = request.lang;
    let percent = |rate: Rate| format!("{}%", rates::percent(rate));
    let others = it.rules.others.iter().map(|it| format!("{} {}", it.name.best(lang).0, it.weight));
    let tax = it.rules.withheld.as_ref().and_then(|it| it.bands.first()).map(|it| percent(it.rate));
    html! {
        section.sheet.stack {
            h3 { (words::say_with(lang, "contract-rules-from", &[("from", date(request, it.from).into())])) }
            p.small { (it.source) }
            dl.facts {
                div { dt { (say(request, "contract-rules-inventors")) } dd { (percent(it.rules.inventors_rate)) } }
                div { dt { (say(request, "contract-rules-floor")) } dd { (percent(it.rules.floor)) } }
                div { dt { (say(request, "contract-rules-others")) } dd { (others.collect::<Vec<_>>().join(" : ")) } }
                @if let Some(tax) = tax {
                    div { dt { (say(request, "contract-rules-tax")) } dd { (tax) } }
                }
            }
        }
    }
}

fn rules_form(request: &Request, view: &IncomeView) -> Markup {
    let forms = ticket(request);
    let action = link::income(view.organisation);
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    let is_again = request.method == "POST";
    let usual = &view.usual;
    let typed = |name: &str, usual: String| {
        if is_again { request.form.get(name).to_owned() } else { usual }
    };
    let field = |name: &'static str, key: &str, usual: String| {
        let value = typed(name, usual);
        let label = say(request, key);
        text_field(
            &form,
            &Field {
                name,
                label: &label,
                value: &value,
                width: Width::Short,
                unit: "%",
                ..Field::default()
            },
        )
    };
    let tax = usual.withheld.as_ref();
    let counted = tax.map_or_else(|| "100".to_owned(), |it| rates::percent(it.counted));
    let rate = tax
        .and_then(|it| it.bands.first())
        .map_or_else(|| "0".to_owned(), |it| rates::percent(it.rate));
    html! {
        details.part open[is_again || view.rules.is_empty()] {
            summary { (say(request, "contract-rules-declare")) }
            (form.view(html! {
                (date_field(&form, &Field {
                    name: "from", label: &say(request, "contract-rules-valid"),
                    value: &typed("from", view.today.to_string()), ..Field::default()
                }))
                (text_field(&form, &Field {
                    name: "source", label: &say(request, "contract-rules-source"),
                    hint: &say(request, "contract-rules-source-hint"),
                    value: request.form.get("source"), ..Field::default()
                }))
                (field("inventors_rate", "contract-rules-inventors", rates::percent(usual.inventors_rate)))
                (field("floor", "contract-rules-floor", rates::percent(usual.floor)))
                (field("main_floor", "contract-rules-main", rates::percent(usual.main_floor)))
                p { (say(request, "contract-rules-others-hint")) }
                @for n in 0..N_OTHERS {
                    @let other = usual.others.get(n);
                    @let (name, weight) = (format!("others.{n}.name"), format!("others.{n}.weight"));
                    @let shown = if is_again { bilingual(&request.form, &name) }
                        else { other.map(|it| it.name.clone()).unwrap_or_default() };
                    @let value = typed(&weight, other.map_or_else(String::new, |it| it.weight.to_string()));
                    (bilingual_field(&form, &Field {
                        name: &name, label: &say(request, "contract-rules-name"), is_optional: true,
                        ..Field::default()
                    }, &shown))
                    (text_field(&form, &Field {
                        name: &weight, label: &say(request, "contract-rules-weight"), value: &value,
                        width: Width::Tiny, is_optional: true, ..Field::default()
                    }))
                }
                p { (say(request, "contract-rules-tax-hint")) }
                (field("counted", "contract-rules-counted", counted))
                (field("tax", "contract-rules-tax", rate))
                (actions(&[button(&say(request, "contract-rules-save"), Look::Primary)]))
            }))
        }
    }
}

fn declare(request: &Request) -> Result<Reply, No> {
    let organisation = request.id("id")?;
    let done = read_rules(request).and_then(|(from, rules)| {
        let source = request.form.get("source").to_owned();
        let act = DeclareIncomeRules { organisation, from, source, rules };
        request.city().perform(&request.keyed(), act).map(|_| ())
    });
    match done {
        Ok(()) => Ok(Reply::see_other(link::income(organisation))),
        Err(no) => {
            let errors = reasons(no)?;
            income_page(request, organisation, &errors)
        }
    }
}

fn read_rules(request: &Request) -> Result<(base::Date, Rules), No> {
    let mut no = Vec::new();
    let unread = |field: &str, no: &mut Vec<Refusal>| {
        no.push(Refusal::invalid("contract-flaw-unreadable").on(field.to_owned()));
    };
    let percent = |field: &str, no: &mut Vec<Refusal>| {
        let found = rates::read_percent(request.form.get(field));
        if found.is_none() {
            unread(field, no);
        }
        found.unwrap_or_else(|| rates::read_percent("0").expect("nought is a rate"))
    };
    let inventors_rate = percent("inventors_rate", &mut no);
    let floor = percent("floor", &mut no);
    let main_floor = percent("main_floor", &mut no);
    let counted = percent("counted", &mut no);
    let tax = percent("tax", &mut no);
    let mut others = Vec::new();
    for n in 0..N_OTHERS {
        let name = bilingual(&request.form, &format!("others.{n}.name"));
        if name.is_empty() {
            continue;
        }
        let field = format!("others.{n}.weight");
        let weight = request.form.get(&field).trim().parse().unwrap_or_else(|_| {
            no.push(Refusal::invalid("contract-flaw-unreadable").on(field.clone()));
            1
        });
        // The first two are what the law and statutes call them; others are told by their place.
        let key = match n {
            0 => "institute".to_owned(),
            1 => "department".to_owned(),
            n => format!("other-{}", n + 1),
        };
        others.push(Other { key, name, weight });
    }
    let from = typed_day(request.form.get("from"), "from", &mut no);
    if from.is_none() && no.is_empty() {
        let refusal = Refusal::invalid("field-required").on("from");
        no.push(refusal.term("field", "field-date"));
    }
    let withheld = Withholding {
        allowance: 0,
        counted,
        bands: vec![Band { from: 0, rate: tax }],
        rounding: Rounding::HalfUp,
    };
    let rules = Rules {
        inventors_rate,
        // The law sets a floor: a unit that is rounded away would break it.
        inventors_rounding: Rounding::Ceiling,
        floor,
        main_floor,
        others,
        withheld: Some(withheld),
    };
    match from {
        Some(from) if no.is_empty() => Ok((from, rules)),
        _ => Err(No(no)),
    }
}
