//! The ledger of services as its owner and the office see it: rows, what the national platform takes
//! of them, the hours of a year.

use crate::case_file::line;
use crate::export::{failed, workbook};
use crate::form::reasons;
use crate::link;
use crate::page::{Page, get, me, moment, post, say, stamp, zoned};
use crate::tariff::yuan;
use access::Act;
use app::No;
use app::service_record::{
    AnswerRecord, BASE_HOURS, Evaluated, InstrumentHours, LARGE_COUNT, PHONE, RecordView,
    YearFigures,
};
use base::{Lang, Refusal, ServiceRecordId, limits};
use edge::{Reply, Request, Route};
use instruments::machine_hours::Hours;
use instruments::national::{Answer, Field, List};
use look::{Column, Crumb, Look, PageHead, Pager, Section, Table, Tone, link_button};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::SERVICE_RECORDS, Act::ListRecords, list),
    get("/service-records.csv", Act::ListRecords, csv),
    get("/service-records.xlsx", Act::ListRecords, xlsx),
    post("/service-records/{id}/answer", Act::AnswerRecord, answer),
    get(link::MACHINE_HOURS, Act::ListRecords, hours),
];

fn year_of(request: &Request) -> i16 {
    let today = request.now.date_at(request.city().settings().utc_offset_minutes);
    request.query.get("year").parse().unwrap_or_else(|_| today.year())
}

fn standing_tag(request: &Request, it: &RecordView) -> Markup {
    let tone = match it.standing {
        Answer::Accepted => Tone::Ok,
        Answer::Ready => Tone::Info,
        Answer::Incomplete => Tone::Wait,
        _ => Tone::Live,
    };
    look::state_tag(tone, &say(request, &format!("service-record-answer-{}", it.standing)))
}

fn list(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let lang = request.lang;
    let year = year_of(request);
    let before = match request.query.get("before") {
        "" => None,
        typed => Some(typed.parse::<ServiceRecordId>().map_err(|_| Refusal::not_found())?),
    };
    let asked = (year, before);
    let (rows, next) = request.city().service_records(&request.asker, asked, limits::PAGE_ROWS)?;
    let title = say(request, "service-record-title");
    let here = look::address::with(link::SERVICE_RECORDS, "year", &year.to_string());
    let next = next.map(|id| look::address::and(&here, "before", &id.to_string()));
    let hours = look::address::with(link::MACHINE_HOURS, "year", &year.to_string());
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            title: &title,
            kind: &year.to_string(),
            lead: Some(html! { (say(request, "service-record-lead")) }),
            actions: vec![link_button(&hours, &say(request, "service-record-hours"), Look::Second)],
            ..PageHead::default()
        }))
        @if rows.iter().any(lacks_phone) {
            (look::notice(lang, Tone::Info, html! { p { (say(request, "service-record-lacks-phone")) } }))
        }
        (table(request, &title, &rows, year))
        (look::pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
    };
    Ok(Page::new(request, &title).section(Section::Measure).personal().reply(content))
}

