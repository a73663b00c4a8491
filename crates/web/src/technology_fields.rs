//! The fields of a technology's form, group by group in the order of its page.

use crate::search_filter::field_name;
use crate::technology_draft::Draft;
use crate::technology_form::Sheet;
use base::{Lang, Level, limits};
use look::{
    Choice, Field, Form, Kind, Rows, Width, bilingual_field, checkboxes, date_field, fieldset,
    radios, rows, select, text_area, text_field,
};
use maud::{Markup, html};
use trading::FieldTree;
use trading::technology::{ExportCategory, RightKind, RightStatus, Stage, TransferMode};

/// Every field; of a new technology also whose it is and who may see it.
pub fn all(form: &Form<'_>, sheet: &Sheet<'_>) -> Markup {
    html! {
        (saves(form.lang))
        @if sheet.owners.is_some() { (whose(form, sheet)) }
        (content(form, sheet))
        @if sheet.owners.is_some() { (audience(form, sheet)) }
    }
}

/// The first button of a form is the one that Enter presses: it saves, it removes no row.
pub fn saves(lang: Lang) -> Markup {
    html! {
        button.sr type="submit" tabindex="-1" aria-hidden="true" { (words::say(lang, "button-save")) }
    }
}

/// What is told of a technology.
pub fn content(form: &Form<'_>, sheet: &Sheet<'_>) -> Markup {
    let draft = sheet.draft;
    html! {
        (what(form, draft))
        (subject(form, sheet))
        (maturity(form, draft))
        (inventors(form, draft))
        (rights(form, draft))
        (contact(form, draft))
        (export(form, draft))
    }
}

fn plain(name: &str) -> Field<'_> {
    Field { name, ..Field::default() }
}

fn half(name: &str) -> Field<'_> {
    Field { width: Width::Half, ..plain(name) }
}

fn group(lang: Lang, name: &str, body: Markup) -> Markup {
    let say = |key: String| words::say(lang, &key);
    let hint = format!("technology-page-group-{name}-hint");
    let hint = if words::has(&hint) { say(hint) } else { String::new() };
    fieldset(&say(format!("technology-page-group-{name}")), &hint, body)
}

/// Whose it is, and the owner's own number.
pub fn whose(form: &Form<'_>, sheet: &Sheet<'_>) -> Markup {
    let lang = form.lang;
    let draft = sheet.draft;
    let owners = sheet.owners.unwrap_or_default();
    let ids: Vec<String> = owners.iter().map(|(id, _)| id.to_string()).collect();
    let chosen = match draft.get("owner") {
        "" if ids.len() == 1 => ids[0].as_str(),
        chosen => chosen,
    };
    let choices: Vec<Choice<'_>> = owners
        .iter()
        .zip(&ids)
        .map(|((_, name), id)| Choice {
            value: id,
            text: name.best(lang).0,
            is_chosen: id == chosen,
            ..Choice::default()
        })
        .collect();
    let (key, hint) =
        (words::say(lang, "technology-page-key"), words::say(lang, "technology-page-key-hint"));
    group(
        lang,
        "whose",
        html! {
            (select(form, &half("owner"), &choices))
            (text_field(form, &Field {
                name: "key",
                label: &key,
                hint: &hint,
                value: draft.get("key"),
                is_optional: true,
                width: Width::Half,
                autocomplete: "off",
                ..Field::default()
            }))
        },
    )
}

fn pair(form: &Form<'_>, draft: &Draft, field: &Field<'_>) -> Markup {
    bilingual_field(form, field, &draft.bilingual(field.name))
}

fn what(form: &Form<'_>, draft: &Draft) -> Markup {
    let lang = form.lang;
    let hint = |name: &str| words::say(lang, &format!("technology-page-{name}-hint"));
    let long = |name: &'static str, lines: u8| {
        pair(
            form,
            draft,
            &Field {
                name,
                hint: &hint(name),
                is_optional: true,
                lines: Some(lines),
                ..Field::default()
            },
        )
    };
    group(
        lang,
        "what",
        html! {
            (pair(form, draft, &Field {
                name: "title",
                most: Some(limits::TITLE_CHARS_MAX),
                ..Field::default()
            }))
            (pair(form, draft, &Field {
                name: "summary",
                hint: &hint("summary"),
                most: Some(limits::SUMMARY_CHARS_MAX),
                lines: Some(3),
                ..Field::default()
            }))
            (long("description", 8))
            (long("applications", 3))
            (long("benefits", 3))
            (pair(form, draft, &Field {
                name: "keywords",
                hint: &hint("keywords"),
                is_optional: true,
                ..Field::default()
            }))
            (long("encumbrances", 2))
            (long("notes", 2))
        },
    )
}

