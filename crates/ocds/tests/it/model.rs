//! Random processes: the engine against the slow telling, and what must hold of any merge.

use ocds::{Fault, Notice, Rules, Shape, compiled, versioned};
use serde_json::{Map, Value, json};
use testkit::Dice;

use crate::naive::{Naive, PLANTED};

/// A schema with a field of every kind at each of so many levels.
fn schema(level: usize) -> Value {
    let mut named = json!({
        "id": {"type": ["string", "integer"]},
        "a": {"type": "string"},
        "x": {"type": "string", "omitWhenMerged": true},
        "t": {"type": ["array", "null"], "items": {"type": "string"}},
        "w": {"type": "array", "wholeListMerge": true, "items": {"$ref": "#/definitions/Any"}},
        "k": {"type": "array", "items": {"type": "object", "properties": {"key": {}}}},
    });
    if level > 0 {
        let below = schema(level - 1);
        named["o"] = below.clone();
        named["xo"] = json!({"type": "object", "omitWhenMerged": true});
        named["l"] = json!({"type": "array", "items": below});
    }
    json!({
        "type": "object",
        "properties": named,
        "definitions": {"Any": {"type": "object", "properties": {"id": {}}}},
    })
}

/// How wild a random release is.
#[derive(Clone, Copy)]
struct Wild {
    has_nulls: bool,
    has_nameless: bool,
}

const WILD: Wild = Wild { has_nulls: true, has_nameless: true };

fn object(dice: &mut Dice, level: usize, in_list: bool, wild: Wild) -> Map<String, Value> {
    let mut fields = Map::new();
    for name in ["a", "x", "t", "w", "k", "o", "xo", "l", "u", "ul", "uo"] {
        let is_deep = matches!(name, "o" | "xo" | "l" | "ul" | "uo");
        if dice.below(3) > 0 || (is_deep && level == 0) {
            continue;
        }
        let value = if wild.has_nulls && dice.below(7) == 0 {
            Value::Null
        } else {
            value(dice, name, level, wild)
        };
        fields.insert(name.to_owned(), value);
    }
    let ids = [json!("1"), json!(1), json!("2"), json!(2), json!("3")];
    let is_named = !wild.has_nameless || dice.below(6) > 0;
    if in_list && is_named || !in_list && dice.below(4) == 0 {
        fields.insert("id".to_owned(), dice.pick(&ids).clone());
    } else if in_list && dice.below(4) == 0 {
        fields.insert("id".to_owned(), Value::Null);
    }
    fields
}

fn value(dice: &mut Dice, name: &str, level: usize, wild: Wild) -> Value {
    let n = dice.below(3);
    match name {
        "t" => (0..n).map(|_| json!(*dice.pick(&["p", "q"]))).collect(),
        "w" | "k" => (0..n).map(|_| json!({"id": dice.below(2), "key": dice.below(2)})).collect(),
        "o" | "xo" | "uo" => Value::Object(object(dice, level - 1, false, wild)),
        "l" | "ul" => {
            let n = dice.below(4);
            (0..n).map(|_| Value::Object(object(dice, level - 1, true, wild))).collect()
        }
        "u" => json!(dice.below(2)),
        _ => json!(*dice.pick(&["p", "q", "r"])),
    }
}

/// Releases of one process; moments are distinct and their texts sort differently.
fn process(dice: &mut Dice, wild: Wild) -> Vec<Value> {
    let n = 1 + dice.below(5);
    let mut releases: Vec<_> = (0..n)
        .map(|n| {
            let mut fields = object(dice, 3, false, wild);
            let offsets = ["Z", "+02:00", "-05:00", "+08:00"];
            let (hour, offset) = (dice.below(4), *dice.pick(&offsets));
            let date = format!("2026-03-0{}T0{hour}:{n:02}:00{offset}", 1 + dice.below(2));
            fields.insert("ocid".to_owned(), json!("ocds-abc123-7"));
            fields.insert("id".to_owned(), json!(format!("r{n}")));
            fields.insert("date".to_owned(), json!(date));
            fields.insert("tag".to_owned(), json!(["tender"]));
            Value::Object(fields)
        })
        .collect();
    for n in (1..releases.len()).rev() {
        releases.swap(n, dice.below(n + 1));
    }
    releases
}

