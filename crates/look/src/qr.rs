//! QR codes as one path: error correction M, quiet zone of four modules.

use base::Lang;
use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// Modules of quiet zone on each side (ISO/IEC 18004).
const QUIET: usize = 4;

/// The code for an address with the address below it; an address too long for a code stands alone.
pub fn qr(lang: Lang, address: &str) -> Markup {
    let Ok(code) = QrCode::with_error_correction_level(address, EcLevel::M) else {
        return html! { p { code { (address) } } };
    };
    let width = code.width();
    let mut path = String::new();
    for (index, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (index % width + QUIET, index / width + QUIET);
            write!(path, "M{x} {y}h1v1h-1z").expect("writing to a string");
        }
    }
    let side = width + 2 * QUIET;
    html! {
        figure.qr {
            svg viewBox={ "0 0 " (side) " " (side) } role="img" shape-rendering="crispEdges"
                aria-label=(crate::say_one(lang, "chart-qr", "address", address)) {
                rect width=(side) height=(side) fill="#fff" {}
                path d=(path) fill="#000" {}
            }
            figcaption { code { (address) } }
        }
    }
}
