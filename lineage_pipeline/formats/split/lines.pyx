# cython: language_level=3, boundscheck=False, wraparound=False
"""Lines of OpenLineage events, to numbers: when, of what kind, by whom, and whose holders.

Nothing is rejected here. A line that is not an event in its usual shape is declined: other keys
than an event's, a key twice, a name that is missing, empty or written with escapes, a time in an
unusual spelling. Whoever reads the lines has those decoded one by one.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.string cimport memchr, memcmp

from lineage_pipeline.formats.split.interned cimport Interned
from lineage_pipeline.formats.split.scanner cimport (
    DECLINED,
    instant,
    past_space,
    text_end,
    value_end,
)

import numpy as np

cdef enum:
    SMALLEST_LINE = 16

cdef enum:
    EVENT_TIME = 1
    EVENT_TYPE = 2
    PRODUCER = 4
    SCHEMA_URL = 8
    RUN = 16
    JOB = 32
    INPUTS = 64
    OUTPUTS = 128
    NEEDED = 63

cdef uint64_t MULTIPLIER = 0x9E3779B97F4A7C15



cdef class Lines:
    """What the lines of a block hold.

    Attributes:
        start: where each line begins.
        end: where it ends, before its line break.
        is_plain: whether it was read; of those that were not, nothing else is said.
        time_start: where its `eventTime` begins.
        time_end: where that ends.
        ns: the instant that it names, in nanoseconds since the epoch.
        event_type: the number of its type.
        producer: the number of its producer.
        schema_url: the number of its schema's address.
        first_use: where its holders begin among the uses: its run, its job, what it reads, what
            it writes.
        holder: of each use, the holder's number.
        role: its role.
        position: its place in its list.
        line: the line.
        count: how many lines there are that are not empty.
        used: how many uses there are.
        line_breaks: how many line breaks there are.
        block_bytes: how large a block there is room for.
    """

    def __init__(self, block_bytes):
        """Have room for a block; memory is taken where it is written, not before."""
        self.block_bytes = block_bytes
        self.room = block_bytes // SMALLEST_LINE + 2
        (
            self.start, self.end, self.time_start, self.time_end, self.ns, self.first_use, self.line
        ) = (np.empty(self.room + 1, np.int64) for _ in range(7))
        self.event_type, self.producer, self.schema_url, self.holder, self.position = (
            np.empty(self.room, np.int32) for _ in range(5)
        )
        self.is_plain, self.role = (np.empty(self.room, np.uint8) for _ in range(2))
        self.start_at = at64(self.start)
        self.end_at = at64(self.end)
        self.time_start_at = at64(self.time_start)
        self.time_end_at = at64(self.time_end)
        self.ns_at = at64(self.ns)
        self.first_use_at = at64(self.first_use)
        self.line_at = at64(self.line)
        self.event_type_at = at32(self.event_type)
        self.producer_at = at32(self.producer)
        self.schema_url_at = at32(self.schema_url)
        self.holder_at = at32(self.holder)
        self.position_at = at32(self.position)
        self.is_plain_at = at8(self.is_plain)
        self.role_at = at8(self.role)

    def read(self, const uint8_t[::1] block, Interned table):
        """Read the lines of a block; return whether there was room for all that they hold.

        Args:
            block: lines in UTF-8, the last one with its line break.
            table: gives what the lines hold its numbers.

        Raises:
            ValueError: the block is too large, or it ends without a line break.
        """
        cdef int64_t size = len(block)
        if size > self.block_bytes or size == 0 or block[size - 1] != c'\n':
            raise ValueError("a block ends with a line break and is no larger than was said")
        cdef bint is_done
        with nogil:
            is_done = read_lines(self, table, &block[0], size)
        return is_done


cdef int64_t* at64(int64_t[::1] array) noexcept:
    return &array[0]


cdef int32_t* at32(int32_t[::1] array) noexcept:
    return &array[0]


cdef uint8_t* at8(uint8_t[::1] array) noexcept:
    return &array[0]


cdef struct Walk:
    const uint8_t* data
    int64_t size
    int64_t place
    int64_t line
    int64_t used
    int64_t count
    int32_t scratch[64]


cdef bint read_lines(Lines lines, Interned table, const uint8_t* data, int64_t size) noexcept nogil:
    cdef Walk walk
    cdef int64_t place = 0, stop, end, first
    cdef bint is_plain
    walk.data = data
    walk.size = size
    walk.line = walk.used = 0
    lines.line_breaks = 0
    while place < size:
        if walk.line >= lines.room:
            return False
        first = walk.used
        walk.place = place
        is_plain = record(&walk, lines, table)
        if not is_plain:
            walk.place = place
        stop = <const uint8_t*> memchr(data + walk.place, c'\n', size - walk.place) - data
        end = stop - 1 if stop > place and data[stop - 1] == c'\r' else stop
        if is_plain and walk.place != end:
            is_plain = False
        if not is_plain:
            walk.used = first
        lines.line_breaks += 1
        if end > place:
            lines.first_use_at[walk.line] = first
            lines.start_at[walk.line] = place
            lines.end_at[walk.line] = end
            lines.is_plain_at[walk.line] = is_plain
            walk.line += 1
        place = stop + 1
    lines.first_use_at[walk.line] = walk.used
    lines.count = walk.line
    lines.used = walk.used
    return True


cdef inline bint is_key(const uint8_t* text, int64_t size, const char* key, int64_t length) noexcept nogil:
    return size == length and memcmp(text, key, length) == 0


cdef inline int event_key(const uint8_t* text, int64_t size) noexcept nogil:
    """Return which key of an event the text is; 0 for any other."""
    if is_key(text, size, b"eventTime", 9):
        return EVENT_TIME
    if is_key(text, size, b"eventType", 9):
        return EVENT_TYPE
    if is_key(text, size, b"producer", 8):
        return PRODUCER
    if is_key(text, size, b"schemaURL", 9):
        return SCHEMA_URL
    if is_key(text, size, b"run", 3):
        return RUN
    if is_key(text, size, b"job", 3):
        return JOB
    if is_key(text, size, b"inputs", 6):
        return INPUTS
    return OUTPUTS if is_key(text, size, b"outputs", 7) else 0


cdef inline bint step(Walk* walk, uint8_t symbol) noexcept nogil:
    """Go past space and a symbol, and the space behind it, if it stands there."""
    walk.place = past_space(walk.data, walk.place)
    if walk.data[walk.place] != symbol:
        return False
    walk.place = past_space(walk.data, walk.place + 1)
    return True


cdef inline int64_t past_key(Walk* walk) noexcept nogil:
    """Go to the value of the key that stands here; return where the key ends."""
    cdef int64_t end = text_end(walk.data, walk.place)
    if end == DECLINED:
        return DECLINED
    walk.place = end + 1
    return end if step(walk, c':') else DECLINED


cdef bint record(Walk* walk, Lines lines, Interned table) noexcept nogil:
    """Go past the event that stands here; return whether it is in its usual shape."""
    cdef int seen = 0, key
    cdef int64_t start, end, first = walk.used
    cdef bint is_read
    if walk.data[walk.place] != c'{':
        return False
    walk.place = past_space(walk.data, walk.place + 1)
    while True:
        start = walk.place + 1
        end = past_key(walk)
        if end == DECLINED:
            return False
        key = event_key(walk.data + start, end - start)
        if key == 0 or seen & key:
            return False
        seen |= key
        if key < RUN:
            is_read = head(walk, lines, table, key)
        elif key == RUN:
            is_read = use(walk, lines, table, ROLE_RUN, 0)
        elif key == JOB:
            is_read = use(walk, lines, table, ROLE_JOB, 0)
        else:
            is_read = uses(walk, lines, table, ROLE_INPUT if key == INPUTS else ROLE_OUTPUT)
        if not is_read:
            return False
        if not step(walk, c','):
            break
    if walk.data[walk.place] != c'}' or seen & NEEDED != NEEDED:
        return False
    walk.place += 1
    put_in_order(lines, first, walk.used)
    return True


cdef bint head(Walk* walk, Lines lines, Interned table, int key) noexcept nogil:
    """Note one of the texts that an event begins with."""
    cdef int64_t start = walk.place + 1, number
    cdef int64_t end = text_end(walk.data, walk.place)
    if end <= start:
        return False
    walk.place = end + 1
    if key == EVENT_TIME:
        lines.time_start_at[walk.line] = start
        lines.time_end_at[walk.line] = end
        lines.ns_at[walk.line] = instant(walk.data, start, end)
        return lines.ns_at[walk.line] != DECLINED
    number = table.number(
        walk.data + start, end - start, KIND_EVENT_TYPE if key == EVENT_TYPE else KIND_TEXT
    )
    if key == EVENT_TYPE:
        lines.event_type_at[walk.line] = <int32_t> number
    elif key == PRODUCER:
        lines.producer_at[walk.line] = <int32_t> number
    else:
        lines.schema_url_at[walk.line] = <int32_t> number
    return number != DECLINED


cdef bint uses(Walk* walk, Lines lines, Interned table, int role) noexcept nogil:
    """Note a list of inputs or outputs."""
    cdef int32_t position = 0
    if not step(walk, c'['):
        return False
    if walk.data[walk.place] == c']':
        walk.place += 1
        return True
    while use(walk, lines, table, role, position):
        position += 1
        if not step(walk, c','):
            if walk.data[walk.place] != c']':
                return False
            walk.place += 1
            return True
    return False


cdef bint use(Walk* walk, Lines lines, Interned table, int role, int32_t position) noexcept nogil:
    """Note that the event holds the run, job or dataset that stands here."""
    cdef int64_t number
    if walk.used >= lines.room or not holder(walk, table, role):
        return False
    number = table.number(
        <const uint8_t*> walk.scratch, 4 * walk.count, KIND_HOLDER + role
    )
    lines.holder_at[walk.used] = <int32_t> number
    lines.role_at[walk.used] = <uint8_t> role
    lines.position_at[walk.used] = position
    lines.line_at[walk.used] = walk.line
    walk.used += 1
    return number != DECLINED


cdef bint holder(Walk* walk, Interned table, int role) noexcept nogil:
    """Note the names and facets of a run, job or dataset."""
    cdef int64_t start, end, number
    cdef int kind, which, seen = 0
    walk.scratch[0] = walk.scratch[1] = -1
    walk.count = NAMES
    if not step(walk, c'{'):
        return False
    while True:
        start = walk.place + 1
        end = past_key(walk)
        if end == DECLINED:
            return False
        kind = facets_kind(walk.data + start, end - start, role)
        if kind != DECLINED:
            if seen & (1 << kind) or not facets(walk, table, kind):
                return False
            seen |= 1 << kind
        else:
            which = name_place(walk.data + start, end - start, role)
            start = walk.place + 1
            end = text_end(walk.data, walk.place)
            if which == DECLINED or end <= start or walk.scratch[which] >= 0:
                return False
            number = table.number(
                walk.data + start, end - start, KIND_RUN_ID if role == ROLE_RUN else KIND_TEXT
            )
            if number == DECLINED:
                return False
            walk.scratch[which] = <int32_t> number
            walk.place = end + 1
        if not step(walk, c','):
            break
    if walk.data[walk.place] != c'}':
        return False
    walk.place += 1
    return walk.scratch[0] >= 0 and (role == ROLE_RUN or walk.scratch[1] >= 0)


cdef inline int facets_kind(const uint8_t* key, int64_t size, int role) noexcept nogil:
    """Return whose facets the key announces; -1 if none's."""
    if is_key(key, size, b"facets", 6):
        return ROLE_DATASET if role >= ROLE_DATASET else role
    if role == ROLE_INPUT and is_key(key, size, b"inputFacets", 11):
        return ROLE_INPUT
    if role == ROLE_OUTPUT and is_key(key, size, b"outputFacets", 12):
        return ROLE_OUTPUT
    return DECLINED


