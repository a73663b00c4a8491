//! Registration of a contract: its form to read, to fill in, to print and to take along; statistics.

use crate::contract_act::{sum, typed_day, version};
use crate::contract_part::money;
use crate::form::{reasons, ticket};
use crate::link;
use crate::page::{Page, get, post, say};
use access::Act;
use app::No;
use app::contract::{DecideFiling, FillFiling, Registration, Statistics};
use base::{ContractId, Currency, Date, Money, Refusal};
use contract::filing::{Filing, Move};
use contract::registration::{Extra, KEYS, open_of_parties};
use contract::statistics::{Cell, Table as Counted};
use contract::typing::Traits;
use contract::{Kind, Mode};
use edge::{Reply, Request, Route};
use look::{
    Choice, Column, Crumb, Field, Form, Look, PageHead, Section, Table, Tone, actions, button,
    button_named, checkboxes, sum_field, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/contracts/{id}/registration", Act::LookAtContract, show),
    get("/contracts/{id}/registration.csv", Act::LookAtContract, csv),
    post("/contracts/{id}/registration", Act::FillFiling, fill),
    post("/contracts/{id}/registration/decision", Act::DecideFiling, decide),
    get(link::CONTRACT_STATISTICS, Act::CountContracts, statistics),
    get("/contract-statistics.csv", Act::CountContracts, statistics_csv),
];

/// The questions about what a deal does, with the place of each answer.
const TRAITS: [&str; 8] = [
    "new-research",
    "right-changes-hands",
    "right-is-lent",
    "advice",
    "solves-problem",
    "mere-supply",
    "mere-labour",
    "routine",
];

fn answers(of: &Traits) -> [bool; 8] {
    [
        of.is_new_research,
        of.right_changes_hands,
        of.right_is_lent,
        of.is_advice,
        of.solves_problem,
        of.is_supply,
        of.is_labour,
        of.is_routine,
    ]
}

fn show(request: &Request) -> Result<Reply, No> {
    filing_page(request, request.id("id")?, &[])
}

fn filing_page(request: &Request, id: ContractId, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let found = request.city().contract_registration(&request.asker, id)?;
    let kept = &found.kept;
    let here = link::contract(id);
    let reference = kept.reference.to_string();
    let title = say(request, "contract-filing-title");
    let csv = link::contract_part(id, "registration.csv");
    // The summary stands with the form that was sent, and leads to its fields.
    let is_decision = request.path.ends_with("/decision");
    let none: &[Refusal] = &[];
    let (of_form, of_decision) = if is_decision { (none, errors) } else { (errors, none) };
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &here, text: &reference }],
            title: &title,
            tags: vec![state(request, &kept.filing)],
            label: Some(&kept.label),
            lead: Some(html! { (say(request, "contract-filing-lead")) }),
            actions: vec![look::link_button(&csv, &say(request, "table-export-csv"), Look::Second)],
            ..PageHead::default()
        }))
        (look::error_summary(lang, of_decision))
        (standing(request, &found))
        (look::aside_split(html! {
            (sheet(request, &found))
            @if found.fills { (fill_form(request, &found, of_form)) }
        }, html! {
            (typing(request, &found))
            @if found.decides { (decision(request, &found, of_decision)) }
        }))
    };
    let page = Page::new(request, &title).section(Section::Trade).label(&kept.label, &title);
    let page = page.at(link::contract_part(id, "registration"));
    Ok(page.personal().failed(errors).reply(content))
}

fn state(request: &Request, filing: &Filing) -> Markup {
    let word = app::contract::filing_state(filing);
    let tone = match filing {
        Filing::Registered { .. } => Tone::Ok,
        Filing::Returned { .. } | Filing::NotRegistered { .. } => Tone::Live,
        Filing::Submitted { .. } | Filing::ChangeSubmitted { .. } => Tone::Wait,
        Filing::Open | Filing::Cancelled { .. } => Tone::Plain,
    };
    look::state_tag(tone, &say(request, &format!("contract-filing-{word}")))
}

fn date(request: &Request, on: Date) -> String {
    words::date(request.lang, on)
}

