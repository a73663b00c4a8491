//! Random walks of random people: what holds after every move, and that a fault would be seen.

use super::sample::*;
use crate::process::{OPENER, Sureness, Who};
use crate::{
    Assigning, Candidate, Due, DueAct, Moved, Running, Stopping, Taker, Taking, Withdrawing,
    announce, due, open,
};
use base::{Instant, PersonId, Refusal};
use proptest::prelude::*;

/// A move as it is recorded, with everything that was asked.
#[derive(Clone, Debug)]
enum Recorded {
    Take(Taker, Taking),
    Withdraw(Taker, Withdrawing),
    Assign(Taker, Assigning),
    Stop(Taker, Stopping),
    Resume(Taker, Stopping),
    Lapse(String),
    /// No move: what the timer told.
    Told(Vec<Due>),
}

/// What was recorded when, and the case before and after it.
#[derive(Clone, Debug)]
struct Entry {
    at: Instant,
    what: Recorded,
    before: Running,
    after: Running,
}

fn perform(running: &Running, what: &Recorded, now: Instant) -> Result<Running, Vec<Refusal>> {
    let world = World { running: running.clone(), now };
    let case = world.case();
    let moved: Moved = match what {
        Recorded::Take(taker, taking) => crate::take(&case, taker, taking, now, days())?,
        Recorded::Withdraw(taker, ask) => crate::withdraw(&case, taker, ask, now, days())?,
        Recorded::Assign(taker, ask) => crate::assign(&case, taker, ask)?,
        Recorded::Stop(taker, ask) => crate::stop_clock(&case, taker, ask, now)?,
        Recorded::Resume(taker, ask) => crate::resume(&case, taker, ask, now, days())?,
        Recorded::Lapse(task) => crate::lapse(&case, task, now, days())?,
        Recorded::Told(told) => return Ok(announce(running, told)),
    };
    Ok(moved.running)
}

/// Four numbers choose one attempt; most are aimed at a task that is open.
fn attempt(running: &Running, now: Instant, dice: [u8; 4]) -> Recorded {
    let [kind, who, what, how] = dice.map(usize::from);
    let person = PEOPLE[who % PEOPLE.len()];
    let giver = PEOPLE[how % PEOPLE.len()];
    let all: Vec<&str> = RELEASE.tasks().map(|task| task.name).collect();
    let aimed: Vec<&str> = running.tasks.iter().map(|open| open.name.as_str()).collect();
    let from = if aimed.is_empty() || what % 8 == 0 { &all } else { &aimed };
    let task = from[what / 8 % from.len()].to_owned();
    let expected_version = running.version - u64::from(how % 16 == 1);
    let stopping =
        || Stopping { task: task.clone(), expected_version, reason: "An expert is asked.".into() };
    match kind % 16 {
        0 => Recorded::Assign(
            taker(person),
            Assigning {
                task,
                expected_version,
                to: (how % 4 != 2).then(|| Candidate { person: giver, rights: rights(giver) }),
                reason: String::new(),
            },
        ),
        1 => Recorded::Stop(taker(person), stopping()),
        2 | 3 => Recorded::Resume(taker(person), stopping()),
        4 => Recorded::Lapse(task),
        5 | 6 => Recorded::Told(due(&world(running, now).case(), now, days())),
        7 if how % 4 == 0 => {
            let reason = String::new();
            Recorded::Withdraw(taker(person), Withdrawing { expected_version, reason })
        }
        _ => {
            let steps = RELEASE.task(&task).expect("a task").steps;
            let mut taking = complete(&steps[how / 2 % steps.len()]);
            taking.expected_version = expected_version;
            if how % 16 == 3 {
                taking.reason.clear();
                taking.answers.clear();
            }
            let mut by = if kind % 4 == 1 { stand_in(person, giver, &task) } else { taker(person) };
            by.sureness = if who / 8 % 4 == 0 { Sureness::SignedIn } else { Sureness::Fresh };
            taking.task = task;
            Recorded::Take(by, taking)
        }
    }
}

fn world(running: &Running, now: Instant) -> World {
    World { running: running.clone(), now }
}

/// Walks: each attempt comes some hours after the one before. What is refused is not recorded.
fn walk(attempts: &[[u8; 5]]) -> Vec<Entry> {
    let mut at = at("2026-03-02T09:00:00");
    let mut running = open(&RELEASE, OPA, at, days());
    let mut entries = Vec::new();
    for [hours, dice @ ..] in attempts {
        at = at.plus_seconds(i64::from(*hours) / 4 * 3_600);
        let what = attempt(&running, at, *dice);
        if let Ok(after) = perform(&running, &what, at) {
            entries.push(Entry { at, what, before: running, after: after.clone() });
            running = after;
        }
    }
    entries
}

