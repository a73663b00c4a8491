//! Software metadata of the code.gov form, version 2: an object with `releases`.

use crate::items;
use crate::nasa::centre;
use crate::own::{json_problem, of_piece};
use crate::read::Out;
use base::{Bilingual, Date};
use serde_json::Value;
use std::collections::HashMap;
use std::io::Read;
use trading::intake::{Grade, Place, Problem, Record, StubFacts};
use trading::{Contact, Content, Proof, Right, RightKind};

/// Addresses remembered to propose duplicates.
const ADDRESSES_MAX: usize = 500_000;

/// Reads every release.
pub(crate) fn read(from: impl Read, file: &str, out: &mut Out<'_>) {
    let mut line_by_address: HashMap<String, u64> = HashMap::new();
    items::objects(from, "releases", &mut |piece| {
        let mut address = String::new();
        let read = of_piece(piece, file, |bytes, at| {
            let release: Value =
                serde_json::from_slice(bytes).map_err(|error| json_problem(&error, at))?;
            text(&release, "/repositoryURL").clone_into(&mut address);
            record(&release, at)
        });
        match read {
            Ok(mut record) => {
                let line = record.at.line;
                match line_by_address.get(&address).copied() {
                    Some(first) => {
                        let problem = Problem::warn("address-repeated", &record.at);
                        let problem = problem.on("repositoryURL").with("found", &address);
                        record.warnings.push(problem.with("line", first));
                    }
                    None if address.is_empty() || line_by_address.len() >= ADDRESSES_MAX => {}
                    None => {
                        line_by_address.insert(address, line);
                    }
                }
                if let Some(owner) = record.owner_hint.take() {
                    let at = record.at.clone();
                    record.owner_hint = Some(centre(&owner.en, &at, out));
                }
                out.record(record)
            }
            Err(refused) => out.refuse(refused),
        }
    });
}

fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    value.pointer(path).and_then(Value::as_str).unwrap_or("").trim()
}

fn record(release: &Value, at: &Place) -> Result<Record, Problem> {
    let (title, address) = (text(release, "/name"), text(release, "/repositoryURL"));
    let id = text(release, "/local-id");
    let key = [id, text(release, "/id"), address].into_iter().find(|key| !key.is_empty());
    let Some(key) = key else { return Err(Problem::new("key-missing", at)) };
    if title.is_empty() {
        return Err(Problem::new("record-without-title", at).on("name"));
    }
    let mut warnings = Vec::new();
    for field in ["repositoryURL", "homepageURL", "downloadURL", "disclaimerURL"] {
        let address = text(release, &format!("/{field}"));
        let code = match address.split_once("://") {
            _ if address.is_empty() => continue,
            Some(("http" | "https", _)) => continue,
            Some(_) => "address-not-web",
            None => "address-without-scheme",
        };
        warnings.push(Problem::warn(code, at).on(field).with("found", address));
    }
    let date = date(release, at, &mut warnings);
    let organisation = text(release, "/organization");
    let (grade, tags) = grade(release, organisation, at, &mut warnings);
    let licences: Vec<&str> = licences(release).collect();
    let content = Content {
        title: Bilingual::new(title, ""),
        description: Bilingual::new(text(release, "/description"), ""),
        keywords: Bilingual::new(tags.join("; "), ""),
        rights: vec![Right {
            kind: RightKind::Software,
            checked: if licences.is_empty() {
                String::new()
            } else {
                format!("Licence: {}", licences.join(", "))
            },
            ..Right::default()
        }],
        contact: Contact {
            name: Bilingual::new(text(release, "/contact/name"), ""),
            phone: text(release, "/contact/phone").to_owned(),
            email: text(release, "/contact/email").to_owned(),
        },
        notes: Bilingual::new(address, ""),
        ..Content::default()
    };
    Ok(Record {
        key: key.to_owned(),
        at: at.clone(),
        content,
        proof: Proof::None,
        owner_hint: (!organisation.is_empty()).then(|| Bilingual::new(organisation, "")),
        stub_facts: StubFacts { reference: case_number(address, key), date, field: String::new() },
        open_licence: is_open(release, &licences),
        grade: Some(grade),
        warnings,
    })
}

/// The owner's number, where the address ends in one: `…/software/ARC-12015-1`.
fn case_number(address: &str, key: &str) -> String {
    let last = address.trim_end_matches('/').rsplit('/').next().unwrap_or("");
    let letters = last.chars().take_while(char::is_ascii_uppercase).count();
    let is_case =
        (2..=4).contains(&letters) && last.get(letters..).is_some_and(|rest| rest.starts_with('-'));
    if is_case { last.to_owned() } else { key.to_owned() }
}

