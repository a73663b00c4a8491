//! Release review: whether a result may be told, how much of it, and to whom.
//!
//! Three different people: who discloses, who reviews the content, who reviews confidentiality. The
//! text under review lies in the case and nowhere else; until its release others see at most a
//! stub without a title. A redacted release is a new technology; the original stays as it is.

use crate::marking;
use crate::technology::change::Facts;
use crate::technology::content_check::tidy;
use crate::{Content, FieldTree, Technology};
use base::{Class, Date, Label, Level, Refusal, TechnologyId, limits, text};
use cases::{
    Ask, AskKind, AtDeadline, ChecklistItem, Days, Deadline, Ending, Kind, Needed, OPENER, Process,
    StandIn, State, Step, Sureness, Task, To, Who, Withdrawal,
};

/// The name of the process.
pub const NAME: &str = "release-review";

/// The parts of a content that a reviewer may cut, as the answers `cut-<part>` name them.
pub const CUTTABLE: [&str; 7] =
    ["description", "applications", "benefits", "keywords", "inventors", "rights", "encumbrances"];

/// The words of the levels to which a review may lower a label, the lowest first.
pub const LEVELS: [&str; 4] = ["public", "registered", "members", "restricted"];

const CONTENT: &[ChecklistItem] = &[
    ChecklistItem { name: "own-result", clause: "专利法 6, 8" },
    ChecklistItem { name: "contributors-agreed", clause: "促进科技成果转化法 19" },
    ChecklistItem { name: "novelty-kept", clause: "专利法 22, 24" },
    ChecklistItem { name: "claims-evident", clause: "广告法 11" },
    ChecklistItem { name: "third-parties-cleared", clause: "促进科技成果转化法 40" },
];

const CONFIDENTIALITY: &[ChecklistItem] = &[
    ChecklistItem { name: "no-state-secret", clause: "保守国家秘密法; 专利法 4" },
    ChecklistItem { name: "no-work-secret", clause: "科学技术保密规定" },
    ChecklistItem { name: "export-control", clause: "出口管制法 12" },
    ChecklistItem { name: "technology-export", clause: "技术进出口管理条例" },
    ChecklistItem { name: "foreign-filing", clause: "专利法 19" },
    ChecklistItem { name: "personal-data", clause: "个人信息保护法 13, 25" },
];

const fn cut(name: &'static str) -> Ask {
    Ask { name, kind: AskKind::YesNo, required: false }
}

const CLAUSE: Ask = Ask { name: "clause", kind: AskKind::Text { max_chars: 200 }, required: true };

const OPENER_SIDE: &[Who] = &[Who::Opener, Who::OwnerRole("transfer-officer")];
const CONTENT_REVIEWERS: &[Who] = &[Who::OwnerRole("reviewer"), Who::Role("reviewer")];
const SECRECY_REVIEWERS: &[Who] =
    &[Who::OwnerRole("confidentiality-officer"), Who::Role("confidentiality-officer")];
/// Those who wait for an answer of the proposer, and the office; the proposer's own side cannot stop
/// the clock that runs for it.
const CLOCK: &[Who] = &[
    Who::OwnerRole("reviewer"),
    Who::Role("reviewer"),
    Who::OwnerRole("confidentiality-officer"),
    Who::Role("confidentiality-officer"),
    Who::Role("agency-officer"),
];
const REVIEWS: &[&str] = &["review-content", "review-confidentiality"];

const SEND_BACK: Step = Step {
    reason: Needed::Required,
    documents: Needed::Optional,
    voids: REVIEWS,
    ..Step::new("send-back", To::State("returned"))
};

const REFUSE: Step = Step {
    asks: &[CLAUSE],
    reason: Needed::Required,
    documents: Needed::Optional,
    ..Step::new("refuse", To::State("refused"))
};

const fn within(n: u16, then: AtDeadline) -> Option<Deadline> {
    Some(Deadline { days: Days::Working(n), then })
}

