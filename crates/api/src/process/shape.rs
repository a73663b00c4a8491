//! Processes as published: states, tasks, steps, and the shape of every answer they ask for.

use crate::shape::TextJson;
use base::{Lang, text::field_term};
use cases::answer::MARKS;
use cases::term::{choice_term, item_term, process_term, state_term, step_term, task_term};
use cases::{
    Ask, AskKind, AtDeadline, Days, Deadline, Kind, Needed, Process, StandIn, State, Step,
    Sureness, Task, To, Who, Withdrawal,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A word of a process, for programs, with its name for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Term")]
pub struct TermJson {
    /// Stable within the version of the process.
    pub word: String,
    pub name: TextJson,
}

impl TermJson {
    fn new(word: &str, key: &str) -> Self {
        let name = |lang| words::say(lang, key);
        Self { word: word.to_owned(), name: TextJson { en: name(Lang::En), zh: name(Lang::Zh) } }
    }

    pub(crate) fn process(name: &str) -> Self {
        Self::new(name, &process_term(name))
    }

    pub(crate) fn state(process: &str, name: &str) -> Self {
        Self::new(name, &state_term(process, name))
    }

    pub(crate) fn task(process: &str, name: &str) -> Self {
        Self::new(name, &task_term(process, name))
    }

    pub(crate) fn step(process: &str, name: &str) -> Self {
        Self::new(name, &step_term(process, name))
    }
}

/// All processes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ProcessList")]
pub struct ProcessesJson {
    pub data: Vec<ProcessJson>,
}

/// A process as it is declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Process")]
pub struct ProcessJson {
    pub process: TermJson,
    /// A changed declaration has a new one; running cases keep theirs.
    pub version: u32,
    /// The word of the state in which a case begins.
    pub first: String,
    pub states: Vec<StateJson>,
    /// How a case is taken back as a whole; null where it cannot be.
    pub withdrawal: Option<WithdrawalRuleJson>,
    /// Who may give a task to somebody.
    pub assigns: Vec<WhoJson>,
    /// Who may stop a task's clock.
    pub stops_clock: Vec<WhoJson>,
}

impl From<&Process> for ProcessJson {
    fn from(of: &Process) -> Self {
        Self {
            process: TermJson::process(of.name),
            version: of.version,
            first: of.first.to_owned(),
            states: of.states.iter().map(|state| StateJson::of(of.name, state)).collect(),
            withdrawal: of.withdrawal.as_ref().map(Into::into),
            assigns: of.assigns.iter().map(Into::into).collect(),
            stops_clock: of.stops_clock.iter().map(Into::into).collect(),
        }
    }
}

/// A state; its tasks run beside each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ProcessState")]
pub struct StateJson {
    pub state: TermJson,
    /// `open`, `waiting` (for somebody outside: no service time) or `end`.
    pub kind: String,
    /// `granted`, `partly`, `refused`, `withdrawn` or `lapsed`; null unless the case ends here.
    pub ending: Option<String>,
    /// The place on the progress bar, from 1; states may share one.
    pub stage: u8,
    pub tasks: Vec<TaskJson>,
}

impl StateJson {
    fn of(process: &str, of: &State) -> Self {
        let kind = match of.kind {
            Kind::Open => "open",
            Kind::Waiting => "waiting",
            Kind::End(_) => "end",
        };
        Self {
            state: TermJson::state(process, of.name),
            kind: kind.to_owned(),
            ending: of.ending().map(|ending| app::case::ending_word(ending).to_owned()),
            stage: of.stage,
            tasks: of.tasks.iter().map(|task| TaskJson::of(process, task)).collect(),
        }
    }
}

/// Something that one person has to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ProcessTask")]
pub struct TaskJson {
    pub task: TermJson,
    /// Anybody who is one of these.
    pub who: Vec<WhoJson>,
    /// Words of tasks that another person must do; `opener` stands for who opened the case. It
    /// holds both ways.
    pub apart_from: Vec<String>,
    /// Whether a stand-in may do it: `no`, `with-role` or `anybody`.
    pub stand_in: String,
    pub deadline: Option<DeadlineJson>,
    /// Whether nobody can take a step of it after the deadline.
    pub closes_at_deadline: bool,
    pub steps: Vec<StepJson>,
}

impl TaskJson {
    fn of(process: &str, of: &Task) -> Self {
        let stand_in = match of.stand_in {
            StandIn::No => "no",
            StandIn::WithRole => "with-role",
            StandIn::Anybody => "anybody",
        };
        Self {
            task: TermJson::task(process, of.name),
            who: of.who.iter().map(Into::into).collect(),
            apart_from: of.apart_from.iter().map(|&name| name.to_owned()).collect(),
            stand_in: stand_in.to_owned(),
            deadline: of.deadline.as_ref().map(Into::into),
            closes_at_deadline: of.closes_at_deadline,
            steps: of.steps.iter().map(|step| StepJson::of(process, step)).collect(),
        }
    }
}

/// Who may do something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Who")]
pub struct WhoJson {
    /// `role-at-desk`, `role-at-owner`, `opener` or `assignee`.
    pub kind: String,
    /// With a kind of role; null otherwise.
    pub role: Option<TermJson>,
}

impl From<&Who> for WhoJson {
    fn from(of: &Who) -> Self {
        let (kind, role) = match of {
            Who::Role(role) => ("role-at-desk", Some(role_term(role))),
            Who::OwnerRole(role) => ("role-at-owner", Some(role_term(role))),
            Who::Opener => ("opener", None),
            Who::Assignee => ("assignee", None),
        };
        Self { kind: kind.to_owned(), role }
    }
}

fn role_term(role: &str) -> TermJson {
    TermJson::new(role, &format!("role-{role}"))
}

/// Until when a task has to be done, and what happens otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Deadline")]
pub struct DeadlineJson {
    /// Counted from the day after the task opens.
    pub days: u16,
    /// `working` or `calendar`; an end on a day of rest moves to the next working day.
    pub count: String,
    /// `remind`, `escalate` or `step`.
    pub then: String,
    /// Who is told, with `escalate`.
    pub role: Option<TermJson>,
    /// The word of the step that is taken, with `step`.
    pub step: Option<String>,
}

impl From<&Deadline> for DeadlineJson {
    fn from(of: &Deadline) -> Self {
        let (days, count) = match of.days {
            Days::Working(n) => (n, "working"),
            Days::Calendar(n) => (n, "calendar"),
        };
        let (then, role, step) = match of.then {
            AtDeadline::Remind => ("remind", None, None),
            AtDeadline::Escalate(role) => ("escalate", Some(role_term(role)), None),
            AtDeadline::Step(step) => ("step", None, Some(step.to_owned())),
        };
        Self { days, count: count.to_owned(), then: then.to_owned(), role, step }
    }
}

/// One way to act on a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Step")]
pub struct StepJson {
    pub step: TermJson,
    /// What it asks for; send the answers by their names.
    pub asks: Vec<AskJson>,
    /// Whether a reason is given: `no`, `optional` or `required`.
    pub reason: String,
    /// Whether documents are attached: `no`, `optional` or `required`.
    pub documents: String,
    /// How sure it must be who takes it: `signed-in`, `second-factor` or `fresh`. A key of this
    /// interface is never more than `signed-in`; other steps are taken on the page.
    pub sureness: String,
    /// Words of tasks whose earlier takings no longer count.
    pub voids: Vec<String>,
    /// Taken at the deadline only, by nobody.
    pub by_timer_only: bool,
    pub to: ToJson,
}

impl StepJson {
    pub(crate) fn of(process: &str, of: &Step) -> Self {
        Self {
            step: TermJson::step(process, of.name),
            asks: of.asks.iter().map(|ask| AskJson::of(process, ask)).collect(),
            reason: needed_word(of.reason).to_owned(),
            documents: needed_word(of.documents).to_owned(),
            sureness: sureness_word(of.sureness).to_owned(),
            voids: of.voids.iter().map(|&name| name.to_owned()).collect(),
            by_timer_only: of.by_timer_only,
            to: ToJson::of(process, &of.to),
        }
    }
}

const fn needed_word(needed: Needed) -> &'static str {
    match needed {
        Needed::No => "no",
        Needed::Optional => "optional",
        Needed::Required => "required",
    }
}

