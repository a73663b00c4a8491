//! A new version of the text: of a draft, or as the draft of an amendment.

use crate::act::{Act, Cx, Stop};
use crate::contract::{ContractChanged, find, own_party, refusals, save, template, thing_of};
use crate::file::Documents;
use crate::lot::Holder;
use ::contract::Terms;
use ::contract::kept::Kept;
use ::contract::signing::Step;
use ::contract::terms::Attachment;
use access::{Act as A, Thing};
use base::{Bilingual, Class, ContractId, FileId, Refusal};
use std::collections::BTreeSet;
use store::Hold;
use store::contract::Version;
use store::file::Named;

/// Bytes of stored terms at most.
const TERMS_BYTES_MAX: usize = 128 * 1024;

/// Writes the next version of the text.
#[derive(serde::Serialize)]
pub struct ReviseContract {
    pub contract: ContractId,
    /// The version of the row that the writer saw.
    pub version: u64,
    pub terms: Terms,
    /// Why it differs from the one before.
    pub why: String,
    /// Files that were handed in; each becomes an attachment that the digest binds.
    pub documents: Vec<FileId>,
}

/// The contract, its template and the files.
pub struct Facts {
    kept: Kept,
    template: Option<::contract::kept::KeptTemplate>,
    documents: Documents,
    /// Hashes of files that hang on it already.
    hung: BTreeSet<String>,
    award: Option<Holder>,
}

impl ReviseContract {
    /// What a version may not change: who contracts with whom about which technology.
    fn fixed(&self, kept: &Kept) -> Vec<Refusal> {
        let who = |terms: &Terms| {
            let of = |it: &::contract::Party| (it.key.clone(), it.side, it.organisation);
            terms.parties.iter().map(of).collect::<Vec<_>>()
        };
        let about = |terms: &Terms| (terms.subject.technology, terms.subject.listing);
        let mut no = Vec::new();
        if who(&self.terms) != who(&kept.terms) {
            no.push(Refusal::new(Class::Refused, "contract-parties-fixed").on("parties"));
        }
        if about(&self.terms) != about(&kept.terms) || self.terms.reference != kept.terms.reference
        {
            no.push(Refusal::new(Class::Refused, "contract-subject-fixed").on("subject"));
        }
        no
    }

    /// What an award settled stays until both are bound: what was bid, and the deposit in it.
    fn awarded(&self, facts: &Facts) -> Option<Refusal> {
        let holder = facts.award.filter(|_| facts.kept.bound.is_none())?;
        let deposit = |terms: &Terms| {
            let all = terms.price.instalments.iter();
            all.filter(|it| it.key == super::prefill::DEPOSIT).map(|it| it.amount).sum::<i64>()
        };
        let is_same = self.terms.price.total() == Some(holder.price)
            && self.terms.price.currency == facts.kept.terms.price.currency
            && deposit(&self.terms) == deposit(&facts.kept.terms);
        (!is_same).then(|| Refusal::new(Class::Refused, "contract-price-of-award").on("price"))
    }

    /// What a deal agreed on stays: the right, the price, the royalty.
    fn agreed(&self, kept: &Kept) -> Vec<Refusal> {
        if kept.deal.is_none() || kept.bound.is_some() {
            return Vec::new();
        }
        let (old, new) = (&kept.terms, &self.terms);
        let right = |it: &Terms| (it.kind, it.grant.as_ref().map(|it| it.exclusivity));
        let rate = |it: &Terms| it.price.royalty.as_ref().map(|it| it.rate);
        let price = |it: &Terms| (it.price.total(), it.price.currency, rate(it));
        let mut no = Vec::new();
        if right(old) != right(new) {
            no.push(Refusal::new(Class::Refused, "contract-right-of-deal").on("kind"));
        }
        if price(old) != price(new) {
            no.push(Refusal::new(Class::Refused, "contract-price-of-award").on("price"));
        }
        no
    }

