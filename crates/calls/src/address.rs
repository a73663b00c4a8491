//! Which network addresses may be called.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far away an address lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Anywhere in the public network.
    Public,
    /// This machine.
    Loopback,
    /// Inside a house: private, shared and unique local networks.
    Private,
    /// No single machine, or none that answers calls: multicast, link-local, reserved.
    Never,
}

/// How far away this address lies (the special-purpose registries of RFC 6890, as of 2026).
pub fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => reach_v6(address),
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    match address.octets() {
        [127, ..] => Reach::Loopback,
        [10, ..] | [192, 168, ..] => Reach::Private,
        [172, second, ..] if second & 0xf0 == 16 => Reach::Private,
        // Shared by the customers of one provider (RFC 6598).
        [100, second, ..] if second & 0xc0 == 64 => Reach::Private,
        // Link-local: where clouds keep their machines' secrets.
        [169, 254, ..] => Reach::Never,
        [0, ..] | [224..=255, ..] => Reach::Never,
        // Protocol assignments, documentation, benchmarks.
        [192, 0, 0 | 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Reach::Never,
        [198, 18 | 19, ..] => Reach::Never,
        _ => Reach::Public,
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    if let Some(inner) = address.to_ipv4_mapped() {
        return reach_v4(inner);
    }
    let parts = address.segments();
    match parts {
        [0, 0, 0, 0, 0, 0, 0, 1] => Reach::Loopback,
        // Translated by a gateway (RFC 6052): the address within counts.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
            reach_v4(Ipv4Addr::new(a, b, c, d))
        }
        [first, ..] if first & 0xfe00 == 0xfc00 => Reach::Private,
        // Tunnels that hide another address, documentation, protocol assignments.
        [0x2002, ..] | [0x2001, 0x0db8, ..] => Reach::Never,
        [0x2001, second, ..] if second < 0x0200 => Reach::Never,
        [first, ..] if first & 0xe000 == 0x2000 => Reach::Public,
        _ => Reach::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: Reach) {
        assert_eq!(reach(text.parse().expect(text)), wanted, "{text}");
    }

    #[test]
    fn addresses_lie_where_the_registries_say() {
        for text in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1", "::ffff:9.9.9.9"] {
            check(text, Reach::Public);
        }
        for text in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            check(text, Reach::Loopback);
        }
        for text in ["10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"] {
            check(text, Reach::Private);
        }
        for text in ["fc00::1", "fd12::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"] {
            check(text, Reach::Private);
        }
        for text in ["0.0.0.0", "169.254.169.254", "224.0.0.1", "255.255.255.255", "192.0.2.1"] {
            check(text, Reach::Never);
        }
        for text in ["::", "fe80::1", "ff02::1", "2002:a00:1::", "2001:db8::1", "2001::1"] {
            check(text, Reach::Never);
        }
        for text in ["198.18.0.1", "203.0.113.9", "198.51.100.1", "240.0.0.1", "fec0::1"] {
            check(text, Reach::Never);
        }
        check("64:ff9b::a9fe:a9fe", Reach::Never);
        check("64:ff9b::7f00:1", Reach::Loopback);
    }
}
