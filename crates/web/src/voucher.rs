//! Vouchers: the list, one with what it paid, issuing, funding, claims and their payment.

use crate::form::{above, at, reasons, ticket};
use crate::link;
use crate::listing_money::read_money;
use crate::page::{Page, get, may, me, post, say};
use crate::tariff::yuan;
use access::{Act, Thing};
use app::No;
use app::voucher::{
    EndVoucher, FundProgramme, IssueVoucher, MoveRedemption, VoucherRow, VoucherView,
};
use base::{AccountId, Currency, Refusal, VoucherId, limits};
use edge::{Reply, Request, Route};
use instruments::voucher::{Evidence, Kind, Stage, State, Terms};
use look::{
    Choice, Column, Crumb, Field, Form, Look, PageHead, Pager, PostButton, Section, Table, Tone,
    Width, actions, button, checkboxes, date_field, link_button, post_button, select, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::VOUCHERS, Act::ListVouchers, list),
    get("/vouchers/new", Act::IssueVoucher, blank),
    post(link::VOUCHERS, Act::IssueVoucher, issue),
    post("/vouchers/funds", Act::FundProgramme, fund),
    get("/vouchers/{id}", Act::LookAtVoucher, show),
    post("/vouchers/{id}/end", Act::IssueVoucher, end),
    post("/vouchers/{id}/claims", Act::MoveRedemption, claim),
    post("/vouchers/{id}/payments", Act::MoveRedemption, pay),
];

fn state_tag(request: &Request, state: State) -> Markup {
    let tone = match state {
        State::Issued => Tone::Ok,
        State::Expired | State::Revoked => Tone::Plain,
    };
    look::state_tag(tone, &say(request, &format!("voucher-state-{state}")))
}

fn list(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let lang = request.lang;
    let before = match request.query.get("before") {
        "" => None,
        typed => Some(typed.parse::<VoucherId>().map_err(|_| Refusal::not_found())?),
    };
    let (rows, next, issues) =
        request.city().vouchers(&request.asker, before, limits::PAGE_ROWS)?;
    let title = say(request, "voucher-title");
    let next = next.map(|id| look::address::with(link::VOUCHERS, "before", &id.to_string()));
    let mut acts = Vec::new();
    if issues {
        acts.push(link_button("/vouchers/new", &say(request, "voucher-new"), Look::Primary));
    }
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            title: &title,
            lead: Some(html! { (say(request, "voucher-lead")) }),
            actions: acts,
            ..PageHead::default()
        }))
        (table(request, &title, &rows))
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
    };
    Ok(Page::new(request, &title).section(Section::Share).personal().reply(content))
}

fn table(request: &Request, caption: &str, rows: &[VoucherRow]) -> Markup {
    let lang = request.lang;
    let heads = ["voucher", "holder", "amount", "left", "last", "state"]
        .map(|key| (key, say(request, &format!("voucher-column-{key}"))));
    let columns = heads.iter().map(|(key, head)| match *key {
        "amount" | "left" => Column::figures(key, head, ""),
        _ => Column::text(key, head),
    });
    let row = |it: &VoucherRow| {
        let kept = &it.voucher;
        look::Row::from(vec![
            html! {
                a href=(link::voucher(kept.id)) { code { (kept.reference) } } br;
                span.small.quiet { (kept.programme) }
            },
            html! { (it.holder.best(lang).0) },
            html! { (yuan(request, kept.amount)) },
            html! { (yuan(request, it.left)) },
            html! { (words::date(lang, kept.terms.last)) },
            state_tag(request, kept.state),
        ])
    };
    look::table(&Table {
        lang,
        caption,
        is_caption_hidden: true,
        columns: columns.collect(),
        rows: rows.iter().map(row).collect(),
        empty: Some(look::empty(
            &say(request, "voucher-none"),
            html! { p { (say(request, "voucher-none-hint")) } },
        )),
        is_cards: true,
        ..Table::default()
    })
}

/// Where money for vouchers is set aside.
const FUNDS: &str = "/vouchers/funds";

fn blank(request: &Request) -> Result<Reply, No> {
    me(request)?;
    if !may(request, Act::IssueVoucher, &Thing::open()) {
        return Err(Refusal::new(base::Class::NotAllowed, "not-allowed").into());
    }
    forms(request, &[])
}

