//! What many people watch at once: the rows are read once for all of them, and each is sent the same
//! bytes.
//!
//! A *channel* is one thing in one language. One thread looks at all channels that somebody listens to,
//! whenever the log has grown, and at most every [`GAP`]; it ends with the last listener. Who may listen
//! is asked when a listener comes, and again by itself because every stream ends after its time.

use app::{City, No};
use bytes::Bytes;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use tokio::time::Instant;

/// Between two looks, so that a burst is told in one piece.
const GAP: Duration = Duration::from_millis(40);
/// How long the log is waited for at most.
const LOOK_WAIT: Duration = Duration::from_millis(500);
/// Pieces that a slow listener may lag behind before it has to come again.
const PIECES_MAX: usize = 256;
/// A line now and then, so that what lies between does not take the connection for dead.
const BEAT: Duration = Duration::from_secs(15);

/// One thing that happened, as an event of the stream.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its place in the order of the thing.
    pub n: u64,
    pub event: String,
}

/// What a look found.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// Up to where it looked.
    pub upto: u64,
    /// Everything after the place it was asked from, in order.
    pub told: Vec<Told>,
    /// How things stand now, as an event; empty where there is nothing to say.
    pub now: String,
    /// Differs when things stand otherwise though nothing was added.
    pub mark: String,
}

/// Looks after a place; an error ends the channel, and its listeners come again and are asked who
/// they are.
pub type Look = Box<dyn Fn(u64) -> Result<Heard, No> + Send + Sync>;

#[derive(Debug)]
struct Piece {
    /// Listeners that have this place lack nothing before the piece.
    from: u64,
    upto: u64,
    told: Vec<Told>,
    now: String,
    /// All of it, for those who have nothing of it yet.
    whole: Bytes,
}

struct Channel {
    look: Look,
    sender: broadcast::Sender<Arc<Piece>>,
    stand: Mutex<(u64, String)>,
}

#[derive(Default)]
struct Channels {
    by_name: BTreeMap<String, Arc<Channel>>,
    is_watched: bool,
}

/// All channels of a server.
pub struct Live {
    channels: Arc<Mutex<Channels>>,
    over: watch::Sender<bool>,
}

impl Default for Live {
    fn default() -> Self {
        Self { channels: Arc::default(), over: watch::Sender::new(false) }
    }
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Live").field("listeners", &self.n_listeners()).finish_non_exhaustive()
    }
}

impl Live {
    /// Joins a channel, made by `look` where nobody listens yet; `at` is a place whose past the caller
    /// reads for itself, after joining.
    pub fn join(&self, city: &City, name: &str, (at, mark): (u64, String), look: Look) -> Joined {
        let mut channels = self.channels.lock();
        let channel = channels.by_name.entry(name.to_owned()).or_insert_with(|| {
            let (sender, _) = broadcast::channel(PIECES_MAX);
            Arc::new(Channel { look, sender, stand: Mutex::new((at, mark)) })
        });
        let pieces = channel.sender.subscribe();
        if !channels.is_watched {
            channels.is_watched = true;
            let (city, all) = (city.clone(), Arc::clone(&self.channels));
            std::thread::spawn(move || attend(&city, &all));
        }
        Joined { pieces, over: self.over.subscribe() }
    }

    /// How many listen now.
    pub fn n_listeners(&self) -> usize {
        let channels = self.channels.lock();
        channels.by_name.values().map(|channel| channel.sender.receiver_count()).sum()
    }

    /// Ends every stream: the server stops.
    pub fn end(&self) {
        let _ = self.over.send(true);
    }
}

/// Looks at every channel until nobody listens any more.
fn attend(city: &City, all: &Mutex<Channels>) {
    let committed = city.store().committed().clone();
    let mut seen = 0;
    loop {
        seen = committed.wait_beyond(seen, LOOK_WAIT);
        let named: Vec<(String, Arc<Channel>)> = {
            let mut channels = all.lock();
            channels.by_name.retain(|_, channel| channel.sender.receiver_count() > 0);
            if channels.by_name.is_empty() || committed.is_stopped() {
                channels.by_name.clear();
                channels.is_watched = false;
                return;
            }
            channels.by_name.iter().map(|(name, it)| (name.clone(), Arc::clone(it))).collect()
        };
        for (name, channel) in named {
            let looked = std::panic::AssertUnwindSafe(|| tell(&channel));
            if !std::panic::catch_unwind(looked).unwrap_or(false) {
                all.lock().by_name.remove(&name);
            }
        }
        std::thread::sleep(GAP);
    }
}

/// Tells a channel what is new; false ends it.
fn tell(channel: &Channel) -> bool {
    let mut stand = channel.stand.lock();
    let from = stand.0;
    let Ok(heard) = (channel.look)(from) else { return false };
    if heard.upto <= from && heard.mark == stand.1 {
        return true;
    }
    let mut whole = Vec::new();
    for told in &heard.told {
        whole.extend_from_slice(told.event.as_bytes());
    }
    whole.extend_from_slice(heard.now.as_bytes());
    let upto = heard.upto.max(from);
    *stand = (upto, heard.mark);
    let piece = Piece { from, upto, told: heard.told, now: heard.now, whole: whole.into() };
    // Nobody listens any more, perhaps; the next round takes the channel away.
    let _ = channel.sender.send(Arc::new(piece));
    true
}

