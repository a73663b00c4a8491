//! OpenID Connect 1.0, the part without a network: what a provider says about itself, where a
//! browser is sent, what is sent for the code, and whether an identity token is worth anything.
//!
//! Invariants: signatures are made with RS256, ES256 or Ed25519 and a key of the provider's own
//! set, whatever a token says of itself; every claim that binds a token to this sign-in is checked;
//! a fault names what was wrong and holds no secret.
//!
//! Absent on purpose: calls, clocks, chance, and who a subject is here.

mod metadata;
mod request;
mod token;

pub use metadata::{Keys, Metadata, discovery_address, is_safe_address, read_keys, read_metadata};
pub use request::read_token_answer;
pub use request::{
    Ask, TokenAnswer, TokenRequest, authorization_address, challenge, token_request,
};
pub use token::{Claims, Expected, SKEW_SECONDS, verify};

/// Why something of a provider is not believed. The text is for the server's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// What cannot be read, and where.
    Unreadable(String),
    /// It says that it is somebody else's.
    Issuer,
    /// An address that is neither https nor on this machine.
    Address(String),
    /// Signed with a way that is not taken.
    Algorithm(String),
    /// Signed with a key that the provider's set does not have.
    UnknownKey,
    Signature,
    /// A claim that is absent or not as it has to be.
    Claim(&'static str),
    /// The provider said no, in its own word.
    Refused(String),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable(what) => write!(f, "unreadable: {what}"),
            Self::Issuer => f.write_str("another issuer"),
            Self::Address(address) => write!(f, "an address that is not safe: {address}"),
            Self::Algorithm(name) => write!(f, "signed with {name}"),
            Self::UnknownKey => f.write_str("signed with an unknown key"),
            Self::Signature => f.write_str("the signature is wrong"),
            Self::Claim(name) => write!(f, "the claim {name} is wrong"),
            Self::Refused(word) => write!(f, "the provider said {word}"),
        }
    }
}

impl std::error::Error for Fault {}

/// Text of a provider as a log may hold it: short, and without control characters.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}
