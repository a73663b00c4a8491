//! Finding: `/search` and `/technologies` are one list, filtered by its address.
//!
//! The reader came to find what fits, to see why it was found, and to take the list along;
//! narrowing comes at the side.

use crate::link;
use crate::page::Page;
use crate::refused::PAGE;
use crate::search_filter::{Group, Wanted};
use crate::search_hit::Hits;
use crate::search_panel::Panel;
use access::{Act, Role};
use app::No;
use app::gather::{Marker, Tally};
use app::search::Ask;
use base::{Bilingual, Lang, Reference, limits};
use edge::{Body, Reply, Request, Route};
use look::{
    Look, PageHead, Pager, Section, Tab, Tone, aside_split, filter_chips, filter_panel,
    link_button, notice, page_head, pager, tabs,
};
use maud::{Markup, html};
use search::Note;
use std::collections::BTreeMap;

/// Hits that are brought into the order of time.
const NEWEST_OF: usize = 1_000;

const fn route(path: &'static str, run: fn(&Request) -> Result<Reply, No>) -> Route {
    Route { method: "GET", path, act: Act::ListTechnologies, body: Body::None, face: &PAGE, run }
}

/// The routes of this file.
pub static ROUTES: &[Route] =
    &[route(link::SEARCH, everything), route(link::TECHNOLOGIES, technologies)];

fn everything(request: &Request) -> Result<Reply, No> {
    List::read(request, link::SEARCH)?.map_or_else(|jump| Ok(Reply::see_other(jump)), List::reply)
}

fn technologies(request: &Request) -> Result<Reply, No> {
    let list = List::read(request, link::TECHNOLOGIES)?;
    list.map_or_else(|jump| Ok(Reply::see_other(jump)), List::reply)
}

/// A list with everything that is needed to draw it.
struct List<'r> {
    request: &'r Request,
    path: &'static str,
    wanted: Wanted,
    found: app::search::Page,
    /// How much is found without each question that is answered.
    without: Vec<(Group, Tally)>,
    owners: BTreeMap<String, Bilingual>,
    /// The organisation whose name was typed.
    organisation: Option<app::organisation::View>,
}

/// What the index and the rows are asked.
pub fn ask(request: &Request, wanted: &Wanted) -> Ask {
    Ask {
        text: wanted.words.clone(),
        filters: wanted.filters(request.city().fields()),
        is_own: wanted.is_own,
        limit: limits::PAGE_ROWS,
        after: wanted.after.clone(),
        facets: true,
    }
}

impl<'r> List<'r> {
    /// Reads the list, or the address of the one thing whose number was typed.
    fn read(request: &'r Request, path: &'static str) -> Result<Result<Self, String>, No> {
        let city = request.city();
        let wanted = Wanted::read(&request.query, city.fields());
        let is_bare = !wanted.words.is_empty() && !wanted.is_filtered() && wanted.after.is_none();
        if is_bare && let Some(address) = by_reference(request, &wanted.words)? {
            return Ok(Err(address));
        }
        let ask = ask(request, &wanted);
        let found = if wanted.is_newest && !wanted.words.is_empty() {
            let skip = (wanted.page - 1) * limits::PAGE_ROWS;
            city.search_newest(&request.asker, &ask, NEWEST_OF, skip)?
        } else {
            city.search(&request.asker, &ask)?
        };
        if let (true, Some(id)) = (is_bare, found.jump) {
            return Ok(Err(link::technology(id)));
        }
        let groups: Vec<Group> =
            Group::ALL.into_iter().filter(|group| wanted.has(*group)).collect();
        let filters: Vec<_> =
            groups.iter().map(|group| wanted.without(*group).filters(city.fields())).collect();
        let (tallies, more_owners) = if filters.is_empty() {
            (Vec::new(), BTreeMap::new())
        } else {
            city.tallies(&request.asker, &ask, &filters)?
        };
        let mut owners = found.owner_names.clone();
        owners.extend(more_owners);
        name_set_owners(request, &wanted, &mut owners);
        let organisation = if is_bare && path == link::SEARCH {
            organisation(request, &wanted.words)
        } else {
            None
        };
        let without = groups.into_iter().zip(tallies).collect();
        Ok(Ok(Self { request, path, wanted, found, without, owners, organisation }))
    }

