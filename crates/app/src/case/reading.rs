//! Cases as somebody reads them: one case, the lists, the desk's tasks, how long things take.

use super::{PROCESSES, process_of, taker, thing_of, working_days};
use crate::account::sign_in_required;
use crate::act::{No, Stop, offers};
use crate::asker::Asker;
use crate::city::{City, Rx};
use access::Act as A;
use base::{Bilingual, CaseId, Instant, Label, OrganisationId, PersonId, Reference, Refusal};
use cases::{Process, Stage};
use parties::Organisation;
use std::collections::BTreeMap;
use store::case::{Case, ListOrder, Wanted};

/// Moves shown on one page.
pub const MOVES_MAX: usize = 500;
/// Colleagues offered by name; a larger house types the address.
const COLLEAGUES_MAX: usize = 100;
/// Finished tasks that the statistics look back on.
const TIMES_MAX: usize = 5_000;

/// A step that the reader could take now.
#[derive(Clone, Copy, Debug)]
pub struct Offered {
    pub task: &'static cases::Task,
    pub step: &'static cases::Step,
    /// For whom, where the reader could take it as a stand-in only.
    pub on_behalf_of: Option<PersonId>,
}

/// Somebody to whom a task could be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    pub person: PersonId,
    pub name: Bilingual,
}

/// A move as the timeline shows it.
#[derive(Clone, Debug)]
pub struct MoveView {
    pub n: u64,
    pub kind: String,
    pub task: String,
    pub step: String,
    pub person: Option<(PersonId, Bilingual)>,
    /// In whose name, where a stand-in acted.
    pub on_behalf_of: Option<(PersonId, Bilingual)>,
    /// To whom a task was given.
    pub to: Option<(PersonId, Bilingual)>,
    /// Who could not do it any longer.
    pub from: Option<(PersonId, Bilingual)>,
    pub reason: String,
    pub answers: serde_json::Map<String, serde_json::Value>,
    pub state: String,
    pub at: Instant,
}

/// A case as this reader may see it.
pub struct View {
    pub case: Case,
    pub process: &'static Process,
    pub owner: Organisation,
    pub desk: Organisation,
    pub opener: Bilingual,
    /// Names of those to whom open tasks are given.
    pub assignees: BTreeMap<PersonId, Bilingual>,
    /// Oldest first.
    pub documents: Vec<crate::file::Document>,
    /// Newest first.
    pub moves: Vec<MoveView>,
    pub stages: Vec<Stage>,
    /// Steps that the reader could take now.
    pub offered: Vec<Offered>,
    /// Open tasks that the reader could take up.
    pub takes_up: Vec<String>,
    pub may_withdraw: bool,
    pub may_note: bool,
    /// Open tasks that the reader may give to somebody.
    pub gives: Vec<String>,
    /// Open tasks whose clock the reader may stop or start again.
    pub turns: Vec<String>,
    /// The name of the view: `officer`, `owner`, `opener`, `emergency`.
    pub view: &'static str,
    /// What lets the reader in who has no right of their own.
    pub entered: Option<crate::emergency::Entered>,
    /// Of the technology that the case is about, where there is one and the reader may see it.
    pub technology: Option<(base::TechnologyId, Reference, Bilingual)>,
}

/// A line of a list of cases.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: CaseId,
    pub reference: Reference,
    pub process: &'static Process,
    pub version: u64,
    pub state: String,
    pub ending: String,
    pub label: Label,
    /// What the case is called: never more than the reader of the row may know.
    pub title: Bilingual,
    pub owner: (OrganisationId, Bilingual),
    pub due_at: Option<Instant>,
    pub assignees: Vec<PersonId>,
    /// The open tasks: who has each, until when.
    pub open: Vec<OpenTask>,
    pub changed_at: Instant,
    pub opened_at: Instant,
}

/// An open task of a case in a list.
#[derive(Clone, Debug)]
pub struct OpenTask {
    pub task: String,
    pub assignee: Option<(PersonId, Bilingual)>,
    /// `None` without a deadline, and while its clock stands still.
    pub due_at: Option<Instant>,
    /// Since when its clock stands still.
    pub stopped_at: Option<Instant>,
}

