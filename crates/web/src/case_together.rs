//! One step for several cases at once: chosen in a list, looked at together, each judged on its own.

use crate::case_act::PROOF_NEEDED;
use crate::case_facts::{due, process_name, step_name, task_name};
use crate::case_form::{answers, fields};
use crate::case_steps::{has_page, is_grave};
use crate::form::ticket;
use crate::link;
use crate::page::{Page, get, me, name, post, say};
use access::Act;
use app::No;
use app::case::{PROCESSES, TakeStep, TaskRow, TasksWanted, Which};
use base::{CaseId, Class, Label, Refusal};
use cases::{Needed, Process, Step, Task};
use edge::{Fields, Reply, Request, Route};
use look::{Choice, Crumb, Field, Form, Look, PageHead};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get(link::CASES_TOGETHER, Act::TakeStep, show),
    post(link::CASES_TOGETHER, Act::TakeStep, send),
];

/// Cases of one list and of one decision.
const TOGETHER_MAX: usize = 50;

/// A kind of task: one task of one process.
#[derive(Clone, Copy)]
struct Kind {
    process: &'static Process,
    task: &'static Task,
}

impl Kind {
    /// As forms and addresses write it: `release-review.review-content`.
    fn read(text: &str) -> Option<Self> {
        let (process, task) = text.split_once('.')?;
        let process = PROCESSES.iter().copied().find(|it| it.name == process)?;
        Some(Self { process, task: process.task(task)? })
    }

    fn text(self) -> String {
        format!("{}.{}", self.process.name, self.task.name)
    }

    fn title(self, request: &Request) -> String {
        let lang = request.lang;
        let (process, task) =
            (process_name(lang, self.process), task_name(lang, self.process, self.task.name));
        let args = [("process", process.into()), ("task", task.into())];
        words::say_with(lang, "case-together-kind", &args)
    }

    /// Steps that ask for nothing which differs from case to case: no document, no page of its own.
    fn steps(self) -> impl Iterator<Item = &'static Step> {
        let is_own =
            move |step: &&Step| step.documents == Needed::Required || has_page(self.process, step);
        self.task.steps.iter().filter(move |step| !is_own(step))
    }

    fn step(self, name: &str) -> Option<&'static Step> {
        self.steps().find(|step| step.name == name)
    }

    /// What of it waits for the reader in their own right, the first due first.
    fn waiting(self, request: &Request) -> Result<Vec<TaskRow>, No> {
        let wanted = TasksWanted {
            process: Some(self.process.name),
            task: Some(self.task.name),
            ..TasksWanted::all()
        };
        let which = (Which::Mine, &wanted);
        let page = request.city().tasks(&request.asker, which, None, TOGETHER_MAX)?;
        // Whoever stands in for another decides one by one.
        Ok(page.rows.into_iter().filter(|row| !row.is_for_another).collect())
    }
}

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    match Kind::read(request.query.get("kind")) {
        Some(kind) => choose(request, kind, &[]),
        None => kinds(request),
    }
}

/// Which kind of task; of one alone that one.
fn kinds(request: &Request) -> Result<Reply, No> {
    let all = TasksWanted::all();
    let limit = base::limits::PAGE_ROWS_MAX;
    let page = request.city().tasks(&request.asker, (Which::Mine, &all), None, limit)?;
    let mut found: BTreeMap<String, (Kind, u64)> = BTreeMap::new();
    for row in page.rows.iter().filter(|row| !row.is_for_another) {
        let kind = row.row.process.task(&row.task);
        let Some(task) = kind else { continue };
        let kind = Kind { process: row.row.process, task };
        if kind.steps().next().is_some() {
            found.entry(kind.text()).or_insert((kind, 0)).1 += 1;
        }
    }
    if let [(kind, _)] = found.values().copied().collect::<Vec<_>>()[..] {
        return choose(request, kind, &[]);
    }
    let content = html! {
        (head(request, &say(request, "case-together"), true))
        @if found.is_empty() {
            (look::empty(&say(request, "case-together-none"), html! {}))
        } @else {
            (look::part("kinds", &say(request, "case-together-which"), html! {
                ul.stack {
                    @for (text, (kind, n)) in &found {
                        li {
                            a href=(look::address::with(link::CASES_TOGETHER, "kind", text)) {
                                (kind.title(request))
                            }
                            " " span.n { (words::number_up_to(request.lang, *n, u64::MAX)) }
                        }
                    }
                }
            }))
        }
    };
    Ok(page_of(request, &page.rows, content))
}

