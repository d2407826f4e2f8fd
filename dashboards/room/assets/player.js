'use strict';
const page = document.getElementById('page');
const inPath = decodeURIComponent(location.pathname.split('/')[2] || '').toUpperCase().replace(/[^0-9A-Z]/g, '');
let link = null;
let last = null;
let problem = '';

function nameOf(code) { return 'room:' + code; }

function start() {
  const code = inPath || (kept.get('room-last') || '');
  const mine = code && kept.get(nameOf(code));
  if (mine && mine.token) enter(code, mine.token);
  else joinForm('');
}

function joinForm(why) {
  const wrong = el('p', { class: 'wrong', role: 'alert' }, why);
  const code = el('input', { id: 'code', autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', maxlength: 20, value: inPath });
  const nickname = el('input', { id: 'nickname', autocomplete: 'off', maxlength: 24 });
  const button = el('button', { class: 'main' }, 'Join');
  const form = el('form', {
    onsubmit: async (event) => {
      event.preventDefault();
      button.disabled = true;
      try {
        const found = await ask('join', { code: code.value, nickname: nickname.value });
        kept.set(nameOf(found.code), { token: found.token });
        kept.set('room-last', found.code);
        if (inPath !== found.code) history.replaceState(null, '', '/room/' + found.code);
        enter(found.code, found.token);
      } catch (error) {
        wrong.textContent = error.status ? error.message : 'The server cannot be reached. Are you on the right network?';
        button.disabled = false;
      }
    },
  },
  el('label', { for: 'code' }, 'Room code'), code,
  el('label', { for: 'nickname' }, 'Nickname'), nickname,
  el('p', { class: 'soft' }, 'No account. The room sees only your nickname. It is deleted with the room.'),
  wrong, button);
  fill(page, el('h1', {}, 'Join a room'), form, inPath ? null : el('p', {}, el('a', { href: '/room/lead' }, 'Trainers: open a room')));
  (inPath ? nickname : code).focus();
}

function enter(code, token) {
  problem = '';
  told = null;
  fill(page, el('h1', {}, 'Unequal Alliances'), el('p', {}, 'Joining the room …'));
  link = new Link(nameOf(code), code, token, {
    resend: true,
    view: (view) => { last = view; draw(view); slips(view); },
    wrong: (text) => { problem = text; draw(last); },
    out: (why) => { kept.drop(nameOf(code)); joinForm(why); },
  });
}

// A secret slip is nowhere but in the server's memory until the ballot closes. If the server was
// started again meanwhile, it says so, and this phone hands its slip in again.
function slips(view) {
  const mine = kept.get(link.name) || {};
  const held = mine.slips || {};
  for (const poll of view.polls) {
    if (held[poll.number] === undefined) continue;
    if (poll.open && poll.secret && !poll.cast && !link.pending['poll' + poll.number]) {
      link.send('poll' + poll.number, { do: 'answer', poll: poll.number, choice: held[poll.number] });
    }
  }
}

function answer(poll, choice) {
  problem = '';
  fresh.add(poll.number);
  if (poll.secret) {
    const mine = kept.get(link.name) || {};
    kept.set(link.name, { ...mine, slips: { ...(mine.slips || {}), [poll.number]: choice } });
  }
  link.send('poll' + poll.number, { do: 'answer', poll: poll.number, choice }, () => draw(last));
  draw(last);
  say('Sent.');
}

function choose(game, key) {
  problem = '';
  link.send('round' + game.round, { do: 'choose', choice: key, round: game.round }, () => draw(last));
  draw(last);
  say('Sent.');
}

function draw(view) {
  if (!view) return;
  stageOf(view);
  const open = view.polls.filter((poll) => poll.open);
  const closed = view.polls.filter((poll) => !poll.open);
  const shown = view.game ? 2 : 3;
  const parts = [
    el('h1', {}, view.title),
    el('p', { class: 'soft' }, 'You are ' + view.nickname + '.'),
    problem ? el('p', { class: 'wrong', role: 'alert' }, problem) : null,
    ...open.filter((poll) => !isAway(poll)).map(openPoll),
    view.game ? gamePart(view.game) : null,
    ...open.filter(isAway).map(openPoll),
    !open.length && !view.game ? el('p', { class: 'note' }, 'You are in. Wait for the trainer; this page changes by itself.') : null,
    ...(view.game && view.game.told ? view.game.told.map((one, i) => story(view.game, one, i === 0)) : []),
    score(closed),
    ...closed.slice(0, shown).map(closedPoll),
    closed.length > shown ? el('details', { 'data-key': 'older' }, el('summary', {}, 'Earlier questions'), ...closed.slice(shown).map(closedPoll)) : null,
    el('details', { 'data-key': 'leave' }, el('summary', {}, 'Leave the room'),
      el('p', {}, 'Your nickname and your answers to open questions are deleted.'),
      el('button', { 'data-key': 'go', onclick: () => link.send('leave', { do: 'leave' }) }, 'Leave')),
  ];
  fill(page, parts);
  tell(view, open);
}

let told = null;
function tell(view, open) {
  const game = view.game;
  const now = [
    ...open.map((poll) => 'New question: ' + poll.question),
    game && game.phase === 'choosing' ? 'Round ' + game.round + ' is open. Choose.' : '',
    game && game.phase === 'between' ? 'Round ' + (game.round - 1) + ' is over. See what happened.' : '',
    game && game.phase === 'over' ? 'The game is over.' + (game.ending ? ' See how it ended.' : '') : '',
  ].filter(Boolean).join(' ');
  if (told === null) say(`You are in: ${view.title}. ${now}`);
  else if (now && now !== told) say(now);
  told = now;
}

function pressed(slot, value, otherwise) {
  const waiting = link.pending[slot];
  return waiting ? waiting.choice === value : otherwise === value;
}

// What was answered before this stage of the game is put away, but can still be changed.
let stage = '';
const fresh = new Set();
function stageOf(view) {
  const now = view.game ? view.game.phase + view.game.round : '';
  if (now !== stage) fresh.clear();
  stage = now;
}

function isSending(poll) { return link.pending['poll' + poll.number] !== undefined; }
function isDone(poll) { return poll.secret ? poll.cast || isSending(poll) : Number.isInteger(poll.yours); }
function isAway(poll) { return isDone(poll) && !isSending(poll) && Boolean(last.game) && !fresh.has(poll.number); }

function openPoll(poll) {
  const slot = 'poll' + poll.number;
  const [sending, done, away, mine] = [isSending(poll), isDone(poll), isAway(poll), own(poll)];
  const head = (poll.kind === 'bet' ? 'Place your bet: ' : '') + poll.question;
  return el(away ? 'details' : 'section', { class: 'card', 'data-key': away ? 'away' + poll.number : null },
    away ? el('summary', {}, 'Answered: ' + poll.question) : el('h2', {}, head),
    poll.secret ? el('p', { class: 'soft' }, 'Secret ballot: nobody can find out who chose what. You cannot change your slip.') : el('p', { class: 'soft' }, 'Open ballot: the trainer can see who chose what.'),
    poll.choices.map((text, i) => el('button', {
      class: 'choice', 'data-key': slot + i, 'aria-pressed': pressed(slot, i, mine) ? 'true' : 'false',
      disabled: poll.secret && done, onclick: () => answer(poll, i),
    }, text)),
    el('p', { class: 'soft' }, sending ? 'Sending …' : done ? (poll.secret ? 'Your slip is in.' : 'Counted. You can change it until the question is closed.') : 'Choose one.'));
}

// What this phone chose; of a secret ballot only the phone itself knows.
function own(poll) {
  return poll.secret ? ((kept.get(link.name) || {}).slips || {})[poll.number] : poll.yours;
}

function score(closed) {
  const bets = closed.filter((poll) => poll.kind === 'bet' && poll.right !== null && Number.isInteger(own(poll)));
  const right = bets.filter((poll) => own(poll) === poll.right);
  return bets.length ? el('p', {}, el('strong', {}, `Bets you had right: ${right.length} of ${bets.length}.`)) : null;
}

function closedPoll(poll) {
  const most = Math.max(1, ...(poll.counts || [0]));
  const lines = poll.counts ? poll.choices.map((text, i) => el('div', { class: 'bar' },
    el('span', {}, text + (i === poll.right ? ' ✓' : '') + (own(poll) === i ? ' (yours)' : '')), el('span', {}, String(poll.counts[i])),
    el('meter', { min: 0, max: most, value: poll.counts[i], 'aria-hidden': 'true' }))) : [];
  let mine = '';
  if (poll.right !== null && Number.isInteger(own(poll))) {
    mine = own(poll) === poll.right ? 'You bet right.' : 'Sorry about your bet: you said “' + poll.choices[own(poll)] + '”.';
  }
  if (poll.none_right && Number.isInteger(own(poll))) mine = 'Sorry about your bet: none of these came true, so nobody was right.';
  return el('section', { class: 'card' }, el('h2', {}, poll.question), lines,
    el('p', {}, poll.sentence), mine ? el('p', {}, el('strong', {}, mine)) : null);
}

function gamePart(game) {
  if (!game.role) return el('p', { class: 'note' }, 'A game is on. You have no part in it yet.');
  const slot = 'round' + game.round;
  const named = game.seat.toLowerCase().includes(game.role.toLowerCase());
  const head = [
    el('h2', {}, 'You play: ' + game.seat), el('p', { class: 'soft' }, (named ? '' : game.role + '. ') + game.card),
    game.mates ? el('p', { class: 'soft' }, game.mates) : null,
    game.gone && game.phase !== 'over' ? el('p', { class: 'note' }, game.seat + ' is no longer there. You can still bet and vote, or ask the trainer for a new part.') : null,
  ];
  if (game.phase === 'choosing' && game.gone) return el('section', { class: 'card' }, head);
  if (game.phase === 'choosing') {
    const sending = link.pending[slot] !== undefined;
    return el('section', { class: 'card' }, head,
      el('h3', {}, 'Round ' + game.round + ' of ' + game.rounds + ': what do you do in the next ' + game.months + ' months?'),
      game.choices.map((one) => el('button', {
        class: 'choice', 'data-key': slot + one.key, 'aria-pressed': pressed(slot, one.key, game.yours) ? 'true' : 'false',
        onclick: () => choose(game, one.key),
      }, one.label, el('small', {}, one.text))),
      el('p', { class: 'soft' }, sending ? 'Sending …' : game.yours ? 'Chosen. You can change it until the round begins to run.'
        : `Choose one. The model does everything else. If you choose nothing, ${game.otherwise}.`));
  }
  const texts = {
    dealt: 'The first round begins soon.',
    running: game.failed || 'The model is running the round …',
    between: 'The next round begins soon. Talk to the others!',
    over: 'The game is over.',
  };
  return el('section', { class: 'card' }, head, el('p', { class: 'note' }, texts[game.phase] || ''),
    game.phase === 'over' && game.end ? game.end.map((text) => el('p', {}, text)) : null,
    game.phase === 'over' && !game.ending ? el('p', { class: 'soft' }, 'The model is running the same place with other luck …') : null,
    game.ending ? [el('h3', {}, 'The whole place, at the end'), el('p', { class: 'soft' }, 'Means of the last 12 months. Other luck: your choices in more runs, each beside the place left alone.'), ...game.ending.map((text) => el('p', {}, text))] : null);
}

function story(game, one, open) {
  return el('details', { 'data-key': open ? 'newest' : 'story' + one.round, open: open, class: 'card' },
    el('summary', {}, 'Round ' + one.round + ': ' + one.chose),
    one.yours.map((text) => el('p', {}, text)),
    one.place.length ? [el('h3', {}, 'The whole place'), el('p', { class: 'soft' }, 'Trust goes from 0 (none) to 1 (full).'), ...one.place.map((text) => el('p', {}, text))] : null);
}

start();
