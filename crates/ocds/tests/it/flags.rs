//! Red flags: the published vectors, each indicator at its edges, and what is left out and why.

use base::{Currency, Money};
use ocds::Process;
use ocds::flags::{Code, Figure, Findings, Flag, Settings, Share, Spread, Subject, Why, flags};
use ocds::process::*;

use crate::story::{bid, both, day, organisation, sale, span, tender, yuan};

/// A process by its number, with these bids, of which `winner` was awarded.
fn process(n: usize, direction: Direction, bids: Vec<Bid>, winner: &str) -> Process {
    let mut process = sale();
    process.number = n.to_string();
    process.direction = direction;
    process.organisations = vec![organisation("institute", "Institute")];
    process.steps.truncate(2);
    let mut award = crate::story::award(AwardState::Active);
    award.winners = vec![winner.to_owned()];
    let auctions = Vec::new();
    let steps = [What::Closed(Closing { bids, auctions }), What::Awarded(award)];
    let dated = (31..).zip(steps).map(|(at, what)| Step { at: day(at), what });
    process.steps.extend(dated);
    process
}

/// A purchase won at 100,000.00 against one other bid.
fn against(n: usize, other: i64) -> Process {
    let bids = vec![bid("w", "winner", 10_000_000), bid("o", "other", other)];
    process(n, Direction::Purchase, bids, "winner")
}

fn tender_of(process: &mut Process) -> &mut Tender {
    let What::Announced(tender) = &mut process.steps[1].what else { panic!("a tender") };
    tender
}

fn share(billionths: i64) -> Share {
    Share::from_billionths(billionths)
}

fn of(found: &Findings, code: Code) -> Vec<&Flag> {
    found.flags.iter().filter(|flag| flag.code == code).collect()
}

fn run(processes: &[Process]) -> Findings {
    flags(processes, &Settings::default())
}

fn whys(found: &Findings, code: Code) -> Vec<Why> {
    let own = found.exclusions.iter().filter(|exclusion| exclusion.code == code);
    own.map(|exclusion| exclusion.why.clone()).collect()
}

#[test]
fn fences_are_those_of_the_page() {
    let spread = Spread::between(8, share(50_000_000), share(70_000_000));
    assert_eq!([spread.lower, spread.upper], [share(20_000_000), share(100_000_000)]);
    let of = |values: &[u32]| {
        let values: Vec<_> = values.iter().map(|n| Share::whole(*n)).collect();
        Spread::of(&values).map(|spread| [spread.q1, spread.q3].map(|it| it.to_string()))
    };
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[7]), Some(["7", "7"].map(str::to_owned)));
    assert_eq!(of(&[4, 1, 3, 2]), Some(["1.75", "3.25"].map(str::to_owned)));
    assert_eq!(of(&[5, 4, 3, 2, 1]), Some(["2", "4"].map(str::to_owned)));
    assert_eq!(of(&[1, 2, 3, 4, 5, 6]), Some(["2.25", "4.75"].map(str::to_owned)));
    assert_eq!(Share::of(1, 3).unwrap().to_string(), "0.333333333");
    assert_eq!(Share::of(-3, 2).unwrap().to_string(), "-1.5");
    assert_eq!(Share::of(1, 0), None);
    assert_eq!(Share::of(i64::MAX, 1), None);
}

#[test]
fn close_and_far_prices_are_flagged_as_on_the_page() {
    let fifths = [vec![10_500_000; 5], vec![10_600_000; 3], vec![10_700_000; 5]].concat();
    let others = [vec![10_100_000], fifths, vec![11_500_000]].concat();
    let processes: Vec<_> = (0..).zip(&others).map(|(n, other)| against(n, *other)).collect();
    let found = run(&processes);
    let spread = Spread::between(15, share(50_000_000), share(70_000_000));
    assert!(found.spreads.contains(&(Code::R024, spread)), "{:?}", found.spreads);
    let one = |code, n: &str, value, limit| {
        let flags = of(&found, code);
        assert_eq!(flags.len(), 1);
        let subject = Subject::Process { number: n.to_owned(), lot: None };
        assert_eq!(flags[0].subject, subject);
        assert_eq!(flags[0].found, Figure::Share(share(value)));
        assert_eq!(flags[0].limit, Some(Figure::Share(share(limit))));
        assert_eq!(flags[0].evidence.bids, ["w", "o"]);
        assert_eq!(flags[0].evidence.organisations, ["other", "winner"]);
    };
    one(Code::R024, "0", 10_000_000, 20_000_000);
    one(Code::R058, "14", 150_000_000, 100_000_000);
    // Exactly at the fence is flagged as well.
    let mut edge = processes.clone();
    edge[0] = against(0, 10_200_000);
    edge[14] = against(14, 11_000_000);
    let found = run(&edge);
    assert_eq!([of(&found, Code::R024).len(), of(&found, Code::R058).len()], [1, 1]);
    edge[0] = against(0, 10_200_001);
    edge[14] = against(14, 10_999_999);
    let found = run(&edge);
    assert_eq!([of(&found, Code::R024).len(), of(&found, Code::R058).len()], [0, 0]);
}

