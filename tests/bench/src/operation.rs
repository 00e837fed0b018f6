//! The home of the list of operations that are measured.

/// Something that is measured. SHA-1, six digits and thirty seconds, unless it says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Secret bytes in, code of a time out, as the number or whatever the contender returns.
    GenerateCold,
    /// The same with all that can be prepared for one secret prepared.
    GenerateWarm,
    /// Prepared, and the code has to be there as six ASCII digits.
    GenerateText,
    /// `GenerateWarm` with SHA-256 and a secret of 32 bytes.
    GenerateSha256,
    /// `GenerateWarm` with SHA-512 and a secret of 64 bytes.
    GenerateSha512,
    /// Is this typed code right within one step? It is that of the current step.
    VerifyHit,
    /// It is the code of no step; the secret's bytes come in too.
    VerifyMissCold,
    /// It is the code of no step; the secret is prepared.
    VerifyMissWarm,
    /// HOTP: the code of none of the expected counter and the ten after it.
    LookAhead10,
    /// HOTP: the code of none of the expected counter and the hundred after it.
    LookAhead100,
    /// `otpauth://` text in, secret and parameters out.
    UriParse,
    /// Secret and parameters in, `otpauth://` text out.
    UriBuild,
    /// One event of a sign-in: a wrong code typed where an authenticator's is asked for.
    SignInRefuse,
    /// The right code: the sign-in ends, and the step is spent.
    SignInAccept,
    /// Account and pending sign-in to their stored forms.
    SignInEncode,
    /// And back.
    SignInDecode,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::GenerateCold,
        Self::GenerateWarm,
        Self::GenerateText,
        Self::GenerateSha256,
        Self::GenerateSha512,
        Self::VerifyHit,
        Self::VerifyMissCold,
        Self::VerifyMissWarm,
        Self::LookAhead10,
        Self::LookAhead100,
        Self::UriParse,
        Self::UriBuild,
        Self::SignInRefuse,
        Self::SignInAccept,
        Self::SignInEncode,
        Self::SignInDecode,
    ];

    /// Those whose instructions are counted.
    pub const COUNTED: [Self; 4] = [
        Self::GenerateCold,
        Self::GenerateWarm,
        Self::VerifyHit,
        Self::VerifyMissWarm,
    ];

    /// A short name, the same in every output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GenerateCold => "generate-cold",
            Self::GenerateWarm => "generate-warm",
            Self::GenerateText => "generate-text",
            Self::GenerateSha256 => "generate-sha256",
            Self::GenerateSha512 => "generate-sha512",
            Self::VerifyHit => "verify-hit",
            Self::VerifyMissCold => "verify-miss-cold",
            Self::VerifyMissWarm => "verify-miss-warm",
            Self::LookAhead10 => "look-ahead-10",
            Self::LookAhead100 => "look-ahead-100",
            Self::UriParse => "uri-parse",
            Self::UriBuild => "uri-build",
            Self::SignInRefuse => "sign-in-refuse",
            Self::SignInAccept => "sign-in-accept",
            Self::SignInEncode => "sign-in-encode",
            Self::SignInDecode => "sign-in-decode",
        }
    }
}
