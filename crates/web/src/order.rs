//! Payment orders: what has to be done, one order with its steps, a new one.

use crate::form::{reasons, ticket};
use crate::ledger_part::{account_name, sum};
use crate::link;
use crate::listing_money::read_money;
use crate::page::{Page, get, may, me, moment, post, say};
use access::{Act, Thing};
use app::No;
use app::ledger::Wanted;
use app::order::{
    ApproveOrder, DraftOrder, KeepOrder, MoveOrder, OrderRow, OrderView, OrdersWanted,
};
use banking::{OrderState, OrderStep};
use base::{AccountId, Currency, OrderId, Refusal, limits};
use edge::{Reply, Request, Route};
use ledger::Purpose;
use look::{
    Choice, Column, Crumb, Field, Form, Look, PageHead, Pager, Section, Table, Tone, actions,
    button, money_field, select, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::ORDERS, Act::ListOrders, list),
    get(link::ORDER_NEW, Act::DraftOrder, blank),
    post(link::ORDERS, Act::DraftOrder, draft),
    get("/orders/{id}", Act::LookAtOrder, show),
    get("/orders/{id}/document", Act::LookAtOrder, document),
    post("/orders/{id}/approval", Act::ApproveOrder, approve),
    post("/orders/{id}/step", Act::MoveOrder, step),
    post("/orders/{id}/keeper", Act::KeepOrder, keep),
];

/// Accounts to choose from in a form.
const CHOICES_MAX: usize = 200;
const ENDED: [OrderState; 3] = [OrderState::Executed, OrderState::Rejected, OrderState::Dropped];

fn list(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let lang = request.lang;
    let is_over = request.query.get("part") == "over";
    let after = match request.query.get("after") {
        "" => None,
        typed => Some(typed.parse::<OrderId>().map_err(|_| Refusal::not_found())?),
    };
    let states = if is_over { ENDED.to_vec() } else { OrderState::OPEN.to_vec() };
    let wanted = OrdersWanted { states, after };
    let page = request.city().orders(&request.asker, &wanted, limits::PAGE_ROWS)?;
    let title = say(request, "order-title");
    let over = look::address::with(link::ORDERS, "part", "over");
    let here = if is_over { over.as_str() } else { link::ORDERS };
    let next = page.next.map(|id| look::address::and(here, "after", &id.to_string()));
    let (open_text, over_text) = (say(request, "order-open"), say(request, "order-over"));
    let tabs = [
        look::Tab { href: link::ORDERS, text: &open_text, count: None, is_current: !is_over },
        look::Tab { href: &over, text: &over_text, count: None, is_current: is_over },
    ];
    let mut acts = Vec::new();
    if may(request, Act::DraftOrder, &Thing::open()) {
        acts.push(look::link_button(link::ORDER_NEW, &say(request, "order-new"), Look::Primary));
    }
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::ACCOUNTS, text: &say(request, "ledger-page-title") }],
            title: &title,
            lead: Some(html! { (say(request, "order-lead")) }),
            actions: acts,
            ..PageHead::default()
        }))
        (look::tabs(lang, &title, &tabs))
        (table(request, &title, &page.rows))
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
    };
    let page = Page::new(request, &title).section(Section::Trade);
    Ok(page.label(&app::ledger::label(), &title).personal().reply(content))
}

/// How an order stands, in words.
pub fn state_tag(request: &Request, state: OrderState) -> Markup {
    let tone = match state {
        OrderState::Drafted | OrderState::Approved => Tone::Wait,
        OrderState::Sent | OrderState::Acknowledged => Tone::Info,
        OrderState::InDoubt => Tone::Live,
        OrderState::Executed => Tone::Ok,
        OrderState::Rejected | OrderState::Dropped => Tone::Plain,
    };
    look::state_tag(tone, &say(request, &format!("order-state-{}", state.word())))
}

