'use strict';
const page = document.getElementById('page');
const START = 'room-lead:';
let link = null;
let last = {};
let parts = null;
let drawn = '';

function start() {
  const given = location.hash.slice(1).split('.');
  if (given.length === 2) {
    history.replaceState(null, '', location.pathname);
    kept.set(START + given[0], { token: given[1] });
    kept.set('room-led', given[0]);
  }
  const code = kept.get('room-led');
  const mine = code && kept.get(START + code);
  if (mine && mine.token) enter(code, mine.token);
  else openForm('');
}

function field(id, label, props, tag) {
  return [el('label', { for: id }, label), el(tag || 'input', { id, autocomplete: 'off', ...props })];
}

function openForm(why, withKey) {
  const wrong = el('p', { class: 'wrong', role: 'alert' }, why);
  const form = el('form', {
    onsubmit: async (event) => {
      event.preventDefault();
      const key = document.getElementById('key');
      try {
        const found = await ask('open', {
          title: document.getElementById('title').value,
          hours: Number(document.getElementById('hours').value),
          key: key ? key.value : undefined,
        });
        kept.set(START + found.code, { token: found.token });
        kept.set('room-led', found.code);
        enter(found.code, found.token);
      } catch (error) {
        if (error.status === 403 && !withKey) openForm(error.message, true);
        else wrong.textContent = error.message;
      }
    },
  },
  field('title', 'Title that people see', { maxlength: 200, value: 'Our session' }),
  field('hours', 'Hours until it ends by itself', { type: 'number', min: 1, max: 24, value: 8 }),
  withKey ? field('key', 'Key of this server', { type: 'password' }) : null,
  el('p', { class: 'soft' }, 'When the room ends, everything in it is deleted: nicknames, answers and the game. Take the hand-out first.'),
  wrong, el('button', { class: 'main' }, 'Open the room'));
  const others = kept.names(START).map((name) => name.slice(START.length));
  fill(page, el('h1', {}, 'Open a room'), form,
    others.length ? [el('h2', {}, 'Rooms opened in this browser'), ...others.map((code) => el('button', {
      onclick: () => { kept.set('room-led', code); enter(code, kept.get(START + code).token); },
    }, 'Go to room ' + code))] : null);
}

function enter(code, token) {
  last = {};
  drawn = '';
  parts = {};
  for (const name of ['head', 'people', 'asked', 'bets', 'closed', 'game', 'charts', 'foot', 'form', 'problem']) parts[name] = el('div', { id: name });
  parts.problem.setAttribute('role', 'alert');
  parts.problem.className = 'wrong';
  fill(page, parts.problem, el('div', { class: 'columns' },
    el('div', {}, parts.head, parts.people, parts.foot),
    el('div', {}, parts.asked, parts.game, parts.bets, parts.form, parts.charts, parts.closed)));
  askForm();
  link = new Link(START + code, code, token, {
    view: draw,
    wrong: (text) => { parts.problem.textContent = text; },
    out: (why) => { kept.drop(START + code); kept.drop('room-led'); openForm(why); },
  });
}

let count = 0;
function go(message) {
  parts.problem.textContent = link.there ? '' : 'There is no connection to the server. Try again in a moment.';
  if (link.there) link.send('lead' + count++, message);
}

function draw(view) {
  const slice = {
    head: [view.title, view.code, view.links, view.address, view.locked],
    people: [view.people, view.game && view.game.phase],
    asked: [view.polls.filter((one) => one.open && !one.measured), view.people.length],
    bets: [view.polls.filter((one) => one.open && one.measured), view.people.length],
    closed: [view.polls.filter((one) => !one.open), view.people.length],
    game: [view.game, view.people.length],
    foot: view.ends,
  };
  const make = { head, people, asked, bets, closed, game, foot };
  for (const [name, value] of Object.entries(slice)) {
    const text = JSON.stringify(value);
    if (last[name] === text) continue;
    last[name] = text;
    fill(parts[name], make[name](view));
  }
  const now = view.game ? view.game.drawn : '';
  if (now !== drawn) { drawn = now; charts(now); }
}

