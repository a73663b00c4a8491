//! Certificates: what a paper says about a technology, and whether it is still so.
//!
//! Whoever checks a paper is told what anybody may know, and of what is hidden the same as of what
//! never was.

use crate::act::No;
use crate::asker::Asker;
use crate::city::City;
use crate::technology::{View, allowed};
use access::Act as A;
use base::{Bilingual, Class, Instant, Label, Reference, Refusal, TechnologyId};
use trading::technology::State;

/// Versions looked through for the one on the paper.
const VERSIONS_MAX: usize = 1_000;

/// What stands on a certificate.
pub struct Certificate {
    pub view: View,
    pub confirmed_at: Instant,
    /// Hash of the content, hexadecimal.
    pub digest: String,
    /// Size, root (base64) and moment of the newest checkpoint.
    pub checkpoint: Option<(u64, String, Instant)>,
}

/// Whether a paper is still right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It says what is confirmed today.
    Valid,
    /// Something was changed then.
    Changed(Instant),
    /// The technology was withdrawn then.
    Withdrawn(Instant),
}

/// What somebody is told who checks a paper.
#[derive(Clone, Debug)]
pub struct Found {
    pub id: TechnologyId,
    pub reference: Reference,
    pub title: Bilingual,
    pub owner: Bilingual,
    /// The version on the paper, or the newest where the paper named none.
    pub version: u64,
    pub standing: Standing,
    pub confirmed_at: Option<Instant>,
}

impl City {
    /// The certificate of a confirmed public technology.
    pub fn certificate(&self, asker: &Asker, id: TechnologyId) -> Result<Certificate, No> {
        let view = self.technology(asker, id)?;
        let technology = &view.technology;
        let confirmed = technology.confirmed_at.filter(|_| technology.state == State::Confirmed);
        let (Some(confirmed_at), true) = (confirmed, technology.label.is_public()) else {
            return Err(Refusal::new(Class::Refused, "certificate-not-public").into());
        };
        let digest = store::technology::digest(&technology.content);
        let point = self.last_checkpoint()?;
        let checkpoint = match point {
            Some(point) => {
                let root = crate::backup::hash_of(&point.root)?.to_base64();
                Some((point.size, root, point.at))
            }
            None => None,
        };
        Ok(Certificate { view, confirmed_at, digest, checkpoint })
    }

    /// What anybody may know about a paper with this reference and version.
    pub fn check_certificate(&self, typed: &str, version: Option<u64>) -> Result<Found, No> {
        let reference = Reference::parse(typed).ok_or_else(Refusal::not_found)?;
        self.read(&Asker::nobody(), |rx| {
            let id = store::technology::by_reference(rx.tx, reference.as_str())?
                .ok_or_else(Refusal::not_found)?;
            let hidden = |_| Refusal::not_found();
            let (technology, _) = match allowed(rx, id, A::LookAtTechnology) {
                Ok(found) => found,
                Err(crate::Stop::Store(error)) => return Err(error.into()),
                Err(crate::Stop::Refused(reasons)) => return Err(hidden(reasons).into()),
            };
            let owner = store::organisation::find(rx.tx, technology.owner)?
                .ok_or_else(Refusal::not_found)?;
            let on_paper = version.unwrap_or(technology.version);
            let standing = match technology.state {
                State::Withdrawn { .. } => Standing::Withdrawn(technology.changed_at),
                _ if on_paper == technology.version => Standing::Valid,
                _ => changed_since(rx, &technology, on_paper)?,
            };
            Ok(Found {
                id,
                reference: technology.reference.clone(),
                title: technology.content.title.clone(),
                owner: owner.profile.name,
                version: on_paper,
                standing,
                confirmed_at: technology.confirmed_at,
            })
        })
    }
}

/// Since when a paper of an earlier version is no longer what is confirmed. A version that was never
/// shown to everybody was never on a paper.
fn changed_since(
    rx: &mut crate::city::Rx<'_, '_>,
    technology: &trading::technology::Technology,
    on_paper: u64,
) -> Result<Standing, crate::Stop> {
    let versions = store::technology::versions(rx.tx, technology.id, VERSIONS_MAX)?;
    let was = versions.iter().find(|row| row.version == on_paper).filter(|row| {
        row.state == "confirmed"
            && Label::from_gate(&row.gate).is_some_and(|label| label.is_public())
    });
    let was = was.ok_or_else(Refusal::not_found)?;
    if was.digest == store::technology::digest(&technology.content) {
        return Ok(Standing::Valid);
    }
    let next = versions.iter().filter(|row| row.version > on_paper && row.digest != was.digest);
    let first = next.min_by_key(|row| row.version);
    Ok(Standing::Changed(first.map_or(technology.changed_at, |row| row.at)))
}
