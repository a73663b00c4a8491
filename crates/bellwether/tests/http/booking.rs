//! Booking in the pages, in both languages: a week, the form, what is wrong told at once, the own
//! bookings, moving, giving up, and a calendar that a program reads.

use crate::auction::send;
use crate::instrument::entered;
use crate::stage;

#[test]
fn time_is_booked_in_the_pages() {
    let stage = stage();
    let id = entered(&stage, 1, false);
    let here = format!("/instruments/{id}");
    let zone = calendar::Zone::china();
    let now = stage.world.city.now();
    let day = calendar::zone::add_days(zone.date(now), 2);
    let mut nobody = stage.browser("");
    // From the page of the instrument to its week, which everybody may see.
    let week = format!("{here}/week");
    assert!(nobody.get(&format!("{here}?lang=en")).body.contains(&week));
    let shown = nobody.get(&format!("{week}?day={day}&lang=en"));
    assert_eq!(shown.status, 200);
    assert!(shown.body.contains("free") && shown.body.contains("/bookings/new?start="));
    assert!(nobody.get(&format!("{week}?day={day}&lang=zh")).body.contains("可约"));
    assert_eq!(nobody.get(&format!("{here}/bookings/new")).status, 303);
    // The form tells everything that is wrong at once, and keeps what was typed.
    let mut member = stage.browser("member");
    let new = format!("{here}/bookings/new");
    let form = member.get(&format!("{new}?start={day}+14%3A00&lang=en")).body;
    assert!(form.contains(&format!("{day} 14:00")) && form.contains(&format!("{day} 15:00")));
    let to = format!("{here}/bookings");
    let wrong = [("start", "soon"), ("end", "2026-02-30 09:00"), ("purpose", "Powder")];
    let (status, body) = send(&mut member, &form, &to, &wrong);
    assert_eq!(status, 422);
    assert!(body.contains("Powder") && body.matches("aria-invalid").count() >= 2);
    let (start, end) = (format!("{day} 14:00"), format!("{day} 14:05"));
    let odd = [("start", start.as_str()), ("end", end.as_str())];
    let (status, body) = send(&mut member, &form, &to, &odd);
    assert_eq!(status, 422);
    assert!(body.contains("steps of 15 minutes") && body.contains("fewer than the 15"));
    // A check books nothing; booking does.
    let end = format!("{day} 16:00");
    let right = [("start", start.as_str()), ("end", end.as_str()), ("do", "check")];
    let (status, body) = send(&mut member, &form, &to, &right);
    assert_eq!(status, 200);
    assert!(body.contains("This time can be booked."));
    let (status, _) = send(&mut member, &body, &to, &right[..2]);
    assert_eq!(status, 303);
    let own = member.get("/bookings?lang=en").body;
    assert!(own.contains("X-ray diffractometer 1") && own.contains("14:00–16:00"));
    assert!(member.get("/bookings?lang=zh").body.contains("我的预约"));
    // Others see that it is taken and not by whom; who asks for it too is told what is free.
    let shown = nobody.get(&format!("{week}?day={day}&lang=en")).body;
    assert!(shown.contains("14:00–16:00 taken") && !shown.contains("/bookings/bkg_"));
    let mut firm = stage.browser("firm");
    let form = firm.get(&format!("{new}?lang=en")).body;
    let (status, body) = send(&mut firm, &form, &to, &right[..2]);
    assert_eq!(status, 409);
    assert!(body.contains("It is taken from") && body.contains("Free nearby"));
    // The booking's page belongs to its person; moving and giving it up.
    let from = own.find("/bookings/bkg_").expect("a link");
    let booking: String = own[from..].chars().take_while(|c| *c != '"').collect();
    assert_eq!(firm.get(&booking).status, 404);
    let page = member.get(&format!("{booking}?lang=en")).body;
    let (start, end) = (format!("{day} 15:00"), format!("{day} 17:00"));
    let moved = [("version", "1"), ("start", start.as_str()), ("end", end.as_str())];
    assert_eq!(send(&mut member, &page, &format!("{booking}/moves"), &moved).0, 303);
    let page = member.get(&format!("{booking}?lang=en")).body;
    assert!(page.contains("15:00–17:00"));
    // A calendar's address is told once and read without signing in.
    let calendars = member.get("/bookings/calendars?lang=en").body;
    let made = send(&mut member, &calendars, "/bookings/calendars", &[("name", "Phone")]);
    assert_eq!(made.0, 200);
    let from = made.1.find("/calendars/bwc_").expect("the address");
    let address: String = made.1[from..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "/_-".contains(*c))
        .collect();
    let feed = nobody.get(&address);
    assert_eq!(feed.status, 200);
    assert!(feed.body.starts_with("BEGIN:VCALENDAR\r\n") && feed.body.contains("STATUS:CONFIRMED"));
    assert!(feed.body.lines().all(|line| line.len() <= 75), "folded");
    assert_eq!(nobody.get("/calendars/bwc_0000").status, 404);
    let cancel = format!("{booking}/cancellation");
    assert_eq!(send(&mut member, &page, &cancel, &[("version", "2")]).0, 303);
    let feed = nobody.get(&address).body;
    assert!(feed.contains("STATUS:CANCELLED"));
    // Free time over all instruments.
    let free = nobody.get("/instruments/free?minutes=60&lang=en");
    assert_eq!(free.status, 200);
    assert!(free.body.contains("X-ray diffractometer 1"));
}

/// Every time of a repetition is shown with what stands against it before any is booked.
#[test]
fn the_week_of_all_instruments_is_walked_through() {
    let stage = stage();
    for n in 1..=60 {
        entered(&stage, n, false);
    }
    let mut nobody = stage.browser("");
    // From the catalogue to the week, on to its next page, and from a row to the instrument's own week.
    let list = nobody.get("/instruments?lang=en").body;
    assert!(list.contains("href=\"/instruments/week\"") && list.contains("/instruments/free"));
    let first = nobody.get("/instruments/week?lang=en");
    assert_eq!(first.status, 200);
    assert!(first.body.contains("The week of all instruments") && first.body.contains("60"));
    assert!(first.body.contains("page=2") && first.body.contains("/week?day="));
    let second = nobody.get("/instruments/week?page=2&lang=en").body;
    assert!(second.contains("X-ray diffractometer 9") && !second.contains("page=3"));
    let some = nobody.get("/instruments/week?q=diffractometer+7&lang=zh").body;
    assert!(some.contains("全部仪器本周占用") && some.contains("X射线衍射仪7"));
    let none = nobody.get("/instruments/week?q=sequencer&lang=en").body;
    assert!(none.contains("No instrument that takes bookings fits"));
    // What nobody can read as a day is this week, and no fault.
    assert_eq!(nobody.get("/instruments/week?day=soon&page=-1").status, 200);
    let told = nobody.get("/api/v1/instruments/week?q=diffractometer");
    assert_eq!(told.status, 200);
    assert!(told.body.contains("\"taken\":[]"));
    assert_eq!(nobody.get("/api/v1/instruments/week?day=soon").status, 422);
}
