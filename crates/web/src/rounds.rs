//! Lots in rounds on their page: opening offers, whose turn it is and until when, what stands, and for a
//! bidder the own turn.

use crate::form::ticket;
use crate::link;
use crate::lot_live::{Voice, left};
use crate::page::{moment, say};
use app::lot::{LotView, RoundStage, RoundsPlace, RoundsView, Staged};
use base::{Money, Refusal};
use edge::Request;
use look::{Field, Form, Look, Tone, actions, button, button_named, notice, sum_field};
use maud::{Markup, html};
use trading::lot::{BidderState, Lot, LotState, Terms};
use trading::rounds::Rounds;

/// What is going on in a lot of rounds.
pub fn of(request: &Request, view: &LotView) -> Option<RoundsView> {
    view.lot.terms.way.rounds()?;
    request.city().lot_rounds(&request.asker, view.lot.id).ok()
}

fn money(request: &Request, lot: &Lot, minor: i64) -> String {
    words::money(request.lang, Money::new(minor, lot.terms.currency))
}

fn said(request: &Request, key: &str, args: &[(&str, words::Arg)]) -> String {
    words::say_with(request.lang, key, args)
}

/// A word that differs with each stage, so that a room knows when it is another.
pub(crate) fn mark(it: &Staged) -> String {
    format!("{}-{}-{}", word(it.stage), it.round, it.until.micros())
}

fn word(stage: RoundStage) -> &'static str {
    match stage {
        RoundStage::Offers => "offers",
        RoundStage::Pause => "pause",
        RoundStage::Turn => "turn",
        RoundStage::Over => "over",
    }
}

/// A stage as it is said aloud and written above the price.
pub(crate) fn sentence(voice: Voice, it: &Staged) -> String {
    let args = [
        ("round", i64::from(it.round).into()),
        ("bidder", it.turn.map_or_else(String::new, |turn| turn.to_string()).into()),
        ("at", voice.moment(it.until).into()),
    ];
    words::say_with(voice.lang, &format!("lot-rounds-{}", word(it.stage)), &args)
}

/// The stage and how long it lasts, the best offer, and all that stand.
pub fn price(request: &Request, view: &LotView, it: &RoundsView) -> Markup {
    let lot = &view.lot;
    let left_ms = it.until.micros().saturating_sub(view.now.micros()) / 1_000;
    let runs = lot.state == LotState::Open && !lot.course.is_halted && it.stage != RoundStage::Over;
    let best = it.offers.first().map(|(_, amount)| *amount);
    html! {
        div.stack #room-rounds {
            @match best {
                Some(best) => {
                    p.small.quiet { (say(request, "lot-rounds-best")) }
                    p.price { (money(request, lot, best)) }
                }
                None => {
                    p.small.quiet { (say(request, "lot-page-start")) }
                    p.price { (money(request, lot, lot.terms.start)) }
                }
            }
            @if lot.state == LotState::Announced {
                p { (said(request, "lot-rounds-soon", &[
                    ("at", moment(request, lot.terms.taken_from()).into()),
                    ("opens", moment(request, lot.terms.opens).into()),
                ])) }
            } @else {
                p { strong { (sentence(Voice::of(request), &it.staged())) } }
            }
            @if runs {
                p.clock #room-left role="timer" data-left=(left_ms) { (left(left_ms)) }
            }
            (table(request, lot, it))
            p.small.quiet { (said(request, "lot-page-clock", &[("at", moment(request, view.now).into())])) }
        }
    }
}

/// What stands, the best first, with whose turn it is; before the opening nothing shows.
fn table(request: &Request, lot: &Lot, it: &RoundsView) -> Markup {
    if it.offers.is_empty() {
        return html! {};
    }
    let own = it.own.map(|own| own.number);
    let place = |bidder: u32| it.order.iter().position(|turn| *turn == bidder).map(|at| at + 1);
    let head = ["bidder", "offer", "place"].map(|key| say(request, &format!("lot-rounds-{key}")));
    html! {
        table {
            caption { (say(request, "lot-rounds-table")) }
            thead { tr { @for text in &head { th scope="col" { (text) } } } }
            tbody {
                @for (bidder, amount) in &it.offers {
                    tr {
                        th scope="row" {
                            (bidder)
                            @if own == Some(*bidder) { " " (look::tag(Tone::Info, &say(request, "lot-rounds-you"))) }
                            @if it.turn == Some(*bidder) && it.stage == RoundStage::Turn {
                                " " (look::tag(Tone::Live, &say(request, "lot-rounds-moves")))
                            }
                        }
                        td.number { (money(request, lot, *amount)) }
                        td.number { @if let Some(place) = place(*bidder) { (place) } }
                    }
                }
            }
        }
    }
}

