//! Targets that misbehave below and above HTTP, on real sockets: each run ends, in bounded time and memory, with the
//! right one to blame, and nothing that the target sends does any harm.
//!
//! One trial per behaviour; the tables below `tests/hostile/` say what is expected and why.

#[path = "hostile/answer.rs"]
mod answer;
#[path = "hostile/behaviour.rs"]
mod behaviour;
#[path = "hostile/bodies.rs"]
mod bodies;
#[path = "hostile/discovery.rs"]
mod discovery;
#[path = "hostile/framing.rs"]
mod framing;
#[path = "hostile/ids.rs"]
mod ids;
#[path = "hostile/lists.rs"]
mod lists;
#[path = "hostile/process.rs"]
mod process;
#[path = "hostile/resources.rs"]
mod resources;
#[path = "hostile/target.rs"]
mod target;
#[path = "hostile/transport.rs"]
mod transport;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let tables = [
        ("transport", transport::behaviours()),
        ("bodies", bodies::behaviours()),
        ("resources", resources::behaviours()),
        ("lists", lists::behaviours()),
        ("discovery", discovery::behaviours()),
    ];
    let trials = tables.into_iter().flat_map(|(table, behaviours)| {
        behaviours.into_iter().map(move |behaviour| {
            Trial::test(format!("{table}/{}", behaviour.name), move || behaviour::hold(&behaviour))
        })
    });
    let trials = trials.chain(process::trials()).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}
