//! Files: taken in before an act may name them, named by an act, read by whoever sees the thing
//! they hang on, and swept when nothing names them.
//!
//! The bytes are durable before [`KeepFile`] is performed, and no transaction waits for them. A file
//! has no label of its own: it is judged by the thing that it hangs on, as that stands now.

mod receiving;
mod sweep;

pub use receiving::{Received, Receiving};
pub use sweep::{Checked, Swept, Trouble};

use crate::account::sign_in_required;
use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Thing};
use base::{
    Bilingual, CaseId, Class, ContractId, FileId, InstrumentId, Label, OrganisationId, PersonId,
    Refusal, ServiceOrderId, limits,
};
use files::{FilesError, Hash, Kind, Reading};
pub use store::file::{File, Named};
use store::{Hold, StoreError};

/// Files of one person that nothing names yet, at most.
const WAITING_MAX: u64 = 100;

/// Where the city's files are, and how many bytes there may be.
#[derive(Clone, Debug)]
pub struct Shelf {
    pub files: files::Files,
    /// Bytes of one file.
    pub file_bytes_max: u64,
    /// Bytes of the files of one organisation.
    pub organisation_bytes_max: u64,
    /// Bytes of one person's files that nothing names yet.
    pub waiting_bytes_max: u64,
}

impl Shelf {
    /// These files within the usual bounds.
    pub fn of(files: files::Files) -> Self {
        Self {
            files,
            file_bytes_max: limits::UPLOAD_BYTES_MAX,
            organisation_bytes_max: 20 << 30,
            waiting_bytes_max: 512 << 20,
        }
    }
}

/// A file as a page lists it.
#[derive(Clone, Debug)]
pub struct Document {
    pub file: File,
    /// Who handed it in.
    pub person: Bilingual,
    /// With which move of the case.
    pub at_move: Option<u64>,
}

/// A file on its way to a reader.
#[derive(Debug)]
pub struct Opened {
    pub file: File,
    pub kind: Kind,
    pub reading: Reading,
}

/// Keeps what somebody handed in, until an act of the same person names it.
#[derive(serde::Serialize)]
pub struct KeepFile {
    pub name: String,
    /// A word of [`Kind`].
    pub kind: String,
    pub hash: String,
    pub bytes: u64,
    /// The last sweep before the bytes came in.
    #[serde(skip)]
    pub seen: u64,
}

/// A file that can be named now.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Kept {
    pub file: FileId,
}

impl Act for KeepFile {
    const ACT: A = A::KeepFile;
    type Facts = (bool, (u64, u64));
    type Plan = ();
    type Outcome = Kept;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(hold_of(&self.hash))]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let waiting = match cx.actor.person {
            Some(person) => store::file::waiting_of(cx.tx, person)?,
            None => (0, 0),
        };
        Ok((store::file::swept_since(cx.tx, &self.hash, self.seen)?, waiting))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, facts: Self::Facts, cx: &Cx<'_, '_>) -> Result<(), Vec<Refusal>> {
        let (is_swept, (n, bytes)) = facts;
        if is_swept {
            return Err(vec![Refusal::new(Class::Busy, "file-swept")]);
        }
        let most = cx.city.settings().shelf.waiting_bytes_max;
        if n >= WAITING_MAX || bytes + self.bytes > most {
            let no = Refusal::new(Class::Refused, "file-waiting-full").on("documents");
            return Err(vec![no.number("most", most).number("files", WAITING_MAX)]);
        }
        Ok(())
    }

    fn save(&self, (): (), cx: &mut Cx<'_, '_>) -> Result<Kept, Stop> {
        let person = cx.actor.person.ok_or_else(sign_in_required)?;
        let id = cx.city.with_chance(|chance| FileId::new(cx.now, chance));
        let file = File {
            id,
            hash: self.hash.clone(),
            bytes: self.bytes,
            name: self.name.clone(),
            kind: self.kind.clone(),
            person,
            kept_at: cx.now,
            named: None,
        };
        store::file::add(cx.tx, &file)?;
        event(cx, "file-kept", &file);
        Ok(Kept { file: id })
    }
}

/// Takes one's own file back before anything names it.
#[derive(serde::Serialize)]
pub struct DropFile {
    pub file: FileId,
}

impl Act for DropFile {
    const ACT: A = A::DropFile;
    type Facts = File;
    type Plan = File;
    type Outcome = Kept;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<File, Stop> {
        let file = store::file::find(cx.tx, self.file)?.ok_or_else(Refusal::not_found)?;
        match (&file.named, cx.actor.person) {
            (None, Some(person)) if person == file.person => Ok(file),
            // What an act has named is the matter's, and cannot be told from what is not there.
            _ => Err(Refusal::not_found().into()),
        }
    }

    fn thing(&self, file: &File) -> Thing {
        Thing::own(file.person)
    }

    fn decide(&self, file: File, _: &Cx<'_, '_>) -> Result<File, Vec<Refusal>> {
        Ok(file)
    }

