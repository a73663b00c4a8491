//! From the hammer to the registration in the pages: drafted, changed, offered, signed by both,
//! paid, divided, filled in and handed in; in both languages, and for nobody else.

use crate::auction::{announced, send};
use crate::browser::{Browser, hidden};
use crate::{Stage, stage};
use access::Role;
use app::Asker;
use app::lot::{DecideBidder, PlaceBid, ReceiveDeposit, RegisterForLot};
use base::LotId;

/// A lot that the other institute won for a hundred thousand.
fn won(stage: &Stage) -> LotId {
    let (world, city) = (&stage.world, &stage.world.city);
    let lot = announced(stage);
    let organisation = city.organisation_named("Other institute").expect("known");
    let rival = Asker::person(city.person_named("rival@testing.example").expect("known"));
    let act = RegisterForLot { lot, organisation, terms: 1, stands_by: true };
    city.perform(&rival, act).expect("asked");
    let bidder = city.lot(&rival, lot).expect("seen").own.expect("a place").bidder.alias;
    let operator = world.operator();
    let act = DecideBidder { lot, bidder, admits: true, rank: None, reason: String::new() };
    city.perform(&operator, act).expect("admitted");
    let banks = city.ledger_accounts(&operator, app::ledger::Wanted::default(), 50);
    let banks = banks.expect("listed").rows;
    let bank = banks.iter().find(|it| it.account.is_bank()).expect("a bank").account.id;
    let act = ReceiveDeposit::new(lot, bidder, bank, "ICBC 70".to_owned());
    city.perform(&operator, act).expect("paid in");
    world.clock.pass(3_590);
    city.tend_lots().expect("tended");
    world.clock.pass(30);
    city.bid(&rival, PlaceBid::new(lot, None, 10_000_000)).expect("bid");
    world.clock.pass(8_000);
    city.tend_lots().expect("tended");
    lot
}

