// Has the model client talk to somebody else's emulator of the chat protocol:
// npm run test:model. Beside our own scripted server this shows that the client
// understands, and is understood by, a server that we did not write.
import { spawn } from 'node:child_process';
import { LLMock } from '@copilotkit/aimock';

const text = 'On {due_date}, {amount_due} is due.';
const answer = { content: JSON.stringify({ text }) };
const mock = new LLMock({ port: 0, host: '127.0.0.1', logLevel: 'silent' });
const tooMany = { error: { message: 'slow down', type: 'rate_limit_error' }, status: 429, retryAfter: 1 };
mock.on({ model: 'fine' }, answer);
mock.on({ model: 'slow-first' }, answer, { streamingProfile: { ttft: 600, tps: 500 }, chunkSize: 8 });
mock.on({ model: 'stalls' }, answer, { streamingProfile: { ttft: 20_000, tps: 500 } });
mock.on({ model: 'cut' }, answer, { chunkSize: 4, streamingProfile: { ttft: 10, tps: 20 }, disconnectAfterMs: 250 });
mock.on({ model: 'faulty' }, { error: { message: 'broken', type: 'server_error' }, status: 500 });
mock.on({ model: 'busy', sequenceIndex: 0 }, tooMany);
mock.on({ model: 'busy', sequenceIndex: 1 }, answer);
await mock.start();

const go = spawn('go', ['test', './bot/llm', '-count=1', '-run', '^TestForeign', '-v', '-foreign-url', mock.url], {
  cwd: new URL('../../..', import.meta.url),
  stdio: ['ignore', 'pipe', 'inherit'],
});
let said = '';
go.stdout.on('data', (chunk) => (said += chunk));
const code = await new Promise((resolve) => go.once('close', resolve));
await mock.stop();
const passed = said.match(/--- PASS: TestForeign\w+\/\w+/g)?.length ?? 0;
if (code !== 0 || passed < 8) {
  console.error(`${said}\nFAIL  the model client and a foreign emulator: exit ${code}, ${passed} checks`);
  process.exit(1);
}
console.log(`ok    the model client understands a foreign emulator: ${passed} checks`);
process.exit(0);
