//! The real files, read whole: counts that are known, lines that are named.

use super::{items, items_with, refusals, warnings};
use crate::{Item, Options, Outcome, Record};
use std::path::Path;
use trading::intake::{Entry, Grade};

fn records(items: &[Item]) -> impl Iterator<Item = &Record> {
    items.iter().flatten()
}

fn hashes(items: &[Item]) -> Vec<String> {
    records(items).map(Record::hash).collect()
}

fn n_public(items: &[Item], source: Option<&str>) -> usize {
    let options = Options { public_source: source.map(str::to_owned), ..Options::default() };
    records(items).filter(|r| matches!(options.standing(r), Entry::Public { .. })).count()
}

fn by_key<'i>(items: &'i [Item], key: &str) -> &'i Record {
    records(items).find(|record| record.key == key).expect(key)
}

#[test]
fn the_list_of_patents_in_seven_columns() {
    let Some(folder) = testkit::test_data("nasa") else { return };
    let path = folder.join("NASA_Patents_7col.csv");
    let (found, remarks) = items(path.as_path(), "nasa.csv");
    assert_eq!(records(&found).count(), 1_393);
    assert_eq!(refusals(&found), "");
    assert!(remarks.is_empty(), "{remarks:?}");
    let counts = warnings(&found);
    let count = |code: &str| counts.get(code).copied().unwrap_or(0);
    assert_eq!(count("status-unknown"), 1);
    assert_eq!(count("application-with-number"), 11);
    assert_eq!(count("expiry-missing"), 67);
    assert_eq!(count("cases-joined"), 4);
    assert_eq!(count("text-repaired"), 1);
    // 0000-00-00 is how the list writes that there is no date.
    assert_eq!(count("date-left-empty"), 232);
    // 89 letter for letter; seven more differ in capitals only.
    assert_eq!(count("title-repeated"), 1_393 - 1_304 + 7);
    let numbers = records(&found).filter(|r| !r.content.rights[0].number.is_empty()).count();
    assert_eq!(numbers, 1_393 - 274 - 183);
    let dates = records(&found).filter(|r| r.content.rights[0].expires.is_some()).count();
    assert_eq!(dates, 1_043);
    let gm = by_key(&found, "MSC-24745-1");
    assert_eq!(gm.content.rights[0].status, trading::RightStatus::Unknown);
    let dash = by_key(&found, "GSC-15364-1");
    assert_eq!(dash.content.title.en, "Hughes Particle – Surface Interaction Model");
    let joined = by_key(&found, "LEW-18891-1");
    assert_eq!(joined.content.related, ["LEW-18611-1", "LEW-18895-1"]);
    assert!(by_key(&found, "MSC-25632-1").content.title.en.ends_with("ENVIRONMENT"));
    // Behind the row with a line break inside quotation marks the lines still count right.
    let text = std::fs::read_to_string(&path).expect("text");
    let lines: Vec<&str> = text.lines().collect();
    for record in records(&found) {
        let line = lines[usize::try_from(record.at.line).expect("small") - 1];
        let case = record.key.as_str();
        assert!(line.contains(case), "{case} is not in line {}", record.at.line);
    }
    assert_eq!(n_public(&found, None), 0);
    assert_eq!(n_public(&found, Some("NASA patent portfolio")), 1_393);
    let (again, _) = items(path.as_path(), "other-name.csv");
    assert_eq!(hashes(&again), hashes(&found));
}

#[test]
fn the_software_catalogue() {
    let Some(folder) = testkit::test_data("nasa") else { return };
    let path = folder.join("code.json");
    let (found, remarks) = items(path.as_path(), "code.json");
    assert_eq!(found.len(), 1_304);
    assert_eq!(refusals(&found), "");
    assert!(remarks.iter().any(|code| code == "organisation-alias"));
    let counts = warnings(&found);
    let count = |code: &str| counts.get(code).copied().unwrap_or(0);
    assert_eq!(count("address-without-scheme"), 3);
    assert_eq!(count("address-not-web"), 3);
    assert_eq!(count("address-repeated"), 14);
    assert_eq!(count("date-left-empty"), 1);
    assert_eq!(count("blanks-trimmed"), 1);
    let pending = records(&found).filter(|r| r.grade == Some(Grade::Pending)).count();
    assert_eq!(pending, 709);
    let carriage = |record: &Record| format!("{:?}", record.content).contains("\\r");
    assert_eq!(records(&found).filter(|record| carriage(record)).count(), 0);
    let owners: std::collections::BTreeSet<&str> =
        records(&found).filter_map(|r| r.owner_hint.as_ref()).map(|name| &*name.en).collect();
    assert!(owners.contains("NASA Langley Research Center") && !owners.contains("LaRC"));
    assert_eq!(n_public(&found, None), 0);
    let public = n_public(&found, Some("code.nasa.gov"));
    assert!(public > 500 && public <= 1_304 - 709, "{public}");
    let (again, _) = items(path.as_path(), "code.json");
    assert_eq!(hashes(&again), hashes(&found));
}

