//! A firm is told what a booking costs before it makes one, names its voucher, sees what is held, and pays
//! the rest after the use; what switches the instrument is set by its owner, and the door keeps the order
//! of the queue. In both languages, in the pages and through the interface.

use crate::browser::{Browser, hidden};
use crate::stage;
use crate::voucher::voucher;
use access::{Role, Scope};
use app::Asker;
use app::account::CreateToken;
use app::instrument::CreateInstrument;
use app::tariff::SetTariff;
use app::usage::StartUse;
use axum::body::Body;
use axum::http::Request;
use base::{Bilingual, Instant, InstrumentId, OrganisationId};
use instruments::sheet::{Mode as Takes, Sheet};
use instruments::tariff::{Late, LateFee, Mode, Tariff};
use worlds::{Behaves, RelayDevice};

/// Sends the form of a page that goes to an address, with its hidden values and these.
fn send(browser: &mut Browser, page: &str, to: &str, values: &[(&str, &str)]) -> (u16, String) {
    let shown = browser.get(page).body;
    let form = shown.split("<form").find(|form| form.contains(&format!("action=\"{to}\"")));
    let form = form.unwrap_or_else(|| {
        panic!("no form for {to} in {}", shown.split("<main").nth(1).unwrap_or(&shown))
    });
    let mut all: Vec<(&str, String)> =
        ["csrf_token", "idempotency_key"].iter().map(|name| (*name, hidden(form, name))).collect();
    if form.contains("type=\"hidden\" name=\"organisation\"") {
        all.push(("organisation", hidden(form, "organisation")));
    }
    all.extend(values.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let all: Vec<(&str, &str)> = all.iter().map(|(name, it)| (*name, it.as_str())).collect();
    let done = browser.post(to, &all);
    (done.status, done.body)
}

fn done(browser: &mut Browser, page: &str, to: &str, values: &[(&str, &str)]) {
    let (status, body) = send(browser, page, to, values);
    assert_eq!(status, 303, "{to} {values:?}: {body}");
}

fn link<'a>(body: &'a str, prefix: &str) -> &'a str {
    let found = body.split("href=\"").skip(1).filter_map(|it| it.split('"').next());
    found
        .into_iter()
        .find(|it| it.starts_with(prefix))
        .unwrap_or_else(|| panic!("{prefix}: {body}"))
}

fn instrument(
    city: &app::City,
    keeper: &Asker,
    owner: OrganisationId,
    mode: Takes,
) -> InstrumentId {
    let sheet =
        Sheet { name: Bilingual::new("Laser cutter", "激光切割机"), mode, ..Sheet::default() };
    let act = CreateInstrument { owner, is_hidden: false, sheet };
    city.perform(keeper, act).expect("entered").instrument
}

/// The next hour but one, and a moment as the forms have it.
fn times(city: &app::City) -> (Instant, impl Fn(Instant) -> String) {
    let zone = calendar::Zone::china();
    let soon = city.now().plus_seconds(2 * 3_600);
    let hour = calendar::Grid { start: 60, length: 60 }.next_start(&zone, soon);
    let typed = move |at: Instant| {
        let wall = zone.civil(at);
        format!("{} {:02}:{:02}", wall.date(), wall.hour(), wall.minute())
    };
    (hour, typed)
}

