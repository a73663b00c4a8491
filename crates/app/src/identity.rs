//! Signing in by an identity of another provider (OpenID Connect), linked to a person here.
//!
//! An identity is an issuer and a subject; an address of it decides nothing. A browser is sent away
//! with a sealed state that opens only beside its own cookie, comes back once and within ten
//! minutes, and what it brings is changed into a proof by calls of ours alone, outside of every
//! transaction. To the outside every failure looks the same; the server's own log says which it was.

mod act;
mod provider;

pub use act::{AcceptByIdentity, IdentityLinked, LinkIdentity, SignInByIdentity, UnlinkIdentity};
pub use provider::{Provider, ProviderSettings, Providers};
pub use store::identity::Identity;

use crate::account::sign_in_required;
use crate::act::No;
use crate::asker::{Asker, Who};
use crate::city::City;
use crate::seal::{self, Sealer};
use crate::secret::{Secret, digest, mark};
use access::{Act as A, Thing};
use base::{Bilingual, Class, Instant, PersonId, Refusal, SessionId};
use openid::{Ask, SKEW_SECONDS};

/// Seconds that a browser may be away.
pub const AWAY_SECONDS: i64 = 10 * 60;
/// Identities of one person.
pub const IDENTITIES_MAX: usize = 5;
/// Characters of the address that is gone back to.
const NEXT_MAX: usize = 300;
/// What sealed states are for.
const SEAL: &str = "identity";
/// What the secret of a browser's cookie begins with.
const COOKIE: &str = "bwo_";

/// What a browser is sent to a provider for.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Errand {
    /// Signing in.
    SignIn,
    /// Linking an identity to the person of this session.
    Link { person: PersonId, session: SessionId },
    /// Using a one-time link, known by its digest, without setting a password.
    Accept { link: String },
}

/// What the state that travels through the provider says; sealed.
#[derive(serde::Serialize, serde::Deserialize)]
struct Sent {
    id: String,
    provider: String,
    at: Instant,
    errand: Errand,
    next: String,
    anew: bool,
}

/// Where a browser goes, and what it keeps until it is back.
#[derive(Clone, Debug)]
pub struct Begun {
    pub address: String,
    /// The value of its cookie for [`AWAY_SECONDS`].
    pub cookie: String,
}

/// What a browser brought back in its address.
#[derive(Clone, Copy, Debug, Default)]
pub struct Brought<'a> {
    pub state: &'a str,
    pub code: &'a str,
    /// Who the provider says that it is (RFC 9207).
    pub issuer: &'a str,
    pub error: &'a str,
}

/// Somebody whom a provider vouched for. Only [`City::identity_back`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) shown: String,
    /// When the provider asked who it is; 0 where it does not say.
    pub(crate) fresh_at: Instant,
    /// Whether the provider asked for a second factor of its own, as far as that counts here.
    pub(crate) has_factor: bool,
}

/// A browser that is back.
#[derive(Clone, Debug)]
pub struct Back {
    pub errand: Errand,
    pub next: String,
    pub proven: Proven,
}

/// One's own identities, as the account page shows them.
#[derive(Clone, Debug, Default)]
pub struct OwnIdentities {
    /// Each with the name of its provider, where that is still set up.
    pub linked: Vec<(Identity, Option<Bilingual>)>,
    /// Whether there is a password too.
    pub has_password: bool,
}

/// The one refusal for whatever went wrong between us and a provider.
fn failed(asker: &Asker, provider: &str, why: &dyn std::fmt::Display) -> No {
    tracing::warn!(request = %asker.request, provider, %why, "a sign-in by identity failed");
    Refusal::new(Class::Refused, "identity-failed").into()
}

impl City {
    /// The provider of this name.
    pub fn identity_provider(&self, name: &str) -> Result<&Provider, No> {
        let found = self.settings().identities.find(name);
        Ok(found.ok_or_else(Refusal::not_found)?)
    }

    /// Where a provider of this name sends browsers back to.
    pub fn identity_return(&self, name: &str) -> String {
        format!("{}/sign-in/with/{name}/back", self.settings().public_url)
    }