/// Everything that must not be, found in a history by rules written apart from the engine.
fn faults(entries: &[Entry]) -> Vec<String> {
    let mut faults = Vec::new();
    for entry in entries {
        faults.extend(in_order(entry));
        faults.extend(not_permitted(entry));
        faults.extend(one_person_twice(&entry.after));
        faults.extend(not_declared(&entry.after));
    }
    faults.extend(told_twice(entries));
    faults.extend(replayed_otherwise(entries));
    faults
}

fn in_order(entry: &Entry) -> Vec<String> {
    let (before, after) = (&entry.before, &entry.after);
    let rise = u64::from(!matches!(entry.what, Recorded::Told(_)));
    let mut faults = Vec::new();
    if after.version != before.version + rise {
        faults.push(format!("version {} after {}", after.version, before.version));
    }
    let has_ended = RELEASE.state(&before.state).is_some_and(|state| state.ending().is_some());
    if has_ended && before != after {
        faults.push(format!("moved after its end in {}", before.state));
    }
    faults
}

fn not_permitted(entry: &Entry) -> Option<String> {
    let (by, task, step) = match &entry.what {
        Recorded::Take(by, taking) => (by, &taking.task, &taking.step),
        Recorded::Withdraw(by, _) => {
            let may = [OPA, NIL].contains(&by.person);
            return (!may).then(|| format!("{} withdrew", by.person));
        }
        _ => return None,
    };
    let fault = |why: &str| Some(format!("{} took {task}/{step}: {why}", by.person));
    let Some(open) = entry.before.tasks.iter().find(|open| open.name == *task) else {
        return fault("not open");
    };
    let declared = RELEASE.task(task).expect("declared");
    let sureness = declared.step(step).expect("declared").sureness;
    let holder = by.on_behalf_of.as_ref().map_or(by.person, |giver| giver.delegation.giver);
    let held = rights(holder);
    let is_one = declared.who.iter().any(|who| match who {
        Who::Role(role) => held.desk.contains(role),
        Who::OwnerRole(role) => held.owner.contains(role),
        Who::Opener => holder == OPA,
        Who::Assignee => open.assignee.is_some(),
    });
    let is_anothers = open.assignee.is_some_and(|assignee| assignee != holder);
    let is_late = declared.closes_at_deadline && open.due_at.is_some_and(|due| entry.at > due);
    match () {
        () if !is_one || is_anothers => fault("not theirs"),
        () if step == "lapse" => fault("the timer's"),
        () if open.stopped.is_some() => fault("stopped"),
        () if by.sureness < sureness => fault("not sure enough"),
        () if is_late => fault("too late"),
        () if by.on_behalf_of.is_some()
            && !matches!(task.as_str(), "content-review" | "supplement") =>
        {
            fault("no stand-in")
        }
        () => None,
    }
}

/// The pairs that must be different persons, written out again.
const APART: [(&str, &str); 6] = [
    (OPENER, "content-review"),
    (OPENER, "secrecy-review"),
    (OPENER, "release"),
    ("lodge", "content-review"),
    ("lodge", "secrecy-review"),
    ("content-review", "secrecy-review"),
];

fn one_person_twice(running: &Running) -> Vec<String> {
    let took = |name: &str| -> Vec<PersonId> {
        if name == OPENER {
            return vec![running.opener];
        }
        let takings = running.takings.iter().filter(|taken| taken.task == name && !taken.is_void);
        takings.flat_map(|taken| [Some(taken.person), taken.on_behalf_of]).flatten().collect()
    };
    let mut faults = Vec::new();
    for (one, other) in APART {
        let others = took(other);
        let both = took(one).into_iter().filter(|person| others.contains(person));
        faults.extend(both.map(|person| format!("{person} did {one} and {other}")));
    }
    faults
}

fn not_declared(running: &Running) -> Option<String> {
    let state = RELEASE.state(&running.state).expect("declared");
    let open: Vec<&str> = running.tasks.iter().map(|open| open.name.as_str()).collect();
    let declared = state.tasks.iter().map(|task| task.name).filter(|name| open.contains(name));
    let fits = declared.eq(open.iter().copied()) && open.is_empty() == state.tasks.is_empty();
    (!fits).then(|| format!("{open:?} in {}", state.name))
}

fn told_twice(entries: &[Entry]) -> Vec<String> {
    let mut told: Vec<(Instant, &Due)> = Vec::new();
    let mut faults = Vec::new();
    for entry in entries {
        let Recorded::Told(dues) = &entry.what else { continue };
        for due in dues.iter().filter(|due| !matches!(due.what, DueAct::Step { .. })) {
            let open = entry.before.tasks.iter().find(|open| open.name == due.task);
            let opened_at = open.expect("open").opened_at;
            let is_same = |(at, earlier): &(Instant, &Due)| {
                *at == opened_at && earlier.task == due.task && earlier.what == due.what
            };
            if told.iter().any(is_same) {
                faults.push(format!("told twice: {due:?}"));
            }
            told.push((opened_at, due));
        }
    }
    faults
}