#[test]
fn a_sale_looks_below_the_winning_price() {
    let settings = Settings { difference_low: Some(share(10_000_000)), ..Settings::default() };
    let sold = |other: i64| {
        let bids = vec![bid("w", "winner", 10_000_000), bid("o", "other", other)];
        let found = flags(&[process(1, Direction::Sale, bids, "winner")], &settings);
        (of(&found, Code::R024).len(), whys(&found, Code::R024))
    };
    assert_eq!(sold(9_900_000), (1, vec![]));
    assert_eq!(sold(9_800_000), (0, vec![]));
    assert_eq!(sold(10_100_000), (0, vec![Why::NotBest]));
    // The same bids in a purchase: the other one is the best.
    let bids = vec![bid("w", "winner", 10_000_000), bid("o", "other", 9_900_000)];
    let found = flags(&[process(1, Direction::Purchase, bids, "winner")], &settings);
    assert_eq!(whys(&found, Code::R024), [Why::NotBest]);
}

#[test]
fn equal_differences_are_not_all_flagged() {
    let processes: Vec<_> = (0..8).map(|n| against(n, 10_500_000)).collect();
    let found = run(&processes);
    assert!(of(&found, Code::R024).is_empty() && of(&found, Code::R058).is_empty());
    // One that lies outside still is.
    let outside: Vec<_> = processes.into_iter().chain([against(9, 10_400_000)]).collect();
    let found = run(&outside);
    assert_eq!([of(&found, Code::R024).len(), of(&found, Code::R058).len()], [1, 0]);
    // Of too few values there is no limit, and it is said.
    let found = run(&outside[..3]);
    assert_eq!(whys(&found, Code::R024), [Why::FewValues(3)]);
}

#[test]
fn what_price_indicators_leave_out_is_said_with_the_reason() {
    let why = |change: &dyn Fn(&mut Process)| {
        let mut one = against(1, 10_500_000);
        change(&mut one);
        whys(&run(&[one]), Code::R058).remove(0)
    };
    let closing = |process: &mut Process, change: &dyn Fn(&mut Closing)| {
        let What::Closed(closing) = &mut process.steps[2].what else { panic!("a closing") };
        change(closing);
    };
    let award = |process: &mut Process, change: &dyn Fn(&mut Award)| {
        let What::Awarded(award) = &mut process.steps[3].what else { panic!("an award") };
        change(award);
    };
    assert_eq!(why(&|it| tender_of(it).criteria = Criteria::FixedPrice), Why::FixedPrice);
    assert_eq!(why(&|it| tender_of(it).criteria = Criteria::Rated), Why::NotPriceAlone);
    let dollars = Some(Money::new(1, Currency::USD));
    assert_eq!(why(&|it| closing(it, &|own| own.bids[1].value = dollars)), Why::OtherCurrency);
    assert_eq!(why(&|it| closing(it, &|own| own.bids[1].value = None)), Why::NoAmount);
    assert_eq!(why(&|it| closing(it, &|own| own.bids[0].value = yuan(0))), Why::NoAmount);
    let joint = |own: &mut Closing| own.bids[1].bidders.push("third".to_owned());
    assert_eq!(why(&|it| closing(it, &joint)), Why::Jointly);
    let out = |own: &mut Closing| own.bids[1].state = BidState::Disqualified;
    assert_eq!(why(&|it| closing(it, &out)), Why::NoOtherBid);
    let own_out = |own: &mut Closing| own.bids[0].state = BidState::Withdrawn;
    assert_eq!(why(&|it| closing(it, &own_out)), Why::NoWinningBid);
    assert_eq!(why(&|it| award(it, &|own| own.state = AwardState::Pending)), Why::NoAward);
    assert_eq!(why(&|it| award(it, &|own| own.winners.push("b".to_owned()))), Why::Jointly);
    let twice = |process: &mut Process| {
        let mut again = process.steps[3].clone();
        let What::Awarded(award) = &mut again.what else { panic!("an award") };
        award.id = "a2".to_owned();
        process.steps.push(again);
    };
    assert_eq!(why(&twice), Why::SeveralAwards);
    let third = |own: &mut Closing| {
        own.bids.push(bid("x", "third", 1));
        own.bids[2].state = BidState::Disqualified;
    };
    assert_eq!(why(&|it| closing(it, &third)), Why::InvalidBids(vec!["x".to_owned()]));
}

