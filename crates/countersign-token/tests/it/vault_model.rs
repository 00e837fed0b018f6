//! What a vault has to be, and a long random story of what happens to one.

use std::collections::BTreeMap;

use countersign_token::{DeviceKey, Key, Space, Vault, VaultError};
use embedded_storage::nor_flash::MultiwriteNorFlash;

use crate::vault_chip::{Chip, Cut, Dice};
use crate::vault_image::{Nonces, check_no_remains};

/// The device key of the tests.
pub(crate) fn device_key() -> DeviceKey {
    DeviceKey::new([0xC5; 32])
}

/// The contents that a vault ought to have.
pub(crate) type Model = BTreeMap<Key, Vec<u8>>;

/// One step of a story.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Put(Key, Vec<u8>),
    Remove(Key),
    Wipe,
    /// Power goes and comes.
    Mount,
}

impl Step {
    /// A step that is likely in the life of a token.
    pub(crate) fn random(dice: &mut Dice, keys: u16, longest: usize) -> Self {
        let number = u16::try_from(dice.below(usize::from(keys))).unwrap();
        let credential = Key::new(Space::Credential, number).unwrap();
        let counter = Key::new(Space::Counter, number).unwrap();
        match dice.below(100) {
            0..30 => {
                let len = 20 + dice.below(117);
                Self::Put(credential, dice.bytes(len))
            }
            30..33 => {
                let len = dice.below(longest + 1);
                Self::Put(credential, dice.bytes(len))
            }
            33..75 => Self::Put(counter, dice.bytes(8)),
            75..88 => Self::Remove(credential),
            88..93 => Self::Remove(counter),
            93..94 => Self::Wipe,
            _ => Self::Mount,
        }
    }

    /// What the model is after this step.
    pub(crate) fn applied(&self, model: &Model) -> Model {
        let mut model = model.clone();
        match self {
            Self::Put(key, body) => {
                model.insert(*key, body.clone());
            }
            Self::Remove(key) => {
                model.remove(key);
            }
            Self::Wipe => model.clear(),
            Self::Mount => (),
        }
        model
    }

    pub(crate) fn run<M: MultiwriteNorFlash>(
        &self,
        vault: &mut Vault<M>,
        dice: &mut Dice,
    ) -> Result<(), VaultError> {
        match self {
            Self::Put(key, body) => vault.put(*key, body, dice),
            Self::Remove(key) => vault.remove(*key),
            Self::Wipe => vault.wipe(),
            Self::Mount => Ok(()),
        }
    }
}

/// Opens what is on a medium.
pub(crate) fn mount<M: MultiwriteNorFlash>(medium: M) -> Result<Vault<M>, VaultError> {
    Vault::mount(medium, device_key())
}

const SPACES: [Space; 7] = [
    Space::Setting,
    Space::Credential,
    Space::Counter,
    Space::LastStep,
    Space::LockUser,
    Space::LockState,
    Space::Audit,
];

/// Everything a vault has.
pub(crate) fn contents<M: MultiwriteNorFlash>(vault: &mut Vault<M>) -> Model {
    let mut found = Model::new();
    for space in SPACES {
        for key in vault.keys(space).collect::<Vec<_>>() {
            let mut body = [0; 1024];
            let len = vault.get(key, &mut body).unwrap().unwrap();
            found.insert(key, body[..len].to_vec());
        }
    }
    assert_eq!(vault.usage().records, found.len());
    assert_eq!(vault.usage().damaged, 0);
    found
}

/// What happened to a vault in a story.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) steps: usize,
    pub(crate) operations: usize,
    pub(crate) cuts: usize,
    pub(crate) double_cuts: usize,
    pub(crate) old: usize,
    pub(crate) new: usize,
    pub(crate) full: usize,
}

/// A story with a loss of power at each of its operations.
pub(crate) struct Story<'a> {
    pub(crate) pages: usize,
    pub(crate) page_len: usize,
    pub(crate) dice: Dice,
    pub(crate) nonces: &'a mut Nonces,
    pub(crate) tally: Tally,
}