/// What a row lacks, in words; readers of English know the columns by other names.
fn lacking(request: &Request, it: &RecordView) -> String {
    let named = |field: &&'static Field| match request.lang {
        Lang::Zh => field.heading.to_owned(),
        Lang::En => say(request, &format!("service-record-field-{}", field.key.replace('_', "-"))),
    };
    let all: Vec<String> = it.missing.iter().map(named).collect();
    words::list(request.lang, &all.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Rows that go out as they are but for the applicant's telephone.
fn lacks_phone(it: &RecordView) -> bool {
    let stands = !it.kept.is_reversed && it.kept.record.reverses.is_none();
    stands && it.missing.iter().any(|field| field.key == PHONE)
}

fn table(request: &Request, caption: &str, rows: &[RecordView], year: i16) -> Markup {
    let heads = ["instrument", "start", "hours", "customer", "amount", "answer"].map(|key| {
        let text = say(request, &format!("service-record-column-{key}"));
        (key, if key == "start" { zoned(request, &text) } else { text })
    });
    let columns = heads.iter().map(|(key, head)| match *key {
        "hours" | "amount" => Column::figures(key, head, ""),
        _ => Column::text(key, head),
    });
    let text = |it: &RecordView, key: &str| it.row.get(key).cloned().unwrap_or_default();
    let row = |it: &RecordView| {
        let record = &it.kept.record;
        look::Row::from(vec![
            html! { (it.names[0].best(request.lang).0) },
            html! { (stamp(request, record.span.start())) },
            html! { (text(it, "hours")) },
            html! { (it.names[1].best(request.lang).0) },
            html! { (yuan(request, record.amount())) },
            html! {
                @if record.reverses.is_some() || it.kept.is_reversed {
                    (look::state_tag(Tone::Plain, &say(request, "service-record-taken-back")))
                } @else {
                    (standing_tag(request, it))
                    @if !it.missing.is_empty() {
                        br; span.small.quiet {
                            (words::say_with(request.lang, "service-record-lacks", &[
                                ("fields", lacking(request, it).into()),
                            ]))
                        }
                    }
                    @if !it.kept.said.is_empty() { br; span.small { (it.kept.said) } }
                }
            },
        ])
    };
    let file = |kind: &str| format!("/service-records.{kind}?year={year}");
    let (csv, xlsx) = (file("csv"), file("xlsx"));
    let texts = [say(request, "table-export-xlsx"), say(request, "table-export-csv")];
    let exports = [
        look::Export { text: &texts[0], href: &xlsx },
        look::Export { text: &texts[1], href: &csv },
    ];
    look::table(&Table {
        lang: request.lang,
        caption,
        is_caption_hidden: true,
        columns: columns.collect(),
        rows: rows.iter().map(row).collect(),
        empty: Some(look::empty(&say(request, "service-record-none"), html! {})),
        exports: &exports,
        is_cards: true,
        ..Table::default()
    })
}

/// Heads of the platform's list, and every row that stands.
fn national(request: &Request) -> Result<(Vec<String>, Vec<Vec<String>>), No> {
    me(request)?;
    let asked = (year_of(request), None);
    let most = limits::EXPORT_ROWS_MAX;
    let (rows, next) = request.city().service_records(&request.asker, asked, most)?;
    if next.is_some() {
        let refusal = Refusal::new(base::Class::TooLarge, "export-too-many");
        return Err(refusal.number("most", most).into());
    }
    let heads = List::Record.fields().iter().map(|field| field.heading.to_owned()).collect();
    let stands = |it: &&RecordView| !it.kept.is_reversed && it.kept.record.reverses.is_none();
    Ok((heads, rows.iter().filter(stands).map(RecordView::cells).collect()))
}

fn file_name(request: &Request, ending: &str) -> String {
    format!("service-records-{}.{ending}", year_of(request))
}

fn csv(request: &Request) -> Result<Reply, No> {
    let (heads, rows) = national(request)?;
    let mut text = String::from('\u{feff}');
    line(&mut text, &heads);
    for cells in &rows {
        line(&mut text, cells);
    }
    Ok(Reply::file("text/csv; charset=utf-8", &file_name(request, "csv"), text))
}

fn xlsx(request: &Request) -> Result<Reply, No> {
    let (heads, rows) = national(request)?;
    let who = me(request)?.person.name.best(request.lang).0.to_owned();
    let told =
        |key: &str, value: String| (say(request, &format!("technology-export-{key}")), value);
    let about = [told("as-of", moment(request, request.now)), told("who", who)];
    let book = papers::Plain {
        sheet: "服务记录",
        about: &say(request, "technology-export-about"),
        lines: &about,
        heads: &heads,
        rows: &rows,
        as_of: request.now,
    };
    let book = book.xlsx().map_err(|error| failed(&error))?;
    Ok(workbook(&file_name(request, "xlsx"), book))
}

fn answer(request: &Request) -> Result<Reply, No> {
    let record: ServiceRecordId = request.id("id")?;
    let unknown = || {
        let refusal = Refusal::invalid("choice-unknown").on("answer");
        refusal.term("field", "field-answer")
    };
    let answer = Answer::parse(request.form.get("answer")).ok_or_else(unknown);
    let done = answer.map_err(No::from).and_then(|answer| {
        let said = request.form.get("said").to_owned();
        request.city().perform(&request.keyed(), AnswerRecord { record, answer, said })
    });
    match done {
        Ok(_) => Ok(Reply::see_other(link::SERVICE_RECORDS.to_owned())),
        Err(no) => Err(No(reasons(no)?)),
    }
}

fn hours(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let lang = request.lang;
    let year = year_of(request);
    let this_year = request.now.date_at(request.city().settings().utc_offset_minutes).year();
    let found = request.city().year_figures(&request.asker, year)?;
    let title = say(request, "machine-hours-title");
    let all = say(request, "service-record-title");
    let other = |year: i16| {
        let href = look::address::with(link::MACHINE_HOURS, "year", &year.to_string());
        link_button(&href, &year.to_string(), Look::Plain)
    };
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::SERVICE_RECORDS, text: &all }],
            kind: &year.to_string(),
            title: &title,
            lead: Some(html! { (say(request, "machine-hours-lead")) }),
            ..PageHead::default()
        }))
        nav.row aria-label=(say(request, "machine-hours-years")) {
            (other(year.saturating_sub(1)))
            @if year < this_year { (other(year.saturating_add(1))) }
        }
        (figures(request, &found))
        (look::part("evaluation", &say(request, "machine-hours-evaluation"), evaluation(request, &found)))
        (look::part("instruments", &say(request, "machine-hours-instruments"), instruments(request, &found)))
    };
    Ok(Page::new(request, &title).section(Section::Measure).personal().reply(content))
}

