//! Every address of the pages. Nouns only: what is done to a thing is a thing below it.

mod instrument;

pub use instrument::*;

use base::{
    AccountId, BankStatementId, BulletinId, CaseId, ContractId, DealId, DeliveryId, FileId,
    IdentityId, ImportId, LetterId, ListingId, LotEventId, LotId, OrderId, OrganisationId,
    PersonId, SavedSearchId, SessionId, TechnologyId, TokenId, TransferId, VentureId, WebhookId,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The city's front page.
pub const HOME: &str = "/";
/// Everything that can be found.
pub const SEARCH: &str = "/search";
/// Suggestions while typing.
pub const SUGGEST: &str = "/suggest";
/// All technologies.
pub const TECHNOLOGIES: &str = "/technologies";
/// All organisations.
pub const ORGANISATIONS: &str = "/organisations";
/// The form of a new organisation.
pub const ORGANISATION_NEW: &str = "/organisations/new";
/// People, for administrators.
pub const PEOPLE: &str = "/people";
/// The form of an invitation.
pub const PERSON_NEW: &str = "/people/new";
/// Webhooks, each below its id.
pub const WEBHOOKS: &str = "/webhooks";
/// All imports.
pub const IMPORTS: &str = "/imports";
/// Cases: what somebody has to decide until some day.
pub const CASES: &str = "/cases";
/// One step for several cases at once.
pub const CASES_TOGETHER: &str = "/cases/together";
/// How long cases take.
pub const CASE_FIGURES: &str = "/cases/figures";
/// Who does whose tasks for a time.
pub const STAND_INS: &str = "/stand-ins";
/// The mail address of one's own account.
pub const ACCOUNT_ADDRESS: &str = "/account/address";
/// Where a change of it is dropped.
pub const ACCOUNT_ADDRESS_DROP: &str = "/account/address/drop";
/// Where one can be called.
pub const ACCOUNT_TELEPHONE: &str = "/account/telephone";
/// Access to a matter that is not the reader's own, by two people.
pub const EMERGENCIES: &str = "/emergencies";
/// Who handles which process.
pub const DESKS: &str = "/desks";
/// The list of cases as a workbook.
pub const CASES_XLSX: &str = "/cases.xlsx";
/// The list of cases as a file.
pub const CASES_CSV: &str = "/cases.csv";
/// Results that are put forward and not known of yet.
pub const DISCLOSURES: &str = "/disclosures";
/// The form of a disclosure.
pub const DISCLOSURE_NEW: &str = "/disclosures/new";
/// References to what cannot be told here.
pub const STUBS: &str = "/stubs";
/// The form of such a reference.
pub const STUB_NEW: &str = "/stubs/new";
/// The reader's saved searches.
pub const SAVED_SEARCHES: &str = "/searches";
/// The form of a saved search.
pub const SAVED_SEARCH_NEW: &str = "/searches/new";
/// Bulletins that were sent.
pub const BULLETINS: &str = "/bulletins";
/// The form of a bulletin.
pub const BULLETIN_NEW: &str = "/bulletins/new";
/// Asking for bulletins.
pub const SUBSCRIPTIONS: &str = "/bulletins/subscriptions";
/// What waits for the reader.
pub const DESK: &str = "/desk";
/// Signing in.
pub const SIGN_IN: &str = "/sign-in";
/// Signing out.
pub const SIGN_OUT: &str = "/sign-out";
/// One's own account.
pub const ACCOUNT: &str = "/account";
/// One's own password.
pub const ACCOUNT_PASSWORD: &str = "/account/password";
/// One's own keys of the programming interface.
pub const ACCOUNT_KEYS: &str = "/account/keys";
/// Proving again who one is.
pub const ACCOUNT_PROOF: &str = "/account/proof";
/// Setting up a second factor, or another one.
pub const ACCOUNT_FACTOR: &str = "/account/factor";
/// Removing the second factor.
pub const ACCOUNT_FACTOR_REMOVAL: &str = "/account/factor/removal";
/// New recovery codes.
pub const ACCOUNT_RECOVERY_CODES: &str = "/account/recovery-codes";
/// Everything held on the reader.
pub const ACCOUNT_DATA: &str = "/account/data";
/// The same as a file.
pub const ACCOUNT_DATA_FILE: &str = "/account/data.json";
/// Erasing one's own account.
pub const ACCOUNT_ERASURE: &str = "/account/erasure";
/// Saying that what happened was read.
pub const ACCOUNT_NOTICES: &str = "/account/notices";
/// Ending every session but this one.
pub const ACCOUNT_SESSIONS_END: &str = "/account/sessions/end";
/// The code that finishes signing in.
pub const SIGN_IN_CODE: &str = "/sign-in/code";
/// The log of the city and its newest checkpoint.
pub const LOG: &str = "/log";
/// The newest checkpoint as a text file.
pub const LOG_CHECKPOINT: &str = "/log/checkpoint";
/// The key that checkpoints are checked with, as a text file.
pub const LOG_KEY: &str = "/log/key";
/// The proof of one entry of the log, as a file.
pub const LOG_RECEIPT: &str = "/log/{seq}/receipt";
/// How the city stands, for those who look after it.
pub const OPERATIONS: &str = "/operations";
/// Letters that wait, were sent or were given up.
pub const OPERATIONS_MAIL: &str = "/operations/mail";
/// A letter to see whether mail works.
pub const OPERATIONS_MAIL_TEST: &str = "/operations/mail/test";
/// Which letters one wants.
pub const ACCOUNT_MAIL: &str = "/account/mail";
/// Where the link of a letter stops its kind.
pub const MAIL_STOP: &str = "/mail/stop";
/// Who looked at restricted things.
pub const LOG_LOOKS: &str = "/log/looks";
/// What is on offer.
pub const TRADE: &str = "/trade";
/// Instruments that units of the city share.
pub const INSTRUMENTS: &str = "/instruments";
/// The first free time of each instrument.
pub const FREE_TIME: &str = "/instruments/free";
/// The week of all instruments.
pub const INSTRUMENTS_WEEK: &str = "/instruments/week";
/// The reader's bookings.
pub const BOOKINGS: &str = "/bookings";
/// Requests for time that wait for the reader.
pub const BOOKINGS_WAITING: &str = "/bookings/waiting";
/// The reader's addresses of calendars.
pub const CALENDARS: &str = "/bookings/calendars";
/// The form of a new instrument.
pub const INSTRUMENT_NEW: &str = "/instruments/new";
/// Standards by which is tested.
pub const STANDARDS: &str = "/standards";
/// Shared instruments and places.
pub const SHARE: &str = "/share";
/// Funding and help.
pub const SUPPORT: &str = "/support";
/// Technologies counted.
pub const MEASURE_TECHNOLOGIES: &str = "/measure/technologies";
/// Changes of technologies, for feed readers.
pub const FEED_TECHNOLOGIES: &str = "/feeds/technologies";
/// What this place is.
pub const ABOUT: &str = "/about";
/// How things are done here.
pub const HELP: &str = "/help";
/// The office that helps.
pub const HELP_OFFICE: &str = "/help#office";
/// How a fault is told.
pub const HELP_PROBLEM: &str = "/help#problem";
/// What is kept about readers.
pub const PRIVACY: &str = "/privacy";
/// How well everybody can use the pages.
pub const ACCESSIBILITY: &str = "/accessibility";
/// The guide of the programming interface.
pub const INTERFACE: &str = "/api";
/// Registering a firm.
pub const REGISTER: &str = "/register";
/// Bringing in a register of enterprises.
pub const REGISTER_IMPORT: &str = "/organisations/import";
/// Registrations whose address is not confirmed yet.
pub const REGISTRATIONS: &str = "/registrations";
/// Setting a password with a one-time link.
pub const SET_PASSWORD: &str = "/set-password";

/// The deals of one's own organisations.
pub const DEALS: &str = "/deals";

/// One deal.
pub fn deal(id: DealId) -> String {
    format!("{DEALS}/{id}")
}

/// One listing: how it can be had.
pub fn listing(id: ListingId) -> String {
    format!("/listings/{id}")
}

/// What is published of processes.
pub const OPEN_DATA: &str = "/open-data";
/// What makes an officer look twice.
pub const RED_FLAGS: &str = "/open-data/red-flags";

/// One published process.
pub fn open_process(ocid: &str) -> String {
    format!("{OPEN_DATA}/processes/{ocid}")
}

/// Auctions, running and announced.
pub const AUCTIONS: &str = "/auctions";

/// Events of several lots.
pub const LOT_EVENTS: &str = "/auctions/events";
pub const WORKDAYS: &str = "/working-days";
/// The form of an event.
pub const LOT_EVENT_NEW: &str = "/auctions/events/new";

/// Accounts of the books.
pub const ACCOUNTS: &str = "/accounts";
/// The books whole, for hledger.
pub const BOOKS_HLEDGER: &str = "/accounts/books.journal";
/// The books whole, for beancount.
pub const BOOKS_BEANCOUNT: &str = "/accounts/books.beancount";

/// Payment orders.
pub const ORDERS: &str = "/orders";
/// The form of a payment order.
pub const ORDER_NEW: &str = "/orders/new";
/// Lines of banks that nobody knows.
pub const UNMATCHED: &str = "/statements/unmatched";
/// Sealed months of the books.
pub const MONTHS: &str = "/months";

/// One payment order.
pub fn order(id: OrderId) -> String {
    format!("{ORDERS}/{id}")
}

/// One statement of a bank.
pub fn bank_statement(id: BankStatementId) -> String {
    format!("/statements/{id}")
}

/// One line of it.
pub fn bank_line(id: BankStatementId, n: u64) -> String {
    format!("/statements/{id}/lines/{n}")
}

/// One sealed month of a book.
pub fn month(book: &str, month: &str) -> String {
    format!("{MONTHS}/{}/{month}", part(book))
}

/// One account of the books with its statement.
pub fn ledger_account(id: AccountId) -> String {
    format!("{ACCOUNTS}/{id}")
}

/// Something below an account: `statement.csv`, `statement.xlsx`.
pub fn ledger_account_part(id: AccountId, part: &str) -> String {
    format!("{ACCOUNTS}/{id}/{part}")
}

/// One transfer of the books.
pub fn ledger_transfer(id: TransferId) -> String {
    format!("/transfers/{id}")
}

/// The receipt of an entry of the log.
pub fn log_receipt(seq: u64) -> String {
    LOG_RECEIPT.replace("{seq}", &seq.to_string())
}

/// What a sealed bid is.
pub const SEALED_BIDS: &str = "/auctions/sealed-bids";

/// One auction with its room.
pub fn auction(id: LotId) -> String {
    format!("{AUCTIONS}/{id}")
}

/// Where the jurisdiction of an organisation is entered.
pub fn jurisdiction(id: OrganisationId) -> String {
    format!("{ORGANISATIONS}/{id}/jurisdiction")
}

/// The agreements of an organisation on services.
pub fn agreements(id: OrganisationId) -> String {
    format!("{ORGANISATIONS}/{id}/agreements")
}

/// Who controls an organisation.
pub fn controllers(id: OrganisationId) -> String {
    format!("{ORGANISATIONS}/{id}/controllers")
}

/// One event of several lots.
pub fn lot_event(id: LotEventId) -> String {
    format!("{LOT_EVENTS}/{id}")
}

/// Something below an event: `poster`, `registration`, `revision`.
pub fn lot_event_part(id: LotEventId, part: &str) -> String {
    format!("{LOT_EVENTS}/{id}/{part}")
}

/// What is owed under contracts, by age.
pub const RECEIVABLES: &str = "/receivables";

/// Contracts the reader may see.
pub const CONTRACTS: &str = "/contracts";
/// Contracts by type and mode of transfer.
pub const CONTRACT_STATISTICS: &str = "/contract-statistics";
/// Templates that contracts are drawn from.
pub const CONTRACT_TEMPLATES: &str = "/contract-templates";

/// One contract.
pub fn contract(id: ContractId) -> String {
    format!("{CONTRACTS}/{id}")
}

/// Something below a contract: `text`, `terms`, `registration`.
pub fn contract_part(id: ContractId, part: &str) -> String {
    format!("{CONTRACTS}/{id}/{part}")
}

/// What an organisation's income is divided by and into.
pub fn income(id: OrganisationId) -> String {
    format!("{ORGANISATIONS}/{id}/income")
}

/// Something below an auction: `live`, `poster`, `protocol`, `desk`.
pub fn auction_part(id: LotId, part: &str) -> String {
    format!("{AUCTIONS}/{id}/{part}")
}

/// One bulletin.
pub fn bulletin(id: BulletinId) -> String {
    format!("{BULLETINS}/{id}")
}

/// Something below a bulletin: `revision`, `results`, `sending`.
pub fn bulletin_part(id: BulletinId, part: &str) -> String {
    format!("{BULLETINS}/{id}/{part}")
}

/// One saved search.
pub fn saved_search(id: SavedSearchId) -> String {
    format!("{SAVED_SEARCHES}/{id}")
}

/// Something below a saved search: `revision`, `removal`, `reading`.
pub fn saved_search_part(id: SavedSearchId, part: &str) -> String {
    format!("{SAVED_SEARCHES}/{id}/{part}")
}

/// The part of the help that is about the page at this path.
pub fn guide(path: &str) -> &'static str {
    let is_form = ["/new", "/revision", "/withdrawal", "/confirmation", "/listings"];
    match path.split('/').nth(1).unwrap_or("") {
        "imports" => "/help#import",
        "desk" => "/help#offer",
        "technologies" if is_form.iter().any(|end| path.ends_with(end)) => "/help#offer",
        "" | "search" | "searches" | "technologies" | "measure" => "/help#find",
        "trade" => "/help#get",
        "log" if path.ends_with("/looks") => "/help#labels",
        "account" | "people" | "organisations" | "sign-in" | "set-password" => "/help#signed-in",
        _ => HELP,
    }
}

