// Asks an endpoint as JavaScript programs do: node clients.mjs NAME URL QUERY → rows as JSON.
import { argv, stdout } from "node:process";

const [, , name, url, query] = argv;

const clients = {
  async comunica() {
    const { QueryEngine } = await import("@comunica/query-sparql");
    const stream = await new QueryEngine().queryBindings(query, {
      sources: [{ type: "sparql", value: url }],
    });
    const rows = await stream.toArray();
    return rows.map((row) => Object.fromEntries([...row].map(([v, t]) => [v.value, t.value])));
  },
  async fetcher() {
    const { SparqlEndpointFetcher } = await import("fetch-sparql-endpoint");
    const stream = await new SparqlEndpointFetcher().fetchBindings(url, query);
    const rows = [];
    for await (const row of stream) {
      rows.push(Object.fromEntries(Object.entries(row).map(([v, t]) => [v, t.value])));
    }
    return rows;
  },
};

stdout.write(JSON.stringify(await clients[name]()));
