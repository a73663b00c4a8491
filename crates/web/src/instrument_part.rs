//! Parts of the page of an instrument: what it measures, rates and rules, the map, others alike.

use crate::instrument::far;
use crate::instrument_search::mode_name;
use crate::link;
use crate::page::{name, say};
use app::instrument::{InstrumentView, Similar};
use base::{Bilingual, InstrumentId, Lang};
use edge::Request;
use instruments::Instrument;
use instruments::capability::standard_key;
use instruments::place::Point;
use instruments::sheet::{Carrier, Contact};
use instruments::standard::{Standard, Status};
use look::{Column, Map, Row, Spot, Table};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// A text of several lines as its paragraphs, in the language it is in.
pub fn paragraphs(lang: Lang, text: &Bilingual) -> Markup {
    let (text, found) = text.best(lang);
    html! {
        @for line in text.lines().filter(|line| !line.trim().is_empty()) {
            p lang=[(found != lang).then(|| found.tag())] { (line) }
        }
    }
}

/// A name, said to be of the other language where it is.
pub fn one(lang: Lang, text: &Bilingual) -> Markup {
    let (text, other) = name(text, lang);
    html! { span lang=[other.map(Lang::tag)] { (text) } }
}

/// What it measures, a row for each quantity; on a phone each is a card.
pub fn capabilities(request: &Request, view: &InstrumentView) -> Markup {
    let lang = request.lang;
    let known = standards(request, view);
    let title = say(request, "instrument-page-capabilities");
    let heads = ["parameter", "object", "range", "precision", "method", "sample", "standards"]
        .map(|key| say(request, &format!("instrument-page-{key}")));
    let row = |it: &instruments::Capability| {
        Row::from(vec![
            html! { strong { (one(lang, &it.parameter)) } },
            one(lang, &it.object),
            html! { (it.range.text()) },
            one(lang, &it.precision),
            one(lang, &it.method),
            one(lang, &it.sample),
            html! {
                @for (at, number) in it.standards.iter().enumerate() {
                    @if at > 0 { br; }
                    (standard(request, number, &known))
                }
            },
        ])
    };
    let table = look::table(&Table {
        lang,
        caption: &title,
        is_caption_hidden: true,
        columns: heads.iter().map(|head| Column::text("", head)).collect(),
        rows: view.instrument.sheet.capabilities.iter().map(row).collect(),
        empty: Some(look::empty(&say(request, "instrument-page-no-capabilities"), html! {})),
        is_cards: true,
        ..Table::default()
    });
    look::part("measures", &title, table)
}

type Standards = BTreeMap<String, Standard>;

/// What the city knows of the standards that it serves.
fn standards(request: &Request, view: &InstrumentView) -> Standards {
    let all = view.instrument.sheet.capabilities.iter().flat_map(|it| it.standards.iter().cloned());
    let numbers: Vec<String> = all.collect();
    request.city().standards_named(&request.asker, &numbers).unwrap_or_default()
}

/// A standard by its number; one that counts no longer is marked.
fn standard(request: &Request, number: &str, known: &Standards) -> Markup {
    match known.get(&standard_key(number)) {
        None => html! {
            a href=(look::address::with(link::INSTRUMENTS, "standard", number)) { (number) }
        },
        Some(it) => html! {
            a href=(link::standard(it.id)) { (number) }
            @if it.facts.status != Status::InForce {
                " " (crate::standard::status_tag(request, it.facts.status))
            }
        },
    }
}

/// What is told of it at length.
pub fn about(request: &Request, it: &Instrument) -> Markup {
    let lang = request.lang;
    let sheet = &it.sheet;
    let texts = [
        ("instrument-page-indicators", &sheet.indicators),
        ("instrument-page-functions", &sheet.functions),
        ("instrument-page-services", &sheet.services),
        ("instrument-page-results-got", &sheet.results),
    ];
    if texts.iter().all(|(_, text)| text.is_empty()) {
        return html! {};
    }
    look::part(
        "about",
        &say(request, "instrument-page-about"),
        html! {
            @for (key, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
                h3 { (say(request, key)) }
                (paragraphs(lang, text))
            }
        },
    )
}

