//! Countersign cognito.
