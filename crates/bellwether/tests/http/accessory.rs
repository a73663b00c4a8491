//! What is lent with a booking, asked for by the page, the programming interface and the page at the
//! instrument, and shown with the booking.

use crate::auction::send;
use crate::browser::{Browser, hidden};
use crate::stage;
use access::Scope;
use app::Asker;
use app::account::CreateToken;
use app::instrument::CreateInstrument;
use axum::body::Body;
use axum::http::Request;
use base::{Bilingual, Instant};
use calendar::Zone;
use instruments::sheet::{Accessory, Sheet};

#[test]
fn an_accessory_is_asked_for_on_every_way_and_shown() {
    let stage = stage();
    let city = &stage.world.city;
    let unit = city.organisation_named("Owner institute").expect("known");
    let asker = |name: &str| {
        let email = format!("{name}@testing.example");
        Asker::person(city.person_named(&email).expect("known"))
    };
    let (officer, firm) = (asker("officer"), asker("firm"));
    let sheet = Sheet {
        name: Bilingual::new("Diffractometer", "衍射仪"),
        seats: 3,
        accessories: vec![Accessory {
            name: Bilingual::new("Heating stage", "加热台"),
            stock: 1,
            is_needed: false,
        }],
        ..Sheet::default()
    };
    let act = CreateInstrument { owner: unit, is_hidden: false, sheet };
    let it = city.perform(&officer, act).expect("entered").instrument;
    let scopes = [Scope::InstrumentsRead, Scope::InstrumentsWrite].into_iter().collect();
    let act = CreateToken { person: None, name: "program".to_owned(), scopes, days: 1 };
    let key = city.perform(&firm, act).expect("a key").secret;
    let hour = 3_600_000_000;
    let start = Instant::from_micros((city.now().micros() / hour + 2) * hour);
    let end = start.plus_seconds(3_600);
    let wall = |at: Instant| {
        let wall = Zone::china().civil(at);
        format!("{} {:02}:{:02}", wall.date(), wall.hour(), wall.minute())
    };
    let (from, until) = (wall(start), wall(end));

    // The page: a number that is none is named, too many are refused, one is booked and shown.
    let (mut browser, mut program) = (stage.browser("firm"), Browser::new(city));
    let path = format!("/instruments/{it}/bookings");
    let form = browser.get(&format!("{path}/new?lang=zh-Hans")).body;
    assert!(form.contains("加热台（共1件）"), "{form}");
    let mut ask = |count: &str| {
        let values = [
            ("start", from.as_str()),
            ("end", &until),
            ("accessories.0.name", "Heating stage"),
            ("accessories.0.count", count),
        ];
        let form = browser.get(&format!("{path}/new?lang=en")).body;
        send(&mut browser, &form, &path, &values)
    };
    let (status, page) = ask("two");
    assert!(status == 422 && page.contains("value=\"two\""), "{status} {page}");
    let (status, page) = ask("2");
    assert!(status == 422 && page.contains("accessory_short"), "{status} {page}");
    let (status, page) = ask("1");
    assert_eq!(status, 303, "{page}");

    // The interface counts it, and says what is lent.
    let mut call = |body: Option<serde_json::Value>, path: &str| {
        let request = match &body {
            Some(_) => Request::post(path).header("idempotency-key", path),
            None => Request::get(path),
        };
        let request = request
            .header("authorization", format!("Bearer {key}"))
            .header("content-type", "application/json")
            .body(Body::from(body.map(|body| body.to_string()).unwrap_or_default()))
            .expect("a request");
        program.send(request).body
    };
    let body = serde_json::json!({
        "start": start.rfc3339(), "end": end.rfc3339(), "dry_run": true,
        "accessories": [{ "name": "Heating stage", "count": 1 }],
    });
    let answer = call(Some(body), &format!("/api/v1{path}"));
    assert!(answer.contains("accessory_short") && answer.contains("Heating stage"), "{answer}");
    let own = call(None, "/api/v1/bookings");
    assert!(own.contains(r#""accessories":[{"name":"Heating stage","count":1}]"#), "{own}");

    // The page at the instrument asks the same engine.
    let here = format!("/kiosk/{it}/booking");
    let form = browser.get(&here).body;
    assert!(form.contains("accessories.0.count"), "{form}");
    let (token, key) = (hidden(&form, "csrf_token"), hidden(&form, "idempotency_key"));
    let fields = [
        ("csrf_token", token.as_str()),
        ("idempotency_key", &key),
        ("until", until.as_str()),
        ("accessories.0.name", "Heating stage"),
        ("accessories.0.count", "1"),
    ];
    let answer = browser.post(&here, &fields);
    assert!(answer.status == 422 && answer.body.contains("accessory_short"), "{}", answer.body);
    let list = browser.get("/bookings?lang=en").body;
    let booking = list.split("/bookings/bkg_").nth(1).and_then(|rest| rest.split('"').next());
    let shown = browser.get(&format!("/bookings/bkg_{}?lang=en", booking.expect("mine"))).body;
    assert!(shown.contains("Heating stage (1)"), "{shown}");
}
