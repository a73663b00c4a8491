//! The week of all instruments on one page: how much of each day is taken, and the way to a free time.

use crate::booking::said;
use crate::link;
use crate::page::{Page, get, say};
use access::Act;
use app::No;
use app::booking::{Board, BoardRow};
use calendar::Zone;
use edge::{Reply, Request, Route};
use look::{Column, Crumb, Look, PageHead, Section, Table};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[get(link::INSTRUMENTS_WEEK, Act::ListInstruments, board)];

/// Instruments on one page.
const ROWS_MAX: usize = 50;

fn board(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let query = &request.query;
    let day = match query.get("day") {
        "" => None,
        text => base::time::read_date(text),
    };
    let words: String = query.get("q").chars().take(base::limits::QUERY_CHARS_MAX).collect();
    let found = request.city().board(&request.asker, (&words, None), day)?;
    let n_pages = found.rows.len().div_ceil(ROWS_MAX).max(1);
    let page = query.get("page").parse::<usize>().unwrap_or(1).clamp(1, n_pages);
    let title = say(request, "booking-board-title");
    let to = |days: i64, page: usize| {
        let day = calendar::zone::add_days(found.monday, days).to_string();
        let address = look::address::with(link::INSTRUMENTS_WEEK, "day", &day);
        let address = look::address::with(&address, "q", &words);
        look::address::with(&address, "page", &page.to_string())
    };
    let acts = vec![
        look::link_button(&to(-7, page), &say(request, "booking-page-earlier"), Look::Plain),
        look::link_button(&to(7, page), &say(request, "booking-page-later"), Look::Plain),
        look::link_button(link::FREE_TIME, &say(request, "booking-page-find-free"), Look::Second),
    ];
    let back = say(request, "instrument-page-title");
    let n = i64::try_from(found.rows.len()).unwrap_or(i64::MAX);
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::INSTRUMENTS, text: &back }],
            title: &title,
            lead: Some(html! { p { (said(request, "booking-board-lead", &[("count", n.into())])) } }),
            actions: acts,
            ..PageHead::default()
        }))
        form.row method="get" action=(link::INSTRUMENTS_WEEK) {
            label { (say(request, "booking-field-words")) " " input type="search" name="q" value=(words); } " "
            label { (say(request, "booking-field-from")) " " input type="date" name="day" value=(found.monday.to_string()); } " "
            button.btn type="submit" { (say(request, "booking-page-free-find")) }
        }
        @if found.rows.is_empty() {
            (look::empty(&say(request, "booking-board-none"), html! {}))
        } @else {
            (table(request, &found, page))
            @if n_pages > 1 {
                p.row {
                    @if page > 1 { (look::link_button(&to(0, page - 1), &say(request, "booking-board-before"), Look::Plain)) }
                    @if page < n_pages { (look::link_button(&to(0, page + 1), &say(request, "booking-board-next"), Look::Plain)) }
                }
            }
        }
    };
    Ok(Page::new(request, &title).section(Section::Share).personal().reply(content))
}

fn table(request: &Request, found: &Board, page: usize) -> Markup {
    let titles: Vec<String> = std::iter::once(say(request, "booking-page-instrument"))
        .chain((0..7).map(|n| day_head(request, calendar::zone::add_days(found.monday, n))))
        .collect();
    let keys = ["instrument", "d1", "d2", "d3", "d4", "d5", "d6", "d7"];
    let columns = keys.iter().zip(&titles).map(|(key, title)| Column::text(key, title));
    let rows = found.rows.iter().skip((page - 1) * ROWS_MAX).take(ROWS_MAX);
    look::table(&Table {
        lang: request.lang,
        caption: &say(request, "booking-board-title"),
        is_caption_hidden: true,
        columns: columns.collect(),
        rows: rows.map(|row| week_of(request, found, row)).collect(),
        is_cards: true,
        ..Table::default()
    })
}

fn week_of(request: &Request, found: &Board, row: &BoardRow) -> look::Row {
    let zone = Zone::named(&row.zone).unwrap_or_else(Zone::china);
    let week = look::address::with(
        &link::instrument_part(row.instrument, "week"),
        "day",
        &found.monday.to_string(),
    );
    let mut cells = vec![html! {
        a href=(week) { (row.name.best(request.lang).0) }
        br; span.small.quiet { (row.owner_name.best(request.lang).0) }
    }];
    cells.extend((0..7).map(|n| {
        let day = zone.day(calendar::zone::add_days(found.monday, n));
        let minutes = row.minutes_taken(day);
        let is_down = row.outages.iter().any(|span| span.overlaps(day));
        html! {
            @if minutes == 0 { span.quiet { (say(request, "booking-board-free")) } } @else {
                (said(request, "booking-board-taken", &[("hours", hours(minutes).into())]))
            }
            @if is_down { " " span.small { (say(request, "booking-board-down")) } }
        }
    }));
    look::Row { cells, ..look::Row::default() }
}

/// A day of the shown week, short enough for seven columns.
fn month_day(date: base::Date) -> String {
    format!("{:02}-{:02}", date.month(), date.day())
}

/// The day of the week with its date.
fn day_head(request: &Request, date: base::Date) -> String {
    format!("{} {}", words::weekday(request.lang, date), month_day(date))
}

/// Hours with one decimal, rounded up so that nothing taken reads as nothing.
fn hours(minutes: i64) -> String {
    let tenths = (minutes + 5) / 6;
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        rest => format!("{}.{rest}", tenths / 10),
    }
}
