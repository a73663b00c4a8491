//! A sealed auction through the interface for programs: keys, receipts, a file taken back, the opening,
//! and every file fetched and opened again from outside.

use crate::sealing::{Sealed, admitted, bid, key, sealed_lot};
use crate::{Stage, stage};
use access::{Role, Scope};
use app::Asker;
use app::account::CreateToken;
use axum::body::Body;
use sealed::{Place, SealedBid, TrusteeKey, Trustees};
use serde_json::{Value, json};

struct Program {
    browser: crate::browser::Browser,
    secret: String,
    n: u64,
}

impl Program {
    fn of(stage: &Stage, name: &str) -> Self {
        let city = &stage.world.city;
        let person = city.person_named(&format!("{name}@testing.example")).expect("known");
        let scopes = [Scope::TechnologiesRead, Scope::TechnologiesWrite].into();
        let act = CreateToken { person: None, name: "program".to_owned(), scopes, days: 1 };
        let secret = city.perform(&Asker::person(person), act).expect("a key").secret;
        Self { browser: stage.browser(""), secret, n: 0 }
    }

    fn call(&mut self, method: &str, path: &str, body: Value) -> (u16, String) {
        self.n += 1;
        let request = axum::http::Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.secret))
            .header("content-type", "application/json")
            .header("idempotency-key", format!("call {}", self.n));
        let body = if method == "GET" { Body::empty() } else { Body::from(body.to_string()) };
        let answer = self.browser.send(request.body(body).expect("a request"));
        (answer.status, answer.body)
    }

    fn get(&mut self, path: &str) -> String {
        let (status, body) = self.call("GET", path, Value::Null);
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    fn post(&mut self, path: &str, body: Value) -> Value {
        let (status, text) = self.call("POST", path, body);
        assert_eq!(status, 200, "{path}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn a_sealed_auction_is_walked_through_by_programs() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    world.person("agency", world.hall, Role::AgencyOfficer);
    let it: Sealed = sealed_lot(&stage);
    let lot = format!("/api/v1/lots/{}", it.lot);
    let mut trustees: Vec<Program> =
        it.names.iter().map(|name| Program::of(&stage, name)).collect();
    for (n, trustee) in trustees.iter_mut().enumerate() {
        let public = key(&it, n).public().to_string();
        let to = format!("{lot}/trustee-keys");
        let (status, body) = trustee.call("POST", &to, json!({ "key": "none" }));
        assert!(status == 422 && body.contains("lot-key-unreadable"), "{status} {body}");
        trustee.post(&to, json!({ "key": public }));
    }
    let alias = admitted(&stage, it.lot, "rival", "Other institute");
    world.clock.pass(3_590);
    city.tend_lots().expect("tended");
    world.clock.pass(30);
    let mut rival = Program::of(&stage, "rival");
    let list = rival.get(&format!("{lot}/trustees"));
    let seal = format!("{lot}/sealed-bids");
    let first = bid(&it, &list, alias, 1, "111111.00");
    let receipt = rival.post(&seal, json!({ "file": first }));
    assert_eq!((&receipt["version"], &receipt["number"]), (&json!(1), &json!(alias)));
    // The same version again is refused with the one that is due; so is the bid of a stranger.
    let (status, body) = rival.call("POST", &seal, json!({ "file": first }));
    assert!(status == 422 && body.contains("lot-seal-version"), "{status} {body}");
    let mut stranger = Program::of(&stage, "officer");
    let (status, _) = stranger.call("POST", &seal, json!({ "file": first }));
    assert!(matches!(status, 403 | 404 | 422), "{status}");
    // Taken back, and handed in anew.
    let back = rival.post(&format!("{lot}/sealed-bid-withdrawal"), json!({}));
    assert_eq!(back["commitment"], receipt["commitment"]);
    let second = bid(&it, &list, alias, 2, "122222.00");
    let receipt = rival.post(&seal, json!({ "file": second }));
    let own = read(&rival.get(&format!("{lot}/sealing")));
    assert_eq!(own["own"][0]["commitment"], receipt["commitment"]);
    assert_eq!((&own["own"][1]["state"], &own["next_version"]), (&json!("taken-back"), &json!(3)));
    assert_eq!((&own["n_bids"], &own["bids"]), (&json!(1), &json!([])));
    let file = format!("{lot}/sealed-bids/{}", receipt["entry"]);
    assert_eq!(rival.call("GET", &file, Value::Null).0, 404, "not before the opening");
    let publish = |trustee: &mut Program, n: usize| {
        let body = json!({ "file": key(&it, n).secret_text() });
        trustee.call("POST", &format!("{lot}/published-keys"), body)
    };
    let (status, body) = publish(&mut trustees[2], 2);
    assert!(status == 422 && body.contains("lot-key-early"), "{status} {body}");
    world.clock.pass(8_000);
    city.tend_lots().expect("tended");
    for (n, have) in [(0, 1), (2, 2)] {
        let (status, body) = publish(&mut trustees[n], n);
        assert_eq!(status, 200, "{body}");
        assert_eq!((&read(&body)["have"], &read(&body)["need"]), (&json!(have), &json!(2)));
    }
    city.tend_lots().expect("tended");
    // Whoever comes opens everything again: the list, two keys, the file.
    let mut anybody = Program::of(&stage, "member");
    let told = read(&anybody.get(&lot));
    assert_eq!(
        (&told["state"], &told["winning_price"]["amount"]),
        (&json!("sold"), &json!("122222.00"))
    );
    let sealing = read(&anybody.get(&format!("{lot}/sealing")));
    assert_eq!(sealing["bids"][0]["state"], "opened");
    let trustees = Trustees::parse(&anybody.get(&format!("{lot}/trustees"))).expect("a list");
    let keys: Vec<TrusteeKey> = [1, 3]
        .iter()
        .map(|place| anybody.get(&format!("{lot}/trustees/{place}/key")))
        .map(|text| TrusteeKey::parse(&text).expect("a key"))
        .collect();
    let file = SealedBid::parse(&anybody.get(&file)).expect("a bid");
    let place = Place { auction: it.reference.clone(), lot: 1, bidder: alias, version: 2 };
    let content = file.open(&place, &trustees, &keys).expect("it opens");
    assert_eq!(content.amount, "122222.00 CNY");
    assert_eq!(anybody.call("GET", &format!("{lot}/trustees/2/key"), Value::Null).0, 404);
}
