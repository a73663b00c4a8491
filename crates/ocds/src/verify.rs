//! A published file looked at from outside: is it sound, and are its merged releases what its releases
//! say?

use serde_json::Value;

use crate::bulk::Place;
use crate::check::{self, Checked, Problem};
use crate::fault::Fault;
use crate::merge::{Releases, Shown, record};
use crate::read;
use crate::rules::Rules;

/// What was found in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    pub n_releases: usize,
    pub n_records: usize,
    /// Records that only link to their releases: their merged releases cannot be made again from here.
    pub n_linked: usize,
    /// What is wrong, with the line of the value it is in.
    pub problems: Vec<(usize, Problem)>,
    /// How many problems there are, told or not (see [`check::PROBLEMS_MAX`]).
    pub n_problems: usize,
    /// Records whose releases cannot be merged.
    pub faults: Vec<(Place, Fault)>,
    /// Merged releases that are not what the releases of their record give.
    pub differing: Vec<(Place, Part)>,
    /// Lines that are no JSON, with the parser's words for the log.
    pub not_json: Vec<(usize, String)>,
}

/// A merged release of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Compiled,
    Versioned,
}

impl Verified {
    /// Whether nothing at all is wrong.
    pub fn is_sound(&self) -> bool {
        self.n_problems == 0
            && self.faults.is_empty()
            && self.differing.is_empty()
            && self.not_json.is_empty()
    }
}

/// Checks every release, record and package of a text (in the forms [`crate::Intake::text`] reads), and
/// makes every merged release again whose record holds its releases whole.
pub fn verify(text: &str, rules: &Rules) -> Verified {
    let mut verified = Verified::default();
    read::values(text, |line, value| match value {
        Ok(value) => verified.value(line, &value, rules),
        Err(fault) => verified.not_json.push((line, fault)),
    });
    verified
}

impl Verified {
    fn value(&mut self, line: usize, value: &Value, rules: &Rules) {
        let list = |name: &str| value.get(name).and_then(Value::as_array);
        if let Value::Array(releases) = value {
            for release in releases {
                self.release(line, release);
            }
        } else if value.get("ocid").is_some() && value.get("releases").is_some() {
            // A record without a package, as bulk files have them.
            self.add(line, check::record(value));
            self.record(Place { line, in_package: None }, value, rules);
        } else if list("releases").is_some() || list("records").is_some() {
            self.add(line, check::package(value));
            self.n_releases += list("releases").map_or(0, Vec::len);
            for (n, record) in list("records").into_iter().flatten().enumerate() {
                self.record(Place { line, in_package: Some(n) }, record, rules);
            }
        } else {
            self.release(line, value);
        }
    }

    fn release(&mut self, line: usize, release: &Value) {
        self.n_releases += 1;
        self.add(line, check::release(release));
    }

    fn record(&mut self, place: Place, whole: &Value, rules: &Rules) {
        self.n_records += 1;
        let releases = whole.get("releases").and_then(Value::as_array);
        let releases = releases.map_or(&[][..], Vec::as_slice);
        if releases.iter().any(|release| release.get("url").is_some()) {
            self.n_linked += 1;
            return;
        }
        self.n_releases += releases.len();
        let shown = Shown { releases: Releases::Embedded, is_versioned: true };
        match record(releases, rules, &shown) {
            Ok(again) => {
                let parts =
                    [("compiledRelease", Part::Compiled), ("versionedRelease", Part::Versioned)];
                for (name, part) in parts {
                    let told = whole.get(name);
                    if told.is_some() && told != again.record.get(name) {
                        self.differing.push((place, part));
                    }
                }
            }
            Err(faults) => self.faults.extend(faults.into_iter().map(|fault| (place, fault))),
        }
    }

    fn add(&mut self, line: usize, checked: Checked) {
        self.n_problems += checked.n_problems;
        let room = check::PROBLEMS_MAX.saturating_sub(self.problems.len());
        let problems = checked.problems.into_iter().take(room);
        self.problems.extend(problems.map(|problem| (line, problem)));
    }
}
