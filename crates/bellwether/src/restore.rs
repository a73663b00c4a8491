//! `restore`: a city from a backup, checked before it takes its place.

use crate::clock::RealClock;
use crate::jobs::sign;
use crate::open::{Wanted, open};
use app::restore::{Checked, check, check_empty, stage};
use app::{Asker, Clock};
use base::{Class, Refusal};
use cli::args::{Args, Restore};
use cli::config::Config;
use cli::exit::Failure;
use cli::folder::{self, Held, Hold};
use cli::talk::{Talk, count, verifier_key};
use cli::{CommandIo, Exit, backup};
use std::path::Path;
use store::Place;
use tlog::VerifierKey;

/// Runs it: into the data folder, or into the database of `--store`.
pub fn run(args: &Args, asked: &Restore, io: &mut dyn CommandIo) -> Result<Exit, Failure> {
    let from = io.surroundings().path(&asked.from);
    let key = asked.key.as_deref().map(|typed| verifier_key(typed, io)).transpose()?;
    let now = RealClock::start().now();
    let place = args.common.store.as_deref().map(Place::parse);
    let is_distant = matches!(place, Some(Place::Postgres(_)));
    let held = match (&args.common.data, is_distant) {
        // Rows in PostgreSQL need no folder; one that is named takes files and settings.
        (None, true) => None,
        (typed, _) => {
            let typed = typed.clone().unwrap_or_else(|| folder::DEFAULT.into());
            Some(hold(&io.surroundings().path(&typed))?)
        }
    };
    let folder = held.as_ref().map(Held::folder);
    let place = match (place, folder) {
        (Some(place @ Place::Postgres(_)), _) => place,
        (_, Some(folder)) => Place::Folder(folder.to_owned()),
        (_, None) => Place::Folder(folder::DEFAULT.into()),
    };
    let mut talk = Talk { common: &args.common, io };
    check_empty(&place)?;
    let scratch = match folder {
        Some(folder) => backup::Scratch::beside(folder),
        None => backup::Scratch::beside(&std::env::temp_dir()),
    };
    let checked =
        check(&from, key.as_ref(), &scratch.0, now, &mut |done, all| talk.checking(done, all));
    talk.end_progress();
    drop(scratch);
    let checked = checked?;
    check_log_key(folder, &checked)?;
    if asked.dry_run {
        let args = [
            ("entries", count(checked.manifest.log.size)),
            ("at", checked.manifest.made_at.as_str().into()),
        ];
        let document = serde_json::json!({ "dry_run": true, "backup": checked });
        talk.result("cli-restore-would", &args, &document)?;
        return Ok(Exit::Done);
    }
    let staged =
        stage(&from, checked, &place, folder, now, &mut |table, rows| talk.copying(table, rows));
    talk.end_progress();
    let staged = staged?;
    let report = finish(asked, &staged, folder, key.as_ref(), &mut talk)?;
    let manifest = staged.settle()?;
    if let Some(folder) = folder {
        backup::forget_index(folder)?;
    }
    let document = serde_json::json!({
        "ok": true, "made_at": manifest.made_at, "log": manifest.log, "report": report,
    });
    let told = [
        ("at", manifest.made_at.as_str().into()),
        ("entries", count(manifest.log.size)),
        ("rows", count(report.n_rows)),
        ("root", manifest.log.root.as_str().into()),
    ];
    talk.result("cli-restore-done", &told, &document)?;
    let has_key = folder.is_some_and(|folder| matches!(folder::log_seed(folder), Ok(Some(_))));
    talk.say(if has_key { "cli-restore-next" } else { "cli-restore-needs-key" }, &[]);
    Ok(Exit::Done)
}

fn hold(path: &Path) -> Result<Held, Failure> {
    match Held::take(path)? {
        Hold::Held(held) => Ok(held),
        Hold::Taken => {
            let reason = Refusal::new(Class::Conflict, "cli-folder-taken");
            Err(reason.text("path", path.display().to_string()).into())
        }
    }
}

/// A key that lies in the folder already has to be the one that signed the log.
fn check_log_key(folder: Option<&Path>, checked: &Checked) -> Result<(), Failure> {
    let Some(seed) = folder.map(folder::log_seed).transpose()?.flatten() else { return Ok(()) };
    let manifest = &checked.manifest;
    let Some(wanted) = &manifest.verifier_key else { return Ok(()) };
    let own = tlog::SigningKey::from_seed(&manifest.origin, seed);
    let own = own.map(|key| key.verifier(tlog::KeyKind::Log).to_string());
    if own.as_ref().is_ok_and(|own| own == wanted) {
        return Ok(());
    }
    Err(Refusal::new(Class::Conflict, "restore-key-differs").text("expected", wanted).into())
}

/// Opens the city where it stands now, and lets it write down that it was restored.
fn finish(
    asked: &Restore,
    staged: &app::restore::Staged,
    folder: Option<&Path>,
    key: Option<&VerifierKey>,
    talk: &mut Talk<'_>,
) -> Result<app::verify::Report, Failure> {
    let log_seed = folder.map(folder::log_seed).transpose()?.flatten();
    let opened = open(&Wanted {
        place: &staged.place,
        folder: None,
        config: &Config::default(),
        public_url: String::new(),
        log_seed,
        with_index: false,
        n_readers: 2,
        with_figures: false,
    })?;
    let city = &opened.city;
    let person = match &asked.acting {
        Some(typed) => city.person_named(typed)?,
        None => city.row()?.operator,
    };
    let asker = Asker { network: "local".to_owned(), ..Asker::person(person) };
    let manifest = &staged.manifest;
    let report = city.end_restore(&asker, manifest, key, &mut |done, all| talk.checking(done, all));
    talk.end_progress();
    let report = report?;
    if log_seed.is_some() {
        sign(city);
    }
    Ok(report)
}
