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
    include_str!("../scripts/room.js"),
];

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let styles = STYLES.iter().flat_map(|style| style.lines()).map(tighten).collect::<String>();
    // Of the pages that draw a room alone.
    let room = include_str!("../styles/room.css").lines().map(tighten).collect::<String>();
    // Each script becomes a block of its own, so that no name meets another.
    let scripts: String = SCRIPTS.iter().map(|script| format!("{{\n{script}}}\n")).collect();
    let icon = include_str!("../styles/icon.svg");
    vec![
        asset("look.css", "text/css; charset=utf-8", styles.into_bytes()),
        asset("room.css", "text/css; charset=utf-8", room.into_bytes()),
        asset("look.js", "text/javascript; charset=utf-8", scripts.into_bytes()),
        // Of the pages of sealed bids alone: a module, so that other programs can hold it to its vector.
        asset(
            "seal.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../scripts/seal.js").to_vec(),
        ),
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

/// A line of a style sheet without blanks that mean nothing; one with a string in it, or with a
/// comment beside a rule, stays as it is. A comment that is a line of its own is for readers of the
/// source.
fn tighten(line: &str) -> String {
    let line = line.trim();
    if line.starts_with("/*") && line.find("*/") == Some(line.len() - 2) {
        return String::new();
    }
    if line.contains(['"', '*']) {
        return format!("{line}\n");
    }
    let pairs = [(" { ", "{"), (" {", "{"), ("; ", ";"), (": ", ":"), (", ", ","), (" }", "}")];
    pairs.iter().fold(line.to_owned(), |line, (long, short)| line.replace(long, short))
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
        assert!(size("look.css") < 40_000, "style sheet: {} bytes", size("look.css"));
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

    /// Lightness, chroma and hue of a token in light and dark.
    fn token(name: &str) -> [[f64; 3]; 2] {
        let tokens = include_str!("../styles/tokens.css");
        let is_it = |line: &&str| line.trim().starts_with(&format!("{name}: light-dark("));
        let fixed = |line: &&str| line.trim().starts_with(&format!("{name}: oklch("));
        let line = tokens.lines().find(is_it).or_else(|| tokens.lines().find(fixed));
        let line =
            line.unwrap_or_else(|| panic!("no token {name}")).replace("#fff", "oklch(100% 0 0)");
        let mut found = line.split("oklch(").skip(1).map(|rest| {
            let inner = rest.split(')').next().unwrap().replace('%', "");
            let mut numbers = inner.split(' ').map(|number| number.parse::<f64>().unwrap());
            let mut next = || numbers.next().unwrap();
            [next() / 100.0, next(), next()]
        });
        let light = found.next().unwrap();
        [light, found.next().unwrap_or(light)]
    }

    /// Relative luminance of a colour in OKLCH (WCAG 2.2; matrices of Ottosson 2020).
    fn luminance([lightness, chroma, hue]: [f64; 3]) -> f64 {
        let (a, b) = (chroma * hue.to_radians().cos(), chroma * hue.to_radians().sin());
        let cube = |x: f64, y: f64| (lightness + x * a + y * b).powi(3);
        let l = cube(0.396_337_777_4, 0.215_803_757_3);
        let m = cube(-0.105_561_345_8, -0.063_854_172_8);
        let s = cube(-0.089_484_177_5, -1.291_485_548);
        let red = 4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s;
        let green = -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s;
        let blue = -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s;
        let inside = |channel: f64| channel.clamp(0.0, 1.0);
        0.2126 * inside(red) + 0.7152 * inside(green) + 0.0722 * inside(blue)
    }

    #[test]
    fn text_stands_out_from_its_ground() {
        let grounds = ["--paper", "--sheet", "--well"];
        let mut pairs: Vec<(&str, &str)> =
            ["--ink", "--quiet", "--deep", "--cinnabar", "--jade", "--ochre"]
                .iter()
                .flat_map(|ink| grounds.iter().map(|ground| (*ink, *ground)))
                .collect();
        pairs.extend([("--deep-ink", "--deep"), ("--deep-ink", "--deep-press")]);
        pairs.extend([("--deep", "--wash"), ("--ink", "--wash"), ("--quiet", "--wash")]);
        pairs.extend([("--cinnabar", "--cinnabar-wash"), ("--jade", "--jade-wash")]);
        pairs.extend([("--ochre", "--ochre-wash"), ("--ink", "--ochre-wash")]);
        for band in ["--band", "--band-far"] {
            pairs.extend([("--band-ink", band), ("--band-quiet", band)]);
        }
        for (ink, ground) in pairs {
            for mode in 0..2 {
                let (a, b) = (luminance(token(ink)[mode]), luminance(token(ground)[mode]));
                let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                assert!(contrast >= 4.5, "{ink} on {ground}, mode {mode}: {contrast:.2}");
            }
        }
    }

    #[test]
    fn names_carry_the_hash_and_unknown_ones_find_nothing() {
        assert!(href("look.css").starts_with("/assets/look-") && href("look.css").len() == 29);
        assert_eq!(href("nothing"), "/assets/missing");
    }
}
