//! A whole auction in the pages: asked to bid, admitted, paid in, bid, floor bid, closed, protocol.

use crate::browser::{Browser, hidden};
use crate::{Stage, stage};
use access::Role;
use app::Asker;
use app::ledger::OpenAccount;
use app::listing::CreateListing;
use app::lot::AnnounceLot;
use base::{Currency, LotId, Money};
use ledger::account::{BankAccount, Keeps};
use ledger::{Book, Limit, Purpose};
use trading::listing::{DealMode, Licence, Terms as ListingTerms};
use trading::lot::{Raise, Terms};

/// A lot that opens in an hour, and an account where deposits come in.
fn announced(stage: &Stage) -> LotId {
    let (world, city) = (&stage.world, &stage.world.city);
    let owner = city.organisation_named("Owner institute").expect("known");
    let officer = Asker::person(city.person_named("officer@testing.example").expect("known"));
    let terms = ListingTerms {
        price: Some(Money::new(10_000_000, Currency::CNY)),
        ..ListingTerms::of(Licence::Assignment)
    };
    let act = CreateListing { technology: stage.shown, mode: DealMode::Auction, terms };
    let listing = city.perform(&officer, act).expect("a listing").listing;
    let bank = BankAccount {
        institution: "Bank of Mianyang".to_owned(),
        holder: owner.to_string(),
        keeps: Keeps::Deposits,
        masked_number: "6222 **** 0188".to_owned(),
        is_custodian: true,
    };
    let act = OpenAccount {
        account: city.new_account_id(),
        book: Book::parse("CNY").expect("a book"),
        purpose: Purpose::Bank,
        owner,
        subject: String::new(),
        limit: Limit::Free,
        bank: Some(bank),
    };
    city.perform(&world.operator(), act).expect("an account");
    let now = city.now();
    let terms = Terms {
        currency: Currency::CNY,
        start: 10_000_000,
        reserve: None,
        buy_now: None,
        deposit: Some(1_000_000),
        opens: now.plus_seconds(3_600),
        closes: now.plus_seconds(7_200),
        steps: vec![(0, Raise::Fixed(100_000))],
        is_proxy: true,
        window_s: 300,
        cap_s: 1_800,
        bidders_min: 1,
        sign_days: 20,
    };
    city.perform(&officer, AnnounceLot { listing, terms }).expect("a lot").lot
}

/// Sends the form of a page that goes to an address, with its hidden values and these.
fn send(browser: &mut Browser, page: &str, to: &str, values: &[(&str, &str)]) -> (u16, String) {
    let form = page.split("<form").find(|form| form.contains(&format!("action=\"{to}\"")));
    let form = form.unwrap_or_else(|| panic!("no form for {to}"));
    let fixed = ["csrf_token", "idempotency_key"].map(|name| (name, hidden(form, name)));
    let mut all: Vec<(&str, &str)> =
        fixed.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend(values);
    let done = browser.post(to, &all);
    (done.status, done.body)
}

