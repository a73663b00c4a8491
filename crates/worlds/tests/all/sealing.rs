//! Sealed lots over both databases: keys, files, the opening, everything that goes wrong.

use crate::lot::{Firm, Hall, code};
use crate::open_data::published;
use access::Role;
use app::asker::Who;
use app::lot::{
    Ended, ExcludeBidder, HaltLot, LodgeComplaint, MoveComplaint, PlaceBid, PlaceFloorBid,
    PublishTrusteeKey, RegisterForLot, RegisterTrusteeKey, ReviseLot, SealBid, TakeBackSeal,
    deposit_account,
};
use app::{Asker, No};
use base::{LotId, OrganisationId, PersonId};
use sealed::{Content, Place, SealedBid, TrusteeKey, Trustees};
use trading::lot::{LotState, Terms, Way};
use trading::sealing::{SealState, Sealing, Seat};
use worlds::{World, on_both};

pub(crate) fn person_of(asker: &Asker) -> PersonId {
    match asker.who {
        Who::Person(id) => id,
        _ => panic!("no person"),
    }
}

/// One who keeps a key.
pub(crate) struct Keeper {
    pub who: Asker,
    pub organisation: OrganisationId,
    pub seed: [u8; 32],
}

pub(crate) fn keepers(world: &World, n: u8) -> Vec<Keeper> {
    let keeper = |n: u8| {
        let organisation = world.organisation(&format!("House {n}"));
        let who = world.person(&format!("keeper{n}"), organisation, Role::Member);
        Keeper { who, organisation, seed: [n; 32] }
    };
    (1..=n).map(keeper).collect()
}

fn sealing(keepers: &[Keeper], price: &str) -> Sealing {
    let seat = |it: &Keeper| Seat { person: person_of(&it.who), organisation: it.organisation };
    Sealing {
        price: price.to_owned(),
        is_final: false,
        threshold: 2,
        trustees: keepers.iter().map(seat).collect(),
        keys_hours: 24,
    }
}

pub(crate) fn terms(hall: &Hall<'_>, keepers: &[Keeper], price: &str) -> Terms {
    let way = Way::Sealed(sealing(keepers, price));
    Terms { way, start: 10_000_000, steps: Vec::new(), window_s: 0, cap_s: 0, ..hall.terms() }
}

fn key(hall: &Hall<'_>, lot: LotId, it: &Keeper) -> TrusteeKey {
    let name = hall.lot(lot).reference.to_string();
    TrusteeKey::from_seed(&name, &it.seed).expect("a key")
}

pub(crate) fn register(hall: &Hall<'_>, lot: LotId, it: &Keeper) -> Result<(), No> {
    let key = key(hall, lot, it).public().to_string();
    hall.world.city.perform(&it.who, RegisterTrusteeKey { lot, key }).map(|_| ())
}

pub(crate) fn publish(hall: &Hall<'_>, lot: LotId, it: &Keeper) -> String {
    let file = key(hall, lot, it).secret_text();
    match hall.world.city.publish_key(&it.who, PublishTrusteeKey { lot, file }) {
        Ok(answer) => format!("{} of {}", answer.have, answer.need),
        Err(no) => code(&no),
    }
}

fn list(hall: &Hall<'_>, lot: LotId) -> Trustees {
    let text = hall.world.city.lot_trustees(&Asker::nobody(), lot).expect("published");
    Trustees::parse(&text).expect("a list")
}

fn file(hall: &Hall<'_>, lot: LotId, alias: u32, version: u32, amount: &str) -> String {
    let auction = hall.lot(lot).reference.to_string();
    let place = Place { auction, lot: 1, bidder: alias, version };
    let content = Content { amount: amount.to_owned(), note: String::new() };
    let seed = [u8::try_from(alias % 251).expect("small"); 32];
    SealedBid::seal(&place, &content, &list(hall, lot), &seed).expect("sealed").to_string()
}

