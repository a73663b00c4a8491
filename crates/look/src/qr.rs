//! QR codes as one path: error correction M, quiet zone of four modules.

use base::Lang;
use fast_qr::{ECL, QRBuilder};
use maud::{Markup, html};
use std::fmt::Write;

/// Modules of quiet zone on each side (ISO/IEC 18004).
const QUIET: usize = 4;

/// The code for an address with the address below it; an address too long for a code stands alone.
pub fn qr(lang: Lang, address: &str) -> Markup {
    let label = crate::say_one(lang, "chart-qr", "address", address);
    html! {
        figure.qr {
            @if let Some(drawn) = drawn(address, &label) { (drawn) }
            figcaption { code { (address) } }
        }
    }
}

/// The code alone, for an address that is no page: a secret to be scanned.
pub fn qr_alone(address: &str, label: &str) -> Markup {
    html! { figure.qr.large { @if let Some(drawn) = drawn(address, label) { (drawn) } } }
}

fn drawn(address: &str, label: &str) -> Option<Markup> {
    let code = QRBuilder::new(address).ecl(ECL::M).build().ok()?;
    let mut path = String::new();
    for y in 0..code.size {
        let mut x = 0;
        // One box for each run of dark modules.
        for run in code[y].chunk_by(|a, b| a.value() == b.value()) {
            let n = run.len();
            if run[0].value() {
                let (left, top) = (x + QUIET, y + QUIET);
                write!(path, "M{left} {top}h{n}v1h-{n}z").expect("writing to a string");
            }
            x += n;
        }
    }
    let side = code.size + 2 * QUIET;
    Some(html! {
        svg viewBox={ "0 0 " (side) " " (side) } role="img" shape-rendering="crispEdges"
            aria-label=(label) {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    })
}
