//! Cases: work of several steps by several people, and the tasks that wait for somebody.

pub mod shape;

use crate::case::shape::{
    AssignJson, CaseJson, CasesJson, ClockJson, FiguresJson, MovedJson, NoteJson, StepTakenJson,
    TasksJson,
};
use crate::operation::{Answer, Call, Operation, schema_of};
use crate::process::{named, names, states};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use crate::shape::moment;
use crate::technology::shape::WithdrawJson;
use access::Act as A;
use app::No;
use app::case::{
    After, AssignTask, CasesWanted, ListOrder, NoteCase, Order, PROCESSES, TakeStep, TasksWanted,
    Turn, TurnClock, Wanted, Which, WithdrawCase,
};
use base::{CaseId, Instant, Level, PersonId, Refusal, TechnologyId};
use edge::Reply;

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] =
    &[&LIST, &LOOK, &TASKS, &STEP, &NOTE, &WITHDRAW, &ASSIGN, &PAUSE, &RESUME, &FIGURES];

/// The case that the path names by its id or its reference; a hidden one was never there.
pub(crate) fn case_of(call: &Call<'_>) -> Result<CaseId, No> {
    let typed = call.request.param("id");
    if let Ok(id) = CaseId::parse(typed) {
        return Ok(id);
    }
    let found = call.city().case_named(call.asker(), typed)?;
    Ok(found.ok_or_else(Refusal::not_found)?)
}

static LIST: Operation = Operation {
    query: &[
        Parameter::new("process", Kind::Word(names)),
        Parameter::new("state", Kind::Word(states)),
        Parameter::new("task", Kind::Word(task_names)),
        Parameter::new("open", Kind::Flag),
        Parameter::new("technology", Kind::Text),
        Parameter::new("due-from", Kind::Text),
        Parameter::new("due-before", Kind::Text),
        Parameter::new("level", Kind::Word(levels)),
        Parameter::new("text", Kind::Text),
        Parameter::new("order", Kind::Word(|| vec!["changed", "oldest"])),
        limit(100),
        Parameter::new("after", Kind::Text),
    ],
    answer: Answer::json::<CasesJson>(200),
    ..Operation::list(
        "case-list",
        "/api/v1/cases",
        A::ListCases,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let query = &call.query;
    let mut no = Vec::new();
    let thing = query.some("technology");
    let thing =
        thing.and_then(|text| crate::shape::id::<TechnologyId>("technology", text, &mut no));
    let (due_from, due_before) = due(call, &mut no);
    if !no.is_empty() {
        return Err(No(no));
    }
    let thing = thing.map(|id| id.to_string());
    let rows = Wanted {
        process: query.some("process"),
        state: query.some("state"),
        is_open: query.some("open").map(|open| open == "true"),
        thing: thing.as_deref(),
        tasks: query.some("task").map(|task| vec![task]),
        due_from,
        due_before,
        order: match query.text("order") {
            "oldest" => ListOrder::Oldest,
            _ => ListOrder::Changed,
        },
        ..Wanted::default()
    };
    let level = Level::parse(query.text("level"));
    let wanted = CasesWanted { rows, level, text: query.text("text").to_owned() };
    let after = query.some("after").map(read_place).transpose()?;
    let page = call.city().cases(call.asker(), &wanted, after, query.limit(LIMIT))?;
    Ok(reply::json(&CasesJson::of(call, &page)))
}

/// From when until when something is due, as the query says.
fn due(call: &Call<'_>, no: &mut Vec<Refusal>) -> (Option<Instant>, Option<Instant>) {
    let mut read = |name| call.query.some(name).and_then(|text| moment(name, text, no));
    (read("due-from"), read("due-before"))
}

/// The names of all tasks of all processes.
fn task_names() -> Vec<&'static str> {
    let tasks = PROCESSES.iter().flat_map(|process| process.tasks());
    let mut names: Vec<&str> = tasks.map(|task| task.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn levels() -> Vec<&'static str> {
    (0..).map_while(Level::from_number).map(Level::word).collect()
}

/// A word of the query as the declarations have it.
fn known(call: &Call<'_>, name: &str, words: Vec<&'static str>) -> Option<&'static str> {
    call.query.some(name).and_then(|typed| words.into_iter().find(|word| *word == typed))
}

