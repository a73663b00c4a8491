//! The frame of every page: head, top bar, banners, label, content, footer.

use crate::address::with;
use crate::draw::mark;
use crate::notice::{Tone, banner};
use crate::tag::label_badge;
use crate::{count, href, say, say_one};
use base::{Label, Lang};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use words::Arg;

/// One of the five verbs of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Find,
    Trade,
    Share,
    Support,
    Measure,
}

/// The addresses that every page links to.
#[derive(Clone, Copy, Debug)]
pub struct Addresses<'a> {
    pub home: &'a str,
    pub find: &'a str,
    pub trade: &'a str,
    pub share: &'a str,
    pub support: &'a str,
    pub measure: &'a str,
    pub desk: &'a str,
    /// The cases of a reader; empty shows none.
    pub cases: &'a str,
    pub search: &'a str,
    /// Where suggestions come from; empty switches them off.
    pub suggest: &'a str,
    pub sign_in: &'a str,
    pub sign_out: &'a str,
    pub account: &'a str,
    pub help: &'a str,
    pub guide: &'a str,
    /// How the responsible office is reached.
    pub contact: &'a str,
    pub about: &'a str,
    pub api: &'a str,
    pub checkpoint: &'a str,
    pub accessibility: &'a str,
    pub privacy: &'a str,
    pub problem: &'a str,
}

impl Default for Addresses<'_> {
    fn default() -> Self {
        Self {
            home: "/",
            find: "/search",
            trade: "/trade",
            share: "/share",
            support: "/support",
            measure: "/measure/technologies",
            desk: "/desk",
            cases: "/cases",
            search: "/search",
            suggest: "/suggest",
            sign_in: "/sign-in",
            sign_out: "/sign-out",
            account: "/account",
            help: "/help",
            guide: "/help",
            contact: "/help#office",
            about: "/about",
            api: "/api",
            checkpoint: "/log",
            accessibility: "/accessibility",
            privacy: "/privacy",
            problem: "/help#problem",
        }
    }
}

/// Who is signed in.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    pub name: &'a str,
    /// How many things wait on the desk.
    pub desk_count: usize,
    /// The token of the sign-out form.
    pub csrf: &'a str,
}

/// Light or dark, as kept in the cookie `theme`; the device decides where nobody chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

/// What is said above the page.
pub enum Banner<'a> {
    /// Invented people and prices are marked; perhaps a link to change the role.
    Demo { role_href: &'a str },
    /// Reading works, changes do not.
    ReadOnly,
    /// An auditor looks at the page as a role would.
    ViewingAs { role: &'a str },
    /// Anything else.
    Notice { tone: Tone, text: Markup },
}

/// Everything around the content of a page. Fill in what is known, take the rest from the default.
#[derive(Default)]
pub struct Shell<'a> {
    pub lang: Lang,
    /// The address of this page as asked for, for the language switch.
    pub path_and_query: &'a str,
    /// The thing this page is about; the place is added.
    pub title: &'a str,
    /// The title where the label is not public: browsers keep titles, so it names no content.
    pub title_public: &'a str,
    /// Whether a form on this page failed: the title says so first.
    pub is_error: bool,
    pub section: Option<Section>,
    pub reader: Option<Reader<'a>>,
    /// The highest label of what the page shows. Not public: no description, no structured data,
    /// no robots, and the print carries it.
    pub label: Option<&'a Label>,
    pub banners: Vec<Banner<'a>>,
    /// One sentence for search engines.
    pub description: &'a str,
    /// Whether search engines may keep the page.
    pub is_indexed: bool,
    /// `https://…` without a slash at its end, for canonical and alternate addresses.
    pub origin: &'a str,
    /// Structured data, already serialised as JSON.
    pub json_ld: Option<&'a str>,
    /// The query in the search box of the top bar.
    pub query: &'a str,
    /// The page draws an auction room or a week of an instrument, which have their own style sheet.
    pub has_room: bool,
    /// The page has a larger search box of its own.
    pub has_own_search: bool,
    pub theme: Theme,
    /// The moment of rendering, for prints; written by the caller's zone.
    pub rendered_at: &'a str,
    pub addresses: Addresses<'a>,
}

