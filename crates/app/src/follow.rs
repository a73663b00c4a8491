//! Followers of the log. The search index is the first: it keeps its position in its own commit.

use crate::act::No;
use crate::city::City;
use crate::search::TECHNOLOGY;
use base::{Class, Lang, Refusal, TechnologyId};
use search::{Change, Document, SearchError};
use std::collections::BTreeMap;
use std::time::Duration;
use store::log::Entry;
use store::{StoreError, Tx};
use trading::listing::{Listing, ListingState};
use trading::technology::{State, Technology};

/// Entries that one commit of the index takes in.
const ENTRIES_AT_ONCE: usize = 500;
/// How long changes are gathered before a commit, so that many share one.
const GATHER: Duration = Duration::from_millis(120);

/// Failures in a row after which the index is built anew.
const FAILURES_MAX: u32 = 3;
/// How long a follower that failed rests.
const FAILURE_PAUSE: Duration = Duration::from_secs(1);

impl City {
    /// Follows the log until the store stops: the body of the follower's thread.
    pub fn follow_with_index(&self) {
        let committed = self.store().committed().clone();
        let mut n_failures = 0;
        while !committed.is_stopped() {
            let position = self.index().position();
            if committed.wait_beyond(position, Duration::from_millis(500)) <= position {
                continue;
            }
            if self.follows(|| self.index_next().map(|_| ())) {
                n_failures = 0;
                std::thread::sleep(GATHER);
                continue;
            }
            n_failures += 1;
            if n_failures >= FAILURES_MAX {
                // Its files may be gone or damaged; the log has everything that was in it.
                tracing::warn!(position, "the index is built anew");
                self.follows(|| self.reindex(|_, _| {}).map(|_| ()));
            }
            std::thread::sleep(FAILURE_PAUSE);
        }
    }

    /// Whether a step of following went well. One that panics ends no thread: a search that no
    /// longer follows would hide what is new until the next start.
    fn follows(&self, step: impl FnOnce() -> Result<(), No>) -> bool {
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(step)) {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::error!(%error, "the index did not follow");
                false
            }
            Err(_) => {
                tracing::error!("the index panicked");
                false
            }
        }
    }

    /// Brings the index up to the end of the log.
    pub fn index_all(&self) -> Result<(), No> {
        while self.index_next()? > 0 {}
        Ok(())
    }

    /// Takes the next entries into the index and says how many.
    fn index_next(&self) -> Result<usize, No> {
        let position = self.index().position();
        let (changes, upto, n) = self.store().read(|tx| {
            let entries = store::log::entries_after(tx, position, ENTRIES_AT_ONCE)?;
            let upto = entries.last().map_or(position, |entry| entry.seq);
            let n = entries.len();
            Ok((changes_of(tx, &touched(&entries))?, upto, n))
        })?;
        if n > 0 {
            self.index().apply(&changes, upto).map_err(|error| failed(&error))?;
        }
        Ok(n)
    }

    /// Builds the index anew from the log, beside the one that goes on answering.
    pub fn reindex(&self, mut progress: impl FnMut(u64, u64)) -> Result<u64, No> {
        let end = self.store().committed().size();
        let mut n_documents = 0;
        self.index().rebuild_beside(|beside| -> Result<(), Rebuild> {
            let mut newest: BTreeMap<TechnologyId, u64> = BTreeMap::new();
            let mut position = 0;
            loop {
                let entries =
                    self.store().read(|tx| store::log::entries_after(tx, position, 2_000))?;
                let Some(last) = entries.last() else { break };
                position = last.seq;
                newest.extend(touched(&entries));
                progress(position, end);
            }
            let all: Vec<(TechnologyId, u64)> = newest.into_iter().collect();
            for chunk in all.chunks(ENTRIES_AT_ONCE) {
                let part: BTreeMap<TechnologyId, u64> = chunk.iter().copied().collect();
                let changes = self.store().read(|tx| changes_of(tx, &part))?;
                n_documents += u64::try_from(changes.len()).unwrap_or(0);
                beside.apply(&changes, position)?;
            }
            if all.is_empty() {
                beside.apply(&[], position)?;
            }
            Ok(())
        })?;
        Ok(n_documents)
    }
}

/// What can go wrong while rebuilding.
enum Rebuild {
    Store(StoreError),
    Index(SearchError),
}

