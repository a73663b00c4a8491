//! The check of releases: against the released schema, against real releases, and one fault at a time.

use ocds::check::{self, Wrong};
use serde_json::{Value, json};
use testkit::{Dice, test_data};

use crate::fixture::read;
use crate::schema::Schema;

pub const SCHEMA: &str = "ocds/ocds-merge-fixtures/release-schema-1__1__4.json";

fn sound() -> Value {
    json!({
        "ocid": "ocds-abc123-7", "id": "7-1", "date": "2026-03-01T08:00:00Z", "tag": ["award"],
        "initiationType": "tender", "language": "en",
        "parties": [{"id": "A", "name": "Office", "roles": ["buyer"]}, {"id": "B", "name": "Firm"}],
        "buyer": {"id": "A", "name": "Office"},
        "tender": {
            "id": "t", "title": "A patent", "title_zh-Hans": "专利", "status": "complete",
            "procurementMethod": "open", "numberOfTenderers": 2,
            "value": {"amount": 12.5, "currency": "CNY"},
            "tenderPeriod": {"startDate": "2026-03-01T08:00:00Z", "endDate": "2026-03-02T08:00:00+08:00"},
            "items": [{"id": 1, "additionalClassifications": [{"scheme": "IPC", "id": "H01L"}]}],
            "documents": [{"id": "d", "url": "https://example.org/a%20b"}],
        },
        "awards": [{"id": "a", "status": "active", "suppliers": [{"id": "B"}]}],
        "contracts": [{"id": "c", "awardID": "a", "implementation": {
            "transactions": [{"id": "p", "payer": {"id": "A"}, "payee": {"id": "B"}}],
            "milestones": [{"id": "m", "status": "scheduled", "dueDate": null}],
        }}],
    })
}

/// Where, instead of what stands there, and what is found; the schema must object too where it can.
fn faults() -> Vec<(&'static str, Value, &'static str, Wrong, bool)> {
    let gone = || json!({"(gone)": true});
    let nowhere = |to, id: &str| Wrong::LeadsNowhere { to, id: id.to_owned() };
    let text = |text: &str| text.to_owned();
    vec![
        ("/ocid", gone(), "/ocid", Wrong::Missing, true),
        ("/ocid", json!(""), "/ocid", Wrong::Empty, true),
        (
            "/initiationType",
            json!("sale"),
            "/initiationType",
            Wrong::UnknownCode(text("sale")),
            true,
        ),
        ("/tag", json!([]), "/tag", Wrong::Empty, true),
        ("/tag/0", json!("sale"), "/tag/0", Wrong::UnknownCode(text("sale")), true),
        ("/date", json!(null), "/date", Wrong::Null, true),
        ("/date", json!("2026-03-01"), "/date", Wrong::NotMoment(text("2026-03-01")), true),
        ("/language", json!(1), "/language", Wrong::NotA("text"), true),
        ("/parties/0/id", json!(1), "/parties/0/id", Wrong::NotA("text"), true),
        ("/parties/0/roles", json!("buyer"), "/parties/0/roles", Wrong::NotA("list"), true),
        ("/parties/1/id", json!("A"), "/parties/1/id", Wrong::IdTwice(text("A")), false),
        ("/buyer/id", json!("C"), "/buyer/id", nowhere("parties", "C"), false),
        ("/buyer", json!(null), "/buyer", Wrong::Null, true),
        ("/tender/id", gone(), "/tender/id", Wrong::Missing, true),
        ("/tender/title_zh-Hans", json!(7), "/tender/title_zh-Hans", Wrong::NotA("text"), true),
        ("/tender/status", json!("sold"), "/tender/status", Wrong::UnknownCode(text("sold")), true),
        (
            "/tender/numberOfTenderers",
            json!(1.5),
            "/tender/numberOfTenderers",
            Wrong::NotA("integer"),
            true,
        ),
        ("/tender/value/amount", json!("12"), "/tender/value/amount", Wrong::NotA("number"), true),
        (
            "/tender/value/currency",
            json!("yuan"),
            "/tender/value/currency",
            Wrong::NotCurrency(text("yuan")),
            true,
        ),
        ("/tender/items/0", json!(1), "/tender/items/0", Wrong::NotA("object"), true),
        ("/tender/items/0/id", gone(), "/tender/items/0/id", Wrong::Missing, true),
        (
            "/tender/documents/0/url",
            json!("a b"),
            "/tender/documents/0/url",
            Wrong::NotAddress(text("a b")),
            true,
        ),
        (
            "/tender/tenderPeriod/endDate",
            json!("2026-02-01T00:00:00Z"),
            "/tender/tenderPeriod",
            Wrong::EndsBefore,
            false,
        ),
        ("/contracts/0/awardID", json!("b"), "/contracts/0/awardID", nowhere("awards", "b"), false),
        ("/contracts/0/awardID", gone(), "/contracts/0/awardID", Wrong::Missing, true),
        (
            "/contracts/0/implementation/transactions/0/payee/id",
            json!("Z"),
            "/contracts/0/implementation/transactions/0/payee/id",
            nowhere("parties", "Z"),
            false,
        ),
    ]
}

