// What pages do beyond showing: sending a form once, keeping what was typed, copying, passkeys, charts, the playground, times, where one is.
(() => {
  'use strict';
  const csrf = () => document.querySelector('meta[name=csrf]').content;

  // A form is sent once; the server would do it once anyway.
  document.addEventListener('submit', event => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
    if (form.hasAttribute('data-keep')) keep(form);
    if (form.hasAttribute('data-once')) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = 'yes';
      form.querySelectorAll('button[type=submit]').forEach(button => button.setAttribute('aria-busy', 'true'));
    }
  });
  window.addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(form => {
    delete form.dataset.sent;
    form.querySelectorAll('[aria-busy]').forEach(button => button.removeAttribute('aria-busy'));
  }));

  // What was typed, for the time that signing in again takes; passwords never.
  const typedAt = () => 'typed ' + location.pathname;
  function keep(form) {
    const typed = [...form.elements].filter(field => field.name && !['password', 'hidden'].includes(field.type))
      .map(field => [field.name, field.value, field.checked === true]);
    sessionStorage.setItem(typedAt(), JSON.stringify({at: Date.now(), typed}));
  }
  function restore() {
    const form = document.querySelector('form[data-keep]');
    const kept = sessionStorage.getItem(typedAt());
    sessionStorage.removeItem(typedAt());
    if (!form || !kept || form.querySelector('[aria-invalid]') || !cameBack()) return;
    const {at, typed} = JSON.parse(kept);
    if (Date.now() - at > 15 * 60 * 1000) return;
    for (const [name, value, checked] of typed) {
      const field = [...form.elements].find(one => one.name === name && (!['checkbox', 'radio'].includes(one.type) || one.value === value));
      if (!field) continue;
      if (['checkbox', 'radio'].includes(field.type)) field.checked = checked; else field.value = value;
    }
  }
  const cameBack = () => document.referrer.includes('/sign-in') || location.search.includes('done=send-again');

  // Copying.
  document.addEventListener('click', async event => {
    const button = event.target.closest('button[data-copy]');
    if (!button) return;
    const text = document.getElementById(button.dataset.copy).textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const range = document.createRange();
      range.selectNodeContents(document.getElementById(button.dataset.copy));
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      return;
    }
    button.textContent = button.dataset.copied;
  });

  // Passkeys: the server's question goes to the browser, the browser's answer with the form.
  document.addEventListener('submit', async event => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.dataset.passkey || form.dataset.answered) return;
    event.preventDefault();
    try {
      const asked = await fetch(form.dataset.question, {method: 'POST', headers: {'X-XSRF-TOKEN': csrf()}, redirect: 'manual'});
      if (!asked.ok) { location.reload(); return; }
      const {id, options} = await asked.json();
      const parsed = JSON.parse(options);
      const credential = form.dataset.passkey === 'create'
        ? await navigator.credentials.create({publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(parsed)})
        : await navigator.credentials.get({publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(parsed)});
      add(form, 'question', id);
      add(form, 'answer', JSON.stringify(credential.toJSON()));
      form.dataset.answered = 'yes';
      form.submit();
    } catch {
      form.querySelector('[data-failed]').hidden = false;
    }
  });
  function add(form, name, value) {
    const field = document.createElement('input');
    field.type = 'hidden';
    field.name = name;
    field.value = value;
    form.append(field);
  }

  // Charts of a value per day.
  function chart(place) {
    const days = JSON.parse(place.dataset.days);
    const values = JSON.parse(place.dataset.values);
    const labels = JSON.parse(place.dataset.labels);
    if (!days.length) return;
    const plot = draw(place, days, values, labels);
    const sizes = new ResizeObserver(() => plot.setSize({width: place.clientWidth, height: 200}));
    sizes.observe(place);
    // The colours are drawn, so they are drawn anew when the system turns dark or light.
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      sizes.disconnect();
      plot.destroy();
      chart(place);
    }, {once: true});
  }
  function draw(place, days, values, labels) {
    const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const axis = {stroke: color('--muted'), grid: {stroke: color('--line'), width: 1}, ticks: {show: false}, font: '12px system-ui'};
    return new uPlot({
      width: place.clientWidth, height: 200, legend: {show: false}, cursor: {y: false, points: {size: 7}}, tzDate: at => uPlot.tzDate(new Date(at * 1e3), 'UTC'),
      scales: {x: {time: true}, y: {range: (self, least, most) => [0, most > 0 ? most * 1.1 : 1]}},
      axes: [{...axis, grid: {show: false}, space: 60, values: (self, ticks) => ticks.map(tick => new Intl.DateTimeFormat(document.documentElement.lang, {month: 'numeric', day: 'numeric', timeZone: 'UTC'}).format(tick * 1e3))}, {...axis, size: 64, values: (self, ticks) => ticks.map(tick => new Intl.NumberFormat(document.documentElement.lang, {notation: 'compact'}).format(tick))}],
      series: [{}, {stroke: color('--accent'), width: 2, fill: color('--accent-soft'), points: {show: days.length < 3}, paths: uPlot.paths.spline()}],
      hooks: {setCursor: [self => { place.title = self.cursor.idx == null ? '' : labels[self.cursor.idx]; }]},
    }, [days, values], place);
  }

  // The playground: frames of the API's own stream, as they come.
  function playground(form) {
    const out = document.getElementById('answer');
    const about = document.getElementById('about-answer');
    let stop = null;
    form.addEventListener('submit', async event => {
      event.preventDefault();
      if (stop) { stop.abort(); return; }
      const field = name => form.elements[name].value;
      stop = new AbortController();
      const button = form.querySelector('button[type=submit]');
      button.textContent = button.dataset.stop;
      out.textContent = '';
      about.textContent = '';
      out.setAttribute('aria-busy', 'true');
      try {
        const messages = field('system').trim() ? [{role: 'system', content: field('system')}] : [];
        messages.push({role: 'user', content: field('prompt')});
        const body = {model: field('model'), stream: true, stream_options: {include_usage: true}, messages};
        if (field('temperature')) body.temperature = Number(field('temperature'));
        if (field('max_tokens')) body.max_tokens = Number(field('max_tokens'));
        const answer = await fetch(form.action.replace(/\/$/, '') + '/stream?key=' + encodeURIComponent(field('key')), {
          method: 'POST', headers: {'Content-Type': 'application/json', 'X-XSRF-TOKEN': csrf()}, body: JSON.stringify(body), signal: stop.signal, redirect: 'manual'});
        if (answer.type === 'opaqueredirect') { location.reload(); return; }
        if (!answer.ok) { about.textContent = (await answer.json()).error.message; return; }
        await read(answer.body.pipeThrough(new TextDecoderStream()).getReader(), out, about, chunk => used(form.dataset.used, chunk));
      } catch (problem) {
        about.textContent = problem.name === 'AbortError' ? form.dataset.stopped : form.dataset.failed;
      } finally {
        stop = null;
        out.removeAttribute('aria-busy');
        button.textContent = button.dataset.start;
      }
    });
  }
  const written = (number, style = {}) => new Intl.NumberFormat(document.documentElement.lang, style).format(number);
  const used = (sentence, {usage, tollgate}) => sentence.replace('{input}', written(usage.prompt_tokens)).replace('{output}', written(usage.completion_tokens))
    + (tollgate ? ' · ' + written(tollgate.cost, {style: 'currency', currency: tollgate.currency, maximumFractionDigits: 12}) : '');
  async function read(reader, out, about, used) {
    let rest = '';
    for (;;) {
      const {done, value} = await reader.read();
      if (done) return;
      const frames = (rest + value).split('\n\n');
      rest = frames.pop();
      for (const frame of frames) {
        const data = frame.replace(/^data: ?/, '');
        if (data === '[DONE]') return;
        const chunk = JSON.parse(data);
        if (chunk.error) about.textContent = chunk.error.message;
        out.append(chunk.choices?.[0]?.delta?.content ?? '');
        if (chunk.usage) about.textContent = used(chunk);
      }
    }
  }

  // On a phone the pages stand in a row that scrolls: the one that is open is brought into sight.
  function showWhereOneIs() {
    const side = document.querySelector('.side');
    const here = side?.querySelector('[aria-current]')?.getBoundingClientRect();
    if (here) side.scrollLeft += here.left + here.width / 2 - innerWidth / 2;
  }

  addEventListener('resize', showWhereOneIs);

  addEventListener('DOMContentLoaded', () => {
    restore();
    showWhereOneIs();
    document.querySelectorAll('.plot').forEach(chart);
    document.querySelectorAll('form[data-playground]').forEach(playground);
    document.querySelectorAll('details.menu').forEach(menu => menu.addEventListener('toggle', () => menu.open
      && document.querySelectorAll('details.menu[open]').forEach(other => { if (other !== menu) other.open = false; })));
  });
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape') document.querySelectorAll('details.menu[open]').forEach(menu => { menu.open = false; menu.firstElementChild.focus(); });
  });
  document.addEventListener('click', event => document.querySelectorAll('details.menu[open]').forEach(menu => { if (!menu.contains(event.target)) menu.open = false; }));
  // What a time is where the reader is, beside the zone that the page writes it in.
  document.addEventListener('mouseover', event => {
    const time = event.target.closest?.('time[datetime*=T]');
    if (time && !time.title) time.title = new Date(time.dateTime).toLocaleString(document.documentElement.lang, {dateStyle: 'medium', timeStyle: 'long'});
  });
  document.addEventListener('htmx:configRequest', event => { event.detail.headers['X-XSRF-TOKEN'] = csrf(); });
})();
