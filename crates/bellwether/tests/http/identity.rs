//! Signing in by an identity of another provider, in a browser.

use crate::browser::{Answer, Browser, hidden, links};
use access::Role;
use app::identity::Providers;
use parties::factor::Policy;
use worlds::{On, OpenId, World};

const PASSWORD: &str = "a testing password";
const BACK: &str = "/sign-in/with/house/back";

fn city() -> (World, OpenId) {
    let house = OpenId::start();
    let providers = Providers::new(vec![house.provider("house")]);
    let world = World::with_identities(On::Sqlite, Policy::Offered, providers);
    (world.expect("SQLite is built in"), house)
}

/// Back from the provider with this subject, from where the browser was sent.
fn back(world: &World, house: &OpenId, browser: &mut Browser, at: &str, subject: &str) -> Answer {
    let with = house.allow(at, subject, world.city.now());
    browser.get(&format!("{BACK}?{}", with.query()))
}

fn away(browser: &mut Browser, address: &str) -> String {
    let sent = browser.get(address);
    assert_eq!(sent.status, 303, "{}", sent.body);
    sent.header("location").to_owned()
}

/// The link of this page that leads to the provider.
fn outward(page: &Answer, house: &OpenId) -> String {
    let mut all = page.body.split("href=\"").skip(1);
    let found = all.find(|part| part.starts_with(house.issuer())).expect("a link away");
    found.split('"').next().unwrap_or("").replace("&amp;", "&")
}

/// Links this subject on the account page of a browser that is signed in.
fn link(world: &World, house: &OpenId, browser: &mut Browser, subject: &str) {
    let account = browser.get("/account");
    let address = "/account/identities/with/house";
    assert!(links(&account.body).contains(&address.to_owned()), "{}", account.body);
    let page = browser.get(address);
    assert_eq!(page.status, 200, "{}", page.body);
    let at = outward(&page, house);
    let done = back(world, house, browser, &at, subject);
    assert_eq!(
        (done.status, done.header("location")),
        (303, "/account?changed=1"),
        "{}",
        done.body
    );
}

#[test]
fn a_person_links_an_account_and_signs_in_with_it() {
    let (world, house) = city();
    world.person("wu", world.hall, Role::Member);
    let mut browser = Browser::new(&world.city);
    browser.sign_in("wu@testing.example", PASSWORD);
    link(&world, &house, &mut browser, "wu");
    let account = browser.get("/account");
    assert!(
        account.body.contains("wu@testing.example") && account.body.contains("Unlink The house")
    );
    assert!(browser.get("/account?lang=zh").body.contains("解除绑定本所账号"));
    assert!(browser.get("/account/data.json").body.contains(house.issuer()));

    let mut other = Browser::new(&world.city);
    let page = other.get("/sign-in?next=/account/keys");
    assert!(page.body.contains("Sign in with The house"), "{}", page.body);
    let address = links(&page.body).into_iter().find(|to| to.starts_with("/sign-in/with/"));
    let at = away(&mut other, &address.expect("a button"));
    assert!(at.starts_with(house.issuer()) && at.contains("redirect_uri=http%3A%2F%2F127.0.0.1"));
    let done = back(&world, &house, &mut other, &at, "wu");
    assert_eq!((done.status, done.header("location")), (303, "/account/keys"), "{}", done.body);
    assert_eq!(other.get("/account/keys").status, 200);

    // The page of a proof offers the same way, asked anew.
    world.clock.pass(6 * 60);
    let asked = other.get("/account/data");
    assert_eq!(asked.status, 303);
    let proof = other.get(asked.header("location"));
    let again = links(&proof.body).into_iter().find(|to| to.starts_with("/sign-in/with/"));
    let at = away(&mut other, &again.expect("a button"));
    assert!(at.contains("prompt=login"), "{at}");
    let done = back(&world, &house, &mut other, &at, "wu");
    assert_eq!((done.status, done.header("location")), (303, "/account/data"), "{}", done.body);
    assert_eq!(other.get("/account/data").status, 200);

    // Unlinked, it opens nothing.
    let account = other.get("/account");
    let form = account.body.split("action=\"").find(|part| part.contains("/removal\""));
    let action = form.and_then(|part| part.split('"').next()).expect("a form").to_owned();
    let token = hidden(&account.body, "csrf_token");
    let gone = other.post(&action, &[("csrf_token", &token)]);
    assert_eq!(gone.status, 303, "{}", gone.body);
    let at = away(&mut browser, "/sign-in/with/house");
    let none = back(&world, &house, &mut browser, &at, "wu");
    assert_eq!(none.status, 422);
}