    fn save(&self, file: File, cx: &mut Cx<'_, '_>) -> Result<Kept, Stop> {
        if !store::file::drop_waiting(cx.tx, file.id)? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
        event(cx, "file-dropped", &file);
        Ok(Kept { file: file.id })
    }
}

/// What the holds of a content are called.
fn hold_of(hash: &str) -> String {
    format!("file {hash}")
}

/// The log keeps what was handed in by its hash; names stay in the rows.
fn event(cx: &mut Cx<'_, '_>, kind: &str, file: &File) {
    let label = Label::at(base::Level::Restricted);
    let about = About {
        thing: file.id.to_string(),
        version: 1,
        owner: None,
        label: &label,
        state: "waiting",
    };
    let body = serde_json::json!({
        "sha256": file.hash, "bytes": file.bytes, "kind": file.kind,
    });
    cx.event(kind, about, body);
}

/// The files that an act names.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    pub(crate) files: Vec<File>,
    wanted: usize,
    /// Bytes that the owner has with them.
    owned: u64,
    in_case: usize,
}

impl Documents {
    /// Loads them: only what the actor handed in and nothing names yet is there.
    pub(crate) fn load(
        cx: &mut Cx<'_, '_>,
        ids: &[FileId],
        owner: OrganisationId,
    ) -> Result<Self, StoreError> {
        let mut found = Self { wanted: ids.len(), ..Self::default() };
        if ids.is_empty() {
            return Ok(found);
        }
        for id in ids.iter().take(limits::DOCUMENTS_MAX) {
            let file = store::file::find(cx.tx, *id)?;
            let is_own = |file: &File| file.named.is_none() && Some(file.person) == cx.actor.person;
            let is_new = |file: &File| found.files.iter().all(|known| known.id != file.id);
            if let Some(file) = file.filter(is_own).filter(is_new) {
                found.files.push(file);
            }
        }
        let own: u64 = found.files.iter().map(|file| file.bytes).sum();
        found.owned = store::file::bytes_of(cx.tx, owner)? + own;
        Ok(found)
    }

    /// The same for a case that has documents already.
    pub(crate) fn load_for(
        cx: &mut Cx<'_, '_>,
        ids: &[FileId],
        (case, owner): (CaseId, OrganisationId),
    ) -> Result<Self, StoreError> {
        let mut found = Self::load(cx, ids, owner)?;
        if !ids.is_empty() {
            let most = limits::CASE_DOCUMENTS_MAX;
            found.in_case = store::file::of_thing(cx.tx, &case.to_string(), most)?.len();
        }
        Ok(found)
    }

    /// Why they cannot be named.
    pub(crate) fn reasons(&self, cx: &Cx<'_, '_>) -> Vec<Refusal> {
        let mut reasons = Vec::new();
        let too_many = |most: usize, found: usize| {
            let no = Refusal::invalid("too-many-parts").on("documents");
            no.term("field", "field-documents").number("most", most).number("found", found)
        };
        if self.wanted > limits::DOCUMENTS_MAX {
            reasons.push(too_many(limits::DOCUMENTS_MAX, self.wanted));
        } else if self.files.len() < self.wanted {
            reasons.push(Refusal::invalid("file-not-waiting").on("documents"));
        }
        let in_case = self.in_case + self.wanted;
        if in_case > limits::CASE_DOCUMENTS_MAX {
            reasons.push(too_many(limits::CASE_DOCUMENTS_MAX, in_case));
        }
        let most = cx.city.settings().shelf.organisation_bytes_max;
        if self.wanted > 0 && self.owned > most {
            let no = Refusal::new(Class::Refused, "file-owner-full").on("documents");
            reasons.push(no.number("most", most));
        }
        reasons
    }

    /// What else was decided, with the reasons of both.
    pub(crate) fn checked<R>(
        &self,
        cx: &Cx<'_, '_>,
        decided: Result<R, Vec<Refusal>>,
    ) -> Result<R, Vec<Refusal>> {
        let own = self.reasons(cx);
        match decided {
            Ok(decided) if own.is_empty() => Ok(decided),
            decided => Err(decided.err().unwrap_or_default().into_iter().chain(own).collect()),
        }
    }
}

/// Hangs files on a case with its newest move; says what of them stands in the log.
pub(crate) fn hang_on_case(
    cx: &mut Cx<'_, '_>,
    case: &store::case::Case,
    documents: &[File],
) -> Result<serde_json::Value, Stop> {
    let mut told = Vec::new();
    for file in documents {
        let named = Named {
            thing: case.id.to_string(),
            place: format!("{MOVE}{}", case.version),
            owner: case.owner,
            at: cx.now,
        };
        if !store::file::name(cx.tx, file.id, &named)? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
        told.push(serde_json::json!({
            "file": file.id, "sha256": file.hash, "bytes": file.bytes, "kind": file.kind,
        }));
    }
    Ok(serde_json::Value::Array(told))
}

/// What the place of a document of a case begins with.
const MOVE: &str = "move-";