static LOOK: Operation = Operation {
    answer: Answer::json::<CaseJson>(200),
    ..Operation::look(
        "case-look",
        "/api/v1/cases/{id}",
        A::LookAtCase,
        |request| LOOK.answer(request),
        look,
    )
};

fn look(call: &Call<'_>) -> Result<Reply, No> {
    let view = call.city().case(call.asker(), case_of(call)?)?;
    Ok(reply::single(call, view.case.running.version, &CaseJson::of(call, &view)))
}

static TASKS: Operation = Operation {
    query: &[
        Parameter::new("which", Kind::Word(|| vec!["mine", "ours"])),
        Parameter::new("late", Kind::Flag),
        Parameter::new("process", Kind::Word(names)),
        Parameter::new("state", Kind::Word(states)),
        Parameter::new("task", Kind::Word(task_names)),
        Parameter::new("due-from", Kind::Text),
        Parameter::new("due-before", Kind::Text),
        Parameter::new("level", Kind::Word(levels)),
        Parameter::new("text", Kind::Text),
        Parameter::new("order", Kind::Word(|| vec!["due", "oldest"])),
        limit(100),
        Parameter::new("after", Kind::Text),
    ],
    answer: Answer::json::<TasksJson>(200),
    ..Operation::list(
        "case-tasks",
        "/api/v1/tasks",
        A::ListCases,
        |request| TASKS.answer(request),
        tasks,
    )
};

fn tasks(call: &Call<'_>) -> Result<Reply, No> {
    let query = &call.query;
    let which = if query.text("which") == "ours" { Which::Ours } else { Which::Mine };
    let after = query.some("after").map(read_task_place).transpose()?;
    let (late, limit) = (query.flag("late"), query.limit(LIMIT));
    let mut no = Vec::new();
    let (due_from, due_before) = due(call, &mut no);
    if !no.is_empty() {
        return Err(No(no));
    }
    let wanted = TasksWanted {
        process: known(call, "process", names()),
        state: known(call, "state", states()),
        task: known(call, "task", task_names()),
        due_from,
        due_before,
        level: Level::parse(query.text("level")),
        text: query.text("text").to_owned(),
        order: if query.text("order") == "oldest" { Order::Oldest } else { Order::Due },
    };
    let listed = if late { wanted.clone().before(call.request.now) } else { wanted.clone() };
    let page = call.city().tasks(call.asker(), (which, &listed), after.as_ref(), limit)?;
    let counts = call.city().task_counts(call.asker(), &wanted)?;
    Ok(reply::json(&TasksJson::of(call, &page, counts)))
}

/// A place in a list of cases, as the cursor holds it.
fn place((at, id): (Instant, CaseId)) -> String {
    format!("{}.{id}", at.micros())
}

fn read_place(text: &str) -> Result<(Instant, CaseId), Refusal> {
    let read = || {
        let (at, id) = text.split_once('.')?;
        Some((Instant::from_micros(at.parse().ok()?), CaseId::parse(id).ok()?))
    };
    read().ok_or_else(|| Refusal::invalid("cursor-unreadable").on("after"))
}

/// A place in a list of tasks: due time, case, task.
fn task_place(After(due, case, task): &After) -> String {
    format!("{due}.{case}.{task}")
}

fn read_task_place(text: &str) -> Result<After, Refusal> {
    let read = || {
        let mut parts = text.splitn(3, '.');
        let due = parts.next()?.parse().ok()?;
        let case = CaseId::parse(parts.next()?).ok()?;
        let task = parts.next().filter(|task| is_word(task))?;
        Some(After(due, case.to_string(), task.to_owned()))
    };
    read().ok_or_else(|| Refusal::invalid("cursor-unreadable").on("after"))
}

