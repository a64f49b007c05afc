// Opens pages of bulletins in a headless Chromium: accessibility, following, seeking, and without scripts.
// node check.mjs <folder with node_modules> <chromium> <folder with pages>; prints what is wrong, and exits with 1 then.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , modules, chromium, pages] = process.argv;
const require = createRequire(pathToFileURL(path.join(path.resolve(modules), 'of.js')));
const puppeteer = (await import(pathToFileURL(require.resolve('puppeteer-core')))).default;
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const wrong = [];
let checks = 0;
// What was found is said even where a check could not go on.
process.on('exit', () => wrong.forEach(line => console.log(line)));
const check = (holds, what) => {
  checks += 1;
  if (!holds) wrong.push(what);
};
const same = (found, expected, what) =>
  check(JSON.stringify(found) === JSON.stringify(expected), `${what}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);

const browser = await puppeteer.launch({
  executablePath: chromium,
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--mute-audio', '--autoplay-policy=no-user-gesture-required'],
});

const address = name => pathToFileURL(path.join(path.resolve(pages), name)).href;

async function open(name, { theme = 'light', scripts = true, width = 1280, height = 800, reduced = true } = {}) {
  const page = await browser.newPage();
  page.troubles = [];
  page.on('pageerror', error => page.troubles.push(String(error)));
  page.on('console', message => {
    if (message.type() === 'error') page.troubles.push(message.text());
  });
  page.on('request', request => {
    const url = request.url();
    if (!url.startsWith('file:') && !url.startsWith('data:')) page.troubles.push(`asked for ${url}`);
  });
  await page.setViewport({ width, height });
  await page.setJavaScriptEnabled(scripts);
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: theme },
    { name: 'prefers-reduced-motion', value: reduced ? 'reduce' : 'no-preference' },
  ]);
  await page.goto(address(name), { waitUntil: 'load' });
  return page;
}

// Every rule there is, those for best practice and the experimental ones included.
async function axe(page, what) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const rules = Object.fromEntries(axe.getRules().map(rule => [rule.ruleId, { enabled: true }]));
    const { violations } = await axe.run(document, { rules });
    return violations.map(v => `${v.id}: ${v.help} (${v.nodes.map(n => n.target + ' ' + (n.any[0]?.message ?? '')).join('; ').slice(0, 300)})`);
  });
  same(found, [], `axe, ${what}`);
}

const at = (page, seconds) => page.evaluate(time => new Promise(resolve => {
  const audio = document.getElementById('audio');
  audio.addEventListener('seeked', () => requestAnimationFrame(() => requestAnimationFrame(resolve)), { once: true });
  audio.currentTime = time;
}), seconds);
const marked = page => page.evaluate(() => [...document.querySelectorAll('.on')].map(word => word.textContent));
const time = page => page.evaluate(() => document.getElementById('audio').currentTime);
const paused = page => page.evaluate(() => document.getElementById('audio').paused);
const pause = page => page.evaluate(() => document.getElementById('audio').pause());
const status = page => page.$eval('#status', element => element.textContent);
const near = (found, expected, what) => check(Math.abs(found - expected) < 0.4, `${what}: ${found} s, not ${expected} s`);
const focused = page => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.id);
const ready = page => page.waitForFunction(() => document.getElementById('audio').readyState >= 1, { timeout: 10000 });

// Accessibility: both schemes, two widths, marked and unmarked, audio beside the page and in it.
for (const name of ['two.html', 'long.html', 'embedded.html', 'hostile.html', 'silent.html']) {
  for (const theme of ['light', 'dark']) {
    for (const width of name === 'two.html' ? [1280, 375] : [theme === 'light' ? 1280 : 375]) {
      const page = await open(name, { theme, width });
      if (name === 'two.html') {
        await ready(page);
        await at(page, 6.2);
        check((await marked(page)).length === 1, `${name}: a word is marked at 6.2 s`);
      }
      await axe(page, `${name} ${theme} ${width}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      check(wide <= 0, `${name} at ${width}: ${wide} px wider than the window`);
      same(page.troubles, [], `${name} ${theme} ${width}: troubles`);
      await page.close();
    }
  }
}