/// What the reader may do in this stage.
pub fn panel(
    request: &Request,
    view: &LotView,
    rounds: Option<&RoundsView>,
    errors: &[Refusal],
) -> Markup {
    let Some(it) = rounds else { return html! {} };
    let takes_part = view
        .own
        .as_ref()
        .is_some_and(|own| own.bidder.is_entered && own.bidder.state == BidderState::Admitted);
    let Some(own) = it.own.filter(|_| takes_part) else { return html! {} };
    let lot = &view.lot;
    let may = lot.state == LotState::Open && !lot.course.is_halted;
    let is_own_turn = it.turn == Some(own.number);
    let body = match it.stage {
        RoundStage::Offers if may => form(request, lot, own, "offers", errors),
        RoundStage::Turn if may && is_own_turn => form(request, lot, own, "turn", errors),
        RoundStage::Pause | RoundStage::Turn if may => wait(request, lot, it, own),
        _ => html! {},
    };
    html! { div #room-turn data-fresh { (body) } }
}

fn wait(request: &Request, lot: &Lot, it: &RoundsView, own: RoundsPlace) -> Markup {
    let Some(offer) = own.offer else {
        let none = say(request, "lot-rounds-no-offer");
        return notice(request.lang, Tone::Info, html! { p { (none) } });
    };
    let now = it.order.iter().position(|turn| Some(*turn) == it.turn);
    let mine = it.order.iter().position(|turn| *turn == own.number);
    let key = match (now, mine) {
        (Some(now), Some(mine)) if mine >= now => "lot-rounds-wait",
        _ => "lot-rounds-wait-next",
    };
    notice(
        request.lang,
        Tone::Info,
        html! {
            p { (said(request, "lot-rounds-stands", &[("sum", money(request, lot, offer).into())])) }
            p { (say(request, key)) }
        },
    )
}

/// The form of an opening offer, or of the own turn: it may be replaced and taken back until the end.
fn form(request: &Request, lot: &Lot, own: RoundsPlace, part: &str, errors: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let (action, back) =
        (link::auction_part(lot.id, "bids"), link::auction_part(lot.id, "bids/withdrawal"));
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_told(errors);
    let is_turn = part == "turn";
    let least = if is_turn { own.least } else { lot.terms.start };
    let held = if is_turn { own.typed } else { own.offer };
    let sum = |minor: i64| [("sum", words::Arg::from(money(request, lot, minor)))];
    let hint = said(request, "lot-rounds-least", &sum(least));
    let plain = Money::new(least, lot.terms.currency).decimal();
    html! {
        section.sheet.stack {
            h2 { (say(request, &format!("lot-rounds-{part}-title"))) }
            @if let Some(offer) = own.offer.filter(|_| is_turn) {
                p { (said(request, "lot-rounds-stands", &sum(offer))) }
            }
            p { (say(request, &format!("lot-rounds-{part}-lead"))) }
            @if let Some(held) = held {
                (notice(request.lang, Tone::Ok, html! {
                    p { (said(request, &format!("lot-rounds-{part}-held"), &sum(held))) }
                }))
            }
            @if is_turn && own.typed.is_none() {
                (form.view(actions(&[button_named(
                    &said(request, "lot-rounds-bid-least", &sum(least)), Look::Live, "step", &plain)])))
            }
            (form.view(html! {
                (sum_field(&form, &Field {
                    name: "amount", label: &say(request, "lot-page-amount"), hint: &hint,
                    value: request.form.get("amount"), ..Field::default()
                }, lot.terms.currency))
                (actions(&[button(&say(request, &format!("lot-rounds-{part}-act")), Look::Live)]))
            }))
            @if held.is_some() {
                (Form::new(request.lang, &back, &forms.csrf, &forms.key).view(
                    actions(&[button(&say(request, &format!("lot-rounds-{part}-back")), Look::Danger)])))
            }
        }
    }
}

/// The rules of rounds in words, each a sentence.
pub fn rules(request: &Request, lot: &Lot, terms: &Terms, rounds: &Rounds) -> Vec<String> {
    let span = |seconds: u32| crate::falling::span(request, seconds);
    let mut lines = vec![
        said(
            request,
            "lot-rule-offers",
            &[
                ("from", moment(request, terms.taken_from()).into()),
                ("until", moment(request, terms.opens).into()),
            ],
        ),
        said(
            request,
            "lot-rule-rounds",
            &[("count", i64::from(rounds.n_rounds).into()), ("turn", span(rounds.turn_s).into())],
        ),
        say(request, "lot-rule-order"),
    ];
    lines.extend(crate::lot_part::steps(request, lot, terms));
    lines.push(say(request, "lot-rule-turn-secret"));
    let pauses =
        [("first", span(rounds.pause_s).into()), ("between", span(rounds.between_s).into())];
    lines.push(said(request, "lot-rule-pauses", &pauses));
    lines.push(say(request, "lot-rule-away"));
    lines
}