#[test]
fn a_short_time_for_bids_is_counted_in_whole_days() {
    let days = |seconds: i64, method: Method| {
        let mut one = against(1, 10_500_000);
        let start = day(10);
        tender_of(&mut one).submission =
            base::Span::new(start, start.plus_seconds(seconds)).unwrap();
        tender_of(&mut one).method = method;
        let found = run(&[one]);
        of(&found, Code::R003).first().map(|flag| flag.found)
    };
    let day_seconds = 86_400;
    assert_eq!(days(15 * day_seconds, Method::Open), None);
    assert_eq!(days(15 * day_seconds - 1, Method::Open), Some(Figure::Days(14)));
    assert_eq!(days(1, Method::Selective), Some(Figure::Days(0)));
    assert_eq!(days(1, Method::Direct), None);
    // An amendment that shortens the time counts.
    let mut one = against(1, 10_500_000);
    let mut shorter = tender();
    shorter.submission = span(10, 24);
    let what = What::Amended { tender: shorter, why: both("", "") };
    one.steps.insert(2, Step { at: day(12), what });
    assert_eq!(of(&run(&[one]), Code::R003).len(), 1);
}

#[test]
fn one_bidder_in_a_competitive_procedure_is_flagged() {
    let n = |bids: Vec<Bid>, method: Method| {
        let mut one = process(1, Direction::Sale, bids, "a");
        tender_of(&mut one).method = method;
        of(&run(&[one]), Code::R018).len()
    };
    let [a, again, b] = [bid("1", "a", 1), bid("2", "a", 2), bid("3", "b", 3)];
    assert_eq!(n(vec![a.clone()], Method::Open), 1);
    assert_eq!(n(vec![a.clone(), again], Method::Selective), 1);
    assert_eq!(n(vec![a.clone()], Method::Limited), 0);
    assert_eq!(n(vec![a.clone(), b.clone()], Method::Open), 0);
    assert_eq!(n(vec![], Method::Open), 0);
    let mut gone = b.clone();
    gone.state = BidState::Withdrawn;
    assert_eq!(n(vec![a.clone(), gone], Method::Open), 1);
    let mut joint = b;
    joint.bidders.push("a".to_owned());
    assert_eq!(n(vec![joint], Method::Open), 1);
    // Before it is closed nothing is known.
    let mut open = process(1, Direction::Sale, vec![a], "a");
    open.steps.truncate(2);
    assert!(of(&run(&[open]), Code::R018).is_empty());
}

#[test]
fn equal_losing_bids_are_shown_and_the_result_stays() {
    let bids = vec![bid("w", "winner", 300), bid("x", "b", 200), bid("y", "c", 200)];
    let one = process(1, Direction::Sale, bids, "winner");
    let before = one.clone();
    let found = run(std::slice::from_ref(&one));
    let flags = of(&found, Code::R028);
    assert_eq!(flags.len(), 1);
    assert_eq!(flags[0].evidence.bids, ["x", "y"]);
    assert_eq!(flags[0].evidence.organisations, ["b", "c"]);
    assert_eq!(flags[0].found, Figure::Money(Money::new(200, Currency::CNY)));
    assert_eq!(one, before);
}

#[test]
fn equal_prices_count_only_between_valid_bids_of_different_bidders() {
    let n = |change: &dyn Fn(&mut Bid, &mut Tender)| {
        let mut other = bid("y", "c", 200);
        let mut tender = tender();
        change(&mut other, &mut tender);
        let bids = vec![bid("x", "b", 200), other];
        let mut one = process(1, Direction::Sale, bids, "b");
        *tender_of(&mut one) = tender;
        of(&run(&[one]), Code::R028).len()
    };
    assert_eq!(n(&|_, _| ()), 1);
    assert_eq!(n(&|bid, _| bid.bidders = vec!["b".to_owned()]), 0);
    assert_eq!(n(&|bid, _| bid.bidders.push("b".to_owned())), 0);
    assert_eq!(n(&|bid, _| bid.state = BidState::Disqualified), 0);
    assert_eq!(n(&|bid, _| bid.value = None), 0);
    assert_eq!(n(&|bid, _| bid.value = Some(Money::new(200, Currency::USD))), 0);
    assert_eq!(n(&|_, tender| tender.criteria = Criteria::FixedPrice), 0);
    assert_eq!(n(&|_, tender| tender.criteria = Criteria::Rated), 1);
}

