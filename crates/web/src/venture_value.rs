//! The value of a technology: three methods side by side, opinions, sensitivity, and the forms.

use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{get, post, say};
use crate::venture::{framed, head};
use crate::venture_entry::Reader;
use crate::venture_part::{money, said};
use access::Act;
use app::No;
use app::venture::{ReviseVenture, VentureView};
use base::Refusal;
use edge::{Reply, Request, Route};
use equity::contribution::Contribution;
use equity::valuation::{
    Adjustment, Comparable, Cost, Estimate, Growth, Income, Item, Market, Method, Opinion,
    Sensitivity, Used, Valuation,
};
use equity::{Price, as_percent};
use look::{
    Choice, Column, Field, Form, Look, Row, Table, Tone, Width, actions, button, date_field,
    fieldset, notice, select, sum_field, text_field,
};
use maud::{Markup, html};
use trading::venture::Offer;

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/ventures/{id}/valuation", Act::LookAtVenture, show),
    post("/ventures/{id}/valuation", Act::ReviseVenture, value),
    post("/ventures/{id}/offer", Act::ReviseVenture, offer),
];

/// Rows that a form shows beyond those filled in.
const SPARE: usize = 2;
/// Rows of one kind in a form.
const ROWS_MAX: usize = 12;

fn show(request: &Request) -> Result<Reply, No> {
    let view = request.city().venture(&request.asker, request.id("id")?)?;
    Ok(page(request, &view, &[], ""))
}

/// The page, with the reasons why one of its forms was refused.
fn page(request: &Request, view: &VentureView, errors: &[Refusal], failed: &str) -> Reply {
    let it = view.venture();
    let of = |form: &str| if form == failed { errors } else { &[] };
    let content = html! {
        (head(request, view, Vec::new()))
        @match &view.concluded {
            Some(found) => {
                (look::figures(request.lang, &[
                    look::Figure {
                        value: &money(request, it, found.value),
                        label: &say(request, "venture-value-mean"),
                        note: &said(request, "venture-value-until", "date", words::date(request.lang, found.valid_until)),
                        ..look::Figure::default()
                    },
                    look::Figure {
                        value: &money(request, it, found.low),
                        label: &say(request, "venture-value-low"),
                        ..look::Figure::default()
                    },
                    look::Figure {
                        value: &money(request, it, found.high),
                        label: &say(request, "venture-value-high"),
                        ..look::Figure::default()
                    },
                ]))
                (look::part("methods", &say(request, "venture-value-methods"), methods(request, view, found)))
            }
            None => (look::empty(&say(request, "venture-value-none"), html! { p { (say(request, "venture-value-none-hint")) } })),
        }
        @if let Some(valuation) = &it.plan.valuation {
            (look::part("opinions", &say(request, "venture-value-opinions"), opinions(request, view, valuation)))
        }
        @if let Some(table) = &view.sensitivity {
            (look::part("sensitivity", &say(request, "venture-value-sensitivity"), sensitivity(request, view, table)))
        }
        @if let Some(Ok(found)) = &view.allotted { (look::part("allotted", &say(request, "venture-value-allotted"), allotted(request, view, found))) }
        @if view.offers.revise {
            (look::part("value", &say(request, "venture-value-form"), html! {
                details open[view.concluded.is_none() || failed == "value"] {
                    summary { (say(request, "venture-value-form-open")) }
                    (value_form(request, view, of("value")))
                }
            }))
            (look::part("offer", &say(request, "venture-offer-form"), html! {
                details open[it.plan.offer.is_none() || failed == "offer"] {
                    summary { (say(request, "venture-offer-form-open")) }
                    (offer_form(request, view, of("offer")))
                }
            }))
        }
    };
    framed(request, view).at(link::venture_part(it.id, "valuation")).failed(errors).reply(content)
}