/// What of the cases is asked for; everything where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct CasesWanted<'a> {
    pub rows: Wanted<'a>,
    pub level: Option<base::Level>,
    /// Words of the case.
    pub text: String,
}

/// A page of cases.
#[derive(Default)]
pub struct ListPage {
    pub rows: Vec<Row>,
    pub next: Option<(Instant, CaseId)>,
    /// By process and state, under the same filter; nothing when they are more than `COUNTED_MAX`.
    pub counts: Option<Vec<(String, String, u64)>>,
}

impl City {
    /// One case. A look at a watched one is in the log before this returns.
    pub fn case(&self, asker: &Asker, id: CaseId) -> Result<View, No> {
        let (view, person) = self.read(asker, |rx| {
            let case = store::case::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let entry =
                crate::emergency::entry(rx, A::LookAtCase, &id.to_string(), &thing_of(&case))?;
            Ok((view_of(rx, case, entry)?, rx.actor.person))
        })?;
        self.note_entry(asker, person, view.entered, (&view.case.label, id.to_string()))?;
        Ok(view)
    }

    /// The case of a typed reference, if the reader may see it.
    pub fn case_named(&self, asker: &Asker, typed: &str) -> Result<Option<CaseId>, No> {
        let Some(reference) = Reference::parse(typed) else { return Ok(None) };
        self.read(asker, |rx| {
            let Some(id) = store::case::by_reference(rx.tx, reference.as_str())? else {
                return Ok(None);
            };
            let case = store::case::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            Ok(offers(&rx.actor, A::LookAtCase, &thing_of(&case)).then_some(id))
        })
    }

    /// A page of the cases that the reader may see.
    pub fn cases(
        &self,
        asker: &Asker,
        asked: &CasesWanted<'_>,
        after: Option<(Instant, CaseId)>,
        limit: usize,
    ) -> Result<ListPage, No> {
        let (page, person) = self.read(asker, |rx| {
            rx.actor.person.ok_or_else(sign_in_required)?;
            let filter = rx.filter(A::ListCases)?;
            let limit = limit.clamp(1, base::limits::PAGE_ROWS_MAX);
            let gates = match asked.level {
                Some(level) => Some(super::waiting::gates(rx, Some(level))?),
                None => None,
            };
            let terms = super::terms_of(&asked.text);
            let wanted = Wanted { gates: gates.as_deref(), terms: &terms, ..asked.rows.clone() };
            let mut found = store::case::list(rx.tx, &filter, &wanted, after, limit + 1)?;
            let has_more = found.len() > limit;
            found.truncate(limit);
            let place = |last: &Case| match wanted.order {
                ListOrder::Changed => (last.changed_at, last.id),
                ListOrder::Oldest => (last.running.opened_at, last.id),
            };
            let next = found.last().filter(|_| has_more).map(place);
            let counts = store::case::count(rx.tx, &filter, &wanted)?;
            Ok((ListPage { rows: rows_of(rx, found)?, next, counts }, rx.actor.person))
        })?;
        self.note_rows(asker, person, page.rows.iter())?;
        Ok(page)
    }

    /// How long the tasks of a process took in the last year, for the reader's own organisations:
    /// by task, in working days.
    pub fn service_times(
        &self,
        asker: &Asker,
        process: &str,
    ) -> Result<Vec<(String, TaskTimes)>, No> {
        self.read(asker, |rx| {
            rx.actor.person.ok_or_else(sign_in_required)?;
            let mut organisations: Vec<OrganisationId> =
                rx.actor.roles.iter().map(|(organisation, _)| *organisation).collect();
            organisations.sort();
            organisations.dedup();
            let since = rx.now.plus_seconds(-365 * 86_400);
            let times = store::case::times(rx.tx, process, &organisations, since, TIMES_MAX)?;
            let mut by_task: BTreeMap<String, Vec<(i64, bool)>> = BTreeMap::new();
            for (task, days, is_late) in times {
                by_task.entry(task).or_default().push((days, is_late));
            }
            Ok(by_task.into_iter().map(|(task, times)| (task, TaskTimes::of(times))).collect())
        })
    }