/// What was decided, with its reason, number and time limit.
fn standing(request: &Request, found: &Registration) -> Markup {
    let lang = request.lang;
    let said =
        |key: &str, name: &str, value: String| words::say_with(lang, key, &[(name, value.into())]);
    let filing = &found.kept.filing;
    html! {
        @match filing {
            Filing::Open => {}
            Filing::Submitted { decision_by, .. } | Filing::ChangeSubmitted { decision_by, .. } => {
                (look::notice(lang, Tone::Wait, html! {
                    (said("contract-filing-decision-by", "on", date(request, *decision_by)))
                    @if filing.is_overdue(found.today) { " " strong { (say(request, "contract-filing-overdue")) } }
                }))
            }
            Filing::Returned { why, .. } | Filing::NotRegistered { why, .. } | Filing::Cancelled { why, .. } => {
                (look::notice(lang, Tone::Live, html! { (why) }))
            }
            Filing::Registered { on, number, .. } => {
                (look::notice(lang, Tone::Ok, html! {
                    (said("contract-filing-number", "number", number.clone())) " · " (date(request, *on))
                }))
            }
        }
    }
}

/// A value of the form in words where it is a code of ours.
fn shown(request: &Request, key: &str, value: &str) -> String {
    let noun = match key {
        "kind" => "kind",
        "mode" => "mode",
        "right" => "right",
        "payment-form" => "form",
        "field" => {
            let fields = request.city().fields();
            return crate::search_filter::field_name(request.lang, fields, value);
        }
        "signed" | "valid-from" | "valid-until" => {
            let day = base::time::read_date(value);
            return day.map_or_else(|| value.to_owned(), |on| words::date(request.lang, on));
        }
        _ => return value.to_owned(),
    };
    say(request, &format!("contract-{noun}-{value}"))
}

fn label(request: &Request, key: &str) -> String {
    say(request, &app::contract::form_term(key))
}

/// The form as it would be handed in, with what is missing.
fn sheet(request: &Request, found: &Registration) -> Markup {
    look::sheet(
        &say(request, "contract-filing-form"),
        html! {
            dl.facts {
                @for field in &found.form.fields {
                    div {
                        dt { (label(request, field.key)) }
                        dd {
                            @match &field.value {
                                Some(value) => (shown(request, field.key, value)),
                                None if field.is_required => {
                                    (look::tag(Tone::Live, &say(request, "contract-filing-missing")))
                                }
                                None => "–",
                            }
                        }
                    }
                }
            }
        },
    )
}

/// The type that the rule proposes, its reasons, and the answers it rests on.
fn typing(request: &Request, found: &Registration) -> Markup {
    let lang = request.lang;
    let kind = |it: &Kind| say(request, &format!("contract-kind-{}", it.code()));
    let reason = |it: &&str| say(request, &format!("contract-trait-{it}"));
    let proposal = &found.proposal;
    let terms = found.kept.current();
    let currency = terms.price.currency;
    let sums = [
        ("contract-page-price", terms.price.total()),
        ("contract-page-deducted", terms.price.deducted()),
        ("contract-page-technology-amount", terms.price.technology_amount()),
    ];
    look::sheet(
        &say(request, "contract-typing-title"),
        html! {
            @match &proposal.kind {
                Some(it) => p { strong { (words::say_with(lang, "contract-typing-proposed",
                    &[("kind", kind(it).into())])) } },
                None => p { strong { (say(request, "contract-typing-none")) } },
            }
            ul {
                @for it in &proposal.reasons { li { (reason(it)) } }
                @for it in &proposal.against { li { (look::tag(Tone::Live, &reason(it))) } }
            }
            @if !proposal.others.is_empty() {
                p.small { (say(request, "contract-typing-others")) " "
                    (proposal.others.iter().map(kind).collect::<Vec<_>>().join(", ")) }
            }
            @for it in &found.objections {
                @if proposal.against.is_empty() {
                    (look::notice(lang, Tone::Wait, html! {
                        (say(request, &format!("contract-typing-{it}")))
                    }))
                }
            }
            dl.facts {
                @for (key, sum) in sums {
                    div { dt { (say(request, key)) } dd { (money(request, currency, sum.unwrap_or(0))) } }
                }
            }
        },
    )
}