/// Minutes as hours with one digit.
fn in_hours(request: &Request, minutes: i64) -> String {
    words::decimal(request.lang, minutes * 10 / 60, 1)
}

fn share(request: &Request, hours: &Hours) -> String {
    hours.share_bp().map_or_else(|| "–".to_owned(), |bp| words::percent(request.lang, bp))
}

fn figures(request: &Request, found: &YearFigures) -> Markup {
    let total = &found.total;
    let income = total.income_internal + total.income_external;
    let rows = [
        ("effective", in_hours(request, total.effective)),
        ("external", in_hours(request, total.external)),
        ("share", share(request, total)),
        ("income", yuan(request, income)),
        ("records", words::number(request.lang, total.records)),
    ]
    .map(|(key, value)| (say(request, &format!("machine-hours-{key}")), value));
    let all: Vec<look::Figure<'_>> = rows
        .iter()
        .map(|(label, value)| look::Figure { label, value, ..look::Figure::default() })
        .collect();
    look::figures(request.lang, &all)
}

/// The yearly sheet of Sichuan: owners with five instruments of half a million and more.
fn evaluation(request: &Request, found: &YearFigures) -> Markup {
    let lang = request.lang;
    let heads = ["owner", "large", "mean", "external-mean", "share", "income", "due"]
        .map(|key| (key, say(request, &format!("machine-hours-column-{key}"))));
    let columns = heads.iter().map(|(key, head)| match *key {
        "owner" | "due" => Column::text(key, head),
        _ => Column::figures(key, head, ""),
    });
    let row = |it: &Evaluated| {
        let count = i64::try_from(it.large).unwrap_or(i64::MAX).max(1);
        let due = match it.is_due {
            true => look::state_tag(Tone::Info, &say(request, "machine-hours-due")),
            false => look::state_tag(Tone::Plain, &say(request, "machine-hours-not-due")),
        };
        look::Row::from(vec![
            html! { a href=(link::organisation(it.owner)) { (it.name.best(lang).0) } },
            html! { (words::number(lang, i64::try_from(it.large).unwrap_or(i64::MAX))) },
            html! { (in_hours(request, it.hours.effective / count)) },
            html! { (in_hours(request, it.hours.external / count)) },
            html! { (share(request, &it.hours)) },
            html! { (yuan(request, it.hours.income_internal + it.hours.income_external)) },
            due,
        ])
    };
    let note = words::say_with(
        lang,
        "machine-hours-evaluation-note",
        &[("count", LARGE_COUNT.into()), ("hours", BASE_HOURS.into())],
    );
    look::table(&Table {
        lang,
        caption: &say(request, "machine-hours-evaluation"),
        is_caption_hidden: true,
        columns: columns.collect(),
        rows: found.owners.iter().map(row).collect(),
        empty: Some(look::empty(&say(request, "service-record-none"), html! {})),
        note: Some(html! { (note) }),
        is_cards: true,
        ..Table::default()
    })
}

fn instruments(request: &Request, found: &YearFigures) -> Markup {
    let lang = request.lang;
    let heads = ["instrument", "effective", "external", "share", "income", "records"]
        .map(|key| (key, say(request, &format!("machine-hours-column-{key}"))));
    let columns = heads.iter().map(|(key, head)| match *key {
        "instrument" => Column::text(key, head),
        _ => Column::figures(key, head, ""),
    });
    let owner = |id| found.owners.iter().find(|it| it.owner == id).map(|it| it.name.best(lang).0);
    let row = |it: &InstrumentHours| {
        let hours = &it.hours;
        look::Row::from(vec![
            html! {
                a href=(link::instrument(it.instrument)) { (it.name.best(lang).0) }
                @if let Some(owner) = owner(it.owner) { br; span.small.quiet { (owner) } }
            },
            html! { (in_hours(request, hours.effective)) },
            html! { (in_hours(request, hours.external)) },
            html! { (share(request, hours)) },
            html! { (yuan(request, hours.income_internal + hours.income_external)) },
            html! { (words::number(lang, hours.records)) },
        ])
    };
    look::table(&Table {
        lang,
        caption: &say(request, "machine-hours-instruments"),
        is_caption_hidden: true,
        columns: columns.collect(),
        rows: found.instruments.iter().take(limits::PAGE_ROWS_MAX).map(row).collect(),
        empty: Some(look::empty(&say(request, "service-record-none"), html! {})),
        is_cards: true,
        ..Table::default()
    })
}
