//! Receipts, certificates and the page of operations: given to those they are for.

use crate::browser::links;
use crate::stage;

#[test]
fn receipts_are_for_whoever_answers_for_the_thing() {
    let stage = stage();
    let versions = format!("/technologies/{}/versions", stage.shown);
    let mut officer = stage.browser("officer");
    let is_receipt = |link: &String| link.ends_with("/receipt");
    let found = links(&officer.get(&versions).body).into_iter().find(is_receipt);
    let receipt = found.expect("a link at each version");
    let file = officer.get(&receipt);
    assert_eq!(file.status, 200);
    assert!(file.header("content-disposition").contains(".tlog-proof"));
    let key = stage.world.city.verifier_key().expect("a key");
    let proven = app::receipt::check(file.body.as_bytes(), &key).expect("proves");
    assert_eq!(proven.header.thing, stage.shown.to_string());
    for name in ["", "member", "rival"] {
        let mut browser = stage.browser(name);
        assert!(!links(&browser.get(&versions).body).iter().any(is_receipt), "{name}");
        assert_eq!(browser.get(&receipt).status, 404, "{name}");
        let (there, absent) =
            (format!("/log/{}/receipt", proven.header.seq), "/log/99999999/receipt");
        assert_eq!(browser.get(&there).status, browser.get(absent).status, "{name}");
    }
}

#[test]
fn anybody_can_check_a_certificate() {
    let stage = stage();
    let mut browser = stage.browser("");
    let paper = browser.get(&format!("/technologies/{}/certificate?lang=en", stage.shown));
    assert_eq!(paper.status, 200);
    assert!(paper.body.contains("Certificate of confirmation") && paper.body.contains("<svg"));
    let check = links(&paper.body).into_iter().find(|link| link.starts_with("/verify/"));
    let check = check.expect("a way to check it");
    let valid = browser.get(&check);
    assert_eq!(valid.status, 200);
    assert!(valid.body.contains("Valid: this is what the owner stands by today."));
    let (reference, _) = check.split_once('?').expect("with its version");
    for wrong in ["?version=4000", "?version=x", "?version=-1"] {
        let answer = browser.get(&format!("{reference}{wrong}"));
        assert_eq!(answer.status, 404, "{wrong}");
        assert!(answer.body.contains("There is no such certificate."), "{wrong}");
    }
    assert_eq!(browser.get("/verify/TE-2026-AAAAAA-A").status, 404);
}

#[test]
fn how_the_city_stands_is_shown_to_administrators_alone() {
    let stage = stage();
    let mut system = stage.browser("system");
    assert!(links(&system.get("/desk?lang=en").body).contains(&"/operations".to_owned()));
    let page = system.get("/operations");
    assert_eq!(page.status, 200);
    for said in ["Search index", "Last checkpoint", "Last backup", "never"] {
        assert!(page.body.contains(said), "{said}");
    }
    for name in ["", "member", "officer"] {
        let answer = stage.browser(name).get("/operations");
        assert!(matches!(answer.status, 303 | 403 | 404), "{name}: {}", answer.status);
        assert!(!answer.body.contains("Last backup"), "{name}");
    }
}
