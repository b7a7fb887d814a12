//! Addresses that may be connected to, against the registries as prefixes; and
//! hosts that an admin enters, which may be addresses in any spelling.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use rollcall_grants::address::classify;
use rollcall_grants::{Grant, Manifest, Settings};
use url::Host;

pub const WORDS: &[&[u8]] = &[
    b"127.0.0.1",
    b"localhost",
    b"2130706433",
    b"0x7f.1",
    b"0177.1",
    b"[::1]",
    b"[::ffff:10.0.0.1]",
    b"169.254.169.254",
    b"\xef\xbc\x91",
    b"\xe2\x91\xa0",
    b".",
    b"%31",
    b"0x",
    b"[",
    b"]",
    b":",
    b"::",
    b"fe80",
    b"ffff",
    b"64:ff9b",
    &[127, 0, 0, 1],
    &[10, 0, 0, 0],
    &[169, 254, 169, 254],
    &[0; 10],
    &[0xff, 0xff],
    &[0x20, 2],
    &[0xfd, 0],
    &[0xfe, 0x80],
];

/// IANA's special-purpose registry for IPv4, besides multicast and what is
/// reserved; and, at the end, metadata services within public space.
const CLOSED_V4: [(Ipv4Addr, u32); 22] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(192, 175, 48, 0), 24),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
    (Ipv4Addr::new(169, 254, 169, 254), 32),
    (Ipv4Addr::new(169, 254, 170, 2), 32),
    (Ipv4Addr::new(100, 100, 100, 200), 32),
    (Ipv4Addr::new(168, 63, 129, 16), 32),
];

/// Within 2000::/3, what is not global unicast.
const CLOSED_V6: [(Ipv6Addr, u32); 3] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// The first bytes as addresses, and all of them as a host.
pub fn target(data: &[u8]) {
    if let Some(octets) = data.first_chunk::<4>() {
        let (v4, open) = (Ipv4Addr::from(*octets), open_v4(Ipv4Addr::from(*octets)));
        assert_eq!(classify(v4.into()).is_ok(), open, "{v4}");
        let [a, b, c, d] = *octets;
        let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        for within in [
            v4.to_ipv6_mapped(),
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
        ] {
            assert_eq!(classify(within.into()).is_ok(), open, "{within}, which is {v4}");
        }
    }
    if let Some(octets) = data.first_chunk::<16>() {
        let v6 = Ipv6Addr::from(*octets);
        assert_eq!(classify(v6.into()).is_ok(), open_v6(v6), "{v6}");
    }
    entered(&String::from_utf8_lossy(data));
}

fn open_v4(address: Ipv4Addr) -> bool {
    !CLOSED_V4.iter().any(|(of, bits)| (address.to_bits() ^ of.to_bits()).checked_shr(32 - bits) == Some(0))
}

fn open_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let v4 = |high: u16, low: u16| open_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0xffff) | (0x64, 0xff9b, 0, 0, 0, 0) => v4(g, h),
        (0x2002, ..) => v4(b, c),
        _ => {
            a >> 13 == 1
                && !CLOSED_V6.iter().any(|(of, bits)| (address.to_bits() ^ of.to_bits()) >> (128 - bits) == 0)
        }
    }
}

static WHOLE: LazyLock<Manifest> = LazyLock::new(|| {
    Manifest::parse_toml(
        "id = 'fuzz'\nversion = '1.0.0'\nname = 'Fuzz'\ncategory = 'hris'\nguide = { en = 'None.' }\n\
         settings = [{ key = 'base', label = { en = 'Base' } }, { key = 'part', label = { en = 'Part' } }]\n\
         [[hosts]]\nalias = 'whole'\nurl = '{base}'\nallow = ['GET /**']\n\
         [[hosts]]\nalias = 'part'\nurl = 'https://{part}.example.com'\nallow = ['GET /**']\n",
    )
    .expect("the manifest is sound")
});

/// A base URL and a part of a host name, as an admin enters them.
fn entered(text: &str) {
    let text = text.trim();
    for base in [format!("https://{text}/x"), text.to_owned()] {
        let given = BTreeMap::from([("base".to_owned(), base), ("part".to_owned(), text.to_owned())]);
        let Ok(settings) = Settings::resolve(&WHOLE, &given, &BTreeMap::new()) else { continue };
        let Ok(grant) = Grant::new(&WHOLE, &settings, &[]) else { continue };
        let url = grant.alias("whole").expect("it is declared").url();
        assert_eq!(url.scheme(), "https", "{given:?}");
        assert!(url.username().is_empty() && url.password().is_none(), "{given:?}");
        let address = match url.host().expect("a URL of a host") {
            Host::Domain(_) => None,
            Host::Ipv4(v4) => Some(IpAddr::from(v4)),
            Host::Ipv6(v6) => Some(IpAddr::from(v6)),
        };
        assert!(address.is_none_or(|address| classify(address).is_ok()), "{given:?} is {address:?}");
        let part = grant.alias("part").expect("it is declared").url();
        assert!(part.as_str().ends_with(".example.com/"), "{given:?} became {part}");
    }
}
