//! What people do in auctions: ask, agree, bid; and the desk of the office.

use crate::form::{reasons, ticket};
use crate::link;
use crate::listing_money::read_money;
use crate::lot::page;
use crate::page::{Page, get, moment, post, say};
use crate::venture_part::said;
use access::Act;
use app::No;
use app::ledger::Wanted;
use app::lot::{
    AgreeToLot, BidderView, CallOffLot, DecideBidder, ExcludeBidder, FreeDeposit, HaltLot,
    LeaveStandby, LiftDefault, LotView, PlaceBid, PlaceFloorBid, ReceiveDeposit, RegisterForLot,
    RejectAward, SignAward,
};
use base::{AccountId, LotId, OrganisationId, Refusal};
use edge::{Reply, Request, Route};
use ledger::Purpose;
use look::{
    Choice, Crumb, Field, Form, Look, PageHead, Section, Tone, Width, actions, button,
    button_named, select, sum_field, text_field,
};
use maud::{Markup, html};
use trading::cancellation::Cancellation;
use trading::complaint::TEXT_CHARS_MAX;
use trading::lot::{BidderState, Deposit, LotBidder, LotState, Way};
use trading::lot_default::LotDefault;

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    post("/auctions/{id}/bidders", Act::RegisterForLot, register),
    post("/auctions/{id}/agreement", Act::AgreeToLot, agree),
    post("/auctions/{id}/bids", Act::PlaceBid, bid),
    get("/auctions/{id}/desk", Act::LookAtBidders, desk),
    post("/auctions/{id}/desk/decision", Act::DecideBidder, decide),
    post("/auctions/{id}/desk/deposit", Act::ReceiveDeposit, receive),
    post("/auctions/{id}/desk/lifting", Act::LiftDefault, lift),
    post("/auctions/{id}/desk/bid", Act::PlaceFloorBid, floor),
    post("/auctions/{id}/desk/halt", Act::HaltLot, halt),
    post("/auctions/{id}/desk/cancellation", Act::CallOffLot, call_off),
    post("/auctions/{id}/desk/signature", Act::SignAward, sign),
    post("/auctions/{id}/desk/rejection", Act::RejectAward, reject),
    post("/auctions/{id}/desk/exclusion", Act::ExcludeBidder, exclude),
    post("/auctions/{id}/deposit-return", Act::FreeDeposit, free_deposit),
    post("/auctions/{id}/standby", Act::LeaveStandby, leave_standby),
];

/// Accounts of banks that a clerk chooses from.
const BANKS_MAX: usize = 100;

/// Back to the room, or the page with the reasons.
pub(crate) fn back(request: &Request, id: LotId, done: Result<(), No>) -> Result<Reply, No> {
    match done {
        Ok(()) => Ok(Reply::see_other(link::auction(id))),
        Err(no) => {
            let errors = reasons(no)?;
            let view = request.city().lot(&request.asker, id)?;
            Ok(page(request, &view, &errors))
        }
    }
}

pub(crate) fn unknown(field: &'static str) -> No {
    let refusal = Refusal::invalid("choice-unknown").on(field);
    refusal.term("field", base::text::field_term(field)).into()
}

fn organisation(request: &Request) -> Result<OrganisationId, No> {
    request.form.get("organisation").parse().map_err(|_| unknown("organisation"))
}

