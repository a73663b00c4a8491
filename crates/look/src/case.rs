//! Work in steps: where it stands, what happened, how far a long run has come.

use crate::{count, say};
use base::Lang;
use maud::{Markup, html};
use words::Arg;

/// Where one step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    Done,
    Now,
    Later,
    Problem,
}

/// One step of a case.
#[derive(Clone, Copy)]
pub struct Step<'a> {
    pub name: &'a str,
    /// When it was done, or until when it is due.
    pub detail: &'a str,
    pub state: StepState,
}

/// The steps of a case in one row.
pub fn steps(lang: Lang, steps: &[Step<'_>]) -> Markup {
    html! {
        ol.steps aria-label=(say(lang, "page-steps")) {
            @for step in steps {
                @let (class, key) = match step.state {
                    StepState::Done => ("done", "page-step-done"),
                    StepState::Now => ("now", "page-step-now"),
                    StepState::Later => ("later", "page-step-later"),
                    StepState::Problem => ("problem", "page-step-problem"),
                };
                @let is_now = matches!(step.state, StepState::Now | StepState::Problem);
                li class=(class) aria-current=[is_now.then_some("step")] {
                    span.step-name { (step.name) }
                    span.sr { ", " (say(lang, key)) }
                    @if !step.detail.is_empty() { span.step-detail { (step.detail) } }
                }
            }
        }
    }
}

/// One thing that happened.
pub struct Event<'a> {
    /// Already written with its zone, and for machines.
    pub at: &'a str,
    pub machine_at: &'a str,
    pub who: &'a str,
    pub text: Markup,
    /// The number in the log; empty where it has none yet.
    pub log_number: &'a str,
}

/// What happened, the newest first as given.
pub fn timeline(lang: Lang, events: &[Event<'_>]) -> Markup {
    if events.is_empty() {
        return crate::empty(&say(lang, "empty-history"), html! {});
    }
    html! {
        ol.timeline {
            @for event in events {
                li {
                    p.small.quiet {
                        time datetime=(event.machine_at) { (event.at) }
                        @if !event.who.is_empty() { " · " (event.who) }
                        @if !event.log_number.is_empty() { " · #" (event.log_number) }
                    }
                    div { (event.text) }
                }
            }
        }
    }
}

/// A run in the background.
#[derive(Clone, Copy)]
pub struct Progress<'a> {
    pub lang: Lang,
    /// Where the same panel can be fetched again; the page itself.
    pub href: &'a str,
    /// What is being done: "Reading 1,284 records".
    pub title: &'a str,
    pub done: usize,
    pub total: usize,
    pub is_finished: bool,
    /// What was found so far, in one sentence.
    pub detail: &'a str,
}

/// How far a run has come. A script fetches it again until it is finished.
pub fn progress(run: &Progress<'_>) -> Markup {
    let lang = run.lang;
    let poll = (!run.is_finished).then_some(run.href);
    let args = [("done", Arg::from(run.done)), ("total", Arg::from(run.total))];
    html! {
        section.progress id="progress" data-poll=[poll] aria-live="polite" {
            h2 { (run.title) }
            progress max=(run.total.max(1)) value=(run.done) aria-label=(run.title) {
                (count(lang, run.done))
            }
            p.progress-count { (words::say_with(lang, "page-progress", &args)) }
            @if !run.detail.is_empty() { p { (run.detail) } }
            @if run.is_finished { p { strong { (say(lang, "page-progress-done")) } } }
            @else {
                p.quiet { (say(lang, "page-progress-live")) }
                p { a.btn.plain href=(run.href) { (say(lang, "button-refresh")) } }
            }
        }
    }
}
