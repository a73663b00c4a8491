//! Puts a city together: store, index, clock, chance, settings.

use crate::clock::{RealChance, RealClock};
use app::{City, Clock, Settings};
use base::{Class, Refusal};
use cli::config::Config;
use cli::exit::{Exit, Failure};
use cli::{demo, folder};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::{Place, Store};

/// How long an act is waited for; less than a page may take, so that the page can still say so.
const STORE_WAIT: Duration = Duration::from_secs(8);

/// How long a receiver of a webhook may take, from the first byte to the last.
const WEBHOOK_WAIT: Duration = Duration::from_secs(10);
/// Bytes read of what a receiver says.
const WEBHOOK_BYTES_MAX: u64 = 4_096;

/// What a city is opened with.
pub struct Wanted<'a> {
    pub place: &'a Place,
    /// The data folder, unless a command works on a distant store alone.
    pub folder: Option<&'a Path>,
    pub config: &'a Config,
    pub public_url: String,
    /// The seed of the log's key; without one nothing is signed.
    pub log_seed: Option<[u8; 32]>,
    /// Whether the index is needed; where it is not, an empty one stands in.
    pub with_index: bool,
    /// Readers of the store.
    pub n_readers: usize,
    /// Whether the figures of the demonstration city are shown.
    pub with_figures: bool,
}

/// A city and the clock it runs by.
pub struct Opened {
    pub city: City,
    pub clock: RealClock,
}

/// Opens the store and the index, and puts the city together.
pub fn open(wanted: &Wanted<'_>) -> Result<Opened, Failure> {
    let clock = RealClock::start();
    let node = node_name();
    let options = store::Options { n_readers: wanted.n_readers, node, wait: STORE_WAIT };
    let store = Store::open(wanted.place, &options, clock.now())?;
    let last = store.read(|tx| {
        let size = store::log::head(tx)?.map_or(0, |(size, _)| size);
        store::log::entries_after(tx, size.saturating_sub(1), 1)
    })?;
    if let Some(entry) = last.first() {
        clock.not_before(entry.header.at);
    }
    let index_folder = wanted.folder.filter(|_| wanted.with_index).map(folder::index);
    if let (Some(folder), Some(index)) = (wanted.folder, &index_folder) {
        let row = store.read(store::city::find)?;
        let id = row.map(|row| row.store_id).unwrap_or_default();
        folder::keep_index_of(folder, index, &id)?;
    }
    let index = open_index(index_folder.as_deref(), wanted.config)?;
    let settings = settings(wanted)?;
    let city = City::new(store, index, Box::new(clock.clone()), Box::new(RealChance), settings);
    Ok(Opened { city, clock })
}

fn open_index(at: Option<&Path>, config: &Config) -> Result<search::Index, Failure> {
    let failed = |error: search::SearchError| {
        let reason = Refusal::new(Class::Unknown, "cli-index-failed");
        Failure::new(Exit::Failed, reason.text("found", error.to_string()))
    };
    let dictionary = match &config.dictionary {
        None => None,
        Some(path) => {
            let bytes = std::fs::read(path).map_err(|error| Failure::file(path, &error))?;
            Some(Arc::new(search::evaluate::read_dictionary(&bytes).map_err(failed)?))
        }
    };
    let options = search::Options { dictionary, ..Default::default() };
    match (search::Index::open(at, options.clone()), at) {
        (Err(error), Some(folder)) => {
            // The log has everything that the index had.
            tracing::warn!(%error, "the index cannot be opened and is built anew");
            let fail = |error: std::io::Error| Failure::file(folder, &error);
            std::fs::remove_dir_all(folder).map_err(fail)?;
            search::Index::open(at, options).map_err(failed)
        }
        (opened, _) => opened.map_err(failed),
    }
}

