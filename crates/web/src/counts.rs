//! Technologies counted by field, owner, year, right, maturity and terms: charts, tables, CSV.

use crate::link;
use crate::page::{Page, moment};
use crate::refused::PAGE;
use crate::search::ask;
use crate::search_filter::{Wanted, mode_name, status_name};
use crate::search_panel::size;
use access::Act;
use app::No;
use app::search::Counts;
use base::Lang;
use edge::{Body, Reply, Request, Route};
use look::{Chart, Figure, PageHead, Section, Series, bars, columns, figures, page_head, part};
use maud::{Markup, html};
use search::Count;
use std::collections::BTreeMap;

/// Bars of one chart; the rest is one bar.
const BARS_MAX: usize = 12;

/// The routes of this file.
pub static ROUTES: &[Route] = &[Route {
    method: "GET",
    path: link::MEASURE_TECHNOLOGIES,
    act: Act::CountTechnologies,
    body: Body::None,
    face: &PAGE,
    run: show,
}];

/// What is counted by; the word is that of the address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Field,
    Owner,
    Year,
    Status,
    Trl,
    Mode,
}

impl By {
    const ALL: [Self; 6] =
        [Self::Field, Self::Owner, Self::Trl, Self::Status, Self::Mode, Self::Year];

    fn word(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Owner => "owner",
            Self::Year => "year",
            Self::Status => "status",
            Self::Trl => "trl",
            Self::Mode => "mode",
        }
    }
}

/// One line of a count: its stable key, its name, how many, and the list behind it.
struct Line {
    key: String,
    name: String,
    n: u64,
}

fn show(request: &Request) -> Result<Reply, No> {
    let city = request.city();
    let wanted = Wanted::read(&request.query, city.fields());
    let wanted = Wanted { is_own: false, is_newest: false, ..wanted.first() };
    let counts = read(request, &wanted)?;
    if request.query.get("format") == "csv" {
        let by = By::ALL.into_iter().find(|by| by.word() == request.query.get("by"));
        return Ok(csv(request, by.unwrap_or(By::Field), &wanted, &counts));
    }
    let lang = request.lang;
    let title = words::say(lang, "counts-title");
    let total = words::number(lang, i64::try_from(counts.total).unwrap_or(i64::MAX));
    let filter = wanted.sentence(lang, city.fields(), &Default::default());
    let list = wanted.address(link::TECHNOLOGIES);
    let label = words::say(lang, "counts-total");
    let as_of =
        words::say_with(lang, "table-as-of", &[("at", moment(request, request.now).into())]);
    let content = html! {
        (page_head(&PageHead {
            lang,
            title: &title,
            lead: Some(html! { p { (words::say(lang, "counts-lead")) } }),
            ..PageHead::default()
        }))
        (figures(lang, &[Figure {
            value: &total,
            label: &label,
            note: &as_of,
            href: &list,
            ..Figure::default()
        }]))
        @if wanted.is_filtered() || !wanted.words.is_empty() {
            p { (words::say_with(lang, "counts-filter", &[("filter", filter.into())])) " "
                a href=(link::MEASURE_TECHNOLOGIES) { (words::say(lang, "filter-clear")) } }
        }
        @if counts.total == 0 { (look::empty(&words::say(lang, "empty-results"), html! {})) }
        @else {
            @for by in By::ALL { (chart(request, by, &wanted, &counts)) }
        }
    };
    let page = Page::new(request, title.clone()).section(Section::Measure);
    Ok(page.indexed(words::say(lang, "counts-lead")).reply(content))
}

fn read(request: &Request, wanted: &Wanted) -> Result<Counts, No> {
    let city = request.city();
    let filters = wanted.filters(city.fields());
    if wanted.words.is_empty() {
        return city.counts(&request.asker, &filters);
    }
    let (mut tallies, names) = city.tallies(&request.asker, &ask(request, wanted), &[filters])?;
    let tally = tallies.pop().unwrap_or_default();
    let named = |count: Count| (names.get(&count.value).cloned().unwrap_or_default(), count);
    Ok(Counts {
        total: tally.total,
        by_field: tally.facets.fields,
        by_owner: tally.facets.owners.into_iter().map(named).collect(),
        by_year: tally.facets.years,
        by_status: tally.facets.right_status,
        by_trl: tally.facets.trl,
        by_mode: tally.facets.deal_modes,
    })
}

