//! Subnets and the route table that is in force in each.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_ec2::types::{Filter, RouteTable, Subnet};
use futures_util::future::join;
use gatecheck_core::facts::Unavailable;
use serde_json::{Value, json};

use super::document::Document;
use super::{Ec2, all, filter, not_found};
use crate::batch::Answer;
use crate::cache::Cache;
use crate::failure::unavailable;

const SUBNETS: &str = "ec2:DescribeSubnets";
const ROUTE_TABLES: &str = "ec2:DescribeRouteTables";

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
        let explicit = self.describe_route_tables(vec![filter("association.subnet-id", ids)]);
        let (subnets, explicit) = join(self.describe_subnets(ids), explicit).await;
        let (explicit, subnets) = (explicit?, subnets?);

        // Without a table of its own a subnet follows the main one of its VPC, which knows nothing of the subnet.
        let of_subnet = |id: &str| explicit.iter().find(|table| is_associated(table, id));
        let implicit = subnets.iter().filter(|subnet| subnet.subnet_id().and_then(of_subnet).is_none());
        let vpcs: BTreeSet<&str> = implicit.filter_map(|subnet| subnet.vpc_id()).collect();
        let main = if vpcs.is_empty() {
            Vec::new()
        } else {
            self.describe_route_tables(vec![filter("vpc-id", vpcs), filter("association.main", ["true"])]).await?
        };

        let document = |id: &String| {
            let subnet = subnets.iter().find(|subnet| subnet.subnet_id() == Some(id));
            let subnet = subnet.ok_or_else(|| not_found(id, SUBNETS))?;
            let table = of_subnet(id).or_else(|| main.iter().find(|table| is_main(table, subnet.vpc_id())));
            let table = table.ok_or_else(|| Unavailable::Failed(format!("{ROUTE_TABLES}: none for `{id}`")))?;
            Ok(json!({"Subnet": subnet.document(), "RouteTable": table.document()}))
        };
        Ok(ids.iter().map(|id| (id.clone(), document(id))).collect())
    }

    async fn describe_subnets(&self, ids: &BTreeSet<String>) -> Result<Vec<Subnet>, Unavailable> {
        let request = self.client.describe_subnets().filters(filter("subnet-id", ids));
        let subnets = request.into_paginator().items().send().try_collect().await;
        subnets.map_err(|error| unavailable(SUBNETS, &error))
    }

    async fn describe_route_tables(&self, filters: Vec<Filter>) -> Result<Vec<RouteTable>, Unavailable> {
        let request = self.client.describe_route_tables().set_filters(Some(filters));
        let tables = request.into_paginator().items().send().try_collect().await;
        tables.map_err(|error| unavailable(ROUTE_TABLES, &error))
    }
}

fn is_associated(table: &RouteTable, subnet: &str) -> bool {
    table.associations().iter().any(|association| association.subnet_id() == Some(subnet))
}

fn is_main(table: &RouteTable, vpc: Option<&str>) -> bool {
    table.vpc_id() == vpc && table.associations().iter().any(|association| association.main() == Some(true))
}
