//! A check of releases and packages against the field table: what is there, of which type, from which
//! codes, and whether what is referred to exists.
//!
//! It is not the JSON Schema of the standard, which is not part of this program; a test holds the two
//! together. It looks further where the schema cannot: ids that occur twice, references that lead
//! nowhere, periods that end before they begin.

use std::collections::{BTreeSet, HashSet};

use serde_json::{Map, Value};

use crate::standard::{Extension, Field, Kind, Of, fields};

/// Problems that are told of one document; more of them are counted and not told.
pub const PROBLEMS_MAX: usize = 1_000;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    pub problems: Vec<Problem>,
    /// How many problems there are, told or not.
    pub n_problems: usize,
    /// Fields of neither the standard nor an extension we know. They are allowed.
    pub unknown: BTreeSet<String>,
    /// Extensions whose fields occur.
    pub extensions: BTreeSet<Extension>,
}

/// One thing that is wrong, and where: names and places from the top, `/awards/0/id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub path: String,
    pub what: Wrong,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It must be there.
    Missing,
    /// It must not be null.
    Null,
    /// It must not be empty.
    Empty,
    /// It is of another type.
    NotA(&'static str),
    /// Its code is none of the closed list.
    UnknownCode(String),
    /// It is no moment of RFC 3339.
    NotMoment(String),
    /// It is no address with a scheme.
    NotAddress(String),
    /// It is no currency's three letters.
    NotCurrency(String),
    /// The same id occurs before it in the list.
    IdTwice(String),
    /// It names what does not exist in the list of this name.
    LeadsNowhere { to: &'static str, id: String },
    /// The period ends before it begins.
    EndsBefore,
    /// The release package or record package has neither releases nor records.
    NoContent,
}

impl Checked {
    fn add(&mut self, path: &str, what: Wrong) {
        self.n_problems += 1;
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(Problem { path: path.to_owned(), what });
        }
    }

    /// Whether nothing is wrong; unknown fields are not wrong.
    pub fn is_sound(&self) -> bool {
        self.n_problems == 0
    }
}

/// Checks a release or a compiled release.
pub fn release(release: &Value) -> Checked {
    let mut checked = Checked::default();
    checked.release("", release);
    checked
}

/// Checks a package of releases or of records, and every release in it. The versioned releases of
/// records have another shape and are not looked at: merge the releases and compare.
pub fn package(package: &Value) -> Checked {
    let mut checked = Checked::default();
    let Some(named) = package.as_object() else {
        checked.add("", Wrong::NotA("object"));
        return checked;
    };
    checked.fields("", named, fields(Of::Package));
    let mut is_empty = true;
    for (n, release) in each(named.get("releases")) {
        checked.release(&format!("/releases/{n}"), release);
        is_empty = false;
    }
    for (n, record) in each(named.get("records")) {
        checked.record(&format!("/records/{n}"), record);
        is_empty = false;
    }
    if is_empty {
        checked.add("", Wrong::NoContent);
    }
    checked
}

/// Checks a record that stands alone, as bulk files have them.
pub fn record(record: &Value) -> Checked {
    let mut checked = Checked::default();
    checked.record("", record);
    checked
}

fn each(list: Option<&Value>) -> impl Iterator<Item = (usize, &Value)> {
    list.and_then(Value::as_array).into_iter().flatten().enumerate()
}

impl Checked {
    fn record(&mut self, path: &str, record: &Value) {
        let Some(named) = record.as_object() else {
            return self.add(path, Wrong::NotA("object"));
        };
        self.fields(path, named, fields(Of::Record));
        for (n, release) in each(named.get("releases")) {
            // A link has an address and no process.
            if release.get("url").is_none() {
                self.release(&format!("{path}/releases/{n}"), release);
            }
        }
        if let Some(compiled) = named.get("compiledRelease") {
            self.release(&format!("{path}/compiledRelease"), compiled);
        }
    }

    fn release(&mut self, path: &str, release: &Value) {
        let Some(named) = release.as_object() else {
            return self.add(path, Wrong::NotA("object"));
        };
        self.fields(path, named, fields(Of::Release));
        let known = Known {
            parties: ids(release.pointer("/parties")),
            lots: release.pointer("/tender/lots").map(|lots| ids(Some(lots))),
            awards: release.pointer("/awards").map(|awards| ids(Some(awards))),
        };
        self.references(path, named, fields(Of::Release), &known);
    }

