//! The declaration: one row for every act, look, list and export of the program.

mod grants;
mod instrument;
mod lot;
mod service;

use crate::row::{Act, Rate, Row, Rule};
use crate::{Assurance, Role, Scope};
use Assurance::SignedIn;
use Role::{
    AgencyOfficer, AuditAdministrator, ConfidentialityOfficer, Expert, FirmAdministrator,
    FirmMember, Member, Operator, SecurityAdministrator, StatisticsOfficer, SystemAdministrator,
    TransferOfficer,
};
use Rule::{All, Any, Anyone, Assured, Holds, HoldsInOwner, Own, State};
use grants::*;

/// Every act, grouped by noun.
pub static MATRIX: &[Row] = &ALL;

const PARTS: [&[Row]; 4] = [ROWS, instrument::ROWS, service::ROWS, lot::ROWS];
const N: usize = ROWS.len() + instrument::ROWS.len() + service::ROWS.len() + lot::ROWS.len();

static ALL: [Row; N] = {
    let mut all = [ROWS[0]; N];
    let (mut at, mut part, mut row) = (0, 0, 0);
    while at < N {
        if row == PARTS[part].len() {
            (part, row) = (part + 1, 0);
        }
        all[at] = PARTS[part][row];
        (at, row) = (at + 1, row + 1);
    }
    all
};

