//! What other processes have reported, in the table that `GATECHECK_TABLE` names. It never keeps a report back: what cannot be read is
//! reported again, and what cannot be written may be.

use std::collections::BTreeSet;
use std::time::Duration;

use gatecheck_aws::{ReportedTable, ReportedTableError, SdkConfig};
use gatecheck_core::{Reported, SharedMemory};
use tokio::time::timeout;

/// How long it is waited for the table.
const PATIENCE: Duration = Duration::from_secs(2);

/// The table, if there is one.
#[derive(Debug)]
pub(crate) struct Table(Option<ReportedTable>);

impl Table {
    pub(crate) fn new(aws: &SdkConfig, name: Option<String>) -> Self {
        Self(name.map(|name| ReportedTable::new(aws, name)))
    }
}

impl SharedMemory for Table {
    async fn read(&self, tasks: &BTreeSet<&str>) -> Reported {
        let Some(table) = &self.0 else { return Reported::new() };
        let (reported, error) = timeout(PATIENCE, table.read(tasks))
            .await
            .unwrap_or_else(|_| (Reported::new(), Some(late("BatchGetItem"))));
        error.inspect(warn);
        reported
    }

    async fn add(&self, reported: Reported) {
        let Some(table) = &self.0 else { return };
        let added = timeout(PATIENCE, table.add(&reported)).await.unwrap_or_else(|_| Err(late("UpdateItem")));
        added.err().inspect(warn);
    }
}

fn late(operation: &'static str) -> ReportedTableError {
    ReportedTableError::Failed { action: operation, why: "no answer in time".to_owned() }
}

fn warn(error: &ReportedTableError) {
    tracing::warn!("the table of what was reported: {error}; violations may be reported again");
}
