//! Everything that a filter finds: for exports, feeds, and lists in the order of time.

use crate::act::No;
use crate::asker::Asker;
use crate::city::City;
use crate::search::{Ask, Page, index_failed};
use access::Act as A;
use base::{Bilingual, OrganisationId};
use search::{Facets, Filters};
use std::collections::{BTreeMap, BTreeSet};
use trading::listing::{Listing, ListingState};
use trading::technology::Technology;

pub use matching::highlight::Piece;

/// Hits that one question of the index answers.
const HITS_AT_ONCE: usize = 100;

/// A technology whole, with its owner's name and what is on offer: a row of an export.
#[derive(Clone, Debug)]
pub struct Whole {
    pub technology: Technology,
    pub owner: Bilingual,
    pub offers: Vec<Listing>,
}

/// How much a filter finds, and how that is spread.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub total: u64,
    pub facets: Facets,
}

impl City {
    /// Hands over every technology that is found, in the order of the list, until `each` says no.
    pub fn each_found(
        &self,
        asker: &Asker,
        ask: &Ask,
        mut each: impl FnMut(Whole) -> bool,
    ) -> Result<(), No> {
        let mut ask =
            Ask { limit: HITS_AT_ONCE, facets: false, after: None, is_own: false, ..ask.clone() };
        let mut seen = BTreeSet::new();
        loop {
            let page = self.search_as(asker, &ask, A::ExportTechnologies)?;
            for found in page.rows {
                // The index may move on meanwhile; nothing is handed over twice.
                if !seen.insert(found.summary.id) {
                    continue;
                }
                let read = self.read(asker, |rx| {
                    let read = store::technology::find(rx.tx, found.summary.id)?;
                    let may = |read: &Technology| {
                        rx.may(A::ExportTechnologies, &crate::technology::thing_of(read)).is_ok()
                    };
                    Ok(read.filter(may))
                })?;
                // What became stricter since the list was read is left out.
                let Some(technology) = read.filter(|read| read.label == found.summary.label) else {
                    continue;
                };
                let (owner, offers) = (found.owner_name, found.offers);
                if !each(Whole { technology, owner, offers }) {
                    return Ok(());
                }
            }
            if page.next.is_none() {
                return Ok(());
            }
            ask.after = page.next;
        }
    }

    /// The newest first of the best `most` hits: `skip` of them left out, at most `ask.limit`
    /// shown.
    pub fn search_newest(
        &self,
        asker: &Asker,
        ask: &Ask,
        most: usize,
        skip: usize,
    ) -> Result<Page, No> {
        let act = if ask.is_own { A::ListOwnTechnologies } else { A::ListTechnologies };
        let (page, person) = self.read(asker, |rx| {
            let filter = rx.filter(act)?;
            let first = Ask { limit: HITS_AT_ONCE, after: None, ..ask.clone() };
            let mut query = self.query(rx, &first, &filter)?;
            let find = |query: &search::Query| {
                self.index().search(query).map_err(|error| index_failed(&error))
            };
            let mut answer = find(&query)?;
            (query.facets, query.translate) = (false, false);
            while answer.hits.len() < most {
                let Some(next) = answer.next.take() else { break };
                query.after = Some(next);
                let more = find(&query)?;
                answer.hits.extend(more.hits);
                answer.next = more.next;
            }
            answer.next = None;
            let mut page = self.page(rx, answer, &filter)?;
            page.rows.sort_by(|a, b| {
                let key =
                    |found: &crate::search::Found| (found.summary.changed_at, found.summary.id);
                key(b).cmp(&key(a))
            });
            page.rows = page.rows.into_iter().skip(skip).take(ask.limit).collect();
            Ok((page, rx.actor.person))
        })?;
        self.note_list(asker, person, &page)?;
        Ok(page)
    }

    /// How much each of these filters would find beside the same words, with the names of the
    /// owners among the counts.
    pub fn tallies(
        &self,
        asker: &Asker,
        ask: &Ask,
        filters: &[Filters],
    ) -> Result<(Vec<Tally>, BTreeMap<String, Bilingual>), No> {
        let act = if ask.is_own { A::ListOwnTechnologies } else { A::ListTechnologies };
        self.read(asker, |rx| {
            let filter = rx.filter(act)?;
            let first = Ask { limit: 1, facets: true, after: None, ..ask.clone() };
            let mut query = self.query(rx, &first, &filter)?;
            query.translate = false;
            let mut tallies = Vec::with_capacity(filters.len());
            for one in filters {
                query.filters = Filters { kinds: query.filters.kinds.clone(), ..one.clone() };
                let answer = self.index().search(&query).map_err(|error| index_failed(&error))?;
                tallies.push(Tally { total: answer.total, facets: answer.facets });
            }
            let owners = tallies.iter().flat_map(|tally| &tally.facets.owners);
            let owners: Vec<OrganisationId> =
                owners.filter_map(|count| OrganisationId::parse(&count.value).ok()).collect();
            let names = store::organisation::names_of(rx.tx, &owners)?;
            Ok((tallies, names))
        })
    }

    /// One technology as a row of an export, where this reader may export it.
    pub fn whole(&self, asker: &Asker, id: base::TechnologyId) -> Result<Whole, No> {
        let view = self.technology(asker, id)?;
        let thing = crate::technology::thing_of(&view.technology);
        self.read(asker, |rx| rx.may(A::ExportTechnologies, &thing).map(|_| ()))?;
        let is_offered = |listing: &Listing| matches!(listing.state, ListingState::Offered);
        Ok(Whole {
            technology: view.technology,
            owner: view.owner.profile.name,
            offers: view.listings.into_iter().filter(is_offered).collect(),
        })
    }
}

/// Marks in texts what a query was found by.
pub struct Marker(matching::query::Plan);

impl Marker {
    /// A marker for this query.
    pub fn new(text: &str) -> Self {
        Self(matching::query::plan(&matching::query::parse(text)))
    }

    /// The whole text in pieces.
    pub fn mark(&self, text: &str) -> Vec<Piece> {
        matching::highlight::mark(text, &self.0)
    }

    /// At most so many characters around what matched.
    pub fn snippet(&self, text: &str, chars_max: usize) -> Vec<Piece> {
        matching::highlight::snippet(text, &self.0, chars_max)
    }
}
