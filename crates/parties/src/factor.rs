//! The second factor: when it is asked, how often a code may be wrong, recovery codes, and the
//! recovery of a lost one by two administrators.

use base::{Chance, Instant, PersonId, Refusal, limits, text, time::half_width};

/// Wrong codes of one person within a window.
pub const WRONG_MAX: u64 = 5;
/// Seconds of the window that wrong codes are counted in.
pub const WINDOW_SECONDS: i64 = 5 * 60;
/// Seconds that a half-finished sign-in waits for its code.
pub const HALF_SECONDS: i64 = 5 * 60;
/// Recovery codes given at a time.
pub const RECOVERY_CODES: usize = 10;
/// Letters and digits of a recovery code: 20 out of 57 are 116 bits.
pub const RECOVERY_CHARS: usize = 20;
/// Seconds that the recovery of a lost factor waits for the second administrator.
pub const RECOVERY_SECONDS: i64 = 24 * 60 * 60;

/// Whom an installation asks for a second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// Officers, administrators and cleared people work with one only; everybody may have one.
    #[default]
    Required,
    /// Everybody may have one.
    Offered,
}

impl Policy {
    /// The word of the settings file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Offered => "offered",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Required, Self::Offered].into_iter().find(|policy| policy.word() == word)
    }
}

/// What was typed where a code is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// Six digits of the authenticator program.
    Code(u32),
    /// One of the recovery codes, without its hyphens.
    Recovery(String),
}

/// Reads a code as people type it: with blanks, hyphens, full-width digits.
pub fn read_code(typed: &str) -> Option<Typed> {
    let is_plain = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '–' | '－');
    let plain: String = typed.chars().take(100).filter(is_plain).map(half_width).collect();
    let is_code = plain.len() == 6 && plain.bytes().all(|byte| byte.is_ascii_digit());
    if is_code {
        return plain.parse().ok().map(Typed::Code);
    }
    let is_recovery =
        plain.len() == RECOVERY_CHARS && plain.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_recovery.then_some(Typed::Recovery(plain))
}

/// Letters and digits that look like no other.
const RECOVERY_LETTERS: &[u8; 57] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Draws one recovery code; every letter is equally likely.
pub fn draw_recovery_code(chance: &mut dyn Chance) -> String {
    let mut code = String::with_capacity(RECOVERY_CHARS);
    while code.len() < RECOVERY_CHARS {
        for byte in chance.bytes32() {
            // 228 is four times 57: what lies above would favour the first letters.
            if byte < 228 && code.len() < RECOVERY_CHARS {
                code.push(char::from(RECOVERY_LETTERS[usize::from(byte) % 57]));
            }
        }
    }
    code
}

/// A recovery code as it is shown: four groups of five.
pub fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = letters.chunks(5).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// Wrong codes of one person, and when their window ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    pub n_wrong: u64,
    pub ends_at: Instant,
}

impl Tries {
    /// Seconds until codes are looked at again; recovery codes cannot be guessed and always are.
    pub fn shut_for(self, now: Instant) -> Option<i64> {
        let is_shut = self.n_wrong >= WRONG_MAX && now < self.ends_at;
        is_shut.then(|| self.ends_at.seconds_since(now) + 1)
    }

    /// The count after one more wrong code.
    pub fn after_wrong(self, now: Instant) -> Self {
        if now < self.ends_at {
            return Self { n_wrong: self.n_wrong + 1, ..self };
        }
        Self { n_wrong: 1, ends_at: now.plus_seconds(WINDOW_SECONDS) }
    }
}

/// How an administrator made sure who somebody is: as at the first enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proofing {
    /// The person came with an identity document.
    InPerson,
    /// A call with picture, and the document shown in it.
    Video,
    /// Two colleagues who know the person came along.
    Colleagues,
}

impl Proofing {
    /// All ways.
    pub const ALL: [Self; 3] = [Self::InPerson, Self::Video, Self::Colleagues];

    /// The word of forms and of the log; `factor-proofing-<word>` is its text.
    pub fn word(self) -> &'static str {
        match self {
            Self::InPerson => "in-person",
            Self::Video => "video",
            Self::Colleagues => "colleagues",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.word() == word)
    }
}

/// The recovery of a lost factor: one administrator has proofed the person, another confirms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    pub person: PersonId,
    pub started_by: PersonId,
    pub proofing: Proofing,
    pub reason: String,
    pub started_at: Instant,
}

impl Recovery {
    /// Whether it still waits for its second administrator.
    pub fn waits(&self, now: Instant) -> bool {
        now < self.started_at.plus_seconds(RECOVERY_SECONDS)
    }
}

/// What is known when a recovery is asked for.
pub struct RecoveryFacts<'a> {
    pub has_factor: bool,
    pub open: Option<&'a Recovery>,
}

