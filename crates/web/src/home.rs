//! The front page: one question, what the city has, what came last, where to go.

use crate::link;
use crate::page::{Page, get, name, say};
use crate::search_filter::{field_name, mode_name};
use access::{Act, Role};
use app::No;
use app::city::Figure as Published;
use app::front::Front;
use base::{Currency, Lang, Money};
use edge::{Reply, Request, Route};
use look::{Figure, Hero, News, NewsItem, Scope, Tone};
use maud::{Markup, html};

/// The route of the front page.
pub static ROUTES: &[Route] = &[get(link::HOME, Act::CountTechnologies, show)];

/// Fields offered as examples of a search.
const EXAMPLES: usize = 3;
/// Published figures beside the question.
const HEADLINE: usize = 4;
/// Published figures further down; the rest is behind a link.
const FIGURES: usize = 8;

fn show(request: &Request) -> Result<Reply, No> {
    let front = request.city().front(&request.asker)?;
    let lead = say(request, "home-description");
    let content = html! {
        (hero(request, &front))
        @if request.me.is_some() { (desk_first(request)) }
        (news(request, &front))
        (situations(request))
        (more_figures(request))
    };
    Ok(Page::new(request, "").own_search().indexed(lead).reply(content))
}

fn count(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

fn hero(request: &Request, front: &Front) -> Markup {
    let lang = request.lang;
    let counts = &front.counts;
    let texts = ["technologies", "organisations", "offers"]
        .map(|what| say(request, &format!("home-scope-{what}")));
    let [technologies, organisations, offers] = &texts;
    let scope = |text, n, href| Scope { text, count: Some(count(n)), href, is_current: false };
    let scopes = [
        scope(technologies, counts.total, link::SEARCH),
        scope(offers, front.n_on_offer, link::TRADE),
        scope(organisations, front.n_organisations, link::ORGANISATIONS),
    ];
    let examples = examples(request, front);
    let examples: Vec<(&str, &str)> =
        examples.iter().map(|(text, href)| (text.as_str(), href.as_str())).collect();
    let drawn = drawn(request, &request.city().settings().figures);
    let headline: Vec<Figure<'_>> = drawn.iter().take(HEADLINE).map(Drawn::figure).collect();
    let source = sources(request);
    look::hero(&Hero {
        lang,
        question: &say(request, "home-question"),
        search: link::SEARCH,
        suggest: link::SUGGEST,
        query: "",
        scopes: &scopes,
        examples: &examples,
        examples_title: &say(request, "home-examples"),
        figures: &headline,
        as_of: &source,
        pulse: None,
    })
}

/// Fields that hold most: an example that finds nothing teaches nothing.
fn examples(request: &Request, front: &Front) -> Vec<(String, String)> {
    let tree = request.city().fields();
    let mut fields: Vec<_> = front.counts.by_field.iter().filter(|one| one.n > 0).collect();
    fields.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.value.cmp(&b.value)));
    let known = fields.into_iter().filter_map(|one| tree.get(&one.value));
    known
        .take(EXAMPLES)
        .map(|field| {
            let text = field.name.best(request.lang).0.to_owned();
            (text, link::search_within("", "field", &field.key))
        })
        .collect()
}

/// Who is signed in finds the desk before the news.
fn desk_first(request: &Request) -> Markup {
    let n = crate::desk::count(request);
    let tone = if n > 0 { Tone::Wait } else { Tone::Ok };
    let text = match n {
        0 => say(request, "empty-desk"),
        n => words::say_with(request.lang, "desk-waiting", &[("count", n.into())]),
    };
    look::notice(
        request.lang,
        tone,
        html! {
            p { (text) " " a href=(link::DESK) { (say(request, "home-desk")) } }
        },
    )
}