/// The lines of one count, in the order people expect.
fn lines(request: &Request, by: By, counts: &Counts) -> Vec<Line> {
    let lang = request.lang;
    let plain = |counts: &[Count], name: &dyn Fn(&str) -> String| {
        let line =
            |count: &Count| Line { key: count.value.clone(), name: name(&count.value), n: count.n };
        counts.iter().map(line).collect::<Vec<_>>()
    };
    match by {
        By::Field => fields(request, counts),
        By::Owner => {
            let line = |(name, count): &(base::Bilingual, Count)| Line {
                key: count.value.clone(),
                name: name.best(lang).0.to_owned(),
                n: count.n,
            };
            counts.by_owner.iter().map(line).collect()
        }
        By::Year => years(plain(&counts.by_year, &str::to_owned)),
        By::Status => plain(&counts.by_status, &|word| status_name(lang, word)),
        By::Mode => plain(&counts.by_mode, &|word| mode_name(lang, word)),
        By::Trl => (1..=9)
            .map(|level: usize| {
                let key = level.to_string();
                let n = counts.by_trl.iter().find(|count| count.value == key).map_or(0, |it| it.n);
                let name = words::say_with(lang, "technology-trl", &[("level", level.into())]);
                Line { key, name, n }
            })
            .collect(),
    }
}

/// Years without a gap, so that the distance between two bars is that between their years.
fn years(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by(|a, b| a.key.cmp(&b.key));
    let year = |line: Option<&Line>| line.and_then(|line| line.key.parse::<u32>().ok());
    let (Some(first), Some(last)) = (year(lines.first()), year(lines.last())) else {
        return lines;
    };
    // A single old number would make a chart of centuries.
    let first = first.max(last.saturating_sub(YEARS_MAX));
    let counted: BTreeMap<String, u64> =
        lines.iter().map(|line| (line.key.clone(), line.n)).collect();
    let earlier = lines.into_iter().filter(|line| year(Some(line)).is_none_or(|at| at < first));
    let each = (first..=last).map(|at| {
        let key = at.to_string();
        Line { name: key.clone(), n: counted.get(&key).copied().unwrap_or(0), key }
    });
    earlier.chain(each).collect()
}

/// Years between which gaps are filled.
const YEARS_MAX: u32 = 60;

/// The top fields, each with everything below it.
fn fields(request: &Request, counts: &Counts) -> Vec<Line> {
    let tree = request.city().fields();
    let mut lines: Vec<Line> = tree
        .roots()
        .map(|root| {
            let inside = counts.by_field.iter().filter(|count| tree.is(&count.value, &root.key));
            Line {
                key: root.key.clone(),
                name: root.name.best(request.lang).0.to_owned(),
                n: inside.map(|count| count.n).sum(),
            }
        })
        .filter(|line| line.n > 0)
        .collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.n));
    lines
}

fn chart(request: &Request, by: By, wanted: &Wanted, counts: &Counts) -> Markup {
    let lang = request.lang;
    let all = lines(request, by, counts);
    if all.iter().all(|line| line.n == 0) {
        return html! {};
    }
    let word = by.word();
    let title = words::say(lang, &format!("counts-by-{word}"));
    let sentence = sentence(lang, &all, counts.total);
    let mut pairs = wanted.pairs();
    pairs.extend([("by", word.to_owned()), ("format", "csv".to_owned())]);
    let csv = look::address::build(link::MEASURE_TECHNOLOGIES, &pairs);
    let is_sequence = matches!(by, By::Year | By::Trl);
    let shown = if is_sequence { last(all, 40) } else { few(lang, all) };
    let (series, note) = (words::say(lang, "counts-series"), note(lang, by, &shown, counts.total));
    let drawn = Chart {
        lang,
        name: word,
        sentence: &sentence,
        category: &title,
        categories: shown.iter().map(|line| line.name.clone()).collect(),
        series: vec![Series {
            name: &series,
            values: shown.iter().map(|line| i64::try_from(line.n).ok()).collect(),
        }],
        csv: &csv,
        note: &note,
        ..Chart::default()
    };
    part(
        word,
        &title,
        html! {
            @if is_sequence { (columns(&drawn)) } @else { (bars(&drawn)) }
            @if by == By::Field { (field_links(request, wanted, &shown)) }
        },
    )
}

