//! Webhooks in the pages: set up, refused, tried, renewed, paused, removed; and nothing hidden.

use crate::browser::{Browser, hidden};
use crate::{secret_label, stage};
use base::Label;

/// Posts the form of a page that was just shown, with these fields beside its own.
pub(crate) fn press(
    browser: &mut Browser,
    page: &str,
    action: &str,
    fields: &[(&str, &str)],
) -> (u16, String) {
    let at = page.find(&format!("action=\"{action}\"")).unwrap_or_else(|| panic!("no {action}"));
    let form = &page[at..];
    let (token, key) = (hidden(form, "csrf_token"), hidden(form, "idempotency_key"));
    let own = [("csrf_token", token.as_str()), ("idempotency_key", key.as_str())];
    let answer = browser.post(action, &[&own[..], fields].concat());
    let to = answer.header("location").to_owned();
    (answer.status, if answer.status == 303 { to } else { answer.body })
}

#[test]
fn an_administrator_looks_after_the_webhooks_of_the_firm() {
    let stage = stage();
    let city = &stage.world.city;
    let other = city.organisation_named("Other institute").expect("known");
    let mut firm = stage.browser("firm");
    let all = format!("/organisations/{other}/webhooks");
    assert!(firm.get(&format!("/organisations/{other}")).body.contains(&all));
    assert!(firm.get(&format!("{all}?lang=en")).body.contains("No webhook is set up yet"));
    let page = firm.get(&format!("{all}/new?lang=en")).body;
    // What is wrong is said at the form, with what was typed.
    let wrong = [("url", "http://erp.example/"), ("kinds", "label-raised")];
    let (status, refused) = press(&mut firm, &page, &all, &wrong);
    assert_eq!(status, 422, "{refused}");
    assert!(refused.contains("This address cannot be called"), "{refused}");
    assert!(refused.contains("http://erp.example/"));
    let (status, refused) = press(&mut firm, &refused, &all, &[("url", "")]);
    assert_eq!(status, 422);
    assert!(refused.contains("No event is chosen"), "all reasons at once");
    let right = [
        ("url", "https://erp.example/hook"),
        ("kinds", "technology-confirmed"),
        ("kinds", "technology-withdrawn"),
    ];
    let (status, told) = press(&mut firm, &refused, &all, &right);
    assert_eq!(status, 200, "{told}");
    assert!(told.contains("whsec_") && told.contains("only time it is shown"), "{told}");
    let here = told.split("href=\"").find(|part| part.starts_with("/webhooks/")).expect("a link");
    let here = here.split(['"', '?']).next().expect("its end").to_owned();
    let page = firm.get(&here).body;
    assert!(!page.contains("whsec_"), "once");
    assert!(page.contains("deliveries wait and are shown"), "no caller is set up here");
    // A test, and what happens: what the firm may see, and nothing of what it may not.
    let (status, to) = press(&mut firm, &page, &format!("{here}/test"), &[]);
    assert_eq!(status, 303);
    let tested = firm.get(&to).body;
    assert!(tested.contains("A test is on its way") && tested.contains("Waiting"), "{tested}");
    let owner = city.organisation_named("Owner institute").expect("known");
    let officer = app::Asker::person(city.person_named("officer@testing.example").expect("known"));
    let shown = stage.world.technology(&officer, owner, "A public laser", Label::public());
    let secret = stage.world.technology(&officer, owner, "Zyxglow laser", secret_label());
    stage.world.settle();
    city.follow_webhooks().expect("followed");
    let page = firm.get(&here).body;
    let rows: Vec<&str> = page
        .split("href=\"")
        .filter_map(|part| part.split('"').next())
        .filter(|href| href.starts_with(&format!("{here}/deliveries/")))
        .collect();
    assert_eq!(rows.len(), 2, "the test and one event: {rows:?}");
    let bodies: Vec<String> = rows.iter().map(|row| firm.get(row).body).collect();
    assert!(bodies.iter().any(|body| body.contains(&shown.to_string())));
    assert!(!bodies.iter().any(|body| body.contains(&secret.to_string())));
    let queued = city.store().read(store::delivery::totals).expect("counted").n_waiting;
    assert_eq!(queued, 3, "what is hidden waits to be judged and is shown to nobody");
    let (status, to) = press(&mut firm, &bodies[0], &format!("{}/again", rows[0]), &[]);
    assert_eq!(status, 303);
    assert!(firm.get(&to).body.contains("It is sent again"));
    // Another secret, a pause, and the end.
    let page = firm.get(&here).body;
    let version = hidden(&page, "version");
    let seen = [("version", version.as_str())];
    let (status, renewed) = press(&mut firm, &page, &format!("{here}/secret"), &seen);
    assert_eq!(status, 200);
    assert!(renewed.contains("whsec_") && renewed.contains("the secret before signs too"));
    let page = firm.get(&here).body;
    let version = hidden(&page, "version");
    let paused = [
        ("version", version.as_str()),
        ("url", "https://erp.example/hook"),
        ("kinds", "technology-confirmed"),
        ("paused", "1"),
    ];
    let (status, to) = press(&mut firm, &page, &format!("{here}/revision"), &paused);
    assert_eq!(status, 303);
    let page = firm.get(&to).body;
    assert!(page.contains("Paused") && !page.contains("Send a test"), "{page}");
    let conflict = [&paused[..3], &[("version", "1")]].concat();
    let (status, page) = press(&mut firm, &page, &format!("{here}/revision"), &conflict);
    assert_eq!(status, 409, "{page}");
    for name in ["", "member", "system", "officer"] {
        let mut browser = stage.browser(name);
        for address in [&here, &all, &rows[0].to_owned(), &format!("{all}/new")] {
            let status = browser.get(address).status;
            assert!(matches!(status, 303 | 404), "{name} {address}: {status}");
        }
    }
    let mut rival = stage.browser("rival");
    let zh = rival.get(&format!("{here}?lang=zh")).body;
    assert!(zh.contains("告知记录") && zh.contains("已暂停"), "a colleague sees it too");
    let (status, to) = press(&mut rival, &zh, &format!("{here}/removal"), &[]);
    assert_eq!(status, 303);
    assert!(rival.get(&to).body.contains("回调已删除"));
    assert_eq!(firm.get(&here).status, 404);
}
