//! Stories to start from; each file in this folder is one.
