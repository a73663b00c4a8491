//! The whole help, one file for each command; `BLESS=1` writes the files anew.

use crate::args::dressed;
use base::Lang;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("help")
}

/// Every page of help by the name of its file: `import-technologies`.
fn pages(lang: Lang) -> BTreeMap<String, String> {
    fn walk(command: &mut clap::Command, name: &str, into: &mut BTreeMap<String, String>) {
        into.insert(name.to_owned(), command.render_help().to_string());
        for sub in command.get_subcommands_mut() {
            let path = match name {
                "bellwether" => sub.get_name().to_owned(),
                _ => format!("{name}-{}", sub.get_name()),
            };
            walk(sub, &path, into);
        }
    }
    let mut pages = BTreeMap::new();
    walk(&mut dressed(lang), "bellwether", &mut pages);
    pages
}

#[test]
fn the_help_is_as_reviewed() {
    let both: BTreeMap<String, String> = pages(Lang::En)
        .into_iter()
        .zip(pages(Lang::Zh))
        .map(|((name, en), (_, zh))| (format!("{name}.txt"), format!("{en}\n----\n\n{zh}")))
        .collect();
    if std::env::var_os("BLESS").is_some() {
        let _ = std::fs::remove_dir_all(folder());
        std::fs::create_dir_all(folder()).expect("made");
        for (name, text) in &both {
            std::fs::write(folder().join(name), text).expect("written");
        }
    }
    let kept: BTreeMap<String, String> = std::fs::read_dir(folder())
        .expect("the folder is there")
        .map(|entry| entry.expect("readable"))
        .map(|entry| {
            let text = std::fs::read_to_string(entry.path()).expect("readable");
            (entry.file_name().to_string_lossy().into_owned(), text)
        })
        .collect();
    for (name, text) in &both {
        assert_eq!(kept.get(name), Some(text), "{name}: run with BLESS=1 and review the change");
    }
    assert_eq!(kept.len(), both.len(), "a file of help without its command");
}

#[test]
fn every_text_of_the_help_is_there() {
    for lang in Lang::ALL {
        for (name, text) in pages(lang) {
            assert!(!text.contains('⟦'), "{name}: {text}");
            let examples = words::say(lang, "cli-help-examples");
            let usage = words::say(lang, "cli-help-usage");
            let is_noun = matches!(
                name.as_str(),
                "import"
                    | "export"
                    | "verify"
                    | "evaluate"
                    | "auction"
                    | "bid"
                    | "organisation"
                    | "user"
                    | "user-factor"
                    | "token"
            );
            let first = text.find(&examples).unwrap_or(if is_noun { 0 } else { usize::MAX });
            assert!(first < text.find(&usage).expect("a usage"), "{name}: examples come first");
        }
    }
}