fn news(request: &Request, front: &Front) -> Markup {
    let lang = request.lang;
    let offset = request.city().settings().utc_offset_minutes;
    let rows: Vec<_> = front
        .newest
        .iter()
        .map(|(row, owner)| {
            let (title, other) = name(&row.title, lang);
            let at = row.confirmed_at.unwrap_or(row.changed_at);
            let date = words::date(lang, at.date_at(offset));
            let facts = format!("{} · {date}", owner.best(lang).0);
            (link::technology(row.id), title, other, facts)
        })
        .collect();
    let newest: Vec<NewsItem<'_>> = rows
        .iter()
        .map(|(href, title, lang, facts)| NewsItem { href, title, lang: *lang, tag: None, facts })
        .collect();
    let modes: Vec<(String, String, String)> = front
        .counts
        .by_mode
        .iter()
        .map(|mode| {
            let n = words::say_with(lang, "home-count", &[("count", count(mode.n).into())]);
            (link::search_within("", "mode", &mode.value), mode_name(lang, &mode.value), n)
        })
        .collect();
    let mut fields: Vec<_> = front.counts.by_field.iter().collect();
    fields.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.value.cmp(&b.value)));
    let tree = request.city().fields();
    let fields: Vec<(String, String, String)> = fields
        .into_iter()
        .take(rows.len().max(6))
        .map(|field| {
            let n = words::say_with(lang, "home-count", &[("count", count(field.n).into())]);
            let text = field_name(lang, tree, &field.value);
            (link::search_within("", "field", &field.value), text, n)
        })
        .collect();
    look::news(&[
        News {
            title: &say(request, "home-newest"),
            more_href: &look::address::with(link::SEARCH, "order", "newest"),
            more: &say(request, "home-newest-more"),
            items: &newest,
            empty: &say(request, "home-newest-none"),
        },
        News {
            title: &say(request, "home-modes"),
            more_href: link::TRADE,
            more: &say(request, "home-modes-more"),
            items: &items(&modes),
            empty: &say(request, "home-modes-none"),
        },
        News {
            title: &say(request, "home-fields"),
            more_href: link::MEASURE_TECHNOLOGIES,
            more: &say(request, "home-fields-more"),
            items: &items(&fields),
            empty: &say(request, "home-fields-none"),
        },
    ])
}

fn items(rows: &[(String, String, String)]) -> Vec<NewsItem<'_>> {
    let item = |row| {
        let (href, title, facts): &(String, String, String) = row;
        NewsItem { href, title, lang: None, tag: None, facts }
    };
    rows.iter().map(item).collect()
}

/// The five verbs, by what somebody wants; where nothing can be done yet, that is said.
fn situations(request: &Request) -> Markup {
    // Somebody signed in who may not offer anything is shown how others do it.
    let sellers = [Role::TransferOfficer, Role::AgencyOfficer, Role::Operator];
    let may_sell = request.me.as_ref().is_none_or(|me| me.actor.holds(&sellers));
    let sell = if may_sell { link::technology_new() } else { link::TRADE.to_owned() };
    let ways = [
        ("find", link::SEARCH.to_owned()),
        ("sell", sell),
        ("buy", link::TRADE.to_owned()),
        ("share", link::SHARE.to_owned()),
        ("support", link::SUPPORT.to_owned()),
        ("measure", link::MEASURE_TECHNOLOGIES.to_owned()),
        ("check", link::LOG.to_owned()),
    ];
    let rows: Vec<(String, Markup)> = ways
        .iter()
        .map(|(what, href)| {
            let way = html! {
                a href=(href) { (say(request, &format!("home-way-{what}"))) }
                p.quiet.small { (say(request, &format!("home-way-{what}-hint"))) }
            };
            (say(request, &format!("home-want-{what}")), way)
        })
        .collect();
    let rows: Vec<(&str, Markup)> =
        rows.iter().map(|(want, way)| (want.as_str(), way.clone())).collect();
    look::part("situations", &say(request, "home-situations"), look::facts(&rows))
}

