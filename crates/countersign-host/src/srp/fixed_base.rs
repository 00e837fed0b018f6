//! The home of powers of the generator: every power of one base, from a table made once.
//!
//! The exponent's 256 bits are 64 digits of four bits; row i of the table holds g to the power of
//! d·16^i for each digit d. A power is then 63 products and no squaring, where square and multiply
//! takes about 320 operations. Every row is read whole and its entry picked by masking, so the
//! exponent shows neither in the time nor in the addresses read.

use std::sync::OnceLock;

use crypto_bigint::CtEq;

use super::group::{Element, Exponent};

/// Powers of the generator: row i, column d holds g^(d·16^i).
pub(super) struct PowerTable {
    rows: Vec<[Element; COLUMNS]>,
}

/// The table, made when it is first asked for.
pub(super) fn table() -> &'static PowerTable {
    static TABLE: OnceLock<PowerTable> = OnceLock::new();
    TABLE.get_or_init(PowerTable::new)
}

impl PowerTable {
    fn new() -> Self {
        let mut base = Element::generator();
        let mut rows = Vec::with_capacity(ROWS);
        for _ in 0..ROWS {
            let mut row = [Element::ONE; COLUMNS];
            let mut power = Element::ONE;
            for entry in &mut row {
                *entry = power;
                power = power.times(&base);
            }
            rows.push(row);
            base = power;
        }
        Self { rows }
    }

    /// g to the power of `exponent`, in time that does not depend on it.
    pub(super) fn power(&self, exponent: &Exponent) -> Element {
        let bytes = exponent.to_le_bytes();
        let digits = bytes.iter().flat_map(|byte| [byte & 0x0f, byte >> 4]);
        let mut product = Element::ONE;
        for (row, digit) in self.rows.iter().zip(digits) {
            product = product.times(&pick(row, digit));
        }
        product
    }
}

fn pick(row: &[Element; COLUMNS], digit: u8) -> Element {
    let mut picked = Element::ONE;
    for (column, entry) in (0_u8..).zip(row) {
        picked.assign_if(entry, column.ct_eq(&digit));
    }
    picked
}

const DIGIT_BITS: usize = 4;
const COLUMNS: usize = 1 << DIGIT_BITS;
const ROWS: usize = Exponent::BITS / DIGIT_BITS;