    /// People of the reader's own organisations to whom this open task could be given.
    pub fn colleagues_for(
        &self,
        asker: &Asker,
        case: &Case,
        task: &str,
    ) -> Result<Vec<Colleague>, No> {
        self.read(asker, |rx| {
            rx.may(A::AssignTask, &thing_of(case))?;
            colleagues(rx, case, task)
        })
    }

    pub(super) fn note_rows<'a>(
        &self,
        asker: &Asker,
        person: Option<PersonId>,
        rows: impl Iterator<Item = &'a Row>,
    ) -> Result<(), No> {
        let seen: Vec<(&Label, String)> =
            rows.map(|row| (&row.label, row.id.to_string())).collect();
        self.note_looks(asker, person, &seen)
    }
}

/// How long a task takes, in working days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TaskTimes {
    pub n: usize,
    pub n_late: usize,
    pub median: i64,
    /// Nine of ten took no longer.
    pub p90: i64,
}

impl TaskTimes {
    /// Of these tasks: days and whether it was late.
    fn of(mut times: Vec<(i64, bool)>) -> Self {
        times.sort_unstable();
        let n = times.len();
        let at = |share: usize| times.get((n * share).div_ceil(100).max(1) - 1).map_or(0, |t| t.0);
        let n_late = times.iter().filter(|(_, is_late)| *is_late).count();
        Self { n, n_late, median: at(50), p90: at(90) }
    }
}

fn view_of(
    rx: &mut Rx<'_, '_>,
    case: Case,
    (shown, entered): crate::emergency::Entry,
) -> Result<View, Stop> {
    let process = process_of(&case.running.process).ok_or_else(Refusal::not_found)?;
    let organisation = |rx: &mut Rx<'_, '_>, id| -> Result<Organisation, Stop> {
        Ok(store::organisation::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?)
    };
    let owner = organisation(rx, case.owner)?;
    let desk = if case.desk == case.owner { owner.clone() } else { organisation(rx, case.desk)? };
    let rows = store::case::moves(rx.tx, case.id, MOVES_MAX)?;
    let said = |row: &store::case::Move, name: &str| {
        let to = row.answers.get(name).and_then(serde_json::Value::as_str);
        to.and_then(|to| PersonId::parse(to).ok())
    };
    let mut people: Vec<PersonId> = rows.iter().filter_map(|row| row.person).collect();
    people.extend(rows.iter().filter_map(|row| row.on_behalf_of));
    people.extend(rows.iter().flat_map(|row| [said(row, "to"), said(row, "from")]).flatten());
    people.extend(case.running.tasks.iter().filter_map(|open| open.assignee));
    people.push(case.running.opener);
    let names = store::person::names_of(rx.tx, &people)?;
    let named = |id: PersonId| names.get(&id).map(|name| (id, name.clone()));
    let moves = rows
        .iter()
        .map(|row| MoveView {
            n: row.n,
            kind: row.kind.clone(),
            task: row.task.clone(),
            step: row.step.clone(),
            person: row.person.and_then(named),
            on_behalf_of: row.on_behalf_of.and_then(named),
            to: said(row, "to").and_then(named),
            from: said(row, "from").and_then(named),
            reason: row.reason.clone(),
            answers: row.answers.as_object().cloned().unwrap_or_default(),
            state: row.state.clone(),
            at: row.at,
        })
        .collect();
    let documents = crate::file::of_case(rx, case.id)?;
    let declared = cases::Case::find(PROCESSES, &case.running)?;
    let stages = cases::progress(&declared);
    let mut offered = Vec::new();
    let mut takes_up = Vec::new();
    let actor = rx.actor.clone();
    let may = |act| offers(&actor, act, &thing_of(&case));
    let is_open = declared.ending().is_none();
    let taker = taker(&rx.actor, &case).filter(|_| may(A::TakeStep));
    if let Some(taker) = &taker {
        let steps = cases::offers(&declared, taker, rx.now);
        let own = |it: &cases::Offer| Offered { task: it.task, step: it.step, on_behalf_of: None };
        offered.extend(steps.iter().map(own));
        let free = case.running.tasks.iter().filter(|open| open.assignee.is_none());
        takes_up.extend(
            free.filter(|open| offered.iter().any(|it| it.task.name == open.name))
                .map(|open| open.name.clone()),
        );
        offered.extend(offered_for_others(rx, &declared, &case, taker)?);
    }
    let open = || case.running.tasks.iter().filter(|_| is_open).map(|open| open.name.clone());
    let mut gives = Vec::new();
    let mut turns = Vec::new();
    if let Some(taker) = &taker {
        if may(A::AssignTask) {
            gives.extend(open().filter(|task| cases::may_assign(&declared, task, taker)));
        }
        if may(A::StopClock) {
            turns.extend(open().filter(|task| cases::may_turn_clock(&declared, task, taker)));
        }
    }
    let may_withdraw = taker.is_some_and(|taker| {
        let ask = cases::Withdrawing {
            expected_version: case.running.version,
            // Any reason: the question is only whether this person could.
            reason: "-".to_owned(),
        };
        may(A::WithdrawCase)
            && cases::withdraw(&declared, &taker, &ask, rx.now, working_days()).is_ok()
    });
    let may_note = is_open && may(A::NoteCase);
    let technology = match base::TechnologyId::parse(&case.thing) {
        Ok(id) => crate::technology::allowed(rx, id, A::LookAtTechnology)
            .ok()
            .map(|(technology, _)| (id, technology.reference, technology.content.title)),
        Err(_) => None,
    };
    Ok(View {
        process,
        owner,
        desk,
        opener: names.get(&case.running.opener).cloned().unwrap_or_default(),
        assignees: names,
        documents,
        moves,
        stages,
        offered,
        takes_up,
        may_withdraw,
        may_note,
        gives,
        turns,
        view: shown,
        entered,
        technology,
        case,
    })
}

