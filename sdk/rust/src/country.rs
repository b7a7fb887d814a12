//! Countries, for providers that write them in three letters.

use isocountry::CountryCode;

/// Two letters (ISO 3166-1) for a country that comes as three; anything else
/// stays as it is.
pub fn two_letters(code: String) -> String {
    let known = CountryCode::for_alpha3_caseless(&code);
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