#[test]
fn what_went_wrong_is_said_in_one_way_and_where_to_begin_anew() {
    let (world, house) = city();
    world.person("wu", world.hall, Role::Member);
    let mut browser = Browser::new(&world.city);
    let at = away(&mut browser, "/sign-in/with/house");
    let unknown = back(&world, &house, &mut browser, &at, "wu");
    assert_eq!(unknown.status, 422);
    assert!(unknown.body.contains("not linked to anybody") && unknown.body.contains("Nothing was"));
    assert_eq!(browser.get("/account").status, 303, "nobody is signed in");

    let at = away(&mut browser, "/sign-in/with/house");
    let with = house.allow(&at, "wu", world.city.now());
    let mut stranger = Browser::new(&world.city);
    let plain = |answer: &Answer| {
        assert_eq!(answer.status, 422, "{}", answer.body);
        assert!(answer.body.contains("did not work"), "{}", answer.body);
        assert!(!answer.body.contains(house.issuer()) && !answer.body.contains(&with.state));
    };
    let address = format!("{BACK}?{}", with.query());
    plain(&stranger.get(&address));
    plain(&stranger.get(BACK));
    plain(&stranger.get(&format!("{BACK}?error=access_denied&state=x")));
    let zh = stranger.get(&format!("{BACK}?lang=zh"));
    assert!(zh.body.contains("外部账号登录未成功"), "{}", zh.body);
    house.behave(|manner| manner.token_answer = Some((302, String::new())));
    plain(&browser.get(&address));
    house.reform();
    plain(&browser.get(&address));
    assert_eq!(stranger.get("/sign-in/with/nobody").status, 404);
    assert_eq!(stranger.get("/sign-in/with/nobody/back").status, 404);
    // Another site starts nothing.
    let request = axum::http::Request::get("/sign-in/with/house?next=/desk")
        .header("sec-fetch-site", "cross-site")
        .body(axum::body::Body::empty())
        .expect("an address");
    let started = stranger.send(request);
    assert_eq!((started.status, started.header("location")), (303, "/sign-in?next=/desk"));
    // A page elsewhere is never gone back to.
    let at = away(&mut stranger, "/sign-in/with/house?next=https://evil.example/");
    assert!(!at.contains("evil"), "{at}");
}

#[test]
fn an_invitation_is_taken_up_without_a_password() {
    let (world, house) = city();
    let act = app::person::CreatePerson {
        email: "chen@testing.example".to_owned(),
        name: base::Bilingual::new("Chen", ""),
        lang: base::Lang::En,
        organisation: world.hall,
        role: Role::Member,
        invented: true,
        password: None,
        hashed: String::new(),
    };
    let made = world.city.perform(&world.operator(), act).expect("invited");
    let address = format!("/set-password/{}", made.link_secret.expect("a link"));
    let mut browser = Browser::new(&world.city);
    let page = browser.get(&address);
    assert!(page.body.contains("Link The house and sign in"), "{}", page.body);
    let at = away(&mut browser, &format!("{address}/with/house"));
    let done = back(&world, &house, &mut browser, &at, "chen");
    assert_eq!((done.status, done.header("location")), (303, "/desk"), "{}", done.body);
    let account = browser.get("/account");
    assert!(account.body.contains("You have no password here"), "{}", account.body);
    let again = browser.get(&format!("{address}/with/house"));
    assert_eq!(again.status, 422);
    assert!(!browser.get(&address).body.contains("Link The house"), "used up");
}

#[test]
fn nothing_is_said_of_providers_where_there_are_none() {
    let stage = crate::stage();
    let mut browser = stage.browser("member");
    for address in ["/account", "/sign-in", "/set-password/x"] {
        assert!(!browser.get(address).body.contains("another account"), "{address}");
    }
    assert_eq!(browser.get("/account/identities/with/house").status, 404);
}
