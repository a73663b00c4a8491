//! A form that is refused tells its reasons once: at the form that was sent, or above the page.

use crate::browser::{done, send};
use crate::stage;
use access::Role;
use app::instrument::CreateInstrument;
use base::Bilingual;
use instruments::sheet::Sheet;

#[test]
fn a_refused_form_tells_its_reasons_once() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    let owner = city.organisation_named("Owner institute").expect("known");
    let keeper = world.person("keeper", owner, Role::TransferOfficer);
    world.person("agency", world.hall, Role::AgencyOfficer);
    world.person("guest", owner, Role::Member);
    let sheet = Sheet { name: Bilingual::new("Furnace", "炉"), ..Sheet::default() };
    let act = CreateInstrument { owner, is_hidden: false, sheet };
    let id = city.perform(&keeper, act).expect("entered").instrument;
    let at = |part: &str| format!("/instruments/{id}/{part}");
    let of = |part: &str| format!("/organisations/{owner}/{part}");
    let (mut unit, mut agency) = (stage.browser("keeper"), stage.browser("agency"));
    let areas = of("areas");
    let rooms = [("name.en", "Hall"), ("name.zh", "厅"), ("version", "0")];
    done(&mut unit, &format!("{areas}?lang=en"), &areas, &rooms);
    let shown = unit.get(&areas).body;
    let room = crate::browser::link(&shown, "/areas/").to_owned();

    let mut check = |who: &str, page: &str, to: &str, values: &[(&str, &str)], kept: &str| {
        let browser = if who == "unit" { &mut unit } else { &mut agency };
        for lang in ["en", "zh"] {
            let (status, body) = send(browser, &format!("{page}?lang={lang}"), to, values);
            assert!(matches!(status, 409 | 422), "{to}: {status} {body}");
            assert_eq!(body.matches("id=\"error-summary\"").count(), 1, "{to}: {body}");
            assert!(body.contains(kept), "{to}: {kept} in {body}");
        }
    };
    let (controllers, agreements) = (of("controllers"), of("agreements"));
    check(
        "agency",
        &controllers,
        &controllers,
        &[("controller", "Nobody"), ("grounds", "")],
        "Nobody",
    );
    check("agency", &controllers, &of("jurisdiction"), &[("jurisdiction", "Germany")], "Germany");
    check("unit", &agreements, &agreements, &[("customer", "Nobody"), ("number", "")], "Nobody");
    check(
        "agency",
        "/vouchers/new",
        "/vouchers",
        &[("programme", ""), ("holder", "Nobody")],
        "Nobody",
    );
    check("agency", "/vouchers/new", "/vouchers/funds", &[("fund_amount", "much")], "much");
    check("unit", &at("rules"), &at("rules"), &[("horizon_days", "soon")], "soon");
    check("unit", &at("outages"), &at("outages"), &[("title", ""), ("start", "never")], "never");
    check("unit", &at("blocks"), &at("blocks"), &[("person", "nobody")], "nobody");
    let never = [("access_person", "nobody"), ("access_reason", "")];
    check("unit", &at("blocks"), &at("access"), &never, "nobody");
    check("unit", &at("tariffs"), &at("tariffs"), &[("price", "much")], "much");
    check("unit", &areas, &areas, &[("capacity", "many")], "many");
    check("unit", &room, &room, &[("capacity", "many")], "many");
    check("unit", &room, &format!("{room}/bookings"), &[("start", "never")], "never");
    check("unit", &room, &format!("{room}/entrants"), &[("person", "nobody")], "nobody");
    let wait = at("waits/new");
    check("unit", &wait, &at("waits"), &[("minutes", "0"), ("earliest", "never")], "never");
    check("unit", &wait, &at("watch"), &[("least", "0"), ("days", "999")], "999");
}
