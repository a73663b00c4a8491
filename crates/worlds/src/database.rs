//! A private database for one test: a folder, or a PostgreSQL database of its own.

use crate::On;
use std::sync::atomic::{AtomicU64, Ordering};
use store::Place;

/// A database that goes away with the test.
pub struct Database {
    pub place: Place,
    folder: tempfile::TempDir,
    dropped: Option<(String, String)>,
}

static NEXT: AtomicU64 = AtomicU64::new(0);

/// Where the tests' PostgreSQL listens; the gate starts one and sets it.
pub fn postgres_url() -> Option<String> {
    std::env::var("BELLWETHER_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

impl Database {
    /// A fresh database, or `None` after saying that there is no PostgreSQL.
    pub fn fresh(on: On) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a scratch folder");
        if on == On::Sqlite {
            let place = Place::Folder(folder.path().to_owned());
            return Some(Self { place, folder, dropped: None });
        }
        let Some(url) = postgres_url() else {
            testkit::skipped("PostgreSQL absent");
            return None;
        };
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("bw_{}_{n}", std::process::id());
        let mut client = postgres::Client::connect(&url, postgres::NoTls).expect("PostgreSQL");
        client.batch_execute(&format!("create database {name}")).expect("a fresh database");
        let (server, _) = url.rsplit_once('/').expect("an address ends with a database");
        let place = Place::Postgres(format!("{server}/{name}"));
        Some(Self { place, folder, dropped: Some((url, name)) })
    }

    /// The address of the PostgreSQL database, if it is one.
    pub fn url(&self) -> Option<&str> {
        match &self.place {
            Place::Postgres(url) => Some(url),
            _ => None,
        }
    }

    /// A folder beside the database.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some((url, name)) = &self.dropped else { return };
        if let Ok(mut client) = postgres::Client::connect(url, postgres::NoTls) {
            let _ = client.batch_execute(&format!("drop database if exists {name} with (force)"));
        }
    }
}
