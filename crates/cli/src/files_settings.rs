//! Where files are kept: a folder, or a bucket of an S3 service.

use crate::exit::Failure;
use base::{Class, Refusal};
use files::{Bucket, Place};
use std::path::{Path, PathBuf};

/// Keys of the section, as the settings' file names them.
pub const KEYS: [&str; 10] = [
    "folder",
    "bucket",
    "endpoint",
    "region",
    "key_id",
    "secret",
    "secret_file",
    "file_bytes_max",
    "organisation_bytes_max",
    "waiting_bytes_max",
];

/// Where files are kept, and how many bytes there may be.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Files {
    /// A folder; `files` in the data folder where left out.
    pub folder: Option<PathBuf>,
    /// A bucket instead of the folder.
    pub bucket: String,
    /// The service of the bucket: `https://…`, or plain http on this machine; the region's own where empty.
    pub endpoint: String,
    pub region: String,
    pub key_id: String,
    pub secret: String,
    /// A file whose first line is the secret.
    pub secret_file: Option<PathBuf>,
    /// Bytes of one file.
    pub file_bytes_max: u64,
    /// Bytes of the files of one organisation.
    pub organisation_bytes_max: u64,
    /// Bytes of one person's files that nothing names yet.
    pub waiting_bytes_max: u64,
}

impl Default for Files {
    fn default() -> Self {
        Self {
            folder: None,
            bucket: String::new(),
            endpoint: String::new(),
            region: "us-east-1".to_owned(),
            key_id: String::new(),
            secret: String::new(),
            secret_file: None,
            file_bytes_max: base::limits::UPLOAD_BYTES_MAX,
            organisation_bytes_max: 20 << 30,
            waiting_bytes_max: 512 << 20,
        }
    }
}

impl Files {
    /// The name of the folder inside a data folder.
    pub const FOLDER: &str = "files";

    /// Where the files of this data folder lie; the secret of a bucket is read from its file.
    pub fn place(&self, data: &Path) -> Result<Place, Failure> {
        if self.bucket.is_empty() {
            let folder = self.folder.clone().unwrap_or_else(|| data.join(Self::FOLDER));
            return Ok(Place::Folder(folder));
        }
        if self.folder.is_some() {
            return Err(wrong("cli-config-two-places", "files.bucket", &self.bucket));
        }
        let secret = match &self.secret_file {
            None => self.secret.clone(),
            Some(path) => {
                let text = std::fs::read_to_string(path);
                let text = text.map_err(|error| Failure::file(path, &error))?;
                text.lines().next().unwrap_or("").to_owned()
            }
        };
        for (key, value) in [("files.key_id", &self.key_id), ("files.secret", &secret)] {
            if value.is_empty() {
                return Err(wrong("cli-config-bucket-key", key, ""));
            }
        }
        let bucket = Bucket {
            name: self.bucket.clone(),
            endpoint: self.endpoint.trim().to_owned(),
            region: self.region.clone(),
            key_id: self.key_id.clone(),
            secret,
        };
        if !bucket.is_private() {
            return Err(wrong("cli-config-endpoint", "files.endpoint", &self.endpoint));
        }
        Ok(Place::Bucket(bucket))
    }

    /// Relative paths in a file are meant from where the file lies.
    pub(crate) fn beside(&mut self, beside: &Path) {
        for path in [&mut self.folder, &mut self.secret_file].into_iter().flatten() {
            *path = beside.join(&*path);
        }
    }

    /// Takes a key as the environment names it, without its section.
    pub(crate) fn set(&mut self, key: &str, text: &str) -> Option<()> {
        match key {
            "folder" => self.folder = Some(PathBuf::from(text)),
            "bucket" => self.bucket = text.to_owned(),
            "endpoint" => self.endpoint = text.to_owned(),
            "region" => self.region = text.to_owned(),
            "key_id" => self.key_id = text.to_owned(),
            "secret" => self.secret = text.to_owned(),
            "secret_file" => self.secret_file = Some(PathBuf::from(text)),
            "file_bytes_max" => self.file_bytes_max = text.parse().ok()?,
            "organisation_bytes_max" => self.organisation_bytes_max = text.parse().ok()?,
            "waiting_bytes_max" => self.waiting_bytes_max = text.parse().ok()?,
            _ => return None,
        }
        Some(())
    }
}

fn wrong(code: &'static str, key: &str, found: &str) -> Failure {
    Failure::usage(Refusal::new(Class::Invalid, code).text("key", key).text("found", found))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(change: impl Fn(&mut Files)) -> Result<Place, String> {
        let mut settings = Files {
            bucket: "city".to_owned(),
            endpoint: "https://s3.example".to_owned(),
            key_id: "id".to_owned(),
            secret: "hidden".to_owned(),
            ..Files::default()
        };
        change(&mut settings);
        settings.place(Path::new("/data")).map_err(|failure| failure.reasons[0].code.to_string())
    }

    #[test]
    fn a_place_is_one_place_with_its_key() {
        assert!(matches!(place(|_| ()), Ok(Place::Bucket(bucket)) if bucket.secret == "hidden"));
        let folder = place(|it| it.bucket.clear()).expect("the usual");
        assert_eq!(folder, Place::Folder("/data/files".into()));
        let refused = |change: fn(&mut Files)| place(change).expect_err("refused");
        assert_eq!(refused(|it| it.folder = Some("f".into())), "cli-config-two-places");
        assert_eq!(refused(|it| it.key_id.clear()), "cli-config-bucket-key");
        assert_eq!(refused(|it| it.secret.clear()), "cli-config-bucket-key");
        assert_eq!(refused(|it| it.endpoint = "http://s3.example".into()), "cli-config-endpoint");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        std::fs::write(&path, "from a file\n").expect("written");
        let read = place(|it| it.secret_file = Some(path.clone()));
        assert!(matches!(read, Ok(Place::Bucket(bucket)) if bucket.secret == "from a file"));
    }
}
