//! How a technology may change: create, fill, revise, confirm, withdraw, relabel.
//!
//! Every decision is `f(facts, ask, now) -> Result<Plan, Vec<Refusal>>` and gives all its reasons
//! at once. Who may ask is not decided here: see `access`.

use super::content_check::{lacks, tidy};
use crate::compare::{self, Change};
use crate::{Contact, Content, FieldTree, Proof, Source, State, Technology, marking};
use base::limits::{KEY_CHARS_MAX, SUMMARY_CHARS_MAX};
use base::{Class, Instant, Label, Level, OrganisationId, Reference, Refusal, TechnologyId, text};

/// What has to be saved: the technology as it will be, and what changes in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub technology: Technology,
    /// Empty when nothing changes: then nothing is saved.
    pub changes: Vec<Change>,
}

impl Plan {
    /// An imported record that proves its publication is shown at once; `confirmed_at` stays empty
    /// until its owner speaks for it.
    #[must_use]
    pub fn shown(mut self) -> Self {
        if self.technology.state == State::Drafted {
            self.technology.state = State::Confirmed;
        }
        self
    }
}

/// What is known when a technology is created.
#[derive(Clone, Copy, Debug)]
pub struct CreateFacts<'a> {
    pub fields: &'a FieldTree,
    /// The owner has another technology of the same key.
    pub key_taken: bool,
    /// A confidentiality officer released a wrong hit of the marking patterns.
    pub marking_released: bool,
}

/// A technology to be created, with its text.
#[derive(Clone, Debug)]
pub struct CreateTechnology {
    pub id: TechnologyId,
    pub reference: Reference,
    pub owner: OrganisationId,
    pub key: Option<String>,
    pub content: Content,
    /// `None`: visible to members.
    pub label: Option<Label>,
    pub proof: Proof,
    pub source: Option<Source>,
}

/// What is known when an existing technology changes.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub technology: &'a Technology,
    pub fields: &'a FieldTree,
    pub marking_released: bool,
    /// The owner has a desk where its technologies can be asked about.
    pub has_desk: bool,
}

/// Creates a technology with its text, as a draft.
pub fn create(
    facts: &CreateFacts<'_>,
    ask: CreateTechnology,
    now: Instant,
) -> Result<Plan, Vec<Refusal>> {
    let mut content = ask.content;
    let mut refusals = tidy(&mut content, facts.fields);
    if content.title.is_empty() {
        refusals.push(Refusal::invalid("technology-needs-title").on("title"));
    }
    if !facts.marking_released {
        refusals.extend(marking::in_content(&content));
    }
    let key = read_key(ask.key, &mut refusals);
    if facts.key_taken {
        refusals.push(key_taken(key.as_deref()));
    }
    let label = ask.label.unwrap_or_else(|| Label::at(Level::Members));
    refusals.extend(label_refusal(&label, &ask.proof, &content));
    let technology = Technology {
        id: ask.id,
        reference: ask.reference,
        owner: ask.owner,
        state: State::Drafted,
        label,
        version: 1,
        content,
        key,
        confirmed_at: None,
        changed_at: now,
        source: ask.source,
    };
    planned(refusals, technology, &Content::default())
}

/// A technology of which nothing may be told yet.
#[derive(Clone, Debug)]
pub struct CreateStub {
    pub id: TechnologyId,
    pub reference: Reference,
    pub owner: OrganisationId,
    pub key: Option<String>,
    /// A key of the field tree, or empty.
    pub field: String,
    /// `None`: visible to members. Never public.
    pub label: Option<Label>,
    pub source: Option<Source>,
}

