//! The settings file: one TOML file beside the data, then the environment, both checked whole.

use crate::deal_settings;
pub use crate::deal_settings::{Deals, OpenData};
use crate::exit::{Exit, Failure};
use crate::files_settings;
pub use crate::files_settings::Files;
use crate::mail_settings::{self, Mail};
use app::rate::Limits;
use base::{Bilingual, Class, Refusal};
use parties::factor::Policy;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The name of the file inside a data folder.
pub const FILE: &str = "bellwether.toml";
/// Where the server listens unless somebody says otherwise.
pub const LISTEN: &str = "127.0.0.1:8080";
/// What every variable of the environment begins with.
const PREFIX: &str = "BELLWETHER_";

/// What an operator can set. Every key has a value to start with.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The address people use; https, or plain http on this machine alone.
    pub public_url: String,
    pub listen: String,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
    /// `postgres://…`, or empty for SQLite in the data folder.
    pub store: String,
    pub low_water_bytes: u64,
    /// A file beside the database that can be given up when the disk is full; 0 for none.
    pub ballast_bytes: u64,
    /// Lets monitoring read `/metrics` from other machines.
    pub metrics_token: String,
    /// The city's offset from UTC.
    pub utc_offset_minutes: i32,
    /// A dictionary for search over both languages.
    pub dictionary: Option<PathBuf>,
    /// The field tree; the one that ships with the program where left out.
    pub fields: Option<PathBuf>,
    /// Whether officers and cleared people work with a second factor only: `required`, or
    /// `offered` to everybody and asked of nobody.
    pub second_factor: Policy,
    /// Connections open at a time.
    pub connections_max: usize,
    pub files: Files,
    pub contact: Contact,
    pub mail: Mail,
    pub webhooks: Webhooks,
    pub relays: Relays,
    pub open_data: OpenData,
    pub deals: Deals,
    pub log: Log,
    pub limits: Limits,
    /// Providers of identities, by their names.
    pub oidc: crate::oidc::All,
}

/// The office that helps readers, shown on the help page.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Contact {
    pub name_en: String,
    pub name_zh: String,
    pub phone: String,
    pub email: String,
    pub hours_en: String,
    pub hours_zh: String,
}

impl Contact {
    /// The same as the city knows it.
    pub fn as_settings(&self) -> app::city::Contact {
        let plain = |text: &String| text.trim().to_owned();
        app::city::Contact {
            name: Bilingual::new(plain(&self.name_en), plain(&self.name_zh)),
            phone: plain(&self.phone),
            email: plain(&self.email),
            hours: Bilingual::new(plain(&self.hours_en), plain(&self.hours_zh)),
        }
    }
}

/// Calls to the addresses that organisations name.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Webhooks {
    /// Whether calls are made; where left out, they are, but not by a demonstration.
    pub send: Option<bool>,
    /// Whether addresses inside the house and on this machine may be named.
    pub private_addresses: bool,
    /// Whose certificates are believed; whom the machine believes where left out.
    pub ca_file: Option<PathBuf>,
}

/// Relays of laboratories, which let instruments be switched on.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Relays {
    /// The networks in which they stand, such as `10.20.0.0/16`; with none, no relay is called.
    pub networks: Vec<String>,
}

impl Relays {
    /// What calls them; nothing where no network is named.
    pub fn switch(&self) -> Result<Option<calls::Switch>, Failure> {
        let read = |text: &String| {
            calls::Network::read(text.trim()).ok_or_else(|| {
                let reason = Refusal::new(Class::Invalid, "cli-config-value");
                Failure::usage(reason.text("key", "relays.networks").text("found", text))
            })
        };
        let networks = self.networks.iter().map(read).collect::<Result<Vec<_>, Failure>>()?;
        Ok((!networks.is_empty()).then(|| calls::Switch::new(networks, RELAY_WAIT)))
    }
}

/// How the server writes its own log.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// `error`, `warn`, `info`, `debug`, or a filter such as `info,store=debug`.
    pub level: String,
    pub format: LogFormat,
}

