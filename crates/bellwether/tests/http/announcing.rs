//! Sealed lots and lots with a falling price from the listing to the open record, by forms alone, in
//! both languages: announced, changed, withdrawn; and walked to the registration of the contract.

use crate::auction::{bank, offered, send};
use crate::browser::Browser;
use crate::contract::{resend, walked};
use crate::sealing::{Sealed, admitted, bid, publish, register_keys};
use crate::{Stage, stage};
use access::Role;
use app::Asker;
use base::LotId;
use serde_json::Value;
use trading::lot::{Lot, LotState};

const NAMES: [&str; 3] = ["notary", "bank", "university"];

/// An officer's form for a listing, on a way.
pub(crate) fn form(officer: &mut Browser, listing: &str, way: &str) -> String {
    let page = officer.get(&format!("/auctions/new?lang=en&listing={listing}")).body;
    let link = format!("/auctions/new?lang=en&amp;listing={listing}&amp;way={way}");
    let other = format!("/auctions/new?listing={listing}&amp;way={way}");
    assert!(page.contains(&link) || page.contains(&other), "a link to {way}: {page}");
    let page = officer.get(&format!("/auctions/new?lang=en&listing={listing}&way={way}"));
    assert_eq!(page.status, 200);
    page.body
}

/// The newest lot of the only offer.
pub(crate) fn lot(stage: &Stage) -> Lot {
    let city = &stage.world.city;
    let officer = Asker::person(city.person_named("officer@testing.example").expect("known"));
    let offers = city.to_auction(&officer, 9).expect("read");
    offers[0].lots.first().expect("announced").clone()
}

/// A moment of the city's clock as a form asks for it.
pub(crate) fn moment(stage: &Stage, seconds: i64) -> (String, String) {
    let at = stage.world.city.now().plus_seconds(seconds);
    (at.date_at(480).to_string(), words::clock(at, 480))
}

fn trustees(stage: &Stage) {
    for name in NAMES {
        let organisation = stage.world.organisation(&format!("House of the {name}"));
        stage.world.person(name, organisation, Role::Member);
    }
}

/// The last release of the lot's process says how it was sold.
pub(crate) fn published(stage: &Stage, method: &str) -> Value {
    stage.world.settle();
    stage.world.city.follow_open_data().expect("published");
    let mut nobody = stage.browser("");
    let list = nobody.get("/open-data?lang=en").body;
    let at = list.find("/open-data/processes/").expect("a process");
    let here: String = list[at..].chars().take_while(|c| *c != '"').collect();
    let text = nobody.get(&format!("{here}/record.json")).body;
    let found = ocds::verify(&text, &ocds::Rules::standard());
    assert!(found.is_sound() && found.n_records == 1, "{:?}", found.problems);
    let record: Value = serde_json::from_str(&text).expect("JSON");
    assert!(text.contains(method), "{text}");
    let compiled = &record["records"][0]["compiledRelease"];
    assert_eq!(compiled["awards"][0]["status"], "active", "{compiled}");
    assert_eq!(compiled["awards"][0]["suppliers"][0]["name"], "Other institute", "{compiled}");
    assert_eq!(nobody.get(&format!("{here}?lang=zh")).status, 200);
    record
}

