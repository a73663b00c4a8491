//! Everything held on the reader: a page, and a file to take along.

use crate::account::{clearance, device};
use crate::link;
use crate::page::{Page, get, me, moment, say};
use crate::person::role_name;
use access::Act;
use app::No;
use app::personal::{ENTRIES_MAX, PersonalData, Record};
use base::Instant;
use edge::{Reply, Request, Route};
use look::{Column, Crumb, Look, PageHead, Table};
use maud::{Markup, html};
use serde_json::{Value, json};

/// The routes of one's own data.
pub static ROUTES: &[Route] = &[
    get(link::ACCOUNT_DATA, Act::ExportPersonalData, show),
    get(link::ACCOUNT_DATA_FILE, Act::ExportPersonalData, file),
];

/// Entries of the log that the page shows; the file has all.
const SHOWN_MAX: usize = 100;

/// Places without an end carry the last moment there is.
fn is_for_ever(at: Instant) -> bool {
    at.micros() == i64::MAX
}

fn file(request: &Request) -> Result<Reply, No> {
    let data = request.city().personal_data(&request.asker)?;
    let text = serde_json::to_string_pretty(&document(&data)).unwrap_or_default();
    Ok(Reply::file("application/json", "personal-data.json", text))
}

/// The file: a published shape, so names and formats stay.
fn document(data: &PersonalData) -> Value {
    let person = &data.person;
    let places: Vec<Value> = data
        .places
        .iter()
        .map(|(place, name)| {
            json!({
                "organisation": place.organisation,
                "organisation_name": name,
                "role": place.role.word(),
                "granted_by": place.granted_by,
                "from": place.from_at.rfc3339(),
                "until": (!is_for_ever(place.until_at)).then(|| place.until_at.rfc3339()),
            })
        })
        .collect();
    let sessions: Vec<Value> = data
        .sessions
        .iter()
        .map(|session| {
            json!({
                "id": session.id,
                "browser": session.agent,
                "network": session.network,
                "created_at": session.created_at.rfc3339(),
                "seen_at": session.times.seen_at.rfc3339(),
                "ends_at": session.times.ends_at.rfc3339(),
            })
        })
        .collect();
    let identities: Vec<Value> = data
        .identities
        .iter()
        .map(|identity| {
            json!({
                "issuer": identity.issuer,
                "subject": identity.subject,
                "name_there": identity.shown,
                "linked_at": identity.linked_at.rfc3339(),
                "used_at": (identity.used_at.micros() > 0).then(|| identity.used_at.rfc3339()),
            })
        })
        .collect();
    let keys: Vec<Value> = data
        .tokens
        .iter()
        .map(|token| {
            json!({
                "id": token.id,
                "name": token.name,
                "scopes": token.scopes,
                "created_at": token.created_at.rfc3339(),
                "used_at": (token.used_at.micros() > 0).then(|| token.used_at.rfc3339()),
                "ends_at": token.ends_at.rfc3339(),
            })
        })
        .collect();
    let letters: Vec<Value> = data
        .letters
        .iter()
        .map(|letter| {
            json!({
                "id": letter.id,
                "kind": letter.kind,
                "state": letter.state.word(),
                "content": letter.content,
                "created_at": letter.created_at.rfc3339(),
            })
        })
        .collect();
    let files: Vec<Value> = data
        .files
        .iter()
        .map(|file| {
            json!({
                "id": file.id,
                "name": file.name,
                "kind": file.kind,
                "bytes": file.bytes,
                "sha256": file.hash,
                "kept_at": file.kept_at.rfc3339(),
                "belongs_to": file.named.as_ref().map(|named| &named.thing),
            })
        })
        .collect();
    let (kept, trade) = (kept(data), trade(data));
    let recovery = data.recovery.as_ref().map(|recovery| {
        json!({
            "started_by": recovery.started_by,
            "proofing": recovery.proofing.word(),
            "reason": recovery.reason,
            "started_at": recovery.started_at.rfc3339(),
        })
    });
    json!({
        "made_at": data.at.rfc3339(),
        "person": {
            "id": person.id,
            "email": person.email,
            "telephone": data.telephone,
            "name": person.name,
            "lang": person.lang.tag(),
            "state": person.state.word(),
            "created_at": person.created_at.rfc3339(),
        },
        "places": places,
        "clearance": data.clearance,
        "second_factor": data.factor.map(|(since, left)| json!({
            "since": since.rfc3339(), "recovery_codes_left": left,
        })),
        "factor_recovery": recovery,
        "identities": identities,
        "sessions": sessions,
        "keys": keys,
        "letters": letters,
        "letters_wanted": data.mail_wishes,
        "files": files,
        "saved_searches": kept.0,
        "bulletin_subscriptions": kept.1,
        "webhooks": kept.2,
        "holdings": trade.0,
        "emergencies": trade.1,
        "instruments": crate::personal_time::document(&data.time),
        "address_waiting": data.address.as_ref().map(|wanted| json!({
            "address": wanted.address,
            "asked_at": wanted.asked_at.rfc3339(),
            "ends_at": wanted.ends_at.rfc3339(),
        })),
        "log_about_person": records(&data.about),
        "log_by_person": records(&data.by),
        "is_cut": data.is_cut,
    })
}

