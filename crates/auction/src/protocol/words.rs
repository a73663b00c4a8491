//! Words of the protocol for things that are chosen from a list.

use crate::entry::{CallOff, Unopened};
use crate::outcome::{Failure, Outcome};

const CALL_OFFS: [(CallOff, &str); 6] = [
    (CallOff::NoDemand, "no-demand"),
    (CallOff::CannotBeMended, "cannot-be-mended"),
    (CallOff::ForceMajeure, "force-majeure"),
    (CallOff::CostsCut, "costs-cut"),
    (CallOff::NoOffer, "no-offer"),
    (CallOff::KeysLost, "keys-lost"),
];

const UNOPENED: [(Unopened, &str); 3] = [
    (Unopened::Undecryptable, "undecryptable"),
    (Unopened::NotHis, "not-his"),
    (Unopened::Unreadable, "unreadable"),
];

fn word<T: PartialEq>(list: &[(T, &'static str)], thing: &T) -> &'static str {
    let found = list.iter().find(|(it, _)| it == thing);
    found.map(|(_, word)| *word).expect("the list holds every choice")
}

fn thing<T: Copy>(list: &[(T, &'static str)], typed: &str) -> Option<T> {
    list.iter().find(|(_, word)| *word == typed).map(|(it, _)| *it)
}

pub(super) fn call_off(why: CallOff) -> &'static str {
    word(&CALL_OFFS, &why)
}

pub(super) fn read_call_off(typed: &str) -> Option<CallOff> {
    thing(&CALL_OFFS, typed)
}

pub(super) fn unopened(why: Unopened) -> &'static str {
    word(&UNOPENED, &why)
}

pub(super) fn read_unopened(typed: &str) -> Option<Unopened> {
    thing(&UNOPENED, typed)
}

pub(super) fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Sold(_) => "sold".to_owned(),
        Outcome::Unsuccessful(why) => {
            let why = match why {
                Failure::NoBid => "no-bid",
                Failure::TooFewBidders => "too-few-bidders",
                Failure::UnderReserve => "under-reserve",
            };
            format!("unsuccessful {why}")
        }
        Outcome::Withdrawn => "withdrawn".to_owned(),
        Outcome::CalledOff(why) => format!("called-off {}", call_off(*why)),
        Outcome::Rescheduled => "rescheduled".to_owned(),
    }
}