fn hand_in(hall: &Hall<'_>, lot: LotId, firm: &Firm, file: &str) -> String {
    match hall.world.city.seal_bid(&firm.who, SealBid::new(lot, None, file.to_owned())) {
        Ok(receipt) => {
            let bid = SealedBid::parse(file).expect("a bid");
            let own: String = bid.commitment().iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(receipt.commitment, own, "what the bidder compares");
            format!("version {}", receipt.version)
        }
        Err(no) => code(&no),
    }
}

pub(crate) fn bid(hall: &Hall<'_>, lot: LotId, firm: &Firm, version: u32, amount: &str) -> String {
    hand_in(hall, lot, firm, &file(hall, lot, firm.alias, version, amount))
}

/// Goes past the end; nothing opens by itself.
pub(crate) fn end(hall: &Hall<'_>, lot: LotId) {
    hall.close(lot);
    assert_eq!(hall.lot(lot).state, LotState::Open, "it waits for keys");
}

/// The amount that is looked for, and how it might be written.
const AMOUNT: &str = "73519284.61";
const WRITTEN: [&str; 4] = ["73519284", "73,519,284", "7351928461", "73 519 284"];

fn tells(bytes: &[u8]) -> bool {
    WRITTEN.iter().any(|text| bytes.windows(text.len()).any(|part| part == text.as_bytes()))
}

/// Every byte that lies in a folder, and every row that a database gives out.
pub(crate) fn everything(world: &World) -> Vec<(String, Vec<u8>)> {
    let mut all = files(world.database.folder());
    if let Some(url) = world.database.url() {
        let mut client = postgres::Client::connect(url, postgres::NoTls).expect("PostgreSQL");
        let tables = world.city.store().read(store::health::tables).expect("tables");
        for table in tables {
            let rows = client.query(&format!("select t::text from {table} t"), &[]).expect("rows");
            let text: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
            all.push((table, text.join("\n").into_bytes()));
        }
    }
    all
}

fn files(folder: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").map_while(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            all.extend(files(&path));
        } else if let Ok(bytes) = std::fs::read(&path) {
            all.push((path.display().to_string(), bytes));
        }
    }
    all
}

fn telling(all: &[(String, Vec<u8>)]) -> Vec<String> {
    all.iter().filter(|(_, bytes)| tells(bytes)).map(|(name, _)| name.clone()).collect()
}

