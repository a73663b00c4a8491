//! Relays that let an instrument be switched on: how one is to stand, and what follows where it does not.
//!
//! A use that begins wants the relay on, the last one that ends wants it off. A use whose relay stays
//! off has not begun: it is taken back, and the relay is told off once more, because an answer that was
//! lost may have switched it. What a relay did not do is told again, later and later, without an end.

use crate::words_of;
use base::{Instant, InstrumentId, PersonId, Refusal, RelayProblemId, UseId};

/// Characters of what a relay said that are kept.
pub const SAID_CHARS_MAX: usize = 200;
/// Characters of the address of a relay.
pub const ADDRESS_CHARS_MAX: usize = 500;
/// Seconds for which whoever began or ended a use tells the relay, before the timer does.
pub const CALLER_SECONDS: i64 = 20;
/// Seconds until a relay is told again, by how often it was told in vain; after them the last.
const AGAIN_SECONDS: [i64; 5] = [5, 15, 60, 300, 900];

words_of! {
    /// How a relay is to stand.
    Wants {
        On = "on",
        Off = "off",
    }

    /// What a problem is about.
    Fault {
        /// It did not switch on; the use did not begin.
        On = "on",
        /// It did not switch off.
        Off = "off",
        /// Staff let a use begin without it.
        Bypass = "bypass",
    }
}

/// What switches an instrument, as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub instrument: InstrumentId,
    /// Its address; read by whoever calls it.
    pub relay: String,
    pub set_at: Instant,
}

/// How the relay of an instrument is to stand, and how far that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    pub instrument: InstrumentId,
    pub wants: Wants,
    /// The use that began or ended; nothing where others go on.
    pub subject: Option<UseId>,
    pub person: Option<PersonId>,
    /// How often it was told in vain.
    pub tries: u32,
    /// When it is told next; nothing once it did it.
    pub next_at: Option<Instant>,
    /// What the last call in vain came to.
    pub said: String,
    pub at: Instant,
    /// Counts the changes, from 1.
    pub version: u64,
}

/// A relay that did not do as it was told, or a use that began without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub id: RelayProblemId,
    pub instrument: InstrumentId,
    pub person: Option<PersonId>,
    pub fault: Fault,
    pub said: String,
    pub at: Instant,
}

/// What follows from a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// How the relay is to stand from now on.
    pub want: Want,
    /// Whether the use that wanted it is taken back.
    pub takes_back: bool,
    /// A problem that staff is told of.
    pub fault: Option<Fault>,
}

/// What follows from a call that came to nothing (`said`), or was done.
///
/// `others` says whether other uses of the instrument run.
pub fn follow(want: &Want, said: Option<&str>, others: bool, now: Instant) -> Followed {
    let Some(said) = said else {
        let done = Want { next_at: None, said: String::new(), tries: 0, ..want.clone() };
        return Followed { want: done, takes_back: false, fault: None };
    };
    let said: String = said.chars().take(SAID_CHARS_MAX).collect();
    let takes_back = want.wants == Wants::On && want.subject.is_some();
    if takes_back {
        let wants = if others { Wants::On } else { Wants::Off };
        let next_at = Some(after(0, now));
        let next = Want { wants, subject: None, tries: 0, next_at, said, at: now, ..want.clone() };
        return Followed { want: next, takes_back, fault: Some(Fault::On) };
    }
    let fault = (want.tries == 0).then_some(match want.wants {
        Wants::On => Fault::On,
        Wants::Off => Fault::Off,
    });
    let next_at = Some(after(want.tries, now));
    let next = Want { tries: want.tries + 1, next_at, said, ..want.clone() };
    Followed { want: next, takes_back, fault }
}

/// When a relay is told again that was told so often in vain.
fn after(tries: u32, now: Instant) -> Instant {
    let n = usize::try_from(tries).unwrap_or(usize::MAX).min(AGAIN_SECONDS.len() - 1);
    now.plus_seconds(AGAIN_SECONDS[n])
}

/// The address that was typed; nothing where there is none.
pub fn typed(text: &str) -> Result<Option<String>, Refusal> {
    let text = text.trim();
    if text.chars().count() > ADDRESS_CHARS_MAX || text.chars().any(char::is_control) {
        return Err(unread());
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// An address of no known form.
pub fn unread() -> Refusal {
    Refusal::invalid("relay-unread").on("relay")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_micros(1_000_000_000_000);

    fn want(wants: Wants, tries: u32) -> Want {
        Want {
            instrument: InstrumentId::from_bits(1),
            wants,
            subject: Some(UseId::from_bits(2)),
            person: Some(PersonId::from_bits(3)),
            tries,
            next_at: Some(NOW),
            said: String::new(),
            at: NOW,
            version: 1,
        }
    }

    fn told(want: &Want, said: Option<&str>, others: bool) -> String {
        let done = follow(want, said, others, NOW);
        let next = done.want.next_at.map_or("done".to_owned(), |at| {
            format!("{} again in {}", done.want.wants, at.seconds_since(NOW))
        });
        let fault = done.fault.map_or("none", Fault::word);
        format!("{next}, takes back {}, fault {fault}", done.takes_back)
    }

    #[test]
    fn a_use_whose_relay_stays_off_is_taken_back() {
        let on = want(Wants::On, 0);
        assert_eq!(told(&on, None, false), "done, takes back false, fault none");
        assert_eq!(told(&on, Some("mute"), false), "off again in 5, takes back true, fault on");
        // Others go on: their instrument is not switched off under their hands.
        assert_eq!(told(&on, Some("mute"), true), "on again in 5, takes back true, fault on");
    }

    #[test]
    fn what_stays_on_is_told_again_and_is_one_problem() {
        let told = |tries| told(&want(Wants::Off, tries), Some("mute"), false);
        assert_eq!(told(0), "off again in 5, takes back false, fault off");
        assert_eq!(told(1), "off again in 15, takes back false, fault none");
        assert_eq!(told(4), "off again in 900, takes back false, fault none");
        assert_eq!(told(4_000), "off again in 900, takes back false, fault none");
    }

    #[test]
    fn what_was_typed_is_bounded() {
        assert_eq!(typed("  "), Ok(None));
        assert_eq!(typed(" modbus://a/1/2 "), Ok(Some("modbus://a/1/2".to_owned())));
        assert!(typed("a\nb").is_err() && typed(&"a".repeat(501)).is_err());
    }
}
