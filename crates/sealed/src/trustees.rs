//! Who opens the bids of an auction together, and their keys for it.

use crate::hpke::derive_key;
use crate::text::{self, Lines};
use crate::{FILE_BYTES_MAX, TRUSTEES_MAX};
use sha2::{Digest, Sha256};
use std::fmt;
use x25519_dalek::StaticSecret;

const FIRST_LINE: &str = "bellwether trustees 1";
const KEY_LINE: &str = "bellwether trustee key 1";

/// The public half of a trustee's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(pub(crate) [u8; 32]);

impl PublicKey {
    /// Reads base64 of 32 bytes.
    pub fn parse(typed: &str) -> Option<Self> {
        text::decode_32(typed).map(Self)
    }

    /// What two people compare: the first 16 bytes of its SHA-256, in groups of four digits.
    pub fn fingerprint(self) -> String {
        use sha2::{Digest, Sha256};
        let digest = Sha256::digest(self.0);
        let pairs = digest.chunks(2).take(8);
        pairs.map(|pair| format!("{:02X}{:02X}", pair[0], pair[1])).collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn point(self) -> x25519_dalek::PublicKey {
        x25519_dalek::PublicKey::from(self.0)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::encode(&self.0))
    }
}

/// One trustee: a name for people, and the key for this auction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trustee {
    pub name: String,
    pub key: PublicKey,
}

/// The list that is published before bidding opens; its text is the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trustees {
    auction: String,
    threshold: u8,
    list: Vec<Trustee>,
}

/// Why a list cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTrustees {
    Unreadable,
    /// The auction or a trustee has no usable name.
    BadName,
    /// There are more trustees than can be, or fewer than two.
    BadNumber,
    /// The threshold is under two, or over the number of trustees: one alone opens nothing.
    BadThreshold,
    /// Two trustees share a key or a name.
    Repeated,
    /// A key that leads to nothing.
    BadKey,
}

impl fmt::Display for NotTrustees {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "The file is no list of trustees.",
            Self::BadName => "The auction and each trustee need a name of one line.",
            Self::BadNumber => "There are 2 to 16 trustees.",
            Self::BadThreshold => "The threshold is at least 2 and at most the number of trustees.",
            Self::Repeated => "Two trustees share a name or a key.",
            Self::BadKey => "The key of a trustee cannot be used.",
        })
    }
}

impl std::error::Error for NotTrustees {}

impl Trustees {
    /// The list of an auction; so many of them open its bids.
    pub fn new(auction: &str, threshold: u8, list: Vec<Trustee>) -> Result<Self, NotTrustees> {
        if !text::is_name(auction) || !list.iter().all(|it| text::is_name(&it.name)) {
            return Err(NotTrustees::BadName);
        }
        if !(2..=TRUSTEES_MAX).contains(&list.len()) {
            return Err(NotTrustees::BadNumber);
        }
        if threshold < 2 || usize::from(threshold) > list.len() {
            return Err(NotTrustees::BadThreshold);
        }
        for (n, one) in list.iter().enumerate() {
            let is_same = |it: &Trustee| it.name == one.name || it.key == one.key;
            if list.iter().take(n).any(is_same) {
                return Err(NotTrustees::Repeated);
            }
            // Any secret will do to see whether the point is one of the few that lead to nothing.
            let probe = derive_key(&[1; 32]).diffie_hellman(&one.key.point());
            if !probe.was_contributory() {
                return Err(NotTrustees::BadKey);
            }
        }
        Ok(Self { auction: auction.to_owned(), threshold, list })
    }

    /// Reads the published file.
    pub fn parse(file: &str) -> Result<Self, NotTrustees> {
        let (auction, threshold, list) = read(file).ok_or(NotTrustees::Unreadable)?;
        Self::new(auction, threshold, list)
    }

    /// The auction that they open together.
    pub fn auction(&self) -> &str {
        &self.auction
    }

    /// How many of them open a bid.
    pub fn threshold(&self) -> u8 {
        self.threshold
    }

    /// The trustees in their places.
    pub fn list(&self) -> &[Trustee] {
        &self.list
    }

    /// SHA-256 of the published file, in hexadecimal.
    pub fn digest(&self) -> String {
        text::hex(&Sha256::digest(self.to_string().as_bytes()))
    }

    /// The trustees with their places, counted from 1.
    pub(crate) fn places(&self) -> impl Iterator<Item = (u8, &Trustee)> {
        (1..).zip(&self.list)
    }

    /// The place of the trustee whose key this is.
    pub fn place_of(&self, key: &TrusteeKey) -> Option<u8> {
        let public = key.public();
        self.places().find(|(_, it)| it.key == public).map(|(place, _)| place)
    }
}

fn read(file: &str) -> Option<(&str, u8, Vec<Trustee>)> {
    let mut lines = Lines::new(file)?;
    (lines.next()? == FIRST_LINE).then_some(())?;
    let auction = lines.value("auction")?;
    let threshold = text::number(lines.value("threshold")?)?;
    let mut list = Vec::new();
    while let Some(line) = lines.next() {
        let (key, name) = line.strip_prefix("trustee ")?.split_once(' ')?;
        list.push(Trustee { name: name.to_owned(), key: PublicKey::parse(key)? });
    }
    Some((auction, threshold, list))
}

impl fmt::Display for Trustees {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}\nauction {}\nthreshold {}", self.auction, self.threshold)?;
        self.list.iter().try_for_each(|it| writeln!(f, "trustee {} {}", it.key, it.name))
    }
}

/// The secret half of a trustee's key for one auction; published after the end, it opens.
#[derive(Clone)]
pub struct TrusteeKey {
    auction: String,
    secret: StaticSecret,
}

impl TrusteeKey {
    /// Makes the key of one auction from 32 secret random bytes; none where the name is unusable.
    pub fn from_seed(auction: &str, seed: &[u8; 32]) -> Option<Self> {
        let auction = text::is_name(auction).then(|| auction.to_owned())?;
        Some(Self { auction, secret: derive_key(seed) })
    }

    /// Reads the file that a trustee keeps, and publishes when the time has come.
    pub fn parse(file: &str) -> Option<Self> {
        let mut lines = Lines::new(file).filter(|_| file.len() <= FILE_BYTES_MAX)?;
        (lines.next()? == KEY_LINE).then_some(())?;
        let auction = lines.value("auction").filter(|name| text::is_name(name))?.to_owned();
        let secret = StaticSecret::from(text::decode_32(lines.value("secret")?)?);
        lines.next().is_none().then_some(Self { auction, secret })
    }

    /// The text of that file. It is secret until it is published.
    pub fn secret_text(&self) -> String {
        let secret = text::encode(&self.secret.to_bytes());
        format!("{KEY_LINE}\nauction {}\nsecret {secret}\n", self.auction)
    }

    /// The auction that the key is for.
    pub fn auction(&self) -> &str {
        &self.auction
    }

    /// The half that is published before bidding opens.
    pub fn public(&self) -> PublicKey {
        PublicKey(x25519_dalek::PublicKey::from(&self.secret).to_bytes())
    }

    pub(crate) fn secret(&self) -> &StaticSecret {
        &self.secret
    }
}

impl fmt::Debug for TrusteeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrusteeKey").field("auction", &self.auction).finish_non_exhaustive()
    }
}
