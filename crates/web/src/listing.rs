//! Listings: the ways to get a technology, and the owner's forms for them.

use crate::form::{bilingual, reasons, ticket};
use crate::link;
use crate::listing_money::read_money;
use crate::page::Page;
use crate::refused::PAGE;
use crate::technology_form::{allowed, also, back};
use crate::technology_part::{named, text};
use crate::technology_side::mail;
use access::Act;
use app::No;
use app::listing::{CreateListing, ReviseListing, WithdrawListing};
use app::technology::View;
use base::text::field_term;
use base::time::half_width;
use base::{Currency, Lang, ListingId, Refusal, TechnologyId, limits};
use edge::{Body, Fields, Reply, Request, Route};
use look::{
    Choice, Crumb, Field, Form, Kind, Look, PageHead, Section, Tone, Width, actions,
    bilingual_field, button, link_button, money_field, page_head, radios, select, tag, text_area,
    text_field,
};
use maud::{Markup, html};
use trading::Percent;
use trading::listing::{
    CreateListing as Ask, DealMode, Facts, Licence, Listing, ListingState, Terms, create as decide,
};

const fn route(
    method: &'static str,
    path: &'static str,
    act: Act,
    run: fn(&Request) -> Result<Reply, No>,
) -> Route {
    let body = if matches!(method.as_bytes(), b"GET") { Body::None } else { Body::Form };
    Route { method, path, act, body, face: &PAGE, run }
}

const NEW: &str = "/technologies/{id}/listings/new";
const ALL: &str = "/technologies/{id}/listings";
const REVISION: &str = "/technologies/{id}/listings/{listing}/revision";
const WITHDRAWAL: &str = "/technologies/{id}/listings/{listing}/withdrawal";

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    route("GET", NEW, Act::CreateListing, blank),
    route("GET", ALL, Act::LookAtListing, to_thing),
    route("POST", ALL, Act::CreateListing, create),
    route("GET", REVISION, Act::ReviseListing, revision),
    route("POST", REVISION, Act::ReviseListing, revise),
    route("GET", WITHDRAWAL, Act::WithdrawListing, withdrawal),
    route("POST", WITHDRAWAL, Act::WithdrawListing, withdraw),
];

/// The listings of a technology stand on its own page.
fn to_thing(request: &Request) -> Result<Reply, No> {
    let id: TechnologyId = request.id("id")?;
    Ok(Reply::see_other(format!("{}#ways", link::technology(id))))
}

/// What stands on a technology's page about the ways to get it.
pub fn ways(request: &Request, view: &View) -> Markup {
    let lang = request.lang;
    let is_offered = |listing: &&Listing| matches!(listing.state, ListingState::Offered);
    let offered: Vec<&Listing> = view.listings.iter().filter(is_offered).collect();
    let withdrawn: Vec<&Listing> =
        view.listings.iter().filter(|listing| !is_offered(listing)).collect();
    html! {
        div.stack #ways {
            @if offered.is_empty() { p.quiet { (words::say(lang, "listing-page-none")) } }
            @for listing in &offered { (way(request, view, listing)) }
            @if !withdrawn.is_empty() {
                details {
                    summary { (words::say_with(lang, "listing-page-withdrawn",
                        &[("count", withdrawn.len().into())])) }
                    @for listing in &withdrawn { (past(lang, listing)) }
                }
            }
        }
    }
}

fn way(request: &Request, view: &View, listing: &Listing) -> Markup {
    let lang = request.lang;
    let contact = &view.technology.content.contact;
    let id = view.technology.id;
    let ask = words::say(lang, &format!("listing-page-next-{}", listing.mode.word()));
    html! {
        section.stack {
            h3 { (words::say(lang, &format!("listing-mode-{}", listing.mode.word()))) }
            (terms(lang, listing))
            p { (link_button(&link::listing(listing.id), &words::say(lang,
                &format!("deal-page-go-{}", listing.mode.word())), Look::Primary)) }
            @if !contact.email.is_empty() { p { (link_button(&mail(view), &ask, Look::Second)) } }
            @else if !contact.phone.is_empty() {
                p.small { (words::say_with(lang, "listing-page-call",
                    &[("phone", contact.phone.as_str().into())])) }
            }
            @if view.offers.list {
                p.small.row {
                    a href=(link::listing_revision(id, listing.id)) {
                        (words::say(lang, "listing-page-revise"))
                    }
                    a href=(link::listing_withdrawal(id, listing.id)) {
                        (words::say(lang, "listing-page-withdraw"))
                    }
                }
            }
        }
    }
}