fn settings(wanted: &Wanted<'_>) -> Result<Settings, Failure> {
    let config = wanted.config;
    let broken = |found: String| {
        let reason = Refusal::new(Class::Invalid, "cli-config-fields").text("found", found);
        Failure::usage(reason)
    };
    let fields = match &config.fields {
        None => demo::fields().map_err(broken)?,
        Some(path) => {
            let text =
                std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
            demo::fields_of(&text).map_err(broken)?
        }
    };
    let figures = if wanted.with_figures { demo::figures().map_err(broken)? } else { Vec::new() };
    Ok(Settings {
        shelf: shelf(wanted)?,
        public_url: wanted.public_url.clone(),
        utc_offset_minutes: config.utc_offset_minutes,
        fields,
        limits: config.limits,
        second_factor: config.second_factor,
        weak_hashing: false,
        log_seed: wanted.log_seed.unwrap_or_default(),
        figures,
        watch: watch(wanted),
        contact: config.contact.as_settings(),
        webhooks: hooks(config)?,
        relays: config.relays.switch()?,
        mail: crate::mail::post(config, &wanted.public_url)?,
        open_data: config.open_data.as_settings(),
        pace: config.deals.as_settings(),
        identities: cli::oidc::providers(&config.oidc, &|name| std::env::var(name).ok())?,
    })
}

/// How webhooks are called. A demonstration calls nobody unless that is set.
fn hooks(config: &Config) -> Result<app::webhook::Hooks, Failure> {
    let set = &config.webhooks;
    let roots = match &set.ca_file {
        None => calls::Roots::Machine,
        Some(path) => {
            let pem = std::fs::read(path).map_err(|error| Failure::file(path, &error))?;
            calls::Roots::Pinned(pem)
        }
    };
    let options = calls::Options {
        private_addresses: set.private_addresses,
        roots,
        wait: WEBHOOK_WAIT,
        bytes_max: WEBHOOK_BYTES_MAX,
        cuts: true,
    };
    let caller = match set.send {
        Some(false) => None,
        _ => Some(calls::Caller::new(&options).map_err(|error| {
            let reason = Refusal::new(Class::Invalid, "cli-config-value");
            let reason = reason.text("key", "webhooks.ca_file");
            Failure::usage(reason.text("found", error.to_string()))
        })?),
    };
    let in_demo = set.send == Some(true);
    Ok(app::webhook::Hooks { caller, private_addresses: set.private_addresses, in_demo })
}

/// The file store; a command that has no data folder has none either.
fn shelf(wanted: &Wanted<'_>) -> Result<app::file::Shelf, Failure> {
    let place = match wanted.folder {
        Some(folder) => wanted.config.files.place(folder)?,
        None => files::Place::Memory,
    };
    let opened = files::Files::open(&place).map_err(|error| {
        let reason = Refusal::new(Class::Unknown, "cli-files-failed");
        Failure::new(Exit::Failed, reason.text("found", error.to_string()))
    })?;
    let bounds = &wanted.config.files;
    Ok(app::file::Shelf {
        files: opened,
        file_bytes_max: bounds.file_bytes_max,
        organisation_bytes_max: bounds.organisation_bytes_max,
        waiting_bytes_max: bounds.waiting_bytes_max,
    })
}

/// Every folder whose file system the city needs.
fn watch(wanted: &Wanted<'_>) -> app::standing::Watch {
    let mut folders: Vec<_> = wanted.folder.into_iter().map(Path::to_owned).collect();
    if let Place::Folder(place) = wanted.place
        && !folders.contains(place)
    {
        folders.push(place.clone());
    }
    folders.push(std::env::temp_dir());
    let config = wanted.config;
    if let Some(Ok(files::Place::Folder(files))) = wanted.folder.map(|it| config.files.place(it)) {
        folders.push(files);
    }
    app::standing::Watch {
        folders,
        low_water_bytes: config.low_water_bytes,
        ballast_bytes: config.ballast_bytes,
    }
}

/// Names this process for leases: no two processes share it.
fn node_name() -> String {
    use base::Chance;
    let bytes = RealChance.bytes32();
    format!("{}-{}", std::process::id(), store::log::hex(&bytes[..6]))
}
