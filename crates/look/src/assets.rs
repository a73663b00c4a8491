//! Style sheet, script and icon as files whose names carry their content's hash, so that a
//! browser may keep them for ever.

use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// One file to be served at `path` with `Cache-Control: public, max-age=31536000, immutable`.
#[derive(Debug)]
pub struct Asset {
    /// The name it is asked for in code: `look.css`.
    pub name: &'static str,
    /// Where it is served: `/assets/look-1a2b3c4d5e6f.css`.
    pub path: String,
    pub content_type: &'static str,
    pub body: Vec<u8>,
    /// The entity tag with its quotation marks.
    pub etag: String,
}

/// The style sheets in the order of their layers; each file holds one thing.
const STYLES: &[&str] = &[
    include_str!("../styles/layers.css"),
    include_str!("../styles/reset.css"),
    include_str!("../styles/tokens.css"),
    include_str!("../styles/base.css"),
    include_str!("../styles/shell.css"),
    include_str!("../styles/button.css"),
    include_str!("../styles/tag.css"),
    include_str!("../styles/form.css"),
    include_str!("../styles/table.css"),
    include_str!("../styles/filter.css"),
    include_str!("../styles/figure.css"),
    include_str!("../styles/case.css"),
    include_str!("../styles/notice.css"),
    include_str!("../styles/home.css"),
    include_str!("../styles/room.css"),
    include_str!("../styles/print.css"),
];

/// The scripts; each is one behaviour and shares nothing with the others.
const SCRIPTS: &[&str] = &[
    include_str!("../scripts/theme.js"),
    include_str!("../scripts/suggest.js"),
    include_str!("../scripts/confirm.js"),
    include_str!("../scripts/copy.js"),
    include_str!("../scripts/progress.js"),
    include_str!("../scripts/columns.js"),
    include_str!("../scripts/focus.js"),
];

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let lines = STYLES.iter().flat_map(|style| style.lines());
    let styles: String = lines.map(|line| format!("{}\n", line.trim_start())).collect();
    // Each script becomes a block of its own, so that no name meets another.
    let scripts: String = SCRIPTS.iter().map(|script| format!("{{\n{script}}}\n")).collect();
    let icon = include_str!("../styles/icon.svg");
    vec![
        asset("look.css", "text/css; charset=utf-8", styles.into_bytes()),
        asset("look.js", "text/javascript; charset=utf-8", scripts.into_bytes()),
        asset("icon.svg", "image/svg+xml", icon.as_bytes().to_vec()),
    ]
});

/// Every file that pages ask for.
pub fn assets() -> &'static [Asset] {
    &ASSETS
}

/// Where the named file is served; an unknown name is answered with an address that finds nothing.
pub fn href(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("/assets/missing", |asset| &asset.path)
}

fn asset(name: &'static str, content_type: &'static str, body: Vec<u8>) -> Asset {
    let hash: String =
        Sha256::digest(&body).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "bin"));
    let path = format!("/assets/{stem}-{hash}.{ending}");
    Asset { name, path, content_type, body, etag: format!("\"{hash}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(name: &str) -> usize {
        assets().iter().find(|asset| asset.name == name).unwrap().body.len()
    }

    #[test]
    fn sizes_keep_their_budget() {
        assert!(size("look.css") < 40_000, "style sheet: {}", size("look.css"));
        assert!(size("look.js") < 20_000, "scripts: {}", size("look.js"));
    }

    #[test]
    fn every_script_is_short_and_alone() {
        for script in SCRIPTS {
            let lines = script.lines().count();
            assert!((10..=90).contains(&lines), "{lines} lines: {}", &script[..40]);
            assert!(!script.contains("import ") && !script.contains("export "));
            assert!(!script.contains(".style") && !script.contains("innerHTML"));
        }
    }

    #[test]
    fn every_rule_stands_in_a_layer() {
        for style in &STYLES[1..] {
            let outside = style.lines().filter(|line| !line.starts_with([' ', '}', '/', '@']));
            assert_eq!(outside.filter(|line| !line.is_empty()).count(), 0, "{}", &style[..60]);
            assert_eq!(style.matches('{').count(), style.matches('}').count());
        }
    }

    #[test]
    fn names_carry_the_hash_and_unknown_ones_find_nothing() {
        assert!(href("look.css").starts_with("/assets/look-") && href("look.css").len() == 29);
        assert_eq!(href("nothing"), "/assets/missing");
    }
}
