//! What is done in deals: accepting, offering, answering, objecting, declaring, giving notice.

use crate::deal::{listing_page, page, said, side_path};
use crate::form::{Ticket, day, reasons, ticket};
use crate::link;
use crate::listing_money::read_money;
use crate::page::{post, say};
use access::Act;
use app::No;
use app::deal::{
    AcceptPrice, Answer, AnswerDeal, DealView, DecideObjection, ListingView, MakeOffer,
    ObjectToDeal, Offer, OpenLicenceView,
};
use app::open_licence::{
    AnnounceOpenLicence, DeclareOpenLicence, NotifyLicensor, WithdrawOpenLicence,
};
use base::{
    Bilingual, Currency, DealId, Instant, ListingId, OpenLicenceId, OrganisationId, Refusal,
};
use edge::{Reply, Request, Route};
use look::{
    Choice, Field, Form, Look, actions, button, button_named, money_field, select, text_field,
};
use maud::{Markup, html};
use trading::deal::{DealState, Side};
use trading::listing::Terms;

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    post("/listings/{id}/acceptance", Act::AcceptPrice, accept),
    post("/listings/{id}/offers", Act::MakeOffer, offer),
    post("/listings/{id}/declaration", Act::DeclareOpenLicence, declare),
    post("/listings/{id}/announcement", Act::AnnounceOpenLicence, announce),
    post("/listings/{id}/licence-withdrawal", Act::WithdrawOpenLicence, withdraw),
    post("/listings/{id}/notices", Act::NotifyLicensor, notice),
    post("/deals/{id}/owner-answers", Act::AnswerAsOwner, answer_as_owner),
    post("/deals/{id}/taker-answers", Act::AnswerAsTaker, answer_as_taker),
    post("/listings/{id}/objections", Act::ObjectToDeal, object),
    post("/deals/{id}/decision", Act::DecideObjection, decide),
];

fn unknown(field: &'static str) -> No {
    let refusal = Refusal::invalid("choice-unknown").on(field);
    refusal.term("field", base::text::field_term(field)).into()
}

fn organisation(request: &Request) -> Result<OrganisationId, No> {
    request.form.get("organisation").parse().map_err(|_| unknown("organisation"))
}

/// Back to the listing, or its page with the reasons.
fn to_listing(request: &Request, id: ListingId, done: Result<(), No>) -> Result<Reply, No> {
    match done {
        Ok(()) => Ok(Reply::see_other(link::listing(id))),
        Err(no) => {
            let errors = reasons(no)?;
            let view = request.city().listing(&request.asker, id)?;
            Ok(listing_page(request, &view, &errors))
        }
    }
}

/// To the deal that arose, or the page of its listing with the reasons.
fn to_new(request: &Request, id: ListingId, done: Result<DealId, No>) -> Result<Reply, No> {
    match done {
        Ok(deal) => Ok(Reply::see_other(link::deal(deal))),
        Err(no) => to_listing(request, id, Err(no)),
    }
}

/// Back to the deal, or its page with the reasons.
fn to_deal(request: &Request, id: DealId, done: Result<(), No>) -> Result<Reply, No> {
    match done {
        Ok(()) => Ok(Reply::see_other(link::deal(id))),
        Err(no) => {
            let errors = reasons(no)?;
            let view = request.city().deal(&request.asker, id)?;
            Ok(page(request, &view, &errors))
        }
    }
}

fn accept(request: &Request) -> Result<Reply, No> {
    let id = request.id("id")?;
    let version = request.form.get("version").parse().unwrap_or(0);
    let done = organisation(request).and_then(|organisation| {
        let act = AcceptPrice::new(id, version, organisation);
        request.city().perform(&request.keyed(), act).map(|done| done.deal)
    });
    to_new(request, id, done)
}

/// The offer that was typed, on the other terms of what is talked about.
fn typed(request: &Request, terms: &Terms) -> Result<Offer, No> {
    let mut no = Vec::new();
    let currency = Currency::parse(request.form.get("price_currency")).unwrap_or(Currency::CNY);
    let price = read_money(request.form.get("price"), currency).unwrap_or_else(|()| {
        no.push(Refusal::invalid("money-unreadable").on("price").term("field", "field-price"));
        None
    });
    let royalty = request.form.get("royalty").trim();
    let royalty = match royalty {
        "" => None,
        text => trading::Percent::parse(text).map(Some).unwrap_or_else(|_| {
            let unread = Refusal::invalid("number-unreadable").on("royalty");
            no.push(unread.term("field", "field-royalty"));
            None
        }),
    };
    let expires = match day(request, "expires", true) {
        Ok(Some(expires)) => expires,
        Ok(None) => {
            no.push(
                Refusal::invalid("field-required").on("expires").term("field", "field-expires"),
            );
            Instant::from_micros(0)
        }
        Err(refusal) => {
            no.push(refusal);
            Instant::from_micros(0)
        }
    };
    if !no.is_empty() {
        return Err(No(no));
    }
    let note = request.form.get("note").trim();
    let notes = match note.is_empty() {
        true => terms.notes.clone(),
        false => Bilingual::only(request.lang, note),
    };
    Ok(Offer { terms: Terms { price, royalty, notes, ..terms.clone() }, expires })
}

