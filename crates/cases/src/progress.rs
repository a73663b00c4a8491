//! The progress bar of a case.

use crate::running::Case;
use std::cmp::Ordering;

/// One place on the bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    pub index: u8,
    /// The names of the states that share the place.
    pub states: Vec<&'static str>,
    pub standing: Standing,
}

/// Where the case stands towards a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Done,
    Now,
    Ahead,
    /// Passed by: a refused case skips what would have followed.
    Skipped,
}

/// The places of the bar in their order. An ended case has no place *now*.
pub fn progress(case: &Case<'_>) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    for state in case.process().states {
        match stages.iter_mut().find(|stage| stage.index == state.stage) {
            Some(stage) => stage.states.push(state.name),
            None => stages.push(Stage {
                index: state.stage,
                states: vec![state.name],
                standing: standing(case, state.stage),
            }),
        }
    }
    stages.sort_by_key(|stage| stage.index);
    stages
}

fn standing(case: &Case<'_>, stage: u8) -> Standing {
    let has_been = case.running().stages.contains(&stage);
    let has_ended = case.ending().is_some();
    match stage.cmp(&case.state().stage) {
        Ordering::Equal if !has_ended => Standing::Now,
        Ordering::Greater if !has_ended => Standing::Ahead,
        _ if has_been => Standing::Done,
        _ => Standing::Skipped,
    }
}
