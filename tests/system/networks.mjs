// Opens exported networks with Cytoscape.js and graphology: `node networks.mjs cyjs|gexf FILE`.
import { readFileSync } from "node:fs";
import cytoscape from "cytoscape";
import graphology from "graphology";
import gexf from "graphology-gexf";

const [format, file] = process.argv.slice(2);
const text = readFileSync(file, "utf8");

function ofCytoscape() {
  const cy = cytoscape({ headless: true, ...JSON.parse(text) });
  const [edge] = cy.edges().toArray();
  return {
    nodes: cy.nodes().length,
    edges: cy.edges().length,
    loose: cy.edges().filter((one) => one.source().empty() || one.target().empty()).length,
    edge: edge.data(),
    labels: cy.nodes().map((one) => one.data("label")),
  };
}

function ofGraphology() {
  const graph = gexf.parse(graphology.MultiDirectedGraph, text);
  const [edge] = graph.edges();
  return {
    nodes: graph.order,
    edges: graph.size,
    loose: 0,
    edge: graph.getEdgeAttributes(edge),
    labels: graph.mapNodes((_, values) => values.label),
  };
}

console.log(JSON.stringify({ cyjs: ofCytoscape, gexf: ofGraphology }[format]()));
