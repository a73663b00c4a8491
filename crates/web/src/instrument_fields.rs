//! The fields of an instrument's form, group by group in the order of its page.

use crate::instrument_draft::{Draft, KEPT};
use crate::instrument_form::Drawn;
use base::{Currency, limits};
use instruments::class::FIRST;
use instruments::sheet::{Carrier, Condition, Funds, Kind as SheetKind, Mode, Origin};
use look::{
    Choice, Field, Form, Kind, Rows, Width, bilingual_field, checkboxes, date_field, fieldset,
    money_field, rows, select, text_field,
};
use maud::{Markup, html};

/// Every field; of a new instrument also whose it is.
pub fn all(form: &Form<'_>, drawn: &Drawn<'_>) -> Markup {
    html! {
        (crate::technology_fields::saves(form.lang))
        @if drawn.owners.is_some() { (whose(form, drawn)) }
        (what(form, drawn))
        (measures(form, drawn.draft))
        (sharing(form, drawn))
        (place(form, drawn.draft))
        (rules(form, drawn.draft))
        (people(form, drawn))
        (property(form, drawn))
        (parts(form, drawn))
        (pictures(form, drawn))
    }
}

fn say(form: &Form<'_>, key: &str) -> String {
    words::say(form.lang, key)
}

fn group(form: &Form<'_>, name: &str, body: Markup) -> Markup {
    let hint = format!("instrument-form-{name}-hint");
    let hint = if words::has(&hint) { say(form, &hint) } else { String::new() };
    fieldset(&say(form, &format!("instrument-form-{name}")), &hint, body)
}

/// A line that may stay empty.
fn line(form: &Form<'_>, draft: &Draft, name: &str, width: Width) -> Markup {
    let value = draft.get(name);
    text_field(form, &Field { name, value, is_optional: true, width, ..Field::default() })
}

/// A text in both languages that may stay empty; of one line where `lines` is 0.
fn pair(form: &Form<'_>, draft: &Draft, name: &str, lines: u8) -> Markup {
    let lines = (lines > 0).then_some(lines);
    let field = Field { name, is_optional: true, lines, ..Field::default() };
    bilingual_field(form, &field, &draft.bilingual(name))
}

