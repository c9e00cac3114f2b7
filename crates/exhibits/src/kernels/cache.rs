//! A cache as computers have them: lines of memory in sets of a few ways, the least recently used of which makes room.
//! It holds no data, only which lines it would hold: what it is asked is whether an access finds its line there.

/// Bytes of a line: what memory and cache exchange.
pub(crate) const LINE: u32 = 64;

/// Sets: a line of memory belongs into the one whose number is its own modulo this.
pub(crate) const SETS: usize = 16;

/// Ways: the lines that a set holds.
pub(crate) const WAYS: usize = 4;

/// A write-back, write-allocate cache of [`SETS`] sets of [`WAYS`] lines, which forgets the least recently used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cache {
    /// The most recently used first.
    sets: [[Slot; WAYS]; SETS],
    /// Lines of changed data that went back to memory.
    written_back: u32,
}

/// Room for a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slot {
    /// Its number in memory; [`NOTHING`] where there is none.
    line: u16,
    /// Whether it was changed since it was fetched.
    changed: bool,
    /// When it was fetched, in the time of the caller.
    fetched: u16,
}

/// No line has this number.
const NOTHING: u16 = u16::MAX;

impl Cache {
    /// A cache that holds nothing.
    pub(crate) const fn new() -> Self {
        let empty = Slot { line: NOTHING, changed: false, fetched: 0 };
        Self { sets: [[empty; WAYS]; SETS], written_back: 0 }
    }

    /// Reads, or changes, something in a line at a time; whether the line was there. If not it is now.
    pub(crate) fn access(&mut self, line: u16, change: bool, now: u16) -> bool {
        let Some(set) = self.sets.get_mut(usize::from(line) % SETS) else { return false };
        // Each line moves back by one until the place of the one that is wanted, or the last, which falls out.
        let mut moved = Slot { line, changed: false, fetched: now };
        let mut hit = false;
        for slot in set.iter_mut() {
            std::mem::swap(slot, &mut moved);
            hit = moved.line == line;
            if hit {
                break;
            }
        }
        let [recent, ..] = set;
        if hit {
            *recent = moved;
        } else {
            self.written_back += u32::from(moved.changed);
        }
        recent.changed |= change;
        hit
    }

    /// Writes back what was changed, as at the end of a program.
    pub(crate) fn flush(&mut self) {
        for slot in self.sets.iter_mut().flatten().filter(|slot| slot.changed) {
            slot.changed = false;
            self.written_back += 1;
        }
    }

    /// When a line was fetched that is still there.
    pub(crate) fn fetched(&self, line: u16) -> Option<u16> {
        let set = self.sets.get(usize::from(line) % SETS)?;
        set.iter().find(|slot| slot.line == line).map(|slot| slot.fetched)
    }

    /// How many lines went back to memory so far.
    pub(crate) const fn written_back(&self) -> u32 {
        self.written_back
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads lines one after the other; `h` for a hit and `m` for a miss.
    fn reads(lines: &[u16]) -> String {
        let mut cache = Cache::new();
        lines.iter().map(|line| if cache.access(*line, false, 0) { 'h' } else { 'm' }).collect()
    }

    #[test]
    fn the_least_recently_used_of_a_set_makes_room() {
        let sets = SETS as u16;
        let same = |n: u16| 3 + n * sets;
        for (lines, expected) in [
            (vec![1, 1, 2, 1, 2], "mhmhh"),
            (vec![same(0), same(1), same(2), same(3), same(0)], "mmmmh"),
            // Five lines that belong into one set of four: each throws out the one that is wanted next.
            (vec![same(0), same(1), same(2), same(3), same(4), same(0), same(1)], "mmmmmmm"),
            (vec![same(0), same(1), same(2), same(3), same(0), same(4), same(0), same(1)], "mmmmhmhm"),
            // Neighbours belong into other sets and stay.
            (vec![0, 1, 2, 3, 4, 0, 1, 2, 3, 4], "mmmmmhhhhh"),
        ] {
            assert_eq!(reads(&lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn what_was_changed_goes_back_once() {
        let sets = SETS as u16;
        let mut cache = Cache::new();
        for n in 0..4 {
            cache.access(n * sets, n < 2, n);
        }
        assert_eq!(cache.written_back(), 0);
        cache.access(4 * sets, false, 4);
        assert_eq!((cache.written_back(), cache.fetched(0)), (1, None));
        cache.access(5 * sets, false, 5);
        cache.access(6 * sets, false, 6);
        assert_eq!(cache.written_back(), 2, "what was only read does not go back");
        cache.access(6 * sets, true, 7);
        cache.flush();
        cache.flush();
        assert_eq!((cache.written_back(), cache.fetched(6 * sets)), (3, Some(6)));
    }

    /// Against the definition by stack distance (Mattson, Gecsei, Slutz and Traiger, IBM Systems Journal 9(2), 1970):
    /// an access hits if fewer than [`WAYS`] other lines of its set were used since its last.
    #[test]
    fn hits_are_those_of_the_stack_distance() {
        let mut noise = crate::flow::Noise::new(7);
        let lines: Vec<u16> = (0..4000).map(|_| (noise.uniform() * noise.uniform() * 300.0) as u16).collect();
        let mut cache = Cache::new();
        for (n, line) in lines.iter().enumerate() {
            let before = lines[..n].iter().rposition(|other| other == line);
            let expected = before.is_some_and(|last| {
                let mut between: Vec<_> = lines[last + 1..n].iter().filter(|other| *other % 16 == line % 16).collect();
                between.sort_unstable();
                between.dedup();
                between.len() < WAYS
            });
            assert_eq!(cache.access(*line, false, 0), expected, "access {n}");
        }
    }
}
