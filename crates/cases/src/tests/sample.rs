//! A process with one of everything, people for it, and a small world to try moves in.

use crate::process::*;
use crate::{
    Assigning, Candidate, Case, Delegation, Giver, Moved, Rights, Running, Stopping, Taker, Taking,
    Withdrawing, open,
};
use base::{Instant, PersonId, Refusal, Span, Value, WorkingDays};
use serde_json::{Map, json};
use std::fmt::Write;

pub(super) const ROLES: [&str; 5] =
    ["transfer-officer", "reviewer", "confidentiality-officer", "head", "firm-administrator"];

const REVIEWS: &[&str] = &["content-review", "secrecy-review"];

const CONDITIONS: &[ChecklistItem] = &[
    ChecklistItem { name: "owner-agrees", clause: "art. 4" },
    ChecklistItem { name: "no-open-patent", clause: "art. 7 (2)" },
];

const STUB: State = State {
    name: "stub",
    kind: Kind::Open,
    stage: 1,
    tasks: &[Task {
        steps: &[
            Step {
                asks: &[Ask {
                    name: "title",
                    kind: AskKind::Text { max_chars: 20 },
                    required: false,
                }],
                ..Step::new("save", To::Stay)
            },
            Step {
                asks: &[Ask {
                    name: "title",
                    kind: AskKind::Text { max_chars: 20 },
                    required: true,
                }],
                documents: Needed::Required,
                ..Step::new("lodge", To::State("lodged"))
            },
        ],
        ..Task::new("lodge", &[Who::Opener, Who::OwnerRole("transfer-officer")])
    }],
};

const CONTENT_REVIEW: Task = Task {
    apart_from: &[OPENER, "lodge"],
    stand_in: StandIn::WithRole,
    deadline: Some(Deadline { days: Days::Working(10), then: AtDeadline::Escalate("head") }),
    steps: &[
        Step {
            asks: &[Ask {
                name: "conditions",
                kind: AskKind::Checklist(CONDITIONS),
                required: true,
            }],
            sureness: Sureness::Fresh,
            ..Step::new("agree", To::Join("cleared"))
        },
        Step {
            reason: Needed::Required,
            documents: Needed::Optional,
            voids: REVIEWS,
            ..Step::new("return", To::State("stub"))
        },
        Step { reason: Needed::Required, ..Step::new("ask", To::State("waiting")) },
        Step { reason: Needed::Optional, ..Step::new("note", To::Stay) },
    ],
    ..Task::new("content-review", &[Who::Role("reviewer")])
};

const SECRECY_REVIEW: Task = Task {
    apart_from: &[OPENER, "lodge", "content-review"],
    deadline: Some(Deadline { days: Days::Calendar(20), then: AtDeadline::Remind }),
    steps: &[
        Step { sureness: Sureness::SecondFactor, ..Step::new("agree", To::Join("cleared")) },
        Step { reason: Needed::Required, ..Step::new("refuse", To::State("refused")) },
    ],
    ..Task::new("secrecy-review", &[Who::Role("confidentiality-officer")])
};

const WAITING: State = State {
    name: "waiting",
    kind: Kind::Waiting,
    stage: 2,
    tasks: &[Task {
        stand_in: StandIn::Anybody,
        deadline: Some(Deadline { days: Days::Working(15), then: AtDeadline::Step("lapse") }),
        closes_at_deadline: true,
        steps: &[
            Step { documents: Needed::Required, ..Step::new("supplement", To::State("lodged")) },
            Step { by_timer_only: true, ..Step::new("lapse", To::State("lapsed")) },
        ],
        ..Task::new("supplement", &[Who::Opener])
    }],
};