fn is_word(text: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(is_fit)
}

static STEP: Operation = Operation {
    request: Some(schema_of::<StepTakenJson>()),
    answer: Answer::json::<MovedJson>(200),
    takes_version: true,
    ..Operation::post(
        "case-step",
        "/api/v1/cases/{id}/steps",
        A::TakeStep,
        |request| STEP.answer(request),
        step,
    )
};

fn step(call: &Call<'_>) -> Result<Reply, No> {
    let case = case_of(call)?;
    let ask: StepTakenJson = call.body()?;
    let version = call.version(ask.version)?;
    let mut no = Vec::new();
    let for_whom = ask.on_behalf_of.as_ref();
    let on_behalf_of =
        for_whom.and_then(|id| crate::shape::id::<PersonId>("on_behalf_of", id, &mut no));
    let documents = crate::file::ids(&ask.documents, &mut no);
    if !no.is_empty() {
        return Err(No(no));
    }
    let StepTakenJson { task, step, answers, reason, .. } = ask;
    let act = TakeStep { case, version, task, step, answers, reason, on_behalf_of, documents };
    let moved = call.city().perform(call.asker(), act).map_err(under_answers)?;
    Ok(reply::json(&MovedJson::from(moved)))
}

/// The engine's reasons with the paths of the body, where the answers are nested.
fn under_answers(no: No) -> No {
    const BESIDE: [&str; 6] = ["task", "step", "version", "reason", "on_behalf_of", "documents"];
    let nest = |mut refusal: Refusal| {
        refusal.field = refusal.field.map(|field| match BESIDE.contains(&field.as_ref()) {
            true => field,
            false => format!("answers.{field}"),
        });
        refusal
    };
    No(no.0.into_iter().map(nest).collect())
}

static NOTE: Operation = Operation {
    request: Some(schema_of::<NoteJson>()),
    answer: Answer::json::<MovedJson>(200),
    ..Operation::post(
        "case-note",
        "/api/v1/cases/{id}/notes",
        A::NoteCase,
        |request| NOTE.answer(request),
        note,
    )
};

fn note(call: &Call<'_>) -> Result<Reply, No> {
    let case = case_of(call)?;
    let NoteJson { text, documents } = call.body()?;
    let mut no = Vec::new();
    let documents = crate::file::ids(&documents, &mut no);
    if !no.is_empty() {
        return Err(No(no));
    }
    let moved = call.city().perform(call.asker(), NoteCase { case, text, documents })?;
    Ok(reply::json(&MovedJson::from(moved)))
}

static WITHDRAW: Operation = Operation {
    request: Some(schema_of::<WithdrawJson>()),
    answer: Answer::json::<MovedJson>(200),
    takes_version: true,
    ..Operation::post(
        "case-withdraw",
        "/api/v1/cases/{id}/withdrawal",
        A::WithdrawCase,
        |request| WITHDRAW.answer(request),
        withdraw,
    )
};

fn withdraw(call: &Call<'_>) -> Result<Reply, No> {
    let case = case_of(call)?;
    let ask: WithdrawJson = call.body()?;
    let version = call.version(ask.version)?;
    let act = WithdrawCase { case, version, reason: ask.reason };
    Ok(reply::json(&MovedJson::from(call.city().perform(call.asker(), act)?)))
}

static ASSIGN: Operation = Operation {
    request: Some(schema_of::<AssignJson>()),
    answer: Answer::json::<MovedJson>(200),
    takes_version: true,
    ..Operation::post(
        "case-assign",
        "/api/v1/cases/{id}/assignments",
        A::AssignTask,
        |request| ASSIGN.answer(request),
        assign,
    )
};

fn assign(call: &Call<'_>) -> Result<Reply, No> {
    let case = case_of(call)?;
    let ask: AssignJson = call.body()?;
    let version = call.version(ask.version)?;
    let mut no = Vec::new();
    let to = ask.to.and_then(|to| crate::shape::id::<PersonId>("to", &to, &mut no));
    if !no.is_empty() {
        return Err(No(no));
    }
    let act = AssignTask { case, version, task: ask.task, to, reason: ask.reason };
    let moved = call.city().perform(call.asker(), act).map_err(on_to)?;
    Ok(reply::json(&MovedJson::from(moved)))
}

