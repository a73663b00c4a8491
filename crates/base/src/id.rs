//! Typed ids: a UUIDv7 inside, `tec_01h2…` outside (prefix and 26 base-32 characters).
//!
//! The outer form sorts as the inner one does, so that a text column keeps the order of creation.

use crate::{Chance, Instant};

/// Crockford's base 32 in small letters: no i, l, o, u.
pub(crate) const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What went wrong when a text was read as an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

impl std::fmt::Display for NotAnId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not an id of this kind")
    }
}

impl std::error::Error for NotAnId {}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// What stands before the underscore in the outer form.
            pub const PREFIX: &'static str = $prefix;

            /// A new id: the instant gives the order, chance the rest.
            pub fn new(now: Instant, chance: &mut dyn Chance) -> Self {
                Self(uuid_v7(now, chance))
            }

            /// The id of these 128 bits, for fixed worlds.
            pub const fn from_bits(bits: u128) -> Self {
                Self(uuid::Uuid::from_u128(bits))
            }

            /// Its 128 bits, for whoever derives one id from another.
            pub const fn bits(self) -> u128 {
                self.0.as_u128()
            }

            /// Reads the outer form.
            pub fn parse(text: &str) -> Result<Self, NotAnId> {
                let rest = text.strip_prefix($prefix).and_then(|rest| rest.strip_prefix('_'));
                rest.and_then(read).map(Self::from_bits).ok_or(NotAnId)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let letters = write(self.0.as_u128());
                f.write_str(concat!($prefix, "_"))?;
                f.write_str(std::str::from_utf8(&letters).expect("letters of the alphabet"))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Self::parse(text)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// A wish of several firms for a new standard.
    JointRequestId = "jnt";
    /// An account of the city's books.
    AccountId = "acc";
    /// One performed act.
    ActId = "act";
    /// A registration whose mail address is not confirmed yet.
    ApplicationId = "apl";
    /// A statement that a bank sent.
    BankStatementId = "bst";
    /// A room that instruments stand in.
    AreaId = "are";
    /// A right to be in a room for a time.
    AreaBookingId = "abk";
    /// A right to a span of an instrument's time.
    BookingId = "bkg";
    /// A selection of released results that is sent to many.
    BulletinId = "bul";
    /// A matter on which several people take steps.
    CaseId = "cas";
    /// What comes of a listing between its owner and one counterparty.
    DealId = "dea";
    /// A contract between organisations.
    ContractId = "ctr";
    /// One telling of an event to a webhook.
    DeliveryId = "whd";
    /// One person's access to one matter in an emergency.
    EmergencyId = "emg";
    /// One event of the log.
    EventId = "evt";
    /// A place in the live queue of an instrument.
    TurnId = "trn";
    /// Something that the relay of an instrument did not do.
    RelayProblemId = "rlp";
    /// Time of an instrument that became free.
    FreedId = "frd";
    /// What somebody found wrong with an instrument.
    FaultId = "flt";
    /// What is done at an instrument in a rhythm.
    UpkeepPlanId = "upl";
    /// Something that was done at an instrument to keep it well.
    UpkeepRecordId = "upr";
    /// A file that somebody handed in.
    FileId = "fil";
    /// Somebody's account at another provider.
    IdentityId = "idt";
    /// One run of an import.
    ImportId = "imp";
    /// A complaint against an auction.
    ComplaintId = "cpl";
    /// An instrument that is shared.
    InstrumentId = "ins";
    /// A letter that is sent by mail.
    LetterId = "ltr";
    /// An invitation into an organisation.
    InvitationId = "inv";
    /// The terms on which a technology is offered.
    ListingId = "lst";
    /// One attempt to auction what a listing offers.
    LotId = "lot";
    /// An event at which several lots are auctioned.
    LotEventId = "lev";
    /// A payment order for a bank.
    OrderId = "ord";
    /// A person's place in an organisation.
    MembershipId = "mem";
    /// A time in which an instrument cannot be used.
    OutageId = "otg";
    /// A declaration that anybody may use a patent.
    OpenLicenceId = "oli";
    /// An institute, firm, agency or other body.
    OrganisationId = "org";
    /// A person.
    PersonId = "per";
    /// A search that somebody keeps.
    SavedSearchId = "sea";
    /// A signed-in browser.
    SessionId = "ses";
    /// Bookings that were made as one, by a rule of repetition.
    SeriesId = "srs";
    /// A standard by which things are tested.
    StandardId = "std";
    /// Somebody who may do another's tasks for a time.
    StandInId = "sti";
    /// Somebody's wish to get bulletins.
    SubscriptionId = "sub";
    /// A technology.
    TechnologyId = "tec";
    /// A key of the programming interface.
    TokenId = "tok";
    /// A movement between two accounts of the city's books.
    TransferId = "trf";
    /// A company that redevelops a technology contributed to it for shares.
    VentureId = "ven";
    /// A wish that a past charge be changed.
    AdjustmentId = "adj";
    /// What somebody owes for a use, a booking or an order.
    ChargeId = "chg";
    /// One order's part of a voucher.
    RedemptionId = "rdm";
    /// A sample that somebody hands in.
    SampleId = "smp";
    /// What a customer orders of one laboratory.
    ServiceOrderId = "svo";
    /// A row of the ledger of delivered services.
    ServiceRecordId = "svr";
    /// One request to one or several laboratories.
    ServiceRequestId = "svq";
    /// What an hour on an instrument costs a class of customers.
    TariffId = "tar";
    /// What a laboratory can measure.
    TestItemId = "tit";
    /// What really happened at an instrument.
    UseId = "use";
    /// Public money that pays a part of services.
    VoucherId = "vou";
    /// An address of an organisation that is told of changes.
    WebhookId = "whk";
    /// A time that somebody waits for.
    WishId = "wsh";
}

