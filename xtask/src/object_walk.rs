//! The home of reading a static library as a linker does: which sections an entry point drags in.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;

use object::read::archive::ArchiveFile;
use object::{
    Object, ObjectSection, ObjectSymbol, RelocationTarget, SectionIndex, SectionKind, SymbolIndex,
};

use crate::process::Failure;

/// All sections of all members of a static library, and what refers to what.
pub(crate) struct Objects {
    sections: Vec<Section>,
    /// Where each global symbol is defined.
    globals: HashMap<String, usize>,
    /// Each member's name with the names of all its symbols, defined or not.
    members: Vec<(String, Vec<String>)>,
}

/// What an entry point drags into a firmware.
pub(crate) struct Reach {
    /// Bytes of machine code, with the constants that lie between functions.
    pub(crate) text: u64,
    /// Bytes of read-only data.
    pub(crate) constants: u64,
    /// How many sections.
    pub(crate) sections: usize,
    /// Symbols that lie in these sections.
    pub(crate) defined: BTreeSet<String>,
    /// Symbols that these sections refer to and no member defines.
    pub(crate) undefined: BTreeSet<String>,
}

struct Section {
    kind: SectionKind,
    size: u64,
    symbols: Vec<String>,
    refers_to: Vec<Target>,
}

enum Target {
    Section(usize),
    Global(String),
}

impl Objects {
    /// Reads the static library at `path`.
    ///
    /// # Errors
    /// If it cannot be read or is not an archive of ELF objects.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let failed =
            |what: &dyn std::fmt::Display| Failure::new(format!("{}: {what}", path.display()));
        let bytes = std::fs::read(path).map_err(|error| failed(&error))?;
        let archive = ArchiveFile::parse(&*bytes).map_err(|error| failed(&error))?;
        let mut objects = Self {
            sections: Vec::new(),
            globals: HashMap::new(),
            members: Vec::new(),
        };
        for member in archive.members() {
            let member = member.map_err(|error| failed(&error))?;
            let name = String::from_utf8_lossy(member.name()).into_owned();
            let data = member.data(&*bytes).map_err(|error| failed(&error))?;
            let file = object::File::parse(data).map_err(|error| failed(&error))?;
            objects.add(name, &file);
        }
        Ok(objects)
    }

    /// The names of all symbols in the members whose name contains `part`.
    pub(crate) fn symbols_of_member<'a>(&'a self, part: &'a str) -> impl Iterator<Item = &'a str> {
        self.members
            .iter()
            .filter(move |(name, _)| name.contains(part))
            .flat_map(|(_, symbols)| symbols.iter().map(String::as_str))
    }

    /// Follows every reference from the function `entry`.
    ///
    /// # Errors
    /// If no member defines `entry`.
    pub(crate) fn reach(&self, entry: &str) -> Result<Reach, Failure> {
        let start = self
            .globals
            .get(entry)
            .ok_or_else(|| Failure::new(format!("the probe does not export `{entry}`")))?;
        let mut undefined = BTreeSet::new();
        let mut seen = HashSet::from([*start]);
        let mut open = vec![*start];
        while let Some(index) = open.pop() {
            for target in self.sections.get(index).map_or(&[][..], |s| &s.refers_to) {
                let next = match target {
                    Target::Section(next) => Some(*next),
                    Target::Global(name) => self.globals.get(name).copied(),
                };
                match (next, target) {
                    (Some(next), _) if seen.insert(next) => open.push(next),
                    (None, Target::Global(name)) => {
                        undefined.insert(name.clone());
                    }
                    _ => {}
                }
            }
        }
        Ok(self.measure(&seen, undefined))
    }

    fn measure(&self, seen: &HashSet<usize>, undefined: BTreeSet<String>) -> Reach {
        let reached = || seen.iter().filter_map(|index| self.sections.get(*index));
        let size = |kinds: &[SectionKind]| {
            reached()
                .filter(|s| kinds.contains(&s.kind))
                .map(|s| s.size)
                .sum()
        };
        Reach {
            text: size(&[SectionKind::Text]),
            constants: size(&[SectionKind::ReadOnlyData, SectionKind::ReadOnlyString]),
            sections: seen.len(),
            defined: reached().flat_map(|s| s.symbols.iter().cloned()).collect(),
            undefined,
        }
    }

    fn add(&mut self, name: String, file: &object::File<'_>) {
        let base = self.sections.len();
        let places: HashMap<SectionIndex, usize> = file
            .sections()
            .enumerate()
            .map(|(n, s)| (s.index(), base + n))
            .collect();
        for section in file.sections() {
            let refers_to = section
                .relocations()
                .filter_map(|(_, relocation)| match relocation.target() {
                    RelocationTarget::Symbol(symbol) => target(file, &places, symbol),
                    RelocationTarget::Section(index) => {
                        places.get(&index).map(|place| Target::Section(*place))
                    }
                    _ => None,
                })
                .collect();
            self.sections.push(Section {
                kind: section.kind(),
                size: section.size(),
                symbols: Vec::new(),
                refers_to,
            });
        }
        let mut names = Vec::new();
        for symbol in file.symbols() {
            let Ok(text) = symbol.name() else { continue };
            names.push(text.to_owned());
            let place = symbol.section_index().and_then(|index| places.get(&index));
            if let Some(place) = place {
                if symbol.is_global() {
                    self.globals.entry(text.to_owned()).or_insert(*place);
                }
                if let Some(section) = self.sections.get_mut(*place) {
                    section.symbols.push(text.to_owned());
                }
            }
        }
        self.members.push((name, names));
    }
}

/// What a relocation against `symbol` refers to: a section of the same member, or a name.
fn target(
    file: &object::File<'_>,
    places: &HashMap<SectionIndex, usize>,
    symbol: SymbolIndex,
) -> Option<Target> {
    let symbol = file.symbol_by_index(symbol).ok()?;
    match symbol.section_index().and_then(|index| places.get(&index)) {
        Some(place) => Some(Target::Section(*place)),
        None if symbol.is_undefined() => Some(Target::Global(symbol.name().ok()?.to_owned())),
        None => None,
    }
}
