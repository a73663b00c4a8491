//! Parts of the page of an auction: the price and the end, the own place, the rules in words.

use crate::form::Ticket;
use crate::form::ticket;
use crate::link;
use crate::lot_live::{Voice, price, row};
use crate::page::{moment, say};
use app::lot::{LotView, OwnPlace, PayIn, Told};
use base::{Money, Refusal};
use edge::Request;
use look::{
    Choice, Field, Form, Look, Tone, actions, button, button_named, checkboxes, notice, select,
    sum_field,
};
use maud::{Markup, html};
use trading::lot::{BidderState, Deposit, Lot, LotState, Raise, Terms, Way};

fn money(request: &Request, lot: &Lot, minor: i64) -> String {
    words::money(request.lang, Money::new(minor, lot.terms.currency))
}

fn said(request: &Request, key: &str, name: &str, value: String) -> String {
    words::say_with(request.lang, key, &[(name, value.into())])
}

/// Price, leader, end, and what came of it: what is fetched anew while the room is live.
pub fn now_panel(request: &Request, view: &LotView) -> Markup {
    html! {
        section.sheet.stack #room-now data-fresh {
            @if let Some(it) = crate::falling::of(request, view) {
                (crate::falling::price(request, view, &it))
            } @else if let Some(it) = crate::rounds::of(request, view) {
                (crate::rounds::price(request, view, &it))
            } @else {
                (price(Voice::of(request), &view.lot, view.now))
            }
            (standing(request, view))
            (ended(request, view))
        }
    }
}

/// The own standing of a bidder.
fn standing(request: &Request, view: &LotView) -> Markup {
    let Some(own) = view.own.as_ref().filter(|own| own.bidder.state == BidderState::Admitted)
    else {
        return html! {};
    };
    let is_english = view.lot.terms.way == Way::English;
    if view.lot.state != LotState::Open || view.lot.course.n_bids == 0 || !is_english {
        return html! {};
    }
    let (tone, key) = match (own.leads, own.limit.is_some()) {
        (true, _) => (Tone::Ok, "lot-page-you-lead"),
        (false, true) => (Tone::Live, "lot-page-you-are-outbid"),
        (false, false) => return html! {},
    };
    notice(request.lang, tone, html! { strong { (say(request, key)) } })
}

fn ended(request: &Request, view: &LotView) -> Markup {
    let Some(ended) = &view.ended else { return html! {} };
    let lot = &view.lot;
    let text = match ended.winner {
        Some((bidder, price)) => words::say_with(
            request.lang,
            "lot-page-won",
            &[("bidder", bidder.to_string().into()), ("price", money(request, lot, price).into())],
        ),
        None => say(request, &format!("lot-how-{}", ended.how)),
    };
    html! {
        (notice(request.lang, Tone::Info, html! {
            p { strong { (text) } }
            @if let Some(tie) = &ended.tie { p.small { (say(request, &format!("lot-tie-{tie}"))) } }
            @if let Some((_, name)) = &view.winner { p.small { (name.best(request.lang).0) } }
            @if lot.state == LotState::Sold {
                p.small { (said(request, "lot-page-sign-until", "at", moment(request, lot.award_until))) }
            }
            @if view.protocol.is_some() {
                p { a href=(link::auction_part(lot.id, "protocol")) {
                    (say(request, "lot-page-protocol"))
                } }
            }
        }))
    }
}

/// Whether this reader may bid now.
fn bids_now(view: &LotView) -> bool {
    let own = view.own.as_ref();
    own.is_some_and(|own| own.bidder.is_entered && own.bidder.state == BidderState::Admitted)
        && view.lot.is_running(view.now)
        && !view.lot.course.is_halted
        && view.lot.terms.way == Way::English
}

/// The sum of a deposit, where it is paid in, and what the payment has to name.
fn how_to_pay(request: &Request, sum: String, pay_in: &PayIn) -> Markup {
    let said = |key: &str| say(request, key);
    html! {
        p { (words::say_with(request.lang, "lot-page-pay", &[("sum", sum.into())])) }
        @for bank in &pay_in.banks {
            (look::facts(&[
                (&said("lot-page-pay-bank"), html! { (bank.institution) }),
                (&said("lot-page-pay-holder"), html! { (bank.holder.best(request.lang).0) }),
                (&said("lot-page-pay-number"), html! { code { (bank.masked_number) } }),
            ]))
        }
        p { (said("lot-page-pay-name")) " " (look::copy_id(request.lang, &pay_in.reference)) }
    }
}

