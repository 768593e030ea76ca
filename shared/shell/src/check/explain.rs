//! `explain`: the page of a check, or the list of all.

use clap::Args;
use igw_core::check::Check;
use igw_core::report::page;

use super::select::{checks_of, find};
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::flags::ColourFlag;
use crate::product::Product;

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A check by code or name, e.g. IGW0103 or 103; all if absent
    #[arg(value_name = "CODE|NAME")]
    check: Option<String>,
    #[command(flatten)]
    pub colour: ColourFlag,
}

/// Prints a page, or the list of all checks.
///
/// # Errors
/// When there is no such check.
pub fn explain(
    product: &dyn Product,
    args: &ExplainArgs,
    console: &Console,
) -> Result<Exit, Failure> {
    let all = checks_of(product);
    let theme = &console.theme;
    if let Some(wanted) = &args.check {
        let check = find(&all, wanted).map_err(|failure| elsewhere(wanted).unwrap_or(failure))?;
        console.say(&page(check, theme))?;
        return Ok(Exit::Good);
    }
    let width = all.iter().map(|check| check.name.len()).max().unwrap_or_default();
    let line = |check: &&Check| {
        let head = format!("{} {:width$}", check.code, check.name);
        let rest = theme.after(head.len() + 2, 9, &check.summary());
        format!("{}  {rest}\n", theme.severity(check.severity, &head))
    };
    console.say(&all.iter().map(line).collect::<String>())?;
    Ok(Exit::Good)
}

/// The index of all checks of all plugins, as `just snapshots` writes it.
const INDEX: &str = include_str!("../../../../docs/checks/README.md");

/// Names the plugin whose check is wanted, if it is another one's.
fn elsewhere(wanted: &str) -> Option<Failure> {
    INDEX.lines().find_map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, link, name, _, plugin, ..] = cells.as_slice() else { return None };
        let code = link.strip_prefix('[')?.split(']').next()?;
        let number = code.strip_prefix("IGW")?;
        let is = code.eq_ignore_ascii_case(wanted)
            || name.eq_ignore_ascii_case(wanted)
            || number == wanted
            || number.trim_start_matches('0') == wanted;
        is.then(|| {
            Failure::usage(format!("{code} {name} is a check of {plugin}"))
                .hint(format!("kubectl igw {plugin} explain {code}"))
        })
    })
}