/// Whether a recovery may be started.
pub fn start_recovery(
    facts: &RecoveryFacts<'_>,
    reason: &str,
    now: Instant,
) -> Result<String, Vec<Refusal>> {
    let mut problems = Vec::new();
    if !facts.has_factor {
        problems.push(Refusal::new(base::Class::Refused, "factor-absent"));
    }
    if facts.open.is_some_and(|open| open.waits(now)) {
        problems.push(Refusal::new(base::Class::Conflict, "factor-recovery-waits"));
    }
    match text::required_line("reason", reason, limits::SUMMARY_CHARS_MAX) {
        Ok(reason) if problems.is_empty() => Ok(reason),
        Ok(_) => Err(problems),
        Err(refusal) => {
            problems.push(refusal);
            Err(problems)
        }
    }
}

/// Whether this administrator may confirm: in time, and another one than who started.
pub fn confirm_recovery(open: &Recovery, by: PersonId, now: Instant) -> Result<(), Vec<Refusal>> {
    let mut problems = Vec::new();
    if !open.waits(now) {
        problems.push(Refusal::new(base::Class::Refused, "factor-recovery-over"));
    }
    if open.started_by == by {
        problems.push(Refusal::new(base::Class::Refused, "factor-recovery-same"));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::chance::SeededChance;

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(0).plus_seconds(seconds)
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        assert_eq!(read_code(" 287 082"), Some(Typed::Code(287_082)));
        assert_eq!(read_code("０８１８０４"), Some(Typed::Code(81_804)));
        for wrong in ["", "28708", "2870822", "28708a", "-287082x"] {
            assert_eq!(read_code(wrong), None, "{wrong}");
        }
        let code = draw_recovery_code(&mut SeededChance::new(3));
        assert_eq!(code.len(), RECOVERY_CHARS);
        let shown = grouped(&code);
        assert_eq!((shown.len(), shown.matches('-').count()), (23, 3));
        assert_eq!(read_code(&shown), Some(Typed::Recovery(code)));
    }

    #[test]
    fn every_letter_of_a_recovery_code_is_equally_likely() {
        let mut chance = SeededChance::new(4);
        let mut counts = [0_u32; 57];
        for _ in 0..2_000 {
            for byte in draw_recovery_code(&mut chance).bytes() {
                let at = RECOVERY_LETTERS.iter().position(|letter| *letter == byte);
                counts[at.expect("a letter of ours")] += 1;
            }
        }
        // 40,000 letters over 57: about 702 each, with a deviation of about 26.
        assert!(counts.iter().all(|n| (570..840).contains(n)), "{counts:?}");
    }

    #[test]
    fn five_wrong_codes_shut_the_window() {
        let mut tries = Tries { n_wrong: 0, ends_at: at(0) };
        for n in 1..=4 {
            tries = tries.after_wrong(at(n));
            assert_eq!(tries.shut_for(at(n)), None, "{n}");
        }
        tries = tries.after_wrong(at(5));
        assert_eq!(tries.ends_at, at(301), "the window begins with the first");
        assert_eq!(tries.shut_for(at(5)), Some(297));
        assert_eq!(tries.shut_for(at(301)), None, "and opens again");
        assert_eq!(tries.after_wrong(at(301)).n_wrong, 1);
    }

    #[test]
    fn two_administrators_recover_in_time() {
        let person = |n| PersonId::from_bits(n);
        let open = Recovery {
            person: person(1),
            started_by: person(2),
            proofing: Proofing::InPerson,
            reason: "phone lost".to_owned(),
            started_at: at(0),
        };
        let codes = |found: Result<(), Vec<Refusal>>| {
            let refused = found.err().unwrap_or_default();
            refused.iter().map(|refusal| refusal.code.to_string()).collect::<Vec<_>>()
        };
        let last = at(RECOVERY_SECONDS);
        assert_eq!(confirm_recovery(&open, person(3), at(1)), Ok(()));
        assert_eq!(codes(confirm_recovery(&open, person(2), at(1))), ["factor-recovery-same"]);
        assert_eq!(codes(confirm_recovery(&open, person(3), last)), ["factor-recovery-over"]);
        let facts = |has_factor, open| RecoveryFacts { has_factor, open };
        let start = |facts: &RecoveryFacts<'_>, reason: &str, now| {
            codes(start_recovery(facts, reason, now).map(|_| ()))
        };
        assert!(start(&facts(true, None), "phone lost", at(1)).is_empty());
        assert!(start(&facts(true, Some(&open)), "phone lost", last).is_empty());
        let all = start(&facts(false, Some(&open)), " ", at(1));
        assert_eq!(all, ["factor-absent", "factor-recovery-waits", "field-required"]);
    }
}
