//! A contract drafted freely over an offer, and the terms of one that is being drafted.

use crate::contract_act::version;
use crate::contract_form::{self, terms_form};
use crate::contract_part::chosen;
use crate::contract_read::read_terms;
use crate::form::{reasons, ticket};
use crate::link;
use crate::listing_money::read_money;
use crate::page::{Page, get, me, post, say};
use access::Act;
use app::No;
use app::contract::{DraftContract, DraftFrom, ReviseContract};
use base::{Currency, ListingId, OrganisationId, Refusal, TechnologyId};
use edge::{Fields, Reply, Request, Route};
use look::{Crumb, Field, Form, Look, PageHead, Section, actions, button, money_field, text_field};
use maud::html;

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/technologies/{id}/contract", Act::DraftContract, form),
    post("/technologies/{id}/contract", Act::DraftContract, draft),
    get("/contracts/{id}/terms", Act::ReviseContract, terms),
    crate::file::post("/contracts/{id}/terms", Act::ReviseContract, revise),
];

fn form(request: &Request) -> Result<Reply, No> {
    me(request)?;
    draft_page(request, request.id("id")?, &[])
}

/// Names of the templates, the one that comes with the program first.
fn templates(request: &Request) -> Result<Vec<(String, String)>, No> {
    let found = request.city().contract_templates(&request.asker)?;
    let mut names: Vec<(String, String)> = Vec::new();
    for it in found.all {
        if names.iter().all(|(name, _)| *name != it.name) {
            names.push((it.name.clone(), it.name));
        }
    }
    names.sort_by_key(|(name, _)| (name != app::contract::STANDARD_NAME, name.clone()));
    Ok(names)
}

fn draft_page(request: &Request, id: TechnologyId, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().technology(&request.asker, id)?;
    let title = say(request, "contract-draft-title");
    let thing = link::technology(id);
    let of = crate::technology::title(request, &view);
    let offers: Vec<(String, String)> = view
        .listings
        .iter()
        .filter(|it| it.state.word() == "offered" && it.mode != trading::DealMode::Auction)
        .map(|it| {
            let mode = crate::search_filter::mode_name(lang, it.mode.word());
            (it.id.to_string(), format!("{} · {mode}", it.reference))
        })
        .collect();
    let own = request.city().own_organisations(&request.asker)?;
    let is_owner = own.iter().any(|(it, _)| *it == view.technology.owner);
    let own: Vec<(String, String)> = own
        .into_iter()
        .filter(|(it, _)| *it != view.technology.owner)
        .map(|(it, name)| (it.to_string(), name.best(lang).0.to_owned()))
        .collect();
    let forms = ticket(request);
    let action = format!("{thing}/contract");
    let form = Form::new(lang, &action, &forms.csrf, &forms.key).with_errors(errors);
    let templates = templates(request)?;
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &thing, text: &of }],
            title: &title,
            lead: Some(html! { (say(request, "contract-draft-lead")) }),
            ..PageHead::default()
        }))
        @if offers.is_empty() {
            (look::empty(&say(request, "contract-draft-no-offer"), html! {}))
        } @else {
            (form.view(html! {
                (chosen(&form, "listing", &say(request, "contract-draft-offer"), &offers, request.form.get("listing")))
                @if is_owner || own.is_empty() {
                    (text_field(&form, &Field {
                        name: "acquirer", label: &say(request, "contract-side-acquirer"),
                        hint: &say(request, "contract-draft-acquirer-hint"),
                        value: request.form.get("acquirer"), ..Field::default()
                    }))
                } @else {
                    (chosen(&form, "acquirer", &say(request, "contract-side-acquirer"), &own, request.form.get("acquirer")))
                }
                (money_field(&form, &Field {
                    name: "price", is_optional: true, label: &say(request, "contract-page-price"),
                    hint: &say(request, "contract-draft-price-hint"), value: request.form.get("price"),
                    ..Field::default()
                }, Currency::CNY))
                (chosen(&form, "template", &say(request, "contract-field-template"), &templates, request.form.get("template")))
                (actions(&[button(&say(request, "contract-draft-now"), Look::Primary)]))
            }))
        }
    };
    let page = Page::new(request, &title).section(Section::Trade);
    let page = page.label(&view.technology.label, &title);
    Ok(page.at(action).personal().failed(errors).reply(content))
}

