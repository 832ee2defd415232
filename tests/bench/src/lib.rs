//! How fast Gatecheck is: figures beside those of its peers. `cargo bench` prints the report; benches/report.rs is its list of
//! sections, and each has a file here.

pub mod bench;
pub mod child;
pub mod counter;
pub mod evaluation;
pub mod function;
#[path = "../../src/http.rs"]
#[expect(missing_docs, clippy::format_collect, reason = "it belongs to the tests, which document and lint less")]
pub mod http;
pub mod instructions;
pub mod languages;
pub mod limits;
pub mod machine;
pub mod native;
pub mod peers;
pub mod progress;
pub mod report;
pub mod scale;
pub mod section;
pub mod size;
pub mod start;
pub mod subject;
pub mod table;
pub mod targets;
pub mod timing;
