//! Several bookings at once, a purchase looked at first, upkeep and faults of an instrument: by page, in both
//! languages, and by the interface.

use crate::browser::{done, send, submit};
use crate::instrument::entered;
use crate::stage;

fn in_days(stage: &crate::Stage, n: i64) -> String {
    let zone = calendar::Zone::china();
    calendar::zone::add_days(zone.date(stage.world.city.now()), n).to_string()
}

#[test]
fn a_series_is_looked_at_first_then_booked_and_given_up() {
    let stage = stage();
    let id = entered(&stage, 1, false);
    let (mut firm, mut member) = (stage.browser("firm"), stage.browser("member"));
    let day = |n: i64| in_days(&stage, n);
    let week = format!("/instruments/{id}/week");
    let page = format!("/instruments/{id}/series");
    assert!(member.get(&format!("{week}?lang=en")).body.contains(&page));
    let en = format!("{page}?lang=en");
    // Somebody else has the third day.
    let new = format!("/instruments/{id}/bookings/new?lang=en");
    let (start, end) = (format!("{} 14:00", day(4)), format!("{} 15:00", day(4)));
    let taken = [("start", start.as_str()), ("end", end.as_str())];
    done(&mut firm, &new, &format!("/instruments/{id}/bookings"), &taken);

    // All that is wrong is told at its field, and what was typed stays.
    let (start, end) = (format!("{} 14:00", day(2)), format!("{} 15:00", day(2)));
    let base = [("start", start.as_str()), ("end", end.as_str()), ("purpose", "Powder")];
    let wrong = [&base[1..], &[("start", "soon"), ("every", "days"), ("step", "x")]].concat();
    let (status, body) = send(&mut member, &en, &page, &wrong);
    assert!(status == 422 && body.contains("Powder") && body.contains("value=\"soon\""), "{body}");
    for field in ["f-start", "f-step", "f-count"] {
        assert!(body.contains(&format!("href=\"#{field}\"")), "{field}: {body}");
    }
    let many = [&base[..], &[("every", "days"), ("step", "1"), ("count", "500")]].concat();
    let (status, body) = send(&mut member, &en, &page, &many);
    assert!(status == 422 && body.contains("at most 200"), "{body}");

    // A look books nothing, and tells the conflict first.
    let rule = [&base[..], &[("every", "days"), ("step", "1"), ("count", "4")]].concat();
    let (status, body) = send(&mut member, &en, &page, &rule);
    assert_eq!(status, 200);
    assert!(body.contains("3 of 4 can be booked.") && body.contains("leave out 1"), "{body}");
    let (refused, fine) = (body.find(">Refused<"), body.find(">Can be booked<"));
    assert!(refused.is_some() && refused < fine, "what cannot be had comes first");
    assert!(!member.get("/bookings?lang=en").body.contains("14:00–15:00"));

    // From the look it is booked, without what cannot be had.
    let rule = [&rule[..], &[("do", "skip")]].concat();
    let answer = submit(&mut member, &body, &page, &rule);
    assert!(
        answer.status == 200 && answer.body.contains("3 bookings were made."),
        "{}",
        answer.body
    );
    let own = member.get("/bookings?lang=en").body;
    assert_eq!(own.matches("14:00–15:00").count(), 3, "{own}");
    let booking = crate::browser::link(&own, "/bookings/bkg_").to_owned();
    let one = member.get(&format!("{booking}?lang=en")).body;
    let series = format!("{booking}/series");
    assert!(one.contains(&series) && one.contains("All bookings of this series"));
    let all = member.get(&format!("{series}?lang=en")).body;
    assert_eq!(all.matches("14:00–15:00").count(), 3, "{all}");
    assert_eq!(firm.get(&series).status, 404);

    // Given up together; a second time there is nothing ahead.
    let scope = [("scope", "all"), ("reason", "Project over")];
    let (status, body) = send(&mut member, &format!("{series}?lang=en"), &series, &scope);
    assert!(status == 200 && body.contains("3 bookings were given up."), "{body}");
    assert!(!member.get(&format!("{booking}?lang=en")).body.contains("Cancel the booking"));
    let zh = member.get(&format!("{page}?lang=zh")).body;
    assert!(zh.contains("周期预约") && zh.contains("逐一查看"));
}

