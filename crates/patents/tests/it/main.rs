//! Whole documents through the public door: real files, fixtures of ours, hostile bytes.
mod chinese;
mod docdb;
mod hostile;
mod real;
mod several;

use patents::{Limits, PatentRecord, Problem, read};

pub(crate) fn read_all(bytes: &[u8], name: &str) -> Vec<Result<PatentRecord, Problem>> {
    read(bytes, name, &Limits::default()).collect()
}

/// The only record of a document.
pub(crate) fn only(text: &str) -> PatentRecord {
    let mut all = read_all(text.as_bytes(), "fixture.xml");
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0).expect("a record")
}

/// Codes and lines of problems, numbers of records, in order.
pub(crate) fn outcome(bytes: &[u8]) -> String {
    let shown = |one: &Result<PatentRecord, Problem>| match one {
        Ok(record) => record.publication.key(),
        Err(problem) => format!("{}@{}", problem.code.name(), problem.line),
    };
    read_all(bytes, "fixture.xml").iter().map(shown).collect::<Vec<_>>().join(" ")
}
