//! The home of the card's side of vpcd: the frames in which a virtual reader talks to a card.
//!
//! Each frame is a length of two bytes, the high one first, and that many bytes. A frame of one
//! byte is the reader's own: power off, power on, reset, or the question for the answer to reset.
//! Longer ones are requests of the host, and each of them wants one answer.

use std::io::{self, Read, Write};
use std::net::TcpStream;

/// What the reader asks of the card.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked<'a> {
    /// The card has lost its power, has got it back, or is reset: what it kept for the session
    /// is void.
    Reset,
    /// The answer to reset is wanted.
    AnswerToReset,
    /// A request of the host.
    Request(&'a [u8]),
    /// Nothing that this card knows.
    Unknown,
}

/// A connection to a virtual reader.
pub(crate) struct Reader<S> {
    stream: S,
    frame: Vec<u8>,
}

impl Reader<TcpStream> {
    /// Puts the card into the reader that listens at `address`.
    ///
    /// # Errors
    /// If nothing listens there.
    pub(crate) fn insert(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self::new(stream))
    }
}

impl<S: Read + Write> Reader<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self {
            stream,
            frame: Vec::new(),
        }
    }

    /// Waits for the next frame.
    ///
    /// # Errors
    /// If the reader is gone.
    pub(crate) fn next(&mut self) -> io::Result<Asked<'_>> {
        let mut length = [0; 2];
        self.stream.read_exact(&mut length)?;
        self.frame
            .resize(usize::from(u16::from_be_bytes(length)), 0);
        self.stream.read_exact(&mut self.frame)?;
        Ok(match self.frame.as_slice() {
            [POWER_OFF | POWER_ON | RESET] => Asked::Reset,
            [ANSWER_TO_RESET] => Asked::AnswerToReset,
            [] | [_] => Asked::Unknown,
            request => Asked::Request(request),
        })
    }

    /// Answers the last frame.
    ///
    /// # Errors
    /// If the reader is gone.
    pub(crate) fn answer(&mut self, bytes: &[u8]) -> io::Result<()> {
        let length = u16::try_from(bytes.len()).map_err(io::Error::other)?;
        // In one piece: the reader would wait for the second one.
        let mut frame = Vec::with_capacity(2 + bytes.len());
        frame.extend_from_slice(&length.to_be_bytes());
        frame.extend_from_slice(bytes);
        self.stream.write_all(&frame)
    }
}

const POWER_OFF: u8 = 0;
const POWER_ON: u8 = 1;
const RESET: u8 = 2;
const ANSWER_TO_RESET: u8 = 4;

#[cfg(test)]
mod tests {
    use std::io::{Cursor, ErrorKind};

    use super::{Asked, Reader};

    #[track_caller]
    fn check(frame: &[u8], expected: &Asked<'_>) {
        let mut reader = Reader::new(Cursor::new(frame.to_vec()));
        assert_eq!(reader.next().expect("a whole frame"), *expected);
    }

    #[test]
    fn frames_of_one_byte_are_the_readers_own() {
        check(&[0, 1, 0], &Asked::Reset);
        check(&[0, 1, 1], &Asked::Reset);
        check(&[0, 1, 2], &Asked::Reset);
        check(&[0, 1, 4], &Asked::AnswerToReset);
        check(&[0, 1, 3], &Asked::Unknown);
        check(&[0, 0], &Asked::Unknown);
    }

    #[test]
    fn longer_frames_are_requests() {
        check(&[0, 2, 0, 4], &Asked::Request(&[0, 4]));
        let mut frame = vec![1, 2];
        frame.resize(2 + 258, 7);
        check(&frame, &Asked::Request(&[7; 258]));
    }

    #[test]
    fn a_torn_frame_is_the_end() {
        for frame in [&[0][..], &[0, 5, 1, 2]] {
            let mut reader = Reader::new(Cursor::new(frame.to_vec()));
            let error = reader.next().expect_err("the frame is torn");
            assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        }
    }

    #[test]
    fn an_answer_carries_its_length() {
        let mut reader = Reader::new(Cursor::new(Vec::new()));
        reader.answer(&[0x90; 258]).expect("memory takes it");
        let written = reader.stream.into_inner();
        assert_eq!(written.len(), 260);
        assert_eq!(written.get(..3), Some(&[1, 2, 0x90][..]));
    }
}
