//! Lots with a falling price on their page: the price that is shown and until when, the one press that
//! stops it, sealed bids of the others, the last word of the one who stopped it.

use crate::form::ticket;
use crate::link;
use crate::lot_live::left;
use crate::page::{moment, say};
use app::lot::{FallingView, LastBid, LotView, Phase};
use base::{Money, Refusal};
use edge::Request;
use look::{
    Column, Field, Form, Look, Table, Tone, actions, button, button_named, notice, sum_field,
};
use maud::{Markup, html};
use trading::falling::Falling;
use trading::lot::{BidderState, Lot, LotState};

/// What is going on in a lot with a falling price.
pub fn of(request: &Request, view: &LotView) -> Option<FallingView> {
    view.lot.terms.way.falling()?;
    request.city().lot_falling(&request.asker, view.lot.id).ok()
}

fn money(request: &Request, lot: &Lot, minor: i64) -> String {
    words::money(request.lang, Money::new(minor, lot.terms.currency))
}

fn said(request: &Request, key: &str, args: &[(&str, words::Arg)]) -> String {
    words::say_with(request.lang, key, args)
}

fn word(phase: Phase) -> &'static str {
    match phase {
        Phase::Before => "before",
        Phase::Falling => "falling",
        Phase::SealedPause => "sealed-pause",
        Phase::Sealed => "sealed",
        Phase::BestPause => "best-pause",
        Phase::Best => "best",
        Phase::Over => "over",
    }
}

/// The price that is shown, the part, and how long it lasts.
pub fn price(request: &Request, view: &LotView, it: &FallingView) -> Markup {
    let lot = &view.lot;
    let left_ms = it.until.micros().saturating_sub(view.now.micros()) / 1_000;
    let runs = lot.state == LotState::Open && !lot.course.is_halted && it.phase != Phase::Over;
    html! {
        div.stack #room-falling {
            @match view.ended.as_ref().and_then(|ended| ended.winner) {
                Some((_, price)) => {
                    p.small.quiet { (say(request, "lot-page-sold-for")) }
                    p.price { (money(request, lot, price)) }
                }
                None => {
                    p.small.quiet { (say(request, &format!("lot-falling-{}", word(it.phase)))) }
                    p.price { (money(request, lot, it.price)) }
                }
            }
            @if let Some(stage) = it.stage {
                p { (said(request, "lot-falling-stage", &[
                    ("stage", i64::from(stage).into()), ("of", i64::from(it.terms.n_stages).into()),
                ])) }
            }
            @if let Some(stopper) = it.stopper {
                p { (said(request, "lot-falling-stopper", &[("bidder", stopper.to_string().into())])) }
            }
            @if lot.state == LotState::Announced {
                p { (said(request, "lot-page-opens", &[("at", moment(request, lot.terms.opens).into())])) }
            }
            @if runs {
                p.clock #room-left role="timer" data-left=(left_ms) { (left(left_ms)) }
                p.small { (said(request, "lot-falling-until", &[("at", moment(request, it.until).into())])) }
            }
            p.small.quiet { (said(request, "lot-page-clock", &[("at", moment(request, view.now).into())])) }
        }
    }
}