/// The people of an organisation.
pub fn colleagues(id: OrganisationId) -> String {
    below(&organisation(id), "people")
}

/// The webhooks of an organisation.
pub fn webhooks(id: OrganisationId) -> String {
    below(&organisation(id), "webhooks")
}

/// The form of a webhook.
pub fn webhook_new(id: OrganisationId) -> String {
    below(&webhooks(id), "new")
}

/// One webhook.
pub fn webhook(id: WebhookId) -> String {
    below(WEBHOOKS, &id.to_string())
}

/// Something below a webhook: `test`, `secret`, `revision`, `removal`.
pub fn webhook_part(id: WebhookId, part: &str) -> String {
    below(&webhook(id), part)
}

/// One delivery to a webhook.
pub fn delivery(id: WebhookId, delivery: DeliveryId) -> String {
    below(&webhook_part(id, "deliveries"), &delivery.to_string())
}

/// The form of an invitation into an organisation.
pub fn colleague_new(id: OrganisationId) -> String {
    below(&colleagues(id), "new")
}

/// Giving a colleague another role.
pub fn colleague_role(id: OrganisationId, person: PersonId) -> String {
    below(&below(&colleagues(id), &person.to_string()), "role")
}

/// Letting a colleague go.
pub fn colleague_removal(id: OrganisationId, person: PersonId) -> String {
    below(&below(&colleagues(id), &person.to_string()), "removal")
}

