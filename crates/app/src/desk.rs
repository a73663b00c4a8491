//! The desk: what waits for one person, and what their own organisations have.

use crate::account::sign_in_required;
use crate::act::{No, Stop};
use crate::asker::Asker;
use crate::bench::{self, Bench};
use crate::city::{City, Rx};
use crate::due::{self, Due};
use crate::import;
use crate::notice::Notice;
use crate::recovery::WaitingRecovery;
use access::{Act as A, Filter, Role, Thing};
use base::{Instant, Label, OrganisationId, PersonId};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use store::import::RunState;
use store::technology::{Group, Summary};
use trading::technology::CONFIRMATION_DAYS;

/// Rows of one pile that the desk shows; the rest is counted.
const PILE_ROWS: usize = 8;
/// Runs that the desk looks through.
const IMPORTS_SEEN: usize = 50;

/// Things that ask for the same act: how many, and the first of them.
#[derive(Clone, Debug, Default)]
pub struct Pile {
    pub n: u64,
    pub rows: Vec<Summary>,
}

/// What lies on a desk.
#[derive(Default)]
pub struct Desk {
    /// Drafted, and waiting for the owner's word.
    pub drafts: Pile,
    /// Confirmed too long ago.
    pub stale: Pile,
    /// Numbers without texts that a reviewer has to look at.
    pub stubs: Pile,
    /// What the reader's own organisations have, newest first.
    pub own: Pile,
    /// Runs that wait for somebody, or are going on.
    pub imports: Vec<import::View>,
    /// What happened to the reader's own account and was not read yet, newest first.
    pub notices: Vec<Notice>,
    /// Recoveries of lost factors that concern the reader.
    pub recoveries: Vec<WaitingRecovery>,
    /// Requests for emergency access that wait for the reader's decision.
    pub emergencies: Vec<crate::emergency::View>,
    /// What waits at instruments, laboratories and auctions.
    pub bench: Bench,
    /// What auctions and contracts wait for, the most urgent first.
    pub dues: Vec<Due>,
    /// The highest label among the rows.
    pub label: Label,
}

impl Desk {
    /// How many things wait for an act.
    pub fn n_waiting(&self) -> u64 {
        let runs = self.imports.iter().filter(|view| waits(view)).count();
        // The own one, and one that the reader started, wait for somebody else.
        let recoveries = self.recoveries.iter().filter(|it| it.may_confirm).count();
        let n = runs + recoveries + self.emergencies.len() + self.dues.len();
        let counted = u64::try_from(n).unwrap_or(0) + self.bench.n_waiting();
        self.drafts.n + self.stale.n + self.stubs.n + counted
    }
}

/// States in which a run goes on only when somebody says so.
const WAITING_RUNS: [RunState; 2] = [RunState::Staged, RunState::Paused];

fn waits(view: &import::View) -> bool {
    WAITING_RUNS.contains(&view.run.state)
}

/// People whose count is remembered at most.
const COUNTS_MAX: usize = 10_000;
/// Seconds after which a count is taken again although nothing happened.
const COUNT_SECONDS: i64 = 600;

/// How much waits for whom, as last counted: what every page says in its bar.
#[derive(Default)]
pub(crate) struct RecentCounts(Mutex<BTreeMap<PersonId, Count>>);

#[derive(Clone, Copy)]
struct Count {
    /// How long the log was.
    size: u64,
    at: Instant,
    n: u64,
}

impl City {
    /// How much waits for this person, if it was counted and nothing has happened since.
    pub fn known_waiting(&self, person: PersonId) -> Option<u64> {
        let known = self.waiting().0.lock().get(&person).copied()?;
        let is_young = self.now().seconds_since(known.at) < COUNT_SECONDS;
        (is_young && known.size == self.store().committed().size()).then_some(known.n)
    }

