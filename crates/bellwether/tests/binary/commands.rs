//! Commands without a server: setting up a city, its exits, and damage that is found.

use crate::{err, json, out, run};
use std::os::unix::fs::PermissionsExt;

#[test]
fn a_city_is_set_up_once_and_filled_by_commands() {
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path();
    let missing = run(folder, &["verify", "log"]);
    assert_eq!(missing.status.code(), Some(3), "{}", err(&missing));
    let unnamed = run(folder, &["init", "--name-en", "Fucheng"]);
    assert_eq!(unnamed.status.code(), Some(2));
    assert!(err(&unnamed).contains("--operator-email"), "{}", err(&unnamed));
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
        "--security-email",
        "gu@fucheng.example",
        "--contact-email",
        "office@fucheng.example",
        "--json",
    ];
    for address in ["gu@fucheng.example", "office@fucheng.example"] {
        // Nothing is founded on a wrong address: the links would be lost.
        let wrong = words.map(|word| if word == address { "not an address" } else { word });
        let refused = run(folder, &wrong);
        assert_eq!(refused.status.code(), Some(2), "{}", err(&refused));
    }
    let made = run(folder, &words);
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    assert_eq!(json(&made)["links"].as_array().map(Vec::len), Some(2));
    let data = folder.join("bellwether-data");
    for name in ["log.key", "bellwether.toml"] {
        let mode = std::fs::metadata(data.join(name)).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert_eq!(run(folder, &words).status.code(), Some(6), "a city is founded once");
    let settings = std::fs::read_to_string(data.join("bellwether.toml")).expect("there");
    assert!(settings.contains("[contact]") && settings.contains("office@fucheng.example"));

    let added = run(folder, &["user", "add", "li.na@fucheng.example", "--name", "Li Na"]);
    assert!(out(&added).contains("/set-password/bwl_"), "{}{}", out(&added), err(&added));
    let again = run(folder, &["user", "add", "li.na@fucheng.example", "--name", "Li Na"]);
    assert_eq!(again.status.code(), Some(6));
    let unknown = run(folder, &["user", "reset", "nobody@fucheng.example"]);
    assert_eq!(unknown.status.code(), Some(3));
    let odd = run(folder, &["user", "role", "li.na@fucheng.example", "king"]);
    assert_eq!(odd.status.code(), Some(2));
    let may_not = run(folder, &["user", "list", "--as", "li.na@fucheng.example", "--lang", "zh"]);
    assert_eq!(may_not.status.code(), Some(4), "{}", err(&may_not));
    let key = ["token", "create", "t", "--scope", "technologies:read", "--key", "k1"];
    assert!(out(&run(folder, &key)).starts_with("bwk_"));
    assert_eq!(out(&run(folder, &key)), "", "the same key does nothing twice");
    let doctor = run(folder, &["doctor", "--json"]);
    let n_checks = json(&doctor)["checks"].as_array().map(Vec::len);
    assert!(n_checks.is_some_and(|n| n > 15), "{n_checks:?}");
    assert_eq!(run(folder, &["frobnicate"]).status.code(), Some(2));

    std::fs::write(data.join("bellwether.toml"), "publik_url = 'x'").expect("written");
    let serve = run(folder, &["serve"]);
    assert_eq!(serve.status.code(), Some(2));
    assert!(err(&serve).contains("public_url"), "{}", err(&serve));
    std::fs::write(data.join("bellwether.toml"), "listen = '0.0.0.0:0'").expect("written");
    let serve = run(folder, &["serve"]);
    assert_eq!(serve.status.code(), Some(5), "plain http for everybody: {}", err(&serve));
}