const REVIEW_CONTENT: Task = Task {
    apart_from: &[OPENER, "review-confidentiality"],
    stand_in: StandIn::WithRole,
    deadline: within(10, AtDeadline::Escalate("agency-officer")),
    steps: &[
        Step {
            asks: &[
                Ask { name: "content", kind: AskKind::Checklist(CONTENT), required: true },
                cut("cut-description"),
                cut("cut-applications"),
                cut("cut-benefits"),
                cut("cut-keywords"),
                cut("cut-inventors"),
                cut("cut-rights"),
                cut("cut-encumbrances"),
            ],
            reason: Needed::Optional,
            documents: Needed::Optional,
            ..Step::new("agree", To::State("content-agreed"))
        },
        SEND_BACK,
        REFUSE,
    ],
    ..Task::new("review-content", CONTENT_REVIEWERS)
};

const REVIEW_CONFIDENTIALITY: Task = Task {
    apart_from: &[OPENER, "review-content"],
    stand_in: StandIn::WithRole,
    deadline: within(10, AtDeadline::Escalate("agency-officer")),
    steps: &[
        Step {
            asks: &[
                Ask {
                    name: "confidentiality",
                    kind: AskKind::Checklist(CONFIDENTIALITY),
                    required: true,
                },
                Ask { name: "level", kind: AskKind::Choice(&LEVELS), required: true },
                Ask {
                    name: "jurisdictions",
                    kind: AskKind::Text { max_chars: 200 },
                    required: false,
                },
                Ask { name: "not-before", kind: AskKind::Date, required: false },
                cut("cut-description"),
                cut("cut-applications"),
                cut("cut-benefits"),
                cut("cut-keywords"),
                cut("cut-inventors"),
                cut("cut-rights"),
                cut("cut-encumbrances"),
            ],
            reason: Needed::Optional,
            documents: Needed::Optional,
            sureness: Sureness::Fresh,
            ..Step::new("agree", To::State("cleared"))
        },
        Step {
            asks: &[Ask { name: "review-again-on", kind: AskKind::Date, required: true }],
            reason: Needed::Required,
            documents: Needed::Optional,
            ..Step::new("hold", To::State("held"))
        },
        SEND_BACK,
        REFUSE,
    ],
    ..Task::new("review-confidentiality", SECRECY_REVIEWERS)
};

/// The release review of a result.
pub static REVIEW: Process = Process {
    name: NAME,
    version: 1,
    first: "lodged",
    states: &[
        State { name: "lodged", kind: Kind::Open, stage: 1, tasks: &[REVIEW_CONTENT] },
        State {
            name: "content-agreed",
            kind: Kind::Open,
            stage: 2,
            tasks: &[REVIEW_CONFIDENTIALITY],
        },
        State {
            name: "returned",
            kind: Kind::Waiting,
            stage: 1,
            tasks: &[Task {
                deadline: within(40, AtDeadline::Step("lapse")),
                steps: &[
                    Step {
                        reason: Needed::Optional,
                        documents: Needed::Optional,
                        ..Step::new("hand-in", To::State("lodged"))
                    },
                    Step { by_timer_only: true, ..Step::new("lapse", To::State("lapsed")) },
                ],
                ..Task::new("amend", OPENER_SIDE)
            }],
        },
        State {
            name: "held",
            kind: Kind::Waiting,
            stage: 2,
            tasks: &[Task {
                // The day that the reviewer named replaces this length.
                deadline: Some(Deadline {
                    days: Days::Calendar(365),
                    then: AtDeadline::Step("review-again"),
                }),
                steps: &[Step {
                    reason: Needed::Optional,
                    documents: Needed::Optional,
                    voids: REVIEWS,
                    ..Step::new("review-again", To::State("lodged"))
                }],
                ..Task::new("wait", SECRECY_REVIEWERS)
            }],
        },
        State {
            name: "cleared",
            kind: Kind::Open,
            stage: 3,
            tasks: &[Task {
                apart_from: REVIEWS,
                deadline: within(20, AtDeadline::Remind),
                steps: &[
                    Step {
                        sureness: Sureness::Fresh,
                        ..Step::new("release", To::State("released"))
                    },
                    Step {
                        reason: Needed::Required,
                        documents: Needed::Optional,
                        voids: REVIEWS,
                        ..Step::new("take-back", To::State("returned"))
                    },
                ],
                ..Task::new("publish", &[Who::OwnerRole("transfer-officer")])
            }],
        },
        State { name: "released", kind: Kind::End(Ending::Granted), stage: 4, tasks: &[] },
        State { name: "refused", kind: Kind::End(Ending::Refused), stage: 4, tasks: &[] },
        State { name: "withdrawn", kind: Kind::End(Ending::Withdrawn), stage: 4, tasks: &[] },
        State { name: "lapsed", kind: Kind::End(Ending::Lapsed), stage: 4, tasks: &[] },
    ],
    withdrawal: Some(Withdrawal {
        who: OPENER_SIDE,
        from: &["lodged", "content-agreed", "returned", "held", "cleared"],
        to: "withdrawn",
        reason: Needed::Required,
        sureness: Sureness::SignedIn,
    }),
    assigns: &[Who::Assignee, Who::OwnerRole("transfer-officer"), Who::Role("agency-officer")],
    stops_clock: CLOCK,
};