#[test]
fn staff_book_for_somebody_else_and_others_do_not() {
    let stage = stage();
    let id = entered(&stage, 1, false);
    let (mut officer, mut firm) = (stage.browser("officer"), stage.browser("firm"));
    let new = format!("/instruments/{id}/bookings/new?lang=en");
    let to = format!("/instruments/{id}/bookings");
    let day = in_days(&stage, 2);
    let (start, end) = (format!("{day} 14:00"), format!("{day} 15:00"));
    let times = [("start", start.as_str()), ("end", end.as_str())];
    assert!(!firm.get(&new).body.contains("name=\"person\""));
    let other = [&times[..], &[("person", "member@testing.example")]].concat();
    let (status, body) = send(&mut firm, &new, &to, &other);
    assert!(status >= 400 && body.contains("not for that person"), "{status} {body}");
    // A name that is not known stays in its field.
    let wrong = [&times[..], &[("person", "nobody@nowhere.example")]].concat();
    let (status, body) = send(&mut officer, &new, &to, &wrong);
    assert!(status == 422 && body.contains("nobody@nowhere.example"), "{body}");
    done(&mut officer, &new, &to, &other);
    let mut member = stage.browser("member");
    assert!(member.get("/bookings?lang=en").body.contains("14:00–15:00"));
    assert!(!officer.get("/bookings?lang=en").body.contains("14:00–15:00"));
}

#[test]
fn a_purchase_is_looked_at_first_and_busy_times_are_told() {
    let stage = stage();
    let id = entered(&stage, 1, false);
    entered(&stage, 2, true);
    let mut nobody = stage.browser("");
    let list = nobody.get("/instruments?q=diffractometer&lang=en").body;
    assert!(list.contains("/instruments/review?q=diffractometer"), "{list}");
    let blank = nobody.get("/instruments/review?lang=en");
    assert!(blank.status == 200 && blank.body.contains("What you want to buy"));
    let found = nobody.get("/instruments/review?q=diffractometer&base=800&lang=en").body;
    assert!(found.contains("X-ray diffractometer 1") && !found.contains("X-ray diffractometer 2"));
    assert!(found.contains("less than 800 hours") && found.contains("review.csv"), "{found}");
    let zh = nobody.get("/instruments/review?q=%E8%A1%8D%E5%B0%84%E4%BB%AA&lang=zh").body;
    assert!(zh.contains("购置评议") && zh.contains("1,200"), "{zh}");
    let none = nobody.get("/instruments/review?q=cyclotron&lang=en").body;
    assert!(none.contains("Nothing like it is shared"), "{none}");
    let csv = nobody.get("/instruments/review.csv?q=diffractometer&lang=en");
    assert!(csv.status == 200 && csv.body.contains("X-ray diffractometer 1"), "{}", csv.body);
    assert!(!csv.body.contains("X-ray diffractometer 2"));
    let told = nobody.get("/api/v1/instruments/review?q=diffractometer&base_hours=800");
    assert!(told.status == 200 && told.body.contains("\"known\":1"), "{}", told.body);
    assert!(told.body.contains("\"spare_minutes\":48000"), "{}", told.body);

    // When it is taken, and nothing of by whom.
    let day = in_days(&stage, 2);
    let (start, end) = (format!("{day} 14:00"), format!("{day} 15:00"));
    let mut member = stage.browser("member");
    let values = [("start", start.as_str()), ("end", end.as_str()), ("purpose", "Powder")];
    let new = format!("/instruments/{id}/bookings/new?lang=en");
    done(&mut member, &new, &format!("/instruments/{id}/bookings"), &values);
    let busy = nobody.get(&format!("/instruments/{id}/freebusy.ics"));
    assert!(busy.status == 200 && busy.body.contains("FREEBUSY;FBTYPE=BUSY:"), "{}", busy.body);
    assert!(busy.body.contains("T060000Z/") && busy.body.contains("T070000Z"), "{}", busy.body);
    assert!(!busy.body.contains("Powder") && !busy.body.contains("bkg_"));
    assert!(nobody.get(&format!("/instruments/{id}?lang=en")).body.contains("freebusy.ics"));

    // An address may show a unit, or what one operates.
    let page = "/bookings/calendars?lang=en";
    let shown = member.get(page).body;
    assert!(shown.contains("Instruments of Other institute"), "{shown}");
    let to = "/bookings/calendars";
    let (status, body) = send(&mut member, page, to, &[("name", "Duties"), ("of", "duties")]);
    assert!(status == 200 && body.contains("/calendars/bwc_"), "{body}");
}