#[test]
fn the_catalogue_of_technologies() {
    let Some(folder) = testkit::test_data("nasa") else { return };
    let path = folder.join("t2_patents_60.json");
    let (found, _) = items(path.as_path(), "t2.json");
    assert_eq!(found.len(), 60);
    assert_eq!(records(&found).count(), 58);
    let repeated = found.iter().filter_map(|item| item.as_ref().err());
    assert!(repeated.clone().all(|refused| refused.outcome == Outcome::Repeated));
    assert!(by_key(&found, "LAR-TOPS-76").content.title.en.contains("Chemical Sensor"));
    assert!(warnings(&found).get("text-cut-by-source").is_some_and(|n| *n > 45));
    assert_eq!(n_public(&found, None), 0);
    assert_eq!(n_public(&found, Some("technology.nasa.gov")), 58);
}

fn folder_items(folder: &Path) -> Vec<Item> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("entry").path())
        .collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        found.extend(items(path.as_path(), &name).0);
    }
    found
}

#[test]
fn the_european_documents() {
    let Some(folder) = testkit::test_data("patents") else { return };
    let mut found = folder_items(&folder.join("epo/application"));
    found.extend(folder_items(&folder.join("epo/grant")));
    assert_eq!(found.len(), 33);
    assert_eq!(records(&found).count(), 29);
    let mut lines: Vec<(u64, String)> = found
        .iter()
        .filter_map(|item| item.as_ref().err())
        .map(|refused| (refused.problems[0].line, refused.problems[0].code.to_string()))
        .collect();
    lines.sort();
    let ampersand = "bare-ampersand".to_owned();
    let less = "unescaped-less-than".to_owned();
    let want = [(93, ampersand.clone()), (96, ampersand.clone()), (118, ampersand), (308, less)];
    assert_eq!(lines, want);
    let vector = by_key(&found, "EP1325900");
    assert_eq!(vector.content.title.en, "PROCESS FOR PRODUCING FLUOROALKANOL");
    assert_eq!(vector.proof.text(), "EP 1325900A1, 2003-07-09");
    assert_eq!(vector.content.other_titles.len(), 2);
    assert!(vector.content.inventors[0].name.en.starts_with("TOHMA"));
    assert_eq!(n_public(&found, None), 29);
}

#[test]
fn the_american_documents() {
    let Some(folder) = testkit::test_data("patents") else { return };
    let root = folder.join("uspto");
    let mut n_documents = 0;
    for part in ["greenbook", "pap", "sgml", "xml2004", "xml2006", "xml2014", "xmlApp2004"] {
        let found = folder_items(&root.join(part));
        assert_eq!(refusals(&found), "", "{part}");
        assert_eq!(n_public(&found, None), found.len(), "{part}");
        n_documents += found.len();
    }
    assert!(n_documents >= 16, "{n_documents}");
    for part in ["cpcMaster", "cpcScheme"] {
        let found = folder_items(&root.join(part));
        assert_eq!(refusals(&found), "?0:not-a-patent-file", "{part}");
    }
    let (found, _) = items(root.join("xml4ip/sample_XML4IP.ZIP").as_path(), "x.zip");
    assert!(!found.is_empty());
    assert!(found.iter().flatten().all(|record| record.at.file.starts_with("x.zip!/")));
    println!("archive: {} records; {}", records(&found).count(), refusals(&found));
}

#[test]
fn marked_records_of_real_files_do_not_occur() {
    let Some(folder) = testkit::test_data("nasa") else { return };
    let options = Options { marking_released: true, ..Options::default() };
    let (found, _) = items_with(folder.join("code.json").as_path(), "code.json", &options);
    assert_eq!(records(&found).count(), 1_304);
}