fn uuid_v7(now: Instant, chance: &mut dyn Chance) -> uuid::Uuid {
    let millis = u64::try_from(now.micros() / 1000).unwrap_or(0);
    let mut random = [0; 10];
    chance.fill(&mut random);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// Letters after the underscore.
const LETTERS: usize = 26;

/// The five bits of every byte that is a letter of the alphabet; 255 is none.
const FIVES: [u8; 256] = {
    let mut fives = [255; 256];
    let mut five = 0;
    while five < 32 {
        fives[ALPHABET[five as usize] as usize] = five;
        five += 1;
    }
    fives
};

fn write(mut bits: u128) -> [u8; LETTERS] {
    let mut letters = [0; LETTERS];
    for letter in letters.iter_mut().rev() {
        *letter = ALPHABET[usize::try_from(bits & 31).expect("five bits")];
        bits >>= 5;
    }
    letters
}

fn read(text: &str) -> Option<u128> {
    let letters: &[u8; LETTERS] = text.as_bytes().try_into().ok()?;
    // Of 26 letters with five bits each, two bits are too many.
    if FIVES[usize::from(letters[0])] > 7 {
        return None;
    }
    letters.iter().try_fold(0_u128, |bits, letter| match FIVES[usize::from(*letter)] {
        255 => None,
        five => Some((bits << 5) | u128::from(five)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SeededChance;

    #[test]
    fn an_id_reads_back_and_passes_for_no_other_kind() {
        let mut chance = SeededChance::new(1);
        let id = TechnologyId::new(Instant::from_micros(1_700_000_000_000_000), &mut chance);
        let text = id.to_string();
        assert_eq!(text.len(), 30);
        assert_eq!(TechnologyId::parse(&text), Ok(id));
        assert_eq!(ListingId::parse(&text), Err(NotAnId));
        for wrong in ["", "tec_", "tec_0", "tec_8zzzzzzzzzzzzzzzzzzzzzzzzz", &text.to_uppercase()] {
            assert_eq!(TechnologyId::parse(wrong), Err(NotAnId), "{wrong}");
        }
    }

    #[test]
    fn later_ids_sort_later_as_text() {
        let mut chance = SeededChance::new(2);
        let texts: Vec<String> = (0..200)
            .map(|ms| PersonId::new(Instant::from_micros(ms * 1000), &mut chance).to_string())
            .collect();
        assert!(texts.is_sorted());
    }
}
