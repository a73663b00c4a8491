//! An existing register of enterprises comes in: organisations that somebody can claim later.
//!
//! A register tells of a firm and verifies nobody. What a firm says of itself stays as it is.

use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::{City, Rx};
use access::{Act as A, Thing};
use base::{Class, Instant, OrganisationId, Refusal, limits, text};
use parties::Organisation;
use parties::register::{Became, Entry};
use std::time::Duration;
use store::{StoreError, Tx};

/// Takes rows of a register in, at most [`limits::IMPORT_BATCH_MAX`] an act.
#[derive(serde::Serialize)]
pub struct ImportOrganisations {
    pub entries: Vec<Entry>,
    /// The name of the register, kept and shown.
    pub source: String,
}

/// What became of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Taken {
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
}

impl Taken {
    /// Counts one row.
    pub fn count(&mut self, became: Became) {
        match became {
            Became::Created => self.created += 1,
            Became::Updated => self.updated += 1,
            Became::Unchanged => self.unchanged += 1,
        }
    }

    /// Adds what another act took.
    pub fn add(&mut self, other: Self) {
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
    }
}

/// What is known of a row's code.
struct Known {
    found: Option<Organisation>,
    is_kept: bool,
}

fn known(tx: &mut Tx<'_>, entry: &Entry, now: Instant) -> Result<Known, StoreError> {
    let Some(id) = store::organisation::by_credit_code(tx, &entry.credit_code)? else {
        return Ok(Known { found: None, is_kept: false });
    };
    let found = store::organisation::find(tx, id)?;
    let is_kept = store::registration::n_administrators(tx, id, now)? > 0;
    Ok(Known { found, is_kept })
}

fn read_source(typed: &str) -> Result<String, Refusal> {
    text::required_line("source", typed, limits::NAME_CHARS_MAX)
}

/// Seconds that a caller waits for a batch.
const PATIENCE: Duration = Duration::from_secs(30);

impl Act for ImportOrganisations {
    const ACT: A = A::ImportOrganisations;
    type Facts = Vec<Settled>;
    type Plan = (Vec<Settled>, String);
    type Outcome = Taken;

    fn patience(&self) -> Option<Duration> {
        Some(PATIENCE)
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let now = cx.now;
        let rows = self.entries.iter().take(limits::IMPORT_BATCH_MAX);
        let each = |entry: &Entry| {
            let it = known(cx.tx, entry, now)?;
            let became = entry.became(it.found.as_ref(), it.is_kept);
            Ok(Settled { entry: entry.clone(), found: it.found, became })
        };
        Ok(rows.map(each).collect::<Result<_, StoreError>>()?)
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, rows: Self::Facts, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let mut problems = Vec::new();
        if self.entries.len() > limits::IMPORT_BATCH_MAX {
            let refusal = Refusal::invalid("too-many-parts").on("entries");
            let refusal = refusal.term("field", "field-entries");
            let refusal = refusal.number("found", self.entries.len());
            problems.push(refusal.number("most", limits::IMPORT_BATCH_MAX));
        }
        for row in &rows {
            problems.extend(row.entry.clone().checked().err().unwrap_or_default());
        }
        match read_source(&self.source) {
            Ok(source) if problems.is_empty() => Ok((rows, source)),
            read => {
                problems.extend(read.err());
                Err(problems)
            }
        }
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<Taken, Stop> {
        let (rows, source) = plan;
        let is_demo = store::city::find(cx.tx)?.is_some_and(|city| city.demo);
        let mut taken = Taken::default();
        for row in rows {
            taken.count(row.became);
            match (row.became, row.found) {
                (Became::Created, _) => add(cx, &row.entry, &source, is_demo)?,
                (Became::Updated, Some(found)) => change(cx, &row.entry, &source, found)?,
                _ => {}
            }
        }
        Ok(taken)
    }
}

/// A row with what becomes of it.
pub struct Settled {
    entry: Entry,
    found: Option<Organisation>,
    became: Became,
}

fn add(cx: &mut Cx<'_, '_>, entry: &Entry, source: &str, is_demo: bool) -> Result<(), Stop> {
    let id = cx.city.with_chance(|chance| OrganisationId::new(cx.now, chance));
    let reference = cx.city.reference("OR", cx.now);
    let profile = entry.profile(is_demo);
    store::organisation::add(cx.tx, (id, &reference), &profile, cx.now)?;
    let told = (source, entry.industry.as_str(), entry.founded());
    store::organisation::set_register(cx.tx, id, (told.0, told.1, &told.2))?;
    crate::organisation::event(cx, "organisation-created", id, 1, &profile);
    Ok(())
}

fn change(
    cx: &mut Cx<'_, '_>,
    entry: &Entry,
    source: &str,
    found: Organisation,
) -> Result<(), Stop> {
    let mut profile = found.profile.clone();
    let told = entry.profile(profile.invented);
    (profile.name, profile.region) = (told.name, told.region);
    if !store::organisation::change(cx.tx, (found.id, found.version), &profile, cx.now)? {
        return Err(Refusal::new(Class::Conflict, "version-conflict").into());
    }
    let founded = entry.founded();
    store::organisation::set_register(cx.tx, found.id, (source, &entry.industry, &founded))?;
    for name in [&profile.name.en, &profile.name.zh] {
        store::organisation::add_alias(cx.tx, name, found.id)?;
    }
    crate::organisation::event(cx, "organisation-revised", found.id, found.version + 1, &profile);
    Ok(())
}

impl City {
    /// What would become of these rows, without changing anything.
    pub fn preview_organisations(&self, asker: &Asker, entries: &[Entry]) -> Result<Taken, No> {
        let mut taken = Taken::default();
        for part in entries.chunks(limits::IMPORT_BATCH_MAX) {
            let step = self.read(asker, |rx: &mut Rx<'_, '_>| {
                rx.may(A::ImportOrganisations, &Thing::open())?;
                let mut step = Taken::default();
                for entry in part {
                    let it = known(rx.tx, entry, rx.now)?;
                    step.count(entry.became(it.found.as_ref(), it.is_kept));
                }
                Ok(step)
            })?;
            taken.add(step);
        }
        Ok(taken)
    }
}
