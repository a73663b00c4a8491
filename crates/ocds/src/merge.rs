//! From the releases of one process to its compiled release, its versioned release, and its record.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::fault::{Fault, Notice};
use crate::rules::Rules;
use crate::tree::Tree;

/// Levels of objects and lists inside each other that are merged.
pub const DEPTH_MAX: usize = 64;

/// What came of a merge, and what was noticed on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    pub release: Value,
    pub notices: Vec<Notice>,
}

/// A record and what was noticed while it was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    pub ocid: String,
    pub record: Value,
    pub notices: Vec<Notice>,
}

/// What a record holds beside the compiled release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub releases: Releases,
    pub is_versioned: bool,
}

/// How a record gives its releases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Releases {
    /// Whole.
    Embedded,
    /// As addresses: this one of a release package, and the release's `id` behind `#`.
    Linked { package: String },
}

/// Which release a value of the history was said in.
#[derive(Clone, Copy)]
pub(crate) struct Stamp<'a> {
    pub(crate) id: Option<&'a Value>,
    pub(crate) date: Option<&'a Value>,
    pub(crate) tag: Option<&'a Value>,
}

/// The current state of a process: of every field the latest value.
///
/// Releases may come in any order; they are sorted by the moment their `date` names, and of equal
/// moments the one earlier in the input counts as earlier.
///
/// # Errors
/// All faults at once; a process with a fault has no merged release.
pub fn compiled(releases: &[Value], rules: &Rules) -> Result<Merged, Vec<Fault>> {
    let ordered = Ordered::of(releases)?;
    let (tree, notices) = ordered.merged(rules, false)?;
    Ok(Merged { release: ordered.compiled(&tree), notices })
}

/// The history of a process: of every field all values, each with the release that said it.
///
/// # Errors
/// As for [`compiled`], and for the same releases.
pub fn versioned(releases: &[Value], rules: &Rules) -> Result<Merged, Vec<Fault>> {
    let ordered = Ordered::of(releases)?;
    let (tree, notices) = ordered.merged(rules, true)?;
    Ok(Merged { release: ordered.versioned(&tree), notices })
}

/// The record of a process: its releases in the order of time, the compiled and, if wanted, the
/// versioned release.
///
/// # Errors
/// As for [`compiled`].
pub fn record(releases: &[Value], rules: &Rules, shown: &Shown) -> Result<Recorded, Vec<Fault>> {
    let ordered = Ordered::of(releases)?;
    let (tree, notices) = ordered.merged(rules, shown.is_versioned)?;
    let mut record = Map::new();
    record.insert("ocid".to_owned(), json!(ordered.ocid));
    record.insert("releases".to_owned(), ordered.releases(&shown.releases));
    record.insert("compiledRelease".to_owned(), ordered.compiled(&tree));
    if shown.is_versioned {
        record.insert("versionedRelease".to_owned(), ordered.versioned(&tree));
    }
    let ocid = ordered.ocid.to_owned();
    Ok(Recorded { ocid, record: Value::Object(record), notices })
}

/// Releases of one process in the order of time.
struct Ordered<'a> {
    ocid: &'a str,
    releases: Vec<Dated<'a>>,
    notices: Vec<Notice>,
}

struct Dated<'a> {
    moment: jiff::Timestamp,
    place: usize,
    date: &'a str,
    fields: &'a Map<String, Value>,
}

