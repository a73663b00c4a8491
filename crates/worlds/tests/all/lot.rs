//! Lots over both databases: from the notice to the signature, who may what, money that adds up.

use access::Role;
use app::ledger::OpenAccount;
use app::lot::{
    AgreeToLot, AnnounceLot, CallOffLot, DecideBidder, ExcludeBidder, FreeDeposit, HaltLot,
    LeaveStandby, PlaceBid, PlaceFloorBid, ReceiveDeposit, RegisterForLot, RejectAward, ReviseLot,
    SignAward, WithdrawLot, deposit_account, lot_account, payable_account,
};
use app::{Asker, No};
use base::{
    AccountId, Clearance, Currency, Label, Level, ListingId, LotId, Money, OrganisationId,
    TechnologyId,
};
use ledger::account::{BankAccount, Keeps};
use ledger::{Book, Limit, Purpose};
use trading::listing::{DealMode, Licence, Terms as ListingTerms};
use trading::lot::{LotState, Raise, Terms, Way};
use worlds::{World, on_both};

pub(crate) const DEPOSIT: i64 = 5_000_000;

pub(crate) fn code(no: &No) -> String {
    no.0.iter().map(|refusal| refusal.code.to_string()).collect::<Vec<_>>().join(" ")
}

/// One who bids.
pub(crate) struct Firm {
    pub who: Asker,
    pub organisation: OrganisationId,
    pub alias: u32,
}

/// A seller, a clerk of the office, an account at a bank, a technology on offer.
pub(crate) struct Hall<'a> {
    pub world: &'a World,
    pub seller: OrganisationId,
    pub officer: Asker,
    pub clerk: Asker,
    pub technology: TechnologyId,
    pub listing: ListingId,
    pub bank: AccountId,
}

impl<'a> Hall<'a> {
    pub fn new(world: &'a World) -> Self {
        Self::labelled(world, Label::public())
    }

    pub fn labelled(world: &'a World, label: Label) -> Self {
        let clerk = world.person("clerk", world.hall, Role::AgencyOfficer);
        Self::of(world, clerk, "officer", label)
    }

    /// Another seller, beside the first.
    pub fn beside(&self, name: &str, label: Label) -> Self {
        Self::of(self.world, self.clerk.clone(), name, label)
    }

    fn of(world: &'a World, clerk: Asker, name: &str, label: Label) -> Self {
        let seller = world.organisation(&format!("Seller {name}"));
        let officer = world.person(name, seller, Role::TransferOfficer);
        let technology = world.technology(&officer, seller, "A drying process", label);
        let listing = Self::listed(world, &officer, technology);
        let bank = Self::bank(world, seller);
        Self { world, seller, officer, clerk, technology, listing, bank }
    }

    fn listed(world: &World, officer: &Asker, technology: TechnologyId) -> ListingId {
        let terms = ListingTerms {
            price: Some(Money::new(100_000_000, Currency::CNY)),
            ..ListingTerms::of(Licence::Assignment)
        };
        let act = app::listing::CreateListing { technology, mode: DealMode::Auction, terms };
        world.city.perform(officer, act).expect("a listing").listing
    }

    fn bank(world: &World, holder: OrganisationId) -> AccountId {
        let bank = BankAccount {
            institution: "Bank of Mianyang".to_owned(),
            holder: holder.to_string(),
            keeps: Keeps::Deposits,
            masked_number: "6222 **** 0188".to_owned(),
            is_custodian: true,
        };
        let act = OpenAccount {
            account: world.city.new_account_id(),
            book: Book::parse("CNY").expect("a book"),
            purpose: Purpose::Bank,
            owner: holder,
            subject: String::new(),
            limit: Limit::Free,
            bank: Some(bank),
        };
        world.city.perform(&world.operator(), act).expect("an account").account
    }

    /// Opens in an hour, closes an hour later, five minutes of soft close, half an hour of cap.
    pub fn terms(&self) -> Terms {
        let now = self.world.city.now();
        Terms {
            way: Way::English,
            currency: Currency::CNY,
            start: 100_000_000,
            reserve: None,
            hidden: None,
            buy_now: None,
            deposit: Some(DEPOSIT),
            opens: now.plus_seconds(3_600),
            closes: now.plus_seconds(7_200),
            steps: vec![(0, Raise::Fixed(1_000_000))],
            is_proxy: true,
            window_s: 300,
            cap_s: 1_800,
            bidders_min: 1,
            sign_days: 20,
        }
    }

