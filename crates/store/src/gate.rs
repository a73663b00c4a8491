//! The gates known: the written forms of all labels in use, a few dozen in a city.

use crate::{StoreError, Tx, args};

crate::statements! {
    KNOWN = "select gate from gates order by gate";
    ADD = "insert into gates (gate) values ($1) on conflict (gate) do nothing";
}

/// All gates.
pub fn known(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    tx.rows(&KNOWN, &[])?.iter().map(|row| row.text(0)).collect()
}

/// Makes a gate known before a row uses it.
pub fn add(tx: &mut Tx<'_>, gate: &str) -> Result<(), StoreError> {
    tx.run(&ADD, args![gate]).map(|_| ())
}
