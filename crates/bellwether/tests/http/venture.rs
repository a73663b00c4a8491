//! A technology becomes shares in the pages: opened, valued, announced, contributed; then rounds, a
//! missed milestone, a dividend, an exit, statements and files; in both languages.

use crate::browser::{Browser, done, submit};
use crate::contract::resend;
use crate::{Stage, stage};
use access::Role;
use base::WorkingDays;

/// Sends the form of a page that goes to an address, with its hidden values and these.
fn send(browser: &mut Browser, page: &str, to: &str, values: &[(&str, &str)]) -> (u16, String) {
    let done = submit(browser, page, to, values);
    (done.status, done.body)
}

/// Posts the form of a page that is fetched first, and expects it to be taken.
/// The same, and the sentence with which it is refused.
fn refused(browser: &mut Browser, page: &str, to: &str, values: &[(&str, &str)]) -> String {
    let shown = browser.get(page).body;
    let (status, body) = send(browser, &shown, to, values);
    assert!(matches!(status, 409 | 422), "{to} {values:?}: {status} {body}");
    body
}

/// Opens a venture in the pages, and gives its address.
fn opened(stage: &Stage, officer: &mut Browser) -> String {
    let new = format!("/technologies/{}/ventures/new?lang=en", stage.shown);
    let to = format!("/technologies/{}/ventures", stage.shown);
    assert!(
        officer
            .get(&format!("/technologies/{}?lang=en", stage.shown))
            .body
            .contains("/ventures/new")
    );
    let body = refused(officer, &new, &to, &[("company", "Nobody at all"), ("currency", "CNY")]);
    assert!(body.contains("Nobody at all"), "{body}");
    done(officer, &new, &to, &[("company", "Other institute"), ("currency", "CNY")]);
    let list = officer.get("/ventures?lang=en").body;
    let mut links = list.split("href=\"/ventures/").skip(1).filter_map(|it| it.split('"').next());
    let own = links.find(|it| it.starts_with("ven_") && !it.contains('/'));
    format!("/ventures/{}", own.expect("a venture"))
}

/// The values of a valuation by cost.
const VALUED: &[(&str, &str)] = &[
    ("on", "2026-03-02"),
    ("cost.items.0.what", "Pilot line"),
    ("cost.items.0.spent", "200万"),
    ("cost.items.0.index", "5%"),
    ("cost.profit", "0.1"),
    ("cost.obsolete", "0.1"),
    ("cost.months_left", "60"),
    ("cost.months", "60"),
    ("cost.spread", "10%"),
    ("market.why", "No three deals are known"),
    ("weights.cost", "1"),
    ("weights.market", "0"),
    ("weights.income", "1"),
    ("opinions.0.expert", "Professor Lu"),
    ("opinions.0.method", "income"),
    ("opinions.0.low", "1000000"),
    ("opinions.0.high", "1200000"),
    ("opinions.0.why", "Orders are uncertain"),
];