impl Story<'_> {
    /// Lives through `steps` steps on a blank chip. Each step is carried out to its end, and once
    /// for each of its operations from the same beginning with power lost there, clean and torn.
    pub(crate) fn live<F: Chip>(&mut self, steps: usize, keys: u16, longest: usize) {
        let mut chip = F::with_image(&vec![0xFF; self.pages * self.page_len]);
        let mut vault = mount(chip).unwrap();
        let mut model = Model::new();
        for _ in 0..steps {
            let step = Step::random(&mut self.dice, keys, longest);
            let before = vault.flash().image().to_vec();
            if matches!(step, Step::Mount) {
                chip = F::with_image(&before);
                vault = mount(chip).unwrap();
                assert_eq!(
                    vault.flash().operations(),
                    0,
                    "something was left to be finished"
                );
            }
            let started = vault.flash().operations();
            let after = match step.run(&mut vault, &mut self.dice) {
                Err(VaultError::Full) => {
                    self.tally.full += 1;
                    model.clone()
                }
                done => {
                    done.unwrap();
                    step.applied(&model)
                }
            };
            let operations = vault.flash().operations() - started;
            assert_eq!(contents(&mut vault), after, "after {step:?}");
            self.check_image(vault.flash().image());
            for cut in [Cut::Clean, Cut::Torn] {
                for at in 0..operations {
                    self.cut_at::<F>(&before, &step, (at, cut), [&model, &after]);
                }
            }
            model = after;
            self.tally.steps += 1;
            self.tally.operations += operations;
        }
    }

    /// Carries a step out and loses power at one of its operations; then comes back, once at
    /// once, and once with power lost again on the way.
    fn cut_at<F: Chip>(
        &mut self,
        before: &[u8],
        step: &Step,
        (at, cut): (usize, Cut),
        allowed: [&Model; 2],
    ) {
        let mut chip = F::with_image(before);
        chip.cut_after(at, cut, Dice(self.dice.next()));
        let done = step.run(&mut mount(&mut chip).unwrap(), &mut self.dice);
        if !chip.is_dead() {
            // A vault that was mounted anew can need fewer operations.
            done.unwrap();
            return;
        }
        assert!(done.is_err(), "acknowledged without power: {step:?}");
        self.tally.cuts += 1;
        let image = chip.image().to_vec();
        let repairs = self.come_back::<F>(&image, allowed);
        if repairs > 0 {
            let mut chip = F::with_image(&image);
            let again = self.dice.below(repairs);
            let cut = [Cut::Clean, Cut::Torn][self.dice.below(2)];
            chip.cut_after(again, cut, Dice(self.dice.next()));
            assert_eq!(mount(&mut chip).err(), Some(VaultError::Medium));
            self.tally.double_cuts += 1;
            self.come_back::<F>(chip.image(), allowed);
        }
    }

    /// Mounts what is left and checks all that is promised. Returns how many operations it took
    /// to finish.
    fn come_back<F: Chip>(&mut self, image: &[u8], [old, new]: [&Model; 2]) -> usize {
        let mut vault = mount(F::with_image(image)).unwrap();
        let repairs = vault.flash().operations();
        let found = contents(&mut vault);
        assert!(found == *old || found == *new, "neither old nor new");
        if old != new {
            self.tally.old += usize::from(found == *old);
            self.tally.new += usize::from(found == *new);
        }
        self.check_image(vault.flash().image());
        self.check_writable(&mut vault, found);
        repairs
    }

    /// A small record can be updated, again and again; nothing else changes by it.
    fn check_writable<F: Chip>(&mut self, vault: &mut Vault<F>, mut model: Model) {
        let counter = Key::of(Space::Counter, 0);
        if !model.contains_key(&counter)
            && let Some(key) = model.keys().next().copied()
        {
            vault.remove(key).unwrap();
            model.remove(&key);
        }
        for _ in 0..3 {
            let body = self.dice.bytes(8);
            vault.put(counter, &body, &mut self.dice).unwrap();
            model.insert(counter, body);
        }
        assert_eq!(contents(vault), model);
        self.check_image(vault.flash().image());
    }

    fn check_image(&mut self, image: &[u8]) {
        check_no_remains(image, self.page_len);
        self.nonces.note(image, self.page_len);
    }
}