fn table(request: &Request, caption: &str, rows: &[OrderRow]) -> Markup {
    let lang = request.lang;
    let heads = ["order", "payee", "amount", "state", "keeper", "due", "age"];
    let titles: Vec<String> =
        heads.iter().map(|head| say(request, &format!("order-column-{head}"))).collect();
    let columns = heads.iter().zip(&titles).map(|(key, title)| match *key {
        "amount" | "age" => Column::figures(key, title, ""),
        _ => Column::text(key, title),
    });
    let line = |it: &OrderRow| {
        let order = &it.order;
        look::Row::from(vec![
            html! { a href=(link::order(order.id)) { code { (order.reference) } } },
            html! { (order.payee) },
            html! { (words::money(lang, order.money())) },
            state_tag(request, order.state),
            html! { (keeper(request, it)) },
            html! {
                (words::date(lang, order.due_on))
                @if it.is_late { " " (look::tag(Tone::Live, &say(request, "order-late"))) }
            },
            html! { (age(request, it.age_days)) },
        ])
    };
    look::table(&Table {
        lang,
        caption,
        is_caption_hidden: true,
        columns: columns.collect(),
        rows: rows.iter().map(line).collect(),
        empty: Some(look::empty(&say(request, "order-none"), html! {})),
        is_cards: true,
        ..Table::default()
    })
}

fn keeper(request: &Request, it: &OrderRow) -> String {
    match &it.keeper {
        Some(name) => name.best(request.lang).0.to_owned(),
        None => say(request, "order-nobody"),
    }
}

/// So many days.
pub fn age(request: &Request, days: i64) -> String {
    words::say_with(request.lang, "order-age", &[("days", days.into())])
}

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    page(request, request.id("id")?, &[])
}

fn page(request: &Request, id: OrderId, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().order(&request.asker, id)?;
    let order = &view.row.order;
    let (title, all) = (words::money(lang, order.money()), say(request, "order-title"));
    let mut acts = Vec::new();
    if view.view == "officer" && order.approved.is_some() {
        let href = format!("{}/document", link::order(id));
        acts.push(look::link_button(&href, &say(request, "order-document"), Look::Second));
    }
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::ORDERS, text: &all }],
            kind: &say(request, "order-kind"),
            title: &title,
            tags: vec![state_tag(request, order.state)],
            reference: order.reference.as_str(),
            actions: acts,
            ..PageHead::default()
        }))
        (look::error_summary(lang, errors))
        (look::aside_split(
            html! {
                (look::part("order", &say(request, "order-what"), facts(request, &view)))
            },
            html! {
                @if view.view == "officer" && order.state.is_open() {
                    (look::sheet(&say(request, "order-next"), steps(request, &view, errors)))
                }
            },
        ))
    };
    let page = Page::new(request, &title).section(Section::Trade).at(link::order(id));
    Ok(page.label(&app::ledger::label(), all).failed(errors).reply(content))
}

fn facts(request: &Request, view: &OrderView) -> Markup {
    let lang = request.lang;
    let order = &view.row.order;
    let account = |it: &Option<app::ledger::Account>| {
        html! {
            @match it {
                Some(it) => {
                    a href=(link::ledger_account(it.account.id)) { (account_name(request, it)) }
                }
                None => { (say(request, "ledger-page-hidden")) }
            }
        }
    };
    let by = |name: &base::Bilingual, at: base::Instant| {
        html! { (name.best(lang).0) " · " (moment(request, at)) }
    };
    let payee_account = match order.payee_account.is_empty() {
        true => html! {
            @if order.source.is_empty() { (say(request, "ledger-page-hidden")) }
            @else { (words::say_with(lang, "order-back", &[("source", order.source.clone().into())])) }
        },
        false => html! { code { (order.payee_account) } " " (order.payee_bank) },
    };
    let mut facts = vec![
        ("payee", html! { (order.payee) }),
        ("payee-account", payee_account),
        ("purpose", html! { (order.purpose) }),
        ("bank", account(&view.bank)),
        ("account", account(&view.account)),
        ("due", html! { (words::date(lang, order.due_on)) }),
        ("keeper", html! { (keeper(request, &view.row)) " · " (age(request, view.row.age_days)) }),
        ("drafted", by(&view.drafter, order.drafted.1)),
    ];
    if let (Some(name), Some((_, at))) = (&view.approver, order.approved) {
        facts.push(("approved", by(name, at)));
    }
    if let Some(at) = order.sent_at {
        facts.push(("sent", html! { (moment(request, at)) }));
    }
    if !order.bank_reference.is_empty() {
        facts.push(("reference", html! { code { (order.bank_reference) } }));
    }
    if !order.reason.is_empty() {
        facts.push(("reason", html! { (order.reason) }));
    }
    let named: Vec<(String, Markup)> = facts
        .into_iter()
        .map(|(key, value)| (say(request, &format!("order-fact-{key}")), value))
        .collect();
    let named: Vec<(&str, Markup)> =
        named.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    html! {
        (look::facts(&named))
        @if let Some(hold) = order.hold {
            p { a href=(link::ledger_transfer(hold)) { (say(request, "order-hold")) } }
        }
    }
}

