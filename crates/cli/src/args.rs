//! What can be typed: commands, their options, and the texts of their help.
//!
//! The help is dressed here from `words`, so that it exists in both languages and examples come
//! first; a snapshot under `help/` shows the whole of it.

use base::Lang;
use clap::{ArgAction, Args as Group, CommandFactory, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Everything that was typed.
#[derive(Clone, Debug, Parser)]
#[command(name = "bellwether", version, disable_help_flag = true, disable_version_flag = true)]
#[command(disable_help_subcommand = true, subcommand_required = true)]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
    #[arg(long, short = 'V', action = ArgAction::Version)]
    pub version: Option<bool>,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Clone, Debug, Default, Group)]
pub struct Common {
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    #[arg(long, global = true, value_name = "URL")]
    pub store: Option<String>,
    #[arg(long, global = true)]
    pub json: bool,
    #[arg(long, global = true, value_name = "en|zh", value_parser = parse_lang)]
    pub lang: Option<Lang>,
    #[arg(long, short, global = true)]
    pub quiet: bool,
    #[arg(long, global = true)]
    pub no_input: bool,
    #[arg(long, short = 'y', global = true)]
    pub yes: bool,
    #[arg(long, short = 'h', global = true, action = ArgAction::HelpShort)]
    pub help: Option<bool>,
}

/// Options of commands that write.
#[derive(Clone, Debug, Default, Group)]
pub struct Writing {
    #[arg(long = "as", value_name = "PERSON")]
    pub acting: Option<String>,
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    #[arg(long)]
    pub dry_run: bool,
}

/// Options of commands that read for somebody.
#[derive(Clone, Debug, Default, Group)]
pub struct Reading {
    #[arg(long = "as", value_name = "PERSON")]
    pub acting: Option<String>,
}

/// The commands.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    Serve(Serve),
    Init(Init),
    Demo(Demo),
    #[command(subcommand)]
    Import(Import),
    #[command(subcommand)]
    Export(Export),
    Reindex,
    #[command(subcommand)]
    Verify(Verify),
    #[command(subcommand)]
    Evaluate(Evaluate),
    #[command(subcommand)]
    Auction(Auction),
    #[command(subcommand)]
    Bid(Bid),
    #[command(subcommand)]
    Organisation(Organisation),
    #[command(subcommand)]
    User(User),
    #[command(subcommand)]
    Token(Token),
    #[command(subcommand)]
    Mail(Mail),
    Backup(Backup),
    Restore(Restore),
    Move(Move),
    Doctor(Doctor),
}

/// Serves a city.
#[derive(Clone, Debug, Default, Group)]
pub struct Serve {
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
}

/// Sets up a city.
#[derive(Clone, Debug, Default, Group)]
pub struct Init {
    #[arg(long, value_name = "NAME")]
    pub name_en: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub name_zh: Option<String>,
    #[arg(long, value_name = "ORIGIN")]
    pub origin: Option<String>,
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    #[arg(long, value_name = "EMAIL")]
    pub operator_email: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub operator_name: Option<String>,
    #[arg(long, value_name = "EMAIL")]
    pub contact_email: Option<String>,
    #[arg(long, value_name = "PHONE")]
    pub contact_phone: Option<String>,
    #[arg(long, value_name = "EMAIL")]
    pub security_email: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub security_name: Option<String>,
    #[arg(long)]
    pub dry_run: bool,
}

/// Starts the demonstration city.
#[derive(Clone, Debug, Default, Group)]
pub struct Demo {
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub scale: u32,
    #[arg(long, value_name = "PORT", default_value_t = 8080, hide_default_value = true)]
    pub port: u16,
}

/// Reads things from files.
#[derive(Clone, Debug, Subcommand)]
pub enum Import {
    Technologies(ImportTechnologies),
    Organisations(ImportOrganisations),
    Files(ImportFiles),
    Statements(ImportStatements),
    Bookings(ImportBookings),
}

/// Reads calendars of existing bookings.
#[derive(Clone, Debug, Group)]
pub struct ImportBookings {
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[arg(long, value_name = "INSTRUMENT")]
    pub instrument: String,
    #[arg(long)]
    pub skip: bool,
    #[command(flatten)]
    pub writing: Writing,
}

