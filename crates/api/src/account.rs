//! One's own account: who the key acts for, and the keys themselves.

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::reply;
use crate::shape::{Moment, NamedJson, OneOf, TextJson, Words, word};
use access::{Act as A, Scope};
use app::No;
use app::account::{CreateToken, RevokeToken, Token, TokenCreated, sign_in_required};
use app::address::{AskForAddress, ConfirmAddress, DropAddress};
use app::person::Me;
use app::telephone::SetTelephone;
use base::{Clearance, Instant, Refusal};
use edge::Reply;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[
    &LOOK,
    &TOKENS,
    &CREATE,
    &REVOKE,
    &ADDRESS,
    &ASK_ADDRESS,
    &CONFIRM_ADDRESS,
    &DROP_ADDRESS,
    &TELEPHONE,
    &SET_TELEPHONE,
];

/// Days that a key lasts where nothing is said.
const DAYS: i64 = 90;

/// Who asks, and what they may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Account")]
pub struct AccountJson {
    pub id: String,
    pub email: String,
    pub name: TextJson,
    /// `en` or `zh-Hans`.
    pub lang: String,
    pub roles: Vec<PlaceJson>,
    pub clearance: ClearanceJson,
    /// What the key in use covers.
    #[schemars(with = "Vec<OneOf<Scope>>")]
    pub scopes: Vec<String>,
}

/// A role in an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Place")]
pub struct PlaceJson {
    pub organisation: NamedJson,
    #[schemars(with = "OneOf<access::Role>")]
    pub role: String,
}

/// What a person is cleared for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Clearance")]
pub struct ClearanceJson {
    #[schemars(with = "OneOf<base::Level>")]
    pub level: String,
    pub compartments: BTreeSet<String>,
    pub lists: BTreeSet<String>,
    /// ISO 3166 code, or empty when unknown.
    pub jurisdiction: String,
    #[schemars(with = "Option<Moment>")]
    pub valid_from: Option<String>,
    #[schemars(with = "Option<Moment>")]
    pub valid_to: Option<String>,
}

impl From<&Clearance> for ClearanceJson {
    fn from(of: &Clearance) -> Self {
        Self {
            level: of.level.word().to_owned(),
            compartments: of.compartments.clone(),
            lists: of.lists.clone(),
            jurisdiction: of.jurisdiction.clone(),
            valid_from: of.valid_from.map(Instant::rfc3339),
            valid_to: of.valid_to.map(Instant::rfc3339),
        }
    }
}

impl From<&Me> for AccountJson {
    fn from(of: &Me) -> Self {
        let place = |(organisation, name, role): &(_, base::Bilingual, access::Role)| PlaceJson {
            organisation: NamedJson::new(organisation, name),
            role: role.word().to_owned(),
        };
        let scopes = of.actor.scopes.iter().flatten();
        Self {
            id: of.person.id.to_string(),
            email: of.person.email.clone(),
            name: (&of.person.name).into(),
            lang: of.person.lang.tag().to_owned(),
            roles: of.roles.iter().map(place).collect(),
            clearance: (&of.actor.clearance).into(),
            scopes: scopes.map(|scope| scope.word().to_owned()).collect(),
        }
    }
}

/// A key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Token")]
pub struct TokenJson {
    pub id: String,
    pub name: String,
    #[schemars(with = "Vec<OneOf<Scope>>")]
    pub scopes: Vec<String>,
    #[schemars(with = "Moment")]
    pub created_at: String,
    /// Null where it was never used.
    #[schemars(with = "Option<Moment>")]
    pub used_at: Option<String>,
    #[schemars(with = "Moment")]
    pub ends_at: String,
}

impl From<&Token> for TokenJson {
    fn from(of: &Token) -> Self {
        let used_at = Some(of.used_at).filter(|at| at.micros() > 0);
        Self {
            id: of.id.to_string(),
            name: of.name.clone(),
            scopes: of.scopes.iter().map(|scope| scope.word().to_owned()).collect(),
            created_at: of.created_at.rfc3339(),
            used_at: used_at.map(Instant::rfc3339),
            ends_at: of.ends_at.rfc3339(),
        }
    }
}

/// One's own keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TokenList")]
pub struct TokensJson {
    pub data: Vec<TokenJson>,
}

/// A new key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewToken")]
pub struct CreateJson {
    /// What it is for.
    pub name: String,
    #[schemars(with = "Vec<OneOf<Scope>>")]
    pub scopes: Vec<String>,
    /// How many days it lasts; 90 when left out.
    #[serde(default)]
    pub days: Option<i64>,
}

