//! Checks that watch every exchange.