fn head(request: &Request, title: &str, has_lead: bool) -> Markup {
    let list = say(request, "case-title");
    let lead = has_lead.then(|| html! { (say(request, "case-together-lead")) });
    look::page_head(&PageHead {
        lang: request.lang,
        crumbs: &[Crumb { href: link::CASES, text: &list }],
        title,
        lead,
        ..PageHead::default()
    })
}

fn page_of(request: &Request, rows: &[TaskRow], content: Markup) -> Reply {
    let title = say(request, "case-together");
    let label =
        rows.iter().fold(Label::public(), |label, it| label.least_upper_bound(&it.row.label));
    Page::new(request, &title).personal().highest(&label, &title).reply(content)
}

/// What a case is called in a list of them.
fn called(request: &Request, row: &TaskRow) -> String {
    format!("{} {}", row.row.reference.as_str(), name(&row.row.title, request.lang).0)
}

/// The cases of a kind, to be chosen, and the step.
fn choose(request: &Request, kind: Kind, errors: &[Refusal]) -> Result<Reply, No> {
    let lang = request.lang;
    let rows = kind.waiting(request)?;
    let ticket = ticket(request);
    let form = Form::new(lang, link::CASES_TOGETHER, &ticket.csrf, &ticket.key).with_errors(errors);
    let typed = &request.form;
    let (chosen, wanted) = (typed.all("case"), typed.get("step"));
    let named: Vec<(String, String, String)> = rows
        .iter()
        .map(|row| {
            let until = due(request, row.due_at).into_string();
            (row.row.id.to_string(), called(request, row), plain(&until))
        })
        .collect();
    let choices: Vec<Choice<'_>> = named
        .iter()
        .map(|(value, text, hint)| Choice {
            value,
            text,
            hint,
            is_chosen: chosen.iter().any(|case| case.split('@').next() == Some(value)),
        })
        .collect();
    let steps: Vec<(&str, String)> =
        kind.steps().map(|step| (step.name, step_name(lang, kind.process, step.name))).collect();
    let steps: Vec<Choice<'_>> = steps
        .iter()
        .map(|(value, text)| Choice {
            value,
            text,
            is_chosen: *value == wanted || steps.len() == 1,
            ..Choice::default()
        })
        .collect();
    let content = html! {
        (head(request, &say(request, "case-together"), true))
        @if rows.is_empty() {
            (look::empty(&say(request, "case-together-none"), html! {}))
        } @else {
            h2 { (kind.title(request)) }
            (form.view(html! {
                input type="hidden" name="kind" value=(kind.text());
                (look::checkboxes(&form, &Field {
                    name: "case", label: &say(request, "case-together-cases"), ..Field::default()
                }, &choices))
                (look::radios(&form, &Field {
                    name: "step", label: &say(request, "case-together-step"), ..Field::default()
                }, &steps))
                (look::actions(&[look::button(&say(request, "case-together-next"), Look::Primary)]))
            }))
        }
    };
    Ok(page_of(request, &rows, content))
}

/// Text without its tags, for a hint.
fn plain(markup: &str) -> String {
    let mut is_tag = false;
    let keep = |c: &char| {
        let is_text = !is_tag && *c != '<';
        is_tag = (is_tag || *c == '<') && *c != '>';
        is_text
    };
    markup.chars().filter(keep).collect()
}

