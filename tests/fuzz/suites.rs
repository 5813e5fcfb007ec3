//! Suite files: the embedded ones damaged, and any text.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use scimspec::requirement::Catalogue;
use scimspec::suite::{self, Source};

use crate::mutate::{Change, changed, changes};
use crate::{cases, deceives, in_time};

const WORDS: &[&str] = &[
    "suite:",
    "title:",
    "cases:",
    "- id: x",
    "steps:",
    "given:",
    "expect:",
    "for-each:",
    "choose:",
    "req:",
    "status:",
    "list: User",
    "create: User",
    "filter:",
    "body:",
    "raw:",
    "patch:",
    "check:",
    "${ann}",
    "${row.x}",
    "needs: [patch]",
    "\n",
    "\n  ",
    "\n      - ",
    "{ is: 200, req: 7644-3.3-08 }",
    "users/create/answers-201",
    "7644-3.3-08",
    "[a, b]",
];

/// The embedded files as they are.
static EMBEDDED: LazyLock<Vec<Source>> = LazyLock::new(suite::embedded);
static SCHEMA: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| jsonschema::draft202012::new(&suite::json_schema()).expect("the schema is a schema"));

fn check(text: &str) -> Result<(), TestCaseError> {
    let source = Source { name: "damaged.yaml".into(), text: text.to_owned() };
    match in_time(|| suite::load(vec![source.clone()], Catalogue::embedded())) {
        Ok(suites) => {
            // What the loader takes, the schema for editors takes too.
            prop_assert_eq!(suites.len(), 1);
            let file = suite::to_json(source).expect("it was read");
            let errors: Vec<String> = SCHEMA.iter_errors(&file).map(|error| error.to_string()).collect();
            prop_assert!(errors.is_empty(), "{errors:?} in\n{text}");
        }
        Err(errors) => {
            prop_assert!(!errors.0.is_empty() && errors.0.len() <= 101);
            for error in errors.0.iter().take(5) {
                let lines = text.lines().count().max(1);
                prop_assert!(error.at.line >= 1 && error.at.line <= lines + 1, "{error}\n{text}");
                prop_assert!(error.at.column >= 1, "{error}\n{text}");
                let shown = in_time(|| error.render(false));
                prop_assert!(shown.contains(&error.message.chars().take(10).collect::<String>()), "{shown}");
                prop_assert!(!deceives(&shown) && !deceives(&error.to_string()), "{shown:?}");
                prop_assert!(shown.len() < 20_000 && !in_time(|| error.render(true)).is_empty(), "{}", shown.len());
            }
        }
    }
    Ok(())
}

/// A part of a suite file, so that damage hits something: its head and one of its cases.
fn excerpt(text: &str, at: &Index) -> String {
    let starts: Vec<usize> = text.match_indices("\n  - id:").map(|(at, _)| at + 1).collect();
    let Some(first) = starts.first() else { return text.to_owned() };
    let number = at.index(starts.len());
    let end = starts.get(number + 1).copied().unwrap_or(text.len());
    format!("{}{}", &text[..*first], &text[starts[number]..end])
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn damaged_suites(file in any::<Index>(), case in any::<Index>(), changes in changes(WORDS)) {
        let text = excerpt(&file.get(&EMBEDDED).text, &case);
        check(&changed(&text, &changes))?;
    }

    #[test]
    fn whole_suites_with_one_change(file in any::<Index>(), change in changes(WORDS)) {
        check(&changed(&file.get(&EMBEDDED).text, &change[..1]))?;
    }

    #[test]
    fn any_text_is_no_suite(text in any::<String>(), words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..40)) {
        check(&text)?;
        check(&words.join(" "))?;
        check(&words.concat())?;
    }
}

#[test]
fn excerpts_are_sound() {
    for source in EMBEDDED.iter() {
        let whole = changed(&source.text, &[] as &[Change]);
        assert_eq!(whole, source.text);
    }
}
