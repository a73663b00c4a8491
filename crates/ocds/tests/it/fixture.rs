//! The fixtures of the reference implementation: fifty outputs, each equal to ours.

use std::path::Path;

use ocds::{Merged, Releases, Rules, Shown, compiled, record, versioned};
use serde_json::Value;
use testkit::test_data;

use crate::naive;

const FOLDER: &str = "ocds/ocds-merge-fixtures";

pub fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(all) => all,
        _ => panic!("a fixture is a list of releases"),
    }
}

/// Every pair of input and output, with the rules of its folder.
fn pairs(root: &Path, mut each: impl FnMut(&str, &str, &Rules, &[Value], &Value)) -> [usize; 2] {
    let folders = [
        ("1.0", "release-schema-1__0__3.json"),
        ("1.1", "release-schema-1__1__4.json"),
        ("schema", "schema.json"),
    ];
    let mut n_pairs = [0, 0];
    for (folder, schema) in folders {
        let rules = Rules::of_schema(&read(&root.join(schema)));
        let mut files: Vec<_> = std::fs::read_dir(root.join(folder))
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        files.sort();
        for file in files {
            let name = file.file_stem().unwrap().to_str().unwrap();
            for (n, kind) in ["compiled", "versioned"].into_iter().enumerate() {
                let Some(input) = name.strip_suffix(&format!("-{kind}")) else { continue };
                let releases = list(read(&root.join(folder).join(format!("{input}.json"))));
                each(kind, &format!("{folder}/{name}"), &rules, &releases, &read(&file));
                n_pairs[n] += 1;
            }
        }
    }
    n_pairs
}

fn merged(kind: &str, releases: &[Value], rules: &Rules) -> Value {
    let done = match kind {
        "compiled" => compiled(releases, rules),
        _ => versioned(releases, rules),
    };
    done.unwrap().release
}

#[test]
fn fifty_outputs_are_those_of_the_fixtures() {
    let Some(root) = test_data(FOLDER) else { return };
    let n_pairs = pairs(&root, |kind, name, rules, releases, want| {
        assert_eq!(&merged(kind, releases, rules), want, "{name}");
        // In any order of the input: no two releases of a fixture have the same moment.
        let turned: Vec<_> = releases.iter().rev().cloned().collect();
        assert_eq!(&merged(kind, &turned, rules), want, "{name}, turned");
    });
    assert_eq!(n_pairs, [31, 19], "compiled and versioned");
}

#[test]
fn the_slow_telling_agrees_with_the_fixtures_too() {
    let Some(root) = test_data(FOLDER) else { return };
    pairs(&root, |kind, name, rules, releases, want| {
        let slow = naive::Naive { rules: &rules.listed(), fault: None };
        assert_eq!(&slow.merged(kind, releases), want, "{name}");
    });
}

#[test]
fn our_own_rules_give_the_same_for_the_fixtures_of_1_1() {
    let Some(root) = test_data(FOLDER) else { return };
    let own = Rules::standard();
    pairs(&root, |kind, name, _, releases, want| {
        if name.starts_with("1.1/") {
            assert_eq!(&merged(kind, releases, &own), want, "{name}");
        }
    });
}

#[test]
fn our_table_has_the_rules_of_the_released_schema() {
    let Some(root) = test_data(FOLDER) else { return };
    let theirs = Rules::of_schema(&read(&root.join("release-schema-1__1__4.json"))).listed();
    let ours = Rules::standard().listed();
    let missing: Vec<_> = theirs.iter().filter(|rule| !ours.contains(rule)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    // What we have beyond the standard belongs to the extensions we name.
    let extra = ["relatedLots", "/bids/", "/tender/lots", "/tender/auctions", "/tender/techniques"];
    let odd: Vec<_> = ours
        .iter()
        .filter(|rule| !theirs.contains(rule))
        .filter(|(path, _)| !extra.iter().any(|part| path.contains(part)))
        .collect();
    assert!(odd.is_empty(), "{odd:?}");
    assert_eq!(theirs.len(), 24);
}

#[test]
fn planted_faults_are_seen_by_the_fixtures() {
    let Some(root) = test_data(FOLDER) else { return };
    let mut unseen = Vec::new();
    for fault in naive::PLANTED {
        let mut is_seen = false;
        pairs(&root, |kind, _, rules, releases, want| {
            let slow = naive::Naive { rules: &rules.listed(), fault: Some(fault) };
            is_seen |= &slow.merged(kind, releases) != want;
        });
        if !is_seen {
            unseen.push(fault);
        }
    }
    // The fixtures have no case of these; the model has.
    use naive::Planted::{DatesAsText, IdsAsText, NullSparesObjects};
    assert_eq!(unseen, [DatesAsText, NullSparesObjects, IdsAsText]);
}

#[test]
fn the_six_releases_of_the_fictional_process_make_its_record() {
    let Some(root) = test_data("ocds/fictional-example/1.1") else { return };
    let mut releases = Vec::new();
    let mut files: Vec<_> =
        std::fs::read_dir(&root).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.to_str().unwrap().contains("00001-0")) {
        releases.extend(list(read(file)["releases"].clone()));
    }
    assert_eq!(releases.len(), 6);
    let want = read(&root.join("record/ocds-213czf-000-00001-withversions.json"));
    let want = &want["records"][0];
    let package = want["releases"][0]["url"].as_str().unwrap().split('#').next().unwrap();
    let shown =
        Shown { releases: Releases::Linked { package: package.to_owned() }, is_versioned: true };
    let done = record(&releases, &Rules::standard(), &shown).unwrap();
    assert_eq!(done.ocid, "ocds-213czf-000-00001");
    assert_eq!(done.record["releases"], want["releases"]);
    assert_eq!(done.record["compiledRelease"], want["compiledRelease"]);
    assert_eq!(done.record["versionedRelease"], want["versionedRelease"]);
    // The fictional releases are told again by the slow telling.
    let slow = naive::Naive { rules: &Rules::standard().listed(), fault: None };
    assert_eq!(slow.merged("versioned", &releases), want["versionedRelease"]);
}

#[test]
fn a_record_may_hold_its_releases_whole_and_no_history() {
    let releases = vec![
        serde_json::json!({"ocid": "o-1", "id": "2", "date": "2026-01-02T00:00:00Z", "a": 2}),
        serde_json::json!({"ocid": "o-1", "id": "1", "date": "2026-01-01T00:00:00Z", "a": 1}),
    ];
    let shown = Shown { releases: Releases::Embedded, is_versioned: false };
    let done = record(&releases, &Rules::standard(), &shown).unwrap();
    assert_eq!(done.record["releases"], serde_json::json!([releases[1], releases[0]]));
    assert_eq!(done.record["compiledRelease"]["a"], 2);
    assert!(done.record.get("versionedRelease").is_none());
    let Merged { notices, .. } = compiled(&releases, &Rules::standard()).unwrap();
    assert!(notices.is_empty());
}
