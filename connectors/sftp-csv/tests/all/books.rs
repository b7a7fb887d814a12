//! Excel files: as Excel writes them, and as libraries do.

use rollcall_sdk::prelude::*;

use crate::archives::zip;
use crate::folder::{folder, ids, refused, workers};

const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
const WHOLE: &str = "<Relationships><Relationship Id=\"r1\" \
     Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
     Target=\"/x/book.xml\"/></Relationships>";
const PARTS: &str = "<Relationships><Relationship Id=\"a\" Type=\"x/worksheet\" Target=\"one.xml\"/>\
     <Relationship Id=\"b\" Type=\"x/worksheet\" Target=\"/x/two.xml\"/>\
     <Relationship Id=\"c\" Type=\"x/styles\" Target=\"styles.xml\"/></Relationships>";
const BOOK: &str = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"Notes\" state=\"hidden\" r:id=\"a\"/>\
     <sheet name=\"People\" r:id=\"b\"/></sheets></workbook>";
const STYLES: &str = "<styleSheet><cellStyleXfs><xf numFmtId=\"0\"/></cellStyleXfs>\
     <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>";
const HEADER: &str = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Employee ID</t></is></c>\
     <c r=\"B1\" t=\"inlineStr\"><is><t>First name</t></is></c>\
     <c r=\"C1\" t=\"inlineStr\"><is><t>Start date</t></is></c>\
     <c r=\"D1\" t=\"inlineStr\"><is><t>Active</t></is></c>\
     <c r=\"E1\" t=\"inlineStr\"><is><t>Manager</t></is></c></row>";

/// A file such as a library writes, without shared texts.
fn book(rows: &str) -> Vec<u8> {
    let sheet = |rows: &str| format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    zip(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", WHOLE.as_bytes()),
        ("x/_rels/book.xml.rels", PARTS.as_bytes()),
        ("x/book.xml", BOOK.as_bytes()),
        ("x/styles.xml", STYLES.as_bytes()),
        ("x/one.xml", sheet("<row><c t=\"str\"><v>nothing</v></c></row>").as_bytes()),
        ("x/two.xml", sheet(rows).as_bytes()),
    ])
}

#[test]
fn as_a_library_writes_it() {
    let rows = format!(
        "{HEADER}<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>00042</t></is></c>\
         <c r=\"B2\" t=\"inlineStr\"><is><r><t>Zo</t></r><r><t>&#235; &amp; Co</t></r><rPh><t>x</t></rPh></is></c>\
         <c r=\"C2\" s=\"1\" t=\"n\"><v>46082</v></c><c r=\"D2\" t=\"b\"><v>1</v></c></row>\
         <row r=\"9\"><c><v>1.0023E4</v></c><c t=\"inlineStr\"><is><t>Jan</t></is></c>\
         <c s=\"1\"><v>43556</v></c><c t=\"b\"><v>0</v></c><c><f>A2</f><v>00042</v></c></row>"
    );
    let all = workers(&folder(book(&rows))).unwrap();
    assert_eq!(ids(&all), ["00042", "10023"]);
    assert_eq!(all[0].name.given.as_deref(), Some("Zoë & Co"));
    assert_eq!(all[0].employment.start_date.as_deref(), Some("2026-03-01"));
    assert_eq!((all[0].status, all[1].status), (WorkerStatus::Active, WorkerStatus::Inactive));
    assert_eq!(all[1].employment.start_date.as_deref(), Some("2019-04-01"));
    assert_eq!(workers(&folder(book(&rows)).page_size(1)).unwrap(), all);
    // What an admin says of CSV files says nothing of Excel's.
    let settings = [("encoding", "utf-16le"), ("delimiter", "tab"), ("quote_escape", "backslash")];
    let set = settings.iter().fold(folder(book(&rows)), |folder, (key, value)| folder.setting(key, value));
    assert_eq!(workers(&set).unwrap(), all);
    refused(&folder(book(&rows)).setting("sheet", "Notes"), "has no column");
    refused(&folder(book(&rows)).setting("sheet", "Staff"), "without the sheet");
    // Rows have the numbers that Excel shows.
    let twice =
        format!("{HEADER}<row r=\"7\"><c t=\"str\"><v>1E+05</v></c><c t=\"str\"><v>Ada</v></c></row>");
    refused(&folder(book(&twice)), "line 7: the id was made a number");
}

