//! The search box: what a reader typed, as groups that must or must not occur.
//!
//! Reading never fails: whatever is malformed is taken as text. `parse` sees operators only;
//! `plan` cuts the texts into terms, phrases and covers that an index can answer.
mod plan;

pub use plan::{Alternative, Demand, Group, Plan, Scored, Target, plan};

/// More characters than this are cut off, and the cut is said.
pub const QUERY_CHARS_MAX: usize = 256;
/// More groups than this are left out, and that is said.
pub const QUERY_GROUPS_MAX: usize = 64;
/// A Han run up to this long must stand adjacent; a longer one must be covered.
pub const ADJACENT_CHARS_MAX: usize = 4;
/// The share of its mass that a long Han run must find.
pub const COVER_SHARE: f64 = 0.6;

/// What the reader should be told about the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Note {
    /// The text was longer than `QUERY_CHARS_MAX`.
    CharactersCut,
    /// There were more groups than `QUERY_GROUPS_MAX`.
    GroupsCut,
    /// Only exclusions: there is nothing to start from.
    OnlyNegatives,
    /// Only filters: a list, not a ranking.
    OnlyFilters,
    /// Only stop words: they were taken exactly as capitals.
    OnlyStopWords,
    /// Nothing that can be searched, such as punctuation alone.
    Nothing,
}

/// The fields a reader may name before a colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    Title,
    Body,
    Owner,
    Number,
    Class,
    Region,
    Subject,
    Trl,
    Year,
}

impl Field {
    /// True for fields that narrow the list and take no part in ranking.
    pub fn is_filter(self) -> bool {
        !matches!(self, Self::Title | Self::Body | Self::Owner | Self::Number)
    }

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "title" | "标题" | "题名" => Self::Title,
            "body" | "text" | "正文" => Self::Body,
            "owner" | "单位" | "权利人" => Self::Owner,
            "number" | "no" | "号" | "编号" => Self::Number,
            "class" | "ipc" | "cpc" | "分类" => Self::Class,
            "region" | "地区" => Self::Region,
            "field" | "领域" => Self::Subject,
            "trl" | "成熟度" => Self::Trl,
            "year" | "年" | "年份" => Self::Year,
            _ => return None,
        })
    }
}

/// One text of the box: a word, a quoted phrase, or the value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub field: Option<Field>,
    pub text: String,
    pub is_quoted: bool,
}

/// Texts of which any one must occur, or none may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    pub is_without: bool,
    pub any: Vec<Part>,
}

/// The box as read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub clauses: Vec<Clause>,
    pub notes: Vec<Note>,
}

/// Reads the search box.
pub fn parse(text: &str) -> Query {
    let mut query = Query::default();
    let cut = text.char_indices().nth(QUERY_CHARS_MAX).map_or(text.len(), |(at, _)| at);
    if cut < text.len() {
        query.notes.push(Note::CharactersCut);
    }
    let mut words = split(&text[..cut]);
    if words.len() > QUERY_GROUPS_MAX {
        words.truncate(QUERY_GROUPS_MAX);
        query.notes.push(Note::GroupsCut);
    }
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        let joins = is_or(word) && words.get(at).is_some_and(|next| !next.is_without);
        match query.clauses.last_mut().filter(|last| joins && !last.is_without) {
            Some(last) if !is_or(&words[at]) => {
                last.any.push(words[at].part.clone());
                at += 1;
            }
            _ => query
                .clauses
                .push(Clause { is_without: word.is_without, any: vec![word.part.clone()] }),
        }
    }
    note_what_is_missing(&mut query);
    query
}

fn is_or(word: &Word) -> bool {
    let part = &word.part;
    part.text == "OR" && !part.is_quoted && part.field.is_none() && !word.is_without
}

fn note_what_is_missing(query: &mut Query) {
    let texts = || query.clauses.iter().filter(|clause| !is_filter(clause));
    let note = if query.clauses.is_empty() {
        Note::Nothing
    } else if texts().next().is_none() {
        Note::OnlyFilters
    } else if texts().all(|clause| clause.is_without) {
        let has_filter = query.clauses.iter().any(|clause| is_filter(clause) && !clause.is_without);
        if has_filter { Note::OnlyFilters } else { Note::OnlyNegatives }
    } else {
        return;
    };
    query.notes.push(note);
}

/// True when every text of the clause narrows a field and ranks nothing.
fn is_filter(clause: &Clause) -> bool {
    clause.any.iter().all(|part| part.field.is_some_and(Field::is_filter))
}

struct Word {
    is_without: bool,
    part: Part,
}

/// Cuts at blanks outside quotation marks; reads `-` and `field:` before each word.
fn split(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (is_without, after) = match rest.strip_prefix(['-', '－', '−']) {
            Some(after) if after.chars().next().is_some_and(|ch| !ch.is_whitespace()) => {
                (true, after)
            }
            _ => (false, rest),
        };
        let (field, after) = field_before(after);
        let (part, after) = match quoted(after) {
            Some((inside, after)) => (Part { field, text: inside.into(), is_quoted: true }, after),
            None => {
                let end = bare_end(after);
                let text = after[..end].to_owned();
                (Part { field, text, is_quoted: false }, &after[end..])
            }
        };
        if !part.text.trim().is_empty() {
            words.push(Word { is_without, part });
        }
        rest = after.trim_start();
    }
    words
}

/// A known field name, its colon, and something right behind it.
fn field_before(text: &str) -> (Option<Field>, &str) {
    let Some(colon) = text.find([':', '：']) else { return (None, text) };
    let value = text[colon..].trim_start_matches([':', '：']);
    let has_value = value.chars().next().is_some_and(|ch| !ch.is_whitespace());
    match Field::named(&text[..colon].to_lowercase()) {
        Some(field) if has_value => (Some(field), value),
        _ => (None, text),
    }
}

const OPENING: [char; 4] = ['"', '“', '”', '＂'];

/// The inside of a quotation and what follows; a quotation that never ends is none.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix(OPENING)?;
    let end = inside.find(OPENING)?;
    Some((&inside[..end], &inside[end + first_width(&inside[end..])..]))
}

/// A bare word ends at a blank, or where a quotation begins that also ends.
fn bare_end(text: &str) -> usize {
    let is_end = |(at, ch): &(usize, char)| {
        ch.is_whitespace() || (*at > 0 && OPENING.contains(ch) && quoted(&text[*at..]).is_some())
    };
    text.char_indices().find(is_end).map_or(text.len(), |(at, _)| at).max(first_width(text))
}

fn first_width(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

#[cfg(test)]
mod tests;