/// The three methods as columns: range, weight, inputs, or why one is not used.
fn methods(request: &Request, view: &VentureView, found: &equity::valuation::Concluded) -> Markup {
    let it = view.venture();
    let weights = it.plan.valuation.as_ref().map_or([0; 3], |it| it.weights);
    let estimate = |method| found.estimates.iter().find(|it| it.method == method);
    let why = |method| found.not_used.iter().find(|(own, _)| *own == method).map(|(_, why)| why);
    let names = Method::ALL.map(|it| say(request, &format!("venture-method-{}", it.code())));
    let head = say(request, "venture-value-what");
    let mut columns = vec![Column::text("what", &head)];
    columns.extend(names.iter().map(|name| Column::text("", name)));
    let row = |key: &str, cell: &dyn Fn(&Estimate) -> String| {
        let mut cells = vec![html! { (say(request, key)) }];
        cells.extend(Method::ALL.map(|method| {
            html! {
                @match estimate(method) { Some(it) => (cell(it)), None => "—" }
            }
        }));
        Row::from(cells)
    };
    let mut rows = vec![
        row("venture-value-value", &|of| money(request, it, of.value)),
        row("venture-value-low", &|of| money(request, it, of.low)),
        row("venture-value-high", &|of| money(request, it, of.high)),
        row("venture-value-weight", &|of| match of.method {
            Method::Cost => weights[0].to_string(),
            Method::Market => weights[1].to_string(),
            Method::Income => weights[2].to_string(),
        }),
    ];
    let mut inputs = vec![html! { (say(request, "venture-value-inputs")) }];
    inputs.extend(Method::ALL.map(|method| html! {
        @match (estimate(method), why(method)) {
            (Some(of), _) => (input_list(request, view, of)),
            (None, Some(why)) => span.quiet { (said(request, "venture-value-not-used", "why", why.clone())) },
            _ => "",
        }
    }));
    rows.push(Row::from(inputs));
    look::table(&Table {
        lang: request.lang,
        caption: &say(request, "venture-value-methods"),
        is_caption_hidden: true,
        columns,
        rows,
        is_cards: true,
        ..Table::default()
    })
}

/// Every input of a method by its name.
fn input_list(request: &Request, view: &VentureView, of: &Estimate) -> Markup {
    let it = view.venture();
    let Some(plan) = &it.plan.valuation else { return html! {} };
    let pair = |key: &str, value: String| (say(request, &format!("venture-input-{key}")), value);
    let lines: Vec<(String, String)> = match (of.method, &plan.cost, &plan.market, &plan.income) {
        (Method::Cost, Used::Yes(cost), ..) => {
            let items = cost.items.iter().map(|one| {
                let sum = money(request, it, one.spent);
                (one.what.clone(), format!("{sum} ({:+})", Signed(as_percent(one.index))))
            });
            items
                .chain([
                    pair("profit", as_percent(cost.profit)),
                    pair("obsolete", as_percent(cost.obsolete)),
                    pair("months", format!("{}/{}", cost.months_left, cost.months)),
                    pair("spread", as_percent(cost.spread)),
                ])
                .collect()
        }
        (Method::Market, _, Used::Yes(market), _) => market
            .comparables
            .iter()
            .map(|one| {
                let by: Vec<String> = one
                    .adjustments
                    .iter()
                    .map(|by| format!("{} {}", by.what, as_percent(by.rate)))
                    .collect();
                (one.what.clone(), format!("{} {}", money(request, it, one.price), by.join(", ")))
            })
            .collect(),
        (Method::Income, _, _, Used::Yes(income)) => {
            let sales: Vec<String> =
                income.sales.iter().map(|sum| money(request, it, *sum)).collect();
            let mut all = vec![
                pair("sales", sales.join(" · ")),
                pair("part", as_percent(income.part)),
                pair("tax", as_percent(income.tax)),
                pair("discount", as_percent(income.discount)),
                pair("discount-spread", as_percent(income.discount_spread)),
            ];
            if let Some(growth) = income.growth {
                all.push(pair("growth", as_percent(growth.0)));
            }
            all
        }
        _ => Vec::new(),
    };
    html! { ul.small { @for (name, value) in lines { li { (name) ": " (value) } } } }
}

/// A percentage with its sign.
struct Signed(String);

