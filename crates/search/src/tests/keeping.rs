//! Versions, positions, files, and rebuilding beside.
use super::*;

fn remove(id: &str, version: u64) -> Change {
    Change::Remove { kind: "technology".into(), id: id.into(), version }
}

fn at_version(id: &str, title: &str, version: u64) -> Change {
    Change::put(Document { version, ..titled(id, title) })
}

#[test]
fn older_versions_change_nothing() {
    let index = titles(&[]);
    index.apply(&[at_version("a", "新泵", 5)], 1).expect("applied");
    index.apply(&[at_version("a", "旧泵", 4)], 2).expect("applied");
    assert_eq!((found(&index, "新泵"), found(&index, "旧泵")), ("a".into(), String::new()));
    index.apply(&[at_version("a", "新泵", 5)], 3).expect("applied");
    assert_eq!(found(&index, "泵"), "a", "an event twice changes nothing");
    index.apply(&[remove("a", 4)], 4).expect("applied");
    assert_eq!(found(&index, "泵"), "a");
    index.apply(&[remove("a", 6)], 5).expect("applied");
    index.apply(&[at_version("a", "旧泵", 5)], 6).expect("applied");
    assert_eq!(found(&index, "泵"), "", "what is gone does not come back");
    assert_eq!(index.n_documents(), 0);
    index.apply(&[at_version("a", "泵三", 8), at_version("a", "泵二", 7)], 7).expect("applied");
    assert_eq!(found(&index, "泵三"), "a");
    index.apply(&[at_version("a", "泵四", 9), remove("a", 9)], 8).expect("applied");
    assert_eq!(found(&index, "泵"), "", "of equal versions the later stands");
    assert_eq!(index.position(), 8);
}

#[test]
fn the_index_is_where_it_was_after_a_restart() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let open = || Index::open(Some(folder.path()), Options::default()).expect("an index");
    let answer = |index: &Index| {
        let mut query = Query::new("激光 laser", Reach::Everything);
        query.facets = true;
        let mut answer = index.search(&query).expect("an answer");
        answer.next = None;
        format!("{answer:?}")
    };
    let index = open();
    let changes: Vec<Change> = (0..40)
        .map(|at| {
            let title = format!("激光 laser{}", " 焊接".repeat(at % 5));
            let document = titled(&format!("d{at:02}"), &title);
            Change::put(Document { public: at % 3 > 0, ..document })
        })
        .collect();
    index.apply(&changes, 40).expect("applied");
    index.apply(&[remove("d07", 2), remove("d08", 2)], 42).expect("applied");
    let before = answer(&index);
    drop(index);
    let index = open();
    assert_eq!(index.position(), 42);
    assert_eq!(answer(&index), before, "statistics are read back exactly");
    assert!(!index.is_stale());
}

/// Scenario 18: the old index answers until the new one takes its place.
#[test]
fn an_index_is_rebuilt_beside_itself() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let index = Index::open(Some(folder.path()), Options::default()).expect("an index");
    index.apply(&[at_version("a", "旧泵", 1)], 7).expect("applied");
    let rebuilt: Result<(), crate::SearchError> = index.rebuild_beside(|beside| {
        beside.apply(&[at_version("a", "新泵", 1)], 5)?;
        assert_eq!(beside.position(), 5);
        assert_eq!(found(&index, "旧泵"), "a");
        beside.apply(&[at_version("b", "新阀", 1)], 6)
    });
    rebuilt.expect("rebuilt");
    assert_eq!((found(&index, "旧泵"), found(&index, "新泵")), (String::new(), "a".into()));
    assert_eq!(index.position(), 6);
    drop(index);
    let index = Index::open(Some(folder.path()), Options::default()).expect("an index");
    assert_eq!((index.position(), found(&index, "新")), (6, "a b".into()));
}

/// A merge begun by one opening must not touch the files of the next.
#[test]
fn merges_end_before_the_next_opening() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for round in 1..=40 {
        let index = Index::open(Some(folder.path()), Options::default()).expect("an index");
        assert_eq!((index.position(), index.n_documents()), (round - 1, round - 1));
        index.apply(&[at_version(&format!("d{round}"), "泵", 1)], round).expect("applied");
    }
}

#[test]
fn an_index_is_shared_by_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Index>();
}

#[test]
fn an_index_in_use_is_not_opened_twice() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let index = Index::open(Some(folder.path()), Options::default()).expect("an index");
    index.apply(&[at_version("a", "泵", 1)], 7).expect("applied");
    assert!(Index::open(Some(folder.path()), Options::default()).is_err());
    assert_eq!(found(&index, "泵"), "a");
}

#[test]
fn a_damaged_index_starts_anew() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let index = Index::open(Some(folder.path()), Options::default()).expect("an index");
    index.apply(&[at_version("a", "泵", 1)], 7).expect("applied");
    drop(index);
    let files = std::fs::read_dir(folder.path().join("index-1")).expect("a folder");
    let store = files
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "store"))
        .expect("a file of stored texts");
    let mut bytes = std::fs::read(&store).expect("read");
    bytes[0] ^= 0xff;
    std::fs::write(&store, bytes).expect("written");
    let index = Index::open(Some(folder.path()), Options::default()).expect("an index");
    assert_eq!((index.position(), index.n_documents()), (0, 0));
}

#[test]
fn an_unreadable_index_starts_anew() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let index = Index::open(Some(folder.path()), Options::default()).expect("an index");
    index.apply(&[at_version("a", "泵", 1)], 7).expect("applied");
    drop(index);
    let meta = folder.path().join("index-1").join("meta.json");
    std::fs::write(&meta, "not an index").expect("written");
    let index = Index::open(Some(folder.path()), Options::default()).expect("an index");
    assert_eq!((index.position(), index.n_documents()), (0, 0));
    index.apply(&[at_version("a", "泵", 1)], 7).expect("applied");
    assert_eq!(found(&index, "泵"), "a");
}

/// Scenario 15, in small: whatever was not committed is applied again, and nothing twice.
#[test]
fn a_follower_goes_on_where_the_commit_was() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut dice = testkit::Dice::new(5);
    let log: Vec<Change> = (0..60)
        .map(|at| {
            let id = format!("d{}", dice.below(9));
            if dice.below(5) == 0 {
                remove(&id, at)
            } else {
                at_version(&id, &format!("泵{}", ["甲", "乙", "丙"][dice.below(3)]), at)
            }
        })
        .collect();
    let mut done = 0;
    while done < log.len() {
        let index = Index::open(Some(folder.path()), Options::default()).expect("an index");
        assert_eq!(index.position(), done as u64, "the payload is the last one applied");
        // It may have heard some events already, and hears them again.
        let from = done - dice.below(done.min(4) + 1);
        let to = (done + 1 + dice.below(12)).min(log.len());
        index.apply(&log[from..to], to as u64).expect("applied");
        done = to;
    }
    let index = Index::open(Some(folder.path()), Options::default()).expect("an index");
    let straight = titles(&[]);
    straight.apply(&log, 60).expect("applied");
    for text in ["泵甲", "泵乙", "泵丙", "泵"] {
        assert_eq!(found(&index, text), found(&straight, text), "{text}");
    }
}
