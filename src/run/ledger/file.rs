//! The ledger as a file: appended line by line, read back after the process has died.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use super::LedgerError;
use super::line::{FORMAT, Header, Line};

/// The folder in which ledgers are kept unless another place is named.
pub const FOLDER: &str = ".scimspec";

/// A ledger that is written to. It is made with the first line.
///
/// Each line is one write call, so that it is with the operating system before the request goes out, and a killed
/// process loses none. Nothing is flushed to the disk: when the machine itself dies, a line may be lost.
#[derive(Debug)]
pub(super) struct LedgerFile {
    path: PathBuf,
    header: Header,
    file: Option<File>,
}

impl LedgerFile {
    pub(super) const fn new(path: PathBuf, header: Header) -> Self {
        Self { path, header, file: None }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) const fn header(&self) -> &Header {
        &self.header
    }

    pub(super) const fn exists(&self) -> bool {
        self.file.is_some()
    }

    /// Appends a line.
    ///
    /// # Errors
    /// The operating system's, with the path.
    pub(super) fn append(&mut self, line: &Line) -> Result<(), LedgerError> {
        let failed = |cause: io::Error| LedgerError::Unwritable { path: self.path.display().to_string(), cause };
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(create(&self.path, &self.header).map_err(failed)?),
        };
        write_line(file, line).map_err(failed)
    }

    /// Removes the file, and the folder of ledgers when it was the last one.
    pub(super) fn remove(&mut self) {
        if self.file.take().is_some() && fs::remove_file(&self.path).is_ok() {
            let folder = self.path.parent().filter(|folder| folder.file_name().is_some_and(|name| name == FOLDER));
            // It stays when something else is in it.
            folder.map(fs::remove_dir);
        }
    }
}

fn create(path: &Path, header: &Header) -> io::Result<File> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new().append(true).create_new(true).open(path)?;
    // Tells `cleanup` that the run is still going on; where locks do not exist, it cannot know.
    let _ = file.try_lock();
    write_line(&mut file, &Line::Ledger(header.clone()))?;
    Ok(file)
}

fn write_line(file: &mut File, line: &Line) -> io::Result<()> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    file.write_all(&bytes)
}

/// Reads a ledger and opens it for appending. Gives the lines behind the header. A file without a whole line has an
/// empty header: the process was killed while it wrote the first one, and had sent nothing then.
///
/// # Errors
/// It cannot be read, a run is still writing it, or a line other than a half-written last one is damaged.
pub(super) fn read(path: &Path) -> Result<(LedgerFile, Vec<Line>), LedgerError> {
    let name = path.display().to_string();
    let unreadable = |cause: io::Error| LedgerError::Unreadable { path: name.clone(), cause };
    let mut file = OpenOptions::new().read(true).append(true).open(path).map_err(unreadable)?;
    if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
        return Err(LedgerError::Busy { path: name });
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    // The write of the last line was cut off by the death of the process, before its request was sent.
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    if whole < bytes.len() {
        bytes.truncate(whole);
        file.set_len(u64::try_from(whole).unwrap_or(u64::MAX)).map_err(unreadable)?;
        file.seek(io::SeekFrom::End(0)).map_err(unreadable)?;
    }
    let mut lines = Vec::new();
    for (index, text) in bytes.split(|byte| *byte == b'\n').enumerate().filter(|(_, text)| !text.is_empty()) {
        let damaged = |message: String| LedgerError::Damaged { path: name.clone(), line: index + 1, message };
        let line: Line = serde_json::from_slice(text).map_err(|error| damaged(error.to_string()))?;
        match (&line, index) {
            (Line::Ledger(header), 0) if header.format == FORMAT => {}
            (Line::Ledger(header), 0) => {
                return Err(damaged(format!("format {} is not known, only {FORMAT}", header.format)));
            }
            (Line::Ledger(_), _) => return Err(damaged("a second header".to_owned())),
            (_, 0) => return Err(damaged("the header is missing".to_owned())),
            _ => {}
        }
        lines.push(line);
    }
    let header = match lines.first() {
        Some(Line::Ledger(header)) => header.clone(),
        _ => Header::default(),
    };
    lines.drain(..lines.len().min(1));
    Ok((LedgerFile { path: path.to_owned(), header, file: Some(file) }, lines))
}
