//! Chance that comes in through the door, so that everything can be repeated from a seed.

/// A source of random bytes; the binary supplies the real one, tests a seeded one.
pub trait Chance: Send {
    /// Fills the buffer.
    fn fill(&mut self, buffer: &mut [u8]);

    /// 32 fresh bytes.
    fn bytes32(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        bytes
    }
}

/// Chance from a seed (SplitMix64): equal seeds, equal bytes. For tests and simulations only.
#[derive(Clone, Debug)]
pub struct SeededChance(u64);

impl SeededChance {
    /// Starts the sequence of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }
}

impl Chance for SeededChance {
    fn fill(&mut self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}
