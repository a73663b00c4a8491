//! Searches that people keep: saved with what they find, renamed, paused, removed, looked at.
//!
//! Invariants: a saved search is its person's alone; what it shows is asked with that person's
//! rights of the moment; the log names it by its id and never says what it asks.

use crate::account::sign_in_required;
use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::{City, Rx};
use crate::search::{Ask, TECHNOLOGY, index_failed};
use access::{Act as A, Filter, Thing};
use base::{
    Class, Instant, Label, Level, PersonId, Refusal, SavedSearchId, TechnologyId, limits, text,
};
use search::{Answer, Filters, Hit};
use std::collections::BTreeSet;
use store::Hold;
use store::saved_search::NEVER;
pub use store::saved_search::SavedSearch;
pub use trading::saved_search::{Frequency, Question};

/// Hits that one question of the index answers.
const HITS_AT_ONCE: usize = 100;
/// New finds that a page shows, and that are counted exactly.
pub const NEW_SHOWN_MAX: usize = 100;

/// New finds of all searches of a person that are counted.
const NEW_COUNTED_MAX: usize = 500;

/// A saved search in a list, with how much is new in it for its person.
#[derive(Clone, Debug)]
pub struct SavedRow {
    pub search: SavedSearch,
    /// Found since its person last looked, and within reach now; counted among the newest five hundred of
    /// all searches.
    pub n_new: usize,
}

/// A saved search with what is new in it.
#[derive(Debug)]
pub struct SavedView {
    pub search: SavedSearch,
    pub new: crate::search::Page,
}

/// The question as lists are asked.
pub fn ask_of(question: &Question, city: &City) -> Ask {
    Ask {
        text: question.words.clone(),
        filters: Filters {
            fields: question.fields_below(city.fields()),
            owners: question.owners.clone(),
            trl_min: question.trl_min,
            trl_max: question.trl_max,
            right_status: question.statuses.clone(),
            deal_modes: question.modes.clone(),
            year_min: question.year_min,
            year_max: question.year_max,
            class_prefixes: question.classes.clone(),
            ..Filters::default()
        },
        limit: HITS_AT_ONCE,
        ..Ask::default()
    }
}

impl City {
    /// The asker's saved searches, newest first.
    pub fn saved_searches(&self, asker: &Asker) -> Result<Vec<SavedRow>, No> {
        self.read(asker, |rx| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::ListSavedSearches, &Thing::own(person))?;
            let searches =
                store::saved_search::of_person(rx.tx, person, limits::SAVED_SEARCHES_MAX)?;
            let new = store::saved_search::new_of_person(rx.tx, person, NEW_COUNTED_MAX)?;
            let ids: BTreeSet<TechnologyId> = new.iter().map(|(_, id)| *id).collect();
            let ids: Vec<TechnologyId> = ids.into_iter().collect();
            let filter = rx.filter(A::ListTechnologies)?;
            let seen: BTreeSet<TechnologyId> = within(rx, &filter, &ids)?.into_iter().collect();
            let n_new = |search: SavedSearchId| {
                new.iter().filter(|(of, id)| *of == search && seen.contains(id)).count()
            };
            let row = |search: SavedSearch| SavedRow { n_new: n_new(search.id), search };
            Ok(searches.into_iter().map(row).collect())
        })
    }

    /// One of the asker's saved searches, with what was found since the asker last looked.
    pub fn saved_search(&self, asker: &Asker, id: SavedSearchId) -> Result<SavedView, No> {
        let (view, person) = self.read(asker, |rx| {
            let search = own(rx, id)?;
            rx.may(A::LookAtSavedSearch, &Thing::own(search.person))?;
            let ids = new_of(rx.tx, &search)?;
            let filter = rx.filter(A::ListTechnologies)?;
            let hit = |id: &TechnologyId| Hit {
                kind: TECHNOLOGY.to_owned(),
                id: id.to_string(),
                score: 0.0,
                why: Vec::new(),
            };
            let answer = Answer { hits: ids.iter().map(hit).collect(), ..Answer::default() };
            let mut new = self.page(rx, answer, &filter)?;
            new.total = u64::try_from(new.rows.len()).unwrap_or(0);
            Ok((SavedView { search, new }, rx.actor.person))
        })?;
        self.note_list(asker, person, &view.new)?;
        Ok(view)
    }

    /// Saves a search with everything that it finds now, so that only what comes later is new.
    pub fn save_search(
        &self,
        asker: &Asker,
        (name, question): (String, Question),
        frequency: Frequency,
    ) -> Result<SavedSearchChanged, No> {
        let no = question.problems(self.fields());
        let (found, seq) = if no.is_empty() {
            self.read(asker, |rx| {
                // The position first: what the index takes in meanwhile is evaluated once more.
                let seq = self.index().position();
                let most = limits::SAVED_SEARCH_HITS_MAX;
                Ok((self.found_by(rx, &question, None, most + 1)?, seq))
            })?
        } else {
            (Vec::new(), 0)
        };
        self.perform(asker, SaveSearch { name, question, frequency, found, seq })
    }

    /// The technologies that a question finds for whoever reads; `among` these, if it is given.
    pub(crate) fn found_by(
        &self,
        rx: &mut Rx<'_, '_>,
        question: &Question,
        among: Option<&[TechnologyId]>,
        most: usize,
    ) -> Result<Vec<TechnologyId>, Stop> {
        let filter = rx.filter(A::ListTechnologies)?;
        let mut query = self.query(rx, &ask_of(question, self), &filter)?;
        query.translate = false;
        query.among = among.map(|ids| ids.iter().map(ToString::to_string).collect());
        let mut found = BTreeSet::new();
        while found.len() < most {
            let answer = self.index().search(&query).map_err(|error| index_failed(&error))?;
            found.extend(answer.hits.iter().filter_map(|hit| TechnologyId::parse(&hit.id).ok()));
            if answer.next.is_none() {
                break;
            }
            query.after = answer.next;
        }
        let found: Vec<TechnologyId> = found.into_iter().collect();
        // The rows have the last word on who may see what.
        let mut seen = Vec::with_capacity(found.len());
        for chunk in found.chunks(HITS_AT_ONCE) {
            seen.extend(within(rx, &filter, chunk)?);
        }
        Ok(seen)
    }
}

