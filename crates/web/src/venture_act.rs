//! What people do in ventures: open one, enter holders, give notices, contribute, pay dividends.

use crate::form::{bilingual, reasons, ticket};
use crate::link;
use crate::page::{Page, get, post, say};
use crate::venture::page;
use crate::venture_entry::Reader;
use access::Act;
use app::No;
use app::venture::{
    ContributeTechnology, DeclareDividend, EnterHolder, GiveNotice, NewHolder, ObjectToVenture,
    OpenVenture, SettleDuty, WithdrawVenture,
};
use base::{Currency, Refusal, TechnologyId, VentureId};
use edge::{Reply, Request, Route};
use equity::dividend::{Declared, Withheld};
use look::{
    Choice, Crumb, Field, Form, Look, PageHead, Section, actions, button, select, text_field,
};
use maud::html;

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/technologies/{id}/ventures/new", Act::OpenVenture, blank),
    post("/technologies/{id}/ventures", Act::OpenVenture, open),
    post("/ventures/{id}/holders", Act::EnterHolder, holder),
    post("/ventures/{id}/notice", Act::GiveNotice, notice),
    post("/ventures/{id}/objection", Act::ObjectToVenture, object),
    post("/ventures/{id}/settlement", Act::SettleDuty, settle),
    post("/ventures/{id}/contribution", Act::ContributeTechnology, contribute),
    post("/ventures/{id}/withdrawal", Act::WithdrawVenture, withdraw),
    post("/ventures/{id}/dividends", Act::DeclareDividend, declare),
];

fn blank(request: &Request) -> Result<Reply, No> {
    form(request, &[])
}

fn form(request: &Request, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let id: TechnologyId = request.id("id")?;
    let view = request.city().technology(&request.asker, id)?;
    if !request.city().may_open_venture(&request.asker, id)? {
        crate::page::me(request)?;
        return Err(Refusal::new(base::Class::NotAllowed, "not-allowed").into());
    }
    let title = say(request, "venture-open-title");
    let named = view.technology.content.title.best(lang).0;
    let forms = ticket(request);
    let action = format!("{}/ventures", link::technology(id));
    let form = Form::new(lang, &action, &forms.csrf, &forms.key).with_errors(errors);
    let names = Currency::ALL.map(|it| {
        (it.code(), say(request, &format!("label-currency-{}", it.code().to_lowercase())))
    });
    let chosen = match request.form.get("currency") {
        "" => "CNY",
        typed => typed,
    };
    let choices: Vec<Choice<'_>> = names
        .iter()
        .map(|(value, text)| Choice { value, text, hint: "", is_chosen: *value == chosen })
        .collect();
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: &link::technology(id), text: named }],
            title: &title,
            lead: Some(html! { (say(request, "venture-open-lead")) }),
            ..PageHead::default()
        }))
        (form.view(html! {
            (text_field(&form, &Field {
                name: "company", label: &say(request, "venture-field-company"),
                hint: &say(request, "venture-field-organisation-hint"),
                value: request.form.get("company"), ..Field::default()
            }))
            (select(&form, &Field { name: "currency", label: &say(request, "venture-field-currency"), ..Field::default() }, &choices))
            (actions(&[button(&say(request, "venture-open"), Look::Primary)]))
        }))
    };
    let page = Page::new(request, &title).section(Section::Trade);
    let page = page.label(&view.technology.label, &title).at(format!("{action}/new"));
    Ok(page.failed(errors).reply(content))
}

fn open(request: &Request) -> Result<Reply, No> {
    let technology: TechnologyId = request.id("id")?;
    let company = request.city().organisation_named(request.form.get("company"));
    let currency = Currency::parse(request.form.get("currency"));
    let done = match (company, currency) {
        (Ok(company), Some(currency)) => {
            let act = OpenVenture { technology, company, currency };
            request.city().perform(&request.keyed(), act)
        }
        (company, currency) => {
            let mut no = company.err().map_or_else(Vec::new, |no| on(no, "company"));
            if currency.is_none() {
                no.push(Refusal::invalid("venture-unknown").on("currency"));
            }
            Err(No(no))
        }
    };
    match done {
        Ok(done) => Ok(Reply::see_other(link::venture(done.venture))),
        Err(no) => form(request, &shown(no, &["organisation-unknown", "organisation-ambiguous"])?),
    }
}

