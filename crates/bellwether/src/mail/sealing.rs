//! Letters through TLS: sealed from the first byte, or after `STARTTLS`; and to nobody whose certificate
//! is not trusted.
//!
//! The certificates are made by `openssl` for each run. The machine's own roots are read from where
//! `SSL_CERT_FILE` says, so that each letter is carried by a process of its own.

use super::tests::{carrier, ready};
use super::{Smtp, Waits};
use app::mail::Carrier;
use cli::mail_settings::{Sealing, Server};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use testkit::smtp::SmtpServer;

/// Says to a process of this test where its letter goes.
const CARRY_TO: &str = "BELLWETHER_TEST_CARRY_TO";

/// How the front begins to seal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Wrapped,
    StartTls,
}

/// Runs `openssl` in this folder; false where there is none.
fn openssl(folder: &Path, args: &[&str]) -> bool {
    let run = Command::new("openssl").args(args).current_dir(folder).output();
    run.is_ok_and(|run| run.status.success())
}

/// A root and a certificate of `localhost` that it signed; `None` where nothing makes them.
fn certificates(folder: &Path) -> Option<Arc<ServerConfig>> {
    std::fs::write(folder.join("leaf.cnf"), "subjectAltName=DNS:localhost\n").expect("written");
    let ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    let root = ["req", "-x509", "-subj", "/CN=A testing root", "-days", "2", "-keyout", "root.key"];
    let asked = ["req", "-subj", "/CN=localhost", "-keyout", "leaf.key", "-out", "leaf.csr"];
    let signed = [
        "x509",
        "-req",
        "-in",
        "leaf.csr",
        "-CA",
        "root.pem",
        "-CAkey",
        "root.key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        "leaf.cnf",
        "-out",
        "leaf.pem",
    ];
    let is_made = openssl(folder, &[&root[..], &["-out", "root.pem"], &ec].concat())
        && openssl(folder, &[&asked[..], &ec].concat())
        && openssl(folder, &signed);
    if !is_made {
        testkit::skipped("openssl absent");
        return None;
    }
    let leaf = CertificateDer::from_pem_file(folder.join("leaf.pem")).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(folder.join("leaf.key")).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![leaf], key)
        .expect("they belong together");
    Some(Arc::new(config))
}

/// A front that unseals what comes and hands it on to the server behind; gives its port.
fn front(config: &Arc<ServerConfig>, way: Way, behind: &SmtpServer) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (config, url) = (Arc::clone(config), behind.url());
    let behind = url.rsplit_once("//").map(|(_, place)| place.to_owned()).expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (config, behind) = (Arc::clone(&config), behind.clone());
            // A connection that ends in the middle is the sender's business.
            std::thread::spawn(move || between(stream, &config, way, &behind));
        }
    });
    port
}

fn between(mut open: TcpStream, config: &Arc<ServerConfig>, way: Way, behind: &str) -> Option<()> {
    if way == Way::StartTls {
        open.write_all(b"220 front ESMTP\r\n").ok()?;
        while !hear(&mut open)?.starts_with("STARTTLS") {
            open.write_all(b"250-front\r\n250 STARTTLS\r\n").ok()?;
        }
        open.write_all(b"220 go on\r\n").ok()?;
    }
    let mut server = TcpStream::connect(behind).ok()?;
    if way == Way::StartTls {
        // The sender was greeted already.
        hear(&mut server)?;
    }
    open.set_read_timeout(Some(Duration::from_millis(10))).ok()?;
    server.set_read_timeout(Some(Duration::from_millis(10))).ok()?;
    let connection = ServerConnection::new(Arc::clone(config)).ok()?;
    let mut sealed = StreamOwned::new(connection, open);
    loop {
        pass(&mut sealed, &mut server)?;
        pass(&mut server, &mut sealed)?;
    }
}

/// One line, byte by byte, so that nothing of what follows is taken.
fn hear(from: &mut TcpStream) -> Option<String> {
    let mut line = Vec::new();
    let mut byte = [0];
    while line.last() != Some(&b'\n') {
        from.read_exact(&mut byte).ok()?;
        line.push(byte[0]);
    }
    String::from_utf8(line).ok()
}

/// Hands on what is there now; `None` at the end.
fn pass(from: &mut impl Read, to: &mut impl Write) -> Option<()> {
    let mut bytes = [0; 4096];
    match from.read(&mut bytes) {
        Ok(0) => None,
        Ok(n) => to.write_all(&bytes[..n]).and_then(|()| to.flush()).ok(),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            Some(())
        }
        Err(_) => None,
    }
}

/// Has a process that trusts these roots carry a letter to this address.
fn carried(to: &str, roots: &Path) -> bool {
    let own = std::env::current_exe().expect("a program");
    let run = Command::new(own)
        .args(["--exact", "mail::sealing::a_letter_goes_sealed_to_whoever_is_trusted"])
        .env(CARRY_TO, to)
        .env("SSL_CERT_FILE", roots)
        .env_remove("SSL_CERT_DIR")
        .output()
        .expect("it runs");
    run.status.success()
}

#[test]
fn a_letter_goes_sealed_to_whoever_is_trusted() {
    if let Ok(to) = std::env::var(CARRY_TO) {
        let (way, place) = to.split_once(' ').expect("a way and a place");
        let smtp = carrier(&format!("smtp://{place}"));
        // To this machine the settings ask for no seal; here it is asked for.
        let sealing = if way == "wrapped" { Sealing::Wrapped } else { Sealing::StartTls };
        let waits = Waits { answer: Duration::from_secs(10), letter: Duration::from_secs(20) };
        let server = Server { sealing, ..smtp.server.clone() };
        assert_eq!(Smtp { server, waits, ..smtp }.carry(&ready()), Ok(()));
        return;
    }
    let (ours, others) = (tempfile::tempdir().expect("room"), tempfile::tempdir().expect("room"));
    let (Some(config), Some(_)) = (certificates(ours.path()), certificates(others.path())) else {
        return;
    };
    let trusted = ours.path().join("root.pem");
    for (way, word) in [(Way::Wrapped, "wrapped"), (Way::StartTls, "begun")] {
        let server = SmtpServer::start();
        let port = front(&config, way, &server);
        let to = format!("{word} localhost:{port}");
        assert!(carried(&to, &trusted), "{to}");
        let mails = server.mails();
        assert_eq!((mails.len(), mails[0].to.as_str()), (1, "wu@lab.example"), "{to}");
        // Somebody else's root: not a word of the letter is said.
        assert!(!carried(&to, &others.path().join("root.pem")), "{to}");
        // Another name than the certificate's.
        let wrong = format!("{word} 127.0.0.1:{port}");
        assert!(!carried(&wrong, &trusted), "{wrong}");
        assert_eq!(server.mails().len(), 1, "{to}");
    }
}
