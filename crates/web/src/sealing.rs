//! Sealed lots on their page: sealing a bid in the browser or handing a file in, receipts, trustees
//! and their keys, the opened bids.

use crate::form::{reasons, ticket};
use crate::link;
use crate::lot::page;
use crate::page::{get, moment, post, say, stamp};
use access::Act;
use app::No;
use app::lot::{
    LotView, PublishTrusteeKey, RegisterTrusteeKey, SealBid, SealingView, SeatView, TakeBackSeal,
};
use base::{LotId, Money, Refusal};
use edge::{Body, Reply, Request, Route};
use look::{Field, FileField, Form, Look, Tone, actions, button, file_field, notice, text_field};
use maud::{Markup, html};
use trading::lot::{BidderState, LotState};
use trading::sealing::{Seal, SealState, SealedPrice, Sealing};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/auctions/{id}/trustees", Act::LookAtLot, list),
    get("/auctions/{id}/trustees/{place}", Act::LookAtLot, key_file),
    get("/auctions/{id}/sealed-bids/{entry}", Act::LookAtLot, seal_file),
    upload("/auctions/{id}/sealed-bids", Act::SealBid, hand_in),
    post("/auctions/{id}/sealed-bids/withdrawal", Act::TakeBackSeal, take_back),
    post("/auctions/{id}/bids/withdrawal", Act::TakeBackSeal, take_back),
    post("/auctions/{id}/trustee-keys", Act::RegisterTrusteeKey, register),
    upload("/auctions/{id}/published-keys", Act::PublishTrusteeKey, publish),
];

const fn upload(path: &'static str, act: Act, run: fn(&Request) -> Result<Reply, No>) -> Route {
    Route { method: "POST", path, act, body: Body::Upload, face: &crate::PAGE, run }
}

/// A text as a file of this name.
fn file(name: &str, text: String) -> Reply {
    let disposition = format!("attachment; filename=\"{name}\"");
    Reply::new("text/plain; charset=utf-8", text).with_header("content-disposition", disposition)
}

fn list(request: &Request) -> Result<Reply, No> {
    let text = request.city().lot_trustees(&request.asker, request.id("id")?)?;
    Ok(file("trustees.txt", text))
}

fn number(request: &Request, name: &str) -> Result<u64, No> {
    Ok(request.param(name).parse().map_err(|_| Refusal::not_found())?)
}

fn key_file(request: &Request) -> Result<Reply, No> {
    let place = number(request, "place")?;
    let at = usize::try_from(place).map_err(|_| Refusal::not_found())?;
    let text = request.city().lot_key_file(&request.asker, request.id("id")?, at)?;
    Ok(file(&format!("trustee-{place}.key"), text))
}

fn seal_file(request: &Request) -> Result<Reply, No> {
    let entry = number(request, "entry")?;
    let text = request.city().lot_seal_file(&request.asker, request.id("id")?, entry)?;
    Ok(file(&format!("{entry}.bid"), text))
}

/// Back to the room, or the page with the reasons.
fn back(request: &Request, id: LotId, done: Result<(), No>) -> Result<Reply, No> {
    match done {
        Ok(()) => Ok(Reply::see_other(link::auction(id))),
        Err(no) => {
            let errors = reasons(no)?;
            let view = request.city().lot(&request.asker, id)?;
            Ok(page(request, &view, &errors))
        }
    }
}

/// The text of the file that was chosen, or of the one that the page made.
fn handed(request: &Request) -> Result<String, No> {
    let required = || Refusal::invalid("field-required").on("file").term("field", "field-file");
    let made = request.form.get("file");
    if !made.is_empty() {
        return Ok(made.to_owned());
    }
    let chosen = request.files.iter().find(|it| it.field == "file").ok_or_else(required)?;
    // What is no text is no file of ours, and is refused as that.
    Ok(String::from_utf8_lossy(&chosen.bytes).into_owned())
}

fn hand_in(request: &Request) -> Result<Reply, No> {
    let lot = request.id("id")?;
    let own = request.city().lot(&request.asker, lot)?.own.map(|own| own.bidder.organisation);
    let done = handed(request).and_then(|text| {
        request.city().seal_bid(&request.keyed(), SealBid::new(lot, own, text)).map(|_| ())
    });
    back(request, lot, done)
}

fn take_back(request: &Request) -> Result<Reply, No> {
    let lot = request.id("id")?;
    let own = request.city().lot(&request.asker, lot)?.own.map(|own| own.bidder.organisation);
    let done = request.city().take_back_seal(&request.keyed(), TakeBackSeal::new(lot, own));
    back(request, lot, done.map(|_| ()))
}