/// The field tree, depth first, each field under its whole path.
fn tree_keys(tree: &FieldTree) -> Vec<String> {
    fn below(tree: &FieldTree, key: &str, into: &mut Vec<String>) {
        into.push(key.to_owned());
        for child in tree.children(key) {
            below(tree, &child.key, into);
        }
    }
    let mut keys = Vec::new();
    for root in tree.roots() {
        below(tree, &root.key, &mut keys);
    }
    keys
}

fn subject(form: &Form<'_>, sheet: &Sheet<'_>) -> Markup {
    let lang = form.lang;
    let draft = sheet.draft;
    let tree = sheet.request.city().fields();
    let named: Vec<(String, String)> = tree_keys(tree)
        .into_iter()
        .map(|key| (field_name(lang, tree, &key), key))
        .map(|(name, key)| (key, name))
        .collect();
    let choices: Vec<Choice<'_>> = named
        .iter()
        .map(|(key, name)| Choice {
            value: key,
            text: name,
            is_chosen: key == draft.get("field"),
            ..Choice::default()
        })
        .collect();
    let hint = |name: &str| words::say(lang, &format!("technology-page-{name}-hint"));
    group(
        lang,
        "subject",
        html! {
            (select(form, &Field { is_optional: true, ..plain("field") }, &choices))
            (text_area(form, &Field {
                name: "classes",
                hint: &hint("classes"),
                value: draft.get("classes"),
                is_optional: true,
                lines: Some(3),
                width: Width::Half,
                ..Field::default()
            }))
            (text_area(form, &Field {
                name: "related",
                hint: &hint("related"),
                value: draft.get("related"),
                is_optional: true,
                lines: Some(2),
                width: Width::Half,
                ..Field::default()
            }))
        },
    )
}

/// A list of words with their names in `words`.
fn words_of(
    form: &Form<'_>,
    field: &Field<'_>,
    stem: &str,
    words: impl Iterator<Item = &'static str>,
    chosen: &str,
) -> Markup {
    let named: Vec<(&str, String)> =
        words.map(|word| (word, words::say(form.lang, &format!("{stem}-{word}")))).collect();
    let choices: Vec<Choice<'_>> = named
        .iter()
        .map(|(word, name)| Choice {
            value: word,
            text: name,
            is_chosen: *word == chosen,
            ..Choice::default()
        })
        .collect();
    select(form, field, &choices)
}

fn maturity(form: &Form<'_>, draft: &Draft) -> Markup {
    let lang = form.lang;
    let levels = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
    let (hint, assessed) = (
        words::say(lang, "technology-page-evidence-hint"),
        words::say(lang, "technology-page-assessed"),
    );
    let optional = |name: &'static str| Field {
        name,
        is_optional: true,
        width: Width::Half,
        ..Field::default()
    };
    group(
        lang,
        "maturity",
        html! {
            (words_of(form, &Field { name: "trl.level", is_optional: true, ..Field::default() },
                "technology-page-trl", levels.into_iter(), draft.get("trl.level")))
            (pair(form, draft, &Field {
                name: "trl.evidence",
                hint: &hint,
                is_optional: true,
                lines: Some(2),
                ..Field::default()
            }))
            (date_field(form, &Field {
                name: "trl.on",
                value: draft.get("trl.on"),
                is_optional: true,
                ..Field::default()
            }))
            (checkboxes(form, &Field {
                name: "trl.assessed",
                label: &words::say(lang, "technology-page-assessed-title"),
                is_optional: true,
                ..Field::default()
            }, &[Choice {
                value: "1",
                text: &assessed,
                is_chosen: draft.get("trl.assessed") == "1",
                ..Choice::default()
            }]))
            (words_of(form, &optional("stage"), "technology-stage",
                Stage::ALL.iter().map(|one| one.word()), draft.get("stage")))
            (words_of(form, &optional("mode"), "technology-mode",
                TransferMode::ALL.iter().map(|one| one.word()), draft.get("mode")))
        },
    )
}

fn inventors(form: &Form<'_>, draft: &Draft) -> Markup {
    let lang = form.lang;
    let body = |at: usize| {
        let (name, share) = (format!("inventors.{at}.name"), format!("inventors.{at}.share"));
        html! {
            (pair(form, draft, &Field { name: &name, is_optional: true, ..Field::default() }))
            (text_field(form, &Field {
                name: &share,
                value: draft.get(&share),
                is_optional: true,
                kind: Kind::Number,
                width: Width::Tiny,
                unit: "%",
                ..Field::default()
            }))
        }
    };
    let bodies: Vec<Markup> = (0..draft.n_rows("inventors")).map(body).collect();
    rows(
        form,
        &Rows {
            name: "inventors",
            title: &words::say(lang, "technology-page-inventors"),
            what: &words::say(lang, "technology-page-inventor"),
            hint: &words::say(lang, "technology-page-inventors-hint"),
            most: limits::PARTS_MAX,
        },
        &bodies,
    )
}