fn draft(request: &Request) -> Result<Reply, No> {
    let id = request.id("id")?;
    let done = read_draft(request).and_then(|act| request.city().perform(&request.keyed(), act));
    match done {
        Ok(done) => Ok(Reply::see_other(link::contract(done.contract))),
        Err(no) => {
            let errors = reasons(no)?;
            draft_page(request, id, &errors)
        }
    }
}

fn read_draft(request: &Request) -> Result<DraftContract, No> {
    let mut no = Vec::new();
    let unknown = |field: &'static str| {
        let refusal = Refusal::invalid("choice-unknown").on(field);
        refusal.term("field", base::text::field_term(field))
    };
    let listing = request.form.get("listing").parse::<ListingId>();
    let listing = listing.map_err(|_| no.push(unknown("listing"))).ok();
    let typed = request.form.get("acquirer").trim();
    let acquirer = match typed.parse::<OrganisationId>() {
        Ok(id) => Some(id),
        Err(_) => match request.city().organisation_named(typed) {
            Ok(id) => Some(id),
            Err(more) => {
                no.extend(more.0.into_iter().map(|it| it.on("acquirer")));
                None
            }
        },
    };
    let unread = |()| Refusal::invalid("money-unreadable").on("price").term("field", "field-price");
    let currency = Currency::parse(request.form.get("price_currency")).unwrap_or(Currency::CNY);
    let price = read_money(request.form.get("price"), currency);
    let price = price.map_err(|it| no.push(unread(it))).ok().flatten();
    match (listing, acquirer) {
        (Some(listing), Some(acquirer)) if no.is_empty() => {
            let template = request.form.get("template").to_owned();
            Ok(DraftContract { from: DraftFrom::Listing { listing, acquirer, price }, template })
        }
        _ => Err(No(no)),
    }
}

fn terms(request: &Request) -> Result<Reply, No> {
    let view = request.city().contract(&request.asker, request.id("id")?)?;
    if !view.offers.revise {
        return Err(Refusal::new(base::Class::Conflict, "contract-state-unfit").into());
    }
    let typed = contract_form::fields_of(&view.kept.terms);
    Ok(terms_page(request, &view, &typed, &[]))
}

fn terms_page(
    request: &Request,
    view: &app::contract::ContractView,
    typed: &Fields,
    errors: &[Refusal],
) -> Reply {
    let lang = request.lang;
    let kept = &view.kept;
    let here = link::contract(kept.id);
    let title = say(request, "contract-terms-title");
    let reference = kept.reference.to_string();
    let forms = ticket(request);
    let action = link::contract_part(kept.id, "terms");
    let form = Form::new(lang, &action, &forms.csrf, &forms.key).with_errors(errors).with_files();
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &here, text: &reference }],
            title: &title,
            lead: Some(html! { (say(request, "contract-terms-lead")) }),
            ..PageHead::default()
        }))
        (terms_form(request, &form, kept, typed))
    };
    let page = Page::new(request, &title).section(Section::Trade);
    page.label(&kept.label, &title).at(action).personal().failed(errors).reply(content)
}

fn revise(request: &Request) -> Result<Reply, No> {
    let id = request.id("id")?;
    let view = request.city().contract(&request.asker, id)?;
    let brought = crate::file::brought(request)?;
    let typed = brought.carried(&request.form);
    if brought.is_only_removed {
        return Ok(terms_page(request, &view, &typed, &[]));
    }
    let mut no = brought.refused.clone();
    let done = match read_terms(&view.kept, &request.form) {
        Ok(terms) if no.is_empty() => {
            let act = ReviseContract {
                contract: id,
                version: version(request),
                terms,
                why: request.form.get("why").to_owned(),
                documents: brought.ids.clone(),
            };
            request.city().perform(&request.keyed(), act).map(|_| ())
        }
        Ok(_) => Err(No(no)),
        Err(more) => {
            no.extend(more);
            Err(No(no))
        }
    };
    match done {
        Ok(()) => Ok(Reply::see_other(link::contract(id))),
        Err(no) => {
            let errors = reasons(no)?;
            Ok(terms_page(request, &view, &typed, &errors))
        }
    }
}
