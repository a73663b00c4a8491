//! A reserve that nobody knows before the end: committed to in the rules, revealed before the lot closes.

use crate::rules::Unit;
use crate::side::Minor;
use sha2::{Digest as _, Sha256};

/// The first line of what is hashed.
const FIRST_LINE: &str = "bellwether hidden reserve 1";

/// The commitment of the rules of this name to a reserve: SHA-256 over a text that holds 32 bytes of
/// chance, so that nobody finds the sum by trying.
pub fn commit(name: &str, lot: &str, unit: &Unit, reserve: Minor, salt: &[u8; 32]) -> [u8; 32] {
    let sum = unit.decimal(reserve);
    let salt: String = salt.iter().map(|byte| format!("{byte:02x}")).collect();
    let text = format!("{FIRST_LINE}\n{name}\nlot {lot}\n{sum} {}\nsalt {salt}\n", unit.code);
    Sha256::digest(text.as_bytes()).into()
}
