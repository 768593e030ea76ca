// Looks at HTML files in a real Chromium: axe-core's rules, at the width of a telephone and of a
// desk, light and dark; what a page asks the network for; what does not fit; what Tab reaches.
// Usage: node look.mjs CHROMIUM [--shots FOLDER] FILE.html..   Exit code 1: something is wrong.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [chromium, ...rest] = process.argv.slice(2);
const shots = rest[0] === "--shots" ? rest.splice(0, 2)[1] : null;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const views = [
  ["phone", 360, 780],
  ["desk", 1280, 900],
];
let wrong = 0;
const complain = (file, view, what) => {
  wrong += 1;
  console.log(`${file} (${view}): ${what}`);
};

// Texts of a picture whose contrast is less than 4.5 to 1 (WCAG 2.2, 1.4.3).
const faint = () => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return [...document.querySelectorAll("svg text")].flatMap((text) => {
    const ground = text.parentNode.querySelector(":scope > rect");
    const page = document.querySelector("svg .page");
    const [one, other] = [text, ground ?? page].map((own) => light(getComputedStyle(own).fill));
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    return ratio < 4.5 ? [`contrast ${ratio.toFixed(2)}: ${text.textContent}`] : [];
  });
};

const browser = await puppeteer.launch({
  executablePath: chromium,
  args: ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"],
});
for (const file of rest) {
  for (const [name, width, height] of views) {
    for (const scheme of ["light", "dark"]) {
      const view = `${name}, ${scheme}`;
      const page = await browser.newPage();
      // Only the tool that looks may run; the page's own policy is what users have.
      const own = pathToFileURL(resolve(file)).href;
      page.on("request", (request) => {
        if (request.url() !== own) complain(file, view, `asks for ${request.url()}`);
      });
      page.on("dialog", (dialog) => {
        complain(file, view, `a dialog: ${dialog.message()}`);
        dialog.dismiss();
      });
      page.on("console", (line) => complain(file, view, `console: ${line.text()}`));
      await page.setViewport({ width, height });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await page.goto(own);
      const found = await page.evaluate(() => ({
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        active: document.querySelectorAll("script, iframe, object, embed, form, img, link").length,
        handlers: [...document.querySelectorAll("*")].filter((element) =>
          [...element.attributes].some((attribute) => attribute.name.startsWith("on")),
        ).length,
        links: [...document.querySelectorAll("a")].filter(
          (link) => !document.querySelector(link.getAttribute("href")),
        ).length,
        stops: document.querySelectorAll("a[href], summary, [tabindex]").length,
      }));
      if (found.wide > 0) complain(file, view, `${found.wide} px wider than the screen`);
      if (found.active > 0) complain(file, view, `${found.active} elements that load or run`);
      if (found.handlers > 0) complain(file, view, `${found.handlers} event handlers`);
      if (found.links > 0) complain(file, view, `${found.links} links lead nowhere`);
      // Tab has to reach each of them, in the order of the page.
      const reached = new Set();
      for (let stop = 0; stop < Math.min(found.stops, 40); stop += 1) {
        await page.keyboard.press("Tab");
        reached.add(
          await page.evaluate(() =>
            [...document.querySelectorAll("a[href], summary, [tabindex]")].indexOf(document.activeElement),
          ),
        );
      }
      const order = [...reached];
      if (order.some((at, index) => at !== index)) complain(file, view, `Tab goes ${order}`);
      await page.evaluate(() => document.activeElement?.blur());
      await page.evaluate(axe);
      const result = await page.evaluate(() => globalThis.axe.run(document));
      // Rules that did not run find nothing.
      if (result.passes.length < 15) complain(file, view, `${result.passes.length} rules ran`);
      // A contrast that could not be measured is not known to be enough. The marks are no text for
      // axe-core: each stands before a word in its colour, which is measured.
      const unsure = result.incomplete.filter((rule) => rule.id === "color-contrast");
      const isMark = (node) => /^<span[^>]* aria-hidden="true">.<\/span>$/.test(node.html);
      // What is behind a text of a picture it does not know: `faint` measures that.
      const isDrawn = (node) => node.html.startsWith("<text");
      for (const rule of unsure) {
        rule.nodes = rule.nodes.filter((node) => !isMark(node) && !isDrawn(node));
      }
      for (const text of await page.evaluate(faint)) complain(file, view, text);
      for (const rule of [...result.violations, ...unsure]) {
        for (const node of rule.nodes) {
          complain(file, view, `${rule.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`);
        }
      }
      if (shots) {
        const path = join(shots, `${basename(file, ".html")}-${name}-${scheme}.png`);
        await page.screenshot({ path, fullPage: true });
      }
      await page.close();
    }
  }
}
await browser.close();
console.log(`${rest.length} files, ${rest.length * views.length * 2} views: ${wrong} wrong`);
process.exit(wrong > 0 ? 1 : 0);
