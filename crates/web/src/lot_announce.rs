//! The seller's side of an auction: announcing a lot, changing its terms, taking it back.

use crate::form::{reasons, ticket};
use crate::link;
use crate::lot_terms::{self, Goal, Typed};
use crate::lot_way::{self, Ground};
use crate::page::{Page, get, post, say};
use access::Act;
use app::No;
use app::lot::{AnnounceLot, LotView, ReviseLot, ToAuction, WithdrawLot};
use base::{ListingId, LotId, Refusal, limits};
use edge::{Fields, Reply, Request, Route};
use look::{Crumb, Form, Hit, Look, PageHead, Section, actions, button};
use maud::html;
use trading::lot::Lot;

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/auctions/new", Act::AnnounceLot, blank),
    post("/auctions/new", Act::AnnounceLot, announce),
    get("/auctions/{id}/terms", Act::ReviseLot, terms),
    post("/auctions/{id}/terms", Act::ReviseLot, revise),
    get("/auctions/{id}/withdrawal", Act::WithdrawLot, withdrawal),
    post("/auctions/{id}/withdrawal", Act::WithdrawLot, withdraw),
];

/// Where a lot is announced.
pub const NEW: &str = "/auctions/new";

/// The offers to choose from; or the form for the one that was chosen.
fn blank(request: &Request) -> Result<Reply, No> {
    let all = request.city().to_auction(&request.asker, limits::PAGE_ROWS_MAX)?;
    let chosen = request.query.get("listing");
    if chosen.is_empty() {
        return Ok(choose(request, &all));
    }
    let offer = offer(&all, chosen)?;
    let mut fields = lot_terms::usual(request);
    let mut way = "english";
    if let Some(former) = offer.lots.first() {
        // What failed once begins from what it was.
        let mut kept = lot_terms::write(request, &former.terms).0;
        // What the failed attempt hid was its own.
        kept.retain(|(name, _)| name != "hidden_kept");
        let of_time = |name: &str| name.starts_with("opens") || name.starts_with("closes");
        let is_kept = |name: &String| !of_time(name) && kept.iter().any(|(own, _)| own == name);
        fields.0.retain(|(name, _)| !is_kept(name));
        fields.0.extend(kept.into_iter().filter(|(name, _)| !of_time(name)));
        way = former.terms.way.word();
    }
    let ground = ground(request, request.query.get("way"), way, offer.lots.first());
    Ok(form_page(request, offer, &fields, &ground, &[]))
}

/// The way that is asked for, and the trustees who were named before.
fn ground(request: &Request, asked: &str, usual: &'static str, lot: Option<&Lot>) -> Ground {
    let way = lot_way::WAYS.iter().copied().find(|way| *way == asked).unwrap_or(usual);
    let kept = lot.filter(|lot| lot.terms.way.sealing().is_some());
    let sealing = kept.and_then(|lot| request.city().lot_sealing(&request.asker, lot.id).ok());
    Ground::new(way, sealing.as_ref(), request.lang)
}

fn offer<'o>(all: &'o [ToAuction], chosen: &str) -> Result<&'o ToAuction, No> {
    let id: ListingId = chosen.parse().map_err(|_| Refusal::not_found())?;
    let found = all.iter().find(|it| it.listing == id);
    Ok(found.ok_or_else(Refusal::not_found)?)
}

fn choose(request: &Request, all: &[ToAuction]) -> Reply {
    let lang = request.lang;
    let (title, list) = (say(request, "lot-new-title"), say(request, "lot-page-title"));
    let free: Vec<&ToAuction> = all.iter().filter(|it| !it.is_busy()).collect();
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::AUCTIONS, text: &list }],
            title: &title,
            lead: Some(html! { (say(request, "lot-new-lead")) }),
            ..PageHead::default()
        }))
        @if free.is_empty() {
            (look::empty(&say(request, "lot-new-none"), html! { p { (say(request, "lot-new-none-hint")) } }))
        }
        @for offer in free {
            @let (name, name_lang) = offer.title.best(lang);
            @let href = look::address::with(NEW, "listing", &offer.listing.to_string());
            @let facts = words::say_with(lang, "lot-new-attempts", &[("count", offer.lots.len().into())]);
            (Hit {
                lang,
                href: &href,
                title: Some(html! { (name) }),
                title_lang: Some(name_lang),
                facts: &facts,
                ..Hit::default()
            }.view())
        }
    };
    Page::new(request, &title).section(Section::Trade).at(NEW.to_owned()).personal().reply(content)
}

fn form_page(
    request: &Request,
    offer: &ToAuction,
    fields: &Fields,
    ground: &Ground,
    errors: &[Refusal],
) -> Reply {
    let lang = request.lang;
    let (title, list) = (say(request, "lot-new-title"), say(request, "lot-page-title"));
    let (name, name_lang) = offer.title.best(lang);
    let goal = Goal { action: NEW, button: &say(request, "lot-new-act"), back: link::AUCTIONS };
    let hidden = [("listing", offer.listing.to_string())];
    let typed = Typed { fields, errors };
    let here = look::address::with(NEW, "listing", &offer.listing.to_string());
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::AUCTIONS, text: &list }, Crumb { href: NEW, text: &title }],
            title: name,
            title_lang: Some(name_lang),
            lead: Some(html! { (say(request, "lot-new-form-lead")) }),
            ..PageHead::default()
        }))
        (lot_way::tabs(request, &here, ground))
        (lot_terms::view(request, &ticket(request), &goal, &typed, ground, &hidden))
    };
    let page = Page::new(request, &title).section(Section::Trade).at(here);
    page.personal().failed(errors).reply(content)
}

