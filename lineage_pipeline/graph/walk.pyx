# cython: language_level=3, boundscheck=False, wraparound=False
"""Walks over a graph in compressed rows: what `plain_walk` returns, a hundred times as fast.

A graph is two arrays: the neighbours of vertex `v` are `far[starts[v]:starts[v + 1]]`.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t

import numpy as np

cdef enum:
    NEVER = -1


def grouped(const int32_t[::1] near, const int32_t[::1] far, int64_t count):
    """Return `starts` and `far` of the edges from `near` to `far`, in the order in which they come.

    Args:
        near: the vertex at which an edge is found.
        far: the vertex to which it leads.
        count: how many vertices there are.
    """
    starts_array = np.zeros(count + 2, np.int64)
    far_array = np.empty(near.shape[0], np.int32)
    cdef int64_t[::1] starts = starts_array
    cdef int32_t[::1] ordered = far_array
    cdef int64_t edge
    with nogil:
        for edge in range(near.shape[0]):
            starts[near[edge] + 2] += 1
        for edge in range(2, count + 2):
            starts[edge] += starts[edge - 1]
        for edge in range(near.shape[0]):
            ordered[starts[near[edge] + 1]] = far[edge]
            starts[near[edge] + 1] += 1
    return starts_array[: count + 1], far_array


def breadth_first(
    const int64_t[::1] starts, const int32_t[::1] far, const int32_t[::1] seeds, int64_t limit
):
    """Return the vertices within `limit` steps of the seeds, how far each is, and what is beyond.

    Args:
        starts: where the neighbours of each vertex begin.
        far: the neighbours.
        seeds: vertices at depth 0, each once.
        limit: the greatest depth.

    Returns:
        Vertices, their depths, and whether an edge leads from them to any other vertex.
    """
    cdef int64_t count = starts.shape[0] - 1
    seen_array = np.zeros(count, np.uint8)
    cdef uint8_t[::1] seen = seen_array
    order_array = np.empty(count, np.int32)
    cdef int32_t[::1] order = order_array
    depth_array = np.empty(count, np.int32)
    cdef int32_t[::1] depth = depth_array
    cdef int64_t head = 0
    cdef int64_t tail = 0
    cdef int64_t place
    cdef int32_t vertex
    cdef bint is_cut = False
    with nogil:
        for place in range(seeds.shape[0]):
            order[tail] = seeds[place]
            depth[tail] = 0
            seen[seeds[place]] = 1
            tail += 1
        while head < tail and depth[head] < limit:
            for place in range(starts[order[head]], starts[order[head] + 1]):
                vertex = far[place]
                if not seen[vertex]:
                    seen[vertex] = 1
                    order[tail] = vertex
                    depth[tail] = depth[head] + 1
                    tail += 1
            head += 1
        while head < tail and not is_cut:
            for place in range(starts[order[head]], starts[order[head] + 1]):
                if not seen[far[place]]:
                    is_cut = True
                    break
            head += 1
    return order_array[:tail].copy(), depth_array[:tail].copy(), bool(is_cut)


def components(const int64_t[::1] starts, const int32_t[::1] far):
    """Return a number for each vertex: two have the same if each reaches the other.

    Tarjan, without recursion. The numbers are 0 and up, in no order that means anything.
    """
    cdef int64_t count = starts.shape[0] - 1
    label_array = np.full(count, NEVER, np.int32)
    cdef int32_t[::1] label = label_array
    cdef int32_t[::1] entered = np.full(count, NEVER, np.int32)
    cdef int32_t[::1] lowest = np.empty(count, np.int32)
    cdef int32_t[::1] waiting = np.empty(count, np.int32)
    cdef int32_t[::1] trail = np.empty(count, np.int32)
    cdef int64_t[::1] place = np.empty(count, np.int64)
    cdef int64_t waiting_count = 0
    cdef int64_t trail_count = 0
    cdef int32_t clock = 0
    cdef int32_t made = 0
    cdef int32_t root
    cdef int32_t vertex
    cdef int32_t other
    with nogil:
        for root in range(<int32_t> count):
            if entered[root] != NEVER:
                continue
            trail[0] = root
            trail_count = 1
            while trail_count:
                vertex = trail[trail_count - 1]
                if entered[vertex] == NEVER:
                    entered[vertex] = lowest[vertex] = clock
                    clock += 1
                    waiting[waiting_count] = vertex
                    waiting_count += 1
                    place[vertex] = starts[vertex]
                while place[vertex] < starts[vertex + 1]:
                    other = far[place[vertex]]
                    if entered[other] == NEVER:
                        break
                    if label[other] == NEVER and lowest[other] < lowest[vertex]:
                        lowest[vertex] = lowest[other]
                    place[vertex] += 1
                if place[vertex] < starts[vertex + 1]:
                    trail[trail_count] = far[place[vertex]]
                    trail_count += 1
                    continue
                trail_count -= 1
                if lowest[vertex] == entered[vertex]:
                    while True:
                        waiting_count -= 1
                        other = waiting[waiting_count]
                        label[other] = made
                        if other == vertex:
                            break
                    made += 1
    return label_array
