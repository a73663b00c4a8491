//! A user says how a use was, by page and by the interface; and a unit sets until when somebody has access.

use crate::browser::{done, link, send};
use crate::stage;
use access::Role;
use app::instrument::CreateInstrument;
use base::Bilingual;
use instruments::sheet::Sheet;

#[test]
fn a_use_is_spoken_of_and_who_owes_it_is_led_to_the_form() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    let owner = city.organisation_named("Owner institute").expect("known");
    let keeper = world.person("keeper", owner, Role::TransferOfficer);
    let sheet = Sheet { name: Bilingual::new("Furnace", "炉"), ..Sheet::default() };
    let act = CreateInstrument { owner, is_hidden: false, sheet };
    let id = city.perform(&keeper, act).expect("entered").instrument;
    let (mut unit, mut user) = (stage.browser("keeper"), stage.browser("firm"));
    let at = |part: &str| format!("/instruments/{id}/{part}");
    let en = |address: &str| format!("{address}?lang=en");
    let zh = |address: &str| format!("{address}?lang=zh");

    // The unit wants it, the firm begins and ends a use.
    let values = [("asks_feedback", "yes"), ("least_credit", "60")];
    done(&mut unit, &en(&at("rules")), &at("rules"), &values);
    assert!(user.get(&zh(&at("rules"))).body.contains("用户须对每次使用作出反馈"));
    let kiosk = format!("/kiosk/{id}");
    done(&mut user, &en(&kiosk), &kiosk, &[]);
    let page = user.get(&en(&kiosk)).body;
    let end = link(&page.replace("action=", "href="), "/uses/").to_owned();
    world.clock.pass(600);
    done(&mut user, &en(&kiosk), &end, &[]);
    let used = end.trim_end_matches("/end").to_owned();

    // The desk leads to the form; the unit sees the use without one.
    let form = format!("{used}#feedback");
    assert!(user.get("/desk?lang=en").body.contains(&format!("href=\"{form}\"")));
    assert!(user.get("/desk?lang=zh").body.contains("有一次仪器使用待您反馈"));
    assert!(user.get(&zh(&used)).body.contains("仪器是否正常？"));
    assert!(!unit.get(&en(&used)).body.contains("How content are you?"));

    // A day later nothing is booked: what is missing leads to the form.
    world.clock.pass(25 * 3_600);
    let (mut unit, mut user) = (stage.browser("keeper"), stage.browser("firm"));
    let page = user.get(&en(&at("qualifications"))).body;
    assert!(page.contains("not said yet how 1 use was") && page.contains(&form), "{page}");
    assert!(page.contains("is 95, where everybody begins with 100; 60 is needed here"), "{page}");
    assert!(page.contains("nothing said within a day: 1"), "{page}");
    assert!(user.get(&zh(&at("qualifications"))).body.contains("一天内未反馈 1 次"));

    // What is missing is said at its field, and what was typed stays.
    let to = format!("{used}/feedback");
    let (status, page) = send(&mut user, &en(&used), &to, &[("note", "Quick and clean")]);
    assert!(status == 422 && page.contains("Quick and clean"), "{page}");
    assert!(page.contains("f-opinion") && page.contains("f-in-order"), "{page}");
    let values = [("opinion", "content"), ("in_order", "no"), ("note", "Quick and clean")];
    let (status, page) = send(&mut user, &en(&used), &to, &values);
    assert!(status == 422 && page.contains("What was not in order?"), "{page}");
    let values = [("opinion", "content"), ("in_order", "no"), ("problem", "The pump leaks")];
    done(&mut user, &en(&used), &to, &values);
    assert!(user.get(&en(&used)).body.contains("The pump leaks"));
    assert!(!user.get("/desk?lang=en").body.contains("#feedback"));

    // The people of the instrument read it; a stranger finds no such list.
    let list = at("feedback");
    let page = unit.get(&en(&list)).body;
    assert!(page.contains("The pump leaks") && page.contains("Not in order"), "{page}");
    assert!(unit.get(&zh(&list)).body.contains("有问题"));
    assert!(unit.get(&en(&format!("/instruments/{id}"))).body.contains(&list));
    assert!(!user.get(&en(&format!("/instruments/{id}"))).body.contains(&list));
    assert!(matches!(user.get(&list).status, 403 | 404));
    let data = user.get("/account/data?lang=en").body;
    assert!(data.contains("What I was asked about uses of instruments"), "{data}");
}

#[test]
fn a_unit_sets_until_when_somebody_has_access() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    let owner = city.organisation_named("Owner institute").expect("known");
    let other = city.organisation_named("Other institute").expect("known");
    let keeper = world.person("keeper", owner, Role::TransferOfficer);
    world.person("guest", other, Role::Member);
    let sheet = Sheet { name: Bilingual::new("Furnace", "炉"), ..Sheet::default() };
    let act = CreateInstrument { owner, is_hidden: false, sheet };
    let id = city.perform(&keeper, act).expect("entered").instrument;
    let (mut unit, mut guest) = (stage.browser("keeper"), stage.browser("guest"));
    let (blocks, to) = (format!("/instruments/{id}/blocks"), format!("/instruments/{id}/access"));
    let en = |address: &str| format!("{address}?lang=en");

    // What is wrong is said at its field, and what was typed stays.
    let typed = [
        ("access_person", "guest@testing.example"),
        ("access_ends", "31 March"),
        ("access_reason", ""),
        ("do", "set"),
    ];
    let (status, page) = send(&mut unit, &en(&blocks), &to, &typed);
    assert!(status == 422 && page.contains("31 March"), "{status} {page}");
    assert!(page.contains("f-access-ends"), "{page}");
    let values = typed.map(|(name, value)| match name {
        "access_ends" => (name, "2099-03-31"),
        "access_reason" => (name, "Guest of the spring term"),
        _ => (name, value),
    });
    done(&mut unit, &en(&blocks), &to, &values);
    let page = unit.get(&en(&blocks)).body;
    assert!(page.contains("Guest of the spring term"), "{page}");
    let own = format!("/instruments/{id}/qualifications");
    let page = guest.get(&en(&own)).body;
    assert!(page.contains("2099") && page.contains("you may book"), "{page}");
    assert!(matches!(guest.get(&blocks).status, 403 | 404));
}
