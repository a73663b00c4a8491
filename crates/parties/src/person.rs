//! People: who they are to the city, and the shape of an e-mail address.

use base::{Bilingual, Instant, Lang, PersonId, Refusal};

/// Whether a person can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PersonState {
    /// Has a one-time link and no password yet.
    Invited,
    Active,
    Disabled,
    /// Name, address and everything to sign in with are gone for good.
    Erased,
}

impl PersonState {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Invited, Self::Active, Self::Disabled, Self::Erased];

    /// Whether the account is shut for good or for now.
    pub fn is_shut(self) -> bool {
        matches!(self, Self::Disabled | Self::Erased)
    }

    /// The word as stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Erased => "erased",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// A person as kept, without the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub email: String,
    pub name: Bilingual,
    pub lang: Lang,
    pub state: PersonState,
    pub invented: bool,
    pub version: u64,
    pub created_at: Instant,
}

/// Reads an e-mail address: folded to lower case, one `@`, no blanks, at most 254 characters.
pub fn email(typed: &str) -> Result<String, Refusal> {
    let folded = typed.trim().to_lowercase();
    let shaped = folded.split_once('@').is_some_and(|(before, after)| {
        !before.is_empty()
            && before.len() <= 64
            && after.split('.').count() >= 2
            && after.split('.').all(|part| !part.is_empty())
            && !after.contains('@')
    });
    let plain =
        folded.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"<>,;\"".contains(c));
    if shaped && plain && folded.len() <= 254 {
        Ok(folded)
    } else {
        Err(Refusal::invalid("person-email-unreadable").on("email"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_folded_and_checked() {
        assert_eq!(email(" Wu.Min@City.example "), Ok("wu.min@city.example".to_owned()));
        for wrong in ["", "a", "a@b", "@b.c", "a b@c.d", "a@b@c.d", "a@b..c", "<a@b.c>"] {
            assert!(email(wrong).is_err(), "{wrong}");
        }
    }
}
