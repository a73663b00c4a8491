//! Charts drawn on the server: SVG with its sentence, its table and its CSV.
//!
//! Values are whole steps of `digits` behind the point. Bars and columns begin at zero. Series
//! differ by pattern and by words, not by colour alone; at most six are drawn.

use crate::{Column, Row, Table, id, say, table};
use base::Lang;
use maud::{Markup, html};

/// Series beyond this cannot be told apart.
const SERIES_MAX: usize = 6;
/// The inner drawing is so many units wide; the style sheet decides the real width.
const WIDTH: i64 = 640;

/// Values of one kind, one for each category; nothing where it is not known.
pub struct Series<'a> {
    pub name: &'a str,
    pub values: Vec<Option<i64>>,
}

/// A chart. Fill in what is known, take the rest from the default.
#[derive(Default)]
pub struct Chart<'a> {
    pub lang: Lang,
    /// Unique on the page.
    pub name: &'a str,
    /// What it shows, as a sentence: "The index rose from 100 in 2020 to 134.2 in 2025."
    pub sentence: &'a str,
    /// The head of the first column of its table: "Year".
    pub category: &'a str,
    pub categories: Vec<String>,
    pub series: Vec<Series<'a>>,
    pub unit: &'a str,
    /// Digits behind the point.
    pub digits: u8,
    pub csv: &'a str,
    pub method: &'a str,
    /// "As of …, final".
    pub note: &'a str,
}

/// Horizontal bars, one row a category: for names, ordered by value by the caller.
pub fn bars(chart: &Chart<'_>) -> Markup {
    let scale = scale(chart, 10_000);
    let drawing = html! {
        div.bars role="img" aria-label=(chart.sentence) {
            svg.patterns aria-hidden="true" { (patterns(chart)) }
            @for (row, name) in chart.categories.iter().enumerate() {
                p { (name) }
                @for (index, one) in shown(chart).iter().enumerate() {
                    @let value = one.values.get(row).copied().flatten();
                    @let width = value.map_or(0, |value| scale.length(value));
                    div.bar {
                        svg height="14" {
                            rect.track width="100%" height="14" rx="2" {}
                            rect width={ (width / 100) "." (format!("{:02}", width % 100)) "%" }
                                height="14" rx="2" fill=(fill(chart, index)) {}
                        }
                        span { (written(chart, value)) }
                    }
                }
            }
        }
    };
    around(chart, drawing)
}

/// Columns side by side: for years and months in their order.
pub fn columns(chart: &Chart<'_>) -> Markup {
    const HEIGHT: i64 = 200;
    let (series, scale) = (shown(chart), scale(chart, HEIGHT - 24));
    let every = chart.categories.len().div_ceil(12).max(1);
    let slot = WIDTH / len(chart.categories.len()).max(1);
    let wide = (slot * 7 / 10 / len(series.len()).max(1)).clamp(2, 64);
    let is_labelled = wide >= 26;
    around(
        chart,
        html! {
            svg.chart viewBox={ "0 0 " (WIDTH) " " (HEIGHT + 26) } role="img"
                aria-label=(chart.sentence) {
                (patterns(chart))
                path.axis d={ "M0 " (HEIGHT) "H" (WIDTH) } {}
                @for (place, name) in chart.categories.iter().enumerate() {
                    @let middle = slot * len(place) + slot / 2;
                    @let left = middle - wide * len(series.len()) / 2;
                    @if place % every == 0 {
                        text.tick x=(middle) y=(HEIGHT + 20) text-anchor="middle" { (name) }
                    }
                    @for (index, one) in series.iter().enumerate() {
                        @let value = one.values.get(place).copied().flatten();
                        @let tall = value.map_or(0, |value| scale.length(value));
                        @let x = left + wide * len(index);
                        rect x=(x) y=(HEIGHT - tall) width=(wide - 2) height=(tall) rx="2"
                            fill=(fill(chart, index)) {}
                        @if is_labelled {
                            text.value x=(x + wide / 2) y=(HEIGHT - tall - 6) text-anchor="middle"
                                { (written(chart, value)) }
                        }
                    }
                }
            }
        },
    )
}

/// A line through the years, its last value written; the axis may begin above zero, and says so.
pub fn line(chart: &Chart<'_>) -> Markup {
    const HEIGHT: i64 = 200;
    let values: Vec<i64> =
        shown(chart).iter().flat_map(|one| one.values.iter().flatten()).copied().collect();
    let (low, high) = (values.iter().min().copied(), values.iter().max().copied());
    let (Some(low), Some(high)) = (low, high) else { return around(chart, html! {}) };
    let every = chart.categories.len().div_ceil(12).max(1);
    let spread = (i128::from(high) - i128::from(low)).max(1);
    let slot = (WIDTH - 120) / len(chart.categories.len()).saturating_sub(1).max(1);
    let at = |place: usize, value: i64| {
        let y = i128::from(HEIGHT - 40) * (i128::from(value) - i128::from(low)) / spread;
        (20 + slot * len(place), HEIGHT - 20 - i64::try_from(y).unwrap_or(0))
    };
    around(
        chart,
        html! {
            svg.chart viewBox={ "0 0 " (WIDTH) " " (HEIGHT + 26) } role="img"
                aria-label=(chart.sentence) {
                path.axis d={ "M0 " (HEIGHT) "H" (WIDTH) "M0 60H" (WIDTH) "M0 130H" (WIDTH) } {}
                @for (place, name) in chart.categories.iter().enumerate() {
                    @if place % every == 0 {
                        text.tick x=(20 + slot * len(place)) y=(HEIGHT + 20) text-anchor="middle"
                            { (name) }
                    }
                }
                @for (index, one) in shown(chart).iter().enumerate() {
                    @let dots: Vec<(i64, i64, i64)> = one.values.iter().enumerate()
                        .filter_map(|(place, value)| value.map(|value| (place, value)))
                        .map(|(place, value)| { let (x, y) = at(place, value); (x, y, value) })
                        .collect();
                    @let points: Vec<String> =
                        dots.iter().map(|(x, y, _)| format!("{x},{y}")).collect();
                    polyline class={ "stroke-" (index) } points=(points.join(" ")) {}
                    @if let Some((x, y, value)) = dots.last() {
                        circle class={ "dot-" (index) } cx=(x) cy=(y) r="5" {}
                        text.value.last x=(x + 10) y=(y + 5) {
                            (written(chart, Some(*value)))
                            @if chart.series.len() > 1 { " " (one.name) }
                        }
                    }
                }
            }
            @if low != 0 { p.small.quiet { (say(chart.lang, "chart-broken-axis")) } }
        },
    )
}