const fn sureness_word(sureness: Sureness) -> &'static str {
    match sureness {
        Sureness::SignedIn => "signed-in",
        Sureness::SecondFactor => "second-factor",
        Sureness::Fresh => "fresh",
    }
}

/// Where a step leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "StepTo")]
pub struct ToJson {
    /// `stay`: the task stays open; `go`: to the state at once; `join`: to the state with the last
    /// task of the present one.
    pub how: String,
    /// Null with `stay`.
    pub state: Option<TermJson>,
}

impl ToJson {
    fn of(process: &str, of: &To) -> Self {
        let (how, state) = match of {
            To::Stay => ("stay", None),
            To::State(state) => ("go", Some(state)),
            To::Join(state) => ("join", Some(state)),
        };
        Self { how: how.to_owned(), state: state.map(|state| TermJson::state(process, state)) }
    }
}

/// One question of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Ask")]
pub struct AskJson {
    /// The key of the answer, with its name for people.
    pub ask: TermJson,
    /// `text`, `yes-no`, `choice`, `date`, `number`, `shares` or `checklist`.
    pub kind: String,
    pub required: bool,
    /// The JSON Schema of the answer.
    pub schema: Value,
    /// What can be chosen, with `choice`; empty otherwise.
    pub choices: Vec<TermJson>,
    /// The conditions, with `checklist`; empty otherwise.
    pub items: Vec<ItemJson>,
}