/// Saved searches, subscriptions and webhooks.
fn kept(data: &PersonalData) -> (Vec<Value>, Vec<Value>, Vec<Value>) {
    let searches = data.saved_searches.iter().map(|search| {
        json!({
            "id": search.id,
            "name": search.name,
            "question": search.question,
            "frequency": search.frequency,
            "is_paused": search.is_paused,
            "looked_at": search.looked_at.rfc3339(),
            "created_at": search.created_at.rfc3339(),
        })
    });
    let subscriptions = data.subscriptions.iter().map(|one| {
        json!({
            "id": one.id,
            "recipient": one.recipient,
            "lang": one.lang.tag(),
            "is_confirmed": one.is_confirmed,
        })
    });
    let webhooks = data.webhooks.iter().map(|webhook| {
        json!({
            "id": webhook.id,
            "organisation": webhook.organisation,
            "address": webhook.ask.url,
            "kinds": webhook.ask.kinds,
            "state": webhook.state.word(),
            "created_at": webhook.created_at.rfc3339(),
        })
    });
    (searches.collect(), subscriptions.collect(), webhooks.collect())
}

/// Shares, and emergency access that was asked for.
fn trade(data: &PersonalData) -> (Vec<Value>, Vec<Value>) {
    let holdings = data.holdings.iter().map(|(venture, reference, n, company)| {
        json!({ "venture": venture, "reference": reference, "holder": n, "company": company })
    });
    let emergencies = data.emergencies.iter().map(|it| {
        json!({
            "id": it.id,
            "reference": it.reference,
            "reason": it.reason,
            "hours": it.hours,
            "asked_at": it.asked_at.rfc3339(),
            "state": it.standing(data.at).word(),
            "looks": it.n_looks,
        })
    });
    (holdings.collect(), emergencies.collect())
}

fn records(all: &[Record]) -> Vec<Value> {
    let one = |record: &Record| {
        json!({
            "number": record.seq,
            "at": record.at.rfc3339(),
            "kind": record.kind,
            "thing": record.thing,
            "text": record.body,
        })
    };
    all.iter().map(one).collect()
}

fn show(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    me(request)?;
    let data = request.city().personal_data(&request.asker)?;
    let title = say(request, "personal-title");
    let account = say(request, "account-title");
    let download = look::link_button(
        link::ACCOUNT_DATA_FILE,
        &say(request, "personal-download"),
        Look::Primary,
    );
    let head = PageHead {
        lang,
        crumbs: &[Crumb { href: link::ACCOUNT, text: &account }],
        title: &title,
        lead: Some(html! { (say(request, "personal-lead")) }),
        actions: vec![download],
        ..PageHead::default()
    };
    let content = html! {
        (look::page_head(&head))
        (look::part("person", &say(request, "personal-person"), person(request, &data)))
        (look::part("places", &say(request, "personal-places"), places(request, &data)))
        (look::part("sessions", &say(request, "personal-sessions"), html! {
            ul {
                @for session in &data.sessions {
                    li { (device(&session.agent)) " · " code { (session.network) } " · "
                        (moment(request, session.created_at)) }
                }
            }
        }))
        @if !data.identities.is_empty() {
            (look::part("identities", &say(request, "identity-title"), html! {
                ul {
                    @for identity in &data.identities {
                        li { (identity.issuer) " · " (identity.shown) " · "
                            (moment(request, identity.linked_at)) }
                    }
                }
            }))
        }
        (look::part("keys", &say(request, "personal-keys"), html! {
            @if data.tokens.is_empty() { p.quiet { (say(request, "account-keys-none")) } }
            ul {
                @for token in &data.tokens {
                    li { (token.name) " · " (moment(request, token.created_at)) }
                }
            }
        }))
        (look::part("files", &say(request, "personal-files"), html! {
            @if data.files.is_empty() { p.quiet { (say(request, "personal-files-none")) } }
            ul {
                @for file in data.files.iter().rev().take(SHOWN_MAX) {
                    li { bdi { (file.name) } " · " (words::bytes(lang, file.bytes)) " · "
                        (moment(request, file.kept_at)) }
                }
            }
        }))
        (asked_for(request, &data))
        (held(request, &data))
        (crate::personal_time::parts(request, &data.time))
        (look::part("about", &say(request, "personal-log"), log(request, "personal-log", &data.about)))
        (look::part("by", &say(request, "personal-by"), log(request, "personal-by", &data.by)))
        @if data.is_cut { p { (say(request, "personal-file-cut")) } }
    };
    Ok(Page::new(request, &title).personal().reply(content))
}

