//! Tables: where the heads are, what each column means, which rows are records.

use crate::cell::Row;
use crate::columns::{self, Column, HEAD_ROWS, VERSION, VERSION_STEM};
use crate::read::{Out, Outcome, Refused, refused};
use crate::{nasa, own};
use base::Lang;
use std::collections::HashSet;
use trading::intake::{Place, Problem};
use trading::marking;

/// What the columns of a table mean.
pub(crate) struct Layout {
    /// The heads as the file writes them.
    pub(crate) heads: Vec<String>,
    pub(crate) columns: Vec<Option<&'static Column>>,
    /// Dates without a format count from 1904.
    pub(crate) is_1904: bool,
}

enum State {
    /// Heads have not been seen; so many rows were.
    Seeking {
        n_rows: usize,
    },
    Own(Layout),
    Nasa,
    /// Nothing in it can be read.
    Given,
    /// It looks marked as a secret; that has been said.
    Refused,
}

/// Takes the rows of one table one after the other.
pub(crate) struct Table<'t, 'a> {
    out: &'t mut Out<'a>,
    file: String,
    state: State,
    is_1904: bool,
    /// The row of heads was read by names, so a row of keys may follow.
    may_keys_follow: bool,
    first_heads: String,
}

impl<'t, 'a> Table<'t, 'a> {
    pub(crate) fn new(file: &str, is_1904: bool, out: &'t mut Out<'a>) -> Self {
        Self {
            out,
            file: file.to_owned(),
            state: State::Seeking { n_rows: 0 },
            is_1904,
            may_keys_follow: false,
            first_heads: String::new(),
        }
    }

    fn at(&self, line: u64) -> Place {
        Place { file: self.file.clone(), line }
    }

    /// Takes a row; `false` when no more is wanted.
    pub(crate) fn row(&mut self, row: Row) -> bool {
        if let Some(problem) = row.broken {
            let at = self.at(row.line);
            return self.out.refuse(Refused {
                at,
                outcome: Outcome::Rejected,
                problems: vec![problem],
            });
        }
        if row.is_blank() {
            return true;
        }
        let marked = self.marked(&row);
        if !marked.is_empty() {
            let at = self.at(row.line);
            // A marking above the heads speaks for the whole table.
            let is_whole = matches!(self.state, State::Seeking { .. });
            if is_whole {
                self.state = State::Refused;
            }
            let outcome = Outcome::Rejected;
            return self.out.refuse(Refused { at, outcome, problems: marked }) && !is_whole;
        }
        match &self.state {
            State::Seeking { n_rows } => {
                let n_rows = *n_rows;
                self.seek(&row, n_rows)
            }
            State::Own(_) if self.may_keys_follow && self.is_key_row(&row) => {
                self.may_keys_follow = false;
                self.take_heads(&row, false);
                true
            }
            State::Own(layout) => {
                self.may_keys_follow = false;
                let at = Place { file: self.file.clone(), line: row.line };
                if let Some(code) = not_a_record(layout, &row) {
                    return self.out.refuse(refused(Outcome::Skipped, code, &at));
                }
                match own::record(layout, &row, &at, self.out.options) {
                    Ok(record) => self.out.record(record),
                    Err(problems) => {
                        self.out.refuse(Refused { at, outcome: Outcome::Rejected, problems })
                    }
                }
            }
            State::Nasa => {
                let at = self.at(row.line);
                nasa::patent(&row, at, self.out)
            }
            State::Given | State::Refused => false,
        }
    }

    /// A problem for every cell that looks marked as a secret, read or not.
    fn marked(&self, row: &Row) -> Vec<Problem> {
        if self.out.options.marking_released {
            return Vec::new();
        }
        let at = self.at(row.line);
        let problem = |(place, cell): (usize, &crate::cell::Cell)| {
            let pattern = marking::find(&cell.text)?;
            let key = match &self.state {
                State::Own(layout) => layout.columns.get(place).copied().flatten(),
                _ => None,
            };
            let field = key.map_or("file", |column| column.key);
            let problem = Problem::new("marking-found", &at).on(field);
            let problem = problem.at_column(u64::try_from(place + 1).unwrap_or(0));
            Some(problem.with("field", field).with("pattern", pattern))
        };
        row.cells.iter().enumerate().filter_map(problem).collect()
    }

