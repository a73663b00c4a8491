//! Cases: work of several steps by several people, run from a declared process.
//!
//! A [`Process`] is a constant of states, tasks and steps: who may take each, what it asks for,
//! until when. [`check()`] tells what is wrong with a declaration, [`diagram()`] prints it. A
//! [`Running`] case is stored data; [`Case`] pairs it with its declaration. Every move is a pure
//! decision on facts that were loaded before: [`take`] a step, [`withdraw`] the case, [`assign`] a
//! task, [`stop_clock`] and [`resume`], [`lapse`] at a deadline. A move answers with the whole
//! case afterwards, or with every reason to refuse; the codes stand in [`CODES`].
//!
//! Invariants: a step is taken only by a person who may take it and was sure enough who they are;
//! tasks that must be different persons' are, whoever stood in for whom; each move raises the
//! version by one; an ended case never moves; nothing is announced twice; one sequence of moves
//! gives one case.
//!
//! Absent on purpose: a clock, storage, sentences for people, the state of the thing that the case
//! is about (its domain owns that), answers and documents (they belong to the record of a move).

pub mod answer;
pub mod assignment;
pub mod check;
pub mod clock;
pub mod deadline;
pub mod delegation;
pub mod diagram;
pub mod moving;
pub mod passing;
pub mod process;
pub mod progress;
pub mod refuse;
pub mod running;
pub mod statistics;
pub mod taker;
pub mod taking;
pub mod term;
pub mod withdrawal;

pub use assignment::{Assigning, Candidate, assign, is_apart, may_assign};
pub use check::{Flaw, check};
pub use clock::{Stopping, may_turn_clock, resume, stop_clock};
pub use deadline::{Due, DueAct, announce, due, lapse, wakes_at};
pub use delegation::{DELEGATION_DAYS_MAX, Delegation, delegable, delegate};
pub use diagram::diagram;
pub use moving::{Closed, Ended, Moved, open};
pub use passing::{pass_on, still_fits};
pub use process::{
    Ask, AskKind, AtDeadline, ChecklistItem, Days, Deadline, Ending, Kind, Needed, OPENER, Process,
    StandIn, State, Step, Sureness, Task, To, Who, Withdrawal,
};
pub use progress::{Stage, Standing, progress};
pub use refuse::{CODES, Code, WANTED_TERMS};
pub use running::{Case, FORMAT, OpenTask, Running, Stopped, Taken};
pub use statistics::{ServiceTimes, service_times};
pub use taker::{Giver, Offer, Rights, Taker, offers};
pub use taking::{Taking, take};
pub use term::words_of;
pub use withdrawal::{Withdrawing, withdraw};

#[cfg(test)]
mod tests;