/// The sentence above, the drawing, the table and the files below.
fn around(chart: &Chart<'_>, drawing: Markup) -> Markup {
    let lang = chart.lang;
    html! {
        figure.chart-around {
            figcaption {
                p.chart-sentence { (chart.sentence) }
                p.small.quiet.row {
                    @if !chart.unit.is_empty() { span { (chart.unit) } }
                    @if !chart.note.is_empty() { span { (chart.note) } }
                    @if chart.series.len() > 1 { (legend(chart)) }
                }
            }
            (drawing)
            details.chart-table {
                summary { (say(lang, "chart-table")) }
                (data_table(chart))
            }
            p.small.row {
                @if !chart.csv.is_empty() { a href=(chart.csv) { (say(lang, "chart-csv")) } }
                @if !chart.method.is_empty() {
                    a href=(chart.method) { (say(lang, "chart-method")) }
                }
            }
        }
    }
}

fn legend(chart: &Chart<'_>) -> Markup {
    html! {
        @for (index, one) in shown(chart).iter().enumerate() {
            span.legend {
                svg viewBox="0 0 12 12" aria-hidden="true" {
                    rect width="12" height="12" rx="2" fill=(fill(chart, index)) {}
                }
                (one.name)
            }
        }
    }
}

fn data_table(chart: &Chart<'_>) -> Markup {
    let mut columns = vec![Column::text("category", chart.category)];
    columns.extend(chart.series.iter().map(|one| Column::figures("", one.name, chart.unit)));
    let rows = chart.categories.iter().enumerate().map(|(place, name)| {
        let mut cells = vec![html! { (name) }];
        cells.extend(chart.series.iter().map(|one| {
            let value = one.values.get(place).copied().flatten();
            html! { (written(chart, value)) }
        }));
        Row::from(cells)
    });
    let rows = rows.collect();
    table(&Table {
        lang: chart.lang,
        caption: chart.sentence,
        is_caption_hidden: true,
        columns,
        rows,
        ..Table::default()
    })
}

fn shown<'c, 'a>(chart: &'c Chart<'a>) -> &'c [Series<'a>] {
    chart.series.get(..SERIES_MAX).unwrap_or(&chart.series)
}

fn written(chart: &Chart<'_>, value: Option<i64>) -> String {
    match value {
        Some(value) => words::decimal(chart.lang, value, chart.digits),
        None => say(chart.lang, "table-unknown"),
    }
}

/// The first series is plain, the others have patterns of their own.
fn fill(chart: &Chart<'_>, index: usize) -> String {
    format!("url(#{})", id(&format!("p{index}-"), chart.name))
}

fn patterns(chart: &Chart<'_>) -> Markup {
    let strokes = [
        "",
        "M-2 2l4-4M0 8l8-8M6 10l4-4",
        "M0 4H8",
        "M4 0V8",
        "M2 2h1v1h-1zM6 6h1v1h-1z",
        "M0 0l8 8",
    ];
    html! {
        defs {
            @for (index, stroke) in strokes.iter().enumerate().take(chart.series.len()) {
                pattern id=(id(&format!("p{index}-"), chart.name)) width="8" height="8"
                    patternUnits="userSpaceOnUse" {
                    rect class={ "series-" (index) } width="8" height="8" {}
                    path.hatch d=(stroke) {}
                }
            }
        }
    }
}

/// How long a value is drawn: the largest fills the room.
struct Scale {
    most: i128,
    room: i64,
}

impl Scale {
    fn length(&self, value: i64) -> i64 {
        let length = i128::from(value.max(0)) * i128::from(self.room) / self.most;
        i64::try_from(length).unwrap_or(self.room)
    }
}

fn scale(chart: &Chart<'_>, room: i64) -> Scale {
    let values = shown(chart).iter().flat_map(|one| one.values.iter().flatten());
    Scale { most: values.copied().map(i128::from).max().unwrap_or(1).max(1), room }
}

fn len(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_value_fills_the_room_and_nothing_overflows() {
        let chart = Chart {
            name: "x",
            sentence: "One.",
            categories: vec!["a".into(), "b".into(), "c".into()],
            series: vec![Series { name: "s", values: vec![Some(i64::MAX), Some(-5), None] }],
            ..Chart::default()
        };
        assert_eq!(scale(&chart, 100).length(i64::MAX), 100);
        for drawn in [bars(&chart), columns(&chart), line(&chart)] {
            let html = drawn.into_string();
            assert!(html.contains("9,223,372,036,854,775,807") && html.contains("<table"));
        }
    }
}
