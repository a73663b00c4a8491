//! `import files`: what lies in another file store comes where the settings say.

use crate::args::ImportFiles;
use crate::desk::{Desk, Outcome};
use crate::exit::{Exit, Failure};
use crate::talk::count;
use base::{Class, Refusal};
use files::{Files, FilesError, Found, Place};

/// Copies every whole file that is not there yet, its hash checked on the way.
pub fn run(desk: &mut Desk<'_>, asked: &ImportFiles) -> Outcome {
    let folder = desk.io.surroundings().path(&asked.folder);
    // Opening makes what is missing, and a mistyped name should not.
    if !folder.join(files::WHOLE).is_dir() {
        let reason = Refusal::new(Class::NotFound, "cli-files-none");
        return Err(reason.text("path", folder.display().to_string()).into());
    }
    let from = Files::open(&Place::Folder(folder)).map_err(|error| failed(&error))?;
    let mut found: Vec<Found> = Vec::new();
    from.each(&mut |one| found.push(one)).map_err(|error| failed(&error))?;
    found.sort_by_key(|one| one.hash);
    let to = desk.city.shelf().files.clone();
    let all = u64::try_from(found.len()).unwrap_or(u64::MAX);
    let (mut created, mut unchanged, mut damaged) = (0_u64, 0_u64, Vec::new());
    let mut is_whole = true;
    for one in found {
        if desk.io.is_interrupted() {
            is_whole = false;
            break;
        }
        // A file there that is not what its name says is written again.
        let is_there = matches!(to.check(one.hash, one.bytes), Ok(files::Condition::Whole));
        if is_there {
            unchanged += 1;
        } else {
            match from.copy_into(one.hash, &to) {
                Ok(_) => created += 1,
                Err(FilesError::Damaged) => damaged.push(one.hash.to_string()),
                Err(error) => return Err(failed(&error)),
            }
        }
        desk.progress("cli-import-writing", created + unchanged, all);
    }
    desk.end_progress();
    for hash in &damaged {
        desk.say("cli-files-damaged", &[("hash", hash.as_str().into())]);
    }
    if !is_whole {
        desk.say("cli-import-interrupted", &[]);
    }
    let document = serde_json::json!({
        "created": created, "unchanged": unchanged, "damaged": damaged, "interrupted": !is_whole,
    });
    let args = [("created", count(created)), ("unchanged", count(unchanged))];
    desk.done("cli-files-brought", &args, &document)?;
    Ok(if is_whole && damaged.is_empty() { Exit::Done } else { Exit::Failed })
}

fn failed(error: &FilesError) -> Failure {
    let reason = Refusal::new(Class::Unknown, "cli-files-failed");
    Failure::new(Exit::Failed, reason.text("found", error.to_string()))
}
