//! What narrows a search besides its words: reach, filters, values after a field's name, and ids
//! that changed since the commit.
use matching::query::Field;

use crate::answer::Filters;
use crate::columns::Columns;
use crate::document::key;
use crate::error::Result;
use crate::find::Screen;
use crate::generation::{Generation, Segment};
use crate::reach::{Reach, Sieve};

/// One condition typed into the box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    Class(String),
    Region(String),
    Subject(String),
    Trl(u32, u32),
    Year(u32, u32),
}

impl Condition {
    /// Reads the value of a field; `None` if it is no such value.
    pub(crate) fn read(field: Field, value: &str) -> Option<Self> {
        match field {
            Field::Class => Some(Self::Class(value.to_uppercase())),
            Field::Region => Some(Self::Region(value.to_owned())),
            Field::Subject => Some(Self::Subject(value.to_owned())),
            Field::Trl => span(value).map(|(first, last)| Self::Trl(first, last)),
            Field::Year => span(value).map(|(first, last)| Self::Year(first, last)),
            Field::Title | Field::Body | Field::Owner | Field::Number => None,
        }
    }

    fn sieve<'a>(&self, columns: &'a Columns) -> Sieve<'a> {
        let one = |value: &String| vec![value.clone()];
        match self {
            Self::Class(prefix) => of_classes(columns, std::slice::from_ref(prefix)),
            Self::Region(value) => Sieve::of_values(&columns.region, &one(value)),
            Self::Subject(value) => Sieve::of_values(&columns.subject, &one(value)),
            Self::Trl(first, last) => between(&columns.trl, *first, *last),
            Self::Year(first, last) => between(&columns.year, *first, *last),
        }
    }
}

/// `5`, `5-7`, `5..7`, `5+`, `>=5`, `<=5`.
fn span(value: &str) -> Option<(u32, u32)> {
    let value = matching::analysis::fold(value.trim());
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|n| *n < u32::MAX);
    if let Some(least) = value.strip_suffix('+').or_else(|| value.strip_prefix(">=")) {
        return Some((number(least)?, u32::MAX - 1));
    }
    if let Some(most) = value.strip_prefix("<=") {
        return Some((0, number(most)?));
    }
    if let Some((first, last)) = value.split_once("..").or_else(|| value.split_once('-')) {
        return Some((number(first)?, number(last)?));
    }
    number(&value).map(|n| (n, n))
}

/// What was typed after field names: any of each list, or none of it.
pub(crate) type Conditions = Vec<(bool, Vec<Condition>)>;

fn between(column: &[u32], first: u32, last: u32) -> Sieve<'_> {
    // Zero says that the value is missing, so what is there is stored plus one.
    Sieve::Between { column, first: first.saturating_add(1), last: last.saturating_add(1) }
}

fn of_classes<'a>(columns: &'a Columns, prefixes: &[String]) -> Sieve<'a> {
    let bare = |symbol: &str| -> String {
        symbol.chars().filter(|ch| !ch.is_whitespace()).collect::<String>().to_uppercase()
    };
    let prefixes: Vec<String> = prefixes.iter().map(|prefix| bare(prefix)).collect();
    Sieve::of_bag(&columns.class, |symbol| {
        let symbol = bare(symbol);
        prefixes.iter().any(|prefix| begins(&symbol, prefix))
    })
}

/// A symbol begins with a prefix, and a number in it is not cut in two: `G01N2` is no `G01N29`,
/// but `G01N29` stands for `G01N29/04`.
fn begins(symbol: &str, prefix: &str) -> bool {
    let Some(rest) = symbol.strip_prefix(prefix) else { return false };
    let cuts_number = prefix.len() > 4
        && prefix.ends_with(|ch: char| ch.is_ascii_digit())
        && rest.starts_with(|ch: char| ch.is_ascii_digit())
        && !prefix.contains('/');
    !cuts_number
}

