//! Enquiries: somebody read about a technology and wants to talk.

use base::{Refusal, limits, text};
use cases::{
    Ask, AskKind, AtDeadline, Days, Deadline, Ending, Kind, Needed, Process, StandIn, State, Step,
    Task, To, Who,
};

/// The name of the process.
pub const NAME: &str = "enquiry";

/// An enquiry, answered by the owner's transfer officer.
pub static ENQUIRY: Process = Process {
    name: NAME,
    version: 1,
    first: "received",
    states: &[
        State {
            name: "received",
            kind: Kind::Open,
            stage: 1,
            tasks: &[Task {
                stand_in: StandIn::WithRole,
                deadline: Some(Deadline {
                    days: Days::Working(5),
                    then: AtDeadline::Escalate("agency-officer"),
                }),
                steps: &[
                    Step {
                        asks: &[Ask {
                            name: "answer",
                            kind: AskKind::Text { max_chars: 4_000 },
                            required: true,
                        }],
                        documents: Needed::Optional,
                        ..Step::new("reply", To::State("answered"))
                    },
                    Step {
                        reason: Needed::Required,
                        ..Step::new("decline", To::State("declined"))
                    },
                ],
                // Where an institute has nobody yet, the city's office must not let it lie.
                ..Task::new(
                    "answer",
                    &[Who::OwnerRole("transfer-officer"), Who::Role("agency-officer")],
                )
            }],
        },
        State { name: "answered", kind: Kind::End(Ending::Granted), stage: 2, tasks: &[] },
        State { name: "declined", kind: Kind::End(Ending::Refused), stage: 2, tasks: &[] },
    ],
    withdrawal: None,
    assigns: &[Who::Assignee, Who::OwnerRole("transfer-officer"), Who::Role("agency-officer")],
    // Whoever asked may owe the officer an answer first.
    stops_clock: &[Who::Assignee, Who::OwnerRole("transfer-officer"), Who::Role("agency-officer")],
};

/// What was asked, and by whom.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Enquiry {
    pub name: String,
    pub email: String,
    pub organisation: String,
    pub message: String,
}

impl Enquiry {
    /// Makes it safe to keep, with all reasons against it at once.
    pub fn checked(self) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let mut keep = |read: Result<String, Refusal>, field: &str| {
            read.unwrap_or_else(|refusal| {
                refusals.push(refusal.on(field));
                String::new()
            })
        };
        let most = limits::NAME_CHARS_MAX;
        let enquiry = Self {
            name: keep(text::required_line("name", &self.name, most), "name"),
            organisation: keep(
                text::line("organisation", &self.organisation, most),
                "organisation",
            ),
            message: keep(text::block("message", &self.message, MESSAGE_CHARS_MAX), "message"),
            email: self.email.trim().to_owned(),
        };
        if enquiry.message.is_empty()
            && !refusals.iter().any(|r| r.field.as_deref() == Some("message"))
        {
            refusals.push(Refusal::invalid("enquiry-needs-message").on("message"));
        }
        if let Some(pattern) = crate::marking::find(&enquiry.message) {
            refusals.push(crate::marking::refusal("message", "message", pattern));
        }
        if refusals.is_empty() { Ok(enquiry) } else { Err(refusals) }
    }
}

/// Characters of a message.
pub const MESSAGE_CHARS_MAX: usize = 4_000;