/// The form of a line of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: LogFormat::Text }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            public_url: String::new(),
            listen: LISTEN.to_owned(),
            trusted_proxies: Vec::new(),
            store: String::new(),
            low_water_bytes: store::disk::LOW_WATER_BYTES,
            ballast_bytes: crate::ballast::BYTES,
            metrics_token: String::new(),
            utc_offset_minutes: words::CITY_OFFSET_MINUTES,
            dictionary: None,
            fields: None,
            second_factor: Policy::Required,
            connections_max: 8_192,
            files: Files::default(),
            contact: Contact::default(),
            mail: Mail::default(),
            webhooks: Webhooks::default(),
            relays: Relays::default(),
            open_data: OpenData::default(),
            deals: Deals::default(),
            log: Log::default(),
            limits: Limits::default(),
            oidc: crate::oidc::All::default(),
        }
    }
}

/// Keys of the file; the test of the guide holds this list to it.
pub const KEYS: [&str; 22] = [
    "public_url",
    "listen",
    "trusted_proxies",
    "store",
    "low_water_bytes",
    "ballast_bytes",
    "metrics_token",
    "utc_offset_minutes",
    "dictionary",
    "fields",
    "second_factor",
    "connections_max",
    "files",
    "contact",
    "mail",
    "webhooks",
    "relays",
    "open_data",
    "deals",
    "log",
    "limits",
    "oidc",
];
const CONTACT_KEYS: [&str; 6] = ["name_en", "name_zh", "phone", "email", "hours_en", "hours_zh"];
const WEBHOOK_KEYS: [&str; 3] = ["send", "private_addresses", "ca_file"];
const RELAY_KEYS: [&str; 1] = ["networks"];
/// For each step of a call to a relay.
const RELAY_WAIT: std::time::Duration = std::time::Duration::from_secs(3);
const LOG_KEYS: [&str; 2] = ["level", "format"];
const LIMIT_KEYS: [&str; 9] = [
    "read",
    "search",
    "write",
    "export",
    "sign_in",
    "bid",
    "shared_network_factor",
    "registrations_of_network",
    "registrations_of_address",
];
const LIMIT_PARTS: [&str; 2] = ["burst", "per_minute"];
/// Keys that the environment may set, with the names of their variables.
const VARIABLES: [(&str, &str); 49] = [
    ("public_url", "PUBLIC_URL"),
    ("listen", "LISTEN"),
    ("trusted_proxies", "TRUSTED_PROXIES"),
    ("store", "STORE"),
    ("low_water_bytes", "LOW_WATER_BYTES"),
    ("ballast_bytes", "BALLAST_BYTES"),
    ("metrics_token", "METRICS_TOKEN"),
    ("utc_offset_minutes", "UTC_OFFSET_MINUTES"),
    ("dictionary", "DICTIONARY"),
    ("fields", "FIELDS"),
    ("second_factor", "SECOND_FACTOR"),
    ("connections_max", "CONNECTIONS_MAX"),
    ("files.folder", "FILES_FOLDER"),
    ("files.bucket", "FILES_BUCKET"),
    ("files.endpoint", "FILES_ENDPOINT"),
    ("files.region", "FILES_REGION"),
    ("files.key_id", "FILES_KEY_ID"),
    ("files.secret", "FILES_SECRET"),
    ("files.secret_file", "FILES_SECRET_FILE"),
    ("files.file_bytes_max", "FILES_FILE_BYTES_MAX"),
    ("files.organisation_bytes_max", "FILES_ORGANISATION_BYTES_MAX"),
    ("files.waiting_bytes_max", "FILES_WAITING_BYTES_MAX"),
    ("contact.name_en", "CONTACT_NAME_EN"),
    ("contact.name_zh", "CONTACT_NAME_ZH"),
    ("contact.phone", "CONTACT_PHONE"),
    ("contact.email", "CONTACT_EMAIL"),
    ("contact.hours_en", "CONTACT_HOURS_EN"),
    ("contact.hours_zh", "CONTACT_HOURS_ZH"),
    ("mail.smtp_url", "MAIL_SMTP_URL"),
    ("mail.tls", "MAIL_TLS"),
    ("mail.user", "MAIL_USER"),
    ("mail.password", "MAIL_PASSWORD"),
    ("mail.password_file", "MAIL_PASSWORD_FILE"),
    ("mail.from", "MAIL_FROM"),
    ("mail.reply_to", "MAIL_REPLY_TO"),
    ("mail.witness", "MAIL_WITNESS"),
    ("mail.witness_hours", "MAIL_WITNESS_HOURS"),
    ("mail.witness_lang", "MAIL_WITNESS_LANG"),
    ("webhooks.send", "WEBHOOKS_SEND"),
    ("webhooks.private_addresses", "WEBHOOKS_PRIVATE_ADDRESSES"),
    ("webhooks.ca_file", "WEBHOOKS_CA_FILE"),
    ("relays.networks", "RELAYS_NETWORKS"),
    ("open_data.prefix", "OPEN_DATA_PREFIX"),
    ("open_data.licence", "OPEN_DATA_LICENCE"),
    ("deals.publicity_days", "DEALS_PUBLICITY_DAYS"),
    ("deals.checking_days", "DEALS_CHECKING_DAYS"),
    ("deals.exclusivity_days", "DEALS_EXCLUSIVITY_DAYS"),
    ("log.level", "LOG_LEVEL"),
    ("log.format", "LOG_FORMAT"),
];

