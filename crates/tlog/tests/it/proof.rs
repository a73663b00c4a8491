//! Roots, tiles and proofs equal the oracle's, and planted faults are found.

use testkit::Dice;
use tlog::{
    Frontier, Hash, ProveError, Tile, VerifyError, consistency_proof, inclusion_proof, root_at,
    root_of, verify_consistency, verify_inclusion, verify_subtree_consistency,
    verify_subtree_inclusion,
};

use crate::oracle::Oracle;
use crate::shelf::{Shelf, Uniform};
use crate::wide;

const SMALL: usize = 300;
/// Beyond one full tile of level 1, which has 256 · 256 leaves.
const LARGE: usize = 256 * 256 + 256 * 3 + 77;

fn grown(oracle: &Oracle, size: usize) -> (Frontier, Shelf) {
    let (mut frontier, mut shelf) = (Frontier::new(), Shelf::default());
    for at in 0..size {
        shelf.append(&mut frontier, oracle.leaf(at));
    }
    (frontier, shelf)
}

/// Every place below a small size; every seventh, another seven each time, and the last of others.
fn places(size: usize) -> impl Iterator<Item = usize> {
    let step = if size <= 80 { 1 } else { 7 };
    (size % step..size).step_by(step).chain([size - 1])
}

fn check_inclusion(oracle: &mut Oracle, shelf: &Shelf, index: usize, size: usize) {
    let proof = inclusion_proof(wide(index), wide(size), shelf).unwrap();
    assert_eq!(proof, oracle.path(index, 0..size), "leaf {index} of {size}");
    let (leaf, root) = (oracle.leaf(index), oracle.root(0..size));
    verify_inclusion(&leaf, wide(index), wide(size), &proof, &root).unwrap();
}

fn check_consistency(oracle: &mut Oracle, shelf: &Shelf, size1: usize, size2: usize) {
    let proof = consistency_proof(wide(size1), wide(size2), shelf).unwrap();
    assert_eq!(proof, oracle.part(0..size1, size2), "{size1} to {size2}");
    let (root1, root2) = (oracle.root(0..size1), oracle.root(0..size2));
    verify_consistency(wide(size1), wide(size2), &proof, &root1, &root2).unwrap();
}

#[test]
fn roots_of_all_small_sizes_equal_the_oracle() {
    let mut oracle = Oracle::numbered(SMALL);
    let (mut frontier, mut shelf) = (Frontier::new(), Shelf::default());
    for size in 0..=SMALL {
        let root = oracle.root(0..size);
        assert_eq!(frontier.root(), root);
        assert_eq!(root_of(&oracle.leaves()[..size]), root);
        assert_eq!(root_at(wide(size), &shelf).unwrap(), root);
        assert_eq!(Frontier::rebuild(wide(size), &shelf).unwrap(), frontier);
        if size < SMALL {
            shelf.append(&mut frontier, oracle.leaf(size));
        }
    }
}

#[test]
fn inclusion_proofs_of_all_small_sizes_equal_the_oracle() {
    let mut oracle = Oracle::numbered(SMALL);
    let (_, shelf) = grown(&oracle, SMALL);
    for size in 1..=SMALL {
        for index in places(size) {
            check_inclusion(&mut oracle, &shelf, index, size);
        }
    }
}

#[test]
fn consistency_proofs_of_all_small_sizes_equal_the_oracle() {
    let mut oracle = Oracle::numbered(SMALL);
    let (_, shelf) = grown(&oracle, SMALL);
    for size2 in 1..=SMALL {
        for size1 in places(size2) {
            check_consistency(&mut oracle, &shelf, size1 + 1, size2);
        }
    }
}

#[test]
fn proofs_beyond_a_full_tile_of_tiles_equal_the_oracle() {
    let mut oracle = Oracle::numbered(LARGE);
    let (frontier, shelf) = grown(&oracle, LARGE);
    assert!(shelf.tiles.contains_key(&(1, 0)));
    assert_eq!(frontier.root(), oracle.root(0..LARGE));
    assert_eq!(Frontier::rebuild(wide(LARGE), &shelf).unwrap(), frontier);
    let mut dice = Dice::new(6962);
    let edges = [1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, LARGE];
    let random: Vec<usize> = (0..12).map(|_| 1 + dice.below(LARGE)).collect();
    for size in edges.into_iter().chain(random) {
        assert_eq!(root_at(wide(size), &shelf).unwrap(), oracle.root(0..size));
        for index in [0, size / 2, size - 1, dice.below(size), dice.below(size)] {
            check_inclusion(&mut oracle, &shelf, index, size);
        }
        for older in [1, 1 + size / 2, size, 1 + dice.below(size), 1 + dice.below(size)] {
            check_consistency(&mut oracle, &shelf, older.min(size), size);
        }
    }
}

