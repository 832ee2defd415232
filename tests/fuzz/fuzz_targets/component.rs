#![no_main]

gatecheck_fuzz::fuzz!(component);
