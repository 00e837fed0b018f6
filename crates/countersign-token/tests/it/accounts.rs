//! Accounts over APDUs: PUT, LIST, CALCULATE, RENAME, DELETE, with the vectors of the RFCs.

use crate::host::{Host, Put};

/// RFC 4226, appendix D.
#[test]
fn hotp_gives_the_codes_of_the_rfc() {
    let mut host = Host::new();
    host.done(&Put::hotp("rfc4226", b"12345678901234567890").command());
    let expected = [
        "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
        "520489",
    ];
    for code in expected {
        assert_eq!(host.code("rfc4226", &[]).as_deref(), Ok(code));
    }
}
