//! How the city stands, for those who look after it.

use crate::operation::{Answer, Call, Operation};
use crate::reply;
use access::Act as A;
use app::No;
use app::standing::Standing;
use base::Instant;
use edge::Reply;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&LOOK];

/// How the city stands at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Standing")]
pub struct StandingJson {
    /// RFC 3339.
    pub at: String,
    pub program: String,
    pub engine: String,
    pub schema: u64,
    pub read_only: bool,
    /// Why nothing is written any more; null while all is well.
    pub failure: Option<String>,
    /// Acts that wait for a writer.
    pub acts_waiting: u64,
    /// Events that wait for their number.
    pub events_unnumbered: u64,
    /// Entries of the log.
    pub log: u64,
    /// The newest signed checkpoint.
    pub checkpoint: Option<PointJson>,
    /// The newest backup.
    pub backup: Option<PointJson>,
    pub followers: Vec<FollowerJson>,
    pub documents: u64,
    /// Letters that wait.
    pub letters_waiting: u64,
    /// Since when the oldest of them waits.
    pub letters_oldest: Option<String>,
    pub letters_given_up: u64,
    /// Deliveries to webhooks that wait.
    pub deliveries_waiting: u64,
    /// Since when the oldest of them waits.
    pub deliveries_oldest: Option<String>,
    pub deliveries_given_up: u64,
    /// Webhooks that were switched off.
    pub webhooks_off: u64,
    /// Files that people handed in.
    pub files: u64,
    pub file_bytes: u64,
    pub wal_bytes: u64,
    pub disks: Vec<DiskJson>,
    /// Room below which only reading works.
    pub low_water_bytes: u64,
}

/// Entries of the log at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LogPoint")]
pub struct PointJson {
    pub at: String,
    pub size: u64,
}

/// Who follows the log, and how far behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Follower")]
pub struct FollowerJson {
    pub name: String,
    pub position: u64,
    pub lag: u64,
    pub moved_at: Option<String>,
}

/// A file system that the city needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Disk")]
pub struct DiskJson {
    pub folder: String,
    pub bytes_free: u64,
    pub bytes_all: u64,
    pub nodes_free: u64,
    pub low: bool,
}

static LOOK: Operation = Operation {
    answer: Answer::json::<StandingJson>(200),
    ..Operation::list(
        "standing-look",
        "/api/v1/operations",
        A::LookAtOperations,
        |request| LOOK.answer(request),
        look,
    )
};

fn look(call: &Call<'_>) -> Result<Reply, No> {
    let standing = call.city().standing(&call.request.asker)?;
    Ok(reply::json(&StandingJson::from(&standing)))
}

fn point(at: Instant, size: u64) -> PointJson {
    PointJson { at: at.rfc3339(), size }
}

impl From<&Standing> for StandingJson {
    fn from(standing: &Standing) -> Self {
        Self {
            at: standing.at.rfc3339(),
            program: standing.program.to_owned(),
            engine: standing.engine.clone(),
            schema: standing.schema,
            read_only: standing.is_read_only,
            failure: standing.failure.clone(),
            acts_waiting: standing.n_acts_waiting,
            events_unnumbered: standing.n_unnumbered,
            log: standing.log,
            checkpoint: standing.checkpoint.map(|(size, at)| point(at, size)),
            backup: standing.backup.map(|(at, size)| point(at, size)),
            followers: standing
                .followers
                .iter()
                .map(|one| FollowerJson {
                    name: one.name.clone(),
                    position: one.seq,
                    lag: one.lag,
                    moved_at: one.at.map(|at| at.rfc3339()),
                })
                .collect(),
            documents: standing.n_documents,
            letters_waiting: standing.mail.n,
            letters_oldest: standing.mail.oldest.map(|at| at.rfc3339()),
            letters_given_up: standing.n_given_up,
            deliveries_waiting: standing.webhooks.n_waiting,
            deliveries_oldest: standing.webhooks.oldest.map(|at| at.rfc3339()),
            deliveries_given_up: standing.webhooks.n_given_up,
            webhooks_off: standing.webhooks.n_off,
            files: standing.files.0,
            file_bytes: standing.files.1,
            wal_bytes: standing.wal_bytes,
            disks: standing
                .disks
                .iter()
                .map(|disk| DiskJson {
                    folder: disk.folder.display().to_string(),
                    bytes_free: disk.room.bytes_free,
                    bytes_all: disk.room.bytes_all,
                    nodes_free: disk.room.nodes_free,
                    low: disk.is_low,
                })
                .collect(),
            low_water_bytes: standing.low_water_bytes,
        }
    }
}
