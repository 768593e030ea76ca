//! The public key of an X.509 certificate (RFC 5280, 4.1).

/// An element of DER: its tag, its content, and all of it with its head.
struct Der<'d> {
    tag: u8,
    content: &'d [u8],
    whole: &'d [u8],
}

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
/// The version, which a certificate of version 1 leaves out.
const VERSION: u8 = 0xa0;

/// Takes the first element.
fn take<'d>(input: &mut &'d [u8]) -> Option<Der<'d>> {
    let (tag, length) = (*input.first()?, usize::from(*input.get(1)?));
    let (head, length) = match length.checked_sub(0x80) {
        None => (2, length),
        Some(count @ 1..=4) => {
            let bytes = input.get(2..2 + count)?;
            (2 + count, bytes.iter().fold(0, |all, byte| all << 8 | usize::from(*byte)))
        }
        Some(_) => return None,
    };
    let (whole, rest) = input.split_at_checked(head.checked_add(length)?)?;
    *input = rest;
    Some(Der { tag, content: &whole[head..], whole })
}

fn expect<'d>(input: &mut &'d [u8], tag: u8) -> Option<Der<'d>> {
    take(input).filter(|own| own.tag == tag)
}

/// The `subjectPublicKeyInfo` of a certificate of any version; `None`: it is no certificate.
pub fn public_key(mut certificate: &[u8]) -> Option<&[u8]> {
    let mut outer = expect(&mut certificate, SEQUENCE)?.content;
    let mut fields = expect(&mut outer, SEQUENCE)?.content;
    // The algorithm and the signature; nothing may follow.
    expect(&mut outer, SEQUENCE)?;
    take(&mut outer)?;
    if !certificate.is_empty() || !outer.is_empty() {
        return None;
    }
    if fields.first() == Some(&VERSION) {
        take(&mut fields)?;
    }
    expect(&mut fields, INTEGER)?;
    // Algorithm, issuer, validity, subject.
    for _ in 0..4 {
        expect(&mut fields, SEQUENCE)?;
    }
    Some(expect(&mut fields, SEQUENCE)?.whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = content.len();
        let head = match length {
            ..0x80 => vec![tag, length as u8],
            _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
        };
        [head, content.to_vec()].concat()
    }

    fn certificate(version: bool, key: &[u8]) -> Vec<u8> {
        let mut fields = if version { der(VERSION, &der(INTEGER, &[2])) } else { Vec::new() };
        fields.extend(der(INTEGER, &[1]));
        (0..4).for_each(|_| fields.extend(der(SEQUENCE, &[])));
        fields.extend(key);
        let all = [der(SEQUENCE, &fields), der(SEQUENCE, &[]), der(0x03, &[0])].concat();
        der(SEQUENCE, &all)
    }

    #[test]
    fn of_every_version() {
        let key = der(SEQUENCE, &[7; 300]);
        for version in [false, true] {
            let all = certificate(version, &key);
            assert_eq!(public_key(&all), Some(key.as_slice()));
            assert_eq!(public_key(&all[..all.len() - 1]), None, "cut off");
            assert_eq!(public_key(&[all, vec![0]].concat()), None, "something follows");
        }
        assert_eq!(public_key(b""), None);
        assert_eq!(public_key(&[SEQUENCE, 0xff]), None);
    }
}