/// A place in a channel, before its past was read.
pub struct Joined {
    pieces: broadcast::Receiver<Arc<Piece>>,
    over: watch::Receiver<bool>,
}

impl Joined {
    /// Listens after a place that was read since joining: `first` is what lies before it.
    pub fn listen(self, at: u64, first: impl Into<Bytes>, lasts: Duration) -> Listener {
        let ends = Instant::now() + lasts;
        Listener { at, first: Some(first.into()), ends, pieces: self.pieces, over: self.over }
    }
}

/// Somebody who is told what is new, until the stream has had its time.
pub struct Listener {
    at: u64,
    first: Option<Bytes>,
    ends: Instant,
    pieces: broadcast::Receiver<Arc<Piece>>,
    over: watch::Receiver<bool>,
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listener").field("at", &self.at).finish_non_exhaustive()
    }
}

impl Listener {
    /// The next bytes, or the end; who comes again after it names the last event it had.
    pub(crate) async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            let beat = Instant::now() + BEAT;
            let piece = tokio::select! {
                piece = self.pieces.recv() => piece,
                _ = self.over.wait_for(|over| *over) => return None,
                () = tokio::time::sleep_until(self.ends) => return None,
                () = tokio::time::sleep_until(beat) => return Some(Bytes::from_static(b":\n\n")),
            };
            match piece {
                Ok(piece) => match self.part_of(&piece) {
                    Some(part) if part.is_empty() => {}
                    part => return part,
                },
                Err(RecvError::Lagged(_) | RecvError::Closed) => return None,
            }
        }
    }

    /// What is new of a piece; nothing at all where something before it is missing.
    fn part_of(&mut self, piece: &Piece) -> Option<Bytes> {
        if piece.from > self.at {
            return None;
        }
        if piece.from == self.at {
            self.at = piece.upto;
            return Some(piece.whole.clone());
        }
        if piece.upto <= self.at {
            return Some(Bytes::new());
        }
        let mut part = Vec::new();
        for told in piece.told.iter().filter(|told| told.n > self.at) {
            part.extend_from_slice(told.event.as_bytes());
        }
        part.extend_from_slice(piece.now.as_bytes());
        self.at = piece.upto;
        Some(part.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(n: u64) -> Told {
        Told { n, event: format!("{n};") }
    }

    fn piece(from: u64, upto: u64) -> Piece {
        let told: Vec<Told> = (from + 1..=upto).map(told).collect();
        let whole =
            told.iter().flat_map(|told| told.event.clone().into_bytes()).chain(*b"now").collect();
        Piece { from, upto, told, now: "now".to_owned(), whole }
    }

    fn listener(at: u64) -> (Listener, broadcast::Sender<Arc<Piece>>, watch::Sender<bool>) {
        let (sender, pieces) = broadcast::channel(4);
        let over = watch::Sender::new(false);
        let joined = Joined { pieces, over: over.subscribe() };
        (joined.listen(at, "first", Duration::from_secs(3_600)), sender, over)
    }

    #[test]
    fn every_listener_is_told_what_it_lacks_and_nothing_twice() {
        #[track_caller]
        fn check(at: u64, (from, upto): (u64, u64), part: Option<&str>) {
            let (mut listener, ..) = listener(at);
            let found = listener.part_of(&piece(from, upto));
            assert_eq!(found.as_deref(), part.map(str::as_bytes), "at {at} from {from} to {upto}");
        }
        check(3, (3, 5), Some("4;5;now"));
        check(4, (3, 5), Some("5;now"));
        check(5, (3, 5), Some(""));
        check(9, (3, 5), Some(""));
        // Something is missing in between: come again and read it.
        check(2, (3, 5), None);
    }

    #[tokio::test]
    async fn a_stream_tells_what_it_has_and_ends_in_its_time() {
        let (mut listener, sender, _over) = listener(3);
        assert_eq!(listener.next().await.as_deref(), Some(&b"first"[..]));
        sender.send(Arc::new(piece(3, 4))).expect("somebody listens");
        assert_eq!(listener.next().await.as_deref(), Some(&b"4;now"[..]));
        listener.ends = Instant::now();
        assert_eq!(listener.next().await, None);
    }

    #[tokio::test]
    async fn who_is_too_slow_or_listens_to_a_server_that_stops_has_to_come_again() {
        let (mut slow, sender, _over) = listener(0);
        slow.first = None;
        for n in 0..6 {
            sender.send(Arc::new(piece(n, n + 1))).expect("somebody listens");
        }
        assert_eq!(slow.next().await, None);
        let (mut told, _sender, over) = listener(0);
        told.first = None;
        over.send(true).expect("somebody listens");
        assert_eq!(told.next().await, None);
    }
}
