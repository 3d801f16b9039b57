// Calls to the service. Nothing is thrown: an answer has `ok`, `status` and `body`;
// status 0 means that the network gave none.
const PATIENCE_MS = 30000;
const RETRIES_MS = [600, 2500];
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

async function call(address, { send, key } = {}) {
  const options = { cache: "no-cache", credentials: "omit", signal: AbortSignal.timeout(PATIENCE_MS) };
  if (send) {
    options.method = "POST";
    options.headers = { "Content-Type": "application/json" };
    if (key) options.headers["Idempotency-Key"] = key;
    options.body = JSON.stringify(send);
  }
  try {
    const answer = await fetch(address, options);
    const text = await answer.text();
    let body = {};
    try { body = text ? JSON.parse(text) : {}; } catch { /* a proxy's page */ }
    return { ok: answer.ok, status: answer.status, body };
  } catch {
    return { ok: false, status: 0, body: {} };
  }
}

// For sending with a key: tried again while the network is there but gives no answer.
async function callAgain(address, options) {
  let answer = await call(address, options);
  for (const ms of RETRIES_MS) {
    if (answer.status !== 0 || !navigator.onLine) break;
    await pause(ms);
    answer = await call(address, options);
  }
  return answer;
}

const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value)).toString();