    pub fn announce(&self, terms: Terms) -> LotId {
        let act = AnnounceLot { listing: self.listing, terms };
        self.world.city.perform(&self.officer, act).expect("a lot").lot
    }

    /// A firm that is admitted, with its deposit in.
    pub fn firm(&self, lot: LotId, name: &str, stands_by: bool) -> Firm {
        let firm = self.asks(lot, name, stands_by);
        self.admit(lot, &firm).expect("admitted");
        if self.lot(lot).terms.deposit.is_some() {
            self.pay(lot, &firm, name).expect("paid in");
        }
        firm
    }

    /// A firm that has asked to bid.
    pub fn asks(&self, lot: LotId, name: &str, stands_by: bool) -> Firm {
        let organisation = self.world.organisation(&format!("Firm {name}"));
        let who = self.world.person(name, organisation, Role::FirmMember);
        let terms = self.lot(lot).terms_version;
        let act = RegisterForLot { lot, organisation, terms, stands_by };
        self.world.city.perform(&who, act).expect("asked to bid");
        let own = self.world.city.lot(&who, lot).expect("seen").own.expect("a place");
        Firm { who, organisation, alias: own.bidder.alias }
    }

    pub fn admit(&self, lot: LotId, firm: &Firm) -> Result<(), No> {
        let (bidder, reason) = (firm.alias, String::new());
        let act = DecideBidder { lot, bidder, admits: true, rank: None, reason };
        self.world.city.perform(&self.clerk, act).map(|_| ())
    }

    pub fn pay(&self, lot: LotId, firm: &Firm, reference: &str) -> Result<(), No> {
        let act = ReceiveDeposit::new(lot, firm.alias, self.bank, format!("{lot} {reference}"));
        self.world.city.perform(&self.clerk, act).map(|_| ())
    }

    pub fn lot(&self, id: LotId) -> trading::lot::Lot {
        let found = self.world.city.store().read(|tx| store::lot::find(tx, id));
        found.expect("a read").expect("a lot")
    }

    /// Freezes the rules and goes to the opening.
    pub fn open(&self, lot: LotId) {
        let opens = self.lot(lot).terms.opens;
        let wait = opens.seconds_since(self.world.city.now());
        self.world.clock.pass((wait - 10).max(0));
        self.world.city.tend_lots().expect("tended");
        assert_eq!(self.lot(lot).state, LotState::Open);
        self.world.clock.pass(15);
    }

    /// Goes past the end and closes.
    pub fn close(&self, lot: LotId) {
        let ends = self.lot(lot).course.ends_at;
        self.world.clock.pass(ends.seconds_since(self.world.city.now()) + 2);
        self.world.city.tend_lots().expect("tended");
    }

    /// Goes past the time to sign.
    pub fn pass_award(&self, lot: LotId) {
        let until = self.lot(lot).award_until;
        self.world.clock.pass(until.seconds_since(self.world.city.now()) + 60);
    }

    pub fn bid(&self, lot: LotId, firm: &Firm, yuan: i64) -> String {
        let act = PlaceBid::new(lot, None, yuan * 100);
        match self.world.city.bid(&firm.who, act) {
            Ok(done) => format!("{} {}", done.price.unwrap_or(0) / 100, done.leads),
            Err(no) => code(&no),
        }
    }

    /// What an account has and what of it is held, in yuan.
    pub fn balance(&self, account: AccountId) -> (i64, i64) {
        let found = self.world.city.ledger_account(&self.world.operator(), account);
        let shown = found.expect("an account").shown;
        (shown.balance / 100, shown.held / 100)
    }

