//! What a customer wants of one unit or several, divided into what each is asked for.

use super::{LINES_MAX, Line, Matter, Times};
use crate::service_order::{Manner, SAMPLES_MAX, Sample, UNITS_MAX};
use crate::service_record::Purpose;
use base::limits::{NAME_CHARS_MAX, SUMMARY_CHARS_MAX, TITLE_CHARS_MAX};
use base::{Instant, OrganisationId, Refusal, text};
use std::collections::BTreeMap;

/// What is asked of one or several units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    pub title: String,
    pub project: String,
    pub purpose: Purpose,
    pub note: String,
    pub is_urgent: bool,
    pub manner: Manner,
    /// Each with the unit that would do it.
    pub lines: Vec<(OrganisationId, Line)>,
    pub samples: Vec<Sample>,
}

/// What each unit is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// By unit, each with what it would do.
    pub parts: Vec<(OrganisationId, Matter)>,
    pub samples: Vec<Sample>,
}

impl Wish {
    /// What each unit is asked for, or everything that stands against it.
    pub fn divide(mut self, now: Instant) -> Result<Asked, Vec<Refusal>> {
        let mut no = Vec::new();
        let mut keep = |field: &'static str, value: &mut String, most: usize| match text::block(
            field, value, most,
        ) {
            Ok(tidy) => *value = tidy,
            Err(refusal) => no.push(refusal),
        };
        keep("title", &mut self.title, TITLE_CHARS_MAX);
        keep("project", &mut self.project, NAME_CHARS_MAX);
        keep("note", &mut self.note, SUMMARY_CHARS_MAX);
        no.extend(tidy_samples(&mut self.samples));
        if self.lines.is_empty() || self.lines.len() > LINES_MAX {
            no.push(Refusal::invalid("service-lines").on("lines").number("most", LINES_MAX));
        }
        let mut parts: BTreeMap<OrganisationId, Vec<Line>> = BTreeMap::new();
        for (unit, line) in self.lines {
            parts.entry(unit).or_default().push(line);
        }
        if parts.len() > UNITS_MAX {
            no.push(Refusal::invalid("service-units").on("lines").number("most", UNITS_MAX));
        }
        let is_compared = self.manner == Manner::Compare && parts.len() > 1;
        if is_compared && parts.values().any(|lines| lines.len() > 1) {
            no.push(Refusal::invalid("service-unit-twice").on("lines"));
        }
        if !no.is_empty() {
            return Err(no);
        }
        // Alone there is nothing to compare with.
        let manner = if is_compared { Manner::Compare } else { Manner::Each };
        let times = Times { submitted: Some(now), ..Times::default() };
        let matter = |lines: Vec<Line>| Matter {
            title: self.title.clone(),
            project: self.project.clone(),
            purpose: self.purpose,
            note: self.note.clone(),
            is_urgent: self.is_urgent,
            manner,
            lines,
            times,
            ..Matter::default()
        };
        let parts = parts.into_iter().map(|(unit, lines)| (unit, matter(lines))).collect();
        Ok(Asked { parts, samples: self.samples })
    }
}

fn tidy_samples(samples: &mut [Sample]) -> Vec<Refusal> {
    let mut no = Vec::new();
    if samples.is_empty() || samples.len() > SAMPLES_MAX {
        no.push(Refusal::invalid("service-samples").on("samples").number("most", SAMPLES_MAX));
        return no;
    }
    for (n, sample) in samples.iter_mut().enumerate() {
        sample.succeeded = None;
        for (part, value) in [
            ("label", &mut sample.label),
            ("material", &mut sample.material),
            ("form", &mut sample.form),
            ("amount", &mut sample.amount),
            ("hazard", &mut sample.hazard),
            ("storage", &mut sample.storage),
        ] {
            let field = format!("samples.{n}.{part}");
            let read = match part {
                "label" => text::required_line(&field, value, NAME_CHARS_MAX),
                _ => text::line(&field, value, NAME_CHARS_MAX),
            };
            match read {
                Ok(tidy) => *value = tidy,
                Err(refusal) => no.push(refusal),
            }
        }
    }
    no
}
