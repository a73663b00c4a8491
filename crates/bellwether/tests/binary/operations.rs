//! What an operator does with a city: backup, restore, move, doctor, on both databases.

use crate::{Server, bellwether, err, json, out, run};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use worlds::{Database, On, World};

fn code(output: &std::process::Output) -> Option<i32> {
    output.status.code()
}

/// Makes a city without a server.
fn found(folder: &Path) {
    let words = [
        "init",
        "--name-en",
        "Fucheng",
        "--name-zh",
        "涪城",
        "--origin",
        "fucheng.example/log",
        "--operator-email",
        "op@fucheng.example",
        "--operator-name",
        "Op",
        "--json",
    ];
    let made = run(folder, &words);
    assert_eq!(code(&made), Some(0), "{}", err(&made));
    std::fs::write(folder.join("bellwether-data/bellwether.toml"), "metrics_token='secret'\n")
        .expect("written");
    let sheet = "title_en,title_zh,summary_en,summary_zh,field,trl,key\n\
        Dryer,干燥机,Dries.,干燥。,agriculture-food-processing,6,BS-1\n";
    std::fs::write(folder.join("sheet.csv"), sheet).expect("written");
    let read = run(folder, &["import", "technologies", "sheet.csv", "--public-source", "a fair"]);
    assert_eq!(code(&read), Some(0), "{}", err(&read));
}

#[test]
fn a_city_is_backed_up_restored_and_moved_by_commands() {
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path();
    found(folder);
    let made = run(folder, &["backup", "--to", "kept/1", "--json"]);
    assert_eq!(code(&made), Some(0), "{}", err(&made));
    let root = json(&made)["log"]["root"].as_str().expect("a root").to_owned();
    assert_eq!(json(&made)["signed"], true);
    assert_eq!(code(&run(folder, &["backup", "--to", "kept/1"])), Some(6), "never over a good one");
    let settings = std::fs::read_to_string(folder.join("kept/1/bellwether.toml")).expect("there");
    assert!(!settings.contains("secret"), "{settings}");
    assert!(!folder.join("kept/1/log.key").exists());

    let good = run(folder, &["verify", "backup", "kept/1", "--json"]);
    assert_eq!(code(&good), Some(0), "{}", err(&good));
    let key = std::fs::read_to_string(folder.join("kept/1/manifest.json")).expect("there");
    let key: serde_json::Value = serde_json::from_str(&key).expect("JSON");
    let key = key["verifier_key"].as_str().expect("a key").to_owned();
    assert_eq!(code(&run(folder, &["verify", "backup", "kept/1", "--key", &key])), Some(0));
    std::fs::write(folder.join("log.pub"), format!("{key}\n")).expect("written");
    assert_eq!(code(&run(folder, &["verify", "backup", "kept/1", "--key", "log.pub"])), Some(0));
    assert_eq!(code(&run(folder, &["verify", "backup", "kept/1", "--key", "junk"])), Some(2));
    assert_eq!(code(&run(folder, &["verify", "backup", "kept/2"])), Some(3));

    // Into an empty folder, with the key brought by hand.
    let again = run(folder, &["restore", "--from", "kept/1", "--data", "bellwether-data"]);
    assert_eq!(code(&again), Some(6), "into an empty place only: {}", err(&again));
    std::fs::create_dir(folder.join("new")).expect("made");
    std::fs::write(folder.join("new/log.key"), [1; 32]).expect("written");
    let other = run(folder, &["restore", "--from", "kept/1", "--data", "new"]);
    assert_eq!(code(&other), Some(6), "another log's key: {}", err(&other));
    std::fs::copy(folder.join("bellwether-data/log.key"), folder.join("new/log.key"))
        .expect("copied");
    let restore = ["restore", "--from", "kept/1", "--data", "new", "--json"];
    let tried = run(folder, &[&restore[..], &["--dry-run"]].concat());
    assert_eq!(code(&tried), Some(0), "{}", err(&tried));
    let restored = run(folder, &restore);
    assert_eq!(code(&restored), Some(0), "{}", err(&restored));
    assert_eq!(json(&restored)["log"]["root"], root.as_str());
    let verified = run(folder, &["verify", "log", "--data", "new", "--json"]);
    assert_eq!(code(&verified), Some(0), "{}", err(&verified));
    let found = run(folder, &["export", "technologies", "--q", "Dryer", "--data", "new"]);
    assert!(out(&found).contains("BS-1"), "{} {}", out(&found), err(&found));

    // A byte is changed: the exit says damage.
    let rows = folder.join("kept/1/bellwether.sqlite");
    let mut bytes = std::fs::read(&rows).expect("read");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&rows, &bytes).expect("written");
    let bad = run(folder, &["restore", "--from", "kept/1", "--data", "newer"]);
    assert_eq!(code(&bad), Some(8), "{}", err(&bad));
    assert!(!folder.join("newer/bellwether.sqlite").exists());

    let Some(database) = Database::fresh(On::Postgres) else { return };
    let url = database.url().expect("PostgreSQL").to_owned();
    let there = run(folder, &["move", "--from", "sqlite:new", "--to", &url]);
    assert_eq!(code(&there), Some(0), "{}", err(&there));
    assert!(out(&there).contains("technologies\t1\t1"), "{}", out(&there));
    let again = run(folder, &["move", "--from", "sqlite:new", "--to", &url]);
    assert_eq!(code(&again), Some(6), "{}", err(&again));
    for words in [["verify", "log"], ["user", "list"]] {
        let ran = run(folder, &[&words[..], &["--store", &url]].concat());
        assert_eq!(code(&ran), Some(0), "{words:?}: {}", err(&ran));
    }
    let doctor = run(folder, &["doctor", "--json", "--store", &url, "--data", "none"]);
    let checks = json(&doctor);
    let names: Vec<&str> = checks["checks"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["check"].as_str())
        .collect();
    assert!(names.contains(&"store-clock") && names.contains(&"sequences"), "{names:?}");
    let kept = run(folder, &["backup", "--to", "kept/pg", "--store", &url, "--data", "none"]);
    assert_eq!(code(&kept), Some(0), "{}", err(&kept));
    let back = run(folder, &["move", "--from", &url, "--to", "sqlite:home", "--json"]);
    assert_eq!(code(&back), Some(0), "{}", err(&back));
    assert_eq!(json(&back)["moved"]["root_from"], json(&back)["moved"]["root_to"]);
    let Some(second) = Database::fresh(On::Postgres) else { return };
    let url = second.url().expect("PostgreSQL");
    let restored = run(folder, &["restore", "--from", "kept/pg", "--store", url]);
    assert_eq!(code(&restored), Some(0), "{}", err(&restored));
    let verified = run(folder, &["verify", "log", "--store", url]);
    assert_eq!(code(&verified), Some(0), "{}", err(&verified));
}