/// Each field leads to the rows behind it.
fn field_links(request: &Request, wanted: &Wanted, lines: &[Line]) -> Markup {
    let tree = request.city().fields();
    html! {
        ul.row.small {
            @for line in lines.iter().filter(|line| tree.get(&line.key).is_some()) {
                @let list = Wanted { fields: vec![line.key.clone()], ..wanted.clone() };
                li { a href=(list.address(link::TECHNOLOGIES)) { (line.name) } }
            }
        }
    }
}

fn last(lines: Vec<Line>, most: usize) -> Vec<Line> {
    let skip = lines.len().saturating_sub(most);
    lines.into_iter().skip(skip).collect()
}

/// The largest, and one line for all others.
fn few(lang: Lang, mut lines: Vec<Line>) -> Vec<Line> {
    if lines.len() <= BARS_MAX {
        return lines;
    }
    let rest = lines.split_off(BARS_MAX - 1);
    let n = rest.iter().map(|line| line.n).sum();
    lines.push(Line { key: String::new(), name: words::say(lang, "counts-others"), n });
    lines
}

fn sentence(lang: Lang, lines: &[Line], total: u64) -> String {
    let Some(most) = lines.iter().max_by_key(|line| line.n) else { return String::new() };
    words::say_with(
        lang,
        "counts-sentence",
        &[
            ("name", most.name.as_str().into()),
            ("count", size(most.n).into()),
            ("total", size(total).into()),
        ],
    )
}

/// A technology may have several rights or offers, or none: the bars then do not add up.
fn note(lang: Lang, by: By, lines: &[Line], total: u64) -> String {
    let sum: u64 = lines.iter().map(|line| line.n).sum();
    match by {
        By::Status | By::Mode => words::say(lang, "counts-several"),
        _ if sum < total => {
            words::say_with(lang, "counts-missing", &[("count", size(total - sum).into())])
        }
        _ => String::new(),
    }
}

fn csv(request: &Request, by: By, wanted: &Wanted, counts: &Counts) -> Reply {
    let lang = request.lang;
    let say = |key: &str| words::say(lang, key);
    let title = say(&format!("counts-by-{}", by.word()));
    let filter = wanted.sentence(lang, request.city().fields(), &Default::default());
    let mut text = String::from("\u{feff}");
    let mut row = |cells: &[&str]| {
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    };
    row(&[&say("technology-export-filter"), &filter]);
    row(&[&say("technology-export-as-of"), &moment(request, request.now)]);
    row(&[&say("counts-total"), &counts.total.to_string()]);
    row(&[""]);
    row(&[&say("counts-key"), &title, &say("counts-series")]);
    row(&["key", by.word(), "count"]);
    for line in lines(request, by, counts) {
        row(&[&line.key, &line.name, &line.n.to_string()]);
    }
    let name = format!("technologies-by-{}.csv", by.word());
    Reply::file("text/csv; charset=utf-8", &name, text)
}

/// A cell by RFC 4180; what a spreadsheet would run is defused.
fn quoted(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{cell}") } else { cell.to_owned() };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_have_no_gap() {
        let line = |key: &str, n| Line { key: key.to_owned(), name: key.to_owned(), n };
        let told = |lines: Vec<Line>| {
            let pairs = years(lines).into_iter().map(|line| format!("{}:{}", line.key, line.n));
            pairs.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(told(vec![line("2019", 6), line("2016", 1)]), "2016:1 2017:0 2018:0 2019:6");
        let far = told(vec![line("1820", 2), line("2019", 6)]);
        assert!(far.starts_with("1820:2 1959:0 1960:0") && far.ends_with("2019:6"), "{far}");
        assert_eq!(told(Vec::new()), "");
    }

    #[test]
    fn cells_are_quoted_and_defused() {
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("钛"), "钛");
    }

    #[test]
    fn the_rest_is_one_bar() {
        let line = |n: u64| Line { key: n.to_string(), name: String::new(), n };
        let shown = few(Lang::En, (0..20).map(line).collect());
        assert_eq!(shown.len(), BARS_MAX);
        assert_eq!(shown.iter().map(|line| line.n).sum::<u64>(), 190);
    }
}