/// What is under review, as the case keeps it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Matter {
    pub technology: TechnologyId,
    /// The version of the technology when this was handed in.
    pub version: u64,
    pub content: Content,
    pub disclosure: Disclosure,
    /// Parts that reviewers cut; any cut makes the release a redacted one.
    #[serde(default)]
    pub cut: Vec<String>,
    /// The label that the confidentiality reviewer set.
    #[serde(default)]
    pub agreed: Option<Label>,
    /// Not to be told before this day.
    #[serde(default)]
    pub not_before: Option<Date>,
    /// What came of it.
    #[serde(default)]
    pub released_as: Option<TechnologyId>,
}

/// What the proposer says besides the text itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Disclosure {
    /// The word of a level: to whom it should be told.
    pub proposed: String,
    /// With which money it was made, and what that money asks for.
    pub funding: String,
    /// What has been told of it already, where and when; "nothing" is an answer.
    pub prior_publication: String,
    /// The day of a publication that is planned, such as a patent application's.
    pub planned_on: Option<Date>,
    /// Materials, software or data of others in it.
    pub third_parties: String,
    /// Whether it, or what it is made for, stands on a control list, and on which.
    pub export: String,
    /// "It contains no state secret": declared by the proposer by name.
    pub declared: bool,
}

impl Matter {
    /// Puts a text forward: all reasons against it at once.
    pub fn lodge(
        technology: &Technology,
        mut content: Content,
        disclosure: Disclosure,
        fields: &FieldTree,
    ) -> Result<Self, Vec<Refusal>> {
        let mut refusals = tidy(&mut content, fields);
        if content.title.is_empty() {
            refusals.push(Refusal::invalid("technology-needs-title").on("title"));
        }
        if content.inventors.is_empty() {
            refusals.push(Refusal::invalid("release-needs-inventors").on("inventors"));
        } else if content.inventors.iter().any(|inventor| inventor.share.is_none()) {
            refusals.push(Refusal::invalid("release-needs-shares").on("inventors"));
        }
        refusals.extend(marking::in_content(&content));
        let disclosure = disclosure.checked(&technology.label, &mut refusals);
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let (technology, version) = (technology.id, technology.version);
        let (cut, agreed, not_before, released_as) = (Vec::new(), None, None, None);
        Ok(Self { technology, version, content, disclosure, cut, agreed, not_before, released_as })
    }

    /// Takes over the parts that a reviewer cut.
    pub fn cut(&mut self, answers: &serde_json::Map<String, serde_json::Value>) {
        for part in CUTTABLE {
            let is_cut = answers.get(&format!("cut-{part}")).and_then(serde_json::Value::as_bool);
            if is_cut == Some(true) && !self.cut.iter().any(|known| known == part) {
                self.cut.push(part.to_owned());
            }
        }
    }

