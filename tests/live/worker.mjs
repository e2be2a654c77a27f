"use strict";
// Runs the text of the live parts in a thread, as a browser's worker would, sends it messages, and prints what it answers.
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";

const SCOPE = `
const { parentPort } = require("node:worker_threads");
const self = { postMessage: (message, moved) => parentPort.postMessage(message, moved) };
parentPort.on("message", (data) => self.onmessage({ data }));
`;
const { source, choice, seconds, pauseAfter } = JSON.parse(readFileSync(0, "utf8"));
const thread = new Worker(SCOPE + source.replace(/^export \{[^}]*\};\s*$/m, ""), { eval: true });
const answers = [], times = [];
let late = null, silence = null;

thread.on("message", (message) => {
  answers.push({ ...message, losses: [...message.losses], rows: [...message.rows] });
  times.push(performance.now());
  if (message.outcome) finish();
  if (answers.length === pauseAfter) pause();
});
thread.postMessage({ kind: "start", choice, seconds });

function pause() {
  thread.postMessage({ kind: "pause" });
  setTimeout(() => (late = answers.length), 300); // what was under way when the pause was asked for
  setTimeout(() => {
    silence = answers.length - late;
    thread.postMessage({ kind: "resume" });
  }, 700);
}

function finish() {
  const gaps = times.slice(1).map((time, n) => time - times[n]);
  process.stdout.write(JSON.stringify({ answers, silence, gaps }), () => process.exit(0));
}