fn register(request: &Request) -> Result<Reply, No> {
    let lot = request.id("id")?;
    let act = RegisterForLot {
        lot,
        organisation: organisation(request)?,
        terms: request.form.get("terms").parse().unwrap_or(0),
        stands_by: request.form.get("stands_by") == "yes",
    };
    back(request, lot, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn agree(request: &Request) -> Result<Reply, No> {
    let lot = request.id("id")?;
    let terms = request.form.get("terms").parse().unwrap_or(0);
    let act = AgreeToLot { lot, organisation: organisation(request)?, terms };
    back(request, lot, request.city().perform(&request.keyed(), act).map(|_| ()))
}

/// The amount of a button, or the one that was typed.
fn amount(request: &Request, view: &LotView) -> Result<i64, Refusal> {
    let typed = match request.form.get("step") {
        "" => request.form.get("amount"),
        step => step,
    };
    let unread = || Refusal::invalid("money-unreadable").on("amount").term("field", "field-amount");
    let read = read_money(typed, view.lot.terms.currency).map_err(|()| unread())?;
    let required = || Refusal::invalid("field-required").on("amount").term("field", "field-amount");
    Ok(read.ok_or_else(required)?.minor)
}

fn bid(request: &Request) -> Result<Reply, No> {
    let lot = request.id("id")?;
    let view = request.city().lot(&request.asker, lot)?;
    let done = amount(request, &view).map_err(No::from).and_then(|minor| {
        let own = view.own.as_ref().map(|own| own.bidder.organisation);
        let bid = match request.form.get("stage").parse() {
            Ok(stage) => PlaceBid::at_stage(lot, own, minor, stage),
            Err(_) => PlaceBid::new(lot, own, minor),
        };
        request.city().bid(&request.keyed(), bid).map(|_| ())
    });
    back(request, lot, done)
}

fn desk(request: &Request) -> Result<Reply, No> {
    let lot = request.id("id")?;
    desk_page(request, lot, &[])
}

/// Back to the desk, or the desk with the reasons.
pub(crate) fn to_desk(request: &Request, id: LotId, done: Result<(), No>) -> Result<Reply, No> {
    match done {
        Ok(()) => Ok(Reply::see_other(link::auction_part(id, "desk"))),
        Err(no) => {
            let errors = reasons(no)?;
            desk_page(request, id, &errors)
        }
    }
}

fn alias(request: &Request) -> u32 {
    request.form.get("bidder").parse().unwrap_or(0)
}

fn decide(request: &Request) -> Result<Reply, No> {
    let lot = request.id("id")?;
    let rank = request.form.get("rank").trim();
    let act = DecideBidder {
        lot,
        bidder: alias(request),
        admits: request.form.get("do") == "admit",
        rank: if rank.is_empty() { None } else { Some(rank.parse().unwrap_or(0)) },
        reason: request.form.get("reason").to_owned(),
    };
    to_desk(request, lot, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn receive(request: &Request) -> Result<Reply, No> {
    let lot = request.id("id")?;
    let bank: AccountId = request.form.get("bank").parse().map_err(|_| unknown("bank"))?;
    let reference = request.form.get("reference").to_owned();
    let act = ReceiveDeposit::new(lot, alias(request), bank, reference);
    to_desk(request, lot, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn floor(request: &Request) -> Result<Reply, No> {
    let lot = request.id("id")?;
    let view = request.city().lot(&request.asker, lot)?;
    let done = amount(request, &view).map_err(No::from).and_then(|minor| {
        let act = PlaceFloorBid::new(lot, alias(request), minor);
        request.city().floor_bid(&request.keyed(), act).map(|_| ())
    });
    to_desk(request, lot, done)
}

fn halt(request: &Request) -> Result<Reply, No> {
    let lot = request.id("id")?;
    let act = HaltLot { lot, goes_on: request.form.get("do") == "go-on" };
    to_desk(request, lot, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn call_off(request: &Request) -> Result<Reply, No> {
    let lot = request.id("id")?;
    let typed = |name: &str| request.form.get(name).to_owned();
    let act = CallOffLot::new(lot, typed("why"), typed("grounds"));
    to_desk(request, lot, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn sign(request: &Request) -> Result<Reply, No> {
    let lot = request.id("id")?;
    let done = request.city().perform(&request.keyed(), SignAward::new(lot)).map(|_| ());
    to_desk(request, lot, done)
}

fn reject(request: &Request) -> Result<Reply, No> {
    let lot = request.id("id")?;
    let act = RejectAward::new(lot, request.form.get("reason").to_owned());
    to_desk(request, lot, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn exclude(request: &Request) -> Result<Reply, No> {
    let lot = request.id("id")?;
    let reason = request.form.get("reason").to_owned();
    let act = ExcludeBidder { lot, bidder: alias(request), reason };
    to_desk(request, lot, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn lift(request: &Request) -> Result<Reply, No> {
    let lot = request.id("id")?;
    let reason = request.form.get("reason").to_owned();
    let act = LiftDefault { lot, bidder: alias(request), reason };
    to_desk(request, lot, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn free_deposit(request: &Request) -> Result<Reply, No> {
    let lot = request.id("id")?;
    let act = FreeDeposit { lot, organisation: organisation(request)? };
    back(request, lot, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn leave_standby(request: &Request) -> Result<Reply, No> {
    let lot = request.id("id")?;
    let act = LeaveStandby::new(lot, organisation(request)?);
    back(request, lot, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn desk_page(request: &Request, id: LotId, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().lot(&request.asker, id)?;
    let bidders = request.city().lot_bidders(&request.asker, id)?;
    let banks = banks(request)?;
    let (title, all) = (say(request, "lot-desk-title"), say(request, "lot-page-title"));
    let here = link::auction(id);
    let (name, _) = view.title.best(lang);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[
                Crumb { href: link::AUCTIONS, text: &all },
                Crumb { href: &here, text: name },
            ],
            title: &title,
            tags: vec![crate::lot::state_tag(request, &view.lot)],
            ..PageHead::default()
        }))
        (look::error_summary(lang, errors))
        (look::part("bidders", &say(request, "lot-desk-bidders"), html! {
            @if bidders.is_empty() { p.quiet { (say(request, "lot-desk-nobody")) } }
            @for it in &bidders { (bidder(request, &view, it, (&banks, errors))) }
        }))
        // No amount of a sealed lot enters in the open, called in the hall or not.
        @if view.lot.state == LotState::Open && view.lot.terms.way.sealing().is_none() {
            (floor_part(request, &view, (&bidders, errors)))
        }
        (course_part(request, &view, errors))
        (crate::lot_complaint::desk_part(request, &view))
    };
    let page = Page::new(request, &title).section(Section::Trade);
    let page = page.label(&view.lot.label, say(request, "lot-page-kind"));
    Ok(page.at(link::auction_part(id, "desk")).personal().failed(errors).reply(content))
}

/// Accounts at banks where deposits come in, with their names.
fn banks(request: &Request) -> Result<Vec<(String, String)>, No> {
    let wanted = Wanted { purpose: Some(Purpose::Bank), ..Wanted::default() };
    let page = request.city().ledger_accounts(&request.asker, wanted, BANKS_MAX)?;
    let of_bank = |found: &app::ledger::Account| {
        let bank = found.account.bank.as_ref()?;
        let name = format!("{} {}", bank.institution, bank.masked_number);
        Some((found.account.id.to_string(), name))
    };
    Ok(page.rows.iter().filter_map(of_bank).collect())
}

/// Where forms of the desk are sent to, and the reasons if this one was refused: a page has many, and one was sent.
fn sent<'a>(
    request: &Request,
    action: &str,
    bidder: Option<u32>,
    errors: &'a [Refusal],
) -> &'a [Refusal] {
    let is_it = request.path == action && bidder.is_none_or(|own| own == alias(request));
    if is_it { errors } else { &[] }
}

/// What was typed into a form that was refused.
fn typed<'a>(request: &'a Request, errors: &[Refusal], name: &str) -> &'a str {
    if errors.is_empty() { "" } else { request.form.get(name) }
}

fn bidder(
    request: &Request,
    view: &LotView,
    of: &BidderView,
    (banks, errors): (&[(String, String)], &[Refusal]),
) -> Markup {
    let lang = request.lang;
    let id = view.lot.id;
    let BidderView { bidder: it, name, default } = of;
    let is_live = matches!(view.lot.state, LotState::Announced | LotState::Open);
    let needs_deposit = it.state == BidderState::Admitted
        && view.lot.terms.deposit.is_some()
        && it.deposit != Deposit::Held;
    html! {
        section.sheet.stack {
            h3 { (it.alias) " · " (name.best(lang).0) }
            p.row {
                (look::tag(Tone::Plain, &say(request, &format!("lot-bidder-{}", it.state.word()))))
                (look::tag(Tone::Plain, &say(request, &format!("lot-deposit-{}", it.deposit.word()))))
                @if it.agreed != view.lot.terms_version {
                    (look::tag(Tone::Wait, &say(request, "lot-desk-not-agreed")))
                }
                @if let Some(rank) = it.rank {
                    (look::tag(Tone::Info, &said(request, "lot-desk-ranked", "rank", rank.to_string())))
                }
            }
            @if !it.reason.is_empty() { p.small { (it.reason) } }
            @if is_live && it.state == BidderState::Asked { (decision(request, id, it, errors)) }
            @if is_live && needs_deposit { (deposit(request, id, it, (banks, errors))) }
            @if is_live && it.state == BidderState::Admitted { (exclusion(request, id, it, errors)) }
            @if let Some(default) = default { (fell(request, id, (it, default), errors)) }
        }
    }
}

/// A winner who did not sign, and the form that lifts what follows from it.
fn fell(
    request: &Request,
    id: LotId,
    (it, default): (&LotBidder, &LotDefault),
    errors: &[Refusal],
) -> Markup {
    let forms = ticket(request);
    let action = link::auction_part(id, "desk/lifting");
    let part = format!("lifting-{}", it.alias);
    let errors = sent(request, &action, Some(it.alias), errors);
    let form =
        Form::new(request.lang, &action, &forms.csrf, &forms.key).with_told(errors).within(&part);
    html! {
        p { (said(request, "lot-default-fell", "at", moment(request, default.at))) }
        @if let Some((at, reason)) = &default.lifted {
            p { (said(request, "lot-default-lifted", "at", moment(request, *at))) " " (reason) }
        } @else {
            details open[!errors.is_empty()] {
                summary { (say(request, "lot-default-lift")) }
                (form.view(html! {
                    input type="hidden" name="bidder" value=(it.alias);
                    (text_field(&form, &Field {
                        name: "reason", hint: &say(request, "lot-default-lift-hint"),
                        value: typed(request, errors, "reason"), ..Field::default()
                    }))
                    (actions(&[button(&say(request, "lot-default-lift"), Look::Second)]))
                }))
            }
        }
    }
}

/// Shutting a bidder out, folded away: it is rare, and the room is told.
fn exclusion(request: &Request, id: LotId, it: &LotBidder, errors: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let action = link::auction_part(id, "desk/exclusion");
    let part = format!("exclusion-{}", it.alias);
    let errors = sent(request, &action, Some(it.alias), errors);
    let form =
        Form::new(request.lang, &action, &forms.csrf, &forms.key).with_told(errors).within(&part);
    html! {
        details open[!errors.is_empty()] {
            summary { (say(request, "lot-desk-exclude")) }
            (form.view(html! {
                input type="hidden" name="bidder" value=(it.alias);
                (text_field(&form, &Field {
                    name: "reason", hint: &say(request, "lot-desk-exclude-hint"),
                    value: typed(request, errors, "reason"), ..Field::default()
                }))
                (actions(&[button(&say(request, "lot-desk-exclude"), Look::Danger)]))
            }))
        }
    }
}

fn decision(request: &Request, id: LotId, it: &LotBidder, errors: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let action = link::auction_part(id, "desk/decision");
    let part = format!("decision-{}", it.alias);
    let errors = sent(request, &action, Some(it.alias), errors);
    let form =
        Form::new(request.lang, &action, &forms.csrf, &forms.key).with_told(errors).within(&part);
    html! {
        (form.view(html! {
            input type="hidden" name="bidder" value=(it.alias);
            (text_field(&form, &Field {
                name: "rank", is_optional: true, width: Width::Tiny,
                hint: &say(request, "lot-desk-rank-hint"),
                value: typed(request, errors, "rank"), ..Field::default()
            }))
            (text_field(&form, &Field {
                name: "reason", is_optional: true, hint: &say(request, "lot-desk-reason-hint"),
                value: typed(request, errors, "reason"), ..Field::default()
            }))
            (actions(&[
                button_named(&say(request, "lot-desk-admit"), Look::Primary, "do", "admit"),
                button_named(&say(request, "lot-desk-refuse"), Look::Danger, "do", "refuse"),
            ]))
        }))
    }
}

fn deposit(
    request: &Request,
    id: LotId,
    it: &LotBidder,
    (banks, errors): (&[(String, String)], &[Refusal]),
) -> Markup {
    if banks.is_empty() {
        return html! { p.small { (say(request, "lot-desk-no-bank")) } };
    }
    let forms = ticket(request);
    let action = link::auction_part(id, "desk/deposit");
    let part = format!("deposit-{}", it.alias);
    let errors = sent(request, &action, Some(it.alias), errors);
    let form =
        Form::new(request.lang, &action, &forms.csrf, &forms.key).with_told(errors).within(&part);
    let bank = typed(request, errors, "bank");
    let choices: Vec<Choice<'_>> = banks
        .iter()
        .enumerate()
        .map(|(n, (id, name))| {
            let is_chosen = if bank.is_empty() { n == 0 } else { id == bank };
            Choice { value: id, text: name, hint: "", is_chosen }
        })
        .collect();
    html! {
        (form.view(html! {
            input type="hidden" name="bidder" value=(it.alias);
            (select(&form, &Field { name: "bank", ..Field::default() }, &choices))
            (text_field(&form, &Field {
                name: "reference", hint: &say(request, "lot-desk-reference-hint"),
                value: typed(request, errors, "reference"), ..Field::default()
            }))
            (actions(&[button(&say(request, "lot-desk-received"), Look::Primary)]))
        }))
    }
}

/// Bids that are called in the hall.
fn floor_part(
    request: &Request,
    view: &LotView,
    (bidders, errors): (&[BidderView], &[Refusal]),
) -> Markup {
    let forms = ticket(request);
    let action = link::auction_part(view.lot.id, "desk/bid");
    let errors = sent(request, &action, None, errors);
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_told(errors);
    // Whoever sits in the hall is known there by name.
    let entered: Vec<(String, String)> = bidders
        .iter()
        .filter(|it| it.bidder.is_entered && it.bidder.state == BidderState::Admitted)
        .map(|it| (it.bidder.alias.to_string(), it.name.best(request.lang).0))
        .map(|(alias, name)| (alias.clone(), format!("{alias} · {name}")))
        .collect();
    let chosen = request.form.get("bidder");
    let choices: Vec<Choice<'_>> = entered
        .iter()
        .enumerate()
        .map(|(n, (value, text))| {
            let is_chosen = if chosen.is_empty() { n == 0 } else { value == chosen };
            Choice { value, text, hint: "", is_chosen }
        })
        .collect();
    let least = words::money(request.lang, view.lot.terms.money(view.lot.least()));
    let hint = match view.lot.terms.way {
        Way::Falling(_) => "lot-desk-least-falling",
        Way::Rounds(_) => "lot-desk-least-rounds",
        Way::English | Way::Sealed(_) => "lot-desk-least",
    };
    let hint = said(request, hint, "sum", least);
    look::part(
        "floor",
        &say(request, "lot-desk-floor"),
        html! {
            (form.view(html! {
                (select(&form, &Field {
                    name: "bidder", label: &say(request, "lot-desk-number"), ..Field::default()
                }, &choices))
                (sum_field(&form, &Field {
                    name: "amount", hint: &hint, value: typed(request, errors, "amount"), ..Field::default()
                }, view.lot.terms.currency))
                (actions(&[button(&say(request, "lot-desk-enter"), Look::Live)]))
            }))
        },
    )
}

/// Stopping, going on, calling off, signing.
fn course_part(request: &Request, view: &LotView, errors: &[Refusal]) -> Markup {
    let (lang, lot) = (request.lang, &view.lot);
    let forms = ticket(request);
    let part = |name: &str| link::auction_part(lot.id, name);
    let (halt, off, sign) = (part("desk/halt"), part("desk/cancellation"), part("desk/signature"));
    let reject = part("desk/rejection");
    let is_live = matches!(lot.state, LotState::Announced | LotState::Open);
    let is_pending = view.cancellation.as_ref().is_some_and(Cancellation::is_pending);
    let form = |action| Form::new(lang, action, &forms.csrf, &forms.key);
    let (off_told, no_told) =
        (sent(request, &off, None, errors), sent(request, &reject, None, errors));
    let off_form = form(&off).with_told(off_told);
    let no_form = form(&reject).with_told(no_told).within("rejection");
    let why: Vec<(String, String)> =
        ["no-demand", "cannot-be-mended", "force-majeure", "costs-cut", "no-offer"]
            .iter()
            .map(|word| ((*word).to_owned(), say(request, &format!("lot-how-{word}"))))
            .collect();
    let choices: Vec<Choice<'_>> = why
        .iter()
        .map(|(value, text)| Choice {
            value,
            text,
            hint: "",
            is_chosen: value == typed(request, off_told, "why"),
        })
        .collect();
    let (halt_word, halt_do) = match lot.course.is_halted {
        true => ("lot-desk-go-on", "go-on"),
        false => ("lot-desk-halt", "halt"),
    };
    look::part(
        "course",
        &say(request, "lot-desk-course"),
        html! {
            (crate::lot_complaint::standing_still(request, view))
            @if lot.state == LotState::Open && !is_pending {
                (form(&halt).view(actions(&[
                    button_named(&say(request, halt_word), Look::Second, "do", halt_do),
                ])))
            }
            @if is_live && !is_pending {
                (off_form.view(html! {
                    p { (say(request, "lot-desk-call-off-lead")) }
                    (select(&off_form, &Field { name: "why", ..Field::default() }, &choices))
                    (look::text_area(&off_form, &Field {
                        name: "grounds", hint: &say(request, "lot-desk-grounds-hint"),
                        value: typed(request, off_told, "grounds"), most: Some(TEXT_CHARS_MAX),
                        ..Field::default()
                    }))
                    (actions(&[button(&say(request, "lot-desk-call-off"), Look::Danger)]))
                }))
            }
            @if view.offers.sign {
                (form(&sign).view(html! {
                    p { (say(request, "lot-desk-sign-lead")) }
                    (actions(&[button(&say(request, "lot-desk-sign"), Look::Primary)]))
                }))
            }
            @if view.offers.reject {
                (no_form.view(html! {
                    p { (say(request, "lot-desk-reject-lead")) }
                    (text_field(&no_form, &Field {
                        name: "reason", hint: &say(request, "lot-desk-reason-hint"),
                        value: typed(request, no_told, "reason"), ..Field::default()
                    }))
                    (actions(&[button(&say(request, "lot-desk-reject"), Look::Danger)]))
                }))
            }
        },
    )
}
