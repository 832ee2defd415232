//! Rego, the language of Open Policy Agent, as regorus runs it.

use anyhow::{Context, Result, anyhow};
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::RegoVM;
use regorus::{CompiledPolicy, Engine, Value};

/// What its policy cannot say.
pub const CANNOT: &str = "regorus: that a fact is not available, which makes the rule undefined and so passes it; lookaround and \
    backreferences in patterns";

const POLICY: &str = include_str!("../../peers/allow_list.rego");
const VIOLATIONS: &str = "data.gatecheck.violations";

/// The policy, with facts.
#[derive(Debug)]
pub struct Rego {
    policy: CompiledPolicy,
    facts: Value,
}

impl Rego {
    /// Compiles the policy.
    pub fn new(facts: &serde_json::Value) -> Result<Self> {
        let mut engine = Engine::new();
        engine.add_policy("allow_list.rego".to_owned(), POLICY.to_owned())?;
        let policy = engine.compile_with_entrypoint(&VIOLATIONS.into())?;
        Ok(Self { policy, facts: Value::from_json_str(&facts.to_string())? })
    }

    /// Evaluates by its interpreter.
    pub fn interpreted(&self) -> impl FnMut() -> Result<usize> + '_ {
        || count(&self.policy.eval_with_input(self.facts.clone())?)
    }

    /// Evaluates by its virtual machine.
    pub fn in_machine(&self) -> Result<impl FnMut() -> Result<usize> + '_> {
        let mut machine = RegoVM::new();
        machine.load_program(Compiler::compile_from_policy(&self.policy, &[VIOLATIONS])?);
        Ok(move || {
            machine.set_input(self.facts.clone());
            count(&machine.execute().map_err(|error| anyhow!("regorus: {error}"))?)
        })
    }
}

fn count(violations: &Value) -> Result<usize> {
    violations.as_set().map(regorus::value::Set::len).with_context(|| format!("no set of violations: {violations}"))
}