/// What it costs, as its owner writes it.
pub fn rates(request: &Request, it: &Instrument) -> Markup {
    let rates = &it.sheet.rates;
    look::part(
        "rates",
        &say(request, "instrument-page-rates"),
        html! {
            @if rates.is_empty() {
                p.quiet { (say(request, "instrument-page-no-rates")) }
            } @else {
                (paragraphs(request.lang, rates))
            }
            @if it.retired.is_none() {
                p { a href=(link::tariffs(it.id)) { (say(request, "tariff-all")) } }
            }
        },
    )
}

/// What a user must know and have learnt.
pub fn rules(request: &Request, it: &Instrument, is_staff: bool) -> Markup {
    let sheet = &it.sheet;
    look::part(
        "rules",
        &say(request, "instrument-page-rules"),
        html! {
            h3 { (say(request, "instrument-page-training")) }
            @if sheet.training.is_empty() {
                p.quiet { (say(request, "instrument-page-no-training")) }
            } @else {
                (paragraphs(request.lang, &sheet.training))
            }
            @if !sheet.notice.is_empty() {
                h3 { (say(request, "instrument-page-notice")) }
                (paragraphs(request.lang, &sheet.notice))
            }
            @if it.retired.is_none() {
                p.row {
                    @for (part, key) in [
                        ("qualifications", "qualification-page-title"),
                        ("rules", "rule-page-title"),
                        ("outages", "outage-page-title"),
                        ("upkeep", "upkeep-title"),
                        ("area", "area-page-stands"),
                    ] {
                        a href=(link::instrument_part(it.id, part)) { (say(request, key)) }
                    }
                    @if is_staff {
                        a href=(link::instrument_part(it.id, "feedback")) { (say(request, "feedback-title")) }
                    }
                }
            }
        },
    )
}

/// Others of the same class and how busy they are: what somebody reads who thinks of buying one.
pub fn similar(request: &Request, view: &InstrumentView) -> Markup {
    let lang = request.lang;
    let title = say(request, "instrument-page-similar");
    let unknown = || html! { span.quiet { (say(request, "instrument-page-unknown")) } };
    let row = |it: &Similar| {
        let found = &it.found;
        Row::from(vec![
            html! {
                a href=(link::instrument(found.instrument.id)) {
                    (one(lang, &found.instrument.sheet.name))
                }
                br; span.quiet.small { (one(lang, &found.owner_name)) }
            },
            html! { (mode_name(lang, found.instrument.mode())) },
            found.metres.map_or_else(unknown, |metres| html! { (far(lang, metres)) }),
            it.busy.map_or_else(unknown, |busy| hours(lang, busy.booked_minutes)),
            it.busy.map_or_else(unknown, |busy| hours(lang, busy.used_minutes)),
        ])
    };
    let heads = ["similar-name", "mode", "similar-distance", "similar-booked", "similar-used"]
        .map(|key| say(request, &format!("instrument-page-{key}")));
    let table = look::table(&Table {
        lang,
        caption: &title,
        is_caption_hidden: true,
        columns: heads
            .iter()
            .enumerate()
            .map(|(n, head)| match n {
                0 | 1 => Column::text("", head),
                _ => Column::figures("", head, ""),
            })
            .collect(),
        rows: view.similar.iter().map(row).collect(),
        empty: Some(look::empty(&say(request, "instrument-page-no-similar"), html! {})),
        is_cards: true,
        ..Table::default()
    });
    look::part(
        "similar",
        &title,
        html! {
            p { (say(request, "instrument-page-similar-lead")) }
            @if let Some(sum) = similar_sum(lang, &view.similar) { p { strong { (sum) } } }
            (table)
            @if let Some(address) = review_of(view) {
                p { a href=(address) { (say(request, "instrument-review-this")) } }
            }
        },
    )
}

/// How busy those are of which it is known, in one sentence: what a purchase is weighed against.
fn similar_sum(lang: Lang, all: &[Similar]) -> Option<String> {
    let known: Vec<_> = all.iter().filter_map(|it| it.busy).collect();
    let n = u64::try_from(known.len()).ok().filter(|n| *n > 0)?;
    let mean = |minutes: u64| {
        words::decimal(lang, i64::try_from(minutes / (6 * n)).unwrap_or(i64::MAX), 1)
    };
    let idle = known.iter().filter(|busy| busy.booked_minutes == 0).count();
    let args = [
        ("count", known.len().into()),
        ("booked", mean(known.iter().map(|busy| busy.booked_minutes).sum()).into()),
        ("used", mean(known.iter().map(|busy| busy.used_minutes).sum()).into()),
        ("idle", idle.into()),
    ];
    Some(words::say_with(lang, "instrument-page-similar-sum", &args))
}

