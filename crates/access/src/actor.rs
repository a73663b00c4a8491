//! Who asks: a person or nobody, the roles held, the clearance as it counts now.

use base::{Clearance, OrganisationId, PersonId};
use std::collections::BTreeSet;

/// A role in an organisation.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Releases, lists and sells the results of an institute.
    TransferOfficer,
    /// Works in an institute or another body.
    Member,
    /// Works in a firm.
    FirmMember,
    /// Looks after a firm's people.
    FirmAdministrator,
    /// Evaluates and advises.
    Expert,
    /// Runs the city's procedures.
    AgencyOfficer,
    /// Reviews secrecy, and lists who looked at what.
    ConfidentialityOfficer,
    /// Reviews the content of results before their release.
    Reviewer,
    /// Compiles and publishes figures.
    StatisticsOfficer,
    /// Runs the machines; grants nothing.
    SystemAdministrator,
    /// Grants roles and clearances; reads no business.
    SecurityAdministrator,
    /// Reads and verifies the log; changes nothing.
    AuditAdministrator,
    /// The installation's own account: sets the city up and imports.
    Operator,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 13] = [
        Self::TransferOfficer,
        Self::Member,
        Self::FirmMember,
        Self::FirmAdministrator,
        Self::Expert,
        Self::AgencyOfficer,
        Self::ConfidentialityOfficer,
        Self::Reviewer,
        Self::StatisticsOfficer,
        Self::SystemAdministrator,
        Self::SecurityAdministrator,
        Self::AuditAdministrator,
        Self::Operator,
    ];

    /// The word of files and of the programming interface; `role-<word>` is its text.
    pub fn word(self) -> &'static str {
        match self {
            Self::TransferOfficer => "transfer-officer",
            Self::Member => "member",
            Self::FirmMember => "firm-member",
            Self::FirmAdministrator => "firm-administrator",
            Self::Expert => "expert",
            Self::AgencyOfficer => "agency-officer",
            Self::ConfidentialityOfficer => "confidentiality-officer",
            Self::Reviewer => "reviewer",
            Self::StatisticsOfficer => "statistics-officer",
            Self::SystemAdministrator => "system-administrator",
            Self::SecurityAdministrator => "security-administrator",
            Self::AuditAdministrator => "audit-administrator",
            Self::Operator => "operator",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// Whether whoever holds it works with a second factor only, where the installation asks so:
    /// officers, those who release results, and the administrators of the machinery.
    pub fn needs_factor(self) -> bool {
        match self {
            Self::AgencyOfficer
            | Self::ConfidentialityOfficer
            | Self::Reviewer
            | Self::StatisticsOfficer
            | Self::TransferOfficer
            | Self::SystemAdministrator
            | Self::SecurityAdministrator
            | Self::AuditAdministrator
            | Self::Operator => true,
            Self::Member | Self::FirmMember | Self::FirmAdministrator | Self::Expert => false,
        }
    }

    /// Whether others wait for what its holder does, so that it is handed over before its holder
    /// goes; a mere place in a firm or institute is not.
    pub fn is_duty(self) -> bool {
        self.needs_factor() || self == Self::FirmAdministrator
    }
}

/// How sure we are who it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assurance {
    #[default]
    Anonymous,
    SignedIn,
    /// A code of the second factor was given in this session.
    SecondFactor,
    /// Proved again within the last five minutes: by password, and by code where there is a
    /// second factor.
    Fresh,
}

/// What a key of the programming interface may be used for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Scope {
    #[serde(rename = "technologies:read")]
    TechnologiesRead,
    #[serde(rename = "technologies:write")]
    TechnologiesWrite,
    #[serde(rename = "cases:read")]
    CasesRead,
    #[serde(rename = "cases:write")]
    CasesWrite,
    #[serde(rename = "parties:read")]
    PartiesRead,
    #[serde(rename = "parties:write")]
    PartiesWrite,
    #[serde(rename = "ledger:read")]
    LedgerRead,
    #[serde(rename = "ledger:write")]
    LedgerWrite,
    #[serde(rename = "instruments:read")]
    InstrumentsRead,
    #[serde(rename = "instruments:write")]
    InstrumentsWrite,
    #[serde(rename = "log:read")]
    LogRead,
    #[serde(rename = "account")]
    Account,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 12] = [
        Self::TechnologiesRead,
        Self::TechnologiesWrite,
        Self::CasesRead,
        Self::CasesWrite,
        Self::PartiesRead,
        Self::PartiesWrite,
        Self::LedgerRead,
        Self::LedgerWrite,
        Self::InstrumentsRead,
        Self::InstrumentsWrite,
        Self::LogRead,
        Self::Account,
    ];

    /// The word of the programming interface.
    pub fn word(self) -> &'static str {
        match self {
            Self::TechnologiesRead => "technologies:read",
            Self::TechnologiesWrite => "technologies:write",
            Self::CasesRead => "cases:read",
            Self::CasesWrite => "cases:write",
            Self::PartiesRead => "parties:read",
            Self::PartiesWrite => "parties:write",
            Self::LedgerRead => "ledger:read",
            Self::LedgerWrite => "ledger:write",
            Self::InstrumentsRead => "instruments:read",
            Self::InstrumentsWrite => "instruments:write",
            Self::LogRead => "log:read",
            Self::Account => "account",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.word() == word)
    }
}

/// Who asks.
#[derive(Clone, Debug, Default)]
pub struct Actor {
    pub person: Option<PersonId>,
    pub roles: Vec<(OrganisationId, Role)>,
    /// Already cut to this moment by [`Clearance::at`].
    pub clearance: Clearance,
    pub assurance: Assurance,
    /// `None` for a browser; the scopes of a key otherwise.
    pub scopes: Option<BTreeSet<Scope>>,
    /// Roles or clearance ask for a second factor, where the installation does.
    pub needs_factor: bool,
    /// Needs a second factor and has none: counts as nobody but for enrolling one.
    pub must_enrol: bool,
}

impl Actor {
    /// Somebody unknown.
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// Whether one of these roles is held in any organisation.
    pub fn holds(&self, roles: &[Role]) -> bool {
        self.roles.iter().any(|(_, role)| roles.contains(role))
    }

    /// The organisations in which one of these roles is held.
    pub fn organisations_with(&self, roles: &[Role]) -> Vec<OrganisationId> {
        let mut found: Vec<_> = self
            .roles
            .iter()
            .filter(|(_, role)| roles.contains(role))
            .map(|(org, _)| *org)
            .collect();
        found.sort();
        found.dedup();
        found
    }

    /// Whether the key in use, if any, covers this scope.
    pub fn covers(&self, scope: Scope) -> bool {
        self.scopes.as_ref().is_none_or(|scopes| scopes.contains(&scope))
    }
}
