//! Finding technologies: the index proposes, the rows decide, and both ask access.

use crate::act::{No, Stop};
use crate::asker::Asker;
use crate::city::{City, Rx};
use access::{Act as A, Filter, Thing};
use base::{Bilingual, Class, Label, OrganisationId, PersonId, Refusal, TechnologyId, limits};
use search::{Answer, Count, Facets, Filters, Hit, Like, Likeness, Note, Query, Reach, Reason};
use std::collections::BTreeMap;
use store::technology::Group;
pub use store::technology::Summary;
use trading::listing::Listing;

/// The kind under which technologies stand in the index.
pub const TECHNOLOGY: &str = "technology";

/// Kinds of events after which fewer may see a thing.
const TIGHTENING: [&str; 2] = ["label-raised", "technology-withdrawn"];
/// Things that can be hidden from an index that lags; a rebuilt index answers beside the old one,
/// so a lag is short.
const TIGHTENED_MAX: usize = 20_000;

/// What somebody looks for.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    pub text: String,
    pub filters: Filters,
    /// The asker's own organisation's, in every state, instead of what is offered.
    pub is_own: bool,
    pub limit: usize,
    /// Where the page before ended.
    pub after: Option<String>,
    pub facets: bool,
}

/// One hit with what a list shows of it.
#[derive(Clone, Debug)]
pub struct Found {
    pub summary: Summary,
    pub owner_name: Bilingual,
    /// What is on offer of it.
    pub offers: Vec<Listing>,
    pub why: Vec<search::Matched>,
    pub reasons: Vec<Reason>,
}

/// A page of hits.
#[derive(Debug, Default)]
pub struct Page {
    pub rows: Vec<Found>,
    pub total: u64,
    /// Found with some of the words only; shown under a heading that says so.
    pub relaxed: Vec<Found>,
    /// Found through the dictionary, and the pairs of words that found them.
    pub translated: Vec<Found>,
    pub pairs: Vec<(String, String)>,
    pub facets: Facets,
    /// Names of the owners among the facets.
    pub owner_names: BTreeMap<String, Bilingual>,
    pub did_you_mean: Option<String>,
    /// The one thing whose number was typed.
    pub jump: Option<TechnologyId>,
    pub next: Option<String>,
    pub notes: Vec<Note>,
    /// The highest label among the rows.
    pub label: Label,
}

/// Classified counts of what this reader may see.
#[derive(Debug, Default)]
pub struct Counts {
    pub total: u64,
    pub by_field: Vec<Count>,
    pub by_owner: Vec<(Bilingual, Count)>,
    pub by_year: Vec<Count>,
    pub by_status: Vec<Count>,
    pub by_trl: Vec<Count>,
    pub by_mode: Vec<Count>,
}

/// A thing offered while somebody types.
#[derive(Clone, Debug)]
pub struct Suggested {
    pub text: String,
    pub what: &'static str,
    pub technology: Option<TechnologyId>,
}

impl City {
    /// Searches and lists technologies.
    pub fn search(&self, asker: &Asker, ask: &Ask) -> Result<Page, No> {
        let act = if ask.is_own { A::ListOwnTechnologies } else { A::ListTechnologies };
        self.search_as(asker, ask, act)
    }

    pub(crate) fn search_as(&self, asker: &Asker, ask: &Ask, act: A) -> Result<Page, No> {
        let (page, person) = self.read(asker, |rx| {
            let filter = rx.filter(act)?;
            let query = self.query(rx, ask, &filter)?;
            let mut answer = self.index().search(&query).map_err(|error| index_failed(&error))?;
            self.unsay(&query, &mut answer)?;
            let page = self.page(rx, answer, &filter)?;
            Ok((page, rx.actor.person))
        })?;
        self.note_list(asker, person, &page)?;
        Ok(page)
    }