/// The review of buying another one like this: of its class, around the place where it stands.
fn review_of(view: &InstrumentView) -> Option<String> {
    let sheet = &view.instrument.sheet;
    let class = sheet.class.get(..4)?;
    let address = look::address::with(crate::instrument_review::REVIEW, "class", class);
    Some(match sheet.place.point {
        Some(point) => {
            let address = look::address::and(&address, "latitude", &point.latitude());
            look::address::and(&address, "longitude", &point.longitude())
        }
        None => address,
    })
}

/// Whole hours, in words.
pub fn hours(lang: Lang, minutes: u64) -> Markup {
    let hours = words::number(lang, i64::try_from(minutes / 60).unwrap_or(i64::MAX));
    html! { (words::say_with(lang, "instrument-page-hours", &[("hours", hours.into())])) }
}

/// Whom to ask, who knows it, who operates it.
pub fn contacts(request: &Request, view: &InstrumentView) -> Markup {
    let lang = request.lang;
    let sheet = &view.instrument.sheet;
    let body = html! {
        @if sheet.contacts.is_empty() { p.quiet { (say(request, "instrument-page-no-contacts")) } }
        @for it in &sheet.contacts { (contact(lang, it)) }
        @if !sheet.experts.is_empty() {
            h3 { (say(request, "instrument-page-experts")) }
            @for it in &sheet.experts {
                p {
                    (one(lang, &it.name))
                    @if !it.knows.is_empty() { br; span.small.quiet { (one(lang, &it.knows)) } }
                    @if !it.email.is_empty() { br; (mail(&it.email)) }
                }
            }
        }
        @if !sheet.operators.is_empty() {
            h3 { (say(request, "instrument-page-operators")) }
            @if view.operators.is_empty() {
                p.small.quiet { (say(request, "instrument-page-operators-sign-in")) }
            } @else {
                ul { @for (_, name) in &view.operators { li { (one(lang, name)) } } }
            }
        }
    };
    look::sheet(&say(request, "instrument-page-contacts"), body)
}

fn mail(address: &str) -> Markup {
    html! { a href={ "mailto:" (address) } { (address) } }
}

fn contact(lang: Lang, it: &Contact) -> Markup {
    html! {
        p {
            @if !it.name.is_empty() { strong { (one(lang, &it.name)) } br; }
            @if !it.phone.is_empty() { a href={ "tel:" (it.phone.replace(' ', "")) } { (it.phone) } br; }
            @if !it.email.is_empty() { (mail(&it.email)) br; }
            @if !it.address.is_empty() { span.small { (it.address) } }
        }
    }
}

/// Where it stands, drawn, with those of the same kind around it.
pub fn place(request: &Request, view: &InstrumentView) -> Markup {
    let lang = request.lang;
    let place = &view.instrument.sheet.place;
    let lines: Vec<String> = [&place.site, &place.building]
        .into_iter()
        .map(|text| text.best(lang).0.to_owned())
        .chain([place.room.clone(), place.address.best(lang).0.to_owned()])
        .filter(|line| !line.is_empty())
        .collect();
    let body = html! {
        @for line in &lines { p { (line) } }
        @match place.point {
            Some(point) => { (map(request, view, point, lines.first().map_or("", String::as_str))) }
            None => { p.quiet { (say(request, "instrument-page-no-point")) } }
        }
        p.small.quiet {
            (words::say_with(lang, "instrument-page-zone", &[("zone", view.instrument.zone().into())]))
        }
    };
    look::sheet(&say(request, "instrument-page-where"), body)
}

