// The panel beside the picture. Names are set as text, never as markup.
function makeDetails(panel, data, graph, select) {
  const most = 200;

  function made(name, text, ...children) {
    const element = document.createElement(name);
    element.textContent = text;
    element.append(...children);
    return element;
  }

  function neighbours(title, edges, end, reached) {
    if (!edges.length) {
      return [];
    }
    const total = reached.nodes.size;
    const list = document.createElement("ul");
    for (const index of edges.slice(0, most)) {
      const edge = data.edges[index];
      const other = data.nodes[edge[end]];
      const button = made("button", other.label || other.id);
      button.type = "button";
      button.title = other.id;
      button.addEventListener("click", () => select(edge[end], true));
      const how = edge.facts.length ? edge.facts.map(([job, said]) => `${job}: ${said}`) : [edge.basis];
      list.append(made("li", "", button, ...how.filter(Boolean).map((line) => made("small", line))));
    }
    if (edges.length > most) {
      list.append(made("li", `and ${edges.length - most} more`));
    }
    return [made("h3", `${title}: ${edges.length} directly, ${total} in all`), list];
  }

  function show(index) {
    const node = data.nodes[index];
    const close = made("button", "Close");
    close.type = "button";
    close.addEventListener("click", () => select(null));
    const heading = made("h2", node.label || node.id);
    heading.id = "details-heading";
    const facts = document.createElement("dl");
    for (const [word, value] of [["kind", node.kind], ["stage", node.stage], ["in", node.sublabel], ...node.facts]) {
      if (value) {
        facts.append(made("dt", word), made("dd", value));
      }
    }
    const head = made("header", "", heading, close);
    panel.replaceChildren(
      head,
      made("p", "", made("code", node.id)),
      facts,
      ...neighbours("Made from", graph.into[index], "source", graph.upstream(index)),
      ...neighbours("Goes into", graph.outOf[index], "target", graph.downstream(index)),
    );
    panel.hidden = false;
    panel.scrollTop = 0;
  }

  function hide() {
    panel.hidden = true;
    panel.replaceChildren();
  }

  return { show, hide };
}
