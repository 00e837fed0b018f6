//! `serve --demo`: a pool, an app client and a user to try, and what to do with them.

use std::io::{self, Write};
use std::path::Path;

use countersign_cognito::Endpoint;
use countersign_cognito::wire::WireError;
use countersign_host::{Error, PasswordRules, UserStatus};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::failure::Failure;
use crate::installation::setting;
use crate::password;
use crate::pool::{self, FACTORS, FLOWS, Mfa};
use crate::user::{self, Fresh};

/// What the demo consists of. Kept sealed in the store, so that it is the same at every start.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(crate) struct World {
    pool_id: String,
    client_id: String,
    password: String,
}

/// Finds the demo's pool, client and user, or makes what is missing of them.
///
/// # Errors
/// [`Failure`] if the store does not take them.
pub(crate) async fn make(endpoint: &Endpoint) -> Result<World, Failure> {
    let world = remembered(endpoint).await?;
    let (_, pool) = endpoint.pool(&world.pool_id).await.map_err(|e| wire(&e))?;
    let service = endpoint.service();
    let found = match service.user(&pool, NAME).await {
        Ok(view) => Some(view.status),
        Err(Error::UserNotFound) => None,
        Err(error) => return Err(user::refused(&error)),
    };
    match found {
        None => {
            let fresh = Fresh {
                name: NAME,
                password: &world.password,
                permanent: true,
                attributes: user::attributes(Some(EMAIL.to_owned()), Some(PHONE.to_owned())),
            };
            user::add(service, &pool, &fresh).await?;
        }
        // An earlier start was cut off between the two steps of making a user.
        Some(UserStatus::ForceChangePassword) => {
            let set = service.set_password(&pool, NAME, &world.password, true);
            set.await.map_err(|error| user::refused(&error))?;
        }
        Some(_) => {}
    }
    Ok(world)
}

/// Says what there is and what to try.
///
/// # Errors
/// Those of `out`.
pub(crate) fn explain(
    world: &World,
    url: &str,
    outbox: Option<&Path>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let World {
        pool_id,
        client_id,
        password,
    } = world;
    writeln!(
        out,
        "
Paste into a web app that uses aws-amplify 6:

  import {{ Amplify }} from 'aws-amplify';
  Amplify.configure({{ Auth: {{ Cognito: {{
    userPoolId: '{pool_id}',
    userPoolClientId: '{client_id}',
    userPoolEndpoint: '{url}',
  }} }} }});

Sign in as `{NAME}` with the password {password}
then setUpTOTP(), verifyTOTPSetup() and updateMFAPreference({{ totp: 'PREFERRED' }}).

Or look at the wire first:

  curl -s {url}/ -H 'content-type: application/x-amz-json-1.1' \\
    -H 'x-amz-target: AWSCognitoIdentityProviderService.InitiateAuth' \\
    -d '{{\"AuthFlow\":\"USER_PASSWORD_AUTH\",\"ClientId\":\"{client_id}\",
         \"AuthParameters\":{{\"USERNAME\":\"{NAME}\",\"PASSWORD\":\"{password}\"}}}}'
"
    )?;
    match outbox {
        Some(path) => writeln!(
            out,
            "Codes for {PHONE} and {EMAIL} arrive in {}\n",
            path.display()
        ),
        None => writeln!(out, "Codes for {PHONE} and {EMAIL} are really sent.\n"),
    }
}

/// The demo of an earlier start, or a new one, with its pool and client in the store.
async fn remembered(endpoint: &Endpoint) -> Result<World, Failure> {
    let records = endpoint.service().records();
    let failed = |error: Error| Failure::obstacle("the demo cannot be made").because(&error);
    let place = setting("demo");
    if let Some(world) = records.load::<World>(&place).await.map_err(failed)? {
        return Ok(world);
    }
    let pool = endpoint
        .create_pool("demo", |pool| {
            pool::configure(pool, Mfa::Optional, &FACTORS);
        })
        .await
        .map_err(|error| wire(&error))?;
    let client = endpoint
        .create_client(&pool.id, "demo", false, |client| client.flows = FLOWS)
        .await
        .map_err(|error| wire(&error))?;
    let world = World {
        pool_id: pool.id,
        client_id: client.id,
        password: password::generate(PasswordRules::DEFAULT)?.to_string(),
    };
    records.create(&place, &world).await.map_err(failed)?;
    // Of two servers that start at once, both take what the first has made.
    let kept = records.load(&place).await.map_err(failed)?;
    Ok(kept.unwrap_or(world))
}

fn wire(error: &WireError) -> Failure {
    Failure::obstacle("the demo cannot be made").because(error)
}

const NAME: &str = "demo";
const EMAIL: &str = "demo@example.com";
const PHONE: &str = "+15555550100";