/// What the reader may do in this part.
pub fn panel(
    request: &Request,
    view: &LotView,
    falling: Option<&FallingView>,
    errors: &[Refusal],
) -> Markup {
    let Some(it) = falling else { return html! {} };
    let takes_part = view
        .own
        .as_ref()
        .is_some_and(|own| own.bidder.is_entered && own.bidder.state == BidderState::Admitted);
    let lot = &view.lot;
    let may = takes_part && lot.state == LotState::Open && !lot.course.is_halted;
    let body = match it.phase {
        Phase::Falling if may => stop(request, lot, it),
        Phase::Sealed if may && !it.is_own => bid(request, lot, it, "sealed", errors),
        Phase::Best if may && it.is_own => bid(request, lot, it, "best", errors),
        Phase::SealedPause | Phase::Sealed | Phase::BestPause | Phase::Best if may && it.is_own => {
            notice(request.lang, Tone::Ok, html! { p { (say(request, "lot-falling-own-wait")) } })
        }
        _ => html! {},
    };
    html! {
        @if takes_part { div #room-fall data-fresh { (body) } }
    }
}

/// What everybody offered, once it is over.
pub fn bids(request: &Request, view: &LotView) -> Markup {
    let Some(it) = of(request, view).filter(|it| !it.bids.is_empty()) else { return html! {} };
    let title = say(request, "lot-falling-bids");
    let heads = ["bidder", "amount", "received"]
        .map(|name| (name, say(request, &format!("lot-sealing-column-{name}"))));
    let columns = heads.iter().map(|(key, head)| match *key {
        "amount" => Column::figures(key, head, ""),
        _ => Column::text(key, head),
    });
    let row = |bid: &LastBid| {
        let bidder = [("bidder", bid.bidder.to_string().into())];
        look::Row::from(vec![
            html! { (said(request, "lot-sealing-bidder", &bidder)) },
            html! { (money(request, &view.lot, bid.amount)) },
            html! { (moment(request, bid.received)) },
        ])
    };
    let table = Table {
        lang: request.lang,
        caption: &title,
        is_caption_hidden: true,
        columns: columns.collect(),
        rows: it.bids.iter().map(row).collect(),
        is_cards: true,
        ..Table::default()
    };
    look::part("bids", &title, look::table(&table))
}

/// One press at the price that is shown; it carries the stage, so that a late one hits no other price.
fn stop(request: &Request, lot: &Lot, it: &FallingView) -> Markup {
    let forms = ticket(request);
    let action = link::auction_part(lot.id, "bids");
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    let plain = Money::new(it.price, lot.terms.currency).decimal();
    let text =
        said(request, "lot-falling-stop", &[("price", money(request, lot, it.price).into())]);
    form.view(html! {
        p { (say(request, "lot-falling-stop-lead")) }
        input type="hidden" name="stage" value=(it.stage.unwrap_or(0));
        (actions(&[button_named(&text, Look::Live, "step", &plain)]))
    })
}

fn bid(request: &Request, lot: &Lot, it: &FallingView, part: &str, errors: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let (action, back) =
        (link::auction_part(lot.id, "bids"), link::auction_part(lot.id, "bids/withdrawal"));
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_told(errors);
    let above = [("price", money(request, lot, it.price).into())];
    let hint = said(request, "lot-falling-above", &above);
    html! {
        (form.view(html! {
            p { (say(request, &format!("lot-falling-{part}-lead"))) }
            @if let Some(own) = it.own {
                p { (said(request, "lot-falling-own", &[("sum", money(request, lot, own).into())])) }
            }
            (sum_field(&form, &Field {
                name: "amount", label: &say(request, "lot-page-amount"), hint: &hint,
                value: request.form.get("amount"), ..Field::default()
            }, lot.terms.currency))
            (actions(&[button(&say(request, "lot-page-bid"), Look::Live)]))
        }))
        @if it.own.is_some_and(|own| own > it.price) {
            (Form::new(request.lang, &back, &forms.csrf, &forms.key).view(
                actions(&[button(&say(request, "lot-falling-take-back"), Look::Danger)])))
        }
    }
}

/// The rules of a falling price in words, each a sentence.
pub fn rules(request: &Request, lot: &Lot, terms: &Falling) -> Vec<String> {
    let span = |seconds: u32| span(request, seconds);
    let share = format!("{}.{:02}%", terms.fall_bp / 100, terms.fall_bp % 100);
    let last = terms.price(lot.terms.start, terms.n_stages);
    vec![
        said(
            request,
            "lot-rule-falls",
            &[
                ("share", share.into()),
                ("span", span(terms.stage_s).into()),
                ("last", money(request, lot, last).into()),
            ],
        ),
        say(request, "lot-rule-stop"),
        said(request, "lot-rule-above", &[("span", span(terms.sealed_s).into())]),
        said(request, "lot-rule-best", &[("span", span(terms.best_s).into())]),
        say(request, "lot-rule-short-secret"),
    ]
}

/// Minutes, or seconds where they are no whole minutes.
pub(crate) fn span(request: &Request, seconds: u32) -> String {
    let (key, n) = match seconds % 60 {
        0 => ("lot-falling-minutes", seconds / 60),
        _ => ("lot-falling-seconds", seconds),
    };
    said(request, key, &[("count", i64::from(n).into())])
}
