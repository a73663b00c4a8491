//! The accounts of the demonstration city, which its sign-in page offers by role.

use access::Role;
use base::Bilingual;
use std::sync::OnceLock;

/// An invented person that visitors of the demonstration city may become.
#[derive(Clone, Debug)]
pub struct DemoAccount {
    /// The address to sign in with.
    pub email: String,
    /// Its password, which is no secret.
    pub password: String,
    /// The invented name.
    pub name: Bilingual,
    /// What the person does.
    pub role: Role,
    /// Where.
    pub organisation: Bilingual,
}

static ACCOUNTS: OnceLock<Vec<DemoAccount>> = OnceLock::new();

/// Tells the pages which accounts there are, once, before the first request. Later calls change
/// nothing.
pub fn set_demo_accounts(accounts: Vec<DemoAccount>) {
    if ACCOUNTS.set(accounts).is_err() {
        tracing::warn!("the demonstration accounts were set twice; the first ones stay");
    }
}

/// The accounts, none outside a demonstration city.
pub(crate) fn accounts() -> &'static [DemoAccount] {
    ACCOUNTS.get().map_or(&[], Vec::as_slice)
}