    /// One's own identities.
    pub fn own_identities(&self, asker: &Asker) -> Result<OwnIdentities, No> {
        self.read(asker, |rx| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::ListOwnSessions, &Thing::own(person))?;
            let named = |identity: Identity| {
                let provider = rx.city.settings().identities.of_issuer(&identity.issuer);
                let shown = provider.map(|provider| provider.settings().shown.clone());
                (identity, shown)
            };
            let linked = store::identity::of_person(rx.tx, person)?;
            let kept = store::person::password(rx.tx, person)?;
            Ok(OwnIdentities {
                linked: linked.into_iter().map(named).collect(),
                has_password: kept.is_some_and(|kept| !kept.is_empty()),
            })
        })
    }

    /// The errand of linking, for somebody who has just proved who they are.
    pub fn link_errand(&self, asker: &Asker) -> Result<Errand, No> {
        self.read(asker, |rx| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            rx.may(A::LinkIdentity, &Thing::own(person))?;
            let Who::Session(session) = asker.who else { return Err(sign_in_required().into()) };
            Ok(Errand::Link { person, session })
        })
    }

    /// The errand of a one-time link, while it can be used so.
    pub fn accept_errand(&self, link_secret: &str) -> Result<Errand, No> {
        let (link, now) = (digest(link_secret), self.now());
        let known = self.store().read(|tx| act::invited(tx, &link, now))?;
        known.ok_or_else(|| No::from(Refusal::new(Class::Refused, "link-gone")))?;
        Ok(Errand::Accept { link })
    }

    /// Sends a browser away; `kept` is the cookie that it has already, or empty. With `anew` the
    /// provider has to ask who it is although it may know.
    pub fn begin_identity(
        &self,
        asker: &Asker,
        (name, kept): (&str, &str),
        errand: Errand,
        (next, anew): (&str, bool),
    ) -> Result<Begun, No> {
        let provider = self.identity_provider(name)?;
        let now = self.now();
        let metadata = provider.metadata(now).map_err(|why| failed(asker, name, &why))?;
        let (fresh, id, nonce) =
            self.with_chance(|chance| (chance.bytes32(), chance.bytes32(), chance.bytes32()));
        let is_ours = kept.starts_with(COOKIE) && kept.len() >= 43;
        let fresh = Secret::from_bytes(COOKIE, &fresh).text;
        let cookie = if is_ours { kept.to_owned() } else { fresh };
        let next = if next.len() > NEXT_MAX { "" } else { next };
        let anew = anew || errand != Errand::SignIn;
        let sent = Sent {
            id: store::log::hex(&id[..16]),
            provider: name.to_owned(),
            at: now,
            errand,
            next: next.to_owned(),
            anew,
        };
        let open = serde_json::to_vec(&sent).expect("states have text keys");
        let sealed = Sealer::of(self)?.seal(SEAL, digest(&cookie), &open, nonce)?;
        let state = seal::written(&sealed);
        let back = self.identity_return(name);
        let (nonce, verifier) = derived(&cookie, &sent.id);
        let ask = Ask {
            client: &provider.settings().client,
            back: &back,
            scopes: &provider.settings().scopes,
            state: &state,
            nonce: &nonce,
            verifier: &verifier,
            anew,
            lang: "zh-CN en",
        };
        let address = openid::authorization_address(&metadata, &ask);
        Ok(Begun { address, cookie })
    }

    /// Takes a browser back: opens its state, uses it up, and changes the code into a proof.
    pub fn identity_back(
        &self,
        asker: &Asker,
        (name, cookie): (&str, &str),
        brought: &Brought<'_>,
    ) -> Result<Back, No> {
        let provider = self.identity_provider(name)?;
        let no = |why: &dyn std::fmt::Display| failed(asker, name, why);
        let now = self.now();
        let opened = seal::read(brought.state)
            .filter(|_| !cookie.is_empty())
            .and_then(|sealed| Sealer::of(self).ok()?.open(SEAL, digest(cookie), &sealed))
            .and_then(|open| serde_json::from_slice::<Sent>(&open).ok());
        let sent = opened.ok_or_else(|| no(&"the state is not this browser's"))?;
        let ends_at = sent.at.plus_seconds(AWAY_SECONDS);
        if sent.provider != name || now >= ends_at {
            return Err(no(&"the state is another provider's, or too old"));
        }
        let id = sent.id.clone();
        let is_first = self
            .store()
            .write("identity back", move |tx| store::identity::come_back(tx, &id, ends_at))?;
        if !is_first {
            return Err(no(&"the state came back before"));
        }
        let issuer = &provider.settings().issuer;
        let metadata = provider.metadata(now).map_err(|why| no(&why))?;
        let is_named = !brought.issuer.is_empty();
        if (is_named && brought.issuer != issuer) || (!is_named && metadata.names_itself) {
            return Err(no(&"the answer is another issuer's"));
        }
        if !brought.error.is_empty() || brought.code.is_empty() {
            let said: String =
                brought.error.chars().filter(|c| c.is_ascii_graphic()).take(60).collect();
            return Err(no(&format!("the provider said {said}")));
        }
        let (nonce, verifier) = derived(cookie, &sent.id);
        let back = self.identity_return(name);
        let ask = Ask {
            client: &provider.settings().client,
            back: &back,
            scopes: &[],
            state: "",
            nonce: &nonce,
            verifier: &verifier,
            anew: sent.anew,
            lang: "",
        };
        let claims = provider.claims(&ask, brought.code, now).map_err(|why| no(&why))?;
        let asked_at = claims.auth_time.map(|at| Instant::from_micros(0).plus_seconds(at));
        let is_stale = |at: Instant| at < sent.at.plus_seconds(-SKEW_SECONDS);
        if sent.anew && asked_at.is_some_and(is_stale) {
            return Err(no(&"the provider did not ask anew"));
        }
        let has_factor = provider.vouches(&claims);
        let fresh_at = asked_at.map_or(Instant::from_micros(0), |at| at.min(now));
        let proven = Proven {
            issuer: issuer.clone(),
            subject: claims.subject,
            shown: claims.shown,
            fresh_at,
            has_factor,
        };
        Ok(Back { errand: sent.errand, next: sent.next, proven })
    }

    /// Asks every provider for its addresses and keys: its name, and how many keys or why not.
    pub fn check_identity_providers(&self) -> Vec<(String, Result<usize, String>)> {
        let now = self.now();
        let providers = self.settings().identities.iter();
        let checked = providers.map(|provider| {
            let found = provider.check(now).map_err(|why| why.to_string());
            (provider.settings().name.clone(), found)
        });
        checked.collect()
    }
}

/// Nonce and verifier of one sign-in: nobody has them who has not the browser's cookie.
fn derived(cookie: &str, id: &str) -> (String, String) {
    let of = |what: &str| mark(cookie.as_bytes(), &format!("{what} {id}"));
    (of("nonce"), of("verifier"))
}

/// Whether two sessions are the same one, for an errand that came back.
fn is_session(who: Who, session: SessionId) -> bool {
    who == Who::Session(session)
}
