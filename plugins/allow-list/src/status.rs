//! Where a task is on its way to running.

use std::fmt;

use gatecheck_sdk::{Unavailable, Unknown};

use crate::known::Known;

/// The statuses of ECS at which Gatecheck evaluates a task, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    Provisioning,
    Pending,
    Running,
}

impl Status {
    /// Whether the task has this status or a later one. A status that ECS does not give before a task runs is a later one. Before a
    /// task exists, what it must have is looked for in its definition, and must be there.
    pub(crate) fn is_reached(self, known: &Known) -> Result<bool, Unknown> {
        if self == Self::Provisioning {
            return Ok(true);
        }
        match known.task() {
            Ok(task) => Ok(match task.status.as_str() {
                "PROVISIONING" => false,
                "PENDING" | "ACTIVATING" => self <= Self::Pending,
                _ => true,
            }),
            Err(Unknown { reason: Unavailable::NotYet(_), .. }) => Ok(true),
            Err(unknown) => Err(unknown),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Provisioning => "PROVISIONING",
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
        })
    }
}
