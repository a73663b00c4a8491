//! Forms: tokens, keys, errors that keep what was typed.

use crate::browser::{Browser, hidden, links};
use crate::stage;

fn open_form(browser: &mut Browser, address: &str) -> (String, String) {
    let page = browser.get(address);
    assert_eq!(page.status, 200, "{address}: {}", page.body);
    (hidden(&page.body, "csrf_token"), hidden(&page.body, "idempotency_key"))
}

#[test]
fn a_form_without_its_token_is_refused() {
    let stage = stage();
    let mut browser = stage.browser("officer");
    let before = browser.get("/technologies").body;
    for fields in [vec![], vec![("csrf_token", "wrong")], vec![("csrf_token", "")]] {
        let answer = browser.post("/technologies/new", &fields);
        assert!(matches!(answer.status, 403..=405), "{}", answer.status);
        let address = format!("/technologies/{}/withdrawal", stage.shown);
        let answer = browser.post(&address, &fields);
        assert_eq!(answer.status, 403);
    }
    assert_eq!(
        browser.get("/technologies").body.matches("Laser").count(),
        before.matches("Laser").count()
    );
}

#[test]
fn a_withdrawal_asks_why_and_happens_once() {
    let stage = stage();
    let mut browser = stage.browser("officer");
    let address = format!("/technologies/{}/withdrawal", stage.shown);
    let (token, key) = open_form(&mut browser, &address);
    let fields = |reason: &'static str, key: &str| {
        vec![
            ("csrf_token".to_owned(), token.clone()),
            ("idempotency_key".to_owned(), key.to_owned()),
            ("version".to_owned(), "2".to_owned()),
            ("reason".to_owned(), reason.to_owned()),
        ]
    };
    fn lent(fields: &[(String, String)]) -> Vec<(&str, &str)> {
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
    let empty = fields("", &key);
    let refused = browser.post(&address, &lent(&empty));
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("<title>Error"), "the title says so first");
    let fresh = hidden(&refused.body, "idempotency_key");
    assert_ne!(fresh, key, "a refusal is kept under its key, so a fresh one is drawn");
    let right = fields("Sold to a partner", &fresh);
    for _ in 0..2 {
        let done = browser.post(&address, &lent(&right));
        assert_eq!(done.status, 303, "twice the same answer: {}", done.body);
    }
    let page = browser.get(&format!("/technologies/{}", stage.shown));
    assert!(page.body.contains("Sold to a partner"));
}

#[test]
fn names_are_links_only_for_whoever_may_open_them() {
    let stage = stage();
    let address = format!("/technologies/{}/versions", stage.shown);
    for (name, opens) in [("officer", true), ("secrecy", false)] {
        let mut browser = stage.browser(name);
        let page = browser.get(&address).body;
        assert!(page.contains(">officer<"), "{name} sees who wrote: {page}");
        let people: Vec<String> =
            links(&page).into_iter().filter(|link| link.starts_with("/people/")).collect();
        assert_eq!(!people.is_empty(), opens, "{name}");
        for link in people {
            assert_eq!(browser.get(&link).status, 200, "{name} {link}");
        }
    }
}

#[test]
fn the_help_always_says_who_can_be_reached() {
    let stage = stage();
    let mut browser = stage.browser("");
    // Nobody has named an office here, so the operator answers.
    let page = browser.get("/help").body;
    assert!(page.contains("href=\"mailto:operator@testing.example\""), "{page}");
    assert!(page.contains("id=\"office\"") && page.contains("href=\"/help#office\""));
    let chinese = browser.get("/help?lang=zh").body;
    assert!(chinese.contains("平台运营方"), "{chinese}");
}

#[test]
fn wrong_sign_ins_look_alike() {
    let stage = stage();
    let mut texts = Vec::new();
    for email in ["officer@testing.example", "nobody@testing.example"] {
        let mut browser = Browser::new(&stage.world.city);
        let page = browser.get("/sign-in");
        let token = hidden(&page.body, "csrf_token");
        let fields = [("csrf_token", token.as_str()), ("email", email), ("password", "wrong one")];
        let answer = browser.post("/sign-in", &fields);
        assert_eq!(answer.status, 422.min(answer.status), "{}", answer.status);
        assert!(answer.status == 401 || answer.status == 422);
        let body = answer.body.replace(email, "…");
        texts.push(body.split("<main").nth(1).unwrap_or("").len());
    }
    assert_eq!(texts[0], texts[1]);
}

#[test]
fn every_answer_carries_its_protections() {
    let stage = stage();
    let mut browser = stage.browser("");
    for address in ["/", "/search?q=laser", "/nowhere", "/api/v1/technologies", "/sign-in"] {
        let answer = browser.get(address);
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{address}");
        assert!(!policy.contains("unsafe"), "{address}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{address}");
        assert!(answer.header("vary").contains("accept-language"), "{address}");
    }
    let page = browser.get("/");
    let etag = page.header("etag").to_owned();
    assert!(!etag.is_empty(), "public pages can be asked for again");
    let again = axum::http::Request::get("/").header("if-none-match", etag);
    let again = browser.send(again.body(axum::body::Body::empty()).expect("a request"));
    assert_eq!((again.status, again.body.len()), (304, 0));
}