fn date(release: &Value, at: &Place, warnings: &mut Vec<Problem>) -> Option<Date> {
    let mut first = None;
    for field in ["created", "lastModified", "metadataLastUpdated"] {
        let found = text(release, &format!("/date/{field}"));
        if found.is_empty() {
            continue;
        }
        // Some carry a time behind the day; the day counts.
        let day = found.split(['T', ' ']).next().and_then(base::time::read_date);
        if day.is_none() {
            let problem = Problem::warn("date-left-empty", at).on(format!("date.{field}"));
            warnings.push(problem.with("found", found));
        }
        first = first.or(day);
    }
    first
}

/// Who may receive it, and the tags that are left as keywords.
fn grade(
    release: &Value,
    organisation: &str,
    at: &Place,
    warnings: &mut Vec<Problem>,
) -> (Grade, Vec<String>) {
    let (mut found, mut tags): (Option<Grade>, Vec<String>) = (None, Vec::new());
    let list = release.get("tags").and_then(Value::as_array).into_iter().flatten();
    for tag in list.filter_map(Value::as_str) {
        match Grade::read(tag) {
            Some(grade) => {
                if tag != tag.trim() {
                    let problem = Problem::warn("blanks-trimmed", at).on("tags");
                    warnings.push(problem.with("found", tag.trim()));
                }
                // Of two grades the narrower one counts.
                found = found.max(Some(grade));
            }
            None if tag.trim().is_empty() || tag == "NASA" || tag == organisation => {}
            None => tags.push(tag.trim().replace(';', ",")),
        }
    }
    tags.dedup();
    if licences(release).any(|licence| Grade::read(licence) == Some(Grade::Pending)) {
        return (Grade::Pending, tags);
    }
    if found.is_none() {
        warnings.push(Problem::warn("grade-not-stated", at).on("tags"));
    }
    (found.unwrap_or(Grade::NotStated), tags)
}

fn licences(release: &Value) -> impl Iterator<Item = &str> {
    let list = release.pointer("/permissions/licenses").and_then(Value::as_array);
    list.into_iter().flatten().map(|licence| text(licence, "/name")).filter(|name| !name.is_empty())
}

/// Whether the record says that everybody may use it, and names under which licence.
fn is_open(release: &Value, licences: &[&str]) -> bool {
    let usage = text(release, "/permissions/usageType");
    let pending =
        |licence: &&str| Grade::read(licence).is_some_and(|grade| grade == Grade::Pending);
    usage == "openSource" && !licences.is_empty() && !licences.iter().any(pending)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trading::intake::{Entry, standing};

    fn read_one(json: &str) -> Record {
        let release: Value = serde_json::from_str(json).expect("JSON");
        record(&release, &Place::default()).expect("a record")
    }

    fn check(tags: &str, licence: &str, usage: &str, want: &str) {
        let json = format!(
            r#"{{"name":"A","local-id":"1","tags":[{tags}],"permissions":
               {{"licenses":[{{"name":"{licence}"}}],"usageType":"{usage}"}}}}"#
        );
        let record = read_one(&json);
        let public = matches!(standing(&record, Some("code.gov")), Entry::Public { .. });
        let grade = record.grade.expect("a grade");
        assert_eq!(format!("{grade} {public}"), want);
    }

    #[test]
    fn grades_decide_who_sees_a_release() {
        check("\"Open Source\"", "MIT", "openSource", "open-source true");
        check("", "Apache-2.0", "openSource", "not-stated true");
        check("", "Apache-2.0", "governmentWideReuse", "not-stated false");
        check("\"General Public Release\"", "Pending Release", "openSource", "pending false");
        check(
            "\"U.S. Government Purpose Release \"",
            "NASA Open Source",
            "openSource",
            "government-purpose false",
        );
        check("\"U.S. Release Only\",\"Open Source\"", "MIT", "openSource", "domestic-only false");
    }

    #[test]
    fn traps_are_named() {
        let record = read_one(
            r#"{"name":" A ","local-id":"1","repositoryURL":"github.com/nasa/a",
               "tags":["U.S. Release Only "],"date":{"metadataLastUpdated":"YYYY-MM-DD"}}"#,
        );
        let codes: Vec<&str> = record.warnings.iter().map(|warning| &*warning.code).collect();
        assert_eq!(codes, ["address-without-scheme", "date-left-empty", "blanks-trimmed"]);
        assert_eq!(record.stub_facts.reference, "1");
        let record = read_one(r#"{"name":"A","repositoryURL":"https://x/software/ARC-12015-1"}"#);
        assert_eq!(record.stub_facts.reference, "ARC-12015-1");
        assert!(record.warnings.iter().any(|warning| warning.code == "grade-not-stated"));
    }
}
