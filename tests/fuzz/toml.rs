//! Configurations and baselines: sound ones damaged, and any text.

use proptest::prelude::*;
use scimspec::target::Config;
use scimspec::target::config::{Baseline, ConfigError};

use crate::mutate::{changed, changes};
use crate::{cases, deceives, in_time};

const WORDS: &[&str] = &[
    "[target]",
    "[auth]",
    "[auth.second]",
    "[template.User]",
    "[[waivers]]",
    "[waivers]",
    "url",
    "timeout",
    "jobs",
    "consent",
    "token",
    "headers",
    "assume",
    "case",
    "reason",
    "expires",
    "requirement",
    " = ",
    "\n",
    "2027-03-31",
    "\"2027-03-31\"",
    "2027-02-30",
    "12:00:00",
    "'''",
    "\"\"\"",
    "0x",
    "nan",
    "inf",
    ".",
    "[[[",
    "{ a = 1 }",
    "\"a\"",
];

const CONFIG: &str = "assume = [\"patch\", \"filter\"]\n\n[target]\nurl = \"https://app.example.com/scim/v2\"\n\
    timeout = 12.5\njobs = 4\nconsent = true\n\n[auth]\ntoken = \"open-sesame\"\n\n[auth.second]\n\
    headers = { \"X-Key\" = \"open-sesame\" }\n\n[template.User]\n\"name.familyName\" = \"${run}\"\nactive = true\n\n";

const BASELINE: &str = "# known\n[[waivers]]\ncase = \"filter/matrix/selects[a b]\"\nrequirement = \"7644-3.4.2.2-04\"\n\
    reason = \"known since the migration\"\nexpires = 2027-03-31\n\n[[waivers]]\ncase = 'standing/media-type'\n\
    reason = '''two\nlines'''\nexpires = \"2027-12-31\"\n";

fn check(text: &str, error: &ConfigError) -> Result<(), TestCaseError> {
    let ConfigError::Wrong { line, column, message, .. } = error else {
        return Err(TestCaseError::fail(format!("{error}")));
    };
    let width = text.split('\n').nth(line - 1).map(|line| line.chars().count());
    prop_assert!(width.is_some_and(|width| (1..=width + 1).contains(column)), "{error} in {text:?}");
    prop_assert!(!message.is_empty() && message.chars().count() < 700 && !deceives(message), "{message:?}");
    prop_assert!(!message.contains('\n'), "{message:?}");
    Ok(())
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn damaged_baselines(changes in changes(WORDS)) {
        let text = changed(BASELINE, &changes);
        match in_time(|| Baseline::parse("b.toml", &text)) {
            Ok(baseline) => for waiver in &baseline.waivers {
                prop_assert!(!waiver.case.is_empty() && !waiver.reason.is_empty() && waiver.covers(&waiver.case));
                prop_assert!(waiver.requirement.as_ref().is_none_or(|id| !id.is_empty()));
                let place = waiver.source.strip_prefix("b.toml:").and_then(|place| place.split(':').next());
                let line: usize = place.and_then(|line| line.parse().ok()).expect("a line");
                prop_assert!(line <= text.matches('\n').count() + 1);
            },
            Err(error) => check(&text, &error)?,
        }
    }

    #[test]
    fn damaged_configurations(changes in changes(WORDS)) {
        let text = changed(&format!("{CONFIG}{BASELINE}"), &changes);
        match in_time(|| Config::parse("c.toml", &text)) {
            Ok(config) => {
                let _ = config.auth.credential();
                let shown = format!("{:?}", config.auth);
                prop_assert!(!shown.contains("sesame"));
            }
            Err(error) => {
                check(&text, &error)?;
                // A credential that stands where it belongs; as a key it is no secret any more.
                let places = ["token = \"open-sesame\"", "\"X-Key\" = \"open-sesame\""];
                let whole = text.matches("sesame").count() == 2 && places.iter().all(|place| text.contains(place));
                prop_assert!(!whole || !error.to_string().contains("sesame"), "{error}");
            }
        }
    }

    #[test]
    fn any_text_is_no_configuration(text in any::<String>(), words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..40)) {
        for text in [text, words.concat(), words.join("\n")] {
            if let Err(error) = in_time(|| Config::parse("c.toml", &text)) {
                check(&text, &error)?;
            }
            if let Err(error) = in_time(|| Baseline::parse("c.toml", &text)) {
                check(&text, &error)?;
            }
        }
    }
}
