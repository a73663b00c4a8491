//! The oracle: RFC 6962 section 2.1 written down as it stands there, by recursion over lists.
//!
//! It shares nothing with the crate but the type of a hash.

use std::collections::HashMap;
use std::ops::Range;

use sha2::{Digest, Sha256};
use tlog::Hash;

/// A list of leaves with the roots of its subtrees, each computed once.
pub struct Oracle {
    leaves: Vec<Hash>,
    roots: HashMap<(usize, usize), Hash>,
}

pub fn node(left: &Hash, right: &Hash) -> Hash {
    let joined = [&[1_u8][..], &left.0, &right.0].concat();
    Hash(Sha256::digest(joined).into())
}

/// The largest power of two below `n`.
pub fn split(n: usize) -> usize {
    let mut k = 1;
    while k * 2 < n {
        k *= 2;
    }
    k
}

impl Oracle {
    /// `n` leaves, all different.
    pub fn numbered(n: usize) -> Self {
        let entry = |at: usize| [&[0][..], format!("entry {at}").as_bytes()].concat();
        let leaves = (0..n).map(|at| Hash(Sha256::digest(entry(at)).into())).collect();
        Self { leaves, roots: HashMap::new() }
    }

    pub fn leaf(&self, at: usize) -> Hash {
        self.leaves[at]
    }

    pub fn leaves(&self) -> &[Hash] {
        &self.leaves
    }

    /// MTH(D[range]).
    pub fn root(&mut self, range: Range<usize>) -> Hash {
        if range.is_empty() {
            return Hash(Sha256::digest([]).into());
        }
        if range.len() == 1 {
            return self.leaves[range.start];
        }
        if let Some(root) = self.roots.get(&(range.start, range.end)) {
            return *root;
        }
        let middle = range.start + split(range.len());
        let (left, right) = (self.root(range.start..middle), self.root(middle..range.end));
        let root = node(&left, &right);
        self.roots.insert((range.start, range.end), root);
        root
    }

    /// PATH(index, D[range]).
    pub fn path(&mut self, index: usize, range: Range<usize>) -> Vec<Hash> {
        if range.len() <= 1 {
            return Vec::new();
        }
        let middle = range.start + split(range.len());
        let (mut path, sibling) = if index < middle {
            (self.path(index, range.start..middle), self.root(middle..range.end))
        } else {
            (self.path(index, middle..range.end), self.root(range.start..middle))
        };
        path.push(sibling);
        path
    }

    /// The proof that the leaves `part` are a subtree of the first `size` leaves; with `part`
    /// beginning at 0 it is PROOF(part.end, D[size]).
    pub fn part(&mut self, part: Range<usize>, size: usize) -> Vec<Hash> {
        self.subproof(part, 0..size, true)
    }

    fn subproof(&mut self, part: Range<usize>, of: Range<usize>, is_known: bool) -> Vec<Hash> {
        if part == of {
            return if is_known { Vec::new() } else { vec![self.root(of)] };
        }
        let middle = of.start + split(of.len());
        let (mut proof, sibling) = if part.end <= middle {
            (self.subproof(part, of.start..middle, is_known), self.root(middle..of.end))
        } else if part.start >= middle {
            (self.subproof(part, middle..of.end, is_known), self.root(of.start..middle))
        } else {
            let rest = self.subproof(middle..part.end, middle..of.end, false);
            (rest, self.root(of.start..middle))
        };
        proof.push(sibling);
        proof
    }
}
