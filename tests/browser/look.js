// Opens a page as readers do and prints what is wrong with it, as JSON: `node look.js report.html /usr/bin/chromium`.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { FileSystemConfigLoader, HtmlValidate, esmResolver } from "html-validate";
import { chromium } from "playwright-core";

const [page, executablePath] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const VIEWS = [
  { name: "desktop, light", width: 1280, colorScheme: "light" },
  { name: "desktop, dark", width: 1280, colorScheme: "dark" },
  { name: "phone, light", width: 390, colorScheme: "light" },
  { name: "phone, dark", width: 390, colorScheme: "dark" },
];

async function invalid() {
  const report = await new HtmlValidate(new FileSystemConfigLoader([esmResolver()])).validateFile(page);
  return report.results.flatMap((file) => file.messages.map((one) => `${one.line}: ${one.ruleId}: ${one.message}`));
}

async function look(browser, { name, width, colorScheme }) {
  // axe is put into the page, which the page's own policy forbids
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
  const tab = await context.newPage();
  const requests = [];
  tab.on("request", (request) => requests.push(request.url()));
  await tab.goto(pathToFileURL(page).href);
  await tab.evaluate(axe);
  const { violations, passes } = await tab.evaluate(() => axe.run());
  const overflow = await tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  const sideways = await tab.evaluate(() =>
    [...document.querySelectorAll(".scroll")]
      .filter((table) => table.scrollWidth > table.clientWidth)
      .map((table) => table.querySelector("caption").textContent.trim()),
  );
  await context.close();
  const told = violations.map((one) => `${one.id}: ${one.nodes.length} × ${one.nodes[0].html.slice(0, 120)}`);
  return { name, violations: told, passed: passes.length, requests: requests.length, overflow, sideways };
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const views = [];
for (const view of VIEWS) views.push(await look(browser, view));
await browser.close();
console.log(JSON.stringify({ invalid: await invalid(), views }));
