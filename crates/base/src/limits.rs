//! Bounds on everything that comes from outside. Each is named in the refusal it causes.

/// Characters of a title.
pub const TITLE_CHARS_MAX: usize = 300;
/// Characters of a one-sentence summary.
pub const SUMMARY_CHARS_MAX: usize = 1_000;
/// Characters of a long text field, per language.
pub const TEXT_CHARS_MAX: usize = 50_000;
/// Characters of a short text: a name, a place, a reference.
pub const NAME_CHARS_MAX: usize = 200;
/// Inventors, rights, classes or listings of one technology.
pub const PARTS_MAX: usize = 100;
/// Classification symbols of one technology.
pub const CLASSES_MAX: usize = 200;
/// Characters of a search query; what is longer is cut, and said.
pub const QUERY_CHARS_MAX: usize = 256;
/// Bytes of an address, with its query.
pub const ADDRESS_BYTES_MAX: usize = 8 * 1024;
/// Bytes of a form post without files.
pub const FORM_BYTES_MAX: usize = 512 * 1024;
/// Bytes of a JSON body of the programming interface.
pub const JSON_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of one uploaded file.
pub const UPLOAD_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Documents that one move of a case names.
pub const DOCUMENTS_MAX: usize = 20;
/// Documents of one case.
pub const CASE_DOCUMENTS_MAX: usize = 500;
/// Bytes of one file read by a command.
pub const FILE_BYTES_MAX: u64 = 2 * 1024 * 1024 * 1024;
/// Bytes that an archive may unpack to.
pub const UNPACKED_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// Members of an archive.
pub const ARCHIVE_MEMBERS_MAX: usize = 20_000;
/// Records that one import act may commit.
pub const IMPORT_BATCH_MAX: usize = 200;
/// Problems that one import report lists; the rest is counted.
pub const PROBLEMS_MAX: usize = 10_000;
/// Rows of one page of a list.
pub const PAGE_ROWS: usize = 25;
/// Rows that are counted for the numbers beside lists; of more only that they are more is told.
pub const COUNTED_MAX: u64 = 2_000;
/// Rows that a reader of the programming interface may ask for at once.
pub const PAGE_ROWS_MAX: usize = 1_000;
/// Rows of an export made while the reader waits.
pub const EXPORT_ROWS_MAX: usize = 50_000;
/// Bytes of a password as typed.
pub const PASSWORD_BYTES_MAX: usize = 256;
/// Characters of a password at least.
pub const PASSWORD_CHARS_MIN: usize = 8;
/// Characters of an idempotency key.
pub const KEY_CHARS_MAX: usize = 200;
/// Bytes of an event body in the log.
pub const EVENT_BYTES_MAX: usize = 256 * 1024;
/// Acts that wait for the writer before callers are told to come again.
pub const QUEUE_ACTS_MAX: usize = 8_192;
/// Acts that one commit holds.
pub const BATCH_ACTS_MAX: usize = 256;
/// Searches that one person keeps.
pub const SAVED_SEARCHES_MAX: usize = 50;
/// Technologies that a search finds at most to be kept: a broader one is no news.
pub const SAVED_SEARCH_HITS_MAX: usize = 5_000;
/// Results in one bulletin.
pub const BULLETIN_ITEMS_MAX: usize = 50;
/// People and addresses that one bulletin goes to.
pub const BULLETIN_RECIPIENTS_MAX: usize = 5_000;
/// Characters of the introduction of a bulletin, per language.
pub const BULLETIN_INTRO_CHARS_MAX: usize = 4_000;
/// Webhooks of one organisation.
pub const WEBHOOKS_MAX: usize = 20;
/// Characters of the address of a webhook.
pub const WEBHOOK_ADDRESS_CHARS_MAX: usize = 500;
/// Deliveries that wait for one webhook; with more it is switched off, and its receiver catches up
/// with the feed.
pub const WEBHOOK_WAITING_MAX: usize = 20_000;
