//! The feed over both databases: a reader that was stopped goes on at its cursor, whatever became of the
//! server meanwhile; what is withdrawn is told to those who have it.

use access::Role;
use app::Asker;
use app::listing::{CreateListing, WithdrawListing};
use base::{Currency, Label, Money, TechnologyId};
use trading::listing::{DealMode, Licence, Terms};
use worlds::on_both;

/// What an entry tells: kind and thing.
fn told(items: &[app::feed::Item]) -> Vec<(String, String)> {
    items.iter().map(|it| (it.kind.clone(), it.thing.clone())).collect()
}

on_both! {
    fn a_reader_goes_on_at_its_cursor_when_the_server_is_back(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        for n in 0..7 {
            world.technology(&officer, owner, &format!("Process {n}"), Label::public());
        }
        world.settle();
        let reader = Asker::nobody();
        let whole = world.city.feed(&reader, None, 100, false).expect("read");
        assert!(whole.is_end && whole.items.len() >= 7, "{}", whole.items.len());
        // Stopped in the middle of a page: what it had handled last is all that it knows.
        let page = world.city.feed(&reader, None, 5, false).expect("read");
        let handled = &page.items[..3];
        let cursor = handled[2].cursor.clone();
        // Nothing of the server's memory is left; more happens before the reader is back.
        let again = world.reopened(7);
        world.technology(&officer, owner, "A late one", Label::public());
        world.settle();
        let mut found = told(handled);
        let mut next = cursor;
        loop {
            let page = again.feed(&reader, Some(&next), 2, false).expect("read");
            found.extend(told(&page.items));
            next = page.next;
            if page.is_end {
                break;
            }
        }
        let now = world.city.feed(&reader, None, 100, false).expect("read");
        assert!(now.items.len() > whole.items.len());
        assert_eq!(found, told(&now.items), "nothing twice and nothing missed");
    }

    fn what_is_withdrawn_is_told_to_those_who_have_it(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let technology = world.technology(&officer, owner, "A drying process", Label::public());
        let price = Some(Money::new(1_000_000, Currency::CNY));
        let terms = Terms { price, term_years: Some(5), ..Terms::of(Licence::NonExclusive) };
        let act = CreateListing { technology, mode: DealMode::Negotiation, terms };
        let listing = world.city.perform(&officer, act).expect("listed").listing;
        world.settle();
        let reader = Asker::nobody();
        let had = world.city.feed(&reader, None, 100, false).expect("read");
        assert!(told(&had.items).contains(&("listing-created".to_owned(), technology.to_string())));
        let act = WithdrawListing { technology, listing, version: 1, reason: "Sold.".to_owned() };
        world.city.perform(&officer, act).expect("withdrawn");
        world.settle();
        // An old reader learns it from its cursor on, and finds nothing on offer any more.
        let new = world.city.feed(&reader, Some(&had.next), 100, false).expect("read");
        assert_eq!(told(&new.items), [("listing-withdrawn".to_owned(), technology.to_string())]);
        let id = TechnologyId::parse(&new.items[0].thing).expect("an id");
        let offers = world.city.technology(&reader, id).expect("public").listings;
        assert!(offers.iter().all(|it| it.state != trading::ListingState::Offered));
        // A state feed gives the withdrawal as the last word on it.
        let last = world.city.feed(&reader, None, 100, true).expect("read");
        let of_it: Vec<&str> =
            last.items.iter().filter(|it| it.thing == technology.to_string()).map(|it| it.kind.as_str()).collect();
        assert_eq!(of_it, ["listing-withdrawn"]);
    }
}
