//! Writes every sample page in both languages, with its files, into the folder given as argument.

use base::Lang;
use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: gallery FOLDER")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder.join("assets"))?;
    for asset in look::assets() {
        fs::write(folder.join(asset.path.trim_start_matches('/')), &asset.body)?;
    }
    for lang in Lang::ALL {
        let write = |name: &str, html: String| {
            // The files lie beside the pages, not at the root of a server.
            let html = html.replace("\"/assets/", "\"assets/");
            fs::write(folder.join(format!("{name}-{}.html", lang.short())), html)
        };
        write("gallery", look::gallery(lang).into_string())?;
        for sample in look::samples(lang) {
            write(sample.name, sample.page(lang).into_string())?;
        }
    }
    println!("{}", folder.join("gallery-en.html").display());
    Ok(())
}
