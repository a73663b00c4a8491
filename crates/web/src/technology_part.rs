//! The parts of a technology's page, from what it is to what is like it.

use crate::link;
use crate::search_hit::Hits;
use app::gather::Marker;
use app::technology::View;
use base::{Bilingual, Lang};
use edge::Request;
use look::{Column, Row, Table, Tone, facts, other_language, part, state_tag, table};
use maud::{Markup, html};
use trading::technology::{Class, Content, Right, RightStatus, Trl};

/// Classes that are named; a patent may have two hundred.
const CLASSES_SHOWN: usize = 60;

/// A text in the reader's language, or in the other one and marked as such.
pub fn text(lang: Lang, text: &Bilingual) -> Markup {
    let (shown, found) = text.best(lang);
    html! {
        @if !shown.is_empty() {
            div lang=[(found != lang).then(|| found.tag())] {
                @for line in shown.lines().filter(|line| !line.trim().is_empty()) {
                    p { (line) }
                }
            }
            @if found != lang { p { (other_language(lang, found)) } }
        }
    }
}

/// The main column.
pub fn main(request: &Request, view: &View, alike: Option<&app::search::Page>) -> Markup {
    let lang = request.lang;
    let content = &view.technology.content;
    let section = |id: &str, value: &Bilingual| {
        html! {
            @if !value.is_empty() {
                (part(id, &words::say(lang, &format!("technology-page-{id}")), text(lang, value)))
            }
        }
    };
    html! {
        (section("description", &content.description))
        (section("applications", &content.applications))
        (section("benefits", &content.benefits))
        (maturity(lang, content))
        (rights(request, content))
        (section("encumbrances", &content.encumbrances))
        (inventors(lang, content))
        (subject(request, content))
        (section("notes", &content.notes))
        @if let Some(alike) = alike { (alike_part(request, alike)) }
    }
}

fn maturity(lang: Lang, content: &Content) -> Markup {
    let say = |key: &str| words::say(lang, key);
    let mut rows: Vec<(String, Markup)> = Vec::new();
    if let Some(trl) = &content.trl {
        rows.push((say("technology-page-trl"), trl_line(lang, trl)));
        if !trl.evidence.is_empty() {
            rows.push((say("technology-page-evidence"), text(lang, &trl.evidence)));
        }
    }
    if let Some(stage) = content.stage {
        let name = say(&format!("technology-stage-{}", stage.word()));
        rows.push((say("technology-page-stage"), html! { (name) }));
    }
    if let Some(mode) = content.mode {
        let name = say(&format!("technology-mode-{}", mode.word()));
        rows.push((say("technology-page-mode"), html! { (name) }));
    }
    if rows.is_empty() {
        return html! {};
    }
    part("maturity", &say("technology-page-maturity"), named(rows))
}

/// Facts whose names were built for the page.
pub fn named(rows: Vec<(String, Markup)>) -> Markup {
    let rows: Vec<(&str, Markup)> =
        rows.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    facts(&rows)
}

fn trl_line(lang: Lang, trl: &Trl) -> Markup {
    let by = if trl.assessed { "technology-trl-assessed" } else { "technology-trl-declared" };
    let level = [("level", usize::from(trl.level).into())];
    html! {
        (words::say_with(lang, "technology-trl", &level)) " · " (words::say(lang, by))
        @if let Some(on) = trl.on { " · " (words::date(lang, on)) }
    }
}

fn rights(request: &Request, content: &Content) -> Markup {
    let lang = request.lang;
    let say = |key: &str| words::say(lang, key);
    if content.rights.is_empty() {
        return html! {};
    }
    let heads = ["right", "status", "filed", "published", "expires"];
    let titles: Vec<String> =
        heads.iter().map(|key| say(&format!("technology-page-right-{key}"))).collect();
    let columns = heads.iter().zip(&titles).map(|(key, title)| Column::text(key, title)).collect();
    let today = request.now.date_at(request.city().settings().utc_offset_minutes);
    let title = say("technology-page-rights");
    part(
        "rights",
        &title,
        table(&Table {
            lang,
            caption: &title,
            is_caption_hidden: true,
            columns,
            rows: content.rights.iter().map(|right| right_row(lang, right, today)).collect(),
            is_cards: true,
            ..Table::default()
        }),
    )
}