impl AskJson {
    fn of(process: &str, of: &Ask) -> Self {
        let choices = match of.kind {
            AskKind::Choice(words) => words,
            _ => &[],
        };
        let items = match of.kind {
            AskKind::Checklist(items) => items,
            _ => &[],
        };
        let choice =
            |&word: &&'static str| TermJson::new(word, &choice_term(process, of.name, word));
        let item = |item: &cases::ChecklistItem| ItemJson {
            item: TermJson::new(item.name, &item_term(process, item.name)),
            clause: item.clause.to_owned(),
        };
        Self {
            ask: TermJson::new(of.name, &field_term(of.name)),
            kind: kind_word(&of.kind).to_owned(),
            required: of.required,
            schema: schema(of),
            choices: choices.iter().map(choice).collect(),
            items: items.iter().map(item).collect(),
        }
    }
}

const fn kind_word(kind: &AskKind) -> &'static str {
    match kind {
        AskKind::Text { .. } => "text",
        AskKind::YesNo => "yes-no",
        AskKind::Choice(_) => "choice",
        AskKind::Date => "date",
        AskKind::Number { .. } => "number",
        AskKind::Share100 => "shares",
        AskKind::Checklist(_) => "checklist",
    }
}

fn schema(ask: &Ask) -> Value {
    match ask.kind {
        AskKind::Text { max_chars } => json!({ "type": "string", "maxLength": max_chars }),
        AskKind::YesNo => json!({ "type": "boolean" }),
        AskKind::Choice(words) => json!({ "type": "string", "enum": words }),
        AskKind::Date => json!({ "type": "string", "format": "date" }),
        AskKind::Number { min, max } => {
            json!({ "type": "integer", "minimum": min, "maximum": max })
        }
        // That the parts sum to exactly 100 cannot be said in a schema.
        AskKind::Share100 => json!({
            "type": "object",
            "additionalProperties": { "type": "string", "pattern": "^[0-9]+([.][0-9]{1,4})?$" },
        }),
        AskKind::Checklist(items) => {
            let mark = json!({ "type": "string", "enum": MARKS });
            let properties: serde_json::Map<String, Value> =
                items.iter().map(|item| (item.name.to_owned(), mark.clone())).collect();
            let names: Vec<&str> = items.iter().map(|item| item.name).collect();
            let required = if ask.required { names } else { Vec::new() };
            json!({
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": false,
            })
        }
    }
}

/// One condition of a checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ChecklistItem")]
pub struct ItemJson {
    pub item: TermJson,
    /// The clause of the law or rule that asks for it.
    pub clause: String,
}

/// How a case is taken back as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WithdrawalRule")]
pub struct WithdrawalRuleJson {
    pub who: Vec<WhoJson>,
    /// Words of the states in which it can be.
    pub from: Vec<String>,
    /// The word of the state in which it ends.
    pub to: String,
    /// `no`, `optional` or `required`.
    pub reason: String,
    /// `signed-in`, `second-factor` or `fresh`.
    pub sureness: String,
}