const CLEARED: State = State {
    name: "cleared",
    kind: Kind::Open,
    stage: 3,
    tasks: &[Task {
        apart_from: &[OPENER],
        deadline: Some(Deadline { days: Days::Working(3), then: AtDeadline::Step("remember") }),
        steps: &[
            Step {
                asks: &[
                    Ask { name: "shares", kind: AskKind::Share100, required: true },
                    Ask { name: "embargo", kind: AskKind::Date, required: false },
                    Ask {
                        name: "copies",
                        kind: AskKind::Number { min: 1, max: 9 },
                        required: true,
                    },
                    Ask { name: "form", kind: AskKind::Choice(&["paper", "file"]), required: true },
                    Ask { name: "is-final", kind: AskKind::YesNo, required: true },
                ],
                sureness: Sureness::Fresh,
                ..Step::new("release", To::State("released"))
            },
            Step { reason: Needed::Required, ..Step::new("release-part", To::State("partly")) },
            Step::new("remember", To::Stay),
        ],
        ..Task::new("release", &[Who::Assignee])
    }],
};

const fn end(name: &'static str, ending: Ending) -> State {
    State { name, kind: Kind::End(ending), stage: 4, tasks: &[] }
}

/// A release review: two reviews beside each other, a question back, a release.
pub(super) static RELEASE: Process = Process {
    name: "release",
    version: 3,
    first: "stub",
    states: &[
        STUB,
        State {
            name: "lodged",
            kind: Kind::Open,
            stage: 2,
            tasks: &[CONTENT_REVIEW, SECRECY_REVIEW],
        },
        WAITING,
        CLEARED,
        end("released", Ending::Granted),
        end("partly", Ending::Partly),
        end("refused", Ending::Refused),
        end("withdrawn", Ending::Withdrawn),
        end("lapsed", Ending::Lapsed),
    ],
    withdrawal: Some(Withdrawal {
        who: &[Who::Opener, Who::OwnerRole("firm-administrator")],
        from: &["stub", "lodged", "waiting"],
        to: "withdrawn",
        reason: Needed::Optional,
        sureness: Sureness::SecondFactor,
    }),
    assigns: &[Who::Role("head"), Who::Assignee],
    stops_clock: &[Who::Role("head"), Who::Assignee],
};

/// People: who opened the case, who holds which roles, and somebody without any.
pub(super) const OPA: PersonId = PersonId::from_bits(1);
pub(super) const TOM: PersonId = PersonId::from_bits(2);
pub(super) const REN: PersonId = PersonId::from_bits(3);
pub(super) const ROY: PersonId = PersonId::from_bits(4);
pub(super) const CAT: PersonId = PersonId::from_bits(5);
pub(super) const BIX: PersonId = PersonId::from_bits(6);
pub(super) const HAL: PersonId = PersonId::from_bits(7);
pub(super) const NIL: PersonId = PersonId::from_bits(8);
pub(super) const PEOPLE: [PersonId; 8] = [OPA, TOM, REN, ROY, CAT, BIX, HAL, NIL];

/// The roles of the people: BIX may review both ways, OPA is a reviewer as well.
pub(super) fn rights(person: PersonId) -> Rights {
    let desk: &[&'static str] = match person {
        REN | ROY | OPA => &["reviewer"],
        CAT => &["confidentiality-officer"],
        BIX => &["reviewer", "confidentiality-officer"],
        HAL => &["head"],
        _ => &[],
    };
    let owner: &[&'static str] = match person {
        TOM | BIX => &["transfer-officer"],
        NIL => &["firm-administrator"],
        _ => &[],
    };
    Rights { desk: desk.to_vec(), owner: owner.to_vec() }
}

pub(super) fn taker(person: PersonId) -> Taker {
    Taker { person, rights: rights(person), sureness: Sureness::Fresh, on_behalf_of: None }
}

/// `person` in the name of `giver`, for this task, in March 2026.
pub(super) fn stand_in(person: PersonId, giver: PersonId, task: &str) -> Taker {
    let giver = Giver { delegation: delegation(giver, person, task), rights: rights(giver) };
    Taker { on_behalf_of: Some(giver), ..taker(person) }
}

