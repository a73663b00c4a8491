//! A whole auction in the pages: asked to bid, admitted, paid in, bid, floor bid, closed, protocol.

use crate::browser::{Browser, hidden, submit};
use crate::contract::resend;
use crate::sealing::admitted;
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
use trading::lot::{Raise, Terms, Way};

/// A lot that opens in an hour, and an account where deposits come in.
pub(crate) fn announced(stage: &Stage) -> LotId {
    announced_with(stage, |terms| terms)
}

/// Opens an account at a bank where deposits come in.
pub(crate) fn bank(stage: &Stage) {
    let (world, city) = (&stage.world, &stage.world.city);
    let owner = city.organisation_named("Owner institute").expect("known");
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
}

/// The same on changed terms.
pub(crate) fn announced_with(stage: &Stage, change: impl FnOnce(Terms) -> Terms) -> LotId {
    let city = &stage.world.city;
    let officer = Asker::person(city.person_named("officer@testing.example").expect("known"));
    let terms = ListingTerms {
        price: Some(Money::new(10_000_000, Currency::CNY)),
        ..ListingTerms::of(Licence::Assignment)
    };
    let act = CreateListing { technology: stage.shown, mode: DealMode::Auction, terms };
    let listing = city.perform(&officer, act).expect("a listing").listing;
    bank(stage);
    let now = city.now();
    let terms = Terms {
        way: Way::English,
        currency: Currency::CNY,
        start: 10_000_000,
        reserve: None,
        hidden: None,
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
    city.perform(&officer, AnnounceLot { listing, terms: change(terms) }).expect("a lot").lot
}

/// Sends the form of a page that goes to an address, with its hidden values and these.
pub(crate) fn send(
    browser: &mut Browser,
    page: &str,
    to: &str,
    values: &[(&str, &str)],
) -> (u16, String) {
    let done = submit(browser, page, to, values);
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
    let values = [("bidder", number.as_str()), ("do", "refuse"), ("rank", "7"), ("reason", "")];
    // The answer to a form comes with a form of its own, with what was typed and the reason at its field.
    let (status, page) = send(&mut agency, &page, &decision, &values);
    assert_eq!(status, 422, "why?");
    assert!(page.contains("value=\"7\"") && page.contains("aria-invalid=\"true\""), "{page}");
    let values = [("bidder", number.as_str()), ("do", "admit"), ("reason", "")];
    assert_eq!(send(&mut agency, &page, &decision, &values).0, 303);
    // The bidder reads where the deposit is paid in, and what the payment has to name.
    let told = member.get(&format!("{here}?lang=en")).body;
    let named = format!("{}-{number}", city.lot(&firm, lot).expect("seen").lot.reference);
    for wanted in ["Bank of Mianyang", "6222 **** 0188", "Owner institute", named.as_str()] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    assert!(!nobody.get(&format!("{here}?lang=en")).body.contains(&named));
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
    // Without a script the answer to a bid is this page: the standing, the price, the end that holds
    // now (scenario 48).
    let ends = city.lot(&firm, lot).expect("seen").lot.course.ends_at;
    let said = words::date_time(base::Lang::En, ends, city.settings().utc_offset_minutes);
    assert!(page.contains(&format!("Ends {said}")) && page.contains("¥100,000.00"), "{page}");
    // What is new is told once, from the entry that a browser has.
    let news = nobody.get(&format!("{here}/live?lang=en&once=yes&entry=0"));
    assert!(news.header("content-type").starts_with("text/event-stream"));
    assert!(
        news.body.contains("event: entry") && news.body.contains(&format!("Bidder {number} bid"))
    );
    let last = news.body.split("id: ").nth(1).and_then(|id| id.split('\n').next()).expect("an id");
    let again = nobody.get(&format!("{here}/live?lang=en&once=yes&entry={last}"));
    assert!(!again.body.contains("event: entry"), "{}", again.body);
    assert!(!news.body.contains("Other institute"), "numbers alone");
    // Who stays connected is told as it happens, each what it lacks, in its own language.
    let mut all = nobody.listen(&format!("{here}/live?lang=en&entry=0"));
    let mut rest = nobody.listen(&format!("{here}/live?lang=zh&entry={last}"));
    assert!(nobody.heard(&mut all).expect("the past").contains("event: entry"));
    let now = nobody.heard(&mut rest).expect("how it stands");
    assert!(!now.contains("event: entry") && now.contains("event: now"), "{now}");
    let city_bid = |yuan: i64| {
        let own = Some(own.bidder.organisation);
        city.bid(&firm, app::lot::PlaceBid::new(lot, own, yuan * 100)).expect("taken")
    };
    let other_entry = city_bid(110_000).entry;
    // A leader raises in silence: the room is told of nothing, and then of what everybody may know.
    let agency_asker = Asker::person(city.person_named("agency@testing.example").expect("known"));
    city.perform(&agency_asker, app::lot::HaltLot { lot, goes_on: false }).expect("halted");
    for (stream, said) in [(&mut all, "stands still"), (&mut rest, "中止")] {
        let mut heard = String::new();
        while !heard.contains(said) {
            heard.push_str(&nobody.heard(stream).expect("told"));
        }
        assert!(!heard.contains(&format!("id: {other_entry}\n")), "{heard}");
        assert!(!heard.contains("110,000"), "{heard}");
    }
    city.perform(&agency_asker, app::lot::HaltLot { lot, goes_on: true }).expect("goes on");
    // A complaint: read by its sender and the office, told to everybody as a standstill.
    let page = member.get(&format!("{here}?lang=en")).body;
    let complaints = format!("{here}/complaints");
    let values = [("organisation", other.as_str()), ("complaint", "")];
    let (status, page) = send(&mut member, &page, &complaints, &values);
    assert_eq!(status, 422, "what is wrong?");
    let values = [("organisation", other.as_str()), ("complaint", "Another patent is meant.")];
    assert_eq!(send(&mut member, &page, &complaints, &values).0, 303);
    assert!(member.get(&format!("{here}?lang=en")).body.contains("Another patent is meant."));
    let mut agency = stage.browser("agency");
    let page = agency.get(&format!("{desk}?lang=en")).body;
    let id = hidden(&page, "complaint_id");
    let values = [("complaint_id", id.as_str()), ("do", "accept"), ("reply", "")];
    assert_eq!(send(&mut agency, &page, &format!("{desk}/complaint"), &values).0, 303);
    let seen = nobody.get(&format!("{here}?lang=en")).body;
    assert!(seen.contains("stands still for a complaint") && !seen.contains("Another patent"));
    let page = agency.get(&format!("{desk}?lang=en")).body;
    let values = [("complaint_id", id.as_str()), ("do", "decline"), ("reply", "It is not.")];
    assert_eq!(send(&mut agency, &page, &format!("{desk}/complaint"), &values).0, 303);
    assert!(member.get(&format!("{here}?lang=zh")).body.contains("已驳回"));
    let mut member = stage.browser("member");
    // A limit is its bidder's secret.
    let page = member.get(&format!("{here}?lang=en")).body;
    assert_eq!(send(&mut member, &page, &bids, &[("amount", "234567.89")]).0, 303);
    assert!(member.get(&format!("{here}?lang=en")).body.contains("234,567.89"));
    let mut agency = stage.browser("agency");
    for browser in [&mut nobody, &mut agency] {
        for path in ["", "/poster", "/live", "/rules"] {
            let seen = browser.get(&format!("{here}{path}?lang=en&once=yes")).body;
            assert!(!seen.contains("234,567.89") && !seen.contains("234567.89"), "{path}");
        }
    }
    let page = agency.get(&format!("{desk}?lang=en")).body;
    let values = [("bidder", number.as_str()), ("amount", "300000")];
    assert_eq!(send(&mut agency, &page, &format!("{desk}/bid"), &values).0, 303);
    world.clock.pass(8_000);
    city.tend_lots().expect("tended");
    // The rooms are told that it is over; who comes again is told that nothing follows.
    for (stream, said) in [(&mut all, "has ended"), (&mut rest, "已结束")] {
        while !nobody.heard(stream).expect("told").contains(said) {}
    }
    let entry = city.lot(&firm, lot).expect("seen").lot.course.n_entries;
    assert_eq!(nobody.get(&format!("{here}/live?lang=en&entry={entry}")).status, 204);
    let page = nobody.get(&format!("{here}?lang=en")).body;
    assert!(page.contains(&format!("Sold to bidder {number} for ¥100,000.00.")), "{page}");
    assert!(nobody.get(&format!("{here}?lang=zh")).body.contains("竞得"));
    let protocol = nobody.get(&format!("{here}/protocol"));
    app::protocol::check(protocol.body.as_bytes(), None).expect("it holds");
    assert!(!protocol.body.contains("300000.00"), "no limit is published");
    assert!(nobody.get("/auctions?part=over&lang=en").body.contains(&here));
}

/// An officer of the owner institute with an offer that is to be auctioned, and no lot yet.
pub(crate) fn offered(stage: &Stage) -> String {
    let city = &stage.world.city;
    let officer = Asker::person(city.person_named("officer@testing.example").expect("known"));
    let terms = ListingTerms {
        price: Some(Money::new(10_000_000, Currency::CNY)),
        ..ListingTerms::of(Licence::Assignment)
    };
    let act = CreateListing { technology: stage.shown, mode: DealMode::Auction, terms };
    city.perform(&officer, act).expect("a listing").listing.to_string()
}

#[test]
fn an_auction_is_announced_changed_and_withdrawn_in_the_pages() {
    let stage = stage();
    let listing = offered(&stage);
    let mut officer = stage.browser("officer");
    let all = officer.get("/auctions?lang=en").body;
    assert!(all.contains("/auctions/new"), "the button");
    for name in ["", "member", "rival", "firm"] {
        let mut other = stage.browser(name);
        assert!(!other.get("/auctions?lang=en").body.contains("/auctions/new"), "{name}");
        let status = other.get(&format!("/auctions/new?listing={listing}")).status;
        assert!(matches!(status, 303 | 403 | 404), "{name}: {status}");
    }
    let page = officer.get("/auctions/new?lang=zh").body;
    assert!(page.contains("请选择要拍卖的供给") && page.contains(&listing), "{page}");
    let form = format!("/auctions/new?lang=en&listing={listing}");
    let page = officer.get(&form).body;
    // Everything that is wrong is told at once, at its field.
    let wrong = [
        ("listing", listing.as_str()),
        ("start", "many"),
        ("opens", "2026-13-01"),
        ("opens_time", "9:00"),
        ("closes", ""),
        ("closes_time", "25:00"),
        ("steps.0.raise", "5 percent"),
        ("sign_days", "20"),
    ];
    let (status, page) = send(&mut officer, &page, "/auctions/new", &wrong);
    assert_eq!(status, 422);
    for said in ["A raise cannot be read", "cannot be read as a date"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(page.contains("value=\"many\""), "what was typed stays");
    let day =
        |days: i64| stage.world.city.now().plus_seconds(days * 86_400).date_at(480).to_string();
    let (opens, closes) = (day(3), day(4));
    let right = |start: &'static str, raise: &'static str| {
        vec![
            ("listing", listing.clone()),
            ("start", start.to_owned()),
            ("start_currency", "CNY".to_owned()),
            ("deposit", "1万".to_owned()),
            ("opens", opens.clone()),
            ("opens_time", "9:00".to_owned()),
            ("closes", closes.clone()),
            ("closes_time", "15:30".to_owned()),
            ("steps.0.raise", raise.to_owned()),
            ("steps.1.from", "1,000,000".to_owned()),
            ("steps.1.raise", "5%".to_owned()),
            ("window", "2:30".to_owned()),
            ("cap", "60".to_owned()),
            ("amounts", "limit".to_owned()),
            ("bidders_min", "2".to_owned()),
            ("sign_days", "20".to_owned()),
        ]
    };
    let values = right("500,000", "1,000");
    let values: Vec<(&str, &str)> = values.iter().map(|(name, it)| (*name, it.as_str())).collect();
    assert_eq!(send(&mut officer, &page, "/auctions/new", &values).0, 303);
    let asker =
        Asker::person(stage.world.city.person_named("officer@testing.example").expect("known"));
    let offers = stage.world.city.to_auction(&asker, 9).expect("read");
    let lot = offers[0].lots.first().expect("announced").clone();
    assert_eq!((lot.terms.start, lot.terms.deposit), (50_000_000, Some(1_000_000)));
    let steps = vec![(0, Raise::Fixed(100_000)), (100_000_000, Raise::Share(500))];
    assert_eq!((lot.terms.steps, lot.terms.window_s, lot.terms.cap_s), (steps, 150, 3_600));
    assert_eq!(lot.terms.closes.seconds_since(lot.terms.opens), 86_400 + 6 * 3_600 + 1_800);
    // The form shows what is, and what is changed asks everybody again.
    let here = format!("/auctions/{}", lot.id);
    let page = officer.get(&format!("{here}/terms?lang=en")).body;
    for shown in ["value=\"500000.00\"", "value=\"2:30\"", "value=\"5.00%\"", "value=\"15:30\""] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let mut changed = right("600,000", "1,000");
    changed.push(("version", "1".to_owned()));
    let changed: Vec<(&str, &str)> =
        changed.iter().map(|(name, it)| (*name, it.as_str())).collect();
    assert_eq!(send(&mut officer, &page, &format!("{here}/terms"), &changed).0, 303);
    assert!(officer.get(&format!("{here}?lang=en")).body.contains("¥600,000.00"));
    let page = officer.get(&format!("{here}/withdrawal?lang=en")).body;
    assert_eq!(send(&mut officer, &page, &format!("{here}/withdrawal"), &[]).0, 303);
    assert!(officer.get(&format!("{here}?lang=zh")).body.contains("已撤回"));
    assert_eq!(officer.get(&format!("{here}/terms")).status, 404);
}

#[test]
fn a_cancellation_waits_for_appeals_in_the_pages() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    world.person("agency", world.hall, Role::AgencyOfficer);
    let lot = announced(&stage);
    let here = format!("/auctions/{lot}");
    admitted(&stage, lot, "rival", "Other institute");
    world.clock.pass(3_590);
    city.tend_lots().expect("tended");
    world.clock.pass(30);
    let desk = format!("{here}/desk");
    let to = format!("{desk}/cancellation");
    let mut agency = stage.browser("agency");
    let page = agency.get(&format!("{desk}?lang=en")).body;
    assert!(page.contains("stands still for two days first"), "{page}");
    let (status, page) = resend(&mut agency, &page, &to, &[("why", "costs-cut")]);
    assert_eq!(status, 422, "on what grounds?");
    let grounds = "The council cut the means of this year.";
    let values = [("why", "costs-cut"), ("grounds", grounds)];
    assert_eq!(resend(&mut agency, &page, &to, &values).0, 303);
    let page = agency.get(&format!("{desk}?lang=en")).body;
    assert!(!page.contains(&format!("action=\"{to}\"")), "it is asked for once");
    assert!(!page.contains(&format!("action=\"{desk}/halt\"")), "and nobody lets it go on by hand");
    let mut nobody = stage.browser("");
    let page = nobody.get(&format!("{here}?lang=en")).body;
    assert!(page.contains(grounds) && page.contains("Reason: the means were cut."), "{page}");
    assert!(nobody.get(&format!("{here}?lang=zh")).body.contains("办事机构拟终止本次拍卖"));
    let api = nobody.get(&format!("/api/v1/lots/{lot}")).body;
    assert!(api.contains("\"state\":\"pending\"") && api.contains(grounds), "{api}");
    let mut rival = stage.browser("rival");
    let page = rival.get(&format!("{here}?lang=en")).body;
    assert!(page.contains("Say why the auction should not be called off."), "{page}");
    let complaints = format!("{here}/complaints");
    let values = [("complaint", "The means of this year were raised in June.")];
    assert_eq!(resend(&mut rival, &page, &complaints, &values).0, 303);
    for (to, reply) in [("accept", ""), ("satisfy", "They were.")] {
        let page = agency.get(&format!("{desk}?lang=en")).body;
        let id = hidden(&page, "complaint_id");
        let values = [("complaint_id", id.as_str()), ("do", to), ("reply", reply)];
        assert_eq!(send(&mut agency, &page, &format!("{desk}/complaint"), &values).0, 303);
    }
    let page = nobody.get(&format!("{here}?lang=en")).body;
    assert!(page.contains("An appeal won, and the auction goes on"), "{page}");
    assert!(!page.contains("raised in June"), "who complains, and of what, is not told");
    let page = rival.get(&format!("{here}?lang=en")).body;
    let bids = format!("{here}/bids");
    assert_eq!(resend(&mut rival, &page, &bids, &[("amount", "100,000")]).0, 303);
}
