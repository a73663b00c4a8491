//! Tables: caption, scope, order by links, figures to the right, a kind word when empty.

use crate::{say, say_one};
use base::Lang;
use maud::{Markup, html};

/// Which way a column is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
}

/// The link in a head that sorts by its column.
#[derive(Clone)]
pub struct SortLink {
    pub href: String,
    /// How it is sorted now, if by this column.
    pub now: Option<Direction>,
}

/// One column.
#[derive(Clone, Default)]
pub struct Column<'a> {
    /// A stable word, for remembering what is hidden.
    pub key: &'a str,
    pub title: &'a str,
    /// In the head, not in the cells.
    pub unit: &'a str,
    pub is_numeric: bool,
    pub sort: Option<SortLink>,
}

impl<'a> Column<'a> {
    /// A column of words.
    pub fn text(key: &'a str, title: &'a str) -> Self {
        Self { key, title, ..Self::default() }
    }

    /// A column of figures.
    pub fn figures(key: &'a str, title: &'a str, unit: &'a str) -> Self {
        Self { key, title, unit, is_numeric: true, sort: None }
    }

    /// The column with a link that sorts by it.
    pub fn sorted_by(self, href: String, now: Option<Direction>) -> Self {
        Self { sort: Some(SortLink { href, now }), ..self }
    }
}

/// What stands in a cell.
pub type Cell = Markup;

/// One row. The first cell names it.
#[derive(Default)]
pub struct Row {
    pub cells: Vec<Cell>,
    /// Mine, or the one meant.
    pub is_marked: bool,
    /// The value and the name of a checkbox for choosing rows, if they can be chosen.
    pub choose: Option<(String, String)>,
}

impl From<Vec<Cell>> for Row {
    fn from(cells: Vec<Cell>) -> Self {
        Self { cells, ..Self::default() }
    }
}

/// A way to take exactly these rows along.
#[derive(Clone, Copy)]
pub struct Export<'a> {
    pub text: &'a str,
    pub href: &'a str,
}

/// A table. Fill in what is known, take the rest from the default.
#[derive(Default)]
pub struct Table<'a> {
    pub lang: Lang,
    pub caption: &'a str,
    /// The caption is for speech output only, because a heading says it.
    pub is_caption_hidden: bool,
    pub columns: Vec<Column<'a>>,
    pub rows: Vec<Row>,
    /// Totals of the whole filter, below the rows.
    pub total: Option<Row>,
    /// Shown in place of the table when there are no rows.
    pub empty: Option<Markup>,
    pub exports: &'a [Export<'a>],
    /// "As of …", explanations of signs.
    pub note: Option<Markup>,
    /// On narrow screens each row becomes a card instead of scrolling sideways.
    pub is_cards: bool,
    /// A word under which the reader's hidden columns are remembered; empty: not at all.
    pub memory: &'a str,
}

/// The table in a region that scrolls sideways and can be reached by keyboard.
pub fn table(table: &Table<'_>) -> Markup {
    let lang = table.lang;
    if table.rows.is_empty() {
        let nothing = || crate::empty(&say(lang, "empty-list"), html! {});
        return table.empty.clone().unwrap_or_else(nothing);
    }
    let name = say_one(lang, "table-scroll", "caption", table.caption);
    let memory = (!table.memory.is_empty()).then_some(table.memory);
    let can_choose = table.rows.iter().any(|row| row.choose.is_some());
    html! {
        div.table-around {
            div.scroll role="region" tabindex="0" aria-label=(name) {
                table.cards[table.is_cards] data-columns=[memory]
                    data-columns-title=[memory.map(|_| say(lang, "table-columns"))] {
                    caption.sr[table.is_caption_hidden] { (table.caption) }
                    thead {
                        tr {
                            @if can_choose { td {} }
                            @for column in &table.columns { (head(lang, column)) }
                        }
                    }
                    tbody { @for row in &table.rows { (line(table, row, can_choose)) } }
                    @if let Some(total) = &table.total {
                        tfoot { (line(table, total, can_choose)) }
                    }
                }
            }
            (below(table))
        }
    }
}

fn head(lang: Lang, column: &Column<'_>) -> Markup {
    let now = column.sort.as_ref().and_then(|sort| sort.now);
    let order = now.map(|now| if now == Direction::Up { "ascending" } else { "descending" });
    let sign = now.map_or("↕", |now| if now == Direction::Up { "↑" } else { "↓" });
    html! {
        th.n[column.is_numeric] scope="col" aria-sort=[order] data-key=(column.key) {
            @match &column.sort {
                Some(sort) => {
                    a href=(sort.href) title=(say_one(lang, "table-sort", "column", column.title)) {
                        (column.title) span.sort.on[now.is_some()] aria-hidden="true" { (sign) }
                    }
                },
                None => (column.title),
            }
            @if !column.unit.is_empty() { span.unit { (column.unit) } }
        }
    }
}

fn line(table: &Table<'_>, row: &Row, can_choose: bool) -> Markup {
    let lang = table.lang;
    html! {
        tr.marked[row.is_marked] {
            @if can_choose {
                td {
                    @if let Some((value, name)) = &row.choose {
                        input type="checkbox" name="chosen" value=(value)
                            aria-label=(say_one(lang, "table-choose-row", "row", name));
                    }
                }
            }
            @for (index, cell) in row.cells.iter().enumerate() {
                @let column = table.columns.get(index);
                @let numeric = column.is_some_and(|column| column.is_numeric);
                @let title = column.map_or("", |column| column.title);
                @if index == 0 { th.n[numeric] scope="row" { (cell) } }
                @else { td.n[numeric] data-title=(title) { (cell) } }
            }
        }
    }
}

fn below(table: &Table<'_>) -> Markup {
    html! {
        @if table.note.is_some() || !table.exports.is_empty() {
            div.row.below.small {
                @if let Some(note) = &table.note { div.quiet { (note) } }
                @if !table.exports.is_empty() {
                    div.row.exports {
                        span.quiet { (say(table.lang, "button-export")) }
                        @for export in table.exports { a href=(export.href) { (export.text) } }
                    }
                }
            }
        }
    }
}