fn map(request: &Request, view: &InstrumentView, here: Point, place: &str) -> Markup {
    let lang = request.lang;
    let near: Vec<(String, String, Point)> = view
        .similar
        .iter()
        .filter_map(|it| {
            let other = &it.found.instrument;
            let point = other.sheet.place.point?;
            Some((other.sheet.name.best(lang).0.to_owned(), link::instrument(other.id), point))
        })
        .collect();
    let spots: Vec<Spot<'_>> = near
        .iter()
        .map(|(name, href, point)| {
            // Along the same parallel and the same meridian: near enough for a drawing.
            let east = here.metres_to(Point { latitude_e6: here.latitude_e6, ..*point });
            let north = here.metres_to(Point { longitude_e6: here.longitude_e6, ..*point });
            let signed = |metres: u64, is_back: bool| {
                let metres = i64::try_from(metres).unwrap_or(i64::MAX / 1_000);
                if is_back { -metres } else { metres }
            };
            Spot {
                name,
                href,
                metres_east: signed(east, point.longitude_e6 < here.longitude_e6),
                metres_north: signed(north, point.latitude_e6 < here.latitude_e6),
            }
        })
        .collect();
    let sentence = words::say_with(
        lang,
        "instrument-page-map",
        &[
            ("place", place.to_owned().into()),
            ("latitude", here.latitude().into()),
            ("longitude", here.longitude().into()),
        ],
    );
    let distance = |metres: i64| {
        let km = words::decimal(lang, metres / 100, 1);
        words::say_with(lang, "instrument-page-map-scale", &[("km", km.into())])
    };
    html! {
        (Map { sentence: &sentence, spots: &spots, distance: &distance }.view())
        p.small.quiet { (here.latitude()) ", " (here.longitude()) }
    }
}

/// Facts: model, maker, class, numbers, dates, value.
pub fn facts(request: &Request, view: &InstrumentView) -> Markup {
    let lang = request.lang;
    let it = &view.instrument;
    let sheet = &it.sheet;
    let mut rows: Vec<(String, Markup)> = Vec::new();
    let mut put = |key: &str, value: Markup| rows.push((say(request, key), value));
    put(
        "instrument-page-owner",
        html! {
            a href=(link::organisation(it.owner)) { (one(lang, &view.owner_name)) }
        },
    );
    if !sheet.department.is_empty() {
        put("instrument-page-department", one(lang, &sheet.department));
    }
    put("instrument-page-mode", html! { (mode_name(lang, it.mode())) });
    if sheet.seats() > 1 {
        put("instrument-page-seats", html! { (words::number(lang, i64::from(sheet.seats()))) });
    }
    let makers: Vec<String> = sheet
        .makers
        .iter()
        .map(|maker| match maker.country.as_str() {
            "" => maker.name.clone(),
            country => format!("{} ({country})", maker.name),
        })
        .collect();
    put(
        "instrument-page-makers",
        match makers.is_empty() {
            true => html! { (say(request, "instrument-page-self-built")) },
            false => html! { (words::list(lang, &makers)) },
        },
    );
    for (key, text) in [
        ("instrument-page-model", &sheet.model),
        ("instrument-page-serial", &sheet.numbers.serial),
        ("instrument-page-asset", &sheet.numbers.asset),
        ("instrument-page-national", &sheet.numbers.national),
        ("instrument-page-persistent", &sheet.numbers.persistent),
    ] {
        if !text.is_empty() {
            put(key, html! { (text) });
        }
    }
    let path = view.classes.path(&sheet.class);
    if !path.is_empty() {
        put(
            "instrument-page-class",
            html! {
                @for (at, (code, name)) in path.iter().enumerate() {
                    @if at > 0 { " › " }
                    a href=(look::address::with(link::INSTRUMENTS, "class", code)) { (one(lang, name)) }
                }
                @if !sheet.class.is_empty() { " (" (sheet.class) ")" }
            },
        );
    }
    if let Some(busy) = view.busy {
        put("instrument-page-similar-booked", hours(lang, busy.booked_minutes));
        put("instrument-page-similar-used", hours(lang, busy.used_minutes));
    }
    if let Some(calibrated) = &view.calibrated {
        let today = base::WorkingDays::china().date(view.now);
        put("instrument-page-calibrated", crate::upkeep::fact(request, calibrated, today));
    }
    if let Some(on) = sheet.commissioned {
        put("instrument-page-commissioned", html! { (words::date(lang, on)) });
    }
    if let Some(on) = it.retired {
        put("instrument-page-retired", html! { (words::date(lang, on)) });
    }
    if let Some(value) = sheet.value {
        put("instrument-page-value", html! { (words::money(lang, value)) });
    }
    put(
        "instrument-page-sort",
        html! { (say(request, &format!("instrument-kind-{}", sheet.kind))) },
    );
    put(
        "instrument-page-condition",
        html! {
            (say(request, &format!("instrument-condition-{}", sheet.condition)))
        },
    );
    if sheet.carrier != Carrier::None {
        put(
            "instrument-page-carrier",
            html! {
                (say(request, &format!("instrument-carrier-{}", sheet.carrier)))
            },
        );
    }
    if !sheet.fields.is_empty() {
        put("instrument-page-fields", one(lang, &sheet.fields));
    }
    let rows: Vec<(&str, Markup)> =
        rows.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    look::sheet(&say(request, "instrument-page-facts"), look::facts(&rows))
}