    /// A list that shows watched things is a look at each of them: one event for the answer.
    pub(crate) fn note_list(
        &self,
        asker: &Asker,
        person: Option<PersonId>,
        page: &Page,
    ) -> Result<(), No> {
        let rows = page.rows.iter().chain(&page.relaxed).chain(&page.translated);
        let seen: Vec<(&Label, String)> =
            rows.map(|row| (&row.summary.label, row.summary.id.to_string())).collect();
        self.note_looks(asker, person, &seen)
    }

    pub(crate) fn query(
        &self,
        rx: &mut Rx<'_, '_>,
        ask: &Ask,
        filter: &Filter,
    ) -> Result<Query, Stop> {
        let mut filters = ask.filters.clone();
        filters.kinds = vec![TECHNOLOGY.to_owned()];
        let after = match &ask.after {
            None => None,
            Some(text) => {
                let unread = || Refusal::invalid("cursor-unreadable").on("after");
                Some(search::Cursor::from_text(text).ok_or_else(unread)?)
            }
        };
        Ok(Query {
            filters,
            limit: ask.limit.clamp(1, 100),
            after,
            facets: ask.facets,
            hide: self.changed_since_index(rx)?,
            translate: true,
            ..Query::new(&ask.text, reach(filter))
        })
    }

    /// Things that became stricter after the index's position: hidden until it has caught up, so
    /// that a label that was raised acts at once, however far behind the index is.
    fn changed_since_index(&self, rx: &mut Rx<'_, '_>) -> Result<Vec<String>, Stop> {
        if let Some(hidden) = rx.memo.hidden.get() {
            return Ok(hidden.clone());
        }
        let position = self.index().position();
        let hidden = if self.store().may_be_beyond(position) {
            store::log::things_of_kinds(rx.tx, TIGHTENING, position, TIGHTENED_MAX)?
        } else {
            Vec::new()
        };
        if hidden.len() == TIGHTENED_MAX {
            // More than can be hidden one by one: nothing is found before the index knows better.
            return Err(Refusal::new(Class::Busy, "search-unavailable").into());
        }
        let _ = rx.memo.hidden.set(hidden.clone());
        Ok(hidden)
    }

    /// A word is only proposed if it stands in something public that is not hidden just now.
    fn unsay(&self, query: &Query, answer: &mut Answer) -> Result<(), Stop> {
        let Some(proposed) = answer.did_you_mean.clone().filter(|_| !query.hide.is_empty()) else {
            return Ok(());
        };
        let public = Reach::Gate(vec![Label::public().gate()]);
        let kinds = query.filters.kinds.clone();
        let filters = Filters { kinds, ..Filters::default() };
        let again =
            Query { filters, limit: 1, hide: query.hide.clone(), ..Query::new(&proposed, public) };
        let found = self.index().search(&again).map_err(|error| index_failed(&error))?;
        if found.total == 0 {
            answer.did_you_mean = None;
        }
        Ok(())
    }

