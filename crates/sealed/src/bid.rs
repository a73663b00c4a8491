//! One sealed bid: a head that everybody reads, a share for each trustee, and the content.

use crate::derive::Derived;
use crate::hpke;
use crate::split;
use crate::text::{self, Lines};
use crate::trustees::{TrusteeKey, Trustees};
use crate::{CONTENT_BYTES, NOTE_BYTES_MAX, TRUSTEES_MAX};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use sha2::{Digest, Sha256};
use std::fmt;

const FIRST_LINE: &str = "bellwether sealed bid 1";
const CONTENT_LINE: &str = "bellwether bid 1";
const SHARE_INFO: &[u8] = b"bellwether sealed bid share 1";
/// The content key is made for one content, so its one nonce may be fixed.
const NONCE: [u8; 12] = [0; 12];
/// The seed, and the two bytes that say how long the text behind them is.
const PREFIX_BYTES: usize = 34;
/// Share and tag.
const SHARE_TEXT_BYTES: usize = 48;

/// Where a bid belongs: it opens nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub auction: String,
    /// Counted from 1.
    pub lot: u32,
    /// The bidder's number in this auction.
    pub bidder: u32,
    /// Counts the bidder's bids on the lot; the last one received counts.
    pub version: u32,
}

/// What a bidder says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// A decimal text with its currency, such as `1250.00 CNY`.
    pub amount: String,
    /// What he adds; may be empty.
    pub note: String,
}

/// Why a bid cannot be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealFailed {
    /// The trustees are those of another auction.
    OtherAuction,
    /// The amount is not a decimal and a currency.
    BadAmount,
    /// The note is too long or holds control characters other than line breaks.
    BadNote,
}

/// Why a bid does not open; it stays in the record and stops no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unopened {
    /// Fewer keys than the threshold, and so no word about the bid.
    TooFewKeys,
    /// Its head names another auction, lot, bidder or list of trustees: a copy, or a mistake.
    NotHis,
    /// The shares or the content do not open.
    Undecryptable,
    /// It opens, but sealing it again gives another bid: others would open something else.
    NotAsSealed,
    /// It opens to something that is no bid.
    Unreadable,
}

/// A sealed bid; its text is the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedBid {
    place: Place,
    trustees: [u8; 32],
    shares: Vec<Share>,
    content: Vec<u8>,
}

/// A share, sealed to its trustee.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Share {
    sent: [u8; 32],
    text: Vec<u8>,
}

impl SealedBid {
    /// Seals a bid from 32 fresh random bytes; equal seeds give equal bids.
    pub fn seal(
        place: &Place,
        content: &Content,
        trustees: &Trustees,
        seed: &[u8; 32],
    ) -> Result<Self, SealFailed> {
        if place.auction != trustees.auction() {
            return Err(SealFailed::OtherAuction);
        }
        let is_odd = |c: char| c.is_control() && c != '\n';
        if content.note.len() > NOTE_BYTES_MAX || content.note.chars().any(is_odd) {
            return Err(SealFailed::BadNote);
        }
        if !is_amount(&content.amount) {
            return Err(SealFailed::BadAmount);
        }
        Ok(make(place, &content.text(), trustees, seed))
    }

    /// Reads a file; nothing is known about what it holds.
    pub fn parse(file: &str) -> Option<Self> {
        let bid = read(file)?;
        // One spelling for each bid: what reads must write the same bytes.
        (bid.to_string() == file).then_some(bid)
    }

    /// Where the head says that the bid belongs.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Whether the bid was sealed for these trustees.
    pub fn is_for(&self, trustees: &Trustees) -> bool {
        text::hex(&self.trustees) == trustees.digest() && self.shares.len() == trustees.list().len()
    }

    /// What the receipt and the log hold: SHA-256 of the file.
    pub fn commitment(&self) -> [u8; 32] {
        Sha256::digest(self.to_string().as_bytes()).into()
    }

    /// Opens the bid that was received from this place, with at least a threshold of keys.
    pub fn open(
        &self,
        received: &Place,
        trustees: &Trustees,
        keys: &[TrusteeKey],
    ) -> Result<Content, Unopened> {
        let mut shares = Vec::new();
        let mut given: Vec<(u8, &TrusteeKey)> =
            keys.iter().filter_map(|key| Some((trustees.place_of(key)?, key))).collect();
        given.sort_unstable_by_key(|(place, _)| *place);
        given.dedup_by_key(|(place, _)| *place);
        given.truncate(usize::from(trustees.threshold()));
        if given.len() < usize::from(trustees.threshold()) {
            return Err(Unopened::TooFewKeys);
        }
        let is_his = self.place == *received
            && self.place.auction == trustees.auction()
            && self.is_for(trustees);
        if !is_his {
            return Err(Unopened::NotHis);
        }
        let head = self.head();
        for (place, key) in given {
            let share = self.shares.get(usize::from(place) - 1).ok_or(Unopened::Undecryptable)?;
            let bound = bound(&head, place);
            let opened = hpke::open(key.secret(), &share.sent, SHARE_INFO, &bound, &share.text);
            let bytes = opened.and_then(|bytes| bytes.try_into().ok());
            shares.push((place, bytes.ok_or(Unopened::Undecryptable)?));
        }
        let key = split::join(&shares);
        let payload = Payload { msg: &self.content, aad: head.as_bytes() };
        let opened = Aes256Gcm::new(&key.into()).decrypt(&Nonce::from(NONCE), payload);
        let opened = opened.map_err(|_| Unopened::Undecryptable)?;
        let (seed, said) = unpack(&opened).ok_or(Unopened::NotAsSealed)?;
        if make(&self.place, said, trustees, &seed) != *self {
            return Err(Unopened::NotAsSealed);
        }
        Content::read(said).ok_or(Unopened::Unreadable)
    }

