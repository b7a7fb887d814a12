//! Requests of the web service, taken apart and checked as its schema has them.

use roxmltree::{Document, Node};

use super::{TENANT, USER};
use crate::clock;
use crate::web::Ask;

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const WD: &str = "urn:com.workday/bsvc";
const WSSE: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const PLAIN: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText";

/// A request without its envelope.
pub struct Request {
    /// `Get_Workers_Request`.
    pub name: String,
    pub version: String,
    pub references: Vec<String>,
    pub log: Option<Log>,
    pub types: Vec<String>,
    pub system: Option<String>,
    pub as_of_day: Option<String>,
    pub as_of_entry: Option<i64>,
    pub page: usize,
    pub count: Option<usize>,
    /// Flags of the response group that are true.
    pub group: Vec<String>,
}

/// A criterion over the transaction log.
pub struct Log {
    pub updated: Option<(i64, i64)>,
    pub effective: Option<(i64, i64)>,
    pub types: Vec<String>,
}

fn child<'a, 'i>(of: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    of.children().find(|child| child.has_tag_name((WD, name)))
}

fn path<'a, 'i>(of: Node<'a, 'i>, names: &[&str]) -> Option<Node<'a, 'i>> {
    names.iter().try_fold(of, |at, name| child(at, name))
}

fn text(of: Node, names: &[&str]) -> Option<String> {
    path(of, names)?.text().map(|text| text.trim().to_owned())
}

/// The ids of this type, wherever they are below.
fn ids(of: Node, kind: &str) -> Vec<String> {
    let ids = of.descendants().filter(|node| node.has_tag_name((WD, "ID")));
    let of_kind = ids.filter(|id| id.attribute((WD, "type")) == Some(kind));
    of_kind.filter_map(|id| id.text().map(ToOwned::to_owned)).collect()
}

/// Whether the envelope has the user's name, with the tenant, and the password.
pub fn signed_in(ask: &Ask, password: &str) -> bool {
    let Ok(body) = std::str::from_utf8(&ask.body) else { return false };
    let Ok(document) = Document::parse(body) else { return false };
    let token = document.descendants().find(|node| node.has_tag_name((WSSE, "UsernameToken")));
    let part = |name| token.and_then(|token| token.children().find(|one| one.has_tag_name((WSSE, name))));
    let is = |name, expected: &str| part(name).and_then(|one| one.text()) == Some(expected);
    let plain = part("Password").and_then(|one| one.attribute("Type")) == Some(PLAIN);
    let tenant = ask.segments().get(3).cloned().unwrap_or_default();
    tenant == TENANT && plain && is("Username", &format!("{USER}@{tenant}")) && is("Password", password)
}

impl Request {
    /// What is wrong is said as a validation error.
    pub fn read(body: &[u8]) -> Result<Self, String> {
        let body = std::str::from_utf8(body).map_err(|error| error.to_string())?;
        let document = Document::parse(body).map_err(|error| error.to_string())?;
        let root = document.root_element();
        let content = root.children().find(|child| child.has_tag_name((SOAP, "Body")));
        let request = content.and_then(|body| body.children().find(Node::is_element));
        let Some(request) = request.filter(|one| one.tag_name().namespace() == Some(WD)) else {
            return Err("The request is no document of this service.".to_owned());
        };
        let version = request.attribute((WD, "version")).ok_or("The version is missing.")?.to_owned();
        let criteria = child(request, "Request_Criteria");
        let logs = criteria.and_then(|criteria| {
            child(criteria, "Transaction_Log_Criteria_Data")
                .or_else(|| child(criteria, "Transaction_Log_Criteria"))
        });
        let types = criteria
            .map(|criteria| {
                let types =
                    criteria.children().filter(|one| one.has_tag_name((WD, "Organization_Type_Reference")));
                types.flat_map(|one| ids(one, "Organization_Type_ID")).collect()
            })
            .unwrap_or_default();
        let number = |name: &str| -> Result<Option<usize>, String> {
            let text = text(request, &["Response_Filter", name]);
            text.map(|text| text.parse().map_err(|_| format!("{name} is no number."))).transpose()
        };
        let page = number("Page")?.unwrap_or(1);
        if page == 0 {
            return Err("Page Number cannot be zero.".to_owned());
        }
        let count = number("Count")?;
        if count.is_some_and(|count| count == 0 || count > 999) {
            return Err("Count has to be from 1 to 999.".to_owned());
        }
        let group = child(request, "Response_Group").map(|group| {
            let on = group.children().filter(|flag| matches!(flag.text(), Some("true" | "1")));
            on.map(|flag| flag.tag_name().name().to_owned()).collect()
        });
        let entry = text(request, &["Response_Filter", "As_Of_Entry_DateTime"]);
        Ok(Self {
            name: request.tag_name().name().to_owned(),
            version,
            references: child(request, "Request_References").map(|all| ids(all, "WID")).unwrap_or_default(),
            log: logs.map(Log::read).transpose()?,
            types,
            system: criteria.and_then(|criteria| ids(criteria, "Integration_System_ID").pop()),
            as_of_day: text(request, &["Response_Filter", "As_Of_Effective_Date"]),
            as_of_entry: entry.map(|text| moment(&text)).transpose()?,
            page,
            count,
            group: group.unwrap_or_default(),
        })
    }

    pub fn has(&self, flag: &str) -> bool {
        self.group.iter().any(|on| on == flag)
    }
}

impl Log {
    fn read(log: Node) -> Result<Self, String> {
        let range = |what: &str| -> Result<Option<(i64, i64)>, String> {
            let bound = |end: &str| {
                text(log, &["Transaction_Date_Range_Data", &format!("{what}_{end}")])
                    .map(|text| moment(&text))
                    .transpose()
            };
            match (bound("From")?, bound("Through")?) {
                (Some(from), Some(through)) => Ok(Some((from, through))),
                (None, None) => Ok(None),
                _ => Err(format!("{what}_From and {what}_Through are required together.")),
            }
        };
        let types = child(log, "Transaction_Type_References");
        let types = types.map(|types| ids(types, "Business_Process_Type")).unwrap_or_default();
        Ok(Self { updated: range("Updated")?, effective: range("Effective")?, types })
    }
}

fn moment(text: &str) -> Result<i64, String> {
    clock::parse(text).ok_or_else(|| format!("'{text}' is not a valid dateTime."))
}
