//! The one list of files. A test compares it with what lies on the disk.

/// The texts of one noun.
pub(crate) struct File {
    #[cfg(test)]
    pub(crate) noun: &'static str,
    pub(crate) en: &'static str,
    pub(crate) zh: &'static str,
}

macro_rules! files {
    ($($noun:literal)*) => {
        /// Every file of texts, by noun.
        pub(crate) const FILES: &[File] = &[$(File {
            #[cfg(test)]
            noun: $noun,
            en: include_str!(concat!("../en/", $noun, ".ftl")),
            zh: include_str!(concat!("../zh-Hans/", $noun, ".ftl")),
        }),*];
    };
}

files! {
    "about"
    "account"
    "address"
    "api"
    "auction"
    "backup"
    "bank"
    "bench"
    "bid"
    "booking"
    "bulletin"
    "button"
    "case"
    "certificate"
    "charge"
    "chart"
    "cli"
    "colleague"
    "complaint"
    "contract"
    "control"
    "counts"
    "deal"
    "desk"
    "emergency"
    "empty"
    "enquiry"
    "erasure"
    "error"
    "estimate"
    "event"
    "factor"
    "feed"
    "field"
    "file"
    "filter"
    "form"
    "home"
    "identity"
    "import"
    "instrument"
    "invitation"
    "item"
    "joint-request"
    "label"
    "ledger"
    "ledger-page"
    "listing"
    "listing-page"
    "log"
    "lot"
    "mail-lot"
    "lot-event"
    "lot-form"
    "lot-reserve"
    "lot-rounds"
    "machine-hours"
    "mail"
    "mail-booking"
    "merger"
    "month"
    "notice"
    "order"
    "open-data"
    "open-licence"
    "organisation"
    "outage"
    "page"
    "person"
    "personal"
    "problem"
    "qualification"
    "receivable"
    "refusal"
    "register"
    "registration"
    "relay"
    "release"
    "role"
    "rule"
    "saved-search"
    "sealing-page"
    "search"
    "service"
    "service-record"
    "shell"
    "stand-in"
    "standard"
    "standing"
    "table"
    "tariff"
    "technology"
    "technology-page"
    "time"
    "turn"
    "usage"
    "venture"
    "voucher"
    "wait"
    "webhook"
}