/// Reads statements that a bank sent.
#[derive(Clone, Debug, Group)]
pub struct ImportStatements {
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[arg(long, value_name = "ACCOUNT")]
    pub account: String,
    #[arg(long)]
    pub take: bool,
    #[command(flatten)]
    pub writing: Writing,
}

/// Brings what lies in another file store.
#[derive(Clone, Debug, Group)]
pub struct ImportFiles {
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
}

/// Reads a register of enterprises.
#[derive(Clone, Debug, Group)]
pub struct ImportOrganisations {
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[arg(long, value_name = "TEXT")]
    pub source: Option<String>,
    #[command(flatten)]
    pub writing: Writing,
}

/// Reads technologies from files and folders.
#[derive(Clone, Debug, Group)]
pub struct ImportTechnologies {
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[arg(long, value_name = "ORGANISATION")]
    pub owner: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub public_source: Option<String>,
    #[command(flatten)]
    pub writing: Writing,
}

/// Writes things to files.
#[derive(Clone, Debug, Subcommand)]
pub enum Export {
    Technologies(ExportTechnologies),
    Ledger(ExportLedger),
    Ocds(ExportOcds),
}

/// Writes what is published of processes.
#[derive(Clone, Debug, Group)]
pub struct ExportOcds {
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub reading: Reading,
}

/// In which shape the books are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BooksFormat {
    Hledger,
    Beancount,
    Accounts,
    Transfers,
}

/// Writes the city's books.
#[derive(Clone, Debug, Group)]
pub struct ExportLedger {
    #[arg(long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<BooksFormat>,
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub reading: Reading,
}

/// In which shape technologies are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Xlsx,
    Csv,
    Jsonl,
    St96,
}

/// Writes technologies.
#[derive(Clone, Debug, Group)]
pub struct ExportTechnologies {
    #[arg(long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<Format>,
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    #[arg(long, value_name = "QUERY")]
    pub q: Option<String>,
    #[command(flatten)]
    pub reading: Reading,
}

/// Checks what is kept.
#[derive(Clone, Debug, Subcommand)]
pub enum Verify {
    Log,
    Files,
    Backup(VerifyBackup),
    Receipt(VerifyReceipt),
    Auction(VerifyAuction),
    Ocds(VerifyOcds),
}