    fn fields(&mut self, path: &str, named: &Map<String, Value>, table: &[Field]) {
        for field in table.iter().filter(|field| field.is_needed) {
            if !named.contains_key(field.name) {
                self.add(&format!("{path}/{}", field.name), Wrong::Missing);
            }
        }
        for (name, value) in named {
            let path = format!("{path}/{name}");
            match table.iter().find(|field| field.name == name) {
                Some(field) => self.field(&path, value, field),
                None if is_translation(name, table) => {
                    if !value.is_string() && !value.is_null() {
                        self.add(&path, Wrong::NotA("text"));
                    }
                }
                None => {
                    self.unknown.insert(without_places(&path));
                }
            }
        }
        if ends_before(named, table) == Some(true) {
            self.add(path, Wrong::EndsBefore);
        }
    }

    fn field(&mut self, path: &str, value: &Value, field: &Field) {
        if let Some(extension) = field.from {
            self.extensions.insert(extension);
        }
        if value.is_null() {
            // Objects and lists are never null in the schema; a field of them is.
            let is_solid = field.is_solid
                || matches!(field.kind, Kind::One(_) | Kind::Many(_) | Kind::Whole(_));
            if is_solid {
                self.add(path, Wrong::Null);
            }
            return;
        }
        let is_empty = match value {
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            _ => false,
        };
        if field.is_filled && is_empty {
            return self.add(path, Wrong::Empty);
        }
        if let Some(what) = plain(value, field.kind) {
            return self.add(path, what);
        }
        match (field.kind, value) {
            (Kind::One(of), Value::Object(named)) => self.fields(path, named, fields(of)),
            (Kind::Many(of) | Kind::Whole(of), Value::Array(items)) => {
                self.items(path, items, of, matches!(field.kind, Kind::Many(_)));
            }
            (Kind::Texts | Kind::Addresses | Kind::Codes(_), Value::Array(items)) => {
                let one = match field.kind {
                    Kind::Codes(codes) => Kind::Code(codes),
                    Kind::Addresses => Kind::Address,
                    _ => Kind::Text,
                };
                for (n, item) in items.iter().enumerate() {
                    if let Some(what) = plain(item, one) {
                        self.add(&format!("{path}/{n}"), what);
                    }
                }
            }
            _ => {}
        }
    }

    fn items(&mut self, path: &str, items: &[Value], of: Of, is_by_id: bool) {
        let mut met = HashSet::new();
        for (n, item) in items.iter().enumerate() {
            let path = format!("{path}/{n}");
            let Some(named) = item.as_object() else {
                self.add(&path, Wrong::NotA("object"));
                continue;
            };
            self.fields(&path, named, fields(of));
            if let Some(id) = named.get("id").filter(|id| is_by_id && !id.is_null())
                && !met.insert(id)
            {
                self.add(&format!("{path}/id"), Wrong::IdTwice(text(id)));
            }
        }
    }
}

/// What may be referred to; none where the list is not in this release, so that it may be in an
/// earlier one.
struct Known {
    parties: HashSet<String>,
    lots: Option<HashSet<String>>,
    awards: Option<HashSet<String>>,
}

impl Checked {
    fn references(
        &mut self,
        path: &str,
        named: &Map<String, Value>,
        table: &[Field],
        known: &Known,
    ) {
        for field in table {
            let Some(value) = named.get(field.name) else { continue };
            let path = format!("{path}/{}", field.name);
            match (field.kind, value, field.name) {
                (Kind::One(of), Value::Object(named), _) => {
                    self.references_of(&path, named, of, known);
                }
                (Kind::Many(of) | Kind::Whole(of), Value::Array(items), _) => {
                    for (n, item) in items.iter().enumerate() {
                        if let Some(named) = item.as_object() {
                            self.references_of(&format!("{path}/{n}"), named, of, known);
                        }
                    }
                }
                (_, value, "awardID") => self.leads(&path, value, "awards", known.awards.as_ref()),
                (_, value, "relatedLot") => self.leads(&path, value, "lots", known.lots.as_ref()),
                (_, Value::Array(lots), "relatedLots") => {
                    for lot in lots {
                        self.leads(&path, lot, "lots", known.lots.as_ref());
                    }
                }
                _ => {}
            }
        }
    }