/// What can be done next, each step a form.
fn steps(request: &Request, view: &OrderView, errors: &[Refusal]) -> Markup {
    let order = &view.row.order;
    let own = request.me.as_ref().is_some_and(|me| me.person.id == order.drafted.0);
    html! {
        @if order.state == OrderState::Drafted {
            @if own { p.quiet { (say(request, "order-not-own")) } }
            @else { (approval(request, order)) }
        }
        @for step in OrderStep::ALL {
            @if step != OrderStep::Approve && step.from(order.state).is_some() {
                (one_step(request, (order.id, order.version), step, errors))
            }
        }
        @if view.row.keeper.is_none() { (keeping(request, order)) }
    }
}

fn approval(request: &Request, order: &banking::Order) -> Markup {
    let forms = ticket(request);
    let action = format!("{}/approval", link::order(order.id));
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    form.view(html! {
        input type="hidden" name="version" value=(order.version);
        p { (say(request, "order-approve-lead")) }
        (actions(&[button(&say(request, "order-step-approve"), Look::Primary)]))
    })
}

fn keeping(request: &Request, order: &banking::Order) -> Markup {
    let forms = ticket(request);
    let action = format!("{}/keeper", link::order(order.id));
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    form.view(html! {
        input type="hidden" name="version" value=(order.version);
        (actions(&[button(&say(request, "order-keep"), Look::Plain)]))
    })
}

fn one_step(
    request: &Request,
    (id, version): (OrderId, u64),
    step: OrderStep,
    errors: &[Refusal],
) -> Markup {
    let forms = ticket(request);
    let action = format!("{}/step", link::order(id));
    // Only the form that was sent shows why it was refused.
    let errors = if request.form.get("step") == step.word() { errors } else { &[] };
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    let look = match step {
        OrderStep::Send | OrderStep::Acknowledge | OrderStep::Execute => Look::Second,
        _ => Look::Danger,
    };
    let typed = |name: &str| if errors.is_empty() { "" } else { request.form.get(name) };
    html! {
        details open[!errors.is_empty()] {
            summary { (say(request, &format!("order-step-{}", step.word()))) }
            (form.view(html! {
                input type="hidden" name="version" value=(version);
                input type="hidden" name="step" value=(step.word());
                p.small { (say(request, &format!("order-step-{}-lead", step.word()))) }
                @if step == OrderStep::Execute {
                    (text_field(&form, &Field {
                        name: "reference", value: typed("reference"), ..Field::default()
                    }))
                    (look::date_field(&form, &Field {
                        name: "value_date", value: typed("value_date"), is_optional: true,
                        ..Field::default()
                    }))
                }
                @if step.needs_reason() {
                    (text_field(&form, &Field {
                        name: "reason", value: typed("reason"), ..Field::default()
                    }))
                }
                (actions(&[button(&say(request, &format!("order-step-{}", step.word())), look)]))
            }))
        }
    }
}

fn version(request: &Request) -> u64 {
    request.form.get("version").parse().unwrap_or(0)
}