/// Names are told of organisations in which the reader has a place: they are colleagues there.
fn colleagues(rx: &mut Rx<'_, '_>, case: &Case, task: &str) -> Result<Vec<Colleague>, Stop> {
    let declared = cases::Case::find(PROCESSES, &case.running)?;
    let Some((task, _)) = declared.task(task) else { return Ok(Vec::new()) };
    let is_own =
        |organisation: OrganisationId| rx.actor.roles.iter().any(|(held, _)| *held == organisation);
    let places: Vec<(OrganisationId, &str)> = task
        .who
        .iter()
        .filter_map(|who| match who {
            cases::Who::Role(role) => Some((case.desk, *role)),
            cases::Who::OwnerRole(role) => Some((case.owner, *role)),
            cases::Who::Opener | cases::Who::Assignee => None,
        })
        .filter(|(organisation, _)| is_own(*organisation))
        .collect();
    let found = store::person::of_roles(rx.tx, &places, rx.now, COLLEAGUES_MAX)?;
    // The act judges again; here those are left out who would be refused at once.
    let by_place = base::Clearance { level: base::Level::Members, ..base::Clearance::nobody() };
    let mut fit = Vec::new();
    for (person, name, given) in found {
        let clearance = given.map_or_else(|| by_place.clone(), |given| given.at(rx.now));
        let is_apart = cases::is_apart(&declared, task.name, person);
        if clearance.may_read(&case.label) && is_apart {
            fit.push(Colleague { person, name });
        }
    }
    Ok(fit)
}

