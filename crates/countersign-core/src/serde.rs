//! The home of the `serde` feature: what can be written with it, and how.
//!
//! What has a stored form is written as that form's bytes, and read through its `decode`, so that
//! nothing comes in which could not have been stored. An [`Account`]'s form holds its shared
//! secret: seal what it is written to. Values are written as numbers, names and fields, and read
//! through the same checks as anywhere. Secrets, codes and keys by themselves cannot be written,
//! and neither can a verdict or a proof.

use core::convert::Infallible;
use core::fmt;

use serde_core::de::{self, DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess};
use serde_core::ser::{SerializeSeq, SerializeStruct};
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::{
    ACCOUNT_ENCODED_LEN, Account, AccountId, Algorithm, AlgorithmId, Contacts, DecodeError,
    Destination, Digits, Drift, HotpState, LastFactor, LastStep, LookAhead, MfaPreference,
    MfaPreferenceUpdate, MfaRequirement, MfaSet, MfaSettings, MfaType, Passcode, Period, Policy,
    RecoveryCodes, RecoveryUse, SignIn, Throttle, ThrottlePolicy, TotpParams, TotpState, UnixTime,
    Window, ocra,
};

/// Types that are written as their stored form.
macro_rules! stored {
    ($($name:ty, $len:expr;)+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_bytes(&self.encode())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_bytes(StoredVisitor::<Self, { $len }>(Self::decode))
            }
        }
    )+};
}

stored! {
    HotpState, HotpState::ENCODED_LEN;
    ocra::Challenge, ocra::Challenge::ENCODED_LEN;
    ocra::State, ocra::State::ENCODED_LEN;
    Passcode, Passcode::ENCODED_LEN;
    RecoveryCodes, RecoveryCodes::ENCODED_LEN;
    SignIn, SignIn::ENCODED_LEN;
    Throttle, Throttle::ENCODED_LEN;
    TotpState, TotpState::ENCODED_LEN;
}

impl<A: Algorithm> Serialize for Account<A> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.encode().as_slice())
    }
}

impl<'de, A: Algorithm> Deserialize<'de> for Account<A> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let visitor = StoredVisitor::<Self, ACCOUNT_ENCODED_LEN>(Self::decode);
        deserializer.deserialize_bytes(visitor)
    }
}

/// Types that are written as a number or a text of their own, and read through a check.
macro_rules! checked {
    ($($name:ty as $plain:ty: $get:expr, $check:expr;)+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let get: fn(Self) -> $plain = $get;
                get(*self).serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let plain = <$plain>::deserialize(deserializer)?;
                $check(plain).map_err(de::Error::custom)
            }
        }
    )+};
}

checked! {
    AccountId as [u8; 16]: |id| id.0, |bytes| Ok::<_, Infallible>(AccountId(bytes));
    Destination as [u8; 16]: |to| to.0, |bytes| Ok::<_, Infallible>(Destination(bytes));
    Digits as u8: Digits::get, Digits::new;
    Drift as i32: Drift::secs, Drift::from_secs;
    LastStep as Option<u64>: LastStep::step,
        |step: Option<u64>| Ok::<_, Infallible>(step.map_or(LastStep::NEVER, LastStep::at));
    LookAhead as u8: LookAhead::get, LookAhead::new;
    Period as u16: Period::secs, Period::from_secs;
    UnixTime as u64: UnixTime::secs, UnixTime::from_secs;
}

/// Enums without fields, written as a name, or as a number where the format has no names.
macro_rules! names {
    ($($name:ident: $($variant:ident = $text:literal),+;)+) => {$(
        impl $name {
            const VARIANTS: &'static [(Self, &'static str)] = &[$((Self::$variant, $text)),+];
            const NAMES: &'static [&'static str] = &[$($text),+];
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                for (index, (variant, name)) in (0..).zip(Self::VARIANTS) {
                    if variant == self {
                        return serializer.serialize_unit_variant(stringify!($name), index, name);
                    }
                }
                Err(serde_core::ser::Error::custom(DecodeError))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Name;
                impl<'de> de::Visitor<'de> for Name {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("one of a few names")
                    }

                    fn visit_enum<E: EnumAccess<'de>>(self, data: E) -> Result<$name, E::Error> {
                        let (index, content) = data.variant_seed(Key($name::NAMES))?;
                        content.unit_variant()?;
                        let variant = $name::VARIANTS.get(index);
                        variant.map(|(variant, _)| *variant).ok_or_else(unknown)
                    }
                }
                deserializer.deserialize_enum(stringify!($name), Self::NAMES, Name)
            }
        }
    )+};
}

