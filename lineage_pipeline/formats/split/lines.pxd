"""What other compiled modules may use of the lines of a block."""

from libc.stdint cimport int32_t, int64_t, uint8_t


cdef enum:
    ROLE_RUN = 0
    ROLE_JOB = 1
    ROLE_DATASET = 2
    ROLE_INPUT = 3
    ROLE_OUTPUT = 4

cdef enum:
    KIND_KEY = 0
    KIND_EVENT_TYPE = 1
    KIND_RUN_ID = 2
    KIND_TEXT = 3
    KIND_HOLDER = 8
    KIND_FACET = 16

cdef enum:
    NAMES = 2
    MOST_FACETS = 62


cdef class Lines:
    cdef readonly object start
    cdef readonly object end
    cdef readonly object is_plain
    cdef readonly object time_start
    cdef readonly object time_end
    cdef readonly object ns
    cdef readonly object event_type
    cdef readonly object producer
    cdef readonly object schema_url
    cdef readonly object first_use
    cdef readonly object holder
    cdef readonly object role
    cdef readonly object position
    cdef readonly object line
    cdef readonly int64_t count
    cdef readonly int64_t used
    cdef readonly int64_t line_breaks
    cdef readonly int64_t block_bytes
    cdef int64_t room
    cdef int64_t* start_at
    cdef int64_t* end_at
    cdef uint8_t* is_plain_at
    cdef int64_t* time_start_at
    cdef int64_t* time_end_at
    cdef int64_t* ns_at
    cdef int32_t* event_type_at
    cdef int32_t* producer_at
    cdef int32_t* schema_url_at
    cdef int64_t* first_use_at
    cdef int32_t* holder_at
    cdef uint8_t* role_at
    cdef int32_t* position_at
    cdef int64_t* line_at