fn within(
    rx: &mut Rx<'_, '_>,
    filter: &Filter,
    ids: &[TechnologyId],
) -> Result<Vec<TechnologyId>, Stop> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let passed: BTreeSet<TechnologyId> =
        store::technology::summaries(rx.tx, filter, ids)?.into_iter().map(|row| row.id).collect();
    Ok(ids.iter().copied().filter(|id| passed.contains(id)).collect())
}

/// Those of these that the reader may list now, in their order.
pub(crate) fn visible(
    rx: &mut Rx<'_, '_>,
    ids: &[TechnologyId],
) -> Result<Vec<TechnologyId>, Stop> {
    let filter = rx.filter(A::ListTechnologies)?;
    let mut seen = Vec::new();
    for chunk in ids.chunks(HITS_AT_ONCE) {
        seen.extend(within(rx, &filter, chunk)?);
    }
    Ok(seen)
}

fn new_of(tx: &mut store::Tx<'_>, search: &SavedSearch) -> Result<Vec<TechnologyId>, Stop> {
    Ok(store::saved_search::found_since(tx, search.id, search.looked_at, NEW_SHOWN_MAX)?)
}

/// A search of the reader; another's is not there.
fn own(rx: &mut Rx<'_, '_>, id: SavedSearchId) -> Result<SavedSearch, Stop> {
    let person = rx.actor.person.ok_or_else(sign_in_required)?;
    let found = store::saved_search::find(rx.tx, id)?.filter(|found| found.person == person);
    Ok(found.ok_or_else(Refusal::not_found)?)
}

fn own_in(cx: &mut Cx<'_, '_>, id: SavedSearchId) -> Result<SavedSearch, Stop> {
    let person = cx.actor.person.ok_or_else(sign_in_required)?;
    let found = store::saved_search::find(cx.tx, id)?.filter(|found| found.person == person);
    Ok(found.ok_or_else(Refusal::not_found)?)
}

/// When a search tells next.
fn due_at(frequency: Frequency, is_paused: bool, now: Instant, city: &City) -> Instant {
    if is_paused {
        return NEVER;
    }
    frequency.next_after(now, city.settings().utc_offset_minutes).unwrap_or(NEVER)
}

fn event(cx: &mut Cx<'_, '_>, kind: &str, id: SavedSearchId, version: u64) {
    let label = Label::at(Level::Restricted);
    let about = About { thing: id.to_string(), version, owner: None, label: &label, state: "" };
    cx.event(kind, about, serde_json::Value::Null);
}