    fn references_of(&mut self, path: &str, named: &Map<String, Value>, of: Of, known: &Known) {
        if of == Of::Reference
            && let Some(id) = named.get("id")
        {
            self.leads(&format!("{path}/id"), id, "parties", Some(&known.parties));
        }
        // A related process speaks of its own lots.
        if of != Of::Related {
            self.references(path, named, fields(of), known);
        }
    }

    fn leads(&mut self, path: &str, id: &Value, to: &'static str, known: Option<&HashSet<String>>) {
        let id = text(id);
        if known.is_some_and(|known| !known.contains(&id)) {
            self.add(path, Wrong::LeadsNowhere { to, id });
        }
    }
}

fn ids(list: Option<&Value>) -> HashSet<String> {
    each(list).filter_map(|(_, item)| item.get("id").map(text)).collect()
}

/// An id as references write it: a number and its digits are one here.
fn text(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

/// What is wrong with a value of a simple kind, or with the outer type of another.
fn plain(value: &Value, kind: Kind) -> Option<Wrong> {
    let is = |fits: bool, name: &'static str| (!fits).then_some(Wrong::NotA(name));
    let is_integer = value.is_i64() || value.is_u64();
    match kind {
        Kind::Text => is(value.is_string(), "text"),
        Kind::Id => is(value.is_string() || is_integer, "text or integer"),
        Kind::Number => is(value.is_number(), "number"),
        Kind::Integer => is(is_integer, "integer"),
        Kind::Truth => is(value.is_boolean(), "truth value"),
        Kind::One(_) | Kind::Open => is(value.is_object(), "object"),
        Kind::Many(_) | Kind::Whole(_) | Kind::Texts | Kind::Addresses | Kind::Codes(_) => {
            is(value.is_array(), "list")
        }
        Kind::Former => is(!value.is_boolean(), "anything but a truth value"),
        Kind::Any => None,
        Kind::Moment | Kind::Address | Kind::Currency | Kind::Code(_) => {
            let Some(text) = value.as_str() else { return Some(Wrong::NotA("text")) };
            worded(text, kind)
        }
    }
}

fn worded(text: &str, kind: Kind) -> Option<Wrong> {
    let own = || text.to_owned();
    match kind {
        Kind::Moment => (!is_moment(text)).then(|| Wrong::NotMoment(own())),
        Kind::Address => (!is_address(text)).then(|| Wrong::NotAddress(own())),
        Kind::Currency => {
            let fits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
            (!fits).then(|| Wrong::NotCurrency(own()))
        }
        Kind::Code(codes) => (!codes.contains(&text)).then(|| Wrong::UnknownCode(own())),
        _ => None,
    }
}

/// RFC 3339, section 5.6: `T` between, seconds, and `Z` or an offset.
fn is_moment(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"-:.+TZtz".contains(&byte));
    let parts = text.split_once(['T', 't']);
    let is_long = parts.is_some_and(|(day, time)| day.len() == 10 && time.len() >= 9);
    plain && is_long && crate::merge::moment(text).is_some_and(|(_, has_offset)| has_offset)
}

/// An absolute address as RFC 3986 has it, as far as a wrong one is likely: a scheme, something behind
/// it, and no blank or other sign that must be written with `%`.
pub(crate) fn is_address(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let is_plain = |c: char| c.is_ascii_graphic() && !"<>\"{}|\\^`".contains(c);
    is_scheme && !rest.is_empty() && rest.chars().all(is_plain)
}

/// Whether a name is a known text's with a language behind it: `title_zh-Hans`.
fn is_translation(name: &str, table: &[Field]) -> bool {
    let Some((base, language)) = name.split_once('_') else { return false };
    let fits = language.len() >= 2
        && language.starts_with(|c: char| c.is_ascii_alphabetic())
        && language.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    fits && table.iter().any(|field| field.name == base && matches!(field.kind, Kind::Text))
}

/// Whether it is a period that ends before it begins, where both moments can be read.
fn ends_before(named: &Map<String, Value>, table: &[Field]) -> Option<bool> {
    table.iter().find(|field| field.name == "startDate")?;
    let moment = |name: &str| crate::merge::moment(named.get(name)?.as_str()?);
    let (start, _) = moment("startDate")?;
    let (end, _) = moment("endDate")?;
    Some(end < start)
}

/// A path as a kind of field: `/awards/id` for `/awards/0/id`.
fn without_places(path: &str) -> String {
    let is_name = |part: &&str| !part.bytes().all(|byte| byte.is_ascii_digit());
    path.split('/').skip(1).filter(is_name).map(|part| format!("/{part}")).collect()
}
