//! The filter tree of `access` as a condition in SQL: the one place where a list learns who asks.

use crate::Value;
use access::Filter;

/// The columns a protected table calls owner, desk, person, state and gate.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    pub owner: &'a str,
    pub desk: &'a str,
    pub person: &'a str,
    pub state: &'a str,
    pub gate: &'a str,
}

/// Writes conditions and collects their arguments, numbered from 1.
#[derive(Debug, Default)]
pub struct Composer {
    pub args: Vec<Value>,
}

impl Composer {
    /// A place for a value.
    pub fn bind(&mut self, value: impl Into<Value>) -> String {
        self.args.push(value.into());
        format!("${}", self.args.len())
    }

    /// `column in ($1, $2 …)`; an empty set holds for no row.
    pub fn any_of<V: Into<Value>>(
        &mut self,
        column: &str,
        values: impl IntoIterator<Item = V>,
    ) -> String {
        let places: Vec<String> = values.into_iter().map(|value| self.bind(value)).collect();
        match places.len() {
            0 => "1 = 0".to_owned(),
            _ => format!("{column} in ({})", places.join(", ")),
        }
    }

    /// The filter as a condition.
    pub fn filter(&mut self, filter: &Filter, columns: Columns<'_>) -> String {
        match filter {
            Filter::Always => "1 = 1".to_owned(),
            Filter::Never => "1 = 0".to_owned(),
            Filter::All(parts) => self.joined(parts, columns, " and "),
            Filter::Any(parts) => self.joined(parts, columns, " or "),
            Filter::Not(part) => format!("not ({})", self.filter(part, columns)),
            Filter::Owner(owners) => self.any_of(columns.owner, owners),
            Filter::Desk(desks) => self.any_of(columns.desk, desks),
            Filter::Person(person) => self.any_of(columns.person, [person]),
            Filter::State(states) => self.any_of(columns.state, states.iter().copied()),
            Filter::Gate(gates) => self.any_of(columns.gate, gates),
        }
    }

    fn joined(&mut self, parts: &[Filter], columns: Columns<'_>, with: &str) -> String {
        let written: Vec<String> = parts.iter().map(|part| self.filter(part, columns)).collect();
        format!("({})", written.join(with))
    }
}
