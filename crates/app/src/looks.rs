//! Who looked at watched things: read by those who answer for them.

use crate::account::sign_in_required;
use crate::act::{No, Stop};
use crate::asker::Asker;
use crate::city::{City, Rx};
use access::{Act as A, Thing};
use base::{Bilingual, Instant, PersonId, Reference, TechnologyId};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Entries read for one page at most, so that a long run of others' looks ends too.
const ENTRIES_READ_MAX: usize = 5_000;

/// One look at one or more watched things.
#[derive(Clone, Debug)]
pub struct Look {
    /// Its number in the log.
    pub seq: u64,
    pub at: Instant,
    /// Nobody known: a look without signing in.
    pub person: Option<(PersonId, Bilingual)>,
    pub network: String,
    /// Those of the things that this reader answers for.
    pub things: Vec<(TechnologyId, Reference)>,
}

/// A page of looks, newest first.
#[derive(Clone, Debug, Default)]
pub struct LooksPage {
    pub rows: Vec<Look>,
    /// Ask again before this number.
    pub next: Option<u64>,
}

impl City {
    /// Looks at the watched things this reader answers for, newest first; `about` one of them, or
    /// all.
    pub fn looks(
        &self,
        asker: &Asker,
        about: Option<TechnologyId>,
        before: Option<u64>,
        limit: usize,
    ) -> Result<LooksPage, No> {
        self.read(asker, |rx| {
            rx.actor.person.ok_or_else(sign_in_required)?;
            may_list(rx)?;
            let limit = limit.clamp(1, base::limits::PAGE_ROWS_MAX);
            let mut page = LooksPage::default();
            let mut judged: BTreeMap<TechnologyId, Option<Reference>> = BTreeMap::new();
            let most = u64::try_from(i64::MAX).unwrap_or(u64::MAX);
            let mut position = before.unwrap_or(most);
            let mut n_read = 0;
            loop {
                let entries = store::log::entries_of_kind(rx.tx, "looked", position, 500)?;
                let is_end = entries.len() < 500;
                for entry in entries {
                    if page.rows.len() == limit || n_read == ENTRIES_READ_MAX {
                        page.next = Some(position);
                        return named(rx, page);
                    }
                    position = entry.seq;
                    n_read += 1;
                    if let Some(look) = look_of(rx, &entry, about, &mut judged)? {
                        page.rows.push(look);
                    }
                }
                if is_end {
                    return named(rx, page);
                }
            }
        })
    }
}

/// Some role has to allow it at all; which things is asked for each.
fn may_list(rx: &Rx<'_, '_>) -> Result<(), Stop> {
    let owned = rx.actor.roles.iter().map(|(organisation, _)| Thing::of(*organisation));
    let mut things = owned.chain([Thing::open()]);
    if things.any(|thing| rx.may(A::ListLooks, &thing).is_ok()) {
        return Ok(());
    }
    rx.may(A::ListLooks, &Thing::open()).map(|_| ())
}

fn look_of(
    rx: &mut Rx<'_, '_>,
    entry: &store::log::Entry,
    about: Option<TechnologyId>,
    judged: &mut BTreeMap<TechnologyId, Option<Reference>>,
) -> Result<Option<Look>, Stop> {
    let body = entry.body_json();
    let listed = body["things"].as_array().map_or(&[][..], Vec::as_slice);
    let mut things = Vec::new();
    for text in listed.iter().filter_map(serde_json::Value::as_str) {
        let Ok(id) = TechnologyId::parse(text) else { continue };
        if about.is_some_and(|about| about != id) {
            continue;
        }
        if let Entry::Vacant(unjudged) = judged.entry(id) {
            unjudged.insert(judge(rx, id)?);
        }
        if let Some(Some(reference)) = judged.get(&id) {
            things.push((id, reference.clone()));
        }
    }
    if things.is_empty() {
        return Ok(None);
    }
    let person = entry.header.actor.map(|id| (id, Bilingual::default()));
    let network = body["network"].as_str().unwrap_or("").to_owned();
    Ok(Some(Look { seq: entry.seq, at: entry.header.at, person, network, things }))
}

/// The page with the names of those who looked, asked for once.
fn named(rx: &mut Rx<'_, '_>, mut page: LooksPage) -> Result<LooksPage, Stop> {
    let people: Vec<PersonId> =
        page.rows.iter().filter_map(|look| look.person.as_ref().map(|(id, _)| *id)).collect();
    let names = store::person::names_of(rx.tx, &people)?;
    for (id, name) in page.rows.iter_mut().filter_map(|look| look.person.as_mut()) {
        *name = names.get(id).cloned().unwrap_or_default();
    }
    Ok(page)
}

/// The reference of a thing whose looks this reader may list.
fn judge(rx: &mut Rx<'_, '_>, id: TechnologyId) -> Result<Option<Reference>, Stop> {
    let Some(found) = store::technology::find(rx.tx, id)? else { return Ok(None) };
    let may = rx.may(A::ListLooks, &crate::technology::thing_of(&found)).is_ok();
    Ok(may.then_some(found.reference))
}
