//! Letters about auctions: who gets which, once, with neither names nor amounts in them.

use crate::lot::{Firm, Hall};
use crate::mail::{Server, post, with_letters};
use access::Role;
use app::lot::{
    AgreeToLot, CallOffLot, PublishTrusteeKey, RegisterTrusteeKey, ReviseLot, SignAward,
};
use app::mail::{SetMailWishes, Wish};
use app::{Asker, Who};
use base::LotId;
use sealed::TrusteeKey;
use std::collections::BTreeMap;
use std::sync::Arc;
use trading::lot::{Terms, Way};
use trading::sealing::{Sealing, Seat};
use worlds::{On, World};

/// What came since: to whom, and the beginning of the subject up to the reference.
struct Post<'a> {
    world: &'a World,
    server: &'a Arc<Server>,
    n_read: usize,
}

impl<'a> Post<'a> {
    fn new(world: &'a World, server: &'a Arc<Server>) -> Self {
        let mut post = Self { world, server, n_read: 0 };
        post.came();
        post
    }

    /// Sends everything that is due, and says what is new of auctions.
    fn came(&mut self) -> Vec<String> {
        loop {
            self.world.settle();
            self.world.city.follow_mail().expect("followed");
            if self.world.city.send_letters(&|| true).expect("a round").n_sent == 0 {
                break;
            }
        }
        let all = self.server.taken();
        let mut new: Vec<String> = all[self.n_read..]
            .iter()
            .filter(|it| it.subject.contains("LO-"))
            .map(|it| {
                let name = it.to_address.split('@').next().unwrap_or("").to_owned();
                let what = it.subject.replace("：", ": ");
                let what = what.split(": LO-").next().unwrap_or("");
                format!("{name}: {what}")
            })
            .collect();
        self.n_read = all.len();
        new.sort();
        new
    }
}

fn tend(world: &World) {
    world.city.tend_lots().expect("tended");
}

fn trustees(world: &World) -> Vec<(Asker, Seat)> {
    ["tina", "theo", "tara"]
        .map(|name| {
            let organisation = world.organisation(&format!("House of {name}"));
            let who = world.person(name, organisation, Role::Member);
            let Who::Person(person) = who.who else { panic!("a person") };
            (who, Seat { person, organisation })
        })
        .into()
}

fn key(hall: &Hall<'_>, lot: LotId, n: u8) -> TrusteeKey {
    let name = hall.lot(lot).reference.to_string();
    TrusteeKey::from_seed(&name, &[n; 32]).expect("a key")
}

fn sealed(hall: &Hall<'_>, seats: Vec<Seat>, terms: Terms) -> LotId {
    let way = Way::Sealed(Sealing {
        price: "first".to_owned(),
        is_final: false,
        threshold: 2,
        trustees: seats,
        keys_hours: 24,
    });
    hall.announce(Terms { way, steps: Vec::new(), window_s: 0, cap_s: 0, ..terms })
}

