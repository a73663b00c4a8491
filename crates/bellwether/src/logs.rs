//! The program's own log, on the error output.

use cli::config::{Log, LogFormat};
use tracing_subscriber::EnvFilter;

/// Starts the log; a filter that cannot be read falls back to `info`.
pub fn start(log: &Log) {
    let filter = EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(true);
    // A log that was started before stays: tests start several cities in one process.
    let _ = match log.format {
        LogFormat::Text => builder.with_ansi(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
}
