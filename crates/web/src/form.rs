//! What forms have in common: their token and key, reading fields back, showing a refusal.

use app::No;
use base::{Bilingual, Class, Refusal};
use edge::{Fields, Request};

/// What a form needs each time it is shown: a key that was never used.
pub struct Ticket {
    /// The token that says the form is ours.
    pub csrf: String,
    /// The idempotency key.
    pub key: String,
}

/// A fresh ticket. Also after a refusal: a key belongs to one content.
pub fn ticket(request: &Request) -> Ticket {
    Ticket { csrf: request.csrf.clone(), key: request.fresh_key() }
}

/// Reasons that belong on the form itself; everything else is a page of its own.
pub fn reasons(no: No) -> Result<Vec<Refusal>, No> {
    match no.class() {
        Class::Invalid | Class::Refused | Class::Conflict => Ok(no.0),
        _ => Err(no),
    }
}

/// A text in both languages, as `look::bilingual_field` posts it.
pub fn bilingual(fields: &Fields, name: &str) -> Bilingual {
    let side = |lang: &str| fields.get(&format!("{name}.{lang}")).trim().to_owned();
    Bilingual { en: side("en"), zh: side("zh") }
}