impl CreateJson {
    fn read(self) -> Result<CreateToken, No> {
        let mut no: Vec<Refusal> = Vec::new();
        // A list longer than there are words repeats itself; the rest is not worth a sentence each.
        let most = Scope::all().len() + 1;
        let named = self.scopes.iter().take(most).enumerate();
        let scopes = named.filter_map(|(at, text)| word(&format!("scopes.{at}"), text, &mut no));
        let scopes: BTreeSet<Scope> = scopes.collect();
        if !no.is_empty() {
            return Err(No(no));
        }
        let days = self.days.unwrap_or(DAYS);
        Ok(CreateToken { person: None, name: self.name, scopes, days })
    }
}

/// A key with its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TokenCreated")]
pub struct TokenCreatedJson {
    pub id: String,
    /// Told once; null when the request is repeated.
    pub secret: Option<String>,
    #[schemars(with = "Moment")]
    pub ends_at: String,
}

impl From<TokenCreated> for TokenCreatedJson {
    fn from(of: TokenCreated) -> Self {
        Self {
            id: of.token.to_string(),
            secret: Some(of.secret).filter(|secret| !secret.is_empty()),
            ends_at: of.ends_at.rfc3339(),
        }
    }
}

/// Nothing more is known than that it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Done")]
pub struct DoneJson {
    pub id: String,
}

static LOOK: Operation = Operation {
    answer: Answer::json::<AccountJson>(200),
    is_open: true,
    ..Operation::list(
        "account-look",
        "/api/v1/account",
        A::LookAtDesk,
        |request| LOOK.answer(request),
        look,
    )
};

fn look(call: &Call<'_>) -> Result<Reply, No> {
    let me = call.request.me.as_ref().ok_or_else(sign_in_required)?;
    Ok(reply::json(&AccountJson::from(me)))
}

static TOKENS: Operation = Operation {
    answer: Answer::json::<TokensJson>(200),
    ..Operation::list(
        "account-tokens",
        "/api/v1/account/tokens",
        A::ListOwnSessions,
        |request| TOKENS.answer(request),
        tokens,
    )
};

fn tokens(call: &Call<'_>) -> Result<Reply, No> {
    let (_, tokens) = call.city().own_account(call.asker())?;
    Ok(reply::json(&TokensJson { data: tokens.iter().map(Into::into).collect() }))
}

static CREATE: Operation = Operation {
    request: Some(schema_of::<CreateJson>()),
    answer: Answer::json::<TokenCreatedJson>(201),
    ..Operation::post(
        "account-create",
        "/api/v1/account/tokens",
        A::CreateToken,
        |request| CREATE.answer(request),
        create,
    )
};

fn create(call: &Call<'_>) -> Result<Reply, No> {
    let act = call.body::<CreateJson>()?.read()?;
    let created = call.city().perform(call.asker(), act)?;
    Ok(reply::created(call, "/api/v1/account/tokens", &TokenCreatedJson::from(created)))
}

static REVOKE: Operation = Operation {
    answer: Answer::json::<DoneJson>(200),
    ..Operation::delete(
        "account-revoke",
        "/api/v1/account/tokens/{id}",
        A::RevokeToken,
        |request| REVOKE.answer(request),
        revoke,
    )
};

fn revoke(call: &Call<'_>) -> Result<Reply, No> {
    let token = call.id("id")?;
    call.city().perform(call.asker(), RevokeToken { token })?;
    Ok(reply::json(&DoneJson { id: token.to_string() }))
}

/// Another mail address that is wanted and not confirmed yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AddressWanted")]
pub struct WantedJson {
    pub address: String,
    /// Until when the link that was sent there is good.
    #[schemars(with = "Moment")]
    pub ends_at: String,
}

/// The mail address of your account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Address")]
pub struct AddressJson {
    /// The one that counts now.
    pub address: String,
    pub wanted: Option<WantedJson>,
}

/// The mail address that you want.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewAddress")]
pub struct NewAddressJson {
    pub address: String,
}

/// What the link in the letter ends with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AddressConfirmation")]
pub struct ConfirmationJson {
    pub secret: String,
}

static ADDRESS: Operation = Operation {
    answer: Answer::json::<AddressJson>(200),
    ..Operation::list(
        "account-address",
        "/api/v1/account/address",
        A::DropAddress,
        |request| ADDRESS.answer(request),
        address,
    )
};

