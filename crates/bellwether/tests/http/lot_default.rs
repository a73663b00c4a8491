//! A winner who does not sign, in the pages: refused the next time, and let in again by the office.

use crate::auction::{announced_with, send};
use crate::stage;
use access::Role;
use app::Asker;
use app::lot::{AnnounceLot, DecideBidder, PlaceBid, RegisterForLot};
use trading::lot::LotState;

#[test]
fn who_did_not_sign_asks_in_vain_until_the_office_lets_them() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    world.person("agency", world.hall, Role::AgencyOfficer);
    let person = |name: &str| {
        Asker::person(city.person_named(&format!("{name}@testing.example")).expect("known"))
    };
    let organisation = city.organisation_named("Other institute").expect("known");
    let lot = announced_with(&stage, |terms| trading::lot::Terms { deposit: None, ..terms });
    let act = RegisterForLot { lot, organisation, terms: 1, stands_by: false };
    city.perform(&person("member"), act).expect("asked");
    let own = city.lot(&person("member"), lot).expect("seen").own.expect("a place");
    let bidder = own.bidder.alias;
    let act = DecideBidder { lot, bidder, admits: true, rank: None, reason: String::new() };
    city.perform(&person("agency"), act).expect("admitted");
    world.clock.pass(3_590);
    city.tend_lots().expect("tended");
    world.clock.pass(30);
    city.bid(&person("member"), PlaceBid::new(lot, None, 10_000_000)).expect("bid");
    world.clock.pass(8_000);
    city.tend_lots().expect("tended");
    world.clock.pass(60 * 86_400);
    city.tend_lots().expect("tended");
    let now = city.lot(&person("member"), lot).expect("seen").lot;
    assert_eq!(now.state, LotState::Unsuccessful);
    // The next attempt: the reason stands where the form would be.
    let (opens, closes) = (city.now().plus_seconds(3_600), city.now().plus_seconds(7_200));
    let terms = trading::lot::Terms { opens, closes, ..now.terms };
    let act = AnnounceLot { listing: now.listing, terms };
    let next = city.perform(&person("officer"), act).expect("a lot").lot;
    let here = format!("/auctions/{next}");
    let mut member = stage.browser("member");
    let page = member.get(&format!("{here}?lang=en")).body;
    let form = format!("action=\"{here}/bidders\"");
    assert!(page.contains("did not sign in time") && !page.contains(&form), "{page}");
    assert!(member.get(&format!("{here}?lang=zh")).body.contains("逾期未签约"));
    // The office reads it on the desk of the first one, and lifts it with a reason.
    let desk = format!("/auctions/{lot}/desk");
    let mut agency = stage.browser("agency");
    let page = agency.get(&format!("{desk}?lang=en")).body;
    assert!(page.contains("It does not bid on this technology again."), "{page}");
    let number = bidder.to_string();
    let lifting = format!("{desk}/lifting");
    let values = [("bidder", number.as_str()), ("reason", " ")];
    let (status, page) = send(&mut agency, &page, &lifting, &values);
    assert_eq!(status, 422, "why?");
    assert!(page.contains("<details open>"), "{page}");
    let values = [("bidder", number.as_str()), ("reason", "The notary was ill.")];
    assert_eq!(send(&mut agency, &page, &lifting, &values).0, 303);
    let page = agency.get(&format!("{desk}?lang=zh")).body;
    assert!(page.contains("The notary was ill.") && !page.contains(&lifting), "{page}");
    let page = member.get(&format!("{here}?lang=en")).body;
    assert!(page.contains(&form), "{page}");
}
