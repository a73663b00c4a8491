//! Parts of the page of a contract: what comes next, milestones, steps, history, versions.

use crate::contract_money::what;
use crate::form::ticket;
use crate::link;
use crate::page::{moment, say};
use app::contract::{ContractOffers, ContractView};
use base::{Currency, Date, Money};
use contract::kept::Moved;
use contract::milestone::{Milestone, Standing};
use contract::{Side, Terms};
use edge::Request;
use look::{
    Choice, Field, Form, Look, PostButton, Tone, actions, button, button_named, date_field, select,
    text_field,
};
use maud::{Markup, html};

/// A sum in the contract's currency, in words of the reader.
pub fn money(request: &Request, currency: Currency, minor: i64) -> String {
    words::money(request.lang, Money::new(minor, currency))
}

/// The whole price.
pub fn total(request: &Request, terms: &Terms) -> String {
    money(request, terms.price.currency, terms.price.total().unwrap_or(0))
}

pub fn date(request: &Request, on: Date) -> String {
    words::date(request.lang, on)
}

pub fn said(request: &Request, key: &str, name: &str, value: String) -> String {
    words::say_with(request.lang, key, &[(name, value.into())])
}

/// What a party is called.
pub fn party_name(request: &Request, view: &ContractView, key: &str) -> String {
    match view.kept.side_of(key) {
        Some(Side::Provider) => view.provider.best(request.lang).0.to_owned(),
        Some(Side::Acquirer) => view.acquirer.best(request.lang).0.to_owned(),
        None => say(request, "contract-page-office"),
    }
}

/// Who the parties are and what it is about.
pub fn facts(request: &Request, view: &ContractView) -> Markup {
    let lang = request.lang;
    let (kept, terms) = (&view.kept, view.kept.current());
    let org = |id, name: &base::Bilingual| {
        html! { a href=(link::organisation(id)) { (name.best(lang).0) } }
    };
    let title = terms.subject.title.best(lang).0;
    let technology = html! { a href=(link::technology(kept.technology)) { (title) } };
    let digest = kept.life.version(kept.life.latest()).map(|it| it.digest.to_string());
    let deducted = terms.price.technology_amount().unwrap_or(0);
    let filing = store_state(&kept.filing);
    let mut rows: Vec<(String, Markup)> = vec![
        (
            "contract-field-kind".into(),
            html! { (say(request, &format!("contract-kind-{}", terms.kind.code()))) },
        ),
        (
            "contract-field-mode".into(),
            html! { (say(request, &format!("contract-mode-{}", terms.mode.code()))) },
        ),
        ("contract-side-provider".into(), org(kept.provider, &view.provider)),
        ("contract-side-acquirer".into(), org(kept.acquirer, &view.acquirer)),
        ("contract-page-technology".into(), technology),
        ("contract-page-price".into(), html! { (total(request, terms)) }),
        (
            "contract-page-technology-amount".into(),
            html! { (money(request, terms.price.currency, deducted)) },
        ),
    ];
    if let Some((lot, reference, _)) = &view.lot {
        rows.push((
            "contract-page-lot".into(),
            html! { a href=(link::auction(*lot)) { (reference.to_string()) } },
        ));
    }
    if let Some((deal, reference)) = &view.deal {
        rows.push((
            "deal-page-kind".into(),
            html! { a href=(link::deal(*deal)) { (reference.to_string()) } },
        ));
    }
    if let Some(on) = kept.signed_on {
        rows.push(("contract-page-signed".into(), html! { (date(request, on)) }));
        rows.push((
            "contract-filing-title".into(),
            html! { (say(request, &format!("contract-filing-{filing}"))) },
        ));
    }
    if let Some(digest) = digest {
        rows.push(("contract-page-digest".into(), html! { code.small { (digest) } }));
    }
    if view.offers.income {
        let text = say(request, "contract-income-title");
        rows.push((
            "contract-page-income".into(),
            html! { a href=(link::income(kept.provider)) { (text) } },
        ));
    }
    html! {
        dl.facts { @for (key, value) in &rows { div { dt { (say(request, key)) } dd { (value) } } } }
    }
}