    /// The books are whole, and what came in is somewhere.
    pub fn sound(&self, lot: LotId, firms: &[&Firm]) {
        assert_eq!(self.world.city.check_books().expect("checked"), []);
        let came = self.balance(self.bank).0;
        let claims: i64 =
            firms.iter().map(|it| self.balance(deposit_account(lot, it.organisation)).0).sum();
        let own = |account| self.world.city.ledger_account(&self.world.operator(), account);
        let owed = own(payable_account(lot)).map_or(0, |found| found.shown.balance / 100);
        let held = own(lot_account(lot)).map_or(0, |found| found.shown.balance / 100);
        assert_eq!(came, claims + owed + held);
    }
}

/// Everything one gets to know of a lot, as one text.
fn all_they_see(world: &World, asker: &Asker, lot: LotId) -> String {
    let city = &world.city;
    let all = LotState::ALL;
    let told = [
        format!(
            "{:?}",
            city.lots(asker, all, None, 50).map(|page| page.rows.len()).map_err(|no| code(&no))
        ),
        format!("{:?}", city.lot(asker, lot).err().map(|no| code(&no))),
        format!("{:?}", city.lot_history(asker, lot, None, 5).err().map(|no| code(&no))),
        format!("{:?}", city.lot_news(asker, lot, 0, 5).err().map(|no| code(&no))),
        format!("{:?}", city.lot_protocol(asker, lot).err().map(|no| code(&no))),
        format!("{:?}", city.lot_rules(asker, lot).err().map(|no| code(&no))),
        format!("{:?}", city.lot_bidders(asker, lot).err().map(|no| code(&no))),
        format!("{:?}", city.bid(asker, PlaceBid::new(lot, None, 1)).err().map(|no| code(&no))),
        format!("{:?}", city.perform(asker, WithdrawLot::new(lot)).err().map(|no| code(&no))),
        format!("{:?}", city.perform(asker, SignAward::new(lot)).err().map(|no| code(&no))),
    ];
    told.join("\n")
}

