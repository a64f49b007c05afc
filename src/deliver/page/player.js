
(() => {
  'use strict';
  const get = id => document.getElementById(id);
  const audio = get('audio'), player = get('player'), wave = get('wave'), playButton = get('play');
  const speed = get('speed'), follow = get('follow'), shortcuts = get('shortcuts'), done = get('done');
  const length = Number(wave.dataset.length);
  const links = [...document.querySelectorAll('.contents a')];
  const still = matchMedia('(prefers-reduced-motion: reduce)');

  // Every word and when it is heard; the last of a sentence until the sentence ends.
  const words = [];
  for (const sentence of document.querySelectorAll('.s')) {
    const end = Number(sentence.dataset.e);
    const spans = sentence.children;
    for (let n = 0; n < spans.length; n += 1) {
      const next = n + 1 < spans.length ? Number(spans[n + 1].dataset.t) : end;
      words.push({ t: Number(spans[n].dataset.t), e: next, word: spans[n], sentence });
    }
  }
  words.sort((a, b) => a.t - b.t);
  const places = new Map(words.map((entry, n) => [entry.word, n]));

  // The last of a sorted list that begins at or before a time, or -1.
  const last = (list, time, of) => {
    let low = 0, high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (of(list[middle]) <= time) low = middle + 1; else high = middle;
    }
    return low - 1;
  };

  const clock = ms => {
    const seconds = Math.floor(ms / 1000), two = n => String(n).padStart(2, '0');
    const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
    return (hours ? hours + ':' + two(minutes) : minutes) + ':' + two(seconds % 60);
  };
  const many = (n, unit) => n + ' ' + unit + (n === 1 ? '' : 's');
  const inWords = ms => {
    const seconds = Math.floor(ms / 1000), parts = [];
    const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
    if (hours) parts.push(many(hours, 'hour'));
    if (minutes) parts.push(many(minutes, 'minute'));
    parts.push(many(seconds % 60, 'second'));
    return parts.join(' ');
  };
  const name = link => link.querySelector('.name').textContent;
  const now = () => Math.round(audio.currentTime * 1000);

  // What is marked: a word, its sentence, a chapter.
  let marked = -1, chapter = -1, second = -1, following = true, mine = 0;

  const inView = element => {
    const box = element.getBoundingClientRect();
    const bottom = getComputedStyle(player).position === 'fixed' ? player.getBoundingClientRect().top : innerHeight;
    return box.top >= 0 && box.bottom <= bottom;
  };
  const show = element => {
    if (inView(element)) return;
    mine = performance.now();
    element.scrollIntoView({ block: 'center', behavior: still.matches ? 'auto' : 'smooth' });
  };

  const describe = ms => {
    wave.setAttribute('aria-valuenow', String(Math.round(ms / 1000)));
    const told = chapter >= 0 ? ', ' + name(links[chapter]) : '';
    wave.setAttribute('aria-valuetext', inWords(ms) + ' of ' + inWords(length) + told);
  };

  const paint = () => {
    const ms = now();
    let at = last(words, ms, entry => entry.t);
    if (at >= 0 && ms >= words[at].e) at = -1;
    if (at !== marked) {
      const before = words[marked], after = words[at];
      if (before) before.word.classList.remove('on');
      if (before && (!after || after.sentence !== before.sentence)) before.sentence.classList.remove('now');
      if (after) {
        after.word.classList.add('on');
        after.sentence.classList.add('now');
        if (!audio.paused && following) show(after.word);
      }
      marked = at;
    }
    const there = last(links, ms, link => Number(link.dataset.t));
    if (there !== chapter) {
      if (links[chapter]) links[chapter].removeAttribute('aria-current');
      if (links[there]) {
        links[there].setAttribute('aria-current', 'true');
        // Where the list scrolls by itself, it goes along.
        const list = links[there].closest('nav'), box = links[there].getBoundingClientRect(), frame = list.getBoundingClientRect();
        if (list.scrollHeight > list.clientHeight) {
          if (box.top < frame.top) list.scrollTop -= frame.top - box.top;
          if (box.bottom > frame.bottom) list.scrollTop += box.bottom - frame.bottom;
        }
      }
      get('heard').textContent = there >= 0 ? name(links[there]) : '';
      chapter = there;
    }
    done.setAttribute('width', String(length ? Math.min(ms / length, 1) * 1000 : 0));
    if (second !== Math.floor(ms / 1000)) {
      second = Math.floor(ms / 1000);
      get('position').textContent = clock(ms);
      // A slider that somebody stands on would be read out every second.
      if (document.activeElement !== wave) describe(ms);
    }
    follow.hidden = following || audio.paused || at < 0 || inView(words[at].word);
  };

  let frame = 0;
  const run = () => {
    paint();
    frame = audio.paused ? 0 : requestAnimationFrame(run);
  };

  const say = text => { get('status').textContent = text; };
  const start = () => {
    // What is in view, or nobody reads yet, is followed.
    if (marked < 0 || inView(words[marked].word)) following = true;
    const begun = audio.play(); if (begun) begun.catch(() => {});
  };
  const toggle = () => { if (audio.paused) start(); else audio.pause(); };
  const seek = ms => {
    audio.currentTime = Math.min(Math.max(ms, 0), length) / 1000;
    following = true;
    mine = performance.now();
    paint();
    describe(ms);
  };
  const playFrom = ms => { seek(ms); start(); };
  const skip = seconds => seek(now() + seconds * 1000);
  const story = step => {
    let to = chapter + step;
    // Back goes to the beginning of this one first.
    if (step < 0 && chapter >= 0 && now() - Number(links[chapter].dataset.t) > 3000) to = chapter;
    to = Math.min(Math.max(to, 0), links.length - 1);
    if (!links[to]) return;
    seek(Number(links[to].dataset.t));
    say(name(links[to]));
  };
  const faster = step => {
    const to = Math.min(Math.max(speed.selectedIndex + step, 0), speed.options.length - 1);
    speed.selectedIndex = to;
    audio.playbackRate = Number(speed.value);
    say('Speed ' + speed.options[to].textContent);
  };

  // One word is the tab stop of the script: the one read last, or where the reader has gone.
  let stop = null;
  const stopAt = word => {
    if (!word || word === stop) return;
    if (stop) { stop.removeAttribute('tabindex'); stop.removeAttribute('role'); }
    stop = word;
    stop.tabIndex = 0;
    stop.setAttribute('role', 'button');
  };
  const keepStop = () => {
    if (marked >= 0 && !(stop && stop === document.activeElement)) stopAt(words[marked].word);
  };
  const moveTo = n => {
    const entry = words[Math.min(Math.max(n, 0), words.length - 1)];
    stopAt(entry.word);
    entry.word.focus();
  };
  const sentenceFrom = (n, step) => {
    const first = at => { while (at > 0 && words[at - 1].sentence === words[n].sentence) at -= 1; return at; };
    if (step > 0) {
      let at = n;
      while (at < words.length - 1 && words[at].sentence === words[n].sentence) at += 1;
      return at;
    }
    let at = first(n) - 1;
    if (at < 0) return 0;
    while (at > 0 && words[at - 1].sentence === words[at].sentence) at -= 1;
    return at;
  };
  const inScript = (event, n) => {
    const moves = {
      ArrowLeft: () => moveTo(n - 1),
      ArrowRight: () => moveTo(n + 1),
      ArrowUp: () => moveTo(sentenceFrom(n, -1)),
      ArrowDown: () => moveTo(sentenceFrom(n, 1)),
      Enter: () => playFrom(words[n].t),
      ' ': () => playFrom(words[n].t),
    };
    if (!moves[event.key]) return false;
    moves[event.key]();
    return true;
  };
  const onWave = event => {
    const steps = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -30, PageUp: 30 };
    if (event.key in steps) skip(steps[event.key]);
    else if (event.key === 'Home') seek(0);
    else if (event.key === 'End') seek(length);
    else return false;
    return true;
  };
  const keys = {
    ' ': toggle, k: toggle, j: () => skip(-10), ArrowLeft: () => skip(-10), l: () => skip(10), ArrowRight: () => skip(10),
    n: () => story(1), p: () => story(-1), '-': () => faster(-1), '+': () => faster(1), '=': () => faster(1),
    '?': () => { get('keys-heading').tabIndex = -1; get('keys-heading').focus(); },
  };
  document.addEventListener('keydown', event => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const on = event.target;
    let used = false;
    if (places.has(on)) used = inScript(event, places.get(on));
    else if (on === wave) used = onWave(event);
    if (!used && shortcuts.checked) {
      const typed = on.closest('input, select, textarea, audio');
      const pressed = on.closest('a, button') && (event.key === ' ' || event.key === 'Enter');
      const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      const shifted = event.shiftKey && !['?', '+'].includes(event.key);
      if (act && !typed && !pressed && !shifted) { act(); used = true; }
    }
    if (used) event.preventDefault();
    else if (/^(Arrow|Page|Home|End)/.test(event.key) && !on.closest('select')) following = false;
  });

  document.addEventListener('click', event => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const on = event.target.closest('[data-t]');
    if (!on) return;
    const isWord = on.closest('.s');
    // Whoever selects text wants the text.
    if (isWord && !getSelection().isCollapsed) return;
    if (on.closest('.listen')) event.preventDefault();
    if (places.has(on)) stopAt(on);
    playFrom(Number(on.dataset.t));
  });

  // Whoever scrolls away reads for themselves.
  const away = () => { following = false; };
  addEventListener('wheel', away, { passive: true });
  addEventListener('touchmove', event => { if (!player.contains(event.target)) away(); }, { passive: true });
  addEventListener('scroll', () => { if (performance.now() - mine > 1500 && !audio.paused && marked >= 0) away(); }, { passive: true });
  addEventListener('scrollend', () => { mine = Math.min(mine, performance.now() - 1400); });
  follow.addEventListener('click', () => {
    following = true;
    if (marked >= 0) show(words[marked].word);
    playButton.focus();
  });

  const dragged = event => {
    const box = wave.getBoundingClientRect();
    if (box.width) seek((event.clientX - box.left) / box.width * length);
  };
  wave.addEventListener('pointerdown', event => {
    if (event.button !== 0) return;
    wave.setPointerCapture(event.pointerId);
    dragged(event);
  });
  wave.addEventListener('pointermove', event => { if (wave.hasPointerCapture(event.pointerId)) dragged(event); });
  wave.addEventListener('focus', () => describe(now()));

  get('back').addEventListener('click', () => skip(-10));
  get('forward').addEventListener('click', () => skip(10));
  playButton.addEventListener('click', toggle);
  speed.addEventListener('change', () => { audio.playbackRate = Number(speed.value); });
  const state = () => {
    player.classList.toggle('playing', !audio.paused);
    playButton.setAttribute('aria-label', audio.paused ? 'Play' : 'Pause');
    if (audio.paused) { keepStop(); describe(now()); }
    if (!frame) run();
  };
  for (const type of ['play', 'pause', 'ended']) audio.addEventListener(type, state);
  for (const type of ['seeked', 'timeupdate', 'loadedmetadata']) audio.addEventListener(type, () => { if (!frame) paint(); });
  const missing = () => {
    if (!audio.error && audio.networkState !== HTMLMediaElement.NETWORK_NO_SOURCE) return;
    const trouble = 'The audio cannot be played here.';
    say(trouble);
    get('heard').textContent = trouble;
  };
  audio.addEventListener('error', missing, true);

  // The setting may outlive the page, where the browser lets it.
  try { shortcuts.checked = localStorage.getItem('bulletin-keys') !== 'off'; } catch { /* it then does not */ }
  shortcuts.addEventListener('change', () => {
    try { localStorage.setItem('bulletin-keys', shortcuts.checked ? 'on' : 'off'); } catch { /* as above */ }
  });

  if ('mediaSession' in navigator) {
    const title = document.querySelector('h1').textContent, station = document.querySelector('.station');
    navigator.mediaSession.metadata = new MediaMetadata({ title, artist: station ? station.textContent : '' });
    const actions = { seekbackward: () => skip(-10), seekforward: () => skip(10), previoustrack: () => story(-1), nexttrack: () => story(1) };
    for (const [action, act] of Object.entries(actions)) {
      try { navigator.mediaSession.setActionHandler(action, act); } catch { /* not every browser has every one */ }
    }
  }

  audio.removeAttribute('controls');
  audio.hidden = true;
  wave.tabIndex = 0;
  for (const [key, value] of [['role', 'slider'], ['aria-label', 'Position'], ['aria-valuemin', '0'],
    ['aria-valuemax', String(Math.round(length / 1000))], ['aria-keyshortcuts', 'j l']]) wave.setAttribute(key, value);
  for (const hidden of document.querySelectorAll('#controls, #keys, .listen')) hidden.hidden = false;
  document.documentElement.classList.add('ready');
  if (words.length) stopAt(words[0].word);
  const asked = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
  if (asked) seek(Number(asked[1]) * 1000); else { paint(); describe(0); }
})();