fn rules() -> Rules {
    Rules::of_schema(&schema(3))
}

#[test]
fn the_engine_and_the_slow_telling_agree() {
    let rules = rules();
    let listed = rules.listed();
    let naive = Naive { rules: &listed, fault: None };
    let mut n_long = 0;
    for seed in 0..2_000 {
        let releases = process(&mut Dice::new(seed), WILD);
        let shown = || Value::Array(releases.clone()).to_string();
        let ours = compiled(&releases, &rules).unwrap_or_else(|it| panic!("{seed}: {it:?}"));
        assert_eq!(ours.release, naive.merged("compiled", &releases), "{seed}: {}", shown());
        let ours = versioned(&releases, &rules).unwrap();
        assert_eq!(ours.release, naive.merged("versioned", &releases), "{seed}: {}", shown());
        n_long += usize::from(ours.release.to_string().len() > 2_000);
    }
    assert!(n_long > 300, "processes are not trivial: {n_long}");
}

#[test]
fn every_planted_fault_is_seen() {
    let rules = rules();
    let listed = rules.listed();
    for fault in PLANTED {
        let naive = Naive { rules: &listed, fault: Some(fault) };
        let is_seen = (0..300).any(|seed| {
            let releases = process(&mut Dice::new(seed), WILD);
            compiled(&releases, &rules).unwrap().release != naive.merged("compiled", &releases)
                || versioned(&releases, &rules).unwrap().release
                    != naive.merged("versioned", &releases)
        });
        assert!(is_seen, "{fault:?} passes unseen");
    }
}

#[test]
fn the_order_of_the_input_does_not_matter_where_moments_differ() {
    let rules = rules();
    for seed in 0..300 {
        let mut releases = process(&mut Dice::new(seed), WILD);
        let before = [compiled(&releases, &rules).unwrap(), versioned(&releases, &rules).unwrap()];
        // The minutes of all dates of a process differ, and so do their moments.
        releases.reverse();
        let after = [compiled(&releases, &rules).unwrap(), versioned(&releases, &rules).unwrap()];
        assert_eq!(before.map(|it| it.release), after.map(|it| it.release), "{seed}");
    }
}

/// Without objects and lists that hold nothing: they are never said again.
fn pruned(value: &Value) -> Option<Value> {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter_map(|(name, it)| Some((name.clone(), pruned(it)?)));
            Some(Value::Object(kept.collect())).filter(|it| it != &json!({}))
        }
        Value::Array(items) => {
            let is_of_objects = items.iter().any(Value::is_object);
            let kept: Value = items.iter().filter_map(pruned).collect();
            Some(kept).filter(|it| !is_of_objects || it != &json!([]))
        }
        value => Some(value.clone()),
    }
}

#[test]
fn a_compiled_release_is_compiled_to_itself() {
    let rules = rules();
    for seed in 0..300 {
        let releases = process(&mut Dice::new(seed), WILD);
        let once = compiled(&releases, &rules).unwrap().release;
        let twice = compiled(std::slice::from_ref(&once), &rules).unwrap().release;
        assert_eq!(pruned(&twice), pruned(&once), "{seed}");
    }
}

#[test]
fn every_release_twice_is_every_release_once() {
    let rules = rules();
    let wild = Wild { has_nulls: true, has_nameless: false };
    for seed in 0..300 {
        let releases = process(&mut Dice::new(seed), wild);
        let doubled = [releases.clone(), releases.clone()].concat();
        let once = compiled(&releases, &rules).unwrap().release;
        let twice = compiled(&doubled, &rules).unwrap();
        assert_eq!(twice.release, once, "{seed}");
        assert!(twice.notices.iter().any(|it| matches!(it, Notice::SameReleaseId { .. })));
    }
}

