//! The guide as a page: how to ask, and every operation of the table.

use crate::openapi::{path_names, scope_of};
use crate::operation::{Call, Operation};
use crate::operations::NOUNS;
use crate::problem::{CLASSES, kind_of};
use base::Lang;
use edge::Theme;
use look::{Column, PageHead, Row, Shell, Table, page_head, part};
use maud::{Markup, html};

/// The chapters before the operations; `api-<chapter>-title` and `-text` are their words.
const CHAPTERS: [&str; 8] =
    ["start", "token", "change", "list", "follow", "webhooks", "work", "quirk"];

/// The page.
pub(crate) fn page(call: &Call<'_>) -> String {
    let (request, lang) = (call.request, call.lang());
    let title = words::say(lang, "api-title");
    let shell = Shell {
        lang,
        path_and_query: &request.path_and_query,
        title: &title,
        origin: request.origin(),
        is_indexed: true,
        theme: match request.theme {
            Theme::Auto => look::Theme::Auto,
            Theme::Light => look::Theme::Light,
            Theme::Dark => look::Theme::Dark,
        },
        ..Shell::default()
    };
    look::page(&shell, body(lang, &title, request.origin())).into_string()
}

fn body(lang: Lang, title: &str, origin: &str) -> Markup {
    let head = PageHead {
        lang,
        title,
        lead: Some(html! { (words::say(lang, "api-lead")) }),
        ..PageHead::default()
    };
    html! {
        (page_head(&head))
        p { a href="/api/v1/openapi.json" { (words::say(lang, "api-openapi-link")) } }
        @for chapter in CHAPTERS {
            (part(chapter, &words::say(lang, &format!("api-{chapter}-title")), html! {
                p { (words::say(lang, &format!("api-{chapter}-text"))) }
                @if chapter == "start" {
                    pre { code { "curl " (origin) "/api/v1/technologies?q=sensor" } }
                }
                @if chapter == "change" {
                    pre { code {
                        "curl -X POST -H 'Authorization: Bearer bwk_…' -H 'Idempotency-Key: 8d1f'"
                        " -H 'If-Match: \"3\"' " (origin) "/api/v1/technologies/tec_…/confirmation"
                    } }
                }
            }))
        }
        (part("problems", &words::say(lang, "api-problems-title"), html! {
            p { (words::say(lang, "api-problems-text")) }
            (problems(lang))
        }))
        // Two files of one noun are one part.
        @for group in NOUNS.chunk_by(|a, b| noun_of(a) == noun_of(b)) {
            @let all: Vec<&Operation> = group.concat();
            @if let Some(first) = all.first() {
                (part(first.noun(), &noun_title(lang, first), operations(lang, &all)))
            }
        }
    }
}

fn noun_of(operations: &[&Operation]) -> Option<&'static str> {
    operations.first().map(|first| first.noun())
}

fn noun_title(lang: Lang, first: &Operation) -> String {
    words::say(lang, &format!("api-noun-{}", first.noun()))
}

fn problems(lang: Lang) -> Markup {
    let heads = ["api-column-status", "api-column-meaning"].map(|key| words::say(lang, key));
    let row = |class: &base::Class| {
        let (word, status) = kind_of(*class);
        let title = words::say(lang, &format!("api-problem-{word}"));
        let cells = vec![html! { (status) }, html! { span id=(word) { (title) } }];
        Row::from(cells)
    };
    look::table(&Table {
        lang,
        caption: &words::say(lang, "api-problems-title"),
        is_caption_hidden: true,
        columns: vec![Column::figures("status", &heads[0], ""), Column::text("meaning", &heads[1])],
        rows: CLASSES.iter().map(row).collect(),
        ..Table::default()
    })
}

fn operations(lang: Lang, noun: &[&Operation]) -> Markup {
    let heads = ["request", "does", "parameters", "scope", "errors"]
        .map(|column| words::say(lang, &format!("api-column-{column}")));
    let keys = ["request", "does", "parameters", "scope", "errors"];
    let columns = keys.iter().zip(&heads).map(|(key, head)| Column::text(key, head)).collect();
    let caption = noun
        .first()
        .map_or_else(String::new, |first| words::say(lang, &format!("api-noun-{}", first.noun())));
    look::table(&Table {
        lang,
        caption: &caption,
        is_caption_hidden: true,
        columns,
        rows: noun.iter().map(|operation| row(lang, operation)).collect(),
        is_cards: true,
        ..Table::default()
    })
}

fn row(lang: Lang, operation: &Operation) -> Row {
    let names: Vec<&str> = path_names(operation.route.path)
        .chain(operation.query.iter().map(|parameter| parameter.name))
        .collect();
    let scope = if operation.is_open { "" } else { scope_of(operation) };
    let errors: Vec<String> = operation.errors.iter().map(u16::to_string).collect();
    let cells = vec![
        html! { code id=(operation.id) { (operation.route.method) " " (operation.route.path) } },
        html! { (words::say(lang, &format!("api-{}", operation.id))) },
        html! { @for (at, name) in names.iter().enumerate() {
            @if at > 0 { ", " }
            code { (name) }
        } },
        html! { @if !scope.is_empty() { code { (scope) } } },
        // What each means stands once, in the table above.
        html! { (errors.join(" ")) },
    ];
    Row::from(cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_word_and_every_operation() {
        for lang in Lang::ALL {
            let page = body(lang, "API", "https://city.example").into_string();
            assert!(!page.contains('⟦'), "{page}");
            for operation in crate::operations::operations() {
                assert!(page.contains(&format!("id=\"{}\"", operation.id)), "{}", operation.id);
            }
            for class in CLASSES {
                assert!(page.contains(&format!("id=\"{}\"", kind_of(class).0)));
            }
        }
    }
}
