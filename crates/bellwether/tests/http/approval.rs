//! Chains of agreement by page and interface: set by a form, asked of each in turn, seen by those who answer.

use crate::browser::{done, link, send};
use crate::stage;
use access::Role;
use app::instrument::CreateInstrument;
use base::Bilingual;
use instruments::sheet::Sheet;

#[test]
fn a_request_goes_from_the_leader_to_the_unit() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    let owner = city.organisation_named("Owner institute").expect("known");
    let other = city.organisation_named("Other institute").expect("known");
    let keeper = world.person("keeper", owner, Role::TransferOfficer);
    world.person("leader", other, Role::TransferOfficer);
    world.person("student", other, Role::Member);
    let sheet = Sheet { name: Bilingual::new("Furnace", "炉"), ..Sheet::default() };
    let act = CreateInstrument { owner, is_hidden: false, sheet };
    let id = city.perform(&keeper, act).expect("entered").instrument;
    let (mut unit, mut leader) = (stage.browser("keeper"), stage.browser("leader"));
    let mut student = stage.browser("student");
    let en = |address: &str| format!("{address}?lang=en");
    let zh = |address: &str| format!("{address}?lang=zh");

    // The form: what cannot be is said at its field, and stays; what is set is told in words.
    let rules = format!("/instruments/{id}/rules");
    let typed =
        [("chains.0.when", "over"), ("chains.0.minutes", "an hour"), ("chains.0.steps", "unit")];
    let (status, page) = send(&mut unit, &en(&rules), &rules, &typed);
    assert!(status == 422 && page.contains("an hour"), "{page}");
    assert!(page.contains("f-chains-0-minutes"), "{page}");
    let values =
        [("chains.0.when", "external"), ("chains.0.steps", "unit"), ("chains.0.steps", "leader")];
    done(&mut unit, &en(&rules), &rules, &values);
    let page = student.get(&en(&rules)).body;
    assert!(page.contains("Those of outsiders: Leader of the group → Owner’s unit"), "{page}");
    let page = student.get(&zh(&rules)).body;
    assert!(page.contains("课题组负责人 → 仪器所属单位"), "{page}");

    // The student asks; the page says whose turn it is, to the desk of nobody else.
    let day = calendar::zone::add_days(calendar::Zone::china().date(city.now()), 2);
    let new = format!("/instruments/{id}/bookings/new");
    let (start, end) = (format!("{day} 10:00"), format!("{day} 12:00"));
    let values = [("start", start.as_str()), ("end", end.as_str()), ("purpose", "Alloys")];
    done(&mut student, &en(&new), &format!("/instruments/{id}/bookings"), &values);
    let page = student.get("/bookings?lang=en").body;
    let booking = link(&page, "/bookings/bkg_").to_owned();
    let page = student.get(&en(&booking)).body;
    assert!(page.contains("Is asked now") && page.contains("Is asked after that"), "{page}");
    assert!(!page.contains("Answer the request"), "{page}");
    let waits = |browser: &mut crate::browser::Browser| {
        browser.get("/desk?lang=en").body.contains("waits for your agreement")
    };
    assert_eq!((waits(&mut leader), waits(&mut unit), waits(&mut student)), (true, false, false));
    let page = leader.get("/bookings/waiting?lang=en").body;
    assert!(page.contains(&booking), "{page}");
    assert!(!unit.get("/bookings/waiting?lang=en").body.contains(&booking));
    assert!(matches!(stage.browser("member").get(&booking).status, 403 | 404));

    // Who comes later waits, who comes first agrees, and is seen by the next.
    let to = format!("{booking}/decision");
    assert!(!unit.get(&en(&booking)).body.contains("Answer the request"));
    done(&mut leader, &en(&booking), &to, &[("do", "agree"), ("reason", "For her thesis")]);
    assert!(!leader.get(&en(&booking)).body.contains("Answer the request"));
    assert_eq!((waits(&mut leader), waits(&mut unit)), (false, true));
    let page = unit.get(&zh(&booking)).body;
    assert!(page.contains("已同意") && page.contains("leader"), "{page}");
    assert!(page.contains("For her thesis"), "{page}");
    done(&mut unit, &en(&booking), &to, &[("do", "agree"), ("reason", "")]);
    let page = student.get(&en(&booking)).body;
    assert!(page.contains("Confirmed") && !page.contains("Is asked"), "{page}");
}