fn put(release: &mut Value, path: &str, value: Value) {
    if value.get("(gone)").is_some() {
        let (above, name) = path.rsplit_once('/').unwrap();
        release.pointer_mut(above).unwrap().as_object_mut().unwrap().remove(name).unwrap();
    } else {
        *release.pointer_mut(path).unwrap() = value;
    }
}

#[test]
fn one_fault_at_a_time_is_found_where_it_is() {
    assert!(check::release(&sound()).is_sound(), "{:?}", check::release(&sound()));
    let schema = test_data(SCHEMA).map(|file| Schema::new(read(&file)));
    if let Some(schema) = &schema {
        assert_eq!(schema.problems(&sound()), Vec::<String>::new());
    }
    for (path, value, at, what, by_schema) in faults() {
        let mut release = sound();
        put(&mut release, path, value);
        let found = check::release(&release);
        let is_found = found.problems.iter().any(|it| it.path == at && it.what == what);
        assert!(is_found, "{path}: {:?}", found.problems);
        assert!(found.unknown.is_empty());
        if let Some(schema) = &schema {
            assert_eq!(!schema.problems(&release).is_empty(), by_schema, "{path}");
        }
    }
}

#[test]
fn whatever_the_schema_refuses_the_check_refuses() {
    let Some(file) = test_data(SCHEMA) else { return };
    let schema = Schema::new(read(&file));
    let mut n_refused = 0;
    for seed in 0..4_000 {
        let mut release = sound();
        garble(&mut release, &mut Dice::new(seed));
        let theirs = schema.problems(&release);
        let ours = check::release(&release);
        assert!(theirs.is_empty() || !ours.is_sound(), "{seed}: {theirs:?} {release}");
        n_refused += usize::from(!theirs.is_empty());
    }
    assert!(n_refused > 1_000, "{n_refused}");
}

/// Puts something else in one place of a release.
fn garble(value: &mut Value, dice: &mut Dice) {
    let others = [json!(null), json!(""), json!(7), json!(true), json!([]), json!({}), json!("x")];
    let is_here = dice.below(4) == 0;
    match value {
        Value::Object(fields) if !is_here && !fields.is_empty() => {
            let name = fields.keys().nth(dice.below(fields.len())).unwrap().clone();
            if dice.below(6) == 0 {
                fields.remove(&name);
            } else {
                garble(&mut fields[&name], dice);
            }
        }
        Value::Array(items) if !is_here && !items.is_empty() => {
            let n = dice.below(items.len());
            garble(&mut items[n], dice);
        }
        value => *value = dice.pick(&others).clone(),
    }
}

#[test]
fn the_releases_of_the_fictional_process_are_sound() {
    let Some(root) = test_data("ocds/fictional-example/1.1") else { return };
    let mut n = 0;
    for folder in [root.clone(), root.join("record")] {
        for file in std::fs::read_dir(folder).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_some_and(|it| it == "json") {
                let found = check::package(&read(&file));
                let path = file.display();
                assert!(found.is_sound(), "{path}: {:?}", found.problems);
                n += 1;
            }
        }
    }
    assert_eq!(n, 9);
}

#[test]
fn packages_are_checked_with_what_is_in_them() {
    let package = json!({
        "uri": "https://example.org/p", "version": "1.1", "publishedDate": "2026-03-01T08:00:00Z",
        "publisher": {"name": "City"}, "releases": [sound()], "extensions": ["https://example.org/e"],
    });
    assert!(check::package(&package).is_sound());
    let mut wrong = package.clone();
    wrong["releases"][0]["id"] = json!(null);
    wrong["publisher"] = json!({});
    wrong["extensions"] = json!(["e"]);
    let found: Vec<_> = check::package(&wrong).problems.into_iter().map(|it| it.path).collect();
    assert_eq!(found, ["/extensions/0", "/publisher/name", "/releases/0/id"]);
    let empty = json!({"uri": "x", "records": []});
    assert!(check::package(&empty).problems.iter().any(|it| it.what == Wrong::NoContent));
    assert_eq!(check::package(&json!([])).problems[0].what, Wrong::NotA("object"));
}