/// Taking an invitation back.
pub fn invitation_end(id: OrganisationId, invitation: base::InvitationId) -> String {
    below(&below(&below(&organisation(id), "invitations"), &invitation.to_string()), "end")
}

/// The page of an invitation.
pub fn invitation(secret: &str) -> String {
    below("/invitations", secret)
}

/// A register that was handed in.
pub fn register_upload(id: &str) -> String {
    below(REGISTER_IMPORT, id)
}

/// The page that confirms a registration.
pub fn registration_link(secret: &str) -> String {
    below(REGISTER, secret)
}

/// Making a fresh link for a registration.
pub fn registration_renewal(id: base::ApplicationId) -> String {
    below(&below(REGISTRATIONS, &id.to_string()), "link")
}

/// All technologies.
pub fn technologies() -> String {
    TECHNOLOGIES.to_owned()
}

/// The form of a new technology.
pub fn technology_new() -> String {
    below(TECHNOLOGIES, "new")
}

/// One technology.
pub fn technology(id: TechnologyId) -> String {
    below(TECHNOLOGIES, &id.to_string())
}

/// Changing a technology.
pub fn technology_revision(id: TechnologyId) -> String {
    below(&technology(id), "revision")
}

/// Confirming a technology.
pub fn technology_confirmation(id: TechnologyId) -> String {
    below(&technology(id), "confirmation")
}