#[test]
fn a_firm_is_told_the_price_books_with_its_voucher_and_pays_the_rest() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    let owner = city.organisation_named("Owner institute").expect("known");
    let firm = city.organisation_named("Other institute").expect("known");
    let keeper = world.person("keeper", owner, Role::TransferOfficer);
    let id = instrument(city, &keeper, owner, Takes::default());
    let voucher = voucher(world, (owner, firm), (3_000, 9_000));
    let (hour, typed) = times(city);
    let bookings = format!("/instruments/{id}/bookings");
    let form =
        |lang: &str| format!("{bookings}/new?start={}&lang={lang}", typed(hour).replace(' ', "+"));
    let mut user = stage.browser("firm");

    // Without a price it costs nothing, and that is said.
    assert!(user.get(&form("en")).body.contains("set no price"));
    assert!(user.get(&form("zh")).body.contains("未设收费标准"));

    let today = base::WorkingDays::china().date(city.now());
    let late = Some(Late { within_minutes: 60, fee: LateFee::Fixed, amount: 500 });
    let tariff =
        Tariff { late, minimum: 2_000, ..Tariff::flat("external", Mode::Usage, today, 6_000) };
    city.perform(&keeper, SetTariff { instrument: id, tariff }).expect("priced");
    let shown = user.get(&form("en")).body;
    for text in [
        "What it will cost",
        "You pay ¥60.00.",
        "The time that you really use is charged",
        "A use costs at least ¥20.00.",
        "from then on it costs ¥5.00",
        "Other organisations",
    ] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let shown = user.get(&form("zh")).body;
    assert!(shown.contains("预计费用") && shown.contains("您需支付¥60.00"), "{shown}");

    // Two hours and a voucher: checked, told through the interface alike, then booked.
    let end = hour.plus_seconds(7_200);
    let values = [("start", typed(hour)), ("end", typed(end)), ("voucher", voucher.clone())];
    let mut values: Vec<(&str, &str)> =
        values.iter().map(|(name, it)| (*name, it.as_str())).collect();
    values.push(("do", "check"));
    let (status, body) = send(&mut user, &form("en"), &bookings, &values);
    assert!(status == 200 && body.contains("You pay ¥90.00."), "{status} {body}");
    assert!(body.contains("−¥30.00") || body.contains("-¥30.00"), "{body}");
    let firm_person = Asker::person(city.person_named("firm@testing.example").expect("known"));
    let scopes = [Scope::InstrumentsRead, Scope::InstrumentsWrite].into_iter().collect();
    let act = CreateToken { person: None, name: "program".to_owned(), scopes, days: 1 };
    let key = city.perform(&firm_person, act).expect("a key").secret;
    let ask = serde_json::json!({
        "start": hour.rfc3339(), "end": end.rfc3339(), "voucher": voucher, "dry_run": true,
    });
    let request = Request::post(format!("/api/v1{bookings}"))
        .header("authorization", format!("Bearer {key}"))
        .header("idempotency-key", "price-1")
        .header("content-type", "application/json")
        .body(Body::from(ask.to_string()))
        .expect("a request");
    let told = Browser::new(city).send(request);
    let told: serde_json::Value = serde_json::from_str(&told.body).expect("JSON");
    let estimate = &told["estimate"];
    assert_eq!(estimate["price"], "counted", "{told}");
    assert_eq!(estimate["pays"]["amount"], "90.00");
    assert_eq!(estimate["voucher"]["pays"]["amount"], "30.00");
    assert_eq!(
        (&estimate["mode"], &estimate["cancellation"]["amount"]),
        (&"usage".into(), &"5.00".into())
    );
    values.pop();
    done(&mut user, &form("en"), &bookings, &values);
    let shown = user.get("/bookings?lang=en").body;
    let booking = link(&shown, "/bookings/bkg").to_owned();
    assert!(user.get(&format!("{booking}?lang=en")).body.contains("You pay ¥90.00."));
    assert!(user.get(&format!("{booking}?lang=zh")).body.contains("您需支付¥90.00"));
    let shown = user.get(&format!("/vouchers/{voucher}?lang=en")).body;
    assert!(shown.contains("Held") && shown.contains("¥30.00"), "{shown}");

    // At the instrument the voucher of the booking is chosen; the rest is paid.
    world.clock.pass(hour.seconds_since(city.now()));
    let mut user = stage.browser("firm");
    let kiosk = format!("/kiosk/{id}");
    let page = format!("{kiosk}?lang=en");
    let now = user.get(&format!("{kiosk}/booking?lang=en")).body;
    assert!(now.contains("What it will cost"), "{now}");
    done(&mut user, &page, &kiosk, &[]);
    world.clock.pass(3_600);
    let mut user = stage.browser("firm");
    let shown = user.get(&page).body;
    let end = link(&shown.replace("action=", "href="), "/uses/").to_owned();
    done(&mut user, &page, &end, &[]);
    let use_ = end.trim_end_matches("/end").to_owned();
    let shown = user.get(&format!("{use_}?lang=en")).body;
    let line = link(&shown, "/charges/").to_owned();
    let line = user.get(&format!("{line}?lang=en")).body;
    assert!(line.contains("¥60.00") && line.contains("¥30.00"), "{line}");
    assert_eq!(city.check_books().expect("checked"), []);
}

