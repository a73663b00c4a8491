//! `backup` and `verify backup`.

use crate::args::{Backup, Common, VerifyBackup};
use crate::desk::{Desk, Outcome};
use crate::exit::{Exit, Failure};
use crate::io::CommandIo;
use crate::run::Host;
use crate::talk::{Talk, count, verifier_key};
use crate::{config, folder};
use app::backup::{Beside, Failed, Manifest, NoteBackup};
use base::Instant;
use std::path::{Path, PathBuf};

/// `backup`: beside a running server too, which goes on.
pub fn run(desk: &mut Desk<'_>, asked: &Backup, host: &Host) -> Outcome {
    let to = desk.io.surroundings().path(&asked.to);
    let asker = desk.asker(asked.reading.acting.as_deref())?;
    let mut beside = Beside::default();
    beside.texts.extend(host.folder.as_deref().and_then(settings));
    let (city, common) = (desk.city, desk.common);
    let mut talk = Talk { common, io: &mut *desk.io };
    let mut told = |table: &str, rows: u64| talk.copying(table, rows);
    let made = city.back_up(&asker, &to, &beside, &mut told);
    talk.end_progress();
    let manifest = made?;
    let n_bytes: u64 = manifest.files.iter().map(|file| file.bytes).sum();
    let act = NoteBackup {
        to: to.display().to_string(),
        size: manifest.log.size,
        root: manifest.log.root.clone(),
        n_bytes,
    };
    // A full disk is a reason to make a backup, and no reason to call it failed.
    if city.perform(&asker, act).is_err() {
        talk.say("cli-backup-not-noted", &[]);
    }
    crate::transfer::tell_lost(&mut talk, &manifest.lost);
    if manifest.checkpoint.is_none() {
        talk.say("cli-backup-unsigned", &[]);
    }
    let document = summary(&manifest, &to, n_bytes);
    let size = words::bytes(talk.lang(), n_bytes);
    let args = [
        ("path", to.display().to_string().into()),
        ("entries", count(manifest.log.size)),
        ("rows", count(n_rows(&manifest))),
        ("size", size.into()),
        ("root", manifest.log.root.as_str().into()),
    ];
    talk.result("cli-backup-done", &args, &document)?;
    Ok(Exit::Done)
}

/// The settings without what is secret in them.
fn settings(folder: &Path) -> Option<(String, String)> {
    let text = std::fs::read_to_string(folder.join(config::FILE)).ok()?;
    Some((config::FILE.to_owned(), config::without_secrets(&text)?))
}

fn n_rows(manifest: &Manifest) -> u64 {
    manifest.tables.iter().map(|table| table.rows).sum()
}

fn summary(manifest: &Manifest, at: &Path, n_bytes: u64) -> serde_json::Value {
    serde_json::json!({
        "path": at.display().to_string(),
        "made_at": manifest.made_at,
        "schema": manifest.schema,
        "store_id": manifest.store_id,
        "log": manifest.log,
        "signed": manifest.checkpoint.is_some(),
        "rows": n_rows(manifest),
        "bytes": n_bytes,
        "files": manifest.files.len(),
        "lost": manifest.lost,
        "withheld": manifest.withheld,
    })
}

/// `verify backup`: needs no city.
pub fn verify(
    common: &Common,
    asked: &VerifyBackup,
    now: Instant,
    io: &mut dyn CommandIo,
) -> Outcome {
    let from = io.surroundings().path(&asked.dir);
    let key = asked.key.as_deref().map(|typed| verifier_key(typed, io)).transpose()?;
    let mut talk = Talk { common, io };
    let scratch = Scratch::beside(&std::env::temp_dir());
    let checked = app::restore::check(&from, key.as_ref(), &scratch.0, now, &mut |done, all| {
        talk.checking(done, all);
    });
    talk.end_progress();
    let checked = checked?;
    let manifest = &checked.manifest;
    let n_bytes = manifest.files.iter().map(|file| file.bytes).sum();
    let mut document = summary(manifest, &from, n_bytes);
    document["ok"] = true.into();
    document["key_given"] = checked.has_own_key.into();
    document["report"] = serde_json::json!(checked.report);
    let args = [
        ("path", from.display().to_string().into()),
        ("at", manifest.made_at.as_str().into()),
        ("entries", count(manifest.log.size)),
        ("files", count(u64::try_from(manifest.files.len()).unwrap_or(u64::MAX))),
        ("root", manifest.log.root.as_str().into()),
    ];
    talk.result("cli-backup-whole", &args, &document)?;
    if !checked.has_own_key {
        talk.say("cli-backup-key-own", &[]);
    }
    Ok(Exit::Done)
}

/// A folder of our own that goes away.
pub struct Scratch(pub PathBuf);

impl Scratch {
    /// A place inside this folder; nothing is made yet.
    pub fn beside(folder: &Path) -> Self {
        Self(folder.join(format!("bellwether-check-{}", std::process::id())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Removes the index of a folder whose rows were replaced.
pub fn forget_index(folder: &Path) -> Result<(), Failure> {
    folder::keep_index_of(folder, &folder::index(folder), "")
}

impl From<Failed> for Failure {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Refused(no) => no.into(),
            Failed::Damaged(reason) => Self::new(Exit::Damage, reason),
        }
    }
}