/// A published figure as it is shown.
struct Drawn {
    value: String,
    unit: String,
    label: String,
    note: String,
}

impl Drawn {
    fn figure(&self) -> Figure<'_> {
        let Self { value, unit, label, note } = self;
        Figure { value, unit, label, note, ..Figure::default() }
    }
}

fn drawn(request: &Request, all: &[Published]) -> Vec<Drawn> {
    let lang = request.lang;
    let one = |one: &Published| {
        let (value, unit) = written(lang, one);
        let note = words::say_with(lang, "home-as-of", &[("at", one.as_of.as_str().into())]);
        Drawn { value, unit, label: one.label.best(lang).0.to_owned(), note }
    };
    all.iter().map(one).collect()
}

/// Where the published figures come from, in one sentence.
fn sources(request: &Request) -> String {
    let lang = request.lang;
    let all = &request.city().settings().figures;
    if all.is_empty() {
        return String::new();
    }
    let mut sources: Vec<&str> = all.iter().map(|one| one.source.best(lang).0).collect();
    sources.sort_unstable();
    sources.dedup();
    words::say_with(lang, "home-source", &[("source", words::list(lang, &sources).into())])
}

/// The figures that follow those of the headline, and where all of them are.
fn more_figures(request: &Request) -> Markup {
    let all = &request.city().settings().figures;
    let shown = all.get(HEADLINE..).unwrap_or_default();
    let shown = shown.get(..FIGURES).unwrap_or(shown);
    if shown.is_empty() {
        return html! {};
    }
    let drawn = drawn(request, shown);
    let figures: Vec<Figure<'_>> = drawn.iter().map(Drawn::figure).collect();
    look::part(
        "published",
        &say(request, "home-published"),
        html! {
            (look::figures(request.lang, &figures))
            p.small { a href=(link::ABOUT) { (say(request, "home-published-all")) } }
        },
    )
}

/// Every figure the city publishes, with its date and source.
pub fn published(request: &Request) -> Markup {
    let drawn = drawn(request, &request.city().settings().figures);
    if drawn.is_empty() {
        return html! {};
    }
    let figures: Vec<Figure<'_>> = drawn.iter().map(Drawn::figure).collect();
    look::part(
        "published",
        &say(request, "home-published"),
        html! {
            (look::figures(request.lang, &figures))
            p.quiet.small { (sources(request)) }
        },
    )
}

/// A figure as people write it: money in short, whole numbers with their marks, the rest as given.
fn written(lang: Lang, figure: &Published) -> (String, String) {
    let unit = figure.unit.best(lang).0.to_owned();
    let (digits, more) = match figure.value.strip_suffix('+') {
        Some(digits) => (digits, "+"),
        None => (figure.value.as_str(), ""),
    };
    let Ok(whole) = digits.parse::<i64>() else { return (figure.value.clone(), unit) };
    if figure.unit.en == "yuan" {
        let minor = whole.saturating_mul(100);
        let money = words::money_short(lang, Money::new(minor, Currency::CNY));
        return (format!("{money}{more}"), String::new());
    }
    (format!("{}{more}", words::number(lang, whole)), unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Bilingual;

    fn figure(value: &str, unit: &str) -> Published {
        Published {
            key: "k".to_owned(),
            value: value.to_owned(),
            unit: Bilingual::new(unit, "家"),
            label: Bilingual::default(),
            as_of: "2019".to_owned(),
            source: Bilingual::default(),
        }
    }

    #[test]
    fn figures_are_written_for_people() {
        assert_eq!(written(Lang::En, &figure("1000+", "units")), ("1,000+".into(), "units".into()));
        assert_eq!(written(Lang::Zh, &figure("9.45", "x")), ("9.45".into(), "家".into()));
        let money = written(Lang::Zh, &figure("150000000000", "yuan"));
        assert_eq!(money, ("1,500亿元".to_owned(), String::new()));
    }
}