with_letters! {
    /// Bidders hear of decisions, of being outbid, of the end; the seller of the end; nobody of more.
    fn bidders_and_sellers_hear_what_concerns_them(world, server) {
        let hall = Hall::new(world);
        let mut post = Post::new(world, server);
        let lot = hall.announce(hall.terms());
        assert_eq!(post.came(), Vec::<String>::new());
        let (ada, bo, cy) =
            (hall.firm(lot, "ada", true), hall.firm(lot, "bo", true), hall.firm(lot, "cy", true));
        assert_eq!(post.came(), ["ada: Admitted", "bo: Admitted", "cy: Admitted"]);
        // Terms that change ask everybody for another word.
        let mut terms = hall.lot(lot).terms;
        terms.start += 1;
        let act = ReviseLot { lot, version: 1, terms };
        world.city.perform(&hall.officer, act).expect("changed");
        let again = "Terms changed, your word is needed";
        assert_eq!(post.came(), ["ada", "bo", "cy"].map(|it| format!("{it}: {again}")));
        for firm in [&ada, &bo, &cy] {
            let act = AgreeToLot { lot, organisation: firm.organisation, terms: 2 };
            world.city.perform(&firm.who, act).expect("agreed");
        }
        hall.open(lot);
        assert_eq!(post.came(), Vec::<String>::new());
        // Who led and does not any more, once an hour, and only where that is wanted.
        let off = BTreeMap::from([("outbid".to_owned(), Wish::None)]);
        world.city.perform(&cy.who, SetMailWishes { wishes: off }).expect("set");
        hall.bid(lot, &cy, 1_100_000);
        hall.bid(lot, &ada, 1_300_000);
        assert_eq!(post.came(), Vec::<String>::new(), "it was turned off");
        hall.bid(lot, &bo, 1_500_000);
        hall.bid(lot, &ada, 1_700_000);
        assert_eq!(post.came(), Vec::<String>::new(), "who leads again at once is not told");
        hall.bid(lot, &bo, 1_900_000);
        assert_eq!(post.came(), ["ada: You were outbid"]);
        hall.bid(lot, &ada, 2_100_000);
        assert_eq!(post.came(), ["bo: You were outbid"]);
        hall.bid(lot, &bo, 2_300_000);
        hall.bid(lot, &cy, 2_500_000);
        hall.bid(lot, &ada, 2_700_000);
        assert_eq!(post.came(), Vec::<String>::new(), "ada leads as before");
        hall.bid(lot, &bo, 2_900_000);
        assert_eq!(post.came(), Vec::<String>::new(), "told within this hour");
        hall.bid(lot, &ada, 3_100_000);
        assert_eq!(post.came(), Vec::<String>::new(), "told within this hour");
        hall.close(lot);
        assert_eq!(post.came(), [
            "ada: You have won",
            "bo: You are second",
            "cy: Deposit released",
            "cy: You did not win",
            "officer: Sold",
        ]);
        // The winner lets the time pass: the deposit is gone, the second is next.
        hall.pass_award(lot);
        tend(world);
        assert_eq!(post.came(), [
            "ada: Deposit forfeited",
            "bo: You have won",
            "officer: The award fell",
        ]);
        world.city.perform(&hall.officer, SignAward::new(lot)).expect("signed");
        assert_eq!(post.came(), ["bo: Deposit set against the price"]);
        for letter in server.taken().iter().filter(|it| it.subject.contains("LO-")) {
            let text = format!("{:?}", letter);
            for secret in ["Firm ada", "Firm bo", "3,100", "3100", "2,910"] {
                assert!(!text.contains(secret), "{secret}: {text}");
            }
        }
    }

    /// Trustees hear that they are named, that a key is missing, that bidding has ended, that time runs.
    fn trustees_are_called_for_their_keys(world, server) {
        let hall = Hall::new(world);
        let people = trustees(world);
        let seats: Vec<Seat> = people.iter().map(|(_, seat)| *seat).collect();
        let mut post = Post::new(world, server);
        let now = world.city.now();
        let terms = Terms {
            opens: now.plus_seconds(3 * 86_400),
            closes: now.plus_seconds(3 * 86_400 + 3_600),
            ..hall.terms()
        };
        let lot = sealed(&hall, seats, terms);
        let named = "You are named as a trustee";
        assert_eq!(post.came(), ["tara", "theo", "tina"].map(|it| format!("{it}: {named}")));
        tend(world);
        assert_eq!(post.came(), Vec::<String>::new(), "there is time");
        let register = |n: usize| {
            let public = key(&hall, lot, u8::try_from(n).expect("small") + 1).public().to_string();
            let act = RegisterTrusteeKey { lot, key: public };
            world.city.perform(&people[n].0, act).expect("registered");
        };
        register(0);
        let ada = hall.firm(lot, "ada", true);
        post.came();
        world.clock.pass(2 * 86_400 + 1);
        tend(world);
        let missing = "Your key is still missing";
        assert_eq!(post.came(), ["tara", "theo"].map(|it| format!("{it}: {missing}")));
        tend(world);
        assert_eq!(post.came(), Vec::<String>::new(), "called once");
        register(1);
        register(2);
        world.clock.pass(86_400 - 30);
        tend(world);
        world.clock.pass(60);
        bid(&hall, lot, &ada);
        world.clock.pass(3_700);
        tend(world);
        let ended = "Bidding has ended, your key is needed";
        assert_eq!(post.came(), ["tara", "theo", "tina"].map(|it| format!("{it}: {ended}")));
        let publish = |n: usize| {
            let file = key(&hall, lot, u8::try_from(n).expect("small") + 1).secret_text();
            world.city.publish_key(&people[n].0, PublishTrusteeKey { lot, file }).expect("taken");
        };
        publish(0);
        world.clock.pass(18 * 3_600);
        tend(world);
        let late = "The time for your key is running out";
        assert_eq!(post.came(), ["tara", "theo"].map(|it| format!("{it}: {late}")));
        world.clock.pass(7 * 3_600);
        tend(world);
        let came = post.came();
        assert!(came.contains(&"ada: Ended without a sale".to_owned()), "{came:?}");
        assert!(came.contains(&"ada: Deposit released".to_owned()), "{came:?}");
    }

    /// Rounds that the machine was away from are planned anew, and everybody hears of it once.
    fn rounds_that_are_planned_anew_are_told_to_everybody(world, server) {
        let hall = Hall::new(world);
        let lot = hall.announce(crate::rounds::terms(&hall));
        let (ada, bo) = (hall.firm(lot, "ada", true), hall.firm(lot, "bo", true));
        let mut post = Post::new(world, server);
        let terms = hall.lot(lot).terms;
        world.clock.pass(terms.taken_from().seconds_since(world.city.now()));
        tend(world);
        for (firm, yuan) in [(&ada, 1_234_567), (&bo, 1_345_678)] {
            let act = app::lot::PlaceBid::new(lot, None, yuan * 100);
            world.city.bid(&firm.who, act).expect("an opening offer");
        }
        assert_eq!(post.came(), Vec::<String>::new(), "nobody is told of an offer");
        world.clock.pass(terms.opens.seconds_since(world.city.now()) + 121);
        tend(world);
        tend(world);
        assert_eq!(post.came(), [
            "ada: Deposit released",
            "ada: Ended without a sale",
            "bo: Deposit released",
            "bo: Ended without a sale",
            "officer: Ended without a sale",
        ]);
        let text = format!("{:?}", server.taken());
        assert!(text.contains("Planned anew after an interruption"), "{text}");
        for secret in ["1,234,567", "1234567", "1,345,678", "1345678"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }

    /// Days that the office changes move the time to sign: each whom it concerns is told once, in the own
    /// language, however many days were changed together; whoever lost hears nothing.
    fn a_time_limit_that_moves_is_told_once_to_whom_it_concerns(world, server) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let [ada, bo, _] = ["ada", "bo", "cy"].map(|name| hall.firm(lot, name, name != "cy"));
        hall.open(lot);
        hall.bid(lot, &ada, 1_500_000);
        hall.bid(lot, &bo, 1_400_000);
        hall.close(lot);
        let Who::Person(person) = bo.who.who else { panic!("a person") };
        let reads = move |tx: &mut store::Tx<'_>| store::person::set_lang(tx, person, base::Lang::Zh);
        world.city.store().write("language", reads).expect("chosen");
        let mut post = Post::new(world, server);
        let china = base::WorkingDays::china();
        let day = |ahead: u16| china.date(china.add(world.city.now(), ahead));
        let says = |day, becomes| {
            let reason = base::Bilingual::new("City festival", "城市节日");
            let act = app::workday::ChangeWorkday { day, becomes, reason };
            world.city.perform(&hall.clerk, act).expect("said");
        };
        // Two days at once, before any node has counted anew.
        says(day(4), base::Becomes::Rest);
        says(day(5), base::Becomes::Rest);
        let before = hall.lot(lot).award_until;
        tend(world);
        assert_eq!(hall.lot(lot).award_until, china.add(before, 2));
        let came = post.came();
        assert_eq!(came, [
            "ada: The time to sign has moved",
            "bo: 签约期限调整",
            "officer: The time to sign has moved",
        ]);
        // Nothing moves with a word taken back, so nobody hears of it; nor of what was told before.
        says(day(5), base::Becomes::Usual);
        tend(world);
        assert_eq!(post.came(), Vec::<String>::new());
    }

    /// Whoever takes part hears of a cancellation in time to appeal.
    fn a_cancellation_is_told_to_whoever_may_appeal(world, server) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        hall.firm(lot, "ada", true);
        let mut post = Post::new(world, server);
        let act = CallOffLot::new(lot, "no-offer".to_owned(), "None came.".to_owned());
        world.city.perform(&hall.clerk, act).expect("asked for");
        assert_eq!(post.came(), ["ada: Cancellation asked for"]);
        world.clock.pass(2 * 86_400 + 1);
        tend(world);
        let came = post.came();
        assert_eq!(came, [
            "ada: Deposit released",
            "ada: Ended without a sale",
            "officer: Ended without a sale",
        ]);
    }
}

fn bid(hall: &Hall<'_>, lot: LotId, firm: &Firm) {
    let city = &hall.world.city;
    let list = city.lot_trustees(&firm.who, lot).expect("a list");
    let list = sealed::Trustees::parse(&list).expect("a list");
    let auction = hall.lot(lot).reference.to_string();
    let place = sealed::Place { auction, lot: 1, bidder: firm.alias, version: 1 };
    let content = sealed::Content { amount: "1200000.00 CNY".to_owned(), note: String::new() };
    let file = sealed::SealedBid::seal(&place, &content, &list, &[7; 32]).expect("sealed");
    let act = app::lot::SealBid::new(lot, Some(firm.organisation), file.to_string());
    city.seal_bid(&firm.who, act).expect("handed in");
}
