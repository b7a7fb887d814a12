//! Wrong configurations: each is refused before anything is read, names the
//! place, says why and what would be right, and changes nothing.

use rollcall_tests::{Needle, Needles, Provider, Scene};

/// What an admin writes, and what they have to be told.
const CASES: &[(&str, &[&str])] = &[
    // --- the file -----------------------------------------------------------
    ("classes = [\"secret\"]", &["classes", "basic", "work", "sensitive"]),
    ("preset = \"lenient\"", &["lenient", "safe"]),
    ("[polices]\nuse_end_date = true", &["polices"]),
    ("[policies]\nuse_end_dates = true", &["use_end_dates", "use_end_date"]),
    ("[filter]\ninclude = \"Sales\"", &["include = \"Sales\"", "line"]),
    // --- the filter ---------------------------------------------------------
    (
        "[filter]\ninclude = { attribute = \"departmnt\", equals = \"Sales\" }",
        &["filter.include", "departmnt"],
    ),
    ("[filter]\ninclude = { attribute = \"department\" }", &["filter.include", "exactly one operator"]),
    (
        "[filter]\ninclude = { attribute = \"department\", equals = \"a\", contains = \"b\" }",
        &["filter.include", "exactly one operator"],
    ),
    ("[filter]\ninclude = { all = [] }", &["filter.include", "no clauses"]),
    ("[filter]\ninclude = { any = [{}] }", &["filter.include.any[0]", "exactly one of"]),
    ("[filter]\ninclude = { group = \" \" }", &["filter.include", "`group` is empty"]),
    (
        "[filter]\nexclude = { attribute = \"title\", matches = \"(\" }",
        &["filter.exclude.matches", "regular expression"],
    ),
    (
        "[filter]\ninclude = { attribute = \"start_date\", greater = \"soon\" }",
        &["filter.include.greater", "date"],
    ),
    ("[filter]\ninclude = { attribute = \"start_date\", in_days = {} }", &["filter.include.in_days", "from"]),
    (
        "[filter]\ninclude = { attribute = \"start_date\", in_days = { from = 3, to = 1 } }",
        &["filter.include.in_days", "ends before it begins"],
    ),
    (
        "[filter]\ninclude = { attribute = \"start_date\", in_days = { to = 90000 } }",
        &["filter.include.in_days", "century"],
    ),
    // R77, C13: the class is not granted.
    ("[filter]\ninclude = { attribute = \"grade\", equals = \"7\" }", &["filter.include", "grade"]),
    ("[filter]\ninclude = { attribute = \"custom.pay\", equals = \"7\" }", &["filter.include", "custom.pay"]),
    // --- expressions --------------------------------------------------------
    ("[filter]\ninclude = { expression = \"department ==\" }", &["filter.include.expression"]),
    ("[filter]\ninclude = { expression = \"lower(department)\" }", &["filter.include.expression"]),
    (
        "[filter]\ninclude = { expression = \"departmnt == 'x'\" }",
        &["filter.include.expression", "department"],
    ),
    (
        "[filter]\ninclude = { expression = \"lowr(department) == 'x'\" }",
        &["filter.include.expression", "lower"],
    ),
    ("[filter]\ninclude = { expression = \"lower(department, 2) == 'x'\" }", &["filter.include.expression"]),
    ("[filter]\ninclude = { expression = \"department > 3\" }", &["filter.include.expression"]),
    // --- the mapping --------------------------------------------------------
    ("[[mapping]]\ntarget = \"email\"\nsource = \"work_email\"", &["mapping", "given_name"]),
    ("[[mapping]]\ntarget = \"E-Mail\"\nsource = \"work_email\"", &["mapping[0].target", "E-Mail"]),
    ("[[mapping]]\ntarget = \"email\"\nsource = \"work_mail\"", &["mapping[0].source", "work_mail"]),
    ("[[mapping]]\ntarget = \"email\"", &["mapping[0]"]),
    (
        "[[mapping]]\ntarget = \"email\"\nsource = \"work_email\"\nconstant = \"a\"",
        &["mapping[0]", "constant"],
    ),
    ("[[mapping]]\ntarget = \"email\"\nexpression = \"1 + 1\"", &["mapping[0].expression"]),
    ("[[mapping]]\ntarget = \"email\"\nexpression = \"lower(\"", &["mapping[0].expression"]),
    (
        "[[mapping]]\ntarget = \"private\"\nsource = \"personal_email\"",
        &["mapping[0].source", "personal_email"],
    ),
    (
        "[[mapping]]\ntarget = \"email\"\nsource = \"work_email\"\napply = \"sometimes\"",
        &["apply", "on-create"],
    ),
    // --- policies -----------------------------------------------------------
    ("[policies]\ntime_zone = \"Europe/Berin\"", &["policies.time_zone", "Europe/Berin", "Europe/Berlin"]),
    (
        "[policies]\nhold_removals_over = { people = 0, percent = 10 }",
        &["policies.hold_removals_over.people"],
    ),
    (
        "[policies]\nhold_removals_over = { people = 5, percent = 200 }",
        &["policies.hold_removals_over.percent", "200"],
    ),
    (
        "[policies]\nhold_removals_over = { people = 5, percent = 0 }",
        &["policies.hold_removals_over.percent"],
    ),
    ("[policies]\non_source_deleted = { action = \"delete\" }", &["delete", "remove"]),
    (
        "[policies]\non_source_deleted = { action = \"remove\" }",
        &["policies.on_source_deleted", "remove_after_days"],
    ),
    (
        "[policies]\non_out_of_scope = { action = \"remove\", remove_after_days = 0 }",
        &["policies.on_out_of_scope", "way back"],
    ),
    (
        "[policies]\non_source_inactive = { action = \"remove\", remove_after_days = 9 }",
        &["policies.on_source_inactive"],
    ),
    (
        "[policies]\non_out_of_scope = { action = \"flag\", grace_days = 3 }",
        &["policies.on_out_of_scope", "grace"],
    ),
    ("[policies]\nschedule = { every_hours = 0 }", &["policies.schedule"]),
    ("[policies]\nschedule = { cron = \"every day\" }", &["policies.schedule", "every day"]),
    (
        "[policies]\nactivate = \"on-appearance\"\nactivate_days_before = 3",
        &["policies.activate_days_before"],
    ),
    ("[policies]\nunmatched_local = \"adopt-by-rule\"", &["policies.adopt_rules"]),
    (
        "[policies]\nunmatched_local = \"adopt-by-rule\"\nadopt_rules = [[\"shoe_size\"]]",
        &["policies.adopt_rules", "shoe_size"],
    ),
    ("[policies]\nwrite_back = \"all\"", &["write_back", "none"]),
    ("[policies]\ninbound = \"push\"", &["policies.inbound"]),
    // --- grouping, merging --------------------------------------------------
    ("[grouping]\nsource = \"teams\"", &["teams", "attribute:NAME"]),
    ("[grouping]\nsource = \"attribute:squad\"", &["grouping.source", "squad"]),
    ("[grouping]\nonly = [\"Sales\"]", &["grouping.only"]),
    ("[merge]\norder = [\"people\", \"idp\"]", &["merge", "sources"]),
    (
        "[policies]\nsources = \"merged\"\n[merge]\norder = [\"people\", \"idp\", \"people\"]",
        &["merge.order", "comes before itself"],
    ),
    ("[policies]\nsources = \"merged\"\n[merge]\norder = [\"idp\", \"people\"]", &["merge.order", "first"]),
    ("[policies]\nsources = \"merged\"", &["policies.sources", "no order"]),
    (
        "[policies]\nsources = \"merged\"\n[merge]\norder = [\"people\", \"idp\"]\n[merge.attributes]\ntitle = [\"third\"]",
        &["merge.attributes.title", "third"],
    ),
    // --- retention ----------------------------------------------------------
    ("[retention]\nruns_days = 0", &["retention"]),
];