impl std::fmt::Display for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0.starts_with('-') { "" } else { "+" };
        write!(f, "{sign}{}", self.0)
    }
}

fn opinions(request: &Request, view: &VentureView, valuation: &Valuation) -> Markup {
    let it = view.venture();
    let against = view.concluded.as_ref().map_or(&[][..], |found| &found.against);
    html! {
        @if valuation.opinions.is_empty() { p.quiet { (say(request, "venture-value-no-opinions")) } }
        @for one in &valuation.opinions {
            div.sheet.stack {
                p.row {
                    strong { (one.expert) }
                    (look::tag(Tone::Plain, &say(request, &format!("venture-method-{}", one.method.code()))))
                    @if against.contains(&one.expert) {
                        (look::tag(Tone::Wait, &say(request, "venture-value-against")))
                    }
                }
                p {
                    (words::say_with(request.lang, "venture-range", &[
                        ("low", money(request, it, one.low).into()),
                        ("high", money(request, it, one.high).into()),
                    ]))
                }
                p.small { (one.why) }
            }
        }
    }
}

/// What the income method would come to under other assumptions.
fn sensitivity(request: &Request, view: &VentureView, table: &Sensitivity) -> Markup {
    let it = view.venture();
    let first = say(request, "venture-value-discount");
    let factors: Vec<String> = table
        .factors
        .iter()
        .map(|it| said(request, "venture-value-factor", "factor", as_percent(*it)))
        .collect();
    let mut columns = vec![Column::text("discount", &first)];
    columns.extend(factors.iter().map(|it| Column::figures("", it, "")));
    let rows = table.discounts.iter().zip(&table.values).map(|(discount, values)| {
        let mut cells = vec![html! { (as_percent(*discount)) }];
        cells.extend(values.iter().map(|value| {
            html! {
                @match value { Some(sum) => (money(request, it, *sum)), None => "—" }
            }
        }));
        Row::from(cells)
    });
    look::table(&Table {
        lang: request.lang,
        caption: &say(request, "venture-value-sensitivity"),
        is_caption_hidden: true,
        columns,
        rows: rows.collect(),
        note: Some(html! { (say(request, "venture-value-sensitivity-note")) }),
        ..Table::default()
    })
}

/// Who would get how many shares today.
fn allotted(
    request: &Request,
    view: &VentureView,
    found: &equity::contribution::Allotted,
) -> Markup {
    let it = view.venture();
    let number = |n: i64| words::number(request.lang, n);
    html! {
        ul {
            @for (key, shares) in &found.parts {
                li { (crate::venture_part::holder(request, view, key)) " · " (said(request, "venture-shares-count", "shares", number(*shares))) }
            }
        }
        p.small.quiet {
            (words::say_with(request.lang, "venture-value-floor", &[
                ("floor", as_percent(found.floor).into()), ("source", found.source.clone().into()),
            ]))
            @if found.left > 0 { " " (said(request, "venture-value-left", "left", money(request, it, found.left))) }
        }
    }
}

fn used<T>(used: Option<&Used<T>>) -> (Option<&T>, &str) {
    match used {
        Some(Used::Yes(it)) => (Some(it), ""),
        Some(Used::No { why }) => (None, why.as_str()),
        None => (None, ""),
    }
}

/// What a field shows: what was typed, or what is kept.
fn kept(request: &Request, name: &str, value: Option<String>) -> String {
    if request.form.has(name) {
        return request.form.get(name).to_owned();
    }
    value.unwrap_or_default()
}

