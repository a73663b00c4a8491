//! The same revisions as requests of the programming interface, over sockets of this machine.

use crate::wire::{Client, served};
use crate::{CALLERS, RUN_FOR, clock};
use access::{Role, Scope};
use app::account::CreateToken;
use base::{Label, Level};
use std::sync::atomic::{AtomicU64, Ordering};
use worlds::World;

/// The rate of revisions that are answered durably over as many connections as there are callers.
pub fn through_http(world: &World) -> f64 {
    let owner = world.organisation("Institute of programs");
    let officer = world.person("program", owner, Role::TransferOfficer);
    let scopes = Scope::ALL.into_iter().collect();
    let act = CreateToken { person: None, name: "load".to_owned(), scopes, days: 1 };
    let key = world.city.perform(&officer, act).expect("a key").secret;
    let ids: Vec<String> = (0..CALLERS)
        .map(|n| {
            let title = format!("Asked {n}");
            let made = world.draft(&officer, owner, &title, Label::at(Level::Members));
            made.technology.to_string()
        })
        .collect();
    let (_runtime, port) = served(world);
    let n_done = AtomicU64::new(0);
    let started = clock();
    std::thread::scope(|scope| {
        for id in &ids {
            let (key, n_done) = (&key, &n_done);
            scope.spawn(move || {
                let mut client = Client::to(port, key);
                let content = client.get(&format!("/api/v1/technologies/{id}"))["content"].take();
                let mut version = 1;
                while started.elapsed() < RUN_FOR {
                    let asked = serde_json::json!({"version": version, "content": content});
                    let path = format!("/api/v1/technologies/{id}");
                    let named = format!("idempotency-key: {path}-{version}\r\n");
                    let told = client.ask("PUT", &path, &named, &asked.to_string());
                    version = told["version"].as_u64().unwrap_or_else(|| panic!("{told}"));
                    n_done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    n_done.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64()
}