#[test]
fn tiles_hold_the_roots_of_the_tiles_below() {
    let oracle = Oracle::numbered(LARGE);
    let (_, shelf) = grown(&oracle, LARGE);
    assert_eq!(shelf.tiles.len(), LARGE / 256 + 1);
    let above = &shelf.tiles[&(1, 0)];
    for (index, hash) in (0..).zip(&above.hashes) {
        assert_eq!(shelf.tiles[&(0, index)].root(), *hash);
    }
}

#[test]
fn huge_trees_need_few_reads_and_no_memory() {
    let mut dice = Dice::new(9162);
    let sizes = [10_000_000, (1 << 24) + 5, (1 << 40) - 1, (1 << 48) + 12_345, tlog::SIZE_MAX];
    for size in sizes {
        let tree = Uniform::new(size);
        let edge = Frontier::rebuild(size, &tree).unwrap();
        assert_eq!((edge.size(), edge.root()), (size, tree.root(size)));
        let source = edge.over(&tree);
        for _ in 0..10 {
            let index = dice.roll() % size;
            let proof = inclusion_proof(index, size, &source).unwrap();
            assert_eq!(proof, tree.path(index, size));
            verify_inclusion(&tree.perfect[0], index, size, &proof, &edge.root()).unwrap();
            let older = 1 + dice.roll() % size;
            let proof = consistency_proof(older, size, &source).unwrap();
            let root = tree.root(older);
            verify_consistency(older, size, &proof, &root, &edge.root()).unwrap();
        }
    }
}

#[test]
fn with_the_edge_in_memory_a_proof_reads_one_tile_a_level() {
    let oracle = Oracle::numbered(LARGE);
    let (frontier, shelf) = grown(&oracle, LARGE);
    let source = frontier.over(&shelf);
    let size = wide(LARGE);
    let mut dice = Dice::new(256);
    for _ in 0..200 {
        let (index, older) = (wide(dice.below(LARGE)), 1 + wide(dice.below(LARGE)));
        shelf.n_reads.set(0);
        let inclusion = inclusion_proof(index, size, &source).unwrap();
        assert!(shelf.n_reads.get() <= 2, "{} reads", shelf.n_reads.get());
        shelf.n_reads.set(0);
        let consistency = consistency_proof(older, size, &source).unwrap();
        assert!(shelf.n_reads.get() <= 2, "{} reads", shelf.n_reads.get());
        assert_eq!(inclusion, inclusion_proof(index, size, &shelf).unwrap());
        assert_eq!(consistency, consistency_proof(older, size, &shelf).unwrap());
        // The edge of today also serves the tree of yesterday.
        assert_eq!(root_at(older, &source), root_at(older, &shelf));
        let index = index % older;
        let yesterday = inclusion_proof(index, older, &source).unwrap();
        assert_eq!(yesterday, inclusion_proof(index, older, &shelf).unwrap());
    }
}

#[test]
fn a_rebuilt_edge_goes_on_like_the_old_one() {
    let oracle = Oracle::numbered(1_500);
    let (mut frontier, mut shelf) = grown(&oracle, 700);
    let mut rebuilt = Frontier::rebuild(700, &shelf).unwrap();
    for at in 700..1_500 {
        let tiles = rebuilt.append(oracle.leaf(at));
        shelf.append(&mut frontier, oracle.leaf(at));
        assert!(tiles.iter().all(|tile| shelf.tiles[&(tile.level, tile.index)] == *tile));
    }
    assert_eq!(rebuilt, frontier);
}

#[test]
fn subtree_proofs_of_all_small_sizes_are_accepted() {
    let mut oracle = Oracle::numbered(70);
    for size in 1..=70_usize {
        let root = oracle.root(0..size);
        for start in 0..size {
            for end in start + 1..=size {
                if start % (end - start).next_power_of_two() != 0 {
                    continue;
                }
                let (range, part) = (wide(start)..wide(end), oracle.root(start..end));
                let proof = oracle.part(start..end, size);
                verify_subtree_consistency(range.clone(), wide(size), &proof, &part, &root)
                    .unwrap_or_else(|why| panic!("{start}..{end} of {size}: {why}"));
                let index = (start + end) / 2;
                let path = oracle.path(index, start..end);
                let leaf = oracle.leaf(index);
                verify_subtree_inclusion(&leaf, wide(index), range, &path, &part).unwrap();
            }
        }
    }
}

