//! A sealed auction in the pages, from the keys to the protocol; nothing that anybody can ask for
//! tells an amount before; and the browser's module seals the same bytes as the crate.

use crate::auction::{announced_with, send};
use crate::browser::{Browser, hidden, links};
use crate::chromium::Chromium;
use crate::{PEOPLE, Stage, stage};
use access::Role;
use app::Asker;
use base::LotId;
use sealed::{Content, Place, SealedBid, Trustee, TrusteeKey, Trustees};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use trading::lot::{LotState, Terms, Way};
use trading::sealing::{Sealing, Seat};

/// The amount that is looked for, and how a page might write it.
const AMOUNT: &str = "73519284.61";
const WRITTEN: [&str; 5] = ["73519284", "73,519,284", "7351928461", "73 519 284", "7,351.9"];

fn tells(text: &str) -> bool {
    WRITTEN.iter().any(|it| text.contains(it))
}

/// Whatever the program logs while tests run.
#[derive(Clone, Default)]
struct Logged(Arc<Mutex<Vec<u8>>>);

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panics here").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn listen() -> Logged {
    let logged = Logged::default();
    let to = logged.clone();
    let made = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || to.clone())
        .with_ansi(false)
        .try_init();
    assert!(made.is_ok(), "nobody else listens");
    logged
}

