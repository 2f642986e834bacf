// Uses the official OpenAI client against a running Tollgate. Arguments: base address, key, model.
import assert from "node:assert/strict";
import OpenAI from "openai";

const [address, apiKey, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL: `${address}/v1`, apiKey, maxRetries: 0 });
const messages = [{ role: "user", content: "What is the capital of Portugal?" }];

const answer = await client.chat.completions.create({ model, messages, temperature: 0 });
assert.equal(answer.choices[0].message.content, "The capital of Portugal is Lisbon.");
assert.equal(answer.choices[0].finish_reason, "stop");
assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);

const stream = await client.chat.completions.create({
  model, messages, temperature: 0, stream: true, stream_options: { include_usage: true },
});
let text = "";
let usage;
for await (const chunk of stream) {
  text += chunk.choices[0]?.delta?.content ?? "";
  usage = chunk.usage ?? usage;
}
assert.equal(text, answer.choices[0].message.content);
assert.equal(usage.completion_tokens, answer.usage.completion_tokens);

const models = await client.models.list();
assert.ok(models.data.some((each) => each.id === model));

await assert.rejects(
  new OpenAI({ baseURL: `${address}/v1`, apiKey: "sk-wrong", maxRetries: 0 }).models.list(),
  OpenAI.AuthenticationError,
);
console.log(`SMOKE OK ${JSON.stringify(answer.usage)}`);