/// The fields of the form that goes to an address, as a browser would send them back.
pub(crate) fn filled(page: &str, to: &str) -> Vec<(String, String)> {
    let form = page.split("<form").find(|form| form.contains(&format!("action=\"{to}\"")));
    let text = || page.split("<main").nth(1).unwrap_or(page).to_owned();
    let form = form.unwrap_or_else(|| panic!("no form for {to} in {}", text()));
    let form = form.split("</form>").next().expect("a form");
    let attribute = |tag: &str, name: &str| {
        let found = tag.split(&format!(" {name}=\"")).nth(1)?;
        Some(unescaped(found.split('"').next()?))
    };
    let mut found = Vec::new();
    for tag in form.split("<input").skip(1) {
        let tag = tag.split('>').next().expect("a tag");
        let is_box = tag.contains("type=\"checkbox\"") || tag.contains("type=\"radio\"");
        let is_sent = (!is_box || tag.contains(" checked")) && !tag.contains("type=\"file\"");
        if let (true, Some(name)) = (is_sent, attribute(tag, "name")) {
            found.push((name, attribute(tag, "value").unwrap_or_default()));
        }
    }
    for tag in form.split("<textarea").skip(1) {
        let (head, rest) = tag.split_once('>').expect("a tag");
        let text = rest.split("</textarea>").next().expect("a text");
        let name = attribute(head, "name").expect("a name");
        found.push((name, unescaped(text)));
    }
    for tag in form.split("<select").skip(1) {
        let (head, rest) = tag.split_once('>').expect("a tag");
        let options = rest.split("</select>").next().expect("options");
        let chosen = options.split("<option").find(|it| it.contains(" selected"));
        let chosen = chosen.or_else(|| options.split("<option").nth(1)).unwrap_or_default();
        let name = attribute(head, "name").expect("a name");
        found.push((name, attribute(chosen, "value").unwrap_or_default()));
    }
    found
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Sends the form of a page back as it is, with these values in place of its own.
pub(crate) fn resend(
    browser: &mut Browser,
    page: &str,
    to: &str,
    changes: &[(&str, &str)],
) -> (u16, String) {
    let mut all = filled(page, to);
    for (name, value) in changes {
        all.retain(|(own, _)| own != name);
        all.push(((*name).to_owned(), (*value).to_owned()));
    }
    let all: Vec<(&str, &str)> = all.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let done = browser.post(to, &all);
    (done.status, done.body)
}

#[test]
fn an_award_is_walked_to_its_registration_in_the_pages() {
    let stage = stage();
    stage.world.person("agency", stage.world.hall, Role::AgencyOfficer);
    let lot = won(&stage);
    walked(&stage, lot, 100_000);
}

/// Goes from a hammer price in yuan, won by the other institute with a deposit of ten thousand, to a
/// registered contract whose income is divided.
pub(crate) fn walked(stage: &Stage, lot: LotId, yuan: i64) {
    let city = &stage.world.city;
    let sum = |minor: i64| {
        let money = base::Money::new(minor, base::Currency::CNY);
        (words::money(base::Lang::En, money), money.decimal())
    };
    let (price, price_plain) = sum(yuan * 100);
    let rest = (yuan - 10_000).to_string();
    let (for_inventors, _) = sum((yuan - 10_000) * 70);
    let mut rival = stage.browser("rival");
    let page = rival.get(&format!("/auctions/{lot}?lang=en")).body;
    assert!(page.contains("Draft the contract"), "{page}");
    let to = format!("/auctions/{lot}/contract");
    assert_eq!(send(&mut rival, &page, &to, &[]).0, 303);
    let asker = Asker::person(city.person_named("rival@testing.example").expect("known"));
    let id = city.contracts(&asker, &[], None, 9).expect("listed").rows[0].kept.id;
    let here = format!("/contracts/{id}");
    assert!(rival.get("/contracts?lang=en").body.contains(&here));
    assert!(rival.get(&format!("/auctions/{lot}?lang=en")).body.contains(&here));
    let page = rival.get(&format!("{here}?lang=en")).body;
    assert!(page.contains("Draft") && page.contains(&price), "{page}");
    assert!(rival.get(&format!("{here}?lang=zh")).body.contains("草拟中"));
    // What is sent back unchanged is the same text, and says so.
    let terms = format!("{here}/terms");
    let page = rival.get(&format!("{terms}?lang=en")).body;
    let (status, page) = resend(&mut rival, &page, &terms, &[("why", "nothing")]);
    assert_eq!(status, 422);
    assert!(page.contains("Nothing differs."), "{page}");
    // A wrong day stands at its field; a right one is a version.
    let (status, page) = resend(&mut rival, &page, &terms, &[("from", "soon")]);
    assert_eq!(status, 422);
    assert!(page.contains("This cannot be read."));
    let from = city.contract(&asker, id).expect("seen").kept.terms.from.to_string();
    let values = [
        ("from", from.as_str()),
        ("why", "training"),
        ("special.en", "Training on site."),
        ("special.zh", "现场培训。"),
        ("parties.0.code", "91510700X"),
        ("parties.0.country", "156"),
        ("parties.0.division", "510700"),
        ("parties.0.nature", "10"),
        ("parties.0.address.zh", "绵阳"),
        ("parties.0.representative", "Wu"),
        ("parties.1.code", "91510700Y"),
        ("parties.1.country", "156"),
        ("parties.1.division", "510700"),
        ("parties.1.nature", "10"),
        ("parties.1.address.zh", "绵阳"),
        ("parties.1.representative", "Li"),
        ("subject.field", "electronics"),
    ];
    let (status, body) = resend(&mut rival, &page, &terms, &values);
    assert_eq!(status, 303, "{body}");
    let compared = rival.get(&format!("{here}/comparison?old=1&new=2&lang=en")).body;
    assert!(compared.contains("Training on site."), "{compared}");
    // The owner offers; each signs its own, with the digest on the page.
    let mut officer = stage.browser("officer");
    let page = officer.get(&format!("{here}?lang=en")).body;
    assert_eq!(resend(&mut officer, &page, &format!("{here}/offer"), &[]).0, 303);
    let signature = format!("{here}/signature");
    for browser in [&mut rival, &mut officer] {
        let page = browser.get(&format!("{here}?lang=en")).body;
        assert_eq!(hidden(page.split(&signature).nth(1).expect("a form"), "digest").len(), 64);
        assert_eq!(resend(browser, &page, &signature, &[]).0, 303);
    }
    let page = officer.get(&format!("{here}?lang=en")).body;
    assert!(page.contains("In force") && page.contains("Deposit set against the price"));
    // Whoever pays is told how, and nobody else.
    for (lang, said) in [("en", "Pay the provider at its bank"), ("zh", "的银行账户付款")] {
        assert!(rival.get(&format!("{here}?lang={lang}")).body.contains(said), "{lang}");
        assert!(!officer.get(&format!("{here}?lang={lang}")).body.contains(said), "{lang}");
    }
    let text = officer.get(&format!("{here}/text?lang=en")).body;
    assert!(text.contains("Training on site.") && text.contains("现场培训。"), "{text}");
    // The rest comes in; rules are declared; both payments are divided as they were shown.
    let mut agency = stage.browser("agency");
    let page = agency.get(&format!("{here}?lang=en")).body;
    let payments = format!("{here}/payments");
    let values = [("amount", rest.as_str()), ("reference", "ICBC 71")];
    let (status, body) = resend(&mut agency, &page, &payments, &values);
    assert_eq!(status, 303, "{body}");
    let split = format!("{here}/payments/2");
    for (lang, said) in [("en", "A payment came in: divide it"), ("zh", "有到账款项待分配")]
    {
        let desk = agency.get(&format!("/desk?lang={lang}")).body;
        assert!(desk.contains(said) && desk.contains(&split), "{desk}");
    }
    let page = agency.get(&format!("{split}?lang=en")).body;
    assert!(page.contains("No rules of division held on"), "{page}");
    let owner = city.organisation_named("Owner institute").expect("known");
    let income = format!("/organisations/{owner}/income");
    let page = officer.get(&format!("{income}?lang=en")).body;
    let values = [("from", "2020-01-01"), ("source", "Statutes"), ("inventors_rate", "40")];
    let (status, page) = resend(&mut officer, &page, &income, &values);
    assert_eq!(status, 422, "under the floor");
    assert!(page.contains("least part by law"), "{page}");
    let values = [("inventors_rate", "70"), ("tax", "20"), ("counted", "50")];
    assert_eq!(resend(&mut officer, &page, &income, &values).0, 303);
    let page = agency.get(&format!("{split}?lang=en")).body;
    assert!(page.contains(&for_inventors), "70 % of what came in: {page}");
    assert_eq!(resend(&mut agency, &page, &split, &[("do", "post")]).0, 303);
    let posted = agency.get(&format!("{split}?lang=en")).body;
    assert!(posted.contains("This division is posted") && posted.contains("Paying out"));
    // What is owed to each is paid from there; the purpose of every line is in words.
    let account = posted.split("id=\"pay-out\"").nth(1).expect("accounts of those who are paid");
    let account = account.split("/accounts/").nth(1).expect("an account");
    let account: String = account.chars().take_while(|it| *it != '"').collect();
    for (lang, part) in [("en", "Part of income"), ("zh", "收益分配")] {
        let page = agency.get(&format!("/accounts/{account}?lang={lang}")).body;
        assert!(page.contains(part) && page.contains(&format!("/orders/new?account={account}")));
        assert!(!page.contains("Purpose 1") && !page.contains("用途1"), "{page}");
    }
    let statement = officer.get(&format!("{income}?lang=zh")).body;
    assert!(statement.contains(&for_inventors) && statement.contains("代扣税"), "{statement}");
    // The form is filled in, handed in, registered; it is taken along as a file.
    let filing = format!("{here}/registration");
    let page = officer.get(&format!("{filing}?lang=en")).body;
    assert!(page.contains("The rule proposes: Technology transfer"), "{page}");
    let values = [("applicant", "Li"), ("telephone", "0816")];
    assert_eq!(resend(&mut officer, &page, &filing, &values).0, 303);
    let page = officer.get(&format!("{filing}?lang=en")).body;
    let (status, body) = resend(&mut officer, &page, &filing, &[("do", "submit")]);
    assert_eq!(status, 303, "{body}");
    let page = agency.get(&format!("{filing}?lang=en")).body;
    let values = [("do", "register"), ("number", "2026510700000001")];
    assert_eq!(resend(&mut agency, &page, &format!("{filing}/decision"), &values).0, 303);
    let csv = officer.get(&format!("{filing}.csv?lang=en"));
    assert!(csv.body.contains("technology-amount") && csv.body.contains(&price_plain));
    let counted = agency.get("/contract-statistics?lang=zh").body;
    assert!(counted.contains("技术转让"), "{counted}");
    // Who has no part in it finds nothing, as of what never was.
    let absent = format!("/contracts/{}", base::ContractId::from_bits(7));
    for name in ["member", "system", "security"] {
        let mut other = stage.browser(name);
        for part in ["", "/text", "/registration", "/payments/2"] {
            let (hidden, none) = (
                other.get(&format!("{here}{part}?lang=en")),
                other.get(&format!("{absent}{part}?lang=en")),
            );
            assert_eq!((hidden.status, none.status), (404, 404), "{name} {part}");
        }
    }
}

/// What only the office that registers asks for needs no other contract: the form asks it of whoever
/// applies, keeps it, and is handed in with one press.
#[test]
fn the_form_asks_what_the_contract_leaves_open() {
    let stage = stage();
    stage.world.person("agency", stage.world.hall, Role::AgencyOfficer);
    let lot = won(&stage);
    let city = &stage.world.city;
    let [officer, rival] = ["officer", "rival"].map(|name| {
        Asker::person(city.person_named(&format!("{name}@testing.example")).expect("known"))
    });
    let from = app::contract::DraftFrom::Lot(lot);
    let act = app::contract::DraftContract { from, template: String::new() };
    let id = city.perform(&rival, act).expect("drafted").contract;
    let kept = || city.contract(&officer, id).expect("seen").kept;
    let act = app::contract::OfferContract { contract: id, version: kept().version, until: None };
    city.perform(&officer, act).expect("offered");
    for who in [&officer, &rival] {
        let digest = kept().life.version(1).expect("a version").digest;
        city.perform(who, app::contract::SignContract::new(id, digest)).expect("signed");
    }
    let filing = format!("/contracts/{id}/registration");
    let mut browser = stage.browser("officer");
    let page = browser.get(&format!("{filing}?lang=en")).body;
    assert!(
        page.contains("name=\"provider.nature\"")
            && page.contains("name=\"acquirer.representative\"")
    );
    assert!(!page.contains("name=\"provider.name\""), "the contract says it");
    // Everything that is missing is named at once, and nothing that was typed is lost.
    let (status, page) =
        resend(&mut browser, &page, &filing, &[("applicant", "Li"), ("do", "submit")]);
    assert_eq!(status, 422);
    assert!(
        page.contains("href=\"#f-provider-nature\"") && page.contains("value=\"Li\""),
        "{page}"
    );
    let page = browser.get(&format!("{filing}?lang=zh")).body;
    let told: Vec<(String, String)> = filled(&page, &filing)
        .into_iter()
        .filter(|(name, _)| name.contains('.') || name == "applicant" || name == "telephone")
        .map(|(name, _)| (name.clone(), format!("X {name}")))
        .collect();
    let mut values: Vec<(&str, &str)> =
        told.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert!(values.len() > 4, "{values:?}");
    values.push(("do", "submit"));
    let (status, page) = resend(&mut browser, &page, &filing, &values);
    assert_eq!(status, 303, "{page}");
    let page = browser.get(&format!("{filing}?lang=zh")).body;
    assert!(
        page.contains("X provider.nature") && page.contains("X acquirer.representative"),
        "{page}"
    );
    assert_eq!(kept().life.latest(), 1, "the contract is as it was signed");
}
