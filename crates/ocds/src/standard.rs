//! The fields of OCDS 1.1.5 and of the extensions we write, as one table.
//!
//! Merge rules ([`crate::Rules::standard`]) and the check of releases ([`crate::check`]) are read from
//! it. A test holds it against the released schema, field by field. Fields that the standard has
//! deprecated are in it, because others still publish them.

/// One field of an object.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// It must be there.
    pub(crate) is_needed: bool,
    /// It must not be null.
    pub(crate) is_solid: bool,
    /// It must not be empty where it is there.
    pub(crate) is_filled: bool,
    /// It is left out of merged releases.
    pub(crate) is_omitted: bool,
    /// The extension it belongs to; none for the standard itself.
    pub(crate) from: Option<Extension>,
}

/// What a field holds.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Text,
    /// A text or a whole number.
    Id,
    Number,
    Integer,
    Truth,
    Moment,
    Address,
    Currency,
    /// One code of a closed list.
    Code(&'static [&'static str]),
    /// Codes of a closed list.
    Codes(&'static [&'static str]),
    Texts,
    Addresses,
    One(Of),
    /// Objects that are merged by their ids.
    Many(Of),
    /// Objects that are replaced whole.
    Whole(Of),
    /// An object of which nothing is said.
    Open,
    /// Anything but a truth value: what a field was before a change.
    Former,
    /// Anything at all.
    Any,
}

/// The kinds of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    Release,
    Party,
    Reference,
    Planning,
    Budget,
    Tender,
    Award,
    Contract,
    Implementation,
    Milestone,
    Document,
    Transaction,
    Item,
    Unit,
    Amendment,
    Change,
    Classification,
    Identifier,
    Address,
    Contact,
    Value,
    Period,
    Related,
    Bids,
    Statistic,
    Bid,
    Lot,
    Techniques,
    ElectronicAuction,
    Auction,
    Round,
    Package,
    Publisher,
    Record,
}

/// Extensions of the standard whose fields we write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extension {
    /// Bid statistics and details, 1.1.5.
    Bids,
    /// Lots, 1.1.5.
    Lots,
    /// Techniques: that an auction is electronic, and where.
    Techniques,
    /// Our own: `tender.auctions` with their rounds.
    Auctions,
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        is_needed: false,
        is_solid: false,
        is_filled: false,
        is_omitted: false,
        from: None,
    }
}

impl Field {
    const fn needed(mut self) -> Self {
        self.is_needed = true;
        self.is_solid = true;
        self.filled()
    }

    const fn solid(mut self) -> Self {
        self.is_solid = true;
        self
    }

    const fn filled(mut self) -> Self {
        self.is_filled = true;
        self
    }

    const fn omitted(mut self) -> Self {
        self.is_omitted = true;
        self
    }

    const fn of(mut self, extension: Extension) -> Self {
        self.from = Some(extension);
        self
    }
}

pub(crate) const TAGS: &[&str] = &[
    "planning",
    "planningUpdate",
    "tender",
    "tenderAmendment",
    "tenderUpdate",
    "tenderCancellation",
    "award",
    "awardUpdate",
    "awardCancellation",
    "contract",
    "contractUpdate",
    "contractAmendment",
    "implementation",
    "implementationUpdate",
    "contractTermination",
    "compiled",
];
const INITIATIONS: &[&str] = &["tender"];
const TENDER_STATES: &[&str] =
    &["planning", "planned", "active", "cancelled", "unsuccessful", "complete", "withdrawn"];
const METHODS: &[&str] = &["open", "selective", "limited", "direct"];
const CATEGORIES: &[&str] = &["goods", "works", "services"];
const AWARD_STATES: &[&str] = &["pending", "active", "cancelled", "unsuccessful"];
const CONTRACT_STATES: &[&str] = &["pending", "active", "cancelled", "terminated"];
const MILESTONE_STATES: &[&str] = &["scheduled", "met", "notMet", "partiallyMet"];
const BID_STATES: &[&str] = &["invited", "pending", "valid", "disqualified", "withdrawn"];

use Extension::{Auctions, Bids, Lots, Techniques};
use Kind::{
    Address, Addresses, Any, Code, Codes, Currency, Former, Id, Integer, Many, Moment, Number, One,
    Open, Text, Texts, Truth, Whole,
};

