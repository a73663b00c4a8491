//! Letters out of the log: what happened to one's own account, tasks that came, time limits.
//!
//! The follower keeps its position in the rows, moved in the same commit as the letters it made. What
//! is older than two days makes no letter any more, so that an old city that begins to send mail does
//! not tell its whole history.

use super::{Fact, Letter, Prepared, REMINDER, SECURITY, TASK, To, While, put_all};
use crate::act::No;
use crate::case::{process_of, taker, thing_of};
use crate::city::City;
use access::{Act as A, Role};
use base::{CaseId, Instant, OrganisationId, PersonId, Refusal};
use std::collections::BTreeSet;
use store::case::{Case, Taker};
use store::log::Entry;
use store::{StoreError, Tx};

/// The name under which the follower keeps its position.
pub const NAME: &str = "mail";
/// Entries that one commit takes in.
const ENTRIES_AT_ONCE: usize = 500;
/// Seconds after which what happened makes no letter any more.
const OLD_SECONDS: i64 = 2 * 86_400;
/// People of one role that are told of one task.
const PEOPLE_MAX: usize = 50;

impl City {
    /// Follows the log until the store stops: the body of the follower's thread.
    pub fn follow_with_mail(&self) {
        self.follow_rows(NAME, &|position| self.letters_after(position));
    }

    /// Makes the letters of every entry there is: for commands and tests.
    pub fn follow_mail(&self) -> Result<(), No> {
        let mut position = self.mail_position()?;
        loop {
            let upto = self.letters_after(position)?;
            if upto == position {
                return Ok(());
            }
            position = upto;
        }
    }

    fn mail_position(&self) -> Result<u64, No> {
        self.followed_to(NAME)
    }

    /// Takes the next entries and says how far it came.
    fn letters_after(&self, position: u64) -> Result<u64, No> {
        let entries =
            self.store().read(|tx| store::log::entries_after(tx, position, ENTRIES_AT_ONCE))?;
        let Some(last) = entries.last() else { return Ok(position) };
        let (upto, now) = (last.seq, self.now());
        let since = now.plus_seconds(-OLD_SECONDS);
        let mut prepared: Vec<Prepared> = Vec::new();
        let fresh: Vec<&Entry> = entries.iter().filter(|it| it.header.at >= since).collect();
        let rushes = super::follow_lot::rushes(&fresh);
        for entry in fresh {
            let Some(first) = rushes.first(entry) else { continue };
            for letter in self.letters_of_entry(entry, first, now)? {
                prepared.push(self.prepare_letter(letter, now)?);
            }
        }
        Ok(self.store().write("follow with mail", move |tx| {
            put_all(tx, &prepared)?;
            store::follower::advance(tx, NAME, upto, now)?;
            Ok(upto)
        })?)
    }

    /// The letters of one entry. An entry that cannot be dealt with is told to the log of the
    /// program and holds up nobody; a database that is away is waited for.
    fn letters_of_entry(&self, entry: &Entry, first: u64, now: Instant) -> Result<Vec<Letter>, No> {
        let reading = || self.store().read(|tx| letters_of(tx, self, (entry, first), now));
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(reading)) {
            Ok(Ok(letters)) => Ok(letters),
            Ok(Err(error @ (StoreError::Damaged(_) | StoreError::Panicked(_)))) => {
                tracing::error!(%error, entry = entry.seq, "an entry makes no letters");
                Ok(Vec::new())
            }
            Ok(Err(error)) => Err(error.into()),
            Err(_) => {
                tracing::error!(entry = entry.seq, "an entry makes no letters: it panicked");
                Ok(Vec::new())
            }
        }
    }
}