const ROWS: &[Row] = &[
    // Technologies: the label is obeyed in every row.
    row(Act::LookAtTechnology, "technology", LOOK_GRANTS, Scope::TechnologiesRead, Rate::Read),
    row(
        Act::ListTechnologies,
        "technology",
        &[to("public", State(&["confirmed"]))],
        Scope::TechnologiesRead,
        Rate::Search,
    ),
    row(
        Act::ListOwnTechnologies,
        "technology",
        &[to("owner", OWNERS), to("officer", REVIEWERS)],
        Scope::TechnologiesRead,
        Rate::Search,
    ),
    Row {
        look: Some(Act::LookAtTechnology),
        ..row(Act::LookAtVersions, "technology", LOOK_GRANTS, Scope::TechnologiesRead, Rate::Read)
    },
    row(
        Act::CountTechnologies,
        "technology",
        &[to("public", State(&["confirmed"]))],
        Scope::TechnologiesRead,
        Rate::Search,
    ),
    row(
        Act::ExportTechnologies,
        "technology",
        &[to("public", State(&["confirmed"]))],
        Scope::TechnologiesRead,
        Rate::Export,
    ),
    Row {
        look: Some(Act::LookAtOrganisation),
        ..on_technology(
            Act::CreateTechnology,
            &[to("owner", OWNERS), to("officer", DESK)],
            Rate::Write,
        )
    },
    on_technology(
        Act::ReviseTechnology,
        &[
            to("owner", All(&[OWNERS, State(&["drafted", "confirmed"])])),
            to("officer", All(&[Holds(&[Operator]), State(&["drafted", "confirmed"])])),
        ],
        Rate::Write,
    ),
    on_technology(
        Act::ConfirmTechnology,
        &[to("owner", All(&[OWNERS, State(&["drafted", "confirmed"])]))],
        Rate::Write,
    ),
    on_technology(
        Act::WithdrawTechnology,
        &[to("owner", All(&[OWNERS, State(&["drafted", "confirmed"])]))],
        Rate::Write,
    ),
    fresh(on_technology(
        Act::RaiseLabel,
        &[
            to("owner", All(&[OWNERS, State(&["drafted", "confirmed"])])),
            to("officer", Holds(&[ConfidentialityOfficer])),
        ],
        Rate::Write,
    )),
    // Listings follow their technology.
    Row {
        noun: "listing",
        ..row(Act::LookAtListing, "listing", LOOK_GRANTS, Scope::TechnologiesRead, Rate::Read)
    },
    on_listing(
        Act::CreateListing,
        &[to("owner", All(&[OWNERS, State(&["drafted", "confirmed"])]))],
    ),
    on_listing(
        Act::ReviseListing,
        &[to("owner", All(&[OWNERS, State(&["drafted", "confirmed"])]))],
    ),
    on_listing(
        Act::WithdrawListing,
        &[to("owner", All(&[OWNERS, State(&["drafted", "confirmed"])]))],
    ),
    // Ventures: known to both sides and the office that supervises; a holding to its holder too.
    // The thing of a holding is the holder's.
    seen_venture(Act::LookAtVenture, VENTURE_GRANTS, Rate::Read),
    seen_venture(Act::ListVentures, VENTURE_GRANTS, Rate::Search),
    seen_venture(Act::LookAtHolding, HOLDING_GRANTS, Rate::Read),
    seen_venture(Act::ListHoldings, HOLDING_GRANTS, Rate::Search),
    Row { look: Some(Act::LookAtTechnology), ..on_venture(Act::OpenVenture, CONTRIBUTORS) },
    on_venture(Act::ReviseVenture, CONTRIBUTORS),
    on_venture(Act::WithdrawVenture, CONTRIBUTORS),
    on_venture(Act::EnterHolder, VENTURE_SIDES),
    on_venture(Act::GiveNotice, CONTRIBUTORS),
    on_venture(Act::ObjectToVenture, OBJECTORS),
    on_venture(Act::SettleDuty, BOOKKEEPERS),
    fresh(on_venture(Act::ContributeTechnology, CONTRIBUTORS)),
    on_venture(Act::EnterShares, &[to("company", REGISTRARS)]),
    fresh(on_venture(Act::DeclareDividend, &[to("company", REGISTRARS)])),
    row(
        Act::LookAtVentureRules,
        "venture",
        &[to("public", Anyone)],
        Scope::TechnologiesRead,
        Rate::Read,
    ),
    Row { look: None, ..fresh(on_venture(Act::SetVentureRules, BOOKKEEPERS)) },
    // Deals: the thing is the deal as a matter of one of its parties.
    row(Act::LookAtDeal, "deal", DEAL_GRANTS, Scope::TechnologiesRead, Rate::Read),
    row(
        Act::ListDeals,
        "deal",
        &[to("party", Assured(SignedIn))],
        Scope::TechnologiesRead,
        Rate::Search,
    ),
    Row { look: Some(Act::LookAtListing), ..on_deal(Act::AcceptPrice, BIDDERS) },
    Row { look: Some(Act::LookAtListing), ..on_deal(Act::MakeOffer, BIDDERS) },
    on_deal(Act::AnswerAsOwner, &[to("owner", OWNERS)]),
    on_deal(Act::AnswerAsTaker, BIDDERS),
    // What is published may be objected to by whoever may read of it.
    Row {
        look: Some(Act::LookAtListing),
        ..on_deal(Act::ObjectToDeal, &[to("public", Assured(SignedIn))])
    },
    fresh(on_deal(Act::DecideObjection, BOOKKEEPERS)),
    Row {
        look: Some(Act::LookAtListing),
        ..on_deal(Act::DeclareOpenLicence, &[to("owner", OWNERS)])
    },
    Row { look: Some(Act::LookAtListing), ..on_deal(Act::AnnounceOpenLicence, BOOKKEEPERS) },
    Row {
        look: Some(Act::LookAtListing),
        ..on_deal(Act::WithdrawOpenLicence, &[to("owner", OWNERS)])
    },
    Row { look: Some(Act::LookAtListing), ..on_deal(Act::NotifyLicensor, BIDDERS) },
    // The timer acts in the name of the installation.
    row(
        Act::TendDeals,
        "deal",
        &[to("officer", Holds(&[Operator]))],
        Scope::TechnologiesWrite,
        Rate::Write,
    ),
    // What was published is everybody's; what makes an officer look twice is not.
    row(
        Act::ReadOpenData,
        "open-data",
        &[to("public", Anyone)],
        Scope::TechnologiesRead,
        Rate::Search,
    ),
    Row {
        prohibitions: &[MACHINERY],
        ..row(Act::LookAtRedFlags, "open-data", BOOKKEEPERS, Scope::TechnologiesRead, Rate::Search)
    },
    // Contracts: each party sees its own, the city's office all of them, others learn nothing. The
    // provider is the owner, the acquirer stands in the place of the desk.
    row(Act::LookAtContract, "contract", CONTRACT_GRANTS, Scope::CasesRead, Rate::Read),
    Row {
        prohibitions: &[MACHINERY],
        ..row(Act::ListContracts, "contract", CONTRACT_GRANTS, Scope::CasesRead, Rate::Read)
    },
    Row { look: Some(Act::LookAtTechnology), ..on_contract(Act::DraftContract, CONTRACT_GRANTS) },
    on_contract(Act::ReviseContract, CONTRACT_PARTIES),
    on_contract(Act::OfferContract, CONTRACT_PARTIES),
    // What binds an organisation, or ends that, needs a fresh proof.
    fresh(on_contract(Act::SignContract, CONTRACT_PARTIES)),
    fresh(on_contract(Act::MoveContract, CONTRACT_PARTIES)),
    on_contract(Act::MarkMilestone, CONTRACT_PARTIES),
    // The timer acts in the name of the installation.
    row(
        Act::TendContracts,
        "contract",
        &[to("officer", Holds(&[Operator]))],
        Scope::CasesWrite,
        Rate::Write,
    ),
    fresh(on_contract(Act::ConfirmPayment, BOOKKEEPERS)),
    fresh(on_contract(Act::DivideIncome, BOOKKEEPERS)),
    on_contract(Act::ReportSales, &[to("acquirer", ACQUIRERS)]),
    // Who gets what is known to the organisation and to the office that keeps the books.
    row(Act::LookAtIncome, "contract", INCOME_GRANTS, Scope::LedgerRead, Rate::Read),
    fresh(Row {
        look: Some(Act::LookAtIncome),
        scope: Scope::LedgerWrite,
        ..on_contract(Act::DeclareIncomeRules, INCOME_GRANTS)
    }),
    on_contract(Act::FillFiling, FILERS),
    fresh(on_contract(Act::DecideFiling, BOOKKEEPERS)),
    Row {
        prohibitions: &[MACHINERY],
        ..row(Act::CountContracts, "contract", CONTRACT_GRANTS, Scope::CasesRead, Rate::Export)
    },
    // The texts that contracts are drawn from; an office edits them.
    row(
        Act::LookAtTemplates,
        "contract",
        &[to("public", Assured(SignedIn))],
        Scope::CasesRead,
        Rate::Read,
    ),
    fresh(Row { look: Some(Act::LookAtTemplates), ..on_contract(Act::SaveTemplate, BOOKKEEPERS) }),
    // Release: an inventor or a transfer officer puts a result forward.
    Row {
        prohibitions: &[MACHINERY],
        look: Some(Act::LookAtOrganisation),
        ..row(
            Act::DiscloseResult,
            "release",
            &[to("owner", HoldsInOwner(&[TransferOfficer, Member]))],
            Scope::CasesWrite,
            Rate::Write,
        )
    },
    Row {
        noun: "release",
        scope: Scope::CasesWrite,
        ..on_technology(
            Act::ProposeRelease,
            &[to("owner", All(&[OWNERS, State(&["stub", "drafted", "confirmed"])]))],
            Rate::Write,
        )
    },
    Row { noun: "release", ..on_case(Act::HandInAgain) },
    Row {
        prohibitions: &[MACHINERY],
        look: Some(Act::LookAtOrganisation),
        ..row(Act::RegisterStub, "release", &[to("owner", OWNERS)], Scope::CasesWrite, Rate::Write)
    },
    // Anybody who may read about a confirmed technology may ask its owner.
    Row {
        noun: "enquiry",
        scope: Scope::CasesWrite,
        ..on_technology(Act::Enquire, &[to("public", State(&["confirmed"]))], Rate::SignIn)
    },
    // Cases: the process says further who may take which step.
    Row {
        prohibitions: &[MACHINERY],
        ..row(Act::LookAtCase, "case", CASE_GRANTS, Scope::CasesRead, Rate::Read)
    },
    Row {
        prohibitions: &[MACHINERY],
        ..row(Act::ListCases, "case", CASE_GRANTS, Scope::CasesRead, Rate::Search)
    },
    on_case(Act::TakeStep),
    on_case(Act::WithdrawCase),
    on_case(Act::AssignTask),
    on_case(Act::StopClock),
    on_case(Act::NoteCase),
    // Everybody names stand-ins for their own tasks alone; who was named may end it too.
    own_of_cases(Act::NameStandIn, Scope::CasesWrite, Rate::Write),
    own_of_cases(Act::EndStandIn, Scope::CasesWrite, Rate::Write),
    own_of_cases(Act::ListStandIns, Scope::CasesRead, Rate::Read),
    Row {
        look: Some(Act::LookAtOrganisation),
        ..row(Act::SetDesk, "case", &[to("officer", MACHINES)], Scope::CasesWrite, Rate::Write)
    },
    // The timer acts in the name of the installation.
    row(
        Act::AnnounceDue,
        "case",
        &[to("officer", Holds(&[Operator]))],
        Scope::CasesWrite,
        Rate::Write,
    ),
    // Files: whoever sees the case sees its documents; what nothing names yet is its sender's alone.
    Row {
        prohibitions: &[MACHINERY],
        look: Some(Act::LookAtCase),
        ..row(Act::LookAtFile, "file", CASE_GRANTS, Scope::CasesRead, Rate::Read)
    },
    Row {
        prohibitions: &[MACHINERY],
        ..row(
            Act::KeepFile,
            "file",
            &[to("owner", Assured(SignedIn))],
            Scope::CasesWrite,
            Rate::Write,
        )
    },
    Row {
        prohibitions: &[MACHINERY],
        look: Some(Act::LookAtFile),
        ..row(Act::DropFile, "file", &[to("owner", Own)], Scope::CasesWrite, Rate::Write)
    },
    // Imports belong to the organisation that becomes the owner.
    Row {
        look: Some(Act::LookAtOrganisation),
        ..row(
            Act::StartImport,
            "import",
            &[to("owner", OWNERS), to("officer", DESK)],
            Scope::TechnologiesWrite,
            Rate::Write,
        )
    },
    row(
        Act::LookAtImport,
        "import",
        &[to("owner", OWNERS), to("officer", DESK)],
        Scope::TechnologiesRead,
        Rate::Read,
    ),
    row(
        Act::ListImports,
        "import",
        &[to("owner", OWNERS), to("officer", DESK)],
        Scope::TechnologiesRead,
        Rate::Read,
    ),
    Row {
        look: Some(Act::LookAtImport),
        ..row(
            Act::ImportTechnologies,
            "import",
            &[to("owner", OWNERS), to("officer", DESK)],
            Scope::TechnologiesWrite,
            Rate::Write,
        )
    },
    // Many rows at once: whoever starts or undoes that proves who it is.
    fresh(Row {
        look: Some(Act::LookAtImport),
        ..row(
            Act::ApproveImport,
            "import",
            &[to("owner", OWNERS), to("officer", DESK)],
            Scope::TechnologiesWrite,
            Rate::Write,
        )
    }),
    Row {
        look: Some(Act::LookAtImport),
        ..row(
            Act::DiscardImport,
            "import",
            &[to("owner", OWNERS), to("officer", DESK)],
            Scope::TechnologiesWrite,
            Rate::Write,
        )
    },
    fresh(Row {
        look: Some(Act::LookAtImport),
        ..row(
            Act::UndoImport,
            "import",
            &[to("owner", OWNERS), to("officer", DESK)],
            Scope::TechnologiesWrite,
            Rate::Write,
        )
    }),
    // Organisations are public bodies; their people are not.
    row(
        Act::LookAtOrganisation,
        "organisation",
        &[to("public", Anyone)],
        Scope::PartiesRead,
        Rate::Read,
    ),
    row(
        Act::ListOrganisations,
        "organisation",
        &[to("public", Anyone)],
        Scope::PartiesRead,
        Rate::Read,
    ),
    on_party(
        Act::CreateOrganisation,
        "organisation",
        &[to("officer", DESK)],
        Act::LookAtOrganisation,
    ),
    on_party(
        Act::ReviseOrganisation,
        "organisation",
        &[to("officer", DESK), to("owner", HoldsInOwner(&[TransferOfficer, FirmAdministrator]))],
        Act::LookAtOrganisation,
    ),
    fresh(on_party(
        Act::ImportOrganisations,
        "organisation",
        &[to("officer", DESK)],
        Act::LookAtOrganisation,
    )),
    fresh(on_party(
        Act::MergeOrganisations,
        "organisation",
        &[to("officer", DESK)],
        Act::LookAtOrganisation,
    )),
    // Anybody may say that they speak for a firm; the city's office finds out.
    row(
        Act::RegisterFirm,
        "registration",
        &[to("public", Anyone)],
        Scope::PartiesWrite,
        Rate::SignIn,
    ),
    row(
        Act::ConfirmRegistration,
        "registration",
        &[to("public", Anyone)],
        Scope::PartiesWrite,
        Rate::SignIn,
    ),
    Row {
        prohibitions: &[MACHINERY],
        ..row(
            Act::Apply,
            "registration",
            &[to("owner", Assured(SignedIn))],
            Scope::PartiesWrite,
            Rate::Write,
        )
    },
    row(
        Act::ListApplications,
        "registration",
        &[to("officer", DESK)],
        Scope::PartiesRead,
        Rate::Read,
    ),
    fresh(row(
        Act::LinkApplication,
        "registration",
        &[to("officer", DESK)],
        Scope::PartiesWrite,
        Rate::Write,
    )),
    // An organisation's own administrator looks after its people; nobody else knows of them.
    fresh(on_party(Act::InviteColleague, "colleague", COLLEAGUES, Act::ListPeople)),
    on_party(Act::RevokeInvitation, "colleague", COLLEAGUES, Act::ListPeople),
    row(
        Act::AcceptInvitation,
        "colleague",
        &[to("public", Anyone)],
        Scope::PartiesWrite,
        Rate::SignIn,
    ),
    fresh(on_party(Act::ChangeColleague, "colleague", COLLEAGUES, Act::ListPeople)),
    fresh(on_party(Act::RemoveColleague, "colleague", COLLEAGUES, Act::ListPeople)),
    row(
        Act::LookAtPerson,
        "person",
        &[
            to("owner", Own),
            to("officer", Holds(&[SecurityAdministrator, Operator])),
            to(
                "colleague",
                HoldsInOwner(&[
                    TransferOfficer,
                    Member,
                    FirmMember,
                    FirmAdministrator,
                    Expert,
                    AgencyOfficer,
                ]),
            ),
        ],
        Scope::PartiesRead,
        Rate::Read,
    ),
    row(
        Act::ListPeople,
        "person",
        &[
            to("officer", Holds(&[SecurityAdministrator, Operator])),
            to("colleague", HoldsInOwner(&[FirmAdministrator, TransferOfficer])),
        ],
        Scope::PartiesRead,
        Rate::Read,
    ),
    fresh(on_party(
        Act::CreatePerson,
        "person",
        &[to("officer", Holds(&[SecurityAdministrator, Operator]))],
        Act::LookAtOrganisation,
    )),
    fresh(Row {
        prohibitions: &[Own],
        ..on_party(
            Act::DisablePerson,
            "person",
            &[to("officer", Holds(&[SecurityAdministrator, Operator]))],
            Act::LookAtPerson,
        )
    }),
    fresh(Row {
        prohibitions: &[Own],
        ..on_party(
            Act::GrantMembership,
            "person",
            &[to("officer", Holds(&[SecurityAdministrator, Operator]))],
            Act::LookAtPerson,
        )
    }),
    fresh(on_party(
        Act::EndMembership,
        "person",
        &[to("officer", Holds(&[SecurityAdministrator, Operator])), to("owner", Own)],
        Act::LookAtPerson,
    )),
    fresh(Row {
        prohibitions: &[Own],
        ..on_party(
            Act::SetClearance,
            "person",
            &[to("officer", Holds(&[SecurityAdministrator]))],
            Act::LookAtPerson,
        )
    }),
    // Emergency access: one asks, another opens it. Both prove anew who they are.
    fresh(row(
        Act::AskForEmergency,
        "emergency",
        &[to("owner", EMERGENCY_ASKERS)],
        Scope::CasesWrite,
        Rate::SignIn,
    )),
    fresh(Row {
        prohibitions: &[Own],
        ..on_emergency(Act::GrantEmergency, &[to("officer", Holds(&[SecurityAdministrator]))])
    }),
    fresh(Row {
        prohibitions: &[Own],
        ..on_emergency(Act::RefuseEmergency, &[to("officer", Holds(&[SecurityAdministrator]))])
    }),
    // Whose matter it is can shut it too.
    on_emergency(
        Act::EndEmergency,
        &[
            to("asker", Own),
            to("officer", Holds(&[SecurityAdministrator])),
            to("owner", EMERGENCY_OWNERS),
        ],
    ),
    row(
        Act::LookAtEmergency,
        "emergency",
        &[
            to("asker", Own),
            to("officer", Holds(&[SecurityAdministrator, AuditAdministrator])),
            to("owner", EMERGENCY_OWNERS),
        ],
        Scope::CasesRead,
        Rate::Read,
    ),
    row(
        Act::ListEmergencies,
        "emergency",
        &[to("asker", Assured(SignedIn))],
        Scope::CasesRead,
        Rate::Read,
    ),
    // The look itself: in place of a role, and of nothing else. The label of the matter is obeyed, and
    // what machinery may not see otherwise it may see this way.
    row(
        Act::LookInEmergency,
        "emergency",
        &[to("emergency", All(&[Own, State(&["running"]), EMERGENCY_ASKERS]))],
        Scope::CasesRead,
        Rate::Read,
    ),
    // A lost factor: two security administrators, each with a reason or a fresh proof.
    fresh(Row {
        prohibitions: &[Own],
        ..on_party(
            Act::StartFactorRecovery,
            "factor",
            &[to("officer", Holds(&[SecurityAdministrator]))],
            Act::LookAtPerson,
        )
    }),
    fresh(Row {
        prohibitions: &[Own],
        ..on_party(
            Act::ConfirmFactorRecovery,
            "factor",
            &[to("officer", Holds(&[SecurityAdministrator]))],
            Act::LookAtPerson,
        )
    }),
    // Whose factor it is can stop it too.
    on_party(
        Act::RefuseFactorRecovery,
        "factor",
        &[to("officer", Holds(&[SecurityAdministrator])), to("owner", Own)],
        Act::LookAtPerson,
    ),
    // The owner of the machine, through the command only; no page has it.
    fresh(on_party(
        Act::ResetFactor,
        "factor",
        &[to("officer", Holds(&[Operator]))],
        Act::LookAtPerson,
    )),
    enrolling(fresh(Row { noun: "factor", ..own(Act::EnrolFactor, Rate::Write) })),
    fresh(Row { noun: "factor", ..own(Act::RemoveFactor, Rate::Write) }),
    fresh(Row { noun: "factor", ..own(Act::RenewRecoveryCodes, Rate::Write) }),
    fresh(on_party(
        Act::ErasePerson,
        "person",
        &[to("owner", Own), to("officer", Holds(&[SecurityAdministrator]))],
        Act::LookAtPerson,
    )),
    // One's own account.
    enrolling(row(Act::SignIn, "account", &[to("public", Anyone)], Scope::Account, Rate::SignIn)),
    enrolling(row(
        Act::FinishSignIn,
        "account",
        &[to("public", Anyone)],
        Scope::Account,
        Rate::SignIn,
    )),
    enrolling(own(Act::ProveIdentity, Rate::SignIn)),
    enrolling(own(Act::SignOut, Rate::Write)),
    enrolling(row(
        Act::SetPassword,
        "account",
        &[to("public", Anyone)],
        Scope::Account,
        Rate::SignIn,
    )),
    enrolling(own(Act::ChangePassword, Rate::SignIn)),
    // The mail address: a fresh proof, and the link that went to the new one.
    fresh(own(Act::AskForAddress, Rate::SignIn)),
    own(Act::ConfirmAddress, Rate::SignIn),
    own(Act::DropAddress, Rate::Write),
    own(Act::SetTelephone, Rate::Write),
    enrolling(own(Act::ListOwnSessions, Rate::Read)),
    enrolling(own(Act::EndSession, Rate::Write)),
    fresh(Row { noun: "identity", ..own(Act::LinkIdentity, Rate::SignIn) }),
    fresh(Row { noun: "identity", ..own(Act::UnlinkIdentity, Rate::Write) }),
    own(Act::AcknowledgeNotices, Rate::Write),
    fresh(own(Act::ExportPersonalData, Rate::Export)),
    fresh(row(
        Act::CreateToken,
        "account",
        &[to("owner", Own), to("officer", Holds(&[Operator]))],
        Scope::Account,
        Rate::Write,
    )),
    row(
        Act::RevokeToken,
        "account",
        &[to("owner", Own), to("officer", Holds(&[SecurityAdministrator, Operator]))],
        Scope::Account,
        Rate::Write,
    ),
    row(Act::LookAtDesk, "account", &[to("owner", Assured(SignedIn))], Scope::Account, Rate::Read),
    // The log.
    row(Act::ReadFeed, "log", &[to("public", SHOWN)], Scope::TechnologiesRead, Rate::Read),
    row(Act::ReadLog, "log", &[to("public", Anyone)], Scope::LogRead, Rate::Read),
    row(
        Act::ListLooks,
        "log",
        &[to("officer", Holds(&[ConfidentialityOfficer, AuditAdministrator])), to("owner", OWNERS)],
        Scope::LogRead,
        Rate::Read,
    ),
    row(
        Act::LookAtOperations,
        "log",
        &[to(
            "officer",
            Any(&[
                Holds(&[SystemAdministrator, AuditAdministrator, Operator]),
                Holds(&[StatisticsOfficer]),
            ]),
        )],
        Scope::LogRead,
        Rate::Read,
    ),
    // The outbox names people and their addresses, and no content.
    row(Act::ListLetters, "mail", &[to("officer", MACHINES)], Scope::LogRead, Rate::Read),
    row(Act::RetryLetter, "mail", &[to("officer", MACHINES)], Scope::Account, Rate::Write),
    row(Act::TestMail, "mail", &[to("officer", MACHINES)], Scope::Account, Rate::SignIn),
    Row { noun: "mail", ..own(Act::SetMailWishes, Rate::Write) },
    // Whoever has a letter may stop its kind; the link of the letter carries the proof.
    row(Act::StopMail, "mail", &[to("public", Anyone)], Scope::Account, Rate::SignIn),
    // A saved search belongs to one person, and nobody else learns of it.
    saved(Act::ListSavedSearches, Rate::Read),
    saved(Act::LookAtSavedSearch, Rate::Search),
    saved(Act::SaveSearch, Rate::Search),
    saved(Act::ReviseSavedSearch, Rate::Write),
    saved(Act::RemoveSavedSearch, Rate::Write),
    saved(Act::MarkSavedSearchSeen, Rate::Write),
    // The link of an alert carries the proof that it may be stopped.
    row(
        Act::StopSavedSearch,
        "saved-search",
        &[to("public", Anyone)],
        Scope::Account,
        Rate::SignIn,
    ),
    // Bulletins: prepared by the city's desk, public once they are sent.
    row(
        Act::ListBulletins,
        "bulletin",
        &[to("public", Anyone)],
        Scope::TechnologiesRead,
        Rate::Read,
    ),
    row(
        Act::LookAtBulletin,
        "bulletin",
        &[to("officer", BULLETIN_DESK), to("public", State(&["sent"]))],
        Scope::TechnologiesRead,
        Rate::Read,
    ),
    on_bulletin(Act::CreateBulletin, &[to("officer", BULLETIN_DESK)]),
    on_bulletin(
        Act::ReviseBulletin,
        &[to("officer", All(&[BULLETIN_DESK, State(&["draft", "scheduled"])]))],
    ),
    on_bulletin(
        Act::ScheduleBulletin,
        &[to("officer", All(&[BULLETIN_DESK, State(&["draft", "scheduled"])]))],
    ),
    // It goes to many and cannot be taken back.
    fresh(on_bulletin(
        Act::SendBulletin,
        &[to("officer", All(&[BULLETIN_DESK, State(&["draft", "scheduled"])]))],
    )),
    // The timer acts in the name of the installation.
    row(
        Act::SendDueBulletin,
        "bulletin",
        &[to("officer", Holds(&[Operator]))],
        Scope::TechnologiesWrite,
        Rate::Write,
    ),
    on_bulletin(
        Act::WithdrawBulletin,
        &[to("officer", All(&[BULLETIN_DESK, State(&["draft", "scheduled", "sent"])]))],
    ),
    row(
        Act::OpenBulletin,
        "bulletin",
        &[to("public", Anyone)],
        Scope::TechnologiesRead,
        Rate::Read,
    ),
    row(
        Act::SubscribeToBulletins,
        "bulletin",
        &[to("public", Anyone)],
        Scope::Account,
        Rate::SignIn,
    ),
    row(
        Act::ConfirmSubscription,
        "bulletin",
        &[to("public", Anyone)],
        Scope::Account,
        Rate::SignIn,
    ),
    row(Act::EndSubscription, "bulletin", &[to("public", Anyone)], Scope::Account, Rate::SignIn),
    // Webhooks belong to an organisation; what they are told is judged by their person's rights.
    row(Act::ListWebhooks, "webhook", WEBHOOK_KEEPERS, Scope::PartiesRead, Rate::Read),
    row(Act::LookAtWebhook, "webhook", WEBHOOK_KEEPERS, Scope::PartiesRead, Rate::Read),
    fresh(on_party(Act::CreateWebhook, "webhook", WEBHOOK_KEEPERS, Act::LookAtOrganisation)),
    fresh(on_webhook(Act::ReviseWebhook)),
    fresh(on_webhook(Act::RenewWebhookSecret)),
    on_webhook(Act::RemoveWebhook),
    on_webhook(Act::TestWebhook),
    on_webhook(Act::ResendDelivery),
    // The sender acts in the name of the installation.
    row(
        Act::SwitchOffWebhook,
        "webhook",
        &[to("officer", Holds(&[Operator]))],
        Scope::PartiesWrite,
        Rate::Write,
    ),
    // The books: an owner sees the own accounts, the city's office keeps them.
    reads_books(Act::LookAtAccount, Rate::Read),
    reads_books(Act::ListAccounts, Rate::Read),
    reads_books(Act::ExportAccount, Rate::Export),
    on_books(Act::OpenAccount),
    on_books(Act::CloseAccount),
    on_books(Act::PostTransfers),
    on_books(Act::ReverseTransfer),
    // The timer acts in the name of the installation.
    row(
        Act::ExpireHolds,
        "ledger",
        &[to("officer", Holds(&[Operator]))],
        Scope::LedgerWrite,
        Rate::Write,
    ),
    // Payment orders: who is paid sees the own ones; two people of the office make them.
    reads_orders(Act::LookAtOrder),
    reads_orders(Act::ListOrders),
    on_orders(Act::DraftOrder),
    fresh(on_orders(Act::ApproveOrder)),
    fresh(on_orders(Act::MoveOrder)),
    on_orders(Act::KeepOrder),
    // What banks say is the office's alone: it names accounts of people outside.
    Row { scope: Scope::LedgerRead, rate: Rate::Read, ..on_bank(Act::ListBankStatements) },
    on_bank(Act::BringStatement),
    on_bank(Act::DropStatement),
    fresh(on_bank(Act::TakeStatement)),
    fresh(on_bank(Act::ParkLine)),
    fresh(on_bank(Act::SettleLine)),
    on_books(Act::SealMonth),
    // Who did it, and who answers for the thing: an entry names the one who acted.
    row(
        Act::TakeReceipt,
        "log",
        &[
            to("own", Own),
            to("owner", OWNERS),
            to("officer", Any(&[REVIEWERS, Holds(&[AuditAdministrator])])),
        ],
        Scope::LogRead,
        Rate::Read,
    ),
    row(Act::MakeBackup, "city", &[to("officer", MACHINES)], Scope::Account, Rate::Write),
    row(Act::RestoreCity, "city", &[to("officer", MACHINES)], Scope::Account, Rate::Write),
    // Only a city without a single person can be initialised; the act itself checks that.
    row(Act::InitialiseCity, "city", &[to("public", Anyone)], Scope::Account, Rate::Write),
];

#[cfg(test)]
mod tests;