cdef inline int name_place(const uint8_t* key, int64_t size, int role) noexcept nogil:
    """Return which of a holder's names the key announces; -1 if none."""
    if role == ROLE_RUN:
        return 0 if is_key(key, size, b"runId", 5) else DECLINED
    if is_key(key, size, b"namespace", 9):
        return 0
    return 1 if is_key(key, size, b"name", 4) else DECLINED


cdef bint facets(Walk* walk, Interned table, int kind) noexcept nogil:
    """Note the facets that stand here."""
    cdef uint64_t whose = <uint64_t> walk.scratch[0] * MULTIPLIER + <uint64_t> walk.scratch[1]
    cdef int64_t start, end, key, number, context, earlier, first = walk.count
    if not step(walk, c'{'):
        return False
    if walk.data[walk.place] == c'}':
        walk.place += 1
        return True
    while True:
        start = walk.place + 1
        end = past_key(walk)
        if end == DECLINED or walk.count >= NAMES + MOST_FACETS:
            return False
        key = table.number(walk.data + start, end - start, KIND_KEY)
        if key == DECLINED:
            return False
        context = KIND_FACET + 8 * key + kind
        for earlier in range(first, walk.count):
            if table.context_at[walk.scratch[earlier]] == context:
                return False
        number = facet(walk, table, whose, context)
        if number == DECLINED:
            return False
        walk.scratch[walk.count] = <int32_t> number
        walk.count += 1
        if not step(walk, c','):
            if walk.data[walk.place] != c'}':
                return False
            walk.place += 1
            return True


