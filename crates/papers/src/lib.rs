//! Files in and out: patents, spreadsheets, JSON, archives.