#[test]
fn a_late_winner_is_flagged_by_the_real_end() {
    let found = |received, end: Option<i64>| {
        let mut own = bid("w", "winner", 300);
        own.received = received;
        let bids = vec![own, bid("x", "b", 200)];
        let mut one = process(1, Direction::Sale, bids, "winner");
        if let Some(end) = end {
            let What::Closed(closing) = &mut one.steps[2].what else { panic!("a closing") };
            closing.auctions.push(Auction {
                id: "x".to_owned(),
                lot: None,
                url: None,
                method: "english".to_owned(),
                start: None,
                step: None,
                span: span(24, end),
                n_extensions: 1,
                rounds: vec![],
            });
        }
        of(&run(&[one]), Code::R030).first().map(|flag| (flag.found, flag.limit))
    };
    assert_eq!(found(day(30), None), None);
    let late = day(30).plus_seconds(1);
    let want = (Figure::Moment(late), Some(Figure::Moment(day(30))));
    assert_eq!(found(late, None), Some(want));
    assert_eq!(found(late, Some(31)), None, "the end was put off");
    assert_eq!(found(late, Some(26)), Some(want));
}

#[test]
fn disqualified_others_and_a_disqualified_best_are_flagged() {
    let codes = |states: [BidState; 3], winner: &str, amounts: [i64; 3]| {
        let ids = ["a", "b", "c"];
        let bids = (0..3).map(|n| {
            let mut own = bid(ids[n], ids[n], amounts[n]);
            own.state = states[n];
            own
        });
        let one = process(1, Direction::Sale, bids.collect(), winner);
        let found = run(&[one]);
        let wanted = |flag: &&Flag| [Code::R035, Code::R036].contains(&flag.code);
        found.flags.iter().filter(wanted).map(|flag| (flag.code, flag.found)).collect::<Vec<_>>()
    };
    use BidState::{Disqualified as Out, Valid, Withdrawn};
    let best = Figure::Money(Money::new(300, Currency::CNY));
    let others = (Code::R035, Figure::Count(2));
    assert_eq!(codes([Valid, Out, Out], "a", [100, 90, 80]), [others]);
    assert_eq!(codes([Valid, Out, Out], "a", [100, 300, 80]), [others, (Code::R036, best)]);
    assert_eq!(codes([Valid, Valid, Out], "a", [100, 90, 300]), [(Code::R036, best)]);
    // Of equal best bids one is valid.
    assert_eq!(codes([Valid, Valid, Out], "a", [300, 90, 300]), []);
    assert_eq!(codes([Out, Valid, Valid], "b", [300, 300, 90]), []);
    assert_eq!(codes([Valid, Withdrawn, Withdrawn], "a", [100, 300, 80]), []);
    // The winner is not the one whose bid is valid.
    assert_eq!(codes([Valid, Out, Out], "b", [100, 90, 80]), []);
    let settings = Settings { disqualified_min: 2, ..Settings::default() };
    let mut out = bid("b", "b", 90);
    out.state = Out;
    let one = process(1, Direction::Sale, vec![bid("a", "a", 100), out], "a");
    assert!(of(&flags(std::slice::from_ref(&one), &settings), Code::R035).is_empty());
    assert_eq!(of(&run(&[one]), Code::R035).len(), 1);
}

#[test]
fn who_bids_much_and_hardly_wins_is_flagged() {
    // Seven firms win two of four, one bids for eight and wins none.
    let mut processes = Vec::new();
    for firm in 0..7 {
        for n in 0..4 {
            let own = format!("f{firm}");
            let other = format!("f{}", (firm + 1) % 7);
            let winner = if n % 2 == 0 { own.clone() } else { other.clone() };
            let mut bids = vec![bid("1", &own, 100), bid("2", &other, 90), bid("3", &own, 95)];
            if n == 3 || firm == 0 {
                bids.push(bid("4", "loser", 80));
            }
            processes.push(process(processes.len(), Direction::Sale, bids, &winner));
        }
    }
    let found = run(&processes);
    let flags = of(&found, Code::R025);
    assert_eq!(flags.len(), 1, "{flags:?}");
    assert_eq!(flags[0].subject, Subject::Bidder("loser".to_owned()));
    assert_eq!(flags[0].found, Figure::Share(share(0)));
    assert_eq!(flags[0].evidence.processes.len(), 10);
    // With fewer bids than a quarter of all have it is not.
    let mut fewer = processes.clone();
    for process in fewer.iter_mut().skip(3) {
        let What::Closed(closing) = &mut process.steps[2].what else { panic!("a closing") };
        closing.bids.retain(|bid| bid.bidders != ["loser"]);
    }
    assert!(of(&run(&fewer), Code::R025).is_empty());
}

