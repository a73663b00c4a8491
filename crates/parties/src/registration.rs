//! Registrations: somebody speaks for a firm, and the city's office finds out whether that is so.
//!
//! Two processes. A *registration* is verified by the office: the firm is new here, or stands in a
//! register and nobody looks after it yet. A *joining* is decided by the firm's own administrator,
//! and by the office where that person does not answer or the answer is disputed.
//!
//! Personal data is kept to what is needed: who the contact is stands with the person's account.

use base::{Bilingual, OrganisationId, Refusal, limits, text};
use cases::{
    Ask, AskKind, AtDeadline, ChecklistItem, Days, Deadline, Ending, Kind, Needed, OPENER, Process,
    StandIn, State, Step, Sureness, Task, To, Who, Withdrawal,
};

/// The name of the process in which a firm is verified.
pub const NAME: &str = "registration";
/// The name of the process in which somebody joins a firm that has an administrator.
pub const JOINING_NAME: &str = "joining";
/// Roles that somebody who joins may be given.
pub const JOIN_ROLES: [&str; 2] = ["firm-member", "firm-administrator"];
/// Characters of what is said as evidence.
pub const EVIDENCE_CHARS_MAX: usize = 4_000;
/// Seconds for which a registration waits until its mail address is confirmed.
pub const CONFIRMATION_SECONDS: i64 = 7 * 24 * 60 * 60;

const OFFICE: &[Who] = &[Who::Role("agency-officer")];

const fn within(n: u16, then: AtDeadline) -> Option<Deadline> {
    Some(Deadline { days: Days::Working(n), then })
}

/// What the office looks at before a firm counts as verified.
pub const CHECKS: &[ChecklistItem] = &[
    ChecklistItem { name: "code-agrees", clause: "GB 32100-2015" },
    ChecklistItem { name: "name-agrees", clause: "营业执照" },
    ChecklistItem { name: "person-entitled", clause: "授权委托书" },
];

const EVIDENCE: Ask =
    Ask { name: "evidence", kind: AskKind::Text { max_chars: EVIDENCE_CHARS_MAX }, required: true };

const CHECK: Task = Task {
    apart_from: &[OPENER],
    stand_in: StandIn::WithRole,
    deadline: within(5, AtDeadline::Escalate("agency-officer")),
    steps: &[
        Step {
            asks: &[Ask { name: "checks", kind: AskKind::Checklist(CHECKS), required: true }],
            reason: Needed::Optional,
            // It makes an administrator, who invites others.
            sureness: Sureness::Fresh,
            ..Step::new("accept", To::State("accepted"))
        },
        Step { reason: Needed::Required, ..Step::new("ask", To::State("returned")) },
        Step { reason: Needed::Optional, ..Step::new("pass-on", To::State("passed-on")) },
        Step { reason: Needed::Required, ..Step::new("refuse", To::State("refused")) },
    ],
    ..Task::new("check", OFFICE)
};

const AMEND: Task = Task {
    deadline: within(20, AtDeadline::Step("lapse")),
    steps: &[
        Step {
            asks: &[
                EVIDENCE,
                Ask {
                    name: "firm-name",
                    kind: AskKind::Text { max_chars: limits::NAME_CHARS_MAX },
                    required: false,
                },
                Ask { name: "credit-code", kind: AskKind::Text { max_chars: 40 }, required: false },
            ],
            ..Step::new("hand-in", To::State("received"))
        },
        Step { by_timer_only: true, ..Step::new("lapse", To::State("lapsed")) },
    ],
    ..Task::new("amend", &[Who::Opener])
};

const fn end(name: &'static str, ending: Ending, stage: u8) -> State {
    State { name, kind: Kind::End(ending), stage, tasks: &[] }
}

/// The verification of a firm.
pub static REGISTRATION: Process = Process {
    name: NAME,
    version: 1,
    first: "received",
    states: &[
        State { name: "received", kind: Kind::Open, stage: 1, tasks: &[CHECK] },
        State { name: "returned", kind: Kind::Waiting, stage: 1, tasks: &[AMEND] },
        end("accepted", Ending::Granted, 2),
        end("passed-on", Ending::Partly, 2),
        end("refused", Ending::Refused, 2),
        end("lapsed", Ending::Lapsed, 2),
        end("withdrawn", Ending::Withdrawn, 2),
    ],
    withdrawal: Some(Withdrawal {
        who: &[Who::Opener],
        from: &["received", "returned"],
        to: "withdrawn",
        reason: Needed::Optional,
        sureness: Sureness::SignedIn,
    }),
    assigns: &[Who::Assignee, Who::Role("agency-officer")],
    stops_clock: &[],
};

const ROLE: Ask = Ask { name: "role", kind: AskKind::Choice(&JOIN_ROLES), required: true };

const fn admit(sureness: Sureness) -> Step {
    Step {
        asks: &[ROLE],
        reason: Needed::Optional,
        sureness,
        ..Step::new("admit", To::State("joined"))
    }
}

const ANSWER: Task = Task {
    apart_from: &[OPENER],
    deadline: within(5, AtDeadline::Step("nobody-answered")),
    steps: &[
        admit(Sureness::Fresh),
        Step { reason: Needed::Required, ..Step::new("decline", To::State("join-declined")) },
        Step { reason: Needed::Required, ..Step::new("refer", To::State("join-at-office")) },
        Step { by_timer_only: true, ..Step::new("nobody-answered", To::State("join-at-office")) },
    ],
    ..Task::new("answer-join", &[Who::OwnerRole("firm-administrator")])
};

