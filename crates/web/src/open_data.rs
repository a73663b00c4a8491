//! Open data: every public process with its releases, the files to take along, and the policy.

use crate::link;
use crate::page::{Page, get, may, moment, say};
use access::{Act, Thing};
use app::No;
use app::open_data::{ProcessView, Published};
use base::{Lang, Money, Refusal, limits};
use edge::{Body, Cache, Reply, Request, Route};
use look::{Crumb, Event, Hit, Look, PageHead, Pager, Section, Tone};
use maud::{Markup, html};
use serde_json::Value;

const fn file(path: &'static str, run: fn(&Request) -> Result<Reply, No>) -> Route {
    let face = &crate::refused::PAGE;
    Route { method: "GET", path, act: Act::ReadOpenData, body: Body::None, face, run }
}

/// The routes of open data.
pub static ROUTES: &[Route] = &[
    get(link::OPEN_DATA, Act::ReadOpenData, list),
    get("/open-data/processes/{ocid}", Act::ReadOpenData, show),
    file("/open-data/processes/{ocid}/releases.json", releases),
    file("/open-data/processes/{ocid}/record.json", record),
    file("/open-data/processes/{ocid}/versioned.json", versioned),
    file("/open-data/releases.jsonl", bulk),
    file("/open-data/auctions-extension/extension.json", extension),
    file("/open-data/auctions-extension/release-schema.json", schema),
];

fn list(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let city = request.city();
    let after = Some(request.query.get("after")).filter(|text| !text.is_empty());
    let page = city.open_processes(&request.asker, after, limits::PAGE_ROWS)?;
    let (title, lead) = (say(request, "open-data-title"), say(request, "open-data-lead"));
    let next = page.next.map(|ocid| look::address::with(link::OPEN_DATA, "after", &ocid));
    let mut actions = vec![look::link_button(
        "/open-data/releases.jsonl",
        &say(request, "open-data-bulk"),
        Look::Second,
    )];
    if may(request, Act::LookAtRedFlags, &Thing::open()) {
        let text = say(request, "open-data-flags-title");
        actions.push(look::link_button(link::RED_FLAGS, &text, Look::Plain));
    }
    let set = &city.settings().open_data;
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(html! { (lead) }), actions, ..PageHead::default()
        }))
        @if set.prefix.is_empty() {
            (look::notice(lang, Tone::Info, html! { p { (say(request, "open-data-no-prefix")) } }))
        }
        (look::part("processes", &say(request, "open-data-processes"), html! {
            @if page.rows.is_empty() {
                (look::empty(&say(request, "open-data-none"), html! {
                    p { (say(request, "open-data-none-hint")) }
                }))
            } @else {
                @for row in &page.rows { (one(request, row)) }
            }
            (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
        }))
        (look::part("use", &say(request, "open-data-use"), ways(request)))
        (look::part("policy", &say(request, "open-data-policy"), policy(request)))
    };
    Ok(Page::new(request, &title).section(Section::Trade).indexed(lead).reply(content))
}

fn one(request: &Request, row: &Published) -> Markup {
    let lang = request.lang;
    let (title, title_lang) = row.title.best(lang);
    let facts = words::say_with(
        lang,
        "open-data-row",
        &[
            ("ocid", row.ocid.as_str().into()),
            ("count", usize::try_from(row.n_releases).unwrap_or(usize::MAX).into()),
            ("at", moment(request, row.changed_at).into()),
        ],
    );
    Hit {
        lang,
        href: &link::open_process(&row.ocid),
        title: Some(html! { (title) }),
        title_lang: Some(title_lang),
        kind: &say(request, &format!("open-data-kind-{}", row.kind)),
        facts: &facts,
        state: Some(look::tag(Tone::Plain, &tag_text(request, &row.tag))),
        ..Hit::default()
    }
    .view()
}

/// What a release tells, by its tag.
fn tag_text(request: &Request, tag: &str) -> String {
    let mut key = "open-data-tag-".to_owned();
    for letter in tag.chars() {
        if letter.is_ascii_uppercase() {
            key.push('-');
        }
        key.push(letter.to_ascii_lowercase());
    }
    say(request, &key)
}