const RELEASE: &[Field] = &[
    field("ocid", Text).needed(),
    field("id", Text).needed().omitted(),
    field("date", Moment).needed().omitted(),
    field("tag", Codes(TAGS)).needed().omitted(),
    field("initiationType", Code(INITIATIONS)).needed(),
    field("parties", Many(Of::Party)),
    field("buyer", One(Of::Reference)),
    field("planning", One(Of::Planning)),
    field("tender", One(Of::Tender)),
    field("awards", Many(Of::Award)),
    field("contracts", Many(Of::Contract)),
    field("language", Text),
    field("relatedProcesses", Many(Of::Related)),
    field("bids", One(Of::Bids)).of(Bids),
];

const PARTY: &[Field] = &[
    field("name", Text),
    field("id", Text).solid(),
    field("identifier", One(Of::Identifier)),
    field("additionalIdentifiers", Whole(Of::Identifier)),
    field("address", One(Of::Address)),
    field("contactPoint", One(Of::Contact)),
    field("roles", Texts),
    field("details", Open),
];

const REFERENCE: &[Field] = &[
    field("name", Text).filled(),
    field("id", Id).solid(),
    field("identifier", One(Of::Identifier)),
    field("address", One(Of::Address)),
    field("additionalIdentifiers", Whole(Of::Identifier)),
    field("contactPoint", One(Of::Contact)),
];

const PLANNING: &[Field] = &[
    field("rationale", Text),
    field("budget", One(Of::Budget)),
    field("documents", Many(Of::Document)),
    field("milestones", Many(Of::Milestone)),
];

const BUDGET: &[Field] = &[
    field("id", Id),
    field("description", Text),
    field("amount", One(Of::Value)),
    field("project", Text),
    field("projectID", Id),
    field("uri", Address),
    field("source", Address),
];

const TENDER: &[Field] = &[
    field("id", Id).needed(),
    field("title", Text),
    field("description", Text),
    field("status", Code(TENDER_STATES)),
    field("procuringEntity", One(Of::Reference)),
    field("items", Many(Of::Item)),
    field("value", One(Of::Value)),
    field("minValue", One(Of::Value)),
    field("procurementMethod", Code(METHODS)),
    field("procurementMethodDetails", Text),
    field("procurementMethodRationale", Text),
    field("mainProcurementCategory", Code(CATEGORIES)),
    field("additionalProcurementCategories", Texts),
    field("awardCriteria", Text),
    field("awardCriteriaDetails", Text),
    field("submissionMethod", Texts),
    field("submissionMethodDetails", Text),
    field("tenderPeriod", One(Of::Period)),
    field("enquiryPeriod", One(Of::Period)),
    field("hasEnquiries", Truth),
    field("eligibilityCriteria", Text),
    field("awardPeriod", One(Of::Period)),
    field("contractPeriod", One(Of::Period)),
    field("numberOfTenderers", Integer),
    field("tenderers", Many(Of::Reference)),
    field("documents", Many(Of::Document)),
    field("milestones", Many(Of::Milestone)),
    field("amendments", Many(Of::Amendment)),
    field("amendment", One(Of::Amendment)),
    field("lots", Many(Of::Lot)).of(Lots),
    field("techniques", One(Of::Techniques)).of(Techniques),
    field("auctions", Many(Of::Auction)).of(Auctions),
];

const AWARD: &[Field] = &[
    field("id", Id).needed(),
    field("title", Text),
    field("description", Text),
    field("status", Code(AWARD_STATES)),
    field("date", Moment),
    field("value", One(Of::Value)),
    field("suppliers", Many(Of::Reference)),
    field("items", Many(Of::Item)).filled(),
    field("contractPeriod", One(Of::Period)),
    field("documents", Many(Of::Document)),
    field("amendments", Many(Of::Amendment)),
    field("amendment", One(Of::Amendment)),
    field("relatedLots", Texts).of(Lots),
    field("relatedBid", Text).of(Bids),
];

