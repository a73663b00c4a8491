//! A long statement: bytes a transfer, and how soon its first and its deepest page are there.

use crate::{clock, open, request};
use app::ledger::{Part, PostTransfers};
use worlds::World;

/// Acts of a thousand transfers each.
const ACTS: usize = 200;
const AN_ACT: usize = 1_000;

pub fn measure(world: &World) {
    let pair = (open(world), open(world));
    let n = (ACTS * AN_ACT) as f64;
    let size = || {
        let rows = |name: &str| {
            format!(
                "select cast(coalesce(sum(pgsize), 0) as bigint) from dbstat where name like '{name}%'"
            )
        };
        let query = store::Composed { sql: rows("ledger"), args: Vec::new() };
        world.city.store().read(|tx| tx.composed(&query)?[0].int(0)).unwrap_or(0)
    };
    let before = size();
    for _ in 0..ACTS {
        let many = (0..AN_ACT).map(|_| request(world, pair, false)).collect();
        world.city.perform(&world.operator(), PostTransfers::new(many)).expect("posted");
    }
    match size() - before {
        0 => println!("bytes a transfer: this SQLite does not tell the size of tables"),
        grown => println!("bytes a transfer, legs and indexes: {:.0} (aim 743)", grown as f64 / n),
    }
    let operator = world.operator();
    let page = |part: Part| {
        let started = clock();
        let found = world.city.ledger_statement(&operator, pair.0, part, 25).expect("a page");
        (started.elapsed().as_secs_f64() * 1_000.0, found)
    };
    let _ = page(Part::default());
    let (first, _) = page(Part::default());
    let (deep, _) = page(Part {
        before: Some(i64::try_from(ACTS * AN_ACT / 2).expect("few")),
        ..Part::default()
    });
    let n_legs = ACTS * AN_ACT;
    println!(
        "a statement of {n_legs} lines: first page {first:.1} ms, in its middle {deep:.1} ms (aim 50)"
    );
}
