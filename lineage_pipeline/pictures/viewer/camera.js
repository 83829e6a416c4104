// What part of the picture is seen: moved and scaled by mouse, wheel, touch and keys.
function makeCamera(stage, drawing) {
  const size = { width: Number(drawing.getAttribute("width")), height: Number(drawing.getAttribute("height")) };
  const view = { x: 0, y: 0, scale: 1 };
  const pointers = new Map();
  let isMoved = false;
  let isFitted = false;

  const smallest = () => Math.min(0.05, fitting().scale / 2);

  function show() {
    drawing.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
  }

  function fitting() {
    const room = { width: stage.clientWidth - 24, height: stage.clientHeight - 24 };
    const scale = Math.min(room.width / size.width, room.height / size.height, 1.4);
    return {
      scale,
      x: (stage.clientWidth - size.width * scale) / 2,
      y: (stage.clientHeight - size.height * scale) / 2,
    };
  }

  function fit() {
    Object.assign(view, fitting());
    isFitted = true;
    show();
  }

  function move(x, y) {
    // A corner of the picture always stays in sight, so that nobody gets lost beside it.
    const edge = 60;
    isFitted = false;
    view.x = Math.min(stage.clientWidth - edge, Math.max(edge - size.width * view.scale, view.x + x));
    view.y = Math.min(stage.clientHeight - edge, Math.max(edge - size.height * view.scale, view.y + y));
    show();
  }

  function zoom(factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
    const scale = Math.min(6, Math.max(smallest(), view.scale * factor));
    view.x = x - ((x - view.x) * scale) / view.scale;
    view.y = y - ((y - view.y) * scale) / view.scale;
    view.scale = scale;
    move(0, 0);
  }

  function placeOf(element) {
    const outer = stage.getBoundingClientRect();
    const inner = element.getBoundingClientRect();
    return { left: inner.left - outer.left, top: inner.top - outer.top, width: inner.width, height: inner.height };
  }

  // Bring the element into the middle, large enough to be read.
  function centre(element, atLeast = 0.7) {
    if (view.scale < atLeast) {
      zoom(atLeast / view.scale);
    }
    const place = placeOf(element);
    move(
      stage.clientWidth / 2 - place.left - place.width / 2,
      stage.clientHeight / 2 - place.top - place.height / 2,
    );
  }

  function isInSight(element) {
    const place = placeOf(element);
    return (
      place.left >= 0 && place.top >= 0 &&
      place.left + place.width <= stage.clientWidth && place.top + place.height <= stage.clientHeight
    );
  }

  function at(event) {
    const outer = stage.getBoundingClientRect();
    return { x: event.clientX - outer.left, y: event.clientY - outer.top };
  }

  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? stage.clientHeight : 1;
    if (event.shiftKey) {
      move(-(event.deltaX || event.deltaY) * unit, 0);
      return;
    }
    const step = Math.max(-240, Math.min(240, event.deltaY * unit));
    zoom(Math.exp(-step * (event.ctrlKey ? 0.01 : 0.002)), at(event).x, at(event).y);
  }, { passive: false });

  stage.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button !== 0) {
      return;
    }
    if (!pointers.size) {
      isMoved = false;
    }
    pointers.set(event.pointerId, at(event));
  });

  stage.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) {
      return;
    }
    const now = at(event);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const length = (one) => Math.hypot(one.x - other.x, one.y - other.y) || 1;
      zoom(length(now) / length(before), (now.x + other.x) / 2, (now.y + other.y) / 2);
      move((now.x - before.x) / 2, (now.y - before.y) / 2);
    } else if (isMoved || Math.hypot(now.x - before.x, now.y - before.y) > 4) {
      move(now.x - before.x, now.y - before.y);
    } else {
      return;
    }
    // Only what is a drag is captured: a captured pointer would click the stage, not the node.
    isMoved = true;
    stage.setPointerCapture(event.pointerId);
    stage.classList.add("is-dragged");
    pointers.set(event.pointerId, now);
  });

  for (const name of ["pointerup", "pointercancel"]) {
    // On the window: what goes up elsewhere, before a drag was captured, goes up all the same.
    window.addEventListener(name, (event) => {
      pointers.delete(event.pointerId);
      stage.classList.toggle("is-dragged", pointers.size > 0);
    });
  }

  // Who sees everything goes on seeing everything when the panel opens beside it.
  new ResizeObserver(() => isFitted && fit()).observe(stage);

  return { fit, move, zoom, centre, isInSight, fitting, wasDragged: () => isMoved };
}