/// Everything a document of each segment must pass besides the words.
pub(crate) fn screens<'a>(
    generation: &'a Generation,
    (reach, hide): (&Reach, &[String]),
    filters: &Filters,
    conditions: &Conditions,
) -> Result<Vec<Screen<'a>>> {
    let seen = generation.seen(reach, &filters.kinds);
    let mut screens = Vec::with_capacity(generation.segments.len());
    for (at, segment) in generation.segments.iter().enumerate() {
        let sieves = sieves(&segment.columns, filters, conditions);
        let hidden = documents(segment, hide)?;
        screens.push(Screen { segment, at, seen: seen.clone(), sieves, hidden });
    }
    Ok(screens)
}

/// Lets nothing take part but the documents of these ids.
pub(crate) fn narrow(screens: &mut [Screen<'_>], ids: &[String]) -> Result<()> {
    for screen in screens {
        screen.sieves.push(Sieve::Among(documents(screen.segment, ids)?));
    }
    Ok(())
}

fn sieves<'a>(columns: &'a Columns, filters: &Filters, conditions: &Conditions) -> Vec<Sieve<'a>> {
    let mut sieves = Vec::new();
    let words = [
        (&columns.subject, &filters.fields),
        (&columns.owner, &filters.owners),
        (&columns.region, &filters.regions),
        (&columns.state, &filters.states),
    ];
    for (column, values) in words.into_iter().filter(|(_, values)| !values.is_empty()) {
        sieves.push(Sieve::of_values(column, values));
    }
    let bags = [(&columns.right, &filters.right_status), (&columns.mode, &filters.deal_modes)];
    for (column, values) in bags.into_iter().filter(|(_, values)| !values.is_empty()) {
        sieves.push(Sieve::of_bag(column, |value| values.iter().any(|it| it == value)));
    }
    if !filters.class_prefixes.is_empty() {
        sieves.push(of_classes(columns, &filters.class_prefixes));
    }
    if filters.trl_min.is_some() || filters.trl_max.is_some() {
        let first = filters.trl_min.map_or(0, u32::from);
        let last = filters.trl_max.map_or(u32::MAX - 1, u32::from);
        sieves.push(between(&columns.trl, first, last));
    }
    if filters.year_min.is_some() || filters.year_max.is_some() {
        let first = filters.year_min.map_or(0, u32::from);
        let last = filters.year_max.map_or(u32::MAX - 1, u32::from);
        sieves.push(between(&columns.year, first, last));
    }
    for (is_without, any) in conditions {
        let any = Sieve::Any(any.iter().map(|it| it.sieve(columns)).collect());
        sieves.push(if *is_without { Sieve::Not(Box::new(any)) } else { any });
    }
    sieves
}

/// The documents of these ids, whatever their kind, ascending.
fn documents(segment: &Segment, ids: &[String]) -> Result<Vec<u32>> {
    let mut found = Vec::new();
    for id in ids {
        for kind in &segment.columns.kind.values()[1..] {
            found.extend(segment.find(&key(kind, id))?);
        }
    }
    found.sort_unstable();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read() {
        let check =
            |text: &str, expect: Option<(u32, u32)>| assert_eq!(span(text), expect, "{text}");
        check("5", Some((5, 5)));
        check("2019-2023", Some((2019, 2023)));
        check("２０１９–２０２３", Some((2019, 2023)));
        check("5..7", Some((5, 7)));
        check("6+", Some((6, u32::MAX - 1)));
        check(">=6", Some((6, u32::MAX - 1)));
        check("<=6", Some((0, 6)));
        check("six", None);
        check("", None);
    }

    #[test]
    fn class_prefixes_do_not_cut_numbers() {
        let check = |symbol: &str, prefix: &str, expect: bool| {
            assert_eq!(begins(symbol, prefix), expect, "{symbol} {prefix}");
        };
        check("G01N29/04", "G01N", true);
        check("G01N29/04", "G01N29", true);
        check("G01N29/04", "G01N2", false);
        check("G01N29/04", "G01N29/0", true);
        check("G01N29/04", "G", true);
        check("G01N29/04", "G0", true);
        check("H01M10/05", "G01N", false);
    }
}