fn value_form(request: &Request, view: &VentureView, errors: &[Refusal]) -> Markup {
    let (lang, it) = (request.lang, view.venture());
    let forms = ticket(request);
    let action = link::venture_part(it.id, "valuation");
    let form = Form::new(lang, &action, &forms.csrf, &forms.key).with_errors(errors);
    let plan = it.plan.valuation.as_ref();
    let on = plan.map_or_else(|| view.today.to_string(), |it| it.on.to_string());
    let weights = plan.map_or([1, 0, 1], |it| it.weights);
    html! {
        (form.view(html! {
            input type="hidden" name="version" value=(it.version);
            p.quiet { (say(request, "venture-value-form-lead")) }
            (date_field(&form, &Field {
                name: "on", label: &say(request, "venture-field-valued-on"),
                value: &kept(request, "on", Some(on)), ..Field::default()
            }))
            (cost_fields(request, &form, plan, it))
            (market_fields(request, &form, plan, it))
            (income_fields(request, &form, plan, it))
            (fieldset(&say(request, "venture-value-weight"), &say(request, "venture-field-weights-hint"), html! {
                div.row {
                    @for (n, method) in Method::ALL.iter().enumerate() {
                        (short(request, &form, &format!("weights.{}", method.code()),
                            &say(request, &format!("venture-method-{}", method.code())), Some(weights[n].to_string())))
                    }
                }
            }))
            (opinion_fields(request, &form, plan, it))
            (actions(&[button(&say(request, "venture-value-keep"), Look::Primary)]))
        }))
    }
}

fn short(
    request: &Request,
    form: &Form<'_>,
    name: &str,
    label: &str,
    value: Option<String>,
) -> Markup {
    text_field(
        form,
        &Field {
            name,
            label,
            value: &kept(request, name, value),
            is_optional: true,
            width: Width::Short,
            ..Field::default()
        },
    )
}

fn wide(
    request: &Request,
    form: &Form<'_>,
    name: &str,
    label: &str,
    value: Option<String>,
) -> Markup {
    text_field(
        form,
        &Field {
            name,
            label,
            value: &kept(request, name, value),
            is_optional: true,
            most: None,
            ..Field::default()
        },
    )
}

fn decimal(it: &trading::venture::Venture, minor: i64) -> String {
    it.money(minor).decimal()
}

/// Rows that a form has: those kept or typed, and some to spare.
fn n_rows(request: &Request, kept: usize, name: impl Fn(usize) -> String) -> usize {
    let typed = (0..ROWS_MAX).filter(|n| !request.form.get(&name(*n)).trim().is_empty()).count();
    (kept.max(typed) + SPARE).clamp(3, ROWS_MAX)
}

fn cost_fields(
    request: &Request,
    form: &Form<'_>,
    plan: Option<&Valuation>,
    it: &trading::venture::Venture,
) -> Markup {
    let (cost, why) = used(plan.map(|it| &it.cost));
    let label = |key: &str| say(request, &format!("venture-input-{key}"));
    let items = cost.map_or(&[][..], |it| &it.items);
    let n = n_rows(request, items.len(), |n| format!("cost.items.{n}.what"));
    let rate = |of: fn(&Cost) -> String| cost.map(of);
    fieldset(
        &say(request, "venture-method-cost"),
        &say(request, "venture-method-cost-hint"),
        html! {
            @for at in 0..n {
                @let item = items.get(at);
                div.row {
                    (wide(request, form, &format!("cost.items.{at}.what"), &label("what"), item.map(|it| it.what.clone())))
                    (short(request, form, &format!("cost.items.{at}.spent"), &label("spent"), item.map(|one| decimal(it, one.spent))))
                    (short(request, form, &format!("cost.items.{at}.index"), &label("index"), item.map(|it| it.index.to_string())))
                }
            }
            div.row {
                (short(request, form, "cost.profit", &label("profit"), rate(|it| it.profit.to_string())))
                (short(request, form, "cost.obsolete", &label("obsolete"), rate(|it| it.obsolete.to_string())))
                (short(request, form, "cost.months_left", &label("months-left"), rate(|it| it.months_left.to_string())))
                (short(request, form, "cost.months", &label("months-all"), rate(|it| it.months.to_string())))
                (short(request, form, "cost.spread", &label("spread"), rate(|it| it.spread.to_string())))
            }
            (wide(request, form, "cost.why", &label("why"), Some(why.to_owned())))
        },
    )
}