    /// Ends the table; gives back its first line when nothing in it looked like heads.
    pub(crate) fn end(self) -> Option<String> {
        match self.state {
            State::Own(_) | State::Nasa | State::Refused => None,
            State::Seeking { .. } | State::Given => Some(self.first_heads),
        }
    }

    fn seek(&mut self, row: &Row, n_rows: usize) -> bool {
        let texts = texts(row);
        if texts.iter().map(String::as_str).eq(columns::NASA_HEADS) {
            self.state = State::Nasa;
            return true;
        }
        if n_rows == 0 {
            let heads = texts.iter().filter(|text| !text.is_empty());
            self.first_heads = heads.cloned().collect::<Vec<_>>().join(", ");
        }
        let mapping = columns::guess_mapping(&texts, &self.out.options.mapping);
        if columns::is_enough(&mapping) {
            self.may_keys_follow = !self.is_key_row(row);
            self.take_heads(row, true);
            return true;
        }
        if n_rows + 1 < HEAD_ROWS {
            self.state = State::Seeking { n_rows: n_rows + 1 };
            return true;
        }
        self.state = State::Given;
        false
    }

    /// Whether the row holds our stable keys.
    fn is_key_row(&self, row: &Row) -> bool {
        let n_keys = row.cells.iter().filter(|cell| columns::by_key(cell.text.trim()).is_some());
        let n_filled = row.cells.iter().filter(|cell| !cell.text.trim().is_empty()).count();
        let n_keys = n_keys.count();
        n_keys >= 2 && n_keys * 2 > n_filled
    }

    fn take_heads(&mut self, row: &Row, is_first: bool) {
        let heads = texts(row);
        let at = self.at(row.line);
        let mut columns = columns::guess_mapping(&heads, &self.out.options.mapping);
        let mut seen = HashSet::new();
        for (place, (head, column)) in heads.iter().zip(&mut columns).enumerate() {
            let place = u64::try_from(place + 1).unwrap_or(0);
            if head.starts_with(VERSION_STEM) {
                if head != VERSION {
                    let problem = Problem::warn("template-other-version", &at).at_column(place);
                    self.out.remark(problem.with("found", head).with("known", VERSION));
                }
                continue;
            }
            let Some(known) = column else {
                let chosen = self.out.options.mapping.contains_key(head);
                // A row of keys follows heads that were told already.
                if !head.is_empty() && !chosen && is_first {
                    let problem = Problem::warn("column-unknown", &at).at_column(place);
                    self.out.remark(problem.on(head).with("head", head));
                }
                continue;
            };
            if !seen.insert(known.key) {
                let problem = Problem::warn("column-repeated", &at).at_column(place);
                self.out.remark(problem.on(head).with("head", head));
                *column = None;
            }
        }
        self.state = State::Own(Layout { heads, columns, is_1904: self.is_1904 });
    }
}

fn texts(row: &Row) -> Vec<String> {
    row.cells.iter().map(|cell| cell.text.trim().to_owned()).collect()
}

/// Why a row is left out on purpose: the template's example, a total at the bottom.
fn not_a_record(layout: &Layout, row: &Row) -> Option<&'static str> {
    let first = row.first();
    if first.starts_with("EXAMPLE-") || first.starts_with("示例-") {
        return Some("row-example");
    }
    let says_stub = |cell: (&Option<&'static Column>, &crate::cell::Cell)| {
        cell.0.is_some_and(|column| column.key == "state") && is_stub(cell.1.text.trim())
    };
    let words = ["合计", "总计", "小计", "共计", "total", "sum", "subtotal"];
    let plain = first.trim_end_matches(['：', ':']).to_lowercase();
    let title = |cell: (&Option<&'static Column>, &crate::cell::Cell)| {
        cell.0.is_some_and(|column| column.key.starts_with("title")) && !cell.1.text.is_empty()
    };
    let has_title = layout.columns.iter().zip(&row.cells).any(title);
    if !has_title && layout.columns.iter().zip(&row.cells).any(says_stub) {
        return Some("row-stub");
    }
    let is_total = words.contains(&plain.as_str());
    let is_first = row.cells.first().is_some_and(|cell| cell.text.trim() == first);
    (is_total && (is_first || !has_title)).then_some("row-total")
}

/// Whether an exported state says that the title is withheld.
fn is_stub(state: &str) -> bool {
    let name = |lang: Lang| words::say(lang, "technology-state-stub");
    state == "stub" || Lang::ALL.into_iter().any(|lang| name(lang) == state)
}
