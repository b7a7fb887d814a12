//! What a case is played from: a conversation, or a folder.

use std::sync::Arc;

use crate::dropped::{Asked, Reading};
use crate::player::{Mark, Player};

#[derive(Clone)]
pub enum Tape {
    Conversation(Arc<Player>),
    Files(Arc<Reading>),
}

/// What a play has asked for, to go on from.
pub enum Begun {
    Conversation(Mark),
    Files(Asked),
}

impl Tape {
    pub fn mark(&self) -> Begun {
        match self {
            Self::Conversation(player) => Begun::Conversation(player.mark()),
            Self::Files(reading) => Begun::Files(reading.asked()),
        }
    }

    /// Back to how it was: a call can be made twice.
    pub fn rewind(&self, begun: Begun) {
        match (self, begun) {
            (Self::Conversation(player), Begun::Conversation(mark)) => player.rewind(&mark),
            (Self::Files(reading), Begun::Files(asked)) => reading.rewind(asked),
            // A mark is of the tape that gave it.
            _ => {}
        }
    }

    /// Entries in the order asked.
    pub fn asked(&self) -> Vec<usize> {
        match self {
            Self::Conversation(player) => player.asked(),
            Self::Files(reading) => reading.asked().files().to_vec(),
        }
    }

    /// What is not on it.
    pub fn unexpected(&self) -> Vec<String> {
        match self {
            Self::Conversation(player) => player.unexpected(),
            Self::Files(reading) => reading.asked().denied(),
        }
    }

    /// Entries that nobody asked for. Of files there may be some: older ones, and
    /// markers.
    pub fn unused(&self) -> Vec<String> {
        match self {
            Self::Conversation(player) => player.unused(),
            Self::Files(_) => Vec::new(),
        }
    }
}