    fn title(&self) -> String {
        let lang = self.request.lang;
        match (self.wanted.words.as_str(), self.path) {
            ("", link::SEARCH) => words::say(lang, "search-title"),
            ("", _) if self.wanted.is_own => words::say(lang, "search-own"),
            ("", _) => words::say(lang, "search-technologies"),
            (typed, _) => words::say_with(lang, "search-results", &[("words", typed.into())]),
        }
    }

    fn reply(self) -> Result<Reply, No> {
        let request = self.request;
        let lang = request.lang;
        let title = self.title();
        let mut page = Page::new(request, &title).section(Section::Find).query(&self.wanted.words);
        if !self.found.label.is_public() {
            page = page.label(&self.found.label, words::say(lang, "search-title"));
        }
        let first = &self.wanted;
        if self.path == link::TECHNOLOGIES && *first == Wanted::default().first() {
            page = page.indexed(words::say(lang, "search-description"));
        }
        let panel = Panel {
            lang,
            path: self.path,
            tree: request.city().fields(),
            wanted: &self.wanted,
            facets: &self.found.facets,
            without: &self.without,
            owners: &self.owners,
        };
        let content = panel.with(|filters| {
            html! {
                (self.head(&title))
                (aside_split(
                    html! {
                        (filter_chips(filters))
                        (self.main())
                    },
                    filter_panel(filters),
                ))
            }
        });
        Ok(page.reply(content))
    }

    fn head(&self, title: &str) -> Markup {
        let lang = self.request.lang;
        let mut actions = Vec::new();
        let writes = [Role::TransferOfficer, Role::AgencyOfficer, Role::Operator];
        let me = self.request.me.as_ref();
        if me.is_some_and(|me| me.actor.holds(&writes)) {
            let new = words::say(lang, "search-new");
            actions.push(link_button(&link::technology_new(), &new, Look::Second));
            let import = words::say(lang, "search-import");
            actions.push(link_button(&link::import_new(), &import, Look::Plain));
        }
        if let Some(href) = self.save_href().filter(|_| me.is_some()) {
            let save = words::say(lang, "saved-search-save");
            actions.push(link_button(&href, &save, Look::Plain));
        }
        html! {
            (page_head(&PageHead { lang, title, actions, ..PageHead::default() }))
            @if me.is_some() { (self.whose()) }
        }
    }

    fn whose(&self) -> Markup {
        let lang = self.request.lang;
        let all = Wanted { is_own: false, ..self.wanted.first() };
        let own = Wanted { is_own: true, ..self.wanted.first() };
        let (all_href, own_href) = (all.address(self.path), own.address(self.path));
        let (all_text, own_text) =
            (words::say(lang, "search-everybodys"), words::say(lang, "search-own"));
        let tab = |href, text, is_current| Tab { href, text, count: None, is_current };
        let is_own = self.wanted.is_own;
        let thing = words::say(lang, "search-technologies");
        tabs(lang, &thing, &[tab(&all_href, &all_text, !is_own), tab(&own_href, &own_text, is_own)])
    }

    fn main(&self) -> Markup {
        let lang = self.request.lang;
        let found = &self.found;
        let marker = Marker::new(&self.wanted.words);
        let hits = Hits {
            lang,
            tree: self.request.city().fields(),
            marker: &marker,
            offset_minutes: self.request.city().settings().utc_offset_minutes,
        };
        let total = usize::try_from(found.total).unwrap_or(usize::MAX);
        html! {
            (self.notes())
            @if let Some(view) = &self.organisation { (organisation_line(lang, view)) }
            @if total == 0 && found.rows.is_empty() { (self.nothing()) }
            @else {
                (self.order())
                (look::results(lang, total, true, hits.view(&found.rows)))
                (self.pages(total))
                (self.take_along(total))
            }
            @if !found.relaxed.is_empty() {
                section.stack {
                    h2 { (words::say(lang, "search-relaxed")) }
                    p.quiet { (words::say(lang, "search-relaxed-hint")) }
                    (hits.view(&found.relaxed))
                }
            }
            @if !found.translated.is_empty() {
                section.stack {
                    h2 { (words::say(lang, "search-translated")) }
                    p.quiet { (pairs(lang, &found.pairs)) }
                    (hits.view(&found.translated))
                }
            }
        }
    }