/// Steps that the reader could take as somebody's stand-in, and not by own right.
fn offered_for_others(
    rx: &mut Rx<'_, '_>,
    declared: &cases::Case<'_>,
    case: &Case,
    taker: &cases::Taker,
) -> Result<Vec<Offered>, Stop> {
    let mut found: Vec<Offered> = Vec::new();
    if declared.running().tasks.iter().all(|open| open.assignee.is_none()) {
        // What nobody has is everybody's who holds the role, and a stand-in holds it too.
        return Ok(found);
    }
    let own = cases::offers(declared, taker, rx.now);
    let live = rx.stand_ins()?.to_vec();
    let holders: Vec<PersonId> =
        declared.running().tasks.iter().filter_map(|open| open.assignee).collect();
    let fits = |it: &store::stand_in::StandIn| {
        it.delegation.process == case.running.process && holders.contains(&it.delegation.giver)
    };
    for it in live.into_iter().filter(fits) {
        let giver = it.delegation.giver;
        let given = super::stand_in::giver(rx.tx, rx.city, case, it.delegation, rx.now)?;
        let taker = cases::Taker { on_behalf_of: Some(given), ..taker.clone() };
        for offer in cases::offers(declared, &taker, rx.now) {
            let is_same =
                |task: &str, step: &str| task == offer.task.name && step == offer.step.name;
            let is_known = own.iter().any(|it| is_same(it.task.name, it.step.name))
                || found.iter().any(|it| is_same(it.task.name, it.step.name));
            if !is_known {
                let on_behalf_of = Some(giver);
                found.push(Offered { task: offer.task, step: offer.step, on_behalf_of });
            }
        }
    }
    Ok(found)
}

pub(super) fn rows_of(rx: &mut Rx<'_, '_>, found: Vec<Case>) -> Result<Vec<Row>, Stop> {
    let mut owners: Vec<OrganisationId> = found.iter().map(|case| case.owner).collect();
    owners.sort();
    owners.dedup();
    let names = store::organisation::names_of(rx.tx, &owners)?;
    let open = |case: &Case| case.running.tasks.clone();
    let mut people: Vec<PersonId> =
        found.iter().flat_map(open).filter_map(|task| task.assignee).collect();
    people.sort();
    people.dedup();
    let people = store::person::names_of(rx.tx, &people)?;
    let mut rows = Vec::with_capacity(found.len());
    for case in found {
        let Some(process) = process_of(&case.running.process) else { continue };
        let name = names.get(&case.owner.to_string()).cloned().unwrap_or_default();
        rows.push(Row {
            id: case.id,
            reference: case.reference.clone(),
            process,
            version: case.running.version,
            state: case.running.state.clone(),
            ending: case.ending.clone(),
            label: case.label.clone(),
            title: title_of(&case),
            owner: (case.owner, name),
            due_at: case.running.tasks.iter().filter_map(due_of).min(),
            assignees: case.running.tasks.iter().filter_map(|open| open.assignee).collect(),
            open: case.running.tasks.iter().map(|open| open_task(open, &people)).collect(),
            changed_at: case.changed_at,
            opened_at: case.running.opened_at,
        });
    }
    Ok(rows)
}

/// When a task is due; while its clock stands still it is not.
fn due_of(open: &cases::OpenTask) -> Option<Instant> {
    open.due_at.filter(|_| open.stopped.is_none())
}

fn open_task(open: &cases::OpenTask, names: &BTreeMap<PersonId, Bilingual>) -> OpenTask {
    let named = |id: PersonId| (id, names.get(&id).cloned().unwrap_or_default());
    let stopped_at = open.stopped.as_ref().map(|stopped| stopped.since);
    OpenTask {
        task: open.name.clone(),
        assignee: open.assignee.map(named),
        due_at: due_of(open),
        stopped_at,
    }
}

/// What a case is called in lists: its readers may read its label, and so its title.
pub(crate) fn title_of(case: &Case) -> Bilingual {
    match case.running.process.as_str() {
        trading::release::NAME => {
            crate::release::matter_of(case).map(|matter| matter.content.title).unwrap_or_default()
        }
        trading::enquiry::NAME => {
            let asked: trading::enquiry::Enquiry =
                serde_json::from_value(case.matter.clone()).unwrap_or_default();
            let line: String = asked.message.chars().take(80).collect();
            Bilingual::new(line, String::new())
        }
        _ => crate::registration::application_of(case).map(|it| it.name).unwrap_or_default(),
    }
}