/// A sealed lot with three trustees who have registered, two of whom open it.
pub(crate) struct Sealed {
    pub lot: LotId,
    pub here: String,
    pub reference: String,
    pub names: [&'static str; 3],
}

pub(crate) fn key(it: &Sealed, n: usize) -> TrusteeKey {
    let seed = [u8::try_from(n + 1).expect("small"); 32];
    TrusteeKey::from_seed(&it.reference, &seed).expect("a key")
}

pub(crate) fn sealed_lot(stage: &Stage) -> Sealed {
    let world = &stage.world;
    let names = ["notary", "bank", "university"];
    let seats: Vec<Seat> = names
        .iter()
        .map(|name| {
            let organisation = world.organisation(&format!("House of the {name}"));
            let who = world.person(name, organisation, Role::Member);
            let app::Who::Person(person) = who.who else { panic!("a person") };
            Seat { person, organisation }
        })
        .collect();
    let lot = announced_with(stage, |terms| Terms {
        way: Way::Sealed(Sealing {
            price: "first".to_owned(),
            is_final: false,
            threshold: 2,
            trustees: seats,
            keys_hours: 24,
        }),
        steps: Vec::new(),
        window_s: 0,
        cap_s: 0,
        ..terms
    });
    let view = world.city.lot(&Asker::nobody(), lot).expect("seen");
    let reference = view.lot.reference.to_string();
    Sealed { lot, here: format!("/auctions/{lot}"), reference, names }
}

/// Registers the public halves through the page.
pub(crate) fn register_keys(stage: &Stage, it: &Sealed) {
    for (n, name) in it.names.iter().enumerate() {
        let mut browser = stage.browser(name);
        let page = browser.get(&format!("{}?lang=en", it.here)).body;
        assert!(page.contains(&format!("You are trustee {} of this auction", n + 1)));
        let to = format!("{}/trustee-keys", it.here);
        let (status, page) = send(&mut browser, &page, &to, &[("trustee_key", "no key")]);
        assert_eq!(status, 422);
        assert!(page.contains("This is no public half of a key."), "{page}");
        let public = key(it, n).public().to_string();
        let line = format!("trustee {public} {name}");
        assert_eq!(send(&mut browser, &page, &to, &[("trustee_key", &line)]).0, 303);
        let page = browser.get(&format!("{}?lang=en", it.here)).body;
        assert!(page.contains(&public), "{page}");
    }
}

/// The firm `member` asks, is admitted, and has its deposit in.
fn admit(stage: &Stage, it: &Sealed) -> u32 {
    let world = &stage.world;
    world.person("agency", world.hall, Role::AgencyOfficer);
    admitted(stage, it.lot, "member", "Other institute")
}

/// Somebody asks for a house, the office admits it and confirms its deposit: by forms alone.
pub(crate) fn admitted(stage: &Stage, lot: LotId, name: &str, house: &str) -> u32 {
    let city = &stage.world.city;
    let here = format!("/auctions/{lot}");
    let other = city.organisation_named(house).expect("known").to_string();
    let mut member = stage.browser(name);
    let page = member.get(&format!("{here}?lang=en")).body;
    let terms = hidden(page.split("/bidders\"").nth(1).expect("a form"), "terms");
    let values = [("organisation", other.as_str()), ("terms", &terms), ("stands_by", "yes")];
    assert_eq!(send(&mut member, &page, &format!("{here}/bidders"), &values).0, 303);
    let who = city.person_named(&format!("{name}@testing.example")).expect("known");
    let own = city.lot(&Asker::person(who), lot).expect("seen").own.expect("a place");
    let alias = own.bidder.alias;
    let number = alias.to_string();
    let desk = format!("{here}/desk");
    let mut agency = stage.browser("agency");
    let page = agency.get(&format!("{desk}?lang=en")).body;
    assert!(!page.contains("Bid from the hall"), "no amount enters in the open: {page}");
    let values = [("bidder", number.as_str()), ("do", "admit"), ("reason", "")];
    assert_eq!(send(&mut agency, &page, &format!("{desk}/decision"), &values).0, 303);
    let page = agency.get(&format!("{desk}?lang=en")).body;
    let bank = page.split("<option value=\"acc_").nth(1).expect("an account at a bank");
    let bank = format!("acc_{}", bank.split('"').next().expect("its id"));
    let values = [("bidder", number.as_str()), ("bank", bank.as_str()), ("reference", house)];
    assert_eq!(send(&mut agency, &page, &format!("{desk}/deposit"), &values).0, 303);
    alias
}

fn open(stage: &Stage) {
    stage.world.clock.pass(3_590);
    stage.world.city.tend_lots().expect("tended");
    stage.world.clock.pass(30);
}

pub(crate) fn bid(it: &Sealed, list: &str, alias: u32, version: u32, amount: &str) -> String {
    let list = Trustees::parse(list).expect("a list");
    let auction = it.reference.clone();
    let place = Place { auction, lot: 1, bidder: alias, version };
    let content = Content { amount: format!("{amount} CNY"), note: String::new() };
    SealedBid::seal(&place, &content, &list, &[5; 32]).expect("sealed").to_string()
}

/// Everything that people and programs can ask for about a lot, with what was answered.
fn all_answers(stage: &Stage, it: &Sealed) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let people = PEOPLE.into_iter().chain(it.names).chain(["agency"]);
    for name in people {
        let mut browser = stage.browser(name);
        let mut paths: BTreeSet<String> = [
            "/",
            "/auctions",
            "/auctions?part=over",
            "/trade",
            "/desk",
            "/feed",
            "/log",
            "/metrics",
            "/search?q=laser",
            "/account",
            "/notices",
        ]
        .map(str::to_owned)
        .into();
        for lang in ["en", "zh"] {
            for part in [
                "",
                "/poster",
                "/live?entry=0&once=yes",
                "/rules",
                "/protocol",
                "/desk",
                "/trustees",
            ] {
                let with = if part.contains('?') { '&' } else { '?' };
                paths.insert(format!("{}{part}{with}lang={lang}", it.here));
            }
        }
        let entries =
            1..=stage.world.city.lot(&Asker::nobody(), it.lot).expect("seen").lot.course.n_entries;
        paths.extend(entries.map(|n| format!("{}/sealed-bids/{n}", it.here)));
        paths.extend((1..=3).map(|n| format!("{}/trustees/{n}", it.here)));
        for part in ["", "/entries", "/rules", "/protocol", "/sealing", "/trustees", "/bidders"] {
            paths.insert(format!("/api/v1/lots/{}{part}", it.lot));
        }
        paths.extend(["/api/v1/lots", "/api/v1/feed", "/api/v1/log/entries"].map(str::to_owned));
        let page = browser.get(&it.here).body;
        paths.extend(links(&page).into_iter().filter(|path| !path.contains("sign-out")));
        for path in paths {
            let answer = browser.get(&path);
            let headers: Vec<String> = answer.headers.values().cloned().collect();
            all.push((
                format!("{name} {path} {}", answer.status),
                headers.join("\n") + &answer.body,
            ));
        }
    }
    all
}

pub(crate) fn publish(browser: &mut Browser, it: &Sealed, n: usize) -> (u16, String) {
    let page = browser.get(&format!("{}?lang=en", it.here)).body;
    let secret = key(it, n).secret_text();
    let to = format!("{}/published-keys", it.here);
    if !page.contains(&format!("action=\"{to}\"")) {
        // Before the end no form asks for it; somebody sends it all the same.
        let token = hidden(&page, "csrf_token");
        let values =
            [("csrf_token", token.as_str()), ("idempotency_key", "early"), ("file", &secret)];
        let done = browser.post(&to, &values);
        return (done.status, done.body);
    }
    send(browser, &page, &to, &[("file", &secret)])
}

