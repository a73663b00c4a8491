//! QR codes as one path: error correction M, quiet zone of four modules.

use base::Lang;
use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};
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
    let code = QrCode::with_error_correction_level(address, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (index, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (index % width + QUIET, index / width + QUIET);
            write!(path, "M{x} {y}h1v1h-1z").expect("writing to a string");
        }
    }
    let side = width + 2 * QUIET;
    Some(html! {
        svg viewBox={ "0 0 " (side) " " (side) } role="img" shape-rendering="crispEdges"
            aria-label=(label) {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    })
}
