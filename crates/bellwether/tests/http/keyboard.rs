//! The whole review by keys alone, in a real browser: no pointer, no address typed after the first.

use crate::chromium::{Chromium, DOWN, ENTER, HOME, SPACE, TAB};
use crate::disclosure::{CONFIDENTIALITY, CONTENT, disclosed};
use crate::stage;
use access::Role;
use serde_json::{Value, json};

/// Stops of the Tab key that one page may have.
const STOPS_MAX: usize = 250;
/// Choices that one group may have.
const CHOICES_MAX: usize = 80;

/// What has the focus: its name, kind and value, whether it is `wanted`, and whether it can be seen that it has it.
const FOCUSED: &str = "
    const on = document.activeElement;
    const ringed = one => {
        const style = one && getComputedStyle(one);
        return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    };
    const box = on.getBoundingClientRect();
    return {
        is: on.matches(arguments[0]), body: on === document.body, type: on.type || '',
        checked: !!on.checked, value: on.value || '', shown: !!(ringed(on) || ringed(on.closest('form[role=search]'))),
        inside: box.bottom > 0 && box.top < innerHeight, text: on.outerHTML.slice(0, 160),
    };";

/// Somebody at the keys.
pub struct Hands<'a>(pub &'a Chromium);

impl Hands<'_> {
    fn focused(&self, wanted: &str) -> Value {
        self.0.run(FOCUSED, &[json!(wanted)])
    }

    /// Goes on with Tab until the focus is there; every stop on the way must be seen to have it.
    fn tab_to(&self, wanted: &str) {
        for _ in 0..STOPS_MAX {
            let now = self.focused(wanted);
            if now["is"] == true {
                return;
            }
            self.0.press(TAB);
            let now = self.focused(wanted);
            if now["body"] != true {
                let path = self.0.path();
                assert_eq!(now["shown"], true, "{path}: focus cannot be seen on {}", now["text"]);
                assert_eq!(now["inside"], true, "{path}: focus is out of sight on {}", now["text"]);
            }
        }
        panic!("{}: no key leads to {wanted}: {}", self.0.path(), self.page());
    }

    /// Fills one field, whatever its kind.
    fn fill(&self, name: &str, value: &str) {
        let field = format!("[name=\"{name}\"]:not([type=hidden])");
        self.tab_to(&field);
        let now = self.focused(&field);
        match now["type"].as_str().unwrap_or("") {
            "checkbox" => self.0.press(SPACE),
            "radio" => {
                if now["checked"] != true {
                    self.0.press(SPACE);
                }
                self.choose(&field, value);
            }
            "select-one" => {
                self.0.press(HOME);
                self.choose(&field, value);
            }
            _ => self.0.press(value),
        }
    }

    /// Goes through the choices of a group until this one is taken.
    fn choose(&self, field: &str, value: &str) {
        for _ in 0..CHOICES_MAX {
            if self.focused(field)["value"] == value {
                return;
            }
            self.0.press(DOWN);
        }
        panic!("{}: {field} has no choice {value}", self.0.path());
    }

    /// Follows the link or presses the button.
    fn press(&self, wanted: &str) {
        self.tab_to(wanted);
        let before = self.0.run("window.before = true; return 1", &[]);
        assert_eq!(before, 1);
        self.0.press(ENTER);
        for _ in 0..200 {
            let gone = "return !window.before && document.readyState === 'complete'";
            if self.0.run(gone, &[]) == true {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(25));
        }
        panic!("{}: {wanted} leads nowhere", self.0.path());
    }

    fn page(&self) -> String {
        let text = self.0.run("return document.querySelector('main').innerText", &[]);
        text.as_str().unwrap_or("").to_owned()
    }

    pub fn sign_in(&self, name: &str) {
        self.0.open("/");
        self.press("a[href^=\"/sign-in\"]");
        self.fill("email", &format!("{name}@testing.example"));
        self.fill("password", "a testing password");
        self.press("form[action^=\"/sign-in\"] button");
    }

    fn sign_out(&self) {
        self.tab_to("details.me > summary");
        self.0.press(ENTER);
        self.press("form[action=\"/sign-out\"] button");
    }

    /// Opens the first task of the desk and takes this step of it.
    fn step(&self, step: &str, typed: &[(&str, &str)]) {
        self.press("a[href=\"/desk\"]");
        self.press("main a[href^=\"/cases/cas_\"]");
        self.press(&format!("a[href*=\"step={step}\"]"));
        for (name, value) in typed {
            self.fill(name, value);
        }
        self.press("form[action$=\"/steps\"] button[type=submit]");
    }
}

fn check_review(lang: &str) {
    let stage = stage();
    let owner = stage.world.city.organisation_named("Owner institute").expect("known");
    stage.world.person("reviewer", owner, Role::Reviewer);
    stage.world.person("keeper", owner, Role::ConfidentialityOfficer);
    let Some(browser) = Chromium::before(&stage.world.city) else { return };
    let hands = Hands(&browser);
    browser.open(&format!("/?lang={lang}"));

    hands.sign_in("officer");
    hands.press("a[href=\"/desk\"]");
    hands.press("main a[href=\"/disclosures/new\"]");
    for (name, value) in disclosed(&owner.to_string()) {
        if name == "inventors.1.name.zh" {
            hands.press("button[value=\"add:inventors\"]");
        }
        hands.fill(name, &value);
    }
    hands.press("form[action=\"/disclosures\"] button[type=submit]:not([name])");
    assert!(browser.path().starts_with("/cases/"), "{}: {}", browser.path(), hands.page());
    hands.sign_out();

    hands.sign_in("reviewer");
    hands.step("review-content.agree", &CONTENT);
    hands.sign_out();

    hands.sign_in("keeper");
    hands.step("review-confidentiality.agree", &CONFIDENTIALITY);
    hands.sign_out();

    hands.sign_in("officer");
    hands.step("publish.release", &[]);
    stage.world.settle();
    hands.sign_out();

    hands.tab_to("input[name=q]");
    browser.press(&format!("qorvixine{ENTER}"));
    let found =
        || hands.page().contains(if lang == "zh" { "珂维烯膜" } else { "Qorvixine membrane" });
    let is_found = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        found()
    });
    assert!(is_found, "{}: {}", browser.path(), hands.page());
}

#[test]
fn keys_alone_do_the_whole_review() {
    check_review("en");
}

#[test]
fn keys_alone_do_the_whole_review_in_chinese() {
    check_review("zh");
}