fn announce(request: &Request) -> Result<Reply, No> {
    let all = request.city().to_auction(&request.asker, limits::PAGE_ROWS_MAX)?;
    let offer = offer(&all, request.form.get("listing"))?;
    let ground = ground(request, request.form.get("way"), "english", offer.lots.first());
    let done = lot_terms::read(request, &ground).map_err(No).and_then(|terms| {
        request.city().perform(&request.keyed(), AnnounceLot { listing: offer.listing, terms })
    });
    match done {
        Ok(done) => Ok(Reply::see_other(link::auction(done.lot))),
        Err(no) => {
            let errors = lot_way::at_fields(reasons(no)?, &request.form);
            Ok(form_page(request, offer, &request.form, &ground, &errors))
        }
    }
}

fn seen(request: &Request, offers: fn(&LotView) -> bool) -> Result<(LotId, LotView), No> {
    let id = request.id("id")?;
    let view = request.city().lot(&request.asker, id)?;
    if offers(&view) { Ok((id, view)) } else { Err(Refusal::not_found().into()) }
}

fn terms(request: &Request) -> Result<Reply, No> {
    let (_, view) = seen(request, |view| view.offers.revise)?;
    let mut fields = lot_terms::write(request, &view.lot.terms);
    let ground = revised(request, &view, request.query.get("way"));
    for (name, value) in lot_terms::usual(request).0 {
        if !fields.0.iter().any(|(known, _)| *known == name) {
            fields.0.push((name, value));
        }
    }
    Ok(terms_page(request, &view, &fields, &ground, &[]))
}

fn revised(request: &Request, view: &LotView, asked: &str) -> Ground {
    ground(request, asked, view.lot.terms.way.word(), Some(&view.lot))
}

fn revise(request: &Request) -> Result<Reply, No> {
    let id: LotId = request.id("id")?;
    let view = request.city().lot(&request.asker, id)?;
    let version = request.form.get("version").parse().unwrap_or(0);
    let ground = revised(request, &view, request.form.get("way"));
    // Whoever may not change them learns that, and nothing of what was typed.
    let read = match view.offers.revise {
        true => lot_terms::read(request, &ground).map_err(No),
        false => Ok(view.lot.terms.clone()),
    };
    let done = read.and_then(|terms| {
        request.city().perform(&request.keyed(), ReviseLot { lot: id, version, terms })
    });
    match done {
        Ok(_) => Ok(Reply::see_other(link::auction(id))),
        Err(no) => {
            let errors = lot_way::at_fields(reasons(no)?, &request.form);
            Ok(terms_page(request, &view, &request.form, &ground, &errors))
        }
    }
}

fn terms_page(
    request: &Request,
    view: &LotView,
    fields: &Fields,
    ground: &Ground,
    errors: &[Refusal],
) -> Reply {
    let lang = request.lang;
    let (title, list) = (say(request, "lot-terms-title"), say(request, "lot-page-title"));
    let (name, _) = view.title.best(lang);
    let here = link::auction(view.lot.id);
    let action = link::auction_part(view.lot.id, "terms");
    let goal = Goal { action: &action, button: &say(request, "lot-terms-act"), back: &here };
    let hidden = [("version", view.lot.terms_version.to_string())];
    let typed = Typed { fields, errors };
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::AUCTIONS, text: &list }, Crumb { href: &here, text: name }],
            title: &title,
            lead: Some(html! { (say(request, "lot-terms-lead")) }),
            ..PageHead::default()
        }))
        (lot_way::tabs(request, &action, ground))
        (lot_terms::view(request, &ticket(request), &goal, &typed, ground, &hidden))
    };
    let page = Page::new(request, &title).section(Section::Trade).at(action.clone());
    let page = page.label(&view.lot.label, say(request, "lot-page-kind"));
    page.personal().failed(errors).reply(content)
}

fn withdrawal(request: &Request) -> Result<Reply, No> {
    let (_, view) = seen(request, |view| view.offers.withdraw)?;
    Ok(withdrawal_page(request, &view, &[]))
}

fn withdraw(request: &Request) -> Result<Reply, No> {
    let id: LotId = request.id("id")?;
    match request.city().perform(&request.keyed(), WithdrawLot::new(id)) {
        Ok(_) => Ok(Reply::see_other(link::auction(id))),
        Err(no) => {
            let errors = reasons(no)?;
            let view = request.city().lot(&request.asker, id)?;
            Ok(withdrawal_page(request, &view, &errors))
        }
    }
}

fn withdrawal_page(request: &Request, view: &LotView, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let (title, list) = (say(request, "lot-withdraw-title"), say(request, "lot-page-title"));
    let (name, _) = view.title.best(lang);
    let here = link::auction(view.lot.id);
    let action = link::auction_part(view.lot.id, "withdrawal");
    let forms = ticket(request);
    let form = Form::new(lang, &action, &forms.csrf, &forms.key).with_errors(errors);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::AUCTIONS, text: &list }, Crumb { href: &here, text: name }],
            title: &title,
            ..PageHead::default()
        }))
        (look::error_summary(lang, errors))
        (form.view(html! {
            p { (say(request, "lot-withdraw-lead")) }
            (actions(&[
                button(&say(request, "lot-withdraw-act"), Look::Danger),
                look::link_button(&here, &say(request, "button-cancel"), Look::Plain),
            ]))
        }))
    };
    let page = Page::new(request, &title).section(Section::Trade).at(action.clone());
    let page = page.label(&view.lot.label, say(request, "lot-page-kind"));
    page.personal().failed(errors).reply(content)
}