/// Creates a title-free stub: owner, key, day and field, and nothing else.
pub fn create_stub(
    facts: &CreateFacts<'_>,
    ask: CreateStub,
    now: Instant,
) -> Result<Plan, Vec<Refusal>> {
    let mut content = Content { field: ask.field, ..Content::default() };
    let mut refusals = tidy(&mut content, facts.fields);
    let key = read_key(ask.key, &mut refusals);
    if let Some(pattern) = key.as_deref().and_then(marking::find) {
        refusals.push(marking::refusal("key", "external-key", pattern));
    }
    if facts.key_taken {
        refusals.push(key_taken(key.as_deref()));
    }
    let label = ask.label.unwrap_or_else(|| Label::at(Level::Members));
    if label.level < Level::Members {
        refusals.push(Refusal::invalid("technology-stub-label").on("label"));
    }
    let technology = Technology {
        id: ask.id,
        reference: ask.reference,
        owner: ask.owner,
        state: State::Stub,
        label,
        version: 1,
        content,
        key,
        confirmed_at: None,
        changed_at: now,
        source: ask.source,
    };
    planned(refusals, technology, &Content::default())
}

/// The text of a stub, once its release is decided or its publication proven.
#[derive(Clone, Debug)]
pub struct FillStub {
    pub version: u64,
    pub content: Content,
    /// `None` keeps the label. A lower one needs proof that the text is public.
    pub label: Option<Label>,
    pub proof: Proof,
    /// Names what makes the text public: the office's publication, the source, the review.
    pub source: Option<Source>,
    /// A release review decided that the text may be told.
    pub released: bool,
}

/// Gives a stub its text: only after release, or with proof that the text is public already.
pub fn fill(facts: &Facts<'_>, ask: FillStub, now: Instant) -> Result<Plan, Vec<Refusal>> {
    let before = facts.technology;
    let mut content = ask.content;
    let mut refusals = version_refusal(before, ask.version);
    if before.state != State::Stub {
        refusals.push(Refusal::new(Class::Refused, "technology-not-a-stub"));
    }
    if !ask.released && !ask.proof.holds() {
        refusals.push(Refusal::new(Class::Refused, "technology-not-released"));
    }
    refusals.extend(tidy(&mut content, facts.fields));
    if content.title.is_empty() {
        refusals.push(Refusal::invalid("technology-needs-title").on("title"));
    }
    if !facts.marking_released {
        refusals.extend(marking::in_content(&content));
    }
    let label = ask.label.unwrap_or_else(|| before.label.clone());
    if !label.dominates(&before.label) && !ask.released && !ask.proof.holds() {
        refusals.push(never_lowered(&before.label));
    }
    if !ask.released {
        refusals.extend(label_refusal(&label, &ask.proof, &content));
    }
    let technology = Technology {
        state: State::Drafted,
        label,
        content,
        source: ask.source.or_else(|| before.source.clone()),
        ..before.clone()
    };
    planned(refusals, next(technology, now), &before.content)
}

/// A new text for a technology.
#[derive(Clone, Debug)]
pub struct ReviseTechnology {
    /// The version that the writer saw.
    pub version: u64,
    pub content: Content,
    pub source: Option<Source>,
}

/// Replaces the content. A confirmed technology stays confirmed and must stay complete.
pub fn revise(
    facts: &Facts<'_>,
    ask: ReviseTechnology,
    now: Instant,
) -> Result<Plan, Vec<Refusal>> {
    let before = facts.technology;
    let mut content = ask.content;
    let mut refusals = version_refusal(before, ask.version);
    refusals.extend(state_refusal(before));
    refusals.extend(tidy(&mut content, facts.fields));
    if content.title.is_empty() {
        refusals.push(Refusal::invalid("technology-needs-title").on("title"));
    }
    if !facts.marking_released {
        refusals.extend(marking::in_content(&content));
    }
    if is_reviewed(before) && reviewed_part(&content) != reviewed_part(&before.content) {
        refusals.push(Refusal::new(Class::Refused, "technology-reviewed-text"));
    }
    // Only what its owner has confirmed has to stay complete; a public record may be sparse.
    if before.state == State::Confirmed && before.confirmed_at.is_some() {
        refusals.extend(lacks(&content, facts.has_desk));
    }
    // Without its proof a public technology would tell more than anybody has published.
    let named = before.source.as_ref().is_some_and(|source| !source.name.is_empty());
    if before.label.level == Level::Public && !named {
        refusals.extend(label_refusal(&before.label, &Proof::None, &content));
    }
    let same_source = ask.source.is_none() || ask.source == before.source;
    if refusals.is_empty() && content == before.content && same_source {
        return Ok(Plan { technology: before.clone(), changes: Vec::new() });
    }
    // A file that brings the text again does not make the review forgotten.
    let review = before.source.as_ref().and_then(|source| source.review.clone());
    let source = ask.source.map(|source| Source { review, ..source });
    let source = source.or_else(|| before.source.clone());
    let technology = Technology { content, source, ..before.clone() };
    planned(refusals, next(technology, now), &before.content)
}

