//! Files: handed in with a form, listed at a case, and sent to whoever sees what they hang on.
//!
//! A file is kept before its form is judged, so that it survives an error elsewhere: the form then
//! carries its id, not its bytes.

use crate::link;
use crate::page::{get, me, moment, name, say};
use access::Act;
use app::No;
use app::file::Document;
use base::{Class, FileId, Refusal};
use edge::{Body, Fields, Reply, Request, Route};
use look::{Field, FileField, Form, KeptFile};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[get("/files/{id}", Act::LookAtFile, send)];

/// A route that takes a form with files.
pub const fn post(path: &'static str, act: Act, run: fn(&Request) -> Result<Reply, No>) -> Route {
    Route { method: "POST", path, act, body: Body::Files, face: &crate::PAGE, run }
}

fn send(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let opened = request.city().open_file(&request.asker, request.id("id")?)?;
    Ok(Reply::stored(opened, request.query.get("show") == "1"))
}

/// The field in which files are chosen.
const FIELD: &str = "documents";
/// The fields that carry the ids of files that were kept before.
const CARRIED: &str = "document";
/// What the value of the button begins with that takes a file out of a form again.
const REMOVE: &str = "remove-";

/// What a form brought.
pub struct Brought {
    pub ids: Vec<FileId>,
    /// Why others were not taken.
    pub refused: Vec<Refusal>,
    /// Whether the form was sent to take a file out of it, and nothing else.
    pub is_only_removed: bool,
}

impl Brought {
    /// What was typed, with the files that are kept by now in place of those that came.
    pub fn carried(&self, typed: &Fields) -> Fields {
        let told = typed.0.iter().filter(|(name, _)| name != CARRIED && name != "do");
        let ids = self.ids.iter().map(|id| (CARRIED.to_owned(), id.to_string()));
        Fields(told.cloned().chain(ids).collect())
    }
}

/// Keeps what came with a form, beside what the form had already.
pub fn brought(request: &Request) -> Result<Brought, No> {
    let removed = request.form.get("do").strip_prefix(REMOVE).map(str::to_owned);
    let stays = |id: &&&str| removed.as_deref() != Some(**id);
    let carried = request.form.all(CARRIED);
    let mut brought = Brought {
        ids: carried.iter().filter(stays).filter_map(|id| FileId::parse(id).ok()).collect(),
        refused: Vec::new(),
        is_only_removed: removed.is_some(),
    };
    let key = request.form.get("idempotency_key");
    for (n, received) in request.received.iter().filter(|it| it.field == FIELD).enumerate() {
        let kept = match &received.file {
            Ok(file) => {
                // The same form sent twice keeps each of its files once.
                let own = format!("{key}.{n}.{}", &file.hash[..16]);
                request.city().keep_received(&request.asker.clone().keyed(&own), file)
            }
            Err(refusal) => Err(refusal.clone().into()),
        };
        match kept {
            Ok(kept) => brought.ids.push(kept.file),
            Err(no)
                if matches!(no.class(), Class::NotAllowed | Class::NotFound | Class::SignIn) =>
            {
                return Err(no);
            }
            Err(no) => brought.refused.extend(no.0.into_iter().map(|it| it.on(FIELD))),
        }
    }
    Ok(brought)
}

/// The field for documents, with those that the form has already.
pub fn field(request: &Request, form: &Form<'_>, typed: &Fields, is_optional: bool) -> Markup {
    let ids: Vec<FileId> =
        typed.all(CARRIED).into_iter().filter_map(|id| FileId::parse(id).ok()).collect();
    let kept = match ids.is_empty() {
        true => Vec::new(),
        false => request.city().waiting_files(&request.asker, &ids).unwrap_or_default(),
    };
    let removes: Vec<String> = kept.iter().map(|file| format!("{REMOVE}{}", file.id)).collect();
    let kept_files: Vec<KeptFile<'_>> = kept
        .iter()
        .zip(&removes)
        .map(|(file, remove)| KeptFile {
            name: &file.name,
            bytes: file.bytes,
            hash: &file.hash,
            remove,
        })
        .collect();
    html! {
        @for file in &kept { input type="hidden" name=(CARRIED) value=(file.id); }
        (look::file_field(form, &FileField {
            field: Field { name: FIELD, is_optional, ..Field::default() },
            accept: &files::Kind::accept(),
            bytes_max: request.city().shelf().file_bytes_max,
            is_several: true,
            kept: &kept_files,
        }))
    }
}

/// Documents of a case: all of them, or those that came with one move.
pub fn list(request: &Request, documents: &[&Document]) -> Markup {
    let lang = request.lang;
    html! {
        @if !documents.is_empty() {
            ul.files aria-label=(say(request, "file-list")) {
                @for document in documents {
                    @let file = &document.file;
                    li {
                        a href=(link::file(file.id)) { bdi { (file.name) } }
                        span.quiet.small {
                            (file.kind.to_uppercase()) " · " (words::bytes(lang, file.bytes)) " · "
                            code title=(file.hash) { (&file.hash[..12]) }
                        }
                        @if is_picture(&file.kind) {
                            a.small href=(link::file_shown(file.id)) { (say(request, "file-show")) }
                        }
                        span.quiet.small {
                            (name(&document.person, lang).0) " · " (moment(request, file.kept_at))
                        }
                    }
                }
            }
        }
    }
}

fn is_picture(kind: &str) -> bool {
    files::Kind::parse(kind).is_some_and(files::Kind::is_picture)
}