on_both! {
    fn two_of_three_open_a_sealed_auction(world) {
        let hall = Hall::new(world);
        let keepers = keepers(world, 3);
        let lot = hall.announce(terms(&hall, &keepers, "second"));
        let firms =
            [hall.firm(lot, "ada", true), hall.firm(lot, "bo", true), hall.firm(lot, "cai", true)];
        let [ada, bo, cai] = &firms;
        // Without all keys there is no list, and a key is its trustee's alone.
        register(&hall, lot, &keepers[0]).expect("registered");
        assert!(world.city.lot_trustees(&Asker::nobody(), lot).is_err());
        let stranger = RegisterTrusteeKey { lot, key: "AAAA".to_owned() };
        assert_eq!(code(&world.city.perform(&ada.who, stranger).expect_err("no trustee")), "not-allowed");
        let zero = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned();
        for (typed, want) in [("x".to_owned(), "lot-key-unreadable"), (zero, "lot-key-unfit")] {
            let act = RegisterTrusteeKey { lot, key: typed };
            assert_eq!(code(&world.city.perform(&keepers[1].who, act).expect_err("unfit")), want);
        }
        let same = key(&hall, lot, &keepers[0]).public().to_string();
        let act = RegisterTrusteeKey { lot, key: same };
        let no = world.city.perform(&keepers[1].who, act).expect_err("another's");
        assert_eq!(code(&no), "lot-key-shared");
        for keeper in &keepers[1..] {
            register(&hall, lot, keeper).expect("registered");
        }
        hall.open(lot);
        assert_eq!(code(&register(&hall, lot, &keepers[0]).expect_err("frozen")), "lot-keys-frozen");
        // No amount enters in the open, neither from the room nor from the hall.
        let open = PlaceBid::new(lot, None, 20_000_000);
        assert_eq!(code(&world.city.bid(&ada.who, open).expect_err("sealed")), "lot-bids-sealed");
        let floor = PlaceFloorBid::new(lot, ada.alias, 20_000_000);
        let no = world.city.floor_bid(&hall.clerk, floor).expect_err("sealed");
        assert_eq!(code(&no), "lot-bids-sealed");
        assert_eq!(bid(&hall, lot, ada, 1, "150000.00 CNY"), "version 1");
        assert_eq!(bid(&hall, lot, bo, 1, "180000 CNY"), "version 1");
        assert_eq!(bid(&hall, lot, ada, 1, "1 CNY"), "lot-seal-version");
        assert_eq!(bid(&hall, lot, ada, 2, "200000.00 CNY"), "version 2");
        // What is not his is told at once; what was altered, at the opening.
        let copy = file(&hall, lot, bo.alias, 1, "180000 CNY");
        assert_eq!(hand_in(&hall, lot, cai, &copy), "lot-seal-not-yours");
        let altered = copy.replace(&format!("bidder {}", bo.alias), &format!("bidder {}", cai.alias));
        assert_eq!(hand_in(&hall, lot, cai, &altered), "version 1");
        assert_eq!(hand_in(&hall, lot, cai, "no file"), "lot-seal-unreadable");
        // Early keys are refused, and that is kept; nobody is nearer to an amount for it.
        assert_eq!(publish(&hall, lot, &keepers[0]), "lot-key-early");
        let view = world.city.lot_sealing(&Asker::nobody(), lot).expect("seen");
        assert_eq!((view.seats[0].n_early, view.have(), view.bids.len()), (1, 0, 0));
        assert_eq!((view.n_bids, view.own.len()), (3, 0));
        let entry = world.city.lot_sealing(&ada.who, lot).expect("seen").own[0].entry;
        assert!(world.city.lot_seal_file(&ada.who, lot, entry).is_err(), "nobody's before");
        for own in published(world) {
            assert!(!own.text.contains("200000") && !own.text.contains("180000"), "{}", own.text);
        }
        end(&hall, lot);
        assert_eq!(bid(&hall, lot, bo, 2, "999999 CNY"), "lot-late");
        let wrong = TrusteeKey::from_seed(&hall.lot(lot).reference.to_string(), &[9; 32]);
        let file = wrong.expect("a key").secret_text();
        let act = PublishTrusteeKey { lot, file };
        assert_eq!(code(&world.city.publish_key(&keepers[0].who, act).expect_err("of nobody")), "lot-key-unknown");
        let act = PublishTrusteeKey { lot, file: key(&hall, lot, &keepers[1]).secret_text() };
        assert_eq!(code(&world.city.publish_key(&keepers[0].who, act).expect_err("of another")), "lot-key-of-another");
        assert_eq!(publish(&hall, lot, &keepers[2]), "1 of 2");
        assert_eq!(publish(&hall, lot, &keepers[2]), "lot-key-repeated");
        assert_eq!(hall.lot(lot).state, LotState::Open, "one key opens nothing");
        assert_eq!(publish(&hall, lot, &keepers[0]), "2 of 2");
        // The one that opened it is told; the rest follows in the same moment.
        let kept = hall.lot(lot);
        assert_eq!(kept.state, LotState::Sold);
        let ended = Ended::read(&kept.outcome).expect("told");
        assert_eq!(ended.winner, Some((ada.alias, 18_000_000)), "the second price");
        assert_eq!(ended.standby.map(|(alias, _)| alias), Some(bo.alias));
        // Open data says how the price was found, and tells what was opened without a name.
        let told = published(world);
        let closed = told.iter().rfind(|own| own.text.contains("\"bids\"")).expect("closed");
        let closed: serde_json::Value = serde_json::from_str(&closed.text).expect("JSON");
        assert_eq!(closed["tender"]["auctions"][0]["method"], "sealed-second-price");
        let told_of = |measure: &str| {
            let all = closed["bids"]["statistics"].as_array().expect("statistics");
            let found = all.iter().find(|it| it["measure"] == measure).expect("measured");
            found["value"].to_string()
        };
        assert_eq!(told_of("bids"), "2");
        assert_eq!(told_of("lowestValidBidValue").parse::<f64>().expect("a sum"), 180_000.0);
        assert_eq!(told_of("highestValidBidValue").parse::<f64>().expect("a sum"), 200_000.0);
        assert!(told.iter().all(|own| !own.text.contains("Firm ")));
        let view = world.city.lot_sealing(&Asker::nobody(), lot).expect("seen");
        let found: Vec<(u32, SealState, &str, Option<i64>)> = view
            .bids
            .iter()
            .map(|it| (it.bidder, it.state, it.reason.as_str(), it.amount))
            .collect();
        let want = [
            (bo.alias, SealState::Opened, "", Some(18_000_000)),
            (ada.alias, SealState::Opened, "", Some(20_000_000)),
            (cai.alias, SealState::Failed, "undecryptable", None),
        ];
        assert_eq!(found, want);
        // Anybody opens them again with what is published, and comes to the same.
        let keys: Vec<TrusteeKey> = [1, 3]
            .map(|place| world.city.lot_key_file(&Asker::nobody(), lot, place).expect("published"))
            .iter()
            .map(|text| TrusteeKey::parse(text).expect("a key"))
            .collect();
        let file = world.city.lot_seal_file(&Asker::nobody(), lot, view.bids[1].entry).expect("open");
        let again = SealedBid::parse(&file).expect("a bid");
        let said = again.open(again.place(), &list(&hall, lot), &keys).expect("opens");
        assert_eq!(said.amount, "200000.00 CNY");
        // The last key adds nothing and is taken.
        assert_eq!(publish(&hall, lot, &keepers[1]), "3 of 2");
        world.city.tend_lots().expect("tended");
        let protocol = world.city.lot_protocol(&Asker::nobody(), lot).expect("signed");
        app::protocol::check(protocol.text.as_bytes(), None).expect("it holds");
        assert!(protocol.text.contains("amount 200000.00") && protocol.text.contains("unopenable"));
        for (firm, held) in [(ada, 50_000), (bo, 50_000), (cai, 0)] {
            assert_eq!(hall.balance(deposit_account(lot, firm.organisation)), (50_000, held));
        }
        hall.sound(lot, &[ada, bo, cai]);
    }

    fn keys_that_do_not_come_free_everybody(world) {
        let hall = Hall::new(world);
        let keepers = keepers(world, 3);
        let lot = hall.announce(terms(&hall, &keepers, "first"));
        let ada = hall.firm(lot, "ada", true);
        for keeper in &keepers {
            register(&hall, lot, keeper).expect("registered");
        }
        hall.open(lot);
        assert_eq!(bid(&hall, lot, &ada, 1, "150000.00 CNY"), "version 1");
        end(&hall, lot);
        assert_eq!(publish(&hall, lot, &keepers[1]), "1 of 2");
        world.clock.pass(24 * 3_600 - 10);
        world.city.tend_lots().expect("tended");
        assert_eq!(hall.lot(lot).state, LotState::Open);
        world.clock.pass(10);
        world.city.tend_lots().expect("tended");
        let kept = hall.lot(lot);
        assert_eq!(kept.state, LotState::CalledOff);
        assert_eq!(Ended::read(&kept.outcome).expect("told").how, "keys-lost");
        assert_eq!(publish(&hall, lot, &keepers[0]), "lot-closed");
        assert_eq!(hall.balance(deposit_account(lot, ada.organisation)), (50_000, 0));
        let text = world.city.lot_protocol(&Asker::nobody(), lot).expect("signed").text;
        app::protocol::check(text.as_bytes(), None).expect("it holds");
        assert!(!text.contains("150000"));
        hall.sound(lot, &[&ada]);
    }

    fn a_lot_without_keys_does_not_open(world) {
        let hall = Hall::new(world);
        let keepers = keepers(world, 2);
        let lot = hall.announce(terms(&hall, &keepers, "first"));
        let ada = hall.firm(lot, "ada", true);
        register(&hall, lot, &keepers[0]).expect("registered");
        world.clock.pass(3_590);
        world.city.tend_lots().expect("tended");
        assert_eq!(hall.lot(lot).state, LotState::CalledOff);
        assert_eq!(hall.balance(deposit_account(lot, ada.organisation)), (50_000, 0));
        hall.sound(lot, &[&ada]);
    }

    // A lot that stands still is not void for keys that are missing meanwhile: its times move.
    fn a_standstill_waits_with_the_keys(world) {
        let hall = Hall::new(world);
        let keepers = keepers(world, 2);
        let lot = hall.announce(terms(&hall, &keepers, "first"));
        let ada = hall.firm(lot, "ada", true);
        register(&hall, lot, &keepers[0]).expect("registered");
        let act = LodgeComplaint {
            lot, organisation: ada.organisation, text: "Another patent is meant.".to_owned(),
        };
        world.city.perform(&ada.who, act).expect("lodged");
        let complaint = world.city.lot(&ada.who, lot).expect("seen").complaints[0].0.id;
        let decide = |to: &str| {
            let (to, reply) = (to.to_owned(), "We looked into it.".to_owned());
            let act = MoveComplaint { lot, complaint, to, reply };
            world.city.perform(&hall.clerk, act).expect("decided");
        };
        decide("accept");
        world.clock.pass(4_000);
        world.city.tend_lots().expect("tended");
        assert_eq!(hall.lot(lot).state, LotState::Announced, "it stands still");
        decide("decline");
        world.city.tend_lots().expect("tended");
        assert_eq!(hall.lot(lot).state, LotState::Announced, "and has its time back");
        register(&hall, lot, &keepers[1]).expect("registered");
        hall.open(lot);
        hall.sound(lot, &[&ada]);
    }

    fn bids_are_taken_back_and_bidders_shut_out(world) {
        let hall = Hall::new(world);
        let keepers = keepers(world, 2);
        let lot = hall.announce(terms(&hall, &keepers, "first"));
        let firms = [hall.firm(lot, "ada", true), hall.firm(lot, "bo", true)];
        let [ada, bo] = &firms;
        let late = hall.asks(lot, "dai", true);
        for keeper in &keepers {
            register(&hall, lot, keeper).expect("registered");
        }
        // Whoever keeps a key does not bid, and the terms say no other names after the opening.
        let keeper = &keepers[0];
        let act = RegisterForLot {
            lot, organisation: keeper.organisation, terms: 1, stands_by: true,
        };
        assert_eq!(code(&world.city.perform(&keeper.who, act).expect_err("a keeper")), "lot-trustee-bids");
        hall.open(lot);
        let back = |firm: &Firm| match world.city.take_back_seal(&firm.who, TakeBackSeal::new(lot, None)) {
            Ok(_) => "gone".to_owned(),
            Err(no) => code(&no),
        };
        let file_of_dai = file(&hall, lot, late.alias, 1, "1 CNY");
        assert_eq!(hand_in(&hall, lot, &late, &file_of_dai), "lot-not-admitted");
        assert_eq!(back(ada), "lot-no-bid");
        assert_eq!(bid(&hall, lot, ada, 1, "150000.00 CNY"), "version 1");
        assert_eq!(back(ada), "gone");
        assert_eq!(bid(&hall, lot, ada, 2, "140000.00 CNY"), "version 2");
        assert_eq!(bid(&hall, lot, bo, 1, "900000.00 CNY"), "version 1");
        let (bidder, reason) = (bo.alias, "banned".to_owned());
        world.city.perform(&hall.clerk, ExcludeBidder { lot, bidder, reason }).expect("shut out");
        // A lot that stands still has not ended, however late it is.
        let halt = |goes_on| world.city.perform(&hall.clerk, HaltLot { lot, goes_on });
        halt(false).expect("halted");
        world.clock.pass(7_200);
        assert_eq!(publish(&hall, lot, &keepers[0]), "lot-key-early");
        halt(true).expect("goes on");
        assert_eq!(publish(&hall, lot, &keepers[0]), "lot-key-early");
        end(&hall, lot);
        assert_eq!(publish(&hall, lot, &keepers[0]), "1 of 2");
        assert_eq!(publish(&hall, lot, &keepers[1]), "2 of 2");
        let ended = Ended::read(&hall.lot(lot).outcome).expect("told");
        assert_eq!((ended.winner, ended.standby), (Some((ada.alias, 14_000_000)), None));
        let own = world.city.lot_sealing(&ada.who, lot).expect("seen").own;
        let states: Vec<SealState> = own.iter().map(|it| it.state).collect();
        assert_eq!(states, [SealState::Opened, SealState::TakenBack]);
        hall.sound(lot, &[ada, bo]);
    }

    fn trustees_are_people_of_other_houses(world) {
        let hall = Hall::new(world);
        let mut keepers = keepers(world, 3);
        let fits = terms(&hall, &keepers, "first");
        let lot = hall.announce(fits.clone());
        let seller = person_of(&hall.officer);
        let mut change = sealing(&keepers, "first");
        change.trustees[0] = Seat { person: seller, organisation: hall.seller };
        change.trustees[1].organisation = keepers[2].organisation;
        let revised = Terms { way: Way::Sealed(change), ..fits };
        let act = ReviseLot { lot, version: 1, terms: revised };
        let no = world.city.perform(&hall.officer, act).expect_err("unfit");
        assert_eq!(code(&no), "lot-trustees-alike lot-trustee-sells lot-trustee-not-there");
        // Nobody bids, and so nobody has to open anything.
        keepers.truncate(2);
        world.city.perform(&hall.officer, app::lot::WithdrawLot::new(lot)).expect("taken back");
        let lot = hall.announce(terms(&hall, &keepers, "second"));
        for keeper in &keepers {
            register(&hall, lot, keeper).expect("registered");
        }
        hall.open(lot);
        hall.close(lot);
        let kept = hall.lot(lot);
        assert_eq!(kept.state, LotState::Unsuccessful);
        assert_eq!(Ended::read(&kept.outcome).expect("told").how, "no-bid");
    }

    fn who_keeps_a_key_does_not_bid_and_who_bids_keeps_none(world) {
        let hall = Hall::new(world);
        let keepers = keepers(world, 3);
        let lot = hall.announce(terms(&hall, &keepers, "first"));
        // The house that answers for a key, and any other in which a trustee has a place.
        let other = world.organisation("Other house");
        world.grant(&keepers[1].who, other, Role::FirmMember);
        let clerk = world.person("otherclerk", other, Role::FirmMember);
        let asks = |who: &Asker, organisation: OrganisationId| {
            let act = RegisterForLot { lot, organisation, terms: 1, stands_by: true };
            world.city.perform(who, act).map(|_| ()).map_err(|no| code(&no))
        };
        for who in [&keepers[1].who, &clerk] {
            let offers = world.city.lot(who, lot).expect("seen").offers;
            assert_eq!(offers.register, [], "no form is offered");
            assert_eq!(offers.unfit.expect("a reason").code, "lot-trustee-bids");
            assert_eq!(asks(who, other), Err("lot-trustee-bids".to_owned()));
        }
        // Who bids is named as a trustee by no change of the terms.
        let ada = hall.asks(lot, "ada", true);
        let mut change = sealing(&keepers, "first");
        change.trustees[2] = Seat { person: person_of(&ada.who), organisation: ada.organisation };
        let revised = Terms { way: Way::Sealed(change), ..terms(&hall, &keepers, "first") };
        let act = ReviseLot { lot, version: 1, terms: revised };
        let no = world.city.perform(&hall.officer, act).expect_err("a bidder");
        assert_eq!(code(&no), "lot-trustee-takes-part");
        assert_eq!(no.0[0].field.as_deref(), Some("trustees"));
        // Who comes to a bidder afterwards neither gets it admitted nor hands in its bid.
        world.grant(&keepers[2].who, ada.organisation, Role::FirmMember);
        assert_eq!(code(&hall.admit(lot, &ada).expect_err("torn")), "lot-trustee-bids");
        let bo = hall.firm(lot, "bo", true);
        world.grant(&keepers[0].who, bo.organisation, Role::FirmMember);
        for keeper in &keepers {
            register(&hall, lot, keeper).expect("registered");
        }
        hall.open(lot);
        let own = file(&hall, lot, bo.alias, 1, "123456 CNY");
        let torn = Firm { who: keepers[0].who.clone(), organisation: bo.organisation, alias: bo.alias };
        assert_eq!(hand_in(&hall, lot, &torn, &own), "lot-trustee-bids");
        assert_eq!(hand_in(&hall, lot, &bo, &own), "version 1", "a colleague does");
    }

    fn nothing_that_is_kept_tells_a_sealed_amount(world) {
        let hall = Hall::new(world);
        let keepers = keepers(world, 3);
        let lot = hall.announce(terms(&hall, &keepers, "first"));
        let ada = hall.firm(lot, "ada", true);
        for keeper in &keepers {
            register(&hall, lot, keeper).expect("registered");
        }
        hall.open(lot);
        let sealed = file(&hall, lot, ada.alias, 1, &format!("{AMOUNT} CNY"));
        assert_eq!(hand_in(&hall, lot, &ada, &sealed), "version 1");
        end(&hall, lot);
        assert_eq!(publish(&hall, lot, &keepers[0]), "1 of 2");
        world.settle();
        let to = world.database.folder().join("before");
        crate::backup::back_up(world, &to).expect("a backup");
        let kept = everything(world);
        assert!(kept.len() > 3, "files were read");
        assert_eq!(telling(&kept), Vec::<String>::new());
        // A backup does not even hold what could be opened later.
        let backup = files(&to);
        assert!(backup.len() > 1);
        let content = sealed.lines().last().and_then(|line| line.get(8..60)).expect("its content");
        let holds = |all: &[(String, Vec<u8>)]| {
            all.iter().any(|(_, bytes)| bytes.windows(content.len()).any(|it| it == content.as_bytes()))
        };
        assert!(!holds(&backup), "no sealed file in a backup");
        assert!(holds(&everything(world)), "and the search finds what is there");
        assert_eq!(publish(&hall, lot, &keepers[2]), "2 of 2");
        assert_eq!(hall.lot(lot).state, LotState::Sold);
        assert!(!telling(&everything(world)).is_empty(), "the search finds it once it is open");
    }

    fn a_lost_file_is_handed_in_again(world) {
        let hall = Hall::new(world);
        let keepers = keepers(world, 2);
        let lot = hall.announce(terms(&hall, &keepers, "first"));
        let firms = [hall.firm(lot, "ada", true), hall.firm(lot, "bo", true)];
        let [ada, bo] = &firms;
        for keeper in &keepers {
            register(&hall, lot, keeper).expect("registered");
        }
        hall.open(lot);
        let own = file(&hall, lot, ada.alias, 1, "150000.00 CNY");
        assert_eq!(hand_in(&hall, lot, ada, &own), "version 1");
        assert_eq!(bid(&hall, lot, bo, 1, "190000.00 CNY"), "version 1");
        crate::backup::run_sql(&world.database.place, "delete from lot_seal_files");
        end(&hall, lot);
        assert_eq!(publish(&hall, lot, &keepers[0]), "1 of 2");
        assert_eq!(publish(&hall, lot, &keepers[1]), "2 of 2");
        assert_eq!(hall.lot(lot).state, LotState::Open, "files are awaited");
        let other = file(&hall, lot, ada.alias, 1, "170000.00 CNY");
        assert_eq!(hand_in(&hall, lot, ada, &other), "lot-seal-version", "the same file alone");
        assert_eq!(hand_in(&hall, lot, ada, &own), "version 1");
        world.clock.pass(24 * 3_600);
        world.city.tend_lots().expect("tended");
        let ended = Ended::read(&hall.lot(lot).outcome).expect("told");
        assert_eq!(ended.winner, Some((ada.alias, 15_000_000)));
        let bids = world.city.lot_sealing(&Asker::nobody(), lot).expect("seen").bids;
        assert_eq!(bids[1].reason, "file-missing");
    }
}