/// A choice among words with their texts under a stem.
fn choice(
    form: &Form<'_>,
    draft: &Draft,
    name: &str,
    stem: &str,
    words: &[&'static str],
) -> Markup {
    let named: Vec<(&str, String)> =
        words.iter().map(|word| (*word, say(form, &format!("{stem}-{word}")))).collect();
    let chosen = match draft.get(name) {
        "" => words.first().copied().unwrap_or_default(),
        typed => typed,
    };
    let choices: Vec<Choice<'_>> = named
        .iter()
        .map(|(word, text)| Choice {
            value: word,
            text,
            is_chosen: *word == chosen,
            ..Choice::default()
        })
        .collect();
    select(form, &Field { name, width: Width::Half, ..Field::default() }, &choices)
}

fn group_rows(
    form: &Form<'_>,
    draft: &Draft,
    name: &str,
    body: impl Fn(usize) -> Markup,
) -> Markup {
    let bodies: Vec<Markup> = (0..draft.n_rows(name)).map(body).collect();
    rows(
        form,
        &Rows {
            name,
            title: &say(form, &format!("instrument-form-{name}")),
            what: &say(form, &format!("instrument-form-{name}-one")),
            hint: "",
            most: limits::PARTS_MAX,
        },
        &bodies,
    )
}

fn whose(form: &Form<'_>, drawn: &Drawn<'_>) -> Markup {
    let owners = drawn.owners.unwrap_or_default();
    let ids: Vec<String> = owners.iter().map(|(id, _)| id.to_string()).collect();
    let chosen = match drawn.draft.get("owner") {
        "" if ids.len() == 1 => ids[0].as_str(),
        chosen => chosen,
    };
    let choices: Vec<Choice<'_>> = owners
        .iter()
        .zip(&ids)
        .map(|((_, name), id)| Choice {
            value: id,
            text: name.best(form.lang).0,
            is_chosen: id == chosen,
            ..Choice::default()
        })
        .collect();
    let hidden = say(form, "instrument-form-hidden");
    group(
        form,
        "whose",
        html! {
            (select(form, &Field { name: "owner", width: Width::Half, ..Field::default() }, &choices))
            (checkboxes(form, &Field {
                name: "hidden",
                label: &say(form, "instrument-form-hidden-title"),
                is_optional: true,
                ..Field::default()
            }, &[Choice {
                value: "1",
                text: &hidden,
                is_chosen: drawn.draft.get("hidden") == "1",
                ..Choice::default()
            }]))
        },
    )
}

fn what(form: &Form<'_>, drawn: &Drawn<'_>) -> Markup {
    let draft = drawn.draft;
    let names: Vec<String> = FIRST.iter().map(|it| format!("{}…", it.digits)).collect();
    let hint = words::say_with(
        form.lang,
        "instrument-form-class-hint",
        &[("first", words::list(form.lang, &names).into())],
    );
    group(
        form,
        "what",
        html! {
            (bilingual_field(form, &Field {
                name: "name",
                most: Some(limits::TITLE_CHARS_MAX),
                ..Field::default()
            }, &draft.bilingual("name")))
            (pair(form, draft, "description", 4))
            (line(form, draft, "model", Width::Half))
            (text_field(form, &Field {
                name: "class",
                hint: &hint,
                value: draft.get("class"),
                is_optional: true,
                width: Width::Short,
                ..Field::default()
            }))
            (group_rows(form, draft, "makers", |at| html! {
                (line(form, draft, &format!("makers.{at}.name"), Width::Half))
                (line(form, draft, &format!("makers.{at}.country"), Width::Tiny))
                (line(form, draft, &format!("makers.{at}.identifier"), Width::Half))
            }))
            (pair(form, draft, "indicators", 4))
            (pair(form, draft, "functions", 3))
            (pair(form, draft, "fields", 0))
        },
    )
}

fn measures(form: &Form<'_>, draft: &Draft) -> Markup {
    group(
        form,
        "measures",
        group_rows(form, draft, "capabilities", |at| {
            let path = |part: &str| format!("capabilities.{at}.{part}");
            let standards = path("standards");
            html! {
                (bilingual_field(form, &Field {
                    name: &path("parameter"),
                    is_optional: true,
                    ..Field::default()
                }, &draft.bilingual(&path("parameter"))))
                (pair(form, draft, &path("object"), 0))
                (line(form, draft, &path("from"), Width::Tiny))
                (line(form, draft, &path("to"), Width::Tiny))
                (line(form, draft, &path("unit"), Width::Tiny))
                (pair(form, draft, &path("precision"), 0))
                (pair(form, draft, &path("method"), 2))
                (pair(form, draft, &path("sample"), 2))
                (text_field(form, &Field {
                    name: &standards,
                    hint: &say(form, "instrument-form-standards-hint"),
                    value: draft.get(&standards),
                    is_optional: true,
                    ..Field::default()
                }))
            }
        }),
    )
}

fn sharing(form: &Form<'_>, drawn: &Drawn<'_>) -> Markup {
    let draft = drawn.draft;
    let modes: Vec<&'static str> = Mode::ALL.iter().map(|one| one.word()).collect();
    let conditions: Vec<&'static str> = Condition::ALL.iter().map(|one| one.word()).collect();
    group(
        form,
        "sharing",
        html! {
            (choice(form, draft, "share_mode", "instrument-mode", &modes))
            (text_field(form, &Field {
                name: "seats",
                hint: &say(form, "instrument-form-seats-hint"),
                value: draft.get("seats"),
                kind: Kind::Number,
                width: Width::Tiny,
                is_optional: true,
                ..Field::default()
            }))
            (choice(form, draft, "condition", "instrument-condition", &conditions))
            (text_field(form, &Field {
                name: "group",
                hint: &say(form, "instrument-form-group-hint"),
                value: draft.get("group"),
                width: Width::Half,
                is_optional: true,
                ..Field::default()
            }))
            (pair(form, draft, "rates", 3))
            (pair(form, draft, "services", 3))
            (pair(form, draft, "results", 2))
        },
    )
}

fn place(form: &Form<'_>, draft: &Draft) -> Markup {
    group(
        form,
        "place",
        html! {
            (pair(form, draft, "department", 0))
            (pair(form, draft, "site", 0))
            (pair(form, draft, "building", 0))
            (line(form, draft, "room", Width::Short))
            (pair(form, draft, "address", 0))
            (line(form, draft, "region", Width::Short))
            (line(form, draft, "latitude", Width::Short))
            (line(form, draft, "longitude", Width::Short))
            (line(form, draft, "zone", Width::Short))
        },
    )
}

fn rules(form: &Form<'_>, draft: &Draft) -> Markup {
    group(
        form,
        "rules",
        html! {
            (pair(form, draft, "training", 3))
            (pair(form, draft, "notice", 4))
        },
    )
}

fn people(form: &Form<'_>, drawn: &Drawn<'_>) -> Markup {
    let draft = drawn.draft;
    let chosen = draft.0.all("operators");
    let ids: Vec<String> = drawn.people.iter().map(|(id, _)| id.to_string()).collect();
    let choices: Vec<Choice<'_>> = drawn
        .people
        .iter()
        .zip(&ids)
        .map(|((_, name), id)| Choice {
            value: id,
            text: name.best(form.lang).0,
            is_chosen: chosen.contains(&id.as_str()),
            ..Choice::default()
        })
        .collect();
    group(
        form,
        "people",
        html! {
            (group_rows(form, draft, "contacts", |at| html! {
                (pair(form, draft, &format!("contacts.{at}.name"), 0))
                (line(form, draft, &format!("contacts.{at}.phone"), Width::Short))
                (line(form, draft, &format!("contacts.{at}.email"), Width::Half))
                (line(form, draft, &format!("contacts.{at}.address"), Width::Full))
            }))
            (group_rows(form, draft, "experts", |at| html! {
                (pair(form, draft, &format!("experts.{at}.name"), 0))
                (pair(form, draft, &format!("experts.{at}.knows"), 0))
                (line(form, draft, &format!("experts.{at}.email"), Width::Half))
            }))
            @if !choices.is_empty() {
                (checkboxes(form, &Field { name: "operators", is_optional: true, ..Field::default() }, &choices))
            }
        },
    )
}

fn property(form: &Form<'_>, drawn: &Drawn<'_>) -> Markup {
    let draft = drawn.draft;
    let kinds: Vec<&'static str> = SheetKind::ALL.iter().map(|one| one.word()).collect();
    let origins: Vec<&'static str> = Origin::ALL.iter().map(|one| one.word()).collect();
    let funds: Vec<&'static str> = Funds::ALL.iter().map(|one| one.word()).collect();
    let carriers: Vec<&'static str> = Carrier::ALL.iter().map(|one| one.word()).collect();
    let currency = Currency::parse(draft.get("value_currency")).unwrap_or(Currency::CNY);
    group(
        form,
        "property",
        html! {
            (line(form, draft, "serial", Width::Half))
            (line(form, draft, "asset", Width::Half))
            (line(form, draft, "national", Width::Half))
            (line(form, draft, "persistent", Width::Half))
            (date_field(form, &Field {
                name: "commissioned",
                value: draft.get("commissioned"),
                is_optional: true,
                ..Field::default()
            }))
            (money_field(form, &Field {
                name: "value",
                value: draft.get("value"),
                is_optional: true,
                ..Field::default()
            }, currency))
            (choice(form, draft, "kind", "instrument-kind", &kinds))
            (choice(form, draft, "origin", "instrument-origin", &origins))
            (choice(form, draft, "funds", "instrument-funds", &funds))
            (choice(form, draft, "carrier", "instrument-carrier", &carriers))
        },
    )
}

fn parts(form: &Form<'_>, drawn: &Drawn<'_>) -> Markup {
    let draft = drawn.draft;
    let ids: Vec<String> = drawn.others.iter().map(|(id, _)| id.to_string()).collect();
    let others: Vec<Choice<'_>> = drawn
        .others
        .iter()
        .zip(&ids)
        .map(|((_, name), id)| Choice {
            value: id,
            text: name.best(form.lang).0,
            is_chosen: id == draft.get("parent"),
            ..Choice::default()
        })
        .collect();
    let full = say(form, "instrument-form-need-full");
    let needed = say(form, "instrument-form-accessory-needed");
    group(
        form,
        "parts",
        html! {
            @if !others.is_empty() {
                (select(form, &Field { name: "parent", is_optional: true, ..Field::default() }, &others))
            }
            (group_rows(form, draft, "accessories", |at| {
                let name = format!("accessories.{at}.is_needed");
                html! {
                    (pair(form, draft, &format!("accessories.{at}.name"), 0))
                    (line(form, draft, &format!("accessories.{at}.stock"), Width::Tiny))
                    (checkboxes(form, &Field {
                        name: &name,
                        label: &say(form, "instrument-form-accessory-how"),
                        is_optional: true,
                        ..Field::default()
                    }, &[Choice {
                        value: "1",
                        text: &needed,
                        is_chosen: draft.get(&name) == "1",
                        ..Choice::default()
                    }]))
                }
            }))
            (group_rows(form, draft, "needs", |at| {
                let name = format!("needs.{at}.is_full");
                html! {
                    (line(form, draft, &format!("needs.{at}.resource"), Width::Half))
                    (checkboxes(form, &Field {
                        name: &name,
                        label: &say(form, "instrument-form-need-how"),
                        is_optional: true,
                        ..Field::default()
                    }, &[Choice {
                        value: "1",
                        text: &full,
                        is_chosen: draft.get(&name) == "1",
                        ..Choice::default()
                    }]))
                }
            }))
        },
    )
}

fn pictures(form: &Form<'_>, drawn: &Drawn<'_>) -> Markup {
    let kept = drawn.draft.0.all(KEPT);
    let ids: Vec<(String, String)> = drawn
        .before
        .photographs
        .iter()
        .enumerate()
        .map(|(at, it)| {
            let n = (at + 1).to_string();
            let text = words::say_with(form.lang, "instrument-form-kept", &[("n", n.into())]);
            (it.file.to_string(), text)
        })
        .collect();
    let choices: Vec<Choice<'_>> = ids
        .iter()
        .map(|(id, text)| Choice {
            value: id,
            text,
            is_chosen: kept.contains(&id.as_str()),
            ..Choice::default()
        })
        .collect();
    group(
        form,
        "pictures",
        html! {
            @if !choices.is_empty() {
                (checkboxes(form, &Field {
                    name: KEPT,
                    label: &say(form, "instrument-form-kept-title"),
                    is_optional: true,
                    ..Field::default()
                }, &choices))
            }
            (crate::file::field(drawn.request, form, &drawn.draft.0, true))
        },
    )
}