fn market_fields(
    request: &Request,
    form: &Form<'_>,
    plan: Option<&Valuation>,
    it: &trading::venture::Venture,
) -> Markup {
    let (market, why) = used(plan.map(|it| &it.market));
    let label = |key: &str| say(request, &format!("venture-input-{key}"));
    let all = market.map_or(&[][..], |it| &it.comparables);
    let n = n_rows(request, all.len(), |n| format!("market.comparables.{n}.what"));
    fieldset(
        &say(request, "venture-method-market"),
        &say(request, "venture-method-market-hint"),
        html! {
            @for at in 0..n {
                @let one = all.get(at);
                @let by = one.and_then(|it| it.adjustments.first());
                div.row {
                    (wide(request, form, &format!("market.comparables.{at}.what"), &label("deal"), one.map(|it| it.what.clone())))
                    (short(request, form, &format!("market.comparables.{at}.price"), &label("price"), one.map(|own| decimal(it, own.price))))
                    (short(request, form, &format!("market.comparables.{at}.adjustments"), &label("adjustment"), by.map(|it| it.rate.to_string())))
                    (wide(request, form, &format!("market.comparables.{at}.because"), &label("because"), by.map(|it| it.what.clone())))
                }
            }
            (wide(request, form, "market.why", &label("why"), Some(why.to_owned())))
        },
    )
}

fn income_fields(
    request: &Request,
    form: &Form<'_>,
    plan: Option<&Valuation>,
    it: &trading::venture::Venture,
) -> Markup {
    let (income, why) = used(plan.map(|it| &it.income));
    let label = |key: &str| say(request, &format!("venture-input-{key}"));
    let sales = income.map(|own| {
        let all: Vec<String> = own.sales.iter().map(|sum| decimal(it, *sum)).collect();
        all.join(" ")
    });
    let rate = |of: fn(&Income) -> String| income.map(of);
    fieldset(
        &say(request, "venture-method-income"),
        &say(request, "venture-method-income-hint"),
        html! {
            (wide(request, form, "income.sales", &label("sales-years"), sales))
            div.row {
                (short(request, form, "income.part", &label("part"), rate(|it| it.part.to_string())))
                (short(request, form, "income.tax", &label("tax"), rate(|it| it.tax.to_string())))
                (short(request, form, "income.discount", &label("discount"), rate(|it| it.discount.to_string())))
                (short(request, form, "income.discount_spread", &label("discount-spread"), rate(|it| it.discount_spread.to_string())))
                (short(request, form, "income.growth", &label("growth"), income.and_then(|it| it.growth).map(|it| it.0.to_string())))
            }
            (wide(request, form, "income.why", &label("why"), Some(why.to_owned())))
        },
    )
}

fn opinion_fields(
    request: &Request,
    form: &Form<'_>,
    plan: Option<&Valuation>,
    it: &trading::venture::Venture,
) -> Markup {
    let label = |key: &str| say(request, &format!("venture-input-{key}"));
    let all = plan.map_or(&[][..], |it| &it.opinions);
    let n = n_rows(request, all.len(), |n| format!("opinions.{n}.expert"));
    fieldset(
        &say(request, "venture-value-opinions"),
        "",
        html! {
            @for at in 0..n {
                @let one = all.get(at);
                @let chosen = kept(request, &format!("opinions.{at}.method"), one.map(|it| it.method.code().to_owned()));
                @let names = Method::ALL.map(|it| (it.code(), say(request, &format!("venture-method-{}", it.code()))));
                @let choices: Vec<Choice<'_>> = names.iter().map(|(code, text)| Choice { value: code, text, hint: "", is_chosen: *code == chosen || (chosen.is_empty() && *code == "cost") }).collect();
                div.row {
                    (short(request, form, &format!("opinions.{at}.expert"), &label("expert"), one.map(|it| it.expert.clone())))
                    (select(form, &Field { name: &format!("opinions.{at}.method"), label: &label("method"), is_optional: true, ..Field::default() }, &choices))
                    (short(request, form, &format!("opinions.{at}.low"), &label("low"), one.map(|own| decimal(it, own.low))))
                    (short(request, form, &format!("opinions.{at}.high"), &label("high"), one.map(|own| decimal(it, own.high))))
                    (wide(request, form, &format!("opinions.{at}.why"), &label("reason"), one.map(|it| it.why.clone())))
                }
            }
        },
    )
}

