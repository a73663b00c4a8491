//! A demonstration from its first start to the one after a sudden end.

use crate::{Server, err, json, out, run};

const SHEET: &str = "\
title_en,title_zh,summary_en,summary_zh,field,trl,key
Dryer for bamboo shoots,竹笋干燥机,Dries shoots in four hours.,四小时干燥竹笋。,agriculture-food-processing,6,BS-1
Sorter for walnuts,核桃分选机,Sorts by sound.,按声音分选。,agriculture-food-processing,5,BS-2
,,No title here.,没有标题。,agriculture-food-processing,5,BS-3
";

/// Megabytes of memory that a demonstration may take, its first start included.
const RESIDENT_MAX: u64 = 160;

#[test]
fn a_demonstration_lives_through_commands_and_a_sudden_end() {
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path();
    let (server, _) = Server::demo(folder, &[]);
    assert_eq!(server.get("/healthz"), (200, "ok\n".to_owned()));
    assert_eq!(server.get("/readyz").0, 200);
    assert!(server.get("/metrics").1.contains("bellwether_log_entries"));
    assert_eq!(server.get("/technologies").0, 200);
    assert_eq!(server.get("/no-such-page").0, 404);

    for _ in 0..8 {
        assert_eq!(server.get("/search?q=laser").0, 200);
    }
    if let Some(megabytes) = server.resident_megabytes() {
        assert!(megabytes < RESIDENT_MAX, "{megabytes} MB in memory after the first start");
    }

    let taken = run(folder, &["demo", "--port", "0"]);
    assert_eq!(taken.status.code(), Some(6), "{}", err(&taken));
    std::fs::write(folder.join("sheet.csv"), SHEET).expect("written");
    let import = |extra: &[&str]| {
        let words =
            ["import", "technologies", "sheet.csv", "--data", "demo-data", "--json", "--quiet"];
        let words = [&words[..], &["--public-source", "a fair"], extra].concat();
        let output = run(folder, &words);
        assert_eq!(output.status.code(), Some(1), "one row has no title: {}", err(&output));
        let document = json(&output);
        let count = |key: &str| document[key].as_u64().expect("a number");
        assert_eq!(document["problems"][0]["line"], 4, "{document}");
        (count("created"), count("unchanged"), count("rejected"))
    };
    assert_eq!(import(&["--dry-run"]), (2, 0, 1));
    // Somebody cleans up too much: what is new is found all the same, after a while.
    std::fs::remove_dir_all(folder.join("demo-data/index")).expect("removed");
    assert_eq!(import(&[]), (2, 0, 1));
    let is_found = || server.get("/search?q=walnuts").1.contains("Sorter for");
    let mut tries = 0;
    while !is_found() && tries < 80 {
        std::thread::sleep(std::time::Duration::from_millis(250));
        tries += 1;
    }
    assert!(is_found(), "the index never came back");
    assert_eq!(import(&[]), (0, 2, 1));

    let verified = run(folder, &["verify", "log", "--data", "demo-data", "--json"]);
    assert_eq!(verified.status.code(), Some(0), "{}", err(&verified));
    let entries = json(&verified)["report"]["n_entries"].as_u64().expect("a number");
    server.kill();

    // Without a server the command holds the folder itself, and finds everything acknowledged.
    let verified = run(folder, &["verify", "log", "--data", "demo-data", "--json"]);
    assert_eq!(json(&verified)["report"]["n_entries"], entries);
    let list = run(folder, &["user", "list", "--data", "demo-data", "--json"]);
    assert!(json(&list)["people"].as_array().is_some_and(|people| people.len() > 10));

    let books = run(folder, &["export", "ledger", "--format", "transfers", "--data", "demo-data"]);
    assert!(out(&books).starts_with("transfer,book,debit,"), "{} {}", out(&books), err(&books));

    let (server, took) = Server::demo(folder, &[]);
    assert!(took.as_secs() < 10, "a second start took {took:?}");
    let found = run(folder, &["export", "technologies", "--q", "walnuts", "--data", "demo-data"]);
    assert!(out(&found).contains("BS-2"), "{} {}", out(&found), err(&found));
    assert_eq!(server.end(), Some(0));
    let serve = run(folder, &["serve", "--data", "demo-data"]);
    assert_eq!(serve.status.code(), Some(5), "serve refuses a demonstration: {}", err(&serve));
}