/// What it is part of, what belongs to it, what it needs.
pub fn ties(request: &Request, view: &InstrumentView) -> Markup {
    let lang = request.lang;
    let sheet = &view.instrument.sheet;
    let to = |id: InstrumentId, name: &Bilingual| html! { a href=(link::instrument(id)) { (one(lang, name)) } };
    let mut rows: Vec<(String, Markup)> = Vec::new();
    let mut put = |key: &str, value: Markup| rows.push((say(request, key), value));
    if let Some((id, name)) = &view.parent {
        put("instrument-page-parent", to(*id, name));
    }
    if !view.components.is_empty() {
        put(
            "instrument-page-components",
            html! {
                ul { @for (id, name) in &view.components { li { (to(*id, name)) } } }
            },
        );
    }
    if !sheet.accessories.is_empty() {
        put(
            "instrument-page-accessories",
            html! {
                ul { @for it in &sheet.accessories {
                    @let count = usize::try_from(it.stock).unwrap_or(usize::MAX);
                    @let key = match it.is_needed {
                        true => "instrument-page-accessory-needed",
                        false => "instrument-page-accessory",
                    };
                    li { (words::say_with(lang, key,
                        &[("name", it.name.best(lang).0.into()), ("count", count.into())])) }
                } }
            },
        );
    }
    if !sheet.needs.is_empty() {
        put(
            "instrument-page-needs",
            html! {
                ul { @for it in &sheet.needs {
                    @let key = if it.is_full { "instrument-page-need-full" } else { "instrument-page-need-part" };
                    li { (words::say_with(lang, key, &[("name", it.resource.as_str().into())])) }
                } }
            },
        );
    }
    if !sheet.related.is_empty() {
        put(
            "instrument-page-related",
            html! {
                ul { @for it in &sheet.related {
                    li { (if it.name.is_empty() { &it.identifier } else { &it.name }) }
                } }
            },
        );
    }
    if rows.is_empty() {
        return html! {};
    }
    let rows: Vec<(&str, Markup)> =
        rows.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    look::sheet("", look::facts(&rows))
}

/// Pictures, each with its words.
pub fn pictures(request: &Request, it: &Instrument) -> Markup {
    let lang = request.lang;
    if it.sheet.photographs.is_empty() {
        return html! {};
    }
    html! {
        div.pictures {
            @for (at, picture) in it.sheet.photographs.iter().enumerate() {
                @let words = match picture.caption.best(lang).0 {
                    "" => words::say_with(lang, "instrument-page-picture", &[
                        ("n", (at + 1).to_string().into()),
                        ("name", it.sheet.name.best(lang).0.into()),
                    ]),
                    caption => caption.to_owned(),
                };
                img src=(link::instrument_picture(it.id, picture.file)) alt=(words) loading="lazy";
            }
        }
    }
}

/// The same thing for programs, and its history.
pub fn machine(request: &Request, view: &InstrumentView) -> Markup {
    let id = view.instrument.id;
    html! {
        p.small.row {
            a href=(link::instrument_part(id, "pidinst.json")) { "PIDINST JSON" }
            a href=(link::instrument_part(id, "pidinst.xml")) { "PIDINST XML" }
            a href=(link::instrument_part(id, "schema.jsonld")) { "JSON-LD" }
            @if view.instrument.takes_bookings() {
                a href=(link::instrument_part(id, "freebusy.ics")) { (say(request, "instrument-page-busy")) }
            }
            a href=(link::instrument_part(id, "versions")) { (say(request, "instrument-page-history")) }
        }
    }
}
