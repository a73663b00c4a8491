//! Before an instrument is bought: what the city has of its kind nearby, how far it is used, and what that says;
//! to read, to print, and as a table.

use crate::export::{failed, workbook};
use crate::instrument::far;
use crate::instrument_part::{hours, one};
use crate::instrument_search::{Wanted, mode_name};
use crate::link;
use crate::page::{Page, get, say};
use access::Act;
use app::No;
use app::instrument::{Order, REVIEWED_MAX, Reviewed, Similar};
use edge::{Reply, Request, Route};
use instruments::review::{BASE_HOURS, BASE_HOURS_MAX};
use look::{Column, Crumb, Look, PageHead, Row, Section, Table, Tone};
use maud::{Markup, html};
use papers::{Sheet, SheetValue as Value};

/// The page of a review.
pub const REVIEW: &str = "/instruments/review";

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(REVIEW, Act::ListInstruments, show),
    get("/instruments/review.xlsx", Act::ExportInstruments, xlsx),
    get("/instruments/review.csv", Act::ExportInstruments, csv),
];

/// What the address asks for: a list of instruments, and the hours of a year that count as full use.
fn asked(request: &Request) -> (Wanted, u32) {
    let mut query = request.query.clone();
    let typed: String = query.get("base").trim().chars().map(base::time::half_width).collect();
    let base = typed.parse().unwrap_or(BASE_HOURS).clamp(1, BASE_HOURS_MAX);
    query.0.retain(|(name, _)| name != "base");
    // What a list leaves out or lets in is not what a city has.
    let all = Wanted {
        with_retired: false,
        owners: Vec::new(),
        modes: Vec::new(),
        ..Wanted::read(&query)
    };
    (all, base)
}

fn found(request: &Request, wanted: &Wanted, base: u32) -> Result<Reviewed, No> {
    let mut ask = wanted.ask(request.lang);
    // Who buys asks for the nearest first; without a place the best fit is.
    ask.order = if wanted.point.is_some() { Order::Distance } else { Order::Fit };
    request.city().purchase_review(&request.asker, &ask, base)
}

/// The address of a review of what a list shows.
pub fn address(wanted: &Wanted) -> String {
    wanted.below(REVIEW)
}

fn show(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let (wanted, base) = asked(request);
    let title = say(request, "instrument-review-title");
    let is_asked = !wanted.words.is_empty()
        || !wanted.classes.is_empty()
        || !wanted.standard.is_empty()
        || wanted.point.is_some();
    let found = match is_asked {
        true => Some(found(request, &wanted, base)?),
        false => None,
    };
    let below = |path: &str| look::address::and(&wanted.below(path), "base", &base.to_string());
    let files = found.iter().flat_map(|_| {
        [
            ("/instruments/review.xlsx", "table-export-xlsx"),
            ("/instruments/review.csv", "table-export-csv"),
        ]
    });
    let files =
        files.map(|(path, key)| look::link_button(&below(path), &say(request, key), Look::Plain));
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::INSTRUMENTS, text: &say(request, "instrument-page-title") }],
            title: &title,
            lead: Some(html! { p { (say(request, "instrument-review-lead")) } }),
            actions: files.collect(),
            ..PageHead::default()
        }))
        (form(request, &wanted, base))
        @if let Some(found) = &found {
            @if found.rows.is_empty() {
                (look::empty(&say(request, "instrument-page-none"), html! { p { (say(request, "instrument-review-none")) } }))
            } @else {
                @if found.lacks_words {
                    (look::notice(lang, Tone::Info, html! { p { (say(request, "instrument-page-most-words")) } }))
                }
                (says(request, found))
                (rows(request, found))
            }
        }
    };
    Ok(Page::new(request, &title).section(Section::Share).personal().reply(content))
}

fn form(request: &Request, wanted: &Wanted, base: u32) -> Markup {
    let label = |key: &str| say(request, &format!("instrument-review-{key}"));
    let page = |key: &str| say(request, &format!("instrument-page-{key}"));
    html! {
        form.row method="get" action=(REVIEW) {
            label { (label("what")) " " input type="search" name="q" value=(wanted.words) maxlength=(base::limits::QUERY_CHARS_MAX); } " "
            label { (page("standard")) " " input type="text" name="standard" value=(wanted.standard) size="16"; } " "
            label { (page("near-latitude")) " " input type="text" inputmode="decimal" name="latitude" value=(wanted.latitude) size="9"; } " "
            label { (page("near-longitude")) " " input type="text" inputmode="decimal" name="longitude" value=(wanted.longitude) size="9"; } " "
            label { (page("near-km")) " " input type="text" inputmode="numeric" name="kilometres" value=(wanted.kilometres) size="5"; } " "
            label { (label("base")) " " input type="text" inputmode="numeric" name="base" value=(base) size="5"; } " "
            @for class in &wanted.classes { input type="hidden" name="class" value=(class); }
            button.btn type="submit" { (label("ask")) }
        }
        p.small.quiet { (page("near-hint")) }
    }
}

fn counted(n: usize) -> words::Arg {
    n.into()
}

fn full_hours(lang: base::Lang, minutes: u64) -> String {
    words::number(lang, i64::try_from(minutes / 60).unwrap_or(i64::MAX))
}