#[test]
fn a_sealed_auction_goes_from_its_announcement_to_the_open_record_by_forms() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    world.person("agency", world.hall, Role::AgencyOfficer);
    bank(&stage);
    trustees(&stage);
    let listing = offered(&stage);
    let mut officer = stage.browser("officer");
    let page = form(&mut officer, &listing, "sealed");
    assert!(page.contains("Trustee 3") && !page.contains("name=\"buy_now\""), "{page}");
    let chinese = stage
        .browser("officer")
        .get(&format!("/auctions/new?lang=zh&listing={listing}&way=sealed"))
        .body;
    assert!(chinese.contains("第 3 位受托人") && chinese.contains("密封报价"), "{chinese}");
    // Who works elsewhere, who is nobody, who sells: each at the own row, all at once.
    let ((opens, opens_time), (closes, closes_time)) =
        (moment(&stage, 7_200), moment(&stage, 10_800));
    let wrong = [
        ("start", "100,000"),
        ("deposit", "10,000"),
        ("opens", opens.as_str()),
        ("opens_time", opens_time.as_str()),
        ("closes", closes.as_str()),
        ("closes_time", closes_time.as_str()),
        ("trustees.0.mail", "notary@testing.example"),
        ("trustees.0.organisation", "House of the bank"),
        ("trustees.1.mail", "nobody@testing.example"),
        ("trustees.2.mail", "officer@testing.example"),
        ("threshold", "1"),
    ];
    let (status, page) = resend(&mut officer, &page, "/auctions/new", &wrong);
    assert_eq!(status, 422);
    let unknown = "Nobody with this mail address holds a place in that organisation.";
    assert_eq!(page.matches(unknown).count(), 4, "two rows, and the summary: {page}");
    assert!(page.contains("href=\"#f-trustees-0-mail\"") && page.contains("The threshold is"));
    let right = [
        ("trustees.0.organisation", ""),
        ("trustees.1.mail", "bank@testing.example"),
        ("threshold", "2"),
    ];
    let (status, page) = resend(&mut officer, &page, "/auctions/new", &right);
    assert_eq!(status, 422);
    assert!(page.contains("Trustee 3 is of the seller") && page.contains("f-trustees-2-mail"));
    let right = [("trustees.2.mail", "university@testing.example")];
    let (status, page) = resend(&mut officer, &page, "/auctions/new", &right);
    assert_eq!(status, 303, "{page}");
    let announced = lot(&stage);
    let sealing = announced.terms.way.sealing().expect("sealed").clone();
    assert_eq!(
        (sealing.price.as_str(), sealing.threshold, sealing.trustees.len()),
        ("first", 2, 3)
    );
    // Changed: another price, one trustee fewer and then back again; nobody's address is shown.
    let here = format!("/auctions/{}", announced.id);
    let terms = format!("{here}/terms");
    let page = officer.get(&format!("{terms}?lang=en")).body;
    assert!(page.contains("House of the notary") && !page.contains("notary@"), "{page}");
    let values = [("trustees.2.drop", "yes"), ("price", "second"), ("start", "90,000")];
    let (status, body) = resend(&mut officer, &page, &terms, &values);
    assert_eq!(status, 303, "{body}");
    let sealing = lot(&stage).terms.way.sealing().expect("sealed").clone();
    assert_eq!((sealing.price.as_str(), sealing.trustees.len()), ("second", 2));
    let page = officer.get(&format!("{terms}?lang=en")).body;
    let values = [
        ("trustees.2.mail", "university@testing.example"),
        ("price", "first"),
        ("start", "100000"),
    ];
    assert_eq!(resend(&mut officer, &page, &terms, &values).0, 303);
    let now = lot(&stage);
    assert_eq!((now.terms.start, now.terms_version), (10_000_000, 3));
    assert_eq!(now.terms.way.sealing().expect("sealed").trustees, {
        let all = NAMES.map(|name| city.person_named(&format!("{name}@testing.example")));
        let houses = NAMES.map(|name| city.organisation_named(&format!("House of the {name}")));
        let seat = |(person, house): (Result<_, _>, Result<_, _>)| trading::sealing::Seat {
            person: person.expect("known"),
            organisation: house.expect("known"),
        };
        all.into_iter().zip(houses).map(seat).collect::<Vec<_>>()
    });
    let it = Sealed {
        lot: announced.id,
        here,
        reference: announced.reference.to_string(),
        names: NAMES,
    };
    register_keys(&stage, &it);
    let alias = admitted(&stage, it.lot, "rival", "Other institute");
    world.clock.pass(7_190);
    city.tend_lots().expect("tended");
    world.clock.pass(60);
    let mut rival = stage.browser("rival");
    let list = rival.get(&format!("{}/trustees", it.here)).body;
    let page = rival.get(&format!("{}?lang=zh", it.here)).body;
    let file = bid(&it, &list, alias, 1, "120000.00");
    let to = format!("{}/sealed-bids", it.here);
    assert_eq!(send(&mut rival, &page, &to, &[("file", &file)]).0, 303);
    world.clock.pass(4_000);
    city.tend_lots().expect("tended");
    for n in [0, 2] {
        assert_eq!(publish(&mut stage.browser(NAMES[n]), &it, n).0, 303);
    }
    city.tend_lots().expect("tended");
    let page = stage.browser("").get(&format!("{}?lang=en", it.here)).body;
    assert!(page.contains(&format!("Sold to bidder {alias} for ¥120,000.00.")), "{page}");
    walked(&stage, it.lot, 120_000);
    published(&stage, "sealed-first-price");
}