fn past(lang: Lang, listing: &Listing) -> Markup {
    html! {
        section.stack {
            p {
                (tag(Tone::Plain, &words::say(lang, "listing-state-withdrawn"))) " "
                (words::say(lang, &format!("listing-mode-{}", listing.mode.word())))
            }
            p.small { (listing.state.reason()) }
        }
    }
}

/// The terms of a listing as facts.
fn terms(lang: Lang, listing: &Listing) -> Markup {
    let terms = &listing.terms;
    let say = |key: &str| words::say(lang, key);
    let mut rows: Vec<(String, Markup)> = Vec::new();
    let licence = say(&format!("listing-licence-{}", terms.licence.word()));
    rows.push((say("listing-page-licence"), html! { (licence) }));
    if let Some(price) = terms.price {
        let name = say(&format!("listing-price-{}", listing.mode.word()));
        let shown = match price.minor {
            0 => say("listing-page-free"),
            _ => words::money(lang, price),
        };
        rows.push((name, html! { strong.lead { (shown) } }));
    }
    if let Some(royalty) = terms.royalty {
        rows.push((say("listing-page-royalty"), html! { (royalty) "%" }));
    }
    if let Some(years) = terms.term_years {
        let years = usize::try_from(years).unwrap_or(0);
        let term = words::say_with(lang, "listing-term", &[("years", years.into())]);
        rows.push((say("listing-page-term"), html! { (term) }));
    }
    for (key, value) in [
        ("listing-page-territory", &terms.territory),
        ("listing-page-field-of-use", &terms.field_of_use),
        ("listing-page-notes", &terms.notes),
    ] {
        if !value.is_empty() {
            rows.push((say(key), text(lang, value)));
        }
    }
    let reference = listing.reference.as_str();
    rows.push((say("listing-page-reference"), html! { code { (reference) } }));
    named(rows)
}

fn view(request: &Request) -> Result<View, No> {
    let view = request.city().technology(&request.asker, request.id("id")?)?;
    allowed(request, view.offers.list)?;
    Ok(view)
}

fn listing_of<'v>(request: &Request, view: &'v View) -> Result<&'v Listing, No> {
    let id: ListingId = request.id("listing")?;
    let found = view.listings.iter().find(|listing| listing.id == id);
    found.ok_or_else(|| Refusal::not_found().into())
}

fn blank(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    Ok(form_page(request, &view, None, (&Fields::default(), &[])))
}

fn create(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    let technology = view.technology.id;
    let errors = match read(request, &view) {
        Ok((mode, terms)) => {
            let act = CreateListing { technology, mode, terms };
            match request.city().perform(&request.keyed(), act) {
                Ok(_) => return Ok(back(technology, "listed")),
                Err(no) => reasons(no)?,
            }
        }
        Err(errors) => errors,
    };
    Ok(form_page(request, &view, None, (&request.form, &errors)))
}

fn revision(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    let listing = listing_of(request, &view)?;
    Ok(form_page(request, &view, Some(listing), (&write(listing), &[])))
}

fn revise(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    let listing = listing_of(request, &view)?;
    let technology = view.technology.id;
    let version = request.form.get("version").parse().unwrap_or(0);
    let errors = match read(request, &view) {
        Ok((mode, terms)) => {
            let act = ReviseListing { technology, listing: listing.id, version, mode, terms };
            match request.city().perform(&request.keyed(), act) {
                Ok(_) => return Ok(back(technology, "relisted")),
                Err(no) => reasons(no)?,
            }
        }
        Err(errors) => errors,
    };
    Ok(form_page(request, &view, Some(listing), (&request.form, &errors)))
}

/// The terms that were typed, or every reason why they cannot be read or offered.
fn read(request: &Request, view: &View) -> Result<(DealMode, Terms), Vec<Refusal>> {
    let (mode, terms, mut refusals) = typed(&request.form);
    if let (Some(mode), Some(terms)) = (mode, terms) {
        if refusals.is_empty() {
            return Ok((mode, terms));
        }
        // Told together, so that nobody has to mend a form twice.
        let facts = Facts { technology: &view.technology, others: &[], marking_released: false };
        let reference = request.city().reference("LI", request.now);
        let ask = Ask { id: ListingId::from_bits(0), reference, mode, terms };
        also(&mut refusals, decide(&facts, ask, request.now).err().unwrap_or_default());
    }
    Err(refusals)
}