/// The whole page.
pub fn page(shell: &Shell<'_>, content: Markup) -> Markup {
    let theme = match shell.theme {
        Theme::Auto => None,
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
    };
    html! {
        (DOCTYPE)
        html lang=(shell.lang.tag()) data-theme=[theme] {
            (head(shell))
            body {
                a.skip href="#main" { (say(shell.lang, "shell-skip")) }
                header {
                    (banners(shell))
                    (top(shell))
                    @if let Some(label) = shell.label { (label_line(shell.lang, label)) }
                }
                main #main tabindex="-1" { (content) }
                (footer(shell))
                (print_marks(shell))
            }
        }
    }
}

fn is_public(shell: &Shell<'_>) -> bool {
    shell.label.is_none_or(Label::is_public)
}

fn title(shell: &Shell<'_>) -> String {
    let lang = shell.lang;
    let thing = match (is_public(shell), shell.title_public) {
        (true, _) => shell.title.to_owned(),
        (false, "") => say(lang, "page-document"),
        (false, known) => known.to_owned(),
    };
    let title = match thing.as_str() {
        "" => say(lang, "shell-name"),
        thing => say_one(lang, "shell-title", "thing", thing),
    };
    if shell.is_error { say_one(lang, "shell-title-error", "title", title) } else { title }
}

fn head(shell: &Shell<'_>) -> Markup {
    let public = is_public(shell);
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            title { (title(shell)) }
            @if public && !shell.description.is_empty() {
                meta name="description" content=(shell.description);
            }
            @if !(public && shell.is_indexed) { meta name="robots" content="noindex"; }
            meta name="color-scheme" content="light dark";
            link rel="icon" href=(href("icon.svg")) type="image/svg+xml";
            link rel="stylesheet" href=(href("look.css"));
            @if shell.has_room { link rel="stylesheet" href=(href("room.css")); }
            script type="module" src=(href("look.js")) {}
            @if public && !shell.origin.is_empty() {
                link rel="canonical" href={ (shell.origin) (shell.path_and_query) };
                @for lang in Lang::ALL {
                    link rel="alternate" hreflang=(lang.tag())
                        href={ (shell.origin) (with(shell.path_and_query, "lang", lang.short())) };
                }
            }
            @if let (true, Some(json)) = (public, shell.json_ld) {
                // A data block is never executed; escaping `<` keeps it inside its element.
                script type="application/ld+json" { (PreEscaped(json.replace('<', "\\u003c"))) }
            }
        }
    }
}

fn top(shell: &Shell<'_>) -> Markup {
    let (lang, to) = (shell.lang, &shell.addresses);
    let verbs = [
        (Section::Find, "shell-find", to.find),
        (Section::Trade, "shell-trade", to.trade),
        (Section::Share, "shell-share", to.share),
        (Section::Support, "shell-support", to.support),
        (Section::Measure, "shell-measure", to.measure),
    ];
    html! {
        div.top {
            div.wrap {
                a.brand href=(to.home) {
                    (mark()) span { (say(lang, "shell-name")) }
                    span.brand-other lang=(lang.other().tag()) { (say(lang, "shell-name-other")) }
                }
                nav.verbs aria-label=(say(lang, "shell-navigation")) {
                    @for (section, key, href) in verbs {
                        @let is_here = shell.section == Some(section);
                        a href=(href) aria-current=[is_here.then_some("true")] { (say(lang, key)) }
                    }
                }
                @if !shell.has_own_search { (search_box(shell)) }
                div.own {
                    (language_switch(shell))
                    (own(shell))
                }
            }
        }
    }
}

