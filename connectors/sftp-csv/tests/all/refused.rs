//! Files that are refused as a whole.

use crate::folder::{folder, refused, workers};

#[test]
fn files_that_are_not_whole() {
    refused(&folder(""), "is empty");
    refused(&folder("employee id,name\n"), "nobody");
    refused(&folder("employee id,name\n1,Ada\n2,\"Bo\n"), "ends within quotes");
    let swallowed = "employee id,name\n1,\"t Hof\n2,Bo\n3,\"t Veld\n";
    refused(&folder(swallowed), "line 4: has text behind a closing quote");
    for line in ["\n", "\r\n", "\r"] {
        let text = ["employee id,name", "1,Ada", "1,Ada", "2,Peeters, Zoe", ""].join(line);
        refused(&folder(text), "line 4: has 3 cells");
    }
    refused(
        &folder("employee id,name,title\n1,Ada,Engineer\n2,Bo"),
        "line 3: has 2 cells, and there are 3 columns",
    );
    refused(&folder("employee id,name\n1,Peeters, Zoe\n"), "line 2: has 3 cells");
    let trailer = |text: &str| folder(text).setting("trailer_record", "T").setting("delimiter", "pipe");
    refused(&trailer("employee id|name\n1|Ada\n"), "has no last record");
    refused(&trailer("employee id|name\n1|Ada\nT|2\n"), "says that it has 2 records, and has 1");
    refused(&trailer("employee id|name\n1|Ada\nT|1\n2|Bo\n"), "goes on behind its last record");
    assert_eq!(workers(&trailer("employee id|name\n1|Ada\nT|1\n")).unwrap().len(), 1);
    let parts = folder("").setting("people_pattern", "p_{date}_{part}.csv");
    refused(
        &parts.clone().file("p_20260301_1of2.csv", "employee id,name\n1,Ada\n"),
        "part 2 of 2 is missing",
    );
    refused(&parts, "people_pattern");
}

#[test]
fn files_that_are_something_else() {
    for (bytes, what) in [
        (&b"PK\x03\x04rest of it"[..], "damaged zip archive"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "old Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"<HTML><body>403", "web page"),
        (b"{\"people\":[]}", "JSON"),
        (b"-----BEGIN PGP MESSAGE-----", "encrypted"),
        (b"\x1F\x8B\x08\x00garbage", "cannot be unpacked"),
        (b"employee id,name\n1,\x00Ada\n", "NUL"),
    ] {
        refused(&folder(bytes), what);
    }
}

/// Ten million letters of one kind.
#[test]
fn a_file_that_grows_beyond_measure() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut packed, &vec![b'a'; 10_000_000]).unwrap();
    refused(&folder(packed.finish().unwrap()), "grows more than a hundred times");
}

#[test]
fn records_that_may_mean_two_things() {
    let dates = "employee id,name,start date\n1,Ada,01/02/2026\n2,Bo,03/04/2025\n";
    refused(&folder(dates), "date_format");
    assert!(workers(&folder(dates).setting("date_format", "MM/dd/yyyy")).is_ok());
    refused(&folder("employee id,name,start date\n1,Ada,14/02/2026\n2,Bo,03/14/2025\n"), "date_format");
    refused(&folder("employee id,name\n1,Ada\n1,Bo\n"), "lines 2 and 3 have the same id and differ");
    refused(&folder("employee id,name\n\"1,00E+05\",Ada\n"), "made a number by Excel");
    refused(&folder("employee id,name\n#N/A,Ada\n"), "line 2: the id is an error of Excel");
    refused(&folder("employee id,name\n,Ada\n"), "line 2: has no id");
    assert_eq!(workers(&folder("employee id,name,title\n1,Ada,\n,,1 person\n")).unwrap().len(), 1);
    refused(&folder("name,email\nAda,a@example.com\n"), "has no column `employee number`");
    refused(&folder("employee id,title\n1,Engineer\n"), "no column for a name");
    let mapped = folder("employee id,name\n1,Ada\n").setting("header_map", "title=Rolle");
    refused(&mapped, "has for `title` is missing");
    refused(
        &folder("employee id,name\n1,Ada\n").setting("header_map", "shoe=Rolle"),
        "`shoe` is not a field",
    );
}

#[test]
fn many_cells_that_cannot_be_read() {
    let mut text = "employee id,name,start date\n".to_owned();
    (0..11).for_each(|number| text += &format!("{number},Somebody,soon\n"));
    refused(&folder(&text), "has 11 cells that cannot be read");
}

#[test]
fn limits() {
    use std::fmt::Write as _;
    let wide = |columns: usize| {
        let mut text = "employee id,name".to_owned();
        (2..columns).for_each(|at| write!(text, ",c{at}").unwrap());
        text += "\n1,Ada";
        (2..columns).for_each(|_| text.push(','));
        text
    };
    assert!(workers(&folder(wide(500))).is_ok());
    refused(&folder(wide(501)), "more than 500 columns");
    let long = |bytes: usize| format!("employee id,name\n1,{}\n", "a".repeat(bytes));
    assert!(workers(&folder(long(32 * 1024))).is_ok());
    refused(&folder(long(32 * 1024 + 1)), "a cell of more than");
    let many = "employee id,name\n".to_owned() + &"1,A\n".repeat(450_001);
    refused(&folder(many), "more than 450000 records");
}
