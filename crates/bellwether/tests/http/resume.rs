//! A session that ends while somebody writes: after signing in the words are in the form again.

use crate::browser::{Browser, hidden};
use crate::stage;

/// Everything that a form of this page would post: inputs, areas, chosen options.
fn fields_of(page: &str, action: &str) -> Vec<(String, String)> {
    let form = page.split(&format!("action=\"{action}\"")).nth(1).expect("such a form");
    let form = form.split("</form>").next().unwrap_or("");
    let mut found = Vec::new();
    let plain = |text: &str| {
        text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    };
    let of = |tag: &str, name: &str| {
        let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
        rest.split('"').next().map(plain)
    };
    for tag in form.split('<').skip(1) {
        let (head, text) = tag.split_once('>').unwrap_or((tag, ""));
        let Some(name) = of(head, "name") else { continue };
        let is_off = head.contains("type=\"radio\"") || head.contains("type=\"checkbox\"");
        if head.starts_with("textarea") {
            found.push((name, plain(text.strip_prefix('\n').unwrap_or(text))));
        } else if head.starts_with("input") && (!is_off || head.contains(" checked")) {
            found.push((name, of(head, "value").unwrap_or_default()));
        }
    }
    found
}

fn lent(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn set(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    fields.retain(|(known, _)| known != name);
    fields.push((name.to_owned(), value.to_owned()));
}

const TEXT: &str = "A laser that says \"no\" & means <no>";

/// Signs in with what the page of the late form carries.
fn signed_in_again(browser: &mut Browser, page: &str, password: &str) -> crate::browser::Answer {
    let mut fields = fields_of(page, "/sign-in");
    set(&mut fields, "email", "officer@testing.example");
    set(&mut fields, "password", password);
    browser.post("/sign-in", &lent(&fields))
}

#[test]
fn what_was_written_survives_signing_in_again() {
    let stage = stage();
    let mut browser = stage.browser("officer");
    let action = "/technologies";
    let page = browser.get("/technologies/new");
    let mut fields = fields_of(&page.body, action);
    let owner = stage.world.city.organisation_named("Owner institute").expect("found").to_string();
    set(&mut fields, "owner", &owner);
    set(&mut fields, "title.en", TEXT);
    set(&mut fields, "summary.zh", "一种激光器。");
    let count = || stage.world.city.store().committed().size();
    // The hours pass after which even an open window is signed out.
    stage.world.clock.pass(3 * 24 * 3600);
    let late = browser.post(action, &lent(&fields));
    assert!(matches!(late.status, 401 | 403), "{}: {}", late.status, late.body);
    assert!(late.body.contains("type=\"password\""), "one signs in here: {}", late.body);
    stage.world.settle();
    let before = count();
    // A wrong password loses nothing.
    let wrong = signed_in_again(&mut browser, &late.body, "not the password");
    assert!(matches!(wrong.status, 401 | 422), "{}", wrong.status);
    let form = signed_in_again(&mut browser, &wrong.body, "a testing password");
    assert_eq!(form.status, 422, "{}", form.body);
    assert!(form.body.contains("Nothing has been sent yet"), "{}", form.body);
    let kept = fields_of(&form.body, action);
    let value = |name: &str| kept.iter().find(|(known, _)| known == name).map(|it| it.1.as_str());
    assert_eq!(value("title.en"), Some(TEXT));
    assert_eq!(value("summary.zh"), Some("一种激光器。"));
    assert!(!form.body.contains("a testing password") && value("password").is_none());
    stage.world.settle();
    assert!(!browser.get("/desk").body.contains("A laser that says"), "nothing was done");
    assert!(count() > before, "signing in is in the log");
    let mut kept = kept;
    set(&mut kept, "owner", &owner);
    let done = browser.post(action, &lent(&kept));
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(browser.get(done.header("location")).body.contains("A laser that says"));
}

#[test]
fn passwords_and_foreign_forms_are_not_carried() {
    let stage = stage();
    let mut browser = stage.browser("officer");
    let page = browser.get("/account/password");
    let mut fields = fields_of(&page.body, "/account/password");
    for name in ["old", "new"] {
        set(&mut fields, name, "a testing password");
    }
    stage.world.clock.pass(3 * 24 * 3600);
    let late = browser.post("/account/password", &lent(&fields));
    assert!(matches!(late.status, 401 | 403), "{}", late.status);
    assert!(!late.body.contains("kept.") && !late.body.contains("a testing password"));

    // Only forms of our own pages are shown after signing in, whatever the fields say.
    let addresses =
        ["https://evil.example/x", "//evil.example", "/nowhere", "/sign-out", "/account/password"];
    for address in addresses {
        let mut browser = Browser::new(&stage.world.city);
        let page = browser.get("/sign-in");
        let token = hidden(&page.body, "csrf_token");
        let answer = browser.post(
            "/sign-in",
            &[
                ("csrf_token", token.as_str()),
                ("email", "officer@testing.example"),
                ("password", "a testing password"),
                ("kept_at", address),
                ("kept.reason", "gone"),
            ],
        );
        assert_eq!((answer.status, answer.header("location")), (303, "/desk"), "{address}");
    }
}

#[test]
fn signing_in_twice_by_one_press_stays_signed_in() {
    let stage = stage();
    let mut browser = stage.browser("");
    let page = browser.get("/sign-in");
    let mut fields = fields_of(&page.body, "/sign-in");
    set(&mut fields, "email", "officer@testing.example");
    set(&mut fields, "password", "a testing password");
    for _ in 0..2 {
        let answer = browser.post("/sign-in", &lent(&fields));
        assert!(matches!(answer.status, 303 | 403), "{}", answer.status);
    }
    assert_eq!(browser.get("/desk").status, 200);
}