names! {
    AlgorithmId: Sha1 = "SHA1", Sha256 = "SHA256", Sha512 = "SHA512";
    LastFactor: MayBeDisabled = "may_be_disabled", MustStay = "must_stay";
    MfaPreference: Enabled = "enabled", Disabled = "disabled", Preferred = "preferred",
        NotPreferred = "not_preferred";
    MfaRequirement: Off = "off", Optional = "optional", Required = "required";
    RecoveryUse: IfIssued = "if_issued", Never = "never";
    MfaType: Sms = "sms", Totp = "totp", Email = "email";
}

/// Structs, written field by field and read in full: none missing, unknown or twice.
macro_rules! fields {
    ($($name:ident { $($field:ident: $ty:ty = $get:expr),+ } $make:expr;)+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let len = [$(stringify!($field)),+].len();
                let mut out = serializer.serialize_struct(stringify!($name), len)?;
                $({
                    let get: fn(&Self) -> $ty = $get;
                    out.serialize_field(stringify!($field), &get(self))?;
                })+
                out.end()
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                const FIELDS: &[&str] = &[$(stringify!($field)),+];
                struct Fields;
                impl<'de> de::Visitor<'de> for Fields {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("the fields of ")?;
                        f.write_str(stringify!($name))
                    }

                    fn visit_seq<Q: SeqAccess<'de>>(self, mut seq: Q) -> Result<$name, Q::Error> {
                        $(let $field: $ty = seq
                            .next_element()?
                            .ok_or_else(|| de::Error::missing_field(stringify!($field)))?;)+
                        $make($($field),+).map_err(de::Error::custom)
                    }

                    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<$name, M::Error> {
                        $(let mut $field: Option<$ty> = None;)+
                        while let Some(index) = map.next_key_seed(Key(FIELDS))? {
                            let name = FIELDS.get(index).copied().unwrap_or_default();
                            $(if name == stringify!($field) {
                                if $field.is_some() {
                                    return Err(de::Error::duplicate_field(stringify!($field)));
                                }
                                $field = Some(map.next_value()?);
                            })+
                        }
                        $(let $field = $field
                            .ok_or_else(|| de::Error::missing_field(stringify!($field)))?;)+
                        $make($($field),+).map_err(de::Error::custom)
                    }
                }
                deserializer.deserialize_struct(stringify!($name), FIELDS, Fields)
            }
        }
    )+};
}

fields! {
    Contacts { sms: Option<Destination> = |c| c.sms, email: Option<Destination> = |c| c.email }
        |sms, email| Ok::<_, Infallible>(Contacts { sms, email });
    MfaPreferenceUpdate {
        sms: Option<MfaPreference> = |u| u.sms,
        totp: Option<MfaPreference> = |u| u.totp,
        email: Option<MfaPreference> = |u| u.email
    } |sms, totp, email| Ok::<_, Infallible>(MfaPreferenceUpdate { sms, totp, email });
    MfaSettings {
        enabled: MfaSet = |s| s.enabled(),
        preferred: Option<MfaType> = |s| s.preferred()
    } |enabled: MfaSet, preferred: Option<MfaType>| {
        let preferred = preferred.map_or(MfaSet::EMPTY, MfaSet::of);
        MfaSettings::from_byte(enabled.bits() | (preferred.bits() << 4)).ok_or(DecodeError)
    };
    Policy {
        requirement: MfaRequirement = |p| p.requirement,
        allowed: MfaSet = |p| p.allowed,
        recovery: RecoveryUse = |p| p.recovery,
        last_factor: LastFactor = |p| p.last_factor,
        window: Window = |p| p.window,
        passcode_digits: Digits = |p| p.passcode_digits,
        step_secs: u32 = |p| p.step_secs,
        set_up_secs: u32 = |p| p.set_up_secs,
        throttle: ThrottlePolicy = |p| p.throttle
    } |requirement, allowed, recovery, last_factor, window, passcode_digits, step_secs, set_up_secs,
       throttle| {
        let policy = Policy {
            requirement, allowed, recovery, last_factor, window, passcode_digits, step_secs,
            set_up_secs, throttle,
        };
        policy.check().map(|()| policy)
    };
    ThrottlePolicy {
        backoff_from: u8 = |p| p.backoff_from,
        backoff_max_secs: u32 = |p| p.backoff_max_secs,
        lock_at: u8 = |p| p.lock_at,
        yearly_failures: u8 = |p| p.yearly_failures,
        hourly_deliveries: u8 = |p| p.hourly_deliveries,
        daily_deliveries: u8 = |p| p.daily_deliveries
    } |backoff_from, backoff_max_secs, lock_at, yearly_failures, hourly_deliveries,
       daily_deliveries| Ok::<_, Infallible>(ThrottlePolicy {
        backoff_from, backoff_max_secs, lock_at, yearly_failures, hourly_deliveries,
        daily_deliveries,
    });
    TotpParams {
        digits: Digits = |p| p.digits, period: Period = |p| p.period, t0: UnixTime = |p| p.t0
    } |digits, period, t0| Ok::<_, Infallible>(TotpParams { digits, period, t0 });
    Sides { past: u16 = |s| s.past, future: u16 = |s| s.future }
        |past, future| Ok::<_, Infallible>(Sides { past, future });
}