/// Shares, emergency access, an address that waits.
fn held(request: &Request, data: &PersonalData) -> Markup {
    let lang = request.lang;
    html! {
        @if !data.holdings.is_empty() {
            (look::part("holdings", &say(request, "personal-holdings"), html! {
                ul {
                    @for (venture, reference, n, company) in &data.holdings {
                        li { a href=(link::venture_holder(*venture, *n)) { (reference) } " · "
                            (company.best(lang).0) }
                    }
                }
            }))
        }
        @if !data.emergencies.is_empty() {
            (look::part("emergencies", &say(request, "emergency-title"), html! {
                ul {
                    @for it in &data.emergencies {
                        li { a href=(link::emergency(it.id)) { (it.reference) } " · "
                            (moment(request, it.asked_at)) }
                    }
                }
            }))
        }
        @if let Some(wanted) = &data.address {
            (look::part("address", &say(request, "address-waits"), html! {
                p { (wanted.address) " · " (moment(request, wanted.asked_at)) }
            }))
        }
    }
}

/// What the person asked to be told of.
fn asked_for(request: &Request, data: &PersonalData) -> Markup {
    html! {
        @if !data.saved_searches.is_empty() {
            (look::part("searches", &say(request, "saved-search-title"), html! {
                ul {
                    @for search in &data.saved_searches {
                        li { a href=(link::saved_search(search.id)) { (search.name) } " · "
                            (moment(request, search.created_at)) }
                    }
                }
            }))
        }
        @if !data.subscriptions.is_empty() {
            (look::part("bulletins", &say(request, "bulletin-title"), html! {
                p { a href=(link::SUBSCRIPTIONS) { (say(request, "bulletin-subscribed")) } }
            }))
        }
        @if !data.webhooks.is_empty() {
            (look::part("webhooks", &say(request, "webhook-title"), html! {
                ul {
                    @for webhook in &data.webhooks {
                        li { a href=(link::webhook(webhook.id)) { (webhook.ask.url) } " · "
                            (moment(request, webhook.created_at)) }
                    }
                }
            }))
        }
    }
}

fn person(request: &Request, data: &PersonalData) -> Markup {
    let lang = request.lang;
    let person = &data.person;
    let since = |(at, left): (Instant, u64)| {
        let left = [("count", usize::try_from(left).unwrap_or(usize::MAX).into())];
        html! { (moment(request, at)) " · " (words::say_with(lang, "factor-codes-left", &left)) }
    };
    look::facts(&[
        (&say(request, "person-name"), html! { (person.name.en) " " (person.name.zh) }),
        (&say(request, "person-email"), html! { (person.email) }),
        (
            &say(request, "telephone-number"),
            html! { (data.telephone.clone().unwrap_or_else(|| say(request, "telephone-none"))) },
        ),
        (&say(request, "personal-id"), html! { code { (person.id) } }),
        (&say(request, "person-since"), html! { (moment(request, person.created_at)) }),
        (
            &say(request, "person-clearance"),
            html! {
                @match &data.clearance {
                    Some(given) => (clearance(request, given)),
                    None => (say(request, "person-no-clearance")),
                }
            },
        ),
        (
            &say(request, "factor-title"),
            html! {
                @match data.factor {
                    Some(factor) => (since(factor)),
                    None => (say(request, "factor-state-off")),
                }
            },
        ),
    ])
}

fn places(request: &Request, data: &PersonalData) -> Markup {
    let lang = request.lang;
    html! {
        ul {
            @for (place, name) in &data.places {
                @let from = moment(request, place.from_at);
                @let span = if is_for_ever(place.until_at) {
                    words::say_with(lang, "personal-place-open", &[("from", from.into())])
                } else {
                    words::say_with(lang, "personal-place-span", &[
                        ("from", from.into()), ("until", moment(request, place.until_at).into()),
                    ])
                };
                li { (role_name(request, place.role)) " · " (name.best(lang).0) " · " (span) }
            }
        }
    }
}

/// The newest entries, with a word for each that has one, under the words of `titled`.
fn log(request: &Request, titled: &str, all: &[Record]) -> Markup {
    let lang = request.lang;
    let heads = ["kind", "at", "thing", "text"];
    let titles = heads.map(|head| say(request, &format!("personal-log-{head}")));
    let columns = heads.iter().zip(&titles).map(|(key, title)| Column::text(key, title)).collect();
    let rows = all.iter().rev().take(SHOWN_MAX).map(|record| {
        let key = format!("event-{}", record.kind);
        let kind = if words::has(&key) { words::say(lang, &key) } else { record.kind.clone() };
        look::Row::from(vec![
            html! { (kind) },
            html! { (moment(request, record.at)) },
            html! { code { (record.thing) } },
            html! { @if !record.body.is_null() { code { (record.body) } } },
        ])
    });
    let count = [("count", all.len().min(ENTRIES_MAX).into())];
    html! {
        p.quiet {
            (words::say_with(lang, "personal-entries", &count))
            @if all.len() > SHOWN_MAX {
                " " (words::say_with(lang, "personal-cut", &[("count", SHOWN_MAX.into())]))
            }
        }
        (look::table(&Table {
            lang,
            caption: &say(request, titled),
            is_caption_hidden: true,
            columns,
            rows: rows.collect(),
            is_cards: true,
            ..Table::default()
        }))
    }
}