/// The word of a registration's state.
pub fn store_state(filing: &contract::filing::Filing) -> &'static str {
    app::contract::filing_state(filing)
}

/// What comes next, as one panel with the buttons for it.
pub fn next_step(request: &Request, view: &ContractView) -> Markup {
    let lang = request.lang;
    let kept = &view.kept;
    let awaited = kept.life.awaited();
    let offers = &view.offers;
    let until = kept.life.offer().and_then(|it| it.until);
    let is_draft = kept.state() == "draft";
    html! {
        section.sheet.stack #next {
            h2 { (say(request, "contract-page-next")) }
            @if !awaited.is_empty() {
                ul {
                    @for it in &awaited {
                        li {
                            (party_name(request, view, &it.party)) " · "
                            (say(request, if it.is_turn { "contract-page-to-sign" } else { "contract-page-to-sign-later" }))
                        }
                    }
                }
                @if let Some(until) = until {
                    p.small { (said(request, "contract-page-offer-until", "at", moment(request, until))) }
                }
            } @else {
                p { (say(request, &format!("contract-next-{}", kept.state()))) }
            }
            @if let Some((_, _, until)) = view.lot.as_ref().filter(|_| kept.bound.is_none()) {
                (look::notice(lang, Tone::Wait, html! {
                    (said(request, "contract-page-award-until", "at", moment(request, *until)))
                }))
            }
            @if offers.sign { (sign_form(request, view)) }
            @if offers.offer { (offer_form(request, view, is_draft)) }
        }
    }
}

fn sign_form(request: &Request, view: &ContractView) -> Markup {
    let forms = ticket(request);
    let id = view.kept.id;
    let action = link::contract_part(id, "signature");
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    let digest = view.kept.life.offer().and_then(|it| view.kept.life.version(it.version));
    let digest = digest.map(|it| it.digest.to_string()).unwrap_or_default();
    html! {
        (form.view(html! {
            p { (say(request, "contract-page-sign-lead")) " "
                a href=(link::contract_part(id, "text")) { (say(request, "contract-page-read")) } }
            p.small { code { (digest) } }
            input type="hidden" name="digest" value=(digest);
            (actions(&[button(&say(request, "contract-page-sign"), Look::Primary)]))
        }))
    }
}

fn offer_form(request: &Request, view: &ContractView, is_draft: bool) -> Markup {
    let forms = ticket(request);
    let action = link::contract_part(view.kept.id, "offer");
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    let key = if is_draft { "contract-page-offer" } else { "contract-page-offer-amendment" };
    html! {
        (form.view(html! {
            input type="hidden" name="version" value=(view.kept.version);
            (date_field(&form, &Field {
                name: "until", is_optional: true, label: &say(request, "contract-field-offer-until"),
                hint: &say(request, "contract-field-offer-until-hint"), ..Field::default()
            }))
            (actions(&[button(&say(request, key), Look::Primary)]))
        }))
    }
}

/// A choice among texts that were made before, by value.
pub fn chosen(
    form: &Form<'_>,
    name: &str,
    label: &str,
    all: &[(String, String)],
    value: &str,
) -> Markup {
    let is_known = all.iter().any(|(it, _)| it == value);
    let choices: Vec<Choice<'_>> = all
        .iter()
        .enumerate()
        .map(|(n, (it, text))| Choice {
            value: it,
            text,
            hint: "",
            is_chosen: if is_known { it == value } else { n == 0 },
        })
        .collect();
    select(form, &Field { name, label, ..Field::default() }, &choices)
}

/// Milestones with how they stand, and what the own side may say of each.
pub fn milestones(request: &Request, view: &ContractView) -> Markup {
    let all = &view.kept.current().milestones;
    if all.is_empty() {
        return html! {};
    }
    look::part(
        "milestones",
        &say(request, "contract-milestone-title"),
        html! { @for it in all { (milestone(request, view, it)) } },
    )
}

