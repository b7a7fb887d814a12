//! Which addresses may be connected to, by the IANA special-purpose registries
//! (RFC 6890 and its updates).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Which addresses are open besides public ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reach {
    /// Private networks: RFC 1918, carrier-grade NAT, unique local. For systems
    /// on the operator's own network, by explicit permission only.
    pub private: bool,
    /// This machine. For upstreams only.
    pub loopback: bool,
}

impl Reach {
    pub(crate) const UPSTREAM: Self = Self { private: true, loopback: true };

    /// What both allow.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { private: self.private && other.private, loopback: self.loopback && other.loopback }
    }
}

/// What an address is, that it may not be connected to. Fits after "is ".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum AddressRefusal {
    #[error("a loopback address")]
    Loopback,
    #[error("a private address")]
    Private,
    #[error("a link-local address")]
    LinkLocal,
    #[error("a metadata service of a cloud")]
    Metadata,
    #[error("a multicast address")]
    Multicast,
    #[error("an address for documentation")]
    Documentation,
    #[error("an address for benchmarks")]
    Benchmark,
    #[error("the unspecified address")]
    Unspecified,
    #[error("a broadcast address")]
    Broadcast,
    #[error("a reserved address")]
    Reserved,
    #[error("an address of a tunnel")]
    Tunnel,
}

/// Public addresses only.
pub fn classify(address: IpAddr) -> Result<(), AddressRefusal> {
    check(address, Reach::default())
}

/// Public addresses and what `reach` opens.
pub fn check(address: IpAddr, reach: Reach) -> Result<(), AddressRefusal> {
    let result = match address {
        IpAddr::V4(v4) => classify_v4(v4),
        IpAddr::V6(v6) => classify_v6(v6),
    };
    match result {
        Err(AddressRefusal::Private) if reach.private => Ok(()),
        Err(AddressRefusal::Loopback) if reach.loopback => Ok(()),
        result => result,
    }
}

fn classify_v4(ip: Ipv4Addr) -> Result<(), AddressRefusal> {
    use AddressRefusal::*;
    let refusal = match ip.octets() {
        // Metadata first: they lie within ranges that a flag may open, and one
        // (Azure's) is a public address.
        [169, 254, 169, 254]
        | [169, 254, 170, 2]
        | [100, 100, 100, 200]
        | [192, 0, 0, 192]
        | [168, 63, 129, 16] => Metadata,
        [0, 0, 0, 0] => Unspecified,
        [255, 255, 255, 255] => Broadcast,
        [0, ..] => Reserved,
        [127, ..] => Loopback,
        [10, ..] | [192, 168, ..] | [172, 16..=31, ..] | [100, 64..=127, ..] => Private,
        [169, 254, ..] => LinkLocal,
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Documentation,
        [192, 0, 0, _] | [192, 88, 99, _] | [192, 31, 196, _] | [192, 52, 193, _] | [192, 175, 48, _] => {
            Reserved
        }
        [198, 18..=19, ..] => Benchmark,
        [224..=239, ..] => Multicast,
        [240..=255, ..] => Reserved,
        _ => return Ok(()),
    };
    Err(refusal)
}

