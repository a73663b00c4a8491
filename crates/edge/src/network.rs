//! Which network a request comes from: IPv4 /24 or IPv6 /56, never the whole address.

use std::net::IpAddr;

/// Proxies whose `X-Forwarded-For` is believed.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<(IpAddr, u8)>);

impl Proxies {
    /// Reads `10.0.0.1` or `10.0.0.0/8`; the first that cannot be read is the error.
    pub fn parse(texts: &[String]) -> Result<Self, String> {
        let read = |text: &String| {
            let (address, bits) = text.split_once('/').unwrap_or((text, ""));
            let address: IpAddr = address.trim().parse().map_err(|_| text.clone())?;
            let most = if address.is_ipv4() { 32 } else { 128 };
            let bits =
                if bits.is_empty() { most } else { bits.parse().map_err(|_| text.clone())? };
            if bits > most { Err(text.clone()) } else { Ok((address, bits)) }
        };
        texts.iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// Whether this is a proxy that is believed.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.holds(address)
    }

    fn holds(&self, address: IpAddr) -> bool {
        self.0.iter().any(|(net, bits)| {
            masked(*net, *bits) == masked(address, *bits) && net.is_ipv4() == address.is_ipv4()
        })
    }

    /// The asker's own address: the last one in the header that is not a trusted proxy.
    pub fn client(&self, peer: IpAddr, forwarded: &str) -> IpAddr {
        if !self.holds(peer) {
            return peer;
        }
        let hops = forwarded.split(',').rev().take(20);
        let addresses = hops.map_while(|hop| hop.trim().parse::<IpAddr>().ok());
        let mut last = peer;
        for address in addresses {
            last = address;
            if !self.holds(address) {
                break;
            }
        }
        last
    }
}

/// The network as it stands in limits and in the log.
pub fn network_of(address: IpAddr) -> String {
    match address {
        IpAddr::V4(_) => format!("{}/24", masked(address, 24)),
        IpAddr::V6(six) => match six.to_ipv4_mapped() {
            Some(four) => network_of(IpAddr::V4(four)),
            None => format!("{}/56", masked(address, 56)),
        },
    }
}

fn masked(address: IpAddr, bits: u8) -> IpAddr {
    match address {
        IpAddr::V4(four) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits.min(32))).unwrap_or(0);
            IpAddr::V4((u32::from(four) & mask).into())
        }
        IpAddr::V6(six) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits.min(128))).unwrap_or(0);
            IpAddr::V6((u128::from(six) & mask).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let proxies = Proxies::parse(&["10.0.0.0/8".to_owned()]).expect("readable");
        let at = |text: &str| text.parse::<IpAddr>().expect("an address");
        assert_eq!(proxies.client(at("1.2.3.4"), "9.9.9.9"), at("1.2.3.4"));
        assert_eq!(proxies.client(at("10.0.0.7"), "9.9.9.9, 10.1.1.1"), at("9.9.9.9"));
        assert_eq!(proxies.client(at("10.0.0.7"), "6.6.6.6, 9.9.9.9"), at("9.9.9.9"));
        assert_eq!(proxies.client(at("10.0.0.7"), "junk"), at("10.0.0.7"));
        assert!(Proxies::parse(&["10.0.0.0/33".to_owned()]).is_err());
    }

    #[test]
    fn a_network_is_not_an_address() {
        let network = |text: &str| network_of(text.parse().expect("an address"));
        assert_eq!(network("203.0.113.77"), "203.0.113.0/24");
        assert_eq!(network("2001:db8:1:2ff::9"), "2001:db8:1:200::/56");
        assert_eq!(network("::ffff:203.0.113.77"), "203.0.113.0/24");
    }
}
