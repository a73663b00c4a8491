//! Small facts of cases that several pages show: names of parts, due days, who has it.

use app::case::working_days;
use base::text::field_term;
use base::{Instant, Lang};
use cases::AskKind;
use cases::Process;
use cases::term::{choice_term, item_term, process_term, state_term, step_term, task_term};
use edge::Request;
use look::{Tone, state_tag};
use maud::{Markup, html};
use serde_json::Value;

/// The name of a process.
pub fn process_name(lang: Lang, process: &Process) -> String {
    words::say(lang, &process_term(process.name))
}

/// The name of a state.
pub fn state_name(lang: Lang, process: &Process, state: &str) -> String {
    words::say(lang, &state_term(process.name, state))
}

/// The name of a task.
pub fn task_name(lang: Lang, process: &Process, task: &str) -> String {
    words::say(lang, &task_term(process.name, task))
}

/// The name of a step.
pub fn step_name(lang: Lang, process: &Process, step: &str) -> String {
    words::say(lang, &step_term(process.name, step))
}

/// The name of a field, beginning with a capital letter.
pub fn field_name(lang: Lang, ask: &str) -> String {
    let known = words::say(lang, &field_term(ask));
    let mut letters = known.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// The state as a tag: good, bad, waiting or going on.
pub fn state_mark(lang: Lang, process: &Process, state: &str) -> Markup {
    use cases::{Ending, Kind};
    let tone = match process.state(state).map(|state| state.kind) {
        Some(Kind::End(Ending::Granted | Ending::Partly)) => Tone::Ok,
        Some(Kind::End(Ending::Refused | Ending::Lapsed)) => Tone::Live,
        Some(Kind::Waiting) => Tone::Wait,
        Some(Kind::Open) => Tone::Info,
        _ => Tone::Plain,
    };
    state_tag(tone, &state_name(lang, process, state))
}

/// Until when, and how long that is from now, in words: late is said, not only coloured.
pub fn due(request: &Request, due_at: Option<Instant>) -> Markup {
    let lang = request.lang;
    let Some(due_at) = due_at else { return html! { (words::say(lang, "case-no-due")) } };
    let (text, is_late) = left(request, due_at);
    let offset = request.city().settings().utc_offset_minutes;
    html! {
        span.case-due { (words::date(lang, due_at.date_at(offset))) } " "
        @if is_late { (state_tag(Tone::Live, &text)) } @else { span.quiet.small { (text) } }
    }
}

/// How long it is, and whether the day has passed.
pub fn left(request: &Request, due_at: Instant) -> (String, bool) {
    let lang = request.lang;
    let days = |from: Instant, until: Instant| {
        usize::try_from(working_days().between(from, until)).unwrap_or(0)
    };
    let is_late = due_at < request.now;
    let n = if is_late { days(due_at, request.now) } else { days(request.now, due_at) };
    let key = match (is_late, n) {
        (true, 0) => "case-over-due-today",
        (true, _) => "case-over-due",
        (false, 0) => "case-due-today",
        (false, _) => "case-due-in",
    };
    (words::say_with(lang, key, &[("days", n.into())]), is_late)
}

/// What was answered to the asks of a step, each by its name.
pub fn answered(
    lang: Lang,
    process: &Process,
    (task, step): (&str, &str),
    answers: &serde_json::Map<String, Value>,
) -> Vec<(String, Markup)> {
    let declared = process.task(task).and_then(|task| task.step(step));
    let asks = declared.map_or(&[][..], |step| step.asks);
    asks.iter()
        .filter_map(|ask| {
            let value = answers.get(ask.name)?;
            let shown = match (ask.kind, value) {
                (AskKind::Checklist(items), Value::Object(marks)) => html! {
                    ul {
                        @for item in items {
                            @if let Some(mark) = marks.get(item.name).and_then(Value::as_str) {
                                li {
                                    (words::say(lang, &item_term(process.name, item.name)))
                                    " · " strong { (words::say(lang, &format!("case-mark-{mark}"))) }
                                    " " span.quiet.small { (item.clause) }
                                }
                            }
                        }
                    }
                },
                (AskKind::Choice(_), Value::String(word)) => {
                    html! { (words::say(lang, &choice_term(process.name, ask.name, word))) }
                }
                (AskKind::Date, Value::String(day)) => match base::time::read_date(day) {
                    Some(day) => html! { (words::date(lang, day)) },
                    None => html! { (day) },
                },
                (_, Value::Bool(is)) => {
                    html! { (words::say(lang, if *is { "button-yes" } else { "button-no" })) }
                }
                (_, Value::String(text)) => html! { span.diff { (text) } },
                (_, Value::Object(parts)) => html! {
                    @for (who, share) in parts { p { (who) " " (share.as_str().unwrap_or("")) " %" } }
                },
                (_, other) => html! { (other) },
            };
            Some((field_name(lang, ask.name), shown))
        })
        .collect()
}