#[test]
fn lots_are_those_of_the_process_and_of_no_related_one() {
    let mut release = sound();
    release["tender"]["lots"] = json!([{"id": "l1"}]);
    release["tender"]["items"][0]["relatedLot"] = json!("l1");
    release["relatedProcesses"] = json!([{"id": "r", "relatedLots": ["theirs"]}]);
    assert!(check::release(&release).is_sound(), "{:?}", check::release(&release));
    release["tender"]["items"][0]["relatedLot"] = json!("theirs");
    let found = check::release(&release).problems;
    let what = Wrong::LeadsNowhere { to: "lots", id: "theirs".to_owned() };
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].path.as_str(), &found[0].what), ("/tender/items/0/relatedLot", &what));
}

#[test]
fn what_we_do_not_know_is_named_and_not_wrong() {
    let mut release = sound();
    release["tender"]["items"][0]["colour"] = json!("red");
    release["bids"] = json!({"statistics": []});
    let found = check::release(&release);
    assert!(found.is_sound());
    assert_eq!(found.unknown.into_iter().collect::<Vec<_>>(), ["/tender/items/colour"]);
    assert_eq!(found.extensions.into_iter().collect::<Vec<_>>(), [ocds::Extension::Bids]);
}

/// An object with every field that a schema names, each with a fitting value.
fn full(schema: &Value, part: &Value) -> Value {
    if let Some(to) = part.get("$ref").and_then(Value::as_str) {
        return full(schema, schema.pointer(&to[1..]).unwrap());
    }
    if let Some(code) = part.get("enum").and_then(|codes| codes.get(0)) {
        return code.clone();
    }
    let kinds = &part["type"];
    let kind = kinds.as_str().or_else(|| kinds[0].as_str()).unwrap();
    match (kind, part["format"].as_str()) {
        ("object", _) => {
            let named = part.get("properties").and_then(Value::as_object).into_iter().flatten();
            let named = named.map(|(name, part)| (name.clone(), full(schema, part)));
            Value::Object(named.collect())
        }
        ("array", _) => json!([full(schema, &part["items"])]),
        ("integer", _) => json!(7),
        ("number", _) => json!(7.5),
        ("boolean", _) => json!(true),
        (_, Some("uri")) => json!("https://example.org/"),
        (_, Some("date-time")) => json!("2026-03-01T08:00:00Z"),
        _ => json!("A"),
    }
}

#[test]
fn every_field_of_the_schema_is_known_with_its_type() {
    let Some(file) = test_data(SCHEMA) else { return };
    let schema = read(&file);
    let release = full(&schema, &schema);
    let schema = Schema::new(schema);
    assert_eq!(schema.problems(&release), Vec::<String>::new());
    let found = check::release(&release);
    assert!(found.is_sound(), "{:?}", found.problems);
    assert!(found.unknown.is_empty(), "{:?}", found.unknown);
    assert!(found.extensions.is_empty());
    // Each field with a value of another type is refused by both or by neither.
    let mut n = 0;
    let mut met = std::collections::HashSet::new();
    for path in paths(&release, String::new()) {
        // A kind of object is the same wherever a field of the same name holds it.
        let names: Vec<_> = path.split('/').filter(|part| part.parse::<u8>().is_err()).collect();
        if !met.insert(names[names.len().saturating_sub(2)..].join("/") + &path[path.len() - 1..]) {
            continue;
        }
        for other in
            [json!(null), json!(""), json!(8), json!(8.5), json!(true), json!([]), json!({})]
        {
            let mut changed = release.clone();
            *changed.pointer_mut(&path).unwrap() = other.clone();
            let theirs = !schema.problems(&changed).is_empty();
            let ours = check::release(&changed);
            // We look further: references lead nowhere once the parties have changed.
            let is_further = |it: &check::Problem| {
                matches!(
                    it.what,
                    Wrong::LeadsNowhere { .. } | Wrong::IdTwice(_) | Wrong::EndsBefore
                )
            };
            let own = ours.problems.iter().any(|it| !is_further(it));
            assert_eq!(own, theirs, "{path} {other}: {:?}", ours.problems);
            n += 1;
        }
    }
    assert!(n > 1_000, "{n}");
}

fn paths(value: &Value, at: String) -> Vec<String> {
    let below: Vec<_> = match value {
        Value::Object(named) => named.iter().map(|(name, it)| (name.clone(), it)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(n, it)| (n.to_string(), it)).collect()
        }
        _ => Vec::new(),
    };
    let inner = below.into_iter().flat_map(|(name, it)| {
        let path = format!("{at}/{name}");
        [vec![path.clone()], paths(it, path)].concat()
    });
    inner.collect()
}