/// The three ways to take the data along.
fn ways(request: &Request) -> Markup {
    let way = |key: &str, href: &str, shown: &str| {
        html! { li { (say(request, key)) " " a href=(href) { code { (shown) } } } }
    };
    let feed = "/api/v1/open-data/releases";
    html! {
        ul {
            (way("open-data-way-bulk", "/open-data/releases.jsonl", "/open-data/releases.jsonl"))
            (way("open-data-way-feed", feed, feed))
            (way("open-data-way-extension", "/open-data/auctions-extension/extension.json",
                "/open-data/auctions-extension/extension.json"))
        }
        p.quiet { (say(request, "open-data-way-verify")) }
        pre.scroll tabindex="0" { code { "bellwether verify ocds releases.jsonl" } }
    }
}

fn policy(request: &Request) -> Markup {
    let parts = ["what", "when", "change", "sale", "bids", "contract", "hidden", "identifiers"];
    let licence = &request.city().settings().open_data.licence;
    html! {
        dl.facts {
            @for part in parts {
                div {
                    dt { (say(request, &format!("open-data-policy-{part}"))) }
                    dd { (say(request, &format!("open-data-policy-{part}-text"))) }
                }
            }
            div {
                dt { (say(request, "open-data-policy-licence")) }
                dd {
                    @if licence.is_empty() { (say(request, "open-data-policy-licence-none")) }
                    @else { a href=(licence) { (licence) } }
                }
            }
        }
    }
}

fn show(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let view = request.city().open_process(&request.asker, request.param("ocid"))?;
    let process = &view.process;
    let (title, title_lang) = process.title.best(lang);
    let all = say(request, "open-data-title");
    let here = link::open_process(&process.ocid);
    let mut actions = Vec::new();
    for (name, key) in [
        ("releases.json", "open-data-file-releases"),
        ("record.json", "open-data-file-record"),
        ("versioned.json", "open-data-file-versioned"),
    ] {
        actions.push(look::link_button(&format!("{here}/{name}"), &say(request, key), Look::Plain));
    }
    let told: Vec<(String, String, String, &str)> = view
        .releases
        .iter()
        .rev()
        .map(|own| {
            let at = moment(request, own.at);
            (at, own.at.rfc3339(), tag_text(request, &own.tag), own.id.as_str())
        })
        .collect();
    let events: Vec<Event<'_>> = told
        .iter()
        .map(|(at, machine_at, text, id)| Event {
            at,
            machine_at,
            who: "",
            text: html! { (text) p.small.quiet { code { (id) } } },
            log_number: "",
        })
        .collect();
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::OPEN_DATA, text: &all }],
            kind: &say(request, &format!("open-data-kind-{}", process.kind)),
            title,
            title_lang: Some(title_lang),
            tags: vec![look::tag(Tone::Plain, &tag_text(request, &process.tag))],
            reference: &process.ocid,
            actions,
            ..PageHead::default()
        }))
        (look::aside_split(
            look::part("releases", &say(request, "open-data-releases"), html! {
                p.quiet { (say(request, "open-data-releases-lead")) }
                (look::timeline(lang, &events))
            }),
            html! {
                (look::sheet(&say(request, "open-data-now"), facts(request, &view)))
                (look::sheet(&say(request, "open-data-links"), links(request, &view)))
            },
        ))
    };
    let lead = say(request, "open-data-lead");
    Ok(Page::new(request, title).section(Section::Trade).indexed(lead).reply(content))
}

/// A party's name in the reader's language, where the record has it.
fn named<'v>(view: &'v ProcessView, lang: Lang, it: &'v Value) -> Option<&'v str> {
    let mut parties = view.compiled["parties"].as_array().into_iter().flatten();
    let party = parties.find(|party| party["id"] == it["id"]);
    let key = if lang == Lang::Zh { "name_zh" } else { "name_en" };
    let translated = party.and_then(|party| party[key].as_str());
    translated.or_else(|| it["name"].as_str())
}

