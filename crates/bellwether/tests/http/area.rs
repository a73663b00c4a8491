//! Rooms in their pages: entered and changed by their owner, with an instrument in them, booked and
//! entered by somebody else, in both languages.

use crate::auction::send;
use crate::stage;
use app::Asker;
use app::instrument::CreateInstrument;
use base::Bilingual;
use instruments::sheet::Sheet;

#[test]
fn a_room_is_kept_booked_and_entered_by_page() {
    let stage = stage();
    let city = &stage.world.city;
    let unit = city.organisation_named("Owner institute").expect("known");
    let officer = Asker::person(city.person_named("officer@testing.example").expect("known"));
    let sheet = Sheet { name: Bilingual::new("Microscope", "显微镜"), ..Sheet::default() };
    let act = CreateInstrument { owner: unit, is_hidden: false, sheet };
    let it = city.perform(&officer, act).expect("entered").instrument;
    let (mut keeper, mut user) = (stage.browser("officer"), stage.browser("firm"));

    // Entered, with everything against it told and what was typed kept.
    let list = format!("/organisations/{unit}/areas");
    let form = keeper.get(&format!("{list}?lang=zh-Hans")).body;
    assert!(form.contains("尚未登记房间") && form.contains("name=\"capacity\""), "{form}");
    let values =
        [("name.en", ""), ("capacity", "two"), ("hours", "1-5 08:00-18:00"), ("version", "0")];
    let (status, page) = send(&mut keeper, &form, &list, &values);
    assert!(status == 422 && page.contains("value=\"two\""), "{status} {page}");
    let form = keeper.get(&list).body;
    let values = [("name.en", "Hall"), ("name.zh", "大厅"), ("capacity", "2"), ("version", "0")];
    let (status, page) = send(&mut keeper, &form, &list, &values);
    assert_eq!(status, 303, "{page}");
    let area = city.areas(&officer, unit).expect("kept").areas[0].id;

    // The instrument is put into it, and says so to others.
    let stands = format!("/instruments/{it}/area");
    let form = keeper.get(&stands).body;
    let (status, page) = send(&mut keeper, &form, &stands, &[("area", &area.to_string())]);
    assert_eq!(status, 303, "{page}");
    let seen = user.get(&format!("{stands}?lang=en")).body;
    assert!(seen.contains("Hall") && !seen.contains("name=\"area\""), "{seen}");
    let here = format!("/areas/{area}");
    let page = user.get(&format!("{here}?lang=en")).body;
    assert!(page.contains("Microscope") && !page.contains("name=\"capacity\""), "{page}");

    // Somebody books it, gives that up, comes in and leaves.
    let (status, body) = send(
        &mut user,
        &page,
        &format!("{here}/bookings"),
        &[("start", "2020-01-01 10:00"), ("end", "2020-01-01 11:00")],
    );
    assert!(status == 422 && body.contains("2020-01-01 10:00"), "{status} {body}");
    let page = user.get(&format!("{here}?lang=en")).body;
    let soon = |hours: i64| {
        let at = city.now().plus_seconds(hours * 3_600);
        let wall = calendar::Zone::china().civil(at);
        format!("{} {:02}:00", wall.date(), wall.hour())
    };
    let span = (soon(2), soon(3));
    let (status, body) = send(
        &mut user,
        &page,
        &format!("{here}/bookings"),
        &[("start", &span.0), ("end", &span.1)],
    );
    assert_eq!(status, 303, "{body}");
    let page = user.get(&format!("{here}?lang=en")).body;
    let booking = page.split("/bookings/abk_").nth(1).and_then(|rest| rest.split('/').next());
    let give_up = format!("{here}/bookings/abk_{}/cancellation", booking.expect("mine"));
    let (status, body) = send(&mut user, &page, &give_up, &[("seen", "1")]);
    assert_eq!(status, 303, "{body}");
    let page = user.get(&format!("{here}?lang=en")).body;
    assert!(page.contains("You are not in the room."), "{page}");
    let (status, _) = send(&mut user, &page, &format!("{here}/presence"), &[]);
    assert_eq!(status, 303);
    let page = user.get(&format!("{here}?lang=zh-Hans")).body;
    assert!(page.contains("您在房间内。"), "{page}");

    // The owner lets somebody in always, and changes the room.
    let page = keeper.get(&format!("{here}?lang=en")).body;
    let values = [("person", "nobody@testing.example"), ("reason", "Night runs")];
    let (status, body) = send(&mut keeper, &page, &format!("{here}/entrants"), &values);
    assert!(status == 422 && body.contains("nobody@testing.example"), "{status} {body}");
    let page = keeper.get(&format!("{here}?lang=en")).body;
    let values = [("person", "firm@testing.example"), ("reason", "Night runs")];
    let (status, body) = send(&mut keeper, &page, &format!("{here}/entrants"), &values);
    assert_eq!(status, 303, "{body}");
    let page = keeper.get(&format!("{here}?lang=en")).body;
    assert!(page.contains("Night runs"), "{page}");
    let values = [("name.en", "Great hall"), ("hours", "1-5 08:00-18:00"), ("version", "1")];
    let (status, body) = send(&mut keeper, &page, &here, &values);
    assert_eq!(status, 303, "{body}");
    let page = user.get(&format!("{here}?lang=en")).body;
    assert!(page.contains("Great hall") && page.contains("08:00–18:00"), "{page}");
    assert_eq!(stage.browser("member").get("/areas/are_00000000000000000000000000").status, 404);
}