    pub(crate) fn page(
        &self,
        rx: &mut Rx<'_, '_>,
        answer: Answer,
        filter: &Filter,
    ) -> Result<Page, Stop> {
        let all = answer.hits.iter().chain(&answer.relaxed).chain(&answer.translated.hits);
        let mut ids: Vec<TechnologyId> =
            all.filter_map(|hit| TechnologyId::parse(&hit.id).ok()).collect();
        let jump = answer.jump.as_deref().and_then(|id| TechnologyId::parse(id).ok());
        ids.extend(jump);
        ids.sort();
        ids.dedup();
        let summaries = if ids.is_empty() {
            Vec::new()
        } else {
            store::technology::summaries(rx.tx, filter, &ids)?
        };
        let mut owners: Vec<OrganisationId> = summaries.iter().map(|row| row.owner).collect();
        let faceted = answer.facets.owners.iter();
        owners.extend(faceted.filter_map(|count| OrganisationId::parse(&count.value).ok()));
        let owner_names = store::organisation::names_of(rx.tx, &owners)?;
        let on_offer: Vec<TechnologyId> =
            summaries.iter().filter(|row| !row.deal_modes.is_empty()).map(|row| row.id).collect();
        let mut offers: BTreeMap<TechnologyId, Vec<Listing>> = BTreeMap::new();
        for listing in store::listing::offered_of(rx.tx, &on_offer)? {
            offers.entry(listing.technology).or_default().push(listing);
        }
        let rows: BTreeMap<String, Summary> =
            summaries.into_iter().map(|row| (row.id.to_string(), row)).collect();
        let found = |hits: Vec<Hit>| -> Vec<Found> {
            hits.into_iter()
                .filter_map(|hit| {
                    let summary = rows.get(&hit.id)?.clone();
                    let owner_name =
                        owner_names.get(&summary.owner.to_string()).cloned().unwrap_or_default();
                    let offers = offers.get(&summary.id).cloned().unwrap_or_default();
                    Some(Found { summary, owner_name, offers, why: hit.why, reasons: Vec::new() })
                })
                .collect()
        };
        let label =
            rows.values().fold(Label::public(), |label, row| label.least_upper_bound(&row.label));
        let jump = jump.filter(|id| rows.contains_key(&id.to_string()));
        Ok(Page {
            rows: found(answer.hits),
            total: answer.total,
            relaxed: found(answer.relaxed),
            translated: found(answer.translated.hits),
            pairs: answer.translated.pairs,
            facets: answer.facets,
            owner_names,
            did_you_mean: answer.did_you_mean,
            jump,
            next: answer.next.map(|cursor| cursor.to_text()),
            notes: answer.notes,
            label,
        })
    }

    /// What somebody may mean who has typed so far.
    pub fn suggest(&self, asker: &Asker, prefix: &str, limit: usize) -> Result<Vec<Suggested>, No> {
        let prefix: String = prefix.chars().take(64).collect();
        let (reach, hide) = self.read(asker, |rx| {
            Ok((reach(&rx.filter(A::ListTechnologies)?), self.changed_since_index(rx)?))
        })?;
        let found = self.index().suggest_hiding(&prefix, &reach, &hide, limit);
        let found = found.map_err(|error| index_failed(&error))?;
        Ok(found
            .into_iter()
            .map(|suggestion| Suggested {
                text: suggestion.text,
                what: suggestion.what,
                technology: suggestion.id.and_then(|id| TechnologyId::parse(&id).ok()),
            })
            .collect())
    }

    /// Technologies like this one, each with its reasons.
    pub fn similar(&self, asker: &Asker, id: TechnologyId, limit: usize) -> Result<Page, No> {
        let (page, person) = self.read(asker, |rx| {
            crate::technology::allowed(rx, id, A::LookAtTechnology)?;
            let filter = rx.filter(A::ListTechnologies)?;
            let like = Like::Document { kind: TECHNOLOGY.to_owned(), id: id.to_string() };
            let mut likeness = Likeness::new(like, reach(&filter));
            likeness.limit = limit;
            likeness.filters.kinds = vec![TECHNOLOGY.to_owned()];
            likeness.hide = self.changed_since_index(rx)?;
            let hits = self.index().similar(&likeness).map_err(|error| index_failed(&error))?;
            let mut reasons: BTreeMap<String, Vec<Reason>> = BTreeMap::new();
            let mut answer = Answer::default();
            for hit in hits {
                reasons.insert(hit.id.clone(), hit.reasons);
                answer.hits.push(Hit {
                    kind: hit.kind,
                    id: hit.id,
                    score: hit.score,
                    why: Vec::new(),
                });
            }
            let mut page = self.page(rx, answer, &filter)?;
            for row in &mut page.rows {
                row.reasons = reasons.remove(&row.summary.id.to_string()).unwrap_or_default();
            }
            Ok((page, rx.actor.person))
        })?;
        self.note_list(asker, person, &page)?;
        Ok(page)
    }

