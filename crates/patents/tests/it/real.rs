//! The offices' own files, where the shared data lies.
use std::fs;
use std::path::{Path, PathBuf};

use patents::{
    Citation, Code, Format, PatentKind, PatentRecord, Problem, Scheme, detect, read_cpc_scheme,
    write_st96,
};

use crate::read_all;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.file_name().is_some_and(|name| name != "LICENSE") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

fn read_file(path: &Path) -> Vec<Result<PatentRecord, Problem>> {
    read_all(&fs::read(path).expect("a file"), &name(path))
}

fn record(path: &Path) -> PatentRecord {
    let mut all = read_file(path);
    assert_eq!(all.len(), 1, "{}", path.display());
    all.remove(0).expect("a record")
}

#[test]
fn of_33_european_files_29_are_taken_and_4_reported() {
    let Some(data) = testkit::test_data("patents") else { return };
    let (mut taken, mut reported) = (0, Vec::new());
    for path in files(&data.join("epo")) {
        let bytes = fs::read(&path).unwrap();
        assert_eq!(detect(&bytes, "x"), Some(Format::Epo));
        for one in read_file(&path) {
            match one {
                Ok(record) => {
                    taken += 1;
                    assert_eq!(record.warnings, [], "{}", path.display());
                    assert_eq!(record.titles.len(), 3, "{}", path.display());
                    assert!(record.application.is_some() && !record.inventors.is_empty());
                    assert!(!record.classes.is_empty() && !record.holders().is_empty());
                }
                Err(problem) => reported.push((name(&path), problem.line, problem.code)),
            }
        }
    }
    assert_eq!(taken, 29);
    let expect = [
        ("v1-2-A1.xml", 93, Code::BareAmpersand),
        ("v1-4-A1-1.xml", 118, Code::BareAmpersand),
        ("v1-4-A1.xml", 96, Code::BareAmpersand),
        ("v1-5-1-A1-2.xml", 308, Code::UnescapedLessThan),
    ];
    assert_eq!(reported, expect.map(|(name, line, code)| (name.to_owned(), line, code)));
}

#[test]
fn the_european_vector_is_met() {
    let Some(data) = testkit::test_data("patents") else { return };
    let record = record(&data.join("epo/application/v1-0-A1.xml"));
    assert_eq!(record.publication.key(), "EP1325900");
    assert_eq!(record.publication.kind, "A1");
    assert_eq!(record.publication.date.unwrap().to_string(), "2003-07-09");
    let application = record.application.clone().unwrap();
    assert_eq!(application.number, "01963450.0");
    assert_eq!(application.date.unwrap().to_string(), "2001-09-05");
    let [priority] = record.priorities.as_slice() else { panic!("one priority") };
    assert_eq!((priority.office.as_str(), priority.number.as_str()), ("JP", "2000273711"));
    assert_eq!(priority.date.unwrap().to_string(), "2000-09-08");
    let languages: Vec<_> = record.titles.iter().map(|title| title.language.as_str()).collect();
    assert_eq!(languages, ["de", "en", "fr"]);
    assert_eq!(record.title("en"), Some("PROCESS FOR PRODUCING FLUOROALKANOL"));
    assert_eq!(record.states.len(), 20);
    let inventor = &record.inventors[0];
    assert_eq!((inventor.name.as_str(), inventor.country.as_str()), ("TOHMA, Toshihiko", "JP"));
    assert_eq!(inventor.city, "Ichihara-shi, Chiba 290-8566");
    assert_eq!(record.representatives[0].name, "Müller-Boré & Partner Patentanwälte");
    assert_eq!(record.classes[0].symbol, "C07C 29/44");
    let related: Vec<_> = record.related.iter().map(|number| number.number.as_str()).collect();
    assert_eq!(related, ["PCT/JP2001/007711", "2002020444"]);
    assert_eq!(record.publication.meaning(), PatentKind::Application);
}

#[test]
fn every_american_patent_is_taken() {
    let Some(data) = testkit::test_data("patents") else { return };
    let mut taken = 0;
    for path in files(&data.join("uspto")) {
        let folder = name(path.parent().unwrap());
        if matches!(folder.as_str(), "cpcScheme" | "cpcMaster" | "xml4ip") {
            continue;
        }
        let record = record(&path);
        taken += 1;
        assert_eq!(record.publication.office, "US", "{}", path.display());
        let bare = name(&path);
        let digits = record.publication.number.trim_start_matches(|c: char| !c.is_ascii_digit());
        assert!(bare.contains(digits), "{bare} {digits}");
        assert!(record.publication.date.is_some_and(|date| date.day().is_some()), "{bare}");
        assert!(record.application.is_some() && !record.titles.is_empty(), "{bare}");
        assert!(!record.inventors.is_empty() && !record.claims.is_empty(), "{bare}");
        assert!(!record.classes.is_empty(), "{bare}");
        assert_eq!(record.warnings, [], "{bare}");
    }
    assert_eq!(taken, 17);
}