/// What holds now, out of the compiled release.
fn facts(request: &Request, view: &ProcessView) -> Markup {
    let lang = request.lang;
    let tender = &view.compiled["tender"];
    let mut rows: Vec<(String, Markup)> = Vec::new();
    let mut add = |key: &str, value: Markup| rows.push((say(request, key), value));
    if let Some(status) = tender["status"].as_str() {
        add(
            "open-data-fact-status",
            html! { (say(request, &format!("open-data-status-{status}"))) },
        );
    }
    if let Some(money) = amount(&tender["minValue"]) {
        let key = match view.lot {
            Some(_) => "open-data-fact-start",
            None => "deal-page-price",
        };
        add(key, html! { (words::money(lang, money)) });
    }
    for own in view.compiled["bids"]["statistics"].as_array().into_iter().flatten() {
        let (Some(measure), Some(value)) = (own["measure"].as_str(), own["value"].as_number())
        else {
            continue;
        };
        let key = match measure {
            "bids" => "open-data-fact-bids",
            "bidders" => "open-data-fact-bidders",
            "lowestValidBidValue" => "open-data-fact-lowest",
            "highestValidBidValue" => "open-data-fact-highest",
            _ => continue,
        };
        let money = own["currency"].as_str().and_then(base::Currency::parse);
        let money = money.and_then(|it| Money::parse(&value.to_string(), it).ok());
        let text = money.map_or_else(|| value.to_string(), |money| words::money(lang, money));
        add(key, html! { (text) });
    }
    for award in view.compiled["awards"].as_array().into_iter().flatten() {
        let status = award["status"].as_str().unwrap_or_default();
        let sum = amount(&award["value"]).map(|money| words::money(lang, money));
        let names = award["suppliers"].as_array().into_iter().flatten();
        let names: Vec<&str> = names.filter_map(|it| named(view, lang, it)).collect();
        add(
            "open-data-fact-award",
            html! {
                (say(request, &format!("open-data-award-{status}")))
                @if let Some(sum) = sum { " · " (sum) }
                @for name in names { br; (name) }
            },
        );
    }
    for contract in view.compiled["contracts"].as_array().into_iter().flatten() {
        let status = contract["status"].as_str().unwrap_or_default();
        let sum = amount(&contract["value"]).map(|money| words::money(lang, money));
        add(
            "open-data-fact-contract",
            html! {
                (say(request, &format!("open-data-contract-{status}")))
                @if let Some(sum) = sum { " · " (sum) }
            },
        );
    }
    let rows: Vec<(&str, Markup)> =
        rows.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    look::facts(&rows)
}

fn amount(value: &Value) -> Option<Money> {
    let currency = base::Currency::parse(value["currency"].as_str()?)?;
    Money::parse(&value["amount"].as_number()?.to_string(), currency).ok()
}

fn links(request: &Request, view: &ProcessView) -> Markup {
    let process = &view.process;
    html! {
        ul {
            @if let Some(lot) = view.lot {
                li { a href=(link::auction(lot)) { (say(request, "open-data-link-auction")) } }
            }
            li { a href=(link::technology(process.technology)) { (say(request, "open-data-link-technology")) } }
            @if !process.former.is_empty() {
                li { a href=(link::open_process(&process.former)) { (say(request, "open-data-link-former")) } }
            }
            @for later in &view.later {
                li { a href=(link::open_process(&later.ocid)) { (say(request, "open-data-link-later")) } }
            }
        }
    }
}

fn json(value: &Value) -> Reply {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    Reply::new("application/json", text).kept(Cache::Revalidate)
}

fn releases(request: &Request) -> Result<Reply, No> {
    Ok(json(&request.city().open_releases(&request.asker, request.param("ocid"))?))
}

fn record(request: &Request) -> Result<Reply, No> {
    Ok(json(&request.city().open_record(&request.asker, request.param("ocid"), false)?))
}

fn versioned(request: &Request) -> Result<Reply, No> {
    Ok(json(&request.city().open_record(&request.asker, request.param("ocid"), true)?))
}

/// Everything, one release a line, to the byte as it was published.
fn bulk(request: &Request) -> Result<Reply, No> {
    let mut text = String::new();
    let mut n_rows = 0;
    request.city().each_open_release(&request.asker, |release| {
        n_rows += 1;
        text.push_str(&release.text);
        text.push('\n');
        n_rows <= limits::EXPORT_ROWS_MAX
    })?;
    if n_rows > limits::EXPORT_ROWS_MAX {
        let no = Refusal::new(base::Class::TooLarge, "export-too-many");
        return Err(no.number("most", limits::EXPORT_ROWS_MAX).into());
    }
    Ok(Reply::file("application/jsonl; charset=utf-8", "releases.jsonl", text))
}

fn extension(request: &Request) -> Result<Reply, No> {
    let here = format!("{}{}#policy", request.origin(), link::OPEN_DATA);
    Ok(json(&ocds::extension_file(&here)))
}

fn schema(_: &Request) -> Result<Reply, No> {
    Ok(json(&ocds::extension_schema()))
}
