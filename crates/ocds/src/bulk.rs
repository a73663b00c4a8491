//! Many processes at once: releases come in as lines or files, are put together by their `ocid`, and
//! each process makes a record or is skipped with its faults, and no other with it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::fault::{Fault, Notice};
use crate::merge::{Shown, record};
use crate::read;
use crate::rules::Rules;

/// Releases on their way to records.
pub struct Intake {
    processes: BTreeMap<String, Vec<(Place, Value)>>,
    unread: Vec<Unread>,
    n_releases: usize,
    releases_max: usize,
}

/// Where a release stood: its line, from 1, and its place in the list of a package, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub line: usize,
    pub in_package: Option<usize>,
}

/// What could not be put to any process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    pub place: Place,
    pub why: Why,
}

/// Why something was put to no process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is not JSON; the words are the parser's, for the log.
    NotJson(String),
    /// It is neither a release nor a package of releases or records with whole releases.
    NotRelease,
    /// A release has no `ocid`.
    NoOcid,
    /// There are more releases than the intake takes; this one and all after it were left.
    TooMany,
}

/// What came of an intake: records in the order of their `ocid`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bulk {
    pub records: Vec<Value>,
    pub skipped: Vec<Skipped>,
    pub unread: Vec<Unread>,
    /// What was noticed, each with its `ocid`; numbers count the releases of that process as they came.
    pub notices: Vec<(String, Notice)>,
}

/// A process without a record, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub ocid: String,
    /// Each fault with the place of its release, where it has one.
    pub faults: Vec<(Option<Place>, Fault)>,
}

impl Intake {
    /// An empty intake for at most so many releases.
    pub fn new(releases_max: usize) -> Self {
        Self { processes: BTreeMap::new(), unread: Vec::new(), n_releases: 0, releases_max }
    }

    /// Takes the text of a file: JSON Lines, or one or more JSON values over any number of lines, each a
    /// release, a list of releases, or a package.
    pub fn text(&mut self, text: &str) {
        read::values(text, |line, value| self.take(line, value));
    }

    /// Takes line number `n` of a file of JSON Lines; an empty one is nothing.
    pub fn line(&mut self, n: usize, line: &str) {
        read::line(n, line, |line, value| self.take(line, value));
    }

    fn take(&mut self, line: usize, value: Result<Value, String>) {
        match value {
            Ok(value) => self.value(line, value),
            Err(fault) => {
                let place = Place { line, in_package: None };
                self.unread.push(Unread { place, why: Why::NotJson(fault) });
            }
        }
    }

    fn value(&mut self, line: usize, mut value: Value) {
        let place = |in_package| Place { line, in_package };
        if let Value::Array(releases) = value {
            for (n, release) in releases.into_iter().enumerate() {
                self.release(place(Some(n)), release);
            }
            return;
        }
        let take = |value: &mut Value, name: &str| match value.get_mut(name).map(Value::take) {
            Some(Value::Array(items)) => Some(items),
            _ => None,
        };
        if value.get("ocid").is_some() && value.get("releases").is_none() {
            return self.release(place(None), value);
        }
        let records = take(&mut value, "records").unwrap_or_default();
        let inside =
            records.into_iter().chain([value]).filter_map(|mut it| take(&mut it, "releases"));
        let releases: Vec<Value> = inside.flatten().collect();
        if releases.is_empty() {
            self.unread.push(Unread { place: place(None), why: Why::NotRelease });
        }
        for (n, release) in releases.into_iter().enumerate() {
            self.release(place(Some(n)), release);
        }
    }

    fn release(&mut self, place: Place, release: Value) {
        let why = match release.get("ocid").and_then(Value::as_str) {
            _ if self.n_releases >= self.releases_max => Some(Why::TooMany),
            // A linked release of a record has an address instead.
            _ if !release.is_object() || release.get("url").is_some() => Some(Why::NotRelease),
            None | Some("") => Some(Why::NoOcid),
            Some(_) => None,
        };
        if let Some(why) = why {
            let is_told = self.unread.last().is_some_and(|last| last.why == Why::TooMany);
            if why != Why::TooMany || !is_told {
                self.unread.push(Unread { place, why });
            }
            return;
        }
        self.n_releases += 1;
        let ocid = release.get("ocid").and_then(Value::as_str).unwrap_or("").to_owned();
        self.processes.entry(ocid).or_default().push((place, release));
    }

    /// Merges every process.
    pub fn records(self, rules: &Rules, shown: &Shown) -> Bulk {
        let mut bulk = Bulk { unread: self.unread, ..Bulk::default() };
        for (ocid, placed) in self.processes {
            let (places, releases): (Vec<Place>, Vec<Value>) = placed.into_iter().unzip();
            match record(&releases, rules, shown) {
                Ok(done) => {
                    bulk.records.push(done.record);
                    bulk.notices.extend(done.notices.into_iter().map(|it| (ocid.clone(), it)));
                }
                Err(faults) => {
                    let at = |fault: &Fault| fault.release().and_then(|n| places.get(n).copied());
                    let faults = faults.into_iter().map(|fault| (at(&fault), fault)).collect();
                    bulk.skipped.push(Skipped { ocid, faults });
                }
            }
        }
        bulk
    }
}