#[test]
fn what_was_merged_can_be_merged_on() {
    let rules = rules();
    for seed in 0..300 {
        let releases = process(&mut Dice::new(seed), WILD);
        let naive_order = compiled(&releases, &rules).unwrap();
        // The last release in time comes later than what the others made.
        let last = releases.iter().find(|it| it["date"] == naive_order.release["date"]).unwrap();
        let others: Vec<_> = releases.iter().filter(|it| it != &last).cloned().collect();
        if others.is_empty() {
            continue;
        }
        let before = compiled(&others, &rules).unwrap().release;
        let after = compiled(&[before, last.clone()], &rules).unwrap().release;
        assert_eq!(pruned(&after), pruned(&naive_order.release), "{seed}");
    }
}

fn release(n: usize, fields: Value) -> Value {
    let mut release = json!({
        "ocid": "ocds-abc123-7", "id": format!("r{n}"), "date": format!("2026-01-0{n}T00:00:00Z"),
        "tag": ["tender"],
    });
    for (name, value) in fields.as_object().unwrap() {
        release[name] = value.clone();
    }
    release
}

#[test]
fn every_fault_is_named_with_its_release() {
    let faults = |releases: &[Value]| compiled(releases, &Rules::standard()).unwrap_err();
    assert_eq!(faults(&[]), [Fault::Nothing]);
    let odd = [
        release(1, json!({})),
        json!("text"),
        json!({"date": null, "ocid": "ocds-abc123-7"}),
        json!({"date": "yesterday", "ocid": 7}),
        release(5, json!({"ocid": "ocds-abc123-8"})),
        json!({"date": 20260101, "ocid": "ocds-abc123-7"}),
    ];
    assert_eq!(
        faults(&odd),
        [
            Fault::NotObject { release: 1 },
            Fault::NoDate { release: 2 },
            Fault::NoOcid { release: 3 },
            Fault::UnreadableDate { release: 3, date: "yesterday".to_owned() },
            Fault::OtherOcid { release: 4, ocid: "ocds-abc123-8".to_owned() },
            Fault::NoDate { release: 5 },
        ]
    );
    assert_eq!(versioned(&odd, &Rules::standard()).unwrap_err(), faults(&odd));
    let ids = [release(1, json!({"awards": [{"id": {"a": 1}}]}))];
    let path = "/awards/id".to_owned();
    assert_eq!(faults(&ids), [Fault::OddId { release: 0, path }]);
    let mut deep = json!(1);
    for _ in 0..80 {
        deep = json!({"a": deep});
    }
    assert_eq!(faults(&[release(1, json!({"a": deep}))]), [Fault::TooDeep { release: 0 }]);
}

#[test]
fn a_field_of_two_shapes_hinders_both_kinds_alike() {
    let shapes = [
        (json!("text"), Shape::Value),
        (json!({"b": 1}), Shape::Object),
        (json!([{"id": 1}]), Shape::List),
    ];
    for (n, (first, was)) in shapes.iter().enumerate() {
        for (m, (second, is)) in shapes.iter().enumerate() {
            let tender = |value: &Value| json!({"tender": {"id": 1, "odd": value}});
            // The later one comes first in the input; the fault names its place there.
            let releases = [release(2, tender(second)), release(1, tender(first))];
            let want = Fault::OtherShape {
                release: 0,
                path: "/tender/odd".to_owned(),
                was: *was,
                is: *is,
            };
            let found = [
                compiled(&releases, &Rules::standard()).err(),
                versioned(&releases, &Rules::standard()).err(),
            ];
            let want = (n != m).then(|| vec![want]);
            assert_eq!(found, [want.clone(), want]);
        }
    }
}

#[test]
fn a_null_is_forgotten_only_where_it_was_all_there_was() {
    let odd = |n: usize, value: Value| release(n, json!({"tender": {"odd": value}}));
    let rules = Rules::standard();
    let forgotten = [odd(1, json!(null)), odd(2, json!({"b": 1}))];
    assert_eq!(compiled(&forgotten, &rules).unwrap().release["tender"]["odd"]["b"], 1);
    let kept =
        [odd(1, json!(null)), odd(2, json!("text")), odd(3, json!(null)), odd(4, json!({"b": 1}))];
    for done in [compiled(&kept, &rules), versioned(&kept, &rules)] {
        assert!(matches!(done.unwrap_err()[..], [Fault::OtherShape { release: 3, .. }]));
    }
}

