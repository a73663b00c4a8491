use super::*;
#[test]
#[allow(clippy::disallowed_methods)]
fn zz_latency() {
    let mut dice = testkit::Dice::new(1);
    let docs: Vec<Change> = (0..60_000).map(|at| {
        let t: String = (0..40).map(|_| char::from_u32(0x4e00 + dice.below(3000) as u32).unwrap()).collect();
        Change::put(titled(&format!("d{at}"), &t))
    }).collect();
    for disk in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let index = Index::open(disk.then_some(folder.path()), Options::default()).unwrap();
        index.apply(&docs, 1).unwrap();
        let mut took = Vec::new(); let cpu = || { let st = std::fs::read_to_string("/proc/self/stat").unwrap(); let v: Vec<f64> = st.rsplit(')').next().unwrap().split_whitespace().skip(11).take(2).map(|x| x.parse().unwrap()).collect(); v };
        let c0 = cpu();
        for at in 0..100 {
            let mut d = titled(&format!("d{at}"), "激光焊接");
            d.version = 2;
            let s = std::time::Instant::now();
            index.apply(&[Change::put(d)], 2 + at).unwrap();
            took.push(s.elapsed().as_secs_f64()*1e3);
        }
        let c1 = cpu(); println!("disk {disk} cpu user {} sys {} ms each", (c1[0]-c0[0])/10.0, (c1[1]-c0[1])/10.0);
        took.sort_by(f64::total_cmp); println!("disk min {} p50 {}", took[0], took[50]);
        let line: Vec<String> = took.iter().map(|t| format!("{t:.0}")).collect();
        println!("disk {disk}: {}", line.join(" "));
    }
}
