//! Emergency access in a browser: asked for, opened by another, used, and ended by whose matter it is.

use crate::browser::{Answer, Browser, hidden};
use access::Role;
use app::release::DiscloseResult;
use base::Bilingual;
use trading::release::Disclosure;
use worlds::{On, World};

const PASSWORD: &str = "a testing password";

fn browser(world: &World, name: &str) -> Browser {
    let mut browser = Browser::new(&world.city);
    browser.sign_in(&format!("{name}@testing.example"), PASSWORD);
    browser
}

/// A form of this page, sent with these fields beside its hidden ones.
fn send(browser: &mut Browser, page: &Answer, address: &str, fields: &[(&str, &str)]) -> Answer {
    let token = hidden(&page.body, "csrf_token");
    let key = hidden(&page.body, "idempotency_key");
    let mut all = vec![("csrf_token", token.as_str()), ("idempotency_key", key.as_str())];
    all.extend(fields);
    browser.post(address, &all)
}

fn disclosed(world: &World) -> (String, String) {
    let owner = world.organisation("Institute");
    let inventor = world.person("inventor", owner, Role::Member);
    world.person("officer", owner, Role::TransferOfficer);
    world.person("secrecy", owner, Role::ConfidentialityOfficer);
    let disclosure = Disclosure {
        proposed: "public".to_owned(),
        funding: "the institute's own".to_owned(),
        prior_publication: "none".to_owned(),
        planned_on: None,
        third_parties: "none".to_owned(),
        export: "on no list".to_owned(),
        declared: true,
    };
    let mut content = World::content("Zyxglow");
    content.title = Bilingual::new("Zyxglow", "紫光");
    let act = DiscloseResult {
        owner,
        key: String::new(),
        content,
        label: None,
        disclosure,
        documents: Vec::new(),
    };
    let moved = world.city.perform(&inventor, act).expect("disclosed");
    let view = world.city.case(&inventor, moved.case).expect("one's own");
    (format!("/cases/{}", moved.case), view.case.reference.as_str().to_owned())
}

#[test]
fn one_asks_another_opens_and_the_owner_shuts() {
    let world = World::on(On::Sqlite).expect("SQLite is built in");
    let (case, reference) = disclosed(&world);
    world.person("clerk", world.hall, Role::StatisticsOfficer);
    world.person("guard", world.hall, Role::SecurityAdministrator);
    let mut clerk = browser(&world, "clerk");
    assert_eq!(clerk.get(&case).status, 404);
    assert!(clerk.get("/cases").body.contains("href=\"/emergencies\""));
    let page = clerk.get("/emergencies");
    let wrong = send(&mut clerk, &page, "/emergencies", &[("reference", "CA-1"), ("hours", "9")]);
    assert_eq!(wrong.status, 422);
    for text in ["This is no reference", "It lasts from 1 to 4 hours", "CA-1"] {
        assert!(wrong.body.contains(text), "{text}");
    }
    let fields =
        [("reference", reference.as_str()), ("reason", "A deadline ends today."), ("hours", "2")];
    let asked = send(&mut clerk, &wrong, "/emergencies", &fields);
    assert_eq!(asked.status, 303, "{}", asked.body);
    let own = asked.header("location").to_owned();
    let own = own.split('?').next().unwrap_or("").to_owned();
    let shown = clerk.get(&own);
    assert!(shown.body.contains("Waits for a decision") && !shown.body.contains("/grant"));
    assert_eq!(clerk.get(&case).status, 404);
    // The other one decides; nobody else sees that there is anything.
    let mut officer = browser(&world, "officer");
    assert_eq!(officer.get(&own).status, 404);
    let mut guard = browser(&world, "guard");
    assert!(guard.get("/desk").body.contains(&own));
    let page = guard.get(&own);
    let granted = send(&mut guard, &page, &format!("{own}/grant"), &[]);
    assert_eq!(granted.status, 303, "{}", granted.body);
    assert_eq!(guard.get(&case).status, 404, "who opens it does not see it");
    for lang in ["en", "zh"] {
        let seen = clerk.get(&format!("{case}?lang={lang}"));
        assert_eq!(seen.status, 200);
        assert!(seen.body.contains(&own) && !seen.body.contains('⟦'), "{lang}");
        assert!(!seen.body.contains("name=\"step\""), "only to look at");
        for address in ["/emergencies", &own] {
            let page = guard.get(&format!("{address}?lang={lang}"));
            assert!(page.status == 200 && !page.body.contains('⟦'), "{lang} {address}");
            assert!(page.n_statements <= 14, "{} statements", page.n_statements);
        }
    }
    // Whose matter it is is told, reads why, and shuts it.
    world.settle();
    assert!(officer.get("/desk?lang=en").body.contains(&own));
    let page = officer.get(&format!("{own}?lang=en"));
    assert!(page.body.contains("A deadline ends today.") && page.body.contains("2 looks"));
    let ended = send(&mut officer, &page, &format!("{own}/end"), &[]);
    assert_eq!(ended.status, 303, "{}", ended.body);
    assert_eq!(clerk.get(&case).status, 404);
    assert!(clerk.get(&format!("{own}?lang=en")).body.contains("Ended early"));
}
