//! Ids, money, time, labels, limits and refusals: what every floor speaks.
//!
//! Invariants: an id of one kind never passes for another; money never leaves whole minor units;
//! an instant is microseconds UTC; a label's least upper bound is at least both labels.
//!
//! Absent on purpose: a clock, chance, sentences for people (see `words`), anything of one domain.

pub mod chance;
pub mod id;
pub mod label;
pub mod lang;
pub mod limits;
pub mod money;
pub mod reference;
pub mod refusal;
pub mod text;
pub mod time;
pub mod workdays;

pub use chance::Chance;
pub use id::{
    AccountId, ActId, AdjustmentId, ApplicationId, AreaBookingId, AreaId, BankStatementId,
    BookingId, BulletinId, CaseId, ChargeId, ComplaintId, ContractId, DealId, DeliveryId,
    EmergencyId, EventId, FaultId, FileId, FreedId, IdentityId, ImportId, InstrumentId,
    InvitationId, JointRequestId, LetterId, ListingId, LotEventId, LotId, MembershipId,
    OpenLicenceId, OrderId, OrganisationId, OutageId, PersonId, RedemptionId, RelayProblemId,
    SampleId, SavedSearchId, SeriesId, ServiceOrderId, ServiceRecordId, ServiceRequestId,
    SessionId, StandInId, StandardId, SubscriptionId, TariffId, TechnologyId, TestItemId, TokenId,
    TransferId, TurnId, UpkeepPlanId, UpkeepRecordId, UseId, VentureId, VoucherId, WebhookId,
    WishId,
};
pub use label::{Clearance, Label, Level};
pub use lang::{Bilingual, Lang};
pub use money::{Currency, Money};
pub use reference::Reference;
pub use refusal::{Class, Refusal, Value};
pub use time::{Date, Instant, Span};
pub use workdays::{Becomes, WorkingDays, WorkingDaysTable};
