//! The home of answers to whoever asked for a code: those that tell what became of it, and those
//! that do not even tell whether there is an account.

use std::time::Duration;

use super::confirmation::Drawn;
use super::{CodeDeliveryDetails, Service, details_of};
use crate::Error;
use crate::delivery::Medium;
use crate::pool::{ContactAttribute, Pool};
use crate::username::folded;

impl Service {
    /// Answers whoever may learn who has an account: what could not be sent is told.
    pub(super) async fn answer_plainly(
        &self,
        pool: &Pool,
        drawn: Drawn,
    ) -> Result<CodeDeliveryDetails, Error> {
        match drawn {
            Drawn::Code(outgoing) => self.send_confirmation(pool, outgoing).await,
            Drawn::TooMany(_) => Err(Error::TooManyDeliveries),
            Drawn::NoAddress => Err(Error::InvalidParameter(
                "There is no address that a code may be sent to.".to_owned(),
            )),
        }
    }

    /// Answers whoever must not learn who has an account: with the address that a code would go
    /// to, after the same work and time whether one does, and however long it takes to send it.
    pub(super) async fn answer_hiding(
        &self,
        pool: &Pool,
        username: &str,
        drawn: Result<Drawn, Error>,
    ) -> Result<CodeDeliveryDetails, Error> {
        let details = match drawn {
            Ok(Drawn::Code(outgoing)) => {
                let details = details_of(&outgoing.address);
                let (service, pool) = (self.clone(), pool.clone());
                // What goes wrong is in the log; telling it would tell that there is an account.
                tokio::spawn(
                    async move { service.send_confirmation(&pool, outgoing).await.map(drop) },
                );
                details
            }
            Ok(Drawn::TooMany(address)) => {
                self.spend_time_of_a_save(pool, username).await?;
                details_of(&address)
            }
            Ok(Drawn::NoAddress)
            | Err(Error::UserNotFound | Error::UserDisabled | Error::WrongState(_)) => {
                self.spend_time_of_a_save(pool, username).await?;
                self.decoy_delivery(pool, username)?
            }
            Err(error) => return Err(error),
        };
        tokio::time::sleep(HIDING_TIME).await;
        Ok(details)
    }

    /// Where a code would have gone, for a user that does not exist: the same each time for the
    /// same name, in whatever case, so that the answer does not tell.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a malformed name.
    pub fn decoy_delivery(
        &self,
        pool: &Pool,
        username: &str,
    ) -> Result<CodeDeliveryDetails, Error> {
        let name = folded(username)?;
        let parts = [pool.id.as_bytes(), name.as_bytes()];
        let drawn: [u8; 4] = self.stand_in(b"decoy delivery", &parts);
        let by_sms_only = pool.verified_attributes == [ContactAttribute::PhoneNumber];
        if by_sms_only {
            let digits: String = drawn.iter().map(|byte| (byte % 10).to_string()).collect();
            return Ok(CodeDeliveryDetails {
                destination: format!("+*******{digits}"),
                medium: Medium::Sms,
                attribute: ContactAttribute::PhoneNumber,
            });
        }
        let letter = |byte: u8| char::from(b'a' + byte % 26);
        Ok(CodeDeliveryDetails {
            destination: format!("{}***@{}***", letter(drawn[0]), letter(drawn[1])),
            medium: Medium::Email,
            attribute: ContactAttribute::Email,
        })
    }
}

/// How long an answer that hides waits: longer than most outboxes take to have the code, so that
/// it is there before the answer.
const HIDING_TIME: Duration = Duration::from_millis(50);