    /// The terms with the files that came: what is attached is bound by its bytes.
    fn with_files(&self, facts: &Facts) -> Result<Terms, Vec<Refusal>> {
        let mut terms = self.terms.clone();
        let is_known = |it: &Attachment| facts.hung.contains(&it.sha256);
        if !terms.attachments.iter().all(is_known) {
            let no = Refusal::invalid("contract-attachment-unknown").on("attachments");
            return Err(vec![no]);
        }
        for file in &facts.documents.files {
            if terms.attachments.iter().all(|it| it.sha256 != file.hash) {
                let title = Bilingual::new(file.name.clone(), file.name.clone());
                terms.attachments.push(Attachment { title, sha256: file.hash.clone() });
            }
        }
        Ok(terms)
    }
}

impl Act for ReviseContract {
    const ACT: A = A::ReviseContract;
    type Facts = Facts;
    type Plan = (Kept, Version, Documents, String);
    type Outcome = ContractChanged;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.contract)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Facts, Stop> {
        let kept = find(cx, self.contract)?;
        let (name, n) = &kept.template;
        let template = template::of_version(cx.tx, (name, *n))?;
        let documents = Documents::load(cx, &self.documents, kept.provider)?;
        let most = base::limits::CASE_DOCUMENTS_MAX;
        let hung = store::file::of_thing(cx.tx, &kept.id.to_string(), most)?;
        let award = match kept.lot {
            Some(lot) => {
                let lot = store::lot::find(cx.tx, lot)?.ok_or_else(Refusal::not_found)?;
                Holder::of(cx.tx, &lot)?
            }
            None => None,
        };
        let hung = hung.into_iter().map(|file| file.hash).collect();
        Ok(Facts { kept, template, documents, hung, award })
    }

    fn thing(&self, facts: &Facts) -> Thing {
        thing_of(&facts.kept)
    }

    fn decide(&self, facts: Facts, cx: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let by = own_party(&facts.kept, cx)?;
        if facts.kept.version != self.version {
            return Err(vec![Refusal::new(Class::Conflict, "version-conflict")]);
        }
        let mut no = self.fixed(&facts.kept);
        no.extend(self.awarded(&facts));
        no.extend(self.agreed(&facts.kept));
        no.extend(facts.documents.reasons(cx));
        if serde_json::to_string(&self.terms).map_or(0, |it| it.len()) > TERMS_BYTES_MAX {
            let no_more = Refusal::new(Class::TooLarge, "contract-too-long");
            no.push(no_more.number("most", TERMS_BYTES_MAX));
        }
        let why = super::line("why", &self.why).map_err(|refusal| no.push(refusal)).ok();
        let terms = self.with_files(&facts).map_err(|more| no.extend(more)).ok();
        let (Some(why), Some(terms)) = (why, terms) else { return Err(no) };
        let lost = || vec![Refusal::new(Class::Unknown, "own-fault")];
        let source = facts.template.as_ref().map(|it| it.source.as_str()).ok_or_else(lost)?;
        let template = ::contract::Template::parse(source);
        let template = template.map_err(|faults| template::refusals(&faults))?;
        let drawn = match template.draw(&terms) {
            Ok(drawn) if no.is_empty() => drawn,
            Ok(_) => return Err(no),
            Err(why) => {
                no.extend(template::undrawable(why));
                return Err(no);
            }
        };
        let digest = drawn.document.digest();
        let step = Step::Revise { by: by.clone(), digest, why };
        let life = facts.kept.life.take(&step, cx.now).map_err(refusals)?;
        let kept = Kept { life, terms: terms.clone(), ..facts.kept };
        let version = Version { digest, terms, document: drawn.document };
        Ok((kept, version, facts.documents, by))
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<ContractChanged, Stop> {
        let (mut kept, version, documents, by) = plan;
        store::contract::add_version(cx.tx, kept.id, kept.life.latest(), &version)?;
        for file in &documents.files {
            let named = Named {
                thing: kept.id.to_string(),
                place: format!("version-{}", kept.life.latest()),
                owner: kept.provider,
                at: cx.now,
            };
            if !store::file::name(cx.tx, file.id, &named)? {
                return Err(Refusal::new(Class::Conflict, "version-conflict").into());
            }
        }
        save(cx, &mut kept, "revised", &by, self.why.trim())
    }
}
