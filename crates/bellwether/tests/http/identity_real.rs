//! Signing in by a provider that others made: `oidc-provider` of the npm registry, run by node in a
//! folder named by `BELLWETHER_TEST_OIDC`.

use crate::browser::{Answer, Browser, hidden, links};
use access::Role;
use app::identity::{Provider, ProviderSettings, Providers};
use base::Bilingual;
use calls::{Caller, Options};
use parties::factor::Policy;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use worlds::{On, World};

/// The provider's process; it ends with the test.
struct Real {
    child: Child,
    issuer: String,
}

impl Drop for Real {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the provider, or says that it is not there.
fn real() -> Option<Real> {
    let folder = std::env::var("BELLWETHER_TEST_OIDC").unwrap_or_default();
    if folder == "unreachable" {
        // The gate tried to install it and had no registry: that is no fault of this program.
        eprintln!("not run: the registry of the real OpenID provider was not reachable");
        return None;
    }
    if folder.is_empty() {
        testkit::skipped("real OpenID provider absent");
        return None;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/http/provider.mjs");
    let mut child = Command::new("node")
        .arg(script)
        .arg(&folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("node runs the provider");
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().expect("piped"));
    out.read_line(&mut line).expect("the provider says where it listens");
    // It goes on talking; nobody listening would end it.
    std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
    let issuer = line.trim().to_owned();
    assert!(issuer.starts_with("http://127.0.0.1:"), "{issuer}");
    Some(Real { child, issuer })
}

/// A person's browser at the provider: plain HTTP on this machine, with its cookies.
#[derive(Default)]
struct There(BTreeMap<String, String>);

/// Status, where to, and the page.
type Seen = (u16, String, String);

impl There {
    fn ask(&mut self, method: &str, address: &str, form: &str) -> Seen {
        let rest = address.strip_prefix("http://").expect("plain http");
        let (host, path) = rest.split_once('/').expect("a path");
        let mut stream = TcpStream::connect(host).expect("the provider listens");
        let cookies: Vec<String> =
            self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let head = format!(
            "{method} /{path} HTTP/1.0\r\nhost: {host}\r\ncookie: {}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            cookies.join("; "),
            form.len()
        );
        stream.write_all(head.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, page) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).expect("a status");
        let mut location = String::new();
        for line in head.lines().skip(1) {
            let (name, value) = line.split_once(": ").unwrap_or((line, ""));
            if name.eq_ignore_ascii_case("location") {
                location = value.to_owned();
            }
            if name.eq_ignore_ascii_case("set-cookie") {
                let pair = value.split(';').next().unwrap_or("");
                let (name, value) = pair.split_once('=').expect("a cookie");
                self.0.insert(name.to_owned(), value.to_owned());
            }
        }
        (status, location, page.to_owned())
    }

    /// Signs in and agrees, as its own pages ask, until it sends the browser to the city.
    fn sign_in(&mut self, address: &str, subject: &str) -> String {
        let origin: String = address.split('/').take(3).collect::<Vec<_>>().join("/");
        let whole =
            |to: &str| if to.starts_with('/') { format!("{origin}{to}") } else { to.to_owned() };
        let mut seen = self.ask("GET", address, "");
        for _ in 0..12 {
            let (status, to, page) = &seen;
            if to.starts_with("http://127.0.0.1:8080/") {
                return to.clone();
            }
            if (300..400).contains(status) {
                seen = self.ask("GET", &whole(to), "");
                continue;
            }
            let action = page.split("action=\"").nth(1).and_then(|part| part.split('"').next());
            let action = whole(action.unwrap_or_else(|| panic!("{status}: {page}")));
            let prompt = hidden(page, "prompt");
            let form = format!("prompt={prompt}&login={subject}&password=x");
            seen = self.ask("POST", &action, &form);
        }
        panic!("it never came back: {seen:?}");
    }
}

/// The city with the real provider, on the real time, and somebody who is signed in by password.
fn city(real: &Real) -> World {
    let options = Options { private_addresses: true, ..Options::default() };
    let settings = ProviderSettings {
        name: "real".to_owned(),
        issuer: real.issuer.clone(),
        client: "city".to_owned(),
        secret: Some("a shared: secret".to_owned()),
        shown: Bilingual::new("The real one", ""),
        scopes: vec!["openid".to_owned(), "email".to_owned()],
        factor_acr: Vec::new(),
        factor_amr: Vec::new(),
    };
    let provider = Provider::new(settings, Caller::new(&options).expect("a caller"));
    let world = World::with_identities(On::Sqlite, Policy::Offered, Providers::new(vec![provider]))
        .expect("SQLite is built in");
    #[expect(clippy::disallowed_methods, reason = "the provider's tokens carry the real time")]
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = i64::try_from(since.expect("after 1970").as_secs()).expect("a moment");
    world.clock.pass(now - world.city.now().micros() / 1_000_000);
    world
}

fn here(address: &str) -> &str {
    address.strip_prefix("http://127.0.0.1:8080").expect("back at the city")
}

fn outward(page: &Answer, real: &Real) -> String {
    let mut all = page.body.split("href=\"").skip(1);
    let found = all.find(|part| part.starts_with(&real.issuer)).expect("a link away");
    found.split('"').next().unwrap_or("").replace("&amp;", "&")
}

#[test]
fn a_provider_that_others_made_signs_people_in() {
    let Some(real) = real() else { return };
    let world = city(&real);
    let checked = world.city.check_identity_providers();
    assert!(matches!(checked[0].1, Ok(n) if n > 0), "{checked:?}");
    world.person("wu", world.hall, Role::Member);

    // Unknown there and here: nothing is made.
    let mut stranger = Browser::new(&world.city);
    let sent = stranger.get("/sign-in/with/real");
    assert_eq!(sent.status, 303, "{}", sent.body);
    let to = There::default().sign_in(sent.header("location"), "somebody");
    let unknown = stranger.get(here(&to));
    assert_eq!(unknown.status, 422);
    assert!(unknown.body.contains("not linked to anybody"), "{}", unknown.body);

    // Linked, with the provider asking anew.
    let mut browser = Browser::new(&world.city);
    browser.sign_in("wu@testing.example", "a testing password");
    let page = browser.get("/account/identities/with/real");
    assert_eq!(page.status, 200, "{}", page.body);
    let mut there = There::default();
    let to = there.sign_in(&outward(&page, &real), "wu");
    let done = browser.get(here(&to));
    assert_eq!(
        (done.status, done.header("location")),
        (303, "/account?changed=1"),
        "{}",
        done.body
    );
    assert!(
        browser.get("/account").body.contains("wu@provider.example"),
        "what it calls the account"
    );

    // Signed in on another browser; the same answer a second time opens nothing.
    let mut other = Browser::new(&world.city);
    let sent = other.get("/sign-in/with/real?next=/account/keys");
    let to = there.sign_in(sent.header("location"), "wu");
    let done = other.get(here(&to));
    assert_eq!((done.status, done.header("location")), (303, "/account/keys"), "{}", done.body);
    assert_eq!(other.get("/account/keys").status, 200);
    let mut thief = Browser::new(&world.city);
    assert_eq!(thief.get(here(&to)).status, 422);
    assert_eq!(other.get(here(&to)).status, 422, "once");
    assert!(!links(&other.get("/account").body).is_empty());

    // Somebody else there is somebody else here.
    let mut third = Browser::new(&world.city);
    let sent = third.get("/sign-in/with/real");
    let to = There::default().sign_in(sent.header("location"), "li");
    assert_eq!(third.get(here(&to)).status, 422);
}
