//! What is declared of an act: its name, who may, when, how often, and how sure of them.

use crate::{Assurance, MATRIX, Role, Scope};

/// Everything that can be asked of the program.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Act {
    LookAtTechnology,
    ListTechnologies,
    ListOwnTechnologies,
    LookAtVersions,
    CountTechnologies,
    ExportTechnologies,
    CreateTechnology,
    ReviseTechnology,
    ConfirmTechnology,
    WithdrawTechnology,
    RaiseLabel,
    DiscloseResult,
    ProposeRelease,
    HandInAgain,
    RegisterStub,
    Enquire,
    LookAtCase,
    ListCases,
    TakeStep,
    WithdrawCase,
    AssignTask,
    StopClock,
    NoteCase,
    NameStandIn,
    EndStandIn,
    ListStandIns,
    AnnounceDue,
    SetDesk,
    LookAtFile,
    KeepFile,
    DropFile,
    LookAtLot,
    ListLots,
    AnnounceLot,
    ReviseLot,
    WithdrawLot,
    RegisterForLot,
    AgreeToLot,
    DecideBidder,
    ExcludeBidder,
    LookAtBidders,
    ReceiveDeposit,
    FreeDeposit,
    PlaceBid,
    PlaceFloorBid,
    RegisterTrusteeKey,
    PublishTrusteeKey,
    SealBid,
    TakeBackSeal,
    HaltLot,
    CallOffLot,
    SignAward,
    RejectAward,
    LeaveStandby,
    LodgeComplaint,
    WithdrawComplaint,
    MoveComplaint,
    TendLots,
    LookAtVenture,
    ListVentures,
    OpenVenture,
    ReviseVenture,
    WithdrawVenture,
    EnterHolder,
    GiveNotice,
    ObjectToVenture,
    SettleDuty,
    ContributeTechnology,
    EnterShares,
    DeclareDividend,
    LookAtHolding,
    ListHoldings,
    LookAtVentureRules,
    SetVentureRules,
    LookAtDeal,
    ListDeals,
    AcceptPrice,
    MakeOffer,
    AnswerAsOwner,
    AnswerAsTaker,
    ObjectToDeal,
    DecideObjection,
    DeclareOpenLicence,
    AnnounceOpenLicence,
    WithdrawOpenLicence,
    NotifyLicensor,
    TendDeals,
    ReadOpenData,
    LookAtRedFlags,
    LookAtContract,
    ListContracts,
    DraftContract,
    ReviseContract,
    OfferContract,
    SignContract,
    MoveContract,
    MarkMilestone,
    TendContracts,
    ConfirmPayment,
    DivideIncome,
    ReportSales,
    LookAtIncome,
    DeclareIncomeRules,
    FillFiling,
    DecideFiling,
    CountContracts,
    LookAtTemplates,
    SaveTemplate,
    LookAtInstrument,
    ListInstruments,
    ExportInstruments,
    CreateInstrument,
    ReviseInstrument,
    MoveInstrument,
    ImportInstruments,
    NameClasses,
    LookAtStandard,
    ListStandards,
    SaveStandard,
    FollowStandard,
    LookAtListing,
    CreateListing,
    ReviseListing,
    WithdrawListing,
    StartImport,
    LookAtImport,
    ListImports,
    ImportTechnologies,
    DiscardImport,
    ApproveImport,
    UndoImport,
    LookAtOrganisation,
    ListOrganisations,
    CreateOrganisation,
    ReviseOrganisation,
    ImportOrganisations,
    MergeOrganisations,
    RegisterFirm,
    ConfirmRegistration,
    Apply,
    ListApplications,
    LinkApplication,
    InviteColleague,
    RevokeInvitation,
    AcceptInvitation,
    ChangeColleague,
    RemoveColleague,
    LookAtPerson,
    ListPeople,
    CreatePerson,
    DisablePerson,
    GrantMembership,
    EndMembership,
    SetClearance,
    AskForEmergency,
    GrantEmergency,
    RefuseEmergency,
    EndEmergency,
    LookAtEmergency,
    ListEmergencies,
    LookInEmergency,
    StartFactorRecovery,
    ConfirmFactorRecovery,
    RefuseFactorRecovery,
    ResetFactor,
    ErasePerson,
    SignIn,
    FinishSignIn,
    ProveIdentity,
    SignOut,
    SetPassword,
    ChangePassword,
    AskForAddress,
    ConfirmAddress,
    DropAddress,
    ListOwnSessions,
    EndSession,
    EnrolFactor,
    RemoveFactor,
    RenewRecoveryCodes,
    LinkIdentity,
    UnlinkIdentity,
    AcknowledgeNotices,
    ExportPersonalData,
    CreateToken,
    RevokeToken,
    ReadFeed,
    ReadLog,
    ListLooks,
    LookAtDesk,
    LookAtOperations,
    ListLetters,
    RetryLetter,
    TestMail,
    SetMailWishes,
    StopMail,
    ListSavedSearches,
    LookAtSavedSearch,
    SaveSearch,
    ReviseSavedSearch,
    RemoveSavedSearch,
    MarkSavedSearchSeen,
    StopSavedSearch,
    ListBulletins,
    LookAtBulletin,
    CreateBulletin,
    ReviseBulletin,
    ScheduleBulletin,
    SendBulletin,
    SendDueBulletin,
    WithdrawBulletin,
    OpenBulletin,
    SubscribeToBulletins,
    ConfirmSubscription,
    EndSubscription,
    ListWebhooks,
    LookAtWebhook,
    CreateWebhook,
    ReviseWebhook,
    RenewWebhookSecret,
    RemoveWebhook,
    TestWebhook,
    ResendDelivery,
    SwitchOffWebhook,
    LookAtAccount,
    ListAccounts,
    ExportAccount,
    OpenAccount,
    CloseAccount,
    PostTransfers,
    ReverseTransfer,
    ExpireHolds,
    LookAtOrder,
    ListOrders,
    DraftOrder,
    ApproveOrder,
    MoveOrder,
    KeepOrder,
    ListBankStatements,
    BringStatement,
    DropStatement,
    TakeStatement,
    ParkLine,
    SettleLine,
    SealMonth,
    TakeReceipt,
    MakeBackup,
    RestoreCity,
    InitialiseCity,
}

