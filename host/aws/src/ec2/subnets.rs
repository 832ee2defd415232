//! Subnets and the route table that is in force in each.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_ec2::types::{Filter, RouteTable, Subnet};
use futures_util::future::join;
use gatecheck_core::facts::Unavailable;
use serde_json::{Value, json};

use super::document::Document;
use super::{Ec2, filter, not_found};
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
        let mut documents: BTreeMap<_, _> =
            ids.iter().filter_map(|id| Some((id.clone(), self.subnets.get(id)?))).collect();
        let unknown: BTreeSet<_> = ids.iter().filter(|id| !documents.contains_key(*id)).cloned().collect();
        if !unknown.is_empty() {
            for (id, document) in self.fetch_subnets(&unknown).await? {
                self.subnets.put(id.clone(), document.clone());
                documents.insert(id, document);
            }
        }
        Ok(documents.into_values().collect())
    }

    async fn fetch_subnets(&self, ids: &BTreeSet<String>) -> Result<Vec<(String, Value)>, Unavailable> {
        let explicit = self.describe_route_tables(vec![filter("association.subnet-id", ids)]);
        let (subnets, explicit) = join(self.describe_subnets(ids), explicit).await;
        let (explicit, subnets) = (explicit?, subnets?);

        let subnet_of = |id: &String| subnets.iter().find(|subnet| subnet.subnet_id() == Some(id));
        let subnets =
            ids.iter().map(|id| subnet_of(id).map(|subnet| (id, subnet)).ok_or_else(|| not_found(id, SUBNETS)));
        let subnets: Vec<(&String, &Subnet)> = subnets.collect::<Result<_, _>>()?;

        // Without a table of its own a subnet follows the main one of its VPC, which knows nothing of the subnet.
        let implicit = subnets.iter().filter(|(id, _)| !explicit.iter().any(|table| is_associated(table, id)));
        let vpcs: BTreeSet<&str> = implicit.filter_map(|(_, subnet)| subnet.vpc_id()).collect();
        let main = if vpcs.is_empty() {
            Vec::new()
        } else {
            self.describe_route_tables(vec![filter("vpc-id", vpcs), filter("association.main", ["true"])]).await?
        };

        let documents = subnets.into_iter().map(|(id, subnet)| {
            let table = explicit.iter().find(|table| is_associated(table, id));
            let table = table.or_else(|| main.iter().find(|table| is_main(table, subnet.vpc_id())));
            let table = table.ok_or_else(|| Unavailable::Failed(format!("{ROUTE_TABLES}: none for `{id}`")))?;
            Ok((id.clone(), json!({"Subnet": subnet.document(), "RouteTable": table.document()})))
        });
        documents.collect()
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