fn replayed_otherwise(entries: &[Entry]) -> Option<String> {
    let (first, last) = (entries.first()?, entries.last()?);
    let replayed = entries
        .iter()
        .try_fold(first.before.clone(), |running, entry| perform(&running, &entry.what, entry.at));
    match replayed {
        Ok(running) if running == last.after => None,
        Ok(running) => Some(format!("replay comes to {running:?}")),
        Err(reasons) => Some(format!("replay is refused: {reasons:?}")),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_walk_breaks_a_rule(attempts in prop::collection::vec(any::<[u8; 5]>(), 1..80)) {
        prop_assert_eq!(faults(&walk(&attempts)), Vec::<String>::new());
    }
}

/// The walks would prove nothing if they never came far.
#[test]
fn walks_come_everywhere() {
    let mut dice = testkit::Dice::new(11);
    let mut seen = std::collections::BTreeSet::new();
    let mut kinds = std::collections::BTreeSet::new();
    for _ in 0..400 {
        let attempts: Vec<[u8; 5]> =
            (0..120).map(|_| std::array::from_fn(|_| dice.roll().to_le_bytes()[0])).collect();
        for entry in walk(&attempts) {
            seen.insert(entry.after.state.clone());
            let kind = format!("{:?}", entry.what);
            let stood_in = kind.contains("on_behalf_of: Some");
            let kind = kind.split('(').next().unwrap_or("").to_owned();
            kinds.insert((kind, stood_in));
        }
    }
    assert_eq!(seen.len(), RELEASE.states.len(), "{seen:?}");
    assert_eq!(kinds.len(), 8, "{kinds:?}");
}

/// A sound history of a case, made by hand.
fn sound() -> Vec<Entry> {
    let begin = at("2026-03-02T09:00:00");
    let mut running = open(&RELEASE, OPA, begin, days());
    let mut entries = Vec::new();
    let steps = [
        (begin, TOM, "lodge/lodge"),
        (begin, REN, "content-review/agree"),
        (at("2026-03-23T09:00:00"), CAT, "secrecy-review/agree"),
    ];
    for (now, person, path) in steps {
        let told = Recorded::Told(due(&world(&running, now).case(), now, days()));
        let mut recorded = |what: Recorded, running: &Running| {
            let after = perform(running, &what, now).expect("sound");
            entries.push(Entry { at: now, what, before: running.clone(), after: after.clone() });
            after
        };
        running = recorded(told, &running);
        let (task, step) = path.split_once('/').expect("task/step");
        let mut taking = complete(RELEASE.task(task).and_then(|it| it.step(step)).expect("a step"));
        taking.task = task.to_owned();
        taking.expected_version = running.version;
        running = recorded(Recorded::Take(taker(person), taking), &running);
    }
    entries
}

#[test]
fn a_planted_fault_is_seen() {
    assert_eq!(faults(&sound()), Vec::<String>::new());
    let check = |plant: fn(&mut Vec<Entry>), want: &str| {
        let mut entries = sound();
        plant(&mut entries);
        let faults = faults(&entries);
        assert!(faults.iter().any(|fault| fault.contains(want)), "{want}: {faults:?}");
    };
    assert_eq!(sound().len(), 6);
    check(|entries| entries[5].after.version += 1, "version");
    check(|entries| entries[5].before.state = "refused".into(), "moved after its end");
    check(|entries| entries[5].after.tasks.clear(), "in cleared");
    check(|entries| entries[5].after.takings[2].person = REN, "did content-review and secrecy");
    check(|entries| entries[5].after.takings[1].on_behalf_of = Some(OPA), "did opener and");
    check(|entries| entries[5].after.entered_at = entries[0].at, "replay comes to");
    check(|entries| drop(entries.remove(3)), "replay is refused");
    check(|entries| plant_taker(entries, |taker| taker.person = HAL), "not theirs");
    check(|entries| plant_taker(entries, |it| it.sureness = Sureness::SignedIn), "not sure enough");
    check(
        |entries| plant_taker(entries, |it| *it = stand_in(BIX, CAT, "secrecy-review")),
        "no stand-in",
    );
    check(|entries| entries[5].before.tasks[0].assignee = Some(BIX), "not theirs");
    check(|entries| entries[5].before.tasks.clear(), "not open");
    check(
        |entries| {
            let told = entries[4].clone();
            entries.insert(5, told);
        },
        "told twice",
    );
}

fn plant_taker(entries: &mut [Entry], plant: fn(&mut Taker)) {
    if let Some(Recorded::Take(taker, _)) = entries.last_mut().map(|entry| &mut entry.what) {
        plant(taker);
    }
}
