//! Brazilian documents: one file each, one shape for all.