#[test]
fn as_excel_writes_it() {
    let parts = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId3\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/>\
         <Relationship Id=\"rId4\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings\" Target=\"sharedStrings.xml\"/>\
         <Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
    let styles = "<x:styleSheet xmlns:x=\"http://purl.oclc.org/ooxml/spreadsheetml/main\"><x:numFmts count=\"2\">\
         <x:numFmt numFmtId=\"164\" formatCode=\"00000\"/><x:numFmt numFmtId=\"165\" formatCode=\"dd\\/mm\\/yyyy\"/></x:numFmts>\
         <x:cellStyleXfs count=\"1\"><x:xf numFmtId=\"0\"/></x:cellStyleXfs><x:cellXfs count=\"3\"><x:xf numFmtId=\"0\"/>\
         <x:xf numFmtId=\"164\"/><x:xf numFmtId=\"165\"/></x:cellXfs><x:cellStyles><x:cellStyle xfId=\"0\"/></x:cellStyles></x:styleSheet>";
    let shared = ["Staff of Example Ltd", "Employee ID", "Name", "Hire date", "Job title", "FTE"];
    let shared: String = shared.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
    let shared = format!(
        "<sst count=\"9\" uniqueCount=\"9\">{shared}<si><t xml:space=\"preserve\">Zoë &quot;Z&quot; Peeters</t></si>\
         <si><r><t>Line one</t></r><r><rPr><b/></rPr><t>_x000A_line two</t></r></si><si><t>10023</t></si></sst>"
    );
    let rows = "<dimension ref=\"A1:XFD1048576\"/><sheetData><row r=\"1\" spans=\"1:5\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>\
         <row r=\"3\" spans=\"1:5\"><c r=\"A3\" t=\"s\"><v>1</v></c><c r=\"B3\" t=\"s\"><v>2</v></c><c r=\"C3\" t=\"s\"><v>3</v></c>\
         <c r=\"D3\" t=\"s\"><v>4</v></c><c r=\"E3\" t=\"s\"><v>5</v></c></row>\
         <row r=\"4\" spans=\"1:5\" hidden=\"1\"><c r=\"A4\" s=\"1\"><v>42</v></c><c r=\"B4\" t=\"s\"><v>6</v></c>\
         <c r=\"C4\" s=\"2\"><v>43556</v></c><c r=\"D4\" t=\"s\"><v>7</v></c><c r=\"E4\"><v>0.80000000000000004</v></c></row>\
         <row r=\"5\" spans=\"1:5\"><c r=\"A5\" t=\"s\"><v>8</v></c><c r=\"B5\" t=\"str\"><f>\"J\"&amp;\"an\"</f><v>Jan</v></c>\
         <c r=\"C5\" s=\"2\"/></row><row r=\"6\"><c r=\"C6\" t=\"str\"><f>1</f><v>2 people</v></c></row></sheetData>";
    let book = "<workbook><workbookPr date1904=\"0\"/><sheets><sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
    let bytes = zip(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", WHOLE.replace("/x/book.xml", "xl/workbook.xml").as_bytes()),
        ("xl/_rels/workbook.xml.rels", parts.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/sharedStrings.xml", shared.as_bytes()),
        ("xl/worksheets/sheet1.xml", format!("<worksheet>{rows}</worksheet>").as_bytes()),
    ]);
    let all = workers(&folder(bytes)).unwrap();
    assert_eq!(ids(&all), ["00042", "10023"]);
    let zoe = &all[0];
    assert_eq!(zoe.name.display.as_deref(), Some("Zoë \"Z\" Peeters"));
    assert_eq!(zoe.employment.start_date.as_deref(), Some("2019-04-01"));
    assert_eq!(zoe.employment.title.as_deref(), Some("Line one\nline two"));
    assert_eq!(zoe.employment.fte, Some(0.8));
    assert_eq!(all[1].name.display.as_deref(), Some("Jan"));
}