fn offer(request: &Request) -> Result<Reply, No> {
    let id = request.id("id")?;
    let view = request.city().listing(&request.asker, id)?;
    let done = organisation(request).and_then(|organisation| {
        let offer = typed(request, &view.listing.terms)?;
        let act = MakeOffer::new(id, view.listing.version, organisation, offer);
        request.city().perform(&request.keyed(), act).map(|done| done.deal)
    });
    to_new(request, id, done)
}

fn answered(request: &Request, view: &DealView) -> Result<Answer, No> {
    Ok(match request.form.get("do") {
        "counter" => Answer::Counter(typed(request, &view.deal.terms)?),
        "accept" => Answer::Accept(request.form.get("offer").parse().unwrap_or(0)),
        "confirm" => Answer::Confirm,
        "let-go" => Answer::LetGo(request.form.get("reason").to_owned()),
        "refuse" => Answer::Refuse(request.form.get("reason").to_owned()),
        _ => return Err(unknown("do")),
    })
}

fn answer_as_owner(request: &Request) -> Result<Reply, No> {
    let deal = request.id("id")?;
    let view = request.city().deal(&request.asker, deal)?;
    let done = answered(request, &view).and_then(|answer| {
        let act = AnswerDeal::<true>::new(deal, answer);
        request.city().perform(&request.keyed(), act).map(|_| ())
    });
    to_deal(request, deal, done)
}

fn answer_as_taker(request: &Request) -> Result<Reply, No> {
    let deal = request.id("id")?;
    let view = request.city().deal(&request.asker, deal)?;
    let done = answered(request, &view).and_then(|answer| {
        let act = AnswerDeal::<false>::new(deal, answer);
        request.city().perform(&request.keyed(), act).map(|_| ())
    });
    to_deal(request, deal, done)
}