/// What the rows say together, and no more than is known.
fn says(request: &Request, found: &Reviewed) -> Markup {
    let lang = request.lang;
    let it = &found.review;
    let base = words::number(lang, i64::from(found.base_hours));
    let say_with = |key: &str, args: &[(&str, words::Arg)]| words::say_with(lang, key, args);
    let (tone, key) = match it.is_full() {
        None => (Tone::Info, "instrument-review-says-unknown"),
        Some(true) => (Tone::Ok, "instrument-review-says-full"),
        Some(false) => (Tone::Wait, "instrument-review-says-spare"),
    };
    let sentence = say_with(
        key,
        &[
            ("found", counted(it.found)),
            ("known", counted(it.known)),
            ("full", counted(it.full)),
            ("rest", counted(it.known - it.full)),
            ("base", base.into()),
            ("spare", full_hours(lang, it.spare_minutes).into()),
        ],
    );
    let mut rows: Vec<(String, Markup)> = vec![
        (
            say(request, "instrument-review-found"),
            html! { (words::number(lang, i64::try_from(it.found).unwrap_or(i64::MAX))) },
        ),
        (
            say(request, "instrument-review-known"),
            html! { (words::number(lang, i64::try_from(it.known).unwrap_or(i64::MAX))) },
        ),
        (say(request, "instrument-review-used"), hours(lang, it.used_minutes)),
    ];
    if let Some(mean) = it.mean_minutes() {
        rows.push((say(request, "instrument-review-mean"), hours(lang, mean)));
    }
    rows.push((
        say(request, "instrument-review-day"),
        html! { (crate::page::stamp(request, found.now)) },
    ));
    let rows: Vec<(&str, Markup)> =
        rows.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    html! {
        (look::notice(lang, tone, html! {
            p { (sentence) }
            @if found.total > found.rows.len() {
                p { (say_with("instrument-review-cut", &[("most", counted(REVIEWED_MAX)), ("total", counted(found.total))])) }
            }
        }))
        (look::facts(&rows))
    }
}

fn share(found: &Reviewed, it: &Similar) -> Option<i64> {
    let minutes = i64::try_from(it.busy?.used_minutes).ok()?;
    Some(minutes * 100 / (i64::from(found.base_hours) * 60))
}

fn rows(request: &Request, found: &Reviewed) -> Markup {
    let lang = request.lang;
    let unknown = || html! { span.quiet { (say(request, "instrument-page-unknown")) } };
    let row = |it: &Similar| {
        let sheet = &it.found.instrument.sheet;
        Row::from(vec![
            html! {
                a href=(link::instrument(it.found.instrument.id)) { (one(lang, &sheet.name)) }
                @if !sheet.model.is_empty() { br; span.small { (sheet.model) } }
                br; span.quiet.small { (one(lang, &it.found.owner_name)) }
            },
            html! { (mode_name(lang, it.found.instrument.mode())) },
            it.found.metres.map_or_else(unknown, |metres| html! { (far(lang, metres)) }),
            sheet.value.map_or_else(unknown, |value| html! { (words::money(lang, value)) }),
            it.busy.map_or_else(unknown, |busy| hours(lang, busy.booked_minutes)),
            it.busy.map_or_else(unknown, |busy| hours(lang, busy.used_minutes)),
            share(found, it)
                .map_or_else(unknown, |share| html! { (words::number(lang, share)) " %" }),
        ])
    };
    let heads = heads(request);
    let title = say(request, "instrument-review-rows");
    look::table(&Table {
        lang,
        caption: &title,
        is_caption_hidden: true,
        columns: heads.iter().map(|head| Column::text("", head)).collect(),
        rows: found.rows.iter().map(row).collect(),
        is_cards: true,
        ..Table::default()
    })
}

fn heads(request: &Request) -> Vec<String> {
    [
        "page-similar-name",
        "page-mode",
        "page-similar-distance",
        "page-value",
        "page-similar-booked",
        "page-similar-used",
        "review-share",
    ]
    .map(|key| say(request, &format!("instrument-{key}")))
    .to_vec()
}

fn table(request: &Request) -> Result<Sheet, No> {
    let lang = request.lang;
    let (wanted, base) = asked(request);
    let found = found(request, &wanted, base)?;
    let whole = |n: Option<u64>| {
        n.map_or(Value::Text(String::new()), |n| {
            Value::Number(i64::try_from(n).unwrap_or(i64::MAX))
        })
    };
    let row = |it: &Similar| {
        let sheet = &it.found.instrument.sheet;
        vec![
            Value::Text(sheet.name.best(lang).0.to_owned()),
            Value::Text(it.found.owner_name.best(lang).0.to_owned()),
            Value::Text(mode_name(lang, it.found.instrument.mode())),
            Value::Text(it.found.metres.map(|metres| far(lang, metres)).unwrap_or_default()),
            sheet.value.map_or(Value::Text(String::new()), Value::Money),
            whole(it.busy.map(|busy| busy.booked_minutes / 60)),
            whole(it.busy.map(|busy| busy.used_minutes / 60)),
            share(&found, it).map_or(Value::Text(String::new()), Value::Number),
        ]
    };
    let mut heads = heads(request);
    heads.insert(1, say(request, "instrument-page-owner"));
    let name = say(request, "instrument-review-title");
    Ok(Sheet { name, heads, rows: found.rows.iter().map(row).collect() })
}

fn xlsx(request: &Request) -> Result<Reply, No> {
    let table = table(request)?;
    let name = table.name.clone();
    let book = papers::sheets_xlsx((&name, &[]), &[table], request.now);
    Ok(workbook("purchase-review.xlsx", book.map_err(|error| failed(&error))?))
}

fn csv(request: &Request) -> Result<Reply, No> {
    let text = papers::sheets_csv(&[], &[table(request)?]).map_err(|error| failed(&error))?;
    Ok(Reply::file("text/csv; charset=utf-8", "purchase-review.csv", text))
}
