//! Who controls whom by forms, in both languages: the office enters and ends it, nobody else sees it.

use crate::browser::Browser;
use crate::contract::{filled, resend};
use crate::stage;
use access::Role;

#[test]
fn the_office_enters_and_ends_who_controls_whom() {
    let stage = stage();
    let world = &stage.world;
    world.person("agency", world.hall, Role::AgencyOfficer);
    let city = &world.city;
    let below = city.organisation_named("Other institute").expect("known");
    let here = format!("/organisations/{below}/controllers");
    for name in ["", "officer", "rival", "system"] {
        let answer = stage.browser(name).get(&here);
        assert!(matches!(answer.status, 303 | 403 | 404), "{name}: {}", answer.status);
        let page = stage.browser(name).get(&format!("/organisations/{below}?lang=en")).body;
        assert!(!page.contains(&here), "{name} finds no way there");
    }
    let mut agency = stage.browser("agency");
    let page = agency.get(&format!("/organisations/{below}?lang=en")).body;
    assert!(page.contains(&format!("href=\"{here}\"")), "{page}");
    let english = format!("{here}?lang=en");
    let page = agency.get(&english).body;
    assert!(page.contains("Nobody is entered."), "{page}");

    // What cannot be is said at its field, and what was typed stays.
    let check = |agency: &mut Browser, changes: &[(&str, &str)], want: &[&str]| {
        let page = agency.get(&english).body;
        let (status, page) = resend(agency, &page, &here, changes);
        assert!(matches!(status, 409 | 422), "{changes:?}: {status}");
        for text in want {
            assert!(page.contains(text), "{text}: {page}");
        }
        for (_, typed) in changes {
            assert!(page.contains(typed), "{typed}: {page}");
        }
    };
    check(&mut agency, &[("grounds", "60% of votes")], &["href=\"#f-controller\""]);
    let unknown = [("controller", "No such firm"), ("grounds", "60% of votes")];
    check(&mut agency, &unknown, &["href=\"#f-controller\"", "No such firm"]);
    check(&mut agency, &[("controller", "Owner institute")], &["href=\"#f-grounds\""]);
    let itself = [("controller", "Other institute"), ("grounds", "60% of votes")];
    check(&mut agency, &itself, &["An organisation does not control itself."]);

    let values = [("controller", "Owner institute"), ("grounds", "60% of votes, register of 2026")];
    let page = agency.get(&english).body;
    assert_eq!(resend(&mut agency, &page, &here, &values).0, 303);
    let page = agency.get(&english).body;
    for text in ["Owner institute", "60% of votes, register of 2026", "It has ended"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let chinese = agency.get(&format!("{here}?lang=zh")).body;
    assert!(chinese.contains("控制关系") && chinese.contains("已终止"), "{chinese}");
    check(&mut agency, &values, &["This relation is entered already."]);

    let end = format!("{here}/end");
    assert!(filled(&page, &end).iter().any(|(name, _)| name == "controller"), "{page}");
    assert_eq!(resend(&mut agency, &page, &end, &[]).0, 303);
    let page = agency.get(&english).body;
    assert!(
        page.contains("60% of votes") && !page.contains(&format!("action=\"{end}\"")),
        "{page}"
    );
    // Ended, it may be entered again.
    assert_eq!(resend(&mut agency, &page, &here, &values).0, 303);
}