#[test]
fn a_technology_becomes_shares_in_the_pages() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    world.person("agency", world.hall, Role::AgencyOfficer);
    let mut officer = stage.browser("officer");
    let mut firm = stage.browser("firm");
    let mut agency = stage.browser("agency");
    let here = opened(&stage, &mut officer);
    let page = format!("{here}?lang=en");
    let to = |part: &str| format!("{here}/{part}");
    // Holders: a founder by name, the inventor too.
    let holder = |name: &str| [("name.en", name.to_owned())];
    for (who, name) in [(&mut firm, "Founder Fang"), (&mut officer, "Inventor Shen")] {
        let [(field, value)] = holder(name);
        done(who, &page, &to("holders"), &[(field, &value)]);
    }
    let nameless = refused(&mut firm, &page, &to("holders"), &[("holder", "")]);
    assert!(nameless.contains("Fill in"), "{nameless}");
    // A figure without its method is refused; each method says why it is not used.
    let value = format!("{here}/valuation?lang=en");
    let body = refused(&mut officer, &value, &to("valuation"), VALUED);
    assert!(body.contains("Something is missing here."), "{body}");
    let mut valued = VALUED.to_vec();
    valued.extend([
        ("income.sales", "3000000 4000000 5000000"),
        ("income.part", "20%"),
        ("income.tax", "0.15"),
        ("income.discount", "15%"),
        ("income.discount_spread", "3%"),
    ]);
    done(&mut officer, &value, &to("valuation"), &valued);
    let shown = officer.get(&value).body;
    for text in ["Pilot line", "Not used: No three deals are known", "Professor Lu", "130%", "18%"]
    {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    assert!(officer.get(&format!("{here}/valuation?lang=zh")).body.contains("三种方法对照"));
    let offer = [
        ("value", "1800000"),
        ("price.minor", "1"),
        ("price.shares", "1"),
        ("class", "ordinary"),
        ("reward", "40%"),
        ("weight.h3", "1"),
    ];
    let body = refused(&mut officer, &value, &to("offer"), &offer);
    assert!(body.contains("under the floor"), "{body}");
    let offer: Vec<(&str, &str)> =
        offer.iter().map(|it| if it.0 == "reward" { ("reward", "50%") } else { *it }).collect();
    done(&mut officer, &value, &to("offer"), &offer);
    // Notices, an objection, the supervising office; refused until every waiting period is over.
    let body = refused(&mut officer, &page, &to("contribution"), &[]);
    assert!(body.contains("The public notice is missing."), "{body}");
    for duty in ["contribution-notice", "reward-notice"] {
        done(&mut officer, &page, &to("notice"), &[("duty", duty)]);
    }
    let began = city.now();
    let values = [("duty", "reward-notice"), ("reason", "A colleague is missing")];
    done(&mut officer, &page, &to("objection"), &values);
    assert!(officer.get(&page).body.contains("A colleague is missing"));
    let values = [("duty", "reward-notice"), ("reason", "Heard and answered")];
    done(&mut agency, &page, &to("settlement"), &values);
    let body = refused(&mut officer, &page, &to("contribution"), &[]);
    assert!(body.contains("The waiting period runs until"), "{body}");
    let ends = WorkingDays::china().add(began, 15);
    world.clock.pass(ends.seconds_since(city.now()) + 60);
    // Three weeks later nobody is signed in any more.
    let mut officer = stage.browser("officer");
    let mut firm = stage.browser("firm");
    done(&mut officer, &page, &to("contribution"), &[]);
    let shown = officer.get(&page).body;
    assert!(shown.contains("900,000") && shown.contains("50.0000%"), "{shown}");
    registered(&mut firm, &here);
    seen_by_nobody_else(&stage, &here);
}

/// The company's register: a round with a milestone that is missed, a dividend, an exit, files.
fn registered(firm: &mut Browser, here: &str) {
    let to = format!("{here}/register");
    let new = |kind: &str| format!("{here}/register/new?kind={kind}&lang=en");
    let round = [
        ("kind", "round"),
        ("on", "2026-03-24"),
        ("round.name", "Seed"),
        ("round.class", "ordinary"),
        ("round.price.minor", "2"),
        ("round.price.shares", "1"),
        ("round.allotments.0.holder", "h2"),
        ("round.allotments.0.shares", "600,000"),
        ("round.tranches.0.key", "pilot"),
        ("round.tranches.0.holder", "h2"),
        ("round.tranches.0.shares", "100000"),
        ("round.tranches.0.milestone", "The pilot line runs"),
        ("round.tranches.0.due", "2026-03-23"),
        ("round.tranches.0.on_miss", "void"),
    ];
    let body = refused(firm, &new("round"), &to, &round);
    assert!(body.contains("This comes before what it has to follow."), "{body}");
    let round: Vec<(&str, &str)> = round
        .iter()
        .map(|it| if it.0.ends_with("due") { (it.0, "2026-03-24") } else { *it })
        .collect();
    let mut show = round.clone();
    show.push(("do", "show"));
    let shown = firm.get(&new("round")).body;
    let (status, body) = send(firm, &shown, &to, &show);
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("What this would do") && body.contains("Nothing has been entered yet."));
    assert!(!firm.get(&format!("{to}?lang=en")).body.contains("“Seed”"), "nothing was kept");
    let (status, body) = send(firm, &body, &to, &round);
    assert_eq!(status, 303, "{body}");
    let miss = [("kind", "miss"), ("on", "2026-03-24"), ("tranche", "pilot")];
    let body = refused(firm, &new("miss"), &to, &miss);
    assert!(body.contains("The time for it is not over."), "{body}");
    let values = [("total", "1500"), ("withheld", "20%")];
    done(firm, &format!("{to}?lang=en"), &format!("{here}/dividends"), &values);
    let page = firm.get(&format!("{to}?lang=en")).body;
    for text in ["Dividend 1", "¥375.00", "¥300.00", "¥450.00", "The pilot line runs", "36.0000%"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(firm.get(&format!("{to}?lang=zh")).body.contains("登记永不更改"));
    // The same figures in the files, and in an exit.
    let csv = firm.get(&format!("{here}/register.csv?lang=en"));
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert!(csv.body.contains("Founder Fang,ordinary,600000,1200000.00"), "{}", csv.body);
    let book = firm.get(&format!("{here}/register.xlsx?lang=en"));
    assert_eq!(book.status, 200);
    assert!(book.header("content-disposition").contains(".xlsx"));
    let exit = firm.get(&format!("{here}/exit?lang=en&proceeds=3000000")).body;
    assert!(exit.contains("¥750,000.00") && exit.contains("¥1,125,000.00"), "{exit}");
    let exit = firm.get(&format!("{here}/exit?lang=en&proceeds=much"));
    assert_eq!(exit.status, 422);
    let statement = firm.get(&format!("{here}/holders/2?lang=en")).body;
    assert!(
        statement.contains("Statement of shares") && statement.contains("600,000"),
        "{statement}"
    );
    assert!(firm.get(&format!("{here}/holders/2?lang=zh")).body.contains("持股说明"));
}

