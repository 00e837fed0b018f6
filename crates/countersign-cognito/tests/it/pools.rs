//! The admin operations that make a world: pools and clients.

use serde_json::{Value, json};

use crate::world::{World, text};

const ADMIN_OPERATIONS: [&str; 14] = [
    "AdminCreateUser",
    "AdminDeleteUser",
    "AdminGetUser",
    "AdminSetUserMFAPreference",
    "AdminSetUserPassword",
    "CreateUserPool",
    "CreateUserPoolClient",
    "DescribeUserPool",
    "DescribeUserPoolClient",
    "GetUserPoolMfaConfig",
    "ListUserPoolClients",
    "ListUserPools",
    "ListUsers",
    "SetUserPoolMfaConfig",
];

#[tokio::test]
async fn unsigned_admin_operations_are_refused() {
    let world = World::new("OFF").await;
    for operation in ADMIN_OPERATIONS {
        let reply = world
            .call(operation, json!({"UserPoolId": world.pool}))
            .await;
        assert_eq!(
            reply.refused(),
            "MissingAuthenticationTokenException",
            "{operation}"
        );
    }
}

#[tokio::test]
async fn every_admin_operation_exists() {
    let world = World::empty();
    for operation in ADMIN_OPERATIONS {
        let body = json!({"UserPoolId": 1, "PoolName": 1, "MaxResults": "1"});
        let reply = world.admin(operation, body).await;
        assert_eq!(reply.refused(), "SerializationException", "{operation}");
    }
}

#[tokio::test]
async fn a_signature_for_another_body() {
    let world = World::empty();
    let stamp = "20261124T073000Z".to_owned();
    let target = "AWSCognitoIdentityProviderService.ListUserPools";
    let authorization = crate::signer::authorization(target, &stamp, b"{\"MaxResults\":1}");
    let body = b"{\"MaxResults\":2}".to_vec();
    let reply = world
        .send("ListUserPools", body, Some((authorization, stamp)))
        .await;
    assert_eq!(reply.refused(), "InvalidSignatureException");
}

#[tokio::test]
async fn a_good_signature_for_another_service_or_day() {
    let world = World::empty();
    let stamp = "20261124T073000Z";
    let target = "AWSCognitoIdentityProviderService.ListUserPools";
    let body = b"{\"MaxResults\":1}";
    for (service, day, accepted) in [
        ("cognito-idp", "20261124", true),
        ("s3", "20261124", false),
        ("cognito-idp", "20261123", false),
        ("cognito-idp", "2026112", false),
    ] {
        let authorization = crate::signer::authorization_for(service, day, target, stamp, body);
        let signature = Some((authorization, stamp.to_owned()));
        let reply = world.send("ListUserPools", body.to_vec(), signature).await;
        assert_eq!(reply.status.is_success(), accepted, "{service} {day}");
    }
}

#[tokio::test]
async fn a_pool_is_described_as_it_was_made() {
    let world = World::empty();
    let made = world
        .admin(
            "CreateUserPool",
            json!({
                "PoolName": "Zones",
                "AutoVerifiedAttributes": ["email"],
                "Policies": {"PasswordPolicy": {"MinimumLength": 12, "RequireNumbers": true}},
                "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::000000000000:role/x"},
            }),
        )
        .await
        .ok();
    let pool = &made["UserPool"];
    let id = text(&pool["Id"]);
    assert_eq!(id.len(), 15);
    assert!(id.starts_with("local_"));
    assert_eq!(pool["AutoVerifiedAttributes"], json!(["email"]));
    let policy = &pool["Policies"]["PasswordPolicy"];
    assert_eq!(policy["MinimumLength"], 12);
    assert_eq!(policy["RequireNumbers"], true);
    assert_eq!(policy["RequireSymbols"], false);
    let role = &pool["SmsConfiguration"]["SnsCallerArn"];
    assert_eq!(role, "arn:aws:iam::000000000000:role/x");
    let described = world
        .admin("DescribeUserPool", json!({"UserPoolId": id}))
        .await
        .ok();
    assert_eq!(described, made);
}

#[tokio::test]
async fn mfa_configuration_reads_back() {
    let world = World::new("OPTIONAL").await;
    let config = world
        .admin("GetUserPoolMfaConfig", json!({"UserPoolId": world.pool}))
        .await
        .ok();
    let expected = json!({
        "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": {"Enabled": true},
        "SmsMfaConfiguration": {"SmsAuthenticationMessage": "Your code is {####}"},
        "EmailMfaConfiguration": {},
    });
    assert_eq!(config, expected);
}

