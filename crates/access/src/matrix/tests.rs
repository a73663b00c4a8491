//! Every act has its row.

use super::*;
use std::collections::BTreeSet;

#[test]
fn every_act_has_exactly_one_row() {
    let mut seen = BTreeSet::new();
    for row in MATRIX {
        assert!(seen.insert(row.act), "two rows for {:?}", row.act);
    }
    // The last variant's place says how many there are, so none can be forgotten.
    assert_eq!(seen.len(), Act::InitialiseCity as usize + 1);
}