fn letters_of(
    tx: &mut Tx<'_>,
    city: &City,
    (entry, first): (&Entry, u64),
    now: Instant,
) -> Result<Vec<Letter>, StoreError> {
    let kind = entry.header.kind.as_str();
    if let Some(notice) = crate::notice::notice_of(entry, 0) {
        let Ok(person) = PersonId::parse(&entry.header.thing) else { return Ok(Vec::new()) };
        // What concerns an address goes to the one that is meant, from the act itself.
        if kind.starts_with("address-") {
            return Ok(Vec::new());
        }
        let mut letters = vec![of_notice(entry, person, &notice)];
        if kind == "factor-recovery-started" {
            letters.extend(of_recovery(tx, entry, person, now)?);
        }
        return Ok(letters);
    }
    if kind == "emergency-asked" {
        return of_request(tx, entry, now);
    }
    if kind == "webhook-switched-off" {
        return super::follow_webhook::letters(tx, entry, now);
    }
    if kind.starts_with("lot-") {
        return super::follow_lot::letters(tx, (entry, first), now);
    }
    if kind.starts_with("deal-") {
        return super::follow_deal::of_deal(tx, city, entry, now);
    }
    if kind.starts_with("contract-") {
        return super::follow_deal::of_contract(tx, city, entry, now);
    }
    if kind.starts_with("booking-")
        || kind.starts_with("wait-")
        || kind == "turn-called"
        || kind == "time-freed"
        || kind == "use-feedback-given"
        || kind.starts_with("fault-")
    {
        return super::follow_booking::letters(tx, city, entry, now);
    }
    if kind.starts_with("service-") {
        return super::follow_service::letters(tx, city, entry, now);
    }
    if kind.starts_with("charge-") {
        return super::follow_charge::letters(tx, city, entry, now);
    }
    if kind == "standard-revised" {
        return super::follow_standard::letters(tx, entry);
    }
    let Some(what) = kind.strip_prefix("case-") else { return Ok(Vec::new()) };
    let Ok(id) = CaseId::parse(&entry.header.thing) else { return Ok(Vec::new()) };
    let Some(case) = store::case::find(tx, id)? else { return Ok(Vec::new()) };
    match what {
        "announced" => return of_time_limits(tx, city, entry, &case, now),
        "passed" => return super::follow_case::of_passed(tx, city, entry, &case, now),
        _ => {}
    }
    let mut letters = of_tasks(tx, city, entry, &case, now)?;
    letters.extend(super::follow_case::of_registration(&case));
    Ok(letters)
}

/// What happened to somebody's own account.
fn of_notice(entry: &Entry, person: PersonId, notice: &crate::notice::Notice) -> Letter {
    let cause = format!("entry:{}", entry.seq);
    if notice.kind == "stand-in-named" {
        return super::follow_case::of_stand_in(entry, person, cause);
    }
    if let Some(id) = notice.emergency {
        return super::follow_case::of_emergency(entry, (person, id), cause);
    }
    let text = match (notice.kind.as_str(), notice.new.as_str()) {
        ("signed-in", "device") => "signed-in-device",
        ("signed-in", _) => "signed-in-network",
        _ => "security",
    };
    Letter::new(&SECURITY, To::Person(person), cause, text)
        .fact("what", Fact::Term(format!("event-{}", notice.kind)))
        .fact("at", notice.at)
        .fact("network", notice.network.as_str())
        .path("/account")
}

/// Every security administrator hears of a recovery that waits, but the one who began it.
fn of_recovery(
    tx: &mut Tx<'_>,
    entry: &Entry,
    person: PersonId,
    now: Instant,
) -> Result<Vec<Letter>, StoreError> {
    let role = Role::SecurityAdministrator.word();
    let people = store::mail::holders(tx, None, role, now, PEOPLE_MAX)?;
    let others = people.into_iter().filter(|id| Some(*id) != entry.header.actor && *id != person);
    let letter = |id| {
        let cause = format!("entry:{}", entry.seq);
        Letter::new(&SECURITY, To::Person(id), cause, "recovery")
            .fact("at", entry.header.at)
            .path("/desk")
    };
    Ok(others.map(letter).collect())
}