/// Reads the form; what is left empty is not used, with its reason.
fn read_value(reader: &mut Reader<'_>) -> Valuation {
    let typed = |reader: &Reader<'_>, name: &str| !reader.text(name).is_empty();
    let mut items = Vec::new();
    for n in 0..ROWS_MAX {
        let field = |part: &str| format!("cost.items.{n}.{part}");
        if typed(reader, &field("what")) || typed(reader, &field("spent")) {
            items.push(Item {
                what: reader.text(&field("what")),
                spent: reader.money(&field("spent")),
                index: reader.rate_or(&field("index"), "0"),
            });
        }
    }
    let cost = if items.is_empty() {
        Used::No { why: reader.text("cost.why") }
    } else {
        Used::Yes(Cost {
            items,
            profit: reader.rate_or("cost.profit", "0"),
            obsolete: reader.rate_or("cost.obsolete", "0"),
            months_left: reader.small("cost.months_left"),
            months: reader.small("cost.months"),
            spread: reader.rate_or("cost.spread", "0"),
        })
    };
    let mut comparables = Vec::new();
    for n in 0..ROWS_MAX {
        let field = |part: &str| format!("market.comparables.{n}.{part}");
        if typed(reader, &field("what")) || typed(reader, &field("price")) {
            let by = typed(reader, &field("adjustments")).then(|| Adjustment {
                what: reader.text(&field("because")),
                rate: reader.rate_or(&field("adjustments"), "0"),
            });
            comparables.push(Comparable {
                what: reader.text(&field("what")),
                price: reader.money(&field("price")),
                adjustments: by.into_iter().collect(),
            });
        }
    }
    let market = if comparables.is_empty() {
        Used::No { why: reader.text("market.why") }
    } else {
        Used::Yes(Market { comparables })
    };
    let income = if typed(reader, "income.sales") {
        let growth = typed(reader, "income.growth");
        Used::Yes(Income {
            sales: reader.sums("income.sales"),
            part: reader.rate_or("income.part", "0"),
            tax: reader.rate_or("income.tax", "0"),
            discount: reader.rate_or("income.discount", "0"),
            discount_spread: reader.rate_or("income.discount_spread", "0"),
            growth: growth.then(|| Growth(reader.rate_or("income.growth", "0"))),
        })
    } else {
        Used::No { why: reader.text("income.why") }
    };
    let mut opinions = Vec::new();
    for n in 0..ROWS_MAX {
        let field = |part: &str| format!("opinions.{n}.{part}");
        if typed(reader, &field("expert")) || typed(reader, &field("why")) {
            let chosen = reader.text(&field("method"));
            let method = Method::ALL.into_iter().find(|it| it.code() == chosen);
            opinions.push(Opinion {
                expert: reader.text(&field("expert")),
                low: reader.money(&field("low")),
                high: reader.money(&field("high")),
                method: method.unwrap_or(Method::Cost),
                why: reader.text(&field("why")),
            });
        }
    }
    let weights = Method::ALL.map(|it| reader.small(&format!("weights.{}", it.code())));
    Valuation { on: reader.date("on"), cost, market, income, weights, opinions }
}

fn value(request: &Request) -> Result<Reply, No> {
    let id = request.id("id")?;
    let view = request.city().venture(&request.asker, id)?;
    let mut reader = Reader::new(request, view.venture().currency);
    let valuation = read_value(&mut reader);
    let done = reader.end().and_then(|()| {
        let version = request.form.get("version").parse().unwrap_or(0);
        let act = ReviseVenture { venture: id, version, valuation: Some(valuation), offer: None };
        request.city().perform(&request.keyed(), act).map(|_| ())
    });
    back(request, &view, done, "value")
}

