//! Reads and writes patent documents of the offices in one inner form.