#[test]
fn a_sealed_auction_is_walked_through_and_tells_no_amount_before() {
    let logged = listen();
    let stage = stage();
    let city = &stage.world.city;
    let it = sealed_lot(&stage);
    let mut nobody = stage.browser("");
    let page = nobody.get(&format!("{}?lang=en", it.here)).body;
    assert!(page.contains("2 of 3 open the bids") && page.contains("Key awaited"), "{page}");
    assert!(page.contains("The list is published once every trustee has registered a key."));
    assert!(nobody.get(&format!("{}?lang=zh", it.here)).body.contains("3 人中须 2 人共同开标"));
    register_keys(&stage, &it);
    let alias = admit(&stage, &it);
    open(&stage);
    let mut member = stage.browser("member");
    let list = member.get(&format!("{}/trustees", it.here));
    assert!(list.header("content-disposition").contains("trustees.txt"));
    let page = member.get(&format!("{}?lang=en", it.here)).body;
    assert!(page.contains("Seal your bid") && page.contains("bellwether bid seal"), "{page}");
    assert!(!page.contains("name=\"amount\""), "no field sends an amount");
    let to = format!("{}/sealed-bids", it.here);
    let file = bid(&it, &list.body, alias, 1, AMOUNT);
    // A browser ends the lines of a form in its own way.
    assert_eq!(send(&mut member, &page, &to, &[("file", &file.replace('\n', "\r\n"))]).0, 303);
    let page = member.get(&format!("{}?lang=en", it.here)).body;
    let hash: String = SealedBid::parse(&file)
        .expect("a bid")
        .commitment()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    assert!(page.contains(&hash) && page.contains("Version 1, received"), "the receipt: {page}");
    let (status, body) = send(&mut member, &page, &to, &[("file", &file)]);
    assert_eq!(status, 422);
    assert!(body.contains("Your next bid is version 2."), "{body}");
    let mut notary = stage.browser("notary");
    let (status, body) = publish(&mut notary, &it, 0);
    assert_eq!(status, 422, "{body}");
    assert!(body.contains("Bidding has not ended"), "{body}");
    assert!(nobody.get(&format!("{}?lang=en", it.here)).body.contains("Shown too early once"));
    stage.world.clock.pass(8_000);
    city.tend_lots().expect("tended");
    let page = nobody.get(&format!("{}?lang=en", it.here)).body;
    assert!(page.contains("The bids open once 2 trustees have published their keys."), "{page}");
    let mut bank = stage.browser("bank");
    assert_eq!(publish(&mut bank, &it, 1).0, 303);
    stage.world.settle();
    city.sign_checkpoint().expect("signed");
    let before = all_answers(&stage, &it);
    assert!(before.len() > 300, "{}", before.len());
    let telling: Vec<&String> =
        before.iter().filter(|(_, text)| tells(text)).map(|(at, _)| at).collect();
    assert!(telling.is_empty(), "{telling:?}");
    assert!(before.iter().any(|(_, text)| text.contains(&hash)), "only its hash is anywhere");
    let mut notary = stage.browser("notary");
    assert_eq!(publish(&mut notary, &it, 0).0, 303);
    city.tend_lots().expect("tended");
    let page = nobody.get(&format!("{}?lang=en", it.here)).body;
    assert!(page.contains(&format!("Sold to bidder {alias} for ¥73,519,284.61.")), "{page}");
    let after = all_answers(&stage, &it);
    assert!(after.iter().filter(|(_, text)| tells(text)).count() > 20, "the search finds it now");
    let protocol = nobody.get(&format!("{}/protocol", it.here)).body;
    app::protocol::check(protocol.as_bytes(), None).expect("it holds");
    assert!(protocol.contains(&hash) && protocol.contains(AMOUNT));
    assert_eq!(city.lot(&Asker::nobody(), it.lot).expect("seen").lot.state, LotState::Sold);
    // Nothing was logged of it, then or ever: amounts are no matter of logs.
    let lines = String::from_utf8_lossy(&logged.0.lock().expect("whole")).into_owned();
    assert!(lines.len() > 100 && !tells(&lines), "{} bytes", lines.len());
    for lang in ["en", "zh"] {
        let page = nobody.get(&format!("/auctions/sealed-bids?lang={lang}"));
        assert_eq!(page.status, 200);
    }
}