/// The forms of issuing and funding on one page.
fn forms(request: &Request, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let title = say(request, "voucher-new");
    let banks = request.city().voucher_banks(&request.asker)?;
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::VOUCHERS, text: &say(request, "voucher-title") }],
            title: &title,
            lead: Some(html! { (say(request, "voucher-new-lead")) }),
            ..PageHead::default()
        }))
        (above(request, errors, &[(true, link::VOUCHERS), (true, FUNDS)]))
        (look::part("issue", &say(request, "voucher-issue"), issue_form(request, errors)))
        (look::part("fund", &say(request, "voucher-fund"), fund_form(request, &banks, errors)))
    };
    let page = Page::new(request, &title).section(Section::Share).personal();
    Ok(page.at("/vouchers/new").failed(errors).reply(content))
}

fn field<'a>(request: &'a Request, name: &'a str, label: &'a str, unit: &'a str) -> Field<'a> {
    let width = if unit.is_empty() { Width::Half } else { Width::Short };
    Field { name, label, unit, width, value: request.form.get(name), ..Field::default() }
}

fn issue_form(request: &Request, errors: &[Refusal]) -> Markup {
    let tickets = ticket(request);
    let form = Form::new(request.lang, link::VOUCHERS, &tickets.csrf, &tickets.key)
        .with_errors(at(request, errors, link::VOUCHERS));
    let label = |name: &str| say(request, &format!("voucher-field-{name}"));
    let kinds: Vec<(&str, String)> = Kind::ALL
        .iter()
        .map(|kind| (kind.word(), say(request, &format!("voucher-kind-{kind}"))))
        .collect();
    let choices: Vec<Choice<'_>> = kinds
        .iter()
        .map(|(value, text)| Choice { value, text, hint: "", is_chosen: false })
        .collect();
    form.view(html! {
        (text_field(&form, &field(request, "programme", &label("programme"), "")))
        (text_field(&form, &Field { hint: &label("holder-hint"), ..field(request, "holder", &label("holder"), "") }))
        (text_field(&form, &field(request, "amount", &label("amount"), "¥")))
        (text_field(&form, &field(request, "share", &label("share"), "%")))
        (text_field(&form, &field(request, "cap_claim", &label("cap-claim"), "¥")))
        (text_field(&form, &field(request, "cap_year", &label("cap-year"), "¥")))
        (checkboxes(&form, &Field { name: "kinds", label: &label("kinds"), hint: &label("kinds-hint"), ..Field::default() }, &choices))
        (date_field(&form, &field(request, "last", &label("last"), "")))
        (actions(&[button(&say(request, "voucher-issue"), Look::Primary)]))
    })
}

fn fund_form(request: &Request, banks: &[(AccountId, String)], errors: &[Refusal]) -> Markup {
    let tickets = ticket(request);
    let form = Form::new(request.lang, FUNDS, &tickets.csrf, &tickets.key)
        .with_errors(at(request, errors, FUNDS));
    let label = |name: &str| say(request, &format!("voucher-field-{name}"));
    let ids: Vec<(String, &str)> =
        banks.iter().map(|(id, text)| (id.to_string(), text.as_str())).collect();
    let choices: Vec<Choice<'_>> = ids
        .iter()
        .map(|(value, text)| Choice { value, text, hint: "", is_chosen: false })
        .collect();
    form.view(html! {
        (text_field(&form, &Field { name: "fund_programme", ..field(request, "fund_programme", &label("programme"), "") }))
        (text_field(&form, &field(request, "fund_amount", &label("fund-amount"), "¥")))
        (select(&form, &Field { name: "bank", label: &label("bank"), ..Field::default() }, &choices))
        (text_field(&form, &field(request, "reference", &label("reference"), "")))
        (actions(&[button(&say(request, "voucher-fund"), Look::Second)]))
    })
}

fn unreadable(field: &'static str, code: &'static str) -> Refusal {
    Refusal::invalid(code).on(field).term("field", base::text::field_term(field))
}

fn money(request: &Request, field: &'static str, no: &mut Vec<Refusal>) -> i64 {
    match read_money(request.form.get(field), Currency::CNY) {
        Ok(found) => found.map_or(0, |money| money.minor),
        Err(()) => {
            no.push(unreadable(field, "money-unreadable"));
            0
        }
    }
}

