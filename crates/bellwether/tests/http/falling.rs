//! A falling price in the pages: shown, stopped by one press, outbid unseen, the last word, sold.

use crate::auction::{announced_with, send};
use crate::{Stage, stage};
use access::Role;
use app::Asker;
use app::lot::{DecideBidder, ReceiveDeposit, RegisterForLot};
use base::{AccountId, LotId};
use trading::falling::Falling;
use trading::lot::{LotState, Terms, Way};

const FALLING: Falling = Falling {
    pause_s: 30,
    n_stages: 10,
    stage_s: 60,
    fall_bp: 500,
    sealed_pause_s: 20,
    sealed_s: 60,
    best_pause_s: 20,
    best_s: 60,
};

fn pass(stage: &Stage, seconds: i64) {
    for _ in 0..seconds {
        stage.world.clock.pass(1);
        stage.world.city.tend_lots().expect("tended");
    }
}

/// A firm that takes part, with its deposit in.
fn firm(stage: &Stage, lot: LotId, name: &str, bank: AccountId) -> u32 {
    let (world, city) = (&stage.world, &stage.world.city);
    let organisation = world.organisation(&format!("Firm of {name}"));
    let who = world.person(name, organisation, Role::FirmMember);
    let act = RegisterForLot { lot, organisation, terms: 1, stands_by: true };
    city.perform(&who, act).expect("asked");
    let bidder = city.lot(&who, lot).expect("seen").own.expect("a place").bidder.alias;
    let clerk = Asker::person(city.person_named("agency@testing.example").expect("known"));
    let act = DecideBidder { lot, bidder, admits: true, rank: None, reason: String::new() };
    city.perform(&clerk, act).expect("admitted");
    let act = ReceiveDeposit::new(lot, bidder, bank, format!("paid by {name}"));
    city.perform(&clerk, act).expect("paid in");
    bidder
}

#[test]
fn a_falling_price_is_walked_through_in_the_pages() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    world.person("agency", world.hall, Role::AgencyOfficer);
    let lot = announced_with(&stage, |terms| Terms {
        way: Way::Falling(FALLING),
        closes: terms.opens.plus_seconds(FALLING.falls_s()),
        steps: Vec::new(),
        window_s: 0,
        cap_s: 0,
        ..terms
    });
    let here = format!("/auctions/{lot}");
    let accounts =
        city.ledger_accounts(&world.operator(), Default::default(), 100).expect("accounts");
    let bank = accounts.rows.iter().find(|it| it.account.is_bank()).expect("a bank").account.id;
    let ada = firm(&stage, lot, "ada", bank);
    let bo = firm(&stage, lot, "bo", bank);
    let mut nobody = stage.browser("");
    let page = nobody.get(&format!("{here}?lang=en")).body;
    assert!(
        page.contains(
            "The price falls in steps of 5.00% of the first one; each price stands for one minute"
        ),
        "{page}"
    );
    assert!(page.contains("not from the administrators"), "said plainly");
    world.clock.pass(3_590);
    city.tend_lots().expect("tended");
    pass(&stage, 10 + 31);
    let page = nobody.get(&format!("{here}?lang=en")).body;
    assert!(page.contains("Price that is shown") && page.contains("¥100,000.00"), "{page}");
    assert!(page.contains("Fall 0 of 10") && !page.contains("Take it for"), "{page}");
    let mut of_ada = stage.browser("ada");
    let old = of_ada.get(&format!("{here}?lang=en")).body;
    assert!(old.contains("Take it for ¥100,000.00"), "{old}");
    pass(&stage, 60);
    let bids = format!("{here}/bids");
    // A press that comes late hits no other price, and is shown the one of now.
    let (status, page) = send(&mut of_ada, &old, &bids, &[("step", "100000.00"), ("stage", "0")]);
    assert_eq!(status, 422);
    assert!(
        page.contains("That step has ended.") && page.contains("Take it for ¥95,000.00"),
        "{page}"
    );
    assert_eq!(send(&mut of_ada, &page, &bids, &[("step", "95000.00"), ("stage", "1")]).0, 303);
    let page = nobody.get(&format!("{here}?lang=zh")).body;
    assert!(page.contains(&format!("{ada} 号竞买人已叫停")), "{page}");
    pass(&stage, 21);
    let mut of_bo = stage.browser("bo");
    let page = of_bo.get(&format!("{here}?lang=en")).body;
    assert!(page.contains("Bid above the price at which it was stopped."), "{page}");
    let (status, page) = send(&mut of_bo, &page, &bids, &[("amount", "95000")]);
    assert_eq!(status, 422, "{page}");
    assert!(page.contains("aria-invalid=\"true\""), "the reason stands at the field: {page}");
    assert_eq!(send(&mut of_bo, &page, &bids, &[("amount", "97123.45")]).0, 303);
    assert!(of_bo.get(&format!("{here}?lang=en")).body.contains("97,123.45"));
    // Neither the one who stopped it nor anybody else sees it.
    for name in ["", "ada", "officer", "agency"] {
        let mut browser = stage.browser(name);
        for path in ["", "/poster", "/live?once=yes&entry=0", "/desk"] {
            let seen = browser.get(&format!("{here}{path}")).body;
            assert!(!seen.contains("97,123.45") && !seen.contains("97123.45"), "{name} {path}");
        }
        let seen = browser.get(&format!("/api/v1/lots/{lot}/falling")).body;
        assert!(!seen.contains("97123.45"), "{name} {seen}");
    }
    let mut of_ada = stage.browser("ada");
    assert!(of_ada.get(&format!("{here}?lang=en")).body.contains("you have the last word"));
    pass(&stage, 60 + 20);
    let page = of_ada.get(&format!("{here}?lang=en")).body;
    assert!(page.contains("You have one last word"), "{page}");
    assert_eq!(send(&mut of_ada, &page, &bids, &[("amount", "97000")]).0, 303);
    pass(&stage, 61);
    let page = nobody.get(&format!("{here}?lang=en")).body;
    assert!(page.contains(&format!("Sold to bidder {bo} for ¥97,123.45.")), "{page}");
    // Once it is over everybody reads what everybody offered, by number.
    let all = page.split("id=\"bids\"").nth(1).expect("a list");
    assert!(all.contains(&format!("Bidder {bo}")) && all.contains("¥97,123.45"), "{page}");
    assert!(all.contains(&format!("Bidder {ada}")) && all.contains("¥97,000.00"), "{page}");
    assert_eq!(city.lot(&Asker::nobody(), lot).expect("seen").lot.state, LotState::Sold);
    let protocol = nobody.get(&format!("{here}/protocol")).body;
    app::protocol::check(protocol.as_bytes(), None).expect("it holds");
}
