//! What a booking asks of its party, by forms in both languages: the office
//! enters a jurisdiction, the unit bars it and records an agreement.

use crate::browser::{done, send};
use crate::stage;
use access::Role;
use app::instrument::CreateInstrument;
use base::Bilingual;
use instruments::sheet::Sheet;

#[test]
fn what_a_booking_asks_of_its_party_is_kept_in_the_pages() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    let owner = city.organisation_named("Owner institute").expect("known");
    let other = city.organisation_named("Other institute").expect("known");
    let keeper = world.person("keeper", owner, Role::TransferOfficer);
    world.person("agency", world.hall, Role::AgencyOfficer);
    world.person("guest", other, Role::Member);
    let sheet = Sheet { name: Bilingual::new("Furnace", "炉"), ..Sheet::default() };
    let act = CreateInstrument { owner, is_hidden: false, sheet };
    let id = city.perform(&keeper, act).expect("entered").instrument;
    let (mut unit, mut guest) = (stage.browser("keeper"), stage.browser("guest"));
    let at = |part: &str| format!("/instruments/{id}/{part}");
    let en = |address: &str| format!("{address}?lang=en");

    // The office enters a jurisdiction: what is no code is said at its field, and stays.
    let mut agency = stage.browser("agency");
    let (controllers, jurisdiction) = (
        format!("/organisations/{other}/controllers"),
        format!("/organisations/{other}/jurisdiction"),
    );
    let typed = [("jurisdiction", "Germany")];
    let (status, page) = send(&mut agency, &en(&controllers), &jurisdiction, &typed);
    assert!(status == 422 && page.contains("f-jurisdiction") && page.contains("Germany"), "{page}");
    done(&mut agency, &en(&controllers), &jurisdiction, &[("jurisdiction", "de")]);
    assert!(agency.get(&en(&controllers)).body.contains("DE counts for rules of export"));
    assert!(agency.get(&format!("{controllers}?lang=zh")).body.contains("适用DE"));

    // The unit bars it and asks outsiders for an agreement; the guest is told both.
    let values = [("needs_agreement", "yes"), ("barred", "DE, FR")];
    done(&mut unit, &en(&at("rules")), &at("rules"), &values);
    let page = guest.get(&en(&at("qualifications"))).body;
    for text in ["may not be used from your jurisdiction", "need an agreement on services"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(!page.contains("you may book"), "{page}");
    let page = guest.get(&format!("{}?lang=zh", at("qualifications"))).body;
    assert!(page.contains("不得由您或您所在机构的法域使用"), "{page}");
    done(&mut agency, &en(&controllers), &jurisdiction, &[("jurisdiction", "")]);

    // The unit records an agreement; both sides see it, the guest cannot.
    let agreements = format!("/organisations/{owner}/agreements");
    let page = unit.get(&en(&format!("/organisations/{owner}"))).body;
    assert!(page.contains(&format!("href=\"{agreements}\"")), "{page}");
    let values = [
        ("customer", "Other institute"),
        ("number", "A-7"),
        ("from", "2020-01-01"),
        ("until", "2019-01-01"),
        ("subject", "Contract 7 of the city"),
    ];
    let (status, page) = send(&mut unit, &en(&agreements), &agreements, &values);
    assert!(status == 422 && page.contains("The last day lies before the first."), "{page}");
    assert!(page.contains("Contract 7 of the city") && page.contains("A-7"), "{page}");
    let values =
        values.map(|(name, value)| (name, if name == "until" { "2099-01-01" } else { value }));
    done(&mut unit, &en(&agreements), &agreements, &values);
    assert!(unit.get(&format!("{agreements}?lang=zh")).body.contains("有效"));
    assert!(matches!(guest.get(&agreements).status, 403 | 404));
    let own = format!("/organisations/{other}/agreements");
    let page = guest.get(&en(&own)).body;
    assert!(page.contains("A-7") && !page.contains("End it now"), "{page}");
    let page = guest.get(&en(&at("qualifications"))).body;
    assert!(page.contains("An agreement on services with this unit holds today."), "{page}");
}
