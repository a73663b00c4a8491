//! The second factor in a browser: enrolled, asked, and a step that goes on after a fresh proof.

use crate::browser::{Answer, Browser, hidden};
use crate::stage;
use access::Role;
use parties::totp::TotpSecret;
use worlds::{On, World};

const PASSWORD: &str = "a testing password";

/// A form that is shown, sent with these fields beside its hidden ones.
fn send(browser: &mut Browser, page: &Answer, address: &str, fields: &[(&str, &str)]) -> Answer {
    let token = hidden(&page.body, "csrf_token");
    let key = hidden(&page.body, "idempotency_key");
    let mut all = vec![("csrf_token", token.as_str()), ("idempotency_key", key.as_str())];
    all.extend(fields);
    browser.post(address, &all)
}

/// What the telephone shows: the secret stands on the page for people without a camera.
fn telephone(page: &str) -> TotpSecret {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let is_group = |word: &&str| word.len() == 4 && word.chars().all(|c| letters.contains(c));
    let text = page.replace(['<', '>'], " ");
    let words: Vec<&str> = text.split_whitespace().collect();
    let groups = words.windows(8).find(|run| run.iter().all(&is_group));
    let plain: String = groups.expect("a secret of eight groups").concat();
    let mut bytes = Vec::new();
    for eight in plain.as_bytes().chunks(8) {
        let bits = eight.iter().fold(0_u128, |bits, byte| {
            let five = letters.bytes().position(|letter| letter == *byte).expect("base 32");
            (bits << 5) | five as u128
        });
        bytes.extend_from_slice(&bits.to_be_bytes()[11..]);
    }
    TotpSecret::from_bytes(bytes.try_into().expect("20 bytes"))
}

/// Enrols through the page and gives the telephone and the page with the recovery codes.
fn enrol(browser: &mut Browser, world: &World) -> (TotpSecret, Answer) {
    let page = browser.get("/account/factor");
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("<svg"), "a code to scan");
    let phone = telephone(&page.body);
    let draft = hidden(&page.body, "draft");
    let wrong =
        send(browser, &page, "/account/factor", &[("draft", &draft), ("one_time_code", "1")]);
    assert_eq!(wrong.status, 422);
    assert_eq!(telephone(&wrong.body).bytes(), phone.bytes(), "no second scan after a slip");
    let code = phone.code_at(world.city.now());
    let fields = [("draft", draft.as_str()), ("one_time_code", code.as_str())];
    let done = send(browser, &wrong, "/account/factor", &fields);
    assert_eq!(done.status, 200, "{}", done.body);
    (phone, done)
}

fn recovery_codes(page: &str) -> Vec<String> {
    let parts = page.split("<li><code>").skip(1);
    parts.map(|part| part.split('<').next().unwrap_or("").to_owned()).collect()
}

#[test]
fn an_officer_enrols_first_and_signs_in_in_two_steps() {
    let world = World::strict(On::Sqlite).expect("SQLite is built in");
    let owner = world.organisation("Owner institute");
    world.person("officer", owner, Role::TransferOfficer);
    let mut browser = Browser::new(&world.city);
    browser.sign_in("officer@testing.example", PASSWORD);
    for address in ["/desk", "/account/keys", "/technologies/new"] {
        let led = browser.get(address);
        assert_eq!(led.status, 303, "{address}: {}", led.body);
        assert!(led.header("location").starts_with("/account/factor?next="), "{address}");
    }
    let page = browser.get("/account/factor?next=/desk");
    assert!(page.body.contains("A second factor comes first"), "{}", page.body);
    assert_eq!(browser.get("/search").status, 200, "public pages stay open");
    assert_eq!(browser.get("/account").status, 200);
    let (phone, done) = enrol(&mut browser, &world);
    let codes = recovery_codes(&done.body);
    assert_eq!(codes.len(), 10);
    assert_eq!(browser.get("/desk").status, 200);

    world.clock.pass(60);
    let mut other = Browser::new(&world.city);
    let page = other.get("/sign-in");
    let fields = [("email", "officer@testing.example"), ("password", PASSWORD), ("next", "/desk")];
    let half = send(&mut other, &page, "/sign-in", &fields);
    assert_eq!((half.status, half.header("location")), (303, "/sign-in/code?next=/desk"));
    assert_eq!(other.get("/desk").status, 303, "half a sign-in opens nothing");
    let page = other.get("/sign-in/code?next=/desk");
    assert_eq!(page.status, 200, "{}", page.body);
    let wrong = send(&mut other, &page, "/sign-in/code", &[("one_time_code", "12345")]);
    assert_eq!(wrong.status, 422);
    let code = phone.code_at(world.city.now());
    let fields = [("one_time_code", code.as_str()), ("next", "/desk")];
    let whole = send(&mut other, &wrong, "/sign-in/code", &fields);
    assert_eq!((whole.status, whole.header("location")), (303, "/desk"), "{}", whole.body);
    assert_eq!(other.get("/desk").status, 200);
}

