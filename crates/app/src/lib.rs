//! Every act: who asks, may they, load, decide, save.