fn send(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let typed = &request.form;
    let kind = Kind::read(typed.get("kind")).ok_or_else(Refusal::not_found)?;
    let required = |field: &'static str| {
        Refusal::invalid("field-required").on(field).term("field", format!("field-{field}"))
    };
    let mut errors = Vec::new();
    let chosen = typed.all("case");
    if chosen.is_empty() {
        errors.push(required("case"));
    }
    if chosen.len() > TOGETHER_MAX {
        let no = Refusal::invalid("case-together-many").on("case");
        errors.push(no.number("most", TOGETHER_MAX as u64));
    }
    let Some(step) = kind.step(typed.get("step")).filter(|_| errors.is_empty()) else {
        if kind.step(typed.get("step")).is_none() {
            errors.push(required("step"));
        }
        return choose(request, kind, &errors);
    };
    match typed.has("confirmed") {
        true => decide(request, kind, step),
        false => preview(request, (kind, step), &[]),
    }
}

/// What will be done and what will not, and the answers, once for all.
fn preview(
    request: &Request,
    (kind, step): (Kind, &'static Step),
    errors: &[Refusal],
) -> Result<Reply, No> {
    let lang = request.lang;
    let rows = kind.waiting(request)?;
    let chosen: Vec<CaseId> = request.form.all("case").into_iter().filter_map(case_of).collect();
    let (will, _): (Vec<&TaskRow>, Vec<&TaskRow>) =
        rows.iter().partition(|row| chosen.contains(&row.row.id));
    let n_gone = chosen.len() - will.len().min(chosen.len());
    if will.is_empty() {
        let no = Refusal::new(Class::Conflict, "case-together-gone").on("case");
        return choose(request, kind, &[no]);
    }
    let name = step_name(lang, kind.process, step.name);
    let ticket = ticket(request);
    let form = Form::new(lang, link::CASES_TOGETHER, &ticket.csrf, &ticket.key).with_errors(errors);
    let look = if is_grave(step) { Look::Danger } else { Look::Primary };
    let args = [("step", name.as_str().into()), ("count", will.len().into())];
    let content = html! {
        (head(request, &words::say_with(lang, "case-together-do", &args), false))
        (look::part("will", &say(request, "case-together-will"), html! {
            ul { @for row in &will {
                li { a href=(link::case(row.row.id)) { (called(request, row)) } }
            } }
            @if n_gone > 0 {
                p { (words::say_with(lang, "case-together-not", &[("count", n_gone.into())])) }
            }
        }))
        (form.view(html! {
            input type="hidden" name="kind" value=(kind.text());
            input type="hidden" name="step" value=(step.name);
            input type="hidden" name="confirmed" value="yes";
            @for row in &will {
                input type="hidden" name="case" value={ (row.row.id) "@" (row.row.version) };
            }
            (fields(&form, kind.process, step, &request.form))
            @if step.reason != Needed::No {
                (look::text_area(&form, &Field {
                    name: "reason", hint: &say(request, "case-reason-hint"),
                    value: request.form.get("reason"),
                    is_optional: step.reason == Needed::Optional, lines: Some(3),
                    ..Field::default()
                }))
            }
            (look::actions(&[
                look::button(&words::say_with(lang, "case-together-do", &args), look),
                html! { a href=(look::address::with(link::CASES_TOGETHER, "kind", &kind.text())) {
                    (say(request, "case-together-back"))
                } },
            ]))
        }))
    };
    Ok(page_of(request, &rows, content))
}

fn case_of(text: &str) -> Option<CaseId> {
    CaseId::parse(text.split('@').next()?).ok()
}

/// A case with the version that was looked at.
fn seen(text: &str) -> Option<(CaseId, u64)> {
    let (case, version) = text.split_once('@')?;
    Some((CaseId::parse(case).ok()?, version.parse().ok()?))
}

/// Takes the step for each. What is wrong with the answers or the proof is told before anything is
/// done; afterwards a case that is refused stays as it is and is named with its reasons.
fn decide(request: &Request, kind: Kind, step: &'static Step) -> Result<Reply, No> {
    let typed = &request.form;
    let rows = kind.waiting(request)?;
    let (mut done, mut left) = (Vec::new(), Vec::new());
    for (case, version) in typed.all("case").into_iter().filter_map(seen) {
        match take(request, (kind, step), (case, version)) {
            Ok(()) => done.push(case),
            Err(no) if done.is_empty() && no.0.iter().all(|no| no.code == PROOF_NEEDED) => {
                return Ok(crate::proof::asked_for(request, typed));
            }
            Err(no) if done.is_empty() && is_of_answers(step, &no) => {
                let errors: Vec<Refusal> =
                    no.0.into_iter().filter(|no| no.code != PROOF_NEEDED).collect();
                return preview(request, (kind, step), &errors);
            }
            Err(no) => left.push((case, no)),
        }
    }
    Ok(told(request, (kind, step, &rows), &done, &left))
}

fn take(
    request: &Request,
    (kind, step): (Kind, &Step),
    (case, version): (CaseId, u64),
) -> Result<(), No> {
    let typed: &Fields = &request.form;
    let act = TakeStep {
        case,
        version,
        task: kind.task.name.to_owned(),
        step: step.name.to_owned(),
        answers: answers(step, typed),
        reason: typed.get("reason").trim().to_owned(),
        on_behalf_of: None,
        documents: Vec::new(),
    };
    // Sent twice, each case answers as it did.
    let asker = request.asker.clone().keyed(format!("{}-{case}", typed.get("idempotency_key")));
    request.city().perform(&asker, act).map(|_| ())
}

/// Whether a refusal is of what was typed, so that it would meet every case.
fn is_of_answers(step: &Step, no: &No) -> bool {
    no.0.iter().any(|no| {
        no.field.as_deref().is_some_and(|field| {
            let first = field.split('.').next().unwrap_or(field);
            field == "reason" || step.asks.iter().any(|ask| ask.name == first)
        })
    })
}

fn told(
    request: &Request,
    (kind, step, rows): (Kind, &Step, &[TaskRow]),
    done: &[CaseId],
    left: &[(CaseId, No)],
) -> Reply {
    let lang = request.lang;
    let known = |case: &CaseId| {
        let row = rows.iter().find(|row| row.row.id == *case);
        // What was decided before, by the same form, is not among those that wait.
        row.map_or_else(|| case.to_string(), |row| called(request, row))
    };
    let name = step_name(lang, kind.process, step.name);
    let args = [("step", name.into()), ("count", done.len().into())];
    let title = words::say_with(lang, "case-together-done", &args);
    let content = html! {
        (head(request, &title, false))
        @if !left.is_empty() {
            (look::part("left", &say(request, "case-together-left"), html! {
                ul.stack { @for (case, no) in left {
                    li {
                        a href=(link::case(*case)) { (known(case)) }
                        ul { @for refusal in &no.0 {
                            @let said = words::refusal(lang, refusal);
                            li {
                                (said.text)
                                @if let Some(help) = said.help { " " span.quiet { (help) } }
                            }
                        } }
                    }
                } }
            }))
        }
        (look::part("done", &say(request, "case-together-which-done"), html! {
            ul { @for case in done { li { a href=(link::case(*case)) { (known(case)) } } } }
        }))
        (look::actions(&[
            look::link_button(link::CASES, &say(request, "case-title"), Look::Primary),
        ]))
    };
    page_of(request, rows, content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_reads_back_and_knows_its_common_steps() {
        let kind = Kind::read("release-review.review-content").expect("declared");
        assert_eq!(kind.text(), "release-review.review-content");
        assert!(kind.step("agree").is_some() && kind.step("hand-in").is_none());
        for odd in ["", "release-review", "release-review.none", "none.review-content"] {
            assert!(Kind::read(odd).is_none(), "{odd}");
        }
    }

    #[test]
    fn a_case_is_named_with_the_version_that_was_seen() {
        let id = CaseId::from_bits(7);
        assert_eq!(seen(&format!("{id}@3")), Some((id, 3)));
        assert_eq!(case_of(&format!("{id}@3")), Some(id));
        assert_eq!(seen(&id.to_string()), None);
        assert_eq!(plain("<span class=\"x\">2 <b>days</b></span>"), "2 days");
    }
}