fn register(request: &Request) -> Result<Reply, No> {
    let lot = request.id("id")?;
    let key = request.form.get("trustee_key").to_owned();
    let done = request.city().perform(&request.keyed(), RegisterTrusteeKey { lot, key });
    back(request, lot, done.map(|_| ()))
}

fn publish(request: &Request) -> Result<Reply, No> {
    let lot = request.id("id")?;
    let done = handed(request).and_then(|file| {
        request.city().publish_key(&request.keyed(), PublishTrusteeKey { lot, file }).map(|_| ())
    });
    back(request, lot, done)
}

/// The sealing of a lot, where its bids are sealed.
pub fn of(request: &Request, view: &LotView) -> Option<SealingView> {
    view.lot.terms.way.sealing()?;
    request.city().lot_sealing(&request.asker, view.lot.id).ok()
}

fn money(request: &Request, view: &SealingView, minor: i64) -> String {
    words::money(request.lang, Money::new(minor, view.lot.terms.currency))
}

fn said(request: &Request, key: &str, args: &[(&str, words::Arg)]) -> String {
    words::say_with(request.lang, key, args)
}

/// What is to be done and seen in the room of a sealed lot.
pub fn panels(
    request: &Request,
    view: &LotView,
    sealing: Option<&SealingView>,
    errors: &[Refusal],
) -> Markup {
    let Some(it) = sealing else { return html! {} };
    html! {
        (progress(request, it))
        (trustee_panel(request, it, errors))
        (bid_panel(request, view, it, errors))
        (receipts(request, it))
        (opened(request, it))
        script type="module" src=(look::assets::href("seal.js")) {}
    }
}

/// How many bids are in, and how far the keys are.
fn progress(request: &Request, it: &SealingView) -> Markup {
    let is_over = it.now >= it.lot.course.ends_at && it.lot.state == LotState::Open;
    let need = i64::from(it.terms.threshold);
    let until = said(
        request,
        "lot-sealing-until",
        &[
            ("at", moment(request, it.until).into()),
            ("have", it.have().into()),
            ("need", need.into()),
        ],
    );
    html! {
        section.stack #room-sealing data-fresh {
            p { (said(request, "lot-sealing-count", &[("count", it.n_bids.into())])) }
            @if is_over && it.n_bids > 0 {
                (notice(request.lang, Tone::Wait, html! {
                    p { strong { (said(request, "lot-sealing-waits", &[("need", need.into())])) } }
                    p.small { (until) }
                }))
            }
        }
    }
}