/// Withdrawing a technology.
pub fn technology_withdrawal(id: TechnologyId) -> String {
    below(&technology(id), "withdrawal")
}

/// Raising the label of a technology.
pub fn technology_label(id: TechnologyId) -> String {
    below(&technology(id), "label")
}

/// The history of a technology.
pub fn technology_versions(id: TechnologyId) -> String {
    below(&technology(id), "versions")
}

/// One version of a technology, or what changed up to it.
pub fn technology_version(id: TechnologyId, version: u64) -> String {
    below(&technology_versions(id), &version.to_string())
}

/// The proof that a version of a technology is in the log, as a file.
pub fn technology_receipt(id: TechnologyId, version: u64) -> String {
    below(&technology_version(id, version), "receipt")
}

/// The certificate of a confirmed technology, to be printed.
pub fn technology_certificate(id: TechnologyId) -> String {
    below(&technology(id), "certificate")
}

/// Whether a paper with this reference and version still holds.
pub fn verify(reference: &str, version: u64) -> String {
    with(&below("/verify", reference), "version", &version.to_string())
}

/// The listings of a technology.
pub fn technology_listings(id: TechnologyId) -> String {
    below(&technology(id), "listings")
}

/// The form of a new listing of a technology.
pub fn listing_new(id: TechnologyId) -> String {
    below(&technology_listings(id), "new")
}

