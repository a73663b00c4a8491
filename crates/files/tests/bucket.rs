//! Files in a bucket of an S3 service that others made: `s3rver` of the npm registry, in the folder
//! named by `BELLWETHER_TEST_S3`. It knows keys by their names and does not compute signatures.

use files::{Bucket, Condition, Files, FilesError, Place};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The service, ended whatever happens to the test.
struct Service {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Service {
    /// Starts it, or says that it is not there.
    fn start() -> Option<Self> {
        let named = std::env::var("BELLWETHER_TEST_S3").unwrap_or_default();
        if named == "unreachable" {
            // The gate tried to fetch it and had no registry: that is no fault of this program.
            eprintln!("not run: the registry of the S3 service was not reachable");
            return None;
        }
        if named.is_empty() {
            testkit::skipped("S3 service absent");
            return None;
        }
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("bound").port();
        drop(free);
        let folder = tempfile::tempdir().expect("a folder");
        let child = Command::new("node")
            .arg(format!("{named}/node_modules/s3rver/bin/s3rver.js"))
            .arg("--directory")
            .arg(folder.path())
            .args(["--address", "127.0.0.1", "--port", &port.to_string(), "--silent"])
            .args(["--configure-bucket", "city"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("node runs the service");
        let service = Self { child, port, _folder: folder };
        let listens = || TcpStream::connect(("127.0.0.1", port)).is_ok();
        let is_up = (0..400).any(|_| {
            std::thread::sleep(Duration::from_millis(25));
            listens()
        });
        assert!(is_up, "the service never listened");
        Some(service)
    }

    fn bucket(&self, name: &str, key_id: &str) -> Files {
        let bucket = Bucket {
            name: name.to_owned(),
            endpoint: format!("http://127.0.0.1:{}", self.port),
            region: "us-east-1".to_owned(),
            key_id: key_id.to_owned(),
            secret: "S3RVER".to_owned(),
        };
        Files::open(&Place::Bucket(bucket)).expect("opened")
    }
}

fn all(files: &Files) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    files.each(&mut |one| found.push((one.hash.to_string(), one.bytes))).expect("listed");
    found.sort();
    found
}

#[test]
fn files_are_kept_read_and_removed_in_a_bucket() {
    let Some(service) = Service::start() else { return };
    let files = service.bucket("city", "S3RVER");
    files.probe("probe").expect("it takes files");
    // None, one, in one part, in several.
    for n in [0, 1, 70_000, (20 << 20) + 17] {
        let bytes: Vec<u8> = (0..n).map(|at| (at % 251) as u8).collect();
        let stored = files.keep("a", 64 << 20, &mut &*bytes).expect("kept");
        let again = files.keep("b", 64 << 20, &mut &*bytes).expect("kept again");
        assert_eq!((stored.hash, stored.bytes), (again.hash, n as u64));
        let mut read = Vec::new();
        assert_eq!(files.copy_to(stored.hash, &mut read).expect("read"), n as u64);
        assert!(read == bytes, "{n} bytes");
        assert_eq!(files.check(stored.hash, n as u64).expect("checked"), Condition::Whole);
    }
    assert_eq!(all(&files).len(), 4);
    assert_eq!(files.clear_incoming(i64::MAX).expect("cleared"), 0, "nothing is left of uploads");

    let other = tempfile::tempdir().expect("a folder");
    let folder = Files::open(&Place::Folder(other.path().join("files"))).expect("opened");
    for (hash, bytes) in all(&files) {
        let hash = files::Hash::parse(&hash).expect("a hash");
        assert_eq!(files.copy_into(hash, &folder).expect("copied"), bytes);
        files.remove(hash).expect("removed");
        files.remove(hash).expect("nothing to remove");
        assert!(!files.has(hash).expect("asked"));
        assert!(matches!(files.open_file(hash), Err(FilesError::Missing)));
        assert_eq!(folder.copy_into(hash, &files).expect("back"), bytes);
    }
    assert_eq!(all(&files), all(&folder));
}

#[test]
fn too_much_leaves_nothing_in_a_bucket() {
    let Some(service) = Service::start() else { return };
    let files = service.bucket("city", "S3RVER");
    let most = 10 << 20;
    match files.keep("long", most, &mut std::io::repeat(1)) {
        Err(FilesError::TooLarge { most: told }) => assert_eq!(told, most),
        other => panic!("{other:?}"),
    }
    assert!(all(&files).is_empty());
}

#[test]
fn a_wrong_key_an_unknown_bucket_and_a_silent_service_are_told() {
    let Some(service) = Service::start() else { return };
    for files in [service.bucket("city", "wrong"), service.bucket("nobody", "S3RVER")] {
        let bytes = b"abc";
        assert!(files.keep("a", 1_000, &mut &bytes[..]).is_err(), "{files:?}");
        assert!(files.probe("probe").is_err(), "{files:?}");
        assert!(files.each(&mut |_| ()).is_err(), "{files:?}");
    }
    let files = service.bucket("city", "S3RVER");
    drop(service);
    let bytes = b"abc";
    match files.keep("a", 1_000, &mut &bytes[..]) {
        Err(FilesError::Away(_)) => (),
        other => panic!("{other:?}"),
    }
}
