//! Requests of the web service, pages of its lists, and its faults.

use std::fmt::Display;

use rollcall_sdk::prelude::*;
use rollcall_sdk::xml::{Document, Element};
use rollcall_sdk::{SettingError, fault, xml};

use crate::slot;

/// An element. `content` is XML.
pub fn element(name: &str, content: impl Display) -> String {
    format!("<wd:{name}>{content}</wd:{name}>")
}

/// Elements that say yes or no.
pub fn flags(all: &[(&str, bool)]) -> String {
    all.iter().map(|(name, is)| element(name, is)).collect()
}

/// The id of something, as references have it.
pub fn id(kind: &str, id: &str) -> String {
    format!("<wd:ID wd:type=\"{kind}\">{}</wd:ID>", xml::escape(id))
}

/// A call of the service: the request of this name with these parts.
pub fn call<'a>(cx: &'a Context, name: &str, parts: &str, purpose: &str) -> Result<Call<'a>> {
    let (slot, version) = (slot(cx, "soap")?, cx.setting("version").or("v44.0"));
    // The host puts the user's name and the password in place of the braces.
    let header = if slot == "soap" { "<soapenv:Header>{{soap}}</soapenv:Header>" } else { "" };
    let body = format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:wd=\"urn:com.workday/bsvc\">\
         {header}<soapenv:Body><wd:{name} wd:version=\"{}\">{parts}</wd:{name}></soapenv:Body></soapenv:Envelope>",
        xml::escape(version)
    );
    Ok(cx.post("soap", format!("/{}", segment(version))).auth(slot).purpose(purpose).xml_body(body))
}

/// Where the read of a list is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct At {
    paging: PageNumber,
    /// As the first page had it.
    total: Option<u64>,
}

impl Shape for At {
    const SHAPE: &'static str = "workday-list/1";
}

impl At {
    /// The part of a request that says which page. `as_of`: the same on each,
    /// or pages shift.
    pub fn filter(&self, cx: &Context, as_of: &str) -> Result<String> {
        const USUAL_SIZE: u32 = 100;
        let size = cx.setting("page_size").parse("a number from 1 to 999")?.unwrap_or(USUAL_SIZE);
        let (page, count) = (self.paging.page + 1, cx.page_size(size));
        Ok(element("Response_Filter", as_of.to_owned() + &element("Page", page) + &element("Count", count)))
    }

    /// The records of the page, and what follows. A list that does not come to
    /// its total is not whole.
    pub fn take<'d>(
        &self,
        answer: &Answer,
        document: &'d Document,
        record: &str,
    ) -> Result<(Vec<Element<'d>>, Option<Self>)> {
        let response = document.root().at(&format!("Body/Get_{record}s_Response"));
        let number = |what: &str| {
            let told = response.text(&format!("Response_Results/{what}"));
            let number = told.as_str().and_then(|text| text.parse::<u64>().ok());
            number.ok_or_else(|| answer.invalid(&format!("it has no `{what}`")))
        };
        let (total, asked) = (number("Total_Results")?, self.paging.page + 1);
        // An empty list is not there, and need not have pages.
        let (pages, page) = if total == 0 { (0, asked) } else { (number("Total_Pages")?, number("Page")?) };
        let records = response.all(&format!("Response_Data/{record}"));
        let wid = format!("{record}_Reference/ID[@type='WID']");
        let ids: Vec<_> = records.iter().map(|record| record.text(&wid)).collect();
        if let Some(nth) = ids.iter().position(Text::is_none) {
            return Err(answer.invalid(&format!("{record} {nth} has no id of type `WID`")));
        }
        let next = self.paging.after_of(ids.iter().filter_map(Text::as_str), pages)?;
        let read = self.paging.read + records.len() as u64;
        if page != asked {
            return Err(answer.invalid(&format!("it is page {page}, and page {asked} was asked for")));
        }
        if self.total.is_some_and(|before| before != total) || next.is_none() && read != total {
            return Err(answer.invalid(&format!("it states {total} results, and there are others")));
        }
        Ok((records, next.map(|paging| Self { paging, total: Some(total) })))
    }
}

/// What a fault means: by its code, as its status is always 500.
pub fn failure(answer: &Answer) -> Option<Failure> {
    let said = reason(answer)?;
    let code = answer.xml().ok()?.root().text("Body/Fault/faultcode").take()?;
    match code.rsplit('.').next()? {
        "authenticationError" => {
            let check = "check `tenant`, and `username` and `password` or `refresh_token`";
            Some(Failure::AuthFailed(format!("{said}: {check}")))
        }
        _ if said.contains("not authorized") => {
            let of_groups = answer.purpose().contains("organization");
            let domain = if of_groups { "Organizations: View" } else { "Worker Data: Public Worker Reports" };
            Some(Failure::PermissionMissing(format!("Get on the domain `{domain}`")))
        }
        "validationError" => {
            let types = [
                ("Integration_System_ID", "integration_system_id"),
                ("Organization_Type_ID", "organization_types"),
            ];
            let wrong = types.into_iter().find(|(kind, _)| said.contains(kind));
            Some(match wrong {
                Some((_, key)) => Failure::BadSetting(SettingError { key: key.into(), why: said }),
                None => answer.invalid(&format!("the request is refused: {said}")),
            })
        }
        _ => None,
    }
}

pub fn reason(answer: &Answer) -> Option<String> {
    answer.xml().ok()?.root().text("Body/Fault/faultstring").as_str().map(fault::one_line)
}
