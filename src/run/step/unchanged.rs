//! `unchanged`: named resources are as they were last seen.

use super::Stop;
use crate::check::{Answer, Evidence};
use crate::exchange::Purpose;
use crate::run::case::{CaseRunner, CheckPlace};
use crate::run::request;
use crate::suite::Step;

pub(super) async fn run(
    runner: &mut CaseRunner<'_>,
    step: &Step,
    names: &[String],
    (requirement, also): (&str, &[String]),
) -> Result<(), Stop> {
    for name in names {
        let resource = runner.names.resource(name).map_err(Stop::Blocked)?.clone();
        let exchange = runner
            .gate
            .send(Purpose::Step, request::read(&runner.names, &resource.resource_type, &resource.path))
            .await;
        let index = runner.keep(exchange)?;
        let schema = runner.schema(&resource.resource_type);
        let mut saw = {
            let answers = [Answer { name: "", index, exchange: &runner.exchanges[index] }];
            let evidence = Evidence {
                answers: &answers,
                complete: true,
                schema: schema.as_deref(),
                before: resource.state.as_ref(),
                ..Evidence::default()
            };
            crate::check::unchanged(&evidence)
        };
        if !saw.message.is_empty() {
            saw.message = format!("{name}: {}", saw.message);
        }
        let place = CheckPlace { name: "unchanged", requirement, also, ruling: None, at: step.at };
        runner.note_at(&place, vec![saw], false)?;
    }
    Ok(())
}
