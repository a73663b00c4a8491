//! The gates known: the written forms of all labels in use, a few dozen in a city.

use crate::{StoreError, Tx, args};

crate::statements! {
    KNOWN = "select gate from gates order by gate";
    ADD = "insert into gates (gate) values ($1) on conflict (gate) do nothing";
}

/// The gate of rows that have no label of their own and are for members of organisations, and the same
/// as text of SQL.
pub(crate) const MEMBERS: &str = "2:::*";
pub(crate) const MEMBERS_SQL: &str = "cast('2:::*' as text)";

/// All gates.
pub fn known(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    tx.rows(&KNOWN, &[])?.iter().map(|row| row.text(0)).collect()
}

/// Makes a gate known before a row uses it.
pub fn add(tx: &mut Tx<'_>, gate: &str) -> Result<(), StoreError> {
    tx.later(&ADD, args![gate])
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::{Label, Level};

    #[test]
    fn the_gate_of_members_is_that_of_their_label() {
        assert_eq!(MEMBERS, Label::at(Level::Members).gate());
        assert!(MEMBERS_SQL.contains(&format!("'{MEMBERS}'")));
    }
}