/// The next valid bids as buttons: one press each.
pub fn next_bids(request: &Request, view: &LotView, forms: &Ticket) -> Markup {
    let lot = &view.lot;
    if !bids_now(view) {
        return html! { div #room-next data-fresh {} };
    }
    let leads = view.own.as_ref().is_some_and(|own| own.leads);
    let rank = view.own.as_ref().and_then(|own| own.bidder.rank);
    let equals = view.own.as_ref().is_some_and(|own| own.equals);
    let least = match lot.course.price {
        Some(price) if equals => price,
        _ => lot.least(),
    };
    let step = match lot.terms.steps.last().map(|(_, raise)| *raise) {
        Some(Raise::Fixed(sum)) => sum,
        Some(Raise::Share(share)) => (least / 10_000).saturating_mul(i64::from(share)).max(1),
        None => 1,
    };
    let next = [least, least.saturating_add(step), least.saturating_add(step.saturating_mul(4))];
    let action = link::auction_part(lot.id, "bids");
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    html! {
        div #room-next data-fresh {
            @if let Some(rank) = rank {
                p { (said(request, "lot-page-priority", "rank", rank.to_string())) }
            }
            @if !leads {
                (form.view(html! {
                    p { (say(request, "lot-page-next")) }
                    (actions(&next.map(|minor| {
                        let text = money(request, lot, minor);
                        let plain = Money::new(minor, lot.terms.currency).decimal();
                        button_named(&text, Look::Live, "step", &plain)
                    })))
                }))
            }
        }
    }
}

/// The own place: what was offered, the form of the own limit, agreeing again, the deposit.
pub fn own_panel(request: &Request, view: &LotView, errors: &[Refusal]) -> Markup {
    let Some(own) = &view.own else { return html! {} };
    let (lang, lot, it) = (request.lang, &view.lot, &own.bidder);
    let forms = ticket(request);
    let agree = link::auction_part(lot.id, "agreement");
    let has_to_agree =
        it.agreed != lot.terms_version && matches!(lot.state, LotState::Announced | LotState::Open);
    let body = html! {
        p { (own.name.best(lang).0) " · " (said(request, "lot-page-number", "bidder", it.alias.to_string())) }
        p.row {
            (look::tag(Tone::Plain, &say(request, &format!("lot-bidder-{}", it.state.word()))))
            @if lot.terms.deposit.is_some() {
                (look::tag(deposit_tone(it.deposit),
                    &say(request, &format!("lot-deposit-{}", it.deposit.word()))))
            }
        }
        @if !it.reason.is_empty() { p.small { (it.reason) } }
        @if it.state == BidderState::Asked { p { (say(request, "lot-page-asked")) } }
        @if let (Some(sum), Some(pay_in)) = (lot.terms.deposit, &own.pay_in) {
            (how_to_pay(request, money(request, lot, sum), pay_in))
        }
        // Only where the city bids up to it has a bid a limit.
        @if let Some(limit) = own.limit.filter(|_| lot.terms.way == Way::English) {
            p { (said(request, "lot-page-own-limit", "limit", money(request, lot, limit))) }
        }
        @if has_to_agree {
            (Form::new(lang, &agree, &forms.csrf, &forms.key).view(html! {
                p { (say(request, "lot-page-agree-again")) }
                input type="hidden" name="organisation" value=(it.organisation);
                input type="hidden" name="terms" value=(lot.terms_version);
                (actions(&[button(&say(request, "lot-page-agree"), Look::Primary)]))
            }))
        }
        @if bids_now(view) { (limit_form(request, view, errors)) }
        (leaving(request, view, own))
    };
    look::part("own", &say(request, "lot-page-own"), body)
}

/// Taking the deposit back, or the place of the second: what may be done without asking anybody.
fn leaving(request: &Request, view: &LotView, own: &OwnPlace) -> Markup {
    let lot = &view.lot;
    let it = &own.bidder;
    let is_standby = lot.state == LotState::Sold
        && lot.award == "best"
        && view
            .ended
            .as_ref()
            .is_some_and(|it| it.standby.is_some_and(|(n, _)| n == own.bidder.alias));
    let is_live = matches!(lot.state, LotState::Announced | LotState::Open);
    let is_free = is_live && it.deposit == Deposit::Held && !own.leads && own.limit.is_none();
    let (part, noun) = match (is_standby && it.deposit == Deposit::Held, is_free) {
        (true, _) => ("standby", "standby"),
        (false, true) => ("deposit-return", "free"),
        (false, false) => return html! {},
    };
    let forms = ticket(request);
    let action = link::auction_part(lot.id, part);
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    html! {
        details {
            summary { (say(request, &format!("lot-page-{noun}"))) }
            (form.view(html! {
                p { (say(request, &format!("lot-page-{noun}-lead"))) }
                input type="hidden" name="organisation" value=(it.organisation);
                (actions(&[button(&say(request, &format!("lot-page-{noun}")), Look::Danger)]))
            }))
        }
    }
}

