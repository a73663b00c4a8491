//! House rules that a machine checks: floors, SQL, clock, texts, dead files, lengths.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every crate with its floor. A crate imports from lower floors only; `papers`, `edge` and `look`
/// are the ground floor of the faces, and `contract` and `equity` reckon with the ledger's arithmetic.
const FLOORS: &[(&str, u8)] = &[
    ("base", 0),
    ("access", 10),
    ("auction", 10),
    ("banking", 10),
    ("calendar", 10),
    ("cases", 10),
    ("ledger", 10),
    ("matching", 10),
    ("ocds", 10),
    ("openid", 10),
    ("patents", 10),
    ("sealed", 10),
    ("tlog", 10),
    ("contract", 11),
    ("equity", 11),
    ("instruments", 20),
    ("parties", 20),
    ("trading", 20),
    ("files", 30),
    ("calls", 30),
    ("search", 30),
    ("store", 30),
    ("words", 40),
    ("app", 41),
    ("papers", 50),
    ("edge", 50),
    ("look", 50),
    ("web", 51),
    ("api", 51),
    ("cli", 52),
    ("bellwether", 60),
];

/// Crates that only tests use.
const FOR_TESTS: &[&str] = &["testkit", "worlds"];
/// Floors that stay pure: no clock, no network, no async runtime, no SQL.
const PURE: u8 = 20;
/// Crates of others that a pure floor must not know.
const IMPURE: &[&str] = &[
    "rusqlite",
    "tokio-postgres",
    "tokio",
    "axum",
    "tantivy",
    "tracing",
    "getrandom",
    "tempfile",
    "ureq",
];
/// Lines of a file, after which it has a second noun in it.
const LINES_MAX: usize = 900;

/// Everything that is not as it should be, a sentence each.
pub fn problems(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    floors(root, &mut found);
    sources(root, &mut found);
    texts(root, &mut found);
    statements(root, &mut found);
    found
}

fn floors(root: &Path, found: &mut Vec<String>) {
    let floor: BTreeMap<&str, u8> = FLOORS.iter().copied().collect();
    for entry in list(&root.join("crates")) {
        let name = entry.file_name().and_then(|name| name.to_str()).unwrap_or("").to_owned();
        if FOR_TESTS.contains(&name.as_str()) {
            continue;
        }
        let Some(own) = floor.get(name.as_str()) else {
            found.push(format!("crates/{name} has no floor: add it to xtask/src/tidy.rs"));
            continue;
        };
        let manifest = read(&entry.join("Cargo.toml"));
        let needed = manifest.split("[dev-dependencies]").next().unwrap_or("");
        let needed = needed.split("[dependencies]").nth(1).unwrap_or("");
        for line in needed.lines() {
            let dependency = line.split(['.', ' ', '=']).next().unwrap_or("");
            if FOR_TESTS.contains(&dependency) {
                found.push(format!("crates/{name} needs {dependency} outside its tests"));
            }
            if floor.get(dependency).is_some_and(|other| other >= own) {
                found.push(format!("crates/{name} imports {dependency}, which is not below it"));
            }
            if *own <= PURE && IMPURE.contains(&dependency) {
                found.push(format!("crates/{name} is pure and must not know {dependency}"));
            }
        }
    }
}

fn sources(root: &Path, found: &mut Vec<String>) {
    let mut files = Vec::new();
    rust_files(&root.join("crates"), &mut files);
    rust_files(&root.join("xtask"), &mut files);
    for file in &files {
        let shown = file.strip_prefix(root).unwrap_or(file).display().to_string();
        let text = read(file);
        source(&shown, &text, found);
        if !is_reached(file, &text) {
            found.push(format!("{shown}: no module names this file"));
        }
    }
}

fn source(shown: &str, text: &str, found: &mut Vec<String>) {
    let parts: Vec<&str> = shown.split('/').collect();
    let name = parts.get(1).copied().unwrap_or("");
    let floor = FLOORS.iter().find(|(known, _)| *known == name).map_or(99, |(_, floor)| *floor);
    let in_tests = shown.contains("/tests") || shown.contains("/benches/");
    if text.lines().count() > LINES_MAX {
        found.push(format!("{shown}: over {LINES_MAX} lines; is there a second noun in it?"));
    }
    // Built from pieces, so that this file does not find itself.
    let now = ["Timestamp::now", "SystemTime::now", "Zoned::now", "Utc::now"];
    let own_tests = text.find("#[cfg(test)]").unwrap_or(text.len());
    for (n, line) in (1..).zip(text.get(..own_tests).unwrap_or(text).lines()) {
        let code = line.split("//").next().unwrap_or("");
        if floor <= 41 && !in_tests && now.iter().any(|word| code.contains(&format!("{word}("))) {
            found.push(format!("{shown}:{n}: the clock comes in as an argument"));
        }
        let speaks_sql = ["select ", "insert into ", "delete from ", "update "]
            .iter()
            .any(|verb| code.contains(&format!("\"{verb}")) && code.contains('$'));
        if speaks_sql && !matches!(name, "store" | "worlds" | "src") && !in_tests {
            found.push(format!("{shown}:{n}: only store speaks SQL"));
        }
        let attribute = code.trim_start().trim_start_matches(['#', '!', '[']);
        let is_attribute = attribute.len() < code.trim_start().len();
        if is_attribute && attribute.starts_with("allow(") && !code.contains("reason") {
            found.push(format!("{shown}:{n}: say why: #[expect(lint, reason = \"…\")]"));
        }
        if code.contains(&format!("#[{}", "ignore")) {
            found.push(format!("{shown}:{n}: nothing is ignored silently"));
        }
    }
}

