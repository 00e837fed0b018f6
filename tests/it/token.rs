//! The story of a hardware token, told by the unmodified ykman through pcscd, chapter by chapter
//! (`tests/clients/python/story/chapters`): to the simulator, and to the firmware in an emulator.
//!
//! Each chapter has a reader of its own, in namespaces that only Linux has.

pub(crate) mod story;

use story::{Target, tell};

/// Makes a test of each chapter. Too few checks mean that a part was not told.
macro_rules! chapters {
    ($target:expr; $($test:ident: $chapter:literal, $at_least:literal;)*) => {
        $(
            #[test]
            fn $test() {
                super::tell($target, $chapter, $at_least);
            }
        )*
    };
}

mod simulator {
    chapters! {
        super::Target::Simulator;
        accounts_of_every_kind_are_added: "accounts", 49;
        accounts_are_replaced_renamed_and_deleted: "names", 42;
        the_vectors_of_the_rfcs_come_out: "vectors", 109;
        a_touch_is_asked_for: "touch", 23;
        a_password_locks: "password", 72;
        what_is_wrong_is_refused: "errors", 73;
        every_coding_says_the_same: "coding", 27;
        a_full_token_says_so: "capacity", 12;
        an_older_client_works: "old-client", 21;
        random_requests_do_no_harm: "random-requests", 9;
        everything_is_erased: "reset", 17;
        the_device_is_described: "management", 12;
        the_clock_is_the_administrators: "administration", 18;
        what_was_acknowledged_outlives_kills: "persistence", 8;
    }
}

mod firmware {
    chapters! {
        super::Target::Firmware;
        accounts_of_every_kind_are_added: "accounts", 49;
        accounts_are_replaced_renamed_and_deleted: "names", 42;
        the_vectors_of_the_rfcs_come_out: "vectors", 109;
        a_touch_is_asked_for: "touch", 23;
        a_password_locks: "password", 72;
        what_is_wrong_is_refused: "errors", 73;
        every_coding_says_the_same: "coding", 25;
        a_full_token_says_so: "capacity", 12;
        an_older_client_works: "old-client", 21;
        random_requests_do_no_harm: "random-requests", 9;
        everything_is_erased: "reset", 17;
        the_device_is_described: "management", 12;
        the_clock_is_the_administrators: "administration", 18;
        a_pin_is_entered_at_the_keys: "pin", 25;
        what_was_acknowledged_outlives_kills: "persistence", 8;
    }
}