    /// Classified counts from the index, within what this reader may see.
    pub fn counts(&self, asker: &Asker, filters: &Filters) -> Result<Counts, No> {
        let ask = Ask { filters: filters.clone(), facets: true, limit: 1, ..Ask::default() };
        let page = self.read(asker, |rx| {
            let filter = rx.filter(A::CountTechnologies)?;
            let query = self.query(rx, &ask, &filter)?;
            let mut answer = self.index().search(&query).map_err(|error| index_failed(&error))?;
            answer.hits.clear();
            answer.relaxed.clear();
            self.page(rx, answer, &filter)
        })?;
        let named = |count: Count| {
            let name = page.owner_names.get(&count.value).cloned().unwrap_or_default();
            (name, count)
        };
        Ok(Counts {
            total: page.total,
            by_field: page.facets.fields,
            by_owner: page.facets.owners.into_iter().map(named).collect(),
            by_year: page.facets.years,
            by_status: page.facets.right_status,
            by_trl: page.facets.trl,
            by_mode: page.facets.deal_modes,
        })
    }

    /// The same counts from the rows, group by group: the test that the index does not drift.
    pub fn counts_from_rows(&self, asker: &Asker, group: Group) -> Result<Vec<(String, u64)>, No> {
        self.read(asker, |rx| {
            let filter = rx.filter(A::CountTechnologies)?;
            Ok(store::technology::count_by(rx.tx, &filter, group)?)
        })
    }

    /// Every technology this reader may list, newest first, page by page: for exports and feeds.
    pub fn each_summary(
        &self,
        asker: &Asker,
        mut each: impl FnMut(Summary) -> bool,
    ) -> Result<(), No> {
        let mut after = None;
        loop {
            let rows = self.read(asker, |rx| {
                let filter = rx.filter(A::ExportTechnologies)?;
                Ok(store::technology::newest(rx.tx, &filter, after, limits::PAGE_ROWS_MAX)?)
            })?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = Some((last.changed_at, last.id));
            for row in rows {
                if !each(row) {
                    return Ok(());
                }
            }
        }
    }

    /// The technology, listing's technology or organisation behind a typed reference.
    pub fn jump(&self, asker: &Asker, typed: &str) -> Result<Option<TechnologyId>, No> {
        let Some(reference) = base::Reference::parse(typed) else { return Ok(None) };
        self.read(asker, |rx| {
            let Some(id) = store::technology::by_reference(rx.tx, reference.as_str())? else {
                return Ok(None);
            };
            let Some((owner, state, label, _)) = store::technology::standing(rx.tx, id)? else {
                return Ok(None);
            };
            let thing = Thing { owner: Some(owner), state, label, ..Thing::default() };
            let may = crate::act::offers(&rx.actor, A::LookAtTechnology, &thing);
            Ok(may.then_some(id))
        })
    }
}

/// The filter of access as the index takes it.
pub fn reach(filter: &Filter) -> Reach {
    match filter {
        Filter::Always => Reach::Not(Box::new(Reach::Nothing)),
        Filter::Never | Filter::Desk(_) | Filter::Person(_) => Reach::Nothing,
        Filter::All(parts) => Reach::All(parts.iter().map(reach).collect()),
        Filter::Any(parts) => Reach::Any(parts.iter().map(reach).collect()),
        Filter::Not(part) => Reach::Not(Box::new(reach(part))),
        Filter::Owner(owners) => Reach::Owner(owners.iter().map(ToString::to_string).collect()),
        Filter::State(states) => Reach::State(states.iter().map(|s| (*s).to_owned()).collect()),
        Filter::Gate(gates) => Reach::Gate(gates.clone()),
    }
}

pub(crate) fn index_failed(error: &search::SearchError) -> Stop {
    tracing::error!(%error, "the index failed");
    Refusal::new(Class::Busy, "search-unavailable").into()
}