fn deposit_tone(deposit: Deposit) -> Tone {
    match deposit {
        Deposit::Held | Deposit::Applied => Tone::Ok,
        Deposit::Forfeited => Tone::Live,
        Deposit::None | Deposit::Released => Tone::Wait,
    }
}

fn limit_form(request: &Request, view: &LotView, errors: &[Refusal]) -> Markup {
    let lot = &view.lot;
    let forms = ticket(request);
    let action = link::auction_part(lot.id, "bids");
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_told(errors);
    let (label, hint) = match lot.terms.is_proxy {
        true => ("lot-page-limit", "lot-page-limit-hint"),
        false => ("lot-page-amount", "lot-page-amount-hint"),
    };
    let (label, hint) = (say(request, label), say(request, hint));
    html! {
        (form.view(html! {
            (sum_field(&form, &Field {
                name: "amount",
                label: &label,
                hint: &hint,
                value: request.form.get("amount"),
                ..Field::default()
            }, lot.terms.currency))
            (actions(&[button(&say(request, "lot-page-bid"), Look::Live)]))
        }))
    }
}

/// Asking to bid, for whoever may.
pub fn register_panel(request: &Request, view: &LotView, errors: &[Refusal]) -> Markup {
    let (lang, lot) = (request.lang, &view.lot);
    if view.offers.register.is_empty() {
        if let Some(unfit) = &view.offers.unfit {
            let said = words::refusal(lang, unfit);
            return notice(
                lang,
                Tone::Info,
                html! {
                    p { strong { (said.text) } }
                    @if let Some(help) = said.help { p.small { (help) } }
                },
            );
        }
        if request.me.is_some() || !lot.takes_bidders(view.now) {
            return html! {};
        }
        let here = link::sign_in(&link::auction(lot.id));
        return html! { p { a href=(here) { (say(request, "lot-page-sign-in")) } } };
    }
    let forms = ticket(request);
    let action = link::auction_part(lot.id, "bidders");
    let form = Form::new(lang, &action, &forms.csrf, &forms.key).with_told(errors);
    let named: Vec<(String, String)> = view
        .offers
        .register
        .iter()
        .map(|(id, name)| (id.to_string(), name.best(lang).0.to_owned()))
        .collect();
    let choices: Vec<Choice<'_>> = named
        .iter()
        .enumerate()
        .map(|(n, (id, name))| Choice { value: id, text: name, hint: "", is_chosen: n == 0 })
        .collect();
    let waits = say(request, "lot-page-stands-by");
    let hint = say(request, "lot-page-stands-by-hint");
    let standby = [Choice { value: "yes", text: &waits, hint: &hint, is_chosen: true }];
    look::part(
        "register",
        &say(request, "lot-page-register"),
        html! {
            (form.view(html! {
                p { (say(request, "lot-page-register-lead")) }
                input type="hidden" name="terms" value=(lot.terms_version);
                (select(&form, &Field { name: "organisation", ..Field::default() }, &choices))
                (checkboxes(&form, &Field {
                    name: "stands_by", label: &say(request, "lot-page-second"), is_optional: true,
                    ..Field::default()
                }, &standby))
                (actions(&[button(&say(request, "lot-page-ask"), Look::Primary)]))
            }))
        },
    )
}

/// What the room has seen, newest first.
pub fn history(request: &Request, lot: &Lot, entries: &[Told]) -> Markup {
    let voice = Voice::of(request);
    html! {
        div #room-history data-fresh {
            @if entries.is_empty() { p.quiet { (say(request, "lot-page-quiet")) } }
            @else {
                ol.bids reversed {
                    @for told in entries {
                        (row(voice, lot, told))
                    }
                }
            }
        }
    }
}