/// Every security administrator hears of a request for emergency access, but the one who asked.
fn of_request(tx: &mut Tx<'_>, entry: &Entry, now: Instant) -> Result<Vec<Letter>, StoreError> {
    let role = Role::SecurityAdministrator.word();
    let people = store::mail::holders(tx, None, role, now, PEOPLE_MAX)?;
    let others = people.into_iter().filter(|id| Some(*id) != entry.header.actor);
    let letter = |id| {
        let cause = format!("entry:{}", entry.seq);
        Letter::new(&SECURITY, To::Person(id), cause, "emergency-asked")
            .fact("at", entry.header.at)
            .path(format!("/emergencies/{}", entry.header.thing))
    };
    Ok(others.map(letter).collect())
}

/// Tasks that are open after a move: each is told once to everybody who may take it, or to the one
/// it was given to.
fn of_tasks(
    tx: &mut Tx<'_>,
    city: &City,
    entry: &Entry,
    case: &Case,
    now: Instant,
) -> Result<Vec<Letter>, StoreError> {
    let mut letters = Vec::new();
    for open in &case.running.tasks {
        let cause = format!("task:{}:{}:{}", case.id, open.name, open.opened_at.micros());
        for person in people_of(tx, city, case, &open.name, now)? {
            // Nobody is told of what they did themselves.
            if entry.header.actor == Some(person) {
                continue;
            }
            let mut letter = Letter::new(&TASK, To::Person(person), &*cause, "task");
            if let Some(due) = open.due_at {
                letter.content.text = "task-due".to_owned();
                letter = letter.fact("due", due);
            }
            letters.push(about(letter, case, &open.name, open.opened_at));
        }
    }
    Ok(letters)
}

/// Time limits that were announced: near, over, or told to a higher role.
fn of_time_limits(
    tx: &mut Tx<'_>,
    city: &City,
    entry: &Entry,
    case: &Case,
    now: Instant,
) -> Result<Vec<Letter>, StoreError> {
    let body = entry.body_json();
    let mut letters = Vec::new();
    for told in body["due"].as_array().into_iter().flatten() {
        let task = told["task"].as_str().unwrap_or("");
        let Some(open) = case.running.tasks.iter().find(|open| open.name == task) else {
            continue;
        };
        let what = told["what"].as_str().unwrap_or("");
        let due = told["due_at"].as_str().and_then(Instant::parse_rfc3339);
        let letter = |person, text| {
            let cause = format!("entry:{}:{task}", entry.seq);
            Letter::new(&REMINDER, To::Person(person), cause, text)
                .fact("due", due.or(open.due_at).unwrap_or(now))
                .fact("days", Fact::Number(told["days_left"].as_i64().unwrap_or(0)))
        };
        let text = if what == "remind" { "remind" } else { "overdue" };
        for person in people_of(tx, city, case, task, now)? {
            letters.push(about(letter(person, text), case, task, open.opened_at));
        }
        // Who is next in charge hears of it besides those whose task it is.
        if let Some(role) = told["role"].as_str() {
            let people = store::mail::holders(tx, Some(case.desk), role, now, PEOPLE_MAX)?;
            let people = readers(tx, city, case, people, now)?;
            letters.extend(
                people.into_iter().map(|person| about_case(letter(person, "escalate"), case)),
            );
        }
    }
    Ok(letters)
}

/// What a letter about a case may say: its process, its reference, its address.
pub(super) fn about_case(letter: Letter, case: &Case) -> Letter {
    letter
        .fact("reference", &case.reference)
        .fact("process", Fact::Term(format!("case-{}", case.running.process)))
        .path(format!("/cases/{}", case.id))
}

pub(super) fn about(letter: Letter, case: &Case, task: &str, opened_at: Instant) -> Letter {
    let task = task.to_owned();
    about_case(letter, case).only_while(While::TaskOpen { case: case.id, task, opened_at })
}