/// A short timetable, as it is typed.
const PARTS: [(&str, &str); 8] = [
    ("fall", "5%"),
    ("stages", "10"),
    ("stage", "1"),
    ("pause", "0:30"),
    ("sealed_pause", "0:20"),
    ("sealed", "1"),
    ("best_pause", "0:20"),
    ("best", "1"),
];

pub(crate) fn pass(stage: &Stage, seconds: i64) {
    for _ in 0..seconds {
        stage.world.clock.pass(1);
        stage.world.city.tend_lots().expect("tended");
    }
}

pub(crate) fn page_of(stage: &Stage, name: &str, lot: LotId) -> (Browser, String) {
    let mut browser = stage.browser(name);
    let page = browser.get(&format!("/auctions/{lot}?lang=en")).body;
    (browser, page)
}

#[test]
fn a_falling_price_goes_from_its_announcement_to_the_open_record_by_forms() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    world.person("agency", world.hall, Role::AgencyOfficer);
    let firm = world.organisation("Firm of Bo");
    world.person("bo", firm, Role::FirmMember);
    bank(&stage);
    let listing = offered(&stage);
    let mut officer = stage.browser("officer");
    let page = form(&mut officer, &listing, "falling");
    assert!(page.contains("value=\"80\"") && !page.contains("name=\"closes\""), "{page}");
    let (opens, opens_time) = moment(&stage, 7_200);
    let mut values: Vec<(&str, &str)> = vec![
        ("start", "150,000"),
        ("deposit", "10,000"),
        ("opens", opens.as_str()),
        ("opens_time", opens_time.as_str()),
    ];
    values.extend(PARTS);
    let wrong: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| match *name {
            "fall" => ("fall", "a tenth"),
            "stage" => ("stage", "1:75"),
            name => (name, *value),
        })
        .collect();
    let (status, page) = resend(&mut officer, &page, "/auctions/new", &wrong);
    assert_eq!(status, 422);
    assert!(page.contains("href=\"#f-fall\"") && page.contains("href=\"#f-stage\""), "{page}");
    let mut too_far = values.clone();
    too_far.push(("stages", "30"));
    let (status, page) = resend(&mut officer, &page, "/auctions/new", &too_far);
    assert_eq!(status, 422, "thirty falls of five percent pass under nothing");
    assert!(page.contains("href=\"#f-fall\""), "{page}");
    let (status, page) = resend(&mut officer, &page, "/auctions/new", &values);
    assert_eq!(status, 303, "{page}");
    let it = lot(&stage);
    let falling = *it.terms.way.falling().expect("falling");
    assert_eq!((falling.n_stages, falling.fall_bp, falling.pause_s), (10, 500, 30));
    assert_eq!(it.terms.closes, it.terms.opens.plus_seconds(falling.falls_s()));
    // Changed, and changed back; another way is one press away.
    let terms = format!("/auctions/{}/terms", it.id);
    let page = officer.get(&format!("{terms}?lang=zh")).body;
    assert!(page.contains("value=\"0:30\"") && page.contains("way=sealed"), "{page}");
    assert_eq!(resend(&mut officer, &page, &terms, &[("stages", "12")]).0, 303);
    assert_eq!(lot(&stage).terms.way.falling().map(|it| it.n_stages), Some(12));
    let page = officer.get(&format!("{terms}?lang=en")).body;
    assert_eq!(resend(&mut officer, &page, &terms, &[("stages", "10")]).0, 303);
    let ada = admitted(&stage, it.id, "rival", "Other institute");
    let _bo = admitted(&stage, it.id, "bo", "Firm of Bo");
    let here = format!("/auctions/{}", it.id);
    let bids = format!("{here}/bids");
    let until_open = it.terms.opens.seconds_since(city.now());
    world.clock.pass(until_open - 10);
    city.tend_lots().expect("tended");
    pass(&stage, 10 + 31 + 60);
    let (mut rival, page) = page_of(&stage, "rival", it.id);
    assert!(page.contains("Take it for ¥142,500.00"), "{page}");
    assert_eq!(resend(&mut rival, &page, &bids, &[("step", "142500.00")]).0, 303);
    pass(&stage, 21);
    let (mut bo, page) = page_of(&stage, "bo", it.id);
    assert_eq!(resend(&mut bo, &page, &bids, &[("amount", "145,000")]).0, 303);
    pass(&stage, 80);
    let (mut rival, page) = page_of(&stage, "rival", it.id);
    assert!(page.contains("You have one last word"), "{page}");
    assert_eq!(resend(&mut rival, &page, &bids, &[("amount", "150,000")]).0, 303);
    pass(&stage, 61);
    let (_, page) = page_of(&stage, "", it.id);
    assert!(page.contains(&format!("Sold to bidder {ada} for ¥150,000.00.")), "{page}");
    assert_eq!(lot(&stage).state, LotState::Sold);
    walked(&stage, it.id, 150_000);
    let record = published(&stage, "falling-price");
    // The click was topped, unseen; the last word topped that: both bidders' last bids are told.
    let statistics = record["records"][0]["compiledRelease"]["bids"]["statistics"].to_string();
    for told in ["\"measure\":\"bidders\",\"value\":2", "145000", "150000"] {
        assert!(statistics.contains(told), "{told}: {statistics}");
    }
}