fn address(call: &Call<'_>) -> Result<Reply, No> {
    let me = call.city().me(call.asker())?.ok_or_else(sign_in_required)?;
    let wanted = call.city().own_address(call.asker())?;
    let wanted = wanted.map(|it| WantedJson { address: it.address, ends_at: it.ends_at.rfc3339() });
    Ok(reply::json(&AddressJson { address: me.person.email, wanted }))
}

static ASK_ADDRESS: Operation = Operation {
    request: Some(schema_of::<NewAddressJson>()),
    answer: Answer::json::<WantedJson>(200),
    ..Operation::put(
        "account-address-ask",
        "/api/v1/account/address",
        A::AskForAddress,
        |request| ASK_ADDRESS.answer(request),
        ask_address,
    )
};

fn ask_address(call: &Call<'_>) -> Result<Reply, No> {
    let NewAddressJson { address } = call.body()?;
    let asked = call.city().perform(call.asker(), AskForAddress { address })?;
    Ok(reply::json(&WantedJson { address: asked.address, ends_at: asked.ends_at.rfc3339() }))
}

static CONFIRM_ADDRESS: Operation = Operation {
    request: Some(schema_of::<ConfirmationJson>()),
    answer: Answer::json::<AddressJson>(200),
    ..Operation::post(
        "account-address-confirm",
        "/api/v1/account/address/confirmation",
        A::ConfirmAddress,
        |request| CONFIRM_ADDRESS.answer(request),
        confirm_address,
    )
};

fn confirm_address(call: &Call<'_>) -> Result<Reply, No> {
    let ConfirmationJson { secret } = call.body()?;
    call.city().perform(call.asker(), ConfirmAddress { secret })?;
    address(call)
}

static DROP_ADDRESS: Operation = Operation {
    answer: Answer::json::<AddressJson>(200),
    ..Operation::delete(
        "account-address-drop",
        "/api/v1/account/address",
        A::DropAddress,
        |request| DROP_ADDRESS.answer(request),
        drop_address,
    )
};

fn drop_address(call: &Call<'_>) -> Result<Reply, No> {
    call.city().perform(call.asker(), DropAddress {})?;
    address(call)
}

/// Where you can be called; units whose instruments you used report it with each service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Telephone")]
pub struct TelephoneJson {
    /// Empty where none is told.
    pub telephone: String,
}

static TELEPHONE: Operation = Operation {
    answer: Answer::json::<TelephoneJson>(200),
    ..Operation::list(
        "account-telephone",
        "/api/v1/account/telephone",
        A::SetTelephone,
        |request| TELEPHONE.answer(request),
        telephone,
    )
};

fn telephone(call: &Call<'_>) -> Result<Reply, No> {
    let telephone = call.city().own_telephone(call.asker())?.unwrap_or_default();
    Ok(reply::json(&TelephoneJson { telephone }))
}

static SET_TELEPHONE: Operation = Operation {
    request: Some(schema_of::<TelephoneJson>()),
    answer: Answer::json::<TelephoneJson>(200),
    ..Operation::put(
        "account-telephone-set",
        "/api/v1/account/telephone",
        A::SetTelephone,
        |request| SET_TELEPHONE.answer(request),
        set_telephone,
    )
};

fn set_telephone(call: &Call<'_>) -> Result<Reply, No> {
    let TelephoneJson { telephone: typed } = call.body()?;
    call.city().perform(call.asker(), SetTelephone { telephone: typed })?;
    telephone(call)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_told_once() {
        let bits = base::TokenId::from_bits(1);
        let told = |secret: &str| {
            let ends_at = Instant::from_micros(0);
            let created = TokenCreated { token: bits, secret: secret.to_owned(), ends_at };
            TokenCreatedJson::from(created).secret
        };
        assert_eq!((told("bwk_x"), told("")), (Some("bwk_x".to_owned()), None));
    }

    #[test]
    fn scopes_are_words() {
        let read = |scopes: &[&str]| {
            let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
            CreateJson { name: "a".to_owned(), scopes, days: None }.read()
        };
        let read_all = read(&["log:read", "account"]).expect("known");
        assert_eq!((read_all.scopes.len(), read_all.days), (2, DAYS));
        let no = read(&["log:read", "everything"]).err().expect("unknown");
        assert_eq!(no.to_string(), "choice-unknown (scopes.1)");
    }
}