/// Sealing in the browser, and the command for whoever would rather not.
fn bid_panel(request: &Request, view: &LotView, it: &SealingView, errors: &[Refusal]) -> Markup {
    let own = view
        .own
        .as_ref()
        .filter(|own| own.bidder.is_entered && own.bidder.state == BidderState::Admitted);
    let (Some(own), Some(listed)) = (own, &it.listed) else { return html! {} };
    let lot = &it.lot;
    if !lot.is_running(it.now) || lot.course.is_halted {
        return html! {};
    }
    if it.terms.is_final && it.own.first().is_some_and(|seal| seal.state == SealState::Standing) {
        return html! {};
    }
    let (lang, forms) = (request.lang, ticket(request));
    let action = link::auction_part(lot.id, "sealed-bids");
    let form = Form::new(lang, &action, &forms.csrf, &forms.key).with_files().with_told(errors);
    let alias = own.bidder.alias;
    let name = format!("{}-{alias}-{}.bid", lot.reference, it.next_version);
    let least = money(request, it, lot.terms.start);
    let command = format!(
        "bellwether bid seal --trustees trustees.txt --lot 1 --bidder {alias} --bid-version {} \
         --out {name}",
        it.next_version
    );
    look::part(
        "seal",
        &say(request, "lot-sealing-bid"),
        html! {
            p { (say(request, "lot-sealing-bid-lead")) " "
                a href=(link::SEALED_BIDS) { (say(request, "lot-sealing-explained")) } }
            p hidden data-unable { (say(request, "lot-sealing-unable")) }
            div hidden data-seal data-lot="1" data-bidder=(alias) data-version=(it.next_version)
                data-currency=(lot.terms.currency.code())
                data-digits=(lot.terms.currency.minor_digits()) data-name=(name) {
                textarea hidden data-trustees aria-hidden="true" { (listed.list) }
                (form.view(html! {
                    input type="hidden" name="file";
                    div.field.half {
                        label for="f-seal-amount" { (say(request, "lot-sealing-amount"))
                            " (" (lot.terms.currency.code()) ")" }
                        p.hint #h-seal-amount {
                            (said(request, "lot-sealing-amount-hint", &[("sum", least.into())]))
                        }
                        input #f-seal-amount data-amount type="text" inputmode="decimal"
                            autocomplete="off" aria-describedby="h-seal-amount";
                    }
                    div.field {
                        label for="f-seal-note" { (say(request, "lot-sealing-note")) " "
                            span.quiet { (say(request, "form-optional")) } }
                        input #f-seal-note data-note type="text" maxlength="400" autocomplete="off";
                    }
                    p.small { (say(request, "lot-sealing-keep")) }
                    p role="status" data-bad=(say(request, "lot-sealing-bad-amount"))
                        data-working=(say(request, "lot-sealing-working")) {}
                    (actions(&[button(&say(request, "lot-sealing-seal"), Look::Live)]))
                }))
            }
            details {
                summary { (say(request, "lot-sealing-off-line")) }
                p { (say(request, "lot-sealing-off-line-lead")) }
                p { a href=(link::auction_part(lot.id, "trustees")) { (say(request, "lot-sealing-list")) } }
                p { (look::copy_id(lang, &command)) }
                (form.view(html! {
                    (file_field(&form, &FileField {
                        field: Field { name: "file", label: &say(request, "lot-sealing-file"), ..Field::default() },
                        accept: ".bid,.txt",
                        bytes_max: FILE_BYTES_MAX,
                        ..FileField::default()
                    }))
                    (actions(&[button(&say(request, "lot-sealing-hand-in"), Look::Second)]))
                }))
            }
        },
    )
}

/// What a file may hold; the engine `sealed` reads no longer one.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// The own receipts: what the log commits to.
fn receipts(request: &Request, it: &SealingView) -> Markup {
    if it.own.is_empty() {
        return html! {};
    }
    let runs = it.lot.is_running(it.now);
    let forms = ticket(request);
    let action = link::auction_part(it.lot.id, "sealed-bids/withdrawal");
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    look::part(
        "receipts",
        &say(request, "lot-sealing-receipts"),
        html! {
            @for seal in &it.own {
                section.sheet.stack {
                    p { strong { (said(request, "lot-sealing-receipt", &[
                        ("version", i64::from(seal.version).into()),
                        ("at", moment(request, seal.received).into()),
                    ])) } }
                    p.row { (look::tag(tone(seal), &say(request, &format!("lot-seal-state-{}", seal.state.word())))) }
                    @if !seal.reason.is_empty() {
                        p.small { (say(request, &format!("lot-seal-reason-{}", seal.reason))) }
                    }
                    p.small.quiet { (say(request, "lot-sealing-commitment")) }
                    p { (look::copy_id(request.lang, &seal.commitment)) }
                    @if runs && seal.state == SealState::Standing {
                        (form.view(actions(&[button(&say(request, "lot-sealing-take-back"), Look::Danger)])))
                    }
                }
            }
        },
    )
}

fn tone(seal: &Seal) -> Tone {
    match seal.state {
        SealState::Standing | SealState::Opened => Tone::Ok,
        SealState::Failed | SealState::Excluded => Tone::Live,
        SealState::Replaced | SealState::TakenBack => Tone::Plain,
    }
}

/// All bids, once they are open, with what anybody needs to open them again.
fn opened(request: &Request, it: &SealingView) -> Markup {
    let opened = it.listed.as_ref().and_then(|listed| listed.opened_at);
    let Some(at) = opened.filter(|_| !it.bids.is_empty()) else { return html! {} };
    let heads = ["bidder", "amount", "received", "file"]
        .map(|name| say(request, &format!("lot-sealing-column-{name}")));
    let title = said(request, "lot-sealing-opened", &[("at", moment(request, at).into())]);
    let keys: Vec<String> = (it.seats.iter().filter(|seat| seat.published_at.is_some()))
        .map(|seat| format!("--key trustee-{}.key", seat.place))
        .collect();
    let command = format!("bellwether bid open --trustees trustees.txt {} *.bid", keys.join(" "));
    look::part(
        "opened",
        &title,
        html! {
            div.table-around { div.scroll role="region" tabindex="0" aria-label=(title) {
                table {
                    caption.sr { (title) }
                    thead { tr { @for head in &heads { th scope="col" { (head) } } } }
                    tbody {
                        @for seal in &it.bids {
                            tr {
                                th scope="row" { (said(request, "lot-sealing-bidder",
                                    &[("bidder", seal.bidder.to_string().into())])) }
                                td { (what(request, it, seal)) }
                                td { (stamp(request, seal.received)) }
                                td { a href={ (link::auction_part(it.lot.id, "sealed-bids")) "/" (seal.entry) } {
                                    (say(request, "lot-sealing-open-file")) } }
                            }
                        }
                    }
                }
            } }
            p.small { (say(request, "lot-sealing-opened-lead")) }
            p.small { (look::copy_id(request.lang, &command)) }
        },
    )
}