/// The vector of the crate, for other programs: list, place, seed, and the file that has to come out.
fn vector() -> (String, SealedBid) {
    let key = |n: u8| TrusteeKey::from_seed("Spring sale", &[n; 32]).expect("a key").public();
    let list = (1..=3).map(|n| Trustee { name: format!("Trustee {n}"), key: key(n) }).collect();
    let trustees = Trustees::new("Spring sale", 2, list).expect("a list");
    let place = Place { auction: "Spring sale".to_owned(), lot: 3, bidder: 71, version: 1 };
    let note = "In two instalments.\n分两期付款。".to_owned();
    let content = Content { amount: "1250.00 CNY".to_owned(), note };
    let bid = SealedBid::seal(&place, &content, &trustees, &[9; 32]).expect("sealed");
    (trustees.to_string(), bid)
}

const SEAL: &str = "seal({ lot: 3, bidder: 71, version: 1 }, '1250.00 CNY', \
                    'In two instalments.\\n分两期付款。', list, new Uint8Array(32).fill(9))";

#[test]
fn the_module_seals_as_the_crate_does_in_node() {
    let (list, bid) = vector();
    let script = look::assets().iter().find(|asset| asset.name == "seal.js").expect("served");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("seal.mjs"), &script.body).expect("written");
    let run = format!(
        "import {{ seal, makeKey, publicOf }} from './seal.mjs';\nconst list = {};\n\
         process.stdout.write(await {SEAL});\n\
         const made = await makeKey('Spring sale', new Uint8Array(32).fill(1));\n\
         process.stderr.write(JSON.stringify([made, await publicOf(made.file)]));\n",
        json!(list)
    );
    std::fs::write(folder.path().join("run.mjs"), run).expect("written");
    let node = Command::new("node")
        .arg("run.mjs")
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output();
    let Ok(done) = node else { return testkit::skipped("node absent") };
    assert_eq!(String::from_utf8_lossy(&done.stdout), bid.to_string());
    let key = TrusteeKey::from_seed("Spring sale", &[1; 32]).expect("a key");
    let public = key.public().to_string();
    let want = json!([{ "file": key.secret_text(), "key": public }, public]);
    assert_eq!(String::from_utf8_lossy(&done.stderr), want.to_string());
}

#[test]
fn a_browser_seals_on_the_page() {
    let stage = stage();
    let city = &stage.world.city;
    let it = sealed_lot(&stage);
    register_keys(&stage, &it);
    let alias = admit(&stage, &it);
    open(&stage);
    let Some(browser) = Chromium::before(city) else { return };
    let hands = crate::keyboard::Hands(&browser);
    hands.sign_in("member");
    browser.open(&format!("{}?lang=en", it.here));
    // The module itself, by its vector.
    let (list, bid) = vector();
    let run = format!(
        "const [list, done] = arguments;\n\
         import(document.querySelector('script[src*=\"/seal-\"]').src)\n\
           .then((it) => it.{SEAL}).then(done, (error) => done(String(error)));"
    );
    assert_eq!(browser.run_slowly(&run, &[json!(list)]), json!(bid.to_string()));
    // The form: typed, sealed, handed in.
    let typed = "const box = document.querySelector('[data-seal]');\n\
        box.querySelector('[data-amount]').value = arguments[0];\n\
        box.querySelector('form').requestSubmit();\n\
        return !box.hidden;";
    assert_eq!(browser.run(typed, &[json!("168,000.50")]), json!(true), "this browser seals");
    let firm = Asker::person(city.person_named("member@testing.example").expect("known"));
    let mut own = Vec::new();
    for _ in 0..100 {
        own = city.lot_sealing(&firm, it.lot).expect("seen").own;
        if !own.is_empty() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(own.iter().map(|seal| seal.bidder).collect::<Vec<_>>(), [alias]);
    stage.world.clock.pass(8_000);
    for n in [0, 2] {
        let mut trustee = stage.browser(it.names[n]);
        assert_eq!(publish(&mut trustee, &it, n).0, 303);
    }
    let page = stage.browser("").get(&format!("{}?lang=en", it.here)).body;
    assert!(page.contains(&format!("Sold to bidder {alias} for ¥168,000.50.")), "{page}");
}
