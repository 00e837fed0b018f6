//! The home of the group: arithmetic modulo the 3072-bit prime N of RFC 3526 §5, and how its
//! integers are written as hexadecimal and as bytes.

use crypto_bigint::modular::ConstMontyForm;
use crypto_bigint::{Choice, CtAssign, CtEq, U256, U3072};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

/// Bytes of an integer below N.
pub(super) const ELEMENT_LEN: usize = 384;

mod modulus {
    //! A module of its own because the macro makes a public type.
    #![allow(unreachable_pub)]
    use crypto_bigint::{U3072, const_monty_params};

    const_monty_params!(
        N,
        U3072,
        "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74\
         020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437\
         4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed\
         ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05\
         98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb\
         9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b\
         e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718\
         3995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33\
         a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7\
         abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864\
         d87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e2\
         08e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff",
        "The prime N of RFC 3526 §5."
    );
}

type Monty = ConstMontyForm<modulus::N, { U3072::LIMBS }>;

/// An integer modulo N, in Montgomery form. Copies are small only in number, so whoever holds a
/// secret one wipes it.
#[derive(Clone, Copy, Default)]
pub(super) struct Element(Monty);

/// The integer is zero or not below N, so no honest client or store wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OutOfRange;

impl Element {
    pub(super) const ONE: Self = Self(Monty::ONE);

    /// The generator g = 2.
    pub(super) fn generator() -> Self {
        Self(Monty::new(&U3072::from_u8(2)))
    }

    /// The multiplier k = SHA-256(pad(N) || pad(g)); RFC 5054 §2.5.3 would pad g to the length
    /// of N, the Amplify client does not.
    pub(super) fn multiplier() -> Self {
        let modulus = Monty::MODULUS.get().to_be_bytes();
        let k = Sha256::new()
            .chain_update(sign_padded(modulus.as_ref()))
            .chain_update([2])
            .finalize();
        Self::from_hash(&k.into())
    }

    /// Reads a big-endian integer of exactly [`ELEMENT_LEN`] bytes that is neither zero nor N or
    /// more.
    pub(super) fn from_be_bytes(bytes: &[u8; ELEMENT_LEN]) -> Result<Self, OutOfRange> {
        let integer = U3072::from_be_slice(bytes);
        let below = integer.cmp_vartime(Monty::MODULUS.as_ref()).is_lt();
        if below && integer != U3072::ZERO {
            Ok(Self(Monty::new(&integer)))
        } else {
            Err(OutOfRange)
        }
    }

    /// Reduces a big-endian integer modulo N. For bytes of the server's own making only: what
    /// comes from outside goes through [`Element::from_be_bytes`].
    pub(super) fn reduce(bytes: &[u8; ELEMENT_LEN]) -> Self {
        Self(Monty::new(&U3072::from_be_slice(bytes)))
    }

    fn from_hash(hash: &[u8; 32]) -> Self {
        let mut bytes = [0; ELEMENT_LEN];
        bytes[ELEMENT_LEN - hash.len()..].copy_from_slice(hash);
        Self::reduce(&bytes)
    }

    pub(super) fn to_be_bytes(self) -> Zeroizing<[u8; ELEMENT_LEN]> {
        let mut integer = self.0.retrieve();
        let mut bytes = Zeroizing::new([0; ELEMENT_LEN]);
        bytes.copy_from_slice(integer.to_be_bytes().as_ref());
        integer.zeroize();
        bytes
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        Self(self.0.add(&other.0))
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        Self(self.0.mul(&other.0))
    }

    /// `self` to a power, in time that does not depend on either.
    pub(super) fn power(&self, exponent: &Exponent) -> Self {
        Self(self.0.pow(&exponent.0))
    }

    /// `self` to a power that is public, such as u, which both sides send the parts of.
    pub(super) fn power_of_public(&self, exponent: &Exponent) -> Self {
        Self(self.0.pow_vartime(&exponent.0))
    }

    /// Takes `other` if `take`, by masking: which of them it was shows neither in the time nor
    /// in the addresses read.
    pub(super) fn assign_if(&mut self, other: &Self, take: Choice) {
        self.0.ct_assign(&other.0, take);
    }

    /// Whether both are the same integer, without an early exit.
    pub(super) fn same_as(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl Zeroize for Element {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

/// A 256-bit exponent: x, b or u. Wiped when dropped.
pub(super) struct Exponent(U256);

impl Exponent {
    /// Bits in every exponent, leading zeros included.
    pub(super) const BITS: usize = 256;

    pub(super) fn from_be_bytes(bytes: &[u8; 32]) -> Self {
        Self(U256::from_be_slice(bytes))
    }

    /// The exponent's bits from the lowest, in little-endian bytes.
    pub(super) fn to_le_bytes(&self) -> Zeroizing<[u8; 32]> {
        let mut bytes = Zeroizing::new([0; 32]);
        bytes.copy_from_slice(self.0.to_le_bytes().as_ref());
        bytes
    }
}

impl Drop for Exponent {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Big-endian bytes written as Java's `BigInteger.toByteArray` writes a non-negative integer: no
/// leading zeros, except one where the top bit would otherwise read as a sign.
pub(super) fn sign_padded(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let leading = bytes.iter().take_while(|byte| **byte == 0).count();
    let significant = &bytes[leading..];
    let mut padded = Zeroizing::new(Vec::with_capacity(1 + significant.len()));
    if significant.first().is_none_or(|top| top & 0x80 != 0) {
        padded.push(0);
    }
    padded.extend_from_slice(significant);
    padded
}

/// An integer as lower-case hexadecimal without leading zeros; zero is `0`.
pub(super) fn to_hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        for nibble in [byte >> 4, byte & 0x0f] {
            text.push(char::from(HEX_DIGITS[usize::from(nibble)]));
        }
    }
    let leading = text.bytes().take_while(|b| *b == b'0').count();
    text.split_off(leading.min(text.len().saturating_sub(1)))
}

/// Why a text is not the hexadecimal of an integer of at most [`ELEMENT_LEN`] bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HexError {
    NotHex,
    TooLong,
}

/// Reads hexadecimal digits of either case and any number, odd ones too. Up to two leading zeros
/// beyond the full length pass, since some clients write a sign byte.
pub(super) fn from_hex(text: &str) -> Result<[u8; ELEMENT_LEN], HexError> {
    if text.len() > 2 * ELEMENT_LEN + SIGN_DIGITS {
        return Err(HexError::TooLong);
    }
    if text.is_empty() {
        return Err(HexError::NotHex);
    }
    let mut bytes = [0; ELEMENT_LEN];
    for (place, digit) in text.bytes().rev().enumerate() {
        let nibble = hex_value(digit).ok_or(HexError::NotHex)?;
        match bytes.iter_mut().rev().nth(place / 2) {
            Some(byte) if place % 2 == 0 => *byte = nibble,
            Some(byte) => *byte |= nibble << 4,
            None if nibble == 0 => {}
            None => return Err(HexError::TooLong),
        }
    }
    Ok(bytes)
}

const fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

const HEX_DIGITS: &[u8; 16] = b"0123456789abcdef";
/// Digits of one byte of sign padding.
const SIGN_DIGITS: usize = 2;