fn fill_form(request: &Request, found: &Registration, errors: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let kept = &found.kept;
    let action = link::contract_part(kept.id, "registration");
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_errors(errors);
    let is_again = request.method == "POST" && !request.path.ends_with("/decision");
    let typed = |name: &str, kept: String| {
        if is_again { request.form.get(name).to_owned() } else { kept }
    };
    let extra = &kept.extra;
    let decimal = |it: Option<Money>| it.map(Money::decimal).unwrap_or_default();
    let currency = Currency::CNY;
    let texts: Vec<String> =
        TRAITS.iter().map(|it| say(request, &format!("contract-trait-{it}"))).collect();
    let choices: Vec<Choice<'_>> = TRAITS
        .iter()
        .zip(&texts)
        .zip(answers(&found.traits))
        .map(|((value, text), is_chosen)| Choice { value, text, hint: "", is_chosen })
        .collect();
    let hands_in =
        matches!(kept.filing, Filing::Open | Filing::Returned { .. } | Filing::Registered { .. });
    let mut buttons = Vec::new();
    if hands_in {
        let submit = say(request, "contract-filing-submit");
        buttons.push(button_named(&submit, Look::Primary, "do", "submit"));
    }
    buttons.push(button_named(&say(request, "contract-filing-save"), Look::Second, "do", "save"));
    html! {
        (look::part("fill", &say(request, "contract-filing-fill"), html! {
            (form.view(html! {
                input type="hidden" name="version" value=(kept.version);
                (checkboxes(&form, &Field {
                    name: "traits", label: &say(request, "contract-typing-question"), is_optional: true,
                    ..Field::default()
                }, &choices))
                (sum_field(&form, &Field {
                    name: "planned_investment", label: &label(request, "planned-investment"), is_optional: true,
                    value: &typed("planned_investment", decimal(extra.planned_investment)), ..Field::default()
                }, currency))
                (sum_field(&form, &Field {
                    name: "planned_output", label: &label(request, "planned-output"), is_optional: true,
                    value: &typed("planned_output", decimal(extra.planned_output)), ..Field::default()
                }, currency))
                @for key in open_of_parties(kept.current()) {
                    (text_field(&form, &Field {
                        name: key, label: &label(request, key), hint: &hint(request, key),
                        value: &typed(key, extra.parties.get(key).cloned().unwrap_or_default()),
                        ..Field::default()
                    }))
                }
                (text_field(&form, &Field {
                    name: "applicant", label: &label(request, "applicant"),
                    value: &typed("applicant", extra.applicant.clone().unwrap_or_default()), ..Field::default()
                }))
                (text_field(&form, &Field {
                    name: "telephone", label: &label(request, "telephone"),
                    value: &typed("telephone", extra.telephone.clone().unwrap_or_default()), ..Field::default()
                }))
                p.small.quiet { (say(request, "contract-filing-fill-hint")) }
                // What was typed is kept whichever of the two is pressed.
                (actions(&buttons))
            }))
        }))
    }
}

/// What is meant by a field that codes are asked for in.
fn hint(request: &Request, key: &str) -> String {
    match key.split_once('.').map(|(_, part)| part) {
        Some("nature") => say(request, "contract-filing-nature-hint"),
        _ => String::new(),
    }
}

fn decision(request: &Request, found: &Registration, errors: &[Refusal]) -> Markup {
    let kept = &found.kept;
    let is_open = matches!(kept.filing, Filing::Submitted { .. } | Filing::ChangeSubmitted { .. });
    let is_registered = matches!(kept.filing, Filing::Registered { .. });
    if !is_open && !is_registered {
        return html! {};
    }
    let forms = ticket(request);
    let action = link::contract_part(kept.id, "registration/decision");
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_told(errors);
    let mut buttons = Vec::new();
    if is_open {
        buttons.push(button_named(
            &say(request, "contract-filing-register"),
            Look::Primary,
            "do",
            "register",
        ));
        buttons.push(button_named(
            &say(request, "contract-filing-return"),
            Look::Second,
            "do",
            "return",
        ));
        buttons.push(button_named(
            &say(request, "contract-filing-refuse"),
            Look::Danger,
            "do",
            "refuse",
        ));
    }
    // What was never registered is not cancelled.
    if !matches!(kept.filing, Filing::Submitted { .. }) {
        let cancel = say(request, "contract-filing-cancel");
        buttons.push(button_named(&cancel, Look::Danger, "do", "cancel"));
    }
    look::sheet(
        &say(request, "contract-filing-decide"),
        html! {
            (form.view(html! {
                @if is_open {
                    (text_field(&form, &Field {
                        name: "number", label: &label(request, "number"), is_optional: true,
                        hint: &say(request, "contract-filing-number-hint"),
                        value: request.form.get("number"), ..Field::default()
                    }))
                }
                (text_field(&form, &Field {
                    name: "why", label: &say(request, "contract-field-why"), is_optional: true,
                    hint: &say(request, "contract-filing-why-hint"), value: request.form.get("why"),
                    ..Field::default()
                }))
                (actions(&buttons))
            }))
        },
    )
}