#[test]
fn a_backup_that_is_killed_is_no_backup_and_the_next_one_is() {
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path();
    let (server, _) = Server::demo(folder, &["--scale", "1500"]);
    // Without a server the command does the work, so that it is the one that dies.
    assert_eq!(server.end(), Some(0));
    let mut n_half = 0;
    for (n, wait_ms) in [5_u64, 20, 40, 60, 80, 100, 130, 160, 200, 400].into_iter().enumerate() {
        let to = format!("kept-{n}");
        let mut child = bellwether()
            .args(["backup", "--data", "demo-data", "--to", &to])
            .current_dir(folder)
            .stderr(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("started");
        std::thread::sleep(Duration::from_millis(wait_ms));
        let _ = child.kill();
        let _ = child.wait();
        let partial = folder.join(format!("{to}.partial"));
        if folder.join(&to).exists() {
            let whole = run(folder, &["verify", "backup", &to]);
            assert_eq!(code(&whole), Some(0), "what stands there is whole: {}", err(&whole));
        } else if partial.exists() {
            let is_empty = std::fs::read_dir(&partial).expect("read").next().is_none();
            n_half += usize::from(!is_empty);
            let half = run(folder, &["verify", "backup", &format!("{to}.partial")]);
            assert!(is_empty || code(&half) == Some(5), "{}", err(&half));
        }
        let next = run(folder, &["backup", "--data", "demo-data", "--to", &format!("{to}-next")]);
        assert_eq!(code(&next), Some(0), "{}", err(&next));
    }
    assert!(n_half > 0, "no backup was caught half-made");
    // The same place is made anew over what died there.
    let left = (0..10).find(|n| folder.join(format!("kept-{n}.partial")).exists());
    let to = format!("kept-{}", left.expect("one is left"));
    let made = run(folder, &["backup", "--data", "demo-data", "--to", &to]);
    assert_eq!(code(&made), Some(0), "{}", err(&made));
    assert!(!folder.join(format!("{to}.partial")).exists());
    // One that died before it wrote anything stands in nobody's way.
    std::fs::create_dir(folder.join("kept-empty.partial")).expect("made");
    let made = run(folder, &["backup", "--data", "demo-data", "--to", "kept-empty"]);
    assert_eq!(code(&made), Some(0), "{}", err(&made));
}

#[test]
fn a_server_is_looked_after_through_its_socket() {
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path();
    let (server, _) = Server::demo(folder, &[]);
    let data = ["--data", "demo-data"];
    let made = run(folder, &[&["backup", "--to", "kept", "--json"][..], &data].concat());
    assert_eq!(code(&made), Some(0), "{}", err(&made));
    let doctor = run(folder, &[&["doctor", "--json"][..], &data].concat());
    let checks = json(&doctor);
    let of = |name: &str| {
        let all = checks["checks"].as_array().expect("a list");
        all.iter().find(|one| one["check"] == name).cloned().unwrap_or_default()
    };
    for name in [
        "settings",
        "disk",
        "nodes",
        "ballast",
        "wal",
        "port",
        "limits",
        "clock",
        "engine",
        "schema",
        "integrity",
        "sequences",
        "log",
        "index",
        "log-key",
        "zone",
        "backup",
    ] {
        assert_eq!(of(name)["state"], "ok", "{name}: {}", of(name));
    }
    // The ballast is given up, also while a server holds the folder.
    std::fs::write(folder.join("demo-data/ballast"), vec![7; 5_000]).expect("written");
    let words = [&["doctor", "--release-ballast", "--json"][..], &data].concat();
    assert_eq!(json(&run(folder, &words))["released_bytes"], 5_000);
    assert!(!folder.join("demo-data/ballast").exists());
    let metrics = server.get("/metrics").1;
    assert!(metrics.contains("bellwether_backup_age_seconds"), "{metrics}");
    let moved = run(folder, &["move", "--from", "sqlite:demo-data", "--to", "sqlite:other"]);
    assert_eq!(code(&moved), Some(6), "a served city is not moved: {}", err(&moved));
    let restore = run(folder, &["restore", "--from", "kept", "--data", "demo-data"]);
    assert_eq!(code(&restore), Some(6), "{}", err(&restore));
    assert_eq!(server.end(), Some(0));
    let verified = run(folder, &["verify", "backup", "kept"]);
    assert_eq!(code(&verified), Some(0), "{}", err(&verified));
}

#[test]
fn a_receipt_is_checked_without_the_city() {
    let world = World::on(On::Sqlite).expect("SQLite is built in");
    let owner = world.organisation("Institute");
    let officer = world.person("officer", owner, access::Role::TransferOfficer);
    let id = world.technology(&officer, owner, "Maser", base::Label::public());
    world.settle();
    let version = world.city.technology(&officer, id).expect("seen").technology.version;
    let (seq, file) = world.city.receipt_of_version(&officer, id, version).expect("a receipt");
    let key = world.city.verifier_key().expect("a key");
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("written");
    write("log.pub", &format!("{key}\n"));
    write("entry.tlog-proof", &file);
    write("moved.tlog-proof", &file.replace(&format!("index {}", seq - 1), "index 0"));
    write("cut.tlog-proof", &file[..file.len() - 10]);
    write("junk", "junk\n");
    let check = |words: &[&str]| run(folder, &[&["verify", "receipt"][..], words].concat());
    let good = check(&["entry.tlog-proof", "--key", "log.pub", "--json"]);
    assert_eq!(code(&good), Some(0), "{}", err(&good));
    assert_eq!(json(&good)["entry"]["seq"], seq);
    assert_eq!(json(&good)["entry"]["thing"], id.to_string());
    let told = check(&["entry.tlog-proof", "--key", &key.to_string()]);
    assert!(out(&told).contains("testing.example/log"), "{} {}", out(&told), err(&told));
    for (name, wanted) in
        [("moved.tlog-proof", 8), ("cut.tlog-proof", 8), ("junk", 5), ("nothing", 3)]
    {
        let bad = check(&[name, "--key", "log.pub"]);
        assert_eq!(code(&bad), Some(wanted), "{name}: {}", err(&bad));
    }
    let other = tlog::SigningKey::from_seed("testing.example/log", [9; 32]).expect("a key");
    let other = other.verifier(tlog::KeyKind::Log).to_string();
    assert_eq!(code(&check(&["entry.tlog-proof", "--key", &other])), Some(8), "another key");
    assert_eq!(code(&check(&["entry.tlog-proof"])), Some(2), "the key comes from elsewhere");
}
