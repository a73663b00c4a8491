//! A hidden reserve by forms: set, kept, replaced and dropped without being shown to anybody again.

use crate::announcing::{form, lot, moment};
use crate::auction::{bank, offered};
use crate::contract::resend;
use crate::stage;
use access::Role;

#[test]
fn a_hidden_reserve_is_set_by_form_and_on_no_page() {
    let stage = stage();
    stage.world.person("agency", stage.world.hall, Role::AgencyOfficer);
    bank(&stage);
    let listing = offered(&stage);
    let mut officer = stage.browser("officer");
    let page = form(&mut officer, &listing, "english");
    assert!(page.contains("Hidden reserve") && !page.contains("name=\"hidden_drop\""), "{page}");
    let (opens, opens_time) = moment(&stage, 7_200);
    let (closes, closes_time) = moment(&stage, 10_800);
    let values = [
        ("start", "100,000"),
        ("hidden_reserve", "99,999"),
        ("reserve", "110,000"),
        ("opens", opens.as_str()),
        ("opens_time", opens_time.as_str()),
        ("closes", closes.as_str()),
        ("closes_time", closes_time.as_str()),
        ("steps.0.raise", "5,000"),
    ];
    let (status, page) = resend(&mut officer, &page, "/auctions/new", &values);
    assert_eq!(status, 422);
    assert!(page.contains("href=\"#f-hidden-reserve\""), "{page}");
    assert!(page.contains("A reserve is told or hidden, not both."), "{page}");
    let values = [("hidden_reserve", "123,457"), ("reserve", "")];
    let (status, page) = resend(&mut officer, &page, "/auctions/new", &values);
    assert_eq!(status, 303, "{page}");
    let it = lot(&stage);
    let hash = it.terms.hidden.clone().expect("hidden").hash;
    assert_eq!(hash.len(), 64);
    let here = format!("/auctions/{}", it.id);
    let unseen = |name: &str| {
        let mut browser = stage.browser(name);
        let api = format!("/api/v1/lots/{}", it.id);
        let pages =
            [format!("{here}?lang=en"), format!("{here}?lang=zh"), format!("{here}/rules"), api];
        let text: String = pages.iter().map(|page| browser.get(page).body).collect();
        for written in ["123,457", "123457"] {
            assert!(!text.contains(written), "{name}: {text}");
        }
        text
    };
    for name in ["", "officer", "agency"] {
        assert!(unseen(name).contains(&lot(&stage).terms.hidden.expect("hidden").hash), "{name}");
    }
    let terms = format!("{here}/terms");
    // A told reserve beside the hidden one is refused once, at a field that the form has.
    let page = officer.get(&format!("{terms}?lang=en")).body;
    let (status, page) = resend(&mut officer, &page, &terms, &[("reserve", "110,000")]);
    assert_eq!(status, 422);
    assert!(page.contains("A reserve is told or hidden, not both."), "{page}");
    assert!(!page.contains("#f-commitment"), "{page}");
    let page = officer.get(&format!("{terms}?lang=zh")).body;
    assert!(page.contains("已设定并保留") && !page.contains("123457"), "{page}");
    assert_eq!(resend(&mut officer, &page, &terms, &[("sign_days", "25")]).0, 303);
    assert!(lot(&stage).terms.hidden.is_some_and(|it| it.hash != hash), "kept under another salt");
    unseen("officer");
    let page = officer.get(&format!("{terms}?lang=en")).body;
    assert!(page.contains("One is set and stays."), "{page}");
    assert_eq!(resend(&mut officer, &page, &terms, &[("hidden_drop", "yes")]).0, 303);
    assert_eq!(lot(&stage).terms.hidden, None);
    let page = officer.get(&format!("{terms}?lang=en")).body;
    assert!(!page.contains("One is set and stays."), "{page}");
}