fn rights(form: &Form<'_>, draft: &Draft) -> Markup {
    let lang = form.lang;
    let bodies: Vec<Markup> =
        (0..draft.n_rows("rights")).map(|at| right(form, draft, at)).collect();
    rows(
        form,
        &Rows {
            name: "rights",
            title: &words::say(lang, "technology-page-rights"),
            what: &words::say(lang, "technology-page-right"),
            hint: &words::say(lang, "technology-page-rights-hint"),
            most: limits::PARTS_MAX,
        },
        &bodies,
    )
}

fn right(form: &Form<'_>, draft: &Draft, at: usize) -> Markup {
    let name = |part: &str| format!("rights.{at}.{part}");
    let line = |part: &str, width: Width| {
        let name = name(part);
        let value = draft.get(&name);
        text_field(
            form,
            &Field { name: &name, value, is_optional: true, width, ..Field::default() },
        )
    };
    let day = |part: &str| {
        let name = name(part);
        let value = draft.get(&name);
        date_field(form, &Field { name: &name, value, is_optional: true, ..Field::default() })
    };
    let (kind, status) = (name("kind"), name("status"));
    html! {
        (words_of(form, &Field { name: &kind, width: Width::Half, ..Field::default() },
            "technology-right", RightKind::ALL.iter().map(|one| one.word()), draft.get(&kind)))
        (words_of(form,
            &Field { name: &status, is_optional: true, width: Width::Half, ..Field::default() },
            "technology-status", RightStatus::ALL.iter().map(|one| one.word()),
            draft.get(&status)))
        (line("office", Width::Tiny))
        (line("number", Width::Half))
        (line("code", Width::Tiny))
        (line("application", Width::Half))
        (day("filed"))
        (day("published"))
        (day("expires"))
        (line("checked", Width::Full))
    }
}

fn contact(form: &Form<'_>, draft: &Draft) -> Markup {
    let line = |name: &'static str, kind: Kind, autocomplete: &'static str| {
        text_field(
            form,
            &Field {
                name,
                value: draft.get(name),
                is_optional: true,
                kind,
                width: Width::Half,
                autocomplete,
                ..Field::default()
            },
        )
    };
    group(
        form.lang,
        "contact",
        html! {
            (pair(form, draft, &Field { is_optional: true, ..plain("contact.name") }))
            (line("contact.phone", Kind::Phone, "tel"))
            (line("contact.email", Kind::Email, "email"))
        },
    )
}

fn export(form: &Form<'_>, draft: &Draft) -> Markup {
    let chosen = match draft.get("export.category") {
        "" => ExportCategory::Unknown.word(),
        chosen => chosen,
    };
    group(
        form.lang,
        "export",
        html! {
            (words_of(form, &half("export.category"),
                "technology-export", ExportCategory::ALL.iter().map(|one| one.word()), chosen))
            (pair(form, draft, &Field {
                name: "export.notes",
                is_optional: true,
                lines: Some(2),
                ..Field::default()
            }))
        },
    )
}

fn audience(form: &Form<'_>, sheet: &Sheet<'_>) -> Markup {
    let lang = form.lang;
    let draft = sheet.draft;
    let hint = words::say(lang, "technology-page-public-source-hint");
    group(
        lang,
        "audience",
        html! {
            (levels(form, "label", &Level::ALL, draft.get("label"), ""))
            (text_field(form, &Field {
                name: "public_source",
                hint: &hint,
                value: draft.get("public_source"),
                is_optional: true,
                most: Some(limits::SUMMARY_CHARS_MAX),
                ..Field::default()
            }))
        },
    )
}

/// One of these levels, each with what it means.
pub fn levels(form: &Form<'_>, name: &str, of: &[Level], chosen: &str, hint: &str) -> Markup {
    let lang = form.lang;
    let named: Vec<(&str, String, String)> = of
        .iter()
        .map(|&level| {
            let hint = words::say(lang, &format!("label-level-{}-hint", level.word()));
            (level.word(), words::level(lang, level), hint)
        })
        .collect();
    let choices: Vec<Choice<'_>> = named
        .iter()
        .map(|(value, text, hint)| Choice { value, text, hint, is_chosen: *value == chosen })
        .collect();
    radios(form, &Field { name, hint, ..Field::default() }, &choices)
}

/// Why it was changed, for the history.
pub fn note(form: &Form<'_>, draft: &Draft) -> Markup {
    let hint = words::say(form.lang, "technology-page-note-hint");
    text_field(
        form,
        &Field {
            name: "note",
            hint: &hint,
            value: draft.get("note"),
            is_optional: true,
            most: Some(limits::SUMMARY_CHARS_MAX),
            ..Field::default()
        },
    )
}
