//! Imports in the browser: what would change is shown, and what is not wanted is put away.

use crate::browser::{Answer, Browser, hidden};
use crate::stage;
use axum::body::Body;
use axum::http::Request;

/// Hands in a table as the form would; answers the address of its run.
fn handed_in(browser: &mut Browser, owner: &str, table: &str) -> String {
    let page = browser.get("/imports/new");
    assert_eq!(page.status, 200, "{}", page.body);
    let (token, key) = (hidden(&page.body, "csrf_token"), hidden(&page.body, "idempotency_key"));
    let mut body = String::new();
    for (name, value) in [
        ("csrf_token", token.as_str()),
        ("idempotency_key", &key),
        ("owner", owner),
        ("public_source", "a printed catalogue"),
    ] {
        let head = format!("content-disposition: form-data; name=\"{name}\"");
        body += &format!("--edge\r\n{head}\r\n\r\n{value}\r\n");
    }
    let head = "content-disposition: form-data; name=\"files\"; filename=\"table.csv\"";
    body += &format!("--edge\r\n{head}\r\n\r\n{table}\r\n--edge--\r\n");
    let request = Request::post("/imports")
        .header("content-type", "multipart/form-data; boundary=edge")
        .header("origin", "http://127.0.0.1:8080")
        .body(Body::from(body))
        .expect("an address");
    let answer = browser.send(request);
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").to_owned()
}

fn press(browser: &mut Browser, page: &Answer, action: &str) -> Answer {
    let form = page.body.split(&format!("action=\"{action}\"")).nth(1).expect("such a form");
    let (token, key) = (hidden(form, "csrf_token"), hidden(form, "idempotency_key"));
    let fields =
        [("csrf_token", token.as_str()), ("idempotency_key", key.as_str()), ("choice", "all")];
    browser.post(action, &fields)
}

/// The page once its run is done.
fn finished(browser: &mut Browser, address: &str) -> Answer {
    for _ in 0..200 {
        let page = browser.get(address);
        if page.body.contains("Take this import back") {
            return page;
        }
        std::thread::sleep(std::time::Duration::from_millis(25));
    }
    panic!("{address} does not come to an end");
}

#[test]
fn a_changed_row_shows_old_and_new() {
    let stage = stage();
    let city = &stage.world.city;
    let owner = city.organisation_named("Owner institute").expect("found").to_string();
    let mut browser = stage.browser("officer");
    let table = "key,title (English),summary (English)\nT-1,A valve,It opens.\n";
    let address = handed_in(&mut browser, &owner, table);
    let page = browser.get(&address);
    assert!(!page.body.contains("What changes"), "nothing is there yet");
    let answer = press(&mut browser, &page, &format!("{address}/approval"));
    assert_eq!(answer.status, 303, "{}", answer.body);
    finished(&mut browser, &address);
    let table = "key,title (English),summary (English)\nT-1,A valve,It opens and shuts.\n";
    let address = handed_in(&mut browser, &owner, table);
    let page = browser.get(&address);
    assert!(page.body.contains("What changes in 1 technology"), "{}", page.body);
    assert!(page.body.contains("1 field"));
    assert!(page.body.contains("shuts</ins>"));
    let chinese = browser.get(&format!("{address}?lang=zh"));
    assert!(chinese.body.contains("有1项成果将被修改"), "{}", chinese.body);
}

#[test]
fn a_staged_run_is_discarded_by_its_page() {
    let stage = stage();
    let city = &stage.world.city;
    let owner = city.organisation_named("Owner institute").expect("found").to_string();
    let mut browser = stage.browser("officer");
    let table = "key,title (English)\nT-1,A valve nobody should see\n";
    let address = handed_in(&mut browser, &owner, table);
    let page = browser.get(&address);
    assert!(page.body.contains("A valve nobody should see"));
    let mut rival = stage.browser("rival");
    assert_eq!(rival.get(&address).status, 404);
    let answer = press(&mut browser, &page, &format!("{address}/disposal"));
    assert_eq!((answer.status, answer.header("location")), (303, address.as_str()));
    let page = browser.get(&address);
    assert!(page.body.contains("discarded before anything was written"), "{}", page.body);
    assert!(!page.body.contains("A valve nobody should see"));
    assert!(!page.body.contains("/approval"), "there is nothing to approve any more");
}