#[test]
fn a_source_that_lacks_or_confuses_tiles_is_found() {
    let oracle = Oracle::numbered(LARGE);
    let (_, mut shelf) = grown(&oracle, LARGE);
    let size = wide(LARGE);
    let tile = shelf.tiles.remove(&(0, 9)).unwrap();
    let missing = ProveError::TileMissing { level: 0, index: 9 };
    assert_eq!(inclusion_proof(9 * 256, size, &shelf), Err(missing));
    let malformed = ProveError::TileMalformed { level: 0, index: 9 };
    shelf.tiles.insert((0, 9), Tile { index: 8, ..tile.clone() });
    assert_eq!(inclusion_proof(9 * 256, size, &shelf), Err(malformed));
    let too_long = [tile.hashes.clone(), tile.hashes.clone()].concat();
    shelf.tiles.insert((0, 9), Tile { hashes: too_long, ..tile.clone() });
    assert_eq!(inclusion_proof(9 * 256, size, &shelf), Err(malformed));
    shelf.tiles.insert((0, 9), Tile { hashes: tile.hashes[..255].to_vec(), ..tile });
    assert_eq!(inclusion_proof(9 * 256, size, &shelf), Err(missing));
}

#[test]
fn questions_outside_the_tree_are_refused() {
    let shelf = Shelf::default();
    let beyond = ProveError::IndexBeyondSize { index: 3, size: 3 };
    assert_eq!(inclusion_proof(3, 3, &shelf), Err(beyond));
    assert_eq!(consistency_proof(0, 3, &shelf), Err(ProveError::SizeZero));
    let reversed = ProveError::SizesReversed { size1: 4, size2: 3 };
    assert_eq!(consistency_proof(4, 3, &shelf), Err(reversed));
    let too_large = ProveError::SizeTooLarge { size: 1 << 63 };
    assert_eq!(root_at(1 << 63, &shelf), Err(too_large));
    assert_eq!(root_at(0, &shelf), Ok(Hash::EMPTY));
}

#[test]
fn planted_faults_in_an_inclusion_proof_are_refused() {
    let mut oracle = Oracle::numbered(SMALL);
    let (index, size) = (150, wide(SMALL));
    let (leaf, root) = (oracle.leaf(150), oracle.root(0..SMALL));
    let proof = oracle.path(150, 0..SMALL);
    let verify = |index, size, proof: &[Hash]| verify_inclusion(&leaf, index, size, proof, &root);
    verify(index, size, &proof).unwrap();
    for (at, byte) in (0..proof.len()).flat_map(|at| (0..32).map(move |byte| (at, byte))) {
        let mut flipped = proof.clone();
        flipped[at].0[byte] ^= 1;
        assert_eq!(verify(index, size, &flipped), Err(VerifyError::RootMismatch));
    }
    for other in (0..size).filter(|other| *other != index) {
        assert!(verify(other, size, &proof).is_err(), "moved to {other}");
    }
    let short = &proof[..proof.len() - 1];
    assert_eq!(verify(index, size, short), Err(VerifyError::ProofTooShort));
    let long = [proof.as_slice(), &[root]].concat();
    assert_eq!(verify(index, size, &long), Err(VerifyError::ProofTooLong));
    assert_eq!(verify(index, 1 << 63, &proof), Err(VerifyError::SizeTooLarge { size: 1 << 63 }));
}

#[test]
fn a_rewritten_past_is_refused() {
    let mut honest = Oracle::numbered(SMALL);
    let old = honest.root(0..200);
    let mut leaves = honest.leaves().to_vec();
    leaves.swap(17, 18);
    let (mut frontier, mut shelf) = (Frontier::new(), Shelf::default());
    leaves.iter().for_each(|leaf| shelf.append(&mut frontier, *leaf));
    let proof = consistency_proof(200, wide(SMALL), &shelf).unwrap();
    let refused = verify_consistency(200, wide(SMALL), &proof, &old, &frontier.root());
    assert_eq!(refused, Err(VerifyError::OldRootMismatch));
    // A receipt for a swapped leaf no longer leads to the root.
    let proof = inclusion_proof(17, wide(SMALL), &shelf).unwrap();
    let refused = verify_inclusion(&honest.leaf(17), 17, wide(SMALL), &proof, &frontier.root());
    assert_eq!(refused, Err(VerifyError::RootMismatch));
    // Nor does a truncated tree contain the larger one that was promised.
    let proof = honest.part(0..150, 200);
    let shorter = honest.root(0..150);
    let refused = verify_consistency(200, 150, &proof, &old, &shorter);
    assert_eq!(refused, Err(VerifyError::BeyondSize { end: 200, size: 150 }));
    assert!(verify_consistency(150, 150, &[], &old, &shorter).is_err());
    assert!(verify_inclusion(&honest.leaf(170), 170, 150, &proof, &shorter).is_err());
}