#[test]
fn a_wrong_configuration_is_refused_with_place_reason_and_remedy() {
    assert!(CASES.len() >= 40);
    let scene = Scene::new(Provider::Personio, 40);
    scene.sync(&[]).expect(0);
    let before = scene.accounts();
    let requests = scene.stub.stats().requests;
    let runs = || {
        let entries = scene.run(&["audit", "list"], &[]).expect(0).lines();
        entries.iter().filter(|entry| entry["kind"] == "run-begun").count()
    };
    let begun = runs();
    let mut wrong = Vec::new();
    for (text, told) in CASES {
        scene.write(&with(&scene, text));
        let ended = scene.sync(&[]);
        let lacks: Vec<_> = told.iter().filter(|words| !ended.stderr.contains(**words)).collect();
        if ended.code != Some(2) || !lacks.is_empty() {
            wrong.push(format!("{text}\n  exit {:?}, lacks {lacks:?}:\n  {}", ended.code, ended.stderr));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), CASES.len(), wrong.join("\n"));
    assert_eq!(scene.accounts(), before);
    assert_eq!(scene.stub.stats().requests, requests, "nobody was asked");
    assert_eq!(runs(), begun, "no run was begun");
    let secret = Needle { what: "the secret".into(), text: rollcall_tests::SECRET.into(), is_number: false };
    assert!(Needles::new(vec![secret]).below(&scene.data()).is_empty());
}

/// The file of the scene, with these lines in their place.
fn with(scene: &Scene, text: &str) -> String {
    let table = text.starts_with('[');
    let mut file = scene.integration(&["work"], if table { text } else { "" });
    if text.contains("activate") {
        file = file.replacen("activate = \"on-appearance\"\n[policies]", "[policies]", 1);
    }
    match table {
        true => file,
        false => format!(
            "{text}\n{}",
            file.replacen(
                "classes = [\"work\"]\n",
                if text.starts_with("classes") { "" } else { "classes = [\"work\"]\n" },
                1
            )
        ),
    }
}