const DISPUTE: Task = Task {
    deadline: within(10, AtDeadline::Step("let-rest")),
    steps: &[
        Step { reason: Needed::Required, ..Step::new("dispute", To::State("join-at-office")) },
        Step { reason: Needed::Optional, ..Step::new("let-rest", To::State("join-refused")) },
    ],
    ..Task::new("object", &[Who::Opener])
};

const DECIDE: Task = Task {
    apart_from: &[OPENER, "answer-join"],
    stand_in: StandIn::WithRole,
    deadline: within(5, AtDeadline::Escalate("agency-officer")),
    steps: &[
        admit(Sureness::Fresh),
        Step { reason: Needed::Required, ..Step::new("refuse", To::State("join-refused")) },
    ],
    ..Task::new("decide-join", OFFICE)
};

/// Joining a firm that has an administrator.
pub static JOINING: Process = Process {
    name: JOINING_NAME,
    version: 1,
    first: "join-asked",
    states: &[
        State { name: "join-asked", kind: Kind::Open, stage: 1, tasks: &[ANSWER] },
        State { name: "join-declined", kind: Kind::Waiting, stage: 1, tasks: &[DISPUTE] },
        State { name: "join-at-office", kind: Kind::Open, stage: 2, tasks: &[DECIDE] },
        end("joined", Ending::Granted, 3),
        end("join-refused", Ending::Refused, 3),
        end("join-withdrawn", Ending::Withdrawn, 3),
    ],
    withdrawal: Some(Withdrawal {
        who: &[Who::Opener],
        from: &["join-asked", "join-declined", "join-at-office"],
        to: "join-withdrawn",
        reason: Needed::Optional,
        sureness: Sureness::SignedIn,
    }),
    assigns: &[Who::Assignee, Who::Role("agency-officer")],
    stops_clock: &[],
};

/// What somebody says who registers a firm: the matter of either process.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Application {
    pub credit_code: String,
    pub name: Bilingual,
    /// How it can be seen that the person speaks for the firm.
    pub evidence: String,
    /// The organisation that holds the code already, where one did when the case was opened.
    pub organisation: Option<OrganisationId>,
}

impl Application {
    /// Makes it safe to keep, with all reasons against it at once.
    pub fn checked(self) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let mut keep = |read: Result<String, Refusal>| {
            read.unwrap_or_else(|refusal| {
                refusals.push(refusal);
                String::new()
            })
        };
        let most = limits::NAME_CHARS_MAX;
        let credit_code = keep(crate::credit_code::read(&self.credit_code));
        let name = Bilingual::new(
            keep(text::line("firm.en", &self.name.en, most)),
            keep(text::required_line("firm.zh", &self.name.zh, most)),
        );
        let evidence = keep(text::block("evidence", &self.evidence, EVIDENCE_CHARS_MAX));
        let has_evidence = !evidence.is_empty();
        if !has_evidence && !refusals.iter().any(|no| no.field.as_deref() == Some("evidence")) {
            let missing = Refusal::invalid("field-required").on("evidence");
            refusals.push(missing.term("field", "field-evidence"));
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        Ok(Self { credit_code, name, evidence, organisation: self.organisation })
    }
}

/// What is known of the code when a step is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The organisation that holds the code, and whether somebody looks after it.
    pub holder: Option<(OrganisationId, bool)>,
    /// Whether the applicant can sign in.
    pub is_applicant_there: bool,
    /// Whether the applicant looks after the machinery of the city and may hold no business role.
    pub is_applicant_machinery: bool,
    /// Whether the applicant has a place in the holder already.
    pub is_applicant_in_holder: bool,
}

impl Standing {
    fn of_applicant(&self) -> Vec<Refusal> {
        use base::Class::Refused;
        let mut refusals = Vec::new();
        if !self.is_applicant_there {
            refusals.push(Refusal::new(Refused, "registration-applicant-gone"));
        }
        if self.is_applicant_machinery {
            refusals.push(Refusal::new(Refused, "membership-roles-separate"));
        }
        if self.is_applicant_in_holder {
            refusals.push(Refusal::new(Refused, "registration-is-member"));
        }
        refusals
    }

    /// Whether a registration can be accepted: never two for one code.
    pub fn accept(&self, marks: &serde_json::Value) -> Result<(), Vec<Refusal>> {
        let mut refusals = self.of_applicant();
        if self.holder.is_some_and(|(_, has_administrator)| has_administrator) {
            refusals.push(Refusal::new(base::Class::Refused, "registration-code-decided"));
        }
        for item in CHECKS {
            if marks.get(item.name).and_then(serde_json::Value::as_str) != Some("met") {
                let refusal = Refusal::new(base::Class::Refused, "registration-check-not-met");
                let term = cases::term::item_term(NAME, item.name);
                refusals.push(refusal.on(format!("checks.{}", item.name)).term("item", term));
            }
        }
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }

    /// The organisation whose administrator decides from now on.
    pub fn pass_on(&self) -> Result<OrganisationId, Vec<Refusal>> {
        let mut refusals = self.of_applicant();
        let holder = self.holder.filter(|(_, has_administrator)| *has_administrator);
        if holder.is_none() {
            refusals.push(Refusal::new(base::Class::Refused, "registration-nobody-to-join"));
        }
        match holder {
            Some((holder, _)) if refusals.is_empty() => Ok(holder),
            _ => Err(refusals),
        }
    }

    /// Whether the applicant can be let in.
    pub fn admit(&self) -> Result<(), Vec<Refusal>> {
        let refusals = self.of_applicant();
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }
}

#[cfg(test)]
mod tests;
