//! What staged rows would become, before anything is written.

use super::{
    Counts, Entry, Planning, Record, count, hash_of, is_kept, named, plan_row, problem_of,
};
use crate::act::{No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::technology::thing_of;
use access::Act as A;
use base::{ImportId, Label, OrganisationId, TechnologyId};
use std::collections::BTreeMap;
use store::import::ImportRow;
use store::{StoreError, Tx};
use trading::compare::Change;
use trading::intake::{Problem, standing};
use trading::technology::{State, Technology};

/// What one row would become if it were written now.
pub struct Foretold {
    /// A word of [`Counts`].
    pub outcome: &'static str,
    /// The technology that would change, if there is one.
    pub technology: Option<TechnologyId>,
    /// The fields of it that would change.
    pub changes: Vec<Change>,
    /// Why the row would be refused.
    pub problem: Option<Problem>,
}

impl Foretold {
    fn of(outcome: &'static str) -> Self {
        Self { outcome, technology: None, changes: Vec::new(), problem: None }
    }
}

impl City {
    /// What each record would become, without writing anything.
    pub fn preview(
        &self,
        records: &[Record],
        owner: OrganisationId,
        source: &str,
    ) -> Result<(Counts, Vec<Foretold>), No> {
        self.preview_next(records, owner, source, &mut BTreeMap::new())
    }

    /// The same for the next part of a long file: `seen` remembers the keys of the parts before.
    pub fn preview_next(
        &self,
        records: &[Record],
        owner: OrganisationId,
        source: &str,
        seen: &mut BTreeMap<String, String>,
    ) -> Result<(Counts, Vec<Foretold>), No> {
        let planning = Planning { city: self, now: self.now(), owner, run: None };
        Ok(self.store().read(|tx| {
            let mut counts = Counts::default();
            let mut all = Vec::with_capacity(records.len());
            for record in records {
                let (_, foretold) = foretell(tx, &planning, record, source, seen)?;
                count(&mut counts, foretold.outcome);
                all.push(foretold);
            }
            Ok((counts, all))
        })?)
    }

    /// The first rows of a run with what they would become. Old values are shown of technologies
    /// that the reader may see, and seeing them of a watched one is a look.
    pub fn import_preview(
        &self,
        asker: &Asker,
        id: ImportId,
        limit: usize,
    ) -> Result<(Counts, Vec<(ImportRow, Foretold)>), No> {
        let run = self.import(asker, id)?.run;
        let rows = self.import_rows(asker, id, 0, limit)?;
        let planning = Planning { city: self, now: self.now(), owner: run.owner, run: None };
        let mut counts = Counts::default();
        let (shown, looks, person) = self.read(asker, |rx| {
            let (mut seen, mut looks) = (BTreeMap::new(), Vec::new());
            let mut shown = Vec::with_capacity(rows.len());
            for row in rows {
                let (before, mut foretold) =
                    foretell(rx.tx, &planning, &row.record, &run.source, &mut seen)?;
                count(&mut counts, foretold.outcome);
                if let Some(before) = before.filter(|_| !foretold.changes.is_empty()) {
                    if rx.may(A::LookAtTechnology, &thing_of(&before)).is_ok() {
                        looks.push((before.label.clone(), before.id.to_string()));
                    } else {
                        foretold.changes.clear();
                        foretold.technology = None;
                    }
                }
                shown.push((row, foretold));
            }
            Ok::<_, Stop>((shown, looks, rx.actor.person))
        })?;
        let looks: Vec<(&Label, String)> =
            looks.iter().map(|(label, id)| (label, id.clone())).collect();
        self.note_looks(asker, person, &looks)?;
        Ok((counts, shown))
    }
}

/// What a record would become, with the technology it is about as it is now.
fn foretell(
    tx: &mut Tx<'_>,
    planning: &Planning<'_>,
    record: &Record,
    source: &str,
    seen: &mut BTreeMap<String, String>,
) -> Result<(Option<Technology>, Foretold), StoreError> {
    let entry = standing(record, named(source));
    let hash = hash_of(record, &entry);
    let before = store::technology::by_key(tx, planning.owner, &record.key)?;
    if let Some(known) = seen.get(&record.key) {
        // An earlier row of this file comes first; only whether it says the same can be foretold.
        let is_same = *known == hash || matches!(entry, Entry::Stub { .. });
        return Ok((None, Foretold::of(if is_same { "unchanged" } else { "updated" })));
    }
    if before.as_ref().is_some_and(|technology| is_kept(technology, &entry, &hash)) {
        return Ok((None, Foretold::of("unchanged")));
    }
    let foretold = match plan_row(planning, record, &entry, hash.clone(), before.as_ref()) {
        Ok((outcome, plan)) => {
            seen.insert(record.key.clone(), hash);
            let known = before.as_ref().filter(|technology| technology.state != State::Stub);
            let changes = known.map_or_else(Vec::new, |_| plan.changes);
            Foretold { technology: known.map(|of| of.id), changes, ..Foretold::of(outcome) }
        }
        Err(reasons) => {
            Foretold { problem: Some(problem_of(record, &reasons)), ..Foretold::of("rejected") }
        }
    };
    Ok((before, foretold))
}