/// Changing a listing of a technology.
pub fn listing_revision(technology: TechnologyId, id: ListingId) -> String {
    format!("{}/{id}/revision", technology_listings(technology))
}

/// Withdrawing a listing of a technology.
pub fn listing_withdrawal(technology: TechnologyId, id: ListingId) -> String {
    format!("{}/{id}/withdrawal", technology_listings(technology))
}

/// Who looked at a technology.
pub fn technology_looks(id: TechnologyId) -> String {
    with(LOG_LOOKS, "technology", &id.to_string())
}

/// Proposing a technology for release.
pub fn technology_release(id: TechnologyId) -> String {
    below(&technology(id), "release")
}

/// Asking the owner of a technology.
pub fn technology_enquiry(id: TechnologyId) -> String {
    below(&technology(id), "enquiry")
}

/// One case.
pub fn case(id: CaseId) -> String {
    below(CASES, &id.to_string())
}

/// Steps of a case: where one is sent to.
pub fn case_steps(id: CaseId) -> String {
    below(&case(id), "steps")
}

/// Who has the tasks of a case.
pub fn case_assignments(id: CaseId) -> String {
    below(&case(id), "assignments")
}

/// Stopping the clock of a task.
pub fn case_pauses(id: CaseId) -> String {
    below(&case(id), "pauses")
}

/// Letting the clock of a task run again.
pub fn case_resumptions(id: CaseId) -> String {
    below(&case(id), "resumptions")
}

/// Ending a stand-in.
pub fn stand_in_end(id: base::StandInId) -> String {
    below(&below(STAND_INS, &id.to_string()), "end")
}

/// Where a new mail address is confirmed.
pub fn account_address_confirmation(secret: &str) -> String {
    below(&below(ACCOUNT_ADDRESS, "confirmation"), &part(secret))
}

/// One request for emergency access.
pub fn emergency(id: base::EmergencyId) -> String {
    below(EMERGENCIES, &id.to_string())
}

/// Where a request is granted.
pub fn emergency_grant(id: base::EmergencyId) -> String {
    below(&emergency(id), "grant")
}

/// Where a request is refused.
pub fn emergency_refusal(id: base::EmergencyId) -> String {
    below(&emergency(id), "refusal")
}

/// Where what is open is shut before its time.
pub fn emergency_end(id: base::EmergencyId) -> String {
    below(&emergency(id), "end")
}

/// A file that somebody handed in.
pub fn file(id: FileId) -> String {
    format!("/files/{id}")
}

/// The same shown in its place, where it is a picture.
pub fn file_shown(id: FileId) -> String {
    format!("/files/{id}?show=1")
}

/// Notes of a case.
pub fn case_notes(id: CaseId) -> String {
    below(&case(id), "notes")
}

/// Withdrawing a case.
pub fn case_withdrawal(id: CaseId) -> String {
    below(&case(id), "withdrawal")
}

/// Handing a returned text in again.
pub fn case_amendment(id: CaseId) -> String {
    below(&case(id), "amendment")
}

/// Searching for these words.
pub fn search(words: &str) -> String {
    if words.is_empty() { SEARCH.to_owned() } else { with(SEARCH, "q", words) }
}

/// Searching for these words within one facet.
pub fn search_within(words: &str, facet: &str, value: &str) -> String {
    look::address::with(&search(words), facet, value)
}

/// All imports.
pub fn imports() -> String {
    IMPORTS.to_owned()
}