impl From<&Withdrawal> for WithdrawalRuleJson {
    fn from(of: &Withdrawal) -> Self {
        Self {
            who: of.who.iter().map(Into::into).collect(),
            from: of.from.iter().map(|&name| name.to_owned()).collect(),
            to: of.to.to_owned(),
            reason: needed_word(of.reason).to_owned(),
            sureness: sureness_word(of.sureness).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: AskKind, required: bool, want: &Value) {
        let shown = AskJson::of("test", &Ask { name: "q", kind, required });
        assert_eq!(shown.schema, *want);
        assert_eq!(shown.required, required);
    }

    #[test]
    fn every_kind_of_answer_has_its_schema() {
        check(AskKind::Text { max_chars: 5 }, true, &json!({ "type": "string", "maxLength": 5 }));
        check(AskKind::YesNo, false, &json!({ "type": "boolean" }));
        check(AskKind::Choice(&["a", "b"]), true, &json!({ "type": "string", "enum": ["a", "b"] }));
        check(AskKind::Date, true, &json!({ "type": "string", "format": "date" }));
        let number = json!({ "type": "integer", "minimum": -1, "maximum": 9 });
        check(AskKind::Number { min: -1, max: 9 }, true, &number);
        let items = &[cases::ChecklistItem { name: "safe", clause: "art. 1" }];
        let mark = json!({ "type": "string", "enum": ["met", "not-met", "undecided"] });
        let checklist = |required: &[&str]| {
            json!({
                "type": "object",
                "properties": { "safe": mark },
                "required": required,
                "additionalProperties": false,
            })
        };
        check(AskKind::Checklist(items), true, &checklist(&["safe"]));
        check(AskKind::Checklist(items), false, &checklist(&[]));
    }

    #[test]
    fn a_process_is_told_whole() {
        for process in app::case::PROCESSES {
            let shown = ProcessJson::from(*process);
            let n_tasks: usize = shown.states.iter().map(|state| state.tasks.len()).sum();
            assert_eq!(n_tasks, process.tasks().count(), "{}", process.name);
            let steps = shown.states.iter().flat_map(|state| &state.tasks).flat_map(|it| &it.steps);
            let asks: Vec<&AskJson> = steps.flat_map(|step| &step.asks).collect();
            let declared = process.tasks().flat_map(|task| task.steps).flat_map(|step| step.asks);
            assert_eq!(asks.len(), declared.count(), "{}", process.name);
            for ask in asks {
                assert_eq!(ask.kind == "choice", !ask.choices.is_empty(), "{}", ask.ask.word);
                assert_eq!(ask.kind == "checklist", !ask.items.is_empty(), "{}", ask.ask.word);
                assert!(ask.items.iter().all(|item| !item.clause.is_empty()), "{}", ask.ask.word);
            }
        }
    }

    #[test]
    fn every_word_has_its_name_in_both_languages() {
        for process in app::case::PROCESSES {
            let shown = serde_json::to_string(&ProcessJson::from(*process)).expect("text keys");
            let missing: Vec<&str> =
                shown.split('⟦').skip(1).filter_map(|rest| rest.split('⟧').next()).collect();
            assert!(missing.is_empty(), "{}: {missing:?}", process.name);
        }
    }

    #[test]
    fn the_confidentiality_review_asks_for_fresh_proof() {
        let shown = ProcessJson::from(&trading::release::REVIEW);
        let tasks = shown.states.iter().flat_map(|state| &state.tasks);
        let task = tasks.clone().find(|it| it.task.word == "review-confidentiality");
        let task = task.expect("the task");
        let agree = task.steps.iter().find(|it| it.step.word == "agree").expect("the step");
        assert_eq!(agree.sureness, "fresh");
        assert_eq!(agree.to.how, "go");
        assert_eq!(agree.to.state.as_ref().map(|state| state.word.as_str()), Some("cleared"));
        let level = agree.asks.iter().find(|ask| ask.ask.word == "level").expect("the question");
        let words: Vec<&str> = level.choices.iter().map(|choice| choice.word.as_str()).collect();
        assert_eq!(words, trading::release::LEVELS);
        let deadline = task.deadline.as_ref().expect("a deadline");
        assert_eq!((deadline.days, deadline.count.as_str()), (10, "working"));
        assert_eq!(deadline.then, "escalate");
        assert!(task.apart_from.iter().any(|name| name == cases::OPENER));
    }
}