fn milestone(request: &Request, view: &ContractView, it: &Milestone) -> Markup {
    let lang = request.lang;
    let standing = it.standing(view.kept.happened(&it.key), view.today);
    let (tone, key, on) = match standing {
        Standing::Open => (Tone::Wait, "open", it.due),
        Standing::Late { .. } => (Tone::Live, "late", it.due),
        Standing::Delivered { answer_by } => (Tone::Wait, "delivered", answer_by),
        Standing::Unanswered { since } => (Tone::Live, "unanswered", since),
        Standing::Accepted { on } => (Tone::Ok, "accepted", on),
    };
    let side = view.own.as_ref().map(|(_, side)| *side);
    let delivers = view.offers.mark
        && side == Some(Side::Provider)
        && matches!(standing, Standing::Open | Standing::Late { .. });
    let answers = view.offers.mark
        && side == Some(Side::Acquirer)
        && matches!(standing, Standing::Delivered { .. } | Standing::Unanswered { .. });
    let forms = ticket(request);
    let action = link::contract_part(view.kept.id, "milestones");
    let form = Form::new(lang, &action, &forms.csrf, &forms.key);
    html! {
        section.sheet.stack {
            h3 { (it.title.best(lang).0) }
            p { (look::tag(tone, &said(request, &format!("contract-milestone-{key}"), "on", date(request, on)))) }
            p.small { (it.acceptance.best(lang).0) }
            @if delivers || answers {
                (form.view(html! {
                    input type="hidden" name="milestone" value=(it.key);
                    @if delivers {
                        (actions(&[button_named(&say(request, "contract-milestone-deliver"), Look::Primary, "do", "delivered")]))
                    } @else {
                        (text_field(&form, &Field {
                            name: "why", is_optional: true, label: &say(request, "contract-field-why"),
                            hint: &say(request, "contract-milestone-why-hint"), ..Field::default()
                        }))
                        (actions(&[
                            button_named(&say(request, "contract-milestone-accept"), Look::Primary, "do", "accepted"),
                            button_named(&say(request, "contract-milestone-reject"), Look::Danger, "do", "rejected"),
                        ]))
                    }
                }))
            }
        }
    }
}

/// Everything else a party may do, folded away.
pub fn turns(request: &Request, view: &ContractView) -> Markup {
    let ContractOffers {
        refuse,
        withdraw,
        abandon,
        perform,
        notify,
        settle,
        end,
        end_for_breach,
        ..
    } = view.offers;
    if ![refuse, withdraw, abandon, perform, notify, settle, end].contains(&true) {
        return html! {};
    }
    let one = |is: bool, word: &str, has_text: bool, tone: Look| {
        if is {
            turn(request, view, word, has_text, tone)
        } else {
            html! {}
        }
    };
    look::part(
        "turns",
        &say(request, "contract-turn-title"),
        html! {
            (one(perform, "perform", false, Look::Primary))
            (one(settle, "settle", false, Look::Primary))
            (one(refuse, "refuse", true, Look::Danger))
            (one(withdraw, "withdraw", true, Look::Danger))
            (one(abandon, "abandon", true, Look::Danger))
            (one(notify, "notify", true, Look::Danger))
            (one(end_for_breach, "end-breach", true, Look::Danger))
            (one(end, "end-agreement", true, Look::Danger))
            (one(end, "end-law", true, Look::Danger))
        },
    )
}

