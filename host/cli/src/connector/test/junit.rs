//! A report as JUnit XML: a suite for each connector, a case for each stage.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use rollcall_workbench::{Report, StageReport, Verdict};

pub fn xml(reports: &[Report]) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    // Writing into memory cannot fail.
    let _ = write(&mut writer, reports);
    String::from_utf8_lossy(&writer.into_inner()).into_owned()
}

fn write(writer: &mut Writer<Vec<u8>>, reports: &[Report]) -> std::io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.write_event(Event::Start(BytesStart::new("testsuites")))?;
    for report in reports {
        let count =
            |verdict| report.stages.iter().filter(|stage| stage.verdict == verdict).count().to_string();
        let mut suite = BytesStart::new("testsuite");
        suite.push_attribute(("name", report.connector.as_str()));
        suite.push_attribute(("tests", report.stages.len().to_string().as_str()));
        suite.push_attribute(("failures", count(Verdict::Fail).as_str()));
        suite.push_attribute(("skipped", count(Verdict::Skipped).as_str()));
        writer.write_event(Event::Start(suite))?;
        report.stages.iter().try_for_each(|stage| case(writer, &report.connector, stage))?;
        writer.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    writer.write_event(Event::End(BytesEnd::new("testsuites")))
}

fn case(writer: &mut Writer<Vec<u8>>, connector: &str, stage: &StageReport) -> std::io::Result<()> {
    let mut case = BytesStart::new("testcase");
    case.push_attribute(("classname", connector));
    case.push_attribute(("name", stage.stage.as_str()));
    writer.write_event(Event::Start(case))?;
    for finding in &stage.findings {
        let mut failure = BytesStart::new("failure");
        failure.push_attribute(("message", finding.what.as_str()));
        writer.write_event(Event::Start(failure))?;
        let of = finding.case.as_ref().map(|case| format!("case {case}\n")).unwrap_or_default();
        writer.write_event(Event::Text(BytesText::new(&format!(
            "{of}{}\nfix: {}",
            finding.what, finding.fix
        ))))?;
        writer.write_event(Event::End(BytesEnd::new("failure")))?;
    }
    if stage.verdict == Verdict::Skipped {
        writer.write_event(Event::Empty(BytesStart::new("skipped")))?;
    }
    writer.write_event(Event::End(BytesEnd::new("testcase")))
}