fn back(
    request: &Request,
    view: &VentureView,
    done: Result<(), No>,
    form: &str,
) -> Result<Reply, No> {
    match done {
        Ok(()) => Ok(Reply::see_other(link::venture_part(view.venture().id, "valuation"))),
        Err(no) => Ok(page(request, view, &reasons(no)?, form)),
    }
}

fn offer_form(request: &Request, view: &VentureView, errors: &[Refusal]) -> Markup {
    let (lang, it) = (request.lang, view.venture());
    let forms = ticket(request);
    let action = link::venture_part(it.id, "offer");
    let form = Form::new(lang, &action, &forms.csrf, &forms.key).with_errors(errors);
    let plan = it.plan.offer.as_ref();
    let of = plan.map(|it| &it.contribution);
    let value = of.map(|own| decimal(it, own.value));
    let value = value.or_else(|| view.concluded.as_ref().map(|found| decimal(it, found.value)));
    let people = view.holders.iter().filter(|one| !one.holder.is_state);
    let weight = |key: &str| {
        let found = of.and_then(|it| it.inventors.iter().find(|(own, _)| own == key));
        found.map(|(_, weight)| weight.to_string())
    };
    html! {
        (form.view(html! {
            input type="hidden" name="version" value=(it.version);
            p.quiet { (say(request, "venture-offer-form-lead")) }
            (sum_field(&form, &Field {
                name: "value", label: &say(request, "venture-field-value"),
                value: &kept(request, "value", value), ..Field::default()
            }, it.currency))
            div.row {
                (sum_field(&form, &Field {
                    name: "price.minor", label: &say(request, "venture-field-price"),
                    value: &kept(request, "price.minor", of.map(|own| decimal(it, own.price.minor))), ..Field::default()
                }, it.currency))
                (short(request, &form, "price.shares", &say(request, "venture-field-price-shares"),
                    Some(of.map_or_else(|| "1".to_owned(), |it| it.price.shares.to_string()))))
            }
            (short(request, &form, "class", &say(request, "venture-field-class"),
                Some(plan.map_or_else(|| "ordinary".to_owned(), |it| it.class.clone()))))
            (text_field(&form, &Field {
                name: "reward", label: &say(request, "venture-field-reward"),
                hint: &say(request, "venture-field-reward-hint"),
                value: &kept(request, "reward", Some(of.map_or_else(|| "0.5".to_owned(), |it| it.reward.to_string()))),
                width: Width::Short, ..Field::default()
            }))
            (fieldset(&say(request, "venture-field-inventors"), &say(request, "venture-field-inventors-hint"), html! {
                @for one in people {
                    @let key = one.holder.key();
                    (short(request, &form, &format!("weight.{key}"), one.name.best(lang).0, weight(&key)))
                }
            }))
            (actions(&[button(&say(request, "venture-offer-keep"), Look::Primary)]))
            @if view.holders.len() < 2 { (notice(lang, Tone::Info, html! { (say(request, "venture-offer-holders-first")) })) }
        }))
    }
}

fn offer(request: &Request) -> Result<Reply, No> {
    let id = request.id("id")?;
    let view = request.city().venture(&request.asker, id)?;
    let mut reader = Reader::new(request, view.venture().currency);
    let mut inventors = Vec::new();
    for one in &view.holders {
        let name = format!("weight.{}", one.holder.key());
        if !reader.text(&name).is_empty() {
            let weight = u64::try_from(reader.number(&name)).unwrap_or(0);
            inventors.push((one.holder.key(), weight));
        }
    }
    let contribution = Contribution {
        on: view.today,
        value: reader.money("value"),
        price: Price::new(reader.money("price.minor"), reader.number("price.shares")),
        owner: trading::venture::key_of(1),
        reward: reader.rate_or("reward", "0"),
        inventors,
    };
    let offer = Offer { class: reader.text("class"), contribution };
    let done = reader.end().and_then(|()| {
        let version = request.form.get("version").parse().unwrap_or(0);
        let act = ReviseVenture { venture: id, version, valuation: None, offer: Some(offer) };
        request.city().perform(&request.keyed(), act).map(|_| ())
    });
    back(request, &view, done, "offer")
}