/// The same reasons at a field of this form.
fn on(no: No, field: &str) -> Vec<Refusal> {
    no.0.into_iter().map(|it| it.on(field)).collect()
}

/// Reasons that belong on the form: also that nobody of a name is known.
fn shown(no: No, codes: &[&str]) -> Result<Vec<Refusal>, No> {
    let is_ours = |it: &Refusal| codes.contains(&it.code.as_ref());
    if no.0.iter().all(is_ours) { Ok(no.0) } else { reasons(no) }
}

/// Back to the page of the venture, or the page with the reasons.
fn back(request: &Request, id: VentureId, done: Result<(), No>) -> Result<Reply, No> {
    match done {
        Ok(()) => Ok(Reply::see_other(link::venture(id))),
        Err(no) => {
            let errors = shown(no, &["organisation-unknown", "organisation-ambiguous"])?;
            let view = request.city().venture(&request.asker, id)?;
            Ok(page(request, &view, &errors))
        }
    }
}

fn holder(request: &Request) -> Result<Reply, No> {
    let id: VentureId = request.id("id")?;
    let typed = request.form.get("holder").trim();
    let chosen = request.form.get("person");
    let who = if !typed.is_empty() {
        let found = request.city().organisation_named(typed);
        found.map(NewHolder::Organisation).map_err(|no| No(on(no, "holder")))
    } else if !chosen.is_empty() {
        let unknown = || No::from(Refusal::invalid("venture-holder-elsewhere").on("person"));
        chosen.parse().map(NewHolder::Person).map_err(|_| unknown())
    } else {
        Ok(NewHolder::Named(bilingual(&request.form, "name")))
    };
    let is_state = request.form.get("is_state") == "yes";
    let done = who.and_then(|holder| {
        let act = EnterHolder { venture: id, holder, is_state };
        request.city().perform(&request.keyed(), act).map(|_| ())
    });
    back(request, id, done)
}

fn notice(request: &Request) -> Result<Reply, No> {
    let venture = request.id("id")?;
    let duty = request.form.get("duty").to_owned();
    let act = GiveNotice { venture, duty };
    back(request, venture, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn object(request: &Request) -> Result<Reply, No> {
    let venture = request.id("id")?;
    let (duty, reason) =
        (request.form.get("duty").to_owned(), request.form.get("reason").to_owned());
    let act = ObjectToVenture { venture, duty, reason };
    back(request, venture, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn settle(request: &Request) -> Result<Reply, No> {
    let venture = request.id("id")?;
    let (duty, reason) =
        (request.form.get("duty").to_owned(), request.form.get("reason").to_owned());
    let today = base::WorkingDays::china().date(request.now);
    let approved_on = (request.form.get("approved") == "yes").then_some(today);
    let act = SettleDuty { venture, duty, approved_on, reason };
    back(request, venture, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn contribute(request: &Request) -> Result<Reply, No> {
    let venture = request.id("id")?;
    let version = request.form.get("version").parse().unwrap_or(0);
    let act = ContributeTechnology { venture, version };
    back(request, venture, request.city().perform(&request.keyed(), act).map(|_| ()))
}

fn withdraw(request: &Request) -> Result<Reply, No> {
    let venture = request.id("id")?;
    let act = WithdrawVenture { venture };
    back(request, venture, request.city().perform(&request.keyed(), act).map(|_| ()))
}

/// Every class shares in the rest as ordinary shares; what a charter pays first is the interface's.
fn declare(request: &Request) -> Result<Reply, No> {
    let id: VentureId = request.id("id")?;
    let view = request.city().venture(&request.asker, id)?;
    let mut reader = Reader::new(request, view.venture().currency);
    let rate = reader.rate_or("withheld", "0");
    let people = view.holders.iter().filter(|it| it.holder.organisation.is_none());
    let withheld = people.map(|it| (it.holder.key(), Withheld(rate))).collect();
    let declared = Declared {
        total: reader.money("total"),
        first: Vec::new(),
        rest: view.table.classes.keys().cloned().collect(),
        withheld,
    };
    let done = reader.end().and_then(|()| {
        let act = DeclareDividend { venture: id, declared };
        request.city().perform(&request.keyed(), act).map(|_| ())
    });
    match done {
        Ok(()) => Ok(Reply::see_other(link::venture_part(id, "register"))),
        Err(no) => {
            let errors = reasons(no)?;
            Ok(crate::venture_register::page(request, &view, &errors))
        }
    }
}