#[test]
fn a_fault_is_told_answered_and_a_calibration_shown() {
    let stage = stage();
    let id = entered(&stage, 1, false);
    let page = format!("/instruments/{id}/upkeep");
    let (en, zh) = (format!("{page}?lang=en"), format!("{page}?lang=zh"));
    let (mut officer, mut member) = (stage.browser("officer"), stage.browser("member"));
    let mut nobody = stage.browser("");
    let shown = nobody.get(&en).body;
    assert!(shown.contains("No calibration is recorded") && shown.contains("/sign-in"), "{shown}");
    assert!(nobody.get(&format!("/instruments/{id}?lang=en")).body.contains(&page));

    // From the page at the instrument a user says what is wrong; nothing said is refused at its field.
    assert!(member.get(&format!("/kiosk/{id}?lang=en")).body.contains(&format!("{page}#report")));
    let to = format!("/instruments/{id}/faults");
    let (status, body) = send(&mut member, &en, &to, &[("trouble", " "), ("stopped", "yes")]);
    assert!(status == 422 && body.contains("#f-trouble"), "{body}");
    done(&mut member, &en, &to, &[("trouble", "The lamp is dark"), ("stopped", "yes")]);
    assert!(stage.browser("firm").get(&en).body.contains("The lamp is dark"));
    assert!(!nobody.get(&en).body.contains("The lamp is dark"));
    let desk = officer.get("/desk?lang=en").body;
    assert!(
        desk.contains(&format!("{page}#faults")) && desk.contains("1 fault was told of"),
        "{desk}"
    );
    assert!(officer.get("/desk?lang=zh").body.contains("1个问题待处理"));

    // The answer; a dismissal wants its reason.
    let shown = officer.get(&en).body;
    let from = shown.find(&format!("{to}/flt_")).expect("a form");
    let answer: String = shown[from..].chars().take_while(|c| *c != '"').collect();
    let field = format!("answer_{}", answer.split('/').nth(4).expect("an id"));
    let (status, body) = send(&mut officer, &en, &answer, &[("state", "dismissed")]);
    assert_eq!(status, 422, "{body}");
    let mended = [("state", "mended"), (field.as_str(), "A new lamp")];
    done(&mut officer, &en, &answer, &mended);
    assert!(member.get(&en).body.contains("A new lamp"));
    assert!(!officer.get("/desk?lang=en").body.contains("#faults"));

    // A plan, its calibration, and what everybody reads of it.
    let plans = format!("{page}/plans");
    let due = in_days(&stage, 3);
    let plan = [
        ("title", "Yearly calibration"),
        ("kind", "calibration"),
        ("every_months", "12"),
        ("due", due.as_str()),
    ];
    let wrong = [("title", "Yearly calibration"), ("every_months", "1000"), ("due", "soon")];
    let (status, body) = send(&mut officer, &en, &plans, &wrong);
    assert!(status == 422 && body.contains("value=\"soon\""), "{body}");
    done(&mut officer, &en, &plans, &plan);
    assert!(officer.get("/desk?lang=en").body.contains("1 thing planned is due"));
    assert!(!member.get(&en).body.contains("Yearly calibration"));
    let shown = officer.get(&en).body;
    let from = shown.find("value=\"upl_").expect("a choice");
    let what: String = shown[from + 7..].chars().take_while(|c| *c != '"').collect();
    let records = format!("{page}/records");
    let (today, until) = (in_days(&stage, 0), in_days(&stage, 365));
    let record = [
        ("what", what.as_str()),
        ("done_on", today.as_str()),
        ("done_by", "Metrology institute"),
        ("certificate", "XC-2026-17"),
        ("valid_until", until.as_str()),
        ("note", "Lamp at 80 %"),
    ];
    let (status, body) = send(&mut officer, &en, &records, &record[..3]);
    assert!(status == 422 && body.contains("#f-certificate"), "{body}");
    done(&mut officer, &en, &records, &record);
    assert!(!officer.get("/desk?lang=en").body.contains("#plans"));
    let shown = nobody.get(&en).body;
    assert!(shown.contains("XC-2026-17") && shown.contains("valid until"), "{shown}");
    assert!(!shown.contains("Lamp at 80 %"));
    assert!(nobody.get(&zh).body.contains("有效期至"));
    let sheet = nobody.get(&format!("/instruments/{id}?lang=en")).body;
    assert!(sheet.contains("Calibrated") && sheet.contains("valid until"), "{sheet}");
    let told = nobody.get(&format!("/api/v1/instruments/{id}/upkeep"));
    assert!(
        told.status == 200 && told.body.contains("\"certificate\":\"XC-2026-17\""),
        "{}",
        told.body
    );
    let data = member.get("/account/data?lang=en").body;
    assert!(data.contains("Faults of instruments that I told of"), "{data}");
}
