//! Subnets and the route table that is in force in each.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::future::join;
use gatecheck_core::facts::Unavailable;
use serde_json::{Value, json};

use super::query::Describe;
use super::{Ec2, all, filter, not_found, text};
use crate::batch::Answer;
use crate::cache::Cache;

const SUBNETS: Describe = Describe { action: "ec2:DescribeSubnets", list: "subnetSet", tags: "Tags", fields: &[] };

const ROUTE_TABLES: Describe =
    Describe { action: "ec2:DescribeRouteTables", list: "routeTableSet", tags: "Tags", fields: &[] };

/// Routes change rarely, and a task that started in between is judged by the next event or scan.
const LIFETIME: Duration = Duration::from_mins(5);
const REMEMBERED: usize = 1_000;

pub(super) fn cache() -> Cache<Value> {
    Cache::for_a_time(REMEMBERED, LIFETIME)
}

impl Ec2 {
    /// A list of `{"Subnet": ..., "RouteTable": ...}`.
    pub(crate) async fn subnets(&self, ids: &BTreeSet<String>) -> Result<Value, Unavailable> {
        all(ids.iter().map(|id| self.subnet(id))).await
    }

    async fn subnet(&self, id: &str) -> Result<Value, Unavailable> {
        if let Some(subnet) = self.subnets.get(id) {
            return Ok(subnet);
        }
        let call = async |ids: BTreeSet<String>| {
            let subnets = self.fetch_subnets(&ids).await?;
            for (id, subnet) in &subnets {
                if let Ok(subnet) = subnet {
                    self.subnets.put(id.clone(), subnet.clone());
                }
            }
            Ok(subnets)
        };
        self.asking_for.subnets.ask("", id, call).await
    }

    async fn fetch_subnets(&self, ids: &BTreeSet<String>) -> Answer<BTreeMap<String, Answer<Value>>> {
        let explicit = self.query.describe(&ROUTE_TABLES, filter("association.subnet-id", ids));
        let subnets = self.query.describe(&SUBNETS, filter("subnet-id", ids));
        let (subnets, explicit) = join(subnets, explicit).await;
        let (explicit, subnets) = (explicit?, subnets?);

        // Without a table of its own a subnet follows the main one of its VPC, which knows nothing of the subnet.
        let of_subnet = |id: &str| explicit.iter().find(|table| is_associated(table, id));
        let implicit = subnets.iter().filter(|subnet| text(subnet, "SubnetId").and_then(of_subnet).is_none());
        let vpcs: BTreeSet<&str> = implicit.filter_map(|subnet| text(subnet, "VpcId")).collect();
        let main = if vpcs.is_empty() {
            Vec::new()
        } else {
            let filters = vec![("vpc-id", vpcs.into_iter().collect()), ("association.main", vec!["true"])];
            self.query.describe(&ROUTE_TABLES, filters).await?
        };

        let document = |id: &String| {
            let subnet = subnets.iter().find(|subnet| text(subnet, "SubnetId") == Some(id));
            let subnet = subnet.ok_or_else(|| not_found(id, SUBNETS.action))?;
            let table = of_subnet(id).or_else(|| main.iter().find(|table| is_main(table, text(subnet, "VpcId"))));
            let table = table.ok_or_else(|| {
                let action = ROUTE_TABLES.action;
                Unavailable::Failed(format!("{action}: none for `{id}`"))
            })?;
            Ok(json!({"Subnet": subnet, "RouteTable": table}))
        };
        Ok(ids.iter().map(|id| (id.clone(), document(id))).collect())
    }
}

fn associations(table: &Value) -> impl Iterator<Item = &Value> {
    table.get("Associations").and_then(Value::as_array).into_iter().flatten()
}

fn is_associated(table: &Value, subnet: &str) -> bool {
    associations(table).any(|association| text(association, "SubnetId") == Some(subnet))
}

fn is_main(table: &Value, vpc: Option<&str>) -> bool {
    text(table, "VpcId") == vpc && associations(table).any(|association| association.get("Main") == Some(&true.into()))
}
