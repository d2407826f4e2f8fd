'use strict';
// Small helpers for both pages. Text from people only ever becomes text, never HTML.

function el(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'onclick' || name === 'onsubmit' || name === 'onchange') node[name] = value;
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== false).map(unbroken));
  return node;
}

// A number and its percent sign stay in one line.
function unbroken(one) { return typeof one === 'string' ? one.replace(/(\d) %/g, '$1\u00a0%') : one; }

// Puts new content in place of old, and the focus back on what has the same data-key.
function fill(node, ...children) {
  const held = document.activeElement && node.contains(document.activeElement)
    ? document.activeElement.dataset.key : undefined;
  const open = new Set([...node.querySelectorAll('details[open]')].map((one) => one.dataset.key));
  node.replaceChildren(...children.flat().filter(Boolean));
  for (const one of node.querySelectorAll('details')) if (open.has(one.dataset.key)) one.open = true;
  if (held) for (const one of node.querySelectorAll('[data-key]')) if (one.dataset.key === held) { one.focus(); break; }
}

const memory = {};
const kept = {
  get(name) {
    try { return JSON.parse(localStorage.getItem(name)); } catch { return memory[name] || null; }
  },
  set(name, value) {
    memory[name] = value;
    try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* private browsing: memory only */ }
  },
  drop(name) {
    delete memory[name];
    try { localStorage.removeItem(name); } catch { /* as above */ }
  },
  names(start) {
    try { return Object.keys(localStorage).filter((one) => one.startsWith(start)); } catch { return Object.keys(memory).filter((one) => one.startsWith(start)); }
  },
};

async function ask(path, body, raw) {
  const answer = await fetch('/room/api/' + path, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  });
  if (raw && answer.ok) return answer.blob();
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) { const wrong = new Error(found.error || 'That did not work.'); wrong.status = answer.status; throw wrong; }
  return found;
}

function say(text) { document.getElementById('said').textContent = text; }
function line(text) { const node = document.getElementById('line'); if (node.textContent !== text) node.textContent = text; }

// The way to the server: a socket; if that does not come about, a question every two seconds.
// What was sent and not yet acknowledged is kept, also over a reload, and sent again.
class Link {
  constructor(name, code, token, on) {
    Object.assign(this, { name, code, token, on, tries: 0, next: 1, sent: new Map(), over: false, alive: false });
    this.connect();
    addEventListener('online', () => this.soon(0));
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.soon(0); });
  }
  get pending() { return (kept.get(this.name) || {}).pending || {}; }
  set pending(value) { kept.set(this.name, { ...(kept.get(this.name) || {}), pending: value }); }

  // `slot` names what the message decides: a newer message to the same slot takes its place.
  send(slot, message, done) {
    this.pending = { ...this.pending, [slot]: message };
    this.waiting = { ...(this.waiting || {}), [slot]: done };
    this.push(slot);
  }
  push(slot) {
    const message = this.pending[slot];
    if (!message) return;
    if (this.socket && this.alive) {
      const id = this.next++;
      this.sent.set(id, [slot, JSON.stringify(message)]);
      this.socket.send(JSON.stringify({ ...message, id }));
    } else if (this.polling) {
      ask('act', { code: this.code, token: this.token, message })
        .then(() => this.acknowledge(slot, JSON.stringify(message)),
          (wrong) => { if (wrong.status === 400 || wrong.status === 403) this.acknowledge(slot, JSON.stringify(message), wrong.message); })
        .then(() => this.poll());
    }
  }
  acknowledge(slot, text, wrong) {
    const pending = this.pending;
    if (JSON.stringify(pending[slot]) === text) { delete pending[slot]; this.pending = pending; }
    const done = (this.waiting || {})[slot];
    if (wrong && this.on.wrong) this.on.wrong(wrong, slot);
    if (done) done(wrong);
  }
  connect() {
    if (this.over || (this.socket && this.socket.readyState < 2)) return;
    let socket;
    try {
      socket = new WebSocket((location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host + '/room/api/live');
    } catch { this.fallback(); return; }
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ code: this.code, token: this.token }));
    socket.onmessage = (event) => this.hear(JSON.parse(event.data));
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.alive = false;
      this.sent.clear();
      if (this.over) return;
      this.tries += 1;
      if (this.tries > 1) line('Connection lost. Trying again; nothing you chose is lost.');
      if (this.tries >= 3) this.fallback();
      this.soon(Math.min(8000, 300 * 2 ** this.tries) * (0.5 + Math.random() / 2));
    };
  }
  soon(wait) { clearTimeout(this.timer); this.timer = setTimeout(() => this.connect(), wait); }
  hear(given) {
    if (given.out !== undefined) { this.leave(given.out); return; }
    if (given.view) {
      const first = !this.alive;
      this.alive = true;
      this.tries = 0;
      this.polling = false;
      clearInterval(this.clock);
      line('');
      this.on.view(given.view);
      if (first) this.doubt();
      if (first) for (const slot of Object.keys(this.pending)) this.push(slot);
      return;
    }
    const [slot, text] = this.sent.get(given.id) || [];
    this.sent.delete(given.id);
    if (slot) this.acknowledge(slot, text, given.error);
  }
  // What is not sent twice may have been done or not: whoever pressed has to look.
  doubt() {
    if (this.on.resend || !Object.keys(this.pending).length) return;
    this.pending = {};
    this.on.wrong('The connection was lost meanwhile. Look whether your last step was done.');
  }
  get there() { return this.alive || Boolean(this.polling && !this.lost); }
  fallback() {
    if (this.polling) return;
    this.polling = true;
    this.clock = setInterval(() => this.poll(), 2000);
    this.poll(true);
  }
  async poll(first) {
    if (!this.polling || this.over) return;
    try {
      const { view } = await ask('view', { code: this.code, token: this.token });
      if (!this.polling) return;
      line('');
      this.on.view(view);
      if (this.lost) this.doubt();
      if (first || this.lost) for (const slot of Object.keys(this.pending)) this.push(slot);
      this.lost = false;
    } catch (wrong) {
      this.lost = true;
      if (wrong.status === 403 || wrong.status === 400) this.leave(wrong.message);
      else line('Connection lost. Trying again; nothing you chose is lost.');
    }
  }
  leave(why) {
    this.over = true;
    clearInterval(this.clock);
    clearTimeout(this.timer);
    if (this.socket) this.socket.close();
    line('');
    this.on.out(why);
  }
}
