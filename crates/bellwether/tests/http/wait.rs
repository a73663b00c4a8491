//! Waiting for time in the pages, in both languages: from a refused form to the wait list, the offer,
//! and the booking that comes of it; and the same by the programming interface.

use crate::auction::send;
use crate::instrument::entered;
use crate::stage;

#[test]
fn freed_time_is_offered_in_the_pages() {
    let stage = stage();
    let city = &stage.world.city;
    let id = entered(&stage, 1, false);
    let here = format!("/instruments/{id}");
    let zone = calendar::Zone::china();
    let day = calendar::zone::add_days(zone.date(city.now()), 2);
    let (start, end) = (format!("{day} 14:00"), format!("{day} 16:00"));
    let to = format!("{here}/bookings");
    let asked = [("start", start.as_str()), ("end", end.as_str())];
    // Somebody has the time; the refusal leads to the wait list, with the time filled in.
    let mut member = stage.browser("member");
    let form = member.get(&format!("{here}/bookings/new?lang=en")).body;
    assert_eq!(send(&mut member, &form, &to, &asked).0, 303);
    let own = member.get("/bookings?lang=en").body;
    let from = own.find("/bookings/bkg_").expect("a link");
    let booking: String = own[from..].chars().take_while(|c| *c != '"').collect();
    let mut firm = stage.browser("firm");
    assert!(firm.get("/waits?lang=en").body.contains("You wait for nothing."));
    let form = firm.get(&format!("{here}/bookings/new?lang=en")).body;
    let (status, body) = send(&mut firm, &form, &to, &asked);
    assert_eq!(status, 409);
    assert!(body.contains("Wait for this time"), "{body}");
    let new = format!("{here}/waits/new");
    let form = firm.get(&format!("{new}?start={day}+14%3A00&end={day}+16%3A00&lang=en")).body;
    assert!(form.contains(&start) && form.contains(&end) && form.contains("value=\"120\""));
    assert!(firm.get(&format!("{new}?lang=zh")).body.contains("候补"));
    let form = firm.get(&format!("{new}?lang=en")).body;
    let waits = format!("{here}/waits");
    let wrong = [("earliest", "soon"), ("latest", end.as_str()), ("minutes", "60")];
    assert_eq!(send(&mut firm, &form, &waits, &wrong).0, 422);
    let short = [("earliest", start.as_str()), ("latest", end.as_str()), ("minutes", "500")];
    let (status, body) = send(&mut firm, &form, &waits, &short);
    assert_eq!(status, 422);
    assert!(body.contains("not enough time"));
    // The form that came back has a key of its own.
    let form = body;
    let right = [
        ("earliest", start.as_str()),
        ("latest", end.as_str()),
        ("minutes", "60"),
        ("how", "offer"),
    ];
    assert_eq!(send(&mut firm, &form, &waits, &right).0, 303);
    let page = firm.get("/waits?lang=en").body;
    assert!(page.contains("You come first.") && page.contains("X-ray diffractometer 1"));
    assert!(firm.get("/waits?lang=zh").body.contains("候补中"));
    city.tend_waits().expect("tended");
    // Others do not see who waits; staff do.
    assert_eq!(firm.get(&waits).status, 403);
    assert_eq!(stage.browser("").get("/waits").status, 303);
    // It becomes free: offered with one press, and held for nobody else.
    let page = member.get(&format!("{booking}?lang=en")).body;
    let cancel = format!("{booking}/cancellation");
    assert_eq!(send(&mut member, &page, &cancel, &[("version", "1")]).0, 303);
    city.tend_waits().expect("tended");
    let page = firm.get("/waits?lang=en").body;
    assert!(page.contains("Offered to you") && page.contains("Not this time"), "{page}");
    // The desk says so, in both languages, and counts it.
    assert!(firm.get("/desk?lang=en").body.contains("Time is held for you"));
    assert!(firm.get("/desk?lang=zh").body.contains("为您保留了机时"));
    let from = page.find("/waits/wsh_").expect("the offer");
    let wish: String = page[from..].chars().take_while(|c| *c != '"').collect();
    let wish = wish.rsplit_once('/').expect("a part").0.to_owned();
    let week = stage.browser("").get(&format!("{here}/week?day={day}&lang=en")).body;
    assert!(week.contains("14:00–15:00 taken"), "held");
    let version = [("version", "2")];
    assert_eq!(send(&mut firm, &page, &format!("{wish}/acceptance"), &version).0, 303);
    assert!(firm.get("/bookings?lang=en").body.contains("14:00–15:00"));
    assert!(!firm.get("/desk?lang=en").body.contains("Time is held for you"));
    // Time that others have is chosen in the week to wait for it.
    let week = member.get(&format!("{here}/week?day={day}&lang=en")).body;
    assert!(week.contains("/waits/new?start=") && week.contains("Wait for this time"), "{week}");
    // Letters about freed time are asked for and ended.
    let form = firm.get(&format!("{new}?lang=en")).body;
    let watch = format!("{here}/watch");
    let odd = [("least", "0"), ("days", "7"), ("from", "late")];
    assert_eq!(send(&mut firm, &form, &watch, &odd).0, 422);
    let form = firm.get(&format!("{new}?lang=en")).body;
    let fine = [("least", "30"), ("days", "7"), ("from", "08:00"), ("to", "18:00")];
    assert_eq!(send(&mut firm, &form, &watch, &fine).0, 303);
    let page = firm.get("/waits?lang=en").body;
    assert!(page.contains("Letters about freed time"));
    assert_eq!(send(&mut firm, &page, &format!("{here}/watch/end"), &[]).0, 303);
    assert!(!firm.get("/waits?lang=en").body.contains("Letters about freed time"));
}