#[test]
fn what_is_refused() {
    let row = |cells: &str| book(&format!("{HEADER}<row><c><v>1</v></c>{cells}</row>"));
    refused(&folder(row("<c><f>A2</f><v/></c>")), "a formula without its result");
    refused(&folder(row("<c t=\"s\"><v>7</v></c>")), "damaged Excel file");
    refused(&folder(row("<c t=\"str\"><v>&nothing;</v></c>")), "damaged Excel file");
    refused(&folder(row("<c t=\"str\"><v>Ada</v></d>")), "damaged Excel file");
    refused(&folder(book("<!DOCTYPE x>")), "document type");
    refused(&folder(zip(&[("[Content_Types].xml", TYPES.as_bytes())])), "damaged Excel file");
    let macros = zip(&[("[Content_Types].xml", TYPES.as_bytes()), ("xl/vbaProject.bin", b"")]);
    refused(&folder(macros), "macros");
    let binary = WHOLE.replace("book.xml", "book.bin");
    let binary = zip(&[("[Content_Types].xml", TYPES.as_bytes()), ("_rels/.rels", binary.as_bytes())]);
    refused(&folder(binary), "binary Excel file");
    // An error of Excel's is no title.
    let all = workers(&folder(row("<c t=\"str\"><v>Ada</v></c><c t=\"e\"><v>#N/A</v></c>"))).unwrap();
    assert_eq!(all[0].employment.start_date, None);
    let log = rollcall_sdk::testing::take_log();
    assert!(log.iter().any(|(_, line)| line.contains("`start_date` cannot be read")), "{log:?}");
}

#[test]
fn limits() {
    let ada = "<c t=\"str\"><v>Ada</v></c>";
    let gap = |rows: u32| {
        let row = 3 + rows;
        book(&format!(
            "{HEADER}<row r=\"2\"><c><v>1</v></c>{ada}</row><row r=\"{row}\"><c><v>2</v></c>{ada}</row>"
        ))
    };
    assert_eq!(workers(&folder(gap(999))).unwrap().len(), 2);
    assert_eq!(workers(&folder(gap(1_000))).unwrap().len(), 1);
    let deep = |layers: usize| {
        let (open, close) = ("<x>".repeat(layers), "</x>".repeat(layers));
        book(&format!("{HEADER}<row><c><v>1</v></c>{ada}</row>{open}{close}"))
    };
    assert!(workers(&folder(deep(98))).is_ok());
    refused(&folder(deep(99)), "too many layers");
    let wide = |column: &str| {
        book(&format!("{HEADER}<row><c><v>1</v></c>{ada}<c r=\"{column}2\"><v>1</v></c></row>"))
    };
    refused(&folder(wide("SF")), "has 500 cells");
    refused(&folder(wide("SG")), "more than 500 columns");
    let styles = |count: usize| {
        let styles = format!("<styleSheet><cellXfs>{}</cellXfs></styleSheet>", "<xf/>".repeat(count));
        zip(&[
            ("[Content_Types].xml", TYPES.as_bytes()),
            ("_rels/.rels", WHOLE.as_bytes()),
            ("x/_rels/book.xml.rels", PARTS.as_bytes()),
            ("x/book.xml", BOOK.as_bytes()),
            ("x/styles.xml", styles.as_bytes()),
            ("x/two.xml", b"<worksheet/>"),
        ])
    };
    refused(&folder(styles(10_000)), "has no column");
    refused(&folder(styles(10_001)), "10,000 styles");
    let texts = |letters: usize| {
        // Digits that hardly repeat: a file of one letter is refused as it grows.
        let digits = (0_u64..).flat_map(|number| number.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
        let text: String = digits.take(letters / 2).map(|byte| format!("{byte:02x}")).collect();
        let texts = format!("<sst><si><t>{text}</t></si></sst>");
        let parts = PARTS.replace("x/styles\" Target=\"styles.xml", "x/sharedStrings\" Target=\"texts.xml");
        zip(&[
            ("[Content_Types].xml", TYPES.as_bytes()),
            ("_rels/.rels", WHOLE.as_bytes()),
            ("x/_rels/book.xml.rels", parts.as_bytes()),
            ("x/book.xml", BOOK.as_bytes()),
            ("x/texts.xml", texts.as_bytes()),
            ("x/two.xml", b"<worksheet/>"),
        ])
    };
    let most = 16 * 1024 * 1024;
    refused(&folder(texts(most)), "has no column");
    refused(&folder(texts(most + 2)), "more than 16 MB of texts");
}