/// Reads the settings of a data folder: the file if there is one, then the environment.
///
/// A file that was named has to be there.
pub fn load(
    folder: &Path,
    named: Option<&Path>,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Config, Failure> {
    let path = named.map_or_else(|| folder.join(FILE), Path::to_owned);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => {
            String::new()
        }
        Err(error) => return Err(Failure::file(&path, &error)),
    };
    let mut config = read(&text, &path)?;
    // Relative paths in a file are meant from where the file lies.
    let beside = path.parent().unwrap_or(folder);
    for file in [&mut config.dictionary, &mut config.fields].into_iter().flatten() {
        *file = beside.join(&*file);
    }
    config.files.beside(beside);
    config.mail.beside(beside);
    if let Some(file) = &mut config.webhooks.ca_file {
        *file = beside.join(&*file);
    }
    for file in crate::oidc::files(&mut config.oidc) {
        *file = beside.join(&*file);
    }
    config.overlay(environment)?;
    let prefix = config.open_data.prefix.as_str();
    if !prefix.is_empty() && !ocds::is_prefix(prefix) {
        let reason = Refusal::new(Class::Invalid, "cli-config-value");
        let reason = reason.text("key", "open_data.prefix").text("found", prefix);
        return Err(Failure::usage(reason));
    }
    Ok(config)
}

/// Reads the text of a settings file.
pub fn read(text: &str, path: &Path) -> Result<Config, Failure> {
    let place = path.display().to_string();
    let unread = |found: String| {
        let reason = Refusal::new(Class::Invalid, "cli-config-unreadable");
        Failure::usage(reason.text("path", &place).text("found", found))
    };
    let table: toml::Table =
        text.parse().map_err(|error: toml::de::Error| unread(error.message().to_owned()))?;
    check_keys(&table, &place)?;
    table.try_into().map_err(|error: toml::de::Error| unread(error.message().to_owned()))
}

fn check_keys(table: &toml::Table, place: &str) -> Result<(), Failure> {
    known(table, "", &KEYS, place)?;
    if let Some(toml::Value::Table(files)) = table.get("files") {
        known(files, "files.", &files_settings::KEYS, place)?;
    }
    if let Some(toml::Value::Table(contact)) = table.get("contact") {
        known(contact, "contact.", &CONTACT_KEYS, place)?;
    }
    if let Some(toml::Value::Table(mail)) = table.get("mail") {
        known(mail, "mail.", &mail_settings::KEYS, place)?;
    }
    if let Some(toml::Value::Table(webhooks)) = table.get("webhooks") {
        known(webhooks, "webhooks.", &WEBHOOK_KEYS, place)?;
    }
    if let Some(toml::Value::Table(own)) = table.get("relays") {
        known(own, "relays.", &RELAY_KEYS, place)?;
    }
    if let Some(toml::Value::Table(own)) = table.get("open_data") {
        known(own, "open_data.", &deal_settings::OPEN_DATA_KEYS, place)?;
    }
    if let Some(toml::Value::Table(own)) = table.get("deals") {
        known(own, "deals.", &deal_settings::DEALS_KEYS, place)?;
    }
    if let Some(toml::Value::Table(log)) = table.get("log") {
        known(log, "log.", &LOG_KEYS, place)?;
    }
    if let Some(toml::Value::Table(providers)) = table.get("oidc") {
        for (name, provider) in providers {
            if let toml::Value::Table(provider) = provider {
                known(provider, &format!("oidc.{name}."), &crate::oidc::KEYS, place)?;
            }
        }
    }
    if let Some(toml::Value::Table(limits)) = table.get("limits") {
        known(limits, "limits.", &LIMIT_KEYS, place)?;
        for (name, limit) in limits {
            if let toml::Value::Table(limit) = limit {
                known(limit, &format!("limits.{name}."), &LIMIT_PARTS, place)?;
            }
        }
    }
    Ok(())
}