/// Both sides of a [`Window`], written as `{"steps":{"past":1,"future":1}}`, or with `secs`.
struct Sides {
    past: u16,
    future: u16,
}

const UNITS: &[&str] = &["steps", "secs"];

impl Serialize for Window {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (index, unit, (past, future)) = match (self.steps(), self.secs()) {
            (Some((past, future)), _) => (0, "steps", (past.into(), future.into())),
            (None, secs) => (1, "secs", secs.unwrap_or_default()),
        };
        serializer.serialize_newtype_variant("Window", index, unit, &Sides { past, future })
    }
}

impl<'de> Deserialize<'de> for Window {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Unit;
        impl<'de> de::Visitor<'de> for Unit {
            type Value = Window;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("steps or secs")
            }

            fn visit_enum<E: EnumAccess<'de>>(self, data: E) -> Result<Window, E::Error> {
                let (index, content) = data.variant_seed(Key(UNITS))?;
                let Sides { past, future } = content.newtype_variant()?;
                let window = if index == 0 {
                    // What does not fit into a byte is too wide by far.
                    let narrow = |steps| u8::try_from(steps).unwrap_or(u8::MAX);
                    Window::new(narrow(past), narrow(future))
                } else {
                    Window::from_secs(past, future)
                };
                window.map_err(de::Error::custom)
            }
        }
        deserializer.deserialize_enum("Window", UNITS, Unit)
    }
}

/// The names of the factors in the set.
impl Serialize for MfaSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_seq(Some(self.iter().count()))?;
        for factor in self.iter() {
            out.serialize_element(&factor)?;
        }
        out.end()
    }
}

impl<'de> Deserialize<'de> for MfaSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Factors;
        impl<'de> de::Visitor<'de> for Factors {
            type Value = MfaSet;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("factors, each once")
            }

            fn visit_seq<Q: SeqAccess<'de>>(self, mut seq: Q) -> Result<MfaSet, Q::Error> {
                let mut set = MfaSet::EMPTY;
                while let Some(factor) = seq.next_element()? {
                    if set.contains(factor) {
                        return Err(de::Error::custom("a factor is named twice"));
                    }
                    set = set.with(factor);
                }
                Ok(set)
            }
        }
        deserializer.deserialize_seq(Factors)
    }
}

/// Reads a stored form of `N` bytes, given as bytes or, where a format has none, as numbers.
struct StoredVisitor<T, const N: usize>(fn(&[u8]) -> Result<T, DecodeError>);

impl<'de, T, const N: usize> de::Visitor<'de> for StoredVisitor<T, N> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a stored form of {N} bytes")
    }

    fn visit_bytes<E: de::Error>(self, stored: &[u8]) -> Result<T, E> {
        (self.0)(stored).map_err(E::custom)
    }

    fn visit_seq<Q: SeqAccess<'de>>(self, mut seq: Q) -> Result<T, Q::Error> {
        let mut stored = Zeroizing::new([0; N]);
        for (place, slot) in stored.iter_mut().enumerate() {
            let byte = seq.next_element()?;
            *slot = byte.ok_or_else(|| de::Error::invalid_length(place, &self))?;
        }
        if seq.next_element::<u8>()?.is_some() {
            return Err(de::Error::custom(DecodeError));
        }
        self.visit_bytes(stored.as_slice())
    }
}

/// Reads one of these names, or its place among them, as its place.
struct Key(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Key {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl de::Visitor<'_> for Key {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_u64<E: de::Error>(self, place: u64) -> Result<usize, E> {
        let place = usize::try_from(place).map_err(|_| unknown());
        place.and_then(|place| self.0.get(place).map(|_| place).ok_or_else(unknown))
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<usize, E> {
        let place = self.0.iter().position(|known| *known == name);
        // What was read instead is not repeated: nobody knows what it is.
        place.ok_or_else(unknown)
    }
}

fn unknown<E: de::Error>() -> E {
    E::custom("there is no such name here")
}
