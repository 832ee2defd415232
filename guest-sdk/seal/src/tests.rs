//! The stand-ins, through the engine that runs policies.

mod meld;
mod preview1;
mod preview2;
mod start;
