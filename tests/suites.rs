//! The embedded suites are sound and in style.

use std::collections::BTreeSet;

use scimspec::requirement::Catalogue;
use scimspec::suite::{self, SuiteEntry};

#[test]
fn the_embedded_suites_load() {
    if let Err(errors) = suite::load(suite::embedded(), Catalogue::embedded()) {
        panic!("{}", errors.0.iter().map(|error| error.render(false)).collect::<Vec<_>>().join("\n\n"));
    }
}