// Following: the fixture has a word every half second; `two.json` says which.
const words = JSON.parse(readFileSync(path.join(pages, 'two.json'), 'utf8'));
{
  const page = await open('two.html');
  await ready(page);
  for (const { start, end, text } of words) {
    await at(page, (start + end) / 2);
    same(await marked(page), [text], `the word at ${(start + end) / 2} s`);
  }
  const twice = words.filter(word => word.text === 'Ferry');
  check(twice.length === 2, 'the headline is heard twice');
  const places = [];
  for (const { start } of twice) {
    await at(page, start + 0.1);
    places.push(await page.evaluate(() => document.querySelector('.on').closest('h2') ? 'heading' : 'menu'));
  }
  same(places, ['menu', 'heading'], 'where it is marked');
  await at(page, 0.2);
  same(await marked(page), [], 'nothing is said under the sting');

  // By click: a word, a chapter, a story's own link.
  const click = async (selector, text) => {
    const handles = await page.$$(selector);
    for (const handle of handles) {
      if ((await handle.evaluate(element => element.textContent)).includes(text)) {
        await handle.evaluate(element => element.scrollIntoView({ block: 'center' }));
        await handle.click();
        return;
      }
    }
    check(false, `no ${selector} with ${text}`);
  };
  const target = words.find(word => word.text === 'harbour,');
  await click('.s span', 'harbour,');
  check(!(await paused(page)), 'a click on a word plays');
  await pause(page);
  near(await time(page), target.start, 'a click on a word');
  await click('.contents a', 'Bridge');
  near(await time(page), words.find(word => word.text === 'Bridge').start, 'a click on a chapter');
  same(await page.$$eval('[aria-current]', links => links.map(link => link.querySelector('.name').textContent)), ['Bridge to close'], 'the chapter is marked');
  await pause(page);
  await click('.listen a', 'Listen from 0:06');
  near(await time(page), 6, 'a click on Listen');
  await pause(page);
  check(page.url().startsWith(address('two.html')), 'the page stays');

  // By keys that belong to no control.
  await page.evaluate(() => document.activeElement.blur());
  await at(page, 12);
  const key = async (name, expected, what) => { await page.keyboard.press(name); near(await time(page), expected, what); };
  await key('ArrowLeft', 2, 'the left arrow');
  await key('ArrowRight', 12, 'the right arrow');
  await key('j', 2, 'J');
  await key('l', 12, 'L');
  await at(page, 7);
  await page.keyboard.press('n');
  near(await time(page), words.find(word => word.text === 'Bridge').start, 'N');
  same(await status(page), 'Bridge to close', 'the story is announced');
  await page.keyboard.press('p');
  near(await time(page), 6, 'P');
  await page.keyboard.press('Space');
  check(!(await paused(page)), 'space plays');
  // The button learns of it by an event.
  const named = () => page.waitForFunction(() => document.getElementById('play').getAttribute('aria-label') === 'Pause', { timeout: 3000 });
  check(await named().then(() => true, () => false), 'the button then pauses');
  await page.keyboard.press('k');
  check(await paused(page), 'K pauses');
  await page.keyboard.press('+');
  same(await page.evaluate(() => [audio.playbackRate, speed.value]), [1.25, '1.25'], 'plus is faster');
  await page.keyboard.press('-');
  await page.keyboard.press('?');
  same(await focused(page), 'Keyboard', 'the question mark');

  // Keys stay with the control that uses them.
  await page.focus('#speed');
  const before = await time(page);
  await page.keyboard.press('j');
  await page.keyboard.press('ArrowDown');
  same(await time(page), before, 'keys in the list of speeds');
  await page.focus('#back');
  await at(page, 14);
  await page.keyboard.press('Space');
  near(await time(page), 4, 'space on a button is the button\'s');
  check(await paused(page), 'and does not play');
  await page.focus('#wave');
  await page.keyboard.press('ArrowRight');
  near(await time(page), 9, 'the slider goes by 5 s');
  check((await page.$eval('#wave', slider => slider.getAttribute('aria-valuetext'))).startsWith('9 seconds of '), 'the slider says where it is');
  await page.keyboard.press('Home');
  near(await time(page), 0, 'the slider\'s Home');
  await page.$eval('#shortcuts', box => box.click());
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('l');
  near(await time(page), 0, 'single keys are off');
  await page.$eval('#shortcuts', box => box.click());

  // Words are one stop of the Tab key.
  same(await page.$$eval('.s [tabindex]', stops => stops.length), 1, 'tab stops in the script');
  await page.focus('.s [tabindex]');
  const n = await page.evaluate(() => [...document.querySelectorAll('.s span')].indexOf(document.activeElement));
  check(n >= 0, 'the script has a tab stop');
  await page.keyboard.press('ArrowRight');
  same(await focused(page), words[n + 1].text, 'the word after');
  await page.keyboard.press('ArrowLeft');
  same(await focused(page), words[n].text, 'the word before');
  await page.keyboard.press('ArrowDown');
  const there = words.findIndex((word, at) => at > n && word.sentence !== words[n].sentence);
  same(await focused(page), words[there].text, 'the next sentence');
  await page.keyboard.press('Enter');
  near(await time(page), words[there].start, 'Enter on a word');
  check(!(await paused(page)), 'and plays');
  await pause(page);
  same(await page.$$eval('.s [tabindex]', stops => stops.length), 1, 'tab stops after it');

  // On the waveform.
  const box = await (await page.$('#wave')).boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  near(await time(page), await page.$eval('#wave', wave => wave.dataset.length / 2000), 'a click in the middle of the waveform');
  same(page.troubles, [], 'troubles');
  await page.close();
}

