//! From the tree of one document to a record, by its format.
use crate::draft::{Draft, Spot};
use crate::format::Format;
use crate::limits::Limits;
use crate::node::Node;
use crate::problem::{Code, Problem};
use crate::record::PatentRecord;
use crate::{cnipa, epo, pap, patdoc, st36, st96};

/// Makes a record of a tree; `None` is a root that nobody knows by name.
pub(crate) fn convert(
    root: &Node,
    format: Option<Format>,
    file: &str,
    limits: &Limits,
) -> Result<PatentRecord, Problem> {
    let known = format.unwrap_or(Format::St36);
    let mut draft = Draft::new(known, Spot::from(root), file, limits);
    match known {
        Format::UsPatdoc => patdoc::fill(&mut draft, root),
        Format::UsPap => pap::fill(&mut draft, root),
        Format::Epo => epo::fill(&mut draft, root),
        Format::CnNew => cnipa::fill(&mut draft, root),
        Format::St96 => st96::fill(&mut draft, root),
        _ if format.is_none() && !st36::is_st36(root) => {
            let spot = Spot::from(root);
            return Err(draft.problem(spot, "", Code::RootUnsupported, [&root.name]));
        }
        _ => st36::fill(&mut draft, root),
    }
    if matches!(known, Format::CnOld | Format::CnNew) {
        check_file_name(&mut draft, root, file);
    }
    draft.finish()
}

/// The names of Chinese files repeat the numbers; a name with others may be a wrong file.
fn check_file_name(draft: &mut Draft<'_>, root: &Node, file: &str) {
    let record = &draft.record;
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let is_telling = stem.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() >= 7);
    let numbers = [Some(&record.publication), record.application.as_ref()];
    let names_it = numbers.into_iter().flatten().any(|number| {
        // A standard number hides year and serial between fillings: the serial must do.
        let digits: String = number.number.chars().filter(char::is_ascii_digit).collect();
        let front = digits.get(..12).unwrap_or(&digits);
        let serial = front.get(front.len().saturating_sub(7)..).unwrap_or(front);
        !serial.is_empty() && stem.contains(serial)
    });
    if is_telling && !names_it {
        let number = record.publication.key();
        let values = [stem, number.as_str()];
        draft.warn(Spot::from(root), "file name", Code::FileNameDiffers, values);
    }
}