#[test]
fn an_auction_is_walked_through_in_the_pages() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    world.person("agency", world.hall, Role::AgencyOfficer);
    let lot = announced(&stage);
    let here = format!("/auctions/{lot}");
    let mut nobody = stage.browser("");
    assert!(nobody.get("/auctions?lang=en").body.contains(&here));
    let public = nobody.get(&format!("{here}?lang=en"));
    assert_eq!(public.status, 200);
    assert!(public.body.contains("Announced") && public.body.contains("¥100,000.00"));
    assert!(nobody.get(&format!("{here}?lang=zh")).body.contains("起拍价"));
    // Two firms ask, the office admits them and confirms what came in.
    let other = city.organisation_named("Other institute").expect("known").to_string();
    let mut member = stage.browser("member");
    let page = member.get(&format!("{here}?lang=en")).body;
    let register = format!("{here}/bidders");
    let values = [("organisation", other.as_str()), ("terms", "1"), ("stands_by", "yes")];
    assert_eq!(send(&mut member, &page, &register, &values).0, 303);
    let mut agency = stage.browser("agency");
    let desk = format!("{here}/desk");
    let page = agency.get(&format!("{desk}?lang=en")).body;
    let firm = Asker::person(city.person_named("member@testing.example").expect("known"));
    let own = city.lot(&firm, lot).expect("seen").own.expect("a place");
    let number = own.bidder.alias.to_string();
    let decision = format!("{desk}/decision");
    let values = [("bidder", number.as_str()), ("do", "refuse"), ("reason", "")];
    // The answer to a form comes with a form of its own.
    let (status, page) = send(&mut agency, &page, &decision, &values);
    assert_eq!(status, 422, "why?");
    let values = [("bidder", number.as_str()), ("do", "admit"), ("reason", "")];
    assert_eq!(send(&mut agency, &page, &decision, &values).0, 303);
    let page = agency.get(&format!("{desk}?lang=en")).body;
    let bank = page.split("<option value=\"acc_").nth(1).expect("an account at a bank");
    let bank = format!("acc_{}", bank.split('"').next().expect("its id"));
    let values = [("bidder", number.as_str()), ("bank", bank.as_str()), ("reference", "ICBC 7")];
    assert_eq!(send(&mut agency, &page, &format!("{desk}/deposit"), &values).0, 303);
    assert!(member.get(&format!("{here}?lang=en")).body.contains("Deposit held"));
    // The desk is the office's alone.
    for name in ["", "member", "officer", "system"] {
        let status = stage.browser(name).get(&desk).status;
        assert!(matches!(status, 303 | 403 | 404), "{name}: {status}");
    }
    world.clock.pass(3_590);
    city.tend_lots().expect("tended");
    world.clock.pass(30);
    let mut member = stage.browser("member");
    let bids = format!("{here}/bids");
    let page = member.get(&format!("{here}?lang=en")).body;
    let (status, body) = send(&mut member, &page, &bids, &[("amount", "5")]);
    assert_eq!(status, 422);
    assert!(body.contains("at least ¥100,000.00"), "{body}");
    assert_eq!(send(&mut member, &body, &bids, &[("step", "100000.00")]).0, 303);
    let page = member.get(&format!("{here}?lang=en")).body;
    assert!(page.contains("You lead."));
    // What is new is told once, from the entry that a browser has.
    let news = nobody.get(&format!("{here}/live?lang=en&entry=0"));
    assert!(news.header("content-type").starts_with("text/event-stream"));
    assert!(
        news.body.contains("event: entry") && news.body.contains(&format!("Bidder {number} bid"))
    );
    let last = news.body.split("id: ").nth(1).and_then(|id| id.split('\n').next()).expect("an id");
    let again = nobody.get(&format!("{here}/live?lang=en&entry={last}"));
    assert!(!again.body.contains("event: entry"), "{}", again.body);
    assert!(!news.body.contains("Other institute"), "numbers alone");
    // A limit is its bidder's secret.
    let page = member.get(&format!("{here}?lang=en")).body;
    assert_eq!(send(&mut member, &page, &bids, &[("amount", "234567.89")]).0, 303);
    assert!(member.get(&format!("{here}?lang=en")).body.contains("234,567.89"));
    let mut agency = stage.browser("agency");
    for browser in [&mut nobody, &mut agency] {
        for path in ["", "/poster", "/live", "/rules"] {
            let seen = browser.get(&format!("{here}{path}?lang=en")).body;
            assert!(!seen.contains("234,567.89") && !seen.contains("234567.89"), "{path}");
        }
    }
    let page = agency.get(&format!("{desk}?lang=en")).body;
    let values = [("bidder", number.as_str()), ("amount", "300000")];
    assert_eq!(send(&mut agency, &page, &format!("{desk}/bid"), &values).0, 303);
    world.clock.pass(8_000);
    city.tend_lots().expect("tended");
    let page = nobody.get(&format!("{here}?lang=en")).body;
    assert!(page.contains(&format!("Sold to bidder {number} for ¥100,000.00.")), "{page}");
    assert!(nobody.get(&format!("{here}?lang=zh")).body.contains("竞得"));
    let protocol = nobody.get(&format!("{here}/protocol"));
    app::protocol::check(protocol.body.as_bytes(), None).expect("it holds");
    assert!(!protocol.body.contains("300000.00"), "no limit is published");
    assert!(nobody.get("/auctions?part=over&lang=en").body.contains(&here));
}
