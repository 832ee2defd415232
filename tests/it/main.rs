//! Whole-system tests, in one binary: linking is what takes the time.

// Every case of the corpus through library, command line and Lambda function.
mod cases;
// The bundled baseline: its table of rules, its coverage, a check without a policy.
mod baseline;
// The test suites of other tools, where they are there.
mod peers;
// How much of it is compiled twice.
mod builds;
// Which AWS calls a policy costs.
mod calls;
// Tasks recorded from AWS, without their secrets.
mod capture;
// The real bootstrap against a local AWS, from the task's start to the webhook.
mod end_to_end;
// The templates, and what the role in them allows.
mod deploy;
// What the documents say.
mod docs;
// What is deployed: archives with programs for either processor.
mod package;
// `gatecheck doctor`.
mod doctor;
// Guests that misbehave, as toolchains make them.
mod hostile;
// Guests that misbehave, written for it.
mod guests;
// What policies say about themselves.
mod interface;
// How a verdict came about.
mod explain;
// Documents that are not what they seem.
mod faults;
// What people type and give, right and wrong.
mod command_line;
// Policies in every language, from `new` to the function.
mod languages;
// Modules from elsewhere: fetched, compiled, refused.
mod modules;
// From a file to a function, and back.
mod publish;
// Attributes of documents, as the service models have them.
mod shapes;
// Policies built for WASI.
mod seal;
// Each violation once over the events of a task.
mod once;
// Violations reach those who are told, whatever happens on the way.
mod delivery;
// Many events at once, from a queue.
mod queue;
// From the Python tool to Gatecheck.
mod migrate;
// What policies cost.
mod bench;
// Policies tested by their authors.
mod testing;
// The policy in SSM: refreshed, missing, broken.
mod store;
// The words of the documents.
mod words;
// What the architecture promises, in the manifests.
mod invariants;

/// A runtime for the tests that drive servers.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(future)
}