fn search_box(shell: &Shell<'_>) -> Markup {
    let (lang, to) = (shell.lang, &shell.addresses);
    let suggest = (!to.suggest.is_empty()).then_some(to.suggest);
    html! {
        form.find role="search" action=(to.search) {
            input type="search" name="q" id="q" value=(shell.query) autocomplete="off"
                aria-label=(say(lang, "shell-search-what"))
                placeholder=(say(lang, "shell-search-short"))
                data-suggest=[suggest] data-suggest-title=(say(lang, "filter-suggestions"));
            button type="submit" { (crate::draw::glass()) span.sr { (say(lang, "shell-search")) } }
        }
    }
}

fn language_switch(shell: &Shell<'_>) -> Markup {
    let other = shell.lang.other();
    html! {
        a.language href=(with(shell.path_and_query, "lang", other.short()))
            hreflang=(other.tag()) lang=(other.tag())
            title=(say(other, "shell-language-here"))
            { (say(shell.lang, "shell-language-other")) }
    }
}

fn own(shell: &Shell<'_>) -> Markup {
    let (lang, to) = (shell.lang, &shell.addresses);
    let Some(reader) = &shell.reader else {
        return html! { a.btn.small href=(to.sign_in) { (say(lang, "shell-sign-in")) } };
    };
    let waiting = say_one(lang, "shell-desk-waiting", "count", reader.desk_count);
    html! {
        @if !to.cases.is_empty() {
            a.btn.plain.small.cases href=(to.cases) { (say(lang, "shell-cases")) }
        }
        a.btn.plain.small href=(to.desk) {
            (say(lang, "shell-desk"))
            @if reader.desk_count > 0 {
                span.count aria-hidden="true" { (count(lang, reader.desk_count)) }
                span.sr { (waiting) }
            }
        }
        details.me {
            summary { (reader.name) }
            div.menu {
                p.quiet.small { (say_one(lang, "shell-signed-in-as", "name", reader.name)) }
                @if !to.cases.is_empty() { a href=(to.cases) { (say(lang, "shell-cases")) } }
                a href=(to.account) { (say(lang, "shell-account")) }
                form method="post" action=(to.sign_out) {
                    input type="hidden" name="csrf_token" value=(reader.csrf);
                    button.btn.plain.small type="submit" { (say(lang, "shell-sign-out")) }
                }
            }
        }
    }
}

fn banners(shell: &Shell<'_>) -> Markup {
    let lang = shell.lang;
    html! {
        @for one in &shell.banners {
            @match one {
                Banner::Demo { role_href } => (banner(Tone::Wait, html! {
                    (say(lang, "shell-demo"))
                    @if !role_href.is_empty() {
                        " " a href=(role_href) { (say(lang, "shell-demo-role")) }
                    }
                })),
                Banner::ReadOnly => (banner(Tone::Live, html! { (say(lang, "shell-read-only")) })),
                Banner::ViewingAs { role } => (banner(Tone::Info, html! {
                    (say_one(lang, "shell-viewing-as", "role", *role))
                })),
                Banner::Notice { tone, text } => (banner(*tone, text.clone())),
            }
        }
    }
}

fn label_line(lang: Lang, label: &Label) -> Markup {
    html! {
        div.label-line.is-watched[label.is_watched()] {
            p.wrap {
                (label_badge(lang, label))
                @if label.is_watched() { span { (say(lang, "shell-look-recorded")) } }
            }
        }
    }
}

fn footer(shell: &Shell<'_>) -> Markup {
    let (lang, to) = (shell.lang, &shell.addresses);
    let help = [
        ("shell-help", to.help),
        ("shell-guide", to.guide),
        ("shell-contact", to.contact),
        ("shell-problem", to.problem),
    ];
    let about = [
        ("shell-about", to.about),
        ("shell-accessibility", to.accessibility),
        ("shell-privacy", to.privacy),
        ("shell-api", to.api),
    ];
    html! {
        footer.bottom {
            div.wrap {
                div.bottom-brand {
                    p.brand { (mark()) (say(lang, "shell-name")) }
                    p.quiet { (say(lang, "shell-promise")) }
                    (theme_choice(lang))
                }
                (footer_links(lang, "shell-help", &help))
                (footer_links(lang, "shell-footer", &about))
                div {
                    h2 { (say(lang, "shell-trust")) }
                    p.quiet { (say(lang, "shell-checkpoint-hint")) }
                    p { a href=(to.checkpoint) { (say(lang, "shell-checkpoint")) } }
                }
            }
        }
    }
}