fn object(request: &Request) -> Result<Reply, No> {
    let id = request.id("id")?;
    let deal: DealId = request.form.get("deal").parse().map_err(|_| Refusal::not_found())?;
    let act = ObjectToDeal { deal, reason: request.form.get("reason").to_owned() };
    to_listing(request, id, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn decide(request: &Request) -> Result<Reply, No> {
    let deal = request.id("id")?;
    let act = DecideObjection {
        deal,
        is_upheld: request.form.get("do") == "uphold",
        reason: request.form.get("reason").to_owned(),
    };
    to_deal(request, deal, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn declare(request: &Request) -> Result<Reply, No> {
    let id = request.id("id")?;
    let act = DeclareOpenLicence::new(id, request.form.get("report").to_owned());
    to_listing(request, id, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn licence(request: &Request) -> Result<OpenLicenceId, No> {
    request.form.get("licence").parse().map_err(|_| Refusal::not_found().into())
}

fn announce(request: &Request) -> Result<Reply, No> {
    let act = AnnounceOpenLicence { licence: licence(request)? };
    to_listing(
        request,
        request.id("id")?,
        request.city().perform(&request.keyed(), act).map(|_| ()),
    )
}

fn withdraw(request: &Request) -> Result<Reply, No> {
    let reason = request.form.get("reason").to_owned();
    let act = WithdrawOpenLicence { licence: licence(request)?, reason };
    to_listing(
        request,
        request.id("id")?,
        request.city().perform(&request.keyed(), act).map(|_| ()),
    )
}

fn notice(request: &Request) -> Result<Reply, No> {
    let id = request.id("id")?;
    let licence = licence(request)?;
    let done = organisation(request).and_then(|organisation| {
        let act = NotifyLicensor { licence, organisation };
        request.city().perform(&request.keyed(), act).map(|done| done.deal)
    });
    to_new(request, id, done)
}

/// For which organisation: one is no choice.
fn for_whom(
    request: &Request,
    form: &Form<'_>,
    organisations: &[(OrganisationId, Bilingual)],
) -> Markup {
    let lang = request.lang;
    if let [(only, name)] = organisations {
        return html! {
            input type="hidden" name="organisation" value=(only);
            p.small.quiet { (said(request, "deal-form-for", "name", name.best(lang).0.to_owned())) }
        };
    }
    let ids: Vec<(String, &str)> =
        organisations.iter().map(|(id, name)| (id.to_string(), name.best(lang).0)).collect();
    let choices: Vec<Choice<'_>> = ids
        .iter()
        .map(|(value, text)| Choice {
            value,
            text,
            is_chosen: request.form.get("organisation") == value,
            ..Choice::default()
        })
        .collect();
    select(form, &Field { name: "organisation", ..Field::default() }, &choices)
}

/// Taking it at its price, in the version that stands here.
pub fn accept_form(request: &Request, view: &ListingView, errors: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let action = format!("{}/acceptance", link::listing(view.listing.id));
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_errors(errors);
    let price = view.listing.terms.price.map(|price| words::money(request.lang, price));
    form.view(html! {
        input type="hidden" name="version" value=(view.listing.version);
        (for_whom(request, &form, &view.ways.accept))
        p { (say(request, "deal-form-accept-means")) }
        (actions(&[button(
            &said(request, "deal-form-accept", "price", price.unwrap_or_default()),
            Look::Primary,
        )]))
    })
}

fn offer_fields(request: &Request, form: &Form<'_>, terms: &Terms) -> Markup {
    let typed = |name: &str, known: String| match request.form.get(name) {
        "" => known,
        typed => typed.to_owned(),
    };
    let price = typed("price", terms.price.map(|price| price.decimal()).unwrap_or_default());
    let royalty = typed("royalty", terms.royalty.map(|it| it.to_string()).unwrap_or_default());
    let currency = terms.price.map_or(Currency::CNY, |price| price.currency);
    let (expires, note) = (typed("expires", String::new()), typed("note", String::new()));
    let (royalty_hint, expires_hint, note_hint) = (
        say(request, "deal-form-royalty-hint"),
        say(request, "deal-form-expires-hint"),
        say(request, "deal-form-note-hint"),
    );
    html! {
        (money_field(form, &Field {
            name: "price", value: &price, is_optional: true, ..Field::default()
        }, currency))
        (text_field(form, &Field {
            name: "royalty", value: &royalty, hint: &royalty_hint, unit: "%", is_optional: true,
            width: look::Width::Short, ..Field::default()
        }))
        (text_field(form, &Field {
            name: "expires", value: &expires, hint: &expires_hint, width: look::Width::Half,
            ..Field::default()
        }))
        (text_field(form, &Field {
            name: "note", value: &note, hint: &note_hint, is_optional: true, ..Field::default()
        }))
    }
}

/// The first offer of a negotiation.
pub fn offer_form(request: &Request, view: &ListingView, errors: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let action = format!("{}/offers", link::listing(view.listing.id));
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_errors(errors);
    form.view(html! {
        (for_whom(request, &form, &view.ways.offer))
        (offer_fields(request, &form, &view.listing.terms))
        (actions(&[button(&say(request, "deal-form-offer"), Look::Primary)]))
    })
}

/// Declaring an open licence.
pub fn declare_form(request: &Request, view: &ListingView, errors: &[Refusal]) -> Markup {
    let forms = ticket(request);
    let action = format!("{}/declaration", link::listing(view.listing.id));
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_errors(errors);
    let hint = say(request, "open-licence-report-hint");
    form.view(html! {
        p { (say(request, "open-licence-declare-means")) }
        (text_field(&form, &Field {
            name: "report", hint: &hint, value: request.form.get("report"), is_optional: true,
            width: look::Width::Half, ..Field::default()
        }))
        (actions(&[button(&say(request, "open-licence-declare"), Look::Primary)]))
    })
}

/// What can be done with an open licence here.
pub fn licence_forms(request: &Request, view: &ListingView, it: &OpenLicenceView) -> Markup {
    let here = link::listing(view.listing.id);
    let id = it.licence.id;
    let plain = |action: &str, body: &dyn Fn(&Form<'_>) -> Markup| {
        let forms = ticket(request);
        let form = Form::new(request.lang, action, &forms.csrf, &forms.key);
        form.view(html! { input type="hidden" name="licence" value=(id); (body(&form)) })
    };
    let takes = it.licence.state == trading::open_licence::OpenLicenceState::Announced;
    html! {
        @if takes && !view.ways.notice.is_empty() {
            (plain(&format!("{here}/notices"), &|form| html! {
                (for_whom(request, form, &view.ways.notice))
                p { (say(request, "open-licence-notice-means")) }
                (actions(&[button(&say(request, "open-licence-notice"), Look::Primary)]))
            }))
        }
        @if it.announces {
            (plain(&format!("{here}/announcement"), &|_| html! {
                (actions(&[button(&say(request, "open-licence-announce"), Look::Primary)]))
            }))
        }
        @if it.withdraws {
            (plain(&format!("{here}/licence-withdrawal"), &|form| html! {
                (reason_field(request, form))
                (actions(&[button(&say(request, "open-licence-withdraw"), Look::Second)]))
            }))
        }
    }
}

fn reason_field(request: &Request, form: &Form<'_>) -> Markup {
    text_field(
        form,
        &Field { name: "reason", value: request.form.get("reason"), ..Field::default() },
    )
}

/// Objecting to what is published.
pub fn objection_form(request: &Request, listing: ListingId, deal: DealId) -> Markup {
    let forms = ticket(request);
    let action = format!("{}/objections", link::listing(listing));
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    html! {
        details {
            summary { (say(request, "deal-form-object")) }
            (form.view(html! {
                input type="hidden" name="deal" value=(deal);
                p.small { (say(request, "deal-form-object-means")) }
                (reason_field(request, &form))
                (actions(&[button(&say(request, "deal-form-object"), Look::Second)]))
            }))
        }
    }
}

/// What the sides of this reader may answer now.
pub fn answer_forms(
    request: &Request,
    view: &DealView,
    errors: &[Refusal],
    forms: &Ticket,
) -> Markup {
    let deal = &view.deal;
    html! {
        @for side in &view.sides {
            @match (deal.state, side) {
                (DealState::Talking, side) => (talk_forms(request, view, *side, errors)),
                (DealState::Reserved, Side::Owner) => (confirm_forms(request, view, errors)),
                _ => {}
            }
        }
        @for side in &view.lets_go {
            (reasoned(request, &side_path(deal.id, *side), ("let-go", "deal-form-let-go")))
        }
        @if view.decides && deal.state == DealState::Objected {
            @let action = format!("{}/decision", link::deal(deal.id));
            @let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_errors(errors);
            p { (deal.reason) }
            (form.view(html! {
                (reason_field(request, &form))
                (actions(&[
                    button_named(&say(request, "deal-form-dismiss"), Look::Primary, "do", "dismiss"),
                    button_named(&say(request, "deal-form-uphold"), Look::Second, "do", "uphold"),
                ]))
            }))
        }
    }
}

fn talk_forms(request: &Request, view: &DealView, side: Side, errors: &[Refusal]) -> Markup {
    let deal = &view.deal;
    let action = side_path(deal.id, side);
    let is_turn = deal.offered_by != side && view.now < deal.until;
    let (accept, counter) = (ticket(request), ticket(request));
    let accepting = Form::new(request.lang, &action, &accept.csrf, &accept.key);
    let form = Form::new(request.lang, &action, &counter.csrf, &counter.key).with_errors(errors);
    html! {
        @if is_turn {
            (accepting.view(html! {
                input type="hidden" name="offer" value=(deal.n_offers);
                (actions(&[button_named(&say(request, "deal-form-agree"), Look::Primary, "do", "accept")]))
            }))
            h3 { (say(request, "deal-form-counter-title")) }
            (form.view(html! {
                (offer_fields(request, &form, &deal.terms))
                (actions(&[button_named(&say(request, "deal-form-counter"), Look::Second, "do", "counter")]))
            }))
        } @else { p.quiet { (say(request, "deal-form-wait")) } }
        (refuse_form(request, &action))
    }
}

fn confirm_forms(request: &Request, view: &DealView, errors: &[Refusal]) -> Markup {
    let action = side_path(view.deal.id, Side::Owner);
    let forms = ticket(request);
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_errors(errors);
    html! {
        (form.view(html! {
            (actions(&[button_named(&say(request, "deal-form-confirm"), Look::Primary, "do", "confirm")]))
        }))
        (refuse_form(request, &action))
    }
}

fn refuse_form(request: &Request, action: &str) -> Markup {
    reasoned(request, action, ("refuse", "deal-form-refuse"))
}

/// What needs a reason, behind its name.
fn reasoned(request: &Request, action: &str, (done, key): (&str, &str)) -> Markup {
    let forms = ticket(request);
    let form = Form::new(request.lang, action, &forms.csrf, &forms.key);
    html! {
        details {
            summary { (say(request, key)) }
            (form.view(html! {
                (reason_field(request, &form))
                (actions(&[button_named(&say(request, key), Look::Second, "do", done)]))
            }))
        }
    }
}