    fn head(&self) -> String {
        head(&self.place, &self.trustees)
    }
}

/// The whole bid from its seed: the same for whoever makes it again.
fn make(place: &Place, said: &str, trustees: &Trustees, seed: &[u8; 32]) -> SealedBid {
    let digest = text::read_hex(&trustees.digest()).expect("a digest is 32 bytes in hexadecimal");
    let head = head(place, &digest);
    let derived = Derived::new(seed, &head);
    let key = derived.content_key();
    let coefficients = derived.coefficients(trustees);
    let shares = trustees.places().map(|(n, trustee)| {
        let share = split::share(&key, &coefficients, n);
        let one_time = hpke::derive_key(&derived.one_time(n));
        let to = trustee.key.point();
        let sealed = hpke::seal(&to, &one_time, SHARE_INFO, &bound(&head, n), &share);
        let (sent, text) = sealed.expect("keys of trustees were looked at when the list was made");
        Share { sent, text }
    });
    let shares = shares.collect();
    let packed = pack(seed, said);
    let payload = Payload { msg: &packed, aad: head.as_bytes() };
    let content = Aes256Gcm::new(&key.into())
        .encrypt(&Nonce::from(NONCE), payload)
        .expect("a content is short");
    SealedBid { place: place.clone(), trustees: digest, shares, content }
}

fn head(place: &Place, trustees: &[u8; 32]) -> String {
    let Place { auction, lot, bidder, version } = place;
    let trustees = text::hex(trustees);
    format!(
        "{FIRST_LINE}\nauction {auction}\nlot {lot}\nbidder {bidder}\nversion {version}\n\
         trustees sha256 {trustees}\n"
    )
}

/// What a share is bound to: the head of its bid, and the place of its trustee.
fn bound(head: &str, place: u8) -> Vec<u8> {
    [head.as_bytes(), &[place]].concat()
}

/// Seed, length, text, and zeros up to the length that all contents have.
fn pack(seed: &[u8; 32], said: &str) -> Vec<u8> {
    let length = u16::try_from(said.len()).expect("a text was bounded before").to_be_bytes();
    let mut packed = [seed.as_slice(), &length, said.as_bytes()].concat();
    packed.resize(CONTENT_BYTES, 0);
    packed
}

fn unpack(packed: &[u8]) -> Option<([u8; 32], &str)> {
    let (seed, rest) = packed.split_first_chunk::<32>()?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    (length <= CONTENT_BYTES - PREFIX_BYTES).then_some(())?;
    Some((*seed, std::str::from_utf8(rest.get(..length)?).ok()?))
}

impl Content {
    fn text(&self) -> String {
        format!("{CONTENT_LINE}\namount {}\n{}", self.amount, self.note)
    }

    fn read(said: &str) -> Option<Self> {
        let (first, rest) = said.split_once('\n')?;
        (first == CONTENT_LINE).then_some(())?;
        let (amount, note) = rest.strip_prefix("amount ")?.split_once('\n')?;
        is_amount(amount).then(|| Self { amount: amount.to_owned(), note: note.to_owned() })
    }
}

/// A decimal without sign, a blank, and a currency of three letters.
fn is_amount(typed: &str) -> bool {
    let Some((number, currency)) = typed.split_once(' ') else { return false };
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let is_code = currency.len() == 3 && currency.bytes().all(|it| it.is_ascii_uppercase());
    is_digits(whole) && is_digits(part) && is_code && number.len() <= 24
}

fn read(file: &str) -> Option<SealedBid> {
    let mut lines = Lines::new(file)?;
    (lines.next()? == FIRST_LINE).then_some(())?;
    let place = Place {
        auction: lines.value("auction").filter(|name| text::is_name(name))?.to_owned(),
        lot: text::number(lines.value("lot")?)?,
        bidder: text::number(lines.value("bidder")?)?,
        version: text::number(lines.value("version")?)?,
    };
    let trustees = text::read_hex(lines.value("trustees sha256")?)?;
    let mut shares = Vec::new();
    loop {
        let line = lines.next()?;
        if let Some(content) = line.strip_prefix("content ") {
            let content = text::decode(content)?;
            let is_whole = content.len() == CONTENT_BYTES + 16 && lines.next().is_none();
            return is_whole.then_some(SealedBid { place, trustees, shares, content });
        }
        let (sent, sealed) = line.strip_prefix("share ")?.split_once(' ')?;
        let text = text::decode(sealed).filter(|text| text.len() == SHARE_TEXT_BYTES)?;
        (shares.len() < TRUSTEES_MAX).then_some(())?;
        shares.push(Share { sent: text::decode_32(sent)?, text });
    }
}

impl fmt::Display for SealedBid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.head())?;
        for share in &self.shares {
            writeln!(f, "share {} {}", text::encode(&share.sent), text::encode(&share.text))?;
        }
        writeln!(f, "content {}", text::encode(&self.content))
    }
}