fn known(table: &toml::Table, stem: &str, keys: &[&str], place: &str) -> Result<(), Failure> {
    let Some(odd) = table.keys().find(|key| !keys.contains(&key.as_str())) else { return Ok(()) };
    let meant = nearest(odd, keys);
    let code = if meant.is_some() { "cli-config-unknown-meant" } else { "cli-config-unknown" };
    let reason = Refusal::new(Class::Invalid, code)
        .text("path", place)
        .text("found", format!("{stem}{odd}"))
        .text("meant", format!("{stem}{}", meant.unwrap_or_default()))
        .text("choices", keys.join(", "));
    Err(Failure::usage(reason))
}

/// The key that was probably meant.
fn nearest<'k>(typed: &str, keys: &[&'k str]) -> Option<&'k str> {
    let near = |key: &&str| strsim::jaro_winkler(typed, key);
    let best = keys.iter().copied().max_by(|a, b| near(a).total_cmp(&near(b)))?;
    (near(&best) > 0.8).then_some(best)
}

/// Keys whose values open something.
const SECRETS: [&str; 5] =
    ["store", "metrics_token", "files.secret", "mail.password", "mail.smtp_url"];

/// A value as it may be repeated: never one that is secret.
fn shown(key: &str, text: &str) -> String {
    if SECRETS.contains(&key) { "…".to_owned() } else { text.to_owned() }
}

/// A settings file as a backup may hold it: without what opens something. `None` where it cannot be
/// read as settings.
pub fn without_secrets(text: &str) -> Option<String> {
    let mut table: toml::Table = text.parse().ok()?;
    for key in SECRETS {
        match key.split_once('.') {
            None => {
                table.remove(key);
            }
            Some((section, key)) => {
                if let Some(toml::Value::Table(section)) = table.get_mut(section) {
                    section.remove(key);
                }
            }
        }
    }
    Some(table.to_string())
}

fn set(config: &mut Config, key: &str, text: &str) -> Option<()> {
    match key {
        "public_url" => config.public_url = text.to_owned(),
        "listen" => config.listen = text.to_owned(),
        "trusted_proxies" => {
            config.trusted_proxies = text.split(',').map(|one| one.trim().to_owned()).collect();
        }
        "store" => config.store = text.to_owned(),
        "low_water_bytes" => config.low_water_bytes = text.parse().ok()?,
        "ballast_bytes" => config.ballast_bytes = text.parse().ok()?,
        "metrics_token" => config.metrics_token = text.to_owned(),
        "utc_offset_minutes" => config.utc_offset_minutes = text.parse().ok()?,
        "dictionary" => config.dictionary = Some(PathBuf::from(text)),
        "fields" => config.fields = Some(PathBuf::from(text)),
        "second_factor" => config.second_factor = Policy::parse(text)?,
        "connections_max" => config.connections_max = text.parse().ok()?,
        "contact.name_en" => config.contact.name_en = text.to_owned(),
        "contact.name_zh" => config.contact.name_zh = text.to_owned(),
        "contact.phone" => config.contact.phone = text.to_owned(),
        "contact.email" => config.contact.email = text.to_owned(),
        "contact.hours_en" => config.contact.hours_en = text.to_owned(),
        "contact.hours_zh" => config.contact.hours_zh = text.to_owned(),
        "log.level" => config.log.level = text.to_owned(),
        "log.format" => {
            config.log.format = match text {
                "text" => LogFormat::Text,
                "json" => LogFormat::Json,
                _ => return None,
            };
        }
        "open_data.prefix" => config.open_data.prefix = text.to_owned(),
        "open_data.licence" => config.open_data.licence = text.to_owned(),
        "deals.publicity_days" => config.deals.publicity_days = text.parse().ok()?,
        "deals.checking_days" => config.deals.checking_days = text.parse().ok()?,
        "deals.exclusivity_days" => config.deals.exclusivity_days = text.parse().ok()?,
        "relays.networks" => {
            config.relays.networks = text.split(',').map(|it| it.trim().to_owned()).collect();
        }
        "webhooks.send" => config.webhooks.send = Some(text.parse().ok()?),
        "webhooks.private_addresses" => config.webhooks.private_addresses = text.parse().ok()?,
        "webhooks.ca_file" => config.webhooks.ca_file = Some(PathBuf::from(text)),
        _ => match key.split_once('.')? {
            ("files", key) => config.files.set(key, text)?,
            ("mail", key) => config.mail.set(key, text)?,
            _ => return None,
        },
    }
    Some(())
}

