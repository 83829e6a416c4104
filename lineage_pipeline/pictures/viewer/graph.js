// The picture as a graph: what feeds a node and what it feeds, found once, walked without recursion.
function makeGraph(data) {
  const into = data.nodes.map(() => []);
  const outOf = data.nodes.map(() => []);
  data.edges.forEach((edge, index) => {
    outOf[edge.source].push(index);
    into[edge.target].push(index);
  });

  // Every node and edge on a way that leads into the start, or with `outOf` out of it.
  function reach(start, edgesOf, otherEnd) {
    const nodes = new Set([start]);
    const edges = new Set();
    const waiting = [start];
    while (waiting.length) {
      for (const index of edgesOf[waiting.pop()]) {
        edges.add(index);
        const next = data.edges[index][otherEnd];
        if (!nodes.has(next)) {
          nodes.add(next);
          waiting.push(next);
        }
      }
    }
    nodes.delete(start);
    return { nodes, edges };
  }

  return {
    into,
    outOf,
    upstream: (node) => reach(node, into, "source"),
    downstream: (node) => reach(node, outOf, "target"),
  };
}