    fn notes(&self) -> Markup {
        let lang = self.request.lang;
        let is_empty = self.found.total == 0;
        let shown: Vec<&Note> = self
            .found
            .notes
            .iter()
            .filter(|note| self.is_worded() && (is_empty || **note != Note::OneLanguage))
            .collect();
        html! {
            @if !shown.is_empty() {
                (notice(lang, Tone::Plain, html! {
                    @for note in shown { p { (words::say(lang, note.code())) } }
                }))
            }
            @if let Some(proposed) = &self.found.did_you_mean {
                @let other = Wanted { words: proposed.clone(), ..self.wanted.first() };
                p { a href=(other.address(self.path)) {
                    (words::say_with(lang, "filter-did-you-mean",
                        &[("words", proposed.as_str().into())]))
                } }
            }
        }
    }

    fn is_worded(&self) -> bool {
        !self.wanted.words.is_empty()
    }

    fn order(&self) -> Markup {
        let lang = self.request.lang;
        if !self.is_worded() {
            return html! { p.small.quiet { (words::say(lang, "search-order-newest-first")) } };
        }
        let best = Wanted { is_newest: false, ..self.wanted.first() };
        let newest = Wanted { is_newest: true, ..self.wanted.first() };
        let now = self.wanted.is_newest;
        html! {
            p.row.small role="group" aria-label=(words::say(lang, "filter-order")) {
                span.quiet { (words::say(lang, "filter-order")) }
                @for (list, key, is_now) in
                    [(&best, "search-order-best", !now), (&newest, "search-order-newest", now)] {
                    @if is_now { strong aria-current="true" { (words::say(lang, key)) } }
                    @else { a href=(list.address(self.path)) { (words::say(lang, key)) } }
                }
                @if now && self.found.total > u64::try_from(NEWEST_OF).unwrap_or(0) {
                    span.quiet { (words::say_with(lang, "search-order-newest-of",
                        &[("most", NEWEST_OF.into())])) }
                }
            }
        }
    }

    fn pages(&self, total: usize) -> Markup {
        let lang = self.request.lang;
        if self.wanted.is_newest && self.is_worded() {
            let address = self.wanted.first().address(self.path);
            let total = total.min(NEWEST_OF);
            let page_rows = limits::PAGE_ROWS;
            let page = self.wanted.page;
            return pager(lang, &Pager::Numbered { address: &address, page, page_rows, total });
        }
        let next =
            self.found.next.clone().map(|after| {
                Wanted { after: Some(after), ..self.wanted.first() }.address(self.path)
            });
        html! {
            (pager(lang, &Pager::Keyset { previous: None, next: next.as_deref() }))
            @if self.wanted.after.is_some() {
                p.small { a href=(self.wanted.first().address(self.path)) {
                    (words::say(lang, "search-from-the-top"))
                } }
            }
        }
    }

    /// Exports of exactly this filter, its feed, its counts.
    fn take_along(&self, total: usize) -> Markup {
        let lang = self.request.lang;
        let own = self.wanted.is_own;
        let fits = total <= limits::EXPORT_ROWS_MAX;
        html! {
            @if !own {
                div.row.below.small {
                    @if fits {
                        span.row.exports {
                            span.quiet {
                                (words::say_with(lang, "search-export", &[("count", total.into())]))
                            }
                            @for (kind, key) in crate::export::KINDS {
                                @let path = format!("{}.{kind}", link::TECHNOLOGIES);
                                a href=(self.wanted.whole(&path)) rel="nofollow" {
                                    (words::say(lang, key))
                                }
                            }
                        }
                    } @else {
                        span.quiet { (words::say_with(lang, "search-export-too-many",
                            &[("most", limits::EXPORT_ROWS_MAX.into())])) }
                    }
                    @if let Some(href) = self.save_href() {
                        a href=(href) rel="nofollow" { (words::say(lang, "saved-search-save")) }
                    }
                    a href=(self.wanted.whole(link::FEED_TECHNOLOGIES)) rel="nofollow" {
                        (words::say(lang, "search-feed"))
                    }
                    a href=(self.wanted.whole(link::MEASURE_TECHNOLOGIES)) rel="nofollow" {
                        (words::say(lang, "search-counts"))
                    }
                }
            }
        }
    }

