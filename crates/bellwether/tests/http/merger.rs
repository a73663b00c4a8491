//! Mergers in the pages: what goes is shown before, what is wrong at the form, and the old leads on.

use crate::browser::hidden;
use crate::stage;
use access::Role;

#[test]
fn an_officer_merges_and_the_old_page_leads_on() {
    let stage = stage();
    let city = &stage.world.city;
    stage.world.person("agency", stage.world.hall, Role::AgencyOfficer);
    let old = city.organisation_named("Owner institute").expect("known");
    let new = city.organisation_named("Other institute").expect("known");
    let mut officer = stage.browser("agency");
    let here = format!("/organisations/{old}/merger");
    assert!(officer.get(&format!("/organisations/{old}?lang=en")).body.contains(&here));
    let page = officer.get(&format!("{here}?lang=en"));
    assert_eq!(page.status, 200);
    assert!(page.body.contains("What goes with it"), "{}", page.body);
    let send = |browser: &mut crate::browser::Browser, page: &str, into: &str, reason: &str| {
        let fields =
            ["csrf_token", "idempotency_key", "version"].map(|name| (name, hidden(page, name)));
        let mut all: Vec<(&str, &str)> =
            fields.iter().map(|(name, it)| (*name, it.as_str())).collect();
        all.extend([("into", into), ("reason", reason)]);
        browser.post(&here, &all)
    };
    let no = send(&mut officer, &page.body, "Nobody knows this", "Notice 7");
    assert!(no.status >= 400 && no.body.contains("Nobody knows this"), "{}", no.status);
    let no = send(&mut officer, &no.body, "Owner institute", "");
    assert_eq!(no.status, 422);
    assert!(no.body.contains("cannot be taken into itself"), "{}", no.body);
    let done = send(&mut officer, &no.body, "Other institute", "Notice 7 of the register");
    assert_eq!(done.status, 303, "{}", done.body);
    assert_eq!(done.header("location"), format!("/organisations/{new}"));
    stage.world.settle();
    let mut nobody = stage.browser("");
    let page = nobody.get(&format!("/organisations/{old}?lang=en")).body;
    assert!(page.contains("taken into another organisation") && page.contains(&new.to_string()));
    let page = nobody.get(&format!("/organisations/{old}?lang=zh")).body;
    assert!(page.contains("已并入另一机构"), "{page}");
    assert!(nobody.get(&format!("/organisations/{new}?lang=en")).body.contains("Laser cladding"));
    for name in ["", "member", "system", "security", "firm"] {
        let status = stage.browser(name).get(&here).status;
        assert!(matches!(status, 303 | 403 | 404), "{name}: {status}");
    }
}