#[test]
fn a_relay_is_set_and_the_door_keeps_the_order() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    let owner = city.organisation_named("Owner institute").expect("known");
    let keeper = world.person("keeper", owner, Role::TransferOfficer);
    let id = instrument(city, &keeper, owner, Takes::Queue);
    let device = RelayDevice::modbus();
    let (mut unit, mut user) = (stage.browser("keeper"), stage.browser("firm"));
    let relay = format!("/instruments/{id}/relay");
    let page = format!("{relay}?lang=en");
    assert_eq!(user.get(&page).status, 404);
    assert!(unit.get(&format!("{relay}?lang=zh")).body.contains("联锁继电器"));
    let wrong = [("relay", "modbus://10.9.8.7/1/1")];
    let (status, body) = send(&mut unit, &page, &relay, &wrong);
    assert!(status == 422 && body.contains("not called at this address"), "{status} {body}");
    assert!(body.contains("modbus://10.9.8.7/1/1"), "what was typed is kept");
    done(&mut unit, &page, &relay, &[("relay", &device.address)]);

    // A mute relay lets nobody begin: the error is shown, the problem waits for the unit.
    let kiosk = format!("/kiosk/{id}");
    let door = format!("{kiosk}?lang=en");
    device.behave(Behaves::Refusing);
    let (status, body) = send(&mut user, &door, &kiosk, &[]);
    assert!(status == 422 && body.contains("The use has not begun"), "{status} {body}");
    assert!(!user.get(&door).body.contains("In use now"));
    let shown = unit.get(&page).body;
    assert!(shown.contains("It did not switch on") && shown.contains("told again"), "{shown}");
    let problem = shown.split("value=\"rlp_").nth(1).and_then(|it| it.split('"').next());
    let problem = format!("rlp_{}", problem.expect("a problem"));
    let settle = format!("{relay}/settlement");
    let (status, _) = send(&mut unit, &page, &settle, &[("problem", &problem), ("note", " ")]);
    assert_eq!(status, 422);
    done(&mut unit, &page, &settle, &[("problem", &problem), ("note", "Plugged in")]);
    assert!(unit.get(&page).body.contains("No problem is open"));
    device.behave(Behaves::Soundly);
    done(&mut user, &door, &kiosk, &[]);
    assert!(device.is_on() && unit.get(&page).body.contains("The relay says that it is on"));

    // Two others queue; whoever is not first is told so, staff may with a reason.
    let others = ["member", "rival"].map(|name| {
        Asker::person(city.person_named(&format!("{name}@testing.example")).expect("known"))
    });
    for who in &others {
        city.perform(who, app::turn::JoinQueue { instrument: id }).expect("joined");
    }
    let end = link(&user.get(&door).body.replace("action=", "href="), "/uses/").to_owned();
    done(&mut user, &door, &end, &[]);
    assert!(!device.is_on());
    let (status, body) = send(&mut user, &door, &kiosk, &[]);
    assert!(status == 409 || status == 422, "{status}");
    assert!(body.contains("2 people come before you in the queue"), "{body}");
    let (_, body) = send(&mut user, &format!("{kiosk}?lang=zh"), &kiosk, &[]);
    assert!(body.contains("队列中还有2人排在您之前"), "{body}");
    assert!(!body.contains("name=\"passes\""), "that is for staff");
    let act = StartUse::new(id, owner);
    assert!(city.start_use(&keeper, act).is_err());
    let values = [("passes", "turn"), ("reason", "The mirror has to be adjusted")];
    done(&mut unit, &door, &kiosk, &values);
    assert!(device.is_on());
}
