//! Zip archives.

use std::io::Write as _;

use rawzip::{CompressionMethod, ZipArchiveWriter};

use crate::folder::{folder, ids, refused, workers};

/// An archive of files with these names and contents.
pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = ZipArchiveWriter::new(&mut bytes);
    for (name, content) in files {
        let file = archive.new_file(name).compression_method(CompressionMethod::DEFLATE).start();
        let (mut entry, config) = file.unwrap();
        let encoder = flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::default());
        let mut writer = config.wrap(encoder);
        writer.write_all(content).unwrap();
        let (encoder, descriptor) = writer.finish().unwrap();
        encoder.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap();
    bytes
}

const PEOPLE: &[u8] = b"employee id,name\n1,Zo\xEB\n2,Bo\n";

#[test]
fn one_file_is_read_as_it_was() {
    let all = workers(&folder(zip(&[("people.csv", PEOPLE)])).page_size(1)).unwrap();
    assert_eq!(ids(&all), ["1", "2"]);
    assert_eq!(all[0].name.display.as_deref(), Some("Zoë"));
}

#[test]
fn what_is_not_one_file_is_refused() {
    refused(&folder(zip(&[("a.csv", PEOPLE), ("b.csv", PEOPLE)])), "exactly one file");
    refused(&folder(zip(&[])), "exactly one file");
    refused(&folder(zip(&[("hr/people.csv", PEOPLE)])), "a folder in it");
    refused(&folder(zip(&[("people.pdf", b"%PDF-1.7")])), "PDF");
    refused(&folder(zip(&[("people.xlsx", &zip(&[("a.csv", PEOPLE)]))])), "in a zip archive");
    refused(&folder(zip(&[("bomb.csv", &vec![b'a'; 10_000_000])])), "grows more than a hundred times");
    let whole = zip(&[("people.csv", PEOPLE)]);
    refused(&folder(&whole[..whole.len() - 10]), "damaged zip archive");
    // One bit of what is in it differs.
    let mut damaged = whole.clone();
    damaged[45] ^= 4;
    assert!(workers(&folder(damaged)).is_err());
}

#[test]
fn limits() {
    let many: Vec<_> = (0..1_001).map(|number| format!("{number}.csv")).collect();
    let files: Vec<_> = many.iter().map(|name| (name.as_str(), PEOPLE)).collect();
    refused(&folder(zip(&files[..1_000])), "exactly one file");
    refused(&folder(zip(&files)), "too many files");
    let mut large = zip(&[("people.csv", PEOPLE)]);
    large.resize(16 * 1024 * 1024 + 1, 0);
    refused(&folder(large), "more than 16 MB");
}
