#![no_main]

use libfuzzer_sys::fuzz_target;
use smartbill_fuzz::{seeds, targets};

fuzz_target!(init: seeds::write("csv"), |data: &[u8]| targets::csv(data));