fn back(request: &Request, id: ContractId, done: Result<(), No>) -> Result<Reply, No> {
    match done {
        Ok(()) => Ok(Reply::see_other(link::contract_part(id, "registration"))),
        Err(no) => {
            let errors = reasons(no)?;
            filing_page(request, id, &errors)
        }
    }
}

fn fill(request: &Request) -> Result<Reply, No> {
    let contract = request.id("id")?;
    let mut no = Vec::new();
    let mut planned = |field: &'static str| {
        sum(request, field, Currency::CNY, &mut no).map(|it| Money::new(it, Currency::CNY))
    };
    let (planned_investment, planned_output) =
        (planned("planned_investment"), planned("planned_output"));
    let text = |field: &str| {
        Some(request.form.get(field).trim().to_owned()).filter(|text| !text.is_empty())
    };
    let of_parties = KEYS.iter().copied().filter(|key| key.contains('.'));
    let chosen = request.form.all("traits");
    let is = |word: &str| chosen.contains(&word);
    let traits = Traits {
        is_new_research: is("new-research"),
        right_changes_hands: is("right-changes-hands"),
        right_is_lent: is("right-is-lent"),
        is_advice: is("advice"),
        solves_problem: is("solves-problem"),
        is_supply: is("mere-supply"),
        is_labour: is("mere-labour"),
        is_routine: is("routine"),
    };
    let extra = Extra {
        signed: None,
        planned_investment,
        planned_output,
        number: None,
        applicant: text("applicant"),
        telephone: text("telephone"),
        parties: of_parties.filter_map(|key| Some((key.to_owned(), text(key)?))).collect(),
    };
    let (traits, hands_in) = (Some(traits), request.form.get("do") == "submit");
    let done = match no.is_empty() {
        true => {
            let act = FillFiling { contract, version: version(request), extra, traits, hands_in };
            request.city().perform(&request.keyed(), act).map(|_| ())
        }
        false => Err(No(no.into_iter().map(app::contract::in_form).collect())),
    };
    back(request, contract, done)
}

fn decide(request: &Request) -> Result<Reply, No> {
    let contract = request.id("id")?;
    let why = request.form.get("why").to_owned();
    let step = match request.form.get("do") {
        "register" => Move::Register { number: request.form.get("number").trim().to_owned() },
        "return" => Move::Return { why },
        "refuse" => Move::Refuse { why },
        _ => Move::Cancel { why },
    };
    let done = request.city().perform(&request.keyed(), DecideFiling { contract, step });
    back(request, contract, done.map(|_| ()))
}

/// The form as the office's file has it: codes are codes, sums are decimals.
fn csv(request: &Request) -> Result<Reply, No> {
    let found = request.city().contract_registration(&request.asker, request.id("id")?)?;
    let mut rows = vec![vec!["field".to_owned(), "name".to_owned(), "value".to_owned()]];
    rows.extend(found.form.fields.iter().map(|it| {
        vec![it.key.to_owned(), label(request, it.key), it.value.clone().unwrap_or_default()]
    }));
    let name = format!("{}.csv", found.kept.reference);
    Ok(Reply::file("text/csv; charset=utf-8", &name, papers::csv_rows(&rows)))
}

/// The span that was asked for; the running year without one.
fn span(request: &Request) -> (Date, Date, Vec<Refusal>) {
    let mut no = Vec::new();
    let offset = request.city().settings().utc_offset_minutes;
    let today = request.now.date_at(offset);
    let from = typed_day(request.query.get("from"), "from", &mut no);
    let until = typed_day(request.query.get("until"), "until", &mut no);
    (from.unwrap_or_else(|| today.first_of_year()), until.unwrap_or(today), no)
}

fn statistics(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let (from, until, errors) = span(request);
    let found = request.city().contract_statistics(&request.asker, from, until)?;
    let title = say(request, "contract-count-title");
    let csv = look::address::with("/contract-statistics.csv", "from", &from.to_string());
    let csv = look::address::and(&csv, "until", &until.to_string());
    let all = say(request, "contract-page-title");
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::CONTRACTS, text: &all }],
            title: &title,
            lead: Some(html! { (say(request, "contract-count-lead")) }),
            actions: vec![look::link_button(&csv, &say(request, "table-export-csv"), Look::Second)],
            ..PageHead::default()
        }))
        (look::error_summary(lang, &errors))
        form.row method="get" action=(link::CONTRACT_STATISTICS) {
            @for (name, key, on) in [("from", "contract-count-from", from), ("until", "contract-count-until", until)] {
                div class="field short" {
                    label for=(format!("f-{name}")) { (say(request, key)) }
                    input id=(format!("f-{name}")) type="text" name=(name) value=(on.to_string());
                }
            }
            (button(&say(request, "contract-count-show"), Look::Second))
        }
        @if found.tables.is_empty() { (look::empty(&say(request, "contract-count-none"), html! {})) }
        @for it in &found.tables { (counted(request, it)) }
    };
    Ok(Page::new(request, &title)
        .section(Section::Measure)
        .personal()
        .failed(&errors)
        .reply(content))
}