    /// Nothing found: the filter that removes most, fewer words, a feed that tells when one comes.
    fn nothing(&self) -> Markup {
        let lang = self.request.lang;
        let most = self.without.iter().max_by_key(|(_, tally)| tally.total);
        let most = most.filter(|(_, tally)| tally.total > 0);
        look::empty(
            &words::say(lang, "empty-results"),
            html! {
                @if let Some((group, tally)) = most {
                    p { a href=(self.wanted.without(*group).address(self.path)) {
                        (words::say_with(lang, "empty-results-without", &[
                            ("filter", self.group_text(*group).into()),
                            ("count", usize::try_from(tally.total).unwrap_or(usize::MAX).into()),
                        ]))
                    } }
                }
                p { (words::say(lang, "empty-results-hint")) }
                @if let Some(href) = self.save_href() {
                    p { a href=(href) rel="nofollow" {
                        (words::say(lang, "saved-search-save-wait"))
                    } }
                }
                @if !self.wanted.is_own {
                    p { a href=(self.wanted.whole(link::FEED_TECHNOLOGIES)) rel="nofollow" {
                        (words::say(lang, "search-feed-wait"))
                    } }
                }
            },
        )
    }

    /// Where this search is saved, if it asks anything.
    fn save_href(&self) -> Option<String> {
        let asks = self.is_worded() || self.wanted.is_filtered();
        (asks && !self.wanted.is_own).then(|| {
            let kept = Wanted::of(&self.wanted.question());
            kept.address(link::SAVED_SEARCH_NEW)
        })
    }

    fn group_text(&self, group: Group) -> String {
        let lang = self.request.lang;
        let tree = self.request.city().fields();
        let rest = self.wanted.without(group);
        let all = self.wanted.set(lang, tree, &self.owners);
        let others: Vec<String> =
            rest.set(lang, tree, &self.owners).into_iter().map(|set| set.text).collect();
        let texts: Vec<String> =
            all.into_iter().map(|set| set.text).filter(|text| !others.contains(text)).collect();
        words::list(lang, &texts)
    }
}

/// The address behind a reference that was typed.
fn by_reference(request: &Request, typed: &str) -> Result<Option<String>, No> {
    let Some(reference) = Reference::parse(typed) else { return Ok(None) };
    let city = request.city();
    if reference.as_str().starts_with("OR-") {
        return Ok(city.organisation_named(reference.as_str()).ok().map(link::organisation));
    }
    Ok(city.jump(&request.asker, typed)?.map(link::technology))
}

fn organisation(request: &Request, typed: &str) -> Option<app::organisation::View> {
    let city = request.city();
    let id = city.organisation_named(typed).ok()?;
    city.organisation(&request.asker, id).ok()
}

fn organisation_line(lang: Lang, view: &app::organisation::View) -> Markup {
    let organisation = &view.organisation;
    let (name, found) = organisation.profile.name.best(lang);
    html! {
        p {
            span.kind { (words::say(lang, "search-organisation")) } " "
            a href=(link::organisation(organisation.id)) lang=[(found != lang).then(|| found.tag())]
                { (name) }
        }
    }
}

/// Owners that are chosen keep their names although nothing of theirs is found.
fn name_set_owners(request: &Request, wanted: &Wanted, owners: &mut BTreeMap<String, Bilingual>) {
    for id in wanted.owners.iter().take(5) {
        if owners.contains_key(id) {
            continue;
        }
        let found =
            id.parse().ok().and_then(|id| request.city().organisation(&request.asker, id).ok());
        owners.extend(found.map(|view| (id.clone(), view.organisation.profile.name)));
    }
}

fn pairs(lang: Lang, pairs: &[(String, String)]) -> String {
    let shown: Vec<String> =
        pairs.iter().take(8).map(|(word, gloss)| format!("{word} → {gloss}")).collect();
    words::say_with(lang, "search-translated-hint", &[("pairs", words::list(lang, &shown).into())])
}