/// What a change of a saved search is told.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct SavedSearchChanged {
    pub search: SavedSearchId,
    pub version: u64,
}

/// Saves a search; [`City::save_search`] finds out what it finds first.
#[derive(serde::Serialize)]
pub struct SaveSearch {
    pub name: String,
    pub question: Question,
    pub frequency: Frequency,
    /// What it finds now.
    #[serde(skip)]
    pub(crate) found: Vec<TechnologyId>,
    /// The place in the log at which it found that.
    #[serde(skip)]
    pub(crate) seq: u64,
}

impl Act for SaveSearch {
    const ACT: A = A::SaveSearch;
    type Facts = (PersonId, u64);
    type Plan = (PersonId, String);
    type Outcome = SavedSearchChanged;

    fn holds(&self) -> Vec<Hold> {
        Vec::new()
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let person = cx.actor.person.ok_or_else(sign_in_required)?;
        Ok((person, store::saved_search::count_of(cx.tx, person)?))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        Thing::own(facts.0)
    }

    fn decide(&self, facts: Self::Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let (person, n) = facts;
        let mut no = self.question.problems(cx.city.fields());
        let most = u64::try_from(limits::SAVED_SEARCHES_MAX).unwrap_or(u64::MAX);
        if n >= most {
            let refusal = Refusal::new(Class::Refused, "saved-search-too-many");
            no.push(refusal.number("most", limits::SAVED_SEARCHES_MAX));
        }
        if self.found.len() > limits::SAVED_SEARCH_HITS_MAX {
            let refusal = Refusal::new(Class::Refused, "saved-search-too-wide").on("question");
            no.push(refusal.number("most", limits::SAVED_SEARCH_HITS_MAX));
        }
        match text::required_line("name", &self.name, limits::NAME_CHARS_MAX) {
            Ok(name) if no.is_empty() => Ok((person, name)),
            Ok(_) => Err(no),
            Err(refusal) => {
                no.insert(0, refusal);
                Err(no)
            }
        }
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<SavedSearchChanged, Stop> {
        let (person, name) = plan;
        let id = cx.city.with_chance(|chance| SavedSearchId::new(cx.now, chance));
        let search = SavedSearch {
            id,
            person,
            name,
            question: self.question.clone(),
            frequency: self.frequency,
            is_paused: false,
            since: Some(self.seq),
            due_at: due_at(self.frequency, false, cx.now, cx.city),
            looked_at: cx.now,
            version: 1,
            created_at: cx.now,
            changed_at: cx.now,
        };
        store::saved_search::add(cx.tx, &search, &self.found)?;
        event(cx, "search-saved", id, 1);
        Ok(SavedSearchChanged { search: id, version: 1 })
    }
}

/// Renames a saved search, or says anew how often it tells, or pauses it.
#[derive(serde::Serialize)]
pub struct ReviseSavedSearch {
    pub search: SavedSearchId,
    pub version: u64,
    pub name: String,
    pub frequency: Frequency,
    pub is_paused: bool,
}

impl Act for ReviseSavedSearch {
    const ACT: A = A::ReviseSavedSearch;
    type Facts = SavedSearch;
    type Plan = (SavedSearch, bool);
    type Outcome = SavedSearchChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.search)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<SavedSearch, Stop> {
        own_in(cx, self.search)
    }

    fn thing(&self, facts: &SavedSearch) -> Thing {
        Thing::own(facts.person)
    }