/// One currency: types down, modes across, each cell a count and the technology amount.
fn counted(request: &Request, it: &Counted) -> Markup {
    let lang = request.lang;
    let modes: Vec<Mode> =
        Mode::ALL.iter().copied().filter(|mode| it.by_mode.contains_key(mode)).collect();
    let names: Vec<String> =
        modes.iter().map(|mode| say(request, &format!("contract-mode-{}", mode.code()))).collect();
    let (kind, sum) = (say(request, "contract-field-kind"), say(request, "contract-split-sum"));
    let caption =
        words::say_with(lang, "contract-count-caption", &[("currency", it.currency.code().into())]);
    let cell = |found: Option<&Cell>| match found {
        None => html! { "–" },
        Some(found) => html! {
            (found.count) br; span.small.quiet { (read_sum(request, it.currency, found.technology)) }
        },
    };
    let mut columns = vec![Column::text("kind", &kind)];
    columns.extend(
        modes.iter().zip(&names).map(|(mode, name)| Column::figures(mode.code(), name, "")),
    );
    columns.push(Column::figures("sum", &sum, ""));
    let rows = it
        .by_kind
        .iter()
        .map(|(kind, whole)| {
            let mut cells =
                vec![html! { (say(request, &format!("contract-kind-{}", kind.code()))) }];
            cells.extend(modes.iter().map(|mode| cell(it.cells.get(&(*kind, *mode)))));
            cells.push(cell(Some(whole)));
            cells.into()
        })
        .collect();
    let mut total = vec![html! { (sum) }];
    total.extend(modes.iter().map(|mode| cell(it.by_mode.get(mode))));
    total.push(cell(Some(&it.all)));
    let note = words::say_with(
        lang,
        "contract-count-note",
        &[
            ("registered", it.all.registered.to_string().into()),
            ("total", read_sum(request, it.currency, it.all.total).into()),
        ],
    );
    look::table(&Table {
        lang,
        caption: &caption,
        columns,
        rows,
        total: Some(total.into()),
        note: Some(html! { (note) }),
        ..Table::default()
    })
}

/// A sum as people read it; one beyond every amount as its digits.
fn read_sum(request: &Request, currency: Currency, minor: i128) -> String {
    match i64::try_from(minor) {
        Ok(minor) => words::money(request.lang, base::Money::new(minor, currency)),
        Err(_) => wide(currency, minor),
    }
}

/// A sum that may be wider than an amount, as a decimal.
fn wide(currency: Currency, minor: i128) -> String {
    let digits = usize::try_from(currency.minor_digits()).unwrap_or(0);
    let padded = format!("{:0>least$}", minor.unsigned_abs(), least = digits + 1);
    let (whole, part) = padded.split_at(padded.len() - digits);
    let sign = if minor < 0 { "-" } else { "" };
    let point = if part.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{part}")
}

fn statistics_csv(request: &Request) -> Result<Reply, No> {
    let (from, until, errors) = span(request);
    if !errors.is_empty() {
        return Err(No(errors));
    }
    let found = request.city().contract_statistics(&request.asker, from, until)?;
    let name = format!("contracts-{from}-{until}.csv");
    Ok(Reply::file("text/csv; charset=utf-8", &name, papers::csv_rows(&table_rows(&found))))
}

fn table_rows(found: &Statistics) -> Vec<Vec<String>> {
    let head = ["currency", "kind", "mode", "count", "registered", "total", "technology_amount"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for table in &found.tables {
        for ((kind, mode), cell) in &table.cells {
            rows.push(vec![
                table.currency.code().to_owned(),
                kind.code().to_owned(),
                mode.code().to_owned(),
                cell.count.to_string(),
                cell.registered.to_string(),
                wide(table.currency, cell.total),
                wide(table.currency, cell.technology),
            ]);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_wider_than_amounts_are_shown() {
        assert_eq!(wide(Currency::CNY, 5), "0.05");
        assert_eq!(wide(Currency::JPY, 5), "5");
        assert_eq!(wide(Currency::CNY, i128::from(i64::MAX) * 10), "922337203685477580.70");
    }
}
