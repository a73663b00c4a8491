//! Working days by forms, in both languages: the office has a word on a day, everybody reads it and what
//! moved with it, on the page and by the interface.

use crate::announcing::moment;
use crate::contract::resend;
use crate::stage;
use access::Role;

const HERE: &str = "/working-days";

#[test]
fn the_office_names_a_day_and_everybody_reads_what_moved() {
    let stage = stage();
    stage.world.person("agency", stage.world.hall, Role::AgencyOfficer);
    let mut nobody = stage.browser("");
    let page = nobody.get("/working-days?lang=en").body;
    assert!(page.contains("No day differs from the public calendar.") && !page.contains("<select"));
    let mut agency = stage.browser("agency");
    let english = "/working-days?lang=en";
    let page = agency.get(english).body;
    // What cannot be is said at its field, and what was typed stays.
    let (today, _) = moment(&stage, 0);
    let wrong = [("day", today.as_str()), ("becomes", "rest"), ("reason.en", "Festival of lights")];
    let (status, page) = resend(&mut agency, &page, HERE, &wrong);
    assert_eq!(status, 422);
    assert!(page.contains("href=\"#f-day\"") && page.contains("The day has begun"), "{page}");
    assert!(page.contains("Festival of lights"), "{page}");
    let (status, page) = resend(&mut agency, &page, HERE, &[("day", "some day")]);
    assert!(
        status == 422 && page.contains("href=\"#f-day\"") && page.contains("some day"),
        "{page}"
    );
    // A week ahead lies a day of either kind; what it is already is refused as that.
    let (day, _) = moment(&stage, 7 * 86_400);
    let is_worked = {
        let date = base::time::read_date(&day).expect("a day");
        base::WorkingDays::china().is_working(date)
    };
    let (same, other) = if is_worked { ("work", "rest") } else { ("rest", "work") };
    let (status, page) = resend(&mut agency, &page, HERE, &[("day", &day), ("becomes", same)]);
    assert!(status == 409 && page.contains("The day is that already."), "{status}: {page}");
    assert_eq!(resend(&mut agency, &page, HERE, &[("day", &day), ("becomes", other)]).0, 303);
    let page = nobody.get(english).body;
    assert!(
        page.contains("Festival of lights") && page.contains("Time to sign that moved"),
        "{page}"
    );
    let chinese = nobody.get("/working-days?lang=zh").body;
    assert!(chinese.contains("工作日") && chinese.contains("顺延的签约期限"), "{chinese}");
    let told = nobody.get("/api/v1/workdays").body;
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(told["data"][0]["day"], day);
    assert_eq!(told["data"][0]["becomes"], other);
    assert_eq!(told["data"][0]["moved"], serde_json::json!([]));
}
