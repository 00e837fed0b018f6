//! What a host may see and change, kept beside the token and compared with what it does.

use std::collections::{BTreeMap, BTreeSet};

use countersign_token::{Key, PinState, Space, Vault};

use super::device::{Device, Flash, RECORDS, device_key};

/// What is stored, by its key.
type Records = BTreeMap<Key, Vec<u8>>;

/// The identifier of the applet.
const APPLET_ID: Key = Key::of(Space::Setting, 0);
/// The access key.
const ACCESS_KEY: Key = Key::of(Space::Setting, 1);
/// Tries at the access key: what moves without permission, and only up.
const TRIES: Key = Key::of(Space::Setting, 18);
/// The key that guards the clock.
const ADMIN_KEY: Key = Key::of(Space::Setting, 21);

/// What the session has shown, and what is stored.
pub(super) struct Model {
    pub(super) challenge: Vec<u8>,
    pub(super) pin_entered: bool,
    /// The access key, since the last SELECT.
    key_shown: bool,
    challenges: BTreeSet<Vec<u8>>,
    flash: Flash,
    records: Records,
}

impl Model {
    pub(super) fn of(device: &Device) -> Self {
        Self {
            challenge: Vec::new(),
            pin_entered: false,
            key_shown: false,
            challenges: BTreeSet::new(),
            flash: device.token.flash().clone(),
            records: records(device.token.flash()),
        }
    }

    pub(super) fn forget_session(&mut self) {
        self.key_shown = false;
    }

    /// Sends a request, and checks what the answer shows and what has changed.
    pub(super) fn send(&mut self, device: &mut Device, request: &[u8]) {
        device.desk.has_allowed = false;
        let permitted = self.is_permitted(device);
        let answer = device.send(request);
        let (data, status) = answer.split_at(answer.len() - 2);
        let is_done = status == [0x90, 0x00];
        assert!(
            is_done || status[0] == 0x61 || data.is_empty(),
            "data beside an error"
        );
        let selected = is_done && data.starts_with(&[0x79, 3, 5, 7, 1, 0x71, 8]);
        if !permitted {
            let reads = matches!(request, [_, 0xa1 | 0xa2 | 0xa5, ..] | [_, 0xa4, 0, ..]);
            assert!(
                selected || !reads || data.is_empty(),
                "shown without permission"
            );
        }
        self.compare(device, permitted);
        if selected {
            self.selected(data);
        }
    }

    /// Sends what a host sends that has the access key.
    pub(super) fn validate(&mut self, device: &mut Device, request: &[u8]) {
        self.send(device, request);
        let is_right = device.send(b"\x00\xa1\x00\x00").ends_with(&[0x90, 0x00]);
        let pin_missing = !matches!(
            device.token.pin_state(),
            PinState::NotSet | PinState::Entered
        );
        assert!(!(is_right && pin_missing));
        self.key_shown |= is_right;
    }

    /// The token starts again with what it has, and can be made new.
    pub(super) fn at_the_end(self, mut device: Device) {
        device.power_cycle();
        assert_eq!(records(device.token.flash()), records(&self.flash));
        device.desk.answer = countersign_token::Answer::Allowed;
        device.send(super::SELECT);
        assert_eq!(device.send(b"\x00\x04\xde\xad"), [0x90, 0x00]);
        let left = records(device.token.flash());
        assert!(left.keys().all(|key| *key == APPLET_ID), "{left:?}");
        assert_eq!(device.send(super::PUT_HOTP), [0x90, 0x00]);
    }

    /// Whether the host may read and change accounts.
    fn is_permitted(&self, device: &Device) -> bool {
        let unlocked = matches!(
            device.token.pin_state(),
            PinState::NotSet | PinState::Entered
        );
        unlocked && (self.key_shown || !self.records.contains_key(&ACCESS_KEY))
    }

    /// Compares what is stored with what was.
    fn compare(&mut self, device: &Device, permitted: bool) {
        if *device.token.flash() == self.flash {
            return;
        }
        let before = std::mem::take(&mut self.records);
        self.flash = device.token.flash().clone();
        self.records = records(&self.flash);
        // Only erasing everything draws another identifier, and whoever holds the device is asked.
        let is_same = before.get(&APPLET_ID) == self.records.get(&APPLET_ID);
        assert!(
            is_same || device.desk.has_allowed,
            "erased without being asked"
        );
        if permitted {
            // Who sets an access key has it.
            self.key_shown |= before.get(&ACCESS_KEY) != self.records.get(&ACCESS_KEY);
            return;
        }
        let after = &self.records;
        let all: BTreeSet<&Key> = before.keys().chain(after.keys()).collect();
        let mut changed = all
            .into_iter()
            .filter(|key| before.get(key) != after.get(key));
        if !device.desk.has_allowed {
            assert!(
                changed.all(|key| *key == TRIES),
                "changed without permission"
            );
            assert!(after.get(&TRIES) >= before.get(&TRIES), "tries came back");
            return;
        }
        // Whoever holds the device allowed it: to set the key of the clock, or to erase everything.
        let erased = after.keys().all(|key| *key == APPLET_ID);
        assert!(
            erased || changed.all(|key| *key == ADMIN_KEY),
            "more than was allowed"
        );
    }

    /// Takes in the answer to SELECT: no challenge comes twice.
    fn selected(&mut self, data: &[u8]) {
        self.key_shown = false;
        if let [
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            0x74,
            8,
            challenge @ ..,
        ] = data
        {
            self.challenge = challenge[..8].to_vec();
            assert!(
                self.challenges.insert(self.challenge.clone()),
                "an old challenge"
            );
        }
        let has_challenge = data.len() > 15;
        assert_eq!(has_challenge, self.records.contains_key(&ACCESS_KEY));
    }
}

fn records(flash: &Flash) -> Records {
    let vault = Vault::<_, RECORDS>::mount(flash.clone(), device_key());
    let mut vault = vault.expect("it is a vault");
    let spaces = [
        Space::Setting,
        Space::Credential,
        Space::Counter,
        Space::LastStep,
    ];
    let keys: Vec<Key> = spaces
        .iter()
        .flat_map(|space| vault.keys(*space).collect::<Vec<_>>())
        .collect();
    let read = |key| {
        let mut body = [0; 256];
        let length = vault
            .get(key, &mut body)
            .expect("it is whole")
            .expect("it is there");
        (key, body[..length].to_vec())
    };
    keys.into_iter().map(read).collect()
}