const CONTRACT: &[Field] = &[
    field("id", Id).needed(),
    field("awardID", Id).needed(),
    field("title", Text),
    field("description", Text),
    field("status", Code(CONTRACT_STATES)),
    field("period", One(Of::Period)),
    field("value", One(Of::Value)),
    field("items", Many(Of::Item)).filled(),
    field("dateSigned", Moment),
    field("documents", Many(Of::Document)),
    field("implementation", One(Of::Implementation)),
    field("relatedProcesses", Many(Of::Related)),
    field("milestones", Many(Of::Milestone)),
    field("amendments", Many(Of::Amendment)),
    field("amendment", One(Of::Amendment)),
];

const IMPLEMENTATION: &[Field] = &[
    field("transactions", Many(Of::Transaction)),
    field("milestones", Many(Of::Milestone)),
    field("documents", Many(Of::Document)),
];

const MILESTONE: &[Field] = &[
    field("id", Id).needed(),
    field("title", Text),
    field("type", Text),
    field("description", Text),
    field("code", Text),
    field("dueDate", Moment),
    field("dateMet", Moment),
    field("dateModified", Moment),
    field("status", Code(MILESTONE_STATES)),
    field("documents", Many(Of::Document)),
    field("relatedLots", Texts).of(Lots),
];

const DOCUMENT: &[Field] = &[
    field("id", Id).needed(),
    field("documentType", Text),
    field("title", Text),
    field("description", Text),
    field("url", Address),
    field("datePublished", Moment),
    field("dateModified", Moment),
    field("format", Text),
    field("language", Text),
    field("relatedLots", Texts).of(Lots),
];

const TRANSACTION: &[Field] = &[
    field("id", Id).needed(),
    field("source", Address),
    field("date", Moment),
    field("value", One(Of::Value)),
    field("payer", One(Of::Reference)),
    field("payee", One(Of::Reference)),
    field("uri", Address),
    field("amount", One(Of::Value)),
    field("providerOrganization", One(Of::Identifier)),
    field("receiverOrganization", One(Of::Identifier)),
];

const ITEM: &[Field] = &[
    field("id", Id).needed(),
    field("description", Text),
    field("classification", One(Of::Classification)),
    field("additionalClassifications", Whole(Of::Classification)),
    field("quantity", Number),
    field("unit", One(Of::Unit)),
    field("relatedLot", Text).of(Lots),
];

const UNIT: &[Field] = &[
    field("scheme", Text),
    field("id", Text),
    field("name", Text),
    field("value", One(Of::Value)),
    field("uri", Address),
];

const AMENDMENT: &[Field] = &[
    field("date", Moment),
    field("rationale", Text),
    field("id", Text),
    field("description", Text),
    field("amendsReleaseID", Text),
    field("releaseID", Text),
    field("changes", Whole(Of::Change)),
    field("relatedLots", Texts).of(Lots),
];

const CHANGE: &[Field] = &[field("property", Text).solid(), field("former_value", Former)];

const CLASSIFICATION: &[Field] =
    &[field("scheme", Text), field("id", Id), field("description", Text), field("uri", Address)];

const IDENTIFIER: &[Field] =
    &[field("scheme", Text), field("id", Id), field("legalName", Text), field("uri", Address)];

const ADDRESS: &[Field] = &[
    field("streetAddress", Text),
    field("locality", Text),
    field("region", Text),
    field("postalCode", Text),
    field("countryName", Text),
];

const CONTACT: &[Field] = &[
    field("name", Text),
    field("email", Text),
    field("telephone", Text),
    field("faxNumber", Text),
    field("url", Address),
];

const VALUE: &[Field] = &[field("amount", Number), field("currency", Currency)];

const PERIOD: &[Field] = &[
    field("startDate", Moment),
    field("endDate", Moment),
    field("maxExtentDate", Moment),
    field("durationInDays", Integer),
];

const RELATED: &[Field] = &[
    field("id", Text).solid(),
    field("relationship", Texts),
    field("title", Text),
    field("scheme", Text),
    field("identifier", Text),
    field("uri", Address),
    field("relatedLots", Texts).of(Lots),
];

const BIDS: &[Field] =
    &[field("statistics", Many(Of::Statistic)).of(Bids), field("details", Many(Of::Bid)).of(Bids)];

const STATISTIC: &[Field] = &[
    field("id", Text).needed().of(Bids),
    field("measure", Text).needed().of(Bids),
    field("date", Moment).of(Bids),
    field("value", Number).needed().of(Bids),
    field("currency", Currency).of(Bids),
    field("notes", Text).of(Bids),
    field("relatedLot", Text).of(Bids),
];

