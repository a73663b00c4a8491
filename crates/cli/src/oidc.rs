//! The settings of providers of identities: `[oidc.NAME]` in the file, secrets beside it or in the
//! environment.

use crate::exit::Failure;
use app::identity::{Provider, ProviderSettings, Providers};
use base::{Bilingual, Class, Refusal};
use calls::{Caller, Options, Roots};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Keys of one provider.
pub const KEYS: [&str; 10] = [
    "issuer",
    "client_id",
    "client_secret_file",
    "name_en",
    "name_zh",
    "scopes",
    "ca_file",
    "private_addresses",
    "second_factor_acr",
    "second_factor_amr",
];
/// Characters of a provider's name.
const NAME_MAX: usize = 30;
/// Bytes of a secret or of a file of certificates.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// What an operator can set of one provider.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Oidc {
    pub issuer: String,
    pub client_id: String,
    /// A file with the secret alone; or the environment says it.
    pub client_secret_file: Option<PathBuf>,
    pub name_en: String,
    pub name_zh: String,
    /// `openid` where left out.
    pub scopes: Vec<String>,
    /// Believed instead of the machine's own certificates; PEM.
    pub ca_file: Option<PathBuf>,
    /// Whether the provider stands inside the house.
    pub private_addresses: bool,
    pub second_factor_acr: Vec<String>,
    pub second_factor_amr: Vec<String>,
}

/// Every provider by its name.
pub type All = BTreeMap<String, Oidc>;

/// The files that are meant from where the settings lie.
pub fn files(all: &mut All) -> impl Iterator<Item = &mut PathBuf> {
    all.values_mut()
        .flat_map(|one| [&mut one.client_secret_file, &mut one.ca_file].into_iter().flatten())
}

/// The variable that holds the secret of this provider.
pub fn variable(name: &str) -> String {
    format!("BELLWETHER_OIDC_{}_SECRET", name.to_uppercase().replace('-', "_"))
}

/// The providers as the city knows them. Refused where one is not set up whole.
pub fn providers(
    all: &All,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Providers, Failure> {
    let made: Result<Vec<Provider>, Failure> =
        all.iter().map(|(name, one)| provider(name, one, environment)).collect();
    let made = made?;
    let mut issuers: Vec<&str> =
        made.iter().map(|provider| provider.settings().issuer.as_str()).collect();
    issuers.sort_unstable();
    if let Some(twice) = issuers.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(wrong("oidc.*.issuer", twice[0]));
    }
    Ok(Providers::new(made))
}

fn wrong(key: &str, found: &str) -> Failure {
    let reason = Refusal::new(Class::Invalid, "cli-config-value");
    Failure::usage(reason.text("key", key).text("found", found))
}

