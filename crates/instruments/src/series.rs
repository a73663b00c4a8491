//! Bookings that repeat: each is judged alone, and all are told.

use crate::problem::Problem;
use base::{Date, Span};

/// What happens where some instances cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Then none is booked.
    AllOrNothing,
    /// The others are booked.
    SkipConflicts,
}

impl Mode {
    /// The name in forms and answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::AllOrNothing => "all",
            Self::SkipConflicts => "skip",
        }
    }

    /// Reads the name.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::AllOrNothing, Self::SkipConflicts].into_iter().find(|mode| mode.code() == code)
    }
}

/// Which instances a change is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    This,
    ThisAndLater,
    All,
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::This, Self::ThisAndLater, Self::All];

    /// The name in forms and answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::This => "this",
            Self::ThisAndLater => "later",
            Self::All => "all",
        }
    }

    /// Reads the name.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.code() == code)
    }

    /// Whether an instance is changed; a detached one only by itself.
    pub fn has(self, (own, is_detached): (Span, bool), chosen: Span) -> bool {
        match self {
            Self::This => own == chosen,
            _ if is_detached => own == chosen,
            Self::ThisAndLater => own.start() >= chosen.start(),
            Self::All => true,
        }
    }
}

/// One instance, judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    pub on: Date,
    /// The time; `None` where a change of the clock leaves none.
    pub span: Option<Span>,
    pub problems: Vec<Problem>,
}

impl Instance {
    /// Whether it can be booked.
    pub fn is_free(&self) -> bool {
        self.span.is_some() && self.problems.is_empty()
    }
}

/// Which instances are booked, by their place in the list; none where the mode says so.
pub fn booked(mode: Mode, instances: &[Instance]) -> Vec<usize> {
    if mode == Mode::AllOrNothing && !instances.iter().all(Instance::is_free) {
        return Vec::new();
    }
    (0..instances.len()).filter(|n| instances[*n].is_free()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Code;
    use base::Instant;

    fn span(n: i64) -> Span {
        Span::new(Instant::from_micros(n * 10), Instant::from_micros(n * 10 + 5)).expect("a span")
    }

    #[test]
    fn skipping_books_the_rest_and_all_books_nothing() {
        let instance = |n: i64| Instance {
            on: Date::constant(2026, 3, 2),
            span: Some(span(n)),
            problems: if n == 3 || n == 7 { vec![Problem::new(Code::Overlap)] } else { vec![] },
        };
        let instances: Vec<Instance> = (0..10).map(instance).collect();
        assert_eq!(booked(Mode::SkipConflicts, &instances), [0, 1, 2, 4, 5, 6, 8, 9]);
        assert!(booked(Mode::AllOrNothing, &instances).is_empty());
    }

    #[test]
    fn a_detached_instance_changes_by_itself_only() {
        assert!(Scope::All.has((span(1), false), span(3)));
        assert!(!Scope::All.has((span(1), true), span(3)));
        assert!(Scope::All.has((span(3), true), span(3)));
        assert!(!Scope::ThisAndLater.has((span(1), false), span(3)));
        assert!(Scope::ThisAndLater.has((span(4), false), span(3)));
        assert!(!Scope::This.has((span(4), false), span(3)));
    }
}