/// The engine calls assignee what the body calls to.
fn on_to(no: No) -> No {
    let rename = |mut refusal: Refusal| {
        if refusal.field.as_deref() == Some("assignee") {
            refusal.field = Some("to".into());
        }
        refusal
    };
    No(no.0.into_iter().map(rename).collect())
}

static PAUSE: Operation = Operation {
    request: Some(schema_of::<ClockJson>()),
    answer: Answer::json::<MovedJson>(200),
    takes_version: true,
    ..Operation::post(
        "case-pause",
        "/api/v1/cases/{id}/pauses",
        A::StopClock,
        |request| PAUSE.answer(request),
        |call| turn(call, Turn::Stop),
    )
};

static RESUME: Operation = Operation {
    request: Some(schema_of::<ClockJson>()),
    answer: Answer::json::<MovedJson>(200),
    takes_version: true,
    ..Operation::post(
        "case-resume",
        "/api/v1/cases/{id}/resumptions",
        A::StopClock,
        |request| RESUME.answer(request),
        |call| turn(call, Turn::Resume),
    )
};

fn turn(call: &Call<'_>, turn: Turn) -> Result<Reply, No> {
    let case = case_of(call)?;
    let ask: ClockJson = call.body()?;
    let version = call.version(ask.version)?;
    let act = TurnClock { case, version, task: ask.task, reason: ask.reason, turn };
    Ok(reply::json(&MovedJson::from(call.city().perform(call.asker(), act)?)))
}

static FIGURES: Operation = Operation {
    answer: Answer::json::<FiguresJson>(200),
    ..Operation::look(
        "case-figures",
        "/api/v1/processes/{name}/figures",
        A::ListCases,
        |request| FIGURES.answer(request),
        figures,
    )
};

fn figures(call: &Call<'_>) -> Result<Reply, No> {
    let process = named(call)?;
    let times = call.city().service_times(call.asker(), process.name)?;
    Ok(reply::unchanged_is_free(call, &FiguresJson::of(process.name, &times)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back() {
        let id = CaseId::from_bits(77);
        let at = Instant::from_micros(1_772_413_200_000_001);
        assert_eq!(read_place(&place((at, id))).ok(), Some((at, id)));
        for due in [5, i64::MAX] {
            let after = After(due, id.to_string(), "review-content".to_owned());
            assert_eq!(read_task_place(&task_place(&after)).ok(), Some(after));
        }
    }

    #[test]
    fn a_foreign_cursor_is_reported() {
        let id = CaseId::from_bits(77);
        for wrong in ["", "5", "5.", "x.y", "5.tec_1", &format!("{id}.5")] {
            let no = read_place(wrong).expect_err(wrong);
            assert_eq!(no.to_string(), "cursor-unreadable (after)");
        }
        for wrong in ["", &format!("5.{id}"), &format!("5.{id}."), &format!("5.{id}.A b")] {
            let no = read_task_place(wrong).expect_err(wrong);
            assert_eq!(no.to_string(), "cursor-unreadable (after)");
        }
    }

    #[test]
    fn reasons_name_the_paths_of_the_body() {
        let reasons = vec![
            Refusal::invalid("case-answer-missing").on("content.own-result"),
            Refusal::invalid("case-reason-needed").on("reason"),
            Refusal::not_found(),
        ];
        let told = |no: No| no.0.into_iter().map(|it| it.field).collect::<Vec<_>>();
        let found = told(under_answers(No(reasons)));
        let want = [Some("answers.content.own-result".into()), Some("reason".into()), None];
        assert_eq!(found, want);
        let found = told(on_to(No(vec![Refusal::invalid("case-assignee-unfit").on("assignee")])));
        assert_eq!(found, [Some("to".into())]);
    }
}