    /// Remembers how much waits for this person now.
    pub fn remember_waiting(&self, person: PersonId, n: u64) {
        let (size, at) = (self.store().committed().size(), self.now());
        let mut all = self.waiting().0.lock();
        if all.len() >= COUNTS_MAX {
            all.clear();
        }
        all.insert(person, Count { size, at, n });
    }

    /// The asker's desk. Watched things on it are looks, recorded before this returns.
    pub fn desk(&self, asker: &Asker) -> Result<Desk, No> {
        let (mut desk, person) = self.read(asker, |rx| {
            let desk = desk_of(rx, PILE_ROWS)?;
            Ok((desk, rx.actor.person))
        })?;
        let imports = self.imports(asker, None, IMPORTS_SEEN)?;
        let open = |view: &import::View| waits(view) || view.run.state == RunState::Running;
        desk.imports = imports.into_iter().filter(open).collect();
        let piles = [&desk.drafts, &desk.stale, &desk.stubs, &desk.own];
        let rows: Vec<&Summary> = piles.into_iter().flat_map(|pile| &pile.rows).collect();
        let label = Label::public();
        desk.label = rows.iter().fold(label, |label, row| label.least_upper_bound(&row.label));
        let mut seen: Vec<(Label, String)> =
            rows.iter().map(|row| (row.label.clone(), row.id.to_string())).collect();
        seen.sort_by(|a, b| a.1.cmp(&b.1));
        seen.dedup_by(|a, b| a.1 == b.1);
        let seen: Vec<(&Label, String)> =
            seen.iter().map(|(label, id)| (label, id.clone())).collect();
        self.note_looks(asker, person, &seen)?;
        if asker.snapshot.is_some() {
            let _ = asker.memo.n_waiting.set(desk.n_waiting());
        }
        Ok(desk)
    }

    /// How many things wait on the asker's desk, tasks of cases aside.
    pub fn desk_count(&self, asker: &Asker) -> Result<u64, No> {
        if let Some(n) = asker.memo.n_waiting.get().filter(|_| asker.snapshot.is_some()) {
            return Ok(*n);
        }
        self.read(asker, |rx| Ok(count(rx, false)?.0))
    }

    /// How many things wait for the asker, tasks of cases among them: the number in the bar.
    pub fn waiting_count(&self, asker: &Asker) -> Result<u64, No> {
        if asker.memo.n_waiting.get().is_some() && asker.snapshot.is_some() {
            return Ok(self.desk_count(asker)?.saturating_add(self.own_task_count(asker)?));
        }
        self.read(asker, |rx| {
            let (n, n_tasks) = count(rx, true)?;
            Ok(n.saturating_add(n_tasks))
        })
    }
}

/// What the desk lists, counted and not read, and beside it the tasks of cases: one statement, and
/// another for whoever has a part in an auction. What only wants to be read is on the desk itself.
fn count(rx: &mut Rx<'_, '_>, with_tasks: bool) -> Result<(u64, u64), Stop> {
    let person = rx.actor.person.ok_or_else(sign_in_required)?;
    rx.may(A::LookAtDesk, &Thing::open())?;
    let reader = due::Reader::of(rx, person);
    let before = rx.now.plus_seconds(-CONFIRMATION_DAYS * 86_400);
    let confirmable = rx.filter(A::ConfirmTechnology)?;
    let stubs = stubs(rx)?;
    let imports = import::listed(rx);
    let registrar = bench::Registrar::of(rx)?;
    let tasks = match with_tasks {
        true => crate::case::own_tasks(rx)?,
        false => None,
    };
    let asked = store::waiting::Asked {
        reader: reader.stored(),
        confirmable: (&confirmable, before),
        stubs: stubs.as_ref(),
        imports: (&imports, IMPORTS_SEEN, &WAITING_RUNS),
        decided_since: decides(rx).then(|| crate::emergency::decided_since(rx.now)),
        answering: &bench::answering(rx),
        steps: registrar.stored(),
        tasks: tasks.as_ref(),
        now: rx.now,
        soon: bench::soon(rx.now),
    };
    let found = store::waiting::count(rx.tx, &asked)?;
    let lots = match found.n_lots {
        0 => Vec::new(),
        _ => store::due::lots(rx.tx, reader.stored())?,
    };
    let dues = due::told(rx, &lots, found.contracts).len();
    let n_tasks = match tasks {
        // Those of others for whom the reader stands in are looked for once there is somebody.
        Some(_) if found.n_stand_ins > 0 => crate::case::n_own_tasks(rx)?,
        _ => found.n_tasks,
    };
    Ok((found.n.saturating_add(u64::try_from(dues).unwrap_or(0)), n_tasks))
}