/// A closed condition on actor and thing; every atom is true or false, never unknown.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    Anyone,
    /// At least this sure who it is.
    Assured(Assurance),
    /// One of these roles, in any organisation.
    Holds(&'static [Role]),
    /// One of these roles in the organisation that owns the thing.
    HoldsInOwner(&'static [Role]),
    /// One of these roles in the organisation whose desk handles the thing.
    HoldsAtDesk(&'static [Role]),
    /// The thing is the actor, or belongs to the actor alone.
    Own,
    /// The thing's state is one of these.
    State(&'static [&'static str]),
    All(&'static [Rule]),
    Any(&'static [Rule]),
    Not(&'static Rule),
}

/// A way to be allowed, and which fields then show.
#[derive(Clone, Copy, Debug)]
pub struct Grant {
    pub when: Rule,
    /// The name of the view: `public`, `owner`, `officer`.
    pub view: &'static str,
}

/// Which bucket of the rate limits an act draws from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rate {
    Read,
    Search,
    Write,
    Export,
    SignIn,
    Bid,
}

/// What is declared about one act.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub act: Act,
    /// The noun, and so the file of the reviewed matrix.
    pub noun: &'static str,
    pub grants: &'static [Grant],
    /// Checked first; they win.
    pub prohibitions: &'static [Rule],
    /// The look that reveals whether the thing exists; without it an act answers "not found".
    pub look: Option<Act>,
    pub scope: Scope,
    pub rate: Rate,
    /// How sure we have to be who it is, beyond what a grant asks; a person who could do it gets a
    /// page for a fresh proof instead of a no.
    pub assurance: Assurance,
    /// Open to somebody who needs a second factor and has yet to enrol it.
    pub is_enrolling: bool,
}

impl Act {
    /// The name as it stands in the log and in the programming interface.
    pub fn word(self) -> String {
        let mut word = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_ascii_uppercase() && !word.is_empty() {
                word.push('-');
            }
            word.push(letter.to_ascii_lowercase());
        }
        word
    }

    /// The row of this act. A test holds every act to exactly one.
    pub fn row(self) -> &'static Row {
        MATRIX.iter().find(|row| row.act == self).expect("every act has a row: tested")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_has_a_word() {
        assert_eq!(Act::LookAtTechnology.word(), "look-at-technology");
    }
}