/// The office, number and kind of a right as one text.
pub fn right_number(right: &Right) -> String {
    // Some write the office, or the kind of document, into the number already.
    let number = right.number.as_str();
    let office = if number.starts_with(&right.office) { "" } else { right.office.as_str() };
    let code = if number.ends_with(&right.code) { "" } else { right.code.as_str() };
    let parts = [office, number, code];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn right_row(lang: Lang, right: &Right, today: base::Date) -> Row {
    let say = |key: String| words::say(lang, &key);
    let day = |date: Option<base::Date>| match date {
        Some(date) => words::date(lang, date),
        None => words::say(lang, "table-unknown"),
    };
    let number = right_number(right);
    let is_over = right.expires.is_some_and(|expires| expires < today);
    let tone = match right.status {
        RightStatus::Granted if !is_over => Tone::Ok,
        RightStatus::Pending | RightStatus::Published => Tone::Wait,
        RightStatus::Lapsed | RightStatus::Expired | RightStatus::Refused => Tone::Live,
        _ => Tone::Plain,
    };
    let status = say(format!("technology-status-{}", right.status.word()));
    Row::from(vec![
        html! {
            (say(format!("technology-right-{}", right.kind.word())))
            @if !number.is_empty() { " " code { (number) } }
            @if !right.application.is_empty() {
                br;
                span.quiet.small { (words::say_with(lang, "technology-page-application",
                    &[("number", right.application.as_str().into())])) }
            }
        },
        html! {
            (state_tag(tone, &status))
            @if is_over && right.status == RightStatus::Granted {
                br; span.small { (words::say(lang, "technology-page-right-over")) }
            }
            @if !right.checked.is_empty() { br; span.quiet.small { (right.checked) } }
        },
        html! { (day(right.filed)) },
        html! { (day(right.published)) },
        html! { (day(right.expires)) },
    ])
}

fn inventors(lang: Lang, content: &Content) -> Markup {
    if content.inventors.is_empty() {
        return html! {};
    }
    part(
        "inventors",
        &words::say(lang, "technology-page-inventors"),
        html! {
            ul {
                @for inventor in &content.inventors {
                    @let (name, found) = inventor.name.best(lang);
                    @let other = if found == lang { inventor.name.get(lang.other()) } else { "" };
                    li {
                        span lang=[(found != lang).then(|| found.tag())] { (name) }
                        @if !other.is_empty() {
                            " " span.quiet lang=(lang.other().tag()) { (other) }
                        }
                        @if let Some(share) = inventor.share {
                            " · " (share) "%"
                        }
                    }
                }
            }
        },
    )
}

fn subject(request: &Request, content: &Content) -> Markup {
    let lang = request.lang;
    let say = |key: &str| words::say(lang, key);
    let mut rows: Vec<(String, Markup)> = Vec::new();
    let path = request.city().fields().path(&content.field);
    if !path.is_empty() {
        rows.push((
            say("technology-page-field"),
            html! {
                @for (at, field) in path.iter().enumerate() {
                    @if at > 0 { " › " }
                    a href=(listed("field", &field.key)) { (field.name.best(lang).0) }
                }
            },
        ));
    }
    if !content.classes.is_empty() {
        rows.push((say("technology-page-classes"), classes(lang, &content.classes)));
    }
    let (keywords, found) = content.keywords.best(lang);
    if !keywords.is_empty() {
        let words = keywords.split([';', '；']).map(str::trim).filter(|word| !word.is_empty());
        rows.push((
            say("technology-page-keywords"),
            html! {
                span lang=[(found != lang).then(|| found.tag())] {
                    @for (at, word) in words.enumerate() {
                        @if at > 0 { " · " }
                        a href=(link::search(word)) { (word) }
                    }
                }
            },
        ));
    }
    if !content.related.is_empty() {
        rows.push((say("technology-page-related"), html! { (content.related.join(" · ")) }));
    }
    if !content.other_titles.is_empty() {
        rows.push((
            say("technology-page-other-titles"),
            html! {
                @for (tag, title) in &content.other_titles { p lang=(tag) { (title) } }
            },
        ));
    }
    if rows.is_empty() {
        return html! {};
    }
    part("subject", &say("technology-page-subject"), named(rows))
}

fn listed(name: &str, value: &str) -> String {
    look::address::with(link::TECHNOLOGIES, name, value)
}

fn classes(lang: Lang, classes: &[Class]) -> Markup {
    let rest = classes.len().saturating_sub(CLASSES_SHOWN);
    html! {
        @for (at, class) in classes.iter().take(CLASSES_SHOWN).enumerate() {
            @if at > 0 { " · " }
            a href=(listed("class", &class.symbol)) {
                @if !class.scheme.is_empty() { (class.scheme) " " } (class.symbol)
            }
        }
        @if rest > 0 {
            " " span.quiet { (words::say_with(lang, "technology-page-more-classes",
                &[("count", rest.into())])) }
        }
    }
}

fn alike_part(request: &Request, alike: &app::search::Page) -> Markup {
    let lang = request.lang;
    let marker = Marker::new("");
    let hits = Hits {
        lang,
        tree: request.city().fields(),
        marker: &marker,
        offset_minutes: request.city().settings().utc_offset_minutes,
    };
    part("alike", &words::say(lang, "technology-page-alike"), hits.view(&alike.rows))
}
