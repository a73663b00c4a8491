//! Imports of real files on both databases: what can be read is in, the same again changes nothing.

use access::Role;
use app::import::{ApproveImport, CommitRows, StageRows, StartImport, UndoImport};
use app::search::Ask;
use app::{Asker, City};
use base::{ImportId, OrganisationId, limits};
use std::path::{Path, PathBuf};
use store::import::Counts;
use trading::intake::{Problem, Record};
use worlds::on_both;

/// Stages these files for an owner and says what is wrong with them.
fn staged(
    city: &City,
    asker: &Asker,
    owner: OrganisationId,
    paths: &[PathBuf],
    source: &str,
) -> (ImportId, Vec<Problem>) {
    let act = StartImport {
        owner,
        files: Vec::new(),
        public_source: source.to_owned(),
        takes_good: true,
    };
    let import = city.perform(asker, act).expect("a run").import;
    let mut problems: Vec<Problem> = Vec::new();
    let mut records: Vec<Record> = Vec::new();
    let stage = |records: Vec<Record>, problems: Vec<Problem>, wrong: (u64, u64)| {
        let (n_unsupported, n_rejected) = wrong;
        let act = StageRows { import, records, problems, n_unsupported, n_rejected };
        city.perform(asker, act).expect("staged");
    };
    for path in paths {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("?");
        let options = papers::Options {
            public_source: Some(source.to_owned()).filter(|text| !text.is_empty()),
            ..papers::Options::default()
        };
        for item in papers::read(path.as_path(), name, &options) {
            match item {
                Ok(record) => records.push(record),
                Err(refused) => {
                    let n = match refused.outcome {
                        papers::Outcome::Unsupported => (1, 0),
                        papers::Outcome::Rejected => (0, 1),
                        _ => (0, 0),
                    };
                    problems.extend(refused.problems.clone());
                    stage(Vec::new(), refused.problems, n);
                }
            }
            if records.len() == limits::IMPORT_BATCH_MAX {
                stage(std::mem::take(&mut records), Vec::new(), (0, 0));
            }
        }
    }
    stage(records, Vec::new(), (0, 0));
    (import, problems)
}

fn imported(
    city: &City,
    asker: &Asker,
    owner: OrganisationId,
    paths: &[PathBuf],
    source: &str,
) -> (Counts, Vec<Problem>) {
    let (import, problems) = staged(city, asker, owner, paths, source);
    city.perform(asker, ApproveImport::new(import, true)).expect("approved");
    let run = city.run_import(asker, import, |_, _| true).expect("done");
    (run.counts, problems)
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(files_below(&path));
        } else if path.file_name().is_none_or(|name| name != "LICENSE") {
            found.push(path);
        }
    }
    found
}

