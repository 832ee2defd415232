//! The stand-ins, through the engine that runs policies.

mod preview1;
mod preview2;
mod start;