/// Checks open contracting data.
#[derive(Clone, Debug, Group)]
pub struct VerifyOcds {
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Checks a backup where it lies.
#[derive(Clone, Debug, Group)]
pub struct VerifyBackup {
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
}

/// Checks a receipt.
#[derive(Clone, Debug, Group)]
pub struct VerifyReceipt {
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[arg(long, value_name = "KEY")]
    pub key: String,
}

/// Checks the protocol of an auction.
#[derive(Clone, Debug, Group)]
pub struct VerifyAuction {
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
}

/// Makes a backup.
#[derive(Clone, Debug, Group)]
pub struct Backup {
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    #[command(flatten)]
    pub reading: Reading,
}

/// Brings a city back from a backup.
#[derive(Clone, Debug, Group)]
pub struct Restore {
    #[arg(long, value_name = "DIR")]
    pub from: PathBuf,
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    #[arg(long = "as", value_name = "PERSON")]
    pub acting: Option<String>,
    #[arg(long)]
    pub dry_run: bool,
}

/// Moves the rows of a city to another database.
#[derive(Clone, Debug, Group)]
pub struct Move {
    #[arg(long, value_name = "URL")]
    pub from: String,
    #[arg(long, value_name = "URL")]
    pub to: String,
    #[arg(long)]
    pub dry_run: bool,
}

/// Looks at what the city stands on.
#[derive(Clone, Debug, Default, Group)]
pub struct Doctor {
    #[arg(long)]
    pub release_ballast: bool,
}

/// Measures search and matching against a judged collection.
#[derive(Clone, Debug, Subcommand)]
pub enum Evaluate {
    Search(Collection),
    Matching(Collection),
}

/// A judged collection.
#[derive(Clone, Debug, Group)]
pub struct Collection {
    #[arg(long, value_name = "FILE")]
    pub docs: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub queries: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub qrels: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub dictionary: Option<PathBuf>,
}

/// Auctions.
#[derive(Clone, Debug, Subcommand)]
pub enum Auction {
    Replay(AuctionReplay),
}

/// Runs the bids of files under rules.
#[derive(Clone, Debug, Group)]
pub struct AuctionReplay {
    #[arg(long, value_name = "FILE")]
    pub rules: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub lots: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub bids: PathBuf,
}

/// Sealed bids, off line.
#[derive(Clone, Debug, Subcommand)]
pub enum Bid {
    Key(BidKey),
    Seal(BidSeal),
    Open(BidOpen),
}

/// Makes the key of a trustee for one auction.
#[derive(Clone, Debug, Group)]
pub struct BidKey {
    #[arg(long, value_name = "AUCTION")]
    pub auction: String,
    #[arg(long, value_name = "NAME")]
    pub name: String,
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Seals a bid.
#[derive(Clone, Debug, Group)]
pub struct BidSeal {
    #[arg(long, value_name = "FILE")]
    pub trustees: PathBuf,
    #[arg(long, value_name = "N")]
    pub lot: u32,
    #[arg(long, value_name = "N")]
    pub bidder: u32,
    #[arg(long, value_name = "N", default_value_t = 1, hide_default_value = true)]
    pub bid_version: u32,
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Opens bids with published keys.
#[derive(Clone, Debug, Group)]
pub struct BidOpen {
    #[arg(long, value_name = "FILE")]
    pub trustees: PathBuf,
    #[arg(long, value_name = "FILE", required = true)]
    pub key: Vec<PathBuf>,
    #[arg(required = true, value_name = "BID")]
    pub bids: Vec<PathBuf>,
}

/// Organisations.
#[derive(Clone, Debug, Subcommand)]
pub enum Organisation {
    Add(OrganisationAdd),
    List(OrganisationList),
}

/// Adds an organisation.
#[derive(Clone, Debug, Default, Group)]
pub struct OrganisationAdd {
    #[arg(long, value_name = "NAME")]
    pub name_en: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub name_zh: Option<String>,
    #[arg(long, value_name = "KIND")]
    pub kind: String,
    #[arg(long, value_name = "CODE")]
    pub credit_code: Option<String>,
    #[arg(long, value_name = "REGION")]
    pub region_en: Option<String>,
    #[arg(long, value_name = "REGION")]
    pub region_zh: Option<String>,
    #[command(flatten)]
    pub writing: Writing,
}

/// Lists organisations.
#[derive(Clone, Debug, Default, Group)]
pub struct OrganisationList {
    #[command(flatten)]
    pub reading: Reading,
}

/// People.
#[derive(Clone, Debug, Subcommand)]
pub enum User {
    Add(UserAdd),
    List(UserList),
    Disable(UserNamed),
    Reset(UserNamed),
    Role(UserRole),
    #[command(subcommand)]
    Factor(UserFactor),
}

/// Second factors of people.
#[derive(Clone, Debug, Subcommand)]
pub enum UserFactor {
    Reset(UserNamed),
}

/// Invites a person.
#[derive(Clone, Debug, Group)]
pub struct UserAdd {
    #[arg(value_name = "EMAIL")]
    pub email: String,
    #[arg(long, value_name = "NAME")]
    pub name: String,
    #[arg(long, value_name = "NAME")]
    pub name_zh: Option<String>,
    #[arg(long, value_name = "ORGANISATION")]
    pub organisation: Option<String>,
    #[arg(long, value_name = "ROLE", default_value = "member", hide_default_value = true)]
    pub role: String,
    #[command(flatten)]
    pub writing: Writing,
}

/// Lists people.
#[derive(Clone, Debug, Group)]
pub struct UserList {
    #[arg(long, value_name = "ORGANISATION")]
    pub organisation: Option<String>,
    #[command(flatten)]
    pub reading: Reading,
}

/// An act about one person.
#[derive(Clone, Debug, Group)]
pub struct UserNamed {
    #[arg(value_name = "PERSON")]
    pub person: String,
    #[command(flatten)]
    pub writing: Writing,
}

/// Gives a role or ends it.
#[derive(Clone, Debug, Group)]
pub struct UserRole {
    #[arg(value_name = "PERSON")]
    pub person: String,
    #[arg(value_name = "ROLE")]
    pub role: String,
    #[arg(long, value_name = "ORGANISATION")]
    pub organisation: Option<String>,
    #[arg(long)]
    pub end: bool,
    #[command(flatten)]
    pub writing: Writing,
}

/// Keys of the programming interface.
#[derive(Clone, Debug, Subcommand)]
pub enum Token {
    Create(TokenCreate),
    List(TokenList),
    Revoke(TokenRevoke),
}

/// Makes a key.
#[derive(Clone, Debug, Group)]
pub struct TokenCreate {
    #[arg(value_name = "NAME")]
    pub name: String,
    #[arg(long, value_name = "PERSON")]
    pub person: Option<String>,
    #[arg(long, value_name = "SCOPE", required = true, value_delimiter = ',')]
    pub scope: Vec<String>,
    #[arg(long, value_name = "DAYS", default_value_t = 90, hide_default_value = true)]
    pub days: i64,
    #[command(flatten)]
    pub writing: Writing,
}

/// Lists the keys of a person.
#[derive(Clone, Debug, Group)]
pub struct TokenList {
    #[command(flatten)]
    pub reading: Reading,
}

/// Ends a key.
#[derive(Clone, Debug, Group)]
pub struct TokenRevoke {
    #[arg(value_name = "KEY-ID")]
    pub token: String,
    #[command(flatten)]
    pub writing: Writing,
}

/// Letters.
#[derive(Clone, Debug, Subcommand)]
pub enum Mail {
    List(MailList),
    Retry(MailRetry),
    Test(MailTest),
}

/// Lists letters, newest first.
#[derive(Clone, Debug, Group)]
pub struct MailList {
    #[arg(long, value_name = "STATE")]
    pub state: Option<String>,
    #[arg(long, value_name = "N", default_value_t = 50, hide_default_value = true)]
    pub limit: usize,
    #[command(flatten)]
    pub reading: Reading,
}

/// Has a letter tried again.
#[derive(Clone, Debug, Group)]
pub struct MailRetry {
    #[arg(value_name = "LETTER-ID")]
    pub letter: String,
    #[command(flatten)]
    pub writing: Writing,
}

/// Sends a letter to see whether mail works.
#[derive(Clone, Debug, Group)]
pub struct MailTest {
    #[arg(long, value_name = "EMAIL")]
    pub to: String,
    #[command(flatten)]
    pub writing: Writing,
}

fn parse_lang(text: &str) -> Result<Lang, String> {
    Lang::parse(text).ok_or_else(|| text.to_owned())
}

/// Characters of a line of help.
const WIDTH: usize = 100;

/// The command with its help in a language.
pub fn dressed(lang: Lang) -> clap::Command {
    let mut command = dress(Args::command().term_width(WIDTH), "bellwether", lang);
    command.build();
    command
}

fn dress(command: clap::Command, path: &str, lang: Lang) -> clap::Command {
    let say = |key: &str| words::say(lang, key);
    let known = |key: String| words::has(&key).then_some(key);
    let indented = |text: &str| {
        text.lines().map(|line| format!("  {line}\n")).collect::<String>().trim_end().to_owned()
    };
    let about = say(&format!("cli-about-{path}"));
    let examples = known(format!("cli-examples-{path}")).map_or_else(String::new, |key| {
        format!("{}\n{}\n\n", say("cli-help-examples"), indented(&say(&key)))
    });
    let notes = known(format!("cli-notes-{path}")).map(|key| say(&key)).unwrap_or_default();
    let usage = say("cli-help-usage");
    let template =
        format!("{{about}}\n\n{examples}{usage}\n  {{usage}}\n\n{{all-args}}{{after-help}}");
    let (common, own) = (say("cli-help-common"), say("cli-help-options"));
    let stem = path.to_owned();
    command
        .about(about)
        .help_template(template)
        .after_help(notes)
        .subcommand_help_heading(say("cli-help-commands"))
        .disable_help_subcommand(true)
        .mut_args(move |arg| {
            let id = arg.get_id().as_str().replace('_', "-");
            let key =
                known(format!("cli-arg-{stem}-{id}")).unwrap_or_else(|| format!("cli-arg-{id}"));
            let is_common = arg.is_global_set() || id == "version";
            let heading = if is_common { common.clone() } else { own.clone() };
            arg.help(words::say(lang, &key)).help_heading(heading)
        })
        .mut_subcommands(|sub| {
            let path = match path {
                "bellwether" => sub.get_name().to_owned(),
                _ => format!("{path}-{}", sub.get_name()),
            };
            dress(sub, &path, lang)
        })
}