cdef inline int64_t facet(Walk* walk, Interned table, uint64_t whose, int64_t context) noexcept nogil:
    """Go past the facet that stands here; return its number."""
    cdef const uint8_t* text = walk.data + walk.place
    cdef bint is_object = text[0] == c'{'
    cdef uint64_t spot = (whose * MULTIPLIER + <uint64_t> context) * MULTIPLIER
    cdef int64_t number, end
    if is_object:
        number = table.guessed(text, walk.size - walk.place, spot, context)
        if number != DECLINED:
            walk.place += table.size_at[number]
            return number
    end = value_end(walk.data, walk.place)
    if end == DECLINED:
        return DECLINED
    number = table.number(text, end - walk.place, context)
    walk.place = end
    if is_object and number != DECLINED:
        table.expect(spot, number)
    return number


cdef void put_in_order(Lines lines, int64_t first, int64_t used) noexcept nogil:
    """Put the uses of one event in the order of their roles, each list as it stands."""
    cdef int64_t late, place
    cdef uint8_t role
    cdef int32_t number, position
    for late in range(first + 1, used):
        role = lines.role_at[late]
        number = lines.holder_at[late]
        position = lines.position_at[late]
        place = late
        while place > first and lines.role_at[place - 1] > role:
            lines.role_at[place] = lines.role_at[place - 1]
            lines.holder_at[place] = lines.holder_at[place - 1]
            lines.position_at[place] = lines.position_at[place - 1]
            place -= 1
        lines.role_at[place] = role
        lines.holder_at[place] = number
        lines.position_at[place] = position
