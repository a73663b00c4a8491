//! Colleagues and subscriptions for programs, and the successor of a leaver on the page.

use crate::browser::{Answer, Browser, hidden};
use crate::stage;
use access::{Role, Scope};
use app::account::CreateToken;
use axum::body::Body;
use axum::http::Request;
use serde_json::Value;

/// Asks the programming interface with a key.
fn ask(browser: &mut Browser, key: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    request = request.header("authorization", format!("Bearer {key}"));
    if method != "GET" {
        request = request.header("idempotency-key", format!("{method} {path}"));
    }
    let body = match body {
        None => Body::empty(),
        Some(body) => {
            request = request.header("content-type", "application/json");
            Body::from(body.to_string())
        }
    };
    browser.send(request.body(body).expect("a request"))
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{}", answer.body))
}

#[test]
fn a_program_looks_after_colleagues_and_bulletins() {
    let stage = stage();
    let city = &stage.world.city;
    let firm = app::Asker::person(city.person_named("firm@testing.example").expect("known"));
    let scopes = [Scope::PartiesRead, Scope::PartiesWrite, Scope::Account].into_iter().collect();
    let act = CreateToken { person: None, name: "program".to_owned(), scopes, days: 1 };
    let key = city.perform(&firm, act).expect("a key").secret;
    let other = city.organisation_named("Other institute").expect("known");
    let owner = city.organisation_named("Owner institute").expect("known");
    let people = format!("/api/v1/organisations/{other}/people");
    let mut browser = Browser::new(city);
    let all = json(&ask(&mut browser, &key, "GET", &people, None));
    let emails: Vec<&str> = all["data"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|it| it["email"].as_str())
        .collect();
    assert!(emails.contains(&"member@testing.example"), "{emails:?}");
    let hidden_ones =
        ask(&mut browser, &key, "GET", &format!("/api/v1/organisations/{owner}/people"), None);
    assert_eq!(hidden_ones.status, 404, "others' people are not there");
    let body = serde_json::json!({ "email": "new@firm.example", "role": "firm-member", "lang": "zh-Hans" });
    let invited = ask(&mut browser, &key, "POST", &people, Some(body));
    assert_eq!(invited.status, 201, "{}", invited.body);
    let invited = json(&invited);
    assert!(invited["link"].as_str().is_some_and(|link| link.contains("/invitations/bwi_")));
    let id = invited["id"].as_str().expect("an id").to_owned();
    let all = json(&ask(&mut browser, &key, "GET", &people, None));
    assert_eq!(all["invitations"][0]["id"], id.as_str());
    let path = format!("/api/v1/organisations/{other}/invitations/{id}");
    assert_eq!(ask(&mut browser, &key, "DELETE", &path, None).status, 200);
    let member = city.person_named("member@testing.example").expect("known");
    let body = serde_json::json!({ "role": "transfer-officer" });
    let no = ask(&mut browser, &key, "PUT", &format!("{people}/{member}"), Some(body));
    assert_eq!(json(&no)["errors"][0]["code"], "person-role-too-wide", "{}", no.body);
    let removal = format!("{people}/{member}/removal");
    let body = serde_json::json!({ "successor": stage.world.operator.to_string() });
    let no = ask(&mut browser, &key, "POST", &removal, Some(body));
    assert_eq!(json(&no)["errors"][0]["code"], "person-successor-unknown", "{}", no.body);
    // Bulletins by mail.
    let path = "/api/v1/account/subscription";
    assert_eq!(json(&ask(&mut browser, &key, "GET", path, None))["id"], Value::Null);
    let on = json(&ask(&mut browser, &key, "PUT", path, None));
    assert!(on["id"].as_str().is_some_and(|id| id.starts_with("sub_")), "{on}");
    assert_eq!(json(&ask(&mut browser, &key, "DELETE", path, None))["id"], Value::Null);
    assert_eq!(browser.get(path).status, 401, "nobody else's");
}

#[test]
fn a_leaver_of_a_firm_has_a_successor() {
    let stage = stage();
    let city = &stage.world.city;
    let other = city.organisation_named("Other institute").expect("known");
    stage.world.person("heir", other, Role::FirmMember);
    let member = city.person_named("member@testing.example").expect("known");
    let mut firm = stage.browser("firm");
    let all = format!("/organisations/{other}/people");
    let page = firm.get(&format!("{all}?lang=en")).body;
    let action = format!("{all}/{member}/removal");
    let form = &page[page.find(&action).expect("a form")..];
    assert!(form.contains("name=\"successor\""));
    let (token, key) = (hidden(form, "csrf_token"), hidden(form, "idempotency_key"));
    let send = |browser: &mut Browser, key: &str, successor: &str| {
        let fields =
            [("csrf_token", token.as_str()), ("idempotency_key", key), ("successor", successor)];
        browser.post(&action, &fields)
    };
    // Somebody who has an account, but not here, is as unknown as nobody.
    for unknown in ["officer@testing.example", "nobody@testing.example"] {
        let no = send(&mut firm, &format!("{key}-{unknown}"), unknown);
        assert_eq!(no.status, 422, "{unknown}: {}", no.body);
    }
    let done = send(&mut firm, &key, "heir@testing.example");
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(!firm.get(&all).body.contains("member@testing.example"));
}