/// Whether a release review let this text out.
fn is_reviewed(technology: &Technology) -> bool {
    technology.source.as_ref().is_some_and(|source| source.review.is_some())
}

/// What a review looked at: everything but whom to ask and what else belongs to it.
fn reviewed_part(content: &Content) -> Content {
    let (contact, related) = (Contact::default(), Vec::new());
    Content { contact, related, ..content.clone() }
}

/// What a release review decided.
#[derive(Clone, Debug)]
pub struct Release {
    /// The version that was handed in for review.
    pub version: u64,
    pub content: Content,
    pub label: Label,
    /// The reference of the review, kept as the source of the text.
    pub review: Reference,
}

/// Lets a reviewed text out under its new label; a stub gets its text. The only way to a lower
/// label besides proof of publication.
pub fn release(facts: &Facts<'_>, ask: Release, now: Instant) -> Result<Plan, Vec<Refusal>> {
    let before = facts.technology;
    let mut content = ask.content;
    let mut refusals = Vec::new();
    if before.version != ask.version {
        let refusal = Refusal::new(Class::Conflict, "release-technology-changed");
        refusals.push(refusal.number("seen", ask.version).number("now", before.version));
    }
    if matches!(before.state, State::Withdrawn { .. }) {
        refusals.push(Refusal::new(Class::Refused, "technology-withdrawn"));
    }
    refusals.extend(tidy(&mut content, facts.fields));
    if content.title.is_empty() {
        refusals.push(Refusal::invalid("technology-needs-title").on("title"));
    }
    refusals.extend(marking::in_content(&content));
    let is_whole = lacks(&content, facts.has_desk).is_empty();
    let source = Source { review: Some(ask.review), ..before.source.clone().unwrap_or_default() };
    let technology = Technology {
        state: State::Confirmed,
        label: ask.label,
        content,
        confirmed_at: is_whole.then_some(now).or(before.confirmed_at),
        source: Some(source),
        ..before.clone()
    };
    planned(refusals, next(technology, now), &before.content)
}

/// Its owner stands by it, now and every half year.
pub fn confirm(facts: &Facts<'_>, version: u64, now: Instant) -> Result<Plan, Vec<Refusal>> {
    let before = facts.technology;
    let mut refusals = version_refusal(before, version);
    refusals.extend(state_refusal(before));
    refusals.extend(lacks(&before.content, facts.has_desk));
    let technology =
        Technology { state: State::Confirmed, confirmed_at: Some(now), ..before.clone() };
    let change = Change::of("state", before.state.word(), "confirmed");
    decided(refusals, next(technology, now), vec![change])
}