on_both! {
    fn european_patents_go_in_once(world) {
        let Some(folder) = testkit::test_data("patents/epo") else { return };
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let files = files_below(&folder);
        let (counts, problems) = imported(&world.city, &officer, owner, &files, "");
        assert_eq!((counts.created + counts.updated, counts.rejected), (29, 4), "{counts:?}");
        let mut lines: Vec<u64> = problems.iter().map(|problem| problem.line).collect();
        lines.sort_unstable();
        assert_eq!(lines, [93, 96, 118, 308]);
        let (again, _) = imported(&world.city, &officer, owner, &files, "");
        assert_eq!((again.created, again.updated, again.stubs), (0, 0, 0), "{again:?}");
        assert_eq!(again.unchanged, 29);
        world.settle();
        let ask = Ask { text: "fluoroalkanol".to_owned(), limit: 9, ..Ask::default() };
        let page = world.city.search(&Asker::nobody(), &ask).expect("found");
        assert!(page.total >= 1, "a published patent is public");
        world.city.verify_log(|_| ()).expect("read").expect("sound");
    }

    fn american_patents_go_in_once(world) {
        let Some(folder) = testkit::test_data("patents/uspto") else { return };
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let files = files_below(&folder);
        let (counts, problems) = imported(&world.city, &officer, owner, &files, "");
        assert_eq!(counts.created + counts.updated, 17, "{counts:?} {problems:?}");
        let (again, _) = imported(&world.city, &officer, owner, &files, "");
        assert_eq!((again.created, again.updated, again.unchanged), (0, 0, 17), "{again:?}");
    }

    fn a_catalogue_without_proof_enters_as_stubs(world) {
        let Some(file) = testkit::test_data("nasa/NASA_Patents_7col.csv") else { return };
        let owner = world.organisation("Agency");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let (counts, _) = imported(&world.city, &officer, owner, std::slice::from_ref(&file), "");
        assert_eq!((counts.stubs, counts.created, counts.rejected), (1393, 0, 0), "{counts:?}");
        let (again, _) = imported(&world.city, &officer, owner, std::slice::from_ref(&file), "");
        assert_eq!(again.unchanged, 1393, "{again:?}");
        world.settle();
        let all = Ask { limit: 9, ..Ask::default() };
        assert_eq!(world.city.search(&Asker::nobody(), &all).expect("a list").total, 0);
        // The officer names the source: now they are public, and again only once.
        let source = "NASA patent portfolio, data.nasa.gov";
        let (named, _) = imported(&world.city, &officer, owner, std::slice::from_ref(&file), source);
        assert_eq!((named.updated, named.rejected), (1393, 0), "{named:?}");
        let (again, _) = imported(&world.city, &officer, owner, &[file], source);
        assert_eq!(again.unchanged, 1393, "{again:?}");
        world.settle();
        assert_eq!(world.city.search(&Asker::nobody(), &all).expect("a list").total, 1393);
    }

    fn pending_releases_stay_stubs_whatever_the_source(world) {
        let Some(file) = testkit::test_data("nasa/code.json") else { return };
        let owner = world.organisation("Agency");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let (counts, problems) =
            imported(&world.city, &officer, owner, std::slice::from_ref(&file), "nasa/Open-Source-Catalog");
        let n = counts.created + counts.updated + counts.stubs + counts.rejected + counts.unchanged;
        assert_eq!(n, 1304, "{counts:?} {problems:?}");
        assert!(counts.stubs >= 709, "{counts:?}");
        let (again, _) =
            imported(&world.city, &officer, owner, &[file], "nasa/Open-Source-Catalog");
        assert_eq!((again.created, again.updated, again.stubs), (0, 0, 0), "{again:?}");
    }

    fn an_interrupted_run_goes_on_and_can_be_undone(world) {
        let Some(file) = testkit::test_data("nasa/NASA_Patents_7col.csv") else { return };
        let owner = world.organisation("Agency");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let (import, _) = staged(&world.city, &officer, owner, &[file], "a public catalogue");
        world.city.perform(&officer, ApproveImport::new(import, true)).expect("approved");
        let stopped = world.city.run_import(&officer, import, |_, _| false).expect("stopped");
        assert_eq!((stopped.n_done, stopped.n_rows), (200, 1393));
        let unfinished = world.city.store().read(store::import::unfinished).expect("read");
        assert_eq!(unfinished, [import]);
        // Another node goes on where the first was stopped; SQLite has one process at a time.
        let city = match world.database.place {
            store::Place::Postgres(_) => world.reopened(8),
            store::Place::Folder(_) => world.city.clone(),
        };
        let done = city.run_import(&officer, import, |_, _| true).expect("done");
        assert_eq!((done.n_done, done.counts.created), (1393, 1393));
        let step = city.perform(&officer, CommitRows { import }).expect("nothing left");
        assert!(step.is_done && step.counts == done.counts);
        let undone = world.city.perform(&officer, UndoImport { import }).expect("undone");
        assert_eq!(undone.created, 1393);
        world.settle();
        let all = Ask { limit: 9, ..Ask::default() };
        assert_eq!(world.city.search(&Asker::nobody(), &all).expect("a list").total, 0);
    }

    fn nobody_imports_for_another(world) {
        let owner = world.organisation("Agency");
        let other = world.organisation("Other");
        let rival = world.person("rival", other, Role::TransferOfficer);
        let act = StartImport {
            owner,
            files: Vec::new(),
            public_source: String::new(),
            takes_good: true,
        };
        let no = world.city.perform(&rival, act).expect_err("refused");
        assert_eq!(no.0[0].code, "not-allowed");
    }
}
