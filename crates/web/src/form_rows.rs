//! Repeating groups of a form: rows `name.0.field`, `name.1.field`, added and removed by buttons.

use edge::Fields;
use std::collections::BTreeMap;

/// A group and the field that a new row begins with.
pub type Group = (&'static str, &'static str);

/// Adds or removes a row as a button of the form asks; `false` if it asks for nothing such.
pub fn change(fields: &mut Fields, groups: &[Group], what: &str, most: usize) -> bool {
    let mut parts = what.split(':');
    let (verb, group) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let Some((group, first)) = groups.iter().find(|(known, _)| *known == group) else {
        return false;
    };
    number(fields, group);
    let n_rows = fields.rows(group).len();
    match (verb, parts.next().and_then(|at| at.parse::<usize>().ok())) {
        ("add", _) if n_rows < most => {
            fields.0.push((format!("{group}.{n_rows}.{first}"), String::new()));
        }
        ("remove", Some(at)) => {
            let prefix = format!("{group}.{at}.");
            fields.0.retain(|(name, _)| !name.starts_with(&prefix));
            number(fields, group);
        }
        _ => {}
    }
    true
}

/// Leaves out rows in which nothing was written, so that places in refusals are those shown.
pub fn compact(fields: &mut Fields, groups: &[Group]) {
    for (group, _) in groups {
        for at in fields.rows(group) {
            let prefix = format!("{group}.{at}.");
            let is_own = |name: &str| name.starts_with(&prefix);
            let mut own = fields.0.iter().filter(|(name, _)| is_own(name));
            if own.all(|(_, value)| value.trim().is_empty()) {
                fields.0.retain(|(name, _)| !is_own(name));
            }
        }
        number(fields, group);
    }
}

/// Numbers the rows of a group from 0 without gaps.
fn number(fields: &mut Fields, group: &str) {
    let places: BTreeMap<usize, usize> =
        fields.rows(group).into_iter().enumerate().map(|(new, old)| (old, new)).collect();
    let prefix = format!("{group}.");
    for (name, _) in &mut fields.0 {
        let Some(rest) = name.strip_prefix(&prefix) else { continue };
        let Some((at, field)) = rest.split_once('.') else { continue };
        let new = at.parse().ok().and_then(|old: usize| places.get(&old));
        if let Some(new) = new {
            *name = format!("{prefix}{new}.{field}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUPS: &[Group] = &[("makers", "name")];

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields(pairs.iter().map(|(name, it)| ((*name).to_owned(), (*it).to_owned())).collect())
    }

    #[test]
    fn rows_come_and_go_without_gaps() {
        let mut form = fields(&[("makers.0.name", "a"), ("makers.4.name", "b"), ("model", "m")]);
        assert!(!change(&mut form, GROUPS, "save", 9));
        assert!(change(&mut form, GROUPS, "add:makers", 9));
        assert_eq!(form.rows("makers"), [0, 1, 2]);
        assert!(change(&mut form, GROUPS, "remove:makers:0", 9));
        assert_eq!((form.get("makers.0.name"), form.get("makers.1.name")), ("b", ""));
        compact(&mut form, GROUPS);
        assert_eq!(form.rows("makers"), [0]);
        assert!(change(&mut form, GROUPS, "add:makers", 1));
        assert_eq!(form.rows("makers"), [0], "never more than there may be");
    }
}