fn turn(request: &Request, view: &ContractView, word: &str, has_text: bool, tone: Look) -> Markup {
    let forms = ticket(request);
    let action = link::contract_part(view.kept.id, "turns");
    let text = say(request, &format!("contract-turn-{word}"));
    let lead = say(request, &format!("contract-turn-{word}-lead"));
    if !has_text {
        let post = PostButton {
            action: &action,
            csrf: &forms.csrf,
            key: &forms.key,
            text: &text,
            look: tone,
            values: &[("turn", word)],
        };
        return html! { div.stack { p { (lead) } (look::post_button(&post)) } };
    }
    let form = Form::new(request.lang, &action, &forms.csrf, &forms.key);
    html! {
        details.part {
            summary { (text) }
            (form.view(html! {
                p { (lead) }
                input type="hidden" name="turn" value=(word);
                (text_field(&form, &Field {
                    name: "why", label: &say(request, "contract-field-why"), ..Field::default()
                }))
                (actions(&[button(&text, tone)]))
            }))
        }
    }
}

/// What happened, newest first.
pub fn history(request: &Request, view: &ContractView) -> Markup {
    look::part(
        "history",
        &say(request, "contract-page-history"),
        html! {
            ul.stack { @for it in &view.moves { (moved(request, view, it)) } }
        },
    )
}

fn moved(request: &Request, view: &ContractView, it: &Moved) -> Markup {
    let lang = request.lang;
    let person = it.person.and_then(|id| view.people.get(&id)).map(|name| name.best(lang).0);
    let side = match it.party.is_empty() {
        true => None,
        false => Some(party_name(request, view, &it.party)),
    };
    html! {
        li {
            strong { (say(request, &format!("contract-move-{}", it.kind))) }
            @if !it.text.is_empty() { " · " (moved_text(request, view, it)) }
            br;
            span.small.quiet {
                (moment(request, it.at))
                @if let Some(person) = person { " · " (person) }
                @if let Some(side) = side { " · " (side) }
            }
        }
    }
}

/// Which payment and how much, as people read it; anything else as it was said.
fn moved_text(request: &Request, view: &ContractView, it: &Moved) -> String {
    if !matches!(it.kind.as_str(), "paid" | "divided" | "deposit-set") {
        return it.text.clone();
    }
    let (key, sum) = it.text.rsplit_once(' ').unwrap_or(("", &it.text));
    let Ok(sum) = base::Money::parse(sum, view.kept.current().price.currency) else {
        return it.text.clone();
    };
    let sum = words::money(request.lang, sum);
    if key.is_empty() { sum } else { format!("{} · {sum}", what(request, view, key)) }
}

/// The versions of the text, each to be read, and each beside the one before it.
pub fn versions(request: &Request, view: &ContractView) -> Markup {
    let kept = &view.kept;
    let bound = kept.life.bound().map(|it| it.version);
    let text = link::contract_part(kept.id, "text");
    let compared = link::contract_part(kept.id, "comparison");
    let latest = kept.life.latest();
    html! {
        ol.stack {
            @for n in (1..=latest).rev() {
                @let it = kept.life.version(n);
                li value=(n) {
                    a href=(look::address::with(&text, "version", &n.to_string())) {
                        (said(request, "contract-page-version", "n", n.to_string()))
                    }
                    @if bound == Some(n) { " " (look::tag(Tone::Ok, &say(request, "contract-page-binds"))) }
                    @if n > 1 {
                        " · "
                        @let old = look::address::with(&compared, "old", &(n - 1).to_string());
                        a href=(look::address::and(&old, "new", &n.to_string())) {
                            (say(request, "contract-page-compare"))
                        }
                    }
                    @if let Some(it) = it {
                        br; span.small.quiet { (moment(request, it.at)) @if !it.why.is_empty() { " · " (it.why) } }
                    }
                }
            }
        }
    }
}

/// Files that hang on it.
pub fn documents(request: &Request, view: &ContractView) -> Markup {
    if view.documents.is_empty() {
        return html! {};
    }
    look::sheet(
        &say(request, "contract-page-documents"),
        html! {
            ul {
                @for file in &view.documents {
                    li {
                        a href=(format!("/files/{}", file.id)) { (file.name) }
                        " " span.small.quiet { (words::bytes(request.lang, file.bytes)) }
                    }
                }
            }
        },
    )
}
