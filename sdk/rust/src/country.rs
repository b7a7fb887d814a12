//! Countries, for providers that write them in three letters.

use isocountry::CountryCode;

/// Two letters (ISO 3166-1) for a country that comes as three; anything else
/// stays as it is.
pub fn two_letters(code: String) -> String {
    // A search through the table: the crate's own is a comparison for each
    // country in the code, and three times the size of the rest.
    let known = CountryCode::as_array().iter().find(|country| country.alpha3().eq_ignore_ascii_case(&code));
    known.map_or(code, |country| country.alpha2().to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn two_letters() {
        for (code, expected) in [("DEU", "DE"), ("gbr", "GB"), ("DE", "DE"), ("XKX", "XKX"), ("", "")] {
            assert_eq!(super::two_letters(code.to_owned()), expected);
        }
    }
}
