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
    /// Recoveries and requests that are counted alone, where their rows were not asked for.
    n_to_decide: u64,
    /// The highest label among the rows.
    pub label: Label,
}

impl Desk {
    /// How many things wait for an act.
    pub fn n_waiting(&self) -> u64 {
        let runs = self.imports.iter().filter(|view| waits(view)).count();
        let n = runs + self.recoveries.len() + self.emergencies.len() + self.dues.len();
        let counted = self.n_to_decide + u64::try_from(n).unwrap_or(0) + self.bench.n_waiting();
        self.drafts.n + self.stale.n + self.stubs.n + counted
    }
}

/// Whether a run goes on only when somebody says so.
fn waits(view: &import::View) -> bool {
    matches!(view.run.state, RunState::Staged | RunState::Paused)
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

    /// How many things wait on the asker's desk.
    pub fn desk_count(&self, asker: &Asker) -> Result<u64, No> {
        if let Some(n) = asker.memo.n_waiting.get().filter(|_| asker.snapshot.is_some()) {
            return Ok(*n);
        }
        let desk = self.read(asker, |rx| desk_of(rx, 0))?;
        let imports = self.imports(asker, None, IMPORTS_SEEN)?;
        Ok(Desk { imports, ..desk }.n_waiting())
    }
}

fn desk_of(rx: &mut Rx<'_, '_>, n_rows: usize) -> Result<Desk, Stop> {
    let person = rx.actor.person.ok_or_else(sign_in_required)?;
    rx.may(A::LookAtDesk, &Thing::open())?;
    // The bar counts what asks for an act; what only wants to be read is on the desk itself.
    let notices = match n_rows {
        0 => Vec::new(),
        _ => crate::notice::unread(rx, person)?,
    };
    // Whose factor is said to be lost was told so, and finds it on the account page too.
    let is_told = notices.iter().any(|notice| notice.kind == "factor-recovery-started");
    let decides = rx.actor.holds(&[Role::SecurityAdministrator]);
    let recoveries = match n_rows {
        _ if is_told => crate::recovery::waiting(rx, person)?,
        0 => Vec::new(),
        _ if decides => crate::recovery::waiting(rx, person)?,
        _ => Vec::new(),
    };
    let n_to_decide = match n_rows {
        0 if decides => crate::emergency::n_to_decide(rx, person)?,
        _ => 0,
    };
    let confirmable = rx.filter(A::ConfirmTechnology)?;
    let before = rx.now.plus_seconds(-CONFIRMATION_DAYS * 86_400);
    let mut desk = if n_rows == 0 {
        let (drafts, stale) = store::technology::n_to_confirm(rx.tx, &confirmable, before)?;
        let pile = |n| Pile { n, rows: Vec::new() };
        Desk { drafts: pile(drafts), stale: pile(stale), ..Desk::default() }
    } else {
        let drafted = both(confirmable.clone(), Filter::State(vec!["drafted"]));
        let confirmed = both(confirmable, Filter::State(vec!["confirmed"]));
        let (n, rows) = store::technology::stale(rx.tx, &confirmed, before, n_rows)?;
        Desk { drafts: pile(rx, &drafted, n_rows)?, stale: Pile { n, rows }, ..Desk::default() }
    };
    desk.n_to_decide = n_to_decide;
    if n_rows > 0 {
        desk.emergencies = crate::emergency::waiting(rx)?;
    }
    (desk.notices, desk.recoveries) = (notices, recoveries);
    (desk.bench, desk.dues) = (bench::of(rx, person, n_rows > 0)?, due::of(rx, person)?);
    let reviewers = [Role::AgencyOfficer, Role::ConfidentialityOfficer, Role::Operator];
    if rx.actor.holds(&reviewers) {
        let seen = rx.filter(A::LookAtTechnology)?;
        desk.stubs = pile(rx, &both(seen, Filter::State(vec!["stub"])), n_rows)?;
    }
    let mut owners: Vec<OrganisationId> = rx.actor.roles.iter().map(|(org, _)| *org).collect();
    owners.sort();
    owners.dedup();
    if n_rows > 0 && !owners.is_empty() {
        let seen = rx.filter(A::LookAtTechnology)?;
        desk.own = pile(rx, &both(seen, Filter::Owner(owners)), n_rows)?;
    }
    Ok(desk)
}

fn both(one: Filter, other: Filter) -> Filter {
    Filter::All(vec![one, other])
}

fn pile(rx: &mut Rx<'_, '_>, filter: &Filter, n_rows: usize) -> Result<Pile, Stop> {
    let rows = match n_rows {
        0 => Vec::new(),
        _ => store::technology::newest(rx.tx, filter, None, n_rows)?,
    };
    if rows.len() < n_rows {
        // All of them are there, so they are counted.
        return Ok(Pile { n: u64::try_from(rows.len()).unwrap_or(u64::MAX), rows });
    }
    let counted = store::technology::count_by(rx.tx, filter, Group::All)?;
    Ok(Pile { n: counted.first().map_or(0, |(_, n)| *n), rows })
}