fn provider(
    name: &str,
    one: &Oidc,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Provider, Failure> {
    let key = |part: &str| format!("oidc.{name}.{part}");
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || name.len() > NAME_MAX || !name.bytes().all(is_plain) {
        return Err(wrong("oidc", name));
    }
    let has_query = one.issuer.contains('?');
    if has_query || !openid::is_safe_address(&one.issuer) {
        return Err(wrong(&key("issuer"), &one.issuer));
    }
    if one.client_id.is_empty() || one.client_id.chars().any(char::is_control) {
        return Err(wrong(&key("client_id"), &one.client_id));
    }
    let is_token = |text: &String| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
    if let Some(odd) = one.scopes.iter().find(|scope| !is_token(scope)) {
        return Err(wrong(&key("scopes"), odd));
    }
    let mut scopes = one.scopes.clone();
    if !scopes.iter().any(|scope| scope == "openid") {
        scopes.insert(0, "openid".to_owned());
    }
    let shown = Bilingual::new(one.name_en.trim(), one.name_zh.trim());
    let shown = if shown.is_empty() { Bilingual::new(name, "") } else { shown };
    let roots = match &one.ca_file {
        None => Roots::Machine,
        Some(path) => Roots::Pinned(read(path)?),
    };
    let options = Options { private_addresses: one.private_addresses, roots, ..Options::default() };
    let caller =
        Caller::new(&options).map_err(|error| wrong(&key("ca_file"), &error.to_string()))?;
    let settings = ProviderSettings {
        name: name.to_owned(),
        issuer: one.issuer.clone(),
        client: one.client_id.clone(),
        secret: secret(name, one, environment)?,
        shown,
        scopes,
        factor_acr: one.second_factor_acr.clone(),
        factor_amr: one.second_factor_amr.clone(),
    };
    Ok(Provider::new(settings, caller))
}

/// The secret: of the environment, else of its file; none for a public client.
fn secret(
    name: &str,
    one: &Oidc,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<String>, Failure> {
    if let Some(found) = environment(&variable(name)).filter(|found| !found.is_empty()) {
        return Ok(Some(found));
    }
    let Some(path) = &one.client_secret_file else { return Ok(None) };
    let text = String::from_utf8(read(path)?).unwrap_or_default();
    let text = text.trim();
    if text.is_empty() {
        return Err(wrong(&format!("oidc.{name}.client_secret_file"), &path.display().to_string()));
    }
    Ok(Some(text.to_owned()))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let fail = |error: std::io::Error| Failure::file(path, &error);
    let long = || std::io::Error::from(std::io::ErrorKind::FileTooLarge);
    if std::fs::metadata(path).map_err(fail)?.len() > FILE_BYTES_MAX {
        return Err(fail(long()));
    }
    std::fs::read(path).map_err(fail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one() -> Oidc {
        let text = "issuer='https://id.example/realms/city'\nclient_id='city'\nname_en='Institute'\n\
            scopes=['openid','email']\nprivate_addresses=true\nsecond_factor_amr=['otp']";
        toml::from_str(text).expect("settings")
    }

    fn made(name: &str, one: Oidc) -> Result<Providers, Failure> {
        providers(&All::from([(name.to_owned(), one)]), &|_| None)
    }

    #[test]
    fn a_provider_is_set_up_whole() {
        let found = made("institute", one()).expect("whole");
        let provider = found.iter().next().expect("one");
        let settings = provider.settings();
        assert_eq!(settings.scopes, ["openid", "email"]);
        assert_eq!((settings.shown.en.as_str(), settings.secret.as_deref()), ("Institute", None));
        assert!(!format!("{provider:?}").contains("secret"));
        let refused = |name: &str, change: fn(&mut Oidc)| {
            let mut one = one();
            change(&mut one);
            format!("{:?}", made(name, one).expect_err("refused").reasons)
        };
        assert!(refused("In Stitute", |_| {}).contains("In Stitute"));
        assert!(refused("a", |one| one.issuer = "http://id.example".to_owned()).contains("issuer"));
        assert!(refused("a", |one| one.issuer.push_str("?a=b")).contains("issuer"));
        assert!(refused("a", |one| one.client_id.clear()).contains("client_id"));
        assert!(refused("a", |one| one.scopes = vec!["a b".to_owned()]).contains("scopes"));
        refused("a", |one| one.ca_file = Some(PathBuf::from("/nowhere.pem")));
        refused("a", |one| one.client_secret_file = Some(PathBuf::from("/nowhere")));
        let twice = All::from([("a".to_owned(), one()), ("b".to_owned(), one())]);
        assert!(providers(&twice, &|_| None).is_err(), "one issuer, one provider");
    }

    #[test]
    fn the_secret_comes_from_a_file_or_the_environment() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        std::fs::write(&path, "from the file\n").expect("written");
        let all = All::from([(
            "my-house".to_owned(),
            Oidc { client_secret_file: Some(path.clone()), ..one() },
        )]);
        let secret = |environment: &dyn Fn(&str) -> Option<String>| {
            let found = providers(&all, environment).expect("whole");
            found.iter().next().and_then(|provider| provider.settings().secret.clone())
        };
        assert_eq!(secret(&|_| None).as_deref(), Some("from the file"));
        let set = |name: &str| (name == "BELLWETHER_OIDC_MY_HOUSE_SECRET").then(|| "x".to_owned());
        assert_eq!(secret(&set).as_deref(), Some("x"));
        std::fs::write(&path, " \n").expect("written");
        assert!(providers(&all, &|_| None).is_err(), "an empty secret is none");
    }
}
