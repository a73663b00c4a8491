//! Every component with samples, on pages as they could be in the city.
//!
//! The texts here are sample records, invented; sentences of the product stand in `words`.

mod enter;
mod find;
mod follow;
mod measure;
mod pieces;

use crate::{Banner, Crumb, PageHead, Reader, Section, Shell, page, page_head, part};
use base::{Label, Lang, Level};
use maud::{Markup, html};

/// One sample page.
pub struct Sample {
    /// A word for its file and its anchor.
    pub name: &'static str,
    pub title: &'static str,
    pub section: Option<Section>,
    pub is_error: bool,
    pub has_own_search: bool,
    pub content: Markup,
}

impl Sample {
    /// The sample as a whole page.
    pub fn page(&self, lang: Lang) -> Markup {
        let label = Label::at(if self.name == "case" { Level::Members } else { Level::Public });
        let address = format!("{}-{}.html", self.name, lang.short());
        let reader = Reader { name: pick(lang, "Li Na", "李娜"), desk_count: 3, csrf: "token" };
        page(
            &Shell {
                lang,
                path_and_query: &address,
                title: self.title,
                title_public: pick(lang, "Case", "事项"),
                is_error: self.is_error,
                section: self.section,
                reader: (self.name != "home").then_some(reader),
                label: (self.name == "case").then_some(&label),
                banners: vec![Banner::Demo { role_href: "/demo/roles" }],
                has_own_search: self.has_own_search,
                rendered_at: pick(
                    lang,
                    "1 March 2026, 14:03 (+08:00)",
                    "2026年3月1日 14:03（+08:00）",
                ),
                origin: "https://city.example",
                ..Shell::default()
            },
            self.content.clone(),
        )
    }
}

/// All sample pages.
pub fn samples(lang: Lang) -> Vec<Sample> {
    vec![
        find::home(lang),
        find::results(lang),
        find::technology(lang),
        enter::offer(lang),
        enter::check(lang),
        enter::done(lang),
        follow::case(lang),
        follow::list(lang),
        measure::dashboard(lang),
        pieces::trouble(lang),
        pieces::pieces(lang),
    ]
}

/// All components on one page.
pub fn gallery(lang: Lang) -> Markup {
    let samples = samples(lang);
    let head = PageHead {
        lang,
        title: pick(lang, "Gallery of components", "组件一览"),
        lead: Some(html! { (pick(lang, "Everything pages are made of.", "页面所用的全部组件。")) }),
        ..PageHead::default()
    };
    let address = format!("gallery-{}.html", lang.short());
    let shell = Shell {
        lang,
        path_and_query: &address,
        title: head.title,
        has_room: true,
        ..Shell::default()
    };
    let content = html! {
        (page_head(&head))
        @for sample in &samples { (part(sample.name, sample.title, sample.content.clone())) }
    };
    page(&shell, content)
}

/// The text of this language.
fn pick<'a>(lang: Lang, en: &'a str, zh: &'a str) -> &'a str {
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

fn crumb(lang: Lang) -> Crumb<'static> {
    Crumb { href: "/find", text: pick(lang, "Find", "找") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn pages() -> Vec<(String, String)> {
        Lang::ALL
            .into_iter()
            .flat_map(|lang| {
                let mut pages: Vec<_> = samples(lang)
                    .iter()
                    .map(|one| {
                        (format!("{} {}", one.name, lang.tag()), one.page(lang).into_string())
                    })
                    .collect();
                pages.push((format!("gallery {}", lang.tag()), gallery(lang).into_string()));
                pages
            })
            .collect()
    }

    /// The values of an attribute.
    fn values<'h>(html: &'h str, attribute: &str) -> Vec<&'h str> {
        let start = format!(" {attribute}=\"");
        html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    /// Every tag of this name with its attributes.
    fn tags<'h>(html: &'h str, name: &str) -> Vec<&'h str> {
        let start = format!("<{name} ");
        html.split(&start).skip(1).filter_map(|rest| rest.split('>').next()).collect()
    }

    #[test]
    fn nothing_needs_a_looser_policy() {
        for (name, html) in pages() {
            assert!(!html.contains(" style=") && !html.contains("<style"), "{name}");
            for tag in tags(&html, "script") {
                assert!(tag.contains("src=\"/assets/"), "{name}: {tag}");
            }
            let handler = html.split(" on").skip(1).find(|rest| {
                rest.chars().take_while(char::is_ascii_lowercase).count() > 3
                    && rest.trim_start_matches(|c: char| c.is_ascii_lowercase()).starts_with("=\"")
            });
            assert_eq!(handler, None, "{name}");
        }
    }

    #[test]
    fn no_word_is_missing_in_either_language() {
        for (name, html) in pages() {
            assert!(!html.contains('⟦') && !html.contains("{$"), "{name}");
        }
    }

    #[test]
    fn ids_are_unique_and_references_find_them() {
        for (name, html) in pages() {
            let ids = values(&html, "id");
            let unique: BTreeSet<_> = ids.iter().copied().collect();
            let twice: Vec<_> =
                unique.iter().filter(|id| ids.iter().filter(|one| one == id).count() > 1).collect();
            assert!(twice.is_empty(), "{name}: {twice:?}");
            let named = values(&html, "aria-describedby").into_iter().chain(values(&html, "for"));
            for id in named.flat_map(|list| list.split(' ')) {
                assert!(unique.contains(id), "{name}: {id}");
            }
            for target in values(&html, "href").iter().filter_map(|href| href.strip_prefix('#')) {
                assert!(unique.contains(target), "{name}: #{target}");
            }
        }
    }

    #[test]
    fn every_field_has_its_label() {
        for (name, html) in pages() {
            let labelled: BTreeSet<_> = values(&html, "for").into_iter().collect();
            let fields =
                ["input", "select", "textarea"].into_iter().flat_map(|tag| tags(&html, tag));
            for field in fields.filter(|field| !field.contains("type=\"hidden\"")) {
                let field = format!(" {field}");
                let by_id = values(&field, "id").iter().any(|id| labelled.contains(id));
                let inside = field.contains("name=\"theme\"");
                assert!(by_id || inside || field.contains("aria-label="), "{name}: {field}");
            }
        }
    }

    #[test]
    fn every_page_has_one_heading_of_the_first_rank() {
        for (name, html) in pages().iter().filter(|(name, _)| !name.starts_with("gallery")) {
            assert_eq!(html.matches("<h1").count(), 1, "{name}");
        }
    }

    #[test]
    fn pages_keep_their_budget() {
        let css = crate::assets()[0].body.len();
        for (name, html) in pages().iter().filter(|(name, _)| !name.starts_with("gallery")) {
            assert!(html.len() + css < 100_000, "{name}: {} bytes", html.len() + css);
        }
    }

    #[test]
    fn tables_say_what_their_heads_belong_to() {
        for (name, html) in pages() {
            assert_eq!(html.matches("<table").count(), html.matches("<caption").count(), "{name}");
            for head in tags(&html, "th") {
                assert!(head.contains("scope="), "{name}: {head}");
            }
        }
    }
}