/// The form of a new import.
pub fn import_new() -> String {
    below(IMPORTS, "new")
}

/// One import.
pub fn import(id: ImportId) -> String {
    below(IMPORTS, &id.to_string())
}

/// Approving an import, which starts it.
pub fn import_approval(id: ImportId) -> String {
    below(&import(id), "approval")
}

/// Putting a staged import away.
pub fn import_disposal(id: ImportId) -> String {
    below(&import(id), "disposal")
}

/// Undoing an import.
pub fn import_reversal(id: ImportId) -> String {
    below(&import(id), "reversal")
}

/// The table that was handed in, given back with its problems.
pub fn import_problems(id: ImportId) -> String {
    below(&import(id), "problems.xlsx")
}

/// Saying which column of an upload means what.
pub fn import_mapping(upload: &str) -> String {
    format!("{IMPORTS}/mapping/{}", part(upload))
}

/// The template for technologies, as a workbook or as CSV.
pub fn import_template(ending: &str) -> String {
    format!("{IMPORTS}/template.{ending}")
}

/// All organisations.
pub fn organisations() -> String {
    ORGANISATIONS.to_owned()
}

/// One organisation.
pub fn organisation(id: OrganisationId) -> String {
    below(ORGANISATIONS, &id.to_string())
}

/// Taking an organisation into another.
pub fn merger(id: OrganisationId) -> String {
    below(&organisation(id), "merger")
}

/// Changing an organisation.
pub fn organisation_revision(id: OrganisationId) -> String {
    below(&organisation(id), "revision")
}

/// The people of an organisation.
pub fn organisation_people(id: OrganisationId) -> String {
    with(PEOPLE, "organisation", &id.to_string())
}

/// Inviting a person into an organisation.
pub fn organisation_invitation(id: OrganisationId) -> String {
    with(PERSON_NEW, "organisation", &id.to_string())
}

/// One person.
pub fn person(id: PersonId) -> String {
    below(PEOPLE, &id.to_string())
}

/// Giving a person a place in an organisation.
pub fn person_memberships(id: PersonId) -> String {
    below(&person(id), "memberships")
}

/// Ending a place in an organisation.
pub fn person_membership_end(id: PersonId, membership: base::MembershipId) -> String {
    format!("{}/{membership}/end", person_memberships(id))
}

/// The clearance of a person.
pub fn person_clearance(id: PersonId) -> String {
    below(&person(id), "clearance")
}

/// Shutting the account of a person.
pub fn person_closure(id: PersonId) -> String {
    below(&person(id), "closure")
}

/// A new one-time link for a person.
pub fn person_link(id: PersonId) -> String {
    below(&person(id), "link")
}

/// The recovery of a person's lost second factor.
pub fn person_recovery(id: PersonId) -> String {
    below(&person(id), "recovery")
}

/// Confirming it.
pub fn person_recovery_confirmation(id: PersonId) -> String {
    below(&person_recovery(id), "confirmation")
}

/// Stopping it.
pub fn person_recovery_refusal(id: PersonId) -> String {
    below(&person_recovery(id), "refusal")
}

/// Erasing a person.
pub fn person_erasure(id: PersonId) -> String {
    below(&person(id), "erasure")
}

/// The second step of signing in, and back to an address of our own.
pub fn sign_in_code(next: &str) -> String {
    if next.is_empty() { SIGN_IN_CODE.to_owned() } else { with(SIGN_IN_CODE, "next", next) }
}

/// Proving again who one is, and back to an address of our own.
pub fn proof(next: &str) -> String {
    with(ACCOUNT_PROOF, "next", next)
}

/// Setting up a second factor that is required, and back to an address of our own.
pub fn factor_first(next: &str) -> String {
    with(ACCOUNT_FACTOR, "next", next)
}

/// Having a letter tried again.
pub fn letter_retry(id: LetterId) -> String {
    format!("{OPERATIONS_MAIL}/{id}/retry")
}

/// Ending one session of one's own.
pub fn session_end(id: SessionId) -> String {
    format!("{ACCOUNT}/sessions/{id}/end")
}

/// Ending one key of one's own.
pub fn key_end(id: TokenId) -> String {
    format!("{ACCOUNT_KEYS}/{id}/end")
}