/// Facts beside the room.
pub fn facts(request: &Request, view: &LotView) -> Markup {
    let (lang, lot) = (request.lang, &view.lot);
    let mut rows: Vec<(&str, Markup)> = vec![
        ("lot-page-owner", html! { (view.owner_name.best(lang).0) }),
        (
            "lot-page-technology",
            html! {
                a href=(link::technology(view.technology.0)) { (view.technology.1) }
            },
        ),
        ("lot-page-start", html! { (money(request, lot, lot.terms.start)) }),
    ];
    if let Some(it) = &view.revealed {
        rows.push(("lot-page-revealed", html! { (money(request, lot, it.reserve)) }));
        rows.push(("lot-page-salt", html! { span.code { (it.salt) } }));
    }
    if let Some(sum) = lot.terms.deposit {
        rows.push(("lot-page-deposit", html! { (money(request, lot, sum)) }));
    }
    if let Ok(Some(event)) = request.city().event_of_lot(&request.asker, lot.id) {
        let name = event.content.name.best(lang).0.to_owned();
        rows.push(("lot-event-kind", html! { a href=(link::lot_event(event.id)) { (name) } }));
    }
    if lot.attempt > 1 {
        rows.push(("lot-page-attempt", html! { (lot.attempt) }));
    }
    let names: Vec<String> = rows.iter().map(|(name, _)| say(request, name)).collect();
    let named: Vec<(&str, Markup)> =
        names.iter().zip(rows).map(|(name, (_, value))| (name.as_str(), value)).collect();
    html! {
        (look::facts(&named))
        p.small { a href=(link::auction_part(lot.id, "rules")) { (say(request, "lot-page-rules-text")) } }
    }
}

/// The rules in words, each a sentence.
pub fn rules(request: &Request, lot: &Lot) -> Markup {
    let terms = &lot.terms;
    let say_one = |key: &str, name: &str, value: String| said(request, key, name, value);
    let mut lines = Vec::new();
    // A price that falls begins where others end: nobody bids at least that.
    let falls = matches!(terms.way, Way::Falling(_));
    let start = if falls { "lot-rule-falls-from" } else { "lot-rule-start" };
    lines.push(say_one(start, "sum", money(request, lot, terms.start)));
    match &terms.way {
        Way::English => lines.extend(english(request, lot, terms)),
        Way::Sealed(sealing) => lines.extend(crate::sealing::rules(request, sealing)),
        Way::Falling(falling) => lines.extend(crate::falling::rules(request, lot, falling)),
        Way::Rounds(rounds) => lines.extend(crate::rounds::rules(request, lot, terms, rounds)),
    }
    if let Some(hidden) = &terms.hidden {
        lines.push(say_one("lot-rule-hidden", "hash", hidden.hash.clone()));
    }
    match terms.reserve {
        _ if terms.hidden.is_some() => {}
        Some(sum) => lines.push(say_one("lot-rule-reserve", "sum", money(request, lot, sum))),
        None if terms.way == Way::English => lines.push(say(request, "lot-rule-no-reserve")),
        None => {}
    }
    if let Some(sum) = terms.buy_now {
        lines.push(say_one("lot-rule-buy-now", "sum", money(request, lot, sum)));
    }
    if let Some(sum) = terms.deposit {
        lines.push(say_one("lot-rule-deposit", "sum", money(request, lot, sum)));
    }
    if terms.bidders_min == 2 {
        lines.push(say(request, "lot-rule-two"));
    }
    lines.push(say_one("lot-rule-sign", "days", terms.sign_days.to_string()));
    lines.push(say(request, "lot-rule-clock"));
    html! {
        ul.small.stack { @for line in lines { li { (line) } } }
        p.small { a href=(link::WORKDAYS) { (say(request, "workday-title")) } }
    }
}

/// The smallest raises in words.
pub(crate) fn steps(request: &Request, lot: &Lot, terms: &Terms) -> Vec<String> {
    let mut lines = Vec::new();
    let rounds = if terms.way.rounds().is_some() { "-own" } else { "" };
    for (from, raise) in &terms.steps {
        let raise = match raise {
            Raise::Fixed(sum) => money(request, lot, *sum),
            Raise::Share(share) => format!("{}.{:02}%", share / 100, share % 100),
        };
        let args = [("from", money(request, lot, *from).into()), ("raise", raise.into())];
        let from = if *from == 0 { "" } else { "-from" };
        lines.push(words::say_with(request.lang, &format!("lot-rule-step{rounds}{from}"), &args));
    }
    lines
}

/// The rules of rising bids.
fn english(request: &Request, lot: &Lot, terms: &Terms) -> Vec<String> {
    let say_one = |key: &str, name: &str, value: String| said(request, key, name, value);
    let mut lines = steps(request, lot, terms);
    lines.push(say(request, if terms.is_proxy { "lot-rule-limit" } else { "lot-rule-plain" }));
    if terms.window_s > 0 {
        let minutes = |seconds: u32| words::number(request.lang, i64::from(seconds.div_ceil(60)));
        lines.push(say_one("lot-rule-window", "minutes", minutes(terms.window_s)));
        if terms.cap_s > 0 {
            lines.push(say_one("lot-rule-cap", "minutes", minutes(terms.cap_s)));
        }
    }
    lines
}