fn what(request: &Request, it: &SealingView, seal: &Seal) -> Markup {
    let reason = |word: &str| say(request, &format!("lot-seal-reason-{word}"));
    match seal.amount {
        Some(amount) => html! {
            (money(request, it, amount))
            @if amount < it.lot.terms.start { br; span.small { (reason("under-start")) } }
        },
        None => html! { (reason(&seal.reason)) },
    }
}

/// The trustees, and which keys are there.
pub fn trustees(request: &Request, sealing: Option<&SealingView>) -> Markup {
    let Some(it) = sealing else { return html! {} };
    let of = said(
        request,
        "lot-sealing-trustees-of",
        &[("need", i64::from(it.terms.threshold).into()), ("of", it.seats.len().into())],
    );
    let is_listed = it.seats.iter().all(|seat| seat.public_key.is_some());
    look::sheet(
        &say(request, "lot-sealing-trustees"),
        html! {
            p { (of) }
            ol.small.stack {
                @for seat in &it.seats { li { (one(request, it, seat)) } }
            }
            @if is_listed {
                p.small { a href=(link::auction_part(it.lot.id, "trustees")) {
                    (say(request, "lot-sealing-list")) } }
            } @else { p.small.quiet { (say(request, "lot-sealing-no-list")) } }
            p.small { a href=(link::SEALED_BIDS) { (say(request, "lot-sealing-explained")) } }
        },
    )
}

fn one(request: &Request, it: &SealingView, seat: &SeatView) -> Markup {
    let (name, house) =
        (seat.name.best(request.lang).0, seat.organisation_name.best(request.lang).0);
    html! {
        (name) " · " (house) " "
        @match (seat.published_at, &seat.public_key) {
            (Some(at), _) => {
                (look::tag(Tone::Ok, &say(request, "lot-sealing-published")))
                " " (moment(request, at)) " · " a href={ (link::auction_part(it.lot.id, "trustees")) "/" (seat.place) } {
                    (say(request, "lot-sealing-key-file")) }
            }
            (None, Some(_)) => { (look::tag(Tone::Plain, &say(request, "lot-sealing-registered"))) }
            (None, None) => { (look::tag(Tone::Wait, &say(request, "lot-sealing-awaited"))) }
        }
        @if seat.n_early > 0 {
            br; span.quiet { (said(request, "lot-sealing-early",
                &[("count", usize::try_from(seat.n_early).unwrap_or(usize::MAX).into())])) }
        }
    }
}

/// What the reader does as a trustee.
fn trustee_panel(request: &Request, it: &SealingView, errors: &[Refusal]) -> Markup {
    let Some(seat) = it.seats.iter().find(|seat| seat.is_own) else { return html! {} };
    let is_over = it.now >= it.lot.course.ends_at && !it.lot.course.is_halted;
    let is_live = matches!(it.lot.state, LotState::Announced | LotState::Open);
    let is_open = it.listed.as_ref().is_some_and(|listed| listed.opened_at.is_some());
    let title = said(request, "lot-sealing-own-title", &[("place", seat.place.into())]);
    let body = match &seat.public_key {
        _ if seat.published_at.is_some() => html! { p { (say(request, "lot-sealing-own-done")) } },
        _ if it.lot.is_changeable(it.now) => register_form(request, it, seat, errors),
        Some(key) if is_live && !is_over => keeping(request, it, seat, key),
        Some(_) if is_live || is_open => publish_form(request, it, errors),
        _ => return html! {},
    };
    look::part("trustee", &title, body)
}

