//! Ten thousand open cases: how long the task list, the list of cases and one case take to read.
//!
//! `cargo bench --bench cases`, in process, one thread; statements are counted as the
//! pages would send them.

use access::Role;
use app::Asker;
use app::case::{CasesWanted, TasksWanted, Which};
use app::release::DiscloseResult;
use base::{Bilingual, CaseId};
use std::time::Instant;
use trading::release::Disclosure;
use trading::{Content, Inventor, Share};
use worlds::{Database, On, World};

const CASES: usize = 10_000;
const READS: usize = 300;

#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn clock() -> Instant {
    Instant::now()
}

fn main() {
    for on in [On::Sqlite, On::Postgres] {
        let Some(database) = Database::fresh(on) else { continue };
        let world = World::in_database(database);
        let owner = world.organisation("Institute");
        let inventor = world.person("inventor", owner, Role::Member);
        let reviewer = world.person("reviewer", owner, Role::Reviewer);
        let ids = fill(&world, owner, &inventor);
        let city = &world.city;
        let all = TasksWanted::all();
        measure(&world, &format!("{on:?}: first page of my tasks"), || {
            let page = city.tasks(&reviewer, (Which::Mine, &all), None, 50).expect("tasks");
            assert_eq!(page.rows.len(), 50);
        });
        measure(&world, &format!("{on:?}: counts of my tasks"), || {
            let counts = city.task_counts(&reviewer, &all).expect("counts");
            assert_eq!(counts.mine, base::limits::COUNTED_MAX + 1);
        });
        measure(&world, &format!("{on:?}: first page of cases with counts"), || {
            let page = city.cases(&reviewer, &CasesWanted::default(), None, 50).expect("cases");
            assert_eq!(page.rows.len(), 50);
        });
        let mut at = 0;
        measure(&world, &format!("{on:?}: one case"), || {
            at = (at + 37) % ids.len();
            city.case(&reviewer, ids[at]).expect("a case");
        });
    }
}

fn fill(world: &World, owner: base::OrganisationId, inventor: &Asker) -> Vec<CaseId> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let ids = parking_lot::Mutex::new(Vec::with_capacity(CASES));
    std::thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| {
                while next.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < CASES {
                    let made = loop {
                        match world.city.perform(inventor, disclosure(owner)) {
                            Ok(made) => break made,
                            // A busy moment of PostgreSQL.
                            Err(_) => std::thread::yield_now(),
                        }
                    };
                    ids.lock().push(made.case);
                }
            });
        }
    });
    ids.into_inner()
}

fn disclosure(owner: base::OrganisationId) -> DiscloseResult {
    let inventor = Inventor { name: Bilingual::new("Li", "李"), share: Share::parse("100").ok() };
    DiscloseResult {
        owner,
        key: String::new(),
        content: Content { inventors: vec![inventor], ..World::content("Quiet pump") },
        label: None,
        disclosure: Disclosure {
            proposed: "public".to_owned(),
            funding: "none".to_owned(),
            prior_publication: "none".to_owned(),
            planned_on: None,
            third_parties: "none".to_owned(),
            export: "on no list".to_owned(),
            declared: true,
        },
        documents: Vec::new(),
    }
}

fn measure(world: &World, name: &str, mut read: impl FnMut()) {
    read();
    let before = world.city.store().n_statements();
    read();
    let n_statements = world.city.store().n_statements() - before;
    let mut took: Vec<f64> = (0..READS)
        .map(|_| {
            let started = clock();
            read();
            started.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
    println!("{name}: p50 {:.2} ms, p99 {:.2} ms, {n_statements} statements", at(0.5), at(0.99));
}