/// How the address that people use decides cookies and transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    pub public_url: String,
    pub is_https: bool,
    pub listen: SocketAddr,
}

impl Config {
    /// Takes what the environment sets.
    pub fn overlay(&mut self, environment: &dyn Fn(&str) -> Option<String>) -> Result<(), Failure> {
        for (key, name) in VARIABLES {
            let name = format!("{PREFIX}{name}");
            let Some(text) = environment(&name).filter(|text| !text.is_empty()) else { continue };
            set(self, key, &text).ok_or_else(|| {
                let reason = Refusal::new(Class::Invalid, "cli-config-value");
                Failure::usage(reason.text("key", &name).text("found", shown(key, &text)))
            })?;
        }
        Ok(())
    }

    /// Checks the addresses: https, or plain http where nobody but this machine can listen in.
    pub fn door(&self) -> Result<Door, Failure> {
        let wrong = |code, key: &str, found: &str| {
            let reason = Refusal::new(Class::Invalid, code);
            Failure::usage(reason.text("key", key).text("found", found))
        };
        let listen: SocketAddr =
            self.listen.parse().map_err(|_| wrong("cli-config-value", "listen", &self.listen))?;
        let url = self.public_url.trim_end_matches('/');
        let url = if url.is_empty() { format!("http://{listen}") } else { url.to_owned() };
        let (scheme, rest) = url.split_once("://").unwrap_or(("", ""));
        let has_path = rest.is_empty() || rest.contains(['/', '?', '#', '@', ' ']);
        let is_https = scheme == "https";
        if has_path || !(is_https || scheme == "http") {
            return Err(wrong("cli-config-public-url", "public_url", &url));
        }
        if !is_https && !listen.ip().is_loopback() {
            let reason = Refusal::new(Class::Refused, "cli-config-needs-https");
            let reason = reason.text("url", &url).text("listen", listen.to_string());
            return Err(Failure::new(Exit::Refused, reason));
        }
        Ok(Door { public_url: url, is_https, listen })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        let failure = read(text, Path::new("x.toml")).expect_err("refused");
        let reason = &failure.reasons[0];
        let sentence = words::refusal(base::Lang::En, reason);
        assert!(!sentence.text.contains('⟦'), "{}", sentence.text);
        format!("{} {}", reason.code, sentence.text)
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_one_meant() {
        assert!(code("publik_url = 'x'").contains("public_url"));
        assert!(code("[log]\nlevle = 'x'").contains("log.level"));
        assert!(code("[contact]\nphome = 'x'").contains("contact.phone"));
        assert!(code("[mail]\nsmpt_url = 'x'").contains("mail.smtp_url"));
        assert!(code("[webhooks]\nsned = true").contains("webhooks.send"));
        assert!(code("[relays]\nnetwork = []").contains("relays.networks"));
        assert!(code("[files]\nfoldr = 'x'").contains("files.folder"));
        assert!(code("[oidc.a]\nisuer = 'x'").contains("oidc.a.issuer"));
        assert!(code("[limits.read]\nbrust = 1").contains("limits.read.burst"));
        assert!(code("zzzz = 1").starts_with("cli-config-unknown "));
        assert!(code("listen = 3").starts_with("cli-config-unreadable"));
        assert!(code("listen = ").starts_with("cli-config-unreadable"));
    }

    #[test]
    fn every_key_is_in_the_list() {
        let text = "public_url='https://a.example'\nlisten='0.0.0.0:1'\ntrusted_proxies=['::1']
            store=''\nlow_water_bytes=1\nballast_bytes=0\nmetrics_token='t'\nutc_offset_minutes=0\ndictionary='d'
            fields='f'\nsecond_factor='offered'\nconnections_max=9\n[files]\nfolder='x'\nfile_bytes_max=1\n[contact]\nphone='0816-1'\n[mail]\nfrom='a@b.example'\n[webhooks]\nsend=false\n[relays]\nnetworks=['10.20.0.0/16']\n[open_data]\nprefix='ocds-abc123'\n[deals]\nchecking_days=1\n[log]\nlevel='warn'\nformat='json'
            [oidc.a]\nissuer='https://a.example'\n[limits]\nshared_network_factor=2\nsearch={burst=1,per_minute=2}";
        let config = read(text, Path::new("x.toml")).expect("readable");
        assert_eq!(config.log.format, LogFormat::Json);
        assert_eq!(config.limits.search.burst, 1);
        assert_eq!(config.limits.read, Limits::default().read);
        let table: toml::Table = text.parse().expect("toml");
        assert_eq!(table.len(), KEYS.len(), "the list and the struct are the same");
    }

    #[test]
    fn a_backup_of_settings_opens_nothing() {
        let text = "store='postgres://a:secret@db/c'\nmetrics_token='secret'\nlisten='x'\n
            [mail]\nsmtp_url='smtp://a:secret@b'\npassword='secret'\nfrom='a@b.example'\n";
        let kept = without_secrets(text).expect("settings");
        assert!(!kept.contains("secret") && kept.contains("listen"), "{kept}");
        assert!(kept.contains("a@b.example"), "{kept}");
        assert_eq!(without_secrets("listen = "), None);
    }

    #[test]
    fn the_environment_wins() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(FILE), "listen='127.0.0.1:1'\nfields='f.toml'")
            .expect("written");
        let get = |name: &str| match name {
            "BELLWETHER_CONTACT_PHONE" => Some(" 0816-2 ".to_owned()),
            "BELLWETHER_MAIL_TLS" => Some("none".to_owned()),
            "BELLWETHER_LISTEN" => Some("127.0.0.1:2".to_owned()),
            "BELLWETHER_TRUSTED_PROXIES" => Some("10.0.0.1, ::1".to_owned()),
            _ => None,
        };
        let config = load(folder.path(), None, &get).expect("readable");
        assert_eq!(config.listen, "127.0.0.1:2");
        assert_eq!(config.contact.as_settings().phone, "0816-2");
        assert_eq!(config.trusted_proxies, ["10.0.0.1", "::1"]);
        assert_eq!(config.mail.tls, mail_settings::Tls::None);
        let get = |name: &str| (name == "BELLWETHER_MAIL_TLS").then(|| "perhaps".to_owned());
        assert!(load(folder.path(), None, &get).is_err());
        assert_eq!(config.fields, Some(folder.path().join("f.toml")));
        let get = |name: &str| (name == "BELLWETHER_LOW_WATER_BYTES").then(|| "x".to_owned());
        assert!(load(folder.path(), None, &get).is_err());
        let missing = load(folder.path(), Some(Path::new("/nowhere.toml")), &|_| None);
        assert_eq!(missing.expect_err("missing").exit, Exit::NotFound);
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        let door = |url: &str, listen: &str| {
            let config = Config {
                public_url: url.to_owned(),
                listen: listen.to_owned(),
                ..Config::default()
            };
            config.door().map(|door| (door.public_url, door.is_https)).map_err(|no| no.exit)
        };
        let plain = ("http://127.0.0.1:80".to_owned(), false);
        assert_eq!(door("", "127.0.0.1:80"), Ok(plain));
        let https = ("https://city.example".to_owned(), true);
        assert_eq!(door("https://city.example/", "0.0.0.0:80"), Ok(https));
        assert_eq!(door("http://city.example", "0.0.0.0:80"), Err(Exit::Refused));
        assert_eq!(door("city.example", "127.0.0.1:80"), Err(Exit::Usage));
        assert_eq!(door("https://city.example/x", "127.0.0.1:80"), Err(Exit::Usage));
        assert_eq!(door("", "everywhere"), Err(Exit::Usage));
    }
}