/// Back to the order, or the order with the reasons.
fn back(request: &Request, id: OrderId, done: Result<(), No>) -> Result<Reply, No> {
    match done {
        Ok(()) => Ok(Reply::see_other(link::order(id))),
        Err(no) => page(request, id, &reasons(no)?),
    }
}

fn approve(request: &Request) -> Result<Reply, No> {
    let id = request.id("id")?;
    let act = ApproveOrder::new(id, version(request));
    back(request, id, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn keep(request: &Request) -> Result<Reply, No> {
    let id = request.id("id")?;
    let act = KeepOrder { order: id, version: version(request) };
    back(request, id, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn step(request: &Request) -> Result<Reply, No> {
    let id = request.id("id")?;
    let Some(step) = OrderStep::parse(request.form.get("step")) else {
        return Err(unknown("step").into());
    };
    let mut act = MoveOrder::new(id, version(request), step);
    act.reference = request.form.get("reference").to_owned();
    act.reason = request.form.get("reason").to_owned();
    let typed = request.form.get("value_date").trim();
    if !typed.is_empty() {
        act.value_date = base::time::read_date(typed);
        if act.value_date.is_none() {
            let no = Refusal::invalid("date-unreadable").on("value_date");
            let no = no.term("field", base::text::field_term("value_date"));
            return page(request, id, &[no]);
        }
    }
    back(request, id, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn document(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let (text, name) = request.city().order_document(&request.asker, request.id("id")?)?;
    Ok(Reply::file("application/xml; charset=utf-8", &name, text))
}

fn unknown(field: &'static str) -> Refusal {
    let refusal = Refusal::invalid("choice-unknown").on(field);
    refusal.term("field", base::text::field_term(field))
}

fn blank(request: &Request) -> Result<Reply, No> {
    me(request)?;
    form_page(request, &[])
}

fn draft(request: &Request) -> Result<Reply, No> {
    let mut no = Vec::new();
    let account =
        |name: &'static str| request.form.get(name).parse::<AccountId>().map_err(|_| unknown(name));
    let bank = account("bank").map_err(|refusal| no.push(refusal)).ok();
    let from = account("account").map_err(|refusal| no.push(refusal)).ok();
    let currency = bank
        .and_then(|id| request.city().ledger_account(&request.asker, id).ok())
        .and_then(|it| match it.account.book {
            ledger::Book::Money(currency) => Some(currency),
            _ => None,
        })
        .unwrap_or(Currency::CNY);
    let money = match read_money(request.form.get("amount"), currency) {
        Ok(money) => money,
        Err(()) => {
            let refusal = Refusal::invalid("money-unreadable").on("amount");
            no.push(refusal.term("field", base::text::field_term("amount")));
            None
        }
    };
    let text = |name: &str| request.form.get(name).trim().to_owned();
    let done = match (bank, from, no.is_empty()) {
        (Some(bank), Some(account), true) => {
            let act = DraftOrder {
                bank,
                account,
                money: money.unwrap_or(base::Money::new(0, currency)),
                payee: text("payee"),
                payee_account: text("payee_account"),
                payee_bank: text("payee_bank"),
                source: text("source"),
                purpose: text("purpose"),
                due_on: base::time::read_date(request.form.get("due_on").trim()),
            };
            request.city().perform(&request.keyed(), act)
        }
        _ => Err(No(no)),
    };
    match done {
        Ok(done) => Ok(Reply::see_other(link::order(done.order))),
        Err(no) => form_page(request, &reasons(no)?),
    }
}

/// What an account is for, out of which a bank is told to pay.
const PAYING: [Purpose; 7] = [
    Purpose::Payable,
    Purpose::Deposit,
    Purpose::Instrument,
    Purpose::Award,
    Purpose::Fund,
    Purpose::Royalty,
    Purpose::Suspense,
];

/// Accounts to choose from: those at banks, or those with something to be paid out, by what they are for. The one that
/// was chosen is among them whatever it is.
fn choices(request: &Request, is_bank: bool, chosen: &str) -> Result<Vec<(String, String)>, No> {
    let purposes: &[Purpose] = if is_bank { &[Purpose::Bank] } else { &PAYING };
    let mut all = Vec::new();
    for purpose in purposes {
        let wanted = Wanted { purpose: Some(*purpose), ..Wanted::default() };
        all.extend(request.city().ledger_accounts(&request.asker, wanted, CHOICES_MAX)?.rows);
    }
    let is_money = |it: &app::ledger::Account| matches!(it.account.book, ledger::Book::Money(_));
    all.retain(|it| is_money(it) && (is_bank || it.shown.available > 0));
    if let Ok(id) = chosen.parse::<AccountId>()
        && !all.iter().any(|it| it.account.id == id)
    {
        all.extend(request.city().ledger_account(&request.asker, id).ok());
    }
    let one = |it: &app::ledger::Account| {
        let free = sum(request.lang, &it.account.book, it.shown.available);
        let (name, owner) = (account_name(request, it), it.owner_name.best(request.lang).0);
        let name = if name.contains(owner) { name } else { format!("{name} · {owner}") };
        let args = [("account", name.into()), ("sum", free.into())];
        (it.account.id.to_string(), words::say_with(request.lang, "order-choice", &args))
    };
    Ok(all.iter().map(one).collect())
}

fn as_choices(of: &[(String, String, bool)]) -> Vec<Choice<'_>> {
    of.iter()
        .map(|(value, text, is_chosen)| Choice { value, text, hint: "", is_chosen: *is_chosen })
        .collect()
}

fn form_page(request: &Request, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let chosen = |name: &str| match request.form.get(name) {
        "" => request.query.get(name),
        typed => typed,
    };
    let banks = choices(request, true, chosen("bank"))?;
    let accounts = choices(request, false, chosen("account"))?;
    let forms = ticket(request);
    let form = Form::new(lang, link::ORDERS, &forms.csrf, &forms.key).with_errors(errors);
    let drawn = |of: &[(String, String)], name: &str| -> Vec<(String, String, bool)> {
        let chosen = chosen(name);
        of.iter().map(|(id, text)| (id.clone(), text.clone(), id == chosen)).collect()
    };
    let (banks, accounts) = (drawn(&banks, "bank"), drawn(&accounts, "account"));
    let (title, all) = (say(request, "order-new"), say(request, "order-title"));
    let field = |name: &'static str| Field {
        name,
        value: request.form.get(name),
        most: Some(limits::NAME_CHARS_MAX),
        ..Field::default()
    };
    let optional = |name: &'static str| Field { is_optional: true, ..field(name) };
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::ORDERS, text: &all }],
            title: &title,
            lead: Some(html! { (say(request, "order-new-lead")) }),
            ..PageHead::default()
        }))
        (form.view(html! {
            (select(&form, &Field { name: "bank", ..Field::default() }, &as_choices(&banks)))
            (select(&form, &Field { name: "account", ..Field::default() }, &as_choices(&accounts)))
            (money_field(&form, &Field {
                name: "amount", value: request.form.get("amount"), ..Field::default()
            }, Currency::CNY))
            (text_field(&form, &field("payee")))
            (text_field(&form, &Field {
                hint: &say(request, "order-payee-account-hint"), ..optional("payee_account")
            }))
            (text_field(&form, &optional("payee_bank")))
            (text_field(&form, &Field {
                hint: &say(request, "order-source-hint"), ..optional("source")
            }))
            (text_field(&form, &field("purpose")))
            (look::date_field(&form, &Field {
                name: "due_on", value: request.form.get("due_on"), is_optional: true,
                hint: &say(request, "order-due-hint"), ..Field::default()
            }))
            (actions(&[button(&say(request, "order-draft"), Look::Primary)]))
        }))
    };
    let page = Page::new(request, &title).section(Section::Trade).at(link::ORDER_NEW);
    Ok(page.label(&app::ledger::label(), all).failed(errors).reply(content))
}
