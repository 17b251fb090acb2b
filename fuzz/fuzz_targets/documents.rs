#![no_main]

use libfuzzer_sys::fuzz_target;
use smartbill_fuzz::{seeds, targets};

fuzz_target!(init: seeds::write("documents"), |data: &[u8]| targets::documents(data));