#[test]
fn an_unusual_share_of_disqualified_bids_is_flagged_on_both_sides() {
    let mut processes = Vec::new();
    for holder in 0..6 {
        for n in 0..2 {
            let mut bids: Vec<_> =
                (0..5).map(|b| bid(&b.to_string(), &format!("b{b}"), 100)).collect();
            // One holder disqualifies four of five, all others one in two processes.
            let n_out = if holder == 5 { 4 } else { n };
            for own in bids.iter_mut().take(n_out) {
                own.state = BidState::Disqualified;
            }
            let mut one = process(processes.len(), Direction::Sale, bids, "b4");
            one.holder = format!("h{holder}");
            processes.push(one);
        }
    }
    let found = run(&processes);
    let flags = of(&found, Code::R038);
    assert_eq!(flags[0].subject, Subject::Holder("h5".to_owned()));
    assert_eq!(flags[0].found, Figure::Share(share(800_000_000)));
    assert_eq!(flags[0].evidence.processes, ["10", "11"]);
    let bidders: Vec<_> = flags[1..].iter().map(|flag| flag.subject.clone()).collect();
    assert_eq!(bidders, [Subject::Bidder("b0".to_owned())]);
    // With a limit given it needs no others, but it does need enough of its own.
    let settings = Settings { disqualified_high: Some(share(400_000_000)), ..Settings::default() };
    let found = ocds::flags::flags(&processes[10..11], &settings);
    assert!(of(&found, Code::R038).is_empty());
    assert!(whys(&found, Code::R038).contains(&Why::FewOfThem(1)));
    let found = ocds::flags::flags(&processes[10..], &settings);
    assert_eq!(of(&found, Code::R038).len(), 5, "the holder and four bidders");
    // Nobody is flagged for nothing.
    let settings = Settings { disqualified_high: Some(share(0)), ..Settings::default() };
    let found = ocds::flags::flags(&processes[..2], &settings);
    assert_eq!(of(&found, Code::R038).len(), 2, "the holder and the one bidder it turned away");
}

#[test]
fn a_winner_of_many_kinds_of_goods_is_flagged() {
    let won = |n: usize, winner: &str, class: &str| {
        let mut one = process(n, Direction::Sale, vec![bid("1", winner, 100)], winner);
        let item = &mut tender_of(&mut one).items[0];
        item.classification.as_mut().unwrap().id = class.to_owned();
        one
    };
    let mut processes: Vec<_> =
        (0..6).map(|n| won(n, &format!("f{n}"), ["H01L 21/02", "H01L"][n % 2])).collect();
    for (n, class) in ["A01B 1/00", "b22f", "B22F 3/00", "C07K", "G06F"].into_iter().enumerate() {
        processes.push(won(10 + n, "trader", class));
    }
    let found = run(&processes);
    let flags = of(&found, Code::R048);
    assert_eq!(flags.len(), 1);
    assert_eq!(flags[0].subject, Subject::Bidder("trader".to_owned()));
    assert_eq!(flags[0].found, Figure::Count(4));
    assert_eq!(flags[0].evidence.processes.len(), 5);
    let settings = Settings { variety_high: Some(5), ..Settings::default() };
    assert!(of(&ocds::flags::flags(&processes, &settings), Code::R048).is_empty());
    let settings = Settings { variety_high: Some(4), ..Settings::default() };
    assert_eq!(of(&ocds::flags::flags(&processes, &settings), Code::R048).len(), 1);
}

#[test]
fn lots_are_looked_at_one_by_one() {
    let mut bids = vec![bid("1", "a", 100), bid("2", "b", 90), bid("3", "a", 50)];
    bids[2].lot = Some("l2".to_owned());
    let mut one = process(1, Direction::Sale, bids, "a");
    let lot = Lot { id: "l2".to_owned(), title: both("", ""), value: None };
    tender_of(&mut one).lots.push(lot);
    let found = run(&[one]);
    let flags = of(&found, Code::R018);
    assert_eq!(flags.len(), 1);
    let subject = Subject::Process { number: "1".to_owned(), lot: Some("l2".to_owned()) };
    assert_eq!(flags[0].subject, subject);
}

#[test]
fn nothing_is_found_in_nothing_and_the_same_in_the_same() {
    assert_eq!(run(&[]), Findings::default());
    let processes: Vec<_> = (0..20).map(|n| against(n, 10_000_000 + 77_777 * n as i64)).collect();
    assert_eq!(run(&processes), run(&processes));
    assert_eq!(Code::R058.as_str(), "R058");
}
