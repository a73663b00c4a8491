//! Another mail address: asked with a proof, told to the old one, confirmed by the link, once.

use crate::case::{code, person_of};
use crate::mail::{Server, post, with_letters};
use access::Role;
use app::account::SignIn;
use app::address::{AddressAsked, AskForAddress, ConfirmAddress, DropAddress};
use app::erasure::ErasePerson;
use app::mail::{Block, Ready};
use app::{Asker, No};
use std::sync::Arc;
use worlds::{On, World};

const PASSWORD: &str = "a testing password";

fn ask(world: &World, asker: &Asker, address: &str) -> Result<AddressAsked, No> {
    world.city.perform(asker, AskForAddress { address: address.to_owned() })
}

fn confirm(world: &World, asker: &Asker, secret: &str) -> Result<(), No> {
    world.city.perform(asker, ConfirmAddress { secret: secret.to_owned() })
}

fn signs_in(world: &World, address: &str) -> bool {
    let asker = Asker { network: "198.51.100.0/24".to_owned(), ..Asker::nobody() };
    world.city.perform(&asker, SignIn::new(address, PASSWORD, "Firefox/1")).is_ok()
}

/// Sends what is due, and gives the letters that came to this address, the newest last.
fn letters(world: &World, server: &Server, address: &str) -> Vec<Ready> {
    world.settle();
    world.city.follow_mail().expect("followed");
    while world.city.send_letters(&|| true).expect("a round").n_sent > 0 {}
    let mut taken = server.taken();
    taken.retain(|letter| letter.to_address == address);
    taken
}

fn link(letter: &Ready) -> String {
    let url = |block: &Block| match block {
        Block::Link { url, .. } => Some(url.clone()),
        _ => None,
    };
    letter.blocks.iter().find_map(url).expect("a link")
}

fn secret(letter: &Ready) -> String {
    let link = link(letter);
    let (_, secret) = link.split_once("/account/address/confirmation/").expect("a confirmation");
    secret.to_owned()
}