#[test]
fn organisations_are_added_and_listed_by_commands() {
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path();
    let words = ["init", "--name-en", "Fucheng", "--operator-email", "op@fucheng.example"];
    assert_eq!(run(folder, &words).status.code(), Some(0));
    let kind = run(folder, &["organisation", "add", "--name-en", "X", "--kind", "kingdom"]);
    assert_eq!(kind.status.code(), Some(2));
    assert!(err(&kind).contains("expert-body"), "the choices are named: {}", err(&kind));
    let institute = ["organisation", "add", "--kind", "institute"];
    let nameless = run(folder, &institute);
    assert_eq!(nameless.status.code(), Some(2), "{}", err(&nameless));
    let full = |code: &'static str| {
        let mut words = institute.to_vec();
        words.extend(["--name-en", "Fucheng Institute", "--name-zh", "涪城研究所"]);
        words.extend(["--credit-code", code, "--region-zh", "涪城区"]);
        words
    };
    let wrong = run(folder, &full("91350100M000100Y44"));
    assert_eq!(wrong.status.code(), Some(2), "{}", err(&wrong));
    let mut dry = full("91350100m000100y43");
    dry.push("--dry-run");
    assert_eq!(run(folder, &dry).status.code(), Some(0));
    // A small letter and full-width digits are the same code.
    let added = run(folder, &full("９1350100m000100y43"));
    assert_eq!(added.status.code(), Some(0), "{}", err(&added));
    assert!(out(&added).starts_with("OR-"), "{}", out(&added));
    let taken = run(folder, &full("91350100M000100Y43"));
    assert_eq!(taken.status.code(), Some(6), "{}", err(&taken));
    let user = ["user", "add", "li.na@fucheng.example", "--name", "Li Na", "--lang", "zh"];
    let user = [user.as_slice(), &["--organisation", "涪城研究所"]].concat();
    assert_eq!(run(folder, &user).status.code(), Some(0), "it is found by its name at once");
    let may_not = [institute.as_slice(), &["--name-en", "Y", "--as", "li.na@fucheng.example"]];
    assert_eq!(run(folder, &may_not.concat()).status.code(), Some(4));
    let listed = json(&run(folder, &["organisation", "list", "--json"]));
    let rows = listed["organisations"].as_array().expect("rows");
    assert_eq!(rows.len(), 2, "the city's own and the new one");
    assert_eq!(rows[1]["name"]["zh"], "涪城研究所");
    assert_eq!(rows[1]["credit_code"], "91350100M000100Y43");
}

#[test]
fn an_empty_folder_is_no_city() {
    let parent = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(parent.path().join("bellwether-data")).expect("made");
    let listed = run(parent.path(), &["user", "list", "--json"]);
    assert_eq!(listed.status.code(), Some(5));
    let said: serde_json::Value = serde_json::from_str(&err(&listed)).expect("a document");
    assert_eq!(said["errors"][0]["code"], "city-not-initialised");
    let measured = run(
        parent.path(),
        &["evaluate", "search", "--docs", "d", "--queries", "q", "--qrels", "r"],
    );
    assert_eq!(measured.status.code(), Some(3), "{}", err(&measured));
}

#[test]
fn bids_of_files_are_run_again_without_a_city() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("written");
    };
    write("r.toml", "kind = \"english\"\nproxy = true\nsteps = [[0, 2.5]]\n");
    write("l.csv", "lot,opening_price,reserve,opens,closes\nA,99,,0,10\n");
    write("b.csv", "lot,time,bidder,amount\nA,1,ann,200\nA,2,bo,150\nA,3,bo,100\n");
    let replay = ["auction", "replay", "--rules", "r.toml", "--lots", "l.csv", "--bids", "b.csv"];
    let done = run(folder.path(), &replay);
    assert_eq!(done.status.code(), Some(0), "{}", err(&done));
    let refused = serde_json::json!([{ "line": 4, "code": "under-step" }]);
    let lot = serde_json::json!({
        "lot": "A", "winner": "ann", "price": "152.50", "end": 10, "refused": refused,
    });
    assert_eq!(json(&done), serde_json::json!({ "lots": [lot] }));
    write("b.csv", "lot,time,bidder,amount\nA,soon,ann,200\n");
    let unread = run(folder.path(), &replay);
    assert_eq!(unread.status.code(), Some(2));
    assert!(err(&unread).contains("b.csv, line 2"), "{}", err(&unread));
    write("p.txt", "no protocol\n");
    assert_eq!(run(folder.path(), &["verify", "auction", "p.txt"]).status.code(), Some(5));
    assert_eq!(run(folder.path(), &["verify", "auction", "gone.txt"]).status.code(), Some(3));
}