const BID: &[Field] = &[
    field("id", Text).needed().of(Bids),
    field("date", Moment).of(Bids),
    field("status", Code(BID_STATES)).of(Bids),
    field("tenderers", Many(Of::Reference)).of(Bids),
    field("value", One(Of::Value)).of(Bids),
    field("documents", Many(Of::Document)).of(Bids),
    field("relatedLots", Texts).of(Bids),
];

const LOT: &[Field] = &[
    field("id", Text).needed().of(Lots),
    field("title", Text).of(Lots),
    field("description", Text).of(Lots),
    field("status", Code(TENDER_STATES)).of(Lots),
    field("value", One(Of::Value)).of(Lots),
    field("minValue", One(Of::Value)).of(Lots),
    field("contractPeriod", One(Of::Period)).of(Lots),
];

const TECHNIQUES: &[Field] = &[
    field("hasElectronicAuction", Truth).of(Techniques),
    field("electronicAuction", One(Of::ElectronicAuction)).of(Techniques),
];

const ELECTRONIC_AUCTION: &[Field] =
    &[field("description", Text).of(Techniques), field("url", Address).of(Techniques)];

const AUCTION: &[Field] = &[
    field("id", Text).needed().of(Auctions),
    field("url", Address).of(Auctions),
    field("method", Text).of(Auctions),
    field("relatedLot", Text).of(Auctions),
    field("startValue", One(Of::Value)).of(Auctions),
    field("step", One(Of::Value)).of(Auctions),
    field("period", One(Of::Period)).of(Auctions),
    field("numberOfExtensions", Integer).of(Auctions),
    field("rounds", Many(Of::Round)).of(Auctions),
];

const ROUND: &[Field] = &[
    field("id", Text).needed().of(Auctions),
    field("period", One(Of::Period)).of(Auctions),
    field("numberOfBids", Integer).of(Auctions),
    field("bestValue", One(Of::Value)).of(Auctions),
];

/// A package of releases or of records; its content is looked at apart.
const PACKAGE: &[Field] = &[
    field("uri", Address).needed(),
    field("version", Text).needed(),
    field("extensions", Addresses),
    field("publishedDate", Moment).needed(),
    field("publisher", One(Of::Publisher)).needed(),
    field("license", Address),
    field("publicationPolicy", Address),
    field("packages", Addresses),
    field("releases", Any),
    field("records", Any),
];

const PUBLISHER: &[Field] = &[
    field("name", Text).needed(),
    field("scheme", Text),
    field("uid", Text),
    field("uri", Address),
];

const RECORD: &[Field] = &[
    field("ocid", Text).needed(),
    field("releases", Any).needed(),
    field("compiledRelease", Any),
    field("versionedRelease", Any),
];

/// The fields of a kind of object.
pub(crate) const fn fields(of: Of) -> &'static [Field] {
    match of {
        Of::Release => RELEASE,
        Of::Party => PARTY,
        Of::Reference => REFERENCE,
        Of::Planning => PLANNING,
        Of::Budget => BUDGET,
        Of::Tender => TENDER,
        Of::Award => AWARD,
        Of::Contract => CONTRACT,
        Of::Implementation => IMPLEMENTATION,
        Of::Milestone => MILESTONE,
        Of::Document => DOCUMENT,
        Of::Transaction => TRANSACTION,
        Of::Item => ITEM,
        Of::Unit => UNIT,
        Of::Amendment => AMENDMENT,
        Of::Change => CHANGE,
        Of::Classification => CLASSIFICATION,
        Of::Identifier => IDENTIFIER,
        Of::Address => ADDRESS,
        Of::Contact => CONTACT,
        Of::Value => VALUE,
        Of::Period => PERIOD,
        Of::Related => RELATED,
        Of::Bids => BIDS,
        Of::Statistic => STATISTIC,
        Of::Bid => BID,
        Of::Lot => LOT,
        Of::Techniques => TECHNIQUES,
        Of::ElectronicAuction => ELECTRONIC_AUCTION,
        Of::Auction => AUCTION,
        Of::Round => ROUND,
        Of::Package => PACKAGE,
        Of::Publisher => PUBLISHER,
        Of::Record => RECORD,
    }
}
