//! From the words typed to a command, or to a sentence that says what was meant instead.

use crate::args::{Args, dressed};
use crate::exit::Exit;
use base::Lang;
use clap::FromArgMatches;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

/// What to print instead of running a command.
#[derive(Debug, PartialEq, Eq)]
pub struct Instead {
    pub exit: Exit,
    pub text: String,
}

impl Instead {
    /// Whether the text is what was asked for, and so belongs on the standard output.
    pub fn is_answer(&self) -> bool {
        self.exit == Exit::Done
    }
}

/// Reads the words; the first is the program's own name.
pub fn parse(words: &[String], lang: Lang) -> Result<Args, Instead> {
    let lang = typed_lang(words).unwrap_or(lang);
    let mut command = dressed(lang);
    let matches = command.try_get_matches_from_mut(words).map_err(|error| instead(&error, lang))?;
    Args::from_arg_matches(&matches).map_err(|error| instead(&error, lang))
}

/// The language must be known before anything else can be said.
fn typed_lang(words: &[String]) -> Option<Lang> {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--" {
            return None;
        }
        if let Some(tag) = word.strip_prefix("--lang=") {
            return Lang::parse(tag);
        }
        if word == "--lang" {
            return words.next().and_then(|tag| Lang::parse(tag));
        }
    }
    None
}

fn instead(error: &Error, lang: Lang) -> Instead {
    let is_help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    if is_help {
        let asked = error.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
        let exit = if asked { Exit::Done } else { Exit::Usage };
        return Instead { exit, text: error.to_string() };
    }
    let mut text = sentence(error, lang);
    if let Some(meant) = suggestion(error) {
        text.push('\n');
        text += &words::say_with(lang, "cli-usage-meant", &[("meant", meant.into())]);
    }
    text.push('\n');
    text += &words::say(lang, "cli-usage-help");
    text.push('\n');
    Instead { exit: Exit::Usage, text }
}

fn sentence(error: &Error, lang: Lang) -> String {
    let of = |kind| context(error, kind).unwrap_or_default();
    let say = |key: &str, args: &[(&str, words::Arg)]| words::say_with(lang, key, args);
    let arg = of(ContextKind::InvalidArg).replace("...", "");
    match error.kind() {
        ErrorKind::UnknownArgument => say("cli-usage-unknown-option", &[("found", arg.into())]),
        ErrorKind::InvalidSubcommand => {
            let found = of(ContextKind::InvalidSubcommand);
            say("cli-usage-unknown-command", &[("found", found.into())])
        }
        ErrorKind::MissingSubcommand => {
            let choices = of(ContextKind::ValidSubcommand);
            say("cli-usage-needs-command", &[("choices", choices.into())])
        }
        ErrorKind::MissingRequiredArgument => say("cli-usage-missing", &[("missing", arg.into())]),
        ErrorKind::InvalidValue => {
            let (found, choices) = (of(ContextKind::InvalidValue), of(ContextKind::ValidValue));
            let args =
                [("option", arg.into()), ("found", found.into()), ("choices", choices.into())];
            let is_empty = context(error, ContextKind::ValidValue).is_none();
            say(if is_empty { "cli-usage-value" } else { "cli-usage-choice" }, &args)
        }
        ErrorKind::ValueValidation | ErrorKind::InvalidUtf8 => {
            let found = of(ContextKind::InvalidValue);
            say("cli-usage-value", &[("option", arg.into()), ("found", found.into())])
        }
        ErrorKind::ArgumentConflict => {
            let args = [("one", arg.into()), ("other", of(ContextKind::PriorArg).into())];
            say("cli-usage-conflict", &args)
        }
        _ => say("cli-usage-other", &[]),
    }
}

fn suggestion(error: &Error) -> Option<String> {
    [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
        .into_iter()
        .find_map(|kind| context(error, kind))
}

fn context(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) if !texts.is_empty() => Some(texts.join(", ")),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        ContextValue::StyledStrs(texts) => {
            Some(texts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Command;
    use expect_test::{Expect, expect};

    fn typed(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    fn check(line: &str, want: &Expect) {
        let found = parse(&typed(line), Lang::En).expect_err("not a command");
        assert_eq!(found.exit, Exit::Usage);
        want.assert_eq(&found.text);
    }

    #[test]
    fn commands_are_read() {
        let args = parse(
            &typed("bellwether import technologies a b --owner NASA --dry-run --json --data d"),
            Lang::En,
        )
        .expect("a command");
        assert!(args.common.json && args.common.data.is_some());
        let Command::Import(crate::args::Import::Technologies(import)) = args.command else {
            panic!("an import");
        };
        assert_eq!(import.paths.len(), 2);
        assert!(import.writing.dry_run);
        let args = parse(&typed("bellwether --lang zh verify log"), Lang::En).expect("a command");
        assert_eq!(args.common.lang, Some(Lang::Zh));
    }

    #[test]
    fn what_is_wrong_is_said() {
        check(
            "bellwether exprot",
            &expect![[r#"
            There is no command exprot.
            Did you mean export?
            See “bellwether --help”, or the same after a command.
        "#]],
        );
        check(
            "bellwether import technologies a --onwer x",
            &expect![[r#"
            There is no option --onwer here.
            Did you mean --owner?
            See “bellwether --help”, or the same after a command.
        "#]],
        );
        check(
            "bellwether import technologies",
            &expect![[r#"
            Missing: <PATH>.
            See “bellwether --help”, or the same after a command.
        "#]],
        );
        check(
            "bellwether export technologies --format pdf",
            &expect![[r#"
            --format <FORMAT> cannot be “pdf”. Choose one of: xlsx, csv, jsonl, st96.
            See “bellwether --help”, or the same after a command.
        "#]],
        );
        check(
            "bellwether demo --port x",
            &expect![[r#"
            --port <PORT> cannot be “x”.
            See “bellwether --help”, or the same after a command.
        "#]],
        );
        check(
            "bellwether verify log --lang zh --frob",
            &expect![[r#"
            这里没有选项--frob。
            见“bellwether --help”，或在命令后加--help。
        "#]],
        );
    }

    #[test]
    fn help_and_version_are_answers() {
        for line in ["bellwether --help", "bellwether import technologies -h", "bellwether -V"] {
            let found = parse(&typed(line), Lang::Zh).expect_err("not a command");
            assert!(found.is_answer(), "{line}: {}", found.text);
        }
    }
}