fn typed(form: &Fields) -> (Option<DealMode>, Option<Terms>, Vec<Refusal>) {
    let mut refusals = Vec::new();
    let mut refuse = |code: &'static str, name: &str, term: &str| {
        refusals.push(Refusal::invalid(code).on(name).term("field", field_term(term)));
    };
    let mode = DealMode::parse(form.get("mode"));
    if mode.is_none() {
        refuse("field-required", "mode", "deal_mode");
    }
    let licence = Licence::parse(form.get("licence"));
    if licence.is_none() {
        refuse("field-required", "licence", "licence");
    }
    let currency = Currency::parse(form.get("price_currency")).unwrap_or(Currency::CNY);
    let price = read_money(form.get("price"), currency).unwrap_or_else(|()| {
        refuse("money-unreadable", "price", "price");
        None
    });
    let plain = |name: &str| form.get(name).trim().chars().map(half_width).collect::<String>();
    let royalty = match plain("royalty").as_str() {
        "" => None,
        typed => Percent::parse(typed).map_or_else(
            |_| {
                refuse("number-unreadable", "royalty", "royalty");
                None
            },
            Some,
        ),
    };
    let term_years = match plain("term_years").trim_end_matches('年') {
        "" => None,
        typed => typed.parse().map_or_else(
            |_| {
                refuse("number-unreadable", "term_years", "term_years");
                None
            },
            Some,
        ),
    };
    let terms = licence.map(|licence| Terms {
        licence,
        price,
        royalty,
        term_years,
        territory: bilingual(form, "territory"),
        field_of_use: bilingual(form, "field_of_use"),
        notes: bilingual(form, "notes"),
    });
    (mode, terms, refusals)
}

/// The fields of a listing as the form shows them.
fn write(listing: &Listing) -> Fields {
    let terms = &listing.terms;
    let mut fields = Fields::default();
    let mut put = |name: &str, value: String| fields.0.push((name.to_owned(), value));
    put("mode", listing.mode.word().to_owned());
    put("licence", terms.licence.word().to_owned());
    if let Some(price) = terms.price {
        put("price", price.decimal());
        put("price_currency", price.currency.code().to_owned());
    }
    put("royalty", terms.royalty.map_or_else(String::new, |royalty| royalty.to_string()));
    put("term_years", terms.term_years.map_or_else(String::new, |years| years.to_string()));
    for (name, text) in [
        ("territory", &terms.territory),
        ("field_of_use", &terms.field_of_use),
        ("notes", &terms.notes),
    ] {
        put(&format!("{name}.en"), text.en.clone());
        put(&format!("{name}.zh"), text.zh.clone());
    }
    fields
}

fn form_page(
    request: &Request,
    view: &View,
    listing: Option<&Listing>,
    (typed, errors): (&Fields, &[Refusal]),
) -> Reply {
    let lang = request.lang;
    let id = view.technology.id;
    let (noun, action, here) = match listing {
        None => ("new", link::technology_listings(id), link::listing_new(id)),
        Some(listing) => {
            let address = link::listing_revision(id, listing.id);
            ("revision", address.clone(), address)
        }
    };
    let say = |part: &str| words::say(lang, &format!("listing-page-{noun}-{part}"));
    let ticket = ticket(request);
    let form = Form::new(lang, &action, &ticket.csrf, &ticket.key).with_errors(errors);
    let title = say("title");
    let version = listing.map_or(0, |listing| listing.version).to_string();
    let content = html! {
        (head(request, view, &title, listing))
        (form.view(html! {
            input type="hidden" name="version" value=(version);
            (fields(&form, typed))
            (actions(&[
                button(&say("act"), Look::Primary),
                html! { a href=(link::technology(id)) { (words::say(lang, "button-cancel")) } },
            ]))
        }))
    };
    framed(request, view, title, here).failed(errors).reply(content)
}

fn head(request: &Request, view: &View, title: &str, listing: Option<&Listing>) -> Markup {
    let lang = request.lang;
    let of = crate::technology::title(request, view);
    let list = words::say(lang, "search-technologies");
    let thing = link::technology(view.technology.id);
    page_head(&PageHead {
        lang,
        crumbs: &[
            Crumb { href: link::TECHNOLOGIES, text: &list },
            Crumb { href: &thing, text: &of },
        ],
        title,
        reference: listing.map_or("", |listing| listing.reference.as_str()),
        ..PageHead::default()
    })
}

fn framed<'r>(request: &'r Request, view: &View, title: String, here: String) -> Page<'r> {
    let page = Page::new(request, title).section(Section::Trade).at(here).personal();
    match view.technology.label.is_public() {
        true => page,
        false => {
            let kind = words::say(request.lang, "technology-page-kind");
            page.label(&view.technology.label, kind)
        }
    }
}

