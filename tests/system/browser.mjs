// Drives Chromium over a running server and prints what it found as JSON:
//   node browser.mjs walk URL          from the start page to a passage and back, by keyboard
//   node browser.mjs axe URL PATH…     what axe-core finds on pages, at two widths
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { argv, stdout } from "node:process";
import { chromium } from "playwright-core";

const [, , task, url, ...paths] = argv;
const MOST_TABS = 400;

async function tabTo(page, selector) {
  for (let pressed = 0; pressed < MOST_TABS; pressed += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return;
  }
  throw new Error(`no key leads to ${selector} on ${page.url()}`);
}

async function follow(page, selector) {
  await tabTo(page, selector);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

const tasks = {
  async walk(browser) {
    const page = await browser.newPage();
    const steps = [];
    const note = async (what, selector) =>
      steps.push({ what, path: new URL(page.url()).pathname, text: await page.textContent(selector) });
    await page.goto(url);
    await page.keyboard.press("Tab");
    steps.push({ what: "skip link", text: await page.evaluate(() => document.activeElement.textContent) });
    await follow(page, 'a[href="/search"]');
    await tabTo(page, "input[name=q]");
    await page.keyboard.type("IOM Albania");
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    await follow(page, 'main a[href^="/id/office-albania"]');
    await note("thing", "h1");
    await tabTo(page, "details.proof > summary");
    await page.keyboard.press("Enter");
    steps.push({ what: "words", text: await page.textContent("details[open] mark") });
    await follow(page, 'details[open] a[href^="/id/psg-"]');
    await note("passage", "h1");
    await follow(page, 'a[href^="/doc/"]');
    await note("reader", "aside");
    await follow(page, 'aside a[href^="/id/"]');
    await note("fact", "h1");
    return steps;
  },

  async axe(browser) {
    const script = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    const found = [];
    for (const width of [1200, 390]) {
      // The pages allow no scripts: the checker alone is let past that rule.
      const context = await browser.newContext({ bypassCSP: true, viewport: { width, height: 900 } });
      const page = await context.newPage();
      for (const path of paths) {
        await page.goto(url + path);
        await page.evaluate(script);
        const { violations } = await page.evaluate(() => axe.run());
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        if (wide > width) found.push({ path, width, rule: "scrolls sideways", nodes: [`${wide} px`] });
        for (const { id, nodes } of violations) {
          found.push({ path, width, rule: id, nodes: nodes.slice(0, 3).map((node) => node.html) });
        }
      }
      await context.close();
    }
    return found;
  },
};

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
try {
  stdout.write(JSON.stringify(await tasks[task](browser)));
} finally {
  await browser.close();
}
