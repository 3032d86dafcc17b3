'use strict';

// All that the pages do for reading and deciding works without this: it adds keys, and looks again at what may have changed.

const isTyping = element => element instanceof HTMLElement && element.closest('input, textarea, select, [contenteditable]') !== null;

const hasContent = form => [...form.elements].some(field =>
  field.type !== 'hidden' && 'defaultValue' in field && field.value !== field.defaultValue);

function isInUse(region) {
  if (region.contains(document.activeElement) && isTyping(document.activeElement)) {
    return true;
  }

  const selection = document.getSelection();
  return (selection && !selection.isCollapsed && region.contains(selection.anchorNode))
    || [...region.querySelectorAll('form')].some(hasContent);
}

function replace(region, fresh) {
  if (region.innerHTML === fresh.innerHTML) {
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
  }
}

async function keepLooking() {
  const seconds = Number(document.body.dataset.liveEvery);
  if (!seconds) {
    return;
  }

  try {
    if (document.visibilityState === 'visible') {
      await lookAgain();
    }
  } catch {
    // The server may be starting anew; the next look tells.
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
  setTimeout(keepLooking, Number(document.body.dataset.liveEvery) * 1000);
}
