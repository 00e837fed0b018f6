//! The home of limits on an address, over all accounts that name it.

use countersign_core::{Throttle, ThrottlePolicy};

use super::{CodeDeliveryDetails, Outgoing, Service};
use crate::Error;
use crate::delivery::Purpose;
use crate::pool::Pool;
use crate::records::Change;
use crate::store::{Key, Kind};
use crate::user::{Address, StoredThrottle};

impl Service {
    /// Spends one delivery to an address, over all accounts that name it: a new account is no way
    /// to send more to somebody, nor to guess more often at what was sent.
    ///
    /// # Errors
    /// [`Error::TooManyDeliveries`].
    async fn spend_destination(&self, pool: &Pool, address: &Address) -> Result<(), Error> {
        let key = self.destination_key(pool, address);
        let factor = address.factor();
        // Several accounts may well share an address within an hour: the day's limit is what holds.
        let policy = &ThrottlePolicy {
            hourly_deliveries: pool.policy.throttle.daily_deliveries,
            ..pool.policy.throttle
        };
        self.inner
            .records
            .change(&key, |record: &mut Option<StoredThrottle>| {
                let now = self.now()?;
                let sent = record.get_or_insert(StoredThrottle(Throttle::NEW));
                if sent.0.spend_delivery(factor, policy, now) {
                    Ok(Change::Save(()))
                } else {
                    Err(Error::TooManyDeliveries)
                }
            })
            .await
    }

    /// Sends a code that a stranger may have had sent to this address, if it has not been sent too
    /// many. A code to reset a password goes to an address that its owner has verified and counts
    /// on the account: what strangers do elsewhere must not hold it back.
    ///
    /// # Errors
    /// [`Error::TooManyDeliveries`], [`Error::Undeliverable`]; the code stays good.
    pub(super) async fn send_confirmation(
        &self,
        pool: &Pool,
        outgoing: Outgoing,
    ) -> Result<CodeDeliveryDetails, Error> {
        if outgoing.purpose != Purpose::ResetPassword {
            self.spend_destination(pool, &outgoing.address).await?;
        }
        self.send(outgoing).await
    }

    /// Where deliveries to an address are counted: a name that does not tell the address.
    fn destination_key(&self, pool: &Pool, address: &Address) -> Key {
        let parts: [&[u8]; 2] = [pool.id.as_bytes(), &address.destination().0];
        let name = u128::from_be_bytes(self.stand_in(b"destination", &parts));
        let name = format!("destination/{name:032x}");
        Key::new(Kind::Setting, name).expect("short, and not empty")
    }
}