/// Hidden and absent are one answer, on every address.
fn seen_by_nobody_else(stage: &Stage, here: &str) {
    let absent = format!("/ventures/{}", base::VentureId::from_bits(7));
    for name in ["", "member", "rival", "system", "security", "secrecy", "cleared"] {
        let mut browser = stage.browser(name);
        let parts = [
            "",
            "/valuation",
            "/register",
            "/exit",
            "/register.csv",
            "/register/new",
            "/holders/2",
        ];
        for part in parts {
            let seen = browser.get(&format!("{here}{part}"));
            let nothing = browser.get(&format!("{absent}{part}"));
            assert_eq!(seen.status, nothing.status, "{name} {part}");
            assert!(matches!(seen.status, 303 | 401 | 403 | 404), "{name} {part}: {}", seen.status);
            assert!(!seen.body.contains("Founder Fang") && !seen.body.contains("cladding"));
        }
        if !name.is_empty() {
            assert!(!browser.get("/ventures?lang=en").body.contains(here));
        }
    }
    let rules = stage.browser("").get("/ventures/rules?lang=en");
    assert_eq!(rules.status, 200);
    assert!(rules.body.contains("15 working days") && rules.body.contains("50%"), "{}", rules.body);
}

#[test]
fn the_office_sets_the_rules_by_page() {
    let stage = stage();
    stage.world.person("registrar", stage.world.hall, Role::AgencyOfficer);
    let (path, form) = ("/ventures/rules", "/ventures/rules/form");
    for name in ["", "member", "officer", "system"] {
        let mut other = stage.browser(name);
        assert!(!other.get(&format!("{path}?lang=en")).body.contains(form), "{name}");
        let status = other.get(form).status;
        assert!(matches!(status, 303 | 403 | 404), "{name}: {status}");
    }
    let mut registrar = stage.browser("registrar");
    assert!(registrar.get(&format!("{path}?lang=zh")).body.contains("修改规则"));
    let page = registrar.get(&format!("{form}?lang=en")).body;
    // Everything that cannot be read is told at once, each at its row, and stays as it was typed.
    let wrong = [
        ("rows.0.much", "many"),
        ("rows.0.from", "soon"),
        ("rows.1.source", ""),
        ("floors.0.rate", "half"),
    ];
    let (status, page) = resend(&mut registrar, &page, path, &wrong[..1]);
    assert_eq!(status, 422, "{page}");
    let (status, page) = resend(&mut registrar, &page, path, &wrong);
    assert_eq!(status, 422);
    for said in ["This is not a whole number.", "This is not a day.", "This is not a rate."] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(page.contains("value=\"half\""), "what was typed stays");
    let page = registrar.get(&format!("{form}?lang=en")).body;
    let right = [
        ("rows.0.needs", "calendar"),
        ("rows.0.much", "21"),
        ("rows.0.value_min", "1,000,000"),
        ("rows.1.key", ""),
        ("floors.0.rate", "60"),
    ];
    let (status, body) = resend(&mut registrar, &page, path, &right);
    assert_eq!(status, 303, "{body}");
    let rules = stage.browser("").get(&format!("{path}?lang=en")).body;
    for said in ["21 days", "from ¥1,000,000.00", "60%"] {
        assert!(rules.contains(said), "{said}: {rules}");
    }
    assert!(stage.browser("").get(&format!("{path}?lang=zh")).body.contains("¥1,000,000.00"));
}