/// Whether the reader decides about recoveries and requests of others.
fn decides(rx: &Rx<'_, '_>) -> bool {
    rx.actor.holds(&[Role::SecurityAdministrator])
}

/// The filter of numbers without texts, for whoever reviews them.
fn stubs(rx: &mut Rx<'_, '_>) -> Result<Option<Filter>, Stop> {
    let reviewers = [Role::AgencyOfficer, Role::ConfidentialityOfficer, Role::Operator];
    if !rx.actor.holds(&reviewers) {
        return Ok(None);
    }
    let seen = rx.filter(A::LookAtTechnology)?;
    Ok(Some(both(seen, Filter::State(vec!["stub"]))))
}

fn desk_of(rx: &mut Rx<'_, '_>, n_rows: usize) -> Result<Desk, Stop> {
    let person = rx.actor.person.ok_or_else(sign_in_required)?;
    rx.may(A::LookAtDesk, &Thing::open())?;
    let notices = crate::notice::unread(rx, person)?;
    // Whose factor is said to be lost was told so, and finds it on the account page too.
    let is_told = notices.iter().any(|notice| notice.kind == "factor-recovery-started");
    let recoveries = match is_told || decides(rx) {
        true => crate::recovery::waiting(rx, person)?,
        false => Vec::new(),
    };
    let confirmable = rx.filter(A::ConfirmTechnology)?;
    let before = rx.now.plus_seconds(-CONFIRMATION_DAYS * 86_400);
    let drafted = both(confirmable.clone(), Filter::State(vec!["drafted"]));
    let confirmed = both(confirmable, Filter::State(vec!["confirmed"]));
    let (n, rows) = store::technology::stale(rx.tx, &confirmed, before, n_rows)?;
    let mut desk = Desk {
        drafts: pile(rx, &drafted, n_rows)?,
        stale: Pile { n, rows },
        emergencies: crate::emergency::waiting(rx)?,
        notices,
        recoveries,
        bench: bench::of(rx, person)?,
        dues: due::of(rx, person)?,
        ..Desk::default()
    };
    if let Some(stubs) = stubs(rx)? {
        desk.stubs = pile(rx, &stubs, n_rows)?;
    }
    let mut owners: Vec<OrganisationId> = rx.actor.roles.iter().map(|(org, _)| *org).collect();
    owners.sort();
    owners.dedup();
    if !owners.is_empty() {
        let seen = rx.filter(A::LookAtTechnology)?;
        desk.own = pile(rx, &both(seen, Filter::Owner(owners)), n_rows)?;
    }
    Ok(desk)
}

fn both(one: Filter, other: Filter) -> Filter {
    Filter::All(vec![one, other])
}

fn pile(rx: &mut Rx<'_, '_>, filter: &Filter, n_rows: usize) -> Result<Pile, Stop> {
    let rows = store::technology::newest(rx.tx, filter, None, n_rows)?;
    if rows.len() < n_rows {
        // All of them are there, so they are counted.
        return Ok(Pile { n: u64::try_from(rows.len()).unwrap_or(u64::MAX), rows });
    }
    let counted = store::technology::count_by(rx.tx, filter, Group::All)?;
    Ok(Pile { n: counted.first().map_or(0, |(_, n)| *n), rows })
}