pub(super) fn delegation(giver: PersonId, to: PersonId, task: &str) -> Delegation {
    let lasts = Span::new(at("2026-03-01T00:00:00"), at("2026-04-01T00:00:00")).expect("a span");
    Delegation { giver, to, process: "release".to_owned(), tasks: vec![task.to_owned()], lasts }
}

/// A moment by the clock of China.
pub(super) fn at(text: &str) -> Instant {
    Instant::parse_rfc3339(&format!("{text}+08:00")).expect("a moment")
}

pub(super) fn days() -> &'static WorkingDays {
    WorkingDays::china()
}

/// What makes a step complete: answers, a reason, documents, as far as it asks for them.
pub(super) fn complete(step: &Step) -> Taking {
    let mut answers = Map::new();
    for ask in step.asks {
        let answer = match ask.kind {
            AskKind::Text { .. } => json!("A text"),
            AskKind::YesNo => json!(true),
            AskKind::Choice(choices) => json!(choices[0]),
            AskKind::Date => json!("2026-07-01"),
            AskKind::Number { min, .. } => json!(min),
            AskKind::Share100 => json!({"institute": "66.6667", "inventor": "33.3333"}),
            AskKind::Checklist(items) => {
                items.iter().map(|item| (item.name.to_owned(), json!("met"))).collect()
            }
        };
        answers.insert(ask.name.to_owned(), answer);
    }
    Taking {
        task: String::new(),
        step: step.name.to_owned(),
        expected_version: 0,
        answers,
        reason: if step.reason == Needed::Required { "Because." } else { "" }.to_owned(),
        n_documents: usize::from(step.documents == Needed::Required),
    }
}

/// A case in time. What succeeds is kept; what is refused changes nothing.
pub(super) struct World {
    pub(super) running: Running,
    pub(super) now: Instant,
}

impl World {
    /// OPA opens a case on Monday 2 March 2026 at nine.
    pub(super) fn new() -> Self {
        let now = at("2026-03-02T09:00:00");
        Self { running: open(&RELEASE, OPA, now, days()), now }
    }

    /// The same, lodged by TOM at once.
    pub(super) fn lodged() -> Self {
        let mut world = Self::new();
        world.does(TOM, "lodge/lodge");
        world
    }

    /// The same, agreed by REN and CAT, and the release given to HAL by himself.
    pub(super) fn cleared() -> Self {
        let mut world = Self::lodged();
        world.does(REN, "content-review/agree");
        world.does(CAT, "secrecy-review/agree");
        world.assign(HAL, "release", Some(HAL)).expect("given");
        world
    }

    pub(super) fn at(mut self, text: &str) -> Self {
        self.now = at(text);
        self
    }

