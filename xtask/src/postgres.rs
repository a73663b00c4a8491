//! A private PostgreSQL for one run of the tests: its own folder, its own port, fsync off.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A running server that ends with this value.
pub struct Database {
    pub url: String,
    folder: PathBuf,
    tools: PathBuf,
    as_root: bool,
}

/// Starts a server, or says that there is none to start.
pub fn start() -> Option<Database> {
    let Some(tools) = tools() else {
        println!("skipped: PostgreSQL absent");
        return None;
    };
    let folder = std::env::temp_dir().join(format!("bellwether-postgres-{}", std::process::id()));
    std::fs::create_dir_all(&folder).ok()?;
    let as_root = is_root();
    if as_root {
        let _ = Command::new("chown").arg("postgres").arg(&folder).status();
    }
    let port = free_port()?;
    let data = folder.join("data");
    let init = format!(
        "{} -D {} -U bellwether --auth=trust -E UTF8 --locale=C",
        tools.join("initdb").display(),
        data.display()
    );
    let options = format!(
        "-p {port} -k {} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off \
         -c max_connections=500 -c shared_buffers=128MB",
        folder.display()
    );
    let run = format!(
        "{} -D {} -o '{options}' -l {} -w start",
        tools.join("pg_ctl").display(),
        data.display(),
        folder.join("log").display()
    );
    let database = Database {
        url: format!("postgres://bellwether@127.0.0.1:{port}/postgres"),
        folder,
        tools,
        as_root,
    };
    if database.shell(&init) && database.shell(&run) {
        return Some(database);
    }
    println!("skipped: PostgreSQL does not start");
    None
}

impl Database {
    /// PostgreSQL refuses to run as root, so root lends it to the account of Debian's package.
    fn shell(&self, line: &str) -> bool {
        let mut command = if self.as_root {
            let mut command = Command::new("su");
            command.args(["postgres", "-s", "/bin/sh", "-c", line]);
            command
        } else {
            let mut command = Command::new("sh");
            command.args(["-c", line]);
            command
        };
        command.stdout(std::process::Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let stop = format!(
            "{} -D {} -m immediate stop",
            self.tools.join("pg_ctl").display(),
            self.folder.join("data").display()
        );
        self.shell(&stop);
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The folder of `initdb`: on the path, or where Debian puts it.
fn tools() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH")
        .and_then(|path| std::env::split_paths(&path).find(|dir| dir.join("initdb").exists()));
    on_path.or_else(|| {
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
        let mut found: Vec<PathBuf> =
            versions.flatten().map(|entry| entry.path().join("bin")).collect();
        found.retain(|dir| dir.join("initdb").exists());
        found.sort();
        found.pop()
    })
}

fn is_root() -> bool {
    let said = Command::new("id").arg("-u").output();
    said.is_ok_and(|said| said.stdout.starts_with(b"0")) && Path::new("/bin/su").exists()
}

fn free_port() -> Option<u16> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").ok()?;
    listener.local_addr().ok().map(|address| address.port())
}