impl<'a> Ordered<'a> {
    fn of(releases: &'a [Value]) -> Result<Self, Vec<Fault>> {
        let first = releases.first().ok_or_else(|| vec![Fault::Nothing])?;
        let ocid = first.get("ocid").and_then(Value::as_str).unwrap_or("");
        let (mut dated, mut faults, mut notices) = (Vec::new(), Vec::new(), Vec::new());
        for (place, release) in releases.iter().enumerate() {
            match self::dated(release, place, ocid) {
                Ok((one, has_offset)) => {
                    if !has_offset {
                        notices.push(Notice::NoOffset { release: place });
                    }
                    dated.push(one);
                }
                Err(found) => faults.extend(found),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        dated.sort_by_key(|release| (release.moment, release.place));
        notice_order(&dated, &mut notices);
        Ok(Self { ocid, releases: dated, notices })
    }

    fn merged(
        &self,
        rules: &Rules,
        keeps_history: bool,
    ) -> Result<(Tree<'a>, Vec<Notice>), Vec<Fault>> {
        let mut tree = Tree::new(keeps_history);
        for (n, release) in self.releases.iter().enumerate() {
            tree.merge(release.fields, &rules.root, [n, release.place]);
        }
        if !tree.faults.is_empty() {
            return Err(tree.faults);
        }
        let mut notices = self.notices.clone();
        notices.append(&mut tree.notices);
        Ok((tree, notices))
    }

    fn compiled(&self, tree: &Tree<'a>) -> Value {
        let last = self.releases.last().map_or("", |release| release.date);
        let mut fields = tree.compiled();
        fields.insert("ocid".to_owned(), json!(self.ocid));
        fields.insert("id".to_owned(), Value::String(format!("{}-{last}", self.ocid)));
        fields.insert("date".to_owned(), json!(last));
        fields.insert("tag".to_owned(), json!(["compiled"]));
        Value::Object(fields)
    }

    fn versioned(&self, tree: &Tree<'a>) -> Value {
        let stamp = |release: &Dated<'a>| Stamp {
            id: release.fields.get("id"),
            date: release.fields.get("date"),
            tag: release.fields.get("tag"),
        };
        let stamps: Vec<_> = self.releases.iter().map(stamp).collect();
        let mut fields = tree.versioned(&stamps);
        fields.insert("ocid".to_owned(), json!(self.ocid));
        Value::Object(fields)
    }

    fn releases(&self, how: &Releases) -> Value {
        let one = |release: &Dated<'a>| match how {
            Releases::Embedded => Value::Object(release.fields.clone()),
            Releases::Linked { package } => linked(package, release.fields),
        };
        Value::Array(self.releases.iter().map(one).collect())
    }
}

fn linked(package: &str, release: &Map<String, Value>) -> Value {
    let id = match release.get("id") {
        Some(Value::String(id)) => id.clone(),
        Some(id) => id.to_string(),
        None => String::new(),
    };
    let mut fields = Map::new();
    fields.insert("url".to_owned(), Value::String(format!("{package}#{id}")));
    for name in ["date", "tag"] {
        if let Some(value) = release.get(name) {
            fields.insert(name.to_owned(), value.clone());
        }
    }
    Value::Object(fields)
}

/// The release with its moment, and whether its date had an offset.
fn dated<'a>(
    release: &'a Value,
    place: usize,
    process: &str,
) -> Result<(Dated<'a>, bool), Vec<Fault>> {
    let Value::Object(fields) = release else {
        return Err(vec![Fault::NotObject { release: place }]);
    };
    let mut faults = Vec::new();
    match fields.get("ocid").and_then(Value::as_str).filter(|ocid| !ocid.is_empty()) {
        None => faults.push(Fault::NoOcid { release: place }),
        Some(ocid) if ocid != process && !process.is_empty() => {
            faults.push(Fault::OtherOcid { release: place, ocid: ocid.to_owned() });
        }
        Some(_) => {}
    }
    let date = fields.get("date").and_then(Value::as_str);
    let moment = match date.map(|date| (date, moment(date))) {
        None => {
            faults.push(Fault::NoDate { release: place });
            None
        }
        Some((date, None)) => {
            faults.push(Fault::UnreadableDate { release: place, date: date.to_owned() });
            None
        }
        Some((_, moment)) => moment,
    };
    match (date, moment) {
        (Some(date), Some((moment, has_offset))) if faults.is_empty() => {
            Ok((Dated { moment, place, date, fields }, has_offset))
        }
        _ => Err(faults),
    }
}

/// The moment a date names, and whether it has an offset: without one it is taken as UTC, and a day
/// alone as its first moment.
pub(crate) fn moment(date: &str) -> Option<(jiff::Timestamp, bool)> {
    if let Ok(moment) = date.parse() {
        return Some((moment, true));
    }
    let civil: jiff::civil::DateTime = date.parse().ok()?;
    Some((jiff::tz::Offset::UTC.to_timestamp(civil).ok()?, false))
}

fn notice_order(dated: &[Dated<'_>], notices: &mut Vec<Notice>) {
    for pair in dated.windows(2) {
        let [earlier, later] = pair else { continue };
        let releases = [earlier.place, later.place];
        if earlier.moment == later.moment {
            notices.push(Notice::SameMoment { releases });
        } else if earlier.date > later.date {
            notices.push(Notice::TextOrderDiffers { releases });
        }
    }
    let mut place_by_id = HashMap::new();
    for release in dated {
        let Some(id) = release.fields.get("id") else { continue };
        if let Some(before) = place_by_id.insert(id, release.place) {
            notices.push(Notice::SameReleaseId { releases: [before, release.place] });
        }
    }
}