/// The documents of a case, oldest first, for whoever sees the case.
pub(crate) fn of_case(
    rx: &mut crate::city::Rx<'_, '_>,
    id: CaseId,
) -> Result<Vec<Document>, StoreError> {
    let found = store::file::of_thing(rx.tx, &id.to_string(), limits::CASE_DOCUMENTS_MAX)?;
    let people: Vec<PersonId> = found.iter().map(|file| file.person).collect();
    let names = store::person::names_of(rx.tx, &people)?;
    let document = |file: File| {
        let place = file.named.as_ref().and_then(|named| named.place.strip_prefix(MOVE));
        Document {
            person: names.get(&file.person).cloned().unwrap_or_default(),
            at_move: place.and_then(|n| n.parse().ok()),
            file,
        }
    };
    Ok(found.into_iter().map(document).collect())
}

/// A file that its reader may see, and by what.
struct Judged {
    file: File,
    /// Of the thing that it hangs on.
    label: Label,
    person: Option<PersonId>,
    entered: Option<crate::emergency::Entered>,
    thing: String,
}

impl City {
    /// What is known of a file, for whoever sees the thing it hangs on.
    pub fn file(&self, asker: &Asker, id: FileId) -> Result<File, No> {
        Ok(self.judged(asker, id)?.file)
    }

    /// Opens a file. A look at what is watched is in the log before this returns.
    pub fn open_file(&self, asker: &Asker, id: FileId) -> Result<Opened, No> {
        let Judged { file, label, person, entered, thing } = self.judged(asker, id)?;
        let broken = |why: &FilesError| {
            tracing::error!(file = %file.id, hash = file.hash, %why, "a file is not as it was");
            No::from(Refusal::new(Class::Unknown, "file-damaged"))
        };
        let hash = Hash::parse(&file.hash).ok_or_else(|| broken(&FilesError::Damaged))?;
        let kind = Kind::parse(&file.kind).ok_or_else(|| broken(&FilesError::Damaged))?;
        let reading = self.shelf().files.open_file(hash).map_err(|why| broken(&why))?;
        if reading.bytes() != file.bytes {
            return Err(broken(&FilesError::Damaged));
        }
        match entered {
            Some(_) => self.note_entry(asker, person, entered, (&label, thing))?,
            None => self.note_looks(asker, person, &[(&label, file.id.to_string())])?,
        }
        Ok(Opened { file, kind, reading })
    }

    /// One's own files among these that nothing names yet, in their order.
    pub fn waiting_files(&self, asker: &Asker, ids: &[FileId]) -> Result<Vec<File>, No> {
        self.read(asker, |rx| {
            let person = rx.actor.person.ok_or_else(sign_in_required)?;
            let mut found = Vec::new();
            for id in ids.iter().take(limits::DOCUMENTS_MAX) {
                let file = store::file::find(rx.tx, *id)?;
                found.extend(file.filter(|file| file.named.is_none() && file.person == person));
            }
            Ok(found)
        })
    }

    fn judged(&self, asker: &Asker, id: FileId) -> Result<Judged, No> {
        self.read(asker, |rx| {
            let file = store::file::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let Some(named) = &file.named else {
                rx.may(A::LookAtFile, &Thing::own(file.person))?;
                let (label, person) = (Label::public(), rx.actor.person);
                return Ok(Judged { file, label, person, entered: None, thing: String::new() });
            };
            if let Ok(id) = ContractId::parse(&named.thing) {
                let kept = store::contract::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
                let thing = crate::contract::thing_for(&kept, &rx.actor);
                rx.may(A::LookAtContract, &thing).map_err(|_| Refusal::not_found())?;
                let (label, person, thing) = (kept.label, rx.actor.person, named.thing.clone());
                return Ok(Judged { file, label, person, entered: None, thing });
            }
            if let Ok(id) = InstrumentId::parse(&named.thing) {
                let (found, _) = crate::instrument::allowed(rx, id, A::LookAtInstrument)?;
                let (label, person, thing) = (found.label, rx.actor.person, named.thing.clone());
                return Ok(Judged { file, label, person, entered: None, thing });
            }
            if let Ok(id) = ServiceOrderId::parse(&named.thing) {
                crate::service_order::allowed(rx, id)?;
                let (label, person) = (crate::usage::label(), rx.actor.person);
                let thing = named.thing.clone();
                return Ok(Judged { file, label, person, entered: None, thing });
            }
            let case = CaseId::parse(&named.thing).map_err(|_| Refusal::not_found())?;
            let case = store::case::find(rx.tx, case)?.ok_or_else(Refusal::not_found)?;
            let thing = case.id.to_string();
            let judged = crate::case::thing_of(&case);
            let (_, entered) = crate::emergency::entry(rx, A::LookAtFile, &thing, &judged)?;
            Ok(Judged { file, label: case.label, person: rx.actor.person, entered, thing })
        })
    }

    /// Where the city's files are.
    pub fn shelf(&self) -> &Shelf {
        &self.settings().shelf
    }
}
