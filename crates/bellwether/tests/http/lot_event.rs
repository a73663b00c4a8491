//! An event of several lots by forms, in both languages: announced with an order, staggered, asked for in
//! one form, on the poster and in one calendar.

use crate::announcing::{form, lot, moment};
use crate::auction::{bank, offered};
use crate::contract::resend;
use crate::stage;
use access::Role;

#[test]
fn an_event_is_announced_arranged_and_asked_for_by_forms() {
    let stage = stage();
    let world = &stage.world;
    world.person("agency", world.hall, Role::AgencyOfficer);
    let firm = world.organisation("Firm of Bo");
    world.person("bo", firm, Role::FirmMember);
    bank(&stage);
    let listing = offered(&stage);
    let mut officer = stage.browser("officer");
    let page = form(&mut officer, &listing, "english");
    let (opens, opens_time) = moment(&stage, 9_000);
    let (closes, closes_time) = moment(&stage, 12_600);
    let values = [
        ("start", "100,000"),
        ("opens", opens.as_str()),
        ("opens_time", opens_time.as_str()),
        ("closes", closes.as_str()),
        ("closes_time", closes_time.as_str()),
        ("steps.0.raise", "5,000"),
    ];
    assert_eq!(resend(&mut officer, &page, "/auctions/new", &values).0, 303);
    let it = lot(&stage);
    // Nobody but the office sees the form.
    assert_eq!(stage.browser("officer").get("/auctions/events/new").status, 404);
    let mut agency = stage.browser("agency");
    let page = agency.get("/auctions/events/new?lang=en").body;
    let place = format!("place.{}", it.id);
    assert!(page.contains(&place), "{page}");
    let new = "/auctions/events/new";
    let (status, page) = resend(&mut agency, &page, new, &[("name.en", "Spring event")]);
    assert_eq!(status, 422);
    assert!(page.contains("An event has between one and 100 lots."), "{page}");
    let values = [
        ("name.zh", "春季专场"),
        ("place.en", "Hall 2"),
        ("text.en", "One process."),
        (place.as_str(), "1"),
    ];
    let (status, page) = resend(&mut agency, &page, new, &values);
    assert_eq!(status, 303, "{page}");
    let list = stage.browser("").get("/auctions/events?lang=en").body;
    let at = list.find("/auctions/events/lev_").expect("an event");
    let here: String = list[at..].chars().take_while(|c| *c != '"' && *c != '?').collect();
    let page = stage.browser("").get(&format!("{here}?lang=zh")).body;
    assert!(
        page.contains("春季专场") && page.contains("标的及次序") && page.contains("增价竞买"),
        "{page}"
    );
    // Staggered by the form below the event.
    let revision = format!("{here}/revision");
    let page = agency.get(&format!("{revision}?lang=en")).body;
    assert!(page.contains("When the lots open") && page.contains("value=\"1\""), "{page}");
    let schedule = format!("{here}/schedule");
    let (first, first_time) = moment(&stage, 18_000);
    let wrong = [("first", first.as_str()), ("first_time", "25:00"), ("gap", "x")];
    let (status, again) = resend(&mut agency, &page, &schedule, &wrong);
    assert_eq!(status, 422);
    assert!(
        again.contains("href=\"#f-first-time\"") && again.contains("href=\"#f-gap\""),
        "{again}"
    );
    let right = [("first_time", first_time.as_str()), ("gap", "20")];
    let (status, again) = resend(&mut agency, &again, &schedule, &right);
    assert_eq!(status, 303, "{again}");
    assert_eq!(lot(&stage).terms_version, 2);
    // One form for the lots.
    let mut bo = stage.browser("bo");
    let registration = format!("{here}/registration");
    let page = bo.get(&format!("{registration}?lang=en")).body;
    let (status, page) = resend(&mut bo, &page, &registration, &[]);
    assert_eq!(status, 422, "nothing was ticked");
    let value = format!("{} 2", it.id);
    assert!(page.contains(&value), "{page}");
    let (status, page) = resend(&mut bo, &page, &registration, &[("lots", &value)]);
    assert_eq!(status, 200);
    assert!(page.contains("asked for. The office decides."), "{page}");
    let page = bo.get(&format!("{here}?lang=en")).body;
    assert!(
        page.contains("You are bidder") || page.contains("Asked") || page.contains("number"),
        "{page}"
    );
    let poster = stage.browser("").get(&format!("{here}/poster"));
    assert_eq!(poster.status, 200);
    let calendar = stage.browser("").get(&format!("{here}/calendar.ics")).body;
    for line in ["BEGIN:VCALENDAR", "LOCATION:Hall 2", "STATUS:CONFIRMED", "SEQUENCE:2"] {
        assert!(calendar.contains(line), "{line}: {calendar}");
    }
    let room = stage.browser("").get(&format!("/auctions/{}?lang=en", it.id)).body;
    assert!(room.contains(&here), "the lot names its event: {room}");
    // Taken back.
    let page = agency.get(&format!("{here}?lang=en")).body;
    let (status, _) = resend(&mut agency, &page, &format!("{here}/withdrawal"), &[]);
    assert_eq!(status, 303);
    let page = stage.browser("").get(&format!("{here}?lang=en")).body;
    assert!(page.contains("This event was withdrawn."), "{page}");
}