on_both! {
    fn an_auction_goes_from_the_notice_to_the_signature(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let firms =
            [hall.firm(lot, "ada", true), hall.firm(lot, "bo", true), hall.firm(lot, "cai", true)];
        let [ada, bo, cai] = &firms;
        assert_eq!(hall.bid(lot, ada, 1_000_000), "lot-not-open");
        hall.open(lot);
        assert_eq!(hall.balance(hall.bank), (150_000, 0));
        assert_eq!(hall.balance(deposit_account(lot, ada.organisation)), (50_000, 50_000));
        assert_eq!(hall.bid(lot, ada, 999_999), "lot-under-start");
        assert_eq!(hall.bid(lot, ada, 1_200_000), "1000000 true");
        assert_eq!(hall.bid(lot, bo, 1_005_000), "lot-under-step");
        assert_eq!(hall.bid(lot, bo, 1_100_000), "1110000 false");
        assert_eq!(hall.bid(lot, ada, 1_300_000), "1110000 true");
        assert_eq!(hall.bid(lot, cai, 1_290_000), "1300000 false");
        // The room learns of prices and numbers; the raise of a limit and refusals it does not see.
        let history = world.city.lot_history(&Asker::nobody(), lot, None, 50).expect("public");
        let seen: Vec<(&str, u32, Option<i64>)> = history
            .entries
            .iter()
            .rev()
            .map(|told| (told.kind.as_str(), told.bidder, told.price.map(|it| it / 100)))
            .collect();
        let want = [
            ("bid", ada.alias, Some(1_000_000)),
            ("bid", bo.alias, Some(1_110_000)),
            ("bid", cai.alias, Some(1_300_000)),
        ];
        assert_eq!(seen, want);
        let own = world.city.lot(&ada.who, lot).expect("seen").own.expect("a place");
        assert_eq!((own.limit, own.leads), (Some(130_000_000), true));
        hall.close(lot);
        let kept = hall.lot(lot);
        assert_eq!((kept.state, kept.award.as_str()), (LotState::Sold, "best"));
        let ended = app::lot::Ended::read(&kept.outcome).expect("told");
        assert_eq!(ended.winner, Some((ada.alias, 130_000_000)));
        assert_eq!(ended.standby.map(|(alias, _)| alias), Some(cai.alias));
        // The loser is released, the second waits, the winner is held.
        for (firm, held) in [(ada, 50_000), (bo, 0), (cai, 50_000)] {
            assert_eq!(hall.balance(deposit_account(lot, firm.organisation)), (50_000, held));
        }
        let signed = world.city.lot_protocol(&Asker::nobody(), lot).expect("public").text;
        let proven = app::protocol::check(signed.as_bytes(), None).expect("it holds");
        let told = proven.event.outcome(0).expect("an outcome");
        assert!(format!("{told:?}").contains(&format!("price: {}", 130_000_000)), "{told:?}");
        assert!(!signed.contains("Firm"), "a protocol names numbers alone");
        for place in (0..signed.len()).step_by(97) {
            let mut changed = signed.clone().into_bytes();
            changed[place] ^= 1;
            assert!(app::protocol::check(&changed, None).is_err(), "byte {place}");
        }
        assert_eq!(code(&world.city.perform(&ada.who, SignAward::new(lot)).expect_err("no")), "not-allowed");
        world.city.perform(&hall.officer, SignAward::new(lot)).expect("signed");
        let again = world.city.perform(&hall.officer, SignAward::new(lot)).expect_err("once");
        assert_eq!(code(&again), "lot-award-over");
        assert_eq!(hall.balance(payable_account(lot)), (50_000, 0));
        assert_eq!(hall.balance(deposit_account(lot, ada.organisation)), (0, 0));
        assert_eq!(hall.balance(deposit_account(lot, cai.organisation)), (50_000, 0));
        assert_eq!(hall.lot(lot).state, LotState::Signed);
        hall.sound(lot, &[ada, bo, cai]);
    }

    fn a_late_bid_moves_the_end_and_a_refused_one_does_not(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let (ada, bo) = (hall.firm(lot, "ada", true), hall.firm(lot, "bo", true));
        hall.open(lot);
        let planned = hall.lot(lot).course.ends_at;
        let left = |seconds: i64| {
            let end = hall.lot(lot).course.ends_at;
            world.clock.pass(end.seconds_since(world.city.now()) - seconds);
        };
        left(301);
        assert_eq!(hall.bid(lot, &ada, 1_000_000), "1000000 true");
        assert_eq!(hall.lot(lot).course.ends_at, planned);
        left(60);
        assert_eq!(hall.bid(lot, &bo, 1_000_001), "lot-under-step");
        assert_eq!(hall.bid(lot, &ada, 2_000_000), "1000000 true");
        assert_eq!(hall.lot(lot).course.ends_at, planned, "neither a refused bid nor a limit");
        let done = world.city.bid(&bo.who, PlaceBid::new(lot, None, 150_000_000)).expect("taken");
        assert!(done.extended && !done.leads);
        assert_eq!(done.ends_at.micros(), done.received.micros() + 300_000_000);
        // The cap is half an hour past the plan; bids after it is reached move nothing.
        for yuan in (1_600_000..2_600_000).step_by(100_000) {
            left(5);
            hall.bid(lot, if yuan % 200_000 == 0 { &bo } else { &ada }, yuan);
        }
        assert_eq!(hall.lot(lot).course.ends_at, planned.plus_seconds(1_800));
        hall.close(lot);
        assert_eq!(hall.bid(lot, &bo, 9_000_000), "lot-closed");
        hall.sound(lot, &[&ada, &bo]);
    }

    fn terms_that_change_are_agreed_to_again(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let (ada, bo) = (hall.firm(lot, "ada", true), hall.firm(lot, "bo", true));
        let changed = Terms { start: 90_000_000, ..hall.lot(lot).terms };
        let cheaper = Terms { deposit: Some(1), ..changed.clone() };
        let revise = |version, terms| {
            world.city.perform(&hall.officer, ReviseLot { lot, version, terms })
        };
        assert_eq!(code(&revise(1, cheaper).expect_err("paid in")), "lot-deposit-stands");
        assert_eq!(revise(1, changed.clone()).expect("changed").version, 2);
        assert_eq!(code(&revise(1, changed.clone()).expect_err("old")), "version-conflict");
        let agree = |firm: &Firm, terms| {
            let act = AgreeToLot { lot, organisation: firm.organisation, terms };
            world.city.perform(&firm.who, act)
        };
        assert_eq!(code(&agree(&ada, 1).expect_err("old")), "lot-terms-changed");
        agree(&ada, 2).expect("agreed");
        hall.open(lot);
        assert_eq!(code(&revise(2, changed).expect_err("frozen")), "lot-frozen");
        assert_eq!(hall.bid(lot, &ada, 900_000), "900000 true");
        assert_eq!(hall.bid(lot, &bo, 910_000), "lot-terms-changed");
        agree(&bo, 2).expect("late, and still");
        assert_eq!(hall.bid(lot, &bo, 910_000), "910000 true");
        hall.close(lot);
        assert_eq!(hall.lot(lot).state, LotState::Sold);
    }

    fn who_may_not_see_a_lot_sees_nothing(world) {
        let hall = Hall::labelled(world, Label::at(Level::Members));
        let outsiders = [
            Asker::nobody(),
            world.person("registered", world.organisation("Elsewhere"), Role::SystemAdministrator),
        ];
        let absent = LotId::from_bits(99);
        let before = outsiders.clone().map(|asker| all_they_see(world, &asker, absent));
        let lot = hall.announce(hall.terms());
        let ada = hall.firm(lot, "ada", true);
        hall.open(lot);
        hall.bid(lot, &ada, 1_000_000);
        assert_eq!(all_they_see(world, &outsiders[0], lot), before[0]);
        assert!(world.city.lot(&ada.who, lot).is_ok());
        let cleared = Clearance { level: Level::Restricted, ..Clearance::nobody() };
        world.clear(&hall.officer, cleared);
        // Once the label rises, the lot is gone for whoever may no longer read.
        let act = app::technology::RaiseLabel {
            technology: hall.technology,
            version: world.city.technology(&hall.officer, hall.technology).expect("seen").technology.version,
            label: Label::at(Level::Restricted),
        };
        world.city.perform(&hall.officer, act).expect("raised");
        let gone = [
            world.city.lot(&ada.who, lot).map(|_| ()),
            world.city.lot_history(&ada.who, lot, None, 5).map(|_| ()),
            world.city.bid(&ada.who, PlaceBid::new(lot, None, 200_000_000)).map(|_| ()),
        ];
        for answer in gone {
            assert_eq!(code(&answer.expect_err("hidden")), "not-found");
        }
    }

    fn rights_are_looked_at_with_every_act(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let ada = hall.asks(lot, "ada", true);
        let eve = world.person("eve", world.organisation("Eve's firm"), Role::FirmMember);
        let no = |asker: &Asker, firm: &Firm| {
            let act = PlaceBid::new(lot, Some(firm.organisation), 100_000_000);
            code(&world.city.bid(asker, act).expect_err("no"))
        };
        assert_eq!(no(&eve, &ada), "not-allowed");
        assert_eq!(no(&Asker::nobody(), &ada), "sign-in-required");
        let decide = |asker: &Asker| {
            let reason = String::new();
            let act = DecideBidder { lot, bidder: ada.alias, admits: true, rank: None, reason };
            world.city.perform(asker, act).map(|_| ()).map_err(|no| code(&no))
        };
        // Not the bidder, not the seller: the office alone.
        assert_eq!(decide(&ada.who), Err("not-allowed".to_owned()));
        assert_eq!(decide(&hall.officer), Err("not-allowed".to_owned()));
        assert!(world.city.lot_bidders(&hall.officer, lot).is_err());
        assert!(world.city.lot_bidders(&ada.who, lot).is_err());
        assert_eq!(world.city.lot_bidders(&hall.clerk, lot).expect("seen").len(), 1);
        // A seller does not bid on its own.
        let act = RegisterForLot { lot, organisation: hall.seller, terms: 1, stands_by: true };
        assert_eq!(code(&world.city.perform(&hall.officer, act).expect_err("own")), "lot-own");
        let refuse = DecideBidder {
            lot,
            bidder: ada.alias,
            admits: false,
            rank: None,
            reason: String::new(),
        };
        assert_eq!(code(&world.city.perform(&hall.clerk, refuse).expect_err("why")), "field-required");
        assert_eq!(decide(&hall.clerk), Ok(()));
        assert_eq!(decide(&hall.clerk), Err("lot-bidder-decided".to_owned()));
        hall.open(lot);
        assert_eq!(hall.bid(lot, &ada, 1_000_000), "lot-deposit-missing");
        hall.pay(lot, &ada, "late").expect("paid in");
        assert_eq!(hall.bid(lot, &ada, 1_000_000), "1000000 true");
        let free = FreeDeposit { lot, organisation: ada.organisation };
        assert_eq!(code(&world.city.perform(&ada.who, free).expect_err("bid")), "lot-bid-stands");
        assert_eq!(
            code(&world.city.perform(&hall.officer, WithdrawLot::new(lot)).expect_err("bid")),
            "lot-bid-stands",
        );
        let floor = PlaceFloorBid::new(lot, ada.alias, 110_000_000);
        assert_eq!(code(&world.city.floor_bid(&ada.who, floor).expect_err("no")), "not-allowed");
        let floor = PlaceFloorBid::new(lot, ada.alias, 110_000_000);
        assert!(world.city.floor_bid(&hall.clerk, floor).expect("entered").leads);
    }

    fn a_deposit_given_back_has_to_be_paid_again(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let ada = hall.firm(lot, "ada", true);
        let again = hall.pay(lot, &ada, "twice").expect_err("held");
        assert_eq!(code(&again), "lot-deposit-as-is");
        hall.open(lot);
        let free = || {
            let act = FreeDeposit { lot, organisation: ada.organisation };
            world.city.perform(&ada.who, act).map(|_| ())
        };
        free().expect("freed");
        assert_eq!(code(&free().expect_err("once")), "lot-deposit-as-is");
        assert_eq!(hall.bid(lot, &ada, 1_000_000), "lot-deposit-missing");
        // The same word of the bank does not count twice.
        assert_eq!(code(&hall.pay(lot, &ada, "ada").expect_err("used")), "ledger-evidence-used");
        hall.pay(lot, &ada, "second").expect("paid again");
        assert_eq!(hall.bid(lot, &ada, 1_000_000), "1000000 true");
        assert_eq!(hall.balance(deposit_account(lot, ada.organisation)), (100_000, 50_000));
        hall.sound(lot, &[&ada]);
    }

    fn a_winner_who_does_not_sign_forfeits_once(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let (ada, bo) = (hall.firm(lot, "ada", true), hall.firm(lot, "bo", true));
        hall.open(lot);
        hall.bid(lot, &ada, 1_500_000);
        hall.bid(lot, &bo, 1_400_000);
        hall.close(lot);
        world.city.tend_lots().expect("tended");
        assert_eq!(hall.lot(lot).award, "best");
        hall.pass_award(lot);
        for _ in 0..3 {
            world.city.tend_lots().expect("tended");
        }
        assert_eq!(hall.lot(lot).award, "standby");
        assert_eq!(hall.balance(payable_account(lot)), (50_000, 0));
        world.city.perform(&hall.officer, SignAward::new(lot)).expect("the second signs");
        assert_eq!(hall.balance(payable_account(lot)), (100_000, 0));
        hall.sound(lot, &[&ada, &bo]);
    }

    fn a_winner_who_is_rejected_reads_why_and_the_second_follows(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let (ada, bo) = (hall.firm(lot, "ada", true), hall.firm(lot, "bo", true));
        hall.open(lot);
        hall.bid(lot, &ada, 1_500_000);
        hall.bid(lot, &bo, 1_400_000);
        hall.close(lot);
        let reject = |who: &Asker, reason: &str| {
            let done = world.city.perform(who, RejectAward::new(lot, reason.to_owned()));
            done.map(|_| ()).map_err(|no| code(&no))
        };
        assert_eq!(reject(&hall.clerk, " "), Err("field-required".to_owned()));
        assert_eq!(reject(&hall.clerk, &"x".repeat(9_999)), Err("text-too-long".to_owned()));
        assert_eq!(reject(&bo.who, "me"), Err("not-allowed".to_owned()));
        assert_eq!(reject(&hall.clerk, "no licence"), Ok(()));
        let own = |firm: &Firm| {
            world.city.lot(&firm.who, lot).expect("seen").own.expect("a place").bidder.reason
        };
        assert_eq!((own(&ada), own(&bo)), ("no licence".to_owned(), String::new()));
        // A rejection is no default: the deposit goes back, whole.
        assert_eq!(hall.balance(deposit_account(lot, ada.organisation)), (50_000, 0));
        assert_eq!(hall.lot(lot).award, "standby");
        assert_eq!(reject(&hall.clerk, "neither"), Ok(()));
        assert_eq!((own(&ada), own(&bo)), ("no licence".to_owned(), "neither".to_owned()));
        assert_eq!(hall.lot(lot).state, LotState::Unsuccessful);
        hall.sound(lot, &[&ada, &bo]);
    }

    fn a_second_who_does_not_want_to_wait_is_let_go(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let (ada, bo) = (hall.firm(lot, "ada", true), hall.firm(lot, "bo", false));
        hall.open(lot);
        hall.bid(lot, &ada, 1_500_000);
        hall.bid(lot, &bo, 1_400_000);
        hall.close(lot);
        assert_eq!(hall.balance(deposit_account(lot, bo.organisation)), (50_000, 0));
        assert_eq!(hall.balance(deposit_account(lot, ada.organisation)), (50_000, 50_000));
        let leave = LeaveStandby::new(lot, bo.organisation);
        assert_eq!(code(&world.city.perform(&bo.who, leave).expect_err("gone")), "lot-no-standby");
        hall.pass_award(lot);
        world.city.tend_lots().expect("tended");
        assert_eq!(hall.lot(lot).state, LotState::Unsuccessful);
        // The next attempt names the one before, and begins at most a fifth lower.
        let low = Terms { start: 79_999_999, ..hall.terms() };
        let act = AnnounceLot { listing: hall.listing, terms: low };
        let no = world.city.perform(&hall.officer, act).expect_err("too low");
        assert_eq!((code(&no).as_str(), no.0[0].field.as_deref()), ("lot-start-too-low", Some("start")));
        let next = hall.announce(Terms { start: 80_000_000, ..hall.terms() });
        assert_eq!((hall.lot(next).attempt, hall.lot(next).former), (2, Some(lot)));
        hall.sound(lot, &[&ada, &bo]);
    }

    fn a_lot_stands_still_is_called_off_or_loses_a_bidder(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let (ada, bo) = (hall.firm(lot, "ada", true), hall.firm(lot, "bo", true));
        hall.open(lot);
        let ends = hall.lot(lot).course.ends_at;
        hall.bid(lot, &ada, 1_500_000);
        let halt = |goes_on| world.city.perform(&hall.clerk, HaltLot { lot, goes_on });
        halt(false).expect("halted");
        assert_eq!(hall.bid(lot, &bo, 1_600_000), "lot-halted");
        world.clock.pass(100_000);
        assert_eq!(world.city.tend_lots().expect("tended").n_closed, 0, "it stands still");
        halt(true).expect("goes on");
        assert!(hall.lot(lot).course.ends_at >= ends.plus_seconds(100_000));
        assert_eq!(hall.bid(lot, &bo, 1_600_000), "1510000 true");
        let reason = "banned".to_owned();
        let act = ExcludeBidder { lot, bidder: bo.alias, reason };
        world.city.perform(&hall.clerk, act).expect("shut out");
        assert_eq!(hall.lot(lot).course.leader, Some(ada.alias));
        assert_eq!(hall.bid(lot, &bo, 1_700_000), "lot-excluded");
        let off = |why: &str, grounds: &str| {
            let act = CallOffLot::new(lot, why.to_owned(), grounds.to_owned());
            world.city.perform(&hall.clerk, act)
        };
        let no = off("boredom", "").expect_err("closed list, and no grounds");
        assert_eq!(code(&no), "choice-unknown field-required");
        off("force-majeure", "The building is under water.").expect("asked for");
        assert_eq!(hall.lot(lot).state, LotState::Open, "whoever takes part may appeal first");
        world.clock.pass(2 * 86_400 + 1);
        world.city.tend_lots().expect("tended");
        assert_eq!(hall.lot(lot).state, LotState::CalledOff);
        for firm in [&ada, &bo] {
            assert_eq!(hall.balance(deposit_account(lot, firm.organisation)), (50_000, 0));
        }
        hall.sound(lot, &[&ada, &bo]);
    }
}
