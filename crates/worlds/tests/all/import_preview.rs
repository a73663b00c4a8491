//! Staged runs on both databases: foretold, put away, listed page by page.

use access::Role;
use app::Asker;
use app::import::{ApproveImport, DiscardImport, Foretold, StageRows, StartImport, UndoImport};
use app::technology::RaiseLabel;
use base::{ImportId, OrganisationId};
use store::import::{Counts, ImportRow, RunState};
use trading::intake::Record;
use trading::technology::{Inventor, Trl};
use worlds::{World, on_both};

fn record(key: &str, title: &str) -> Record {
    let mut record = Record { key: key.to_owned(), ..Record::default() };
    record.content.title.en = title.to_owned();
    record.content.summary.en = "What it does.".to_owned();
    record
}

fn staged(world: &World, asker: &Asker, owner: OrganisationId, records: &[Record]) -> ImportId {
    let act = StartImport {
        owner,
        files: Vec::new(),
        public_source: "a printed catalogue".to_owned(),
        takes_good: false,
    };
    let import = world.city.perform(asker, act).expect("a run").import;
    let act = StageRows {
        import,
        records: records.to_vec(),
        problems: Vec::new(),
        n_unsupported: 0,
        n_rejected: 0,
    };
    world.city.perform(asker, act).expect("staged");
    import
}

fn done(world: &World, asker: &Asker, import: ImportId) -> Counts {
    world.city.perform(asker, ApproveImport::new(import, true)).expect("approved");
    world.city.run_import(asker, import, |_, _| true).expect("done").counts
}

fn foretold(
    world: &World,
    asker: &Asker,
    import: ImportId,
) -> (Counts, Vec<(ImportRow, Foretold)>) {
    world.city.import_preview(asker, import, 100).expect("a preview")
}

/// A record that the domain refuses: shares beyond the whole.
fn too_many_shares(key: &str) -> Record {
    let mut record = record(key, "Too many shares");
    let share = |name: &str| Inventor {
        name: base::Bilingual::new(name, ""),
        share: Some(trading::percent::Percent::parse("60").expect("a share")),
    };
    record.content.inventors = vec![share("Li"), share("Wu")];
    record
}