    pub(super) fn case(&self) -> Case<'_> {
        Case::find(&[&RELEASE], &self.running).expect("its own process")
    }

    /// Takes a complete step that must succeed.
    pub(super) fn does(&mut self, person: PersonId, path: &str) -> Moved {
        self.take(&taker(person), path, |_| {}).expect("taken")
    }

    /// Takes a step, complete but for the change.
    pub(super) fn take(
        &mut self,
        taker: &Taker,
        path: &str,
        change: impl FnOnce(&mut Taking),
    ) -> Result<Moved, Vec<Refusal>> {
        let (task, step) = path.split_once('/').expect("task/step");
        let declared = RELEASE.task(task).and_then(|task| task.step(step));
        let mut taking = declared.map_or_else(|| complete(&Step::new("", To::Stay)), complete);
        taking.task = task.to_owned();
        taking.step = step.to_owned();
        taking.expected_version = self.running.version;
        change(&mut taking);
        let moved = crate::take(&self.case(), taker, &taking, self.now, days());
        self.keep(moved)
    }

    pub(super) fn assign(
        &mut self,
        by: PersonId,
        task: &str,
        to: Option<PersonId>,
    ) -> Result<Moved, Vec<Refusal>> {
        let assigning = Assigning {
            task: task.to_owned(),
            expected_version: self.running.version,
            to: to.map(|person| Candidate { person, rights: rights(person) }),
            reason: String::new(),
        };
        let moved = crate::assign(&self.case(), &taker(by), &assigning);
        self.keep(moved)
    }

    pub(super) fn stop(&mut self, by: PersonId, task: &str) -> Result<Moved, Vec<Refusal>> {
        let stopping = self.stopping(task, "An expert is asked.");
        let moved = crate::stop_clock(&self.case(), &taker(by), &stopping, self.now);
        self.keep(moved)
    }

    pub(super) fn resume(&mut self, by: PersonId, task: &str) -> Result<Moved, Vec<Refusal>> {
        let stopping = self.stopping(task, "");
        let moved = crate::resume(&self.case(), &taker(by), &stopping, self.now, days());
        self.keep(moved)
    }

    pub(super) fn stopping(&self, task: &str, reason: &str) -> Stopping {
        let (task, reason) = (task.to_owned(), reason.to_owned());
        Stopping { task, expected_version: self.running.version, reason }
    }

    pub(super) fn withdraw(&mut self, by: &Taker) -> Result<Moved, Vec<Refusal>> {
        let expected_version = self.running.version;
        let withdrawing = Withdrawing { expected_version, reason: " Sold. ".to_owned() };
        let moved = crate::withdraw(&self.case(), by, &withdrawing, self.now, days());
        self.keep(moved)
    }

    pub(super) fn lapse(&mut self, task: &str) -> Result<Moved, Vec<Refusal>> {
        let moved = crate::lapse(&self.case(), task, self.now, days());
        self.keep(moved)
    }

    fn keep(&mut self, moved: Result<Moved, Vec<Refusal>>) -> Result<Moved, Vec<Refusal>> {
        if let Ok(moved) = &moved {
            assert_eq!(moved.running.version, self.running.version + 1);
            self.running = moved.running.clone();
        }
        moved
    }
}

/// What came of a move, as lines: the state and open tasks, or every reason with its values.
pub(super) fn told(outcome: &Result<Moved, Vec<Refusal>>) -> String {
    match outcome {
        Ok(moved) => {
            let running = &moved.running;
            let tasks: Vec<&str> = running.tasks.iter().map(|open| open.name.as_str()).collect();
            format!("{} [{}]", running.state, tasks.join(" "))
        }
        Err(reasons) => reasons.iter().map(line).collect::<Vec<_>>().join("\n"),
    }
}

pub(super) fn line(refusal: &Refusal) -> String {
    conforms(refusal);
    let mut line = format!("{:?} {refusal}", refusal.class);
    for (name, value) in &refusal.values {
        let value = match value {
            Value::Text(text) => format!("{text:?}"),
            Value::Number(number) => number.to_string(),
            Value::At(at) => at.datetime_at(480).to_string(),
            Value::Term(key) => key.clone(),
            Value::On(date) => date.to_string(),
            Value::Money(_) => "money".to_owned(),
        };
        let _ = write!(line, " {name}={value}");
    }
    line
}

/// A refusal is as its row in the list of codes says.
fn conforms(refusal: &Refusal) {
    let Some(row) = crate::CODES.iter().find(|row| row.code == refusal.code) else {
        assert!(refusal.code.starts_with("text-"), "{refusal} is in no list");
        return;
    };
    assert_eq!(refusal.class, row.class, "{refusal}");
    let names: Vec<&str> = refusal.values.iter().map(|(name, _)| name.as_ref()).collect();
    assert_eq!(names, row.values, "{refusal}");
    match row.field {
        "<ask>" => assert!(refusal.field.is_some(), "{refusal}"),
        field => assert_eq!(refusal.field.as_deref().unwrap_or(""), field, "{refusal}"),
    }
}
