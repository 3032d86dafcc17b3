'use strict';

// All that the pages do for reading and deciding works without this: it adds keys, and looks again at what may have changed.

const isShown = () => document.visibilityState === 'visible';

const isTyping = element => element instanceof HTMLElement && element.closest('input, textarea, select, [contenteditable]') !== null;

const hasContent = form => [...form.elements].some(field =>
  field.type !== 'hidden' && 'defaultValue' in field && field.value !== field.defaultValue);

// What forms bring back is made anew with each page, and what is folded open is the reader's: neither is a change.
function shapeOf(region) {
  const copy = region.cloneNode(true);
  copy.querySelectorAll('input[type="hidden"]').forEach(field => field.removeAttribute('value'));
  copy.querySelectorAll('details[data-key]').forEach(details => details.removeAttribute('open'));
  return copy.innerHTML;
}

function isInUse(region) {
  if (region.contains(document.activeElement) && document.activeElement.closest('input, textarea, select, button')) {
    return true;
  }

  const selection = document.getSelection();
  return (selection && !selection.isCollapsed && region.contains(selection.anchorNode))
    || [...region.querySelectorAll('form')].some(hasContent);
}

function replace(region, fresh) {
  if (shapeOf(region) === shapeOf(fresh)) {
    return;
  }

  const focused = region.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
  const open = new Map([...region.querySelectorAll('details[data-key]')].map(details => [details.dataset.key, details.open]));
  const scrolled = [...region.querySelectorAll('pre, ol')].map(element => element.scrollTop);
  region.replaceChildren(...document.importNode(fresh, true).childNodes);
  for (const details of region.querySelectorAll('details[data-key]')) {
    details.open = open.get(details.dataset.key) ?? details.open;
  }

  [...region.querySelectorAll('pre, ol')].forEach((element, index) => { element.scrollTop = scrolled[index] ?? 0; });
  for (const terminal of region.querySelectorAll('pre.terminal')) {
    terminal.scrollTop = terminal.scrollHeight;
  }

  if (focused) {
    [...region.querySelectorAll('a[href]')].find(link => link.getAttribute('href') === focused)?.focus({ preventScroll: true });
  }
}

async function lookAgain() {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, redirect: 'manual', cache: 'no-store' });
  if (!answer.ok) {
    return;
  }

  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const region of document.querySelectorAll('[data-live][id]')) {
    const fresh = page.getElementById(region.id);
    if (fresh && !isInUse(region)) {
      replace(region, fresh);
    }
  }

  if (!page.body.dataset.liveEvery) {
    delete document.body.dataset.liveEvery;
    delete document.body.dataset.liveEvents;
    stopFollowing();
  }
}

let isLooking = false;
let isStale = false;

// What is told while it looks is seen by one more look.
async function look() {
  isStale = true;
  if (isLooking) {
    return;
  }

  isLooking = true;
  try {
    while (isStale) {
      isStale = false;
      await lookAgain();
    }
  } catch {
    // The server may be starting anew; the next look tells.
  } finally {
    isLooking = false;
  }
}

let told = null;
let lastTold = null;

// The server tells what happens as it happens. Where it doesn't, looking again every few seconds is all there is.
function follow() {
  if (!document.body.dataset.liveEvents || told || !isShown()) {
    return;
  }

  const address = new URL(document.body.dataset.liveEvents, location.href);
  if (lastTold) {
    address.searchParams.set('after', lastTold);
  }

  told = new EventSource(address);
  told.addEventListener('happened', event => {
    lastTold = event.lastEventId;
    look();
  });
  told.addEventListener('end', () => {
    stopFollowing();
    look();
  });
}

function stopFollowing() {
  told?.close();
  told = null;
}

// A page that nobody looks at keeps no connection: a browser has few for each server.
function appear() {
  if (isShown()) {
    follow();
    look();
  } else {
    stopFollowing();
  }
}

const untoldAfter = 5;
let rounds = 0;

// What a running command writes isn't told, nor how long ago things were.
async function keepLooking() {
  const seconds = Number(document.body.dataset.liveEvery);
  if (!seconds) {
    return;
  }

  rounds += 1;
  const isTold = told?.readyState === EventSource.OPEN && !document.querySelector('pre.terminal');
  if (isShown() && (!isTold || rounds % untoldAfter === 0)) {
    await look();
  }

  setTimeout(keepLooking, seconds * 1000);
}

function move(step) {
  const items = [...document.querySelectorAll('[data-item]')];
  if (items.length > 0) {
    const at = items.indexOf(document.activeElement);
    items[Math.min(items.length - 1, Math.max(0, at < 0 ? 0 : at + step))].focus();
  }
}

let isGoing = false;

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]')) {
    return;
  }

  const went = isGoing;
  isGoing = false;
  const act = went
    ? { i: () => location.assign('/'), r: () => location.assign('/runs') }[event.key]
    : {
      j: () => move(1),
      k: () => move(-1),
      a: () => document.getElementById('approve')?.focus(),
      d: () => document.getElementById('deny-reason')?.focus(),
      g: () => { isGoing = true; },
      '?': () => document.getElementById('keys')?.showModal(),
    }[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
}

document.addEventListener('keydown', press);
for (const terminal of document.querySelectorAll('pre.terminal')) {
  terminal.scrollTop = terminal.scrollHeight;
}

if (document.body.dataset.liveEvery) {
  document.addEventListener('visibilitychange', appear);
  follow();
  setTimeout(keepLooking, Number(document.body.dataset.liveEvery) * 1000);
}
