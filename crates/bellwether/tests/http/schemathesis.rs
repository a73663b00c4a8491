//! Programs that know nothing but the OpenAPI document ask everything: no answer is a fault of ours.
//!
//! `schemathesis` comes from its registry and is named by `BELLWETHER_TEST_SCHEMATHESIS`.

use crate::{Stage, stage};
use access::Scope;
use app::account::CreateToken;
use std::process::Command;

/// Requests made up for each operation and person.
const REQUESTS: &str = "12";

/// The program, or `None` after saying that the test skips.
fn program() -> Option<String> {
    let named = std::env::var("BELLWETHER_TEST_SCHEMATHESIS").unwrap_or_default();
    if named == "unreachable" {
        // The gate tried to fetch it and had no registry: that is no fault of this program.
        eprintln!("not run: the registry of schemathesis was not reachable");
        return None;
    }
    if named.is_empty() {
        testkit::skipped("schemathesis absent");
        return None;
    }
    Some(named)
}

/// A key of this person with every scope.
fn key(stage: &Stage, name: &str) -> String {
    let act = CreateToken {
        person: None,
        name: "made-up requests".to_owned(),
        scopes: Scope::ALL.into_iter().collect(),
        days: 1,
    };
    let city = &stage.world.city;
    let person = city.person_named(&format!("{name}@testing.example")).expect("there");
    city.perform(&app::Asker::person(person), act).expect("a key").secret
}

/// What it says of an interface at this port, and whether it is content.
fn run(program: &str, port: u16, document: &str, key: &str) -> (bool, String) {
    // It leaves notes where it runs.
    let folder = tempfile::tempdir().expect("a folder");
    let made = Command::new(program)
        .current_dir(folder.path())
        .arg("run")
        .arg(format!("http://127.0.0.1:{port}{document}"))
        .args(["--header", &format!("Authorization: Bearer {key}")])
        .args(["--header", "Host: 127.0.0.1:8080"])
        .args(["--checks", "not_a_server_error", "--phases", "examples,fuzzing"])
        .args(["--max-examples", REQUESTS, "--generation-deterministic", "--no-color"])
        .args(["--suppress-health-check", "all", "--warnings", "off"])
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&made.stdout) + String::from_utf8_lossy(&made.stderr);
    (made.status.success(), told.into_owned())
}

#[test]
fn no_request_that_a_program_makes_up_is_answered_by_a_fault() {
    let Some(program) = program() else { return };
    let stage = stage();
    crate::disclosure::with_cases(&stage);
    let (_runtime, port) = crate::chromium::serve(&stage.world.city);
    for name in ["officer", "security"] {
        let (is_content, told) = run(&program, port, "/api/v1/openapi.json", &key(&stage, name));
        assert!(is_content && told.contains("No issues found"), "as {name}: {told}");
    }
}

#[test]
fn a_planted_fault_is_found() {
    let Some(program) = program() else { return };
    let document = serde_json::json!({
        "openapi": "3.1.0",
        "info": {"title": "faulty", "version": "1"},
        "paths": {"/fault": {"get": {
            "parameters": [{"name": "n", "in": "query", "schema": {"type": "integer"}}],
            "responses": {"200": {"description": "fine"}},
        }}},
    })
    .to_string();
    let router = axum::Router::new()
        .route(
            "/openapi.json",
            axum::routing::get(async move || {
                ([("content-type", "application/json")], document.clone())
            }),
        )
        .route(
            "/fault",
            axum::routing::get(async || axum::http::StatusCode::INTERNAL_SERVER_ERROR),
        );
    let (_runtime, port) = crate::chromium::serve_router(router);
    let (is_content, told) = run(&program, port, "/openapi.json", "none");
    assert!(!is_content && told.contains("500"), "{told}");
}
