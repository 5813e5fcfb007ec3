//! `report.json`: the record from which every other format can be made again.

mod mistake;
mod read;

use std::io;

use super::{Report, Reporter};

pub(super) struct Json;

impl Reporter for Json {
    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, report)?;
        out.write_all(b"\n")
    }
}

pub use read::{ReadError, read_json};

/// The JSON Schema of `report.json`.
#[must_use]
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Report).to_value();
    if let Some(members) = schema.as_object_mut() {
        members.insert("title".into(), "scimspec report".into());
    }
    schema
}