// Scrolling with the voice, until the reader goes elsewhere.
{
  const page = await open('long.html', { height: 600 });
  await ready(page);
  const y = () => page.evaluate(() => Math.round(scrollY));
  const playAt = async seconds => {
    await page.evaluate(() => document.getElementById('audio').play());
    await at(page, seconds);
    await new Promise(resolve => setTimeout(resolve, 400));
  };
  const middle = await page.$eval('#wave', wave => wave.dataset.length / 2000);
  await playAt(middle);
  const followed = await y();
  check(followed > 400, `the page follows: ${followed}`);
  await page.mouse.move(640, 200);
  await page.mouse.wheel({ deltaY: -5000 });
  await new Promise(resolve => setTimeout(resolve, 300));
  const gone = await y();
  await playAt(middle + 3);
  same(await y(), gone, 'who scrolls away stays there');
  check(await page.$eval('#follow', button => !button.hidden), 'and may come back');
  await page.click('#follow');
  await new Promise(resolve => setTimeout(resolve, 300));
  check((await y()) > 400, 'by a button');
  await pause(page);
  await page.mouse.wheel({ deltaY: -5000 });
  await new Promise(resolve => setTimeout(resolve, 300));
  const rest = await y();
  await at(page, middle + 6);
  same(await y(), rest, 'a paused page does not move');
  await page.close();
}

// Audio in the page itself.
{
  const page = await open('embedded.html');
  await ready(page);
  await at(page, words[3].start + 0.1);
  same(await marked(page), [words[3].text], 'a page that holds its audio');
  await page.close();
}

// Audio that is not there.
{
  const page = await open('missing.html');
  await page.waitForFunction(() => document.getElementById('status').textContent, { timeout: 10000 });
  same(await status(page), 'The audio cannot be played here.', 'audio that is not there');
  await page.close();
}

// Texts that would rather be code.
{
  const page = await open('hostile.html');
  same(await page.evaluate(() => [window.pwned === undefined, document.scripts.length, document.images.length]), [true, 1, 0], 'hostile texts');
  await page.close();
}

// Without scripts: the audio with controls, chapters and the whole script.
for (const name of ['two.html', 'embedded.html']) {
  const page = await open(name, { scripts: false });
  const session = await page.createCDPSession();
  const evaluate = async expression => {
    const { root } = await session.send('DOM.getDocument', { depth: 0 });
    const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector: expression });
    if (!nodeId) return null;
    const model = await session.send('DOM.getBoxModel', { nodeId }).catch(() => null);
    const { outerHTML } = await session.send('DOM.getOuterHTML', { nodeId });
    return { shown: Boolean(model && model.model.width > 0 && model.model.height > 0), html: outerHTML };
  };
  const audio = await evaluate('audio');
  check(audio && audio.shown && / controls/.test(audio.html), `${name}: the audio has its controls`);
  const script = await evaluate('#script');
  const text = script.html.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ');
  check(script.shown && text.includes('The ferry to the harbour, which sank, is back.'), `${name}: the script is there`);
  const link = await evaluate('.contents a[href="#c1"]');
  check(link && link.shown, `${name}: chapters are there`);
  check(Boolean(await evaluate('article#c1')), `${name}: and lead somewhere`);
  const listen = await evaluate('.listen a[href*="#t=6.000"]');
  same(Boolean(listen && listen.shown), name === 'two.html', `${name}: links into the audio`);
  for (const dead of ['#controls', '#keys']) {
    check(!(await evaluate(dead)).shown, `${name}: ${dead} does nothing and is not there`);
  }
  same(page.troubles, [], `${name} without scripts: troubles`);
  await page.close();
}

await browser.close();
console.log(`${checks} checks, ${wrong.length} wrong`);
process.exit(wrong.length ? 1 : 0);