fn fields(form: &Form<'_>, typed: &Fields) -> Markup {
    let lang = form.lang;
    let say = |key: &str| words::say(lang, key);
    let modes: Vec<(&str, String, String)> = DealMode::ALL
        .iter()
        .map(|mode| {
            let hint = say(&format!("listing-page-mode-{}", mode.word()));
            (mode.word(), say(&format!("listing-mode-{}", mode.word())), hint)
        })
        .collect();
    let modes: Vec<Choice<'_>> = modes
        .iter()
        .map(|(value, text, hint)| Choice {
            value,
            text,
            hint,
            is_chosen: *value == typed.get("mode"),
        })
        .collect();
    let licences: Vec<(&str, String)> = Licence::ALL
        .iter()
        .map(|one| (one.word(), say(&format!("listing-licence-{}", one.word()))))
        .collect();
    let licences: Vec<Choice<'_>> = licences
        .iter()
        .map(|(value, text)| Choice {
            value,
            text,
            is_chosen: *value == typed.get("licence"),
            ..Choice::default()
        })
        .collect();
    let (label, price, royalty) = (
        say("listing-page-mode"),
        say("listing-page-price-hint"),
        say("listing-page-royalty-hint"),
    );
    let currency = Currency::parse(typed.get("price_currency")).unwrap_or(Currency::CNY);
    let licence = Field { name: "licence", width: Width::Half, ..Field::default() };
    let royalty = Field { name: "royalty", hint: &royalty, unit: "%", ..Field::default() };
    html! {
        (radios(form, &Field { name: "mode", label: &label, ..Field::default() }, &modes))
        (select(form, &licence, &licences))
        (money_field(form, &Field {
            name: "price",
            hint: &price,
            value: typed.get("price"),
            is_optional: true,
            ..Field::default()
        }, currency))
        (number(form, typed, &royalty))
        (number(form, typed, &Field { name: "term_years", ..Field::default() }))
        (texts(form, typed))
    }
}

fn number(form: &Form<'_>, typed: &Fields, field: &Field<'_>) -> Markup {
    text_field(
        form,
        &Field {
            value: typed.get(field.name),
            is_optional: true,
            kind: Kind::Number,
            width: Width::Tiny,
            ..*field
        },
    )
}

fn texts(form: &Form<'_>, typed: &Fields) -> Markup {
    let pair = |name: &'static str, hint: &str, lines: Option<u8>| {
        let field = Field { name, hint, is_optional: true, lines, ..Field::default() };
        bilingual_field(form, &field, &bilingual(typed, name))
    };
    html! {
        (pair("territory", &words::say(form.lang, "listing-page-territory-hint"), None))
        (pair("field_of_use", "", None))
        (pair("notes", "", Some(3)))
    }
}

fn withdrawal(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    let listing = listing_of(request, &view)?;
    Ok(withdrawal_page(request, &view, listing, &[]))
}

fn withdraw(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    let listing = listing_of(request, &view)?;
    let technology = view.technology.id;
    let version = request.form.get("version").parse().unwrap_or(listing.version);
    let reason = request.form.get("reason").trim().to_owned();
    let act = WithdrawListing { technology, listing: listing.id, version, reason };
    match request.city().perform(&request.keyed(), act) {
        Ok(_) => Ok(back(technology, "unlisted")),
        Err(no) => Ok(withdrawal_page(request, &view, listing, &reasons(no)?)),
    }
}

fn withdrawal_page(request: &Request, view: &View, listing: &Listing, errors: &[Refusal]) -> Reply {
    let lang = request.lang;
    let id = view.technology.id;
    let action = link::listing_withdrawal(id, listing.id);
    let ticket = ticket(request);
    let form = Form::new(lang, &action, &ticket.csrf, &ticket.key).with_errors(errors);
    let title = words::say(lang, "listing-page-withdrawal-title");
    let version = listing.version.to_string();
    let content = html! {
        (head(request, view, &title, Some(listing)))
        (terms(lang, listing))
        (form.view(html! {
            input type="hidden" name="version" value=(version);
            (text_area(&form, &Field {
                name: "reason",
                hint: &words::say(lang, "listing-page-withdrawal-hint"),
                value: request.form.get("reason"),
                most: Some(limits::SUMMARY_CHARS_MAX),
                lines: Some(3),
                ..Field::default()
            }))
            (actions(&[
                button(&words::say(lang, "listing-page-withdrawal-act"), Look::Danger),
                html! { a href=(link::technology(id)) { (words::say(lang, "button-cancel")) } },
            ]))
        }))
    };
    framed(request, view, title, action.clone()).failed(errors).reply(content)
}