#[test]
fn a_step_goes_on_after_a_fresh_proof_with_what_was_typed() {
    let stage = stage();
    let mut browser = stage.browser("security");
    let member = stage.world.city.person_named("member@testing.example").expect("known");
    let address = format!("/people/{member}/clearance");
    let form = browser.get(&address);
    assert_eq!(form.status, 200);
    stage.world.clock.pass(6 * 60);
    let fields = [
        ("level", "members"),
        ("compartments", "TURBINE"),
        ("lists", ""),
        ("jurisdiction", "CN"),
        ("valid_from", ""),
        ("valid_to", ""),
    ];
    let asked = send(&mut browser, &form, &address, &fields);
    assert_eq!(asked.status, 401, "{}", asked.body);
    assert!(asked.body.contains("prove again"));
    assert_eq!(hidden(&asked.body, "carried.compartments"), "TURBINE");
    assert!(!asked.body.contains("carried.csrf_token"));
    let carried = |page: &Answer, password: &str| {
        let mut fields: Vec<(String, String)> = ["to", "sends"]
            .iter()
            .map(|name| ((*name).to_owned(), hidden(&page.body, name)))
            .collect();
        for name in
            ["level", "compartments", "lists", "jurisdiction", "valid_to", "idempotency_key"]
        {
            let name = format!("carried.{name}");
            fields.push((name.clone(), hidden(&page.body, &name)));
        }
        fields.push(("password".to_owned(), password.to_owned()));
        fields
    };
    let lent = |fields: &[(String, String)]| -> Vec<(String, String)> { fields.to_vec() };
    let post = |browser: &mut Browser, page: &Answer, fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        send(browser, page, "/account/proof", &fields)
    };
    let wrong = post(&mut browser, &asked, lent(&carried(&asked, "not it")));
    assert_eq!(wrong.status, 422, "{}", wrong.body);
    assert_eq!(hidden(&wrong.body, "carried.compartments"), "TURBINE", "still kept");
    assert!(!wrong.body.contains("not it"), "a password never comes back");
    let right = post(&mut browser, &wrong, lent(&carried(&wrong, PASSWORD)));
    assert_eq!(right.status, 303, "{}", right.body);
    assert!(right.header("location").starts_with(&format!("/people/{member}")));
    let view = stage.world.city.person(&stage.world.operator(), member).expect("a look");
    let given = view.clearance.expect("set");
    assert!(given.compartments.contains("TURBINE"));
    assert_eq!(browser.get("/people").status, 200, "signed in under the new secret");
}

#[test]
fn a_page_that_needs_a_proof_comes_back_after_it() {
    let stage = stage();
    let mut browser = stage.browser("member");
    stage.world.clock.pass(6 * 60);
    let led = browser.get("/account/data");
    assert_eq!((led.status, led.header("location")), (303, "/account/proof?next=/account/data"));
    let page = browser.get("/account/proof?next=/account/data");
    let to = hidden(&page.body, "to");
    let foreign = [("to", "https://evil.example/"), ("password", PASSWORD)];
    let stays = send(&mut browser, &page, "/account/proof", &foreign);
    assert_eq!((stays.status, stays.header("location")), (303, "/desk"));
    let page = browser.get("/account/proof?next=/account/data");
    let fields = [("to", to.as_str()), ("password", PASSWORD)];
    let done = send(&mut browser, &page, "/account/proof", &fields);
    assert_eq!((done.status, done.header("location")), (303, "/account/data"));
    assert!(browser.get("/account/data").body.contains("member@testing.example"));
    let file = browser.get("/account/data.json");
    let document: serde_json::Value = serde_json::from_str(&file.body).expect("JSON");
    assert_eq!(document["person"]["email"], "member@testing.example");
}

#[test]
fn somebody_goes_for_good() {
    let stage = stage();
    let mut browser = stage.browser("member");
    let page = browser.get("/account/erasure");
    assert!(page.body.contains("what goes") || page.body.contains("This goes"), "{}", page.body);
    let slip = send(&mut browser, &page, "/account/erasure", &[("typed", "x@y.example")]);
    assert_eq!(slip.status, 422);
    let typed = [("typed", "member@testing.example")];
    let done = send(&mut browser, &slip, "/account/erasure", &typed);
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(browser.get(done.header("location")).body.contains("name is gone"));
    assert_eq!(browser.get("/account").status, 303, "signed out");
    let mut rival = stage.browser("rival");
    let duty = rival.get("/account/erasure");
    assert!(duty.body.contains("has to be handed over first"), "{}", duty.body);
}
