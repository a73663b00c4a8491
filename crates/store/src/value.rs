//! Values that go into statements and rows that come out, alike on both engines.

use crate::StoreError;
use base::{Instant, Lang};

/// A bound value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    Null,
    Int(i64),
    Bool(bool),
    Text(String),
    Bytes(Vec<u8>),
}

/// One row of an answer, read by position.
#[derive(Clone, Debug)]
pub struct Row(pub(crate) Vec<Value>);

impl Row {
    /// A text that is never null.
    pub fn text(&self, at: usize) -> Result<String, StoreError> {
        self.str(at).map(str::to_owned)
    }

    /// The same where it lies.
    pub fn str(&self, at: usize) -> Result<&str, StoreError> {
        match self.0.get(at) {
            Some(Value::Text(text)) => Ok(text),
            other => Err(wrong(at, "text", other)),
        }
    }

    /// A text that may be null.
    pub fn text_or_none(&self, at: usize) -> Result<Option<String>, StoreError> {
        match self.0.get(at) {
            Some(Value::Null) => Ok(None),
            _ => self.text(at).map(Some),
        }
    }

    /// A whole number.
    pub fn int(&self, at: usize) -> Result<i64, StoreError> {
        match self.0.get(at) {
            Some(Value::Int(number)) => Ok(*number),
            other => Err(wrong(at, "bigint", other)),
        }
    }

    /// A whole number that may be null.
    pub fn int_or_none(&self, at: usize) -> Result<Option<i64>, StoreError> {
        match self.0.get(at) {
            Some(Value::Null) => Ok(None),
            _ => self.int(at).map(Some),
        }
    }

    /// A count or version: never negative.
    pub fn count(&self, at: usize) -> Result<u64, StoreError> {
        u64::try_from(self.int(at)?).map_err(|_| wrong(at, "count", self.0.get(at)))
    }

    /// A truth value; SQLite keeps 0 and 1.
    pub fn bool(&self, at: usize) -> Result<bool, StoreError> {
        match self.0.get(at) {
            Some(Value::Bool(yes)) => Ok(*yes),
            Some(Value::Int(number)) => Ok(*number != 0),
            other => Err(wrong(at, "boolean", other)),
        }
    }

    /// Bytes.
    pub fn bytes(&self, at: usize) -> Result<Vec<u8>, StoreError> {
        match self.0.get(at) {
            Some(Value::Bytes(bytes)) => Ok(bytes.clone()),
            other => Err(wrong(at, "bytes", other)),
        }
    }

    /// A moment.
    pub fn instant(&self, at: usize) -> Result<Instant, StoreError> {
        self.int(at).map(Instant::from_micros)
    }

    /// A moment that may be null.
    pub fn instant_or_none(&self, at: usize) -> Result<Option<Instant>, StoreError> {
        Ok(self.int_or_none(at)?.map(Instant::from_micros))
    }

    /// Anything kept as its written form: an id, a reference, a language.
    pub fn parsed<T>(&self, at: usize, read: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
        let text = self.str(at)?;
        read(text).ok_or_else(|| {
            StoreError::Damaged(format!("column {at} holds {text:?}, which does not read back"))
        })
    }

    /// A language.
    pub fn lang(&self, at: usize) -> Result<Lang, StoreError> {
        self.parsed(at, Lang::parse)
    }

    /// A stored shape.
    pub fn json<T: serde::de::DeserializeOwned>(&self, at: usize) -> Result<T, StoreError> {
        serde_json::from_str(self.str(at)?)
            .map_err(|error| StoreError::Damaged(format!("column {at} is no longer read: {error}")))
    }
}

fn wrong(at: usize, want: &str, found: Option<&Value>) -> StoreError {
    StoreError::Damaged(format!("column {at} should be {want}, found {found:?}"))
}

/// The JSON of a stored shape; our own shapes always serialise.
pub fn json<T: serde::Serialize>(shape: &T) -> Value {
    Value::Text(serde_json::to_string(shape).expect("our own shapes have text keys"))
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Self::Bool(yes)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<Instant> for Value {
    fn from(at: Instant) -> Self {
        Self::Int(at.micros())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(maybe: Option<T>) -> Self {
        maybe.map_or(Self::Null, Into::into)
    }
}

macro_rules! written {
    ($($name:ident)*) => {$(
        impl From<base::$name> for Value {
            fn from(id: base::$name) -> Self { Self::Text(id.to_string()) }
        }
        impl From<&base::$name> for Value {
            fn from(id: &base::$name) -> Self { Self::Text(id.to_string()) }
        }
    )*};
}

written! {
    AccountId ActId AdjustmentId ApplicationId AreaBookingId AreaId BankStatementId BookingId BulletinId CaseId ChargeId ComplaintId ContractId DealId DeliveryId EmergencyId EventId FaultId FileId IdentityId ImportId InstrumentId InvitationId JointRequestId LetterId ListingId LotEventId LotId MembershipId OpenLicenceId OrderId OrganisationId OutageId PersonId RedemptionId Reference RelayProblemId SampleId SavedSearchId SeriesId ServiceOrderId ServiceRecordId ServiceRequestId SessionId StandInId StandardId SubscriptionId TariffId TechnologyId TestItemId TokenId TransferId TurnId UpkeepPlanId UpkeepRecordId UseId VentureId VoucherId WebhookId WishId
}

/// The arguments of a statement: `args![id, now, 3]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::Value::from($value)),*][..] };
}
