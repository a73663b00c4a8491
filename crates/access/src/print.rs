//! The matrix as a text that people review: one file for each noun.

use crate::{MATRIX, Rule};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The reviewed text of each noun, in the order of nouns.
pub fn by_noun() -> BTreeMap<&'static str, String> {
    let mut texts: BTreeMap<&'static str, String> = BTreeMap::new();
    for row in MATRIX {
        let text = texts.entry(row.noun).or_insert_with(|| {
            format!(
                "# {}: who may do what. The label of the thing is obeyed in every row.\n",
                row.noun
            )
        });
        let hide =
            row.look.map_or_else(String::new, |look| format!(", unseen without {}", look.word()));
        let sure = match row.assurance {
            crate::Assurance::Anonymous => "",
            crate::Assurance::SignedIn => ", signed in",
            crate::Assurance::SecondFactor => ", with a second factor",
            crate::Assurance::Fresh => ", with a fresh proof",
        };
        let enrolling = if row.is_enrolling { ", also before enrolling" } else { "" };
        let act = row.act.word();
        let _ = writeln!(text, "\n{act} (key scope {}{hide}{sure}{enrolling})", row.scope.word());
        for rule in row.prohibitions {
            let _ = writeln!(text, "  never if {}", words(rule));
        }
        for grant in row.grants {
            let _ = writeln!(text, "  {} view: {}", grant.view, words(&grant.when));
        }
    }
    texts
}

fn words(rule: &Rule) -> String {
    let join = |rules: &[Rule], with: &str| rules.iter().map(words).collect::<Vec<_>>().join(with);
    match rule {
        Rule::Anyone => "anyone".to_owned(),
        Rule::Assured(least) => format!("at least {least:?}"),
        Rule::Holds(roles) => format!("{} anywhere", names(roles)),
        Rule::HoldsInOwner(roles) => format!("{} of the owner", names(roles)),
        Rule::Own => "it is one's own".to_owned(),
        Rule::State(states) => format!("state {}", states.join(" or ")),
        Rule::All(rules) => join(rules, " and "),
        Rule::Any(rules) => format!("({})", join(rules, " or ")),
        Rule::Not(rule) => format!("not ({})", words(rule)),
    }
}

fn names(roles: &[crate::Role]) -> String {
    roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reviewed files: `UPDATE_EXPECT=1` rewrites them, and the difference is reviewed like code.
    #[test]
    fn the_reviewed_matrix_is_the_declared_one() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/matrix");
        let texts = by_noun();
        for (noun, text) in &texts {
            expect_test::expect_file![format!("{folder}/{noun}.txt")].assert_eq(text);
        }
        for entry in std::fs::read_dir(folder).expect("the folder").flatten() {
            let name = entry.file_name().into_string().expect("a name");
            let noun = name.trim_end_matches(".txt");
            assert!(texts.contains_key(noun), "{name}: no such noun any more");
        }
    }
}
