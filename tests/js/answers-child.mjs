// Reads answers of unlimited size, and reports how much memory each took.

import { Smartbill } from "smartbill-automation";

const [baseUrl] = process.argv.slice(2);
const report = {};
await new Smartbill({ baseUrl }).clientes.obter("1");
for (const [path, maxBodyBytes] of [["bomb"], ["plain"], ["drip", 1 << 18]]) {
  const sb = new Smartbill({ baseUrl, language: "en", maxBodyBytes });
  const before = process.memoryUsage.rss();
  let most = before;
  const look = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 10);
  const error = await sb.clientes.obter(path).then(
    () => ({ message: "it worked" }),
    (e) => ({ code: e.code, message: e.message }),
  );
  clearInterval(look);
  most = Math.max(most, process.memoryUsage.rss());
  report[path] = { error, grown: most - before };
}
process.send(report, () => process.disconnect());
