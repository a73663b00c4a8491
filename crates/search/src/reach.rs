//! What a reader may see, as a closed tree that is asked of every document before it counts.
use crate::columns::{Bags, Columns, Words, wide};

/// What a reader may see; a gate that is not named is not passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everything: for tests alone.
    Everything,
    Nothing,
    Any(Vec<Reach>),
    All(Vec<Reach>),
    /// Documents behind any of these gates.
    Gate(Vec<String>),
    /// Documents of any of these owners.
    Owner(Vec<String>),
    /// Documents in any of these states.
    State(Vec<String>),
    Not(Box<Reach>),
}

/// A reach made ready for one segment: values are small numbers there.
pub(crate) enum Sieve<'a> {
    Everything,
    Nothing,
    Any(Vec<Sieve<'a>>),
    All(Vec<Sieve<'a>>),
    Not(Box<Sieve<'a>>),
    /// Whether each value of a column passes.
    Value {
        column: &'a Words,
        passes: Vec<bool>,
    },
    /// Whether each of several values passes.
    Bag {
        column: &'a Bags,
        passes: Vec<bool>,
    },
    /// One of these documents, ascending.
    Among(Vec<u32>),
    /// A number from the first to the last; 0 is missing.
    Between {
        column: &'a [u32],
        first: u32,
        last: u32,
    },
}

impl<'a> Sieve<'a> {
    pub(crate) fn new(reach: &Reach, columns: &'a Columns) -> Self {
        let all = |of: &[Reach]| of.iter().map(|it| Self::new(it, columns)).collect();
        match reach {
            Reach::Everything => Self::Everything,
            Reach::Nothing => Self::Nothing,
            Reach::Any(of) => Self::Any(all(of)),
            Reach::All(of) => Self::All(all(of)),
            Reach::Not(of) => Self::Not(Box::new(Self::new(of, columns))),
            Reach::Gate(values) => Self::of_values(&columns.gate, values),
            Reach::Owner(values) => Self::of_values(&columns.owner, values),
            Reach::State(values) => Self::of_values(&columns.state, values),
        }
    }

    /// Any value of a bag for which `passes` holds.
    pub(crate) fn of_bag(column: &'a Bags, passes: impl Fn(&str) -> bool) -> Self {
        let passes: Vec<bool> = column.values().iter().map(|value| passes(value)).collect();
        if passes.contains(&true) { Self::Bag { column, passes } } else { Self::Nothing }
    }

    pub(crate) fn of_values(column: &'a Words, values: &[String]) -> Self {
        let mut passes = vec![false; column.n_values()];
        let mut is_any = false;
        for value in values {
            if let Some(pass) = column.value_of(value).and_then(|at| passes.get_mut(at)) {
                *pass = true;
                is_any = true;
            }
        }
        if is_any { Self::Value { column, passes } } else { Self::Nothing }
    }

    pub(crate) fn passes(&self, doc: u32) -> bool {
        match self {
            Self::Everything => true,
            Self::Nothing => false,
            Self::Any(of) => of.iter().any(|it| it.passes(doc)),
            Self::All(of) => of.iter().all(|it| it.passes(doc)),
            Self::Not(of) => !of.passes(doc),
            Self::Value { column, passes } => passes[column.at(doc)],
            Self::Among(docs) => docs.binary_search(&doc).is_ok(),
            Self::Bag { column, passes } => column.of(doc).iter().any(|at| passes[wide(*at)]),
            Self::Between { column, first, last } => (*first..=*last).contains(&column[wide(doc)]),
        }
    }
}
