//! The home of command chaining (ISO 7816-4 §5.3.3): a command that arrives in several APDUs.

use heapless::Vec;
use zeroize::Zeroize;

use super::{Header, Link, Status};

/// What has arrived of a command so far. It may hold a secret, so it is wiped on drop.
pub(crate) struct Chain {
    header: Option<Header>,
    data: Vec<u8, { Chain::MAX_LEN }>,
}

impl Chain {
    /// The most bytes of data in all. The longest command that means something, a PUT, has 145.
    pub(crate) const MAX_LEN: usize = 256;

    pub(crate) const fn new() -> Self {
        Self {
            header: None,
            data: Vec::new(),
        }
    }

    /// Adds a link, and says whether it was the last.
    ///
    /// A command that is not the rest of the one under way takes its place: hosts give up.
    ///
    /// # Errors
    /// [`Status::WRONG_LENGTH`] if there is more than [`Self::MAX_LEN`]; nothing is kept then.
    pub(crate) fn add(&mut self, link: Link, header: Header, data: &[u8]) -> Result<bool, Status> {
        if self.header != Some(header) {
            self.forget();
        }
        if self.data.extend_from_slice(data).is_err() {
            self.forget();
            return Err(Status::WRONG_LENGTH);
        }
        self.header = Some(header);
        Ok(link == Link::Last)
    }

    /// Gives everything out. It is copied and wiped, where moving it would leave it behind.
    pub(crate) fn give(&mut self) -> Self {
        let mut whole = Self::new();
        // It fits as it did here.
        let _ = whole.data.extend_from_slice(&self.data);
        self.forget();
        whole
    }

    /// Whether this command goes through the chain: as a link, or as the last of those before.
    pub(crate) fn takes(&self, link: Link, header: Header) -> bool {
        link == Link::More || self.header == Some(header)
    }

    pub(crate) fn data(&self) -> &[u8] {
        &self.data
    }

    pub(crate) fn forget(&mut self) {
        self.header = None;
        self.data.zeroize();
    }
}

impl Drop for Chain {
    fn drop(&mut self) {
        self.forget();
    }
}
