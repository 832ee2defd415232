//! The task, or what there is of it.

use std::path::PathBuf;

/// What to judge. At least one of them; what several say is put together.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
pub struct Subject {
    /// An ECS Task State Change event from EventBridge (JSON; `-` is standard input)
    #[arg(long, value_name = "FILE")]
    pub event: Option<PathBuf>,

    /// A task as `aws ecs describe-tasks` prints it
    #[arg(long, value_name = "FILE")]
    pub task: Option<PathBuf>,

    /// A task definition as `aws ecs describe-task-definition` prints it
    #[arg(long, value_name = "FILE")]
    pub task_definition: Option<PathBuf>,

    /// Recorded facts: what AWS would have said; a file, or a name that `gatecheck test --bases` lists
    #[arg(long, value_name = "FILE|NAME")]
    pub facts: Option<PathBuf>,
}
