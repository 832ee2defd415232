#![no_main]

gatecheck_fuzz::fuzz!(policy_entry);