fn issue(request: &Request) -> Result<Reply, No> {
    let done = read(request).and_then(|(programme, terms, amount)| {
        let voucher = request.city().new_voucher_id();
        let act = IssueVoucher { programme, terms, amount, voucher };
        request.city().perform(&request.keyed(), act)
    });
    match done {
        Ok(done) => Ok(Reply::see_other(link::voucher(done.voucher))),
        Err(no) => forms(request, &reasons(no)?),
    }
}

fn read(request: &Request) -> Result<(String, Terms, i64), No> {
    let mut no = Vec::new();
    let holder = match request.city().organisation_named(request.form.get("holder")) {
        Ok(holder) => Some(holder),
        Err(_) => {
            let found = request.form.get("holder").to_owned();
            no.push(Refusal::invalid("organisation-unknown").on("holder").text("found", found));
            None
        }
    };
    let amount = money(request, "amount", &mut no);
    let (cap_claim, cap_year) =
        (money(request, "cap_claim", &mut no), money(request, "cap_year", &mut no));
    let share = contract::rates::read_percent(request.form.get("share"));
    let share = share.and_then(|rate| rate.round(4, ledger::rounding::Rounding::HalfUp));
    let share_bp = share.and_then(|bp| u32::try_from(bp).ok()).unwrap_or(0);
    let last = base::time::read_date(request.form.get("last"));
    if last.is_none() {
        no.push(unreadable("last", "date-unreadable"));
    }
    let kinds: Vec<Kind> = request.form.all("kinds").into_iter().filter_map(Kind::parse).collect();
    let (Some(holder), Some(last), []) = (holder, last, no.as_slice()) else { return Err(No(no)) };
    let terms = Terms { holder, share_bp, cap_claim, cap_year, kinds, units: Vec::new(), last };
    Ok((request.form.get("programme").to_owned(), terms, amount))
}

fn fund(request: &Request) -> Result<Reply, No> {
    let mut no = Vec::new();
    let amount = money(request, "fund_amount", &mut no);
    let bank = request.form.get("bank").parse::<AccountId>().ok();
    if bank.is_none() {
        no.push(unreadable("bank", "choice-unknown"));
    }
    let done = match (bank, no.is_empty()) {
        (Some(bank), true) => {
            let act = FundProgramme {
                programme: request.form.get("fund_programme").to_owned(),
                bank,
                amount,
                reference: request.form.get("reference").to_owned(),
                value_date: None,
            };
            request.city().perform(&request.keyed(), act)
        }
        _ => Err(No(no)),
    };
    match done {
        Ok(_) => Ok(Reply::see_other(link::VOUCHERS.to_owned())),
        Err(no) => forms(request, &reasons(no)?),
    }
}

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    page(request, request.id("id")?, &[])
}

fn page(request: &Request, id: VoucherId, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().voucher(&request.asker, id)?;
    let kept = &view.row.voucher;
    let title = kept.programme.clone();
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::VOUCHERS, text: &say(request, "voucher-title") }],
            kind: &say(request, "voucher-kind"),
            title: &title,
            tags: vec![state_tag(request, kept.state)],
            reference: kept.reference.as_str(),
            ..PageHead::default()
        }))
        (above(request, errors, &[]))
        (figures(request, &view))
        (look::aside_split(
            html! { (look::part("paid", &say(request, "voucher-paid"), redemptions(request, &view))) },
            html! { (look::sheet(&say(request, "voucher-terms"), terms(request, &view))) },
        ))
    };
    let page = Page::new(request, &title).section(Section::Share).personal();
    Ok(page.at(link::voucher(id)).failed(errors).reply(content))
}

fn figures(request: &Request, view: &VoucherView) -> Markup {
    let rows =
        [("amount", view.row.voucher.amount), ("left", view.row.left), ("held", view.shown.held)]
            .map(|(key, minor)| {
                (say(request, &format!("voucher-column-{key}")), yuan(request, minor))
            });
    let all: Vec<look::Figure<'_>> = rows
        .iter()
        .map(|(label, value)| look::Figure { label, value, ..look::Figure::default() })
        .collect();
    look::figures(request.lang, &all)
}

