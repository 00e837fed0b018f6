//! The home of OCRA with a suite whose hash is known at run time only.

use super::{
    Challenge, InputError, Inputs, NextResponse, Ocra, Question, Response, State, Suite, Tolerance,
    Verdict,
};
use crate::{AlgorithmId, Sha1, Sha256, Sha512, SharedSecret};

/// An [`Ocra`] of any suite. A program that uses it links all three hashes.
#[derive(Clone, Debug)]
pub enum AnyOcra {
    /// SHA-1.
    Sha1(Ocra<Sha1>),
    /// SHA-256.
    Sha256(Ocra<Sha256>),
    /// SHA-512.
    Sha512(Ocra<Sha512>),
}

/// Calls the same method, whatever the algorithm.
macro_rules! with {
    ($any:expr, $ocra:ident => $call:expr) => {
        match $any {
            AnyOcra::Sha1($ocra) => $call,
            AnyOcra::Sha256($ocra) => $call,
            AnyOcra::Sha512($ocra) => $call,
        }
    };
}

impl AnyOcra {
    /// Prepares a secret for a suite.
    #[must_use]
    pub fn new(secret: &SharedSecret, suite: Suite) -> Self {
        match suite.algorithm {
            AlgorithmId::Sha1 => Self::Sha1(Ocra::of(secret, suite)),
            AlgorithmId::Sha256 => Self::Sha256(Ocra::of(secret, suite)),
            AlgorithmId::Sha512 => Self::Sha512(Ocra::of(secret, suite)),
        }
    }

    /// The suite.
    #[must_use]
    pub const fn suite(&self) -> &Suite {
        with!(self, ocra => ocra.suite())
    }

    /// See [`Ocra::respond`].
    ///
    /// # Errors
    /// [`InputError`].
    pub fn respond(
        &self,
        asked: &Question,
        own: Option<&Question>,
        inputs: &Inputs<'_>,
        state: State,
    ) -> Result<NextResponse, InputError> {
        with!(self, ocra => ocra.respond(asked, own, inputs, state))
    }

    /// See [`Ocra::generate`].
    ///
    /// # Errors
    /// [`InputError`].
    pub fn generate(
        &self,
        asked: &Question,
        own: Option<&Question>,
        inputs: &Inputs<'_>,
        counter: Option<u64>,
    ) -> Result<Response, InputError> {
        with!(self, ocra => ocra.generate(asked, own, inputs, counter))
    }

    /// See [`Ocra::verify`].
    pub fn verify(
        &self,
        challenge: Challenge,
        peer: Option<&Question>,
        response: &Response,
        inputs: &Inputs<'_>,
        tolerance: Tolerance,
        state: State,
    ) -> Verdict {
        with!(self, ocra => ocra.verify(challenge, peer, response, inputs, tolerance, state))
    }
}