#[test]
fn a_lot_of_any_way_becomes_another_and_is_withdrawn_by_forms() {
    let stage = stage();
    trustees(&stage);
    let listing = offered(&stage);
    let mut officer = stage.browser("officer");
    let page = form(&mut officer, &listing, "falling");
    let (opens, opens_time) = moment(&stage, 7_200);
    let mut values: Vec<(&str, &str)> =
        vec![("start", "150,000"), ("opens", &opens), ("opens_time", &opens_time)];
    values.extend(PARTS);
    assert_eq!(resend(&mut officer, &page, "/auctions/new", &values).0, 303);
    let it = lot(&stage);
    let terms = format!("/auctions/{}/terms", it.id);
    let page = officer.get(&format!("{terms}?lang=en&way=sealed")).body;
    let (closes, closes_time) = moment(&stage, 10_800);
    let mut values: Vec<(&str, &str)> =
        vec![("closes", &closes), ("closes_time", &closes_time), ("replacing", "final")];
    values.extend([
        ("trustees.0.mail", "notary@testing.example"),
        ("trustees.1.mail", "bank@testing.example"),
    ]);
    let (status, body) = resend(&mut officer, &page, &terms, &values);
    assert_eq!(status, 303, "{body}");
    assert!(lot(&stage).terms.way.sealing().is_some_and(|it| it.is_final));
    // Nobody else changes or withdraws it, and nothing that they type is looked at.
    for name in ["member", "rival", "notary"] {
        let mut other = stage.browser(name);
        assert_eq!(other.get(&terms).status, 404, "{name}");
        let own = other.get("/account").body;
        let token = crate::browser::hidden(&own, "csrf_token");
        let values = [
            ("csrf_token", token.as_str()),
            ("idempotency_key", "a"),
            ("way", "sealed"),
            ("trustees.0.mail", "officer@testing.example"),
        ];
        let done = other.post(&terms, &values);
        assert!(matches!(done.status, 403 | 404), "{name}: {} {}", done.status, done.body);
    }
    let withdrawal = format!("/auctions/{}/withdrawal", it.id);
    let page = officer.get(&format!("{withdrawal}?lang=zh")).body;
    assert_eq!(resend(&mut officer, &page, &withdrawal, &[]).0, 303);
    assert_eq!(lot(&stage).state, LotState::Withdrawn);
    // What failed begins anew from what it was, with its way and its trustees.
    let page = officer.get(&format!("/auctions/new?lang=en&listing={listing}")).body;
    assert!(page.contains("House of the notary") && page.contains("value=\"150000.00\""), "{page}");
    let (opens, opens_time) = moment(&stage, 7_300);
    let values = [
        ("opens", opens.as_str()),
        ("opens_time", opens_time.as_str()),
        ("closes", closes.as_str()),
        ("closes_time", closes_time.as_str()),
    ];
    let (status, page) = resend(&mut officer, &page, "/auctions/new", &values);
    assert_eq!(status, 303, "{page}");
    let again = lot(&stage);
    assert_eq!(
        (again.attempt, again.terms.way.sealing().map(|it| it.trustees.len())),
        (2, Some(2))
    );
}
