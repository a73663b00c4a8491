//! Answers of every kind: what is kept, and what is refused.

use super::sample::*;
use expect_test::{Expect, expect};
use serde_json::{Value, json};

/// The answers of the release, with one replaced.
fn check(name: &str, answer: Value, want: Expect) {
    let mut world = World::cleared();
    let moved = world.take(&taker(HAL), "release/release", |ask| {
        ask.answers.insert(name.to_owned(), answer);
    });
    let kept = moved.as_ref().map(|moved| format!("{:?}", moved.answers.get(name)));
    want.assert_eq(&kept.unwrap_or_else(|_| told(&moved)));
}

#[test]
fn numbers_words_and_dates_are_read_strictly() {
    check("copies", json!(9), expect!["Some(Number(9))"]);
    check(
        "copies",
        json!(10),
        expect![
            "Invalid case-answer-out-of-range (copies) field=field-copies least=1 most=9 found=10"
        ],
    );
    check(
        "copies",
        json!("9"),
        expect![
            "Invalid case-answer-malformed (copies) field=field-copies wanted=case-answer-number"
        ],
    );
    check(
        "copies",
        json!(1.5),
        expect![
            "Invalid case-answer-malformed (copies) field=field-copies wanted=case-answer-number"
        ],
    );
    check(
        "copies",
        Value::Null,
        expect!["Invalid case-answer-missing (copies) field=field-copies"],
    );
    check("form", json!(" file "), expect![[r#"Some(String("file"))"#]]);
    check(
        "form",
        json!("stone"),
        expect!["Invalid case-answer-malformed (form) field=field-form wanted=case-answer-choice"],
    );
    check("form", json!(""), expect!["Invalid case-answer-missing (form) field=field-form"]);
    check("is-final", json!(false), expect!["Some(Bool(false))"]);
    check(
        "is-final",
        json!("no"),
        expect![
            "Invalid case-answer-malformed (is-final) field=field-is-final wanted=case-answer-yes-no"
        ],
    );
    check("embargo", json!("2026-02-28"), expect![[r#"Some(String("2026-02-28"))"#]]);
    check(
        "embargo",
        json!("2026-02-30"),
        expect![
            "Invalid case-answer-malformed (embargo) field=field-embargo wanted=case-answer-date"
        ],
    );
    check(
        "embargo",
        json!("2026-2-3"),
        expect![
            "Invalid case-answer-malformed (embargo) field=field-embargo wanted=case-answer-date"
        ],
    );
    check(
        "embargo",
        json!("2026-02-28T10:00:00"),
        expect![
            "Invalid case-answer-malformed (embargo) field=field-embargo wanted=case-answer-date"
        ],
    );
    check("embargo", json!(" "), expect!["None"]);
    check(
        "colour",
        json!("red"),
        expect![[r#"Invalid case-answer-unknown (colour) name="colour""#]],
    );
}

#[test]
fn shares_are_exactly_a_hundred() {
    check(
        "shares",
        json!({"a": "33.3333", "b": "33.3333", "c": "33.3334"}),
        expect![[
            r#"Some(Object {"a": String("33.3333"), "b": String("33.3333"), "c": String("33.3334")})"#
        ]],
    );
    check("shares", json!({"a": "100"}), expect![[r#"Some(Object {"a": String("100")})"#]]);
    check(
        "shares",
        json!({"a": "33.3333", "b": "66.6666"}),
        expect![[r#"Invalid case-shares-not-100 (shares) field=field-shares found="99.9999""#]],
    );
    check(
        "shares",
        json!({"a": "60", "b": "40.5"}),
        expect![[r#"Invalid case-shares-not-100 (shares) field=field-shares found="100.5""#]],
    );
    check("shares", json!({}), expect!["Invalid case-answer-missing (shares) field=field-shares"]);
    check(
        "shares",
        json!({"a": "100.0001"}),
        expect![
            "Invalid case-answer-malformed (shares.a) field=field-shares wanted=case-answer-shares"
        ],
    );
    check(
        "shares",
        json!({"a": 100}),
        expect![
            "Invalid case-answer-malformed (shares.a) field=field-shares wanted=case-answer-shares"
        ],
    );
    check(
        "shares",
        json!({"a": "-1", "b": "101"}),
        expect![
            "Invalid case-answer-malformed (shares.a) field=field-shares wanted=case-answer-shares"
        ],
    );
    check(
        "shares",
        json!({"a": "1e2"}),
        expect![
            "Invalid case-answer-malformed (shares.a) field=field-shares wanted=case-answer-shares"
        ],
    );
    check(
        "shares",
        json!(["100"]),
        expect![
            "Invalid case-answer-malformed (shares) field=field-shares wanted=case-answer-shares"
        ],
    );
    check(
        "shares",
        json!({" ": "100"}),
        expect![
            "Invalid case-answer-malformed (shares. ) field=field-shares wanted=case-answer-shares"
        ],
    );
    let many: serde_json::Map<String, Value> =
        (0..101).map(|n| (format!("p{n}"), json!("0.9"))).collect();
    check(
        "shares",
        many.into(),
        expect!["Invalid case-shares-too-many (shares) field=field-shares most=100 found=101"],
    );
}

#[test]
fn a_checklist_marks_every_item() {
    let check = |conditions: Value, want: Expect| {
        let outcome = World::lodged().take(&taker(REN), "content-review/agree", |ask| {
            ask.answers.insert("conditions".into(), conditions);
        });
        want.assert_eq(&told(&outcome));
    };
    check(
        json!({"owner-agrees": "met", "no-open-patent": "undecided"}),
        expect!["lodged [secrecy-review]"],
    );
    check(
        json!({"owner-agrees": "yes"}),
        expect![[r#"
        Invalid case-answer-malformed (conditions.owner-agrees) field=field-conditions wanted=case-answer-checklist
        Invalid case-answer-missing (conditions.no-open-patent) field=field-conditions"#]],
    );
    check(
        json!({"owner-agrees": "met", "no-open-patent": 1, "moon": "met"}),
        expect![[r#"
        Invalid case-answer-malformed (conditions.no-open-patent) field=field-conditions wanted=case-answer-checklist
        Invalid case-answer-unknown (conditions.moon) name="conditions.moon""#]],
    );
    check(json!({}), expect!["Invalid case-answer-missing (conditions) field=field-conditions"]);
    check(
        json!("met"),
        expect![
            "Invalid case-answer-malformed (conditions) field=field-conditions wanted=case-answer-checklist"
        ],
    );
}

#[test]
fn texts_are_kept_clean() {
    let check = |path: &str, title: &str, want: Expect| {
        let mut world = World::new();
        let moved = world.take(&taker(OPA), path, |ask| {
            ask.answers.insert("title".into(), json!(title));
        });
        let kept = moved.as_ref().map(|moved| format!("{:?}", moved.answers));
        want.assert_eq(&kept.unwrap_or_else(|_| told(&moved)));
    };
    check("lodge/lodge", " A lamp \r\n", expect![[r#"{"title": String("A lamp")}"#]]);
    check("lodge/lodge", "  ", expect!["Invalid case-answer-missing (title) field=field-title"]);
    check("lodge/save", "  ", expect!["{}"]);
    check(
        "lodge/lodge",
        "A lamp that shines for ever",
        expect!["Invalid text-too-long (title) field=field-title most=20 found=27"],
    );
    check(
        "lodge/lodge",
        "A \u{202e} lamp",
        expect!["Invalid text-control-character (title) field=field-title"],
    );
}