#[test]
fn moments_are_compared_and_not_texts() {
    let at = |n: usize, date: &str| release(n, json!({"date": date, "language": format!("{n}")}));
    let merged = |releases: &[Value]| compiled(releases, &Rules::standard()).unwrap();
    // Two hours east of Greenwich midnight is earlier than half past midnight in UTC.
    let east = [at(1, "2026-01-01T00:30:00Z"), at(2, "2026-01-01T02:00:00+02:00")];
    let done = merged(&east);
    assert_eq!(done.release["language"], "1");
    assert_eq!(done.release["id"], "ocds-abc123-7-2026-01-01T00:30:00Z");
    assert_eq!(done.notices, [Notice::TextOrderDiffers { releases: [1, 0] }]);
    // Of one moment in two spellings the later in the input counts.
    let same = [at(2, "2026-01-01T02:00:00+02:00"), at(1, "2026-01-01T00:00:00.000Z")];
    assert_eq!(merged(&same).release["language"], "1");
    assert_eq!(merged(&same).notices, [Notice::SameMoment { releases: [0, 1] }]);
    // A day is its first moment in UTC, and it is said.
    let day = [at(1, "2026-01-01"), at(2, "2025-12-31T23:59:59Z"), at(3, "2026-01-01T00:00:01")];
    assert_eq!(merged(&day).release["language"], "3");
    let notices = merged(&day).notices;
    assert_eq!(notices, [Notice::NoOffset { release: 0 }, Notice::NoOffset { release: 2 }]);
}

#[test]
fn one_id_twice_in_a_list_is_noticed_and_the_last_counts() {
    let awards =
        json!({"awards": [{"id": "1", "title": "a"}, {"id": "1", "title": "b"}, {"id": 1}]});
    let releases = [release(1, awards)];
    let done = compiled(&releases, &Rules::standard()).unwrap();
    assert_eq!(done.release["awards"], json!([{"id": "1", "title": "b"}, {"id": 1}]));
    let path = "/awards/id".to_owned();
    let id = "\"1\"".to_owned();
    assert_eq!(done.notices, [Notice::SameId { release: 0, path, id }]);
    let done = versioned(&releases, &Rules::standard()).unwrap();
    assert_eq!(done.release["awards"][0]["title"].as_array().unwrap().len(), 1);
    assert_eq!(done.release["awards"][0]["title"][0]["value"], "b");
}

#[test]
fn an_extension_laid_over_a_schema_changes_its_rules() {
    let mut schema = schema(1);
    let before = Rules::of_schema(&schema).listed();
    let extension = json!({"properties": {
        "o": {"properties": {"notes": {"type": "array", "wholeListMerge": true}}},
        "xo": null,
    }});
    ocds::extend(&mut schema, &extension);
    let after = Rules::of_schema(&schema).listed();
    assert!(!before.contains(&("/o/notes".to_owned(), "whole")));
    assert!(after.contains(&("/o/notes".to_owned(), "whole")));
    assert!(before.contains(&("/xo".to_owned(), "omit")));
    assert!(!after.contains(&("/xo".to_owned(), "omit")));
}

#[test]
fn long_lists_are_merged_as_short_ones() {
    let items = |from: usize, title: &str| {
        let one = |n: usize| match n % 3 {
            0 => json!({"id": n, "title": title}),
            1 => json!({"id": n.to_string(), "title": title}),
            _ => json!({"title": format!("{title} {n}")}),
        };
        (from..from + 40).map(one).collect::<Value>()
    };
    for overlap in [0, 1, 16, 17, 39] {
        let releases = [
            release(1, json!({"awards": items(0, "a")})),
            release(2, json!({"awards": items(40 - overlap, "b")})),
        ];
        let rules = Rules::standard();
        let naive = Naive { rules: &rules.listed(), fault: None };
        for (kind, done) in
            [("compiled", compiled(&releases, &rules)), ("versioned", versioned(&releases, &rules))]
        {
            assert_eq!(done.unwrap().release, naive.merged(kind, &releases), "{overlap}");
        }
    }
}
