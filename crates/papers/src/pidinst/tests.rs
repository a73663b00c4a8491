use super::*;
use base::chance::SeededChance;
use base::{Instant, InstrumentId, Label, OrganisationId, Reference};
use instruments::Capability;
use instruments::sheet::{Contact, Maker, Numbers, Related};
use serde_json::Value;

fn instrument() -> Instrument {
    Instrument {
        id: InstrumentId::from_bits(1),
        reference: Reference::draw("YQ", 2026, &mut SeededChance::new(1)),
        owner: OrganisationId::from_bits(2),
        is_hidden: false,
        area: None,
        label: Label::public(),
        version: 1,
        sheet: Sheet {
            name: Bilingual::new("X-ray diffractometer", "X射线衍射仪"),
            description: Bilingual::new("For powders & <films>", ""),
            model: "Smart \"9\"".to_owned(),
            class: "010301".to_owned(),
            numbers: Numbers {
                serial: "S-1".to_owned(),
                asset: "A-1".to_owned(),
                national: "N-1".to_owned(),
                persistent: "10.1234/abc".to_owned(),
            },
            commissioned: base::time::read_date("2020-02-29"),
            makers: vec![Maker { name: "Maker".to_owned(), ..Maker::default() }],
            contacts: vec![Contact { email: "desk@unit.example".to_owned(), ..Contact::default() }],
            capabilities: vec![Capability {
                parameter: Bilingual::new("Crystal phase", "物相"),
                ..Capability::default()
            }],
            related: vec![Related {
                relation: Relation::IsDescribedBy,
                kind: "doi".to_owned(),
                identifier: "10.1/2".to_owned(),
                name: String::new(),
            }],
            ..Sheet::default()
        },
        retired: base::time::read_date("2025-12-31"),
        changed_at: Instant::from_micros(1),
    }
}

fn record(it: &Instrument) -> Record {
    let classes = [("01".to_owned(), Bilingual::new("Analytical instruments", "分析仪器"))];
    Record::of(
        it,
        &Around {
            lang: Lang::En,
            landing_page: "https://city.example/instruments/ins_1",
            owner_name: &Bilingual::new("Institute", "研究所"),
            owner_code: "91510700MA6000000X",
            classes: &classes,
            components: &[(
                "https://city.example/instruments/ins_2".to_owned(),
                Bilingual::new("Part", ""),
            )],
            parent: None,
        },
    )
}

/// Walks a value along a schema of draft 7 as far as this one uses it: types, required properties,
/// words of an enumeration, a constant, the least number of items; and knows no property beside them.
fn violations(schema: &Value, value: &Value, path: &str, into: &mut Vec<String>) {
    let mut no = |what: &str| into.push(format!("{path}: {what}"));
    let is_type = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        _ => true,
    };
    if !is_type {
        return no("of another type");
    }
    if schema.get("const").is_some_and(|only| only != value) {
        no("not the constant");
    }
    if schema["enum"].as_array().is_some_and(|all| !all.contains(value)) {
        no("not a known word");
    }
    let n_items = value.as_array().map_or(0, Vec::len);
    if schema["minItems"].as_u64().is_some_and(|least| u64::try_from(n_items).unwrap_or(0) < least)
    {
        no("too few items");
    }
    if schema["format"] == "date" && value.as_str().is_none_or(|it| it.len() != 10) {
        no("no date");
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(name).is_none() {
            no(&format!("lacks {name}"));
        }
    }
    for (name, inner) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(known) => violations(known, inner, &format!("{path}.{name}"), into),
            None => into.push(format!("{path}.{name}: not in the schema")),
        }
    }
    for (at, item) in value.as_array().into_iter().flatten().enumerate() {
        violations(&schema["items"], item, &format!("{path}[{at}]"), into);
    }
}

fn schema() -> Option<Value> {
    let path = testkit::test_data("instruments/pidinst/pidinst-schema-1_0.schema.json")?;
    Some(serde_json::from_slice(&std::fs::read(path).expect("the schema")).expect("JSON"))
}

#[test]
fn what_is_written_keeps_to_the_schema() {
    let Some(schema) = schema() else { return };
    let bare = Instrument {
        sheet: Sheet { name: Bilingual::new("Balance", ""), ..Sheet::default() },
        retired: None,
        ..instrument()
    };
    for it in [instrument(), bare] {
        let written: Value = serde_json::from_str(&record(&it).json()).expect("JSON");
        let mut found = Vec::new();
        violations(&schema, &written, "$", &mut found);
        assert!(found.is_empty(), "{found:?}");
    }
    // The walk itself notices what is wrong.
    let mut wrong: Value = serde_json::from_str(&record(&instrument()).json()).expect("JSON");
    wrong["owners"] = Value::Array(Vec::new());
    wrong["dates"][0]["dateType"] = "Bought".into();
    wrong["colour"] = "red".into();
    wrong.as_object_mut().expect("an object").remove("landingPage");
    let mut found = Vec::new();
    violations(&schema, &wrong, "$", &mut found);
    assert_eq!(found.len(), 4, "{found:?}");
}

#[test]
fn a_record_reads_back_from_both_forms() {
    let record = record(&instrument());
    assert_eq!(read_json(record.json().as_bytes()), Ok(record.clone()));
    assert_eq!(read_xml(record.xml().as_bytes()), Ok(record.clone()));
    let sheet = record.sheet();
    assert_eq!(sheet.name, Bilingual::new("X-ray diffractometer", "X射线衍射仪"));
    assert_eq!(
        (sheet.numbers.asset.as_str(), sheet.numbers.persistent.as_str()),
        ("A-1", "10.1234/abc")
    );
    assert_eq!(sheet.capabilities[0].parameter.zh, "物相");
    assert_eq!(sheet.commissioned, base::time::read_date("2020-02-29"));
}

#[test]
fn a_self_built_one_was_made_by_its_owner() {
    let mut it = instrument();
    it.sheet.makers.clear();
    let record = record(&it);
    assert_eq!(record.manufacturers[0].manufacturer_name, "Institute (研究所)");
    assert!(record.lacks().is_empty());
}

#[test]
fn examples_of_others_are_read() {
    let Some(folder) = testkit::test_data("instruments/pidinst") else { return };
    let read = |name: &str| read_xml(&std::fs::read(folder.join(name)).expect("an example"));
    let station = read("hzb-mx-14-1.xml").expect("a record");
    assert_eq!(station.name, "Macromolecular Crystallography station 14.1");
    assert_eq!(station.related_identifiers[1].relation_type, "HasComponent");
    let detector = read("hzb-mx-14-1-pilatus.xml").expect("a record");
    assert_eq!(detector.sheet().numbers.serial, "1234567");
    assert_eq!(detector.sheet().model, "PILATUS3 S 6M");
    assert_eq!(detector.measured_variables, ["X-ray"]);
    assert!(read("hzb-nanocluster.xml").is_ok());
}

#[test]
fn what_is_no_record_says_why() {
    assert_eq!(read_xml(b"<instrument>"), Err(NotPidinst::Unreadable));
    assert_eq!(
        read_xml(b"<!DOCTYPE a [<!ENTITY b 'c'>]><instrument/>"),
        Err(NotPidinst::Unreadable)
    );
    assert_eq!(read_json(b"[]"), Err(NotPidinst::Unreadable));
    let Err(NotPidinst::Lacks(lacks)) = read_xml(b"<instrument><name>A</name></instrument>") else {
        panic!("a record without an owner")
    };
    assert!(lacks.contains(&"owners".to_owned()) && lacks.contains(&"landingPage".to_owned()));
}