fn footer_links(lang: Lang, title: &str, links: &[(&str, &str)]) -> Markup {
    html! {
        nav aria-label=(say(lang, title)) {
            h2 { (say(lang, title)) }
            ul { @for (key, href) in links { li { a href=(href) { (say(lang, key)) } } } }
        }
    }
}

/// Shown by its script only: without scripts the device decides.
fn theme_choice(lang: Lang) -> Markup {
    let choices = [
        ("auto", "shell-theme-auto"),
        ("light", "shell-theme-light"),
        ("dark", "shell-theme-dark"),
    ];
    html! {
        fieldset.themes data-themes hidden {
            legend.sr { (say(lang, "shell-theme")) }
            @for (value, key) in choices {
                label { input type="radio" name="theme" value=(value); span { (say(lang, key)) } }
            }
        }
    }
}

/// What only a print shows: the label on each sheet, who printed and when, where the page lives.
fn print_marks(shell: &Shell<'_>) -> Markup {
    let lang = shell.lang;
    let name = shell.reader.map_or_else(|| say(lang, "shell-nobody"), |reader| reader.name.into());
    let label = shell.label.map(|label| words::label(lang, label));
    let args = [("name", Arg::from(&name)), ("at", Arg::from(shell.rendered_at))];
    html! {
        div.print-head aria-hidden="true" {
            div {
                span { (say(lang, "shell-name")) }
                @if let Some(label) = &label { strong { (label) } }
            }
        }
        div.print-foot aria-hidden="true" {
            div {
                @if !shell.rendered_at.is_empty() {
                    span { (words::say_with(lang, "shell-printed", &args)) }
                }
                span { (shell.origin) (shell.path_and_query) }
                @if let Some(label) = &label { strong { (label) } }
            }
        }
        @if shell.label.is_some_and(Label::is_watched) {
            div.print-across aria-hidden="true" { (name) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Level;

    fn shown(shell: &Shell<'_>) -> String {
        page(shell, html! { h1 { "x" } }).into_string()
    }

    #[test]
    fn the_title_says_thing_and_place() {
        let shell = Shell { title: "Blade", is_error: true, ..Shell::default() };
        assert!(shown(&shell).contains("<title>Error: Blade · Bellwether</title>"));
    }

    #[test]
    fn a_label_keeps_content_out_of_what_browsers_keep() {
        let label = Label::at(Level::Restricted);
        let shell = Shell {
            title: "Secret blade",
            description: "Secret words",
            json_ld: Some("{\"name\":\"Secret\"}"),
            origin: "https://city.example",
            label: Some(&label),
            is_indexed: true,
            ..Shell::default()
        };
        let html = shown(&shell);
        assert!(!html.contains("Secret") && html.contains("noindex"));
        assert!(html.contains("Each look at this page is recorded"));
    }

    #[test]
    fn the_language_switch_keeps_the_place() {
        let shell = Shell { path_and_query: "/search?q=a&lang=en", ..Shell::default() };
        assert!(shown(&shell).contains("href=\"/search?q=a&amp;lang=zh\""));
    }

    #[test]
    fn structured_data_cannot_leave_its_element() {
        let json = "{\"name\":\"</script><script>alert(1)\"}";
        let shell = Shell { json_ld: Some(json), ..Shell::default() };
        assert!(!shown(&shell).contains("alert(1)\"}</script><script>"));
        assert!(shown(&shell).contains("\\u003c/script>"));
    }
}
