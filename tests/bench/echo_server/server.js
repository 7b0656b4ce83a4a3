// A Media Streams server that answers every stretch of speech with a tone, so many milliseconds after
// the last loud frame; or, as an echo, sends back each frame until half a second of silence has passed. It
// can stall, flood, close midway and talk nonsense, for seeing whether a load generator tells the truth.
//
//   node server.js [--port 0] [--delay 700] [--echo] [--greeting 300] [--stall-at 5 --stall-for 2000]
//                  [--fault refuse|bad-twiml|no-media|close|flood] [--max-calls 100] [--busy] [--offended-for 3000]
//                  [--public-url URL]
//
// Beyond --max-calls it answers 503, or with --busy properly. With --offended-for it refuses everybody for so many milliseconds after a call beyond --max-calls.
//
// Prints "listening on PORT". Webhooks: POST /voice/incoming -> <Connect><Stream>. GET /metrics: what it uses.
'use strict';
const http = require('http');
const { WebSocketServer } = require('ws');

const options = { port: 0, delay: 700, greeting: 300 };
for (let i = 2; i < process.argv.length; ++i) {
  const name = process.argv[i].replace(/^--/, '');
  const next = process.argv[i + 1];
  options[name] = next === undefined || next.startsWith('--') ? true : process.argv[++i];
}
const delay = Number(options.delay), limit = Number(options['max-calls'] || Infinity);
let offendedUntil = 0;

// Mu-law of a 500 Hz square wave, and silence.
const tone = (ms) => Buffer.from(Array.from({ length: ms * 8 }, (_, i) => (i % 16 < 8 ? 0x10 : 0x90)));
const linear = (byte) => {
  const bits = ~byte & 0xff, exponent = (bits >> 4) & 7, mantissa = bits & 15;
  const size = ((mantissa * 2 + 33) << exponent) * 4 - 132;
  return bits & 0x80 ? -size : size;
};
const isLoud = (audio) => { // root mean square over 150 of 32767, about -47 dB
  let energy = 0;
  for (const byte of audio) energy += linear(byte) ** 2;
  return audio.length > 0 && energy / audio.length > 150 * 150;
};

const server = http.createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    if (request.url === '/metrics') {
      const cpu = process.cpuUsage();
      response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' });
      response.end(`process_cpu_seconds_total ${(cpu.user + cpu.system) / 1e6}\n` +
        `process_resident_memory_bytes ${process.memoryUsage().rss}\n`);
      return;
    }
    if (options.busy && sockets.clients.size >= limit) {
      response.writeHead(200, { 'Content-Type': 'text/xml' }).end('<Response><Reject reason="busy"/></Response>');
      return;
    }
    if (sockets.clients.size >= limit) offendedUntil = Date.now() + Number(options['offended-for'] || 0);
    if (options.fault === 'refuse' || sockets.clients.size >= limit || Date.now() < offendedUntil) {
      response.writeHead(503).end();
      return;
    }
    if (request.url.startsWith('/voice/status')) { response.writeHead(204).end(); return; }
    const base = options['public-url'] || `http://${request.headers.host}`;
    const stream = `${base.replace(/^http/, 'ws')}/media`;
    response.writeHead(200, { 'Content-Type': 'text/xml' });
    if (options.fault === 'bad-twiml') response.end('<Response><Connect><Stream');
    else if (options.fault === 'no-media') response.end('<Response><Say>All lines are busy.</Say></Response>');
    else response.end(`<Response><Connect><Stream url="${stream}"/></Connect></Response>`);
  });
});

const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket) => {
  let sid = '', speaking = false, timer = null, marks = 0, quietFrames = 100;
  const play = (audio) => {
    socket.send(JSON.stringify({ event: 'media', streamSid: sid, media: { payload: audio.toString('base64') } }));
  };
  const answer = () => {
    speaking = false;
    play(tone(600));
    socket.send(JSON.stringify({ event: 'mark', streamSid: sid, mark: { name: `answer ${++marks}` } }));
  };
  const onMedia = (payload) => {
    if (options.echo) {
      const audio = Buffer.from(payload, 'base64');
      quietFrames = isLoud(audio) ? 0 : quietFrames + 1;
      if (quietFrames < 25) play(audio);
      return;
    }
    if (!isLoud(Buffer.from(payload, 'base64'))) return;
    if (!speaking) socket.send(JSON.stringify({ event: 'clear', streamSid: sid }));
    speaking = true;
    clearTimeout(timer);
    timer = setTimeout(answer, delay);
  };
  socket.on('message', (text) => {
    const message = JSON.parse(text);
    if (message.event === 'media') onMedia(message.media.payload);
    if (message.event !== 'start') return;
    sid = message.start.streamSid;
    if (!options.echo && Number(options.greeting) > 0) play(tone(Number(options.greeting)));
    if (options.fault === 'close') setTimeout(() => socket.terminate(), 1000);
    if (options.fault === 'flood') for (let i = 0; i < 120; ++i) play(tone(2000));
  });
  socket.on('close', () => clearTimeout(timer));
  socket.on('error', () => {});
});

if (options['stall-at'])
  setInterval(() => { // nothing else runs meanwhile
    const until = Date.now() + Number(options['stall-for'] || 2000);
    while (Date.now() < until);
  }, Number(options['stall-at']) * 1000);

server.listen(Number(options.port), '127.0.0.1', () => console.error(`listening on ${server.address().port}`));
