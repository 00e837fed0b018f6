//! A code that was delivered, as the oracle remembers it.

use countersign_core::{Code, Context, MfaType, Passcode, Prompt, SignInId};

use super::fresh::under_way;

/// The code, what it is good for, and what is left of it.
pub(crate) struct Delivered {
    pub(crate) code: Code,
    sign_in: SignInId,
    prompt: Prompt,
    at: u64,
    expires_at: u64,
    guesses: u8,
    /// Neither used nor replaced, nor seen when it was not good.
    alive: bool,
}

impl Delivered {
    /// A code for this prompt of this sign-in.
    pub(crate) fn new(
        sign_in: SignInId,
        prompt: Prompt,
        code: Code,
        context: &Context<'_>,
    ) -> Self {
        let at = context.now.secs();
        Self {
            code,
            sign_in,
            prompt,
            at,
            expires_at: at + u64::from(context.policy.step_secs),
            guesses: Passcode::GUESSES,
            alive: true,
        }
    }

    /// Whether `code`, answered at this prompt of this sign-in, is it, and good.
    pub(crate) fn is_right(
        &self,
        answered: (SignInId, Prompt),
        code: &Code,
        context: &Context<'_>,
    ) -> bool {
        self.alive
            && self.guesses > 0
            && self.is_for(answered)
            && under_way(context.now, self.at, self.expires_at)
            && self.code.matches(code)
    }

    /// Whether it was delivered for this prompt of this sign-in.
    pub(crate) fn is_for(&self, answered: (SignInId, Prompt)) -> bool {
        (self.sign_in, self.prompt) == answered
    }

    /// Another code was compared with it.
    pub(crate) fn guessed(&mut self) {
        assert!(self.alive && self.guesses > 0, "what was it compared with?");
        self.guesses -= 1;
    }

    pub(crate) fn kill(&mut self) {
        self.alive = false;
    }
}

/// Whether a prompt asks for a code that was delivered.
pub(crate) fn asks_for_delivered(prompt: Prompt) -> bool {
    match prompt {
        Prompt::Code(factor) => factor != MfaType::Totp,
        Prompt::EmailSetUpCode(_) => true,
        _ => false,
    }
}
