//! Stage 2: what an admin is asked for, and answers that stay the same.

use super::Tested;
use crate::report::Notebook;

pub fn run(tested: &Tested<'_>, book: &mut Notebook) {
    let manifest = tested.connector.manifest();
    for setting in &manifest.settings {
        let key = &setting.key;
        let shown = setting.secret
            || setting.example.is_some()
            || setting.default.is_some()
            || !setting.options.is_empty();
        book.holds(
            None,
            shown,
            || format!("setting `{key}` has neither an example, a default nor options"),
            "give an `example`: it stands in the empty field of the form",
        );
        if let (Some(example), false) = (&setting.example, setting.secret) {
            let wrong = setting.accepts(example).err();
            let what = || {
                format!(
                    "the example of setting `{key}` {}",
                    wrong.as_ref().map(ToString::to_string).unwrap_or_default()
                )
            };
            book.holds(None, wrong.is_none(), what, "give an example that an admin could enter");
        }
    }
    for case in &tested.cases {
        for what in ["check", "discover"] {
            let steady = !case.clean.unsteady.iter().any(|call| call == what);
            book.holds(
                Some(case.name()),
                steady,
                || format!("`{what}` gives something else when it is called again"),
                "take time from the run, and nothing from chance or from an earlier call",
            );
        }
    }
}