/// Whether a parent module, a manifest or an include names this file.
fn is_reached(file: &Path, _: &str) -> bool {
    let Some(stem) = file.file_stem().and_then(|stem| stem.to_str()) else { return true };
    let Some(folder) = file.parent() else { return true };
    let folder_name = folder.file_name().and_then(|name| name.to_str()).unwrap_or("");
    let is_root = matches!(stem, "lib" | "main")
        || matches!(folder_name, "benches" | "examples" | "tests" | "fuzz_targets");
    if is_root {
        return true;
    }
    let beside = ["lib.rs", "main.rs", "mod.rs"].iter().map(|name| folder.join(name));
    let above = folder.with_extension("rs");
    let mut parents: Vec<PathBuf> = beside.chain([above]).collect();
    // `#[path]` and nested tests name their files from further away.
    parents.extend(
        list(folder).into_iter().filter(|path| path.extension().is_some_and(|e| e == "rs")),
    );
    parents.iter().any(|parent| {
        let text = read(parent);
        text.contains(&format!("mod {stem};")) || text.contains(&format!("{stem}.rs\""))
    })
}

/// Equal files, equal keys in both languages, and every file in the list.
fn texts(root: &Path, found: &mut Vec<String>) {
    let folder = root.join("crates/words");
    let keys = |lang: &str| -> BTreeMap<String, BTreeSet<String>> {
        list(&folder.join(lang))
            .into_iter()
            .filter_map(|path| {
                let name = path.file_stem()?.to_str()?.to_owned();
                Some((name, keys_of(&read(&path))))
            })
            .collect()
    };
    let (en, zh) = (keys("en"), keys("zh-Hans"));
    let names: BTreeSet<&String> = en.keys().chain(zh.keys()).collect();
    let registered = read(&folder.join("src/files.rs"));
    for name in names {
        match (en.get(name), zh.get(name)) {
            (Some(en), Some(zh)) => {
                for key in en.symmetric_difference(zh) {
                    found.push(format!("words/{name}.ftl: {key} stands in one language only"));
                }
            }
            _ => found.push(format!("words/{name}.ftl stands in one language only")),
        }
        if !registered.contains(&format!("\"{name}\"")) {
            found.push(format!("words/{name}.ftl is not in crates/words/src/files.rs"));
        }
    }
}

fn keys_of(text: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut last = String::new();
    for line in text.lines() {
        let Some((key, _)) = line.split_once('=') else { continue };
        let name = key.trim();
        if let Some(attribute) = name.strip_prefix('.').filter(|_| line.starts_with(' ')) {
            keys.insert(format!("{last}.{attribute}"));
        } else if !line.starts_with([' ', '#']) && !name.is_empty() {
            name.clone_into(&mut last);
            keys.insert(last.clone());
        }
    }
    keys
}

/// Every file of statements is in the list that the tests prepare.
fn statements(root: &Path, found: &mut Vec<String>) {
    let folder = root.join("crates/store/src");
    let listed = read(&folder.join("statement.rs"));
    for file in list(&folder) {
        let text = read(&file);
        let name = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or("");
        let declares = text.contains("statements! {") && name != "statement";
        if declares && !listed.contains(&format!("crate::{name}::ALL")) {
            found.push(format!("crates/store/src/{name}.rs: its statements are not in the list"));
        }
    }
}

fn rust_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for path in list(folder) {
        if path.is_dir() && !path.ends_with("target") {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a root");
        let found = problems(root);
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    #[test]
    fn planted_faults_are_found() {
        let check = |path: &str, line: &str| {
            let mut found = Vec::new();
            source(path, line, &mut found);
            assert_eq!(found.len(), 1, "{path}: {line}: {found:?}");
        };
        check("crates/trading/src/x.rs", &format!("let at = {}();", "Timestamp::now"));
        check("crates/app/src/x.rs", "tx.run(\"select 1 from a where b = $1\")");
        check("crates/app/src/x.rs", &format!("#[{}(dead_code)]", "allow"));
        check("crates/app/src/x.rs", &format!("#[{}]", "ignore"));
        check("crates/app/src/x.rs", &"\n".repeat(LINES_MAX + 1));
        let keys =
            keys_of("a = b\n    .help = c\n# d = e\nf =\n    { $n ->\n       [one] x\n    }\n");
        assert_eq!(keys.into_iter().collect::<Vec<_>>(), ["a", "a.help", "f"]);
    }
}
