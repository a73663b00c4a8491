//! Requests that nobody's browser sends.

use crate::browser::{Browser, hidden};
use crate::stage;
use axum::body::Body;
use axum::http::Request;
use base::limits;

fn get(browser: &mut Browser, address: &str) -> crate::browser::Answer {
    browser.send(Request::get(address).body(Body::empty()).expect("an address"))
}

#[test]
fn an_odd_address_is_answered_like_an_absent_one() {
    let stage = stage();
    let mut browser = stage.browser("");
    let absent = get(&mut browser, "/technologies/tec_nothing");
    for odd in ["/technologies/%ff%fe", "/technologies/%00", "/technologies/%2e%2e%2f"] {
        let answer = get(&mut browser, odd);
        assert_eq!(answer.status, absent.status, "{odd}");
        assert!(answer.header("content-security-policy").contains("'none'"), "{odd}");
    }
    let api = get(&mut browser, "/api/v1/technologies/%ff");
    assert_eq!(api.status, 404);
}

#[test]
fn an_address_is_bounded_and_not_echoed() {
    let stage = stage();
    let mut browser = stage.browser("");
    for start in ["/", "/search?q=", "/api/v1/technologies?q="] {
        let answer = get(&mut browser, &format!("{start}{}", "a".repeat(50_000)));
        assert_eq!(answer.status, 413, "{start}");
        assert!(answer.body.len() < 20_000, "{} bytes", answer.body.len());
        assert!(!answer.body.contains("aaaaaaaaaa"));
    }
}

/// A multipart body of one file with so many bytes.
fn file_of(n: usize, fields: &[(&str, &str)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend_from_slice(
            format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .as_bytes(),
        );
    }
    let head = "--B\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.csv\"\r\n\r\n";
    body.extend_from_slice(head.as_bytes());
    body.resize(body.len() + n, b'a');
    body.extend_from_slice(b"\r\n--B--\r\n");
    body
}

fn send_file(browser: &mut Browser, address: &str, body: Vec<u8>) -> u16 {
    let request = Request::post(address)
        .header("content-type", "multipart/form-data; boundary=B")
        .header("origin", "http://127.0.0.1:8080")
        .body(Body::from(body))
        .expect("a request");
    browser.send(request).status
}

#[test]
fn strangers_send_no_files() {
    let stage = stage();
    let large = limits::FORM_BYTES_MAX + 1;
    let mut nobody = stage.browser("");
    for address in ["/imports", "/sign-in"] {
        assert_eq!(send_file(&mut nobody, address, file_of(large, &[])), 413, "{address}");
    }
    let mut officer = stage.browser("officer");
    // A form that is no upload takes no file of anybody.
    assert_eq!(send_file(&mut officer, "/sign-out", file_of(large, &[])), 413);
    let page = officer.get("/imports/new");
    let token = hidden(&page.body, "csrf_token");
    let taken = send_file(&mut officer, "/imports", file_of(large, &[("csrf_token", &token)]));
    assert_eq!(taken, 422, "read, and found wanting");
}

#[test]
fn a_form_with_too_many_fields_is_refused_not_cut() {
    let stage = stage();
    let mut browser = stage.browser("officer");
    let request = Request::post("/sign-out")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("a=1&".repeat(6_000)))
        .expect("a request");
    assert_eq!(browser.send(request).status, 413);
}

#[test]
fn an_officer_who_was_away_is_signed_out() {
    let stage = stage();
    let hall = stage.world.hall;
    stage.world.person("desk", hall, access::Role::AgencyOfficer);
    let mut browser = stage.browser("desk");
    assert_eq!(browser.get("/account").status, 200);
    // A quarter of an hour is too long for an officer, though half an hour is not for others.
    stage.world.clock.pass(20 * 60);
    assert_eq!(browser.get("/account").status, 303, "idle sessions of officers end");
    assert_eq!(browser.get("/account").status, 303, "and stay ended");
    let mut member = stage.browser("member");
    stage.world.clock.pass(20 * 60);
    assert_eq!(member.get("/account").status, 200);
}

#[test]
fn a_session_ends_with_its_person() {
    let stage = stage();
    let mut browser = stage.browser("rival");
    assert_eq!(browser.get("/account").status, 200);
    let person = stage.world.city.person_named("rival@testing.example").expect("there");
    let act = app::person::DisablePerson { person, successor: None };
    stage.world.city.perform(&stage.world.operator(), act).expect("disabled");
    assert_eq!(browser.get("/account").status, 303);
}

#[test]
fn unknown_keys_are_limited_like_anybody() {
    let stage = stage();
    let mut browser = stage.browser("");
    let request = || {
        Request::get("/api/v1/account")
            .header("authorization", "Bearer bwk_nothing")
            .body(Body::empty())
            .expect("a request")
    };
    let answer = browser.send(request());
    assert_eq!(answer.status, 401);
    assert!(answer.header("www-authenticate").contains("invalid_token"));
}

/// A route that takes longer than anybody waits.
static SLOW: &[edge::Route] = &[edge::Route {
    method: "POST",
    path: "/slow",
    act: access::Act::ReadLog,
    body: edge::Body::Form,
    face: &edge::Face {
        name: "slow",
        refused: |request, no| (web::PAGE.refused)(request, no),
        by_token: true,
    },
    run: |_| {
        std::thread::sleep(std::time::Duration::from_secs(11));
        Ok(edge::Reply::html("late"))
    },
}];

#[test]
#[expect(clippy::disallowed_methods, reason = "the test is about how long people wait")]
fn a_page_that_takes_too_long_says_so_and_names_the_key() {
    let stage = stage();
    let mut browser = Browser::with(&stage.world.city, SLOW);
    let began = std::time::Instant::now();
    let answer = browser.post("/slow", &[("idempotency_key", "key-of-mine")]);
    assert!(began.elapsed() < std::time::Duration::from_secs(10));
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("key-of-mine"), "{}", answer.body);
}

#[test]
fn a_precondition_that_fails_has_its_own_status() {
    let stage = stage();
    let mut browser = stage.browser("");
    let app::Who::Person(person) = app::Asker::person(
        stage.world.city.person_named("officer@testing.example").expect("there"),
    )
    .who
    else {
        panic!("a person")
    };
    let act = app::account::CreateToken {
        person: None,
        name: "test".to_owned(),
        scopes: access::Scope::ALL.into_iter().collect(),
        days: 1,
    };
    let key = stage.world.city.perform(&app::Asker::person(person), act).expect("a key").secret;
    let mut confirm = |seen: Option<&str>, body: &'static str| {
        let address = format!("/api/v1/technologies/{}/confirmation", stage.shown);
        let mut request = Request::post(address)
            .header("authorization", format!("Bearer {key}"))
            .header("idempotency-key", format!("k-{seen:?}-{body}"));
        if let Some(seen) = seen {
            request = request.header("if-match", seen);
        }
        let answer = browser.send(request.body(Body::from(body)).expect("a request"));
        (answer.status, answer.body.contains("version-conflict"))
    };
    assert_eq!(confirm(Some("\"1\""), ""), (412, true));
    assert_eq!(confirm(None, "{\"version\": 1}"), (409, true));
    assert_eq!(confirm(Some("\"2\""), ""), (200, false));
}