#[tokio::test]
async fn mfa_without_a_factor_is_refused() {
    let world = World::new("OFF").await;
    let config = json!({"UserPoolId": world.pool, "MfaConfiguration": "ON"});
    let reply = world.admin("SetUserPoolMfaConfig", config).await;
    assert_eq!(reply.refused(), "InvalidParameterException");
}

#[tokio::test]
async fn a_client_is_described_as_it_was_made() {
    let world = World::new("OFF").await;
    let made = world
        .admin(
            "CreateUserPoolClient",
            json!({
                "UserPoolId": world.pool,
                "ClientName": "web",
                "GenerateSecret": true,
                "AccessTokenValidity": 30,
                "TokenValidityUnits": {"AccessToken": "minutes"},
                "AuthSessionValidity": 5,
                "PreventUserExistenceErrors": "LEGACY",
            }),
        )
        .await
        .ok();
    let client = &made["UserPoolClient"];
    let id = text(&client["ClientId"]);
    assert_eq!(id.len(), 26);
    assert_eq!(text(&client["ClientSecret"]).len(), 51);
    assert_eq!(client["AccessTokenValidity"], 30);
    assert_eq!(client["TokenValidityUnits"]["AccessToken"], "minutes");
    assert_eq!(client["PreventUserExistenceErrors"], "LEGACY");
    let request = json!({"UserPoolId": world.pool, "ClientId": id});
    assert_eq!(
        world.admin("DescribeUserPoolClient", request).await.ok(),
        made
    );
}

#[tokio::test]
async fn lifetimes_out_of_range() {
    let world = World::new("OFF").await;
    for (member, value) in [
        ("AccessTokenValidity", json!(25)),
        ("RefreshTokenValidity", json!(4000)),
        ("AuthSessionValidity", json!(2)),
        ("AuthSessionValidity", json!(16)),
    ] {
        let mut request = json!({"UserPoolId": world.pool, "ClientName": "web"});
        request[member] = value;
        let reply = world.admin("CreateUserPoolClient", request).await;
        assert_eq!(reply.refused(), "InvalidParameterException", "{member}");
    }
}

/// All pages of a listing of two a page.
async fn pages(world: &World, operation: &str, list: &str, mut request: Value) -> Vec<Value> {
    let mut all = Vec::new();
    request["MaxResults"] = 2.into();
    for _ in 0..10 {
        let page = world.admin(operation, request.clone()).await.ok();
        let items = page[list].as_array().expect("a list").clone();
        assert!(items.len() <= 2);
        all.extend(items);
        match page.get("NextToken") {
            Some(next) => request["NextToken"] = next.clone(),
            None => return all,
        }
    }
    panic!("the listing has no end");
}

#[tokio::test]
async fn listings_go_through_all_pages() {
    let world = World::new("OFF").await;
    for _ in 0..4 {
        world
            .admin("CreateUserPool", json!({"PoolName": "more"}))
            .await
            .ok();
        world.new_client(json!({})).await;
    }
    assert_eq!(
        pages(&world, "ListUserPools", "UserPools", json!({}))
            .await
            .len(),
        5
    );
    let request = json!({"UserPoolId": world.pool});
    let clients = pages(&world, "ListUserPoolClients", "UserPoolClients", request).await;
    assert_eq!(clients.len(), 5);
    assert!(
        clients
            .iter()
            .all(|client| client["UserPoolId"] == world.pool.as_str())
    );
}

#[tokio::test]
async fn what_does_not_exist() {
    let world = World::new("OFF").await;
    let other = world
        .admin("CreateUserPool", json!({"PoolName": "other"}))
        .await
        .ok();
    let other = text(&other["UserPool"]["Id"]);
    for (operation, request) in [
        ("DescribeUserPool", json!({"UserPoolId": "local_nowhere00"})),
        (
            "GetUserPoolMfaConfig",
            json!({"UserPoolId": "local_nowhere00"}),
        ),
        (
            "ListUserPoolClients",
            json!({"UserPoolId": "local_nowhere00"}),
        ),
        ("ListUsers", json!({"UserPoolId": "local_nowhere00"})),
        (
            "CreateUserPoolClient",
            json!({"UserPoolId": "local_nowhere00", "ClientName": "x"}),
        ),
        (
            "DescribeUserPoolClient",
            json!({"UserPoolId": other, "ClientId": world.client}),
        ),
    ] {
        let reply = world.admin(operation, request).await;
        assert_eq!(reply.refused(), "ResourceNotFoundException", "{operation}");
    }
}