    fn decide(&self, before: SavedSearch, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = Vec::new();
        if before.version != self.version {
            let refusal = Refusal::new(Class::Conflict, "version-conflict");
            no.push(refusal.number("seen", self.version).number("now", before.version));
        }
        let name = match text::required_line("name", &self.name, limits::NAME_CHARS_MAX) {
            Ok(name) => name,
            Err(refusal) => {
                no.push(refusal);
                String::new()
            }
        };
        if !no.is_empty() {
            return Err(no);
        }
        let is_resumed = before.is_paused && !self.is_paused;
        let due_at = due_at(self.frequency, self.is_paused, cx.now, cx.city);
        let (frequency, is_paused) = (self.frequency, self.is_paused);
        let version = before.version + 1;
        let after = SavedSearch { name, frequency, is_paused, due_at, version, ..before };
        Ok((after, is_resumed))
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<SavedSearchChanged, Stop> {
        let (mut after, is_resumed) = plan;
        if is_resumed {
            // What came during the pause is on its page; alerts begin anew.
            store::saved_search::tell_all(cx.tx, after.id, cx.now)?;
        } else if !after.is_paused
            && after.frequency == Frequency::AtOnce
            && !store::saved_search::untold(cx.tx, after.id, 1)?.is_empty()
        {
            // What was collected so far goes out now.
            after.due_at = cx.now;
        }
        if !store::saved_search::change(cx.tx, self.version, &after, cx.now)? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
        event(cx, "search-revised", after.id, after.version);
        Ok(SavedSearchChanged { search: after.id, version: after.version })
    }
}

/// Removes a saved search for good.
#[derive(serde::Serialize)]
pub struct RemoveSavedSearch {
    pub search: SavedSearchId,
}

impl Act for RemoveSavedSearch {
    const ACT: A = A::RemoveSavedSearch;
    type Facts = SavedSearch;
    type Plan = u64;
    type Outcome = SavedSearchChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.search)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<SavedSearch, Stop> {
        own_in(cx, self.search)
    }

    fn thing(&self, facts: &SavedSearch) -> Thing {
        Thing::own(facts.person)
    }

    fn decide(&self, facts: SavedSearch, _: &Cx<'_, '_>) -> Result<u64, Vec<Refusal>> {
        Ok(facts.version)
    }

    fn save(&self, version: u64, cx: &mut Cx<'_, '_>) -> Result<SavedSearchChanged, Stop> {
        store::saved_search::remove(cx.tx, self.search)?;
        event(cx, "search-removed", self.search, version);
        Ok(SavedSearchChanged { search: self.search, version })
    }
}

/// Says that what a saved search found was seen, up to what a page showed.
#[derive(serde::Serialize)]
pub struct MarkSavedSearchSeen {
    pub search: SavedSearchId,
    /// The moment at which the page was made.
    pub until: Instant,
}

impl Act for MarkSavedSearchSeen {
    const ACT: A = A::MarkSavedSearchSeen;
    type Facts = SavedSearch;
    type Plan = u64;
    type Outcome = SavedSearchChanged;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<SavedSearch, Stop> {
        own_in(cx, self.search)
    }

    fn thing(&self, facts: &SavedSearch) -> Thing {
        Thing::own(facts.person)
    }

    fn decide(&self, facts: SavedSearch, _: &Cx<'_, '_>) -> Result<u64, Vec<Refusal>> {
        Ok(facts.version)
    }

    fn save(&self, version: u64, cx: &mut Cx<'_, '_>) -> Result<SavedSearchChanged, Stop> {
        // Nobody reads ahead. Reading is no event: it changes nothing for anybody else.
        store::saved_search::looked(cx.tx, self.search, self.until.min(cx.now))?;
        Ok(SavedSearchChanged { search: self.search, version })
    }
}

/// Pauses a saved search with the link of an alert: no sign-in is needed.
#[derive(serde::Serialize)]
pub struct StopSavedSearch {
    pub search: SavedSearchId,
    /// As the letter's link carries it; good for this alone.
    #[serde(skip)]
    pub mark: String,
}

impl Act for StopSavedSearch {
    const ACT: A = A::StopSavedSearch;
    type Facts = SavedSearch;
    type Plan = u64;
    type Outcome = ();

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.search)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<SavedSearch, Stop> {
        let city = store::city::find(cx.tx)?.ok_or_else(Refusal::not_found)?;
        let wanted = crate::mail::stop_mark(&city.secret, &stop_path(self.search));
        let found = store::saved_search::find(cx.tx, self.search)?;
        let is_right = crate::secret::same(&wanted, &self.mark);
        Ok(found.filter(|_| is_right).ok_or_else(Refusal::not_found)?)
    }

    fn thing(&self, _: &SavedSearch) -> Thing {
        Thing::open()
    }

    fn decide(&self, facts: SavedSearch, _: &Cx<'_, '_>) -> Result<u64, Vec<Refusal>> {
        Ok(facts.version)
    }

    fn save(&self, version: u64, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        // Pressing twice is as good as once.
        if store::saved_search::pause(cx.tx, self.search, cx.now)? {
            event(cx, "search-stopped", self.search, version + 1);
        }
        Ok(())
    }
}

/// Where alerts of a search are stopped.
pub fn stop_path(id: SavedSearchId) -> String {
    format!("/searches/{id}/stop")
}