impl From<StoreError> for Rebuild {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<SearchError> for Rebuild {
    fn from(error: SearchError) -> Self {
        Self::Index(error)
    }
}

impl From<Rebuild> for No {
    fn from(error: Rebuild) -> Self {
        match error {
            Rebuild::Store(error) => error.into(),
            Rebuild::Index(error) => failed(&error),
        }
    }
}

fn failed(error: &SearchError) -> No {
    tracing::error!(%error, "the index failed");
    Refusal::new(Class::Busy, "search-unavailable").into()
}

/// The technologies that these entries touch, each with the newest number.
pub(crate) fn touched(entries: &[Entry]) -> BTreeMap<TechnologyId, u64> {
    let mut found = BTreeMap::new();
    for entry in entries {
        let kind = entry.header.kind.as_str();
        let id = if kind.starts_with("technology-") || kind == "label-raised" {
            TechnologyId::parse(&entry.header.thing).ok()
        } else if kind.starts_with("listing-") {
            let body = entry.body_json();
            body["technology"].as_str().and_then(|text| TechnologyId::parse(text).ok())
        } else {
            None
        };
        if let Some(id) = id {
            found.insert(id, entry.seq);
        }
    }
    found
}

fn changes_of(
    tx: &mut Tx<'_>,
    touched: &BTreeMap<TechnologyId, u64>,
) -> Result<Vec<Change>, StoreError> {
    let mut changes = Vec::with_capacity(touched.len());
    for (id, seq) in touched {
        let Some(technology) = store::technology::find(tx, *id)? else { continue };
        let listings = store::listing::of_technology(tx, *id)?;
        let owner = store::organisation::find(tx, technology.owner)?;
        let names = owner.map(|owner| (owner.profile.name, owner.profile.region));
        let (name, region) = names.unwrap_or_default();
        let mut document = document_of(&technology, &listings, *seq);
        document.owner_name = format!("{} {}", name.zh, name.en).trim().to_owned();
        document.region = region.best(Lang::Zh).0.to_owned();
        changes.push(Change::put(document));
    }
    Ok(changes)
}

/// What stands in the index about a technology. Of a stub, nothing but its owner and state.
pub fn document_of(technology: &Technology, listings: &[Listing], seq: u64) -> Document {
    // The log's number is the version, so that a change of a listing replaces the document too.
    let bare = Document {
        kind: TECHNOLOGY.to_owned(),
        id: technology.id.to_string(),
        version: seq,
        seq,
        gate: technology.label.gate(),
        owner: technology.owner.to_string(),
        state: technology.state.word().to_owned(),
        public: technology.label.is_public() && technology.state == State::Confirmed,
        ..Document::default()
    };
    if technology.state == State::Stub {
        return bare;
    }
    let content = &technology.content;
    let (title, lang) = content.title.best(Lang::Zh);
    let year = u16::try_from(store::technology::year_of(content)).ok().filter(|year| *year > 0);
    let mut statuses: Vec<String> =
        content.rights.iter().map(|right| right.status.word().to_owned()).collect();
    statuses.sort();
    statuses.dedup();
    let mut modes: Vec<String> = listings
        .iter()
        .filter(|listing| matches!(listing.state, ListingState::Offered))
        .map(|listing| listing.mode.word().to_owned())
        .collect();
    modes.sort();
    modes.dedup();
    Document {
        title: title.to_owned(),
        title_other: content.title.get(lang.other()).to_owned(),
        body: body_of(technology),
        numbers: numbers_of(technology),
        classes: content.classes.iter().map(|class| class.symbol.clone()).collect(),
        field: content.field.clone(),
        trl: content.trl.as_ref().map(|trl| trl.level),
        right_status: statuses,
        deal_modes: modes,
        year,
        ..bare
    }
}

fn body_of(technology: &Technology) -> String {
    let content = &technology.content;
    let texts = content.texts();
    let mut parts: Vec<&str> = texts
        .iter()
        .filter(|(name, _)| *name != "title")
        .flat_map(|(_, text)| [text.zh.as_str(), text.en.as_str()])
        .collect();
    for inventor in &content.inventors {
        parts.extend([inventor.name.zh.as_str(), inventor.name.en.as_str()]);
    }
    parts.extend([content.holder.zh.as_str(), content.holder.en.as_str()]);
    parts.extend(content.other_titles.values().map(String::as_str));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

/// Reference, the owner's own number, and every patent number, as typed and in canonical form.
fn numbers_of(technology: &Technology) -> Vec<String> {
    let mut numbers = vec![technology.reference.as_str().to_owned()];
    numbers.extend(technology.key.clone());
    for right in &technology.content.rights {
        for typed in [&right.number, &right.application] {
            if typed.is_empty() {
                continue;
            }
            numbers.push(typed.clone());
            let full = format!("{}{}{}", right.office, typed, right.code);
            numbers.extend(patents::parse_number(&full).ok().map(|number| number.key()));
            numbers.push(full);
        }
    }
    numbers.sort();
    numbers.dedup();
    numbers
}