on_both! {
    fn a_preview_says_what_the_run_then_does(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let first = [record("K-1", "A valve"), record("K-2", "A pump")];
        let import = staged(world, &officer, owner, &first);
        done(world, &officer, import);
        let mut changed = record("K-1", "A better valve");
        changed.content.trl = Some(Trl { level: 6, ..Trl::default() });
        let again = [
            changed,
            record("K-2", "A pump"),
            record("K-3", "A fan"),
            record("K-3", "A fan of another kind"),
            too_many_shares("K-4"),
        ];
        let import = staged(world, &officer, owner, &again);
        let (counts, rows) = foretold(world, &officer, import);
        let told: Vec<&str> = rows.iter().map(|(_, foretold)| foretold.outcome).collect();
        assert_eq!(told, ["updated", "unchanged", "created", "updated", "rejected"]);
        let fields: Vec<String> = rows[0].1.changes.iter().map(|change| format!(
            "{}: {} → {}",
            change.field,
            change.before.as_deref().unwrap_or("–"),
            change.after.as_deref().unwrap_or("–"),
        )).collect();
        assert_eq!(fields[0], "title.en: A valve → A better valve");
        assert!(fields.iter().any(|field| field.starts_with("trl")), "{fields:?}");
        assert!(rows[4].1.problem.is_some());
        // All or nothing means all: the row that would be refused stops the whole.
        let no = world.city.perform(&officer, ApproveImport::new(import, false));
        assert_eq!(no.expect_err("refused").0[0].code, "import-has-rejected");
        assert_eq!(done(world, &officer, import), counts);
    }

    fn old_values_are_for_those_who_may_see_them(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let import = staged(world, &officer, owner, &[record("K-1", "A valve")]);
        done(world, &officer, import);
        let rows = world.city.import_rows(&officer, import, 0, 9).expect("rows");
        let technology = base::TechnologyId::parse(&rows[0].technology).expect("an id");
        let version = world.city.technology(&officer, technology).expect("seen").technology.version;
        let label = base::Label {
            compartments: ["Z".to_owned()].into(),
            ..base::Label::at(base::Level::Restricted)
        };
        let far = base::Instant::parse_rfc3339("2030-01-01T00:00:00Z").expect("a moment");
        let colleague = world.person("colleague", owner, Role::TransferOfficer);
        world.clear(&colleague, base::Clearance {
            level: label.level,
            compartments: label.compartments.clone(),
            valid_to: Some(far),
            ..base::Clearance::default()
        });
        world.city.perform(&colleague, RaiseLabel {
            technology, version, label,
        }).expect("raised");
        let import = staged(world, &officer, owner, &[record("K-1", "A better valve")]);
        let (_, rows) = foretold(world, &officer, import);
        assert_eq!(rows[0].1.outcome, "updated");
        assert!(rows[0].1.changes.is_empty() && rows[0].1.technology.is_none());
        let looks = |world: &World| {
            world.settle();
            world.city.store().committed().size()
        };
        let before = looks(world);
        let (_, rows) = foretold(world, &colleague, import);
        assert_eq!(rows[0].1.changes[0].before.as_deref(), Some("A valve"));
        assert_eq!(looks(world), before + 1, "seeing a watched thing is a look");
    }

    fn a_staged_run_is_put_away(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let member = world.person("member", owner, Role::Member);
        let import = staged(world, &officer, owner, &[record("K-1", "A valve")]);
        let no = world.city.perform(&member, DiscardImport { import }).expect_err("refused");
        assert!(["not-allowed", "not-found"].contains(&no.0[0].code.as_ref()), "{no:?}");
        world.city.perform(&officer, DiscardImport { import }).expect("discarded");
        let view = world.city.import(&officer, import).expect("still listed");
        assert_eq!((view.run.state, view.run.n_done), (RunState::Discarded, 0));
        assert!(world.city.import_rows(&officer, import, 0, 9).expect("rows").is_empty());
        // What is put away neither runs, nor is put away or taken back a second time.
        for no in [
            world.city.perform(&officer, DiscardImport { import }).expect_err("refused"),
            world.city.perform(&officer, ApproveImport::new(import, true)).expect_err("refused"),
        ] {
            assert_eq!(no.0[0].code, "import-not-staged");
        }
        let no = world.city.perform(&officer, UndoImport { import }).expect_err("refused");
        assert_eq!(no.0[0].code, "import-not-done");
        // The same file can be handed in again, and a run that was done is not put away.
        let import = staged(world, &officer, owner, &[record("K-1", "A valve")]);
        assert_eq!(done(world, &officer, import).created, 1);
        let no = world.city.perform(&officer, DiscardImport { import }).expect_err("refused");
        assert_eq!(no.0[0].code, "import-not-staged");
    }

    fn runs_and_people_are_listed_page_by_page(world) {
        let (owner, other) = (world.organisation("Institute"), world.organisation("Other"));
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let rival = world.person("rival", other, Role::TransferOfficer);
        let mut own = Vec::new();
        for n in 0..5 {
            own.push(staged(world, &officer, owner, &[record(&format!("K-{n}"), "A valve")]));
            staged(world, &rival, other, &[record(&format!("K-{n}"), "A pump")]);
        }
        own.reverse();
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = world.city.imports(&officer, after, 2).expect("a page");
            // A run that comes meanwhile is newer than every page still to come.
            staged(world, &officer, owner, &[record("K-9", "A fan")]);
            let Some(last) = page.last() else { break };
            after = Some(last.run.id);
            seen.extend(page.iter().map(|view| view.run.id));
        }
        assert_eq!(seen, own);

        let names: Vec<String> = (0..7).map(|n| format!("member{n}")).collect();
        for name in &names {
            world.person(name, owner, Role::Member);
        }
        world.person("elsewhere", other, Role::Member);
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let page = world.city.people(&officer, Some(owner), &after, 3).expect("a page");
            assert!(page.len() <= 3);
            let Some((last, _)) = page.last() else { break };
            after = last.id.to_string();
            found.extend(page.into_iter().map(|(person, _)| person.id));
        }
        let n = found.len();
        found.sort();
        found.dedup();
        assert_eq!((found.len(), n), (8, 8));
    }
}