    /// Takes over the label and the first day that the confidentiality reviewer set.
    ///
    /// The label is never above the one that the material has: that would be no release. Its
    /// compartments and lists fall with a lower level, since what is told to more people cannot be
    /// kept to the few of a list.
    pub fn agree(
        &mut self,
        now: &Label,
        answers: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<(), Vec<Refusal>> {
        let told = |name: &str| answers.get(name).and_then(serde_json::Value::as_str).unwrap_or("");
        let level = Level::parse(told("level")).unwrap_or(now.level);
        let mut label = if level < now.level { Label::at(level) } else { now.clone() };
        let mut refusals = Vec::new();
        if level > now.level {
            let term = format!("label-level-{}", now.level.word());
            refusals.push(Refusal::invalid("release-level-above").on("level").term("level", term));
        }
        let words: Vec<String> = told("jurisdictions")
            .split([',', '，', '、', ' '])
            .map(|word| word.trim().to_uppercase())
            .filter(|word| !word.is_empty())
            .collect();
        if let Some(odd) = words.iter().find(|word| !base::label::is_label_word(word)) {
            let refusal = Refusal::invalid("release-jurisdiction").on("jurisdictions");
            refusals.push(refusal.text("found", odd));
        }
        if !words.is_empty() {
            label.jurisdictions = Some(words.into_iter().collect());
        }
        if label.level == Level::Public && label.jurisdictions.is_some() {
            refusals.push(Refusal::invalid("release-public-jurisdictions").on("jurisdictions"));
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        self.agreed = Some(label);
        self.not_before = base::time::read_date(told("not-before"));
        Ok(())
    }

    /// Why it cannot be let out yet, on this day.
    pub fn waits(&self, today: Date) -> Option<Refusal> {
        let planned = self.disclosure.planned_on;
        let first = self.not_before.into_iter().chain(planned).max()?;
        let refusal = || Refusal::new(Class::Refused, "release-too-early");
        (today < first).then(|| refusal().with("from", base::Value::On(first)))
    }

    /// Whether less is told than was handed in.
    pub fn is_redacted(&self) -> bool {
        !self.cut.is_empty()
    }

    /// The text without the parts that were cut: removed, not covered.
    pub fn told(&self) -> Content {
        let mut content = self.content.clone();
        for part in &self.cut {
            match part.as_str() {
                "description" => content.description = base::Bilingual::default(),
                "applications" => content.applications = base::Bilingual::default(),
                "benefits" => content.benefits = base::Bilingual::default(),
                "keywords" => content.keywords = base::Bilingual::default(),
                "encumbrances" => content.encumbrances = base::Bilingual::default(),
                "inventors" => content.inventors = Vec::new(),
                "rights" => content.rights = Vec::new(),
                _ => {}
            }
        }
        content
    }

    /// A new text handed in after the case came back: what was cut and agreed no longer counts.
    pub fn amend(
        &mut self,
        technology: &Technology,
        content: Content,
        disclosure: Disclosure,
        fields: &FieldTree,
    ) -> Result<(), Vec<Refusal>> {
        *self = Self::lodge(technology, content, disclosure, fields)?;
        Ok(())
    }
}

impl Disclosure {
    fn checked(mut self, label: &Label, refusals: &mut Vec<Refusal>) -> Self {
        match Level::parse(&self.proposed) {
            None => {
                refusals.push(Refusal::invalid("release-level-unknown").on("disclosure.proposed"));
            }
            Some(level) if level > label.level => {
                let term = format!("label-level-{}", label.level.word());
                let refusal = Refusal::invalid("release-level-above").on("disclosure.proposed");
                refusals.push(refusal.term("level", term));
            }
            Some(_) => {}
        }
        let most = limits::SUMMARY_CHARS_MAX;
        for (field, told) in [
            ("funding", &mut self.funding),
            ("prior_publication", &mut self.prior_publication),
            ("third_parties", &mut self.third_parties),
            ("export", &mut self.export),
        ] {
            let path = format!("disclosure.{field}");
            match text::block(field, told, most) {
                Ok(clean) if clean.is_empty() => {
                    let term = format!("field-disclosure-{}", field.replace('_', "-"));
                    let refusal = Refusal::invalid("release-answer-needed").on(&*path);
                    refusals.push(refusal.term("field", term));
                }
                Ok(clean) => {
                    let pattern = marking::find(&clean);
                    refusals.extend(pattern.map(|it| marking::refusal(&path, field, it)));
                    *told = clean;
                }
                Err(refusal) => refusals.push(refusal.on(path)),
            }
        }
        if !self.declared {
            refusals.push(Refusal::invalid("release-not-declared").on("disclosure.declared"));
        }
        self
    }
}

/// What the facts of a release are, for [`crate::technology::change::release`].
pub fn facts<'a>(technology: &'a Technology, fields: &'a FieldTree) -> Facts<'a> {
    Facts { technology, fields, marking_released: false, has_desk: true }
}

#[cfg(test)]
mod tests;
