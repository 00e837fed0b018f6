//! The home of the versions of QR codes, which say how large a code is and what it holds.

/// What a version is made of (ISO/IEC 18004, table 9), at the lowest level of error correction.
pub(super) struct Version {
    /// 1 to 11.
    pub(super) number: u8,
    /// Codewords of error correction of each block.
    correction: u8,
    /// Blocks that the codewords are in.
    blocks: u8,
    /// All codewords.
    total: u16,
}

/// Codewords of the largest version.
pub(super) const MOST_CODEWORDS: usize = 404;
/// Codewords of error correction of a block at most.
pub(super) const MOST_CORRECTION: usize = 30;
/// Modules to a side of the largest version.
pub(super) const LARGEST: usize = 61;

#[rustfmt::skip]
static VERSIONS: [Version; 11] = [
    Version { number: 1, correction: 7, blocks: 1, total: 26 },
    Version { number: 2, correction: 10, blocks: 1, total: 44 },
    Version { number: 3, correction: 15, blocks: 1, total: 70 },
    Version { number: 4, correction: 20, blocks: 1, total: 100 },
    Version { number: 5, correction: 26, blocks: 1, total: 134 },
    Version { number: 6, correction: 18, blocks: 2, total: 172 },
    Version { number: 7, correction: 20, blocks: 2, total: 196 },
    Version { number: 8, correction: 24, blocks: 2, total: 242 },
    Version { number: 9, correction: 30, blocks: 2, total: 292 },
    Version { number: 10, correction: 18, blocks: 4, total: 346 },
    Version { number: 11, correction: 20, blocks: 4, total: 404 },
];

impl Version {
    /// The smallest one that holds `bytes` of text.
    pub(super) fn holding(bytes: usize) -> Option<&'static Self> {
        // A mode and a terminator, of four bits each, and the count.
        let room = |version: &Self| {
            let extra = version.count_len().wrapping_add(1);
            version.data_len().wrapping_sub(extra)
        };
        VERSIONS.iter().find(|version| bytes <= room(version))
    }

    /// Bytes in which text is counted.
    pub(super) fn count_len(&self) -> usize {
        if self.number < 10 { 1 } else { 2 }
    }

    /// Modules to a side.
    pub(super) fn side(&self) -> usize {
        usize::from(self.number).wrapping_mul(4).wrapping_add(17)
    }

    /// Codewords of text: all of them but those of error correction.
    pub(super) fn data_len(&self) -> usize {
        let correction = self.blocks().wrapping_mul(self.correction_len());
        usize::from(self.total).wrapping_sub(correction)
    }

    pub(super) fn correction_len(&self) -> usize {
        self.correction.into()
    }

    pub(super) fn blocks(&self) -> usize {
        self.blocks.into()
    }
}