fn redemptions(request: &Request, view: &VoucherView) -> Markup {
    let lang = request.lang;
    let heads = ["unit", "amount", "stage", "next"]
        .map(|key| (key, say(request, &format!("voucher-column-{key}"))));
    let columns = heads.iter().map(|(key, head)| match *key {
        "amount" => Column::figures(key, head, ""),
        _ => Column::text(key, head),
    });
    let row = |(it, unit): &(instruments::voucher::KeptRedemption, base::Bilingual)| {
        let stage = it.redemption.stage;
        look::Row::from(vec![
            html! { (unit.best(lang).0) },
            html! { (yuan(request, it.redemption.amount)) },
            html! { (say(request, &format!("voucher-stage-{stage}"))) },
            html! {
                @if view.claims.contains(&it.id) { (claim_button(request, view, it.id)) }
                @if view.may_pay && stage == Stage::Claimed { (say(request, "voucher-awaits-payment")) }
            },
        ])
    };
    look::table(&Table {
        lang,
        caption: &say(request, "voucher-paid"),
        is_caption_hidden: true,
        columns: columns.collect(),
        rows: view.redemptions.iter().map(row).collect(),
        empty: Some(html! { p { (say(request, "voucher-paid-none")) } }),
        is_cards: true,
        ..Table::default()
    })
}

fn claim_button(request: &Request, view: &VoucherView, id: base::RedemptionId) -> Markup {
    let forms = ticket(request);
    let action = format!("{}/claims", link::voucher(view.row.voucher.id));
    let id = id.to_string();
    post_button(&PostButton {
        action: &action,
        csrf: &forms.csrf,
        key: &forms.key,
        text: &say(request, "voucher-claim"),
        look: Look::Second,
        values: &[("redemption", &id)],
    })
}

fn terms(request: &Request, view: &VoucherView) -> Markup {
    let lang = request.lang;
    let it = &view.row.voucher.terms;
    let kinds: Vec<String> =
        it.kinds.iter().map(|kind| say(request, &format!("voucher-kind-{kind}"))).collect();
    let kinds =
        if kinds.is_empty() { say(request, "voucher-all") } else { words::list(lang, &kinds) };
    let rows = [
        ("holder", view.row.holder.best(lang).0.to_owned()),
        ("share", words::percent(lang, i64::from(it.share_bp))),
        ("cap-claim", yuan(request, it.cap_claim)),
        ("cap-year", yuan(request, it.cap_year)),
        ("kinds", kinds),
        ("last", words::date(lang, it.last)),
    ]
    .map(|(key, value)| (say(request, &format!("voucher-field-{key}")), value));
    let named: Vec<(&str, Markup)> =
        rows.iter().map(|(name, value)| (name.as_str(), html! { (value) })).collect();
    html! {
        (look::facts(&named))
        @if view.may_end {
            @let forms = ticket(request);
            @let version = view.row.voucher.version.to_string();
            @let action = format!("{}/end", link::voucher(view.row.voucher.id));
            (look::confirm(&look::Confirm {
                lang,
                open: &say(request, "voucher-end-open"),
                title: &say(request, "voucher-end-title"),
                text: html! { p { (say(request, "voucher-end-text")) } },
                act: post_button(&PostButton {
                    action: &action, csrf: &forms.csrf, key: &forms.key,
                    text: &say(request, "voucher-end"), look: Look::Danger,
                    values: &[("version", &version)],
                }),
            }))
        }
    }
}

fn back(request: &Request, id: VoucherId, done: Result<(), No>) -> Result<Reply, No> {
    match done {
        Ok(()) => Ok(Reply::see_other(link::voucher(id))),
        Err(no) => page(request, id, &reasons(no)?),
    }
}

fn end(request: &Request) -> Result<Reply, No> {
    let id: VoucherId = request.id("id")?;
    let version = request.form.get("version").parse().unwrap_or(0);
    let done = request.city().perform(&request.keyed(), EndVoucher::new(id, version));
    back(request, id, done.map(|_| ()))
}

fn claim(request: &Request) -> Result<Reply, No> {
    let id: VoucherId = request.id("id")?;
    let redemption = request.form.get("redemption").parse().map_err(|_| Refusal::not_found())?;
    let shown = request.form.all("evidence").into_iter().filter_map(Evidence::parse).collect();
    let act = MoveRedemption::claim(redemption, shown);
    back(request, id, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn pay(request: &Request) -> Result<Reply, No> {
    let id: VoucherId = request.id("id")?;
    let redemption = request.form.get("redemption").parse().map_err(|_| Refusal::not_found())?;
    let bank = request.form.get("bank").parse().map_err(|_| Refusal::not_found())?;
    let reference = request.form.get("reference").to_owned();
    let act = MoveRedemption::pay(redemption, bank, reference);
    back(request, id, request.city().perform(&request.keyed(), act).map(|_| ()))
}
