//! The part `acl` of a TrafficPolicy, as far as kgateway refuses it (its plugin `trafficpolicy`,
//! `http_acl_plugin.go`).

use std::net::IpAddr;

use serde_json::Value;

/// What is wrong with its address ranges: kgateway replaces the rules of such a policy.
pub(super) fn fault(acl: &Value) -> Option<String> {
    let rules = acl["rules"].as_array().into_iter().flatten();
    let ranges = rules.flat_map(|rule| rule["cidrs"].as_array().into_iter().flatten());
    let bad = ranges.filter_map(Value::as_str).find(|range| !is_network(range))?;
    let bad = crate::text::clip(&crate::text::clean(bad), 60);
    Some(format!("acl: {bad} is no address range, or has bits set behind its prefix"))
}

/// Whether it is a network, or an address, of which nothing is asked.
fn is_network(range: &str) -> bool {
    let Some((address, length)) = range.split_once('/') else { return true };
    let (Ok(address), Ok(length)) = (address.parse::<IpAddr>(), length.parse::<u32>()) else {
        return false;
    };
    let (bits, width) = match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()) << 96, 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    };
    length <= width && bits.checked_shl(length).unwrap_or_default() == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks() {
        for good in ["10.0.0.0/8", "172.16.0.0/12", "192.168.1.100", "2001:db8::/32", "::1/128"] {
            assert!(is_network(good), "{good}");
        }
        for bad in ["172.18.0.0/12", "10.0.0.0/33", "x/8", "10.0.0.0/", "2001:db8::1/32"] {
            assert!(!is_network(bad), "{bad}");
        }
        let acl = serde_json::json!({ "rules": [{ "cidrs": ["10.0.0.1/8"] }] });
        assert!(fault(&acl).is_some());
    }
}