/// Signing in by an identity of this provider, and back to an address of our own; with `anew` it
/// asks who it is although it may know.
pub fn identity_sign_in(provider: &str, next: &str, anew: bool) -> String {
    let mut address = below(&below(SIGN_IN, "with"), &part(provider));
    if anew {
        address = with(&address, "anew", "1");
    }
    if next.is_empty() { address } else { look::address::with(&address, "next", next) }
}

/// Using an invitation by an identity of this provider.
pub fn identity_accept(secret: &str, provider: &str) -> String {
    format!("{}/with/{}", set_password(secret), part(provider))
}

/// Linking an identity of this provider.
pub fn identity_link(provider: &str) -> String {
    format!("{ACCOUNT}/identities/with/{}", part(provider))
}

/// Unlinking one of one's own identities.
pub fn identity_removal(id: IdentityId) -> String {
    format!("{ACCOUNT}/identities/{id}/removal")
}

/// Where a one-time link leads.
pub fn set_password(secret: &str) -> String {
    below(SET_PASSWORD, &part(secret))
}

/// Signing in, and back to an address of our own.
pub fn sign_in(next: &str) -> String {
    if next.is_empty() || next == HOME { SIGN_IN.to_owned() } else { with(SIGN_IN, "next", next) }
}

/// An address of our own as somebody handed it to us, or the desk: never another site.
pub fn own(next: &str) -> &str {
    let is_own = next.starts_with('/')
        && !next.starts_with("//")
        && next.len() <= 2_000
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let leaves = [SIGN_IN, SIGN_OUT, ACCOUNT_PROOF].iter().any(|path| next.starts_with(path));
    if is_own && !leaves { next } else { DESK }
}

/// The page of ours that a request came from, as its header says, or the front page.
pub fn own_referer(referer: &str, origin: &str) -> String {
    let path = referer.strip_prefix(origin).filter(|path| path.starts_with('/'));
    match path.map(own) {
        Some(path) if path != DESK => path.to_owned(),
        _ => HOME.to_owned(),
    }
}

/// `path/name`.
fn below(path: &str, name: &str) -> String {
    format!("{path}/{name}")
}

/// `path?name=value`.
fn with(path: &str, name: &str, value: &str) -> String {
    look::address::with(path, name, value)
}

const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

fn part(text: &str) -> String {
    utf8_percent_encode(text, PART).to_string()
}

/// Ventures and the own holdings.
pub const VENTURES: &str = "/ventures";

/// The rows of law that ventures follow.
pub const VENTURE_RULES: &str = "/ventures/rules";

/// One venture.
pub fn venture(id: VentureId) -> String {
    format!("{VENTURES}/{id}")
}

/// Opening a venture for a technology.
pub fn venture_new(id: TechnologyId) -> String {
    format!("{}/ventures/new", technology(id))
}

/// Something below a venture: `valuation`, `register`, `exit`.
pub fn venture_part(id: VentureId, part: &str) -> String {
    format!("{VENTURES}/{id}/{part}")
}

/// The statement of one holder.
pub fn venture_holder(id: VentureId, n: u64) -> String {
    format!("{VENTURES}/{id}/holders/{n}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_out() {
        let id = TechnologyId::from_bits(7);
        assert_eq!(technology_withdrawal(id), format!("/technologies/{id}/withdrawal"));
        assert_eq!(search(""), "/search");
        assert_eq!(
            look::address::pairs(&search("钛 a&b")),
            [("q".to_owned(), "钛 a&b".to_owned())]
        );
        assert_eq!(set_password("bwl_a/b"), "/set-password/bwl_a%2Fb");
    }

    #[test]
    fn only_our_own_addresses_are_next() {
        assert_eq!(own("/technologies?page=2"), "/technologies?page=2");
        for foreign in
            ["", "//evil.example", "https://evil.example", "/\\evil", "/a\nb", "/搜", "evil"]
        {
            assert_eq!(own(foreign), DESK, "{foreign}");
        }
        assert_eq!(own("/sign-in?next=/desk"), DESK);
        assert_eq!(sign_in("/desk"), "/sign-in?next=/desk");
        let origin = "https://city.example";
        assert_eq!(own_referer("https://city.example/account?a=1", origin), "/account?a=1");
        for foreign in ["", "https://city.example.evil/x", "https://other.example/x"] {
            assert_eq!(own_referer(foreign, origin), HOME, "{foreign}");
        }
    }
}
