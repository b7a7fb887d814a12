//! Following a path.

use std::borrow::Cow;

use roxmltree::Node;

/// Hands each element at this path to `take`, with its text or that of its
/// attribute, until it says that this is enough; whether it did.
pub fn find<'d>(
    from: Node<'d, 'd>,
    path: &str,
    take: &mut dyn FnMut(Node<'d, 'd>, Cow<'d, str>) -> bool,
) -> bool {
    if path.is_empty() {
        return take(from, text_of(from));
    }
    if let Some(name) = path.strip_prefix('@') {
        let attribute = from.attributes().find(|attribute| attribute.name() == name);
        return attribute.is_some_and(|attribute| take(from, Cow::Borrowed(attribute.value())));
    }
    let end = path.bytes().position(|byte| matches!(byte, b'/' | b'[')).unwrap_or(path.len());
    let (name, rest) = path.split_at(end);
    let mut found = from.children().filter(|child| child.is_element() && child.tag_name().name() == name);
    if !rest.starts_with('[') {
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        return found.any(|one| find(one, rest, take));
    }
    let (mut found, mut rest) = (found.collect::<Vec<_>>(), rest);
    while let Some((demand, after)) = demand(rest) {
        match demand {
            "last()" => found = found.pop().into_iter().collect(),
            _ => found.retain(|one| holds(*one, demand)),
        }
        rest = after;
    }
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    found.into_iter().any(|one| find(one, rest, take))
}

/// What stands in the brackets that a path begins with, and what follows them.
fn demand(path: &str) -> Option<(&str, &str)> {
    let inside = path.strip_prefix('[')?;
    let mut open = 1;
    let (end, _) = inside.char_indices().find(|(_, one)| {
        open += i32::from(*one == '[') - i32::from(*one == ']');
        open == 0
    })?;
    Some((inside.get(..end)?, inside.get(end + 1..)?))
}

fn holds(of: Node, demand: &str) -> bool {
    if let Some(not) = demand.strip_prefix("not(").and_then(|rest| rest.strip_suffix(')')) {
        return !holds(of, not);
    }
    let value = demand.strip_suffix('\'').and_then(|demand| demand.rsplit_once("='"));
    let (path, expected) = value.map_or((demand, None), |(path, value)| (path, Some(value)));
    find(of, path, &mut |_, text| expected.is_none_or(|expected| expected == text))
}

/// All text directly in an element. Comments part it.
fn text_of<'d>(element: Node<'d, 'd>) -> Cow<'d, str> {
    let texts = element.children().filter(Node::is_text).filter_map(|text| text.text());
    texts.fold(Cow::Borrowed(""), |before, text| before + text)
}

#[cfg(test)]
mod tests {
    use crate::json::{Text, Wrong};
    use crate::xml::{Element, MAX_NODES, escape, read};

    const COMPANY: &str = "<?xml version='1.0'?>\n<c:company xmlns:c='u'>\
        <c:person c:id='1'><c:mail c:use='home'>h@x</c:mail><c:mail c:use='work'>w@x</c:mail></c:person>\
        <c:person c:id='2'><c:mail c:use='work'> </c:mail><c:unit><c:kind>A</c:kind><c:kind>B</c:kind></c:unit></c:person>\
        <person id='3'><unit><kind>C</kind></unit></person></c:company>";

    #[track_caller]
    fn texts(path: &str, expected: &[&str]) {
        let document = read(COMPANY.as_bytes()).unwrap();
        let found = document.root().texts(path);
        assert_eq!(found.iter().filter_map(Text::as_str).collect::<Vec<_>>(), expected, "{path}");
        assert_eq!(document.root().text(path).as_str(), expected.first().copied(), "{path}");
    }

    #[test]
    fn paths() {
        texts("person/@id", &["1", "2", "3"]);
        texts("person/mail", &["h@x", "w@x"]);
        texts("person/mail[@use='work']", &["w@x"]);
        texts("person[mail[@use='work']]/@id", &["1", "2"]);
        texts("person[mail/@use='home']/mail[@use='work']", &["w@x"]);
        texts("person[not(mail)]/@id", &["3"]);
        texts("person[not(unit/kind='B')][unit]/@id", &["3"]);
        texts("person[unit[kind='A']/kind='B']/@id", &["2"]);
        texts("person[last()]/unit/kind", &["C"]);
        texts("person/unit/kind[last()]", &["B", "C"]);
        for nothing in
            ["person", "nobody/@id", "person[@id='4']/@id", "person[unit", "person/@name", "/", "["]
        {
            texts(nothing, &[]);
        }
        let document = read(COMPANY.as_bytes()).unwrap();
        assert_eq!(document.root().all("person[unit]").len(), 2);
        assert!(document.root().at("nobody").is_none() && Element::default().at("person").is_none());
        assert_eq!(document.root().at("person/unit/kind").text("").as_str(), Some("A"));
    }

    #[test]
    fn texts_are_joined_and_escaped() {
        let text = |xml: &str| read(xml.as_bytes()).unwrap().root().text("x").get();
        assert_eq!(text("<r><x>a<![CDATA[<b>]]>&#99;<!-- no -->d</x></r>").as_deref(), Some("a<b>cd"));
        assert_eq!(text("<r><x> a&amp;b </x></r>").as_deref(), Some(" a&b "));
        assert_eq!(text("<r><x/><x>b</x></r>").as_deref(), Some("b"));
        assert_eq!(escape("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&apos;");
    }

    #[test]
    fn what_is_no_document_is_a_failure() {
        let wrong = |xml: &[u8]| read(xml).err();
        assert_eq!(wrong(b" \n"), Some(Wrong::Empty));
        for (xml, what) in [
            ("{\"a\":1}", "line 1 column 1"),
            ("<a><b></a>", "line 1 column 7"),
            ("<a>", "line 1 column 1"),
            ("<a>&Mara;</a>", "line 1 column 4"),
            ("<a/><b/>", "line 1 column 5"),
            ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "it has a document type, which is not read"),
        ] {
            assert_eq!(wrong(xml.as_bytes()), Some(Wrong::Syntax(what.into())), "{xml}");
        }
        assert!(matches!(wrong(b"<a>\xff</a>"), Some(Wrong::Syntax(_))));
        assert!(read("\u{feff}<a/>".as_bytes()).is_ok());
    }

    #[test]
    fn a_document_has_a_size_and_no_depth_is_too_great() {
        let within = MAX_NODES as usize - 2;
        assert!(read(format!("<a>{}</a>", "<b/>".repeat(within)).as_bytes()).is_ok());
        let error = read(format!("<a>{}</a>", "<b/>".repeat(within + 1)).as_bytes()).err();
        assert!(matches!(error, Some(Wrong::Syntax(what)) if what.contains("smaller pages")));
        let deep = format!("{}x{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        assert_eq!(read(deep.as_bytes()).unwrap().root().text("a/a").as_str(), None);
    }
}
