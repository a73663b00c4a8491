//! A firm wants an instrument that needs training: it is told what is missing, asks with one press, is
//! given it, books, begins and ends at the kiosk, is charged as booked; the instrument's people set its
//! rules, take it out of service, keep somebody from booking. In both languages.

use crate::browser::{done, link, send};
use crate::stage;
use access::Role;
use app::instrument::CreateInstrument;
use base::Bilingual;
use instruments::sheet::Sheet;

#[test]
fn training_is_asked_for_given_and_opens_the_door() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    let owner = city.organisation_named("Owner institute").expect("known");
    let keeper = world.person("keeper", owner, Role::TransferOfficer);
    let sheet =
        Sheet { name: Bilingual::new("Laser cutter", "激光切割机"), ..Sheet::default() };
    let act = CreateInstrument { owner, is_hidden: false, sheet };
    let id = city.perform(&keeper, act).expect("entered").instrument;
    let at = |part: &str| format!("/instruments/{id}/{part}");
    let in_en = |part: &str| format!("/instruments/{id}/{part}?lang=en");
    let mut unit = stage.browser("keeper");
    let mut user = stage.browser("firm");

    // The unit sets rules: a rule that cannot be read is refused, what others set is shown.
    let rules = at("rules");
    let (status, body) = send(&mut unit, &in_en("rules"), &rules, &[("hours", "daily")]);
    assert!(status == 422 && body.contains("Opening hours"), "{status} {body}");
    let values = [
        ("needs_qualification", "yes"),
        ("needs_booking", "yes"),
        ("trainings", "lasers"),
        ("hours", "1-7 00:00-24:00"),
        ("horizon_days", "30"),
    ];
    done(&mut unit, &in_en("rules"), &rules, &values);
    let shown = user.get(&in_en("rules")).body;
    assert!(
        shown.contains("This instrument") && shown.contains("Monday–Sunday 00:00–24:00"),
        "{shown}"
    );
    assert!(
        !shown.contains("Set the rules")
            && user.get(&format!("{rules}?lang=zh")).body.contains("预约规则")
    );
    let kept = unit.get(&in_en("rules")).body;
    assert!(kept.contains("value=\"30\"") && kept.contains("lasers"), "{kept}");
    // A quota, quiet hours and own days by the same form, and said as people say them.
    let (status, body) = send(&mut unit, &in_en("rules"), &rules, &[("quotas.0.limit", "many")]);
    assert!(status == 422 && body.contains("Quotas") && body.contains("\"many\""), "{body}");
    let lists = [
        ("quotas.0.who", "person"),
        ("quotas.0.what", "instrument"),
        ("quotas.0.measure", "minutes"),
        ("quotas.0.period", "week"),
        ("quotas.0.limit", "600"),
        ("relief", "20:00-06:00"),
        ("days_rest", "2030-05-02"),
    ];
    let lists = [&values[..], &lists].concat();
    done(&mut unit, &in_en("rules"), &rules, &lists);
    let shown = user.get(&in_en("rules")).body;
    let quota = "Each person, on this instrument: at most 600 minutes a week";
    for text in [quota, "20:00–06:00", "2 May 2030 rest"] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let shown = user.get(&format!("{rules}?lang=zh")).body;
    assert!(shown.contains("每人在本仪器：每周最多600分钟"), "{shown}");
    let kept = unit.get(&in_en("rules")).body;
    assert!(kept.contains("value=\"600\"") && kept.contains("2030-05-02"), "{kept}");

    // The firm books and is told what is missing; one press asks for each.
    let start = city.now().plus_seconds(2 * 3_600);
    let zone = calendar::Zone::china();
    let hour = calendar::Grid { start: 60, length: 60 }.next_start(&zone, start);
    let typed = |at: base::Instant| {
        let wall = zone.civil(at);
        format!("{} {:02}:{:02}", wall.date(), wall.hour(), wall.minute())
    };
    let times = [("start", typed(hour)), ("end", typed(hour.plus_seconds(7_200)))];
    let times: Vec<(&str, &str)> = times.iter().map(|(name, at)| (*name, at.as_str())).collect();
    let bookings = at("bookings");
    let (status, body) = send(&mut user, &in_en("bookings/new"), &bookings, &times);
    assert!(status == 422 && body.contains("“lasers” is missing"), "{status} {body}");
    let training = at("qualifications");
    assert_eq!(link(&body, &training), training);
    let mut nobody = stage.browser("");
    assert!(nobody.get(&in_en("qualifications")).body.contains("Sign in to see"));
    let asks = at("training-requests");
    for _ in 0..2 {
        let shown = user.get(&in_en("qualifications")).body;
        assert!(shown.contains("Missing"), "{shown}");
        done(&mut user, &in_en("qualifications"), &asks, &[]);
    }
    let shown = user.get(&format!("{training}?lang=zh")).body;
    assert!(shown.contains("已申请") && !shown.contains("尚缺<"), "{shown}");
    assert!(!shown.contains("培训申请<"), "who asks is for staff: {shown}");

    // Staff opens each wish, declines one without a word, and gives both.
    let shown = unit.get(&in_en("qualifications")).body;
    assert!(shown.contains("Course “lasers”") && shown.contains("Training at this instrument"));
    let form = link(&shown, &format!("{training}/new?person=")).replace("&amp;", "&");
    let (status, body) = send(&mut unit, &form, &training, &[("do", "decline"), ("reason", "")]);
    assert!(status == 422, "{body}");
    for _ in 0..2 {
        let shown = unit.get(&in_en("qualifications")).body;
        let form = link(&shown, &format!("{training}/new?person=")).replace("&amp;", "&");
        let values = [("do", "grant"), ("reason", "Trained on Monday"), ("ends", "2099-12-31")];
        done(&mut unit, &form, &training, &values);
    }
    let shown = unit.get(&in_en("qualifications")).body;
    assert!(
        shown.contains("Nobody asks for training") && shown.contains("Alone, at any hour"),
        "{shown}"
    );
    let shown = user.get(&in_en("qualifications")).body;
    assert!(shown.contains("You have everything that is needed"), "{shown}");

    // Now the booking stands; at the kiosk it is early, then it begins and ends.
    done(&mut user, &in_en("bookings/new"), &bookings, &times);
    let kiosk = format!("/kiosk/{id}");
    let page = format!("{kiosk}?lang=en");
    let (status, body) = send(&mut user, &page, &kiosk, &[]);
    assert!(
        status == 422 && body.contains("You may begin 15 minutes before it"),
        "{status} {body}"
    );
    world.clock.pass(hour.seconds_since(city.now()) + 1);
    let mut user = stage.browser("firm");
    done(&mut user, &page, &kiosk, &[]);
    assert!(user.get("/bookings?lang=en").body.contains("In use"));
    world.clock.pass(600);
    let shown = user.get(&page).body;
    let end = link(&shown.replace("action=", "href="), "/uses/").to_owned();
    done(&mut user, &page, &end, &[]);
    let own = user.get("/bookings?lang=en").body;
    assert!(own.contains("ended early") && own.contains("Finished"), "{own}");
    assert!(user.get("/bookings?lang=zh").body.contains("提前结束"));
    let mut unit = stage.browser("keeper");
    let uses = unit.get("/uses?lang=en").body;
    assert!(uses.contains("ended early"), "booked beside used, for staff: {uses}");

    // Out of service: declared, told at the door, called off again.
    let outages = at("outages");
    let now = city.now();
    let span = [("start", typed(now.plus_seconds(-60))), ("end", typed(now.plus_seconds(7_200)))];
    let mut values: Vec<(&str, &str)> =
        span.iter().map(|(name, at)| (*name, at.as_str())).collect();
    values.extend([("kind", "repair"), ("reach", "whole"), ("over", "displace")]);
    let (status, body) = send(&mut unit, &in_en("outages"), &outages, &values);
    assert!(status == 422 && body.contains("title"), "{body}");
    values.push(("title", "The mirror broke"));
    done(&mut unit, &in_en("outages"), &outages, &values);
    let shown = user.get(&in_en("outages")).body;
    assert!(shown.contains("The mirror broke") && shown.contains("Now"), "{shown}");
    assert!(user.get(&format!("{outages}?lang=zh")).body.contains("停用中"));
    let (_, body) = send(&mut user, &page, &kiosk, &[]);
    assert!(body.contains("out of service until"), "{body}");
    let shown = unit.get(&in_en("outages")).body;
    let end = link(&shown.replace("action=", "href="), &format!("{outages}/")).to_owned();
    done(&mut unit, &in_en("outages"), &end, &[]);
    assert!(!user.get(&in_en("outages")).body.contains(">Now<"));

    // Who may not book is told so, and lets go again.
    let blocks = at("blocks");
    assert_eq!(user.get(&blocks).status, 404);
    let values = [("person", "nobody@example.org"), ("reason", "Broke it")];
    let (status, body) = send(&mut unit, &in_en("blocks"), &blocks, &values);
    assert!(status == 422 && body.contains("Nobody is known"), "{status} {body}");
    let firm = city.person_named("firm@testing.example").expect("known").to_string();
    let values = [("person", firm.as_str()), ("reason", "Broke it")];
    done(&mut unit, &in_en("blocks"), &blocks, &values);
    assert!(user.get(&in_en("qualifications")).body.contains("You may not book here"));
    let (_, body) = send(&mut user, &page, &kiosk, &[]);
    assert!(body.contains("You may not use this instrument"), "{body}");
    done(&mut unit, &in_en("blocks"), &format!("{blocks}/end"), &[("is_of_unit", "")]);
    assert!(unit.get(&in_en("blocks")).body.contains("Nobody is kept from booking"));
}
