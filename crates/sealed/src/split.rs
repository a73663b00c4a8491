//! Shares of a secret, byte by byte, over the field of AES (x⁸ + x⁴ + x³ + x + 1).
//!
//! Multiplication takes no branch and no table lookup that depends on its arguments.

/// The product of two elements of the field.
fn times(a: u8, b: u8) -> u8 {
    let (mut product, mut a, mut b) = (0, a, b);
    for _ in 0..8 {
        product ^= a & 0_u8.wrapping_sub(b & 1);
        let carry = 0_u8.wrapping_sub(a >> 7);
        a = (a << 1) ^ (carry & 0x1b);
        b >>= 1;
    }
    product
}

/// The inverse of an element that is not zero: its 254th power.
fn inverse(a: u8) -> u8 {
    let mut power = a;
    for _ in 0..6 {
        power = times(times(power, power), a);
    }
    times(power, power)
}

/// The share for the place `x`, counted from 1: the polynomial whose constant is the secret.
pub(crate) fn share(secret: &[u8; 32], coefficients: &[[u8; 32]], x: u8) -> [u8; 32] {
    let mut share = [0; 32];
    for coefficient in coefficients.iter().rev() {
        for (byte, more) in share.iter_mut().zip(coefficient) {
            *byte = times(*byte ^ more, x);
        }
    }
    share.iter_mut().zip(secret).for_each(|(byte, constant)| *byte ^= constant);
    share
}

/// The secret behind as many shares as the threshold asks for; places are distinct and not zero.
pub(crate) fn join(shares: &[(u8, [u8; 32])]) -> [u8; 32] {
    let mut secret = [0; 32];
    for (x, share) in shares {
        let mut weight = 1;
        for (other, _) in shares.iter().filter(|(other, _)| other != x) {
            weight = times(weight, times(*other, inverse(other ^ x)));
        }
        secret.iter_mut().zip(share).for_each(|(byte, of)| *byte ^= times(*of, weight));
    }
    secret
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_that_of_aes() {
        // FIPS 197, section 4.2: {57}·{83} = {c1}, {57}·{13} = {fe}.
        assert_eq!((times(0x57, 0x83), times(0x57, 0x13)), (0xc1, 0xfe));
        for a in 1..=255 {
            assert_eq!(times(a, inverse(a)), 1, "{a}");
        }
    }

    #[test]
    fn a_threshold_joins_and_less_does_not() {
        let secret: [u8; 32] = std::array::from_fn(|n| u8::try_from(n * 7).expect("small"));
        let coefficients = [[0x53; 32], [0xa1; 32]];
        let all: Vec<(u8, [u8; 32])> =
            (1..=5).map(|x| (x, share(&secret, &coefficients, x))).collect();
        for a in 0..5 {
            for b in 0..5 {
                for c in 0..5 {
                    let is_distinct = a != b && b != c && a != c;
                    if is_distinct {
                        assert_eq!(join(&[all[a], all[b], all[c]]), secret);
                        assert_ne!(join(&[all[a], all[b]]), secret);
                    }
                }
            }
        }
        // One coefficient of one, at place 2: secret ^ 2.
        assert_eq!(share(&[0; 32], &[[1; 32]], 2), [2; 32]);
    }
}