with_letters! {
    fn the_old_one_counts_until_the_link_is_used_once(world, server) {
        let wu = world.person("wu", world.hall, Role::Member);
        let li = world.person("li", world.hall, Role::Member);
        let (old, new) = ("wu@testing.example", "wu.min@elsewhere.example");
        assert_eq!(code(&ask(world, &wu, old).expect_err("the same")), "address-same");
        assert_eq!(code(&ask(world, &wu, "wu@").expect_err("none")), "person-email-unreadable");
        let no = ask(world, &Asker::nobody(), new).expect_err("nobody");
        assert_eq!(code(&no), "sign-in-required");
        let asked = ask(world, &wu, " Wu.Min@Elsewhere.example ").expect("asked");
        assert_eq!(asked.address, new);
        let waiting = world.city.personal_data(&wu).expect("own").address;
        assert_eq!(waiting.map(|it| it.address).as_deref(), Some(new));
        let told = letters(world, server, old);
        assert!(told.iter().any(|one| one.subject == "Another mail address was asked for"));
        assert!(told.iter().all(|one| !one.text().contains(new)), "the new one stays out of it");
        let first = secret(letters(world, server, new).last().expect("a letter"));
        assert!(signs_in(world, old) && !signs_in(world, new));
        // A link of somebody else, or one that was made up, opens nothing.
        for (asker, secret) in [(&li, first.as_str()), (&wu, "bwm_made-up")] {
            let no = confirm(world, asker, secret).expect_err("not theirs");
            assert_eq!(code(&no), "address-link-gone");
        }
        assert_eq!(
            code(&confirm(world, &Asker::nobody(), &first).expect_err("nobody")),
            "sign-in-required"
        );
        // Asked again, the link before is worth nothing.
        ask(world, &wu, new).expect("asked");
        let second = secret(letters(world, server, new).last().expect("a letter"));
        assert_ne!(first, second);
        assert_eq!(code(&confirm(world, &wu, &first).expect_err("gone")), "address-link-gone");
        confirm(world, &wu, &second).expect("confirmed");
        assert!(signs_in(world, new) && !signs_in(world, old));
        assert_eq!(code(&confirm(world, &wu, &second).expect_err("once")), "address-link-gone");
        assert_eq!(world.city.own_address(&wu).expect("read"), None);
        let told = letters(world, server, old);
        assert_eq!(told.last().expect("a letter").subject, "Your mail address was changed");
        let desk = world.city.desk(&wu).expect("a desk");
        let kinds: Vec<&str> = desk.notices.iter().map(|notice| notice.kind.as_str()).collect();
        assert!(kinds.contains(&"address-asked") && kinds.contains(&"address-changed"));
    }

    fn nobody_learns_who_has_an_address(world, server) {
        let wu = world.person("wu", world.hall, Role::Member);
        world.person("li", world.hall, Role::Member);
        let taken = ask(world, &wu, "li@testing.example").expect("the same answer");
        let free = ask(world, &wu, "nobody@testing.example").expect("the same answer");
        assert_eq!(taken.address, "li@testing.example");
        assert!(free.ends_at > taken.ends_at);
        assert!(world.city.own_address(&wu).expect("read").is_some());
        let told = letters(world, server, "li@testing.example");
        let told = told.last().expect("a letter");
        assert_eq!(told.subject, "Your mail address was asked for");
        assert!(link(told).ends_with("/account"), "no link that confirms anything");
        // Taken between the letter and the press: the link is worth nothing, and no more is said.
        let secret = secret(letters(world, server, "nobody@testing.example").last().expect("one"));
        world.person("nobody", world.hall, Role::Member);
        let no = confirm(world, &wu, &secret).expect_err("taken");
        assert_eq!(code(&no), "address-link-gone");
        assert!(signs_in(world, "wu@testing.example"));
        // Each letter goes to somebody: there is an end to it within an hour.
        for n in 2..parties::address::ASKED_MAX {
            ask(world, &wu, &format!("a{n}@testing.example")).expect("asked");
        }
        let no = ask(world, &wu, "last@testing.example").expect_err("too many");
        assert_eq!(code(&no), "too-many");
        world.clock.pass(3600);
        ask(world, &wu, "last@testing.example").expect("an hour later");
    }

    fn it_ends_after_a_day_and_is_dropped_or_forgotten(world, server) {
        let wu = world.person("wu", world.hall, Role::Member);
        ask(world, &wu, "late@testing.example").expect("asked");
        let late = secret(letters(world, server, "late@testing.example").last().expect("one"));
        world.clock.pass(24 * 3600);
        assert_eq!(world.city.own_address(&wu).expect("read"), None);
        assert_eq!(code(&confirm(world, &wu, &late).expect_err("a day")), "address-link-gone");
        ask(world, &wu, "drop@testing.example").expect("asked");
        let dropped = secret(letters(world, server, "drop@testing.example").last().expect("one"));
        world.city.perform(&wu, DropAddress {}).expect("dropped");
        world.city.perform(&wu, DropAddress {}).expect("dropped twice is dropped");
        let no = confirm(world, &wu, &dropped).expect_err("dropped");
        assert_eq!(code(&no), "address-link-gone");
        // Who goes for good leaves no address behind, in no letter either.
        ask(world, &wu, "gone@testing.example").expect("asked");
        let person = person_of(&wu);
        let act = ErasePerson { person, typed: "wu@testing.example".to_owned() };
        world.city.perform(&wu, act).expect("erased");
        let rows = world.city.outbox(&world.operator(), base::Lang::En, None, None, 100);
        let rows = rows.expect("the outbox").rows;
        assert!(rows.iter().all(|row| !format!("{row:?}").contains("gone@testing.example")));
        assert!(rows.iter().all(|row| !format!("{row:?}").contains("wu@testing.example")));
    }
}