/// Takes a technology off, with the reason that readers are shown.
pub fn withdraw(
    facts: &Facts<'_>,
    version: u64,
    reason: &str,
    now: Instant,
) -> Result<Plan, Vec<Refusal>> {
    let before = facts.technology;
    let mut refusals = version_refusal(before, version);
    if matches!(before.state, State::Withdrawn { .. }) {
        refusals.push(Refusal::new(Class::Refused, "technology-withdrawn"));
    }
    let reason = text::line("reason", reason, SUMMARY_CHARS_MAX).unwrap_or_else(|refusal| {
        refusals.push(refusal);
        "-".to_owned()
    });
    if reason.is_empty() {
        refusals.push(Refusal::invalid("technology-needs-reason").on("reason"));
    }
    if let Some(pattern) = marking::find(&reason).filter(|_| !facts.marking_released) {
        refusals.push(marking::refusal("reason", "reason", pattern));
    }
    let technology = Technology { state: State::Withdrawn { reason }, ..before.clone() };
    let change = Change::of("state", before.state.word(), "withdrawn");
    decided(refusals, next(technology, now), vec![change])
}

/// Raises the label. Lowering is the business of a release review.
pub fn raise_label(
    facts: &Facts<'_>,
    version: u64,
    label: Label,
    now: Instant,
) -> Result<Plan, Vec<Refusal>> {
    let before = facts.technology;
    let mut refusals = version_refusal(before, version);
    if !label.dominates(&before.label) {
        refusals.push(never_lowered(&before.label));
    }
    if refusals.is_empty() && label == before.label {
        return Ok(Plan { technology: before.clone(), changes: Vec::new() });
    }
    let change = Change::of("label", &before.label.gate(), &label.gate());
    let technology = Technology { label, ..before.clone() };
    decided(refusals, next(technology, now), vec![change])
}

/// Public only with proof: by the record itself, or by one of its rights.
fn label_refusal(label: &Label, proof: &Proof, content: &Content) -> Option<Refusal> {
    let proven = proof.holds() || content.rights.iter().any(crate::Right::is_published);
    if label.level == Level::Public && !proven {
        return Some(Refusal::new(Class::Refused, "label-needs-proof").on("label"));
    }
    None
}

fn never_lowered(before: &Label) -> Refusal {
    let level = format!("label-level-{}", before.level.word());
    Refusal::new(Class::Refused, "label-never-lowered").on("label").term("level", level)
}

fn version_refusal(technology: &Technology, seen: u64) -> Vec<Refusal> {
    if technology.version == seen {
        return Vec::new();
    }
    let refusal = Refusal::new(Class::Conflict, "version-conflict");
    vec![refusal.number("seen", seen).number("now", technology.version)]
}

fn state_refusal(technology: &Technology) -> Option<Refusal> {
    match technology.state {
        State::Stub => Some(Refusal::new(Class::Refused, "technology-stub")),
        State::Withdrawn { .. } => Some(Refusal::new(Class::Refused, "technology-withdrawn")),
        State::Drafted | State::Confirmed => None,
    }
}

fn key_taken(key: Option<&str>) -> Refusal {
    let key = key.unwrap_or_default();
    Refusal::new(Class::Conflict, "technology-key-taken").on("key").text("key", key)
}

fn read_key(key: Option<String>, refusals: &mut Vec<Refusal>) -> Option<String> {
    let read = text::line("external_key", &key?, KEY_CHARS_MAX).map_err(|no| no.on("key"));
    read.map_err(|refusal| refusals.push(refusal)).ok().filter(|key| !key.is_empty())
}

fn next(technology: Technology, now: Instant) -> Technology {
    Technology { version: technology.version + 1, changed_at: now, ..technology }
}

fn planned(
    refusals: Vec<Refusal>,
    technology: Technology,
    before: &Content,
) -> Result<Plan, Vec<Refusal>> {
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let changes = compare::contents(before, &technology.content);
    Ok(Plan { technology, changes })
}

fn decided(
    refusals: Vec<Refusal>,
    technology: Technology,
    changes: Vec<Change>,
) -> Result<Plan, Vec<Refusal>> {
    if refusals.is_empty() { Ok(Plan { technology, changes }) } else { Err(refusals) }
}

#[cfg(test)]
mod tests;
