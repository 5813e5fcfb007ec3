//! placeholder
use super::{Report, Reporter};
pub(super) struct Html;
impl Reporter for Html {
    fn write(&self, _: &Report, _: &mut dyn std::io::Write) -> std::io::Result<()> {
        Ok(())
    }
}