fn register_form(
    request: &Request,
    it: &SealingView,
    seat: &SeatView,
    errors: &[Refusal],
) -> Markup {
    let (lang, lot) = (request.lang, &it.lot);
    let forms = ticket(request);
    let action = link::auction_part(lot.id, "trustee-keys");
    let form = Form::new(lang, &action, &forms.csrf, &forms.key).with_told(errors);
    let name = format!("{}-{}.key", lot.reference, seat.place);
    let until = moment(request, lot.terms.frozen_from());
    let command = format!(
        "bellwether bid key --auction {} --name {} --out {name}",
        lot.reference, seat.place
    );
    let status = seat.public_key.as_deref().unwrap_or("");
    let key = seat.public_key.as_deref();
    let making = html! {
        div hidden data-make data-auction=(lot.reference.to_string()) data-name=(name)
            data-made=(say(request, "lot-sealing-own-made")) {
            button.btn.second type="button" { (say(request, "lot-sealing-own-make")) }
            p role="status" {}
        }
        p.small { (say(request, "lot-sealing-own-command")) " " (look::copy_id(lang, &command)) }
        (form.view(html! {
            (text_field(&form, &Field {
                name: "trustee_key",
                label: &say(request, "lot-sealing-own-key"),
                hint: &say(request, "lot-sealing-own-key-hint"),
                value: status,
                ..Field::default()
            }))
            (actions(&[button(&say(request, "lot-sealing-own-send"), Look::Primary)]))
        }))
    };
    html! {
        @match key {
            None => {
                p { (said(request, "lot-sealing-own-register", &[("at", until.into())])) }
                (making)
            }
            Some(key) => {
                (registered(request, it, seat))
                (check(request, key))
                details open[!errors.is_empty()] {
                    summary { (said(request, "lot-sealing-own-again", &[("at", until.into())])) }
                    (making)
                }
            }
        }
    }
}

/// That the key is there, by its fingerprint, and what comes next.
fn registered(request: &Request, it: &SealingView, seat: &SeatView) -> Markup {
    let at = moment(request, it.lot.course.ends_at);
    notice(
        request.lang,
        Tone::Ok,
        html! {
            p { strong { (say(request, "lot-sealing-own-registered")) } }
            p { (say(request, "lot-sealing-own-print")) " " code { (seat.fingerprint()) } }
            p { (said(request, "lot-sealing-own-wait", &[("at", at.into())])) }
        },
    )
}

/// Looking at the own file, without sending it.
fn check(request: &Request, key: &str) -> Markup {
    html! {
        div hidden data-check data-key=(key) data-right=(say(request, "lot-sealing-own-right"))
            data-wrong=(say(request, "lot-sealing-own-wrong")) {
            div.field {
                label for="f-check" { (say(request, "lot-sealing-own-check")) }
                p.hint #h-check { (say(request, "lot-sealing-own-checks")) }
                input #f-check type="file" accept=".key,.txt" aria-describedby="h-check";
            }
            p role="status" {}
        }
    }
}

fn keeping(request: &Request, it: &SealingView, seat: &SeatView, key: &str) -> Markup {
    html! {
        (registered(request, it, seat))
        (check(request, key))
    }
}

fn publish_form(request: &Request, it: &SealingView, errors: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let action = link::auction_part(it.lot.id, "published-keys");
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_files();
    let form = form.with_told(errors);
    html! {
        (form.view(html! {
            p { (say(request, "lot-sealing-own-publish")) }
            (file_field(&form, &FileField {
                field: Field { name: "file", label: &say(request, "lot-sealing-own-file"), ..Field::default() },
                accept: ".key,.txt",
                bytes_max: FILE_BYTES_MAX,
                ..FileField::default()
            }))
            (actions(&[button(&say(request, "lot-sealing-own-publish-send"), Look::Primary)]))
        }))
    }
}

/// The rules of a sealing in words, each a sentence.
pub fn rules(request: &Request, terms: &Sealing) -> Vec<String> {
    let price = match terms.pricing() {
        SealedPrice::First => "lot-rule-sealed-first",
        SealedPrice::Second => "lot-rule-sealed-second",
    };
    let again = if terms.is_final { "lot-rule-sealed-final" } else { "lot-rule-sealed-replace" };
    let open = said(
        request,
        "lot-rule-sealed-open",
        &[
            ("need", i64::from(terms.threshold).into()),
            ("of", terms.trustees.len().into()),
            ("hours", i64::from(terms.keys_hours).into()),
        ],
    );
    vec![
        say(request, "lot-rule-sealed"),
        say(request, price),
        say(request, again),
        open,
        say(request, "lot-rule-sealed-shown"),
    ]
}