fn classify_v6(ip: Ipv6Addr) -> Result<(), AddressRefusal> {
    use AddressRefusal::*;
    let [a, b, c, d, e, f, g, h] = ip.segments();
    let embedded = |high: u16, low: u16| {
        let ([p, q], [r, s]) = (high.to_be_bytes(), low.to_be_bytes());
        classify_v4(Ipv4Addr::new(p, q, r, s))
    };
    let refusal = match (a, b) {
        _ if ip.is_unspecified() => Unspecified,
        _ if ip.is_loopback() => Loopback,
        // IPv4-mapped, RFC 4291; NAT64, RFC 6052; 6to4, RFC 3056.
        (0, 0) if (c, d, e, f) == (0, 0, 0, 0xffff) => return embedded(g, h),
        (0x64, 0xff9b) if (c, d, e, f) == (0, 0, 0, 0) => return embedded(g, h),
        (0x2002, _) => return embedded(b, c),
        // Amazon's and Google's metadata services.
        (0xfd00, 0x0ec2) if (c, d, e, f, g, h) == (0, 0, 0, 0, 0, 0x254) => Metadata,
        (0xfd20, 0x00ce) if (c, d, e, f, g, h) == (0, 0, 0, 0, 0, 0x254) => Metadata,
        // Teredo, RFC 4380, and local NAT64 prefixes, RFC 8215.
        (0x2001, 0) | (0x64, 0xff9b) => Tunnel,
        (0x2001, 0x0db8) | (0x3fff, 0..=0x0fff) => Documentation,
        (0x2001, 2) if c == 0 => Benchmark,
        (0x2001, 0..=0x01ff) => Reserved,
        (0xfc00..=0xfdff, _) => Private,
        (0xfe80..=0xfebf, _) => LinkLocal,
        (0xff00..=0xffff, _) => Multicast,
        // Only 2000::/3 is global unicast.
        (0x2000..=0x3fff, _) => return Ok(()),
        _ => Reserved,
    };
    Err(refusal)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use AddressRefusal::*;

    fn verdict(address: &str, expected: Result<(), AddressRefusal>) {
        assert_eq!(classify(address.parse().unwrap()), expected, "{address}");
    }

    #[test]
    fn public() {
        for address in [
            "1.1.1.1",
            "93.184.215.14",
            "172.15.0.1",
            "172.32.0.1",
            "100.128.0.1",
            "192.0.1.1",
            "2606:4700::1111",
            "2a00:1450::1",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
            "2002:101:101::1",
        ] {
            verdict(address, Ok(()));
        }
    }

    #[test]
    fn v4() {
        verdict("127.0.0.1", Err(Loopback));
        verdict("127.255.0.3", Err(Loopback));
        verdict("10.0.0.1", Err(Private));
        verdict("172.16.0.1", Err(Private));
        verdict("172.31.255.255", Err(Private));
        verdict("192.168.1.1", Err(Private));
        verdict("100.64.0.1", Err(Private));
        verdict("169.254.1.1", Err(LinkLocal));
        verdict("169.254.169.254", Err(Metadata));
        verdict("100.100.100.200", Err(Metadata));
        verdict("168.63.129.16", Err(Metadata));
        verdict("192.0.2.1", Err(Documentation));
        verdict("198.51.100.1", Err(Documentation));
        verdict("203.0.113.1", Err(Documentation));
        verdict("198.18.0.1", Err(Benchmark));
        verdict("224.0.0.1", Err(Multicast));
        verdict("255.255.255.255", Err(Broadcast));
        verdict("240.0.0.1", Err(Reserved));
        verdict("0.0.0.0", Err(Unspecified));
        verdict("0.1.2.3", Err(Reserved));
        verdict("192.0.0.1", Err(Reserved));
        verdict("192.88.99.1", Err(Reserved));
    }

    #[test]
    fn v6() {
        verdict("::1", Err(Loopback));
        verdict("::", Err(Unspecified));
        verdict("::2", Err(Reserved));
        verdict("::7f00:1", Err(Reserved));
        verdict("fe80::1", Err(LinkLocal));
        verdict("fec0::1", Err(Reserved));
        verdict("fc00::1", Err(Private));
        verdict("fd12::1", Err(Private));
        verdict("fd00:ec2::254", Err(Metadata));
        verdict("fd20:ce::254", Err(Metadata));
        verdict("ff02::1", Err(Multicast));
        verdict("2001:db8::1", Err(Documentation));
        verdict("3fff::1", Err(Documentation));
        verdict("2001:2::1", Err(Benchmark));
        verdict("2001::1", Err(Tunnel));
        verdict("2001:20::1", Err(Reserved));
        verdict("64:ff9b:1::1", Err(Tunnel));
        verdict("100::1", Err(Reserved));
        verdict("5f00::1", Err(Reserved));
    }

    #[test]
    fn embedded_v4() {
        verdict("::ffff:127.0.0.1", Err(Loopback));
        verdict("::ffff:169.254.169.254", Err(Metadata));
        verdict("::ffff:0:127.0.0.1", Err(Reserved));
        verdict("64:ff9b::10.0.0.1", Err(Private));
        verdict("64:ff9b::169.254.169.254", Err(Metadata));
        verdict("2002:7f00:1::", Err(Loopback));
        verdict("2002:a9fe:a9fe::1", Err(Metadata));
    }

    #[test]
    fn reach() {
        let private = Reach { private: true, loopback: false };
        assert_eq!(check("10.0.0.1".parse().unwrap(), private), Ok(()));
        assert_eq!(check("fd12::1".parse().unwrap(), private), Ok(()));
        assert_eq!(check("127.0.0.1".parse().unwrap(), private), Err(Loopback));
        assert_eq!(check("127.0.0.1".parse().unwrap(), Reach::UPSTREAM), Ok(()));
        for metadata in ["169.254.169.254", "100.100.100.200", "fd00:ec2::254"] {
            assert_eq!(check(metadata.parse().unwrap(), Reach::UPSTREAM), Err(Metadata), "{metadata}");
        }
    }

    proptest! {
        /// The standard library's own view of an address is never laxer.
        #[test]
        fn agrees_with_std(bits in any::<u32>()) {
            let ip = Ipv4Addr::from_bits(bits);
            let special = ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_multicast()
                || ip.is_broadcast() || ip.is_documentation() || ip.is_unspecified();
            prop_assert!(!special || classify(ip.into()).is_err());
            prop_assert_eq!(classify(ip.into()), classify(ip.to_ipv6_mapped().into()));
        }

        #[test]
        fn v6_is_open_only_in_global_unicast(bits in any::<u128>()) {
            let ip = Ipv6Addr::from_bits(bits);
            if classify(ip.into()).is_ok() {
                prop_assert!((0x2000..0x4000).contains(&ip.segments()[0]));
            }
        }

        #[test]
        fn nat64_and_6to4_follow_the_inner_address(bits in any::<u32>()) {
            let inner = classify(Ipv4Addr::from_bits(bits).into());
            let [a, b] = [(bits >> 16) as u16, bits as u16];
            prop_assert_eq!(classify(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, a, b).into()), inner);
            prop_assert_eq!(classify(Ipv6Addr::new(0x2002, a, b, 0, 0, 0, 0, 1).into()), inner);
        }
    }
}
