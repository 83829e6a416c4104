"""The words by which secrets, and what only looks like them, are told: all of them data."""

from __future__ import annotations

from typing import Final

MASK: Final = "***"

PARTS: Final = (
    "passw", "pass phrase", "pass code", "secret", "token", "credential", "authorization",
    "connection string", "jaas config", "web hook", "cookie", "bearer",
    *(
        f"{kind} key"
        for kind in (
            "api", "access", "private", "account", "shared", "encryption", "decryption", "signing",
            "ssh", "license", "licence", "master", "fernet", "storage", "subscription", "session",
        )
    ),
)  # fmt: skip
"""What a secret's name holds anywhere; a space stands for one separator or none."""
NOT_BEHIND: Final = {
    "token": "iz|is[ae]",
    "secret": "ar",
    "key": "word|board|frame|space|stone",
}
"""What makes another word of one of `PARTS`: tokenizer, secretary, keyword."""
MODEL_TOKENS: Final = (
    "pad", "eos", "bos", "unk", "sep", "cls", "mask", "special", "stop", "image", "audio",
)  # fmt: skip
"""Before `token`: an entry of a model's vocabulary."""
WHOLE: Final = (
    "pass", "pwd", "pw", "auth", "sas", "sig", "jwt", "otp", "totp", "pin", "psk", "dsn", "cred",
    "creds", "sessionid", "jsessionid",
)  # fmt: skip
"""What is a secret's name, or a word of it between separators or humps."""
DESCRIBING: Final = frozenset((
    "type", "types", "method", "methods", "mode", "mechanism", "provider", "scheme", "enabled",
    "disabled", "required", "count", "counts", "rate", "ratio", "length", "size", "limit", "level",
    "version", "policy", "status", "state", "time", "date", "at", "url", "uri", "endpoint", "host",
    "server", "service", "path", "name",
))  # fmt: skip
"""Behind one of `WHOLE`: what is said about it, and is no secret."""
NO_PASSWORD: Final = frozenset((
    "first", "second", "third", "last", "one", "two", "multi", "single", "by", "forward",
    "backward", "full", "max", "min", "num", "n", "all", "test", "boarding", "low", "high", "band",
    "season", "data",
))  # fmt: skip
"""Before `pass`: a run over something, or leave to go somewhere."""
OF_TEXTS: Final = ("web hook",)
"""Among `PARTS`: a secret as an address; an object under it is described, not hidden."""
ABOUT_THEM: Final = frozenset((
    "id", "ids", "name", "names", "status", "type", "types", "event", "events", "count", "enabled",
))  # fmt: skip
"""Behind one of `OF_TEXTS`: what is said about it."""
HARD: Final = (
    "passw", "pass phrase", "pass code", "secret", "pwd", "pw", "pin", "otp", "totp", "psk",
)  # fmt: skip
"""Names of secrets that may be numbers; `max_tokens` is a number and no secret."""

URL_ONLY: Final = ("key", "signature", "x-amz-signature", "x-goog-signature", "x-ms-signature")
"""Secrets as parameters of URLs; elsewhere `key=5` names a partition, `signature` a model's."""
HARMLESS: Final = frozenset(("", "true", "false", "null", "none", MASK))
"""Values that are no secret whatever their key."""
TYPES: Final = (
    "string|str|int|integer|long|bigint|smallint|tinyint|short|byte|bytes|float|double|real|number"
    "|numeric|decimal|boolean|bool|date|datetime|timestamp\\w*|time|text|char|varchar|nvarchar"
    "|binary|varbinary|uuid|json|jsonb|object|array|struct|map|list|dict|any|optional|void|self"
)
"""Types of columns and variables: `struct<password:string>` holds no password."""
MECHANISMS: Final = (
    "nosasl|kerberos|ldap|basic|simple|plain|oauth2?|iam|ntlm|saml|scram[\\w-]*|digest|delegation\\w*"
    "|certificate|x509|externalbrowser|required|enabled|disabled|yes|no|on|off"
)
"""How a client proves who it is: `auth=noSasl` holds no secret."""

NAMING: Final = frozenset((
    "name", "key", "parameter", "param", "header", "property", "prop", "variable", "var", "option",
    "setting", "argument", "arg", "attribute", "field", "label",
))  # fmt: skip
"""Keys of an object whose value names what another one of its values is."""
VALUING: Final = frozenset((
    "value", "values", "val", "content", "v",
))  # fmt: skip
"""Keys under which the value of such an object stands; so do keys that end with `value`."""
PAIRED: Final = frozenset((
    "headers", "params", "parameters", "options", "properties", "props", "conf", "config",
    "configs", "configuration", "settings", "args", "arguments", "kwargs", "environ", "env",
    "environment", "defines", "vars", "variables", "metadata",
))  # fmt: skip
"""Keys of lists whose members are pairs of a name and a value."""
ENVIRONMENTS: Final = frozenset((
    "env", "envs", "environ", "environs", "environment", "environments", "environmentvariable",
    "environmentvariables", "environmentvars", "envvariables", "envvariable", "envvar", "envvars",
    "executorenv", "appmasterenv", "driverenv", "containerenv", "processenv", "osenviron", "osenv",
    "dockerenv", "extraenv",
))  # fmt: skip
"""Names of environments, without separators and in lower case."""
ALWAYS_ENVIRONMENTS: Final = ("environment var", "env var", "os env")
"""How names begin under which a text is an environment too, not the name of one."""
ENVIRONMENT_PREFIXES: Final = ("executorenv.", "appmasterenv.", "driverenv.")
"""Within a dotted key, before the name of a variable."""

LINEAGE_FACETS: Final = frozenset((
    "columnLineage", "lineage", "schema", "dataQualityMetrics", "dataQualityAssertions", "symlinks",
    "inputStatistics", "outputStatistics", "subset", "inputSubset", "outputSubset", "baseSubset",
))  # fmt: skip
"""Facets that name columns and hold no settings."""
COLUMN_MAPS: Final = frozenset((
    "fields", "columnMetrics", "column_metrics", "columns", "columnStatistics",
))  # fmt: skip
"""Keys of objects whose keys are names of columns."""
COLUMN_FACTS: Final = frozenset((
    "inputFields", "inputs", "transformations", "transformationType", "type", "dataType",
    "nullCount", "distinctCount", "quantiles", "min", "max", "count",
))  # fmt: skip
"""Keys of what is said about one column; in facets of any kind they show such an object."""
CODE_FACETS: Final = frozenset(("sql", "sourceCode"))
CODE_KEYS: Final = frozenset((
    "sql", "query", "querytext", "statement", "statements", "sqltext", "sourcecode", "code",
    "script", "bql", "hql",
))  # fmt: skip
"""Keys of programs, without separators and in lower case."""
DATABASES: Final = (
    "postgres|postgresql|mysql|mariadb|mssql|sqlserver|oracle|redis|rediss|mongodb|amqp|amqps"
    "|snowflake|trino|presto|hive|clickhouse|redshift|db2|vertica|teradata|cassandra|sftp|ftp|ftps"
    "|ldap|ldaps|smtp|smtps|kafka|https?|elasticsearch|neo4j"
)
"""What may stand before `:user:password@host` without slashes."""