#[test]
fn american_details_are_right() {
    let Some(data) = testkit::test_data("patents") else { return };
    let at = |path: &str| record(&data.join("uspto").join(path));
    let design = at("sgml/USD435854S1.xml");
    assert_eq!(design.publication.key(), "USD435854");
    assert_eq!(design.publication.original, "D0435854");
    assert_eq!(design.classes[0].scheme, Scheme::Locarno);
    assert_eq!(design.classes[0].symbol, "14-02");
    let Citation::Patent(cited) = &design.citations[0] else { panic!("a patent is cited") };
    assert_eq!((cited.number.as_str(), cited.original.as_str()), ("D271298", "D. 271298"));
    assert_eq!(cited.date.unwrap().to_string(), "1983-11");
    let sgml = at("sgml/US06337117.xml");
    assert_eq!(sgml.publication.key(), "US6337117");
    assert!(sgml.abstracts[0].text.contains('“'));
    let green = at("greenbook/US04347903.greenbook");
    assert_eq!(green.publication.key(), "US4347903");
    assert_eq!(green.application.as_ref().unwrap().key(), "US/06192529");
    assert_eq!(green.title("en"), Some("Electronic reading balance"));
    assert_eq!(green.inventors.len(), 8);
    assert_eq!(green.inventors[0].name, "Yano, Shozo");
    assert_eq!(green.inventors[0].country, "JP");
    assert_eq!(green.owners[0].name, "Shimadzu Corporation");
    assert_eq!(green.claims.len(), 3);
    assert_eq!(green.priorities[0].number, "53/84696");
    assert_eq!(green.classes[0].symbol, "177/25");
    assert!(green.classes.iter().any(|class| class.symbol == "G06F 7/28"));
    let grant = at("xml2014/US08926509.xml");
    assert_eq!(grant.publication.meaning(), PatentKind::Granted);
    assert!(grant.classes.iter().any(|class| class.scheme == Scheme::Cpc && class.is_main));
    assert_eq!(grant.inventors.len(), grant.applicants.len());
    let early = at("pap/US20010000044A1.xml");
    assert_eq!(early.publication.key(), "US20010000044");
    assert_eq!(early.classes[0].symbol, "G06F 17/60");
    assert_eq!(early.classes[1].symbol, "705/26");
    assert_eq!(early.inventors[0].name, "Lin, Wayne W");
}

#[test]
fn what_is_no_patent_is_named() {
    let Some(data) = testkit::test_data("patents") else { return };
    for (path, format) in [
        ("uspto/cpcScheme/cpc-scheme-A01L.xml", Format::CpcScheme),
        ("uspto/cpcMaster/cpcMaster.xml", Format::CpcMaster),
    ] {
        let bytes = fs::read(data.join(path)).unwrap();
        assert_eq!(detect(&bytes, path), Some(format));
        let all = read_all(&bytes, path);
        let [Err(problem)] = all.as_slice() else { panic!("{path}: {all:?}") };
        assert_eq!(problem.code, Code::NotAPatent);
        assert_eq!(problem.values[1], format.words());
    }
    let zip = fs::read(data.join("uspto/xml4ip/sample_XML4IP.ZIP")).unwrap();
    assert_eq!(detect(&zip, "sample_XML4IP.ZIP"), None);
    let all = read_all(&zip, "sample_XML4IP.ZIP");
    assert_eq!(all[0].as_ref().unwrap_err().code, Code::FormatUnknown);
}

#[test]
fn the_cpc_scheme_gives_a_tree_of_titles() {
    let Some(data) = testkit::test_data("patents") else { return };
    let bytes = fs::read(data.join("uspto/cpcScheme/cpc-scheme-A01L.xml")).unwrap();
    let limits = patents::Limits::default();
    let titles = read_cpc_scheme(bytes.as_slice(), "a.xml", &limits).unwrap();
    assert_eq!(titles[0], ("A01L".to_owned(), "SHOEING OF ANIMALS".to_owned()));
    let shoes = titles.iter().find(|(symbol, _)| symbol == "A01L 1/00").unwrap();
    assert_eq!(shoes.1, "Shoes for horses or other solipeds fastened with nails");
    assert_eq!(titles.len(), 19);
}

#[test]
fn all_real_files_survive_st96_and_back() {
    let Some(data) = testkit::test_data("patents") else { return };
    let mut n_records = 0;
    for path in files(&data) {
        for before in read_file(&path).into_iter().flatten() {
            n_records += 1;
            let text = write_st96(&before);
            assert_eq!(detect(text.as_bytes(), ""), Some(Format::St96));
            let mut all = read_all(text.as_bytes(), "st96.xml");
            assert_eq!(all.len(), 1);
            let after = all.remove(0).unwrap();
            same(&before, &after, &path);
            assert_eq!(write_st96(&after), text, "{}", path.display());
        }
    }
    assert_eq!(n_records, 46);
}

fn same(before: &PatentRecord, after: &PatentRecord, path: &Path) {
    let shown = path.display();
    assert_eq!(before.publication.key(), after.publication.key(), "{shown}");
    assert_eq!(before.publication.kind, after.publication.kind, "{shown}");
    assert_eq!(before.publication.date, after.publication.date, "{shown}");
    let key = |record: &PatentRecord| {
        record.application.as_ref().map(|number| (number.key(), number.date))
    };
    assert_eq!(key(before), key(after), "{shown}");
    let keys = |record: &PatentRecord| {
        record.priorities.iter().map(|one| (one.key(), one.date)).collect::<Vec<_>>()
    };
    assert_eq!(keys(before), keys(after), "{shown}");
    let classes = |record: &PatentRecord| {
        let mut all: Vec<_> = record.classes.iter().map(|class| format!("{class:?}")).collect();
        all.sort();
        all
    };
    assert_eq!(classes(before), classes(after), "{shown}");
    assert_eq!(before.titles, after.titles, "{shown}");
    assert_eq!(before.applicants, after.applicants, "{shown}");
    assert_eq!(before.owners, after.owners, "{shown}");
    assert_eq!(before.inventors, after.inventors, "{shown}");
    assert_eq!(before.representatives, after.representatives, "{shown}");
    assert_eq!(before.abstracts, after.abstracts, "{shown}");
    assert_eq!(before.claims, after.claims, "{shown}");
    assert_eq!(before.states, after.states, "{shown}");
}