function svg(tag, props, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(props)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function head(view) {
  const first = view.links[0];
  return [
    el('h1', {}, view.title),
    first ? svg('svg', { class: 'qr', viewBox: `0 0 ${first.size} ${first.size}`, role: 'img', 'aria-label': 'QR code of ' + first.url, 'shape-rendering': 'crispEdges' },
      svg('rect', { width: first.size, height: first.size, fill: '#fff' }), svg('path', { d: first.path, fill: '#000' })) : null,
    first ? el('p', {}, 'Join at ', el('strong', {}, first.url.replace(/^https?:\/\//, '').replace(/\/room\/.*/, '/room')), ' with the code') :
      el('p', { class: 'note' }, 'Phones cannot reach this server yet. End it with Ctrl-C and start it with --host 0.0.0.0 (all machines in your network can reach it then). Or type its address below.'),
    el('p', { class: 'code' }, view.code),
    el('details', { 'data-key': 'address' }, el('summary', {}, 'The phones cannot connect?'),
      el('p', { class: 'soft' }, 'Phones must be in the same network as this machine: the same Wi-Fi, or a phone’s hotspot. It needs no internet.'),
      ...view.links.slice(1).map((one) => el('p', {}, 'Other address: ' + one.url)),
      el('form', { onsubmit: (event) => { event.preventDefault(); go({ do: 'address', address: document.getElementById('where').value.trim() }); } },
        field('where', 'Address for phones', { value: view.address, placeholder: 'http://192.168.1.5:8765', 'data-key': 'where' }),
        el('button', {}, 'Use this address'))),
  ];
}

function people(view) {
  const here = view.people.filter((one) => one.here).length;
  const dealt = view.game !== null;
  return [
    el('h2', {}, `${view.people.length} in the room, ${here} connected`),
    el('ul', { class: 'people' }, view.people.map((one) => el('li', {},
      el('span', { class: one.here ? 'dot here' : 'dot', 'aria-hidden': 'true' }),
      one.nickname, el('span', { class: 'soft' }, (one.seat ? ' – ' + one.seat : '') + (one.here ? '' : ' (away)') + (one.chose ? ' ✓' : ''))))),
    el('div', { class: 'row' }, el('button', { 'data-key': 'lock', onclick: () => go({ do: 'lock', on: !view.locked }) },
      view.locked ? 'Let people in again' : 'Let nobody new in')),
    view.people.length ? el('details', { 'data-key': 'manage' }, el('summary', {}, dealt ? 'Change parts, take somebody out' : 'Take somebody out'),
      view.people.map((one) => el('div', { class: 'row person' }, el('span', {}, one.nickname),
        dealt ? el('select', { 'aria-label': 'Part of ' + one.nickname, 'data-key': 'part' + one.key, onchange: (event) => go({ do: 'move', player: one.key, role: event.target.value }) },
          Object.entries(view.roles).map(([key, label]) => el('option', { value: key, selected: key === one.role }, label))) : null,
        el('button', { 'data-key': 'out' + one.key, onclick: () => { if (confirm(`Take ${one.nickname} out of the room?`)) go({ do: 'remove', player: one.key }); } }, 'Take out')))) : null,
  ];
}

function askForm() {
  const value = (id) => document.getElementById(id).value;
  fill(parts.form, el('details', { 'data-key': 'ask', class: 'card' }, el('summary', {}, 'Ask the room'),
    el('form', {
      onsubmit: (event) => {
        event.preventDefault();
        go({
          do: 'ask', question: value('question'), kind: value('kind'), secret: document.getElementById('secret').checked,
          choices: value('choices').split('\n').map((one) => one.trim()).filter(Boolean),
        });
        event.target.closest('details').open = false;
      },
    },
    field('kind', 'What is it?', {}, 'select'),
    field('question', 'Question', { maxlength: 200, value: 'At the end of this round, will partners trust each other more than now?' }),
    field('choices', 'Choices, one a line', { rows: 4 }, 'textarea'),
    el('p', {}, el('label', { for: 'secret' }, el('input', { type: 'checkbox', id: 'secret' }), ' Secret ballot')),
    el('p', { class: 'soft' }, 'Counts are shown when you close it. In a secret ballot nobody, not even this machine, can find out who chose what.'),
    el('button', { class: 'main' }, 'Ask'))));
  document.getElementById('kind').append(el('option', { value: 'bet' }, 'A bet: the answer comes out later'), el('option', { value: 'vote' }, 'A vote'));
  document.getElementById('choices').value = 'Yes, more\nAbout the same\nNo, less';
}

const asked = (view) => polls(view, view.polls.filter((one) => one.open && !one.measured));
const bets = (view) => polls(view, view.polls.filter((one) => one.open && one.measured));
const closed = (view) => polls(view, view.polls.filter((one) => !one.open));

function polls(view, some) {
  return some.map((poll) => {
    const most = Math.max(1, ...(poll.counts || [0]));
    return el('section', { class: 'card' },
      el('h2', {}, (poll.kind === 'bet' ? 'Bet: ' : 'Vote: ') + poll.question),
      el('p', { class: 'soft' }, (poll.secret ? 'Secret ballot. ' : 'Open ballot. ') + `${poll.answered}${poll.open ? ` of ${view.people.length} have` : ''} answered.`),
      poll.open ? (poll.measured ? el('p', {}, poll.choices.join(' / ')) : el('ul', {}, poll.choices.map((text) => el('li', {}, text)))) : null,
      poll.counts ? poll.choices.map((text, i) => el('div', { class: 'bar' },
        el('span', {}, text + (i === poll.right ? ' ✓ came true' : '')), el('strong', {}, String(poll.counts[i])),
        el('meter', { min: 0, max: most, value: poll.counts[i], 'aria-hidden': 'true' }))) : null,
      poll.open ? null : el('p', {}, poll.sentence),
      poll.open ? el('button', { class: poll.measured ? '' : 'main', 'data-key': 'close' + poll.number, onclick: () => go({ do: 'close', poll: poll.number }) }, 'Close and show the result') : null,
      poll.by && poll.answered ? el('details', { 'data-key': 'who' + poll.number }, el('summary', {}, 'Who chose what'),
        poll.choices.map((text, i) => el('p', {}, text + ': ' + (poll.by[i].join(', ') || 'nobody')))) : null,
      poll.measured && !poll.none_right && !Number.isInteger(poll.right) ? el('p', { class: 'soft' }, 'The model settles this bet.') : null,
      !poll.open && poll.kind === 'bet' && !poll.measured ? el('div', { class: 'row' }, el('span', {}, 'What came true?'), poll.choices.map((text, i) => el('button', {
        'data-key': 'settle' + poll.number + '-' + i, 'aria-pressed': poll.right === i ? 'true' : 'false', onclick: () => go({ do: 'settle', poll: poll.number, right: i }),
      }, text))) : null);
  });
}

// Bets that the model settles itself.
function betForm(view) {
  const measure = el('select', { id: 'measure', 'aria-label': 'What the bet is about', 'data-key': 'measure' },
    Object.entries(view.measures).map(([key, label]) => el('option', { value: key, selected: key === 'trust_familiar' }, label)));
  return el('details', { 'data-key': 'bets' }, el('summary', {}, 'Let people bet'), el('p', {}, 'The model says by itself how these bets come out.'),
    el('div', { class: 'row' }, measure,
      view.game.decided.length || view.game.round > 1 ? el('button', { 'data-key': 'betround', onclick: () => go({ do: 'bet', measure: measure.value, when: 'round' }) }, 'After this round: higher or lower?') : null,
      el('button', { 'data-key': 'betend', onclick: () => go({ do: 'bet', measure: measure.value, when: 'end' }) }, 'At the end: more than left alone?')));
}

function gameForm(view) {
  const number = (id) => Number(document.getElementById(id).value);
  return el('details', { 'data-key': 'new', class: 'card', open: !view.game }, el('summary', {}, view.game ? 'Play again' : 'Play organisations in rounds'),
    el('p', {}, 'Everybody is dealt a part: a small charity, the council, the health body, a funder or a connector. In each round they choose to bid, join, contribute, speak up or step back. The model plays all others.'),
    el('form', {
      onsubmit: (event) => {
        event.preventDefault();
        go({ do: 'play', setup: { months: number('months'), rounds: number('rounds'), luck: number('luck'), world: document.getElementById('world').value } });
      },
    },
    field('world', 'The place at the start', {}, 'select'), field('months', 'Months of a round', {}, 'select'),
    field('rounds', 'Rounds', { type: 'number', min: 1, max: 10, value: 5 }),
    field('luck', 'Luck (the same number gives the same luck)', { type: 'number', min: 0, max: 999999, value: 1 }),
    el('p', {}, el('button', { class: 'main' }, 'Deal the parts'))));
}

function game(view) {
  const now = view.game;
  const found = [];
  if (now) {
    const names = {
      dealt: 'The parts are dealt', choosing: `Round ${now.round} of ${now.rounds}: people choose`, running: `Round ${now.round} of ${now.rounds} is running …`,
      between: `After round ${now.round - 1} of ${now.rounds}`, over: 'The game is over',
    };
    found.push(el('section', { class: 'card' }, el('h2', {}, names[now.phase]),
      el('p', { class: 'soft' }, `${now.world}. Rounds of ${now.months} months. Luck ${now.luck}.`),
      now.failed ? [el('p', { class: 'wrong' }, now.failed), el('button', { 'data-key': 'again', onclick: () => go({ do: 'run_again' }) }, 'Try again')] : null,
      now.open ? el('p', { class: 'code' }, `${now.chosen} of ${now.can} have chosen`) : null,
      now.running && !now.failed ? el('p', {}, now.phase === 'over' ? 'The model is running the place left alone, and your choices with other luck …' : 'The model is running …') : null,
      now.decided.length ? [el('h3', {}, 'What they chose'), ...now.decided.map((text) => el('p', {}, text))] : null,
      ['dealt', 'choosing', 'between'].includes(now.phase) ? betForm(view) : null,
      el('div', { class: 'row' },
        now.phase === 'dealt' || now.phase === 'between' ? el('button', { class: 'main', 'data-key': 'round', onclick: () => go({ do: 'open_round' }) }, `Open round ${now.round}`) : null,
        now.open ? el('button', { class: 'main', 'data-key': 'run', onclick: () => go({ do: 'close_round' }) }, 'Close and run the round') : null,
        now.phase === 'between' ? el('button', { 'data-key': 'finish', onclick: () => go({ do: 'finish' }) }, 'End the game here') : null)));
  }
  if (!now || now.phase === 'over') found.push(gameForm(view));
  queueMicrotask(() => {
    const world = document.getElementById('world');
    if (!world || world.options.length) return;
    for (const [key, text] of Object.entries(view.worlds)) world.append(el('option', { value: key }, text));
    for (const months of [12, 6]) document.getElementById('months').append(el('option', { value: months }, String(months)));
  });
  return found;
}

async function charts(now) {
  if (!now) { fill(parts.charts); return; }
  let found;
  try { found = await ask('charts', { code: link.code, token: link.token }); } catch { drawn = ''; return; }
  if (now !== drawn) return;
  const figures = found.charts.map((one) => {
    const figure = el('figure', {}, el('h3', {}, one.title));
    if (one.svg) figure.append(document.importNode(new DOMParser().parseFromString(one.svg, 'image/svg+xml').documentElement, true));
    figure.append(...one.said.map((text) => el('p', {}, text)));
    return figure;
  });
  fill(parts.charts, figures.length ? el('section', { class: 'card' },
    found.table ? [el('h2', {}, 'Your room, the place left alone, and other luck'),
      el('p', {}, 'Solid line: your room. Dashed line: the same place with the same luck, all left to the model. Thin lines: your choices with other luck. Numbers are means of the last 12 months.')] : null,
    el('div', { class: 'charts' }, figures),
    found.table ? el('details', { 'data-key': 'table' }, el('summary', {}, 'The same in numbers'), el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'The same in numbers' }, el('table', {},
      el('thead', {}, el('tr', {}, found.table.heads.map((one) => el('th', { scope: 'col' }, one)))),
      el('tbody', {}, found.table.rows.map((row) => el('tr', {}, row.map((cell, i) => el(i ? 'td' : 'th', i ? {} : { scope: 'row' }, cell)))))))) : null) : null);
}

function foot(view) {
  const end = new Date(view.ends * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return [
    el('h2', {}, 'The session'),
    el('p', { class: 'soft' }, `The room ends by itself at ${end}, and everything in it is deleted.`),
    el('p', {}, 'The hand-out has the bets, the votes and the run, and no names:'),
    el('div', { class: 'row' }, [['pdf', 'as PDF'], ['docx', 'to edit'], ['html', 'as a page']].map(([format, text]) => el('button', {
      'data-key': 'handout' + format, 'aria-label': 'Save the hand-out ' + text, onclick: () => save(format),
    }, text))),
    el('div', { class: 'row' },
      el('button', { 'data-key': 'copy', onclick: copy }, 'Copy my link to this page'),
      el('button', { 'data-key': 'end', onclick: () => { if (confirm('End the room and delete everything in it?')) go({ do: 'end' }); } }, 'End the room')),
  ];
}

async function save(format) {
  try {
    const blob = await ask('handout', { code: link.code, token: link.token, format }, true);
    const address = URL.createObjectURL(blob);
    const anchor = el('a', { href: address, download: 'hand-out.' + format });
    document.body.append(anchor);
    anchor.click();
    anchor.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    say('The hand-out is saved.');
  } catch (error) { parts.problem.textContent = error.message; }
}

async function copy() {
  const text = `${location.origin}/room/lead#${link.code}.${link.token}`;
  try { await navigator.clipboard.writeText(text); line('Copied. Whoever has this link can lead the room.'); setTimeout(() => line(''), 4000); } catch { prompt('Whoever has this link can lead the room.', text); }
}

start();
