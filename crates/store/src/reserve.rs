//! Hidden reserves of lots: sealed until they are revealed.

use crate::{StoreError, Tx, args, statements};
use base::LotId;

statements! {
    KEEP = "insert into lot_reserves (lot, sealed, reserve, salt) values ($1, $2, null, '')
            on conflict (lot) do update set sealed = $2";
    FORGET = "delete from lot_reserves where lot = $1 and salt = ''";
    SEALED = "select sealed from lot_reserves where lot = $1";
    REVEAL = "update lot_reserves set reserve = $2, salt = $3 where lot = $1 and salt = ''";
    REVEALED = "select reserve, salt from lot_reserves where lot = $1 and salt <> ''";
}

/// A reserve that was hidden, as everybody may read it after the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revealed {
    /// Minor units.
    pub reserve: i64,
    /// The chance in the hash, in hexadecimal.
    pub salt: String,
}

/// Keeps what is sealed for a lot, in the place of what was there.
pub fn keep(tx: &mut Tx<'_>, lot: LotId, sealed: &str) -> Result<(), StoreError> {
    tx.later(&KEEP, args![lot, sealed])
}

/// Forgets what was sealed for a lot.
pub fn forget(tx: &mut Tx<'_>, lot: LotId) -> Result<(), StoreError> {
    tx.later(&FORGET, args![lot])
}

/// What is sealed for a lot.
pub fn sealed(tx: &mut Tx<'_>, lot: LotId) -> Result<Option<String>, StoreError> {
    tx.row(&SEALED, args![lot])?.map(|row| row.text(0)).transpose()
}

/// Opens the reserve of a lot, once.
pub fn reveal(tx: &mut Tx<'_>, lot: LotId, reserve: i64, salt: &str) -> Result<(), StoreError> {
    tx.later(&REVEAL, args![lot, reserve, salt])
}

/// The reserve of a lot that was revealed.
pub fn revealed(tx: &mut Tx<'_>, lot: LotId) -> Result<Option<Revealed>, StoreError> {
    let row = tx.row(&REVEALED, args![lot])?;
    row.map(|row| Ok(Revealed { reserve: row.int(0)?, salt: row.text(1)? })).transpose()
}
