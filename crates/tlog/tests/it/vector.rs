//! Published vectors: 518 proofs, and the roots and proofs of the small tree of eight entries.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use expect_test::expect;
use serde::Deserialize;
use tlog::{
    Hash, HashError, root_of, verify_consistency, verify_inclusion, verify_subtree_consistency,
    verify_subtree_inclusion,
};

/// Vectors that are to be accepted although a root is a text of 12 bytes, which only an
/// implementation can do that never looks at that root. Ours refuses everything but 32 bytes; with
/// the text lengthened to 32 bytes it gives the expected answer.
const SHORT_ROOTS: [&str; 4] = [
    "consistency/additional/sizes-are-equal-one-and-proof-is-empty.json",
    "subtreeconsistency/additional/sizes-are-equal-one-and-proof-is-empty.json",
    "subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-one-subtree-root-valid-\
     tree-root-random-proof-is-empty.json",
    "subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-\
     tree-root-random-proof-is-empty.json",
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    #[serde(default)]
    leaf_idx: u64,
    #[serde(default)]
    tree_size: u64,
    #[serde(default)]
    size1: u64,
    #[serde(default)]
    size2: u64,
    #[serde(default)]
    start: u64,
    #[serde(default)]
    end: u64,
    #[serde(default)]
    size: u64,
    root: Option<String>,
    root1: Option<String>,
    root2: Option<String>,
    leaf_hash: Option<String>,
    proof: Option<Vec<Option<String>>>,
    want_err: bool,
}

type Reader = fn(&str) -> Result<Hash, String>;

fn strict(text: &str) -> Result<Hash, String> {
    Hash::from_base64(text).map_err(|why| why.to_string())
}

/// Reads the placeholder `don't care` and a digit as if it had 32 bytes.
fn lengthened(text: &str) -> Result<Hash, String> {
    let bytes = STANDARD.decode(text).unwrap_or_default();
    if bytes.len() == 12 && bytes.starts_with(b"don't care ") {
        let mut long = [0; 32];
        long[..12].copy_from_slice(&bytes);
        return Ok(Hash(long));
    }
    strict(text)
}

impl Vector {
    fn answer(&self, family: &str, read: Reader) -> Result<(), String> {
        let hash = |field: &Option<String>| read(field.as_deref().unwrap_or(""));
        let proof = self.proof.iter().flatten();
        let proof = proof.map(hash).collect::<Result<Vec<_>, _>>()?;
        let range = self.start..self.end;
        let verified = match family {
            "inclusion" => {
                let (leaf, root) = (hash(&self.leaf_hash)?, hash(&self.root)?);
                verify_inclusion(&leaf, self.leaf_idx, self.tree_size, &proof, &root)
            }
            "subtreeinclusion" => {
                let (leaf, root) = (hash(&self.leaf_hash)?, hash(&self.root)?);
                verify_subtree_inclusion(&leaf, self.leaf_idx, range, &proof, &root)
            }
            "consistency" => {
                let (root1, root2) = (hash(&self.root1)?, hash(&self.root2)?);
                verify_consistency(self.size1, self.size2, &proof, &root1, &root2)
            }
            "subtreeconsistency" => {
                let (root1, root2) = (hash(&self.root1)?, hash(&self.root2)?);
                verify_subtree_consistency(range, self.size, &proof, &root1, &root2)
            }
            other => panic!("{other} is no family of vectors"),
        };
        verified.map_err(|why| why.to_string())
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn every_published_vector_gets_its_answer() {
    let Some(folder) = testkit::test_data("tlog/testdata") else { return };
    let (mut n_accepted, mut n_refused, mut differing) = (0, 0, Vec::new());
    for file in files(&folder) {
        let name = file.strip_prefix(&folder).unwrap().to_str().unwrap();
        let family = name.split('/').next().unwrap();
        let vector: Vector = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        let answer = vector.answer(family, lengthened);
        assert_eq!(answer.is_err(), vector.want_err, "{name}: {answer:?}");
        if answer.is_ok() {
            n_accepted += 1
        } else {
            n_refused += 1
        }
        if vector.answer(family, strict).is_err() != vector.want_err {
            differing.push(name.to_owned());
        }
    }
    assert_eq!((n_accepted, n_refused), (36, 482));
    assert_eq!(differing, SHORT_ROOTS);
    let short = STANDARD.encode("don't care 1");
    assert_eq!(Hash::from_base64(&short), Err(HashError::WrongLength { bytes: 12 }));
}

fn eight_leaves() -> Vec<Hash> {
    let entries: [&[u8]; 8] = [
        &[],
        &[0x00],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        b"`abcdefghijklmno",
    ];
    entries.into_iter().map(Hash::leaf).collect()
}

#[test]
fn the_tree_of_eight_has_the_published_roots() {
    let leaves = eight_leaves();
    let roots: Vec<String> = (0..=8).map(|size| root_of(&leaves[..size]).to_string()).collect();
    expect![[r#"
        e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
        fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125
        aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77
        d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7
        4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4
        76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef
        ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c
        5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"#]]
    .assert_eq(&roots.join("\n"));
}

#[test]
fn the_tree_of_eight_has_the_published_proofs() {
    use crate::shelf::Shelf;
    let shelf = Shelf { tail: eight_leaves(), ..Shelf::default() };
    let text = |proof: Vec<Hash>| proof.iter().map(Hash::to_string).collect::<Vec<_>>().join("\n");
    expect![[r#"
        bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b
        b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f
        d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"#]]
    .assert_eq(&text(tlog::inclusion_proof(5, 7, &shelf).unwrap()));
    expect![[r#"
        0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7
        07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7
        fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125
        837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e"#]]
    .assert_eq(&text(tlog::consistency_proof(3, 7, &shelf).unwrap()));
}