/// Everybody who could take this task now: the one it is given to, or who may by role.
pub(super) fn people_of(
    tx: &mut Tx<'_>,
    city: &City,
    case: &Case,
    task: &str,
    now: Instant,
) -> Result<Vec<PersonId>, StoreError> {
    let open = case.running.tasks.iter().find(|open| open.name == task);
    if let Some(assignee) = open.and_then(|open| open.assignee) {
        // It is told to whoever stands in now for the one it was given to, too.
        let live = store::stand_in::of_giver(tx, assignee, now, PEOPLE_MAX)?;
        let mut people: BTreeSet<PersonId> = live
            .into_iter()
            .filter(|it| it.delegation.lasts.holds(now))
            .map(|it| it.delegation.to)
            .collect();
        people.insert(assignee);
        return fit(tx, city, people, (case.id, task), now);
    }
    let declared = process_of(&case.running.process).and_then(|process| process.task(task));
    let Some(declared) = declared else { return Ok(Vec::new()) };
    let mut people: BTreeSet<PersonId> = BTreeSet::new();
    for taker in declared.who.iter().filter_map(|who| crate::case::taker_of(case, who)) {
        match taker {
            Taker::Person(person) => {
                people.insert(person);
            }
            Taker::Role(organisation, role) => {
                people.extend(of_role(tx, organisation, &role, now)?);
            }
        }
    }
    fit(tx, city, people, (case.id, task), now)
}

/// Those of these people who may take the task now.
fn fit(
    tx: &mut Tx<'_>,
    city: &City,
    people: BTreeSet<PersonId>,
    task: (CaseId, &str),
    now: Instant,
) -> Result<Vec<PersonId>, StoreError> {
    let mut fit = Vec::new();
    for person in people {
        if may_take(tx, city, person, task, now)? {
            fit.push(person);
        }
    }
    Ok(fit)
}

fn of_role(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    role: &str,
    now: Instant,
) -> Result<Vec<PersonId>, StoreError> {
    store::mail::holders(tx, Some(organisation), role, now, PEOPLE_MAX)
}

/// Those of these people who may see the case at all.
fn readers(
    tx: &mut Tx<'_>,
    city: &City,
    case: &Case,
    people: Vec<PersonId>,
    now: Instant,
) -> Result<Vec<PersonId>, StoreError> {
    let mut found = Vec::new();
    for person in people {
        let who = crate::Who::Person(person);
        let actor = crate::asker::resolve(tx, who, now, city.settings().second_factor)?;
        if crate::act::may(&actor, A::LookAtCase, &thing_of(case)).is_ok() {
            found.push(person);
        }
    }
    Ok(found)
}

/// Whether this person may see the case now and take a step of this task, by own right or as the
/// stand-in of the one it is given to.
pub(crate) fn may_take(
    tx: &mut Tx<'_>,
    city: &City,
    person: PersonId,
    (case, task): (CaseId, &str),
    now: Instant,
) -> Result<bool, StoreError> {
    let Some(case) = store::case::find(tx, case)? else { return Ok(false) };
    let who = crate::Who::Person(person);
    let actor = crate::asker::resolve(tx, who, now, city.settings().second_factor)?;
    let sees: Result<&str, Refusal> = crate::act::may(&actor, A::LookAtCase, &thing_of(&case));
    if sees.is_err() {
        return Ok(false);
    }
    let declared = cases::Case::find(crate::case::PROCESSES, &case.running);
    let (Ok(declared), Some(taker)) = (declared, taker(&actor, &case)) else { return Ok(false) };
    let offers = |taker: &cases::Taker| {
        cases::offers(&declared, taker, now).iter().any(|offer| offer.task.name == task)
    };
    if offers(&taker) {
        return Ok(true);
    }
    let assignee = case.running.tasks.iter().find(|open| open.name == task);
    let Some(assignee) = assignee.and_then(|open| open.assignee) else { return Ok(false) };
    for it in crate::case::live(tx, person, now)? {
        let given = &it.delegation;
        if given.giver == assignee && given.process == case.running.process {
            let giver = crate::case::giver(tx, city, &case, it.delegation, now)?;
            if offers(&cases::Taker { on_behalf_of: Some(giver), ..taker.clone() }) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
