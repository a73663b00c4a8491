//! What lies in another file store is brought to where the settings say.

use crate::{err, json, run};

/// The SHA-256 of "abc" (FIPS 180-4) and of nothing.
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
fn files_of_another_store_are_brought_once_and_checked() {
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path();
    let made = run(
        folder,
        &["init", "--no-input", "--name-en", "Fucheng", "--operator-email", "wu@city.example"],
    );
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    let put = |hash: &str, bytes: &str| {
        let place = folder.join("old/sha256").join(&hash[..2]);
        std::fs::create_dir_all(&place).expect("made");
        std::fs::write(place.join(hash), bytes).expect("written");
    };
    put(ABC, "abc");
    put(NOTHING, "not nothing");
    let bring = |from: &str| run(folder, &["import", "files", from, "--json", "--quiet"]);

    let first = bring("old");
    assert_eq!(first.status.code(), Some(1), "one is damaged: {}", err(&first));
    let told = json(&first);
    assert_eq!((&told["created"], &told["unchanged"]), (&1.into(), &0.into()), "{told}");
    assert_eq!(told["damaged"], serde_json::json!([NOTHING]));
    let here = folder.join("bellwether-data/files/sha256").join(&ABC[..2]).join(ABC);
    assert_eq!(std::fs::read(&here).expect("there"), b"abc");

    // What is damaged here is mended; what is whole stays.
    std::fs::write(&here, "abd").expect("damaged");
    std::fs::remove_file(folder.join("old/sha256").join(&NOTHING[..2]).join(NOTHING))
        .expect("removed");
    for (created, unchanged) in [(1, 0), (0, 1)] {
        let again = bring("old");
        assert_eq!(again.status.code(), Some(0), "{}", err(&again));
        let told = json(&again);
        assert_eq!(
            (told["created"].as_u64(), told["unchanged"].as_u64()),
            (Some(created), Some(unchanged))
        );
        assert_eq!(std::fs::read(&here).expect("there"), b"abc");
    }

    let mistyped = bring("odl");
    assert_eq!(mistyped.status.code(), Some(3), "{}", err(&mistyped));
    assert!(!folder.join("odl").exists(), "nothing is made of a mistyped name");
}
