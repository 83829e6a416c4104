// The page: what is selected, searched and filtered, and what the keys do.
function start() {
  const data = JSON.parse(document.getElementById("picture-data").textContent);
  const stage = document.querySelector(".view");
  const drawing = stage.querySelector("svg");
  const said = document.querySelector(".said");
  const search = document.querySelector(".search input");
  const found = document.querySelector(".found");
  // Nodes, edges and bands are drawn in the order of the data.
  const drawn = (selector) => [...drawing.querySelectorAll(selector)];
  const nodes = drawn(".nodes > .node");
  const edges = drawn(".edges > .edge");
  const bands = drawn(".bands > .stage");
  const labels = drawn(".labels > .label");
  const places = nodes.map((node) => {
    const [x, y] = node.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
    return { x, y };
  });
  const graph = makeGraph(data);
  const off = new Set();
  let selected = null;
  let current = Math.max(0, data.nodes.findIndex((node) => node.isFocus));
  let hits = [];
  let hit = -1;

  document.documentElement.classList.add("is-live");
  const camera = makeCamera(stage, drawing);
  const details = makeDetails(document.querySelector(".details"), data, graph, select);
  const isOff = (index) => off.has(data.nodes[index].stage);
  const name = (index) => data.nodes[index].label || data.nodes[index].id;

  // An image has no parts; a group of buttons has. Its title would hang over every empty spot.
  drawing.setAttribute("role", "group");
  drawing.setAttribute("aria-label", document.title);
  drawing.querySelector(":scope > title")?.remove();
  nodes.forEach((node, index) => {
    const { label, id, kind, stage: at, sublabel } = data.nodes[index];
    node.setAttribute("role", "button");
    node.setAttribute("aria-pressed", "false");
    node.setAttribute("aria-label", [label || id, kind, `stage ${at}`, sublabel].filter(Boolean).join(", "));
    node.setAttribute("tabindex", index === current ? "0" : "-1");
  });
  for (const part of drawn(".edges, .labels, .bands, .legend")) {
    part.setAttribute("aria-hidden", "true");
  }

  // What is lit: the ways through the selected node, else what the search has found.
  function light() {
    const lit = new Set(selected === null ? hits : [selected]);
    const ways = new Set();
    if (selected !== null) {
      for (const part of [graph.upstream(selected), graph.downstream(selected)]) {
        part.nodes.forEach((node) => lit.add(node));
        part.edges.forEach((edge) => ways.add(edge));
      }
    }
    drawing.classList.toggle("is-narrowed", lit.size > 0 || (search.value.trim() !== "" && selected === null));
    const isHit = new Set(hits);
    nodes.forEach((node, index) => {
      node.classList.toggle("is-lit", lit.has(index) || isHit.has(index));
      node.classList.toggle("is-hit", isHit.has(index));
      node.classList.toggle("is-selected", index === selected);
      node.classList.remove("is-current");
      node.setAttribute("aria-pressed", String(index === selected));
    });
    edges.forEach((edge, index) => edge.classList.toggle("is-lit", ways.has(index)));
  }

  function select(index, isMoved = false) {
    selected = index;
    if (index === null) {
      details.hide();
      said.textContent = "Nothing is selected";
    } else {
      details.show(index);
      makeCurrent(index);
      const up = graph.upstream(index).nodes.size;
      const down = graph.downstream(index).nodes.size;
      said.textContent = `${name(index)}: made from ${up}, goes into ${down}`;
    }
    light();
    if (index !== null && (isMoved || !camera.isInSight(nodes[index]))) {
      camera.centre(nodes[index]);
    }
  }

  function makeCurrent(index) {
    nodes[current]?.setAttribute("tabindex", "-1");
    current = index;
    nodes[current].setAttribute("tabindex", "0");
  }

  function goTo(index) {
    if (index === undefined) {
      return;
    }
    makeCurrent(index);
    nodes[index].focus({ preventScroll: true });
    if (!camera.isInSight(nodes[index])) {
      camera.centre(nodes[index]);
    }
  }

  // The nearest node that can be seen: along an edge to the left and right, else in the column.
  function neighbour(index, key) {
    const here = places[index];
    const height = (one) => Math.abs(places[one].y - here.y);
    const nearest = (some) => some.filter((one) => one !== index && !isOff(one)).sort((a, b) => height(a) - height(b))[0];
    if (key === "ArrowLeft") {
      return nearest(graph.into[index].map((edge) => data.edges[edge].source));
    }
    if (key === "ArrowRight") {
      return nearest(graph.outOf[index].map((edge) => data.edges[edge].target));
    }
    const isDown = key === "ArrowDown";
    const column = places.map((_, one) => one).filter((one) => places[one].x === here.x);
    return nearest(column.filter((one) => places[one].y !== here.y && places[one].y > here.y === isDown));
  }

  function seek() {
    const wanted = search.value.trim().toLowerCase();
    const texts = (node) => [node.id, node.label, node.sublabel].join("\n").toLowerCase();
    hits = wanted ? data.nodes.map((_, index) => index).filter((index) => !isOff(index) && texts(data.nodes[index]).includes(wanted)) : [];
    hit = -1;
    found.textContent = wanted ? `${hits.length} found` : "";
    if (wanted) {
      selected = null;
      details.hide();
    }
    light();
    if (hits.length) {
      nextHit(1);
    }
  }

  function nextHit(step) {
    if (!hits.length) {
      return;
    }
    hit = (hit + step + hits.length) % hits.length;
    found.textContent = `${hit + 1} of ${hits.length}`;
    makeCurrent(hits[hit]);
    nodes.forEach((node, index) => node.classList.toggle("is-current", index === current));
    camera.centre(nodes[current]);
  }

  function filter() {
    nodes.forEach((node, index) => node.classList.toggle("is-off", isOff(index)));
    edges.forEach((edge, index) => {
      const { source, target } = data.edges[index];
      edge.classList.toggle("is-off", isOff(source) || isOff(target));
    });
    labels.forEach((label, index) => {
      const { source, target } = data.edges[data.labelled[index]];
      label.classList.toggle("is-off", isOff(source) || isOff(target));
    });
    bands.forEach((band) => band.classList.toggle("band-off", off.has(band.classList[1])));
    if (selected !== null && isOff(selected)) {
      select(null);
    }
    if (nodes.length && isOff(current)) {
      const seen = nodes.findIndex((_, index) => !isOff(index));
      makeCurrent(Math.max(0, seen));
    }
    if (search.value.trim()) {
      seek();
    }
  }

  stage.addEventListener("click", (event) => {
    if (camera.wasDragged()) {
      return;
    }
    const node = event.target.closest(".node");
    select(node ? nodes.indexOf(node) : null);
  });
  // The picture is moved, never scrolled: not by a browser that wants to show what has focus.
  stage.addEventListener("scroll", () => stage.scrollTo(0, 0));
  search.addEventListener("input", seek);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      nextHit(event.shiftKey ? -1 : 1);
    }
  });
  document.querySelectorAll(".toggle").forEach((toggle) => {
    toggle.addEventListener("click", () => {
      const at = toggle.dataset.stage;
      const isShown = off.delete(at);
      if (!isShown) {
        off.add(at);
      }
      toggle.setAttribute("aria-pressed", String(isShown));
      filter();
    });
  });
  const keys = {
    "+": () => camera.zoom(1.25),
    "=": () => camera.zoom(1.25),
    "-": () => camera.zoom(0.8),
    0: camera.fit,
  };
  for (const button of document.querySelectorAll("[data-key]")) {
    button.addEventListener("click", () => keys[button.dataset.key]());
  }
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const index = nodes.indexOf(event.target);
    const arrows = { ArrowLeft: [80, 0], ArrowRight: [-80, 0], ArrowUp: [0, 80], ArrowDown: [0, -80] };
    if (keys[event.key]) {
      keys[event.key]();
    } else if (event.key in arrows && (index < 0 || event.shiftKey)) {
      camera.move(...arrows[event.key]);
    } else if (event.key in arrows) {
      goTo(neighbour(index, event.key));
    } else if (index >= 0 && (event.key === "Enter" || event.key === " ")) {
      select(index);
    } else {
      return;
    }
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      search.value = "";
      hits = [];
      found.textContent = "";
      select(null);
    } else if (event.key === "/" && document.activeElement !== search) {
      event.preventDefault();
      search.focus();
    }
  });

  camera.fit();
  // A picture too large to be read as a whole opens at what was asked for.
  if (camera.fitting().scale < 0.4 && nodes.length) {
    camera.centre(nodes[current], 0.8);
  }
}
